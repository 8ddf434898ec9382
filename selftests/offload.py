#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Offloads and odd packets: GSO, checksums to do, scattered and shared
buffers, tags wherever they can be, and frames with hardly any bytes.

    a1 a2 a3 vmk0 VST 10   t1 vmk1 trunk 10-12,20   u1 the uplink
"""

import os
import socket
import struct
import tempfile

from vswtest import (BC, ETH_P_8021Q, MAGIC, MC, NOBODY, ZERO, Raw, case, eq,
                     mac_bytes, run, split_tags, true)

VNET = struct.Struct("=BBHHHH")		# struct virtio_net_hdr
NEEDS_CSUM = 1
NO_GSO, TCPV4, TCPV6, UDP_L4 = 0, 1, 4, 5
GUESTS = "a1 a2 a3 t1"
VMKS = "vmk0 vmk1"
ALL = GUESTS.split() + VMKS.split() + ["u1"]
# The largest that IPv4 can say: 45 segments, 65214 bytes with the headers.
SIZE, SEGMENTS = 1448, 45
MSG_ZEROCOPY, SO_ZEROCOPY = 0x4000000, 60


def setup(net):
    net.veth(*GUESTS.split(), "u1")
    for name in GUESTS.split() + ["u1"]:
        net.out.up(name)
        net.out.set_mtu(name, 9000)
    net.batch("""switch add s0 mtu 9000
        uplink add u1 switch s0
        portgroup add vst10 switch s0 vlan 10
        portgroup add vgt switch s0 vlan trunk 10-12,20
        port add a1 portgroup vst10
        port add a2 portgroup vst10
        port add a3 portgroup vst10
        port add t1 portgroup vgt
        vmk add vmk0 portgroup vst10
        vmk add vmk1 portgroup vgt""")
    for name in GUESTS.split():
        net.host.set_mtu(name, 9000)
    net.ready(GUESTS + " u1")
    net.ears = {}
    for name in ALL:
        ns = net.host if name in VMKS.split() else net.out
        ns.ready(name)
        if name in VMKS.split():
            net.macs[name] = net.link(name)["address"]
        net.ears[name] = Raw(ns, name, vnet=True)


# Packets

def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2 + len(data) % 2),
                              data + bytes(len(data) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total


def headers(kind, length):
    """The EtherType, IP header, transport header; offset of the checksum."""
    if kind == UDP_L4:
        l4 = struct.pack("!HHHH", 1000, 2000, min(8 + length, 65535), 0)
        proto, offset = 17, 6
    else:
        l4 = struct.pack("!HHIIBBHHH", 1000, 2000, 1, 1, 5 << 4, 0x10, 512, 0,
                         0)
        proto, offset = 6, 16
    if kind == TCPV6:
        addresses = (bytes.fromhex("20010db8" + "00" * 11 + "01") +
                     bytes.fromhex("20010db8" + "00" * 11 + "02"))
        ip = struct.pack("!IHBB", 6 << 28, len(l4) + length, proto, 64)
        ip += addresses
        etype = b"\x86\xdd"
    else:
        addresses = bytes([192, 0, 2, 1, 192, 0, 2, 2])
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(l4) + length, 1,
                         0x4000, 64, proto, 0) + addresses
        ip = ip[:10] + struct.pack("!H", 0xffff ^ checksum(ip)) + ip[12:]
        etype = b"\x08\x00"
    # What hardware is to add up has the sum of the pseudo header in it.
    pseudo = checksum(addresses + struct.pack("!HH", proto, len(l4) + length))
    l4 = l4[:offset] + struct.pack("!H", pseudo) + l4[offset + 2:]
    return etype, ip, l4, offset


def packet(net, src, dst, **opts):
    """A frame whose checksum is to be done, and the header that says so.

    Options: kind, tags, size and number of segments. Of a long one only the
    first bytes, linear, are in one piece.
    """
    kind, tags = opts.get("kind", TCPV4), opts.get("tags")
    size, segments = opts.get("size", SIZE), opts.get("segments", SEGMENTS)
    etype, ip, l4, offset = headers(kind, size * segments)
    data = mac_bytes(net.address(dst)) + mac_bytes(net.address(src))
    for tag in tags.split("/") if tags else ():
        data += struct.pack("!HH", 0x88a8 if tag[:2] == "ad" else ETH_P_8021Q,
                            int(tag.replace("ad", "")))
    start = len(data) + 2 + len(ip)
    data += etype + ip + l4 + bytes(i & 0xff for i in range(size * segments))
    if segments == 1:
        kind, size = NO_GSO, 0
    return VNET.pack(NEEDS_CSUM, kind, opts.get("linear", start + len(l4)),
                     size, start, offset) + data


def summed(data):
    """Whether the checksum of a TCP segment over IPv4, without tags, is right.
    """
    ip = data[14:34]
    length = struct.unpack_from("!H", ip, 2)[0]
    segment = data[34:14 + length]
    return checksum(ip[12:] + struct.pack("!HH", ip[9], len(segment)) +
                    segment) == 0xffff


def collect(net, sent):
    """What came: (GSO type, its size, whether a checksum is to be done, tags,
    whether the rest is what was sent)."""
    net.settle()
    got = {}
    rest = split_tags(sent[VNET.size:])[1]
    for name, ear in net.ears.items():
        for outer, raw in ear.recv():
            flags, kind, _, size, _, _ = VNET.unpack_from(raw)
            tags, tail = split_tags(raw[VNET.size:], outer)
            same = (raw[VNET.size:VNET.size + 12] ==
                    sent[VNET.size:VNET.size + 12] and tail == rest)
            got.setdefault(name, []).append(
                (kind, size if kind else 0, bool(flags & NEEDS_CSUM), tags,
                 same))
    return got


def forget(net):
    net.settle()
    for ear in net.ears.values():
        ear.recv()


def crosses(net, src, sent, want, what):
    """A packet arrives unsplit, at each of some receivers with its tags."""
    forget(net)
    net.ears[src].send(sent)
    _, kind, _, size, _, _ = VNET.unpack_from(sent)
    eq(collect(net, sent), {name: [(kind, size, True, tags, True)]
                            for name, tags in want.items()}, what)


# Aggregates

@case("F9: an aggregate of 64 KiB crosses unsplit between all kinds of ports")
def large(net):
    for src, dst, want in (("a1", "a2", "-"), ("a1", "vmk0", "-"),
                           ("vmk0", "a1", "-"), ("vmk0", "vmk1", "10"),
                           ("u1", "a1", "-"), ("u1", "vmk0", "-"),
                           ("u1", "t1", "10"), ("t1", "vmk0", "-"),
                           ("vmk1", "t1", "10"), ("t1", "vmk1", "10")):
        tags = "10" if src in ("u1", "t1", "vmk1") else ""
        crosses(net, src, packet(net, src, dst, tags=tags), {dst: want},
                "from %s to %s" % (src, dst))
    for src, tags in (("a1", ""), ("vmk0", ""), ("t1", "10"), ("vmk1", "10")):
        crosses(net, src, packet(net, src, NOBODY, tags=tags), {"u1": "10"},
                "from %s to the uplink" % src)


def unicast(net, name, way):
    """Frames and bytes in a direction of a port."""
    for port in net.show("port show")[0]:
        if port["dev"] == name:
            return [port["stats"][way]["unicast-" + what]
                    for what in ("frames", "bytes")]
    return None


@case("V5: 64 KiB from a vmk to a guest, and back, are one frame by all counts")
def counted(net):
    shown = net.sh("ethtool -k vmk0")
    for name in ("tcp-segmentation-offload", "tx-checksumming",
                 "scatter-gather", "generic-receive-offload"):
        true(name + ": on" in shown, name + " is not on")
    for src, dst in (("vmk0", "a1"), ("a1", "vmk0")):
        sent = packet(net, src, dst)
        true(len(sent) > 65000, "a short packet")
        before = unicast(net, src, "in") + unicast(net, dst, "out")
        crosses(net, src, sent, {dst: "-"}, "from %s to %s" % (src, dst))
        after = unicast(net, src, "in") + unicast(net, dst, "out")
        eq([new - old for new, old in zip(after, before)],
           [1, len(sent) - VNET.size] * 2, "frames and bytes, in and out")


@case("F9: so do aggregates of TCP over IPv6 and of UDP")
def kinds(net):
    for kind in (TCPV6, UDP_L4):
        for src, dst, want in (("a1", "a2", "-"), ("vmk0", "a1", "-"),
                               ("a1", "vmk0", "-"), ("a1", NOBODY, "10")):
            to = "u1" if dst == NOBODY else dst
            crosses(net, src, packet(net, src, dst, kind=kind, segments=40),
                    {to: want}, "kind %d from %s to %s" % (kind, src, dst))


@case("F9: an aggregate for all is whole at each, tagged where it is due")
def to_all(net):
    for dst in (BC, MC):
        crosses(net, "a1", packet(net, "a1", dst), {
            "a2": "-", "a3": "-", "vmk0": "-", "t1": "10", "vmk1": "10",
            "u1": "10"}, "from a1")
        crosses(net, "vmk1", packet(net, "vmk1", dst, tags="10"), {
            "a1": "-", "a2": "-", "a3": "-", "vmk0": "-", "t1": "10",
            "u1": "10"}, "from vmk1")


@case("F9: the segments of an aggregate are what the MTU is compared with")
def mtu(net):
    net.host.set_mtu("a2", 1500)
    net.host.set_mtu("vmk0", 1500)
    net.host.set_mtu("t1", 1500)
    for dst, tags, want in (("a2", "", "-"), ("vmk0", "", "-"),
                            ("t1", "", "10")):
        crosses(net, "a1", packet(net, "a1", dst, tags=tags, size=1460,
                                  segments=30), {dst: want}, "to " + dst)
        before = net.counters()
        forget(net)
        sent = packet(net, "a1", dst, tags=tags, size=1461, segments=30)
        net.ears["a1"].send(sent)
        eq(collect(net, sent), {}, "receivers of what is too long for " + dst)
        key = next(key for key in before if key[0] == dst)
        eq(net.counters()[key].get("!mtu", 0) - before[key].get("!mtu", 0), 1,
           "frames too long for " + dst)
    for name in ("a2", "vmk0", "t1"):
        net.host.set_mtu(name, 9000)


@case("F9: a checksum to be done stays so, behind a second tag too")
def checksums(net):
    one = {"size": 1000, "segments": 1}
    crosses(net, "a1", packet(net, "a1", BC, **one), {
        "a2": "-", "a3": "-", "vmk0": "-", "t1": "10", "vmk1": "10",
        "u1": "10"}, "untagged")
    crosses(net, "t1", packet(net, "t1", BC, tags="10/20", **one), {
        "a1": "20", "a2": "20", "a3": "20", "vmk0": "20", "vmk1": "10/20",
        "u1": "10/20"}, "with two tags")
    crosses(net, "u1", packet(net, "u1", BC, tags="10/ad20", **one), {
        "a1": "ad20", "a2": "ad20", "a3": "ad20", "vmk0": "ad20",
        "t1": "10/ad20", "vmk1": "10/ad20"}, "with an 802.1ad tag inside")


# Buffers that are shared and scattered

def knobs(net, name, words):
    net.sh("ethtool -K %s %s" % (name, words))


def raw_frames(net, name):
    """What an ear has: flags, GSO type and the frame with its tags inside."""
    out = []
    for outer, raw in net.ears[name].recv():
        flags, kind, _, _, _, _ = VNET.unpack_from(raw)
        tags, rest = split_tags(raw[VNET.size:], outer)
        out.append((flags & NEEDS_CSUM, kind, tags,
                    raw[VNET.size:VNET.size + 12] + rest))
    return out


@case("F9: a receiver whose NIC cannot sum up changes nobody else's copy")
def summing_one(net):
    knobs(net, "a2", "tx off")
    forget(net)
    sent = packet(net, "a1", BC, size=6000, segments=1, linear=14)
    net.ears["a1"].send(sent)
    net.settle()
    done = raw_frames(net, "a2")
    eq([(flags, kind, tags, summed(data)) for flags, kind, tags, data in done],
       [(0, NO_GSO, "-", True)], "at a2")
    got = collect(net, sent)
    eq(got, {name: [(NO_GSO, 0, True, tags, True)] for name, tags in (
        ("a3", "-"), ("vmk0", "-"), ("t1", "10"), ("vmk1", "10"),
        ("u1", "10"))}, "elsewhere")
    knobs(net, "a2", "tx on")


@case("F9: a receiver that needs segments and tags in the frame gets them alone")
def segmenting_one(net):
    knobs(net, "t1", "tso off gso off tx off txvlan off")
    forget(net)
    sent = packet(net, "a1", BC, segments=10)
    net.ears["a1"].send(sent)
    net.settle()
    done = raw_frames(net, "t1")
    eq([(flags, kind, tags, summed(data), len(data)) for
        flags, kind, tags, data in done],
       [(0, NO_GSO, "10", True, 54 + SIZE)] * 10, "at t1")
    eq(b"".join(data[54:] for _, _, _, data in done),
       sent[VNET.size + 54:], "the stream at t1")
    eq(collect(net, sent), {name: [(TCPV4, SIZE, True, tags, True)]
                            for name, tags in (
        ("a2", "-"), ("a3", "-"), ("vmk0", "-"), ("vmk1", "10"),
        ("u1", "10"))}, "elsewhere")
    knobs(net, "t1", "tx on tso on gso on txvlan on")


@case("L1, L3: tags in another piece of the buffer than the addresses")
def scattered(net):
    big = {"size": 7000, "segments": 1, "linear": 14}
    for src, tags, want in (
            ("t1", "10", {"a1": "-", "a2": "-", "a3": "-", "vmk0": "-",
                          "vmk1": "10", "u1": "10"}),
            ("vmk1", "10/20", {"a1": "20", "a2": "20", "a3": "20",
                               "vmk0": "20", "t1": "10/20", "u1": "10/20"}),
            ("u1", "10/ad20/30", {
                "a1": "ad20/30", "a2": "ad20/30", "a3": "ad20/30",
                "vmk0": "ad20/30", "t1": "10/ad20/30", "vmk1": "10/ad20/30"}),
            ("a1", "", {"a2": "-", "a3": "-", "vmk0": "-", "t1": "10",
                        "vmk1": "10", "u1": "10"})):
        crosses(net, src, packet(net, src, BC, tags=tags, **big), want,
                "from %s, tags %s" % (src, tags))
    for src, tags in (("t1", "10"), ("u1", "10"), ("vmk1", "10")):
        crosses(net, src, packet(net, src, "a1", tags=tags, linear=14),
                {"a1": "-"}, "an aggregate from %s" % src)


@case("L1: tags in the frame or in the packet's metadata, in every mix")
def mixed_tags(net):
    mixes = [(near, far) for near in ("on", "off") for far in ("on", "off")]
    for near, far in mixes:
        for name in ("t1", "u1"):
            net.sh("ethtool -K %s txvlan %s rxvlan %s" % (name, near, near))
            net.sh("ethtool -K %s txvlan %s rxvlan %s" % (name, far, far),
                   net.out)
        what = "near %s, far %s" % (near, far)
        crosses(net, "t1", packet(net, "t1", BC, tags="10/20", segments=4), {
            "a1": "20", "a2": "20", "a3": "20", "vmk0": "20",
            "vmk1": "10/20", "u1": "10/20"}, "two tags, " + what)
        crosses(net, "a1", packet(net, "a1", BC, segments=4), {
            "a2": "-", "a3": "-", "vmk0": "-", "t1": "10", "vmk1": "10",
            "u1": "10"}, "no tag, " + what)
        crosses(net, "u1", packet(net, "u1", "t1", tags="11", segments=4),
                {"t1": "11"}, "one tag, " + what)


# Real streams

def stream(path, sender_ns, receiver_ns, address, send):
    """A file by TCP; what arrives is what it holds, then and afterwards."""
    with open(path, "rb") as file:
        data = file.read()
        file.seek(0)
        with receiver_ns:
            ear = socket.create_server((address, 0))
        with sender_ns:
            caller = socket.socket()
        caller.settimeout(60)
        caller.connect(ear.getsockname())
        answer, _ = ear.accept()
        answer.settimeout(60)
        got = bytearray()
        at = 0
        while len(got) < len(data):
            if at < len(data):
                at += send(caller, file, data, at)
            while len(got) < at:
                part = answer.recv(1 << 20)
                true(part, "the connection ended")
                got += part
        for sock in (caller, answer, ear):
            sock.close()
        true(got == data, "the stream is not what was sent")
        file.seek(0)
        true(file.read() == data, "the file has changed")


def by_sendfile(caller, file, _, at):
    return os.sendfile(caller.fileno(), file.fileno(), at, 1 << 17)


def by_zerocopy(caller, _, data, at):
    caller.setsockopt(socket.SOL_SOCKET, SO_ZEROCOPY, 1)
    return caller.send(memoryview(data)[at:at + (1 << 17)], MSG_ZEROCOPY)


def amounts(net, name):
    """Frames and bytes that a port got."""
    for port in net.show("port show")[0]:
        if port["dev"] == name:
            out = port["stats"]["out"]
            return (sum(num for key, num in out.items() if "frames" in key),
                    sum(num for key, num in out.items() if "bytes" in key))
    return None


@case("F9: TCP by sendfile and zerocopy, in aggregates, and nothing is changed")
def streams(net):
    net.sh("ip addr add 192.0.2.1/24 dev vmk0")
    net.sh("ip addr add 192.0.2.2/24 dev a1", net.out)
    # Of the others there, each would answer for all addresses.
    net.sh("ip neigh add 192.0.2.2 dev vmk0 lladdr " + net.macs["a1"])
    net.sh("ip neigh add 192.0.2.1 dev a1 lladdr " + net.macs["vmk0"], net.out)
    for name, ns in (("vmk0", net.host), ("a1", net.out)):
        ns.set_mtu(name, 1500)
    with tempfile.NamedTemporaryFile(dir="/run") as file:
        file.write(os.urandom(1 << 20) * 4)
        file.flush()
        for send in (by_sendfile, by_zerocopy):
            for src, dst, to, address in (
                    (net.host, net.out, "a1", "192.0.2.2"),
                    (net.out, net.host, "vmk0", "192.0.2.1")):
                before = amounts(net, to)
                stream(file.name, src, dst, address, send)
                after = amounts(net, to)
                mean = (after[1] - before[1]) / (after[0] - before[0])
                true(mean > 6000, "frames for %s had %d bytes" % (to, mean))
    for name, ns in (("vmk0", net.host), ("a1", net.out)):
        ns.set_mtu(name, 9000)
    net.sh("ip addr del 192.0.2.1/24 dev vmk0")
    net.sh("ip addr del 192.0.2.2/24 dev a1", net.out)


# Frames with hardly any bytes

def port_sums(net, name):
    """Frames in, and the reasons, of a port."""
    return next(({"in": cur["in"], **{key: num for key, num in cur.items()
                                      if key[0] == "!"}}
                 for key, cur in net.counters().items() if key[0] == name))


def changed(net, name, before):
    now = port_sums(net, name)
    return {key: num - before.get(key, 0) for key, num in now.items()
            if num != before.get(key, 0)}


def short(net, name, data):
    """Send a frame as it is; what it made of the port's counters."""
    mouth = Raw(net.host if name in VMKS.split() else net.out, name, 0)
    forget(net)
    before = port_sums(net, name)
    try:
        mouth.send(data)
    except OSError:
        return None
    finally:
        mouth.close()
    net.settle()
    return changed(net, name, before)


@case("F12, F10: frames of 14 bytes pass, what is cut off in its tag does not")
def shortest(net):
    for name in ("t1", "u1", "vmk1"):
        head = mac_bytes(net.macs["a1"]) + mac_bytes(net.macs[name])
        for length in range(14):
            eq(short(net, name, (head + bytes(2))[:length]), None,
               "%d bytes from %s" % (length, name))
        tag = struct.pack("!HHH", ETH_P_8021Q, 10, MAGIC)
        # Who takes a tag away wants to see two bytes behind its type.
        for length in range(2, 9):
            want = {"in": 1}
            if length < 8:
                # The core lets nothing of it through to a member.
                want = {"in": 1, "!runt": 1} if name == "vmk1" else {}
            eq(short(net, name, head + (tag + bytes(2))[:length]), want,
               "%d bytes with a tag from %s" % (12 + length, name))
            got = [(tags, len(data)) for _, _, tags, data in
                   raw_frames(net, "a1")]
            eq(got, [("-", 8 + length)] if length > 7 else [],
               "what a1 got of %d bytes from %s" % (12 + length, name))
    head = mac_bytes(net.macs["a2"]) + mac_bytes(net.macs["a1"])
    for length in range(14, 20):
        data = head + struct.pack("!H", MAGIC) + bytes(length - 14)
        eq(short(net, "a1", data), {"in": 1}, "%d bytes" % length)
        eq([raw for _, _, _, raw in raw_frames(net, "a2")], [data],
           "%d bytes at a2" % length)


@case("F12: sources that are zero or a group, from every kind of device")
def sources(net):
    for name, tag in (("a1", ""), ("t1", "10"), ("vmk0", ""), ("vmk1", "10"),
                      ("u1", "10")):
        for src in (ZERO, MC, BC):
            for segments in (1, 8):
                sent = packet(net, src, "a2", tags=tag, segments=segments)
                forget(net)
                before = port_sums(net, name)
                net.ears[name].send(sent)
                eq(collect(net, sent), {}, "receivers")
                eq(changed(net, name, before), {"in": 1, "!bad-source": 1},
                   "counters of %s for a frame from %s" % (name, src))


@case("F12: the tags that nobody may send, in aggregates and scattered frames")
def bad_tags(net):
    for name, tags, reason in (
            ("a1", "10", "vlan-tag"), ("a1", "ad10", "vlan-tag"),
            ("vmk0", "20", "vlan-tag"), ("t1", "13", "vlan-denied"),
            ("vmk1", "ad10", "vlan-denied"), ("t1", "0/10", "vlan-invalid"),
            ("u1", "0/ad10", "vlan-invalid"), ("u1", "4095", "vlan-invalid"),
            ("vmk1", "4095", "vlan-invalid")):
        for size, segments in ((SIZE, 8), (7000, 1)):
            sent = packet(net, name, "a2" if name != "vmk0" else "a1",
                          tags=tags, size=size, segments=segments, linear=14)
            forget(net)
            before = port_sums(net, name)
            net.ears[name].send(sent)
            eq(collect(net, sent), {}, "receivers")
            eq(changed(net, name, before), {"in": 1, "!" + reason: 1},
               "counters of %s for tags %s" % (name, tags))


run(setup)
