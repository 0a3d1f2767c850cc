// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_watch.c - counters of a switch, looked at again and again
 *
 * Ports come and go, so their records are read anew each time, in one batch; what a resize of the
 * FDB replaces (`limits`, the programs) is opened by its pin when it is needed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "xsw_int.h"
#include "xsw_names.h"
#include "xsw_rate.h"

struct xsw_watch {
	struct xsw *sw;
	enum xsw_watch_what what;
	char only[XSW_NAME_MAX]; /* empty: all ports */
	struct stat meta;
	struct xsw_stats (*chunks[XSW_PORT_CHUNKS])[XSW_PORT_CHUNK]; /* NULL: never read */
	bool read[XSW_PORT_CHUNKS];				     /* in this look */
	struct xsw_vlan_stats (*vlans)[XSW_VLANS];
	struct xsw_look looks[2];
	unsigned int turn; /* which of them is the last one */
};

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

int xsw_watch_open(struct xsw_watch **out, const struct xsw_opts *opts, enum xsw_watch_what what,
		   const char *port)
{
	struct xsw_watch *w = calloc(1, sizeof(*w));
	uint32_t number = 0;
	int err;

	*out = NULL;
	if (!w)
		return fail(XSW_REFUSED, "out of memory");
	w->what = what;
	err = xsw_open(&w->sw, opts, XSW_READ);
	if (!err && port)
		err = xsw_port_need(w->sw, port, &number);
	if (!err && !xsw_stat(w->sw, &w->meta))
		err = xsw_gone(w->sw);
	if (err) {
		xsw_watch_close(w);
		return err;
	}
	memcpy(w->only, w->sw->ports[number].name, sizeof(w->only));
	maps_close_fdb(&w->sw->maps);
	prog_close(&w->sw->prog);
	*out = w;
	return XSW_OK;
}

static void look_free(struct xsw_look *look)
{
	free(look->ports);
	free(look->vlans);
}

void xsw_watch_close(struct xsw_watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < XSW_PORT_CHUNKS; i++)
		free(w->chunks[i]);
	free(w->vlans);
	look_free(&w->looks[0]);
	look_free(&w->looks[1]);
	xsw_close(w->sw);
	free(w);
}

/* Room for n elements that are zero. */
static void *renew(void *old, size_t n, size_t size)
{
	free(old);
	return calloc(n + 1, size);
}

/* Add the counters of one number; they are read with those of its 63 neighbours. */
static int add_counters(struct xsw_watch *w, uint32_t number, struct xsw_stats_view *sum)
{
	uint32_t chunk = number / XSW_PORT_CHUNK;
	char dir[PIN_PATH_MAX];
	int err = 0;

	if (!w->chunks[chunk])
		w->chunks[chunk] = calloc(1, sizeof(*w->chunks[chunk]));
	if (!w->chunks[chunk])
		return -ENOMEM;
	if (!w->read[chunk]) {
		pin_path(dir, w->sw->name, XSW_DIR_MAPS);
		err = maps_stats_all(&w->sw->maps, dir, chunk, *w->chunks[chunk]);
	}
	if (err)
		return err;
	w->read[chunk] = true;
	view_stats(&(*w->chunks[chunk])[number % XSW_PORT_CHUNK], sum);
	return 0;
}

static int look_port(struct xsw_watch *w, uint32_t number, struct xsw_look_port *p)
{
	const struct xsw_info *info = &w->sw->ports[number];
	union xsw_conf conf = maps_conf_load(&w->sw->maps, number);
	uint32_t n;
	int err = 0;

	memcpy(p->name, info->name, sizeof(p->name));
	p->number = number;
	p->ifindex = info->ifindex;
	p->state = view_state(w->sw, number, conf);
	p->mode = xsw_mode_words[conf.mode % XSW_MODES];
	p->pvid = conf.flags & XSW_F_VLAN ? conf.pvid : 0;
	/* until it is complete they may be those of an earlier port of this number */
	p->counted = xsw_is_complete(w->sw, number);
	XSW_EACH_LEG(w->sw, number, n)
	{
		p->learned += w->sw->maps.mem.limits[XSW_LIMIT_PORT(n)].learned;
		if (p->counted && !err)
			err = add_counters(w, n, &p->stats);
	}
	return err;
}

/* What a port had counted at the look before; both are in the order of numbers. NULL: it is new. */
static const struct xsw_stats_view *was(const struct xsw_look *before, size_t *at,
					const struct xsw_look_port *p)
{
	const struct xsw_look_port *q;

	while (*at < before->nports && before->ports[*at].number < p->number)
		++*at;
	q = *at < before->nports ? &before->ports[*at] : NULL;
	if (!q || q->number != p->number || q->ifindex != p->ifindex || strcmp(q->name, p->name))
		return NULL;
	return q->counted ? &q->stats : &p->stats;
}

static bool wanted(const struct xsw_watch *w, uint32_t number)
{
	const char *name = w->sw->ports[number].name;

	return *name && !xsw_is_leg(w->sw, number) && (!*w->only || !strcmp(name, w->only));
}

/* The clock of the switch, for ports that are error-disabled until some time. */
static int open_clock(struct xsw_watch *w, const char *dir)
{
	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (wanted(w, n) && maps_conf_load(&w->sw->maps, n).state == XSW_STATE_ERRDISABLED)
			return prog_open(&w->sw->prog, dir);
	return 0;
}

static int look_ports(struct xsw_watch *w, const struct xsw_look *before, struct xsw_look *look)
{
	struct xsw_look_port *p;
	size_t n = 0, at = 0;
	int err = 0;

	for (uint32_t i = 1; i < XSW_PORTS; i++)
		n += wanted(w, i);
	look->ports = renew(look->ports, n, sizeof(*look->ports));
	if (!look->ports)
		return -ENOMEM;
	memset(w->read, 0, sizeof(w->read));
	for (uint32_t i = 1; i < XSW_PORTS && !err; i++) {
		if (!wanted(w, i))
			continue;
		p = &look->ports[look->nports++];
		err = look_port(w, i, p);
		xsw_rates(was(before, &at, p), &p->stats, look->interval, &p->rates);
		xsw_rates_add(&p->rates, &look->all);
	}
	return err;
}

static int look_vlans(struct xsw_watch *w, const struct xsw_look *before, struct xsw_look *look)
{
	size_t at = 0;
	int err;

	if (!w->vlans)
		w->vlans = calloc(1, sizeof(*w->vlans));
	look->vlans = renew(look->vlans, XSW_VLANS, sizeof(*look->vlans));
	if (!w->vlans || !look->vlans)
		return -ENOMEM;
	err = maps_vlan_stats_all(&w->sw->maps, *w->vlans);
	for (uint32_t vid = 0; vid <= XSW_VID_MAX && !err; vid++) {
		const struct xsw_vlan_stats *stats = &(*w->vlans)[vid];
		struct xsw_look_vlan *v = &look->vlans[look->nvlans];
		const struct xsw_look_vlan *old;

		if (!stats->rx.packets && !stats->tx.packets)
			continue;
		while (at < before->nvlans && before->vlans[at].vlan < vid)
			at++;
		old = at < before->nvlans && before->vlans[at].vlan == vid ? &before->vlans[at] :
									     NULL;
		v->vlan = vid;
		v->stats = *stats;
		v->rx = xsw_speed(old ? &old->stats.rx : NULL, &stats->rx, look->interval);
		v->tx = xsw_speed(old ? &old->stats.tx : NULL, &stats->tx, look->interval);
		look->nvlans++;
	}
	return err;
}

static int look(struct xsw_watch *w, const struct xsw_look *before, struct xsw_look *now)
{
	char maps[PIN_PATH_MAX], progs[PIN_PATH_MAX], meta[PIN_PATH_MAX];
	struct xsw *sw = w->sw;
	int err;

	if (!xsw_same(sw, &w->meta))
		return -ENOENT;
	pin_path(meta, sw->name, XSW_PIN_META);
	pin_path(maps, sw->name, XSW_DIR_MAPS);
	pin_path(progs, sw->name, XSW_DIR_PROGS);
	err = maps_meta_read(meta, &sw->meta) ?: maps_limits_again(&sw->maps, maps);
	err = err ?: maps_info_again(&sw->maps, sw->ports);
	if (err)
		return err;
	now->name = sw->name;
	now->created = sw->meta.created;
	now->fdb_size = sw->meta.fdb_size;
	now->fdb_learned = sw->maps.mem.limits[XSW_LIMIT_SWITCH].learned;
	now->clock = clock_ns(CLOCK_REALTIME);
	now->time = clock_ns(CLOCK_MONOTONIC);
	now->interval = before->time ? now->time - before->time : 0;
	if (w->what == XSW_WATCH_VLANS)
		return look_vlans(w, before, now);
	err = open_clock(w, progs) ?: look_ports(w, before, now);
	prog_close(&sw->prog);
	return err;
}

int xsw_watch_look(struct xsw_watch *w, const struct xsw_look **out)
{
	const struct xsw_look *before = &w->looks[w->turn];
	struct xsw_look *now = &w->looks[!w->turn];
	int err;

	*now = (struct xsw_look){ .ports = now->ports, .vlans = now->vlans };
	err = look(w, before, now);
	if (err)
		return err;
	w->turn = !w->turn;
	*out = now;
	return 0;
}

int xsw_watch_failed(const struct xsw_watch *w, int err)
{
	if (err == -ENOENT)
		return xsw_gone(w->sw);
	return fail(XSW_REFUSED, "switch %s: cannot read its counters: %s", w->sw->name,
		    strerror(-err));
}

int xsw_watch_port(struct xsw_watch *w, const char *port, struct xsw_view **view)
{
	uint32_t number = xsw_port_find(w->sw, port);
	char progs[PIN_PATH_MAX];
	int err;

	*view = NULL;
	if (!number)
		return -ENODEV;
	pin_path(progs, w->sw->name, XSW_DIR_PROGS);
	err = open_clock(w, progs) ?: view_read(w->sw, number, view);
	prog_close(&w->sw->prog);
	return err;
}
