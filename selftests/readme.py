#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the README tells people to type, typed: every line works, and does it.

    outside: the far ends of eth0, eth1 and eth2
    host:    eth0 with the host's address, and the tap of a VM
"""

import json
import os
import re
import tempfile

from vswtest import BC, STAMP, VSWCTL, case, eq, run, split_tags, true, until

HERE = os.path.dirname(os.path.abspath(__file__))
README = os.environ.get("VSWITCH_README", os.path.join(HERE, "../README.md"))
UNITS = os.environ.get("VSWITCH_SYSTEMD", os.path.join(HERE, "../tools/systemd"))
MOST = "The five things that people do most"
MORE = "And more"

# What is installed is there for the command alone, not for the machine.
SHELL = """set -e
mount -t tmpfs local /usr/local
mount -t tmpfs system /etc/systemd/system
mkdir -p /usr/local/sbin
ln -s %s /usr/local/sbin/vswctl
make -s -C %s install DESTDIR= PREFIX=/usr/local
cd %s
%s
"""


def blocks(section):
    """The commands of a section, as what is indented together."""
    with open(README, encoding="utf-8") as file:
        parts = re.split(r"^## (.*)$", file.read(), flags=re.M)
    text = parts[parts.index(section) + 1]
    return [re.sub("^    ", "", block.strip("\n"), flags=re.M) for block in
            re.findall(r"(?:^    .*\n)+", text, flags=re.M)]


def setup(net):
    net.ends("eth0 eth1 eth2")
    net.tap("tap0")
    for name in ("eth0", "tap0"):
        net.host.up(name)
    net.ready("eth0")
    net.sh("ip addr add 192.0.2.10/24 dev eth0")
    net.sh("ip addr add 192.0.2.1/24 dev eth0", net.out)
    # pylint: disable=consider-using-with
    net.folder = tempfile.TemporaryDirectory(dir="/run")


def typed(net, block):
    """What a block of commands prints."""
    done = net.spawn(["unshare", "-m", "sh", "-c", SHELL % (
        VSWCTL, UNITS, net.folder.name, block)])
    said = [line for line in done.stderr.splitlines()
            if not line.startswith("Created symlink")]
    eq((done.returncode, said), (0, []), block)
    return done.stdout


def leaves_by(net):
    """By which NICs, with which tag, a frame of the VM leaves."""
    net.drain()
    net.ports["tap0"].send(net.stamped("tap0", BC))
    net.settle()
    return [(name, split_tags(data, outer)[0])
            for name in ("eth0", "eth1", "eth2")
            for outer, data in net.ports[name].recv() if STAMP in data]


def a_switch(net, _):
    eq({one["dev"]: one["role"] for one in net.show("uplink show")[0]},
       {"eth1": "active", "eth2": "active"}, "uplinks")
    for name in ("eth1", "eth2"):
        net.ready(name)
    ways = leaves_by(net)
    true(ways in ([("eth1", "-")], [("eth2", "-")]), "a frame leaves by %s" % ways)


def a_vlan(net, _):
    eq(leaves_by(net), [("eth2", "20")], "where a frame leaves")


def own_address(net, said):
    true(said.startswith("vmk0\n"), "adopt says which vmk it is: %r" % said)
    true("192.0.2.10/24" in net.sh("ip -4 addr show dev vmk0"), "address of vmk0")
    until(lambda: not net.spawn("ping -n -c 1 -W 1 192.0.2.10".split(),
                                net.out).returncode, "answers from vmk0", 20)
    net.refused("confirm", status=3, text="no change waits")


def saved(net, said):
    eq(said, "", "there is nothing to do")
    with open("/etc/vswitch/vswitch.json", encoding="utf-8") as file:
        kept = json.load(file)
    with open(net.folder.name + "/host.json", encoding="utf-8") as file:
        eq(json.load(file), kept, "what is exported and what is saved")
    net.ctl("port set tap0 client other")
    net.ctl("portgroup set Database vlan 30")
    typed(net, blocks(MOST)[3].splitlines()[-1])
    eq(json.loads(net.run_ctl("export")), kept, "what is restored")
    os.unlink("/etc/vswitch/vswitch.json")


def seen(net, said):
    for text in ("vSwitch0", "web01.eth0", "VLAN 20", "eth2"):
        true(text in said, "%s is shown:\n%s" % (text, said))
    eq(net.one("why port tap0 destination 02:00:00:00:00:05")["receiver"],
       [{"dev": "eth2", "tag": 20}], "where a frame goes")


@case("CLI: the five things that people do most are under five lines, and work")
def five(net):
    found = blocks(MOST)
    eq(len(found), 5, "blocks of commands")
    for block, check in zip(found, (a_switch, a_vlan, own_address, saved, seen)):
        true(len(block.splitlines()) < 5, "less than five lines:\n" + block)
        check(net, typed(net, block))


@case("CLI: the other commands of the README work, too")
def more(net):
    if not net.host.has("vmk0"):	# where the case before has failed
        for block in blocks(MOST)[:3]:
            typed(net, block)
    policy, leave = blocks(MORE)
    typed(net, policy)
    eq(net.one("port show tap0")["allow-mac"], {"address": ["00:00:5e:00:01:0a"]},
       "what tap0 may send from")
    typed(net, leave)
    true("192.0.2.10/24" in net.sh("ip -4 addr show dev eth0"), "address of eth0")
    eq([one["name"] for one in net.show("switch show")[0]], ["vSwitch1"],
       "what is left")
    net.ctl("switch del vSwitch1")
    net.folder.cleanup()


run(setup)
