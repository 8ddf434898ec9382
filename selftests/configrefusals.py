#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What export, apply, restore, confirm and their guard refuse, word for word."""

import contextlib
import json
import os
import resource
import select
import signal
import socket
import subprocess
import tempfile

from confdocs import SAVED
from vswtest import VSWCTL, case, eq, run, true, until

WAITS = 'the change before waits for "vswctl confirm", or is taken back'
NONE_WAITS = ("no change waits to be confirmed; one that was not confirmed in "
              "time is taken back")


def setup(net):
    net.add("d0")
    net.add("br0", "bridge")
    net.add("d1")
    net.sh("ip link set d1 master br0")
    net.batch("switch add s0\nportgroup add pg switch s0\nvmk add vmk0 portgroup pg")


def refused(net, words, text, status=1, doc=None, **kwargs):
    """A command that changes nothing, and says just this."""
    before = net.state()
    done = net.spawn([VSWCTL, *words.split()],
                     text=json.dumps(doc) if doc else None, **kwargs)
    eq((done.returncode, done.stdout, done.stderr),
       (status, "", "vswctl: %s\n" % text), words)
    net.unchanged(before)


def with_ports(net, *ports, forged="reject"):
    """What runs, with these ports, and a change of the policy before them."""
    doc = json.loads(net.run_ctl("export"))
    doc["switch"][0]["policy"]["forged"] = forged
    doc["port"] = [{"dev": dev, "portgroup": "pg"} for dev in ports]
    return doc


@case("C1: what is said of a step that is refused")
def steps(net):
    refused(net, "apply -", "apply: port \"nosuch\": there is no such device", 3,
            with_ports(net, "nosuch"))
    refused(net, "apply -", "apply: step 3 of 3 is refused, the earlier ones are "
            "undone: port add \"d1\": d1 belongs to br0 already (dev); it was: "
            "port add d1 portgroup pg", 1, with_ports(net, "d0", "d1"))
    doc = with_ports(net, "d1", forged="accept")
    refused(net, "apply -", "apply: step 1 of 1 is refused, nothing is changed: "
            "port add \"d1\": d1 belongs to br0 already (dev); it was: "
            "port add d1 portgroup pg", 1, doc)


@case("C3: what is said of a step that is refused at boot")
def at_boot(net):
    doc = with_ports(net, "d1", forged="accept")
    os.makedirs(os.path.dirname(SAVED), exist_ok=True)
    with open(SAVED, "w", encoding="utf-8") as file:
        json.dump(doc, file)
    refused(net, "restore", "restore: step 1 of 1 is refused: port add \"d1\": "
            "d1 belongs to br0 already (dev); it was: port add d1 portgroup pg")
    os.unlink(SAVED)


@case("C3: a save that finds no room leaves the old file, and says so")
def no_room(net):
    place = os.path.dirname(SAVED)
    os.makedirs(place, exist_ok=True)
    # One page: there is room for one file.
    net.sh("mount -t tmpfs -o size=4k tmpfs " + place)
    try:
        net.run_ctl("save")
        net.ctl("switch set s0 mtu 1400")
        with open(SAVED, encoding="utf-8") as file:
            old = file.read()
        refused(net, "save", "save: %s is not written: No space left on device" %
                SAVED)
        with open(SAVED, encoding="utf-8") as file:
            eq(file.read(), old, "the file")
        eq(os.listdir(place), [os.path.basename(SAVED)], "files")
    finally:
        net.sh("umount " + place)
    net.ctl("switch set s0 mtu 1500")


@contextlib.contextmanager
def first_on_this_cpu():
    """Whatever wakes us here, others on this CPU go on after us."""
    os.sched_setscheduler(0, os.SCHED_FIFO | os.SCHED_RESET_ON_FORK,
                          os.sched_param(10))
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


@case("C1: what is said of what cannot be undone")
def not_undone(net):
    net.batch("port add d0 portgroup pg")
    doc = json.dumps(with_ports(net, "d1"))
    bridge = net.link("br0")["ifindex"]
    with net.host:
        news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    news.bind((0, 1))
    news.settimeout(30)
    with first_on_this_cpu(), net.host, subprocess.Popen(
            [VSWCTL, "apply", "-"], stdin=subprocess.PIPE,
            stderr=subprocess.PIPE, encoding="utf-8") as proc:
        proc.stdin.write(doc)
        proc.stdin.close()
        # As soon as d0 is free, a bridge has it.
        while net.link("d0").get("master"):
            news.recv(1 << 16)
        net.host.route.change("d0", (10, bridge))
        said = proc.stderr.read()
    news.close()
    eq((proc.returncode, said), (1, "vswctl: apply: step 3 of 3 is refused, not "
       "all of the earlier ones could be undone: port add \"d1\": d1 belongs to "
       "br0 already (dev); it was: port add d1 portgroup pg\n"), "apply")
    net.sh("ip link set d0 nomaster")


def folder(net):
    return "/run/vswitch/%d" % os.stat(net.host.path).st_ino


@contextlib.contextmanager
def in_place_of(path, make):
    """Something else stands where a file or a folder should be."""
    with contextlib.suppress(FileNotFoundError):
        os.rename(path, path + ".away")
    make(path)
    try:
        yield
    finally:
        (os.rmdir if os.path.isdir(path) else os.unlink)(path)
        with contextlib.suppress(FileNotFoundError):
            os.rename(path + ".away", path)


def empty(path):
    with open(path, "w", encoding="ascii"):
        pass


@case("C2: a guard that cannot keep its files lets nothing be changed")
def files(net):
    net.run_ctl("--confirm", "600", "switch", "set", "s0", "forged", "accept")
    net.run_ctl("confirm")
    doc = with_ports(net, "d0")
    for name in ("lock", "guard"):
        with in_place_of("%s/%s" % (folder(net), name), os.mkdir):
            refused(net, "apply -", "apply: /run/vswitch: Is a directory", 1, doc)
    with in_place_of(folder(net), empty):
        refused(net, "apply -", "apply: /run/vswitch: Not a directory", 1, doc)


@case("C2: a guard that cannot start lets nothing be changed")
def no_guard(net):
    doc, said, before = with_ports(net, "d0"), set(), net.state()
    for limit in range(4, 30):
        done = net.spawn([VSWCTL, "apply", "-"], text=json.dumps(doc),
                         preexec_fn=lambda most=limit: resource.setrlimit(
                             resource.RLIMIT_NOFILE, (most, most)))
        if not done.returncode:
            break
        said.add(done.stderr)
        net.unchanged(before)
    for text in ("the guard of the change does not start: Too many open files",
                 "the guard of the change does not start"):
        true("vswctl: apply: %s\n" % text in said, "%s: %s" % (text, said))
    net.ctl("port del d0")
    net.ctl("switch set s0 forged accept")


@case("C2: who may confirm what, and when")
def confirm(net):
    refused(net, "confirm", "confirm: " + NONE_WAITS, 3)
    net.run_ctl("--confirm", "600", "switch", "set", "s0", "forged", "reject")
    refused(net, "--confirm 5 switch set s0 mac-changes reject", WAITS)
    refused(net, "apply -", "apply: " + WAITS, 1, with_ports(net, "d0"))
    net.run_ctl("confirm")
    with tempfile.NamedTemporaryFile("w", dir="/run") as file:
        json.dump(with_ports(net, "d0"), file)
        file.flush()
        for line, text in (
                ("confirm", "confirm: it is for another command to confirm"),
                ("apply " + file.name, "apply: with --confirm, the commands of a "
                 "batch are those of objects")):
            before = net.state()
            done = net.spawn([VSWCTL, "--confirm", "600", "-b", "-"],
                             text="switch set s0 mac-changes reject\n" + line)
            eq((done.returncode, done.stderr),
               (2, "vswctl: stdin:2: %s\nvswctl: warning: the whole batch is "
                "taken back\n" % text), line)
            net.unchanged(before)
    net.ctl("switch set s0 forged accept")


def kill_guard(net):
    with open(folder(net) + "/guard", encoding="ascii") as file:
        guard = os.pidfd_open(int(file.read()))
    signal.pidfd_send_signal(guard, signal.SIGKILL)
    # One that is still dying takes what it is told.
    select.select([guard], [], [])
    os.close(guard)


def guard_dies(net, words, text):
    """Run a command until there is a switch s9, and kill its guard."""
    before = net.state()
    with net.host:
        news = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    news.bind((0, 1))
    news.settimeout(30)
    with first_on_this_cpu(), net.host, subprocess.Popen(
            [VSWCTL, "--confirm", "600", *words.split()],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, encoding="utf-8") as proc:
        proc.stdin.write(text)
        proc.stdin.close()
        while b"s9\0" not in news.recv(1 << 16):
            pass
        proc.send_signal(signal.SIGSTOP)
        kill_guard(net)
        proc.send_signal(signal.SIGCONT)
        said = proc.stderr.read()
    news.close()
    net.unchanged(before)
    return proc.returncode, said


@case("C2: a guard that is killed is missed, and the change is taken back")
def guard_killed(net):
    # What is left to be done when the guard is killed.
    lines = ["switch add s9"] + ["portgroup add p%d switch s9" % number
                                 for number in range(500)]
    eq(guard_dies(net, "-b -", "\n".join(lines)),
       (1, "vswctl: the guard of the change is gone; the change is taken back\n"),
       "what it says")


@case("C2: a guard that is killed is missed, and what was restored is taken back")
def guard_killed_at_boot(net):
    doc = with_ports(net)
    doc["switch"].append({"name": "s9"})
    doc["portgroup"] += [{"name": "p%d" % number, "switch": "s9"}
                         for number in range(500)]
    with open(SAVED, "w", encoding="utf-8") as file:
        json.dump(doc, file)
    eq(guard_dies(net, "restore", ""),
       (1, "vswctl: restore: the guard of the change is gone; the change is "
        "taken back\n"), "restore")
    os.unlink(SAVED)


@case("C2: --confirm is about what changes something, as a whole")
def confirm_what(net):
    for words in ("show", "export", "port show", "saved d0", "monitor"):
        refused(net, "--confirm 5 " + words,
                '--confirm is about changes, and "%s" makes none' %
                words.split()[0], 2)
    refused(net, "--confirm 5 --keep-going -b -", "what is to be confirmed is done "
            "whole or not at all, without --keep-going", 2)


@case("C3: what may be taken back is not saved")
def save_what(net):
    refused(net, "--confirm 5 save",
            "save: with --confirm it would keep what may be taken back", 2)
    net.run_ctl("--confirm", "600", "switch", "set", "s0", "forged", "reject")
    refused(net, "save",
            'save: a change waits for "vswctl confirm", or is taken back')
    true(not os.path.exists(SAVED), "something is saved")
    net.run_ctl("confirm")
    net.run_ctl("save")
    os.unlink(SAVED)
    net.ctl("switch set s0 forged accept")
    refused(net, "-n %s save" % net.host.path,
            'save: the network namespace "%s" has no name to save it under' %
            net.host.path, 2)


@case("C1: who may not read the addresses of a vmk is told so")
def addresses(net):
    net.host.route.change("vmk0", (28, net.out.file.fileno()))
    refused(net, "export", "export: the addresses of vmk0 cannot be read: "
            "Permission denied",
            user=65534, group=65534, extra_groups=[])
    net.ctl("vmk del vmk0")


run(setup)
