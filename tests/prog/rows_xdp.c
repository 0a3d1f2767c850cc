// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_xdp.c - which rows XDP takes, and rows for what only XDP distinguishes
 */
#include <string.h>

#include "probe.h"
#include "rows_xdp.h"

#define LINEAR	  3000 /* bytes that surely need no fragment */
#define FLOOD_MAX 2048 /* XDP_FLOOD_MAX of ctx_xdp.h */

/* The switch's own address, one that is held, or one not seen since a flush: for xsw_tc. */
static bool is_news(const struct row_entry *old, __u32 seq)
{
	return old->state == XSW_FDB_LOCAL || old->flags ||
	       (old->state != XSW_FDB_STATIC && old->seq && old->seq != seq);
}

/* Whether learning changes no more than the time the source was seen. */
static bool is_known(const struct row *row, const struct setup *set)
{
	if (!(set->port[row->in].conf.flags & XSW_F_LEARNING))
		return !row->hosts;
	if (row->event != NOTHING || row->note)
		return false;
	for (const struct row_entry *r = row->after; r->mac; r++)
		for (const struct row_entry *old = row->fdb; old->mac; old++)
			if (r->how == SEEN && old->vid == r->vid && !strcmp(old->mac, r->mac) &&
			    is_news(old, set->sw.seq))
				return false;
	return true;
}

/* Behind the tag to be cut stands one that is cut short. */
static bool is_cut_short(const struct row *row, const struct setup *set)
{
	const __u8 *type = set->frame + 16;

	for (int i = P1; i <= P5; i++)
		if (row->to >> i & 1 && row->as[i].cut && set->len < 22 &&
		    ((type[0] == 0x81 && !type[1]) || (type[0] == 0x88 && type[1] == 0xa8)))
			return true;
	return false;
}

/* A destination that is in the table, but cannot be reached. */
static bool is_lost(const struct row *row, const struct setup *set)
{
	__u64 ageing = set->sw.ageing;

	for (const struct row_entry *r = row->fdb; r->mac; r++)
		if (!strncmp(r->mac, row->frame, 12) && r->vid == row_vid(row, set) &&
		    (r->state != XSW_FDB_DYNAMIC || !ageing || r->age < (__s64)ageing) &&
		    (r->port == NO_PORT || row->port[r->port].gone))
			return true;
	return false;
}

/* Ports of mirrors are not for XDP, and while one holds no copies of floods are. */
static bool is_mirrored(const struct row *row, const struct setup *set)
{
	bool copies = row->to & (row->to - 1);

	if (set->port[row->in].conf.mirror || (row->class != XSW_UNICAST && set->sw.mirrors))
		return true;
	for (int i = P1; i <= P5 && !copies; i++)
		if (row->to >> i & 1 && set->port[i].conf.mirror)
			return true;
	return false;
}

bool row_is_short(const struct row *row, const struct setup *set)
{
	static const __u8 control[] = { 1, 0x80, 0xc2, 0, 0 };
	bool is_control = !memcmp(set->frame, control, 5) && set->frame[5] < 16;

	if (row->pass || !row->to || row->spent || is_control || is_lost(row, set))
		return false;
	if (set->port[row->in].conf.policy & ~(XSW_P_ISOLATED | XSW_P_GROUP))
		return false;
	if (set->port[row->in].conf.watch)
		return false;
	if (set->port[row->in].conf.state != XSW_STATE_FORWARDING || !is_known(row, set))
		return false;
	if (is_cut_short(row, set) || is_mirrored(row, set))
		return false;
	if (row->class == XSW_UNICAST)
		return set->len < LINEAR || probe_kernel(6, 3);
	return !row->tc_ports && set->len <= FLOOD_MAX;
}

bool row_again(const struct row *row, struct row *again)
{
	struct row_entry *fresh = NULL;
	int n = 0;

	if (row->event != LEARNED || row->cache.mac || !strncmp(row->frame, row->frame + 12, 12))
		return false;
	/* above: a frame to its own source, which goes elsewhere once that is learned */
	*again = *row;
	for (; again->after[n].mac; n++) {
		if (again->after[n].how == NEW)
			fresh = &again->after[n];
		for (const struct row_entry *old = row->fdb; old->mac && again->after[n].how == NEW;
		     old++)
			if (old->vid == fresh->vid && !strcmp(old->mac, fresh->mac))
				return false; /* an old entry that does not hold */
	}
	if (!fresh || n > ROW_FDB)
		return false;
	fresh->how = SEEN;
	again->event = NOTHING;
	memcpy(again->fdb, again->after, sizeof(again->fdb));
	for (n = 0; again->fdb[n].mac; n++)
		again->fdb[n].how = KEPT;
	for (const struct row_entry *old = row->fdb; old->mac; old++)
		for (n = 0; again->fdb[n].mac; n++)
			if (old->vid == again->fdb[n].vid && !strcmp(old->mac, again->fdb[n].mac))
				again->fdb[n] = *old;
	return true;
}

/* a row is set like a table */
/* clang-format off */

/* A (known) sends to B, an entry of P2; or to all. */
#define KNOWN                                                                                      \
	.fdb = { { B, 0, P2 }, { A, 0, P1 } }, .in = P1, .frame = B A "88b5",                      \
	.after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } }
#define FLOOD                                                                                      \
	.fdb = { { A, 0, P1 } }, .in = P1, .frame = BCAST A "88b5", .class = XSW_BROADCAST,        \
	.after = { { A, 0, P1, .how = SEEN } }

const struct row rows_xdp[] = {
	{ .name = "known to known", KNOWN, .to = S2 },
	{ .name = "known to known, ports of tc beside them", KNOWN, .tc_ports = 3, .to = S2 },
	{ .name = "a flood, all ports at XDP", FLOOD, .to = ALL & ~S1 },
	{ .name = "a flood, a port of tc among them", FLOOD, .tc_ports = 1, .to = ALL & ~S1 },
	{ .name = "a flood as long as is copied", FLOOD, .len = FLOOD_MAX, .port[P2 ... P5].mtu = 9000,
	  .to = ALL & ~S1 },
	{ .name = "a longer flood", FLOOD, .len = FLOOD_MAX + 1, .port[P2 ... P5].mtu = 9000,
	  .to = ALL & ~S1 },
	{ .name = "a flood longer than a page", FLOOD, .len = 9000, .port[P2 ... P5].mtu = 9000,
	  .to = ALL & ~S1 },
	{ .name = "a flood that one port takes, in fragments", FLOOD, .len = 9000,
	  .port[P4].mtu = 9000, .to = S4 },
	{ .name = "known to known, in fragments", KNOWN, .len = 9000, .port[P2].mtu = 9000,
	  .to = S2 },
	{
		.name = "in fragments, a tag put in",
		.port = { [P1] = ACCESS(10), [P2] = { .mode = XSW_MODE_TRUNK, .vlans = V10,
						      .mtu = 9000 } },
		.fdb = { { B, 10, P2 }, { A, 10, P1 } }, .in = P1, .frame = B A "88b5",
		.len = 9000, .vid = 10, .to = S2, .as[P2] = { 0, "8100000a" },
		.after = { { B, 10, P2 }, { A, 10, P1, .how = SEEN } },
	},
	{
		.name = "in fragments, a tag taken out",
		.port = { [P1] = TRUNK(V10), [P2] = { .mode = XSW_MODE_ACCESS, .tag = 10,
						      .mtu = 9000 } },
		.fdb = { { B, 10, P2 }, { A, 10, P1 } }, .in = P1, .frame = B A "8100600a88b5",
		.len = 9000, .vid = 10, .to = S2, .as[P2] = { 4 },
		.after = { { B, 10, P2 }, { A, 10, P1, .how = SEEN } },
	},
	{ .name = "learning off", .port[P1].flip = XSW_F_LEARNING, .fdb = { { B, 0, P2 } }, .in = P1,
	  .frame = B A "88b5", .to = S2 },
	{ .name = "learning off, where sources may be the switch's own",
	  .port[P1].flip = XSW_F_LEARNING, .hosts = 1, .fdb = { { B, 0, P2 } }, .in = P1,
	  .frame = B A "88b5", .to = S2 },
	{ .name = "learning on, where sources may be the switch's own", KNOWN, .hosts = 1,
	  .to = S2 },
	{
		.name = "a flood in every form there is",
		.port = { [P1] = TRUNK(V10), [P2] = ACCESS(10), [P3] = TRUNK(V10 | V20),
			  [P4] = ACCESS(20), [P5] = TUNNEL(10) },
		.fdb = { { A, 10, P1 } }, .in = P1, .frame = BCAST A "8100e00a88b5", .vid = 10,
		.class = XSW_BROADCAST, .to = S2 | S3 | S5, .as[P2] = { 4 }, .as[P5] = { 4 },
		.after = { { A, 10, P1, .how = SEEN } },
	},
	{
		.name = "a flood of a priority tag, in every form there is",
		.port = { [P1] = NATIVE(10, V20), [P2] = ACCESS(10), [P3] = TRUNK(V10 | V20),
			  [P4] = ACCESS(20), [P5] = ACCESS(10) },
		.fdb = { { A, 10, P1 } }, .in = P1, .frame = BCAST A "8100e00088b5", .vid = 10,
		.class = XSW_BROADCAST, .to = S2 | S3 | S5, .as[P2] = { 4 }, .as[P5] = { 4 },
		.as[P3] = { 4, "8100e00a" }, .after = { { A, 10, P1, .how = SEEN } },
	},
	{},
};
