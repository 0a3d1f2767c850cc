/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native_row.h - a golden row into the maps and the skb of native_tc.h, and what came of it
 *
 * Who includes it has one switch: native_fill() makes it anew, native_skb_fill() lays the frame
 * down, xsw_tc(&nskb.ctx) runs, native_collect() reads everything back for row_judge(). native_place_init()
 * comes first, once.
 */
#ifndef NATIVE_ROW_H
#define NATIVE_ROW_H

#include "native_tc.h"

#define NOW	   (2000000 * SEC_)
#define IFINDEX(i) (100u + XSW_IFPORTS - 103 + (i)) /* P4 and P5 probe over the end */

static void native_ports(const struct row *row)
{
	for (unsigned int i = P1; i <= P5; i++) {
		__u32 slot = (IFINDEX(i) + row->probe) % XSW_IFPORTS;

		ifports[slot] = (struct xsw_ifport){ IFINDEX(i), row_number[i] };
		native.ifindex[i] = row->port[i].gone ? 0 : IFINDEX(i);
	}
}

static void native_account(const struct row_account *acc)
{
	memcpy(native.pair, acc->pair, sizeof(native.pair));
	native.pair_n = acc->pair_n;
	native.limit[XSW_LIMIT_SWITCH] = acc->all;
	for (unsigned int i = P1; i < ROW_ENDS; i++)
		native.limit[XSW_LIMIT_PORT(row_number[i])] = acc->port[i];
	for (unsigned int i = 0; i < ROW_VIDS; i++)
		native.limit[XSW_LIMIT_VLAN(row_vids[i])] = acc->vlan[i];
}

static void native_accounted(struct row_account *acc)
{
	memcpy(acc->pair, native.pair, sizeof(native.pair));
	acc->pair_n = native.pair_n;
	acc->all = native.limit[XSW_LIMIT_SWITCH];
	for (unsigned int i = P1; i < ROW_ENDS; i++)
		acc->port[i] = native.limit[XSW_LIMIT_PORT(row_number[i])];
	for (unsigned int i = 0; i < ROW_VIDS; i++)
		acc->vlan[i] = native.limit[XSW_LIMIT_VLAN(row_vids[i])];
}

static void native_fill(const struct row *row, const struct setup *set)
{
	memset(&native, 0, sizeof(native));
	memset(&fdb, 0, sizeof(fdb));
	memset(&agequeue, 0, sizeof(agequeue));
	memset(ifports, 0, sizeof(ifports));
	for (int i = 0; i < ROW_VIDS; i++)
		vlans[row_vids[i]] = set->vlan[i];
	native.sw = set->sw;
	memcpy(native.port, set->port, sizeof(native.port));
	memcpy(native.sets, set->sets, sizeof(native.sets));
	native_ports(row);
	native_account(&set->acc);
	for (unsigned int i = 0; i < set->fdb_n; i++)
		fdb_add(set->fdb[i].key, &set->fdb[i].entry);
	while (row->queue_full && !age_push((union xsw_fdb_key){ .word = 1 }))
		;
	native.st[row->in] = set->st;
	memcpy(native.policy, set->policy, sizeof(native.policy));
	memcpy(native.meter, set->meter, sizeof(native.meter));
	memcpy(native.stored, set->stored, sizeof(native.stored));
	native.lists = set->lists;
	memcpy(native.mirror, set->mirror, sizeof(native.mirror));
	memcpy(native.tap, set->tap, sizeof(native.tap));
	native.clock = NOW;
}

/* How the same frame may lie in an skb. */
struct layout {
	const char *name;
	bool beside; /* the outer tag is not in the frame */
	__u32 linear;
};

/* Whether the kernel takes a tag with this TPID out of the frame. */
static bool has_tag(const struct setup *set)
{
	__u16 type = set->frame[12] << 8 | set->frame[13];

	return set->len >= 18 && (type == 0x8100 || type == 0x88a8);
}

static void native_skb_fill(const struct row *row, const struct setup *set,
			    const struct layout *how)
{
	const __u8 *f = set->frame;

	memset(&nskb.ctx, 0, sizeof(nskb.ctx));
	nskb.redirect = nskb.sent_n = nskb.peer = 0;
	memcpy(nskb.frame, f, set->len);
	nskb.ctx.len = set->len;
	if (how->beside) {
		nskb.ctx.vlan_present = 1;
		nskb.ctx.vlan_proto = bpf_htons(f[12] << 8 | f[13]);
		nskb.ctx.vlan_tci = f[14] << 8 | f[15];
		memcpy(nskb.frame + 12, f + 16, set->len - 16);
		nskb.ctx.len -= 4;
	}
	if (nskb.ctx.len >= 14)
		nskb.ctx.protocol = bpf_htons(nskb.frame[12] << 8 | nskb.frame[13]);
	nskb.ctx.ifindex = IFINDEX(row->in);
	nskb.ctx.pkt_type = TEST_PACKET_OTHERHOST;
	nskb.ctx.gso_size = row->gso;
	nskb.ctx.gso_segs = row->gso ? set->len / row->gso : 0;
	native_place(nskb.ctx.len < how->linear ? nskb.ctx.len : how->linear);
}

static void copy_to(const struct setup *set, struct outcome *out, __u32 ifindex,
		    const struct row_bytes *frame)
{
	unsigned int i = ifindex - IFINDEX(0);

	row_left(set, out, i < ROW_ENDS ? i : STRANGER, frame->bytes, frame->len);
}

static void native_collect(const struct setup *set, struct outcome *out, int verdict)
{
	static struct row_bytes last;

	out->now = NOW;
	out->end = NOW;
	memcpy(out->st, native.st, sizeof(out->st));
	for (int i = 0; i < ROW_VIDS; i++)
		out->vlan[i] = native.vlan[row_vids[i]];
	memcpy(out->port, native.port, sizeof(out->port));
	memcpy(out->meter, native.meter, sizeof(out->meter));
	memcpy(out->mirror, native.mirrored, sizeof(out->mirror));
	out->ev = native.ev;
	for (int i = 0; i < ROW_FDB; i++)
		if (fdb.used[i])
			out->fdb[out->fdb_n++] = fdb.e[i];
	native_accounted(&out->acc);
	out->epoch = native.sw.epoch;
	out->verdict = verdict;
	for (unsigned int i = 0; i < nskb.sent_n; i++)
		copy_to(set, out, nskb.sent[i].ifindex, &nskb.sent[i].frame);
	if (verdict == TC_ACT_REDIRECT) {
		native_copy(&last);
		copy_to(set, out, nskb.redirect, &last);
	}
	out->peer = verdict == TC_ACT_REDIRECT && nskb.peer;
	if (out->peer && nskb.ctx.pkt_type != ACT_PACKET_HOST)
		out->mangled = true;
}

#endif
