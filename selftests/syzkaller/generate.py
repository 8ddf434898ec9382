#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""generate.py: print what syzkaller has to know of the family, from its spec."""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                ".."))
from nlspec import Spec	# noqa: E402 pylint: disable=wrong-import-position

HEAD = """\
# SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
# What syzkaller has to know of the generic netlink family of vswitch. Generated
# from Documentation/netlink/specs/vswitch.yaml by "make regen"; it goes into
# sys/linux of syzkaller, see Documentation/testing.rst.

include <linux/net.h>
include <net/netlink.h>
include <uapi/linux/netlink.h>
include <uapi/linux/genetlink.h>
include <uapi/linux/vswitch.h>

resource genl_vswitch_family_id[int16]

syz_genetlink_get_family_id$vswitch(name ptr[in, string["vswitch"]], \
fd sock_nl_generic) genl_vswitch_family_id

type msghdr_vswitch[CMD, ATTRS] \
msghdr_netlink[netlink_msg_t[genl_vswitch_family_id, genlmsghdr_t[CMD], ATTRS]]
"""
TAIL = """
vswitch_switches = "s0", "s1", "s2"
vswitch_groups = "pg0", "pg1", "VM Network"
vswitch_devices = "veth0", "veth1", "dummy0", "bond0", "vmk0", "s0", "absent0"
vswitch_texts = "web01.eth0", ""
"""


def word(*parts):
    return "_".join(parts).replace("-", "_")


def strings(where, name):
    if name == "switch" or (where, name) == ("switch", "name"):
        return "vswitch_switches"
    if "portgroup" in name or where == "portgroup":
        return "vswitch_groups"
    if name in ("client", "rule"):
        return "vswitch_texts"
    return "vswitch_devices"


def payload(spec, where, about):
    """The type of an attribute's value."""
    kind = about["type"]
    if kind == "string":
        return "string[%s]" % strings(where, about["name"])
    if kind == "binary":
        return "mac_addr"
    if kind == "flag":
        return "void"
    if about["name"] == "netns-fd":
        return "fd"
    size = "int64" if kind == "uint" else "int32"
    if "enum" in about:
        return "flags[%s, %s]" % (word("vswitch", about["enum"]), size)
    high = spec.limit(about, "max")
    if high is None:
        return size
    return "%s[%d:%d]" % (size, spec.limit(about, "min") or 0, high)


def attribute(spec, where, about):
    name = word("VSWITCH_A", where, about["name"]).upper()
    if about["type"] == "nest":
        return "\t%s\tnlnest[%s, array[%s]]" % (
            name, name, word("vswitch", about["nested-attributes"]))
    return "\t%s\tnlattr[%s, %s]" % (name, name, payload(spec, where, about))


def main():
    spec = Spec()
    print(HEAD)
    for name, (_, about) in spec.ops.items():
        if "notify" in about:
            continue
        cmd = word("VSWITCH_CMD", name).upper()
        print("sendmsg$%s(fd sock_nl_generic, msg ptr[in, msghdr_vswitch[%s, "
              "%s]], f flags[send_flags])" % (
                  cmd, cmd, word("vswitch", about["attribute-set"])))
    for where, attrs in spec.sets.items():
        print("\n%s [" % word("vswitch", where))
        for _, about in attrs.values():
            print(attribute(spec, where, about))
        print("] [varlen]")
    print()
    for name, entries in spec.enums.items():
        print("%s = %s" % (word("vswitch", name), ", ".join(
            word("VSWITCH", name, entry).upper() for entry in entries)))
    print(TAIL, end="")


main()
