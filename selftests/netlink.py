#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The ABI by the kernel's own YNL library, with our spec and without vswctl."""

import copy
import errno
import json
import os
import socket
import struct
import sys
import time

from vswtest import (IFLA_CARRIER, VSWCTL, Fail, Netns, case, comment, eq, mac_bytes, run,
                     true, until)

YNL = os.environ.get("YNL_DIR", "")
SPEC = os.environ.get("VSWITCH_SPEC", os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    "../Documentation/netlink/specs/vswitch.yaml"))

# The library has moved into a folder of its own since 6.12.
LIBRARY = next((path for path in (YNL + "/pyynl", YNL)
                if os.path.exists(path + "/lib/ynl.py")), None)
if not LIBRARY:
    print("TAP version 13\n1..0 # SKIP no YNL in YNL_DIR")
    sys.exit(4)
sys.dont_write_bytecode = True
sys.path.insert(0, LIBRARY)
from lib import NlError, YnlFamily	# noqa: E402 pylint: disable=C0413,E0401

A = "02:aa:00:00:00:01"
B = "02:aa:00:00:00:02"


class Family:
    """The family as YNL sees it, and which operations have been used."""
    ynl = None
    used = set()

    @classmethod
    def do(cls, operation, **attrs):
        cls.used.add((operation, "do"))
        return cls.ynl.do(operation, names(attrs))

    @classmethod
    def dump(cls, operation, **attrs):
        cls.used.add((operation, "dump"))
        return cls.ynl.dump(operation, names(attrs))


def names(attrs):
    return {key.replace("_", "-"): value for key, value in attrs.items()}


do, dump = Family.do, Family.dump


def fresh_socket(ynl):
    """A copy of a family that has a socket and a queue of its own."""
    other = copy.copy(ynl)
    other.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                               ynl.nlproto.proto_num)
    for option in (10, 11, 12):		# as YNL does
        other.sock.setsockopt(270, option, 1)
    other.async_msg_queue = type(ynl.async_msg_queue)()
    return other


class Listener:
    """Somebody who has joined the group monitor."""

    def __init__(self):
        self.ynl = fresh_socket(Family.ynl)
        self.ynl.ntf_subscribe("monitor")

    def heard(self):
        """All notifications since the last time: pairs of name and message."""
        if hasattr(self.ynl, "poll_ntf"):
            return [(ntf["name"], ntf["msg"])
                    for ntf in self.ynl.poll_ntf(duration=0.05)]
        self.ynl.check_ntf()
        out = [(ntf["name"], ntf["msg"]) for ntf in self.ynl.async_msg_queue]
        del self.ynl.async_msg_queue[:]
        return out


def refused(operation, code, attr=None, text=None, **attrs):
    """An operation that fails with an errno, an attribute and a sentence."""
    try:
        Family.ynl.do(operation, names(attrs))
    except NlError as exc:
        extack = exc.nl_msg.extack or {}
        shown = "%s %s: %s" % (operation, attrs, extack)
        codes = code if isinstance(code, tuple) else (code,)
        true(-exc.nl_msg.error in codes, "%s: errno %s, want %s" % (
            shown, errno.errorcode.get(-exc.nl_msg.error),
            [errno.errorcode[num] for num in codes]))
        if attr:
            eq(extack.get("bad-attr"), attr, "bad attribute of %s" % shown)
        if text is not None:
            true(text.lower() in extack.get("msg", "").lower(),
                 "no %r in %s" % (text, shown))
        return
    raise Fail("%s %s was not refused" % (operation, attrs))


def setup(net):
    """A host that is built by YNL alone."""
    net.ends("u1 u2 a1 a2")
    Family.ynl = (fresh_socket(Family.ynl) if Family.ynl else
                  YnlFamily(SPEC, ""))
    do("switch-new", name="s0", mtu=1400, policy={"teaming": "explicit"})
    do("switch-new", name="s1")
    do("portgroup-new", name="VM Network", switch="s0", vlan={"id": 10})
    do("portgroup-new", name="trunk", switch="s0", vlan={"range": [
        {"first": 5, "last": 7}, {"first": 1, "last": 3},
        {"first": 4, "last": 4}, {"first": 20, "last": 30}]})
    do("portgroup-new", name="other", switch="s1")
    do("uplink-new", dev="u1", switch="s0")
    do("uplink-new", dev="u2", switch="s0", role="standby")
    do("port-new", dev="a1", portgroup="VM Network", client="web01.eth0",
       mac=mac_bytes(net.macs["a1"]), blocked="on")
    do("port-new", dev="a2", portgroup="trunk")
    global NEW_VMK	# pylint: disable=global-statement
    NEW_VMK = do("vmk-new", portgroup="VM Network", mac=mac_bytes(B), mtu=1300)
    do("switch-set", name="s0", default_portgroup="trunk")
    do("portgroup-set", name="trunk", policy={"active": {"dev": ["u2"]},
                                              "teaming": "portid"})
    net.ready("u1 u2 a1 a2")


NEW_VMK = {}


# All operations

@case("ABI: a new vmk is the reply to its request")
def reply(net):
    eq((NEW_VMK["name"], NEW_VMK["mac"], NEW_VMK["mtu"],
        NEW_VMK["portgroup"], NEW_VMK["switch"], NEW_VMK["ifindex"]),
       ("vmk0", B, 1300, "VM Network", "s0", net.link("vmk0")["ifindex"]),
       "the reply for a new vmk")


DEFAULTS = {"promiscuous": "reject", "mac-changes": "accept",
            "forged": "accept", "mac-learning": "off", "mac-limit": 4096,
            "mac-over-limit": "drop", "mac-flood": "on",
            "shape-from-guest": {"average": 0},
            "shape-to-guest": {"average": 0}, "detect": "link",
            "notify": "on", "failback": "on", "up-delay": 100}


@case("ABI: what was set is what is got")
def got(net):
    switch = do("switch-get", name="s0")
    eq({key: switch[key] for key in switch
        if key not in ("ifindex", "stats")},
       {"name": "s0", "state": "up", "mtu": 1400,
        "default-portgroup": "trunk", "portgroups": 2, "ports": 3,
        "uplinks": 2, "learned": 0, "policy": {
            "teaming": "explicit", "active": {"dev": ["u1"]},
            "standby": {"dev": ["u2"]}, **DEFAULTS}}, "s0")
    eq(switch["ifindex"], net.link("s0")["ifindex"], "ifindex")
    group = do("portgroup-get", name="trunk")
    eq(group, {"name": "trunk", "switch": "s0",
               "vlan": {"range": [{"first": 1, "last": 7},
                                  {"first": 20, "last": 30}]},
               "policy": {"teaming": "portid", "active": {"dev": ["u2"]}},
               "effective": {"teaming": "portid", "active": {"dev": ["u2"]},
                             "standby": {}, **DEFAULTS},
               "ports": 1}, "trunk")
    uplink = do("uplink-get", dev="u2")
    eq((uplink["switch"], uplink["number"], uplink["role"], uplink["state"]),
       ("s0", 2, "standby", "up"), "u2")
    port = do("port-get", dev="a1")
    eq({key: port[key] for key in (
        "dev", "switch", "portgroup", "number", "kind", "state", "blocked",
        "client", "mac", "initial-mac", "uplink")},
       {"dev": "a1", "switch": "s0", "portgroup": "VM Network", "number": 1,
        "kind": "vnic", "state": "up", "blocked": "on",
        "client": "web01.eth0", "mac": net.macs["a1"],
        "initial-mac": net.macs["a1"], "uplink": "u1"},
       "a1")
    eq(do("port-get", dev="vmk0")["kind"], "vmk", "kind of vmk0")
    eq(do("vmk-get", name="vmk0")["number"], 3, "number of vmk0")


@case("S2, S3, S4, S5, Q1, T3, T4, T5: each field of a policy is set, got and "
      "inherited")
def fields(net):
    sets = {"promiscuous": "accept", "mac-changes": "reject",
            "forged": "reject", "mac-learning": "on", "mac-limit": 7,
            "mac-over-limit": "allow", "mac-flood": "off",
            "shape-from-guest": {"average": 1000000, "peak": 2000000,
                                 "burst": 9000},
            "shape-to-guest": {"average": 10 ** 12, "burst": 1500},
            "detect": "beacon", "notify": "off", "failback": "off",
            "up-delay": 1800000}
    for key, value in sets.items():
        do("portgroup-set", name="other", policy={key: value})
        group = do("portgroup-get", name="other")
        eq((group["policy"], group["effective"][key]), ({key: value}, value),
           key)
        do("switch-set", name="s1", policy={key: value})
        do("portgroup-set", name="other", inherit={key})
        group = do("portgroup-get", name="other")
        eq((group["policy"], group["effective"][key]), ({}, value),
           key + " of the switch")
        eq(do("switch-get", name="s1")["policy"][key], value, key)
        do("switch-set", name="s1", policy={key: DEFAULTS[key]})
    del net


@case("S3: the allowed list of a port is set, got and taken away")
def allowed(net):
    for macs in ([A], [A, B], []):
        do("port-set", dev="a2",
           allow_mac={"address": [mac_bytes(mac) for mac in macs]})
        have = do("port-get", dev="a2").get("allow-mac", {})
        eq(have.get("address", []), macs, "allowed")
    refused("port-set", errno.EADDRNOTAVAIL, dev="a2",
            allow_mac={"address": [mac_bytes("01:00:5e:00:00:01")]})
    refused("port-set", errno.E2BIG, text="32", dev="a2", allow_mac={
        "address": [mac_bytes("02:bb:00:00:00:%02x" % i) for i in range(33)]})
    del net


@case("F2, F8: why-get asks for a frame's way")
def why(net):
    answer = do("why-get", dev="a2", destination=mac_bytes(A), tag=5)
    eq(answer, {"dev": "a2", "source": net.macs["a2"], "destination": A,
                "tag": 5, "switch": "s0", "portgroup": "trunk", "vlan": 5,
                "action": "deliver", "rule": "F2", "receivers": 1,
                "receiver": [{"dev": "u2", "tag": 5}]}, "answer")
    refused("why-get", errno.EINVAL, dev="u1", destination=mac_bytes(A))
    refused("why-get", (errno.ENOENT, errno.ENODEV), ".dev", dev="lo",
            destination=mac_bytes(A))


@case("ABI: dumps hold what the single answers hold, and can be filtered")
def dumps(net):
    for what, key, count in (("switch", "name", 2), ("portgroup", "name", 3),
                             ("uplink", "dev", 2), ("port", "dev", 3),
                             ("vmk", "name", 1)):
        listed = dump(what + "-get")
        eq(len(listed), count, "number of " + what)
        for one in listed:
            eq(do(what + "-get", **{key: one[key]}), one, what)

    def some(what, key, **attrs):
        return sorted(one[key] for one in dump(what, **attrs))
    eq(some("portgroup-get", "name", switch="s1"), ["other"], "of s1")
    eq(some("uplink-get", "dev", switch="s1"), [], "uplinks of s1")
    eq(some("uplink-get", "dev", switch="s0"), ["u1", "u2"], "uplinks of s0")
    eq(some("port-get", "dev", switch="s0"), ["a1", "a2", "vmk0"], "of s0")
    eq(some("port-get", "dev", switch="s1"), [], "ports of s1")
    eq(some("port-get", "dev", portgroup="trunk"), ["a2"], "of trunk")
    eq(some("vmk-get", "name", switch="s1"), [], "vmks of s1")
    eq(some("vmk-get", "name", switch="s0"), ["vmk0"], "vmks of s0")
    eq(some("fdb-get", "dev"), ["a1", "a2", "vmk0"], "addresses")
    eq(some("fdb-get", "dev", vid=10), ["a1", "vmk0"], "addresses, VLAN 10")
    eq(some("fdb-get", "dev", vid=7), ["a2"], "addresses in VLAN 7")
    eq(some("fdb-get", "dev", vid=8), [], "addresses in VLAN 8")
    eq(some("fdb-get", "address", dev="a1"), [net.macs["a1"]],
       "addresses of a1")
    eq(some("fdb-get", "dev", switch="s1"), [], "addresses of s1")
    entry = dump("fdb-get", dev="vmk0")[0]
    eq(entry, {"switch": "s0", "dev": "vmk0", "number": 3, "address": B,
               "vlan": {"id": 10}, "origin": "declared"}, "entry of vmk0")

@case("ABI: vswctl -j prints what YNL dumps, key for key")
def agrees(net):
    net.check([("a2", "ff:ff:ff:ff:ff:ff", "6", "u2:6"),
               ("a2", "a1", "-", "!vlan-denied"),
               ("u1", "a1", "99", "!unknown-unicast")], counters=False)
    for what in ("switch", "portgroup", "uplink", "port", "vmk", "fdb"):
        key = {"switch": "name", "portgroup": "name", "vmk": "name",
               "fdb": "address"}.get(what, "dev")
        mine = json.loads(net.run_ctl("-j", "-s", what, "show"))
        ours = dump(what + "-get")
        mine.sort(key=lambda obj, key=key: obj[key])
        ours.sort(key=lambda obj, key=key: obj[key])
        for one, other in zip(mine, ours):
            for name in [name for name in other if isinstance(other[name], set)]:
                one[name], other[name] = sorted(one[name]), sorted(other[name])
        eq(mine, ours, what)
        true(len(ours) > 0, "there is no " + what)


@case("ABI: the kernel's cli.py dumps the same")
def cli(net):
    tool = next(path for path in (LIBRARY + "/cli.py", YNL + "/cli.py")
                if os.path.exists(path))
    done = net.spawn([sys.executable, tool, "--no-schema", "--spec", SPEC,
                      "--output-json", "--dump", "portgroup-get"],
                     env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    eq((done.returncode, done.stderr), (0, ""), "cli.py")
    eq(json.loads(done.stdout), dump("portgroup-get"), "portgroups")


@case("ABI: a dump of many objects is whole and in a stable order")
def many(net):
    count = 400
    net.batch("".join("portgroup add %s%04d switch s1\n" % ("x" * 60, i)
                      for i in range(count)))
    found = [one["name"] for one in dump("portgroup-get", switch="s1")]
    eq(len(found), count + 1, "portgroups of s1")
    eq(len(set(found)), count + 1, "different portgroups of s1")
    eq([one["name"] for one in dump("portgroup-get", switch="s1")], found,
       "the second dump")
    net.batch("".join("portgroup del %s%04d\n" % ("x" * 60, i)
                      for i in range(count)))


# Notifications

@case("C4: every change is notified, with what a get would answer")
def notified(net):
    ear = Listener()

    def hears(event, key, value, operation, same=True, **attrs):
        do(operation, **attrs)
        heard = ear.heard()
        found = [msg for what, msg in heard
                 if what == event and msg.get(key) == value]
        true(found, "no %s for %s of %s in %s" %
             (event, operation, value, [what for what, _ in heard]))
        if same:
            now = do(event.replace("-ntf", "-get"), **{key: value})
            for one in (now, found[-1]):
                one.pop("stats", None)
            eq(found[-1], now, "%s of %s" % (event, value))

    hears("switch-ntf", "name", "s2", "switch-new", name="s2")
    hears("switch-ntf", "name", "s2", "switch-set", name="s2", mtu=1234)
    hears("portgroup-ntf", "name", "p2", "portgroup-new", name="p2",
          switch="s2")
    hears("portgroup-ntf", "name", "q2", "portgroup-set", name="p2",
          new_name="q2", vlan={"id": 5})
    net.add("d0", "dummy")
    hears("uplink-ntf", "dev", "d0", "uplink-new", dev="d0", switch="s2")
    hears("uplink-ntf", "dev", "d0", "uplink-set", dev="d0", role="unused")
    hears("uplink-del-ntf", "dev", "d0", "uplink-del", False, dev="d0")
    hears("port-ntf", "dev", "d0", "port-new", dev="d0", portgroup="q2")
    hears("port-ntf", "dev", "d0", "port-set", dev="d0", client="me")
    hears("port-del-ntf", "dev", "d0", "port-del", False, dev="d0")
    hears("vmk-ntf", "name", "vmk9", "vmk-new", name="vmk9", portgroup="q2")
    hears("vmk-ntf", "name", "vmk9", "vmk-set", name="vmk9", mtu=1400)
    hears("vmk-ntf", "name", "vmk9", "vmk-set", name="vmk9",
          service=["nfs", "vmotion"])
    eq(set(do("vmk-get", name="vmk9")["service"]), {"nfs", "vmotion"},
       "services of vmk9")
    hears("vmk-del-ntf", "name", "vmk9", "vmk-del", False, name="vmk9")
    hears("portgroup-del-ntf", "name", "q2", "portgroup-del", False,
          name="q2")
    hears("switch-del-ntf", "name", "s2", "switch-del", False, name="s2")
    net.delete("d0")


@case("C4: what happens without a command is notified too")
def happens(net):
    ear = Listener()
    net.sh("ip link add s3 type vswitch")
    true(("switch-ntf", "s3") in [(what, msg.get("name"))
                                  for what, msg in ear.heard()], "s3 is new")
    net.delete("s3")
    true(("switch-del-ntf", "s3") in [(what, msg.get("name"))
                                      for what, msg in ear.heard()], "s3 gone")
    heard = []

    def link_state(want):
        heard.extend(ear.heard())
        return [msg for what, msg in heard if what == "uplink-ntf" and
                msg.get("dev") == "u1" and msg.get("state") == want]
    net.out.up("u1", False)
    until(lambda: link_state("no-carrier"), "the loss of u1")
    net.out.up("u1")
    until(lambda: link_state("up"), "the return of u1")


@case("T7: a change of a port's uplink or of an uplink's state is notified")
def team_notified(net):
    ear, heard = Listener(), []

    def news(event, dev, **want):
        def found():
            heard.extend(ear.heard())
            return [msg for what, msg in heard if what == event and
                    msg.get("dev") == dev and
                    {key: msg.get(key) for key in want} == want]
        until(found, "news of %s: %s" % (dev, want))

    def change(**fields):
        del heard[:]
        do("switch-set", name="s0", policy=names(fields))

    change(teaming="portid", up_delay=200)
    net.out.up("u1", False)
    news("uplink-ntf", "u1", state="no-carrier")
    news("port-ntf", "a1", uplink="u2", choice="standby")
    del heard[:]
    net.out.up("u1")
    news("uplink-ntf", "u1", state="waiting")
    news("uplink-ntf", "u1", state="up")
    news("port-ntf", "a1", uplink="u1", choice="own")
    change(failback="off", up_delay=0)
    net.out.up("u1", False)
    news("port-ntf", "a1", uplink="u2", choice="standby")
    net.out.up("u1")
    news("uplink-ntf", "u1", state="held-back")
    change(failback="on")
    news("uplink-ntf", "u1", state="up")
    news("port-ntf", "a1", uplink="u1", choice="own")
    change(teaming="iphash")
    news("port-ntf", "a1", choice="per-frame", uplink=None)
    change(teaming="explicit", up_delay=100)
    news("port-ntf", "a1", uplink="u1", choice="order")


@case("T2: a loss that the kernel is slow to tell is noticed at once")
def slow_news(net):
    # In some round we must be quicker than the kernel, however busy this CPU is.
    do("switch-new", name="s9")
    for name in ("d1", "d2"):
        net.add(name)
        do("uplink-new", dev=name, switch="s9")
    net.add("d3")
    ear = Listener()

    def lasts(carrier, state):
        net.slow_news("d3")
        net.host.route.change("d1", (IFLA_CARRIER, carrier))
        start = time.monotonic()
        until(lambda: ("d1", state) in [(msg.get("dev"), msg.get("state"))
                                        for what, msg in ear.heard()
                                        if what == "uplink-ntf"],
              "the news that d1 is " + state)
        return time.monotonic() - start

    took = []
    for _ in range(6):
        took.append(lasts(b"\0", "no-carrier"))
        lasts(b"\1", "up")
    comment("the news took %s ms" % [int(1000 * one) for one in took])
    true(min(took[1:]) < 0.3, "it took %s s" % took)
    do("switch-del", name="s9", force=True)
    for name in ("d1", "d2", "d3"):
        net.delete(name)


@case("M4: nobody hears of the changes in another namespace")
def other_namespace(net):
    ear = Listener()
    away = Netns()
    for space in (away, net.host):
        done = net.spawn([VSWCTL, "switch", "add", "s5"], space)
        eq(done.returncode, 0, "switch add: " + done.stderr)
        heard = [what for what, msg in ear.heard() if msg.get("name") == "s5"]
        eq(bool(heard), space is net.host, "a notification")
    eq(do("switch-get", name="s5")["ports"], 0, "ports of s5")
    do("switch-del", name="s5")
    refused("switch-get", (errno.ENODEV, errno.ENOENT), name="s5")
    eq(net.spawn([VSWCTL, "switch", "del", "s5"], away).returncode, 0,
       "the other s5")
    away.close()


# Refusals

@case("ABI: attributes that the spec does not allow are refused by name")
def bad_attributes(net):
    before = net.state()
    bad = (errno.EINVAL, errno.ERANGE)
    refused("switch-new", bad, ".name", name="n" * 16)
    refused("switch-new", bad, ".mtu", name="x", mtu=67)
    refused("switch-new", bad, ".mtu", name="x", mtu=65522)
    refused("switch-new", bad, ".policy.teaming", name="x",
            policy={"teaming": 4})
    for key, value in (("detect", 2), ("notify", 2), ("failback", 2),
                       ("up-delay", 1800001)):
        refused("switch-new", bad, ".policy." + key, name="x",
                policy={key: value})
    refused("portgroup-new", bad, ".name", name="n" * 81, switch="s0")
    refused("portgroup-new", bad, ".vlan.id", name="x", switch="s0",
            vlan={"id": 4095})
    refused("portgroup-new", bad, ".vlan.range.last", name="x", switch="s0",
            vlan={"range": [{"first": 1, "last": 4095}]})
    refused("portgroup-set", bad, ".inherit", name="trunk", inherit=1 << 16)
    refused("uplink-new", bad, ".role", dev="a1", switch="s0", role=3)
    refused("port-set", bad, ".blocked", dev="a1", blocked=2)
    refused("port-set", bad, ".mac", dev="a1", mac=b"\x02\x00\x00\x00\x00")
    refused("port-set", bad, ".client", dev="a1", client="c" * 129)
    net.unchanged(before)


@case("ABI: contradictions are refused")
def contradictions(net):
    before = net.state()
    for vlan in ({}, {"id": 1, "range": [{"first": 1, "last": 1}]},
                 {"range": [{"first": 9, "last": 8}]},
                 {"range": [{"first": 9}]}):
        refused("portgroup-new", errno.EINVAL, text="", name="x", switch="s0",
                vlan=vlan)
    for attrs in ({"dev": "a1"}, {"portgroup": "trunk"}):
        refused("port-new", (errno.EINVAL, errno.EBUSY), **attrs)
    for operation in ("switch-new", "switch-set", "switch-del", "portgroup-new",
                      "portgroup-set", "portgroup-del", "uplink-new",
                      "uplink-set", "uplink-del", "port-set", "port-del",
                      "vmk-new", "vmk-set", "vmk-del", "switch-get",
                      "portgroup-get", "uplink-get", "port-get", "vmk-get"):
        refused(operation, errno.EINVAL)
    refused("switch-set", errno.EINVAL, name="s0", policy={
        "active": {"dev": ["u1", "u2"]}, "standby": {"dev": ["u2"]}})
    refused("switch-set", errno.EINVAL, name="s0", policy={
        "active": {"dev": ["u1", "u1"]}})
    net.unchanged(before)


@case("ABI: what vswctl would not ask for is refused with a text of its own")
def texts(net):
    before = net.state()
    vlan, shape = {"name": "x", "switch": "s0"}, {"burst": 65536}
    macs = [b"\x02\xbb\0\0\0" + bytes([i]) for i in range(33)]
    for operation, attrs, text in (
            ("portgroup-new", {**vlan, "name": ""}, "a portgroup needs a name"),
            ("portgroup-new", {**vlan, "name": "none"},
             'the name "none" is reserved'),
            ("portgroup-new", {**vlan, "name": "a\tb"},
             "the name is not printable UTF-8"),
            ("portgroup-new", {**vlan, "vlan": {}},
             "it takes either an id or ranges"),
            ("portgroup-new", {**vlan, "vlan": {"range": [
                {"first": 9, "last": 8}]}}, "the range 9-8 runs backwards"),
            ("portgroup-new", {**vlan, "vlan": {"range": [
                {"first": i, "last": i} for i in range(0, 1028, 4)]}},
             "a trunk has at most 256 ranges"),
            ("switch-set", {"name": "s0", "policy": {
                "shape-from-guest": {**shape, "average": 7999}}},
             "the average rate is below 8 kbit/s"),
            ("switch-set", {"name": "s0", "policy": {
                "shape-from-guest": {"average": 8000}}},
             "a shaper needs a burst"),
            ("switch-set", {"name": "s0", "policy": {
                "shape-to-guest": {**shape, "average": 9000, "peak": 8000}}},
             "the peak rate is below the average"),
            ("port-set", {"dev": "a1", "client": "a\tb"},
             "the text has control characters"),
            ("port-set", {"dev": "a1", "effective-mac": bytes(6)},
             "a guest cannot use the address zero"),
            ("port-set", {"dev": "a1", "allow-mac": {"address": [bytes(6)]}},
             "zero cannot be an allowed address"),
            ("port-set", {"dev": "a1", "allow-mac": {"address": macs}},
             "more than 32 addresses are listed"),
            ("vmk-set", {"name": "vmk0", "mac": bytes(6)},
             "a vmk cannot have the address zero"),
            ("vmk-new", {"portgroup": "other", "ifindex": 1},
             "a device cannot have the index 1"),
            ("vmk-new", {"portgroup": "other", "ifindex": 1 << 31},
             "a device cannot have the index 2147483648")):
        try:
            Family.ynl.do(operation, attrs)
        except NlError as exc:
            eq(exc.nl_msg.extack.get("msg"), text, "%s %s" % (operation, attrs))
        else:
            raise Fail("%s %s was not refused" % (operation, attrs))
    net.unchanged(before)


def raw(operation, attrs):
    """Send attributes as they are; the errno of the answer."""
    ynl = fresh_socket(Family.ynl)
    data = ynl.nlproto.message(5, ynl.ops[operation].req_value, 1, 77) + attrs
    ynl.sock.send(struct.pack("I", len(data) + 4) + data)
    answer = ynl.sock.recv(65536)
    kind, code = struct.unpack_from("H", answer, 4)[0], 0
    if kind == 2:
        code = -struct.unpack_from("i", answer, 16)[0]
    ynl.sock.close()
    return code


def attribute(kind, data):
    return struct.pack("HH", len(data) + 4, kind) + data + bytes(-len(data) % 4)


@case("ABI: unknown, cut and unterminated attributes are refused")
def malformed(net):
    before = net.state()
    name = Family.ynl.attr_sets["switch"]["name"].value
    mtu = Family.ynl.attr_sets["switch"]["mtu"].value
    good = attribute(name, b"s9\0")
    for attrs in (good + attribute(99, b"1234"),
                  attribute(name, b"s9"),
                  attribute(name, b""),
                  good + attribute(mtu, b"\0\0"),
                  good + attribute(mtu, struct.pack("Q", 1500)),
                  good + attribute(name | 0x8000, b"s9\0"),
                  good + b"\1\2\3"):
        true(raw("switch-new", attrs) != 0, "accepted: %r" % attrs)
        net.unchanged(before)
    eq(raw("switch-new", good), 0, "errno of the good request")
    do("switch-del", name="s9")


@case("ABI: names that are no text are refused")
def no_text(net):
    before = net.state()
    space = Family.ynl.attr_sets["portgroup"]
    switch = attribute(space["switch"].value, b"s0\0")
    for name in (b"a\nb", b"\x7f", b"\x1b[2J", b"\xff\xfe", b"\xc0\xaf",
                 b"\xed\xa0\x80", b"a\xc2\x85b", b"\xe2\x82", b""):
        code = raw("portgroup-new",
                   attribute(space["name"].value, name + b"\0") + switch)
        eq(code, errno.EINVAL, "errno for the name %r" % name)
    net.unchanged(before)
    for name in ("Büro 1", "网络", "a b"):
        data = name.encode()
        eq(raw("portgroup-new", attribute(space["name"].value, data + b"\0") +
               switch), 0, "errno for the name %r" % name)
        net.ctl("portgroup", "del", name)


@case("M1: a second attach is EBUSY")
def busy(net):
    before = net.state()
    refused("uplink-new", errno.EBUSY, text="u1", dev="u1", switch="s1")
    refused("uplink-new", errno.EBUSY, text="a1", dev="a1", switch="s1")
    refused("port-new", errno.EBUSY, text="a1", dev="a1", portgroup="other")
    refused("port-new", errno.EBUSY, text="u1", dev="u1", portgroup="other")
    refused("portgroup-del", errno.EBUSY, text="port", name="trunk")
    refused("switch-del", errno.EBUSY, text="s0", name="s0")
    net.unchanged(before)


@case("V4: a vmk has the index that is asked for it")
def index(_net):
    made = do("vmk-new", name="vmk7", portgroup="other", ifindex=7777)
    eq(made["ifindex"], 7777, "index")
    do("vmk-del", name="vmk7")


@case("F1: a second claim to an address is EEXIST")
def exist(net):
    before, taken = net.state(), mac_bytes(net.macs["a1"])
    refused("port-set", errno.EEXIST, dev="a1", portgroup="VM Network",
            mac=mac_bytes(B))
    refused("vmk-set", errno.EEXIST, name="vmk0", mac=taken)
    refused("vmk-new", errno.EEXIST, portgroup="VM Network", mac=taken)
    refused("switch-new", errno.EEXIST, name="s0")
    refused("portgroup-new", errno.EEXIST, name="trunk", switch="s1")
    refused("portgroup-set", errno.EEXIST, name="trunk",
            new_name="VM Network")
    net.unchanged(before)


@case("ABI: what is not there is ENODEV or ENOENT")
def absent(net):
    gone = (errno.ENODEV, errno.ENOENT)
    before = net.state()
    for operation, attrs in (
            ("switch-get", {"name": "no"}), ("switch-del", {"name": "no"}),
            ("switch-set", {"name": "no", "mtu": 1500}),
            ("portgroup-get", {"name": "no"}),
            ("portgroup-del", {"name": "no"}),
            ("portgroup-set", {"name": "no", "vlan": {"id": 1}}),
            ("portgroup-new", {"name": "no", "switch": "no"}),
            ("uplink-new", {"dev": "no", "switch": "s0"}),
            ("uplink-new", {"dev": "a1", "switch": "no"}),
            ("uplink-del", {"dev": "no"}), ("uplink-get", {"dev": "no"}),
            ("uplink-get", {"dev": "a1"}), ("port-get", {"dev": "u1"}),
            ("port-del", {"dev": "no"}), ("port-get", {"dev": "no"}),
            ("port-new", {"dev": "no", "portgroup": "trunk"}),
            ("port-new", {"dev": "a1", "portgroup": "no"}),
            ("vmk-get", {"name": "a1"}), ("vmk-del", {"name": "no"}),
            ("vmk-new", {"portgroup": "no"})):
        refused(operation, gone, text="", **attrs)
    net.unchanged(before)


# Privilege

@case("M4: without privilege everything can be read and nothing changed")
def unprivileged(net):
    before = net.state()
    changes = [("switch-new", {"name": "x"}),
               ("switch-set", {"name": "s0", "mtu": 1500}),
               ("switch-del", {"name": "s1", "force": True}),
               ("portgroup-new", {"name": "x", "switch": "s0"}),
               ("portgroup-set", {"name": "other", "vlan": {"id": 3}}),
               ("portgroup-del", {"name": "other"}),
               ("uplink-new", {"dev": "lo", "switch": "s0"}),
               ("uplink-set", {"dev": "u1", "role": "unused"}),
               ("uplink-del", {"dev": "u1"}),
               ("port-new", {"dev": "lo", "portgroup": "trunk"}),
               ("port-set", {"dev": "a1", "client": "x"}),
               ("port-del", {"dev": "a1"}),
               ("vmk-new", {"portgroup": "trunk"}),
               ("vmk-set", {"name": "vmk0", "mtu": 1500}),
               ("vmk-del", {"name": "vmk0"})]
    reads = ["switch-get", "portgroup-get", "uplink-get", "port-get",
             "vmk-get", "fdb-get"]
    all_ops = [name for name in Family.ynl.ops if name[-4:] != "-get"]
    eq(sorted(name for name, _ in changes), sorted(all_ops), "operations")
    out, into = os.pipe()
    pid = os.fork()
    if not pid:
        faults = []
        try:
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            ynl = fresh_socket(Family.ynl)
            for name, attrs in changes:
                try:
                    ynl.do(name, attrs)
                    faults.append(name + " is allowed")
                except NlError as exc:
                    if -exc.nl_msg.error != errno.EPERM:
                        faults.append("%s: %s" % (name, exc))
            faults += [name + " is empty" for name in reads
                       if not ynl.dump(name, {})]
        except Exception as exc:	# pylint: disable=broad-except
            faults.append(repr(exc))
        os.write(into, "\n".join(faults).encode())
        os._exit(0)
    os.close(into)
    with open(out, encoding="utf-8") as pipe:
        faults = pipe.read()
    os.waitpid(pid, 0)
    eq(faults, "", "what an unprivileged user may do")
    net.unchanged(before)


@case("ABI: the host is taken down by YNL alone, every operation was used")
def take_down(net):
    do("port-del", dev="a1")
    do("vmk-del", name="vmk0")
    do("uplink-del", dev="u2")
    do("switch-set", name="s0", default_portgroup="")
    do("switch-del", name="s0", force=True)
    do("switch-del", name="s1")
    eq([dump(what + "-get") for what in ("switch", "portgroup", "uplink",
                                         "port", "vmk", "fdb")], [[]] * 6,
       "what is left")
    missing = [(name, mode) for name, op in Family.ynl.ops.items()
               for mode in op.modes
               if mode in ("do", "dump") and (name, mode) not in Family.used]
    eq(missing, [], "operations that no case has used")
    comment("%d operations" % len(Family.used))
    del net


run(setup)
