// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_net.c - addresses and routes in the container
 *
 * The device is set down once and up again when it has its addresses: with `arp_notify` it then says
 * them to all, and whoever had the address before is forgotten.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cni.h"
#include "fault.h"
#include "netns.h"

/* The container's namespace, entered, and a socket there; cni_home() leads back. */
static int enter(struct cni *c, struct netif **nl)
{
	int fd = netns_open(c->netns), err = fd < 0 ? fd : netns_enter(fd);

	*nl = NULL;
	if (!err)
		err = netif_open(nl, -1);
	if (fd >= 0)
		close(fd);
	return err ? cni_fail(c, CNI_NETNS, "CNI_NETNS: %s: %s", quoted(c->netns),
			      err == -EINVAL ? "no network namespace" : strerror(-err)) :
		     CNI_OK;
}

static int refused(struct cni *c, struct netif *nl, const char *what, const char *which, int err)
{
	const char *words = netif_error(nl);

	return cni_fail(c, CNI_FAILED, "cannot %s %s%sat %s of the container: %s%s%s", what, which,
			*which ? " " : "", c->ifname, strerror(-err), *words ? ": " : "", words);
}

int cni_net_free(struct cni *c)
{
	struct netns_id here, there;
	struct netif_link link;
	struct netif *nl;
	int fd;

	if (enter(c, &nl))
		return c->code;
	if (!netif_get(nl, c->ifname, &link))
		cni_fail(c, CNI_EXISTS, "CNI_IFNAME: the container has a device %s already",
			 quoted(c->ifname));
	netif_close(nl);
	fd = netns_open_self();
	if (fd < 0 || netns_id(fd, &there) || netns_id(c->home, &here) || netns_same(&here, &there))
		cni_fail(c, CNI_NETNS, "CNI_NETNS: %s is where the plugin itself lives",
			 quoted(c->netns));
	if (fd >= 0)
		close(fd);
	cni_home(c);
	return c->code;
}

static void set_sysctl(const char *fmt, const char *device, bool on)
{
	char key[96];

	snprintf(key, sizeof(key), fmt, device);
	netif_sysctl(key, on ? "1" : "0");
}

/*
 * IPv6 where there are addresses of it, which need not be tried out: IPAM has given them. Where /proc/sys
 * cannot be written the container may have its settings already; if not, the addresses are refused.
 */
static void set_sysctls(const struct cni *c, const struct cni_ips *ips)
{
	bool inet6 = false;

	for (size_t i = 0; i < ips->n; i++)
		inet6 |= ips->ips[i].addr.family == AF_INET6;
	set_sysctl("ipv4/conf/%s/arp_notify", c->ifname, true);
	if (!inet6)
		return;
	set_sysctl("ipv6/conf/%s/disable_ipv6", "lo", false);
	set_sysctl("ipv6/conf/%s/disable_ipv6", c->ifname, false);
	set_sysctl("ipv6/conf/%s/accept_dad", c->ifname, c->conf.dad);
}

static int add_addrs(struct cni *c, struct netif *nl, int ifindex, const struct cni_ips *ips)
{
	char text[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < ips->n; i++) {
		int err = netif_addr_add(nl, ifindex, &ips->ips[i].addr);

		cni_addr_text(&ips->ips[i].addr, text);
		if (err)
			return refused(c, nl, "add address", text, err);
		fault_point();
	}
	return CNI_OK;
}

static void route_text(const struct netif_route *r, char text[INET6_ADDRSTRLEN + 4])
{
	struct netif_addr dst = { .family = r->family };
	char addr[INET6_ADDRSTRLEN];

	memcpy(dst.addr, r->dst, sizeof(dst.addr));
	cni_addr_text(&dst, addr);
	snprintf(text, INET6_ADDRSTRLEN + 4, "%s/%u", addr, r->plen);
}

static int add_routes(struct cni *c, struct netif *nl, int ifindex, const struct cni_ips *ips)
{
	char text[INET6_ADDRSTRLEN + 4];

	for (size_t i = 0; i < ips->nroutes; i++) {
		struct netif_route r = ips->routes[i];
		int err;

		r.ifindex = ifindex;
		err = netif_route_set(nl, &r);
		route_text(&r, text);
		if (err)
			return refused(c, nl, "add route", text, err);
		fault_point();
	}
	return CNI_OK;
}

static int set_up(struct cni *c, struct netif *nl, int ifindex, bool up)
{
	int err = netif_set_up(nl, ifindex, up);

	return err ? refused(c, nl, up ? "set up" : "set down", "", err) : CNI_OK;
}

int cni_net_up(struct cni *c, const struct cni_ips *ips)
{
	struct netif_link link;
	struct netif *nl;
	int err;

	if (enter(c, &nl))
		return c->code;
	err = netif_get(nl, c->ifname, &link);
	if (err)
		refused(c, nl, "look", "", err);
	set_sysctls(c, ips);
	if (!c->code && !set_up(c, nl, link.ifindex, false) &&
	    !add_addrs(c, nl, link.ifindex, ips) && !set_up(c, nl, link.ifindex, true))
		add_routes(c, nl, link.ifindex, ips);
	netif_close(nl);
	cni_home(c);
	return c->code;
}

/* --- looking ----------------------------------------------------------------------------- */

static int check_link(struct cni *c, const struct netif_link *link, uint32_t outer,
		      const uint8_t mac[6])
{
	char is[MAC_TEXT], was[MAC_TEXT];

	if (strcmp(link->kind, "veth") || (uint32_t)link->peer_ifindex != outer)
		return cni_fail(c, CNI_DAMAGED, "%s of the container is no device of port %s",
				c->ifname, c->port);
	if (memcmp(link->mac, mac, 6))
		return cni_fail(c, CNI_DAMAGED, "%s of the container has address %s, not %s",
				c->ifname, mac_text(link->mac, is), mac_text(mac, was));
	if (!link->up || !link->carrier)
		return cni_fail(c, CNI_DAMAGED, "%s of the container is down", c->ifname);
	return CNI_OK;
}

static int check_addrs(struct cni *c, struct netif *nl, int ifindex, const struct cni_ips *ips)
{
	struct netif_addr v[64];
	char text[INET6_ADDRSTRLEN];
	size_t n = 0, k;

	if (netif_addrs(nl, ifindex, v, sizeof(v) / sizeof(*v), &n))
		n = 0;
	for (size_t i = 0; i < ips->n; i++) {
		const struct netif_addr *a = &ips->ips[i].addr;

		for (k = 0; k < n; k++)
			if (v[k].family == a->family && v[k].plen == a->plen &&
			    !memcmp(v[k].addr, a->addr, sizeof(a->addr)))
				break;
		cni_addr_text(a, text);
		if (k == n)
			return cni_fail(c, CNI_DAMAGED, "%s of the container has no address %s/%u",
					c->ifname, text, a->plen);
	}
	return CNI_OK;
}

static int check_routes(struct cni *c, struct netif *nl, const struct cni_ips *ips)
{
	char text[INET6_ADDRSTRLEN + 4];
	struct netif_route is;

	for (size_t i = 0; i < ips->nroutes; i++) {
		const struct netif_route *r = &ips->routes[i];

		route_text(r, text);
		if (netif_route_get(nl, r, &is) || is.has_via != r->has_via ||
		    (r->has_via && memcmp(is.via, r->via, sizeof(r->via))))
			return cni_fail(c, CNI_DAMAGED, "the container has not its route to %s",
					text);
	}
	return CNI_OK;
}

int cni_net_check(struct cni *c, const struct cni_ips *ips, uint32_t outer, const uint8_t mac[6])
{
	struct netif_link link;
	struct netif *nl;

	if (enter(c, &nl))
		return c->code;
	if (netif_get(nl, c->ifname, &link))
		cni_fail(c, CNI_DAMAGED, "the container has no device %s", c->ifname);
	else if (!check_link(c, &link, outer, mac) && !check_addrs(c, nl, link.ifindex, ips))
		check_routes(c, nl, ips);
	netif_close(nl);
	cni_home(c);
	return c->code;
}
