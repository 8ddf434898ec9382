#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh [static] [vm] [harness] [bench]: what 'make check' does; without
# arguments all of them.  TAP on stdout, and as the last line the sum.
#
#   KERNEL	the kernels to build for and to boot, by the names that vm/kernel.sh
#		knows; by default "stock debug", and the newest for the tests of
#		what the switch means
#   TESTS	the test files to run in the VMs, "kunit" among them (default: all)
#   TEST_TIMEOUT	seconds a test file may take (default 1800), to end one that hangs
#   VSWITCH_TRY_AGAIN	not empty: try a case that fails once more (set where all
#		is done)
set -uo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
# shellcheck source=selftests/vm/cache.sh
. selftests/vm/cache.sh
# shellcheck source=selftests/vm/klog.sh
. selftests/vm/klog.sh
# shellcheck source=selftests/check/tap.sh
. selftests/check/tap.sh
# shellcheck source=selftests/check/boot.sh
. selftests/check/boot.sh
# shellcheck source=selftests/check/mutantlist.sh
. selftests/check/mutantlist.sh
# shellcheck source=selftests/check/static.sh
. selftests/check/static.sh

parts=${*:-static vm harness bench}
# Who runs all has no use for a failure of the machine's.
[ $# -gt 0 ] || export VSWITCH_TRY_AGAIN=1
kernels=${KERNEL:-stock debug newest}

work=$(mktemp -d)
declare -A kernel_dir built_dir vm_pid
# shellcheck disable=SC2317 # the trap reaches it
end() {
	local pid

	for pid in "${vm_pid[@]}"; do
		kill -- "-$pid" 2> /dev/null
	done
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

wants() { [[ " $parts " == *" $1 "* ]]; }

echo "TAP version 13"
selftests/vm/packages.sh || exit 1
linux=$(linux_source) || exit 1
for name in $kernels; do
	kernel_dir[$name]=$(selftests/vm/kernel.sh "$name") || exit 1
done

for name in $kernels; do
	progress "building the module for the $name kernel"
	log=$work/build-$name
	if built_dir[$name]=$(selftests/vm/build.sh "${kernel_dir[$name]}" 2> "$log"); then
		tap_ok "$name: the module builds without a warning (W=1)"
	else
		tap_not_ok "$name: the module builds without a warning (W=1)" "$log"
		built_dir[$name]=''
	fi
done
tap_try "the tool builds without a warning" make -s tools
tap_try "the tool builds with ASan and UBSan" \
	make -s -C tools/vswctl O="$top/build/tools" sanitized
# shellcheck disable=SC2034 # boot.sh uses it
sanitized_tests=$(make -s -C selftests print-tool | tr '\n' ' ')
tap_try "what the tests need builds without a warning" \
	make -s -C selftests OUTPUT="$top/build/tests"

# The tool's own tests, with ASan and UBSan; they need no module.
run_tool_checks() {
	local log=$work/tool rc=0

	make -s -C tools/vswctl O="$top/build/tools" check > "$log" 2>&1 || rc=$?
	tap_merge "vswctl: " < <(sed -E 's/^((not )?ok) [0-9]+ - /\1 /' "$log")
	[ "$rc" -eq 0 ] || tap_not_ok "vswctl: its own tests end well" "$log"
}

if wants static; then
	progress "static checks"
	static_checks
	run_tool_checks
fi

# The VMs run at the same time: each is busy on one CPU at most, and waits a
# lot. The results of the first are shown as they come.
run_vms() {
	local name tests

	for name; do
		if [ -z "${built_dir[$name]}" ]; then
			tap_not_ok "$name: the tests have a module to run with"
			continue
		fi
		tests=${TESTS:-$(make -s -C selftests "print-$(tests_of "$name")-tests")}
		[ -n "$tests" ] || tap_not_ok "$name: selftests/Makefile lists the tests"
		set_guest_env "$name"
		: > "$work/tap-$name"
		# A process group of its own, to end it as a whole.
		set -m
		# shellcheck disable=SC2086 # a list of names
		boot "$name" selftests $tests > "$work/tap-$name" 2>&1 < /dev/null &
		vm_pid[$name]=$!
		set +m
	done
	for name; do
		[ -n "${vm_pid[$name]-}" ] || continue
		tap_merge "$name: " < <(tail -n +1 -s 1 -f --pid="${vm_pid[$name]}" \
			"$work/tap-$name")
	done
}

# tests_of KERNEL: the list of selftests/Makefile.
tests_of() {
	if [ "$1" = newest ] && [ -z "${KERNEL-}" ]; then
		echo semantic
	else
		echo "$1"
	fi
}

# Two at a time: there may be no more CPUs.
if wants vm; then
	# shellcheck disable=SC2086 # a list of names
	set -- $kernels
	while [ $# -gt 0 ]; do
		run_vms "${@:1:2}"
		shift $(($# > 1 ? 2 : 1))
	done
fi

if wants harness; then
	# shellcheck source=selftests/check/harness.sh
	. selftests/check/harness.sh
	check_again
	check_races
	for name in $kernels; do
		# What it says about a splat is known of some kernels.
		[ ! -e "selftests/vm/trial/expect.$name" ] || check_harness "$name"
	done
fi

if wants bench; then
	progress "counting the instructions of frames"
	log=$work/bench rc=0
	KERNEL=stock selftests/bench/bench.sh check > "$log" 2>&1 || rc=$?
	tap_merge "bench: " < <(sed -E -e 's/^((not )?ok) [0-9]+ - /\1 /' \
		-e '/^TAP version/d; /^1\.\./d; /^[0-9]+ passed/d' "$log")
	[ "$rc" -eq 0 ] || tap_not_ok "bench: ends well" "$log"
fi

tap_end
