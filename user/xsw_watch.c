// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_watch.c - frames of the switch as they come, for as long as somebody looks
 *
 * A program of the watcher's own decides each frame once more, in front of the one that acts, and
 * tells of those that are wanted. Once a second its lease is renewed, new ports get it, and where
 * the FDB was replaced (set fdb_size) it is loaded anew: it would go on looking at the old one.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "grace.h"
#include "pcap_filter.h"
#include "watch.h"
#include "xsw_names.h"

#define RENEW_MS 1000
#define RING	 (4 << 20) /* bytes of records that wait to be read */

static int filter_set(struct watcher *w)
{
	char error[FILTER_ERROR_MAX] = "";
	size_t n = 0;
	int err;

	if (!w->spec->filter)
		return XSW_OK;
	err = filter_compile(w->spec->filter, w->want.filter, &n, error);
	w->want.filter_n = (uint32_t)n;
	switch (err) {
	case 0:
		return XSW_OK;
	case -EINVAL:
		fail(XSW_USAGE, "filter %s: %s", quoted(w->spec->filter), error);
		hint("expressions are those of tcpdump: man 7 pcap-filter");
		return XSW_USAGE;
	case -EOPNOTSUPP:
		return fail(XSW_USAGE,
			    "filter %s: needs a loop (protochain), and a kernel has none",
			    quoted(w->spec->filter));
	case -E2BIG:
		return fail(XSW_USAGE, "filter %s: more than %d instructions",
			    quoted(w->spec->filter), XSW_FILTER_MAX);
	default:
		return fail(XSW_REFUSED, "filter %s: %s", quoted(w->spec->filter), strerror(-err));
	}
}

static int want_set(struct watcher *w)
{
	const struct xsw_watch_spec *spec = w->spec;
	uint32_t head = 0, n;
	int err = spec->port ? xsw_port_need(w->sw, spec->port, &head) : XSW_OK;

	w->want.flags = XSW_WATCH_LIVE | (spec->drops ? XSW_WATCH_DROPS : 0);
	if (err)
		return err;
	if (!head)
		return filter_set(w);
	w->want.flags |= (spec->in ? XSW_WATCH_IN : 0) | (spec->out ? XSW_WATCH_OUT : 0) |
			 (spec->only ? XSW_WATCH_ONLY : 0);
	XSW_EACH_LEG(w->sw, head, n)
	w->want.ports[n / 64] |= 1ULL << n % 64;
	return filter_set(w);
}

static void on_frame(const struct xsw_trace *rec, const uint8_t *frame, void *arg)
{
	struct watcher *w = arg;

	w->fns->frame(rec, frame, rec->time + w->offset, w->fns->arg);
}

static void unlock(struct xsw *sw)
{
	if (sw->lock < 0) /* the switch went just now */
		return;
	grace_restore();
	pin_leave(sw->lock);
	sw->lock = -1;
}

static int attach_failed(const struct watcher *w, uint32_t port, int err)
{
	const char *name = w->sw->ports[port].name;

	if (err == -ENOSPC)
		return fail(XSW_REFUSED, "port %s: %d watchers are there already", name, WATCHERS);
	return fail(XSW_REFUSED, "port %s: cannot attach: %s", name, strerror(-err));
}

/* The lease of the program, then of the bits, then the bits. */
static void renew_lease(struct watcher *w)
{
	uint64_t until = w->trace.mem->until, now;
	struct xsw *sw = w->sw;

	now = prog_clock(&sw->prog, &sw->maps);
	if (!now) /* no memory at the moment */
		return;
	w->now = now;
	if (until && until < now)
		warn("stopped for more than %llu s: frames of that time are missing",
		     WATCH_LEASE_NS / 1000000000);
	__atomic_store_n(&w->trace.mem->until, w->now + WATCH_LEASE_NS, __ATOMIC_RELEASE);
	maps_watch_renew(&sw->maps, w->now + WATCH_LEASE_NS);
	watch_ports_mark(w);
	w->offset = clock_kernel(CLOCK_REALTIME) - clock_kernel(CLOCK_MONOTONIC);
}

/* On the maps that are open now. */
static int start(struct watcher *w)
{
	uint32_t bad = 0;
	int err = prog_watch_open(&w->trace, &w->sw->maps, RING, &w->want);

	if (err)
		return cannot("switch", w->sw->name, err, log_libbpf_last(),
			      "load the program that looks");
	w->trace.fn = on_frame;
	w->trace.arg = w;
	w->trace.mem->snaplen = w->spec->snaplen;
	w->id = prog_id(w->trace.prog);
	w->lost = 0;
	renew_lease(w);
	err = xsw_lock(w->sw, false);
	if (err)
		return err;
	err = watch_ports_follow(w, &bad);
	unlock(w->sw);
	if (err)
		return attach_failed(w, bad, err);
	watch_ports_mark(w);
	return XSW_OK;
}

static void stop(struct watcher *w)
{
	struct pin_holder holder;
	/* links take a grace period each; where a writer is at work they take it */
	int lock = pin_lock(0, &holder);

	if (lock >= 0)
		grace_shorten();
	watch_ports_leave(w);
	if (lock >= 0) {
		w->sw->lock = lock;
		unlock(w->sw);
	}
	prog_trace_close(&w->trace);
}

/* The programs were replaced: those that ports get from now on are not the ones that are open. */
static int open_programs(struct watcher *w)
{
	struct xsw *sw = w->sw;
	char dir[PIN_PATH_MAX];
	int err;

	pin_path(dir, sw->name, XSW_DIR_PROGS);
	prog_close(&sw->prog);
	err = prog_open(&sw->prog, dir);
	return err ? xsw_bad_pin(sw, XSW_DIR_PROGS, err) : XSW_OK;
}

/* The FDB was replaced, and the programs with it. */
static int restart(struct watcher *w)
{
	struct xsw *sw = w->sw;
	char dir[PIN_PATH_MAX];
	const char *bad = "";
	int err;

	stop(w);
	maps_close(&sw->maps);
	pin_path(dir, sw->name, XSW_DIR_MAPS);
	err = maps_open(&sw->maps, dir, &bad);
	if (err)
		return xsw_bad_pin(sw, bad, err);
	return open_programs(w) ?: start(w);
}

/* Ports that came while it runs; a writer at work has the lock, then in a second. */
static void follow(struct watcher *w)
{
	struct pin_holder holder;
	int lock, err;
	uint32_t bad;

	if (!watch_ports_changed(w))
		return;
	lock = pin_lock(0, &holder);
	if (lock < 0)
		return;
	w->sw->lock = lock;
	err = watch_ports_follow(w, &bad);
	unlock(w->sw);
	if (err)
		warn("port %s: its frames are not seen: %s", w->sw->ports[bad].name,
		     strerror(-err));
}

static int renew(struct watcher *w)
{
	char maps[PIN_PATH_MAX], progs[PIN_PATH_MAX], resize[PIN_PATH_MAX];
	int status;

	if (stream_is_gone(w->sw))
		return stream_gone(w->sw);
	pin_path(maps, w->sw->name, XSW_DIR_MAPS);
	pin_path(progs, w->sw->name, XSW_DIR_PROGS);
	pin_path(resize, w->sw->name, XSW_DIR_RESIZE);
	if (!pin_exists(resize) && prog_moved(&w->sw->prog, progs)) {
		if (maps_fdb_moved(&w->sw->maps, maps))
			return restart(w);
		status = open_programs(w);
		if (status)
			return status;
	}
	follow(w);
	renew_lease(w);
	return XSW_OK;
}

static void tell_lost(struct watcher *w)
{
	uint64_t lost = __atomic_load_n(&w->trace.mem->lost, __ATOMIC_ACQUIRE);

	if (lost != w->lost)
		w->fns->lost(lost - w->lost, clock_kernel(CLOCK_REALTIME), w->fns->arg);
	w->lost = lost;
}

static int loop(struct watcher *w, int signals)
{
	uint64_t next = clock_kernel(CLOCK_MONOTONIC) + RENEW_MS * 1000000ULL, now;
	struct pollfd p[] = { { .events = POLLIN },
			      { .fd = signals, .events = POLLIN },
			      { .fd = w->spec->fd } };
	int status;

	do {
		now = clock_kernel(CLOCK_MONOTONIC);
		if (now >= next) {
			status = renew(w);
			if (status)
				return status;
			next = now + RENEW_MS * 1000000ULL;
		}
		p[0].fd = prog_trace_fd(&w->trace);
		if (poll(p, 3, RENEW_MS) < 0 && errno != EINTR)
			return fail(XSW_REFUSED, "cannot wait: %s", strerror(errno));
		prog_trace_read(&w->trace);
		tell_lost(w);
	} while (w->fns->flush(w->fns->arg) && !p[1].revents && !p[2].revents);
	return XSW_OK;
}

/* A link a port. */
static void many_files(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim))
		return;
	lim.rlim_cur = lim.rlim_max;
	(void)!setrlimit(RLIMIT_NOFILE, &lim);
}

int xsw_watch(struct xsw *sw, const struct xsw_watch_spec *spec, const struct xsw_watch_fns *fns)
{
	struct watcher *w = calloc(1, sizeof(*w));
	int signals, err;

	if (!w)
		return fail(XSW_REFUSED, "out of memory");
	w->sw = sw;
	w->spec = spec;
	w->fns = fns;
	w->trace.prog = -1;
	err = want_set(w) ?: xsw_check_rights(RIGHT_MAPS | RIGHT_PROGS | RIGHT_DEVICES);
	if (err)
		goto free;
	signals = xsw_signals_fd();
	if (signals < 0) {
		err = fail(XSW_REFUSED, "cannot wait for signals: %s", strerror(errno));
		goto free;
	}
	many_files();
	err = start(w);
	if (!err) {
		info("looking");
		err = fns->begin(fns->arg);
		/* a replaced FDB and new ports need them again */
		rights_keep(RIGHT_MAPS | RIGHT_PROGS | RIGHT_DEVICES);
		err = err ?: loop(w, signals);
	}
	stop(w);
	close(signals);
free:
	free(w);
	return err;
}
