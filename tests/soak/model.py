# SPDX-License-Identifier: GPL-2.0-only
"""What a switch is set to, and who may see a frame then.

Written from the contract, for the frames that xsoak sends: VLANs, modes, states, flags, isolation,
groups, lists of addresses, wires and outputs of mirrors. What depends on time (rates, limits, ageing)
is "may", not "must".
"""
import copy

# the rows of `stacks` in tests/tools/xsoak.c, outermost tag first
STACKS = [[], ["c10"], ["c20"], ["c30"], ["c40"], ["s10"], ["c20", "c10"]]
NOBODY, GROUP, EVERYBODY = 252, 253, 254
FLOODED = -1	# the port of an address that has no entry
VIDS = range(1, 4095)


class Port:
	"""A port: its VLANs in the one form all modes come to, and its policies."""

	def __init__(self, k, name):
		self.k, self.name = k, name
		self.hook = "tc"
		self.state = "forwarding"
		self.flags = {"learning": True, "flood": True, "mcast_flood": True, "bcast_flood": True,
			"hairpin": False, "isolated": False, "locked": False}
		self.group = None
		self.macs = None		# allowed_macs: "own", "other" or None
		self.rates = {}			# storm and police: what is lost is not foreseen
		self.max_macs = None
		self.mtu = None
		self.vlans("transparent")

	def vlans(self, mode, tag=None, trunks=None):
		self.mode, self.tag, self.trunks = mode, tag, trunks
		listed = set(trunks) if trunks else set(VIDS)
		self.tunnel = mode == "dot1q-tunnel"
		self.accepts = {"access": "u", "trunk": "t"}.get(mode, "ut")
		self.pvid = tag
		self.members, self.untagged = {
			"transparent": (None, set()),	# all, and frames without a tag are VLAN 0
			"access": ({tag}, {tag}),
			"trunk": (listed, set()),
			"native-untagged": (listed | {tag}, {tag}),
			"native-tagged": (listed | {tag}, set()),
			"dot1q-tunnel": ({tag}, {tag}),
		}[mode]

	def hybrid(self):
		if self.mode == "transparent":
			self.members, self.untagged, self.pvid = set(), set(), None
		self.mode, self.tag, self.trunks, self.tunnel = "hybrid", None, None, False

	def classify(self, stack):
		"""(VLAN, what the frame is without its tag), or None: it does not come in."""
		tagged = bool(stack) and stack[0][0] == "c" and not self.tunnel
		if self.mode == "transparent":
			return (int(stack[0][1:]), stack[1:]) if tagged else (0, stack)
		vid = int(stack[0][1:]) if tagged else self.pvid
		if ("t" if tagged else "u") not in self.accepts or vid not in self.members:
			return None
		return vid, stack[1:] if tagged else stack

	def member(self, vid):
		return self.members is None or vid in self.members

	def plain(self):
		"""Fit for a wire."""
		return (self.mode == "transparent" and self.hook == "tc" and not self.macs and not self.rates and
			self.state == "forwarding" and self.group is None and self.max_macs is None and
			not any(self.flags[f] for f in ("isolated", "locked", "hairpin")))


class Switch:
	def __init__(self):
		self.ports = {}		# by number of xsoak
		self.wires = {}		# both ways
		self.mirrors = {}	# name -> (sources or None for all, output)
		self.static = {}	# (address, VLAN) -> port
		self.set = {}

	def copy(self):
		return copy.deepcopy(self)

	def outputs(self):
		return {out for _, out in self.mirrors.values()}

	def admits(self, k):
		"""Does a frame of port k's own station come in: True, False, or None: perhaps."""
		p = self.ports[k]
		if p.state != "forwarding" or p.macs == "other":
			return False
		return None if p.flags["locked"] or p.rates else True

	def targets(self, k, tag, dst, known=None):
		"""{port: outer tag there} of a frame that comes in by k; known: the port of its destination.

		Without `known`: all that might get it, be there an entry or none.
		"""
		stack = STACKS[tag]
		src = self.ports.get(k)
		if src is None or k in self.outputs():
			return {}
		if k in self.wires:
			return {self.wires[k]: stack[0] if stack else "-"}
		if self.admits(k) is False:
			return {}
		into = src.classify(stack)
		if into is None:
			return {}
		vid, content = into
		flag = {GROUP: "mcast_flood", EVERYBODY: "bcast_flood"}.get(dst, "flood")
		found = {}
		for port in self.ports.values():
			if known is not None and known != FLOODED and port.k != known:
				continue
			if (known == FLOODED or dst in (GROUP, EVERYBODY)) and not port.flags[flag]:
				continue
			if self.takes(src, port, vid):
				bare = vid in port.untagged if port.members is not None else vid == 0
				form = content if bare else [("s" if src.tunnel else "c") + str(vid)]
				found[port.k] = form[0] if form else "-"
		return found

	def takes(self, src, port, vid):
		if port.k in self.wires or port.k in self.outputs() or port.state != "forwarding":
			return False
		if port is src and not src.flags["hairpin"]:
			return False
		if src.flags["isolated"] and port.flags["isolated"]:
			return False
		if src.group is not None and src.group == port.group and not port.flags["hairpin"]:
			return False
		return port.member(vid)

	def may(self, rx, k, tag, dst, outer, twice):
		if rx in self.outputs():
			return True
		return not twice and self.targets(k, tag, dst).get(rx) == outer
