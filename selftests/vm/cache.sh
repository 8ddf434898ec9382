# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Sourced by everything that needs kernels: where they are kept, and the
# kernel source.  All of it lies outside the checkout and is built once.

LINUX_SERIES=6.12

CACHE=${VSWITCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vswitch}
mkdir -p "$CACHE"
CACHE=$(readlink -f "$CACHE")

# Progress goes to stderr and looks like a TAP diagnostic.
progress() { printf '# %s\n' "$*" >&2; }
die() { printf '# error: %s\n' "$*" >&2; exit 1; }

# with_lock NAME CMD...: two runs on one machine build one cache.  (No "|| rc"
# here: it would turn off set -e in CMD.  Exit releases the lock, too.)
with_lock() {
	local name=$1 fd
	shift
	exec {fd}> "$CACHE/.lock-$name"
	if ! flock -n "$fd"; then
		progress "waiting for another run that holds $CACHE/.lock-$name"
		flock "$fd"
	fi
	"$@"
	exec {fd}>&-
}

# linux_version: the Debian version of the kernel source, installed or in the
# cache; empty if there is none yet.
linux_version() {
	local v
	v=$(dpkg-query -W -f '${db:Status-Status} ${Version}' \
		"linux-source-$LINUX_SERIES" 2>/dev/null || true)
	case $v in
	"installed "*) echo "${v#installed }"; return;;
	esac
	cat "$CACHE/source-version" 2>/dev/null || true
}

# linux_source: prints the folder of the unpacked kernel source.
linux_source() {
	with_lock source linux_source_locked
}

linux_source_locked() {
	local v dir tar tmp

	v=$(linux_version)
	if [ -n "$v" ]; then
		dir=$CACHE/linux-${v%%-*}
		if [ "$(cat "$dir/.vswitch-source" 2>/dev/null)" = "$v" ]; then
			echo "$dir"
			return
		fi
	fi

	tmp=$(mktemp -d "$CACHE/unpack.XXXXXX")
	tar=/usr/src/linux-source-$LINUX_SERIES.tar.xz
	if [ ! -r "$tar" ]; then
		progress "fetching linux-source-$LINUX_SERIES (about 140 MB)"
		apt_update apt_sources
		apt_fetch "$tmp" "linux-source-$LINUX_SERIES"
		dpkg -x "$tmp"/linux-source-*.deb "$tmp/deb"
		v=$(dpkg-deb -f "$tmp"/linux-source-*.deb Version)
		echo "$v" > "$CACHE/source-version"
		tar=$tmp/deb/usr/src/linux-source-$LINUX_SERIES.tar.xz
	fi
	dir=$CACHE/linux-${v%%-*}
	progress "unpacking the kernel source $v into $dir"
	mkdir -p "$tmp/src"
	tar -C "$tmp/src" --strip-components=1 -xf "$tar"
	echo "$v" > "$tmp/src/.vswitch-source"
	rm -rf "$dir"
	mv "$tmp/src" "$dir"
	rm -rf "$tmp"
	echo "$dir"
}

# shellcheck source=selftests/vm/apt.sh
. "$(dirname "${BASH_SOURCE[0]}")/apt.sh"
