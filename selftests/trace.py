#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Tracing: what the tracepoints tell, and the programs that read them.

    a1 a2 VST 10   t1 trunk 10-12   u1 u2 the uplinks: a1 t1 use u2, a2 u1
"""

import atexit
import contextlib
import os
import re
import shutil
import subprocess
import tempfile
from collections import Counter

from vswtest import (BC, DEBUG, NOBODY, STRANGER, ZERO, Fail, Skip, case, eq,
                     run, true, until)

TRACEFS = "/sys/kernel/tracing"
TRACE = TRACEFS + "/instances/vswtest"
LLDP = "01:80:c2:00:00:0e"
WORK = tempfile.mkdtemp(dir="/run")

# What the core calls them; see F10.
ROWS = [("a1", BC, "10", "!vlan-tag", "OTHERHOST"),
        ("a1", "a1", "-", "!hairpin", "OTHERHOST"),
        ("a1", LLDP, "-", "!link-local", "OTHERHOST"),
        ("t1", BC, "13", "!vlan-denied", "OTHERHOST"),
        ("t1", BC, "4095", "!vlan-invalid", "OTHERHOST"),
        ("u1", NOBODY, "10", "!unknown-unicast", "OTHERHOST"),
        ("u1", BC, "99", "!no-member", "NO_TX_TARGET"),
        ("u1", "a1", "10", "!reverse-path", "IP_RPFILTER"),
        ("a1", BC, "-", "!bad-source", "MAC_INVALID_SOURCE", {"src": ZERO}),
        ("a1", BC, "-", "!forged", "MAC_INVALID_SOURCE", {"src": STRANGER}),
        ("a1", BC, "-", "!address-conflict", "LOCAL_MAC", {"src": "a2"}),
        ("u1", BC, "10", "!reflection", "LOCAL_MAC", {"src": "a2"}),
        ("a1", "a2", "-", "a2!mtu", "PKT_TOO_BIG", {"length": 1401})]
TABLE = [(*row[:4], *row[5:]) for row in ROWS]
# The same, as drops: device, reason, what the core calls it.
DROPS = Counter((row[3].partition("!")[0] or row[0], row[3].partition("!")[2])
                for row in ROWS)
CORE = Counter(row[4] for row in ROWS)


def setup(net):
    net.ends("a1 a2 t1 u1 u2")
    net.batch("""switch add s0
        uplink add u1 switch s0
        uplink add u2 switch s0
        portgroup add vst10 switch s0 vlan 10 forged reject
        portgroup add vgt switch s0 vlan trunk 10-12
        port add a1 portgroup vst10
        port add a2 portgroup vst10
        port add t1 portgroup vgt""")
    net.host.set_mtu("a2", 1400)
    net.ready("a1 a2 t1 u1 u2")
    if not os.path.exists(TRACEFS + "/events"):
        subprocess.run(["mount", "-t", "tracefs", "tracefs", TRACEFS],
                       check=False)


def put(path, text):
    with open(os.path.join(TRACE, path), "w", encoding="ascii") as file:
        file.write(text)


@contextlib.contextmanager
def traced(net, *events):
    """Trace events; gives a list that has the lines in the end."""
    if not os.path.isdir(TRACEFS + "/events"):
        raise Skip("no tracefs")
    net.drain()
    os.makedirs(TRACE, exist_ok=True)
    lines = []
    try:
        for event in events:
            put("events/%s/enable" % event, "1")
        put("trace", "")
        yield lines
        net.settle()
        for event in events:
            put("events/%s/enable" % event, "0")
        with open(TRACE + "/trace", encoding="ascii") as trace:
            lines += [line.strip() for line in trace if line[0] != "#"]
    finally:
        os.rmdir(TRACE)


def fields(line):
    """The event of a line and what it says, as a dictionary."""
    found = re.search(r"(\w+): (\w+=.*)$", line)
    if not found:
        raise Fail("not an event: " + line)
    return found.group(1), dict(re.findall(r"(\w+)=(\S+)", found.group(2)))


# The events themselves

def receipt(net, name, length, tag=(0, 0)):
    """What vswitch_receive has to say, but for the address of the packet."""
    return ("vswitch_receive", {
        "dev": name, "ifindex": str(net.link(name)["ifindex"]),
        "len": str(length), "proto": "0x88b5", "tag_proto": "0x%04x" % tag[0],
        "tci": "0x%04x" % tag[1]})


def verdict(net, row, to, vlan):
    return ("vswitch_verdict", {
        "from": row[0], "to": to, "dst": net.address(row[1]),
        "src": net.address(row[0]), "vlan": str(vlan)})


def told(net, row, want):
    """A frame has exactly these events, all of them about one packet."""
    with traced(net, "vswitch") as lines:
        net.check([row], counters=False)
    events = [fields(line) for line in lines]
    packets = {known.pop("skbaddr") for _, known in events}
    eq(sorted(events, key=str), sorted(want, key=str), "events of %s" % (row,))
    return packets


@case("F10: a frame that passes is told: where from, what it is, who gets it")
def passes(net):
    row = ("a1", "a2", "-", "a2:-")
    eq(len(told(net, row, [receipt(net, "a1", 60),
                           verdict(net, row, "a2", 10)])), 1, "packets")
    row = ("t1", "a1", "10p5", "a1:-")
    eq(len(told(net, row, [receipt(net, "t1", 60, (0x8100, 0xa00a)),
                           verdict(net, row, "a1", 10)])), 1, "packets")
    row = ("t1", BC, "12", "u2:12")
    eq(len(told(net, row, [receipt(net, "t1", 60, (0x8100, 12)),
                           verdict(net, row, "u2", 12)])), 1, "packets")
    # Each receiver of a group frame is told, with the packet that it gets.
    row = ("a1", BC, "-", "a2:- t1:10 u2:10")
    eq(len(told(net, row, [receipt(net, "a1", 60)] + [
        verdict(net, row, to, 10) for to in ("a2", "t1", "u2")])), 3,
       "packets")


@case("F8, F10: a frame that the host gets is told")
def host(net):
    row = ("u1", LLDP, "-", "")
    told(net, row, [receipt(net, "u1", 60), verdict(net, row, "host", 0)])


@case("F10: a frame that gets nowhere is told with the reason that is counted")
def drops(net):
    with traced(net, "vswitch/vswitch_drop") as lines:
        net.check(TABLE)
    events = [fields(line) for line in lines]
    eq({kind for kind, _ in events}, {"vswitch_drop"}, "events")
    eq(Counter((known["dev"], known["reason"]) for _, known in events), DROPS,
       "drops")
    for _, known in events:
        eq(known["ifindex"], str(net.link(known["dev"])["ifindex"]),
           "ifindex of " + known["dev"])


@case("F10: the packet that is dropped is the one that was received")
def same(net):
    row = ("a1", BC, "10", "!vlan-tag")
    drop = ("vswitch_drop", {
        "dev": "a1", "ifindex": str(net.link("a1")["ifindex"]),
        "reason": "vlan-tag"})
    packets = told(net, row, [receipt(net, "a1", 60, (0x8100, 10)), drop])
    eq(len(packets), 1, "packets")


# What the core says about them

def core_reasons(lines):
    """Why packets of ours were freed.

    Nobody is there for them where they arrive, but that is their end.
    """
    found = Counter(re.findall(r"protocol=34997 .* reason: (\w+)",
                               "\n".join(lines)))
    del found["UNHANDLED_PROTO"]
    return found


@case("F10: the core has a drop reason for each frame that is dropped")
def core(net):
    with traced(net, "skb/kfree_skb") as lines:
        net.check(TABLE)
    eq(core_reasons(lines), CORE, "reasons")


@case("F10: a frame that passes is no drop for the core")
def no_drop(net):
    with traced(net, "skb/kfree_skb") as lines:
        net.check([("a1", "a2", "-", "a2:-"),
                   ("a1", BC, "-", "a2:- t1:10 u2:10"),
                   ("u2", "a1", "10", "a1:-")])
    eq(core_reasons(lines), Counter(), "drops")


# Programs

WAIT = """touch "$1"
while [ ! -e "$2" ]; do sleep 0.1; done
"""


def last_line(path):
    with open(path, encoding="utf-8", errors="replace") as log:
        return (log.read().strip().splitlines() or ["it said nothing"])[-1]


class Watch:
    """A program that traces as long as a command runs, which waits for us."""

    def __init__(self, net, *argv):
        # Its own, so that a late command of one before makes no difference.
        work = tempfile.mkdtemp(dir=WORK)
        self.log = os.path.join(work, "log")
        self.flags = [os.path.join(work, name) for name in ("ready", "go")]
        script = os.path.join(work, "wait.sh")
        with open(script, "w", encoding="ascii") as file:
            file.write(WAIT)
        wait = ["/bin/sh", script, *self.flags]
        argv = [" ".join(wait) if arg == "WAIT" else arg for arg in argv]
        if argv[-1] == "--":
            argv += wait
        os.sched_setaffinity(0, net.cpus)
        with open(self.log, "w", encoding="utf-8") as log:
            # pylint: disable=consider-using-with
            self.proc = subprocess.Popen(argv, stdin=subprocess.DEVNULL,
                                         stdout=log, stderr=log, cwd=work)
        os.sched_setaffinity(0, {min(net.cpus)})

    def ready(self):
        """Whether it gets as far as to run its command."""
        until(lambda: os.path.exists(self.flags[0]) or
              self.proc.poll() is not None, "the program to begin", 60)
        return os.path.exists(self.flags[0])

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.proc.poll() is None:
            self.proc.kill()
            self.proc.wait()

    def end(self):
        """Let it end; what it has said."""
        with open(self.flags[1], "w", encoding="ascii"):
            pass
        status = self.proc.wait(60 * (4 if DEBUG else 1))
        with open(self.log, encoding="utf-8", errors="replace") as log:
            said = log.read()
        eq(status, 0, "exit status of a program that said %s" % said)
        return said


def watch(net, probe, *argv):
    """What a program says while the table of drops is sent.

    A program that cannot do the same with an event of the kernel's own is one
    that this kernel does not suit.
    """
    if not shutil.which(argv[0]):
        raise Skip("%s is not installed" % argv[0])
    net.drain()
    with Watch(net, *argv) as watching:
        if watching.ready():
            net.check(TABLE, counters=False)
            return watching.end()
    why = last_line(watching.log)
    with Watch(net, *probe) as control:
        true(not control.ready(), "%s: %s" % (argv[0], why))
    raise Skip("%s does not run here: %s" % (argv[0], why))


@contextlib.contextmanager
def no_symbols():
    """Keep perf from reading all symbols of the kernel, which takes long."""
    path = "/proc/sys/kernel/kptr_restrict"
    with open(path, encoding="ascii") as knob:
        before = knob.read()
    try:
        with open(path, "w", encoding="ascii") as knob:
            knob.write("2")
        yield
    finally:
        with open(path, "w", encoding="ascii") as knob:
            knob.write(before)


def reported(text):
    """The drops that a program has reported."""
    return Counter(re.findall(r"dev=\"?(\w+).*reason=\"?([\w-]+)", text))


@case("F10: perf record sees the drops")
def perf_record(net):
    path = os.path.join(WORK, "perf.data")
    start = ["perf", "record", "-q", "-a", "-o", path, "-e"]
    with no_symbols():
        watch(net, start + ["skb:kfree_skb", "--"], *start,
              "vswitch:vswitch_drop", "--")
    eq(reported(net.sh("perf script -i " + path)), DROPS, "drops")


@case("F10: perf trace sees the drops and what came in")
def perf_trace(net):
    start = ["perf", "trace", "--no-syscalls", "-a", "-e"]
    with no_symbols():
        said = watch(net, start + ["skb:kfree_skb", "--"], *start,
                     "vswitch:*", "--")
    eq(said.count("vswitch:vswitch_drop"), len(ROWS), "drops in " + said)
    eq(said.count("vswitch:vswitch_receive"), len(ROWS), "frames")


@case("F10: trace-cmd sees the drops")
def trace_cmd(net):
    path = os.path.join(WORK, "trace.dat")
    start = ["trace-cmd", "record", "-q", "-o", path, "-e"]
    watch(net, start + ["skb:kfree_skb", "--"], *start, "vswitch", "--")
    said = net.sh("trace-cmd report -i " + path)
    eq(reported("\n".join(line for line in said.splitlines()
                          if "vswitch_drop:" in line)), DROPS, "drops")


@case("F10: bpftrace counts the drops of each device")
def bpftrace(net):
    count = "{ @[args->%s] = count(); }"
    start = ["bpftrace", "-c", "WAIT", "-e"]
    said = watch(net, start + ["tracepoint:skb:kfree_skb " +
                               count % "protocol"], *start,
                 "tracepoint:vswitch:vswitch_drop " + count % "ifindex")
    want = Counter()
    for (name, _), number in DROPS.items():
        want[str(net.link(name)["ifindex"])] += number
    eq(dict(re.findall(r"@\[(\d+)\]: (\d+)", said)),
       {key: str(number) for key, number in want.items()}, "drops")


@case("F10: perf shows why the core dropped the frames")
def perf_kfree(net):
    path = os.path.join(WORK, "kfree.data")
    start = ["perf", "record", "-q", "-a", "-o", path, "-e"]
    with no_symbols():
        watch(net, start + ["net:netif_rx", "--"], *start, "skb:kfree_skb",
              "--")
    eq(core_reasons(net.sh("perf script -i " + path).splitlines()), CORE,
       "reasons")


def own_code():
    """Where the module is in memory."""
    with open("/proc/kallsyms", encoding="ascii") as symbols:
        places = [int(line.split()[0], 16) for line in symbols
                  if line.endswith("[vswitch]\n") and line.split()[1] in "tT"]
    return range(min(places), max(places) + 4096)


class Dropwatch:
    """dropwatch, which is told what to do as a person would.

    The kernel's part of it is to be found in the first namespace only.
    """

    def __init__(self):
        if not shutil.which("dropwatch"):
            raise Skip("dropwatch is not installed")
        subprocess.run(["modprobe", "drop_monitor"], check=False)
        self.log = os.path.join(WORK, "dropwatch.log")
        with open(self.log, "w", encoding="ascii") as log:
            # pylint: disable=consider-using-with
            self.proc = subprocess.Popen(
                ["nsenter", "--net=/proc/1/ns/net", "stdbuf", "-oL",
                 "dropwatch", "-l", "kas"],
                stdin=subprocess.PIPE, stdout=log, stderr=log,
                encoding="ascii")

    def tell(self, word):
        self.proc.stdin.write(word + "\n")
        self.proc.stdin.flush()

    def said(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def drops(self):
        """How many drops it has seen in our code, which it has no names for."""
        code = own_code()
        return sum(int(number) for number, place in re.findall(
            r"(\d+) drops at \S+ \(0x([0-9a-f]+)\)", self.said())
                   if int(place, 16) in code)

    def close(self):
        self.proc.stdin.close()
        self.proc.kill()
        self.proc.wait()


@case("F10: dropwatch sees the drops, and where they happen")
def dropwatch(net):
    watching = Dropwatch()
    try:
        watching.tell("start")
        with contextlib.suppress(Fail):
            until(lambda: "monitoring activated" in watching.said(),
                  "dropwatch to begin", 20)
        true("monitoring activated" in watching.said(), watching.said())
        net.check(TABLE, counters=False)
        with contextlib.suppress(Fail):
            until(lambda: watching.drops() >= len(ROWS), "drops", 8)
    finally:
        watching.close()
    eq(watching.drops(), len(ROWS), "drops in " + watching.said())


atexit.register(shutil.rmtree, WORK)
run(setup)
