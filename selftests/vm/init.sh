#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# PID 1 of the VM: sets up what a machine has, runs the command that run.sh
# left in the share, reports its exit status there and powers off.

export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export HOME=/root TMPDIR=/run LC_ALL=C.UTF-8

mount -t tmpfs -o mode=755 run /run
mkdir -p /run/out /run/netns /run/lock /dev/pts /dev/shm
mount -t devpts pts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
# What udev would do.
ln -s /proc/self/fd /dev/fd
ln -s /proc/self/fd/0 /dev/stdin
ln -s /proc/self/fd/1 /dev/stdout
ln -s /proc/self/fd/2 /dev/stderr
mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288 out /run/out
: > /run/out/booted
mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null

# The kernel's modules lie in the cache; modprobe and the kernel's own calls of
# it look in one place only.
kernel=$(cat /run/out/kernel)
modules=lib/modules/$(uname -r)
mkdir -p "/usr/$modules"
mount --bind "$kernel/$modules" "/usr/$modules"

hostname vm
ip link set lo up

# The second serial line is the command's output, the first the kernel's log.
stty -F /dev/ttyS1 raw -echo
bash /run/out/command < /dev/null > /dev/ttyS1 2>&1
echo $? > /run/out/status
sync

# The root goes away before the power does: nothing but builtins from here on.
echo o > /proc/sysrq-trigger
while :; do :; done
