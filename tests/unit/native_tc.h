/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native_tc.h - the programs at tc, compiled natively: their source as it is, over native_skb.h
 */
#ifndef NATIVE_TC_H
#define NATIVE_TC_H

#include "native_skb.h"
#include "../../bpf/lib/pkt.h"

/* Addresses are loaded unaligned, as the BPF machine can. */
static inline void parse_addresses(struct xsw_pkt *pkt, const void *eth)
	__attribute__((no_sanitize("alignment")));

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#include "../../bpf/xsw_tc.bpf.c" /* NOLINT(bugprone-suspicious-include) */
#pragma GCC diagnostic pop

#endif
