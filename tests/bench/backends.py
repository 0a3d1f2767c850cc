# SPDX-License-Identifier: GPL-2.0-only
"""What connects the namespaces: all with the same addresses, MTU and device names.

prepare() may take its time; make() and remove() are what `scale` measures. Offloads are as
each one sets them.
"""

import json
import os
import subprocess


class Backend:
    """n namespaces with a device eth0 each, 10.77.x.y/16."""

    name = ""
    ports_max = 4000

    def __init__(self, lab):
        self.lab = lab
        self.n = 0

    def netns(self, i):
        return "%s%s%d" % (self.lab.prefix, self.name[0], i)

    @staticmethod
    def address(i):
        return "10.77.%d.%d" % (i >> 8, i & 255)

    def prepare(self, n):
        self.n = n

    def make(self):
        raise NotImplementedError

    def show(self):
        """Command that lists all ports as JSON."""
        raise NotImplementedError

    def remove(self):
        raise NotImplementedError

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.n:
            self.remove()
            self.lab.settle()
            self.n = 0

    def up(self, n):
        """For use as `with backend.up(2):`"""
        self.prepare(n)
        try:
            self.make()
        except BaseException:
            self.__exit__()
            raise
        return self

    def device(self):
        """What a socket sees of its device: MTU and offloads."""
        words = ("tcp-segmentation-offload", "generic-receive-offload", "tx-checksumming",
                 "generic-segmentation-offload", "tx-udp-segmentation")
        found = {}
        link = self.lab.ip_json("-n", self.netns(1), "link", "show", "eth0")[0]
        found["mtu"] = link["mtu"]
        out = self.lab.run(["nsenter", "--net=/run/netns/" + self.netns(1),
                            "ethtool", "-k", "eth0"])
        for line in out.splitlines():
            key, _, value = line.strip().partition(": ")
            if key in words:
                found[key] = value.split()[0]
        return found

    def outer(self, i):
        """The device of port i that the switch has; None: there is none."""

    def bare(self):
        """Let a frame that is no skb in at port 1 and 2, where this is not so already."""
        for i in (1, 2):
            if self.outer(i):
                self.lab.run(["ethtool", "-K", self.outer(i), "gro", "on"])

    def received(self, i):
        """Frames that came out of port i."""
        link = self.lab.ip_json("-n", self.netns(i), "-s", "link", "show", "eth0")[0]
        return link["stats64"]["rx"]["packets"]


class Iproute(Backend):
    """Made by `ip -batch`: one batch for the devices, then one a namespace, as it must be."""

    def _files(self, devices, removal):
        lab = self.lab
        self.files = [lab.batch(self.name + "-make", devices),
                      lab.batch(self.name + "-remove", removal)]
        each = []
        for i in range(1, self.n + 1):
            each.append(lab.batch(self.netns(i), [
                "address add %s/16 dev eth0" % self.address(i), "link set eth0 up",
                "link set lo up"]))
        self.script = lab.batch(self.name + "-script", [
            "set -e", "ip -batch " + self.files[0],
            "for f in %s; do ip -n ${f##*/} -batch $f; done" % " ".join(each)])

    def make(self):
        self.lab.run(["sh", self.script])

    def remove(self):
        # -force: what an interrupted make() did not get to is not there
        subprocess.run(["ip", "-force", "-batch", self.files[1]], stderr=subprocess.DEVNULL,
                       check=False)


class Veth(Iproute):
    """One veth pair, no switch: the limit."""

    name = "veth"
    ports_max = 2

    def prepare(self, n):
        super().prepare(n)
        spaces = [self.netns(1), self.netns(2)]
        self._files(["netns add " + ns for ns in spaces] +
                    ["link add eth0 netns %s type veth peer name eth0 netns %s" % tuple(spaces)],
                    ["netns del " + ns for ns in spaces])


class Bridge(Iproute):
    """Linux bridge, STP off, and a veth pair a port."""

    name = "bridge"

    def prepare(self, n):
        super().prepare(n)
        br = self.bridge = self.lab.prefix + "br"
        devices = ["link add %s type bridge stp_state 0" % br, "link set %s up" % br]
        removal = []
        for i in range(1, n + 1):
            port = "%sp%d" % (self.lab.prefix, i)
            ns = self.netns(i)
            devices += ["netns add " + ns,
                        "link add %s type veth peer name eth0 netns %s" % (port, ns),
                        "link set %s master %s up" % (port, br)]
            # takes the veth along; deleting those one by one costs 20 ms and more each
            removal.append("netns del " + ns)
        self._files(devices, removal + ["link del " + br])

    def outer(self, i):
        return "%sp%d" % (self.lab.prefix, i)

    def show(self):
        return ["ip", "-j", "-d", "link", "show", "master", self.bridge]


class Floor(Iproute):
    """Two veth pairs and four instructions of BPF: what no switch at tc can be quicker than."""

    name = "floor"
    ports_max = 2

    def outer(self, i):
        return "%sf%d" % (self.lab.prefix, i)

    def pin(self, i):
        return os.path.join(self.lab.bpffs, "floor%d" % i)

    def prepare(self, n):
        super().prepare(n)
        devices = []
        for i in (1, 2):
            ns, outer = self.netns(i), self.outer(i)
            devices += ["netns add " + ns,
                        "link add %s type veth peer name eth0 netns %s" % (outer, ns),
                        "link set %s up" % outer]
        self._files(devices, ["netns del " + self.netns(i) for i in (1, 2)])

    def make(self):
        super().make()
        for i in (1, 2):
            self.lab.run([self.lab.tool("tcxpeer"), self.outer(i), self.outer(3 - i),
                          self.pin(i)])

    def remove(self):
        for i in (1, 2):
            if os.path.exists(self.pin(i)):
                os.unlink(self.pin(i))
        super().remove()


class Xswitch(Backend):
    """This project, as `up` makes it."""

    name = "xswitch"
    binary = "build/xswitch"
    switch = "bench"
    words = ()  # more for `up`

    def command(self, *words):
        return [self.binary, "-S", self.switch, *words]

    def make(self):
        ports = ",".join(self.netns(i) for i in range(1, self.n + 1))
        self.lab.run(self.command("up", "--ports", ports, "--subnet", "10.77.0.0/16",
                                  *self.words))

    def show(self):
        return self.command("-j", "show")

    def remove(self):
        self.lab.run(self.command("down"))

    def outer(self, i):
        return "%sp%d" % (self.switch, i)

    def pin(self, path):
        return os.path.join(self.lab.bpffs, "xswitch", self.switch, path)

    def ports(self):
        return json.loads(self.lab.run(self.show()))[0]["ports"]


class XswitchVlan(Xswitch):
    """The same, every port an access port of VLAN 10."""

    name = "xswitch-vlan"
    words = ("--mode", "access", "--tag", "10")

    def netns(self, i):
        return "%sv%d" % (self.lab.prefix, i)


class XswitchTwo(Xswitch):
    """Only the first and the last port in VLAN 10, the others elsewhere: what a flood asks."""

    name = "xswitch-two"

    def netns(self, i):
        return "%st%d" % (self.lab.prefix, i)

    def make(self):
        super().make()
        for i in range(1, self.n + 1):
            tag = "10" if i in (1, self.n) else "20"
            self.lab.run(self.command("port", "set", self.netns(i), "mode", "access",
                                      "tag", tag))


class XswitchXdp(Xswitch):
    """Every port at XDP."""

    name = "xswitch-xdp"
    step = 1  # of the ports that have it

    def netns(self, i):
        return "%sd%d" % (self.lab.prefix, i)

    def make(self):
        super().make()
        ports = ["%d:%s" % (i, self.outer(i)) for i in range(1, self.n + 1, self.step)]
        built = os.path.dirname(self.binary)
        self.lab.run([os.path.join(built, "tests/bench/xdpports"), self.pin(""),
                      os.path.join(built, "bpf/xsw_xdp.bpf.o"),
                      os.path.join(self.lab.bpffs, "xdp"), str(self.n - len(ports)), *ports])

    def remove(self):
        for i in range(1, self.n + 1, self.step):
            path = os.path.join(self.lab.bpffs, "xdp%d" % i)
            if os.path.exists(path):
                os.unlink(path)
        super().remove()


class XswitchMixed(XswitchXdp):
    """Every other port at XDP, from the first."""

    name = "xswitch-mixed"
    step = 2

    def netns(self, i):
        return "%sm%d" % (self.lab.prefix, i)


BACKENDS = {cls.name: cls for cls in (Veth, Bridge, Floor, Xswitch, XswitchVlan, XswitchTwo,
                                      XswitchXdp, XswitchMixed)}
