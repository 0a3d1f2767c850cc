/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stats.h - counters, written by their own CPU only
 */
#ifndef XSW_STATS_H
#define XSW_STATS_H

#include "pkt.h"

static __always_inline void stats_count(struct xsw_count *c, __u32 bytes)
{
	c->packets++;
	c->bytes += bytes;
}

static __always_inline void stats_reason(struct xsw_stats *st, __u32 reason)
{
	st->reasons[reason % XSW_REASONS_MAX]++;
	trace_reason(reason);
}

/* A frame came in: by class on its port, and in its VLAN if it got that far. 0 is no VLAN. */
static __always_inline void stats_rx(struct xsw_stats *st, const struct xsw_pkt *pkt)
{
	struct xsw_vlan_stats *vs;

	stats_count(&st->rx[pkt->class % XSW_CLASSES], pkt->len);
	trace_pkt(pkt);
	if (!pkt->admitted || !pkt->vid)
		return;
	vs = vlan_stats_get(pkt->vid);
	if (vs)
		stats_count(&vs->rx, pkt->len);
}

/* A copy of `bytes` left by a port. */
static __always_inline void stats_tx(__u32 port, const struct xsw_pkt *pkt, __u32 bytes)
{
	struct xsw_stats *st = stats_get(port);
	struct xsw_vlan_stats *vs;

	if (st)
		stats_count(&st->tx[pkt->class % XSW_CLASSES], bytes);
	trace_sent(port, pkt, bytes);
	if (!pkt->vid)
		return;
	vs = vlan_stats_get(pkt->vid);
	if (vs)
		stats_count(&vs->tx, bytes);
}

#endif
