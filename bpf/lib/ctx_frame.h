/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ctx_frame.h - the tc context: the bytes of a frame as on the wire, behind its record
 */
#ifndef XSW_CTX_FRAME_H
#define XSW_CTX_FRAME_H

#include <linux/bpf.h>
#include <bpf/bpf_endian.h>

#include "watch.h"

#define FRAME_TAG_AT 12 /* where the outer tag begins */

/* Bytes from `off` on; 0 or negative. One test for both bounds: see tc_inet(). */
static __always_inline int frame_load(struct __sk_buff *skb, __u32 off, __u8 *to, __u32 len)
{
	__u32 last = len - 1;

	asm volatile("" : "+r"(last));
	if (last >= XSW_TRACE_SNAP - FRAME_TAG_AT - XSW_VLAN_HLEN)
		return -1;
	return bpf_skb_load_bytes(skb, off, to, last + 1);
}

/* At most `snaplen` bytes, with the tag that stands beside the frame in its place: how many. */
static __noinline __u32 frame_copy(struct __sk_buff *skb, __u8 *to, __u32 snaplen)
{
	__u32 tag = skb->vlan_present ? XSW_VLAN_HLEN : 0, len = skb->len + tag;

	if (len > snaplen)
		len = snaplen;
	if (len > XSW_TRACE_SNAP)
		len = XSW_TRACE_SNAP;
	if (!to || len < FRAME_TAG_AT + tag || bpf_skb_load_bytes(skb, 0, to, FRAME_TAG_AT))
		return 0;
	if (tag) {
		*(__be16 *)(to + FRAME_TAG_AT) = skb->vlan_proto;
		*(__be16 *)(to + FRAME_TAG_AT + 2) = bpf_htons(skb->vlan_tci);
	}
	if (len == FRAME_TAG_AT + tag)
		return len;
	return frame_load(skb, FRAME_TAG_AT, to + FRAME_TAG_AT + tag, len - FRAME_TAG_AT - tag) ?
		       0 :
		       len;
}

/* The record and as much of its frame as it says: 0, or negative: no room. */
static __always_inline int frame_emit(void *ring, struct watch_out *out)
{
	__u32 len = out->rec.caplen;

	if (len > XSW_TRACE_SNAP)
		return -1;
	return bpf_ringbuf_output(ring, out, sizeof(out->rec) + len, 0);
}

#endif
