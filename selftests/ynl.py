#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The second client: the kernel's cli.py does, with our spec, what vswctl does.

The same host is built, changed and taken down by either. What one client made
the other one shows, and what both made is the same.
"""

import json
import os
import sys

from vswtest import VSWCTL, case, eq, run, true, until

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
    ("switch add s0 mtu 1400 forged reject notify on", "switch-new", {
        "name": "s0", "mtu": 1400, "policy": {
            "forged": "reject", "notify": "on"}}),
    ("switch add s1 notify on", "switch-new", {
        "name": "s1", "policy": {"notify": "on"}}),
    ("uplink add u1 switch s0", "uplink-new", {"dev": "u1", "switch": "s0"}),
    ("uplink add u2 switch s0 role standby", "uplink-new", {
        "dev": "u2", "switch": "s0", "role": "standby"}),
    ("portgroup add 'VM Network' switch s0 vlan 10", "portgroup-new", {
        "name": "VM Network", "switch": "s0", "vlan": {"id": 10}}),
    ("portgroup add trunk switch s0 vlan trunk 1-7,20 promiscuous accept "
     "shape-from-guest avg 1mbit peak 2mbit burst 64kb", "portgroup-new", {
         "name": "trunk", "switch": "s0", "vlan": {"range": [
             {"first": 1, "last": 7}, {"first": 20, "last": 20}]},
         "policy": {"promiscuous": "accept", "shape-from-guest": {
             "average": 1000000, "peak": 2000000, "burst": 65536}}}),
    ("portgroup add gone switch s1", "portgroup-new", {
        "name": "gone", "switch": "s1"}),
    ("port add a1 portgroup 'VM Network' client web01.eth0 "
     "mac 02:aa:00:00:00:01 allow-mac 02:aa:00:00:00:11,02:aa:00:00:00:12",
     "port-new", {
         "dev": "a1", "portgroup": "VM Network", "client": "web01.eth0",
         "mac": "02aa00000001", "allow-mac": {
             "address": ["02aa00000011", "02aa00000012"]}}),
    ("port add a2 portgroup gone", "port-new", {
        "dev": "a2", "portgroup": "gone"}),
    ("vmk add vmk0 portgroup 'VM Network' mac 02:aa:00:00:00:02 mtu 1300",
     "vmk-new", {"name": "vmk0", "portgroup": "VM Network",
                 "mac": "02aa00000002", "mtu": 1300}),
    ("vmk add vmk9 portgroup trunk", "vmk-new", {
        "name": "vmk9", "portgroup": "trunk"}),
    ("switch set s0 default-portgroup trunk teaming explicit active u2 "
     "standby u1 mac-limit 9", "switch-set", {
         "name": "s0", "default-portgroup": "trunk", "policy": {
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
WHY = "why port vmk0 destination 02:aa:00:00:00:05 vlan 10", "why-get", {
    "dev": "vmk0", "destination": "02aa00000005", "tag": 10}


def setup(net):
    for i, name in enumerate(("u1", "u2", "a1", "a2")):
        net.add(name)
        net.sh("ip link set %s address 02:bb:00:00:00:0%d" % (name, i))


def cli(net, *words):
    """What cli.py prints, as JSON; one value a line."""
    done = net.spawn([sys.executable, "-B", CLI, "--no-schema", "--spec", SPEC,
                      "--output-json", *words])
    eq((done.returncode, done.stderr), (0, ""), "cli.py %s" % (words,))
    return [json.loads(line) for line in done.stdout.splitlines()]


def by_vswctl(net, steps):
    for line, _, _ in steps:
        if line.startswith("-"):
            net.run_ctl(*line.split())
        else:
            net.batch(line)


def by_cli(net, steps):
    words = []
    for _, operation, attrs in steps:
        words += ["--multi", operation, json.dumps(attrs)]
    cli(net, *words)


def shown(net):
    """What vswctl shows, but for numbers that no two devices have."""
    answers = net.show(*("%s show" % kind for kind in KINDS), WHY[0])
    for answer in answers:
        for obj in answer:
            obj.pop("ifindex", None)
            obj.pop("stats", None)
    return dict(zip(KINDS + ("why",), answers))


HOSTS = {}


@case("ABI: what vswctl built cli.py shows, dump by dump")
def first(net):
    by_vswctl(net, BUILD)
    HOSTS["vswctl"] = shown(net)
    for kind in KINDS:
        ours = cli(net, "--dump", kind + "-get")[0]
        mine = json.loads(net.run_ctl("-j", "-s", kind, "show"))
        true(len(ours) > 0, "there is no " + kind)
        eq(ours, mine, "dump of %s" % kind)
    eq(cli(net, "--do", WHY[1], "--json", json.dumps(WHY[2])),
       net.show(WHY[0])[0], "why")
    eq([len(HOSTS["vswctl"][kind]) for kind in KINDS], [2, 2, 2, 2, 1, 2],
       "how many there are")


@case("ABI: what cli.py built is the host that vswctl built")
def second(net):
    by_vswctl(net, TAKE_DOWN)
    by_cli(net, BUILD)
    now = shown(net)
    for kind in now:
        eq(now[kind], HOSTS["vswctl"][kind], kind)
    by_cli(net, TAKE_DOWN)
    eq(net.show(*("%s show" % kind for kind in KINDS)), [[]] * len(KINDS),
       "what is left")


@case("ABI: every operation of the spec was used by both")
def all_used(net):
    done = net.spawn([sys.executable, "-B", CLI, "--no-schema", "--spec", SPEC,
                      "--list-ops"])
    every = {line.split()[0]: line.split("[")[1] for line in
             done.stdout.splitlines()}
    used = {step[1] for step in BUILD + TAKE_DOWN + [WHY]}
    used |= {kind + "-get" for kind in KINDS}
    eq(sorted(set(every) - used), [], "operations that were not used")


run(setup)
