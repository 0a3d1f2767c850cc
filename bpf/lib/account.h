/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * account.h - how many learned addresses there are: counted exactly, limited, flushed at once
 *
 * The dynamic entries of a (port, VID) are counted in one word with the stamp of its last flush
 * (union xsw_pair), and their sums in `limits`. An entry counts if its seq is not older than
 * that stamp. So a flush uncounts everything by one compare-and-swap, and who adds or deletes a
 * single entry can tell from the word whether a flush was there first.
 *
 * 1. account_take() before an entry is inserted or moved: limits first, then the pair, which is
 *    brought up to date before. A frame that a flush has overtaken takes nothing.
 * 2. account_give() after an entry was moved away or deleted, by whoever's compare-and-swap of
 *    its destination word did that, with the word that was there; or if 1. was for nothing.
 * 3. Between the two an entry may be counted twice, never less than once: a limit may refuse
 *    one too early, never let one in too many.
 *
 * A pair is never deleted: it would forget its flushes.
 */
#ifndef XSW_ACCOUNT_H
#define XSW_ACCOUNT_H

#include "event.h"

/* Results of account_take() but 0; limit i is -1 - i */
#define ACCOUNT_LATE  1	   /* a flush overtook the frame: nothing is to be learned */
#define ACCOUNT_FULL  2	   /* no room for one more pair */
#define ACCOUNT_TRIES 4096 /* each one lost means another CPU succeeded */
#define LIMIT_TELL    1000000000ULL

/* How many of the limits hold. */
enum account_room {
	ACCOUNT_NONE, /* the entry stays in the table, whatever the limits say now */
	ACCOUNT_PORT, /* a counted entry comes from another port */
	ACCOUNT_ALL,
};

static __always_inline int fdb_older(__u32 seq, __u32 flush)
{
	return (__s32)(seq - flush) < 0;
}

static __always_inline __u32 newer_stamp(__u32 a, __u32 b)
{
	return fdb_older(a, b) ? b : a;
}

static __always_inline void limit_add(__u32 index, __u32 n)
{
	struct xsw_limit *l = limit_get(index);

	if (l)
		__sync_fetch_and_add(&l->learned, n);
}

static __always_inline void limits_add(__u32 port, __u32 vid, __u32 n)
{
	limit_add(XSW_LIMIT_PORT(port), n);
	limit_add(XSW_LIMIT_VLAN(vid), n);
	limit_add(XSW_LIMIT_SWITCH, n);
}

/* One more, if there is room. What is full is only read. */
static __always_inline int limit_take(__u32 index, int check)
{
	struct xsw_limit *l = limit_get(index);
	__u32 max;

	if (!l)
		return 0;
	max = check ? READ_ONCE(l->max) : 0;
	if (max && READ_ONCE(l->learned) >= max)
		return 0;
	if (__sync_fetch_and_add(&l->learned, 1) < max || !max)
		return 1;
	__sync_fetch_and_add(&l->learned, -1);
	return 0;
}

/* All three, or none: XSW_LIMITS, or the index of the limit that is reached. */
static __always_inline __u32 limits_take(__u32 port, __u32 vid, __u32 room)
{
	if (!limit_take(XSW_LIMIT_PORT(port), room != ACCOUNT_NONE))
		return XSW_LIMIT_PORT(port);
	if (!limit_take(XSW_LIMIT_VLAN(vid), room == ACCOUNT_ALL)) {
		limit_add(XSW_LIMIT_PORT(port), -1);
		return XSW_LIMIT_VLAN(vid);
	}
	if (!limit_take(XSW_LIMIT_SWITCH, room == ACCOUNT_ALL)) {
		limit_add(XSW_LIMIT_VLAN(vid), -1);
		limit_add(XSW_LIMIT_PORT(port), -1);
		return XSW_LIMIT_SWITCH;
	}
	return XSW_LIMITS;
}

/* An address was refused: listeners hear of it once a second, whatever comes. */
__noinline int limit_tell(__u32 kind, __u64 key_word, __u32 port, __u32 index)
{
	struct xsw_limit *l = limit_get(index);
	const struct xsw_switch *sw = switch_get();
	__u64 now, told;

	if (!l || !sw)
		return 0;
	now = clock_now(sw);
	told = READ_ONCE(l->told);
	if (!is_heard(sw, now) || (told && (__s64)(now - told) < (__s64)LIMIT_TELL))
		return 0;
	if (__sync_val_compare_and_swap(&l->told, told, now) == told)
		event_emit(kind, key_word, port, index, XSW_FDB_DYNAMIC);
	return 0;
}

/* One compare-and-swap of a pair. */
struct pair_op {
	union xsw_pair *pair;
	union xsw_pair old; /* what it was, if done */
	__u32 seq;
	__u32 add; /* to `learned`, unless a flush is newer than seq; 0: this is a flush */
	int done;
};

static long pair_try(__u32 i, void *arg)
{
	struct pair_op *op = arg;
	union xsw_pair old, new;

	old.word = READ_ONCE(op->pair->word);
	new = old;
	new.learned += op->add;
	if (!op->add)
		new = (union xsw_pair){ .flush = op->seq };
	if (op->add ? fdb_older(op->seq, old.flush) : !fdb_older(old.flush, op->seq))
		return 1;
	if (!word_swap(&op->pair->word, old.word, new.word))
		return 0;
	op->old = old;
	op->done = 1;
	return 1;
}

/* One more (add 1) or one less (-1) of this seq. Whether it was; not if a flush was quicker. */
static __always_inline int pair_add_one(union xsw_pair *pair, __u32 seq, __u32 add)
{
	struct pair_op op = { .pair = pair, .seq = seq, .add = add };

	bpf_loop(ACCOUNT_TRIES, pair_try, &op, 0);
	return op.done;
}

/* A pair as a flush under `stamp` leaves it. */
__noinline int pair_flush(union xsw_pair *pair, __u32 port, __u32 vid, __u32 stamp)
{
	struct pair_op op = { .pair = pair, .seq = stamp };

	if (!pair)
		return 0;
	bpf_loop(ACCOUNT_TRIES, pair_try, &op, 0);
	if (op.done && op.old.learned)
		limits_add(port, vid, -op.old.learned);
	return 0;
}

/* The newest flush of the switch, of the port or of the VLAN. */
static __always_inline __u32 stamp_newest(const struct xsw_switch *sw, const struct xsw_port *port,
					  const struct xsw_vlan *vlan)
{
	__u32 stamp = newer_stamp(READ_ONCE(sw->flush), READ_ONCE(port->flush));

	return newer_stamp(stamp, READ_ONCE(vlan->flush));
}

/* The pair, made if need be and up to date with the flushes so far; NULL: no room for it. */
static __always_inline union xsw_pair *pair_ready(__u32 port, __u32 vid, __u32 stamp)
{
	union xsw_pair *pair = pair_get(port, vid), fresh = { .flush = stamp };

	if (!pair) {
		pair_add(port, vid, &fresh);
		pair = pair_get(port, vid); /* perhaps another CPU's */
	}
	if (pair && fdb_older(READ_ONCE(pair->flush), stamp))
		pair_flush(pair, port, vid, stamp);
	return pair;
}

/* The entry that this destination word describes counts no more, if it did. */
__noinline int account_give(__u64 key_word, __u64 dest_word)
{
	union xsw_fdb_dest dest = { .word = dest_word };
	union xsw_fdb_key key = { .word = key_word };
	union xsw_pair *pair;

	if (dest.state != XSW_FDB_DYNAMIC)
		return 0;
	pair = pair_get(dest.port, key.vid);
	if (pair && pair_add_one(pair, dest.seq, -1))
		limits_add(dest.port, key.vid, -1);
	return 0;
}

/*
 * Room for the dynamic entry that this destination word describes: from now on it counts.
 * 0, ACCOUNT_LATE, ACCOUNT_FULL, or -1 - the index of the limit that is reached.
 */
__noinline int account_take(const struct xsw_switch *sw, __u64 key_word, __u64 dest_word,
			    __u32 room)
{
	union xsw_fdb_dest dest = { .word = dest_word };
	union xsw_fdb_key key = { .word = key_word };
	const struct xsw_port *port = port_get(dest.port);
	const struct xsw_vlan *vlan = vlan_get(key.vid);
	union xsw_pair *pair;
	__u32 limit, stamp;

	if (!sw || !port || !vlan)
		return ACCOUNT_LATE;
	/* a full barrier after seq was read: stamps older than that seq are seen from here on */
	limit = limits_take(dest.port, key.vid, room);
	if (limit < XSW_LIMITS)
		return -1 - (int)limit;
	pair = pair_ready(dest.port, key.vid, stamp_newest(sw, port, vlan));
	if (!pair || !pair_add_one(pair, dest.seq, 1)) {
		limits_add(dest.port, key.vid, -1);
		return pair ? ACCOUNT_LATE : ACCOUNT_FULL;
	}
	/* a flush that did not find the pair yet; of one VLAN of the port it left only this */
	stamp = newer_stamp(stamp_newest(sw, port, vlan), READ_ONCE(port->vlan_flush));
	if (fdb_older(dest.seq, stamp)) {
		account_give(key_word, dest_word);
		return ACCOUNT_LATE;
	}
	return 0;
}

#endif
