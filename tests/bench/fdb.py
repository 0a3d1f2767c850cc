# SPDX-License-Identifier: GPL-2.0-only
"""Workloads of the forwarding database: many addresses, attacks on it, loops, and its end.

As workloads.py; learning and forwarding after RFC 2889 5.7 (caching capacity) and 5.8 (learning
rate): what was learned is shown by frames that a third port does not get.
"""

import json
import os
import time

from lab import Failure

TABLE = 1 << 20  # addresses of a full one


def hardware(backend, i):
    return backend.lab.ip_json("-n", backend.netns(i), "link", "show", "eth0")[0]["address"]


def speak(backend, i, to):
    """Both addresses are known."""
    backend.lab.run(["nsenter", "--net=/run/netns/" + backend.netns(i), "ping", "-qc1", "-W2",
                     backend.address(to)])


def macs_tool(backend, i, cpu, *words):
    lab = backend.lab
    out = lab.run(lab.inside(backend.netns(i), cpu, [lab.tool("macs"), words[0], "eth0",
                                                     *(str(word) for word in words[1:])]))
    return json.loads(out.partition("\n")[2])


def xswitch(backend, *words):
    """A setting; a bridge has none of it."""
    if hasattr(backend, "command"):
        backend.lab.run(backend.command(*words))


def learned(backend):
    return json.loads(backend.lab.run(backend.command("-j", "show")))[0]["fdb"]["learned"]


def fill(backend, n):
    """n stations speak from port 1; ns an address."""
    xswitch(backend, "set", "fdb_size", str(TABLE + 1000))
    speak(backend, 2, 1)
    out = macs_tool(backend, 1, 0, "learn", hardware(backend, 2), n)
    return out["ns"] / n


def skip(backend):
    return backend.ports_max < 8 or backend.name == "xswitch-two"


def macs(backend, opts):
    """Learning rate, what of it is kept, and forwarding to that many addresses."""
    result = {}
    if skip(backend):
        return result
    with backend.up(3):
        for n in (1000, 65536, TABLE):
            result["learn %d" % n] = 1e6 / fill(backend, n)
            mine, third = backend.received(1), backend.received(3)
            out = macs_tool(backend, 2, 0, "forward", hardware(backend, 2), n, opts.seconds)
            mine, third = backend.received(1) - mine, backend.received(3) - third
            result["forward %d" % n] = mine / out["ns"] * 1e6
            result["flooded %d" % n] = 100 * third / out["frames"]
            if n > 1000:
                result["of-1k %d" % n] = result["forward %d" % n] / result["forward 1000"]
        if backend.name == "xswitch":
            maps = [json.loads(backend.lab.run(["bpftool", "-j", "map", "show", "pinned",
                                                backend.pin("maps/" + name)]))
                    for name in ("fdb", "agequeue")]
            result["memory"] = sum(one["bytes_memlock"] for one in maps) / 1e6
    return result


def datagrams(backend, opts):
    """Received from port 1 at port 2, thousand a second."""
    lab, seconds, addr = backend.lab, str(opts.seconds), backend.address(2)
    _, server = lab.pair(backend, [lab.tool("udp64"), "recv", addr, seconds],
                         [lab.tool("udp64"), "send", addr, seconds])
    got = json.loads(server.stdout.read())
    lab.stop(server)
    return got["datagrams"] / got["ns"] * 1e6


def macflood(backend, opts):
    """Two ports talk while a third sends from sources at random to a fourth."""
    lab = backend.lab
    if skip(backend):
        return {}
    with backend.up(4):
        speak(backend, 1, 2)
        speak(backend, 4, 1)
        alone = datagrams(backend, opts)
        before = backend.received(4)
        child = lab.start(backend.netns(3), 1, [
            lab.tool("macs"), "attack", "eth0", hardware(backend, 4), str(opts.attack_rate),
            str(opts.seconds + 1.5)], "ready")
        try:
            attacked = datagrams(backend, opts)
            sent = json.loads(child.stdout.read())["frames"]
        finally:
            lab.stop(child)
        return {"alone": alone, "attacked": attacked, "kept": attacked / alone,
                "leaked": max(0, backend.received(4) - before - sent)}


def loop(backend, opts):
    """Two ports talk while two others are joined by a bridge behind them, and a frame circles."""
    lab = backend.lab
    if skip(backend):
        return {}
    with backend.up(4):
        xswitch(backend, "set", "flap_limit", "10")
        for i in (3, 4):
            for kind in ("broadcast", "multicast", "unknown"):
                xswitch(backend, "port", "set", backend.netns(i), "storm", kind, "1kpps")
        speak(backend, 1, 2)
        alone = datagrams(backend, opts)
        lab.run(["ip", "-n", backend.netns(3), "link", "add", "joint", "type", "veth", "peer",
                 "name", "joint", "netns", backend.netns(4)])
        for i in (3, 4):
            lab.run(["ip", "-n", backend.netns(i), "-batch", lab.batch("loop%d" % i, [
                "link add behind type bridge", "link set eth0 master behind",
                "link set joint master behind up", "link set behind up"])])
        macs_tool(backend, 1, 0, "learn", "ff:ff:ff:ff:ff:ff", 10)
        looped = datagrams(backend, opts)
        before, start = backend.received(2), time.monotonic()
        time.sleep(opts.seconds)
        storm = (backend.received(2) - before) / (time.monotonic() - start)
        return {"alone": alone, "looped": looped, "kept": looped / alone, "storm": storm / 1e3}


def timed_show(backend, words):
    """(seconds, resident bytes at most, records)"""
    path = os.path.join(backend.lab.dir, "show")
    spent = json.loads(backend.lab.run([backend.lab.tool("spent"), path, *words]))
    with open(path, "rb") as f:
        return spent["ns"] / 1e9, spent["rss"], f.read().count(b'"mac"')


def flush(backend, opts):
    """The command that forgets a million addresses at once."""
    del opts
    lab, result = backend.lab, {}
    if skip(backend):
        return result
    with backend.up(2):
        for what in ("all", "port"):
            fill(backend, TABLE)
            if backend.name == "bridge":
                target = {"all": ["dev", backend.bridge, "type", "bridge"],
                          "port": ["dev", lab.prefix + "p1", "type", "bridge_slave"]}[what]
                words = ["ip", "link", "set", *target, "fdb_flush"]
            else:
                words = backend.command("fdb", "flush", *(
                    ["dev", backend.netns(1)] if what == "port" else []))
            result["flush-" + what] = 1e3 * lab.timed(words)[0]
            if hasattr(backend, "command") and learned(backend) > 1000:
                raise Failure("%s: a flush left entries" % backend.name)
    return result


def age(backend, opts):
    """The longest time a CPU is held while a million addresses expire."""
    del opts
    lab, result = backend.lab, {}
    if backend.name not in ("bridge", "xswitch"):
        return result
    with backend.up(2):
        stall = ["chrt", "-f", "90", lab.tool("stall"), "8"]
        result["idle"] = json.loads(lab.run(stall).partition("\n")[2])["worst"] / 1e3
        fill(backend, TABLE)
        start = time.monotonic()
        if backend.name == "bridge":
            lab.run(["ip", "link", "set", backend.bridge, "type", "bridge", "ageing_time", "200"])
        else:
            lab.run(backend.command("set", "ageing", "2"))
        result["stall"] = json.loads(lab.run(stall).partition("\n")[2])["worst"] / 1e3
        if backend.name == "xswitch":
            while learned(backend) > 1000:
                if time.monotonic() - start > 60:
                    raise Failure("a million entries are there after 60 s")
                time.sleep(0.1)
    return result


WORKLOADS = {f.__name__: f for f in (macs, macflood, loop, flush, age)}
