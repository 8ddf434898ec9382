#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Teaming: which uplink carries a port, and when that changes.

    g1 ... g5, ports 1 to 5 in VLAN 0    u1 u2 u3 u4, seen one by one
"""

import itertools
import time

from teamsite import (GUESTS, UPLINKS, inward, links, literal, noticed, policy,
                      setup, table)
from vswtest import BC, NOBODY, Fail, case, eq, run, true, until


class Team:
    """T1 in Python: what the slots hold, and the uplink of a port."""

    def __init__(self, teaming, active, standby):
        self.explicit = teaming == "explicit"
        self.active, self.standby = active, standby
        self.slots = [None] * (1 if self.explicit else max(len(active), 1))
        self.usable = set()

    def update(self, usable):
        self.usable = set(usable)
        if self.explicit:
            self.slots = [next((name for name in self.active + self.standby
                                if name in usable), None)]
            return
        for i, name in enumerate(self.slots):
            own = self.active[i] if i < len(self.active) else None
            keeps = name in self.standby and name in usable
            self.slots[i] = own if own in usable else name if keeps else None
        for i, name in enumerate(self.slots):
            if not name:
                self.slots[i] = next((one for one in self.standby if
                                      one in usable and
                                      one not in self.slots), None)

    def uplink(self, number):
        count = len(self.slots)
        if self.slots[number % count]:
            return self.slots[number % count]
        filled = [name for name in self.slots if name]
        return filled[number // count % len(filled)] if filled else None

    def current(self):
        return {name: self.uplink(number)
                for number, name in enumerate(GUESTS, 1)}


def walk(net, teaming, active, standby):
    """Go through every set of usable uplinks, one change at a time."""
    policy(net, "teaming %s active %s standby %s" % (
        teaming, ",".join(active) or "none", ",".join(standby) or "none"))
    team = Team(teaming, active, standby)
    links(net, UPLINKS)
    team.update(UPLINKS)
    noticed(net, team.current())
    for i in list(range(1, 1 << len(UPLINKS))) + [0]:
        usable = {name for bit, name in enumerate(UPLINKS)
                  if not (i ^ i >> 1) >> bit & 1}
        back = usable - team.usable
        for name in usable ^ team.usable:
            net.out.up(name, name in usable)
        for name in back:
            net.out.ready(name)
            net.host.ready(name)
        team.update(usable)
        current = team.current()
        if back:
            noticed(net, current)
        try:
            net.check(table(current) + inward(current, usable),
                      counters=i % 4 == 0)
        except Fail as exc:
            raise Fail("with %s usable:\n%s" % (sorted(usable), exc)) from exc
        noticed(net, current)


@case("T1: portid: the port's number chooses among the active uplinks")
def portid(net):
    policy(net, "teaming portid active u1,u2 standby none")
    literal(net, "21212")
    policy(net, "active u1,u2,u3")
    literal(net, "23123")
    policy(net, "active u3,u4,u1,u2")
    literal(net, "41234")
    policy(net, "active u3")
    literal(net, "33333")


@case("T1: a standby takes over the slot of a failed active, no other moves")
def standby_turn(net):
    policy(net, "teaming portid active u1,u2 standby u3,u4")
    literal(net, "21212")
    links(net, ["u1", "u3", "u4"])
    literal(net, "31313", ["u1", "u3", "u4"])
    # u3 goes on with slot 1.
    links(net, ["u3", "u4"])
    literal(net, "34343", ["u3", "u4"])
    links(net, ["u2", "u3", "u4"])
    literal(net, "24242", ["u2", "u3", "u4"])
    # Another field of the policy is no change of the lists.
    links(net, ["u2", "u4"])
    links(net, ["u2", "u3", "u4"])
    policy(net, "mac-changes reject")
    literal(net, "24242", ["u2", "u3", "u4"])
    net.ctl(*"portgroup set pg standby u3,u4 forged reject".split())
    net.ctl(*"portgroup set pg forged accept".split())
    literal(net, "24242", ["u2", "u3", "u4"])
    net.ctl(*"portgroup set pg policy inherit".split())
    policy(net, "mac-changes accept")
    links(net, UPLINKS)
    literal(net, "21212")


@case("T1: the ports of an empty slot spread over the filled ones")
def spread(net):
    policy(net, "teaming portid active u1,u2,u3 standby none")
    literal(net, "23123")
    links(net, ["u1", "u3", "u4"])
    # Of slot 1 (ports 1 and 4): (1 div 3) mod 2 = 0, (4 div 3) mod 2 = 1.
    literal(net, "13133", ["u1", "u3", "u4"])
    links(net, UPLINKS)


@case("T1: portid with every set of usable uplinks")
def portid_walk(net):
    walk(net, "portid", ["u1", "u2", "u3"], ["u4"])


@case("T1: portid with two standby uplinks and every set of usable ones")
def portid_walk_two(net):
    walk(net, "portid", ["u4", "u1"], ["u3", "u2"])


@case("T1: portid with standby uplinks only")
def standby_only(net):
    policy(net, "teaming portid active none standby u2,u1")
    literal(net, "22222")
    links(net, ["u1", "u3", "u4"])
    literal(net, "11111", ["u1", "u3", "u4"])
    links(net, ["u3", "u4"])
    literal(net, "-----", ["u3", "u4"])
    links(net, UPLINKS)


@case("T1: explicit: the first usable in active order, then in standby order")
def explicit(net):
    policy(net, "teaming explicit active u3,u1 standby u4")
    literal(net, "33333")
    links(net, ["u1", "u2", "u4"])
    literal(net, "11111", ["u1", "u2", "u4"])
    links(net, ["u2", "u4"])
    literal(net, "44444", ["u2", "u4"])
    links(net, ["u2"])
    literal(net, "-----", ["u2"])
    links(net, UPLINKS)


@case("T1: explicit with every set of usable uplinks")
def explicit_walk(net):
    walk(net, "explicit", ["u2", "u4"], ["u1", "u3"])


@case("T1: an uplink in neither list carries nothing, either way")
def unused(net):
    policy(net, "teaming portid active u1 standby u2")
    literal(net, "11111")
    eq({up["dev"]: up["role"] for up in net.show("uplink show")[0]},
       {"u1": "active", "u2": "standby", "u3": "unused", "u4": "unused"},
       "roles")
    links(net, ["u3", "u4"])
    literal(net, "-----", ["u3", "u4"])
    links(net, UPLINKS)


def team(fields):
    """What of a policy is about teams."""
    return {key: fields[key] for key in fields
            if key in ("teaming", "active", "standby")}


@case("T1: the role of an uplink puts it into a list of the switch")
def role(net):
    policy(net, "teaming portid active u1,u2 standby none")
    net.ctl(*"uplink set u3 role active".split())
    literal(net, "23123")
    net.ctl(*"uplink set u1 role standby".split())
    eq(team(net.one("switch show s0")["policy"]),
       {"teaming": "portid", "active": {"dev": ["u2", "u3"]},
        "standby": {"dev": ["u1"]}}, "policy")
    literal(net, "32323")
    net.ctl(*"uplink set u2 role unused".split())
    literal(net, "33333")


@case("T1: a portgroup overrides each field and inherits it again")
def override(net):
    policy(net, "teaming portid active u1,u2 standby u3")
    net.ctl(*"portgroup set pg active u4,u1".split())
    literal(net, "14141")
    eq(net.one("portgroup show pg")["policy"],
       {"active": {"dev": ["u4", "u1"]}}, "what is set here")
    eq(team(net.one("portgroup show pg")["effective"]),
       {"teaming": "portid", "active": {"dev": ["u4", "u1"]},
        "standby": {"dev": ["u3"]}}, "what is obeyed")
    net.ctl(*"portgroup set pg teaming explicit".split())
    literal(net, "44444")
    policy(net, "active u2,u3 standby none")
    literal(net, "44444")
    net.ctl(*"portgroup set pg active inherit".split())
    literal(net, "22222")
    net.ctl(*"portgroup set pg policy inherit".split())
    literal(net, "32323")
    eq(net.one("portgroup show pg").get("policy", {}), {}, "what is set here")


@case("T1: active here and standby by inheritance counts as active")
def active_wins(net):
    policy(net, "teaming portid active u1,u2 standby u3")
    net.ctl(*"portgroup set pg active u3,u1".split())
    eq(team(net.one("portgroup show pg")["effective"]),
       {"teaming": "portid", "active": {"dev": ["u3", "u1"]}, "standby": {}},
       "what is obeyed")
    literal(net, "13131")
    links(net, ["u1", "u2", "u4"])
    literal(net, "11111", ["u1", "u2", "u4"])
    links(net, UPLINKS)
    net.ctl(*"portgroup set pg policy inherit".split())


# Loss of a link

@case("T2: loss of carrier is acted on by the very next frame")
def carrier(net):
    policy(net, "teaming portid active u1,u2 standby u3,u4")
    literal(net, "21212")
    net.drain()
    sent = {}
    for name, via in (("u2", "u2"), (None, "u3"), ("u3", "u3"), (None, "u4")):
        for _ in range(20):
            data = net.stamped("g1", NOBODY)
            sent[net.ident] = via
            net.ports["g1"].send(data)
        net.settle()
        if name:
            net.out.up(name, False)
    got = {}
    for name in UPLINKS:
        for _, data in net.ports[name].recv():
            got.setdefault(int.from_bytes(data[18:22], "big"),
                           []).append(name)
    eq(got, {ident: [via] for ident, via in sent.items()}, "ways of g1")
    eq(net.one("port show g1")["uplink"], "u4", "the uplink of g1")
    eq(net.one("uplink show u2")["state"], "no-carrier", "the state of u2")
    links(net, UPLINKS)
    net.before = {}


@case("T2: setting an uplink down is acted on by the very next frame")
def set_down(net):
    policy(net, "teaming portid active u1,u2 standby none")
    literal(net, "21212")
    net.host.up("u2", False)
    literal(net, "11111", ["u1", "u3", "u4"])
    eq(net.one("uplink show u2")["state"], "down", "the state of u2")
    net.host.up("u2")
    net.host.ready("u2")
    noticed(net, {"g1": "u2", "g2": "u1", "g3": "u2", "g4": "u1", "g5": "u2"})
    literal(net, "21212")
    eq(net.one("uplink show u2")["state"], "up", "the state of u2")


def copies(net):
    """How often each guest gets two frames in the moment after a move: one that
    the uplink before had brought, and a new one. And then the old one again."""
    old, new = net.stamped("u2", BC), net.stamped("u2", BC)
    idents = [int.from_bytes(data[18:22], "big") for data in (old, new)]
    net.drain()
    start = time.monotonic()
    net.ports["u2"].send(old)
    net.settle()
    net.out.up("u2", False)
    net.ports["u1"].send(old)
    net.ports["u1"].send(new)
    in_time = time.monotonic() - start < 0.08
    net.settle()
    rows = [[int.from_bytes(data[18:22], "big") for _, data in
             net.ports[name].recv()] for name in GUESTS]
    time.sleep(0.2)
    net.ports["u1"].send(old)
    net.settle()
    late = [len(net.ports[name].recv()) for name in GUESTS]
    links(net, UPLINKS)
    noticed(net, {name: "u%d" % (2 - i % 2) for i, name in enumerate(GUESTS)})
    return in_time and ([tuple(row.count(ident) for ident in idents)
                         for row in rows], late)


@case("F6: a copy of a group frame from before a move does not come again")
def copy_after_move(net):
    policy(net, "teaming portid active u1,u2 standby none")
    got = until(lambda: copies(net), "a move and two frames in 80 ms", 8)
    eq(got, ([(1, 1)] * 5, [1] * 5), "copies at each guest")
    net.before = {}


@case("T2: without traffic the loss is noticed as well")
def idle(net):
    policy(net, "teaming portid active u1,u2 standby none")
    eq(net.one("port show g1")["uplink"], "u2", "the uplink of g1")
    net.out.up("u2", False)
    eq(net.one("port show g1")["uplink"], "u1", "the uplink of g1")
    net.out.up("u1", False)
    true("uplink" not in net.one("port show g1"), "g1 has an uplink")
    links(net, UPLINKS)
    until(lambda: net.one("port show g1").get("uplink") == "u2",
          "u2 as the uplink of g1")


# Devices that go

@case("T1: a deleted uplink leaves every list")
def deleted(net):
    policy(net, "teaming portid active u1,u2,u3 standby u4")
    net.ctl(*"portgroup set pg active u2,u4 standby u3,u1".split())
    net.ctl(*"uplink del u4".split())
    net.ctl(*"uplink del u3".split())
    eq(team(net.one("switch show s0")["policy"]),
       {"teaming": "portid", "active": {"dev": ["u1", "u2"]}, "standby": {}},
       "policy of the switch")
    eq(net.one("portgroup show pg")["policy"],
       {"active": {"dev": ["u2"]}, "standby": {"dev": ["u1"]}},
       "policy of the portgroup")
    literal(net, "22222", ["u1", "u2"])
    net.ctl(*"portgroup set pg policy inherit".split())
    literal(net, "21212", ["u1", "u2"])
    net.ctl(*"uplink add u3 switch s0".split())
    net.ctl(*"uplink add u4 switch s0 role standby".split())
    net.before = {}
    literal(net, "23123")


@case("T1: an uplink that vanishes stays listed and returns to its role")
def vanished(net):
    net.ends("u5")
    net.ctl(*"uplink add u5 switch s0 role standby".split())
    net.ready("u5")
    policy(net, "teaming portid active u1,u5,u2 standby u3")
    net.before = {}
    net.check([(name, NOBODY, "-", "%s:-" % via) for name, via in
               zip(GUESTS, ("u5", "u2", "u1", "u5", "u2"))])
    net.ports.pop("u5").close()
    net.delete("u5")
    # Its slot stays and a standby fills it: the others do not move.
    net.before = {}
    literal(net, "32132", ["u1", "u2", "u3"])
    gone = net.one("uplink show u5")
    eq((gone["state"], gone["role"], "ifindex" in gone),
       ("absent", "active", False), "what is left of u5")
    eq(net.one("switch show s0")["policy"]["active"],
       {"dev": ["u1", "u5", "u2"]}, "the active list")
    net.ends("u5")
    done = net.try_ctl("uplink add u5 switch s0")
    back = net.one("uplink show u5")
    true(done.returncode == 0 or back["state"] != "absent",
         "u5 does not return: %s" % done.stderr)
    net.ready("u5")
    until(lambda: net.one("uplink show u5")["state"] == "up", "u5")
    eq(net.one("uplink show u5")["role"], "active", "the role of u5")
    net.before = {}
    net.check([(name, NOBODY, "-", "%s:-" % via) for name, via in
               zip(GUESTS, ("u5", "u2", "u1", "u5", "u2"))])
    net.ctl(*"uplink del u5".split())
    true("u5" not in net.one("switch show s0")["policy"]["active"]["dev"],
         "a deleted u5 is still listed")
    net.ports.pop("u5").close()


@case("T1: links that go in any order leave the others' slots alone")
def orders(net):
    policy(net, "teaming portid active u1,u2 standby u3,u4")
    for gone in itertools.permutations(UPLINKS, 2):
        team = Team("portid", ["u1", "u2"], ["u3", "u4"])
        links(net, UPLINKS)
        team.update(UPLINKS)
        noticed(net, team.current())
        for name in gone:
            net.out.up(name, False)
            team.update(team.usable - {name})
            current = team.current()
            net.check(table(current) + inward(current, team.usable),
                      counters=False)
            noticed(net, current)
    links(net, UPLINKS)


run(setup)
