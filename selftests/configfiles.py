#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Files of configurations: what is said of one with a fault, and that tool and
published schema agree on it."""

import json
import os

from confdocs import Documents
from vswtest import VSWCTL, Fail, case, eq, run, true

SEED = os.environ.get("VSWITCH_SEED", "1")
SCHEMA = os.environ.get("VSWITCH_SCHEMA", os.path.join(
    os.path.dirname(os.path.abspath(__file__)), "..", "Documentation",
    "vswitch-config.schema.json"))

DOCS = []


def setup(net):
    DOCS[:] = [Documents(net, SEED)]


def refuses(net, text, *words, status=2, args=("apply", "-")):
    """A document that is refused in one line that has these words."""
    before = net.state()
    done = net.spawn([VSWCTL, *args], text=text)
    eq(done.returncode, status, "exit status of %r" % text[:60])
    eq(len(done.stderr.splitlines()), 1, "lines of %r" % done.stderr)
    for word in words:
        true(word in done.stderr, "%r is not in %r" % (word, done.stderr))
    net.unchanged(before)
    return done.stderr


BASE = '''{
  "version": 1,
  "switch": [
    { "name": "s0", "policy": {
        "teaming": "portid" %(switch)s } }
  ],
  "uplink": [ { "dev": "u1", "switch": "s0" %(uplink)s },
    { "dev": "u2", "switch": "s0", "role": "standby" } ],
  "portgroup": [ { "name": "p0", "switch": "s0" },
    { "name": "p1", "switch": "s0"
      %(portgroup)s }
  ],
  "port": [ { "dev": "g1", "portgroup": "p0" %(port)s } ],
  "vmk": [
    { "name": "vmk0", "portgroup": "p1" %(vmk)s }
  ]
  %(more)s
}
'''

# Where, what is put there; the line, the path, what is said.
WRONG = [
    ("more", ', "ports": []', 17, "ports",
     'there is no such key; did you mean "port"?'),
    ("more", ', "teapot": []', 17, "teapot",
     "there is no such key; there is version, switch, uplink, portgroup, port "
     "or vmk"),
    ("switch", ', "mac-limt": 5', 5, "switch[0].policy.mac-limt", "mac-limit"),
    ("switch", ',\n"mac-limit": 4097', 6, "switch[0].policy.mac-limit",
     "out of range"),
    ("switch", ',\n"mac-limit": "5"', 6, "switch[0].policy.mac-limit",
     "it is not a whole number from 0 on"),
    ("switch", ', "forged": "maybe"', 5, "switch[0].policy.forged",
     "reject or accept"),
    ("switch", ', "forged": true', 5, "switch[0].policy.forged",
     "it is not a string"),
    ("switch", ', "detect": "inherit"', 5, "switch[0].policy.detect",
     "link or beacon"),
    ("switch", ', "active": {"dev": ["u1",\n"u3"]}', 6,
     "switch[0].policy.active.dev[1]", "is not an uplink of this switch"),
    ("switch", ', "active": ["u1"]', 5, "switch[0].policy.active",
     "it is not an object"),
    ("switch", ', "active": {"dev": ["u1"]}, "standby": {"dev": ["u1"]}', 5,
     "switch[0].policy.standby.dev[0]", "is listed already"),
    ("switch", ', "shape-to-guest": {"average": 8000, "brst": 1}', 5,
     "switch[0].policy.shape-to-guest.brst", 'did you mean "burst"?'),
    ("switch", ', "shape-to-guest": {"average": 8000}', 5,
     "switch[0].policy.shape-to-guest", "burst"),
    ("switch", ', "active": {"dev": ["u2"]}', 8, "uplink[1].role",
     'the lists of s0 say that "u2" is active'),
    ("switch", '} }, {"name": "s1", "default-portgroup": "p0", "policy": {'
     '"forged": "reject"', 5, "switch[1].default-portgroup",
     '"p0" is not on this switch'),
    ("uplink", ', "role": "spare"', 7, "uplink[0].role", "active, standby"),
    ("portgroup", ', "vlan": {"id": 4095}', 11, "portgroup[1].vlan",
     "VLAN 4095"),
    ("portgroup", ', "vlan": {}', 11, "portgroup[1].vlan",
     'it takes either "id" or "range"'),
    ("portgroup", ',\n"vlan": {"id": -1}', 12, "portgroup[1].vlan.id",
     "whole number"),
    ("portgroup", ',\n"vlan": 5', 12, "portgroup[1].vlan", "not an object"),
    ("portgroup", ',\n"vlan": {"range":\n[ {"first": 5},\n{"first": 9, "last": 8}]}',
     13, "portgroup[1].vlan.range[0]",
     'a range has "first" and "last"'),
    ("portgroup", ', "vlan": {"range": [{"first": 9, "last": 8}]}', 11,
     "portgroup[1].vlan", "backwards"),
    ("portgroup", ',\n"policy": {"failback": "inherit"}', 12,
     "portgroup[1].policy.failback", "off or on"),
    ("portgroup", ', "policy": {"active": {"dev": ["g1"]}}', 11,
     "portgroup[1].policy.active.dev[0]", "not an uplink"),
    ("port", ', "mac": "02:00"', 13, "port[0].mac", "Ethernet address"),
    ("port", ', "blocked": 1', 13, "port[0].blocked", "not a string"),
    ("port", ', "allow-mac": {"address": ["00:00:00:00:00:00"]}', 13,
     "port[0].allow-mac.address[0]", "nobody's"),
    ("port", ', "allow-mac": {"address": ["02:00:00:00:00:01",\n"none"]}', 14,
     "port[0].allow-mac.address[1]", "Ethernet address"),
    ("port", ', "allow-mac": {"address": '
     '["02:00:00:00:00:01,02:00:00:00:00:02"]}', 13,
     "port[0].allow-mac.address[0]", "Ethernet address"),
    ("port", ', "client": "a\\u0007b"', 13, "port[0].client", "control"),
    ("port", ', "switch": "s0"', 13, "port[0].switch", "no such key"),
    ("port", '}, {"dev": "u1", "portgroup": "p0"', 13, "port[1].dev",
     "there already"),
    ("port", '}, {"dev": "g2", "portgroup": "p2"', 13, "port[1].portgroup",
     'there is no portgroup "p2" here'),
    ("port", '}, {"dev": "g2"', 13, "port[1]", '"portgroup" is missing'),
    ("vmk", ', "address": ["192.0.2.1"]', 15, "vmk[0].address[0]",
     "prefix length"),
    ("vmk", ', "address": ["none"]', 15, "vmk[0].address[0]",
     "not an IP address"),
    ("vmk", ', "address": "192.0.2.1/24"', 15, "vmk[0].address",
     "it is not an array"),
    ("vmk", ', "service": "nfs"', 15, "vmk[0].service", "not an array"),
    ("vmk", ', "service": ["nfs", "vmotoin"]', 15, "vmk[0].service[1]",
     'did you mean "vmotion"?'),
    ("vmk", ', "service": ["nfs,iscsi"]', 15, "vmk[0].service[0]",
     "not a value of service"),
    ("vmk", ', "netns": "a\\u001b[31m"', 15, "vmk[0].netns", "control"),
    ("vmk", ', "mtu": 67', 15, "vmk[0].mtu", "out of range"),
]

# What the published schema cannot say.
RELATIONS = ("not an uplink", "listed already", "there already", "no portgroup",
             "backwards", "nobody's", "the lists of", "not on this switch")


def schema():
    with open(SCHEMA, encoding="utf-8") as file:
        return json.load(file)


@case("C1: what is wrong with a file is said with its line and place")
def wrong_files(net):
    import jsonschema
    checker = jsonschema.Draft202012Validator(schema())
    places = ("switch", "uplink", "portgroup", "port", "vmk", "more")
    good = BASE % dict.fromkeys(places, "")
    true(checker.is_valid(json.loads(good)), "the schema takes what is right")
    for where, text, line, path, said in WRONG:
        bad = BASE % {**dict.fromkeys(places, ""), where: text}
        refuses(net, bad, "stdin:%d: %s: " % (line, path), said)
        eq(checker.is_valid(json.loads(bad)),
           any(word in said for word in RELATIONS),
           "whether the schema takes %s" % text)
    refuses(net, "{", "stdin:1: it is not JSON")
    refuses(net, '{\n"version": 1,\n"version": 1}', "stdin:3: ", "duplicate")
    refuses(net, "{}", '"version" is missing')
    refuses(net, '{"version": 2}', "stdin:1: version: ",
            "this vswctl reads version 1")
    refuses(net, "", "/no/such/file: No such file", args=("apply", "/no/such/file"),
            status=3)


@case("C1, M5: a file of as much as there can be is read in no time")
def large(net):
    text = json.dumps({
        "version": 1, "switch": [{"name": "s0"}],
        "portgroup": [{"name": "p%d" % i, "switch": "s0", "vlan": {"id": i}}
                      for i in range(1, 4095)],
        "vmk": [{"name": "vmk%d" % i, "portgroup": "p%d" % i}
                for i in range(1, 4095)]})
    done = net.spawn([VSWCTL, "--dry-run", "apply", "-"], text=text)
    eq((done.returncode, done.stderr, len(done.stdout.splitlines())),
       (0, "", 1 + 2 * 4094), "what it says")


@case("C1: what is exported keeps to the published schema")
def published(net):
    import jsonschema
    checker = jsonschema.Draft202012Validator(schema())
    for doc in DOCS[0].draw(4):
        for error in checker.iter_errors(doc):
            raise Fail("%s: %s" % (list(error.path), error.message))
    # Every policy field that there is, is one of the schema.
    fields = schema()["$defs"]["policy"]["properties"]
    eq(set(doc["switch"][0]["policy"]), set(fields), "fields of a policy")


run(setup)
