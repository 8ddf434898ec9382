#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""vswctl killed (kill -9) at random moments, while it applies a configuration or
runs a batch with --confirm: what there is afterwards is the old or the new,
whole, or the new and the time to confirm runs. And while it saves one: the file
is the old or the new.

VSWITCH_SOAK is how many seconds it goes on, VSWITCH_SEED what is drawn; a soak
kills 200 times at least.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress

from confdocs import (EMPTY, Documents, apply, changed, export, settled, start,
                      waiting)
from vswtest import Fail, case, comment, run, true

SOAK = int(os.environ.get("VSWITCH_SOAK") or 0)
SEED = os.environ.get("VSWITCH_SEED") or (
    str(random.SystemRandom().randrange(1 << 32)) if SOAK else "1")
KILLS = 200 if SOAK else 30
DRAWN = 3
# It is no test if all kills come too early, or too late: of each outcome there
# are more than one in so many.
SHARES = {"done": 20, "at work": 8, "confirmed": 20, "old": 20, "new": 20}
SAVED = "/etc/vswitch/vswitch.json"


def small(doc):
    """A document with few ports, so that many changes can be interrupted."""
    return {**doc, "port": doc["port"][:4], "vmk": doc["vmk"][:2]}


def scarce(one, shares):
    """The outcomes of which there are too few by now."""
    return [what for what, most in shares.items()
            if one.found[what] <= one.count / most]


def enough(one, shares):
    """Go on, for a while, if some outcome is too scarce by chance."""
    while scarce(one, shares) and one.count < 4 * KILLS:
        one.once()
    comment("%d kills: %s" % (one.count, one.found))
    true(not scarce(one, shares), "kills: %s" % one.found)


class Killer:
    """Changes configurations, and kills what does so."""

    def __init__(self, net, docs, rng):
        self.net, self.docs, self.rng = net, docs, rng
        self.now = docs[0]
        self.count = 0
        self.found = dict.fromkeys(("done", "at work", "not yet", "confirmed",
                                    "old", "new"), 0)
        begin = time.monotonic()
        proc = start(net, json.dumps(self.now), "apply", "-")
        self._begins(proc)
        middle = time.monotonic()
        true(not proc.wait(), "the first document is applied")
        # From its start, and from when it begins to change things.
        self.longest = [time.monotonic() - begin, time.monotonic() - middle]

    def _begins(self, proc):
        """Wait until a change is watched, or over."""
        while proc.poll() is None and not waiting(self.net):
            time.sleep(0.001)

    def _start(self, doc):
        """A change to a document, in one of three ways."""
        way = self.rng.randrange(3)
        if way == 0:
            return start(self.net, json.dumps(doc), "apply", "-")
        if way == 1:
            return start(self.net, json.dumps(doc), "--confirm", "300", "apply",
                         "-")
        plan = apply(self.net, doc, "--dry-run")
        return start(self.net, plan, "--confirm", "300", "-b", "-")

    def _kill(self, proc):
        late = self.rng.randrange(2)
        if late:
            self._begins(proc)
        with suppress(subprocess.TimeoutExpired):
            proc.wait(self.rng.random() * self.longest[late])
        proc.kill()
        status = proc.wait()
        true(status in (0, -signal.SIGKILL), "exit status %d" % status)
        ended = status == 0
        if ended:
            self.found["done"] += 1
        else:
            self.found["at work" if waiting(self.net) else "not yet"] += 1
        # As long as a good quarter comes to its end.
        self.longest[late] *= 0.9 if ended else 1.04

    def _outcome(self, doc):
        """Wait until nothing changes any more; a new one that waits is kept."""
        end = time.monotonic() + 60
        while waiting(self.net) and changed(doc, export(self.net)):
            if time.monotonic() > end:
                raise Fail("kill %d: what is half done stays" % self.count)
        if waiting(self.net) and not self.net.try_ctl("confirm").returncode:
            self.found["confirmed"] += 1
        settled(self.net)
        return export(self.net)

    def once(self):
        """One change, one kill."""
        doc = self.rng.choice([one for one in self.docs if one != self.now])
        self.count += 1
        self._kill(self._start(doc))
        have = self._outcome(doc)
        old, new = changed(self.now, have), changed(doc, have)
        if old and new:
            raise Fail("seed %s, kill %d leaves half.\nNot the old:\n%s\n"
                       "Not the new:\n%s" % (SEED, self.count, "\n".join(old),
                                             "\n".join(new)))
        self.found["old" if new else "new"] += 1
        if not new:
            self.now = doc


@case("C1, C2: killed at any moment, it leaves the old or the new, or the time runs")
def kills(net):
    begin = time.monotonic()
    docs = [small(doc) for doc in Documents(net, SEED).draw(DRAWN)]
    killer = Killer(net, docs, random.Random(SEED))
    while killer.count < KILLS or time.monotonic() - begin < SOAK:
        killer.once()
    enough(killer, SHARES)
    apply(net, EMPTY)


# Of a file as long as this, a part is written when it is killed.
GROUPS = 500


def saved():
    with open(SAVED, "rb") as file:
        return file.read()


def forget_saved():
    """Remove the file, and what those that were killed have left beside it."""
    shutil.rmtree(os.path.dirname(SAVED), ignore_errors=True)


class Saver:
    """Saves one of two configurations after the other, and kills what does so."""

    def __init__(self, net, rng):
        self.net, self.rng, self.count = net, rng, 0
        self.found = dict.fromkeys(("at work", "old", "new"), 0)
        net.batch("switch add s0")
        net.batch("\n".join("portgroup add p%d switch s0 vlan %d" % (i, i + 1)
                            for i in range(GROUPS)))
        net.batch("vmk add vmk0 portgroup p0")
        self.texts = []
        for number in (0, 1):
            self.change(number)
            self.texts.append(net.run_ctl("export").encode())
        begin = time.monotonic()
        net.run_ctl("save")
        self.takes = time.monotonic() - begin

    def change(self, number):
        """The two differ where they begin, where they end, and in length."""
        mtu = ("900", "1400")[number]
        self.net.batch("switch set s0 mtu %s\nvmk set vmk0 mtu %s" % (mtu, mtu))

    @staticmethod
    def _look():
        stat = os.stat(SAVED)
        return (os.listdir(os.path.dirname(SAVED)), stat.st_ino, stat.st_size,
                stat.st_mtime_ns)

    def _kill(self, proc):
        """At any moment, or soon after it begins to write."""
        before = self._look()
        if self.rng.randrange(3):
            while proc.poll() is None and self._look() == before:
                pass
            time.sleep(self.rng.choice((0, 0, 0.01 * self.rng.random())))
        else:
            time.sleep(self.takes * self.rng.random())
        proc.kill()
        status = proc.wait()
        true(status in (0, -signal.SIGKILL), "exit status %d" % status)
        if status and self._look() != before:
            self.found["at work"] += 1

    def once(self):
        """One save, one kill."""
        old = self.texts.index(saved())
        self.count += 1
        self.change(1 - old)
        self._kill(start(self.net, "", "save"))
        have = saved()
        if have not in self.texts:
            raise Fail("seed %s, kill %d leaves %d bytes, neither the old file of "
                       "%d nor the new one of %d" % (
                           SEED, self.count, len(have), len(self.texts[old]),
                           len(self.texts[1 - old])))
        self.found["old" if have == self.texts[old] else "new"] += 1


@case("C3: save that is killed leaves the old file or the new one, byte for byte")
def saves(net):
    forget_saved()
    saver = Saver(net, random.Random(SEED))
    while saver.count < KILLS:
        saver.once()
    enough(saver, dict.fromkeys(saver.found, 20))
    forget_saved()
    apply(net, EMPTY)


if __name__ == "__main__":
    comment("seed %s" % SEED)
    run()
