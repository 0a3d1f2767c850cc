// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_vlan_view.c - VLANs of ports for show, ranges compressed
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "xsw_int.h"

static bool has_bit(const __u64 *set, uint32_t vid)
{
	return set[vid / 64] >> vid % 64 & 1;
}

/* What a port is to one VID, and what that VID may learn. */
struct role {
	bool member, pvid, untagged;
	uint32_t max_learned;
};

static struct role role_of(const struct xsw *sw, union xsw_conf conf, const struct xsw_sets *sets,
			   uint32_t vid)
{
	uint32_t max = sw->maps.mem.limits[XSW_LIMIT_VLAN(vid)].max;

	if (!(conf.flags & XSW_F_VLAN))
		return (struct role){ true, vid == 0, vid == 0, max };
	return (struct role){ has_bit(sets->member, vid), conf.pvid && conf.pvid == vid,
			      has_bit(sets->untagged, vid), max };
}

static bool same_role(struct role a, struct role b)
{
	return a.member == b.member && a.pvid == b.pvid && a.untagged == b.untagged &&
	       a.max_learned == b.max_learned;
}

static void add_stats(struct xsw *sw, uint32_t vid, struct xsw_vlan_stats *sum)
{
	struct xsw_vlan_stats one;

	if (maps_vlan_stats_sum(&sw->maps, vid, &one))
		return;
	sum->rx.packets += one.rx.packets;
	sum->rx.bytes += one.rx.bytes;
	sum->tx.packets += one.tx.packets;
	sum->tx.bytes += one.tx.bytes;
}

static void emit(struct xsw *sw, uint32_t number, struct role role, uint32_t from, uint32_t to,
		 xsw_vlan_fn fn, void *arg)
{
	const struct xsw_info *info = &sw->ports[number];
	struct xsw_vlan_view v = {
		.port = info->name,
		.ifname = info->outer,
		.vlan = from,
		.vlan_end = to > from ? to : 0,
		.pvid = role.pvid,
		.untagged = role.untagged,
		.max_learned = role.max_learned,
	};
	size_t n = 0;
	uint32_t vid;

	if (role.pvid)
		v.flags[n++] = "pvid";
	if (role.untagged)
		v.flags[n++] = "untagged";
	for (vid = from; vid <= to; vid++) {
		add_stats(sw, vid, &v.stats);
		v.learned += sw->maps.mem.limits[XSW_LIMIT_VLAN(vid)].learned;
	}
	fn(&v, arg);
}

static void each_range(struct xsw *sw, uint32_t number, const struct arg_vids *vids, xsw_vlan_fn fn,
		       void *arg)
{
	union xsw_conf conf = maps_conf_load(&sw->maps, number);
	struct role now, next;
	struct xsw_sets sets;
	uint32_t from, to;

	vlan_current(sw, number, conf, &sets);
	for (from = 0; from <= XSW_VID_MAX; from = to + 1) {
		now = role_of(sw, conf, &sets, from);
		to = from;
		if (!now.member || (vids && !has_bit(vids->word, from)))
			continue;
		while (to < XSW_VID_MAX && (!vids || has_bit(vids->word, to + 1))) {
			next = role_of(sw, conf, &sets, to + 1);
			if (!same_role(now, next))
				break;
			to++;
		}
		emit(sw, number, now, from, to, fn, arg);
	}
}

int xsw_vlan_each(struct xsw *sw, const char *port, const struct arg_vids *vids, xsw_vlan_fn fn,
		  void *arg)
{
	uint32_t only = 0, n;
	int err = port ? xsw_port_need(sw, port, &only) : XSW_OK;

	for (n = 1; n < XSW_PORTS && !err; n++)
		if (sw->ports[n].name[0] && !xsw_is_leg(sw, n) && (!only || n == only))
			each_range(sw, n, vids, fn, arg);
	return err;
}

int xsw_vlan_totals(struct xsw *sw, const struct arg_vids *also, xsw_vlan_total_fn fn, void *arg)
{
	struct xsw_vlan_total total;
	uint32_t vid;

	for (vid = 0; vid <= XSW_VID_MAX; vid++) {
		const struct xsw_limit *limit = &sw->maps.mem.limits[XSW_LIMIT_VLAN(vid)];

		total.vlan = vid;
		total.learned = limit->learned;
		total.max_learned = limit->max;
		if (maps_vlan_stats_sum(&sw->maps, vid, &total.stats))
			return fail(XSW_REFUSED, "switch %s: cannot read the counters of VLANs",
				    sw->name);
		if (total.stats.rx.packets || total.stats.tx.packets ||
		    (also && has_bit(also->word, vid)))
			fn(&total, arg);
	}
	return XSW_OK;
}
