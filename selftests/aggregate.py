#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Uplinks that are no plain NIC: a bond that speaks LACP, a vxlan device, and
a USB NIC that is pulled out and put back.

    a1, port 1 in VLAN 0    a2, port 2 in VLAN 10    t1, port 3, a trunk
"""

import glob
import os
import struct
import time

from vswtest import (BC, IFF_UP, MAGIC, NOBODY, STRANGER, Fail, Netns, Raw, Skip,
                     case, comment, eq, flood, frame, run, true, until)

GUESTS = ["a1", "a2", "t1"]
IFLA_NET_NS_FD, IFLA_MASTER = 28, 10
# Mode 802.3ad, miimon 10, LACPDUs every second.
BOND_LACP = struct.pack("HHB3xHHIHHB3x", 5, 1, 4, 8, 3, 10, 5, 21, 1)
VNI = 7
IFF_PROMISC = 0x100


def setup(net):
    net.ends(" ".join(GUESTS))
    net.batch("""switch add s0 mtu 1400 up-delay 0
        portgroup add pg switch s0
        portgroup add ten switch s0 vlan 10
        portgroup add trunk switch s0 vlan all
        port add a1 portgroup pg
        port add a2 portgroup ten
        port add t1 portgroup trunk""")
    net.ready(" ".join(GUESTS))


def rows(name):
    """What passes by an uplink whose other side is a port of that name."""
    return [("a1", NOBODY, "-", name + ":-"), ("a2", NOBODY, "-", name + ":10"),
            ("t1", BC, "20", name + ":20"),
            ("a1", BC, "-", "t1:- %s:-" % name),
            (name, "a1", "-", "a1:-"), (name, "a2", "10", "a2:-"),
            (name, "t1", "30p5", "t1:30p5"), (name, BC, "10", "a2:- t1:10"),
            (name, NOBODY, "-", "")]


# A bond in mode 802.3ad

class Lacp:
    """Two bonds on two links, and who they say their partner is."""

    def __init__(self, net):
        self.net, self.links = net, ["l1", "l2"]
        net.veth(*self.links)
        for ns in (net.host, net.out):
            ns.route.add("b0", "bond", BOND_LACP)
            index = net.link("b0", ns)["ifindex"]
            for name in self.links:
                ns.route.change(name, (IFLA_MASTER, index))
            ns.up("b0")
        net.macs["b0"] = STRANGER
        net.ports["b0"] = Raw(net.out, "b0")
        until(lambda: self.ports() == 2, "two links in one aggregate", 30)

    def ports(self, ns=None):
        """How many links are in the active aggregate, with a partner."""
        text = self.net.sh("cat /proc/net/bonding/b0", ns or self.net.host)
        head = text.split("Slave Interface:")[0]
        if "Partner Mac Address: 00:00:00:00:00:00" in head:
            return 0
        for line in head.splitlines():
            if "Number of ports:" in line:
                return int(line.split(":")[1])
        return 0

    def close(self):
        self.net.ports.pop("b0").close()
        self.net.delete("b0", self.net.out)
        self.net.delete("b0")
        for name in self.links:
            self.net.delete(name)


def passes(net):
    """A frame passes both ways, and by each link that a bond may choose."""
    net.drain()
    try:
        net.ports["b0"].send(net.stamped("b0", "a1"))
    except OSError:		# the bond has no link to send by
        return False
    for guest in GUESTS:
        net.ports[guest].send(net.stamped(guest, NOBODY))
    net.settle()
    return bool(net.ports["a1"].recv() and
                len(net.ports["b0"].recv()) >= len(GUESTS))


def uplink_rows(net):
    """What passes by the bond, as soon as its links are in order."""
    until(lambda: passes(net), "a frame both ways", 8)
    net.check(rows("b0"), counters=False)


@case("T6: a bond in mode 802.3ad is one uplink, and its LACP goes on")
def lacp(net):
    bond = Lacp(net)
    net.ctl("uplink add b0 switch s0")
    uplink_rows(net)
    eq(net.one("port show a1")["uplink"], "b0", "the uplink of a1")
    # LACP times out after three seconds without a word.
    time.sleep(4)
    eq((bond.ports(), bond.ports(net.out)), (2, 2), "links in the aggregate")
    uplink_rows(net)
    # One link of it is lost: that is the bond's business.
    net.out.up("l1", False)
    until(lambda: (bond.ports(), bond.ports(net.out)) == (1, 1),
          "one link in the aggregate", 8)
    eq(net.one("uplink show b0")["state"], "up", "the state of b0")
    uplink_rows(net)
    net.out.up("l2", False)
    until(lambda: net.one("uplink show b0")["state"] == "no-carrier",
          "the loss of b0")
    net.check([("a1", NOBODY, "-", "!no-uplink")])
    for name in bond.links:
        net.out.up(name)
    until(lambda: net.one("uplink show b0")["state"] == "up",
          "the return of b0", 8)
    until(lambda: (bond.ports(), bond.ports(net.out)) == (2, 2),
          "both links in the aggregate", 30)
    uplink_rows(net)
    net.ctl("uplink del b0")
    bond.close()
    net.before = {}


# vxlan

def vxlan(ns, mine, other):
    """A vxlan device over the pair x1 of a namespace."""
    return ["ip link set x1 up", "ip addr add %s/24 dev x1" % mine,
            "ip link add vx0 type vxlan id %d remote %s local %s dstport 4789" %
            (VNI, other, mine), "ip link set vx0 mtu 1430", "ip link set vx0 up"]


@case("T1, T2: a vxlan device is an uplink like any other")
def tunnel(net):
    net.veth("x1")
    for ns, mine, other in ((net.host, "192.0.2.1", "192.0.2.2"),
                            (net.out, "192.0.2.2", "192.0.2.1")):
        for line in vxlan(ns, mine, other):
            net.sh(line, ns)
    net.ready("x1")
    net.ports["vx0"] = Raw(net.out, "vx0")
    net.macs["vx0"] = STRANGER
    net.ctl("uplink add vx0 switch s0")
    eq(net.link("vx0")["mtu"], 1400, "the MTU of vx0")
    # The first frame waits for ARP below.
    net.ports["a1"].send(net.stamped("a1", NOBODY))
    until(net.ports["vx0"].recv, "a frame through the tunnel")
    net.ports["vx0"].send(net.stamped("vx0", "a1"))
    until(net.ports["a1"].recv, "a frame through the tunnel")
    net.check(rows("vx0"), counters=False)
    # Together with a plain one: ports 1 and 3 use slot 1.
    net.ends("u1")
    net.ctl("uplink add u1 switch s0")
    net.ready("u1")
    net.ctl("switch set s0 active u1,vx0")
    net.check([("a1", NOBODY, "-", "vx0:-"), ("a2", NOBODY, "-", "u1:10")],
              counters=False)
    net.host.up("vx0", False)
    net.check([("a1", NOBODY, "-", "u1:-"), ("a2", NOBODY, "-", "u1:10")],
              counters=False)
    net.host.up("vx0")
    until(lambda: net.one("port show a1")["uplink"] == "vx0",
          "vx0 as the uplink of a1")
    net.check([("a1", NOBODY, "-", "vx0:-"), ("vx0", "a1", "-", "a1:-")],
              counters=False)
    for name in ("u1", "vx0"):
        net.ctl("uplink del " + name)
        net.ports.pop(name).close()
    net.delete("vx0", net.out)
    net.delete("vx0")
    net.delete("x1")
    net.delete("u1")
    net.before = {}


# USB

USB = "/sys/bus/usb/devices"
HOME = "/proc/1/ns/net"
FAR = "52:54:00:76:73:10"	# as check/boot.sh makes it


def usb_nic():
    """The USB device that is a NIC; None if this VM has none."""
    for path in glob.glob(USB + "/*/*/net/*"):
        return path.split("/")[5].split(":")[0], os.path.basename(path)
    return None


def usb_devices():
    """The USB devices but for the hubs of their controllers."""
    return [os.path.basename(path) for path in glob.glob(USB + "/*-*")
            if ":" not in path]


def authorize(device, on):
    with open("%s/%s/authorized" % (USB, device), "w",
              encoding="ascii") as file:
        file.write("1" if on else "0")


class Stick:
    """A USB NIC, and the NIC on the same segment that it talks to."""

    def __init__(self, net):
        self.net = net
        for module in ("xhci_pci", "cdc_ether", "virtio_net"):
            net.spawn(["modprobe", module])
        try:
            until(usb_devices, "a USB device", 3)
            # An attempt that failed may have left it pulled out, or in a host
            # that is on its way out.
            for device in usb_devices():
                authorize(device, True)
            until(usb_nic, "a USB NIC", 20)
        except Fail:
            raise Skip("this VM has no USB NIC") from None
        self.device, self.name = usb_nic()
        self.first = Netns(HOME)
        self.far = next(name for name, link in
                        self.first.route.links().items()
                        if link.get("address") == FAR)

    def settle_in(self):
        """Move the NIC to the host, as one would who has plugged it in."""
        until(lambda: self.first.has(self.name), "the USB NIC", 8)
        self.first.route.change(self.name, (
            IFLA_NET_NS_FD, self.net.host.file.fileno()))
        self.net.host.up(self.name)
        self.net.host.ready(self.name)


@case("T1, M3: a USB NIC that is pulled and put back returns to its role")
def usb(net):
    stick = Stick(net)
    comment("%s, which is %s; %s is on the same segment" % (
        stick.name, stick.device, stick.far))
    stick.settle_in()
    net.ends("u1")
    net.batch("uplink add %s switch s0\nuplink add u1 switch s0 role standby" %
              stick.name)
    net.ready("u1")
    stick.first.set_flags(stick.far, IFF_UP | IFF_PROMISC)
    ear = Raw(stick.first, stick.far)
    pour = [Raw(net.out, name, MAGIC) for name in ("a1", "t1")]
    # Each frame costs an emulated controller much of a CPU.
    with flood([(pour[0].sock, frame(NOBODY, net.macs["a1"])),
                (pour[1].sock, frame(BC, net.macs["t1"], "20"))], 0.01):
        for number in range(3):
            until(lambda: net.one("port show a1").get("uplink") == stick.name,
                  "the USB NIC as the uplink of a1")
            ear.recv()
            until(ear.recv, "frames by the USB NIC")
            ear.send(frame(net.macs["a1"], STRANGER, length=50))
            until(lambda: any(len(data) == 64 for _, data in
                              net.ports["a1"].recv()), "a frame for a1")
            authorize(stick.device, False)
            until(lambda: net.one("uplink show " + stick.name)["state"] ==
                  "absent", "the end of the USB NIC")
            eq(net.one("port show a1")["uplink"], "u1", "the uplink of a1")
            net.ports["u1"].recv()
            until(net.ports["u1"].recv, "frames by u1")
            authorize(stick.device, True)
            stick.settle_in()
            net.ctl("uplink add %s switch s0" % stick.name)
            eq(net.one("uplink show " + stick.name)["role"], "active",
               "its role")
            comment("round %d" % (number + 1))
    for sock in pour + [ear]:
        sock.close()
    net.ctl("uplink del " + stick.name)
    net.ctl("uplink del u1")
    net.host.route.change(stick.name, (IFLA_NET_NS_FD,
                                       stick.first.file.fileno()))
    net.ports.pop("u1").close()
    net.delete("u1")
    net.before = {}


run(setup)
