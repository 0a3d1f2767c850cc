/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native_filter.h - the interpreter of filters, compiled natively, and libpcap's own beside it
 *
 * The program is program[0] to program[program_n - 1]; filter_place() lays a frame down,
 * filter_wants(&nskb.ctx) runs it. native_place_init() comes first, once.
 */
#ifndef NATIVE_FILTER_H
#define NATIVE_FILTER_H

#include "native_skb.h"
#include "xsw_watch.h"

/* libpcap's; its header and the kernel's have a struct of the same name */
unsigned int bpf_filter(const void *prog, const unsigned char *frame, unsigned int len,
			unsigned int caplen);

static struct xsw_insn program[XSW_FILTER_MAX];
static size_t program_n;
static struct xsw_filter_vm machine;

static const struct xsw_insn *filter_insn(__u32 pc)
{
	return pc < program_n ? &program[pc] : NULL;
}

static struct xsw_filter_vm *filter_vm(void)
{
	return &machine;
}

static size_t filter_len(void)
{
	return program_n;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "../../bpf/lib/ctx_filter.h"
#pragma GCC diagnostic pop

/* The frame; `beside`: with its outer tag beside it. */
static inline void filter_place(const __u8 *f, __u32 len, bool beside)
{
	memset(&nskb.ctx, 0, sizeof(nskb.ctx));
	nskb.ctx.len = beside ? len - NATIVE_TAG : len;
	memcpy(nskb.frame, f, beside ? 12 : len);
	if (!beside)
		return;
	memcpy(nskb.frame + 12, f + 16, len - 16);
	nskb.ctx.vlan_present = 1;
	nskb.ctx.vlan_proto = bpf_htons(f[12] << 8 | f[13]);
	nskb.ctx.vlan_tci = (__u32)(f[14] << 8 | f[15]);
}

/* What libpcap says of the same program. */
static inline bool filter_reference(const __u8 *f, __u32 len)
{
	return !program_n || bpf_filter(program, f, len, len) != 0;
}

#endif
