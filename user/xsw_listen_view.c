// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_listen_view.c - an event as people see it: words for numbers, names for ports, filters
 *
 * A port number means the port that had it when the event was. Names are looked up when an event is
 * handed out: as the record says when a number is met first, then as the events of ports say, which
 * stand in the same order.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "listen.h"

static const struct {
	const char *kind, *event;
} words[LISTEN_KINDS] = {
	[XSW_EV_LEARNED] = { "fdb", "learned" },
	[XSW_EV_MOVED] = { "fdb", "moved" },
	[XSW_EV_AGED] = { "fdb", "aged" },
	[XSW_EV_FLUSHED] = { "fdb", "flushed" },
	[XSW_EV_LIMIT] = { "fdb", "limit" },
	[XSW_EV_FLAP] = { "fdb", "flap" },
	[XSW_EV_GUARD] = { "port", "guard" },
	[XSW_EV_FULL] = { "fdb", "full" },
	[XSW_EV_SET] = { "fdb", "set" },
	[XSW_EV_DELETED] = { "fdb", "deleted" },
	[XSW_EV_RECOVERED] = { "port", "recovered" },
	[XSW_EV_DROP] = { "drop", NULL },
	[XSW_EV_PORT] = { "config", NULL },
	[XSW_EV_CONFIG] = { "config", NULL },
	[LISTEN_LINK] = { "link", NULL },
	[LISTEN_LOST] = { "lost", "lost" },
};

static const char *const actions[XSW_EAS] = {
	[XSW_EA_CHANGED] = "changed",
	[XSW_EA_ADDED] = "added",
	[XSW_EA_DELETED] = "deleted",
};

static const char *const links[LINK_EVENTS] = {
	[LINK_UP] = "up",	    [LINK_DOWN] = "down",
	[LINK_CARRIER] = "carrier", [LINK_NO_CARRIER] = "no-carrier",
	[LINK_RENAMED] = "renamed", [LINK_MTU] = "mtu",
	[LINK_GONE] = "gone",	    [LINK_BACK] = "back",
	[LINK_RESYNC] = "resync",
};

static const char *const classes[XSW_CLASSES] = {
	[XSW_UNICAST] = "unicast",
	[XSW_UNKNOWN] = "unknown",
	[XSW_MULTICAST] = "multicast",
	[XSW_BROADCAST] = "broadcast",
};

/* One that is gone keeps the last name it had. */
static const char *port_name(struct listen *l, uint32_t number)
{
	struct xsw_info *info = &l->sw->ports[number % XSW_PORTS], now;

	if (!number)
		return NULL;
	if ((!info->name[0] || l->stale[number % XSW_PORTS]) &&
	    !maps_info_get(&l->sw->maps, number, &now) && now.name[0])
		*info = now;
	l->stale[number % XSW_PORTS] = false;
	return info->name[0] ? info->name : "?";
}

void listen_name(struct listen *l, uint32_t number, bool added, const char *name)
{
	struct xsw_info *info = &l->sw->ports[number % XSW_PORTS];

	if (added || !info->name[0])
		snprintf(info->name, sizeof(info->name), "%s", name);
}

static bool is_port(struct listen *l, uint32_t number)
{
	return number && !strcmp(port_name(l, number), l->port);
}

/* Whether `vids`, "10,20-30", has the VLAN. */
static bool has_vlan(const char *vids, uint32_t vlan)
{
	struct arg_vids set;

	return parse_vids(vids, 1, &set) && set.word[vlan / 64] >> vlan % 64 & 1;
}

static bool passes_vlan(const struct listen *l, const struct order_item *item)
{
	const struct xsw_event *e = &item->e;

	if (e->kind == XSW_EV_FLUSHED && e->key.vid == XSW_ANY_VID)
		return true;
	if (e->kind == XSW_EV_CONFIG && !strcmp(item->text, "vlan"))
		return has_vlan(item->text + sizeof("vlan"), l->filter->vlan);
	return e->key.vid == l->filter->vlan;
}

static bool passes(struct listen *l, const struct order_item *item)
{
	const struct xsw_event *e = &item->e;
	bool two = e->kind == XSW_EV_MOVED || e->kind == XSW_EV_FLAP || e->kind == XSW_EV_CONFIG;
	bool resync = e->kind == LISTEN_LINK && !e->port;

	if (e->kind == LISTEN_LOST)
		return true;
	if (!(l->filter->events >> e->kind & 1))
		return false;
	if (*l->port && !is_port(l, e->port) && !(two && is_port(l, e->old)) && !resync &&
	    !(e->kind == XSW_EV_FLUSHED && !e->port))
		return false;
	if (e->kind == XSW_EV_DROP && l->filter->reason && e->reason != l->filter->reason)
		return false;
	return !l->filter->vlan_set || resync || passes_vlan(l, item);
}

/* The string behind this one. */
static const char *after(const char *text)
{
	return text + strlen(text) + 1;
}

static const char *limit_of(uint32_t index)
{
	return index == XSW_LIMIT_SWITCH ? "switch" : index < XSW_PORTS ? "port" : "vlan";
}

/* Of entries, and of what else the data path tells of a station. */
static void view_fdb(struct listen *l, const struct xsw_event *e, struct xsw_event_view *v)
{
	if (e->kind != XSW_EV_FLUSHED)
		memcpy(v->mac, e->key.mac, sizeof(v->mac));
	if (e->kind == XSW_EV_MOVED || e->kind == XSW_EV_FLAP)
		v->from = port_name(l, e->old);
	if (e->kind == XSW_EV_LIMIT)
		v->limit = limit_of(e->old);
	if ((e->kind <= XSW_EV_MOVED || e->kind == XSW_EV_SET || e->kind == XSW_EV_DELETED) &&
	    e->state < XSW_FDB_STATES)
		v->state = xsw_fdb_words[e->state];
}

static const char *reason_of(uint32_t reason)
{
	const struct xsw_reason_word *w = xsw_reason_word(reason);

	return w ? w->name : "unknown";
}

static void view_drop(const struct xsw_event *e, struct xsw_event_view *v)
{
	v->reason = reason_of(e->reason);
	v->class = classes[e->class % XSW_CLASSES];
	memcpy(v->src, e->key.mac, sizeof(v->src));
	memcpy(v->dst, e->dst, sizeof(v->dst));
}

static void view_link(const struct xsw_event *e, const char *text, struct xsw_event_view *v)
{
	v->event = links[e->old % LINK_EVENTS];
	v->ifname = text;
	v->was = after(v->ifname);
	v->mtu = (uint32_t)strtoul(after(v->was), NULL, 10);
}

/* The words of a text, cut apart in `buf`. */
static void view_config(const struct xsw_event *e, const char *text, struct xsw_event_view *v,
			char buf[XSW_TELL_TEXT], const char *list[XSW_TELL_TEXT])
{
	size_t n = 0;

	v->event = actions[e->state % XSW_EAS];
	v->object = text;
	v->name = after(v->object);
	memcpy(buf, after(v->name), strlen(after(v->name)) + 1);
	for (char *word = strtok(buf, " "); word; word = strtok(NULL, " "))
		list[n++] = word;
	list[n] = NULL;
	v->words = list;
	if (v->port && !strcmp(v->port, v->name))
		v->port = NULL;
}

void listen_show(struct listen *l, const struct order_item *item)
{
	const struct xsw_event *e = &item->e;
	struct xsw_event_view v = { .time = e->time + l->offset };
	const char *list[XSW_TELL_TEXT];
	char buf[XSW_TELL_TEXT];

	if (e->kind == XSW_EV_PORT)
		listen_name(l, e->port, e->state == XSW_EA_ADDED, after(item->text));
	if (e->kind >= LISTEN_KINDS || !passes(l, item))
		return;
	v.kind = words[e->kind].kind;
	v.event = words[e->kind].event;
	v.port = port_name(l, e->port);
	v.vlan = e->key.vid == XSW_ANY_VID ? 0 : e->key.vid;
	if (e->kind <= XSW_EV_RECOVERED)
		view_fdb(l, e, &v);
	else if (e->kind == XSW_EV_DROP)
		view_drop(e, &v);
	else if (e->kind == LISTEN_LINK)
		view_link(e, item->text, &v);
	else if (item->text)
		view_config(e, item->text, &v, buf, list);
	if (e->kind == LISTEN_LOST) {
		v.count = e->key.word;
		v.vlan = 0;
		v.object = e->old == XSW_EV_DROP ? "drops" : "events";
	}
	l->fn(&v, l->arg);
}
