// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_compare.c - a switch as a file wants it beside the one there is
 *
 * Each difference is a line for the reader and a step for the switch. A port whose place, type or
 * address of its device differs is removed and made again; whatever else differs is set.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topo_compare.h"

/* One element more of an array that doubles; NULL: no memory, which is remembered. */
static void *grow(struct topo_plan *plan, void **v, size_t *n, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 64;
	void *bigger = *n == *room ? realloc(*v, more * size) : *v;

	if (!bigger) {
		plan->status = fail(XSW_REFUSED, "out of memory");
		return NULL;
	}
	if (*n == *room)
		*room = more;
	*v = bigger;
	return (char *)bigger + (*n)++ * size;
}

void topo_line(struct topo_plan *plan, struct topo_line line)
{
	struct topo_line *l =
		grow(plan, (void **)&plan->lines, &plan->nlines, &plan->lines_room, sizeof(line));

	if (l)
		*l = line;
}

void topo_step(struct topo_plan *plan, struct topo_step step)
{
	struct topo_step *s =
		grow(plan, (void **)&plan->steps, &plan->nsteps, &plan->steps_room, sizeof(step));

	step.number = plan->nsteps;
	if (s)
		*s = step;
}

void topo_plan_free(struct topo_plan *plan)
{
	free(plan->lines);
	free(plan->steps);
}

void topo_pair_line(struct topo_pair *p, char sign, const char *object, const char *name,
		    const char *key, const char *have, const char *want)
{
	topo_line(p->plan,
		  (struct topo_line){ sign, p->want->name, object, name, key, have, want });
}

const char *topo_pair_text(struct topo_pair *p, const char *s)
{
	char *copy = topo_text(p->plan->env->mem, s);

	if (!copy)
		p->plan->status = XSW_REFUSED;
	return copy ? copy : "";
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* --- settings --------------------------------------------------------------------------- */

/* Words for a command, as many as there is room for. */
struct words {
	char *v[2 * TOPO_SLOTS_MAX + 16];
	int n;
};

static void add_setting(struct words *w, const struct topo_slot *slot, const char *value)
{
	w->v[w->n++] = (char *)slot->def->word;
	if (slot->choice)
		w->v[w->n++] = (char *)slot->choice;
	w->v[w->n++] = (char *)(value ? value : slot->normal);
}

static void set_line(struct topo_pair *p, const char *object, const char *name,
		     const struct topo_slot *slot, const char *have, const char *want)
{
	topo_pair_line(p, '~', object, name, slot->key, have ? have : slot->normal,
		       want ? want : slot->normal);
}

static void keep_words(struct topo_pair *p, const struct words *w, struct topo_step s)
{
	s.words = topo_alloc(p->plan->env->mem, (size_t)w->n * sizeof(*s.words));
	s.nwords = w->n;
	if (s.words)
		memcpy(s.words, w->v, (size_t)w->n * sizeof(*s.words));
	else
		p->plan->status = XSW_REFUSED;
	topo_step(p->plan, s);
}

static void compare_set(struct topo_pair *p)
{
	const struct topo_slots *slots = &p->plan->env->set;
	struct words w = { .n = 0 };

	for (size_t i = 0; i < slots->n; i++) {
		const char *want = p->want->set.v[i], *have = p->have ? p->have->set.v[i] : NULL;

		if (same(want, have))
			continue;
		set_line(p, "switch", p->want->name, &slots->v[i], have, want);
		add_setting(&w, &slots->v[i], want);
	}
	if (w.n)
		keep_words(p, &w, (struct topo_step){ .kind = STEP_SET });
}

/* --- a port ----------------------------------------------------------------------------- */

static const char *const vlan_keys[] = { "mode", "tag", "trunks", "cvlans", "qinq-ethtype" };

static bool is_vlan(const struct topo_slot *slot)
{
	for (size_t i = 0; i < sizeof(vlan_keys) / sizeof(*vlan_keys); i++)
		if (!strcmp(slot->key, vlan_keys[i]))
			return true;
	return false;
}

/* All of VLAN-ARGS: what a mode leaves open is what the port had before. */
static void add_vlan(struct topo_pair *p, struct words *w, const struct topo_port_state *want,
		     struct topo_step *s)
{
	const struct topo_slots *slots = &p->plan->env->port;
	const char *mode = topo_get(slots, &want->values, "mode");
	bool tunnel = mode && !strcmp(mode, "dot1q-tunnel");

	for (size_t i = 0; i < sizeof(vlan_keys) / sizeof(*vlan_keys); i++) {
		int slot = topo_slot(slots, vlan_keys[i]);
		const char *value = slot < 0 ? NULL : want->values.v[slot];

		if (!strcmp(vlan_keys[i], "trunks") && mode && !value &&
		    (!strcmp(mode, "trunk") || !strncmp(mode, "native", 6)))
			value = "1-4094";
		if (!strcmp(vlan_keys[i], "qinq-ethtype") && mode && !value &&
		    strcmp(mode, "access"))
			value = tunnel ? "802.1ad" : "802.1q";
		if (slot >= 0 && (value || !i))
			add_setting(w, &slots->v[slot], value);
	}
	s->all_cvlans = tunnel && !topo_get(slots, &want->values, "cvlans");
}

/* Whether `port set` knows it. */
static bool settable(const struct topo_slot *slot)
{
	for (size_t i = 0; i < cmd_port_set_words.n; i++)
		if (!strcmp(cmd_port_set_words.defs[i].word, slot->def->word))
			return cmd_port_set_words.defs[i].kind != ARG_LATER;
	return false;
}

/* A hook that is there already, or was asked for and could not be had, will do; none named is tc. */
static bool same_setting(const struct topo_slot *slot, const struct topo_port_state *want,
			 const struct topo_port_state *have, size_t i)
{
	const char *w = want->values.v[i], *h = have->values.v[i];

	/* of a device that is gone nobody knows */
	if (!strcmp(slot->key, "address") && !have->whole)
		return true;
	if (!strcmp(slot->key, "hook"))
		return same(w, h) || ((!w || !strcmp(w, "tc")) && !have->xdp);
	/* a device that was there has an MTU of its own */
	if (!strcmp(slot->key, "mtu") && want->port->spec.type == XSW_TYPE_DEV)
		return !w || same(w, h);
	return same(w, h);
}

static bool must_remake(struct topo_pair *p, const struct topo_port_state *want,
			const struct topo_port_state *have)
{
	const struct topo_slots *slots = &p->plan->env->port;

	for (size_t i = 0; i < slots->n; i++)
		if (strcmp(slots->v[i].key, "address") && !settable(&slots->v[i]) &&
		    !same_setting(&slots->v[i], want, have, i))
			return true;
	return !have->whole;
}

static void add_port(struct topo_pair *p, const struct topo_port_state *want)
{
	topo_step(p->plan, (struct topo_step){ .kind = STEP_PORT_ADD, .port = want->port });
}

static void compare_port(struct topo_pair *p, const struct topo_port_state *want,
			 struct topo_port_state *have)
{
	const struct topo_slots *slots = &p->plan->env->port;
	struct topo_step s = { .kind = STEP_PORT_SET, .name = want->name };
	struct words w = { .v = { (char *)want->name }, .n = 1 };
	bool vlans = false, addrs = false;

	for (size_t i = 0; i < slots->n; i++) {
		const struct topo_slot *slot = &slots->v[i];

		if (same_setting(slot, want, have, i))
			continue;
		set_line(p, "port", want->name, slot, have->values.v[i], want->values.v[i]);
		if (!strcmp(slot->key, "address"))
			addrs = true;
		else if (is_vlan(slot))
			vlans = true;
		else if (settable(slot))
			add_setting(&w, slot, want->values.v[i]);
	}
	if (!have->whole)
		topo_pair_line(p, '~', "port", want->name, "device", "gone", "made");
	if (must_remake(p, want, have)) {
		have->gone = true;
		topo_step(p->plan, (struct topo_step){ .kind = STEP_PORT_DEL, .name = want->name });
		add_port(p, want);
		return;
	}
	if (vlans)
		add_vlan(p, &w, want, &s);
	if (w.n > 1)
		keep_words(p, &w, s);
	if (addrs)
		topo_step(p->plan,
			  (struct topo_step){ .kind = STEP_PORT_ADDRS, .port = want->port });
}

/* --- its VLANs -------------------------------------------------------------------------- */

/* What a hybrid port is to a VLAN: 0 nothing, else bits. */
enum {
	MEMBER = 1,
	UNTAGGED = 2,
	PVID = 4,
};

static unsigned role(const struct topo_vlans *v, uint32_t vid)
{
	unsigned long long bit = 1ULL << vid % 64;

	if (!v || !(v->member.word[vid / 64] & bit))
		return 0;
	return MEMBER | (v->untagged.word[vid / 64] & bit ? UNTAGGED : 0) |
	       (v->pvid == vid ? PVID : 0);
}

static const char *const role_words[] = { NULL, "tagged", NULL, "untagged",
					  NULL, "pvid",	  NULL, "pvid untagged" };

static struct xsw_vlan_edit *new_edit(struct topo_pair *p)
{
	struct xsw_vlan_edit *edit = topo_alloc(p->plan->env->mem, sizeof(*edit));

	if (!edit)
		p->plan->status = XSW_REFUSED;
	return edit;
}

static void vlan_step(struct topo_pair *p, const char *port, uint32_t from, uint32_t to,
		      unsigned was, unsigned is)
{
	struct topo_step s = { .kind = is ? STEP_VLAN_ADD : STEP_VLAN_DEL, .edit = new_edit(p) };
	char name[XSW_NAME_MAX + 16];

	if (!s.edit)
		return;
	s.edit->port = port;
	s.edit->pvid = is & PVID;
	s.edit->untagged = is & UNTAGGED;
	s.edit->del = !is;
	for (uint32_t vid = from; vid <= to; vid++)
		s.edit->vids.word[vid / 64] |= 1ULL << vid % 64;
	snprintf(name, sizeof(name), to > from ? "%s %u-%u" : "%s %u", port, from, to);
	topo_pair_line(p,
		       !was ? '+' :
		       !is  ? '-' :
			      '~',
		       "vlan", topo_pair_text(p, name), NULL, role_words[was], role_words[is]);
	topo_step(p->plan, s);
}

static void compare_vlans(struct topo_pair *p, const struct topo_port_state *want,
			  const struct topo_port_state *have)
{
	const struct topo_vlans *was = have && !have->gone ? have->vlans : NULL;
	uint32_t to;

	if (!want->vlans)
		return;
	for (uint32_t vid = 1; vid <= XSW_VID_MAX; vid = to + 1) {
		unsigned a = role(was, vid), b = role(want->vlans, vid);

		to = vid;
		if (a == b)
			continue;
		while (to < XSW_VID_MAX && role(was, to + 1) == a &&
		       role(want->vlans, to + 1) == b && !(b & PVID))
			to++;
		vlan_step(p, want->name, vid, to, a, b);
	}
}

static void limit_text(char *buf, size_t size, uint32_t max)
{
	snprintf(buf, size, max ? "%u" : "none", max);
}

static void compare_limits(struct topo_pair *p)
{
	uint32_t to;

	for (uint32_t vid = 1; vid <= XSW_VID_MAX; vid = to + 1) {
		uint32_t want = p->want->limits[vid], have = p->have ? p->have->limits[vid] : 0;
		struct topo_step s = { .kind = STEP_LIMIT, .limit = want };
		char name[16], a[16], b[16];

		to = vid;
		if (want == have)
			continue;
		while (to < XSW_VID_MAX && p->want->limits[to + 1] == want &&
		       (p->have ? p->have->limits[to + 1] : 0) == have)
			to++;
		s.edit = new_edit(p);
		if (!s.edit)
			return;
		for (uint32_t v = vid; v <= to; v++)
			s.edit->vids.word[v / 64] |= 1ULL << v % 64;
		snprintf(name, sizeof(name), to > vid ? "%u-%u" : "%u", vid, to);
		limit_text(a, sizeof(a), have);
		limit_text(b, sizeof(b), want);
		topo_pair_line(p, '~', "vlan", topo_pair_text(p, name), "max_learned",
			       topo_pair_text(p, a), topo_pair_text(p, b));
		topo_step(p->plan, s);
	}
}

/* --- all of it -------------------------------------------------------------------------- */

/* Whether a port about to be made needs the place of this one. */
static bool in_the_way(const struct topo_pair *p, const struct topo_port_state *have)
{
	for (size_t i = 0; i < p->want->nports; i++)
		if (!strcmp(p->want->ports[i].place, have->place))
			return true;
	return false;
}

static void compare_ports(struct topo_pair *p)
{
	for (size_t i = 0; i < p->want->nports; i++) {
		const struct topo_port_state *want = &p->want->ports[i];
		struct topo_port_state *have = p->have ? topo_find(p->have, want->name) : NULL;

		if (have) {
			compare_port(p, want, have);
		} else {
			topo_pair_line(p, '+', "port", want->name, NULL, NULL, NULL);
			add_port(p, want);
		}
		compare_vlans(p, want, have);
	}
	for (size_t i = 0; p->have && i < p->have->nports; i++) {
		struct topo_port_state *have = &p->have->ports[i];

		if (topo_find(p->want, have->name))
			continue;
		have->gone = true;
		topo_pair_line(p, '-', "port", have->name, NULL, NULL, NULL);
		topo_step(p->plan, (struct topo_step){ .kind = in_the_way(p, have) ? STEP_PORT_DEL :
										     STEP_PORT_END,
						       .name = have->name });
	}
}

static int by_kind(const void *a, const void *b)
{
	const struct topo_step *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

int topo_compare(struct topo_plan *plan, const struct topo_state *want, struct topo_state *have)
{
	struct topo_pair p = { plan, want, have };

	if (!have)
		topo_pair_line(&p, '+', "switch", want->name, NULL, NULL, NULL);
	compare_set(&p);
	compare_ports(&p);
	compare_limits(&p);
	topo_compare_fdb(&p);
	topo_compare_wires(&p);
	topo_compare_mirrors(&p);
	if (plan->nsteps)
		qsort(plan->steps, plan->nsteps, sizeof(*plan->steps), by_kind);
	return plan->status;
}
