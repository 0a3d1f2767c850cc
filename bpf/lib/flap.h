/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flap.h - an address that moves too often is held
 *
 * More than flap_limit moves within flap_window, counted from the first of them, and the entry
 * goes back to the port it was on before (XSW_FDB_HELD). Frames from other ports are dropped
 * then, and each of them makes the hold last: it ends when none came for flap_window. So of two
 * ports that are looped together one keeps the address.
 *
 * Counts and times are hints: they are not exact when two CPUs move one address at once.
 * flap_limit 0: never. Times are ticks of 2^XSW_FLAP_TICK ns in 16 bits, 18 minutes, which is enough
 * while moves are counted: `updated` tells if the last one was long ago. A hold has no moves to
 * count, and their place has the upper 16 bits; it may be found long after it ended.
 */
#ifndef XSW_FLAP_H
#define XSW_FLAP_H

#include "fdb.h"

static __always_inline __u16 flap_tick(__u64 now)
{
	return now >> XSW_FLAP_TICK;
}

/* Whether less than flap_window has passed since the entry's count began. */
static __always_inline int flap_recent(const struct xsw_switch *sw, const struct xsw_fdb_entry *e,
				       __u64 now)
{
	__u64 window = sw->flap_window >> XSW_FLAP_TICK;

	return (__u16)(flap_tick(now) - e->since) < (window ?: 1);
}

/* The same of a hold, since it was renewed. */
static __always_inline int flap_held(const struct xsw_switch *sw, const struct xsw_fdb_entry *e,
				     __u64 now)
{
	__u64 window = sw->flap_window >> XSW_FLAP_TICK;
	__u32 since = e->since | (__u32)e->moves << 16;

	return (__u32)(now >> XSW_FLAP_TICK) - since < (window ?: 1);
}

__noinline int flap_renew(struct xsw_fdb_entry *e, __u64 now)
{
	if (!e)
		return 0;
	e->since = flap_tick(now);
	e->moves = now >> XSW_FLAP_TICK >> 16;
	return 0;
}

/* The flags of an entry whose address speaks where it is held. What is over leaves no moves. */
__noinline int flap_keep(const struct xsw_switch *sw, struct xsw_fdb_entry *e, __u64 now)
{
	if (!sw || !e)
		return 0;
	if (flap_held(sw, e, now))
		return XSW_FDB_HELD;
	e->moves = 0;
	return 0;
}

/* The entry moves: once more, or the first time within a window, away from where it was. */
static __always_inline void flap_count(const struct xsw_switch *sw, struct xsw_fdb_entry *e,
				       union xsw_fdb_dest old, __u64 now)
{
	if (e->moves && !old.flags && now - e->updated < sw->flap_window &&
	    flap_recent(sw, e, now)) {
		e->moves += e->moves < 0xffff;
		return;
	}
	e->home = old.port;
	e->since = flap_tick(now);
	e->moves = 1;
}

/* Hold the entry where it came from, or where it is if that cannot be. Where; 0: it changed. */
static __always_inline __u32 flap_hold(struct xsw_switch *sw, struct xsw_fdb_entry *e,
				       __u64 key_word, __u64 old_word, __u32 seq)
{
	union xsw_fdb_dest old = { .word = old_word }, held = old;
	const struct xsw_port *home = port_get(e->home);

	held.flags = XSW_FDB_HELD;
	held.seq = seq;
	held.port = e->home;
	if (e->home != old.port && home && home->conf.word &&
	    !account_take(sw, key_word, held.word, ACCOUNT_PORT)) {
		if (!fdb_change(key_word, old_word, held.word)) {
			account_give(key_word, held.word);
			return 0;
		}
		account_give(key_word, old_word);
		return held.port;
	}
	held.port = old.port;
	return fdb_change(key_word, old_word, held.word) ? held.port : 0;
}

/*
 * An entry is about to move to new.port. 0: it may; XSW_R_flap: the frame is dropped;
 * -1: the entry stays and the frame goes on.
 */
__noinline int flap_check(struct xsw_switch *sw, __u64 key_word, __u64 old_word, __u64 new_word,
			  __u64 now)
{
	union xsw_fdb_dest old = { .word = old_word }, new = { .word = new_word };
	struct xsw_fdb_entry *e = fdb_get((union xsw_fdb_key){ .word = key_word });
	struct xsw_events *ev = events_get();
	__u32 held;

	if (!sw || !e || !ev || !sw->flap_limit || old.state != XSW_FDB_DYNAMIC)
		return 0;
	if (old.flags & XSW_FDB_HELD) {
		if (!flap_held(sw, e, now))
			return 0;
		if (e->since != flap_tick(now))
			flap_renew(e, now);
		return XSW_R_flap;
	}
	if (e->moves < sw->flap_limit || now - e->updated >= sw->flap_window ||
	    !flap_recent(sw, e, now))
		return 0;
	held = flap_hold(sw, e, key_word, old_word, new.seq);
	if (!held)
		return -1;
	flap_renew(e, now);
	ev->held++;
	epoch_bump(sw);
	event_tell(sw, now, XSW_EV_FLAP, key_word, held, held == new.port ? old.port : new.port,
		   XSW_FDB_DYNAMIC);
	return held == new.port ? -1 : XSW_R_flap;
}

#endif
