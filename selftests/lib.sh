# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by the tests that are scripts: KTAP, namespaces with random names
# that go with the test, vswctl in a namespace.

VSWCTL=${VSWCTL:-vswctl}
export TMPDIR=${TMPDIR:-/run}

ksft_skip=4
tap_number=0
tap_failed=0
namespaces=()
WORK=$(mktemp -d)

cleanup()
{
	local ns

	for ns in "${namespaces[@]}"; do
		ip netns del "$ns" 2>/dev/null
	done
	rm -rf "$WORK"
}
trap cleanup EXIT

# begin PLAN: the head of the output.
begin()
{
	echo "TAP version 13"
	if [ "$(id -u)" -ne 0 ]; then
		echo "1..0 # SKIP not root"
		exit "$ksft_skip"
	fi
	echo "1..$1"
}

# finish: the exit status of the test.
finish()
{
	exit $((tap_failed > 0))
}

# comment < TEXT
comment()
{
	sed 's/^/# /'
}

# try TITLE FUNCTION [ARG]...: one test case, in a subshell that stops at the
# first command that fails.
try()
{
	local title=$1 rc=0
	shift

	tap_number=$((tap_number + 1))
	(
		set -eE
		trap 'echo "failed: $BASH_COMMAND (line $LINENO)"' ERR
		"$@"
	) > "$WORK/log" 2>&1
	rc=$?
	if [ "$rc" -eq 0 ]; then
		echo "ok $tap_number - $title"
	else
		tail -n 20 "$WORK/log" | comment
		echo "not ok $tap_number - $title"
		tap_failed=$((tap_failed + 1))
	fi
}

# setup_ns NAME...: new namespaces; each variable NAME gets the name of one.
setup_ns()
{
	local name ns

	for name; do
		ns=$(mktemp -u "$name-XXXXXX")
		ip netns add "$ns"
		namespaces+=("$ns")
		printf -v "$name" %s "$ns"
	done
}

# vsw NS WORD...: vswctl in a namespace.
vsw()
{
	local ns=$1
	shift

	ip netns exec "$ns" "$VSWCTL" "$@"
}

# says STATUS TEXT COMMAND...: it ends with this status; of its output, one line
# on stderr holds the text if it failed, and stdout is empty.
says()
{
	local status=$1 text=$2 rc=0
	shift 2

	"$@" > "$WORK/out" 2> "$WORK/err" || rc=$?
	if [ "$rc" -ne "$status" ]; then
		echo "$*: exit status $rc, not $status: $(cat "$WORK/err")"
		return 1
	fi
	[ "$rc" -ne 0 ] || return 0
	if [ -s "$WORK/out" ] || [ "$(wc -l < "$WORK/err")" -ne 1 ] ||
	   ! grep -qF -- "$text" "$WORK/err"; then
		echo "$*: no line with \"$text\": $(cat "$WORK/out" "$WORK/err")"
		return 1
	fi
}
