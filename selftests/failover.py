#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What becomes of the frames when the uplink in use is lost, each way to lose
it some times. The topology is lossnet.py's; bench/failover.py has more losses.
"""

import statistics

from lossnet import KINDS, NEVER, Site, Vswitch
from vswtest import case, comment, eq, run, true

LOSSES = 20
PERIOD = 500		# microseconds


FIGURES = {}


def figures(net, name):
    """What is known about the losses of a kind: a list for each figure."""
    if name in FIGURES:
        return FIGURES[name]
    kind = KINDS[name]
    with Site(net, kind.medium, Vswitch) as site:
        losses = [site.trial(kind, PERIOD, 0.01, 0.06, 0.18)
                  for _ in range(LOSSES)]
    every = {key: [loss[key] for loss in losses] for key in losses[0]}
    comment("%s: a frame each %.0f us, %s" % (kind.title, statistics.median(
        every["out-spacing"]), {key: "%g to %g" % (min(values), max(values))
                                for key, values in every.items()
                                if key not in ("out-spacing", "in-spacing")}))
    FIGURES[name] = every
    return every


def cases(name, title):
    """The cases of a kind; the first one has the measurement in it."""

    @case("T2: %s: from then on no frame is lost, either way" % title)
    def lost(net):
        got = figures(net, name)
        for key in ("out-lost-after", "in-lost-after"):
            eq(max(got[key]), 0, key)

    @case("F6: %s: no group frame comes twice, a unicast once a move" % title)
    def twice(net):
        got = figures(net, name)
        for key, most in (("group-twice", 0), ("back-group-twice", 0),
                          ("twice", 1), ("back-twice", 1)):
            true(max(got[key]) <= most, "%s: %s" % (key, got[key]))

    @case("F11: %s: what comes comes in order" % title)
    def order(net):
        got = figures(net, name)
        for key in ("late", "back-late"):
            eq(max(got[key]), 0, key)

    @case("T3: %s: nothing is lost when the uplink returns" % title)
    def returns(net):
        eq(max(figures(net, name)["back-lost"]), 0, "frames")

    @case("T4: %s: the outside is told of 100 guests within 10 ms" % title)
    def told(net):
        last = figures(net, name)["rarp-last"]
        true(max(last) < NEVER, "not all were told: %s" % last)
        # Others use this machine, too: one loss in two has to do.
        true(statistics.median(last) <= 10, "too late: %s" % last)


for NAME, KIND in KINDS.items():
    cases(NAME, KIND.title)

run()
