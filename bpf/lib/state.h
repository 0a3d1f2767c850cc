/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * state.h - what a frame may change: entries, counters, buckets, words
 *
 * The decisions change nothing but by these functions and through the pointers they return, so
 * that a walk without consequences needs other functions and no other decisions. The trace_*
 * functions are told what a walk comes to; here nobody listens, and they are nothing.
 */
#ifndef XSW_STATE_H
#define XSW_STATE_H

#include "maps.h"

static __always_inline struct xsw_events *events_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&events, &zero);
}

static __always_inline struct xsw_stats *stats_get(__u32 port)
{
	__u32 chunk = port / XSW_PORT_CHUNK, slot = port % XSW_PORT_CHUNK;
	void *map = bpf_map_lookup_elem(&stats, &chunk);

	return map ? bpf_map_lookup_elem(map, &slot) : NULL;
}

static __always_inline struct xsw_mirror_stats *mirror_stats_get(__u32 slot)
{
	return bpf_map_lookup_elem(&mirrorstats, &slot);
}

static __always_inline struct xsw_vlan_stats *vlan_stats_get(__u32 vid)
{
	return bpf_map_lookup_elem(&vlanstats, &vid);
}

static __always_inline struct xsw_fdb_entry *fdb_get(union xsw_fdb_key key)
{
	return bpf_map_lookup_elem(&fdb, &key);
}

/* 0, -FDB_EEXIST, or another negative number: no room */
static __always_inline int fdb_add(union xsw_fdb_key key, const struct xsw_fdb_entry *e)
{
	return bpf_map_update_elem(&fdb, &key, e, BPF_NOEXIST);
}

static __always_inline void fdb_del(union xsw_fdb_key key)
{
	bpf_map_delete_elem(&fdb, &key);
}

static __always_inline struct xsw_age *age_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&age, &zero);
}

/* 0, or negative: no room. */
static __always_inline int age_push(union xsw_fdb_key key)
{
	struct xsw_age *a = age_get();
	int err;

	if (!a)
		return -1;
	err = bpf_map_push_elem(&agequeue, &key.word, 0);
	if (!err)
		__sync_fetch_and_add(&a->queued, 1);
	return err;
}

static __always_inline union xsw_pair *pair_get(__u16 port, __u16 vid)
{
	struct xsw_pair_key key = { .port = port, .vid = vid };

	return bpf_map_lookup_elem(&pairs, &key);
}

/* Made by this call or by another CPU's, or there is no room: see pair_get(). */
static __always_inline void pair_add(__u16 port, __u16 vid, const union xsw_pair *pair)
{
	struct xsw_pair_key key = { .port = port, .vid = vid };

	bpf_map_update_elem(&pairs, &key, pair, BPF_NOEXIST);
}

static __always_inline struct xsw_limit *limit_get(__u32 index)
{
	return bpf_map_lookup_elem(&limits, &index);
}

static __always_inline struct xsw_meter *meter_get(__u32 port)
{
	return bpf_map_lookup_elem(&meters, &port);
}

/* struct xsw_event or xsw_tell, `size` bytes: 0, or negative: no ring, or no room in it. */
static __always_inline int ring_put(__u32 slot, void *event, __u32 size)
{
	void *ring = bpf_map_lookup_elem(&rings, &slot);

	return ring ? bpf_ringbuf_output(ring, event, size, 0) : -2;
}

/* Bytes that its listener has not read yet. */
static __always_inline __u64 ring_unread(__u32 slot)
{
	void *ring = bpf_map_lookup_elem(&rings, &slot);

	return ring ? bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) : 0;
}

/* Whether it was this call that replaced `old`. */
static __always_inline int word_swap(__u64 *word, __u64 old, __u64 new)
{
	return __sync_val_compare_and_swap(word, old, new) == old;
}

/* The same for the configuration of a port. */
static __always_inline int conf_swap(struct xsw_port *port, __u64 old, __u64 new)
{
	return word_swap(&port->conf.word, old, new);
}

static __always_inline void word_add(__u64 *word, __u64 n)
{
	__sync_fetch_and_add(word, n);
}

/* The newest stamp stays; what is read after this is read after it. */
static __always_inline void stamp_store(__u32 *at, __u32 stamp)
{
	__sync_lock_test_and_set(at, stamp);
}

static __always_inline void epoch_bump(struct xsw_switch *sw)
{
	__sync_fetch_and_add(&sw->epoch, 1);
}

/* Whether anybody wants events. */
static __always_inline int is_heard(const struct xsw_switch *sw, __u64 now)
{
	return now < READ_ONCE(sw->listening);
}

/* Whether anybody wants to know of frames that end. */
static __always_inline int is_drop_heard(const struct xsw_switch *sw, __u64 now)
{
	return now < READ_ONCE(sw->hearing);
}

/* What was read of the frame, and found of it up to its destination. */
static __always_inline void trace_pkt(const struct xsw_pkt *pkt)
{
}

/* A copy leaves by this port, in the form it has now. */
static __always_inline void trace_sent(__u32 port, const struct xsw_pkt *pkt, __u32 bytes)
{
}

/* A copy of the mirror in this slot leaves by this port; `form`: enum xsw_trace_port_flag. */
static __always_inline void trace_mirrored(__u32 port, __u32 slot, __u32 form)
{
}

/* This port does not take the frame; why. */
static __always_inline void trace_refused(__u32 port, __u32 reason)
{
}

/* Counted on the ingress port. */
static __always_inline void trace_reason(__u32 reason)
{
}

/* limits[index] is reached. */
static __always_inline void trace_limit(__u32 index)
{
}

#endif
