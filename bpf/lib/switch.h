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
#include "stats.h"
#include "vlan.h"

/* What is known of the ingress side while a frame walks. */
struct xsw_walk {
	struct xsw_switch *sw;
	struct xsw_stats *st;
	union xsw_conf conf;
	__u32 port;
	__u64 now;
};

#define SW_FLOOD 0 /* sw_ingress: to every port that takes it */

/* Steps 1 to 6: 0 or the reason. */
static __always_inline int sw_admit(const struct xsw_walk *w, struct xsw_pkt *pkt)
{
	int reason;

	if (unlikely(pkt->reason))
		return pkt->reason;
	if (unlikely(w->conf.state == XSW_STATE_DISABLED))
		return XSW_R_port_down;
	if (unlikely(mac_is_link_local(pkt->dst))) {
		if (!(w->sw->group_fwd_mask >> mac_last_nibble(pkt->dst) & 1))
			return XSW_R_link_local;
	} else if (unlikely(w->conf.state == XSW_STATE_BLOCKING)) {
		return XSW_R_port_blocking;
	}
	reason = vlan_classify(pkt, w->conf, w->port);
	if (reason)
		return reason;
	if (unlikely(mac_is_group(pkt->src)))
		return XSW_R_src_group;
	if (unlikely(!pkt->src))
		return XSW_R_src_zero;
	return 0;
}

/* Step 8. Returns 0 or the reason to stop; a mere note is counted here. */
static __always_inline int sw_learn(const struct xsw_walk *w, const struct xsw_pkt *pkt)
{
	union xsw_fdb_key key = fdb_key(pkt->src, pkt->vid);
	int reason;

	if (!(w->conf.flags & XSW_F_LEARNING) || w->conf.state == XSW_STATE_BLOCKING) {
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

/*
 * Step 10 for one target. Returns 0 (it takes the frame) or the reason why not; `flood` says
 * which class flag must be on, 0 for a frame that has this one target.
 */
static __always_inline int sw_egress(const struct xsw_walk *w, const struct xsw_pkt *pkt,
				     __u32 target, union xsw_conf conf, __u16 flood)
{
	if (target == w->port && !(conf.flags & XSW_F_HAIRPIN))
		return XSW_R_same_port;
	if (!vlan_member(conf, target, pkt->vid))
		return XSW_R_vlan_egress;
	if (unlikely(conf.state != XSW_STATE_FORWARDING))
		return XSW_R_egress_down;
	if (flood && !(conf.flags & flood))
		return XSW_R_no_target;
	if (unlikely(pkt->payload > conf.mtu))
		return XSW_R_too_big;
	return 0;
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

/* The walk up to step 9. Returns a port number, SW_FLOOD, or -reason. */
static __always_inline int sw_ingress(const struct xsw_walk *w, struct xsw_pkt *pkt)
{
	int reason = sw_admit(w, pkt);

	if (!reason)
		reason = sw_learn(w, pkt);
	if (!reason && unlikely(w->conf.state == XSW_STATE_LEARNING))
		reason = XSW_R_port_learning;
	if (reason)
		return -reason;
	return sw_destination(w, pkt);
}

#endif
