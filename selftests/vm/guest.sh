#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# guest.sh FILE...: in the VM, run test files one by one and print their results
# with the file's name before each; then what the whole run left behind.  The
# reader numbers the lines.  "kunit" instead of a file is VSWITCH_KUNIT_KO.
#
# Environment: VSWITCH_KO, VSWITCH_KUNIT_KO, TEST_TIMEOUT (seconds a file); and
# for the files VSWCTL, KERNEL_DEBUG=1 on the debug kernel, YNL_DIR and
# VSWITCH_SPEC. The files in SANITIZED_TESTS get VSWCTL_SANITIZED as VSWCTL, and
# VSWCTL as VSWCTL_PLAIN.  With VSWITCH_GCOV, the folder that gets the counters of
# what ran.
set -u

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=selftests/vm/klog.sh
. "$here/klog.sh"

kmemleak=/sys/kernel/debug/kmemleak
# Ends what hangs; a busy machine may be several times as slow as an idle one.
limit=${TEST_TIMEOUT:-1800}

diagnostics() { sed 's/^/# /'; }

loaded() { [ -e /sys/module/vswitch ]; }

load() {
	local dep

	loaded && return
	for dep in $(modinfo -F depends "$VSWITCH_KO" | tr , ' '); do
		modprobe "$dep" || return
	done
	insmod "$VSWITCH_KO"
}

# A dump of a tool that was killed holds the module until RCU and a worker have run,
# so what is in use is in use for good after 20 s only.
unload() {
	local said=/run/rmmod.out end=$((SECONDS + 20))

	until timeout 300 rmmod vswitch 2> "$said"; do
		if [ "$SECONDS" -ge "$end" ]; then
			cat "$said"
			return 1
		fi
		sleep 1
	done
}

# What a test must not leave: netdevs of ours, namespaces, a module that stays.
left_behind() {
	local ns

	ip -o link show type vswitch 2>/dev/null | sed 's/^/left: /'
	ip -o link show type vmk 2>/dev/null | sed 's/^/left: /'
	for ns in $(ip netns list | awk '{ print $1 }'); do
		echo "left: network namespace $ns"
		ip netns pids "$ns" | xargs -r kill -9
		ip netns del "$ns"
	done
	if loaded && ! unload; then
		echo "left: the module cannot be removed"
	fi
}

# end_group GROUP: a file has ended, and what it has left running is to end with it;
# what does not do so by itself is named.
end_group() {
	local group=$1 _

	for _ in {1..20}; do
		pgrep -g "$group" > /dev/null || return
		sleep 0.1
	done
	pgrep -ag "$group" | sed 's/^/# left running, and killed: /'
	kill -KILL -- "-$group" 2>/dev/null
}

run_file() {
	local file=$1 out=/run/test.out pid rc plan seen bad tool=$VSWCTL env noise=

	[ "$file" != failnth.py ] || noise=$KLOG_NO_MEMORY
	[[ " ${SANITIZED_TESTS-} " != *" $file "* ]] || tool=$VSWCTL_SANITIZED

	klog_mark "$file"
	if ! load > "$out" 2>&1; then
		echo "not ok $file: the module loads"
		{ cat "$out"; dmesg | tail -n 5; } | diagnostics
		return
	fi

	# Leaks are looked for where one process does much: tokens.py.
	env=(ASAN_OPTIONS=detect_leaks=0 "VSWCTL=$tool" "VSWCTL_PLAIN=$VSWCTL")
	# A file and not a pipe gets what it says: no end of a pipe comes while anything
	# that it has started holds it. In a process group of its own, to end it whole.
	set -m
	env "${env[@]}" timeout -k 10 "$limit" "./$file" < /dev/null > "$out" 2>&1 &
	pid=$!
	set +m
	tail -n +1 -s 0.2 -f --pid="$pid" "$out" |
		sed -u -e "s|^ok [0-9]* *-* *|ok $file: |" \
		       -e "s|^not ok [0-9]* *-* *|not ok $file: |" \
		       -e '/^1\.\.[0-9]/d' -e '/^TAP version/d' \
		       -e "\\|^\\(not \\)\\?ok $file: |!s/^\\(# \\)\\?/# /"
	wait "$pid"
	rc=$?
	end_group "$pid"

	plan=$(sed -n 's/^1\.\.\([0-9]*\).*/\1/p' "$out" | head -n 1)
	seen=$(grep -cE '^(not )?ok ' "$out")
	bad=$(grep -cE '^not ok ' "$out")
	case $rc in
	124|137) echo "not ok $file: ends within $limit s";;
	0) [ "$bad" -eq 0 ] || echo "not ok $file: says by its exit status that a test failed";;
	1) [ "$bad" -gt 0 ] || echo "not ok $file: exits with 1, yet no test failed";;
	4) [ "$seen" -gt 0 ] || { echo "ok $file # SKIP"; plan=0; };;
	*) echo "not ok $file: ends by itself (exit status $rc)";;
	esac
	if [ "${plan:--1}" -ne "$seen" ]; then
		echo "not ok $file: prints as many results as it planned"
		echo "# planned ${plan:-nothing}, printed $seen"
	fi

	left_behind > "$out" 2>&1
	# Some references are put by RCU, some complaints come by a worker.
	sleep 0.5
	if klog_since "$file" | klog_faults "$noise" >> "$out" || [ -s "$out" ]; then
		echo "not ok $file: the kernel is as it was before"
		diagnostics < "$out"
	else
		echo "ok $file: the kernel is as it was before"
	fi
}

# KUnit's results have one suite a file, its cases indented by four.
run_kunit() {
	local out=/run/kunit.out file suite

	klog_mark kunit
	if ! { load && insmod "$VSWITCH_KUNIT_KO"; } > "$out" 2>&1; then
		echo "not ok kunit: the module loads"
		diagnostics < "$out"
		return
	fi
	for file in /sys/kernel/debug/kunit/*/results; do
		[ -e "$file" ] || { echo "not ok kunit: has suites"; break; }
		suite=$(basename "$(dirname "$file")")
		cat "$file" > "$out"
		awk -v suite="$suite" '
			function flush() { for (i = 0; i < n; i++) print "# " held[i]; n = 0 }
			/^    1\.\./ { plan = substr($1, 4) + 0 }
			/^    (not )?ok / {
				seen++
				bad = $1 == "not"
				name = $0
				sub(/^ *(not )?ok [0-9]+ *-? */, "", name)
				print (bad ? "not ok" : "ok") " kunit: " suite ": " name
				if (bad)
					flush()
				n = 0
				next
			}
			{ held[n++] = $0 }
			END {
				if (!seen || seen != plan)
					print "not ok kunit: " suite ": runs all its cases"
			}' "$out"
	done
	rmmod "$(basename "${VSWITCH_KUNIT_KO%.ko}")"
	left_behind > "$out" 2>&1
	sleep 0.5
	if klog_since kunit | klog_faults >> "$out" || [ -s "$out" ]; then
		echo "not ok kunit: the kernel is as it was before"
		diagnostics < "$out"
	else
		echo "ok kunit: the kernel is as it was before"
	fi
}

# Once, at the end: a scan is long.  What is unreferenced for a moment only is
# not reported by the second scan, five seconds on.
check_leaks() {
	local out=/run/leaks

	klog_mark leaks
	echo scan > "$kmemleak"
	sleep 5
	echo scan > "$kmemleak"
	head -n 100 "$kmemleak" > "$out"
	if [ -s "$out" ]; then
		echo "not ok kmemleak finds nothing"
		diagnostics < "$out"
	else
		echo "ok kmemleak finds nothing"
	fi
	# References that were never put show up late: unregister waits 10 s.
	klog_since leaks | grep -v kmemleak | klog_faults > "$out"
	if [ -s "$out" ]; then
		echo "not ok the kernel's log stays quiet after the tests"
		diagnostics < "$out"
	else
		echo "ok the kernel's log stays quiet after the tests"
	fi
}

# The kernel keeps those of a module that has gone.  cp takes its files for empty.
keep_counters() {
	local file

	find /sys/kernel/debug/gcov -name '*.gcda' | while read -r file; do
		mkdir -p "$VSWITCH_GCOV${file%/*}"
		cat "$file" > "$VSWITCH_GCOV$file"
	done
}

# Who waits behind others, on a CPU that is emulated and that somebody else uses,
# may wait for minutes.
hung=/proc/sys/kernel/hung_task_timeout_secs
[ ! -w "$hung" ] || echo 480 > "$hung"

# What the boot left is not ours.
if [ -w "$kmemleak" ]; then
	echo scan > "$kmemleak"
	echo clear > "$kmemleak"
fi

for file; do
	echo "# $file"
	SECONDS=0
	case $file in
	kunit) run_kunit;;
	*) run_file "$file";;
	esac
	echo "# $file took $SECONDS s"
done
[ ! -w "$kmemleak" ] || check_leaks
[ -z "${VSWITCH_GCOV-}" ] || keep_counters
echo "# the VM's work is done"
