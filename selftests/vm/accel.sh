#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# accel.sh KERNELDIR: print the accelerator for QEMU.  A /dev/kvm that opens may
# still hang its guest (nested, or emulated by another monitor), so it has to
# boot one first.  The answer holds until the machine boots again.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=selftests/vm/cache.sh
. "$here/cache.sh"

kernel=$1
known=$CACHE/accel-$(id -un)
boot=$(cat /proc/sys/kernel/random/boot_id)

if [ -e "$known" ] && read -r id answer < "$known" && [ "$id" = "$boot" ]; then
	echo "$answer"
	exit
fi

answer=tcg,thread=multi
if [ -w /dev/kvm ]; then
	progress "trying whether KVM works here (at most 20 s, once)"
	if timeout -k 1 20 qemu-system-x86_64 -accel kvm -cpu host -machine q35 -m 256 \
		-nodefaults -display none -no-reboot -monitor none -serial stdio \
		-kernel "$kernel/vmlinuz" -initrd "$("$here/initrd.sh" "$kernel")" \
		-append "console=ttyS0 quiet panic=-1" < /dev/null 2>&1 |
		grep -q "vm: booted"; then
		answer=kvm
	fi
fi
progress "the VMs run with $answer"
echo "$boot $answer" > "$known"
echo "$answer"
