// SPDX-License-Identifier: GPL-2.0-only
/*
 * doctor_guest.c - ports beside each other: addresses, subnets, frames too long for one of them
 *
 * A station is the inner end of a port of ours, in the VLAN that its untagged frames are in. What
 * belongs to a bond or a bridge inside is none: such devices share addresses on purpose.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor_int.h"

#define NO_VLAN UINT32_MAX

/* VID of its untagged frames, 0: of transparent ports; NO_VLAN: it is no station. */
static uint32_t station_vlan(const struct doctor_port *p)
{
	if (!type_has_inner(p->info->type) || !p->inner.there || p->inner.link.master)
		return NO_VLAN;
	if (!(p->conf.flags & XSW_F_VLAN))
		return 0;
	return p->conf.pvid ?: NO_VLAN;
}

static void vlan_words(uint32_t vid, char words[24])
{
	words[0] = '\0';
	if (vid)
		snprintf(words, 24, " in VLAN %u", vid);
}

/* --- the same address twice --------------------------------------------------------------- */

struct address {
	uint32_t vid;
	int family; /* 0: MAC */
	uint8_t byte[16];
	uint8_t plen;
	const struct doctor_port *port;
};

struct addresses {
	struct address *v;
	size_t n;
};

static int same_address(const struct address *a, const struct address *b)
{
	if (a->vid != b->vid)
		return a->vid < b->vid ? -1 : 1;
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->byte, b->byte, sizeof(a->byte));
}

static int compare(const void *x, const void *y)
{
	const struct address *a = x, *b = y;
	int order = same_address(a, b);

	/* those alike in the order of their ports */
	return order ? order : (a->port > b->port) - (a->port < b->port);
}

static void add_address(struct addresses *all, uint32_t vid, const struct doctor_port *p,
			const struct netif_addr *addr)
{
	struct address *a = &all->v[all->n++];

	*a = (struct address){ .vid = vid, .port = p };
	if (addr) {
		a->family = addr->family;
		a->plen = addr->plen;
		memcpy(a->byte, addr->addr, addr->family == AF_INET ? 4 : 16);
	} else {
		memcpy(a->byte, p->inner.link.mac, sizeof(p->inner.link.mac));
	}
}

/* Of all stations, IP or MAC; free(all->v). */
static int collect(const struct doctor *d, bool ip, struct addresses *all)
{
	*all = (struct addresses){
		.v = calloc(d->view->nports + 1, (ip ? DOCTOR_ADDRS : 1) * sizeof(*all->v)),
	};
	if (!all->v)
		return -ENOMEM;
	for (size_t i = 0; i < d->view->nports; i++) {
		const struct doctor_port *p = &d->ports[i];
		uint32_t vid = station_vlan(p);

		if (vid == NO_VLAN)
			continue;
		for (size_t k = 0; ip && k < p->inner.naddrs; k++)
			add_address(all, vid, p, &p->inner.addrs[k]);
		if (!ip)
			add_address(all, vid, p, NULL);
	}
	return 0;
}

static void tell_twice(struct doctor *d, const struct address *first, const struct address *a)
{
	const struct doctor_end *e = &a->port->inner;
	char text[INET6_ADDRSTRLEN], where[24];

	vlan_words(a->vid, where);
	if (!a->family) {
		mac_text(a->byte, text);
		doctor_found(
			d, DOCTOR_WARNING, a->port,
			"its MAC address %s%s is that of port %s too: frames to it go now to the "
			"one, now to the other",
			text, where, first->port->view->name);
		doctor_fix(d, "%sip link set %s address MAC", e->enter, shell_word(e->link.name));
		return;
	}
	inet_ntop(a->family, a->byte, text, sizeof(text));
	doctor_found(d, DOCTOR_WARNING, a->port, "its address %s%s is that of port %s too", text,
		     where, first->port->view->name);
	doctor_fix(d, "%sip addr del %s/%u dev %s", e->enter, text, a->plen,
		   shell_word(e->link.name));
}

static int duplicates(struct doctor *d, bool ip)
{
	struct addresses all;
	size_t first = 0;
	int err = collect(d, ip, &all);

	if (err)
		return err;
	qsort(all.v, all.n, sizeof(*all.v), compare);
	for (size_t i = 1; i < all.n; i++) {
		if (same_address(&all.v[first], &all.v[i]))
			first = i;
		else
			tell_twice(d, &all.v[first], &all.v[i]);
	}
	free(all.v);
	return 0;
}

int doctor_duplicate_mac(struct doctor *d)
{
	return duplicates(d, false);
}

int doctor_duplicate_ip(struct doctor *d)
{
	return duplicates(d, true);
}

/* --- frames too long ------------------------------------------------------------------------ */

static bool share_vlan(const struct doctor_port *a, const struct doctor_port *b)
{
	for (size_t i = 0; i < XSW_VLAN_WORDS; i++) {
		uint64_t x = a->conf.flags & XSW_F_VLAN ? a->sets.member[i] : UINT64_MAX;
		uint64_t y = b->conf.flags & XSW_F_VLAN ? b->sets.member[i] : UINT64_MAX;

		if (x & y)
			return true;
	}
	return false;
}

/* The port with the smallest MTU that frames of `p` may go to; NULL: none has a smaller one. */
static const struct doctor_port *narrowest(const struct doctor *d, const struct doctor_port *p)
{
	const struct doctor_port *least = NULL;

	for (size_t i = 0; i < d->view->nports; i++) {
		const struct doctor_port *q = &d->ports[i];

		if (q != p && q->alive && q->conf.mtu < (least ?: p)->conf.mtu && share_vlan(p, q))
			least = q;
	}
	return least;
}

int doctor_too_big(struct doctor *d)
{
	for (size_t i = 0; i < d->view->nports; i++) {
		const struct doctor_port *p = &d->ports[i], *q;
		uint64_t drops = p->view->stats.reasons[XSW_R_too_big];

		q = drops && p->alive ? narrowest(d, p) : NULL;
		if (!q)
			continue;
		doctor_found(
			d, DOCTOR_WARNING, p,
			"%llu frames from it were too long for another port: its MTU is %u, that "
			"of port %s is %u",
			(unsigned long long)drops, p->conf.mtu, q->view->name, q->conf.mtu);
		doctor_fix(d, "xswitch -S %s port set %s mtu %u", d->name, p->view->name,
			   q->conf.mtu);
	}
	return 0;
}

/* --- subnets -------------------------------------------------------------------------------- */

static bool same_prefix(const uint8_t *a, const uint8_t *b, uint8_t plen)
{
	uint8_t whole = plen / 8, rest = plen % 8;

	return !memcmp(a, b, whole) && (!rest || !((a[whole] ^ b[whole]) >> (8 - rest)));
}

static bool overlap(int family, const uint8_t *a, uint8_t aplen, const struct netif_addr *b)
{
	return family == b->family && same_prefix(a, b->addr, aplen < b->plen ? aplen : b->plen);
}

/* One more route to where the host port is; a wider one elsewhere is left to longest prefixes. */
static void check_route(struct doctor *d, const struct doctor_port *p,
			const struct netif_addr *addr, const struct netif_route *r)
{
	const struct netif_link *inner = &p->inner.link;
	char theirs[INET6_ADDRSTRLEN], ours[INET6_ADDRSTRLEN];
	bool wider = r->plen < addr->plen;
	struct netif_link other;

	if (!r->plen || r->has_via || r->ifindex == inner->ifindex || !r->ifindex ||
	    !overlap(r->family, r->dst, r->plen, addr) ||
	    netif_get_index(d->sw->nl, r->ifindex, &other))
		return;
	inet_ntop(r->family, r->dst, theirs, sizeof(theirs));
	inet_ntop(addr->family, addr->addr, ours, sizeof(ours));
	doctor_found(d, wider ? DOCTOR_HINT : DOCTOR_WARNING, p,
		     wider ? "its subnet %s/%u is a part of %s/%u, which is at %s: what is in both "
			     "goes to the switch" :
			     "its subnet %s/%u overlaps %s/%u, which is at %s: some packets for "
			     "stations of the switch go there",
		     ours, addr->plen, theirs, r->plen, other.name);
	if (!wider)
		doctor_fix(d, "give one of them another subnet, as by ip addr del %s/%u dev %s",
			   ours, addr->plen, shell_word(inner->name));
}

int doctor_subnet(struct doctor *d)
{
	struct netif_route *routes = NULL;
	size_t n = 0;
	int err = d->sw->nl ? netif_routes(d->sw->nl, &routes, &n) : 0;

	if (err)
		return err;
	for (size_t i = 0; i < d->view->nports; i++) {
		const struct doctor_port *p = &d->ports[i];

		if (p->info->type != XSW_TYPE_HOST || !p->inner.there)
			continue;
		for (size_t k = 0; k < p->inner.naddrs; k++)
			for (size_t r = 0; r < n; r++)
				check_route(d, p, &p->inner.addrs[k], &routes[r]);
	}
	free(routes);
	return 0;
}

/* Whether two stations of a VLAN have an IPv4 subnet in common; -1: one of them has none at all. */
static int common_subnet(const struct doctor_port *a, const struct doctor_port *b)
{
	int common = -1;

	for (size_t i = 0; i < a->inner.naddrs; i++)
		for (size_t k = 0; k < b->inner.naddrs && common < 1; k++) {
			const struct netif_addr *x = &a->inner.addrs[i], *y = &b->inner.addrs[k];

			if (x->family == AF_INET && y->family == AF_INET)
				common = overlap(x->family, x->addr, x->plen, y);
		}
	return common;
}

/* An address that is alone in its subnet says nothing of neighbours. */
static bool has_neighbours(const struct netif_addr *a)
{
	return a->family == AF_INET && a->plen < 32;
}

/* The first station before this one that has a part of its subnet, or more, as its own. */
static bool tell_lengths(struct doctor *d, const struct doctor_port *p, const struct doctor_port *q)
{
	char ours[INET_ADDRSTRLEN], theirs[INET_ADDRSTRLEN];

	for (size_t i = 0; i < p->inner.naddrs; i++)
		for (size_t k = 0; k < q->inner.naddrs; k++) {
			const struct netif_addr *x = &p->inner.addrs[i], *y = &q->inner.addrs[k];

			if (!has_neighbours(x) || !has_neighbours(y) || x->plen == y->plen ||
			    !overlap(x->family, x->addr, x->plen, y))
				continue;
			inet_ntop(AF_INET, x->addr, ours, sizeof(ours));
			inet_ntop(AF_INET, y->addr, theirs, sizeof(theirs));
			doctor_found(
				d, DOCTOR_HINT, p,
				"its subnet %s/%u and that of port %s, %s/%u, overlap and have "
				"different lengths: one takes stations for neighbours that the "
				"other looks for behind a router",
				ours, x->plen, q->view->name, theirs, y->plen);
			return true;
		}
	return false;
}

static void check_lengths(struct doctor *d)
{
	for (size_t i = 0; i < d->view->nports; i++) {
		uint32_t vid = station_vlan(&d->ports[i]);

		for (size_t k = 0; vid != NO_VLAN && k < i; k++)
			if (station_vlan(&d->ports[k]) == vid &&
			    tell_lengths(d, &d->ports[i], &d->ports[k]))
				break;
	}
}

int doctor_subnet_differs(struct doctor *d)
{
	char where[24];

	for (size_t i = 0; i < d->view->nports; i++) {
		const struct doctor_port *p = &d->ports[i];
		uint32_t vid = station_vlan(p), others = 0;
		int common = -1;

		for (size_t k = 0; vid != NO_VLAN && k < d->view->nports && common < 1; k++) {
			int c = k == i || station_vlan(&d->ports[k]) != vid ?
					-1 :
					common_subnet(p, &d->ports[k]);

			others += c >= 0;
			common = c > common ? c : common;
		}
		if (!others || common)
			continue;
		vlan_words(vid, where);
		doctor_found(
			d, DOCTOR_HINT, p,
			"none of its IPv4 subnets is that of another station%s: they reach each "
			"other by a router only",
			where);
	}
	check_lengths(d);
	return 0;
}
