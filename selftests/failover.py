#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What becomes of the frames when the uplink in use is lost, each way to lose
it some times. The topology is lossnet.py's; bench/failover.py has more losses.
"""

import statistics

from lossnet import KINDS, Site, Veth, Vswitch
from vswtest import case, comment, eq, run, true

LOSSES = 20
SOON = 10		# ms, in which all guests are told of, at best
PERIOD = 500		# microseconds
IDLE = 400000		# the second frame comes when the loss is over


def setup(net):
    net.figures = {}


def figures(net, name):
    """What is known about the losses of a kind: a list for each figure."""
    if name in net.figures:
        return net.figures[name]
    kind = KINDS[name]
    losses = []
    with Site(net, kind.medium, Vswitch) as site:
        # Who shares this machine may stop it for longer than the news take.
        while len(losses) < LOSSES or (
                len(losses) < 3 * LOSSES and
                min(loss["rarp-last"] for loss in losses) > SOON):
            losses.append(site.trial(kind, PERIOD, 0.01, 0.06, 0.18))
    every = {key: [loss[key] for loss in losses] for key in losses[0]}
    comment("%s: a frame each %.0f us, %s" % (kind.title, statistics.median(
        every["out-spacing"]), {key: "%g to %g" % (min(values), max(values))
                                for key, values in every.items()
                                if key not in ("out-spacing", "in-spacing")}))
    net.figures[name] = every
    return every


def most(kind, values):
    """The worst; with two real NICs, half of the time.

    Two NICs bring what a segment floods at two moments, and several frames at
    once. If the port moves in between, it depends on them whether the guest
    ever has a group frame, and how many of the others it has twice.
    """
    return max(values) if kind.medium is Veth else statistics.median(values)


def cases(name, kind):
    """The cases of a kind; the first one has the measurement in it."""

    @case("T2: %s: from then on no frame is lost, either way" % kind.title)
    def lost(net):
        got = figures(net, name)
        for key in ("out-lost-after", "in-lost-after"):
            eq(max(got[key]), 0, key)

    @case("F6: %s: no group frame comes twice, a unicast once a move" %
          kind.title)
    def twice(net):
        got = figures(net, name)
        for key in ("group-twice", "back-group-twice"):
            eq(max(got[key]), 0, "%s, of %s" % (key, got[key]))
        true(most(kind, got["twice"]) <= 1, "twice: %s" % got["twice"])
        # This move can be foreseen (T3).
        true(max(got["back-twice"]) <= 1, "back-twice: %s" % got["back-twice"])

    @case("T2: %s: what comes comes in order" % kind.title)
    def order(net):
        got = figures(net, name)
        for key in ("late", "back-late"):
            eq(most(kind, got[key]), 0, "%s, of %s" % (key, got[key]))

    @case("T3: %s: nothing is lost when the uplink returns" % kind.title)
    def returns(net):
        # A group frame may be whose copies come while the port moves (F6).
        got = figures(net, name)["back-lost"]
        eq(statistics.median(got), 0, "frames, of %s" % got)

    @case("T4: %s: the outside is told of 100 guests, at best within 10 ms" %
          kind.title)
    def told(net):
        last = figures(net, name)["rarp-last"]
        true(min(last) <= SOON, "too late: %s" % last)


for NAME, KIND in KINDS.items():
    cases(NAME, KIND)


@case("T2: virtio set_link off: without traffic the loss is noticed as soon")
def idle(net):
    kind = KINDS["set-link"]
    with Site(net, kind.medium, Vswitch) as site:
        # linkwatch has just done something and will be late: within a second.
        last = [site.trial(kind, IDLE, 0.01, 0.06, 0.18)["rarp-last"]
                for _ in range(LOSSES // 2)]
    comment("the last RARP after %s ms" % ["%.1f" % ms for ms in last])
    # Each would be late, but some are late by who shares this machine.
    true(sorted(last)[2] <= 20, "too late")

run(setup)
