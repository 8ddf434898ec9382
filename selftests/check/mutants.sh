#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# mutants.sh: what 'make mutants' does.  Break the module, or the tool, in one
# way after the other and see that the tests notice: a mutant is caught when a
# test fails that passes without it.  TAP on stdout, and as the last line the
# sum.  What has caught each goes into Documentation/mutants.rst.
#
#   MUTANTS	patterns of names (default: all of selftests/mutants)
#   WORKERS	how many are tried at the same time (default 2)
#   TEST_TIMEOUT	seconds a test file may take (default 300)
set -uo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
# shellcheck source=selftests/vm/cache.sh
. selftests/vm/cache.sh
# shellcheck source=selftests/vm/klog.sh
. selftests/vm/klog.sh
# shellcheck source=selftests/check/tap.sh
. selftests/check/tap.sh
# shellcheck source=selftests/check/boot.sh
. selftests/check/boot.sh
# shellcheck source=selftests/check/mutantlist.sh
. selftests/check/mutantlist.sh

workers=${WORKERS:-2}
table=Documentation/mutants.rst
export TEST_TIMEOUT=${TEST_TIMEOUT:-300} VM_TIMEOUT=${VM_TIMEOUT:-1200}

work=$(mktemp -d)
declare -A kernel_dir built_dir
workers_pid='' vm_pid=''
# shellcheck disable=SC2317 # the trap reaches it
end() {
	if [ -n "$workers_pid" ]; then
		kill -- "-$workers_pid" 2> /dev/null
		wait "$workers_pid" 2> /dev/null
	fi
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

# kernel_of TESTS: KUnit needs the debug kernel, all else is faster on stock.
kernel_of() {
	if [ "$1" = kunit ]; then
		echo debug
	else
		echo stock
	fi
}

# build KERNEL: build what is in this worker's copy, the tool too.  The folders
# are kept, so only what the last patches touched is compiled.
build() {
	tool_dir=$tree/build/tools
	built_dir[$1]=$("$tree/selftests/vm/build.sh" "${kernel_dir[$1]}" 2> "$work/build") &&
		make -s -C "$tree/tools/vswctl" O="$tool_dir" >> "$work/build" 2>&1
}

# Run test files in a VM in the background; its results go to $work/tap.
start_vm() {
	local kernel=$1
	shift

	: > "$work/tap"
	set_guest_env "$kernel"
	# A process group of its own, to end it as a whole.
	set -m
	boot "$kernel" selftests "$@" > "$work/tap" 2> "$work/boot" < /dev/null &
	vm_pid=$!
	set +m
}

# Its results as they come.
follow_vm() { tail -n +1 -s 0.3 -f --pid="$vm_pid" "$work/tap"; }

stop_vm() {
	[ -n "$vm_pid" ] || return
	kill -- "-$vm_pid" 2> /dev/null
	wait "$vm_pid" 2> /dev/null
	vm_pid=''
}

# first_catch SPLAT < RESULTS: the first failure that counts.  Others are no
# verdict: the tests did not run to their end, or the kernel complains.
first_catch() {
	local splat=$1 line
	local complains='(kernel is as it was before|VM lasts to the end|kmemleak|stays quiet)'

	while IFS= read -r line; do
		line=${line%$'\r'}
		[[ $line == "not ok "* ]] || continue
		line=${line#not ok }
		if [[ $line =~ $complains ]]; then
			[ -n "$splat" ] || continue
		else
			grep -qxF -- "$line" "$shared"/passed-* || continue
		fi
		echo "$line"
		return
	done
}

# without KERNEL FILES...: that the tests pass without a mutant, and what they
# are.
without() {
	local kernel=$1 file
	shift
	[ $# -gt 0 ] || return
	: > "$work/tap"
	if build "$kernel"; then
		start_vm "$kernel" "$@"
		wait "$vm_pid"
		vm_pid=''
	else
		sed 's/^/# /' "$work/build"
	fi
	sed -n 's/\r$//; s/^ok //p' "$work/tap" > "$shared/passed-$worker-$kernel"
	for file; do
		if grep -q "^ok $file: " "$work/tap" && ! grep -q "^not ok $file: " "$work/tap"; then
			touch "$shared/good-$file"
			echo "ok no mutant: $file passes"
		else
			echo "not ok no mutant: $file passes"
			# What a test has to say stands before its result.
			grep -B 20 "^not ok" "$work/tap" | grep -v "^ok" | sed 's/^[^#]/# &/'
		fi
		touch "$shared/known-$file"
	done
}

# try_mutant NAME: the module is built with the patch already.
try_mutant() {
	local name=$1 tests caught
	tests=$(mutant_header "$name" Tests)

	# shellcheck disable=SC2086 # a list of names
	start_vm "$(kernel_of "$tests")" $tests
	# The rest of the tests would say nothing new.
	caught=$(first_catch "$(mutant_header "$name" Splat)" < <(follow_vm))
	stop_vm
	touch "$shared/tried-$name"
	if [ -n "$caught" ]; then
		echo "ok $name: caught by $caught"
		echo "$caught" > "$shared/caught-$name"
	else
		echo "not ok $name: caught by $tests"
		echo "# $(mutant_header "$name" Break)"
		grep "^not ok" "$work/tap" | sed 's/^/# /'
	fi
}

one_mutant() {
	local name=$1 tests file
	tests=$(mutant_header "$name" Tests)

	for file in $tests; do
		# Perhaps another worker is still at it.
		until [ -e "$shared/known-$file" ]; do sleep 1; done
		[ -e "$shared/good-$file" ] && continue
		echo "not ok $name: $file passes without it"
		return
	done
	if ! mutant_apply "$name" "$tree" > "$work/patch"; then
		echo "not ok $name: the patch applies"
		sed 's/^/# /' "$work/patch"
		return
	fi
	if build "$(kernel_of "$tests")"; then
		try_mutant "$name"
	else
		echo "not ok $name: it builds"
		sed 's/^/# /' "$work/build"
	fi
	mutant_apply "$name" "$tree" -R > "$work/patch" || exit
}

# share FILES...: every so many-th of them is this worker's.
share() {
	local i=0 file

	for file; do
		[ $((i++ % workers)) -ne "$worker" ] || echo "$file"
	done
}

# Take what nobody has taken yet, until all is done.
worker() {
	local worker=$1 shared=$work work=$work/worker-$1 tree tool_dir kernel name
	shift
	tree=$work/tree
	trap 'exit 130' INT TERM
	trap stop_vm EXIT
	mkdir -p "$tree"
	rsync -a --exclude=/build --exclude=/.git "$top/" "$tree/"

	for kernel in "${!kernel_dir[@]}"; do
		# shellcheck disable=SC2046 # a list of names
		without "$kernel" $(share $(tests_of "$kernel" "$@"))
	done
	for name; do
		mkdir "$shared/taken-$name" 2> /dev/null || continue
		SECONDS=0
		one_mutant "$name"
		echo "# $name took $SECONDS s"
	done
}

# tests_of KERNEL MUTANTS...: the test files that they name, each once.
tests_of() {
	local kernel=$1 name tests
	shift
	for name; do
		tests=$(mutant_header "$name" Tests)
		[ "$(kernel_of "$tests")" != "$kernel" ] || tr ' ' '\n' <<< "$tests"
	done | sort -u
}

# result_of NAME: two lines, the test that has caught it and the date; what has
# not been tried now keeps those that it has.
result_of() {
	if [ -e "$work/caught-$1" ]; then
		cat "$work/caught-$1"
		date +%F
	elif [ -e "$work/tried-$1" ]; then
		echo "nothing"
		date +%F
	else
		grep -A 3 -xF "   * - $1" "$table" 2> /dev/null | sed -n 's/^     - //p' | tail -n 2
	fi
}

write_table() {
	local name lines

	cat <<- TEXT
		.. SPDX-License-Identifier: GPL-2.0-only

		=======
		Mutants
		=======

		Each deliberate break of the module, in \`\`selftests/mutants\`\`, and the first
		test that failed with it. \`\`make mutants\`\` writes this page; the date says when
		it tried a mutant last.

		.. list-table::
		   :header-rows: 1
		   :widths: 17 36 36 11

		   * - Mutant
		     - The break
		     - Caught by
		     - Tried
	TEXT
	for name in $(mutant_names); do
		mapfile -t lines < <(result_of "$name")
		printf '   * - %s\n     - %s\n     - %s\n     - %s\n' "$name" \
			"$(mutant_header "$name" Break)" "${lines[0]-nothing}" "${lines[1]-never}"
	done
}

echo "TAP version 13"
selftests/vm/packages.sh || exit 1
linux=$(linux_source) || exit 1
read -ra patterns <<< "${MUTANTS-}"
mapfile -t names < <(mutant_names "${patterns[@]}")
[ ${#names[@]} -gt 0 ] || die "there is no mutant ${MUTANTS-}"
for kernel in stock debug; do
	[ -n "$(tests_of "$kernel" "${names[@]}")" ] || continue
	kernel_dir[$kernel]=$(selftests/vm/kernel.sh "$kernel") || exit 1
done
make -s -C selftests OUTPUT="$top/build/tests" || exit 1
[ "$workers" -le ${#names[@]} ] || workers=${#names[@]}

run_workers() {
	local i

	for ((i = 0; i < workers; i++)); do
		worker "$i" "$@" &
	done
	wait
}

progress "trying ${#names[@]} mutants"
: > "$work/results"
set -m
run_workers "${names[@]}" > "$work/results" 2> "$work/errors" < /dev/null &
workers_pid=$!
set +m
tap_merge "" < <(tail -n +1 -s 1 -f --pid="$workers_pid" "$work/results")
sed 's/^/# /' "$work/errors" >&2
for name in "${names[@]}"; do
	grep -q "ok $name: " "$work/results" || tap_not_ok "$name: it was tried"
done

write_table > "$work/table" && cp "$work/table" "$table"
tap_end
