/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ctx_filter.h - the tc context: whether a classic BPF program wants a frame
 *
 * The programs are those that libpcap makes of its filter language, interpreted. They see the
 * frame as on the wire: a tag that stands beside the skb is back behind the addresses, so that
 * `vlan 10 and host 10.0.0.1` finds it. As everywhere a load from behind the end ends the program
 * with 0, and so does a division by zero. The command has checked what a program may hold
 * (user/pcap_filter.c): known codes, jumps forwards and not past the end, M[0..15]. So it ends.
 *
 * Whoever includes this has filter_insn(), filter_vm() and filter_len(). Example: "arp" is
 *
 *	ldh [12];  jeq #0x806, 0, 1;  ret #65535;  ret #0
 */
#ifndef XSW_CTX_FILTER_H
#define XSW_CTX_FILTER_H

#include <linux/bpf.h>
#include <linux/bpf_common.h>
#include <bpf/bpf_endian.h>

#include "pkt.h"

#define FILTER_TAG_AT 12 /* where the outer tag of a frame begins */

/* bits of a code that <linux/bpf_common.h> has no names for */
#define FILTER_RET_A 0x10 /* BPF_RET: A, not a constant */
#define FILTER_TXA   0x80 /* BPF_MISC: X to A, not A to X */

/* One run. What changes from step to step is in a map: see ports_zero(). */
struct filter_run {
	struct __sk_buff *skb;
	struct xsw_filter_vm *vm;
};

/* A byte of the frame as on the wire, with the tag put back; -1: there is none. */
static __always_inline int filter_byte(struct __sk_buff *skb, __u32 off)
{
	__u32 tag = (__u32)bpf_ntohs(skb->vlan_proto) << 16 | (skb->vlan_tci & 0xffff);
	__u8 byte;

	if (off - FILTER_TAG_AT < XSW_VLAN_HLEN)
		return tag >> 8 * (XSW_VLAN_HLEN - 1 - (off - FILTER_TAG_AT)) & 0xff;
	if (off > FILTER_TAG_AT)
		off -= XSW_VLAN_HLEN;
	return bpf_skb_load_bytes(skb, off, &byte, 1) ? -1 : byte;
}

/* `size` bytes of which some are of the tag; negative: not all are there. */
static __noinline __s64 filter_load_tag(struct __sk_buff *skb, __u32 off, __u32 size)
{
	__u64 word = 0;
	__u32 i;
	int byte;

	for (i = 0; i < 4; i++) {
		if (i >= size)
			break;
		byte = filter_byte(skb, off + i);
		if (byte < 0)
			return -1;
		word = word << 8 | byte;
	}
	return word;
}

/* 1, 2 or 4 bytes in network order; negative: not all are there. */
static __always_inline __s64 filter_load(struct __sk_buff *skb, __u32 off, __u32 size)
{
	union {
		__u8 byte;
		__be16 half;
		__be32 word;
	} to;

	if (skb->vlan_present && off + size > FILTER_TAG_AT) {
		if (off < FILTER_TAG_AT + XSW_VLAN_HLEN)
			return filter_load_tag(skb, off, size);
		off -= XSW_VLAN_HLEN;
	}
	switch (size) {
	case 1:
		return bpf_skb_load_bytes(skb, off, &to, 1) ? -1 : to.byte;
	case 2:
		return bpf_skb_load_bytes(skb, off, &to, 2) ? -1 : bpf_ntohs(to.half);
	default:
		return bpf_skb_load_bytes(skb, off, &to, 4) ? -1 : (__s64)bpf_ntohl(to.word);
	}
}

static __always_inline __u32 filter_len_of(const struct __sk_buff *skb)
{
	return skb->len + (skb->vlan_present ? XSW_VLAN_HLEN : 0);
}

/* What BPF_LD and BPF_LDX load; negative: the program ends. */
static __always_inline __s64 filter_source(struct __sk_buff *skb, const struct xsw_filter_vm *vm,
					   const struct xsw_insn *in)
{
	__u32 size = BPF_SIZE(in->code) == BPF_W ? 4 : BPF_SIZE(in->code) == BPF_H ? 2 : 1;
	__u32 off = in->k;
	__s64 byte;

	switch (BPF_MODE(in->code)) {
	case BPF_IMM:
		return in->k;
	case BPF_LEN:
		return filter_len_of(skb);
	case BPF_MEM:
		return vm->mem[in->k % XSW_FILTER_MEM];
	case BPF_MSH: /* the length of an IPv4 header */
		byte = filter_load(skb, off, 1);
		return byte < 0 ? byte : (byte & 0x0f) * 4;
	case BPF_IND:
		off += vm->x;
		if (off < vm->x)
			return -1;
	}
	/* so much that the sums above cannot wrap */
	return off > XSW_FILTER_OFF_MAX ? -1 : filter_load(skb, off, size);
}

/* A op `v`; negative: the program ends. */
static __always_inline __s64 filter_alu(__u16 code, __u32 a, __u32 v)
{
	switch (BPF_OP(code)) {
	case BPF_ADD:
		return (__u32)(a + v);
	case BPF_SUB:
		return (__u32)(a - v);
	case BPF_MUL:
		return (__u32)(a * v);
	case BPF_DIV:
		return v ? a / v : -1LL;
	case BPF_MOD:
		return v ? a % v : -1LL;
	case BPF_AND:
		return a & v;
	case BPF_OR:
		return a | v;
	case BPF_XOR:
		return a ^ v;
	case BPF_LSH:
		return v < 32 ? a << v : 0;
	case BPF_RSH:
		return v < 32 ? a >> v : 0;
	default: /* BPF_NEG */
		return (__u32)-a;
	}
}

static __always_inline __u32 filter_jump(const struct xsw_insn *in, __u32 a, __u32 v)
{
	int yes;

	switch (BPF_OP(in->code)) {
	case BPF_JA:
		return in->k;
	case BPF_JEQ:
		yes = a == v;
		break;
	case BPF_JGT:
		yes = a > v;
		break;
	case BPF_JGE:
		yes = a >= v;
		break;
	default: /* BPF_JSET */
		yes = (a & v) != 0;
	}
	return yes ? in->jt : in->jf;
}

/* One instruction; 1: it was the last. */
static long filter_step(__u32 i, void *arg)
{
	const struct filter_run *run = arg;
	struct xsw_filter_vm *vm = run->vm;
	const struct xsw_insn *in = filter_insn(vm->pc);
	__s64 got;
	__u32 v;

	if (!in)
		return 1;
	vm->pc++;
	v = BPF_SRC(in->code) == BPF_X ? vm->x : in->k;
	switch (BPF_CLASS(in->code)) {
	case BPF_LD:
	case BPF_LDX:
		got = filter_source(run->skb, vm, in);
		break;
	case BPF_ALU:
		got = filter_alu(in->code, vm->a, v);
		break;
	case BPF_JMP:
		vm->pc += filter_jump(in, vm->a, v);
		return 0;
	case BPF_ST:
		vm->mem[in->k % XSW_FILTER_MEM] = vm->a;
		return 0;
	case BPF_STX:
		vm->mem[in->k % XSW_FILTER_MEM] = vm->x;
		return 0;
	case BPF_RET:
		vm->ret = in->code & FILTER_RET_A ? vm->a : in->k;
		return 1;
	default: /* BPF_MISC: BPF_TAX, BPF_TXA */
		if (in->code & FILTER_TXA)
			vm->a = vm->x;
		else
			vm->x = vm->a;
		return 0;
	}
	if (got < 0)
		return 1;
	if (BPF_CLASS(in->code) == BPF_LDX)
		vm->x = got;
	else
		vm->a = got;
	return 0;
}

/* Whether the filter wants the frame; without a program every one. */
static __always_inline int filter_wants(struct __sk_buff *skb)
{
	struct filter_run run = { .skb = skb };

	if (!filter_len())
		return 1;
	run.vm = filter_vm();
	if (!run.vm)
		return 0;
	run.vm->pc = run.vm->a = run.vm->x = run.vm->ret = 0;
	bpf_loop(XSW_FILTER_MAX, filter_step, &run, 0);
	return run.vm->ret != 0;
}

#endif
