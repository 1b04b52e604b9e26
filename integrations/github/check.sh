#!/usr/bin/env bash
# `ambit check` as a step: the verdict in the log, Markdown in the summary, SARIF in a file that the step hands on.
# Reads AMBIT_BINARY, AMBIT_PATH, AMBIT_BASE, AMBIT_FAIL_ON and AMBIT_FORMAT. Exits with the worst code of the runs.
set -euo pipefail

binary="${AMBIT_BINARY:-ambit}"
root="${AMBIT_PATH:-.}"
format="${AMBIT_FORMAT:-github}"

if ! command -v -- "$binary" >/dev/null; then
  echo "::error title=ambit check::the program that the input \`binary\` names is not on this runner; install it in a step before"
  exit 2
fi

# One day for all runs, and each value as one word with its option, so that it can begin with a dash.
options=("--today=$(date -u +%F)")
[ -z "${AMBIT_BASE:-}" ] || options+=("--base=$AMBIT_BASE")
[ -z "${AMBIT_FAIL_ON:-}" ] || options+=("--fail-on=$AMBIT_FAIL_ON")

out="$(mktemp -d "${RUNNER_TEMP:-/tmp}/ambit.XXXXXXXX")"
worst=0

# Runs the check in one form; the verdict and what is said beside it go into files.
check() {
  local form="$1" code=0
  "$binary" check "${options[@]}" --format="$form" -- "$root" >"$out/$2" 2>"$out/said" || code=$?
  [ "$code" -le "$worst" ] || worst="$code"
}

# Shows a file whose lines may be words of the project: the runner must not take them for commands.
quote() {
  [ -s "$1" ] || return 0
  local mark
  mark="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  echo "::stop-commands::$mark"
  cat -- "$1"
  # A last line without an end would swallow the mark.
  printf '\n::%s::\n' "$mark"
}

check "$format" verdict
if [ "$format" = github ]; then cat -- "$out/verdict"; else quote "$out/verdict"; fi
quote "$out/said"
[ "$worst" -le 1 ] || exit "$worst"

check markdown summary.md
cat -- "$out/summary.md" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
check sarif ambit.sarif
printf 'sarif=%s\n' "$out/ambit.sarif" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$worst"
