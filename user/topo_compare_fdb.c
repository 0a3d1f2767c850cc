// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_compare_fdb.c - entries and wires as a file wants them beside those there are
 *
 * Both are sorted: one walk. What is on a port that goes is not said once more; what is to stay on
 * one that is made again is done again.
 */
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>

#include "topo_compare.h"

/* --- entries ---------------------------------------------------------------------------- */

static const char *entry_name(struct topo_pair *p, const struct topo_entry *e)
{
	char name[40], mac[MAC_TEXT];

	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): of two, one is there */
	snprintf(name, sizeof(name), e->vlan ? "%s vlan %u" : "%s", mac_text(e->mac, mac), e->vlan);
	return topo_pair_text(p, name);
}

static const char *entry_value(struct topo_pair *p, const struct topo_entry *e)
{
	char value[XSW_NAME_MAX + INET6_ADDRSTRLEN + 16], remote[INET6_ADDRSTRLEN] = "";

	if (e->remote.family)
		inet_ntop(e->remote.family, e->remote.addr, remote, sizeof(remote));
	snprintf(value, sizeof(value), "%s %s%s%s", e->port, remote, *remote ? " " : "",
		 xsw_fdb_words[e->state]);
	return topo_pair_text(p, value);
}

/* A port with one remote need not name it. */
static bool same_remote(const struct arg_addr *want, const struct arg_addr *have)
{
	return !want->family || (want->family == have->family &&
				 !memcmp(want->addr, have->addr, sizeof(want->addr)));
}

static void compare_entry(struct topo_pair *p, const struct topo_entry *want,
			  const struct topo_entry *have)
{
	bool lost = have && topo_find(p->have, have->port)->gone;
	bool equal = have && want && !strcmp(want->port, have->port) &&
		     same_remote(&want->remote, &have->remote) && want->state == have->state;

	if (!equal && !(lost && !want) && !(have && !want && have->state == XSW_FDB_DYNAMIC))
		topo_pair_line(p,
			       !have ? '+' :
			       !want ? '-' :
				       '~',
			       "fdb", entry_name(p, want ? want : have), NULL,
			       have ? entry_value(p, have) : NULL,
			       want ? entry_value(p, want) : NULL);
	if (want && (!equal || lost))
		topo_step(p->plan, (struct topo_step){ .kind = STEP_FDB_ADD, .entry = *want });
	else if (!want && !lost && have->state != XSW_FDB_DYNAMIC)
		topo_step(p->plan, (struct topo_step){ .kind = STEP_FDB_DEL, .entry = *have });
}

static int entry_order(const struct topo_entry *a, const struct topo_entry *b)
{
	int order = memcmp(a->mac, b->mac, sizeof(a->mac));

	if (order || a->vlan == b->vlan)
		return order;
	return a->vlan < b->vlan ? -1 : 1;
}

void topo_compare_fdb(struct topo_pair *p)
{
	const struct topo_state *want = p->want, *have = p->have;
	size_t i = 0, k = 0, nhave = have ? have->nfdb : 0;

	while (i < want->nfdb || k < nhave) {
		int order = i == want->nfdb ? 1 :
			    k == nhave	    ? -1 :
					      entry_order(&want->fdb[i], &have->fdb[k]);

		compare_entry(p, order <= 0 ? &want->fdb[i] : NULL,
			      order >= 0 ? &have->fdb[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
}

/* --- wires ------------------------------------------------------------------------------ */

static void compare_wire(struct topo_pair *p, const struct topo_wire *want,
			 const struct topo_wire *have)
{
	const struct topo_wire *w = want ? want : have;
	bool equal = want && have, lost = false;
	char name[2 * XSW_NAME_MAX];

	if (have)
		lost = topo_find(p->have, have->port[0])->gone ||
		       topo_find(p->have, have->port[1])->gone;
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): of two, one is there */
	snprintf(name, sizeof(name), "%s %s", w->port[0], w->port[1]);
	if (!equal && !(lost && !want))
		topo_pair_line(p, want ? '+' : '-', "wire", topo_pair_text(p, name), NULL, NULL,
			       NULL);
	if (want && (!equal || lost))
		topo_step(p->plan, (struct topo_step){ .kind = STEP_WIRE_ADD,
						       .name = w->port[0],
						       .other = w->port[1] });
	/* one with an end that goes goes with it, unless a setting before that minds */
	if (!want || (lost && equal))
		topo_step(p->plan, (struct topo_step){ .kind = STEP_WIRE_DEL, .name = w->port[0] });
}

static int wire_order(const struct topo_wire *a, const struct topo_wire *b)
{
	int order = strcmp(a->port[0], b->port[0]);

	return order ? order : strcmp(a->port[1], b->port[1]);
}

void topo_compare_wires(struct topo_pair *p)
{
	const struct topo_state *want = p->want, *have = p->have;
	size_t i = 0, k = 0, nhave = have ? have->nwires : 0;

	while (i < want->nwires || k < nhave) {
		int order = i == want->nwires ? 1 :
			    k == nhave	      ? -1 :
						wire_order(&want->wires[i], &have->wires[k]);

		compare_wire(p, order <= 0 ? &want->wires[i] : NULL,
			     order >= 0 ? &have->wires[k] : NULL);
		i += order <= 0;
		k += order >= 0;
	}
}
