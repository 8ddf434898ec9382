#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""How many of everything there can be, and whose memory it is."""

import contextlib
import os
import tempfile
import time

from vswtest import (DEBUG, NOBODY, VSWCTL, Skip, case, comment, eq, frame, run,
                     true, until)

UPLINKS = ["u1", "u2", "u3", "u4"]
CGROUPS = "/sys/fs/cgroup"


def setup(net):
    net.batch("switch add s0")


def lines(net, text, what):
    start = time.monotonic()
    net.batch(text)
    comment("%s in %.1f s" % (what, time.monotonic() - start))


@case("M5: 32 uplinks a switch, and not one more")
def uplinks(net):
    for i in range(33):
        net.add("d%d" % i)
    lines(net, "".join("uplink add d%d switch s0\n" % i for i in range(32)),
          "32 uplinks")
    net.refused("uplink add d32 switch s0",
                text="s0 has 32 uplinks already (dev)")
    eq(net.one("switch show s0")["uplinks"], 32, "uplinks")
    net.ctl(*"uplink del d7".split())
    net.ctl(*"uplink add d32 switch s0".split())
    eq(len(net.one("switch show s0")["policy"]["active"]["dev"]), 32,
       "active uplinks")
    # One that vanishes keeps its place in the list.
    net.delete("d3")
    net.add("d3x")
    net.refused("uplink add d3x switch s0",
                text="s0 has 32 uplinks already (dev)")
    for i in range(33):
        if i != 3:
            net.delete("d%d" % i)
    net.delete("d3x")
    net.batch("switch del s0\nswitch add s0")


@case("M5: 64 vSwitches a namespace, and not one more")
def switches(net):
    lines(net, "".join("switch add x%d\n" % i for i in range(63)),
          "63 switches")
    net.refused("switch add x63", text="there are 64 switches already (name)")
    net.sh("ip link add x63 type vswitch", check=1)
    net.batch("switch del x0\nswitch add x63")
    eq(len(net.show("switch show")[0]), 64, "switches")
    net.batch("".join("switch del x%d\n" % i for i in range(1, 64)))


@case("M5: 4096 portgroups a namespace, and not one more")
def portgroups(net):
    net.batch("switch add s1")
    lines(net, "".join("portgroup add p%d switch s%d vlan %d\n" %
                       (i, i % 2, i % 4095) for i in range(4096)),
          "4096 portgroups")
    net.refused("portgroup add p4096 switch s0",
                text="there are 4096 portgroups already (name)")
    eq(len(net.show("portgroup show")[0]), 4096, "portgroups")
    net.ctl(*"portgroup del p100".split())
    net.ctl(*"portgroup add p4096 switch s0".split())
    net.batch("switch del s0\nswitch del s1\nswitch add s0")
    eq(net.show("portgroup show")[0], [], "portgroups")


@case("M5: 256 ranges in a VLAN list, and not one more")
def ranges(net):
    def text(count):
        return ",".join(str(3 * i) for i in range(count))
    net.ctl(*("portgroup add pg switch s0 vlan trunk " + text(256)).split())
    eq(len(net.one("portgroup show pg")["vlan"]["range"]), 256, "ranges")
    before = net.state()
    done = net.try_ctl("portgroup set pg vlan trunk " + text(257))
    eq(done.returncode in (1, 2), True, "refusal of 257 ranges")
    net.unchanged(before)


def join(group):
    with open(group + "/cgroup.procs", "w", encoding="ascii") as procs:
        procs.write("0")


@contextlib.contextmanager
def cgroup():
    """Live in a new memory cgroup; what tells how much it is charged for."""
    try:
        with open(CGROUPS + "/cgroup.subtree_control", "w",
                  encoding="ascii") as control:
            control.write("+memory")
    except OSError as exc:
        raise Skip("no memory cgroups: %s" % exc) from exc
    group = tempfile.mkdtemp(dir=CGROUPS)

    def charged():
        with open(group + "/memory.stat", encoding="ascii") as stat:
            return dict(line.split() for line in stat)["slab_unreclaimable"]
    try:
        join(group)
        yield lambda: int(charged())
    finally:
        join(CGROUPS)
        os.rmdir(group)


def pays(charged, count, size, what):
    """The cgroup is charged for so many of what takes at least this size.

    Charges are summed up every two seconds.
    """
    until(lambda: charged() >= count * size,
          "a charge of %d bytes each for %d %s" % (size, count, what))
    comment("%d %s: %d bytes" % (count, what, charged()))


@case("M4: what somebody has the kernel keep is charged to his memory cgroup")
def accounted(net):
    # A bit for each VLAN, two lists for each of 32 uplinks, and the name.
    text = "".join("portgroup add %080d switch s0 vlan all\n" % i
                   for i in range(4000))
    with cgroup() as charged:
        done = net.spawn([VSWCTL, "-b", "-"], text=text)
        eq((done.returncode, done.stderr), (0, ""), "vswctl")
        pays(charged, 4000, 512 + 2 * 32 * 8 + 80, "portgroups")
    net.batch("switch del s0\nswitch add s0")


@case("M4: what frames have a vSwitch keep is charged to who has made that")
def accounted_frames(net):
    # Who writes to a tap does the switch's work; a veth's frames come by a softirq.
    net.tap("t0")
    net.ends("g0")
    for name in ("t0", "g0"):
        with cgroup() as charged:
            done = net.spawn([VSWCTL, "-b", "-"], text="switch add s1\n"
                             "portgroup add pg switch s1 mac-learning on\n"
                             "port add %s portgroup pg" % name)
            eq((done.returncode, done.stderr), (0, ""), "vswctl")
            net.host.ready(name)
            join(CGROUPS)
            for i in range(4096):
                net.ports[name].send(frame(NOBODY, "02:cc:00:00:%02x:%02x" %
                                           (i >> 8, i & 255)))
                if not i % 256:
                    net.settle()
            net.settle()
            true(net.one("port show " + name)["learned"] > 4090, "addresses")
            # The address, the VLAN, the port, the time and two places in lists.
            pays(charged, 4090, 8 + 2 + 8 + 8 + 2 * 16, "learned addresses")
        net.run_ctl("--force", "switch", "del", "s1")
    net.ports.pop("t0").close()
    net.ports.pop("g0").close()
    net.delete("g0")


def carried(net):
    """The uplink of each port."""
    return {port["dev"]: port.get("uplink")
            for port in net.show("port show")[0]}


def moved(net):
    """T1: the loss of an uplink moves its own ports alone, and its return
    brings back just those."""
    before = carried(net)
    eq(before, {port["dev"]: UPLINKS[port["number"] % len(UPLINKS)] for port in
                net.show("port show")[0]}, "uplinks of the ports")
    start = time.monotonic()
    net.out.up("u2", False)
    until(lambda: "u2" not in carried(net).values(), "the ports to leave u2")
    comment("1024 ports have moved, seen after %.2f s" %
            (time.monotonic() - start))
    now = carried(net)
    eq([dev for dev in before if before[dev] != "u2" and
        before[dev] != now[dev]], [], "ports that moved without a reason")
    eq(set(now.values()), {"u1", "u3", "u4"}, "uplinks in use")
    net.out.up("u2")
    until(lambda: carried(net) == before, "the ports to return", 8)


@case("M5, T1: 4096 ports a switch, and not one more; which of them move")
def ports(net):
    if DEBUG:
        raise Skip("thousands of netdevs take too long on this kernel")
    net.ends(" ".join(UPLINKS))
    net.batch("".join("uplink add %s switch s0\n" % name for name in UPLINKS))
    net.ready(" ".join(UPLINKS))
    lines(net, "portgroup add many switch s0\n" +
          "".join("vmk add k%d portgroup many\n" % i for i in range(4096)),
          "4096 ports")
    net.refused("vmk add k4096 portgroup many",
                text="s0 has 4096 ports already")
    eq(net.one("switch show s0")["ports"], 4096, "ports")
    net.ctl(*"vmk del k5".split())
    net.ctl(*"vmk add k4096 portgroup many".split())
    eq(net.one("vmk show k4096")["number"], 4097, "number of the last port")
    moved(net)
    start = time.monotonic()
    net.delete("s0")
    comment("all gone in %.1f s" % (time.monotonic() - start))
    eq(net.show("vmk show")[0], [], "vmks")


run(setup)
