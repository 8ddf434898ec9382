# SPDX-License-Identifier: GPL-2.0-only
"""Configurations to apply: what randomized.py draws, exported, with what it
does not draw added: clients, addresses, services, other switches; and what the
tests do with them.
"""

import fcntl
import json
import os
import random
import subprocess
from contextlib import suppress

from randomized import Draw
from randsite import VMKS, Pool, Site
from vswtest import VSWCTL, Fail, until

SAVED = "/etc/vswitch/vswitch.json"
EMPTY = {"version": 1, "switch": [], "uplink": [], "portgroup": [], "port": [],
         "vmk": []}

TEAMING = [("detect", "beacon"), ("teaming", "iphash"), ("teaming", "srcmac"),
           ("notify", "off"), ("failback", "off"), ("up-delay", "700"),
           ("shape-from-guest", "avg", "10mbit", "burst", "64kb"),
           ("shape-to-guest", "avg", "1mbit", "peak", "12345678bit", "burst",
            "1500b")]
SERVICES = ["management", "vmotion", "vsan", "provisioning", "ft", "replication",
            "nfs", "iscsi"]


def changed(old, new):
    """Where two documents differ; the order of objects is no difference."""
    out = []
    for kind in old:
        if not isinstance(old[kind], list):
            continue
        key = "dev" if kind in ("uplink", "port") else "name"
        have = {one[key]: one for one in new[kind]}
        want = {one[key]: one for one in old[kind]}
        out += ["%s %s: want %s, got %s" % (kind, name, want.get(name),
                                            have.get(name))
                for name in sorted(want.keys() | have.keys())
                if want.get(name) != have.get(name)]
    return out


def export(net):
    return json.loads(net.run_ctl("export"))


def apply(net, doc, *options):
    """Apply a document; what it prints."""
    done = net.spawn([VSWCTL, *options, "apply", "-"], text=json.dumps(doc))
    if done.returncode:
        raise Fail("vswctl apply: exit status %d, %s" % (
            done.returncode, done.stderr.strip()))
    return done.stdout


def clear(net):
    apply(net, EMPTY)


def forget_saved():
    with suppress(FileNotFoundError):
        os.unlink(SAVED)


def same(net, doc, what):
    faults = changed(doc, export(net))
    if faults:
        raise Fail("%s: %s" % (what, "\n".join(faults)))


def start(net, text, *words):
    """vswctl in a process of its own, on all CPUs, with something to read."""
    with net.host:
        os.sched_setaffinity(0, net.cpus)
        proc = subprocess.Popen([VSWCTL, *words],
                                stdin=subprocess.PIPE,
                                stdout=subprocess.DEVNULL, encoding="utf-8")
        os.sched_setaffinity(0, {min(net.cpus)})
    proc.stdin.write(text)
    proc.stdin.close()
    return proc


def waiting(net):
    """Whether there is a guard that has something to go back to."""
    folder = "/run/vswitch/%d/" % os.stat(net.host.path).st_ino
    if not os.path.exists(folder + "before"):
        return False
    with open(folder + "guard", "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def settled(net):
    until(lambda: not waiting(net), "the change is taken back or done", 30)


class Documents:
    """Draws configurations; the kernel takes each before it is exported."""

    def __init__(self, net, seed):
        self.net, self.seed, self.number = net, seed, 0
        self.pool = Pool(net)
        self.drawn = []

    def texts(self, count):
        """As many documents as wanted, the same ones again as far as there
        are some; as export has written them.
        """
        while len(self.drawn) < count:
            self.number += 1
            self.drawn.append(self._one())
        return self.drawn[:count]

    def draw(self, count):
        """The same, read."""
        return [json.loads(text) for text in self.texts(count)]

    def _one(self):
        pool, net = self.pool, self.net
        site = pool.site = Site(net, pool)
        draw = Draw(random.Random("%s/%d" % (self.seed, self.number)), site)
        draw.configure()
        for _ in range(draw.rng.randrange(12)):
            draw.rng.choice([draw.move, draw.block, draw.vlan, draw.policy,
                             draw.team, draw.role, draw.allowed])()
        site.flush()
        lines = self._teams(draw.rng)
        self._more(draw.rng)
        text = net.spawn([VSWCTL, "--keep-going", "-b", "-"],
                         text="\n".join([*lines, "export\n"])).stdout
        pool.clear()
        # The same on another switch: everything has to move.
        return text.replace('"s0"', '"s1"') if self.number % 3 == 0 else text

    @staticmethod
    def _teams(rng):
        """Beacons do not go with everything, so these may be refused."""
        return [" ".join([rng.choice(["switch set s0", "portgroup set p0"]),
                          *rng.choice(TEAMING)])
                for _ in range(rng.randrange(4))]

    def _more(self, rng):
        """What the model has no word for."""
        net = self.net
        groups = [one["name"] for one in net.show("portgroup show")[0]]
        for port in net.show("port show")[0]:
            name = port["dev"]
            if name not in VMKS and rng.randrange(3) == 0:
                net.ctl("port", "set", name, "client", "it's %s's" % name)
            elif name in VMKS and rng.randrange(2):
                net.ctl("vmk", "set", name, "address", "198.51.100.%s/24" %
                        name[-1], "address", "203.0.113.%s/28" % name[-1])
            if name in VMKS and rng.randrange(2):
                net.ctl("vmk", "set", name, "service", ",".join(
                    rng.sample(SERVICES, rng.randrange(1, 4))))
        if rng.randrange(2):
            net.ctl("switch", "set", "s0", "default-portgroup",
                    rng.choice(groups))
