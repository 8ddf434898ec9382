# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by check.sh and mutants.sh: the mutants, selftests/mutants/*.patch,
# each a deliberate break of one rule.  Before its diff, a patch says
#
#	Rule: F6
#	Break: what is wrong with the module or the tool now, in one sentence.
#	Tests: the test files one of which must fail, or "kunit" alone
#	Splat: yes	(only where a fault in the kernel's log is the failure)

mutants=selftests/mutants

# mutant_header NAME KEY
mutant_header() {
	sed -n "/^--- /q; s/^$2: *//p" "$mutants/$1.patch"
}

# mutant_apply NAME FOLDER [PATCH-ARGS...]: no fuzz, since a break that lands
# somewhere else may break something else.
mutant_apply() {
	local name=$1 folder=$2
	shift 2
	patch --quiet --fuzz=0 --no-backup-if-mismatch -r - -p1 -d "$folder" "$@" \
		< "$mutants/$name.patch"
}

# mutant_names [PATTERN...]: those whose names match, or all.
mutant_names() {
	local name pattern

	for name in "$mutants"/*.patch; do
		name=${name##*/}
		name=${name%.patch}
		for pattern in "${@:-*}"; do
			# shellcheck disable=SC2053 # it is a pattern
			[[ $name == $pattern ]] || continue
			echo "$name"
			break
		done
	done | sort -V
}

check_mutant() {
	local name=$1 rule file tests
	rule=$(mutant_header "$name" Rule)
	tests=$(mutant_header "$name" Tests)

	[ -n "$rule" ] && [[ $name == "$rule"-* ]] || echo "$name: Rule is not ${name%%-*}"
	grep -q "^\*\*$rule\*\*" Documentation/model.rst || echo "$name: there is no rule $rule"
	[[ $(mutant_header "$name" Break) == *. ]] || echo "$name: Break is no sentence"
	[ -n "$tests" ] || echo "$name: Tests is missing"
	for file in $tests; do
		[ "$tests" = kunit ] || [ -x "selftests/$file" ] ||
			echo "$name: there is no test file $file"
	done
	mutant_apply "$name" . --dry-run || echo "$name: it does not apply"
}

# Each mutant is as it should be, and every rule has one.
check_mutants() {
	local name rule said

	said=$(for name in $(mutant_names); do
			check_mutant "$name"
		done
		for rule in $(selftests/check/rules.sh list); do
			[ -n "$(mutant_names "$rule-*")" ] || echo "$rule has no mutant"
		done)
	echo "$said"
	[ -z "$said" ]
}
