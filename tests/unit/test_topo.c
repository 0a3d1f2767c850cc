// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_topo.c - topology files: what is read, and every mistake with its line and column
 */
#include <arpa/inet.h>
#include <string.h>

#include "topo.h"

#include "capture.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static int parse(const char *text, struct topo **topo)
{
	return topo_parse(text, strlen(text), "t.yaml", "sw7", topo);
}

static struct topo *good(const char *text)
{
	struct topo *t;

	assert_int_equal(parse(text, &t), XSW_OK);
	assert_non_null(t);
	return t;
}

static void test_switches(void **state)
{
	struct topo *t =
		good("switches:\n"
		     "  a:\n"
		     "    netns: host1\n"
		     "    set: {ageing: 250ms, max_learned: none}\n"
		     "    ports:\n"
		     "      web: {address: [10.0.0.1/24, 'fd00::1/64'], tag: 10}\n"
		     "      gw:\n"
		     "        type: host\n"
		     "        vlan: 20\n"
		     "        storm: {broadcast: 10kpps, unknown: none}\n"
		     "        learning: no\n"
		     "        allowed_ips: [10.0.0.0/24, 10.0.1.0/24]\n"
		     "      t1: {netns: /run/netns/x, trunks: [10, 20-30], xdp-chain: true}\n"
		     "      plain:\n"
		     "  b:\n");
	const struct topo_switch *sw = &t->switches[0];

	(void)state;
	assert_int_equal(t->nswitches, 2);
	assert_string_equal(sw->name, "a");
	assert_string_equal(sw->netns, "host1");
	assert_true(sw->set.ageing_set && sw->set.ageing == 250000000 && sw->set.max_learned_set);
	assert_int_equal(sw->nports, 4);
	assert_string_equal(sw->ports[0].spec.name, "web");
	assert_string_equal(sw->ports[0].spec.netns, "web");
	assert_string_equal(sw->ports[0].spec.ifname, "eth0");
	assert_int_equal(sw->ports[0].spec.addrs.n, 2);
	assert_int_equal(sw->ports[0].spec.vlan.tag, 10);
	assert_int_equal(sw->ports[0].mark.line, 6);
	assert_int_equal(sw->ports[0].mark.column, 7);
	assert_int_equal(sw->ports[1].spec.type, XSW_TYPE_HOST);
	assert_int_equal(sw->ports[1].spec.vlan.tag, 20);
	assert_ptr_equal(sw->ports[1].spec.change, &sw->ports[1].change);
	assert_int_equal(sw->ports[1].change.policy.rate[XSW_METER_BROADCAST].rate, 10000);
	assert_true(sw->ports[1].change.learning.set && !sw->ports[1].change.learning.on);
	assert_int_equal(sw->ports[1].change.policy.ips.n, 2);
	assert_true(sw->ports[2].spec.chain);
	assert_true(sw->ports[2].spec.vlan.trunks.word[0] == (0x7ffULL << 20 | 1 << 10));
	assert_string_equal(sw->ports[3].spec.name, "plain");
	assert_int_equal(t->switches[1].nports, 0);
	assert_null(t->switches[1].netns);
	topo_free(t);
}

/* The keys of a switch at the top level: the one of -S. */
static void test_top_level(void **state)
{
	struct topo *t =
		good("ports: {a: , b: , c: , d: }\n"
		     "vlans: [{vid: 10, max_learned: 5}, {dev: a, vid: '1,2', pvid: no}]\n"
		     "fdb:\n"
		     "  - {mac: 02:00:00:00:00:01, dev: a}\n"
		     "  - {state: extern, dev: b, vlan: 7, mac: 02:00:00:00:00:01}\n"
		     "wires: [[c, d]]\n"
		     "mirrors: [{name: m1, from: [a:in, c], vlan: [0, 10-11], to: b, tag: 5}]\n");
	const struct topo_switch *sw = &t->switches[0];

	(void)state;
	assert_int_equal(t->nswitches, 1);
	assert_string_equal(sw->name, "sw7");
	assert_int_equal(sw->nvlans, 2);
	assert_null(sw->vlans[0].edit.port);
	assert_int_equal(sw->vlans[0].max_learned, 5);
	assert_true(sw->vlans[0].edit.vids.word[0] == 1 << 10);
	assert_string_equal(sw->vlans[1].edit.port, "a");
	assert_true(!sw->vlans[1].edit.pvid && sw->vlans[1].edit.vids.word[0] == 6);
	assert_int_equal(sw->fdb[0].spec.state, XSW_FDB_STATIC);
	assert_int_equal(sw->fdb[1].spec.state, XSW_FDB_EXTERN);
	assert_int_equal(sw->fdb[1].spec.vlan, 7);
	assert_string_equal(sw->fdb[1].spec.port, "b");
	assert_string_equal(sw->wires[0].port[1], "d");
	assert_string_equal(sw->mirrors[0].spec.name, "m1");
	assert_true(sw->mirrors[0].spec.from.n == 2 && !sw->mirrors[0].spec.from.v[0].out);
	assert_true(sw->mirrors[0].spec.vlans.word[0] == (3 << 10 | 1));
	assert_int_equal(sw->mirrors[0].spec.tag, 5);
	topo_free(t);
}

static void test_hosts(void **state)
{
	struct topo *t =
		good("namespaces:\n"
		     "  h1: {sysctl: {net.ipv4.ip_forward: 1},\n"
		     "       routes: ['default via 10.0.0.254', '10.1.0.0/16 dev u0 metric 5']}\n"
		     "  h2:\n"
		     "links:\n"
		     "  up: [{netns: h1, dev: u0, address: 192.0.2.1/24, mtu: 1600},\n"
		     "       {dev: u1, mac: '02:00:00:00:00:07'}]\n");
	const struct topo_route *r = t->namespaces[0].routes;
	uint32_t via = htonl(0x0a0000fe);

	(void)state;
	assert_int_equal(t->nswitches, 0);
	assert_int_equal(t->nnamespaces, 2);
	assert_string_equal(t->namespaces[0].sysctls[0].key, "net.ipv4.ip_forward");
	assert_string_equal(t->namespaces[0].sysctls[0].value, "1");
	assert_int_equal(r[0].way.to.plen, 0);
	assert_int_equal(r[0].way.to.family, AF_INET);
	assert_memory_equal(r[0].way.via.addr, &via, sizeof(via));
	assert_string_equal(r[1].way.dev, "u0");
	assert_int_equal(r[1].way.metric, 5);
	assert_int_equal(r[1].way.to.plen, 16);
	assert_string_equal(t->links[0].name, "up");
	assert_string_equal(t->links[0].end[0].netns, "h1");
	assert_int_equal(t->links[0].end[0].mtu, 1600);
	assert_null(t->links[0].end[1].netns);
	assert_int_equal(t->links[0].end[1].mac.byte[5], 7);
	topo_free(t);
}

/* An empty file has nothing; anchors are the node they name. */
static void test_shapes(void **state)
{
	struct topo *t = good("");

	(void)state;
	assert_int_equal(t->nswitches + t->nlinks + t->nnamespaces, 0);
	topo_free(t);
	t = good("ports:\n  a: &same {mode: trunk, trunks: [10, 20]}\n  b: *same\n");
	assert_int_equal(t->switches[0].nports, 2);
	assert_memory_equal(&t->switches[0].ports[0].spec.vlan, &t->switches[0].ports[1].spec.vlan,
			    sizeof(struct xsw_vlan_args));
	topo_free(t);
}

/* File and what stderr says, the lines of hints left out. */
static const struct {
	const char *text, *said;
} mistakes[] = {
	{ "a: [",
	  "t.yaml:2:1: not valid as YAML: did not find expected node content while parsing a flow node" },
	{ "- x", "t.yaml:1:1: the file is a list: expected a mapping" },
	{ "ports: [a, b]", "t.yaml:1:8: ports is a list: expected a mapping" },
	{ "colour: red",
	  "t.yaml:1:1: unknown key \"colour\", expected namespaces, links, switches, netns, set, ports, vlans, fdb, wires, mirrors" },
	{ "ports: {a: {colour: red}}",
	  "t.yaml:1:13: unknown key \"colour\", expected netns, dev, address, mac, mtu, vlan, hook, xdp-chain, type, mode, tag, trunks, cvlans, qinq-ethtype, learning, flood, mcast_flood, bcast_flood, hairpin, state, isolated, locked, guard, max_macs, allowed_macs, allowed_ips, storm, police, group_fwd_mask, group, remote, local, key, port" },
	{ "ports: {a: {tag: 5000}}",
	  "t.yaml:1:18: port add: tag \"5000\" is not valid: expected a VLAN ID, 1..4094" },
	{ "ports:\n  a:\n    tag: [10]",
	  "t.yaml:3:10: tag is a list: expected a VLAN ID, 1..4094" },
	{ "ports:\n  a: {mode: acess}",
	  "t.yaml:2:13: port add: mode \"acess\" is not valid: expected transparent|access|trunk|native-untagged|native-tagged|dot1q-tunnel|hybrid" },
	{ "ports: {a: {mode: access, mode: trunk}}",
	  "t.yaml:1:27: \"mode\" is given twice: first on line 1, column 13" },
	{ "ports:\n  a:\n  b:\n  a:",
	  "t.yaml:4:3: \"a\" is given twice: first on line 2, column 3" },
	{ "ports: {\"a b\": }",
	  "t.yaml:1:9: port add: \"a b\" is not valid: expected a port name: 1 to 63 of A-Z a-z 0-9 _ . : @ + -, the first a letter, a digit or _, not the word help" },
	{ "ports: {a: {learning: maybe}}",
	  "t.yaml:1:23: port add: learning \"maybe\" is not valid: expected on|off" },
	{ "ports: {a: {learning: }}", "t.yaml:1:23: learning is nothing: expected on|off" },
	{ "ports: {a: {trunks: {x: 1}}}",
	  "t.yaml:1:21: trunks is a mapping: expected VLAN IDs like 10,20,30-40: 1..4094, ranges upwards, each once" },
	{ "ports: {a: {trunks: [10, [20]]}}",
	  "t.yaml:1:26: trunks is a list: expected VLAN IDs like 10,20,30-40: 1..4094, ranges upwards, each once" },
	{ "ports: {a: {trunks: [10, 10]}}",
	  "t.yaml:1:21: port add: trunks \"10,10\" is not valid: expected VLAN IDs like 10,20,30-40: 1..4094, ranges upwards, each once" },
	{ "ports: {a: {storm: 10kpps}}",
	  "t.yaml:1:20: storm is a word: expected a mapping of kinds of frames to rates" },
	{ "ports: {a: {storm: {arp: 10kpps}}}",
	  "t.yaml:1:21: port add: storm \"arp\" is not valid: expected broadcast|multicast|unknown" },
	{ "ports: {a: {storm: {broadcast: fast}}}",
	  "t.yaml:1:32: port add: storm \"fast\" is not valid: expected none, or a rate like 1000pps, 10kpps, 2mpps, 10kbit, 100mbit or 1gbit, 1000gbit at most" },
	{ "ports: {a: {xdp-chain: 2}}",
	  "t.yaml:1:24: xdp-chain \"2\" is not valid: expected true|false" },
	{ "ports: {a: {address: [10.0.0.1]}}",
	  "t.yaml:1:23: port add: address \"10.0.0.1\" is not valid: expected an address with its prefix length, like 10.0.0.1/24 or fd00::1/64" },
	{ "ports: {a: {type: dev}}", "t.yaml:1:9: port add: type dev needs a device: dev IFNAME" },
	{ "ports: {a: {type: host, netns: b}}",
	  "t.yaml:1:9: port add: netns: a port of type host lives in the switch's namespace" },
	{ "ports: {a: {name: b}}",
	  "t.yaml:1:13: unknown key \"name\", expected netns, dev, address, mac, mtu, vlan, hook, xdp-chain, type, mode, tag, trunks, cvlans, qinq-ethtype, learning, flood, mcast_flood, bcast_flood, hairpin, state, isolated, locked, guard, max_macs, allowed_macs, allowed_ips, storm, police, group_fwd_mask, group, remote, local, key, port" },
	{ "ports: {a: {mac: \"01:00:00:00:00:01\"}}",
	  "t.yaml:1:9: port add: \"01:00:00:00:00:01\" is a group address, expected the address of one station" },
	{ "ports: {a: 10}", "t.yaml:1:12: a is a word: expected a mapping" },
	{ "ports: {[a]: {}}", "t.yaml:1:9: a list is no key: expected a word" },
	{ "ports: {a: {tag: 5000, mtu: 1}, b: {tag: x}}",
	  "t.yaml:1:18: port add: tag \"5000\" is not valid: expected a VLAN ID, 1..4094\nt.yaml:1:42: port add: tag \"x\" is not valid: expected a VLAN ID, 1..4094" },
	{ "set: {ageing: soon}",
	  "t.yaml:1:15: set: ageing \"soon\" is not valid: expected a time: seconds (300, 300s) or milliseconds (250ms), 1000000s at most" },
	{ "set: {flap_window: 1ms}",
	  "t.yaml:1:6: set: flap_window 1ms is not valid: expected 20ms to 600s" },
	{ "set: {}\nvlans: [{vid: 10}]", "t.yaml:2:9: vlan set: nothing to set" },
	{ "vlans: [10]", "t.yaml:1:9: an element of vlans is a word: expected a mapping" },
	{ "vlans: [{max_learned: 10}]", "t.yaml:1:9: vlan set: vid LIST is missing" },
	{ "ports: {a: }\nvlans: [{dev: b, vid: 10}]",
	  "t.yaml:2:9: switch sw7 has no port \"b\" in this file" },
	{ "ports: {a: {tag: 10}}\nvlans: [{dev: a, vid: 20}]",
	  "t.yaml:2:9: port \"a\" has a mode other than hybrid: its VLANs follow from its tag and trunks" },
	{ "ports: {a: }\nvlans: [{dev: a, vid: \"1,2\", pvid: true}]",
	  "t.yaml:2:9: vlan add: pvid is one VLAN, but vid names 2" },
	{ "fdb: [{dev: a}]", "t.yaml:1:7: fdb add: mac MAC is missing" },
	{ "ports: {a: }\nfdb: [{mac: \"02:00:00:00:00:01\", dev: b}]",
	  "t.yaml:2:7: switch sw7 has no port \"b\" in this file" },
	{ "ports: {a: }\nfdb: [{mac: \"02:00:00:00:00:01\", dev: a, state: local}]",
	  "t.yaml:2:49: fdb add: unknown word \"local\", expected dev PORT, vlan N, remote IP, static|sticky|dynamic|extern" },
	{ "ports: {a: }\nfdb:\n  - {mac: \"02:00:00:00:00:01\", dev: a}\n  - {mac: \"02:00:00:00:00:01\", dev: a, state: extern}",
	  "t.yaml:4:5: this entry is there twice: first on line 3, column 5" },
	{ "wires: [a]", "t.yaml:1:9: a wire is a list of two ports: [web, db]" },
	{ "ports: {a: , b: , c: }\nwires: [[a, b], [a, c]]",
	  "t.yaml:2:17: port \"a\" has two wires" },
	{ "ports: {a: }\nwires: [[a, b]]",
	  "t.yaml:2:9: switch sw7 has no port \"b\" in this file" },
	{ "ports: {a: }\nmirrors: [{to: a}]", "t.yaml:2:11: mirror add: name NAME is missing" },
	{ "ports: {a: }\nfdb: [{dev: a, state: extern}]",
	  "t.yaml:2:7: fdb add: mac MAC is missing" },
	{ "ports: {a: }\nwires: [[a, a]]",
	  "t.yaml:2:9: a wire has two ends, but both are port \"a\"" },
	{ "mirrors: [a]", "t.yaml:1:11: an element of mirrors is a word: expected a mapping" },
	{ "ports: {a: }\nmirrors: [{name: m}]", "t.yaml:2:11: mirror add: to PORT is missing" },
	{ "ports: {a: }\nmirrors: [{name: m, to: a, color: 1}]",
	  "t.yaml:2:28: unknown key \"color\", expected name, from, vlan, to, tag" },
	{ "ports: {a: }\nmirrors: [{name: m, to: b}]",
	  "t.yaml:2:11: switch sw7 has no port \"b\" in this file" },
	{ "ports: {a: }\nmirrors: [{name: m, to: a, from: [b]}]",
	  "t.yaml:2:11: switch sw7 has no port \"b\" in this file" },
	{ "ports: {a: }\nmirrors:\n- {name: m, to: a}\n- {name: m, to: a}",
	  "t.yaml:4:3: mirror \"m\" is there twice: first on line 3, column 3" },
	{ "ports: {a: {address: [fd00::1/64, 'fd00:0::1/64']}}",
	  "t.yaml:1:9: port add: address fd00::1 is given twice" },
	{ "ports: {a: {address: [fd00::1/64, fd00::1/48, 10.0.0.1/8]}, b: {address: [10.0.0.1/8, 10.0.0.1/8]}}",
	  "t.yaml:1:9: port add: address fd00::1 is given twice\nt.yaml:1:61: port add: address 10.0.0.1 is given twice" },
	{ "links: {l: [{dev: a, address: [10.0.0.1/24, 10.0.0.1/24]}, {dev: b}]}",
	  "t.yaml:1:13: address 10.0.0.1 is given twice" },
	{ "namespaces:\n  n: {sysctl: {net.ipv4.ip_forward: 1, net/ipv4/ip_forward: 0}}",
	  "t.yaml:2:40: sysctl \"net/ipv4/ip_forward\" is there twice: first on line 2, column 16" },
	{ "namespaces:\n  n:\n    routes:\n    - 10.0.0.0/8 via 1.1.1.1\n    - 10.0.0.0/8 via 1.1.1.2 metric 5\n    - 10.0.0.0/8 dev x\n    - fd00::/64 dev x\n    - fd00::1/64 dev y metric 1024\n    - default dev x\n    - 0.0.0.0/0 dev y",
	  "t.yaml:10:7: the destination of route \"0.0.0.0/0 dev y\" is there twice: first on line 9, column 7\n"
	  "t.yaml:6:7: the destination of route \"10.0.0.0/8 dev x\" is there twice: first on line 4, column 7\n"
	  "t.yaml:8:7: the destination of route \"fd00::1/64 dev y metric 1024\" is there twice: first on line 7, column 7" },
	{ "ports: {a: , b: }\nvlans:\n- {dev: a, vid: 1-5}\n- {dev: b, vid: 5}\n- {vid: 5, max_learned: 1}\n- {dev: a, vid: [9, 5, 4], untagged: yes}\n- {vid: 1-5, max_learned: none}",
	  "t.yaml:7:3: max_learned of VLAN 5 is there twice: first on line 5, column 3\n"
	  "t.yaml:6:3: VLAN 4 of port a is there twice: first on line 3, column 3" },
	{ "ports: {a: }\nvlans:\n- {dev: a, vid: 1, pvid: yes}\n- {dev: a, vid: 2, untagged: yes}\n- {dev: a, vid: 3, pvid: yes}",
	  "t.yaml:5:3: the PVID of port a is there twice: first on line 3, column 3" },
	/* what the switch would refuse */
	{ "ports: {a: {mode: access}, b: {mode: trunk, tag: 5}, c: {tag: 10}}",
	  "t.yaml:1:9: port a: mode access needs a tag: tag 1..4094\n"
	  "t.yaml:1:28: port b: mode trunk has no tag of its own, but tag 5 was given" },
	{ "ports: {a: {hook: xdp, locked: on}, b: {hook: xdp, tag: 5}, c: {type: dev, dev: x, hook: xdp, locked: on, tag: 5}, d: {hook: xdp, isolated: on}}",
	  "t.yaml:1:9: port a: locked cannot be enforced at XDP: the namespace can hide a VLAN tag beside the frame\n"
	  "t.yaml:1:37: port b: mode access is not safe under xdp: whoever owns the namespace can hide a VLAN tag beside the frame, where XDP does not see it" },
	{ "ports: {a: {hook: xdp}}\nvlans: [{dev: a, vid: 7}]",
	  "t.yaml:1:9: port a: mode hybrid is not safe under xdp: whoever owns the namespace can hide a VLAN tag beside the frame, where XDP does not see it" },
	{ "ports: {a: , b: {tag: 7}, c: {guard: on}, d: {storm: {unknown: 5kpps}}, e: {storm: {broadcast: 5kpps}, police: 1mbit, learning: no}}\nwires: [[a, b], [c, e], [d, e]]",
	  "t.yaml:2:9: port b: a wire carries every tag, and its mode is access\n"
	  "t.yaml:2:17: port c: a wire has no policies but storm and police\n"
	  "t.yaml:2:25: port d: a wire has no policies but storm and police\n"
	  "t.yaml:2:25: port \"e\" has two wires" },
	{ "ports: {a: , b: , c: }\nmirrors:\n- {name: m, from: b, to: b}\n- {name: n, from: [a, c], to: c}\n- {name: o, from: 'c:in', to: b}",
	  "t.yaml:3:3: port \"b\" cannot be both source and output of mirror \"m\"\n"
	  "t.yaml:4:3: port \"c\" cannot be both source and output of mirror \"n\"\n"
	  "t.yaml:5:3: port \"c\" is the output port of mirror \"n\" and takes copies only" },
	{ "ports: {a: , b: , c: }\nwires: [[a, b]]\nmirrors: [{name: m, from: c, to: b}]",
	  "t.yaml:3:11: port \"b\" is wired, and the output port of a mirror takes copies only" },
	{ "switches: {Big: }",
	  "t.yaml:1:12: switch name \"Big\" is not valid: expected 1 to 12 of a-z 0-9 _ -, the first no -" },
	{ "switches: {sw7: }\nports: {a: }",
	  "t.yaml:2:1: switch \"sw7\" is there twice: under switches, and at the top level" },
	{ "switches: {a: {netns: \"x y\"}}",
	  "t.yaml:1:23: netns \"x y\" is not valid: expected a namespace: a name, an absolute path or a PID" },
	{ "switches: {a: {ports: {p: {netns: n}}}, b: {ports: {q: {netns: n}}}}",
	  "t.yaml:1:53: device \"eth0\" is there twice in namespace \"/run/netns/n\": first on line 1, column 24" },
	{ "namespaces: {\"a/b\": }",
	  "t.yaml:1:14: namespace name \"a/b\" is not valid: expected 1 to 63 of A-Z a-z 0-9 _ . : @ + -, the first a letter, a digit or _" },
	{ "namespaces: {a: {sysctl: {kernel.panic: 1}}}",
	  "t.yaml:1:27: sysctl \"kernel.panic\" is not valid: expected one of a namespace, like net.ipv4.ip_forward" },
	{ "namespaces: {a: {sysctl: {net.ipv4.ip_forward: }}}",
	  "t.yaml:1:48: net.ipv4.ip_forward is nothing: expected a value" },
	{ "namespaces: {a: {sysctl: [x]}}", "t.yaml:1:26: sysctl is a list: expected a mapping" },
	{ "namespaces: {a: {routes: default via 10.0.0.1}}",
	  "t.yaml:1:26: routes is a word: expected a list" },
	{ "namespaces: {a: {routes: [\"default via here\"]}}",
	  "t.yaml:1:27: via \"here\" is not valid: expected an address of the destination's family" },
	{ "namespaces: {a: {routes: [\"10.0.0.0/8 table 7\"]}}",
	  "t.yaml:1:27: unknown word \"table\", expected via ADDR, dev IFNAME, src ADDR, metric N" },
	{ "namespaces: {a: {routes: [\"10.0.0.0/8\"]}}",
	  "t.yaml:1:27: route \"10.0.0.0/8\" needs a next hop: via ADDR or dev IFNAME" },
	{ "namespaces: {a: {routes: [\"10.0.0.0/8 via fd00::1\"]}}",
	  "t.yaml:1:27: via \"fd00::1\" is not valid: expected an address of the destination's family" },
	{ "namespaces: {a: {color: red}}",
	  "t.yaml:1:18: unknown key \"color\", expected sysctl, routes" },
	{ "links: {l: [{dev: a}]}",
	  "t.yaml:1:12: link \"l\": expected a list of its two ends, each a mapping" },
	{ "links: {l: [{dev: a}, {netns: x}]}", "t.yaml:1:23: dev IFNAME is missing" },
	{ "links: {l: [{dev: a}, {dev: b, colour: red}]}",
	  "t.yaml:1:32: unknown key \"colour\", expected netns, dev, address, mac, mtu" },
	{ "links: {l: [{dev: a}, {dev: a}]}",
	  "t.yaml:1:23: device \"a\" is there twice in namespace the caller's: first on line 1, column 13" },
	{ "links: {l: [{netns: n, dev: eth0}, {dev: b}]}\nports: {n: }",
	  "t.yaml:2:9: device \"eth0\" is there twice in namespace \"/run/netns/n\": first on line 1, column 13" },
	{ "ports: {a: &x [*x]}", "t.yaml:1:12: what is anchored here contains itself" },
	{ "ports: {a: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}",
	  "t.yaml:1:26: nested more than 16 levels deep" },
	{ "ports: {a: *nowhere}", "t.yaml:1:12: not valid as YAML: found undefined alias" },
	{ "<<: {a: b}",
	  "t.yaml:1:1: unknown key \"<<\", expected namespaces, links, switches, netns, set, ports, vlans, fdb, wires, mirrors" },
	{ "a: 1\n---\nb: 2", "t.yaml:3:1: a second document: a file has one" },
};

/* Without the lines of hints, and without the name of the program. */
static const char *told(const char *text)
{
	static char out[16384];
	char *to = out;

	for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
		int len = (int)strcspn(line, "\n");

		if (!strncmp(line, "hint: ", 6))
			continue;
		assert_true(!strncmp(line, "xswitch: ", 9));
		to += snprintf(to, sizeof(out) - (size_t)(to - out), "%s%.*s", to > out ? "\n" : "",
			       len - 9, line + 9);
	}
	*to = '\0';
	return out;
}

static void test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(mistakes); i++) {
		struct capture c;
		struct topo *t;
		int status;

		capture_start(&c, STDERR_FILENO);
		status = parse(mistakes[i].text, &t);
		assert_string_equal(told(capture_stop(&c)), mistakes[i].said);
		assert_int_equal(status, XSW_USAGE);
		assert_null(t);
	}
}

/* A thousand mistakes are not a thousand lines. */
static void test_many(void **state)
{
	static char text[65536], *to = text;
	const char *said;
	struct capture c;
	struct topo *t;
	size_t lines = 0;

	(void)state;
	to += sprintf(to, "ports:\n");
	for (int i = 0; i < 1000; i++)
		to += sprintf(to, "  p%d: {tag: 0}\n", i);
	capture_start(&c, STDERR_FILENO);
	assert_int_equal(parse(text, &t), XSW_USAGE);
	for (said = capture_stop(&c); *said; said++)
		lines += !strncmp(said, "xswitch: ", 9);
	assert_int_equal(lines, 20);
}

/* 16 anchors that each name the one before twice are 65536 nodes, and read at once. */
static void test_laughs(void **state)
{
	static char text[4096], *to = text;
	struct capture c;
	struct topo *t;

	(void)state;
	to += sprintf(to, "x0: &x0 [a, a]\n");
	for (int i = 1; i < 40; i++)
		to += sprintf(to, "x%d: &x%d [*x%d, *x%d]\n", i, i, i - 1, i - 1);
	capture_start(&c, STDERR_FILENO);
	assert_int_equal(parse(text, &t), XSW_USAGE);
	assert_non_null(strstr(capture_stop(&c), "t.yaml:1:1: unknown key \"x0\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_switches), cmocka_unit_test(test_top_level),
		cmocka_unit_test(test_hosts),	 cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_mistakes), cmocka_unit_test(test_many),
		cmocka_unit_test(test_laughs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
