# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced: one numbered TAP stream out of many results.

tap_passed=0 tap_failed=0 tap_skipped=0
tap_second=()	# those that passed at a second try only

tap_next() { echo $((tap_passed + tap_failed + tap_skipped + 1)); }

tap_ok() {
	echo "ok $(tap_next) - $1"
	tap_passed=$((tap_passed + 1))
}

# tap_not_ok DESCRIPTION [FILE-WITH-DIAGNOSTICS]
tap_not_ok() {
	echo "not ok $(tap_next) - $1"
	tap_failed=$((tap_failed + 1))
	[ -z "${2-}" ] || head -n 100 "$2" | sed 's/^/# /'
}

tap_skip() {
	echo "ok $(tap_next) - $1"
	tap_skipped=$((tap_skipped + 1))
}

# tap_try DESCRIPTION COMMAND...: it passes if the command does.
tap_try() {
	local what=$1 log
	shift
	log=$(mktemp)
	if "$@" > "$log" 2>&1 < /dev/null; then
		tap_ok "$what"
	else
		tap_not_ok "$what" "$log"
	fi
	rm -f "$log"
}

# tap_merge PREFIX < STREAM: results without numbers become ours.
tap_merge() {
	local line
	while IFS= read -r line; do
		line=${line%$'\r'}
		case $line in
		"ok "*"# SKIP"*) tap_skip "$1${line#ok }";;
		"ok "*" (at a second try)")
			tap_second+=("$1${line#ok }")
			tap_ok "$1${line#ok }";;
		"ok "*) tap_ok "$1${line#ok }";;
		"not ok "*) tap_not_ok "$1${line#not ok }";;
		"") ;;
		"#"*) echo "$line";;
		*) echo "# $line";;
		esac
	done
}

# tap_end: the plan, the sum; fails if anything did.
tap_end() {
	if [ ${#tap_second[@]} -gt 0 ]; then
		echo "# ${#tap_second[@]} of them failed at first, see above:"
		printf '#   %s\n' "${tap_second[@]}"
	fi
	echo "1..$((tap_passed + tap_failed + tap_skipped))"
	if [ "$tap_skipped" -gt 0 ]; then
		echo "$tap_passed passed, $tap_failed failed, $tap_skipped skipped"
	else
		echo "$tap_passed passed, $tap_failed failed"
	fi
	[ "$tap_failed" -eq 0 ] && [ "$tap_passed" -gt 0 ]
}
