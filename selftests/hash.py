#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Teaming by what is in the frame: srcmac and iphash, in both directions.

    g1 ... g4, ports 1 to 4 in VLAN 0    t1, port 5, a trunk 0,10,20
    v1, port 6 in VLAN 10                u1 u2 u3 u4
"""

import ipaddress
import struct

from vswtest import (BC, MC, NOBODY, STRANGER, case, eq, mac_bytes, run,
                     split_tags, until)

GUESTS = ["g1", "g2", "g3", "g4"]
UPLINKS = ["u1", "u2", "u3", "u4"]
EXTRA = "02:aa:00:00:00:"
IPV4, IPV6, ARP = 0x0800, 0x86dd, 0x0806


def setup(net):
    net.ends(" ".join(GUESTS + ["t1", "v1"] + UPLINKS))
    net.batch("switch add s0 up-delay 0\nportgroup add pg switch s0\n"
              "portgroup add trunk switch s0 vlan trunk 0,10,20\n"
              "portgroup add ten switch s0 vlan 10\n" +
              "".join("uplink add %s switch s0\n" % name for name in UPLINKS) +
              "".join("port add %s portgroup pg\n" % name for name in GUESTS) +
              "port add t1 portgroup trunk\nport add v1 portgroup ten\n")
    net.ready(" ".join(GUESTS + ["t1", "v1"] + UPLINKS))


def team(net, text):
    net.ctl("switch set s0 " + text)


def link(net, name, on):
    """Take a link away or give it back; wait until that is seen."""
    net.out.up(name, on)
    if on:
        net.out.ready(name)
        net.host.ready(name)
    until(lambda: net.one("uplink show " + name)["state"] ==
          ("up" if on else "no-carrier"), "the link of " + name)


# srcmac

def by_byte(mac, uplinks):
    """srcmac where every slot is filled."""
    return uplinks[int(mac[-2:], 16) % len(uplinks)]


@case("T1: srcmac: the last byte of the source address chooses")
def srcmac_out(net):
    for active in (UPLINKS, ["u3", "u1", "u2"], ["u4", "u2"]):
        team(net, "teaming srcmac active %s standby none" % ",".join(active))
        rows = []
        for sender in ("g1", "g2"):
            others = "%s g3:- g4:- t1:-" % (
                "g2:-" if sender == "g1" else "g1:-")
            for byte in (0, 1, 2, 3, 4, 7, 127, 128, 254, 255):
                src = EXTRA + "%02x" % byte
                via = by_byte(src, active)
                rows += [(sender, NOBODY, "-", via + ":-", {"src": src}),
                         (sender, BC, "-", "%s %s:-" % (others, via),
                          {"src": src})]
            via = by_byte(net.macs[sender], active)
            rows.append((sender, NOBODY, "-", via + ":-"))
        net.check(rows)


@case("T1: srcmac: with the slot empty, the rest of the byte chooses")
def srcmac_spread(net):
    team(net, "teaming srcmac active u1,u2,u3 standby none")
    link(net, "u2", False)
    # (h div 3) mod 2 for h = 1, 4, 7, 250; the others stay where they are.
    net.check([("g1", NOBODY, "-", via + ":-", {"src": EXTRA + byte})
               for byte, via in (("01", "u1"), ("04", "u3"), ("07", "u1"),
                                 ("fa", "u3"), ("00", "u1"), ("02", "u3"),
                                 ("ff", "u1"))])
    team(net, "standby u4")
    net.check([("g1", NOBODY, "-", via + ":-", {"src": EXTRA + byte})
               for byte, via in (("01", "u4"), ("04", "u4"), ("00", "u1"),
                                 ("05", "u3"))])
    link(net, "u2", True)
    net.check([("g1", NOBODY, "-", "u2:-", {"src": EXTRA + "04"})])


def only(uplinks, via, name):
    """Rows: unicast for a port comes by one uplink and by no other."""
    return [(up, name, "-", name + ":-" if up == via else "!reverse-path")
            for up in uplinks]


@case("F6: srcmac: a guest is reached by the uplink of its address alone")
def srcmac_in(net):
    team(net, "teaming srcmac active u1,u2,u3,u4 standby none")
    rows, heard = [], {up: [] for up in UPLINKS}
    for name in GUESTS + ["t1"]:
        via = by_byte(net.macs[name], UPLINKS)
        heard[via].append(name + ":-")
        rows += only(UPLINKS, via, name)
    for dst in (BC, MC):
        rows += [(up, dst, "-", " ".join(names) or "!reverse-path")
                 for up, names in heard.items()]
    # What has settled: nothing is left of a move before.
    net.check([(up, name, "-", name + "?") for name in GUESTS + ["t1"]
               for up in [by_byte(net.macs[name], UPLINKS)]], counters=False)
    net.check(rows)


@case("F6: srcmac: an allowed address is reached by an uplink of its own")
def srcmac_allowed(net):
    team(net, "teaming srcmac active u1,u2,u3,u4 standby none")
    own = by_byte(net.macs["g1"], UPLINKS)
    macs = [EXTRA + "%02x" % byte for byte in range(4)]
    net.ctl("port set g1 allow-mac " + ",".join(macs))
    net.check([("g1", NOBODY, "-", by_byte(mac, UPLINKS) + ":-",
                {"src": mac}) for mac in macs])
    net.check([(up, mac, "-", "g1:-" if up == by_byte(mac, UPLINKS) else
                "!reverse-path") for mac in macs for up in UPLINKS])
    # Group frames come by that of the effective address.
    rows = net.counters()
    net.check([(up, BC, "-", "g1:- g2? g3? g4? t1?" if up == own else
                "g2? g3? g4? t1?") for up in UPLINKS], counters=False)
    eq(net.counters()["g1", 1]["out"] - rows["g1", 1]["out"], 1,
       "group frames for g1")


@case("F7: srcmac: an allowed address that comes by its own uplink is outside")
def srcmac_reflected(net):
    team(net, "teaming srcmac active u1,u2,u3,u4 standby none")
    mac = EXTRA + "02"			# slot 2: u3
    net.ctl("port set g1 allow-mac " + mac)
    net.check([("g1", NOBODY, "-", "u3:-", {"src": mac}),
               ("u1", NOBODY, "-", "!reflection", {"src": mac}),
               ("u4", BC, "-", "!reflection", {"src": mac}),
               ("u3", mac, "-", "g1:-"),
               ("u3", NOBODY, "-", "!unknown-unicast", {"src": mac}),
               ("u3", mac, "-", "!unknown-unicast")])
    net.ctl("port set g1 allow-mac none")


@case("F6: srcmac: each address remembers the uplink that it has left")
def srcmac_moved(net):
    mac = EXTRA + "02"
    team(net, "teaming srcmac active u1,u2,u3,u4 standby none")
    net.ctl("port set g1 allow-mac " + mac)
    own = by_byte(net.macs["g1"], UPLINKS)
    net.check([("g1", NOBODY, "-", "u3:-", {"src": mac}),
               (own, "g1", "-", "g1:-"), ("u3", mac, "-", "g1:-")])
    team(net, "active u2,u3,u4,u1")
    now = by_byte(net.macs["g1"], ["u2", "u3", "u4", "u1"])
    # By the old uplinks, until one comes by the new ones: for each alone.
    net.check([("u3", mac, "-", "g1:-"), (own, "g1", "-", "g1:-"),
               ("u4", mac, "-", "g1:-"), ("u3", mac, "-", "!reverse-path"),
               (own, "g1", "-", "g1:-"), (now, "g1", "-", "g1:-"),
               (own, "g1", "-", "!reverse-path")])
    net.ctl("port set g1 allow-mac none")


@case("T7: srcmac: the uplink shown is that of the effective address")
def srcmac_shown(net):
    team(net, "teaming srcmac active u1,u2,u3,u4 standby none")
    for byte in range(5):
        mac = "02:bb:00:00:00:%02x" % byte
        net.out.set_mac("g1", mac)
        until(lambda address=mac: net.one("port show g1")["effective-mac"] ==
              address, "the address of g1")
        port = net.one("port show g1")
        eq((port["uplink"], port["choice"]),
           (by_byte(mac, UPLINKS), "own"), "uplink of " + mac)
        net.check([("g1", NOBODY, "-", by_byte(mac, UPLINKS) + ":-",
                    {"src": mac})], counters=False)
    net.out.set_mac("g1", net.macs["g1"])
    net.before = {}


# iphash: frames whose place is found by their bytes

def ether(net, src, kind, rest, tags=b""):
    return (mac_bytes(NOBODY) + mac_bytes(net.address(src)) + tags +
            struct.pack("!H", kind) + rest)


def ip4(net, sender, src, dst, tags=b""):
    """An IPv4 packet, and what the policy makes of it."""
    src, dst = ipaddress.IPv4Address(src), ipaddress.IPv4Address(dst)
    head = struct.pack("!BBHHHBBH", 0x45, 0, 46, 0, 0, 64, 253, 0)
    return (ether(net, sender, IPV4, head + src.packed + dst.packed +
                  bytes(26), tags), int(src) ^ int(dst))


def ip6(net, sender, src, dst, tags=b""):
    src, dst = ipaddress.IPv6Address(src), ipaddress.IPv6Address(dst)
    both = int(src) ^ int(dst)
    h = (both ^ both >> 32 ^ both >> 64 ^ both >> 96) & 0xffffffff
    head = struct.pack("!IHBB", 6 << 28, 8, 253, 64)
    return (ether(net, sender, IPV6, head + src.packed + dst.packed +
                  bytes(8), tags), h)


def way(net, sender, data):
    """Who outside gets a frame, by its bytes: "u2:-" with its tags there."""
    net.drain()
    net.ports[sender].send(data)
    net.settle()
    out = []
    for name in UPLINKS:
        for outer, got in net.ports[name].recv():
            tags, rest = split_tags(got, outer)
            if got[:12] == data[:12] and rest == split_tags(data)[1]:
                out.append("%s:%s" % (name, tags))
    return " ".join(out)


def hashed(net, sender, pairs, uplinks, tags="-"):
    """Frames and their h, each by the uplink of slot h mod n."""
    for data, h in pairs:
        eq(way(net, sender, data),
           "%s:%s" % (uplinks[h % len(uplinks)], tags),
           "h %#x, %s" % (h, data.hex()))
    net.before = {}


@case("T1: iphash: the vectors of the model")
def vectors(net):
    team(net, "teaming iphash active u1,u2,u3,u4 standby none")
    for last, slot in ((120, 1), (130, 3), (140, 1), (150, 3)):
        data = ip4(net, "g1", "192.168.100.101", "192.168.100.%d" % last)[0]
        eq(way(net, "g1", data), UPLINKS[slot] + ":-", "to .%d" % last)


@case("T1: iphash: IPv4, over any number of uplinks, and both ways the same")
def iphash_ip4(net):
    pairs = [("10.0.0.1", "10.0.0.2"), ("10.0.0.1", "172.16.254.3"),
             ("255.255.255.255", "0.0.0.0"), ("192.0.2.7", "198.51.100.200"),
             ("1.2.3.4", "4.3.2.1")]
    for active in (UPLINKS, ["u2", "u4", "u1"], ["u3", "u2"], ["u4"]):
        team(net, "teaming iphash active %s standby none" % ",".join(active))
        hashed(net, "g2", [ip4(net, "g2", *pair) for pair in pairs] +
               [ip4(net, "g2", *pair[::-1]) for pair in pairs], active)


@case("T1: iphash: IPv6: all 128 bits of both addresses")
def iphash_ip6(net):
    team(net, "teaming iphash active u1,u2,u3 standby none")
    pairs = [("2001:db8::1", "2001:db8::2"), ("fe80::1", "ff02::fb"),
             ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:7"),
             ("2001:db9:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6"),
             ("2001:db8:1:2:3:4:5:6", "2001:db8:1:3:3:4:5:6"),
             ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:6:5:6")]
    hashed(net, "g1", [ip6(net, "g1", *pair) for pair in pairs],
           ["u1", "u2", "u3"])
    # By hand: 2^3 = 1, and the first words differ by 1.
    eq([ip6(net, "g1", *pairs[i])[1] for i in (0, 3)], [3, 1 << 0],
       "h by hand")


@case("T1: iphash: behind one 802.1Q tag, wherever that comes from")
def iphash_tagged(net):
    team(net, "teaming iphash active u1,u2,u3 standby none")
    pair = "10.1.2.3", "10.9.8.6"
    six = "2001:db8::5", "2001:db8:0:7::9"
    ten = struct.pack("!HH", 0x8100, 10)
    twenty = struct.pack("!HH", 0x8100, 5 << 13 | 20)
    zero = struct.pack("!HH", 0x8100, 3 << 13)
    active = ["u1", "u2", "u3"]
    for build, ends in ((ip4, pair), (ip6, six)):
        hashed(net, "t1", [build(net, "t1", *ends)], active)
        hashed(net, "t1", [build(net, "t1", *ends, ten)], active, "10")
        hashed(net, "t1", [build(net, "t1", *ends, twenty)], active, "20p5")
        hashed(net, "v1", [build(net, "v1", *ends)], active, "10")
        hashed(net, "v1", [build(net, "v1", *ends, zero)], active, "10p3")
        hashed(net, "g1", [build(net, "g1", *ends, zero)], active)


def words(data):
    """The two words at 26 and 30 of an untagged frame, 0 where it ends."""
    data += bytes(34)
    return (int.from_bytes(data[26:30], "big") ^
            int.from_bytes(data[30:34], "big"))


@case("T1: iphash: other packets by the words at 26 and 30")
def iphash_other(net):
    team(net, "teaming iphash active u1,u2,u3 standby none")
    active = ["u1", "u2", "u3"]
    for one, other in ((1, 0), (0, 1), (5, 6), (0x80000000, 2), (7, 7)):
        data = ether(net, "g1", ARP, bytes(12) + struct.pack(
            "!2I", one, other) + bytes(20))
        hashed(net, "g1", [(data, one ^ other)], active)
    # A second tag makes it no IP packet: it counts as bytes.
    inner = struct.pack("!HH", 0x8100, 20)
    outer = struct.pack("!HH", 0x8100, 10)
    foreign = struct.pack("!HH", 0x88a8, 20)
    for build, ends in ((ip4, ("10.1.2.3", "10.9.8.6")),
                        (ip6, ("2001:db8::5", "2001:db8:0:7::9"))):
        data = build(net, "t1", *ends, inner)[0]
        tagged = data[:12] + outer + data[12:]
        hashed(net, "t1", [(tagged, words(data))], active, "10/20")
        data = build(net, "t1", *ends, foreign)[0]
        hashed(net, "t1", [(data, words(data))], active, "ad20")


@case("T1: iphash: a packet that is too short is read as other packets are")
def iphash_short(net):
    team(net, "teaming iphash active u1,u2,u3 standby none")
    active = ["u1", "u2", "u3"]
    body = bytes(range(1, 61))
    for kind in (IPV4, IPV6, ARP):
        for length in (0, 11, 12, 13, 15, 16, 17, 19, 20, 30, 39):
            data = ether(net, "g1", kind, body[:length])
            hashed(net, "g1", [(data, words(data))], active)
    whole = ether(net, "g1", IPV6, body[:40])
    h = 0
    for at in range(22, 54, 4):
        h ^= int.from_bytes(whole[at:at + 4], "big")
    hashed(net, "g1", [(whole, h)], active)


@case("T1: iphash: the flows of an empty slot spread, no other one moves")
def iphash_spread(net):
    team(net, "teaming iphash active u1,u2,u3,u4 standby none")
    flows = [ip4(net, "g1", "10.0.0.0", "10.0.0.%d" % i) for i in range(32)]
    before = [way(net, "g1", data) for data, _ in flows]
    link(net, "u3", False)
    filled = ["u1", "u2", "u4"]
    for (data, h), was in zip(flows, before):
        eq(way(net, "g1", data),
           filled[h // 4 % 3] + ":-" if was == "u3:-" else was,
           "h %d" % h)
    link(net, "u3", True)
    eq([way(net, "g1", data) for data, _ in flows], before, "the ways again")
    net.before = {}


@case("F6: iphash: any usable uplink of the team reaches a guest, once")
def iphash_in(net):
    team(net, "teaming iphash active u1,u2 standby u3")
    everybody = " ".join(name + ":-" for name in GUESTS + ["t1"])

    def rows(good, bad):
        out = []
        for up in good:
            out += [(up, name, "-", name + ":-") for name in GUESTS]
            out += [(up, BC, "-", everybody), (up, MC, "10", "v1:- t1:10"),
                    (up, NOBODY, "-", "!unknown-unicast")]
        for up in bad:
            out += [(up, "g1", "-", "!reverse-path"),
                    (up, BC, "-", "!reverse-path")]
        return out
    # u3 is standby and usable, u4 is unused.
    net.check(rows(["u1", "u2", "u3"], ["u4"]))
    link(net, "u1", False)
    net.check(rows(["u2", "u3"], ["u4"]))
    link(net, "u1", True)
    net.check(rows(["u1", "u2", "u3"], ["u4"]))


@case("F7: iphash: reflections, and an allowed address that has moved outside")
def iphash_reflected(net):
    team(net, "teaming iphash active u1,u2,u3,u4 standby none")
    mac = EXTRA + "05"
    net.ctl("port set g2 allow-mac " + mac)
    for up in UPLINKS:
        net.check([("g2", NOBODY, "-", "u1? u2? u3? u4?", {"src": mac}),
                   (up, mac, "-", "g2:-"),
                   (up, BC, "-", "!reflection", {"src": net.macs["g1"]}),
                   (up, NOBODY, "-", "!unknown-unicast", {"src": mac}),
                   (up, mac, "-", "!unknown-unicast")], counters=False)
    net.ctl("port set g2 allow-mac none")
    net.before = {}


@case("T7: iphash: the choice is per frame, no uplink is shown")
def iphash_shown(net):
    team(net, "teaming iphash active u1,u2 standby none")
    port = net.one("port show g1")
    eq((port.get("uplink"), port["choice"]), (None, "per-frame"), "g1")
    for name in ("u1", "u2"):
        link(net, name, False)
    port = net.one("port show g1")
    eq((port.get("uplink"), port["choice"]), (None, "none"), "g1")
    net.check([("g1", NOBODY, "-", "!no-uplink")])
    for name in ("u1", "u2"):
        link(net, name, True)


@case("T1: a portgroup has a policy of its own among by-frame policies")
def own_policy(net):
    team(net, "teaming iphash active u1,u2,u3,u4 standby none")
    net.ctl("portgroup set ten teaming srcmac active u2,u3")
    mac = by_byte(net.macs["v1"], ["u2", "u3"])
    net.check([("v1", NOBODY, "-", mac + ":10"),
               *[(up, MC, "10", "v1:- t1:10" if up == mac else "t1:10")
                 for up in UPLINKS]])
    eq(net.one("port show v1")["uplink"], mac, "the uplink of v1")
    net.ctl("portgroup set ten teaming portid active inherit")
    eq(net.one("port show v1")["uplink"], UPLINKS[6 % 4], "the uplink of v1")
    net.check([("v1", NOBODY, "-", "u3:10", {"src": STRANGER})])
    net.ctl("portgroup set ten policy inherit")


run(setup)
