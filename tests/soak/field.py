# SPDX-License-Identifier: GPL-2.0-only
"""Traffic: the field of changing ports, a pair that loses nothing, streams between two others.

Every answer of the field is judged: a frame must be allowed by one of the configurations that held
between the moment it was sent (the generation it carries) and the moment it was collected.
"""
import hashlib
import json
import os
import subprocess
import tempfile
import threading
import time

from hand import SLOW, Failure, until

XSOAK = os.environ["XSOAK"]
XSTREAM = os.environ["XSTREAM"]
FORGOTTEN = 400	# generations


class Field:
	def __init__(self, seed, switch):
		self.proc = subprocess.Popen([XSOAK, "field", str(seed)], stdin=subprocess.PIPE,
			stdout=subprocess.PIPE, text=True)
		self.gen = 2
		self.history = {2: [switch.copy()]}	# None in a list: anything may be seen
		self.judged = 0
		self.ask("gen 2")

	def ask(self, line):
		"""The lines before "ok"."""
		lines = []
		try:
			self.proc.stdin.write(line + "\n")
			self.proc.stdin.flush()
			while True:
				answer = self.proc.stdout.readline().rstrip("\n")
				if answer == "ok":
					return lines
				if not answer or answer.startswith("error"):
					raise Failure("xsoak, %s: %s" % (line, answer or "it ended"))
				lines.append(answer)
		except BrokenPipeError:
			raise Failure("xsoak, %s: it ended" % line)

	def next(self, switches):
		self.gen += 1
		self.history[self.gen] = [s and s.copy() for s in switches]
		self.history.pop(self.gen - FORGOTTEN, None)
		self.ask("gen %d" % self.gen)

	def collect(self):
		"""Judge what has come; {(rx, src, tag, dst, outer, twice): n}, {port: (sent, got)}"""
		frames, ports = {}, {}
		for line in self.ask("collect"):
			word = line.split()
			if word[0] == "port":
				ports[int(word[1])] = (int(word[2]), int(word[3]))
				continue
			rx, gen, src, tag, dst = map(int, word[1:6])
			outer, twice, n = word[6], int(word[7]), int(word[8])
			self.judge(rx, gen, src, tag, dst, outer, twice)
			self.judged += n
			key = (rx, src, tag, dst, outer, twice)
			frames[key] = frames.get(key, 0) + n
		return frames, ports

	def judge(self, rx, gen, src, tag, dst, outer, twice):
		for g in range(max(gen, self.gen - FORGOTTEN + 1), self.gen + 1):
			for switch in self.history[g]:
				if switch is None or switch.may(rx, src, tag, dst, outer, twice):
					return
		raise Failure("port %d has a frame of port %d (stack %d to %d, generation %d of %d) with tag %s%s: "
			"no configuration since allows that" % (rx, src, tag, dst, gen, self.gen, outer,
			", twice" if twice else ""))

	def end(self):
		self.proc.stdin.close()
		self.proc.wait()


def backlog_drops():
	"""Packets that the kernel lost in front of or behind the switch, on all CPUs."""
	with open("/proc/net/softnet_stat", encoding="ascii") as f:
		return sum(int(line.split()[1], 16) for line in f)


class Pair:
	"""Numbered frames between two ports that never change: all arrive, once."""

	def __init__(self, rate, one, two):
		self.proc = subprocess.Popen([XSOAK, "pair", str(rate), one, two], stdin=subprocess.PIPE,
			stdout=subprocess.PIPE, text=True)
		self.excused, self.before = 0, backlog_drops()

	def tell(self, line):
		self.proc.stdin.write(line + "\n")
		self.proc.stdin.flush()

	def pause(self):
		"""All that is under way has arrived; nothing is sent until go()."""
		self.tell("pause")
		line = self.proc.stdout.readline()
		if not line:
			raise Failure("the pair ended: exit %s" % self.proc.wait())
		count = json.loads(line)
		drops = backlog_drops()
		lost = count["sent"] - count["got"]
		if lost - self.excused > drops - self.before:
			raise Failure("the stable pair: %d frames lost: %s" % (lost - self.excused, count))
		self.excused, self.before = lost, drops
		if count["twice"] or count["other"]:
			raise Failure("the stable pair: frames twice, or of others: %s" % count)

	def go(self):
		self.tell("go")

	def end(self):
		self.proc.stdin.close()
		self.proc.wait()


class Streams(threading.Thread):
	"""TCP and UDP, one after the other, between two namespaces that stay; bytes are compared."""

	def __init__(self, one, two, address):
		super().__init__(daemon=True)
		self.ends, self.address = (one, two), address
		self.going, self.over = threading.Event(), False
		self.idle = threading.Event()
		self.failure, self.done = None, 0
		self.going.set()

	def run(self):
		while not self.over:
			self.idle.set()
			self.going.wait()
			self.idle.clear()
			if self.over:
				break
			try:
				self.one("tcp" if self.done % 3 else "udp")
			except (Failure, OSError, subprocess.SubprocessError) as failure:
				self.failure = self.failure or failure
				break
			self.done += 1
			time.sleep(0.2)
		self.idle.set()

	def one(self, kind):
		drops = backlog_drops()
		flag = ["-u"] if kind == "udp" else []
		data = os.urandom(200000 if flag else 3000000)
		end = ["nsenter", "--net=/run/netns/" + self.ends[1], XSTREAM, "listen"] + flag
		here = ["nsenter", "--net=/run/netns/" + self.ends[0], XSTREAM, "connect"] + flag
		with tempfile.TemporaryFile() as out:
			listener = subprocess.Popen(end + [self.address, "5001"], stdout=out, stderr=subprocess.PIPE)
			try:
				listener.stderr.readline()	# ready
				subprocess.run(here + [self.address, "5001"], input=data, timeout=60 * SLOW, check=True)
				listener.wait(60 * SLOW)
			except subprocess.SubprocessError:
				listener.kill()
				listener.wait()
				if flag and backlog_drops() > drops:
					return
				raise
			out.seek(0)
			got = out.read()
		if hashlib.sha256(got).digest() != hashlib.sha256(data).digest() and not (
				flag and backlog_drops() > drops):
			raise Failure("%s: %d bytes went in, %d others came out" % (kind, len(data), len(got)))

	def pause(self):
		self.going.clear()
		if not until(180, self.idle.is_set):
			raise Failure("a stream does not end")
		if self.failure:
			raise Failure("streams: %s" % self.failure)

	def end(self):
		self.over = True
		self.going.set()
		self.join(60 * SLOW)
