// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_modes.c - every port mode to every other, with every kind of tag
 *
 * The rows are made, and so is what they expect: admit() and leave() say of a frame, a list of
 * tags, what the contract says, and share nothing with the data path. A frame goes to one
 * port, where its address is a static entry, or to all; then the mode in question is one
 * target beside three others that want other forms of it, or do not want it.
 */
#include <stdio.h>
#include <string.h>

#include "golden.h"

#define TAGS 3 /* that a frame leaves with, at the most */

struct tag {
	__u16 tpid; /* 0: the end of the list */
	__u16 tci;
};

static const struct kind {
	const char *name;
	struct tag tag[TAGS];
} kinds[] = {
	{ "untagged", {} },
	{ "priority tag", { { 0x8100, 0xb000 } } },
	{ "VLAN 10", { { 0x8100, 0x600a } } },
	{ "VLAN 20", { { 0x8100, 0x6014 } } },
	{ "VLAN 40", { { 0x8100, 0x6028 } } },
	{ "VLAN 4095", { { 0x8100, 0x6fff } } },
	{ "88a8 tag", { { 0x88a8, 0x6014 } } },
	{ "8100 in 8100", { { 0x8100, 0x600a }, { 0x8100, 0x801e } } },
	{ "8100 in 88a8", { { 0x88a8, 0x6014 }, { 0x8100, 0x801e } } },
};

/* A port: how it is set up, and the same as the table of the contract has it. */
static const struct model {
	const char *name;
	struct row_port port;
	bool transparent, tunnel, tagged, untagged; /* what it is, what it accepts */
	__u16 pvid;
	__u16 member[4], strip[3]; /* VLANs it is in, and those it sends untagged */
} models[] = {
	{
		.name = "transparent",
		.transparent = true,
	},
	{
		.name = "access",
		.port = { .mode = XSW_MODE_ACCESS, .tag = 10 },
		.untagged = true,
		.pvid = 10,
		.member = { 10 },
		.strip = { 10 },
	},
	{
		.name = "trunk",
		.port = { .mode = XSW_MODE_TRUNK, .vlans = V10 | V20 | V30 },
		.tagged = true,
		.member = { 10, 20, 30 },
	},
	{
		.name = "native-untagged",
		.port = { .mode = XSW_MODE_NATIVE_UNTAGGED, .tag = 10, .vlans = V20 },
		.tagged = true,
		.untagged = true,
		.pvid = 10,
		.member = { 10, 20 },
		.strip = { 10 },
	},
	{
		.name = "native-tagged",
		.port = { .mode = XSW_MODE_NATIVE_TAGGED, .tag = 10, .vlans = V20 },
		.tagged = true,
		.untagged = true,
		.pvid = 10,
		.member = { 10, 20 },
	},
	{
		.name = "dot1q-tunnel",
		.port = { .mode = XSW_MODE_TUNNEL, .tag = 10 },
		.tunnel = true,
		.pvid = 10,
		.member = { 10 },
		.strip = { 10 },
	},
	{
		.name = "hybrid",
		.port = { .mode = XSW_MODE_HYBRID,
			  .tag = 20,
			  .vlans = V10 | V20 | V30,
			  .untagged = V10 | V30 },
		.tagged = true,
		.untagged = true,
		.pvid = 20,
		.member = { 10, 20, 30 },
		.strip = { 10, 30 },
	},
};

/* The others of a flood: one untagged, one tagged, one that is in VLAN 20 only. */
static const struct model *const others[] = { &models[1], &models[2],
					      &(const struct model){
						      .port = { .mode = XSW_MODE_ACCESS,
								.tag = 20 },
						      .member = { 20 },
						      .strip = { 20 },
					      } };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define ROWS	 (COUNT(models) * COUNT(models) * COUNT(kinds) * 2)

/* A frame inside the switch: its VLAN with the tag that says so, and what is behind that. */
struct inside {
	enum xsw_reason drop;
	__u16 vid;
	struct tag own;
	const struct tag *content;
};

static bool has(const __u16 *list, size_t n, __u16 vid)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == vid)
			return vid;
	return false;
}

static bool is_member(const struct model *m, __u16 vid)
{
	return m->transparent || has(m->member, COUNT(m->member), vid);
}

/* Steps 4 and 5 of the contract. */
static struct inside admit(const struct model *m, const struct tag *tag)
{
	struct inside f = { .content = tag };
	bool customer = tag->tpid == 0x8100;
	__u16 vid = tag->tci & 0xfff, priority = tag->tci & 0xf000;

	if (m->tunnel) {
		f.vid = m->pvid;
		f.own = (struct tag){ 0x88a8, m->pvid };
		return f;
	}
	if (customer && vid == 4095) {
		f.drop = XSW_R_vid_reserved;
	} else if (customer && vid) {
		f.vid = vid;
		f.own = *tag;
		f.content++;
		if (!m->transparent && !m->tagged)
			f.drop = XSW_R_frame_type;
	} else if (!m->transparent) {
		f.vid = m->pvid;
		f.own = (struct tag){ 0x8100, m->pvid };
		if (customer) {
			f.own.tci |= priority;
			f.content++;
		}
		if (!m->pvid)
			f.drop = XSW_R_no_pvid;
		else if (!m->untagged)
			f.drop = XSW_R_frame_type;
	}
	if (!f.drop && !is_member(m, f.vid))
		f.drop = XSW_R_vlan_ingress;
	return f;
}

/* Step 11: the tags it leaves with, as hex digits. VLAN 0 has none of its own. */
static void leave(const struct model *m, const struct inside *f, char *hex)
{
	*hex = 0;
	if (f->own.tpid && !has(m->strip, COUNT(m->strip), f->vid))
		hex += sprintf(hex, "%04x%04x", f->own.tpid, f->own.tci);
	for (const struct tag *t = f->content; t->tpid; t++)
		hex += sprintf(hex, "%04x%04x", t->tpid, t->tci);
}

/* What a made row points at. */
struct text {
	char name[96];
	char frame[12 * 2 + 8 * TAGS + 4 + 1];
	char tags[ROW_ENDS][8 * TAGS + 1];
};

/* Which port has part `i` in row `n`: 0 sends, 1 is of the mode in question, 2.. are others. */
static unsigned int end_of(unsigned int n, unsigned int i)
{
	return P1 + (n + i) % 5;
}

static void target(struct row *row, struct text *text, const struct inside *f,
		   const struct model *m, unsigned int port)
{
	const char *all = text->frame + 12 * 2;

	if (!is_member(m, f->vid))
		return;
	row->to |= 1u << port;
	leave(m, f, text->tags[port]);
	row->as[port] = (struct row_as){ (strlen(all) - 4) / 2, text->tags[port] };
}

static void to_one(struct row *row, struct text *text, const struct inside *f,
		   const struct model *m, unsigned int n)
{
	unsigned int in = end_of(n, 0), out = end_of(n, 1);

	/* the same address elsewhere in another VLAN */
	row->fdb[0] = (struct row_entry){ B, f->vid, out, XSW_FDB_STATIC };
	row->fdb[1] = (struct row_entry){ B, f->vid == 30 ? 64 : 30, end_of(n, 2), XSW_FDB_STATIC };
	if (f->drop)
		return;
	target(row, text, f, m, out);
	if (!row->to)
		row->drop = XSW_R_vlan_egress;
	row->after[0] = row->fdb[0];
	row->after[1] = row->fdb[1];
	row->after[2] = (struct row_entry){ A, f->vid, in, .how = NEW };
}

static void to_all(struct row *row, struct text *text, const struct inside *f,
		   const struct model *m, unsigned int n)
{
	row->class = XSW_BROADCAST;
	for (unsigned int i = 0; i < COUNT(others); i++)
		row->port[end_of(n, 2 + i)] = others[i]->port;
	if (f->drop)
		return;
	target(row, text, f, m, end_of(n, 1));
	for (unsigned int i = 0; i < COUNT(others); i++)
		target(row, text, f, others[i], end_of(n, 2 + i));
	if (!row->to)
		row->drop = XSW_R_no_target;
	row->after[0] = (struct row_entry){ A, f->vid, end_of(n, 0), .how = NEW };
}

static void make(struct row *row, struct text *text, unsigned int n)
{
	const struct model *from = &models[n / 2 / COUNT(kinds) / COUNT(models)];
	const struct model *to = &models[n / 2 / COUNT(kinds) % COUNT(models)];
	const struct kind *kind = &kinds[n / 2 % COUNT(kinds)];
	struct inside f = admit(from, kind->tag);
	bool flood = n % 2;
	char *at = text->frame;

	snprintf(text->name, sizeof(text->name), "%s to %s%s, %s", from->name, to->name,
		 flood ? " and others" : "", kind->name);
	at += sprintf(at, "%s%s", flood ? BCAST : B, A);
	for (const struct tag *t = kind->tag; t->tpid; t++)
		at += sprintf(at, "%04x%04x", t->tpid, t->tci);
	sprintf(at, "88b5");
	row->name = text->name;
	row->frame = text->frame;
	row->len = ROW_LEN + strlen(text->frame) / 2 - 14;
	row->in = end_of(n, 0);
	row->port[row->in] = from->port;
	row->port[end_of(n, 1)] = to->port;
	row->vid = f.vid;
	row->drop = f.drop;
	if (!f.drop)
		row->event = LEARNED;
	(flood ? to_all : to_one)(row, text, &f, to, n);
}

const struct row *rows_modes(void)
{
	static struct row rows[ROWS + 1];
	static struct text texts[ROWS];

	for (unsigned int n = 0; n < ROWS && !rows[n].name; n++)
		make(&rows[n], &texts[n], n);
	return rows;
}
