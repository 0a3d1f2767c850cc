// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_load_host.c - namespaces and links of a file: what is beside the switches
 */
#include <stdio.h>
#include <string.h>

#include "topo_int.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* --- namespaces ------------------------------------------------------------------------- */

/* "net.ipv4.conf.eth0.rp_filter", or with '/' where a device's name has a dot */
static bool sysctl_valid(const char *key)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_.-/@+";

	return !strncmp(key, "net", 3) && (key[3] == '.' || key[3] == '/') && key[4] &&
	       !key[strspn(key, chars)] && !strstr(key, "..") && !strstr(key, "//");
}

static int take_sysctls(struct topo_load *l, const struct topo_node *map, struct topo_ns *ns)
{
	if (map->kind != TOPO_MAP)
		return topo_mistake(l, map->mark, "sysctl is %s: expected a mapping",
				    topo_kind_name(map));
	ns->sysctls = topo_alloc(l->topo, map->n / 2 * sizeof(*ns->sysctls));
	if (!ns->sysctls)
		return XSW_REFUSED;
	for (size_t i = 0; i < map->n; i += 2) {
		const struct topo_node *key = map->v[i], *value = map->v[i + 1];

		if (!sysctl_valid(key->text))
			return topo_mistake(l, key->mark,
					    "sysctl %s is not valid: expected one of a namespace, "
					    "like net.ipv4.ip_forward",
					    quoted(key->text));
		if (value->kind != TOPO_WORD || topo_is_null(value))
			return topo_mistake(l, value->mark, "%s is %s: expected a value", key->text,
					    topo_kind_name(value));
		ns->sysctls[ns->nsysctls++] =
			(struct topo_sysctl){ key->text, value->text, key->mark };
	}
	return XSW_OK;
}

#define ROUTE_WORDS_MAX 16

static int take_route(struct topo_load *l, const struct topo_node *node, struct topo_route *route)
{
	char *argv[ROUTE_WORDS_MAX], *copy;
	int n, status;

	if (node->kind != TOPO_WORD || topo_is_null(node))
		return topo_mistake(l, node->mark,
				    "a route is %s: expected words like \"default via 10.0.0.254\"",
				    topo_kind_name(node));
	copy = topo_text(l->topo, node->text);
	if (!copy)
		return XSW_REFUSED;
	*route = (struct topo_route){ .words = node->text, .mark = node->mark };
	n = args_split(copy, argv, ROUTE_WORDS_MAX);
	if (n < 0)
		return topo_mistake(l, node->mark,
				    "route %s is not valid: expected %d words at most",
				    quoted(node->text), ROUTE_WORDS_MAX);
	log_place(l->topo->file, node->mark.line, node->mark.column);
	status = topo_route_parse(n, argv, &route->way);
	log_place(NULL, 0, 0);
	return status;
}

static int take_routes(struct topo_load *l, const struct topo_node *list, struct topo_ns *ns)
{
	int status = XSW_OK;

	if (list->kind != TOPO_LIST)
		return topo_mistake(l, list->mark, "routes is %s: expected a list",
				    topo_kind_name(list));
	ns->routes = topo_alloc(l->topo, list->n * sizeof(*ns->routes));
	if (!ns->routes)
		return XSW_REFUSED;
	for (size_t i = 0; i < list->n && !status; i++)
		status = take_route(l, list->v[i], &ns->routes[ns->nroutes++]);
	return status;
}

static int take_namespace(struct topo_load *l, const struct topo_node *name,
			  const struct topo_node *value, struct topo_ns *ns)
{
	int status = XSW_OK;

	*ns = (struct topo_ns){ .name = name->text, .mark = name->mark };
	if (!port_name_valid(name->text))
		return topo_mistake(l, name->mark,
				    "namespace name %s is not valid: expected 1 to 63 of A-Z a-z "
				    "0-9 _ . : @ + -, the first a letter, a digit or _",
				    quoted(name->text));
	if (value->kind != TOPO_MAP && !topo_is_null(value))
		return topo_mistake(l, value->mark, "%s is %s: expected a mapping", name->text,
				    topo_kind_name(value));
	for (size_t i = 0; i < value->n && !status; i += 2) {
		if (!strcmp(value->v[i]->text, "sysctl"))
			status = take_sysctls(l, value->v[i + 1], ns);
		else if (!strcmp(value->v[i]->text, "routes"))
			status = take_routes(l, value->v[i + 1], ns);
		else
			status = topo_mistake(l, value->v[i]->mark,
					      "unknown key %s, expected sysctl, routes",
					      quoted(value->v[i]->text));
	}
	return status;
}

int topo_take_namespaces(struct topo_load *l, const struct topo_node *map, void *to)
{
	struct topo *t = l->topo;
	int status = XSW_OK;

	(void)to;
	t->namespaces = topo_alloc(t, map->n / 2 * sizeof(*t->namespaces));
	if (!t->namespaces)
		return XSW_REFUSED;
	for (size_t i = 0; i < map->n && topo_goes_on(l, status); i += 2)
		status = take_namespace(l, map->v[i], map->v[i + 1],
					&t->namespaces[t->nnamespaces++]);
	return status;
}

/* --- links ------------------------------------------------------------------------------ */

#define OFF(member) offsetof(struct topo_end, member)

static const struct arg_def args_end_of[] = {
	{ "netns", "NS", ARG_NETNS, .off = OFF(netns) },
	{ "dev", "IFNAME", ARG_IFNAME, .off = OFF(ifname), .required = true },
	{ "address", "ADDR/PLEN", ARG_ADDR, .off = OFF(addrs) },
	{ "mac", "MAC", ARG_MAC, .off = OFF(mac) },
	{ "mtu", "N", ARG_U32, .off = OFF(mtu), .min = 68, .max = 65535 },
};

static const struct cmd_words end_words = { "", args_end_of, COUNT(args_end_of) };

static int take_end(struct topo_load *l, const struct topo_node *value, struct topo_end *end)
{
	struct topo_words w;
	int status;

	end->mark = value->mark;
	if (value->kind != TOPO_MAP)
		return topo_mistake(l, value->mark, "an end of a link is %s: expected a mapping",
				    topo_kind_name(value));
	status = topo_words(l, value, NULL, &end_words, &w);
	if (!status)
		status = args_parse(&w.args, args_end_of, COUNT(args_end_of), end);
	if (!status)
		status = cmd_mac_individual(&w.args, &end->mac) ?:
				 cmd_addrs_once(&w.args, &end->addrs);
	log_place(NULL, 0, 0);
	return status;
}

static int take_link(struct topo_load *l, const struct topo_node *name,
		     const struct topo_node *value, struct topo_link *link)
{
	int status = XSW_OK;

	*link = (struct topo_link){ .name = name->text, .mark = name->mark };
	if (!port_name_valid(name->text))
		return topo_mistake(l, name->mark,
				    "link name %s is not valid: expected 1 to 63 of A-Z a-z 0-9 _ "
				    ". : @ + -, the first a letter, a digit or _",
				    quoted(name->text));
	if (value->kind != TOPO_LIST || value->n != 2)
		return topo_mistake(l, value->mark,
				    "link %s: expected a list of its two ends, each a mapping",
				    quoted(name->text));
	for (size_t i = 0; i < 2 && !status; i++)
		status = take_end(l, value->v[i], &link->end[i]);
	return status;
}

int topo_take_links(struct topo_load *l, const struct topo_node *map, void *to)
{
	struct topo *t = l->topo;
	int status = XSW_OK;

	(void)to;
	t->links = topo_alloc(t, map->n / 2 * sizeof(*t->links));
	if (!t->links)
		return XSW_REFUSED;
	for (size_t i = 0; i < map->n && topo_goes_on(l, status); i += 2)
		status = take_link(l, map->v[i], map->v[i + 1], &t->links[t->nlinks++]);
	return status;
}
