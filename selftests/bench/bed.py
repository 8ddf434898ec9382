# SPDX-License-Identifier: GPL-2.0-only
"""What the benchmarks share: ports, the switch and its peers between them, and
pktgen. A frame comes in by one port and leaves by another one, or to the host.

The directions are:

    out		from a guest, untagged, to the outside, VLAN 10
    in		the way back
    between	from one guest to another one
    host	from outside, VLAN 10, to the host's own interface
"""

import json
import os
import subprocess

VSWCTL = os.environ.get("VSWCTL", "vswctl")
FLOOR_KO = os.environ.get("FLOOR_KO", "floor.ko")

PKTGEN = "/proc/net/pktgen/"
VLAN = 10
# Who sends the frames, who gets them.
SRC, DST = "02:00:00:00:00:aa", "02:00:00:00:00:bb"
OWN = "02:00:00:00:00:cc"	# of a guest that sends from SRC

MODULES = ("dummy", "veth", "bridge", "8021q", "bonding", "macvlan",
           "openvswitch", "vrf", "pktgen", "sch_ingress", "cls_matchall", "act_gact")


def sh(*words, text=None):
    done = subprocess.run(words, input=text, text=True, capture_output=True,
                          check=False)
    if done.returncode:
        raise RuntimeError("%s: %s%s" % (" ".join(words), done.stderr,
                                         text or ""))
    return done.stdout


def batch(tool, text):
    sh(tool, "-batch", "-", text=text)


def ctl(text):
    sh(VSWCTL, "-b", "-", text=text)


def prepare():
    """What a VM needs before the first bed."""
    for name in MODULES:
        sh("modprobe", name)
    for name in ("all", "default"):
        with open("/proc/sys/net/ipv6/conf/%s/disable_ipv6" % name, "w",
                  encoding="ascii") as file:
            file.write("1")


def pktgen(name, *lines):
    for line in lines:
        with open(PKTGEN + name, "w", encoding="ascii") as file:
            file.write(line + "\n")


def drop(dev):
    """Whatever the host receives by a device ends there."""
    batch("tc", "qdisc add dev %s ingress\n"
          "filter add dev %s ingress matchall action drop\n" % (dev, dev))


def dropped(dev):
    """How many frames that was."""
    rules = json.loads(sh("tc", "-j", "-s", "filter", "show", "dev", dev,
                          "ingress"))
    for rule in rules:
        for action in rule.get("options", {}).get("actions", ()):
            return action["stats"]["packets"]
    return 0


def sent(dev):
    with open("/sys/class/net/%s/statistics/tx_packets" % dev,
              encoding="ascii") as file:
        return int(file.read())


def clear():
    """No device is left, those on top of others first."""
    names = [name for name in os.listdir("/sys/class/net")
             if name not in ("lo", "ovs-system") and not name.endswith("x")]
    names.sort(key=lambda name: name[0] in "psd")
    subprocess.run(["ip", "-force", "-batch", "-"], check=False, text=True,
                   input="".join("link del %s\n" % name for name in names),
                   capture_output=True)


class Dummies:
    """Ports that are dummy devices: the frame goes no further."""

    title = "dummy to dummy"

    @staticmethod
    def add(name, _mac):
        batch("ip", "link add %s type dummy\nlink set %s up\n" % (name, name))

    @staticmethod
    def source(name):
        return name, "xmit_mode netif_receive"


class Veths:
    """Ports that are one end of a veth pair, as a guest's would be."""

    title = "veth to veth"

    @staticmethod
    def add(name, mac):
        batch("ip", "link add %s type veth peer name %sx%s\n"
              "link set %s up\nlink set %sx up promisc on\n" %
              (name, name, " address " + mac if mac else "", name, name))
        drop(name + "x")

    @staticmethod
    def source(name):
        return name + "x", "xmit_mode start_xmit"


class Bed:
    """A contender with its ports: pa, where frames come in, and pb, or the
    uplinks s1 and s2. Each contender says what @inlet and @outlet are."""

    def __init__(self, ports, way):
        self.ports, self.way = ports, way
        self.inlet, self.outlet = "pa", "pb"

    def __enter__(self):
        try:
            self.build()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exc):
        clear()

    def build(self):
        raise NotImplementedError

    def add(self, name, mac=None):
        self.ports.add(name, mac)

    def tagged(self):
        """Whether the frames come in with a tag."""
        return self.way in ("in", "host")

    def delivered(self):
        return dropped(self.outlet) if self.way == "host" else sent(self.outlet)

    def load(self):
        """Set pktgen up; from then on run() sends."""
        dev, mode = self.ports.source(self.inlet)
        lines = ["count 0", mode, "flag !SHARED", "pkt_size 60", "delay 0",
                 "src_mac " + SRC, "dst_mac " + DST, "src_min 10.0.0.1",
                 "src_max 10.0.0.1", "dst_min 10.0.0.2", "dst_max 10.0.0.2"]
        if self.tagged():
            lines.append("vlan_id %d" % VLAN)
        pktgen("kpktgend_0", "rem_device_all", "add_device " + dev)
        pktgen(dev, *lines)

    def run(self, count):
        """Send frames: the nanoseconds a frame, which are instructions."""
        dev, _ = self.ports.source(self.inlet)
        before = self.delivered()
        pktgen(dev, "count %d" % count)
        pktgen("pgctrl", "start")
        with open(PKTGEN + dev, encoding="ascii") as file:
            text = file.read()
        if "Result: OK" not in text:
            raise RuntimeError(text)
        if self.delivered() - before != count:
            raise RuntimeError("%s, %s: %d of %d came out" % (
                type(self).__name__, self.way, self.delivered() - before,
                count))
        return int(text.split("Result: OK: ")[1].split("(")[0]) * 1000 / count


class Floor(Bed):
    """The least that a switch can do."""

    title = "the floor"
    ways = ("out", "in", "between", "host")

    def build(self):
        self.add("pa")
        if self.way == "host":
            batch("ip", "link add pb type dummy\nlink set pb up\n")
            drop("pb")
        else:
            self.add("pb")
        sh("insmod", FLOOR_KO, "in=pa", "out=pb",
           "vlan=%d" % (VLAN if self.way == "out" else 0),
           "local=%d" % (self.way == "host"))

    def __exit__(self, *exc):
        subprocess.run(["rmmod", "floor"], check=False, capture_output=True)
        super().__exit__(*exc)


class Vswitch(Bed):
    """A VST portgroup, two uplinks, portid, forged transmits rejected."""

    title = "vswitch"
    ways = ("out", "in", "between", "host")

    def build(self):
        self.add("s1")
        self.add("s2")
        ctl("switch add v0 forged reject notify off\n"
            "uplink add s1 switch v0\nuplink add s2 switch v0\n"
            "portgroup add Guests switch v0 vlan %d\n" % VLAN)
        if self.way == "host":
            ctl("vmk add vmk0 portgroup Guests mac %s\n" % DST)
            batch("ip", "link set vmk0 up\n")
            drop("vmk0")
            self.inlet, self.outlet = self.uplink("vmk0"), "vmk0"
            return
        name, mac = ("pb", DST) if self.way == "in" else ("pa", SRC)
        self.guest(name, mac)
        if self.way == "between":
            self.guest("pb", DST)
        elif self.way == "in":
            self.inlet = self.uplink("pb")
        else:
            self.outlet = self.uplink("pa")

    def guest(self, name, mac):
        self.add(name, mac)
        ctl("port add %s portgroup Guests mac %s\n" % (name, mac))

    @staticmethod
    def uplink(name):
        return json.loads(sh(VSWCTL, "-j", "port", "show", name))[0]["uplink"]


class VswitchAllowed(Vswitch):
    """The source is not the guest's own; its port's list allows it."""

    title = "vswitch, source allowed"
    ways = ("out",)
    setting = "port set pa allow-mac " + SRC

    def guest(self, name, mac):
        super().guest(name, OWN)
        ctl(self.setting + "\n")


class VswitchLearned(VswitchAllowed):
    """The same, and its port has learned it."""

    title = "vswitch, source learned"
    setting = "portgroup set Guests forged accept mac-learning on"


class Bridge(Bed):
    """A Linux bridge that looks at no tag."""

    title = "bridge"
    ways = ("out", "in", "between", "host")
    options = "vlan_filtering 0"

    def build(self):
        self.add("pa")
        batch("ip", "link add br0 type bridge mcast_snooping 0 %s\n"
              "link set br0 address %s up\nlink set pa master br0\n" %
              (self.options, DST if self.way == "host" else "02:00:00:00:00:01"))
        if self.way == "host":
            drop("br0")
            self.outlet = "br0"
        else:
            self.add("pb")
            batch("ip", "link set pb master br0\n")
            batch("bridge", "fdb add %s dev pb master static\n" % DST)


class BridgeVlan(Bed):
    """A Linux bridge with VLAN 10 for the guests, tagged on the trunk."""

    title = "bridge, VLAN"
    ways = ("out", "in", "between", "host")
    bond = None

    def build(self):
        batch("ip", "link add br0 type bridge mcast_snooping 0 vlan_filtering 1"
              " vlan_default_pvid 0\nlink set br0 address %s up\n" %
              (DST if self.way == "host" else "02:00:00:00:00:01"))
        if self.way == "out":
            self.guest("pa")
            self.outlet = self.trunk("pb")
        elif self.way == "between":
            self.guest("pa")
            self.guest("pb")
        else:
            self.inlet = self.trunk("pa")
            self.outlet = "br0"
            if self.way == "in":
                self.guest("pb")
                self.outlet = "pb"
        if self.way == "host":
            batch("bridge", "vlan add dev br0 vid %d pvid untagged self\n" %
                  VLAN)
            drop("br0")
        else:
            to = self.bond and self.way == "out" and "bond0" or self.outlet
            batch("bridge", "fdb add %s dev %s vlan %d master static\n" %
                  (DST, to, VLAN))

    def guest(self, name):
        self.add(name)
        batch("ip", "link set %s master br0\n" % name)
        batch("bridge", "vlan add dev %s vid %d pvid untagged\n" % (name, VLAN))

    def trunk(self, name):
        """The way outside: the device by which frames pass."""
        if self.bond:
            self.add("s1")
            self.add("s2")
            batch("ip", "link add bond0 type bond miimon 100 %s\n"
                  "link set s1 down\nlink set s2 down\n"
                  "link set s1 master bond0\nlink set s2 master bond0\n"
                  "link set bond0 up\nlink set s1 up\nlink set s2 up\n" %
                  self.bond)
            name = "bond0"
        else:
            self.add(name)
        batch("ip", "link set %s master br0\n" % name)
        batch("bridge", "vlan add dev %s vid %d\n" % (name, VLAN))
        if not self.bond:
            return name
        return "bond0" if self.way == "out" else "s1"


class BridgeBackup(BridgeVlan):
    """The same with the trunk on a bond, active-backup."""

    title = "bridge, VLAN, bond active-backup"
    ways = ("out", "in", "host")
    bond = "mode active-backup"


class BridgeXor(BridgeBackup):
    """The same with the trunk on a bond, balance-xor."""

    title = "bridge, VLAN, bond balance-xor"
    bond = "mode balance-xor xmit_hash_policy layer2"


class Ovs(Bed):
    """The kernel's part of Open vSwitch, with one flow."""

    title = "Open vSwitch"
    ways = ("out", "in", "between", "host")

    def build(self):
        self.add("pa")
        sh("ovs-dpctl", "add-dp", "ov0")
        if self.way == "host":
            batch("ip", "link set ov0 up\n")
            drop("ov0")
            sh("ovs-dpctl", "add-if", "ov0", "pa")
            self.outlet = "ov0"
        else:
            self.add("pb")
            sh("ovs-dpctl", "add-if", "ov0", "pa", "pb")
        flow, action = "eth_type(0x0800),ipv4(frag=no)", "2"
        if self.tagged():
            flow = "eth_type(0x8100),vlan(vid=%d,pcp=0),encap(%s)" % (VLAN, flow)
            action = "pop_vlan,0" if self.way == "host" else "pop_vlan,2"
        elif self.way == "out":
            action = "push_vlan(vid=%d,pcp=0),2" % VLAN
        sh("ovs-dpctl", "add-flow", "ov0", "in_port(1),eth()," + flow, action)

    def __exit__(self, *exc):
        subprocess.run(["ovs-dpctl", "del-dp", "ov0"], check=False,
                       capture_output=True)
        super().__exit__(*exc)


class Macvlan(Bed):
    """A macvlan device on a VLAN device on the NIC."""

    title = "macvlan on VLAN device"
    ways = ("host",)

    def build(self):
        self.add("pa")
        batch("ip", "link add link pa name vl0 type vlan id %d\n"
              "link set vl0 up\n"
              "link add link vl0 name mv0 address %s type macvlan mode bridge\n"
              "link set mv0 up\n" % (VLAN, DST))
        drop("mv0")
        self.outlet = "mv0"


CONTENDERS = (Floor, Vswitch, VswitchAllowed, VswitchLearned, Bridge, BridgeVlan,
              BridgeBackup, BridgeXor, Ovs, Macvlan)
