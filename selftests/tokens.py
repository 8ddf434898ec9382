#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A batch of random tokens: each line is done or refused, and nothing crashes.

The lines are drawn from the words of the grammar, names that there are and are
not, and rubbish; half of them follow the grammar up to a slip. 100,000 are fed to
vswctl as it is, and others to one that is built with ASan and UBSan. They come in
batches, each for the host as it was at first: what thousands of lines have made
is long to show. VSWITCH_SEED is the seed.
"""

import os
import random
import re
import tempfile
from contextlib import suppress

from vswtest import VSWCTL, case, comment, eq, run, true

SEED = int(os.environ.get("VSWITCH_SEED") or 1)
PLAIN = os.environ.get("VSWCTL_PLAIN", VSWCTL)
BATCH = 5000

NAMES = ["s0", "pg", "'VM Network'", "u1", "v1", "vmk0", "web01.eth0", "nosuch",
         "none", "all", "inherit", "''", '""', "x" * 200, "é", "a\\ b"]
VALUES = ["0", "1", "10", "4094", "4095", "4096", "-1", "1500", "99999999999",
          "1-5,7", "5-1", ",", "10mbit", "64kb", "1e9bit", "0bit", "1mbit",
          "02:aa:00:00:00:01", "02:aa:00:00:00:01,02:aa:00:00:00:02", "02:aa",
          "ff:ff:ff:ff:ff:ff", "192.0.2.1/24", "2001:db8::1/64", "192.0.2.1",
          "u1,u2", "u1,u1", "%s%n", "peak", "burst", "avg", "help", "show"]
RUBBISH = ["'", '"', "\\", "#", "'a", "\t", "-j", "--", "\x01", "\x1b[31m",
           "\udcff", "\udcc3(", "=", "*", "\u202e", "🦀", "a" * 5000]


def setup(net):
    net.ends("u1 u2 v1")
    build(net)


def build(net):
    net.batch("""switch add s0
        uplink add u1 switch s0
        portgroup add pg switch s0 vlan 10
        portgroup add 'VM Network' switch s0
        port add v1 portgroup pg client web01.eth0
        vmk add vmk0 portgroup pg""")


def clear(net):
    for name, link in net.host.route.links().items():
        if link["kind"] == "vswitch":
            net.delete(name)
    with suppress(FileNotFoundError):
        os.unlink("/etc/vswitch/vswitch.json")


class Grammar:
    """What "help words" says, as lines of words."""

    def __init__(self, net):
        lines = [line.split() for line in
                 net.run_ctl("help", "words").splitlines()]
        self.begin = [line for line in lines if line[0][0] != "-" and
                      len(line) < 3]
        self.keys = {tuple(line): [] for line in self.begin}
        for line in lines:
            if line[0][0] != "-" and len(line) > 2:
                self.keys[tuple(line[:2])].append(line[2:])
        self.words = sorted({word for line in lines for word in line
                             if word[0] != "-"})

    def token(self, rand):
        return rand.choice(rand.choice((self.words, self.words, NAMES, VALUES,
                                        VALUES, RUBBISH)))

    def command(self, rand):
        """A line by the grammar, in which each word may have slipped."""
        begin = rand.choice(self.begin)
        out = list(begin)
        if begin[-1] != "show" or rand.random() < 0.9:
            out.append(rand.choice(NAMES))
        keys = self.keys[tuple(begin)]
        for key in rand.sample(keys, min(len(keys), rand.randrange(4))):
            out += [key[0], rand.choice(key[1:] + NAMES + VALUES)]
        return [self.token(rand) if rand.random() < 0.08 else word
                for word in out]

    def line(self, rand):
        if rand.random() < 0.5:
            return " ".join(self.command(rand))
        return " ".join(self.token(rand) for _ in range(rand.randrange(9)))


def feed(net, tool, text):
    """What vswctl says to a batch, and its exit status."""
    with tempfile.TemporaryFile(dir="/run") as batch, \
            tempfile.TemporaryFile(dir="/run") as said:
        batch.write(text.encode(errors="surrogateescape"))
        batch.seek(0)
        with net.host:
            done = os.posix_spawn(tool, [tool, "--keep-going", "-b", "-"],
                                  {**os.environ, "ASAN_OPTIONS":
                                   "detect_leaks=1"}, file_actions=[
                                      (os.POSIX_SPAWN_DUP2, batch.fileno(), 0),
                                      (os.POSIX_SPAWN_OPEN, 1, "/dev/null",
                                       os.O_WRONLY, 0),
                                      (os.POSIX_SPAWN_DUP2, said.fileno(), 2)])
        status = os.waitstatus_to_exitcode(os.waitpid(done, 0)[1])
        said.seek(0)
        return said.read().decode(errors="replace").splitlines(), status


def tokens(net, tool, seed, count):
    rand = random.Random(seed)
    grammar = Grammar(net)
    refused = kernel = 0
    for first in range(0, count, BATCH):
        what = "seed %d, lines from %d: " % (seed, first)
        said, status = feed(net, tool, "\n".join(
            grammar.line(rand) for _ in range(BATCH)) + "\n")
        bad = [line for line in said
               if not re.match(r"vswctl: stdin:\d+: .", line)]
        eq(bad[:20], [], what + "what it says besides")
        true(status in (1, 2, 3), "%sexit status %d" % (what, status))
        numbers = [int(line.split(":")[2]) for line in said]
        eq(numbers, sorted(numbers), what + "the order of the lines")
        true(BATCH // 3 < len(set(numbers)) < BATCH, "%s%d are refused" %
             (what, len(set(numbers))))
        refused += len(numbers)
        kernel += sum("there is no such" in line for line in said)
        clear(net)
        build(net)
    comment("seed %d: %d lines were refused, %d of them by the kernel" %
            (seed, refused, kernel))


def image_has(path):
    """Which sanitizers a program has."""
    with open(path, "rb") as file:
        image = file.read()
    return [name in image for name in (b"__asan_init", b"__ubsan_handle")]


@case("CLI: 100000 lines of random tokens are done or refused, one by one")
def plain(net):
    eq(image_has(PLAIN), [False] * 2, "sanitizers")
    tokens(net, PLAIN, SEED, 100000)


@case("CLI: 10000 others by a vswctl with ASan and UBSan, which find nothing")
def sanitized(net):
    eq(image_has(VSWCTL), [True] * 2, "sanitizers")
    tokens(net, VSWCTL, SEED + 1000000, 10000)


@case("CLI: the host is in order after that")
def alive(net):
    net.batch("switch add last\nswitch del last")
    true(net.run_ctl("show") != "", "show")


run(setup)
