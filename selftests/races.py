#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Everything at once, on all CPUs: whoever uses a switch, and who takes it away.

    s0: u1 u2 the uplinks    a (VLAN 10)  t (trunk)  e (no VLAN)
    v1 v2 always ports, v3 v4 come and go

Each of the actors below is a process that goes on and on, and each may be
refused; nobody waits for another. VSWITCH_SOAK is how many seconds, VSWITCH_SEED
what they draw from. A kernel with KCSAN watches twenty times as many accesses as
it would by itself, and says at the end how many those were.
"""

import contextlib
import errno
import glob
import json
import os
import random
import re
import struct
import subprocess
import time
import traceback
from collections import Counter

from nlspec import Door, Spec
from vswnet import (NLM_F_ACK, NLM_F_DUMP, NLMSG_DONE, NLMSG_ERROR,
                    RTM_GETLINK, attr, libc)
from vswsite import alive
from vswtest import (BC, MAGIC, NOBODY, Fail, Netns, Raw, case, comment, eq,
                     flood, frame, run, true)

SOAK = int(os.environ.get("VSWITCH_SOAK") or 0)
SEED = int(os.environ.get("VSWITCH_SEED") or
           (random.SystemRandom().randrange(1 << 32) if SOAK else 1))
SECONDS = SOAK or 30
KO = os.environ.get("VSWITCH_KO", "")
VETHS = ["v1", "v2", "v3", "v4", "u1", "u2"]
GROUPS = ["a", "t", "e"]
VLANS = [{"id": 0}, {"id": 10}, {"id": 20}, {"range": [{"first": 0, "last": 30}]},
         {"range": [{"first": 10, "last": 10}]}]
MACS = ["02:bb:00:00:00:%02x" % i for i in range(6)]
IFLA_MASTER = 10
WATCHED = "/sys/module/kcsan/parameters/skip_watch"
KCSAN = "/sys/kernel/debug/kcsan"


class Actor:
    """Somebody with sockets of his own, who draws what he does next."""

    def __init__(self, net, spec, number):
        self.net, self.spec = net, spec
        self.rng = random.Random(SEED * 100 + number)
        self.door = None
        self.route = net.host.route.__class__(net.host)
        self.done, self.refused = 0, 0

    def open(self):
        """Find the family, which is another one each time that it comes."""
        while not self.door:
            with contextlib.suppress(IndexError, KeyError, struct.error):
                self.door = Door(self.net.host, self.spec)
                self.door.sock.settimeout(60)
                return
            time.sleep(0.1)

    def ask(self, operation, flags=NLM_F_ACK, **values):
        """A request of our family; its error."""
        self.open()
        try:
            self.door.sock.send(self.door.message(operation, {
                key.replace("_", "-"): value for key, value in values.items()},
                flags))
            error = self.wait()
        except TimeoutError as exc:
            raise Fail("no answer to %s %s" % (operation, values)) from exc
        if error == errno.ENOENT and operation.startswith(("switch", "port")):
            self.door.close()
            self.door = None
        self.count(error)
        return error

    def wait(self):
        while True:
            data = self.door.sock.recv(1 << 17)
            off = 0
            while off + 20 <= len(data):
                length, kind = struct.unpack_from("IH", data, off)
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    return -struct.unpack_from("i", data, off + 16)[0]
                off += (length + 3) & ~3

    def count(self, error):
        if error:
            self.refused += 1
        else:
            self.done += 1

    def link(self, fn, *args):
        """Something with rtnetlink or an ioctl, which may fail."""
        try:
            fn(*args)
        except (Fail, OSError, KeyError):
            self.count(1)
        else:
            self.count(0)

    def policy(self):
        """Some fields of a policy, by all that they may be."""
        rng, out = self.rng, {}
        for key, choices in (
                ("teaming", range(4)), ("promiscuous", range(2)),
                ("mac-changes", range(2)), ("forged", range(2)),
                ("mac-learning", range(2)), ("mac-flood", range(2)),
                ("mac-limit", (1, 3, 4096)), ("detect", range(2)),
                ("failback", range(2)), ("up-delay", (0, 10, 200)),
                ("notify", range(2)),
                ("active", ([], ["u1"], ["u2"], ["u2", "u1"])),
                ("shape-from-guest", (0, 10 ** 7)),
                ("shape-to-guest", (0, 10 ** 6))):
            if rng.random() < 0.25:
                out[key] = rng.choice(list(choices))
        for key in ("shape-from-guest", "shape-to-guest"):
            if key in out:
                out[key] = {"average": out[key], "burst": 20000} if (
                    out[key]) else {"average": 0}
        if "active" in out:
            out["active"] = {"dev": out["active"]}
        return out


# The actors: what each does in one turn

def ports(actor):
    dev = actor.rng.choice(["v3", "v4"])
    actor.ask("port-new", dev=dev, portgroup=actor.rng.choice(GROUPS),
              client="x", allow_mac={"address": MACS[:2]})
    actor.ask("port-set", dev=dev, portgroup=actor.rng.choice(GROUPS),
              blocked=actor.rng.randrange(2),
              mac=actor.rng.choice(MACS + ["00:00:00:00:00:00"]),
              allow_mac={"address": MACS[2:actor.rng.randrange(2, 6)]})
    if actor.rng.random() < 0.3:
        actor.link(actor.route.change, dev, (IFLA_MASTER, 0))
    else:
        actor.ask("port-del", dev=dev)
    actor.link(lambda: actor.route.change(dev, (
        IFLA_MASTER, actor.route.links()["s0"]["ifindex"])))
    actor.ask("port-del", dev=dev)


def policies(actor):
    group = actor.rng.choice(GROUPS)
    actor.ask("portgroup-set", name=group, vlan=actor.rng.choice(VLANS),
              policy=actor.policy())
    actor.ask("switch-set", name="s0", mtu=actor.rng.choice([1400, 1500]),
              policy=actor.policy())
    actor.ask("portgroup-set", name=group, inherit=(1 << 16) - 1)
    actor.ask("portgroup-new", name="more", switch="s0",
              vlan=actor.rng.choice(VLANS))
    actor.ask("portgroup-set", name="more", new_name="other")
    actor.ask("portgroup-del", name="other")


def uplinks(actor):
    dev = actor.rng.choice(["u1", "u2"])
    for _ in range(6):
        ns = actor.rng.choice([actor.net.host, actor.net.out])
        actor.link(ns.up, dev, actor.rng.random() < 0.6)
    actor.ask("uplink-set", dev=dev, role=actor.rng.randrange(3))
    if actor.rng.random() < 0.3:
        actor.ask("uplink-del", dev=dev)
    for ns in (actor.net.host, actor.net.out):
        actor.link(ns.up, dev)
    actor.ask("uplink-new", dev=dev, switch="s0")


def vmks(actor):
    actor.ask("vmk-new", name="vmk5", portgroup=actor.rng.choice(GROUPS),
              mac=actor.rng.choice(MACS))
    actor.ask("vmk-set", name="vmk5", portgroup=actor.rng.choice(GROUPS),
              mtu=1300, service=5)
    actor.link(actor.net.host.set_mac, "vmk5", actor.rng.choice(MACS))
    actor.link(actor.net.host.up, "vmk5", False)
    actor.ask("vmk-del", name="vmk5")


def devices(actor):
    """NICs that are unplugged while they are ports or uplinks."""
    actor.link(actor.route.add, "x1", "veth", attr(1, bytes(16) + attr(3, "x2")))
    if actor.rng.random() < 0.5:
        actor.link(actor.net.host.set_mtu, "x1", 1450)
    actor.ask("uplink-new", dev="x1", switch="s0", role=2)
    actor.ask("port-new", dev="x2", portgroup=actor.rng.choice(GROUPS))
    for dev in ("x1", "x2"):
        actor.link(actor.net.host.up, dev)
    actor.link(actor.route.delete, actor.rng.choice(["x1", "x2"]))
    actor.ask("uplink-del", dev="x1")


def namespaces(actor):
    """Hosts that go with all that is in them."""
    ns = Netns()
    other = Actor.__new__(Actor)
    other.__dict__.update(actor.__dict__, door=None, done=0, refused=0)
    other.net = type("There", (), {"host": ns})
    ns.route.add("y1", "veth", attr(1, bytes(16) + attr(3, "y2")))
    other.ask("switch-new", name="z0")
    other.ask("portgroup-new", name="a", switch="z0", policy=other.policy())
    other.ask("uplink-new", dev="y1", switch="z0")
    other.ask("port-new", dev="y2", portgroup="a")
    other.ask("vmk-new", portgroup="a")
    for dev in ("y1", "y2"):
        actor.link(ns.up, dev)
    actor.done, actor.refused = (actor.done + other.done,
                                 actor.refused + other.refused)
    if other.door:
        other.door.close()
    ns.close()


def dumps(actor):
    for what in ("switch", "portgroup", "uplink", "port", "vmk", "fdb"):
        actor.ask(what + "-get", NLM_F_DUMP)
    actor.ask("port-get", dev=actor.rng.choice(["v1", "v3", "x2", "vmk5"]))
    for dev in ("v1", "v3", "u1", "vmk5"):
        actor.ask("why-get", dev=dev, source=MACS[0],
                  destination=actor.rng.choice(MACS))
    actor.link(actor.route.ask, RTM_GETLINK, NLM_F_DUMP, bytes(16))
    for path in glob.glob("/sys/class/net/*/statistics/rx_bytes")[:8]:
        with contextlib.suppress(OSError), open(path, "rb") as file:
            file.read()


def build(actor):
    """What the module took along when it went; who is late is refused."""
    actor.ask("switch-new", name="s0")
    for name, vlan in zip(GROUPS, (VLANS[1], VLANS[3], VLANS[0])):
        actor.ask("portgroup-new", name=name, switch="s0", vlan=vlan)
    actor.ask("switch-set", name="s0", default_portgroup="e")
    for dev in ("u1", "u2"):
        actor.ask("uplink-new", dev=dev, switch="s0")
    actor.ask("port-new", dev="v1", portgroup="a")
    actor.ask("port-new", dev="v2", portgroup="t")


def module(actor):
    """Unloading it, while it is asked and while it is in use."""
    # The others have to get somewhere meanwhile.
    time.sleep(2)
    for _ in range(10):
        time.sleep(0.3)
        if not libc.delete_module(b"vswitch", os.O_NONBLOCK):
            actor.count(0)
            break
        actor.count(1)
    subprocess.run(["insmod", KO], check=False, stderr=subprocess.DEVNULL)
    build(actor)


ACTORS = [ports, policies, uplinks, vmks, devices, namespaces, dumps, module]


def act(net, spec, number, write):
    """The life of one: turn after turn until the time is over."""
    fn = ACTORS[number]
    actor, turns, fault = Actor(net, spec, number), 0, ""
    os.sched_setaffinity(0, net.cpus)
    end = time.monotonic() + SECONDS
    try:
        while time.monotonic() < end:
            fn(actor)
            turns += 1
    except BaseException:
        fault = traceback.format_exc()
    os.write(write, json.dumps([turns, actor.done, actor.refused,
                                fault]).encode()[:4000] or b"[]")


def start(net, spec, number):
    read, write = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            act(net, spec, number, write)
        finally:
            os._exit(0)
    os.close(write)
    return pid, read


def setup(net):
    if os.path.exists(WATCHED):
        with open(WATCHED, "w", encoding="ascii") as file:
            file.write("200")
    net.ends(" ".join(VETHS))
    net.spec = Spec()
    for name in VETHS:
        net.host.up(name)
    build(Actor(net, net.spec, 99))
    net.ready(" ".join(VETHS))


def streams(net):
    """Frames in all directions."""
    socks = {name: Raw(net.out, name, MAGIC) for name in VETHS}
    out = [(sock.sock, frame(dst, src, tags)) for name, sock in socks.items()
           for dst in [BC, NOBODY, net.macs["v1"], net.macs["v2"], MACS[0]]
           for src, tags in ((net.macs[name], "-"), (MACS[1], "10"))]
    return out, socks.values()


def watched():
    """Say what KCSAN has looked at, and all that it has seen."""
    with open(KCSAN, encoding="ascii") as file:
        comment("; ".join(line.strip() for line in file
                          if line.startswith(("setup_", "data_races"))))
    log = subprocess.run(["dmesg"], check=True, capture_output=True,
                         encoding="utf-8", errors="replace").stdout
    for title, times in Counter(re.findall("data-race in (.*)", log)).items():
        comment("%d times: %s" % (times, title))


@case("M3, L2, T2, C4: everything at once for %d s" % SECONDS)
def everything(net):
    comment("seed %d" % SEED)
    pour, socks = streams(net)
    with flood(pour, 0.002):
        pids = [start(net, net.spec, number) for number in range(len(ACTORS))]
        said = [os.read(read, 1 << 16) for _, read in pids]
    for pid, read in pids:
        os.waitpid(pid, 0)
        os.close(read)
    for sock in socks:
        sock.close()
    faults = []
    for fn, text in zip(ACTORS, said):
        turns, done, refused, fault = json.loads(text or b'[0, 0, 0, "died"]')
        comment("%s: %d turns, %d done, %d refused" % (
            fn.__name__, turns, done, refused))
        if fault or not done:
            faults.append("%s: %s" % (fn.__name__, fault or "nothing done"))
    if os.path.exists(KCSAN):
        watched()
    true(not faults, "\n".join(faults))


@case("M3, F2, F3: all of it can be taken down and built again, and works")
def works(net):
    actor = Actor(net, net.spec, 98)
    for kind in ("vmk", "vswitch"):
        for name, link in net.host.route.links().items():
            if link["kind"] == kind:
                net.delete(name)
    for name in ("x1", "y1"):
        if net.host.has(name):
            net.delete(name)
    for name in VETHS:
        for ns in (net.host, net.out):
            ns.up(name)
    for name, link in net.host.route.links().items():
        eq((link.get("master"), link["promiscuity"], link["allmulti"]),
           (None, 0, 0), "what is left on " + name)
    build(actor)
    net.ready(" ".join(VETHS))
    net.batch("""switch set s0 notify off teaming explicit active u1,u2
        portgroup set t vlan trunk 10,20
        port add v3 portgroup e""")
    net.drain()
    net.before = {}
    net.check([("v1", BC, "-", "v2:10 u1:10"), ("v1", "v2", "-", "v2:10"),
               ("v3", BC, "-", "u1:-"), ("u1", "v1", "10", "v1:-"),
               ("u1", NOBODY, "10", "!unknown-unicast")], counters=False)
    alive(net)


run(setup)
