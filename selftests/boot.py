#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A boot: systemd, udev and systemd-networkd themselves with our units and rules.

They run in namespaces of their own, on the test's host. What is saved has a
device that is there at boot and some that come later: by their name, after udev
has renamed them, by another name, and by their permanent address.
"""

import atexit
import json
import os
import subprocess

from vswtest import VSWCTL, Netns, case, comment, eq, run, true, until

UNITS = os.environ.get("VSWITCH_SYSTEMD", os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "../tools/systemd"))
SYSTEMD = "/lib/systemd/systemd"
LOG = "/run/vswitch-boot.log"
CGROUP = "/sys/fs/cgroup/vswitch-boot"
# A NIC of the VM, and what it is to have in place of its own address.
NIC, OTHER = "52:54:00:76:73:03", "02:00:00:00:99:01"

SAVED = {
    "version": 1,
    "switch": [{"name": "s0"}, {"name": "s9"}],
    "uplink": [{"dev": dev, "switch": "s0"}
               for dev in ("e1", "e2", "lan0", "second-nic-of-the-host", NIC)] +
              [{"dev": "e9", "switch": "s9"}],
    "portgroup": [{"name": "Management", "switch": "s0"},
                  {"name": "VM Network", "switch": "s0", "vlan": {"id": 10}}],
    "port": [{"dev": "t1", "portgroup": "VM Network", "client": "web01"},
             {"dev": "t2", "portgroup": "VM Network", "client": "web02"}],
    "vmk": [{"name": "vmk0", "portgroup": "Management",
             "address": ["192.0.2.10/24"]},
            {"name": "vmk1", "portgroup": "Management"}],
}

SAYS = """[Service]
StandardError=append:/run/said.log
"""

# What the administrator of such a machine has set up besides.
FILES = {
    "systemd/system/machine.target": """[Unit]
Wants=systemd-udevd.service systemd-udev-trigger.service systemd-networkd.service
Requires=vswitch.service
After=vswitch.service systemd-networkd.service
AllowIsolate=yes
""",
    "systemd/system/systemd-udev-trigger.service.d/net.conf": """[Service]
ExecStart=
ExecStart=udevadm trigger --action=add --subsystem-match=net
""",
    "systemd/system/vswitch.service.d/log.conf": SAYS,
    "systemd/system/vswitch-join@.service.d/log.conf": SAYS,
    "systemd/network/10-renamed.link": """[Match]
OriginalName=e3
[Link]
Name=lan0
""",
    "systemd/network/10-named.link": """[Match]
OriginalName=e4
[Link]
AlternativeName=second-nic-of-the-host
""",
    "systemd/network/50-all.network": """[Match]
Name=!lo mark vmk0
[Network]
LinkLocalAddressing=no
Address=198.51.100.7/24
""",
}

# In namespaces of its own, nothing that is mounted or written is left.
BOOT = """set -e
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mkdir -p /etc/vswitch
mount -t tmpfs etc /etc/vswitch
mount -t tmpfs local /usr/local
make -s -C %(units)s install DESTDIR= PREFIX=/usr/local
mkdir -p /usr/local/sbin
cp %(vswctl)s /usr/local/sbin/vswctl
mount -t tmpfs run /run
%(files)s
exec env -i PATH=$PATH container=test %(systemd)s --unit=machine.target \\
	--log-target=console --show-status=no
"""


class Machine:
    """The processes of a machine, from its systemd down."""

    def __init__(self, net):
        self.net, self.pid = net, None
        os.makedirs(CGROUP, exist_ok=True)
        files = [("/run/" + path, text) for path, text in FILES.items()]
        files.append(("/etc/vswitch/vswitch.json", json.dumps(SAVED)))
        script = BOOT % {
            "units": UNITS, "vswctl": VSWCTL, "systemd": SYSTEMD,
            "files": "\n".join(
                "mkdir -p %s\ncat > %s <<'END'\n%s\nEND" % (
                    os.path.dirname(path), path, text)
                for path, text in files)}
        with net.host, open(LOG, "wb") as log:
            os.sched_setaffinity(0, net.cpus)
            # pylint: disable=consider-using-with
            self.proc = subprocess.Popen(
                ["sh", "-c", 'echo $$ > %s/cgroup.procs; exec "$@"' % CGROUP,
                 "sh", "unshare", "--pid", "--fork", "--kill-child", "--mount",
                 "--ipc", "--uts", "--cgroup", "bash", "-c", script],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            os.sched_setaffinity(0, {min(net.cpus)})
        atexit.register(self.proc.kill)

    def begin(self):
        """Wait until it has booted."""
        path = "/proc/%d/task/%d/children" % (self.proc.pid, self.proc.pid)
        self.pid = until(lambda: read(path).strip(), "systemd", 20)
        until(lambda: self.run("systemctl is-active machine.target",
                               check=False) == "active\n", "the boot", 200)

    def run(self, line, check=True, **kwargs):
        """What a command says in there, on stdout and stderr."""
        done = self.net.spawn(["nsenter", "-t", self.pid, "-a", "sh", "-c",
                               "exec 2>&1; " + line], **kwargs)
        if check:
            eq(done.returncode, 0, "%s: %s" % (line, done.stdout))
        return done.stdout

    def value(self, unit, key):
        return self.run("systemctl show --value -p %s %s" % (key, unit)).strip()

    def properties(self, dev):
        """What udev knows of a device."""
        return dict(line.split("=", 1) for line in self.run(
            "udevadm settle; udevadm info -q property /sys/class/net/" +
            dev, timeout=200).splitlines() if "=" in line)

    def networkd(self, dev):
        """How systemd-networkd stands to a device."""
        index = self.net.link(dev)["ifindex"]
        text = self.run("cat /run/systemd/netif/links/%d" % index, check=False)
        states = [line.split("=")[1] for line in text.splitlines()
                  if line.startswith("ADMIN_STATE=")]
        return states[0] if states else "unknown"

    def comment(self):
        """What systemd and our services have said."""
        comment(read(LOG)[-6000:])
        if self.pid:
            comment(self.run("cat /run/said.log", check=False))

    def close(self):
        self.proc.kill()
        self.proc.wait()
        for folder, _, _ in os.walk(CGROUP, topdown=False):
            until(lambda path=folder: removed(path), "the end of " + folder, 20)


def removed(path):
    """Whether a control group could be removed: none of its processes is left."""
    try:
        os.rmdir(path)
    except OSError:
        return False
    return True


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


MACHINE = []


def the_machine(net):
    """The machine that has booted on this host.

    If an earlier case failed, that was another host, and its machine goes down.
    """
    if not (MACHINE and MACHINE[0].net is net):
        if MACHINE:
            MACHINE.pop().close()
        MACHINE.append(Machine(net))
        try:
            MACHINE[0].begin()
        except Exception:
            MACHINE[0].comment()
            raise
    return MACHINE[0]


def setup(net):
    net.veth("e1", "plain")
    net.tap("t1")
    for name in ("e1", "plain"):
        net.out.up(name)
    for name in ("e1", "plain", "t1"):
        net.host.up(name)


@case("C3: what was saved is there after a boot, before systemd-networkd begins")
def boot(net):
    machine = the_machine(net)
    try:
        booted(net, machine)
    except Exception:
        machine.comment()
        raise


def booted(net, machine):
    eq({one["dev"]: one["state"] for one in net.show("uplink show")[0]},
       {"e1": "up", "e2": "absent", "lan0": "absent", "e9": "absent"}, "uplinks")
    eq([one["client"] for one in net.show("port show")[0]
        if one["kind"] == "vnic"], ["web01"], "ports")
    eq({one["name"] for one in net.show("vmk show")[0]}, {"vmk0", "vmk1"}, "vmks")
    true("192.0.2.10/24" in net.sh("ip -4 addr show dev vmk0"), "address of vmk0")
    done = int(machine.value("vswitch.service", "ExecMainExitTimestampMonotonic"))
    start = int(machine.value("systemd-networkd.service",
                              "ExecMainStartTimestampMonotonic"))
    true(0 < done < start, "restored at %d us, networkd began at %d us" %
         (done, start))


@case("C3: systemd and udev find no fault with the units and the rules")
def verify(net):
    machine = the_machine(net)
    units = "/usr/local/lib/systemd/system/"
    eq(machine.run("systemd-analyze verify --man=no %svswitch.service "
                   "%svswitch-join@e1.service" % (units, units)), "",
       "systemd-analyze verify")
    said = machine.run("udevadm test /sys/class/net/plain")
    rules = "/usr/local/lib/udev/rules.d/90-vswitch.rules"
    true("Reading rules file: " + rules in said, "udev reads the rules")
    # What is about a device begins with its name.
    eq([line for line in said.splitlines() if line.startswith(rules + ":")], [],
       "faults in the rules")
    true("/usr/local/lib/systemd/network/10-vswitch.network" in machine.run(
        "systemd-analyze cat-config systemd/network/10-vswitch.network"),
         "systemd-networkd has the file")


def joined(net, dev):
    """Wait until a device is a member, by what was saved."""
    def is_member():
        found = net.show("uplink show", "port show")
        return [one for one in found[0] + found[1]
                if one["dev"] == dev and one.get("state") != "absent"]
    try:
        return until(is_member, dev + " to join", 120)[0]
    except Exception:
        the_machine(net).comment()
        raise


def come_later(net):
    """The devices that were not there at boot: those that joined, by name."""
    if "stranger" not in net.macs:
        net.veth("e2", "e3", "e4", "stranger")
        net.out.up("stranger")
        net.tap("t2")
    return {dev: joined(net, dev) for dev in ("e2", "lan0", "e4", "t2")}


@case("C3: devices that come later join: by name, renamed, by another name")
def names(net):
    machine = the_machine(net)
    members = come_later(net)
    for dev in ("e2", "lan0", "e4"):
        eq(members[dev]["switch"], "s0", "switch of " + dev)
    eq(members["t2"]["client"], "web02", "client of t2")
    net.refused("uplink", "show", "stranger", status=3)
    eq(net.link("stranger").get("master"), None, "master of a stranger")
    eq(machine.value("vswitch-join@lan0.service", "Result"), "success",
       "the service that let lan0 join")


def name_of(ns, address):
    """The name of the device that has an address; udev gives NICs names."""
    return next((name for name, link in ns.route.links().items()
                 if link.get("address") == address), None)


@case("C3: a NIC joins by its permanent address, whatever it has now")
def permanent(net):
    the_machine(net)
    # The namespace that has the hardware.
    home = Netns("/proc/1/ns/net")
    net.sh("modprobe virtio_net")
    # A host that has ended gives it back as it was there, after a while.
    name = until(lambda: name_of(home, NIC) or name_of(home, OTHER), "the NIC",
                 20)
    home.set_mac(name, OTHER)
    home.route.change(name, (28, net.host.file.fileno()))
    try:
        until(lambda: [one["dev"] for one in net.show("uplink show")[0]
                       if one["state"] != "absent" and
                       one["dev"] == name_of(net.host, OTHER)], "it to join", 120)
    finally:
        name = name_of(net.host, OTHER)
        net.run_ctl("uplink", "del", name)
        net.host.set_mac(name, NIC)
        net.host.route.change(name, (28, home.file.fileno()))
        home.close()


@case("C3: NetworkManager and systemd-networkd keep off members and switches, "
      "not off vmks")
def kept_away(net):
    machine = the_machine(net)
    come_later(net)
    devices = {"s0": True, "e1": True, "e2": True, "lan0": True, "t1": True,
               "t2": True, "vmk0": False, "vmk1": False, "plain": False,
               "stranger": False}
    for dev, member in devices.items():
        known = machine.properties(dev)
        eq((known.get("VSWITCH_MEMBER"), known.get("NM_UNMANAGED")),
           ("1", "1") if member else (None, None), "what udev says of " + dev)
    # Without a file for it, nothing is systemd-networkd's.
    del devices["vmk0"]
    for dev, member in devices.items():
        want = ("unmanaged",) if member else ("configuring", "configured")
        until(lambda dev=dev, want=want: machine.networkd(dev) in want,
              "systemd-networkd to hold %s for %s, not %s" % (
                  dev, want, machine.networkd(dev)), 60)
    until(lambda: all(has_address(net, dev) for dev in devices
                      if not devices[dev]), "its address on what is not ours", 60)
    eq([dev for dev in devices if devices[dev] and has_address(net, dev)], [],
       "members with an address")


def has_address(net, dev):
    return "198.51.100.7/24" in net.sh("ip -4 addr show dev " + dev)


@case("C3: what was saved is not for others before it has joined, either")
def before_it_joins(net):
    # As if it came before the switch is restored.
    machine = the_machine(net)
    net.run_ctl("--force", "switch", "del", "s9")
    net.veth("e9")
    known = machine.properties("e9")
    eq((known.get("VSWITCH_MEMBER"), known.get("NM_UNMANAGED")), ("1", "1"),
       "what udev says of e9")
    until(lambda: machine.networkd("e9") == "unmanaged",
          "systemd-networkd to leave e9", 60)
    net.refused("uplink", "show", "e9", status=3)


@case("C3: what udev says follows a device that becomes a member, and leaves")
def follows(net):
    machine = the_machine(net)
    come_later(net)
    until(lambda: has_address(net, "stranger"), "the address of stranger", 60)
    net.sh("ip addr flush dev stranger")
    for command, want in (("uplink add stranger switch s0", "1"),
                          ("uplink del stranger", None)):
        net.batch(command)
        until(lambda want=want: machine.properties("stranger").get(
            "NM_UNMANAGED") == want, "udev after " + command, 60)


@case("V1: udev leaves a vmk the address that it was made with")
def vmk_mac(net):
    the_machine(net)
    macs = {one["dev"]: (one["effective-mac"], one["initial-mac"])
            for one in net.show("port show")[0] if one["kind"] == "vmk"}
    eq(len(macs), 2, "vmks")
    for dev, (now, made) in macs.items():
        eq(now, made, "address of " + dev)


@case("C3: the machine goes down")
def down(net):
    machine = the_machine(net)
    machine.run("systemctl stop vswitch.service machine.target")
    machine.close()
    true(net.show("switch show")[0], "what runs is still there")


run(setup)
