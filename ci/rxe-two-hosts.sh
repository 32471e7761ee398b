#!/usr/bin/env bash
# Tests replication over RDMA between two hosts, of which one is lost: two VMs joined by an Ethernet link, with a broker in the
# first, and two more, etcd and the clients in the second. The first leads; while records are produced, it is killed outright.
# All that was acknowledged must be there, in order. Ends with a summary line in the form of the test programs'.
set -uo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
. ci/common.sh

address_1=198.18.78.1 address_2=198.18.78.2
servers=$address_1:9092,$address_2:9092,$address_2:9093
logstore=artifacts/publish/Cli/release/LogStore.Cli
records=20000

# broker ID LISTENER: starts a broker, and returns when it serves. As a service manager would, it starts one again that ends:
# in two emulated machines etcd can take longer to answer than a broker waits.
broker() {
  local ready=/tmp/ready-$1
  mkfifo "$ready"
  for _ in 1 2 3 4 5; do
    run_broker "$@" >"$ready" &
    echo $! >"/tmp/broker-$1.pid"
    ! grep -m 1 -q '^ready' "$ready" || return 0
  done
  return 1
}

run_broker() {
  local id=$1 listener=$2
  exec "$logstore" broker --data "/tmp/broker-$id" --listen "$listener" --set broker.id="$id" \
    --set "metadata.store=etcd:http://$address_2:2379" --set "replication.listener=${listener%:*}:0" \
    --set replication.secret=only-in-this-test --set allow.insecure.listeners=true \
    --set default.replication.factor=3 --set min.insync.replicas=2
}

# answers ADDRESS:PORT: whether anybody listens there.
answers() { timeout 2 bash -c "</dev/tcp/${1%:*}/${1#*:}" 2>/dev/null; }

# until_so SECONDS COMMAND...: asks again until the command succeeds.
until_so() {
  local end=$((SECONDS + $1)); shift
  until "$@"; do [ $SECONDS -lt $end ] || { echo "it did not come about: $*" >&2; return 1; }; sleep 0.2; done
}

led_by() { "$logstore" cluster status --topic words --bootstrap-server "$servers" | grep -qE "^words +0 +$1 .* ok\$"; }

host_1() {
  until_so 120 answers "$address_2:2379"
  broker 1 "$address_1:9092" && echo "broker 1 serves" && wait
}

host_2() {
  etcd --data-dir /tmp/etcd --listen-client-urls "http://$address_2:2379" --advertise-client-urls "http://$address_2:2379" \
    --listen-peer-urls http://127.0.0.1:2380 --log-level error 2>/tmp/etcd.log &
  until_so 60 answers "$address_2:2379"
  broker 2 "$address_2:9092" & second=$!
  broker 3 "$address_2:9093" && wait "$second"
  until_so 120 answers "$address_1:9092"
  "$logstore" topic create words --partitions 1 --replication-factor 3 --bootstrap-server "$servers"
  "$logstore" cluster reassign --topic words --to 1,2,3 --wait --bootstrap-server "$servers"
  "$logstore" cluster elect --topic words --bootstrap-server "$servers"
  until_so 60 led_by 1
  "$logstore" cluster status --bootstrap-server "$servers"
  {
    seq 1 $((records / 2))
    echo "kill host 1" >&2
    until_so 60 bash -c "! timeout 2 bash -c '</dev/tcp/$address_1/9092' 2>/dev/null"
    seq $((records / 2 + 1)) $records
  } | "$logstore" produce words --bootstrap-server "$servers" || return 1
  "$logstore" cluster status --bootstrap-server "$address_2:9092"
  "$logstore" consume words --bootstrap-server "$address_2:9092" | cmp - <(seq 1 $records) &&
    echo "all $records records are there, in order, after host 1 was killed"
}

# A VM ends when nobody holds its output any more.
stop_servers() { kill -9 $(cat /tmp/broker-*.pid) $(jobs -p); } 2>/dev/null

case "${1:-}" in host_1|host_2) trap stop_servers EXIT; "$1"; exit ;; esac

./logstore --version >/dev/null || exit 1
link=$(mktemp -d); trap 'rm -rf "$link"' EXIT
ci/rxe-vm --timeout 600 --link "$link" --host 1 -- "$PWD/ci/rxe-two-hosts.sh" host_1 >"$link/host_1.log" 2>&1 &
first=$!
ci/rxe-vm --timeout 600 --link "$link" --host 2 -- "$PWD/ci/rxe-two-hosts.sh" host_2 2>&1 | tee "$link/host_2.log" |
  while IFS= read -r line; do
    printf '%s\n' "$line"
    if [ "$line" = "kill host 1" ]; then kill -9 "$(cat "$link/1.pid")"; fi
  done
kill "$first" 2>/dev/null; wait "$first" 2>/dev/null
failed=0
grep -q "^all $records records are there" "$link/host_2.log" || { failed=1; sed 's/^/host 1 | /' "$link/host_1.log"; }
printf '   rxe-two-hosts  Total: 1, Errors: 0, Failed: %s, Skipped: 0\n' "$failed"
[ "$failed" -eq 0 ]
