#!/bin/bash
# Plays the kubelet for one pod: pod.sh ROOT POD LATE
#
# Runs in network, mount, UTS and PID namespaces of its own, which end with it.
# ROOT is prepared by site.rs and becomes the container's root: etc, configmap,
# bootstrap and so on are its own, the programs are those of this machine.
# ROOT/listen has a line "ADDRESS PORT" for each port that answers; LATE is how
# often the init container is run before those ports open.
set -eu
exec 2>&1
root=$1 pod=$2 late=$3

hostname "$pod"
ip link set lo up
ip addr add 10.77.0.1/24 dev lo # all of it is local: open ports accept, others refuse
# What is sent to 10.66.0.0/24 arrives nowhere: there is no address resolution,
# and the other end of the cable does not know the addresses.
ip link add void0 type veth peer name void1
ip link set void0 arp off
ip link set void0 up
ip link set void1 up
ip addr add 10.66.0.1/24 dev void0

for dir in bin sbin lib lib64 usr dev etc/alternatives; do
    if [[ -L /$dir ]]; then
        cp -P "/$dir" "$root/$dir"
    elif [[ -d /$dir ]]; then
        mkdir -p "$root/$dir"
        mount --rbind "/$dir" "$root/$dir"
    fi
done
mount -t proc proc "$root/proc"

init_container() {
    chroot "$root" /usr/bin/env PATH=/tools /bootstrap.sh
}

# Called where its failure does not end this script.
for ((attempt = 1; attempt <= late; attempt++)); do
    echo "== attempt $attempt"
    if init_container; then echo "== attempt $attempt succeeded"; else echo "== attempt $attempt failed"; fi
done

while read -r address port; do
    "$root/listen" -lk "$address" "$port" </dev/null &
    until (: <"/dev/tcp/$address/$port"); do sleep 0.02; done 2>/dev/null
done <"$root/ports"

echo "== attempt"
if init_container; then echo "== attempt succeeded"; else echo "== attempt failed"; fi
