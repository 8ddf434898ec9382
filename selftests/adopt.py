#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Moving the host's address: a NIC becomes an uplink, a vmk has what it had.

    host: n0 the NIC that carries the sessions, x0 another one, y0 a bare one
    outside: n0, a router to 203.0.113.0/24 and 2001:db8:f::/64, which are on
    its loopback device

What the host has is compared as "ip" shows it, before, after, and back again.
"""

import contextlib
import json
import os
import random
import re
import shutil
import socket
import subprocess
import threading
import time

from confdocs import settled
from vswtest import (BC, VSWCTL, Raw, Skip, case, comment, eq, frame, run,
                     true, until)

ADOPT = "vmk adopt n0 switch vSwitch0 portgroup Management"
# What is lost is sent again after 0.2 s, then 0.4 s, and so on; on a busy machine
# that may be several times.
GAP = 20
PORT = 7000
SEED = os.environ.get("VSWITCH_SEED", "1")
KILLS = 8

HOST = """addr add 192.0.2.10/24 broadcast 192.0.2.255 dev n0
addr add 192.0.2.11/24 dev n0 label n0:two
addr add 192.0.2.12/24 dev n0 valid_lft 3900 preferred_lft 1900
addr add 198.51.100.5 peer 198.51.100.6/32 dev n0 metric 77
addr add 198.51.100.129/25 dev n0 noprefixroute
addr add 2001:db8::10/64 dev n0 nodad
addr add 2001:db8::11/64 dev n0 nodad preferred_lft 0
addr add 2001:db8::12/64 dev n0 valid_lft 7400 preferred_lft 3900 metric 300
addr add 192.0.3.1/24 dev x0
addr add 2001:db8:3::1/64 dev x0 nodad
route add default via 192.0.2.1 dev n0 metric 100 mtu 1400
route add default via 192.0.2.1 dev n0 metric 200 src 192.0.2.11
route add 10.1.0.0/16 via 192.0.9.1 dev n0 onlink table 100
route add 10.2.0.0/16 nexthop via 192.0.2.1 dev n0 weight 3 nexthop via 192.0.3.2 dev x0
route add 10.3.0.0/16 dev n0 scope link proto static
route add 10.4.0.0/16 via inet6 2001:db8::1 dev n0
nexthop add id 7 via 192.0.2.1 dev n0
route add 10.5.0.0/16 nhid 7
route add 10.6.0.0/16 via 192.0.3.2 dev x0
route add default via 2001:db8::1 dev n0 metric 512
route add 2001:db8:a::/48 via 2001:db8::1 dev n0 table 100
route add 2001:db8:b::/48 nexthop via 2001:db8::1 dev n0 weight 2 nexthop via 2001:db8:3::2 dev x0
route add 2001:db8:c::/48 dev n0 expires 5400
neigh add 192.0.2.50 lladdr 02:00:00:00:00:50 dev n0 nud permanent
neigh add 2001:db8::50 lladdr 02:00:00:00:00:50 dev n0 nud permanent
neigh add proxy 192.0.2.60 dev n0"""

OUTSIDE = """addr add 192.0.2.1/24 dev n0
addr add 2001:db8::1/64 dev n0 nodad
addr add 203.0.113.1/24 dev lo
addr add 2001:db8:f::1/64 dev lo nodad"""


def ipv6_on(net):
    for ns in (net.host, net.out):
        with ns:
            for conf in ("all", "default"):
                knob(conf, "disable_ipv6", 0)


def knob(device, name, value):
    path = "/proc/sys/net/ipv6/conf/%s/%s" % (device, name)
    if not os.path.exists(path):
        raise Skip("no IPv6")
    with open(path, "w", encoding="ascii") as file:
        file.write(str(value))


def setup(net):
    ipv6_on(net)
    net.veth("n0", "x0", "y0")
    for name in ("lo", "n0", "x0", "y0"):
        net.out.up(name)
    for name in ("n0", "x0"):
        net.host.up(name)
    net.ready("n0 x0")
    net.ip(OUTSIDE, net.out)
    net.ip(HOST)
    quiet(net, "n0")
    quiet(net, "x0")


def show(net, dev):
    """What "ip" shows of a device and of all routes, in lines."""
    lines = "addr show dev %s\nroute show table all\nneigh show nud permanent\n" \
        "neigh show proxy\n" % dev
    out = ""
    for family in ("-4", "-6"):
        done = net.spawn(["ip", "-o", family, "-batch", "-"], None, lines +
                         "nexthop show\n")
        eq((done.returncode, done.stderr), (0, ""), "ip")
        out += done.stdout
    return out.splitlines()


def quiet(net, dev):
    """Wait until every address of a device is known to be its own.

    The kernel ends the wait of an address first and adds its route then.
    """
    def is_quiet():
        shown = net.sh("ip -o -6 addr show dev " + dev)
        routes = net.sh("ip -6 route show table local dev " + dev)
        return ("fe80:" in shown and "tentative" not in shown and
                "local fe80:" in routes)
    until(is_quiet, "the addresses of " + dev, 10)


def has(net, dev):
    """All that a device makes of the host, with @ for its name."""
    shown = []
    for line in show(net, dev):
        line = " ".join(line.replace("\\", " ").split())
        line = re.sub(r"^\d+: ", "", re.sub(r"\b%s\b" % dev, "@", line))
        # Lifetimes go on, and to the 1000 s is near enough.
        line = re.sub(r"(\d+)sec", lambda match: "%d000s" % round(
            int(match[1]) / 1000), line)
        # Other devices of the switch have group routes as well.
        if not re.search(r"dev (n0|vmk\d+|y0) ", line):
            shown.append(line)
    head = [line for line in shown if line.startswith("@ ")]
    return head + sorted(line for line in shown if line not in head)


def same(before, after, what):
    lost = [line for line in before if line not in after]
    new = [line for line in after if line not in before]
    true(before == after, "%s: lost %s, new %s%s" % (
        what, lost, new, "" if lost or new else "; another order"))


class Session:
    """A TCP session to the host that goes on; who sends is outside."""

    def __init__(self, net, address, source=None):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with net.host:
            ear = socket.create_server((address, 0), family=family)
        with net.out:
            self.far = socket.socket(family)
        if source:
            self.far.bind((source, 0))
        self.far.settimeout(GAP + 5)
        self.far.connect(ear.getsockname()[:2])
        self.near = ear.accept()[0]
        ear.close()
        self.ended, self.times, self.fault = False, [], None
        self.threads = [threading.Thread(target=target, daemon=True)
                        for target in (self.echo, self.tick)]
        for thread in self.threads:
            thread.start()
        self.goes_on()

    def echo(self):
        while data := self.near.recv(4096):
            self.near.sendall(data)

    def tick(self):
        try:
            while not self.ended:
                self.far.sendall(b"x")
                if not self.far.recv(1):
                    raise OSError("it was closed")
                self.times.append(time.monotonic())
                time.sleep(0.03)
        except OSError as exc:
            self.fault = exc

    def goes_on(self):
        count = len(self.times)
        until(lambda: self.fault or len(self.times) > count + 5,
              "answers in a session", GAP)
        eq(self.fault, None, "what ended a session")

    def end(self):
        """The longest time without an answer."""
        self.goes_on()
        self.ended = True
        self.threads[1].join()
        self.far.close()
        self.threads[0].join()
        self.near.close()
        return max(new - old for old, new in zip(self.times, self.times[1:]))


def sessions(net):
    """To an address, to a second one, by a gateway, and by IPv6."""
    return {"an address": Session(net, "192.0.2.10"),
            "a second address": Session(net, "192.0.2.11"),
            "a gateway": Session(net, "192.0.2.10", "203.0.113.1"),
            "IPv6": Session(net, "2001:db8::10"),
            "a gateway of IPv6": Session(net, "2001:db8::10", "2001:db8:f::1")}


def end(all_of_them, what):
    for name, session in all_of_them.items():
        gap = session.end()
        comment("%s: the session by %s had no answer for %.3f s" %
                (what, name, gap))
        true(gap < GAP, "a session stood still for %.1f s" % gap)


# The way there and the way back

@case("V4: adopt moves addresses, routes, neighbours and MAC, and sessions go on")
def adopt(net):
    net.before_adopt = has(net, "n0")
    alive = sessions(net)
    eq(net.run_ctl(*ADOPT.split()), "vmk0\n", "what adopt says")
    shown = net.sh("ip -o -6 addr show dev vmk0")
    true("tentative" not in shown, "addresses that have to wait: " + shown)
    for session in alive.values():
        session.goes_on()
    end(alive, "adopt")
    same(net.before_adopt, has(net, "vmk0"), "what vmk0 has")
    eq(net.sh("ip -o addr show dev n0"), "", "addresses of n0")
    vmk = net.one("vmk show vmk0")
    eq((vmk["mac"], vmk["mtu"], vmk["portgroup"], vmk["switch"], vmk["uplink"]),
       (net.near_mac("n0"), 1500, "Management", "vSwitch0", "n0"), "vmk0")
    eq(net.link("n0")["address"], net.near_mac("n0"), "address of n0")
    eq(net.one("portgroup show Management")["vlan"], {"id": 0}, "VLAN")


def adopted(net):
    """n0 is adopted, and was by an earlier case, if that has passed."""
    if not net.host.has("vmk0"):
        net.before_adopt = has(net, "n0")
        net.run_ctl(*ADOPT.split())
        quiet(net, "vmk0")


def unknown(net):
    return next(cur.get("!unknown-unicast", 0) for key, cur in
                net.counters().items() if key[0] == "n0")


@case("V4, F4: frames to the NIC's own address are for the vmk, or for nobody")
def own_address(net):
    adopted(net)
    mac = net.near_mac("n0")
    eq([(one["dev"], one["origin"]) for one in net.show("fdb show")[0]
        if one["address"] == mac], [("vmk0", "declared")], "who holds it")
    mouth, ear = Raw(net.out, "n0", 0), Raw(net.host, "vmk0", 0x88b5)
    for want in (1, 0):
        before = unknown(net)
        mouth.send(frame(mac, net.macs["n0"]))
        net.settle()
        eq((len(ear.recv()), unknown(net) - before), (want, 1 - want),
           "frames at the vmk, frames for nobody")
        net.ctl("vmk", "set", "vmk0", "mac",
                "02:11:22:33:44:55" if want else mac)
    ear.close()
    mouth.close()
    # An address that changes takes the neighbours along.
    net.ip("\n".join(line for line in HOST.splitlines() if "permanent" in line)
           .replace("dev n0", "dev vmk0"))


@case("V4: release gives all of it back, and sessions go on")
def release(net):
    adopted(net)
    net.ip("addr add 2001:db8::13/64 dev vmk0 nodad")
    net.ip("addr del 2001:db8::13/64 dev vmk0")
    before = has(net, "vmk0")
    alive = sessions(net)
    eq(net.run_ctl("vmk", "release", "vmk0"), "", "what release says")
    for session in alive.values():
        session.goes_on()
    end(alive, "release")
    same(before, has(net, "n0"), "what n0 has")
    same(net.before_adopt, has(net, "n0"), "what n0 had at first")
    eq((net.show("vmk show")[0], net.show("uplink show")[0]), ([], []),
       "vmks and uplinks")
    eq(len(net.show("portgroup show")[0]), 1, "portgroups, which stay")
    net.ctl("switch del vSwitch0")


@contextlib.contextmanager
def started(argv, **kwargs):
    """A program that ends with the block, however that ends."""
    kwargs.setdefault("stdout", subprocess.DEVNULL)
    with subprocess.Popen(argv, stderr=subprocess.DEVNULL, **kwargs) as proc:
        try:
            yield proc
        finally:
            proc.kill()


@case("V4: by the very session that the NIC carries, there and back, under load")
def by_the_session(net):
    if not shutil.which("iperf3"):
        raise Skip("no iperf3")
    with net.host:
        ear = socket.create_server(("192.0.2.10", PORT))
    with net.out:
        far = socket.create_connection(("192.0.2.10", PORT), 30)
    near = ear.accept()[0]
    with contextlib.ExitStack() as programs:
        with net.host:
            server = programs.enter_context(
                started("iperf3 -s -1 -B 192.0.2.10".split()))
        until(lambda: ":5201" in net.sh("ss -Hltn"), "iperf3", 10)
        with net.out:
            client = programs.enter_context(
                started("iperf3 -J -c 192.0.2.10 -t 6 -i 0.5".split(),
                        stdout=subprocess.PIPE, encoding="utf-8",
                        env={**os.environ, "TMPDIR": "/run"}))
        for command, answer in ((ADOPT, "vmk0\n"), ("vmk release vmk0", "")):
            time.sleep(1.5)
            far.sendall(command.encode() + b"\n")
            words = near.recv(1000).decode().split()
            # As under a login shell, what it says goes back by the session.
            done = net.spawn(["bash", "-c", 'exec "$@" >&%d' % near.fileno(), "sh",
                              VSWCTL, *words],
                             pass_fds=[near.fileno()])
            eq((done.returncode, done.stderr), (0, ""), command)
            near.sendall(b"done\n")
            said = ""
            while not said.endswith("done\n"):
                said += far.recv(100).decode()
            eq(said, answer + "done\n", "what came back by the session")
        report = json.loads(client.communicate(timeout=60)[0])
        eq((client.returncode, server.wait(10)), (0, 0), "exit of iperf3")
    rates = [one["sum"]["bits_per_second"] for one in report["intervals"]]
    comment("Mbit/s in each half second: " +
            " ".join("%d" % (rate / 1e6) for rate in rates))
    true(max(rates[-3:]) > max(rates) / 100, "the stream has not come back")
    for sock in (far, near, ear):
        sock.close()
    net.ctl("switch del vSwitch0")


@case("V4: a switch and a portgroup that are there are used, with other uplinks")
def into_what_is_there(net):
    before = has(net, "n0")
    net.batch("""switch add vSwitch0 mtu 2000
        uplink add y0 switch vSwitch0 role standby
        portgroup add Management switch vSwitch0
        vmk add vmk0 portgroup Management""")
    eq(net.run_ctl("-j", *ADOPT.split(), "vlan", "none"), json.dumps(
        net.show("vmk show vmk1")[0], separators=(",", ":")) + "\n",
       "what adopt says")
    vmk = net.one("vmk show vmk1")
    eq((vmk["mtu"], vmk["uplink"], net.link("n0")["mtu"]), (1500, "n0", 2000),
       "MTU of the vmk, its uplink, MTU of the NIC")
    eq([up["dev"] for up in net.show("uplink show")[0]], ["y0", "n0"], "uplinks")
    true(has(net, "vmk1")[:9] == before[:9], "the addresses are not those")
    net.run_ctl("vmk", "release", "vmk1")
    eq(net.link("n0")["mtu"], 1500, "MTU of the NIC")
    same(before, has(net, "n0"), "what n0 has")
    net.run_ctl("--force", "switch", "del", "vSwitch0")


@case("V4: the VLAN that is given is that of the new portgroup")
def vlan(net):
    before = has(net, "n0")
    net.run_ctl(*ADOPT.split(), "vlan", "10")
    eq(net.one("portgroup show Management")["vlan"], {"id": 10}, "VLAN")
    ear = Raw(net.out, "n0", 0x0003)
    near = Raw(net.host, "vmk0", 0)
    near.send(frame(BC, net.near_mac("n0"), ident=9))
    net.settle()
    eq([outer for outer, data in ear.recv() if b"VSWT\0\0\0\t" in data], ["10"],
       "tags outside")
    ear.close()
    near.close()
    net.run_ctl("vmk", "release", "vmk0")
    same(before, has(net, "n0"), "what n0 has")
    net.ctl("switch del vSwitch0")


# What fails changes nothing

def everything(net, dev="n0"):
    switches = net.show("switch show", "portgroup show", "uplink show")
    for doc in switches:
        for one in doc:
            one.pop("stats", None)
    return dev, has(net, dev), switches


def put_back(net, before, alive, *words, **kwargs):
    """A command that fails; all is as it was, and sessions go on."""
    net.refused(*words, **kwargs)
    after = everything(net, before[0])
    same(before[1], after[1], " ".join(words))
    eq(after[2], before[2], "switches, portgroups and uplinks")
    for session in alive.values():
        session.goes_on()


@case("V4: a step of adopt that fails puts back those before it")
def adopt_fails(net):
    alive = sessions(net)
    words = ADOPT.split()
    before = everything(net)
    # The last step: the NIC cannot be an uplink.
    net.sh("ip link add mv0 link n0 type macvlan")
    put_back(net, before, alive, *words, text="macvlan")
    net.delete("mv0")
    # In the middle: the vmk does no IPv6.
    with net.host:
        knob("default", "disable_ipv6", 1)
    put_back(net, before, alive, *words, text="IPv6 is disabled")
    with net.host:
        knob("default", "disable_ipv6", 0)
    # Early: the address is taken.
    net.batch("""switch add vSwitch0
        portgroup add Management switch vSwitch0
        vmk add vmk0 portgroup Management mac %s""" % net.near_mac("n0"))
    put_back(net, everything(net), alive, *words, text=net.near_mac("n0"))
    net.run_ctl("--force", "switch", "del", "vSwitch0")
    eq(net.show("switch show")[0], [], "switches")
    end(alive, "what failed")


@case("V4: a step of release that fails puts back those before it")
def release_fails(net):
    net.run_ctl(*ADOPT.split())
    net.batch("""uplink add y0 switch vSwitch0
        switch set vSwitch0 active n0 standby y0
        portgroup add Other switch vSwitch0 teaming explicit active y0 standby n0""")
    alive = sessions(net)
    before = everything(net, "vmk0")
    with net.host:
        knob("n0", "disable_ipv6", 1)
    put_back(net, before, alive, "vmk", "release", "vmk0", text="IPv6 is disabled")
    with net.host:
        knob("n0", "disable_ipv6", 0)
    # Nothing is lost with the vmk.
    net.sh("ip link add link vmk0 name vmk0.5 type vlan id 5")
    put_back(net, everything(net, "vmk0"), alive, "vmk", "release", "vmk0",
             text="vmk0.5 stands on it")
    net.delete("vmk0.5")
    net.run_ctl("vmk", "release", "vmk0")
    end(alive, "what failed")
    net.run_ctl("--force", "switch", "del", "vSwitch0")


def vmk_has(net):
    """All that vmk0 makes of the host, once the kernel has made it."""
    quiet(net, "vmk0")
    return has(net, "vmk0")


@case("V4, C2: an adopt that is not confirmed is taken back, one that is stays")
def confirm(net):
    alive = sessions(net)
    before = everything(net)
    said = net.run_ctl("--confirm", "8", *ADOPT.split())
    eq(said, 'vmk0\ntaken back in 8 s, unless "vswctl confirm" follows\n', "said")
    same(before[1], vmk_has(net), "what vmk0 has meanwhile")
    settled(net)
    after = everything(net)
    same(before[1], after[1], "what n0 has after the time")
    eq(after[2], before[2], "switches, portgroups and uplinks")
    for session in alive.values():
        session.goes_on()
    net.run_ctl("--confirm", "600", *ADOPT.split())
    net.run_ctl("confirm")
    same(before[1], vmk_has(net), "what vmk0 has when it is confirmed")
    # The way back, with what the vmk has got besides.
    net.ctl("vmk set vmk0 service management")
    before_release = everything(net, "vmk0"), net.run_ctl("export")
    net.run_ctl("--confirm", "8", "vmk", "release", "vmk0")
    same(before[1], has(net, "n0"), "what n0 has meanwhile")
    settled(net)
    vmk_has(net)
    eq((everything(net, "vmk0"), net.run_ctl("export")), before_release,
       "what is there after the time")
    for session in alive.values():
        session.goes_on()
    net.run_ctl("vmk", "release", "vmk0")
    # As a line of a batch, of which another one fails.
    net.batch("switch del vSwitch0")
    done = net.spawn([VSWCTL, "--confirm", "600", "-b", "-"],
                     text="switch add s9\n%s\nswitch add s9\n" % ADOPT)
    eq((done.returncode, done.stdout), (1, "vmk0\n"), "a batch that fails")
    same(before[1], has(net, "n0"), "what n0 has after it")
    eq(everything(net)[2], before[2], "switches, portgroups and uplinks")
    end(alive, "what was taken back")


@case("C2: a change that cuts off the session that needs it is taken back in time")
def cut_off(net):
    net.run_ctl(*ADOPT.split())
    session = Session(net, "192.0.2.10")
    # Nobody outside is in that VLAN.
    net.run_ctl("--confirm", "2", *"portgroup set Management vlan 99".split())
    settled(net)
    eq(net.one("portgroup show Management")["vlan"], {"id": 0}, "VLAN")
    gap = session.end()
    comment("the session was cut off for %.3f s" % gap)
    true(1 < gap < GAP, "a session without an answer for %.1f s" % gap)
    net.run_ctl("vmk", "release", "vmk0")
    net.ctl("switch del vSwitch0")


@case("V4, C2: an adopt that is killed at any moment is whole, or has not been")
def killed(net):
    alive = sessions(net)
    before = has(net, "n0")
    rng = random.Random(SEED)
    start = time.monotonic()
    net.run_ctl(*ADOPT.split())
    takes = time.monotonic() - start
    done = 0
    for _ in range(KILLS):
        if net.host.has("vmk0"):
            done += 1
            same(before, vmk_has(net), "what vmk0 has")
            net.run_ctl("vmk", "release", "vmk0")
            net.ctl("switch del vSwitch0")
        with net.host:
            # pylint: disable=consider-using-with
            proc = subprocess.Popen([VSWCTL, *ADOPT.split()],
                                    stdout=subprocess.DEVNULL)
        time.sleep(1.3 * takes * rng.random())
        proc.kill()
        proc.wait()
        settled(net)
        if not net.host.has("vmk0"):
            same(before, has(net, "n0"), "what n0 has")
            eq(net.show("switch show", "uplink show"), [[], []], "what is left")
    comment("%d of %d came before they were killed" % (done - 1, KILLS))
    if net.host.has("vmk0"):
        net.run_ctl("vmk", "release", "vmk0")
        net.ctl("switch del vSwitch0")
    end(alive, "what was killed")


@case("V4: what cannot be adopted or released is refused, each with its reason")
def refusals(net):
    net.batch("""switch add other
        portgroup add Elsewhere switch other
        portgroup add Tagged switch other vlan 10
        vmk add vmk9 portgroup Elsewhere
        vmk add vmk8 portgroup Elsewhere
        vmk add vmk7 portgroup Elsewhere""")
    net.host.route.change("vmk8", (28, net.out.file.fileno()))
    # A master like a VRF, which not every kernel has.
    net.host.route.add("red", "bridge")
    net.sh("ip link set vmk7 master red")
    before = everything(net)
    for line, status, text in (
            ("vmk adopt nosuch switch s portgroup p", 3, "no such device"),
            ("vmk adopt lo switch s portgroup p", 1, "not an Ethernet"),
            ("vmk adopt n0 switch other", 2, '"portgroup" is missing'),
            ("vmk adopt n0 portgroup p", 2, '"switch" is missing'),
            ("vmk adopt n0 switch vSwitch0 portgroup Elsewhere", 1,
             'portgroup "Elsewhere" belongs to other (portgroup)'),
            ("vmk adopt n0 switch other portgroup Tagged vlan 20", 1,
             'portgroup "Tagged" is there already, with VLAN 10 (vlan)'),
            ("vmk adopt n0 switch x0 portgroup p", 1, ""),
            ("vmk release nosuch", 3, "no such vmk"),
            ("vmk release vmk9", 1, "no uplink of other has its "
             "address, so there is no NIC that it came from"),
            ("vmk release vmk9 now", 2, "one word too many"),
            ("vmk release vmk8", 1, "it lives in another network namespace"),
            ("vmk release vmk7", 1, "it has a master (a VRF?)")):
        net.refused(*line.split(), status=status, text=text)
    eq(net.run_ctl("--dry-run", *ADOPT.split()), ADOPT + "\n",
       "what a dry run says")
    eq(everything(net), before, "what a dry run has done")
    net.ctl("uplink add y0 switch other")
    put_back(net, (*before[:2], everything(net)[2]), {},
             *"vmk adopt y0 switch s portgroup p".split(),
             text="it has a master already")
    net.run_ctl("--force", "switch", "del", "other")
    net.delete("red")


run(setup)
