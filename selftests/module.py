#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The module: removed with everything in place, and not there at all."""

import os

from vswsite import Site, alive, whole
from vswtest import VSWCTL, Skip, case, eq, run, true

KO = os.environ.get("VSWITCH_KO", "")
LOADED = "/sys/module/vswitch"


def load(net):
    if not os.path.exists(LOADED):
        net.sh("insmod " + KO)


def need_module():
    if not os.path.exists(KO):
        raise Skip("no VSWITCH_KO to load")


@case("M3: rmmod under traffic with everything in place, again and again")
def remove(net):
    need_module()
    for _ in range(3):
        load(net)
        one = Site(net)
        with one.traffic():
            net.sh("rmmod vswitch")
            true(not os.path.exists(LOADED), "the module is still there")
        for kind in ("vswitch", "vmk"):
            true(not [name for name, link in one.host.route.links().items()
                      if link["kind"] == kind], "a %s is left" % kind)
        true(not one.guest.has("vmk1"), "vmk1 is left")
        for name in ("u1", "u2"):
            whole(one, name)
        one.del_guest()
        one.del_host()
        one.gone()
    load(net)
    alive(net)


@case("M3: rmmod while the namespaces of two switches are being deleted")
def remove_late(net):
    need_module()
    load(net)
    for _ in range(2):
        one = Site(net)
        with one.traffic():
            one.del_host()
            one.del_guest()
            net.sh("rmmod vswitch")
        one.gone()
        load(net)
    alive(net)


@case("M3: without the module each command says so and what to do")
def missing(net):
    need_module()
    load(net)
    net.hang_up()
    net.sh("rmmod vswitch")
    for command in ("switch show", "switch add s0", "portgroup show",
                    "uplink show", "port show", "vmk show", "fdb show",
                    "port add lo portgroup pg", "show"):
        net.refused(command, status=1, text="the vswitch module is not "
                    "loaded (modprobe vswitch)")
    done = net.spawn([VSWCTL, "switch", "help"])
    eq(done.returncode, 0, "exit status of help")
    load(net)
    net.batch("switch add s0\nswitch del s0")


run()
