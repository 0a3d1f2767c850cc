// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_check.c - what one section of a file says of another, and what may be there once only
 *
 * Everything is sorted and looked up, for a file may have thousands of ports.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netns.h"
#include "topo_int.h"

/* --- devices ---------------------------------------------------------------------------- */

struct place {
	char netns[XSW_PATH_MAX]; /* path; empty: the caller's */
	const char *ifname;
	struct topo_mark mark;
};

int topo_by_mark(struct topo_mark a, struct topo_mark b)
{
	if (a.line != b.line)
		return a.line < b.line ? -1 : 1;
	return a.column < b.column ? -1 : a.column > b.column;
}

static int by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = strcmp(x->netns, y->netns);

	if (!order)
		order = strcmp(x->ifname, y->ifname);
	return order ? order : topo_by_mark(x->mark, y->mark);
}

static void add_place(struct place *v, size_t *n, const char *netns, const char *ifname,
		      struct topo_mark mark)
{
	struct place *p = &v[*n];

	if (!*ifname)
		return;
	p->ifname = ifname;
	p->mark = mark;
	if (netns && *netns && netns_path(netns, p->netns, sizeof(p->netns)))
		return; /* too long to be one: found when it is opened */
	++*n;
}

static size_t collect(const struct topo *t, struct place *v)
{
	size_t n = 0;

	for (size_t i = 0; i < 2 * t->nlinks; i++) {
		const struct topo_end *end = &t->links[i / 2].end[i % 2];

		add_place(v, &n, end->netns, end->ifname, end->mark);
	}
	for (size_t s = 0; s < t->nswitches; s++) {
		const struct topo_switch *sw = &t->switches[s];

		for (size_t i = 0; i < sw->nports; i++) {
			const struct xsw_port_spec *spec = &sw->ports[i].spec;

			add_place(v, &n, spec->type == XSW_TYPE_NETNS ? spec->netns : sw->netns,
				  spec->ifname, sw->ports[i].mark);
		}
	}
	return n;
}

/* A port of type dev may be an end of a link: that is how a switch gets an uplink. */
static bool is_uplink(const struct topo *t, const struct place *p)
{
	for (size_t s = 0; s < t->nswitches; s++)
		for (size_t i = 0; i < t->switches[s].nports; i++) {
			const struct topo_port *port = &t->switches[s].ports[i];

			if (port->spec.type == XSW_TYPE_DEV && !topo_by_mark(port->mark, p->mark))
				return true;
		}
	return false;
}

static bool is_link_end(const struct topo *t, const struct place *p)
{
	for (size_t i = 0; i < 2 * t->nlinks; i++)
		if (!topo_by_mark(t->links[i / 2].end[i % 2].mark, p->mark))
			return true;
	return false;
}

static void check_devices(struct topo_load *l)
{
	const struct topo *t = l->topo;
	size_t room = 2 * t->nlinks, n, i;
	struct place *v;
	int status = XSW_OK;

	for (i = 0; i < t->nswitches; i++)
		room += t->switches[i].nports;
	v = calloc(room + 1, sizeof(*v));
	if (!v) {
		topo_goes_on(l, fail(XSW_REFUSED, "out of memory"));
		return;
	}
	n = collect(t, v);
	qsort(v, n, sizeof(*v), by_place);
	for (i = 1; i < n && topo_goes_on(l, status); i++) {
		const struct place *a = &v[i - 1], *b = &v[i];

		status = XSW_OK;
		if (strcmp(a->netns, b->netns) || strcmp(a->ifname, b->ifname) ||
		    (is_link_end(t, a) != is_link_end(t, b) && is_uplink(t, a) != is_uplink(t, b)))
			continue;
		status = topo_mistake(l, b->mark,
				      "device %s is there twice in namespace %s: first on line %u, "
				      "column %u",
				      quoted(b->ifname),
				      *b->netns ? quoted(b->netns) : "the caller's", a->mark.line,
				      a->mark.column);
	}
	topo_goes_on(l, status);
	free(v);
}

/* --- what is said of ports -------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct topo_port *const *x = a, *const *y = b;

	return strcmp((*x)->spec.name, (*y)->spec.name);
}

static int name_order(const void *name, const void *port)
{
	return strcmp(name, (*(const struct topo_port *const *)port)->spec.name);
}

struct names {
	struct topo_load *l;
	const struct topo_switch *sw;
	const struct topo_port **ports; /* sorted */
};

static const struct topo_port *find(const struct names *names, const char *name)
{
	const struct topo_port **found =
		bsearch(name, names->ports, names->sw->nports, sizeof(*names->ports), name_order);

	return found ? *found : NULL;
}

static int need(const struct names *names, const char *name, struct topo_mark mark)
{
	if (find(names, name))
		return XSW_OK;
	return topo_mistake(names->l, mark, "switch %s has no port %s in this file",
			    names->sw->name, quoted(name));
}

static int check_vlan(const struct names *names, const struct topo_vlan *vlan)
{
	const struct xsw_vlan_args *args;
	int status;

	if (!vlan->edit.port)
		return XSW_OK;
	status = need(names, vlan->edit.port, vlan->mark);
	if (status)
		return status;
	args = &find(names, vlan->edit.port)->spec.vlan;
	if (args->mode_set ? !strcmp(xsw_mode_words[args->mode], "hybrid") :
			     !args->tag && !args->trunks_set)
		return XSW_OK;
	return topo_mistake(names->l, vlan->mark,
			    "port %s has a mode other than hybrid: its VLANs follow from its tag "
			    "and trunks",
			    quoted(vlan->edit.port));
}

static void check_wires(const struct names *names)
{
	const struct topo_switch *sw = names->sw;
	const char **ends = calloc(2 * sw->nwires + 1, sizeof(*ends));
	int status = ends ? XSW_OK : fail(XSW_REFUSED, "out of memory");
	size_t n = 0;

	for (size_t i = 0; i < 2 * sw->nwires && topo_goes_on(names->l, status); i++) {
		const struct topo_wire *wire = &sw->wires[i / 2];
		const char *port = wire->port[i % 2];

		status = need(names, port, wire->mark);
		if (!status && i % 2 && !strcmp(wire->port[0], port))
			status = topo_mistake(names->l, wire->mark,
					      "a wire has two ends, but both are port %s",
					      quoted(port));
		for (size_t k = 0; k < n && !status; k++)
			if (!strcmp(ends[k], port))
				status = topo_mistake(names->l, wire->mark, "port %s has two wires",
						      quoted(port));
		if (!status)
			status = topo_check_wired(names->l, sw, find(names, port), wire->mark);
		ends[n++] = port;
	}
	topo_goes_on(names->l, status);
	free(ends);
}

/* The output port of a mirror takes copies, and nothing else. */
static int check_output(const struct names *names, const struct topo_mirror *mirror)
{
	const struct topo_switch *sw = names->sw;

	for (size_t i = 0; i < 2 * sw->nwires; i++)
		if (!strcmp(sw->wires[i / 2].port[i % 2], mirror->spec.to))
			return topo_mistake(names->l, mirror->mark,
					    "port %s is wired, and the output port of a mirror "
					    "takes copies only",
					    quoted(mirror->spec.to));
	return XSW_OK;
}

static int check_source(const struct names *names, const struct topo_mirror *mirror,
			const char *port)
{
	const struct topo_switch *sw = names->sw;

	if (!strcmp(port, mirror->spec.to))
		return topo_mistake(names->l, mirror->mark,
				    "port %s cannot be both source and output of mirror %s",
				    quoted(port), quoted(mirror->spec.name));
	for (size_t i = 0; i < sw->nmirrors; i++)
		if (!strcmp(sw->mirrors[i].spec.to, port))
			return topo_mistake(names->l, mirror->mark,
					    "port %s is the output port of mirror %s and takes "
					    "copies only",
					    quoted(port), quoted(sw->mirrors[i].spec.name));
	return XSW_OK;
}

static int check_mirror(const struct names *names, const struct topo_mirror *mirror)
{
	const struct xsw_mirror_spec *spec = &mirror->spec;
	int status = need(names, spec->to, mirror->mark);
	char what[128];

	if (!status)
		status = check_output(names, mirror);
	for (size_t i = 0; i < spec->from.n && !status; i++) {
		status = need(names, spec->from.v[i].port, mirror->mark);
		if (!status)
			status = check_source(names, mirror, spec->from.v[i].port);
	}
	snprintf(what, sizeof(what), "mirror %s", quoted(spec->name));
	for (const struct topo_mirror *m = names->sw->mirrors; m < mirror && !status; m++)
		if (!strcmp(m->spec.name, spec->name))
			status = topo_twice(names->l, mirror->mark, m->mark, what);
	return status;
}

static int by_entry(const void *a, const void *b)
{
	const struct topo_fdb *x = *(const struct topo_fdb *const *)a;
	const struct topo_fdb *y = *(const struct topo_fdb *const *)b;
	int order = memcmp(x->spec.mac, y->spec.mac, sizeof(x->spec.mac));

	if (!order && x->spec.vlan != y->spec.vlan)
		order = x->spec.vlan < y->spec.vlan ? -1 : 1;
	return order ? order : topo_by_mark(x->mark, y->mark);
}

static void check_fdb(const struct names *names)
{
	const struct topo_switch *sw = names->sw;
	const struct topo_fdb **v = calloc(sw->nfdb + 1, sizeof(*v));
	int status = v ? XSW_OK : fail(XSW_REFUSED, "out of memory");

	for (size_t i = 0; i < sw->nfdb && topo_goes_on(names->l, status); i++) {
		v[i] = &sw->fdb[i];
		status = need(names, v[i]->spec.port, v[i]->mark);
	}
	if (!status && v)
		qsort(v, sw->nfdb, sizeof(*v), by_entry);
	for (size_t i = 1; i < sw->nfdb && !status; i++)
		if (!memcmp(v[i]->spec.mac, v[i - 1]->spec.mac, sizeof(v[i]->spec.mac)) &&
		    v[i]->spec.vlan == v[i - 1]->spec.vlan)
			status = topo_twice(names->l, v[i]->mark, v[i - 1]->mark, "this entry");
	topo_goes_on(names->l, status);
	free(v);
}

static void check_switch(struct topo_load *l, const struct topo_switch *sw)
{
	struct names names = { l, sw, calloc(sw->nports + 1, sizeof(*names.ports)) };
	int status = names.ports ? XSW_OK : fail(XSW_REFUSED, "out of memory");

	for (size_t i = 0; i < sw->nports && !status; i++)
		names.ports[i] = &sw->ports[i];
	if (!status)
		qsort(names.ports, sw->nports, sizeof(*names.ports), by_name);
	for (size_t i = 0; i < sw->nports && topo_goes_on(l, status); i++)
		status = topo_check_port(l, sw, &sw->ports[i]);
	for (size_t i = 0; i < sw->nvlans && topo_goes_on(l, status); i++)
		status = check_vlan(&names, &sw->vlans[i]);
	if (topo_goes_on(l, status) && names.ports) {
		check_fdb(&names);
		check_wires(&names);
	}
	for (size_t i = 0; i < sw->nmirrors && topo_goes_on(l, status); i++)
		status = i < XSW_MIRRORS ?
				 check_mirror(&names, &sw->mirrors[i]) :
				 topo_mistake(l, sw->mirrors[i].mark,
					      "a switch has %d mirrors at most", XSW_MIRRORS);
	topo_goes_on(l, status);
	free(names.ports);
}

void topo_check(struct topo_load *l)
{
	check_devices(l);
	topo_check_twice(l);
	for (size_t i = 0; i < l->topo->nswitches; i++)
		check_switch(l, &l->topo->switches[i]);
}
