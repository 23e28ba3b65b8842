#!/usr/bin/env bash
# What the action runs: the gate with its annotations, its log, its outputs. Leaves with the exit code of the gate.
set -uo pipefail

temp=${RUNNER_TEMP:-$(mktemp -d)}
result=$temp/licet-result.json
log=$temp/licet.log
arguments=(-f github -o - -f json -o "$result" -f log -o "$log")
[ -n "${LICET_SARIF:-}" ] && arguments+=(-f sarif -o "$LICET_SARIF")
[ -n "${LICET_POLICY:-}" ] && arguments+=(--policy "$LICET_POLICY")
[ -n "${LICET_WAIVERS:-}" ] && arguments+=(--waivers "$LICET_WAIVERS")
[ -n "${LICET_BASELINE:-}" ] && arguments+=(--baseline "$LICET_BASELINE")
[ -n "${LICET_AS_OF:-}" ] && arguments+=(--as-of "$LICET_AS_OF")
[ "${LICET_NEW_ONLY:-false}" = true ] && arguments+=(--new-only)

"${LICET:-licet}" gate "${arguments[@]}" -- "${LICET_PATH:-.}"
code=$?

# Names in the log are the repository's: the runner is told to read no commands in it.
if [ -s "$log" ]; then
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  echo "::stop-commands::$token"
  cat "$log"
  echo "::$token::"
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
  { echo "passed=$([ "$code" -eq 0 ] && echo true || echo false)"; echo "result=$result"; } >>"$GITHUB_OUTPUT"
fi
exit "$code"
