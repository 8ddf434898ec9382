#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The classes of faults that bridges, bonds and other switches have had.

Each case is one of them, by the CVE that stands for it, tried on this switch;
testing.rst has the table, and why it cannot happen here.

    s0: n1 n2 the uplinks    g1 g2 in pg    g3 in ten (VLAN 10)    g4 is free
"""

import errno
import fcntl
import os
import struct
import time

from nlspec import Door, Spec
from vswnet import IFF_NO_PI, NLMSG_ERROR, TUNSETIFF
from vswsite import Site, alive
from vswtest import (BC, DEBUG, MAGIC, NOBODY, STRANGER, Raw, Skip, case,
                     comment, eq, flood, frame, mac_bytes, run, true, until)

ROUNDS = 8 if DEBUG else 20
VETHS = ["g1", "g2", "g3", "g4", "n1", "n2"]
IFLA_MASTER, IFF_TUN = 10, 1
BEACON, RARP, LLDP = 0x8922, 0x8035, 0x88cc


def setup(net):
    net.ends(" ".join(VETHS))
    net.batch("""switch add s0
        uplink add n1 switch s0
        uplink add n2 switch s0 role standby
        portgroup add pg switch s0
        portgroup add ten switch s0 vlan 10
        port add g1 portgroup pg
        port add g2 portgroup pg
        port add g3 portgroup ten""")
    net.ready("g1 g2 g3 n1 n2")
    net.host.up("g4")


def ask(net, operation, spec=Spec(), **values):
    """A request by hand; its error."""
    door = Door(net.host, spec)
    door.sock.send(door.message(operation, {
        key.replace("_", "-"): value for key, value in values.items()}))
    while True:
        data = door.sock.recv(1 << 17)
        if struct.unpack_from("H", data, 4)[0] == NLMSG_ERROR:
            door.close()
            return -struct.unpack_from("i", data, 16)[0]


def pouring(net, name, dsts=(BC, NOBODY), srcs=None):
    """Frames from a guest all the time."""
    sock = net.ports[name].sock
    return flood([(sock, frame(dst, src)) for dst in dsts
                  for src in srcs or [net.macs[name]]], 0.001)


def passed(net, way):
    return {name: cur[way] for (name, _), cur in net.counters().items()}


def settled(net):
    """The configuration, without what frames change of it."""
    out = net.show(*(what + " show" for what in (
        "switch", "portgroup", "uplink", "port", "vmk")))
    for listed in out:
        for one in listed:
            for key in ("stats", "learned", "other-source"):
                one.pop(key, None)
    return out


@case("F3, M3: who gets the last copy is no guess while receivers come and go "
      "(CVE-2026-31419)")
def last_receiver(net):
    net.drain()
    before_in, before_out = passed(net, "in"), passed(net, "out")

    def sent():
        return passed(net, "in")["g1"] - before_in["g1"]

    def come_and_go():
        for _ in range(ROUNDS):
            net.batch("""port add g4 portgroup pg
                port set g2 blocked on
                port del g4
                port set g2 blocked off""")
        return sent() > ROUNDS

    with pouring(net, "g1", [BC]):
        until(come_and_go, "frames meanwhile", 30)
    net.drain()
    out = {name: count - before_out[name]
           for name, count in passed(net, "out").items()}
    comment("%d frames" % sent())
    eq(out["n1"], sent(), "copies for the uplink that was there all the time")
    true(0 < out["g2"] <= sent(), "%d copies of %d for g2" %
         (out["g2"], sent()))


@case("M1, F1: a port that is refused at the last step was never one "
      "(CVE-2026-23171)")
def refused_late(net):
    net.ctl("vmk add vmk0 portgroup pg mac 02:aa:00:00:00:01")
    with pouring(net, "g4"):
        before = settled(net)
        for _ in range(ROUNDS):
            net.refused("port add g4 portgroup pg mac 02:aa:00:00:00:01",
                        text="holds")
        eq(settled(net), before, "what is there")
        ear = Raw(net.host, "g4", MAGIC)
        until(ear.recv, "the frames of a NIC that is free")
        ear.close()
    net.ctl("vmk del vmk0")


@case("M1, Q1: nor is one that is refused when frames wait for it already "
      "(CVE-2026-23171)")
def refused_later(net):
    # What stands on so many others cannot have a master.
    below, mac = "g4", "02:aa:00:00:00:01"
    for i in range(1, 8):
        net.sh("ip link add link %s name c%d type vlan id %d" % (below, i, i))
        below = "c%d" % i
        net.host.up(below)
    net.ctl("portgroup add slow switch s0 shape-to-guest avg 8kbit burst 1600b")
    with flood([(net.ports["g1"].sock, frame(mac, net.macs["g1"], length=1400))] * 8,
               0.0):
        for _ in range(5 * ROUNDS):
            net.refused("port add c7 portgroup slow mac " + mac,
                        text="c7 stands on too many other devices")
    net.refused("port show c7", status=3)
    net.ctl("portgroup del slow")
    net.delete("c1")


@case("S5, M3: nothing is learned from a port that leaves (CVE-2025-40297)")
def learned_late(net):
    net.ctl("portgroup set pg mac-learning on")
    with pouring(net, "g2", srcs=["02:cc:00:00:00:%02x" % i
                                  for i in range(20)]):
        for way in ("port del g2", "port set g2 blocked on",
                    "port set g2 portgroup ten",
                    "portgroup set pg mac-learning off") * (ROUNDS // 4):
            until(lambda: net.one("port show g2")["learned"], "an address")
            net.ctl(way)
            if way == "port del g2":
                found = net.show("fdb show")[0]
                eq([one for one in found if one["dev"] == "g2"], [], "entries")
                net.ctl("port add g2 portgroup pg")
            else:
                eq(net.show("fdb show port g2")[0][1:], [], "after " + way)
                net.batch("""port set g2 blocked off
                    port set g2 portgroup pg
                    portgroup set pg mac-learning on""")
    net.ctl("port del g2")
    eq(net.one("switch show s0")["learned"], 0, "learned addresses")
    net.batch("portgroup set pg mac-learning off\nport add g2 portgroup pg")


@case("T3, T4, T5, Q1, M3: no timer finds a switch that is gone "
      "(CVE-2026-45970)")
def timers(net):
    for _ in range(ROUNDS):
        net.batch("""switch add s1 notify on detect beacon up-delay 1
            portgroup add p1 switch s1 shape-from-guest avg 8kbit burst 1500b
            uplink add g4 switch s1
            vmk add vmk1 portgroup p1""")
        net.own("vmk1")
        for _ in range(20):
            net.ports["vmk1"].send(net.stamped("vmk1", BC))
        for up in (False, True, False, True):
            net.out.up("g4", up)
        net.ports.pop("vmk1").close()
        net.delete("s1")
        true(not net.host.has("vmk1"), "vmk1 is left")
    net.host.up("g4")
    alive(net)


@case("M3: the end of a namespace waits for none of its own references "
      "(CVE-2026-31678, CVE-2026-46165)")
def namespace_end(net):
    for first in ("host", "guest"):
        site = Site(net)
        with site.traffic():
            getattr(site, "del_" + first)()
            if first == "host":
                site.gone()
                site.del_guest()
            else:
                site.del_host()
                site.gone()
    alive(net)


@case("M6, M3: nothing is restored on a NIC that is being unregistered "
      "(CVE-2026-43234)")
def restored_late(net):
    for _ in range(ROUNDS // 2):
        net.add("d0")
        net.host.set_mtu("d0", 1400)
        net.ctl("uplink add d0 switch s0")
        eq(net.link("d0")["mtu"], 1500, "MTU of an uplink")
        start = time.monotonic()
        net.delete("d0")
        true(time.monotonic() - start < 9, "it took long to go")
        eq([up["state"] for up in net.show("uplink show")[0]
            if up["dev"] == "d0"], ["absent"], "its state")
        net.ctl("uplink del d0")


def tun(net):
    """A device without Ethernet, and its file."""
    if not os.path.exists("/dev/net/tun"):
        net.sh("modprobe tun")
    with net.host:
        file = os.open("/dev/net/tun", os.O_RDWR)
        fcntl.ioctl(file, TUNSETIFF, struct.pack(
            "16sH22x", b"tun0", IFF_TUN | IFF_NO_PI))
    return file


@case("M1: what is not Ethernet does not become a member, nor a member so "
      "(CVE-2026-43456, CVE-2026-31502)")
def not_ethernet(net):
    file = tun(net)
    net.ctl("switch set s0 default-portgroup pg")
    for dev, text in (("tun0", "not an Ethernet"), ("lo", "loopback"),
                      ("s0", "vSwitch")):
        net.refused("uplink add %s switch s0" % dev, text=text)
        net.refused("port add %s portgroup pg" % dev, text=text)
        true(net.spawn(["ip", "link", "set", dev, "master", "s0"]).returncode,
             "%s has become a port" % dev)
    net.ctl("switch set s0 default-portgroup none")
    if net.spawn("ip link add b0 type bond mode active-backup".split()
                 ).returncode:
        raise Skip("no bonding")
    net.ctl("uplink add b0 switch s0")
    for dev in ("tun0", "lo"):
        net.spawn(["ip", "link", "set", dev, "down"])
        true(net.spawn(["ip", "link", "set", dev, "master", "b0"]).returncode,
             "%s is in a bond that is an uplink" % dev)
    true("link/ether" in net.sh("ip link show b0"), "b0 is no Ethernet device")
    net.ctl("uplink del b0")
    net.delete("b0")
    os.close(file)


@case("T3, T4, T5, Q1, S5: no interval, rate or size is out of its limits "
      "(CVE-2026-31420)")
def limits(net):
    spec, tried = Spec(), 0

    def sets(where, key, value):
        values = {key: value}
        if where == "shape":
            values = {"shape-from-guest": {"average": 10 ** 6, "burst": 10000,
                                           **values}}
        return ask(net, "portgroup-set", name="pg", policy=values)
    for where in ("policy", "shape"):
        for key, (_, about) in spec.sets[where].items():
            for which, step in (("min", -1), ("max", 1)):
                limit = spec.limit(about, which)
                if limit is not None:
                    eq(sets(where, key, limit + step), errno.ERANGE,
                       "error of %s %d" % (key, limit + step))
                    tried += 1
    true(tried >= 6, "only %d limits" % tried)
    # Each at its least, and it does not run hot.
    net.ctl("portgroup set pg up-delay 0 mac-limit 1 mac-learning on "
            "shape-from-guest avg 8kbit burst 1500b notify on")
    net.drain()
    with pouring(net, "g1"):
        for up in (False, True) * 4:
            net.out.up("n1", up)
            time.sleep(0.1)
    net.settle()
    told = [data for _, data in net.ports["n1"].recv() + net.ports["n2"].recv()
            if data[12:14] == struct.pack("!H", RARP)]
    true(len(told) < 200, "%d RARPs in a second" % len(told))
    net.ctl("portgroup set pg policy inherit")


FIELDS = """teaming srcmac|teaming iphash|teaming explicit|active none
active absent0|standby n2|promiscuous accept|mac-changes reject|forged reject
mac-learning on|mac-limit 1|mac-over-limit allow|mac-flood off|detect beacon
notify on|failback off|up-delay 0|shape-from-guest avg 8mbit burst 64kb
shape-to-guest avg 8mbit burst 64kb""".replace("\n", "|").split("|")


@case("S2, S3, S4, S5, Q1, T1: each option works where nothing is that it is "
      "about (CVE-2026-43100)")
def without_object(net):
    for field in FIELDS:
        if "n2" in field or "absent0" in field:
            net.batch("switch add s1\nportgroup add p1 switch s1")
            net.refused("portgroup set p1 " + field, status=3,
                        text=field.split()[1])
        else:
            net.batch("""switch add s1 %s
                portgroup add p1 switch s1
                portgroup set p1 %s
                vmk add vmk1 portgroup p1
                port add g4 portgroup p1""" % (field, field))
            net.ready("g4")
            net.ports["g4"].send(net.stamped("g4", BC))
        net.show("switch show", "portgroup show", "port show", "fdb show")
        net.ctl("why port g1 destination " + BC)
        net.delete("s1")
        net.host.up("g4")


@case("S5, S3: what is counted is what is listed, whichever way it goes "
      "(CVE-2026-45913)")
def counted(net):
    sources = ["02:cc:00:00:01:%02x" % i for i in range(40)]

    def agree(what):
        listed = [one for one in net.show("fdb show")[0]
                  if one["origin"] == "learned"]
        eq((net.one("switch show s0")["learned"],
            sum(port["learned"] for port in net.show("port show")[0])),
           (len(listed), len(listed)), "learned after " + what)
        return len(listed)

    for way in ("port set g1 blocked on", "portgroup set pg vlan 7",
                "port set g1 allow-mac " + ",".join(sources[:3]),
                "portgroup set pg mac-limit 3",
                "portgroup set pg mac-learning off", "port del g1"):
        net.ctl("portgroup set pg mac-learning on mac-limit 30")
        for _ in range(2):
            for src in sources:
                net.ports["g1"].send(frame(NOBODY, src))
                net.ports["g2"].send(frame(NOBODY, sources[5]))
        net.settle()
        true(agree("frames") > 20, "nothing was learned")
        net.ctl(way)
        agree(way)
        if way == "port del g1":
            net.ctl("port add g1 portgroup pg")
        net.batch("""port set g1 blocked off allow-mac none
            portgroup set pg vlan none policy inherit""")
    eq(agree("all"), 0, "what is left")


@case("M4, T7: what only tells of things bears those that are not there "
      "(CVE-2024-44990, CVE-2026-31546)")
def told(net):
    def tell():
        net.show(*(what + " show" for what in (
            "switch", "portgroup", "uplink", "port", "vmk", "fdb")))
        net.run_ctl("show")
        for line in ("ip -d -s link", "ethtool -i s1"):
            net.sh(line)
    steps = """portgroup add p1 switch s1
        vmk add vmk1 portgroup p1
        uplink add g4 switch s1
        switch set s1 active none standby none
        portgroup set p1 teaming iphash active g4
        switch set s1 teaming srcmac
        portgroup set p1 policy inherit
        port set vmk1 blocked on
        uplink del g4""".splitlines()
    net.ctl("switch add s1")
    tell()
    for step in steps:
        net.ctl(step.strip())
        tell()
        if net.host.has("vmk1"):
            net.ctl("why port vmk1 destination " + NOBODY)
    net.host.up("s1", False)
    tell()
    net.delete("s1")
    net.host.up("g4")


@case("M6: each VLAN that a NIC is told to let through is taken back "
      "(CVE-2022-49812)")
def symmetric(net):
    if net.spawn("ip link add b0 type bond mode active-backup".split()
                 ).returncode:
        raise Skip("no bonding")
    net.add("d0")
    net.host.up("d0", False)
    net.sh("ip link set d0 master b0")
    net.batch("""switch add s1
        uplink add b0 switch s1
        portgroup add p1 switch s1""")
    for vlan in ("5", "trunk 5-20", "6", "all", "none", "trunk 0,7", "7"):
        net.ctl("portgroup set p1 vlan " + vlan)
        net.host.up("b0", False)
        net.host.up("b0")
    net.batch("portgroup set p1 vlan trunk 30-60\nuplink del b0")
    net.ctl("uplink add b0 switch s1")
    net.delete("b0")
    net.delete("d0")
    net.delete("s1")


@case("ABI: a request that is refused half way has leaked nothing "
      "(CVE-2022-49086)")
def half_way(net):
    before = net.state()
    policy = {"teaming": "srcmac", "active": {"dev": ["n1", "n2"]},
              "shape-from-guest": {"average": 10 ** 6, "burst": 9000}}
    bad = ({"mac-limit": 0}, {"standby": {"dev": ["n1"]}},
           {"shape-to-guest": {"average": 10 ** 6}}, {"up-delay": 1 << 31})
    for _ in range(ROUNDS):
        for last in bad:
            both = {**policy, **last}
            for operation, values in (
                    ("switch-new", {"name": "s9"}), ("switch-set", {
                        "name": "s0"}), ("portgroup-new", {
                            "name": "x", "switch": "s0"}),
                    ("portgroup-set", {"name": "pg", "vlan": {
                        "range": [{"first": 1, "last": 9}]}})):
                if operation != "switch-new" or "standby" not in last:
                    true(ask(net, operation, policy=both, **values),
                         "%s %s passes" % (operation, both))
    net.unchanged(before)


@case("L3, L4, F10: no frame is too short to be judged, and no stack of tags "
      "too high (CVE-2016-2074, CVE-2016-10377)")
def parsed(net):
    net.drain()
    before, sent = passed(net, "in"), 0
    head = mac_bytes(BC) + mac_bytes(net.macs["g1"])
    for tags in ("", "81000000", "8100000a", "88a80001", "8100000081000001",
                 "8100000a88a800058100000a", "81000fff" * 12):
        for length in (0, 1, 2, 3, 4, 5, 40):
            data = head + bytes.fromhex(tags) + b"\x08\x00" + bytes(length)
            # A tag that is cut short does not get to the switch.
            if len(data) >= 14 + (6 if tags else 0):
                net.ports["g1"].send(data)
                sent += 1
    net.drain()
    now = passed(net, "in")
    eq(now["g1"] - before["g1"], sent, "frames that were judged")


@case("ABI: nothing is too large for a message, and what is is refused "
      "(CVE-2022-2639)")
def too_large(net):
    names = ["%s%02d" % ("n" * 13, i) for i in range(30)]
    net.ctl("switch add s1")
    for name in names:
        eq(ask(net, "uplink-new", dev=name, switch="s1", absent=True), 0, name)
    ranges = [{"first": 16 * i, "last": 16 * i + 3} for i in range(255)]
    group = "\u00e4" * 40
    eq(ask(net, "portgroup-new", name=group, switch="s1", vlan={
        "range": ranges}, policy={
            "active": {"dev": names[:15]}, "standby": {"dev": names[15:]},
            "shape-from-guest": {"average": 10 ** 12, "peak": 10 ** 12,
                                 "burst": 1 << 30}}), 0, "error")
    found = [one for one in net.show("portgroup show")[0]
             if one["name"] == group]
    eq(len(found), 1, "portgroups of that name")
    eq((len(found[0]["vlan"]["range"]), len(found[0]["policy"]["active"]["dev"])),
       (255, 15), "what it has")
    before = net.state()
    true(ask(net, "portgroup-set", name=group, vlan={"range": ranges * 8 + [
        {"first": 3 * i, "last": 3 * i} for i in range(700)]}), "2740 ranges")
    true(ask(net, "portgroup-set", name=group, policy={
        "active": {"dev": names * 40}}), "1200 uplinks")
    true(ask(net, "port-set", dev="g1", allow_mac={
        "address": ["02:bb:00:00:00:%02x" % (i % 250) for i in range(4000)]}),
         "4000 addresses")
    net.unchanged(before)
    net.delete("s1")


@case("F8, M4: nothing that a guest or the outside sends configures the switch "
      "(CVE-2021-28476)")
def no_channel(net):
    before = settled(net)
    for name in ("g1", "g3", "n1", "n2"):
        for dst in (BC, "01:80:c2:00:00:00", "01:80:c2:00:00:0e",
                    "01:00:0c:cc:cc:cc", net.near_mac("n1"), NOBODY):
            for kind in (BEACON, RARP, LLDP, 0x8100, 0x8809, 0x0027, 0x88f7):
                for body in (bytes(46), bytes(range(64)), b"\xff" * 100):
                    src = net.macs[name] if name[0] == "g" else STRANGER
                    net.ports[name].send(mac_bytes(dst) + mac_bytes(src) +
                                         struct.pack("!H", kind) + body)
    net.drain()
    eq(settled(net), before, "the configuration and its state")


run(setup)
