# The kernel and the initramfs of ci/rxe-vm, made once and kept in the cache folder. Sourced, not run.

# The modules that the guest needs. The kernel asks for some of them by name at run time, but the initramfs has no
# modprobe, so they are loaded beforehand, in the order of their dependencies. crc32_generic is easy to miss: without it
# `rdma link add` fails with "No such file or directory".
vm_modules=(virtio_pci virtio_console virtio_rng virtio_net 9pnet_virtio 9p overlay veth crc32_generic crc32_pclmul ib_uverbs
  rdma_rxe sch_netem)

# vm_image: sets vm_kernel and vm_initrd, making them first where they are missing or older than the scripts.
vm_image() {
  local cache=${XDG_CACHE_HOME:-$HOME/.cache}/logstore/rxe-vm
  mkdir -p "$cache"
  exec 8>"$cache/lock"; flock 8
  local tree; tree=$(vm_kernel_tree "$cache") || exit 1
  vm_kernel=$(echo "$tree"/boot/vmlinuz-*)
  vm_initrd=$tree/initrd.gz
  if [ ! -e "$vm_initrd" ] || [ ci/rxe-vm-init.sh -nt "$vm_initrd" ] || [ ci/rxe-vm-image.sh -nt "$vm_initrd" ]; then
    vm_make_initrd "$tree"
  fi
  exec 8>&-
}

# vm_kernel_tree CACHE: prints the folder that holds an unpacked Debian kernel package, fetching it if there is none yet.
vm_kernel_tree() {
  local cache=$1 package partial tree
  for tree in "$cache"/linux-image-*; do
    if [ -e "$tree/complete" ]; then echo "$tree"; return; fi
  done
  command -v apt-get >/dev/null 2>&1 || fail "the VM boots Debian's kernel package, and there is no apt-get to fetch it with"
  package=$(vm_kernel_package)
  if [ -z "$package" ]; then
    apt-get update -qq >/dev/null 2>&1 || true
    package=$(vm_kernel_package)
  fi
  [ -n "$package" ] || fail "the package linux-image-amd64 is not to be had: check the lists of apt (apt-get update)"
  printf 'fetching %s (70 MB, once)\n' "$package" >&2
  partial=$cache/partial.$$; mkdir -p "$partial/tree"
  (cd "$partial" && apt-get download -qq "$package" >download.log 2>&1) ||
    { cat "$partial/download.log" >&2; rm -rf "$partial"; fail "could not fetch $package"; }
  dpkg-deb --extract "$partial"/*.deb "$partial/tree"
  touch "$partial/tree/complete"
  mv "$partial/tree" "$cache/$package"; rm -rf "$partial"
  echo "$cache/$package"
}

vm_kernel_package() { apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends: linux-image-/ {print $2; exit}'; }

# vm_make_initrd TREE: busybox, the modules and the guest's init, packed.
vm_make_initrd() {
  local tree=$1 version root module file
  version=$(basename "$tree"/lib/modules/*); root=$tree/initramfs
  depmod -b "$tree" "$version"
  rm -rf "$root"; mkdir -p "$root"/{bin,proc,sys,dev,host,upper,root,modules}
  cp "$(command -v busybox)" "$root/bin/busybox"
  for module in "${vm_modules[@]}"; do
    modprobe -d "$tree" -S "$version" --show-depends "$module" | awk '/^insmod/ {print $2}'
  done | awk '!seen[$0]++' | while read -r file; do
    cp "$file" "$root/modules/"; basename "$file" >>"$root/modules/order"
  done
  install -m 0755 ci/rxe-vm-init.sh "$root/init"
  (cd "$root" && find . | cpio --quiet -o -H newc | gzip -1) >"$vm_initrd.tmp"
  mv "$vm_initrd.tmp" "$vm_initrd"
}
