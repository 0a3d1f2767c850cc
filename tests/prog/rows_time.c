// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_time.c - entries that are no more: expired, or flushed
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define STATIC XSW_FDB_STATIC
#define EXTERN XSW_FDB_EXTERN

#define NATIVE_CLOCK "the clock of the kernel goes on"
#define NOT_EXACT                                                                                  \
	.not_run = NATIVE_CLOCK, .not_wire = NATIVE_CLOCK, .not_dry = NATIVE_CLOCK

/* A (known) to B, of VLAN 10; is the entry of B good? */
#define FRAME .in = P1, .frame = B A "8100000a88b5", .len = 64
#define GOOD(...)                                                                                  \
	.fdb = { { B, 10, P2, __VA_ARGS__ }, { A, 10, P1 } }, FRAME, .to = S2,                     \
	.after = { { B, 10, P2, __VA_ARGS__ }, { A, 10, P1, .how = SEEN } }
#define GONE(...)                                                                                  \
	.fdb = { { B, 10, P2, __VA_ARGS__ }, { A, 10, P1 } }, FRAME, .to = ALL & ~S1,              \
	.class = XSW_UNKNOWN,                                                                      \
	.after = { { B, 10, P2, __VA_ARGS__ }, { A, 10, P1, .how = SEEN } }

/* The same for the entry of the source, which then starts anew. */
#define SOURCE(...) .fdb = { { A, 10, __VA_ARGS__ } }, FRAME, .to = ALL & ~S1, .class = XSW_UNKNOWN
#define ANEW	    .event = LEARNED, .after = { { A, 10, P1, .how = NEW } }

const struct row rows_time[] = {
	/* ageing */
	{ .name = "a destination seen 299 s ago", GOOD(.age = 299 * SEC_) },
	{ .name = "a destination expired 1 s ago", GONE(.age = 301 * SEC_) },
	{ .name = "a destination 1 ns before it expires", GOOD(.age = 300 * SEC_ - 1), NOT_EXACT },
	{ .name = "a destination expires at the ageing time", GONE(.age = 300 * SEC_) },
	{ .name = "ageing time of 50 ms", .ageing = 50 * MSEC, GONE(.age = 50 * MSEC), NOT_EXACT },
	{ .name = "ageing time of 5 s", .ageing = 5 * SEC_, GONE(.age = 5 * SEC_) },
	{ .name = "ageing time of 1000 s", .ageing = 1000 * SEC_, GOOD(.age = 301 * SEC_) },
	{ .name = "no ageing", .ageing = ROW_NEVER, GOOD(.age = 1000000 * SEC_) },
	{ .name = "a clock that is a tick ahead", GOOD(.age = -5 * (__s64)MSEC) },
	{ .name = "a static destination does not expire", GOOD(STATIC, .age = 1000 * SEC_) },
	{ .name = "an extern destination does not expire", GOOD(EXTERN, .age = 1000 * SEC_) },
	{ .name = "an expired source is learned", SOURCE(P1, .age = 301 * SEC_), ANEW },
	{ .name = "an expired source on another port is learned, not moved",
	  SOURCE(P2, .age = 301 * SEC_), ANEW },
	{ .name = "a source before it expires moves", SOURCE(P2, .age = 299 * SEC_),
	  .event = MOVED, .after = { { A, 10, P1, .how = NEW } } },
	{ .name = "a static source does not expire", SOURCE(P1, STATIC, .age = 1000 * SEC_),
	  .after = { { A, 10, P1, STATIC, .how = SEEN } } },
	{
		.name = "a static source on another port does not expire",
		.fdb = { { A, 10, P2, STATIC, .age = 1000 * SEC_ } }, FRAME,
		.drop = XSW_R_static_move,
	},
	{
		.name = "table full: an expired source takes its own place",
		.fdb = { { A, 10, P2, .age = 301 * SEC_ }, { C, 0, P3 }, { D, 0, P4 },
			 { E, 0, P5 } },
		FRAME, .to = ALL & ~S1, .class = XSW_UNKNOWN, .event = LEARNED,
		.after = { { A, 10, P1, .how = NEW }, { C, 0, P3 }, { D, 0, P4 },
			   { E, 0, P5 } },
	},

	/* flush: a dynamic entry last seen under an older seq than that of the flush is gone */
	{ .name = "the switch was flushed", .flush = 6, GONE(.seq = 5) },
	{ .name = "the switch was flushed before", .flush = 6, GOOD(.seq = 6) },
	{ .name = "the switch was flushed, static", .flush = 7, GOOD(STATIC, .seq = 1) },
	{ .name = "the switch was flushed, extern", .flush = 7, GOOD(EXTERN, .seq = 1) },
	{ .name = "seq wraps, flushed", .seq = 3, .flush = 2, GONE(.seq = 0xfffffff0) },
	{ .name = "seq wraps, flushed before", .seq = 3, .flush = 0xfffffff0, GOOD(.seq = 1) },
	{ .name = "the port was flushed", .port[P2].flush = 6, GONE(.seq = 5) },
	{ .name = "the port was flushed before", .port[P2].flush = 6, GOOD(.seq = 6) },
	{ .name = "another port was flushed", .port[P3].flush = 7, GOOD(.seq = 5) },
	{ .name = "the ingress port was flushed", .port[P1].flush = 7, GOOD(.seq = 5) },
	{ .name = "the port was flushed, static", .port[P2].flush = 7, GOOD(STATIC, .seq = 5) },
	{ .name = "the VLAN was flushed", .vlan = { 10, 6 }, GONE(.seq = 5) },
	{ .name = "the VLAN was flushed before", .vlan = { 10, 6 }, GOOD(.seq = 6) },
	{ .name = "another VLAN was flushed", .vlan = { 20, 7 }, GOOD(.seq = 5) },
	{ .name = "VLAN 0 was flushed", .vlan = { 0, 7 }, GOOD(.seq = 5) },
	{ .name = "the VLAN was flushed, extern", .vlan = { 10, 7 }, GOOD(EXTERN, .seq = 5) },
	{ .name = "the VLAN of the port was flushed", .port[P2].vlan_flush = 6,
	  .port_vlan = { P2, 10, 6 }, GONE(.seq = 5) },
	{ .name = "the VLAN of the port was flushed before", .port[P2].vlan_flush = 6,
	  .port_vlan = { P2, 10, 6 }, GOOD(.seq = 6) },
	{ .name = "the VLAN of the port was flushed before another one of it",
	  .port[P2].vlan_flush = 7, .port_vlan = { P2, 10, 5 }, GOOD(.seq = 5) },
	{ .name = "another VLAN of the port was flushed", .port[P2].vlan_flush = 6,
	  .port_vlan = { P2, 20, 6 }, GOOD(.seq = 5) },
	{ .name = "the VLAN of another port was flushed", .port[P3].vlan_flush = 6,
	  .port_vlan = { P3, 10, 6 }, GOOD(.seq = 5) },
	{ .name = "the VLAN of the port was flushed, static", .port[P2].vlan_flush = 6,
	  .port_vlan = { P2, 10, 6 }, GOOD(STATIC, .seq = 5) },

	{ .name = "a flushed source is learned", .flush = 7, SOURCE(P1, .seq = 5), ANEW },
	{ .name = "a flushed source on another port is learned, not moved", .flush = 7,
	  SOURCE(P2, .seq = 5), ANEW },
	{ .name = "a source of a flushed port is learned", .port[P2].flush = 7,
	  SOURCE(P2, .seq = 5), ANEW },
	{ .name = "a source of a flushed VLAN is learned", .vlan = { 10, 7 },
	  SOURCE(P1, .seq = 5), ANEW },
	{ .name = "a source of a flushed VLAN of its port is learned", .port[P1].vlan_flush = 7,
	  .port_vlan = { P1, 10, 7 }, SOURCE(P1, .seq = 5), ANEW },
	{ .name = "a source that outlived a flush is of the new seq", .port[P3].flush = 7,
	  SOURCE(P1, .seq = 5), .after = { { A, 10, P1, .how = SEEN } } },
	{
		.name = "table full: a flushed source takes its own place",
		.flush = 7,
		.fdb = { { A, 10, P2, .seq = 5 }, { C, 0, P3 }, { D, 0, P4 }, { E, 0, P5 } },
		FRAME, .to = ALL & ~S1, .class = XSW_UNKNOWN, .event = LEARNED,
		.after = { { A, 10, P1, .how = NEW }, { C, 0, P3 }, { D, 0, P4 },
			   { E, 0, P5 } },
	},
	{},
};
