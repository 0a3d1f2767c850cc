/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vlan.h - which VLAN a frame belongs to, and how it leaves
 *
 * All modes are four things: the VLANs a port is a member of, those it sends untagged, its PVID
 * and the frames it accepts (802.1Q-2022 6.9, 8.6). Three shortcuts keep sets out of the hot
 * path: a transparent port has no XSW_F_VLAN and is a member of everything; a port with
 * XSW_F_ONE (access, dot1q-tunnel) is an untagged member of its PVID and nothing else; only
 * other ports have a set to look at.
 *
 * Only TPID 0x8100 makes a VLAN tag (0x88a8 on a port with XSW_F_AD); a frame with another one
 * is untagged and its bytes are content.
 */
#ifndef XSW_VLAN_H
#define XSW_VLAN_H

#include "pkt.h"

static __always_inline int vlan_bit(const __u64 *set, __u16 vid)
{
	return set[vid / 64 % XSW_VLAN_WORDS] >> vid % 64 & 1;
}

static __always_inline int vlan_member(union xsw_conf conf, __u32 port, __u16 vid)
{
	const struct xsw_sets *sets;

	if (!(conf.flags & XSW_F_VLAN))
		return 1;
	if (conf.flags & XSW_F_ONE)
		return vid == conf.pvid;
	sets = sets_get(port, conf.flags);
	return sets && vlan_bit(sets->member, vid);
}

/* Whether a frame of VLAN `vid` leaves this member with a tag. */
static __always_inline int vlan_tagged(union xsw_conf conf, __u32 port, __u16 vid)
{
	const struct xsw_sets *sets;

	if (!(conf.flags & XSW_F_VLAN))
		return vid != 0;
	if (conf.flags & XSW_F_ONE)
		return 0;
	sets = sets_get(port, conf.flags);
	return !sets || !vlan_bit(sets->untagged, vid);
}

/* 802.1Q-2022 clause 15: a tunnel port takes all, or only some customer VLANs. */
static __always_inline int vlan_tunnel(struct xsw_pkt *pkt, union xsw_conf conf, __u32 port)
{
	__u16 customer = pkt->outer.tpid == XSW_TPID_C ? pkt->outer.tci & XSW_VID_MASK : 0;

	if (conf.flags & XSW_F_CVLANS) {
		const struct xsw_sets *sets = sets_get(port, conf.flags);

		if (!sets || !vlan_bit(sets->cvlans, customer))
			return XSW_R_vlan_ingress;
	}
	pkt->vid = conf.pvid;
	return 0;
}

/* The PVID; a priority tag's PCP and DEI go with the frame. */
static __always_inline int vlan_untagged_in(struct xsw_pkt *pkt, union xsw_conf conf, int priority)
{
	if (!conf.pvid)
		return XSW_R_no_pvid;
	if (!(conf.flags & XSW_F_UNTAGGED))
		return XSW_R_frame_type;
	pkt->vid = conf.pvid;
	pkt->strip = priority != 0;
	if (priority)
		pkt->push.tci = pkt->outer.tci & XSW_TCI_PRIO;
	return 0;
}

static __always_inline int vlan_tagged_in(struct xsw_pkt *pkt, union xsw_conf conf, __u16 vid)
{
	if (vid == XSW_VLANS - 1)
		return XSW_R_vid_reserved;
	if (!(conf.flags & XSW_F_TAGGED))
		return XSW_R_frame_type;
	pkt->vid = vid;
	pkt->own = 1;
	return 0;
}

/* A port with VLANs: steps 4 and 5. Returns 0 or the reason. */
static __always_inline int vlan_aware(struct xsw_pkt *pkt, union xsw_conf conf, __u32 port)
{
	__u16 tpid = conf.flags & XSW_F_AD ? XSW_TPID_S : XSW_TPID_C;
	int is_tag = pkt->outer.tpid == tpid, reason;
	__u16 vid = pkt->outer.tci & XSW_VID_MASK;

	pkt->push.tpid = tpid;
	if (conf.flags & XSW_F_TUNNEL)
		reason = vlan_tunnel(pkt, conf, port);
	else if (is_tag && vid)
		reason = vlan_tagged_in(pkt, conf, vid);
	else
		reason = vlan_untagged_in(pkt, conf, is_tag);
	if (reason)
		return reason;
	pkt->push.tci |= pkt->vid;
	/* a tag that is content counts as such */
	if (pkt->outer.tpid && !pkt->own && !pkt->strip)
		pkt->payload += XSW_VLAN_HLEN;
	return vlan_member(conf, port, pkt->vid) ? 0 : XSW_R_vlan_ingress;
}

/* Steps 4 and 5: the VLAN of a frame. Returns 0 or the reason. */
static __always_inline int vlan_classify(struct xsw_pkt *pkt, union xsw_conf conf, __u32 port)
{
	int reason;

	if (conf.flags & XSW_F_VLAN) {
		reason = vlan_aware(pkt, conf, port);
		if (reason)
			return reason;
	} else if (pkt->outer.tpid == XSW_TPID_C) {
		pkt->vid = pkt->outer.tci & XSW_VID_MASK;
		if (pkt->vid == XSW_VLANS - 1)
			return XSW_R_vid_reserved;
		pkt->own = pkt->vid != 0; /* a priority tag stays: all of VLAN 0 is transparent */
	}
	pkt->admitted = 1;
	return 0;
}

/* Bytes of the frame as it leaves. */
static __always_inline __u32 vlan_len(const struct xsw_pkt *pkt, int tagged)
{
	__u32 len = pkt->len;

	if (pkt->own || pkt->strip)
		len -= XSW_VLAN_HLEN;
	return tagged ? len + XSW_VLAN_HLEN : len;
}

#endif
