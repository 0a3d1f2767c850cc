/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * policy.h - what a port may not do although it forwards
 *
 * Only frames into, or floods and frames towards, a port that has a policy or does not forward
 * come here: the others pay one compare (conf_is_plain(), conf_is_open()). The steps are those of
 * the walk, in its order; switch.h calls them.
 *
 * The command writes `policies` and `meters` before the configuration word that says so, and
 * takes them away after: an entry that is not there belongs to a policy that is gone.
 *
 * A guarded port becomes error-disabled, and forwards again, by compare-and-swap of its
 * configuration word: a change by the command in between is not undone. Nobody waits for the
 * time to pass; the first frame after it, in or out, finds that it has.
 */
#ifndef XSW_POLICY_H
#define XSW_POLICY_H

#include "fdb.h"
#include "inet.h"
#include "meter.h"

#define POLICY_TRIES  4
#define POLICY_STORED (XSW_P_CONTROL | XSW_P_MACS | XSW_P_IPS | XSW_P_METER | XSW_P_WIRE)

/* What only policies ask of a frame; the context has read what the policy needs. */
struct xsw_detail {
	struct xsw_load load;
	struct xsw_inet inet;
};

/* Whether a port forwards, has none of these policies and nobody looks: one compare. */
static __always_inline int conf_is_free_of(union xsw_conf conf, __u8 policy)
{
	union xsw_conf mask = { .state = 7, .mirror = 1, .watch = 1, .policy = policy };
	union xsw_conf want = { .state = XSW_STATE_FORWARDING };

	return (conf.word & mask.word) == want.word;
}

/* The frame alone decides what becomes of it. */
static __always_inline int conf_is_plain(union xsw_conf conf)
{
	return conf_is_free_of(conf, (__u8)~XSW_P_GROUP);
}

/* It takes frames from any other port. */
static __always_inline int conf_is_open(union xsw_conf conf)
{
	return conf_is_free_of(conf, XSW_P_ISOLATED | XSW_P_WIRE | XSW_P_GROUP);
}

/* Whoever looked at the port was killed, or it would have renewed the time. */
__noinline int policy_unwatch(const struct xsw_switch *sw, __u32 number, __u64 now)
{
	struct xsw_port *port = port_get(number);
	union xsw_conf old, conf;

	if (!sw || !port || now < READ_ONCE(sw->watching))
		return 0;
	old.word = conf.word = READ_ONCE(port->conf.word);
	conf.watch = 0;
	return old.watch && conf_swap(port, old.word, conf.word);
}

/* The configuration word of an error-disabled port, with its state changed if its time is up. */
__noinline __u64 policy_recover(__u32 number, __u64 conf_word, __u64 now)
{
	const struct xsw_meter *m = meter_get(number);
	const struct xsw_switch *sw = switch_get();
	struct xsw_port *port = port_get(number);
	union xsw_conf old, conf;

	if (!m || !sw || !port || now < READ_ONCE(m->until))
		return conf_word;
	old.word = conf.word = READ_ONCE(port->conf.word);
	conf.state = XSW_STATE_FORWARDING;
	if (old.state == XSW_STATE_ERRDISABLED && conf_swap(port, old.word, conf.word)) {
		event_tell(sw, now, XSW_EV_RECOVERED, 0, number, 0, 0);
		return conf.word;
	}
	return READ_ONCE(port->conf.word);
}

/*
 * A BPDU came in by a guarded port. The time comes before the state: whoever sees the one sees
 * the other. A blocking or learning port forwards nothing anyway, and must not when the time is up.
 */
__noinline int policy_trip(const struct xsw_switch *sw, __u32 number, __u64 src, __u64 now)
{
	struct xsw_meter *m = meter_get(number);
	struct xsw_port *port = port_get(number);
	union xsw_conf old, new;
	int i;

	if (!sw || !port || !m)
		return XSW_R_bpdu_guard;
	WRITE_ONCE(m->until, sw->recovery ? now + sw->recovery : ~0ULL);
	for (i = 0; i < POLICY_TRIES; i++) {
		old.word = READ_ONCE(port->conf.word);
		if (old.state != XSW_STATE_FORWARDING)
			break;
		new = old;
		new.state = XSW_STATE_ERRDISABLED;
		if (!conf_swap(port, old.word, new.word))
			continue;
		event_tell(sw, now, XSW_EV_GUARD, src, number, 0, 0);
		break;
	}
	return XSW_R_bpdu_guard;
}

/* Step 3 for a control frame. */
static __always_inline int policy_control(const struct xsw_walk *w, const struct xsw_pkt *pkt,
					  const struct xsw_policy *p)
{
	__u32 bit = mac_last_nibble(pkt->dst), mask = w->sw->group_fwd_mask;

	if (p && w->conf.policy & XSW_P_CONTROL) {
		if (p->guard && !bit)
			return policy_trip(w->sw, w->port, pkt->src, w->now);
		mask |= p->group_fwd_mask;
	}
	return mask >> bit & 1 ? 0 : XSW_R_link_local;
}

/* Whether the source's entry is on this port, if it must be; and on no host port if it is not. */
__noinline int policy_entry(const struct xsw_switch *sw, __u64 key_word, __u32 port, __u32 locked,
			    __u64 now)
{
	union xsw_fdb_key key = { .word = key_word };
	const struct xsw_fdb_entry *e = fdb_get(key);
	union xsw_fdb_dest dest;
	__u32 missing = locked ? XSW_R_locked : 0;

	if (!sw || !e)
		return missing;
	dest.word = READ_ONCE(e->dest.word);
	if (dest.port == port)
		return fdb_valid(sw, e, dest, key, now) ? 0 : missing;
	return dest.state == XSW_FDB_LOCAL ? XSW_R_src_local : missing;
}

/* Step 6, after what holds for every port. */
static __always_inline int policy_source(const struct xsw_walk *w, const struct xsw_pkt *pkt,
					 const struct xsw_policy *p, const struct xsw_detail *d)
{
	__u32 locked = w->conf.policy & XSW_P_LOCKED;
	union xsw_fdb_key key = fdb_key(pkt->src, pkt->vid);
	int reason;

	/* what is remembered is no host's, but may be in no table */
	if (locked || (w->sw->hosts && !fdb_remembered(w->sw, w->st, key, w->now))) {
		reason = policy_entry(w->sw, key.word, w->port, locked, w->now);
		if (reason)
			return reason;
	}
	if (!p)
		return 0;
	if (w->conf.policy & XSW_P_MACS && !mac_allowed(p->list, pkt->src))
		return XSW_R_spoofed_mac;
	if (w->conf.policy & XSW_P_IPS && !inet_allowed(&d->inet, p->list))
		return XSW_R_spoofed_ip;
	return 0;
}

/* Whether an individual address would be flooded. */
static __always_inline int policy_is_unknown(const struct xsw_walk *w, const struct xsw_pkt *pkt)
{
	__u32 port = fdb_lookup(w->sw, w->st, fdb_key(pkt->dst, pkt->vid), w->now);

	return !port || !tx_ifindex(port);
}

/* The bucket of storm control that a frame is for, XSW_METER_POLICE: none. */
static __always_inline __u32 policy_storm_id(const struct xsw_walk *w, const struct xsw_pkt *pkt,
					     const struct xsw_policy *p)
{
	if (pkt->class == XSW_BROADCAST)
		return XSW_METER_BROADCAST;
	if (pkt->class == XSW_MULTICAST)
		return XSW_METER_MULTICAST;
	if (w->conf.policy & XSW_P_WIRE || !p->rate[XSW_METER_UNKNOWN].rate ||
	    !policy_is_unknown(w, pkt))
		return XSW_METER_POLICE;
	return XSW_METER_UNKNOWN;
}

/* Step 7. */
static __always_inline int policy_meter(const struct xsw_walk *w, struct xsw_pkt *pkt,
					const struct xsw_policy *p, const struct xsw_detail *d)
{
	struct xsw_meter *m = meter_get(w->port);
	__u32 id = policy_storm_id(w, pkt, p);
	__u64 now = mono_now();

	if (!m)
		return 0;
	if (id < XSW_METER_POLICE && !meter_pass(&m->full[id], &p->rate[id], &d->load, now)) {
		if (id == XSW_METER_UNKNOWN)
			pkt->class = XSW_UNKNOWN;
		return XSW_R_storm;
	}
	if (!meter_pass(&m->full[XSW_METER_POLICE], &p->rate[XSW_METER_POLICE], &d->load, now))
		return XSW_R_policed;
	return 0;
}

#endif
