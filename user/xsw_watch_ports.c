// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_watch_ports.c - a watcher's program at the ports, which come and go
 *
 * What a frame leaves by is decided where it comes in, so the program is everywhere, whatever
 * port is looked at. Attaching is done under the writers' lock: no port is unmade meanwhile, and
 * what a killed watcher left is removed by one at a time.
 */
#include <errno.h>
#include <string.h>

#include "grace.h"
#include "watch.h"

static uint32_t device_of(const struct maps *m, uint32_t number)
{
	return maps_conf_load(m, number).word ? m->mem.ports[number].ifindex : 0;
}

bool watch_ports_changed(struct watcher *w)
{
	uint32_t n;

	for (n = 1; n < XSW_PORTS; n++)
		if (device_of(&w->sw->maps, n) != w->ifindex[n])
			return true;
	return false;
}

static bool is_over(int prog, const void *arg)
{
	return prog_watch_over(prog, *(const uint64_t *)arg);
}

/* Tunnel ports share devices. */
static bool is_wanted(const struct watcher *w, uint32_t ifindex)
{
	uint32_t n = 1;

	while (n < XSW_PORTS && w->ifindex[n] != ifindex)
		n++;
	return n < XSW_PORTS;
}

static bool has(const struct watcher *w, uint32_t ifindex)
{
	uint32_t n = 1;

	while (n < XSW_PORTS && w->at[n].ifindex != ifindex)
		n++;
	return n < XSW_PORTS;
}

static void drop_others(struct watcher *w)
{
	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (w->at[n].ifindex && !is_wanted(w, w->at[n].ifindex))
			watch_detach(w->id, &w->at[n]);
}

static int add(struct watcher *w, uint32_t number)
{
	uint32_t ifindex = w->ifindex[number];
	int err;

	if (!ifindex || has(w, ifindex))
		return 0;
	watch_sweep(ifindex, is_over, &w->now);
	err = watch_attach(w->trace.prog, w->sw->prog.tc, ifindex, &w->at[number]);
	if (err)
		watch_detach(w->id, &w->at[number]);
	/* its device, or the switch's program there, is gone: no frame comes in by it */
	return err == -ENODEV || err == -ENOENT ? 0 : err;
}

int watch_ports_follow(struct watcher *w, uint32_t *bad)
{
	uint32_t n, more = 0;
	int err = 0;

	for (n = 1; n < XSW_PORTS; n++) {
		uint32_t ifindex = device_of(&w->sw->maps, n);

		if (ifindex == w->ifindex[n])
			continue;
		w->ifindex[n] = ifindex;
		maps_info_get(&w->sw->maps, n, &w->sw->ports[n]);
		more++;
	}
	if (more >= WATCH_SHORTEN)
		grace_shorten();
	drop_others(w);
	for (n = 1; n < XSW_PORTS && !err; n++) {
		err = add(w, n);
		*bad = n;
	}
	return err;
}

void watch_ports_leave(struct watcher *w)
{
	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (w->at[n].ifindex)
			watch_detach(w->id, &w->at[n]);
	memset(w->ifindex, 0, sizeof(w->ifindex));
}

void watch_ports_mark(struct watcher *w)
{
	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (w->ifindex[n] && w->sw->ports[n].hook == XSW_HOOK_XDP)
			maps_watch_port(&w->sw->maps, n, true);
}

void watch_repair(struct xsw *sw)
{
	uint64_t until = maps_watch_until(&sw->maps), now;
	uint32_t n;

	now = until ? prog_clock(&sw->prog, &sw->maps) : 0;
	if (now <= until) /* nobody has looked, or somebody does */
		return;
	for (n = 1; n < XSW_PORTS; n++) {
		const struct xsw_info *info = &sw->ports[n];

		if (!info->name[0] || !(info->flags & XSW_I_READY))
			continue;
		if (info->hook == XSW_HOOK_CLSACT || info->tc_hook == XSW_HOOK_CLSACT)
			watch_sweep(info->ifindex, is_over, &now);
		maps_watch_port(&sw->maps, n, false);
	}
	maps_watch_end(&sw->maps, until);
}
