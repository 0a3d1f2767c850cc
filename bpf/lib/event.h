/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - telling listeners what happened
 *
 * Only cold paths tell: something was learned, moved, aged, refused, a frame ended. Nobody
 * listening costs one compare (settings.listening; settings.watching for frames that end, so that
 * whoever wants no drops does not slow them down); a listener that was killed runs out by itself. A
 * ring that is full loses the event and counts that (struct xsw_listener).
 *
 * Frames may end faster than anybody reads. They get half of a ring: what they lose is counted
 * apart, and all else has the other half.
 *
 * Shapes: struct xsw_event; what `port`, `old` and the key mean depends on the kind, see
 * enum xsw_event_kind. Times are CLOCK_MONOTONIC, ns. Example: 02:00:00:00:00:0a of VLAN 10
 * moves from port 3 to port 1:
 *
 *	event_tell(sw, now, XSW_EV_MOVED, key.word, 1, 3, XSW_FDB_DYNAMIC);
 */
#ifndef XSW_EVENT_H
#define XSW_EVENT_H

#include "pkt.h"
#include "xsw_event.h"

struct event_out {
	struct xsw_event event;
	__u64 now;
};

/* Who listens there and wants the kind. */
static __always_inline struct xsw_listener *event_wanted(__u32 slot, __u32 kind, __u64 now)
{
	struct xsw_listener *l = listener_get(slot);

	return l && READ_ONCE(l->until) > now && l->kinds >> (kind & 31) & 1 ? l : NULL;
}

static long event_put(__u32 slot, void *arg)
{
	struct event_out *out = arg;
	struct xsw_listener *l = event_wanted(slot, out->event.kind, out->now);

	if (!l)
		return 0;
	if (out->event.kind == XSW_EV_DROP && ring_unread(slot) >= XSW_RING_DROPS)
		word_add(&l->lost_drops, 1);
	else if (ring_put(slot, &out->event, sizeof(out->event)))
		word_add(&l->lost, 1);
	return 0;
}

/* To every listener that wants the kind. A subprogram has five arguments. */
__noinline int event_emit(__u32 kind, __u64 key_word, __u32 port, __u32 old, __u32 state)
{
	const struct xsw_switch *sw = switch_get();
	struct event_out out = {
		.event.time = mono_now(),
		.event.key.word = key_word,
		.event.kind = kind,
		.event.port = port,
		.event.old = old,
		.event.state = state,
	};

	if (!sw)
		return 0;
	out.now = clock_now(sw);
	bpf_loop(XSW_RINGS, event_put, &out, 0);
	return 0;
}

static __always_inline void event_tell(const struct xsw_switch *sw, __u64 now, __u32 kind,
				       __u64 key_word, __u32 port, __u32 old, __u32 state)
{
	if (unlikely(is_heard(sw, now)))
		event_emit(kind, key_word, port, old, state);
}

/* A frame ends. Its VLAN, or that of its tag if it got into none. */
__noinline int event_drop(const struct xsw_pkt *pkt, __u32 port, __u32 reason)
{
	const struct xsw_switch *sw = switch_get();
	struct event_out out = {
		.event.time = mono_now(),
		.event.kind = XSW_EV_DROP,
		.event.port = port,
		.event.reason = reason,
	};
	__u16 vid;

	if (!sw || !pkt)
		return 0;
	vid = pkt->vid;
	if (!vid && pkt->outer.tpid)
		vid = pkt->outer.tci & XSW_VID_MASK;
	out.event.key = fdb_key(pkt->src, vid);
	__builtin_memcpy(out.event.dst, &pkt->dst, sizeof(out.event.dst));
	out.event.class = pkt->class;
	out.now = clock_now(sw);
	bpf_loop(XSW_RINGS, event_put, &out, 0);
	return 0;
}

#endif
