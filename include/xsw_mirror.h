/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_mirror.h - mirrors: what the programs and the command share of them
 *
 * A mirror copies frames of its sources to its output port. It has a slot; bit i of the words
 * here is slot i. It holds while its bit of xsw_switch.mirrors is set, stored last when it is made
 * and cleared first when it goes, so a frame sees all of it or nothing. A record without that bit
 * is what a killed command left.
 *
 * Example: mirror 0 copies what comes in by port 1 to port 3. taps[1].in = 1, taps[3].output = 1,
 * both ports have the bit `mirror` in their configuration word.
 */
#ifndef XSW_MIRROR_H
#define XSW_MIRROR_H

#include <linux/types.h>

#include "xsw_abi.h"

#define XSW_MIRRORS	32
#define XSW_MIRROR_LEGS 64 /* remotes of a tunnel port */

enum xsw_mirror_flag {
	XSW_M_ALL = 1 << 0,   /* every port, both directions */
	XSW_M_VLANS = 1 << 1, /* only frames of its VLANs */
	XSW_M_FRESH = 1 << 2, /* what its output port has learned is still to be flushed */
};

/* map `mirrors`: slot -> */
struct xsw_mirror {
	char name[XSW_NAME_MAX];    /* empty: free */
	__u32 flags;		    /* enum xsw_mirror_flag */
	__u16 tag;		    /* VID of the tag that copies get; 0: none */
	__u16 legs;		    /* of to[] */
	__u16 to[XSW_MIRROR_LEGS];  /* the output port; of a tunnel each leg */
	__u64 vlan[XSW_VLAN_WORDS]; /* bit 0: VLAN 0 */
	__u64 in[XSW_PORTS / 64];   /* sources, for the command: programs read `taps` */
	__u64 out[XSW_PORTS / 64];
};
XSW_ASSERT(sizeof(struct xsw_mirror) == XSW_NAME_MAX + 8 + 2 * XSW_MIRROR_LEGS + 3 * XSW_PORTS / 8,
	   "no holes");

/* map `taps`: port number -> mirrors that it is a source of, and that it is the output of */
struct xsw_tap {
	__u32 in;
	__u32 out;
	__u32 output;
	__u32 pad;
};
XSW_ASSERT(sizeof(struct xsw_tap) == 16, "no holes");

/* map `mirrorstats`: slot -> , per CPU; of a tunnel a copy to each remote counts */
struct xsw_mirror_stats {
	struct xsw_count sent;
	__u64 lost; /* the output port is gone, does not forward, or its MTU is too small */
};
XSW_ASSERT(sizeof(struct xsw_mirror_stats) == 24, "no holes");

#endif
