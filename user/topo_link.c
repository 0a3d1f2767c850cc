// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_link.c - veth pairs beside the switches: compared, made, removed
 *
 * A pair is born with addresses that nothing else has, gets its alias, then the rest: whatever a
 * killed command left is recognised by the one or the other.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "topo_host.h"
#include "topo_int.h"

/* An end as it is. */
struct end {
	const struct topo_end *want;
	const char *link;
	int index; /* 0, 1 */
	struct netif *nl;
	struct netif_link is;
	bool there, ours; /* made by apply */
};

/* FNV-1a; locally administered. */
static void born_mac(const char *link, int index, uint8_t mac[6])
{
	uint64_t h = 0xcbf29ce484222325ULL + (uint64_t)index;

	for (; *link; link++)
		h = (h ^ (uint8_t)*link) * 0x100000001b3ULL;
	h ^= h >> 29;
	mac[0] = 0x02;
	for (int i = 1; i < 6; i++)
		mac[i] = (uint8_t)(h >> 8 * i);
}

static void mark_of(const char *link, char mark[128])
{
	snprintf(mark, 128, TOPO_MARK_LINK, link);
}

static void close_ends(struct end ends[2])
{
	for (int i = 0; i < 2; i++)
		netif_close(ends[i].nl);
}

/* 0, and whether it is there; -errno: nobody knows */
static int look(struct end *e)
{
	int err = e->nl ? netif_get(e->nl, e->want->ifname, &e->is) : -ENODEV;
	uint8_t born[6];
	char mark[128];

	e->there = !err;
	if (err)
		return err == -ENODEV ? 0 : err;
	mark_of(e->link, mark);
	born_mac(e->link, e->index, born);
	e->ours = !strcmp(e->is.kind, "veth") &&
		  (!strcmp(e->is.alias, mark) ||
		   (!*e->is.alias && !e->is.up && !memcmp(e->is.mac, born, sizeof(born))));
	return 0;
}

/* A namespace that is not there has no end; any other error is one. */
static int open_ends(const struct topo_link *link, struct end ends[2])
{
	int err = 0;

	memset(ends, 0, 2 * sizeof(*ends));
	for (int i = 0; i < 2; i++) {
		ends[i].want = &link->end[i];
		ends[i].link = link->name;
		ends[i].index = i;
		if (!err)
			err = topo_netif(link->end[i].netns, &ends[i].nl);
		if (err == -ENOENT || err == -EINVAL)
			err = 0;
		err = err ?: look(&ends[i]);
	}
	return err;
}

static bool is_pair(const struct end ends[2])
{
	return ends[0].there && ends[1].there && !strcmp(ends[0].is.kind, "veth") &&
	       !strcmp(ends[1].is.kind, "veth") && ends[0].is.peer_ifindex == ends[1].is.ifindex &&
	       ends[1].is.peer_ifindex == ends[0].is.ifindex;
}

/* --- making ----------------------------------------------------------------------------- */

static int birth(struct end ends[2])
{
	const struct topo_end *to = ends[1].want;
	int fd = to->netns ? netns_open(to->netns) : netns_open_self(), err;
	uint8_t mac[2][6];
	char mark[128];

	if (fd < 0)
		return fd;
	for (int i = 0; i < 2; i++)
		born_mac(ends[0].link, i, mac[i]);
	err = netif_veth_add(ends[0].nl, &(struct netif_veth){ .name = ends[0].want->ifname,
							       .mac = mac[0],
							       .peer_name = to->ifname,
							       .peer_mac = mac[1],
							       .peer_netns = fd });
	fault_point();
	close(fd);
	mark_of(ends[0].link, mark);
	for (int i = 0; i < 2 && !err; i++) {
		err = look(&ends[i]);
		if (!err)
			err = ends[i].there ?
				      netif_set_alias(ends[i].nl, ends[i].is.ifindex, mark) :
				      -ENODEV;
		fault_point();
	}
	return err;
}

static void text_of(const struct netif_addr *v, size_t n, struct arg_addrs *out)
{
	out->n = n;
	for (size_t i = 0; i < n; i++) {
		out->v[i] = (struct arg_addr){ .family = v[i].family, .plen = v[i].plen };
		memcpy(out->v[i].addr, v[i].addr, sizeof(v[i].addr));
	}
}

static int read_addrs(const struct end *e, struct arg_addrs *addrs)
{
	struct netif_addr v[ARG_ADDRS_MAX];
	size_t n;
	int err = netif_addrs(e->nl, e->is.ifindex, v, ARG_ADDRS_MAX, &n);

	text_of(v, n, addrs);
	return err;
}

/* With a primary address its secondary ones go, so what is wanted is added last. */
static int set_addrs(struct netif *nl, int ifindex, const struct arg_addrs *had,
		     const struct arg_addrs *want)
{
	int err = 0;

	for (size_t i = 0; i < had->n + want->n && !err; i++) {
		const struct arg_addr *a = i < had->n ? &had->v[i] : &want->v[i - had->n];
		struct netif_addr addr = { .family = a->family, .plen = a->plen };

		memcpy(addr.addr, a->addr, sizeof(addr.addr));
		err = i < had->n ? netif_addr_del(nl, ifindex, &addr) :
				   netif_addr_add(nl, ifindex, &addr);
		if (err == -EEXIST || err == -EADDRNOTAVAIL)
			err = 0;
		fault_point();
	}
	return err;
}

/* --- comparing -------------------------------------------------------------------------- */

/* A port of type dev says what MTU its device has. */
static bool is_uplink(const struct topo *t, const struct topo_end *end)
{
	for (size_t s = 0; s < t->nswitches; s++)
		for (size_t i = 0; i < t->switches[s].nports; i++) {
			const struct topo_switch *sw = &t->switches[s];
			const struct xsw_port_spec *spec = &sw->ports[i].spec;

			if (spec->type == XSW_TYPE_DEV && !strcmp(spec->ifname, end->ifname) &&
			    !strcmp(sw->netns ? sw->netns : "", end->netns ? end->netns : ""))
				return true;
		}
	return false;
}

struct differing {
	bool mtu, mac, addrs, up, mark;
	struct arg_addrs had;
	uint32_t want_mtu;
	char mark_text[128];
};

static int compare(struct topo_host *h, const struct end *e, struct differing *d)
{
	char have[TOPO_ADDRS_TEXT], want[TOPO_ADDRS_TEXT];
	int err = read_addrs(e, &d->had);

	topo_addrs_text(&d->had, have, sizeof(have));
	topo_addrs_text(&e->want->addrs, want, sizeof(want));
	mark_of(e->link, d->mark_text);
	d->want_mtu = e->want->mtu ? e->want->mtu : is_uplink(h->topo, e->want) ? e->is.mtu : 1500;
	d->mtu = d->want_mtu != e->is.mtu;
	d->mac = e->want->mac.set && memcmp(e->want->mac.byte, e->is.mac, 6);
	d->addrs = strcmp(have, want);
	d->up = !e->is.up;
	d->mark = e->ours && strcmp(e->is.alias, d->mark_text);
	return err;
}

static void end_line(struct topo_host *h, const struct end *e, const char *key, const char *have,
		     const char *want)
{
	char name[XSW_NAME_MAX + XSW_IFNAME_MAX + 2];

	snprintf(name, sizeof(name), "%s %s", e->link, e->want->ifname);
	topo_differs(h, (struct topo_line){ '~', NULL, "link", topo_text(h->mem, name), key,
					    topo_text(h->mem, *have ? have : "none"),
					    topo_text(h->mem, *want ? want : "none") });
}

static void say(struct topo_host *h, const struct end *e, const struct differing *d)
{
	char have[TOPO_ADDRS_TEXT], want[TOPO_ADDRS_TEXT];

	if (d->mtu) {
		snprintf(have, sizeof(have), "%u", e->is.mtu);
		snprintf(want, sizeof(want), "%u", d->want_mtu);
		end_line(h, e, "mtu", have, want);
	}
	if (d->mac) {
		mac_text(e->is.mac, have);
		mac_text(e->want->mac.byte, want);
		end_line(h, e, "mac", have, want);
	}
	if (d->addrs) {
		topo_addrs_text(&d->had, have, sizeof(have));
		topo_addrs_text(&e->want->addrs, want, sizeof(want));
		end_line(h, e, "address", have, want);
	}
	if (d->up)
		end_line(h, e, "state", "down", "up");
	if (d->mark)
		end_line(h, e, "mark", "", d->mark_text);
}

static int correct(struct topo_host *h, struct end *e, const struct differing *d, bool made)
{
	struct topo_undo *u = made ? NULL : topo_keep(h, UNDO_END);
	int err = 0;

	if (!made && !u)
		return -ENOMEM;
	if (u) {
		u->netns = e->want->netns;
		u->name = e->want->ifname;
		u->link = e->is;
		u->addrs = d->had;
	}
	if (d->mark)
		err = netif_set_alias(e->nl, e->is.ifindex, d->mark_text);
	fault_point();
	if (!err && d->mtu)
		err = netif_set_mtu(e->nl, e->is.ifindex, d->want_mtu);
	fault_point();
	if (!err && d->mac)
		err = netif_set_mac(e->nl, e->is.ifindex, e->want->mac.byte);
	fault_point();
	if (!err && d->addrs)
		err = set_addrs(e->nl, e->is.ifindex, &d->had, &e->want->addrs);
	if (!err && d->up)
		err = netif_set_up(e->nl, e->is.ifindex, true);
	fault_point();
	return err;
}

static int need_end(struct topo_host *h, struct end *e, bool made)
{
	struct differing d = { 0 };
	int err = compare(h, e, &d);

	if (err || !(d.mtu || d.mac || d.addrs || d.up || d.mark))
		return err;
	if (!h->plan)
		return correct(h, e, &d, made);
	say(h, e, &d);
	return 0;
}

/* --- a link ----------------------------------------------------------------------------- */

static int link_failed(const struct topo_host *h, const struct topo_link *link,
		       const struct end ends[2], const char *what, int err)
{
	const char *words = "";

	for (int i = 0; i < 2 && !*words; i++)
		words = ends[i].nl ? netif_error(ends[i].nl) : "";
	log_place(h->topo->file, link->mark.line, link->mark.column);
	cannot("link", link->name, err, words, "%s", what);
	log_place(NULL, 0, 0);
	return XSW_REFUSED;
}

static int make(struct topo_host *h, const struct topo_link *link, struct end ends[2])
{
	struct topo_undo *u;
	int err;

	/* a half of ours: its other end is elsewhere, or called otherwise */
	for (int i = 0; i < 2; i++)
		if (ends[i].there && ends[i].ours)
			netif_del(ends[i].nl, ends[i].is.ifindex);
	u = topo_keep(h, UNDO_LINK);
	if (!u)
		return -ENOMEM;
	u->netns = link->end[0].netns;
	u->name = link->end[0].ifname;
	err = birth(ends);
	if (err == -EEXIST) /* nothing was made: nothing of that name is ours to remove */
		h->nundo--;
	return err;
}

static int need_link(struct topo_host *h, const struct topo_link *link)
{
	struct end ends[2];
	int err = open_ends(link, ends), status = XSW_OK;
	bool made = !is_pair(ends);

	if (err) {
		status = link_failed(h, link, ends, "open a namespace of its ends", err);
	} else if (made && h->plan) {
		topo_differs(
			h, (struct topo_line){ .sign = '+', .object = "link", .name = link->name });
	} else {
		err = made ? make(h, link, ends) : 0;
		if (err)
			status = link_failed(h, link, ends, "make it", err);
		for (int i = 0; i < 2 && !status; i++) {
			err = need_end(h, &ends[i], made);
			if (err)
				status = link_failed(h, link, ends, "configure it", err);
		}
	}
	close_ends(ends);
	return status;
}

int topo_links(struct topo_host *h)
{
	int status = XSW_OK;

	for (size_t i = 0; i < h->topo->nlinks && !status; i++) {
		status = need_link(h, &h->topo->links[i]);
		if (!status && !h->plan && xsw_interrupted())
			status = XSW_REFUSED;
	}
	return status;
}

/* --- removing, undoing ------------------------------------------------------------------ */

int topo_links_remove(const struct xsw_opts *opts, const struct topo *topo)
{
	const struct topo_host h = { .topo = topo };
	int status = XSW_OK;

	for (size_t i = 0; i < topo->nlinks; i++) {
		struct end ends[2];
		int err = open_ends(&topo->links[i], ends);

		for (int k = 0; k < 2 && !err; k++)
			if (ends[k].there && ends[k].ours) {
				if (topo_removal(opts, "link", topo->links[i].name))
					break;
				err = netif_del(ends[k].nl, ends[k].is.ifindex);
				err = err == -ENODEV ? 0 : err; /* it went with the other */
				fault_point();
			}
		if (err)
			status = link_failed(&h, &topo->links[i], ends, "remove it", err);
		close_ends(ends);
	}
	return status;
}

void topo_undo_link(const struct topo_undo *u)
{
	struct netif_link link;
	struct netif *nl = NULL;

	if (!topo_netif(u->netns, &nl) && !netif_get(nl, u->name, &link) &&
	    !strcmp(link.kind, "veth"))
		netif_del(nl, link.ifindex);
	netif_close(nl);
}

void topo_undo_end(const struct topo_undo *u)
{
	struct arg_addrs now = { .n = 0 };
	struct netif *nl = NULL;
	struct netif_link link;
	struct end e;

	if (topo_netif(u->netns, &nl) || netif_get(nl, u->name, &link)) {
		netif_close(nl);
		return;
	}
	e = (struct end){ .nl = nl, .is = link };
	if (link.mtu != u->link.mtu)
		netif_set_mtu(nl, link.ifindex, u->link.mtu);
	if (memcmp(link.mac, u->link.mac, sizeof(link.mac)))
		netif_set_mac(nl, link.ifindex, u->link.mac);
	if (!read_addrs(&e, &now))
		set_addrs(nl, link.ifindex, &now, &u->addrs);
	if (!u->link.up)
		netif_set_up(nl, link.ifindex, false);
	netif_close(nl);
}
