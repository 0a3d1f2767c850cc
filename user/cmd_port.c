// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_port.c - xswitch port: show, add, change and remove ports
 *
 * Example: "ns1 number 1 type netns netns ns1 dev sw0p1 peer eth0 mac 02:... mtu 1500 ...".
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define COUNT(table)	  (sizeof(table) / sizeof(*(table)))
#define PORT_OFF(member)  offsetof(struct xsw_port_view, member)
#define FLAGS_OFF(member) offsetof(struct xsw_flags_view, member)

static const struct out_field flags_fields[] = {
	{ "learning", .kind = OUT_BOOL, .off = FLAGS_OFF(learning) },
	{ "flood", .kind = OUT_BOOL, .off = FLAGS_OFF(flood) },
	{ "mcast_flood", .kind = OUT_BOOL, .off = FLAGS_OFF(mcast_flood) },
	{ "bcast_flood", .kind = OUT_BOOL, .off = FLAGS_OFF(bcast_flood) },
	{ "hairpin", .kind = OUT_BOOL, .off = FLAGS_OFF(hairpin) },
	{ "isolated", .kind = OUT_BOOL, .off = FLAGS_OFF(isolated) },
	{ "locked", .kind = OUT_BOOL, .off = FLAGS_OFF(locked) },
	{ "guard", .kind = OUT_BOOL, .off = FLAGS_OFF(guard) },
	{ 0 },
};

#define STORM_OFF(member) offsetof(struct xsw_storm_view, member)

static const struct out_field storm_fields[] = {
	{ "broadcast", .kind = OUT_STR, .off = STORM_OFF(broadcast) },
	{ "multicast", .kind = OUT_STR, .off = STORM_OFF(multicast) },
	{ "unknown", .kind = OUT_STR, .off = STORM_OFF(unknown) },
	{ 0 },
};

const struct out_field cmd_port_fields[] = {
	{ "port", .kind = OUT_STR, .when = OUT_BARE, .off = PORT_OFF(name) },
	{ "number", .kind = OUT_U32, .off = PORT_OFF(number) },
	{ "type", .kind = OUT_CSTR, .off = PORT_OFF(type) },
	{ "netns", .kind = OUT_STR, .off = PORT_OFF(netns) },
	{ "ifname", "dev", OUT_STR, .off = PORT_OFF(ifname) },
	{ "ifindex", .kind = OUT_U32, .when = OUT_NONZERO | OUT_LONG, .off = PORT_OFF(ifindex) },
	{ "peer", .kind = OUT_STR, .off = PORT_OFF(peer) },
	{ "remotes", "remote", OUT_ITEMS, .off = PORT_OFF(remotes) },
	{ "local", .kind = OUT_STR, .off = PORT_OFF(local) },
	{ "key", .kind = OUT_STR, .off = PORT_OFF(key) },
	{ "udp_port", "port", OUT_U32, .when = OUT_NONZERO, .off = PORT_OFF(udp_port) },
	{ "mac", .kind = OUT_MAC, .when = OUT_NONZERO, .off = PORT_OFF(mac) },
	{ "outer_mac", .kind = OUT_MAC, .when = OUT_NONZERO | OUT_DETAILS,
	  .off = PORT_OFF(outer_mac) },
	{ "mtu", .kind = OUT_U32, .off = PORT_OFF(mtu) },
	{ "mtu_auto", .kind = OUT_BOOL, .when = OUT_NONZERO | OUT_LONG, .off = PORT_OFF(mtu_auto) },
	{ "mode", .kind = OUT_CSTR, .off = PORT_OFF(mode) },
	{ "tag", .kind = OUT_U32, .when = OUT_NONZERO, .off = PORT_OFF(tag) },
	{ "trunks", .kind = OUT_VIDS, .off = PORT_OFF(trunks) },
	{ "cvlans", .kind = OUT_VIDS, .off = PORT_OFF(cvlans) },
	{ "qinq-ethtype", .kind = OUT_CSTR, .off = PORT_OFF(ethtype) },
	{ "pvid", .kind = OUT_U32, .when = OUT_NONZERO, .off = PORT_OFF(pvid) },
	{ "hook", .kind = OUT_CSTR, .off = PORT_OFF(hook) },
	{ "state", .kind = OUT_CSTR, .off = PORT_OFF(state) },
	{ "recovery", .kind = OUT_SECONDS, .when = OUT_NONZERO | OUT_DETAILS,
	  .off = PORT_OFF(recovery) },
	{ "carrier", .kind = OUT_BOOL, .off = PORT_OFF(carrier) },
	{ "wire", .kind = OUT_CSTR, .off = PORT_OFF(wire) },
	{ "mirror", .kind = OUT_CSTR, .off = PORT_OFF(mirror) },
	{ "learned", .kind = OUT_U32, .when = OUT_LONG, .off = PORT_OFF(learned) },
	{ "max_macs", .kind = OUT_U32, .when = OUT_NONZERO, .off = PORT_OFF(max_macs) },
	{ "group_fwd_mask", .kind = OUT_U32, .when = OUT_NONZERO, .off = PORT_OFF(group_fwd_mask) },
	{ "group", .kind = OUT_U32, .when = OUT_NONZERO, .off = PORT_OFF(group) },
	{ "storm", .kind = OUT_OBJECT, .when = OUT_NONZERO, .off = PORT_OFF(storm),
	  .sub = storm_fields },
	{ "police", .kind = OUT_STR, .off = PORT_OFF(police) },
	{ "allowed_macs", .kind = OUT_ITEMS, .off = PORT_OFF(allowed_macs) },
	{ "allowed_ips", .kind = OUT_ITEMS, .off = PORT_OFF(allowed_ips) },
	{ "tc_hook", .kind = OUT_CSTR, .when = OUT_DETAILS, .off = PORT_OFF(tc_hook) },
	{ "offloads", .kind = OUT_WORDS, .when = OUT_NONZERO | OUT_DETAILS,
	  .off = PORT_OFF(offloads) },
	{ "hook_why", .kind = OUT_CSTR, .when = OUT_DETAILS | OUT_LINE, .off = PORT_OFF(hook_why) },
	{ "flags", .kind = OUT_OBJECT, .when = OUT_BARE | OUT_LONG | OUT_LINE,
	  .off = PORT_OFF(flags), .sub = flags_fields },
	{ "stats", .kind = OUT_OBJECT, .when = OUT_BARE | OUT_STATS | OUT_LINE,
	  .off = PORT_OFF(stats), .sub = cmd_stats_fields },
	{ 0 },
};

static void print(const struct cmd_env *env, const struct xsw_view *view)
{
	(void)env;
	for (size_t i = 0; i < view->nports; i++)
		out_record(cmd_port_fields, &view->ports[i]);
}

struct words {
	const char *port;
	struct xsw_port_change change;
};

#define OFF(member) offsetof(struct words, member)

static const struct arg_def args_show[] = {
	{ "", "PORT", ARG_NAME, .off = OFF(port) },
};

static int port_show(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	int status;

	status = args_parse(args, args_show, COUNT(args_show), &words);
	return status ? status : cmd_look(env, words.port, print);
}

static const struct arg_def args_del[] = {
	{ "", "PORT", ARG_NAME, .off = OFF(port), .required = true },
};

static int port_del(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	struct xsw *sw = NULL;
	int status;

	status = args_parse(args, args_del, COUNT(args_del), &words);
	if (status)
		return status;
	status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	status = xsw_port_del(sw, words.port);
	xsw_close(sw);
	return status;
}

static const struct cmd cmds[] = {
	{ "show", port_show, "[PORT]", "ports; flags with -d, counters with -s" },
	{ "add", cmd_port_add,
	  "NAME [netns NS] [dev IFNAME] [address ADDR/PLEN]... [mac MAC] [mtu N]\n"
	  "               [hook auto|tc|xdp] [--xdp-chain] [VLAN-ARGS] [settings of port set]\n"
	  "               NAME type host [address ADDR/PLEN]... [vlan VID] [dev IFNAME] [mac MAC] ...\n"
	  "               NAME type dev dev IFNAME ...\n"
	  "               NAME type vxlan|gre|geneve remote IP[,IP...] [local IP]\n"
	  "               [key N|vid|vid+N] [port N] [mtu N] ...",
	  "make a port: device IFNAME (eth0) in namespace NS (NAME), made if missing;\n"
	  "           type host: an address of the switch's namespace; type dev: a device that is there;\n"
	  "           type vxlan|gre|geneve: a tunnel to other hosts; key vid: a key for each VLAN" },
	{ "set", cmd_port_set, cmd_port_set_usage, "change settings of a port" },
	{ "del", port_del, "PORT", "remove a port and what was made for it" },
	{ 0 },
};

const struct object cmd_port = { "port", cmds, "ports: show, add, set, del" };
