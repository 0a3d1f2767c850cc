/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * age.h - memory of expired and flushed entries comes back, in the kernel, in bounded steps
 *
 * The queue holds the key of every dynamic entry. One timer walks it: a round takes as many
 * keys from the head as there were when it began, drops those whose entry is gone, static or
 * not valid any more (the latter are deleted from the FDB) and puts the others back at the
 * tail. A step ends after AGE_SLICE keys, AGE_DROPS deletions or AGE_SLICE_NS; a round that is
 * not done goes on AGE_GAP later, the next one starts a quarter of the ageing time later.
 *
 * Why so few deletions: the kernel gathers freed elements for a grace period (some 200 ms) and
 * then relinks all of them in one interrupt (do_call_rcu_ttrace() of kernel/bpf/memalloc.c),
 * 100 ns each. So deletions are spread: 16,000 a second keep that under a millisecond.
 *
 * An address deleted and learned again between two rounds stands in the queue twice. The
 * entry remembers the round that met it, so the second key is dropped.
 *
 * Lifetime: the timer lives as long as the map `age` has a pin or a descriptor; removing the
 * last pin cancels it. Needs bpf_timer (5.15) and bpf_loop (5.17).
 */
#ifndef XSW_AGE_H
#define XSW_AGE_H

#include "fdb.h"

#define AGE_SLICE     2048
#define AGE_DROPS     64
#define AGE_SLICE_NS  400000ULL
#define AGE_LOOK      15	  /* keys between two looks at the clock, a power of two less 1 */
#define AGE_GAP	      4000000ULL  /* ns between two slices of a round */
#define AGE_ROUND_MIN 20000000ULL /* ns between two rounds */
#define AGE_ROUND_MAX 10000000000ULL /* ns */
#define AGE_CLOCK     1		     /* CLOCK_MONOTONIC */

/* Whether the key stays in the queue. */
static __always_inline int age_keep(union xsw_fdb_key key, struct xsw_age *a)
{
	struct xsw_switch *sw = switch_get();
	struct xsw_fdb_entry *e = fdb_get(key);
	struct xsw_events *ev = events_get();
	union xsw_fdb_dest dest;
	int expired;
	__u64 now;

	if (!sw || !e || !ev || e->round == (__u16)a->round)
		return 0;
	now = clock_now(sw);
	dest.word = READ_ONCE(e->dest.word);
	if (dest.state != XSW_FDB_DYNAMIC)
		return 0;
	if (!fdb_valid(sw, e, dest, key, now)) {
		expired = fdb_expired(sw, e, now);
		if (!fdb_forget(key.word, dest.word))
			return 1; /* learned again at this moment */
		a->drops++;
		if (expired) {
			ev->expired++;
			event_tell(sw, now, XSW_EV_AGED, key.word, dest.port, 0, dest.state);
		}
		return 0;
	}
	e->round = a->round;
	return 1;
}

static long age_one(__u32 i, void *end)
{
	struct xsw_age *a = age_get();
	union xsw_fdb_key key;

	if (!(i & AGE_LOOK) && mono_now() >= *(__u64 *)end)
		return 1;
	if (!a || !a->left || a->drops >= AGE_DROPS || bpf_map_pop_elem(&agequeue, &key.word))
		return 1;
	a->left--;
	__sync_fetch_and_add(&a->queued, -1);
	if (age_keep(key, a))
		fdb_enqueue(key.word); /* or forget it: learners took every slot */
	return 0;
}

static __always_inline __u64 age_interval(void)
{
	const struct xsw_switch *sw = switch_get();
	__u64 ns = sw && sw->ageing ? sw->ageing / 4 : AGE_ROUND_MAX;

	if (ns < AGE_ROUND_MIN)
		return AGE_ROUND_MIN;
	return ns > AGE_ROUND_MAX ? AGE_ROUND_MAX : ns;
}

static int age_tick(void *map, int *key, struct xsw_age *a)
{
	__u64 end = mono_now() + AGE_SLICE_NS;

	if (!a->left) {
		a->left = a->queued;
		a->round = (__u16)(a->round + 1) ?: 1; /* 0: an entry no round has met */
	}
	a->drops = 0;
	bpf_loop(AGE_SLICE, age_one, &end, 0);
	bpf_timer_start(&a->timer, a->left ? AGE_GAP : age_interval(), 0);
	return 0;
}

/* Entries were flushed: their memory is wanted back. Before age_start(): an error, no harm. */
static __always_inline void age_soon(void)
{
	struct xsw_age *a = age_get();

	if (a)
		bpf_timer_start(&a->timer, AGE_GAP, 0);
}

/* Arm the timer with this program's callback; again after an upgrade or a new ageing time. */
static __always_inline int age_start(void)
{
	struct xsw_age *a = age_get();
	int err;

	if (!a)
		return -2; /* ENOENT */
	err = bpf_timer_init(&a->timer, &age, AGE_CLOCK);
	if (err && err != -16 /* EBUSY: it is there */)
		return err;
	err = bpf_timer_set_callback(&a->timer, age_tick);
	return err ?: bpf_timer_start(&a->timer, AGE_ROUND_MIN, 0);
}

#endif
