/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_watch.h - what a watcher tells its program: which frames it wants
 *
 * Constants of the program xsw_trace from before it is loaded, so that what is not asked for is
 * no code. One watcher, one program, attached in front of xsw_tc at every port.
 */
#ifndef XSW_WATCH_H
#define XSW_WATCH_H

#include "xsw_abi.h"

#define XSW_FILTER_MAX	   4096 /* instructions of a filter: BPF_MAXINSNS */
#define XSW_FILTER_MEM	   16	/* BPF_MEMWORDS */
#define XSW_FILTER_OFF_MAX 0xffff0000U

/* An instruction of classic BPF, as struct bpf_insn of libpcap and struct sock_filter. */
struct xsw_insn {
	__u16 code;
	__u8 jt, jf;
	__u32 k;
};
XSW_ASSERT(sizeof(struct xsw_insn) == 8, "as in libpcap");

enum xsw_watch_flag {
	XSW_WATCH_LIVE =
		1 << 0, /* in front of xsw_tc, and only until `until` of struct xsw_tracing */
	XSW_WATCH_IN = 1 << 1,	  /* frames that come in by one of `ports` */
	XSW_WATCH_OUT = 1 << 2,	  /* ... that leave by one of them */
	XSW_WATCH_ONLY = 1 << 3,  /* of the ports a frame leaves by, tell those alone */
	XSW_WATCH_DROPS = 1 << 4, /* only frames that are stopped */
};

/* constant `watch` of the program */
struct xsw_watch {
	__u32 flags;	/* enum xsw_watch_flag */
	__u32 filter_n; /* instructions; 0: every frame */
	__u64 ports[XSW_PORTS / 64];
	struct xsw_insn filter[XSW_FILTER_MAX];
};
XSW_ASSERT(sizeof(struct xsw_watch) == 8 + XSW_PORTS / 8 + 8 * XSW_FILTER_MAX, "no holes");

/* The machine that runs it; per CPU. */
struct xsw_filter_vm {
	__u32 pc, a, x, ret;
	__u32 mem[XSW_FILTER_MEM];
};

#endif
