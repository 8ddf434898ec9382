#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""How many instructions a frame takes, with the switch and with its peers. In
the VM, whose clock counts them; prints JSON.

    frames.py [OWN]		OWN: only the switch and the floor
"""

import json
import statistics
import sys

from bed import CONTENDERS, Dummies, Floor, Veths, Vswitch, prepare

COUNT, TURNS = 4000, 5


def measure(contender, ports, way):
    with contender(ports, way) as bed:
        bed.load()
        bed.run(COUNT)
        return statistics.median(bed.run(COUNT) for _ in range(TURNS))


def main():
    contenders = (Floor, Vswitch) if sys.argv[1:] == ["own"] else CONTENDERS
    found = {}
    prepare()
    for ports in (Dummies, Veths):
        for way in Floor.ways:
            found.setdefault(ports.title, {})[way] = figures = {}
            for contender in contenders:
                if way in contender.ways:
                    figures[contender.title] = measure(contender, ports, way)
                    print("%s, %s, %s: %.1f" % (ports.title, way, contender.title,
                                              figures[contender.title]),
                          file=sys.stderr, flush=True)
    json.dump(found, sys.stdout, indent=1)
    print()


main()
