#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Random switches, random frames: the kernel and the model must agree.

refmodel.py has the rules; this draws configurations and frames, gives both of
them to the kernel and to the model, and compares each receiver with the tags
that it sees, each counter, the addresses that are held, and the uplink of each
port.

Environment:

    VSWITCH_SEED     the seed; a fixed one unless this is a soak
    VSWITCH_CONFIGS  how many configurations
    VSWITCH_ONLY     the numbers of configurations to run alone (3,17), with a
                     look at the counters after each frame
    VSWITCH_SOAK     run for so many seconds, with a random seed
"""

import os
import random
import struct
import time

from randsite import (GUESTS, TAPS, UPLINKS, VMKS, Abandon, Burst, Difference,
                      Pool, Sent, Site)
from refframe import C_TAG, IPV4, IPV6, S_TAG, is_link_local
from vswtest import (BC, DEBUG, MAGIC, MC, MC6, NOBODY, STRANGER, ZERO, Fail,
                     case, comment, run)

SOAK = int(os.environ.get("VSWITCH_SOAK", "0"))
ONLY = [int(number) for number in
        os.environ.get("VSWITCH_ONLY", "").split(",") if number]
CONFIGS = int(os.environ.get("VSWITCH_CONFIGS", "36" if DEBUG else "200"))
SEED = os.environ.get("VSWITCH_SEED") or (
    str(random.SystemRandom().randrange(1 << 32)) if SOAK else "1")
BLOCKS = 8
FRAMES = 300			# of one configuration, in bursts
BURSTS = 5

# Few addresses and VLANs, so that they meet often.
EXTRA = ["02:aa:00:00:00:%02x" % i for i in range(1, 9)]
OUTSIDE = [STRANGER, "02:fe:00:00:00:02", "02:fe:00:00:00:03"]
LINK_LOCAL = ["01:80:c2:00:00:00", "01:80:c2:00:00:0f", "01:00:0c:cc:cc:cd"]
VLANS = ["none", "none", "10", "10", "20", "4094", "trunk 10,20",
         "trunk 0,10-12", "trunk 20-40", "trunk 5,30-40,4094", "all"]
IDS = [10, 10, 20, 30, 5, 12, 4094]
MTUS = [1500, 1500, 1500, 1400, 2000, 8000]
TEAMINGS = ["portid", "srcmac", "srcmac", "iphash", "iphash", "explicit"]


# Chance

class Draw:
    """Draws configurations, changes and frames."""

    def __init__(self, rng, site):
        self.rng, self.site = rng, site
        self.ident = 0

    @property
    def model(self):
        return self.site.model

    def chance(self, percent):
        return self.rng.randrange(100) < percent

    def pick(self, *things):
        return self.rng.choice(things)

    # Configurations

    def security(self, group):
        """Some fields of a policy, as words."""
        rng, out = self.rng, []
        table = [("promiscuous", ["accept", "reject"], 25),
                 ("mac-changes", ["accept", "reject"], 25),
                 ("forged", ["accept", "reject"], 30),
                 ("mac-learning", ["on", "off"], 35),
                 ("mac-limit", ["1", "2", "3", "4096"], 30),
                 ("mac-over-limit", ["drop", "allow"], 30),
                 ("mac-flood", ["on", "off"], 30)]
        for key, values, percent in table:
            if self.chance(percent):
                if group:
                    values = values + ["inherit"]
                out += [key, rng.choice(values)]
        return out

    def lists(self, group):
        """A team, as words."""
        rng, out = self.rng, []
        names = list(self.model.uplinks)
        rng.shuffle(names)
        first = rng.randrange(len(names) + 1)
        second = rng.randrange(first, len(names) + 1)
        if not group or self.chance(70):
            out += ["active", ",".join(names[:first]) or "none"]
        if not group or self.chance(50):
            out += ["standby", ",".join(names[first:second]) or "none"]
        if self.chance(40):
            out += ["teaming", rng.choice(TEAMINGS)]
        return out + self.failover(group)

    def failover(self, group):
        """When an uplink serves again (T3). Time is never what decides: the
        delay is none, or longer than any test."""
        out = []
        more = ["inherit"] if group else []
        if self.chance(30):
            out += ["failback", self.pick("on", "off", *more)]
        if self.chance(30):
            out += ["up-delay", self.pick("0", "0", "1800000", *more)]
        return out

    def configure(self):
        site, rng, ctl = self.site, self.rng, self.site.ctl
        ctl(" ".join(["switch add s0 mtu %d up-delay 0" % rng.choice(
            [1500, 1500, 1500, 1400, 2000])] + self.security(False)))
        for name in UPLINKS[:self.pick(1, 2, 3, 4, 4)]:
            ctl("uplink add %s switch s0 role %s" % (name, self.pick(
                "active", "active", "active", "standby", "unused")))
        if self.chance(50):
            ctl(" ".join(["switch set s0"] + self.lists(False)))
        for i in range(rng.randrange(1, 6)):
            words = ["portgroup add p%d switch s0 vlan %s" % (
                i, rng.choice(VLANS))]
            if self.chance(60):
                words += self.security(True)
            if self.chance(40):
                words += self.lists(True)
            ctl(" ".join(words))
        names = GUESTS + TAPS + VMKS
        rng.shuffle(names)
        # All 24 at times, but few more often: they take less time.
        for name in names[:min(rng.randrange(2, 25), rng.randrange(2, 31))]:
            self.attach(name)
        site.flush()
        for name in list(self.model.ports):
            if name in VMKS:
                site.link(name, True)
        for name in list(self.model.uplinks) + list(self.model.ports):
            site.ready(name)

    def group(self):
        return self.rng.choice(list(self.model.portgroups))

    def address(self):
        """An address that somebody may have."""
        rng = self.rng
        if self.chance(60):
            return rng.choice(EXTRA)
        return rng.choice(list(self.site.mac.values()))

    def allow(self):
        macs = {self.address() for _ in range(self.rng.randrange(1, 4))}
        return ",".join(sorted(macs))

    def attach(self, name):
        group = self.group()
        if name in VMKS:
            self.request("vmk add %s portgroup %s mac %s mtu %d" % (
                name, group, self.vmk_mac(name), self.rng.choice(MTUS)))
            return
        words = ["port add %s portgroup %s" % (name, group)]
        if self.chance(20):
            words += ["mac", self.address()]
        if self.chance(5):
            words += ["blocked on"]
        if self.chance(20):
            words += ["allow-mac", self.allow()]
        if self.chance(20):
            self.site.mtu(name, self.rng.choice(MTUS))
        self.request(" ".join(words))

    def vmk_mac(self, name):
        if self.chance(20):
            return self.address()
        return "02:0c:00:00:00:0" + name[3:]

    def request(self, line):
        """A command, or the proof that it is refused."""
        if not self.site.ctl(line) and self.chance(20):
            self.site.refused(line)

    # Changes

    def change(self):
        """Something happens."""
        things = [self.move] * 4 + [self.block] * 4 + [self.vlan] * 3 + [
            self.policy] * 5 + [self.team] * 2 + [self.peer] * 5 + [
                self.mac] * 3 + [self.effective] * 3 + [self.allowed] * 3 + [
                    self.uplink_link] * 3 + [self.port_link] * 3 + [
                        self.come_or_go] * 2 + [self.role, self.power,
                                                self.mtu]
        self.rng.choice(things)()

    def port(self, *kinds):
        names = [port.name for port in self.model.ports.values()
                 if not kinds or port.kind in kinds]
        return self.rng.choice(names) if names else None

    @staticmethod
    def kind(name):
        return "vmk" if name in VMKS else "port"

    def move(self):
        name = self.port()
        if name:
            self.request("%s set %s portgroup %s" % (self.kind(name), name,
                                                     self.group()))

    def block(self):
        name = self.port()
        if name:
            on = not self.model.ports[name].blocked and self.chance(60)
            self.request("port set %s blocked %s" % (name,
                                                     "on" if on else "off"))

    def vlan(self):
        self.request("portgroup set %s vlan %s" % (self.group(),
                                                   self.rng.choice(VLANS)))

    def policy(self):
        group = self.chance(60)
        words = self.security(group)
        if words:
            self.request(" ".join([
                "portgroup set " + self.group() if group else
                "switch set s0"] + words))

    def team(self):
        group = self.chance(60)
        words = self.lists(group)
        if group and self.chance(30):
            words = ["active inherit standby inherit teaming inherit "
                     "failback inherit up-delay inherit"]
        if words:
            self.request(" ".join([
                "portgroup set " + self.group() if group else
                "switch set s0"] + words))

    def role(self):
        name = self.rng.choice(list(self.model.uplinks))
        self.request("uplink set %s role %s" % (
            name, self.pick("active", "standby", "unused")))

    def peer(self):
        name = self.port("veth")
        if name:
            mac = self.net_mac(name) if self.chance(50) else self.address()
            self.site.peer(name, mac)

    def net_mac(self, name):
        """The address that it had at first."""
        return self.site.net.macs[name]

    def mac(self):
        name = self.port()
        if name in VMKS:
            self.request("vmk set %s mac %s" % (name, self.vmk_mac(name)))
        elif name:
            mac = "none"
            if self.chance(70):
                mac = self.model.ports[name].effective
                if not mac or self.chance(50):
                    mac = self.address()
            self.request("port set %s mac %s" % (name, mac))

    def effective(self):
        name = self.port("tap")
        if name:
            self.request("port set %s effective-mac %s" % (name,
                                                           self.address()))

    def allowed(self):
        name = self.port()
        if name:
            self.request("port set %s allow-mac %s" % (
                name, self.allow() if self.chance(75) else "none"))

    def uplink_link(self):
        # Some in a row show which slots a standby uplink keeps (T1).
        for _ in range(self.rng.randrange(1, 4)):
            name = self.rng.choice(list(self.model.uplinks))
            far = self.chance(60)
            have = self.site.far_up if far else self.site.device_up
            self.site.link(name, not have[name], far)

    def port_link(self):
        name = self.port()
        if name:
            far = name in self.site.far_up and self.chance(60)
            have = self.site.far_up if far else self.site.device_up
            self.site.link(name, not have[name], far)

    def come_or_go(self):
        gone = [name for name in GUESTS + TAPS
                if name not in self.model.ports]
        name = self.port("veth", "tap")
        if self.chance(30):
            self.uplink_comes_or_goes()
        elif gone and self.chance(50):
            self.attach(self.rng.choice(gone))
        elif name:
            self.site.ctl("port del " + name)

    def uplink_comes_or_goes(self):
        name = self.rng.choice(UPLINKS)
        if name not in self.model.uplinks:
            if not self.site.device_up[name]:
                self.site.link(name, True)
            self.request("uplink add %s switch s0 role %s" % (
                name, self.pick("active", "standby", "unused")))
            self.site.sync()
            self.site.ready(name)
        elif len(self.model.uplinks) > 1:
            self.request("uplink del " + name)

    def power(self):
        self.site.power(not self.model.up)

    def mtu(self):
        name = self.port("veth", "tap")
        if name:
            self.site.mtu(name, self.rng.choice(MTUS))

    # Frames

    def source(self, name):
        rng, port = self.rng, self.model.ports.get(name)
        roll = rng.randrange(100)
        if roll < 3:
            return self.pick(ZERO, MC)
        if roll < 20:
            return rng.choice(EXTRA)
        if roll < 28:
            return self.somebody()
        if not port:
            return rng.choice(OUTSIDE)
        if roll < 40 and port.allowed:
            return rng.choice(port.allowed)
        if roll < 44:
            return rng.choice(OUTSIDE)
        # A tap without an address offers one of a few.
        return port.effective or "02:0a:00:00:01:%02x" % rng.randrange(4)

    def somebody(self):
        """The address of a port."""
        name = self.port()
        return (name and self.model.ports[name].effective) or NOBODY

    def destination(self):
        rng = self.rng
        roll = rng.randrange(100)
        if roll < 45:
            return self.somebody()
        if roll < 60:
            return rng.choice(EXTRA)
        if roll < 65:		# where a peer was at first
            return self.net_mac(rng.choice(GUESTS))
        if roll < 70:
            return self.pick(NOBODY, *OUTSIDE)
        if roll < 83:
            return BC
        if roll < 90:
            return self.pick(MC, MC6)
        if roll < 93:
            return rng.choice(LINK_LOCAL)
        by_use = sorted(address for address, _ in self.model.by_use)
        return rng.choice(by_use) if by_use else NOBODY

    def tags(self, name):
        rng, port = self.rng, self.model.ports.get(name)
        roll = rng.randrange(100)
        if roll < 88:
            vlan = rng.choice(IDS + [0, 0])
            if port:
                group = port.portgroup
                if group.kind != "vgt":
                    vlan = 0 if roll < 80 else vlan
                elif vlan not in group.vlans and roll < 80:
                    vlan = min(group.vlans)
            elif roll < 80:
                group = rng.choice(list(self.model.portgroups.values()))
                if vlan not in group.vlans:
                    vlan = min(group.vlans)
            if not vlan:
                return ((C_TAG, rng.randrange(16) << 12),) if roll < 6 else ()
            bits = rng.randrange(16) << 12 if roll < 20 else 0
            inner = ()
            if roll < 5:
                inner = ((self.pick(C_TAG, S_TAG), rng.choice(IDS)),)
            return ((C_TAG, bits | vlan),) + inner
        return self.pick(((C_TAG, 4095),), ((C_TAG, 0), (C_TAG, 10)),
                         ((C_TAG, 0), (S_TAG, 10)), ((S_TAG, 10),),
                         ((S_TAG, 4095),), ((S_TAG, 20), (C_TAG, 10)),
                         ((C_TAG, 10), (C_TAG, 20), (C_TAG, 0)), ((S_TAG, 0),))

    def length(self, name, tags):
        """Bytes behind the last type; what the way to the switch takes."""
        if not self.chance(10):
            return self.rng.choice([46, 46, 46, self.rng.randrange(8, 46)])
        length = self.rng.choice([1400, 1500, 2000, 8000])
        length += self.rng.randrange(-5, 6)
        if self.chance(50):	# where the MTU is just kept, or not
            length -= 4 * len(tags[1:])
        if name in TAPS:
            return length
        member = self.site.member(name)
        room = member.mtu + (4 if tags and tags[0][0] == C_TAG or
                             name not in VMKS else 0)
        return min(length, room - 4 * len(tags))

    def senders(self):
        """Who can send; an uplink is worth some ports."""
        return [name for name in [*self.model.uplinks] * 3 +
                [*self.model.ports] if self.site.works(name)]

    def frame(self, names):
        """A frame and who is to send it."""
        name = self.rng.choice(names)
        tags = self.tags(name)
        self.ident += 1
        dst, src = self.destination(), self.source(name)
        length = self.length(name, tags)
        # What is not of type MAGIC does not show at the host's own ear.
        if self.chance(40) and not is_link_local(dst):
            head = self.head()
            return name, Sent(self.ident, dst, src, tags,
                              max(length - len(head) + 2, 8), head)
        return name, Sent(self.ident, dst, src, tags, length)

    def head(self):
        """An IP header, or what is too short for one (iphash)."""
        rng = self.rng
        words = [rng.choice([rng.randrange(8), rng.getrandbits(32)])
                 for _ in range(8)]
        return self.pick(
            struct.pack("!HBBHHHBBH2I", IPV4, 0x45, 0, 46, 0, 0, 64, 253, 0,
                        *words[:2]),
            struct.pack("!HIHBB8I", IPV6, 6 << 28, 46, 253, 64, *words),
            struct.pack("!H", IPV4), struct.pack("!H", IPV6),
            struct.pack("!H2I", MAGIC, *words[:2]))

# The comparison

def one(net, pool, number):
    """One configuration."""
    pool.clear()
    site = pool.site = Site(net, pool)
    draw = Draw(random.Random("%s/%d" % (SEED, number)), site)
    count = 0
    try:
        draw.configure()
        for burst in range(BURSTS):
            for _ in range(draw.rng.randrange(1, 7) if burst else 0):
                draw.change()
            site.sync()
            count += frames(pool, site, draw)
    except Abandon:
        comment("configuration %d is left: too slow to tell" % number)
    except Difference as exc:
        raise Difference(
            "seed %s configuration %d, after %d frames:\n%s\nwhich is:\n%s\n"
            "again, with a look after each frame:\n"
            "  VSWITCH_SEED=%s VSWITCH_ONLY=%d make test TESTS=randomized.py" %
            (SEED, number, draw.ident, exc,
             "\n".join("  " + line for line in site.log), SEED, number)
        ) from exc
    return count


def frames(pool, site, draw):
    """One burst of frames; then all counters and what is shown."""
    burst = Burst(pool, site)
    site.log.append("# %d frames, from number %d on" % (FRAMES // BURSTS,
                                                        draw.ident + 1))
    names = draw.senders()
    for _ in range(FRAMES // BURSTS if names else 0):
        burst.send(*draw.frame(names))
    burst.check()
    site.sync(True)
    return FRAMES // BURSTS


POOL = []


def setup(net):
    POOL[:] = [Pool(net)]


def block(net, numbers):
    """Some configurations; one that differs does not keep the others back."""
    start, count, faults = time.monotonic(), 0, []
    for number in numbers:
        if SOAK and time.monotonic() - start > SOAK:
            break
        try:
            count += one(net, POOL[0], number)
        except Difference as exc:
            faults.append(str(exc))
        if len(faults) > 4:
            break
    POOL[0].clear()
    comment("%d frames in %.1f s" % (count, time.monotonic() - start))
    if faults:
        raise Fail("\n".join(faults))


def cases():
    if ONLY:
        blocks = [[number] for number in ONLY]
    elif SOAK:
        blocks = [range(1, 1 << 30)]
    else:
        blocks = [range(1 + CONFIGS * i // BLOCKS,
                        1 + CONFIGS * (i + 1) // BLOCKS)
                  for i in range(BLOCKS)]
    for numbers in blocks:
        if SOAK:
            title = "random configurations for %d s" % SOAK
        else:
            title = "random configurations %d to %d" % (numbers[0],
                                                        numbers[-1])
        case(title + " agree with the model")(
            lambda net, numbers=numbers: block(net, numbers))


if __name__ == "__main__":
    comment("seed %s" % SEED)
    cases()
    run(setup)
