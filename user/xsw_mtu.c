// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_mtu.c - the MTU of ports: as asked for, or following the tunnels
 *
 * What goes through a tunnel must leave room for the outer headers, and TCP finds the room by the
 * MTU of its own device. So a port in a namespace or of the host, made without an MTU, follows the
 * least one of the switch's tunnel ports, and has 1500 where there is none; never more, for ports
 * that do not follow (an uplink) usually have that. Open vSwitch does so with its internal ports.
 * What a tunnel has room for is xsw_tunnel.c's to say.
 *
 * What was asked for is in the record (0: nothing, the port follows) before anything is changed; then
 * come the devices, then the configuration word. So a port whose word is not what its record and the
 * tunnels say is one whose change was interrupted, and the next writer takes it to its end.
 */
#include <errno.h>
#include <string.h>

#include "fault.h"
#include "port.h"

#define MTU_DEFAULT 1500

bool mtu_is_auto(const struct xsw_info *info)
{
	return info->type != XSW_TYPE_DEV && !info->mtu;
}

uint32_t mtu_least(const struct xsw *sw)
{
	uint32_t n, mtu = MTU_DEFAULT;

	for (n = 1; n < XSW_PORTS; n++) {
		union xsw_conf conf = maps_conf_load(&sw->maps, n);

		/* each new port asks: the words are few enough for a cache, the records are not */
		if (conf.flags & XSW_F_ENCAP && conf.mtu < mtu && sw->ports[n].flags & XSW_I_READY)
			mtu = conf.mtu;
	}
	return mtu;
}

static int set_inner(const struct xsw_info *info, uint32_t mtu)
{
	struct netif *inner;
	int err = port_open_peer(info, &inner);

	if (!err) {
		err = netif_set_mtu(inner, (int)info->peer_ifindex, mtu);
		netif_close(inner);
	}
	fault_point();
	if (err != -ENOENT && err != -ESTALE && err != -ENODEV)
		return err;
	warn("port %s: its other end is out of reach and keeps its MTU, not %u: %s", info->name,
	     mtu, strerror(-err));
	return 0;
}

/* The inner end first: what it sends must fit the outer one. */
static int set_devices(struct xsw *sw, uint32_t number, uint32_t mtu)
{
	const struct xsw_info *info = &sw->ports[number];
	int err = type_has_inner(info->type) ? set_inner(info, mtu) : 0;

	if (!err && !type_is_tunnel(info->type)) /* its device is other ports' too */
		err = sw->nl ? netif_set_mtu(sw->nl, (int)info->ifindex, mtu) : -ENODEV;
	fault_point();
	return err;
}

static void bring(struct xsw *sw, uint32_t number, uint32_t mtu)
{
	const struct xsw_info *info = &sw->ports[number];
	union xsw_conf conf;
	int err;

	if (maps_tx_get(&sw->maps, number) != info->ifindex)
		return; /* gone: it gets its MTU when it is back */
	err = set_devices(sw, number, mtu);
	if (err) { /* the word stays as it was: the next writer goes on */
		warn("port %s: its device cannot get MTU %u: %s", info->name, mtu, strerror(-err));
		return;
	}
	conf = maps_conf_load(&sw->maps, number);
	conf.mtu = (__u16)mtu;
	maps_conf_keep(&sw->maps, number, conf);
	fault_point();
}

void mtu_follow(struct xsw *sw)
{
	uint32_t n, want, least = mtu_least(sw);

	for (n = 1; n < XSW_PORTS && sw->nl; n++) {
		const struct xsw_info *info = &sw->ports[n];
		union xsw_conf conf = maps_conf_load(&sw->maps, n);

		if (!conf.word || !type_has_inner(info->type) || !(info->flags & XSW_I_READY))
			continue;
		want = info->mtu ? info->mtu : least;
		if (conf.mtu != want)
			bring(sw, n, want);
	}
}

bool mtu_is_old(struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	union xsw_conf conf = maps_conf_load(&sw->maps, number);
	uint32_t route;

	return info->name[0] && type_is_tunnel(info->type) && info->flags & XSW_I_READY &&
	       mtu_is_auto(info) && !tunnel_route(sw, info, &route) &&
	       tunnel_mtu(sw, info, conf) != conf.mtu;
}

void mtu_renew(struct xsw *sw, uint32_t number)
{
	union xsw_conf conf = maps_conf_load(&sw->maps, number);

	conf.mtu = (__u16)tunnel_mtu(sw, &sw->ports[number], conf);
	maps_conf_keep(&sw->maps, number, conf);
	fault_point();
}

int mtu_check(const struct xsw *sw, const char *port, uint32_t number, uint32_t mtu)
{
	if (mtu || sw->ports[number].type != XSW_TYPE_DEV)
		return XSW_OK;
	fail(XSW_REFUSED, "port %s: mtu auto is for ports whose devices xswitch makes", port);
	hint("give it a number: `xswitch port set %s mtu 1500`", port);
	return XSW_REFUSED;
}

/* What the record says once `mtu` is asked for; a device that was there gets its own back. */
static uint32_t to_record(const struct xsw *sw, uint32_t number, uint32_t mtu)
{
	const struct xsw_info *info = &sw->ports[number];

	if (info->type != XSW_TYPE_DEV)
		return mtu;
	return info->mtu ? info->mtu : maps_conf_load(&sw->maps, number).mtu;
}

int mtu_put(struct xsw *sw, uint32_t number, uint32_t record, uint32_t mtu)
{
	struct xsw_info *info = &sw->ports[number];
	int err = 0;

	if (info->mtu != record) {
		info->mtu = record;
		err = maps_info_set(&sw->maps, number, info);
		fault_point();
	}
	return err ? err : set_devices(sw, number, mtu);
}

int mtu_change(struct xsw *sw, const char *port, uint32_t number, uint32_t mtu,
	       union xsw_conf *conf)
{
	const struct xsw_info *info = &sw->ports[number];
	uint32_t was = info->mtu, value = mtu			     ? mtu :
					  type_is_tunnel(info->type) ? tunnel_mtu(sw, info, *conf) :
								       mtu_least(sw);
	int err = mtu_put(sw, number, to_record(sw, number, mtu), value);

	if (!err) {
		conf->mtu = (__u16)value;
		return XSW_OK;
	}
	cannot("port", port, err, sw->nl ? netif_error(sw->nl) : "", "set MTU %u", value);
	mtu_put(sw, number, was, conf->mtu);
	return XSW_REFUSED;
}
