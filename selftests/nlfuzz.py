#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Hostile requests: what the spec allows, a little wrong, and quite wrong.

nlfuzz.c makes and sends them, by the grammar that is made here of the spec.
Root does it alone, and then under traffic; a user without rights; and root of a
user namespace, who may do everything in his own. VSWITCH_SEED is the number
that it begins with, 1 unless this is a soak; VSWITCH_SOAK makes it one, of a
million messages.
"""

import json
import os
import random
import subprocess
import time

from nlspec import Door, Spec
from vswtest import (BC, MAGIC, NOBODY, VSWCTL, Fail, Raw, case,
                     comment, eq, flood, frame, run, true)

PROGRAM = os.environ.get("VSWITCH_NLFUZZ") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "nlfuzz")
SOAK = int(os.environ.get("VSWITCH_SOAK") or 0)
SEED = int(os.environ.get("VSWITCH_SEED") or
           (random.SystemRandom().randrange(1 << 32) if SOAK else 1))
MESSAGES = 1000000 if SOAK else 20000
ROUND = 2500			# messages, and all begins anew

WEIGHTS = {"new": 4, "set": 6, "del": 1, "get": 2}
TYPES = {"string": "s", "nest": "n", "flag": "f", "binary": "b", "u32": "u",
         "s32": "u", "uint": "i"}
GROUPS = ["pg1", "pg2", "pg3", "none", "", "Gäste", "x" * 80, "x" * 81]
SWITCHES = ["s0", "s1", "s2", "u1", "n" * 16]
DEVICES = ["v1", "v2", "v3", "u1", "u2", "d1", "d2", "vmk0", "vmk1", "s0", "lo",
           "absent0", "%d", "a/b", "n" * 40]
# What makes no sense without the others, and what excludes them.
NEEDS = {("range", "first"), ("range", "last"), ("shape", "average"),
         ("shape", "burst"), ("portgroup", "switch"), ("port", "portgroup"),
         ("uplink", "switch"), ("vmk", "portgroup"), ("why", "destination")}
EITHER = "vlan"
BOUNDS = {("range", "first"): (0, 2000), ("range", "last"): (2000, 4094),
          ("vmk", "netns-fd"): (0, 5), ("shape", "average"): (8000, 10 ** 9),
          ("shape", "peak"): (10 ** 9, 10 ** 12)}
WORDS = {("members", "dev"): ["u1", "u2", "absent0", "d1"],
         ("uplink", "dev"): ["u1", "u2", "d1", "d2", "absent0", "v1", "lo"],
         ("switch", "name"): SWITCHES, ("switch", "default-portgroup"): GROUPS,
         ("portgroup", "name"): GROUPS, ("portgroup", "new-name"): GROUPS,
         ("port", "portgroup"): GROUPS, ("vmk", "portgroup"): GROUPS,
         ("port", "client"): ["web01", "", "a\tb", "c" * 128, "c" * 129],
         ("vmk", "name"): ["vmk0", "vmk1", "vmk9", "v1", "%d"]}
MACS = ["02aa000000%02x" % i for i in range(4)] + [
    "000000000000", "ffffffffffff", "01005e000001", "0180c2000000"]

SITE = """switch add s0
    uplink add u1 switch s0
    uplink add u2 switch s0 role standby
    portgroup add pg1 switch s0 vlan 10
    portgroup add pg2 switch s0 vlan trunk 1-20
    port add v1 portgroup pg1
    port add v2 portgroup pg2
    vmk add vmk0 portgroup pg1"""
VETHS = ["v1", "v2", "v3", "u1", "u2"]


def grammar(spec):
    """The lines of nlfuzz.c's language."""
    numbers = {name: number for number, name in enumerate(spec.sets)}
    lines = []
    for number, about in spec.ops.values():
        ways = ("do" in about) | ("dump" in about) << 1
        if not ways:
            continue
        where = about["attribute-set"]
        asks = []
        for way in ("do", "dump"):
            asks += about.get(way, {}).get("request", {}).get("attributes", [])
        lines.append("op %d %d %d %d %s" % (
            number, numbers[where], WEIGHTS[about["name"].rsplit("-", 1)[1]],
            ways, " ".join(str(spec.sets[where][name][0])
                           for name in dict.fromkeys(asks))))
    for where, attrs in spec.sets.items():
        for name, (number, about) in attrs.items():
            low, high = BOUNDS.get((where, name)) or bounds(spec, about)
            lines.append("attr %d %d %s %d %d %d" % (
                numbers[where], number, TYPES[about["type"]], low, high,
                numbers.get(about.get("nested-attributes"), 0)))
            place = numbers[where], number
            if name in ("stats", "idle"):
                lines.append("skip %d %d" % place)
            if (where, name) in NEEDS:
                lines.append("need %d %d" % place)
            if about["type"] == "binary":
                lines += ["bytes %d %d %s" % (*place, mac) for mac in MACS]
            elif about["type"] == "string":
                lines += ["word %d %d %s" % (*place, word) for word in words(
                    where, name)]
    lines.append("either %d" % numbers[EITHER])
    return "\n".join(lines) + "\n"


def bounds(spec, about):
    if "enum" in about:
        count = len(spec.enums[about["enum"]])
        if about.get("enum-as-flags"):
            return 0, (1 << count) - 1
        return 0, count - 1
    return (spec.limit(about, "min") or 0,
            spec.limit(about, "max") or (1 << 32) - 1)


def words(where, name):
    if name == "switch":
        return SWITCHES
    return WORDS.get((where, name), DEVICES)


def setup(net):
    net.spec = Spec()
    net.ends(" ".join(VETHS))
    for name in ("d1", "d2"):
        net.add(name)
    net.host.up("v3")
    net.batch(SITE)
    net.ready(" ".join(VETHS))


def again(net):
    """Take down all that is there, and build it anew."""
    for kind in ("vmk", "vswitch"):
        for name, link in net.host.route.links().items():
            if link["kind"] == kind:
                net.delete(name)
    for name, link in net.host.route.links().items():
        eq((link.get("master"), link["promiscuity"], link["allmulti"]),
           (None, 0, 0), "what is left on " + name)
    for what in ("switch", "portgroup", "uplink", "port", "vmk", "fdb"):
        eq(net.show(what + " show")[0], [], what)
    net.batch(SITE)


def sound(net):
    """What is shown of one thing agrees with what is shown of the others."""
    switches, groups, uplinks, ports, vmks = (
        {one.get("name", one.get("dev")): one for one in listed}
        for listed in net.show(*(what + " show" for what in (
            "switch", "portgroup", "uplink", "port", "vmk"))))
    found = net.host.route.links()
    links = {link["ifindex"]: link for link in found.values()}

    def on_switch(one):
        """Whether the link of a member is in the hands of its switch."""
        master = found[links[one["ifindex"]]["master"]]["ifindex"]
        eq(master, switches[one["switch"]]["ifindex"], "master of " + one["dev"])
    for name, one in switches.items():
        def on(those, name=name):
            return sum(other["switch"] == name for other in those.values())
        eq((one["portgroups"], one["ports"]), (on(groups), on(ports)),
           "portgroups and ports of " + name)
        eq(one["uplinks"], sum(up["switch"] == name and up["state"] != "absent"
                               for up in uplinks.values()), "uplinks")
        eq(one["mtu"], links[one["ifindex"]]["mtu"], "mtu of " + name)
    for name, one in groups.items():
        eq(one["ports"], sum(port["portgroup"] == name
                             for port in ports.values()), "ports of " + name)
    for name, one in ports.items():
        eq(one["switch"], groups[one["portgroup"]]["switch"], "switch")
        eq(one["kind"], "vmk" if name in vmks else "vnic", "kind of " + name)
        if one["kind"] == "vnic":
            on_switch(one)
    for name, one in uplinks.items():
        if one["state"] != "absent":
            on_switch(one)
            eq(links[one["ifindex"]]["mtu"], switches[one["switch"]]["mtu"], "mtu")


def send(net, count, seed, *options, **kwargs):
    """Messages from a process of its own; the sums."""
    door = Door(net.host, net.spec)
    numbers = str(door.family), str(door.group)
    door.close()
    argv = [PROGRAM, "-s", str(seed), "-n", str(count), *options, *numbers]
    os.sched_setaffinity(0, net.cpus)
    try:
        with net.host:
            done = subprocess.run(argv, input=grammar(net.spec), check=False,
                                  capture_output=True, encoding="utf-8",
                                  **kwargs)
    finally:
        os.sched_setaffinity(0, {min(net.cpus)})
    if done.returncode:
        raise Fail("seed %d: exit status %d\n%s" % (seed, done.returncode,
                                                    done.stderr))
    return json.loads(done.stdout)


def total(sums):
    """The sums of all rounds as one."""
    out = {}
    for one in sums:
        for key, value in one.pop("answers").items():
            out.setdefault("answers", {}).setdefault(key, 0)
            out["answers"][key] += value
        for key, value in one.items():
            out[key] = out.get(key, 0) + value
    return out


def say(sums, start):
    comment("seed %d: %s in %.1f s" % (SEED, json.dumps(sums),
                                       time.monotonic() - start))


def rounds(net, share, *options):
    """So many messages by root, round for round; each ends with all gone."""
    start, sums = time.monotonic(), []
    for i in range(max(MESSAGES * share // 100 // ROUND, 1)):
        sums.append(send(net, ROUND, SEED + i, *options))
        sound(net)
        again(net)
    sums = total(sums)
    say(sums, start)
    # The grammar is no use if all is refused, or nothing.
    done = sums["answers"].get("done", 0)
    true(sums["sent"] / 20 < done < sums["sent"] * 9 / 10, "%d done" % done)
    true(sums["told"], "there was no notification")
    for error in ("EINVAL", "ENOENT", "EEXIST", "EBUSY", "ERANGE", "EOPNOTSUPP"):
        true(error in sums["answers"], "nothing was refused by " + error)
    return sums


@case("ABI: of hostile requests by root each is answered, and what is refused "
      "has changed nothing")
def alone(net):
    sums = rounds(net, 45, "-c")
    true(sums["compared"] > sums["sent"] / 50, "too few were compared")


def streams(net):
    """Frames from everywhere to everywhere, and their sockets."""
    socks = {name: Raw(net.out, name, MAGIC) for name in VETHS}
    out = [(sock.sock, frame(dst, net.macs[name], tags))
           for name, sock in socks.items() for dst in (BC, NOBODY, net.macs["v1"])
           for tags in ("-", "10")]
    return out, socks.values()


@case("ABI: so it is while frames pass")
def under_traffic(net):
    pour, socks = streams(net)
    with flood(pour, 0.005):
        rounds(net, 25)
    for sock in socks:
        sock.close()


def plain(net):
    """All that is shown, but for counters."""
    out = net.show(*(what + " show" for what in (
        "switch", "portgroup", "uplink", "port", "vmk")))
    for listed in out:
        for one in listed:
            one.pop("stats", None)
            one.pop("other-source", None)
    return out


@case("M4: hostile requests of a user without rights change nothing")
def nobody(net):
    start, before = time.monotonic(), plain(net)
    pour, socks = streams(net)
    with flood(pour, 0.005):
        sums = send(net, MESSAGES // 5, SEED, "-u", user=65534, group=65534,
                    extra_groups=[])
    for sock in socks:
        sock.close()
    say(sums, start)
    eq(plain(net), before, "what is there")
    eq(sums["told"], 0, "notifications")
    true(sums["answers"]["EPERM"] > sums["sent"] / 3, "he is not told so")
    true(sums["answers"]["done"], "he can ask for nothing")


OWN = """
for name in v1 v2 v3 u1 u2; do
	ip link add $name type veth peer name p$name
	ip link set $name up
	ip link set p$name up
done
ip link add d1 type dummy
"$VSWCTL" -b - <<- LINES
%s
LINES
"$@"
"""


@case("M4: root of a user namespace may do so in his own, and to nobody else")
def own_namespace(net):
    start, before = time.monotonic(), net.state()
    door = Door(net.host, net.spec)
    argv = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
            "unshare", "--user", "--map-root-user", "--net", "bash", "-e", "-c",
            OWN % SITE, "bash", PROGRAM, "-s", str(SEED), "-n",
            str(MESSAGES // 10), "-c", str(door.family), str(door.group)]
    door.close()
    done = net.spawn(argv, text=grammar(net.spec), timeout=None, env={
        **os.environ, "VSWCTL": VSWCTL})
    eq((done.returncode, done.stderr), (0, ""), "nlfuzz of seed %d" % SEED)
    sums = json.loads(done.stdout)
    say(sums, start)
    true(sums["answers"]["done"] > sums["sent"] / 20, "he can do nothing")
    net.unchanged(before)


@case("F2, F3, F4: after that the switch works as before")
def works(net):
    again(net)
    net.batch("""switch set s0 notify off
        portgroup add e switch s0
        port add v3 portgroup e""")
    net.drain()
    net.before = {}
    net.check([("v3", BC, "-", "u1:-"), ("v1", "v2", "-", "v2:10"),
               ("v2", BC, "10", "v1:- u1:10"), ("v1", NOBODY, "-", "u1:10"),
               ("u1", "v1", "10", "v1:-"),
               ("u2", "v1", "10", "!reverse-path"),
               ("u1", NOBODY, "10", "!unknown-unicast")], counters=False)


run(setup)
