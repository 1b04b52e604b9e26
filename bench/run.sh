#!/usr/bin/env bash
# Measures whole processes of the release build: CPU and wall time (median of the runs) and peak memory.
# Usage: bench/run.sh [FOLDER TO SCAN TOO]…     RUNS=20 FORMAT=json OLD=path/to/another/ambit for a comparison in one run
set -euo pipefail
cd "$(dirname "$0")/.."
runs=${RUNS:-10}
cargo build --release --quiet --package ambit-cli
inputs=target/bench
[ -d $inputs/files-100000 ] || cargo run --release --quiet --package xtask -- bench-inputs $inputs
TIMEFORMAT='%U %S %R'

median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

measure() { # program, folder
    local each memory
    each=$(for _ in $(seq "$runs"); do { time "$1" scan "$2" --format "${FORMAT:-text}" >/dev/null 2>&1; } 2>&1; done)
    memory=$(/usr/bin/time -f %M "$1" scan "$2" --format "${FORMAT:-text}" 2>&1 >/dev/null | tail -1)
    printf '%-28s %8.0f ms %8.0f ms %8.1f MB\n' "$(basename "$2")" \
        "$(awk '{ print ($1 + $2) * 1000 }' <<<"$each" | median)" \
        "$(awk '{ print $3 * 1000 }' <<<"$each" | median)" \
        "$(awk "BEGIN { print $memory / 1024 }")"
}

printf '%-28s %11s %11s %11s\n' input CPU wall peak
for program in ${OLD:-} target/release/ambit; do
    [ -z "${OLD:-}" ] || echo "-- $program"
    for folder in $inputs/servers-10 $inputs/servers-200 $inputs/files-100000 "$@"; do
        measure "$program" "$folder"
    done
done
printf 'binary %.1f MB\n' "$(awk "BEGIN { print $(stat -c %s target/release/ambit) / 1048576 }")"
