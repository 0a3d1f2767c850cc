// SPDX-License-Identifier: GPL-2.0-only
/*
 * golden_mirror.c - mirrors of a row: what the maps hold, and what was copied
 *
 * An output port sends nothing but copies, so the form of its frames (row->as) is that of a copy.
 */
#include <stdio.h>
#include <string.h>

#include "golden.h"

static void fill_ports(unsigned int ports, __u32 bit, struct setup *set, size_t off)
{
	for (unsigned int i = P1; i <= P5; i++) {
		__u32 *word = (__u32 *)((char *)&set->tap[i] + off);

		if (!(ports >> i & 1))
			continue;
		*word |= bit;
		set->port[i].conf.mirror = 1;
	}
}

void row_setup_mirrors(const struct row *row, struct setup *set)
{
	for (unsigned int slot = 0; slot < ROW_MIRRORS; slot++) {
		const struct row_mirror *r = &row->mirror[slot];
		struct xsw_mirror *m = &set->mirror[slot];

		if (!r->to)
			continue;
		snprintf(m->name, sizeof(m->name), "m%u", slot);
		m->tag = r->tag;
		m->flags = r->vlans ? XSW_M_VLANS : 0;
		for (unsigned int i = P1; i <= P5; i++)
			if (r->to >> i & 1)
				m->to[m->legs++] = row_number[i];
		for (int v = 0; v < ROW_VIDS; v++)
			if (r->vlans >> v & 1)
				m->vlan[row_vids[v] / 64] |= 1ULL << row_vids[v] % 64;
		fill_ports(r->in, 1U << slot, set, offsetof(struct xsw_tap, in));
		fill_ports(r->out, 1U << slot, set, offsetof(struct xsw_tap, out));
		fill_ports(r->to, 1U << slot, set, offsetof(struct xsw_tap, output));
		set->sw.mirrors |= r->idle ? 0 : 1U << slot;
	}
}

/* As it comes in nobody knows whether its destination is known. */
static unsigned int class_of(const struct row *row, const struct row_mirror *r)
{
	return row->class == XSW_UNKNOWN && r->in >> row->in & 1 ? XSW_UNICAST : row->class;
}

unsigned int row_copies(const struct row *row, unsigned int port, unsigned int class)
{
	unsigned int n = 0;

	for (unsigned int slot = 0; slot < ROW_MIRRORS; slot++) {
		const struct row_mirror *r = &row->mirror[slot];

		n += r->took && class_of(row, r) == class && (r->to & ~r->lost) >> port & 1;
	}
	return n;
}

const char *row_judge_mirrors(const struct row *row, const struct setup *set,
			      const struct outcome *out)
{
	for (unsigned int slot = 0; slot < ROW_MIRRORS; slot++) {
		const struct row_mirror *r = &row->mirror[slot];
		const struct xsw_mirror_stats *st = &out->mirror[slot];
		__u64 packets = 0, bytes = 0;
		__u64 lost = r->took ? (__u64)__builtin_popcount(r->to & r->lost) : 0;

		for (unsigned int i = P1; i <= P5 && r->took; i++) {
			if (!((r->to & ~r->lost) >> i & 1))
				continue;
			packets++;
			bytes += set->out[i].len;
		}
		if (st->sent.packets != packets || st->sent.bytes != bytes || st->lost != lost)
			return row_say("mirror %u: %llu copies, %llu bytes, %llu lost", slot,
				       (unsigned long long)st->sent.packets,
				       (unsigned long long)st->sent.bytes,
				       (unsigned long long)st->lost);
	}
	return NULL;
}
