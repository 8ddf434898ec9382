# SPDX-License-Identifier: GPL-2.0-only
"""A whole host with a switch, under traffic, to be taken apart.

    outside: q1 u1 u2, from which frames pour in all the time
    host:    the switch s0, the near ends, vmk0
    guest:   the far end of g1, and vmk1
"""

import contextlib

from vswtest import (BC, MAGIC, NOBODY, STRANGER, VSWCTL, Netns, Raw, eq,
                     flood, frame, until)

MACS = {"g1": "02:00:00:00:01:01", "q1": "02:00:00:00:01:02",
        "u1": "02:00:00:00:01:03", "u2": "02:00:00:00:01:04",
        "vmk0": "02:00:00:00:02:01", "vmk1": "02:00:00:00:02:02"}

CONFIG = """switch add s0
uplink add u1 switch s0
uplink add u2 switch s0 role standby
portgroup add a switch s0
portgroup add b switch s0 vlan 10
portgroup add t switch s0 vlan all
port add g1 portgroup a client guest.eth0
port add q1 portgroup t
vmk add vmk0 portgroup a mac 02:00:00:00:02:01
vmk add vmk1 portgroup b mac 02:00:00:00:02:02
"""


class Site:
    """A host with a switch, a guest, and the outside."""

    def __init__(self, net):
        self.net = net
        self.host, self.guest = Netns(), Netns()
        for name, away in (("g1", self.guest), ("q1", net.out),
                           ("u1", net.out), ("u2", net.out)):
            self.host.route.add_veth(name, "02:01" + MACS[name][5:], away,
                                     MACS[name])
        self.ctl(CONFIG)
        self.host.route.change("vmk1", (28, self.guest.file.fileno()))
        self.guest.up("g1")
        self.guest.up("vmk1")
        self.host.up("vmk0")
        for name in ("q1", "u1", "u2"):
            net.out.up(name)

    def ctl(self, text):
        done = self.net.spawn([VSWCTL, "-b", "-"], self.host, text)
        eq((done.returncode, done.stderr), (0, ""), "vswctl")

    def show(self, *lines):
        done = self.net.spawn([VSWCTL, "-j", *lines], self.host)
        eq((done.returncode, done.stderr), (0, ""), "vswctl")
        return done.stdout

    def streams(self):
        """What pours in from outside."""
        out = []
        for name, tags in (("q1", "-"), ("q1", "10"), ("u1", "-"),
                           ("u1", "10"), ("u2", "-")):
            sock = Raw(self.net.out, name, 0)
            src = MACS["q1"] if name == "q1" else STRANGER
            for dst in (BC, MACS["g1"], MACS["vmk0"], MACS["vmk1"],
                        MACS["q1"], NOBODY):
                out.append((sock.sock, frame(dst, src, tags)))
        return out

    @contextlib.contextmanager
    def traffic(self):
        """Frames pass all the time; when it begins they do pass."""
        ears = [Raw(self.net.out, "u1"), Raw(self.net.out, "q1")]
        streams = self.streams()
        try:
            with flood(streams):
                for ear in ears:
                    until(ear.recv, "frames through the switch")
                yield
        finally:
            for ear in ears:
                ear.close()
            for sock in {sock for sock, _ in streams}:
                sock.close()

    # Ways to take something away

    def del_switch(self):
        self.host.route.delete("s0")

    def del_uplink(self):
        self.host.route.delete("u1")

    def del_vmk(self):
        if self.host.has("vmk0"):
            self.host.route.delete("vmk0")

    def del_guest(self):
        self.guest.close()

    def del_host(self):
        self.host.close()

    def gone(self):
        """Wait until the last of it is gone."""
        until(lambda: not any(self.net.out.has(name)
                              for name in ("q1", "u1", "u2")),
              "the end of the host's namespace", 10)


def alive(net):
    """The work that ends namespaces is not stuck with one of ours."""
    for name in ("c0", "c1"):
        ns = Netns()
        ns.route.add_veth(name, MACS["u1"], net.out, MACS["u2"])
        ns.close()
        until(lambda dev=name: not net.out.has(dev),
              "the end of one more namespace", 15)


def whole(site, name):
    """A NIC that was an uplink works for the host as if nothing had been."""
    near = Raw(site.host, name, MAGIC)
    far = Raw(site.net.out, name)
    mouth = Raw(site.host, name, 0)
    site.host.up(name)
    for ns in (site.host, site.net.out):
        ns.ready(name)
    far.send(frame(MACS["u2"], STRANGER))
    mouth.send(frame(BC, STRANGER))
    until(near.recv, "frames that the NIC hears")
    until(far.recv, "frames that the NIC sends")
    link = site.net.link(name, site.host)
    eq((link.get("master"), link["promiscuity"], link["allmulti"],
        link["mtu"]), (None, 0, 0, 1500), "what is left on " + name)
    for sock in (near, far, mouth):
        sock.close()
