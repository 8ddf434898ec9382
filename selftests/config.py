#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Configurations as files: export and apply, changes that are taken back, what
is saved and comes back, devices that come later.

The configurations are those that randomized.py draws.
"""

import json
import os
import pty
import random
import signal
import socket
import struct
import tempfile
import time
from contextlib import suppress

from confdocs import (EMPTY, Documents, apply, changed, export, same, settled,
                      start, waiting)
from vswtest import (VSWCTL, Fail, Raw, case, comment, eq, frame, run,
                     true, until)

SEED = os.environ.get("VSWITCH_SEED", "1")
SCHEMA = os.environ.get("VSWITCH_SCHEMA", os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "Documentation",
    "vswitch-config.schema.json"))
SAVED = "/etc/vswitch/vswitch.json"
WAYS = 24
DRAWN = 9
ROUNDS = 100


def refuses(net, text, *words, status=2, args=("apply", "-")):
    """A document that is refused in one line that has these words."""
    before = net.state()
    done = net.spawn([VSWCTL, *args], text=text)
    eq(done.returncode, status, "exit status of %r" % text[:60])
    eq(len(done.stderr.splitlines()), 1, "lines of %r" % done.stderr)
    for word in words:
        true(word in done.stderr, "%r is not in %r" % (word, done.stderr))
    net.unchanged(before)
    return done.stderr


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


def clear(net):
    apply(net, EMPTY)


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


BASE = '''{
  "version": 1,
  "switch": [
    { "name": "s0", "policy": {
        "teaming": "portid" %(switch)s } }
  ],
  "uplink": [ { "dev": "u1", "switch": "s0" %(uplink)s },
    { "dev": "u2", "switch": "s0", "role": "standby" } ],
  "portgroup": [ { "name": "p0", "switch": "s0" },
    { "name": "p1", "switch": "s0"
      %(portgroup)s }
  ],
  "port": [ { "dev": "g1", "portgroup": "p0" %(port)s } ],
  "vmk": [
    { "name": "vmk0", "portgroup": "p1" %(vmk)s }
  ]
  %(more)s
}
'''

# Where, what is put there; the line, the path, what is said.
WRONG = [
    ("more", ', "ports": []', 17, "ports",
     'there is no such key; did you mean "port"?'),
    ("more", ', "teapot": []', 17, "teapot",
     "there is no such key; there is version, switch, uplink, portgroup, port "
     "or vmk"),
    ("switch", ', "mac-limt": 5', 5, "switch[0].policy.mac-limt", "mac-limit"),
    ("switch", ',\n"mac-limit": 4097', 6, "switch[0].policy.mac-limit",
     "out of range"),
    ("switch", ',\n"mac-limit": "5"', 6, "switch[0].policy.mac-limit",
     "it is not a whole number from 0 on"),
    ("switch", ', "forged": "maybe"', 5, "switch[0].policy.forged",
     "reject or accept"),
    ("switch", ', "forged": true', 5, "switch[0].policy.forged",
     "it is not a string"),
    ("switch", ', "detect": "inherit"', 5, "switch[0].policy.detect",
     "link or beacon"),
    ("switch", ', "active": {"dev": ["u1",\n"u3"]}', 6,
     "switch[0].policy.active.dev[1]", "is not an uplink of this switch"),
    ("switch", ', "active": ["u1"]', 5, "switch[0].policy.active",
     "it is not an object"),
    ("switch", ', "active": {"dev": ["u1"]}, "standby": {"dev": ["u1"]}', 5,
     "switch[0].policy.standby.dev[0]", "is listed already"),
    ("switch", ', "shape-to-guest": {"average": 8000, "brst": 1}', 5,
     "switch[0].policy.shape-to-guest.brst", 'did you mean "burst"?'),
    ("switch", ', "shape-to-guest": {"average": 8000}', 5,
     "switch[0].policy.shape-to-guest", "burst"),
    ("switch", ', "active": {"dev": ["u2"]}', 8, "uplink[1].role",
     'the lists of s0 say that "u2" is active'),
    ("switch", '} }, {"name": "s1", "default-portgroup": "p0", "policy": {'
     '"forged": "reject"', 5, "switch[1].default-portgroup",
     '"p0" is not on this switch'),
    ("uplink", ', "role": "spare"', 7, "uplink[0].role", "active, standby"),
    ("portgroup", ', "vlan": {"id": 4095}', 11, "portgroup[1].vlan",
     "VLAN 4095"),
    ("portgroup", ', "vlan": {}', 11, "portgroup[1].vlan",
     'it takes either "id" or "range"'),
    ("portgroup", ',\n"vlan": {"id": -1}', 12, "portgroup[1].vlan.id",
     "whole number"),
    ("portgroup", ',\n"vlan": 5', 12, "portgroup[1].vlan", "not an object"),
    ("portgroup", ',\n"vlan": {"range":\n[ {"first": 5},\n{"first": 9, "last": 8}]}',
     13, "portgroup[1].vlan.range[0]",
     'a range has "first" and "last"'),
    ("portgroup", ', "vlan": {"range": [{"first": 9, "last": 8}]}', 11,
     "portgroup[1].vlan", "backwards"),
    ("portgroup", ',\n"policy": {"failback": "inherit"}', 12,
     "portgroup[1].policy.failback", "off or on"),
    ("portgroup", ', "policy": {"active": {"dev": ["g1"]}}', 11,
     "portgroup[1].policy.active.dev[0]", "not an uplink"),
    ("port", ', "mac": "02:00"', 13, "port[0].mac", "Ethernet address"),
    ("port", ', "blocked": 1', 13, "port[0].blocked", "not a string"),
    ("port", ', "allow-mac": {"address": ["00:00:00:00:00:00"]}', 13,
     "port[0].allow-mac.address[0]", "nobody's"),
    ("port", ', "allow-mac": {"address": ["02:00:00:00:00:01",\n"none"]}', 14,
     "port[0].allow-mac.address[1]", "Ethernet address"),
    ("port", ', "allow-mac": {"address": '
     '["02:00:00:00:00:01,02:00:00:00:00:02"]}', 13,
     "port[0].allow-mac.address[0]", "Ethernet address"),
    ("port", ', "client": "a\\u0007b"', 13, "port[0].client", "control"),
    ("port", ', "switch": "s0"', 13, "port[0].switch", "no such key"),
    ("port", '}, {"dev": "u1", "portgroup": "p0"', 13, "port[1].dev",
     "there already"),
    ("port", '}, {"dev": "g2", "portgroup": "p2"', 13, "port[1].portgroup",
     'there is no portgroup "p2" here'),
    ("port", '}, {"dev": "g2"', 13, "port[1]", '"portgroup" is missing'),
    ("vmk", ', "address": ["192.0.2.1"]', 15, "vmk[0].address[0]",
     "prefix length"),
    ("vmk", ', "address": ["none"]', 15, "vmk[0].address[0]",
     "not an IP address"),
    ("vmk", ', "address": "192.0.2.1/24"', 15, "vmk[0].address",
     "it is not an array"),
    ("vmk", ', "service": "nfs"', 15, "vmk[0].service", "not an array"),
    ("vmk", ', "service": ["nfs", "vmotoin"]', 15, "vmk[0].service[1]",
     'did you mean "vmotion"?'),
    ("vmk", ', "service": ["nfs,iscsi"]', 15, "vmk[0].service[0]",
     "not a value of service"),
    ("vmk", ', "netns": "a\\u001b[31m"', 15, "vmk[0].netns", "control"),
    ("vmk", ', "mtu": 67', 15, "vmk[0].mtu", "out of range"),
]

# What the published schema cannot say.
RELATIONS = ("not an uplink", "listed already", "there already", "no portgroup",
             "backwards", "nobody's", "the lists of", "not on this switch")


def schema():
    with open(SCHEMA, encoding="utf-8") as file:
        return json.load(file)


@case("C1: what is wrong with a file is said with its line and place")
def wrong_files(net):
    import jsonschema
    checker = jsonschema.Draft202012Validator(schema())
    places = ("switch", "uplink", "portgroup", "port", "vmk", "more")
    good = BASE % dict.fromkeys(places, "")
    true(checker.is_valid(json.loads(good)), "the schema takes what is right")
    for where, text, line, path, said in WRONG:
        bad = BASE % {**dict.fromkeys(places, ""), where: text}
        refuses(net, bad, "stdin:%d: %s: " % (line, path), said)
        eq(checker.is_valid(json.loads(bad)),
           any(word in said for word in RELATIONS),
           "whether the schema takes %s" % text)
    refuses(net, "{", "stdin:1: it is not JSON")
    refuses(net, '{\n"version": 1,\n"version": 1}', "stdin:3: ", "duplicate")
    refuses(net, "{}", '"version" is missing')
    refuses(net, '{"version": 2}', "stdin:1: version: ",
            "this vswctl reads version 1")
    refuses(net, "", "/no/such/file: No such file", args=("apply", "/no/such/file"),
            status=3)


@case("C1: what is exported keeps to the published schema")
def published(net):
    import jsonschema
    checker = jsonschema.Draft202012Validator(schema())
    for doc in DOCS[0].draw(4):
        for error in checker.iter_errors(doc):
            raise Fail("%s: %s" % (list(error.path), error.message))
    # Every policy field that there is, is one of the schema.
    fields = schema()["$defs"]["policy"]["properties"]
    eq(set(doc["switch"][0]["policy"]), set(fields), "fields of a policy")


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


# C3

def forget_saved():
    with suppress(FileNotFoundError):
        os.unlink(SAVED)


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
        net.batch(line)
        seen = until(lambda: heard(sock), "an event of " + line)
        true(any(one.startswith("change@") and one.endswith("/net/x1")
                 for one in seen), "%s: %s" % (line, seen))
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


run(setup)
