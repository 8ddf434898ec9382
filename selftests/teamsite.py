# SPDX-License-Identifier: GPL-2.0-only
"""A host for the tests of teaming, and ways to see who uses which uplink.

    g1 ... g5, ports 1 to 5 in VLAN 0    u1 u2 u3 u4, seen one by one
"""

from vswtest import BC, IFF_UP, MC, NOBODY, until

GUESTS = ["g1", "g2", "g3", "g4", "g5"]
UPLINKS = ["u1", "u2", "u3", "u4"]


def setup(net, guests=GUESTS):
    net.ends(" ".join(guests + UPLINKS))
    net.batch("switch add s0 up-delay 0\nportgroup add pg switch s0\n" +
              "".join("uplink add %s switch s0\n" % name for name in UPLINKS) +
              "".join("port add %s portgroup pg\n" % name for name in guests))
    net.ready(" ".join(guests + UPLINKS))


def policy(net, text):
    net.ctl(*("switch set s0 " + text).split())


def table(current):
    """Rows that show the uplink of each port, in both directions."""
    rows = []
    for name in GUESTS:
        others = " ".join("%s:-" % g for g in GUESTS if g != name)
        via = current[name]
        if via:
            rows += [(name, NOBODY, "-", "%s:-" % via),
                     (name, BC, "-", "%s %s:-" % (others, via))]
        else:
            rows += [(name, NOBODY, "-", "!no-uplink"),
                     (name, MC, "-", others)]
    return rows


def inward(current, usable):
    """Rows that show who listens to each uplink."""
    return [(via, BC, "-", " ".join("%s:-" % name for name in GUESTS
                                    if current[name] == via) or
             "!reverse-path") for via in sorted(usable)]


def noticed(net, current):
    """Wait until the slow path, too, has the uplinks that frames use."""
    until(lambda: {port["dev"]: port.get("uplink") for port in
                   net.show("port show")[0]} == current,
          "the uplinks %s" % current)


def literal(net, text, usable=None):
    """The uplinks of the ports as text, u1 to u4 or - for each."""
    current = {name: None if via == "-" else "u" + via
               for name, via in zip(GUESTS, text)}
    net.check(table(current) +
              inward(current, usable or UPLINKS))
    noticed(net, current)


def returned(net, name):
    """Wait until the switch uses an uplink again."""
    until(lambda: net.one("uplink show " + name)["state"] == "up",
          "the return of " + name)


def links(net, usable):
    """Set the far ends so that just these uplinks have carrier."""
    back = [name for name in usable if not net.out.flags(name) & IFF_UP]
    for name in UPLINKS:
        net.out.up(name, name in usable)
    for name in usable:
        for ns in (net.out, net.host):
            ns.ready(name)
    for name in back:
        returned(net, name)
