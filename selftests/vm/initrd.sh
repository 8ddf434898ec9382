#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# initrd.sh KERNELDIR: print the initramfs for that kernel, after making it if
# need be: busybox, the modules that the machine's root over 9p takes (none for
# a kernel of our own), and initramfs-init.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=selftests/vm/cache.sh
. "$here/cache.sh"

kernel=$1
release=$(cat "$kernel/release")
busybox=/bin/busybox

key=$(cat "$here/initrd.sh" "$here/initramfs-init" "$busybox" | sha256sum)
out=$kernel/initrd-${key:0:12}
if [ -e "$out" ]; then
	echo "$out"
	exit
fi

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir -p "$tmp"/{bin,proc,sys,dev,modules,host,rw,root}
cp "$busybox" "$tmp/bin/busybox"
install -m 755 "$here/initramfs-init" "$tmp/init"

: > "$tmp/modules/order"
for m in virtio_pci 9pnet_virtio 9p overlay; do
	modprobe -d "$kernel" -S "$release" --show-depends "$m" |
		awk '$1 == "insmod" { print $2 }'
done | awk '!seen[$0]++' | while read -r file; do
	name=$(basename "${file%.xz}")
	case $file in
	*.xz) xz -dc "$file" > "$tmp/modules/$name";;
	*) cp "$file" "$tmp/modules/$name";;
	esac
	echo "$name" >> "$tmp/modules/order"
done

(cd "$tmp" && find . | cpio -o -H newc --quiet | gzip -1) > "$out.$$"
mv "$out.$$" "$out"
echo "$out"
