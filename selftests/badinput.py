#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Bad input: each is refused with what was wrong, and changes nothing.

The first element of a row is the command, as words or as a line of words
without blanks; then come the exit status and a piece of the message. At the
end of each table stand good neighbours of the bad input, which pass.
"""

import os

from vswtest import DEBUG, VSWCTL, Skip, case, eq, run, true


def setup(net):
    net.ends("u1 u2 a1 a2")
    net.batch("""switch add s0
        switch add s1
        uplink add u1 switch s0
        portgroup add pg switch s0 vlan 10
        portgroup add free switch s0 vlan 20
        portgroup add pg1 switch s1
        port add a1 portgroup pg client web01.eth0 mac 02:aa:00:00:00:01
        vmk add vmk0 portgroup pg mac 02:aa:00:00:00:02""")
    # The guest uses the address that was declared for it.
    net.out.set_mac("a1", "02:aa:00:00:00:01")
    net.out.set_mac("a2", "02:aa:00:00:00:01")
    for name in ("d0", "d1", "d2"):
        net.sh("ip link add %s type dummy" % name)
    net.ready("u1 a1")


def links(net):
    """What the commands could have done to the devices."""
    return {name: (link.get("master"), link["mtu"], link["up"],
                   link["promiscuity"], link["address"])
            for name, link in net.host.route.links().items()}


def refuse(net, rows, good=()):
    """Every row is refused and leaves everything as it is; the good pass."""
    before, devices, faults = net.state(), links(net), []
    if DEBUG:
        # What vswctl refuses by itself is the same on any kernel.
        rows = [row for row in rows if row[1] != 2] or rows[:3]
    for words, status, text in rows:
        words = words.split() if isinstance(words, str) else words
        status = status if isinstance(status, tuple) else (status,)
        done = net.try_ctl(*words)
        shown = "%s: exit status %d, %r" % (words, done.returncode,
                                            done.stderr)
        lines = done.stderr.splitlines()
        if done.returncode not in status:
            faults.append("%s, want status %s" % (shown, status))
        elif len(lines) != 1 or text.lower() not in lines[0].lower():
            faults.append("%s, want one line with %r" % (shown, text))
        if done.stdout:
            faults.append("%s, and on stdout: %r" % (shown, done.stdout))
        now = net.state()
        if now != before:
            faults.append("%s changes something" % shown)
            before = now
    now = links(net)
    if now != devices:
        faults.append("in the end the devices differ: %s" %
                      (now.items() ^ devices.items()))
    true(not faults, "\n".join(faults))
    for words in good:
        net.ctl(*([words] if isinstance(words, str) else words))


@case("Bad input: unknown names")
def unknown(net):
    refuse(net, [
        ("switch set nosuch mtu 1500", 3, "nosuch"),
        ("switch del nosuch", 3, "nosuch"),
        ("switch show nosuch", 3, "nosuch"),
        ("switch set s0 default-portgroup nosuch", 3, "no such portgroup"),
        ("switch set d0 mtu 1400", 3, "d0"),
        ("switch del u1", 3, "u1"),
        ("portgroup add x switch nosuch", 3, "no such vswitch"),
        ("portgroup add x switch d0", 3, "no such vswitch"),
        ("portgroup set nosuch vlan 5", 3, "nosuch"),
        ("portgroup del nosuch", 3, "nosuch"),
        ("portgroup show nosuch", 3, "nosuch"),
        ("uplink add nosuch switch s0", 3, "nosuch"),
        ("uplink add d0 switch nosuch", 3, "no such vswitch"),
        ("uplink set nosuch role active", 3, "nosuch"),
        ("uplink set a1 role active", 3, "a1"),
        ("uplink del nosuch", 3, "nosuch"),
        ("uplink del a1", 3, "a1"),
        ("uplink show nosuch", 3, "nosuch"),
        ("port add nosuch portgroup pg", 3, "nosuch"),
        ("port add d0 portgroup nosuch", 3, "no such portgroup"),
        ("port set nosuch client x", 3, "nosuch"),
        ("port set a1 portgroup nosuch", 3, "no such portgroup"),
        ("port set u1 client x", 3, "u1"),
        ("port del nosuch", 3, "nosuch"),
        ("port del u1", 3, "u1"),
        ("port show nosuch", 3, "nosuch"),
        ("vmk add vmk1 portgroup nosuch", 3, "no such portgroup"),
        ("vmk set nosuch mtu 1500", 3, "nosuch"),
        ("vmk set a1 mtu 1400", 3, "a1"),
        ("vmk set vmk0 portgroup nosuch", 3, "no such portgroup"),
        ("vmk del nosuch", 3, "nosuch"),
        ("vmk del a1", 3, "a1"),
        ("vmk add vmk1 portgroup pg netns nosuch", 3, "nosuch"),
        ("fdb show switch nosuch", 3, "no such vswitch"),
        ("nic show nosuch", 3, "nosuch"),
        ("why port nosuch destination 02:aa:00:00:00:01", 3, "nosuch"),
        ("why port d0 destination 02:aa:00:00:00:01", 3, "d0"),
    ], ["switch show s0", "portgroup show pg", "uplink show u1",
        "port show a1", "port show web01.eth0", "vmk show vmk0"])


@case("Bad input: names that are too long")
def long_names(net):
    refuse(net, [
        ("switch add " + "s" * 16, 2, "s" * 16),
        ("portgroup add %s switch s0" % ("p" * 81), 2, "p" * 81),
        ("portgroup add %s switch s0" % ("ü" * 41), 2, "ü" * 41),
        ("portgroup set free name " + "p" * 81, 2, "p" * 81),
        ("vmk add %s portgroup pg" % ("v" * 16), 2, "v" * 16),
        ("port set a1 client " + "c" * 129, 2, "c" * 129),
        ("uplink add %s switch s0" % ("d" * 128), 2, "d" * 128),
    ], ["switch add " + "s" * 15, "switch del " + "s" * 15,
        "portgroup add %s switch s0" % ("p" * 80),
        "portgroup del " + "p" * 80,
        "portgroup add %s switch s0" % ("ü" * 40),
        "portgroup del " + "ü" * 40,
        "vmk add %s portgroup pg" % ("v" * 15), "vmk del " + "v" * 15,
        "port set a1 client " + "c" * 128,
        "port set a1 client web01.eth0"])


@case("Bad input: names with control characters or of no text at all")
def control(net):
    rows = []
    for name in ("a\tb", "a\nb", "\x01", "\x1b[31m", "a\x7f", "\x85",
                 os.fsdecode(b"\xff"), os.fsdecode(b"a\xc3"), ""):
        rows += [(["portgroup", "add", name, "switch", "s0"], 2, "name"),
                 (["portgroup", "set", "free", "name", name], 2, "name")]
        if name:
            rows.append((["port", "set", "a1", "client", name], 2, "client"))
    for name in ("none", "inherit", "all"):
        rows += [(["portgroup", "add", name, "switch", "s0"], 2, name),
                 (["portgroup", "set", "free", "name", name], 2, name)]
    for name in ("a/b", "a b", ".", "..", "a:b"):
        rows += [(["switch", "add", name], 1, name)]
    refuse(net, rows, [["portgroup", "set", "free", "name", "Büro (2) \"x\""],
                       ["portgroup", "set", "Büro (2) \"x\"", "name", "None"],
                       ["portgroup", "set", "None", "name", "free"]])


@case("Bad input: names that are taken")
def taken(net):
    refuse(net, [
        ("switch add s0", 1, "s0"),
        ("switch add d0", 1, "d0"),
        ("portgroup add pg switch s1", 1, "pg"),
        ("portgroup set free name pg", 1, "name"),
        ("vmk add vmk0 portgroup pg", 1, "vmk0"),
        ("vmk add d0 portgroup pg", 1, "d0"),
    ], ["portgroup add PG switch s1", "portgroup del PG"])


@case("Bad input: VLANs that there are not")
def vlan(net):
    rows = [("portgroup set pg vlan " + value, 2, text)
            for value, text in (
                ("4096", "4096"), ("65536", "65536"), ("-1", "-1"),
                ("4294967306", "4294967306"), ("10x", "10x"),
                ("0x10", "0x10"), ("ten", "ten"), ("1-5", "1-5"),
                ("10,20", "10,20"), ("trunk 4095", "4095"),
                ("trunk 4096", "4096"), ("trunk 1-4095", "4095"),
                ("trunk 20-10", "20-10"), ("trunk 1-2-3", "1-2-3"),
                ("trunk 10-", "10-"), ("trunk -10", "-10"),
                ("trunk 10,", "10,"), ("trunk ,10", ",10"),
                ("trunk 10,,20", "10,,20"), ("trunk a", "a"),
                ("trunk 10-b", "10-b"), ("trunk 10;20", "10;20"),
                ("trunk 99999999999", "99999999999"))]
    rows += [(["portgroup", "set", "pg", "vlan", ""], 2, "vlan"),
             (["portgroup", "set", "pg", "vlan", "trunk", ""], 2, "vlan"),
             ("portgroup set pg vlan trunk", 2, "trunk"),
             ("portgroup set pg vlan", 2, "vlan"),
             ("portgroup add x switch s0 vlan 4096", 2, "4096"),
             ("fdb show vlan 4096", 2, "4096")]
    refuse(net, rows, ["portgroup set pg vlan 4094", "portgroup set pg vlan 1",
                       "portgroup set pg vlan none",
                       "portgroup set pg vlan trunk 0-4094",
                       "portgroup set pg vlan trunk 7,5-6,100",
                       "portgroup set pg vlan 4095"])
    eq(net.one("portgroup show pg")["vlan"],
       {"range": [{"first": 0, "last": 4094}]}, "VLAN 4095")
    net.ctl(*"portgroup set pg vlan 0".split())
    eq(net.one("portgroup show pg")["vlan"], {"id": 0}, "VLAN 0")
    net.ctl(*"portgroup set pg vlan 10".split())


@case("Bad input: numbers, addresses and words that make no sense")
def values(net):
    refuse(net, [
        ("switch set s0 mtu 67", 2, "67"),
        ("switch set s0 mtu 65522", 2, "65522"),
        ("switch set s0 mtu -1", 2, "-1"),
        ("switch set s0 mtu 1500b", 2, "1500b"),
        ("vmk set vmk0 mtu 67", 2, "67"),
        ("port set a1 mac 02:aa", 2, "02:aa"),
        ("port set a1 mac 02:aa:00:00:00:0g", 2, "0g"),
        ("port set a1 mac 01:00:5e:00:00:01", (1, 2), "01:00:5e:00:00:01"),
        ("port set a1 mac ff:ff:ff:ff:ff:ff", (1, 2), "ff:ff:ff:ff:ff:ff"),
        ("vmk set vmk0 mac 01:00:5e:00:00:01", (1, 2), "01:00:5e:00:00:01"),
        ("vmk set vmk0 mac 00:00:00:00:00:00", (1, 2), "00:00:00:00:00:00"),
        ("vmk add vmk1 portgroup pg mac 03:00:00:00:00:01", (1, 2), "03:00"),
        ("port set a1 blocked maybe", 2, "maybe"),
        ("uplink set u1 role spare", 2, "spare"),
        ("switch set s0 teaming roundrobin", 2, "roundrobin"),
        ("switch set s0 teaming inherit", 2, "inherit"),
        ("switch set s0 active inherit", 2, "inherit"),
        ("vmk add vmk1 portgroup pg address 192.0.2.1", (1, 2), "192.0.2.1"),
        ("vmk add vmk1 portgroup pg address 192.0.2.1/33", (1, 2), "/33"),
        ("vmk add vmk1 portgroup pg address 2001:db8::/129", (1, 2), "/129"),
    ], ["switch set s0 mtu 68", "switch set s0 mtu 65521",
        "switch set s0 mtu 1500", "port set a1 mac 02:aa:00:00:00:03",
        "port set a1 mac 02:aa:00:00:00:01"])


@case("Bad input: security and learning: S2 S3 S4 S5")
def security(net):
    rows = []
    for field, value in (
            ("promiscuous", "on"), ("promiscuous", "1"), ("mac-changes", "no"),
            ("forged", "Accept"), ("forged", "drop"), ("forged", "accept,reject"),
            ("mac-learning", "accept"), ("mac-learning", "maybe"),
            ("mac-limit", "0"), ("mac-limit", "4097"), ("mac-limit", "-1"),
            ("mac-limit", "4294967297"), ("mac-limit", "1k"),
            ("mac-limit", "unlimited"), ("mac-over-limit", "reject"),
            ("mac-over-limit", "pass"), ("mac-flood", "yes")):
        rows += [("switch set s0 %s %s" % (field, value), 2, field),
                 ("portgroup set pg %s %s" % (field, value), 2, field)]
    for field in ("promiscuous", "mac-changes", "forged", "mac-learning",
                  "mac-limit", "mac-over-limit", "mac-flood"):
        rows += [("switch set s0 %s inherit" % field, 2, field),
                 ("switch set s0 " + field, 2, field),
                 (["portgroup", "set", "pg", field, ""], 2, field)]
    rows += [("portgroup set pg policy inherit forged reject", 2, "policy"),
             ("portgroup set pg forged reject forged reject", 2, "forged"),
             ("switch add s2 forged reject mac-limit 0", 2, "mac-limit"),
             ("portgroup add x switch s0 promiscuous inherits", 2,
              "promiscuous")]
    refuse(net, rows, [
        "switch set s0 mac-limit 1", "switch set s0 mac-limit 4096",
        "switch set s0 mac-over-limit allow mac-flood off mac-learning on",
        "switch set s0 mac-over-limit drop mac-flood on mac-learning off",
        "portgroup set free promiscuous accept mac-changes reject "
        "forged reject", "portgroup set free promiscuous inherit "
        "mac-changes inherit forged inherit",
        "portgroup add x switch s0 promiscuous inherit mac-limit inherit",
        "portgroup del x"])
    eq(net.one("portgroup show free").get("policy", {}), {}, "what is set")


@case("Bad input: shapers: Q1")
def shapers(net):
    good = "avg 1mbit burst 64kb"
    rows = [("portgroup set pg shape-from-guest " + words, 2, text)
            for words, text in (
                ("on", "on"), ("1mbit", "1mbit"), ("avg", "avg"),
                ("avg 1mbit", "burst"), ("avg 1mbit burst", "burst"),
                ("burst 64kb", "avg"), ("peak 1mbit avg 1mbit", "avg"),
                ("avg 1000000 burst 64kb", "1000000mbit"),
                ("avg 1mbit burst 65536", "65536kb"),
                ("avg 1mbit peak 2000000 burst 64kb", "2000000mbit"),
                ("avg 1mb burst 64kb", "1mb"),
                ("avg 1Mbit/s burst 64kb", "1Mbit/s"),
                ("avg 64kb burst 1mbit", "64kb"),
                ("avg -1mbit burst 64kb", "-1mbit"),
                ("avg infmbit burst 64kb", "infmbit"),
                ("avg 1e6bit burst 64kb", "1e6bit"),
                ("avg 0bit burst 64kb", "0bit"),
                ("avg 7999bit burst 64kb", "7999bit"),
                ("avg 1000000000001bit burst 64kb", "1000000000001bit"),
                ("avg 99999999999999999999tbit burst 64kb", "out of range"),
                ("avg 1mbit peak 1.1tbit burst 64kb", "1.1tbit"),
                ("avg 1mbit burst 1499b", "1499b"),
                ("avg 1mbit burst 1073741825b", "1073741825b"),
                ("avg 1mbit peak 999kbit burst 64kb", "peak"),
                ("avg 1mbit avg 1mbit burst 64kb", "avg"),
                (good + " burst 64kb", "burst"), (good + " off", "off"),
                ("off " + good, "avg"), ("off off", "off"))]
    rows += [("switch set s0 shape-to-guest inherit", 2, "inherit"),
             ("switch set s0 shape-to-guest", 2, "shape-to-guest"),
             (["switch", "set", "s0", "shape-to-guest", ""], 2,
              "shape-to-guest"),
             ("switch add s2 shape-to-guest avg 1 burst 64kb", 2, "1mbit"),
             ("portgroup set pg shape-to-guest %s shape-to-guest %s" %
              (good, good), 2, "twice")]
    refuse(net, rows, [
        "portgroup set free shape-from-guest avg 8kbit burst 1500b",
        "portgroup set free shape-to-guest avg 1tbit peak 1tbit burst 1gb",
        "portgroup set free shape-from-guest avg 1MBIT burst 64KB",
        "portgroup set free shape-from-guest off shape-to-guest inherit"])
    eq(net.one("portgroup show free")["policy"],
       {"shape-from-guest": {"average": 0}}, "off is not inherited")
    net.ctl("portgroup set free policy inherit")


@case("Bad input: lists of allowed addresses: S3")
def allowed(net):
    many = ["02:bb:00:00:00:%02x" % number for number in range(33)]
    rows = [(["port", "set", "a1", "allow-mac", value], status, text)
            for value, status, text in (
                ("", 2, "allow-mac"), (",", 2, "allow-mac"),
                (many[0] + ",", 2, many[0]), ("," + many[0], 2, many[0]),
                ("02:bb", 2, "02:bb"), (many[0] + " " + many[1], 2, many[1]),
                (many[0] + ",none", 2, "none"),
                (many[0] + "," + many[0], 2, many[0]),
                ("00:00:00:00:00:00", 2, "00:00:00:00:00:00"),
                ("01:00:5e:00:00:01", (1, 2), "allow-mac"),
                ("ff:ff:ff:ff:ff:ff", (1, 2), "allow-mac"),
                (",".join(many), 2, "32"))]
    rows += [("port add d0 portgroup pg allow-mac x", 2, "x"),
             ("port set nosuch allow-mac none", 3, "nosuch"),
             ("port set u1 allow-mac none", 3, "u1")]
    refuse(net, rows, ["port set a1 allow-mac " + ",".join(many[:32])])
    eq(net.one("port show a1")["allow-mac"]["address"], many[:32], "the list")
    net.batch("""port set a1 allow-mac none
        port add d0 portgroup pg allow-mac 02:bb:00:00:00:01
        port del d0""")


@case("Bad input: a question that has no answer")
def question(net):
    mac = "02:aa:00:00:00:02"
    refuse(net, [
        ("why", 2, "port"), ("why a1 destination " + mac, 2, "port"),
        ("why port", 2, "port"), ("why port a1", 2, "destination"),
        ("why port a1 source " + mac, 2, "destination"),
        ("why port a1 destination", 2, "destination"),
        ("why port a1 destination 02:aa", 2, "02:aa"),
        ("why port a1 source x destination " + mac, 2, "x"),
        ("why port a1 destination %s vlan 4096" % mac, 2, "4096"),
        ("why port a1 destination %s vlan all" % mac, 2, "all"),
        ("why port a1 destination %s tag 5" % mac, 2, "vlan"),
        ("why port u1 destination " + mac, 2, "source"),
    ])
    for words in ("a1 destination " + mac, "a1 destination %s vlan none" % mac,
                  "a1 source %s destination %s vlan 4095" % (mac, mac),
                  "vmk0 destination ff:ff:ff:ff:ff:ff",
                  "u1 source %s destination %s vlan 10" % (mac, mac)):
        eq(len(net.show("why port " + words)[0]), 1, "answers to " + words)


@case("Bad input: words that are missing, doubled, unknown or shortened")
def words(net):
    refuse(net, [
        ("switch add", 2, "name"),
        ("portgroup add x", 2, "switch"),
        ("uplink add d0", 2, "switch"),
        ("uplink set u1", 2, "role"),
        ("port add d0", 2, "portgroup"),
        ("port set a1", 2, "what"),
        ("switch set s0", 2, "what"),
        ("switch set s0 mtu", 2, "mtu"),
        ("switch set s0 mtu 1500 mtu 1500", 2, "mtu"),
        ("portgroup set pg vlan 5 vlan 6", 2, "vlan"),
        ("switch del s0 s1", 2, "s1"),
        ("switch set s0 colour red", 2, "colour"),
        ("switch set s0 mt 1500", 2, "mtu"),
        ("swit show", 2, "switch"),
        ("switch sho", 2, "show"),
        ("switch add x --force", 2, "--force"),
    ])


@case("Bad input: a second attach, a NIC that is in use")
def in_use(net):
    net.batch("switch set s1 default-portgroup pg1")
    net.add("br0", "bridge")
    net.sh("ip link set d2 master br0")
    refuse(net, [
        ("uplink add u1 switch s0", 1, "u1"),
        ("uplink add u1 switch s1", 1, "u1"),
        ("uplink add a1 switch s1", 1, "a1"),
        ("port add u1 portgroup pg", 1, "u1"),
        ("port add a1 portgroup pg", 1, "a1"),
        ("port add a1 portgroup pg1", 1, "a1"),
        ("port add vmk0 portgroup pg1", 1, "vmk0"),
        ("uplink add d2 switch s0", 1, "br0"),
        ("port add d2 portgroup pg", 1, "br0"),
        ("uplink add lo switch s0", 1, "lo"),
        ("uplink add s1 switch s0", 1, "s1"),
    ], ["uplink add d0 switch s1", "uplink del d0"])
    net.delete("br0")


@case("Bad input: a NIC with an address")
def with_address(net):
    net.sh("ip addr add 192.0.2.9/24 dev d1")
    refuse(net, [("uplink add d1 switch s0", 1, "d1"),
                 ("uplink add d1 switch s0", 1, "address"),
                 ("uplink add d1 switch s0", 1, "vmk")])
    true("192.0.2.9" in net.sh("ip -o addr show dev d1"), "it has gone")
    net.sh("ip addr del 192.0.2.9/24 dev d1")
    net.batch("uplink add d1 switch s0\nuplink del d1")


@case("Bad input: deleting what is in use")
def del_used(net):
    refuse(net, [("portgroup del pg", 1, "pg"),
                 ("switch del s0", 1, "s0")],
           ["portgroup add unused switch s0", "portgroup del unused",
            "switch add s2", "switch del s2"])


@case("Bad input: a portgroup of another switch")
def other_switch(net):
    refuse(net, [("port set a1 portgroup pg1", 1, "on s1"),
                 ("vmk set vmk0 portgroup pg1", 1, "on s1"),
                 ("switch set s0 default-portgroup pg1", 1, "on s1")],
           ["port set a1 portgroup free", "port set a1 portgroup pg",
            "switch set s0 default-portgroup pg",
            "switch set s0 default-portgroup none"])


@case("Bad input: an uplink twice in the lists of one policy")
def lists(net):
    refuse(net, [("switch set s0 active u1,u1", (1, 2), "u1"),
                 ("switch set s0 standby u1,u1", (1, 2), "u1"),
                 ("switch set s0 active u1 standby u1", (1, 2), "u1"),
                 ("portgroup set pg active u1 standby u1", (1, 2), "u1"),
                 ("switch set s0 standby u1", (1, 2), "u1"),
                 ("switch set s0 active u1,", 2, "u1,"),
                 (["switch", "set", "s0", "active", ""], 2, "active")],
           ["switch set s0 active none standby u1",
            "switch set s0 active u1 standby none",
            "portgroup set pg active none standby u1",
            "portgroup set pg policy inherit"])


@case("Bad input: an address that another port holds")
def address(net):
    net.batch("port add a2 portgroup free mac 02:aa:00:00:00:01")
    refuse(net, [
        ("port set a1 mac 02:aa:00:00:00:02", 1, "02:aa:00:00:00:02"),
        ("vmk set vmk0 mac 02:aa:00:00:00:01", 1, "02:aa:00:00:00:01"),
        ("vmk add vmk1 portgroup pg mac 02:aa:00:00:00:01", 1,
         "02:aa:00:00:00:01"),
        ("port set a2 portgroup pg", 1, "02:aa:00:00:00:01"),
        ("portgroup set free vlan 10", 1, "address"),
    ], ["portgroup set free vlan 11", "portgroup set free vlan 20",
        "port del a2"])


@case("Bad input: what a port of its kind does not have")
def kinds(net):
    refuse(net, [
        ("port set vmk0 mac 02:aa:00:00:00:05", 1, "vmk0"),
        ("port set vmk0 portgroup free", 1, "vmk0"),
        ("port del vmk0", 1, "vmk0"),
        ("port set a1 effective-mac 02:aa:00:00:00:05", 1, "a1"),
    ])


@case("Bad input: no privilege")
def privilege(net):
    before, devices = net.state(), links(net)
    commands = ["switch add x", "switch set s0 mtu 1400", "switch del s1",
                "--force switch del s0", "portgroup add x switch s0",
                "portgroup set pg vlan 5", "portgroup del free",
                "uplink add d0 switch s0", "uplink set u1 role unused",
                "uplink del u1", "port add d0 portgroup pg",
                "port set a1 blocked on", "port del a1",
                "switch set s0 forged reject mac-learning on",
                "portgroup set pg shape-to-guest avg 1mbit burst 64kb",
                "port set a1 allow-mac 02:aa:00:00:00:05",
                "vmk add portgroup pg", "vmk set vmk0 mtu 1400",
                "vmk del vmk0"]
    faults = []
    for command in commands:
        done = net.spawn([VSWCTL] + command.split(), user=65534, group=65534,
                         extra_groups=[])
        if (done.returncode != 1 or len(done.stderr.splitlines()) != 1 or
                "CAP_NET_ADMIN" not in done.stderr):
            faults.append("%s: %d, %r" % (command, done.returncode,
                                          done.stderr))
    eq(faults, [], "what an unprivileged user is told")
    net.unchanged(before)
    eq(links(net), devices, "the devices")
    for command in ("switch show", "portgroup show", "uplink show",
                    "port show", "vmk show", "fdb show", "show",
                    "why port a1 destination ff:ff:ff:ff:ff:ff"):
        done = net.spawn([VSWCTL] + command.split(), user=65534, group=65534,
                         extra_groups=[])
        eq((done.returncode, done.stderr), (0, ""), command)
        true(done.stdout, command + " shows nothing")


@case("Bad input: a batch stops at the bad line and says which one it was")
def batch(net):
    done = net.spawn([VSWCTL, "-b", "-"],
                     text="portgroup add x1 switch s0\n"
                          "# a comment\n\n"
                          "portgroup add x2 switch nosuch\n"
                          "portgroup add x3 switch s0\n")
    eq(done.returncode, 3, "exit status")
    eq(len(done.stderr.splitlines()), 1, "lines")
    true(":4:" in done.stderr and "no such vSwitch" in done.stderr,
         "no line number in %r" % done.stderr)
    eq(sorted(one["name"] for one in net.show("portgroup show")[0]
              if one["name"][0] == "x"), ["x1"], "portgroups")
    net.ctl(*"portgroup del x1".split())


@case("Bad input: a file or a namespace that is not there")
def files(net):
    refuse(net, [("-b /run/no/such/file", 3, "/run/no/such/file"),
                 ("-n nosuch switch show", (1, 3), "nosuch"),
                 ("-b", 2, "-b"), ("-x switch show", 2, "-x"),
                 ("--jsn switch show", 2, "json")])
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    done = net.spawn(["sh", "-c", "%s switch show >/dev/full" % VSWCTL])
    eq(done.returncode, 1, "exit status with a full disk")


run(setup)
