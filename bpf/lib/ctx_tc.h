/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ctx_tc.h - the tc context: an skb read into struct xsw_pkt, and ways to send it
 *
 * At tc ingress the outer tag stands beside the frame (skb_vlan_untag() ran first), whatever
 * its TPID; in BPF_PROG_TEST_RUN it is in the frame. Both are read. Only the first bytes may
 * be linear: pull, never drop for that.
 */
#ifndef XSW_CTX_TC_H
#define XSW_CTX_TC_H

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>

#include "ctx_act.h"
#include "switch.h"

#define TC_GSO_MIN 68 /* the least MTU of IPv4: a shorter packet fits as it is */

/* Bytes of L3 and L4 header before the data of a GSO packet whose L3 header is at `off`. */
static __noinline __u32 tc_gso_headers(struct __sk_buff *skb, __u32 off, __u16 proto)
{
	__u8 l3[10], doff = 0x50, l4_proto;
	__u32 l3_len;

	if (bpf_skb_load_bytes(skb, off, l3, sizeof(l3)))
		return 0;
	if (proto == 0x0800) {
		l3_len = (l3[0] & 0x0f) * 4;
		l4_proto = l3[9];
	} else if (proto == 0x86dd) {
		l3_len = 40;
		l4_proto = l3[6];
	} else {
		return 0;
	}
	bpf_skb_load_bytes(skb, off + l3_len + 12, &doff, 1);
	return l3_len + parse_l4_len(l4_proto, doff);
}

/* What the longest segment of this packet carries after the Ethernet header. */
static __noinline __u32 tc_segment(struct __sk_buff *skb, __u32 payload, __u32 off)
{
	__u32 gso_size = skb->gso_size, inner = 0;
	__be16 proto; /* skb->protocol would be that of an outer tag in the frame */

	if (!gso_size || bpf_skb_load_bytes(skb, off - 2, &proto, sizeof(proto)))
		return payload;
	if (proto == bpf_htons(XSW_TPID_C) || proto == bpf_htons(XSW_TPID_S)) { /* one more tag */
		if (bpf_skb_load_bytes(skb, off + 2, &proto, sizeof(proto)))
			return payload;
		inner = XSW_VLAN_HLEN;
	}
	return inner + tc_gso_headers(skb, off + inner, bpf_ntohs(proto)) + gso_size;
}

/* A frame whose header is not in the linear area, or not there at all. */
static __noinline int tc_pull(struct __sk_buff *skb, __u32 len)
{
	if (act_len(skb) < len)
		return -1;
	return bpf_skb_pull_data(skb, len);
}

static __always_inline int tc_linear(struct __sk_buff *skb, __u32 len)
{
	if ((void *)(long)skb->data + len <= (void *)(long)skb->data_end)
		return 0;
	return tc_pull(skb, len);
}

static __always_inline void tc_parse(struct __sk_buff *skb, struct xsw_pkt *pkt)
{
	__u32 inline_tag = 0;
	void *data;

	pkt->len = act_len(skb);
	if (tc_linear(skb, XSW_ETH_HLEN))
		goto runt;
	data = (void *)(long)skb->data;
	if (data + XSW_ETH_HLEN > (void *)(long)skb->data_end)
		goto runt;
	parse_addresses(pkt, data);
	if (unlikely(skb->vlan_present)) {
		pkt->outer.tpid = bpf_ntohs(skb->vlan_proto);
		pkt->outer.tci = skb->vlan_tci;
		pkt->len += XSW_VLAN_HLEN;
	} else if (unlikely(skb->protocol == bpf_htons(XSW_TPID_C) ||
			    skb->protocol == bpf_htons(XSW_TPID_S))) {
		if (tc_linear(skb, XSW_ETH_HLEN + XSW_VLAN_HLEN))
			goto truncated;
		data = (void *)(long)skb->data;
		if (data + XSW_ETH_HLEN + XSW_VLAN_HLEN > (void *)(long)skb->data_end)
			goto truncated;
		pkt->outer.tpid = bpf_ntohs(skb->protocol);
		pkt->outer.tci = be16_at(data + XSW_ETH_HLEN);
		inline_tag = XSW_VLAN_HLEN;
	}
	pkt->payload = act_len(skb) - XSW_ETH_HLEN - inline_tag;
	if (pkt->payload > TC_GSO_MIN)
		pkt->payload = tc_segment(skb, pkt->payload, XSW_ETH_HLEN + inline_tag);
	return;
truncated:
	pkt->reason = XSW_R_vlan_truncated;
	return;
runt:
	pkt->reason = XSW_R_runt;
}

/*
 * Packets and bytes of a frame that is cut into segments later, each with all headers in front.
 * A sender need not say how many there will be.
 */
static __always_inline void tc_load(struct __sk_buff *skb, const struct xsw_pkt *pkt,
				    struct xsw_load *load)
{
	__u32 size = skb->gso_size, headers;

	load->packets = 1;
	load->bytes = pkt->len;
	if (!size || pkt->payload < size)
		return;
	headers = XSW_ETH_HLEN + (pkt->outer.tpid ? XSW_VLAN_HLEN : 0) + pkt->payload - size;
	if (headers >= pkt->len)
		return;
	load->packets = skb->gso_segs ?: (pkt->len - headers + size - 1) / size;
	load->bytes += (load->packets - 1) * headers;
}

/*
 * The addresses a frame claims; what cannot be read is a claim nobody can allow. Not static: the
 * verifier looks at it once by itself, not again for every way that leads here.
 */
__noinline int tc_inet(struct __sk_buff *skb, struct xsw_inet *in)
{
	int i;

	if (!in)
		return 0;
	inet_begin(in, INET_TAGS - !!skb->vlan_present);
	for (i = 0; i < INET_STEPS; i++) {
		__u32 last = in->want - 1; /* nothing is wanted: too large a number */

		/* one test for both bounds: older verifiers learn nothing from "not 0" */
		asm volatile("" : "+r"(last));
		if (last >= sizeof(in->buf))
			return 0;
		if (act_load(skb, in->off, in->buf, last + 1))
			break;
		inet_step(in);
	}
	if (in->want)
		in->bad = 1;
	return 0;
}

/*
 * Give the frame the tag it leaves with, or take it. 0, or the reason why not: no memory; the
 * kernel cannot take a tag off in front of one that is cut short.
 */
static __always_inline int tc_retag(struct __sk_buff *skb, struct xsw_pkt *pkt, int tagged)
{
	if (tagged == pkt->own)
		return 0;
	if (tagged && act_push(skb, pkt->push))
		return XSW_R_egress_down;
	if (!tagged && act_pop(skb))
		return XSW_R_vlan_truncated;
	pkt->len = vlan_len(pkt, tagged);
	pkt->own = tagged;
	return 0;
}

/*
 * Port flags that remain when the frame is given a tag. Before 6.12 (commit 938863727076) a tag
 * pushed over one that is there moves the start of the data behind that. A device that sends
 * sets it right, the other end of a veth is given it as it is and finds no second tag.
 */
static __always_inline __u16 tc_second_tag(const struct __sk_buff *skb, __u32 kernel)
{
	return skb->vlan_present && !(kernel & XSW_K_TWO_TAGS) ? (__u16)~XSW_F_PEER : 0xffff;
}

#endif
