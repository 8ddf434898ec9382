#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Lifetimes: everything is taken away in every order while frames pass."""

import itertools

from vswsite import Site, alive, whole
from vswtest import (VSWCTL, Fail, Netns, Raw, case, comment, eq, run, true,
                     until)

STEPS = {"switch": Site.del_switch, "uplink": Site.del_uplink,
         "guest namespace": Site.del_guest, "vmk": Site.del_vmk}


def taken_away(net, first):
    """All orders that begin with one step."""
    orders = [order for order in itertools.permutations(STEPS)
              if order[0] == first]
    for order in orders:
        site = Site(net)
        try:
            with site.traffic():
                for step in order:
                    STEPS[step](site)
                site.del_host()
                site.gone()
        except Fail as exc:
            raise Fail("in the order %s: %s" % (order, exc)) from exc
    comment("%d orders" % len(orders))
    alive(net)


for START in STEPS:
    case("M3: everything is deleted under traffic, first the " + START)(
        lambda net, first=START: taken_away(net, first))


@case("M3: a host's namespace is deleted under traffic with all in place")
def host_first(net):
    for late in (True, False):
        site = Site(net)
        with site.traffic():
            if not late:
                site.del_guest()
            site.del_host()
            site.gone()
            if late:
                site.del_guest()
    alive(net)


@case("M3: a port in a namespace that is deleted leaves the switch")
def guest_gone(net):
    site = Site(net)
    with site.traffic():
        true("vmk1" in site.show("vmk", "show"), "vmk1 is not there")
        site.del_guest()
        # Namespaces end one after the other, by one worker.
        until(lambda: "vmk1" not in site.show("vmk", "show"), "end of vmk1", 15)
        until(lambda: "g1" not in site.show("port", "show"), "end of g1", 15)
    site.del_host()
    site.gone()


@case("M3: a NIC works after it was an uplink, whichever way it left")
def nic_works(net):
    ways = ("uplink del u1", "switch del s0 --force", "")
    for way in ways:
        site = Site(net)
        with site.traffic():
            if way == "":
                site.del_switch()
            elif "--force" in way:
                done = net.spawn([VSWCTL, "--force", "switch", "del", "s0"],
                                 site.host)
                eq(done.returncode, 0, "switch del: " + done.stderr)
            else:
                site.ctl(way + "\n")
        site.host.up("u1")
        whole(site, "u1")
        site.del_guest()
        site.del_host()
        site.gone()


@case("M3: members move, change names and return under traffic")
def round_trip(net):
    site = Site(net)
    away = Netns()
    with site.traffic():
        for i in range(4):
            host, name, fd = site.host.route, 3, 28
            for dev in ("q1", "u1", "s0"):
                for one, other in ((dev, "renamed"), ("renamed", dev)):
                    host.change(one, (name, other))
            for dev in ("q1", "u1"):
                host.change(dev, (fd, away.file.fileno()))
            true("q1" not in site.show("port", "show"), "q1 is still a port")
            for dev in ("q1", "u1"):
                away.route.change(dev, (fd, site.host.file.fileno()))
            site.ctl("uplink add u1 switch s0\nport add q1 portgroup t\n")
            for dev in ("u1", "q1", "s0", "vmk0"):
                site.host.up(dev, False)
                site.host.up(dev)
            comment("round %d" % (i + 1))
        ear = Raw(net.out, "u1")
        until(ear.recv, "frames through the switch again")
        ear.close()
    away.close()
    site.del_guest()
    site.del_host()
    site.gone()


@case("M3: portgroups and ports come and go under traffic")
def churn(net):
    site = Site(net)
    with site.traffic():
        site.ctl("""port del g1
            portgroup add c switch s0 vlan trunk 1-20
            port add g1 portgroup c
            port set q1 portgroup c
            portgroup set c vlan 10 name d
            port set q1 portgroup a
            port set g1 portgroup a
            portgroup del d
            port set q1 portgroup t blocked on
            port set q1 blocked off
            vmk del vmk0
            vmk add vmk0 portgroup b
            vmk set vmk0 portgroup a
            uplink set u1 role standby
            uplink set u1 role unused
            uplink del u1
            uplink add u1 switch s0
            switch set s0 teaming explicit active u1 standby u2
            switch set s0 teaming portid mtu 2000
            switch set s0 mtu 1500
            """.replace("    ", "") * 6)
        ear = Raw(net.out, "u1")
        until(ear.recv, "frames through the switch")
        ear.close()
    site.del_guest()
    site.del_host()
    site.gone()
    alive(net)


run()
