#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Links that flap under traffic, with every policy at once.

    e1 e2 portid       s1 s2 srcmac       i1 i2 iphash     x1 x2 explicit
    f1 f2 portid without failback         d1 d2 portid with an up-delay
    b1 b2 portid with beacons
    u1 u2 u3 u4 on one bridge outside; u4 is standby

VSWITCH_SOAK is how many seconds it goes on, VSWITCH_SEED what is drawn.
"""

import os
import random
import socket
import struct
import time

from vswtest import (BC, DEBUG, MAGIC, NOBODY, STRANGER, Raw, case, comment, eq,
                     flood, frame, run, true, until)

SOAK = int(os.environ.get("VSWITCH_SOAK", "0"))
SEED = os.environ.get("VSWITCH_SEED") or (
    str(random.SystemRandom().randrange(1 << 32)) if SOAK else "1")
SECONDS = SOAK or 10
HERTZ = 20
UPLINKS = ["u1", "u2", "u3", "u4"]
GROUPS = {"e": "teaming portid", "s": "teaming srcmac", "i": "teaming iphash",
          "x": "teaming explicit", "f": "failback off up-delay 30",
          "d": "up-delay 200", "b": "detect beacon up-delay 0"}
GUESTS = [key + num for key in GROUPS for num in "12"]
SO_TIMESTAMPNS, IFLA_MASTER = 35, 10


def setup(net):
    net.ends(" ".join(GUESTS + UPLINKS))
    net.batch("switch add s0 notify on up-delay 0\n" +
              "".join("uplink add %s switch s0 role %s\n" % (
                  name, "standby" if name == "u4" else "active")
                      for name in UPLINKS) +
              "".join("portgroup add %s switch s0 %s\n" % one
                      for one in GROUPS.items()) +
              "".join("port add %s portgroup %s\n" % (name, name[0])
                      for name in GUESTS))
    net.ready(" ".join(GUESTS + UPLINKS))
    # The uplinks hear each other's beacons, and all else.
    net.add("lan", "bridge", net.out)
    for name in UPLINKS:
        net.out.route.change(name, (IFLA_MASTER, net.link(
            "lan", net.out)["ifindex"]))


class Ear(Raw):
    """It takes note of when each RARP has come, and forgets the rest."""

    def __init__(self, ns, dev):
        super().__init__(ns, dev, 0x8035)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.times = []

    def recv(self):
        while True:
            try:
                _, anc, _, _ = self.sock.recvmsg(128, 128)
            except BlockingIOError:
                return
            except OSError:		# the device went down
                continue
            for level, kind, raw in anc:
                if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                    sec, nsec = struct.unpack("qq", raw)
                    self.times.append(sec + nsec / 1e9)


def streams(net):
    """What pours in, from inside and outside, and the sockets."""
    socks = {name: Raw(net.out, name, MAGIC) for name in GUESTS + UPLINKS}
    out = []
    for name in GUESTS:
        for dst in (BC, NOBODY, net.macs[random.choice(GUESTS)]):
            out.append((socks[name].sock, frame(dst, net.macs[name])))
    for name in UPLINKS:
        for dst in [BC, NOBODY] + [net.macs[guest] for guest in GUESTS[::3]]:
            out.append((socks[name].sock, frame(dst, STRANGER)))
    return out, socks


def flap(net, rng, ears):
    """Twenty changes of links a second; how many that were."""
    end, count = time.monotonic() + SECONDS, 0
    following = time.monotonic()
    while time.monotonic() < end:
        name = rng.choice(UPLINKS)
        ns = rng.choice([net.host, net.out])
        ns.up(name, rng.random() < 0.5)
        if rng.random() < 0.1:		# so short that no poll sees it
            ns.up(name, False)
            ns.up(name)
        if count % HERTZ == 0:
            net.show("port show", "uplink show")
            for port in net.ports.values():
                port.recv()
        for ear in ears:
            ear.recv()
        count += 1
        following += 1 / HERTZ
        time.sleep(max(0, following - time.monotonic()))
    return count


def whole(net):
    """All links are there, and everybody is where he is without a loss."""
    for name in UPLINKS:
        for ns in (net.host, net.out):
            ns.up(name)
    net.ready(" ".join(UPLINKS))
    # What was lost last stays out where there is no failback.
    net.batch("portgroup set f failback on\nportgroup set f failback off")
    until(lambda: {up["state"] for up in net.show("uplink show")[0]} == {"up"},
          "all uplinks to be up", 8)

    def right():
        wrong = []
        for port in net.show("port show")[0]:
            number, name = port["number"], port["dev"]
            slot = {"s": int(net.macs[name][-2:], 16) % 3, "x": 0}.get(
                name[0], number % 3)
            want = None if name[0] == "i" else UPLINKS[slot]
            if port.get("uplink") != want:
                wrong.append((name, port.get("uplink"), want))
        return wrong
    until(lambda: not right(), "each port on its own uplink", 8)
    net.drain()
    net.before = {}
    net.check([(name, NOBODY, "-", {"i": "u1? u2? u3?"}.get(
        name[0], net.one("port show " + name).get("uplink", "") + ":-"))
               for name in GUESTS], counters=False)


@case("T2, T3, T4: links flap at %d Hz under traffic for %d s, and all is as "
      "before" % (HERTZ, SECONDS))
def flapping(net):
    rng = random.Random(SEED)
    random.seed(SEED)
    pour, socks = streams(net)
    ears = [Ear(net.out, name) for name in UPLINKS]
    with flood(pour):
        count = flap(net, rng, ears)
    for ear in ears:
        ear.recv()
    whole(net)
    times = sorted(when for ear in ears for when in ear.times)
    comment("seed %s: %d changes, %d RARPs" % (SEED, count, len(times)))
    true(count > SECONDS * HERTZ / (4 if DEBUG else 2), "only %d changes" %
         count)
    true(times, "no RARP at all")
    gaps = [late - early for early, late in zip(times, times[128:])]
    true(not gaps or min(gaps) > 0.0095, "129 RARPs in %.2f ms" %
         (1000 * min(gaps or [0])))
    for sock in list(socks.values()) + ears:
        sock.close()


@case("T3, M3: uplinks come and go while links flap under traffic")
def coming(net):
    rng = random.Random(SEED)
    random.seed(SEED)
    pour, socks = streams(net)
    gone = set()
    with flood(pour):
        for _ in range(min(SECONDS, 60) * HERTZ // 4):
            name = rng.choice(UPLINKS[:3])
            if name in gone:
                net.ctl("uplink add %s switch s0 role %s" % (
                    name, rng.choice(["active", "standby"])))
                gone.remove(name)
            elif len(gone) < 2 and rng.random() < 0.3:
                net.ctl("uplink del " + name)
                gone.add(name)
            else:
                rng.choice([net.host, net.out]).up(name, rng.random() < 0.5)
            if rng.random() < 0.2:
                net.ctl("switch set s0 failback %s up-delay %d" % (
                    rng.choice(["on", "off"]), rng.choice([0, 10, 200])))
    net.batch("".join("uplink add %s switch s0\n" % name for name in
                      sorted(gone)) +
              "switch set s0 failback on up-delay 0 active u1,u2,u3 "
              "standby u4\n")
    whole(net)
    eq(len(net.show("uplink show")[0]), 4, "uplinks")
    for sock in socks.values():
        sock.close()


run(setup)
