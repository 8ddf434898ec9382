#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Cases that fail never, always and at first, and nets that do; none is a network."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../.."))

import vswtest	# noqa: E402
from vswtest import Skip, case, run, true	# noqa: E402


class Net:
    """What one case did to it spoils the next try."""

    def __init__(self):
        self.spoilt = self.stays = False

    def close(self):
        if self.stays:
            raise OSError("the net stays")


tried = []


def setup(_net):
    """The one that is built for the second try of a case is built twice."""
    if vswtest.TRY_AGAIN and tried and "setup" not in tried:
        tried.append("setup")
        raise OSError("no net")


def fail_at_first(net, title):
    true(not net.spoilt, "the net of another try")
    if title not in tried:
        tried.append(title)
        net.spoilt = True
        true(False, "at first")


@case("passes")
def passes(_net):
    pass


@case("fails at first")
def at_first(net):
    fail_at_first(net, "fails at first")


@case("fails always")
def always(_net):
    true(False, "again")


@case("fails, then has nothing to test")
def then_skipped(net):
    fail_at_first(net, "fails, then has nothing to test")
    raise Skip("nothing here")


@case("has nothing to test")
def skipped(_net):
    raise Skip("nothing here")


@case("passes, then its net does not come down")
def stays(net):
    net.stays = True


vswtest.Net = Net
os.geteuid = lambda: 0
run(setup)
