#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""texts.py: every text with which something is refused is in a test.

Those of the module are in selftests, those of vswctl there or in its own tests.

A test has it word for word, with a value where the format has a conversion. An
error of the system is not a text: something says what was being done.
"""

import glob
import os
import re
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))

# What nothing in a VM can bring about, with the reason.
UNREACHED = {
    "%s cannot carry frames of others (Wi-Fi?)": "it needs Wi-Fi",
    "%s is the conduit of a DSA switch": "it needs a DSA switch",
    "the configuration changes too fast to be read":
        "it needs a vmk that goes at each of 20 moments",
}
VALUES = {"s": ".+?", "c": ".", "u": r"\d+", "zu": r"\d+", "d": r"\d+",
          "lld": r"-?\d+", "pM": "[0-9a-f:]{17}"}


def source(paths, calls):
    """The formats of all messages that are said by calls."""
    for path in sorted(glob.glob(paths)):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for call in re.finditer(calls + r"\(", text):
            end = text.index(");", call.end())
            args = text[call.end():end]
            args = re.sub(r'(?<!\\)"\s*\n?\s*"', "", args)
            for one in re.findall(r'"((?:\\.|[^"\\])*)"', args):
                one = one.replace('\\"', '"')
                if " " in re.sub(r"%s(: %s)?", "", one):
                    yield path, one
        # A text that is chosen before it is said.
        for one in re.findall(r'\b(?:why|undone|what) = "([^"]+)"', text):
            yield path, one


def pattern(text):
    parts = re.split(r"%(?:[.*\d]*)(pM|zu|lld|s|c|u|d)", text)
    return "".join(VALUES[part] if i % 2 else re.escape(part)
                   for i, part in enumerate(parts))


def bare(paths):
    """Where an error of the system is all that is said."""
    for path in sorted(glob.glob(paths)):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for call in re.finditer(r'"%s",\s*strerror\(', text):
            yield "%s:%d" % (path, text.count("\n", 0, call.start()) + 1)


def main():
    tests = ""
    for path in glob.glob("selftests/*.*") + glob.glob("tools/vswctl/test/*"):
        if path.endswith((".py", ".sh", ".c")):
            with open(path, encoding="utf-8") as file:
                tests += re.sub(r'"\s*\n\s*"', "", file.read()).replace(
                    '\\"', '"')
    found = (list(source("kmod/*.c", r"NL_SET_ERR_MSG\w*")) +
             list(source("tools/vswctl/*.c", "(?:ctl_fail|load_wrong)")))
    missing = [(path, text) for path, text in found
               if text not in UNREACHED and not re.search(pattern(text), tests)]
    for path, text in missing:
        print("%s: no test has \"%s\"" % (path, text))
    alone = list(bare("tools/vswctl/*.c"))
    for place in alone:
        print("%s: an error of the system says nothing of what was done" % place)
    if len(found) < 100:
        print("only %d texts were found" % len(found))
    return bool(missing or alone) or len(found) < 100


sys.exit(main())
