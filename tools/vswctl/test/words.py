#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""words.py VSWCTL: every word of the grammar is printed, documented, completed.

The words come from the tables in the source; "help words" has to print them
all, each has to be in the manual page of its object, and bash has to offer it
where it can stand.  A word that is only shown, such as the state of an uplink,
has to be explained by a page.
"""

import glob
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TOOL = os.path.dirname(HERE)
VSWCTL = os.path.abspath(sys.argv[1])
WRONG = []
PAGE = dict.fromkeys(("export", "apply", "confirm", "save", "restore", "saved",
                      "join"),
                     "config")	# the pages of more than one object
# The pages of the values that are shown and never typed.
SHOWN = {"link_state": "uplink", "choice": "port", "port_kind": "port",
         "origin": "fdb", "action": "why", "drop_reason": "why"}


def wrong(text):
    WRONG.append(text)
    print("# " + text)


def source_words():
    """Keywords and commands in the tables: {object: set}, set of policy."""
    keys, commands, policy = {}, {}, set()
    owner, other = {}, {}	# tables that stand apart from their object
    for path in sorted(glob.glob(TOOL + "/*.c")):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        name = re.search(r'struct object object_\w+ = \{ "(\w+)"', text)
        for table, body in re.findall(
                r"struct key (\w+)\[\w*\] = \{\n(.*?)\n\};", text, re.S):
            found = set(re.findall(r'^\t\{ "([\w-]+)", ', body, re.M))
            if table == "policy_keys":
                policy |= found
            elif name:
                keys.setdefault(name[1], set()).update(found)
            else:
                other[table] = found
        if name:
            body = re.search(r"struct command commands\[\] = \{\n(.*?)\n\};",
                             text, re.S)[1]
            commands[name[1]] = set(re.findall(r'^\t\{ "(\w+)", ', body, re.M))
            owner.update((table, name[1]) for table in
                         re.findall(r"\{ (\w+), ARRAY_SIZE", body))
    for table, found in other.items():
        if table in owner:
            keys.setdefault(owner[table], set()).update(found)
        else:
            wrong("whose are the keywords of %s?" % table)
    return keys, commands, policy


def told_words():
    """What "help words" prints: options, and {(object, command): {key: values}}."""
    out = subprocess.run([VSWCTL, "help", "words"], check=True,
                         capture_output=True, encoding="utf-8").stdout
    options, tree = [], {}
    for line in out.splitlines():
        words = line.split()
        if words[0].startswith("-"):
            options.append(words)
        elif len(words) < 3:
            tree[tuple(words)] = {}
        else:
            tree[tuple(words[:2])][words[2]] = words[3:]
    return options, tree


def check_told(keys, commands, policy, tree):
    true_of = {name: set() for name in commands}
    for where, found in tree.items():
        true_of.setdefault(where[0], set()).update(found)
    for name in sorted(commands):
        told = {where[1] for where in tree if where[0] == name and where[1:]}
        for word in sorted(commands[name] - told):
            wrong("help words lacks the command %s %s" % (name, word))
        for word in sorted(keys.get(name, set()) - true_of[name]):
            wrong("help words lacks %s of %s" % (word, name))
    for name in ("switch", "portgroup"):
        for word in sorted(policy - true_of[name]):
            wrong("help words lacks %s of the policy of a %s" % (word, name))


def shown_words():
    """The words for the values of each enum, as they are shown."""
    with open(TOOL + "/schema.c", encoding="utf-8") as file:
        text = file.read()
    return {name: re.findall(r'"([^"]+)"', body) for name, body in
            re.findall(r"^(?:ENTRIES|BITMASK)\((\w+), (.*?)\);", text,
                       re.M | re.S)}


def source(name):
    try:
        with open("%s/man/%s.8" % (TOOL, name), encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        wrong("there is no page %s(8)" % name)
        return ""


def page_text(name):
    return re.sub(r"\\f[A-Z]|\\", "", re.sub(r'" *', "", source(name)))


def page(name):
    return set(re.findall(r"--?[\w-]+|[\w-]+", page_text(name)))


def check_pages(options, tree, policy):
    summary, fields = page("vswctl"), page("vswctl-policy")
    for option in options:
        for word in option:
            if word not in summary:
                wrong("vswctl(8) lacks %s" % word)
    for where, found in tree.items():
        if where[0] not in summary:
            wrong("vswctl(8) lacks the object %s" % where[0])
        mine = page("vswctl-" + PAGE.get(where[0], where[0]))
        for word in set(where) - mine:
            wrong("vswctl-%s(8) lacks the command %s" % (where[0], word))
        for key, values in found.items():
            text = fields if key in policy else mine
            for word in [key] + values:
                if word not in text:
                    wrong("the page of %s lacks %s %s" %
                          (where[0], key, word if word != key else ""))


def check_none(tree, policy):
    """Where the help has "KEY VALUE|none", none is told and documented."""
    found = 0
    for name in sorted({where[0] for where in tree}):
        text = subprocess.run([VSWCTL, name, "help"], check=True,
                              capture_output=True, encoding="utf-8").stdout
        for key in re.findall(r"\[([\w-]+) [^][]*\|none\]", text):
            found += 1
            if not any("none" in keys.get(key, ())
                       for where, keys in tree.items() if where[0] == name):
                wrong("help words lacks none of %s %s" % (name, key))
            own = "policy" if key in policy else name
            if not re.search(r"\b%s [^][\n]*\| *none\b" % key,
                             page_text("vswctl-" + own)):
                wrong("vswctl-%s(8) lacks %s none" % (own, key))
    if not found:
        wrong("the help has no none")


def check_shown(shown, tree):
    typed = {value for found in tree.values()
             for values in found.values() for value in values}
    for enum, values in shown.items():
        if enum not in SHOWN:
            for value in set(values) - typed:
                wrong("which page explains %s of %s?" % (value, enum))
            continue
        # Bold or italic, and first in its line: most are plain English, too.
        told = re.findall(r'^\.[BI]R? ([\w-]+)',
                          source("vswctl-" + SHOWN[enum]), re.M)
        for value in values:
            if value not in told:
                wrong("vswctl-%s(8) does not explain %s of %s" %
                      (SHOWN[enum], value, enum))
    for enum in SHOWN.keys() - shown.keys():
        wrong("schema.c has no %s" % enum)


def check_synopsis():
    """What the help of a command of vswctl-config(8) begins with is there."""
    shown = re.search(r"\.SH SYNOPSIS\n(.*?)\n\.SH", source("vswctl-config"), re.S)[1]
    shown = [re.sub(r'^\.(BR?|IR?) |[\\" \n]', "", line, flags=re.M)
             for line in shown.split("\n.br\n")]
    for name in PAGE:
        told = subprocess.run([VSWCTL, name, "help"], check=True,
                              capture_output=True, encoding="utf-8").stdout
        told = told.splitlines()[0]
        if told.replace(" ", "") not in shown:
            wrong("vswctl-config(8) has no \"%s\"" % told)


def complete(lines):
    """What bash offers behind the words of each line."""
    script = ". %s/completion/vswctl\n" % TOOL
    for words in lines:
        script += "COMP_WORDS=(%s '') COMP_CWORD=%d; _vswctl\n" % (
            " ".join((VSWCTL,) + words), len(words) + 1)
        script += 'echo "${COMPREPLY[@]}"\n'
    out = subprocess.run(["bash", "-c", script], check=True,
                         capture_output=True, encoding="utf-8")
    if out.stderr:
        wrong("completion: " + out.stderr.splitlines()[0])
    return [set(line.split()) for line in out.stdout.splitlines()]


def check_completion(options, tree):
    objects = {where[0] for where in tree} | {"help"}
    want = [((), objects), (("--confirm", "60"), objects)]
    for name in {where[0] for where in tree if where[1:]}:
        want.append(((name,), {where[1] for where in tree
                               if where[0] == name} | {"help"}))
    for where, found in tree.items():
        if not where[1:]:
            continue
        begin = where if where == ("fdb", "show") else where + ("x",)
        if found:
            want.append((begin, set(found)))
        for key, values in found.items():
            if values:
                want.append((begin + (key,), set(values)))
    for (words, due), got in zip(want, complete([line for line, _ in want])):
        for word in sorted(due - got):
            wrong("completion lacks %s after \"%s\"" % (word, " ".join(words)))
    script = (". %s/completion/vswctl; COMP_WORDS=(%s -) COMP_CWORD=1; "
              "_vswctl; echo ${COMPREPLY[@]}" % (TOOL, VSWCTL))
    got = subprocess.run(["bash", "-c", script], check=True,
                         capture_output=True, encoding="utf-8").stdout.split()
    for word in sorted({word for one in options for word in one} - set(got)):
        wrong("completion lacks the option " + word)


def main():
    keys, commands, policy = source_words()
    options, tree = told_words()
    if min(len(keys), len(commands), len(policy), len(options)) < 5:
        wrong("the tables are not read: %s %s" % (keys, policy))
    check_told(keys, commands, policy, tree)
    check_pages(options, tree, policy)
    check_none(tree, policy)
    check_shown(shown_words(), tree)
    check_synopsis()
    check_completion(options, tree)
    return bool(WRONG)


sys.exit(main())
