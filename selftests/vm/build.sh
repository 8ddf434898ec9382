#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# build.sh KERNELDIR [MAKE-ARGS...]: build the module against that kernel and
# print the folder with the result.  Each kernel has a copy of the source in
# build/, so that several can be built side by side; a warning is an error.
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
if grep -q '^CONFIG_KUNIT=[ym]' "$kernel/build/.config"; then
	args+=(CONFIG_VSWITCH_KUNIT_TEST=m)
fi

log=$out/make.log
rc=0
make -j"$(nproc)" -C "$kernel/build" M="$out" "${args[@]}" "$@" modules > "$log" 2>&1 || rc=1
# kbuild mentions that it skips BTF where there is no vmlinux; that is no fault
# of ours, nor is a compiler one patch level off.
if grep -E 'warning|WARNING|error' "$log" |
	grep -vE 'the compiler differs from the one used to build the kernel' >&2; then
	rc=1
fi
[ "$rc" -eq 0 ] || tail -n 15 "$log" >&2
echo "$out"
exit "$rc"
