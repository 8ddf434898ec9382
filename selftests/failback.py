#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Teaming: when an uplink that was lost serves again, and what one sees of it.

    g1 ... g5, ports 1 to 5 in VLAN 0    u1 u2 u3 u4, seen one by one
"""

import time

from teamsite import GUESTS, UPLINKS, literal, noticed, policy, setup
from vswtest import BC, DEBUG, NOBODY, case, eq, frame, run, true, until

LONG = 1800000			# ms


def fresh(net, text):
    """A policy on uplinks that were never lost."""
    for name in UPLINKS:
        net.host.up(name)
        net.out.up(name)
    net.ready(" ".join(UPLINKS))
    net.batch("".join("uplink del %s\nuplink add %s switch s0\n" %
                      (name, name) for name in UPLINKS))
    policy(net, "failback on up-delay 0")
    policy(net, text)
    eq(set(states(net).values()), {"up"}, "states")
    net.before = {}


def states(net):
    return {up["dev"]: up["state"] for up in net.show("uplink show")[0]}


def state(net, name, want):
    until(lambda: states(net)[name] == want, "%s as the state of %s, not %s" %
          (want, name, states(net)))


def link(net, name, on):
    """Take a link away or give it back; wait until that is noticed."""
    net.out.up(name, on)
    if on:
        net.out.ready(name)
        net.host.ready(name)
        until(lambda: states(net)[name] not in ("no-carrier", "down"),
              "the carrier of " + name)
    else:
        state(net, name, "no-carrier")


def choices(net):
    return {port["dev"]: port["choice"] for port in net.show("port show")[0]}


def uses(net, name):
    """The uplink by which a frame of a port leaves now."""
    net.drain()
    net.ports[name].send(frame(NOBODY, net.macs[name]))
    net.settle()
    net.before = {}
    found = [up for up in UPLINKS if net.ports[up].recv()]
    eq(len(found), 1, "uplinks of one frame")
    return found[0]


def back(net, name, up, start, least, most):
    """A frame of a port leaves by an uplink again, so long after a start."""
    while True:
        before = time.monotonic() - start
        if uses(net, name) == up:
            break
        true(before < most * (4 if DEBUG else 1),
             "%s does not use %s again" % (name, up))
    # The kernel counts ticks; those that a machine that stood still owes come
    # all at once.
    true(time.monotonic() - start >= 0.7 * least, "%s uses %s after %.3f s" %
         (name, up, before))


def flicker(net, name):
    """A link is lost, and comes back."""
    link(net, name, False)
    link(net, name, True)


# up-delay

@case("T3: without an up-delay an uplink serves as soon as it has recovered")
def at_once(net):
    fresh(net, "teaming portid active u1,u2 standby none")
    literal(net, "21212")
    link(net, "u2", False)
    literal(net, "11111", ["u1", "u3", "u4"])
    start = time.monotonic()
    net.out.up("u2")
    back(net, "g1", "u2", start, 0, 0.3)
    literal(net, "21212")


@case("T3: the default up-delay is 100 ms")
def default(net):
    net.batch("switch add s1\nswitch del s1")
    fresh(net, "teaming portid active u1,u2 standby none up-delay 100")
    for _ in range(3):
        link(net, "u2", False)
        start = time.monotonic()
        net.out.up("u2")
        back(net, "g1", "u2", start, 0.1, 0.5)
    net.ctl("switch add s1")
    eq(net.one("switch show s1")["policy"]["up-delay"], 100, "the default")
    net.ctl("switch del s1")


@case("T3: an uplink serves when its carrier was there for the up-delay")
def delayed(net):
    delay = 6 if DEBUG else 1.5
    fresh(net, "teaming portid active u1,u2 standby u3 up-delay %d" %
          (1000 * delay))
    link(net, "u2", False)
    literal(net, "31313", ["u1", "u3", "u4"])
    start = time.monotonic()
    link(net, "u2", True)
    eq(states(net)["u2"], "waiting", "the state of u2")
    literal(net, "31313")
    true(time.monotonic() - start < delay, "this machine is too slow to tell")
    back(net, "g1", "u2", start, delay, delay + 0.5)
    literal(net, "21212")
    eq(states(net)["u2"], "up", "the state of u2")


@case("T3: a loss within the up-delay begins it anew, one that nobody saw, too")
def anew(net):
    fresh(net, "teaming portid active u1,u2 standby none up-delay 600")
    for blink in ("no frame", "frames"):
        flicker(net, "u2")
        time.sleep(0.4)
        net.out.up("u2", False)
        if blink == "frames":
            eq(uses(net, "g1"), "u1", "the uplink of g1")
        start = time.monotonic()
        net.out.up("u2")
        back(net, "g1", "u2", start, 0.6, 1)


@case("T3: an up-delay of half an hour, and its end by another setting")
def long_delay(net):
    fresh(net, "teaming portid active u1,u2 standby none up-delay %d" % LONG)
    flicker(net, "u2")
    time.sleep(0.5)
    eq(states(net)["u2"], "waiting", "the state of u2")
    literal(net, "11111")
    net.refused("switch set s0 up-delay %d" % (LONG + 1), status=2,
                text="up-delay")
    policy(net, "up-delay 0")
    state(net, "u2", "up")
    literal(net, "21212")


@case("T3: if no other serves, those that wait for their up-delay do")
def waiting_serves(net):
    fresh(net, "teaming portid active u1,u2 standby none up-delay %d" % LONG)
    flicker(net, "u2")
    literal(net, "11111")
    net.out.up("u1", False)
    literal(net, "22222", ["u2", "u3", "u4"])
    # Both wait now, and nobody else is there.
    link(net, "u1", True)
    literal(net, "21212")
    # A standby that does not wait is better.
    policy(net, "active u1,u2 standby u3")
    literal(net, "33333")


@case("T3: the last uplink of all serves as soon as it is back")
def last(net):
    fresh(net, "teaming portid active u1,u2 standby none up-delay %d" % LONG)
    for name in ("u1", "u2"):
        link(net, name, False)
    literal(net, "-----", ["u3", "u4"])
    link(net, "u2", True)
    literal(net, "22222", ["u2", "u3", "u4"])


@case("T3: an uplink that is attached while it is running does not wait")
def attached(net):
    for failback in ("on", "off"):
        fresh(net, "teaming portid active u1,u2 standby none")
        policy(net, "up-delay %d failback %s" % (LONG, failback))
        net.batch("uplink del u2\nuplink add u2 switch s0")
        net.before = {}
        eq(states(net)["u2"], "up", "the state of u2")
        literal(net, "21212")


# failback

@case("T3: failback off: what has recovered waits until another one is lost")
def off(net):
    fresh(net, "teaming portid active u1,u2 standby u3,u4 failback off")
    literal(net, "21212")
    link(net, "u2", False)
    literal(net, "31313", ["u1", "u3", "u4"])
    link(net, "u2", True)
    eq(states(net), {"u1": "up", "u2": "held-back", "u3": "up", "u4": "up"},
       "states")
    literal(net, "31313")
    # Its own loss and return change nothing.
    flicker(net, "u2")
    literal(net, "31313")
    eq(states(net)["u2"], "held-back", "the state of u2")
    # The standby fails: now it serves, at once.
    net.out.up("u3", False)
    literal(net, "21212", ["u1", "u2", "u4"])
    state(net, "u2", "up")
    link(net, "u3", True)
    literal(net, "21212")
    eq(states(net)["u3"], "held-back", "the state of u3")
    # A third one: the held-back standby serves, too, before the next.
    net.out.up("u1", False)
    literal(net, "23232", ["u2", "u3", "u4"])


@case("T3: failback off: if nothing else serves, all that are usable do")
def off_last(net):
    fresh(net, "teaming portid active u1,u2 standby none failback off")
    flicker(net, "u2")
    literal(net, "11111")
    net.out.up("u1", False)
    literal(net, "22222", ["u2", "u3", "u4"])
    link(net, "u1", True)
    literal(net, "22222")
    eq(states(net)["u1"], "held-back", "the state of u1")
    for name in ("u1", "u2"):
        link(net, name, False)
    link(net, "u1", True)
    literal(net, "11111", ["u1", "u3", "u4"])
    link(net, "u2", True)
    literal(net, "11111")


@case("T3: failback off with explicit: the first in order does not come back")
def off_explicit(net):
    fresh(net, "teaming explicit active u1,u2 standby u3 failback off")
    literal(net, "11111")
    link(net, "u1", False)
    literal(net, "22222", ["u2", "u3", "u4"])
    link(net, "u1", True)
    literal(net, "22222")
    eq(set(choices(net).values()), {"order"}, "choices")
    net.out.up("u2", False)
    literal(net, "11111", ["u1", "u3", "u4"])


@case("T3: failback off: frames by srcmac and iphash do not come back either")
def off_frames(net):
    for teaming in ("srcmac", "iphash"):
        fresh(net, "teaming %s active u1,u2 standby none failback off" %
              teaming)
        flicker(net, "u2")
        rows = [(name, NOBODY, "-", "u1:-", {
            "src": "02:aa:00:00:00:0%d" % i, "length": 20 + i})
                for name in GUESTS for i in range(4)]
        net.check(rows)
        net.out.up("u1", False)
        net.check([row[:3] + ("u2:-",) + row[4:] for row in rows])


@case("T3: failback off: other lists, another policy, failback on end the wait")
def off_ends(net):
    for change, want in (("active u2,u1", "12121"), ("standby u4", "21212"),
                         ("teaming srcmac", None), ("failback on", "21212")):
        fresh(net, "teaming portid active u1,u2 standby u3 failback off")
        flicker(net, "u2")
        eq(states(net)["u2"], "held-back", "the state of u2")
        literal(net, "31313")
        policy(net, "promiscuous reject")
        literal(net, "31313")
        policy(net, change)
        state(net, "u2", "up")
        if want:
            literal(net, want)


def plug_in(net):
    """u5 appears, and is an uplink again."""
    net.ends("u5")
    net.host.up("u5")
    net.ready("u5")
    net.ctl("uplink add u5 switch s0")
    net.before = {}


def take_away(net):
    """u5 is no uplink any more, and goes."""
    net.ctl("uplink del u5")
    net.ports.pop("u5").close()
    net.delete("u5")
    net.before = {}


@case("T3: failback off: a device that vanished and is back has recovered")
def off_absent(net):
    fresh(net, "teaming portid active u1,u2 standby u3")
    net.ends("u5")
    net.ctl("uplink add u5 switch s0 role unused")
    net.ready("u5")
    policy(net, "active u1,u5 failback off")
    net.before = {}
    net.check([(name, NOBODY, "-", via + ":-") for name, via in
               zip(GUESTS, ("u5", "u1", "u5", "u1", "u5"))])
    net.ports.pop("u5").close()
    net.delete("u5")
    until(lambda: states(net)["u5"] == "absent", "the end of u5")
    net.before = {}
    literal(net, "31313")
    plug_in(net)
    eq((states(net)["u5"], net.one("uplink show u5")["role"]),
       ("held-back", "active"), "u5")
    literal(net, "31313")
    policy(net, "failback on")
    state(net, "u5", "up")
    net.check([("g1", NOBODY, "-", "u5:-")])
    take_away(net)


@case("T3: failback off: a device that comes for the first time is no return")
def off_expected(net):
    fresh(net, "teaming portid active u1,u2 standby u3")
    net.ctl("uplink add u5 switch s0 role unused absent on")
    policy(net, "active u1,u5 failback off")
    net.before = {}
    literal(net, "31313")
    plug_in(net)
    eq(states(net)["u5"], "up", "the state of u5")
    net.check([("g1", NOBODY, "-", "u5:-"), ("g2", NOBODY, "-", "u1:-")])
    take_away(net)


@case("T3: failback off: the first carrier of an uplink is no return")
def off_first(net):
    fresh(net, "teaming portid active u1,u2 standby u3 failback off")
    net.ctl("uplink del u2")
    net.out.up("u2", False)
    net.ctl("uplink add u2 switch s0")
    net.before = {}
    literal(net, "31313", ["u1", "u3", "u4"])
    link(net, "u2", True)
    state(net, "u2", "up")
    literal(net, "21212")
    flicker(net, "u2")
    state(net, "u2", "held-back")
    literal(net, "31313")


@case("T3: failback off and an up-delay: both have to end")
def off_and_delay(net):
    fresh(net, "teaming portid active u1,u2 standby u3 failback off "
          "up-delay %d" % LONG)
    flicker(net, "u2")
    eq(states(net)["u2"], "waiting", "the state of u2")
    policy(net, "up-delay 0")
    state(net, "u2", "held-back")
    literal(net, "31313")
    policy(net, "failback on")
    state(net, "u2", "up")
    literal(net, "21212")


# Per field, and what one sees

@case("T3: a portgroup has a failback and an up-delay of its own")
def per_portgroup(net):
    for field in ("failback off", "up-delay %d" % LONG):
        fresh(net, "teaming portid active u1,u2 standby none")
        net.ctl("portgroup add other switch s0")
        net.ctl("portgroup set other " + field)
        net.batch("port set g1 portgroup other\nport set g3 portgroup other")
        literal(net, "21212")
        flicker(net, "u2")
        state(net, "u2", "up")
        literal(net, "11112")
        key, value = field.split()
        group = net.one("portgroup show other")
        eq((group["policy"], str(group["effective"][key])),
           ({key: int(value) if value.isdigit() else value}, value),
           "what is set here")
        net.ctl("portgroup set other %s inherit" % key)
        noticed(net, dict(zip(GUESTS, ("u2", "u1", "u2", "u1", "u2"))))
        literal(net, "21212")
        net.batch("port set g1 portgroup pg\nport set g3 portgroup pg\n"
                  "portgroup del other")


@case("T7: why a port uses its uplink, and the state of each")
def shown(net):
    fresh(net, "teaming portid active u1,u2,u3 standby u4")
    eq(choices(net), dict.fromkeys(GUESTS, "own"), "choices")
    net.out.up("u2", False)
    literal(net, "43143", ["u1", "u3", "u4"])
    eq(choices(net), {"g1": "standby", "g2": "own", "g3": "own",
                      "g4": "standby", "g5": "own"}, "choices")
    net.out.up("u4", False)
    literal(net, "13133", ["u1", "u3"])
    eq(choices(net), {"g1": "spread", "g2": "own", "g3": "own",
                      "g4": "spread", "g5": "own"}, "choices")
    net.host.up("u1", False)
    until(lambda: choices(net)["g3"] == "spread", "the choice of g3")
    eq(states(net), {"u1": "down", "u2": "no-carrier", "u3": "up",
                     "u4": "no-carrier"}, "states")
    net.out.up("u3", False)
    until(lambda: set(choices(net).values()) == {"none"}, "no choice")
    true(not any("uplink" in port for port in net.show("port show")[0]),
         "an uplink is shown")
    fresh(net, "teaming explicit active u2,u1 standby none")
    eq(choices(net), dict.fromkeys(GUESTS, "order"), "choices")
    net.host.up("u2", False)
    net.check([("g1", BC, "-", "g2:- g3:- g4:- g5:- u1:-")])
    fresh(net, "teaming portid active u1 standby none")


run(setup)
