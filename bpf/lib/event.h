/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event.h - telling listeners what happened
 *
 * Only cold paths tell: something was learned, moved, aged, refused. Nobody listening costs one
 * compare (settings.listening); a listener that was killed runs out by itself. A ring that is
 * full loses the event and counts that (struct xsw_listener).
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

/* To every listener that wants the kind. A subprogram has five arguments. */
static __noinline int event_emit(__u32 kind, __u64 key_word, __u32 port, __u32 old, __u32 state)
{
	struct xsw_event e = {
		.time = mono_now(),
		.key.word = key_word,
		.kind = kind,
		.port = port,
		.old = old,
		.state = state,
	};
	const struct xsw_switch *sw = switch_get();
	struct xsw_listener *l;
	__u64 now;
	__u32 i;

	if (!sw)
		return 0;
	now = clock_now(sw);
	for (i = 0; i < XSW_RINGS; i++) {
		l = listener_get(i);
		if (!l || READ_ONCE(l->until) <= now || !(l->kinds >> (kind & 31) & 1))
			continue;
		if (ring_put(i, &e))
			__sync_fetch_and_add(&l->lost, 1);
	}
	return 0;
}

static __always_inline void event_tell(const struct xsw_switch *sw, __u64 now, __u32 kind,
				       __u64 key_word, __u32 port, __u32 old, __u32 state)
{
	if (unlikely(now < READ_ONCE(sw->listening)))
		event_emit(kind, key_word, port, old, state);
}

#endif
