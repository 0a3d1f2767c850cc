// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_listen_link.c - the devices of ports, as they change
 *
 * Of each port the last known state of its device is kept, and what a message of the kernel says
 * is compared with it: a transition is told once, however many messages there are. A port whose
 * device is gone is back when the switch sends to a device again (map `tx`); which one that is the
 * record says.
 *
 * Messages that were lost (ENOBUFS): `resync`, then what differs from a dump. The time of an event
 * is when its message was read.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "listen.h"
#include "netif_watch.h"

struct link {
	uint32_t ifindex; /* 0: no such port */
	uint32_t mtu;
	bool known, up, carrier, gone;
	bool seen; /* by the dump at hand */
	char name[IFNAMSIZ];
};

struct links {
	struct netif_watch *watch;
	struct link v[XSW_PORTS];
};

static void tell(struct listen *l, uint64_t time, uint32_t number, enum listen_link what,
		 const char *was)
{
	const struct xsw_event e = {
		.time = time,
		.kind = LISTEN_LINK,
		.port = (__u16)number,
		.old = (__u16)what,
	};
	char text[XSW_TELL_TEXT] = "";
	int len = 0;

	if (number) {
		const struct link *k = &l->links->v[number];

		len = snprintf(text, sizeof(text), "%s%c%s%c", k->name, 0, was, 0);
		snprintf(text + len, sizeof(text) - (size_t)len, "%u",
			 what == LINK_MTU ? k->mtu : 0);
	}
	listen_put(l, &e, text);
}

/* What was known of a device against what is so; the first time there is nothing to compare. */
static void compare(struct listen *l, uint32_t number, const struct netif_event *event)
{
	const struct netif_link *now = &event->link;
	struct link *k = &l->links->v[number], was = *k;

	k->seen = true;
	k->known = true;
	k->up = now->up;
	k->carrier = now->carrier;
	k->mtu = now->mtu;
	memcpy(k->name, now->name, sizeof(k->name));
	if (!was.known || k->gone)
		return;
	if (strcmp(was.name, k->name))
		tell(l, event->time, number, LINK_RENAMED, was.name);
	if (was.mtu != k->mtu)
		tell(l, event->time, number, LINK_MTU, "");
	if (was.up != k->up)
		tell(l, event->time, number, k->up ? LINK_UP : LINK_DOWN, "");
	if (was.carrier != k->carrier)
		tell(l, event->time, number, k->carrier ? LINK_CARRIER : LINK_NO_CARRIER, "");
}

static void gone(struct listen *l, uint64_t time, uint32_t number)
{
	struct link *k = &l->links->v[number];

	if (!k->gone && k->known)
		tell(l, time, number, LINK_GONE, "");
	k->gone = true;
}

static void on_dump(const struct netif_event *event, void *arg)
{
	struct listen *l = arg;

	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (l->links->v[n].ifindex == (uint32_t)event->link.ifindex)
			compare(l, n, event);
}

/* All devices anew; those that are not there are gone. */
static int dump(struct listen *l)
{
	struct links *links = l->links;
	int err;

	for (uint32_t n = 1; n < XSW_PORTS; n++)
		links->v[n].seen = false;
	err = netif_watch_dump(links->watch, on_dump, l);
	for (uint32_t n = 1; n < XSW_PORTS && !err; n++)
		if (links->v[n].ifindex && !links->v[n].seen)
			gone(l, clock_kernel(CLOCK_MONOTONIC), n);
	return err;
}

static void on_event(const struct netif_event *event, void *arg)
{
	struct listen *l = arg;

	if (event->resync) {
		tell(l, event->time, 0, LINK_RESYNC, "");
		dump(l);
		return;
	}
	for (uint32_t n = 1; n < XSW_PORTS; n++) {
		if (l->links->v[n].ifindex != (uint32_t)event->link.ifindex)
			continue;
		if (event->deleted)
			gone(l, event->time, n);
		else
			compare(l, n, event);
	}
}

/* The device that a port has now, unless that is gone. */
static bool refresh(struct listen *l, uint32_t number)
{
	struct netif_event now = { .time = clock_kernel(CLOCK_MONOTONIC) };
	struct xsw_info *info = &l->sw->ports[number], read;
	struct link *k = &l->links->v[number], was = *k;

	if (maps_info_get(&l->sw->maps, number, &read) || !(read.flags & XSW_I_READY) ||
	    maps_tx_get(&l->sw->maps, number) != read.ifindex ||
	    netif_get_index(l->sw->nl, (int)read.ifindex, &now.link))
		return false;
	*info = read;
	*k = (struct link){ .ifindex = read.ifindex };
	compare(l, number, &now);
	if (was.gone)
		tell(l, now.time, number, LINK_BACK, "");
	return true;
}

void links_port(struct listen *l, uint32_t number, bool added)
{
	struct link *k = &l->links->v[number];

	if (!added)
		*k = (struct link){ 0 };
	else if (!refresh(l, number) && !k->ifindex)
		*k = (struct link){ .ifindex = l->sw->ports[number].ifindex, .gone = true };
}

void links_check(struct listen *l)
{
	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (l->links->v[n].gone)
			refresh(l, n);
}

int links_open(struct listen *l)
{
	struct xsw *sw = l->sw;
	int err;

	if (!sw->nl)
		return -ENOENT;
	l->links = calloc(1, sizeof(*l->links));
	if (!l->links)
		return -ENOMEM;
	err = netif_watch_open(&l->links->watch, -1, 0);
	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (sw->ports[n].name[0] && !xsw_is_leg(sw, n) && xsw_is_complete(sw, n))
			l->links->v[n].ifindex = sw->ports[n].ifindex;
	return err ? err : dump(l);
}

void links_close(struct links *links)
{
	if (links)
		netif_watch_close(links->watch);
	free(links);
}

int links_fd(const struct links *links)
{
	return links ? netif_watch_fd(links->watch) : -1;
}

int links_read(struct listen *l)
{
	return l->links ? netif_watch_read(l->links->watch, on_event, l) : 0;
}
