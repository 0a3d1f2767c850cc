// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_flap.c - an address that moves too often is held
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define HOLD XSW_FDB_HELD

#define A_TO_B .in = P1, .frame = B A "88b5"
#define UNKNOWN .to = ALL & ~S1, .class = XSW_UNKNOWN

/* A was on P3 first and is on P2 now, after so many moves. */
#define AFTER(n, ...) .fdb = { { A, 0, P2, .home = P3, .moves = n, __VA_ARGS__ } }

const struct row rows_flap[] = {
	{
		.name = "the first move is counted",
		.flap_limit = 2, .fdb = { { A, 0, P3 } }, A_TO_B, UNKNOWN, .event = MOVED,
		.after = { { A, 0, P1, .how = NEW, .home = P3, .moves = 1 } },
	},
	{
		.name = "a move within the window is counted",
		.flap_limit = 2, AFTER(1, .age = 100 * MSEC, .since = 200 * MSEC), A_TO_B, UNKNOWN,
		.event = MOVED, .after = { { A, 0, P1, .how = NEW, .home = P3, .moves = 2 } },
	},
	{
		.name = "one more than the limit: back to where it was first",
		.flap_limit = 2, AFTER(2, .since = 200 * MSEC), A_TO_B, .class = XSW_UNICAST,
		.drop = XSW_R_flap, .event = HELD_BACK,
		.after = { { A, 0, P3, .flags = HOLD, .how = KEPT } },
	},
	{
		.name = "one more than the limit: back to the port it comes from",
		.flap_limit = 2,
		.fdb = { { A, 0, P2, .home = P1, .moves = 2, .since = 200 * MSEC } }, A_TO_B, UNKNOWN,
		.event = HELD_BACK, .after = { { A, 0, P1, .flags = HOLD, .how = KEPT } },
	},
	{
		.name = "one more than the limit: it is where it was first",
		.flap_limit = 2,
		.fdb = { { A, 0, P2, .home = P2, .moves = 2, .since = 200 * MSEC } }, A_TO_B,
		.drop = XSW_R_flap, .event = HELD,
		.after = { { A, 0, P2, .flags = HOLD, .how = KEPT } },
	},
	{
		.name = "one more than the limit: no room where it was first",
		.flap_limit = 2, .limit.port[P3] = 1,
		.fdb = { { A, 0, P2, .home = P3, .moves = 2 }, { C, 0, P3 } }, A_TO_B,
		.drop = XSW_R_flap, .event = HELD,
		.after = { { A, 0, P2, .flags = HOLD, .how = KEPT }, { C, 0, P3 } },
	},
	{
		.name = "a broadcast of an address that moves too often is dropped too",
		.flap_limit = 2, AFTER(2), .in = P1, .frame = BCAST A "88b5", .class = XSW_BROADCAST,
		.drop = XSW_R_flap, .event = HELD_BACK,
		.after = { { A, 0, P3, .flags = HOLD, .how = KEPT } },
	},
	{
		.name = "as many moves, but not within the window",
		.flap_limit = 2, AFTER(2, .age = 100 * MSEC, .since = 1100 * MSEC), A_TO_B, UNKNOWN,
		.event = MOVED, .after = { { A, 0, P1, .how = NEW, .home = P2, .moves = 1 } },
	},
	{
		.name = "as many moves, the last one long ago",
		.flap_limit = 2, AFTER(2, .age = 5 * SEC_, .since = 200 * MSEC), A_TO_B, UNKNOWN,
		.event = MOVED, .after = { { A, 0, P1, .how = NEW, .home = P2, .moves = 1 } },
	},
	{
		.name = "a window of 10 s",
		.flap_limit = 2, .flap_window = 10 * SEC_, AFTER(2, .age = SEC_, .since = 9 * SEC_),
		A_TO_B, .drop = XSW_R_flap, .event = HELD_BACK,
		.after = { { A, 0, P3, .flags = HOLD, .how = KEPT } },
	},
	{
		.name = "no flap limit",
		AFTER(60000, .since = 200 * MSEC), A_TO_B, UNKNOWN, .event = MOVED,
		.after = { { A, 0, P1, .how = NEW } },
	},
	{
		.name = "held: a frame from another port is dropped",
		.flap_limit = 2, .fdb = { { A, 0, P3, .flags = HOLD, .since = 500 * MSEC } }, A_TO_B,
		.drop = XSW_R_flap,
	},
	{
		.name = "held: a frame from its own port",
		.flap_limit = 2,
		.fdb = { { A, 0, P1, .flags = HOLD, .age = SEC_, .since = 500 * MSEC } }, A_TO_B,
		UNKNOWN, .after = { { A, 0, P1, .flags = HOLD, .how = SEEN } },
	},
	{
		.name = "held: a frame to it",
		.flap_limit = 2, .fdb = { { B, 0, P3, .flags = HOLD }, { A, 0, P1 } }, A_TO_B, .to = S3,
		.after = { { B, 0, P3, .flags = HOLD }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "held: quiet, and a frame from another port moves it",
		.flap_limit = 2, .fdb = { { A, 0, P3, .flags = HOLD, .since = 1100 * MSEC } }, A_TO_B,
		UNKNOWN, .event = MOVED,
		.after = { { A, 0, P1, .how = NEW, .home = P3, .moves = 1 } },
	},
	{
		.name = "held: quiet, and a frame from its own port ends it",
		.flap_limit = 2,
		.fdb = { { A, 0, P1, .flags = HOLD, .age = SEC_, .since = 1100 * MSEC } }, A_TO_B,
		UNKNOWN, .after = { { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "held once: as many ticks later as 16 bits hold, and it moves",
		.flap_limit = 2, .ageing = ROW_NEVER,
		.fdb = { { A, 0, P3, .flags = HOLD, .since = 1ULL << (XSW_FLAP_TICK + 16) } }, A_TO_B,
		UNKNOWN, .event = MOVED,
		.after = { { A, 0, P1, .how = NEW, .home = P3, .moves = 1 } },
	},
	{
		.name = "held, and the limit was switched off",
		.fdb = { { A, 0, P3, .flags = HOLD, .since = 100 * MSEC } }, A_TO_B, UNKNOWN,
		.event = MOVED, .after = { { A, 0, P1, .how = NEW } },
	},
	{
		.name = "held, and expired: it is learned",
		.flap_limit = 2,
		.fdb = { { A, 0, P3, .flags = HOLD, .age = 301 * SEC_, .since = 100 * MSEC } },
		A_TO_B, UNKNOWN, .event = LEARNED, .after = { { A, 0, P1, .how = NEW } },
	},
	{
		.name = "an extern entry moves however often it did",
		.flap_limit = 2,
		.fdb = { { A, 0, P2, XSW_FDB_EXTERN, .home = P3, .moves = 2, .since = 100 * MSEC } },
		A_TO_B, UNKNOWN, .event = MOVED,
		.after = { { A, 0, P1, .how = NEW, .home = P3, .moves = 3 } },
	},
	{},
};
