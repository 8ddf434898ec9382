#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""VLANs: which frame a port may send and who sees it with which tag.

    e1 e2 EST   a1 a2 VST 10   b1 VST 20
    t1 trunk 10-12,20   z1 trunk 0,10   w1 all   u1 the uplink
"""

from vswtest import (BC, DEBUG, MC, NOBODY, STRANGER, VSWCTL, Raw, case,
                     comment, eq, run, until)

GUESTS = "e1 e2 a1 a2 b1 t1 z1 w1"


def setup(net):
    net.ends(GUESTS + " u1")
    net.batch("""switch add s0
        uplink add u1 switch s0
        portgroup add est switch s0
        portgroup add vst10 switch s0 vlan 10
        portgroup add vst20 switch s0 vlan 20
        portgroup add vgt switch s0 vlan trunk 10-12,20
        portgroup add vgt0 switch s0 vlan trunk 0,10
        portgroup add any switch s0 vlan all
        port add e1 portgroup est
        port add e2 portgroup est
        port add a1 portgroup vst10
        port add a2 portgroup vst10
        port add b1 portgroup vst20
        port add t1 portgroup vgt
        port add z1 portgroup vgt0
        port add w1 portgroup any""")
    net.ready(GUESTS + " u1")


# Frames from each kind of port

@case("L1: EST: untagged and priority-tagged frames are VLAN 0")
def est(net):
    net.check([
        ("e1", BC, "-", "e2:- z1:- w1:- u1:-"),
        ("e1", MC, "-", "e2:- z1:- w1:- u1:-"),
        ("e1", BC, "0p5", "e2:- z1:- w1:- u1:-"),
        ("e1", "e2", "-", "e2:-"),
        ("e1", NOBODY, "-", "u1:-"),
    ])


@case("L1: EST: a tagged frame is dropped")
def est_tagged(net):
    net.check([
        ("e1", BC, "10", "!vlan-tag"),
        ("e1", "e2", "1", "!vlan-tag"),
        ("e1", BC, "5p3", "!vlan-tag"),
        ("e1", BC, "10/20", "!vlan-tag"),
    ])


@case("L1: VST: untagged frames become the VLAN, priority bits are kept")
def vst(net):
    net.check([
        ("a1", BC, "-", "a2:- t1:10 z1:10 w1:10 u1:10"),
        ("a1", BC, "0p5", "a2:- t1:10p5 z1:10p5 w1:10p5 u1:10p5"),
        ("b1", BC, "-", "t1:20 w1:20 u1:20"),
        ("a1", "t1", "-", "t1:10"),
        ("a1", NOBODY, "0p1", "u1:10p1"),
    ])


@case("L1: VST: a tagged frame is dropped, of the own VLAN too")
def vst_tagged(net):
    net.check([
        ("a1", BC, "10", "!vlan-tag"),
        ("a1", BC, "20p2", "!vlan-tag"),
        ("a1", "a2", "10", "!vlan-tag"),
        ("a1", BC, "20/10", "!vlan-tag"),
    ])


@case("L1: VGT: the guest's tag decides, a VLAN outside the list is dropped")
def vgt(net):
    net.check([
        ("t1", BC, "10", "a1:- a2:- z1:10 w1:10 u1:10"),
        ("t1", BC, "20p3", "b1:- w1:20p3 u1:20p3"),
        ("t1", BC, "12", "w1:12 u1:12"),
        ("t1", BC, "13", "!vlan-denied"),
        ("t1", BC, "9", "!vlan-denied"),
        ("t1", BC, "-", "!vlan-denied"),
        ("t1", BC, "0p4", "!vlan-denied"),
        ("t1", "a1", "10", "a1:-"),
        ("t1", "a1", "20", "u1:20"),
    ])


@case("L1: VGT: untagged is VLAN 0 and passes if 0 is listed")
def vgt_zero(net):
    net.check([
        ("z1", BC, "-", "e1:- e2:- w1:- u1:-"),
        ("z1", BC, "0p5", "e1:- e2:- w1:- u1:-"),
        ("z1", BC, "10p5", "a1:- a2:- t1:10p5 w1:10p5 u1:10p5"),
        ("z1", BC, "20", "!vlan-denied"),
    ])


@case("L1: VGT: all is every VLAN from 0 to 4094")
def vgt_all(net):
    net.check([
        ("w1", BC, "-", "e1:- e2:- z1:- u1:-"),
        ("w1", BC, "1", "u1:1"),
        ("w1", BC, "10", "a1:- a2:- t1:10 z1:10 u1:10"),
        ("w1", BC, "4094", "u1:4094"),
    ])


@case("L1: on an uplink VLAN 0 is untagged and every other one tagged")
def uplink(net):
    net.check([
        ("u1", BC, "-", "e1:- e2:- z1:- w1:-"),
        ("u1", BC, "0p6", "e1:- e2:- z1:- w1:-"),
        ("u1", BC, "10", "a1:- a2:- t1:10 z1:10 w1:10"),
        ("u1", MC, "10p5", "a1:- a2:- t1:10p5 z1:10p5 w1:10p5"),
        ("u1", BC, "20", "b1:- t1:20 w1:20"),
        ("u1", BC, "11", "t1:11 w1:11"),
        ("u1", BC, "999", "w1:999"),
        ("u1", "e1", "-", "e1:-"),
        ("u1", "a1", "10", "a1:-"),
        ("u1", "a1", "-", "!unknown-unicast"),
        ("u1", "a1", "20", "!unknown-unicast"),
        ("u1", "t1", "12p7", "t1:12p7"),
        ("u1", "t1", "13", "!unknown-unicast"),
    ])


@case("L1: no frame crosses from one VLAN into another")
def apart(net):
    net.check([
        ("a1", "b1", "-", "u1:10"),
        ("b1", "a1", "-", "u1:20"),
        ("e1", "a1", "-", "u1:-"),
        ("w1", "b1", "10", "u1:10"),
        ("w1", "b1", "20", "b1:-"),
    ])


@case("L1: the same with tags in the frame instead of the skb")
def in_frame(net):
    knobs = "txvlan off rxvlan off"
    for name in ("u1", "t1", "a1"):
        net.sh("ethtool -K %s %s" % (name, knobs))
        net.sh("ethtool -K %s %s" % (name, knobs), net.out)
    net.check([
        ("a1", BC, "0p5", "a2:- t1:10p5 z1:10p5 w1:10p5 u1:10p5"),
        ("t1", BC, "20p3", "b1:- w1:20p3 u1:20p3"),
        ("t1", BC, "10/20", "a1:20 a2:20 z1:10/20 w1:10/20 u1:10/20"),
        ("u1", BC, "10p5", "a1:- a2:- t1:10p5 z1:10p5 w1:10p5"),
        ("u1", BC, "0p6", "e1:- e2:- z1:- w1:-"),
        ("u1", BC, "0/10", "!vlan-invalid"),
    ])


# Tags behind tags

@case("L3: what is behind the outer tag passes unchanged, also to VST")
def inner(net):
    net.check([
        ("t1", BC, "10/20", "a1:20 a2:20 z1:10/20 w1:10/20 u1:10/20"),
        ("u1", BC, "10/20", "a1:20 a2:20 t1:10/20 z1:10/20 w1:10/20"),
        ("u1", BC, "10/ad20/30",
         "a1:ad20/30 a2:ad20/30 t1:10/ad20/30 z1:10/ad20/30 w1:10/ad20/30"),
        ("u1", "a1", "10/4095", "a1:4095"),
        ("t1", "a1", "10p2/0p1", "a1:0p1"),
    ])


@case("L3: an 802.1ad outer tag is VLAN 0 on VGT ports and uplinks")
def ad(net):
    net.check([
        ("w1", BC, "ad10", "z1:ad10 u1:ad10"),
        ("z1", BC, "ad10p3/20", "w1:ad10p3/20 u1:ad10p3/20"),
        ("t1", BC, "ad10", "!vlan-denied"),
        ("u1", BC, "ad10", "z1:ad10 w1:ad10"),
        ("u1", "w1", "ad4095", "w1:ad4095"),
        ("z1", "w1", "ad10", "w1:ad10"),
    ])


@case("L3: an 802.1ad outer tag is dropped on EST and VST ports")
def ad_access(net):
    net.check([
        ("e1", BC, "ad10", "!vlan-tag"),
        ("a1", BC, "ad10", "!vlan-tag"),
        ("a1", "a2", "ad10/10", "!vlan-tag"),
        ("u1", "a1", "ad10", "!unknown-unicast"),
        ("u1", "e1", "ad10", "!unknown-unicast"),
        ("w1", "e1", "ad10", "u1:ad10"),
        ("z1", BC, "ad10", "w1:ad10 u1:ad10"),
    ])


@case("L4: a tag behind a priority tag is dropped on every port")
def hop(net):
    rows = []
    for sender in ("e1", "a1", "t1", "z1", "w1", "u1"):
        for tags in ("0/10", "0p5/20", "0/ad10", "0/0", "0/4095"):
            rows.append((sender, BC, tags, "!vlan-invalid"))
    rows += [("w1", BC, "0p1", "e1:- e2:- z1:- u1:-"),
             ("u1", BC, "0p1", "e1:- e2:- z1:- w1:-")]
    net.check(rows)


@case("L4: VLAN 4095 is dropped everywhere")
def reserved(net):
    rows = [(sender, BC, "4095", "!vlan-invalid")
            for sender in ("e1", "a1", "t1", "z1", "w1", "u1")]
    rows += [("w1", BC, "4094", "u1:4094"), ("u1", BC, "4094", "w1:4094")]
    net.check(rows)


@case("L1: a frame keeps every byte, whatever its length")
def lengths(net):
    rows = []
    for length in (8, 9, 45, 46, 47, 999, 1500):
        opts = {"length": length}
        rows += [("a1", NOBODY, "-", "u1:10", opts),
                 ("u1", "a1", "10", "a1:-", opts),
                 ("t1", "w1", "11p1", "w1:11p1", opts)]
    net.check(rows)


# A change of the setting

@case("L2: a change of the VLAN reaches all ports of the portgroup")
def change(net):
    rows10 = [("a1", BC, "-", "a2:- t1:10 z1:10 w1:10 u1:10"),
              ("u1", BC, "10", "a1:- a2:- t1:10 z1:10 w1:10"),
              ("u1", "a2", "10", "a2:-")]
    net.check(rows10)
    net.ctl(*"portgroup set vst10 vlan 20".split())
    net.check([("a1", BC, "-", "a2:- b1:- t1:20 w1:20 u1:20"),
               ("a2", "b1", "-", "b1:-"),
               ("u1", BC, "10", "t1:10 z1:10 w1:10"),
               ("u1", "a2", "10", "!unknown-unicast"),
               ("u1", BC, "20", "a1:- a2:- b1:- t1:20 w1:20")])
    net.ctl(*"portgroup set vst10 vlan trunk 10,30-31".split())
    net.check([("a1", BC, "-", "!vlan-denied"),
               ("a1", BC, "30", "a2:30 w1:30 u1:30"),
               ("u1", BC, "31p1", "a1:31p1 a2:31p1 w1:31p1"),
               ("u1", BC, "20", "b1:- t1:20 w1:20")])
    net.ctl(*"portgroup set vst10 vlan none".split())
    net.check([("a1", BC, "-", "a2:- e1:- e2:- z1:- w1:- u1:-")])
    net.ctl(*"portgroup set vst10 vlan 10".split())
    net.check(rows10)


@case("L2: moving a port to another portgroup takes it there whole")
def move(net):
    net.ctl(*"port set a2 portgroup vst20".split())
    net.check([("a2", BC, "-", "b1:- t1:20 w1:20 u1:20"),
               ("u1", "a2", "20", "a2:-"),
               ("u1", "a2", "10", "!unknown-unicast"),
               ("a1", BC, "-", "t1:10 z1:10 w1:10 u1:10")])
    net.ctl(*"port set a2 portgroup vst10".split())
    net.check([("a2", BC, "-", "a1:- t1:10 z1:10 w1:10 u1:10")])


def flip(net, settings, done, tags="-", src="a1"):
    """Change vst10 to and fro while frames by a1 pass; where each got."""
    times = 20 if DEBUG else 100
    lines = "".join("portgroup set vst10 vlan %s\n" % settings[i % 2]
                    for i in range(times))
    results = []
    net.drain()

    def pour():
        with net.background([VSWCTL, "-b", "-"], lines) as running:
            while running():
                sent = {}
                for _ in range(16):
                    data = net.stamped(src, BC, tags)
                    sent[net.ident] = data
                    net.ports["a1"].send(data)
                results.extend(tuple(sorted(got.elements()))
                               for got in net.collect(sent).values())
        return done(results)
    # Which setting a burst meets is for the scheduler to say.
    until(pour, "frames by both settings", 30)
    net.before = {}
    return results


def whole(net, settings, allowed, **how):
    """Frames of a1 go one of the allowed ways, all of it.

    a2, which changes with a1, may be past a frame that is still on the old
    way, and then misses it.
    """
    ways = [{tuple(sorted(way.split())),
             tuple(sorted(token for token in way.split() if token[:2] != "a2"))}
            for way in allowed]

    def count(seen):
        return [sum(one in way for one in seen) for way in ways]

    seen = flip(net, settings, lambda results: min(count(results)) > 9, **how)
    comment("of %d frames: %s" % (len(seen), count(seen)))
    odd = {one for one in seen if not any(one in way for way in ways)}
    eq(odd - {()}, set(), "frames that went by neither setting")


@case("L2: a frame in flight follows the old VLAN or the new one whole")
def flight(net):
    whole(net, ("20", "10"), ("a2:- t1:10 z1:10 w1:10 u1:10",
                              "a2:- b1:- t1:20 w1:20 u1:20"))


@case("L2: in flight from VST to VGT a frame never leaves untagged")
def flight_trunk(net):
    whole(net, ("trunk 30-40", "10"), ("a2:- t1:10 z1:10 w1:10 u1:10", ""))


@case("L2: in flight from one trunk to another a tag is kept or dropped")
def flight_tagged(net):
    whole(net, ("trunk 11,30", "trunk 11,40"), ("a2:30 w1:30 u1:30", ""),
          tags="30")
    net.ctl(*"portgroup set vst10 vlan 10".split())


@case("L2, S3: a change of VLAN and policy is one, for each frame")
def flight_policy(net):
    whole(net, ("20 forged reject", "10 forged accept"),
          ("a2:- t1:10 z1:10 w1:10 u1:10", ""), src=STRANGER)
    net.ctl("portgroup set vst10 vlan 10 policy inherit")


# The switch itself

@case("F5: the switch has sent nothing of its own")
def silent(net):
    net.drain()
    taps = [Raw(net.out, name) for name in ("u1", "a1", "w1")]
    net.check([("e1", NOBODY, "-", "u1:-", {"src": STRANGER})],
              counters=False)
    eq(sorted(len(tap.recv()) for tap in taps), [0, 0, 1],
       "frames besides the one sent")
    eq(net.noise, [], "frames that nobody sent")


run(setup)
