# SPDX-License-Identifier: GPL-2.0-only
"""A host of the demonstration: a VM with its NICs, orders to it, its cables."""
import json
import os
import socket
import subprocess
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))

# The Ethernet segments, and which NICs of each host are plugged into each.
SEGMENTS = {
    "public": ["vmnic5", "vmnic6"],
    "private": ["vmnic4", "vmnic7"],
    "usb": ["vusb0"],
}
DHCP_SERVER = "192.0.2.2"


class HostError(Exception):
    """A VM did not do what it must for the demonstration to go on."""


class Result:
    """What became of a command."""

    def __init__(self, status, output):
        self.status = status
        self.output = output

    def __bool__(self):
        return self.status == 0


def connect(path, deadline):
    """Connect to a UNIX socket that QEMU is about to make."""
    while True:
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(path)
            return sock
        except OSError:
            sock.close()
            if time.monotonic() > deadline:
                raise HostError(f"nothing listens on {path}") from None
            time.sleep(0.1)


class Host:
    """One VM; the two of them share the segments by datagrams.

    One CPU each: there may be no more than two cores to emulate them on.
    """

    def __init__(self, number, kernel, folder):
        self.number = number
        self.name = f"host{number}"
        self.folder = os.path.join(folder, self.name)
        self.links = folder
        os.mkdir(self.folder)
        self.said = []
        self.next_id = 0
        self.answers = {}
        self.arrived = threading.Condition()
        self.write_lock = threading.Lock()

        run = [os.path.join(HERE, "../vm/run.sh"), "-k", kernel,
               "-o", self.folder, "-m", "768", "-c", "1", "-t", "900"]
        for arg in self.qemu_args():
            run += ["-q", arg]
        run += ["bash", os.path.join(HERE, "host.sh"), str(number)]
        # pylint: disable=consider-using-with
        self.log = open(os.path.join(self.folder, "output"), "wb")
        self.vm = subprocess.Popen(run, stdin=subprocess.DEVNULL,
                                   stdout=self.log, stderr=self.log)

    def qemu_args(self):
        """The hardware: the agent's port, QMP, and the NICs on their hubs."""
        args = ["-qmp", f"unix:{self.folder}/qmp,server=on,wait=off",
                "-chardev", f"socket,id=agent,path={self.folder}/agent,server=on,wait=off",
                "-device", "virtio-serial-pci",
                "-device", "virtserialport,chardev=agent,name=agent",
                "-device", "qemu-xhci"]
        other = 3 - self.number
        for hub, (segment, nics) in enumerate(SEGMENTS.items(), 1):
            for nic in nics:
                mac = f"52:54:00:00:{self.number:02x}:{int(nic[-1]):02x}"
                kind = "usb-net" if nic.startswith("vusb") else "virtio-net-pci"
                args += ["-netdev", f"hubport,id={nic},hubid={hub}",
                         "-device", f"{kind},netdev={nic},mac={mac}"]
            here = f"{self.links}/{segment}.{self.number}"
            there = f"{self.links}/{segment}.{other}"
            args += ["-netdev", f"dgram,id=to-{segment},local.type=unix,local.path={here},"
                                f"remote.type=unix,remote.path={there}",
                     "-netdev", f"hubport,id=at-{segment},hubid={hub},netdev=to-{segment}"]
        if self.number == 1:
            # QEMU's own DHCP server and gateway, one for both hosts.
            args += ["-netdev", f"user,id=dhcp,restrict=on,ipv6=off,net=192.0.2.0/24,"
                                f"host={DHCP_SERVER},dhcpstart=192.0.2.100",
                     "-netdev", "hubport,id=at-dhcp,hubid=1,netdev=dhcp"]
        return args

    def wait_booted(self, seconds):
        """Wait for the agent's word that it listens."""
        deadline = time.monotonic() + seconds
        self.qmp = connect(f"{self.folder}/qmp", deadline).makefile("rw")
        self.qmp.readline()
        self.qmp_command("qmp_capabilities")
        self.agent = connect(f"{self.folder}/agent", deadline)
        threading.Thread(target=self.read_answers, daemon=True).start()
        self.wait_for(0, deadline)

    def read_answers(self):
        """Sort what the agent says by the command that it answers."""
        for line in self.agent.makefile("r"):
            answer = json.loads(line)
            with self.arrived:
                self.answers[answer["id"]] = answer
                self.arrived.notify_all()

    def wait_for(self, ident, deadline):
        """The answer to command number ident."""
        with self.arrived:
            while ident not in self.answers:
                if self.vm.poll() is not None:
                    raise HostError(f"{self.name} is gone")
                if time.monotonic() > deadline:
                    raise HostError(f"{self.name} does not answer")
                self.arrived.wait(0.2)
            answer = self.answers.pop(ident)
        return Result(answer["status"], answer["output"])

    def start(self, command):
        """Start a shell command; returns a function that waits for its end."""
        with self.write_lock:
            self.next_id += 1
            ident = self.next_id
            line = json.dumps({"id": ident, "command": command}) + "\n"
            self.agent.sendall(line.encode())
        return lambda seconds=60: self.wait_for(ident, time.monotonic() + seconds)

    def run(self, command, seconds=60):
        """Run a shell command to its end."""
        return self.start(command)(seconds)

    def must(self, command):
        """Run a command without which nothing makes sense; its output."""
        result = self.run(command)
        if not result:
            raise HostError(f"{self.name}: {command}: {result.output.strip()}")
        return result.output

    def qmp_command(self, command, **arguments):
        """Give QEMU an order, and wait until it is done."""
        self.qmp.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.qmp.flush()
        while True:
            answer = json.loads(self.qmp.readline())
            if "error" in answer:
                raise HostError(f"{self.name}: {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def plug(self, nic, plugged):
        """Plug a NIC's cable in, or pull it out."""
        self.qmp_command("set_link", name=nic, up=plugged)

    def faults(self):
        """What the kernel said that it should not have."""
        klog = os.path.join(HERE, "../vm/klog.sh")
        return self.run(f". {klog}; dmesg | klog_faults").output

    def stop(self):
        """End the VM, by asking first."""
        if self.vm.poll() is None:
            try:
                self.start("poweroff")
                self.vm.wait(5)
            except (OSError, AttributeError, subprocess.TimeoutExpired):
                self.vm.terminate()
                self.vm.wait()
        self.log.close()
