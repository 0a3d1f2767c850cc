// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif_route.c - routes of the main table
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "netif_int.h"

#define METRIC6 1024 /* IP6_RT_PRIO_USER: what IPv6 makes of none */

static size_t addr_len(int family)
{
	return family == AF_INET ? 4 : 16;
}

static int change(struct netif *nl, int type, int flags, const struct netif_route *r)
{
	const struct rtmsg head = {
		.rtm_family = (unsigned char)r->family,
		.rtm_dst_len = r->plen,
		.rtm_table = RT_TABLE_MAIN,
		.rtm_protocol = type == RTM_NEWROUTE ? RTPROT_STATIC : RTPROT_UNSPEC,
		.rtm_scope = type == RTM_DELROUTE ? RT_SCOPE_NOWHERE :
			     r->has_via		  ? RT_SCOPE_UNIVERSE :
						    RT_SCOPE_LINK,
		.rtm_type = type == RTM_NEWROUTE ? RTN_UNICAST : RTN_UNSPEC,
	};
	size_t len = addr_len(r->family);

	netif_begin(nl, type, flags, &head, sizeof(head));
	if (r->plen)
		netif_put(nl, RTA_DST, r->dst, len);
	if (r->has_via)
		netif_put(nl, RTA_GATEWAY, r->via, len);
	if (r->has_src)
		netif_put(nl, RTA_PREFSRC, r->src, len);
	if (r->ifindex)
		netif_put_u32(nl, RTA_OIF, (uint32_t)r->ifindex);
	if (r->metric)
		netif_put_u32(nl, RTA_PRIORITY, r->metric);
	return netif_transact(nl);
}

int netif_route_set(struct netif *nl, const struct netif_route *route)
{
	return change(nl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, route);
}

int netif_route_del(struct netif *nl, const struct netif_route *route)
{
	return change(nl, RTM_DELROUTE, 0, route);
}

struct finding {
	const struct netif_route *want;
	struct netif_route *out;
	bool found;
};

static bool take(const struct nlmsghdr *hdr, int type, void *to, size_t len)
{
	struct nlattr *attr = nlmsg_find_attr((struct nlmsghdr *)hdr, sizeof(struct rtmsg), type);

	if (!attr || (size_t)nla_len(attr) < len)
		return false;
	memcpy(to, nla_data(attr), len);
	return true;
}

/* A unicast route of the main table; false: another one. */
static bool read_route(const struct nlmsghdr *hdr, struct netif_route *r)
{
	const struct rtmsg *head = nlmsg_data(hdr);
	size_t len = addr_len(head->rtm_family);
	uint32_t oif = 0;

	if (hdr->nlmsg_type != RTM_NEWROUTE || head->rtm_table != RT_TABLE_MAIN ||
	    head->rtm_type != RTN_UNICAST)
		return false;
	*r = (struct netif_route){ .family = head->rtm_family, .plen = head->rtm_dst_len };
	take(hdr, RTA_DST, r->dst, len);
	r->has_via = take(hdr, RTA_GATEWAY, r->via, len);
	r->has_src = take(hdr, RTA_PREFSRC, r->src, len);
	take(hdr, RTA_PRIORITY, &r->metric, sizeof(r->metric));
	take(hdr, RTA_OIF, &oif, sizeof(oif));
	r->ifindex = (int)oif;
	return true;
}

static void on_route(const struct nlmsghdr *hdr, void *arg)
{
	struct finding *f = arg;
	struct netif_route r;

	if (f->found || !read_route(hdr, &r) || r.family != f->want->family ||
	    r.plen != f->want->plen || memcmp(r.dst, f->want->dst, addr_len(r.family)) ||
	    r.metric != (f->want->metric	     ? f->want->metric :
			 f->want->family == AF_INET6 ? METRIC6 :
						       0))
		return;
	*f->out = r;
	f->found = true;
}

int netif_route_get(struct netif *nl, const struct netif_route *route, struct netif_route *out)
{
	const struct rtmsg head = { .rtm_family = (unsigned char)route->family };
	struct finding f = { route, out, false };
	int err;

	netif_begin(nl, RTM_GETROUTE, NLM_F_DUMP, &head, sizeof(head));
	nl->other = on_route;
	nl->other_arg = &f;
	err = netif_transact(nl);
	nl->other = NULL;
	return err ? err : f.found ? 0 : -ENOENT;
}

struct routes {
	struct netif_route *v;
	size_t n, room;
	int err;
};

static void on_any_route(const struct nlmsghdr *hdr, void *arg)
{
	struct routes *all = arg;
	struct netif_route r;

	if (all->err || !read_route(hdr, &r) || (r.family != AF_INET && r.family != AF_INET6))
		return;
	if (all->n == all->room) {
		size_t room = all->room ? 2 * all->room : 32;
		struct netif_route *v = reallocarray(all->v, room, sizeof(*v));

		if (!v) {
			all->err = -ENOMEM;
			return;
		}
		all->v = v;
		all->room = room;
	}
	all->v[all->n++] = r;
}

int netif_routes(struct netif *nl, struct netif_route **v, size_t *n)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct routes all = { 0 };

	for (size_t i = 0; i < 2 && !all.err; i++) {
		const struct rtmsg head = { .rtm_family = (unsigned char)families[i] };
		int err;

		netif_begin(nl, RTM_GETROUTE, NLM_F_DUMP, &head, sizeof(head));
		err = netif_ask(nl, on_any_route, &all);
		if (!all.err)
			all.err = err;
	}
	if (all.err) {
		free(all.v);
		return all.err;
	}
	*v = all.v;
	*n = all.n;
	return 0;
}
