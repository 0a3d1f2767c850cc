// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_listen.c - events of the switch, for as long as somebody wants them
 *
 * Once a second the slot is renewed, by the clock of the switch: its program is opened by its pin
 * each time, so that a listener neither keeps the FDB of a switch that was resized nor goes on
 * when the switch is gone. A switch made anew under the same name has other maps; the inode of
 * `meta` tells.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "xsw_int.h"
#include "xsw_names.h"

#define RENEW_MS 1000

static const char *const words[XSW_EVS] = {
	[XSW_EV_LEARNED] = "learned", [XSW_EV_MOVED] = "moved", [XSW_EV_AGED] = "aged",
	[XSW_EV_FLUSHED] = "flushed", [XSW_EV_LIMIT] = "limit", [XSW_EV_FLAP] = "flap",
	[XSW_EV_GUARD] = "guard",     [XSW_EV_FULL] = "full",	[XSW_EV_SET] = "set",
	[XSW_EV_DELETED] = "deleted",
};

struct listen {
	struct xsw *sw;
	const struct xsw_event_filter *filter;
	uint32_t port; /* of the filter, 0: any */
	void (*fn)(const struct xsw_event_view *e, void *arg);
	void *arg;
	uint64_t offset;	   /* CLOCK_REALTIME - CLOCK_MONOTONIC */
	uint64_t lost;		   /* told so far */
	uint32_t round;		   /* of reading */
	uint32_t fresh[XSW_PORTS]; /* round in which the port's name was read */
	struct maps_ring ring;
	struct stat meta;
};

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static bool stat_meta(const struct xsw *sw, struct stat *st)
{
	char path[PIN_PATH_MAX];

	pin_path(path, sw->name, XSW_PIN_META);
	return !stat(path, st);
}

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

/* The name a port has now; one that is gone keeps the last one it had. */
static const char *port_name(struct listen *l, uint32_t number)
{
	struct xsw_info *info = &l->sw->ports[number % XSW_PORTS], now;

	if (!number)
		return NULL;
	if (l->fresh[number % XSW_PORTS] != l->round &&
	    !maps_info_get(&l->sw->maps, number, &now) && now.name[0])
		*info = now;
	l->fresh[number % XSW_PORTS] = l->round;
	return info->name[0] ? info->name : "?";
}

/* Of the filter; any of its legs. */
static bool is_port(const struct listen *l, uint32_t number)
{
	return number && xsw_head(l->sw, number % XSW_PORTS) == l->port;
}

static bool passes(const struct listen *l, const struct xsw_event *e)
{
	const struct xsw_event_filter *f = l->filter;
	bool two = e->kind == XSW_EV_MOVED || e->kind == XSW_EV_FLAP;
	bool all = e->kind == XSW_EV_FLUSHED;

	if (l->port && !is_port(l, e->port) && !(two && is_port(l, e->old)) && !(all && !e->port))
		return false;
	return !f->vlan_set || e->key.vid == f->vlan || (all && e->key.vid == XSW_ANY_VID);
}

static const char *limit_of(uint32_t index)
{
	return index == XSW_LIMIT_SWITCH ? "switch" : index < XSW_PORTS ? "port" : "vlan";
}

static void on_event(const struct xsw_event *e, void *arg)
{
	struct listen *l = arg;
	struct xsw_event_view v = { .time = e->time + l->offset };

	if (e->kind >= XSW_EVS || !passes(l, e))
		return;
	v.event = words[e->kind];
	v.port = port_name(l, e->port);
	v.vlan = e->key.vid == XSW_ANY_VID ? 0 : e->key.vid;
	if (e->kind != XSW_EV_FLUSHED)
		memcpy(v.mac, e->key.mac, sizeof(v.mac));
	if (e->kind == XSW_EV_MOVED || e->kind == XSW_EV_FLAP)
		v.from = port_name(l, e->old);
	if (e->kind == XSW_EV_LIMIT)
		v.limit = limit_of(e->old);
	if ((e->kind <= XSW_EV_MOVED || e->kind >= XSW_EV_SET) && e->state < XSW_FDB_STATES)
		v.state = xsw_fdb_words[e->state];
	l->fn(&v, l->arg);
}

/* How many the ring had no room for since it was told last. */
static void tell_lost(struct listen *l)
{
	uint64_t lost = maps_ring_lost(&l->sw->maps, &l->ring);
	struct xsw_event_view v = { .event = "lost" };

	if (lost == l->lost)
		return;
	v.time = clock_ns(CLOCK_REALTIME);
	v.count = lost - l->lost;
	l->lost = lost;
	l->fn(&v, l->arg);
}

static int gone(const struct listen *l)
{
	return fail(XSW_MISSING, "switch %s is gone", l->sw->name);
}

static int renew(struct listen *l)
{
	uint64_t now = clock_now(l);
	struct stat st;

	if (!now || !stat_meta(l->sw, &st) || st.st_ino != l->meta.st_ino ||
	    st.st_dev != l->meta.st_dev)
		return gone(l);
	l->offset = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_MONOTONIC);
	if (!maps_ring_renew(&l->sw->maps, &l->ring, now))
		return XSW_OK;
	return fail(XSW_REFUSED,
		    "switch %s: this listener was stopped for seconds and another has its place",
		    l->sw->name);
}

/* Until a signal, a reader that leaves, or the end of the switch. */
static int loop(struct listen *l, int signals, bool (*flush)(void *arg))
{
	uint64_t next = clock_ns(CLOCK_MONOTONIC), now;
	struct pollfd p[] = { { .fd = maps_ring_fd(&l->ring), .events = POLLIN },
			      { .fd = signals, .events = POLLIN },
			      { .fd = l->filter->fd } };
	int status;

	do {
		now = clock_ns(CLOCK_MONOTONIC);
		if (now >= next) {
			status = renew(l);
			if (status)
				return status;
			next = now + RENEW_MS * 1000000ULL;
		}
		if (poll(p, 3, RENEW_MS) < 0 && errno != EINTR)
			return fail(XSW_REFUSED, "cannot wait: %s", strerror(errno));
		l->round++;
		maps_ring_read(&l->ring);
		tell_lost(l);
	} while (flush(l->arg) && !p[1].revents && !p[2].revents);
	return XSW_OK;
}

static int open_failed(const struct xsw *sw, int err)
{
	if (err != -EBUSY)
		return fail(XSW_REFUSED, "switch %s: cannot listen: %s", sw->name, strerror(-err));
	fail(XSW_REFUSED, "switch %s has %d listeners already", sw->name, XSW_RINGS);
	hint("one that was killed gives its place back after three seconds");
	return XSW_REFUSED;
}

static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
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
	int signals, err = filter->port ? xsw_port_need(sw, filter->port, &l.port) : XSW_OK;
	uint64_t now;

	if (err)
		return err;
	if (!stat_meta(sw, &l.meta))
		return gone(&l);
	maps_close_fdb(&sw->maps);
	prog_close(&sw->prog);
	now = clock_now(&l);
	if (!now)
		return gone(&l);
	signals = signals_open();
	if (signals < 0)
		return fail(XSW_REFUSED, "cannot wait for signals: %s", strerror(errno));
	err = maps_ring_open(&sw->maps, &l.ring, now, (1u << XSW_EVS) - 1);
	if (err) {
		close(signals);
		return open_failed(sw, err);
	}
	info("listening");
	err = loop(&l, signals, flush);
	maps_ring_close(&sw->maps, &l.ring);
	close(signals);
	if (l.lost)
		fail(XSW_OK, "%llu events were lost: they came faster than they were read",
		     (unsigned long long)l.lost);
	return err;
}
