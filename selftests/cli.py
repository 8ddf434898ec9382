#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The command line: help, exit statuses, near misses, options, what is shown."""

import json
import os
import unicodedata

from vswtest import DEBUG, VSWCTL, Netns, Skip, case, eq, run, true

OBJECTS = ["switch", "uplink", "portgroup", "port", "vmk", "nic", "fdb"]
ONCE = "the same on any kernel"


def setup(net):
    net.ends("u1 v1 v2")
    net.veth("u2")
    net.batch("""# one of everything
        switch add vSwitch0 mtu 9000
        switch add lonely
        uplink add u1 switch vSwitch0
        uplink add u2 switch vSwitch0 role standby

        portgroup add "VM Network" switch vSwitch0 vlan 104
        portgroup add 'Trunk "A"' switch vSwitch0 vlan trunk 10-12,20
        portgroup add Empty switch vSwitch0
        port add v1 portgroup "VM Network" client web01.eth0
        vmk add vmk0 portgroup "VM Network" address 192.0.2.1/24""")
    net.host.up("vmk0")
    net.ready("u1 v1")


def has(text, *words):
    for word in words:
        true(word in text, "no %r in:\n%s" % (word, text))


def full(net, env=None, options=(), command=("show",)):
    done = net.spawn([VSWCTL, *options, *command],
                     env={**os.environ, **(env or {})})
    eq((done.returncode, done.stderr), (0, ""), "vswctl %s" % (command,))
    return done.stdout


def width(line):
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else
               not unicodedata.combining(char) for char in line)


@case("CLI: help is on stdout, for the whole and after each object")
def help_text(net):
    if DEBUG:
        raise Skip(ONCE)
    whole = net.run_ctl("help")
    has(whole, "OBJECT", "--json", *OBJECTS)
    eq((net.run_ctl("-h"), net.run_ctl("--help")), (whole, whole), "help")
    for name in OBJECTS:
        text = net.run_ctl(name, "help")
        for command in ("add", "set", "del", "show"):
            if command == "show" or name not in ("nic", "fdb"):
                has(text, "%s %s" % (name, command))
    has(net.run_ctl("show", "help"), "vswctl show")
    has(net.run_ctl("-V"), "vswctl")
    eq(net.run_ctl("-V"), net.run_ctl("--version"), "version")


@case("CLI: the exit status is 0, 1, 2 or 3")
def statuses(net):
    net.run_ctl("switch", "show", "vSwitch0")
    net.refused("uplink add u1 switch lonely", status=1, text="u1")
    net.refused("switch set vSwitch0 colour red", status=2, text="colour")
    net.refused("switch show nosuch", status=3, text="nosuch")
    done = net.spawn([VSWCTL])
    eq((done.returncode, done.stdout), (2, ""), "without words")
    has(done.stderr, "Usage")


@case("CLI: an error is one line: what was tried, the reason, the attribute")
def one_line(net):
    line = net.refused("uplink add u1 switch lonely")
    has(line, "uplink add", "u1 is already an uplink of vSwitch0", "(dev)")


@case("CLI: a near miss is refused with the word that was meant")
def near_misses(net):
    if DEBUG:
        raise Skip(ONCE)
    for said, meant in (("list", "show"), ("get", "show"), ("ls", "show"),
                        ("remove", "del"), ("delete", "del"),
                        ("create", "add"), ("sho", "show"), ("shwo", "show"),
                        ("ad", "add")):
        net.refused("portgroup %s x" % said, status=2, text='"%s"' % meant)
    for said, meant in (("vswitch", "switch"), ("swicth", "switch"),
                        ("pg", "portgroup"), ("portgrup", "portgroup"),
                        ("vmknic", "vmk"), ("uplinks", "uplink")):
        net.refused("%s show" % said, status=2, text='"%s"' % meant)
    for name in OBJECTS[:5]:
        net.refused("%s list" % name, status=2, text='"show"')
    net.refused("switch set vSwitch0 teaming port-id", status=2,
                text='"portid"')
    net.refused("uplink set u1 role stanby", status=2, text='"standby"')
    net.refused("--jsn switch show", status=2, text="--json")


# What is shown

@case("CLI: show draws every object within the width of a terminal")
def drawn(net):
    for env in ({"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C"}):
        text = full(net, env)
        has(text, "vSwitch0", "lonely", "VM Network", "104", 'Trunk "A"',
            "10-12", "Empty", "web01.eth0", "v1", "vmk0", "192.0.2.1/24",
            "u1", "u2", "standby", "active", "9000")
        eq([line for line in text.splitlines() if width(line) > 80], [],
           "lines that are too wide")
        eq(text.isascii(), env["LC_ALL"] == "C", "whether it is ASCII")
        up, down = (next(line for line in text.splitlines() if name in line)
                    for name in ("u1 ", "u2 "))
        true(up[up.rindex("u1") - 2:up.rindex("u1")] !=
             down[down.rindex("u2") - 2:down.rindex("u2")],
             "u1 with carrier and u2 without look the same:\n" + text)


@case("CLI: show follows a link that is lost and a port that is blocked")
def drawn_state(net):
    before = full(net)
    net.out.up("u1", False)
    lost = full(net)
    true(lost != before, "nothing is seen of the loss of u1")
    has(lost, "no carrier")
    net.ctl(*"port set v1 blocked on".split())
    blocked = full(net)
    true(blocked != lost, "nothing is seen of a blocked port")
    has(blocked, "blocked")
    net.ctl(*"port set v1 blocked off".split())
    net.out.up("u1")
    net.ready("u1")
    eq(full(net), before, "the picture at last")


@case("CLI: long and wide texts do not spoil the picture")
def drawn_odd(net):
    for text in ("x" * 128, "网" * 42, "e\u0301" * 40, "a b", ""):
        net.ctl("port", "set", "v1", "client", text)
        lines = full(net, {"LC_ALL": "C.UTF-8"}).splitlines()
        eq([line for line in lines if width(line) > 80], [],
           "lines that are too wide")
        true(any(text[:10] in line for line in lines), "no %r" % text[:10])
    net.ctl("port", "set", "v1", "client", "web01.eth0")


@case("CLI: each object has a table")
def tables(net):
    for name, words in (("switch", ["vSwitch0", "lonely"]),
                        ("portgroup", ["VM Network", "trunk 10-12,20"]),
                        ("uplink", ["u1", "u2", "standby"]),
                        ("port", ["v1", "web01.eth0", "VM Network"]),
                        ("vmk", ["vmk0"]), ("fdb", [net.macs["v1"]]),
                        ("nic", ["u1", "v2", "vSwitch0"])):
        has(net.run_ctl(name, "show"), *words)
    true("Empty" not in net.run_ctl("portgroup", "show", "VM Network"),
         "more than was asked for")
    has(net.run_ctl("port", "show", "web01.eth0"), "v1")
    true("vSwitch0" not in net.run_ctl("nic", "show", "v2"), "v2 is unused")


@case("CLI: fdb show filters by switch, VLAN and port")
def filters(net):
    rows, one, vlan, none, other = net.show(
        "fdb show", "fdb show port v1", "fdb show vlan 104",
        "fdb show vlan 5", "fdb show switch lonely")
    eq(len(rows), 2, "addresses")
    eq([row["address"] for row in one], [net.macs["v1"]], "of v1")
    eq((vlan, none, other), (rows, [], []), "in VLAN 104, in 5, of lonely")


# Options

@case("CLI: --json prints one array, --pretty the same with indentation")
def json_output(net):
    for name in OBJECTS:
        plain = net.run_ctl("-j", name, "show")
        pretty = net.run_ctl("-j", "-p", name, "show")
        eq(json.loads(plain), json.loads(pretty), name)
        true(isinstance(json.loads(plain), list) and len(plain) > 3, name)
        true(plain.count("\n") == 1 and pretty.count("\n") > 1, "lines")
        if DEBUG:
            break
    eq(json.loads(net.run_ctl("--json", "portgroup", "show", "VM Network"))
       [0]["vlan"], {"id": 104}, "the VLAN")
    whole = json.loads(net.run_ctl("-j", "show"))
    eq(sorted(switch["name"] for switch in whole), ["lonely", "vSwitch0"],
       "what show prints as JSON")


@case("CLI: --statistics adds the counters")
def statistics(net):
    for name in ("port", "uplink"):
        plain = json.loads(net.run_ctl("-j", name, "show"))
        more = json.loads(net.run_ctl("-j", "-s", name, "show"))
        eq([obj for obj in plain if "stats" in obj], [], "without -s")
        eq([obj for obj in more if "stats" not in obj], [], "with -s")
    true(len(net.run_ctl("--statistics", "port", "show")) >
         len(net.run_ctl("port", "show")), "the table is no longer")


@case("CLI: --netns works in another namespace")
def netns(net):
    net.sh("ip netns add vswtest1")
    try:
        net.run_ctl("--netns", "vswtest1", "switch", "add", "there")
        has(net.run_ctl("-n", "vswtest1", "switch", "show"), "there")
        net.refused("switch show there", status=3, text="there")
        away = Netns("/run/netns/vswtest1")
        eq(away.route.links()["there"]["kind"], "vswitch", "kind")
        away.close()
        net.run_ctl("--netns=vswtest1", "switch", "del", "there")
    finally:
        net.sh("ip netns del vswtest1")


@case("CLI: --batch reads commands from a file, quoted as in a shell")
def batch(net):
    path = "/run/vswtest.batch"
    with open(path, "w", encoding="utf-8") as file:
        file.write('# comment\nportgroup add "a b" switch vSwitch0 # more\n'
                   "portgroup add c\\ d switch 'vSwitch0'\n\n"
                   "portgroup add \"it's\" switch vSwitch0")
    net.run_ctl("--batch", path)
    os.unlink(path)
    eq([obj["name"] for obj in net.show("portgroup show")[0]][-3:],
       ["a b", "c d", "it's"], "the new portgroups")
    net.batch('portgroup del "a b"\nportgroup del "c d"\n'
              'portgroup del "it\'s"')


@case("CLI: --force deletes a switch that is in use")
def force(net):
    net.batch("portgroup add P switch lonely\nport add v2 portgroup P")
    net.refused("switch del lonely", status=1, text="lonely")
    net.run_ctl("--force", "switch", "del", "lonely")
    net.refused("switch show lonely", status=3, text="lonely")
    true("master" not in net.link("v2"), "v2 is still a port")


run(setup)
