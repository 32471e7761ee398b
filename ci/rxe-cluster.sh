#!/usr/bin/env bash
# Three brokers that replicate over two Soft-RoCE devices of this machine, while a producer writes with acks=all: brokers are
# killed and halted, a device is removed and added again, and packets are lost. In the end every record that was acknowledged
# must be there, once, and every link be carried by RDMA again. Run it with `./dev rxe ci/rxe-cluster.sh [LOSS_PERCENT]`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. ci/common.sh
PATH=$PATH:/usr/sbin:/sbin

loss=${1:-1}
# Compiled ahead of time if ./logstore has been run: an emulated machine takes long to compile.
program=artifacts/publish/Cli/release/LogStore.Cli
[ -x "$program" ] || program=artifacts/bin/Cli/release/LogStore.Cli
[ -x "$program" ] || fail "logstore is not built: run ./dev build"
work=$(mktemp -d "${TMPDIR:-/tmp}/logstore-rxe.XXXXXX")
export LOGSTORE_BOOTSTRAP_SERVER=127.0.0.1:19091,127.0.0.1:19092,127.0.0.1:19093 LC_ALL=C
declare -A broker=()
device_of=([1]=rxe0 [2]=rxe1 [3]=rxe0)
interface=lsrxe1
# Generous: an emulated machine shares its host with whatever else runs there.
patience=${LOGSTORE_RXE_PATIENCE:-300}

end() {
  local code=$?
  [ "$code" -eq 0 ] || { tail -n 15 "$work"/*.log >&2 || true; }
  kill -9 "${broker[@]}" ${writer:-} 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT

say() { printf '%6.1f s  %s\n' "$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')" "$*"; }
began=$EPOCHREALTIME

start() {
  "$program" broker --data "$work/broker-$1" --listen "127.0.0.1:1909$1" --replication auto \
    --set "broker.id=$1" --set "metadata.store=sqlite:$work/metadata.db" --set "replication.rdma.device=${device_of[$1]}" \
    --set replication.rdma.ring.bytes=2097152 --set default.replication.factor=3 --set min.insync.replicas=2 \
    --set broker.session.timeout.ms=20000 >>"$work/$1.out" 2>>"$work/$1.log" &
  broker[$1]=$!
}

# until_true WHAT COMMAND...: waits for the command to succeed.
until_true() {
  local what=$1 until=$((SECONDS + patience)); shift
  until "$@"; do
    [ "$SECONDS" -lt "$until" ] || fail "$what did not come within $patience s"
  done
}

status() { "$program" cluster status --json 2>/dev/null >"$work/status" || true; }

# links_are TRANSPORT NUMBER: whether so many links are up over it.
links_are() {
  status
  [ "$(grep -o "\"transport\": *\"$1\", *\"up\": *true" <(tr -d '\n' <"$work/status" | tr -s ' ') | wc -l)" -eq "$2" ]
}

in_sync() { status; ! grep -Eq '"(underReplicated|belowMinInSync)": *true' "$work/status" && grep -q '"leader": *[0-9]' "$work/status"; }

show_links() { "$program" cluster status | sed -n '/^LINK/,/^$/p' || true; }

# acknowledged: how many records the producer was told are stored.
acknowledged() { awk '{ sum += $3 - $2 + 1 } END { print sum + 0 }' "$work/acks" 2>/dev/null; }

# goes_on WHAT: more records are acknowledged than were.
goes_on() {
  local before; before=$(acknowledged)
  until_true "an acknowledgement ($1)" more_than "$before"
  say "records go on $1"
}

more_than() { [ "$(acknowledged)" -gt "$(($1 + 200))" ]; }

for id in 1 2 3; do start "$id"; until_true "broker $id" grep -q ready "$work/$id.out"; done
say "three brokers"
until_true "links over RDMA" links_are rdma 3
"$program" topic create words --partitions 3 --replication-factor 3 --client-set request.timeout.ms=120000 >/dev/null
until_true "replicas in sync" in_sync
say "three brokers, all links over RDMA"; show_links

# A record each few milliseconds until it is told to stop, each with a number of its own.
mkfifo "$work/input"
( n=0; while [ ! -e "$work/stop" ]; do for _ in 1 2 3 4 5; do n=$((n + 1)); echo "record $n"; done; read -rt 0.02 <> <(:) || true; done ) >"$work/input" &
"$program" produce words --client-set request.timeout.ms=120000 --client-set delivery.timeout.ms=600000 --acks all --print-acks --quiet <"$work/input" >"$work/acks" 2>"$work/producer.log" &
writer=$!
goes_on "at first"
say "a producer writes with acks=all"

say "broker 2 is killed"; kill -9 "${broker[2]}"; wait "${broker[2]}" 2>/dev/null || true
goes_on "after a kill"
start 2; until_true "broker 2 over RDMA again" links_are rdma 3; until_true "replicas in sync" in_sync
say "broker 2 is back over RDMA"

say "broker 3 is halted"; kill -STOP "${broker[3]}"
goes_on "while a broker is halted"
kill -CONT "${broker[3]}"; until_true "broker 3 over RDMA again" links_are rdma 3; until_true "replicas in sync" in_sync
say "broker 3 is back over RDMA"

say "device rxe1 is removed"; rdma link delete rxe1
until_true "links over TCP" links_are tcp 2
show_links
goes_on "without the device"
rdma link add rxe1 type rxe netdev "$interface"
until_true "links over RDMA again" links_are rdma 3
say "device rxe1 is back"; goes_on "with the device again"

if tc qdisc add dev "$interface" root netem loss "$loss%" 2>/dev/null; then
  say "$loss % of the packets are lost"
  goes_on "with packets lost"; goes_on "with packets lost"
  show_links
  tc qdisc del dev "$interface" root
else
  say "no netem here: packets are not lost"
fi

touch "$work/stop"
wait "$writer" || fail "the producer was told of a failure: $(cat "$work/producer.log")"
writer=
until_true "replicas in sync" in_sync
until_true "links over RDMA at the end" links_are rdma 3
"$program" consume words >"$work/all"
count=$(acknowledged)
sort -t' ' -k2n "$work/all" >"$work/sorted"
seq -f 'record %.0f' 1 "$count" | cmp - "$work/sorted" || fail "what was consumed is not what was acknowledged ($count records)"
say "$count records were acknowledged; each is there once"
