#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What two CPUs do at once against what one does: frames from guests to the
outside, each guest with an uplink of its own. In a VM of two CPUs and by its
clock, so it is the ratio that counts; prints JSON.
"""

import json
import statistics
import sys

from bed import DST, SRC, VLAN, Bed, Dummies, batch, ctl, pktgen, prepare, sent

GUESTS = {"pa": SRC, "pc": "02:00:00:00:00:ac"}
UPLINKS = "s1", "s2"
COUNT, TURNS = 100000, 15


class Two(Bed):
    """Two guests, and two uplinks."""

    def build(self):
        for name in (*GUESTS, *UPLINKS):
            self.add(name)
        self.attach()
        for cpu, (name, mac) in enumerate(GUESTS.items()):
            pktgen("kpktgend_%d" % cpu, "rem_device_all")
            pktgen("kpktgend_%d" % cpu, "add_device " + name)
            pktgen(name, "xmit_mode netif_receive", "flag !SHARED",
                   "pkt_size 60", "delay 0", "src_mac " + mac, "dst_mac " + DST)

    def attach(self):
        raise NotImplementedError

    def frames(self, counts):
        """Frames a second when both send, or one of them sends next to none."""
        before = sum(sent(name) for name in UPLINKS)
        for name, count in zip(GUESTS, counts):
            pktgen(name, "count %d" % count)
        pktgen("pgctrl", "start")
        if sum(sent(name) for name in UPLINKS) - before != sum(counts):
            raise RuntimeError("%s: frames were lost" % self.title)
        took = []
        for name in GUESTS:
            with open("/proc/net/pktgen/" + name, encoding="ascii") as file:
                took.append(int(file.read().split("Result: OK: ")[1]
                                .split("(")[0]))
        return sum(counts) * 1e6 / max(took)


class Vswitch(Two):
    title = "vswitch"

    def attach(self):
        ctl("switch add v0 forged reject notify off\n"
            "uplink add s1 switch v0\nuplink add s2 switch v0\n"
            "portgroup add Guests switch v0 vlan %d\n" % VLAN +
            "".join("port add %s portgroup Guests mac %s\n" % item
                    for item in GUESTS.items()))


class Bridge(Two):
    """A bridge for each guest: it has no other way to use two uplinks."""

    title = "bridge, VLAN"

    def attach(self):
        for bridge, guest, uplink in zip(("br0", "br1"), GUESTS, UPLINKS):
            batch("ip", "link add %s type bridge mcast_snooping 0"
                  " vlan_filtering 1 vlan_default_pvid 0\nlink set %s up\n"
                  "link set %s master %s\nlink set %s master %s\n" %
                  (bridge, bridge, guest, bridge, uplink, bridge))
            batch("bridge", "vlan add dev %s vid %d pvid untagged\n"
                  "vlan add dev %s vid %d\n"
                  "fdb add %s dev %s vlan %d master static\n" %
                  (guest, VLAN, uplink, VLAN, DST, uplink, VLAN))


def main():
    found = {}
    prepare()
    for who in (Vswitch, Bridge):
        with who(Dummies, "out") as bed:
            bed.frames((COUNT, COUNT))
            pairs = [(bed.frames((COUNT, 1)), bed.frames((COUNT, COUNT)))
                     for _ in range(TURNS)]
        found[who.title] = {
            "one": statistics.median(one for one, _ in pairs),
            "two": statistics.median(two for _, two in pairs),
            "ratio": statistics.median(two / one for one, two in pairs)}
        print(who.title, pairs, file=sys.stderr, flush=True)
    json.dump(found, sys.stdout, indent=1)
    print()


main()
