#!/bin/busybox sh
# The first process of ci/rxe-vm's guest: mounts the host's tree, sets up Soft-RoCE, runs the job and powers off.
# Writes to the tree stay in memory and are gone with the VM.
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for module in $(cat /modules/order); do insmod "/modules/$module"; done

mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro host /host
mount -t tmpfs upper /upper; mkdir -p /upper/files /upper/work
mount -t overlay -o lowerdir=/host,upperdir=/upper/files,workdir=/upper/work overlay /root
mount -t proc proc /root/proc; mount -t sysfs sys /root/sys; mount --bind /dev /root/dev
mkdir -p /root/dev/pts /root/dev/shm
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin; ln -s fd/1 /dev/stdout; ln -s fd/2 /dev/stderr
mount -t devpts devpts /root/dev/pts; mount -t tmpfs shm /root/dev/shm; mount -t tmpfs run /root/run
ip link set lo up
# A few huge pages, so that code which asks for them gets some.
echo 32 >/proc/sys/vm/nr_hugepages

job=$(sed 's/.*logstore\.job=\([^ ]*\).*/\1/' /proc/cmdline)
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# A port can be opened once only, and programs like to reopen /dev/stderr: relays own the ports, the job writes to pipes.
mkfifo /root/run/out /root/run/err
port() { for p in /sys/class/virtio-ports/*; do [ "$(cat "$p/name")" = "$1" ] && echo "/dev/$(basename "$p")"; done; }
cat /root/run/out >"$(port out)" & relays=$!
cat /root/run/err >"$(port err)" & relays="$relays $!"
exec 3>"$(port status)"
chroot /root /bin/bash "$job/guest.sh" 3>&3 >/root/run/out 2>/root/run/err
code=$?
wait $relays
echo "exit $code" >&3
sync; poweroff -f
