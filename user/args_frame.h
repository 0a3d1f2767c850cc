/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * args_frame.h - a frame as somebody types it
 *
 *	hex digits:	ffffffffffff0200000000010806...
 *	words:		dst MAC src MAC [vlan N [prio P] [tpid T] [inner N]] [type T] [len N] [gso N]
 *
 * What the words leave open is valid and boring: 60 bytes, type 0x88b5 (IEEE 802, local
 * experimental), bytes that count up; behind the types of IPv4, ARP and IPv6 a header of the
 * addresses for documentation (RFC 5737, RFC 3849).
 */
#ifndef XSWITCH_ARGS_FRAME_H
#define XSWITCH_ARGS_FRAME_H

#include "args.h"

#define FRAME_MAX 65535

struct arg_frame {
	struct arg_mac dst, src;
	uint32_t vlan, prio, tpid, inner, type, len;
	uint32_t gso; /* bytes of payload in a segment; 0: one frame */
	bool vlan_set, prio_set, tpid_set, inner_set, type_set, len_set;
};

/* Rows for a struct arg_frame at offset `at`. */
#define ARG_FRAME_AT(at, member) ((at) + offsetof(struct arg_frame, member))
// clang-format off
#define ARG_FRAME_ROWS(at)                                                                         \
	{ "dst", "MAC", ARG_MAC, .off = ARG_FRAME_AT(at, dst) },                                          \
	{ "src", "MAC", ARG_MAC, .off = ARG_FRAME_AT(at, src) },                                          \
	{ "vlan", "0..4095", ARG_U32, .off = ARG_FRAME_AT(at, vlan), .max = 4095,                         \
	  .set_off = ARG_FRAME_AT(at, vlan_set) },                                                 \
	{ "prio", "0..7", ARG_U32, .off = ARG_FRAME_AT(at, prio), .max = 7,                               \
	  .set_off = ARG_FRAME_AT(at, prio_set) },                                                 \
	{ "tpid", "0xNNNN", ARG_U32, .off = ARG_FRAME_AT(at, tpid), .max = 0xffff,                        \
	  .set_off = ARG_FRAME_AT(at, tpid_set) },                                                 \
	{ "inner", "0..4095", ARG_U32, .off = ARG_FRAME_AT(at, inner), .max = 4095,                       \
	  .set_off = ARG_FRAME_AT(at, inner_set) },                                                \
	{ "type", "0xNNNN", ARG_U32, .off = ARG_FRAME_AT(at, type), .max = 0xffff,                        \
	  .set_off = ARG_FRAME_AT(at, type_set) },                                                 \
	{ "len", "1..65535", ARG_U32, .off = ARG_FRAME_AT(at, len), .min = 1, .max = FRAME_MAX,           \
	  .set_off = ARG_FRAME_AT(at, len_set) },                                                  \
	{ "gso", "1..65535", ARG_U32, .off = ARG_FRAME_AT(at, gso), .min = 1, .max = FRAME_MAX }
// clang-format on

/* Whether there are words, and what is wrong with them together: a static string, or NULL. */
bool frame_worded(const struct arg_frame *f);
const char *frame_wrong(const struct arg_frame *f);

/* The frame they mean; its length. */
size_t frame_build(const struct arg_frame *f, uint8_t data[FRAME_MAX]);

/* Whole bytes in hex digits, one at least; how many. 0: `s` is something else. */
size_t frame_hex(const char *s, uint8_t data[FRAME_MAX]);

#endif
