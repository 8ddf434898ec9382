#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What does not grow with the number of ports: instructions a frame, a receiver
of a broadcast, an operation; and what does, memory and dumps. In the VM, whose
clock counts instructions; prints JSON.
"""

import glob
import json
import os
import resource
import statistics
import sys

from bed import (DST, SRC, VLAN, VSWCTL, Bed, Dummies, Vswitch, batch, clear,
                 ctl, pktgen, prepare, sent, sh)

SIZES = (2, 64, 1024, 4096)
# What is there already when operations are counted, and how many there are.
EXISTING, OPERATIONS = (0, 1024, 3072), 256
# The most that a Linux bridge has.
BRIDGE_PORTS = 1000
FLOOD_PORTS = 4000
COUNT, TURNS = 2000, 3
# The most addresses that a port learns.
LEARNED = 4096


def say(text):
    print(text, file=sys.stderr, flush=True)


def mac(i):
    return "02:00:00:01:%02x:%02x" % (i >> 8, i & 255)


def devices(first, last):
    batch("ip", "".join("link add d%d type dummy\nlink set d%d up\n" % (i, i)
                        for i in range(first, last)))


def lines(form, first, last):
    """The line for each device, with {i}, {mac} and {vlan}."""
    return "".join(form.format(i=i, mac=mac(i), vlan=1 + i % 4000) + "\n"
                   for i in range(first, last))


def busy(daemons=()):
    """For how many nanoseconds programs that have ended, and daemons, ran.

    This clock runs on while somebody waits, so it is no use by itself.
    """
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = round((used.ru_utime + used.ru_stime) * 1e9)
    for path in [path for pid in daemons
                 for path in glob.glob("/proc/%s/task/*/schedstat" % pid)]:
        with open(path, encoding="ascii") as file:
            total += int(file.read().split()[0])
    return total


def timed(call, *args, daemons=()):
    """How many instructions that takes."""
    start = busy(daemons)
    call(*args)
    return busy(daemons) - start


def memory():
    """The bytes that the kernel has taken for itself."""
    with open("/proc/meminfo", encoding="ascii") as file:
        info = dict(line.split(":") for line in file)
    return sum(int(info[key].split()[0]) * 1024
               for key in ("Slab", "Percpu", "VmallocUsed"))


class Grown(Vswitch):
    """The switch with two guests and any number of others."""

    def build(self):
        for name in ("s1", "s2"):
            self.add(name)
        ctl("switch add v0 forged reject notify off\n"
            "uplink add s1 switch v0\nuplink add s2 switch v0\n"
            "portgroup add Guests switch v0 vlan %d\n" % VLAN)
        self.guest("pa", SRC)
        self.guest("pb", DST)
        self.count = 2

    def grow(self, size):
        devices(self.count, size)
        ctl(lines("portgroup add p{i} switch v0 vlan {vlan}", self.count, size))
        ctl(lines("port add d{i} portgroup p{i} mac {mac}", self.count, size))
        self.count = size

    def turn(self, way):
        """Let the frames go that way."""
        self.way = way
        # The one that gets the frames is nobody's outside.
        src, dst = {"out": (SRC, "02:00:00:00:00:cc"), "in": (DST, SRC),
                    "between": (SRC, DST)}[way]
        self.inlet = self.uplink("pa") if way == "in" else "pa"
        self.outlet = {"out": self.uplink("pa"), "in": "pa",
                       "between": "pb"}[way]
        if way == "in":
            src = "02:00:00:00:00:cc"
        self.load()
        pktgen(self.inlet, "src_mac " + src, "dst_mac " + dst)


def frames():
    """Instructions a frame by the number of ports and portgroups."""
    found = {}
    with Grown(Dummies, "out") as bed:
        for size in SIZES:
            bed.grow(size)
            found[size] = {}
            for way in ("out", "in", "between"):
                bed.turn(way)
                bed.run(COUNT)
                found[size][way] = statistics.median(
                    bed.run(COUNT) for _ in range(TURNS))
            say("%d ports: %s" % (size, found[size]))
        dump = timed(sh, VSWCTL, "-j", "port", "show")
    return found, dump / SIZES[-1]


class Learner(Bed):
    """A guest whose addresses are learned."""

    def build(self):
        for name in ("pa", "s1"):
            self.add(name)
        ctl("switch add v0 mac-learning on notify off\nuplink add s1 switch v0\n"
            "portgroup add Guests switch v0 vlan %d\n"
            "port add pa portgroup Guests mac %s\n" % (VLAN, SRC))
        self.outlet = "s1"


def flood(bed, outlets):
    """Instructions a receiver of a broadcast."""
    bed.way, bed.inlet, bed.outlet = "between", "pa", outlets[0]
    bed.load()
    pktgen("pa", "dst_mac ff:ff:ff:ff:ff:ff")
    bed.run(2)
    before = sent(outlets[-1])
    took = bed.run(20)
    if sent(outlets[-1]) - before != 20:
        raise RuntimeError("the last one has missed broadcasts")
    return took / len(outlets)


class Crowd(Bed):
    """A guest among many in one VLAN."""

    def build(self):
        self.add("pa")
        devices(0, self.size)
        self.attach()


class SwitchCrowd(Crowd):
    size = FLOOD_PORTS

    def attach(self):
        ctl("switch add v0 forged reject notify off\n"
            "portgroup add Guests switch v0 vlan %d\n"
            "port add pa portgroup Guests mac %s\n" % (VLAN, SRC) +
            lines("port add d{i} portgroup Guests mac {mac}", 0, self.size))


class BridgeCrowd(Crowd):
    size = BRIDGE_PORTS

    def attach(self):
        batch("ip", "link add br0 type bridge mcast_snooping 0 vlan_filtering 1"
              " vlan_default_pvid %d\nlink set br0 up\n"
              "link set pa master br0\n" % VLAN +
              lines("link set d{i} master br0", 0, self.size))


def floods():
    found = {}
    for name, crowd in (("vswitch", SwitchCrowd), ("bridge", BridgeCrowd)):
        with crowd(Dummies, "between") as bed:
            found[name] = flood(bed, ["d%d" % i for i in range(bed.size)])
        say("broadcast, %s: %.0f a receiver" % (name, found[name]))
    return found


class Switch:
    """Operations of the switch."""

    sizes = EXISTING
    what = "attach", "change", "remove"

    @staticmethod
    def daemons():
        return ()

    def begin(self):
        ctl("switch add v0 notify off\n"
            "portgroup add A switch v0 vlan 10\n"
            "portgroup add B switch v0 vlan 20\n")

    def attach(self, first, last):
        ctl(lines("port add d{i} portgroup A mac {mac}", first, last))

    def change(self, first, last):
        ctl(lines("port set d{i} portgroup B", first, last))

    def remove(self, first, last):
        ctl(lines("port del d{i}", first, last))

    def end(self):
        batch("ip", "link del v0\n")


class LinuxBridge(Switch):
    """The same with a Linux bridge, as far as it goes."""

    sizes = (0, BRIDGE_PORTS - OPERATIONS)

    def begin(self):
        batch("ip", "link add br0 type bridge mcast_snooping 0 vlan_filtering 1"
              " vlan_default_pvid 0\nlink set br0 up\n")

    def attach(self, first, last):
        batch("ip", lines("link set d{i} master br0", first, last))
        batch("bridge", lines("vlan add dev d{i} vid 10 pvid untagged", first,
                              last))

    def change(self, first, last):
        batch("bridge", lines("vlan del dev d{i} vid 10", first, last) +
              lines("vlan add dev d{i} vid 20 pvid untagged", first, last))

    def remove(self, first, last):
        batch("ip", lines("link set d{i} nomaster", first, last))

    def end(self):
        batch("ip", "link del br0\n")


class Vrf(Switch):
    """What the kernel takes to link a device to a master, for any of them: this
    one does nothing that grows."""

    what = "attach", "remove"

    def begin(self):
        batch("ip", "link add vrf0 type vrf table 99\nlink set vrf0 up\n")

    def attach(self, first, last):
        batch("ip", lines("link set d{i} master vrf0", first, last))

    def remove(self, first, last):
        batch("ip", lines("link set d{i} nomaster", first, last))

    def end(self):
        batch("ip", "link del vrf0\n")


class OpenVswitch(Switch):
    """The same with Open vSwitch, one ovs-vsctl for all."""

    sizes = (0, 1024)
    home = "/run/ovs"

    def daemons(self):
        pids = []
        for name in ("vswitchd", "db"):
            with open("%s/%s.pid" % (self.home, name), encoding="ascii") as file:
                pids.append(file.read().strip())
        return pids

    def vsctl(self, form, first, last):
        sh("ovs-vsctl", "--db=unix:%s/db.sock" % self.home,
           *("-- " + lines("-- " + form, first, last)).split()[1:])

    def begin(self):
        os.makedirs(self.home, exist_ok=True)
        os.environ["OVS_RUNDIR"] = self.home
        db = self.home + "/conf.db"
        sh("ovsdb-tool", "create", db, "/usr/share/openvswitch/vswitch.ovsschema")
        sh("ovsdb-server", db, "--remote=punix:%s/db.sock" % self.home,
           "--detach", "--no-chdir", "--pidfile=%s/db.pid" % self.home)
        sh("ovs-vsctl", "--db=unix:%s/db.sock" % self.home, "--no-wait", "init")
        sh("ovs-vswitchd", "unix:%s/db.sock" % self.home, "--detach",
           "--no-chdir", "--pidfile=%s/vswitchd.pid" % self.home)
        self.vsctl("add-br ov0", 0, 1)

    def attach(self, first, last):
        self.vsctl("add-port ov0 d{i} tag=10", first, last)

    def change(self, first, last):
        self.vsctl("set port d{i} tag=20", first, last)

    def remove(self, first, last):
        self.vsctl("del-port ov0 d{i}", first, last)

    def end(self):
        self.vsctl("del-br ov0", 0, 1)
        for pid in self.daemons():
            os.kill(int(pid), 15)


def operations():
    """Instructions an operation by what exists already; bytes a port."""
    found, port = {}, 0
    devices(0, EXISTING[-1] + OPERATIONS)
    for name, kind in (("vswitch", Switch), ("bridge", LinuxBridge),
                       ("Open vSwitch", OpenVswitch), ("VRF", Vrf)):
        this, at = kind(), 0
        this.begin()
        found[name] = {}
        for size in this.sizes:
            before = memory()
            if size > at:
                this.attach(at, size)
                if kind is Switch:
                    port = (memory() - before) / (size - at)
            at, last = size, size + OPERATIONS
            runs = [[timed(getattr(this, what), at, last,
                           daemons=this.daemons()) / OPERATIONS
                     for what in this.what] for _ in range(TURNS)]
            found[name][size] = dict(zip(this.what, map(statistics.median,
                                                        zip(*runs))))
            say("%s, %d there: %s" % (name, size, found[name][size]))
        this.end()
    return found, port


def learned():
    """Bytes an address that a port has learned."""
    with Learner(Dummies, "out") as bed:
        bed.load()
        pktgen("pa", "src_mac " + mac(0), "dst_mac " + DST,
               "src_mac_count %d" % LEARNED)
        bed.run(1)
        before = memory()
        bed.run(LEARNED)
        count = len(json.loads(sh(VSWCTL, "-j", "fdb", "show")))
        if count < LEARNED:
            raise RuntimeError("%d addresses were learned" % count)
        return (memory() - before) / (LEARNED - 1)


def main():
    prepare()
    found = {}
    found["operations"], found["port"] = operations()
    clear()
    found["floods"] = floods()
    found["frames"], found["dump"] = frames()
    found["address"] = learned()
    json.dump(found, sys.stdout, indent=1)
    print()


main()
