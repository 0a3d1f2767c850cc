/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * listen.h - what the files of listening share
 *
 *	xsw_listen.c		who listens, for how long; sources, in the order of their times
 *	xsw_listen_view.c	an event as people see it: names, filters
 *	xsw_listen_link.c	the devices of ports
 *
 * All sources put struct xsw_event into one order. Kinds that no program tells are above
 * XSW_EVS, the last of those; the text of LISTEN_LINK is the device, the name it had, its MTU.
 */
#ifndef XSWITCH_LISTEN_H
#define XSWITCH_LISTEN_H

#include <time.h>

#include "order.h"
#include "xsw_int.h"

#define LISTEN_LINK  XSW_EVS	   /* `old`: enum listen_link */
#define LISTEN_LOST  (XSW_EVS + 1) /* key.word events were; `old`: of XSW_EV_DROP */
#define LISTEN_KINDS (XSW_EVS + 2)

enum listen_link {
	LINK_UP,
	LINK_DOWN,
	LINK_CARRIER,
	LINK_NO_CARRIER,
	LINK_RENAMED,
	LINK_MTU,
	LINK_GONE,
	LINK_BACK,
	LINK_RESYNC, /* of no port: messages were lost, what differs follows */
	LINK_EVENTS,
};

struct links;

struct listen {
	struct xsw *sw; /* ports[].name: as they were called last */
	const struct xsw_event_filter *filter;
	char port[XSW_NAME_MAX]; /* of the filter; empty: any */
	void (*fn)(const struct xsw_event_view *e, void *arg);
	void *arg;
	uint64_t offset;       /* CLOCK_REALTIME - CLOCK_MONOTONIC */
	uint64_t lost[2];      /* told so far; [1]: frames that end */
	uint64_t unheld;       /* lost for want of memory */
	bool stale[XSW_PORTS]; /* another port may have the number by now */
	struct order order;
	struct maps_ring ring;
	struct links *links; /* NULL: nobody asked */
};

/* One more for the order; `text`: XSW_TELL_TEXT bytes or NULL. Without memory it counts as lost. */
void listen_put(struct listen *l, const struct xsw_event *e, const char *text);

/* --- xsw_listen_view.c --- */

/* Hand out one event, if it passes the filter. */
void listen_show(struct listen *l, const struct order_item *item);

/* A port was made or removed: what is known of its name. */
void listen_name(struct listen *l, uint32_t number, bool added, const char *name);

/* --- xsw_listen_link.c --- */

/* 0 or -errno; what is so now is not told. */
int links_open(struct listen *l);
void links_close(struct links *links);
int links_fd(const struct links *links);

/* What has come. -errno: the socket is of no use any more. */
int links_read(struct listen *l);

/* A port was made (again) or removed. */
void links_port(struct listen *l, uint32_t number, bool added);

/* Once in a while: ports that are gone may be back. */
void links_check(struct listen *l);

#endif
