#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Cases that fail never, always and at first; no network is built for them."""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../.."))

import vswtest	# noqa: E402
from vswtest import Skip, case, run, true	# noqa: E402


class Net:
    """What one case did to it spoils the next try."""

    def __init__(self, _setup):
        self.spoilt = False

    def close(self):
        pass


tried = []


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


vswtest._build = Net
os.geteuid = lambda: 0
run()
