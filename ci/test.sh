#!/usr/bin/env bash
# Runs the built test programs, all or those named, and ends with the line `N passed, N failed[, N skipped]`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. ci/common.sh
. ci/rxe.sh

passed=0 failed=0 skipped=0
log=$(mktemp) failures=$(mktemp); trap 'rm -f "$log" "$failures"' EXIT

# run NAME COMMAND...: runs one test program and adds its summary to the totals. A program that dies counts as a failure.
run() {
  local name=$1 status=0 total errors fails skips; shift
  printf '\n== %s\n' "$name"
  "$@" 2>&1 | tee "$log" || status=${PIPESTATUS[0]}
  grep -A 5 -E '\[FAIL\]|^FAILED: ' "$log" >>"$failures" || true
  read -r total errors fails skips < <(
    sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log" | tail -n 1
  ) || true
  if [ -z "${total:-}" ]; then failed=$((failed + 1)); printf 'FAILED: %s printed no summary (exit %s)\n' "$name" "$status"; return; fi
  passed=$((passed + total - fails - skips)); failed=$((failed + fails + errors)); skipped=$((skipped + skips))
  if [ "$status" -ne 0 ] && [ "$fails" -eq 0 ] && [ "$errors" -eq 0 ]; then
    failed=$((failed + 1)); printf 'FAILED: %s exited with %s\n' "$name" "$status"
  fi
}

# run_rdma NAME PROGRAM: runs the tests that take an RDMA device. Where there is no way to one they are run all the same:
# each is then reported as skipped, or fails if LOGSTORE_REQUIRE_RDMA=1.
run_rdma() {
  if rxe_possible; then run "$1" with_rxe "$2" -noLogo -noColor; else run "$1" "$2" -noLogo -noColor; fi
}

# tests/Verbs.Tests compares the bindings with rdma-core's headers, as the C compiler sees them.
need_packages gcc=gcc
need_files /usr/include/infiniband/verbs.h=libibverbs-dev /usr/include/stdio.h=libc6-dev

# Batches that others have compressed are read with these, and the tests read some.
libraries=/usr/lib/$(uname -m)-linux-gnu
need_files "$libraries/libsnappy.so.1=libsnappy1v5" "$libraries/liblz4.so.1=liblz4-1" "$libraries/libzstd.so.1=libzstd1"

# tests/Clients.Tests runs the clients of others.
need_packages kcat=kcat node=nodejs npm=npm
python=/usr/lib/python3/dist-packages
need_files "$python/kafka=python3-kafka" "$python/confluent_kafka=python3-confluent-kafka" \
  "$python/snappy=python3-snappy" "$python/lz4=python3-lz4" "$python/zstandard=python3-zstandard"

# tests/Replicator.Tests and tests/Cluster.Tests keep metadata in etcd, too.
need_packages etcd=etcd-server

projects=("$@")
if [ ${#projects[@]} -eq 0 ]; then for project in tests/*.Tests; do projects+=("${project#tests/}"); done; fi
for name in "${projects[@]}"; do
  program=artifacts/bin/$name/release/$name
  [ -x "$program" ] || fail "tests/$name is not built: run ./dev build"
  case "$name" in
    Replicator.Rdma.Tests)
      run_rdma "$name" "$program"
      # Where the devices come from a VM, what runs them there is tested too.
      if ! rxe_here && rxe_possible; then run rxe-vm ci/rxe-vm-test.sh; fi ;;
    *) run "$name" "$program" -noLogo -noColor ;;
  esac
done

# What has failed once more, where it is not missed.
if [ -s "$failures" ]; then printf '\n== Failures\n'; cut -c 1-300 "$failures"; fi
printf '\n%s passed, %s failed' "$passed" "$failed"
[ "$skipped" -eq 0 ] || printf ', %s skipped' "$skipped"
printf '\n'
[ "$failed" -eq 0 ]
