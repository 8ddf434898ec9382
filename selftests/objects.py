#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The objects: what may be a member, what a member may not, what it gets and
gets back, and the ways in and out that ip link has.

    s0 with u1 and guest a1 in portgroup pg, vmk0 in pg; s1 empty
"""

import json
import time

from vswtest import (BC, MAGIC, NOBODY, VSWCTL, Raw, Skip, case, eq, frame, run,
                     true, until)


def setup(net):
    net.ends("a1 a2 u1")
    net.batch("""switch add s0
        switch add s1
        uplink add u1 switch s0
        portgroup add pg switch s0
        portgroup add pg1 switch s1
        port add a1 portgroup pg
        vmk add vmk0 portgroup pg mac 02:bb:00:00:00:01""")
    net.ready("a1 u1")
    net.add("d0")


def as_member(net, name, **kwargs):
    """Refused as an uplink and as a vnic; the two sentences."""
    return [net.refused("uplink add %s switch s1" % name, **kwargs),
            net.refused("port add %s portgroup pg1" % name, **kwargs)]


def accepted(net, name):
    """The positive twin: the device can be an uplink and a vnic."""
    net.batch("""uplink add %s switch s1
        uplink del %s
        port add %s portgroup pg1
        port del %s""" % ((name,) * 4))


# M1

@case("M1: a member belongs to one switch, a second attach is refused")
def second(net):
    before = net.state()
    for dev in ("u1", "a1"):
        as_member(net, dev, text=dev)
        net.refused("uplink add %s switch s0" % dev, text=dev)
        net.refused("port add %s portgroup pg" % dev, text=dev)
    net.unchanged(before)
    accepted(net, "d0")


SENTENCES = {}


def unfit(net, name, why):
    """Refused for one reason, in words that name the device."""
    before = net.state()
    SENTENCES[why] = [text.replace(name, "DEV") for text in
                      as_member(net, name, text=name)]
    net.unchanged(before)
    true("master" not in net.link(name) or why == "master",
         "%s has a master" % name)


@case("M1: not Ethernet is refused")
def not_ethernet(net):
    net.spawn("modprobe tun".split())
    done = net.spawn("ip tuntap add t0 mode tun".split())
    if done.returncode:
        raise Skip("no tun device")
    unfit(net, "t0", "not Ethernet")
    net.delete("t0")


@case("M1: loopback is refused")
def loopback(net):
    unfit(net, "lo", "loopback")


@case("M1: a vSwitch or a vmk is refused")
def own_kinds(net):
    unfit(net, "s0", "vswitch")
    unfit(net, "vmk0", "vmk")


@case("M1: a device with another master is refused")
def other_master(net):
    net.add("br0", "bridge")
    net.sh("ip link set d0 master br0")
    unfit(net, "d0", "master")
    net.delete("br0")
    accepted(net, "d0")


@case("M1: a device with another rx_handler is refused")
def other_handler(net):
    net.sh("ip link add link d0 name mv0 type macvlan")
    unfit(net, "d0", "rx_handler")
    net.delete("mv0")
    accepted(net, "d0")


@case("M1: a device with VLAN devices on top is refused")
def vlan_on_top(net):
    net.sh("ip link add link d0 name d0.5 type vlan id 5")
    unfit(net, "d0", "vlan")
    net.delete("d0.5")
    accepted(net, "d0")


@case("M1: a wireless station, IFF_DONT_BRIDGE, is refused")
def station(net):
    done = net.spawn("modprobe mac80211_hwsim radios=1".split())
    if done.returncode:
        raise Skip("no mac80211_hwsim")
    home = ["nsenter", "--net=/proc/1/ns/net"]
    try:
        links = json.loads(net.spawn(home + ["ip", "-j", "link"]).stdout)
        wlan = next(link["ifname"] for link in links
                    if link["ifname"].startswith("wlan"))
        done = net.spawn(home + [VSWCTL, "switch", "add", "swl"])
        eq(done.returncode, 0, "switch add: %s" % done.stderr)
        done = net.spawn(home + [VSWCTL, "uplink", "add", wlan,
                                 "switch", "swl"])
        net.spawn(home + [VSWCTL, "switch", "del", "swl"])
        eq(done.returncode, 1, "exit status for a station")
        SENTENCES["station"] = [done.stderr.strip().replace(wlan, "DEV")]
    finally:
        net.spawn("rmmod mac80211_hwsim".split())


@case("M1: a device that would nest a vSwitch above itself is refused")
def nesting(net):
    net.sh("ip link add link vmk0 name mv0 type macvlan")
    before = net.state()
    SENTENCES["nesting"] = [
        net.refused("uplink add mv0 switch s0", text="mv0")]
    net.refused("port add mv0 portgroup pg", text="mv0")
    net.unchanged(before)
    net.delete("mv0")
    # A macvlan as such is welcome.
    net.host.up("d0")
    net.sh("ip link add link d0 name mv0 type macvlan")
    accepted(net, "mv0")
    net.delete("mv0")


@case("M1: each refusal has its own message")
def sentences(net):
    del net
    first = [texts[0] for texts in SENTENCES.values()]
    true(len(first) >= 6, "too few refusals seen: %s" % sorted(SENTENCES))
    eq(len(set(first)), len(first), "different messages of %s" % first)


@case("M1: while a device is a member new uppers on it are refused")
def uppers(net):
    net.add("br0", "bridge")
    for dev in ("u1", "a1"):
        for kind in ("vlan id 5", "macvlan", "ipvlan"):
            done = net.spawn(("ip link add link %s name x0 type %s" %
                              (dev, kind)).split())
            if kind == "ipvlan" and "nknown device type" in done.stderr:
                continue
            true(done.returncode, "%s got an upper: %s" % (dev, kind))
        eq(net.link(dev)["master"], "s0", "master of %s" % dev)
    for kind in ("vlan id 5", "macvlan"):
        net.sh("ip link add link d0 name x0 type " + kind)
        net.delete("x0")
    net.delete("br0")


@case("M1: a VLAN device on a vSwitch is refused")
def vlan_on_switch(net):
    net.sh("ip link add link s0 name x0 type vlan id 5", check=1)
    net.sh("ip link add link d0 name x0 type vlan id 5")
    net.delete("x0")


# M2

@case("M2: an uplink with an address is refused, with the way to move it")
def with_address(net):
    for add, rid in (("192.0.2.1/24", "4"), ("2001:db8::1/64", "6")):
        if rid == "6":
            try:
                ipv6(net, "d0", True)
            except FileNotFoundError:
                continue
        net.sh("ip addr add %s dev d0" % add)
        before = net.state()
        net.refused("uplink add d0 switch s1", text="vmk")
        net.refused("uplink add d0 switch s1", text="address")
        net.unchanged(before)
        true(add in net.sh("ip -%s -o addr show dev d0" % rid),
             "the address is gone")
        net.sh("ip addr del %s dev d0" % add)
        accepted(net, "d0")


def ipv6(net, dev, on):
    del net
    with open("/proc/sys/net/ipv6/conf/%s/disable_ipv6" % dev, "w",
              encoding="ascii") as knob:
        knob.write("0" if on else "1")


@case("M2: an automatic link-local address goes, and does not come back")
def link_local(net):
    try:
        ipv6(net, "d0", True)
    except FileNotFoundError as exc:
        raise Skip("no IPv6") from exc
    net.sh("ip link set d0 down")
    net.sh("ip link set d0 addrgenmode eui64")
    net.sh("ip link set d0 up")
    until(lambda: "fe80" in net.sh("ip -6 -o addr show dev d0"),
          "a link-local address")
    net.ctl(*"uplink add d0 switch s1".split())
    eq(net.sh("ip -o addr show dev d0"), "", "addresses of an uplink")
    # It does not get one when its link returns, either.
    net.batch("switch add s2")
    ipv6(net, "s2", True)
    for dev in ("d0", "s2"):
        net.host.up(dev, False)
        net.host.up(dev)
        eq(net.sh("ip -o addr show dev " + dev), "", "addresses of " + dev)
    net.batch("uplink del d0\nswitch del s2")
    # One that leaves is like any other again.
    until(lambda: "fe80" in net.sh("ip -6 -o addr show dev d0"),
          "a link-local address")
    ipv6(net, "d0", False)


@case("M2: adding an address to a member or a vSwitch is refused with words")
def add_address(net):
    addresses = ["192.0.2.1/24"]
    try:
        for dev in ("u1", "a1", "s0"):
            ipv6(net, dev, True)
        addresses.append("2001:db8::1/64")
    except FileNotFoundError:
        pass
    for dev in ("u1", "a1", "s0"):
        for address in addresses:
            words = net.sh("ip addr add %s dev %s" % (address, dev), check=1)
            true("Error: " in words and len(words.split()) > 4,
                 "no extack text: %r" % words)
        eq(net.sh("ip -o addr show dev " + dev), "", "addresses of " + dev)
    for dev in ("vmk0", "d0"):
        net.sh("ip addr add 192.0.2.1/24 dev " + dev)
        net.sh("ip addr del 192.0.2.1/24 dev " + dev)


# M3: members follow their netdev

@case("M3: a member keeps its place when it is renamed")
def renamed(net):
    net.batch("""switch set s0 active u1
        port set a1 client web01.eth0""")
    number = net.one("port show a1")["number"]
    net.sh("ip link set a1 name a1x")
    net.sh("ip link set u1 name u1x")
    port = net.one("port show a1x")
    eq((port["number"], port["client"]), (number, "web01.eth0"), "the port")
    eq(net.one("uplink show u1x")["role"], "active", "the role")
    eq(net.one("switch show s0")["policy"]["active"], {"dev": ["u1x"]},
       "the active list")
    net.refused("port show a1", status=3, text="a1")
    net.check([("a1", NOBODY, "-", "u1:-"), ("u1", "a1", "-", "a1:-")],
              counters=False)
    net.sh("ip link set s0 name s0x")
    eq(net.one("portgroup show pg")["switch"], "s0x", "the switch of pg")
    net.sh("ip link set s0x name s0")
    net.sh("ip link set a1x name a1")
    net.sh("ip link set u1x name u1")
    eq(net.one("uplink show u1")["role"], "active", "the role")


@case("M3: an uplink with the name of an absent one keeps its own place")
def renamed_to_absent(net):
    net.ends("m3")
    net.batch("""uplink add m3 switch s0 role standby
        uplink add m4 switch s0 absent on
        uplink add m5 switch s0 absent on
        portgroup add p4 switch s0 active m5,m4,u1 standby none
        portgroup add p5 switch s0 active m4,m3""")
    net.sh("ip link set m3 name m4")
    eq({one["dev"]: (one["role"], one["state"] == "absent")
        for one in net.show("uplink show")[0]},
       {"u1": ("active", False), "m4": ("standby", False),
        "m5": ("active", True)}, "uplinks")
    sw, p4, p5 = net.show("switch show s0", "portgroup show p4",
                          "portgroup show p5")
    eq((sw[0]["policy"]["active"], sw[0]["policy"]["standby"],
        p4[0]["policy"]["active"], p5[0]["policy"]["active"]),
       ({"dev": ["u1", "m5"]}, {"dev": ["m4"]}, {"dev": ["m5", "u1"]},
        {"dev": ["m4"]}), "lists")
    # What is shown is what is done: two slots, and one that is empty.
    net.ctl("vmk add vmk4 portgroup p4")
    vmk = net.one("port show vmk4")
    eq((vmk["uplink"], vmk["choice"]),
       ("u1", "own" if vmk["number"] % 2 else "spread"), "the choice")
    net.batch("""vmk del vmk4
        portgroup del p4
        portgroup del p5
        uplink del m4
        uplink del m5""")
    net.delete("m4")
    net.ports.pop("m3").close()


@case("M3: objects are found by an alternative name as well")
def altname(net):
    net.sh("ip link property add dev u1 altname enp0s31f6longaltname")
    eq(net.one("uplink show enp0s31f6longaltname")["dev"], "u1", "the uplink")
    net.sh("ip link property del dev u1 altname enp0s31f6longaltname")


@case("M3: a member that moves to another namespace leaves, a vSwitch stays")
def moved(net):
    net.ends("m1 m2")
    for dev in ("m1", "m2"):
        net.host.up(dev)
    net.batch("uplink add m1 switch s0\nport add m2 portgroup pg")
    eq(len(net.show("uplink show", "port show")[0]), 2, "uplinks")
    for dev in ("m1", "m2"):
        net.sh("ip link set %s netns %s name %sx" % (dev, net.out.path, dev))
        true("master" not in net.link(dev + "x", net.out),
             "%s still has a master" % dev)
    up, ports = net.show("uplink show", "port show")
    eq({obj["dev"]: obj["state"] for obj in up if obj["dev"] != "m1"},
       {"u1": "up"}, "uplinks")
    true(all(obj["state"] == "absent" for obj in up if obj["dev"] == "m1"),
         "m1 is still there")
    eq(sorted(obj["dev"] for obj in ports), ["a1", "vmk0"], "ports")
    net.sh("ip link set s1 netns " + net.out.path, check=1)
    eq(net.link("s1")["kind"], "vswitch", "kind of s1")
    # They are whole again for anybody else.
    for dev in ("m1", "m2"):
        net.out.up(dev + "x")
        net.out.ready(dev + "x")
        net.out.ready(dev)	# its queue went with the carrier, too
        ear = Raw(net.out, dev + "x", MAGIC)
        net.ports.pop(dev).send(frame(BC, "02:00:00:00:00:01"))
        net.settle()
        eq(len(ear.recv()), 1, "frames that %sx hears" % dev)
        net.sh("ip link del %sx" % dev, net.out)
    net.try_ctl("uplink del m1")	# it may be listed as absent


@case("M3, M6: what an uplink is given by who moves it away is not taken back")
def moved_up(net):
    net.ends("m1")
    eq(net.link("m1")["flags"] & 1, 0, "m1 is up")
    net.ctl("uplink add m1 switch s1")
    net.sh("ip link set m1 netns %s name m1x mtu 1400 up" % net.out.path)
    # Whatever else is done for it is done soon.
    time.sleep(0.5)
    link = net.link("m1x", net.out)
    eq((link["flags"] & 1, link["mtu"]), (1, 1400), "whether it is up, its MTU")
    net.ports.pop("m1").close()
    net.delete("m1x", net.out)
    net.try_ctl("uplink del m1")


@case("M3: switch del refuses while there are vnics or vmks, --force does it")
def switch_del(net):
    net.batch("""switch add s2
        portgroup add pg2 switch s2
        uplink add d0 switch s2
        port add a2 portgroup pg2""")
    before = net.state()
    net.refused("switch del s2", text="s2")
    net.unchanged(before)
    net.ctl(*"port del a2".split())
    net.ctl(*"vmk add vmk2 portgroup pg2".split())
    net.refused("switch del s2", text="s2")
    net.run_ctl("--force", "switch", "del", "s2")
    for dev in ("s2", "vmk2"):
        net.sh("ip link show " + dev, check=1)
    true("master" not in net.link("d0"), "d0 still has a master")
    net.batch("switch add s2\nuplink add d0 switch s2\nswitch del s2")


@case("M3: ip link del deletes a switch with everything in place")
def link_del(net):
    net.batch("""switch add s2
        portgroup add pg2 switch s2
        uplink add d0 switch s2
        port add a2 portgroup pg2
        vmk add vmk2 portgroup pg2""")
    net.delete("s2")
    for dev in ("d0", "a2"):
        true("master" not in net.link(dev), "%s still has a master" % dev)
    net.sh("ip link show vmk2", check=1)
    net.refused("portgroup show pg2", status=3, text="pg2")
    net.batch("switch add s2\nportgroup add pg2 switch s2\nswitch del s2")


# M6

@case("M6: a new switch is up; attaching a member brings it up")
def up(net):
    net.ctl(*"switch add s2".split())
    eq(net.one("switch show s2")["state"], "up", "state")
    true(net.link("s2")["up"], "s2 is not up")
    net.ctl(*"portgroup add pg2 switch s2".split())
    for attach in ("uplink add d0 switch s2", "port add d0 portgroup pg2"):
        net.sh("ip link set d0 down")
        net.ctl(*attach.split())
        true(net.link("d0")["up"], "d0 is not up")
        net.ctl(attach.split()[0], "del", "d0")
    net.ctl(*"switch del s2".split())


@case("M6: a switch set down forwards nothing, its vmks lose carrier")
def down(net):
    net.host.up("vmk0")
    net.host.ready("vmk0")
    net.own("vmk0")
    net.before = {}
    good = [("a1", BC, "-", "vmk0:- u1:-"), ("u1", BC, "-", "a1:- vmk0:-"),
            ("vmk0", "a1", "-", "a1:-")]
    net.check(good)
    net.host.up("s0", False)
    eq(net.one("switch show s0")["state"], "down", "state of s0")
    until(lambda: not net.link("vmk0")["flags"] & 0x10000,
          "loss of carrier of vmk0")
    eq(net.one("vmk show vmk0")["state"], "no-carrier", "state of vmk0")
    net.check([("a1", BC, "-", "!switch-down"),
               ("a1", NOBODY, "-", "!switch-down"),
               ("u1", BC, "-", "!switch-down"),
               ("u1", "a1", "-", "!switch-down")])
    ear = Raw(net.host, "u1", MAGIC)
    net.check([("u1", "01:80:c2:00:00:0e", "-", "")])
    eq(len(ear.recv()), 1, "link-local frames that the host hears")
    net.host.up("s0")
    net.host.ready("vmk0")
    net.check(good)


@case("M6: an uplink has the MTU of the switch, and its own back when it leaves")
def mtu(net):
    net.sh("ip link set d0 mtu 1300")
    net.batch("switch add s2 mtu 1400\nuplink add d0 switch s2")
    eq(net.link("d0")["mtu"], 1400, "MTU of the uplink")
    net.sh("ip link set d0 mtu 1500", check=1)
    eq(net.link("d0")["mtu"], 1400, "MTU of the uplink")
    net.ctl(*"switch set s2 mtu 9000".split())
    eq((net.link("d0")["mtu"], net.link("s2")["mtu"],
        net.one("switch show s2")["mtu"]), (9000, 9000, 9000), "MTUs")
    net.sh("ip link set s2 mtu 2000")
    eq((net.link("d0")["mtu"], net.one("switch show s2")["mtu"]),
       (2000, 2000), "MTUs")
    net.ctl(*"uplink del d0".split())
    eq(net.link("d0")["mtu"], 1300, "MTU of the NIC")
    net.batch("uplink add d0 switch s2\nswitch del s2")
    eq(net.link("d0")["mtu"], 1300, "MTU of the NIC")
    net.sh("ip link set d0 mtu 1500")


@case("M6: an MTU that an uplink cannot have is refused and changes nothing")
def mtu_refused(net):
    # A macvlan has at most the MTU below it.
    net.host.up("d0")
    net.sh("ip link add link d0 name mv0 type macvlan")
    net.batch("switch add s2\nuplink add a2 switch s2\n"
              "uplink add mv0 switch s2")
    before = net.state()
    net.refused("switch set s2 mtu 4000", text="MTU")
    net.sh("ip link set s2 mtu 4000", check=1)
    net.unchanged(before)
    eq([net.link(dev)["mtu"] for dev in ("s2", "a2", "mv0")], [1500] * 3,
       "MTUs")
    net.ctl(*"uplink del mv0".split())
    net.ctl(*"switch set s2 mtu 4000".split())
    eq(net.link("a2")["mtu"], 4000, "MTU of a2")
    net.refused("uplink add mv0 switch s2", text="MTU")
    true("master" not in net.link("mv0"), "mv0 has a master")
    net.ctl(*"switch del s2".split())
    net.delete("mv0")


@case("M6: a guest's MTU is its own")
def guest_mtu(net):
    net.sh("ip link set a2 mtu 1200")
    net.batch("switch add s2 mtu 4000\nportgroup add pg2 switch s2\n"
              "port add a2 portgroup pg2")
    eq(net.link("a2")["mtu"], 1200, "MTU of the vnic")
    net.ctl(*"switch set s2 mtu 5000".split())
    eq(net.link("a2")["mtu"], 1200, "MTU of the vnic")
    net.sh("ip link set a2 mtu 1500")
    eq(net.link("a2")["mtu"], 1500, "MTU of the vnic")
    net.batch("port del a2\nswitch del s2")


def modes(net, dev):
    link = net.link(dev)
    return link["allmulti"], link["promiscuity"]


@case("M6: allmulti is on while attached, then as it was")
def allmulti(net):
    eq(modes(net, "d0")[0], 0, "allmulti before")
    net.batch("switch add s2\nuplink add d0 switch s2")
    eq(modes(net, "d0")[0], 1, "allmulti of an uplink")
    net.ctl(*"uplink del d0".split())
    eq(modes(net, "d0"), (0, 0), "modes after")
    net.sh("ip link set d0 allmulticast on promisc on")
    net.batch("uplink add d0 switch s2\nswitch del s2")
    eq(modes(net, "d0"), (1, 1), "modes after")
    net.sh("ip link set d0 allmulticast off promisc off")


def bond(net, name):
    """A NIC with filters for addresses and VLANs, or no test."""
    done = net.spawn(("ip link add %s type bond mode active-backup miimon 100"
                      % name).split())
    if done.returncode:
        raise Skip("no bonding")
    net.sh("ip link set d0 down")
    net.sh("ip link set d0 master " + name)


@case("M6: promiscuous only where the filters do not hold what is in use")
def promisc(net):
    bond(net, "b0")
    net.batch("""switch add s2
        uplink add b0 switch s2
        portgroup add pg2 switch s2
        portgroup add wide switch s2
        port add a2 portgroup pg2""")

    def filters():
        return net.sh("bridge fdb show dev b0")

    def promiscuous(want):
        return lambda: modes(net, "b0")[1] == want

    until(lambda: net.macs["a2"] in filters(), "the guest in the filter")
    eq(modes(net, "b0")[1], 0, "promiscuity with one address")
    count = 64
    net.batch("".join("vmk add vk%d portgroup pg2 mac 02:cc:00:00:00:%02x\n" %
                      (i, i) for i in range(count)))
    until(promiscuous(1), "promiscuous with 65 addresses")
    net.batch("vmk del vk0\nvmk del vk1")
    until(promiscuous(0), "a filter with 63 addresses")
    net.batch("".join("vmk del vk%d\n" % i for i in range(2, count)))
    net.ctl(*"portgroup set wide vlan trunk 100-162".split())
    eq(modes(net, "b0")[1], 0, "promiscuity with 63 VLANs")
    net.ctl(*"portgroup set wide vlan trunk 100-164".split())
    until(promiscuous(1), "promiscuous with 65 VLANs")
    net.ctl(*"portgroup set wide vlan 100".split())
    until(promiscuous(0), "a filter without the trunk")
    net.ctl(*"portgroup set wide vlan all".split())
    until(promiscuous(1), "promiscuous with all VLANs")
    net.ctl(*"portgroup del wide".split())
    until(promiscuous(0), "a filter without the trunk")
    net.ctl(*"port del a2".split())
    until(lambda: net.macs["a2"] not in filters(), "an empty filter")
    net.ctl(*"switch del s2".split())
    eq(modes(net, "b0"), (0, 0), "modes after")
    net.delete("b0")


@case("M6: promiscuous on a NIC without filters")
def promisc_always(net):
    net.batch("switch add s2\nuplink add d0 switch s2")
    eq(modes(net, "d0")[1], 1, "promiscuity of a NIC without filters")
    net.ctl(*"uplink del d0".split())
    eq(modes(net, "d0")[1], 0, "promiscuity after")
    net.ctl(*"switch del s2".split())


@case("M6: LRO is off while attached, then as it was")
def lro(net):
    def state():
        return next(line.split()[1] for line in
                    net.sh("ethtool -k b0").splitlines()
                    if line.startswith("large-receive-offload"))
    bond(net, "b0")
    net.spawn("ethtool -K b0 lro on".split())
    if state() != "on":
        net.delete("b0")
        raise Skip("no device with LRO")
    net.batch("switch add s2\nuplink add b0 switch s2")
    eq(state(), "off", "LRO of an uplink")
    net.ctl(*"switch del s2".split())
    eq(state(), "on", "LRO after")
    net.delete("b0")


# M7

@case("M7: ip link set master attaches to the default portgroup")
def master(net):
    net.batch("switch add s2\nportgroup add pg2 switch s2 vlan 7\n"
              "portgroup add other switch s2")
    words = net.sh("ip link set a2 master s2", check=1)
    true("Error: " in words and len(words.split()) > 4,
         "no extack text: %r" % words)
    true("master" not in net.link("a2"), "a2 has a master")
    net.refused("switch set s2 default-portgroup pg", text="on s0")
    net.ctl(*"switch set s2 default-portgroup pg2".split())
    eq(net.one("switch show s2")["default-portgroup"], "pg2", "default")
    net.sh("ip link set a2 master s2")
    eq(net.one("port show a2")["portgroup"], "pg2", "portgroup")
    net.sh("ip link set a2 nomaster")
    net.refused("port show a2", status=3, text="a2")
    net.sh("ip link set a2 master s2")
    net.ctl(*"port del a2".split())
    true("master" not in net.link("a2"), "a2 has a master")
    net.ctl(*"switch set s2 default-portgroup none".split())
    eq(net.one("switch show s2").get("default-portgroup", ""), "", "default")
    net.sh("ip link set a2 master s2", check=1)
    net.ctl(*"switch del s2".split())


@case("M7: ip -d link shows the kinds")
def kinds(net):
    for dev, kind in (("s0", "vswitch"), ("vmk0", "vmk")):
        words = net.sh("ip -d link show " + dev).split()
        true(kind in words, "no %s in %s" % (kind, words))
    eq({dev: net.link(dev).get("master") for dev in ("u1", "a1", "vmk0")},
       {"u1": "s0", "a1": "s0", "vmk0": None}, "masters")


@case("M7: ip link add type vswitch makes a switch, type vmk is refused")
def link_add(net):
    net.sh("ip link add s2 type vswitch")
    eq(net.one("switch show s2")["state"], "up", "state")
    net.batch("portgroup add pg2 switch s2\nswitch del s2")
    words = net.sh("ip link add vmk7 type vmk", check=1)
    true("Error: " in words and len(words.split()) > 4,
         "no extack text: %r" % words)
    net.sh("ip link show vmk7", check=1)
    net.ctl(*"vmk add vmk7 portgroup pg".split())
    net.ctl(*"vmk del vmk7".split())


@case("M7: a default portgroup that is gone is a default no longer")
def default_gone(net):
    net.batch("switch add s2\nportgroup add pg2 switch s2\n"
              "switch set s2 default-portgroup pg2\n"
              "portgroup set pg2 name pg3")
    eq(net.one("switch show s2")["default-portgroup"], "pg3", "default")
    if net.try_ctl("portgroup del pg3").returncode == 0:
        eq(net.one("switch show s2").get("default-portgroup", ""), "",
           "default")
        net.sh("ip link set a2 master s2", check=1)
    else:
        net.sh("ip link set a2 master s2")
        eq(net.one("port show a2")["portgroup"], "pg3", "portgroup")
        net.ctl(*"port del a2".split())
    net.ctl(*"switch del s2".split())


@case("M3: after all this the switch still forwards")
def still(net):
    net.check([("a1", NOBODY, "-", "u1:-"), ("u1", "a1", "-", "a1:-")],
              counters=False)


run(setup)
