# SPDX-License-Identifier: GPL-2.0-only
"""Readers beside everything else: whatever they are told is whole, and they are never refused."""
import json
import random
import threading
import time

import hand
from hand import Failure

A, B = "02:5e:5e:00:00:00", "ff:ff:ff:ff:ff:ff"


def whole_show(data):
	ports = data[0]["ports"]
	if len({p["number"] for p in ports}) != len(ports) or len({p["port"] for p in ports}) != len(ports):
		raise Failure("show: a port twice: %s" % json.dumps(data)[:500])
	for p in ports:
		if not {"port", "number", "type", "state", "mode"} <= set(p):
			raise Failure("show: half a port: %s" % json.dumps(p))


def whole_fdb(data):
	keys = [(e["mac"], e.get("vlan", 0)) for e in data]
	if len(set(keys)) != len(keys):
		raise Failure("fdb show: an entry twice")
	for e in data:
		if not {"mac", "port", "state"} <= set(e):
			raise Failure("fdb show: half an entry: %s" % json.dumps(e))


def whole(_data):
	pass


# words, statuses, what is looked at
READS = (
	(["show"], (0,), whole_show),
	(["-s", "-d", "show"], (0,), whole_show),
	(["fdb", "show"], (0,), whole_fdb),
	(["-s", "fdb", "show"], (0,), whole_fdb),
	(["stats"], (0,), whole),
	(["stats", "drops"], (0,), whole),
	(["stats", "vlan"], (0,), whole),
	(["-s", "vlan", "show"], (0,), whole),
	(["wire"], (0,), whole),
	(["-s", "mirror"], (0,), whole),
	(["doctor"], (0, 4), whole),
)
# of text: words, statuses
TEXTS = (
	(["export"], (0,)),
	(["metrics"], (0,)),
	(["show", "--dot"], (0,)),
	(["-d", "show"], (0,)),
	(["fdb", "get", A], (0, 3)),
)


def read_once(rng, port):
	"""One command that reads, by lot."""
	n = rng.randrange(len(READS) + len(TEXTS) + 1)
	if n < len(READS):
		words, statuses, check = READS[n]
		check(hand.parsed(words, statuses))
	elif n < len(READS) + len(TEXTS):
		hand.want(*TEXTS[n - len(READS)])
	else: # the port may be gone
		words = ["trace", port, "dst", B, "src", A]
		status, out, err = hand.run(["-j"] + words)
		if status not in (0, 2, 3) or (status == 2 and "gone" not in err):
			raise Failure("xswitch %s: exit %d: %s" % (" ".join(words), status, err))
		if status == 0:
			hand.parse(words, out)


class Reader(threading.Thread):
	def __init__(self, seed, ports, pause):
		super().__init__(daemon=True)
		self.rng, self.ports, self.pause = random.Random(seed), ports, pause
		self.over, self.failure, self.done = False, None, 0

	def run(self):
		try:
			while not self.over:
				read_once(self.rng, self.rng.choice(self.ports))
				self.done += 1
				time.sleep(self.pause)
		except (Failure, KeyError, IndexError) as failure:
			self.failure = "%s: %s" % (type(failure).__name__, failure)

	def check(self):
		if self.failure:
			raise Failure("a reader: %s" % self.failure)

	def end(self):
		self.over = True
		self.join(hand.PATIENCE + 10)
		if self.is_alive():
			raise Failure("a reader does not end")
		self.check()
