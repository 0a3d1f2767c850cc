/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * order.h - events of several sources in the order of their times
 *
 * Each source tells of an event a little after it was. Whoever takes only events that are older than
 * the slowest source is slow gets all of them in order; one that comes later still is handed out
 * next, with its own time. Events of one time stay in the order in which they came.
 *
 * Events come nearly in order: putting one in costs as many steps as it has overtaken.
 */
#ifndef XSWITCH_ORDER_H
#define XSWITCH_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "xsw_event.h"

struct order_item {
	struct xsw_event e; /* e.time: ns */
	char *text;	    /* XSW_TELL_TEXT bytes, or NULL */
};

/* All zero: empty. */
struct order {
	struct order_item *v; /* from v[first] on, n of them */
	size_t first, n, room;
};

/* `text` is copied. -ENOMEM */
int order_put(struct order *o, const struct xsw_event *e, const char *text);

/* The oldest event, if it is not younger than `until`; else NULL. Valid until the next call. */
const struct order_item *order_first(const struct order *o, uint64_t until);

/* That one is done. */
void order_drop(struct order *o);

void order_free(struct order *o);

#endif
