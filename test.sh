#!/usr/bin/env bash
# Every check of the project, on a fresh machine: installs what is missing, builds once, stops at the first failure.
# AMBIT_SHARED may name a folder with real files (corpus/, bench/); without it the suites over them are left out.
set -euo pipefail
cd "$(dirname "$0")"

step() { printf '\n== %s\n' "$1"; }
fail() { printf 'error: %s\n' "$1" >&2; exit 1; }

step "tools"
if ! command -v cargo >/dev/null && [ -r "$HOME/.cargo/env" ]; then
  # shellcheck disable=SC1091
  . "$HOME/.cargo/env"
fi
command -v cargo >/dev/null ||
  fail "no cargo; get Rust 1.95 or newer with rustup: https://rustup.rs"
if ! command -v cc >/dev/null; then
  command -v apt-get >/dev/null || fail "no C linker (cc); install gcc or clang"
  as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo"
  $as_root apt-get update -q
  $as_root apt-get install -yq --no-install-recommends gcc libc6-dev
fi
for part in fmt clippy; do
  cargo "$part" --version >/dev/null 2>&1 ||
    rustup component add rustfmt clippy ||
    fail "cargo $part is missing, and rustup could not add it"
done
cargo --version

# The profile, the flags and the set of packages are the same in every step, so that nothing is compiled twice. Warnings
# are refused by clippy's own arguments and not through RUSTFLAGS, which would compile every library again.
step "format"
cargo fmt --all --check

step "lints"
cargo clippy --workspace --all-targets --locked -- -D warnings

step "tests"
if [ -n "${AMBIT_SHARED:-}" ]; then
  [ -d "$AMBIT_SHARED/corpus" ] || fail "AMBIT_SHARED names \`$AMBIT_SHARED\`, which has no folder \`corpus\`"
else
  echo "AMBIT_SHARED is not set: the suites over real files are left out."
fi
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --workspace --locked
else
  cargo test --workspace --lib --bins --tests --locked
fi
cargo test --workspace --doc --locked

step "documents"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked
# Built with the tests; asking cargo for it alone would choose other features and compile again.
xtask="${CARGO_TARGET_DIR:-target}/debug/xtask"
"$xtask" schemas --check
"$xtask" docs --check

step "done"
if [ -n "${AMBIT_SHARED:-}" ]; then
  echo "all checks passed, with the suites over real files"
else
  echo "all checks passed; the suites over real files were left out"
fi
