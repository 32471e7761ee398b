#!/usr/bin/env bash
# Tests ci/rxe-vm and ci/rxe-setup.sh as a caller sees them. Ends with a summary line in the form of the test programs'.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

total=0 failed=0
log=$(mktemp); trap 'rm -f "$log"' EXIT

# expect NAME CODE TEXT COMMAND...: the command must exit with CODE and say TEXT (an extended regular expression).
expect() {
  local name=$1 code=$2 text=$3 status=0; shift 3
  total=$((total + 1))
  "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -eq "$code" ] && grep -qE "$text" "$log"; then return; fi
  failed=$((failed + 1))
  printf 'FAILED: %s: exit %s instead of %s, or no line like "%s" in:\n' "$name" "$status" "$code" "$text"
  sed 's/^/  | /' "$log"
}

# What a host with the module would do, done in the guest: twice the same, then undone, twice.
on_and_off='
  ip link add probe0 type veth peer name probe1 && ip link set probe0 up && ip link set probe1 up &&
  ci/rxe-setup.sh add probe0 rxe_probe && ci/rxe-setup.sh add probe0 rxe_probe && ibv_devinfo -l | grep -q rxe_probe &&
  ci/rxe-setup.sh remove probe0 && ci/rxe-setup.sh remove probe0 && ! ibv_devinfo -l | grep -q rxe_probe &&
  ! ci/rxe-setup.sh add nosuch && exit 7'

expect 'devices come and go, and the exit code is the command'\''s' 7 'no network interface' \
  ci/rxe-vm --timeout 120 -- bash -c "$on_and_off"
expect 'a command that hangs' 124 'time limit of 30 s was up' ci/rxe-vm --timeout 30 -- sleep 1000
expect 'a kernel that panics' 125 'a kernel panic' ci/rxe-vm --timeout 120 -- \
  bash -c 'echo 1 >/proc/sys/kernel/sysrq; echo c >/proc/sysrq-trigger; sleep 1000'

printf '   rxe-vm  Total: %s, Errors: 0, Failed: %s, Skipped: 0\n' "$total" "$failed"
[ "$failed" -eq 0 ]
