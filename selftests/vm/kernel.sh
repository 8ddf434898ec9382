#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# kernel.sh stock|newest|debug|lean|kcsan|coverage|clang: print the folder of that kernel in
# the cache, after fetching or building it if it is not there yet.
#
#   stock	Debian's own 6.12, unpacked from its packages, never installed
#   newest	the newest that Debian has, with the compiler that its headers want
#   debug	the series of stock with every checker of configs/debug.config
#   lean	without any, for counting instructions
#   kcsan	with the one that finds data races
#   coverage	with what counts the lines that ran
#   clang	no kernel, only what a module is compiled against, by clang
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

# in_cache NAME: the newest such kernel that is there. It serves until it is
# removed: a run must not change its kernel, nor need a network, just because
# time has passed.
in_cache() {
	local dir
	for dir in $(printf '%s\n' "$CACHE/$1"-* | sort -rV); do
		if complete "$dir"; then
			echo "$dir"
			return
		fi
	done
	return 1
}

stock_kernel() {
	local tmp rel dir

	in_cache stock && return
	tmp=$(mktemp -d "$CACHE/fetch.XXXXXX")
	progress "asking apt for Debian's kernel $LINUX_SERIES"
	apt_update apt_sources
	rel=$(apt_cache -n search "^linux-headers-$LINUX_SERIES\\.[0-9.]+\\+deb[0-9]+(\\+[0-9]+)?-amd64\$" |
		awk '{ print $1 }' | sort -V | tail -n 1)
	rel=${rel#linux-headers-}
	[ -n "$rel" ] || die "no kernel $LINUX_SERIES for amd64 in Debian's archive"
	fetch_image "$rel" "$tmp" "linux-headers-$rel" \
		"linux-headers-${rel%-amd64}-common" "linux-kbuild-${rel%-amd64}"

	dir=$CACHE/stock-$rel
	unpack_image "$dir" "$rel" "$tmp"
	ln -s "usr/src/linux-headers-$rel" "$dir/build"
	# The headers name their other half by its installed place.
	sed -i "s#\(^\|[ =]\)/usr/src/linux-headers#\1$dir/usr/src/linux-headers#g" \
		"$dir/build/Makefile"
	# The headers may bring the kernel's BTF, for which a build wants pahole; no
	# test needs BTF of the module.
	rm -f "$dir/build/vmlinux"
	touch "$dir/.complete"
	echo "$dir"
}

# Its headers want a later compiler and C library than this machine may have:
# they come along, into a root of their own where build.sh builds.
newest_kernel() {
	local tmp rel dir deb link

	in_cache newest && return
	tmp=$(mktemp -d "$CACHE/fetch.XXXXXX")
	progress "asking apt for Debian's newest kernel"
	apt_use apt-sid
	apt_update apt_sources_sid
	rel=$(apt_cache depends linux-headers-amd64 |
		sed -n 's/^ *Depends: linux-headers-\([0-9].*\)/\1/p')
	[ -n "$rel" ] || die "no kernel for amd64 in Debian's archive"
	fetch_image "$rel" "$tmp"

	dir=$CACHE/newest-$rel
	unpack_image "$dir" "$rel" "$tmp"
	progress "fetching what builds modules for it (about 100 MB)"
	mkdir -p "$dir/root"/{tmp,proc,dev,module} "$dir/root/usr"/{bin,sbin,lib,lib64}
	for link in bin sbin lib lib64; do
		ln -s "usr/$link" "$dir/root/$link"
	done
	apt_fetch_all "linux-headers-$rel" make bash coreutils sed grep mawk findutils \
		diffutils dash perl-base kmod xz-utils
	for deb in "$APT_STATE"/cache/archives/*.deb; do
		dpkg -x "$deb" "$dir/root"
	done
	rm -f "$APT_STATE"/cache/archives/*.deb
	# What the packages' scripts would do.
	ln -sf mawk "$dir/root/usr/bin/awk"
	rm -f "$dir/root/usr/src/linux-headers-$rel/vmlinux"
	ln -s "root/usr/src/linux-headers-$rel" "$dir/build"
	touch "$dir/.complete"
	echo "$dir"
}

# fetch_image RELEASE FOLDER PACKAGE...: these, and the kernel itself.
fetch_image() {
	local rel=$1 folder=$2
	shift 2
	# Later packagings split the image in parts.
	if apt_cache show "linux-binary-$rel" > /dev/null 2>&1; then
		set -- "$@" "linux-binary-$rel" "linux-modules-$rel" "linux-base-$rel"
	else
		set -- "$@" "linux-image-$rel"
	fi
	progress "fetching $* (about 130 MB)"
	apt_fetch "$folder" "$@"
}

# unpack_image FOLDER RELEASE DEBS: make a kernel's folder, without its headers.
unpack_image() {
	local dir=$1 rel=$2 tmp=$3 deb

	rm -rf "$dir"
	mkdir -p "$dir"
	progress "unpacking the kernel $rel into $dir"
	for deb in "$tmp"/*.deb; do
		dpkg -x "$deb" "$dir"
	done
	rm -rf "$tmp"
	echo "$rel" > "$dir/release"
	[ -e "$dir/lib" ] || ln -s usr/lib "$dir/lib"
	# Later packagings have it beside the modules.
	if [ -e "$dir/boot/vmlinuz-$rel" ]; then
		ln -s "boot/vmlinuz-$rel" "$dir/vmlinuz"
	else
		ln -s "usr/lib/modules/$rel/vmlinuz" "$dir/vmlinuz"
	fi
	depmod -b "$dir" "$rel"
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

# configure SOURCE FOLDER COMPILER FRAGMENTS...
configure() {
	local linux=$1 dir=$2 cc=$3
	shift 3
	mkdir -p "$dir/build"
	{
		make -s -C "$linux" O="$dir/build" CC="$cc" tinyconfig
		(cd "$linux" && scripts/kconfig/merge_config.sh -m -O "$dir/build" \
			"$dir/build/.config" "$@")
		make -s -C "$linux" O="$dir/build" CC="$cc" olddefconfig
	} > "$dir/log" 2>&1 || { tail -n 20 "$dir/log" >&2; die "configuring failed"; }
	verify_config "$dir/build/.config" "$@"
}

clang_headers() {
	local version dir linux

	linux=$(linux_source)
	version=$(linux_version)
	dir=$CACHE/clang-${version%%-*}-$( (clang -dumpversion; cat "$here/configs/"{vm,net}.config) |
		sha256sum | cut -c 1-12)
	complete "$dir" && { echo "$dir"; return; }
	progress "preparing to compile with clang in $dir (about 2 minutes)"
	configure "$linux" "$dir" clang "$here/configs/"{vm,net}.config
	make -s -j"${JOBS:-$(nproc)}" -C "$linux" O="$dir/build" CC=clang modules_prepare \
		>> "$dir/log" 2>&1 || { tail -n 20 "$dir/log" >&2; die "it failed"; }
	touch "$dir/.complete"
	echo "$dir"
}

# own_kernel NAME MINUTES: one that is built here, with the fragment of that name.
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
	jobs=${JOBS:-$(nproc)}
	progress "building the $name kernel in $dir (about $minutes minutes on 2 cores; log: $dir/log)"
	configure "$linux" "$dir" gcc "${fragments[@]}"
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
stock|newest) with_lock "$1" "$1_kernel";;
debug|kcsan) with_lock "$1" own_kernel "$1" 15;;
lean|coverage) with_lock "$1" own_kernel "$1" 5;;
clang) with_lock clang clang_headers;;
*) echo "usage: $0 stock|newest|debug|lean|kcsan|coverage|clang" >&2; exit 2;;
esac
