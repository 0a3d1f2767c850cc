/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * learn.h - step 8 of the walk: what a source address teaches
 *
 * Every change is one compare-and-swap of the destination word (fdb_change()), with the room for
 * it taken before and what it replaces given back after (account.h). Who loses a race learns
 * nothing; the next frame tells.
 *
 * Results: 0; a reason that stops the frame (static_move, src_local, flap) or that is only noted
 * (fdb_full, learn_limit), see learn_is_note().
 */
#ifndef XSW_LEARN_H
#define XSW_LEARN_H

#include "flap.h"

static __always_inline int learn_is_note(int reason)
{
	return reason == XSW_R_fdb_full || reason == XSW_R_learn_limit;
}

static __always_inline int learn_full(__u64 key_word, __u32 port)
{
	struct xsw_events *ev = events_get();

	if (ev)
		ev->refused++;
	limit_tell(XSW_EV_FULL, key_word, port, XSW_LIMIT_FULL);
	return XSW_R_fdb_full;
}

/* Why account_take() refused, counted. */
__noinline int learn_refused(__u64 key_word, __u32 port, int err)
{
	struct xsw_events *ev = events_get();

	if (!ev || err == ACCOUNT_LATE)
		return 0;
	if (err == ACCOUNT_FULL)
		return learn_full(key_word, port);
	ev->limited++;
	trace_limit(-1 - err);
	limit_tell(XSW_EV_LIMIT, key_word, port, -1 - err);
	return XSW_R_learn_limit;
}

/* An address that is not in the table. */
__noinline int learn_new(const struct xsw_switch *sw, __u64 key_word, __u64 dest_word, __u64 now)
{
	struct xsw_fdb_entry e = { .dest.word = dest_word, .seen = now, .updated = now };
	union xsw_fdb_key key = { .word = key_word };
	struct xsw_events *ev = events_get();
	int err;

	if (!ev || !sw)
		return 0;
	err = account_take(sw, key_word, dest_word, ACCOUNT_ALL);
	if (err)
		return learn_refused(key_word, e.dest.port, err);
	err = fdb_add(key, &e);
	if (err)
		account_give(key_word, dest_word);
	if (err == -FDB_EEXIST) /* another CPU was quicker */
		return 0;
	if (err || fdb_enqueue(key_word))
		return learn_refused(key_word, e.dest.port, ACCOUNT_FULL);
	ev->learned++;
	event_tell(sw, now, XSW_EV_LEARNED, key_word, e.dest.port, 0, e.dest.state);
	return 0;
}

/* An entry nobody may use, expired or flushed: as good as new. */
__noinline int learn_again(const struct xsw_switch *sw, __u64 key_word, __u64 old_word,
			   __u64 new_word, __u64 now)
{
	union xsw_fdb_dest old = { .word = old_word }, new = { .word = new_word };
	struct xsw_fdb_entry *e = fdb_get((union xsw_fdb_key){ .word = key_word });
	struct xsw_events *ev = events_get();
	int err, same;

	if (!sw || !e || !ev)
		return 0;
	/* expired and not flushed: it still counts there */
	same = old.port == new.port && !fdb_flushed(sw, old_word, key_word);
	err = same ? 0 : account_take(sw, key_word, new_word, ACCOUNT_ALL);
	if (err)
		return learn_refused(key_word, new.port, err);
	if (!fdb_change(key_word, old_word, new_word)) {
		if (!same)
			account_give(key_word, new_word);
		return 0;
	}
	if (!same)
		account_give(key_word, old_word);
	e->moves = 0;
	e->updated = now;
	e->seen = now;
	ev->learned++;
	event_tell(sw, now, XSW_EV_LEARNED, key_word, new.port, 0, new.state);
	return 0;
}

/* An entry of another port, dynamic or extern. */
__noinline int learn_move(struct xsw_switch *sw, __u64 key_word, __u64 old_word, __u64 new_word,
			  __u64 now)
{
	union xsw_fdb_dest old = { .word = old_word }, new = { .word = new_word };
	struct xsw_fdb_entry *e = fdb_get((union xsw_fdb_key){ .word = key_word });
	struct xsw_events *ev = events_get();
	int err, counted = old.state == XSW_FDB_DYNAMIC;

	if (!sw || !e || !ev)
		return 0;
	err = account_take(sw, key_word, new_word, counted ? ACCOUNT_PORT : ACCOUNT_ALL);
	if (err)
		return learn_refused(key_word, new.port, err);
	/* if it was flushed just now, the room it had may be somebody else's */
	if ((counted && fdb_flushed(sw, old_word, key_word)) ||
	    !fdb_change(key_word, old_word, new_word)) {
		account_give(key_word, new_word);
		return 0;
	}
	account_give(key_word, old_word);
	flap_count(sw, e, old, now);
	e->updated = now;
	e->seen = now;
	ev->moved++;
	epoch_bump(sw); /* the old port's CPUs must look again */
	if (!counted && fdb_enqueue(key_word))
		return learn_refused(key_word, new.port, ACCOUNT_FULL);
	event_tell(sw, now, XSW_EV_MOVED, key_word, new.port, old.port, new.state);
	return 0;
}

/* A source that is not remembered, of a port that learns: add, move or refresh its entry. */
__noinline int fdb_learn(struct xsw_switch *sw, struct xsw_stats *st, __u64 key_word, __u32 port,
			 __u64 now)
{
	union xsw_fdb_dest old, new = { .port = port, .state = XSW_FDB_DYNAMIC };
	union xsw_fdb_key key = { .word = key_word };
	struct xsw_fdb_entry *e;
	int reason;
	__u32 epoch;

	if (!sw || !st)
		return 0;
	/* read before the table is: a flush in between makes what is learned now old */
	new.seq = READ_ONCE(sw->seq);
	epoch = READ_ONCE(sw->epoch);

	e = fdb_get(key);
	if (!e)
		return learn_new(sw, key_word, new.word, now);
	old.word = READ_ONCE(e->dest.word);
	if (old.state == XSW_FDB_STATIC || old.state == XSW_FDB_LOCAL) {
		if (old.port != port)
			return old.state == XSW_FDB_LOCAL ? XSW_R_src_local : XSW_R_static_move;
		e->seen = now;
		fdb_remember(sw, st, key, epoch, now);
		return 0;
	}
	if (old.state == XSW_FDB_DYING)
		return 0;
	if (fdb_older(new.seq,
		      old.seq)) /* another CPU has seen it after a flush, which counted it */
		new.seq = old.seq;
	if (!fdb_valid(sw, e, old, key, now))
		return learn_again(sw, key_word, old.word, new.word, now);
	if (old.port != port) {
		reason = flap_check(sw, key_word, old.word, new.word, now);
		if (reason)
			return reason < 0 ? 0 : reason;
		return learn_move(sw, key_word, old.word, new.word, now);
	}
	new.state = old.state;
	if (old.flags)
		new.flags = flap_keep(sw, e, now);
	if (old.word != new.word)
		fdb_change(key_word, old.word, new.word);
	/* only what was found right: after a change another CPU may have been quicker */
	fdb_remember(sw, st, key, epoch, now);
	e->seen = now;
	return 0;
}

/* A source that is not remembered, of a port that does not learn: the switch's own is refused. */
__noinline int fdb_imposed(struct xsw_switch *sw, struct xsw_stats *st, __u64 key_word, __u32 port,
			   __u64 now)
{
	union xsw_fdb_key key = { .word = key_word };
	const struct xsw_fdb_entry *e;
	union xsw_fdb_dest dest;
	__u32 epoch;

	if (!sw || !st)
		return 0;
	epoch = READ_ONCE(sw->epoch);
	e = fdb_get(key);
	if (e) {
		dest.word = READ_ONCE(e->dest.word);
		if (dest.state == XSW_FDB_LOCAL && dest.port != port)
			return XSW_R_src_local;
	}
	fdb_remember(sw, st, key, epoch, now);
	return 0;
}

#endif
