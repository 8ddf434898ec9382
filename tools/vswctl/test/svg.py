#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""svg.py HOST: the SVG on standard input shows what the JSON file says.

Each uplink has a box with its name, state and role, each portgroup and port its
name; wires lead to usable uplinks only, and the picture holds all of it.
"""

import json
import re
import sys
import xml.etree.ElementTree as ElementTree

SVG = "{http://www.w3.org/2000/svg}"


def near(texts, name):
    """Where a name stands, even if its end is cut."""
    for place, text in texts.items():
        if text == name or (text[-1:] in "…~" and name.startswith(text[:-1])):
            return place
    return None


def check_uplink(uplink, texts, wires, wrong):
    place = near(texts, uplink["dev"])
    if not place:
        return wrong("no uplink " + uplink["dev"])
    beside = {text for (_, y), text in texts.items()
              if place[1] < y < place[1] + 30}
    state = uplink["state"].replace("-", " ")
    speed = state == "up" and any(text.endswith("b/s") for text in beside)
    if not (state in beside or speed) or uplink["role"] not in beside:
        wrong("%s has %s" % (uplink["dev"], beside))
    wire = [name for y, name in wires if abs(y - place[1] - 4) < 5]
    due = [] if state != "up" or uplink["role"] == "unused" else [
        "wire spare" if uplink["role"] == "standby" else "wire"]
    if wire != due:
        wrong("%s is wired as %s, not %s" % (uplink["dev"], wire, due))
    return None


def main():
    root = ElementTree.parse(sys.stdin).getroot()
    with open(sys.argv[1], encoding="utf-8") as file:
        host = json.load(file)
    texts = {(int(one.get("x")), int(one.get("y"))): one.text or ""
             for one in root.iter(SVG + "text")}
    right = [(int(move[2]), one.get("class").strip())
             for one in root.iter(SVG + "path")
             for move in [re.match(r"M(\d+) (\d+)H", one.get("d"))]
             if int(move[1]) > 500]
    faults = []
    for switch in host:
        if not near(texts, switch["name"]):
            faults.append("no switch " + switch["name"])
        for uplink in switch["uplink"]:
            check_uplink(uplink, texts, right, faults.append)
        for group in switch["portgroup"]:
            if group["name"].isprintable() and not near(texts, group["name"]):
                faults.append("no portgroup " + group["name"])
            for port in group["port"]:
                if not near(texts, port.get("client") or port["dev"]):
                    faults.append("no port " + port["dev"])
    if any(x > int(root.get("width")) or y > int(root.get("height"))
           for x, y in texts):
        faults.append("text outside the picture")
    for fault in faults:
        print("# " + fault)
    return bool(faults)


sys.exit(main())
