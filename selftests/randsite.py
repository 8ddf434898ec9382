# SPDX-License-Identifier: GPL-2.0-only
"""A switch that the kernel and the model are told of in the same words, and
frames that are sent to both: what randomized.py draws is done here.
"""

import os
import shlex
import socket
import struct
import time

import refframe
import refmodel
from refframe import C_TAG, tags_text
from refmodel import Refused, Switch
from vswnet import (ETH_P_ALL, PACKET_AUXDATA, PACKET_IGNORE_OUTGOING,
                    SO_RCVBUFFORCE, SOL_PACKET, STAMP,
                    TP_STATUS_VLAN_TPID_VALID, TP_STATUS_VLAN_VALID)
from vswtest import (BC, DEBUG, MAGIC, ZERO, Fail, Raw, comment, frame,
                     mac_bytes)

# A look at everything after each frame, to find the one that differs.
STEPS = bool(os.environ.get("VSWITCH_ONLY"))
BATCH = 24			# frames that are under way at a time

GUESTS = ["g%d" % i for i in range(1, 15)]
TAPS = ["t%d" % i for i in range(1, 7)]
VMKS = ["vmk%d" % i for i in range(4)]
UPLINKS = ["u%d" % i for i in range(1, 5)]


class Difference(Fail):
    """The kernel and the model do not agree."""


class Abandon(Exception):
    """A slow machine: what time decides cannot be told."""


# What one configuration is and how it changes

class Site:
    """The kernel's switch and the model's, and what both were told."""

    def __init__(self, net, pool):
        self.net, self.pool = net, pool
        self.model = Switch()
        self.log, self.lines = [], []
        self.device_up = dict.fromkeys(GUESTS + TAPS + UPLINKS, True)
        self.far_up = dict.fromkeys(GUESTS + UPLINKS, True)
        self.mac = {name: net.macs[name] for name in GUESTS}
        self.mtus = {}
        self.op_end = 0.0

    # Requests: a line is done by vswctl and, read once more, by the model.

    def ctl(self, line):
        """One command. False if the model refuses it; then it is not done."""
        self.model.now = time.monotonic()
        try:
            self._model(shlex.split(line))
        except Refused:
            return False
        self.log.append(line)
        self.lines.append(line)
        if STEPS:
            self.sync()
        return True

    def refused(self, line):
        """A command that the model refuses: the kernel must, too."""
        self.flush()
        self.log.append("# refused: " + line)
        done = self.net.try_ctl(*shlex.split(line))
        if done.returncode != 1:
            raise Difference("%s: want a refusal (F1, T1), got exit status %d %s"
                             % (line, done.returncode, done.stderr.strip()))

    def flush(self):
        lines, self.lines = self.lines, []
        if lines:
            try:
                self.net.ask(lines)
            except Fail as exc:
                raise Difference("the kernel refuses: %s" % exc) from exc

    def _model(self, words):
        kind, verb, name, *rest = words
        keys = {}
        while rest:
            key, value = rest.pop(0), rest.pop(0)
            if value == "trunk":
                value += " " + rest.pop(0)
            keys[key] = value
        getattr(self, "_%s_%s" % (kind, verb))(name, keys)

    @staticmethod
    def _policy(keys):
        out = {}
        for key, value in keys.items():
            if value == "inherit":
                value = None
            elif key in ("active", "standby"):
                value = () if value == "none" else tuple(value.split(","))
            elif key in ("mac-limit", "up-delay"):
                value = int(value)
            out[key] = value
        return out

    def _switch_add(self, _, keys):
        self.model = Switch(int(keys.pop("mtu", 1500)))
        self.model.set_policy(self._policy(keys))

    def _switch_set(self, _, keys):
        self.model.set_policy(self._policy(keys))

    def _uplink_add(self, name, keys):
        self.model.now = time.monotonic()
        self.model.add_uplink(name, keys["role"], self.works(name))

    def _uplink_set(self, name, keys):
        self.model.set_role(name, keys["role"])

    def _uplink_del(self, name, _):
        self.model.del_uplink(name)

    def _portgroup_add(self, name, keys):
        del keys["switch"]
        self.model.add_portgroup(name, keys.pop("vlan"))
        self.model.set_policy(self._policy(keys), name)

    def _portgroup_set(self, name, keys):
        if "vlan" in keys:
            self.model.set_vlan(name, keys.pop("vlan"))
        self.model.set_policy(self._policy(keys), name)

    @staticmethod
    def _list(text):
        return () if text in ("none", "") else tuple(text.split(","))

    def _port_add(self, name, keys):
        kind = "veth" if name in self.mac else "tap"
        self.model.add_port(
            name, kind, keys["portgroup"], keys.get("mac"),
            self.mac.get(name), keys.get("blocked") == "on",
            self._list(keys.get("allow-mac", "")))
        self.model.ports[name].mtu = self.mtus.get(name, 1500)
        self._runs(name)

    def _port_set(self, name, keys):
        model = self.model
        (key, value), = keys.items()
        if key == "portgroup":
            model.move(name, value)
        elif key == "blocked":
            model.set_blocked(name, value == "on")
        elif key == "allow-mac":
            model.set_allowed(name, self._list(value))
        elif key == "effective-mac":
            model.set_effective(name, value)
        elif key == "mac":
            model.set_mac(name, None if value == "none" else value,
                          self.mac.get(name))

    def _port_del(self, name, _):
        self.model.del_port(name)

    def _vmk_add(self, name, keys):
        self.model.add_port(name, "vmk", keys["portgroup"], keys["mac"])
        self.model.ports[name].mtu = int(keys["mtu"])
        self.device_up[name] = False

    def _vmk_set(self, name, keys):
        if "portgroup" in keys:
            self.model.move(name, keys["portgroup"])
        else:
            self.model.set_mac(name, keys["mac"])

    def _vmk_del(self, name, _):
        self.model.del_port(name)
        self.pool.no_vmk(name)

    # What happens to devices

    def works(self, name):
        """The device can carry frames, in either direction."""
        if name in VMKS:
            return self.device_up[name] and self.model.up
        return self.device_up[name] and self.far_up.get(name, True)

    def member(self, name):
        return self.model.uplinks.get(name) or self.model.ports.get(name)

    def _runs(self, name):
        self.model.now = time.monotonic()
        if self.member(name):
            self.model.set_running(name, self.works(name))

    def ready(self, name):
        """Wait until a device that works can carry frames."""
        if self.works(name):
            self.net.host.ready(name)
            if name in self.far_up:
                self.net.out.ready(name)

    def link(self, name, on, far=False):
        """Set the near or the far end of a device up or down."""
        self.flush()
        self.log.append("# ip %slink set %s %s" % (
            "-n outside " if far else "", name, "up" if on else "down"))
        (self.far_up if far else self.device_up)[name] = on
        (self.net.out if far else self.net.host).up(name, on)
        self._runs(name)
        self.ready(name)
        if name in VMKS and name not in self.pool.vmks:
            self.pool.vmks[name] = Raw(self.net.host, name)
        if name in UPLINKS:
            # A loss that no frame finds is noticed within 10 ms (T2).
            time.sleep(0.03)
            self.sync()

    def power(self, on):
        """Set the switch up or down: its vmks follow (M6)."""
        self.flush()
        self.log.append("# ip link set s0 %s" % ("up" if on else "down"))
        self.net.host.up("s0", on)
        self.model.up = on
        for name in VMKS:
            if name in self.model.ports:
                self._runs(name)
                self.ready(name)

    def peer(self, name, mac):
        """The guest behind a veth changes its address."""
        self.flush()
        self.log.append("# ip -n outside link set %s address %s" % (name, mac))
        self.net.out.set_mac(name, mac)
        self.mac[name] = mac
        if name in self.model.ports:
            self.model.now = time.monotonic()
            self.model.set_effective(name, mac)
            self.sync()

    def mtu(self, name, mtu):
        self.flush()
        self.log.append("# ip link set %s mtu %d" % (name, mtu))
        self.net.host.set_mtu(name, mtu)
        self.mtus[name] = mtu
        if name in self.model.ports:
            self.model.ports[name].mtu = mtu

    # What can be seen

    def look(self, counters=False):
        """What differs between what is shown and what the model has."""
        self.flush()
        out = []
        fdb, ports, uplinks = self.net.show("fdb show", "port show",
                                            "uplink show")
        if counters:
            for one in ports + uplinks:
                member = self.member(one["dev"])
                if member:
                    out += count_diff(member, one.get("stats", {}))
        have = {(one["dev"], one["address"], vlan_text(one["vlan"]),
                 one["origin"]) for one in fdb}
        want = {(dev, mac, vlans_text(vlans), origin)
                for dev, mac, vlans, origin in self.model.fdb()}
        out += ["fdb (F1): want %s %s %s %s" % one for one in
                sorted(want - have)]
        out += ["fdb (F1): not %s %s %s %s" % one for one in
                sorted(have - want)]
        shown = {port["dev"]: port for port in ports}
        if shown.keys() != self.model.ports.keys():
            out.append("ports: %s" % sorted(shown))
        for name, port in self.model.ports.items():
            out += self._look_port(port, shown.get(name, {}))
        states = {one["dev"]: one["state"] for one in uplinks}
        return out + [
            "state of %s (T7): want %s, got %s" % (
                name, self._state(name), states.get(name))
            for name in self.model.uplinks
            if self._state(name) != states.get(name)]

    def _state(self, name):
        """T7."""
        if not self.device_up[name]:
            return "down"
        return (self.model.team.state(name) if self.works(name) else
                "no-carrier")

    @staticmethod
    def _look_port(port, shown):
        rows = [("number", port.number, shown.get("number")),
                ("uplink (T1)", port.way.uplink, shown.get("uplink")),
                ("choice (T7)", port.choice, shown.get("choice")),
                ("address-conflict (F1)", port.conflict,
                 bool(shown.get("address-conflict"))),
                ("initial-mac (S1)", port.initial, known(shown, "initial-mac")),
                ("effective-mac (S1)", port.effective,
                 known(shown, "effective-mac"))]
        own = port.other_source in (port.effective, *port.allowed)
        rows.append(("other-source (S1)", None if own else port.other_source,
                     known(shown, "other-source")))
        return ["%s of %s: want %s, got %s" % (what, port.name, want, got)
                for what, want, got in rows if want != got]

    def sync(self, counters=False):
        """Wait until what is shown is what the model has."""
        end = time.monotonic() + (12 if DEBUG else 4)
        while True:
            found = self.look(counters)
            if not found:
                self.op_end = time.monotonic()
                return
            if time.monotonic() > end:
                raise Difference("\n".join(found))
            time.sleep(0.01)


def known(shown, key):
    return None if shown.get(key) in (None, ZERO) else shown[key]


def vlan_text(vlan):
    """The VLANs of fdb show."""
    if "range" in vlan:
        ranges = vlan["range"]
        return ",".join("%d-%d" % (one["first"], one["last"])
                        for one in (ranges if isinstance(ranges, list)
                                    else [ranges]))
    return "%d-%d" % (vlan.get("id", 0), vlan.get("id", 0))


def vlans_text(vlans):
    """A set of VLANs in the same way."""
    text = SPANS.get(vlans)
    if not text:
        spans = []
        for vlan in sorted(vlans):
            if spans and spans[-1][1] == vlan - 1:
                spans[-1][1] = vlan
            else:
                spans.append([vlan, vlan])
        text = SPANS[vlans] = ",".join("%d-%d" % tuple(span)
                                       for span in spans)
    return text


SPANS = {}


def count_diff(member, stats):
    """F10: all counters of a port or an uplink."""
    have = {(way, key): num for way in ("in", "out")
            for key, num in stats.get(way, {}).items() if num}
    have.update((("drop", one["reason"]), one["frames"])
                for one in stats.get("drop", []) if one["frames"])
    want = {key: num for key, num in member.count.items() if num}
    sums = {"dropped": 0, "filtered": 0}
    for reason, num in member.drops.items():
        want["drop", reason] = num
        away = reason in refmodel.FILTERED
        sums["filtered" if away else "dropped"] += num
    for key, num in sums.items():
        have[key, ""] = stats.get(key, 0)
        want[key, ""] = num
    return ["counter %s %s of %s: want %d, got %d" % (
        *key, member.name, want.get(key, 0), have.get(key, 0))
            for key in sorted(have.keys() | want.keys())
            if have.get(key, 0) != want.get(key, 0)]


# Devices that all configurations share

class Pool:
    """Made once: pairs and taps, the sockets that send, the ears."""

    def __init__(self, net):
        self.net = net
        net.veth(*GUESTS, *UPLINKS)
        self.macs = {name: net.macs[name] for name in GUESTS}
        self.mouths, self.vmks = {}, {}
        for name in GUESTS + UPLINKS:
            for ns in (net.out, net.host):
                ns.set_mtu(name, 9000)
                ns.up(name)
            net.host.set_mtu(name, 1500)
            self.mouths[name] = Raw(net.out, name, 0)
        for name in TAPS:
            net.tap(name)
            net.host.up(name)
            self.mouths[name] = net.ports[name]
        for name in GUESTS + UPLINKS:
            net.out.ready(name)
        self.ear = self._ear(net.out, ETH_P_ALL)
        self.host_ear = self._ear(net.host, MAGIC)
        self.site = None

    @staticmethod
    def _ear(ns, proto):
        """A socket on all devices of a namespace."""
        with ns:
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW,
                                 socket.htons(proto))
        sock.setblocking(False)
        sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        sock.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
        return sock

    def no_vmk(self, name):
        if name in self.vmks:
            self.vmks.pop(name).close()

    def clear(self):
        """Take away the last configuration; everything is as at first."""
        site, net = self.site, self.net
        self.site = None
        if not site:
            return
        for name in list(self.vmks):
            self.no_vmk(name)
        net.host.route.delete("s0")
        for name, on in site.far_up.items():
            if not on:
                net.out.up(name)
        for name, mac in site.mac.items():
            if mac != self.macs[name]:
                net.out.set_mac(name, self.macs[name])
        for name, mtu in site.mtus.items():
            if mtu != 1500:
                net.host.set_mtu(name, 1500)
        for name in GUESTS + TAPS + UPLINKS:
            net.host.up(name)
        for name in GUESTS + UPLINKS:
            if not site.device_up[name] or not site.far_up[name]:
                net.out.ready(name)
                net.host.ready(name)

    # Frames

    def barrier(self):
        """What was sent before has gone through the switch.

        A veth's frame waits in the backlog of this CPU, the frame of a tap or
        a vmk does not.
        """
        near, far = self.net.marks
        far.send(frame(BC, ZERO))
        for _ in range(1000):
            if near.recv():
                return
            time.sleep(0.001)
        raise Fail("the backlog of this CPU is stuck")

    def hear(self):
        """All that has come: (name, bytes with all tags)."""
        self.net.settle()
        out = []
        for dev, data in drain(self.ear):
            if dev != "mark":
                out.append((dev, data))
        for name in TAPS:
            out += [(name, data) for _, data in self.mouths[name].recv()]
        for name, sock in self.vmks.items():
            out += [(name, data) for _, data in drain(sock.sock)]
        return out

    def host_hears(self):
        """Of what the host's own stack has got by uplinks."""
        return [(dev, data) for dev, data in drain(self.host_ear)
                if dev in UPLINKS]


def drain(sock):
    out = []
    while True:
        try:
            data, anc, _, where = sock.recvmsg(1 << 14, 64)
        except BlockingIOError:
            return out
        except OSError:		# a device went down or away
            continue
        for _, _, raw in anc:
            status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", raw)
            if status & TP_STATUS_VLAN_VALID:
                if not status & TP_STATUS_VLAN_TPID_VALID:
                    tpid = C_TAG
                data = data[:12] + struct.pack("!HH", tpid, tci) + data[12:]
        out.append((where[0], data))


# Frames

PADDING = bytes(i & 0xff for i in range(1 << 14))


class Sent(refframe.Frame):
    """A frame with its stamp behind a head, which begins with the type."""

    def __init__(self, ident, dst, src, tags, length,
                 head=struct.pack("!H", MAGIC)):
        super().__init__(dst, src, tags, head + STAMP +
                         struct.pack("!I", ident) + PADDING[8:length])
        self.ident = ident
        self.heads = mac_bytes(dst) + mac_bytes(src)

    def wire(self, tags):
        return self.heads + b"".join(struct.pack("!HH", *tag)
                                     for tag in tags) + self.rest

    def __str__(self):
        return "%s > %s tags %s, %d bytes behind the type" % (
            self.src, self.dst, tags_text(self.tags),
            len(self.rest) - 2)


class Burst:
    """Frames that were sent, what the model says of each, what came."""

    def __init__(self, pool, site):
        self.pool, self.site = pool, site
        self.batch, self.found = [], []
        self.backlog = False

    def send(self, name, sent):
        """Send a frame and let the model do so, too."""
        site = self.site
        inside = name in site.model.ports
        matters = not inside and self._time(name, sent)
        site.model.now = time.monotonic()
        # What a tap or a vmk sends overtakes what a veth has sent.
        slow = name not in TAPS and name not in VMKS
        if self.backlog and not slow:
            self.pool.barrier()
        self.backlog = slow
        data = sent.wire(sent.tags)
        if name in VMKS:
            self.pool.vmks[name].send(data)
        else:
            self.pool.mouths[name].send(data)
        verdict = (site.model.from_port(name, sent) if inside else
                   site.model.from_uplink(name, sent))
        if matters and verdict.to:
            self.pool.barrier()
            if time.monotonic() - matters.moved > 0.95:
                raise Abandon
        self.batch.append((name, sent, verdict))
        if len(self.batch) >= BATCH or STEPS:
            self.check()

    def _time(self, name, sent):
        """F6, make before break: be clearly within the second, or after it.
        """
        model = self.site.model
        way = model.waits_for(name, sent)
        if way and time.monotonic() - way.moved > 0.6:
            late = self.site.op_end + 1.1 - time.monotonic()
            if late > 0:
                time.sleep(late)
            return None
        return way

    def check(self):
        """Compare where the frames of a batch have arrived."""
        if not self.batch:
            return
        got = {sent.ident: [] for _, sent, _ in self.batch}
        for name, data in self.pool.hear():
            at = data.find(STAMP, 12, 80)
            ident = struct.unpack_from("!I", data, at + 4)[0]
            if at < 0 or ident not in got:
                self.found.append("a frame of nobody's at %s: %s" %
                                  (name, data.hex()[:100]))
            else:
                got[ident].append((name, data))
        host = set()
        for name, data in self.pool.host_hears():
            at = data.find(STAMP, 12, 40)
            host.add((name, struct.unpack_from("!I", data, at + 4)[0]))
        for name, sent, verdict in self.batch:
            self._compare(name, sent, verdict, got[sent.ident], host)
        self.batch = []
        if STEPS:
            self.found += self.site.look(True)
        if self.found:
            raise Difference("\n".join(self.found[:30]))

    def _compare(self, name, sent, verdict, got, host):
        # More tags than one hide the type from the ear on the host's stack.
        heard = (name, sent.ident) in host
        wrong = heard != verdict.host and len(sent.tags) < 2
        want = sorted((to, sent.wire(tags))
                      for to, tags in verdict.to.items())
        if sorted(got) != want or wrong:
            self.found.append(
                "frame %d by %s: %s\n  want %s\n  got  [%s]%s" % (
                    sent.ident, name, sent, verdict,
                    " ".join("%s:%s" % (to, seen_tags(data, sent))
                             for to, data in sorted(got)),
                    " the host's stack" if heard else ""))
        elif STEPS:
            comment("frame %d by %s: %s\n  %s" % (sent.ident, name, sent,
                                                  verdict))


def seen_tags(data, sent):
    """The tags of a frame that has come, or what is broken about it."""
    end = len(data) - len(sent.rest)
    if data[end:] != sent.rest or data[:12] != sent.heads or end % 4:
        return "broken"
    return tags_text([struct.unpack_from("!HH", data, at)
                               for at in range(12, end, 4)])
