# SPDX-License-Identifier: GPL-2.0-only
"""The rules of Documentation/model.rst in Python: a switch to compare with.

This is written from the page, not from the module, and is meant to be read
beside it: each part names its rule. It knows no devices and no time of its
own; the caller says what happens to links, and what the time is (now).
Frames are in refframe.py, teaming is in refteam.py.

Shaping (Q1), ageing (S5) and segmentation (F9) are not here.
"""

from collections import Counter

from refframe import (C_TAG, S_TAG, bad_source, is_group, is_link_local,
                      kind_of, tags_text)
from refteam import Team, Use, Way

VLANS = 4095

# Ranks of claims, from high to low (F1).
DECLARED, PEER, ADOPTED = 1, 2, 3
ORIGINS = {DECLARED: "declared", PEER: "peer", ADOPTED: "adopted"}

# F10: what is filtered, not dropped.
FILTERED = {"no-member", "unknown-unicast", "reverse-path", "reflection"}

POLICY = {"teaming": "portid", "active": (), "standby": (),
          "failback": "on", "up-delay": 100,
          "promiscuous": "reject", "mac-changes": "accept",
          "forged": "accept", "mac-learning": "off", "mac-limit": 4096,
          "mac-over-limit": "drop", "mac-flood": "on"}


class Refused(Exception):
    """A request that fails and changes nothing."""


class Verdict:
    """What became of a frame: receivers, drops, the rules that say so.

    to has, by name, the tags as that receiver sees them; host says that the
    host's own stack got it; drops are pairs of a name and a reason. grace is
    set if make before break (F6) was asked for: then time mattered.
    """

    def __init__(self):
        self.to, self.drops, self.rules = {}, [], []
        self.host = self.grace = False

    def __str__(self):
        out = ["%s:%s" % (name, tags_text(tags))
               for name, tags in sorted(self.to.items())]
        out += ["%s!%s" % drop for drop in self.drops]
        if self.host:
            out.append("the host's stack")
        return "[%s] by %s" % (" ".join(out), "; ".join(self.rules) or "-")


# Objects

def vlan_setting(text):
    """The VLAN setting of a portgroup: its kind and the VLANs it admits."""
    text = {"0": "none", "4095": "all"}.get(text, text)
    if text == "none":
        return "est", frozenset([0])
    if text == "all":
        return "vgt", frozenset(range(VLANS))
    if text.startswith("trunk "):
        admitted = set()
        for part in text[6:].split(","):
            first, _, last = part.partition("-")
            admitted.update(range(int(first), int(last or first) + 1))
        return "vgt", frozenset(admitted)
    return "vst", frozenset([int(text)])


class Portgroup:
    def __init__(self, switch, name, vlan):
        self.switch, self.name = switch, name
        self.kind, self.vlans = vlan_setting(vlan)
        self.own = {}
        self.policy = {}
        self.team = Team()
        self.ports = {}

    def admits(self, vlan, foreign):
        """It admits the VLAN, and an 802.1ad tag is no obstacle (L3)."""
        return vlan in self.vlans and (self.kind == "vgt" or not foreign)

    def update(self):
        """Effective policy: what is not set here comes from the switch."""
        self.policy = {**self.switch.policy, **self.own}


class Member:
    """What an uplink and a port have in common: a device and counters."""

    def __init__(self, name):
        self.name = name
        self.running = False
        self.mtu = 1500
        self.count = Counter()
        self.drops = Counter()

    def counted(self, way, frame):
        kind = kind_of(frame.dst)
        self.count[way, kind + "-frames"] += 1
        self.count[way, kind + "-bytes"] += frame.counted()


class Port(Member):
    """kind is veth, tap or vmk."""

    def __init__(self, name, kind, number, portgroup):
        super().__init__(name)
        self.kind, self.number, self.portgroup = kind, number, portgroup
        self.blocked = False
        self.allowed = ()
        # S1; mac is what is declared of a vnic.
        self.mac = self.initial = self.effective = None
        # F1: whether it holds what it claims, or since when it waits.
        self.holds, self.since = False, 0
        self.refused_adoption = False
        self.other_source = None
        # T2, T7 and F6.
        self.way, self.choice = Way(), "none"

    @property
    def rank(self):
        if self.kind == "vmk" or self.mac == self.effective:
            return DECLARED
        return PEER if self.kind == "veth" else ADOPTED

    @property
    def conflict(self):
        return (not self.holds if self.effective else self.refused_adoption)

    @property
    def active(self):
        """It owns what it holds (F1)."""
        return self.running and not self.blocked


class Uplink(Member):
    def __init__(self, name):
        super().__init__(name)
        # T3: since when it is running again, and whether it ever was not.
        self.recovered, self.lost = None, False


class Switch:
    """A vSwitch. Requests are methods; they raise Refused."""

    def __init__(self, mtu=1500):
        self.up, self.mtu = True, mtu
        self.policy, self.team = dict(POLICY), Team()
        self.portgroups, self.ports, self.uplinks = {}, {}, {}
        self.numbers = self.clock = 0
        self.now = 0.0
        self.holders = {}	# by address: ports that hold it by a claim
        self.by_use = {}	# by address and VLAN: port and origin (F1)

    # Policy and teams

    def set_policy(self, fields, portgroup=None):
        """Set fields of the switch or a portgroup; None is inherit."""
        own = self.portgroups[portgroup].own if portgroup else self.policy
        lists = {**own, **fields}
        if set(lists.get("active") or ()) & set(lists.get("standby") or ()):
            raise Refused("EINVAL")	# T1
        if portgroup:
            for key, value in fields.items():
                own[key] = value
                if value is None:
                    del own[key]
        else:
            self.policy.update(fields)
        self.changed()

    def changed(self):
        """Something that policy or teams depend on may have changed."""
        self.team.update(self.policy, self.usable, self.waits)
        for group in self.portgroups.values():
            group.update()
            group.team.update(group.policy, self.usable, self.waits)
            if group.policy["mac-learning"] == "off":
                self.forget(lambda port, origin, group=group:
                            origin == "learned" and port.portgroup is group)
            for port in group.ports.values():
                self._routes(port)
        for (address, _), use in self.by_use.items():
            self._routes_use(use, address)

    def _routes(self, port):
        """The uplink of a port may have changed."""
        uplink, port.choice = port.portgroup.team.for_address(port,
                                                              port.effective)
        port.way.moves(uplink, self.now)

    def _routes_use(self, use, address):
        """F6: with srcmac, what is held by use has its own."""
        port, team = use[0], use[0].portgroup.team
        use.way.moves(team.for_address(port, address)[0], self.now)
        if team.teaming != "srcmac":
            use.way.before = None

    def usable(self, name):
        return name in self.uplinks and self.uplinks[name].running

    def waits(self, name, up_delay):
        """T3: its carrier is back, but not for as long as up-delay says."""
        recovered = self.uplinks[name].recovered
        return recovered is not None and \
            self.now - recovered < up_delay / 1000

    def set_running(self, name, running):
        uplink = self.uplinks.get(name)
        member = uplink or self.ports[name]
        if uplink and running and not uplink.running:
            uplink.recovered = self.now
            if uplink.lost:
                for team, policy in [(self.team, self.policy)] + [
                        (group.team, group.policy)
                        for group in self.portgroups.values()]:
                    team.recovers(name, policy)
        if uplink and uplink.running and not running:
            uplink.lost = True
        member.running = running
        self.changed()

    # Uplinks

    def add_uplink(self, name, role="active", running=True):
        uplink = self.uplinks[name] = Uplink(name)
        uplink.mtu, uplink.running = self.mtu, running
        self.set_role(name, role)

    def set_role(self, name, role):
        """T1: at the end of the list of that name, unless it is there."""
        if name in self.policy.get(role, ()):
            return
        for which in ("active", "standby"):
            self.policy[which] = tuple(
                one for one in self.policy[which] if one != name) + (
                    (name,) if which == role else ())
        self.changed()

    def del_uplink(self, name):
        del self.uplinks[name]
        for policy in [self.policy] + [group.own for group in
                                       self.portgroups.values()]:
            for which in ("active", "standby"):
                if which in policy:
                    policy[which] = tuple(one for one in policy[which]
                                          if one != name)
        self.changed()
        for one in [*self.ports.values(), *self.by_use.values()]:
            if one.way.before == name:
                one.way.before = None

    # Portgroups

    def add_portgroup(self, name, vlan="none"):
        self.portgroups[name] = Portgroup(self, name, vlan)
        self.changed()

    def set_vlan(self, name, vlan):
        group = self.portgroups[name]
        kind, vlans = vlan_setting(vlan)
        if (kind, vlans) == (group.kind, group.vlans):
            return
        for port in group.ports.values():
            if port.holds:
                self._may(port, port.effective, port.rank, vlans, group)
        group.kind, group.vlans = kind, vlans
        self.forget(lambda port, origin: port.portgroup is group)
        for port in group.ports.values():
            self._evict_for(port)
        self.settle()

    # Ports

    def add_port(self, name, kind, portgroup, mac=None, peer=None,
                 blocked=False, allowed=()):
        """Attach a vnic, or make a vmk (mac is its address then)."""
        group = self.portgroups[portgroup]
        if mac:
            self._may(None, mac, DECLARED, group.vlans)
        self.numbers += 1
        port = Port(name, kind, self.numbers, group)
        port.blocked, port.allowed = blocked, tuple(allowed)
        if kind != "vmk":
            port.mac = mac
        port.initial = mac or peer
        self.ports[name] = group.ports[name] = port
        self._use(port, peer or mac)
        port.way = Way()
        self._routes(port)
        port.way.before = None

    def del_port(self, name):
        port = self.ports.pop(name)
        del port.portgroup.ports[name]
        port.holds = False
        self.forget(lambda holder, origin: holder is port)
        self.settle()

    def move(self, name, portgroup):
        port, group = self.ports[name], self.portgroups[portgroup]
        if group is port.portgroup:
            return
        if port.holds:
            self._may(port, port.effective, port.rank, group.vlans)
        del port.portgroup.ports[name]
        group.ports[name] = port
        port.portgroup = group
        self.forget(lambda holder, origin: holder is port)
        self._evict_for(port)
        self.settle()
        self.changed()

    def set_blocked(self, name, blocked):
        """S6."""
        port = self.ports[name]
        port.blocked = blocked
        if blocked:
            self.forget(lambda holder, origin: holder is port)

    def set_allowed(self, name, allowed):
        """S3."""
        port = self.ports[name]
        port.allowed = tuple(allowed)
        for key, (holder, origin) in list(self.by_use.items()):
            if (holder, origin) == (port, "allowed") and \
               key[0] not in allowed:
                del self.by_use[key]

    def set_mac(self, name, mac, peer=None):
        """What is declared for a vnic, or the address of a vmk (S1)."""
        port = self.ports[name]
        if mac:
            self._may(port, mac, DECLARED, port.portgroup.vlans)
        if port.kind == "vmk":
            self._use(port, mac)
            return
        port.mac = mac
        port.initial = mac or peer
        if port.kind == "tap":
            self._use(port, mac)
        else:
            self._evict_for(port)
            self.settle()

    def set_effective(self, name, mac):
        """effective-mac of a tap, or a veth's peer has a new address (S1)."""
        port = self.ports[name]
        if not port.initial:
            port.initial = mac
        self._use(port, mac)

    # Claims (F1)

    def _in_way(self, port, address, vlans, but=None):
        return [one for one in self.holders.get(address, ())
                if one is not port and one.portgroup is not but and
                not vlans.isdisjoint(one.portgroup.vlans)]

    def _may(self, port, address, rank, vlans, but=None):
        """What the administrator does may not collide with as high a rank."""
        if any(one.rank <= rank
               for one in self._in_way(port, address, vlans, but)):
            raise Refused("EEXIST")

    def _use(self, port, address):
        """A port has a new effective address; it claims that."""
        if address != port.effective:
            port.holds = False
            self.clock += 1
            port.since = self.clock
        port.effective = address
        self._routes(port)
        if address:
            port.refused_adoption = False
        self._evict_for(port)
        self.settle()

    def _evict(self, port):
        port.holds = False
        self.clock += 1
        port.since = self.clock

    def _evict_for(self, port):
        """Claims of lower rank make way for one that is held."""
        self._index()
        if port.holds:
            for one in self._in_way(port, port.effective,
                                    port.portgroup.vlans):
                if one.rank > port.rank:
                    self._evict(one)

    def _index(self):
        self.holders = {}
        for port in self.ports.values():
            if port.holds:
                self.holders.setdefault(port.effective, []).append(port)

    def settle(self):
        """Take up claims that wait: the highest rank, the longest wait."""
        while True:
            self._index()
            for port in sorted((port for port in self.ports.values()
                                if port.effective and not port.holds),
                               key=lambda port: (port.rank, port.since)):
                way = self._in_way(port, port.effective,
                                   port.portgroup.vlans)
                if all(one.rank > port.rank for one in way):
                    for one in way:
                        self._evict(one)
                    port.holds = True
                    break
            else:
                break
        # A claim takes its address from those who hold it by use.
        for key in list(self.by_use):
            if self._claimed(*key):
                del self.by_use[key]

    def forget(self, which):
        for key, (port, origin) in list(self.by_use.items()):
            if which(port, origin):
                del self.by_use[key]

    def _claimed(self, address, vlan):
        """The port that holds an address by a claim."""
        for port in self.holders.get(address, ()):
            if vlan in port.portgroup.vlans:
                return port
        return None

    def owner(self, address, vlan):
        """The port that owns an address, and whether it does by use: how."""
        port, origin = self._claimed(address, vlan), None
        if not port:
            port, origin = self.by_use.get((address, vlan), (None, None))
        return (port, origin) if port and port.active else (None, None)

    def learned(self, port):
        return sum(1 for holder, origin in self.by_use.values()
                   if holder is port and origin == "learned")

    # What every frame meets

    @staticmethod
    def vlan_of(frame):
        """VLAN, priority bits, what is payload of the tags, and whether an
        802.1ad tag comes first; None as VLAN is vlan-invalid (L3, L4)."""
        tags = frame.tags
        if not tags:
            return 0, 0, tags, False
        tpid, tci = tags[0]
        if tpid == S_TAG:
            return 0, 0, tags, True
        vlan = tci & 0xfff
        if vlan == 4095 or not vlan and len(tags) > 1:
            return None, 0, tags, False
        return vlan, tci & 0xf000, tags[1:], False

    def _drop(self, verdict, member, reason, rule):
        member.drops[reason] += 1
        verdict.drops.append((member.name, reason))
        verdict.rules.append(rule)
        return verdict

    def _listening(self, vlan, foreign, but=None):
        return [port for port in self.ports.values()
                if port.running and port is not but and
                port.portgroup.admits(vlan, foreign)]

    def _floods(self, port):
        """S5: it gets unicast that nobody owns."""
        return (self._learning(port) and
                port.portgroup.policy["mac-flood"] == "on")

    @staticmethod
    def _promiscuous(port):
        return port.portgroup.policy["promiscuous"] == "accept"

    def _hand(self, verdict, frame, receivers, uplink, seen):
        """Give a frame to the receivers that were chosen (F12)."""
        vlan, priority, inner, _ = seen
        tagged = ((C_TAG, priority | vlan),) + inner if vlan else inner
        for port in receivers:
            policy = port.portgroup.policy
            if port.blocked:
                self._drop(verdict, port, "blocked", "S6")
            elif (policy["mac-changes"] == "reject" and
                  port.effective != port.initial):
                self._drop(verdict, port, "mac-changes", "S2")
            elif frame.length() > port.mtu:
                self._drop(verdict, port, "mtu", "F9")
            else:
                port.counted("out", frame)
                verdict.to[port.name] = (tagged if port.portgroup.kind ==
                                         "vgt" else inner)
        if uplink:
            if frame.length() > uplink.mtu:
                self._drop(verdict, uplink, "mtu", "F9")
            else:
                uplink.counted("out", frame)
                verdict.to[uplink.name] = tagged

    # From inside

    def from_port(self, name, frame):
        """A frame that a port sent (F12)."""
        verdict, port = Verdict(), self.ports[name]
        port.counted("in", frame)
        reason = self._before_vlan(port, frame)
        if reason:
            return self._drop(verdict, port, reason, "F12")
        seen = self.vlan_of(frame)
        reason = self._check_vlan(port, seen)
        if reason:
            return self._drop(verdict, port, reason, "L4")
        foreign = port.effective and frame.src != port.effective and \
            frame.src not in port.allowed
        reason = self._check_source(port, frame.src, seen[0], verdict)
        if not reason:
            self._note_use(port, frame.src, seen[0], verdict)
        if foreign and (reason or not self._has_learned(port, frame.src,
                                                        seen[0])):
            port.other_source = frame.src	# S1
        if reason:
            return self._drop(verdict, port, reason, "S3")
        if is_group(frame.dst):
            return self._group_in(verdict, port, frame, seen)
        return self._unicast_in(verdict, port, frame, seen)

    def _before_vlan(self, port, frame):
        if not self.up:
            return "switch-down"
        if port.blocked:
            return "blocked"
        if len(frame.rest) < 2:
            return "runt"
        if bad_source(frame.src):
            return "bad-source"
        if is_link_local(frame.dst):
            return "link-local"
        return None

    @staticmethod
    def _check_vlan(port, seen):
        """L4."""
        vlan, _, _, foreign = seen
        group = port.portgroup
        if vlan is None:
            return "vlan-invalid"
        if group.kind == "vgt":
            return None if vlan in group.vlans else "vlan-denied"
        return "vlan-tag" if vlan or foreign else None

    def _lands_in(self, port, vlan):
        """The VLAN of a frame that an EST or VST port sent without a tag."""
        return (next(iter(port.portgroup.vlans))
                if port.portgroup.kind == "vst" else vlan)

    def _check_source(self, port, src, vlan, verdict):
        """Checks 7 and 8 of F12: S1, S3, S5."""
        vlan = self._lands_in(port, vlan)
        policy = port.portgroup.policy
        allowed = src in port.allowed
        owner, origin = self.owner(src, vlan)
        adopts = port.kind == "tap" and not port.effective
        if owner and owner is not port and not (
                origin and src != port.effective and (
                    adopts or allowed or origin == "learned" and
                    policy["forged"] == "accept" and
                    self._learns(port, src, vlan))):
            port.refused_adoption = not port.effective
            return "address-conflict"
        if adopts:
            if not self._adopt(port, src):
                return "address-conflict"
            verdict.rules.append("S1 adopted")
        if src == port.effective or allowed:
            return None
        if policy["forged"] == "reject":
            return "forged"
        if policy["mac-over-limit"] == "drop" and \
           self._learning(port) and not self._reserved(port, src, vlan) and \
           not self._learns(port, src, vlan):
            return "mac-limit"
        return None

    def _reserved(self, port, src, vlan):
        """S5: it is not learned, because another port has it by a claim or
        by its allowed list, even if that port does not own it."""
        holder, origin = self.by_use.get((src, vlan), (None, None))
        return self._claimed(src, vlan) or (holder is not port and
                                            origin == "allowed")

    @staticmethod
    def _learning(port):
        """S5: vnics learn, not vmks."""
        return (port.portgroup.policy["mac-learning"] == "on" and
                port.kind != "vmk")

    def _learns(self, port, src, vlan):
        """S5: it learns, and this would not be one address too many."""
        return self._learning(port) and (
            self._has_learned(port, src, vlan) or
            self.learned(port) < port.portgroup.policy["mac-limit"])

    def _has_learned(self, port, src, vlan):
        vlan = self._lands_in(port, vlan)
        return self.by_use.get((src, vlan)) == (port, "learned")

    def _adopt(self, port, src):
        """S1: unless another port claims it where both portgroups admit."""
        if self._in_way(port, src, port.portgroup.vlans):
            port.refused_adoption = True
            return False
        port.initial = src
        self._use(port, src)
        return True

    def _note_use(self, port, src, vlan, verdict):
        """F1, by use."""
        vlan = self._lands_in(port, vlan)
        if src == port.effective or self._claimed(src, vlan):
            return
        if src in port.allowed:
            origin = "allowed"
        elif (self._learns(port, src, vlan) and
              not self._reserved(port, src, vlan)):
            origin = "learned"
        else:
            return
        before = self.by_use.get((src, vlan))
        if before != (port, origin):
            use = self.by_use[src, vlan] = Use(port, origin, before)
            use.way.uplink = port.portgroup.team.for_address(port, src)[0]
            verdict.rules.append("F1 " + origin)

    def _place(self, port, seen):
        """The frame's VLAN as the receivers look for it."""
        return (self._lands_in(port, seen[0]),) + seen[1:]

    def _uplink_of(self, port, frame):
        """F2, F3, T1."""
        return self.uplinks.get(port.portgroup.team.for_frame(port, frame))

    def _group_in(self, verdict, port, frame, seen):
        """F3."""
        seen = self._place(port, seen)
        receivers = self._listening(seen[0], seen[3], port)
        uplink = self._uplink_of(port, frame)
        if not receivers and not uplink:
            return self._drop(verdict, port, "no-uplink", "F3")
        verdict.rules.append("F3")
        self._hand(verdict, frame, receivers, uplink, seen)
        return verdict

    def _owner_of(self, frame, vlan, foreign):
        """F1 and L3: who owns the destination and may get the frame."""
        owner = self.owner(frame.dst, vlan)[0]
        if owner and owner.portgroup.admits(vlan, foreign):
            return owner
        return None

    def _unicast_in(self, verdict, port, frame, seen):
        """F2, with S4 and S5."""
        seen = self._place(port, seen)
        vlan, _, _, foreign = seen
        owner = self._owner_of(frame, vlan, foreign)
        receivers = [one for one in self._listening(vlan, foreign, port)
                     if one is owner or self._promiscuous(one) or
                     not owner and self._floods(one)]
        uplink = None if owner else self._uplink_of(port, frame)
        if not receivers and not uplink:
            if owner:
                return self._drop(verdict, port, "hairpin", "F2")
            return self._drop(verdict, port, "no-uplink", "F2")
        verdict.rules.append("F2 for %s" % (owner.name if owner else
                                            "nobody here"))
        self._hand(verdict, frame, receivers, uplink, seen)
        return verdict

    # From outside

    def from_uplink(self, name, frame):
        """A frame that an uplink received (F12)."""
        verdict, uplink = Verdict(), self.uplinks[name]
        uplink.counted("in", frame)
        seen = self.vlan_of(frame)
        vlan, _, _, foreign = seen
        if is_link_local(frame.dst):
            verdict.host = True
            verdict.rules.append("F8")
            return verdict
        if not self.up:
            return self._drop(verdict, uplink, "switch-down", "M6")
        if vlan is None:
            return self._drop(verdict, uplink, "vlan-invalid", "L4")
        if bad_source(frame.src):
            return self._drop(verdict, uplink, "bad-source", "F12")
        if self._reflected(frame.src, vlan, name, verdict):
            return self._drop(verdict, uplink, "reflection", "F7")
        if is_group(frame.dst):
            return self._group_out(verdict, uplink, frame, seen)
        owner = self._owner_of(frame, vlan, foreign)
        listening = self._listening(vlan, foreign)
        if owner:
            # F4, F6
            if not self._accepts(owner, frame.dst, vlan, name, verdict):
                return self._drop(verdict, uplink, "reverse-path", "F6")
            verdict.rules.append("F4 for " + owner.name)
            receivers = [port for port in listening
                         if port is owner or self._promiscuous(port)]
        else:
            receivers = [port for port in listening if
                         self._uses(port, name) and
                         (self._promiscuous(port) or self._floods(port))]
            if not receivers:
                return self._drop(verdict, uplink, "unknown-unicast", "F4")
            verdict.rules.append("F4 for nobody")
        self._hand(verdict, frame, receivers, None, seen)
        return verdict

    def _reflected(self, src, vlan, name, verdict):
        """F7; what a port holds by use may really have moved outside."""
        owner, origin = self.owner(src, vlan)
        if not owner:
            return False
        if not origin or not self._uses(owner, name, src):
            return True
        del self.by_use[src, vlan]
        verdict.rules.append("F7 %s loses it" % owner.name)
        return False

    @staticmethod
    def _uses(port, name, address=None):
        """F6: the port sends by this uplink, from an address of its."""
        team = port.portgroup.team
        if team.teaming == "iphash":
            return name in team.usable
        return team.for_address(port, address or port.effective)[0] == name

    def _way(self, owner, dst, vlan):
        """What is remembered about how an address was reached (F6)."""
        use = self.by_use.get((dst, vlan))
        if use and use[0] is owner and dst != owner.effective and \
           owner.portgroup.team.teaming == "srcmac":
            return use.way
        return owner.way

    def _accepts(self, owner, dst, vlan, name, verdict):
        """F6: by the current uplink, or by the one before a move."""
        if owner.portgroup.team.teaming == "iphash":
            return self._uses(owner, name)
        return self._way(owner, dst, vlan).accepts(name, verdict, self.now)

    def _group_out(self, verdict, uplink, frame, seen):
        """F6 for group frames."""
        vlan, _, _, foreign = seen
        receivers = [port for port in self._listening(vlan, foreign)
                     if self._uses(port, uplink.name)]
        if receivers:
            verdict.rules.append("F6")
            self._hand(verdict, frame, receivers, None, seen)
            return verdict
        if any(group.ports and group.admits(vlan, foreign)
               for group in self.portgroups.values()):
            return self._drop(verdict, uplink, "reverse-path", "F6")
        return self._drop(verdict, uplink, "no-member", "F6")

    # What can be seen

    def fdb(self):
        """Addresses that are held: port, address, VLANs, origin."""
        out = {(port.name, port.effective, port.portgroup.vlans,
                ORIGINS[port.rank])
               for port in self.ports.values() if port.holds}
        return out | {(port.name, address, frozenset([vlan]), origin)
                      for (address, vlan), (port, origin)
                      in self.by_use.items()}

    def waits_for(self, name, frame):
        """What of a port is remembered, if it matters now, for this frame
        from an uplink, how long its move was ago (F6)."""
        vlan, _, _, foreign = self.vlan_of(frame)
        owner = vlan is not None and self._owner_of(frame, vlan, foreign)
        way = owner and self._way(owner, frame.dst, vlan)
        return way if way and way.before == name else None
