// SPDX-License-Identifier: GPL-2.0-only
/*
 * pcap_filter.c - from pcap-filter(7) to a program that is checked
 *
 * libpcap is told nothing of a device, so that it makes no use of what a kernel has beside a
 * frame (SKF_AD_VLAN_TAG): the interpreter has no such things, and puts the tag back instead.
 */
#include <errno.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "pcap_filter.h"

#define SNAPLEN 262144 /* what a filter that wants the frame returns; as tcpdump has it */

static bool is_load(uint16_t code)
{
	switch (code) {
	case BPF_LD | BPF_W | BPF_ABS:
	case BPF_LD | BPF_H | BPF_ABS:
	case BPF_LD | BPF_B | BPF_ABS:
	case BPF_LD | BPF_W | BPF_IND:
	case BPF_LD | BPF_H | BPF_IND:
	case BPF_LD | BPF_B | BPF_IND:
	case BPF_LD | BPF_W | BPF_LEN:
	case BPF_LD | BPF_IMM:
	case BPF_LDX | BPF_W | BPF_LEN:
	case BPF_LDX | BPF_IMM:
	case BPF_LDX | BPF_B | BPF_MSH:
		return true;
	default:
		return false;
	}
}

static bool is_mem(uint16_t code)
{
	return code == (BPF_LD | BPF_MEM) || code == (BPF_LDX | BPF_MEM) || code == BPF_ST ||
	       code == BPF_STX;
}

/* As everywhere: no division by a constant 0, no shift by more bits than there are. */
static bool is_alu(const struct xsw_insn *in)
{
	uint16_t op = BPF_OP(in->code);

	if (op > BPF_XOR || in->code & ~(BPF_ALU | BPF_X | 0xf0))
		return false;
	if (in->code & BPF_X)
		return op != BPF_NEG;
	if (op == BPF_DIV || op == BPF_MOD)
		return in->k;
	return (op != BPF_LSH && op != BPF_RSH) || in->k < 32;
}

/* Of instruction i. */
static bool is_jump(const struct xsw_insn *in, size_t i, size_t n)
{
	size_t left = n - i - 1; /* behind it */

	if (in->code == (BPF_JMP | BPF_JA))
		return in->k < left;
	if (BPF_OP(in->code) > BPF_JSET || in->code & ~(BPF_JMP | BPF_X | 0xf0))
		return false;
	return BPF_OP(in->code) != BPF_JA && in->jt < left && in->jf < left;
}

static bool is_valid(const struct xsw_insn *in, size_t i, size_t n)
{
	switch (BPF_CLASS(in->code)) {
	case BPF_ALU:
		return is_alu(in);
	case BPF_JMP:
		return is_jump(in, i, n);
	case BPF_RET:
		return in->code == (BPF_RET | BPF_K) || in->code == (BPF_RET | BPF_A);
	case BPF_MISC:
		return in->code == (BPF_MISC | BPF_TAX) || in->code == (BPF_MISC | BPF_TXA);
	default:
		return is_load(in->code) || (is_mem(in->code) && in->k < XSW_FILTER_MEM);
	}
}

int filter_check(const struct xsw_insn *prog, size_t n)
{
	if (n > XSW_FILTER_MAX)
		return -E2BIG;
	for (size_t i = 0; i < n; i++)
		if (!is_valid(&prog[i], i, n))
			return -EOPNOTSUPP;
	return n && BPF_CLASS(prog[n - 1].code) == BPF_RET ? 0 : -EOPNOTSUPP;
}

int filter_compile(const char *text, struct xsw_insn *prog, size_t *n, char error[FILTER_ERROR_MAX])
{
	pcap_t *pcap = pcap_open_dead(DLT_EN10MB, SNAPLEN);
	struct bpf_program made = { 0 };
	int err = 0;

	*n = 0;
	if (!pcap)
		return -ENOMEM;
	if (pcap_compile(pcap, &made, text, 1, PCAP_NETMASK_UNKNOWN)) {
		snprintf(error, FILTER_ERROR_MAX, "%s", pcap_geterr(pcap));
		err = -EINVAL;
	} else if (made.bf_len > XSW_FILTER_MAX) {
		err = -E2BIG;
	} else {
		*n = made.bf_len;
		for (size_t i = 0; i < *n; i++)
			prog[i] = (struct xsw_insn){ made.bf_insns[i].code, made.bf_insns[i].jt,
						     made.bf_insns[i].jf, made.bf_insns[i].k };
		err = filter_check(prog, *n);
	}
	pcap_freecode(&made);
	pcap_close(pcap);
	return err;
}
