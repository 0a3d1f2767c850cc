// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_undo.c - one port, or all: the steps of xsw_port.c taken back
 *
 * As much as there is of them. Nothing is touched that is not provably ours: a device is known
 * by its address, a namespace by its identity.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "grace.h"
#include "port.h"
#include "xsw_names.h"

/* Of devices about to be removed together. */
#define DOWN_GROUP (0x78000000u + (uint32_t)getpid())
#define DOWN_MANY  100 /* devices a message */

bool port_is_ours(const struct xsw_info *info, const struct netif_link *link)
{
	const struct tunnel_kind *tunnel =
		tunnel_kind(info->type, tunnel_is_ipv6(&info->leg.remote));

	return info->name[0] && info->flags & XSW_I_DEV_CREATED &&
	       !strcmp(link->kind, tunnel ? tunnel->kind : "veth") &&
	       !memcmp(link->mac, info->outer_mac, 6);
}

/* The outer device, if what has its name or its index is really ours; else -ENODEV. */
static int find_ours(struct xsw *sw, const struct xsw_info *info, struct netif_link *link)
{
	int tries;

	if (!sw->nl || !(info->flags & XSW_I_DEV_CREATED))
		return -ENODEV;
	for (tries = 0; tries < 2; tries++) {
		int err = tries ? netif_get_index(sw->nl, (int)info->ifindex, link) :
				  netif_get(sw->nl, info->outer, link);

		if (err && err != -ENODEV)
			return err;
		if (!err && port_is_ours(info, link))
			return 0;
	}
	return -ENODEV;
}

static bool same_netns(const struct xsw_info *a, const struct xsw_info *b)
{
	return b->type == XSW_TYPE_NETNS && a->netns_ino == b->netns_ino &&
	       a->netns_cookie == b->netns_cookie;
}

/* Another port of this switch needs the namespace too. */
static bool netns_shared(const struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	uint32_t n;

	for (n = 1; n < XSW_PORTS; n++)
		if (n != number && sw->ports[n].name[0] && same_netns(info, &sw->ports[n]))
			return true;
	return false;
}

/* A name that is gone, or is another namespace's, is not ours to remove. */
static int drop_netns(const struct xsw_info *info)
{
	struct netns_id id = { info->netns_dev, info->netns_ino, info->netns_cookie };
	int err = 0;

	if (info->flags & XSW_I_NS_CREATED && info->netns[0])
		err = netns_unbind(info->netns, &id);
	fault_point();
	return err == -ENOENT || err == -ESTALE ? 0 : err;
}

static int drop_pins(const struct xsw *sw, uint32_t number)
{
	char text[16];
	int err;

	snprintf(text, sizeof(text), "%u", port_pin_number(sw, number));
	err = xsw_remove_port_pins(sw->name, text);
	fault_point();
	return err;
}

struct closing {
	const struct prog *prog;
	uint32_t port;
};

/* Static entries would point at whoever gets the number next; dynamic ones are flushed. */
static int collect_entry(union xsw_fdb_key key, const struct xsw_fdb_entry *e, void *arg)
{
	struct closing *c = arg;

	if (e->dest.port == c->port && e->dest.state != XSW_FDB_DYNAMIC)
		prog_fdb_del(c->prog, key);
	return 0;
}

static void close_port(struct xsw *sw, uint32_t number)
{
	struct closing c = { &sw->prog, number };

	vlan_close(sw, number);
	if (prog_flush(&sw->prog, number, -1))
		maps_flush_port(&sw->maps, number);
	maps_fdb_each(&sw->maps, collect_entry, &c);
	fault_point();
}

int port_drop_device(struct xsw *sw, uint32_t number)
{
	struct xsw_info *info = &sw->ports[number];
	struct netif_link link;
	int err;

	if (type_is_tunnel(info->type) && tunnel_shared(sw, number))
		return 0;
	err = find_ours(sw, info, &link);
	if (!err) {
		if (info->flags & XSW_I_CHAIN) /* libxdp's pins would outlive the device */
			port_detach(sw, number);
		err = netif_del(sw->nl, link.ifindex);
	}
	fault_point();
	if (!err || err == -ENODEV)
		err = drop_pins(sw, number);
	if (err)
		return err;
	maps_ifport_del(&sw->maps,
			type_is_tunnel(info->type) ? XSW_TUNNEL_NUMBER(info->leg.slot) : number,
			info->ifindex);
	return 0;
}

/* The one that stays takes over the duty to remove the namespace. */
static int pass_netns_on(struct xsw *sw, uint32_t number)
{
	uint32_t n;

	for (n = 1; n < XSW_PORTS; n++)
		if (n != number && sw->ports[n].name[0] &&
		    same_netns(&sw->ports[number], &sw->ports[n])) {
			sw->ports[n].flags |= XSW_I_NS_CREATED;
			return maps_info_set(&sw->maps, n, &sw->ports[n]);
		}
	return 0;
}

/* Nothing is left of it but the record. */
static int forget(struct xsw *sw, uint32_t number)
{
	const struct xsw_info none = { 0 };
	int err;

	maps_tx_clear(&sw->maps, number);
	maps_xtx_clear(&sw->maps, number);
	err = maps_info_set(&sw->maps, number, &none);
	if (!err)
		sw->ports[number] = none;
	return err;
}

static int unmake(struct xsw *sw, uint32_t number, bool keep)
{
	struct xsw_info *info = &sw->ports[number];
	__u32 mtu = keep && info->type != XSW_TYPE_DEV ? info->mtu : 0;
	int err;

	/* from here on it is remains, whoever finds it */
	info->flags &= ~(__u32)XSW_I_READY;
	err = maps_info_set(&sw->maps, number, info);
	fault_point();
	if (err)
		return err;
	close_port(sw, number);
	if (!keep) {
		policy_drop(sw, number);
		mirror_forget(sw, number);
	}
	err = port_dev_restore(sw, number);
	tunnel_drop(sw, number);
	err = port_drop_device(sw, number) ?: err;
	if (!err && info->flags & XSW_I_NS_CREATED && netns_shared(sw, number))
		err = pass_netns_on(sw, number);
	else if (!err)
		err = drop_netns(info);
	if (!err)
		err = forget(sw, number);
	if (err)
		return err;
	info->mtu = mtu;
	port_recount(sw);
	fault_point();
	mtu_follow(sw);
	return 0;
}

int port_unmake(struct xsw *sw, uint32_t number)
{
	return unmake(sw, number, false);
}

int port_unmake_keep(struct xsw *sw, uint32_t number)
{
	return unmake(sw, number, true);
}

static bool is_of_ours(const struct xsw *sw, const struct netif_link *link)
{
	uint32_t port = 1;

	while (port < XSW_PORTS && !port_is_ours(&sw->ports[port], link))
		port++;
	return port < XSW_PORTS;
}

static int drop_group(struct xsw *sw, uint32_t *grouped)
{
	int err = 0;

	if (*grouped) {
		grace_shorten();
		err = netif_del_group(sw->nl, DOWN_GROUP);
		fault_point();
	}
	*grouped = 0;
	return err == -ENODEV ? 0 : err;
}

/*
 * Devices go many in a message: the kernel waits for its grace periods once, not once each. Not all
 * in one, for it holds RTNL until they are gone, and nobody else changes a device meanwhile.
 */
static int drop_devices(struct xsw *sw)
{
	struct netif_link *links = NULL;
	uint32_t grouped = 0;
	size_t i, n = 0;
	int err = sw->nl ? netif_list(sw->nl, &links, &n) : 0;

	for (i = 0; i < n && !err; i++) {
		if (!is_of_ours(sw, &links[i]))
			continue;
		if (!netif_set_group(sw->nl, links[i].ifindex, DOWN_GROUP))
			grouped++;
		else
			err = netif_del(sw->nl, links[i].ifindex);
		if (err == -ENODEV) /* gone meanwhile */
			err = 0;
		fault_point();
		if (!err && grouped == DOWN_MANY)
			err = drop_group(sw, &grouped);
	}
	free(links);
	return err ? err : drop_group(sw, &grouped);
}

int port_unmake_all(struct xsw *sw)
{
	uint32_t n;
	int err;

	grace_shorten();
	for (n = 1; n < XSW_PORTS; n++)
		if (sw->ports[n].flags & XSW_I_CHAIN && sw->ports[n].type != XSW_TYPE_DEV)
			port_detach(sw, n);
	err = drop_devices(sw);
	for (n = 1; n < XSW_PORTS; n++) {
		if (!sw->ports[n].name[0])
			continue;
		err = port_dev_restore(sw, n) ?: err;
		err = drop_pins(sw, n) ?: err;
		err = drop_netns(&sw->ports[n]) ?: err;
	}
	return err;
}
