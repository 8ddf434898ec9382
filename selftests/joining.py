#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Devices that come later, and take their place in what was saved (C3)."""

import json
import os
import socket
from contextlib import suppress

from confdocs import (SAVED, clear, export, forget_saved, same, settled, start)
from vswtest import case, eq, run, true, until


@case("C3: a device that comes later joins, by whatever name")
def join(net):
    forget_saved()
    net.veth("e1", "e2", "e3", "h1")
    net.sh("ip link property add dev e2 altname second-nic-of-the-host")
    net.batch("""switch add s0
        uplink add e1 switch s0
        uplink add e2 switch s0
        uplink add e3 switch s0 role standby
        portgroup add p switch s0 active e3,e2,e1 standby none
        port add h1 portgroup p client guest mac 02:00:00:00:77:01""")
    doc = export(net)
    net.run_ctl("save")
    for name in ("e1", "e2", "e3", "h1"):
        net.delete(name)
    states = {one["dev"]: (one["state"], one["role"])
              for one in net.show("uplink show")[0]}
    eq(states, {"e1": ("absent", "active"), "e2": ("absent", "active"),
                "e3": ("absent", "standby")}, "those that have gone")
    clear(net)
    net.run_ctl("restore")
    eq({one["dev"]: (one["state"], one["role"])
        for one in net.show("uplink show")[0]}, states, "restored")
    true("is not what is saved" not in net.run_ctl("show"), "only absent")
    net.veth("e3", "h1", "other")
    net.run_ctl("--confirm", "1", "join", "h1")
    settled(net)
    net.refused("port", "show", "h1", status=3)
    for name in ("e3", "h1", "other"):
        net.run_ctl("join", name)
    eq([one["state"] == "absent" for one in net.show("uplink show e3")[0]],
       [False], "e3 has joined")
    eq(net.one("port show h1")["client"], "guest", "h1 has joined")
    net.refused("port", "show", "other", status=3)
    eq(net.run_ctl("saved", "e3"), "uplink add e3 switch s0 role standby\n",
       "what e3 was saved as")
    eq(net.run_ctl("saved", "h1"), "port add h1 portgroup p client guest "
       "mac 02:00:00:00:77:01\n", "what h1 was saved as")
    net.refused("saved", "other", status=3, text="it was not saved")
    net.veth("e1", "e2")
    for name in ("e1", "e2"):
        net.run_ctl("join", name)
    same(net, doc, "all are back")
    # By an alternative name, longer than the kernel's lists can keep.
    text = json.dumps(doc).replace('"e2"', '"second-nic-of-the-host"')
    with open(SAVED, "w", encoding="utf-8") as file:
        file.write(text)
    clear(net)
    net.delete("e2")
    net.run_ctl("restore")
    eq(export(net)["switch"][0]["policy"]["active"], {"dev": ["e1"]}, "without")
    net.veth("e2")
    net.run_ctl("join", "e2")
    eq(len(export(net)["uplink"]), 2, "not of this name")
    net.sh("ip link property add dev e2 altname second-nic-of-the-host")
    net.run_ctl("join", "e2")
    same(net, doc, "by its alternative name")
    clear(net)
    forget_saved()
    for name in ("e1", "e2", "e3", "h1", "other"):
        net.delete(name)


@case("C3: of devices that come at once, none undoes what another one did")
def together(net):
    forget_saved()
    uplinks = ["e%d" % number for number in range(4)]
    guests = ["h%d" % number for number in range(12)]
    devices = uplinks + guests
    net.veth(*devices)
    net.batch("switch add s0\nportgroup add p switch s0")
    net.batch("\n".join("uplink add %s switch s0" % dev for dev in uplinks))
    net.batch("\n".join("port add %s portgroup p mac 02:00:00:00:78:%02x" %
                        (dev, index) for index, dev in enumerate(guests)))
    doc = export(net)
    net.run_ctl("save")
    for dev in devices:
        net.delete(dev)
    clear(net)
    net.run_ctl("restore")
    net.veth(*devices)
    joins = [start(net, "", "join", dev) for dev in devices]
    for dev, proc in zip(devices, joins):
        eq(proc.wait(60), 0, "exit status of join " + dev)
    same(net, doc, "all have joined")
    clear(net)
    forget_saved()
    for dev in devices:
        net.delete(dev)


@case("C3: udev is told of a device that becomes a member, and of its switch")
def udev(net):
    net.veth("x1")
    net.batch("switch add s0\nportgroup add p switch s0")
    with net.host:
        sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 15)
    sock.bind((0, 1))
    sock.setblocking(False)
    for line in ("port add x1 portgroup p", "port del x1",
                 "uplink add x1 switch s0", "uplink del x1"):
        heard(sock)
        net.batch(line)
        # Those of other devices may come before it.
        until(lambda: any(one.startswith("change@") and one.endswith("/net/x1")
                          for one in heard(sock)), "an event of " + line)
    sock.close()
    net.batch("port add x1 portgroup p\nvmk add vmk0 portgroup p")
    shown = net.sh("nsenter --net=%s unshare -m sh %s" % (
        net.host.path, script("mount -t sysfs s /sys\ncd /sys/class/net\n"
                              "cat x1/master/uevent vmk0/uevent\n")))
    eq([line for line in shown.splitlines() if line.startswith("DEVTYPE")],
       ["DEVTYPE=vswitch", "DEVTYPE=vmk"], "what udev sees")
    clear(net)
    net.delete("x1")


def heard(sock):
    """What events have come, each by its first line."""
    out = []
    with suppress(BlockingIOError):
        while True:
            out.append(sock.recv(1 << 14).split(b"\0")[0].decode())
    return out


def script(text):
    """A file of commands for sh."""
    path = "/run/config-test.sh"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


@case("C3: a device joins by its permanent address")
def permanent(net):
    forget_saved()
    net.add("lower")
    net.sh("ip link add link lower name q1 type ipvlan mode l2")
    details = json.loads(net.sh("ip -j link show q1"))[0]
    address = details.get("permaddr") or details["address"]
    net.batch("switch add s0\nportgroup add p switch s0")
    doc = export(net)
    doc["port"] = [{"dev": address, "portgroup": "p", "client": "by address"}]
    os.makedirs(os.path.dirname(SAVED), exist_ok=True)
    with open(SAVED, "w", encoding="utf-8") as file:
        json.dump(doc, file)
    # Such a device as there is here cannot be a member, but it is found.
    eq(net.run_ctl("--dry-run", "join", "q1"),
       "port add q1 portgroup p client 'by address'\n", "what join does")
    clear(net)
    forget_saved()
    net.delete("q1")
    net.delete("lower")


run()
