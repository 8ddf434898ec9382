#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""demo.py KERNELDIR VSWITCH_KO VSWCTL: two hosts show what the switch does.

Each line that says "ok" was checked; the exit status is 0 if all of them were.
"""
import json
import os
import re
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from host import DHCP_SERVER, HERE, Host, HostError

# The guests of each host: name, portgroup, address.  All have one IP network,
# so that nothing but the VLAN keeps those of different portgroups apart.
GUESTS = {
    1: [("web1", "Web", "10.10.0.1"), ("web2", "Web", "10.10.0.2"), ("db1", "Database", "10.10.0.3")],
    2: [("web3", "Web", "10.10.0.4"), ("web4", "Web", "10.10.0.5"), ("db2", "Database", "10.10.0.6")],
}
ADDRESS = {name: address for guests in GUESTS.values() for name, _, address in guests}

# What both hosts have; a host adds its guests, and its number to addresses.
CONFIG = os.path.join(HERE, "host.json")

# The NIC that has the host's address, and how it comes under a switch.
ADOPT = "vswctl --confirm 60 vmk adopt vusb0 switch vSwitchUSB portgroup 'USB Management'"

# When a link goes, one frame may be on its way and one more in the NIC.  When
# it returns, a fabric that floods may show the port one frame by both (F6).
LOSS_ALLOWED = 2
TWICE_ALLOWED = 1

PINGS = 70

# How long a change waits to be confirmed, in seconds.
CONFIRM = 8


class Demo:
    """The story, and how it stands."""

    def __init__(self, hosts):
        self.hosts = hosts
        self.passed = 0
        self.failed = 0

    def title(self, text):
        """A new chapter."""
        print(f"\n[{time.monotonic() - BEGIN:3.0f} s] {text}", flush=True)

    def check(self, held, text, why=""):
        """One line of the result."""
        if held:
            self.passed += 1
        else:
            self.failed += 1
        print(f"  {'ok  ' if held else 'FAIL'}  {text}", flush=True)
        if not held:
            for line in str(why).strip().splitlines()[-12:]:
                print(f"        {line}", flush=True)

    def configure(self, host, aloud):
        """Bring a host to what a file says, as its administrator would."""
        for name, _, address in GUESTS[host.number]:
            host.must(f"ip netns add {name} && "
                      f"ip link add {name} type veth peer name eth0 netns {name} && "
                      f"ip -n {name} address add {address}/24 dev eth0 && "
                      f"ip -n {name} link set lo up && ip -n {name} link set eth0 up")
        with open(os.path.join(host.folder, "host.json"), "w", encoding="ascii") as file:
            json.dump(document(host.number), file, indent=1)
        for command in ("vswctl --dry-run apply host.json", "vswctl apply host.json",
                        "vswctl --dry-run apply host.json"):
            host.said.append(host.must(f"cd /run/out && {command}"))
            if aloud:
                print(f"  {host.name}# {command}")
                print("".join(f"    {line}\n" for line in host.said[-1].splitlines()), end="", flush=True)


def document(number):
    """The configuration of a host."""
    with open(CONFIG, encoding="ascii") as file:
        doc = json.load(file)
    for vmk in doc["vmk"]:
        vmk["address"] = [text.replace("@number@", str(number)) for text in vmk["address"]]
    doc["port"] = [{"dev": name, "portgroup": portgroup, "client": f"{name}.eth0"}
                   for name, portgroup, _ in GUESTS[number]]
    return doc


def within(guest, command):
    """The command, in a guest if there is one, else on the host."""
    return f"ip netns exec {guest} {command}" if guest else command


def start_ping(host, guest, address, count=3, interval=0.2, dev=""):
    """Start a ping; returns a function that waits and tells (sent, received, duplicates)."""
    wait = host.start(within(guest, f"ping -n -q -c {count} -i {interval} -W 2 "
                                    f"{'-I ' + dev if dev else ''} {address}"))

    def tell():
        output = wait(60 + count * interval).output
        sums = re.search(r"(\d+) packets transmitted, (\d+) received(?:, \+(\d+) duplicates)?", output)
        if not sums:
            return 0, 0, 0, output
        return int(sums[1]), int(sums[2]), int(sums[3] or 0), output

    return tell


def check_pings(demo, pings):
    """Check many pings at once: (text, answered or not, host, guest, address, device)."""
    running = [(text, wanted, start_ping(host, guest, address, 3 if wanted else 2, dev=dev))
               for text, wanted, host, guest, address, dev in pings]
    for text, wanted, tell in running:
        sent, received, duplicates, output = tell()
        if wanted:
            demo.check(sent and received == sent and not duplicates, text, output)
        else:
            demo.check(sent and not received, text, output)


def guests_meet(demo):
    """Same VLAN, same host; same VLAN, other host; different VLANs."""
    one, two = demo.hosts
    demo.title("Guests of one VLAN reach each other, those of different VLANs do not")
    check_pings(demo, [
        ("VLAN 10: web1 reaches web2, both on host1", True, one, "web1", ADDRESS["web2"], ""),
        ("VLAN 10: web3 reaches web4, both on host2", True, two, "web3", ADDRESS["web4"], ""),
        ("VLAN 10: web1 on host1 reaches web3 on host2", True, one, "web1", ADDRESS["web3"], ""),
        ("VLAN 10: web4 on host2 reaches web2 on host1", True, two, "web4", ADDRESS["web2"], ""),
        ("VLAN 20: db1 on host1 reaches db2 on host2", True, one, "db1", ADDRESS["db2"], ""),
    ])
    check_pings(demo, [
        ("web1 (VLAN 10) does not reach db1 (VLAN 20) on its own host", False, one, "web1", ADDRESS["db1"], ""),
        ("web1 (VLAN 10) does not reach db2 (VLAN 20) on host2", False, one, "web1", ADDRESS["db2"], ""),
        ("db2 (VLAN 20) does not reach web2 (VLAN 10) on host1", False, two, "db2", ADDRESS["web2"], ""),
    ])


def change(demo, host, command):
    """Run a command of vswctl, aloud."""
    print(f"  {host.name}# {command}", flush=True)
    said = host.run(command)
    print("".join(f"    {line}\n" for line in said.output.splitlines()), end="", flush=True)
    if not said:
        demo.check(False, "it is done", said.output)


def adopt(demo):
    """The host's address moves from a NIC to a vmk under a TCP stream by it."""
    one, two = demo.hosts
    demo.title("A NIC with the host's address becomes an uplink, a vmk has the address, TCP goes on")
    for host in demo.hosts:
        host.must(f"ip address add 172.31.9.{host.number}/24 dev vusb0 && ip link set vusb0 up")
    server = two.start("iperf3 -s -1 -B 172.31.9.2")
    time.sleep(1)
    client = one.start("iperf3 -c 172.31.9.2 -t 10 -i 1 -J")
    for host in demo.hosts:
        time.sleep(1.5)
        print(f"  {host.name}# {ADOPT}", flush=True)
        said = host.run(ADOPT)
        demo.check(said and said.output.startswith("vmk1\n"), f"vusb0 of {host.name} is an uplink, its address is on vmk1",
                   said.output)
        change(demo, host, "vswctl confirm")
    output = client(40).output
    try:
        rates = [part["sum"]["bytes"] for part in json.loads(output)["intervals"]]
    except (ValueError, KeyError):
        rates = []
    demo.check(len(rates) >= 10 and all(rates[-2:]),
               f"the stream that began on the NICs goes on between the vmks, "
               f"{sum(rates) / 1e6:.0f} MB in all", output[-800:])
    if not rates:
        two.run("pkill iperf3")
    server()


def vmks_meet(demo):
    """DHCP for vmk0, then every vmk and its twin."""
    one, two = demo.hosts
    demo.title("The hosts' own interfaces")
    dhcp = f"busybox udhcpc -f -n -q -t 8 -T 1 -i vmk0 -s {HERE}/dhcp-event.sh"
    waits = [host.start(dhcp) for host in demo.hosts]
    outputs = [wait().output for wait in waits]
    vmk0 = {}
    for host, output in zip(demo.hosts, outputs):
        shown = host.run("ip -4 -o address show dev vmk0").output
        found = re.search(r"inet (192\.0\.2\.\d+)/24", shown)
        vmk0[host] = found[1] if found else "192.0.2.255"
        demo.check(found, f"vmk0 of {host.name} has {vmk0[host]} from the DHCP server", output)
    demo.check(vmk0[one] != vmk0[two], "the two addresses differ", vmk0)
    check_pings(demo, [
        (f"vmk0 of host1 reaches the gateway {DHCP_SERVER}", True, one, "", DHCP_SERVER, "vmk0"),
        (f"vmk0 of host2 reaches the gateway {DHCP_SERVER}", True, two, "", DHCP_SERVER, "vmk0"),
        ("vmk0 of host1 reaches vmk0 of host2 (untagged)", True, one, "", vmk0[two], "vmk0"),
        ("vmk1 of host1 reaches vmk1 of host2 (USB)", True, one, "", "172.31.9.2", "vmk1"),
        ("vmk2 of host1 reaches vmk2 of host2 (VLAN 100)", True, one, "", "10.100.0.2", "vmk2"),
        ("vmk3 of host1 reaches vmk3 of host2 (VLAN 101)", True, one, "", "10.101.0.2", "vmk3"),
    ])


def not_confirmed(demo):
    """An administrator shuts himself out, and is let in again."""
    one, two = demo.hosts
    demo.title("A change that locks the administrator out is taken back, as nobody confirms it")
    before = one.must("vswctl export")
    change(demo, one, f"vswctl --confirm {CONFIRM} portgroup set 'USB Management' vlan 99")
    end = time.monotonic() + CONFIRM
    check_pings(demo, [("host2 does not reach the address of host1 any more", False, two, "", "172.31.9.1", "vmk1")])
    time.sleep(max(end + 2 - time.monotonic(), 0))
    demo.check(one.must("vswctl export") == before, f"{CONFIRM} s later the configuration of host1 is what it was")
    check_pings(demo, [("host2 reaches it again", True, two, "", "172.31.9.1", "vmk1")])


def confirmed(demo):
    """The same with a change that is good."""
    one = demo.hosts[0]
    demo.title("One that is confirmed stays")
    for host in demo.hosts:
        change(demo, host, f"vswctl --confirm {CONFIRM} portgroup set Database vlan 21")
    check_pings(demo, [("VLAN 21: db1 on host1 reaches db2 on host2", True, one, "db1", ADDRESS["db2"], "")])
    for host in demo.hosts:
        change(demo, host, "vswctl confirm")
    time.sleep(CONFIRM + 1)
    for host in demo.hosts:
        shown = json.loads(host.must("vswctl -j portgroup show Database"))
        demo.check(shown[0]["vlan"] == {"id": 21}, f"{CONFIRM + 1} s later {host.name} still has it", shown)


def heard(host, nic):
    """How many frames a NIC took from its segment."""
    return int(host.must(f"cat /sys/class/net/{nic}/statistics/rx_packets"))


def nothing_twice(demo):
    """Numbered broadcasts: the worst case, since every NIC hears each of them."""
    one, two = demo.hosts
    count, seconds = 100, 3
    demo.title(f"{count} numbered broadcasts from web1, {count} from vmk2 of host1: nothing arrives twice")
    tool = f"python3 {HERE}/numbered.py"
    before = {nic: heard(two, nic) for nic in ("vmnic4", "vmnic5", "vmnic6", "vmnic7")}

    receivers = [(one, "web1", 0), (one, "web2", count), (two, "web3", count), (two, "web4", count),
                 (one, "db1", 0), (two, "db2", 0), (two, "vmk2", count), (two, "vmk3", 0), (two, "vmk0", 0)]
    running = []
    for host, name, wanted in receivers:
        guest, dev = ("", name) if name.startswith("vmk") else (name, "eth0")
        wait = host.start(within(guest, f"{tool} receive {dev} {count} /run/{name}.ready /run/stop"))
        running.append((host, name, wanted, wait))
    for host, name, _ in receivers:
        host.must(f"for i in $(seq 200); do [ -e /run/{name}.ready ] && exit; sleep 0.1; done; exit 1")
    senders = [one.start(within("web1", f"{tool} send eth0 {count} {seconds}")),
               one.start(f"{tool} send vmk2 {count} {seconds}")]
    for wait in senders:
        wait()
    time.sleep(0.5)             # a duplicate may be late
    for host in demo.hosts:
        host.must("touch /run/stop")
    for host, name, wanted, wait in running:
        output = wait().output
        text = f"{name} on {host.name} gets " + (f"each of the {count} once" if wanted else "none of them")
        demo.check(output.split() == [str(wanted), "0", str(wanted)], text,
                   f"numbers seen, seen twice, frames: {output}")
    gained = {nic: heard(two, nic) - old for nic, old in before.items()}
    demo.check(min(gained.values()) >= count,
               "yet each NIC of both pairs of host2 heard all of its segment: " +
               ", ".join(f"{nic} {frames}" for nic, frames in gained.items()))


def current_uplink(host, port):
    """The uplink that a port uses now, by the switch's own account."""
    shown = json.loads(host.must(f"vswctl -j port show {port}"))
    if isinstance(shown, list):
        shown = shown[0]
    return shown.get("uplink", "")


def uplink_state(host, nic):
    """What the switch says about an uplink."""
    shown = json.loads(host.must(f"vswctl -j uplink show {nic}"))
    if isinstance(shown, list):
        shown = shown[0]
    return shown.get("state", "")


def cut_link(demo, seconds):
    """Pull the cable that web1 uses, look where it goes, plug it in again."""
    host = demo.hosts[0]
    time.sleep(seconds)
    nic = current_uplink(host, "web1")
    host.plug(nic, False)
    time.sleep(1)
    moved = current_uplink(host, "web1")
    demo.check(nic and moved and moved != nic, f"web1 moved from {nic}, which lost its link, to {moved}")
    demo.check(uplink_state(host, nic) == "no-carrier", f"{nic} is shown without carrier")
    time.sleep(max(seconds - 1, 0))
    host.plug(nic, True)
    return nic


def link_returns(demo, nic):
    """The switch sees the link again, within a moment."""
    state = ""
    for _ in range(20):
        state = uplink_state(demo.hosts[0], nic)
        if state == "up":
            break
        time.sleep(0.2)
    demo.check(state == "up", f"the link of {nic} is back", f"state: {state}")


def link_loss(demo):
    """A ping and a TCP stream go on while a cable is pulled and plugged."""
    one, two = demo.hosts
    demo.title("A NIC loses its link under a running ping, and gets it back")
    tell = start_ping(one, "web1", ADDRESS["web3"], PINGS, 0.1)
    nic = cut_link(demo, 2)
    link_returns(demo, nic)
    sent, received, duplicates, output = tell()
    demo.check(sent == PINGS and received >= sent - LOSS_ALLOWED and duplicates <= TWICE_ALLOWED,
               f"web1 to web3: {received} of {sent} answered (at most {LOSS_ALLOWED} may be lost), "
               f"{duplicates} twice (at most {TWICE_ALLOWED} may be, at the return)", output)

    demo.title("The same under a TCP stream")
    server = two.start(within("web3", "iperf3 -s -1"))
    time.sleep(1)
    client = one.start(within("web1", f"iperf3 -c {ADDRESS['web3']} -t 8 -i 1 -J"))
    nic = cut_link(demo, 2)
    link_returns(demo, nic)
    output = client(40).output
    try:
        result = json.loads(output)
        seconds = [part["sum"]["bytes"] for part in result["intervals"]]
        total = result["end"]["sum_received"]["bytes"]
    except (ValueError, KeyError):
        seconds, total = [], 0
    demo.check(len(seconds) >= 8 and all(seconds),
               f"the stream carried data in {sum(map(bool, seconds))} of {len(seconds)} seconds, "
               f"{total / 1e6:.0f} MB in all", output[-800:])
    if not seconds:
        two.run("pkill iperf3")
    server()


def leave(demo):
    """The module goes with everything attached; the NICs stay."""
    two = demo.hosts[1]
    demo.title("Leaving")
    gone = two.run("rmmod vswitch")
    demo.check(gone, "host2 removes the module with everything attached", gone.output)
    nics = two.run("ip -o link show master vSwitch0; ls /sys/class/net").output
    demo.check(all(nic in nics for nic in ("vmnic4", "vmnic5", "vmnic6", "vmnic7", "vusb0")),
               "its NICs are free again", nics)
    for host in demo.hosts:
        faults = host.faults()
        demo.check(not faults, f"the kernel of {host.name} has no complaint", faults)


def tell_story(demo, module, vswctl):
    """All of it; raises HostError when it cannot go on."""
    for host in demo.hosts:
        host.wait_booted(120)
    print(f"  two hosts are up, with vmnic4 to vmnic7 and vusb0 each ({time.monotonic() - BEGIN:.0f} s)")
    demo.title("The administrator of host1 applies a file (host2 likewise)")
    for host in demo.hosts:
        host.must(f"ln -s {vswctl} /usr/local/sbin/vswctl; insmod {module}")
    with ThreadPoolExecutor() as side_by_side:
        for done in [side_by_side.submit(demo.configure, host, aloud=host.number == 1)
                     for host in demo.hosts]:
            done.result()
    for host in demo.hosts:
        plan, done, again = host.said
        demo.check(len(plan.splitlines()) > 10 and not done + again,
                   f"{host.name} is what its file says, and a second time nothing is left to do", done + again)
    guests_meet(demo)
    adopt(demo)
    vmks_meet(demo)
    not_confirmed(demo)
    confirmed(demo)
    nothing_twice(demo)
    link_loss(demo)
    leave(demo)
    demo.title("host1# vswctl show")
    shown = demo.hosts[0].run("vswctl show")
    print(shown.output, flush=True)
    demo.check(shown, "host1 can be shown")


BEGIN = time.monotonic()


def main():
    """Two VMs, the story, the verdict."""
    kernel, module, vswctl = sys.argv[1:]
    folder = tempfile.mkdtemp(prefix="vswitch-demo.")
    print("\nBooting two hosts on shared Ethernet segments", flush=True)
    hosts = []
    try:
        for number in (1, 2):
            hosts.append(Host(number, kernel, folder))
        demo = Demo(hosts)
        tell_story(demo, module, vswctl)
    except (HostError, OSError, ValueError) as error:
        print(f"  FAIL  {error}")
        print(f"\nThe demonstration stopped; the VMs' logs are in {folder}")
        return 1
    finally:
        for host in hosts:
            host.stop()
    verdict = f"{demo.passed} ok, {demo.failed} failed, {time.monotonic() - BEGIN:.0f} s"
    if demo.failed:
        print(f"\nNot everything held: {verdict}.  The VMs' logs are in {folder}")
        return 1
    shutil.rmtree(folder)
    print(f"\nEverything held: {verdict}")
    return 0


if __name__ == "__main__":
    os.umask(0o077)
    sys.exit(main())
