/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mirror.h - copies of frames for mirrors, and the ports that take nothing else
 *
 * Only frames from or to a port with the bit `mirror` come here. A mirror copies a frame once:
 * as it came in, before anything is decided, or else in the form in which it leaves by the first
 * port that the mirror watches. A copy is a clone of the frame as it is, so segments stay together;
 * the tag it gets is pushed for it and popped again.
 *
 * A copy to a tunnel leaves its header beside the frame; see ctx_tunnel.h for who looks at
 * that, and peer_may() in walk.h.
 *
 * Nothing that comes in by an output port is switched, and nothing but copies leaves by it: a
 * copy that comes back there ends there.
 */
#ifndef XSW_MIRROR_COPY_H
#define XSW_MIRROR_COPY_H

#include "ctx_act.h"
#include "ctx_tunnel.h"
#include "ports.h"
#include "stats.h"
#include "vlan.h"
#include "xsw_trace.h"

/* A frame about to be copied: two words, for there is no stack left under a flood. */
union mirror_size {
	struct {
		__u32 len;     /* bytes as it leaves */
		__u32 payload; /* of its longest segment, as compared with MTUs */
	};
	__u64 word;
};

enum mirror_flag {
	MIRROR_TAGGED = 1 << 0, /* there is an outer tag that `payload` does not count */
	MIRROR_OWN = 1 << 1,	/* ... and it is that of the VLAN */
	MIRROR_RAW = 1 << 2,	/* as it came in */
};

union mirror_kind {
	struct {
		__u32 todo; /* mirrors that watch it here */
		__u16 vid;
		__u8 class;
		__u8 flags; /* enum mirror_flag */
	};
	__u64 word;
};

/* The VLAN of a frame that is not admitted to one: what its tag says, or the PVID. */
static __always_inline __u16 mirror_vid(const struct xsw_pkt *pkt, union xsw_conf conf)
{
	__u16 tpid = conf.flags & XSW_F_AD ? XSW_TPID_S : XSW_TPID_C;
	__u16 vid = pkt->outer.tpid == tpid ? pkt->outer.tci & XSW_VID_MASK : 0;

	if (!(conf.flags & XSW_F_VLAN))
		return vid;
	return conf.flags & XSW_F_TUNNEL || !vid ? conf.pvid : vid;
}

/*
 * To one port, in the form the frame has now; a tag that `payload` does not count is free, but to
 * a tunnel whose MTU has no room for one. 0, or negative: lost.
 */
static __always_inline int mirror_send(struct __sk_buff *skb, __u32 payload, __u32 tagged,
				       __u32 target)
{
	const struct xsw_port *port = port_get(target);
	__u32 ifindex = tx_ifindex(target);
	union xsw_conf conf;

	if (!port || !ifindex)
		return -1;
	conf.word = READ_ONCE(port->conf.word);
	if (tagged && conf.flags & XSW_F_ENCAP && conf.flags & XSW_F_ONE)
		payload += XSW_VLAN_HLEN;
	if (conf.state != XSW_STATE_FORWARDING || payload > conf.mtu)
		return -1;
	if (conf.flags & XSW_F_ENCAP && tunnel_encap(skb, target, 0))
		return -1;
	return act_copy(skb, ifindex) ? -1 : 0;
}

/* To the output port, or one leg of it; counted. */
__noinline int mirror_leg(struct __sk_buff *skb, __u64 size_word, __u64 kind_word, __u32 slot,
			  __u32 target)
{
	union mirror_size size = { .word = size_word };
	union mirror_kind kind = { .word = kind_word };
	struct xsw_mirror_stats *st = mirror_stats_get(slot);

	if (!st)
		return 0;
	if (mirror_send(skb, size.payload, kind.flags & MIRROR_TAGGED, target)) {
		st->lost++;
		return 0;
	}
	stats_count(&st->sent, size.len);
	stats_tx_class(target, kind.class, size.len);
	trace_mirrored(target, slot,
		       (kind.flags & MIRROR_OWN ? XSW_TP_TAGGED : 0) |
			       (kind.flags & MIRROR_RAW ? XSW_TP_RAW : 0));
	return 0;
}

/* The sizes of a frame with one more tag, and that it has one. */
static __always_inline void mirror_tagged(union mirror_size *size, union mirror_kind *kind)
{
	size->len += XSW_VLAN_HLEN;
	size->payload += kind->flags & MIRROR_TAGGED ? XSW_VLAN_HLEN : 0;
	kind->flags |= MIRROR_TAGGED;
}

/*
 * All that one mirror sends. The tag it gets, outside of all others, is there for it alone. Of a
 * frame of another VLAN it has had what it wants: where the frame leaves it is of the same VLAN.
 */
__noinline int mirror_one(struct __sk_buff *skb, __u64 size_word, __u64 kind_word, __u32 slot)
{
	union mirror_size size = { .word = size_word };
	union mirror_kind kind = { .word = kind_word };
	const struct xsw_mirror *m = mirror_get(slot);
	struct xsw_tag tag = { .tpid = XSW_TPID_C };
	struct xsw_mirror_stats *st;
	__u32 i;

	if (!m || (m->flags & XSW_M_VLANS && !vlan_bit(m->vlan, kind.vid)))
		return 0;
	tag.tci = m->tag;
	if (tag.tci && act_push(skb, tag)) {
		st = mirror_stats_get(slot);
		if (st)
			st->lost += m->legs;
		return 0;
	}
	if (tag.tci)
		mirror_tagged(&size, &kind);
	for (i = 0; i < XSW_MIRROR_LEGS && i < m->legs; i++)
		mirror_leg(skb, size.word, kind.word, slot, m->to[i]);
	/* what this may fail at is to put an inner tag beside the frame again: the bytes stay */
	if (m->tag)
		act_pop(skb);
	return 0;
}

/* The copies for the mirrors `todo` of `kind`. */
__noinline int mirror_copies(struct __sk_buff *skb, __u64 size, __u64 kind)
{
	__u32 todo = ((union mirror_kind){ .word = kind }).todo;
	int i;

	for (i = 0; i < XSW_MIRRORS && todo; i++) {
		mirror_one(skb, size, kind, lowest_bit(todo) % XSW_MIRRORS);
		todo &= todo - 1;
	}
	return 0;
}

/*
 * The copies of a frame for those of the mirrors `watching` that have none of it yet. `form`: how
 * it is now, enum mirror_flag.
 */
static __always_inline void mirror_out(struct __sk_buff *skb, struct xsw_walk *w,
				       const struct xsw_pkt *pkt, __u32 watching, __u32 form)
{
	union mirror_size size = {
		.len = vlan_len(pkt, form & MIRROR_TAGGED),
		.payload = pkt->payload,
	};
	union mirror_kind kind = {
		.todo = watching & w->mirrors, /* NOLINT(clang-analyzer-core.*): filled by words */
		.vid = pkt->vid,
		.class = pkt->class,
		.flags = form,
	};

	if (!kind.todo)
		return;
	if (!pkt->admitted)
		kind.vid = mirror_vid(pkt, w->conf);
	/* no VLAN's: content that a transparent port does not count, or nobody has looked yet */
	if (pkt->outer.tpid && (!pkt->admitted || !(w->conf.flags & XSW_F_VLAN || pkt->vid)))
		kind.flags |= MIRROR_TAGGED;
	w->mirrors &= ~kind.todo;
	mirror_copies(skb, size.word, kind.word);
}

/* With the tag of its VLAN, or without. */
static __always_inline __u32 mirror_form(int tagged)
{
	return tagged ? MIRROR_TAGGED | MIRROR_OWN : 0;
}

/*
 * The mirrors of this frame, read once: for one that came in by a port with the bit, mirror_in()
 * has done that.
 */
static __always_inline void mirror_begin(struct xsw_walk *w)
{
	if (!w->conf.mirror)
		w->mirrors = READ_ONCE(w->sw->mirrors);
}

/* A frame came in by a port with the bit: copied as it is. 0 or the reason to stop. */
static __noinline int mirror_in(struct __sk_buff *skb, struct xsw_walk *w,
				const struct xsw_pkt *pkt)
{
	const struct xsw_tap *tap = tap_get(w->port);

	w->mirrors = READ_ONCE(w->sw->mirrors);
	if (!tap)
		return 0;
	if (READ_ONCE(tap->output) & w->mirrors)
		return XSW_R_mirror_port;
	mirror_out(skb, w, pkt, READ_ONCE(tap->in), MIRROR_RAW);
	return 0;
}

/* The mirrors that watch what leaves by a port with the bit. */
static __always_inline __u32 mirror_watching(__u32 target)
{
	const struct xsw_tap *tap = tap_get(target);

	return tap ? READ_ONCE(tap->out) : 0;
}

/* The same for one port with the bit, by which the frame is about to leave. */
static __noinline void mirror_leave(struct __sk_buff *skb, struct xsw_walk *w,
				    const struct xsw_pkt *pkt, __u32 target, int tagged)
{
	mirror_begin(w);
	mirror_out(skb, w, pkt, mirror_watching(target), mirror_form(tagged));
}

#endif
