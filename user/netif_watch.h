/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * netif_watch.h - changes of the devices of one namespace, as they happen
 *
 *	netif_watch_open(&w, netns, 0);
 *	poll() netif_watch_fd(w) for POLLIN, among whatever else the caller waits for
 *	netif_watch_read(w, fn, arg);	calls fn with each change, never waits
 *
 * What was so before is not told: open first, then read every device by netif_watch_dump(), so
 * that none is missed in between. Devices are known by their index; the kernel says more than
 * changes (a message for each setting of a device), so whoever wants transitions compares with what
 * it knew. A new alias is told of a device that is up; of others with the next change
 * (netdev_state_change()).
 *
 * When changes come faster than they are read the kernel drops messages and says so (ENOBUFS).
 * fn is then told `resync` once a call of netif_watch_read(), after all that was there: what the
 * caller knows is to be read anew by netif_watch_dump(). It may do so in fn. What is told
 * afterwards may be older than the dump, but the last message of each device is the newest.
 *
 * Not thread-safe. Functions return 0 or -errno.
 */
#ifndef XSWITCH_NETIF_WATCH_H
#define XSWITCH_NETIF_WATCH_H

#include "netif.h"

struct netif_watch;

struct netif_event {
	uint64_t time;		/* ns, CLOCK_MONOTONIC, when it was read */
	struct netif_link link; /* as it is now, as netif_get() says it; nothing with `resync` */
	bool deleted;		/* it is gone, perhaps to another namespace; `link` as it was */
	bool resync;		/* changes were lost */
};

typedef void (*netif_event_fn)(const struct netif_event *event, void *arg);

/*
 * Of a namespace (descriptor; -1: where the caller lives). `rcvbuf`: bytes that may wait, as
 * SO_RCVBUF counts them; 0: plenty.
 */
int netif_watch_open(struct netif_watch **out, int netns, int rcvbuf);
void netif_watch_close(struct netif_watch *w);

/* For poll(2). */
int netif_watch_fd(const struct netif_watch *w);

/*
 * What has come, up to a bound: the descriptor stays readable if there is more. -errno: the socket
 * is of no use any more.
 */
int netif_watch_read(struct netif_watch *w, netif_event_fn fn, void *arg);

/* fn with every device there is now; it waits for the kernel's answer. */
int netif_watch_dump(struct netif_watch *w, netif_event_fn fn, void *arg);

#endif
