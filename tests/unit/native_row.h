/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native_row.h - rows and sequences through the programs at tc, compiled natively
 */
#ifndef NATIVE_ROW_H
#define NATIVE_ROW_H

#include "native_tc.h"
#include "random.h"

#define NOW	   (2000000 * SEC_)
#define IFINDEX(i) (100u + XSW_IFPORTS - 103 + (i)) /* P4 and P5 probe over the end */

static inline void native_ports(const struct row *row)
{
	for (__u32 i = 0; i < 2 * XSW_IFPROBES + ROW_ENDS; i++)
		ifports[(IFINDEX(0) + i) % XSW_IFPORTS] = (struct xsw_ifport){};
	for (unsigned int i = P1; i <= P5; i++) {
		__u32 slot = (IFINDEX(i) + row->probe) % XSW_IFPORTS;

		ifports[slot] = (struct xsw_ifport){ IFINDEX(i), row_number[i] };
		native.ifindex[i] = row->port[i].gone ? 0 : IFINDEX(i);
	}
}

static inline void native_account(const struct row_account *acc)
{
	memcpy(native.pair, acc->pair, sizeof(native.pair));
	native.pair_n = acc->pair_n;
	native.limit[XSW_LIMIT_SWITCH] = acc->all;
	for (unsigned int i = P1; i < ROW_ENDS; i++)
		native.limit[XSW_LIMIT_PORT(row_number[i])] = acc->port[i];
	for (unsigned int i = 0; i < ROW_VIDS; i++)
		native.limit[XSW_LIMIT_VLAN(row_vids[i])] = acc->vlan[i];
}

static inline void native_accounted(struct row_account *acc)
{
	memcpy(acc->pair, native.pair, sizeof(native.pair));
	acc->pair_n = native.pair_n;
	acc->all = native.limit[XSW_LIMIT_SWITCH];
	for (unsigned int i = P1; i < ROW_ENDS; i++)
		acc->port[i] = native.limit[XSW_LIMIT_PORT(row_number[i])];
	for (unsigned int i = 0; i < ROW_VIDS; i++)
		acc->vlan[i] = native.limit[XSW_LIMIT_VLAN(row_vids[i])];
}

/* What is counted of VLANs and limits that no row speaks of is never looked at. */
static inline void native_clear(void)
{
	memset(&native, 0, offsetof(struct native, vlan));
	for (int i = 0; i < ROW_VIDS; i++)
		native.vlan[row_vids[i]] = (struct xsw_vlan_stats){};
	native.limit[XSW_LIMIT_FULL] = (struct xsw_limit){};
}

static inline void native_fill(const struct row *row, const struct setup *set)
{
	native_clear();
	memset(&fdb, 0, sizeof(fdb));
	memset(&agequeue, 0, sizeof(agequeue));
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
static inline bool has_tag(const struct setup *set)
{
	__u16 type = set->frame[12] << 8 | set->frame[13];

	return set->len >= 18 && (type == 0x8100 || type == 0x88a8);
}

static inline void native_skb_fill(const struct row *row, const struct setup *set,
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

static inline void copy_to(const struct setup *set, struct outcome *out, __u32 ifindex,
			   const struct row_bytes *frame)
{
	unsigned int i = ifindex - IFINDEX(0);

	row_left(set, out, i < ROW_ENDS ? i : STRANGER, frame->bytes, frame->len);
}

/* Everything but the frame that was carried. */
static inline void native_look(struct outcome *out)
{
	out->now = native.clock;
	out->end = native.clock;
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
}

static inline void native_collect(const struct setup *set, struct outcome *out, int verdict)
{
	static struct row_bytes last;

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
	native_look(out);
}

/* --- what nobody wrote down: random.h ----------------------------------------------------- */

/* A frame lies in the skb in another way than the one before; few are moved while they are looked at. */
static inline const struct layout *native_layout(const struct row *row, const struct setup *set)
{
	static unsigned int turn;

	static const struct layout layouts[] = {
		{ NULL, false, ROW_LEN_MAX },
		{ "tag beside the frame", true, ROW_LEN_MAX },
		{ "nothing linear", false, 0 },
	};
	const struct layout *how = &layouts[row->frame[23] % 3]; /* any digit of the row */

	nskb.still = turn++ % 8;
	return how->beside && !has_tag(set) ? layouts : how;
}

static inline const char *native_judge(const struct row *row, void *arg)
{
	static struct setup set;
	struct outcome out = {};

	(void)arg;
	row_setup(row, NOW, &set);
	native_fill(row, &set);
	native_skb_fill(row, &set, native_layout(row, &set));
	native_collect(&set, &out, xsw_tc(&nskb.ctx));
	return row_judge(row, &set, &out);
}

static inline int native_begin(void *arg, const struct row *row, struct setup *set)
{
	(void)arg;
	row_mono = NOW;
	row_setup(row, NOW, set);
	native_fill(row, set);
	for (unsigned int i = 0; i < set->fdb_n; i++)
		if (set->fdb[i].entry.dest.state == XSW_FDB_DYNAMIC)
			age_push(set->fdb[i].key);
	return 0;
}

static inline int native_frame(void *arg, const struct row *row, const struct setup *set,
			       struct outcome *out)
{
	(void)arg;
	native_skb_fill(row, set, native_layout(row, set));
	native_collect(set, out, xsw_tc(&nskb.ctx));
	return 0;
}

static inline int native_look_at(void *arg, struct outcome *out)
{
	(void)arg;
	out->fdb_n = 0;
	out->acc.pair_n = 0;
	native_look(out);
	return 0;
}

static inline int native_pass(void *arg, __u64 ns)
{
	(void)arg;
	native.clock += ns;
	row_mono = native.clock;
	return 0;
}

/* Whole rounds: one that was begun, and one after it. */
static inline int native_gather(void *arg)
{
	(void)arg;
	age_tick(NULL, NULL, &native.age);
	return 0;
}

static inline int native_request(void *arg, const struct xsw_ctl *c)
{
	(void)arg;
	memset(nskb.frame, 0, XSW_CTL_HDR);
	memcpy(nskb.frame + XSW_CTL_HDR, c, sizeof(*c));
	nskb.ctx.len = XSW_CTL_HDR + sizeof(*c);
	native_place(0);
	return xsw_ctl(&nskb.ctx);
}

static inline int native_port(void *arg, const struct row *row, unsigned int port,
			      union xsw_conf conf)
{
	(void)arg;
	native.port[port].conf = conf;
	native.ifindex[port] = row->port[port].gone ? 0 : IFINDEX(port);
	native.sw.epoch++;
	return 0;
}

static const struct sequence_ops native_sequence = {
	.begin = native_begin,
	.frame = native_frame,
	.look = native_look_at,
	.pass = native_pass,
	.collect = native_gather,
	.request = native_request,
	.port = native_port,
};

#endif
