#!/usr/bin/env bash
# The main job on real input: text is produced into three partitions, each batch acknowledged once it is flushed; the writer
# is killed with -9 half way; the same command, run again, sends what is missing; everything is consumed and compared.
# Leaves nothing behind. Exit code 1 if a single byte differs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. ci/common.sh
. ci/demo-text.sh
need_dotnet

megabytes=${1:-40}
work=$(mktemp -d "${TMPDIR:-/tmp}/logstore-demo.XXXXXX")
trap 'rm -rf "$work"' EXIT
export LOGSTORE_DATA=$work/data LC_ALL=C
topic=demo partitions=3
ended=(0 0 0) acked=(0 0 0)

# say COMMAND...: shows a command as it is about to be run.
say() { printf '\n$ %s\n' "$*"; }

# since START: the seconds since a value of EPOCHREALTIME.
since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.3f", b - a }'; }

# row WHAT RECORDS BYTES SECONDS: one line of the table; "-" leaves a field empty.
row() {
  awk -v what="$1" -v records="$2" -v bytes="$3" -v seconds="$4" 'BEGIN {
    printf "%-34s", what
    if (records == "-") printf "%10s", ""; else printf "%10d", records
    if (bytes == "-") printf "%10s", ""; else printf "%7.1f MB", bytes / 1e6
    if (seconds == "-") printf "%10s", ""; else printf "%8.2f s", seconds
    if (bytes != "-" && seconds != "-") printf "%8.1f MB/s", bytes / 1e6 / seconds
    print ""
  }'
}

# collect FILE: counts acknowledgements ("partition first last") until there are no more, and kills the writer half way.
collect() {
  local count=0 partition first last
  while read -r partition first last; do
    acked[partition]=$((last + 1)); count=$((count + last - first + 1))
    if [ -n "${writer:-}" ] && [ "$count" -ge "$((records / 2))" ]; then
      kill -9 "$writer"; killed=$(since "$started"); writer=
    fi
  done
}

# consume_into DIRECTORY: each partition into a file of its own.
consume_into() {
  mkdir "$1"
  for ((p = 0; p < partitions; p++)); do
    ./logstore consume $topic --partition $p --key-separator '\t' >"$1/$p"
  done
}

make_text "$megabytes" "$work/text"
records=$(($(wc -l <"$work/text") + 1)) bytes=$(wc -c <"$work/text")
printf 'The input: %d lines, %d bytes of text; its last line has no newline.\n' "$records" "$bytes"

say "logstore topic create $topic --partitions $partitions"
./logstore topic create $topic --partitions $partitions

produce=(./logstore produce $topic --file "$work/text" --key-separator '\t' --acks flushed --idempotent)
say "logstore produce $topic --file text --key-separator '\\t' --acks flushed --idempotent  # killed half way"
mkfifo "$work/acks"
started=$EPOCHREALTIME
"${produce[@]}" --batch-bytes 16384 --quiet --print-acks >"$work/acks" 2>"$work/errors" &
writer=$! pid=$!
collect <"$work/acks"
wait "$pid" 2>/dev/null && fail "the writer ended before it could be killed: try a larger text, ./dev demo $((megabytes * 4))"
[ -n "${killed:-}" ] || fail "the writer failed: $(cat "$work/errors")"
echo "killed with -9 after $killed s"

say "logstore produce $topic --idempotent </dev/null  # opens the log, which recovers it, and sends nothing"
started=$EPOCHREALTIME
./logstore produce $topic --idempotent </dev/null
recovered=$(since "$started")
consume_into "$work/after-crash"
for ((p = 0; p < partitions; p++)); do ended[p]=$(wc -l <"$work/after-crash/$p"); done
found=$((ended[0] + ended[1] + ended[2]))

say "logstore produce $topic --file text --key-separator '\\t' --acks flushed --idempotent  # the same once more"
started=$EPOCHREALTIME
"${produce[@]}"
resumed=$(since "$started")

say "logstore consume $topic --key-separator '\\t'"
started=$EPOCHREALTIME
consume_into "$work/all"
consumed=$(since "$started")
say "logstore log verify"
./logstore log verify

# The last line is the only one without a newline: it gets one for the sorting, and loses it again for the comparison.
lost_acks=0 disorder=0
for ((p = 0; p < partitions; p++)); do
  [ "${ended[p]}" -ge "${acked[p]}" ] || lost_acks=$((lost_acks + acked[p] - ended[p]))
  [ -z "$(tail -c 1 "$work/all/$p" | tr -d '\n')" ] || echo >>"$work/all/$p"
  sort -n -c "$work/all/$p" 2>/dev/null || disorder=$((disorder + 1))
done
sort -n -m "$work"/all/* >"$work/merged"
total=$(wc -l <"$work/merged") distinct=$(cut -f 1 "$work/merged" | uniq | wc -l)
expected=$(sha256sum <"$work/text") actual=$(head -c -1 "$work/merged" | sha256sum)
after_crash=$(cat "$work"/after-crash/* | wc -c)

echo
row "produced until kill -9" "$found" "$after_crash" "$killed"
row "  of these acknowledged as flushed" "$((acked[0] + acked[1] + acked[2]))" - -
row "opened again and recovered" - - "$recovered"
row "produced the rest" "$((total - found))" "$((bytes - after_crash))" "$resumed"
row "consumed, three partitions" "$total" "$bytes" "$consumed"
printf 'sha256 of the input   %s\nsha256 of the output  %s\n' "${expected%% *}" "${actual%% *}"
printf 'acknowledged and lost: %d, missing: %d, duplicates: %d, partitions out of order: %d\n' \
  "$lost_acks" "$((records - distinct))" "$((total - distinct))" "$disorder"
[ "$expected" = "$actual" ] && [ "$lost_acks" -eq 0 ] && [ "$disorder" -eq 0 ] || fail "input and output differ"
echo "Equal, byte for byte."
