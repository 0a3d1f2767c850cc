// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_script.c - topologies by other means: the commands of each back end, and their quoting
 */
#include <string.h>

#include "args.h"
#include "cmd.h"
#include "topo_script.h"

#include "capture.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static const struct topo_backend *backend_of(const char *name)
{
	const struct topo_backend *b = topo_backends;

	while (b->name && strcmp(b->name, name))
		b++;
	assert_non_null(b->name);
	return b;
}

static int make(const char *backend, const char *text, struct topo **topo,
		struct topo_script **script)
{
	assert_int_equal(topo_parse(text, strlen(text), "t.yaml", "sw0", topo), XSW_OK);
	return topo_script_make(*topo, backend_of(backend), script);
}

/* What is printed behind "set -e". */
static void script_prints(struct topo_script *script, enum topo_job job, const char *wanted)
{
	char *got = NULL, *body;
	size_t size;
	FILE *to = open_memstream(&got, &size);

	assert_non_null(to);
	topo_script_print(script, job, to);
	fclose(to);
	assert_memory_equal(got, "#!/bin/sh\n# t.yaml: ", 20);
	body = strstr(got, "\nset -e\n");
	assert_non_null(body);
	assert_string_equal(body + 8, wanted);
	free(got);
	topo_script_free(script);
}

static void prints(const char *backend, enum topo_job job, const char *text, const char *wanted)
{
	struct topo_script *script;
	struct topo *topo;

	assert_int_equal(make(backend, text, &topo, &script), XSW_OK);
	script_prints(script, job, wanted);
	topo_free(topo);
}

static const char two_ports[] = "ports:\n"
				"  web: {address: [10.0.0.1/24, 'fd00::1/64'], mtu: 1400}\n"
				"  db: {netns: data, dev: lan0, mac: '02:00:00:00:00:07'}\n";

static void test_bridge(void **state)
{
	(void)state;
	prints("bridge", TOPO_MAKE, two_ports,
	       "\n# namespace web\n"
	       "ip netns add web\n"
	       "ip -n web link set lo alias xswitch-bridge up\n"
	       "\n# namespace data\n"
	       "ip netns add data\n"
	       "ip -n data link set lo alias xswitch-bridge up\n"
	       "\n# switch sw0\n"
	       "ip link add sw0 type bridge stp_state 0 mcast_snooping 0\n"
	       "ip link set sw0 alias xswitch-bridge\n"
	       "ip link set sw0 addrgenmode none up\n"
	       "\n# port web: eth0 in namespace web\n"
	       "ip link add sw0p1 mtu 1400 type veth peer name eth0 mtu 1400 netns web\n"
	       "ip link set sw0p1 alias xswitch-bridge\n"
	       "ip link set sw0p1 master sw0 addrgenmode none\n"
	       "ip -n web addr add 10.0.0.1/24 dev eth0\n"
	       "ip -n web addr add fd00::1/64 dev eth0\n"
	       "ip -n web link set eth0 up\n"
	       "ip link set sw0p1 up\n"
	       "\n# port db: lan0 in namespace data\n"
	       "ip link add sw0p2 type veth peer name lan0 address 02:00:00:00:00:07 netns data\n"
	       "ip link set sw0p2 alias xswitch-bridge\n"
	       "ip link set sw0p2 master sw0 addrgenmode none\n"
	       "ip -n data link set lan0 up\n"
	       "ip link set sw0p2 up\n");
	prints("bridge", TOPO_REMOVE, two_ports,
	       "\n# port db: lan0 in namespace data\n"
	       "if ip link show dev sw0p2 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then "
	       "ip link del sw0p2; fi\n"
	       "\n# port web: eth0 in namespace web\n"
	       "if ip link show dev sw0p1 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then "
	       "ip link del sw0p1; fi\n"
	       "\n# switch sw0\n"
	       "if ip link show dev sw0 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then "
	       "ip link del sw0; fi\n"
	       "\n# namespace data\n"
	       "if ip -n data link show dev lo 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then "
	       "ip netns del data; fi\n"
	       "\n# namespace web\n"
	       "if ip -n web link show dev lo 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then "
	       "ip netns del web; fi\n");
}

static void test_ovs(void **state)
{
	(void)state;
	prints("ovs", TOPO_MAKE,
	       "set: {ageing: 60, fdb_size: 1000, group_fwd_mask: 0xffff}\n"
	       "ports:\n"
	       "  a: {tag: 10, police: 10mbit, isolated: on}\n"
	       "  up0: {type: dev, dev: eth9, trunks: [10, 20-30]}\n"
	       "  gw: {type: host, vlan: 10, address: 10.0.0.254/24}\n"
	       "fdb: [{mac: 02:00:00:00:00:09, dev: a, vlan: 10}]\n",
	       "\n# namespace a\n"
	       "ip netns add a\n"
	       "ip -n a link set lo alias xswitch-ovs up\n"
	       "\n# switch sw0\n"
	       "ovs-vsctl --timeout=30 add-br sw0 -- set bridge sw0 external_ids:made-by=xswitch-ovs\n"
	       "ovs-vsctl --timeout=30 set bridge sw0 other_config:mac-aging-time=60\n"
	       "ovs-vsctl --timeout=30 set bridge sw0 other_config:mac-table-size=1000\n"
	       "ovs-vsctl --timeout=30 set bridge sw0 other_config:forward-bpdu=true\n"
	       "\n# port a: eth0 in namespace a\n"
	       "ip link add sw0p1 type veth peer name eth0 netns a\n"
	       "ip link set sw0p1 alias xswitch-ovs\n"
	       "ovs-vsctl --timeout=30 add-port sw0 sw0p1 vlan_mode=access tag=10 protected=true "
	       "-- set interface sw0p1 ingress_policing_rate=10000 ingress_policing_burst=1000\n"
	       "ip -n a link set eth0 up\n"
	       "ip link set sw0p1 addrgenmode none up\n"
	       "\n# port up0: type dev, eth9\n"
	       "ovs-vsctl --timeout=30 add-port sw0 eth9 vlan_mode=trunk trunks=10,20-30\n"
	       "ip link set eth9 up\n"
	       "\n# port gw: type host, gw\n"
	       "ovs-vsctl --timeout=30 add-port sw0 gw vlan_mode=access tag=10 -- set interface gw "
	       "type=internal\n"
	       "ip addr add 10.0.0.254/24 dev gw\n"
	       "ip link set gw up\n"
	       "\n# an address on port a\n"
	       "ovs-appctl --timeout=30 fdb/add sw0 sw0p1 10 02:00:00:00:00:09\n");
}

static void test_ovs_internal(void **state)
{
	(void)state;
	prints("ovs-internal", TOPO_MAKE,
	       "ports: {a: {mode: dot1q-tunnel, tag: 9, cvlans: [1-3], mtu: 1400}}\n",
	       "\n# namespace a\n"
	       "ip netns add a\n"
	       "ip -n a link set lo alias xswitch-ovs-internal up\n"
	       "\n# two tags, of all bridges\n"
	       "ovs-vsctl --timeout=30 set Open_vSwitch . other_config:vlan-limit=2 "
	       "external_ids:made-by=xswitch-ovs-internal\n"
	       "\n# switch sw0\n"
	       "ovs-vsctl --timeout=30 add-br sw0 -- set bridge sw0 external_ids:made-by=xswitch-ovs-internal\n"
	       "\n# port a: eth0 in namespace a\n"
	       "ovs-vsctl --timeout=30 add-port sw0 sw0p1 vlan_mode=dot1q-tunnel tag=9 cvlans=1-3 "
	       "other_config:qinq-ethtype=802.1ad -- set interface sw0p1 type=internal\n"
	       "ip link set sw0p1 netns a\n"
	       "ip -n a link property add dev sw0p1 altname eth0\n"
	       "ip -n a link set eth0 mtu 1400\n"
	       "ip -n a link set eth0 up\n");
	prints("ovs-internal", TOPO_REMOVE, "ports: {a: {mode: dot1q-tunnel, tag: 9}}\n",
	       "\n# port a: eth0 in namespace a\n"
	       "if ovs-vsctl --timeout=30 --if-exists get bridge sw0 external_ids:made-by | grep -qxF xswitch-ovs-internal; then "
	       "ovs-vsctl --timeout=30 --if-exists del-port sw0 sw0p1; fi\n"
	       "\n# switch sw0\n"
	       "if ovs-vsctl --timeout=30 --if-exists get bridge sw0 external_ids:made-by | grep -qxF xswitch-ovs-internal; then "
	       "ovs-vsctl --timeout=30 del-br sw0; fi\n"
	       "\n# two tags, of all bridges\n"
	       "if ovs-vsctl --timeout=30 --if-exists get Open_vSwitch . external_ids:made-by | grep -qxF xswitch-ovs-internal; then "
	       "ovs-vsctl --timeout=30 remove Open_vSwitch . other_config vlan-limit -- remove "
	       "Open_vSwitch . external_ids made-by; fi\n"
	       "\n# namespace a\n"
	       "if ip -n a link show dev lo 2>/dev/null | grep -qxF '    alias xswitch-ovs-internal'; then "
	       "ip netns del a; fi\n");
}

static const char joined[] = "namespaces:\n"
			     "  a: {sysctl: {net.ipv4.conf.all.accept_local: 1,\n"
			     "               net.ipv4.conf.t1.rp_filter: 0,\n"
			     "               net.ipv4.tcp_rmem: \"4096 87380 it's\"},\n"
			     "      routes: ['default via 10.0.0.2 dev t1 metric 7']}\n"
			     "links: {l: [{dev: u0, mtu: 1600}, {netns: a, dev: u1, address: "
			     "192.0.2.1/24}]}\n"
			     "switches: {s: {netns: a, ports: {x: {netns: a, dev: t1}, h: {type: "
			     "host, dev: t2}}}}\n";

/* Sysctls of devices come when these are there; a word that needs quotes has them. */
static void test_veth(void **state)
{
	(void)state;
	prints("veth", TOPO_MAKE, joined,
	       "\n# namespace a\n"
	       "ip netns add a\n"
	       "ip -n a link set lo alias xswitch-veth up\n"
	       "ip netns exec a sysctl -qw net.ipv4.conf.all.accept_local=1\n"
	       "ip netns exec a sysctl -qw 'net.ipv4.tcp_rmem=4096 87380 it'\\''s'\n"
	       "\n# link l\n"
	       "ip link add u0 mtu 1600 type veth peer name u1 netns a\n"
	       "ip link set u0 alias xswitch-veth\n"
	       "ip link set u0 up\n"
	       "ip -n a addr add 192.0.2.1/24 dev u1\n"
	       "ip -n a link set u1 up\n"
	       "\n# switch s: ports x and h joined\n"
	       "ip -n a link add t1 type veth peer name t2 netns a\n"
	       "ip -n a link set t1 alias xswitch-veth\n"
	       "ip -n a link set t1 up\n"
	       "ip -n a link set t2 up\n"
	       "\n# namespace a, now that its devices are there\n"
	       "ip netns exec a sysctl -qw net.ipv4.conf.t1.rp_filter=0\n"
	       "ip -n a route add default via 10.0.0.2 dev t1 metric 7\n");
}

static void test_xswitch(void **state)
{
	(void)state;
	prints("xswitch", TOPO_MAKE,
	       "switches:\n"
	       "  s:\n"
	       "    netns: h\n"
	       "    set: {ageing: 60, max_learned: none, flap_limit: 5}\n"
	       "    ports: {a: {tag: 10, storm: {broadcast: 1kpps}}, b: {mode: hybrid}, c: , d: }\n"
	       "    vlans: [{dev: b, vid: 1-3, untagged: yes}, {vid: 10, max_learned: none}]\n"
	       "    fdb: [{mac: 02:00:00:00:00:09, dev: a, vlan: 10, state: extern}]\n"
	       "    wires: [[c, d]]\n"
	       "    mirrors: [{name: m, from: [a:in, c], vlan: [0, 10-12], to: b, tag: 7}]\n",
	       "\n# namespace h\n"
	       "ip netns add h\n"
	       "ip -n h link set lo alias xswitch up\n"
	       "\n# switch s\n"
	       "xswitch -n h -S s up --subnet none\n"
	       "xswitch -n h -S s set ageing 60000ms max_learned none flap_limit 5\n"
	       "\n# port a: eth0 in namespace a\n"
	       "xswitch -n h -S s port add a tag 10 storm broadcast 1kpps\n"
	       "\n# port b: eth0 in namespace b\n"
	       "xswitch -n h -S s port add b mode hybrid\n"
	       "\n# port c: eth0 in namespace c\n"
	       "xswitch -n h -S s port add c\n"
	       "\n# port d: eth0 in namespace d\n"
	       "xswitch -n h -S s port add d\n"
	       "\n# VLANs of port b\n"
	       "xswitch -n h -S s vlan add dev b vid 1-3 untagged\n"
	       "\n# how many addresses VLANs may learn\n"
	       "xswitch -n h -S s vlan set vid 10 max_learned none\n"
	       "\n# an address on port a\n"
	       "xswitch -n h -S s fdb add 02:00:00:00:00:09 dev a extern vlan 10\n"
	       "\n# wire\n"
	       "xswitch -n h -S s wire add c d\n"
	       "\n# mirror m\n"
	       "xswitch -n h -S s mirror add m from a:in from c vlan 0,10-12 to b tag 7\n");
	prints("xswitch", TOPO_REMOVE, "ports: {a: }\n",
	       "\n# switch sw0\n"
	       "xswitch -S sw0 down\n");
}

/* VLANs of a bridge: ranges, the PVID apart. */
static void test_bridge_vlans(void **state)
{
	static const struct {
		const char *words, *vlans, *wanted;
	} rows[] = {
		{ "tag: 10", "", "vid 10 pvid untagged\n" },
		{ "mode: trunk", "", "vid 1-4094\n" },
		{ "trunks: [5, 10-12]", "", "vid 5\nvid 10-12\n" },
		{ "mode: native-untagged, tag: 11, trunks: 10-12", "",
		  "vid 10\nvid 11 pvid untagged\nvid 12\n" },
		{ "mode: native-tagged, tag: 4094, trunks: [1, 4093]", "",
		  "vid 1\nvid 4093\nvid 4094 pvid\n" },
		{ "mode: hybrid", "{dev: a, vid: 2-3, untagged: yes}, {dev: a, vid: 4-6}",
		  "vid 2-3 untagged\nvid 4-6\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[512], wanted[1024];
		size_t n = (size_t)snprintf(
			wanted, sizeof(wanted),
			"\n# namespace a\nip netns add a\nip -n a link set lo alias xswitch-bridge up\n"
			"\n# switch sw0\nip link add sw0 type bridge stp_state 0 mcast_snooping 0 "
			"vlan_filtering 1 vlan_default_pvid 0\n"
			"ip link set sw0 alias xswitch-bridge\n"
			"ip link set sw0 addrgenmode none up\n"
			"\n# port a: eth0 in namespace a\n"
			"ip link add sw0p1 type veth peer name eth0 netns a\n"
			"ip link set sw0p1 alias xswitch-bridge\n"
			"ip link set sw0p1 master sw0 addrgenmode none\n");

		for (const char *line = rows[i].wanted; *line; line += strcspn(line, "\n") + 1)
			n += (size_t)snprintf(wanted + n, sizeof(wanted) - n,
					      "bridge vlan add dev sw0p1 %.*s\n",
					      (int)strcspn(line, "\n"), line);
		snprintf(wanted + n, sizeof(wanted) - n,
			 "ip -n a link set eth0 up\nip link set sw0p1 up\n");
		snprintf(text, sizeof(text), "ports: {a: {%s}}\nvlans: [%s]\n", rows[i].words,
			 rows[i].vlans);
		prints("bridge", TOPO_MAKE, text, wanted);
	}
}

/* Flags, policing, masks, states, entries, hosts. */
static void test_bridge_rest(void **state)
{
	(void)state;
	prints("bridge", TOPO_MAKE,
	       "set: {ageing: 250ms, group_fwd_mask: 0x8}\n"
	       "ports:\n"
	       "  a: {learning: off, mcast_flood: off, guard: on, police: 80mbit, state: learning,\n"
	       "      group_fwd_mask: 1}\n"
	       "  gw: {type: host, address: 10.0.0.254/24, mac: 02:00:00:00:00:fe}\n"
	       "  up0: {type: dev, dev: eth9, police: 1kpps}\n"
	       "fdb:\n"
	       "  - {mac: 02:00:00:00:00:01, dev: a}\n"
	       "  - {mac: 02:00:00:00:00:02, dev: up0, state: extern}\n"
	       "  - {mac: 02:00:00:00:00:03, dev: a, state: dynamic}\n",
	       "\n# namespace a\nip netns add a\nip -n a link set lo alias xswitch-bridge up\n"
	       "\n# switch sw0\n"
	       "ip link add sw0 type bridge stp_state 0 mcast_snooping 0 ageing_time 25 "
	       "group_fwd_mask 0x8\n"
	       "ip link set sw0 alias xswitch-bridge\n"
	       "\n# port a: eth0 in namespace a\n"
	       "ip link add sw0p1 type veth peer name eth0 netns a\n"
	       "ip link set sw0p1 alias xswitch-bridge\n"
	       "ip link set sw0p1 master sw0 addrgenmode none\n"
	       "bridge link set dev sw0p1 learning off mcast_flood off guard on\n"
	       "ip link set sw0p1 type bridge_slave group_fwd_mask 0x1\n"
	       "tc qdisc add dev sw0p1 clsact\n"
	       "tc filter add dev sw0p1 ingress matchall action police rate 80000000bit burst "
	       "1000000b conform-exceed drop\n"
	       "ip -n a link set eth0 up\n"
	       "ip link set sw0p1 up\n"
	       "bridge link set dev sw0p1 state learning\n"
	       "\n# port gw: type host, gw\n"
	       "ip link property add dev sw0 altname gw\n"
	       "ip link set sw0 address 02:00:00:00:00:fe\n"
	       "ip addr add 10.0.0.254/24 dev sw0\n"
	       "ip link set sw0 up\n"
	       "\n# port up0: type dev, eth9\n"
	       "ip link set eth9 master sw0\n"
	       "tc qdisc add dev eth9 clsact\n"
	       "tc filter add dev eth9 ingress matchall action police pkts_rate 1000 pkts_burst "
	       "100 conform-exceed drop\n"
	       "ip link set eth9 up\n"
	       "\n# an address on port a\n"
	       "bridge fdb add 02:00:00:00:00:01 dev sw0p1 master static sticky\n"
	       "\n# an address on port up0\n"
	       "bridge fdb add 02:00:00:00:00:02 dev eth9 master dynamic extern_learn\n"
	       "\n# an address on port a\n"
	       "bridge fdb add 02:00:00:00:00:03 dev sw0p1 master dynamic\n");
	prints("bridge", TOPO_MAKE,
	       "switches: {s: {netns: h, ports: {g1: {type: host, vlan: 10, address: "
	       "10.0.1.254/24},\n"
	       "                                g2: {type: host, vlan: 20}}}}\n",
	       "\n# namespace h\nip netns add h\nip -n h link set lo alias xswitch-bridge up\n"
	       "\n# switch s\n"
	       "ip -n h link add s type bridge stp_state 0 mcast_snooping 0 vlan_filtering 1 "
	       "vlan_default_pvid 0\n"
	       "ip -n h link set s alias xswitch-bridge\n"
	       "ip -n h link set s addrgenmode none up\n"
	       "\n# port g1: type host, g1\n"
	       "bridge -n h vlan add dev s vid 10 self\n"
	       "ip -n h link add link s name g1 type vlan id 10\n"
	       "ip -n h link set g1 alias xswitch-bridge\n"
	       "ip -n h addr add 10.0.1.254/24 dev g1\n"
	       "ip -n h link set g1 up\n"
	       "\n# port g2: type host, g2\n"
	       "bridge -n h vlan add dev s vid 20 self\n"
	       "ip -n h link add link s name g2 type vlan id 20\n"
	       "ip -n h link set g2 alias xswitch-bridge\n"
	       "ip -n h link set g2 up\n");
}

/* What was put upon a device that was there goes as long as the bridge is ours. */
static void test_bridge_uplink(void **state)
{
	(void)state;
	prints("bridge", TOPO_REMOVE,
	       "ports: {up0: {type: dev, dev: eth9, police: 1kpps}}\n"
	       "links: {l: [{dev: u0}, {dev: u1}]}\n",
	       "\n# port up0: type dev, eth9\n"
	       "if ip link show dev sw0 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then "
	       "tc qdisc del dev eth9 clsact; fi\n"
	       "\n# switch sw0\n"
	       "if ip link show dev sw0 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then "
	       "ip link del sw0; fi\n"
	       "\n# link l\n"
	       "if ip link show dev u0 2>/dev/null | grep -qxF '    alias xswitch-bridge'; then "
	       "ip link del u0; fi\n");
	/* as `apply` marks it, which `down` of the file removes too */
	prints("xswitch", TOPO_MAKE, "links: {l: [{dev: u0}, {dev: u1}]}\n",
	       "\n# link l\n"
	       "ip link add u0 type veth peer name u1\n"
	       "ip link set u0 alias 'xswitch link l'\n"
	       "ip link set u0 up\n"
	       "ip link set u1 up\n");
}

/* --- tunnels ------------------------------------------------------------------------------ */

static const char tunnel_file[] =
	"links: {l: [{netns: h, dev: u0, mtu: 1600}, {dev: u1, mtu: 9000}]}\n"
	"switches: {s: {%sports: {a: {tag: 10}, t: {type: dev, dev: x, trunks: [10, 20]}}}}\n";

/* The second port of the file above with these words instead of its own; netns: of the switch. */
static int tunnel(const char *backend, const char *netns, const char *words, struct topo **topo,
		  struct topo_script **script, char *copy, char **argv)
{
	struct topo_port *port;
	char text[512];

	snprintf(text, sizeof(text), tunnel_file, netns);
	assert_int_equal(topo_parse(text, strlen(text), "t.yaml", "sw0", topo), XSW_OK);
	port = &(*topo)->switches[0].ports[1];
	strcpy(copy, words);
	port->nwords = args_split(copy, argv, 16);
	port->words = argv;
	assert_int_equal(cmd_port_add_parse(&(struct args){ .argc = port->nwords,
							    .argv = argv,
							    .command = "port add" },
					    &port->spec, &port->change),
			 XSW_OK);
	return topo_script_make(*topo, backend_of(backend), script);
}

/* From its comment on, what is made of the tunnel; and the pair of the other port. */
static void tunnel_prints(const char *backend, const char *words, const char *pair,
			  const char *wanted)
{
	char copy[256], *argv[16], *got = NULL, *at;
	struct topo_script *script;
	struct topo *topo;
	size_t size;
	FILE *to;

	assert_int_equal(tunnel(backend, strncmp(backend, "ovs", 3) ? "netns: h, " : "", words,
				&topo, &script, copy, argv),
			 XSW_OK);
	to = open_memstream(&got, &size);
	assert_non_null(to);
	topo_script_print(script, TOPO_MAKE, to);
	fclose(to);
	assert_non_null(strstr(got, pair));
	at = strstr(got, "\n# port t:");
	assert_non_null(at);
	assert_string_equal(at, wanted);
	free(got);
	topo_script_free(script);
	topo_free(topo);
}

#define MADE(dev) "ip -n h link set " dev " alias xswitch-bridge\n"
#define MEMBER(dev, vlans, more)                                                                   \
	"ip -n h link set " dev " master s addrgenmode none\n" vlans more "ip -n h link set " dev  \
	" up\n"
#define TRUNK(dev)                                                                                 \
	"bridge -n h vlan add dev " dev " vid 10\nbridge -n h vlan add dev " dev " vid 20\n"
#define ACCESS(dev, vid) "bridge -n h vlan add dev " dev " vid " vid " pvid untagged\n"

static void test_bridge_tunnels(void **state)
{
	(void)state;
	/* 1600 - 20 IP - 16 - 14 Ethernet - 4 tag */
	tunnel_prints("bridge", "t type vxlan remote 192.0.2.2,192.0.2.3 key 100 trunks 10,20",
		      "ip -n h link add sp1 mtu 1546 type veth peer name eth0 mtu 1546 netns a\n",
		      "\n# port t: vxlan to 192.0.2.2,192.0.2.3\n"
		      "ip -n h link add sp2 mtu 1546 type vxlan id 100 dstport 4789 remote "
		      "192.0.2.2\n" MADE(
			      "sp2") "bridge -n h fdb append 00:00:00:00:00:00 dev sp2 dst "
				     "192.0.2.3 self permanent\n" MEMBER("sp2", TRUNK("sp2"), ""));
	tunnel_prints(
		"bridge",
		"t storm unknown none type vxlan remote 2001:db8::2 local "
		"2001:db8::1 port 8472 key vid+10000 trunks 10,20",
		"mtu 1530 netns a\n",
		"\n# port t: vxlan to 2001:db8::2\n"
		"ip -n h link add sp2v10 mtu 1530 type vxlan id 10010 dstport 8472 remote "
		"2001:db8::2 local 2001:db8::1\n" MADE("sp2v10") MEMBER(
			"sp2v10", ACCESS("sp2v10", "10"),
			"") "ip -n h link add sp2v20 mtu 1530 type vxlan id 10020 dstport 8472 remote "
			    "2001:db8::2 local 2001:db8::1\n" MADE("sp2v20")
				    MEMBER("sp2v20", ACCESS("sp2v20", "20"), ""));
	tunnel_prints("bridge", "t type gre remote 192.0.2.2 trunks 10,20", "mtu 1558 netns a\n",
		      "\n# port t: gre to 192.0.2.2\n"
		      "ip -n h link add sp2 mtu 1558 type gretap remote 192.0.2.2\n" MADE("sp2")
			      MEMBER("sp2", TRUNK("sp2"), ""));
	tunnel_prints("bridge",
		      "t remote 2001:db8::2 type gre key 7 local 2001:db8::1 trunks 10,20",
		      "mtu 1534 netns a\n",
		      "\n# port t: gre to 2001:db8::2\n"
		      "ip -n h link add sp2 mtu 1534 type ip6gretap remote 2001:db8::2 local "
		      "2001:db8::1 key 7\n" MADE("sp2") MEMBER("sp2", TRUNK("sp2"), ""));
	tunnel_prints(
		"bridge", "t type geneve remote 192.0.2.2,192.0.2.3 trunks 10,20",
		"mtu 1546 netns a\n",
		"\n# port t: geneve to 192.0.2.2,192.0.2.3\n"
		"ip -n h link add sp2 mtu 1546 type geneve id 0 dstport 6081 remote "
		"192.0.2.2\n" MADE("sp2") MEMBER(
			"sp2", TRUNK("sp2"),
			"") "bridge -n h link set dev sp2 isolated on\n"
			    "ip -n h link add sp2r2 mtu 1546 type geneve id 0 dstport 6081 remote "
			    "192.0.2.3\n" MADE("sp2r2")
				    MEMBER("sp2r2", TRUNK("sp2r2"),
					   "") "bridge -n h link set dev sp2r2 isolated on\n");
}

/* The underlay of the caller's namespace is not in the file: 1500. */
static void test_ovs_tunnels(void **state)
{
	(void)state;
	tunnel_prints("ovs", "t type vxlan remote 192.0.2.2,192.0.2.3 local 192.0.2.1 trunks 10,20",
		      "ip link add sp1 mtu 1446 type veth peer name eth0 mtu 1446 netns a\n",
		      "\n# port t: vxlan to 192.0.2.2,192.0.2.3\n"
		      "ovs-vsctl --timeout=30 add-port s sp2 vlan_mode=trunk trunks=10,20 "
		      "protected=true -- set interface sp2 type=vxlan options:remote_ip=192.0.2.2 "
		      "options:local_ip=192.0.2.1 options:dst_port=4789\n"
		      "ovs-vsctl --timeout=30 add-port s sp2r2 vlan_mode=trunk trunks=10,20 "
		      "protected=true -- set interface sp2r2 type=vxlan "
		      "options:remote_ip=192.0.2.3 options:local_ip=192.0.2.1 "
		      "options:dst_port=4789\n");
	tunnel_prints("ovs-internal", "t type gre remote 192.0.2.2 key vid trunks 10,20",
		      "ip -n a link set eth0 mtu 1458\n",
		      "\n# port t: gre to 192.0.2.2\n"
		      "ovs-vsctl --timeout=30 add-port s sp2v10 vlan_mode=access tag=10 -- set "
		      "interface sp2v10 type=gre options:remote_ip=192.0.2.2 options:key=10\n"
		      "ovs-vsctl --timeout=30 add-port s sp2v20 vlan_mode=access tag=20 -- set "
		      "interface sp2v20 type=gre options:remote_ip=192.0.2.2 options:key=20\n");
}

static void test_tunnels_that_cannot_be(void **state)
{
	static const struct {
		const char *backend, *words, *wanted;
	} rows[] = {
		{ "veth", "t type vxlan remote 192.0.2.2", "port t: the back end veth cannot" },
		{ "bridge", "t type geneve remote 192.0.2.2 local 192.0.2.1",
		  "port t: the back end bridge cannot express local: " },
		{ "bridge", "t type vxlan remote 192.0.2.2 group 5",
		  "port t: the back end bridge cannot express group\n" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char copy[256], *argv[16];
		struct topo_script *script;
		struct capture c;
		struct topo *topo;
		const char *got;
		int status;

		capture_start(&c, STDERR_FILENO);
		status = tunnel(rows[i].backend, "netns: h, ", rows[i].words, &topo, &script, copy,
				argv);
		got = capture_stop(&c);
		assert_int_equal(status, XSW_USAGE);
		if (!strstr(got, rows[i].wanted))
			fail_test("%s, wanted %s", got, rows[i].wanted);
		topo_free(topo);
	}
}

/* --- what cannot be expressed ------------------------------------------------------------- */

static void test_cannot(void **state)
{
	static const struct {
		const char *backends, *text, *where;
	} rows[] = {
		{ "bridge ovs ovs-internal veth", "ports: {a: {hook: xdp}, b: }",
		  "1:9: port a: * hook" },
		{ "bridge ovs ovs-internal veth", "ports: {a: {max_macs: 5}, b: }",
		  "1:9: port a: * max_macs" },
		{ "bridge ovs ovs-internal veth",
		  "ports: {a: {allowed_macs: '02:00:00:00:00:01'}, b: }",
		  "1:9: port a: * allowed_macs" },
		{ "bridge ovs ovs-internal veth", "ports: {a: , b: {allowed_ips: 10.0.0.1}}",
		  "1:14: port b: * allowed_ips" },
		{ "bridge ovs ovs-internal veth",
		  "ports: {a: {storm: {unknown: 5pps, broadcast: 1kbit}}, b: }",
		  "1:9: port a: * storm" },
		{ "bridge ovs ovs-internal", "ports: {a: , b: }\nwires: [[a, b]]",
		  "2:9: switch sw0: * wires" },
		{ "bridge ovs ovs-internal veth", "ports: {a: , b: }\nmirrors: [{name: m, to: b}]",
		  "2:11: switch sw0: * mirrors" },
		{ "bridge ovs ovs-internal veth", "set: {max_learned: 7}\nports: {a: , b: }",
		  "1:1: switch sw0: * max_learned" },
		{ "bridge ovs ovs-internal veth", "set: {flap_limit: 7}\nports: {a: , b: }",
		  "1:1: switch sw0: * flap_limit" },
		{ "bridge ovs ovs-internal veth", "set: {flap_window: 7}\nports: {a: , b: }",
		  "1:1: switch sw0: * flap_window" },
		{ "bridge ovs ovs-internal veth", "set: {recovery: 7}\nports: {a: , b: }",
		  "1:1: switch sw0: * recovery" },
		{ "bridge ovs ovs-internal veth",
		  "ports: {a: , b: }\nvlans: [{vid: 7, max_learned: 7}]",
		  "2:9: switch sw0: * max_learned" },
		{ "bridge ovs ovs-internal veth", "ports: {a: {netns: /run/x}, b: }",
		  "1:9: namespace \"/run/x\": * netns: " },
		{ "bridge ovs ovs-internal veth", "ports: {a: {netns: 4711}, b: }",
		  "1:9: namespace \"4711\": * netns: " },
		{ "bridge ovs ovs-internal", "ports: {a: {type: dev, dev: e, mtu: 1400}, b: }",
		  "1:9: port a: * mtu: " },
		/* values */
		{ "bridge", "set: {ageing: 0}\nports: {a: , b: }", "1:1: switch sw0: * ageing: " },
		{ "bridge", "set: {ageing: 15ms}\nports: {a: , b: }",
		  "1:1: switch sw0: * ageing: " },
		{ "ovs ovs-internal", "set: {ageing: 14}\nports: {a: }",
		  "1:1: switch sw0: * ageing: " },
		{ "ovs", "set: {ageing: 3601}\nports: {a: }", "1:1: switch sw0: * ageing: " },
		{ "ovs", "set: {ageing: 20500ms}\nports: {a: }", "1:1: switch sw0: * ageing: " },
		{ "veth", "set: {ageing: 20}\nports: {a: , b: }", "1:1: switch sw0: * ageing" },
		{ "bridge veth", "set: {fdb_size: 20}\nports: {a: , b: }",
		  "1:1: switch sw0: * fdb_size" },
		{ "ovs", "set: {fdb_size: 9}\nports: {a: }", "1:1: switch sw0: * fdb_size: " },
		{ "bridge", "set: {group_fwd_mask: 1}\nports: {a: }",
		  "1:1: switch sw0: * group_fwd_mask: " },
		{ "ovs", "set: {group_fwd_mask: 8}\nports: {a: }",
		  "1:1: switch sw0: * group_fwd_mask: " },
		{ "bridge", "ports: {a: {group_fwd_mask: 2}}", "1:9: port a: * group_fwd_mask: " },
		{ "ovs veth", "ports: {a: {group_fwd_mask: 1}, b: }",
		  "1:9: port a: * group_fwd_mask" },
		{ "ovs", "ports: {a: {police: 1500pps}}", "1:9: port a: * police: " },
		/* flags */
		{ "ovs veth", "ports: {a: {learning: off}, b: }", "1:9: port a: * learning" },
		{ "ovs veth", "ports: {a: {flood: off}, b: }", "1:9: port a: * flood" },
		{ "ovs veth", "ports: {a: {mcast_flood: off}, b: }", "1:9: port a: * mcast_flood" },
		{ "ovs veth", "ports: {a: {bcast_flood: off}, b: }", "1:9: port a: * bcast_flood" },
		{ "ovs veth", "ports: {a: {hairpin: on}, b: }", "1:9: port a: * hairpin" },
		{ "ovs veth", "ports: {a: {state: blocking}, b: }", "1:9: port a: * state" },
		{ "ovs veth", "ports: {a: {locked: on}, b: }", "1:9: port a: * locked" },
		{ "ovs veth", "ports: {a: {guard: on}, b: }", "1:9: port a: * guard" },
		{ "veth", "ports: {a: {isolated: on}, b: }", "1:9: port a: * isolated" },
		{ "veth", "ports: {a: {police: 5kpps}, b: }", "1:9: port a: * police" },
		{ "bridge", "ports: {a: {type: host, isolated: on}}", "1:9: port a: * isolated" },
		/* VLANs */
		{ "bridge", "ports: {a: {tag: 5}, b: }", "1:22: port b: * mode transparent: " },
		{ "bridge", "ports: {a: {mode: dot1q-tunnel, tag: 5}}",
		  "1:9: port a: * mode dot1q-tunnel" },
		{ "bridge ovs", "ports: {a: {mode: trunk, qinq-ethtype: 802.1ad}}",
		  "1:9: port a: * qinq-ethtype" },
		{ "ovs", "ports: {a: {mode: hybrid}}\nvlans: [{dev: a, vid: 1-2, untagged: yes}]",
		  "1:9: port a: * mode hybrid: " },
		{ "veth", "ports: {a: {tag: 5}, b: }", "1:9: port a: * mode: " },
		{ "bridge", "ports: {a: {type: host, vlan: 5}, b: {type: host, trunks: 6}}",
		  "1:35: port b: * type host: " },
		/* places */
		{ "veth", "ports: {a: , b: , c: }", "1:1: switch sw0: * ports: " },
		{ "veth", "ports: {a: }", "1:1: switch sw0: * ports: " },
		{ "veth", "ports: {a: {type: dev, dev: e}, b: }", "1:9: port a: * type: " },
		{ "ovs ovs-internal", "netns: h\nports: {a: }", "1:1: switch sw0: * netns: " },
		{ "veth", "ports: {a: , b: }\nfdb: [{mac: '02:00:00:00:00:01', dev: a}]",
		  "2:7: switch sw0: * fdb" },
		{ "bridge", "ports: {a: {type: host}}\nfdb: [{mac: '02:00:00:00:00:01', dev: a}]",
		  "2:7: port a: * fdb: " },
		{ "bridge", "ports: {a: }\nfdb: [{mac: '02:00:00:00:00:01', dev: a, vlan: 5}]",
		  "2:7: switch sw0: * vlan of an fdb entry: " },
		{ "ovs", "ports: {a: }\nfdb: [{mac: '02:00:00:00:00:01', dev: a, state: extern}]",
		  "2:7: switch sw0: * state of an fdb entry: " },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char names[64], *save = NULL;

		snprintf(names, sizeof(names), "%s", rows[i].backends);
		for (char *name = strtok_r(names, " ", &save); name;
		     name = strtok_r(NULL, " ", &save)) {
			const char *star = strchr(rows[i].where, '*'), *got;
			struct topo_script *script;
			struct topo *topo;
			struct capture c;
			char line[512];
			int status;

			snprintf(line, sizeof(line),
				 "xswitch: t.yaml:%.*sthe back end %s cannot express%s",
				 (int)(star - rows[i].where), rows[i].where, name, star + 1);
			capture_start(&c, STDERR_FILENO);
			status = make(name, rows[i].text, &topo, &script);
			got = capture_stop(&c);
			if (status != XSW_USAGE || script || strncmp(got, line, strlen(line)) ||
			    strchr(got, '\n') != got + strlen(got) - 1)
				fail_test("%s: %s: status %d: %swanted: %s", name, rows[i].text,
					  status, got, line);
			topo_free(topo);
		}
	}
}

/* What says no more than what is so anyway is no obstacle. */
static void test_nothing_is_asked(void **state)
{
	static const char text[] =
		"set: {flap_limit: none, max_learned: none, group_fwd_mask: 0}\n"
		"ports:\n"
		"  a: {learning: on, flood: on, hairpin: off, isolated: off, guard: off, state: up,\n"
		"      max_macs: none, allowed_macs: none, storm: {broadcast: none}, police: none,\n"
		"      hook: tc, mode: transparent}\n"
		"  b: {state: forwarding}\n";
	static const char *const names[] = { "ovs", "ovs-internal", "veth", "bridge" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct topo_script *script;
		struct topo *topo;

		assert_int_equal(make(names[i], text, &topo, &script), XSW_OK);
		topo_script_free(script);
		topo_free(topo);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bridge),
		cmocka_unit_test(test_bridge_vlans),
		cmocka_unit_test(test_bridge_rest),
		cmocka_unit_test(test_bridge_uplink),
		cmocka_unit_test(test_ovs),
		cmocka_unit_test(test_ovs_internal),
		cmocka_unit_test(test_veth),
		cmocka_unit_test(test_xswitch),
		cmocka_unit_test(test_cannot),
		cmocka_unit_test(test_nothing_is_asked),
		cmocka_unit_test(test_bridge_tunnels),
		cmocka_unit_test(test_ovs_tunnels),
		cmocka_unit_test(test_tunnels_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
