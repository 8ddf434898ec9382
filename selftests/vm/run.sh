#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# run.sh [options] COMMAND...: run COMMAND as root in a VM whose root is this
# machine's (read-only, changes are lost).  Its output is passed on, its exit
# status is ours; 125 means that the VM ended before the command did.
#
#   -k DIR	the kernel's folder (see kernel.sh)
#   -o DIR	shared with the VM as /run/out; also gets the kernel's log
#		as "console" (default: a temporary folder)
#   -t SECONDS	the VM's time limit (default 900)
#   -m MIB	memory (default 1024)
#   -c CPUS	(default 2)
#   -i		the VM's clock counts instructions, one a nanosecond, so that what
#		takes long takes many; on one CPU
#   -q ARG	one more argument for QEMU; may be repeated
#
# Ended by a signal, it takes QEMU with it.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
kernel='' out='' limit=900 memory=1024 cpus=2 count='' extra=()
while getopts k:o:t:m:c:iq: opt; do
	case $opt in
	k) kernel=$OPTARG;;
	o) out=$OPTARG;;
	t) limit=$OPTARG;;
	m) memory=$OPTARG;;
	c) cpus=$OPTARG;;
	i) count=1;;
	q) extra+=("$OPTARG");;
	*) exit 2;;
	esac
done
shift $((OPTIND - 1))
if [ -z "$kernel" ] || [ $# -eq 0 ]; then
	echo "usage: $0 -k KERNELDIR [options] COMMAND..." >&2
	exit 2
fi

vm='' temporary=''
# shellcheck disable=SC2317 # the trap reaches it
end() {
	[ -z "$vm" ] || kill "$vm" 2> /dev/null || true
	[ -z "$temporary" ] || rm -rf "$out"
}
trap end EXIT
trap 'exit 130' INT TERM

[ -n "$out" ] || { temporary=1; out=$(mktemp -d); }
mkdir -p "$out"
rm -f "$out/status" "$out/booted"
echo "$kernel" > "$out/kernel"
{
	printf 'cd %q\n' "$PWD"
	printf '%q ' "$@"
	echo
} > "$out/command"

share() {
	echo -fsdev "local,id=$1,path=$2,security_model=none,multidevs=remap$3" \
		-device "virtio-9p-pci,fsdev=$1,mount_tag=$1"
}

if [ -n "$count" ]; then
	accel=tcg,thread=single cpus=1
	extra+=(-icount "shift=0,sleep=off")
else
	accel=$("$here/accel.sh" "$kernel")
fi
case $accel in
kvm) cpu=host;;
*) cpu=max;;
esac
initrd=$("$here/initrd.sh" "$kernel")
append="console=ttyS0 quiet loglevel=5 log_buf_len=4M panic=-1 vm.init=$here/init.sh"
# On a busy machine an emulated timer may miss the interrupts it is tried by.
append+=" no_timer_check"
# What guards against other guests makes an emulated exec three times as long.
append+=" mitigations=off"

# i440fx is ten times slower to boot a KASAN kernel than q35.
boot() {
	# shellcheck disable=SC2046 # no path of ours has blanks
	timeout -k 5 "$limit" qemu-system-x86_64 -accel "$accel" -cpu "$cpu" -machine q35 \
		-smp "$cpus" -m "$memory" -nodefaults -display none -no-reboot -monitor none \
		-serial "file:$out/console" -serial stdio \
		$(share hostroot / ,readonly=on) $(share out "$out" "") \
		-kernel "$kernel/vmlinuz" -initrd "$initrd" -append "$append" \
		"${extra[@]}" < /dev/null &
	vm=$!
	# A trap runs during wait, not while a foreground command does.
	wait "$vm" || true
	vm=''
}

# A kernel that does not get as far as init says nothing about the command.
for _ in 1 2 3; do
	boot
	[ ! -e "$out/booted" ] || break
	echo "# the VM did not come up, its last words:" >&2
	tail -n 5 "$out/console" >&2
done

exit "$(cat "$out/status" 2>/dev/null || echo 125)"
