/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ctl.h - what the command asks the kernel side to do, through BPF_PROG_TEST_RUN
 *
 * Entries are changed here and not by bpf(2), because learning goes on meanwhile: the same
 * compare-and-swaps, the same accounts. Results: 0 or -errno; -EAGAIN: another CPU was changing
 * the entry, ask again; -EDQUOT: a limit of learned addresses. Requests: struct xsw_ctl.
 */
#ifndef XSW_CTL_H
#define XSW_CTL_H

#include "age.h"

#define CTL_ENOENT 2
#define CTL_E2BIG  7
#define CTL_EAGAIN 11
#define CTL_EINVAL 22
#define CTL_EDQUOT 122

/* What to do where there is an entry already, and whether limits hold. */
enum ctl_how {
	CTL_ADD = 1 << 0,   /* refuse if it is valid */
	CTL_NEWER = 1 << 1, /* keep what was changed last */
	CTL_FORCE = 1 << 2, /* whatever the limits */
};

/* account_take() as an errno. */
static __always_inline int ctl_take(const struct xsw_switch *sw, __u64 key_word, __u64 dest_word,
				    __u32 room)
{
	int err = account_take(sw, key_word, dest_word, room);

	if (err < 0)
		return -CTL_EDQUOT;
	if (err == ACCOUNT_FULL)
		return -CTL_E2BIG;
	return err ? -CTL_EAGAIN : 0;
}

static __noinline int ctl_new(const struct xsw_switch *sw, const struct xsw_ctl_entry *new,
			      __u32 how)
{
	union xsw_fdb_dest dest;
	int err = 0;

	if (!new)
		return -CTL_EINVAL;
	dest = new->entry.dest;
	if (dest.state == XSW_FDB_DYNAMIC)
		err = ctl_take(sw, new->key.word, dest.word,
			       how & CTL_FORCE ? ACCOUNT_NONE : ACCOUNT_ALL);
	if (err)
		return err;
	err = fdb_add(new->key, &new->entry);
	if (err) {
		account_give(new->key.word, dest.word);
		return err == -FDB_EEXIST ? -CTL_EAGAIN : err;
	}
	if (dest.state == XSW_FDB_DYNAMIC && fdb_enqueue(new->key.word))
		return -CTL_E2BIG;
	return 0;
}

/* Another destination for an entry that is there. */
static __noinline int ctl_change(const struct xsw_switch *sw, const struct xsw_ctl_entry *new,
				 __u64 old_word, __u32 how)
{
	union xsw_fdb_dest old = { .word = old_word }, dest;
	int counted, same, err = 0;
	struct xsw_fdb_entry *e;

	if (!sw || !new)
		return -CTL_EINVAL;
	dest = new->entry.dest;
	counted = old.state == XSW_FDB_DYNAMIC && !fdb_flushed(sw, old_word, new->key.word);
	same = counted && dest.state == XSW_FDB_DYNAMIC && dest.port == old.port;
	if (dest.state == XSW_FDB_DYNAMIC && !same)
		err = ctl_take(sw, new->key.word, dest.word,
			       how & CTL_FORCE ? ACCOUNT_NONE :
			       counted	       ? ACCOUNT_PORT :
						 ACCOUNT_ALL);
	if (err)
		return err;
	if (!fdb_change(new->key.word, old_word, dest.word)) {
		if (!same)
			account_give(new->key.word, dest.word);
		return -CTL_EAGAIN;
	}
	if (!same)
		account_give(new->key.word, old_word);
	e = fdb_get(new->key);
	if (e) {
		e->moves = 0;
		e->seen = new->entry.seen;
		e->updated = new->entry.updated;
	}
	if (dest.state == XSW_FDB_DYNAMIC && old.state != XSW_FDB_DYNAMIC &&
	    fdb_enqueue(new->key.word))
		return -CTL_E2BIG;
	return 0;
}

static __noinline int ctl_put(const struct xsw_switch *sw, const struct xsw_ctl_entry *new,
			      __u32 how)
{
	struct xsw_fdb_entry *e;
	union xsw_fdb_dest old;

	if (!sw || !new)
		return -CTL_EINVAL;
	e = fdb_get(new->key);
	if (!e)
		return ctl_new(sw, new, how);
	old.word = READ_ONCE(e->dest.word);
	if (old.state == XSW_FDB_DYING)
		return -CTL_EAGAIN;
	if (!fdb_valid(sw, e, old, new->key, sw->clock))
		return ctl_change(sw, new, old.word, how);
	if (how & CTL_ADD)
		return -FDB_EEXIST;
	if (how & CTL_NEWER && (__s64)(new->entry.updated - e->updated) <= 0) {
		if ((__s64)(new->entry.seen - e->seen) > 0)
			e->seen = new->entry.seen;
		return 0;
	}
	return ctl_change(sw, new, old.word, how);
}

/* Add or replace one entry. */
static __always_inline int ctl_fdb(const struct xsw_ctl *c, struct xsw_switch *sw)
{
	struct xsw_ctl_entry new = {
		.key = c->key,
		.entry.dest.port = c->port,
		.entry.dest.state = c->state,
		.entry.dest.seq = READ_ONCE(sw->seq),
		.entry.seen = sw->clock,
		.entry.updated = sw->clock,
	};
	int err;

	if (c->port >= XSW_PORTS || c->state >= XSW_FDB_STATES || c->key.vid >= XSW_VLANS)
		return -CTL_EINVAL;
	err = ctl_put(sw, &new, c->op == XSW_CTL_FDB_ADD ? CTL_ADD : 0);
	epoch_bump(sw);
	if (!err)
		event_tell(sw, sw->clock, XSW_EV_SET, c->key.word, c->port, 0, c->state);
	return err;
}

static __always_inline int ctl_del(const struct xsw_ctl *c, struct xsw_switch *sw)
{
	const struct xsw_fdb_entry *e = fdb_get(c->key);
	union xsw_fdb_dest dest;

	if (!e)
		return -CTL_ENOENT;
	dest.word = READ_ONCE(e->dest.word);
	if (!fdb_valid(sw, e, dest, c->key, sw->clock))
		return -CTL_ENOENT;
	if (!fdb_forget(c->key.word, dest.word))
		return -CTL_EAGAIN;
	epoch_bump(sw);
	event_tell(sw, sw->clock, XSW_EV_DELETED, c->key.word, dest.port, 0, dest.state);
	return 0;
}

struct ctl_copy {
	struct __sk_buff *skb;
	struct xsw_switch *sw;
	__u32 how;
	int err;
};

/*
 * One entry of another table. Where frames are learned meanwhile, one that finds no room under a
 * limit, or none at all, was never learned.
 */
static long ctl_copy_one(__u32 i, void *arg)
{
	struct ctl_copy *copy = arg;
	__u32 off = XSW_CTL_HDR + sizeof(struct xsw_ctl) + i * sizeof(struct xsw_ctl_entry);
	struct xsw_ctl_entry new;
	int err;

	if (bpf_skb_load_bytes(copy->skb, off, &new, sizeof(new))) {
		copy->err = -CTL_EINVAL;
		return 1;
	}
	new.entry.dest.port %= XSW_PORTS;
	new.key.vid %= XSW_VLANS;
	new.entry.dest.flags = 0;
	new.entry.round = 0;
	new.entry.dest.seq = READ_ONCE(copy->sw->seq);
	err = ctl_put(copy->sw, &new, copy->how);
	if (!(copy->how & CTL_FORCE) && (err == -CTL_EDQUOT || err == -CTL_E2BIG))
		return 0;
	copy->err = err;
	return err != 0;
}

static __always_inline int ctl_copy(const struct xsw_ctl *c, struct xsw_switch *sw,
				    struct __sk_buff *skb)
{
	struct ctl_copy copy = {
		.skb = skb,
		.sw = sw,
		.how = CTL_NEWER | (c->state ? 0 : CTL_FORCE),
	};

	if (c->port > XSW_CTL_COPIES)
		return -CTL_EINVAL;
	bpf_loop(c->port, ctl_copy_one, &copy, 0);
	epoch_bump(sw);
	return copy.err;
}

struct ctl_flush {
	__u32 port; /* 0: any */
	__u32 vid;  /* XSW_ANY_VID */
	__u32 stamp;
};

static long ctl_flush_pair(void *map, const struct xsw_pair_key *key, union xsw_pair *pair,
			   struct ctl_flush *f)
{
	if ((!f->port || f->port == key->port) && (f->vid == XSW_ANY_VID || f->vid == key->vid))
		pair_flush(pair, key->port, key->vid, f->stamp);
	return 0;
}

/*
 * The stamp is stored before `seq` moves: an entry learned in between is flushed too. Then every
 * pair concerned is brought up to date, so that the counts are right at once; the cost follows
 * the pairs, not the entries. One VLAN of one port: without a pair it never learned anything, which
 * is not worth an event (a port that changes its mode leaves thousands), and who is about to
 * sees vlan_flush (account_take()).
 */
static __always_inline int ctl_flush(const struct xsw_ctl *c, struct xsw_switch *sw)
{
	struct ctl_flush f = { .port = c->port, .vid = c->key.vid, .stamp = sw->seq + 1 };
	int one = f.port && f.vid != XSW_ANY_VID;
	struct xsw_port *port = port_get(f.port);
	struct xsw_vlan *vlan = vlan_get(f.vid == XSW_ANY_VID ? 0 : f.vid);
	int any = 1;

	if (!port || !vlan)
		return -CTL_EINVAL;
	if (one) {
		stamp_store(&port->vlan_flush, f.stamp);
		any = pair_get(f.port, f.vid) != NULL;
		pair_flush(pair_get(f.port, f.vid), f.port, f.vid, f.stamp);
	} else if (f.port) {
		stamp_store(&port->flush, f.stamp);
	} else if (f.vid != XSW_ANY_VID) {
		stamp_store(&vlan->flush, f.stamp);
	} else {
		stamp_store(&sw->flush, f.stamp);
	}
	stamp_store(&sw->seq, f.stamp);
	epoch_bump(sw);
	if (!one)
		bpf_for_each_map_elem(&pairs, ctl_flush_pair, &f, 0);
	age_soon();
	if (any)
		event_tell(sw, sw->clock, XSW_EV_FLUSHED, fdb_key(0, f.vid).word, f.port, 0,
			   XSW_FDB_DYNAMIC);
	return 0;
}

/* What a command did. */
static __noinline int ctl_tell(struct __sk_buff *skb, const struct xsw_switch *sw)
{
	struct xsw_tell tell;

	if (!sw ||
	    bpf_skb_load_bytes(skb, XSW_CTL_HDR + sizeof(struct xsw_ctl), &tell, sizeof(tell)))
		return -CTL_EINVAL;
	if (tell.event.kind == XSW_EV_RECOVERED) {
		event_tell(sw, sw->clock, XSW_EV_RECOVERED, 0, tell.event.port, 0, 0);
		return 0;
	}
	if (tell.event.kind != XSW_EV_PORT && tell.event.kind != XSW_EV_CONFIG)
		return -CTL_EINVAL;
	tell.event.time = mono_now();
	event_send(sw, &tell.event, sizeof(tell));
	return 0;
}

static __always_inline int ctl_run(struct __sk_buff *skb)
{
	struct xsw_switch *sw = switch_get();
	struct xsw_ctl c;

	if (!sw || bpf_skb_load_bytes(skb, XSW_CTL_HDR, &c, sizeof(c)))
		return -CTL_EINVAL;
	sw->clock = clock_now(sw);
	switch (c.op) {
	case XSW_CTL_CLOCK:
		return 0;
	case XSW_CTL_AGE_START:
		return age_start();
	case XSW_CTL_FDB_ADD:
	case XSW_CTL_FDB_PUT:
		return ctl_fdb(&c, sw);
	case XSW_CTL_FDB_DEL:
		return ctl_del(&c, sw);
	case XSW_CTL_FDB_COPY:
		return ctl_copy(&c, sw, skb);
	case XSW_CTL_FLUSH:
		return ctl_flush(&c, sw);
	case XSW_CTL_TELL:
		return ctl_tell(skb, sw);
	default:
		return -CTL_EINVAL;
	}
}

#endif
