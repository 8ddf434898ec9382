#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# rules.sh [list]: each rule of Documentation/model.rst must be named by a test;
# with "list", print the ids of these rules.  A rule is a line that begins with
# its bold id ("**F4** (title)").
set -euo pipefail

cd "$(dirname "$0")/../.."
model=Documentation/model.rst

rules=$(sed -nE 's/^\*\*([A-Z][0-9]+)\*\*.*/\1/p' "$model" | sort -uV)
[ -n "$rules" ] || { echo "$model names no rule"; exit 1; }
if [ "${1-}" = list ]; then
	echo "$rules"
	exit
fi

rc=0
for rule in $rules; do
	if ! grep -rqw --include='*.sh' --include='*.py' --include='*_kunit.c' \
		--exclude-dir=vm --exclude-dir=check --exclude-dir=demo --exclude-dir=bench \
		"$rule" selftests kmod/tests; then
		echo "no test names $rule"
		rc=1
	fi
done
exit "$rc"
