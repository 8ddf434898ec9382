#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Uplinks that hear each other, or do not: beacons (T5).

    a1 ... a3, ports 1 to 3 in VLAN 0     v1, port 4 in VLAN 10
    u1 u2 u3, whose far ends are on one bridge; they can be taken off it
    without a loss of carrier
"""

import statistics
import struct
import time

from vswnet import Clock
from vswtest import (BC, DEBUG, MC, NOBODY, STRANGER, Raw, case, comment, eq,
                     frame, mac_bytes, run, split_tags, true, until)

GUESTS = ["a1", "a2", "a3", "v1"]
UPLINKS = ["u1", "u2", "u3"]
BEACON = 0x8922
IFLA_MASTER, IFLA_NOMASTER = 10, 0
SLOW = 3 if DEBUG else 1


def setup(net):
    net.ends(" ".join(GUESTS + UPLINKS))
    net.add("lan", "bridge", net.out)
    net.batch("switch add s0 up-delay 0 detect beacon\n"
              "portgroup add pg switch s0\n"
              "portgroup add ten switch s0 vlan 10\n"
              "portgroup add trunk switch s0 vlan all\n" +
              "".join("uplink add %s switch s0\n" % name for name in UPLINKS) +
              "".join("port add %s portgroup %s\n" % (
                  name, "ten" if name == "v1" else "pg") for name in GUESTS))
    net.ready(" ".join(GUESTS + UPLINKS))
    plug(net, UPLINKS)
    until(lambda: set(states(net).values()) == {"up"}, "the uplinks", 8)


def plug(net, names):
    """Just these uplinks are on the segment; the links of all are up."""
    index = net.link("lan", net.out)["ifindex"]
    for name in UPLINKS:
        net.out.route.change(name, (
            IFLA_MASTER, index if name in names else IFLA_NOMASTER))


def states(net):
    return {up["dev"]: up["state"] for up in net.show("uplink show")[0]}


def shown(net, key):
    return [port.get(key) for port in net.show("port show")[0]]


def whole(net, team="active u1,u2,u3 standby none"):
    """All uplinks on one segment, and heard."""
    plug(net, UPLINKS)
    net.ctl("switch set s0 detect beacon failback on teaming portid " + team)
    for ns in (net.host, net.out):
        for name in UPLINKS:
            ns.up(name)
    net.ready(" ".join(UPLINKS))
    until(lambda: set(states(net).values()) == {"up"}, "the uplinks", 8)
    until(lambda: "in-doubt" not in shown(net, "choice"), "no doubt", 8)
    net.before = {}


def is_beacon(data):
    return split_tags(data)[1][:2] == struct.pack("!H", BEACON)


def beacons(net, names=None):
    """The beacons that an uplink itself has sent, by uplink and tag."""
    out = []
    for name in names or UPLINKS:
        for outer, data in net.ports[name].recv():
            if is_beacon(data):
                eq(data[:6], mac_bytes(BC), "destination of a beacon")
                if data[6:12] == mac_bytes(net.near_mac(name)):
                    out.append((name, split_tags(data, outer)[0]))
    return out


def at(net, name, dst, src=STRANGER, tags="-"):
    """Something outside sends; who inside gets it, once each."""
    net.drain()
    data = net.stamped(src, dst, tags)
    net.ports[name].send(data)
    net.settle()
    return sorted(port for port in GUESTS for _, got in net.ports[port].recv()
                  if not is_beacon(got))


def sent(net, name, dst):
    """The uplinks by which a frame of a port leaves; the bridge is deaf to
    whom it has from, so what it floods does not count."""
    net.drain()
    data = net.stamped(name, dst)
    net.ports[name].send(data)
    net.settle()
    return sorted(up for up in UPLINKS for _, got in net.ports[up].recv()
                  if got[:14] == data[:14] and not is_beacon(got))


@case("T5: each active and standby uplink sends one a second, on each VLAN")
def every_second(net):
    whole(net, "active u1 standby u2")
    net.batch("portgroup add off switch s0 vlan 30 detect link\n"
              "portgroup add own switch s0 vlan 40")
    time.sleep(0.2)
    ears = {name: Clock(net.out, name) for name in UPLINKS}
    came = {(name, tags): [] for name in ("u1", "u2")
            for tags in ("-", "10", "40")}
    places = sorted(came)

    def rounds():
        for name, ear in ears.items():
            for when, outer, data in ear.recv():
                tags = split_tags(data, outer)[0]
                if is_beacon(data) and data[6:12] == mac_bytes(net.near_mac(name)):
                    came.setdefault((name, tags), []).append(when)
        return min(len(times) for times in came.values()) >= 5
    until(rounds, "five beacons at each place", 20)
    for ear in ears.values():
        ear.close()
    eq(sorted(came), places, "where beacons leave")
    # Where the machine stands still, one is late and the next one soon behind.
    for place, times in came.items():
        gaps = [late - early for early, late in zip(times, times[1:])]
        true(0.9 <= statistics.median(gaps) < 1.5, "beacons by %s come after %s"
             % (place, ["%.2f s" % gap for gap in gaps]))
    net.batch("portgroup del off\nportgroup del own")


@case("T5: on the hundred lowest VLANs at most")
def hundred(net):
    whole(net, "active u1,u2 standby none")
    net.batch("".join("portgroup add p%d switch s0 vlan %d\n" % (i, i)
                      for i in range(20, 130)))
    time.sleep(1.5 * SLOW)
    beacons(net)
    time.sleep(2.5)
    tags = {tags for name, tags in beacons(net) if name == "u2"}
    eq(sorted(tags - {"-"}, key=int),
       ["10"] + [str(i) for i in range(20, 118)], "VLANs with beacons")
    true("-" in tags, "no beacon in VLAN 0")
    net.batch("".join("portgroup del p%d\n" % i for i in range(20, 130)))


@case("T5: with detection by link alone there are none")
def link_only(net):
    whole(net)
    net.ctl("switch set s0 detect link")
    time.sleep(1.2)
    beacons(net)
    time.sleep(2.2)
    eq(beacons(net), [], "beacons")
    net.ctl("portgroup set ten detect beacon")
    until(lambda: ("u1", "10") in beacons(net), "beacons in VLAN 10")
    time.sleep(1.2)
    got = []
    until(lambda: got.extend(beacons(net)) or got, "more beacons", 8)
    eq({tags for _, tags in got}, {"10"}, "VLANs with beacons")
    net.ctl("portgroup set ten detect inherit")


@case("T5: neither guests nor the host's stack see one, whoever sent it")
def unseen(net):
    whole(net)
    ears = [Raw(net.host, name, BEACON) for name in UPLINKS]
    for detect in ("beacon", "link"):
        net.ctl("switch set s0 promiscuous accept detect " + detect)
        net.drain()
        before = net.counters()
        for tags in ("-", "10", "10p3"):
            data = frame(BC, STRANGER, tags)
            data = data.replace(b"\x88\xb5", struct.pack("!H", BEACON), 1)
            for name in UPLINKS:
                net.ports[name].send(data)
        time.sleep(1.5)
        net.settle()
        for name in GUESTS:
            eq([data.hex() for _, data in net.ports[name].recv()], [],
               "frames at " + name)
        eq([ear.recv() for ear in ears], [[]] * 3, "the host's stack")
        now = net.counters()
        for key, cur in now.items():
            more = {field: num - before[key].get(field, 0)
                    for field, num in cur.items()}
            if key[0] in UPLINKS:
                true(more["in"] >= 3, "%s: %s beacons in" % (key, more["in"]))
                eq((more["dropped"], more["filtered"]), (0, 0),
                   "drops at %s" % key[0])
            else:
                eq(set(more.values()), {0}, "counters of %s" % key[0])
    # Other frames of that type pass like any other.
    net.ctl("switch set s0 promiscuous reject")
    net.drain()
    for dst in (net.macs["a1"], MC):
        data = frame(dst, STRANGER).replace(
            b"\x88\xb5", struct.pack("!H", BEACON), 1)
        for name in UPLINKS:
            net.ports[name].send(data)
        net.settle()
        true([data for _, data in net.ports["a1"].recv() if is_beacon(data)],
             "a1 does not get 0x8922 to %s" % dst)
    for ear in ears:
        ear.close()
    net.before = {}


def in_time(net, on, what, happened):
    """Only some uplinks are on the segment, and three to four seconds later
    something happens. How late this machine is tell the beacons themselves."""
    beacons(net)
    start = time.monotonic()
    plug(net, on)
    until(happened, what, 12)
    took = time.monotonic() - start
    rounds = beacons(net).count((on[0], "-"))
    comment("%s after %.2f s and %d beacons" % (what, took, rounds))
    # A beacon may still be on its way when the cable is pulled: on a slow
    # machine that is some time before. The cable may be pulled just before a
    # round, and the plugging is part of the time.
    true(took > 1.9 and rounds in (3, 4, 5), "%s after %.2f s and %d beacons" %
         (what, took, rounds))


def cut(net, on, name):
    """Take an uplink off the segment; it fails."""
    in_time(net, on, name + " has failed",
            lambda: states(net)[name] == "beacon-lost")


@case("T5: of three, the one that is cut off fails in 3 to 4 s, and returns")
def three(net):
    whole(net)
    eq(shown(net, "uplink"), ["u2", "u3", "u1", "u2"], "uplinks")
    cut(net, ["u1", "u3"], "u2")
    eq(states(net), {"u1": "up", "u2": "beacon-lost", "u3": "up"}, "states")
    # Port 1: (1 div 3) mod 2, port 4: (4 div 3) mod 2.
    eq(shown(net, "uplink"), ["u1", "u3", "u1", "u3"], "uplinks")
    eq(shown(net, "choice"), ["spread", "own", "own", "spread"], "choices")
    eq(sent(net, "a1", NOBODY), ["u1"], "the way of a1")
    eq(at(net, "u2", BC), [], "who is reached by u2")
    true(net.link("u2")["flags"] & 0x40, "the link of u2 is down")
    # It stays so.
    time.sleep(2.5)
    eq(states(net)["u2"], "beacon-lost", "the state of u2")
    start = time.monotonic()
    plug(net, UPLINKS)
    until(lambda: states(net)["u2"] == "up", "the return of u2")
    took = time.monotonic() - start
    comment("u2 is back after %.2f s" % took)
    true(took < 5 * SLOW, "the return takes %.2f s" % took)
    eq(shown(net, "uplink"), ["u2", "u3", "u1", "u2"], "uplinks")
    eq(at(net, "u2", BC), ["a1"], "who is reached by u2")


@case("T5: a standby that is cut off does not take over")
def standby(net):
    whole(net, "active u1,u2 standby u3")
    cut(net, ["u1", "u2"], "u3")
    net.out.up("u2", False)
    until(lambda: states(net)["u2"] == "no-carrier", "the loss of u2")
    eq(shown(net, "uplink"), ["u1"] * 4, "uplinks")
    net.out.up("u2")
    whole(net)


@case("T5: T3 holds for the return of one that was cut off")
def returns(net):
    whole(net)
    net.ctl("switch set s0 failback off")
    cut(net, ["u1", "u3"], "u2")
    plug(net, UPLINKS)
    until(lambda: states(net)["u2"] == "held-back", "u2 to be held back")
    eq(shown(net, "uplink"), ["u1", "u3", "u1", "u3"], "uplinks")
    net.ctl("switch set s0 failback on")
    until(lambda: shown(net, "uplink")[0] == "u2", "u2 for a1")


@case("T5: a portgroup that detects by link goes on with an uplink cut off")
def by_link(net):
    whole(net)
    net.ctl("portgroup set ten detect link")
    cut(net, ["u1", "u3"], "u2")
    eq(shown(net, "uplink"), ["u1", "u3", "u1", "u2"], "uplinks")
    net.ctl("portgroup set ten detect inherit")
    until(lambda: shown(net, "uplink")[3] == "u3", "u3 for v1")


def doubts(net, want=True):
    until(lambda: (set(shown(net, "choice")) == {"in-doubt"}) == want,
          "doubt to be %s" % want, 8)


@case("T5: with two that cannot hear each other the team is in doubt")
def two(net):
    whole(net, "active u2,u1 standby none")
    eq(shown(net, "uplink"), ["u1", "u2", "u1", "u2"], "uplinks")
    in_time(net, ["u1"], "in doubt",
            lambda: set(shown(net, "choice")) == {"in-doubt"})
    eq(states(net), {"u1": "up", "u2": "up", "u3": "up"}, "states")
    for name in ("a1", "a2", "v1"):
        eq(sent(net, name, NOBODY), ["u1", "u2"], "unicast of " + name)
        eq(sent(net, name, BC), ["u2"], "broadcasts of " + name)
        for up in ("u1", "u2"):
            eq(at(net, up, name, tags="10" if name == "v1" else "-"), [name],
               "unicast for %s by %s" % (name, up))
    eq(sent(net, "a1", "a2"), [], "what stays inside")
    for dst in (BC, MC):
        eq(at(net, "u1", dst), [], "group frames by u1")
        eq(at(net, "u2", dst), ["a1", "a2", "a3"], "group frames by u2")
    eq(at(net, "u3", "a1"), [], "by an unused one")
    # One hears again.
    plug(net, UPLINKS)
    doubts(net, False)
    eq(shown(net, "uplink"), ["u1", "u2", "u1", "u2"], "uplinks")
    eq(sent(net, "a1", BC)[0], "u1", "broadcasts of a1")


@case("T5: three, of which one has no carrier, are two")
def two_of_three(net):
    whole(net, "active u1,u2 standby u3")
    net.out.up("u1", False)
    plug(net, ["u2"])
    doubts(net)
    eq(sent(net, "a1", NOBODY), ["u2", "u3"], "unicast of a1")
    eq(sent(net, "a1", BC), ["u2"], "broadcasts of a1")
    # A third one tells which of them it is.
    plug(net, ["u1", "u2"])
    net.out.up("u1")
    until(lambda: states(net) == {"u1": "up", "u2": "up",
                                  "u3": "beacon-lost"}, "u3 to fail", 12)
    doubts(net, False)
    net.out.up("u3", False)
    net.out.up("u3")


@case("T5: in doubt and one loses its link: the other one it is")
def doubt_and_loss(net):
    whole(net, "active u1,u2 standby none")
    plug(net, [])
    doubts(net)
    net.out.up("u1", False)
    eq(sent(net, "a1", NOBODY), ["u2"], "unicast of a1")
    eq(sent(net, "a1", BC), ["u2"], "broadcasts of a1")
    eq(at(net, "u2", BC), ["a1", "a2", "a3"], "group frames by u2")
    net.out.up("u1")


@case("T5: beacons of another switch do not count as heard")
def foreign(net):
    whole(net)
    net.veth("w1", "w2")
    for name in ("w1", "w2"):
        net.host.up(name)
        net.out.up(name)
    net.batch("switch add s1 detect beacon\nportgroup add p1 switch s1\n"
              "uplink add w1 switch s1\nuplink add w2 switch s1")
    net.add("other", "bridge", net.out)
    index = net.link("other", net.out)["ifindex"]
    for name in ("w1", "w2", "u2"):
        net.out.route.change(name, (IFLA_MASTER, index))
    until(lambda: states(net)["u2"] == "beacon-lost", "u2 to fail", 8)
    eq((states(net)["w1"], states(net)["w2"]), ("up", "up"), "w1 and w2")
    net.delete("s1")
    for name in ("w1", "w2"):
        net.delete(name)
    net.delete("other", net.out)


def settings(net):
    """Without the counters, in which the beacons are."""
    return [{key: value for key, value in one.items() if key != "stats"}
            for doc in net.show("switch show", "portgroup show")
            for one in doc]


def refuse(net, *rows):
    """Commands that are refused, with a word of the reason, and change nothing."""
    before = settings(net)
    for line, text in rows:
        net.refused(line, text=text)
    eq(settings(net), before, "what is set")


@case("T5: refused with iphash, and where every portgroup is a trunk")
def refusals(net):
    whole(net)
    refuse(net, ("switch set s0 teaming iphash", "beacon"),
           ("portgroup set pg teaming iphash", "beacon"))
    net.batch("portgroup set pg detect link teaming iphash")
    refuse(net, ("portgroup set pg detect beacon", "iphash"),
           ("portgroup set pg detect inherit", "iphash"),
           ("portgroup set pg teaming iphash detect beacon", "iphash"))
    net.batch("portgroup set pg policy inherit\nswitch set s0 detect link\n"
              "switch set s0 teaming iphash")
    refuse(net, ("switch set s0 detect beacon", "iphash"),
           ("portgroup set pg detect beacon", "iphash"),
           ("portgroup add new switch s0 detect beacon", "iphash"))
    net.ctl("switch set s0 teaming portid")

    net.batch("switch add s1\nportgroup add t1 switch s1 vlan all\n"
              "portgroup add t2 switch s1 vlan trunk 1-5")
    refuse(net, ("switch set s1 detect beacon", "trunk"),
           ("portgroup set t1 detect beacon", "trunk"))
    net.batch("portgroup add e1 switch s1 vlan 5\nswitch set s1 detect beacon")
    refuse(net, ("portgroup del e1", "beacon"),
           ("portgroup set e1 vlan trunk 5", "beacon"))
    net.batch("switch set s1 detect link\nportgroup del e1\nswitch del s1\n"
              "switch add s1 detect beacon\nportgroup add e1 switch s1")
    refuse(net, ("switch add s2 detect beacon teaming iphash", "iphash"))
    net.batch("portgroup del e1\nswitch del s1")


run(setup)
