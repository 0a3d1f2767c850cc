// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_fdb.c - entries of the forwarding database
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "xsw_int.h"

const char *const xsw_fdb_words[] = { "dynamic", "extern", "static", "local", NULL };

struct walk {
	struct xsw *sw;
	const struct xsw_fdb_filter *filter;
	uint32_t port; /* 0: any */
	uint64_t now;
	xsw_fdb_fn fn;
	void *arg;
};

static uint64_t ago(uint64_t now, uint64_t then)
{
	return then < now ? now - then : 0;
}

static void view_entry(const struct walk *w, union xsw_fdb_key key, const struct xsw_fdb_entry *e)
{
	const struct xsw_info *info = &w->sw->ports[e->dest.port % XSW_PORTS];
	struct xsw_fdb_view v = {
		.vlan = key.vid,
		.port = info->name[0] ? info->name : "?",
		.ifname = info->outer,
		.ifindex = info->ifindex,
		.state = e->dest.state < XSW_FDB_STATES ? xsw_fdb_words[e->dest.state] : "unknown",
		.flags = { e->dest.flags & XSW_FDB_HELD ? "held" : NULL },
		.used = ago(w->now, e->seen),
		.updated = ago(w->now, e->updated),
	};

	memcpy(v.mac, key.mac, sizeof(v.mac));
	if (type_is_tunnel(info->type))
		tunnel_ip_text(&info->leg.remote, v.remote);
	w->fn(&v, w->arg);
}

static bool passes(const struct walk *w, union xsw_fdb_key key, const struct xsw_fdb_entry *e)
{
	const struct xsw_fdb_filter *f = w->filter;

	if (w->port && xsw_head(w->sw, e->dest.port % XSW_PORTS) != w->port)
		return false;
	if (f->vlan_set && key.vid != f->vlan)
		return false;
	if (f->state >= 0 && e->dest.state != f->state)
		return false;
	if (f->mac.set && memcmp(key.mac, f->mac.byte, 6))
		return false;
	return maps_fdb_valid(&w->sw->maps, key, e, w->now);
}

static int each_entry(union xsw_fdb_key key, const struct xsw_fdb_entry *e, void *arg)
{
	struct walk *w = arg;

	if (passes(w, key, e))
		view_entry(w, key, e);
	return 0;
}

int xsw_fdb_each(struct xsw *sw, const struct xsw_fdb_filter *filter, xsw_fdb_fn fn, void *arg)
{
	struct walk w = { .sw = sw,
			  .filter = filter,
			  .now = prog_clock(&sw->prog, &sw->maps),
			  .fn = fn,
			  .arg = arg };
	int err = filter->port ? xsw_port_need(sw, filter->port, &w.port) : XSW_OK;

	if (err)
		return err;
	err = maps_fdb_each(&sw->maps, each_entry, &w);
	return err ? fail(XSW_REFUSED, "switch %s: cannot read the FDB: %s", sw->name,
			  strerror(-err)) :
		     XSW_OK;
}

static union xsw_fdb_key make_key(const uint8_t mac[6], uint32_t vlan)
{
	union xsw_fdb_key key = { .vid = (__u16)vlan };

	memcpy(key.mac, mac, sizeof(key.mac));
	return key;
}

/* -ENOENT: there is none; any other error: it cannot be reached */
/* "entry 02:00:00:00:00:01 in VLAN 10" */
#define ENTRY_TEXT 48
static const char *entry_text(const uint8_t mac[6], uint32_t vlan, char text[ENTRY_TEXT])
{
	char mac_buf[MAC_TEXT], in_vlan[24] = "";

	if (vlan)
		snprintf(in_vlan, sizeof(in_vlan), " in VLAN %u", vlan);
	snprintf(text, ENTRY_TEXT, "entry %s%s", mac_text(mac, mac_buf), in_vlan);
	return text;
}

static int no_entry(const struct xsw *sw, const uint8_t mac[6], uint32_t vlan, int err)
{
	char text[ENTRY_TEXT];

	entry_text(mac, vlan, text);
	if (err != -ENOENT)
		return cannot("switch", sw->name, err, "", "reach %s", text);
	return fail(XSW_MISSING, "switch %s has no %s", sw->name, text);
}

/* 0, or -ENOENT: no entry that holds */
static int valid_entry(struct xsw *sw, union xsw_fdb_key key, struct xsw_fdb_entry *e)
{
	int err = maps_fdb_get(&sw->maps, key, e);

	if (!err && !maps_fdb_valid(&sw->maps, key, e, prog_clock(&sw->prog, &sw->maps)))
		err = -ENOENT;
	return err;
}

int xsw_fdb_get(struct xsw *sw, const uint8_t mac[6], uint32_t vlan, xsw_fdb_fn fn, void *arg)
{
	struct walk w = { .sw = sw, .now = prog_clock(&sw->prog, &sw->maps), .fn = fn, .arg = arg };
	union xsw_fdb_key key = make_key(mac, vlan);
	struct xsw_fdb_entry e;
	int err = valid_entry(sw, key, &e);

	if (err)
		return no_entry(sw, mac, vlan, err);
	view_entry(&w, key, &e);
	return XSW_OK;
}

/* It goes with its host port, and with nothing else. */
static int local_entry(const struct xsw *sw, const uint8_t mac[6], const struct xsw_fdb_entry *e)
{
	const char *port = sw->ports[e->dest.port % XSW_PORTS].name;
	char text[MAC_TEXT];

	fail(XSW_REFUSED, "%s is the address of host port %s", mac_text(mac, text), port);
	hint("`xswitch port del %s` removes it", port);
	return XSW_REFUSED;
}

static int add_failed(const struct xsw *sw, const struct xsw_fdb_spec *spec, int err)
{
	char text[MAC_TEXT];

	fail(XSW_REFUSED, "port %s: cannot add %s: %s", spec->port, mac_text(spec->mac, text),
	     err == -E2BIG  ? "the table is full" :
	     err == -EDQUOT ? "a limit of learned addresses is reached" :
			      strerror(-err));
	if (err == -EEXIST)
		hint("`xswitch fdb replace` changes the entry that is there");
	if (err == -E2BIG)
		hint("`xswitch set fdb_size N` makes room; it is %u now", sw->meta.fdb_size);
	return XSW_REFUSED;
}

/* The leg meant: *number is the port's. */
static int find_remote(const struct xsw *sw, const struct xsw_fdb_spec *spec, uint32_t *number)
{
	const struct xsw_ip ip = tunnel_ip(&spec->remote);
	char text[INET6_ADDRSTRLEN];
	uint32_t n;

	if (!spec->remote.family && sw->ports[*number].leg.legs <= 1)
		return XSW_OK;
	if (!spec->remote.family) {
		fail(XSW_USAGE, "port %s has %u remotes: which one?", spec->port,
		     sw->ports[*number].leg.legs);
		hint("remote IP says it");
		return XSW_USAGE;
	}
	XSW_EACH_LEG(sw, *number, n)
	{
		if (!type_is_tunnel(sw->ports[n].type) ||
		    memcmp(&sw->ports[n].leg.remote, &ip, sizeof(ip)))
			continue;
		*number = n;
		return XSW_OK;
	}
	tunnel_ip_text(&ip, text);
	return fail(XSW_MISSING, "port %s has no remote %s", spec->port, text);
}

int xsw_fdb_add(struct xsw *sw, const struct xsw_fdb_spec *spec)
{
	struct xsw_ctl req = {
		.op = XSW_CTL_FDB_PUT,
		.state = (__u8)spec->state,
		.key = make_key(spec->mac, spec->vlan),
	};
	struct xsw_fdb_entry e;
	uint32_t number;
	int err = xsw_port_need(sw, spec->port, &number);
	char text[ENTRY_TEXT];
	bool there;

	if (!err)
		err = find_remote(sw, spec, &number);
	if (err)
		return err;
	req.port = (__u16)number;
	there = !valid_entry(sw, req.key, &e);
	if (there && e.dest.state == XSW_FDB_LOCAL)
		return local_entry(sw, spec->mac, &e);
	/* a learned entry gives way to one that is set; one that was set does not */
	if (!spec->replace && there && e.dest.state != XSW_FDB_DYNAMIC) {
		if (e.dest.state == spec->state && e.dest.port == number)
			return XSW_OK;
		return add_failed(sw, spec, -EEXIST);
	}
	if (xsw_plan(sw, "add %s to port %s%s", entry_text(spec->mac, spec->vlan, text), spec->port,
		     there ? ", in place of the entry there is" : ""))
		return XSW_OK;
	err = batch_keep_entry(sw, req.key, there ? &e : NULL);
	if (err)
		return err;
	err = prog_ctl(&sw->prog, &req);
	return err ? add_failed(sw, spec, err) : XSW_OK;
}

int fdb_restore(struct xsw *sw, union xsw_fdb_key key, const struct xsw_fdb_entry *e)
{
	const struct xsw_ctl_entry copy = { .key = key, .entry = *e };
	int err = prog_fdb_del(&sw->prog, key);

	if (!err || err == -ENOENT)
		err = prog_copy(&sw->prog, &copy, 1, false);
	maps_epoch_bump(&sw->maps);
	return err;
}

int xsw_fdb_del(struct xsw *sw, const uint8_t mac[6], uint32_t vlan)
{
	union xsw_fdb_key key = make_key(mac, vlan);
	struct xsw_fdb_entry e;
	char text[ENTRY_TEXT];
	int err;

	if (batch_checking(sw))
		return XSW_CHECKED;
	err = valid_entry(sw, key, &e);
	if (err)
		return no_entry(sw, mac, vlan, err);
	if (e.dest.state == XSW_FDB_LOCAL)
		return local_entry(sw, mac, &e);
	if (xsw_plan(sw, "delete %s", entry_text(mac, vlan, text)))
		return XSW_OK;
	err = batch_keep_entry(sw, key, &e);
	if (err)
		return err;
	err = prog_fdb_del(&sw->prog, key);
	if (err && err != -ENOENT)
		return fail(XSW_REFUSED, "switch %s: cannot delete an entry: %s", sw->name,
			    strerror(-err));
	return err ? no_entry(sw, mac, vlan, err) : XSW_OK;
}

static int flush_entry(union xsw_fdb_key key, const struct xsw_fdb_entry *e, void *arg)
{
	struct walk *w = arg;
	int err;

	if (!passes(w, key, e))
		return 0;
	if (batch_keep_entry(w->sw, key, e))
		return -ENOMEM;
	err = prog_fdb_del(&w->sw->prog, key);
	return err == -ENOENT ? 0 : err;
}

/* `port` 0: of all */
static int flush_learned(struct xsw *sw, uint32_t port, int vid)
{
	uint32_t n;
	int err = port ? 0 : prog_flush(&sw->prog, 0, vid);

	for (n = port; n && !err; n = xsw_leg_next(sw, port, n))
		err = prog_flush(&sw->prog, n, vid);
	return err;
}

int xsw_fdb_flush(struct xsw *sw, const struct xsw_fdb_filter *filter)
{
	struct walk w = { .sw = sw, .filter = filter, .now = prog_clock(&sw->prog, &sw->maps) };
	int err = filter->port ? xsw_port_need(sw, filter->port, &w.port) : XSW_OK;
	char vlan[24] = "";

	if (!err && batch_checking(sw))
		err = XSW_CHECKED;
	if (!err && filter->vlan_set)
		snprintf(vlan, sizeof(vlan), " in VLAN %u", filter->vlan);
	if (err || xsw_plan(sw, "flush the %s entries%s%s%s",
			    xsw_fdb_words[filter->state < 0 ? XSW_FDB_DYNAMIC : filter->state],
			    w.port ? " of port " : "", w.port ? filter->port : "", vlan))
		return err;
	if (filter->state < 0 || filter->state == XSW_FDB_DYNAMIC)
		err = batch_keep_learned(sw) ?
			      -ENOMEM :
			      flush_learned(sw, w.port, filter->vlan_set ? (int)filter->vlan : -1);
	else
		err = maps_fdb_each(&sw->maps, flush_entry, &w);
	return err ? fail(XSW_REFUSED, "switch %s: cannot flush: %s", sw->name, strerror(-err)) :
		     XSW_OK;
}
