/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * known.h - whether a frame's source needs no learning
 *
 * XDP takes a frame only if xsw_tc would change nothing in the FDB but the time its source was
 * last seen. So it never adds, moves or counts entries: that is done in one place, fdb_learn().
 */
#ifndef XSW_KNOWN_H
#define XSW_KNOWN_H

#include "switch.h"

enum known {
	KNOWN_NOT,
	KNOWN,
	KNOWN_AGAIN, /* by the table: once the frame is sent, known_seen() */
};

/* The entry, if it says what fdb_learn() would write. */
static __always_inline struct xsw_fdb_entry *
known_entry(const struct xsw_switch *sw, union xsw_fdb_key key, __u32 port, __u64 now)
{
	union xsw_fdb_dest dest, want = { .port = port };
	struct xsw_fdb_entry *e;

	want.seq = READ_ONCE(sw->seq);
	e = fdb_get(key);
	if (!e)
		return NULL;
	dest.word = READ_ONCE(e->dest.word);
	want.state = dest.state;
	if (dest.state == XSW_FDB_STATIC) /* no flush concerns it */
		want.seq = dest.seq;
	else if (dest.state > XSW_FDB_STATIC)
		return NULL;
	else if (dest.state == XSW_FDB_DYNAMIC && fdb_expired(sw, e, now))
		return NULL;
	return dest.word == want.word ? e : NULL;
}

static __noinline int known_look(const struct xsw_switch *sw, __u64 key_word, __u32 port, __u64 now)
{
	union xsw_fdb_key key = { .word = key_word };

	return sw && known_entry(sw, key, port, now) ? KNOWN_AGAIN : KNOWN_NOT;
}

/* Step 8 of the walk for the short way: KNOWN_NOT: xsw_tc has something to do, or to refuse. */
static __always_inline enum known known_source(const struct xsw_walk *w, const struct xsw_pkt *pkt)
{
	union xsw_fdb_key key = fdb_key(pkt->src, pkt->vid);

	if (unlikely(!(w->conf.flags & XSW_F_LEARNING)))
		return w->sw->hosts ? KNOWN_NOT : KNOWN; /* it might be the switch's own address */
	if (fdb_remembered(w->sw, w->st, key, w->now))
		return KNOWN;
	return known_look(w->sw, key.word, w->port, w->now);
}

/* The source of a frame that was sent: seen now, and remembered. */
static __noinline void known_seen(const struct xsw_switch *sw, struct xsw_stats *st, __u64 key_word,
				  __u32 port, __u64 now)
{
	union xsw_fdb_key key = { .word = key_word };
	struct xsw_fdb_entry *e;
	__u32 epoch;

	if (!sw || !st)
		return;
	epoch = READ_ONCE(sw->epoch); /* before the entry, as in fdb_learn() */
	e = known_entry(sw, key, port, now);
	if (!e)
		return;
	e->seen = now;
	fdb_remember(sw, st, key, epoch, now);
}

#endif
