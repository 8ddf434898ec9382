#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# check.sh [static] [vm] [harness]: what 'make check' does; all three without
# arguments.  TAP on stdout, and as the last line the sum.
#
#   KERNEL	the kernels to build for and to boot (default "stock debug")
#   TESTS	the test files to run in the VMs, "kunit" among them (default: all)
#   TEST_TIMEOUT	seconds a test file may take (default 600)
set -uo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
# shellcheck source=selftests/vm/cache.sh
. selftests/vm/cache.sh
# shellcheck source=selftests/vm/klog.sh
. selftests/vm/klog.sh
# shellcheck source=selftests/check/tap.sh
. selftests/check/tap.sh
# shellcheck source=selftests/check/static.sh
. selftests/check/static.sh

parts=${*:-static vm harness}
kernels=${KERNEL:-stock debug}

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

# boot KERNEL FOLDER FILE...: run test files of FOLDER in a VM, print what
# guest.sh printed, and say so if the VM did not last until its end.
#
# The VM gets copies, which it keeps in memory: editing and building may go on
# in the checkout meanwhile.
boot() {
	local name=$1 dir=$2 out=$work/vm-$1 rc=0 last
	shift 2
	rm -rf "$out"
	mkdir -p "$out/work"
	cp "${built_dir[$name]}"/kmod/vswitch.ko build/tools/vswctl \
		Documentation/netlink/specs/vswitch.yaml \
		selftests/vm/{guest,klog}.sh "$out/work/"
	cp -r "$dir" "$out/work/tests"
	if [ "$name" = debug ]; then
		cp "${built_dir[$name]}/kmod/tests/vswitch_kunit.ko" "$out/work/"
	fi

	progress "booting the $name kernel for $# test files"
	# shellcheck disable=SC2016 # for the shell in the VM
	selftests/vm/run.sh -k "${kernel_dir[$name]}" -o "$out" \
		-t "${VM_TIMEOUT:-3000}" env "${guest_env[@]}" bash -c \
		'cp -r /run/out/work /run/work && cd /run/work/tests && exec bash ../guest.sh "$@"' \
		guest "$@" | tee "$out/tap" || rc=$?

	if [ "$(tail -n 1 "$out/tap")" != "# the VM's work is done" ]; then
		last=$(sed -n 's/^# \([^ ]*\.\(sh\|py\)\)$/\1/p' "$out/tap" | tail -n 1)
		echo "not ok the VM lasts to the end of the tests"
		echo "# run.sh ended with $rc in ${last:-its boot}; the kernel's last words:"
		{ klog_faults || tail -n 20; } < "$out/console" | sed 's/^/# /'
	fi
}

# The environment of the tests; see also vm/guest.sh.
set_guest_env() {
	local name=$1

	guest_env=(
		VSWITCH_KO=/run/work/vswitch.ko
		VSWCTL=/run/work/vswctl
		VSWITCH_SPEC=/run/work/vswitch.yaml
		"YNL_DIR=$linux/tools/net/ynl"
		"TEST_TIMEOUT=${TEST_TIMEOUT:-600}"
	)
	if [ "$name" = debug ]; then
		guest_env+=(KERNEL_DEBUG=1 VSWITCH_KUNIT_KO=/run/work/vswitch_kunit.ko)
	fi
}


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
	local name listed tests

	listed=$(make -s -C selftests print-tests)
	[ -n "$listed" ] || tap_not_ok "selftests/Makefile lists the tests"
	for name in $kernels; do
		if [ -z "${built_dir[$name]}" ]; then
			tap_not_ok "$name: the tests have a module to run with"
			continue
		fi
		tests=${TESTS:-$listed}
		# Debian's kernel has no KUnit.
		[ "$name" != debug ] || [ -n "${TESTS-}" ] || tests+=" kunit"
		set_guest_env "$name"
		: > "$work/tap-$name"
		# A process group of its own, to end it as a whole.
		set -m
		# shellcheck disable=SC2086 # a list of names
		boot "$name" selftests $tests > "$work/tap-$name" 2>&1 < /dev/null &
		vm_pid[$name]=$!
		set +m
	done
	for name in "${!vm_pid[@]}"; do
		tap_merge "$name: " < <(tail -n +1 -s 1 -f --pid="${vm_pid[$name]}" \
			"$work/tap-$name")
	done
}

if wants vm; then
	run_vms
fi

if wants harness; then
	# shellcheck source=selftests/check/harness.sh
	. selftests/check/harness.sh
	for name in $kernels; do
		check_harness "$name"
	done
fi

tap_end
