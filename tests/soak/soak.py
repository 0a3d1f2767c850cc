#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""A switch that is never left alone, and what must hold all the time.

	soak.py SECONDS SEED PREFIX IDS

Inside the namespaces of tests/lib.sh (tests/net/soak.sh). PREFIX: of the namespaces it makes. IDS: a file
for the ids of BPF objects that must be gone after `down`.

	field 0 ... 8 ---+           everything happens to these; 8 is of type dev
	pair a, b -------+ switch    VLAN 4000, nothing happens to them
	stream c, d -----+           VLAN 4001
"""
import os
import subprocess
import sys
import time
import traceback

import churn
import field
import guards
import hand
import model
import readers
from hand import Failure

COPIES = 3		# of each frame of a count
ACTIONS = 25		# between two counts
NOTES = ("fdb_full", "learn_limit")
KILL_ODDS = 0.12
STABLE = {"a": 4000, "b": 4000, "c": 4001, "d": 4001}


class Soak:
	def __init__(self, seconds, seed, prefix, ids):
		self.seconds, self.prefix, self.ids = seconds, prefix, ids
		self.uplink = prefix + "up"
		self.rng = hand.seeded(seed)
		self.log = hand.Log(seed)
		self.switch = model.Switch()
		self.kernel = guards.Kernel(os.environ["XSWITCH_BPFFS"], "sw0")
		self.checks = self.counts = self.actions = self.kills = self.excused = 0

	# --- the lab ------------------------------------------------------------------------

	def port_name(self, k):
		return "%sf%d" % (self.prefix, k)

	def new_port(self, k):
		port = model.Port(k, self.port_name(k))
		port.mtu = 1500 if k == churn.UPLINK else None
		return port

	def place(self, k):
		"""Words of `port add`."""
		return ["type", "dev", "dev", self.uplink] if k == churn.UPLINK else []

	def wire(self):
		"""The uplink: always the same device to who looks at its name and its address."""
		far = self.port_name(churn.UPLINK)
		hand.system("ip", "link", "add", self.uplink, "address", "02:5e:5e:05:00:01", "type", "veth", "peer",
			"name", "eth0", "netns", far)
		hand.system("ip", "link", "set", self.uplink, "addrgenmode", "none")
		hand.system("nsenter", "--net=/run/netns/" + far, "ip", "link", "set", "eth0", "up")

	def namespace(self, name):
		"""One that has nothing to say of its own, complete when it gets its name."""
		hand.system("ip", "netns", "add", name + "x")
		hand.system("nsenter", "--net=/run/netns/" + name + "x", "sysctl", "-qw",
			"net.ipv6.conf.default.disable_ipv6=1")
		path = "/run/netns/" + name
		with open(path, "w", encoding="ascii"):
			pass
		hand.system("mount", "--bind", path + "x", path)
		hand.system("ip", "netns", "del", name + "x")

	def up(self):
		hand.want(["up", "--subnet", "none"])
		for n, (name, vlan) in enumerate(STABLE.items()):
			self.namespace(self.prefix + name)
			address = ["address", "10.99.0.%d/24" % n] if vlan == 4001 else []
			hand.want(["port", "add", self.prefix + name, "mode", "access", "tag", str(vlan)] + address)
		for k in range(churn.FIELD):
			self.namespace(self.port_name(k))
			port = self.new_port(k)
			if k == churn.UPLINK:
				self.wire()
			words = self.place(k)
			if k == 4:	# its programs stay from then on
				port.hook, words = "xdp", ["hook", "xdp"]
			if k % 4:
				port.vlans(("access", "trunk", "native-untagged")[k % 4 - 1], (10, None, 20)[k % 4 - 1],
					(None, [10, 20, 30], [10, 30])[k % 4 - 1])
				words += ["mode", port.mode] + (["tag", str(port.tag)] if port.tag else []) + (
					["trunks", ",".join(map(str, port.trunks))] if port.trunks else [])
			hand.want(["port", "add", port.name] + words)
			self.switch.ports[k] = port
		self.base, self.file = self.switch.copy(), hand.want(["export"])
		self.field = field.Field(self.log.seed & 0xffffffff, self.switch)
		for k in self.switch.ports:
			self.open(k)
		self.acquaint("c", "d", "10.99.0.3")
		self.acquaint("d", "c", "10.99.0.2")
		self.pair = field.Pair(200, *(self.prefix + n + ",eth0" for n in "ab"))
		self.streams = field.Streams(self.prefix + "c", self.prefix + "d", "10.99.0.3")
		self.guards = guards.Guards()
		self.churn = churn.Churn(self)
		self.readers = [readers.Reader(self.log.seed + i, [self.port_name(k) for k in range(churn.FIELD)],
			0.02) for i in (1, 2)]
		for thread in [self.streams] + self.readers:
			thread.start()
		self.kernel_before = None

	def acquaint(self, one, two, address):
		"""No question goes to all, for a transparent port hears what is said in every VLAN."""
		hand.system("nsenter", "--net=/run/netns/" + self.prefix + one, "ip", "neigh", "replace", address,
			"lladdr", self.shown(self.prefix + two)["mac"], "dev", "eth0", "nud", "permanent")

	def shown(self, name):
		status, out, _ = hand.run(["-j", "port", "show", name])
		return hand.parse(["port", "show", name], out)[0] if status == 0 else {}

	def state(self, name):
		return self.shown(name).get("state")

	def carrier(self, name):
		return self.shown(name).get("carrier")

	def open(self, k):
		name = self.port_name(k)
		self.field.ask("port %d %s eth0 %s" % (k, name, self.shown(name).get("ifname", "none")))

	# --- one action ---------------------------------------------------------------------

	def act(self, words, after, also=(), wanted=0, refusal=None, data=None, steps=False):
		"""A command, and the configuration after it.

		steps: frames may see neither the old nor the new one meanwhile. Sometimes it is killed, or
		interrupted, and given once more: then `also` are right, too.
		"""
		before, f = self.switch, self.field
		self.log.step += 1
		self.actions += 1
		text = "xswitch " + " ".join(words) + (" <<" + data.replace("\n", "; ") if data else "")
		if self.rng.random() < KILL_ODDS and not wanted and not data:
			delay, sig = self.rng.expovariate(1 / 0.02), self.rng.choice((9, 9, 2))
			self.log.note("%s: signal %d after %.1f ms" % (text, sig, delay * 1000))
			f.next([None])
			status, _, err = hand.killed(words, delay, sig)
			self.kills += status == -9
			if status not in (0, 2, -2, -9, 130):
				raise Failure("%s, signal %d: exit %d: %s" % (text, sig, status, err))
			wanted_now = (0,) + tuple(also)
		else:
			self.log.note(text)
			f.next([None] if steps else [before, after])
			wanted_now = (wanted,)
		status, _, err = hand.run(words, data)
		if status == 2 and refusal and refusal in err:
			after = before
		elif status not in wanted_now:
			raise Failure("%s: exit %d, wanted %s: %s" % (text, status, wanted_now, err.strip()))
		f.next([after])
		self.switch = after

	# --- a count ------------------------------------------------------------------------

	def quiet(self):
		"""Nothing moves."""
		self.field.ask("rate 0")
		for k in self.switch.ports:
			self.field.ask("flood %d 0" % k)
		self.streams.pause()
		self.pair.pause()
		self.field.ask("fence")
		self.field.collect()

	def known(self):
		return {(e["mac"], e.get("vlan", 0)): e["port"] for e in hand.parsed(["fdb", "show"])}

	def numbers(self):
		stats = {p["port"]: p["stats"] for p in hand.parsed(["stats"])}
		vlans = {v["vlan"]: v["stats"] for v in hand.parsed(["stats", "vlan"])}
		_, ports = self.field.collect()
		return stats, vlans, ports

	def send(self, k, tag, dst, known, sums):
		"""COPIES frames; what they must come to is added to the sums."""
		sw = self.switch
		self.field.ask("send %d %d %d %d" % (k, tag, dst, COPIES))
		port = sw.ports[k]
		into = port.classify(model.STACKS[tag])
		at = None
		if dst < churn.FIELD and into is not None and k not in sw.wires:
			at = known.get((churn.station(dst), into[0]))
			at = next((p.k for p in sw.ports.values() if p.name == at), model.FLOODED)
		targets = sw.targets(k, tag, dst, at)
		for rx, outer in targets.items():
			key = (rx, k, tag, dst, outer, 0)
			sums["frames"][key] = sums["frames"].get(key, 0) + COPIES
		if not targets:
			sums["drops"][k] = sums["drops"].get(k, 0) + COPIES
		# counted in its VLAN before its source is looked at
		if into and into[0] and k not in sw.wires and k not in sw.outputs() and port.state in (
				"forwarding", "learning"):
			vlan = sums["vlans"].setdefault(into[0], [0, 0])
			vlan[0] += COPIES
			vlan[1] += COPIES * len(targets)

	def count(self):
		"""Every frame of a round arrives where it must, nowhere else, and is counted."""
		self.quiet()
		self.set_aside()
		drops = field.backlog_drops()
		stats, vlans, ports = self.numbers()
		sums = {"frames": {}, "drops": {}, "vlans": {}}
		sure = [k for k in self.switch.ports if self.switch.admits(k) is not None]
		for k in sure:
			for tag in range(len(model.STACKS)):
				for dst in (model.EVERYBODY, model.GROUP):
					self.send(k, tag, dst, {}, sums)
			self.field.ask("fence")
		known = self.known()
		for k in sure:
			for dst in self.switch.ports:
				self.send(k, self.rng.randrange(len(model.STACKS)), dst, known, sums)
			self.field.ask("fence")
		frames, _ = self.field.collect()
		outputs = self.switch.outputs()
		got = {key: n for key, n in frames.items() if key[0] not in outputs}
		if field.backlog_drops() > drops:	# the machine lost some: nothing can be said
			self.excused += 1
			return
		if got != sums["frames"]:
			self.differ("frames that arrived", got, sums["frames"])
		self.add_up(stats, vlans, ports, sums)
		self.counts += 1

	def differ(self, what, got, wanted):
		rows = ["%s: %s, wanted %s" % (key, got.get(key, 0), wanted.get(key, 0))
			for key in sorted(set(got) | set(wanted)) if got.get(key, 0) != wanted.get(key, 0)]
		raise Failure("%s: %s" % (what, "; ".join(rows[:12])))

	def set_aside(self):
		"""What ends by itself does not, during a count."""
		for words in (["set", "ageing", "300", "max_learned", "none", "flap_limit", "none"], ["fdb", "flush"]):
			hand.want(words)

	def add_up(self, stats, vlans, ports, sums):
		now, vlans_now, ports_now = self.numbers()
		counted, real = {}, {}

		def moved(name, way):
			return sum(now[name][way][c]["packets"] - stats[name][way][c]["packets"] for c in now[name][way])

		def stopped(name):
			return sum(n - stats[name]["drops"].get(r, 0) for r, n in now[name]["drops"].items()
				if r not in NOTES)
		for k, port in self.switch.ports.items():
			sent, got = (b - a for a, b in zip(ports[k], ports_now[k]))
			counted[port.name] = (moved(port.name, "rx"), moved(port.name, "tx"), stopped(port.name))
			real[port.name] = (sent, got, sums["drops"].get(k, 0))
		if counted != real:
			self.differ("(rx, tx, drops) of ports", counted, real)
		counted, real = {}, sums["vlans"]
		for vid, v in vlans_now.items():
			was = vlans.get(vid, {"rx": {"packets": 0}, "tx": {"packets": 0}})
			row = [v[way]["packets"] - was[way]["packets"] for way in ("rx", "tx")]
			if vid not in STABLE.values() and any(row):
				counted[vid] = row
		if counted != real:
			self.differ("[rx, tx] of VLANs", counted, real)

	# --- the records --------------------------------------------------------------------

	def agree(self):
		"""What is shown is what was set."""
		show = hand.parsed(["-d", "show"])[0]
		shown = {p["port"]: p for p in show["ports"]}
		names = {p.name for p in self.switch.ports.values()} | {self.prefix + n for n in STABLE}
		if set(shown) != names:
			raise Failure("ports: %s, wanted %s" % (sorted(shown), sorted(names)))
		for k, p in self.switch.ports.items():
			s = shown[p.name]
			got = [s["mode"], s.get("tag"), s["state"], s["flags"], s.get("wire"), s.get("group"),
				s["hook"] == "xdp", s.get("max_macs"), s["mtu"] if not s.get("mtu_auto") else None]
			flags = dict(p.flags, guard=False)
			wired = self.switch.wires.get(k)
			wanted = [p.mode, p.tag, p.state, flags, wired is not None and self.port_name(wired) or None,
				p.group, p.hook == "xdp", p.max_macs, p.mtu]
			if got != wanted:
				raise Failure("port %s: shown %s, set %s" % (p.name, got, wanted))
		static = {(e["mac"], e.get("vlan", 0)): e["port"] for e in hand.parsed(["fdb", "show", "state", "static"])}
		wanted = {e: self.port_name(k) for e, k in self.switch.static.items()}
		if static != wanted:
			self.differ("static entries", static, wanted)
		mirrors = sorted((m["mirror"], m["to"]) for m in hand.parsed(["mirror"]))
		if mirrors != sorted((n, self.port_name(o)) for n, (_, o) in self.switch.mirrors.items()):
			raise Failure("mirrors: %s, wanted %s" % (mirrors, self.switch.mirrors))
		text = hand.want(["export"])
		lines = hand.want(["diff", "-"], data=text)
		if lines:
			raise Failure("export differs from what it was made from: %s" % lines)

	def home(self, judge):
		"""Back to the beginning, where the kernel must hold as much as then."""
		self.log.note("xswitch apply, of the export of the beginning")
		self.quiet()
		self.churn.end_watchers()
		for k in list(self.switch.ports):
			self.field.ask("close %d" % k)
		self.field.next([None])
		hand.want(["apply", "-"], data=self.file)
		self.switch = self.base.copy()
		self.field.next([self.switch])
		for k in self.switch.ports:
			self.open(k)
		self.agree()
		hand.want(["set", "ageing", "1"])
		if not hand.until(60, lambda: hand.parsed(["show"])[0]["fdb"]["entries"] < 20, 0.2):
			raise Failure("entries do not age: %s" % hand.parsed(["show"])[0]["fdb"])
		hand.want(["apply", "-"], data=self.file)
		if judge:
			self.kernel.same(self.kernel_before)
			return
		now = self.kernel.look()
		before = self.kernel_before or now
		self.kernel_before = {key: max(now[key], before[key]) for key in now}

	def check(self, judge):
		self.checks += 1
		self.count()
		self.agree()
		self.guards.check(judge)
		for reader in self.readers:
			reader.check()
		if self.checks % 3 == 1:
			self.home(judge and self.checks > 3)
		self.pair.go()
		self.streams.going.set()
		self.field.ask("rate %d" % self.rng.choice((200, 500, 1000)))

	def round(self):
		for _ in range(ACTIONS):
			self.churn.once()
			self.field.collect()
			time.sleep(self.rng.expovariate(1 / 0.03))
			self.field.collect()

	def soak(self):
		self.up()
		end = time.monotonic() + self.seconds
		warm = time.monotonic() + self.seconds / 4
		self.check(False)
		while time.monotonic() < end:
			self.round()
			self.check(time.monotonic() > warm)
		self.home(True)

	def end(self):
		self.churn.end_agent()
		self.churn.end_watchers()
		for thing in self.readers + [self.streams, self.guards, self.pair, self.field]:
			thing.end()
		hand.want(["down"])
		rest = subprocess.run(["ip", "-o", "link"], stdout=subprocess.PIPE, check=False, text=True).stdout
		if "sw0" in rest:
			raise Failure("down left devices: %s" % rest)

	def run(self):
		try:
			self.soak()
			self.end()
		except (Failure, OSError, KeyError, ValueError, IndexError, subprocess.SubprocessError) as failure:
			if not isinstance(failure, Failure):
				traceback.print_exc()
			print(self.log.story("%s" % failure))
			return 1
		finally:
			with open(self.ids, "a", encoding="ascii") as f:
				f.writelines(line + "\n" for line in sorted(self.kernel.seen))
		print("seed %d: %d actions, %d killed, %d counts (%d not judged), %d frames judged, %d streams, %d reads, "
			"%d frames lost by the CPUs" % (self.log.seed, self.actions, self.kills, self.counts,
			self.excused, self.field.judged, self.streams.done, sum(r.done for r in self.readers),
			self.pair.excused))
		return 0


if __name__ == "__main__":
	sys.exit(Soak(float(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]).run())
