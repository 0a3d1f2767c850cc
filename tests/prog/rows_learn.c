// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_learn.c - learning, moves, entries of every state, the full table, refresh
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

/* A to B, where B stands in the table. */
#define A_TO_B .in = P1, .frame = B A "88b5"

#define STATIC XSW_FDB_STATIC
#define EXTERN XSW_FDB_EXTERN
#define LOCAL  XSW_FDB_LOCAL

#define FULL { C, 0, P3 }, { D, 0, P4 }, { E, 0, P5 }

#define NATIVE_CLOCK "the clock of the kernel goes on"

/* A, seen 10 s ago on its port, sends again; the ingress port may have seen something last. */
#define AGAIN(title, what)                                                                         \
	.name = title, .fdb = { { B, 0, P2 }, { A, 0, P1, .age = 10 * SEC_ } }, A_TO_B, .to = S2,  \
	.after = { { B, 0, P2 }, { A, 0, P1, .how = what } }

/* What the ingress port found last does not hold for B, which stands in the table. */
#define ANOTHER(title)                                                                             \
	.name = title, .fdb = { { B, 0, P2 }, { A, 0, P1 } }, A_TO_B, .to = S2,                    \
	.after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } }

const struct row rows_learn[] = {
	{
		.name = "a known destination gets the frame alone",
		.fdb = { { B, 0, P2 } }, A_TO_B, .to = S2, .event = LEARNED,
		.after = { { B, 0, P2 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "known on port 63",
		.fdb = { { B, 0, P3 } }, A_TO_B, .to = S3, .event = LEARNED,
		.after = { { B, 0, P3 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "known on port 64",
		.fdb = { { B, 0, P4 } }, A_TO_B, .to = S4, .event = LEARNED,
		.after = { { B, 0, P4 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "known on port 4095",
		.fdb = { { B, 0, P5 } }, A_TO_B, .to = S5, .event = LEARNED,
		.after = { { B, 0, P5 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "from port 4095 to port 1",
		.fdb = { { B, 0, P1 } }, .in = P5, .frame = B A "88b5", .to = S1,
		.event = LEARNED, .after = { { B, 0, P1 }, { A, 0, P5, .how = NEW } },
	},
	{
		.name = "known by a static entry",
		.fdb = { { B, 0, P2, STATIC }, { A, 0, P1 } }, A_TO_B, .to = S2,
		.after = { { B, 0, P2, STATIC }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "known by an extern entry",
		.fdb = { { B, 0, P2, EXTERN }, { A, 0, P1 } }, A_TO_B, .to = S2,
		.after = { { B, 0, P2, EXTERN }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "broadcast teaches too",
		.in = P3, .frame = BCAST A "0806", .to = ALL & ~S3, .class = XSW_BROADCAST,
		.event = LEARNED, .after = { { A, 0, P3, .how = NEW } },
	},
	{
		.name = "source and destination are one address",
		.in = P1, .frame = A A "88b5", .drop = XSW_R_same_port, .event = LEARNED,
		.after = { { A, 0, P1, .how = NEW } },
	},

	/* learning off */
	{
		.name = "learning off teaches nothing",
		.port[P1].flip = XSW_F_LEARNING, A_TO_B, .to = ALL & ~S1, .class = XSW_UNKNOWN,
	},
	{
		.name = "learning off refreshes nothing",
		.port[P1].flip = XSW_F_LEARNING, .fdb = { { B, 0, P2 }, { A, 0, P1, .age = SEC_ } },
		A_TO_B, .to = S2,
	},
	{
		.name = "learning off moves nothing",
		.port[P1].flip = XSW_F_LEARNING, .fdb = { { B, 0, P2 }, { A, 0, P3 } },
		A_TO_B, .to = S2,
	},
	{
		.name = "learning off does not look at static entries",
		.port[P1].flip = XSW_F_LEARNING, .fdb = { { A, 0, P3, STATIC } },
		A_TO_B, .to = ALL & ~S1, .class = XSW_UNKNOWN,
	},
	{
		.name = "learning off elsewhere does not matter",
		.port = { [P2 ... P5] = { .flip = XSW_F_LEARNING } },
		A_TO_B, .to = ALL & ~S1, .class = XSW_UNKNOWN, .event = LEARNED,
		.after = { { A, 0, P1, .how = NEW } },
	},

	/* moves */
	{
		.name = "a source moves",
		.fdb = { { B, 0, P2 }, { A, 0, P3, .age = SEC_ } }, A_TO_B, .to = S2,
		.event = MOVED, .after = { { B, 0, P2 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "a source moves in its VLAN alone",
		.fdb = { { A, 10, P3 }, { A, 0, P3 } },
		.in = P1, .frame = B A "8100000a88b5", .len = 64,
		.to = ALL & ~S1, .class = XSW_UNKNOWN, .event = MOVED,
		.after = { { A, 10, P1, .how = NEW }, { A, 0, P3 } },
	},
	{
		.name = "a source moves to where the frame goes",
		.fdb = { { A, 0, P2 }, { B, 0, P2 } }, A_TO_B, .to = S2, .event = MOVED,
		.after = { { A, 0, P1, .how = NEW }, { B, 0, P2 } },
	},
	{
		.name = "a source moves away from a disabled port",
		.port[P3].state = DISABLED, .fdb = { { A, 0, P3 }, { B, 0, P2 } }, A_TO_B,
		.to = S2, .event = MOVED, .after = { { A, 0, P1, .how = NEW }, { B, 0, P2 } },
	},
	{
		.name = "a static entry does not move",
		.fdb = { { B, 0, P2 }, { A, 0, P3, STATIC } }, A_TO_B,
		.drop = XSW_R_static_move,
	},
	{
		.name = "a static entry does not move for broadcast either",
		.fdb = { { A, 0, P3, STATIC } }, .in = P1, .frame = BCAST A "88b5",
		.drop = XSW_R_static_move, .class = XSW_BROADCAST,
	},
	{
		.name = "a static entry of another VLAN stops nothing",
		.fdb = { { A, 10, P3, STATIC } }, A_TO_B, .to = ALL & ~S1, .class = XSW_UNKNOWN,
		.event = LEARNED, .after = { { A, 10, P3, STATIC }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "a static source on its own port",
		.fdb = { { B, 0, P2 }, { A, 0, P1, STATIC, .seq = 3, .age = SEC_ } }, A_TO_B,
		.to = S2, .after = { { B, 0, P2 }, { A, 0, P1, STATIC, .how = SEEN } },
	},
	{
		.name = "a local entry does not move",
		.fdb = { { A, 0, P3, LOCAL } }, A_TO_B, .drop = XSW_R_src_local,
	},
	{
		.name = "an extern entry moves and is dynamic then",
		.fdb = { { B, 0, P2 }, { A, 0, P3, EXTERN } }, A_TO_B, .to = S2, .event = MOVED,
		.after = { { B, 0, P2 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "an extern entry seen on its port stays extern",
		.fdb = { { B, 0, P2 }, { A, 0, P1, EXTERN, .seq = 3, .age = 1000 * SEC_ } },
		A_TO_B, .to = S2,
		.after = { { B, 0, P2 }, { A, 0, P1, EXTERN, .how = SEEN } },
	},

	/* the table is full */
	{
		.name = "table full: not learned, forwarded",
		.fdb = { { B, 0, P2 }, FULL }, A_TO_B, .to = S2,
		.note = XSW_R_fdb_full, .event = REFUSED,
	},
	{
		.name = "table full: not learned, flooded",
		.fdb = { { B, 10, P2 }, FULL }, A_TO_B, .to = ALL & ~S1, .class = XSW_UNKNOWN,
		.note = XSW_R_fdb_full, .event = REFUSED,
	},
	{
		.name = "table full: a drop is counted beside the note",
		.fdb = { { B, 0, P1 }, FULL }, A_TO_B, .drop = XSW_R_same_port,
		.note = XSW_R_fdb_full, .event = REFUSED,
	},
	{
		.name = "table full: who is in it still moves",
		.fdb = { { A, 0, P2 }, FULL }, .in = P1, .frame = C A "88b5", .to = S3,
		.event = MOVED, .after = { { A, 0, P1, .how = NEW }, FULL },
	},
	{
		.name = "table full: nobody is evicted for being old",
		.fdb = { { B, 0, P2, .age = 301 * SEC_ }, FULL }, A_TO_B,
		.to = ALL & ~S1, .class = XSW_UNKNOWN, .note = XSW_R_fdb_full, .event = REFUSED,
	},
	{
		.name = "table full: with learning off nothing is noted",
		.port[P1].flip = XSW_F_LEARNING, .fdb = { { B, 0, P2 }, FULL }, A_TO_B, .to = S2,
	},
	{
		.name = "queue of ageing full: not learned, nothing left behind",
		.queue_full = true, .fdb = { { B, 0, P2 } }, A_TO_B, .to = S2,
		.note = XSW_R_fdb_full, .event = REFUSED,
	},

	/* refresh: only sources, and not more often than worth it */
	{ AGAIN("a source is refreshed", SEEN) },
	{ AGAIN("a source seen a moment ago is not looked at", KEPT), .cache = { A } },
	{ AGAIN("a source seen a refresh time ago is looked at", SEEN),
	  .cache = { A, .age = SEC_ } },
	{ AGAIN("a source seen just under a refresh time ago", KEPT),
	  .cache = { A, .age = SEC_ - 1 }, .not_run = NATIVE_CLOCK, .not_wire = NATIVE_CLOCK },
	{ AGAIN("a source seen a moment ago under another epoch", SEEN),
	  .cache = { A, .stale = true } },
	{ AGAIN("a source seen a moment ago in another VLAN", SEEN), .cache = { A, 10 } },
	{ AGAIN("another source seen a moment ago", SEEN), .cache = { C } },
	{ AGAIN("no refresh time: always looked at", SEEN), .refresh = ROW_NEVER,
	  .cache = { A } },
	{
		.name = "a destination is not refreshed",
		.fdb = { { B, 0, P2, .age = 299 * SEC_ }, { A, 0, P1 } }, A_TO_B, .to = S2,
		.after = { { B, 0, P2, .how = KEPT }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "a static source of another port, when the port saw its VLAN 10 last",
		.fdb = { { A, 0, P3, STATIC } }, .cache = { A, 10 }, A_TO_B,
		.drop = XSW_R_static_move,
	},

	/* the destination found last, by the same rule */
	{
		.name = "a destination found a moment ago is not looked up",
		.not_dry = LOOKS_UP, .fdb = { { A, 0, P1 } }, .found = { B, 0, P3 }, A_TO_B, .to = S3,
		.after = { { A, 0, P1, .how = SEEN } },
	},
	{ ANOTHER("a destination found a refresh time ago"), .found = { B, 0, P3, .age = SEC_ } },
	{ ANOTHER("a destination found under another epoch"), .found = { B, 0, P3, .stale = true } },
	{ ANOTHER("a destination found in another VLAN"), .found = { B, 10, P3 } },
	{ ANOTHER("another destination found a moment ago"), .found = { C, 0, P3 } },
	{ ANOTHER("no refresh time: always looked up"), .refresh = ROW_NEVER,
	  .found = { B, 0, P3 } },
	{
		.name = "a destination found a moment ago behind a device that is gone",
		.port[P3].gone = true, .fdb = { { B, 0, P3 }, { A, 0, P1 } },
		.found = { B, 0, P3 }, A_TO_B, .to = S2 | S4 | S5, .class = XSW_UNKNOWN,
		.after = { { B, 0, P3 }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "a destination found a moment ago behind a port that is down",
		.port[P3].state = DISABLED, .fdb = { { B, 0, P3 }, { A, 0, P1 } },
		.found = { B, 0, P3 }, A_TO_B, .drop = XSW_R_egress_down,
		.after = { { B, 0, P3 }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "a destination found on the ingress port a moment ago",
		.fdb = { { B, 0, P1 }, { A, 0, P1 } }, .found = { B, 0, P1 }, A_TO_B,
		.drop = XSW_R_same_port, .after = { { B, 0, P1 }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "the source moves to the ingress port from where it was found",
		.fdb = { { A, 0, P3 } }, .found = { A, 0, P3 }, .in = P1, .frame = A A "88b5",
		.drop = XSW_R_same_port, .event = MOVED, .after = { { A, 0, P1, .how = NEW } },
	},
	{},
};
