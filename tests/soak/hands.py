#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Many hands on one switch: writers and readers at once.

	hands.py SECONDS SEED PREFIX

Every writer has objects of its own: what is there at the end is what its log says. Some objects are
everybody's: there the last word of one of the writers must hold. Readers must be told whole records all the
time. Each command ends within its --wait, and refusals are those that are foreseen.
"""
import json
import random
import sys
import threading
import time

import hand
import readers
from hand import Failure

WRITERS, READERS = 8, 8


class Writer(threading.Thread):
	"""Ports <prefix>N and its twin, VLANs N0 .. N9, addresses 02:5e:5e:N:..., mirror mN."""

	def __init__(self, seed, n, prefix):
		super().__init__(daemon=True)
		self.rng, self.n = random.Random(seed), n
		self.ports = ["%s%d" % (prefix, n), "%s%dt" % (prefix, n)]
		self.shared = prefix + "s"
		self.here = set()
		self.port, self.vlans, self.fdb = {}, {}, {}
		self.wire = self.mirror = False
		self.limit, self.said = None, {}
		self.done, self.failure, self.over = 0, None, False
		self.last = []

	def mac(self):
		return "02:5e:5e:%02x:00:%02x" % (0x10 + self.n, self.rng.randrange(16))

	def do(self, words, statuses=(0,), data=None):
		self.last = (self.last + [" ".join(words) + (" <<" + data if data else "")])[-30:]
		status, _, err = hand.run(words, data)
		if status not in statuses:
			raise Failure("xswitch %s: exit %d, wanted %s: %s" % (" ".join(words), status, statuses, err))
		self.done += 1
		return status

	# --- what a writer does; each keeps what holds afterwards --------------------------

	def fresh(self, name):
		self.port[name], self.vlans[name] = {"mtu": None, "isolated": False}, set()

	def ports_come_and_go(self):
		name = self.rng.choice(self.ports)
		if name in self.here and not self.wire and not self.mirror:
			self.do(["port", "del", name])
			self.here.discard(name)
			self.fdb = {m: p for m, p in self.fdb.items() if p != name}
		elif name not in self.here:
			self.do(["port", "add", name])
			self.here.add(name)
			self.fresh(name)
		else: # half of a pair, or a mirror's: refused, but for a source that is not the last
			self.do(["port", "add", name])

	def a_port_is_set(self):
		name = self.rng.choice(self.ports)
		mtu, isolated = self.rng.choice((1300, 1400)), self.rng.random() < 0.5
		words = ["port", "set", name, "mtu", str(mtu)]
		if not self.wire:
			words += ["isolated", "on" if isolated else "off"]
		there = name in self.here
		self.do(words, (0,) if there else (3,))
		if there:
			self.port[name]["mtu"] = mtu
			if not self.wire:
				self.port[name]["isolated"] = isolated

	def vlans_of_a_port(self):
		name, vid = self.rng.choice(self.ports), self.n * 10 + self.rng.randrange(10)
		if name not in self.here or self.wire:
			return
		if vid in self.vlans[name]:
			self.do(["vlan", "del", "dev", name, "vid", str(vid)])
			self.vlans[name].discard(vid)
		else:
			self.do(["vlan", "add", "dev", name, "vid", str(vid)])
			self.vlans[name].add(vid)

	def an_entry(self):
		mac, name = self.mac(), self.rng.choice(self.ports)
		if mac in self.fdb:
			self.do(["fdb", "del", mac])
			del self.fdb[mac]
		else:
			there = name in self.here
			self.do(["fdb", "add", mac, "dev", name], (0,) if there else (3,))
			if there:
				self.fdb[mac] = name

	def a_batch(self):
		name = self.rng.choice(self.ports)
		if name not in self.here:
			return
		macs = {self.mac() for _ in range(8)}
		good = self.rng.random() < 0.6
		lines = ["fdb replace %s dev %s" % (m, name) for m in sorted(macs)]
		lines += [] if good else ["fdb del 02:00:00:00:00:99"]
		self.do(["-b", "-"], (0,) if good else (3,), "\n".join(lines) + "\n")
		if good:
			self.fdb.update({m: name for m in macs})

	def a_wire(self):
		if self.wire:
			self.do(["wire", "del", self.ports[0]])
			self.wire = False
		elif len(self.here) == 2 and not self.mirror and not any(self.vlans[p] or self.port[p]["isolated"]
				for p in self.ports) and not self.was_hybrid():
			self.do(["wire", "add"] + self.ports)
			self.wire = True

	def was_hybrid(self):
		return any(p["mode"] != "transparent" for name in self.ports
			for p in hand.parsed(["port", "show", name]))

	def a_mirror(self):
		name = "m%d" % self.n
		if self.mirror:
			self.do(["mirror", "del", name])
			self.mirror = False
		elif len(self.here) == 2 and not self.wire:
			self.do(["mirror", "add", name, "from", self.ports[0], "to", self.ports[1]])
			self.mirror = True

	def a_limit(self):
		self.limit = self.rng.randint(1, 1000)
		self.do(["vlan", "set", "vid", str(self.n * 10), "max_learned", str(self.limit)])

	def what_is_everybodys(self):
		key = self.rng.choice(("mtu", "ageing", "fdb_size"))
		value = {"mtu": 1280 + self.n, "ageing": 100 + self.n, "fdb_size": 60000 + self.n}[key]
		self.do((["port", "set", self.shared] if key == "mtu" else ["set"]) + [key, str(value)])
		self.said[key] = value

	def run(self):
		acts = [self.ports_come_and_go] * 2 + [self.a_port_is_set, self.vlans_of_a_port, self.an_entry,
			self.an_entry, self.a_batch, self.a_wire, self.a_mirror, self.a_limit, self.what_is_everybodys]
		try:
			while not self.over:
				self.rng.choice(acts)()
		except Exception as failure: # pylint: disable=broad-except
			self.failure = "%s: %s\n  %s" % (type(failure).__name__, failure, "\n  ".join(self.last))


def equal(what, got, wanted):
	if got != wanted:
		raise Failure("%s: %s, the logs say %s" % (what, json.dumps(got), json.dumps(wanted)))


def compare(writers, shared):
	show = hand.parsed(["-d", "show"])[0]
	ports = {p["port"]: p for p in show["ports"]}
	static = {e["mac"]: e["port"] for e in hand.parsed(["fdb", "show", "state", "static"])}
	vlans = hand.parsed(["vlan", "show"])
	mirrors = {m["mirror"]: [m["from"], m["to"]] for m in hand.parsed(["mirror"])}
	equal("ports", sorted(ports), sorted([shared] + [p for w in writers for p in w.here]))
	equal("entries", static, {m: p for w in writers for m, p in w.fdb.items()})
	equal("mirrors", mirrors, {"m%d" % w.n: [[w.ports[0]], w.ports[1]] for w in writers if w.mirror})
	for w in writers:
		for name in sorted(w.here):
			p = ports[name]
			mtu = p["mtu"] if not p.get("mtu_auto") else None
			equal(name, [mtu, p["flags"]["isolated"]], [w.port[name]["mtu"], w.port[name]["isolated"]])
			equal("wire of " + name, p.get("wire"), [x for x in w.ports if x != name][0] if w.wire else None)
			have = {v for row in vlans if row["port"] == name and p["mode"] == "hybrid"
				for v in range(row["vlan"], row.get("vlanEnd", row["vlan"]) + 1)}
			equal("VLANs of " + name, sorted(have), sorted(w.vlans[name]))
	for key, value in (("mtu", ports[shared]["mtu"]), ("ageing", show["ageing"]), ("fdb_size", show["fdb"]["size"])):
		said = {w.said[key] for w in writers if key in w.said}
		if said and value not in said:
			raise Failure("%s is %s, the last words were %s" % (key, value, sorted(said)))


def work(seconds, seed, prefix):
	shared = prefix + "s"
	hand.want(["up", "--subnet", "none", "--ports", shared])
	writers = [Writer(seed * 100 + n, n, prefix) for n in range(1, WRITERS + 1)]
	names = [shared] + [p for w in writers for p in w.ports]
	reading = [readers.Reader(seed * 100 + 50 + n, names, 0) for n in range(READERS)]
	for thread in writers + reading:
		thread.start()
	end = time.monotonic() + seconds
	while time.monotonic() < end and not any(t.failure for t in writers + reading):
		time.sleep(0.1)
	for thread in writers + reading:
		thread.over = True
	for thread in writers + reading:
		thread.join(hand.PATIENCE + 30)
		if thread.is_alive():
			raise Failure("a command does not end")
		if thread.failure:
			raise Failure(thread.failure)
	compare(writers, shared)
	if hand.want(["diff", "-"], data=hand.want(["export"])):
		raise Failure("export differs from what it was made from")
	hand.want(["down"])
	return sum(w.done for w in writers), sum(r.done for r in reading)


def main():
	seed = int(sys.argv[2])
	try:
		wrote, read = work(float(sys.argv[1]), seed, sys.argv[3])
	except Failure as failure:
		print("seed %d: %s" % (seed, failure))
		return 1
	print("seed %d: %d writes, %d reads" % (seed, wrote, read))
	return 0


if __name__ == "__main__":
	sys.exit(main())
