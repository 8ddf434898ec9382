#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# build.sh KERNELDIR [MAKE-ARGS...]: build the module against that kernel and
# print the folder with the result.  Each kernel has a copy of the source in
# build/, so that several can be built side by side; a warning is an error.  A
# kernel that came with a compiler is built for in that one's root.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
kernel=$1
shift
out=$top/build/$(basename "$kernel")

mkdir -p "$out"
# Two runs in one checkout build one after the other.
exec {lock}> "$out.lock"
flock "$lock"
rsync -a --delete --exclude='*.mod.c' --include='*/' --include='*.[ch]' \
	--include=Kbuild --exclude='*' "$top"/{Kbuild,kmod,uapi} "$out/"

args=(W=1)
target=modules
if grep -q '^CONFIG_CC_IS_CLANG=y' "$kernel/build/.config"; then
	args+=(CC=clang)
fi
# Where there is no kernel, nothing can be linked with it.
[ -e "$kernel/build/Module.symvers" ] || target=kmod/
if grep -q '^CONFIG_KUNIT=[ym]' "$kernel/build/.config"; then
	args+=(CONFIG_VSWITCH_KUNIT_TEST=m)
fi

# Counters of what ran are for the one kernel that is there for them.
if [[ ${kernel##*/} == coverage-* ]]; then
	args+=(GCOV_PROFILE=y)
fi

# in_root DIR FOLDER COMMAND...: run it in DIR, where FOLDER is /module.
in_root() {
	local root=$1 folder=$2 map=()
	shift 2
	[ "$(id -u)" -eq 0 ] || map=(--map-root-user)
	# shellcheck disable=SC2016 # for the inner shell
	unshare "${map[@]}" --mount sh -c '
		root=$1 folder=$2
		shift 2
		mount --rbind /proc "$root/proc" && mount --rbind /dev "$root/dev" &&
			mount --bind "$folder" "$root/module" || exit
		exec chroot "$root" env -i PATH=/usr/bin:/usr/sbin HOME=/tmp "$@"' \
		sh "$root" "$folder" "$@"
}

log=$out/make.log
rc=0
args+=(-j"$(nproc)" "$@" "$target")
if [ -e "$kernel/root" ]; then
	in_root "$kernel/root" "$out" make M=/module \
		-C "/usr/src/linux-headers-$(cat "$kernel/release")" "${args[@]}"
else
	make -C "$kernel/build" M="$out" "${args[@]}"
fi > "$log" 2>&1 || rc=1
# kbuild mentions that it skips BTF where there is no vmlinux; that is no fault
# of ours, nor is a compiler one patch level off.
if grep -E 'warning|WARNING|error' "$log" |
	grep -vE 'the compiler differs from the one used to build the kernel' >&2; then
	rc=1
fi
[ "$rc" -eq 0 ] || tail -n 15 "$log" >&2
echo "$out"
exit "$rc"
