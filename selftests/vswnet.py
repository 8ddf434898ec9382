# SPDX-License-Identifier: GPL-2.0-only
"""Frames, raw sockets, network namespaces, netlink: what is below the tests."""

import array
import contextlib
import ctypes
import errno
import fcntl
import os
import socket
import struct
import subprocess
import time

DEBUG = os.environ.get("KERNEL_DEBUG", "0") not in ("", "0")

SO_TIMESTAMPNS = 35
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
SO_RCVBUFFORCE = 33
CLONE_NEWNET = 0x40000000
SIOCGIFFLAGS, SIOCSIFFLAGS = 0x8913, 0x8914
SIOCSIFMTU, SIOCSIFHWADDR = 0x8922, 0x8924
SIOCETHTOOL, ETHTOOL_GLINK = 0x8946, 0x0a
IFF_UP, IFF_RUNNING = 0x1, 0x40
TUNSETIFF, IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x400454ca, 0x2, 0x1000, 0x4000
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP, NLM_F_NEW = 0x1, 0x4, 0x300, 0x600
NLMSG_ERROR, NLMSG_DONE = 2, 3
RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK = 16, 17, 18
IFLA_CARRIER = 33

libc = ctypes.CDLL(None, use_errno=True)


class Skip(Exception):
    """What a case needs is not here."""


class Fail(Exception):
    """A case found what should not be."""


def _call(fn, *args):
    if fn(*args):
        err = ctypes.get_errno()
        raise OSError(err, os.strerror(err))


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


def _outer_tag(anc):
    """The tag that the kernel has taken off a frame, as text."""
    for level, kind, raw in anc:
        if (level, kind) != (SOL_PACKET, PACKET_AUXDATA):
            continue
        status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", raw)
        if status & TP_STATUS_VLAN_VALID:
            if not status & TP_STATUS_VLAN_TPID_VALID:
                tpid = ETH_P_8021Q
            return _tag_text(tpid, tci)
    return None


class Raw:
    """A raw socket on a device of a namespace.

    It hears what the device receives, or with outgoing what it sends.
    """

    def __init__(self, ns, dev, proto=ETH_P_ALL, vnet=False, outgoing=False):
        self.outgoing = outgoing
        with ns:
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.sock.setblocking(False)
        self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING,
                             not outgoing)
        self.sock.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)
        if vnet:
            self.sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        self.sock.bind((dev, proto))

    def send(self, data):
        try:
            self.sock.send(data)
        except OSError as exc:
            if exc.errno != errno.ENETDOWN:
                raise
            self.sock.send(data)	# that it was down is told once, later

    def recv(self):
        """Everything that has come: pairs of outer tag and bytes.

        While more comes faster than it is read, what came in a second; the
        clock is looked at rarely, for a machine that stands still is no end.
        """
        out, count = [], 1
        end = time.monotonic() + 1
        while count % 512 or time.monotonic() < end:
            count += 1
            try:
                data, anc, _, addr = self.sock.recvmsg(1 << 17, 64)
            except BlockingIOError:
                return out
            except OSError:	# the device went down or away
                continue
            if self.outgoing and addr[2] != socket.PACKET_OUTGOING:
                continue
            out.append((_outer_tag(anc), data))
        return out

    def close(self):
        self.sock.close()


class Clock(Raw):
    """A socket that knows when each frame came."""

    def __init__(self, ns, dev):
        super().__init__(ns, dev)
        self.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)

    def recv(self):
        """Everything that has come: the time in s, the outer tag, the bytes."""
        out = []
        while True:
            try:
                data, anc, _, _ = self.sock.recvmsg(2048, 256)
            except BlockingIOError:
                return out
            for level, kind, raw in anc:
                if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS):
                    sec, nsec = struct.unpack("qq", raw)
                    out.append((sec + nsec / 1e9, _outer_tag(anc), data))


class Tap:
    """A tap device of the host and its user, in place of a socket."""

    def __init__(self, ns, dev, vnet=False):
        flags = IFF_TAP | IFF_NO_PI | (IFF_VNET_HDR if vnet else 0)
        if not os.path.exists("/dev/net/tun"):
            subprocess.run(["modprobe", "tun"], check=False)
        try:
            self.fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        except OSError as exc:
            raise Skip("no tap: %s" % exc) from exc
        with ns:
            fcntl.ioctl(self.fd, TUNSETIFF, struct.pack(
                "16sH22x", dev.encode(), flags))

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
        self.routes = []
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

    @property
    def route(self):
        """Our rtnetlink socket in there."""
        if not self.routes:
            self.routes.append(Route(self))
        return self.routes[0]

    def has(self, dev):
        try:
            self.flags(dev)
        except OSError:
            return False
        return True

    def close(self):
        """Let go; a namespace that nobody else uses ends now."""
        while self.routes:
            self.routes.pop().sock.close()
        self.ctl.close()
        self.file.close()

    def notice(self, dev):
        """Who asks for the state of a link is told the present one, and all
        others with him, without the second that the kernel may take."""
        link = array.array("I", [ETHTOOL_GLINK, 0])
        fcntl.ioctl(self.ctl, SIOCETHTOOL, struct.pack(
            "16sP16x", dev.encode(), link.buffer_info()[0]))

    def ready(self, dev):
        """Wait until a device has carrier and its queue is live."""
        self.notice(dev)
        until(lambda: self.flags(dev) & IFF_RUNNING, "carrier of %s" % dev)
        self.set_flags(dev, self.flags(dev))	# behind the rtnl lock


# Netlink

def attr(kind, data):
    """An attribute; data is bytes, a text, or a 32-bit number."""
    if isinstance(data, str):
        data = data.encode(errors="surrogateescape") + b"\0"
    elif isinstance(data, int):
        data = struct.pack("I", data)
    return struct.pack("HH", len(data) + 4, kind) + data + bytes(-len(data) % 4)


def attrs(data):
    """The attributes of a message: bytes by kind."""
    out, off = {}, 0
    while off + 4 <= len(data):
        length, kind = struct.unpack_from("HH", data, off)
        out[kind & 0x3fff] = data[off + 4:off + length]
        off += max((length + 3) & ~3, 4)
    return out


class Route:
    """Links by rtnetlink: a process each would take too long."""

    def __init__(self, ns):
        with ns:
            self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)

    def ask(self, kind, flags, body):
        """The messages that come as an answer."""
        self.sock.send(struct.pack("IHHII", 16 + len(body), kind,
                                   NLM_F_REQUEST | flags, 1, 0) + body)
        out = []
        while True:
            data, off = self.sock.recv(1 << 17), 0
            while off + 16 <= len(data):
                length, kind = struct.unpack_from("IH", data, off)
                if kind == NLMSG_DONE:
                    return out
                if kind == NLMSG_ERROR:
                    err = -struct.unpack_from("i", data, off + 16)[0]
                    if err:
                        raise Fail("rtnetlink: " + os.strerror(err))
                    return out
                out.append(data[off + 16:off + length])
                off += (length + 3) & ~3

    def links(self):
        """All links, as "ip -j -d link" calls what they have."""
        out, by_index = {}, {}
        for raw in self.ask(RTM_GETLINK, NLM_F_DUMP, bytes(16)):
            _, _, _, index, flags, _ = struct.unpack_from("BBHiII", raw)
            have = attrs(raw[16:])
            link = {"ifindex": index, "flags": flags,
                    "ifname": have[3][:-1].decode(errors="surrogateescape"),
                    "mtu": struct.unpack("I", have[4])[0],
                    "up": bool(flags & IFF_UP)}
            if 1 in have:
                link["address"] = ":".join("%02x" % b for b in have[1])
            for key, kind in (("promiscuity", 30), ("allmulti", 61)):
                if kind in have:
                    link[key] = struct.unpack("I", have[kind])[0]
            link["operstate"] = have[16][0]
            if 10 in have:
                link["master"] = struct.unpack("I", have[10])[0]
            info = attrs(have.get(18, b""))
            link["kind"] = info.get(1, b"\0")[:-1].decode()
            link["data"] = attrs(info.get(2, b""))
            out[link["ifname"]] = by_index[index] = link
        for link in out.values():
            if "master" in link:
                link["master"] = by_index[link["master"]]["ifname"]
        return out

    def add(self, name, kind, data=b"", address=None):
        body = bytes(16) + attr(3, name)
        if address:
            body += attr(1, mac_bytes(address))
        self.ask(RTM_NEWLINK, NLM_F_ACK | NLM_F_NEW, body + attr(
            18, attr(1, kind) + (attr(2, data) if data else b"")))

    def add_veth(self, name, address, away, far_address):
        """A pair; the far end, of the same name, is in another namespace."""
        self.add(name, "veth", attr(1, bytes(16) + attr(3, name) + attr(
            1, mac_bytes(far_address)) + attr(28, away.file.fileno())),
                 address)

    def delete(self, name):
        self.ask(RTM_DELLINK, NLM_F_ACK, bytes(16) + attr(3, name))

    def change(self, name, *changes):
        """Set attributes, such as (28, file) to move it, (3, name)."""
        index = self.links()[name]["ifindex"]
        self.ask(RTM_NEWLINK, NLM_F_ACK,
                 struct.pack("BBHiII", 0, 0, 0, index, 0, 0) +
                 b"".join(attr(kind, value) for kind, value in changes))


class Tool:
    """vswctl as a batch that goes on: it is asked by lines, answers by lines.

    A process for each command would take most of the time of a test.
    """

    def __init__(self, ns, argv, cpus):
        own = os.sched_getaffinity(0)
        os.sched_setaffinity(0, cpus)
        with ns:
            # pylint: disable=consider-using-with
            self.proc = subprocess.Popen(
                ["stdbuf", "-oL", *argv], stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                encoding="utf-8")
        os.sched_setaffinity(0, own)

    def ask(self, lines, answers, last):
        """Run lines and one last one; how many answer lines come before its."""
        with contextlib.suppress(BrokenPipeError):
            self.proc.stdin.write("\n".join([*lines, last]) + "\n")
            self.proc.stdin.flush()
        out = []
        while len(out) <= answers:
            line = self.proc.stdout.readline()
            if not line:
                with contextlib.suppress(BrokenPipeError):
                    self.proc.stdin.close()
                text = self.proc.stderr.read().strip()
                raise Fail("exit status %d, %s" % (self.proc.wait(), text))
            out.append(line)
        return out[:-1]

    def running(self):
        return self.proc.poll() is None

    def close(self):
        self.proc.kill()
        self.proc.wait()
        for pipe in (self.proc.stdin, self.proc.stdout, self.proc.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def genl_dump(sock, family, cmd):
    """What a dump command of generic netlink answers, as bytes."""
    sock.send(struct.pack("IHHIIBBH", 20, family, 0x301, 1, 0, cmd, 1, 0))
    out = b""
    while True:
        data = sock.recv(1 << 17)
        off = 0
        while off + 16 <= len(data):
            length, kind = struct.unpack_from("IH", data, off)
            if kind == NLMSG_ERROR:	# it cannot be dumped
                return None
            if kind == NLMSG_DONE:
                return out
            out += data[off + 16:off + length]
            off += (length + 3) & ~3


@contextlib.contextmanager
def flood(streams, pause=0.0003):
    """Send frames for ever from another process; it has begun when we go on.

    A stream is a socket and a frame; after all of them comes a pause. The
    process keeps nothing else open, so it holds no namespace but those of its
    sockets.
    """
    begun, begin = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            keep = {begin} | {sock.fileno() for sock, _ in streams}
            for entry in os.listdir("/proc/self/fd"):
                if int(entry) > 2 and int(entry) not in keep:
                    with contextlib.suppress(OSError):
                        os.close(int(entry))
            os.sched_setaffinity(0, range(os.cpu_count()))
            while True:
                for sock, data in streams:
                    with contextlib.suppress(OSError):
                        sock.send(data)
                if begin is not None:
                    os.close(begin)
                    begin = None
                time.sleep(pause)
        finally:
            os._exit(0)
    os.close(begin)
    try:
        os.read(begun, 1)
        yield
    finally:
        os.close(begun)
        os.kill(pid, 9)
        os.waitpid(pid, 0)
