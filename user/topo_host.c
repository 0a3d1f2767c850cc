// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_host.c - namespaces and their routes: compared, made, removed
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "topo_host.h"
#include "topo_int.h"

int topo_netif(const char *netns, struct netif **nl)
{
	int fd = netns ? netns_open(netns) : -1, err;

	*nl = NULL;
	if (netns && fd < 0)
		return fd;
	err = netif_open(nl, fd);
	if (fd >= 0)
		close(fd);
	return err;
}

struct topo_undo *topo_keep(struct topo_host *h, enum topo_undo_kind kind)
{
	size_t more = h->undo_room ? 2 * h->undo_room : 16;
	struct topo_undo *bigger = h->undo;

	if (h->nundo == h->undo_room) {
		bigger = realloc(h->undo, more * sizeof(*bigger));
		if (!bigger) {
			fail(XSW_REFUSED, "out of memory");
			return NULL;
		}
		h->undo_room = more;
	}
	h->undo = bigger;
	bigger[h->nundo] = (struct topo_undo){ .kind = kind };
	return &bigger[h->nundo++];
}

bool topo_differs(struct topo_host *h, struct topo_line line)
{
	if (h->plan)
		topo_line(h->plan, line);
	return h->plan;
}

/* --- namespaces ------------------------------------------------------------------------- */

/* A name; a path or a PID is somebody else's. */
static bool may_make(const char *netns)
{
	return netns_name_valid(netns) && netns[strspn(netns, "0123456789")];
}

/* Marked before it has a name, so that there is none without its mark. */
static int new_netns(const char *name)
{
	struct netif *nl = NULL;
	struct netif_link lo;
	int fd = netns_new(), err = fd < 0 ? fd : netif_open(&nl, fd);

	if (!err)
		err = netif_get(nl, "lo", &lo);
	if (!err)
		err = netif_set_alias(nl, lo.ifindex, TOPO_MARK);
	if (!err)
		err = netif_set_up(nl, lo.ifindex, true);
	if (!err)
		err = netns_bind(fd, name);
	fault_point();
	netif_close(nl);
	if (fd >= 0)
		close(fd);
	return err;
}

static int need_netns(struct topo_host *h, const char *name)
{
	const struct netns_id none = { 0 };
	int fd = netns_open(name), err;
	struct topo_undo *u;

	if (fd >= 0) {
		close(fd);
		return XSW_OK;
	}
	if ((fd != -ENOENT && fd != -EINVAL) || !may_make(name))
		return fail(fd == -ENOENT ? XSW_MISSING : XSW_REFUSED,
			    "namespace %s: cannot open it: %s", quoted(name), strerror(-fd));
	if (topo_differs(h, (struct topo_line){ .sign = '+', .object = "namespace", .name = name }))
		return XSW_OK;
	if (fd == -EINVAL) /* a name without a namespace, of a command that was killed */
		netns_unbind(name, &none);
	err = new_netns(name);
	if (err)
		return fail(XSW_REFUSED, "namespace %s: cannot make it: %s", quoted(name),
			    strerror(-err));
	u = topo_keep(h, UNDO_NETNS);
	if (u)
		u->name = name;
	return u ? XSW_OK : XSW_REFUSED;
}

typedef int (*each_fn)(struct topo_host *h, const char *name);

static void add_name(const char **names, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp(names[i], name))
			return;
	names[(*n)++] = name;
}

/* Every namespace that a file names for itself, a link or a switch, once. */
static int each_netns(struct topo_host *h, each_fn fn)
{
	const struct topo *t = h->topo;
	const char **names =
		calloc(t->nnamespaces + 2 * t->nlinks + t->nswitches + 1, sizeof(*names));
	int status = names ? XSW_OK : fail(XSW_REFUSED, "out of memory");
	size_t n = 0;

	for (size_t i = 0; names && i < t->nnamespaces; i++)
		names[n++] = t->namespaces[i].name;
	for (size_t i = 0; names && i < 2 * t->nlinks; i++)
		if (t->links[i / 2].end[i % 2].netns)
			add_name(names, &n, t->links[i / 2].end[i % 2].netns);
	for (size_t i = 0; names && i < t->nswitches; i++)
		if (t->switches[i].netns)
			add_name(names, &n, t->switches[i].netns);
	for (size_t i = 0; i < n && !status; i++)
		status = fn(h, names[i]);
	free(names);
	return status;
}

bool topo_removal(const struct xsw_opts *opts, const char *what, const char *name)
{
	char text[128];

	if (!opts || !opts->dry_run)
		return false;
	snprintf(text, sizeof(text), "remove %s %s", what, name);
	opts->plan(text);
	return true;
}

/* `opts` NULL: no dry run. */
static int drop_netns(const struct xsw_opts *opts, const char *name)
{
	const struct netns_id none = { 0 };
	struct netns_id id;
	struct netif *nl = NULL;
	struct netif_link lo = { 0 };
	int fd = netns_open(name), err;

	if (fd == -EINVAL && !topo_removal(opts, "what is left of namespace", name))
		netns_unbind(name, &none); /* fails unless it is an empty file */
	if (fd < 0)
		return 0;
	err = netns_id(fd, &id);
	if (!err)
		err = netif_open(&nl, fd);
	if (!err)
		err = netif_get(nl, "lo", &lo);
	if (!err && !strcmp(lo.alias, TOPO_MARK) && !topo_removal(opts, "namespace", name))
		err = netns_unbind(name, &id);
	fault_point();
	netif_close(nl);
	close(fd);
	return err;
}

static int remove_netns(struct topo_host *h, const char *name)
{
	int err = may_make(name) ? drop_netns(h->opts, name) : 0;

	return err && err != -ENOENT ? fail(XSW_REFUSED, "namespace %s: cannot remove it: %s",
					    quoted(name), strerror(-err)) :
				       XSW_OK;
}

int topo_hosts_remove(const struct xsw_opts *opts, const struct topo *topo)
{
	struct topo_host h = { .topo = topo, .opts = opts };

	return each_netns(&h, remove_netns);
}

/* --- routes ----------------------------------------------------------------------------- */

static int as_route(struct netif *nl, const struct topo_way *way, struct netif_route *r)
{
	struct netif_link link = { 0 };
	int err = 0;

	*r = (struct netif_route){
		.family = way->to.family,
		.plen = way->to.plen,
		.has_via = way->via.family,
		.has_src = way->src.family,
		.metric = way->metric,
	};
	memcpy(r->dst, way->to.addr, sizeof(r->dst));
	memcpy(r->via, way->via.addr, sizeof(r->via));
	memcpy(r->src, way->src.addr, sizeof(r->src));
	if (way->dev) {
		err = netif_get(nl, way->dev, &link);
		r->ifindex = link.ifindex;
	}
	return err;
}

/* What is asked for; the rest may be as it is. */
static bool leads_there(const struct netif_route *r, const struct netif_route *is)
{
	return r->has_via == is->has_via && !memcmp(r->via, is->via, sizeof(r->via)) &&
	       (!r->has_src || (is->has_src && !memcmp(r->src, is->src, sizeof(r->src)))) &&
	       (!r->ifindex || r->ifindex == is->ifindex);
}

static int set_route(struct topo_host *h, struct netif *nl, const char *netns,
		     const struct netif_route *r, const struct netif_route *old)
{
	int err = netif_route_set(nl, r);
	struct topo_undo *u;

	fault_point();
	if (err)
		return err;
	u = topo_keep(h, UNDO_ROUTE);
	if (!u) {
		netif_route_del(nl, r);
		return -ENOMEM;
	}
	u->netns = netns;
	u->route = *r;
	u->had = old;
	if (old)
		u->old = *old;
	return 0;
}

/* What a switch's ports may bring about: a device, or a way to the next hop. */
static bool may_come(int err)
{
	return err == -ENODEV || err == -ENETUNREACH || err == -EHOSTUNREACH || err == -ENETDOWN ||
	       err == -EINVAL;
}

static int route_failed(struct topo_host *h, const char *netns, const struct topo_route *route,
			struct netif *nl, int err)
{
	const char *words = nl ? netif_error(nl) : "";

	if (may_come(err) && !h->late)
		return XSW_OK;
	log_place(h->topo->file, route->mark.line, route->mark.column);
	cannot("namespace", netns, err, words, "add route %s", quoted(route->words));
	log_place(NULL, 0, 0);
	return XSW_REFUSED;
}

static int need_route(struct topo_host *h, const char *netns, const struct topo_route *route)
{
	struct netif *nl = NULL;
	struct netif_route r = { 0 }, is = { 0 };
	int err = topo_netif(netns, &nl), had = -ENOENT, status = XSW_OK;

	if (!err)
		err = as_route(nl, &route->way, &r);
	if (!err)
		had = netif_route_get(nl, &r, &is);
	if (had && had != -ENOENT)
		err = had;
	if (!err && !had && leads_there(&r, &is))
		;
	else if (topo_differs(h, (struct topo_line){ .sign = had ? '+' : '~',
						     .object = "route",
						     .name = netns,
						     .want = route->words }))
		err = 0;
	else if (!err)
		err = set_route(h, nl, netns, &r, had ? NULL : &is);
	if (err)
		status = route_failed(h, netns, route, nl, err);
	netif_close(nl);
	return status;
}

/* A route goes with the address it needs, and undoing brings back that alone. */
static int keep_routes(struct topo_host *h, const struct topo_ns *ns)
{
	struct netif *nl = NULL;
	int err = topo_netif(ns->name, &nl);
	int status = err ? fail(XSW_REFUSED, "namespace %s: cannot look at its routes: %s",
				ns->name, strerror(-err)) :
			   XSW_OK;

	for (size_t i = 0; i < ns->nroutes && !status; i++) {
		struct netif_route r, old;
		struct topo_undo *u;

		if (as_route(nl, &ns->routes[i].way, &r) || netif_route_get(nl, &r, &old))
			continue;
		u = topo_keep(h, UNDO_ROUTE);
		if (!u) {
			status = XSW_REFUSED;
			break;
		}
		u->netns = ns->name;
		u->had = true;
		u->old = old;
	}
	netif_close(nl);
	return status;
}

/* --- all of it -------------------------------------------------------------------------- */

int topo_hosts(struct topo_host *h)
{
	const struct topo *t = h->topo;
	int status = h->late ? XSW_OK : each_netns(h, need_netns);

	for (size_t i = 0; i < t->nnamespaces && !status && !h->plan && !h->kept; i++)
		status = keep_routes(h, &t->namespaces[i]);
	h->kept = true;
	if (!status && !h->late)
		status = topo_links(h);
	for (size_t i = 0; i < t->nnamespaces && !status; i++) {
		const struct topo_ns *ns = &t->namespaces[i];

		for (size_t k = 0; k < ns->nsysctls && !status; k++)
			status = topo_sysctl(h, ns->name, &ns->sysctls[k]);
		for (size_t k = 0; k < ns->nroutes && !status; k++)
			status = need_route(h, ns->name, &ns->routes[k]);
		if (!status && !h->plan && xsw_interrupted())
			status = XSW_REFUSED;
	}
	return status;
}

static void undo_route(const struct topo_undo *u)
{
	struct netif *nl = NULL;

	if (topo_netif(u->netns, &nl))
		return;
	if (u->had)
		netif_route_set(nl, &u->old);
	else
		netif_route_del(nl, &u->route);
	netif_close(nl);
}

void topo_hosts_undo(struct topo_host *h)
{
	for (size_t i = h->nundo; i-- > 0;) {
		struct topo_undo *u = &h->undo[i];

		if (u->kind == UNDO_NETNS)
			drop_netns(NULL, u->name);
		else if (u->kind == UNDO_LINK)
			topo_undo_link(u);
		else if (u->kind == UNDO_END)
			topo_undo_end(u);
		else if (u->kind == UNDO_SYSCTL)
			topo_undo_sysctl(u);
		else
			undo_route(u);
	}
}
