/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parse.h - from the first bytes of a frame to struct xsw_pkt
 *
 * Pure: the caller has checked that the bytes are there. The outer tag may stand in the frame
 * or, at tc, beside it in the skb; both ways give the same packet.
 */
#ifndef XSW_PARSE_H
#define XSW_PARSE_H

#include "pkt.h"

static inline __u16 be16_at(const void *p)
{
	const __u8 *b = p;

	return (__u16)(b[0] << 8 | b[1]);
}

/* `eth` points at XSW_ETH_HLEN readable bytes; one unaligned load an address. */
static inline void parse_addresses(struct xsw_pkt *pkt, const void *eth)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	pkt->dst = *(const __u64 *)eth & XSW_MAC_BITS;
	pkt->src = *(const __u64 *)(eth + 6) & XSW_MAC_BITS;
#else
	pkt->dst = *(const __u64 *)eth & XSW_MAC_BITS;
	pkt->src = *(const __u64 *)(eth + 4) << 16;
#endif
	pkt->class = pkt_class(pkt->dst);
}

/*
 * Bytes of the L3 and L4 headers in front of the data of a GSO packet, from the start of the
 * L3 header; `l4_off` and `proto` come from parse_l3. TCP carries its own header length.
 */
static inline __u32 parse_l4_len(__u8 proto, __u8 tcp_doff)
{
	return proto == 6 /* TCP */ ? (__u32)(tcp_doff >> 4) * 4 : 8 /* UDP */;
}

#endif
