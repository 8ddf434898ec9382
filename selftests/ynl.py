#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The second client: the kernel's cli.py does, with our spec, what vswctl does.

The same host is built, changed and taken down by either. What one client made
the other one shows, what both made is the same, and both hear of it alike. In
the end, cli.py has done all that there is in the spec.
"""

import json
import os
import subprocess
import sys
import tempfile

import yaml

from vswtest import VSWCTL, case, comment, eq, run, true

YNL = os.environ.get("YNL_DIR", "")
SPEC = os.environ.get("VSWITCH_SPEC", os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    "../Documentation/netlink/specs/vswitch.yaml"))
CLI = next((path for path in (YNL + "/pyynl/cli.py", YNL + "/cli.py")
            if os.path.exists(path)), None)
if not CLI:
    print("TAP version 13\n1..0 # SKIP no YNL in YNL_DIR")
    sys.exit(4)

KINDS = ("switch", "portgroup", "uplink", "port", "vmk", "fdb")

# Each step as vswctl and as cli.py is told it.
BUILD = [
    ("switch add s0 mtu 1400 forged reject notify off", "switch-new", {
        "name": "s0", "mtu": 1400, "policy": {
            "forged": "reject", "notify": "off"}}),
    ("switch add s1 notify off", "switch-new", {
        "name": "s1", "policy": {"notify": "off"}}),
    ("uplink add u1 switch s0", "uplink-new", {"dev": "u1", "switch": "s0"}),
    ("uplink add u2 switch s0 role standby", "uplink-new", {
        "dev": "u2", "switch": "s0", "role": "standby"}),
    ("uplink add later switch s0 role unused absent on", "uplink-new", {
        "dev": "later", "switch": "s0", "role": "unused", "absent": True}),
    ("portgroup add 'VM Network' switch s0 vlan 10", "portgroup-new", {
        "name": "VM Network", "switch": "s0", "vlan": {"id": 10}}),
    ("portgroup add trunk switch s0 vlan trunk 1-7,20 promiscuous accept "
     "shape-from-guest avg 1mbit peak 2mbit burst 64kb", "portgroup-new", {
         "name": "trunk", "switch": "s0", "vlan": {"range": [
             {"first": 1, "last": 7}, {"first": 20, "last": 20}]},
         "policy": {"promiscuous": "accept", "shape-from-guest": {
             "average": 1000000, "peak": 2000000, "burst": 65536}}}),
    ("portgroup add full switch s1 mac-changes reject mac-over-limit allow "
     "mac-flood off detect beacon failback off up-delay 5 "
     "shape-to-guest avg 1mbit peak 2mbit burst 64kb",
     "portgroup-new", {
         "name": "full", "switch": "s1", "policy": {
             "mac-changes": "reject", "mac-over-limit": "allow",
             "mac-flood": "off", "detect": "beacon", "failback": "off",
             "up-delay": 5, "shape-to-guest": {
                 "average": 1000000, "peak": 2000000, "burst": 65536}}}),
    ("portgroup add gone switch s1", "portgroup-new", {
        "name": "gone", "switch": "s1"}),
    ("port add a1 portgroup 'VM Network' client web01.eth0 "
     "mac 02:aa:00:00:00:01 allow-mac 02:aa:00:00:00:11,02:aa:00:00:00:12",
     "port-new", {
         "dev": "a1", "portgroup": "VM Network", "client": "web01.eth0",
         "mac": "02aa00000001", "allow-mac": {
             "address": ["02aa00000011", "02aa00000012"]}}),
    ("port add a2 portgroup gone blocked on", "port-new", {
        "dev": "a2", "portgroup": "gone", "blocked": "on"}),
    ("port set a2 client db01 mac 02:aa:00:00:00:06 "
     "allow-mac 02:aa:00:00:00:16", "port-set", {
         "dev": "a2", "client": "db01", "mac": "02aa00000006",
         "allow-mac": {"address": ["02aa00000016"]}}),
    ("vmk add vmk0 portgroup 'VM Network' mac 02:aa:00:00:00:02 mtu 1300",
     "vmk-new", {"name": "vmk0", "portgroup": "VM Network", "ifindex": 7777,
                 "mac": "02aa00000002", "mtu": 1300}),
    ("vmk add vmk9 portgroup trunk service vmotion,nfs netns NETNS", "vmk-new", {
        "name": "vmk9", "portgroup": "trunk", "service": ["vmotion", "nfs"],
        "netns-fd": "NETNS"}),
    ("vmk set vmk9 portgroup 'VM Network' service iscsi", "vmk-set", {
        "name": "vmk9", "portgroup": "VM Network", "service": ["iscsi"]}),
    ("switch set s0 mtu 1450 default-portgroup trunk teaming explicit "
     "active u2 standby u1 mac-limit 9", "switch-set", {
         "name": "s0", "mtu": 1450, "default-portgroup": "trunk", "policy": {
             "teaming": "explicit", "active": {"dev": ["u2"]},
             "standby": {"dev": ["u1"]}, "mac-limit": 9}}),
    ("portgroup set trunk name Tenants vlan all promiscuous inherit "
     "mac-learning on", "portgroup-set", {
         "name": "trunk", "new-name": "Tenants",
         "vlan": {"range": [{"first": 0, "last": 4094}]},
         "inherit": ["promiscuous"], "policy": {"mac-learning": "on"}}),
    ("uplink set u1 role unused", "uplink-set", {"dev": "u1",
                                                 "role": "unused"}),
    ("port set a1 portgroup Tenants blocked on effective-mac "
     "02:aa:00:00:00:05", "port-set", {
         "dev": "a1", "portgroup": "Tenants", "blocked": "on",
         "effective-mac": "02aa00000005"}),
    ("vmk set vmk0 mtu 1350 mac 02:aa:00:00:00:03", "vmk-set", {
        "name": "vmk0", "mtu": 1350, "mac": "02aa00000003"}),
    ("port del a2", "port-del", {"dev": "a2"}),
    ("portgroup del gone", "portgroup-del", {"name": "gone"}),
    ("vmk del vmk9", "vmk-del", {"name": "vmk9"}),
]
TAKE_DOWN = [
    ("uplink del u1", "uplink-del", {"dev": "u1"}),
    ("switch del s1", "switch-del", {"name": "s1"}),
    ("--force switch del s0", "switch-del", {"name": "s0", "force": True}),
]
WHY = ("why port vmk0 source 02:aa:00:00:00:03 "
       "destination 02:aa:00:00:00:05 vlan 10", "why-get", {
           "dev": "vmk0", "source": "02aa00000003",
           "destination": "02aa00000005", "tag": 10})
# What shows a part. vswctl shows a kind whole, or one of it by its name.
PARTS = [
    ("portgroup show", "portgroup-get", {"switch": "s1"}),
    ("uplink show", "uplink-get", {"switch": "s0"}),
    ("port show", "port-get", {"switch": "s0"}),
    ("port show", "port-get", {"portgroup": "Tenants"}),
    ("vmk show", "vmk-get", {"switch": "s0"}),
    ("fdb show switch s0", "fdb-get", {"switch": "s0"}),
    ("fdb show vlan 10", "fdb-get", {"vid": 10}),
    ("fdb show port vmk0", "fdb-get", {"dev": "vmk0"}),
]
ONES = [
    ("switch show s1", "switch-get", {"name": "s1"}),
    ("portgroup show Tenants", "portgroup-get", {"name": "Tenants"}),
    ("uplink show u2", "uplink-get", {"dev": "u2"}),
    ("port show a1", "port-get", {"dev": "a1"}),
    ("vmk show vmk0", "vmk-get", {"name": "vmk0"}),
]

# cli.py waits for news by sleeping; it is to say that it has begun, and to wait
# until its input ends. It reads the spec with the parser that is written in C.
SITE = """import sys, time, yaml
def sleep(_):
    print('"listening"', flush=True)
    sys.stdin.read()
time.sleep = sleep
yaml.SafeLoader = yaml.CSafeLoader
"""
FOLDER = tempfile.TemporaryDirectory(dir="/run")	# pylint: disable=R1732
ENV = {**os.environ, "PYTHONPATH": FOLDER.name}
with open(FOLDER.name + "/sitecustomize.py", "w", encoding="ascii") as site:
    site.write(SITE)

# What cli.py was asked: operations, their attributes, and what it has heard.
ASKED, HEARD = set(), set()


def setup(net):
    for i, name in enumerate(("u1", "u2", "a1", "a2")):
        net.add(name)
        net.sh("ip link set %s address 02:bb:00:00:00:0%d" % (name, i))


def command(*words):
    return [sys.executable, "-B", CLI, "--no-schema", "--spec", SPEC,
            "--output-json", *words]


def note(operation, attrs):
    """Keep what is asked for: the operation, and attributes in attributes."""
    for key, value in attrs.items():
        ASKED.add((operation, key))
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                note(key, one)


def cli(net, *asked, dump=False):
    """What cli.py says to operations with attributes, as JSON."""
    words = []
    for operation, attrs in asked:
        ASKED.add((operation, "dump" if dump else "do"))
        note(operation, attrs)
        words += ["--multi", operation, json.dumps(attrs)] if not dump else \
            ["--dump", operation, "--json", json.dumps(attrs)]
    # A vmk of another network namespace has that of the outside.
    outside = net.out.file.fileno()
    words = [word.replace('"NETNS"', str(outside)) for word in words]
    done = net.spawn(command(*words), env=ENV, pass_fds=[outside])
    eq((done.returncode, done.stderr), (0, ""), "cli.py %s" % (words,))
    return sets(json.loads(done.stdout))


def sets(answer):
    """An answer with the flags in one order; cli.py has them in a set."""
    if isinstance(answer, list):
        return [sets(one) for one in answer]
    if isinstance(answer, dict):
        return {key: sorted(value) if key == "service" else sets(value)
                for key, value in answer.items()}
    return answer


def by_vswctl(net, steps):
    for line, _, _ in steps:
        line = line.replace("NETNS", net.out.path)
        if line.startswith("-"):
            net.run_ctl(*line.split())
        else:
            net.batch(line)


def by_cli(net, steps):
    cli(net, *(step[1:] for step in steps))


def shown(net):
    """What vswctl shows, but for numbers that no two devices have."""
    answers = net.show(*("%s show" % kind for kind in KINDS), WHY[0])
    for answer in answers:
        for obj in answer:
            for key in ("ifindex", "stats", "netns-id"):
                obj.pop(key, None)
    return sets(dict(zip(KINDS + ("why",), answers)))


HOSTS = {}


def built(net):
    """The host is there, and is from an earlier case, if that has passed."""
    if not net.host.has("s0"):
        by_vswctl(net, BUILD)
        HOSTS["vswctl"] = shown(net)


@case("ABI: what vswctl built cli.py shows, dump by dump")
def first(net):
    built(net)
    for kind in KINDS:
        ours = cli(net, (kind + "-get", {}), dump=True)
        mine = sets(json.loads(net.run_ctl("-j", "-s", kind, "show")))
        true(len(ours) > 0, "there is no " + kind)
        eq(ours, mine, "dump of %s" % kind)
    eq([len(HOSTS["vswctl"][kind]) for kind in KINDS], [2, 3, 3, 2, 1, 2],
       "how many there are")


@case("ABI: cli.py shows one, or a part, as vswctl does")
def parts(net):
    built(net)
    answers = cli(net, *(one[1:] for one in ONES), WHY[1:])
    eq([[one] for one in answers], sets(net.show(*(one[0] for one in ONES), WHY[0])),
       "one of each")
    for line, operation, attrs in PARTS:
        want = [one for one in sets(net.show(line)[0])
                if all(key == "vid" or one[key] == value
                       for key, value in attrs.items())]
        true(want, "there is something to show: " + line)
        eq(cli(net, (operation, attrs), dump=True), want, (operation, attrs))


@case("C4: cli.py hears what vswctl monitor hears, word for word")
def hears(net):
    built(net)
    procs = []
    with net.host:
        for argv in ([VSWCTL, "-j", "-s", "monitor"],
                     command("--subscribe", "monitor", "--sleep", "1")):
            procs.append(subprocess.Popen(	# pylint: disable=R1732
                argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, encoding="utf-8", env=ENV))
    monitor, other = procs
    try:
        eq(json.loads(monitor.stdout.readline())["event"], "ready", "vswctl")
        eq(other.stdout.readline(), '"listening"\n', "cli.py")
        by_vswctl(net, TAKE_DOWN)
        by_vswctl(net, BUILD)
        other.stdin.close()
        theirs = sets(json.loads(other.stdout.read()))
        ours = [sets(json.loads(monitor.stdout.readline())) for _ in theirs]
    finally:
        for proc in procs:
            proc.kill()
            proc.wait()
            for pipe in (proc.stdout, proc.stderr):
                pipe.close()
    comment("%d notifications" % len(theirs))
    eq([(one["name"], one["msg"]) for one in theirs],
       [("%s-%sntf" % (one["object"], "del-" if one["event"] == "deleted"
                       else ""), one[one["object"]]) for one in ours],
       "what was heard")
    HEARD.update(one["name"] for one in theirs)


@case("ABI: what cli.py built is the host that vswctl built")
def second(net):
    built(net)
    by_vswctl(net, TAKE_DOWN)
    by_cli(net, BUILD)
    now = shown(net)
    for kind in now:
        eq(now[kind], HOSTS["vswctl"][kind], kind)
    by_cli(net, TAKE_DOWN)
    eq(net.show(*("%s show" % kind for kind in KINDS)), [[]] * len(KINDS),
       "what is left")


def spec_says():
    """All that can be asked and heard by the spec."""
    with open(SPEC, encoding="utf-8") as file:
        spec = yaml.load(file, yaml.CSafeLoader)
    sets_of = {one["name"]: one["attributes"] for one in spec["attribute-sets"]}
    every, news = set(), set()

    def nested(key, attrs):
        for attr in attrs:
            every.add((key, attr["name"]))
            if "nested-attributes" in attr:
                nested(attr["name"], sets_of[attr["nested-attributes"]])

    for one in spec["operations"]["list"]:
        if "notify" in one:
            news.add(one["name"])
        for mode in ("do", "dump"):
            if mode not in one:
                continue
            every.add((one["name"], mode))
            request = one[mode].get("request", {}).get("attributes", [])
            nested(one["name"], [attr for attr in sets_of[one["attribute-set"]]
                                 if attr["name"] in request])
    return every, news


@case("ABI: cli.py did every operation of the spec, with every attribute of it")
def all_used(_):
    every, news = spec_says()
    true(len(every) > 100, "what the spec says: %s" % every)
    eq(sorted(every - ASKED), [], "what was not asked for")
    eq(sorted(news - HEARD), [], "what was not heard")


run(setup)
