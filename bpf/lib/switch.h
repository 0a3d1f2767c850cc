/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * switch.h - the walk: what happens to a frame, in the order of the contract
 *
 * Pure decisions over struct xsw_pkt. sw_ingress() ends in a port, in a flood or in a reason;
 * sw_egress() says whether one port takes the frame. Acting on it is the context's work.
 */
#ifndef XSW_SWITCH_H
#define XSW_SWITCH_H

#include "learn.h"
#include "policy.h"
#include "stats.h"
#include "vlan.h"

#define SW_FLOOD   0	     /* sw_ingress: to every port that takes it */
#define SW_WIRE	   (1 << 16) /* sw_admit_special: plus the number of the other end */
#define SW_NO_COPY (1 << 16) /* sw_egress, beside the flag of a flood: not to ports of mirrors */

/* Steps 4 to 6 without policies: 0 or the reason. */
static __always_inline int sw_classify(const struct xsw_walk *w, struct xsw_pkt *pkt)
{
	int reason = vlan_classify(pkt, w->conf, w->port);

	if (reason)
		return reason;
	if (unlikely(mac_is_group(pkt->src)))
		return XSW_R_src_group;
	if (unlikely(!pkt->src))
		return XSW_R_src_zero;
	return 0;
}

/* Steps 1 to 7 for a port that conf_is_plain(): 0 or the reason. */
static __always_inline int sw_admit(const struct xsw_walk *w, struct xsw_pkt *pkt)
{
	if (unlikely(pkt->reason))
		return pkt->reason;
	if (unlikely(mac_is_link_local(pkt->dst)) &&
	    !(w->sw->group_fwd_mask >> mac_last_nibble(pkt->dst) & 1))
		return XSW_R_link_local;
	return sw_classify(w, pkt);
}

/*
 * Step 2. An error-disabled port whose time is up changes its configuration; to this frame, a
 * blocking port is one that does not learn.
 */
static __always_inline int sw_state(struct xsw_walk *w, int control)
{
	union xsw_conf conf = w->conf;

	if (conf.state == XSW_STATE_ERRDISABLED) {
		conf.word = policy_recover(w->port, conf.word, w->now);
		w->conf.state = conf.state; /* a tunnel may have set its VLAN */
	}
	switch (w->conf.state) {
	case XSW_STATE_LEARNING:
	case XSW_STATE_FORWARDING:
		return 0;
	case XSW_STATE_BLOCKING:
		w->conf.flags &= ~XSW_F_LEARNING;
		return control ? 0 : XSW_R_port_blocking;
	default:
		return XSW_R_port_down;
	}
}

/* Steps 1 to 7 for any port: 0, the reason, or SW_WIRE and the other end. */
static __always_inline int sw_admit_special(struct xsw_walk *w, struct xsw_pkt *pkt,
					    const struct xsw_detail *d)
{
	int control = mac_is_link_local(pkt->dst), reason = pkt->reason ?: sw_state(w, control);
	const struct xsw_policy *p = NULL;

	if (w->conf.watch)
		policy_unwatch(w->sw, w->port, w->now);
	if (reason)
		return reason;
	if (w->conf.policy & POLICY_STORED)
		p = policy_get(w->port);
	if (p && w->conf.policy & XSW_P_WIRE) {
		if (w->conf.state == XSW_STATE_LEARNING)
			return XSW_R_port_learning;
		if (w->conf.policy & XSW_P_METER)
			reason = policy_meter(w, pkt, p, d);
		return reason ?: SW_WIRE | p->wire;
	}
	if (control)
		reason = policy_control(w, pkt, p);
	if (!reason)
		reason = sw_classify(w, pkt);
	if (!reason)
		reason = policy_source(w, pkt, p, d);
	if (!reason && p && w->conf.policy & XSW_P_METER)
		reason = policy_meter(w, pkt, p, d);
	return reason;
}

/* Step 8. Returns 0 or the reason to stop; a mere note is counted here. */
static __always_inline int sw_learn(const struct xsw_walk *w, const struct xsw_pkt *pkt)
{
	union xsw_fdb_key key = fdb_key(pkt->src, pkt->vid);
	int reason;

	if (!(w->conf.flags & XSW_F_LEARNING)) {
		if (!w->sw->hosts || fdb_remembered(w->sw, w->st, key, w->now))
			return 0;
		return fdb_imposed(w->sw, w->st, key.word, w->port, w->now);
	}
	if (fdb_remembered(w->sw, w->st, key, w->now))
		return 0;
	reason = fdb_learn(w->sw, w->st, key.word, w->port, w->now);
	if (learn_is_note(reason)) {
		stats_reason(w->st, reason);
		return 0;
	}
	return reason;
}

/* The rest of step 10, for a target that forwards. */
static __always_inline int sw_fits(const struct xsw_pkt *pkt, union xsw_conf conf, __u16 flood)
{
	if (flood && !(conf.flags & flood))
		return XSW_R_no_target;
	if (unlikely(pkt->payload > conf.mtu))
		return XSW_R_too_big;
	return 0;
}

/* Split horizon: whether both ports are of one group. */
__noinline int sw_same_group(__u32 a, __u32 b)
{
	const struct xsw_port *p = port_get(a), *q = port_get(b);

	return p && q && READ_ONCE(p->group) == READ_ONCE(q->group);
}

/* Whether a port takes nothing but copies of mirrors. */
static __always_inline int sw_is_output(const struct xsw_walk *w, __u32 port)
{
	const struct xsw_tap *tap = tap_get(port);

	return tap && READ_ONCE(tap->output) & READ_ONCE(w->sw->mirrors);
}

/* The same as sw_egress() for a target with a policy, or one that does not forward. */
static __noinline int sw_egress_special(const struct xsw_walk *w, const struct xsw_pkt *pkt,
					__u32 target, __u64 conf_word, __u32 flood)
{
	union xsw_conf conf = { .word = conf_word };

	if (conf.mirror && (flood & SW_NO_COPY || sw_is_output(w, target)))
		return XSW_R_mirror_port;
	if (conf.watch)
		policy_unwatch(w->sw, target, w->now);
	if (conf.policy & w->conf.policy & XSW_P_ISOLATED)
		return XSW_R_isolated;
	if (conf.policy & w->conf.policy & XSW_P_GROUP && !(conf.flags & XSW_F_HAIRPIN) &&
	    sw_same_group(w->port, target))
		return XSW_R_isolated;
	if (!vlan_member(conf, target, pkt->vid))
		return XSW_R_vlan_egress;
	if (conf.state == XSW_STATE_ERRDISABLED)
		conf.word = policy_recover(target, conf_word, w->now);
	if (conf.state != XSW_STATE_FORWARDING || conf.policy & XSW_P_WIRE)
		return XSW_R_egress_down;
	return sw_fits(pkt, conf, flood);
}

/*
 * Step 10 for one target. Returns 0 (it takes the frame) or the reason why not; `flood` says
 * which class flag must be on, 0 for a frame that has this one target.
 */
static __always_inline int sw_egress(const struct xsw_walk *w, const struct xsw_pkt *pkt,
				     __u32 target, union xsw_conf conf, __u32 flood)
{
	if (target == w->port && !(conf.flags & XSW_F_HAIRPIN))
		return XSW_R_same_port;
	if (unlikely(!conf_is_open(conf)))
		return sw_egress_special(w, pkt, target, conf.word, flood);
	if (!vlan_member(conf, target, pkt->vid))
		return XSW_R_vlan_egress;
	return sw_fits(pkt, conf, flood);
}

/* Step 10 for the other end of a wire, which must be one itself: 0 or the reason. */
static __always_inline int sw_wire(const struct xsw_walk *w, const struct xsw_pkt *pkt,
				   __u32 target, union xsw_conf conf)
{
	if (conf.state == XSW_STATE_ERRDISABLED)
		conf.word = policy_recover(target, conf.word, w->now);
	if (target == w->port || conf.state != XSW_STATE_FORWARDING || !(conf.policy & XSW_P_WIRE))
		return XSW_R_egress_down;
	return pkt->payload > conf.mtu ? XSW_R_too_big : 0;
}

/* The port flag a flood of this class asks for. */
static __always_inline __u16 sw_flood_flag(__u8 class)
{
	if (class == XSW_BROADCAST)
		return XSW_F_BCAST_FLOOD;
	return class == XSW_MULTICAST ? XSW_F_MCAST_FLOOD : XSW_F_FLOOD;
}

/* Step 9: the one port of an individual address, or SW_FLOOD; the class follows. */
static __always_inline __u32 sw_destination(const struct xsw_walk *w, struct xsw_pkt *pkt)
{
	__u32 port;

	if (unlikely(pkt->class != XSW_UNICAST))
		return SW_FLOOD;
	port = fdb_lookup(w->sw, w->st, fdb_key(pkt->dst, pkt->vid), w->now);
	if (!port)
		pkt->class = XSW_UNKNOWN;
	return port;
}

/* Steps 8 and 9 for what passed the others. Returns a port number, SW_FLOOD, or -reason. */
static __always_inline int sw_ingress(const struct xsw_walk *w, struct xsw_pkt *pkt)
{
	int reason = sw_learn(w, pkt);

	if (!reason && unlikely(w->conf.state == XSW_STATE_LEARNING))
		reason = XSW_R_port_learning;
	if (reason)
		return -reason;
	return sw_destination(w, pkt);
}

#endif
