/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ctx_act_dry.h - ctx_act.h without consequences: what would be done to the frame, foretold
 *
 * Only what the frame itself makes fail is foretold; that memory runs out is not.
 */
#ifndef XSW_CTX_ACT_DRY_H
#define XSW_CTX_ACT_DRY_H
#define XSW_CTX_ACT_H

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_endian.h>

#include "state_dry.h"

#define ACT_EFAULT 14
#define ACT_EINVAL 22

/* A test run takes no more than a page, so of a longer frame only its beginning is there. */
static __always_inline __u32 act_len(const struct __sk_buff *skb)
{
	const struct dry *d = dry_get();

	return d && d->len ? d->len : skb->len;
}

/* What is behind the end of the frame may be padding of a test run. */
static __always_inline int act_load(const struct __sk_buff *skb, __u32 off, void *to, __u32 len)
{
	__u32 have = act_len(skb);

	if (off > have || have - off < len)
		return -ACT_EFAULT;
	return bpf_skb_load_bytes(skb, off, to, len);
}

static __always_inline int act_push(struct __sk_buff *skb, struct xsw_tag tag)
{
	return 0;
}

static __always_inline int act_is_tag(__u32 type)
{
	return type == bpf_htons(XSW_TPID_C) || type == bpf_htons(XSW_TPID_S);
}

/*
 * skb_vlan_pop() takes the outer tag and puts the next one of the frame beside it, for which it
 * wants an Ethernet header with a whole tag (VLAN_ETH_HLEN) in what is left.
 */
static __noinline int act_pop(struct __sk_buff *skb)
{
	__u32 left = act_len(skb);
	__be16 type = skb->protocol;

	if (!skb->vlan_present) {
		left -= XSW_VLAN_HLEN;
		if (act_load(skb, XSW_ETH_HLEN + 2, &type, sizeof(type)))
			return -ACT_EFAULT;
	}
	return act_is_tag(type) && left < XSW_ETH_HLEN + XSW_VLAN_HLEN ? -ACT_EFAULT : 0;
}

/* A subprogram is given the context even if nothing is done with it: the verifier wants one. */
static __always_inline int act_encap(struct __sk_buff *skb, struct bpf_tunnel_key *key, __u64 flags)
{
	asm volatile("" : : "r"(skb));
	return 0;
}

static __always_inline int act_copy(struct __sk_buff *skb, __u32 ifindex)
{
	return 0;
}

static __always_inline int act_send(struct __sk_buff *skb, __u32 ifindex)
{
	return TC_ACT_REDIRECT;
}

static __always_inline int act_peer(struct __sk_buff *skb, __u32 ifindex, __u32 kernel)
{
	return TC_ACT_REDIRECT;
}

#endif
