#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a portgroup lets its guests do: addresses, copies, learning.

    a1 a2 p1 VLAN 10   b1 VLAN 20   t1 trunk 10-11   u1 u2 uplinks

By portid a1, p1 and t1 use u2; a2 and b1 use u1.
"""

from vswtest import BC, NOBODY, STRANGER, case, eq, run, true, until

X = "02:aa:00:00:00:01"
Y = "02:aa:00:00:00:02"
Z = "02:aa:00:00:00:03"
GUESTS = "a1 a2 p1 b1 t1"


def setup(net):
    net.ends(GUESTS + " u1 u2")
    net.batch("""switch add s0
        uplink add u1 switch s0
        uplink add u2 switch s0
        portgroup add vst10 switch s0 vlan 10
        portgroup add other switch s0 vlan 10
        portgroup add vst20 switch s0 vlan 20
        portgroup add vgt switch s0 vlan trunk 10-11
        port add a1 portgroup vst10
        port add a2 portgroup vst10
        port add p1 portgroup other
        port add b1 portgroup vst20
        port add t1 portgroup vgt""")
    net.ready(GUESTS + " u1 u2")


def by_use(net, address):
    """Who holds an address by use: device, VLAN and how it came to it."""
    return sorted((fdb["dev"], fdb["vlan"]["id"], fdb["origin"])
                  for fdb in net.show("fdb show")[0]
                  if fdb["address"] == address and "idle" in fdb)


def policy(net, group, words):
    net.ctl("portgroup set %s %s" % (group, words))


# S2

@case("S2: with reject a port whose guest has changed its address gets nothing")
def mac_changes(net):
    policy(net, "vst10", "mac-changes reject")
    net.check([("u2", "a1", "10", "a1:-")])
    net.out.set_mac("a1", X)
    until(lambda: net.one("port show a1")["effective-mac"] == X, "the change")
    net.check([("u2", X, "10", "a1!mac-changes"),
               ("a2", X, "-", "a1!mac-changes"),
               ("a2", BC, "-", "a1!mac-changes p1:- t1:10 u1:10"),
               ("u2", BC, "10", "a1!mac-changes p1:- t1:10", {"src": STRANGER}),
               ("a1", "a2", "-", "a2:-", {"src": X})])
    policy(net, "vst10", "mac-changes accept")
    net.check([("u2", X, "10", "a1:-"), ("a2", X, "-", "a1:-")])
    policy(net, "vst10", "mac-changes reject")
    net.out.set_mac("a1", net.macs["a1"])
    until(lambda: net.one("port show a1")["effective-mac"] == net.macs["a1"],
          "the change back")
    net.check([("u2", "a1", "10", "a1:-")])
    policy(net, "vst10", "mac-changes inherit")


@case("S2: the initial address of a port is the one that mac declares")
def mac_changes_declared(net):
    policy(net, "vst10", "mac-changes reject")
    net.ctl("port set a1 mac " + X)
    net.check([("u2", "a1", "10", "a1!mac-changes")])
    net.ctl("port set a1 mac none")
    net.check([("u2", "a1", "10", "a1:-")])
    policy(net, "vst10", "mac-changes inherit")


@case("S2: inherited from the switch, and overridden")
def mac_changes_inherited(net):
    net.out.set_mac("a1", X)
    until(lambda: net.one("port show a1")["effective-mac"] == X, "the change")
    net.ctl("switch set s0 mac-changes reject")
    net.check([("u2", X, "10", "a1!mac-changes")])
    policy(net, "vst10", "mac-changes accept")
    net.check([("u2", X, "10", "a1:-")])
    net.ctl("switch set s0 mac-changes accept")
    policy(net, "vst10", "mac-changes inherit")
    net.out.set_mac("a1", net.macs["a1"])
    until(lambda: net.one("port show a1")["effective-mac"] == net.macs["a1"],
          "the change back")


# S3

@case("S3: forged transmits pass by default, and answers find nobody")
def forged_accept(net):
    net.check([("a1", "a2", "-", "a2:-", {"src": X}),
               ("a2", X, "-", "u1:10"),
               ("u2", X, "10", "!unknown-unicast", {"src": STRANGER})])
    eq(net.one("port show a1")["other-source"], X, "S1: the other source")


@case("S3: with reject only the effective and the allowed addresses pass")
def forged_reject(net):
    policy(net, "vst10", "forged reject")
    net.check([("a1", "a2", "-", "!forged", {"src": X}),
               ("a1", BC, "-", "!forged", {"src": Y}),
               ("a1", "a2", "-", "a2:-")])
    net.ctl("port set a1 allow-mac %s,%s" % (X, Z))
    net.check([("a1", "a2", "-", "a2:-", {"src": X}),
               ("a1", "a2", "-", "a2:-", {"src": Z}),
               ("a1", "a2", "-", "!forged", {"src": Y}),
               ("a2", "a1", "-", "!address-conflict", {"src": X}),
               ("a2", "a1", "-", "!forged", {"src": NOBODY})])
    net.ctl("port set a1 allow-mac none")
    net.check([("a1", "a2", "-", "!forged", {"src": X}),
               ("p1", "a2", "-", "a2:-", {"src": X})])
    policy(net, "vst10", "forged inherit")


@case("S3: an allowed address belongs to the port that sent from it last")
def allowed_moves(net):
    for name in ("a1", "a2"):
        net.ctl("port set %s allow-mac %s" % (name, X))
    eq(by_use(net, X), [], "being allowed reserves nothing")
    net.check([("p1", X, "-", "u2:10"),
               ("a1", BC, "-", "a2:- p1:- t1:10 u2:10", {"src": X}),
               ("p1", X, "-", "a1:-"), ("u2", X, "10", "a1:-")])
    eq(by_use(net, X), [("a1", 10, "allowed")], "holders")
    net.check([("a2", BC, "-", "a1:- p1:- t1:10 u1:10", {"src": X}),
               ("p1", X, "-", "a2:-"), ("u1", X, "10", "a2:-"),
               ("p1", "a1", "-", "!address-conflict", {"src": X})])
    eq(by_use(net, X), [("a2", 10, "allowed")], "holders")
    net.ctl("port set a2 allow-mac none")
    eq(by_use(net, X), [], "holders after it was taken off the list")
    net.check([("a1", BC, "-", "a2:- p1:- t1:10 u2:10", {"src": X})])
    net.ctl("port set a1 blocked on")
    net.ctl("port set a1 blocked off")
    eq(by_use(net, X), [], "holders after the port was blocked")
    net.ctl("port set a1 allow-mac none")


@case("F1, S3: a claim takes an address from who holds it by use")
def claim_wins(net):
    net.ctl("port set a1 allow-mac " + X)
    net.check([("a1", BC, "-", "a2:- p1:- t1:10 u2:10", {"src": X})])
    net.out.set_mac("p1", X)
    until(lambda: net.one("port show p1")["effective-mac"] == X, "the change")
    eq(by_use(net, X), [], "holders")
    net.check([("a2", X, "-", "p1:-"),
               ("a1", "a2", "-", "!address-conflict", {"src": X})])
    net.out.set_mac("p1", net.macs["p1"])
    until(lambda: net.one("port show p1")["effective-mac"] == net.macs["p1"],
          "the change back")
    net.check([("a1", BC, "-", "a2:- p1:- t1:10 u2:10", {"src": X}),
               ("a2", X, "-", "a1:-")])
    net.ctl("port set a1 allow-mac none")


@case("F7: an allowed address moves outside by its owner's uplink alone")
def moved_outside(net):
    net.ctl("port set a1 allow-mac " + X)
    net.check([("a1", BC, "-", "a2:- p1:- t1:10 u2:10", {"src": X}),
               ("u1", BC, "10", "!reflection", {"src": X}),
               ("u1", "a2", "10", "!reflection", {"src": X})])
    eq(by_use(net, X), [("a1", 10, "allowed")], "holders")
    net.check([("u2", BC, "10", "a1:- p1:- t1:10", {"src": X}),
               ("a2", X, "-", "u1:10")])
    eq(by_use(net, X), [], "holders when it is outside")
    net.check([("u1", BC, "10", "a2:-", {"src": X}),
               ("a1", BC, "-", "a2:- p1:- t1:10 u2:10", {"src": X}),
               ("a2", X, "-", "a1:-")])
    net.ctl("port set a1 allow-mac none")


# S4

@case("S4: promiscuous ports get one copy of every frame of their VLANs")
def promiscuous(net):
    policy(net, "other", "promiscuous accept")
    net.check([("a1", "a2", "-", "a2:- p1:-"),
               ("a1", NOBODY, "-", "u2:10 p1:-"),
               ("a1", BC, "-", "a2:- p1:- t1:10 u2:10"),
               ("a1", "p1", "-", "p1:-"),
               ("p1", "a1", "-", "a1:-"),
               ("p1", "p1", "-", "!hairpin"),
               ("a1", "a1", "-", "p1:-"),
               ("b1", NOBODY, "-", "u1:20"),
               ("t1", NOBODY, "11", "u2:11"),
               ("t1", NOBODY, "10", "u2:10 p1:-")])
    policy(net, "other", "promiscuous inherit")
    net.check([("a1", "a2", "-", "a2:-"), ("a1", "a1", "-", "!hairpin")])


@case("S4: from outside a copy follows the owner's uplink, else the port's own")
def promiscuous_outside(net):
    policy(net, "other", "promiscuous accept")
    net.check([("u1", "a2", "10", "a2:- p1:-"),
               ("u2", "a2", "10", "!reverse-path"),
               ("u2", NOBODY, "10", "p1:-"),
               ("u1", NOBODY, "10", "!unknown-unicast"),
               ("u2", NOBODY, "20", "!unknown-unicast"),
               ("u2", "a1", "10", "!reflection", {"src": "a1"}),
               ("u1", BC, "10", "a2:-"),
               ("u2", BC, "10", "a1:- p1:- t1:10")])
    policy(net, "other", "promiscuous inherit")


@case("S4: a trunk that is promiscuous sees the tags")
def promiscuous_trunk(net):
    policy(net, "vgt", "promiscuous accept")
    net.check([("a1", "a2", "-", "a2:- t1:10"),
               ("b1", NOBODY, "-", "u1:20"),
               ("u1", "a2", "10", "a2:- t1:10"),
               ("a1", "a2", "ad7", "!vlan-tag")])
    policy(net, "vgt", "promiscuous inherit")


@case("S4, S6: a blocked promiscuous port refuses its copy")
def promiscuous_blocked(net):
    policy(net, "other", "promiscuous accept")
    net.ctl("port set p1 blocked on")
    net.check([("a1", "a2", "-", "a2:- p1!blocked")])
    net.ctl("port set p1 blocked off")
    policy(net, "other", "promiscuous inherit")


@case("M6, S4, S5: the uplinks are promiscuous while a portgroup needs it")
def uplinks_open(net):
    def promisc():
        return [net.link(name)["promiscuity"] for name in ("u1", "u2")]
    before = promisc()
    for words in ("promiscuous accept", "mac-learning on"):
        policy(net, "vst20", words)
        true(all(promisc()), "no promiscuous mode with " + words)
        policy(net, "vst20", words.split()[0] + " inherit")
        eq(promisc(), before, "promiscuity after " + words)
    net.ctl("switch set s0 promiscuous accept")
    true(all(promisc()), "no promiscuous mode for the whole switch")
    net.ctl("switch set s0 promiscuous reject")
    eq(promisc(), before, "promiscuity in the end")


# S5

@case("S5: a port learns what its guest sends from")
def learning(net):
    policy(net, "vst10", "mac-learning on mac-flood off")
    net.check([("a1", BC, "-", "a2:- p1:- t1:10 u2:10", {"src": X}),
               ("a2", X, "-", "a1:-"), ("u2", X, "10", "a1:-"),
               ("u1", X, "10", "!reverse-path"),
               ("b1", X, "-", "u1:20")])
    eq(by_use(net, X), [("a1", 10, "learned")], "holders")
    eq((net.one("port show a1")["learned"],
        net.one("switch show s0")["learned"]), (1, 1), "numbers of learned")
    # What is refused costs nothing: the port has not moved.
    net.ctl("vmk add vmk0 portgroup vst20 mac " + Y)
    net.refused("port set a1 portgroup vst20 mac " + Y, text="holds")
    eq(by_use(net, X), [("a1", 10, "learned")], "holders")
    net.ctl("vmk del vmk0")
    # A second port that learns takes it over at once.
    net.check([("a2", BC, "-", "a1:- p1:- t1:10 u1:10", {"src": X}),
               ("a1", X, "-", "a2:-")])
    eq(by_use(net, X), [("a2", 10, "learned")], "holders")
    # One that does not learn may not even use it.
    net.check([("p1", BC, "-", "!address-conflict", {"src": X})])
    policy(net, "vst10", "mac-learning off")
    eq(by_use(net, X), [], "holders when nobody learns")
    policy(net, "vst10", "mac-learning inherit mac-flood inherit")


@case("S5: an address that is claimed or allowed elsewhere is not learned")
def not_learned(net):
    policy(net, "vst10", "mac-learning on mac-flood off")
    net.ctl("port set p1 allow-mac " + X)
    net.check([("p1", BC, "-", "a1:- a2:- t1:10 u2:10", {"src": X}),
               ("a1", BC, "-", "!address-conflict", {"src": X}),
               ("a1", BC, "-", "!address-conflict", {"src": "p1"})])
    eq(by_use(net, X), [("p1", 10, "allowed")], "holders")
    # What its holder does not own passes, and is not learned either.
    net.out.up("p1", False)
    until(lambda: not net.host.flags("p1") & 0x40, "the loss of the carrier")
    net.check([("a1", "a2", "-", "a2:-", {"src": X}),
               ("a1", "a2", "-", "a2:-", {"src": "p1"})])
    eq(by_use(net, X), [("p1", 10, "allowed")], "holders")
    net.out.up("p1")
    net.ready("p1")
    net.ctl("port set p1 allow-mac none")
    policy(net, "vst10", "mac-learning inherit mac-flood inherit")


@case("S5: over the limit frames are dropped, or pass without being learned")
def limit(net):
    policy(net, "vst10", "mac-learning on mac-flood off mac-limit 2")
    net.check([("a1", "a2", "-", "a2:-", {"src": X}),
               ("a1", "a2", "-", "a2:-", {"src": Y}),
               ("a1", "a2", "-", "!mac-limit", {"src": Z}),
               ("a1", "a2", "-", "a2:-", {"src": X}),
               ("a1", "a2", "-", "a2:-")])
    policy(net, "vst10", "mac-over-limit allow")
    net.check([("a1", "a2", "-", "a2:-", {"src": Z})])
    eq(by_use(net, Z), [], "holders of one more")
    policy(net, "vst10", "mac-limit 1")
    eq(net.one("port show a1")["learned"], 2, "learned under a lower limit")
    policy(net, "vst10", "mac-learning inherit mac-flood inherit "
           "mac-limit inherit mac-over-limit inherit")
    eq(net.one("port show a1")["learned"], 0, "learned in the end")


@case("S5: a port that learns gets unknown unicast, but for mac-flood off")
def floods(net):
    net.ctl("vmk add vmk7 portgroup vst10 mac " + Z)
    net.own("vmk7")
    net.host.up("vmk7")
    policy(net, "vst10", "mac-learning on")
    net.check([("p1", NOBODY, "-", "a1:- a2:- u2:10"),
               ("a1", NOBODY, "-", "a2:- u2:10"),
               ("u1", NOBODY, "10", "a2:-"), ("u2", NOBODY, "10", "a1:-"),
               ("u2", NOBODY, "20", "!unknown-unicast"),
               ("b1", NOBODY, "-", "u1:20")])
    policy(net, "vst10", "mac-flood off")
    net.check([("p1", NOBODY, "-", "u2:10"),
               ("u1", NOBODY, "10", "!unknown-unicast")])
    policy(net, "vst10", "mac-learning inherit mac-flood inherit")
    net.ports.pop("vmk7").close()
    net.ctl("vmk del vmk7")


@case("S5: what was learned goes with the block, the VLAN and the portgroup")
def forgets(net):
    policy(net, "vst10", "mac-learning on mac-flood off")

    def learn():
        net.ports["a1"].send(net.stamped(X, BC))
        until(lambda: by_use(net, X) == [("a1", 10, "learned")], "learning")

    for commands in ("port set a1 blocked on\nport set a1 blocked off",
                     "portgroup set vst10 vlan 30\n"
                     "portgroup set vst10 vlan 10",
                     "port set a1 portgroup other\n"
                     "port set a1 portgroup vst10"):
        learn()
        net.batch(commands)
        eq(by_use(net, X), [], "holders after " + commands)
    learn()
    net.ctl("port del a1")
    eq(by_use(net, X), [], "holders when the port has gone")
    net.ctl("port add a1 portgroup vst10")
    net.before = {}	# frames were sent uncounted
    policy(net, "vst10", "mac-learning inherit mac-flood inherit")


@case("S5, F7: a learned address moves outside and back")
def learned_moves(net):
    # a1 is a later port now, so it uses the other uplink.
    up = net.one("port show a1")["uplink"]
    other = "u1" if up == "u2" else "u2"
    policy(net, "vst10", "mac-learning on mac-flood off")
    net.check([("a1", "a2", "-", "a2:-", {"src": X}),
               (other, "a2", "10", "!reflection", {"src": X})])
    eq(by_use(net, X), [("a1", 10, "learned")], "holders")
    net.check([(up, X, "10", "!unknown-unicast", {"src": X})])
    eq(by_use(net, X), [], "holders when it is outside")
    policy(net, "vst10", "mac-learning inherit mac-flood inherit")


@case("S5: on a trunk an address is learned in the VLAN of the frame")
def learns_in_vlan(net):
    policy(net, "vgt", "mac-learning on mac-flood off")
    net.check([("t1", "a2", "10", "a2:-", {"src": X}),
               ("a2", X, "-", "t1:10")])
    eq(by_use(net, X), [("t1", 10, "learned")], "holders")
    net.check([("t1", NOBODY, "11", "u2:11", {"src": X})])
    eq(by_use(net, X), [("t1", 10, "learned"), ("t1", 11, "learned")],
       "holders")
    policy(net, "vgt", "mac-learning inherit mac-flood inherit")


@case("F2: vswctl why says what becomes of the frame, and sends nothing")
def why(net):
    before = net.counters()
    for words, action, rule, reason in (
            ("a1 destination " + net.macs["a2"], "deliver", "F2", None),
            ("a1 destination %s source %s" % (net.macs["a2"], net.macs["p1"]),
             "drop", "S3", "address-conflict"),
            ("a1 destination %s vlan 7" % BC, "drop", "L4", "vlan-tag"),
            ("u1 source %s destination %s vlan 10" % (STRANGER, NOBODY),
             "drop", "F4", "unknown-unicast"),
            ("u1 source %s destination 01:80:c2:00:00:0e" % STRANGER,
             "host", "F8", None)):
        answer = net.show("why port " + words)[0][0]
        eq((answer["action"], answer["rule"], answer.get("reason")),
           (action, rule, reason), words)
    answer = net.show("why port b1 destination " + BC)[0][0]
    eq(answer["receiver"], [{"dev": "u1", "tag": 20}], "receivers")
    net.settle()
    eq(net.counters(), before, "counters")


run(setup)
