// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_up.c - xswitch up: make a switch with its ports, or bring one to what is asked for
 *
 * Example: "--ports ns1,ns2:lan0,ns3:a,ns3:b" are the ports ns1 (device eth0 in ns1),
 * ns2 (lan0 in ns2), ns3:a and ns3:b.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cmd.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

struct words {
	const char *ports, *subnet;
	uint32_t mtu;
	int hook;
	struct xsw_vlan_args vlan;
};

#define OFF(member) offsetof(struct words, member)

static const char *const hooks[] = { "auto", "tc", "xdp", NULL };

static const struct arg_def args_up[] = {
	{ "--ports", "LIST", ARG_STRING, .off = OFF(ports) },
	{ "--subnet", "CIDR|none", ARG_STRING, .off = OFF(subnet) },
	{ "--hook", "auto|tc|xdp", ARG_CHOICE, .off = OFF(hook), .choices = hooks },
	{ "--mtu", "N", ARG_U32, .off = OFF(mtu), .min = 68, .max = 65535 },
	CMD_VLAN_MODE_ROWS(OFF(vlan), "--"),
	{ "--host", .kind = ARG_LATER },
	{ "--uplink", .kind = ARG_LATER },
};

/* --- the list of ports ----------------------------------------------------------------- */

/* "ns1" or "ns2:lan0"; of `list`. */
static int parse_item(const struct args *args, const char *list, char *item,
		      struct xsw_port_spec *spec)
{
	char *colon = strchr(item, ':');
	const char *ifname = colon ? colon + 1 : "eth0";
	const char *whole = quoted(item);

	if (!*item)
		return args_fail(args, XSW_USAGE, "--ports %s has an empty item", quoted(list));
	if (colon)
		*colon = '\0';
	if (!port_name_valid(item))
		return args_fail(args, XSW_USAGE,
				 "--ports %s: %s is no name of a namespace: "
				 "expected 1 to 63 of A-Z a-z 0-9 _ . @ + -, the first a letter, a "
				 "digit or _, not the word help",
				 whole, quoted(item));
	if (!ifname_valid(ifname))
		return args_fail(args, XSW_USAGE,
				 "--ports %s: %s is no device name: expected 1 to "
				 "15 characters without space, / and :",
				 whole, quoted(ifname));
	snprintf(spec->netns, sizeof(spec->netns), "%s", item);
	snprintf(spec->ifname, sizeof(spec->ifname), "%s", ifname);
	return XSW_OK;
}

static int by_place(const void *a, const void *b)
{
	const struct xsw_port_spec *x = *(struct xsw_port_spec *const *)a;
	const struct xsw_port_spec *y = *(struct xsw_port_spec *const *)b;
	int order = strcmp(x->netns, y->netns);

	return order ? order : strcmp(x->ifname, y->ifname);
}

/* A port is called as its namespace, or NS:IFNAME where the list has several in one. */
static int name_port(const struct args *args, struct xsw_port_spec *spec, bool shared)
{
	char name[sizeof(spec->netns) + sizeof(spec->ifname)];

	snprintf(name, sizeof(name), "%s%s%s", spec->netns, shared ? ":" : "",
		 shared ? spec->ifname : "");
	if (!port_name_valid(name))
		return args_fail(args, XSW_USAGE,
				 "--ports: %s is not valid as a port name: expected at most 63 of "
				 "A-Z a-z 0-9 _ . : @ + -",
				 quoted(name));
	memcpy(spec->name, name, strlen(name) + 1);
	return XSW_OK;
}

/* Sorted by place, ports of one namespace are neighbours, and so are duplicates. */
static int name_ports(const struct args *args, struct xsw_up_spec *spec)
{
	struct xsw_port_spec **sorted = calloc(spec->nports, sizeof(struct xsw_port_spec *));
	int status = XSW_OK;

	if (!sorted)
		return args_fail(args, XSW_REFUSED, "%s", strerror(ENOMEM));
	for (size_t i = 0; i < spec->nports; i++)
		sorted[i] = &spec->ports[i];
	qsort(sorted, spec->nports, sizeof(*sorted), by_place);
	for (size_t i = 0; !status && i < spec->nports; i++) {
		struct xsw_port_spec *port = sorted[i];
		struct xsw_port_spec *prev = i ? sorted[i - 1] : NULL;
		struct xsw_port_spec *next = i + 1 < spec->nports ? sorted[i + 1] : NULL;

		if (next && !by_place(&port, &next))
			status = args_fail(args, XSW_USAGE, "--ports names %s twice (device %s)",
					   quoted(port->netns), quoted(port->ifname));
		else
			status = name_port(args, port,
					   (prev && !strcmp(prev->netns, port->netns)) ||
						   (next && !strcmp(next->netns, port->netns)));
	}
	free(sorted);
	return status;
}

static int parse_ports(const struct args *args, const char *list, struct xsw_up_spec *spec)
{
	char *copy = strdup(list), *rest = copy, *item;
	size_t n = 1;
	int status = XSW_OK;

	for (const char *s = list; *s; s++)
		n += *s == ',';
	if (n >= XSW_PORTS) {
		status = args_fail(args, XSW_USAGE, "--ports has %zu items, a switch has %d ports",
				   n, XSW_PORTS - 1);
		goto out;
	}
	spec->ports = calloc(n, sizeof(*spec->ports));
	if (!copy || !spec->ports) {
		status = args_fail(args, XSW_REFUSED, "%s", strerror(ENOMEM));
		goto out;
	}
	while (!status && (item = strsep(&rest, ",")))
		status = parse_item(args, list, item, &spec->ports[spec->nports++]);
	if (!status)
		status = name_ports(args, spec);
out:
	free(copy);
	return status;
}

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

/* --------------------------------------------------------------------------------------- */

static int up(struct cmd_env *env, struct args *args)
{
	struct xsw_up_spec spec = { 0 };
	struct words words = { 0 };
	int status;

	status = args_parse(args, args_up, COUNT(args_up), &words);
	if (status)
		return status;
	if (!strcmp(hooks[words.hook], "xdp"))
		return args_later(args, "hook xdp");
	if (words.ports)
		status = parse_ports(args, words.ports, &spec);
	if (!status && words.subnet)
		status = parse_subnet(args, words.subnet, &spec);
	spec.mtu = words.mtu;
	for (size_t i = 0; i < spec.nports; i++)
		spec.ports[i].vlan = words.vlan;
	if (!status)
		status = xsw_up(&env->xsw, &spec);
	free(spec.ports);
	return status;
}

static const struct cmd cmds[] = {
	{ "", up,
	  "[--ports NS[:IFNAME],...] [--subnet CIDR|none] [--hook auto|tc] [--mtu N]\n"
	  "               [--mode MODE] [--tag VID]",
	  "make a switch and its ports; namespaces that are missing are made" },
	{ 0 },
};

const struct object cmd_up = { "up", cmds, "make a switch, or bring it to what is asked for" };
