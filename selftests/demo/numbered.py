#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Broadcast frames with numbers.

  numbered.py send DEV COUNT SECONDS
  numbered.py receive DEV COUNT READY STOP

The receiver makes the file READY when it listens, and ends when there is a
file STOP; then it prints how many numbers it saw, how many of them more than
once, and how many frames in all.
"""
import os
import socket
import struct
import sys
import time

ETHERTYPE = 0x88b5              # for local experiments
MAGIC = b"numbered"


def send(sock, count, seconds):
    """COUNT frames, spread evenly."""
    frame = b"\xff" * 6 + sock.getsockname()[4] + struct.pack("!H", ETHERTYPE) + MAGIC
    for number in range(count):
        sock.send(frame + struct.pack("!I", number) + bytes(40))
        time.sleep(seconds / count)


def receive(sock, count, ready, stop):
    """Count what comes; a duplicate may be late."""
    seen = {}
    with open(ready, "w", encoding="ascii"):
        pass
    sock.settimeout(0.1)
    while True:
        try:
            frame, address = sock.recvfrom(2048)
        except socket.timeout:
            if os.path.exists(stop):
                break
            continue
        if address[2] == socket.PACKET_OUTGOING or frame[14:22] != MAGIC:
            continue
        number = struct.unpack("!I", frame[22:26])[0]
        seen[number] = seen.get(number, 0) + 1
    twice = sum(1 for times in seen.values() if times > 1)
    print(len([n for n in seen if n < count]), twice, sum(seen.values()))


def main():
    """Open the device and do as told."""
    verb, dev, count, *rest = sys.argv[1:]
    # With a protocol from the start it would hear every device until bind().
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.bind((dev, ETHERTYPE))
    if verb == "send":
        send(sock, int(count), float(rest[0]))
    else:
        receive(sock, int(count), *rest)


main()
