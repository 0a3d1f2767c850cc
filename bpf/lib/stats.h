/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * stats.h - counters, written by their own CPU only
 */
#ifndef XSW_STATS_H
#define XSW_STATS_H

#include "xsw_abi.h"

static __always_inline void stats_count(struct xsw_count *c, __u32 bytes)
{
	c->packets++;
	c->bytes += bytes;
}

static __always_inline void stats_reason(struct xsw_stats *st, __u32 reason)
{
	st->reasons[reason % XSW_REASONS_MAX]++;
}

static __always_inline void stats_tx(__u32 port, __u8 class, __u32 bytes)
{
	struct xsw_stats *st = stats_get(port);

	if (st && class < XSW_CLASSES)
		stats_count(&st->tx[class], bytes);
}

#endif
