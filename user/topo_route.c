// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_route.c - a route as ip-route(8) writes it
 *
 * Example: "10.1.0.0/16 via 192.0.2.2 dev u0 metric 100".
 */
#include <string.h>
#include <sys/socket.h>

#include "topo_int.h"

struct words {
	const char *to, *via, *dev, *src;
	uint32_t metric;
};

#define OFF(member) offsetof(struct words, member)

static const struct arg_def args_route[] = {
	{ "", "default|ADDR/PLEN", ARG_STRING, .off = OFF(to), .required = true },
	{ "via", "ADDR", ARG_STRING, .off = OFF(via) },
	{ "dev", "IFNAME", ARG_IFNAME, .off = OFF(dev) },
	{ "src", "ADDR", ARG_STRING, .off = OFF(src) },
	{ "metric", "N", ARG_U32, .off = OFF(metric) },
};

static int bad(const struct args *args, const char *word, const char *text, const char *expected)
{
	return args_fail(args, XSW_USAGE, "%s %s is not valid: expected %s", word, quoted(text),
			 expected);
}

/* A single address of the same family as the destination, if that has one. */
static bool host_addr(const char *text, int family, struct arg_addr *out)
{
	return !strchr(text, '/') && parse_addr(text, out, false) &&
	       (!family || out->family == family);
}

int topo_route_parse(int argc, char **argv, struct topo_way *way)
{
	struct args args = { .argc = argc, .argv = argv, .command = "" };
	struct words w = { 0 };
	int family, status;

	status = args_parse(&args, args_route, sizeof(args_route) / sizeof(*args_route), &w);
	if (status)
		return status;
	*way = (struct topo_way){ .dev = w.dev, .metric = w.metric };
	if (strcmp(w.to, "default") && !parse_addr(w.to, &way->to, false))
		return bad(&args, "route to", w.to, "default or a prefix like 10.1.0.0/16");
	family = way->to.family;
	if (w.via && !host_addr(w.via, family, &way->via))
		return bad(&args, "via", w.via, "an address of the destination's family");
	if (!family)
		family = way->via.family ? way->via.family : AF_INET;
	if (w.src && !host_addr(w.src, family, &way->src))
		return bad(&args, "src", w.src, "an address of the destination's family");
	if (!w.via && !w.dev)
		return args_fail(&args, XSW_USAGE,
				 "route %s needs a next hop: via ADDR or dev IFNAME", quoted(w.to));
	way->to.family = family;
	return XSW_OK;
}
