#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Link-local protocols by real programs: lldpd, and the STP of a bridge.

    a1 a2 EST   u1 u2 the uplinks

One lldpd runs here on u1 and u2, "far" at their other ends, "guest" at that
of a1.
"""

import atexit
import os
import shutil
import subprocess
import tempfile

from vswtest import DEBUG, Fail, Raw, Skip, case, eq, mac_bytes, run, true, until

WORK = tempfile.mkdtemp(dir="/run")
DAEMONS = {}
# lldpd sends each second; an emulated CPU may be late by much.
PATIENCE = 30

CONFIG = """configure system hostname %s
configure lldp tx-interval 1
configure lldp tx-hold %d
"""


def end_daemon(name):
    proc = DAEMONS.pop(name)
    proc.terminate()
    proc.wait()


def end_daemons():
    for name in list(DAEMONS):
        end_daemon(name)


def lldpd(net, name, ns, devices):
    """Start an lldpd that calls itself by a name."""
    path = os.path.join(WORK, name)
    with open(path + ".conf", "w", encoding="ascii") as conf:
        conf.write(CONFIG % (name, 20 if DEBUG else 4))
    os.sched_setaffinity(0, net.cpus)
    with ns, open(path + ".log", "w", encoding="utf-8") as log:
        # pylint: disable=consider-using-with
        DAEMONS[name] = subprocess.Popen(
            ["lldpd", "-d", "-u", path + ".sock", "-O", path + ".conf",
             "-I", devices], stdout=log, stderr=log,
            stdin=subprocess.DEVNULL)
    os.sched_setaffinity(0, {min(net.cpus)})


def lldpctl(net, name, *words):
    """What lldpcli answers, as a dictionary."""
    done = net.spawn(["lldpcli", "-u", os.path.join(WORK, name + ".sock"),
                      "-f", "keyvalue", *words])
    return dict(line.split("=", 1) for line in done.stdout.splitlines()
                if "=" in line)


def said(name):
    """The last lines of its log."""
    with open(os.path.join(WORK, name + ".log"), encoding="utf-8") as log:
        return "".join(log.readlines()[-12:])


def neighbours(net, name):
    """Who is heard by which device."""
    return {key.split(".")[1]: value for key, value in
            lldpctl(net, name, "show", "neighbors").items()
            if key.endswith(".chassis.name")}


def hears(net, name, want):
    try:
        until(lambda: neighbours(net, name) == want,
              "%s to hear %s" % (name, want), PATIENCE)
    except Fail as exc:
        raise Fail("%s, not %s\n%s" % (exc, neighbours(net, name),
                                       said(name))) from exc


def heard(net, name):
    """Frames that it has received on each device."""
    sums = lldpctl(net, name, "show", "statistics")
    return [int(sums.get("lldp.%s.rx.rx" % dev, 0)) for dev in ("u1", "u2")]


def more(net, name):
    """More frames arrive on both devices."""
    before = heard(net, name)
    until(lambda: all(now > old + 1 for now, old in
                      zip(heard(net, name), before)),
          "frames for " + name, PATIENCE)


def setup(net):
    # It drops its rights, and goes to a folder that its package makes.
    os.chmod(WORK, 0o755)
    os.makedirs("/run/lldpd", exist_ok=True)
    net.ends("a1 a2 u1 u2")
    net.batch("""switch add s0
        portgroup add est switch s0
        port add a1 portgroup est
        port add a2 portgroup est""")
    net.host.up("u1")
    net.host.up("u2")
    net.ready("a1 a2 u1 u2")
    if not shutil.which("lldpd"):
        return
    end_daemons()
    lldpd(net, "here", net.host, "u1,u2")
    lldpd(net, "far", net.out, "u1,u2")


def needs_lldpd():
    if not DAEMONS:
        raise Skip("lldpd is not installed")
    for name, proc in DAEMONS.items():
        if proc.poll() is not None:
            raise Fail("the lldpd %s has ended:\n%s" % (name, said(name)))


def dropped(net, name):
    return next(cur.get("!link-local", 0) for key, cur in
                net.counters().items() if key[0] == name)


def join(net):
    """Make the NICs uplinks, if a case before has not."""
    for name in ("u1", "u2"):
        if "master" not in net.link(name):
            net.ctl("uplink", "add", name, "switch", "s0")
    net.ready("u1 u2")


@case("F8: lldpd sees its neighbours on NICs that become uplinks")
def joins(net):
    needs_lldpd()
    hears(net, "here", {"u1": "far", "u2": "far"})
    join(net)
    eq([net.link(name).get("master") for name in ("u1", "u2")],
       ["s0", "s0"], "masters")
    # What it knows may be from before; what comes now is heard by members.
    for name in ("here", "far"):
        more(net, name)
        hears(net, name, {"u1": "far" if name == "here" else "here",
                          "u2": "far" if name == "here" else "here"})


@case("F8: lldpd on an uplink of a switch that is down sees them, too")
def down(net):
    needs_lldpd()
    join(net)
    net.host.up("s0", False)
    more(net, "here")
    hears(net, "here", {"u1": "far", "u2": "far"})
    net.host.up("s0")


@case("F8: the lldpd of a guest is heard by nobody and hears nobody")
def guest(net):
    needs_lldpd()
    join(net)
    before = dropped(net, "a1")
    ears = [Raw(net.out, name, 0x88cc) for name in ("a2", "u1", "u2")]
    own = Raw(net.host, "a1")
    lldpd(net, "guest", net.out, "a1")
    until(lambda: dropped(net, "a1") > before + 3, "frames of the guest",
          PATIENCE)
    source = mac_bytes(net.macs["a1"])
    true([data for _, data in own.recv() if data[12:14] == b"\x88\xcc"],
         "the guest has sent no LLDP")
    net.settle()
    for ear in ears:
        eq([data for _, data in ear.recv() if data[6:12] == source], [],
           "frames of the guest elsewhere")
    eq(neighbours(net, "guest"), {}, "neighbours of the guest")
    hears(net, "here", {"u1": "far", "u2": "far"})
    hears(net, "far", {"u1": "here", "u2": "here"})
    end_daemon("guest")
    for ear in (own, *ears):
        ear.close()


@case("F8: the BPDUs of a guest that is a bridge go nowhere")
def bpdu(net):
    before = dropped(net, "a2")
    ears = [Raw(net.out, name) for name in ("a1", "u1", "u2")]
    done = net.spawn("ip link add br0 type bridge stp_state 1 "
                     "forward_delay 200 hello_time 100".split(), net.out)
    if done.returncode:
        raise Skip("no bridge: " + done.stderr.strip())
    net.sh("ip link set a2 master br0", net.out)
    net.out.up("br0")
    until(lambda: dropped(net, "a2") > before + 2, "BPDUs of the guest",
          PATIENCE)
    net.settle()
    for ear in ears:
        eq([data for _, data in ear.recv()
            if data[:6] == bytes.fromhex("0180c2000000")], [],
           "BPDUs elsewhere")
        ear.close()
    net.sh("ip link set a2 nomaster", net.out)
    net.delete("br0", net.out)


@case("F8: lldpd goes on when the NICs are no uplinks any more")
def leaves(net):
    needs_lldpd()
    join(net)
    net.batch("uplink del u1\nuplink del u2")
    net.host.up("u1")
    net.host.up("u2")
    net.ready("u1 u2")
    more(net, "here")
    hears(net, "here", {"u1": "far", "u2": "far"})


atexit.register(shutil.rmtree, WORK)
atexit.register(end_daemons)
run(setup)
