#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# soak.sh: what 'make soak' does: the tests that can go on for as long as one
# likes, in VMs, with seeds that no run had before.
#
#   SOAK	how many seconds in all (default 600)
#   KERNEL	the kernels to boot (default "debug"); they run at the same time
#   TESTS	which of the tests (default: all that selftests/Makefile lists as
#		SOAK_PROGS)
#   VSWITCH_SEED	a seed to run again
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
seconds=${SOAK:-600}
tests=${TESTS:-$(make -s -C "$top/selftests" print-soak | tr '\n' ' ')}

case $seconds in
''|*[!0-9]*|0)
	echo "SOAK=$seconds is no number of seconds" >&2
	exit 2;;
esac

# Each has an equal part of the time, and some more to begin and to end. A million
# frames of fuzz.py, and what kills.py and failnth.py do, take as long as they take.
count=$(wc -w <<< "$tests")
part=$((seconds / count))
[ "$part" -gt 0 ] || part=1
more=300
[[ ! $tests =~ (fuzz|kills|failnth)\.py ]] || more=3600

export KERNEL=${KERNEL:-debug} TESTS=$tests VSWITCH_SOAK=$part
export TEST_TIMEOUT=$((part + more)) VM_TIMEOUT=$((seconds + count * more + 600))
parts=vm
# That nothing is reported means nothing where nothing is seen.
[[ ! $KERNEL =~ kcsan ]] || parts="harness vm"
# shellcheck disable=SC2086 # a list of words
exec "$top/selftests/check/check.sh" $parts
