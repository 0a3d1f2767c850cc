/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pkt.h - what a decision knows of a frame
 *
 * A context (ctx_tc.h) fills struct xsw_pkt once; every decision reads only it. An address is
 * a 64-bit word holding the six bytes in memory order, so that one load fetches it and
 * address + VID is the word of union xsw_fdb_key. Only this file knows where the bytes lie.
 */
#ifndef XSW_PKT_H
#define XSW_PKT_H

#include "xsw_abi.h"

/*
 * Subprograms. One that is not static is verified once, for whatever arguments of its types: in
 * that way xsw_tc takes 42 k instructions of the verifier instead of 108 k. It takes words and
 * structures without pointers, each of which may be NULL.
 */

/* The compiler lays the rest out of the way of the hit path. */
#define unlikely(x) __builtin_expect(!!(x), 0)

#define XSW_ETH_HLEN  14
#define XSW_VLAN_HLEN 4
#define XSW_TPID_C    0x8100 /* customer tag, 802.1Q-2022 9.5 */
#define XSW_TPID_S    0x88a8 /* service tag; the kernel takes it out of a frame likewise */
#define XSW_TPID_OLD  0x9100 /* service tag of old devices; content, to the switch */

#define XSW_TCI_PRIO 0xf000 /* PCP and DEI */

/* A tag in host byte order; tpid 0: none. */
struct xsw_tag {
	__u16 tpid;
	__u16 tci;
};

struct xsw_pkt {
	__u64 dst; /* address word */
	__u64 src;
	__u32 len; /* bytes as it came in, its outer tag included */
	__u32 payload; /* bytes after the Ethernet header and the VLAN's tag, of the longest GSO segment */
	struct xsw_tag outer; /* the outer tag as it came in */
	struct xsw_tag push;  /* the tag it gets where it leaves tagged and has none */
	__u16 vid;	      /* its VLAN; 0: that of untagged frames of transparent ports */
	__u16 reason;	      /* enum xsw_reason when the frame cannot be read, else 0 */
	__u8 class;	      /* enum xsw_class */
	__u8 own;	      /* the outer tag is the VLAN's: it may be popped */
	__u8 strip;    /* the outer tag is a priority tag that a VLAN port took: to be removed */
	__u8 admitted; /* to its VLAN: passed the ingress filter */
};

/* What is known of the ingress side while a frame walks. */
struct xsw_walk {
	struct xsw_switch *sw;
	struct xsw_stats *st;
	union xsw_conf conf;
	__u32 port;
	__u32 mirrors; /* that may still copy the frame, once mirror_begin() or mirror_in() ran */
	__u64 now;
};

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define XSW_MAC_SHIFT	0
#define XSW_MAC_BYTE(i) (8 * (i))
#else
#define XSW_MAC_SHIFT	16
#define XSW_MAC_BYTE(i) (8 * (7 - (i)))
#endif

#define XSW_MAC_BITS	     (0xffffffffffffULL << XSW_MAC_SHIFT)
#define XSW_MAC_AT(i, value) ((__u64)(value) << XSW_MAC_BYTE(i))

static inline int mac_is_group(__u64 mac)
{
	return (mac & XSW_MAC_AT(0, 1)) != 0;
}

static inline int mac_is_broadcast(__u64 mac)
{
	return mac == XSW_MAC_BITS;
}

/* 01:80:c2:00:00:00 .. 0f, 802.1Q-2022 table 8-1 */
static inline int mac_is_link_local(__u64 mac)
{
	return (mac & ~XSW_MAC_AT(5, 0x0f)) ==
	       (XSW_MAC_AT(0, 0x01) | XSW_MAC_AT(1, 0x80) | XSW_MAC_AT(2, 0xc2));
}

static inline __u32 mac_last_nibble(__u64 mac)
{
	return (mac >> XSW_MAC_BYTE(5)) & 0x0f;
}

static inline union xsw_fdb_key fdb_key(__u64 mac, __u16 vid)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (union xsw_fdb_key){ .word = mac | (__u64)vid << 48 };
#else
	return (union xsw_fdb_key){ .word = mac | vid };
#endif
}

/* The class by address alone: an individual one becomes UNKNOWN when it is flooded. */
static inline __u8 pkt_class(__u64 dst)
{
	if (!mac_is_group(dst))
		return XSW_UNICAST;
	return mac_is_broadcast(dst) ? XSW_BROADCAST : XSW_MULTICAST;
}

#endif
