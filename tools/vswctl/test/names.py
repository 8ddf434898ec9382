#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""names.py SCHEMA SPEC: compare the tables of schema.c with the netlink spec."""

import re
import sys

import yaml

TYPES = {
    "u32": "U32", "s32": "S32", "uint": "UINT", "string": "STRING",
    "flag": "FLAG", "binary": "MAC", "nest": "NEST",
}


# Flags that are in no answer need no names.
ASKED = ["inherit"]


def attr_type(attr):
    """The type as schema.c says it."""
    if attr.get("enum-as-flags") and attr["name"] not in ASKED:
        return "FLAGS"
    return TYPES[attr["type"]]


def spec_names(spec):
    """The spec as {set: {attribute: (type, nest, enum, multi)}}."""
    sets = {}
    for attr_set in spec["attribute-sets"]:
        sets[attr_set["name"]] = {
            attr["name"]: (attr_type(attr),
                           attr.get("nested-attributes"),
                           None if attr["name"] in ASKED else attr.get("enum"),
                           attr.get("multi-attr", False))
            for attr in attr_set["attributes"]}
    enums = {}
    for enum in spec["definitions"]:
        if enum["type"] in ("enum", "flags") and enum["name"] != "policy-field":
            enums[enum["name"]] = [e if isinstance(e, str) else e["name"]
                                   for e in enum["entries"]]
    return sets, enums


def table_names(text):
    """The tables in the same form."""
    sets = {}
    for name, body in re.findall(r"struct attr (\w+)_attr\[\] = \{(.*?)\n\};",
                                 text, re.S):
        attrs = {}
        for entry in re.findall(r"\] = \{(.*?)\}", body, re.S):
            nest = re.search(r"\.nest = &set_(\w+)", entry)
            values = re.search(r"\.values = &names_(\w+)", entry)
            attrs[re.search(r'"(.*?)"', entry)[1]] = (
                re.search(r"ATTR_(\w+)", entry)[1],
                nest and nest[1].replace("_", "-"),
                values and values[1].replace("_", "-"),
                ".multi = true" in entry)
        sets[name.replace("_", "-")] = attrs
    enums = {}
    for name, body in re.findall(r"\n(?:ENTRIES|BITMASK)\((\w+), (.*?)\);", text, re.S):
        enums[name.replace("_", "-")] = re.findall(r'"(.*?)"', body)
    return sets, enums


def spec_flags(spec):
    """Whether policy-field has the fields of a policy in their order."""
    fields = [[entry["name"] for entry in one["entries"]]
              for one in spec["definitions"] if one["name"] == "policy-field"]
    attrs = [[attr["name"] for attr in one["attributes"]]
             for one in spec["attribute-sets"] if one["name"] == "policy"]
    return fields == attrs


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        table = table_names(file.read())
    with open(sys.argv[2], encoding="utf-8") as file:
        whole = yaml.safe_load(file)
    spec = spec_names(whole)
    wrong = 0
    if not spec_flags(whole):
        print("# policy-field differs from policy")
        wrong += 1
    for ours, theirs in zip(table, spec):
        for name in sorted(set(ours) | set(theirs)):
            if ours.get(name) != theirs.get(name):
                print(f"# {name}: {ours.get(name)} instead of {theirs.get(name)}")
                wrong += 1
    return wrong > 0


sys.exit(main())
