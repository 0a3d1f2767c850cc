// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif_change.c - making, changing and removing devices and their addresses
 */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include "netif_int.h"

static void put_end(struct netif *nl, const char *name, const uint8_t *mac, uint32_t mtu)
{
	/* The kernel reads a '%' as a pattern and chooses a name: not what was asked for. */
	if (!*name || strlen(name) >= IFNAMSIZ || strchr(name, '%'))
		nl->err = -EINVAL;
	netif_put_string(nl, IFLA_IFNAME, name);
	if (mac)
		netif_put(nl, IFLA_ADDRESS, mac, 6);
	if (mtu)
		netif_put_u32(nl, IFLA_MTU, mtu);
}

int netif_veth_add(struct netif *nl, const struct netif_veth *veth)
{
	const struct ifinfomsg info = { 0 };
	struct nlattr *linkinfo, *data, *peer;

	netif_begin(nl, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof(info));
	put_end(nl, veth->name, veth->mac, veth->mtu);
	linkinfo = netif_nest(nl, IFLA_LINKINFO);
	netif_put_string(nl, IFLA_INFO_KIND, "veth");
	data = netif_nest(nl, IFLA_INFO_DATA);
	peer = netif_nest(nl, VETH_INFO_PEER);
	netif_put_head(nl, &info, sizeof(info));
	put_end(nl, veth->peer_name, veth->peer_mac, veth->mtu);
	netif_put_u32(nl, IFLA_NET_NS_FD, veth->peer_netns);
	netif_nest_end(nl, peer);
	netif_nest_end(nl, data);
	netif_nest_end(nl, linkinfo);
	return netif_transact(nl);
}

static int describe(struct netif *nl, int ifindex, const char *alias, bool inet6)
{
	const uint8_t mode = IN6_ADDR_GEN_MODE_NONE;
	struct nlattr *spec, *family;

	netif_begin_link(nl, RTM_SETLINK, 0, ifindex);
	/* Without its NUL: the kernel takes the length as it is, and none as no alias. */
	netif_put(nl, IFLA_IFALIAS, alias, strlen(alias));
	if (inet6) {
		spec = netif_nest(nl, IFLA_AF_SPEC);
		family = netif_nest(nl, AF_INET6);
		netif_put(nl, IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof(mode));
		netif_nest_end(nl, family);
		netif_nest_end(nl, spec);
	}
	return netif_transact(nl);
}

int netif_describe(struct netif *nl, int ifindex, const char *alias)
{
	int err = describe(nl, ifindex, alias, true);

	/* A kernel without IPv6, or a device without (an MTU below 1280). Nothing was set. */
	if (err == -EAFNOSUPPORT)
		err = describe(nl, ifindex, alias, false);
	return err;
}

int netif_set_alias(struct netif *nl, int ifindex, const char *alias)
{
	return describe(nl, ifindex, alias, false);
}

static int set_flag(struct netif *nl, int ifindex, unsigned int flag, bool on)
{
	const struct ifinfomsg info = {
		.ifi_index = ifindex,
		.ifi_flags = on ? flag : 0,
		.ifi_change = flag,
	};

	netif_begin(nl, RTM_SETLINK, 0, &info, sizeof(info));
	return netif_transact(nl);
}

int netif_set_up(struct netif *nl, int ifindex, bool up)
{
	return set_flag(nl, ifindex, IFF_UP, up);
}

int netif_set_promisc(struct netif *nl, int ifindex, bool on)
{
	return set_flag(nl, ifindex, IFF_PROMISC, on);
}

static int set_u32(struct netif *nl, int ifindex, int attr, uint32_t value)
{
	netif_begin_link(nl, RTM_SETLINK, 0, ifindex);
	netif_put_u32(nl, attr, value);
	return netif_transact(nl);
}

int netif_set_mtu(struct netif *nl, int ifindex, uint32_t mtu)
{
	return set_u32(nl, ifindex, IFLA_MTU, mtu);
}

int netif_set_group(struct netif *nl, int ifindex, uint32_t group)
{
	return set_u32(nl, ifindex, IFLA_GROUP, group);
}

int netif_del(struct netif *nl, int ifindex)
{
	netif_begin_link(nl, RTM_DELLINK, 0, ifindex);
	return netif_transact(nl);
}

int netif_del_group(struct netif *nl, uint32_t group)
{
	netif_begin_link(nl, RTM_DELLINK, 0, 0);
	netif_put_u32(nl, IFLA_GROUP, group);
	return netif_transact(nl);
}

int netif_set_mac(struct netif *nl, int ifindex, const uint8_t mac[6])
{
	netif_begin_link(nl, RTM_SETLINK, 0, ifindex);
	netif_put(nl, IFLA_ADDRESS, mac, 6);
	return netif_transact(nl);
}

static int change_addr(struct netif *nl, int type, int flags, int ifindex,
		       const struct netif_addr *addr)
{
	const struct ifaddrmsg info = {
		.ifa_family = addr->family,
		.ifa_prefixlen = addr->plen,
		.ifa_index = ifindex,
	};
	size_t len = addr->family == AF_INET ? 4 : sizeof(addr->addr);

	netif_begin(nl, type, flags, &info, sizeof(info));
	netif_put(nl, IFA_LOCAL, addr->addr, len);
	netif_put(nl, IFA_ADDRESS, addr->addr, len);
	return netif_transact(nl);
}

int netif_addr_add(struct netif *nl, int ifindex, const struct netif_addr *addr)
{
	return change_addr(nl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, ifindex, addr);
}

int netif_addr_del(struct netif *nl, int ifindex, const struct netif_addr *addr)
{
	return change_addr(nl, RTM_DELADDR, 0, ifindex, addr);
}
