#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What is made of the figures of the benchmarks.

    tables.py frames FOUND		lines for benchmarks.rst
    tables.py frames-goals FOUND	TAP: whether the goals are reached
    tables.py frames-check FOUND COMMITTED	TAP: whether no frame has become
						dearer
    tables.py scale FOUND		lines, as of frames
    tables.py scale-goals FOUND		TAP
    tables.py streams FOUND
    tables.py streams-goals FOUND
    tables.py parallel FOUND
    tables.py parallel-goals FOUND
"""

import json
import sys

WAYS = {"out": "vnic to uplink", "in": "uplink to vnic",
        "between": "vnic to vnic", "host": "uplink to vmk"}
STREAMS = {"between": "to a guest", "host": "to a vmk", "out": "outside"}
FLOOR, OWN = "the floor", "vswitch"

OPERATIONS = "attach", "change", "remove"
# Whose attach is little more than the kernel's own link to a master.
LINK = "VRF"

# The most that the switch may take beyond the floor, where there is a goal.
GOALS = {"out": 160, "in": 200, "between": 200}
# How many of a hundred instructions a frame may take more than committed.
GROWTH = 1


def load(name):
    with open(name, encoding="utf-8") as file:
        return json.load(file)


def share(figures, who=OWN):
    return figures[who] - figures[FLOOR]


def frames(found):
    for ports, ways in found.items():
        print("%-34s" % ports + "".join("%16s" % WAYS[way] for way in ways))
        contenders = dict.fromkeys(who for way in ways.values() for who in way)
        for who in contenders:
            cells = ("%7.0f %8s" % (
                figures[who],
                "" if who == FLOOR else "%+.0f" % share(figures, who))
                     if who in figures else "" for figures in ways.values())
            print(("  %-32s" % who + "".join(
                "%16s" % cell for cell in cells)).rstrip())
        print()


def frames_goals(found):
    for ports, ways in found.items():
        for way, figures in ways.items():
            name = "%s, %s: " % (ports, WAYS[way])
            if way in GOALS:
                yield (share(figures) <= GOALS[way],
                       name + "at most %d instructions beyond the floor" %
                       GOALS[way], "%.0f" % share(figures))
            yield (figures[OWN] < figures["bridge"], name +
                   "fewer than with a bridge",
                   "%.0f, %.0f" % (figures[OWN], figures["bridge"]))


def frames_check(found, committed):
    """The floor is that of this kernel, so that only the switch counts."""
    for ports, ways in found.items():
        for way, figures in ways.items():
            before = committed[ports][way]
            grown = share(figures) - share(before)
            yield (grown * 100 <= before[OWN] * GROWTH,
                   "%s, %s: no more instructions a frame than committed" %
                   (ports, WAYS[way]), "%.0f before, now %.0f" %
                   (before[OWN], before[OWN] + grown))


def scale(found):
    print("%-34s" % "instructions a frame, of vswitch" +
          "".join("%10s ports" % size for size in found["frames"]))
    for way in ("out", "in", "between"):
        print("  %-32s" % WAYS[way] + "".join(
            "%16.0f" % figures[way] for figures in found["frames"].values()))
    print("\n%-34s%16s" % ("instructions a receiver", "broadcast"))
    for who, took in found["floods"].items():
        print("  %-32s%16.0f" % (who, took))
    print("\n%-34s%16s%16s%16s" % ("instructions an operation", "attach",
                                   "change", "remove"))
    for who, sizes in found["operations"].items():
        for size, took in sizes.items():
            print("  %-32s" % ("%s, %s ports there" % (who, size)) + "".join(
                "%16s" % ("%.0f" % took[what] if what in took else "")
                for what in OPERATIONS).rstrip())
    print("\n%-34s%16.0f" % ("instructions a port in a dump", found["dump"]))
    print("%-34s%16.0f" % ("bytes a port", found["port"]))
    print("%-34s%16.0f" % ("bytes an address learned", found["address"]))


def spread(values):
    """How many hundredths the highest is above the lowest."""
    values = list(values)
    return 100 * (max(values) / min(values) - 1)


def figures_text(figures):
    return ", ".join("%s: %.0f" % item for item in figures.items())


def scale_goals(found):
    for way in ("out", "in", "between"):
        grown = spread(sizes[way] for sizes in found["frames"].values())
        yield (grown <= 2, "%s: flat within 2 %% from 2 to 4096 ports" %
               WAYS[way], "%.1f %%" % grown)
    floods = found["floods"]
    yield (floods[OWN] <= floods["bridge"],
           "a receiver of a broadcast takes no more than with a bridge",
           figures_text(floods))
    for what in OPERATIONS:
        its = {who: {size: took[what] for size, took in sizes.items()
                     if what in took}
               for who, sizes in found["operations"].items()}
        own = its.pop(OWN)
        linked = its.pop(LINK)
        beyond = {size: took - (linked[size] - linked["0"] if linked else 0)
                  for size, took in own.items()}
        yield (spread(beyond.values()) <= 20,
               "%s: flat within 20 %% from 0 to 3072 ports, beyond what any "
               "master's grows by" % what,
               "%s; less that: %s" % (figures_text(own), figures_text(beyond)))
        for who, took in its.items():
            yield (max(own.values()) < min(took.values()),
                   "%s: faster than with %s" % (what, who), figures_text(took))


def streams(found):
    print("%-34s" % "Gbit in 10^9 instructions" +
          "".join("%16s" % STREAMS[way] for way in found))
    for who in found["out"]:
        print("  %-32s" % who + "".join(
            "%16.2f" % figures[who] for figures in found.values()))


def streams_goals(found):
    for way, figures in found.items():
        own = figures[OWN]
        for who, its in figures.items():
            if who != OWN:
                yield (own >= its, "%s: not below %s" % (STREAMS[way], who),
                       "%.2f, %.2f" % (own, its))


def parallel(found):
    print("%-34s%16s%16s%16s" % ("1000 frames a second", "one CPU", "two CPUs",
                                 "ratio"))
    for who, its in found.items():
        print("  %-32s%16.0f%16.0f%16.2f" % (
            who, its["one"] / 1000, its["two"] / 1000, its["ratio"]))


def parallel_goals(found):
    own, other = (found[who]["ratio"] for who in (OWN, "bridge, VLAN"))
    # Two CPUs that are emulated are no two clocks.
    yield (own >= 0.9 * other, "two CPUs: what is gained is not below a bridge's",
           "%.2f, %.2f" % (own, other))


def report(results):
    for passed, title, why in results:
        print(("ok " if passed else "not ok ") + title)
        print("# %s" % why)


def main():
    command, *names = sys.argv[1:]
    found = [load(name) for name in names]
    lines = {"frames": frames, "scale": scale, "streams": streams,
             "parallel": parallel}
    if command in lines:
        lines[command](*found)
        return
    report({"frames-goals": frames_goals, "frames-check": frames_check,
            "scale-goals": scale_goals,
            "streams-goals": streams_goals,
            "parallel-goals": parallel_goals}[command](*found))


main()
