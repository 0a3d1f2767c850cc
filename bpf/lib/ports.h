/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ports.h - the ports that a flood must ask, one after the other
 *
 * The members of a VLAN and the transparent ports, from the index `vlans`, in the order of their
 * numbers. Pure: who takes the frame is for sw_egress() to say.
 */
#ifndef XSW_PORTS_H
#define XSW_PORTS_H

#include "pkt.h"

struct ports_walk {
	const struct xsw_vlan *clear;	/* transparent ports */
	const struct xsw_vlan *members; /* of the VLAN; the same for VLAN 0 */
	__u64 summary;			/* words not yet looked at */
	__u64 word;			/* ports of the current word not yet looked at */
	__u32 base;			/* port number of its bit 0 */
};

/* Index of the lowest bit set of x, which is not 0. */
static __always_inline __u32 lowest_bit(__u64 x)
{
	x = (x & -x) - 1;
	x -= x >> 1 & 0x5555555555555555ULL;
	x = (x & 0x3333333333333333ULL) + (x >> 2 & 0x3333333333333333ULL);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return x * 0x0101010101010101ULL >> 56;
}

/*
 * A zero that the verifier does not know. Kernels before 6.7 (commit ab5cfac139ab) walk a callback of
 * bpf_loop() once, with the stack of its first round, and cut out as dead what only later rounds
 * reach: what changes from round to round starts with this.
 */
static __always_inline __u32 ports_zero(const struct xsw_vlan *vlan)
{
	return *(const volatile __u32 *)&vlan->pad;
}

static __always_inline void ports_start(struct ports_walk *p, const struct xsw_vlan *clear,
					const struct xsw_vlan *members)
{
	p->clear = clear;
	p->members = members;
	p->summary = clear->summary | members->summary;
	p->word = ports_zero(clear);
}

/* The next port: 0: none in this word, -1: none at all. */
static __always_inline int ports_next(struct ports_walk *p)
{
	__u32 bit;

	if (!p->word) {
		if (!p->summary)
			return -1;
		bit = lowest_bit(p->summary) & (XSW_PORTS / 64 - 1);
		p->summary &= p->summary - 1;
		p->base = bit * 64;
		p->word = p->clear->member[bit] | p->members->member[bit];
		if (!p->word)
			return 0;
	}
	bit = lowest_bit(p->word);
	p->word &= p->word - 1;
	return (p->base + bit) & (XSW_PORTS - 1);
}

#endif
