# SPDX-License-Identifier: GPL-2.0-only
"""What the selftests of vswitch share: KTAP, namespaces, ports with raw
sockets, and tables of frames with the exact set of ports that get each.

A test lives in a network namespace of its own, the host. The far ends of all
its veth pairs live in a second one, outside, under the same names: what is
sent on the outside e1 comes out of the host's e1, which is a vnic or an
uplink of the switch under test.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time
import traceback
from collections import Counter

VSWCTL = os.environ.get("VSWCTL", "vswctl")
DEBUG = os.environ.get("KERNEL_DEBUG", "0") not in ("", "0")

ETH_P_ALL = 0x0003
ETH_P_8021Q = 0x8100
ETH_P_8021AD = 0x88a8
MAGIC = 0x88b5			# local experimental ethertype
STAMP = b"VSWT"

BC = "ff:ff:ff:ff:ff:ff"
MC = "01:00:5e:01:02:03"
MC6 = "33:33:00:00:00:16"
NOBODY = "02:de:ad:00:00:01"
STRANGER = "02:fe:00:00:00:01"	# somebody behind the uplinks
ZERO = "00:00:00:00:00:00"

SOL_PACKET = 263
PACKET_AUXDATA = 8
PACKET_VNET_HDR = 15
PACKET_IGNORE_OUTGOING = 23
TP_STATUS_VLAN_VALID = 1 << 4
TP_STATUS_VLAN_TPID_VALID = 1 << 6
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
SIOCSIFMTU, SIOCSIFHWADDR = 0x8922, 0x8924
IFF_UP, IFF_RUNNING = 0x1, 0x40
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454ca, 0x2, 0x1000

# On an uplink these are normal; they are summed apart from the drops.
FILTERED = {"no-member", "unknown-unicast", "reverse-path", "reflection"}

libc = ctypes.CDLL(None, use_errno=True)


class Skip(Exception):
    """What a case needs is not here."""


class Fail(Exception):
    """A case found what should not be."""


def _call(fn, *args):
    if fn(*args):
        err = ctypes.get_errno()
        raise OSError(err, os.strerror(err))


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


def _result(number, title, fn, args):
    verdict, note = "ok", ""
    try:
        fn(*args)
    except Skip as exc:
        note = " # SKIP %s" % exc
    except Fail as exc:
        verdict = "not ok"
        comment(exc)
    except Exception:
        verdict = "not ok"
        comment(traceback.format_exc())
    print("%s %d - %s%s" % (verdict, number, title, note), flush=True)
    return verdict == "ok"


def _build(setup):
    try:
        net = Net()
        if setup:
            setup(net)
        return net
    except Exception:
        comment(traceback.format_exc())
        print("Bail out! the topology could not be built", flush=True)
        sys.exit(1)


def run(setup=None):
    """Run all cases, each with the net that setup has built."""
    sys.stdout.reconfigure(errors="backslashreplace")
    if os.geteuid():
        print("TAP version 13\n1..0 # SKIP not root")
        sys.exit(4)
    print("TAP version 13\n1..%d" % len(CASES), flush=True)
    net, good, start = None, 0, time.monotonic()
    for number, (title, fn) in enumerate(CASES, 1):
        net = net or _build(setup)
        if _result(number, title, fn, (net,)):
            good += 1
        else:
            # What it has left would spoil the others.
            net.close()
            net = None
    if net:
        net.close()
    comment("%.1f s" % (time.monotonic() - start))
    sys.exit(0 if good == len(CASES) else 1)


def eq(got, want, what=""):
    if got != want:
        raise Fail("%s: got %r, want %r" % (what or "value", got, want))


def true(value, what):
    if not value:
        raise Fail(what)


def until(cond, what, limit=4):
    """Wait for a condition; fail when it does not come in time."""
    end = time.monotonic() + limit * (4 if DEBUG else 1)
    while True:
        value = cond()
        if value:
            return value
        if time.monotonic() > end:
            raise Fail("timed out waiting for: %s" % what)
        time.sleep(0.005)


# Frames

def mac_bytes(mac):
    return bytes.fromhex(mac.replace(":", ""))


def mac_text(raw):
    return ":".join("%02x" % b for b in raw)


def tag_bytes(tags):
    """Tags as bytes: "-" none, "10", "10p5", "0/20", "ad10" for 802.1ad."""
    out = b""
    for tag in tags.split("/") if tags != "-" else ():
        tpid = ETH_P_8021Q
        if tag.startswith("ad"):
            tpid, tag = ETH_P_8021AD, tag[2:]
        vid, _, pcp = tag.partition("p")
        out += struct.pack("!HH", tpid, int(pcp or 0) << 13 | int(vid))
    return out


def _tag_text(tpid, tci):
    text = "ad" if tpid == ETH_P_8021AD else ""
    text += str(tci & 0xfff)
    if tci >> 13:
        text += "p%d" % (tci >> 13)
    return text + ("d" if tci & 0x1000 else "")


def frame(dst, src, tags="-", ident=0, length=46):
    """A frame with length bytes behind its last ethertype."""
    body = STAMP + struct.pack("!I", ident)
    body += bytes(i & 0xff for i in range(len(body), length))
    return (mac_bytes(dst) + mac_bytes(src) + tag_bytes(tags) +
            struct.pack("!H", MAGIC) + body)


def split_tags(data, outer=None):
    """The tags of a frame, as text, and what follows them."""
    tags = [outer] if outer else []
    off = 12
    while off + 4 <= len(data):
        kind, tci = struct.unpack_from("!HH", data, off)
        if kind not in (ETH_P_8021Q, ETH_P_8021AD):
            break
        tags.append(_tag_text(kind, tci))
        off += 4
    return "/".join(tags) or "-", data[off:]


class Raw:
    """A raw socket on a device of a namespace."""

    def __init__(self, ns, dev, proto=ETH_P_ALL, vnet=False):
        with ns:
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setblocking(False)
        self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)
        if vnet:
            self.sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        self.sock.bind((dev, proto))

    def send(self, data):
        self.sock.send(data)

    def recv(self):
        """Everything that has come: pairs of outer tag and bytes."""
        out = []
        while True:
            try:
                data, anc, _, _ = self.sock.recvmsg(1 << 17, 64)
            except BlockingIOError:
                return out
            except OSError:	# the device went down or away
                continue
            outer = None
            for _, kind, raw in anc:
                if kind != PACKET_AUXDATA:
                    continue
                status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", raw)
                if status & TP_STATUS_VLAN_VALID:
                    if not status & TP_STATUS_VLAN_TPID_VALID:
                        tpid = ETH_P_8021Q
                    outer = _tag_text(tpid, tci)
            out.append((outer, data))

    def close(self):
        self.sock.close()


class Tap:
    """A tap device of the host and its user, in place of a socket."""

    def __init__(self, ns, dev):
        try:
            if not os.path.exists("/dev/net/tun"):
                subprocess.run(["modprobe", "tun"], check=False)
            with ns:
                self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
                fcntl.ioctl(self.fd, TUNSETIFF, struct.pack(
                    "16sH22x", dev.encode(), IFF_TAP | IFF_NO_PI))
        except OSError as exc:
            raise Skip("no tap: %s" % exc) from exc

    def send(self, data):
        os.write(self.fd, data)

    def recv(self):
        out = []
        while True:
            try:
                out.append((None, os.read(self.fd, 1 << 17)))
            except BlockingIOError:
                return out

    def close(self):
        os.close(self.fd)


# Namespaces and the topology

class Netns:
    """A network namespace: a new one, or the one of a path."""
    home = None

    def __init__(self, path=None):
        if not path:
            _call(libc.unshare, CLONE_NEWNET)
        # pylint: disable=consider-using-with
        self.file = open(path or "/proc/thread-self/ns/net", "rb")
        self.path = "/proc/%d/fd/%d" % (os.getpid(), self.file.fileno())
        self.__enter__()
        self.ctl = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for conf in ("all", "default"):
            try:
                with open("/proc/sys/net/ipv6/conf/%s/disable_ipv6" % conf,
                          "w", encoding="ascii") as knob:
                    knob.write("1")
            except FileNotFoundError:
                pass
        if Netns.home:
            self.__exit__()

    def __enter__(self):
        _call(libc.setns, self.file.fileno(), CLONE_NEWNET)

    def __exit__(self, *exc):
        _call(libc.setns, Netns.home.file.fileno(), CLONE_NEWNET)

    def flags(self, dev):
        req = fcntl.ioctl(self.ctl, SIOCGIFFLAGS,
                          struct.pack("16s24x", dev.encode()))
        return struct.unpack_from("H", req, 16)[0]

    def set_flags(self, dev, flags):
        fcntl.ioctl(self.ctl, SIOCSIFFLAGS,
                    struct.pack("16sH22x", dev.encode(), flags))

    def up(self, dev, on=True):
        flags = self.flags(dev)
        self.set_flags(dev, flags | IFF_UP if on else flags & ~IFF_UP)

    def set_mac(self, dev, mac):
        fcntl.ioctl(self.ctl, SIOCSIFHWADDR, struct.pack(
            "16sH6s16x", dev.encode(), 1, mac_bytes(mac)))

    def set_mtu(self, dev, mtu):
        fcntl.ioctl(self.ctl, SIOCSIFMTU,
                    struct.pack("16si20x", dev.encode(), mtu))

    def has(self, dev):
        try:
            self.flags(dev)
        except OSError:
            return False
        return True

    def close(self):
        """Let go; a namespace that nobody else uses ends now."""
        self.ctl.close()
        self.file.close()

    def ready(self, dev):
        """Wait until a device has carrier and its queue is live."""
        until(lambda: self.flags(dev) & IFF_RUNNING, "carrier of %s" % dev)
        self.set_flags(dev, self.flags(dev))	# behind the rtnl lock


class Net:
    """The host, the outside and every port that a test has made."""

    def __init__(self):
        self.cpus = os.sched_getaffinity(0)
        Netns.home = None
        self.host = Netns.home = Netns()
        self.out = Netns()
        self.ports = {}
        self.macs = {}
        self.ident = 0
        self.noise = []
        self.before = {}
        self.dumps = []
        self.veth("mark")
        for ns in (self.host, self.out):
            ns.up("mark")
        self.out.ready("mark")
        self.marks = Raw(self.host, "mark"), Raw(self.out, "mark")
        # All frames of one CPU pass one backlog in order: see settle().
        os.sched_setaffinity(0, {min(self.cpus)})

    def close(self):
        """Take down what was made, so that nothing is left to the kernel."""
        for kind in ("vmk", "vswitch"):
            done = self.spawn(("ip -j link show type " + kind).split())
            for link in json.loads(done.stdout or "[]"):
                if "ifname" in link:
                    self.spawn(["ip", "link", "del", link["ifname"]])
        for port in list(self.ports.values()) + list(self.marks):
            port.close()
        self.out.close()
        self.host.close()

    # Commands

    def spawn(self, argv, ns=None, text=None, **kwargs):
        os.sched_setaffinity(0, self.cpus)
        try:
            with ns or self.host:
                return subprocess.run(
                    argv, input=text, capture_output=True, check=False,
                    encoding="utf-8", errors="backslashreplace",
                    timeout=240 if DEBUG else 60, **kwargs)
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

    def ctl(self, *args):
        done = self.try_ctl(*args)
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
        lines = "\n".join(line.strip() for line in text.strip().splitlines())
        done = self.spawn([VSWCTL, "-b", "-"], text=lines + "\n")
        if done.returncode:
            raise Fail("vswctl -b: exit status %d, %s" %
                       (done.returncode, done.stderr.strip()))

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
            finally:
                faults = proc.stderr.read()
                status = proc.wait()
        eq((status, faults), (0, ""), "end of %s" % argv[0])

    def show(self, *lines, stats=False):
        """What several show commands say, as JSON."""
        argv = [VSWCTL, "-j"] + (["-s"] if stats else []) + ["-b", "-"]
        done = self.spawn(argv, text="\n".join(lines) + "\n")
        if done.returncode:
            raise Fail("vswctl %s: %s" % (lines, done.stderr.strip()))
        return documents(done.stdout)

    def one(self, what):
        """The one object that a show command gives."""
        docs = self.show(what)
        found = docs[0] if isinstance(docs[0], list) else docs
        eq(len(found), 1, "objects in %s" % what)
        return found[0]

    def state(self):
        """All that the kernel would tell about this namespace, as bytes."""
        with self.host:
            sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
        try:
            if not self.dumps:
                answer = _genl_dump(sock, 16, 3)	# CTRL_CMD_GETFAMILY
                at = answer.index(b"\x0c\x00\x02\x00vswitch\0")
                family = struct.unpack_from("H", answer, at + 16)[0]
                self.dumps = [(family, cmd) for cmd in range(1, 64) if
                              _genl_dump(sock, family, cmd) is not None]
            return b"".join(_genl_dump(sock, *dump) for dump in self.dumps)
        finally:
            sock.close()

    def unchanged(self, before):
        if self.state() != before:
            raise Fail("the configuration has changed: %s" % self.show(
                "switch show", "portgroup show", "uplink show", "port show",
                "vmk show", "fdb show"))

    # Devices

    def _mac(self, name):
        number = len(self.macs) + 1
        self.macs[name] = "02:00:00:00:%02x:%02x" % divmod(number, 256)
        return self.macs[name]

    def veth(self, *names):
        """Veth pairs, one end here and one outside, both of one name."""
        self.ip("\n".join(
            "link add %s address %s type veth peer name %s address %s netns %s"
            % (name, "02:01" + self._mac(name)[5:], name, self.macs[name],
               self.out.path) for name in names))

    def ends(self, names, **kwargs):
        """Veth pairs with a raw socket outside; the far ends are up."""
        names = names.split()
        self.veth(*names)
        for name in names:
            self.out.up(name)
            self.ports[name] = Raw(self.out, name, **kwargs)

    def tap(self, name):
        self.ports[name] = Tap(self.host, name)
        self.macs[name] = "02:0a:00:00:00:%02x" % (len(self.macs) + 1)

    def own(self, name):
        """A raw socket on a device of the host itself, such as a vmk."""
        self.macs[name] = self.link(name)["address"]
        self.ports[name] = Raw(self.host, name)

    def ready(self, names):
        for name in names.split():
            for ns in (self.host, self.out):
                ns.ready(name)

    def link(self, name, ns=None):
        return json.loads(self.sh("ip -j -d link show %s" % name, ns))[0]

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
        """Forget all that has come."""
        self.settle()
        for port in self.ports.values():
            port.recv()

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
        for doc in self.show("port show", "uplink show", stats=True):
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


def _genl_dump(sock, family, cmd):
    """What a dump command of generic netlink answers, as bytes."""
    sock.send(struct.pack("IHHIIBBH", 20, family, 0x301, 1, 0, cmd, 1, 0))
    out = b""
    while True:
        data = sock.recv(1 << 17)
        off = 0
        while off + 16 <= len(data):
            length, kind = struct.unpack_from("IH", data, off)
            if kind == 2:	# NLMSG_ERROR: it cannot be dumped
                return None
            if kind == 3:	# NLMSG_DONE
                return out
            out += data[off + 16:off + length]
            off += (length + 3) & ~3


@contextlib.contextmanager
def flood(streams):
    """Send frames for ever from another process.

    A stream is a socket and a frame. The process keeps nothing else open, so
    it holds no namespace but those of its sockets.
    """
    pid = os.fork()
    if not pid:
        try:
            keep = {sock.fileno() for sock, _ in streams}
            for entry in os.listdir("/proc/self/fd"):
                if int(entry) > 2 and int(entry) not in keep:
                    with contextlib.suppress(OSError):
                        os.close(int(entry))
            os.sched_setaffinity(0, range(os.cpu_count()))
            while True:
                for sock, data in streams:
                    with contextlib.suppress(OSError):
                        sock.send(data)
                time.sleep(0.0003)
        finally:
            os._exit(0)
    try:
        yield
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def documents(text):
    """All JSON documents of a text."""
    decoder, out, text = json.JSONDecoder(), [], text.strip()
    while text:
        doc, end = decoder.raw_decode(text)
        out.append(doc)
        text = text[end:].lstrip()
    return out
