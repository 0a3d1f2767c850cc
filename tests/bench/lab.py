# SPDX-License-Identifier: GPL-2.0-only
"""Where a benchmark runs: a network and a mount namespace of its own, and commands in them.

Everything made here (namespaces, links, the bpffs, names in /run/netns) lives inside the two
and is gone with the process, however it ends. Nothing outside is seen or touched.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

IN_LAB = "XSW_BENCH_LAB"
LIMIT = 120  # seconds for any one command


def enter():
    """Start this program again inside fresh namespaces, once; unshare keeps the process ID."""
    me = str(os.getpid())
    if os.environ.get(IN_LAB) == me:
        return
    os.environ[IN_LAB] = me
    os.execvp("unshare", ["unshare", "--mount", "--net", "--propagation", "private",
                          sys.executable, *sys.argv])


class Failure(Exception):
    """A command did not do what it should; the text says which and why."""


class Lab:
    """Prefix of all names, a scratch directory, and running commands."""

    def __init__(self, tools):
        self.tools = tools
        self.prefix = "xb%d" % os.getpid()
        self.dir = tempfile.mkdtemp(prefix=self.prefix)
        self.bpffs = os.path.join(self.dir, "bpf")
        self.children = []
        os.mkdir(self.bpffs)
        os.makedirs("/run/netns", exist_ok=True)
        self.run(["mount", "-t", "tmpfs", self.prefix, "/run/netns"])
        self.run(["mount", "-t", "bpf", self.prefix, self.bpffs])
        os.environ["XSWITCH_BPFFS"] = self.bpffs

    def close(self):
        for child in self.children:
            self.stop(child)
        subprocess.run(["umount", "-l", self.bpffs], check=False)
        shutil.rmtree(self.dir, ignore_errors=True)

    def tool(self, name):
        return os.path.join(self.tools, name)

    @staticmethod
    def run(cmd, **kw):
        """Run to the end; the standard output. Failure quotes the standard error."""
        try:
            done = subprocess.run(cmd, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                  text=True, timeout=LIMIT, check=False, **kw)
        except subprocess.TimeoutExpired:
            raise Failure("%s: not done after %d s" % (" ".join(cmd), LIMIT)) from None
        if done.returncode:
            raise Failure("%s: %s" % (" ".join(cmd), (done.stderr or done.stdout).strip()))
        return done.stdout

    def timed(self, cmd):
        """(seconds, standard output)"""
        start = time.monotonic()
        out = self.run(cmd)
        return time.monotonic() - start, out

    @staticmethod
    def inside(netns, cpu, cmd):
        """`cmd` in a namespace, pinned, dying with this process.

        Real-time, so that no other program takes part: nice does not reach across autogroups.
        The kernel still keeps a twentieth of the CPU for the others, once a second.
        """
        return ["setpriv", "--pdeathsig", "KILL", "nsenter", "--net=/run/netns/" + netns,
                "taskset", "-c", str(cpu), "chrt", "-r", "1", *cmd]

    def start(self, netns, cpu, cmd, ready):
        """A child that has said `ready`."""
        child = subprocess.Popen(self.inside(netns, cpu, cmd), stdout=subprocess.PIPE, text=True)
        self.children.append(child)
        for line in child.stdout:
            if ready in line:
                return child
        raise Failure("%s: ended before it was ready" % " ".join(cmd))

    def stop(self, child):
        if child in self.children:
            self.children.remove(child)
        if child.poll() is None:
            child.kill()
        child.stdout.close()
        child.wait()

    def pair(self, backend, server, client, ready="ready"):
        """Client on CPU 0 in the first namespace, server on CPU 1 in the second.

        Returns what the client printed, and the server's rest where `server` ends by itself.
        """
        child = self.start(backend.netns(2), 1, server, ready)
        try:
            out = self.run(self.inside(backend.netns(1), 0, client))
            return out, child
        except Failure:
            self.stop(child)
            raise

    def batch(self, name, lines):
        """A file for `ip -batch`."""
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="ascii") as f:
            f.write("".join(line + "\n" for line in lines))
        return path

    def ip_json(self, *words):
        return json.loads(self.run(["ip", "-j", *words]) or "[]")

    def settle(self):
        """Wait until the kernel has taken apart every namespace deleted so far.

        It does so behind the back of `ip netns del`, in the order of deletion: when the veth of
        one deleted now is gone, so is all that came before.
        """
        name = self.prefix + "s"
        self.run(["ip", "netns", "add", name])
        self.run(["ip", "link", "add", name, "type", "veth", "peer", "name", "e", "netns", name])
        self.run(["ip", "netns", "del", name])
        deadline = time.monotonic() + LIMIT
        while subprocess.run(["ip", "link", "show", name], capture_output=True,
                             check=False).returncode == 0:
            if time.monotonic() > deadline:
                raise Failure("namespaces are still there after %d s" % LIMIT)
            time.sleep(0.01)


def stop_on_signals():
    """SIGTERM and SIGHUP unwind like SIGINT."""
    def stop(number, _frame):
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
