/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - telling listeners what happened
 *
 * Only cold paths tell: something was learned, moved, aged, refused, a frame ended. Nobody
 * listening costs one compare (settings.listening; settings.hearing for frames that end, so that
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

/* Who listens there and wants the kind. */
static __always_inline struct xsw_listener *event_wanted(__u32 slot, __u32 kind, __u64 now)
{
	struct xsw_listener *l = listener_get(slot);

	return l && READ_ONCE(l->until) > now && l->kinds >> (kind & 31) & 1 ? l : NULL;
}

/*
 * To every listener that wants the kind, `size` bytes that begin with the event. No bpf_loop():
 * its callback would be a frame more on a stack that is full where a flood finds that a port
 * recovers; 6.1 counts each frame as a multiple of 32 bytes (check_max_stack_depth()). And no
 * loop: a back edge that is no jump, as clang may lay it out, is refused there (push_insn(),
 * loop_ok).
 */
static __always_inline void event_send(const struct xsw_switch *sw, struct xsw_event *e, __u32 size)
{
	__u64 now = clock_now(sw);
	__u32 slot;

	UNROLL
	for (slot = 0; slot < XSW_RINGS; slot++) {
		struct xsw_listener *l = event_wanted(slot, e->kind, now);

		if (!l)
			continue;
		if (e->kind == XSW_EV_DROP && ring_unread(slot) >= XSW_RING_DROPS)
			word_add(&l->lost_drops, 1);
		else if (ring_put(slot, e, size))
			word_add(&l->lost, 1);
	}
}

/* A subprogram has five arguments. */
__noinline int event_emit(__u32 kind, __u64 key_word, __u32 port, __u32 old, __u32 state)
{
	const struct xsw_switch *sw = switch_get();
	struct xsw_event e = {
		.time = mono_now(),
		.key.word = key_word,
		.kind = kind,
		.port = port,
		.old = old,
		.state = state,
	};

	if (sw)
		event_send(sw, &e, sizeof(e));
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
	struct xsw_event e = {
		.time = mono_now(),
		.kind = XSW_EV_DROP,
		.port = port,
		.reason = reason,
	};
	__u16 vid;

	if (!sw || !pkt)
		return 0;
	vid = pkt->vid;
	if (!vid && pkt->outer.tpid)
		vid = pkt->outer.tci & XSW_VID_MASK;
	e.key = fdb_key(pkt->src, vid);
	__builtin_memcpy(e.dst, &pkt->dst, sizeof(e.dst));
	e.class = pkt->class;
	event_send(sw, &e, sizeof(e));
	return 0;
}

#endif
