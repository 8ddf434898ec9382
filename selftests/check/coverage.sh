#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# coverage.sh: what 'make coverage' does: run the tests on a kernel that counts
# which lines and branches of the module ran.  The report is
# build/coverage/index.html.  TAP on stdout, and as the last line the sum.
#
#   TESTS	which of the tests (default: those of the debug kernel, and failnth.py)
set -euo pipefail

cd "$(dirname "$0")/../.."
top=$PWD
# shellcheck source=selftests/vm/cache.sh
. selftests/vm/cache.sh
# shellcheck source=selftests/check/tap.sh
. selftests/check/tap.sh

# The least of lines and of branches, in percent.
lines=95 branches=85

out=$top/build/coverage
export KERNEL=coverage VM_TIMEOUT=${VM_TIMEOUT:-10800} TEST_TIMEOUT=${TEST_TIMEOUT:-3600}
export TESTS=${TESTS:-$(make -s -C selftests print-coverage-tests | tr '\n' ' ')}

# percent KEY: of the summary.
percent() { sed -n "s/.*\"$1_percent\": \([0-9.]*\).*/\1/p" "$out/summary.json" | tail -n 1; }

at_least() { awk -v has="$1" -v least="$2" 'BEGIN { exit !(has >= least) }'; }

# What counts lies where the objects were built.
report() {
	local built=$1 found

	while read -r found; do
		cp "$found" "$built/${found##*"${built##*/}"/}"
	done < <(find "$out/gcov" -name '*.gcda')
	gcovr --root "$built" --object-directory "$built" \
		--filter "$built/kmod/[^/]*\$" --exclude '.*/kmod/netlink-gen.*' \
		--html-details "$out/index.html" --json-summary "$out/summary.json" \
		--json-summary-pretty --txt "$out/lines.txt" "$built/kmod"
}

echo "TAP version 13"
selftests/vm/packages.sh gcovr
rm -rf "$out"
mkdir -p "$out"
kernel=$(selftests/vm/kernel.sh coverage)
built=$top/build/${kernel##*/}
find "$built" -name '*.gcda' -delete 2> /dev/null || true

tap_merge "" < <(selftests/check/check.sh vm | sed -E -e '/^TAP version/d' \
	-e '/^1\.\./d' -e '/ passed, /d' -e 's/^((not )?ok) [0-9]+ - /\1 /')
tap_try "the counters make a report" report "$built"
[ -e "$out/summary.json" ] || { tap_end; exit; }
for what in line branch; do
	least=$lines
	[ "$what" = line ] || least=$branches
	tap_try "$what coverage: $(percent "$what") %, at least $least %" \
		at_least "$(percent "$what")" "$least"
done
progress "the report is $out/index.html"
tap_end
