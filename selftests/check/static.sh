# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # the variables are check.sh's
#
# Sourced by check.sh: everything that can be said about the source without
# running it.  Uses its $linux, ${kernel_dir[@]} and the tap functions.

c_files() { find kmod uapi -name '*.[ch]' ! -name '*.mod.c' | sort; }
tool_files() { find tools selftests -path selftests/vm -prune -o -name '*.[ch]' -print | sort; }
shell_files() {
	find . -path ./build -prune -o -path ./.git -prune -o -type f -print |
		while read -r f; do
		case $f in
		*.sh) echo "$f";;
		*.c|*.h|*.o|*.ko) ;;
		*) head -c 64 "$f" | grep -qaE '^#! ?/bin/(ba|da)?sh' && echo "$f";;
		esac
	done | sort
}

# sparse: with C=2 kbuild runs it over every file, compiled or not. The debug kernel
# has the KUnit tests, too; the newest is built for where there is no sparse.
check_sparse() {
	local name=stock out

	[ -z "${kernel_dir[debug]-}" ] || name=debug
	[ -n "${kernel_dir[$name]-}" ] || name=${kernels##* }
	out=$(selftests/vm/build.sh "${kernel_dir[$name]}" C=2 CF=-D__CHECK_ENDIAN__) ||
		return 1
	grep -q "CHECK .*/kmod/main.c" "$out/make.log" || { echo "sparse did not run"; return 1; }
}

check_clang() {
	local headers
	headers=$(selftests/vm/kernel.sh clang) && selftests/vm/build.sh "$headers"
}

# checkpatch on files that were written by hand; what a generator wrote follows
# its own taste.  checkpatch.allow has the exceptions, one by one.  It keeps a
# list of names where it runs: in the cache, then.
check_checkpatch() {
	local list=$1 ignore=$2 said
	ignore+=,FILE_PATH_CHANGES,LINUX_VERSION_CODE,SPDX_LICENSE_TAG

	said=$("$list" | grep -v netlink-gen | sed "s|^|$top/|" |
		(cd "$CACHE" && xargs perl "$linux/scripts/checkpatch.pl" --no-tree \
			"--root=$linux" --no-summary --terse --strict --show-types \
			--ignore "$ignore" -f 2>&1) | sed "s|$top/||" |
		grep -vE -f <(grep -v '^#' selftests/check/checkpatch.allow)) || true
	echo "$said"
	[ -z "$said" ]
}

check_kernel_doc() {
	# shellcheck disable=SC2046
	"$linux/scripts/kernel-doc" -none -Wall -Werror \
		$(find kmod -name '*.[ch]' ! -name 'netlink-gen*' ! -name '*.mod.c' | sort)
}

check_shellcheck() {
	# shellcheck disable=SC2046
	shellcheck -x $(shell_files)
}

check_python() {
	find selftests tools -name '*.py' -print0 |
		xargs -0 -r python3 -c 'import ast, sys
for name in sys.argv[1:]:
    ast.parse(open(name, encoding="utf-8").read(), name)'
}

# check_only_in PATTERN FILES: the pattern occurs in no other file of kmod/.
check_only_in() {
	! grep -rnE --include='*.[ch]' --exclude='*.mod.c' "$1" kmod |
		grep -vE "^kmod/($2):"
}

# A header that needs another one includes it.
check_headers() {
	local h rc=0
	for h in uapi/linux/*.h; do
		echo "#include \"$h\"" |
			${CC:-cc} -x c -fsyntax-only -Wall -Wextra -Werror -I. - || rc=1
	done
	return "$rc"
}

check_spdx() {
	local f rc=0
	for f in $(c_files) $(tool_files) $(shell_files) $(find . -name Kbuild -o -name Makefile | grep -v '^./build/'); do
		head -n 3 "$f" | grep -q 'SPDX-License-Identifier:' && continue
		echo "$f has no SPDX line"
		rc=1
	done
	return "$rc"
}

# Every test file is run, every file that is run exists.
check_tests_listed() {
	diff <(cd selftests && find . -maxdepth 1 -type f -perm -u+x \( -name '*.sh' -o -name '*.py' \) |
		sed 's|^\./||' | sort) \
		<(make -s -C selftests print-tests print-soak | tr ' ' '\n' | sort -u)
}

static_checks() {
	# What these ask for exists in the kernel only.
	local userspace=PREFER_KERNEL_TYPES,STRCPY,STRLCPY,ARRAY_SIZE
	userspace+=,PREFER_DEFINED_ATTRIBUTE_MACRO,EMBEDDED_FUNCTION_NAME

	tap_try "sparse has no complaint" check_sparse
	tap_try "clang compiles the module without a warning" check_clang
	tap_try "checkpatch --strict has no complaint about the module" \
		check_checkpatch c_files ARCH_INCLUDE_LINUX
	tap_try "checkpatch --strict has no complaint about the tool" \
		check_checkpatch tool_files "$userspace"
	tap_try "kernel-doc has no complaint" check_kernel_doc
	tap_try "shellcheck has no complaint" check_shellcheck
	tap_try "the python files parse" check_python
	tap_try "every file names its licence" check_spdx
	tap_try "what is generated from the spec is current" tools/regen.sh --check
	tap_try "the ABI header compiles alone" check_headers
	tap_try "only compat.h looks at the kernel's version" \
		check_only_in 'LINUX_VERSION_CODE|KERNEL_VERSION\(' 'compat\.h'
	tap_try "only netlink*.c knows attributes" \
		check_only_in 'struct (genl_info|nla_policy)\b|\bnla_[a-z_]+\(|struct nlattr \*[a-z_]+[^][a-z_]' '(netlink[^:]*|compat\.h)'
	tap_try "every test file is listed in selftests/Makefile" check_tests_listed
	tap_try "every rule of the model is named by a test" selftests/check/rules.sh
	tap_try "every text of a refusal is in a test" selftests/check/texts.py
	tap_try "each mutant applies, every rule has one" check_mutants
}
