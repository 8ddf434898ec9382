#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# failover.sh: what 'make bench-failover' does.  Lose the uplink in use over and
# over, in the VM, and count what becomes of the frames, with the switch and
# with bonds.  TAP on stdout; all of it goes into build/bench/failover.log, the
# histograms into build/bench/failover.rst and Documentation/benchmarks.rst.
#
#   LOSSES	how many by each of the frequent kinds (default 1000)
#   PERIOD	the microseconds between two frames of one way (default: 100, or
#		what this machine holds)
#	LIMIT	the seconds after which it ends with what it has (default: none)
set -euo pipefail

cd "$(dirname "$0")/../.."
# shellcheck source=selftests/vm/cache.sh
. selftests/vm/cache.sh

out=build/bench
page=Documentation/benchmarks.rst
export VSWITCH_LOSSES=${LOSSES:-1000} VSWITCH_PERIOD=${PERIOD-} VSWITCH_SOAK=${LIMIT-}
export KERNEL=stock TESTS=bench/failover.py
export TEST_TIMEOUT=$((600 + VSWITCH_LOSSES * 12)) \
	VM_TIMEOUT=$((900 + VSWITCH_LOSSES * 12))

load() { cut -d ' ' -f 1-2 /proc/loadavg; }

mkdir -p "$out"
began=$(load)
rc=0
selftests/check/check.sh vm | tee "$out/failover.log" || rc=$?

# Without histograms the page keeps those that it has.
grep -q '^# | ' "$out/failover.log" || exit $((rc ? rc : 1))

kernel=$(selftests/vm/kernel.sh stock)
{
	printf '::\n\n    make bench-failover LOSSES=%s%s\n\n' "$VSWITCH_LOSSES" \
		"${PERIOD:+ PERIOD=$PERIOD}"
	echo "$(date -I), Linux $(cat "$kernel/release"), QEMU with $(selftests/vm/accel.sh "$kernel"), 2 CPUs of a"
	echo "machine with $(nproc), whose load (1 and 5 minutes) was $began before and $(load) after."
	echo
	sed -n 's/^# | \?//p' "$out/failover.log"
} > "$out/failover.rst"
sed -i -e '/^\.\. failover: begin/,/^\.\. failover: end/{//!d}' \
	-e "/^\.\. failover: begin/r $out/failover.rst" "$page"
progress "the histograms are in $page"
exit "$rc"
