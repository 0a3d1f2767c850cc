/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fdb.h - the forwarding database: is an entry good, and learning
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
 *    count one move twice and a reader never sees half of it.
 * 4. Memory comes back by age.h; here an expired entry is simply not valid.
 *
 * Entries are reached through fdb_get/fdb_add/age_push and friends, which maps.h implements
 * for BPF and tests/unit/native_maps.h for the native core.
 */
#ifndef XSW_FDB_H
#define XSW_FDB_H

#include "event.h"
#include "pkt.h"

static __always_inline int fdb_older(__u32 seq, __u32 flush)
{
	return (__s32)(seq - flush) < 0;
}

/* A subprogram takes words, not structures. */
static __noinline int fdb_flushed(const struct xsw_switch *sw, __u64 dest_word, __u64 key_word)
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

/* A new entry, not in the table a moment ago. Returns 0 or the reason to note. */
static __always_inline int fdb_learn_new(const struct xsw_switch *sw, union xsw_fdb_key key,
					 union xsw_fdb_dest dest, __u64 now)
{
	struct xsw_fdb_entry e = { .dest = dest, .seen = now, .updated = now };
	struct xsw_events *ev = events_get();
	int err;

	if (!ev)
		return 0;
	err = fdb_add(key, &e);
	if (err == -FDB_EEXIST) /* another CPU was quicker; the next frame tells */
		return 0;
	if (!err && age_push(key)) {
		fdb_del(key);
		err = -1;
	}
	if (err) {
		ev->refused++;
		return XSW_R_fdb_full;
	}
	ev->learned++;
	event_tell(sw, now, XSW_EV_LEARNED, key.word, dest.port, 0, dest.state);
	return 0;
}

/*
 * Step 8 of the walk for a source that is not remembered: add, move or refresh its entry.
 * Returns 0, XSW_R_static_move (the frame stops) or XSW_R_fdb_full (it goes on).
 */
static __noinline int fdb_learn(struct xsw_switch *sw, struct xsw_stats *st, __u64 key_word,
				__u32 port, __u64 now)
{
	union xsw_fdb_key key = { .word = key_word };
	union xsw_fdb_dest old, new = { .port = port, .state = XSW_FDB_DYNAMIC };
	struct xsw_events *ev = events_get();
	struct xsw_fdb_entry *e;
	__u32 epoch;

	if (!sw || !st || !ev)
		return 0;
	/* read before the table is: a flush in between makes what is learned now old */
	new.seq = sw->seq;
	epoch = sw->epoch;

	e = fdb_get(key);
	if (!e)
		return fdb_learn_new(sw, key, new, now);
	old.word = READ_ONCE(e->dest.word);
	if (old.state == XSW_FDB_STATIC || old.state == XSW_FDB_LOCAL) {
		if (old.port != port)
			return XSW_R_static_move;
		e->seen = now;
		fdb_remember(sw, st, key, epoch, now);
		return 0;
	}
	if (old.port == port && old.state == XSW_FDB_EXTERN)
		new.state = XSW_FDB_EXTERN;
	if (!fdb_valid(sw, e, old, key, now)) {
		/* an entry nobody may use: as good as new */
		if (dest_swap(&e->dest, old, new)) {
			e->updated = now;
			ev->learned++;
		}
	} else if (old.port != port) {
		if (dest_swap(&e->dest, old, new)) {
			e->updated = now;
			ev->moved++;
			epoch_bump(sw); /* the old port's CPUs must look again */
			if (old.state == XSW_FDB_EXTERN)
				age_push(key);
		}
	} else {
		if (old.word != new.word)
			dest_swap(&e->dest, old, new);
		/* only what was found right: after a change another CPU may have been quicker */
		fdb_remember(sw, st, key, epoch, now);
	}
	e->seen = now;
	return 0;
}

/* The port an individual address is on, by the table; 0: nobody knows. */
static __noinline __u32 fdb_find(const struct xsw_switch *sw, struct xsw_stats *st, __u64 key_word,
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
