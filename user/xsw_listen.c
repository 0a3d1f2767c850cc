// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_listen.c - events of the switch, for as long as somebody wants them
 *
 * Once a second the slot is renewed, by the clock of the switch: its program is opened by its pin
 * each time, so that a listener neither keeps the FDB of a switch that was resized nor goes on
 * when the switch is gone. A switch made anew under the same name has other maps; the inode of
 * `meta` tells.
 *
 * Events of the data path, of commands (both by the ring buffer) and of devices (by netlink) are held
 * for HOLD_MS and then handed out in the order of their times. What waits has a bound: while it is
 * reached the ring is not read, and loses frames that end.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "listen.h"
#include "xsw_names.h"

#define RENEW_MS  1000
#define HOLD_MS	  50
#define HELD_MOST 65536 /* events that wait */
#define NS_PER_MS 1000000ULL

/* 0: it cannot be asked any more */
static uint64_t clock_now(struct listen *l)
{
	char dir[PIN_PATH_MAX];
	struct prog prog;
	uint64_t now = 0;

	pin_path(dir, l->sw->name, XSW_DIR_PROGS);
	prog_init(&prog);
	if (!prog_open(&prog, dir))
		now = prog_clock(&prog, &l->sw->maps);
	prog_close(&prog);
	return now;
}

/*
 * What makes a time of the wall of one of events. It changes only when that clock is set: by what
 * the two readings are apart the order of the times shown would suffer.
 */
static void set_offset(struct listen *l)
{
	uint64_t best = UINT64_MAX, offset = 0, moved;

	for (int i = 0; i < 4; i++) {
		uint64_t from = clock_kernel(CLOCK_MONOTONIC);
		uint64_t wall = clock_kernel(CLOCK_REALTIME);
		uint64_t took = clock_kernel(CLOCK_MONOTONIC) - from;

		if (took >= best)
			continue;
		best = took;
		offset = wall - from;
	}
	moved = offset > l->offset ? offset - l->offset : l->offset - offset;
	if (moved > 10 * NS_PER_MS)
		l->offset = offset;
}

void listen_put(struct listen *l, const struct xsw_event *e, const char *text)
{
	if (order_put(&l->order, e, text))
		l->unheld++;
}

static void on_event(const struct xsw_event *e, const char *text, void *arg)
{
	struct listen *l = arg;

	if (e->kind >= XSW_EVS || !text != (e->kind < XSW_EV_PORT))
		return;
	listen_put(l, e, text);
	if (e->kind != XSW_EV_PORT)
		return;
	if (e->state == XSW_EA_DELETED) /* those before it need a name, too */
		listen_name(l, e->port, false, text + strlen(text) + 1);
	if (l->links)
		links_port(l, e->port, e->state == XSW_EA_ADDED);
}

/* How many there was no room for since it was told last. Of ports, something may have been missed. */
static void tell_lost(struct listen *l, bool drops)
{
	uint64_t lost = maps_ring_lost(&l->sw->maps, &l->ring, drops) + (drops ? 0 : l->unheld);
	const struct xsw_event e = {
		.time = clock_kernel(CLOCK_MONOTONIC),
		.kind = LISTEN_LOST,
		.key.word = lost - l->lost[drops],
		.old = drops ? XSW_EV_DROP : 0,
	};

	if (lost == l->lost[drops])
		return;
	l->lost[drops] = lost;
	if (!drops)
		memset(l->stale, true, sizeof(l->stale));
	listen_put(l, &e, NULL);
}

/* Hand out what is older than `until`. */
static void show(struct listen *l, uint64_t until)
{
	const struct order_item *item;

	while ((item = order_first(&l->order, until))) {
		listen_show(l, item);
		if (item->e.kind == XSW_EV_PORT && item->e.state == XSW_EA_DELETED)
			l->stale[item->e.port % XSW_PORTS] = true;
		order_drop(&l->order);
	}
}

static int renew(struct listen *l)
{
	uint64_t now = clock_now(l);

	if (!now || stream_is_gone(l->sw))
		return stream_gone(l->sw);
	set_offset(l);
	if (l->links)
		links_check(l);
	if (!maps_ring_renew(&l->sw->maps, &l->ring, now))
		return XSW_OK;
	return fail(XSW_REFUSED,
		    "switch %s: this listener was stopped for seconds and another has its place",
		    l->sw->name);
}

/* What has come, then what is old enough; after the end whatever there is. */
static int turn(struct listen *l, bool end)
{
	size_t room = l->order.n < HELD_MOST ? HELD_MOST - l->order.n : 0;
	int err;

	maps_ring_read(&l->ring, room);
	err = links_read(l);
	tell_lost(l, true);
	tell_lost(l, false);
	show(l, end ? UINT64_MAX : clock_kernel(CLOCK_MONOTONIC) - HOLD_MS * NS_PER_MS);
	return err ? fail(XSW_REFUSED, "cannot follow devices: %s", strerror(-err)) : XSW_OK;
}

/* Until a signal, a reader that leaves, or the end of the switch. */
static int loop(struct listen *l, int signals, bool (*flush)(void *arg))
{
	uint64_t next = clock_kernel(CLOCK_MONOTONIC), now;
	struct pollfd p[] = { { .fd = signals, .events = POLLIN },
			      { .fd = l->filter->fd },
			      { .events = POLLIN },
			      { .fd = links_fd(l->links), .events = POLLIN } };
	int status = XSW_OK;
	bool end = false;

	do {
		now = clock_kernel(CLOCK_MONOTONIC);
		if (now >= next) {
			status = renew(l);
			next = now + RENEW_MS * NS_PER_MS;
		}
		p[2].fd = l->order.n < HELD_MOST ? maps_ring_fd(&l->ring) : -1;
		if (!status && poll(p, 4, l->order.n ? HOLD_MS / 5 : RENEW_MS) < 0 &&
		    errno != EINTR)
			status = fail(XSW_REFUSED, "cannot wait: %s", strerror(errno));
		end = status || p[0].revents || p[1].revents;
		status = turn(l, end) ?: status;
	} while (flush(l->arg) && !end);
	return status;
}

static int open_failed(const struct xsw *sw, int err)
{
	if (err != -EBUSY)
		return fail(XSW_REFUSED, "switch %s: cannot listen: %s", sw->name, strerror(-err));
	fail(XSW_REFUSED, "switch %s has %d listeners already", sw->name, XSW_RINGS);
	hint("one that was killed gives its place back after three seconds");
	return XSW_REFUSED;
}

/* The name: the port may be made again under another number. */
static int filter_port(struct listen *l)
{
	uint32_t number;
	int err = l->filter->port ? xsw_port_need(l->sw, l->filter->port, &number) : XSW_OK;

	if (err || !l->filter->port)
		return err;
	memcpy(l->port, l->sw->ports[number].name, sizeof(l->port));
	return XSW_OK;
}

static void sum_up(const struct listen *l)
{
	if (l->lost[0])
		fail(XSW_OK, "%llu events were lost: they came faster than they were read",
		     (unsigned long long)l->lost[0]);
	if (l->lost[1])
		fail(XSW_OK, "%llu drops were not told: they came faster than they were read",
		     (unsigned long long)l->lost[1]);
}

int xsw_listen(struct xsw *sw, const struct xsw_event_filter *filter,
	       void (*fn)(const struct xsw_event_view *e, void *arg), bool (*flush)(void *arg),
	       void *arg)
{
	struct listen l = { .sw = sw,
			    .filter = filter,
			    .fn = fn,
			    .arg = arg,
			    .ring = { .fn = on_event, .arg = &l } };
	int signals, err = filter_port(&l) ?: xsw_check_rights(RIGHT_MAPS);
	uint64_t now;

	if (err)
		return err;
	maps_close_fdb(&sw->maps);
	prog_close(&sw->prog);
	now = clock_now(&l);
	if (!now)
		return stream_gone(sw);
	signals = xsw_signals_fd();
	if (signals < 0)
		return fail(XSW_REFUSED, "cannot wait for signals: %s", strerror(errno));
	/* events of ports say what a number means, whether they are asked for or not */
	err = maps_ring_open(&sw->maps, &l.ring, now,
			     (filter->events & XSW_SEE_ALL) | XSW_SEE(XSW_EV_PORT));
	if (err) {
		close(signals);
		return open_failed(sw, err);
	}
	err = filter->events & XSW_SEE_LINK ? links_open(&l) : 0;
	err = err ? fail(XSW_REFUSED, "switch %s: cannot follow its devices: %s", sw->name,
			 strerror(-err)) :
		    XSW_OK;
	if (!err) {
		rights_keep(0);
		info("listening");
		err = loop(&l, signals, flush);
	}
	links_close(l.links);
	maps_ring_close(&sw->maps, &l.ring);
	close(signals);
	order_free(&l.order);
	sum_up(&l);
	return err;
}
