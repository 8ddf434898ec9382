#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The host's own interfaces: how they are made, where they live, IP on them.

    a1 VLAN 10   t1 trunk 10-12   u1 the uplink
"""

import select
import socket
import struct

from vswnet import tag_bytes
from vswtest import (BC, NOBODY, STRANGER, Netns, Raw, Skip, case, eq, frame,
                     mac_bytes, run, split_tags, true, until)

LLDP, CDP = "01:80:c2:00:00:0e", "01:00:0c:cc:cc:cc"


def setup(net):
    net.ends("a1 t1 u1")
    net.batch("""switch add s0
        uplink add u1 switch s0
        portgroup add vst10 switch s0 vlan 10
        portgroup add vgt switch s0 vlan trunk 10-12
        port add a1 portgroup vst10
        port add t1 portgroup vgt""")
    net.ready("a1 t1 u1")


def bring(net, name):
    net.host.up(name)
    net.host.ready(name)
    net.own(name)
    net.before = {}


def drop(net, name):
    net.ports.pop(name).close()
    net.ctl("vmk", "del", name)
    net.before = {}


def with_vmk0(net):
    """A vmk0 that is made once, for several cases."""
    if not net.host.has("vmk0"):
        net.ctl(*"vmk add vmk0 portgroup vst10".split())
        bring(net, "vmk0")


@case("V1: a vmk takes the next free number when it has no name")
def names(net):
    eq([net.ctl(*"vmk add portgroup vst10".split())[0][0]["name"]
        for _ in range(3)], ["vmk0", "vmk1", "vmk2"], "names it has chosen")
    eq(sorted(vmk["name"] for vmk in net.show("vmk show")[0]),
       ["vmk0", "vmk1", "vmk2"], "vmks")
    net.ctl(*"vmk del vmk1".split())
    net.ctl(*"vmk add portgroup vgt".split())
    eq(net.one("vmk show vmk1")["portgroup"], "vgt", "the new vmk1")
    numbers = [port["number"] for port in net.show("port show")[0]]
    eq(sorted(numbers), [1, 2, 3, 5, 6], "port numbers, never used again")
    net.batch("vmk del vmk0\nvmk del vmk1\nvmk del vmk2")


@case("V1: without mac a vmk has a random local address, with mac that one")
def macs(net):
    net.batch("vmk add vmk0 portgroup vst10\nvmk add vmk1 portgroup vst10\n"
              "vmk add vmk2 portgroup vst10 mac 02:11:22:33:44:55 mtu 9000")
    addresses = [net.link("vmk%d" % i)["address"] for i in range(3)]
    eq(len(set(addresses)), 3, "different addresses")
    for address in addresses[:2]:
        eq(int(address[:2], 16) & 3, 2, "local and unicast bits")
    vmk = net.one("vmk show vmk2")
    eq((addresses[2], vmk["mac"], vmk["mtu"], net.link("vmk2")["mtu"]),
       ("02:11:22:33:44:55",) * 2 + (9000,) * 2, "vmk2")
    eq(net.link("vmk0")["mtu"], 1500, "MTU of vmk0")
    net.batch("vmk set vmk0 mac 02:11:22:33:44:66 mtu 1400")
    link = net.link("vmk0")
    eq((link["address"], link["mtu"]), ("02:11:22:33:44:66", 1400), "vmk0")
    net.batch("vmk del vmk0\nvmk del vmk1")
    net.delete("vmk2")
    eq(net.show("vmk show")[0], [], "vmks")


@case("V1: a vmk is a port like any other")
def frames(net):
    with_vmk0(net)
    net.check([("vmk0", BC, "-", "a1:- t1:10 u1:10"),
               ("vmk0", "a1", "-", "a1:-"),
               ("vmk0", NOBODY, "0p3", "u1:10p3"),
               ("vmk0", BC, "10", "!vlan-tag"),
               ("vmk0", "vmk0", "-", "!hairpin"),
               ("vmk0", "01:80:c2:00:00:0e", "-", "!link-local"),
               ("a1", "vmk0", "-", "vmk0:-"),
               ("u1", "vmk0", "10", "vmk0:-"),
               ("t1", "vmk0", "10p2", "vmk0:-"),
               ("u1", BC, "10", "a1:- t1:10 vmk0:-"),
               ("u1", "vmk0", "20", "!unknown-unicast")])
    net.ctl(*"vmk add vmk1 portgroup vst10".split())
    bring(net, "vmk1")
    net.check([("vmk0", "vmk1", "-", "vmk1:-"),
               ("vmk1", BC, "-", "a1:- t1:10 vmk0:- u1:10")])
    drop(net, "vmk1")


@case("L1: on a trunk the host tags its frames itself, in the frame or the skb")
def trunk(net):
    with_vmk0(net)
    net.ctl(*"vmk add vmk1 portgroup vgt".split())
    bring(net, "vmk1")
    net.check([("vmk1", BC, "10p4", "a1:- t1:10p4 vmk0:- u1:10p4"),
               ("vmk1", BC, "12", "t1:12 u1:12"),
               ("vmk1", BC, "13", "!vlan-denied"),
               ("vmk1", BC, "-", "!vlan-denied"),
               ("vmk1", BC, "0/10", "!vlan-invalid"),
               ("u1", "vmk1", "11p1", "vmk1:11p1")])
    net.sh("ip link add link vmk1 name vmk1.11 type vlan id 11")
    net.host.up("vmk1.11")
    net.ports["vmk1.11"] = Raw(net.host, "vmk1.11")
    net.macs["vmk1.11"] = net.macs["vmk1"]
    net.host.ready("vmk1.11")
    net.check([("vmk1.11", BC, "-", "t1:11 u1:11"),
               ("u1", "vmk1", "11", "vmk1:11 vmk1.11:-"),
               ("t1", "vmk1", "11", "vmk1:11 vmk1.11:-")], counters=False)
    net.ports.pop("vmk1.11").close()
    net.before = {}
    drop(net, "vmk1")


@case("M3: the address of a vmk that is set by hand is what the switch knows")
def by_hand(net):
    with_vmk0(net)
    old, new = net.macs["vmk0"], "02:11:22:33:44:77"
    net.host.set_mac("vmk0", new)
    until(lambda: net.one("vmk show vmk0")["mac"] == new, "the new address")
    net.check([("u1", new, "10", "vmk0:-"),
               ("u1", old, "10", "!unknown-unicast"),
               ("a1", old, "-", "u1:10")])
    drop(net, "vmk0")


@case("V2: a vmk lives in another namespace and stays on its portgroup")
def netns(net):
    net.sh("ip netns add vswtest0")
    try:
        net.ctl(*"vmk add vmk0 portgroup vst10 netns vswtest0".split())
        net.sh("ip link show vmk0", check=1)
        there = "ip netns exec vswtest0 ip "
        net.sh(there + "link show vmk0")
        net.sh(there + "link set vmk0 up")
        vmk = net.one("vmk show vmk0")
        true("netns-id" in vmk, "no netns-id is shown")
        net.macs["vmk0"] = vmk["mac"]
        net.ports["vmk0"] = Raw(Netns("/run/netns/vswtest0"), "vmk0")
        net.before = {}
        net.check([("vmk0", BC, "-", "a1:- t1:10 u1:10"),
                   ("u1", "vmk0", "10", "vmk0:-"),
                   ("a1", "vmk0", "-", "vmk0:-")])
        net.ports.pop("vmk0").close()
        net.ctl(*"vmk del vmk0".split())
        net.sh(there + "link show vmk0", check=1)
    finally:
        net.sh("ip netns del vswtest0")


@case("V2: a vmk that moves to another namespace stays on its portgroup")
def moved(net):
    net.ctl(*"vmk add vmk0 portgroup vst10".split())
    number = net.one("vmk show vmk0")["number"]
    net.sh("ip link set vmk0 netns " + net.out.path)
    net.out.up("vmk0")
    net.out.ready("vmk0")
    vmk = net.one("vmk show vmk0")
    eq((vmk["number"], vmk["portgroup"]), (number, "vst10"), "the vmk")
    net.macs["vmk0"] = vmk["mac"]
    net.ports["vmk0"] = Raw(net.out, "vmk0")
    net.before = {}
    net.check([("vmk0", BC, "-", "a1:- t1:10 u1:10"),
               ("u1", "vmk0", "10", "vmk0:-")])
    drop(net, "vmk0")
    net.sh("ip link show vmk0", net.out, check=1)


SERVICES = ["management", "vmotion", "vsan", "provisioning", "ft",
            "replication", "nfs", "iscsi"]


@case("V3: services are kept, shown and changed as a whole")
def services(net):
    net.ctl(*"vmk add vmk0 portgroup vst10".split())
    eq(net.one("vmk show vmk0")["service"], [], "services of a new vmk")
    for said, want in (("iscsi", ["iscsi"]), ("nfs,management,nfs",
                                              ["management", "nfs"]),
                       (",".join(reversed(SERVICES)), SERVICES),
                       ("none", [])):
        net.ctl("vmk", "set", "vmk0", "service", said)
        eq(net.one("vmk show vmk0")["service"], want, "services, " + said)
    net.ctl("vmk set vmk0 service ft")
    net.ctl("vmk set vmk0 mtu 1400")
    net.host.set_mac("vmk0", "02:11:22:33:44:88")
    eq(net.one("vmk show vmk0")["service"], ["ft"], "after other changes")
    for said in ("ntp", "nfs,", "", "nfs,none"):
        net.refused("vmk", "set", "vmk0", "service", said, status=2,
                    text="service")
    # A change that is refused changes none of it.
    taken = "02:11:22:33:44:99"
    net.ctl("vmk add vmk1 portgroup vst10 mac " + taken)
    net.refused("vmk set vmk0 service nfs mac " + taken, text=taken)
    eq(net.one("vmk show vmk0")["service"], ["ft"], "after what was refused")
    net.batch("vmk del vmk0\nvmk del vmk1")
    net.ctl(*"vmk add vmk0 portgroup vst10 service vsan,vmotion".split())
    eq(net.one("vmk show vmk0")["service"], ["vmotion", "vsan"], "services")
    net.ctl("vmk del vmk0")


@case("V3: the first service of a vmk is the class of what it sends, and no tag")
def classes(net):
    # The uplink is a VLAN device: it writes into its tag what it is told of a
    # class. Two ways of writing tell all of them apart.
    net.veth("w1")
    net.out.up("w1")
    net.host.up("w1")
    if net.spawn("ip link add link w1 name w1.5 type vlan id 5".split()
                 ).returncode:
        raise Skip("no VLAN device")
    net.batch("""switch add s1
        uplink add w1.5 switch s1
        portgroup add p0 switch s1
        portgroup add p10 switch s1 vlan 10
        vmk add vmk0 portgroup p0""")
    for name in ("w1", "w1.5", "vmk0"):
        net.host.ready(name)
    ear, mouth = Raw(net.out, "w1"), Raw(net.host, "vmk0", 0)
    mac = net.link("vmk0")["address"]

    def tags():
        ear.recv()
        mouth.send(frame(BC, mac, ident=0xabcdef))
        net.settle()
        return [split_tags(data, outer)[0] for outer, data in ear.recv()
                if b"VSWT\0\xab\xcd\xef" in data]
    for turned in (False, True):
        written = [7 - i if turned else i for i in range(8)]
        net.sh("ip link set w1.5 type vlan egress-qos-map " + " ".join(
            "%d:%d" % (8 + i, prio) for i, prio in enumerate(written)))
        for name, prio in [*zip(SERVICES, written), ("none", 0),
                           ("iscsi,ft,nfs", written[4])]:
            net.ctl("vmk", "set", "vmk0", "service", name)
            eq(tags(), ["5p%d" % prio if prio else "5"], "class of " + name)
    net.ctl("vmk set vmk0 service vmotion portgroup p10")
    eq(tags(), ["5p6/10"], "the tag of the portgroup")
    ear.close()
    mouth.close()
    net.ctl("vmk del vmk0")
    net.run_ctl("--force", "switch", "del", "s1")
    net.delete("w1")


def talk(net, server_ns, server, client_ns):
    """A megabyte by TCP and back."""
    with server_ns:
        ear = socket.create_server((server, 0))
    with client_ns:
        caller = socket.socket()
    caller.settimeout(20)
    caller.connect(ear.getsockname())
    answer, _ = ear.accept()
    answer.settimeout(20)
    data = bytes(range(256)) * 256
    for one, other in ((caller, answer), (answer, caller)):
        for _ in range(16):
            one.sendall(data)
            got = bytearray()
            while len(got) < len(data):
                part = other.recv(1 << 17)
                true(part, "the connection ended")
                got += part
            eq(got == data, True, "what was sent has arrived")
    for sock in (caller, answer, ear):
        sock.close()
    del net


@case("V1: the host talks IP through a vmk with a guest and with the outside")
def talks(net):
    net.ctl(*"vmk add vmk0 portgroup vst10 address 192.0.2.1/24".split())
    net.host.up("vmk0")
    net.host.ready("vmk0")
    true("192.0.2.1/24" in net.sh("ip -o addr show dev vmk0"), "no address")
    net.sh("ip addr add 192.0.2.2/24 dev a1", net.out)
    talk(net, net.host, "192.0.2.1", net.out)
    net.sh("ip addr del 192.0.2.2/24 dev a1", net.out)
    net.sh("ip link add link u1 name u1.10 type vlan id 10", net.out)
    net.sh("ip addr add 192.0.2.3/24 dev u1.10", net.out)
    net.out.up("u1.10")
    talk(net, net.out, "192.0.2.3", net.host)
    net.delete("u1.10", net.out)
    net.ctl(*"vmk del vmk0".split())
    net.drain()


@case("V1: a vmk joins a VRF, since the switch is not its master")
def vrf(net):
    done = net.spawn("ip link add red type vrf table 10".split())
    if done.returncode:
        raise Skip("no VRF")
    net.ctl(*"vmk add vmk0 portgroup vst10".split())
    net.sh("ip link set vmk0 master red")
    bring(net, "vmk0")
    net.check([("vmk0", "a1", "-", "a1:-"), ("u1", "vmk0", "10", "vmk0:-")])
    eq(net.link("vmk0")["master"], "red", "master")
    drop(net, "vmk0")
    net.delete("red")


def ip_frames(dst, src, tags="-"):
    """A datagram and an ARP request for 192.0.2.1, in frames for an address."""
    ends = socket.inet_aton("192.0.2.9"), socket.inet_aton("192.0.2.1")
    head = struct.pack("!BxHHHBBH4s4s", 0x45, 32, 0, 0, 64, 17, 0, *ends)
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xffff) + (total >> 16)
    head = head[:10] + struct.pack("!H", 0xffff ^ total) + head[12:]
    data = head + struct.pack("!HHHH4s", 4000, 4000, 12, 0, b"VSWT")
    ask = struct.pack("!HHBBH6s4s6x4s", 1, 0x800, 6, 4, 1, mac_bytes(src), *ends)
    link = mac_bytes(dst) + mac_bytes(src) + tag_bytes(tags)
    return [link + struct.pack("!H", kind) + body + bytes(18)
            for kind, body in ((0x800, data), (0x806, ask))]


@case("M2, F8: what a link-local frame has in it is nothing to the host's IP")
def no_ip(net):
    net.ctl(*"vmk add vmk0 portgroup vst10 address 192.0.2.1/24".split())
    bring(net, "vmk0")
    net.macs["u1"] = STRANGER
    with net.host, socket.socket(type=socket.SOCK_DGRAM) as ear:
        ear.bind(("192.0.2.1", 4000))
        ear.setblocking(False)
        net.drain()
        for dst, tags, heard in ((LLDP, "-", False), (CDP, "-", False),
                                 (net.macs["vmk0"], "10", True)):
            for data in ip_frames(dst, STRANGER, tags):
                net.ports["u1"].send(data)
            net.settle()
            answers = [data for _, data in net.ports["u1"].recv()
                       if data[:6] == mac_bytes(STRANGER)]
            eq((bool(select.select([ear], [], [], 0)[0]), bool(answers)),
               (heard, heard), "heard, and answered, of frames for " + dst)
    del net.macs["u1"]
    drop(net, "vmk0")


@case("L4, V2: what a packet socket calls its frame makes no tag of it")
def called(net):
    net.batch("""portgroup add est switch s0
        portgroup add every switch s0 vlan all
        vmk add vmk0 portgroup est
        vmk add vmk1 portgroup every""")
    bring(net, "vmk0")
    bring(net, "vmk1")
    net.sh("ip link add link vmk1 name vmk1.20 type vlan id 20")
    net.host.up("vmk1.20")
    net.host.ready("vmk1.20")
    hop = Raw(net.host, "vmk1.20")
    with net.host:
        mouth = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    mouth.bind(("vmk0", 0x8100))
    net.drain()
    mouth.send(mac_bytes(BC) + mac_bytes(net.macs["vmk0"]) +
               bytes.fromhex("0800 0014 0800") + bytes(46))
    net.settle()
    got = [split_tags(data, outer) for outer, data in net.ports["vmk1"].recv()]
    eq([(tags, rest[:6]) for tags, rest in got],
       [("-", bytes.fromhex("080000140800"))], "what vmk1 gets")
    eq(hop.recv(), [], "what gets into VLAN 20")
    mouth.close()
    hop.close()
    drop(net, "vmk0")
    drop(net, "vmk1")
    net.batch("portgroup del est\nportgroup del every")


@case("V1, S3: a change that is refused costs a vmk nothing")
def refused(net):
    net.batch("""vmk add vmk0 portgroup vst10
        portgroup add other switch s0 vlan 20
        vmk add vmk1 portgroup other mac 02:11:22:33:44:88
        port set vmk0 allow-mac 02:11:22:33:44:99""")
    bring(net, "vmk0")
    net.ports["vmk0"].send(frame(NOBODY, "02:11:22:33:44:99"))
    net.settle()
    before = net.show("fdb show port vmk0")
    eq(len(before[0]), 2, "addresses")
    net.refused("vmk set vmk0 portgroup other mac 02:11:22:33:44:88",
                text="another port on s0 holds 02:11:22:33:44:88")
    eq([one["address"] for one in net.show("fdb show port vmk0")[0]],
       [one["address"] for one in before[0]], "addresses")
    drop(net, "vmk0")
    net.batch("vmk del vmk1\nportgroup del other")


run(setup)
