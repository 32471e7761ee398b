#!/usr/bin/env bash
# Real text through three brokers, the leader killed with -9 half way: `logstore demo`. With --rxe in the VM that has RDMA devices,
# unless this host has some. Leaves nothing behind. Exit code 1 if a single byte differs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. ci/common.sh
. ci/demo-text.sh
. ci/rxe.sh

run=()
if [ "${1:-}" = --rxe ]; then run=(with_rxe); shift; fi
work=$(mktemp -d "${TMPDIR:-/tmp}/logstore-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
./logstore --version >/dev/null # Builds it, if need be: here, and not in a VM.
make_text "${1:-20}" "$work/text"
printf '\n$ logstore demo --file text\n'
"${run[@]}" ./logstore demo --file "$work/text"
