#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Addresses: who holds, who owns, who may claim; and blocked ports.

    a1 a2 VLAN 10   b1 VLAN 20   t1 trunk 10-11   u1 the uplink
"""

from vswtest import (BC, MC, NOBODY, STRANGER, ZERO, case, eq, run, true,
                     until)

X = "02:aa:00:00:00:01"
Y = "02:aa:00:00:00:02"
GUESTS = "a1 a2 b1 t1"


def setup(net):
    net.ends(GUESTS + " u1")
    net.batch("""switch add s0
        uplink add u1 switch s0
        portgroup add vst10 switch s0 vlan 10
        portgroup add vst20 switch s0 vlan 20
        portgroup add vgt switch s0 vlan trunk 10-11
        port add a1 portgroup vst10
        port add a2 portgroup vst10
        port add b1 portgroup vst20
        port add t1 portgroup vgt""")
    net.ready(GUESTS + " u1")


def held(net, address):
    """Who holds an address: devices and how they came to it."""
    return sorted((fdb["dev"], fdb["origin"])
                  for fdb in net.show("fdb show")[0]
                  if fdb["address"] == address)


def conflict(net, name):
    return bool(net.one("port show " + name).get("address-conflict"))


def refused_whole(net, *commands, text):
    """Commands that are refused and change nothing."""
    before = net.state()
    for command in commands:
        net.refused(command, text=text)
    net.unchanged(before)


# Claims of the administrator

def own(net, name, address):
    """The guest uses an address, and the administrator says that it is so."""
    net.out.set_mac(name, address)
    net.ctl("port", "set", name, "mac", address)


def disown(net, name):
    net.out.set_mac(name, net.macs[name])
    net.ctl("port", "set", name, "mac", "none")
    until(lambda: held(net, net.macs[name]) == [(name, "peer")],
          "the old address of " + name)


def both_own(net):
    """a1 and b1 hold X, each in its VLAN."""
    own(net, "a1", X)
    own(net, "b1", X)
    eq(held(net, X), [("a1", "declared"), ("b1", "declared")], "holders")


@case("F1: no two ports hold one address in one VLAN, by mac")
def declared(net):
    own(net, "a1", X)
    eq(held(net, X), [("a1", "declared")], "holders")
    refused_whole(net, "port set a2 mac " + X, "port set t1 mac " + X, text=X)
    # A vmk that is refused does not use up the number of a port.
    net.refused("vmk add vmk8 portgroup vst10 mac " + X, text=X)
    net.ctl("vmk add vmk8 portgroup vst20")
    eq(net.one("port show vmk8")["number"],
       1 + max(port["number"] for port in net.show("port show")[0]
               if port["dev"] != "vmk8"), "number of the next port")
    net.ctl("vmk del vmk8")
    own(net, "b1", X)
    net.check([("u1", X, "10", "a1:-"), ("u1", X, "20", "b1:-"),
               ("a2", X, "-", "a1:-"), ("t1", X, "11", "u1:11")])
    disown(net, "a1")
    disown(net, "b1")
    eq(held(net, X), [], "holders")
    net.check([("u1", "b1", "20", "b1:-"), ("u1", "a1", "10", "a1:-")])


@case("F1: no two ports hold one address in one VLAN, by a vmk")
def declared_vmk(net):
    own(net, "a1", X)
    refused_whole(net, "vmk add vmk5 portgroup vst10 mac " + X, text=X)
    net.ctl(*("vmk add vmk5 portgroup vst10 mac " + Y).split())
    refused_whole(net, "vmk set vmk5 mac " + X, "port set a2 mac " + Y,
                  text="02:aa")
    eq(held(net, Y), [("vmk5", "declared")], "holders")
    net.ctl(*"vmk del vmk5".split())
    eq(held(net, Y), [], "holders")
    disown(net, "a1")


@case("F1: no two ports hold one address in one VLAN, by a VLAN change")
def declared_vlan(net):
    both_own(net)
    refused_whole(net, "portgroup set vst20 vlan 10",
                  "portgroup set vst20 vlan trunk 5-15",
                  "portgroup set vst10 vlan 20", text="address")
    net.ctl(*"portgroup set vst20 vlan 30".split())
    net.check([("u1", X, "10", "a1:-"), ("u1", X, "30", "b1:-")])
    net.ctl(*"portgroup set vst20 vlan 20".split())
    disown(net, "a1")
    disown(net, "b1")


@case("F1: no two ports hold one address in one VLAN, by a portgroup change")
def declared_move(net):
    both_own(net)
    refused_whole(net, "port set b1 portgroup vst10",
                  "port set b1 portgroup vgt", text=X)
    net.ctl(*"portgroup add vst30 switch s0 vlan 30".split())
    net.ctl(*"port set b1 portgroup vst30".split())
    net.check([("u1", X, "10", "a1:-"), ("u1", X, "30", "b1:-")])
    net.ctl(*"port set b1 portgroup vst20".split())
    net.ctl(*"portgroup del vst30".split())
    disown(net, "a1")
    disown(net, "b1")


@case("F1: a declared address evicts that of a veth's peer")
def evict(net):
    address = net.macs["a1"]
    eq(held(net, address), [("a1", "peer")], "holders before")
    net.ctl("vmk", "add", "vmk5", "portgroup", "vst10", "mac", address)
    net.host.up("vmk5")
    net.host.ready("vmk5")
    net.own("vmk5")
    eq(held(net, address), [("vmk5", "declared")], "holders after")
    eq((conflict(net, "a1"), conflict(net, "vmk5")), (True, False),
       "conflicts")
    net.before = {}
    net.check([("u1", address, "10", "vmk5:-"),
               ("a1", NOBODY, "-", "!address-conflict"),
               ("a1", NOBODY, "-", "u1:10", {"src": STRANGER})])
    net.ports.pop("vmk5").close()
    net.ctl(*"vmk del vmk5".split())
    # Now nobody else claims it, so the guest that uses it has it again.
    eq((held(net, address), conflict(net, "a1")), ([("a1", "peer")], False),
       "holders at last")
    net.check([("u1", "a1", "10", "a1:-"), ("u1", "a2", "10", "a2:-")])


# What a guest does

@case("F1: a guest's own change is not refused, it holds nothing if taken")
def own_change(net):
    own, taken = net.macs["a2"], net.macs["a1"]
    net.out.set_mac("a2", taken)
    until(lambda: conflict(net, "a2"), "the conflict of a2")
    eq(held(net, taken), [("a1", "peer")], "holders")
    eq(held(net, own), [], "holders of the old address")
    net.check([("u1", taken, "10", "a1:-"),
               ("a2", NOBODY, "-", "!address-conflict", {"src": taken}),
               ("a2", NOBODY, "-", "u1:10", {"src": STRANGER}),
               ("t1", own, "10", "u1:10")])
    net.out.set_mac("a2", own)
    until(lambda: not conflict(net, "a2"), "an end of the conflict")
    net.check([("u1", own, "10", "a2:-")])


@case("S1: veth: the initial address is the peer's, the effective one follows")
def effective(net):
    own = net.macs["a1"]
    net.out.set_mac("a1", Y)
    until(lambda: held(net, Y), "the new address")
    port = net.one("port show a1")
    eq((port["initial-mac"], port["effective-mac"]), (own, Y), "addresses")
    net.check([("u1", Y, "10", "a1:-"),
               ("u1", own, "10", "!unknown-unicast"),
               ("a2", own, "-", "u1:10"),
               ("u1", BC, "10", "!reflection", {"src": Y})])
    net.out.set_mac("a1", own)
    until(lambda: held(net, own), "the old address")
    net.check([("u1", own, "10", "a1:-")])


@case("S1: vmk: the initial address stays, the effective one is the netdev's")
def effective_vmk(net):
    net.ctl(*("vmk add vmk5 portgroup vst10 mac " + X).split())
    net.host.up("vmk5")
    net.own("vmk5")
    net.host.ready("vmk5")
    net.before = {}
    net.check([("u1", X, "10", "vmk5:-"), ("vmk5", "a1", "-", "a1:-")])
    net.host.set_mac("vmk5", Y)
    until(lambda: held(net, Y), "the new address")
    port = net.one("port show vmk5")
    eq((port["kind"], port["initial-mac"], port["effective-mac"]),
       ("vmk", X, Y), "addresses")
    net.check([("u1", Y, "10", "vmk5:-"), ("u1", X, "10", "!unknown-unicast")])
    net.ports.pop("vmk5").close()
    net.ctl(*"vmk del vmk5".split())


def fresh_tap(net, *words):
    net.tap("tap1")
    net.ctl("port", "add", "tap1", "portgroup", "vst10", *words)
    net.host.ready("tap1")
    net.before = {}


def drop_tap(net):
    net.ctl(*"port del tap1".split())
    net.ports.pop("tap1").close()
    net.before = {}


@case("S1: tap: the first good frame gives the address, later ones do not")
def adopt(net):
    fresh_tap(net)
    own, other = net.macs["tap1"], {"src": STRANGER}
    port = net.one("port show tap1")
    true("effective-mac" not in port or port["effective-mac"] == ZERO,
         "a new tap has an address")
    net.check([("u1", own, "10", "!unknown-unicast"),
               ("tap1", BC, "10", "!vlan-tag", other),
               ("tap1", BC, "-", "!bad-source", {"src": MC}),
               ("u1", STRANGER, "10", "!unknown-unicast"),
               ("tap1", BC, "-", "a1:- a2:- t1:10 u1:10"),
               ("u1", own, "10", "tap1:-"),
               ("tap1", NOBODY, "-", "u1:10", other),
               ("u1", STRANGER, "10", "!unknown-unicast"),
               ("u1", own, "10", "tap1:-")])
    eq(held(net, own), [("tap1", "adopted")], "holders")
    port = net.one("port show tap1")
    eq((port["initial-mac"], port["effective-mac"]), (own, own), "addresses")
    drop_tap(net)


@case("S1: tap: the effective address changes by port set alone")
def effective_tap(net):
    fresh_tap(net)
    own = net.macs["tap1"]
    net.check([("tap1", NOBODY, "-", "u1:10"), ("u1", own, "10", "tap1:-")])
    net.ctl(*("port set tap1 effective-mac " + Y).split())
    port = net.one("port show tap1")
    eq((port["initial-mac"], port["effective-mac"]), (own, Y), "addresses")
    net.check([("u1", Y, "10", "tap1:-"),
               ("u1", own, "10", "!unknown-unicast")])
    drop_tap(net)


@case("S1: tap: an address that is taken is not adopted")
def adopt_taken(net):
    fresh_tap(net)
    net.check([("tap1", BC, "-", "!address-conflict", {"src": "a1"})])
    true(conflict(net, "tap1"), "no conflict is shown")
    eq(held(net, net.macs["a1"]), [("a1", "peer")], "holders")
    net.check([("u1", "a1", "10", "a1:-"),
               ("tap1", NOBODY, "-", "u1:10"),
               ("u1", "tap1", "10", "tap1:-")])
    true(not conflict(net, "tap1"), "the conflict is still shown")
    drop_tap(net)


@case("F1: the address of a veth's peer evicts an adopted one")
def evict_adopted(net):
    fresh_tap(net)
    net.check([("tap1", NOBODY, "-", "u1:10")])
    own, taken = net.macs["a2"], net.macs["tap1"]
    eq(held(net, taken), [("tap1", "adopted")], "holders before")
    net.out.set_mac("a2", taken)
    until(lambda: held(net, taken) == [("a2", "peer")], "a2 as the holder")
    eq((conflict(net, "tap1"), conflict(net, "a2")), (True, False),
       "conflicts")
    net.check([("u1", taken, "10", "a2:-"),
               ("tap1", NOBODY, "-", "!address-conflict")])
    net.out.set_mac("a2", own)
    until(lambda: held(net, own), "the old address of a2")
    drop_tap(net)


@case("S1: tap: with a declared address nothing is adopted")
def tap_mac(net):
    fresh_tap(net, "mac", X)
    net.check([("u1", X, "10", "tap1:-"),
               ("tap1", NOBODY, "-", "u1:10"),
               ("u1", "tap1", "10", "!unknown-unicast")])
    port = net.one("port show tap1")
    eq((port["mac"], port["initial-mac"]), (X, X), "addresses")
    drop_tap(net)


# Owners

@case("F1: a port owns its address while it is up, has carrier, is not blocked")
def owner(net):
    yes = [("a2", "a1", "-", "a1:-"), ("u1", "a1", "10", "a1:-")]
    no = [("a2", "a1", "-", "u1:10"), ("u1", "a1", "10", "!unknown-unicast"),
          ("u1", BC, "10", "a2:- t1:10", {"src": "a1"})]
    net.check(yes)
    net.out.up("a1", False)
    eq(net.one("port show a1")["state"], "no-carrier", "state")
    net.check(no)
    net.out.up("a1")
    net.ready("a1")
    net.check(yes)
    net.host.up("a1", False)
    eq(net.one("port show a1")["state"], "down", "state")
    net.check(no)
    net.host.up("a1")
    net.ready("a1")
    net.check(yes)
    net.ctl(*"port set a1 blocked on".split())
    net.check(no[:2])
    eq(held(net, net.macs["a1"]), [("a1", "peer")], "holders")
    net.ctl(*"port set a1 blocked off".split())
    net.check(yes)


@case("S6: nothing passes a blocked port either way until it is unblocked")
def block(net):
    open_rows = [("a1", BC, "-", "a2:- t1:10 u1:10"),
                 ("a1", "a2", "-", "a2:-"),
                 ("a2", BC, "-", "a1:- t1:10 u1:10"),
                 ("u1", "a1", "10", "a1:-"),
                 ("u1", MC, "10", "a1:- a2:- t1:10")]
    net.check(open_rows)
    net.ctl(*"port set a1 blocked on".split())
    eq(net.one("port show a1")["blocked"], "on", "blocked")
    net.check([("a1", BC, "-", "!blocked"),
               ("a1", "a2", "-", "!blocked"),
               ("a1", NOBODY, "-", "!blocked"),
               ("u1", "a1", "10", "!unknown-unicast")])
    net.check([("a2", BC, "-", "t1:10 u1:10"),
               ("u1", MC, "10", "a2:- t1:10")], counters=False)
    net.before = {}
    net.ctl(*"port set a1 blocked off".split())
    eq(net.one("port show a1")["blocked"], "off", "blocked")
    net.check(open_rows)


@case("S6: a port can be blocked from its attachment on")
def block_attach(net):
    net.ends("c1")
    net.ctl(*"port add c1 portgroup vst10 blocked on".split())
    net.ready("c1")
    net.before = {}
    net.check([("c1", BC, "-", "!blocked"),
               ("u1", "c1", "10", "!unknown-unicast")])
    net.check([("u1", BC, "10", "a1:- a2:- t1:10")], counters=False)
    net.before = {}
    # A blocked port can wait for a guest that still sends from elsewhere.
    net.check([("u1", "a1", "10", "a1:-", {"src": "c1"})])
    net.ctl(*"port set c1 blocked off".split())
    net.check([("c1", BC, "-", "a1:- a2:- t1:10 u1:10"),
               ("u1", "c1", "10", "c1:-"),
               ("u1", "a1", "10", "!reflection", {"src": "c1"})])
    net.ports.pop("c1").close()
    net.delete("c1")


@case("S6: a vmk can be blocked too")
def block_vmk(net):
    net.ctl(*("vmk add vmk5 portgroup vst10 mac " + X).split())
    net.host.up("vmk5")
    net.own("vmk5")
    net.host.ready("vmk5")
    net.before = {}
    net.check([("vmk5", "a1", "-", "a1:-"), ("a1", X, "-", "vmk5:-")])
    net.ctl(*"port set vmk5 blocked on".split())
    net.check([("vmk5", "a1", "-", "!blocked"), ("a1", X, "-", "u1:10")])
    net.ctl(*"port set vmk5 blocked off".split())
    net.check([("vmk5", "a1", "-", "a1:-"), ("a1", X, "-", "vmk5:-")])
    net.ports.pop("vmk5").close()
    net.ctl(*"vmk del vmk5".split())


run(setup)
