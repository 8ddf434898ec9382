#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Each refusal of the kernel, word for word, as vswctl and ip show it.

Rows are a command, the exit status, and the line behind "vswctl: OBJECT
COMMAND: "; they change nothing. check/texts.py looks for a row for each
text of the module; what vswctl itself refuses is in its own tests.
"""

import shlex

from vswtest import VSWCTL, Netns, case, eq, run, true

A = "02:aa:00:00:00:01"
GROUP = "01:00:5e:00:00:01"
MANY = ",".join(["u1"] * 33)


def setup(net):
    net.ends("u1 a1 a2")
    net.batch("""switch add s0
        switch add s1
        uplink add u1 switch s0
        portgroup add pg switch s0 vlan 10
        portgroup add 'VM Network' switch s0 vlan 20
        portgroup add pg1 switch s1
        port add a1 portgroup pg mac %s
        vmk add vmk0 portgroup 'VM Network'""" % A)
    # A guest uses the address that was declared for it.
    net.out.set_mac("a1", A)
    net.out.set_mac("a2", A)
    for line in """ip link add d0 type dummy
            ip link add d1 type dummy
            ip link add d2 type dummy
            ip link add d3 type dummy
            ip link add d4 type dummy
            ip link add d5 type dummy
            ip link add d6 type dummy
            ip link add d7 type dummy
            ip link add br0 type bridge
            ip link set d1 master br0
            ip link add link d2 name d2.5 type vlan id 5
            ip link add link d3 name mv0 type macvlan
            ip addr add 192.0.2.9/24 dev d4
            ip link add link vmk0 name vmk0.5 type vlan id 5
            ip link add link d5 name d5.5 type vlan id 5
            ip link add link d7 name iv0 type ipvlan mode l2
            ip link add vx0 type vxlan id 5 dev d6 dstport 4789
            modprobe tun
            ip tuntap add mode tun tun0""".splitlines():
        net.sh(line)
    net.ready("u1 a1")


def name_of(words):
    """The words that a message begins with."""
    text = " ".join(words[:2])
    if len(words) > 2 and words[:3] != ["vmk", "add", "portgroup"]:
        text += ' "%s"' % words[2]
    return text


def refuse(net, rows):
    before, faults = net.state(), []
    for line, status, text in rows:
        words = shlex.split(line)
        done = net.try_ctl(*words)
        want = "vswctl: %s: %s\n" % (name_of(words), text)
        if (done.returncode, done.stdout, done.stderr) != (status, "", want):
            faults.append("%s: %d %r, want %d %r" % (
                line, done.returncode, done.stderr, status, want))
    true(not faults, "\n".join(faults))
    net.unchanged(before)


@case("CLI: what is refused about switches")
def switches(net):
    refuse(net, [
        ("switch add s0", 1, "there is a device s0 already (name)"),
        ("switch add d0", 1, "there is a device d0 already (name)"),
        ("switch add a/b", 1, "that is not a name for a device (name)"),
        ("switch add s%d", 1, "that is not a name for a device (name)"),
        ("switch add s2 active u1", 3,
         "u1 is not an uplink of the new vSwitch (policy.active.dev)"),
        ("switch set nosuch mtu 1400", 3, "there is no such vSwitch (name)"),
        ("switch set d0 mtu 1400", 3, "there is no such vSwitch (name)"),
        ("switch set s0 default-portgroup nosuch", 3,
         "there is no such portgroup (default-portgroup)"),
        ("switch set s0 default-portgroup pg1", 1,
         "that portgroup is on s1 (default-portgroup)"),
        ("switch set s0 active d0", 3,
         "d0 is not an uplink of s0 (policy.active.dev)"),
        ("switch set s0 active none standby u1,u1", 1,
         "u1 is listed twice (policy)"),
        ("switch set s0 active " + MANY, 1,
         "more than 32 devices are listed (policy.active.dev)"),
        ("switch del nosuch", 3, "there is no such vSwitch (name)"),
        ("switch del s0", 1, "s0 has vnics or vmks attached: 2 (name)"),
        ("switch show nosuch", 3, "there is no such vSwitch (name)"),
    ])


@case("CLI: what is refused about portgroups")
def portgroups(net):
    net.batch("port add a2 portgroup 'VM Network' mac " + A)
    refuse(net, [
        ("portgroup add pg switch s1", 1,
         "s0 has a portgroup of this name already (name)"),
        ("portgroup add x switch nosuch", 3,
         "there is no such vSwitch (switch)"),
        ("portgroup add x switch s0 standby d0", 3,
         "d0 is not an uplink of s0 (policy.standby.dev)"),
        ("portgroup set nosuch vlan 5", 3, "there is no such portgroup (name)"),
        ("portgroup set pg name 'VM Network'", 1,
         "s0 has a portgroup of this name already (new-name)"),
        ("portgroup set pg active u1,u1", 1, "u1 is listed twice (policy)"),
        ("portgroup set 'VM Network' vlan 10", 1,
         'an address of "VM Network" is held in that VLAN (vlan)'),
        ("portgroup del nosuch", 3, "there is no such portgroup (name)"),
        ("portgroup del pg", 1, "it has ports: 1 (name)"),
        ("portgroup show nosuch", 3, "there is no such portgroup (name)"),
    ])
    net.batch("port del a2")


@case("CLI: what is refused about uplinks")
def uplinks(net):
    refuse(net, [
        ("uplink add nosuch switch s0", 3, "there is no such device (dev)"),
        ("uplink add d0 switch nosuch", 3, "there is no such vSwitch (switch)"),
        ("uplink add u1 switch s1", 1, "u1 is already an uplink of s0 (dev)"),
        ("uplink add a1 switch s1", 1, "a1 is already a vnic of s0 (dev)"),
        ("uplink add lo switch s0", 1, "lo is a loopback device (dev)"),
        ("uplink add tun0 switch s0", 1, "tun0 is not an Ethernet device (dev)"),
        ("uplink add s1 switch s0", 1, "s1 is a vSwitch (dev)"),
        ("uplink add vmk0 switch s1", 1, "vmk0 is a vmk (dev)"),
        ("uplink add vmk0.5 switch s0", 1, "vmk0.5 stands on s0 itself (dev)"),
        ("uplink add d1 switch s0", 1, "d1 belongs to br0 already (dev)"),
        ("uplink add d2 switch s0", 1, "d2 has VLAN devices on top (dev)"),
        ("uplink add d3 switch s0", 1,
         "d3 has another rx_handler (macvlan?) (dev)"),
        ("uplink add d7 switch s0", 1,
         "d7 has another rx_handler (macvlan?) (dev)"),
        ("uplink add iv0 switch s0", 1,
         "iv0 lets nobody take its frames (ipvlan, VRF?) (dev)"),
        ("port add iv0 portgroup pg", 1,
         "iv0 lets nobody take its frames (ipvlan, VRF?) (dev)"),
        ("uplink add d6 switch s0", 1, "d6 has other devices on top (dev)"),
        ("uplink add d4 switch s0", 1, "d4 has an IP address; move it to a vmk "
         "first (vswctl vmk adopt) (dev)"),
        ("uplink set nosuch role active", 3, "there is no such uplink (dev)"),
        ("uplink set a1 role active", 3, "the device is not an uplink (dev)"),
        ("uplink del nosuch", 3, "there is no such uplink (dev)"),
        ("uplink del d0", 3, "the device is not an uplink (dev)"),
        ("uplink show a1", 3, "the device is not an uplink (dev)"),
    ])


@case("CLI: what is refused about an MTU that a device cannot have: M6")
def mtus(net):
    refuse(net, [("uplink add d5.5 switch s1", 1,
                  "d5.5 cannot be set up (dev)")])
    net.host.up("d5")
    net.batch("uplink add d5.5 switch s1")
    refuse(net, [("switch set s1 mtu 1600", 1,
                  "an uplink cannot have this MTU (mtu)")])
    net.batch("uplink del d5.5\nswitch set s1 mtu 1600")
    refuse(net, [("uplink add d5.5 switch s1", 1,
                  "d5.5 cannot have the MTU 1600 of s1 (dev)")])
    net.batch("switch set s1 mtu 1500")


@case("CLI: what is refused about beacons: T5")
def beacons(net):
    net.batch("switch add s2\nportgroup add t2 switch s2 vlan all")
    refuse(net, [
        ("switch set s0 detect beacon teaming iphash", 1,
         "beacons do not go with iphash (policy)"),
        ("portgroup set pg detect beacon teaming iphash", 1,
         'beacons do not go with iphash, and "pg" would have both'),
        ("switch set s2 detect beacon", 1,
         "beacons need a portgroup of s2 that is no trunk (policy)"),
    ])
    net.batch("switch del s2")


@case("CLI: what is refused about ports")
def ports(net):
    refuse(net, [
        ("port add nosuch portgroup pg", 3, "there is no such device (dev)"),
        ("port add d0 portgroup nosuch", 3,
         "there is no such portgroup (portgroup)"),
        ("port add a1 portgroup pg1", 1, "a1 is already a vnic of s0 (dev)"),
        ("port add u1 portgroup pg", 1, "u1 is already an uplink of s0 (dev)"),
        ("port add d4 portgroup pg", 1, "d4 has an IP address; move it to a "
         "vmk first (vswctl vmk adopt) (dev)"),
        ("port add d0 portgroup pg mac " + A, 1,
         "another port on s0 holds %s (dev)" % A),
        ("port add d0 portgroup pg mac " + GROUP, 1,
         "01:00:5e:00:00:01 is a group address (dev)"),
        ("port add d0 portgroup pg allow-mac " + GROUP, 1,
         "01:00:5e:00:00:01 is a group address (allow-mac.address)"),
        ("port set nosuch client x", 3, "there is no such port (dev)"),
        ("port set u1 client x", 3, "the device is not on a portgroup (dev)"),
        ("port set a1 portgroup nosuch", 3,
         "there is no such portgroup (portgroup)"),
        ("port set a1 portgroup pg1", 1,
         "the portgroup is on s1, the port on s0"),
        ("port set a1 mac " + GROUP, 1, "01:00:5e:00:00:01 is a group address"),
        ("port set a1 effective-mac 02:aa:00:00:00:05", 1,
         "the other end of a1 tells its address itself"),
        ("port set vmk0 client x", 1, 'vmk0 is a vmk: use "vswctl vmk set"'),
        ("port del nosuch", 3, "there is no such port (dev)"),
        ("port del d0", 3, "the device is not on a portgroup (dev)"),
        ("port del vmk0", 1, 'vmk0 is a vmk: use "vswctl vmk del"'),
        ("port show nosuch", 3, "there is no port of this device or client"),
    ])


@case("CLI: what is refused about vmks")
def vmks(net):
    refuse(net, [
        ("vmk add portgroup nosuch", 3,
         "there is no such portgroup (portgroup)"),
        ("vmk add d0 portgroup pg", 1, "there is a device d0 already"),
        ("vmk add vmk0 portgroup pg", 1, "there is a device vmk0 already"),
        ("vmk add a/b portgroup pg", 1, "that is not a name for a device"),
        ("vmk add portgroup pg mac " + A, 1,
         "another port on s0 holds " + A),
        ("vmk add portgroup pg mac " + GROUP, 1, "01:00:5e:00:00:01 is a group address"),
        ("vmk add portgroup pg netns /dev/null", 1,
         "that is not a network namespace (netns-fd)"),
        ("vmk set nosuch mtu 1400", 3, "there is no such vmk (name)"),
        ("vmk set a1 mtu 1400", 3, "there is no such vmk (name)"),
        ("vmk set vmk0 portgroup nosuch", 3,
         "there is no such portgroup (portgroup)"),
        ("vmk set vmk0 portgroup pg1", 1,
         "the portgroup is on s1, the port on s0"),
        ("vmk set vmk0 portgroup pg mac " + A, 1,
         "another port on s0 holds " + A),
        ("vmk set vmk0 mac " + GROUP, 1, "01:00:5e:00:00:01 is a group address"),
        ("vmk del nosuch", 3, "there is no such vmk (name)"),
        ("vmk show a1", 3, "there is no such vmk (name)"),
    ])


@case("CLI: what is refused of questions")
def questions(net):
    refuse(net, [
        ("why port nosuch destination " + A, 3, "there is no such port (dev)"),
        ("why port u1 destination " + A, 2,
         '"source" is missing, and u1 has no address to stand for it'),
        ("why port d0 destination " + A, 3, "the device is on no vSwitch (dev)"),
        ("nic show nosuch", 3, "there is no NIC of this name"),
    ])
    done = net.try_ctl("fdb show switch nosuch")
    eq((done.returncode, done.stderr),
       (3, "vswctl: fdb show: there is no such vSwitch (switch)\n"), "fdb show")


@case("CLI: what is refused about addresses of vmks: V2")
def vmk_addresses(net):
    refuse(net, [("vmk add vmk5 portgroup pg address 2001:db8::1/64", 1,
                  "ipv6: IPv6 is disabled on this device "
                  "(address 2001:db8::1/64)")])
    away = Netns()
    net.run_ctl("vmk", "add", "vmk5", "portgroup", "pg", "netns", away.path)
    refuse(net, [("vmk set vmk5 address 192.0.2.5/24", 1,
                  "its network namespace has no name in /run/netns (address)")])
    net.batch("vmk del vmk5")
    away.close()


@case("CLI: what is refused of options and words")
def options(net):
    for words, status, text in (
            (("-n", "nosuch", "show"), 3, 'network namespace "nosuch": there '
             "is none of this name"),
            (("-n", "/dev/null", "show"), 1, "not a network namespace"),
            (("-b", "/no/such"), 3, "/no/such: No such file or directory")):
        done = net.try_ctl(*words)
        eq((done.returncode, done.stderr), (status, "vswctl: %s\n" % text),
           words)
    net.sh("ip netns add vswrefused")
    done = net.spawn([VSWCTL, "-n", "vswrefused", "show"], user=65534,
                     group=65534, extra_groups=[])
    net.sh("ip netns del vswrefused")
    eq((done.returncode, done.stderr),
       (1, "vswctl: cannot enter the network namespace: this needs root or "
        "CAP_SYS_ADMIN\n"), "as nobody")


@case("CLI: what ip is told: M1 M2 M7 F1")
def by_ip(net):
    net.out.set_mac("a2", "02:aa:00:00:00:03")
    net.batch("port add a2 portgroup 'VM Network' mac 02:aa:00:00:00:03")
    before, faults = net.state(), []
    for line, text in (
            ("ip link set d0 master s0",
             "s0 has no default portgroup (vswctl switch set)"),
            ("ip link add link s0 name x type vlan id 5",
             "s0 is a vSwitch; only vmks stand on it"),
            ("ip link add link u1 name x type vlan id 5",
             "u1 is a member of s0"),
            ("ip addr add 192.0.2.77/24 dev u1",
             "u1 is a member of s0; give the address to a vmk"),
            ("ip addr add 192.0.2.77/24 dev s0",
             "s0 is a vSwitch; give the address to a vmk"),
            ("ip link add x type vmk",
             'a vmk stands on a portgroup: use "vswctl vmk add"'),
            ("ip link set vmk0 address 02:aa:00:00:00:03",
             "another port on s0 holds 02:aa:00:00:00:03")):
        said = net.sh(line, check=2).splitlines()
        if said[:1] != ["Error: %s." % text]:
            faults.append("%s: %s, want %r" % (line, said, text))
    eq(faults, [], "what ip shows")
    net.unchanged(before)


run(setup)
