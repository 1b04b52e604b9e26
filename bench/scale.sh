#!/usr/bin/env bash
# Measures the closures at scale, and others on the same graphs in the same run: the table of docs/reference/scale.md.
# Usage: bench/scale.sh [MOST EDGES]     RIVALS="1000000 10000000" for the sizes at which others run too
set -euo pipefail
cd "$(dirname "$0")/.."
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target/bench-scale}
cargo build --release --quiet --manifest-path bench/scale/Cargo.toml
scale=$CARGO_TARGET_DIR/release/ambit-bench-scale
venv=$CARGO_TARGET_DIR/venv
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet numpy rustworkx networkx
fi

grep -m1 'model name' /proc/cpuinfo || true
nproc
"$scale" curve "${1:-10000000}"
for edges in ${RIVALS:-1000000 10000000}; do
    echo "-- $edges edges, the same closures by others, who get only the edges that matter"
    "$scale" rivals "$edges" "$CARGO_TARGET_DIR/rivals"
    "$venv/bin/python" bench/scale/rivals.py "$CARGO_TARGET_DIR/rivals" "$edges"
done
echo "-- a lock"
"$scale" lock 1000000
