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

/* Whether the entry says what fdb_learn() would write; if so it is seen, and remembered. */
static __noinline int known_entry(const struct xsw_switch *sw, struct xsw_stats *st, __u64 key_word,
				  __u32 port, __u64 now)
{
	union xsw_fdb_key key = { .word = key_word };
	union xsw_fdb_dest dest, want = { .port = port };
	struct xsw_fdb_entry *e;
	__u32 epoch;

	if (!sw || !st)
		return 0;
	want.seq = READ_ONCE(sw->seq);
	epoch = READ_ONCE(sw->epoch); /* before the entry, as in fdb_learn() */
	e = fdb_get(key);
	if (!e)
		return 0;
	dest.word = READ_ONCE(e->dest.word);
	want.state = dest.state;
	switch (dest.state) {
	case XSW_FDB_DYNAMIC:
		if (fdb_expired(sw, e, now))
			return 0;
		break;
	case XSW_FDB_EXTERN:
		break;
	case XSW_FDB_STATIC: /* no flush concerns it */
		want.seq = dest.seq;
		break;
	default:
		return 0;
	}
	if (dest.word != want.word)
		return 0;
	e->seen = now;
	fdb_remember(sw, st, key, epoch, now);
	return 1;
}

/* Step 8 of the walk for the short way: 0 means xsw_tc has something to do or to refuse. */
static __always_inline int known_source(const struct xsw_walk *w, const struct xsw_pkt *pkt)
{
	union xsw_fdb_key key = fdb_key(pkt->src, pkt->vid);

	if (unlikely(!(w->conf.flags & XSW_F_LEARNING)))
		return !w->sw->hosts; /* else it might be the switch's own address */
	return fdb_remembered(w->sw, w->st, key, w->now) ||
	       known_entry(w->sw, w->st, key.word, w->port, w->now);
}

#endif
