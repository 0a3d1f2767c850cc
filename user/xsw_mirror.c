// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_mirror.c - mirrors: made, removed, shown
 *
 * What holds is said by one word, settings.mirrors, and what it means by the records in `mirrors`;
 * `taps` and the bits of ports follow from these and are made afresh by every change. In order:
 *
 *	record	in a free slot, with the mark XSW_M_FRESH
 *	taps	of its ports, and their bits
 *	hold	from here on frames see it, all of it
 *	flush	when no frame is left that did not, what the output port has learned; unmark
 *
 * and when it goes:
 *
 *	unhold	from here on no frame sees it
 *	record	is emptied when no frame is left that did
 *	taps	and bits
 *
 * Whatever a killed command left is a record that does not hold, a mark, or taps that do not follow
 * from the records: mirror_repair() looks for these.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "grace.h"
#include "xsw_int.h"

_Static_assert(XSW_MIRROR_LEGS >= ARG_HOSTS_MAX, "a leg for each remote");
_Static_assert(sizeof(((struct xsw_mirror *)0)->vlan) == sizeof(struct arg_vids), "copied");

static struct xsw_mirror *record(const struct xsw *sw, uint32_t slot)
{
	return &sw->maps.mem.mirrors[slot];
}

uint16_t xsw_mirror_tag(const struct xsw *sw, uint32_t slot)
{
	return record(sw, slot % XSW_MIRRORS)->tag;
}

static bool has_bit(const __u64 *set, uint32_t number)
{
	return set[number / 64] >> number % 64 & 1;
}

static void set_bit(__u64 *set, uint32_t number)
{
	set[number / 64] |= 1ULL << number % 64;
}

static bool holds(const struct xsw *sw, uint32_t slot)
{
	return maps_mirrors(&sw->maps) >> slot & 1;
}

/* The slot of that name; XSW_MIRRORS: none. */
static uint32_t find(const struct xsw *sw, const char *name)
{
	uint32_t slot = 0;

	while (slot < XSW_MIRRORS && (!holds(sw, slot) || strcmp(record(sw, slot)->name, name)))
		slot++;
	return slot;
}

/* --- what ports are to mirrors ------------------------------------------------------------ */

/* The mirrors of one port; outputs[] says which ports are outputs of any. */
static struct xsw_tap tap_of(const struct xsw *sw, uint32_t number, uint32_t which,
			     const uint32_t *outputs)
{
	struct xsw_tap tap = { .output = outputs[number] };
	uint32_t head = xsw_head(sw, number);

	if (tap.output)
		return tap;
	for (; which; which &= which - 1) {
		const struct xsw_mirror *m = record(sw, (uint32_t)__builtin_ctz(which));
		__u32 bit = which & -which;

		if (m->flags & XSW_M_ALL || has_bit(m->in, head))
			tap.in |= bit;
		if (m->flags & XSW_M_ALL || has_bit(m->out, head))
			tap.out |= bit;
	}
	return tap;
}

/* `taps` as the mirrors `which` want them. A number without a port may get one: it has its taps. */
static void taps_store(struct xsw *sw, uint32_t which)
{
	uint32_t outputs[XSW_PORTS] = { 0 };

	for (uint32_t slot = 0; slot < XSW_MIRRORS; slot++)
		for (uint32_t i = 0; which >> slot & 1 && i < record(sw, slot)->legs; i++)
			outputs[record(sw, slot)->to[i] % XSW_PORTS] |= 1U << slot;
	for (uint32_t n = 1; n < XSW_PORTS; n++) {
		struct xsw_tap tap = tap_of(sw, n, which, outputs);

		if (maps_tap_store(&sw->maps, n, &tap))
			fault_point();
	}
}

void mirror_open(const struct xsw *sw, uint32_t number, union xsw_conf *conf)
{
	const struct xsw_tap *tap = &sw->maps.mem.taps[number];

	conf->mirror = tap->in || tap->out || tap->output;
}

/* The mirror that a port is the output of; XSW_MIRRORS: none. */
static uint32_t output_of(const struct xsw *sw, uint32_t number)
{
	uint32_t output = sw->maps.mem.taps[number].output & maps_mirrors(&sw->maps);

	return output ? (uint32_t)__builtin_ctz(output) : XSW_MIRRORS;
}

const char *mirror_of_output(const struct xsw *sw, uint32_t number)
{
	uint32_t slot = output_of(sw, number);

	return slot < XSW_MIRRORS ? record(sw, slot)->name : NULL;
}

/* How many ports are sources of a mirror; XSW_PORTS: all. */
static uint32_t sources(const struct xsw_mirror *m)
{
	uint32_t n = 0;

	for (size_t i = 0; i < XSW_PORTS / 64; i++)
		n += (uint32_t)__builtin_popcountll(m->in[i] | m->out[i]);
	return m->flags & XSW_M_ALL ? XSW_PORTS : n;
}

/* --- making and removing ------------------------------------------------------------------- */

static void flush_output(struct xsw *sw, struct xsw_mirror *m)
{
	grace_wait();
	for (uint32_t i = 0; i < m->legs; i++)
		if (prog_flush(&sw->prog, m->to[i], -1))
			maps_flush_port(&sw->maps, m->to[i]);
	fault_point();
	m->flags &= ~(__u32)XSW_M_FRESH;
	fault_point();
}

static void put(struct xsw *sw, uint32_t slot, const struct xsw_mirror *m)
{
	*record(sw, slot) = *m;
	record(sw, slot)->flags |= XSW_M_FRESH;
	fault_point();
	taps_store(sw, maps_mirrors(&sw->maps) | 1U << slot);
	maps_mirror_hold(&sw->maps, slot, true);
	fault_point();
	flush_output(sw, record(sw, slot));
}

static void drop(struct xsw *sw, uint32_t slot)
{
	maps_mirror_hold(&sw->maps, slot, false);
	fault_point();
	grace_wait();
	memset(record(sw, slot), 0, sizeof(struct xsw_mirror));
	fault_point();
	taps_store(sw, maps_mirrors(&sw->maps));
}

void mirror_repair(struct xsw *sw)
{
	for (uint32_t slot = 0; slot < XSW_MIRRORS; slot++) {
		struct xsw_mirror *m = record(sw, slot);

		if (!holds(sw, slot) && (m->name[0] || m->flags))
			drop(sw, slot);
		else if (m->flags & XSW_M_FRESH)
			flush_output(sw, m);
	}
	taps_store(sw, maps_mirrors(&sw->maps));
}

void mirror_forget(struct xsw *sw, uint32_t number)
{
	__u64 bit = 1ULL << number % 64;

	for (uint32_t slot = 0; slot < XSW_MIRRORS; slot++) {
		struct xsw_mirror *m = record(sw, slot);

		m->in[number / 64] &= ~bit;
		m->out[number / 64] &= ~bit;
		/* not by a command, which asks first: a kill left the port half made */
		if (holds(sw, slot) && (m->to[0] == number || !sources(m)))
			drop(sw, slot);
	}
	fault_point();
	taps_store(sw, maps_mirrors(&sw->maps));
}

int mirror_restore(struct xsw *sw, uint32_t slot, const struct xsw_mirror *was)
{
	if (was)
		put(sw, slot, was);
	else
		drop(sw, slot);
	return 0;
}

/* --- what may be asked for ----------------------------------------------------------------- */

static int need(struct xsw *sw, const char *port, uint32_t *number)
{
	int err = xsw_port_need(sw, port, number);

	return err == XSW_CHECKED ? XSW_OK : err;
}

static int check_output(const struct xsw *sw, const char *port, uint32_t number)
{
	union xsw_conf conf = maps_conf_load(&sw->maps, number);
	uint32_t slot;

	for (slot = 0; slot < XSW_MIRRORS; slot++)
		if (holds(sw, slot) && (has_bit(record(sw, slot)->in, number) ||
					has_bit(record(sw, slot)->out, number)))
			return fail(XSW_REFUSED,
				    "port %s: mirror %s copies its frames, and the output port of "
				    "a mirror takes copies only",
				    port, record(sw, slot)->name);
	if (conf.policy & XSW_P_WIRE) {
		fail(XSW_REFUSED,
		     "port %s: it is wired, and the output port of a mirror takes "
		     "copies only",
		     port);
		hint("`xswitch wire del %s` takes that wire down", port);
		return XSW_REFUSED;
	}
	if (sw->ports[number].leg.key_mode != XSW_KEY_VID)
		return XSW_OK;
	fail(XSW_REFUSED, "port %s: its keys are those of VLANs, and copies are of none", port);
	hint("a tunnel with `key N` carries copies with their tags");
	return XSW_REFUSED;
}

/* The sources, checked. */
static int take_sources(struct xsw *sw, const struct xsw_mirror_spec *spec, struct xsw_mirror *m)
{
	uint32_t n, output;
	int err = XSW_OK;

	if (!spec->from.n)
		m->flags |= XSW_M_ALL;
	for (size_t i = 0; i < spec->from.n && !err; i++) {
		const struct arg_source *s = &spec->from.v[i];

		err = need(sw, s->port, &n);
		if (err)
			break;
		output = output_of(sw, n);
		if (n ? n == m->to[0] : !strcmp(s->port, spec->to))
			err = fail(XSW_USAGE,
				   "mirror %s: port %s cannot be its source and its "
				   "output",
				   spec->name, s->port);
		else if (n && output < XSW_MIRRORS)
			err = fail(XSW_REFUSED,
				   "port %s: it is the output port of mirror %s and takes copies "
				   "only",
				   s->port, record(sw, output)->name);
		if (s->in)
			set_bit(m->in, n);
		if (s->out)
			set_bit(m->out, n);
	}
	return err;
}

/* The record that is asked for. */
static int plan(struct xsw *sw, const struct xsw_mirror_spec *spec, struct xsw_mirror *m)
{
	uint32_t to, n;
	int err = need(sw, spec->to, &to);

	if (err)
		return err;
	snprintf(m->name, sizeof(m->name), "%s", spec->name);
	m->tag = (__u16)spec->tag;
	if (spec->vlans_set) {
		m->flags |= XSW_M_VLANS;
		memcpy(m->vlan, spec->vlans.word, sizeof(m->vlan));
	}
	if (to) /* or an earlier line of a batch will make it */
		XSW_EACH_LEG(sw, to, n)
	m->to[m->legs++] = (__u16)n;
	err = take_sources(sw, spec, m);
	return err || !to ? err : check_output(sw, spec->to, to);
}

static int add(struct xsw *sw, const struct xsw_mirror_spec *spec, const struct xsw_mirror *m)
{
	uint32_t slot = find(sw, spec->name);
	int err;

	if (slot < XSW_MIRRORS && !memcmp(record(sw, slot), m, sizeof(*m)))
		return XSW_OK;
	if (slot < XSW_MIRRORS && !batch_checking(sw)) {
		fail(XSW_REFUSED, "mirror %s: File exists, and it is another one", spec->name);
		hint("`xswitch mirror del %s` removes it", spec->name);
		return XSW_REFUSED;
	}
	for (slot = 0; slot < XSW_MIRRORS && holds(sw, slot);)
		slot++;
	if (batch_checking(sw))
		return XSW_CHECKED;
	if (slot == XSW_MIRRORS)
		return fail(XSW_REFUSED, "mirror %s: a switch has %d mirrors at most", spec->name,
			    XSW_MIRRORS);
	if (xsw_plan(sw, "mirror %s to port %s", spec->name, spec->to))
		return XSW_OK;
	err = batch_keep_mirror(sw, slot, NULL);
	if (err)
		return err;
	err = maps_mirror_stats_zero(&sw->maps, slot);
	if (err)
		return fail(XSW_REFUSED, "mirror %s: cannot make it: %s", spec->name,
			    strerror(-err));
	put(sw, slot, m);
	return XSW_OK;
}

int xsw_mirror_add(struct xsw *sw, const struct xsw_mirror_spec *spec)
{
	struct xsw_mirror m = { 0 };
	int err = plan(sw, spec, &m);

	return err ? err : add(sw, spec, &m);
}

int xsw_mirror_del(struct xsw *sw, const char *name)
{
	uint32_t slot = find(sw, name);
	int err;

	if (batch_checking(sw)) /* an earlier line may make it */
		return XSW_CHECKED;
	if (slot == XSW_MIRRORS)
		return fail(XSW_MISSING, "switch %s has no mirror %s", sw->name, quoted(name));
	if (xsw_plan(sw, "remove mirror %s", name))
		return XSW_OK;
	err = batch_keep_mirror(sw, slot, record(sw, slot));
	if (!err)
		drop(sw, slot);
	return err;
}

int mirror_lets_go(const struct xsw *sw, const char *port, uint32_t number)
{
	for (uint32_t slot = 0; slot < XSW_MIRRORS; slot++) {
		const struct xsw_mirror *m = record(sw, slot);
		bool output = m->to[0] == number;

		if (!holds(sw, slot) || (!output && (sources(m) > 1 || (!has_bit(m->in, number) &&
									!has_bit(m->out, number)))))
			continue;
		fail(XSW_REFUSED, "port %s: it is the %s of mirror %s", port,
		     output ? "output" : "only source", m->name);
		hint("`xswitch mirror del %s` removes that", m->name);
		return XSW_REFUSED;
	}
	return XSW_OK;
}

/* --- looking ------------------------------------------------------------------------------ */

static void view_sources(const struct xsw *sw, const struct xsw_mirror *m, struct arg_sources *from)
{
	from->n = 0;
	for (uint32_t n = 1; n < XSW_PORTS && from->n < ARG_LIST_MAX; n++) {
		struct arg_source *s = &from->v[from->n];

		s->in = has_bit(m->in, n);
		s->out = has_bit(m->out, n);
		if ((!s->in && !s->out) || !sw->ports[n].name[0])
			continue;
		memcpy(s->port, sw->ports[n].name, sizeof(s->port));
		from->n++;
	}
}

int xsw_mirror_each(struct xsw *sw, const char *name, xsw_mirror_fn fn, void *arg)
{
	struct xsw_mirror_view v;
	uint32_t slot;
	int err = 0;

	if (name && find(sw, name) == XSW_MIRRORS)
		return fail(XSW_MISSING, "switch %s has no mirror %s", sw->name, quoted(name));
	for (slot = 0; slot < XSW_MIRRORS && !err; slot++) {
		const struct xsw_mirror *m = record(sw, slot);

		if (!holds(sw, slot) || (name && strcmp(m->name, name)))
			continue;
		v.spec.name = m->name;
		v.spec.to = sw->ports[m->to[0] % XSW_PORTS].name;
		v.spec.tag = m->tag;
		v.spec.vlans_set = m->flags & XSW_M_VLANS;
		memcpy(v.spec.vlans.word, m->vlan, sizeof(m->vlan));
		view_sources(sw, m, &v.spec.from);
		err = maps_mirror_stats_sum(&sw->maps, slot, &v.stats);
		if (!err)
			fn(&v, arg);
	}
	return err ? fail(XSW_REFUSED, "switch %s: cannot read its mirrors: %s", sw->name,
			  strerror(-err)) :
		     XSW_OK;
}
