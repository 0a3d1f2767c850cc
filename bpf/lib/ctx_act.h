/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ctx_act.h - what is done to an skb at tc: retagged, copied, sent; and how long it is
 *
 * The walk acts by these functions alone. Results: 0, or negative: it could not be done; of those
 * that send the frame itself, the verdict the program returns.
 */
#ifndef XSW_CTX_ACT_H
#define XSW_CTX_ACT_H

#include <linux/bpf.h>
#include <bpf/bpf_endian.h>

#include "pkt.h"

#define ACT_PACKET_HOST 0 /* <linux/if_packet.h> */

/* Bytes of the frame, a tag beside it not counted. */
static __always_inline __u32 act_len(const struct __sk_buff *skb)
{
	return skb->len;
}

static __always_inline int act_load(const struct __sk_buff *skb, __u32 off, void *to, __u32 len)
{
	return bpf_skb_load_bytes(skb, off, to, len);
}

static __always_inline int act_push(struct __sk_buff *skb, struct xsw_tag tag)
{
	return bpf_skb_vlan_push(skb, bpf_htons(tag.tpid), tag.tci);
}

static __always_inline int act_pop(struct __sk_buff *skb)
{
	return bpf_skb_vlan_pop(skb);
}

/* The tunnel header that the frame gets from the device it leaves by. */
static __always_inline int act_encap(struct __sk_buff *skb, struct bpf_tunnel_key *key, __u64 flags)
{
	return bpf_skb_set_tunnel_key(skb, key, sizeof(*key), flags);
}

static __always_inline int act_copy(struct __sk_buff *skb, __u32 ifindex)
{
	return bpf_clone_redirect(skb, ifindex, 0);
}

static __always_inline int act_send(struct __sk_buff *skb, __u32 ifindex)
{
	return bpf_redirect(ifindex, 0);
}

/*
 * Straight into the other end of a veth, one stack traversal less than by its driver. Makes no MTU
 * check and, before 6.15, leaves the packet type OTHERHOST, which IP drops.
 */
static __always_inline int act_peer(struct __sk_buff *skb, __u32 ifindex, __u32 kernel)
{
	if (!(kernel & XSW_K_PEER_HOST) && skb->pkt_type != ACT_PACKET_HOST)
		bpf_skb_change_type(skb, ACT_PACKET_HOST);
	return bpf_redirect_peer(ifindex, 0);
}

#endif
