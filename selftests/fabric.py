#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The worst outside there is: two physical switches that flood everything.

    g1 ... g10, ports 1 to 10 in VLAN 0
    u1 u2 on one bridge, u3 u4 on another; a cable between the two; w, a station
    on the first. What w sends comes by all four uplinks, and what leaves by one
    comes back by the three others.

With iphash, u1 ... u4 end in one static aggregation instead.
"""

import random
import struct
import time
from collections import Counter

import teamsite
from teamsite import UPLINKS, returned
from vswnet import STAMP
from vswtest import (BC, DEBUG, MC, NOBODY, STRANGER, Fail, Netns, Raw, case,
                     comment, eq, run, true, until)

GUESTS = ["g%d" % i for i in range(1, 11)]
POLICIES = ["portid", "srcmac", "explicit"]
IFLA_MASTER = 10
BR_AGEING = struct.pack("HHI", 8, 4, 0)	# IFLA_BR_AGEING_TIME: knows nobody
BOND_XOR = struct.pack("HHB3xHHI", 5, 1, 2, 8, 3, 10)	# balance-xor, miimon 10
SEED = 4
GROUPS = (MC, BC, BC)
ROUND = 24		# frames between two changes of links


def setup(net):
    teamsite.setup(net, GUESTS)


class Outside:
    """The two switches and the station; it ends with the case."""

    def __init__(self, net):
        self.net, self.away = net, Netns()
        route = net.out.route
        for name in ("lan1", "lan2"):
            # It has forgotten everybody at once.
            route.add(name, "bridge", BR_AGEING)
            net.out.up(name)
        self._pair("w", self.away)
        net.sh("ip link add x1 type veth peer name x2", net.out)
        for name, lan in (("u1", "lan1"), ("u2", "lan1"), ("u3", "lan2"),
                          ("u4", "lan2"), ("w", "lan1"), ("x1", "lan1"),
                          ("x2", "lan2")):
            route.change(name, (IFLA_MASTER,
                                net.link(lan, net.out)["ifindex"]))
            net.out.up(name)
        self.station = net.ports["w"] = Raw(self.away, "w")
        net.macs["w"] = STRANGER
        for name in ("w", "x1", "x2", *UPLINKS):
            self.forwards(name)

    def _pair(self, name, away):
        self.net.out.route.add_veth(name, "02:fd:00:00:00:01", away, STRANGER)
        away.up(name)

    def forwards(self, name):
        """Wait until a port of a bridge forwards."""
        until(lambda: " state forwarding " in self.net.sh(
            "bridge -d link show dev " + name, self.net.out),
            "%s to forward" % name)

    def close(self):
        self.net.ports.pop("w").close()
        for name in ("lan1", "lan2", "x1", "w"):
            self.net.delete(name, self.net.out)
        self.away.close()


def everybody(but=None, tags="-"):
    return " ".join("%s:%s" % (name, tags) for name in GUESTS if name != but)


def flooded():
    """Rows: what the station sends reaches each guest, and what a guest sends
    the station and the other guests."""
    rows = [("w", BC, "-", everybody()), ("w", MC, "-", everybody()),
            ("w", NOBODY, "-", "")]
    rows += [("w", name, "-", name + ":-") for name in GUESTS]
    for name in GUESTS:
        own = " ".join(up + "?" for up in UPLINKS)
        rows += [(name, BC, "-", "%s w:- %s" % (everybody(name), own)),
                 (name, STRANGER, "-", "w:- " + own)]
    return rows


def settled(net):
    """Every port has an uplink that works, and what it left is forgotten."""
    up = {one["dev"] for one in net.show("uplink show")[0]
          if one["state"] == "up"}
    until(lambda: all(port.get("uplink") in up
                      for port in net.show("port show")[0]), "uplinks")
    net.check([("w", name, "-", name + "?") for name in GUESTS],
              counters=False)


def whole(net, outside, *names):
    """Uplinks are back, and everybody gets everything once."""
    for name in names:
        outside.forwards(name)
        returned(net, name)
    settled(net)
    net.check(flooded(), counters=False)


def steady(net, policy):
    """Each frame once, on every set of links with one lost."""
    outside = Outside(net)
    try:
        net.ctl("switch set s0 teaming " + policy)
        settled(net)
        net.check(flooded(), counters=False)
        for name in UPLINKS:
            net.out.up(name, False)
            # The very next frames: none is lost, none comes twice.
            net.check(flooded(), counters=False)
            net.out.up(name)
            whole(net, outside, name)
    finally:
        outside.close()


for POLICY in POLICIES:
    case("F6: %s: where everything is flooded, each guest gets each frame once" %
         POLICY)(lambda net, policy=POLICY: steady(net, policy))


class Flaps:
    """Frames all the time while links come and go."""

    def __init__(self, net, seconds):
        self.net, self.rng = net, random.Random(SEED)
        self.end = time.monotonic() + seconds
        self.sent, self.links = {}, {}	# by number: to whom, by which
        self.got = {name: Counter() for name in GUESTS + UPLINKS}
        self.ears = {name: net.ports[name] for name in GUESTS}
        # What the two switches give to each link.
        self.ears |= {name: Raw(net.out, name, outgoing=True)
                      for name in UPLINKS}
        self.down, self.changes = None, 0

    def send(self, dst):
        net = self.net
        data = net.stamped("w", dst)
        self.sent[net.ident] = dst
        self.links[net.ident] = [name for name in UPLINKS
                                 if name != self.down]
        net.ports["w"].send(data)

    def hear(self):
        for name, ear in self.ears.items():
            for _, data in ear.recv():
                if data[14:18] == STAMP:
                    self.got[name][int.from_bytes(data[18:22], "big")] += 1

    def change(self):
        """One link is down at a time, so nobody is ever without one."""
        self.changes += 1
        if self.down:
            self.net.out.up(self.down)
            self.down = None
        else:
            self.down = self.rng.choice(UPLINKS)
            self.net.out.up(self.down, False)

    def run(self):
        self.net.drain()
        while time.monotonic() < self.end:
            self.change()
            for i in range(ROUND // 2):
                self.send(GROUPS[i % len(GROUPS)])
                self.send(self.net.macs[self.rng.choice(GUESTS)])
                self.net.settle()
            self.hear()
        if self.down:
            self.change()
        self.net.settle()
        self.hear()
        for name in UPLINKS:
            self.ears[name].close()

    def sure(self):
        """The frames that the outside gave to each link that was there.

        What a bridge loses while its link comes up is not ours to give.
        """
        return [ident for ident, links in self.links.items()
                if all(self.got[name][ident] for name in links)]

    def judge(self):
        """Hold what each guest got against what was for it."""
        sure = self.sure()
        true(len(sure) >= ROUND, "the outside gave us %d frames" % len(sure))
        total = Counter()
        for name in GUESTS:
            times = self.got[name]
            unicast = {ident for ident, dst in self.sent.items()
                       if dst == self.net.macs[name]}
            groups = {ident for ident, dst in self.sent.items()
                      if dst in GROUPS}
            eq(set(times) - unicast - groups, set(), "for others, at " + name)
            eq([i for i in groups if times[i] > 1], [], "twice at " + name)
            eq([i for i in unicast if times[i] > 2], [], "thrice at " + name)
            eq([i for i in sure if i in unicast and not times[i]], [],
               "unicast lost to " + name)
            twice = sum(times[i] > 1 for i in unicast)
            true(twice <= self.changes, "%s: %d twice" % (name, twice))
            total["twice"] += twice
            total["lost"] += sum(not times[i] for i in sure if i in groups)
        # Of all guests together: a frame at a time is sent, few meet a move.
        true(total["lost"] <= self.changes, "%d group frames lost" %
             total["lost"])
        comment("%d changes of links; of %d frames the outside gave %d to all; "
                "%d unicast twice, %d group frames lost" %
                (self.changes, len(self.sent), len(sure), total["twice"],
                 total["lost"]))


def flapping(net, policy):
    """Group frames come once, unicast at most once more for each move. Nothing
    is lost but a group frame whose copies come on both sides of a move."""
    outside = Outside(net)
    try:
        net.ctl("switch set s0 teaming " + policy)
        settled(net)
        flaps = Flaps(net, 3)
        flaps.run()
        flaps.judge()
        whole(net, outside, *UPLINKS)
    finally:
        outside.close()


for POLICY in POLICIES:
    case("F6: %s: also while links flap" % POLICY)(
        lambda net, policy=POLICY: flapping(net, policy))


class Bundle:
    """A bond that takes part in one static aggregation, and a station on it."""

    def __init__(self, net):
        self.net = net
        net.out.route.add("b0", "bond", BOND_XOR)
        index = net.link("b0", net.out)["ifindex"]
        for name in UPLINKS:
            net.out.up(name, False)
            net.out.route.change(name, (IFLA_MASTER, index))
        net.out.up("b0")
        net.ready(" ".join(UPLINKS))
        net.out.ready("b0")
        self.saved = {name: net.ports.pop(name) for name in UPLINKS}
        net.ports["b0"] = Raw(net.out, "b0")
        net.macs["b0"] = STRANGER

    def close(self):
        net = self.net
        net.ports.pop("b0").close()
        net.delete("b0", net.out)
        net.ports.update(self.saved)
        for name in UPLINKS:
            net.out.up(name)


def aggregated():
    """Rows: the station hashes by address, so it uses all links."""
    rows = []
    for i in range(16):
        src = "02:fe:00:00:01:%02x" % i
        rows += [("b0", BC, "-", everybody(), {"src": src}),
                 ("b0", MC, "-", everybody(), {"src": src})]
        rows += [("b0", name, "-", name + ":-", {"src": src})
                 for name in GUESTS[:3]]
    for name in GUESTS:
        for length in (46, 16):		# slots 0 and 3
            rows += [(name, BC, "-", everybody(name) + " b0:-",
                      {"length": length}),
                     (name, STRANGER, "-", "b0:-", {"length": length})]
    return rows


@case("F6, T6: iphash and a static aggregation: each frame once, by any link")
def iphash(net):
    net.ctl("switch set s0 teaming iphash")
    bundle = Bundle(net)
    try:
        before = net.counters()
        net.check(aggregated(), counters=False)
        used = [key[0] for key, cur in net.counters().items()
                if key[0] in UPLINKS and cur["in"] > before[key]["in"]]
        true(len(used) > 1, "all came by %s" % used)
        for name in UPLINKS:
            net.host.up(name, False)
            if DEBUG:
                time.sleep(0.2)
            until(lambda dev=name: down(net, dev), "the bond to see " + name)
            net.check(aggregated(), counters=False)
            net.host.up(name)
            net.host.ready(name)
            net.out.ready(name)
            until(lambda dev=name: not down(net, dev), "the bond to see " +
                  name)
            returned(net, name)
            net.check(aggregated(), counters=False)
    finally:
        bundle.close()


def down(net, name):
    """What the bond of the outside says about a link."""
    text = net.sh("cat /proc/net/bonding/b0", net.out)
    part = text.split("Slave Interface: " + name)
    if len(part) < 2:
        raise Fail("no %s in %s" % (name, text))
    return "MII Status: down" in part[1].split("Slave Interface")[0]


run(setup)
