#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""No memory: each operation with its first allocation failing, its second, ...

Until none is left that could fail; of very many, every sixteenth unless this is
a soak. After each try everything is as it was before, or the operation has done
all that it does; and who listens has heard of it, or knows that he has lost
something. VSWITCH_ONLY is the one operation to try, with all of its
allocations; then the kernel's log says where each failure was. After each
operation the module is removed with all of it in place, and loaded again.

    s0: d1 d2 uplinks    pg10 (v1 vmk0)  pg20 (v2)  pgt   pg0
    s1: d3 an uplink     pg1 (v4 vmk1)
"""

import gc
import glob
import os
import struct
import sys
import time

from nlspec import Door, Spec, message
from vswnet import (NLM_F_ACK, NLM_F_DUMP, NLM_F_NEW, NLMSG_ERROR, RTM_DELLINK,
                    RTM_GETLINK, RTM_NEWLINK, attr, attrs)
from vswtest import Fail, Netns, case, comment, eq, mac_bytes, run, true

ONLY = os.environ.get("VSWITCH_ONLY", "")
KO = os.environ.get("VSWITCH_KO", "")
FAULTS = "/sys/kernel/debug/fail%s/"
KMEMLEAK = "/sys/kernel/debug/kmemleak"
NEW = "02:bb:00:00:00:%02x"
MOST = 3000			# allocations that one operation may have
ALL = bool(os.environ.get("VSWITCH_SOAK") or ONLY)
FIRST, STEP = 24, 16
IFLA_ADDRESS, IFLA_IFNAME, IFLA_MTU, IFLA_MASTER = 1, 3, 4, 10
IFLA_LINKINFO, IFLA_NET_NS_FD, IFLA_EXT_MASK = 18, 28, 29
RUNNING = 0x10040		# IFF_RUNNING and IFF_LOWER_UP
IFLA_PROMISCUITY, IFLA_ALLMULTI, RTEXT_FILTER_SKIP_STATS = 30, 61, 8
SEEN = [IFLA_ADDRESS, IFLA_MTU, IFLA_MASTER, IFLA_LINKINFO, IFLA_PROMISCUITY,
        IFLA_ALLMULTI]
VSWITCH = attr(1, "vswitch")
OBJECTS = ["switch", "portgroup", "uplink", "port", "vmk", "fdb"]

if not os.path.exists(FAULTS % "slab"):
    print("TAP version 13\n1..0 # SKIP the kernel injects no faults")
    sys.exit(4)

SITE = """switch add s0 teaming explicit
    portgroup add pg10 switch s0 vlan 10
    portgroup add pg20 switch s0 vlan 20 forged reject
    portgroup add pgt switch s0 vlan trunk 30-40,50
    portgroup add pg0 switch s0
    uplink add d1 switch s0
    uplink add d2 switch s0 role standby
    switch set s0 default-portgroup pg0
    portgroup set pgt active d2 teaming srcmac
    port add v1 portgroup pg10 client web01
    port add v2 portgroup pg20 mac 02:aa:00:00:00:02 allow-mac 02:aa:00:00:00:03
    vmk add vmk0 portgroup pg10 mac 02:aa:00:00:00:04"""
OTHER = """switch add s1 teaming explicit
    portgroup add pg1 switch s1 vlan 5
    uplink add d3 switch s1
    port add v4 portgroup pg1
    vmk add vmk1 portgroup pg1 mac 02:aa:00:00:01:04"""
POLICY = {"teaming": "srcmac", "promiscuous": "accept", "mac-learning": "on",
          "shape-from-guest": {"average": 10 ** 7, "burst": 64000},
          "shape-to-guest": {"average": 10 ** 7, "peak": 2 * 10 ** 7,
                             "burst": 64000},
          "active": {"dev": ["d2"]}, "standby": {"dev": ["d1"]}}
POLICY_BACK = ("teaming explicit promiscuous reject mac-learning off "
               "shape-from-guest off shape-to-guest off active d1 standby d2")
ALLOW = {"address": [NEW % i for i in range(3)]}


class World:
    """What all cases share."""

    def __init__(self, net):
        self.net = net
        self.spec = Spec()
        self.door = Door(net.host, self.spec)
        self.ear = Door(net.host, self.spec)
        self.ear.listen()
        self.route = net.host.route.sock
        self.away = net.away
        # pylint: disable=consider-using-with
        self.nth = open("/proc/thread-self/fail-nth", "r+b", buffering=0)

    def close(self):
        for one in (self.door, self.ear, self.nth):
            one.close()

    # Asking

    def links(self, ns):
        """What one sees of all links, by name: flags and some attributes.

        Whether one runs is what linkwatch says, some time after an undo.
        """
        out = {}
        for raw in ns.route.ask(RTM_GETLINK, NLM_F_DUMP, bytes(16) + attr(
                IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS)):
            have = attrs(raw[16:])
            index, flags = struct.unpack_from("iI", raw, 4)
            seen = struct.pack("iI", index, flags & ~RUNNING)
            out[have[IFLA_IFNAME]] = [seen] + [have.get(kind) for kind in SEEN]
        return out

    def state(self):
        """All that may not change: our objects as they are, and the links."""
        return ([(what, self.door.dump(what)) for what in OBJECTS],
                [self.links(ns) for ns in (self.net.host, self.away)])

    def plain(self, state):
        """The same without what is another one each time."""
        out = []
        for what, listed in state[0]:
            names = self.spec.sets[what]
            drop = [names[key][0] for key in ("ifindex", "number", "netns-id")
                    if key in names]
            out.append((what, sorted(sorted(
                (kind, value) for kind, value in attrs(body[4:]).items()
                if kind not in drop) for body in listed)))
        links = [{name: [link[0][4:]] + link[1:] for name, link in one.items()}
                 for one in state[1]]
        for one in links:
            for link in one.values():
                if link[SEEN.index(IFLA_LINKINFO) + 1] == VSWITCH:
                    link[SEEN.index(IFLA_ADDRESS) + 1] = None
        return out, links

    def heard(self):
        """How many notifications have come, and whether some were lost."""
        count, lost = 0, False
        while True:
            try:
                self.ear.sock.recv(1 << 16)
                count += 1
            except BlockingIOError:
                return count, lost
            except OSError:
                lost = True

    def answer(self, sock):
        """The error that a request got; None if there was no answer to be."""
        sock.settimeout(10)
        while True:
            try:
                data = sock.recv(1 << 17)
            except OSError as exc:
                if exc.errno is None:
                    raise Fail("no answer came") from exc
                drain(sock)
                return None
            if struct.unpack_from("H", data, 4)[0] == NLMSG_ERROR:
                return -struct.unpack_from("i", data, 16)[0]

    def attempt(self, sock, data, nth):
        """One request, of which the nth allocation fails.

        Its error, None if even the answer was lost; and whether one did fail.
        """
        failure = 0
        os.write(self.nth.fileno(), b"%d" % nth)
        try:
            sock.send(data)
        except OSError as exc:
            failure = exc.errno
        left = os.pread(self.nth.fileno(), 16, 0)
        os.write(self.nth.fileno(), b"0")
        return failure or self.answer(sock), nth and not int(left)


def drain(sock):
    """Leave nothing for the next who asks."""
    sock.setblocking(False)
    try:
        while True:
            sock.recv(1 << 17)
    except OSError:
        sock.settimeout(10)


def knob(name, value):
    for path in glob.glob(FAULTS % "*" + name):
        with open(path, "w", encoding="ascii") as file:
            file.write(value)


def spare_kmemleak(net):
    """Let it have its own objects, one for each of ours; it has a reserve."""
    found = net.sh("grep -A 1 -w __alloc_object /proc/kallsyms",
                   check=None).split()
    if found:
        knob("/reject-start", "0x" + found[0])
        knob("/reject-end", "0x" + found[3])


def scan():
    """Look for leaks; what is new since shows at the second scan after it."""
    if os.path.exists(KMEMLEAK):
        with open(KMEMLEAK, "w", encoding="ascii") as file:
            file.write("scan")


def build(net):
    net.batch(SITE)
    net.batch(OTHER)
    net.ready("v1 v2 v3 v4")
    net.world = World(net)


def reload(net):
    """Nothing that has failed keeps the module, or a netdev, from going."""
    if os.path.exists(KO):
        net.world.close()
        net.hang_up()
        net.sh("rmmod vswitch")
        net.sh("insmod " + KO)
        build(net)


def setup(net):
    net.veth("v1", "v2", "v3", "v4")
    for name in ("v1", "v2", "v3", "v4"):
        net.out.up(name)
        net.host.up(name)
    for name in ("d1", "d2", "d3", "d4"):
        net.add(name)
    net.host.route.add("d5", "dummy")
    net.host.set_mtu("d5", 1400)
    net.away = Netns()
    build(net)
    gc.disable()
    knob("/ignore-gfp-wait", "N")
    knob("/cache-filter", "N")
    knob("/min-order", "0")
    if os.path.exists(KMEMLEAK):
        spare_kmemleak(net)
    knob("/verbose", "2" if ONLY else "0")


def judge(world, before, after, error):
    """Whether it has been done; else nothing has changed, or this fails."""
    now = world.state()
    if now == before and error != 0:
        return False
    plain = world.plain(now)
    if plain == after and not error:
        return True
    raise Fail("%s, and this is neither as before:\n%s\nnor done:\n%s" % (
        "without an answer" if error is None else os.strerror(error),
        differences(world.plain(before), plain), differences(after, plain)))


def differences(want, have):
    out = []
    for (what, old), (_, new) in zip(want[0], have[0]):
        out += ["%s, now not: %s" % (what, one) for one in old
                if one not in new]
        out += ["%s, now: %s" % (what, one) for one in new if one not in old]
    for old, new in zip(want[1], have[1]):
        out += ["%s: %s, now %s" % (name, old.get(name), new.get(name))
                for name in old.keys() | new.keys()
                if old.get(name) != new.get(name)]
    return "\n".join(out)


def first(world, request, undo):
    """It without a fault: what is then, and how many notifications it makes.

    The slow path may tell of more soon after it, so the least of three counts.
    """
    counts = []
    for _ in range(3):
        world.heard()
        error, _ = world.attempt(*request(world), 0)
        eq(error, 0, "error without a fault")
        counts.append(world.heard()[0])
        after = world.plain(world.state())
        undo(world)
    return after, min(counts)


def sweep(net, request, undo):
    """Try an operation with each of its allocations failing."""
    world, nth, tried, passed, more = net.world, 0, 0, 0, True
    after, count = first(world, request, undo)
    before = world.state()
    while more:
        # Of very many that follow, a part.
        nth += 1 if ALL or nth < FIRST else STEP
        tried += 1
        true(nth < MOST, "there is no end")
        world.heard()
        error, more = world.attempt(*request(world), nth)
        try:
            done = judge(world, before, after, error)
            told, lost = world.heard()
            true(not done or lost or told >= count,
                 "%d of %d notifications, and none was missed" % (told, count))
        except Fail as exc:
            raise Fail("allocation %d: %s" % (nth, exc)) from exc
        if done:
            passed += 1
            undo(world)
            before = world.state()
    comment("%d tries, of about %d allocations; done in spite of %d" % (
        tried, nth - 1, passed - 1))
    reload(net)
    scan()
    leaks()


def leaks():
    """Nothing has leaked up to the last scan but one."""
    if os.path.exists(KMEMLEAK):
        with open(KMEMLEAK, encoding="utf-8") as file:
            eq(file.read(4096), "", "leaks, of this operation or the last")


# The operations

def lines(text):
    """An undo that is lines of commands."""
    return lambda world: world.net.batch(text)


def genl(operation, undo, note="", **values):
    """An operation of our family, by all that it takes."""
    values = {key.replace("_", "-"): value for key, value in values.items()}

    def request(world):
        if "netns-fd" in values:
            values["netns-fd"] = world.away.file.fileno()
        return world.door.sock, world.door.message(operation, values)
    case("ABI: %s%s without memory does all or nothing" % (operation, note))(
        lambda net: ONLY in ("", operation) and sweep(net, request, undo))


def rtnl(title, undo, kind, dev, *changes, new=False):
    """An operation on a link, as iproute2 asks for it."""
    def request(world):
        index = 0 if new else world.net.link(dev)["ifindex"]
        body = struct.pack("BBHiII", 0, 0, 0, index, 0, 0)
        body += attr(IFLA_IFNAME, dev) if new else b""
        for number, value in changes:
            body += attr(number, value(world) if callable(value) else value)
        return world.route, message(
            kind, NLM_F_ACK | (NLM_F_NEW if new else 0), body)
    case("M3: ip link %s without memory does all or nothing" % title)(
        lambda net: ONLY in ("", title) and sweep(net, request, undo))


def index_of(name):
    return lambda world: world.net.link(name)["ifindex"]


def away(world):
    return world.away.file.fileno()


def home(world, name):
    """A device that has moved away is here again."""
    world.away.route.change(name, (IFLA_NET_NS_FD,
                                   world.net.host.file.fileno()))


def rebuild(world):
    world.net.batch(OTHER)


def attach_again(name, line):
    def undo(world):
        home(world, name)
        world.net.host.up(name)
        world.net.batch(line)
    return undo


genl("switch-new", lines("switch del x0"), name="x0", mtu=1400,
     policy={**POLICY, "active": {}, "standby": {}})
genl("switch-set", lines("switch set s0 mtu 1500 default-portgroup pg0 " +
                         POLICY_BACK), name="s0", mtu=1400,
     default_portgroup="pg20", policy=POLICY)
genl("switch-del", rebuild, " with all that is on it", name="s1", force=True)
genl("portgroup-new", lines("portgroup del x"), name="x", switch="s0",
     policy=POLICY, vlan={"range": [{"first": 60, "last": 70},
                                    {"first": 80, "last": 80}]})
genl("portgroup-set", lines(
    "portgroup set x name pg10 vlan 10 policy inherit"), name="pg10",
     new_name="x", vlan={"range": [{"first": 10, "last": 12}]}, policy=POLICY)
genl("portgroup-set", lines("portgroup set pgt active d2 teaming srcmac"),
     " with inherit", name="pgt", inherit=["active", "teaming"])
genl("portgroup-del", lines("""portgroup add pgt switch s0 vlan trunk 30-40,50
    portgroup set pgt active d2 teaming srcmac"""), name="pgt")
genl("uplink-new", lines("uplink del d4"), dev="d4", switch="s0",
     role="standby")
genl("uplink-new", lines("uplink del d9"), " absent", dev="d9", switch="s0",
     absent=True)
genl("uplink-set", lines("switch set s0 active d1 standby d2"), dev="d2",
     role="active")
genl("uplink-del", lines("""uplink add d2 switch s0 role standby
    portgroup set pgt active d2"""), dev="d2")
genl("port-new", lines("port del v3"), dev="v3", portgroup="pgt",
     client="web03", mac=NEW % 9, blocked="on", allow_mac=ALLOW)
genl("port-new", lines("port del d4"), " of a dummy", dev="d4",
     portgroup="pg20", mac=NEW % 9, allow_mac=ALLOW)
genl("port-new", lambda world: (
    world.net.batch("port del d5"), world.net.host.up("d5", False)),
     " of what is down", dev="d5", portgroup="pg0")
genl("uplink-new", lines("uplink del d5"), " of what is down", dev="d5",
     switch="s0", role="unused")
genl("port-set", lines("""port set v2 portgroup pg20 client "" blocked off
    port set v2 mac 02:aa:00:00:00:02 allow-mac 02:aa:00:00:00:03"""),
     dev="v2", portgroup="pgt", client="web02", mac=NEW % 9, blocked="on",
     allow_mac=ALLOW)
genl("port-del", lines("port add v1 portgroup pg10 client web01"), dev="v1")
genl("vmk-new", lines("vmk del vmk9"), name="vmk9", portgroup="pgt",
     mac=NEW % 9, mtu=1400, service=["nfs", "vsan"])
genl("vmk-new", lines("vmk del vmk9"), " in another namespace", name="vmk9",
     portgroup="pg10", mac=NEW % 9, netns_fd=0)
genl("vmk-set", lines("""vmk set vmk0 portgroup pg10 mac 02:aa:00:00:00:04
    vmk set vmk0 mtu 1500 service none"""), name="vmk0", portgroup="pgt",
     mac=NEW % 9, mtu=1400, service=["nfs"])
genl("vmk-del", lines("vmk add vmk0 portgroup pg10 mac 02:aa:00:00:00:04"),
     name="vmk0")
rtnl("add type vswitch", lines("switch del x0"), RTM_NEWLINK, "x0",
     (IFLA_LINKINFO, attr(1, "vswitch")), new=True)
rtnl("del a vswitch", rebuild, RTM_DELLINK, "s1")
rtnl("del a vmk", lines("vmk add vmk0 portgroup pg10 mac 02:aa:00:00:00:04"),
     RTM_DELLINK, "vmk0")
rtnl("set master", lines("port del v3"), RTM_NEWLINK, "v3",
     (IFLA_MASTER, index_of("s0")))
rtnl("set nomaster", lines("port add v1 portgroup pg10 client web01"),
     RTM_NEWLINK, "v1", (IFLA_MASTER, 0))
rtnl("set nomaster of an uplink", lines(
    """uplink add d2 switch s0 role standby
    portgroup set pgt active d2"""), RTM_NEWLINK, "d2", (IFLA_MASTER, 0))
rtnl("set address of a vmk", lines("vmk set vmk0 mac 02:aa:00:00:00:04"),
     RTM_NEWLINK, "vmk0", (IFLA_ADDRESS, mac_bytes(NEW % 9)))
rtnl("set mtu of a vswitch", lines("switch set s0 mtu 1500"), RTM_NEWLINK,
     "s0", (IFLA_MTU, 1400))
rtnl("set name of an uplink", lambda world: world.net.host.route.change(
    "x1", (IFLA_IFNAME, "d1")), RTM_NEWLINK, "d1", (IFLA_IFNAME, "x1"))
rtnl("set netns of a vnic", attach_again(
    "v1", "port add v1 portgroup pg10 client web01"), RTM_NEWLINK, "v1",
     (IFLA_NET_NS_FD, away))
rtnl("set netns of an uplink", attach_again(
    "d2", "uplink add d2 switch s0"), RTM_NEWLINK, "d2",
     (IFLA_NET_NS_FD, away))
rtnl("set netns of a vmk", lambda world: home(world, "vmk0"), RTM_NEWLINK,
     "vmk0", (IFLA_NET_NS_FD, away))


@case("M3: kmemleak finds nothing after all of this")
def silent(net):
    for _ in range(2):
        time.sleep(5.5)
        scan()
    leaks()
    del net


run(setup)
