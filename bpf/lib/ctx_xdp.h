/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ctx_xdp.h - the XDP context: a frame read into struct xsw_pkt, and changes of its tag
 *
 * XDP sees the bytes of a frame and nothing beside them. A tag that the sender's stack or a
 * driver keeps beside the skb is invisible: such a frame looks untagged, and would lose its tag.
 * So the command switches that off (XSW_O_INNER_TXVLAN, XSW_O_OUTER_RXVLAN), and refuses VLANs
 * where the owner of a namespace could switch it on again.
 *
 * Everything here either succeeds or leaves the frame as it was, for xsw_tc to deal with.
 */
#ifndef XSW_CTX_XDP_H
#define XSW_CTX_XDP_H

#include <linux/bpf.h>
#include <bpf/bpf_endian.h>

#include "parse.h"

/*
 * xdpf_clone() makes each copy in one page: room in front, frame, struct skb_shared_info. It
 * checks neither for the latter nor for fragments, so both are checked here.
 */
#define XDP_FLOOD_MAX 2048

/*
 * Metadata of a flooded frame, from xsw_xdp to xsw_egr: what the one knows and the other would
 * have to find out again for each copy. xdpf_clone() copies it along. 32 bytes are allowed.
 */
struct xdp_mark {
	__u64 conf; /* union xsw_conf of the ingress port: the same for all copies */
	__u32 len;
	__u32 payload;
	struct xsw_tag push;
	__u16 port;
	__u16 vid;
	__u8 class;
	__u8 own;
	__u8 strip;
	__u8 pad;
} __attribute__((packed, aligned(4)));
XSW_ASSERT(sizeof(struct xdp_mark) == 28, "a multiple of 4, at most 32");

static __always_inline int xdp_is_tag(__be16 tpid)
{
	return tpid == bpf_htons(XSW_TPID_C) || tpid == bpf_htons(XSW_TPID_S);
}

/* As tc_parse(). The headers must be in the first fragment. */
static __always_inline void xdp_parse(struct xdp_md *ctx, struct xsw_pkt *pkt)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__be16 tpid;

	if (unlikely(data + XSW_ETH_HLEN > end)) {
		pkt->reason = XSW_R_runt;
		return;
	}
	parse_addresses(pkt, data);
	tpid = *(__be16 *)(data + 12);
	pkt->len = bpf_xdp_get_buff_len(ctx);
	pkt->payload = pkt->len - XSW_ETH_HLEN;
	if (!unlikely(xdp_is_tag(tpid)))
		return;
	if (unlikely(data + XSW_ETH_HLEN + XSW_VLAN_HLEN > end)) {
		pkt->reason = XSW_R_vlan_truncated;
		return;
	}
	pkt->outer.tpid = bpf_ntohs(tpid);
	pkt->outer.tci = be16_at(data + XSW_ETH_HLEN);
	pkt->payload -= XSW_VLAN_HLEN;
}

/* Bytes of the frame that ctx->data reaches; the rest is in fragments. */
static __always_inline __u32 xdp_linear(struct xdp_md *ctx)
{
	return ctx->data_end - ctx->data;
}

/* Something is in front of the frame already: a mark would be mistaken. */
static __always_inline int xdp_has_meta(struct xdp_md *ctx)
{
	return ctx->data_meta < ctx->data;
}

/*
 * Whether behind the outer tag stands one that is cut short: the kernel does not take a tag off
 * in front of it, and xsw_tc has a reason for that.
 */
static __noinline int xdp_cut_short(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	if (data + XSW_ETH_HLEN + 2 * XSW_VLAN_HLEN <= end)
		return 0;
	if (data + XSW_ETH_HLEN + XSW_VLAN_HLEN > end)
		return 1;
	return xdp_is_tag(*(__be16 *)(data + 12 + XSW_VLAN_HLEN));
}

/* Six bytes, from an address word. */
static __always_inline void xdp_put_address(void *to, __u64 mac)
{
	union xsw_fdb_key key = { .word = mac };

	__builtin_memcpy(to, key.mac, sizeof(key.mac));
}

/*
 * Behind the addresses: take a tag out (`cut`), put one in (`push`, TPID and TCI, 0: none).
 * Negative: no room, nothing done.
 */
static __noinline int xdp_tag(struct xdp_md *ctx, __u64 dst, __u64 src, int cut, __u32 push)
{
	int shift = (cut ? XSW_VLAN_HLEN : 0) - (push ? XSW_VLAN_HLEN : 0);
	void *data;

	if (shift && bpf_xdp_adjust_head(ctx, shift))
		return -1;
	data = (void *)(long)ctx->data;
	/* 14 bytes are left at least, with the tag 18: the kernel and xdp_parse() saw to that */
	if (data + XSW_ETH_HLEN > (void *)(long)ctx->data_end)
		return -1;
	xdp_put_address(data, dst);
	xdp_put_address(data + 6, src);
	if (!push)
		return 0;
	if (data + XSW_ETH_HLEN + XSW_VLAN_HLEN > (void *)(long)ctx->data_end)
		return -1;
	*(__be16 *)(data + 12) = bpf_htons(push >> 16);
	*(__be16 *)(data + 14) = bpf_htons(push & 0xffff);
	return 0;
}

/* The frame as it leaves; see vlan_len(). */
static __always_inline int xdp_retag(struct xdp_md *ctx, const struct xsw_pkt *pkt, int tagged)
{
	int cut = pkt->own || pkt->strip;

	if (!unlikely(tagged != pkt->own || pkt->strip))
		return 0;
	if (cut && xdp_cut_short(ctx))
		return -1;
	return xdp_tag(ctx, pkt->dst, pkt->src, cut,
		       tagged ? (__u32)pkt->push.tpid << 16 | pkt->push.tci : 0);
}

static __always_inline int xdp_mark(struct xdp_md *ctx, const struct xsw_pkt *pkt, __u64 conf,
				    __u32 port)
{
	struct xdp_mark *m;

	if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(*m))) /* not every driver has room */
		return -1;
	m = (void *)(long)ctx->data_meta;
	if ((void *)(m + 1) > (void *)(long)ctx->data)
		return -1;
	*m = (struct xdp_mark){
		.conf = conf,
		.len = pkt->len,
		.payload = pkt->payload,
		.push = pkt->push,
		.port = port,
		.vid = pkt->vid,
		.class = pkt->class,
		.own = pkt->own,
		.strip = pkt->strip,
	};
	return 0;
}

/* Read the mark and take it off. Negative: there is none. */
static __always_inline int xdp_unmark(struct xdp_md *ctx, struct xdp_mark *m)
{
	const struct xdp_mark *meta = (void *)(long)ctx->data_meta;

	if ((void *)(meta + 1) > (void *)(long)ctx->data)
		return -1;
	*m = *meta;
	return bpf_xdp_adjust_meta(ctx, sizeof(*m));
}

#endif
