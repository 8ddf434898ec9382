#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# packages.sh [MORE]...: see that the Debian packages which the build, the tests
# and the demonstration need are there, and these.  As root it installs what is
# missing by name; otherwise it says what to ask an administrator for.  When
# nothing is missing it is instant and needs no network.
set -euo pipefail

# shellcheck source=selftests/vm/cache.sh
. "$(dirname "$0")/cache.sh"

[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] ||
	die "the VM tests need Debian (or a relative with apt) on amd64"

# Build: module, tool, own kernel
packages=(build-essential clang bc bison flex libelf-dev libssl-dev cpio kmod
	  xz-utils rsync libmnl-dev libjansson-dev
	  pkg-config)
# Static checks and the netlink generator
packages+=(sparse shellcheck perl python3 python3-yaml python3-jsonschema)
# The VMs, and what runs in them
packages+=(qemu-system-x86 busybox-static iproute2 iputils-ping iperf3
	   tcpdump ethtool jq procps lldpd keepalived dnsmasq-base linux-perf trace-cmd
	   bpftrace dropwatch systemd udev)
packages+=("$@")

missing=()
for p in "${packages[@]}"; do
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] ||
		missing+=("$p")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
	die "these packages are missing: ${missing[*]} (as root: apt-get install ${missing[*]})"
fi
# Some are daemons, but are to run in the VMs alone.
for p in lldpd keepalived openvswitch-switch; do
	unit=/etc/systemd/system/$p.service
	if [[ " ${missing[*]} " == *" $p "* ]] && [ -d "${unit%/*}" ] && [ ! -L "$unit" ]; then
		progress "masking $p.service, so that $p does not run here"
		ln -s /dev/null "$unit"
	fi
done
progress "installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get -q update >&2 || progress "apt-get update had errors, going on"
apt-get -q -y --no-install-recommends install "${missing[@]}" < /dev/null >&2 ||
	die "apt could not install ${missing[*]}"
