#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# bench.sh [check]: what 'make bench' does: in VMs, measure the switch beside its
# peers. The results are TAP on stdout; the figures go into build/bench, and from
# there into Documentation/benchmarks.rst and frames.json.
#
# With "check", what 'make bench-check' does: count the instructions of a frame
# in the switch alone, and see that they are no more than those in frames.json.
#
#   KERNEL	stock (the default) or lean, see vm/kernel.sh; only what is
#		measured with stock becomes frames.json
#   PARTS	what to measure: frames, scale, streams, parallel (default: all)
set -euo pipefail

cd "$(dirname "$0")/../.."
top=$PWD
# shellcheck source=selftests/vm/cache.sh
. selftests/vm/cache.sh
# shellcheck source=selftests/check/tap.sh
. selftests/check/tap.sh

name=${KERNEL:-stock}
out=$top/build/bench
page=Documentation/benchmarks.rst
committed=selftests/bench/frames.json

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

build_floor() {
	mkdir -p "$floor"
	cp selftests/bench/floor/* "$floor/"
	make -s -C "$kernel/build" M="$floor" modules
}

# measure FILE SCRIPT [ARG]...: FILE gets what the script prints in a VM, which
# counts instructions unless it has to have two CPUs.
measure() {
	local to=$1 vm=$work/vm clock=(-i)
	shift
	[ "$1" != parallel.py ] || clock=()

	rm -rf "$vm"
	mkdir -p "$vm/bench"
	cp "$built/kmod/vswitch.ko" "$floor/floor.ko" build/tools/vswctl \
		selftests/bench/*.py "$vm/bench/"
	# shellcheck disable=SC2016 # for the shell in the VM
	if ! selftests/vm/run.sh "${clock[@]}" -k "$kernel" -o "$vm" -t 3600 \
		env VSWCTL=/run/bench/vswctl FLOOR_KO=/run/bench/floor.ko bash -c '
			set -e
			cp -r /run/out/bench /run/bench
			cd /run/bench
			for m in $(modinfo -F depends vswitch.ko | tr , " "); do
				modprobe "$m"
			done
			insmod vswitch.ko
			python3 "$@" > /run/out/found 2> /run/out/log' bench "$@"; then
		tail -n 20 "$vm/log" "$vm/console"
		return 1
	fi
	cp "$vm/found" "$to"
}

# write NAME: into the page, what is below its marker.
write() {
	{
		printf '::\n\n    make bench PARTS=%s%s\n\n' "$1" "${KERNEL:+ KERNEL=$KERNEL}"
		echo "$(date -I), Linux $(cat "$kernel/release"), $(gcc -dumpfullversion | sed 's/^/gcc /')::"
		echo
		selftests/bench/tables.py "$1" "$out/$1-$name.json" | sed 's/^\(.\)/    \1/'
	} > "$work/page"
	sed -i -e "/^\.\. $1-$name: begin/,/^\.\. $1-$name: end/{//!d}" \
		-e "/^\.\. $1-$name: begin/r $work/page" "$page"
}

# hold WHAT FILE...: figures against goals, by tables.py.
hold() {
	# shellcheck disable=SC2016 # for the inner shell
	tap_try "$1: the figures can be read" \
		bash -c 'selftests/bench/tables.py "$@" > "$0"' "$work/goals" "$@"
	tap_merge "" < "$work/goals"
}

# part NAME: measure it, hold it against its goals, write it down.
part() {
	local file=$out/$1-$name.json

	progress "measuring: $1"
	rm -f "$file"
	tap_try "$1: it can be measured" measure "$file" "$1.py"
	[ -e "$file" ] || return 0
	hold "$1-goals" "$file"
	write "$1"
	[ "$1-$name" != frames-stock ] || cp "$file" "$committed"
}

echo "TAP version 13"
kernel=$(selftests/vm/kernel.sh "$name")
floor=$top/build/${kernel##*/}/floor
built=$(selftests/vm/build.sh "$kernel")
make -s tools
tap_try "the floor builds without a warning" build_floor

if [ "${1-}" = check ]; then
	tap_try "the instructions of a frame can be counted" \
		measure "$work/own.json" frames.py own
	[ ! -e "$work/own.json" ] || hold frames-check "$work/own.json" "$committed"
else
	selftests/vm/packages.sh openvswitch-switch
	mkdir -p "$out"
	for part in ${PARTS:-frames scale streams parallel}; do
		part "$part"
	done
fi

tap_end
