// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif_tunnel.c - tunnel devices in external mode, and what a route carries
 */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/rtnetlink.h>

#include "netif_int.h"

/* Attributes of each kind; `flag`: COLLECT_METADATA is one without a value. */
static const struct {
	const char *kind;
	int collect, port;
	bool flag;
} kinds[] = {
	{ "vxlan", IFLA_VXLAN_COLLECT_METADATA, IFLA_VXLAN_PORT, false },
	{ "geneve", IFLA_GENEVE_COLLECT_METADATA, IFLA_GENEVE_PORT, true },
	{ "gretap", IFLA_GRE_COLLECT_METADATA, 0, true },
	{ "ip6gretap", IFLA_GRE_COLLECT_METADATA, 0, true },
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

int netif_tunnel_add(struct netif *nl, const struct netif_tunnel *t)
{
	const struct ifinfomsg info = { 0 };
	const uint16_t port = htons(t->udp_port);
	struct nlattr *linkinfo, *data;
	const uint8_t on = 1, off = 0;
	size_t i = 0;

	while (i < KINDS && strcmp(kinds[i].kind, t->kind))
		i++;
	if (i == KINDS)
		return -EINVAL;
	netif_begin(nl, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	netif_put_string(nl, IFLA_IFNAME, t->name);
	netif_put(nl, IFLA_ADDRESS, t->mac, 6);
	netif_put_u32(nl, IFLA_MTU, t->mtu);
	linkinfo = netif_nest(nl, IFLA_LINKINFO);
	netif_put_string(nl, IFLA_INFO_KIND, t->kind);
	data = netif_nest(nl, IFLA_INFO_DATA);
	netif_put(nl, kinds[i].collect, &on, kinds[i].flag ? 0 : sizeof(on));
	if (kinds[i].port)
		netif_put(nl, kinds[i].port, &port, sizeof(port));
	if (!strcmp(t->kind, "vxlan"))
		netif_put(nl, IFLA_VXLAN_LEARNING, &off, sizeof(off));
	netif_nest_end(nl, data);
	netif_nest_end(nl, linkinfo);
	return netif_transact(nl);
}

struct route {
	int oif;
	uint32_t mtu; /* 0: the device's */
};

static void on_route(const struct nlmsghdr *hdr, void *arg)
{
	struct nlattr *attrs[RTA_MAX + 1], *mtu;
	struct route *r = arg;

	if (hdr->nlmsg_type != RTM_NEWROUTE ||
	    nlmsg_parse((struct nlmsghdr *)hdr, sizeof(struct rtmsg), attrs, RTA_MAX, NULL))
		return;
	if (attrs[RTA_OIF])
		r->oif = nla_get_s32(attrs[RTA_OIF]);
	if (!attrs[RTA_METRICS])
		return;
	mtu = nla_find(nla_data(attrs[RTA_METRICS]), nla_len(attrs[RTA_METRICS]), RTAX_MTU);
	if (mtu)
		r->mtu = nla_get_u32(mtu);
}

int netif_route_mtu(struct netif *nl, const struct netif_addr *to, const struct netif_addr *from,
		    uint32_t *mtu)
{
	size_t len = to->family == AF_INET ? 4 : sizeof(to->addr);
	const struct rtmsg head = {
		.rtm_family = to->family,
		.rtm_dst_len = (unsigned char)(8 * len),
		.rtm_src_len = (unsigned char)(from ? 8 * len : 0),
	};
	struct netif_link link;
	struct route r = { 0 };
	int err;

	netif_begin(nl, RTM_GETROUTE, 0, &head, sizeof(head));
	netif_put(nl, RTA_DST, to->addr, len);
	if (from)
		netif_put(nl, RTA_SRC, from->addr, len);
	err = netif_ask(nl, on_route, &r);
	if (!err)
		err = netif_get_index(nl, r.oif, &link);
	if (err)
		return err;
	*mtu = r.mtu && r.mtu < link.mtu ? r.mtu : link.mtu;
	return 0;
}
