/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch.h - which frames a watcher wants of its program: all of it constants from before loading
 *
 * The verifier knows them and cuts out what nobody asked for: without a filter there is no
 * interpreter, without ports nobody looks for them, and a program for test runs has none of it.
 *
 * Example: capture what leaves by port 3: flags XSW_WATCH_LIVE | XSW_WATCH_OUT | XSW_WATCH_ONLY,
 * bit 3 of ports[0]. A flood to ports 2 and 3 gets a record with port 3 alone.
 */
#ifndef XSW_WATCH_BPF_H
#define XSW_WATCH_BPF_H

#include "maps.h"
#include "xsw_trace.h"
#include "xsw_watch.h"

const volatile struct xsw_watch watch = {};

/* registers of the machine that runs the filter, per CPU; scratch */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xsw_filter_vm);
} filter_regs SEC(".maps");

/* A record with its frame, on its way to the ring buffer. */
struct watch_out {
	struct xsw_trace rec;
	__u8 frame[XSW_TRACE_SNAP];
};

/* CPU -> ; scratch. No per-CPU map: a value of those has 32 KB at most */
XSW_ARRAY(frames, struct watch_out, 1, 0);

static __always_inline struct watch_out *watch_out_get(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&frames, &cpu);
}

static __always_inline struct xsw_filter_vm *filter_vm(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&filter_regs, &zero);
}

static __always_inline __u32 filter_len(void)
{
	return watch.filter_n;
}

/* NULL: behind the end */
static __always_inline const struct xsw_insn *filter_insn(__u32 pc)
{
	if (pc >= XSW_FILTER_MAX)
		return NULL;
	/* what the verifier checks is the number that is used, not a copy of it */
	asm volatile("" : "+r"(pc));
	return (const struct xsw_insn *)&watch.filter[pc % XSW_FILTER_MAX];
}

static __always_inline int watch_is_live(void)
{
	return (watch.flags & XSW_WATCH_LIVE) != 0;
}

/* Whether only some ports are looked at, and this is one of them. */
static __always_inline int watch_port(__u32 port)
{
	return watch.ports[port / 64 % (XSW_PORTS / 64)] >> port % 64 & 1;
}

/* The frame came in by `port`: XSW_WATCH_IN if that is wanted. */
static __always_inline __u32 watch_in(__u32 port)
{
	return watch.flags & XSW_WATCH_IN && watch_port(port) ? XSW_WATCH_IN : 0;
}

/* A copy leaves by `port`: the same. */
static __always_inline __u32 watch_out(__u32 port)
{
	return watch.flags & XSW_WATCH_OUT && watch_port(port) ? XSW_WATCH_OUT : 0;
}

/* Before the walk: nothing it could find makes this a frame to be told of. */
static __always_inline int watch_skips(__u32 seen)
{
	return watch.flags & XSW_WATCH_IN && !(watch.flags & XSW_WATCH_OUT) && !seen;
}

/* Whether the record has a place for this port. */
static __always_inline int watch_tells(__u32 port)
{
	return !(watch.flags & XSW_WATCH_ONLY) || watch_port(port);
}

/* After the walk: is it a frame to be told of? `seen`: what watch_in() and watch_out() said. */
static __always_inline int watch_takes(__u32 seen, __u32 reason)
{
	if (watch.flags & XSW_WATCH_DROPS && !reason)
		return 0;
	return !(watch.flags & (XSW_WATCH_IN | XSW_WATCH_OUT)) || seen;
}

#endif
