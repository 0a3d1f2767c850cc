// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_up.c - xswitch up: make a switch with its ports, or bring one to what is asked for
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cmd.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

struct words {
	const char *ports, *subnet, *uplink;
	struct arg_addrs host;
	uint32_t mtu;
	int hook;
	bool chain;
	struct xsw_vlan_args vlan;
};

#define OFF(member) offsetof(struct words, member)

static const struct arg_def args_up[] = {
	{ "--ports", "LIST", ARG_STRING, .off = OFF(ports) },
	{ "--subnet", "CIDR|none", ARG_STRING, .off = OFF(subnet) },
	{ "--hook", "auto|tc|xdp", ARG_CHOICE, .off = OFF(hook), .choices = xsw_hook_words },
	{ "--mtu", "N", ARG_U32, .off = OFF(mtu), .min = 68, .max = 65535 },
	CMD_VLAN_MODE_ROWS(OFF(vlan), "--"),
	{ "--host", "ADDR/PLEN", ARG_ADDR, .off = OFF(host) },
	{ "--uplink", "DEV", ARG_IFNAME, .off = OFF(uplink) },
	{ "--xdp-chain", .kind = ARG_FLAG, .off = OFF(chain) },
};

/* --- the subnet ------------------------------------------------------------------------ */

static int parse_subnet(const struct args *args, const char *text, struct xsw_up_spec *spec)
{
	struct arg_addr addr;
	uint32_t room;

	spec->subnet_set = true;
	spec->no_subnet = !strcmp(text, "none");
	if (spec->no_subnet)
		return XSW_OK;
	if (!parse_addr(text, &addr, true) || addr.family != AF_INET || addr.plen < 1 ||
	    addr.plen > 30)
		return args_fail(args, XSW_USAGE,
				 "--subnet %s is not valid: expected none or an "
				 "IPv4 network like 10.0.0.0/24, /1 to /30",
				 quoted(text));
	for (int i = 0; i < 4; i++)
		spec->subnet = spec->subnet << 8 | addr.addr[i];
	spec->plen = addr.plen;
	room = UINT32_MAX >> addr.plen;
	if (spec->subnet & room)
		return args_fail(args, XSW_USAGE,
				 "--subnet %s has bits behind its prefix: "
				 "expected a network like 10.0.0.0/24",
				 quoted(text));
	if (spec->nports > room - 1)
		return args_fail(args, XSW_USAGE, "--subnet %s has %u addresses for %zu ports",
				 quoted(text), room - 1, spec->nports);
	return XSW_OK;
}

/* --- the switch's own address, and an uplink -------------------------------------------- */

static struct xsw_port_spec *add_port(const struct args *args, const char *name,
				      enum xsw_port_type type, struct xsw_up_spec *spec)
{
	struct xsw_port_spec *port = &spec->ports[spec->nports];

	for (size_t i = 0; i < spec->nports; i++)
		if (!strcmp(spec->ports[i].name, name)) {
			args_fail(args, XSW_USAGE, "two ports would be called %s", quoted(name));
			return NULL;
		}
	spec->nports++;
	port->type = type;
	snprintf(port->name, sizeof(port->name), "%s", name);
	return port;
}

/* The host is in the VLAN of the others; on the uplink that VLAN has its tag. */
static int add_others(const struct args *args, const struct words *words, const char *name,
		      struct xsw_up_spec *spec)
{
	struct xsw_port_spec *port;

	if (words->host.n) {
		port = add_port(args, "host", XSW_TYPE_HOST, spec);
		if (!port)
			return XSW_USAGE;
		snprintf(port->ifname, sizeof(port->ifname), "%s", name);
		port->addrs = words->host;
		port->vlan = words->vlan;
	}
	if (words->uplink) {
		if (!port_name_valid(words->uplink))
			return args_fail(args, XSW_USAGE,
					 "--uplink %s is not valid as a port name; `port add NAME "
					 "type dev dev DEV` gives it one",
					 quoted(words->uplink));
		port = add_port(args, words->uplink, XSW_TYPE_DEV, spec);
		if (!port)
			return XSW_USAGE;
		snprintf(port->ifname, sizeof(port->ifname), "%s", words->uplink);
	}
	return XSW_OK;
}

/* --------------------------------------------------------------------------------------- */

static int up(struct cmd_env *env, struct args *args)
{
	struct xsw_up_spec spec = { 0 };
	struct words words = { 0 };
	int status;

	status = args_parse(args, args_up, COUNT(args_up), &words);
	if (status)
		return status;
	if (words.ports)
		status = cmd_ports_parse(args, words.ports, &spec);
	else if (!(spec.ports = calloc(CMD_PORTS_EXTRA, sizeof(*spec.ports))))
		status = args_fail(args, XSW_REFUSED, "%s", strerror(ENOMEM));
	if (!status && words.subnet)
		status = parse_subnet(args, words.subnet, &spec);
	spec.mtu = words.mtu;
	for (size_t i = 0; i < spec.nports; i++)
		spec.ports[i].vlan = words.vlan;
	if (!status)
		status = add_others(args, &words, env->xsw.switch_name, &spec);
	for (size_t i = 0; i < spec.nports; i++) {
		spec.ports[i].hook = (enum xsw_hook_arg)words.hook;
		spec.ports[i].chain = words.chain;
	}
	if (!status)
		status = xsw_up(&env->xsw, &spec);
	free(spec.ports);
	return status;
}

static const struct cmd cmds[] = {
	{ "", up,
	  "[--ports NS[:IFNAME],...] [--subnet CIDR|none] [--hook auto|tc|xdp] [--mtu N]\n"
	  "               [--host ADDR/PLEN] [--uplink DEV] [--mode MODE] [--tag VID] [--xdp-chain]",
	  "make a switch and its ports; namespaces that are missing are made" },
	{ 0 },
};

const struct object cmd_up = { "up", cmds, "make a switch, or bring it to what is asked for" };
