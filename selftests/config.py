#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Configurations as files: export and apply, changes that are taken back, what
is saved and comes back.

The configurations are those that randomized.py draws.
"""

import json
import os
import pty
import random
import signal
import socket
import struct
import subprocess
import tempfile
import time
from contextlib import suppress

from confdocs import (EMPTY, SAVED, Documents, apply, changed, clear, export,
                      forget_saved, same, settled, start, waiting)
from vswtest import (VSWCTL, Fail, Raw, case, comment, eq, frame, run,
                     true, until)

SEED = os.environ.get("VSWITCH_SEED", "1")
WAYS = 24
DRAWN = 9
ROUNDS = 100


class Monitor:
    """A listener of the multicast group "monitor"."""

    def __init__(self, net):
        with net.host:
            self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        self.sock.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)
        self.sock.send(struct.pack("IHHIIBBHHH8s", 32, 16, 5, 1, 0, 3, 1, 0,
                                   12, 2, b"vswitch\0"))
        group = self.group(self.sock.recv(1 << 16))
        self.sock.recv(1 << 16)		# the acknowledgement
        self.sock.setsockopt(270, 1, group)	# NETLINK_ADD_MEMBERSHIP
        self.sock.setblocking(False)

    @staticmethod
    def group(answer):
        at = answer.index(b"monitor\0")
        # The group's nest has its name and its id, 8 bytes, in some order.
        for off in (at - 12, at + 8):
            length, kind, number = struct.unpack_from("HHI", answer, off)
            if (length, kind) == (8, 2):
                return number
        raise Fail("the group monitor has no id")

    def count(self):
        """How many have come since."""
        number = 0
        with suppress(BlockingIOError):
            while True:
                self.sock.recv(1 << 16)
                number += 1
        return number

    def close(self):
        self.sock.close()


DOCS = []


def setup(net):
    DOCS[:] = [Documents(net, SEED)]


# C1

@case("C1: every configuration can be exported and applied, from any other")
def inverses(net):
    docs = DOCS[0].draw(DRAWN)
    rng = random.Random(SEED)
    steps = 0
    for number in range(WAYS):
        doc = rng.choice(docs)
        if rng.randrange(2):
            apply(net, doc)
        else:
            # The plan as it is printed leads there, too.
            plan = apply(net, doc, "--dry-run")
            done = net.spawn([VSWCTL, "-b", "-"], text=plan)
            eq((done.returncode, done.stderr), (0, ""), "the plan\n" + plan)
            steps += len(plan.splitlines())
        same(net, doc, "way %d" % number)
        eq(apply(net, doc, "--dry-run"), "", "steps of a second time")
    true(steps > WAYS, "there was something to do")
    comment("%d steps in plans" % steps)
    clear(net)


@case("C1: what is exported, and applied to nothing, is exported again byte for byte")
def round_trips(net):
    texts = DOCS[0].texts(ROUNDS)
    true(len(set(texts)) == ROUNDS, "each is another one")
    with tempfile.TemporaryDirectory(dir="/run") as folder:
        for name, text in (*enumerate(texts), ("empty", json.dumps(EMPTY))):
            with open("%s/%s" % (folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        for number, text in enumerate(texts):
            done = net.spawn([VSWCTL, "-b", "-"], text="apply %s/%d\nexport\n"
                             "apply %s/empty\n" % (folder, number, folder))
            eq((done.returncode, done.stderr), (0, ""), "document %d" % number)
            eq(changed(json.loads(text), json.loads(done.stdout)), [],
               "what is another in document %d" % number)
            eq(done.stdout, text, "document %d" % number)


def quiet(monitor):
    """Whether nothing is heard for longer than beacons take to be missed."""
    monitor.count()
    time.sleep(4.5)
    return not monitor.count()


@case("C1: applied twice, a configuration is not touched: nobody is notified")
def twice(net):
    docs = DOCS[0].draw(3)
    monitor = Monitor(net)
    for doc in docs:
        apply(net, doc)
        true(monitor.count(), "the first time is notified")
        until(lambda: quiet(monitor), "the links to settle", 40)
        apply(net, doc)
        eq(monitor.count(), 0, "notifications of the second time")
    monitor.close()
    clear(net)


@case("C1: of 100 ports, those that stay as they are lose no frame")
def no_loss(net):
    names = ["c%d" % i for i in range(100)]
    net.veth(*names, "w1", "w2")
    for name in [*names, "w1", "w2"]:
        net.out.up(name)
    net.batch("""switch add s0
        uplink add w1 switch s0
        uplink add w2 switch s0
        portgroup add keep switch s0 vlan 10 active w1 standby none
        portgroup add old switch s0 vlan 20
        portgroup add new switch s0 vlan 30""")
    net.batch("\n".join("port add %s portgroup %s" % (
        name, "keep" if i < 50 else "old" if i < 75 else "new")
        for i, name in enumerate(names)))
    for name in [*names, "w1", "w2"]:
        net.host.ready(name)
    one = export(net)
    two = json.loads(json.dumps(one))
    two["switch"][0]["policy"]["active"] = {"dev": ["w2", "w1"]}
    two["switch"][0]["policy"]["forged"] = "reject"
    for group in two["portgroup"]:
        if group["name"] == "keep":
            group["policy"]["forged"] = "accept"
        else:
            group["vlan"] = {"id": 50 - group["vlan"]["id"]}
    two["portgroup"].append({"name": "third", "switch": "s0",
                             "vlan": {"range": [{"first": 10, "last": 99}]},
                             "policy": {"promiscuous": "accept"}})
    for i, port in enumerate(two["port"]):
        if i >= 90:
            port["portgroup"] = "third"
        elif i >= 80:
            port["client"] = "guest %d" % i
            port["blocked"] = "on"
        elif i >= 60:
            port["mac"] = "02:77:00:00:00:%02x" % i
    two["port"] = two["port"][:95]
    lost = Streams(net, names[:50], "w1").through([two, one] * 2)
    eq(lost, {}, "frames lost")
    clear(net)
    for name in [*names, "w1", "w2"]:
        net.delete(name)


class Streams:
    """Frames between ports, and to and from an uplink, without a pause."""

    def __init__(self, net, names, uplink):
        self.net, self.names = net, names
        self.socks = {name: Raw(net.out, name) for name in [*names, uplink]}
        self.flows = []
        for i in range(0, len(names), 2):
            self.flow(names[i], names[i + 1], "-", "-")
        for name in names[:10]:
            self.flow(name, uplink, "-", "10")
            self.flow(uplink, name, "10", "-")

    def flow(self, src, dst, tags, want):
        macs = self.net.macs
        mac = "02:fe:00:00:00:01"
        self.flows.append({"src": src, "dst": dst, "sent": 0, "want": want, "data": frame(
            mac if dst.startswith("w") else macs[dst],
            mac if src.startswith("w") else macs[src], tags,
            len(self.flows))})

    def through(self, docs):
        """What is lost while documents are applied one after the other."""
        got = {}
        for doc in docs:
            proc = start(self.net, json.dumps(doc), "apply", "-")
            while proc.poll() is None:
                self.send()
                self.take(got)
            eq(proc.wait(), 0, "exit status of vswctl apply")
        self.net.settle()
        self.take(got)
        for sock in self.socks.values():
            sock.close()
        comment("%d frames" % sum(flow["sent"] for flow in self.flows))
        return {(flow["src"], flow["dst"]): (flow["sent"], got.get(i, 0))
                for i, flow in enumerate(self.flows)
                if flow["sent"] != got.get(i, 0) or not flow["sent"]}

    def send(self):
        for flow in self.flows:
            self.socks[flow["src"]].send(flow["data"])
            flow["sent"] += 1

    def take(self, got):
        for name, sock in self.socks.items():
            for _, data in sock.recv():
                at = data.find(b"VSWT")
                if at < 0:
                    continue
                ident = struct.unpack_from("!I", data, at + 4)[0]
                if self.flows[ident]["dst"] == name:
                    got[ident] = got.get(ident, 0) + 1


@case("C1: a step that is refused takes the earlier ones back, and is named")
def rollback(net):
    docs = DOCS[0].draw(4)
    net.add("br0", "bridge")
    net.add("bad0")
    net.sh("ip link set bad0 master br0")
    for doc, other in zip(docs, docs[1:]):
        apply(net, doc)
        other = json.loads(json.dumps(other))
        group = other["portgroup"][0]["name"]
        other["port"].append({"dev": "bad0", "portgroup": group})
        done = net.spawn([VSWCTL, "apply", "-"], text=json.dumps(other))
        eq(done.returncode, 1, "exit status")
        eq(len(done.stderr.splitlines()), 1, "lines of %r" % done.stderr)
        for text in ("the earlier ones are undone", "bad0 belongs to br0 already",
                     "it was: port add bad0 portgroup " + group):
            true(text in done.stderr, "%r in %r" % (text, done.stderr))
        same(net, doc, "after the rollback")
    clear(net)
    net.delete("bad0")
    net.delete("br0")


@case("C1, V3: the services of a vmk are part of the configuration")
def services(net):
    net.batch("""switch add s0
        portgroup add p switch s0
        vmk add vmk0 portgroup p service nfs,vmotion
        vmk add vmk1 portgroup p""")
    doc = export(net)
    eq([one.get("service") for one in doc["vmk"]], [["vmotion", "nfs"], None],
       "services exported")
    for said, step in ((["iscsi", "management", "iscsi"], "management,iscsi"),
                       (["management", "iscsi"], None), ([], "none"),
                       (None, None), (["nfs", "vmotion"], "vmotion,nfs")):
        other = json.loads(json.dumps(doc))
        other["vmk"][0]["service"] = said
        if said is None:
            del other["vmk"][0]["service"]
        eq(apply(net, other, "--dry-run"),
           "vmk set vmk0 service %s\n" % step if step else "", "the plan")
        apply(net, other)
        eq(set(net.one("vmk show vmk0")["service"]), set(said or []), "services")
    same(net, doc, "after all of these")
    clear(net)
    apply(net, doc)
    same(net, doc, "made anew")
    clear(net)


@case("C1: --dry-run says a change and does not do it")
def dry_run(net):
    net.batch("""switch add s0
        portgroup add 'VM Network' switch s0 vlan 5
        vmk add vmk0 portgroup 'VM Network'""")
    net.veth("x1", "x2")
    net.batch("port add x1 portgroup 'VM Network'\nuplink add x2 switch s0")
    before = net.state()
    for line in ("switch add s1 mtu 1400", "switch set s0 forged reject",
                 "switch del s0", "uplink add x3 switch s0 role unused",
                 "uplink set x2 role standby", "uplink del x2",
                 "portgroup add 'it'\\''s' switch s0 vlan 'trunk' 1,5-9",
                 "portgroup set 'VM Network' vlan all", "portgroup del x",
                 "port add x9 portgroup 'VM Network' client ''",
                 "port set x1 mac none", "port del x1",
                 "vmk add portgroup 'VM Network'",
                 "vmk set vmk0 address 192.0.2.1/24", "vmk del vmk0", "save"):
        done = net.spawn([VSWCTL, "--dry-run", "-b", "-"], text=line + "\n")
        eq((done.returncode, done.stderr), (0, ""), line)
        eq(done.stdout.strip(), line.replace("'trunk'", "trunk"), "said")
        net.unchanged(before)
    net.refused("--dry-run", "portgroup", "add", "p", "switch", "s0", "vlan",
                "5000", status=2, text="VLAN 5000 is out of range")
    clear(net)
    for name in ("x1", "x2"):
        net.delete(name)


# C2

def two_documents(net):
    one, two = DOCS[0].draw(2)
    apply(net, one)
    return one, two


@case("C2: a change that is not confirmed is taken back, one that is stays")
def confirm(net):
    one, two = two_documents(net)
    said = apply(net, two, "--confirm", "1")
    true("taken back in 1 s" in said, said)
    settled(net)
    same(net, one, "after the time")
    net.refused("confirm", status=3, text="no change waits")
    apply(net, two, "--confirm", "600")
    same(net, two, "while it waits")
    net.refused("--confirm", "5", "switch", "add", "s7", text="waits for")
    same(net, two, "another change was refused")
    eq(net.run_ctl("--dry-run", "confirm"), "confirm\n", "a dry run")
    true(waiting(net), "it waits after a dry run")
    net.run_ctl("confirm")
    true(not waiting(net), "nothing waits any more")
    same(net, two, "confirmed")
    # Any command, and a batch.
    net.run_ctl("--confirm", "1", "switch", "set", two["switch"][0]["name"],
                "mtu", "1300")
    settled(net)
    same(net, two, "a command that was not confirmed")
    done = net.spawn([VSWCTL, "--confirm", "30", "-b", "-"],
                     text="switch add s7\nswitch add s8\nswitch add s8\n")
    eq(done.returncode, 1, "a batch that fails")
    settled(net)
    same(net, two, "a batch that failed")
    net.refused("--confirm", "0", "switch", "add", "s7", status=2)
    clear(net)


@case("C2: the terminal is gone, the change is taken back all the same")
def terminal(net):
    one, two = two_documents(net)
    path = "/run/two.json"
    with open(path, "w", encoding="utf-8") as file:
        json.dump(two, file)
    pid, fd = pty.fork()
    if not pid:
        try:
            with net.host:
                os.execvp("sh", ["sh", "-c", "%s --confirm 9 apply %s; sleep 99" %
                                 (VSWCTL, path)])
        finally:
            os._exit(1)
    until(lambda: waiting(net) and not changed(two, export(net)),
          "the change", 30)
    os.close(fd)		# SIGHUP to all that run there
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    settled(net)
    same(net, one, "after the time")
    clear(net)


@case("C2: a guard that is told to end takes the change back at once")
def guard_ends(net):
    one, two = two_documents(net)
    apply(net, two, "--confirm", "600")
    with open("/run/vswitch/%d/guard" % os.stat(net.host.path).st_ino,
              encoding="ascii") as file:
        os.kill(int(file.read()), signal.SIGTERM)
    settled(net)
    same(net, one, "after SIGTERM")
    clear(net)


@case("C2: a batch to be confirmed begins when all of it is there")
def batch_whole(net):
    before = net.state()
    with net.host, subprocess.Popen(
            [VSWCTL, "--confirm", "600", "-b", "-"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, encoding="utf-8") as proc:
        proc.stdin.write("switch add s8\n")
        proc.stdin.flush()
        time.sleep(0.5)
        net.unchanged(before)
        # Nobody waits for it.
        net.run_ctl("--confirm", "600", "switch", "add", "s7")
        net.run_ctl("confirm")
        proc.stdin.write("switch add s9\n")
        proc.stdin.close()
        true("taken back in 600 s" in proc.stdout.read(), "what it says")
    net.run_ctl("confirm")
    eq([one["name"] for one in net.show("switch show")[0]], ["s7", "s8", "s9"],
       "switches")
    eq(apply(net, export(net), "--confirm", "5"),
       "nothing differs, so there is nothing to confirm\n", "what differs")
    clear(net)


@case("C1: in whatever form a value is written, a second time nothing differs")
def forms(net):
    net.sh("ip netns add blue")
    try:
        net.batch("switch add s0\nportgroup add p switch s0 vlan 20")
        doc = export(net)
        del doc["portgroup"][0]["vlan"]
        doc["vmk"] = [{"name": "vmk5", "portgroup": "p",
                       "netns": "/run/netns/blue",
                       "address": ["2001:DB8:0::1/064", "192.0.2.1/24"]}]
        apply(net, doc)
        eq(net.one("portgroup show p")["vlan"], {"id": 0}, "the default")
        eq(apply(net, doc, "--dry-run"), "", "the plan")
        clear(net)
    finally:
        net.sh("ip netns del blue")


# C3

@case("C3: who saves is told of what is left out, since it is not here")
def left_out(net):
    forget_saved()
    net.add("d7")
    net.batch("switch add s0\nportgroup add p switch s0\nport add d7 portgroup p")
    net.run_ctl("save")
    net.delete("d7")
    done = net.spawn([VSWCTL, "save"])
    eq((done.returncode, done.stderr), (0, 'vswctl: save: warning: port "d7" is '
       "not saved any more, as it is not here\n"), "the first time")
    eq(net.spawn([VSWCTL, "save"]).stderr, "", "the second time")
    clear(net)
    forget_saved()


@case("C3: what is saved comes back; show says when something else runs")
def save(net):
    forget_saved()
    one, two = two_documents(net)
    note = "is not what is saved"
    true(note not in net.run_ctl("show"), "a note without a file")
    net.run_ctl("--dry-run", "save")
    true(not os.path.exists(SAVED), "a dry run saves nothing")
    net.run_ctl("save")
    with open(SAVED, encoding="utf-8") as file:
        eq(json.load(file), one, "the file")
    eq(os.listdir(os.path.dirname(SAVED)), [os.path.basename(SAVED)], "files")
    true(note not in net.run_ctl("show"), "a note when it is the same")
    apply(net, two)
    true(note in net.run_ctl("show"), "a note when it is not the same")
    clear(net)
    net.run_ctl("restore")
    same(net, one, "restored")
    eq(net.run_ctl("--dry-run", "restore"), "", "a second time")
    apply(net, two)
    eq(net.run_ctl("--confirm", "1", "restore"),
       'taken back in 1 s, unless "vswctl confirm" follows\n', "what it says")
    settled(net)
    same(net, two, "restored, and taken back")
    net.run_ctl("restore")
    # At boot, one thing that cannot be does not keep the others back.
    clear(net)
    net.add("br0", "bridge")
    net.add("bad0")
    net.sh("ip link set bad0 master br0")
    bad = {**one, "port": [{"dev": "bad0", "portgroup": "p0"}, *one["port"]]}
    with open(SAVED, "w", encoding="utf-8") as file:
        json.dump(bad, file)
    net.refused("restore", text="bad0 belongs to br0 already")
    same(net, one, "restored without one")
    net.delete("bad0")
    net.delete("br0")
    clear(net)
    forget_saved()
    net.refused("restore", status=3, text="No such file")


@case("M3, M5: an uplink can be made before its device is there")
def absent(net):
    net.batch("switch add s0\nportgroup add p switch s0")
    roles = ("active", "standby", "unused")
    net.batch("\n".join("uplink add n%d switch s0 role %s absent on" % (
        i, roles[i % 3]) for i in range(32)))
    eq({one["dev"]: (one["state"], one["role"])
        for one in net.show("uplink show")[0]},
       {"n%d" % i: ("absent", roles[i % 3]) for i in range(32)}, "uplinks")
    for words, text in (("n32 switch s0 absent on", "has 32 uplinks already"),
                        ("n2 switch s0 absent on", "already an uplink"),
                        ("n32 switch s0", "no such device")):
        net.refused(*("uplink add " + words).split(), text=text,
                    status=3 if "no such" in text else 1)
    net.ctl("uplink del n30")
    net.refused("uplink", "add", "a/b", "switch", "s0", "absent", "on",
                text="not a name for a device")
    # Lists can name them, also those that have no role on the switch.
    net.batch("portgroup set p active n2,n4 standby none")
    net.veth("n2", "n3")
    net.batch("uplink add n2 switch s0\nuplink add n3 switch s0 absent on")
    shown = {one["dev"]: one for one in net.show("uplink show")[0]}
    eq([(shown[dev]["role"], shown[dev]["state"] == "absent")
        for dev in ("n2", "n3", "n4")],
       [("unused", False), ("active", False), ("standby", True)], "roles")
    eq(net.one("switch show s0")["policy"]["active"]["dev"][:3],
       ["n0", "n3", "n6"], "place in the list")
    net.delete("n2")
    eq(net.one("uplink show n2")["state"], "absent", "state of an unused one")
    clear(net)
    net.delete("n3")


@case("C1: ports whose addresses change hands can be configured in one step")
def change_hands(net):
    for name in ("y1", "y2"):
        net.tap(name)
    net.batch("""switch add s0
        portgroup add p switch s0
        port add y1 portgroup p mac 02:00:00:00:79:01
        port add y2 portgroup p mac 02:00:00:00:79:02""")
    doc = export(net)
    ports = doc["port"]
    ports[0]["mac"], ports[1]["mac"] = ports[1]["mac"], ports[0]["mac"]
    apply(net, doc)
    same(net, doc, "they have each other's")
    clear(net)
    for name in ("y1", "y2"):
        net.delete(name)


@case("C1: an uplink that goes leaves the lists by itself, without a step")
def leaves_lists(net):
    net.veth("n1", "n2")
    net.batch("""switch add s0
        uplink add n1 switch s0
        portgroup add p switch s0 active n1 standby none""")
    doc = export(net)
    net.batch("uplink add n2 switch s0\nportgroup set p active n2,n1")
    eq(apply(net, doc, "--dry-run"), "uplink del n2\n", "the plan")
    apply(net, doc)
    same(net, doc, "without n2")
    clear(net)
    for name in ("n1", "n2"):
        net.delete(name)


run(setup)
