# SPDX-License-Identifier: GPL-2.0-only
"""Losing the uplink in use, and what becomes of the frames: who can stand it,
how an uplink is lost, and counting.

             host                            outside
    guest --- g1  [ a contender ]  U1 ---+
      99 more g2 ...               U2 ---+ a segment that floods --- station

Frames go between the guest and the station, both ways. U1 is in use whenever
it is there. The segment is a bridge that does not learn, and the uplinks are
veth pairs; or it is a hub of the emulator's, and they are virtio NICs.
"""

import contextlib
import json
import os
import random
import re
import struct
import subprocess
import time
from collections import namedtuple

from vswnet import PACKET_IGNORE_OUTGOING, SOL_PACKET
from vswtest import MAGIC, Fail, Raw, Skip, until

TRACEFS = "/sys/kernel/tracing"
TRACE = TRACEFS + "/instances/lossnet"
NIC = "52:54:00:76:73:0%d"
GUESTS = 100
IFLA_BOND_ACTIVE_SLAVE = 2
NEVER = float("inf")
OTHER_VLAN = 20


# The emulator

class Machine:
    """QEMU, by its QMP on a virtio port of this VM: it unplugs cables."""

    def __init__(self):
        ports = "/sys/class/virtio-ports"
        names = os.listdir(ports) if os.path.isdir(ports) else []
        for name in names:
            with open("%s/%s/name" % (ports, name), encoding="ascii") as file:
                if file.read().strip() == "qmp":
                    # pylint: disable=consider-using-with
                    self.file = open("/dev/" + name, "r+b", buffering=0)
                    break
        else:
            raise Skip("no QMP port in this machine")
        self.pending = b""
        # It remembers who has greeted it in this VM before.
        with contextlib.suppress(Fail):
            self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.file.write(json.dumps(
            {"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            line, found, rest = self.pending.partition(b"\n")
            if not found:
                self.pending += self.file.read(4096)
                continue
            self.pending = rest
            answer = json.loads(line)
            if "error" in answer:
                raise Fail("QMP: %s" % answer["error"]["desc"])
            if "return" in answer:
                return

    def plug(self, number, on):
        self.ask("set_link", name="nic%d" % number, up=on)

    def close(self):
        self.file.close()


# The moment at which the bits say that an uplink is dead

class Probe:
    """The kernel's own stamps of when a link's bits had changed.

    netif_carrier_off() calls linkwatch_fire_event() right behind the bit, and
    a netdev that is closed is not running any more when its queues are taken
    away. So no frame that is sent after the stamp can have seen the old bits.
    Devices that go together may be closed one after the other, so it is the first
    stamp after what says that this one is about to be closed.
    """

    EVENTS = ("p:lossnet/carrier linkwatch_fire_event dev=dev->name:string\n"
              "p:lossnet/closing netpoll_poll_disable index=dev->ifindex:s32\n"
              "p:lossnet/stopped dev_deactivate_many\n")

    def __init__(self):
        if not os.path.isdir(TRACEFS + "/events"):
            subprocess.run(["mount", "-t", "tracefs", "tracefs", TRACEFS],
                           check=False)
        try:
            self.define(self.EVENTS)
        except OSError as exc:
            raise Skip("no kprobes: %s" % exc) from exc
        os.makedirs(TRACE, exist_ok=True)
        self.put("trace_clock", "mono")
        self.put("events/lossnet/enable", "1")

    @staticmethod
    def define(events):
        with open(TRACEFS + "/kprobe_events", "w", encoding="ascii") as file:
            file.write(events)

    @staticmethod
    def put(path, text):
        with open(os.path.join(TRACE, path), "w", encoding="ascii") as file:
            file.write(text)

    def clear(self):
        self.put("trace", "")

    def stamps(self, event, text):
        """When an event happened; in ns, rounded up from microseconds."""
        with open(TRACE + "/trace", encoding="ascii") as file:
            found = [re.search(r" (\d+)\.(\d{6}): %s: " % event, line)
                     for line in file if text in line]
        return [(int(when[1]) * 10**6 + int(when[2]) + 1) * 1000
                for when in found if when]

    def carrier(self, dev):
        """The last change of a carrier bit of this name."""
        return until(lambda: self.stamps("carrier", 'dev="%s"' % dev),
                     "the carrier of %s" % dev)[-1]

    def stopped(self, index):
        """When a netdev, by its ifindex, was stopped by this process."""
        own = "-%d " % os.getpid()
        found = until(lambda: self.stamps("stopped", own), "the end of a device")
        closing = self.stamps("closing", "index=%d" % index)[0]
        return next(when for when in found if when >= closing)

    def close(self):
        self.put("events/lossnet/enable", "0")
        os.rmdir(TRACE)
        self.define("")


# Media: what is behind the uplinks

class Veth:
    """Veth pairs into a bridge outside that floods every frame."""

    names = ("u1", "u2")
    station = "w1"

    def __init__(self, net):
        self.net = net
        net.ip("link add fabric type bridge mcast_snooping 0\n"
               "link add w1 type veth peer name w0\n"
               "link set fabric up\nlink set w1 up", net.out)
        for name in self.names:
            self.add(name)
        self.join("w0")

    def join(self, name):
        self.net.ip("link set %s master fabric up\n"
                    "link set %s type bridge_slave learning off" %
                    (name, name), self.net.out)

    def add(self, name):
        self.net.veth(name)
        self.net.host.up(name)
        self.join(name)
        for ns in (self.net.out, self.net.host):
            ns.ready(name)

    def close(self):
        for name in self.names:
            self.net.delete(name)
        for name in ("w1", "fabric"):
            self.net.delete(name, self.net.out)


class Virtio:
    """NICs of the emulated machine, on a hub of the emulator."""

    names = ("n1", "n2")
    station = "n3"
    home = ["nsenter", "--net=/proc/1/ns/net"]

    def __init__(self, net):
        self.net = net
        subprocess.run(["modprobe", "virtio_net"], check=False)
        self.machine = Machine()
        for number in (1, 2, 3):
            name = "n%d" % number
            old = until(lambda i=number: self._at_home(NIC % i), name)
            self._run("ip", "link", "set", old, "down")
            self._run("ip", "link", "set", old, "name", name)
            self._run("ip", "link", "set", name, "netns", str(os.getpid()))
            self.machine.plug(number, True)
        net.host.route.change("n3", (28, net.out.file.fileno()))
        net.out.up("n3")

    def _run(self, *argv):
        return subprocess.run([*self.home, *argv], check=True,
                              capture_output=True).stdout

    def _at_home(self, mac):
        for link in json.loads(self._run("ip", "-j", "link")):
            if link.get("address") == mac:
                return link["ifname"]
        return None

    def close(self):
        self.machine.close()
        self.net.out.route.change("n3", (28, self.net.host.file.fileno()))
        for number in (1, 2, 3):
            with open("/proc/1/ns/net", "rb") as home:
                self.net.host.up("n%d" % number, False)
                self.net.host.route.change("n%d" % number,
                                           (28, home.fileno()))


# Contenders: what the guest and the uplinks are attached to

class Vswitch:
    """The switch, one uplink active and one standby, and 99 more guests.

    They are in a VLAN of their own and get none of the broadcasts, and come
    before the guest whose frames are counted. A bond has no word for the
    guests behind it, so it has one guest alone.
    """

    def __init__(self, net, medium):
        self.net = net
        self.names = medium.names
        others = ["g%d" % i for i in range(2, GUESTS + 1)]
        net.veth(*others)
        for name in others:
            net.out.up(name)
        net.batch("\n".join(
            ["switch add s0 notify on",
             "portgroup add pg switch s0",
             "portgroup add others switch s0 vlan %d" % OTHER_VLAN,
             "uplink add %s switch s0 role active" % self.names[0],
             "uplink add %s switch s0 role standby" % self.names[1]] +
            ["port add %s portgroup others" % name for name in others] +
            ["port add g1 portgroup pg"]))
        self.others = others

    def add(self, name):
        self.net.ctl("uplink add %s switch s0" % name)

    def in_use(self):
        return self.net.one("port show g1").get("uplink")

    def close(self):
        self.net.delete("s0")
        for name in self.others:
            self.net.delete(name)


class Bond:
    """A bond of both uplinks as a port of a bridge."""

    def __init__(self, net, medium, miimon):
        self.net = net
        # Without the parameter it makes a bond by itself.
        subprocess.run(["modprobe", "bonding", "max_bonds=0"], check=False)
        net.ip("link add b0 type bond mode active-backup miimon %d" % miimon)
        for name in medium.names:
            self.add(name)
        net.ip("link set b0 type bond primary %s\n"
               "link add br0 type bridge mcast_snooping 0\n"
               "link set b0 master br0\nlink set g1 master br0\n"
               "link set g1 up\nlink set b0 up\nlink set br0 up" %
               medium.names[0])

    def add(self, name):
        self.net.ip("link set %s down\nlink set %s master b0" % (name, name))

    def in_use(self):
        links = self.net.host.route.links()
        active = links["b0"]["data"].get(IFLA_BOND_ACTIVE_SLAVE)
        return next((name for name, link in links.items() if
                     active == struct.pack("I", link["ifindex"])), None)

    def close(self):
        for name in ("br0", "b0"):
            self.net.delete(name)


# Kinds: how an uplink is lost, and when it was dead

# A way to lose an uplink; lose() gives the time from which it was dead.
Kind = namedtuple("Kind", "title medium lose restore")


def lose_carrier(site):
    site.net.out.up("u1", False)
    return site.probe.carrier("u1")


def restore_carrier(site):
    site.net.out.up("u1")


def unplug(site):
    site.medium.machine.plug(1, False)
    return site.probe.carrier("n1")


def plug(site):
    site.medium.machine.plug(1, True)


def set_down(site):
    index = site.net.link("u1")["ifindex"]
    site.net.host.up("u1", False)
    return site.probe.stopped(index)


def set_up(site):
    site.net.host.up("u1")


def remove(site):
    index = site.net.link("u1")["ifindex"]
    site.net.delete("u1")
    return site.probe.stopped(index)


def add_again(site):
    site.medium.add("u1")
    site.contender.add("u1")


KINDS = {"carrier": Kind("veth carrier loss", Veth, lose_carrier,
                         restore_carrier),
         "set-link": Kind("virtio set_link off", Virtio, unplug, plug),
         "down": Kind("ip link set down", Veth, set_down, set_up),
         "removal": Kind("device removal", Veth, remove, add_again)}


# The measurement

class Stream:
    """The program that sends, receives and counts."""

    def __init__(self, net, medium):
        macs = [net.link("g1", net.out)["address"],
                net.link(medium.station, net.out)["address"]]
        self.socks = [Raw(net.out, "g1", MAGIC),
                      Raw(net.out, medium.station, MAGIC),
                      Raw(net.host, medium.names[1])]
        fds = [sock.sock.fileno() for sock in self.socks]
        # Outgoing frames are what the last one is for.
        self.socks[2].sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 0)
        own = os.sched_getaffinity(0)
        os.sched_setaffinity(0, net.cpus)
        # pylint: disable=consider-using-with
        self.proc = subprocess.Popen(
            [os.environ.get("VSWITCH_STREAM", "./stream"),
             "%d/%s" % (fds[0], macs[0]), "%d/%s" % (fds[1], macs[1]),
             str(fds[2])], pass_fds=fds, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, encoding="ascii")
        os.sched_setaffinity(0, own)

    def ask(self, *words):
        self.proc.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.proc.stdin.flush()
        line = self.proc.stdout.readline()
        if not line:
            raise Fail("stream: exit status %d" % self.proc.wait())
        return json.loads(line)

    def close(self):
        self.proc.stdin.close()
        self.proc.wait()
        self.proc.stdout.close()
        for sock in self.socks:
            sock.close()


class Site:
    """A contender on its medium with traffic through it."""

    def __init__(self, net, medium, contender, seed=1):
        self.net = net
        self.random = random.Random(seed)
        with contextlib.ExitStack() as stack:
            net.veth("g1")
            stack.callback(net.delete, "g1")
            net.out.up("g1")
            self.medium = medium(net)
            stack.callback(self.medium.close)
            self.contender = contender(net, self.medium)
            stack.callback(self.contender.close)
            self.probe = Probe()
            stack.callback(self.probe.close)
            for name in self.medium.names:
                net.host.up(name)
                net.host.ready(name)
            self.stream = Stream(net, self.medium)
            stack.callback(self.stream.close)
            self.settled()
            self.undo = stack.pop_all()

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.undo.close()

    def settled(self):
        want = self.medium.names[0]
        until(lambda: self.contender.in_use() == want, "%s in use" % want)

    def holds(self, period):
        """Does this machine manage a frame each period (in us) each way?"""
        start = time.monotonic_ns()
        self.stream.ask("start", period * 1000)
        time.sleep(1)
        middle = time.monotonic_ns()
        self.stream.ask("stop")
        found = self.stream.ask("count", start, middle, 0)
        want = (middle - start) / 1000 / period
        return min(found["out"]["sent"], found["in"]["sent"]) >= want * 0.95

    def trial(self, kind, period, before, after, back):
        """Lose the uplink and get it back; the figures of both.

        The loss comes at a moment of its own, up to before seconds after the
        traffic began, so that it falls anywhere between two looks of a poll.
        """
        start = time.monotonic_ns()
        self.stream.ask("start", period * 1000)
        time.sleep(0.02 + self.random.random() * before)
        self.probe.clear()
        dead = kind.lose(self)
        time.sleep(after)
        middle = time.monotonic_ns()
        kind.restore(self)
        time.sleep(back)
        self.settled()
        stopped = self.stream.ask("stop")
        if stopped["overflow"] or stopped["full"]:
            raise Fail("the counting is not reliable: %s" % stopped)
        end = time.monotonic_ns()
        lost = self.stream.ask("count", start, middle, dead)
        found = self.stream.ask("count", middle, end, 0)
        # After the return none leaves by this uplink.
        lost["rarp"] = self.stream.ask("count", start, end, dead)["rarp"]
        return figures(lost, found, (middle - start) / 1000, dead)


def figures(lost, found, duration, dead):
    """What is known about one loss."""
    out, into, rarp = lost["out"], lost["in"], lost["rarp"]
    said = rarp["sources"] == GUESTS
    back = found["out"], found["in"]
    return {
        "out-lost": out["lost"],
        "out-lost-after": out["lost-after"],
        "in-lost": into["lost"],
        "in-lost-after": into["lost-after"],
        "twice": out["twice"] + into["twice"],
        "group-twice": out["group-twice"] + into["group-twice"],
        "late": out["late"] + into["late"],
        "rarp-first": (rarp["first"] - dead) / 1e6 if said else NEVER,
        "rarp-last": (rarp["last"] - dead) / 1e6 if said else NEVER,
        "back-lost": sum(way["lost"] for way in back),
        "back-twice": sum(way["twice"] for way in back),
        "back-group-twice": sum(way["group-twice"] for way in back),
        "back-late": sum(way["late"] for way in back),
        "out-spacing": duration / max(out["sent"], 1),
        "in-spacing": duration / max(into["sent"], 1),
    }
