/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fdb.h - the forwarding database: is an entry good, where is an address, how entries change
 *
 * (address, VID) -> port. Complications, in order:
 *
 * 1. Flushing costs nothing. A flush writes the switch's counter `seq` into what it flushes
 *    (switch, port, VLAN, port and VLAN); a dynamic entry last seen under an older value is
 *    gone. An entry seen under the current value needs no further comparison.
 * 2. Most frames look like the one before. A source found right and a destination found are
 *    remembered per CPU and port (struct xsw_stats) and not looked up again for `refresh` ns,
 *    or until `epoch` moves: it does whenever an entry is moved, set, deleted or flushed.
 *    Ageing needs no such sign: what is remembered ends with the entry.
 * 3. An entry moves by one compare-and-swap of its destination word, so that two CPUs never
 *    count one move twice and a reader never sees half of it. It is deleted by whoever swaps in
 *    XSW_FDB_DYING, which nobody revives; so it is counted out once (account.h).
 * 4. Memory comes back by age.h; here an expired entry is simply not valid.
 *
 * Learning is in learn.h. Entries are reached through fdb_get/fdb_add/age_push and friends, which maps.h implements
 * for BPF and tests/unit/native_maps.h for the native core.
 */
#ifndef XSW_FDB_H
#define XSW_FDB_H

#include "account.h"

#define FDB_TRIES 8 /* an entry that another CPU changes each time */

/* A subprogram takes words, not structures. */
__noinline int fdb_flushed(const struct xsw_switch *sw, __u64 dest_word, __u64 key_word)
{
	union xsw_fdb_dest dest = { .word = dest_word };
	union xsw_fdb_key key = { .word = key_word };
	const struct xsw_port *port = port_get(dest.port);
	const struct xsw_vlan *vlan = vlan_get(key.vid);
	const union xsw_pair *pair;

	if (!sw || !port || !vlan)
		return 1;
	if (fdb_older(dest.seq, sw->flush) || fdb_older(dest.seq, port->flush) ||
	    fdb_older(dest.seq, vlan->flush))
		return 1;
	if (!fdb_older(dest.seq, port->vlan_flush))
		return 0;
	pair = pair_get(dest.port, key.vid);
	return pair && fdb_older(dest.seq, pair->flush);
}

static __always_inline int fdb_expired(const struct xsw_switch *sw, const struct xsw_fdb_entry *e,
				       __u64 now)
{
	__u64 ageing = sw->ageing;

	/* signed: another CPU's clock may be a tick ahead */
	return ageing && (__s64)(now - e->seen) >= (__s64)ageing;
}

/* Whether the entry, whose destination word the caller has read once, still holds. */
static __always_inline int fdb_valid(const struct xsw_switch *sw, const struct xsw_fdb_entry *e,
				     union xsw_fdb_dest dest, union xsw_fdb_key key, __u64 now)
{
	if (dest.state != XSW_FDB_DYNAMIC)
		return dest.state != XSW_FDB_DYING;
	if (fdb_expired(sw, e, now))
		return 0;
	return dest.seq == sw->seq || !fdb_flushed(sw, dest.word, key.word);
}

static __always_inline void fdb_remember(const struct xsw_switch *sw, struct xsw_stats *st,
					 union xsw_fdb_key key, __u32 epoch, __u64 now)
{
	st->src = key.word;
	st->src_epoch = epoch;
	st->src_until = now + sw->refresh;
}

static __always_inline int fdb_remembered(const struct xsw_switch *sw, const struct xsw_stats *st,
					  union xsw_fdb_key key, __u64 now)
{
	return st->src == key.word && st->src_epoch == sw->epoch && now < st->src_until;
}

/*
 * Give the entry of `key` another destination, if it still has the one the caller read. Memory
 * of an entry deleted since then may be that of another address already: what was changed there
 * by mistake is put back. Whether it was done.
 */
__noinline int fdb_change(__u64 key_word, __u64 old_word, __u64 new_word)
{
	union xsw_fdb_key key = { .word = key_word };
	struct xsw_fdb_entry *e = fdb_get(key);

	if (!e || !word_swap(&e->dest.word, old_word, new_word))
		return 0;
	if (fdb_get(key) == e)
		return 1;
	word_swap(&e->dest.word, new_word, old_word);
	return 0;
}

/* Delete the entry of `key` if it still has this destination. Whether it was done. */
__noinline int fdb_forget(__u64 key_word, __u64 dest_word)
{
	union xsw_fdb_key key = { .word = key_word };
	union xsw_fdb_dest dying = { .word = dest_word };

	dying.state = XSW_FDB_DYING;
	if (!fdb_change(key_word, dest_word, dying.word))
		return 0;
	fdb_del(key);
	account_give(key_word, dest_word);
	return 1;
}

/*
 * A dynamic entry that is not in the queue of age.h yet. 0, or -1: no room there, and the entry
 * is deleted again: better forgotten than never aged.
 */
__noinline int fdb_enqueue(__u64 key_word)
{
	union xsw_fdb_key key = { .word = key_word };
	const struct xsw_fdb_entry *e;
	union xsw_fdb_dest dest;
	int i;

	if (!age_push(key))
		return 0;
	for (i = 0; i < FDB_TRIES; i++) {
		e = fdb_get(key);
		if (!e)
			break;
		dest.word = READ_ONCE(e->dest.word);
		if (dest.state != XSW_FDB_DYNAMIC || fdb_forget(key_word, dest.word))
			break;
	}
	return -1;
}

/* The port an individual address is on, by the table; 0: nobody knows. */
__noinline __u32 fdb_find(const struct xsw_switch *sw, struct xsw_stats *st, __u64 key_word,
			  __u64 now)
{
	union xsw_fdb_key key = { .word = key_word };
	const struct xsw_fdb_entry *e;
	union xsw_fdb_dest dest;
	__u64 until, end;
	__u32 epoch;

	if (!sw || !st)
		return 0;
	epoch = READ_ONCE(sw->epoch); /* before the entry: a change in between is noticed */
	e = fdb_get(key);
	if (!e)
		return 0;
	dest.word = READ_ONCE(e->dest.word);
	if (!fdb_valid(sw, e, dest, key, now))
		return 0;
	until = now + sw->refresh;
	end = e->seen + sw->ageing;
	if (dest.state == XSW_FDB_DYNAMIC && sw->ageing && end < until)
		until = end;
	st->dst = key.word;
	st->dst_epoch = epoch;
	st->dst_port = dest.port;
	st->dst_until = until;
	return dest.port;
}

/* The same, from what this CPU remembers if it can be. */
static __always_inline __u32 fdb_lookup(const struct xsw_switch *sw, struct xsw_stats *st,
					union xsw_fdb_key key, __u64 now)
{
	if (st->dst == key.word && st->dst_epoch == sw->epoch && now < st->dst_until)
		return st->dst_port;
	return fdb_find(sw, st, key.word, now);
}

#endif
