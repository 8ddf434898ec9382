#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Losses of the uplink in use, many of them, and the same with bonds beside it:
a histogram of each figure. failover.sh runs it. The topology is lossnet.py's.

    VSWITCH_LOSSES	how many by carrier loss and set_link (1000); a tenth of
			it by the other kinds, and by every kind with a bond
    VSWITCH_SOAK	the seconds after which no further round begins
    VSWITCH_PERIOD	the microseconds between two frames of one way; the least
			of PERIODS that this machine holds, if it does not say
"""

import bisect
import functools
import math
import os
import statistics
import sys
import time

sys.path.insert(0, os.path.join(sys.path[0], ".."))

# pylint: disable=wrong-import-position
from lossnet import KINDS, Bond, Site, Vswitch	# noqa: E402
from vswtest import case, comment, run, true	# noqa: E402

LOSSES = int(os.environ.get("VSWITCH_LOSSES", "1000"))
PERIOD = os.environ.get("VSWITCH_PERIOD")
PERIODS = [int(PERIOD)] if PERIOD else [100, 200, 500, 1000, 2000, 5000]
OFTEN = ("carrier", "set-link")
# All take turns, so that a busy moment of this machine meets each of them.
ROUNDS = 10
LIMIT = int(os.environ.get("VSWITCH_SOAK", "0")) or math.inf

CONTENDERS = {"vswitch": Vswitch,
              "bond, miimon 1": functools.partial(Bond, miimon=1),
              "bond, miimon 100": functools.partial(Bond, miimon=100)}

FRAMES = {"out-lost": "from the guest, lost",
          "out-lost-after": "... of those sent after the bit",
          "in-lost": "to the guest, lost",
          "in-lost-after": "... of those sent after the bit",
          "twice": "unicast twice",
          "group-twice": "group frames twice",
          "late": "out of order",
          "back-lost": "at the return: lost",
          "back-twice": "at the return: unicast twice",
          "back-group-twice": "at the return: group twice",
          "back-late": "at the return: out of order"}
TIMES = {"rarp-first": "first RARP after the bit",
         "rarp-last": "last of 100 RARPs"}
FIGURES = {**FRAMES, **TIMES}
LINE = "%-31s  %-16s" + " %6s" * 6 + "  %6s %6s"

# What is lost, by which they are compared.
LOST = ("out-lost", "out-lost-after", "in-lost", "in-lost-after")

HELD = {}
RESULTS = {(kind, title): [] for kind in KINDS for title in CONTENDERS}


def amount(kind, title):
    """How many losses a turn has."""
    many = LOSSES if kind in OFTEN and title == "vswitch" else LOSSES / 10
    return math.ceil(many / ROUNDS)


def period(net, medium):
    """The microseconds between two frames."""
    if medium in HELD:
        return HELD[medium]
    with Site(net, medium, Vswitch) as site:
        for least in PERIODS:
            if site.holds(least):
                break
    comment("%s: a frame each %d us, each way" % (medium.__name__, least))
    HELD[medium] = least
    return least


def turn(net, title, medium, number):
    kinds = [name for name in KINDS if KINDS[name].medium is medium]
    period(net, medium)
    with Site(net, medium, CONTENDERS[title], number) as site:
        for name in kinds:
            for _ in range(amount(name, title)):
                found = site.trial(KINDS[name], period(net, medium),
                                   0.1, 0.15, 0.2)
                RESULTS[name, title].append(found)
    comment("turn %d: %s: %s" % (number, title, ", ".join(kinds)))


@case("T2: every uplink is lost as often as it is to be")
def measure(net):
    start = time.monotonic()
    for number in range(1, ROUNDS + 1):
        true(time.monotonic() < start + LIMIT, "the time is over")
        for medium in dict.fromkeys(kind.medium for kind in KINDS.values()):
            for title in CONTENDERS:
                turn(net, title, medium, number)


def column(values, key):
    return [value[key] for value in values]


def median(values):
    return statistics.median_high(values)


def buckets(values, limits):
    """How many are at most this, and beyond the one before; and the rest."""
    counts = [0] * (len(limits) + 1)
    for value in values:
        counts[bisect.bisect_left(limits, value)] += 1
    return counts


def number_text(value):
    if math.isinf(value):
        return "never"
    return "%d" % value if value == int(value) else "%.1f" % value


def rows(kind, figures, limits, head):
    """The histograms of some figures of a kind, in lines."""
    yield LINE % ("", "", *head, "median", "max")
    for key, what in figures.items():
        for title in CONTENDERS:
            values = column(RESULTS[kind, title], key)
            if values:
                cells = [str(count or ".") for count in buckets(values, limits)]
                yield LINE % (what, title, *cells, number_text(median(values)),
                              number_text(max(values)))
            what = ""


def table(kind):
    """All histograms of a kind, in lines."""
    yield from rows(kind, FRAMES, [0, 1, 5, 20, 100],
                    ("0", "1", "2-5", "6-20", "21-100", "more"))
    yield ""
    yield from rows(kind, TIMES, [2, 5, 10, 20, 100],
                    ("2 ms", "-5", "-10", "-20", "-100", "later"))
    yield ""
    for title in CONTENDERS:
        out, into = (column(RESULTS[kind, title], way + "-spacing")
                     for way in ("out", "in"))
        if out:
            yield "%s: %d losses; between two frames %.0f us out, %.0f us in" % (
                title, len(out), median(out), median(into))


def worst(key):
    """The highest of a figure with the switch, by kind."""
    return {kind: max(column(RESULTS[kind, "vswitch"], key))
            for kind in KINDS if RESULTS[kind, "vswitch"]}


def at_most(limit, *keys):
    for key in keys:
        found = worst(key)
        true(found and max(found.values()) <= limit,
             "%s: %s" % (FIGURES[key], found))


@case("T2: no frame from the guest is lost after the bit")
def none_lost(_net):
    at_most(0, "out-lost-after")


@case("F6: no group frame comes twice")
def no_group_twice(_net):
    at_most(0, "group-twice", "back-group-twice")


@case("F6: at most one unicast frame a move comes twice")
def one_twice(_net):
    at_most(1, "twice", "back-twice")


@case("T4: the RARPs of 100 guests are out within 10 ms, 99 times of 100")
def told(_net):
    for kind in KINDS:
        values = column(RESULTS[kind, "vswitch"], "rarp-last")
        late = sum(value > 10 for value in values)
        true(values and late <= len(values) / 100, "%s: %d of %d" % (
            KINDS[kind].title, late, len(values)))


@case("T2: fewer frames are lost than with either bond")
def better(_net):
    for (kind, title), values in RESULTS.items():
        if title == "vswitch":
            continue
        for key in LOST:
            mine = column(RESULTS[kind, "vswitch"], key)
            its = column(values, key)
            true(mine and its and
                 statistics.fmean(mine) <= statistics.fmean(its),
                 "%s, %s: %s" % (kind, FIGURES[key], title))


@case("T2: the histogram")
def histogram(_net):
    true(all(RESULTS.values()), "some have lost nothing")
    for kind, what in KINDS.items():
        comment("| " + what.title)
        comment("| " + "~" * len(what.title))
        comment("| \n| A frame each %d us, each way::\n| " %
                HELD[what.medium])
        for line in table(kind):
            comment(("|     " + line).rstrip())
        comment("| ")


run()
