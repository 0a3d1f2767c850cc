// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_addr.c - what a port's inner device has, and its addresses as asked for
 */
#include <errno.h>
#include <string.h>

#include "fault.h"
#include "port.h"

/* A socket where the inner device lives; -ESTALE: that is another namespace now. */
static int open_inner(struct xsw *sw, const struct xsw_info *info, struct netif **nl)
{
	return sw->nl ? port_open_peer(info, nl) : -ESTALE;
}

static bool has_inner(const struct xsw_info *info)
{
	return info->type == XSW_TYPE_NETNS || info->type == XSW_TYPE_HOST;
}

static int read_addrs(struct netif *nl, uint32_t ifindex, struct arg_addrs *addrs)
{
	struct netif_addr v[ARG_ADDRS_MAX];
	int err = netif_addrs(nl, (int)ifindex, v, ARG_ADDRS_MAX, &addrs->n);

	for (size_t i = 0; i < addrs->n; i++) {
		addrs->v[i] = (struct arg_addr){ .family = v[i].family, .plen = v[i].plen };
		memcpy(addrs->v[i].addr, v[i].addr, sizeof(v[i].addr));
	}
	return err;
}

void xsw_port_made(struct xsw *sw, uint32_t number, struct xsw_port_made *made)
{
	const struct xsw_info *info = &sw->ports[number % XSW_PORTS];
	bool xdp = info->hook == XSW_HOOK_XDP;
	struct netif *nl = NULL;
	uint8_t mac[6];

	*made = (struct xsw_port_made){
		.hook = info->hook_why == XSW_WHY_AUTO	       ? XSW_HOOK_ARG_AUTO :
			xdp || info->hook_why != XSW_WHY_ASKED ? XSW_HOOK_ARG_XDP :
								 XSW_HOOK_ARG_TC,
		.xdp = xdp,
		.chain = info->flags & XSW_I_CHAIN,
		.whole = info->flags & XSW_I_READY &&
			 maps_tx_get(&sw->maps, number) == info->ifindex,
	};
	if (!has_inner(info))
		return;
	port_stable_mac(sw, info->name, "inner", mac);
	made->own_mac = memcmp(mac, info->mac, sizeof(mac));
	if (open_inner(sw, info, &nl) || read_addrs(nl, info->peer_ifindex, &made->addrs))
		made->whole = false;
	netif_close(nl);
}

void xsw_port_mac(const struct xsw *sw, const char *port, uint8_t mac[6])
{
	port_stable_mac(sw, port, "inner", mac);
}

static struct netif_addr as_netif(const struct arg_addr *a)
{
	struct netif_addr addr = { .family = a->family, .plen = a->plen };

	memcpy(addr.addr, a->addr, sizeof(addr.addr));
	return addr;
}

bool addrs_have(const struct arg_addrs *list, const struct arg_addr *a)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->v[i].family == a->family && list->v[i].plen == a->plen &&
		    !memcmp(list->v[i].addr, a->addr, sizeof(a->addr)))
			return true;
	return false;
}

/* All that are wanted are added at the end: with a primary address its secondary ones go. */
static int exchange(struct netif *nl, int ifindex, const struct arg_addrs *had,
		    const struct arg_addrs *addrs)
{
	struct netif_addr addr;
	int err = 0;

	for (size_t i = 0; i < had->n && !err; i++) {
		addr = as_netif(&had->v[i]);
		if (!addrs_have(addrs, &had->v[i]))
			err = netif_addr_del(nl, ifindex, &addr);
		if (err == -EADDRNOTAVAIL)
			err = 0;
		fault_point();
	}
	for (size_t i = 0; i < addrs->n && !err; i++) {
		addr = as_netif(&addrs->v[i]);
		err = netif_addr_add(nl, ifindex, &addr);
		if (err == -EEXIST)
			err = 0;
		fault_point();
	}
	return err;
}

int addrs_store(struct xsw *sw, uint32_t number, const struct arg_addrs *addrs)
{
	const struct xsw_info *info = &sw->ports[number];
	struct arg_addrs had = { .n = 0 };
	struct netif *nl = NULL;
	int err = open_inner(sw, info, &nl);

	if (!err)
		err = read_addrs(nl, info->peer_ifindex, &had);
	if (!err)
		err = exchange(nl, (int)info->peer_ifindex, &had, addrs);
	netif_close(nl);
	return err;
}

int xsw_port_addrs_set(struct xsw *sw, const char *port, const struct arg_addrs *addrs)
{
	struct xsw_port_made made;
	uint32_t number;
	int err = xsw_port_need(sw, port, &number);

	if (err || xsw_plan(sw, "set the addresses of port %s", port))
		return err;
	xsw_port_made(sw, number, &made);
	err = batch_keep_addrs(sw, number, &made.addrs);
	if (err)
		return err;
	err = addrs_store(sw, number, addrs);
	return err ? fail(XSW_REFUSED, "port %s: cannot set its addresses: %s", port,
			  strerror(-err)) :
		     XSW_OK;
}
