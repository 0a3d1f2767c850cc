# SPDX-License-Identifier: GPL-2.0-only
"""What is measured. A workload is a function (back end, options) -> {figure: value}.

It makes what it needs and removes it. `figure` may carry a parameter: "up 100". A row of
FIGURES says unit, whether more is better, and the goals.
"""

import dataclasses
import json
import os
import time

import fdb
from lab import Failure


@dataclasses.dataclass(frozen=True)
class Goal:
    """Of xswitch's figure divided by that of `ref`; "" means the figure itself."""

    ref: str
    bound: float


@dataclasses.dataclass(frozen=True)
class Figure:
    unit: str
    more: bool = False  # is better
    goals: tuple = ()


FIGURES = {
    "udp64": {"received": Figure("k/s", True, (Goal("veth", 0.95), Goal("bridge", 1.15))),
              "lost": Figure("%")},
    "tcp": {"rate": Figure("Gbit/s", True, (Goal("veth", 0.95),)),
            "efficiency": Figure("Gbit/s per busy GHz", True)},
    "rr": {"p50": Figure("us"), "p99": Figure("us", goals=(Goal("veth", 1.05),))},
    "flood": {"copy": Figure("ns", goals=(Goal("bridge", 1.0),))},
    "scale": {"up": Figure("ms"), "show": Figure("ms"), "down": Figure("ms"),
              "down+settled": Figure("ms")},
    "prog": {"packet": Figure("ns", goals=(Goal("", 60),)), "empty": Figure("ns"),
             "jited": Figure("bytes"), "verified": Figure("instructions")},
    "fdbshow": {"list": Figure("ms"), "rss": Figure("MB", goals=(Goal("", 32),)),
                "walk": Figure("ms")},
    "macs": {"learn": Figure("k/s", True), "forward": Figure("k/s", True),
             "flooded": Figure("%"), "of-1k": Figure("of 1", True, (Goal("", 0.75),)),
             "memory": Figure("MB")},
    "macflood": {"alone": Figure("k/s", True), "attacked": Figure("k/s", True),
                 "kept": Figure("of 1", True, (Goal("bridge", 1.0),)),
                 "leaked": Figure("frames", goals=(Goal("", 20),))},
    "loop": {"alone": Figure("k/s", True), "looped": Figure("k/s", True),
             "kept": Figure("of 1", True, (Goal("", 0.5),)), "storm": Figure("k/s")},
    "flush": {"flush-all": Figure("ms", goals=(Goal("", 10),)),
              "flush-port": Figure("ms", goals=(Goal("", 10),))},
    "age": {"idle": Figure("us"), "stall": Figure("us", goals=(Goal("", 1000),))},
}

# fdb show of so many entries
LIST_GOALS = {100000: (Goal("", 500),), 1000000: (Goal("", 2000),)}

# 1000 ports: 0.6 of iproute2; up to 100: no slower
SCALE_GOALS = {10: (Goal("bridge", 1.0),), 100: (Goal("bridge", 1.0),),
               1000: (Goal("bridge", 0.6),)}


def figure(workload, name):
    """The row of a figure, e.g. ("scale", "up 100")."""
    word, _, param = name.partition(" ")
    row = FIGURES[workload][word]
    if workload == "fdbshow" and word == "list":
        return dataclasses.replace(row, goals=LIST_GOALS.get(int(param), ()))
    if workload == "scale" and word != "show":
        return dataclasses.replace(row, goals=SCALE_GOALS.get(int(param), ()))
    return row


def busy_seconds():
    """All CPUs, without idle, iowait and steal."""
    with open("/proc/stat", encoding="ascii") as f:
        ticks = [int(word) for word in f.readline().split()[1:9]]
    user, nice, system, _idle, _iowait, irq, softirq, _steal = ticks
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def cpu_ghz():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        mhz = [float(line.split(":")[1]) for line in f if line.startswith("cpu MHz")]
    return sum(mhz) / len(mhz) / 1000 if mhz else 1.0


def udp64(backend, opts):
    lab, seconds = backend.lab, str(opts.seconds)
    with backend.up(2):
        addr = backend.address(2)
        tool = lab.tool("udp64")
        sent, server = lab.pair(backend, [tool, "recv", addr, seconds],
                                [tool, "send", addr, seconds])
        got = json.loads(server.stdout.read())
        lab.stop(server)
    sent = json.loads(sent)
    received = got["datagrams"] / got["ns"] * 1e6
    offered = sent["datagrams"] / sent["ns"] * 1e6
    return {"received": received, "lost": max(0, 100 * (1 - received / offered))}


def tcp(backend, opts):
    lab = backend.lab
    with backend.up(2):
        server = lab.start(backend.netns(2), 1, ["iperf3", "-s", "-1", "--forceflush"],
                           "listening")
        try:
            busy, start = busy_seconds(), time.monotonic()
            out = lab.run(lab.inside(backend.netns(1), 0, [
                "iperf3", "-J", "-c", backend.address(2), "-t", str(opts.tcp_seconds)]))
            busy, elapsed = busy_seconds() - busy, time.monotonic() - start
        finally:
            lab.stop(server)
    rate = json.loads(out)["end"]["sum_received"]["bits_per_second"] / 1e9
    return {"rate": rate, "efficiency": rate * elapsed / (busy * cpu_ghz())}


def rr(backend, opts):
    lab, seconds = backend.lab, str(opts.seconds)
    with backend.up(2):
        addr = backend.address(2)
        tool = lab.tool("rr")
        out, server = lab.pair(backend, [tool, "serve", addr],
                               [tool, "request", addr, seconds])
        lab.stop(server)
    out = json.loads(out)
    return {"p50": out["p50"] / 1e3, "p99": out["p99"] / 1e3}


def flood(backend, opts):
    """ns a copy: the time of one broadcast divided by the ports that get it."""
    lab, result = backend.lab, {}
    if backend.ports_max < 8:
        return result
    for ports in opts.flood_ports:
        with backend.up(ports):
            frames = max(2000, int(400000 * opts.seconds / (ports - 1)))
            cmd = lab.inside(backend.netns(1), 0, [lab.tool("flood"), "eth0", str(frames)])
            before = backend.received(ports)
            ns = json.loads(lab.run(cmd))["ns"]
            got = backend.received(ports) - before
            # the namespaces' own IPv6 noise comes on top
            if not 0.999 * frames < got < 1.01 * frames + 4 * ports:
                raise Failure("%s: %d of %d floods arrived" % (backend.name, got, frames))
            copies = 1 if backend.name == "xswitch-two" else ports - 1
            result["copy %d" % ports] = ns / frames / copies
    return result


def scale(backend, opts):
    lab, result = backend.lab, {}
    if backend.ports_max < 8:
        return result
    for ports in opts.scale_ports:
        backend.prepare(ports)
        try:
            start = time.monotonic()
            backend.make()
            made = time.monotonic()
            result["up %d" % ports] = 1e3 * (made - start)
            seconds, out = lab.timed(backend.show())
            if out.count('"mtu"') < ports:
                raise Failure("%s: not all ports are shown" % backend.name)
            result["show %d" % ports] = 1e3 * seconds
        finally:
            start = time.monotonic()
            backend.remove()
            removed = time.monotonic()
            lab.settle()
            settled = time.monotonic()
            backend.n = 0
        result["down %d" % ports] = 1e3 * (removed - start)
        result["down+settled %d" % ports] = 1e3 * (settled - start)
    return result


def learn(backend):
    """Both addresses, by traffic."""
    tool, addr = backend.lab.tool("rr"), backend.address(2)
    _, server = backend.lab.pair(backend, [tool, "serve", addr], [tool, "request", addr, "0.01"])
    backend.lab.stop(server)


def prog(backend, opts):
    """ns a packet of the program, without what the test run costs; known unicast."""
    lab = backend.lab
    if backend.name not in ("xswitch", "xswitch-vlan"):
        return {}
    with backend.up(2):
        learn(backend)
        one, two = backend.ports()[:2]
        out = json.loads(lab.run(["taskset", "-c", "1", "chrt", "-r", "1", lab.tool("prog"),
                                  backend.pin("progs/xsw_tc"), str(one["ifindex"]),
                                  one["mac"], two["mac"], str(opts.repeat)]))
    return {"packet": out["ns"] - out["empty"], "empty": out["empty"], "jited": out["jited"],
            "verified": out["verified"]}


def fdbshow(backend, opts):
    lab, result = backend.lab, {}
    if backend.ports_max < 8:
        return result
    for entries in opts.entries:
        with backend.up(2):
            if backend.name == "bridge":
                port = lab.prefix + "p2"
                adds = ["fdb add 02:78:%s dev %s master static" % (
                    ":".join("%02x" % b for b in i.to_bytes(4, "big")), port)
                    for i in range(entries)]
                lab.run(["bridge", "-batch", lab.batch("fdb", adds)])
                words = ["bridge", "-j", "fdb", "show", "br", backend.bridge]
            else:
                lab.run(backend.command("set", "fdb_size", str(entries + 1000)))
                learn(backend)
                filled = json.loads(lab.run([lab.tool("fdbfill"), backend.pin(""),
                                             str(entries)]))
                words = backend.command("-j", "fdb", "show")
                result["walk %d" % entries] = filled["walk_ns"] / 1e6
            seconds, rss, shown = fdb.timed_show(backend, words)
        if shown < entries:
            raise Failure("%s: not all entries are shown" % backend.name)
        result["list %d" % entries] = 1e3 * seconds
        result["rss %d" % entries] = rss / 1e6
    return result


WORKLOADS = {f.__name__: f for f in (udp64, tcp, rr, flood, scale, prog, fdbshow)}
WORKLOADS.update(fdb.WORKLOADS)
