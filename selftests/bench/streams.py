#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""TCP streams whose segmentation is left to the devices, with the switch and
with bridges. In the VM, whose clock counts instructions, those of iperf3 and of
TCP at both ends among them; prints JSON: Gbit in the time of 10^9 instructions.

A guest is a namespace behind a veth pair. Outside is one, too: a segment that
both ends of the trunk are on, with a VLAN device.
"""

import json
import statistics
import subprocess
import sys
import time

from bed import VLAN, Dummies, Bed, batch, ctl, prepare, sh

TURNS, AMOUNT = 3, "48M"
SPACES = {"g1": 1, "g2": 2, "out": 3}
# To whom g1 sends: in which namespace that is, and its last byte.
WAYS = {"between": ("g2", 2), "host": (None, 9), "out": ("out", 3)}


class Host(Bed):
    """Two guests and a trunk of two cables."""

    def build(self):
        for space in SPACES:
            sh("ip", "netns", "add", space)
        for name, space in (("g1", "g1"), ("g2", "g2"), ("s1", "out"),
                            ("s2", "out")):
            batch("ip", "link add %s type veth peer name e-%s netns %s\n"
                  "link set %s up\n" % (name, name, space, name))
            sh("ip", "-n", space, "link", "set", "e-" + name, "up")
        for space in ("g1", "g2"):
            self.address(space, "e-" + space, SPACES[space])
        for words in ("link add seg type bridge", "link set e-s1 master seg",
                      "link set e-s2 master seg", "link set seg up",
                      "link add link seg name seg.10 type vlan id %d" % VLAN,
                      "link set seg.10 up"):
            sh("ip", "-n", "out", *words.split())
        self.address("out", "seg.10", SPACES["out"])
        self.attach()

    @staticmethod
    def address(space, dev, last):
        sh("ip", *(("-n", space) if space else ()), "address", "add",
           "10.0.0.%d/24" % last, "dev", dev)

    def attach(self):
        raise NotImplementedError

    def __exit__(self, *exc):
        for space in SPACES:
            subprocess.run(["ip", "netns", "del", space], check=False,
                           capture_output=True)
        super().__exit__(*exc)

    def stream(self, way):
        """Gbit in 10^9 instructions from g1 to somebody."""
        space, last = WAYS[way]
        where = ["ip", "netns", "exec", space] if space else []
        with subprocess.Popen(where + ["iperf3", "-s", "-1"],
                              stdout=subprocess.DEVNULL) as server:
            try:
                time.sleep(1)
                done = json.loads(sh("ip", "netns", "exec", "g1", "iperf3", "-J",
                                     "-n", AMOUNT, "-c", "10.0.0.%d" % last))
            except BaseException:
                # It waits for one who will not come.
                server.kill()
                raise
        return done["end"]["sum_received"]["bits_per_second"] / 1e9


class Vswitch(Host):
    title = "vswitch"

    def attach(self):
        ctl("switch add v0 forged reject notify off\n"
            "uplink add s1 switch v0\nuplink add s2 switch v0\n"
            "portgroup add Guests switch v0 vlan %d\n"
            "port add g1 portgroup Guests\nport add g2 portgroup Guests\n"
            "vmk add vmk0 portgroup Guests\n" % VLAN)
        batch("ip", "link set vmk0 up\n")
        self.address(None, "vmk0", 9)


class Bridge(Host):
    title = "bridge, VLAN"
    trunk = "s1"

    def attach(self):
        batch("ip", "link add br0 type bridge mcast_snooping 0 vlan_filtering 1"
              " vlan_default_pvid 0\nlink set br0 up\n" +
              "".join("link set %s master br0\n" % dev
                      for dev in ("g1", "g2", self.trunk)))
        batch("bridge", "vlan add dev %s vid %d\n" % (self.trunk, VLAN) +
              "".join("vlan add dev %s vid %d pvid untagged %s\n" %
                      (dev, VLAN, "self" if dev == "br0" else "")
                      for dev in ("g1", "g2", "br0")))
        self.address(None, "br0", 9)


class BondedBridge(Bridge):
    title = "bridge, VLAN, bond active-backup"
    trunk = "bond0"

    def attach(self):
        batch("ip", "link add bond0 type bond mode active-backup miimon 100\n"
              "link set s1 down\nlink set s2 down\n"
              "link set s1 master bond0\nlink set s2 master bond0\n"
              "link set bond0 up\n")
        super().attach()


def main():
    contenders = (Vswitch, Bridge, BondedBridge)
    found = {way: {who.title: [] for who in contenders} for way in WAYS}
    prepare()
    for _ in range(TURNS):
        for who in contenders:
            with who(Dummies, None) as host:
                for way, figures in found.items():
                    figures[who.title].append(host.stream(way))
                    print(way, who.title, figures[who.title], file=sys.stderr,
                          flush=True)
    json.dump({way: {who: statistics.median(runs)
                     for who, runs in figures.items()}
               for way, figures in found.items()}, sys.stdout, indent=1)
    print()


main()
