// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_port_add.c - xswitch port add: ports of every type
 *
 * Examples: "web netns 4711 dev eth1", "gw type host address 10.0.0.254/24 vlan 10",
 * "up0 type dev dev enp1s0 hook xdp", "tun0 type vxlan remote 192.0.2.2 key 100 mode trunk".
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

const char *const cmd_ethtype_words[] = { "802.1ad", "802.1q", NULL };

struct words {
	const char *port, *netns, *ifname;
	struct arg_addrs addrs;
	struct arg_mac mac;
	uint32_t mtu, vid;
	int hook, type;
	bool chain;
	struct xsw_vlan_args vlan;
	struct xsw_tunnel_spec tunnel;
	struct xsw_port_change change;
};

#define OFF(member) offsetof(struct words, member)

static const struct arg_def args_add[] = {
	{ "", "NAME", ARG_NAME, .off = OFF(port), .required = true },
	{ "netns", "NS", ARG_NETNS, .off = OFF(netns) },
	{ "dev", "IFNAME", ARG_IFNAME, .off = OFF(ifname) },
	{ "address", "ADDR/PLEN", ARG_ADDR, .off = OFF(addrs) },
	{ "mac", "MAC", ARG_MAC, .off = OFF(mac) },
	{ "mtu", "N", ARG_U32, .off = OFF(mtu), .min = 68, .max = 65535 },
	{ "vlan", "VID", ARG_VID, .off = OFF(vid) },
	{ "hook", "tc|auto|xdp", ARG_CHOICE, .off = OFF(hook), .choices = xsw_hook_words },
	{ "--xdp-chain", .kind = ARG_FLAG, .off = OFF(chain) },
	{ "type", "netns|dev|host|vxlan|gre|geneve", ARG_CHOICE, .off = OFF(type),
	  .choices = xsw_type_words },
	CMD_VLAN_ROWS(OFF(vlan)),
	CMD_SET_ROWS(OFF(change)),
	{ "remote", "IP[,IP...]", ARG_HOSTS, .off = OFF(tunnel.remotes) },
	{ "local", "IP", ARG_HOST, .off = OFF(tunnel.local) },
	{ "key", "N|vid|vid+N", ARG_KEY, .off = OFF(tunnel.key) },
	{ "port", "N", ARG_U32, .off = OFF(tunnel.udp_port), .min = 1, .max = 65535 },
};

/* Words that make no sense together, and what they leave open. */
static int fill_type(const struct args *args, const struct words *words, struct xsw_port_spec *spec)
{
	const char *type = xsw_type_words[words->type];
	const char *ifname = words->ifname		 ? words->ifname :
			     spec->type == XSW_TYPE_HOST ? words->port :
							   "eth0";

	if (words->netns && spec->type != XSW_TYPE_NETNS)
		return args_fail(args, XSW_USAGE,
				 "netns: a port of type %s lives in the switch's namespace", type);
	if (words->vid && spec->type != XSW_TYPE_HOST)
		return args_fail(args, XSW_USAGE, "vlan is for type host; elsewhere: mode, tag");
	if (spec->type == XSW_TYPE_DEV && !words->ifname)
		return args_fail(args, XSW_USAGE, "type dev needs a device: dev IFNAME");
	if (spec->type == XSW_TYPE_DEV && (words->addrs.n || words->mac.set))
		return args_fail(args, XSW_USAGE,
				 "a port of type dev has no address and no mac of its own");
	if (!ifname_valid(ifname))
		return args_fail(args, XSW_USAGE,
				 "%s is too long or not valid as a device name: give it one with "
				 "dev IFNAME",
				 quoted(ifname));
	if (spec->type < XSW_TYPE_VXLAN)
		snprintf(spec->ifname, sizeof(spec->ifname), "%s", ifname);
	else if (words->ifname)
		return args_fail(args, XSW_USAGE, "dev: xswitch makes the device of type %s", type);
	if (spec->type == XSW_TYPE_NETNS)
		snprintf(spec->netns, sizeof(spec->netns), "%s",
			 words->netns ? words->netns : words->port);
	return XSW_OK;
}

/* "vlan 10" of a host port: mode access tag 10. */
static int fill_vlan(const struct args *args, uint32_t vlan, struct xsw_vlan_args *v)
{
	if (!vlan)
		return XSW_OK;
	if ((v->mode_set && strcmp(xsw_mode_words[v->mode], "access")) ||
	    (v->tag && v->tag != vlan) || v->trunks_set || v->cvlans_set || v->ethtype_set)
		return args_fail(
			args, XSW_USAGE,
			"vlan %u makes an access port of VLAN %u: mode, tag and trunks may "
			"not say otherwise",
			vlan, vlan);
	v->tag = vlan;
	return XSW_OK;
}

int cmd_port_add_parse(struct args *args, struct xsw_port_spec *spec,
		       struct xsw_port_change *change)
{
	struct words words = { .change.state = -1 };
	int status;

	*spec = (struct xsw_port_spec){ .change = change };
	status = args_parse(args, args_add, COUNT(args_add), &words);
	if (status)
		return status;
	spec->type = (enum xsw_port_type)words.type;
	status = cmd_mac_individual(args, &words.mac);
	if (!status)
		status = cmd_addrs_once(args, &words.addrs);
	if (!status)
		status = fill_type(args, &words, spec);
	if (!status)
		status = fill_vlan(args, words.vid, &words.vlan);
	if (status)
		return status;
	snprintf(spec->name, sizeof(spec->name), "%s", words.port);
	spec->addrs = words.addrs;
	spec->mac = words.mac;
	spec->mtu = words.mtu;
	spec->vlan = words.vlan;
	spec->tunnel = words.tunnel;
	spec->hook = (enum xsw_hook_arg)words.hook;
	spec->chain = words.chain;
	*change = words.change;
	return xsw_tunnel_check(spec);
}

const struct cmd_words cmd_port_add_words = { "port add", args_add, COUNT(args_add) };

int cmd_port_add(struct cmd_env *env, struct args *args)
{
	struct xsw_port_change change;
	struct xsw_port_spec spec;
	struct xsw *sw = NULL;
	int status = cmd_port_add_parse(args, &spec, &change);

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	status = xsw_port_add(sw, &spec);
	xsw_close(sw);
	return status;
}
