#!/usr/bin/env bash
# Deposits and withdrawals, a sink that is killed with -9 and fails on purpose while it applies them, and the check. Leaves
# nothing behind. Exit code 1 if a balance is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. ci/common.sh
need_packages python3=python3
records=${1:-300000}
work=$(mktemp -d "${TMPDIR:-/tmp}/logstore-accounts.XXXXXX")
broker=
stop() { [ -z "$broker" ] || kill "$broker" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"; }
trap stop EXIT
./logstore --version >/dev/null # Builds it, if need be.

./logstore broker --data "$work/data" --listen 127.0.0.1:0 --log-level error \
  --set group.initial.rebalance.delay.ms=0 >"$work/ready" &
broker=$!
for _ in $(seq 100); do grep -q ready "$work/ready" && break; sleep 0.1; done
LOGSTORE_BOOTSTRAP_SERVER=$(sed -n 's/.*PLAINTEXT:\/\/\([^,]*\),.*/\1/p' "$work/ready")
export LOGSTORE_BOOTSTRAP_SERVER

table=(--topic payments --db "$work/accounts.db" --table accounts --key account --add balance=amount)
sink=(./logstore sink sqlite "${table[@]}" --mode message-id --create --group accounts --quiet
  --client-set group.instance.id=accounts-1)

# Whether the sink has written since it was started, and more than the tables' definitions.
is_applying() {
  local journal=$work/accounts.db-wal
  [ "$journal" -nt "$work/started" ] && [ "$(stat -c %s "$journal" 2>/dev/null || echo 0)" -gt 100000 ]
}

# What the check says of a database that no sink has begun to feed.
nothing="^logstore: (there is no database|'.*' has no tables of a sink|no sink '.*' has read topic)"

say() { printf '\n$ %s\n' "$*"; }

say "logstore topic create payments --partitions 3"
./logstore topic create payments --partitions 3
say "produce.py $records 1 5 | logstore produce payments --key-separator :    # 5 of 100 are sent twice"
python3 examples/accounts/produce.py "$records" 1 5 | ./logstore produce payments --key-separator :

say "logstore sink sqlite ... --mode message-id --group accounts    # killed with -9, twice"
for moment in 0.5 0.3; do
  touch "$work/started"
  "${sink[@]}" &
  victim=$!
  # From when it has begun to apply: how long a start takes depends on what else the machine does.
  until is_applying || ! kill -0 "$victim" 2>/dev/null; do sleep 0.02; done
  sleep "$moment"
  kill -9 "$victim" 2>/dev/null || true
  wait "$victim" 2>/dev/null || true
  say "logstore sink verify ...    # it was killed $moment s after it had begun to apply"
  code=0
  ./logstore sink verify "${table[@]}" --quiet >"$work/verified" 2>&1 || code=$?
  cat "$work/verified"
  # One that was killed before it began has nothing to be verified. Whatever else it may be is an error.
  [ "$code" -eq 0 ] || { [ "$code" -eq 1 ] && grep -qE "$nothing" "$work/verified"; } || exit 1
done

say "logstore sink sqlite ... --error-probability 0.04    # until it comes through"
failures=0
while true; do
  code=0
  "${sink[@]}" --error-probability 0.04 2>"$work/failure" || code=$?
  [ "$code" -ne 0 ] || break
  failures=$((failures + 1))
  [ "$failures" -ne 1 ] || cat "$work/failure"
  # Any other failure is one.
  if [ "$code" -ne 1 ] || ! grep -q "failed on purpose" "$work/failure" || [ "$failures" -eq 100 ]; then
    cat "$work/failure" >&2
    exit 1
  fi
done
echo "failed $failures times, then came to the end"

say "logstore sink verify ..."
./logstore sink verify "${table[@]}" --quiet
