#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""VRRP by keepalived: an address that moves between guests, out and back.

    guests: g1 g2, which may be virtual routers, c1, which talks to the router
    uplinks: u1 u2, whose far ends are ports of one bridge without STP
    behind that bridge: r0, a router, too, and p0, which talks to it

All are in VLAN 0 and forged transmits are rejected. Each of g1 g2 c1 r0 p0 has
a namespace of its own.
"""

import atexit
import os
import re
import shutil
import socket
import subprocess
import tempfile

from vswtest import (BC, DEBUG, MAGIC, Fail, Netns, Raw, Skip, case, comment,
                     eq, frame, run, true, until)

VMAC = "00:00:5e:00:01:07"
VIP = "192.0.2.100"
GUESTS = {"g1": "192.0.2.1", "g2": "192.0.2.2", "c1": "192.0.2.3"}
OUTSIDE = {"r0": "192.0.2.4", "p0": "192.0.2.5"}
RTM_GETADDR, NLM_F_DUMP = 22, 0x300
WORK = tempfile.mkdtemp(dir="/run")
DAEMONS = {}
PATIENCE = 20
# A router that dies is missed after three advertisements, one a second. An
# emulated CPU may be late by much.
GAP = 40 if DEBUG else 8

CONFIG = """global_defs {
	router_id %(name)s
}
vrrp_instance V {
	state BACKUP
	interface %(name)s
	virtual_router_id 7
	priority %(priority)d
	advert_int 1
	use_vmac vmac7
	virtual_ipaddress {
		""" + VIP + """/24
	}
}
"""
PRIORITY = {"g1": 150, "g2": 100, "r0": 100}


def setup(net):
    net.ns = {}
    end_all()
    net.veth("u1", "u2")
    done = net.spawn("ip link add br0 type bridge".split(), net.out)
    true(done.returncode == 0, "no bridge: " + done.stderr)
    for number, (name, address) in enumerate({**GUESTS, **OUTSIDE}.items()):
        ns = net.ns[name] = Netns()
        home = net.host if name in GUESTS else net.out
        home.route.add_veth(name, "02:01:00:00:01:%02x" % number, ns,
                            "02:00:00:00:01:%02x" % number)
        net.sh("ip addr add %s/24 dev %s" % (address, name), ns)
        home.up(name)
        ns.up(name)
    for name in ("u1", "u2", *OUTSIDE):
        net.sh("ip link set %s master br0 up" % name, net.out)
    net.out.up("br0")
    net.batch("""switch add s0
        uplink add u1 switch s0
        uplink add u2 switch s0
        portgroup add vrrp switch s0 forged reject
        port add g1 portgroup vrrp
        port add g2 portgroup vrrp
        port add c1 portgroup vrrp""")
    net.ready("u1 u2")
    for name in GUESTS:
        net.host.ready(name)


# The programs

def keepalived(net, name):
    """Start a virtual router in the namespace of a device."""
    if not shutil.which("keepalived"):
        raise Skip("keepalived is not installed")
    path = os.path.join(WORK, name)
    with open(path + ".conf", "w", encoding="ascii") as conf:
        conf.write(CONFIG % {"name": name, "priority": PRIORITY[name]})
    os.sched_setaffinity(0, net.cpus)
    with net.ns[name], open(path + ".log", "w", encoding="utf-8") as log:
        # pylint: disable=consider-using-with
        DAEMONS[name] = subprocess.Popen(
            ["keepalived", "-n", "-l", "-G", "-P", "-f", path + ".conf",
             "-p", path + ".pid", "-r", path + ".vrrp.pid"],
            stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    os.sched_setaffinity(0, {min(net.cpus)})


def end(name):
    proc = DAEMONS.pop(name)
    proc.terminate()
    proc.wait()


def end_all():
    for name in list(DAEMONS):
        end(name)


def said(name):
    with open(os.path.join(WORK, name + ".log"), encoding="utf-8") as log:
        return "".join(log.readlines()[-8:])


def only(net, *names):
    """These routers run and no other; the first of them gets the address."""
    for name in list(DAEMONS):
        if name not in names:
            end(name)
    for name in names:
        if name not in DAEMONS:
            keepalived(net, name)
    settled(net, names[0])


def masters(net):
    """Who has the address."""
    address = socket.inet_aton(VIP)
    return [name for name in PRIORITY
            if any(address in raw for raw in net.ns[name].route.ask(
                RTM_GETADDR, NLM_F_DUMP, bytes(8)))]


def holders(net):
    return [(fdb["dev"], fdb["origin"], fdb["vlan"]["id"])
            for fdb in net.show("fdb show")[0] if fdb["address"] == VMAC]


def settled(net, name):
    """Wait until a router has the address, and the switch knows it."""
    want = [(name, "allowed", 0)] if name in GUESTS else []
    try:
        until(lambda: masters(net) == [name], name + " as the master", PATIENCE)
        until(lambda: holders(net) == want, "the address at " + name, PATIENCE)
    except Fail as exc:
        logs = "\n".join(one + ":\n" + said(one) for one in DAEMONS)
        raise Fail("%s; masters %s, holders %s\n%s" % (
            exc, masters(net), holders(net), logs)) from exc


class Pings:
    """Pings to the virtual address from several places all the time."""

    def __init__(self, net, *names):
        self.procs = {}
        os.sched_setaffinity(0, net.cpus)
        for name in names:
            with net.ns[name]:
                # pylint: disable=consider-using-with
                self.procs[name] = subprocess.Popen(
                    ["ping", "-n", "-D", "-i", "0.2", VIP], encoding="utf-8",
                    stdout=open(os.path.join(WORK, "ping-" + name), "w",
                                encoding="utf-8"), stderr=subprocess.STDOUT)
        os.sched_setaffinity(0, {min(net.cpus)})

    def __enter__(self):
        try:
            self.answered()
        except BaseException:
            self.end()
            raise
        return self

    @staticmethod
    def times(name):
        """When answers came."""
        with open(os.path.join(WORK, "ping-" + name),
                  encoding="utf-8") as lines:
            return [float(one) for one in
                    re.findall(r"^\[([0-9.]+)\].* icmp_seq=.* time=",
                               lines.read(), re.M)]

    def answered(self):
        """Wait until each has had three more answers."""
        for name in self.procs:
            count = len(self.times(name))
            until(lambda name=name, count=count:
                  len(self.times(name)) > count + 2,
                  "answers for " + name, PATIENCE)

    def end(self):
        for proc in self.procs.values():
            proc.kill()
            proc.wait()

    def __exit__(self, kind, *exc):
        self.end()
        if kind:
            return
        for name in self.procs:
            times = self.times(name)
            gap = max(new - old for old, new in zip(times, times[1:]))
            comment("%s: %d answers, the longest gap %.1f s" % (
                name, len(times), gap))
            true(gap < GAP, "%s had no answer for %.1f s" % (name, gap))


def allow(net, *names):
    for name in ("g1", "g2"):
        net.ctl("port", "set", name, "allow-mac",
                VMAC if name in names else "none")


# The cases

@case("F6, F7: what one bridge sends to both uplinks arrives once, none returns")
def once(net):
    ears = {name: Raw(net.ns[name], name, MAGIC) for name in ("c1", "g1", "p0")}
    for sender, src, want in (("p0", "02:00:00:00:01:04", {"c1": 1, "g1": 1}),
                              ("c1", "02:00:00:00:01:02", {"g1": 1, "p0": 1})):
        for ear in ears.values():
            ear.recv()
        data = frame(BC, src, ident=1)
        ears[sender].send(data)
        for name, count in want.items():
            got = []
            until(lambda got=got, name=name, count=count:
                  got.extend(ears[name].recv()) or len(got) >= count,
                  "the frame of %s at %s" % (sender, name))
            eq(got, [(None, data)] * count, "frames at " + name)
        net.settle()
        eq({name: ear.recv() for name, ear in ears.items()},
           {name: [] for name in ears}, "more copies of a frame of " + sender)
    for ear in ears.values():
        ear.close()


def forged(net):
    return next(cur.get("!forged", 0) for key, cur in net.counters().items()
                if key[0] == "g1")


@case("S3: a virtual router whose address is not allowed sends forged frames")
def not_allowed(net):
    allow(net)
    before = forged(net)
    ear = Raw(net.ns["p0"], "p0")
    keepalived(net, "g1")
    until(lambda: masters(net) == ["g1"], "a master", PATIENCE)
    until(lambda: forged(net) > before + 3, "forged frames", PATIENCE)
    eq(holders(net), [], "holders of the address")
    net.settle()
    eq([data for _, data in ear.recv()
        if data[6:12] == bytes.fromhex(VMAC.replace(":", ""))], [],
       "forged frames outside")
    ear.close()
    end("g1")


@case("S3: a router's address that is allowed is held where it was used")
def allowed(net):
    allow(net, "g1", "g2")
    before = forged(net)
    only(net, "g1")
    with Pings(net, "p0", "c1"):
        pass
    eq(forged(net), before, "forged frames")


@case("F7, S3: keepalived in a guest and outside: over when it ends, and back")
def outside(net):
    allow(net, "g1", "g2")
    only(net, "g1", "r0")
    with Pings(net, "p0", "c1", "g2") as pings:
        end("g1")
        settled(net, "r0")
        pings.answered()
        keepalived(net, "g1")
        settled(net, "g1")
        pings.answered()


@case("F7, S3: keepalived in a guest and outside: over when it dies, and back")
def outside_dies(net):
    allow(net, "g1", "g2")
    only(net, "g1", "r0")
    with Pings(net, "p0", "c1") as pings:
        # Its port holds the address on, but owns nothing now.
        net.ns["g1"].up("g1", False)
        until(lambda: "r0" in masters(net), "r0 as the master", PATIENCE)
        pings.answered()
        net.ns["g1"].up("g1")
        settled(net, "g1")
        pings.answered()


@case("F1, S3: keepalived in two guests: the address goes from one to the other")
def inside(net):
    allow(net, "g1", "g2")
    only(net, "g1", "g2")
    with Pings(net, "p0", "c1") as pings:
        end("g1")
        settled(net, "g2")
        pings.answered()
        keepalived(net, "g1")
        settled(net, "g1")
        pings.answered()
    end_all()


atexit.register(shutil.rmtree, WORK)
atexit.register(end_all)
run(setup)
