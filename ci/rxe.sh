# Where Soft-RoCE is to be had: on this host, or in a VM. Sourced, not run; the working directory is the repository.

# with_rxe COMMAND [ARGS]: runs it with RDMA devices: this host's own, else Soft-RoCE ones of its kernel, else a VM's.
# Without any of them it returns 125.
with_rxe() {
  if rxe_here; then "$@"; return; fi
  ci/rxe-vm --timeout "${LOGSTORE_RXE_TIMEOUT:-1200}" -- "$@"
}

rxe_here() {
  [ -z "$(ls /sys/class/infiniband 2>/dev/null)" ] || return 0
  [ "$(id -u)" -eq 0 ] && ci/rxe-setup.sh check && ci/rxe-setup.sh add-pair >&2
}

# rxe_possible: whether with_rxe has a way to devices; says why not.
rxe_possible() { rxe_here || ci/rxe-vm --check; }
