// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_gauge.c - counters of a switch, looked at again and again
 *
 * Ports come and go, so their records are read anew each time, in one batch; what a resize of the
 * FDB replaces (`limits`, the programs) is opened by its pin when it is needed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xsw_int.h"
#include "xsw_names.h"
#include "xsw_rate.h"

struct xsw_gauge {
	struct xsw *sw;
	enum xsw_gauge_what what;
	char only[XSW_NAME_MAX];				     /* empty: all ports */
	struct xsw_stats (*chunks[XSW_PORT_CHUNKS])[XSW_PORT_CHUNK]; /* NULL: never read */
	bool read[XSW_PORT_CHUNKS];				     /* in this look */
	struct xsw_vlan_stats (*vlans)[XSW_VLANS];
	struct xsw_look looks[2];
	unsigned int turn; /* which of them is the last one */
};

int xsw_gauge_open(struct xsw_gauge **out, const struct xsw_opts *opts, enum xsw_gauge_what what,
		   const char *port)
{
	struct xsw_gauge *g = calloc(1, sizeof(*g));
	uint32_t number = 0;
	int err;

	*out = NULL;
	if (!g)
		return fail(XSW_REFUSED, "out of memory");
	g->what = what;
	err = xsw_open(&g->sw, opts, XSW_READ);
	if (!err && port)
		err = xsw_port_need(g->sw, port, &number);
	if (err) {
		xsw_gauge_close(g);
		return err;
	}
	memcpy(g->only, g->sw->ports[number].name, sizeof(g->only));
	maps_close_fdb(&g->sw->maps);
	prog_close(&g->sw->prog);
	*out = g;
	return XSW_OK;
}

static void look_free(struct xsw_look *look)
{
	free(look->ports);
	free(look->vlans);
}

void xsw_gauge_close(struct xsw_gauge *g)
{
	if (!g)
		return;
	for (size_t i = 0; i < XSW_PORT_CHUNKS; i++)
		free(g->chunks[i]);
	free(g->vlans);
	look_free(&g->looks[0]);
	look_free(&g->looks[1]);
	xsw_close(g->sw);
	free(g);
}

/* Room for n elements that are zero. */
static void *renew(void *old, size_t n, size_t size)
{
	free(old);
	return calloc(n + 1, size);
}

/* Add the counters of one number; they are read with those of its 63 neighbours. */
static int add_counters(struct xsw_gauge *g, uint32_t number, struct xsw_stats_view *sum)
{
	uint32_t chunk = number / XSW_PORT_CHUNK;
	char dir[PIN_PATH_MAX];
	int err = 0;

	if (!g->chunks[chunk])
		g->chunks[chunk] = calloc(1, sizeof(*g->chunks[chunk]));
	if (!g->chunks[chunk])
		return -ENOMEM;
	if (!g->read[chunk]) {
		pin_path(dir, g->sw->name, XSW_DIR_MAPS);
		err = maps_stats_all(&g->sw->maps, dir, chunk, *g->chunks[chunk]);
	}
	if (err)
		return err;
	g->read[chunk] = true;
	view_stats(&(*g->chunks[chunk])[number % XSW_PORT_CHUNK], sum);
	return 0;
}

static int look_port(struct xsw_gauge *g, uint32_t number, struct xsw_look_port *p)
{
	const struct xsw_info *info = &g->sw->ports[number];
	union xsw_conf conf = maps_conf_load(&g->sw->maps, number);
	uint32_t n;
	int err = 0;

	memcpy(p->name, info->name, sizeof(p->name));
	p->number = number;
	p->ifindex = info->ifindex;
	p->state = view_state(g->sw, number, conf);
	p->mode = xsw_mode_words[conf.mode % XSW_MODES];
	p->pvid = conf.flags & XSW_F_VLAN ? conf.pvid : 0;
	/* until it is complete they may be those of an earlier port of this number */
	p->counted = xsw_is_complete(g->sw, number);
	XSW_EACH_LEG(g->sw, number, n)
	{
		p->learned += g->sw->maps.mem.limits[XSW_LIMIT_PORT(n)].learned;
		if (p->counted && !err)
			err = add_counters(g, n, &p->stats);
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

static bool wanted(const struct xsw_gauge *g, uint32_t number)
{
	const char *name = g->sw->ports[number].name;

	return *name && !xsw_is_leg(g->sw, number) && (!*g->only || !strcmp(name, g->only));
}

/* The clock of the switch, for ports that are error-disabled until some time. */
static int open_clock(struct xsw_gauge *g, const char *dir)
{
	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (wanted(g, n) && maps_conf_load(&g->sw->maps, n).state == XSW_STATE_ERRDISABLED)
			return prog_open(&g->sw->prog, dir);
	return 0;
}

static int look_ports(struct xsw_gauge *g, const struct xsw_look *before, struct xsw_look *look)
{
	struct xsw_look_port *p;
	size_t n = 0, at = 0;
	int err = 0;

	for (uint32_t i = 1; i < XSW_PORTS; i++)
		n += wanted(g, i);
	look->ports = renew(look->ports, n, sizeof(*look->ports));
	if (!look->ports)
		return -ENOMEM;
	memset(g->read, 0, sizeof(g->read));
	for (uint32_t i = 1; i < XSW_PORTS && !err; i++) {
		if (!wanted(g, i))
			continue;
		p = &look->ports[look->nports++];
		err = look_port(g, i, p);
		xsw_rates(was(before, &at, p), &p->stats, look->interval, &p->rates);
		xsw_rates_add(&p->rates, &look->all);
	}
	return err;
}

static int look_vlans(struct xsw_gauge *g, const struct xsw_look *before, struct xsw_look *look)
{
	size_t at = 0;
	int err;

	if (!g->vlans)
		g->vlans = calloc(1, sizeof(*g->vlans));
	look->vlans = renew(look->vlans, XSW_VLANS, sizeof(*look->vlans));
	if (!g->vlans || !look->vlans)
		return -ENOMEM;
	err = maps_vlan_stats_all(&g->sw->maps, *g->vlans);
	for (uint32_t vid = 0; vid <= XSW_VID_MAX && !err; vid++) {
		const struct xsw_vlan_stats *stats = &(*g->vlans)[vid];
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

static int look(struct xsw_gauge *g, const struct xsw_look *before, struct xsw_look *now)
{
	char maps[PIN_PATH_MAX], progs[PIN_PATH_MAX], meta[PIN_PATH_MAX];
	struct xsw *sw = g->sw;
	int err;

	if (stream_is_gone(sw))
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
	now->clock = clock_kernel(CLOCK_REALTIME);
	now->time = clock_kernel(CLOCK_MONOTONIC);
	now->interval = before->time ? now->time - before->time : 0;
	if (g->what == XSW_GAUGE_VLANS)
		return look_vlans(g, before, now);
	err = open_clock(g, progs) ?: look_ports(g, before, now);
	prog_close(&sw->prog);
	return err;
}

int xsw_gauge_look(struct xsw_gauge *g, const struct xsw_look **out)
{
	const struct xsw_look *before = &g->looks[g->turn];
	struct xsw_look *now = &g->looks[!g->turn];
	int err;

	*now = (struct xsw_look){ .ports = now->ports, .vlans = now->vlans };
	err = look(g, before, now);
	if (err)
		return err;
	g->turn = !g->turn;
	*out = now;
	return 0;
}

int xsw_gauge_failed(const struct xsw_gauge *g, int err)
{
	if (err == -ENOENT)
		return stream_gone(g->sw);
	return fail(XSW_REFUSED, "switch %s: cannot read its counters: %s", g->sw->name,
		    strerror(-err));
}

int xsw_gauge_port(struct xsw_gauge *g, const char *port, struct xsw_view **view)
{
	uint32_t number = xsw_port_find(g->sw, port);
	char progs[PIN_PATH_MAX];
	int err;

	*view = NULL;
	if (!number)
		return -ENODEV;
	pin_path(progs, g->sw->name, XSW_DIR_PROGS);
	err = open_clock(g, progs) ?: view_read(g->sw, number, view);
	prog_close(&g->sw->prog);
	return err;
}
