// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_backend.c - what connects the namespaces: the table, and those that ip(8) makes
 *
 * All have the same namespaces b1, b2, ... with a device eth0 each, the same addresses and
 * MTU, and offloads as each one sets them. ip(8) makes what it makes in batches: one for the
 * devices, then one process a namespace, as it must be.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench_lab.h"

#define BATCH_MAKE   LAB_DIR "/make"
#define BATCH_REMOVE LAB_DIR "/remove"
#define IP_LIMIT     120 /* seconds */
#define BRIDGE	     "br0"
/* The kernel walks the table from its start for every message of a dump: a million take minutes. */
#define LIST_MAX 65536

static FILE *batch(struct bench_lab *lab, const char *path)
{
	FILE *f = fopen(path, "we");

	if (!f)
		lab_error(lab, "cannot make %s: %s", path, strerror(errno));
	return f;
}

static int written(struct bench_lab *lab, FILE *f, const char *path)
{
	int err = ferror(f);

	return fclose(f) || err ? lab_error(lab, "cannot write %s", path) : 0;
}

/* Deleting a namespace takes its veths along; one by one they cost 20 ms and more each. */
static int batch_remove(struct bench_lab *lab, const char *device)
{
	FILE *f = batch(lab, BATCH_REMOVE);

	if (!f)
		return -1;
	for (uint32_t i = 1; i <= lab->ports; i++)
		fprintf(f, "netns del b%u\n", i);
	if (device)
		fprintf(f, "link del %s\n", device);
	return written(lab, f, BATCH_REMOVE);
}

int backend_addresses(struct bench_lab *lab)
{
	char netns[LAB_NS], path[64];

	for (uint32_t i = 1; i <= lab->ports; i++) {
		const char *const argv[] = { "ip", "-n", netns, "-batch", path, NULL };

		lab_netns(netns, i);
		snprintf(path, sizeof(path), LAB_DIR "/%s", netns);
		if (lab_command(lab, IP_LIMIT, argv))
			return -1;
	}
	return 0;
}

static int batch_addresses(struct bench_lab *lab)
{
	for (uint32_t i = 1; i <= lab->ports; i++) {
		uint32_t a = lab_address(i);
		char path[64];
		FILE *f;

		snprintf(path, sizeof(path), LAB_DIR "/b%u", i);
		f = batch(lab, path);
		if (!f)
			return -1;
		fprintf(f,
			"address add %u.%u.%u.%u/16 dev eth0\nlink set eth0 up\nlink set lo up\n",
			a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255);
		if (written(lab, f, path))
			return -1;
	}
	return 0;
}

/* The batches that remove and that address, and the one that makes, open; `device` goes too. */
static FILE *batch_begin(struct bench_lab *lab, const char *device)
{
	if (batch_remove(lab, device) || batch_addresses(lab))
		return NULL;
	return batch(lab, BATCH_MAKE);
}

static int ip_make(struct bench_lab *lab)
{
	static const char *const argv[] = { "ip", "-batch", BATCH_MAKE, NULL };

	return lab_command(lab, IP_LIMIT, argv) || backend_addresses(lab) ? -1 : 0;
}

static int ip_remove(struct bench_lab *lab)
{
	static const char *const argv[] = { "ip", "-batch", BATCH_REMOVE, NULL };

	return lab_command(lab, IP_LIMIT, argv);
}

static int veth_prepare(struct bench_lab *lab)
{
	FILE *f = batch_begin(lab, NULL);

	if (!f)
		return -1;
	for (uint32_t i = 1; i <= lab->ports; i++)
		fprintf(f, "netns add b%u\n", i);
	for (uint32_t i = 1; i < lab->ports; i += 2)
		fprintf(f, "link add eth0 netns b%u type veth peer name eth0 netns b%u\n", i,
			i + 1);
	return written(lab, f, BATCH_MAKE);
}

/* A veth pair a port, its outer end p1, p2, ...; `master`: and into the bridge. */
static void batch_ports(struct bench_lab *lab, FILE *f, const char *master)
{
	for (uint32_t i = 1; i <= lab->ports; i++) {
		fprintf(f, "netns add b%u\nlink add p%u type veth peer name eth0 netns b%u\n", i, i,
			i);
		fprintf(f, "link set p%u %s up\n", i, master);
	}
}

static int bridge_prepare(struct bench_lab *lab)
{
	FILE *f = batch_begin(lab, BRIDGE);

	if (!f)
		return -1;
	fprintf(f, "link add " BRIDGE " type bridge stp_state 0 %s\nlink set " BRIDGE " up\n",
		lab->backend->words);
	batch_ports(lab, f, "master " BRIDGE);
	return written(lab, f, BATCH_MAKE);
}

static int bridge_show(struct bench_lab *lab, uint64_t *ports)
{
	static const char *const argv[] = {
		"ip", "-j", "-d", "link", "show", "master", BRIDGE, NULL
	};

	return lab_count(lab, argv, "\"mtu\"", ports);
}

static int bridge_list(struct bench_lab *lab, uint64_t *addresses)
{
	static const char *const argv[] = { "bridge", "-j", "fdb", "show", "br", BRIDGE, NULL };

	return lab_count(lab, argv, "\"mac\"", addresses);
}

/* Open vSwitch brings its own devices into the namespaces, or takes the outer ends. */
int backend_ports_prepare(struct bench_lab *lab)
{
	FILE *f = batch_begin(lab, NULL);

	if (!f)
		return -1;
	if (strstr(lab->backend->words, "internal"))
		for (uint32_t i = 1; i <= lab->ports; i++)
			fprintf(f, "netns add b%u\n", i);
	else
		batch_ports(lab, f, "");
	return written(lab, f, BATCH_MAKE);
}

static const char *const ip_programs[] = { "ip", "bridge", NULL };
static const char *const ovs_programs[] = { "ip",	  "ovs-vswitchd", "ovsdb-server",
					    "ovsdb-tool", "ovs-vsctl",	  NULL };

#define SELF	    "/proc/self/exe"
#define PORT_SET(n) SELF " port set b" #n

/* Port n of host n. No checksum of the outer UDP, as this switch and RFC 7348 have it. */
#define BRIDGE_FAR(n, other)                                                                       \
	"ip netns add b" n "; ip -n h" n " link add br0 type bridge stp_state 0;"                  \
	"ip -n h" n " link set br0 up;"                                                            \
	"ip -n h" n " link add p1 type veth peer name eth0 netns b" n ";"                          \
	"ip -n h" n " link set p1 master br0 up;"                                                  \
	"ip -n h" n " link add vx0 mtu 1500 type vxlan id 100 dstport 4789 noudpcsum"              \
	" local 10.99.0." n " remote 10.99.0." other ";"                                           \
	"ip -n h" n " link set vx0 master br0 up;"
#define XSW_FAR(n, other)                                                                          \
	SELF " -S sw" n " -n h" n " up --ports b" n " --subnet none;" SELF " -S sw" n " -n h" n    \
	     " port add tun0 type vxlan key 100 local 10.99.0." n " remote 10.99.0." other ";"

static const char *const bridge_asks[BENCH_ASKS] = {
	[ASK_FLUSH] = "ip link set " BRIDGE " type bridge fdb_flush",
	[ASK_FLUSH_PORT] = "ip link set p2 type bridge_slave fdb_flush",
	[ASK_AGE] = "ip link set " BRIDGE " type bridge ageing_time 50",
	[ASK_FAR] = BRIDGE_FAR("1", "2") BRIDGE_FAR("2", "1"),
};

#define BRIDGE_VLANS "bridge vlan add vid 10 dev p1; bridge vlan add vid 10 dev p2"

static const char *const bridge_vlan_asks[BENCH_ASKS] = {
	[ASK_TRUNK] = BRIDGE_VLANS,
	[ASK_APART] = "bridge vlan del vid 1 dev p%; bridge vlan add vid 20 dev p% pvid untagged",
	[ASK_STRUNK] = "ip link set " BRIDGE " type bridge vlan_protocol 802.1ad; " BRIDGE_VLANS,
};

#define XSW_ASKS                                                                                   \
	[ASK_ROOM] = SELF " set fdb_size %", [ASK_FLUSH] = SELF " fdb flush",                      \
	[ASK_FLUSH_PORT] = SELF " fdb flush dev b2", [ASK_AGE] = SELF " set ageing 500ms",         \
	[ASK_GUARD] = SELF " set flap_limit 10; " STORM(3) STORM(4)
#define STORM(n)	PORT_SET(n) " storm broadcast 1kpps storm multicast 1kpps storm unknown 1kpps; "
#define AD		" qinq-ethtype 802.1ad"
#define TRUNK(n, words) PORT_SET(n) " mode trunk trunks 10" words "; "

static const char *const xsw_asks[BENCH_ASKS] = {
	XSW_ASKS,
	[ASK_FAR] = XSW_FAR("1", "2") XSW_FAR("2", "1"),
};
static const char *const xsw_xdp_asks[BENCH_ASKS] = { XSW_ASKS };
static const char *const xsw_vlan_asks[BENCH_ASKS] = {
	XSW_ASKS,
	[ASK_TRUNK] = TRUNK(1, "") TRUNK(2, ""),
	[ASK_APART] = SELF " port set b% tag 20",
	[ASK_STRUNK] = TRUNK(1, AD) TRUNK(2, AD),
};

#define BRIDGE_ROW                                                                                 \
	.prepare = bridge_prepare, .make = ip_make, .remove = ip_remove, .show = bridge_show,      \
	.list = bridge_list, .list_max = LIST_MAX, .programs = ip_programs
#define OVS_ROW                                                                                    \
	.prepare = backend_ports_prepare, .make = backend_ovs_make, .remove = backend_ovs_remove,  \
	.show = backend_ovs_show, .programs = ovs_programs
#define XSW_ROW                                                                                    \
	.make = backend_xsw_make, .remove = backend_xsw_remove, .show = backend_xsw_show,          \
	.list = backend_xsw_list, .memory = backend_xsw_memory

const struct bench_backend bench_backends[] = {
	{ "veth", "veth pairs without a switch: the limit for sockets", .pairs = true,
	  .prepare = veth_prepare, .make = ip_make, .remove = ip_remove, .programs = ip_programs },
	{ "floor", "the same with a program that only redirects: the limit for a switch at tc",
	  .pairs = true, .words = "", .needs = "kernel 6.15", .prepare = backend_ports_prepare,
	  .make = backend_floor_make, .remove = backend_floor_remove, .programs = ip_programs },
	{ "bridge", "Linux bridge and veths, no spanning tree", .words = "",
	  .needs = "CONFIG_BRIDGE", .asks = bridge_asks, BRIDGE_ROW },
	{ "bridge-vlan", "the same, filtering VLANs", .words = "vlan_filtering 1",
	  .needs = "CONFIG_BRIDGE_VLAN_FILTERING", .asks = bridge_vlan_asks, BRIDGE_ROW },
	{ "ovs", "Open vSwitch in the kernel, and veths", .words = "system",
	  .needs = "CONFIG_OPENVSWITCH", OVS_ROW },
	{ "ovs-internal", "the same with internal ports", .words = "system internal",
	  .needs = "CONFIG_OPENVSWITCH", .no_bare = true, OVS_ROW },
	{ "ovs-netdev", "Open vSwitch in user space, and veths", .words = "netdev", .process = true,
	  OVS_ROW },
	{ "xswitch", "this switch", .words = "", .asks = xsw_asks, XSW_ROW },
	{ "xswitch-vlan", "the same, access ports of a VLAN", .words = "--mode access --tag 10",
	  .asks = xsw_vlan_asks, XSW_ROW },
	{ "xswitch-xdp", "the same, at XDP", .words = "--hook xdp", .asks = xsw_xdp_asks, XSW_ROW },
	{ "xswitch-mixed", "the same, every other port at XDP", .words = "mixed",
	  .asks = xsw_xdp_asks, XSW_ROW },
	{ 0 },
};
