#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Forwarding: who gets a frame, by which uplink, and the order of checks.

    a1 (port 1)  a2 (2)  a3 (3)   VLAN 10
    b1 (4)                        VLAN 20
    u1 u2 active, u3 unused: odd ports use u2, even ones u1
"""

import json
import struct
import time

from vswtest import (BC, ETH_P_8021Q, MAGIC, MC, MC6, NOBODY, STRANGER, VSWCTL,
                     ZERO, Fail, Raw, case, eq, mac_bytes, run, split_tags,
                     true, until)

GUESTS = "a1 a2 a3 b1"
UPLINKS = "u1 u2 u3"
LLDP = "01:80:c2:00:00:0e"
CDP = "01:00:0c:cc:cc:cc"
PVST = "01:00:0c:cc:cc:cd"


def setup(net):
    net.ends(GUESTS + " " + UPLINKS)
    net.batch("""switch add s0
        uplink add u1 switch s0
        uplink add u2 switch s0
        uplink add u3 switch s0 role unused
        portgroup add vst10 switch s0 vlan 10
        portgroup add vst20 switch s0 vlan 20
        port add a1 portgroup vst10
        port add a2 portgroup vst10
        port add a3 portgroup vst10
        port add b1 portgroup vst20""")
    net.ready(GUESTS + " " + UPLINKS)


def uplinks_up(net, on):
    for name in UPLINKS.split():
        net.out.up(name, on)
    if on:
        net.ready(UPLINKS)
        # One that still waits may serve for now, and stop again (T3).
        until(lambda: {one["state"] for one in net.show("uplink show")[0]} ==
              {"up"} and net.one("port show a1").get("uplink") == "u2" and
              net.one("port show a2").get("uplink") == "u1", "both uplinks")


# From a port

@case("F1: a port holds its address, shown with where it came from")
def holds(net):
    found = {(fdb["dev"], fdb["address"], fdb["origin"], fdb["vlan"]["id"])
             for fdb in net.show("fdb show")[0]}
    eq(found, {(name, net.macs[name], "peer", 20 if name == "b1" else 10)
               for name in GUESTS.split()}, "fdb")


@case("F1: the switch learns nothing by itself")
def no_learning(net):
    net.check([("a1", BC, "-", "a2:- a3:- u2:10", {"src": STRANGER}),
               ("a2", STRANGER, "-", "u1:10"),
               ("u2", BC, "10", "a1:- a3:-", {"src": NOBODY}),
               ("a2", NOBODY, "-", "u1:10")])
    eq(len(net.show("fdb show")[0]), 4, "addresses")


@case("F2: unicast to a local owner goes to it alone")
def unicast(net):
    net.check([("a1", "a2", "-", "a2:-"),
               ("a2", "a1", "-", "a1:-"),
               ("a3", "a1", "0p3", "a1:-")])


@case("F2: unicast to the sender itself is dropped")
def hairpin(net):
    net.check([("a1", "a1", "-", "!hairpin"),
               ("a1", "a1", "-", "!hairpin", {"src": STRANGER}),
               ("a2", "a1", "-", "a1:-")])


@case("F2: unicast to nobody here leaves by the one uplink of the port")
def unknown(net):
    net.check([("a1", NOBODY, "-", "u2:10"),
               ("a2", NOBODY, "-", "u1:10"),
               ("a3", NOBODY, "-", "u2:10"),
               ("b1", NOBODY, "-", "u1:20"),
               ("a1", "b1", "-", "u2:10")])


@case("F2: without an uplink unicast to nobody here is dropped")
def no_uplink(net):
    uplinks_up(net, False)
    net.check([("a1", NOBODY, "-", "!no-uplink"),
               ("a1", "a2", "-", "a2:-")])
    uplinks_up(net, True)
    net.check([("a1", NOBODY, "-", "u2:10")])


@case("F3: a group frame goes to all others of the VLAN and to one uplink")
def group(net):
    rows = []
    for dst in (BC, MC, MC6):
        rows += [("a1", dst, "-", "a2:- a3:- u2:10"),
                 ("a2", dst, "-", "a1:- a3:- u1:10"),
                 ("b1", dst, "-", "u1:20")]
    net.check(rows)


@case("F3: without an uplink a group frame still reaches the others")
def group_no_uplink(net):
    uplinks_up(net, False)
    net.check([("a1", BC, "-", "a2:- a3:-"),
               ("b1", BC, "-", "!no-uplink")])
    uplinks_up(net, True)


# From an uplink

@case("F4: unicast from an uplink to nobody is not flooded")
def not_flooded(net):
    net.check([("u2", "a1", "10", "a1:-"),
               ("u2", NOBODY, "10", "!unknown-unicast"),
               ("u1", NOBODY, "-", "!unknown-unicast"),
               ("u1", "b1", "10", "!unknown-unicast"),
               ("u1", "b1", "20", "b1:-")])


@case("F4: the address of the NIC or of the switch owns nothing")
def nic_address(net):
    ears = [Raw(net.host, name, MAGIC) for name in ("u1", "s0", "a1")]
    switch = net.link("s0")["address"]
    net.check([("u1", net.near_mac("u1"), "-", "!unknown-unicast"),
               ("u1", net.near_mac("u1"), "10", "!unknown-unicast"),
               ("u1", switch, "-", "!unknown-unicast"),
               ("a1", net.near_mac("a1"), "-", "u2:10"),
               ("a1", net.near_mac("u1"), "-", "u2:10"),
               ("a2", switch, "-", "u1:10")])
    for ear in ears:
        eq(ear.recv(), [], "frames in the host's own stack")


@case("F5: what came by an uplink leaves by none")
def no_transit(net):
    net.check([("u1", BC, "10", "a2:-"),
               ("u2", BC, "10", "a1:- a3:-"),
               ("u1", MC6, "20", "b1:-"),
               ("u1", BC, "30", "!no-member"),
               ("u2", NOBODY, "-", "!unknown-unicast")])


@case("F6: a frame is delivered only from the uplink that the port uses")
def reverse_path(net):
    net.check([("u1", "a1", "10", "!reverse-path"),
               ("u2", "a1", "10", "a1:-"),
               ("u2", "a2", "10", "!reverse-path"),
               ("u1", "a2", "10", "a2:-"),
               ("u2", BC, "20", "!reverse-path"),
               ("u1", BC, "20", "b1:-"),
               ("u3", BC, "10", "!reverse-path"),
               ("u3", "a1", "10", "!reverse-path"),
               ("u3", BC, "30", "!no-member")])


@case("F6: a frame that all uplinks see reaches each guest once")
def once(net):
    net.drain()
    for dst in (BC, MC):
        data = net.stamped(STRANGER, dst, "10")
        ident = net.ident
        for name in UPLINKS.split():
            net.ports[name].send(data)
        got = net.collect({ident: data})[ident]
        eq(dict(got), {"a1:-": 1, "a2:-": 1, "a3:-": 1}, "copies")


def move_a1(net, order):
    """Move a1 and its like by explicit order; the time when it began."""
    start = time.monotonic()
    net.ctl("portgroup", "set", "vst10", "teaming", "explicit",
            "active", order)
    return start


def in_time(net, part):
    """Run a part that must end within a second; a slow host may try again."""
    for _ in range(4):
        net.ctl(*"portgroup set vst10 teaming explicit active u2,u1".split())
        # The uplink before this move is forgotten by a frame from the new.
        net.check([("u2", "a1", "10", "a1:-")], counters=False)
        start = move_a1(net, "u1,u2")
        verdict = part()
        if time.monotonic() - start < 0.9:
            if verdict:
                raise verdict
            break
    else:
        raise Fail("could not do it within a second")
    net.ctl(*"portgroup set vst10 policy inherit".split())
    net.before = {}


def attempt(net, rows):
    """The Fail of a table, or None."""
    try:
        net.check(rows, counters=False)
    except Fail as exc:
        return exc
    return None


@case("F6: unicast by the uplink before a move passes until the new one works")
def make_before_break(net):
    in_time(net, lambda: attempt(net, [
        ("u2", "a1", "10", "a1:-"),
        ("u2", "a1", "10", "a1:-"),
        ("u1", "a1", "10", "a1:-"),
        ("u2", "a1", "10", ""),
        ("u1", "a1", "10", "a1:-")]))


@case("F6: group frames by the uplink before a move never pass")
def group_after_move(net):
    in_time(net, lambda: attempt(net, [
        ("u2", BC, "10", ""),
        ("u2", MC, "10", ""),
        ("u1", BC, "10", "a1:- a2:- a3:-"),
        ("u2", "a1", "10", "a1:-")]))


@case("F6: unicast by the uplink before a move passes for a second at most")
def move_forgotten(net):
    net.ctl(*"portgroup set vst10 teaming explicit active u2,u1".split())
    net.check([("u2", "a1", "10", "a1:-")], counters=False)
    move_a1(net, "u1,u2")
    start = time.monotonic()
    begun = []

    def ended():
        begun.append(time.monotonic() - start)
        return not attempt(net, [("u2", "a1", "10", "")])
    until(ended, "an end of unicast by the old uplink", 8)
    # What passed was sent after its attempt began; the one that did not may
    # have begun any time later.
    true(max(begun[:-1], default=0) <= 1.05, "it lasted more than a second")
    net.check([("u1", "a1", "10", "a1:-"), ("u2", "a1", "10", "")],
              counters=False)
    net.ctl(*"portgroup set vst10 policy inherit".split())
    net.before = {}


@case("F7: a reflection of a local port's frame is dropped")
def reflection(net):
    src = {"src": "a1"}
    net.check([("u2", BC, "10", "!reflection", src),
               ("u1", BC, "10", "!reflection", src),
               ("u3", BC, "10", "!reflection", src),
               ("u1", "a2", "10", "!reflection", src),
               ("u1", "b1", "20", "b1:-", src),
               ("u1", "a2", "10", "a2:-", {"src": STRANGER})])


@case("F7: the source of a port that owns nothing now is no reflection")
def no_reflection(net):
    net.out.up("a1", False)
    net.check([("u1", BC, "10", "a2:-", {"src": "a1"})])
    net.out.up("a1")
    net.ready("a1")
    net.check([("u1", BC, "10", "!reflection", {"src": "a1"})])


# Link-local

LINK_LOCAL = ["01:80:c2:00:00:%02x" % i for i in range(16)] + [CDP, PVST]


@case("F8: link-local frames from an uplink go to the host's own stack")
def link_local_up(net):
    ear = Raw(net.host, "u1", MAGIC)
    rows = [("u1", dst, tags, "") for dst in LINK_LOCAL
            for tags in ("-", "10", "0p7")]
    net.check(rows)
    eq(len(ear.recv()), len(rows), "frames in the host's own stack")
    net.check([("u1", "01:80:c2:00:00:10", "10", "a2:-"),
               ("u1", "01:80:c2:00:01:00", "10", "a2:-"),
               ("u1", "01:00:0c:cc:cc:ce", "10", "a2:-"),
               ("u1", "01:00:0c:cd:cc:cc", "10", "a2:-")])
    eq(ear.recv(), [], "forwarded frames in the host's own stack")


@case("F8: LLDP and LACP daemons on an uplink hear their frames")
def lldp(net):
    net.drain()
    for proto, dst in ((0x88cc, LLDP), (0x8809, "01:80:c2:00:00:02")):
        ear = Raw(net.host, "u3", proto)
        data = (mac_bytes(dst) + mac_bytes(STRANGER) +
                struct.pack("!H", proto) + bytes(46))
        net.ports["u3"].send(data)
        net.settle()
        eq(ear.recv(), [(None, data)], "frames of protocol %#x" % proto)
    eq([port.recv() for port in net.ports.values()],
       [[]] * len(net.ports), "frames elsewhere")
    net.before = {}


@case("F8: link-local frames from a guest are dropped")
def link_local_guest(net):
    net.check([("a1", dst, tags, "!link-local") for dst in LINK_LOCAL
               for tags in ("-", "10")] +
              [("a1", "01:80:c2:00:00:10", "-", "a2:- a3:- u2:10")])


# MTU and aggregates

def large(net, *names):
    for name in names:
        net.host.set_mtu(name, 9000)
        net.out.set_mtu(name, 9000)


@case("F9: the MTU of a receiver is what follows the header and one tag")
def mtu(net):
    large(net, "a1", "a3")
    net.host.set_mtu("a2", 1400)
    net.check([
        ("a1", "a2", "-", "a2:-", {"length": 1400}),
        ("a1", "a2", "-", "a2!mtu", {"length": 1401}),
        ("a1", "a3", "-", "a3:-", {"length": 8000}),
        ("a1", NOBODY, "-", "u2:10", {"length": 1500}),
        ("a1", NOBODY, "-", "u2!mtu", {"length": 1501}),
        ("a1", BC, "-", "a2:- a3:- u2:10", {"length": 1400}),
        ("a1", BC, "-", "a2!mtu a3:- u2:10", {"length": 1401}),
        ("a1", BC, "-", "a2!mtu a3:- u2!mtu", {"length": 8000}),
        ("u1", "a2", "10", "a2:-", {"length": 1400}),
        ("u1", "a2", "10", "a2!mtu", {"length": 1401}),
        ("u1", "a2", "10/20", "a2:20", {"length": 1396}),
        ("u1", "a2", "10/20", "a2!mtu", {"length": 1397}),
        ("u1", BC, "10", "a2!mtu", {"length": 1500}),
    ])
    net.host.set_mtu("a2", 1500)
    net.check([("u1", "a2", "10", "a2:-", {"length": 1500})])


VNET = struct.Struct("=BBHHHH")		# struct virtio_net_hdr
NEEDS_CSUM, GSO_TCPV4 = 1, 1


def tcp_frame(net, src, dst, length):
    """A TCP segment over IPv4 of a given payload, its checksum undone."""
    tcp = struct.pack("!HHIIBBHHH", 1000, 2000, 1, 1, 5 << 4, 0x10, 512, 0, 0)
    total = 20 + len(tcp) + length
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, total & 0xffff, 1, 0x4000, 64,
                     6, 0, bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
    total = sum(struct.unpack("!10H", ip))
    total = (total & 0xffff) + (total >> 16)
    total = ~((total & 0xffff) + (total >> 16)) & 0xffff
    ip = ip[:10] + struct.pack("!H", total) + ip[12:]
    return (mac_bytes(net.address(dst)) + mac_bytes(net.address(src)) +
            b"\x08\x00" + ip + tcp + bytes(i & 0xff for i in range(length)))


def aggregate(net, src, dst, ears, size, segments):
    """Send one GSO frame; what each ear got: (GSO type and size, flags,
    outer tag, whether it is the frame that was sent)."""
    mouth = Raw(net.out, src, 0, vnet=True)
    data = tcp_frame(net, src, dst, size * segments)
    mouth.send(VNET.pack(NEEDS_CSUM, GSO_TCPV4 if segments > 1 else 0, 54,
                         size if segments > 1 else 0, 34, 16) + data)
    net.settle()
    got = {}
    for name in ears:
        got[name] = []
        for outer, raw in ears[name].recv():
            flags, kind, _, gso, _, _ = VNET.unpack_from(raw)
            tags, rest = split_tags(raw[VNET.size:], outer)
            got[name].append((kind, gso if kind else 0, flags & NEEDS_CSUM,
                              tags, rest == data[12:]))
    return got


@case("F9: GSO frames and offloaded checksums pass unbroken")
def gso(net):
    names = ("a2", "a3", "u1", "u2")
    net.drain()
    ears = {name: Raw(net.out, name, vnet=True) for name in names}
    none = {name: [] for name in names}
    eq(aggregate(net, "a1", "a2", ears, 1448, 10),
       {**none, "a2": [(GSO_TCPV4, 1448, 1, "-", True)]}, "to a guest")
    eq(aggregate(net, "a1", NOBODY, ears, 1448, 10),
       {**none, "u2": [(GSO_TCPV4, 1448, 1, "10", True)]}, "to an uplink")
    eq(aggregate(net, "a1", BC, ears, 1000, 3),
       {**none, **{name: [(GSO_TCPV4, 1000, 1, tags, True)] for name, tags in
                   (("a2", "-"), ("a3", "-"), ("u2", "10"))}}, "to all")
    eq(aggregate(net, "a1", "a2", ears, 700, 1),
       {**none, "a2": [(0, 0, 1, "-", True)]}, "with a checksum to do")
    net.before = {}


@case("F9: a GSO frame is judged by its segments")
def gso_mtu(net):
    net.drain()
    net.before = net.counters()
    ears = {name: Raw(net.out, name, vnet=True) for name in ("a2", "a3")}
    good = [(GSO_TCPV4, 1460, 1, "-", True)]
    eq(aggregate(net, "a1", "a2", ears, 1460, 6), {"a2": good, "a3": []},
       "segments of 1500 bytes")
    eq(aggregate(net, "a1", "a2", ears, 1461, 6), {"a2": [], "a3": []},
       "segments of 1501 bytes")
    before = net.before
    net.before = now = net.counters()
    key = next(key for key in now if key[0] == "a2")
    eq(now[key].get("!mtu", 0) - before[key].get("!mtu", 0), 1,
       "frames too long for a2")


# Counters

def traffic(net):
    """Frames and bytes of each device, direction and kind of destination."""
    def pair(counters, kind):
        return tuple(counters.get(kind + what, 0)
                     for what in ("-frames", "-bytes"))
    return {(obj["dev"], way, kind): pair(obj["stats"][way], kind)
            for doc in net.show("port show", "uplink show") for obj in doc
            for way in ("in", "out")
            for kind in ("unicast", "multicast", "broadcast")}


@case("F10: frames and bytes count by kind of destination, the tag does not")
def kinds(net):
    before = traffic(net)
    net.check([("a1", "a2", "-", "a2:-"),
               ("a1", MC, "-", "a2:- a3:- u2:10", {"length": 100}),
               ("a1", BC, "0p3", "a2:- a3:- u2:10p3", {"length": 200}),
               ("u2", "a1", "10", "a1:-", {"length": 300}),
               ("u2", BC, "10/20", "a1:20 a3:20", {"length": 400}),
               ("u2", NOBODY, "10", "!unknown-unicast")])
    now = traffic(net)
    eq({key: (now[key][0] - before[key][0], now[key][1] - before[key][1])
        for key in now if now[key] != before[key]},
       {("a1", "in", "unicast"): (1, 60), ("a2", "out", "unicast"): (1, 60),
        ("a1", "in", "multicast"): (1, 114),
        ("a2", "out", "multicast"): (1, 114),
        ("a3", "out", "multicast"): (1, 114),
        ("u2", "out", "multicast"): (1, 114),
        ("a1", "in", "broadcast"): (1, 214),
        ("a2", "out", "broadcast"): (1, 214),
        ("u2", "out", "broadcast"): (1, 214),
        ("u2", "in", "unicast"): (2, 374), ("a1", "out", "unicast"): (1, 314),
        ("u2", "in", "broadcast"): (1, 418),
        ("a1", "out", "broadcast"): (1, 418),
        ("a3", "out", "broadcast"): (2, 632)}, "frames and bytes")


def link_stats(net, name):
    """What ip shows: frames, bytes and drops received, the same sent, and how
    many of those received are multicast."""
    stats = json.loads(net.sh("ip -s -j link show " + name))[0]["stats64"]
    return [stats[way][what] for way in ("rx", "tx")
            for what in ("packets", "bytes", "dropped")
            ] + [stats["rx"]["multicast"]]


@case("F10: ip -s link shows the sums of a vSwitch and of a vmk, not the filtered")
def links(net):
    net.batch("""vmk add vmk0 portgroup vst10
        portgroup set vst10 teaming explicit active u2 forged reject""")
    net.host.up("vmk0")
    net.own("vmk0")
    net.host.ready("vmk0")
    net.host.set_mtu("a3", 1400)
    net.drain()
    net.before = net.counters()
    before = {name: link_stats(net, name) for name in ("s0", "vmk0")}
    net.check([("a1", "vmk0", "-", "vmk0:-"),
               ("vmk0", "a1", "-", "a1:-", {"length": 100}),
               ("vmk0", MC, "-", "a1:- a2:- a3:- u2:10", {"length": 200}),
               ("u2", MC, "10", "a1:- a2:- a3:- vmk0:-", {"length": 300}),
               ("u2", BC, "10", "a1:- a2:- a3:- vmk0:-", {"length": 400}),
               ("vmk0", BC, "-", "!forged", {"src": STRANGER, "length": 500}),
               ("a2", BC, "-", "!forged", {"src": STRANGER, "length": 600}),
               ("vmk0", "a3", "-", "a3!mtu", {"length": 1401}),
               ("u2", NOBODY, "10", "!unknown-unicast", {"length": 700}),
               ("u2", BC, "30", "!no-member", {"length": 800}),
               ("u1", "a1", "10", "!reverse-path", {"length": 900}),
               ("u2", BC, "10", "!reflection", {"src": "a1"})])
    got = {name: [now - old for now, old in
                  zip(link_stats(net, name), before[name])] for name in before}
    # The switch receives what its ports bring, and a vmk what it is given.
    eq(got, {"s0": [12, 60 + 114 + 214 + 314 + 414 + 514 + 614 + 1415 + 714 +
                    814 + 914 + 60, 3,
                    14, 60 + 114 + 4 * (214 + 314 + 414), 0, 2],
             "vmk0": [3, 60 + 314 + 414, 0, 4, 114 + 214 + 514 + 1415, 1, 1]},
       "what ip -s link shows")
    net.host.set_mtu("a3", 1500)
    net.ports.pop("vmk0").close()
    net.batch("vmk del vmk0\nportgroup set vst10 policy inherit")


# Order

@case("F11: frames of a flow stay in order while the policy changes")
def order(net):
    lines = "".join("portgroup set vst10 %s\n" % change for change in (
        "teaming explicit active u2 standby u1", "standby none",
        "active u2,u1", "policy inherit") * 32)
    net.drain()
    sent, seen = {}, []

    def burst():
        for _ in range(32):
            data = net.stamped("a1", NOBODY)
            sent[net.ident] = data
            net.ports["a1"].send(data)

    def pour():
        with net.background([VSWCTL, "-b", "-"], lines) as running:
            while running():
                burst()
                net.settle()
                for outer, data in net.ports["u2"].recv():
                    tags, rest = split_tags(data, outer)
                    eq(tags, "10", "tags")
                    seen.append(struct.unpack_from("!I", rest, 6)[0])
        return len(seen) > 100
    until(pour, "frames while it changes", 30)
    eq(seen, sorted(sent), "order of the frames at u2")
    net.before = {}


# F12: each frame has one reason, the first that holds

def blocked(net, name, on):
    net.ctl("port", "set", name, "blocked", "on" if on else "off")


@case("F12: from a port: down, blocked, source, link-local, VLAN, owner")
def order_port(net):
    zero, group_src, taken = {"src": ZERO}, {"src": MC}, {"src": "a2"}
    net.host.up("s0", False)
    blocked(net, "a1", True)
    net.check([("a1", LLDP, "10", "!switch-down", zero)])
    net.host.up("s0")
    net.check([("a1", LLDP, "10", "!blocked", zero)])
    blocked(net, "a1", False)
    net.check([("a1", LLDP, "10", "!bad-source", zero),
               ("a1", BC, "-", "!bad-source", group_src),
               ("a1", BC, "4095", "!bad-source", zero),
               ("a1", LLDP, "10", "!link-local", taken),
               ("a1", LLDP, "4095", "!link-local"),
               ("a1", "a1", "4095", "!vlan-invalid", taken),
               ("a1", "a1", "10", "!vlan-tag", taken),
               ("a1", "a1", "-", "!address-conflict", taken),
               ("a1", "a1", "-", "!hairpin")])


@case("F12: from an uplink: link-local, down, VLAN, source, reflection, lookup")
def order_uplink(net):
    zero, taken = {"src": ZERO}, {"src": "a2"}
    net.host.up("s0", False)
    net.check([("u1", LLDP, "4095", "", zero),
               ("u1", BC, "4095", "!switch-down", zero)])
    net.host.up("s0")
    net.check([("u1", BC, "4095", "!vlan-invalid", zero),
               ("u1", NOBODY, "10", "!bad-source", zero),
               ("u1", NOBODY, "10", "!bad-source", {"src": MC}),
               ("u1", NOBODY, "10", "!reflection", taken),
               ("u1", "a1", "10", "!reflection", taken),
               ("u3", NOBODY, "10", "!unknown-unicast"),
               ("u3", "a1", "10", "!reverse-path")])


@case("F12: a frame too short for its own headers is a runt before all else")
def runt(net):
    net.ctl(*"vmk add vmk9 portgroup vst20".split())
    net.host.up("vmk9")
    net.own("vmk9")
    net.host.ready("vmk9")
    net.drain()
    net.before = net.counters()
    head = mac_bytes(LLDP) + mac_bytes(ZERO) + struct.pack("!H", ETH_P_8021Q)
    for tail in (b"", b"\x00\x0a"):
        net.ports["vmk9"].send(head + tail)
    net.settle()
    now = net.counters()
    key = next(key for key in now if key[0] == "vmk9")
    eq({field: num - net.before[key].get(field, 0)
        for field, num in now[key].items() if field.startswith("!")},
       {"!runt": 2}, "drops")
    net.before = now
    net.check([("vmk9", NOBODY, "-", "u1:20" if key[1] % 2 == 0
                else "u2:20")])
    net.ports.pop("vmk9").close()
    net.ctl(*"vmk del vmk9".split())


@case("F12: each receiver: blocked before MTU")
def order_receiver(net):
    large(net, "a1", "a3")
    opts = {"length": 8000}
    net.check([("a1", BC, "-", "a2!mtu a3:- u2!mtu", opts)])
    blocked(net, "a2", True)
    before = net.counters()
    net.check([("a1", BC, "-", "a3:-", opts)], counters=False)
    net.before = now = net.counters()
    blocked(net, "a2", False)
    key = next(key for key in now if key[0] == "a2")
    eq(now[key].get("!mtu", 0), before[key].get("!mtu", 0), "too long for a2")
    net.check([("a1", BC, "-", "a2!mtu a3:- u2!mtu", opts)])


@case("F12: the reasons of a port sum to its total")
def sums(net):
    for key, cur in net.counters().items():
        eq(sum(num for field, num in cur.items() if field[0] == "!"),
           cur["dropped"] + cur["filtered"], "drops of %s" % key[0])


run(setup)
