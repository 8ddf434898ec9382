# SPDX-License-Identifier: GPL-2.0-only
"""Teaming in the reference model (refmodel.py): T1, T3, T7, and what F6
remembers, written from Documentation/model.rst.

Notifications (T4) and beacons (T5) are not here: each has a test of its own.
"""

from refframe import iphash

GRACE = 1.0			# make before break (F6), in seconds


def srcmac(address):
    """The number h of the policy srcmac; a port without an address: 0."""
    return int(address[-2:], 16) if address else 0


class Team:
    """What chooses the uplink of a portgroup's ports."""

    def __init__(self):
        self.lists = self.teaming = None
        self.active, self.standby = [], []
        self.slots = []
        self.usable, self.serves = set(), set()
        self.waiting, self.held = set(), set()	# T3: up-delay, failback

    def update(self, policy, running, waits):
        """Links or the policy have changed: running and waits tell of an
        uplink whether it is, and whether its carrier is too new (T3)."""
        active = list(policy["active"])
        standby = [name for name in policy["standby"] if name not in active]
        lists = policy["teaming"], active, standby
        if lists != self.lists:
            self.lists = lists
            self.teaming, self.active, self.standby = lists
            self.slots = [None] * max(len(active), 1)
            self.held = set()
            self.serves = set()
        self._serving(policy, running, waits)
        if self.teaming != "explicit":
            self._fill()

    def _serving(self, policy, running, waits):
        """T3."""
        names = self.active + self.standby
        self.usable = {name for name in names if running(name)}
        if policy["failback"] == "on" or self.serves - self.usable:
            self.held = set()		# one that served is lost
        self.held &= self.usable
        self.waiting = {name for name in self.usable
                        if waits(name, policy["up-delay"])}
        if not self.usable - self.waiting - self.held:
            self.held = set()
        self.serves = self.usable - self.waiting - self.held or self.usable

    def recovers(self, name, policy):
        """An uplink that was lost is there again; update() comes next."""
        if policy["failback"] == "off" and name in self.active + self.standby:
            self.held.add(name)

    def _fill(self):
        """T1, slots."""
        for i, name in enumerate(self.slots):
            own = self.active[i] if i < len(self.active) else None
            if own in self.serves:
                self.slots[i] = own
            elif name not in self.standby or name not in self.serves:
                self.slots[i] = None
        for i, name in enumerate(self.slots):
            if not name:
                self.slots[i] = next(
                    (one for one in self.standby if one in self.serves and
                     one not in self.slots), None)

    def choose(self, number):
        """T1: the uplink for h, and why that one (T7)."""
        if self.teaming == "explicit":
            for name in self.active + self.standby:
                if name in self.serves:
                    return name, "order"
            return None, "none"
        count = len(self.slots)
        name = self.slots[number % count]
        if name:
            own = name in self.active
            return name, "own" if own else "standby"
        filled = [name for name in self.slots if name]
        if not filled:
            return None, "none"
        return filled[number // count % len(filled)], "spread"

    def for_address(self, port, address):
        """The uplink of what a port sends from an address, and why; no
        single one with iphash."""
        if self.teaming == "iphash":
            return None, "per-frame" if self.serves else "none"
        return self.choose(srcmac(address) if self.teaming == "srcmac"
                           else port.number)

    def for_frame(self, port, frame):
        """The uplink of a frame of a port."""
        if self.teaming == "iphash":
            return self.choose(iphash(frame))[0]
        return self.for_address(port, frame.src)[0]

    def state(self, name):
        """T7, of an uplink that is running."""
        if name in self.serves:
            return "up"
        if name in self.waiting:
            return "waiting"
        return "held-back" if name in self.held else "up"


class Way:
    """F6: the uplink in use, and the one before the last change."""

    def __init__(self):
        self.uplink = self.before = None
        self.moved = -GRACE

    def moves(self, uplink, now):
        if uplink != self.uplink:
            self.uplink, self.before = uplink, self.uplink
            self.moved = now

    def accepts(self, name, verdict, now):
        """Unicast by an uplink; it ends what is remembered."""
        if self.uplink == name:
            self.before = None
            return True
        if not self.before or self.before != name:
            return False
        verdict.grace = True
        return now - self.moved < GRACE


class Use(tuple):
    """An address in a VLAN that a port holds by use: port, origin."""

    def __new__(cls, port, origin, before=None):
        self = super().__new__(cls, (port, origin))
        self.way = before.way if before and before[0] is port else Way()
        return self
