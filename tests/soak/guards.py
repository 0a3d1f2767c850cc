# SPDX-License-Identifier: GPL-2.0-only
"""Processes that watch the switch, for as long as the soak or for a moment; memory on both sides."""
import json
import os
import signal
import socket
import subprocess
import threading
import urllib.request

import hand
from hand import Failure

RSS_SLACK = 4 << 20	# bytes an allocator may keep more than it had when it was warm
if "ASAN_OPTIONS" in os.environ: # which keeps what was freed
	RSS_SLACK = 64 << 20
	os.environ["ASAN_OPTIONS"] += ":quarantine_size_mb=8"
KERNEL_SLACK = 1.02	# of memory of maps: a hash allocates as it is used


class Watcher:
	"""A process that tells lines of JSON, or serves; its output is read and must parse."""

	def __init__(self, words, lines=True):
		self.words, self.lines, self.told = words, lines, 0
		self.last, self.bad = b"", None
		self.proc = hand.start(words, stderr=subprocess.PIPE)
		self.err = b""
		self.threads = [threading.Thread(target=f, daemon=True) for f in (self.read, self.read_err)]
		for t in self.threads:
			t.start()

	def read(self):
		for line in self.proc.stdout:
			self.last = line
			if not self.lines or not line.endswith(b"\n"):
				continue
			self.told += 1
			try:
				json.loads(line)
			except ValueError:
				self.bad = self.bad or line

	def read_err(self):
		for line in self.proc.stderr:
			self.err = (self.err + line)[-2000:]

	def check(self):
		if self.bad:
			raise Failure("%s: no JSON: %.200s" % (" ".join(self.words), self.bad))
		if self.proc.poll() is not None:
			raise Failure("%s: ended: exit %d: %s" % (" ".join(self.words), self.proc.returncode,
				self.err.decode(errors="replace")))

	def end(self, sig=signal.SIGTERM, early=False):
		"""early: it may have got no further than its first instructions."""
		if self.proc.poll() is None:
			self.proc.send_signal(sig)
		try:
			status = self.proc.wait(hand.PATIENCE)
		except subprocess.TimeoutExpired:
			self.proc.kill()
			raise Failure("%s: does not end by signal %d" % (" ".join(self.words), sig))
		for t in self.threads:
			t.join(5)
		if self.bad and not (sig == signal.SIGKILL and self.bad == self.last):
			raise Failure("%s: no JSON: %.200s" % (" ".join(self.words), self.bad))
		if status not in ((-9,) if sig == signal.SIGKILL else (0, -sig) if early else (0,)):
			raise Failure("%s: signal %d, exit %d: %s" % (" ".join(self.words), sig, status,
				self.err.decode(errors="replace")))

	def rss(self):
		"""Of its own: pages of maps that it has mapped come and go."""
		with open("/proc/%d/status" % self.proc.pid, encoding="ascii") as f:
			return next(int(line.split()[1]) * 1024 for line in f if line.startswith("RssAnon"))

	def fds(self):
		return len(os.listdir("/proc/%d/fd" % self.proc.pid))


def free_port():
	with socket.socket() as s:
		s.bind(("127.0.0.1", 0))
		return s.getsockname()[1]


class Metrics(Watcher):
	def __init__(self):
		self.port = free_port()
		super().__init__(["metrics", "--listen", str(self.port)], lines=False)

	def scrape(self):
		url = "http://127.0.0.1:%d/metrics" % self.port
		request = urllib.request.Request(url, headers={"Accept": "application/openmetrics-text"})
		if not hand.until(20, lambda: b"http://" in self.err or self.proc.poll() is not None):
			raise Failure("metrics --listen does not start")
		try:
			with urllib.request.urlopen(request, timeout=hand.PATIENCE) as answer:
				text = answer.read().decode()
		except OSError as error:
			raise Failure("a scrape: %s" % error)
		if not text.endswith("# EOF\n"):
			raise Failure("a scrape is cut: %.200s" % text[-200:])
		return text


class Guards:
	"""Those that are there from the beginning to the end, and must not grow."""

	def __init__(self):
		self.metrics = Metrics()
		self.all = [Watcher(["-j", "monitor"]), Watcher(["-j", "stats", "--watch"]), self.metrics,
			Watcher(["-j", "trace", "--live", "ether host 02:5e:5e:0a:00:01 and len == 99"])]
		self.warm = {}
		self.rounds = 0

	def check(self, judge):
		self.rounds += 1
		for _ in range(1 if judge else 8):	# an allocator learns from what is freed
			self.metrics.scrape()
		for w in self.all:
			w.check()
			rss, fds = w.rss(), w.fds()
			if not judge:
				self.warm[w] = (max(rss, self.warm.get(w, (0, 0))[0]), max(fds, self.warm.get(w, (0, 0))[1]))
				continue
			if rss > self.warm[w][0] + RSS_SLACK + self.warm[w][0] // 4:
				raise Failure("%s: %d bytes resident, %d when it was warm" % (" ".join(w.words), rss,
					self.warm[w][0]))
			if fds > self.warm[w][1] + 2:
				raise Failure("%s: %d descriptors, %d when it was warm" % (" ".join(w.words), fds,
					self.warm[w][1]))

	def end(self):
		for w in self.all:
			w.end()


def tool_json(*words):
	out = subprocess.run(["bpftool", "-j"] + list(words), stdout=subprocess.PIPE,
		stderr=subprocess.DEVNULL, timeout=hand.PATIENCE, check=False).stdout
	try:
		data = json.loads(out or b"[]")
	except ValueError:
		return []
	return data if isinstance(data, list) else [data]


class Kernel:
	"""What the kernel holds for this switch: programs over its settings, their maps, links, pins."""

	def __init__(self, bpffs, name):
		self.root = os.path.join(bpffs, "xswitch", name)
		self.seen = set()

	def look(self):
		found = tool_json("map", "show", "pinned", self.root + "/maps/settings")
		if not found:
			raise Failure("no map settings")
		settings = found[0]["id"]
		progs = [p for p in tool_json("prog", "show") if settings in p.get("map_ids", [])]
		maps = {m for p in progs for m in p["map_ids"]}
		bytes_of = {m["id"]: int(m.get("bytes_memlock", 0)) for m in tool_json("map", "show")}
		links = [x for x in tool_json("link", "show") if x.get("prog_id") in {p["id"] for p in progs}]
		pins = sum(len(files) for _, _, files in os.walk(self.root))
		self.seen |= {"prog %d" % p["id"] for p in progs} | {"map %d" % m for m in maps}
		self.seen |= {"link %d" % x["id"] for x in links}
		return {
			"programs": len(progs), "maps": len(maps), "links": len(links), "pins": pins,
			"devices": len(os.listdir("/sys/class/net")), "namespaces": len(os.listdir("/run/netns")),
			"memory": sum(bytes_of.get(m, 0) for m in maps) + sum(p.get("bytes_memlock", 0) for p in progs),
		}

	def same(self, before):
		"""As it was in the same state; what ended is freed a little later."""
		now = {}

		def settled():
			now.clear()
			now.update(self.look())
			return all(now[k] <= before[k] * (KERNEL_SLACK if k == "memory" else 1) for k in before)
		if not hand.until(20, settled, 0.5):
			raise Failure("the kernel holds more than before: %s, then %s" % (before, now))
		return now


def moment():
	"""Watchers that come and go: their words."""
	return [["-j", "monitor"], ["-j", "trace", "--live"], ["-j", "trace", "--live", "--drops"],
		["-j", "stats", "drops", "--watch", "200ms"], ["-j", "monitor", "drops"]]


