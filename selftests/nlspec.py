# SPDX-License-Identifier: GPL-2.0-only
"""Messages of the family, made from its spec and sent as they are.

A client such as vswctl makes whole messages only, and takes its time. Here is
what the tests need that make thousands, or wrong ones.
"""

import os
import socket
import struct

import yaml

from vswnet import (NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE,
                    NLMSG_ERROR, attr, attrs, mac_bytes)

SPEC = os.environ.get("VSWITCH_SPEC", os.path.join(
    os.path.dirname(os.path.abspath(__file__)),
    "../Documentation/netlink/specs/vswitch.yaml"))

NETLINK_GENERIC, GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 16, 16, 3
NLA_F_NESTED = 0x8000
SOL_NETLINK, NETLINK_ADD_MEMBERSHIP = 270, 1


class Spec:
    """The numbers and types of all operations and attributes."""

    def __init__(self, path=SPEC):
        with open(path, encoding="utf-8") as file:
            doc = yaml.load(file, getattr(yaml, "CSafeLoader",
                                          yaml.SafeLoader))
        self.values, self.enums, self.sets, self.ops = {}, {}, {}, {}
        for one in doc["definitions"]:
            if one["type"] == "const":
                self.values[one["name"]] = one["value"]
            else:
                self.enums[one["name"]] = [
                    entry if isinstance(entry, str) else entry["name"]
                    for entry in one["entries"]]
        for one in doc["attribute-sets"]:
            self.sets[one["name"]] = {
                about["name"]: (number, about)
                for number, about in enumerate(one["attributes"], 1)}
        for number, one in enumerate(doc["operations"]["list"], 1):
            self.ops[one["name"]] = (number, one)

    def limit(self, about, which):
        """A limit of an attribute as a number, or None."""
        limit = about.get("checks", {}).get(which)
        return self.values.get(limit, limit)

    def number(self, about, value):
        """A number, or the name or names of an enum, as a number."""
        if isinstance(value, int):
            return value
        names = self.enums[about["enum"]]
        if about.get("enum-as-flags"):
            return sum(1 << names.index(name) for name in value)
        return names.index(value)

    def attr(self, where, name, value):
        """One attribute, or as many as a list of several has values."""
        number, about = self.sets[where][name]
        if about.get("multi-attr") and isinstance(value, list):
            return b"".join(self.attr(where, name, one) for one in value)
        kind = about["type"]
        if kind == "nest":
            return attr(number | NLA_F_NESTED,
                        self.attrs(about["nested-attributes"], value))
        if kind == "flag":
            return attr(number, b"")
        if kind == "binary":
            return attr(number, mac_bytes(value))
        if kind == "string":
            return attr(number, value)
        value = self.number(about, value)
        if kind == "uint" and value >> 32:
            return attr(number, struct.pack("Q", value))
        return attr(number, value)

    def attrs(self, where, values):
        return b"".join(self.attr(where, name, value)
                        for name, value in values.items())

    def request(self, operation, values):
        """A generic netlink request without the netlink header."""
        number, about = self.ops[operation]
        return struct.pack("BBH", number, 1, 0) + self.attrs(
            about["attribute-set"], values)


class Door:
    """A socket of generic netlink that knows our family."""

    def __init__(self, ns, spec):
        self.spec = spec
        with ns:
            self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                      NETLINK_GENERIC)
        self.sock.send(message(GENL_ID_CTRL, 0, struct.pack(
            "BBH", CTRL_CMD_GETFAMILY, 1, 0) + attr(2, "vswitch")))
        about = attrs(self.sock.recv(1 << 16)[20:])
        self.family = struct.unpack("H", about[1])[0]
        group = attrs(attrs(about[7])[1])
        self.group = struct.unpack("I", group[2])[0]

    def message(self, operation, values, flags=NLM_F_ACK):
        return message(self.family, flags,
                       self.spec.request(operation, values))

    def dump(self, what):
        """The objects of a kind, each as the bytes of a message."""
        number, _ = self.spec.ops[what + "-get"]
        self.sock.send(message(self.family, NLM_F_DUMP, struct.pack(
            "BBH", number, 1, 0)))
        out = []
        while True:
            data, off = self.sock.recv(1 << 17), 0
            while off + 16 <= len(data):
                length, kind = struct.unpack_from("IH", data, off)
                if kind in (NLMSG_ERROR, NLMSG_DONE):
                    return out
                out.append(data[off + 16:off + length])
                off += (length + 3) & ~3

    def listen(self):
        """Join the group monitor; nothing that it tells is waited for."""
        self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, self.group)
        self.sock.setblocking(False)

    def close(self):
        self.sock.close()


def message(kind, flags, body):
    return struct.pack("IHHII", 16 + len(body), kind, NLM_F_REQUEST | flags, 1,
                       0) + body
