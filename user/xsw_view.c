// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_view.c - snapshots for show and stats
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attach.h"
#include "xsw_int.h"
#include "xsw_names.h"

const struct xsw_reason_word xsw_reason_words[] = {
#define DROP			true
#define NOTE			false
#define R(name, kind, sentence) { XSW_R_##name, kind, #name, sentence },
	XSW_REASON_LIST(R)
#undef R
#undef DROP
#undef NOTE
		{ 0 },
};

const struct xsw_reason_word *xsw_reason_word(uint32_t reason)
{
	return reason && reason < XSW_REASONS ? &xsw_reason_words[reason - 1] : NULL;
}

/* enum xsw_state, and what becomes of a port otherwise */
enum {
	STATE_INCOMPLETE = XSW_STATE_ERRDISABLED + 1,
	STATE_GONE,
};

const char *const xsw_port_states[] = {
	[XSW_STATE_DISABLED] = "disabled",
	[XSW_STATE_BLOCKING] = "blocking",
	[XSW_STATE_LEARNING] = "learning",
	[XSW_STATE_FORWARDING] = "forwarding",
	[XSW_STATE_ERRDISABLED] = "errdisabled",
	[STATE_INCOMPLETE] = "incomplete",
	[STATE_GONE] = "gone",
	[STATE_GONE + 1] = NULL,
};

bool view_is_gone(const struct xsw *sw, uint32_t n)
{
	return xsw_is_complete(sw, n) && maps_tx_get(&sw->maps, n) != sw->ports[n].ifindex;
}

const char *view_state(const struct xsw *sw, uint32_t n, union xsw_conf conf)
{
	/* the next frame will find that its time has passed */
	if (conf.state == XSW_STATE_ERRDISABLED && !policy_errdisabled(sw, n))
		conf.state = XSW_STATE_FORWARDING;
	if (!xsw_is_complete(sw, n))
		return xsw_port_states[STATE_INCOMPLETE];
	if (view_is_gone(sw, n))
		return xsw_port_states[STATE_GONE];
	return conf.state <= XSW_STATE_ERRDISABLED ? xsw_port_states[conf.state] : "unknown";
}

static void add_counts(const struct xsw_count *from, struct xsw_count *to)
{
	for (size_t i = 0; i < XSW_CLASSES; i++) {
		to[i].packets += from[i].packets;
		to[i].bytes += from[i].bytes;
	}
}

void view_stats(const struct xsw_stats *s, struct xsw_stats_view *v)
{
	size_t i;

	add_counts(s->rx, v->rx);
	add_counts(s->tx, v->tx);
	for (i = 0; i < XSW_CLASSES; i++) {
		v->rx_all.packets += s->rx[i].packets;
		v->rx_all.bytes += s->rx[i].bytes;
		v->tx_all.packets += s->tx[i].packets;
		v->tx_all.bytes += s->tx[i].bytes;
	}
	for (i = 0; i < XSW_REASONS_MAX; i++)
		v->reasons[i] += s->reasons[i];
	for (const struct xsw_reason_word *w = xsw_reason_words; w->name; w++)
		v->drops += w->drop ? s->reasons[w->reason] : 0;
}

static const struct netif_link *find_link(const struct netif_link *links, size_t n,
					  uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((uint32_t)links[i].ifindex == ifindex)
			return &links[i];
	return NULL;
}

static void view_vlans(struct xsw *sw, uint32_t n, union xsw_conf conf, struct xsw_port_view *v)
{
	bool tagged = conf.mode == XSW_MODE_ACCESS || conf.mode == XSW_MODE_TUNNEL ||
		      conf.mode == XSW_MODE_NATIVE_TAGGED || conf.mode == XSW_MODE_NATIVE_UNTAGGED;
	struct xsw_sets sets;

	v->mode = xsw_mode_words[conf.mode % XSW_MODES];
	if (!(conf.flags & XSW_F_VLAN))
		return;
	v->pvid = conf.pvid;
	v->tag = tagged ? conf.pvid : 0;
	if (conf.flags & XSW_F_TUNNEL || conf.flags & XSW_F_AD)
		v->ethtype = conf.flags & XSW_F_AD ? "802.1ad" : "802.1q";
	vlan_current(sw, n, conf, &sets);
	if (!(conf.flags & (XSW_F_ONE | XSW_F_ALL_TRUNKS)))
		memcpy(v->trunks.word, sets.member, sizeof(sets.member));
	memcpy(v->cvlans.word, sets.cvlans, sizeof(sets.cvlans));
}

static void view_counters(struct xsw *sw, uint32_t head, struct xsw_port_view *v)
{
	char dir[PIN_PATH_MAX];
	struct xsw_stats sum;
	uint32_t n;

	pin_path(dir, sw->name, XSW_DIR_MAPS);
	XSW_EACH_LEG(sw, head, n)
	if (!maps_stats_sum(&sw->maps, dir, n, &sum))
		view_stats(&sum, &v->stats);
}

/* A path, or the number of a process, may be another namespace's by now; a name heals. */
static void view_netns(const struct xsw_info *info, char netns[XSW_PATH_MAX])
{
	const struct netns_id id = { info->netns_dev, info->netns_ino, info->netns_cookie };
	struct stat st;

	if (info->netns[0])
		snprintf(netns, XSW_PATH_MAX, "%s", info->netns);
	else if (!stat(info->netns_path, &st) && st.st_dev == id.dev && st.st_ino == id.ino)
		memcpy(netns, info->netns_path, sizeof(info->netns_path));
	else if (netns_find(&id, netns, XSW_NAME_MAX))
		snprintf(netns, XSW_PATH_MAX, "net:[%llu]", (unsigned long long)id.ino);
}

static void view_port(struct xsw *sw, uint32_t n, const struct netif_link *link,
		      struct xsw_port_view *v)
{
	const struct xsw_info *info = &sw->ports[n];
	union xsw_conf conf = maps_conf_load(&sw->maps, n);

	memcpy(v->name, info->name, sizeof(v->name));
	v->number = n;
	v->type = info->type < XSW_TYPES ? xsw_type_words[info->type] : "unknown";
	if (info->type == XSW_TYPE_NETNS)
		view_netns(info, v->netns);
	v->ifindex = info->ifindex;
	memcpy(v->ifname, link ? link->name : info->outer, sizeof(v->ifname));
	memcpy(v->peer, info->ifname, sizeof(v->peer));
	memcpy(v->mac, info->mac, sizeof(v->mac));
	if (info->type != XSW_TYPE_DEV && !type_is_tunnel(info->type))
		memcpy(v->outer_mac, info->outer_mac, sizeof(v->outer_mac));
	v->mtu = conf.mtu;
	v->mtu_auto = mtu_is_auto(info);
	view_vlans(sw, n, conf, v);
	v->hook = hook_name(info->hook);
	v->tc_hook = info->hook == XSW_HOOK_XDP ? hook_name(info->tc_hook) : NULL;
	v->hook_why = port_hook_why(info);
	port_offload_words(info->offloads, v->offload_words);
	v->offloads = v->offload_words;
	v->state = view_state(sw, n, conf);
	v->carrier = link && link->carrier;
	v->flags = (struct xsw_flags_view){
		.learning = conf.flags & XSW_F_LEARNING,
		.flood = conf.flags & XSW_F_FLOOD,
		.mcast_flood = conf.flags & XSW_F_MCAST_FLOOD,
		.bcast_flood = conf.flags & XSW_F_BCAST_FLOOD,
		.hairpin = conf.flags & XSW_F_HAIRPIN,
		.isolated = conf.policy & XSW_P_ISOLATED,
		.locked = conf.policy & XSW_P_LOCKED,
	};
}

struct tally {
	const struct maps *maps;
	struct xsw_fdb_totals *fdb;
	uint64_t now;
};

/* What is learned is counted by the data path. */
static int tally_entry(union xsw_fdb_key key, const struct xsw_fdb_entry *e, void *arg)
{
	struct tally *t = arg;

	if (e->dest.state == XSW_FDB_DYNAMIC || !maps_fdb_valid(t->maps, key, e, t->now))
		return 0;
	t->fdb->entries++;
	t->fdb->statics += e->dest.state == XSW_FDB_STATIC;
	return 0;
}

static int view_fdb(struct xsw *sw, struct xsw_view *view)
{
	struct xsw_fdb_totals *fdb = &view->fdb;
	struct tally t = { .maps = &sw->maps, .fdb = fdb, .now = prog_clock(&sw->prog, &sw->maps) };
	struct xsw_events ev;
	int err = maps_events_sum(&sw->maps, &ev);

	if (err)
		return err;
	fdb->moved = ev.moved;
	fdb->refused = ev.refused;
	fdb->expired = ev.expired;
	fdb->limited = ev.limited;
	fdb->held = ev.held;
	fdb->learned = sw->maps.mem.limits[XSW_LIMIT_SWITCH].learned;
	fdb->entries = fdb->learned;
	fdb->learned_ever = ev.learned;
	view->stray = ev.stray;
	return maps_fdb_each(&sw->maps, tally_entry, &t);
}

/* The devices of the namespace, or the one of a port. */
static int view_links(struct xsw *sw, uint32_t only, struct netif_link **links, size_t *n)
{
	int err;

	*links = NULL;
	*n = 0;
	if (!sw->nl || (only && !sw->ports[only].ifindex))
		return 0;
	if (!only)
		return netif_list(sw->nl, links, n);
	*links = calloc(1, sizeof(**links));
	if (!*links)
		return -ENOMEM;
	err = netif_get_index(sw->nl, (int)sw->ports[only].ifindex, *links);
	*n = !err;
	if (!err || err == -ENODEV)
		return 0;
	free(*links);
	return err;
}

static int view_ports(struct xsw *sw, uint32_t only, bool counters, struct xsw_view *v)
{
	struct netif_link *links;
	size_t nlinks;
	uint32_t n;
	int err;

	err = view_links(sw, only, &links, &nlinks);
	if (err)
		return err;
	v->ports = calloc(XSW_PORTS, sizeof(*v->ports));
	if (!v->ports) {
		free(links);
		return -ENOMEM;
	}
	for (n = 1; n < XSW_PORTS; n++) {
		if (!sw->ports[n].name[0] || xsw_is_leg(sw, n) || (only && n != only))
			continue;
		view_port(sw, n, find_link(links, nlinks, sw->ports[n].ifindex),
			  &v->ports[v->nports]);
		if (counters)
			view_counters(sw, n, &v->ports[v->nports]);
		err = tunnel_view(sw, n, &v->ports[v->nports++]);
		if (err)
			break;
	}
	free(links);
	return err ? err : policy_view(sw, v);
}

/* What is set of the switch; NULL: out of memory. */
static struct xsw_view *view_switch(const struct xsw *sw)
{
	struct xsw_view *v = calloc(1, sizeof(*v));

	if (!v)
		return NULL;
	memcpy(v->name, sw->name, sizeof(sw->name));
	v->ageing = sw->maps.mem.settings->ageing;
	v->group_fwd_mask = sw->maps.mem.settings->group_fwd_mask;
	v->flap_limit = sw->maps.mem.settings->flap_limit;
	v->flap_window = sw->maps.mem.settings->flap_window;
	v->recovery = sw->maps.mem.settings->recovery;
	v->abi = sw->meta.abi;
	if (sw->meta.build)
		snprintf(v->build, sizeof(v->build), "%08x", sw->meta.build);
	v->upgrade = sw->meta.build == prog_build() ? NULL : "due";
	v->fdb.size = sw->meta.fdb_size;
	v->fdb.max_learned = sw->maps.mem.limits[XSW_LIMIT_SWITCH].max;
	return v;
}

struct xsw_view *view_settings(struct xsw *sw)
{
	struct xsw_view *v = view_switch(sw);

	if (!v || !view_ports(sw, 0, false, v))
		return v;
	xsw_view_free(v);
	return NULL;
}

int view_read(struct xsw *sw, uint32_t only, struct xsw_view **out)
{
	struct xsw_view *v = view_switch(sw);
	int err;

	*out = v;
	if (!v)
		return -ENOMEM;
	if (netns_find(&sw->netns, v->netns, sizeof(v->netns)))
		v->netns[0] = '\0';
	if (!sw->nl)
		v->home = xsw_home_is_gone(sw) ? "gone" : "unnamed";
	err = only ? 0 : view_fdb(sw, v);
	if (!err)
		err = view_ports(sw, only, true, v);
	if (err) {
		xsw_view_free(v);
		*out = NULL;
	}
	return err;
}

int xsw_view(struct xsw *sw, const char *port, struct xsw_view **out)
{
	uint32_t only = 0;
	int err;

	*out = NULL;
	err = port ? xsw_port_need(sw, port, &only) : XSW_OK;
	if (err)
		return err;
	err = view_read(sw, only, out);
	return err ? fail(XSW_REFUSED, "switch %s: cannot read its state: %s", sw->name,
			  strerror(-err)) :
		     XSW_OK;
}

void xsw_view_free(struct xsw_view *view)
{
	if (view) {
		for (size_t i = 0; i < view->nports; i++)
			free((void *)view->ports[i].remotes);
		free(view->ports);
		free(view->words);
	}
	free(view);
}
