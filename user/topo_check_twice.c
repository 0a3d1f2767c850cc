// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_check_twice.c - what a file says twice in other words: only one of the two would hold
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "topo_int.h"

int topo_twice(struct topo_load *l, struct topo_mark mark, struct topo_mark first, const char *what)
{
	return topo_mistake(l, mark, "%s is there twice: first on line %u, column %u", what,
			    first.line, first.column);
}

/* --- sysctls and routes of a namespace --------------------------------------------------- */

struct item {
	char *key;	  /* in its one form */
	const char *said; /* as the file has it */
	struct topo_mark mark;
};

static int by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : topo_by_mark(x->mark, y->mark);
}

static int check_items(struct topo_load *l, struct item *v, size_t n, const char *object)
{
	int status = XSW_OK;
	char what[128];

	qsort(v, n, sizeof(*v), by_key);
	for (size_t i = 1; i < n && topo_goes_on(l, status); i++) {
		status = XSW_OK;
		snprintf(what, sizeof(what), "%s %s", object, quoted(v[i].said));
		if (!strcmp(v[i - 1].key, v[i].key))
			status = topo_twice(l, v[i].mark, v[i - 1].mark, what);
	}
	return status;
}

/* IPv6 has 1024 where no metric is given; bits behind the prefix count for nothing. */
static void route_key(const struct topo_way *way, char key[128])
{
	uint32_t usual = way->to.family == AF_INET6 ? 1024 : 0;
	char text[INET6_ADDRSTRLEN];
	uint8_t addr[16];

	for (unsigned int i = 0; i < sizeof(addr); i++) {
		unsigned int bits = way->to.plen > 8 * i ? way->to.plen - 8 * i : 0;

		addr[i] = (uint8_t)(way->to.addr[i] & (bits < 8 ? 0xff00 >> bits : 0xff));
	}
	inet_ntop(way->to.family, addr, text, sizeof(text));
	snprintf(key, 128, "%s/%u %u", text, way->to.plen, way->metric ? way->metric : usual);
}

static void check_namespace(struct topo_load *l, const struct topo_ns *ns)
{
	size_t most = ns->nsysctls > ns->nroutes ? ns->nsysctls : ns->nroutes;
	struct item *v = topo_alloc(l->topo, most * sizeof(*v));
	int status = v ? XSW_OK : XSW_REFUSED;
	char key[512];

	for (size_t i = 0; i < ns->nsysctls && topo_goes_on(l, status); i++) {
		topo_sysctl_path(ns->sysctls[i].key, key, sizeof(key));
		v[i] = (struct item){ topo_text(l->topo, key), ns->sysctls[i].key,
				      ns->sysctls[i].mark };
		status = v[i].key ? XSW_OK : XSW_REFUSED;
	}
	if (!status)
		status = check_items(l, v, ns->nsysctls, "sysctl");
	for (size_t i = 0; i < ns->nroutes && topo_goes_on(l, status); i++) {
		route_key(&ns->routes[i].way, key);
		v[i] = (struct item){ topo_text(l->topo, key), ns->routes[i].words,
				      ns->routes[i].mark };
		status = v[i].key ? XSW_OK : XSW_REFUSED;
	}
	if (!status)
		status = check_items(l, v, ns->nroutes, "the destination of route");
	topo_goes_on(l, status);
}

/* --- VLANs of a switch -------------------------------------------------------------------- */

static const char *port_of(const struct topo_vlan *v)
{
	return v->edit.port ? v->edit.port : ""; /* a limit: of the switch */
}

static int by_port(const void *a, const void *b)
{
	const struct topo_vlan *x = *(const struct topo_vlan *const *)a;
	const struct topo_vlan *y = *(const struct topo_vlan *const *)b;
	int order = strcmp(port_of(x), port_of(y));

	return order ? order : topo_by_mark(x->mark, y->mark);
}

/* The lowest VLAN of both; 0: there is none. */
static uint32_t common_vid(const struct arg_vids *a, const struct arg_vids *b)
{
	for (uint32_t w = 0; w < ARG_VID_WORDS; w++)
		if (a->word[w] & b->word[w])
			return 64 * w + (uint32_t)__builtin_ctzll(a->word[w] & b->word[w]);
	return 0;
}

/* What stood before it of the same port, up to a mistake. */
struct seen {
	struct arg_vids vids;
	const struct topo_vlan *pvid; /* who says it */
};

static int check_vlan(struct topo_load *l, const struct topo_vlan *const *before, struct seen *seen,
		      const struct topo_vlan *vlan)
{
	uint32_t vid = common_vid(&seen->vids, &vlan->edit.vids);
	const char *port = vlan->edit.port;
	char what[128];

	if (vid && port)
		snprintf(what, sizeof(what), "VLAN %u of port %s", vid, port);
	else if (vid)
		snprintf(what, sizeof(what), "max_learned of VLAN %u", vid);
	while (vid && !(before[0]->edit.vids.word[vid / 64] >> vid % 64 & 1))
		before++;
	if (vid)
		return topo_twice(l, vlan->mark, before[0]->mark, what);
	for (size_t w = 0; w < ARG_VID_WORDS; w++)
		seen->vids.word[w] |= vlan->edit.vids.word[w];
	if (!vlan->edit.pvid)
		return XSW_OK;
	snprintf(what, sizeof(what), "the PVID of port %s", port);
	if (seen->pvid)
		return topo_twice(l, vlan->mark, seen->pvid->mark, what);
	seen->pvid = vlan;
	return XSW_OK;
}

static void check_vlans(struct topo_load *l, const struct topo_switch *sw)
{
	const struct topo_vlan **v =
		topo_alloc(l->topo, sw->nvlans * sizeof(const struct topo_vlan *));
	int status = v ? XSW_OK : XSW_REFUSED;
	struct seen seen = { .pvid = NULL };
	size_t first = 0;

	for (size_t i = 0; v && i < sw->nvlans; i++)
		v[i] = &sw->vlans[i];
	if (v)
		qsort(v, sw->nvlans, sizeof(*v), by_port);
	for (size_t i = 0; i < sw->nvlans && topo_goes_on(l, status); i++) {
		if (strcmp(port_of(v[first]), port_of(v[i]))) {
			seen = (struct seen){ .pvid = NULL };
			first = i;
		}
		status = check_vlan(l, v + first, &seen, v[i]);
	}
	topo_goes_on(l, status);
}

void topo_check_twice(struct topo_load *l)
{
	for (size_t i = 0; i < l->topo->nnamespaces; i++)
		check_namespace(l, &l->topo->namespaces[i]);
	for (size_t i = 0; i < l->topo->nswitches; i++)
		check_vlans(l, &l->topo->switches[i]);
}
