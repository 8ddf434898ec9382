#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The monitor: who listens from some moment on knows what there is later.

The cases keep what vswctl monitor tells, and compare it with what vswctl show
says: a change that is not told, or not whole, is a difference.
"""

import fcntl
import json
import os
import re
import signal
import subprocess
import time

from vswtest import (BC, VSWCTL, Netns, case, comment, eq, frame, run, true,
                     until)

KINDS = {"switch": "name", "uplink": "dev", "portgroup": "name", "port": "dev",
         "vmk": "name"}
# What comes and goes with other objects, or with frames.
DERIVED = ("stats", "portgroups", "ports", "uplinks", "learned",
           "other-source")


def setup(net):
    net.ends("u1 u2 v1 v2")
    net.batch("""switch add s0
        uplink add u1 switch s0
        uplink add u2 switch s0 role standby
        portgroup add pg switch s0 vlan 10
        portgroup add 'VM Network' switch s0 vlan 20
        port add v1 portgroup pg client web01.eth0
        vmk add vmk0 portgroup 'VM Network'
        portgroup add mark switch s0""")
    net.ready("u1 u2 v1")


class Monitor:
    """vswctl monitor, and what it has told so far."""

    def __init__(self, net, *words, options=("-j",)):
        self.net = net
        with net.host:
            self.proc = subprocess.Popen(	# pylint: disable=R1732
                [VSWCTL, *options, "monitor", *words],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.rest = b""
        self.known = {}
        self.lost = 0
        self.marks = 0
        flags = fcntl.fcntl(self.proc.stdout, fcntl.F_GETFL)
        fcntl.fcntl(self.proc.stdout, fcntl.F_SETFL, flags | os.O_NONBLOCK)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.proc.send_signal(signal.SIGCONT)
        self.proc.terminate()
        self.proc.wait()
        self.proc.stdout.close()
        self.proc.stderr.close()

    def lines(self):
        """What has been printed since the last time."""
        try:
            self.rest += os.read(self.proc.stdout.fileno(), 1 << 20)
        except BlockingIOError:
            pass
        *lines, self.rest = self.rest.split(b"\n")
        return [line.decode() for line in lines]

    def begin(self):
        """Wait until it listens; what there is now is known."""
        heard = []

        def ready():
            heard.extend(self.lines())
            return heard
        until(ready, "the first line", 20)
        eq(json.loads(heard[0])["event"], "ready", "the first line")
        self.known = shown(self.net)
        for line in heard[1:]:
            self.take(line)
        return self

    def take(self, line):
        told = json.loads(line)
        true(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}[+-]\d{4}",
                          told["time"]), "no time in " + line)
        if told["event"] in ("lost", "ready"):
            if told["event"] == "lost":
                self.lost += 1
                self.known = {kind: {} for kind in KINDS}
            return told
        kind = told["object"]
        obj = strip(told[kind])
        name = obj[KINDS[kind]]
        known = self.known[kind]
        for other, old in list(known.items()):
            if other == name or ("ifindex" in obj and
                                 old.get("ifindex") == obj["ifindex"]):
                del known[other]
        if told["event"] == "set":
            known[name] = obj
        else:
            eq(told["event"], "deleted", "event")
        return told

    def hear(self):
        """Take what was told until now, which a change of ours ends."""
        self.marks += 1
        self.net.ctl("portgroup", "set", "mark", "vlan", str(self.marks))
        told = []

        def marked():
            told.extend(self.take(line) for line in self.lines())
            mark = self.known["portgroup"].get("mark", {})
            return mark.get("vlan") == {"id": self.marks}
        until(marked, "the news of our own change", 20)
        return told

    def check(self, what):
        """What is known is what is shown, at least after a second."""
        def same():
            self.hear()
            return self.known == shown(self.net)
        try:
            until(same, "news", 2)
        except Exception:	# pylint: disable=broad-except
            eq(self.known, shown(self.net), "after " + what)


def strip(obj):
    return {key: val for key, val in obj.items() if key not in DERIVED}


def shown(net):
    answers = net.show(*("%s show" % kind for kind in KINDS))
    return {kind: {obj[KINDS[kind]]: strip(obj) for obj in answer}
            for kind, answer in zip(KINDS, answers)}


@case("C4: who hears what vswctl changes knows what there is")
def by_command(net):
    net.add("d0")
    with Monitor(net).begin() as ear:
        for line in """switch add s1 mtu 1400
                switch set s0 mtu 1400 default-portgroup pg
                portgroup add tenant switch s1 vlan trunk 1-5,9
                portgroup set pg vlan 30 forged reject
                switch set s0 forged reject mac-limit 9
                switch set s0 teaming explicit active u2 standby u1
                switch set s0 forged accept standby none
                uplink set u1 role active
                portgroup set pg policy inherit
                portgroup set pg active u1
                portgroup set pg name group
                portgroup set 'VM Network' name Management
                uplink add d0 switch s1 role unused
                uplink set d0 role standby
                uplink del d0
                port set v1 client db01 blocked on allow-mac 02:aa:00:00:00:01
                port set v1 portgroup Management mac 02:aa:00:00:00:07
                port set v1 blocked off client '' mac none
                port add v2 portgroup tenant
                vmk add vmk7 portgroup tenant
                vmk set vmk0 mtu 1300 mac 02:aa:00:00:00:09
                vmk set vmk0 portgroup group
                port set vmk0 blocked on
                port set vmk0 blocked off
                vmk del vmk7
                port del v2
                portgroup del tenant
                switch del s1
                portgroup del Management""".splitlines():
            if "del Management" in line:
                net.batch("""switch set s0 default-portgroup Management
                    port set v1 portgroup group""")
                ear.check("another default portgroup")
            net.batch(line)
            ear.check(line.strip())
        eq(ear.lost, 0, "lost messages")
    net.delete("d0")


def with_group(net):
    """The portgroup that has v1 and vmk0, as the case before leaves it."""
    if "group" not in shown(net)["portgroup"]:
        net.batch("portgroup set pg name group\nvmk set vmk0 portgroup group")


@case("C4: who hears what ip link changes knows what there is")
def by_ip(net):
    with_group(net)
    net.ctl("switch", "set", "s0", "default-portgroup", "group")
    net.sh("ip netns add vswmon")
    try:
        changed_by_ip(net)
    finally:
        net.sh("ip netns del vswmon")


def changed_by_ip(net):
    with Monitor(net).begin() as ear:
        for line in """ip link add s2 type vswitch
                ip link set s2 mtu 1300
                ip link set s2 down
                ip link set s2 up
                ip link set s2 name s3
                ip link del s3
                ip link set v2 up
                ip link set v2 master s0
                ip link set v2 down
                ip link set v2 name w2
                ip link set w2 up
                ip link set w2 nomaster
                ip link set w2 name v2
                ip link set s0 down
                ip link set s0 up
                ip link set s0 name sw
                ip link set sw name s0
                ip link set vmk0 down
                ip link set vmk0 mtu 1200
                ip link set vmk0 address 02:aa:00:00:00:0a
                ip link set vmk0 name host0
                ip link set host0 up
                ip link set host0 netns vswmon
                ip -n vswmon link set host0 mtu 1250
                ip -n vswmon link set host0 down
                ip -n vswmon link del host0
                ip link set u1 name up1
                ip link set up1 name u1
                ip link set u2 down
                ip link set u2 up
                ip link set u2 down
                ip link set u2 nomaster""".splitlines():
            net.sh(line.strip())
            ear.check(line.strip())
        eq(ear.lost, 0, "lost messages")


@case("C4: who hears of links knows which uplink each port uses")
def by_link(net):
    with_group(net)
    net.host.up("u2")
    # The case before has let them go.
    now = shown(net)
    if "u2" not in now["uplink"]:
        net.ctl("uplink add u2 switch s0 role standby")
    if "vmk0" not in now["vmk"]:
        net.ctl("vmk add vmk0 portgroup group")
    net.batch("""switch set s0 teaming explicit
        portgroup set group policy inherit""")
    net.ready("u1 u2")
    with Monitor(net).begin() as ear:
        eq([ear.known[kind][name]["uplink"] for kind, name in
            (("port", "v1"), ("port", "vmk0"), ("vmk", "vmk0"))],
           ["u1"] * 3, "uplinks")
        net.out.up("u1", False)
        ear.check("the loss of u1")
        eq([ear.known[kind][name]["uplink"] for kind, name in
            (("port", "v1"), ("port", "vmk0"), ("vmk", "vmk0"))],
           ["u2"] * 3, "uplinks")
        net.out.up("v1", False)
        ear.check("the loss of v1")
        eq(ear.known["port"]["v1"]["state"], "no-carrier", "state of v1")
        for end in ("u1", "v1"):
            net.out.up(end)
        ear.check("their return")
        net.add("d1")
        net.ctl("uplink add d1 switch s0")
        ear.check("another uplink")
        net.delete("d1")
        ear.check("its end")
        eq(ear.known["uplink"]["d1"]["state"], "absent", "state of d1")
        net.add("d1")
        net.ctl("uplink add d1 switch s0")
        net.delete("d1")
        ear.check("its return and its end")
        net.ctl("switch set s0 active u1")
        ear.check("another list")
        net.ctl("uplink del d1")
        ear.check("the end of its place")
        eq("d1" in ear.known["uplink"], False, "whether d1 is known")


@case("C4, S1, F1: who hears of ports knows their addresses and conflicts")
def by_frame(net):
    own = "02:aa:00:00:00:11"
    net.ends("x1")
    net.tap("t1")
    net.tap("t2")
    net.batch("""portgroup add q switch s0 vlan 40
        portgroup add r switch s0 vlan 50
        port add t1 portgroup q
        port add t2 portgroup q
        port add x1 portgroup q""")
    for name in ("t1", "t2", "x1"):
        net.host.ready(name)
    with Monitor(net).begin() as ear:
        def is_now(what, conflicts, **addresses):
            ear.check(what)
            ports = ear.known["port"]
            eq([name for name, port in ports.items()
                if port.get("address-conflict")], conflicts,
               "conflicts after " + what)
            eq({name: ports[name].get("effective-mac") for name in addresses},
               addresses, "addresses after " + what)

        is_now("nothing", [], t1=None, t2=None)
        net.ports["t1"].send(frame(BC, own))
        is_now("the first frame", [], t1=own, t2=None)
        net.ports["t2"].send(frame(BC, own))
        is_now("a frame from another's address", ["t2"], t1=own, t2=None)
        for _ in range(50):
            net.ports["t2"].send(frame(BC, own))
            net.ports["t1"].send(frame(BC, own))
        net.settle()
        time.sleep(0.3)
        eq({one["object"] for one in ear.hear() if one.get("object")},
           {"portgroup"}, "objects that frames are told of")
        net.ports["t2"].send(frame(BC, net.macs["t2"]))
        is_now("a better one", [], t1=own, t2=net.macs["t2"])
        net.out.set_mac("x1", own)
        is_now("a guest's new address", ["t1"], x1=own)
        net.ctl("port set x1 portgroup r")
        is_now("its move", [], t1=own, x1=own)
        net.ctl("portgroup set r vlan 40")
        is_now("another VLAN", ["t1"], t1=own, x1=own)
        net.ctl("portgroup set r vlan 50")
        is_now("the VLAN of before", [], t1=own, x1=own)
        net.ctl("port set x1 portgroup q")
        is_now("its return", ["t1"], t1=own, x1=own)
        net.ctl("port del x1")
        is_now("its end", [], t1=own)
        net.ctl("port set t2 mac " + own)
        is_now("an address that is declared", ["t1"], t1=own, t2=own)
        net.ctl("port set t2 mac none")
        is_now("one that is not", [], t1=own, t2=None)
        net.ports["t2"].send(frame(BC, own))
        is_now("a frame", ["t2"], t1=own, t2=None)
        net.ctl("port del t2")
        net.ctl("port del t1")
        ear.check("the end of both")
        eq(ear.lost, 0, "lost messages")
    for name in ("t1", "t2", "x1"):
        net.ports.pop(name).close()


@case("C4: who hears too slowly is told so, and what there is now")
def lost(net):
    lines = "".join("port set v1 client c%d\n" % i for i in range(2000))
    net.batch("portgroup add gone switch s0")
    with Monitor(net).begin() as ear:
        ear.proc.send_signal(signal.SIGSTOP)
        net.batch("portgroup del gone")
        net.batch(lines)
        net.batch("portgroup add new switch s0")
        ear.proc.send_signal(signal.SIGCONT)
        told = ear.hear()
        true(ear.lost > 0, "nothing was lost of 2000 changes")

        def whole():
            # The list of what there is may begin with what hear() waits for.
            told.extend(ear.take(line) for line in ear.lines())
            events = [one["event"] for one in told]
            return "ready" in events[events.index("lost"):]
        until(whole, "the end of the list")
        ear.check("the loss")
        eq("gone" in ear.known["portgroup"], False, "what is gone")
        comment("%d events for 2002 changes, lost %d times" %
                (len(told), ear.lost))
    net.ctl("portgroup del new")


@case("C4: one hears only of what one asks for, and only of one's namespace")
def some(net):
    other = Netns()
    with Monitor(net, "portgroup", "vmk").begin() as ear:
        net.batch("port set v1 client nobody\nvmk set vmk0 mtu 1400")
        with other:
            done = net.spawn([VSWCTL, "switch", "add", "elsewhere"], other)
        eq(done.returncode, 0, done.stderr)
        told = {one.get("object") for one in ear.hear()} - {None}
        eq(told, {"vmk", "portgroup"}, "objects")
    other.close()


@case("CLI: monitor without -j is for people")
def text(net):
    net.batch("portgroup add 'a b' switch s0 vlan trunk 5-6")
    with Monitor(net, options=()) as ear:
        seen = []

        def has(pattern):
            seen.extend(ear.lines())
            return any(re.search(pattern, line) for line in seen)
        until(lambda: has("^[0-9:]{8}[.][0-9]{3} listening$"), "the beginning",
              20)
        net.batch("""portgroup set 'a b' forged reject
            port set v1 client 'it is'
            portgroup del 'a b'""")
        until(lambda: has(r"portgroup 'a b' switch s0 vlan trunk 5-6 .*"
                          r"forged reject"), "the portgroup")
        until(lambda: has(r"port v1 .* client 'it is'"), "the port")
        until(lambda: has(r"portgroup 'a b' .* deleted$"), "its end")
        eq([line for line in seen if "stats" in line or "in-" in line], [],
           "counters")


@case("CLI: monitor is refused what it cannot do")
def refused(net):
    net.refused("monitor prot", status=2, text='"port"')
    net.refused("monitor nic", status=2, text="switch, uplink")
    done = net.spawn([VSWCTL, "-b", "-"], text="monitor\n")
    eq((done.returncode, done.stdout), (2, ""), "in a batch")
    true("stdin:1: monitor: " in done.stderr, done.stderr)


run(setup)
