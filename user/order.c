// SPDX-License-Identifier: GPL-2.0-only
/*
 * order.c - events of several sources in the order of their times: see order.h
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "order.h"

#define ROOM_MIN 64

/* Room for one more at the end: what was taken from the front is room too. */
static int grow(struct order *o)
{
	size_t room = o->room ? 2 * o->room : ROOM_MIN;
	struct order_item *v;

	if (o->first + o->n < o->room)
		return 0;
	if (o->first > o->room / 2) {
		memmove(o->v, o->v + o->first, o->n * sizeof(*o->v));
		o->first = 0;
		return 0;
	}
	v = realloc(o->v, room * sizeof(*v));
	if (!v)
		return -ENOMEM;
	o->v = v;
	o->room = room;
	return 0;
}

int order_put(struct order *o, const struct xsw_event *e, const char *text)
{
	struct order_item item = { .e = *e };
	struct order_item *v;
	size_t i;

	if (grow(o))
		return -ENOMEM;
	if (text) {
		item.text = malloc(XSW_TELL_TEXT);
		if (!item.text)
			return -ENOMEM;
		memcpy(item.text, text, XSW_TELL_TEXT);
	}
	v = o->v + o->first;
	for (i = o->n++; i && v[i - 1].e.time > e->time; i--)
		v[i] = v[i - 1];
	v[i] = item;
	return 0;
}

const struct order_item *order_first(const struct order *o, uint64_t until)
{
	return o->n && o->v[o->first].e.time <= until ? &o->v[o->first] : NULL;
}

void order_drop(struct order *o)
{
	free(o->v[o->first].text);
	o->first++;
	if (!--o->n)
		o->first = 0;
}

void order_free(struct order *o)
{
	while (o->n)
		order_drop(o);
	free(o->v);
	*o = (struct order){ 0 };
}
