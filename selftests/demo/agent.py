#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""In a VM: run the shell commands that come by a virtio port.

A line is a JSON object with an id and a command; so is the answer, with the
exit status and the output.  Commands run side by side.
"""
import glob
import json
import os
import subprocess
import threading
import time


def main():
    port = os.open(glob.glob("/dev/vport*")[0], os.O_RDWR)
    lock = threading.Lock()

    def answer(message):
        data = (json.dumps(message) + "\n").encode()
        with lock:
            while data:
                data = data[os.write(port, data):]

    def run(request):
        done = subprocess.run(["bash", "-c", request["command"]],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False)
        answer({"id": request["id"], "status": done.returncode,
                "output": done.stdout.decode(errors="replace")})

    answer({"id": 0, "status": 0, "output": "ready"})
    pending = b""
    while True:
        data = os.read(port, 65536)
        if not data:            # nobody is at the other end
            time.sleep(0.05)
            continue
        *lines, pending = (pending + data).split(b"\n")
        for line in lines:
            request = json.loads(line)
            if request["command"] == "poweroff":
                return
            threading.Thread(target=run, args=(request,), daemon=True).start()


main()
