/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * inet.h - whose addresses a frame claims to have: IPv4, ARP, IPv6, neighbour discovery
 *
 * Pure, and a machine in steps: it says which bytes of the frame it wants, whoever knows the
 * frame puts them into `buf`, it says which it wants next. What must be allowed:
 *
 *	IPv4	source
 *	ARP	sender; of a probe (sender 0.0.0.0, RFC 5227 2.1.1) the target
 *	IPv6	source
 *	NS	source; of duplicate address detection (source ::, RFC 4862 5.4.2) the target
 *	NA	source and target
 *
 * A header of these that is cut short or makes no sense is not readable, and neither is what
 * stands behind more tags or extension headers than are walked. Fragments need no care: each has
 * a source, and a fragmented ND message is none (RFC 6980).
 */
#ifndef XSW_INET_H
#define XSW_INET_H

#include "parse.h"

#define INET_TYPE_AT 12 /* offset of the first type of a frame */
#define INET_TAGS    3	/* the outer one and two more */
#define INET_EXTS    4
#define INET_STEPS   11 /* INET_TAGS + 1 types, IPv6, INET_EXTS, ICMPv6, ND */

enum inet_state {
	INET_TYPE, /* or a tag */
	INET_IP4,
	INET_ARP,
	INET_IP6,
	INET_EXT,
	INET_ICMP6,
	INET_ND,
};

/* Header formats: bytes wanted of each, and where things are in it. */
enum {
	INET_TYPE_LEN = 2,
	INET_IP4_LEN = 20,
	INET_IP4_SRC = 12,
	INET_ARP_LEN = 28,
	INET_ARP_OP = 6,
	INET_ARP_SENDER = 14,
	INET_ARP_TARGET = 24,
	INET_IP6_LEN = 40,
	INET_IP6_NEXT = 6,
	INET_IP6_SRC = 8,
	INET_EXT_LEN = 2,
	INET_ICMP6_LEN = 1,
	INET_ND_LEN = 24,
	INET_ND_TARGET = 8,
};

enum {
	INET_HOP_BY_HOP = 0,
	INET_ROUTING = 43,
	INET_DEST_OPTS = 60,
	INET_NEXT_ICMP6 = 58,
	INET_NS = 135,
	INET_NA = 136,
};

struct xsw_inet {
	__u32 off;  /* of the bytes it wants */
	__u32 want; /* how many, 0: done */
	__u8 state; /* enum inet_state: what they are */
	__u8 left;  /* tags, then extension headers, that may still come */
	__u8 bad;   /* cannot be read */
	__u8 n;	    /* addresses that must be allowed */
	__u8 pad[3];
	__u8 addr[2][16]; /* these; IPv4 as ::ffff:a.b.c.d */
	__u8 buf[INET_IP6_LEN];
};

static __always_inline void inet_want(struct xsw_inet *in, __u8 state, __u8 want)
{
	in->state = state;
	in->want = want;
}

static __always_inline void inet_fail(struct xsw_inet *in)
{
	in->bad = 1;
	in->want = 0;
}

/* `tags`: how many may stand in the frame. */
static __always_inline void inet_begin(struct xsw_inet *in, __u8 tags)
{
	in->off = INET_TYPE_AT;
	in->left = tags;
	inet_want(in, INET_TYPE, INET_TYPE_LEN);
}

static __always_inline int inet_is_zero(const __u8 *p, int len)
{
	__u8 any = 0;
	int i;

	for (i = 0; i < len; i++)
		any |= p[i];
	return !any;
}

static __always_inline void inet_copy6(__u8 *to, const __u8 *from)
{
	int i;

	for (i = 0; i < 16; i++)
		to[i] = from[i];
}

static __always_inline void inet_put4(struct xsw_inet *in, const __u8 *from)
{
	int i;

	for (i = 0; i < 10; i++)
		in->addr[0][i] = 0;
	in->addr[0][10] = in->addr[0][11] = 0xff;
	for (i = 0; i < 4; i++)
		in->addr[0][12 + i] = from[i];
	in->n = 1;
	in->want = 0;
}

static __always_inline void inet_type(struct xsw_inet *in)
{
	in->off += INET_TYPE_LEN;
	switch (be16_at(in->buf)) {
	case XSW_TPID_C:
	case XSW_TPID_S:
	case XSW_TPID_OLD:
		if (!in->left)
			return inet_fail(in);
		in->left--;
		in->off += 2; /* its TCI */
		return;
	case 0x0800:
		return inet_want(in, INET_IP4, INET_IP4_LEN);
	case 0x0806:
		return inet_want(in, INET_ARP, INET_ARP_LEN);
	case 0x86dd:
		return inet_want(in, INET_IP6, INET_IP6_LEN);
	default:
		in->want = 0;
	}
}

static __always_inline void inet_ip4(struct xsw_inet *in)
{
	if (in->buf[0] >> 4 != 4 || (in->buf[0] & 0x0f) < 5)
		return inet_fail(in);
	inet_put4(in, in->buf + INET_IP4_SRC);
}

/* RFC 826, for IPv4 over Ethernet addresses and nothing else. */
static __always_inline void inet_arp(struct xsw_inet *in)
{
	const __u8 *b = in->buf, *sender = b + INET_ARP_SENDER;

	if (be16_at(b + 2) != 0x0800 || b[4] != 6 || b[5] != 4)
		return inet_fail(in);
	if (be16_at(b + INET_ARP_OP) == 1 && inet_is_zero(sender, 4))
		sender = b + INET_ARP_TARGET;
	inet_put4(in, sender);
}

/* What follows an IPv6 or extension header; `off` is there. */
static __always_inline void inet_next(struct xsw_inet *in, __u8 next)
{
	switch (next) {
	case INET_HOP_BY_HOP:
	case INET_ROUTING:
	case INET_DEST_OPTS:
		if (!in->left)
			return inet_fail(in);
		in->left--;
		return inet_want(in, INET_EXT, INET_EXT_LEN);
	case INET_NEXT_ICMP6:
		return inet_want(in, INET_ICMP6, INET_ICMP6_LEN);
	default:
		in->want = 0;
	}
}

/* A source of ::ffff:0:0/96 would be taken for IPv4; no packet may have it (RFC 4942 2.2). */
static __always_inline void inet_ip6(struct xsw_inet *in)
{
	const __u8 *src = in->buf + INET_IP6_SRC;

	if (in->buf[0] >> 4 != 6 || (inet_is_zero(src, 10) && src[10] == 0xff && src[11] == 0xff))
		return inet_fail(in);
	inet_copy6(in->addr[0], src);
	in->n = 1;
	in->left = INET_EXTS;
	in->off += INET_IP6_LEN;
	inet_next(in, in->buf[INET_IP6_NEXT]);
}

static __always_inline void inet_ext(struct xsw_inet *in)
{
	in->off += (in->buf[1] + 1) * 8;
	inet_next(in, in->buf[0]);
}

static __always_inline void inet_icmp6(struct xsw_inet *in)
{
	if (in->buf[0] == INET_NS || in->buf[0] == INET_NA)
		inet_want(in, INET_ND, INET_ND_LEN);
	else
		in->want = 0;
}

/* RFC 4861 4.3, 4.4 */
static __always_inline void inet_nd(struct xsw_inet *in)
{
	const __u8 *target = in->buf + INET_ND_TARGET;

	in->want = 0;
	if (in->buf[0] == INET_NA) {
		inet_copy6(in->addr[1], target);
		in->n = 2;
	} else if (inet_is_zero(in->addr[0], 16)) {
		inet_copy6(in->addr[0], target);
	}
}

/* The bytes it wanted are in `buf`. */
static __always_inline void inet_step(struct xsw_inet *in)
{
	switch (in->state) {
	case INET_TYPE:
		return inet_type(in);
	case INET_IP4:
		return inet_ip4(in);
	case INET_ARP:
		return inet_arp(in);
	case INET_IP6:
		return inet_ip6(in);
	case INET_EXT:
		return inet_ext(in);
	case INET_ICMP6:
		return inet_icmp6(in);
	default:
		return inet_nd(in);
	}
}

/* Whether every address the frame claims is on the list. */
static __always_inline int inet_allowed(const struct xsw_inet *in, __u32 list)
{
	if (in->bad)
		return 0;
	if (in->n > 0 && !ip_allowed(list, in->addr[0]))
		return 0;
	return in->n < 2 || ip_allowed(list, in->addr[1]);
}

#endif
