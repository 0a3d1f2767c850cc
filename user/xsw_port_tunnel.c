// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_port_tunnel.c - a leg of a tunnel port, and the device it shares
 *
 * The kernel allows one device in external mode for each kind and UDP port of a namespace, so all
 * tunnel ports of a switch with the same ones share it. It is made with the first of them and goes
 * with the last; the record of each has its slot, from which its name follows, and its MAC
 * address, by which it is known. A device that vanished and is made again serves all ports it had.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "port.h"
#include "xsw_names.h"

#define DEVICE_MTU 65000 /* what limits is the MTU of the port; more is refused by some kinds */

static const struct tunnel_kind *kind_of(const struct xsw_info *info)
{
	return tunnel_kind(info->type, tunnel_is_ipv6(&info->leg.remote));
}

/* Whether both are ports of one device; `slot`, if they have one, says so too. */
static bool same_device(const struct xsw_info *a, const struct xsw_info *b)
{
	return type_is_tunnel(b->type) && kind_of(a)->kind == kind_of(b)->kind &&
	       a->leg.udp_port == b->leg.udp_port;
}

bool tunnel_shared(const struct xsw *sw, uint32_t number)
{
	uint32_t n;

	for (n = 1; n < XSW_PORTS; n++)
		if (n != number && sw->ports[n].name[0] && sw->ports[n].leg.slot &&
		    sw->ports[n].leg.slot == sw->ports[number].leg.slot)
			return true;
	return false;
}

/* The slot of the device, or a free one; 0: none is free. */
static uint8_t find_slot(const struct xsw *sw, const struct xsw_info *info)
{
	bool taken[XSW_TUNNELS] = { true };
	uint32_t n;

	for (n = 1; n < XSW_PORTS; n++) {
		const struct xsw_info *other = &sw->ports[n];

		if (!other->name[0] || !other->leg.slot)
			continue;
		if (same_device(info, other))
			return other->leg.slot;
		taken[other->leg.slot % XSW_TUNNELS] = true;
	}
	for (n = 1; n < XSW_TUNNELS; n++)
		if (!taken[n])
			return (uint8_t)n;
	return 0;
}

static void fill_leg(struct making *mk)
{
	const struct xsw_tunnel_spec *spec = &mk->spec->tunnel;
	struct xsw_leg *leg = &mk->info->leg;

	leg->remote = tunnel_ip(&spec->remotes.v[mk->leg]);
	leg->local = tunnel_ip(&spec->local);
	leg->head = (__u16)mk->head;
	leg->index = (__u16)mk->leg;
	leg->legs = (__u16)spec->remotes.n;
	leg->key = spec->key.value;
	leg->key_mode = (__u8)tunnel_key_mode(mk->spec);
	leg->udp_port = tunnel_udp_port(mk->spec);
}

static int no_kind(struct making *mk)
{
	const struct tunnel_kind *kind = kind_of(mk->info);

	mk->status = fail(XSW_REFUSED, "port %s: this kernel has no %s devices", mk->info->name,
			  kind->kind);
	hint("they are in the module %s (%s): `modprobe %s`, or a kernel that has it; type vxlan "
	     "needs only UDP",
	     kind->module, kind->config, kind->module);
	return -ECANCELED;
}

/* Somebody else of this namespace has the device that there can be one of. */
static int taken(struct making *mk)
{
	const struct xsw_leg *leg = &mk->info->leg;

	if (!leg->udp_port) {
		mk->status = fail(XSW_REFUSED,
				  "port %s: another %s device in external mode is in the switch's "
				  "namespace, and there can be one",
				  mk->info->name, kind_of(mk->info)->kind);
		hint("another switch may live there: its tunnels can carry this one's keys; or "
		     "give each switch a namespace");
	} else {
		mk->status = fail(XSW_REFUSED,
				  "port %s: UDP port %u of the switch's namespace is taken: by "
				  "another switch, or another %s device",
				  mk->info->name, leg->udp_port, kind_of(mk->info)->kind);
		hint("port N chooses another one, here and at the other end");
	}
	return -ECANCELED;
}

static int name_taken(struct making *mk)
{
	mk->status = fail(XSW_REFUSED, "port %s: cannot create %s in namespace of the switch: %s",
			  mk->info->name, mk->info->outer, strerror(EEXIST));
	return -ECANCELED;
}

/* A device that came back comes back for every port on it. */
static int revive(struct making *mk)
{
	struct xsw *sw = mk->sw;
	uint32_t n;
	int err = 0;

	for (n = 1; n < XSW_PORTS && !err; n++) {
		struct xsw_info *info = &sw->ports[n];

		if (n == mk->number || info->leg.slot != mk->info->leg.slot || !info->name[0])
			continue;
		maps_ifport_del(&sw->maps, XSW_TUNNEL_NUMBER(info->leg.slot), info->ifindex);
		info->ifindex = mk->info->ifindex;
		sw->maps.mem.ports[n].ifindex = info->ifindex;
		err = maps_info_set(&sw->maps, n, info);
		if (!err)
			err = maps_tx_set(&sw->maps, n, info->ifindex);
		fault_point();
	}
	return err;
}

static int make_device(struct making *mk, const char *alias)
{
	struct xsw_info *info = mk->info;
	const struct netif_tunnel t = {
		.name = info->outer,
		.kind = kind_of(info)->kind,
		.mac = info->outer_mac,
		.udp_port = info->leg.udp_port,
		.mtu = DEVICE_MTU,
	};
	struct netif_link link;
	int err = netif_tunnel_add(mk->sw->nl, &t);

	fault_point();
	if (err == -EOPNOTSUPP)
		return no_kind(mk);
	if (err == -EEXIST || err == -EBUSY || err == -EPERM)
		return taken(mk);
	if (!err)
		err = netif_get(mk->sw->nl, info->outer, &link);
	if (err)
		return err;
	info->ifindex = (uint32_t)link.ifindex;
	err = netif_describe(mk->sw->nl, link.ifindex, alias);
	if (!err)
		err = netif_disable_ipv6(info->outer);
	fault_point();
	return err ? err : revive(mk);
}

int port_step_tunnel(struct making *mk)
{
	struct xsw_info *info = mk->info;
	struct netif_link link;
	char alias[128];
	int err;

	mk->step = "create its device";
	fill_leg(mk);
	info->leg.slot = find_slot(mk->sw, info);
	if (!info->leg.slot) {
		mk->status = fail(XSW_REFUSED, "port %s: a switch has %d tunnel devices at most",
				  info->name, XSW_TUNNELS - 1);
		return -ECANCELED;
	}
	snprintf(alias, sizeof(alias), XSW_TUNNEL_ALIAS_FMT, mk->sw->name, kind_of(info)->kind,
		 info->leg.udp_port);
	snprintf(info->outer, sizeof(info->outer), XSW_TUNNEL_FMT, mk->sw->name,
		 info->leg.slot % XSW_TUNNELS);
	port_stable_mac(mk->sw, alias, "tunnel", info->outer_mac);
	info->flags |= XSW_I_DEV_CREATED;
	err = port_record(mk);
	if (err)
		return err;
	err = netif_get(mk->sw->nl, info->outer, &link);
	if (err == -ENODEV)
		err = make_device(mk, alias);
	else if (!err && !port_is_ours(info, &link))
		err = name_taken(mk);
	else if (!err)
		info->ifindex = (uint32_t)link.ifindex;
	if (err)
		return err;
	mk->conf.flags |= XSW_F_ENCAP;
	if (info->leg.legs > 1 && !(mk->conf.policy & XSW_P_GROUP)) {
		mk->conf.policy |= XSW_P_GROUP;
		mk->sw->maps.mem.ports[mk->number].group = XSW_GROUP_LEGS(info->leg.head);
	}
	mk->conf.mtu = (__u16)(info->mtu ? info->mtu : tunnel_mtu(mk->sw, info, mk->conf));
	return 0;
}

static struct xsw_tunnel_key source_key(const struct xsw_leg *leg)
{
	bool any = leg->key_mode == XSW_KEY_VID;

	return (struct xsw_tunnel_key){
		.remote = leg->remote,
		.key = any ? 0 : leg->key,
		.slot = leg->slot,
		.any = any,
	};
}

int port_step_tunnel_maps(struct making *mk)
{
	const struct xsw_leg *leg = &mk->info->leg;
	struct xsw_tunnel_key key = source_key(leg);
	bool ipv6 = tunnel_is_ipv6(&leg->remote);
	struct xsw_encap encap = {
		.remote = leg->remote,
		.local = leg->local,
		.key = leg->key,
		.flags = (ipv6 ? XSW_E_IPV6 : 0) | (ipv6 && leg->udp_port ? XSW_E_CSUM : 0) |
			 (leg->key_mode == XSW_KEY_VID ? XSW_E_VID : 0) |
			 (leg->key_mode == XSW_KEY_NONE ? XSW_E_NO_KEY : 0),
	};
	int err;

	mk->step = "enter it into the maps";
	err = maps_tunnel_set(&mk->sw->maps, mk->number, &encap, &key, leg->key);
	return err ? err : port_enter_maps(mk, XSW_TUNNEL_NUMBER(leg->slot));
}

int port_step_tunnel_up(struct making *mk)
{
	int err;

	mk->step = "set its device up";
	err = netif_set_up(mk->sw->nl, (int)mk->info->ifindex, true);
	fault_point();
	return err == -EADDRINUSE ? taken(mk) : err;
}

void tunnel_drop(struct xsw *sw, uint32_t number)
{
	struct xsw_tunnel_key key = source_key(&sw->ports[number].leg);

	if (sw->ports[number].leg.slot)
		maps_tunnel_del(&sw->maps, number, &key);
}
