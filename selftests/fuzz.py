#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Hostile frames: random and mutated ones, by every kind of device.

    e1 e2 EST   a1 a2 vmk0 VST 10   b1 VST 20
    t1 trunk 10-12,20   z1 trunk 0,10   w1 vmk1 all   u1 u2 the uplinks

e2 a2 are taps. fuzzer.c makes the frames, sends them and looks at what comes
out. VSWITCH_SEED is the number that it begins with, 1 unless this is a soak;
VSWITCH_SOAK=SECONDS makes it one, of a million frames at least.
"""

import json
import os
import random
import subprocess
import time

from vswtest import (BC, NOBODY, Fail, Raw, Skip, case, comment, eq, run, true)

FUZZER = os.environ.get("VSWITCH_FUZZER") or os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "fuzzer")
SOAK = int(os.environ.get("VSWITCH_SOAK") or 0)
SEED = int(os.environ.get("VSWITCH_SEED") or
           (random.SystemRandom().randrange(1 << 32) if SOAK else 1))
FRAMES = 1000000 if SOAK else 100000
PARTS = 4
ALLOWED = ["00:00:5e:00:01:%02x" % i for i in range(1, 5)]

VLANS = {"e1": "none", "e2": "none", "a1": "10", "a2": "10", "vmk0": "10",
         "b1": "20", "t1": "trunk 10-12,20", "z1": "trunk 0,10", "w1": "all",
         "vmk1": "all", "u1": "uplink", "u2": "uplink"}
VETHS = "e1 a1 b1 t1 z1 w1 u1 u2"
TAPS = "e2 a2"
VMKS = "vmk0 vmk1"
# The others have an MTU of 1500, so that they refuse what these send.
LARGE = "e1 a1 t1 u1 u2 vmk1 a2"
# With a struct virtio_net_hdr before each frame.
VNET = "e1 a1 t1 w1 u2 a2 vmk0 vmk1"


def setup(net):
    for name in VETHS.split():
        net.ends(name, vnet=name in VNET.split())
    for name in TAPS.split():
        net.tap(name, vnet=name in VNET.split())
    net.batch("""switch add s0 mtu 9000
        uplink add u1 switch s0
        uplink add u2 switch s0
        portgroup add est switch s0
        portgroup add vst10 switch s0 vlan 10
        portgroup add vst20 switch s0 vlan 20
        portgroup add vgt switch s0 vlan trunk 10-12,20
        portgroup add vgt0 switch s0 vlan trunk 0,10
        portgroup add any switch s0 vlan all
        port add e1 portgroup est
        port add e2 portgroup est
        port add a1 portgroup vst10
        port add a2 portgroup vst10 mac %s
        port add b1 portgroup vst20
        port add t1 portgroup vgt
        port add z1 portgroup vgt0
        port add w1 portgroup any
        vmk add vmk0 portgroup vst10
        vmk add vmk1 portgroup any""" % net.macs["a2"])
    for name in VMKS.split():
        net.own(name, vnet=name in VNET.split())
    for name in LARGE.split():
        net.host.set_mtu(name, 9000)
    for name in VETHS.split():
        net.out.set_mtu(name, 9000)
    net.ready(VETHS)
    for name in (TAPS + " " + VMKS).split():
        net.host.ready(name)


def mouths(net):
    """What the fuzzer is to know of each device, and the files it uses."""
    words, files = [], []
    for name, vlan in VLANS.items():
        port = net.ports[name]
        fd = port.fd if name in TAPS.split() else port.sock.fileno()
        kind = "tap" if name in TAPS.split() else "raw"
        files.append(fd)
        words.append("%s/%d/%s%s/%s/%s" % (
            name, fd, "v" if name in VNET.split() else "", kind,
            net.macs[name], vlan))
    return words, files


def received(net):
    """Frames that each device of the host has received, by its own count."""
    links = json.loads(net.sh("ip -j -s link show"))
    return {link["ifname"]: link["stats64"]["rx"]["packets"]
            for link in links}


def check_in(name, have, done, came):
    """F10: what a device brought is what the fuzzer sent by it.

    Came is what the device itself has counted.
    """
    if name in VMKS.split():
        if not done["segmented"]:
            eq(have, done["sent"], "frames in of " + name)
        return
    # The core may refuse one in silence that it is to segment.
    true(came >= done["sent"] - done["segmented"],
         "%s: %s sent, %d received" % (name, done, came))
    # What has lost a part of its tag does not get to the switch.
    eq(have, came - done["cut"], "frames in of " + name)


def sums(net, before, brought, made):
    """F10: what came in, and that each frame has its fate."""
    links, entered, fates = received(net), 0, 0
    for (name, number), cur in net.counters().items():
        reasons = sum(num for field, num in cur.items() if field[0] == "!")
        eq(reasons, cur["dropped"] + cur["filtered"], "reasons of " + name)
        have = {field: cur[field] - before[name, number][field]
                for field in ("in", "out", "dropped", "filtered")}
        check_in(name, have["in"], made[name], links[name] - brought[name])
        entered += have["in"]
        fates += have["out"] + have["dropped"] + have["filtered"]
        if name in ("u1", "u2"):
            fates += made[name]["local"]
    true(fates >= entered, "of %d frames only %d have a fate" %
         (entered, fates))


def start_fuzzer(net, part, words, files):
    """Run it beside us, on any CPU."""
    argv = [FUZZER, "-s", str(SEED + part), "-n", str(FRAMES // PARTS),
            "-t", str(SOAK // PARTS)]
    for address in ALLOWED:
        argv += ["-a", address]
    os.sched_setaffinity(0, net.cpus)
    try:
        # pylint: disable=consider-using-with
        return subprocess.Popen(argv + words, pass_fds=files,
                                stdout=subprocess.PIPE, encoding="utf-8",
                                stderr=subprocess.PIPE)
    finally:
        os.sched_setaffinity(0, {min(net.cpus)})


def fuzz(net, part, meanwhile=None, after=""):
    """A part of all frames, with what the switch is set to now.

    Lines of commands may be run over and over meanwhile, others when all has
    been sent and before it is counted.
    """
    if not os.access(FUZZER, os.X_OK):
        raise Skip("no program %s" % FUZZER)
    net.drain()
    before, brought = net.counters(), received(net)
    start = time.monotonic()
    with start_fuzzer(net, part, *mouths(net)) as proc:
        while meanwhile and proc.poll() is None:
            net.batch(meanwhile)
        said, faults = proc.communicate()
    if proc.returncode:
        raise Fail("seed %d, exit status %d\n%s" % (
            SEED, proc.returncode, faults))
    made = json.loads(said)
    comment("seed %d: %d frames taken, %d not, %d came out, in %.1f s" % (
        SEED, sum(one["sent"] for one in made.values()),
        sum(one["refused"] for one in made.values()),
        sum(one["got"] for one in made.values()), time.monotonic() - start))
    net.batch(after)
    net.drain()
    sums(net, before, brought, made)
    for name, one in made.items():
        true(one["sent"] and one["checked"], "%s: %s" % (name, one))


@case("F10: of %d hostile frames each is counted and stays in its VLAN" %
      (FRAMES // PARTS))
def plain(net):
    fuzz(net, 0)


@case("F10: so it is with promiscuous ports, learning and foreign sources")
def security(net):
    net.batch("""portgroup set vst10 promiscuous accept
        portgroup set vgt0 mac-learning on mac-limit 16
        portgroup set any mac-learning on mac-limit 100 mac-over-limit allow
        portgroup set vst20 mac-changes reject mac-learning on mac-flood off
        portgroup set est forged reject""")
    for name in ("e1", "a1", "t1", "vmk1"):
        net.ctl("port", "set", name, "allow-mac", ",".join(ALLOWED))
    fuzz(net, 1)


@case("F10: so it is when shapers cut and delay them")
def shaping(net):
    net.batch("""portgroup set any shape-to-guest avg 20mbit burst 4kb
        portgroup set vst10 shape-from-guest avg 8mbit peak 50mbit burst 64kb
        portgroup set vgt shape-from-guest avg 1mbit burst 2kb
        portgroup set vst20 shape-to-guest avg 64kbit burst 1500b""")
    fuzz(net, 2, after="""portgroup set any shape-to-guest off
        portgroup set vst10 shape-from-guest off
        portgroup set vgt shape-from-guest off
        portgroup set vst20 shape-to-guest off""")


@case("F10: so it is when the configuration changes all the time")
def changes(net):
    fuzz(net, 3, meanwhile="""port set a1 blocked on
        portgroup set vst10 promiscuous reject teaming explicit active u2
        portgroup set any mac-learning off shape-to-guest avg 20mbit burst 8kb
        portgroup set vgt0 mac-learning off promiscuous accept
        port set vmk1 allow-mac none
        switch set s0 mtu 1500
        port set a1 blocked off
        portgroup set vst10 promiscuous accept teaming inherit active inherit
        portgroup set vgt0 mac-learning on promiscuous reject
        portgroup set any mac-learning on shape-to-guest off
        port set vmk1 allow-mac %s
        switch set s0 mtu 9000""" % ALLOWED[0])


def plain_ports(net):
    """Sockets without the header that net.check() knows nothing about."""
    for name in VNET.split():
        if name in TAPS.split():
            # It would go if it was closed. As it is, it gets nothing more.
            net.host.up(name, False)
            net.noise.append(net.ports.pop(name))
            continue
        net.ports.pop(name).close()
        net.ports[name] = Raw(net.host if name in VMKS.split() else net.out,
                              name)


@case("F2, F3, F4: after that the switch works as before")
def works(net):
    for name in ("vst10", "vgt0", "any", "vst20", "est"):
        net.ctl("portgroup", "set", name, "policy", "inherit")
    plain_ports(net)
    net.before = {}
    net.drain()
    net.check([("e1", BC, "-", "e2:- z1:- w1:- vmk1:- u2:-"),
               ("a1", BC, "-", "vmk0:- t1:10 z1:10 w1:10 vmk1:10 u2:10"),
               ("a1", "b1", "-", "u2:10"),
               ("t1", "a1", "10p3", "a1:-"),
               ("t1", NOBODY, "20", "u1:20"),
               ("t1", BC, "13", "!vlan-denied"),
               ("vmk0", "vmk1", "-", "vmk1:10"),
               ("u1", BC, "20", "t1:20 w1:20 vmk1:20"),
               ("u1", NOBODY, "20", "!unknown-unicast"),
               ("u2", "b1", "20", "b1:-"),
               ("u1", "b1", "20", "!reverse-path")])


run(setup)
