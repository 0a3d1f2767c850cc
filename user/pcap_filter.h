/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pcap_filter.h - filters in the language of pcap-filter(7), for bpf/lib/ctx_filter.h
 *
 * libpcap compiles them for Ethernet; the program reads frames as on the wire. Functions print
 * nothing.
 */
#ifndef XSWITCH_PCAP_FILTER_H
#define XSWITCH_PCAP_FILTER_H

#include <stddef.h>

#include "xsw_watch.h"

#define FILTER_ERROR_MAX 256

/*
 * 0: prog[XSW_FILTER_MAX] has *n instructions. -EINVAL: not of the language, and `error` has
 * libpcap's sentence; -E2BIG: too long; -EOPNOTSUPP: it needs a loop (`protochain`) or something
 * else that no program for a kernel has; -ENOMEM.
 */
int filter_compile(const char *text, struct xsw_insn *prog, size_t *n,
		   char error[FILTER_ERROR_MAX]);

/* Whether the program may be run: known codes, ends, jumps forwards and not past its end. */
int filter_check(const struct xsw_insn *prog, size_t n);

#endif
