# SPDX-License-Identifier: GPL-2.0-only
"""What happens to the switch: each action is a command (or what somebody does to a device), the
configuration after it, and how it may end.
"""
import signal

import guards
import hand
from hand import Failure

VLANS = (10, 20, 30, 40)
STATES = ("forwarding", "forwarding", "forwarding", "blocking", "learning", "down")
SHOWN = {"down": "disabled"}
FLAGS = ("learning", "flood", "mcast_flood", "bcast_flood", "hairpin", "isolated", "locked")
FIELD = 9	# ports; the last one is of type dev
UPLINK = FIELD - 1
FULL = "makes room"	# of the FDB, said to who adds an entry


def station(k):
	return "02:5e:5e:00:00:%02x" % k


def settings(rng, port, new=False):
	"""Words of `port set` for some settings, and they are set on the copy of a port."""
	words = []
	for kind in rng.sample(("mode", "mode", "flag", "flag", "state", "group", "macs", "rate", "max", "mtu"),
			rng.randint(1, 3)):
		if kind == "mode" and port.hook == "tc" and "mode" not in words:
			words += mode(rng, port)
		elif kind == "flag":
			name = rng.choice(FLAGS)
			if name == "locked" and port.hook != "tc" or name in words:
				continue
			port.flags[name] = rng.random() < 0.6 if name.endswith("flood") else rng.random() < 0.3
			words += [name, "on" if port.flags[name] else "off"]
		elif kind == "state":
			state = rng.choice(STATES)
			words += ["state", state]
			port.state = SHOWN.get(state, state)
		elif kind == "group":
			port.group = rng.choice((None, None, 1, 2))
			words += ["group", str(port.group or "none")]
		elif kind == "macs" and port.hook == "tc":
			port.macs = rng.choice((None, None, "own", "other"))
			macs = {"own": station(port.k) + ",02:5e:5e:02:00:01", "other": "02:5e:5e:04:00:01"}
			words += ["allowed_macs", macs.get(port.macs, "none")]
		elif kind == "rate":
			what = rng.choice((["storm", "broadcast"], ["storm", "multicast"], ["storm", "unknown"],
				["police"]))
			key = " ".join(what)
			rate = rng.choice((None, None, "20pps", "1mbit", "10kpps"))
			port.rates.pop(key, None)
			if rate:
				port.rates[key] = rate
			words += what + [rate or "none"]
		elif kind == "max":
			port.max_macs = rng.choice((None, None, 1, 5))
			words += ["max_macs", str(port.max_macs or "none")]
		elif kind == "mtu":
			# `port add` has no word for auto, and a device that was there is nothing but its own
			port.mtu = rng.choice((None, 1400, 1500)[new or port.k == UPLINK:])
			words += ["mtu", str(port.mtu or "auto")]
	return words


def mode(rng, port):
	name = rng.choice(("transparent", "access", "access", "trunk", "native-untagged", "native-tagged",
		"dot1q-tunnel"))
	tag = rng.choice(VLANS)
	trunks = rng.sample(VLANS, rng.randint(1, 3))
	listed = name in ("trunk", "native-untagged", "native-tagged")
	tagged = name not in ("transparent", "trunk")
	port.vlans(name, tag if tagged else None, trunks if listed else None)
	words = ["mode", name]
	if tagged:
		words += ["tag", str(tag)]
	if listed:
		words += ["trunks", ",".join(map(str, trunks))]
	return words


class Churn:
	"""Actions on a soak `s` (soak.py): s.rng, s.switch, s.field, s.act()."""

	def __init__(self, s):
		self.s, self.rng = s, s.rng
		self.passing = []	# watchers that are there for a while
		self.upgrade = "\n  upgrade " in hand.want(["help"])
		self.agent = None
		self.table = [(getattr(self, name), weight) for name, weight in (
			("port_set", 30), ("vlan", 10), ("port_replace", 6), ("wire", 5), ("mirror", 5),
			("static", 10), ("flush", 4), ("switch_set", 5), ("resize", 3), ("batch", 6), ("flood", 4),
			("watchers", 6), ("agents", 3), ("vanish", 3), ("link", 3), ("strangers", 4),
			("upgrades", 3 if self.upgrade else 0))]

	def once(self):
		names, weights = zip(*self.table)
		self.rng.choices(names, weights)[0]()

	def some(self, fits=lambda p: True):
		found = [p for p in self.s.switch.ports.values() if fits(p)]
		return self.rng.choice(found) if found else None

	def name(self, k):
		return self.s.port_name(k)

	def free(self, p):
		"""Neither wired nor a mirror's."""
		sw = self.s.switch
		used = sw.outputs() | {k for src, _ in sw.mirrors.values() for k in src or ()}
		return p.k not in sw.wires and p.k not in used

	# --- ports --------------------------------------------------------------------------

	def port_set(self):
		p = self.some(self.free)
		after = self.s.switch.copy()
		words = p and settings(self.rng, after.ports[p.k])
		if words:
			self.s.act(["port", "set", p.name] + words, after, steps=len(words) > 2)

	def vlan(self):
		p = self.some(lambda p: p.hook == "tc" and not p.tunnel and self.free(p))
		if not p:
			return
		after = self.s.switch.copy()
		q = after.ports[p.k]
		vids = self.rng.sample(VLANS, self.rng.randint(1, 2))
		words = [p.name, "vid", ",".join(map(str, sorted(vids)))]
		if self.rng.random() < 0.6 or q.members is None:
			q.hybrid()
			pvid = len(vids) == 1 and self.rng.random() < 0.5
			bare = self.rng.random() < 0.5
			q.members |= set(vids)
			q.untagged = q.untagged | set(vids) if bare else q.untagged - set(vids)
			if pvid:
				q.pvid = vids[0]
			elif q.pvid in vids:
				q.pvid = None
			words += ["pvid"] * pvid + ["untagged"] * bare
			self.s.act(["vlan", "add", "dev"] + words, after)
		elif len(q.members) < 10 and set(vids) <= q.members:
			q.hybrid()
			q.members -= set(vids)
			q.untagged -= set(vids)
			if q.pvid in vids:
				q.pvid = None
			self.s.act(["vlan", "del", "dev"] + words, after, also=(3,))

	def port_del(self, k):
		after = self.s.switch.copy()
		name = after.ports.pop(k).name
		after.static = {e: port for e, port in after.static.items() if port != k}
		self.s.field.ask("close %d" % k)
		self.s.act(["port", "del", name], after, also=(3,))

	def port_replace(self):
		"""One goes, and comes back: elsewhere, or not at once."""
		p = self.some(self.free)
		gone = [k for k in range(FIELD) if k not in self.s.switch.ports]
		if p and len(gone) < 2 and self.rng.random() < 0.6:
			self.port_del(p.k)
		elif gone:
			self.port_add(self.rng.choice(gone))

	def port_add(self, k):
		after = self.s.switch.copy()
		port = self.s.new_port(k)
		words = ["port", "add", port.name] + self.s.place(k)
		port.hook = "xdp" if self.rng.random() < 0.25 and k != UPLINK else "tc"
		words += ["hook", port.hook]
		words += settings(self.rng, port, True) if self.rng.random() < 0.7 else []
		after.ports[k] = port
		self.s.act(words, after)
		self.s.open(k)

	def wire(self):
		sw = self.s.switch
		after = sw.copy()
		if sw.wires and self.rng.random() < 0.6:
			k = self.rng.choice(sorted(sw.wires))
			other = after.wires.pop(k)
			del after.wires[other]
			self.s.act(["wire", "del", self.name(k)], after, also=(3,), steps=True)
			return
		fit = [p.k for p in sw.ports.values() if p.plain() and self.free(p)]
		if len(fit) >= 2 and not sw.wires:
			one, two = self.rng.sample(fit, 2)
			after.wires[one], after.wires[two] = two, one
			self.s.act(["wire", "add", self.name(one), self.name(two)], after, steps=True)

	def mirror(self):
		sw = self.s.switch
		after = sw.copy()
		if sw.mirrors and (len(sw.mirrors) > 1 or self.rng.random() < 0.6):
			name = self.rng.choice(sorted(sw.mirrors))
			del after.mirrors[name]
			self.s.act(["mirror", "del", name], after, also=(3,), steps=True)
			return
		fit = [p.k for p in sw.ports.values() if self.free(p) and p.k not in sw.wires]
		if len(fit) < 3:
			return
		out, *sources = self.rng.sample(fit, 3)
		words = ["mirror", "add", "m%d" % out, "from", ",".join(self.name(k) + self.rng.choice(
			("", ":in", ":out")) for k in sources)]
		if self.rng.random() < 0.3:
			words += ["vlan", "10,20"]
		words += ["to", self.name(out)]
		if self.rng.random() < 0.3:
			words += ["tag", "77"]
		after.mirrors["m%d" % out] = (sources, out)
		self.s.act(words, after, steps=True)

	# --- the table ----------------------------------------------------------------------

	def static(self):
		after = self.s.switch.copy()
		mac, vid = "02:5e:5e:01:00:%02x" % self.rng.randrange(24), self.rng.choice(VLANS)
		there = (mac, vid) in after.static
		if there and self.rng.random() < 0.5:
			del after.static[mac, vid]
			self.s.act(["fdb", "del", mac, "vlan", str(vid)], after, also=(3,))
			return
		k = self.some().k
		after.static[mac, vid] = k
		self.s.act(["fdb", "replace", mac, "dev", self.name(k), "vlan", str(vid)], after, refusal=FULL)

	def flush(self):
		words = ["fdb", "flush"]
		after = self.s.switch.copy()
		if self.rng.random() < 0.5:
			words += ["dev", self.some().name]
		if self.rng.random() < 0.4:
			words += ["vlan", str(self.rng.choice(VLANS))]
		elif len(words) == 2 and self.rng.random() < 0.3:
			words += ["static"]
			after.static = {}
		self.s.act(words, after)

	def switch_set(self):
		after = self.s.switch.copy()
		words = []
		for word, values in (("ageing", ("300", "0", "50ms", "1")), ("max_learned", ("none", "50", "5000")),
				("flap_limit", ("50", "5")), ("flap_window", ("1", "200ms")), ("recovery", ("300", "1"))):
			if self.rng.random() < 0.4:
				words += [word, self.rng.choice(values)]
		if words:
			self.s.act(["set"] + words, after)

	def resize(self):
		size = self.rng.choice(("1000", "5000", "65536", "200000"))
		# what is there may be more than that
		self.s.act(["set", "fdb_size", size], self.s.switch, refusal="do not hold what the FDB has",
			steps=True)

	def batch(self):
		"""Several settings at once, all or nothing; in between frames see some of them."""
		after = self.s.switch.copy()
		lines = []
		for p in self.rng.sample(sorted(after.ports), min(3, len(after.ports))):
			port = after.ports[p]
			if self.free(port):
				words = settings(self.rng, port)
				if words:
					lines.append(" ".join(["port", "set", port.name] + words))
		for _ in range(self.rng.randint(0, 20)):
			mac, vid = "02:5e:5e:01:00:%02x" % self.rng.randrange(24), self.rng.choice(VLANS)
			k = self.rng.choice(sorted(after.ports))
			after.static[mac, vid] = k
			lines.append("fdb replace %s dev %s vlan %d" % (mac, self.name(k), vid))
		if not lines:
			return
		if self.rng.random() < 0.3:	# the last line fails: nothing is done
			lines.append("fdb del 02:5e:5e:01:ff:ff vlan 9")
			self.s.act(["-b", "-"], self.s.switch, data="\n".join(lines) + "\n", wanted=3, steps=True,
				refusal=FULL)
		else:
			self.s.act(["-b", "-"], after, data="\n".join(lines) + "\n", steps=True, refusal=FULL)

	# --- those beside -------------------------------------------------------------------

	def flood(self):
		p = self.some()
		self.s.log.note("flood from %s" % p.name)
		self.s.field.ask("flood %d %d" % (p.k, self.rng.choice((500, 3000))))

	def strangers(self):
		"""Commands that are refused, or change nothing, whatever the state."""
		words, status = self.rng.choice(((["port", "set", "nobody", "learning", "off"], 3),
			(["port", "del", "nobody"], 3), (["fdb", "add", "01:00:00:00:00:01", "dev", self.some().name], 1),
			(["set", "ageing", "-1"], 1), (["wire", "add", self.some().name, "nobody"], 3),
			(["mirror", "del", "nobody"], 3), (["vlan", "add", "dev", self.some().name, "vid", "4095"], 1),
			(["-S", "nosuch", "show"], 3), (["--dry-run", "port", "del", self.some().name], 0)))
		self.s.log.note("xswitch " + " ".join(words))
		hand.want(words, (status,) if status != 0 else (0, 2))

	def watchers(self):
		if self.passing and (len(self.passing) > 2 or self.rng.random() < 0.5):
			w = self.passing.pop(self.rng.randrange(len(self.passing)))
			sig = self.rng.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
			self.s.log.note("signal %d to %s" % (sig, " ".join(w.words)))
			w.end(sig, early=True)
			return
		words = self.rng.choice(guards.moment() + [["capture", self.some().name]])
		self.s.log.note("xswitch " + " ".join(words))
		self.passing.append(guards.Watcher(words, lines=words[0] == "-j"))

	def end_watchers(self):
		while self.passing:
			self.passing.pop().end(signal.SIGKILL)

	def agents(self):
		if self.agent and self.rng.random() < 0.6:
			sig = self.rng.choice((signal.SIGKILL, signal.SIGTERM))
			self.s.log.note("signal %d to the agent" % sig)
			self.agent.end(sig)
			self.agent = None
		elif self.agent:
			self.agent.check()
			hand.want(["agent"], (2,))	# there is one
		else:
			self.s.log.note("an agent")
			self.agent = guards.Watcher(["-v", "agent"], lines=False)
			hand.until(20, lambda: b"following" in self.agent.err)
			self.agent.check()

	def end_agent(self):
		if self.agent:
			self.agent.end()
			self.agent = None

	def vanish(self):
		"""What a port is on goes, its port is gone, and then it comes back: by the agent, or by hand."""
		p = self.some(self.free)
		if not p or p.hook != "tc":
			return
		before, after = self.s.switch.copy(), self.s.switch.copy()
		del after.ports[p.k]
		self.s.log.note("what port %s is on goes" % p.name)
		self.s.field.next([None])
		self.s.field.ask("close %d" % p.k)
		if p.k == UPLINK:
			hand.system("ip", "link", "del", self.s.uplink)
		else:
			hand.system("ip", "netns", "del", p.name)
		if not hand.until(20, lambda: self.s.state(p.name) in ("gone", None)):
			raise Failure("what port %s was on is gone, and it is %s" % (p.name, self.s.state(p.name)))
		self.s.switch = after
		self.s.field.next([after])
		if p.k == UPLINK:
			self.s.wire()
		else:
			self.s.namespace(p.name)
		if self.agent:
			if not hand.until(60, lambda: self.s.state(p.name) == p.state):
				raise Failure("the agent does not bring port %s back: %s, %s" % (p.name,
					self.s.state(p.name), self.agent.err.decode(errors="replace")[-500:]))
			# its settings are as they were
			self.s.field.next([None])
			self.s.switch = before
			self.s.field.next([before])
			self.s.open(p.k)
		else:
			# static entries of it are there until it is made anew
			self.port_del_gone(p)

	def port_del_gone(self, p):
		after = self.s.switch.copy()
		after.static = {e: port for e, port in after.static.items() if port != p.k}
		self.s.act(["port", "del", p.name], after, also=(3,))

	def link(self):
		"""Somebody takes a link down, and up again."""
		p = self.some()
		self.s.log.note("link of %s down and up" % p.name)
		self.s.field.next([None])
		for to in ("down", "up"):
			hand.system("nsenter", "--net=/run/netns/" + p.name, "ip", "link", "set", "eth0", to)
		if not hand.until(20, lambda: self.s.carrier(p.name)):
			raise Failure("port %s has no carrier" % p.name)
		self.s.field.next([self.s.switch])

	def upgrades(self):
		self.s.act(["upgrade", "--force"], self.s.switch)

