#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
#
# host.sh HOST-NUMBER: in a VM, give its NICs the names that they have on the
# host that it plays, then take orders.  The last byte of a MAC is the name.
set -eu

hostname "host$1"
modprobe -a virtio_net virtio_console xhci_pci cdc_ether veth

# USB takes a moment to find its devices.
for _ in $(seq 100); do
	nics=(/sys/class/net/*/device)
	[ "${#nics[@]}" -lt 5 ] || break
	sleep 0.1
done
for dev in /sys/class/net/*/device; do
	dev=${dev%/device}
	name=${dev##*/}
	case $(readlink -f "$dev/device") in
	*/usb*) ip link set "$name" name vusb0;;
	*) ip link set "$name" name "vmnic$(sed 's/.*:0*//' "$dev/address")";;
	esac
done
exec python3 -u "$(dirname "$0")/agent.py"
