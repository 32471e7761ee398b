#!/usr/bin/env bash
# Soft-RoCE (rdma_rxe) on a host whose kernel has the module. Everything here can be run twice, and undone.
set -euo pipefail
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/common.sh"
PATH=$PATH:/usr/sbin:/sbin

usage() {
  cat <<'U'
usage: ci/rxe-setup.sh add INTERFACE [DEVICE]   load rdma_rxe and put an RDMA device on a network interface
       ci/rxe-setup.sh remove INTERFACE         take the device off again
       ci/rxe-setup.sh add-pair                 two devices, rxe0 and rxe1, on a veth pair of this host: what the tests use
       ci/rxe-setup.sh remove-pair              take both devices and the veth pair away
       ci/rxe-setup.sh add-link HOST            one device, rxe0, on the Ethernet link between two VMs: see ci/rxe-vm
       ci/rxe-setup.sh check                    succeed if this kernel can have Soft-RoCE devices
U
}

# The pair, and the link between two VMs, live in 198.18.0.0/15, which RFC 2544 sets aside for tests of network devices.
pair_a=lsrxe0 pair_b=lsrxe1 address_a=198.18.77.1/30 address_b=198.18.77.2/30

device_on() { rdma link show 2>/dev/null | sed -nE "s|^link ([^/ ]+)/.* netdev $1 *\$|\1|p" | head -n 1; }

has_module() { [ -d /sys/module/rdma_rxe ] || modprobe --dry-run --quiet rdma_rxe 2>/dev/null; }

load_module() {
  [ "$(id -u)" -eq 0 ] || fail "adding an RDMA device takes root: run this with sudo"
  need_packages ip=iproute2 rdma=iproute2 modprobe=kmod
  [ -d /sys/module/rdma_rxe ] || modprobe rdma_rxe 2>/dev/null ||
    fail "the running kernel $(uname -r) has no rdma_rxe module. Debian's linux-image-amd64 and Ubuntu's" \
      "linux-modules-extra-$(uname -r) bring it; without it use ci/rxe-vm"
}

add() {
  local interface=$1 device=${2:-rxe_$1} found
  load_module
  [ -d "/sys/class/net/$interface" ] || fail "there is no network interface '$interface': see 'ip link'"
  found=$(device_on "$interface")
  if [ -n "$found" ]; then printf '%s: %s is there already\n' "$interface" "$found"; return; fi
  rdma link add "$device" type rxe netdev "$interface"
  # Without udev (a container, an initramfs) the device nodes stay root's.
  chmod 0666 /dev/infiniband/uverbs* 2>/dev/null || true
  printf '%s: added %s\n' "$interface" "$device"
}

remove() {
  need_packages rdma=iproute2 # Without it nothing would be found.
  local device; device=$(device_on "$1")
  if [ -z "$device" ]; then printf '%s: no RDMA device\n' "$1"; return; fi
  rdma link delete "$device"
  printf '%s: removed %s\n' "$1" "$device"
}

add_pair() {
  load_module
  if [ ! -d "/sys/class/net/$pair_a" ]; then ip link add "$pair_a" type veth peer name "$pair_b"; fi
  # Jumbo frames let rxe use its largest path MTU, 4096.
  ip link set "$pair_a" up mtu 9000; ip address replace "$address_a" dev "$pair_a"
  ip link set "$pair_b" up mtu 9000; ip address replace "$address_b" dev "$pair_b"
  # Both ends are this host's own addresses: its kernel must accept them as they come in from the other end.
  local interface
  for interface in "$pair_a" "$pair_b"; do
    echo 1 >"/proc/sys/net/ipv4/conf/$interface/accept_local"
    echo 0 >"/proc/sys/net/ipv4/conf/$interface/rp_filter"
  done
  add "$pair_a" rxe0; add "$pair_b" rxe1
}

remove_pair() {
  [ -d "/sys/class/net/$pair_a" ] || { echo "no pair"; return; }
  remove "$pair_a"; remove "$pair_b"
  ip link delete "$pair_a"
}

# The only Ethernet interface of a VM of ci/rxe-vm is the link to the other one.
add_link() {
  local interface; interface=$(basename "$(ls -d /sys/bus/virtio/drivers/virtio_net/virtio*/net/* | head -n 1)")
  ip link set "$interface" up mtu 9000; ip address replace "198.18.78.$1/24" dev "$interface"
  add "$interface" rxe0
}

case "${1:-}/$#" in
  add/2|add/3) add "$2" "${3:-}" ;;
  remove/2)    remove "$2" ;;
  add-pair/1)    add_pair ;;
  remove-pair/1) remove_pair ;;
  add-link/2)    load_module; add_link "$2" ;;
  check/1)       has_module ;;
  *) usage >&2; exit 2 ;;
esac
