/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * state_dry.h - state.h without consequences: a walk over the live maps that changes none of them
 *
 * What a walk may change is copied into scratch memory of the CPU when it is first asked for, and
 * changed there, so that the rest of the same walk sees it: a frame from an address to itself
 * meets the entry it would have made. Nothing outlives the walk. Counters and what a port
 * remembers are scratch from the start: a traced frame looks everything up.
 *
 * Whether a table has room is not for a program to find out without adding to it: who starts the
 * walk says so (enum xsw_tracing_flag).
 *
 * Pointers into the scratch memory are good until the next of the same kind is asked for, but for
 * entries of the FDB, of which a walk has two.
 */
#ifndef XSW_STATE_DRY_H
#define XSW_STATE_DRY_H
#define XSW_STATE_H

#include "maps.h"
#include "watch.h"
#include "xsw_trace.h"

#define DRY_ENTRIES 2 /* the source's and the destination's */
#define DRY_E2BIG   7

struct dry_entry {
	union xsw_fdb_key key;
	union xsw_fdb_dest was; /* before the walk; DYING: no entry */
	struct xsw_fdb_entry entry;
	__u64 there;
};

struct dry {
	struct xsw_stats st; /* of every port */
	struct xsw_vlan_stats vlan;
	struct xsw_mirror_stats mirror;
	struct xsw_events ev;
	struct xsw_limit limit;
	struct xsw_meter meter;
	struct xsw_pair_key pair_key;
	__u32 pair_n; /* 1: there is one */
	union xsw_pair pair;
	struct dry_entry fdb[DRY_ENTRIES];
	__u32 fdb_n;
	__u32 flags; /* enum xsw_tracing_flag */
	__u32 len;   /* of the frame, if it is longer than the skb; 0: it is not */
	__u32 pad;
	struct xsw_trace rec;
};

/* 0 -> the walk at hand, per CPU; scratch */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct dry);
} dry SEC(".maps");

static __always_inline struct dry *dry_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&dry, &zero);
}

/* A walk begins: nothing is known, remembered or told. */
static __always_inline void dry_begin(struct dry *d, __u32 flags, __u32 len)
{
	__builtin_memset(&d->st, 0, offsetof(struct xsw_stats, rx));
	__builtin_memset(&d->ev, 0, sizeof(d->ev));
	__builtin_memset(&d->rec, 0, offsetof(struct xsw_trace, ports));
	d->pair_n = 0;
	d->fdb_n = 0;
	d->flags = flags;
	d->len = len;
}

static __always_inline struct xsw_events *events_get(void)
{
	struct dry *d = dry_get();

	return d ? &d->ev : NULL;
}

static __always_inline struct xsw_stats *stats_get(__u32 port)
{
	struct dry *d = dry_get();

	return d ? &d->st : NULL;
}

static __always_inline struct xsw_vlan_stats *vlan_stats_get(__u32 vid)
{
	struct dry *d = dry_get();

	return d ? &d->vlan : NULL;
}

static __always_inline struct xsw_mirror_stats *mirror_stats_get(__u32 slot)
{
	struct dry *d = dry_get();

	return d ? &d->mirror : NULL;
}

/* Which of the scratch entries is this key's; copied from the table the first time. */
__noinline int dry_entry(__u64 key_word)
{
	union xsw_fdb_key key = { .word = key_word };
	struct xsw_fdb_entry *live;
	struct dry *d = dry_get();
	struct dry_entry *e;
	__u32 i;

	if (!d)
		return -1;
	for (i = 0; i < DRY_ENTRIES; i++)
		if (i < d->fdb_n && d->fdb[i].key.word == key_word)
			return i;
	i = d->fdb_n;
	if (i >= DRY_ENTRIES)
		return -1;
	d->fdb_n = i + 1;
	e = &d->fdb[i];
	e->key = key;
	live = bpf_map_lookup_elem(&fdb, &key);
	e->there = !!live;
	e->was = (union xsw_fdb_dest){ .state = XSW_FDB_DYING };
	if (live) {
		e->entry = *live;
		e->was.word = e->entry.dest.word;
	}
	return i;
}

static __always_inline struct dry_entry *dry_entry_get(union xsw_fdb_key key)
{
	struct dry *d = dry_get();
	__u32 i = dry_entry(key.word);

	return d && i < DRY_ENTRIES ? &d->fdb[i] : NULL;
}

static __always_inline struct xsw_fdb_entry *fdb_get(union xsw_fdb_key key)
{
	struct dry_entry *e = dry_entry_get(key);

	return e && e->there ? &e->entry : NULL;
}

/* 0, -FDB_EEXIST, or another negative number: no room */
static __always_inline int fdb_add(union xsw_fdb_key key, const struct xsw_fdb_entry *entry)
{
	struct dry_entry *e = dry_entry_get(key);
	const struct dry *d = dry_get();

	if (!e || !d || d->flags & XSW_TRACING_FDB_FULL)
		return -DRY_E2BIG;
	if (e->there)
		return -FDB_EEXIST;
	e->entry = *entry;
	e->there = 1;
	return 0;
}

static __always_inline void fdb_del(union xsw_fdb_key key)
{
	struct dry_entry *e = dry_entry_get(key);

	if (e)
		e->there = 0;
}

/* 0, or negative: no room. */
static __always_inline int age_push(union xsw_fdb_key key)
{
	struct dry *d = dry_get();

	return d && d->flags & XSW_TRACING_QUEUE_FULL ? -DRY_E2BIG : 0;
}

static __always_inline union xsw_pair *pair_get(__u16 port, __u16 vid)
{
	struct xsw_pair_key key = { .port = port, .vid = vid };
	struct dry *d = dry_get();
	union xsw_pair *live;

	if (!d)
		return NULL;
	if (d->pair_n && d->pair_key.port == port && d->pair_key.vid == vid)
		return &d->pair;
	live = bpf_map_lookup_elem(&pairs, &key);
	if (!live)
		return NULL;
	d->pair.word = READ_ONCE(live->word);
	d->pair_key = key;
	d->pair_n = 1;
	return &d->pair;
}

static __always_inline void pair_add(__u16 port, __u16 vid, const union xsw_pair *pair)
{
	struct dry *d = dry_get();

	if (!d || d->flags & XSW_TRACING_PAIRS_FULL)
		return;
	d->pair = *pair;
	d->pair_key = (struct xsw_pair_key){ .port = port, .vid = vid };
	d->pair_n = 1;
}

static __always_inline struct xsw_limit *limit_get(__u32 index)
{
	struct xsw_limit *live = bpf_map_lookup_elem(&limits, &index);
	struct dry *d = dry_get();

	if (!live || !d)
		return NULL;
	d->limit = *live;
	return &d->limit;
}

static __always_inline struct xsw_meter *meter_get(__u32 port)
{
	struct xsw_meter *live = bpf_map_lookup_elem(&meters, &port);
	struct dry *d = dry_get();

	if (!live || !d)
		return NULL;
	d->meter = *live;
	return &d->meter;
}

/*
 * Nobody hears of a walk that has no consequences. The verifier sees that, the compiler must not:
 * it would leave out arguments of subprograms that only serve to tell.
 */
static __always_inline int is_heard(const struct xsw_switch *sw, __u64 now)
{
	int heard = 0;

	asm volatile("" : "+r"(heard));
	return heard;
}

static __always_inline int is_drop_heard(const struct xsw_switch *sw, __u64 now)
{
	return is_heard(sw, now);
}

static __always_inline int ring_put(__u32 slot, void *event, __u32 size)
{
	return 0;
}

static __always_inline __u64 ring_unread(__u32 slot)
{
	return 0;
}

/* Of a word in scratch memory. */
static __always_inline int word_swap(__u64 *word, __u64 old, __u64 new)
{
	if (*word != old)
		return 0;
	*word = new;
	return 1;
}

/* It could be done. */
static __always_inline int conf_swap(struct xsw_port *port, __u64 old, __u64 new)
{
	return 1;
}

static __always_inline void word_add(__u64 *word, __u64 n)
{
	*word += n;
}

static __always_inline void epoch_bump(struct xsw_switch *sw)
{
}

static __always_inline void trace_pkt(const struct xsw_pkt *pkt)
{
	struct dry *d = dry_get();
	struct xsw_trace *rec;

	if (!d)
		return;
	rec = &d->rec;
	__builtin_memcpy(rec->dst, &pkt->dst, sizeof(rec->dst));
	__builtin_memcpy(rec->src, &pkt->src, sizeof(rec->src));
	rec->len = pkt->len;
	rec->payload = pkt->payload;
	rec->tpid = pkt->outer.tpid;
	rec->tci = pkt->outer.tci;
	rec->push_tpid = pkt->push.tpid;
	rec->push_tci = pkt->push.tci;
	rec->vid = pkt->vid;
	rec->class = pkt->class;
	rec->admitted = pkt->admitted;
	rec->own = pkt->own;
	rec->strip = pkt->strip;
}

/* A port was asked. */
__noinline int trace_asked(__u32 port, __u32 reason, __u32 flags)
{
	struct dry *d = dry_get();
	__u32 n;

	if (!d)
		return 0;
	if (flags & XSW_TP_SENT)
		d->rec.watched |= watch_out(port);
	if (flags & XSW_TP_SENT && !(flags & XSW_TP_MIRROR))
		d->rec.sent_n++;
	if (!watch_tells(port))
		return 0;
	n = d->rec.ports_n;
	d->rec.ports_n = n + 1;
	if (n < XSW_TRACE_PORTS)
		d->rec.ports[n] = (struct xsw_trace_port){ port, reason, flags };
	return 0;
}

static __always_inline void trace_sent(__u32 port, const struct xsw_pkt *pkt, __u32 bytes)
{
	trace_asked(port, 0, XSW_TP_SENT | (pkt->own ? XSW_TP_TAGGED : 0));
}

static __always_inline void trace_mirrored(__u32 port, __u32 slot, __u32 form)
{
	trace_asked(port, slot, XSW_TP_SENT | XSW_TP_MIRROR | form);
}

static __always_inline void trace_refused(__u32 port, __u32 reason)
{
	trace_asked(port, reason, 0);
}

static __always_inline void trace_reason(__u32 reason)
{
	struct dry *d = dry_get();

	if (!d)
		return;
	if (reason == XSW_R_fdb_full || reason == XSW_R_learn_limit)
		d->rec.note = reason;
	else
		d->rec.reason = reason;
}

static __always_inline void trace_limit(__u32 index)
{
	struct dry *d = dry_get();

	if (d)
		d->rec.limit = index;
}

#endif
