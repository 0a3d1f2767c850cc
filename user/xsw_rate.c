// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_rate.c - two values of a counter and the time between them
 */
#include <math.h>
#include <string.h>

#include "xsw_rate.h"

#define NS_PER_S 1e9
#define STEPS	 1000.0 /* of a rate, in one a second */

static double per_second(uint64_t old, uint64_t now, uint64_t ns)
{
	if (!ns)
		return 0;
	return round((double)(now - old) * STEPS * NS_PER_S / (double)ns) / STEPS;
}

static bool less(const struct xsw_count *now, const struct xsw_count *old)
{
	return now->packets < old->packets || now->bytes < old->bytes;
}

struct xsw_speed xsw_speed(const struct xsw_count *old, const struct xsw_count *now, uint64_t ns)
{
	static const struct xsw_count zero;

	if (!old || less(now, old))
		old = &zero;
	return (struct xsw_speed){
		.packets = per_second(old->packets, now->packets, ns),
		.bits = per_second(old->bytes * 8, now->bytes * 8, ns),
	};
}

/* Some counter is smaller than it was: they all began anew. */
static bool anew(const struct xsw_stats_view *old, const struct xsw_stats_view *now)
{
	for (size_t i = 0; i < XSW_CLASSES; i++)
		if (less(&now->rx[i], &old->rx[i]) || less(&now->tx[i], &old->tx[i]))
			return true;
	for (size_t i = 0; i < XSW_REASONS_MAX; i++)
		if (now->reasons[i] < old->reasons[i])
			return true;
	return false;
}

void xsw_rates(const struct xsw_stats_view *old, const struct xsw_stats_view *now, uint64_t ns,
	       struct xsw_rates *rates)
{
	static const struct xsw_stats_view zero;

	if (!old || anew(old, now))
		old = &zero;
	for (size_t i = 0; i < XSW_CLASSES; i++) {
		rates->rx[i] = xsw_speed(&old->rx[i], &now->rx[i], ns);
		rates->tx[i] = xsw_speed(&old->tx[i], &now->tx[i], ns);
	}
	rates->rx_all = xsw_speed(&old->rx_all, &now->rx_all, ns);
	rates->tx_all = xsw_speed(&old->tx_all, &now->tx_all, ns);
	for (size_t i = 0; i < XSW_REASONS_MAX; i++)
		rates->reasons[i] = per_second(old->reasons[i], now->reasons[i], ns);
	rates->drops = per_second(old->drops, now->drops, ns);
}

static void speed_add(const struct xsw_speed *from, struct xsw_speed *to)
{
	to->packets += from->packets;
	to->bits += from->bits;
}

void xsw_rates_add(const struct xsw_rates *from, struct xsw_rates *to)
{
	for (size_t i = 0; i < XSW_CLASSES; i++) {
		speed_add(&from->rx[i], &to->rx[i]);
		speed_add(&from->tx[i], &to->tx[i]);
	}
	speed_add(&from->rx_all, &to->rx_all);
	speed_add(&from->tx_all, &to->tx_all);
	for (size_t i = 0; i < XSW_REASONS_MAX; i++)
		to->reasons[i] += from->reasons[i];
	to->drops += from->drops;
}
