// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_ports.c - the list of `up --ports`
 *
 * Example: "--ports ns1,ns2:lan0,ns3:a,ns3:b" are the ports ns1 (device eth0 in ns1),
 * ns2 (lan0 in ns2), ns3:a and ns3:b.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

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
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): all are filled in before */
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
	size_t n = spec->nports;
	struct xsw_port_spec **sorted = calloc(n, sizeof(struct xsw_port_spec *));
	int status = XSW_OK;

	if (!sorted)
		return args_fail(args, XSW_REFUSED, "%s", strerror(ENOMEM));
	for (size_t i = 0; i < n; i++)
		sorted[i] = &spec->ports[i];
	qsort(sorted, n, sizeof(*sorted), by_place);
	for (size_t i = 0; !status && i < n; i++) {
		struct xsw_port_spec *port = sorted[i];
		struct xsw_port_spec *prev = i ? sorted[i - 1] : NULL;
		struct xsw_port_spec *next = i + 1 < n ? sorted[i + 1] : NULL;

		if (next && !by_place(&port, &next))
			status = args_fail(args, XSW_USAGE, "--ports names %s twice (device %s)",
					   quoted(port->netns), quoted(port->ifname));
		else
			status = name_port(args, port,
					   /* NOLINTNEXTLINE(clang-analyzer-core.*): likewise */
					   (prev && !strcmp(prev->netns, port->netns)) ||
						   (next && !strcmp(next->netns, port->netns)));
	}
	free(sorted);
	return status;
}

int cmd_ports_parse(const struct args *args, const char *list, struct xsw_up_spec *spec)
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
	spec->ports = calloc(n + CMD_PORTS_EXTRA, sizeof(*spec->ports));
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
