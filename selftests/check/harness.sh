# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are check.sh's
#
# Sourced by check.sh: a harness that overlooks a failure is worse than none.
# The test files of vm/trial fail in all the ways there are; what the harness
# says about them must be what vm/trial/expect.* says, line by line.

trial=selftests/vm/trial

build_splat() {
	local kernel=$1 out=$2

	mkdir -p "$out"
	cp "$trial"/splat/{Kbuild,splat.c} "$out/"
	make -s -C "$kernel/build" M="$out" modules
}

# What becomes of a case that fails, without and with a second try.
try_again() {
	local again

	for again in '' 1; do
		(
			# What came before does not count in here.
			# shellcheck disable=SC2034 # tap.sh uses them
			tap_passed=0 tap_failed=0 tap_skipped=0 tap_second=()
			tap_merge "" < <(VSWITCH_TRY_AGAIN=$again "$trial/again.py" |
				sed -E -e 's/^((not )?ok) [0-9]+ - /\1 /' -e '/^1\.\./d; /^TAP/d')
			tap_end
		)
	done | grep -E '^(ok|not ok|[0-9]|# 1 of|#   [a-z])'
}

check_again() {
	try_again > "$work/again"
	tap_try "a second try is told, and hides nothing that fails again" \
		diff -u "$trial/expect.again" "$work/again"
}

# Of these reports of races, the last two have an access of ours.
check_races() {
	klog_faults < "$trial/races.klog" | sed -n 's/^[^A-Z]*\(BUG\|WARNING\): //p' > "$work/races"
	tap_try "a race that is none of ours is no fault, all else is" \
		diff -u "$trial/expect.races" "$work/races"
}

check_harness() {
	local name=$1 splat=$top/build/${kernel_dir[$1]##*/}/splat
	local files

	files=$(sed -n 's/^[a-z ]*ok \([a-z]*\.sh\):.*/\1/p' "$trial/expect.$name" | uniq)
	# The last thing that the stock kernel does is to die.
	[ "$name" = debug ] || files+=" die.sh"

	if [ -z "${built_dir[$name]}" ]; then
		tap_not_ok "$name: the harness has a module to try with"
		return
	fi
	tap_try "$name: a module with faults on purpose builds" \
		build_splat "${kernel_dir[$name]}" "$splat"
	set_guest_env "$name"
	guest_env+=("SPLAT_KO=$splat/splat.ko" TEST_TIMEOUT=30)
	# shellcheck disable=SC2086 # a list of names
	boot "$name" "$trial" $files > "$work/trial-$name"
	grep -E '^(not )?ok ' "$work/trial-$name" > "$work/trial-$name.results"
	tap_try "$name: the harness sees each fault that it is shown" \
		diff -u "$trial/expect.$name" "$work/trial-$name.results"
	progress "trial on the $name kernel done"
}
