# SPDX-License-Identifier: GPL-2.0-only
"""What the selftests of vswitch share: KTAP, a host and what is outside of it,
and tables of frames with the exact set of ports that get each.

A test lives in a network namespace of its own, the host. The far ends of all
its veth pairs live in a second one, outside, under the same names: what is
sent on the outside e1 comes out of the host's e1, which is a vnic or an
uplink of the switch under test.
"""

import contextlib
import json
import os
import shlex
import socket
import struct
import subprocess
import sys
import time
import traceback
from collections import Counter

# The tests have all of these from here.
from vswnet import (BC, DEBUG, ETH_P_8021Q, IFF_UP, IFLA_CARRIER, MAGIC, MC, MC6,
                    NOBODY, STAMP, STRANGER, ZERO, Fail, Netns, Raw, Skip, Tap, Tool, flood,
                    frame, genl_dump, mac_bytes, split_tags, until)

__all__ = ["BC", "CASES", "DEBUG", "ETH_P_8021Q", "Fail", "IFF_UP",
           "IFLA_CARRIER", "MAGIC",
           "MC", "MC6", "NOBODY", "Net", "Netns", "Raw", "STRANGER", "Skip",
           "VSWCTL", "ZERO", "case", "comment", "eq", "flood", "frame",
           "mac_bytes", "run", "split_tags", "true", "until"]

VSWCTL = os.environ.get("VSWCTL", "vswctl")
TRY_AGAIN = bool(os.environ.get("VSWITCH_TRY_AGAIN"))
SECOND = " (at a second try)"	# tap.sh looks for it
CPUS = os.sched_getaffinity(0)	# before a net takes all but one of them

# On an uplink these are normal; they are summed apart from the drops.
FILTERED = {"no-member", "unknown-unicast", "reverse-path", "reflection"}


# KTAP

CASES = []


def case(title):
    """A test case; the title begins with the ids of the rules it proves."""
    def wrap(fn):
        CASES.append((title, fn))
        return fn
    return wrap


def comment(text):
    for line in str(text).splitlines():
        print("#", line)


def _attempt(fn, net):
    """Did it pass, and what is to be said of it behind its title?"""
    try:
        fn(net)
        return True, ""
    except Skip as exc:
        return True, " # SKIP %s" % exc
    except Fail as exc:
        comment(exc)
    except Exception:
        comment(traceback.format_exc())
    return False, ""


def _close(net):
    """Did it come down?"""
    try:
        net.close()
        return True
    except Exception:
        comment(traceback.format_exc())
    return False


def _build(setup):
    """A net, and what is to be said of it behind a title."""
    for note in ("", SECOND) if TRY_AGAIN else ("",):
        net = None
        try:
            net = Net()
            if setup:
                setup(net)
            return net, note
        except Exception:
            comment(traceback.format_exc())
            if net:
                _close(net)
    print("Bail out! the topology could not be built", flush=True)
    sys.exit(1)


def run(setup=None):
    """Run all cases, each with the net that setup has built.

    With VSWITCH_TRY_AGAIN, one that fails is tried once more with a net of its
    own, and the result says so: many catch a moment, and the machine may not
    be ours alone. The same goes for a net that cannot be built. One that does
    not come down is no matter of a moment: what it was built for has failed.
    """
    sys.stdout.reconfigure(errors="backslashreplace")
    if os.geteuid():
        print("TAP version 13\n1..0 # SKIP not root")
        sys.exit(4)
    print("TAP version 13\n1..%d" % len(CASES), flush=True)
    net, good, start = None, 0, time.monotonic()
    for number, (title, fn) in enumerate(CASES, 1):
        built, closed = "", True
        if not net:
            net, built = _build(setup)
        passed, note = _attempt(fn, net)
        if not passed and TRY_AGAIN:
            closed = _close(net)
            net, built = _build(setup)[0], SECOND
            passed, skipped = _attempt(fn, net)
            passed = passed and not skipped
        if not passed or number == len(CASES):
            # What one that failed has left would spoil the others.
            closed = _close(net) and closed
            net = None
        if not closed:
            passed, note = False, ""
        print("%s %d - %s%s%s" % ("ok" if passed else "not ok", number, title,
                                  built, note), flush=True)
        good += passed
    comment("%.1f s" % (time.monotonic() - start))
    sys.exit(0 if good == len(CASES) else 1)


def eq(got, want, what=""):
    if got != want:
        raise Fail("%s: got %r, want %r" % (what or "value", got, want))


def true(value, what):
    if not value:
        raise Fail(what)


class Net:
    """The host, the outside and every port that a test has made."""

    def __init__(self):
        self.cpus = CPUS
        Netns.home = None
        self.host = Netns.home = Netns()
        self.out = Netns()
        self.ports = {}
        self.macs = {}
        self.ident = 0
        self.noise = []
        self.before = {}
        self.dumps = []
        self.tool = None
        self.veth("mark")
        for ns in (self.host, self.out):
            ns.up("mark")
        self.out.ready("mark")
        self.marks = Raw(self.host, "mark"), Raw(self.out, "mark")
        # All frames of one CPU pass one backlog in order: see settle().
        os.sched_setaffinity(0, {min(self.cpus)})

    def close(self):
        """Take down what was made, so that nothing is left to the kernel."""
        self.hang_up()
        # A switch takes its vmks with it, all at once.
        for kind in ("vswitch", "vmk"):
            for name, link in self.host.route.links().items():
                if link["kind"] == kind:
                    self.host.route.delete(name)
        for port in list(self.ports.values()) + list(self.marks):
            port.close()
        self.out.close()
        self.host.close()

    # Commands

    def spawn(self, argv, ns=None, text=None, **kwargs):
        kwargs.setdefault("timeout", 240 if DEBUG else 60)
        os.sched_setaffinity(0, self.cpus)
        try:
            with ns or self.host:
                return subprocess.run(
                    argv, input=text, capture_output=True, check=False,
                    encoding="utf-8", errors="backslashreplace", **kwargs)
        finally:
            os.sched_setaffinity(0, {min(self.cpus)})

    def sh(self, line, ns=None, check=0):
        """A command line; its output, or its failure where one is due."""
        done = self.spawn(line.split(), ns)
        if check is not None and bool(done.returncode) != bool(check):
            raise Fail("%s: exit status %d %s" %
                       (line, done.returncode, done.stderr.strip()))
        return done.stderr.strip() if check else done.stdout

    def ip(self, lines, ns=None):
        if lines.strip():
            done = self.spawn(["ip", "-batch", "-"], ns, lines + "\n")
            if done.returncode:
                raise Fail("ip -batch: %s" % done.stderr.strip())

    def try_ctl(self, *args, **kwargs):
        """vswctl with words, or with one line of words without spaces."""
        if len(args) == 1 and isinstance(args[0], str):
            args = args[0].split()
        return self.spawn([VSWCTL, *args], **kwargs)

    def ask(self, lines):
        """Let the tool that runs all the time do lines of commands.

        Its answers, a line each: show and why have one, and vmk add without a
        name. A switch that is made here says nothing to the outside of its own
        accord (T4), unless the line says "notify": most tests count frames.
        """
        lines = [line + " notify off" if line.startswith("switch add ") and
                 " notify " not in line else line for line in lines]
        if not self.tool:
            self.tool = Tool(self.host, [VSWCTL, "-j", "-s", "-b", "-"],
                             self.cpus)
        count = sum("show" in words[:2] or words[:1] == ["why"] or
                    words[:3] == ["vmk", "add", "portgroup"]
                    for words in (line.split(None, 3) for line in lines))
        try:
            answers = self.tool.ask(lines, count, "fdb show vlan 4094")
        except Fail as exc:
            self.hang_up()
            raise Fail("vswctl: %s" % exc) from exc
        return [json.loads(answer) for answer in answers]

    def hang_up(self):
        if self.tool:
            self.tool.close()
            self.tool = None

    def ctl(self, *args):
        """vswctl with words, or with one line of words; it must succeed."""
        if len(args) == 1:
            args = args[0].split()
        return self.ask([shlex.join(args)])

    def run_ctl(self, *args):
        """vswctl in a process of its own; its output."""
        done = self.spawn([VSWCTL, *args])
        if done.returncode:
            raise Fail("vswctl %s: exit status %d, %s" %
                       (" ".join(args), done.returncode, done.stderr.strip()))
        return done.stdout

    def refused(self, *args, status=1, text=""):
        """A command that must be refused, in one line that holds a text."""
        done = self.try_ctl(*args)
        shown = "vswctl " + " ".join(str(arg) for arg in args)
        if done.returncode != status:
            raise Fail("%s: exit status %d, want %d; %s" % (
                shown, done.returncode, status, done.stderr.strip()))
        lines = done.stderr.splitlines()
        if len(lines) != 1 or text.lower() not in lines[0].lower():
            raise Fail("%s: want one line with %r, got %r" %
                       (shown, text, done.stderr))
        return lines[0]

    def batch(self, text):
        self.ask([line.strip() for line in text.strip().splitlines()])

    @contextlib.contextmanager
    def background(self, argv, text):
        """Run a program beside us; gives a function: is it still at it?"""
        os.sched_setaffinity(0, self.cpus)
        with self.host, subprocess.Popen(
                argv, stdin=subprocess.PIPE, stderr=subprocess.PIPE,
                encoding="utf-8") as proc:
            os.sched_setaffinity(0, {min(self.cpus)})
            try:
                proc.stdin.write(text)
                proc.stdin.close()
                yield lambda: proc.poll() is None
            except BaseException:
                proc.kill()	# it may have no end
                raise
            faults = proc.stderr.read()
            status = proc.wait()
        eq((status, faults), (0, ""), "end of %s" % argv[0])

    def show(self, *lines):
        """What several show commands say, as JSON."""
        return self.ask(lines)

    def one(self, what):
        """The one object that a show command gives."""
        found = self.show(what)[0]
        eq(len(found), 1, "objects in %s" % what)
        return found[0]

    def state(self):
        """All that the kernel would tell about this namespace, as bytes."""
        with self.host:
            sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        try:
            if not self.dumps:
                answer = genl_dump(sock, 16, 3)	# CTRL_CMD_GETFAMILY
                at = answer.index(b"\x0c\x00\x02\x00vswitch\0")
                family = struct.unpack_from("H", answer, at + 16)[0]
                self.dumps = [(family, cmd) for cmd in range(1, 64) if
                              genl_dump(sock, family, cmd) is not None]
            return b"".join(genl_dump(sock, *dump) for dump in self.dumps)
        finally:
            sock.close()

    def unchanged(self, before):
        if self.state() != before:
            raise Fail("the configuration has changed: %s" % self.show(
                "switch show", "portgroup show", "uplink show", "port show",
                "vmk show", "fdb show"))

    # Devices

    def _mac(self, name):
        """An address of its own for each name."""
        return self.macs.setdefault(
            name, "02:00:00:00:%02x:%02x" % divmod(len(self.macs) + 1, 256))

    def veth(self, *names):
        """Veth pairs, one end here and one outside, both of one name."""
        for name in names:
            far = self._mac(name)
            self.host.route.add_veth(name, self.near_mac(name), self.out, far)

    def ends(self, names, **kwargs):
        """Veth pairs with a raw socket outside; the far ends are up."""
        names = names.split()
        self.veth(*names)
        for name in names:
            self.out.up(name)
            self.ports[name] = Raw(self.out, name, **kwargs)

    def tap(self, name, **kwargs):
        self.ports[name] = Tap(self.host, name, **kwargs)
        self.macs[name] = "02:0a:00:00:00:%02x" % (len(self.macs) + 1)

    def own(self, name, **kwargs):
        """A raw socket on a device of the host itself, such as a vmk."""
        self.macs[name] = self.link(name)["address"]
        self.ports[name] = Raw(self.host, name, **kwargs)

    def ready(self, names):
        for name in names.split():
            for ns in (self.host, self.out):
                ns.ready(name)

    def add(self, name, kind="dummy", ns=None):
        """A device that is up."""
        ns = ns or self.host
        ns.route.add(name, kind)
        ns.up(name)

    def delete(self, name, ns=None):
        (ns or self.host).route.delete(name)

    def slow_news(self, name):
        """Make the kernel slow to act on what a dummy's carrier does.

        It tells of carriers once a second at most. It has just told of this one
        when we return, so for most of a second it knows of no other.
        """
        def told():
            return self.link(name)["operstate"] == (2, 6)[on]

        for on in (0, 1):
            self.host.route.change(name, (IFLA_CARRIER, bytes([on])))
            until(told, "the kernel to tell of " + name)

    def link(self, name, ns=None):
        links = (ns or self.host).route.links()
        if name not in links:
            raise Fail("there is no device %s" % name)
        return links[name]

    def near_mac(self, name):
        """The address of the host's end of a pair."""
        return "02:01" + self.macs[name][5:]

    # Frames

    def settle(self):
        """Return when every frame that was sent before has arrived.

        A veth hands a frame to the backlog of this CPU, which is first in,
        first out. A frame of our own that goes through it behind them shows
        that they made one hop; a frame in a switch makes no more than four.
        """
        near, far = self.marks
        for _ in range(4):
            self.ident += 1
            near.send(frame(BC, ZERO, ident=self.ident))
            stamp = STAMP + struct.pack("!I", self.ident)
            until(lambda: any(stamp in data for _, data in far.recv()),
                  "the backlog of this CPU", 10)

    def drain(self):
        """Forget all that has come, however much that is."""
        self.settle()
        for name, port in self.ports.items():
            until(lambda one=port: not one.recv(), "silence at " + name, 15)

    def stamped(self, src, dst, tags="-", length=46):
        """The next frame, from and to a port or an address."""
        self.ident += 1
        return frame(self.address(dst), self.address(src), tags, self.ident,
                     length)

    def collect(self, sent):
        """What came since: for each frame the ports and its tags there."""
        self.settle()
        got = {ident: Counter() for ident in sent}
        for name, port in self.ports.items():
            for outer, data in port.recv():
                tags, rest = split_tags(data, outer)
                ident = None
                if rest[2:6] == STAMP:
                    ident = struct.unpack_from("!I", rest, 6)[0]
                if ident not in sent:
                    self.noise.append((name, data.hex()))
                    continue
                whole = sent[ident]
                ok = (data[:12] == whole[:12] and
                      rest == split_tags(whole)[1])
                got[ident][name + ":" + (tags if ok else "broken")] += 1
        return got

    def address(self, text):
        return text if ":" in text else self.macs[text]

    def counters(self):
        """Of each port: frames in and out, the reasons, the two sums."""
        out = {}
        for doc in self.show("port show", "uplink show"):
            for obj in doc:
                stats = obj.get("stats")
                if stats is None:
                    continue
                cur = {"dropped": stats.get("dropped", 0),
                       "filtered": stats.get("filtered", 0)}
                for way in ("in", "out"):
                    cur[way] = sum(val for key, val in
                                   stats.get(way, {}).items()
                                   if key.endswith("-frames"))
                for drop in stats.get("drop", []):
                    cur["!" + drop["reason"]] = drop["frames"]
                out[obj["dev"], obj["number"]] = cur
        return out

    def check(self, rows, counters=True):
        """Send a table of frames and compare where each of them arrived.

        A row is (sender, destination, tags, want[, options]). Want names
        every port that gets the frame, as "port:tags", a port that may get
        it or not as "port?", and the drop that is counted as "port!reason",
        or "!reason" at the sender. An empty want is a frame without a trace.
        Options: src, length.
        """
        if not counters:
            self.before = {}
        elif not self.before:
            self.before = self.counters()
        self.drain()
        sent, wants = {}, {}
        for row in rows:
            sender, dst, tags, want = row[:4]
            opts = row[4] if len(row) > 4 else {}
            data = self.stamped(opts.get("src", sender), dst, tags,
                                opts.get("length", 46))
            sent[self.ident], wants[self.ident] = data, row
            self.ports[sender].send(data)
            if len(sent) % 64 == 0:
                self.settle()
        got = self.collect(sent)

        errors, drops, loose = [], Counter(), set()
        frames_in, frames_out = Counter(), Counter()
        for ident, row in wants.items():
            sender, want = row[0], row[3]
            frames_in[sender] += 1
            expect, maybe = Counter(), set()
            for token in want.split():
                if "!" in token:
                    name, _, reason = token.partition("!")
                    drops[name or sender, "!" + reason] += 1
                elif token.endswith("?"):
                    maybe.add(token[:-1])
                else:
                    expect[token] += 1
            have = Counter({key: num for key, num in got[ident].items()
                            if key.partition(":")[0] not in maybe})
            loose |= maybe
            for token in got[ident].elements():
                frames_out[token.partition(":")[0]] += 1
            if have != expect:
                errors.append("%s > %s tags %s %s: want [%s], got [%s]" % (
                    sender, row[1], row[2], row[4] if len(row) > 4 else "",
                    want, " ".join(sorted(got[ident].elements()))))
        if counters:
            errors += self._check_counters(frames_in, frames_out, drops, loose)
        if errors:
            raise Fail("\n".join(errors))

    def _check_counters(self, frames_in, frames_out, drops, loose):
        errors = []
        now = self.counters()
        for key, cur in now.items():
            name, old = key[0], self.before.get(key, {})
            want = {"in": frames_in[name], "out": frames_out[name]}
            for (port, reason), num in drops.items():
                if port == name:
                    want[reason] = num
                    away = ("filtered" if reason[1:] in FILTERED and
                            name.startswith("u") else "dropped")
                    want[away] = want.get(away, 0) + num
            have = {field: num - old.get(field, 0)
                    for field, num in cur.items()}
            for field in sorted(have.keys() | want.keys()):
                if name in loose and field not in ("in", "out"):
                    continue
                if have.get(field, 0) != want.get(field, 0):
                    errors.append("counter %s of %s: want %d more, got %d" % (
                        field, name, want.get(field, 0), have.get(field, 0)))
        self.before = now
        return errors
