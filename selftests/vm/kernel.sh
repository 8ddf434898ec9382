#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel.sh stock|debug|lean: print the folder of that kernel in the cache, after
# fetching or building it if it is not there yet.
#
#   stock	Debian's own 6.12, unpacked from its packages, never installed
#   debug	the same series with every checker of configs/debug.config
#   lean	the same series without any, for counting instructions
#
# The folder holds:	release		what uname -r says
#			vmlinuz		what QEMU boots
#			build		what KDIR points to
#			lib/modules	for modprobe -d and depmod -b
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=selftests/vm/cache.sh
. "$here/cache.sh"

# A folder is complete once this file says so; until then it is made anew.
complete() { [ -n "$1" ] && [ -e "$1/.complete" ]; }

stock_kernel() {
	local dir

	# The newest in the cache serves until it is removed: a run must not
	# change its kernel, nor need a network, just because time has passed.
	for dir in $(printf '%s\n' "$CACHE"/stock-* | sort -rV); do
		if complete "$dir"; then
			echo "$dir"
			return
		fi
	done

	local tmp rel names
	tmp=$(mktemp -d "$CACHE/fetch.XXXXXX")
	progress "asking apt for Debian's kernel $LINUX_SERIES"
	apt_update
	rel=$(apt_cache -n search "^linux-headers-$LINUX_SERIES\\.[0-9.]+\\+deb[0-9]+(\\+[0-9]+)?-amd64\$" |
		awk '{ print $1 }' | sort -V | tail -n 1)
	rel=${rel#linux-headers-}
	[ -n "$rel" ] || die "no kernel $LINUX_SERIES for amd64 in Debian's archive"

	names=("linux-headers-$rel" "linux-headers-${rel%-amd64}-common"
	       "linux-kbuild-${rel%-amd64}")
	# Later packagings split the image in parts.
	if apt_cache show "linux-binary-$rel" > /dev/null 2>&1; then
		names+=("linux-binary-$rel" "linux-modules-$rel" "linux-base-$rel")
	else
		names+=("linux-image-$rel")
	fi
	progress "fetching ${names[*]} (about 130 MB)"
	apt_fetch "$tmp" "${names[@]}"

	dir=$CACHE/stock-$rel
	rm -rf "$dir"
	mkdir -p "$dir"
	progress "unpacking the kernel $rel into $dir"
	for deb in "$tmp"/*.deb; do
		dpkg -x "$deb" "$dir"
	done
	rm -rf "$tmp"

	echo "$rel" > "$dir/release"
	[ -e "$dir/lib" ] || ln -s usr/lib "$dir/lib"
	ln -s "boot/vmlinuz-$rel" "$dir/vmlinuz"
	ln -s "usr/src/linux-headers-$rel" "$dir/build"
	# The headers name their other half by its installed place.
	sed -i "s#\(^\|[ =]\)/usr/src/linux-headers#\1$dir/usr/src/linux-headers#g" \
		"$dir/build/Makefile"
	# The headers may bring the kernel's BTF, for which a build wants pahole; no
	# test needs BTF of the module.
	rm -f "$dir/build/vmlinux"
	depmod -b "$dir" "$rel"
	touch "$dir/.complete"
	echo "$dir"
}

# Every line of a fragment must be in the final .config: Kconfig drops what it
# cannot satisfy without a word, and a checker that is off finds nothing.
verify_config() {
	local config=$1 line name want have bad=0
	shift
	while read -r line; do
		name=${line%%=*} want=${line#*=}
		have=$(sed -n "s/^$name=//p" "$config")
		if [ "${have:-n}" != "$want" ]; then
			progress "$name is ${have:-n}, the fragments say $want"
			bad=1
		fi
	done < <(grep -h '^CONFIG_' "$@")
	[ "$bad" -eq 0 ] || die "the kernel's configuration is not what was asked for"
}

# own_kernel NAME MINUTES
own_kernel() {
	local name=$1 minutes=$2 version key dir linux jobs
	local fragments=("$here/configs/"{vm,net,"$name"}.config)

	# Without the source's version there is no key, and no kernel either.
	version=$(linux_version)
	[ -n "$version" ] || { linux_source > /dev/null; version=$(linux_version); }
	key=$( (echo "$version"; gcc -dumpfullversion; cat "${fragments[@]}") | sha256sum)
	dir=$CACHE/$name-${version%%-*}-${key:0:12}
	if complete "$dir"; then
		echo "$dir"
		return
	fi

	linux=$(linux_source)
	jobs=$(nproc)
	mkdir -p "$dir/build"
	progress "building the $name kernel in $dir (about $minutes minutes on 2 cores; log: $dir/log)"
	{
		make -s -C "$linux" O="$dir/build" tinyconfig
		(cd "$linux" && scripts/kconfig/merge_config.sh -m -O "$dir/build" \
			"$dir/build/.config" "${fragments[@]}")
		make -s -C "$linux" O="$dir/build" olddefconfig
	} > "$dir/log" 2>&1 || { tail -n 20 "$dir/log" >&2; die "configuring failed"; }
	verify_config "$dir/build/.config" "${fragments[@]}"
	make -s -j"$jobs" -C "$linux" O="$dir/build" vmlinux modules >> "$dir/log" 2>&1 ||
		{ tail -n 20 "$dir/log" >&2; die "the kernel did not build"; }

	make -s -C "$dir/build" kernelrelease > "$dir/release"
	make -s -C "$dir/build" INSTALL_MOD_PATH="$dir" INSTALL_MOD_STRIP=1 \
		modules_install >> "$dir/log" 2>&1 || die "modules_install failed, see $dir/log"
	# With CONFIG_PVH QEMU boots the ELF file.
	strip --strip-debug -o "$dir/vmlinuz" "$dir/build/vmlinux"
	# What is left is for building modules; objects are 2 GB more.
	find "$dir/build" -name '*.[oa]' -delete
	touch "$dir/.complete"
	echo "$dir"
}

case ${1-} in
stock) with_lock stock stock_kernel;;
debug) with_lock debug own_kernel debug 15;;
lean) with_lock lean own_kernel lean 5;;
*) echo "usage: $0 stock|debug|lean" >&2; exit 2;;
esac
