#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The command line: help, exit statuses, near misses, options, what is shown."""

import json
import os
import re
import shlex
import unicodedata
from xml.etree import ElementTree

from vswtest import (BC, DEBUG, NOBODY, STRANGER, VSWCTL, Netns, Skip, case, eq,
                     frame, run, true, until)

OBJECTS = ["switch", "uplink", "portgroup", "port", "vmk", "nic", "fdb"]
COMPLETION = os.environ.get("VSWCTL_COMPLETION", os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    "../tools/vswctl/completion/vswctl"))
ONCE = "the same on any kernel"
X = "02:aa:00:00:00:01"
Y = "02:aa:00:00:00:02"


def setup(net):
    net.ends("u1 v1 v2")
    net.veth("u2")
    net.batch("""# one of everything
        switch add vSwitch0 mtu 9000 notify on
        switch add lonely notify on
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
    has(whole, "OBJECT", "--json", "--details", "why", *OBJECTS)
    eq((net.run_ctl("-h"), net.run_ctl("--help")), (whole, whole), "help")
    for name in OBJECTS:
        text = net.run_ctl(name, "help")
        for command in ("add", "set", "del", "show"):
            if command == "show" or name not in ("nic", "fdb"):
                has(text, "%s %s" % (name, command))
    has(net.run_ctl("show", "help"), "vswctl show")
    has(net.run_ctl("why", "help"), "vswctl why port", "destination")
    for name in ("switch", "portgroup"):
        has(net.run_ctl(name, "help"), "promiscuous|mac-changes|forged",
            "mac-learning", "shape-from-guest", "burst")
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
    for said, meant in (("promiscuous yes", "accept"), ("forged drop", "reject"),
                        ("mac-changes acept", "accept"),
                        ("mac-over-limit deny", "drop"),
                        ("shape-to-guest none", "off"),
                        ("shape-to-guest rate 1mbit", "avg"),
                        ("forged-transmits reject", "forged")):
        net.refused("switch set vSwitch0 " + said, status=2,
                    text='"%s"' % meant)
    net.refused("why port v1 to %s" % X, status=2, text='"destination"')
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


COLOUR = re.compile("\x1b\\[[0-9]*m")


@case("CLI: --color colours what is shown and changes nothing else")
def coloured(net):
    env = {"LC_ALL": "C.UTF-8", "TERM": "xterm"}
    for command, good in ((("show",), "\x1b[32m●"),
                          (("switch", "show"), "\x1b[32mup"),
                          (("port", "show"), "\x1b[32mup"),
                          (("-o", "uplink", "show"), "state \x1b[32mup")):
        plain = full(net, env, command=command)
        eq(full(net, env, ["--color"], command),
           full(net, env, ["-c=always"], command), "--color by itself")
        text = full(net, env, ["-c"], command)
        has(text, good)
        eq(COLOUR.sub("", text), plain, "without the colours")
        eq(full(net, env, ["--color=never"], command), plain, "never")
    eq(full(net, env, ["-c", "-j"], ("switch", "show")),
       full(net, env, ["-j"], ("switch", "show")), "JSON")
    for more, want in (({}, True), ({"NO_COLOR": "1"}, False),
                       ({"TERM": "dumb"}, False)):
        done = net.spawn(["script", "-qec", VSWCTL + " switch show",
                          "/dev/null"], env={**os.environ, **env, **more})
        eq("\x1b[" in done.stdout, want, "colour on a terminal with %s" % more)


@case("CLI: --oneline prints each object on a line, as keys and values")
def oneline(net):
    for name, key in (("switch", "name"), ("uplink", "dev"),
                      ("portgroup", "name"), ("port", "dev"), ("vmk", "name"),
                      ("nic", "name"), ("fdb", "address")):
        objects = json.loads(net.run_ctl("-j", "-s", name, "show"))
        for options in ([], ["-s"], ["-d", "-s"]):
            lines = net.run_ctl(*options, "-o", name, "show").splitlines()
            words = [shlex.split(line) for line in lines]
            eq([line[:2] for line in words],
               [[name, obj[key]] for obj in objects], "how lines begin")
            # The VLANs of a trunk are two words.
            if options == [] and name in ("switch", "uplink", "vmk"):
                eq([len(line) % 2 for line in words], [0] * len(words), "pairs")
    has(net.run_ctl("portgroup", "show", "-o", 'Trunk "A"'),
        "portgroup 'Trunk \"A\"' switch vSwitch0 vlan trunk 10-12,20")
    net.ctl("portgroup", "set", "Empty", "forged", "reject")
    text = net.run_ctl("-o", "-d", "portgroup", "show", "Empty")
    has(text, " forged reject", " (active u1)", " (shape-to-guest off)")
    true("(forged" not in text, "what is set is in brackets:\n" + text)
    net.ctl("portgroup", "set", "Empty", "forged", "inherit")
    has(net.run_ctl("-o", "-s", "uplink", "show", "u1"),
        " in-unicast-frames ", " out-broadcast-bytes ", " dropped ")
    whole = net.run_ctl("-o", "show").splitlines()
    eq([line.split()[0] for line in whole], ["switch"] * 2 + ["uplink"] * 2 +
       ["portgroup"] * 3 + ["port"] * 2, "what show prints")


@case("CLI: show --svg writes the drawing as an SVG")
def svg(net):
    path = "/run/vswtest.svg"
    eq(net.run_ctl("show", "--svg", path), "", "on stdout")
    with open(path, encoding="utf-8") as file:
        root = ElementTree.parse(file).getroot()
    os.unlink(path)
    texts = [one.text for one in root.iter() if one.tag.endswith("}text")]
    for word in ("vSwitch0", "lonely", "VM Network", "VLAN 104", "web01.eth0",
                 "192.0.2.1/24", "u1", "active", "u2", "standby", "no carrier",
                 "→ u1"):
        true(word in texts, "no %r in %s" % (word, texts))
    has(net.run_ctl("--svg", "-", "show"), "<svg ", "</svg>")
    net.refused("--svg /no/such/folder/x show", status=1,
                text="/no/such/folder/x: No such file")


@case("CLI: fdb show filters by switch, VLAN and port")
def filters(net):
    rows, one, vlan, none, other = net.show(
        "fdb show", "fdb show port v1", "fdb show vlan 104",
        "fdb show vlan 5", "fdb show switch lonely")
    eq(len(rows), 2, "addresses")
    eq([row["address"] for row in one], [net.macs["v1"]], "of v1")
    eq((vlan, none, other), (rows, [], []), "in VLAN 104, in 5, of lonely")


# Security, learning, shaping

FROM = {"average": 1000000, "peak": 2000000, "burst": 3000}
TO = {"average": 10000000, "burst": 65536}


def set_policies(net):
    """Some of it on the switch, some on the portgroup."""
    net.batch("""switch set vSwitch0 forged reject mac-limit 16
        switch set vSwitch0 shape-to-guest avg 10mbit burst 64kb
        portgroup set "VM Network" promiscuous accept mac-learning on
        portgroup set "VM Network" mac-changes accept
        portgroup set "VM Network" shape-from-guest avg 1mbit peak 250kbps burst 3000b
        """)


def default_policies(net):
    net.batch("""portgroup set "VM Network" policy inherit
        switch set vSwitch0 forged accept mac-limit 4096 shape-to-guest off""")


@case("CLI: show says what of a policy is set and what inherited: "
      "S2 S3 S4 S5 Q1")
def policies(net):
    set_policies(net)
    shown = net.one("portgroup show 'VM Network'")
    eq(shown["policy"], {"promiscuous": "accept", "mac-changes": "accept",
                         "mac-learning": "on", "shape-from-guest": FROM},
       "what is set")
    whole = {"promiscuous": "accept", "mac-changes": "accept",
             "forged": "reject", "mac-learning": "on", "mac-limit": 16,
             "mac-over-limit": "drop", "mac-flood": "on",
             "shape-from-guest": FROM, "shape-to-guest": TO}
    eq({key: shown["effective"].get(key) for key in whole}, whole,
       "what holds")
    text = net.run_ctl("portgroup", "show", "VM Network")
    has(text, "promiscuous accept, mac-changes accept, (forged reject), "
        "mac-learning on, (mac-limit 16)",
        "shape-from-guest avg 1mbit peak 2mbit burst 3000b, "
        "(shape-to-guest avg 10mbit burst 64kb)")
    true("mac-flood" not in text, "a default in:\n" + text)
    has(net.run_ctl("portgroup", "show", "Empty"), "(forged reject)",
        "(shape-to-guest avg 10mbit burst 64kb)")
    has(net.run_ctl("-d", "portgroup", "show", "VM Network"), "MAC-FLOOD",
        "(on)", "(avg 10mbit burst 64kb)")
    has(net.run_ctl("switch", "show", "vSwitch0"),
        "forged reject, mac-limit 16", "shape-to-guest avg 10mbit burst 64kb")
    default_policies(net)


@case("CLI: every policy field can be inherited again: S2 S3 S4 S5 Q1")
def inherited(net):
    fields = {"promiscuous": "accept", "mac-changes": "reject",
              "forged": "reject", "mac-learning": "on", "mac-limit": "7",
              "mac-over-limit": "allow", "mac-flood": "off",
              "shape-from-guest": "avg 1mbit burst 64kb", "shape-to-guest":
              "avg 1gbit peak 2gbit burst 1mb", "teaming": "explicit",
              "active": "none", "standby": "u2"}
    before = net.one("portgroup show Empty")
    net.ctl("portgroup set Empty " + " ".join(" ".join(item) for item in
                                              fields.items()))
    left = set(fields)
    for field in fields:
        eq(set(net.one("portgroup show Empty")["policy"]), left, "what is set")
        net.ctl("portgroup set Empty %s inherit" % field)
        left.remove(field)
    eq(net.one("portgroup show Empty"), before, "the portgroup at last")


@case("CLI: a default policy takes no room, --details shows it: S2 S3 S4 S5 Q1 "
      "T3 T4 T5")
def defaults(net):
    for name in ("switch", "portgroup"):
        plain = net.run_ctl(name, "show")
        for word in ("SECURITY", "SHAPING", "FAILOVER", "forged", "off"):
            true(word not in plain, "%s in:\n%s" % (word, plain))
        has(net.run_ctl("--details", name, "show"), plain, "PROMISCUOUS",
            "MAC-LEARNING", "MAC-LIMIT", "4096", "SHAPE-TO-GUEST", "off",
            "DETECT", "NOTIFY", "FAILBACK", "UP-DELAY")
    policy = net.one("switch show lonely")["policy"]
    eq({key: value for key, value in policy.items() if key not in (
        "teaming", "active", "standby")}, {
            "promiscuous": "reject", "mac-changes": "accept",
            "forged": "accept", "mac-learning": "off", "mac-limit": 4096,
            "mac-over-limit": "drop", "mac-flood": "on",
            "shape-from-guest": {"average": 0},
            "shape-to-guest": {"average": 0}, "detect": "link",
            "notify": "on", "failback": "on", "up-delay": 100},
       "the policy of a new switch")


@case("CLI: port show has the allowed list and how its addresses are used: "
      "S1 S3 S5")
def addresses(net):
    net.ctl("port set v1 allow-mac %s,%s" % (X, Y.replace(":", "-").upper()))
    eq(net.one("port show v1")["allow-mac"], {"address": [X, Y]}, "the list")
    has(net.run_ctl("port", "show", "v1"), "ALLOW-MAC", X + "," + Y)
    net.ports["v1"].send(frame(BC, STRANGER))
    until(lambda: net.one("port show v1").get("other-source") == STRANGER,
          "the other source of v1")
    has(net.run_ctl("port", "show", "v1"), "also sends from " + STRANGER)

    net.ctl("portgroup", "set", "VM Network", "mac-learning", "on")
    for source in (X, STRANGER):
        net.ports["v1"].send(frame(BC, source))
    until(lambda: net.one("port show v1").get("learned") == 1, "learning")
    eq(net.one("switch show vSwitch0")["learned"], 1, "learned by the switch")
    origins = {row["address"]: (row["origin"], "idle" in row)
               for row in net.show("fdb show port v1")[0]}
    eq(origins, {net.macs["v1"]: ("peer", False), X: ("allowed", True),
                 STRANGER: ("learned", True)}, "the addresses of v1")
    has(net.run_ctl("fdb", "show"), "IDLE", "learned", "allowed", "peer")
    for name in ("port", "switch"):
        has(net.run_ctl(name, "show"), "LEARNED")

    net.ctl("portgroup", "set", "VM Network", "mac-learning", "inherit")
    net.ctl("port set v1 allow-mac none")
    eq(net.one("port show v1").get("allow-mac", {}).get("address", []), [],
       "the list at last")
    net.ctl("port set vmk0 allow-mac " + X)
    eq(net.one("port show vmk0")["allow-mac"], {"address": [X]}, "of a vmk")
    net.ctl("port set vmk0 allow-mac none")


# Why

def why(net, *words):
    """What vswctl says, and the answer as JSON."""
    found = json.loads(net.run_ctl("-j", "why", "port", *words))
    eq(len(found), 1, "answers")
    return net.run_ctl("why", "port", *words), found[0]


@case("CLI: why says where a frame would go, and by which rule: F2 F3 F4")
def why_goes(net):
    text, found = why(net, "v1", "destination", BC)
    has(text, "VM Network", "VLAN 104", net.macs["v1"], "rule F3",
        "u1, with VLAN tag 104", "vmk0, untagged")
    eq((found["dev"], found["source"], found["destination"], found["switch"],
        found["portgroup"], found["vlan"], found["action"], found["rule"],
        found["receivers"]),
       ("v1", net.macs["v1"], BC, "vSwitch0", "VM Network", 104, "deliver",
        "F3", 2), "the answer")
    eq(sorted(one["dev"] for one in found["receiver"]), ["u1", "vmk0"],
       "the receivers")
    text, found = why(net, "v1", "destination", NOBODY)
    has(text, "goes by rule F2 to u1, with VLAN tag 104")
    eq(found["receiver"], [{"dev": "u1", "tag": 104}], "the receiver")
    text, found = why(net, "u1", "source", STRANGER, "destination",
                      net.macs["v1"], "vlan", "104")
    has(text, "uplink u1", "to v1, untagged")
    eq((found["tag"], found["receiver"]), (104, [{"dev": "v1"}]), "for v1")
    eq("portgroup" in found, False, "whether an uplink has a portgroup")


@case("CLI: why says for which reason a frame would be dropped: S2 S3 F4 F8")
def why_dropped(net):
    before = [one["stats"] for one in
              json.loads(net.run_ctl("-j", "-s", "port", "show"))]
    vmk = net.one("port show vmk0")["effective-mac"]
    for words, reason, rule in (
            (("v1", "destination", NOBODY, "vlan", "104"), "vlan-tag", None),
            (("v1", "destination", NOBODY, "vlan", "4095"), "vlan-invalid",
             None),
            (("v1", "source", vmk, "destination", NOBODY), "address-conflict",
             None),
            (("v1", "source", BC, "destination", NOBODY), "bad-source", None),
            (("v1", "destination", "01:80:c2:00:00:00"), "link-local", "F8"),
            (("u1", "source", STRANGER, "destination", NOBODY, "vlan", "104"),
             "unknown-unicast", "F4")):
        text, found = why(net, *words)
        eq((found["action"], found["reason"]), ("drop", reason), words)
        has(text, "is dropped by rule " + (rule or found["rule"]), reason)
    net.ctl("portgroup", "set", "VM Network", "forged", "reject")
    text, found = why(net, "v1", "source", STRANGER, "destination", NOBODY)
    eq((found["reason"], found["rule"]), ("forged", "S3"), "from a stranger")
    has(text, "is dropped by rule S3", "not an address of the port")
    net.ctl("portgroup", "set", "VM Network", "forged", "inherit")
    after = [one["stats"] for one in
             json.loads(net.run_ctl("-j", "-s", "port", "show"))]
    eq([one["dropped"] for one in after], [one["dropped"] for one in before],
       "what was counted")

    net.ctl("portgroup", "set", "VM Network", "mac-changes", "reject")
    net.out.set_mac("v1", X)
    until(lambda: net.one("port show v1")["effective-mac"] == X, "the change")
    text, found = why(net, "vmk0", "destination", X)
    eq(found["receiver"], [{"dev": "v1", "reason": "mac-changes"}], "of v1")
    has(text, "v1, which refuses it")
    net.out.set_mac("v1", net.macs["v1"])
    net.ctl("portgroup", "set", "VM Network", "mac-changes", "inherit")
    until(lambda: net.one("port show v1")["effective-mac"] == net.macs["v1"],
          "the change back")


@case("CLI: why goes to the host's own stack with link-local frames: F8")
def why_host(net):
    text, found = why(net, "u1", "source", STRANGER, "destination",
                      "01:80:c2:00:00:0e")
    eq((found["action"], found["rule"]), ("host", "F8"), "LLDP")
    has(text, "goes by rule F8 to the host's own stack on u1")


@case("CLI: why that cannot be answered is refused")
def why_refused(net):
    net.refused("why port u1 destination " + X, status=2, text="source")
    net.refused("why port nosuch destination " + X, status=3, text="nosuch")
    net.refused("why port v2 destination " + X, status=3, text="v2")
    net.refused("why port v1", status=2, text="destination")
    net.refused("why v1 destination " + X, status=2, text="port")


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
    for name in ("port", "uplink", "switch"):
        plain = json.loads(net.run_ctl("-j", name, "show"))
        more = json.loads(net.run_ctl("-j", "-s", name, "show"))
        eq([obj for obj in plain if "stats" in obj], [], "without -s")
        eq([obj for obj in more if "stats" not in obj], [], "with -s")
        true(len(net.run_ctl("--statistics", name, "show")) >
             len(net.run_ctl(name, "show")), "the table is no longer")
        for late in ((name, "show", "-s", "-j"), ("-j", name, "show", "-s")):
            eq(len(json.loads(net.run_ctl(*late))), len(more), "objects")
            true(all("stats" in obj for obj in json.loads(net.run_ctl(*late))),
                 "-s behind show is not heard")
    eq(json.loads(net.run_ctl("port", "show", "-j", "v1")),
       json.loads(net.run_ctl("-j", "port", "show", "v1")), "v1")


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


@case("CLI: --keep-going does the lines behind one that fails")
def keep_going(net):
    done = net.spawn([VSWCTL, "--keep-going", "-b", "-"],
                     text="portgroup add k1 switch nosuch\n"
                          "portgroup add k2 switch vSwitch0\n"
                          "portgroup add k2 switch vSwitch0\n"
                          "portgroup add k3 switch vSwitch0\n")
    eq(done.returncode, 3, "exit status, which is that of the first")
    eq([line.split(": ")[1] for line in done.stderr.splitlines()],
       ["stdin:1", "stdin:3"], "lines that failed")
    eq([obj["name"] for obj in net.show("portgroup show")[0]][-2:],
       ["k2", "k3"], "the new portgroups")
    net.batch("portgroup del k2\nportgroup del k3")


def completed(net, *words):
    """What bash offers for the last word."""
    script = """. "$1"; tool=$2; shift 2
        COMP_WORDS=("$tool" "$@") COMP_CWORD=$#; _vswctl
        printf '%s\\n' "${COMPREPLY[@]}" """
    done = net.spawn(["bash", "-c", script, "bash", COMPLETION, VSWCTL, *words])
    eq(done.stderr, "", "completion of %s" % (words,))
    return sorted(done.stdout.split("\n")[:-1])


@case("CLI: the completion has the names of what there is")
def completion(net):
    if DEBUG:
        raise Skip(ONCE)
    for words, want in (
            (("switch", "del", ""), ["lonely", "vSwitch0"]),
            (("uplink", "set", "u"), ["u1", "u2"]),
            (("port", "set", "v"), ["v1", "vmk0"]),
            (("port", "show", "w"), ["web01.eth0"]),
            (("vmk", "set", ""), ["vmk0"]),
            (("portgroup", "set", ""), ["Empty", 'Trunk\\ \\"A\\"',
                                        "VM\\ Network"]),
            (("portgroup", "set", "VM\\ N"), ["VM\\ Network"]),
            (("portgroup", "set", '"VM'), ["VM Network"]),
            (("port", "add", "v2", "portgroup", "E"), ["Empty"]),
            (("port", "add", "v"), ["v1", "v2", "vSwitch0", "vmk0"]),
            (("switch", "set", "vSwitch0", "active", "u1,u"),
             ["u1,u1", "u1,u2"]),
            (("switch", "set", "lonely", "default-portgroup", "n"), ["none"]),
            (("fdb", "show", "switch", "l"), ["lonely"]),
            (("why", "port", "u"), ["u1", "u2"]),
            (("vmk", "adopt", "v1", "vlan", "n"), ["none"]),
            (("join", "v"), ["v1", "v2", "vSwitch0", "vmk0"]),
            (("apply", COMPLETION[:-1]), [COMPLETION]),
            (("-n", "nosuch", "switch", "del", ""), [""]),
            (("--col",), ["--color"])):
        eq(completed(net, *words), want, "after %s" % (words,))


@case("CLI: --force deletes a switch that is in use")
def force(net):
    net.batch("portgroup add P switch lonely\nport add v2 portgroup P")
    net.refused("switch del lonely", status=1, text="lonely")
    net.run_ctl("--force", "switch", "del", "lonely")
    net.refused("switch show lonely", status=3, text="lonely")
    true("master" not in net.link("v2"), "v2 is still a port")


run(setup)
