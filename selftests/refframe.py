# SPDX-License-Identifier: GPL-2.0-only
"""Frames in the reference model (refmodel.py): what the rules of
Documentation/model.rst read of a frame.
"""

import struct

C_TAG, S_TAG = 0x8100, 0x88a8
IPV4, IPV6 = 0x0800, 0x86dd


class Frame:
    """A frame as it comes to the switch; tags are pairs of type and TCI.

    dst and src are texts, rest is what follows the last tag, its type first.
    """

    def __init__(self, dst, src, tags, rest):
        self.dst, self.src, self.tags, self.rest = dst, src, tags, rest

    def length(self):
        """What counts against an MTU (F9)."""
        return 4 * len(self.tags[1:]) + len(self.rest) - 2

    def counted(self):
        """What counts as its bytes (F10)."""
        return self.length() + 14


def is_group(mac):
    return bool(int(mac[:2], 16) & 1)


def is_link_local(mac):
    """F8."""
    return (mac[:-1] == "01:80:c2:00:00:0" or
            mac in ("01:00:0c:cc:cc:cc", "01:00:0c:cc:cc:cd"))


def bad_source(mac):
    return is_group(mac) or mac == "00:00:00:00:00:00"


def kind_of(mac):
    if mac == "ff:ff:ff:ff:ff:ff":
        return "broadcast"
    return "multicast" if is_group(mac) else "unicast"


def tags_text(tags):
    out = []
    for tpid, tci in tags:
        text = ("ad" if tpid == S_TAG else "") + str(tci & 0xfff)
        if tci >> 13:
            text += "p%d" % (tci >> 13)
        out.append(text + ("d" if tci & 0x1000 else ""))
    return "/".join(out) or "-"


def untagged(frame):
    """The bytes of a frame without the one 802.1Q tag that does not count."""
    tags = frame.tags
    if tags and tags[0][0] == C_TAG:
        tags = tags[1:]
    return bytes(12) + b"".join(struct.pack("!HH", *tag)
                                for tag in tags) + frame.rest


def iphash(frame):
    """The number h of the policy iphash; the addresses are read as bytes."""
    data = untagged(frame)
    kind = int.from_bytes(data[12:14], "big")
    first, last = 26, 34
    if kind == IPV6 and len(data) >= 54:
        first, last = 22, 54
    h = 0
    for at in range(first, last, 4):
        h ^= int.from_bytes((data[at:at + 4] + bytes(4))[:4], "big")
    return h
