// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_have.c - a running switch as a state
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netns.h"
#include "topo_int.h"
#include "topo_plan.h"

struct have {
	struct topo_env *env;
	struct topo_state *s;
	struct topo_port_state *port; /* whose VLANs are read */
	bool dynamic;
	int status;
};

static void put(struct have *h, const char *key, const char *text)
{
	if (!h->status)
		h->status = topo_put(h->env->mem, &h->env->port, &h->port->values, key, text);
}

static void put_number(struct have *h, const char *key, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	put(h, key, value ? text : NULL);
}

static void put_vids(struct have *h, const char *key, const struct arg_vids *vids)
{
	char text[8192];

	topo_vids_text(vids, text, sizeof(text));
	put(h, key, text);
}

static void put_items(struct have *h, const char *key, const char *const *items)
{
	char text[16384] = "";
	size_t len = 0;

	for (size_t i = 0; items && items[i] && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? "," : "",
					items[i]);
	put(h, key, text);
}

/* A guard's error ends by itself; a port that is gone is `whole` false. */
static const char *state_word(const char *state)
{
	return !strcmp(state, "disabled")				? "down" :
	       !strcmp(state, "blocking") || !strcmp(state, "learning") ? state :
									  NULL;
}

static void put_flags(struct have *h, const struct xsw_flags_view *f)
{
	const struct {
		const char *key;
		bool on;
	} flags[] = {
		{ "learning", f->learning },	   { "flood", f->flood },
		{ "mcast_flood", f->mcast_flood }, { "bcast_flood", f->bcast_flood },
		{ "hairpin", f->hairpin },	   { "isolated", f->isolated },
		{ "locked", f->locked },	   { "guard", f->guard },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		put(h, flags[i].key, flags[i].on ? "on" : "off");
}

static void put_settings(struct have *h, const struct xsw_port_view *v)
{
	put(h, "mode", v->mode);
	put_number(h, "tag", v->tag);
	if (strcmp(v->mode, "hybrid"))
		put_vids(h, "trunks", &v->trunks);
	put_vids(h, "cvlans", &v->cvlans);
	put(h, "qinq-ethtype", v->ethtype);
	put(h, "state", state_word(v->state));
	put_flags(h, &v->flags);
	put_number(h, "max_macs", v->max_macs);
	put_items(h, "allowed_macs", v->allowed_macs);
	put_items(h, "allowed_ips", v->allowed_ips);
	put(h, "storm broadcast", v->storm.broadcast);
	put(h, "storm multicast", v->storm.multicast);
	put(h, "storm unknown", v->storm.unknown);
	put(h, "police", v->police);
	put_number(h, "group_fwd_mask", v->group_fwd_mask);
	put_number(h, "group", v->group);
}

static void put_place(struct have *h, const struct xsw_port_view *v)
{
	bool netns = !strcmp(v->type, "netns"), named;
	const char *home = v->netns;
	const char *dev = !strcmp(v->type, "dev") ? v->ifname : v->peer;
	char place[XSW_PATH_MAX + XSW_IFNAME_MAX + 16];

	/* one that was given by its path has a name all the same */
	home = netns_name_of(home);
	named = netns && *home != '/';
	snprintf(place, sizeof(place), "%s%s:%s", named ? NETNS_DIR "/" : "", netns ? home : "",
		 dev);
	h->port->place = topo_text(h->env->mem, place);
	if (!h->port->place)
		h->status = XSW_REFUSED;
	put(h, "type", v->type);
	put(h, "dev", dev);
	if (netns)
		put(h, "netns", home);
}

static void put_made(struct have *h, struct xsw *sw, const struct xsw_port_view *v)
{
	char addrs[TOPO_ADDRS_TEXT], mac[MAC_TEXT];
	struct xsw_port_made made;

	xsw_port_made(sw, v->number, &made);
	h->port->whole = made.whole;
	h->port->xdp = made.xdp;
	topo_addrs_text(&made.addrs, addrs, sizeof(addrs));
	put(h, "address", addrs);
	put(h, "hook", xsw_hook_words[made.hook]);
	if (made.chain)
		put(h, "xdp-chain", "true");
	if (made.own_mac)
		put(h, "mac", mac_text(v->mac, mac));
	put_number(h, "mtu", v->mtu_auto ? 0 : v->mtu);
}

static void put_tunnel(struct have *h, const struct xsw_port_view *v)
{
	put_items(h, "remote", v->remotes);
	put(h, "local", v->local);
	put(h, "key", v->key);
	put_number(h, "port", v->udp_port);
}

static void on_vlan(const struct xsw_vlan_view *v, void *arg)
{
	struct topo_vlans *vlans = ((struct have *)arg)->port->vlans;

	for (uint32_t vid = v->vlan; vid <= (v->vlan_end ? v->vlan_end : v->vlan); vid++) {
		vlans->member.word[vid / 64] |= 1ULL << vid % 64;
		if (v->untagged)
			vlans->untagged.word[vid / 64] |= 1ULL << vid % 64;
		if (v->pvid)
			vlans->pvid = vid;
	}
}

static void have_port(struct have *h, struct xsw *sw, const struct xsw_port_view *v)
{
	struct topo_port_state *p = h->port = &h->s->ports[h->s->nports++];

	p->name = topo_text(h->env->mem, v->name);
	p->number = v->number;
	if (!p->name)
		h->status = XSW_REFUSED;
	put_place(h, v);
	put_made(h, sw, v);
	put_tunnel(h, v);
	put_settings(h, v);
	if (strcmp(v->mode, "hybrid") || h->status)
		return;
	p->vlans = topo_alloc(h->env->mem, sizeof(*p->vlans));
	h->status = p->vlans ? xsw_vlan_each(sw, p->name, NULL, on_vlan, h) : XSW_REFUSED;
}

static void put_set(struct have *h, const char *key, const char *fmt, unsigned long long value)
{
	char text[32];

	snprintf(text, sizeof(text), fmt, value);
	if (!h->status)
		h->status = topo_put(h->env->mem, &h->env->set, &h->s->set, key, text);
}

static void have_settings(struct have *h, const struct xsw_view *v)
{
	put_set(h, "ageing", "%llums", v->ageing / 1000000);
	put_set(h, "fdb_size", "%llu", v->fdb.size);
	put_set(h, "group_fwd_mask", "%llu", v->group_fwd_mask);
	put_set(h, "max_learned", v->fdb.max_learned ? "%llu" : "none", v->fdb.max_learned);
	put_set(h, "flap_limit", v->flap_limit ? "%llu" : "none", v->flap_limit);
	put_set(h, "flap_window", "%llums", v->flap_window / 1000000);
	put_set(h, "recovery", "%llums", v->recovery / 1000000);
}

static void on_entry(const struct xsw_fdb_view *v, void *arg)
{
	struct have *h = arg;
	struct topo_state *s = h->s;
	struct topo_port_state *port = topo_find(s, v->port);
	struct topo_entry *bigger;
	int state = 0;

	while (xsw_fdb_words[state] && strcmp(xsw_fdb_words[state], v->state))
		state++;
	if (h->status || !port || state == XSW_FDB_LOCAL ||
	    (state == XSW_FDB_DYNAMIC && !h->dynamic))
		return;
	if (s->nfdb == s->fdb_room) {
		s->fdb_room = s->fdb_room ? 2 * s->fdb_room : 64;
		bigger = topo_alloc(h->env->mem, s->fdb_room * sizeof(*bigger));
		if (!bigger) {
			h->status = XSW_REFUSED;
			return;
		}
		if (s->nfdb)
			memcpy(bigger, s->fdb, s->nfdb * sizeof(*bigger));
		s->fdb = bigger;
	}
	s->fdb[s->nfdb] = (struct topo_entry){ .vlan = v->vlan,
					       .port = port->name,
					       .state = (enum xsw_fdb_state)state };
	if (*v->remote)
		parse_host(v->remote, &s->fdb[s->nfdb].remote);
	memcpy(s->fdb[s->nfdb++].mac, v->mac, 6);
}

static void on_wire(const struct xsw_wire_view *v, void *arg)
{
	struct have *h = arg;
	const struct topo_port_state *a = topo_find(h->s, v->port), *b = topo_find(h->s, v->peer);

	if (a && b)
		h->s->wires[h->s->nwires++] = (struct topo_wire){ .port = { a->name, b->name } };
}

static void on_mirror(const struct xsw_mirror_view *v, void *arg)
{
	struct have *h = arg;
	const struct topo_port_state *to = topo_find(h->s, v->spec.to);
	struct topo_mirror *m = &h->s->mirrors[h->s->nmirrors];

	m->spec = v->spec;
	m->spec.name = topo_text(h->env->mem, v->spec.name);
	if (!m->spec.name)
		h->status = XSW_REFUSED;
	else if (to)
		m->spec.to = to->name;
	h->s->nmirrors += to && m->spec.name;
}

static void have_ports(struct have *h, struct xsw *sw, const struct xsw_view *view)
{
	char home[sizeof(NETNS_DIR "/") + sizeof(view->netns)];
	struct topo_state *s = h->s;

	s->name = topo_text(h->env->mem, view->name);
	/* what is no name in a file is a path there */
	snprintf(home, sizeof(home), "%s%s",
		 !view->netns[0] || netns_name_valid(view->netns) ? "" : NETNS_DIR "/",
		 view->netns);
	s->netns = topo_text(h->env->mem, home);
	s->ports = topo_alloc(h->env->mem, view->nports * sizeof(*s->ports));
	s->wires = topo_alloc(h->env->mem, view->nports * sizeof(*s->wires));
	s->mirrors = topo_alloc(h->env->mem, XSW_MIRRORS * sizeof(*s->mirrors));
	if (!s->name || !s->netns || !s->ports || !s->wires || !s->mirrors)
		h->status = XSW_REFUSED;
	/* what a killed command left is as good as gone: the next writer removes it */
	for (size_t i = 0; i < view->nports && !h->status; i++)
		if (strcmp(view->ports[i].state, "incomplete"))
			have_port(h, sw, &view->ports[i]);
	have_settings(h, view);
	for (uint32_t vid = 1; vid <= XSW_VID_MAX; vid++)
		s->limits[vid] = xsw_vlan_limit_get(sw, vid);
}

/* Addresses are read where the inner devices are. */
static int rights_to_look(const struct xsw_view *view)
{
	unsigned int rights = 0;

	for (size_t i = 0; i < view->nports; i++)
		rights |= view->ports[i].netns[0] ? RIGHT_NETNS : 0;
	return xsw_check_rights(rights);
}

int topo_have(struct topo_env *env, struct xsw *sw, bool dynamic, struct topo_state **out)
{
	const struct xsw_fdb_filter all = { .state = -1 };
	struct have h = { .env = env, .dynamic = dynamic };
	struct xsw_view *view = NULL;

	*out = h.s = topo_alloc(env->mem, sizeof(*h.s));
	if (!h.s)
		return XSW_REFUSED;
	h.status = xsw_view(sw, NULL, &view) ?: rights_to_look(view);
	if (!h.status)
		have_ports(&h, sw, view);
	xsw_view_free(view);
	if (!h.status)
		h.status = topo_settle(env, h.s); /* entries and wires name ports */
	if (!h.status)
		h.status = xsw_wire_each(sw, on_wire, &h) ?:
							    xsw_mirror_each(sw, NULL, on_mirror, &h);
	if (!h.status) {
		int status = xsw_fdb_each(sw, &all, on_entry, &h);

		h.status = h.status ? h.status : status;
	}
	return h.status ? h.status : topo_settle(env, h.s);
}
