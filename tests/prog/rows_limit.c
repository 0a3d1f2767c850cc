// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_limit.c - limits of learned addresses, and the switch's own address as a source
 *
 * After every row of every table golden_account.c compares what is counted with what is there.
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define STATIC XSW_FDB_STATIC
#define EXTERN XSW_FDB_EXTERN
#define LOCAL  XSW_FDB_LOCAL

#define A_TO_B .in = P1, .frame = B A "88b5"
#define UNKNOWN .to = ALL & ~S1, .class = XSW_UNKNOWN
#define REFUSE .note = XSW_R_learn_limit, .event = LIMITED

const struct row rows_limit[] = {
	{
		.name = "limit of the port: the last place",
		.limit.port[P1] = 2, .fdb = { { C, 0, P1 }, { B, 0, P2 } }, A_TO_B, .to = S2,
		.event = LEARNED,
		.after = { { C, 0, P1 }, { B, 0, P2 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "limit of the port: not learned, forwarded",
		.limit.port[P1] = 1, .fdb = { { C, 0, P1 }, { B, 0, P2 } }, A_TO_B, .to = S2, REFUSE,
	},
	{
		.name = "limit of the port: in all its VLANs together",
		.limit.port[P1] = 2, .fdb = { { C, 10, P1 }, { C, 20, P1 } }, A_TO_B, UNKNOWN, REFUSE,
	},
	{
		.name = "limit of the port: lowered below what it has",
		.limit.port[P1] = 1, .fdb = { { C, 0, P1 }, { D, 0, P1 } }, A_TO_B, UNKNOWN, REFUSE,
	},
	{
		.name = "limit of the port: who is learned is refreshed",
		.limit.port[P1] = 1, .fdb = { { A, 0, P1, .age = SEC_ } }, A_TO_B, UNKNOWN,
		.after = { { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "limit of another port",
		.limit.port[P2] = 1, .fdb = { { B, 0, P2 } }, A_TO_B, .to = S2, .event = LEARNED,
		.after = { { B, 0, P2 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "limit of the port: static and extern entries do not count",
		.limit.port[P1] = 1, .fdb = { { C, 0, P1, STATIC }, { D, 0, P1, EXTERN } }, A_TO_B,
		UNKNOWN, .event = LEARNED,
		.after = { { C, 0, P1, STATIC }, { D, 0, P1, EXTERN }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "limit of the port: no move to it",
		.limit.port[P1] = 1, .fdb = { { C, 0, P1 }, { A, 0, P2 } }, A_TO_B, UNKNOWN, REFUSE,
	},
	{
		.name = "limit of the port: a move from it",
		.limit.port[P2] = 1, .fdb = { { A, 0, P2 } }, A_TO_B, UNKNOWN, .event = MOVED,
		.after = { { A, 0, P1, .how = NEW } },
	},
	{
		.name = "limit of the port: a drop is counted beside the note",
		.limit.port[P1] = 1, .fdb = { { B, 0, P1 } }, A_TO_B, .drop = XSW_R_same_port, REFUSE,
	},
	{
		.name = "limit of the port: what was flushed counts no more",
		.limit.port[P1] = 1, .port[P1].flush = 7, .port_vlan = { P1, 0, 7 },
		.fdb = { { C, 0, P1, .seq = 5 } }, A_TO_B, UNKNOWN, .event = LEARNED,
		.after = { { C, 0, P1, .seq = 5 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "limit of the port: what expired counts until it is collected",
		.limit.port[P1] = 1, .fdb = { { C, 0, P1, .age = 301 * SEC_ } }, A_TO_B, UNKNOWN,
		REFUSE,
	},
	{
		.name = "limit of the port: an expired source takes its own place",
		.limit.port[P1] = 1, .fdb = { { A, 0, P1, .age = 301 * SEC_ } }, A_TO_B, UNKNOWN,
		.event = LEARNED, .after = { { A, 0, P1, .how = NEW } },
	},
	{
		.name = "limit of the port: with learning off nothing is noted",
		.port[P1].flip = XSW_F_LEARNING, .limit.port[P1] = 1, .fdb = { { C, 0, P1 } }, A_TO_B,
		UNKNOWN,
	},
	{
		.name = "limit of the VLAN",
		.limit = { .vid = 10, .vlan = 2 }, .fdb = { { C, 10, P2 }, { D, 10, P3 } },
		.in = P1, .frame = B A "8100000a88b5", .len = 64, UNKNOWN, REFUSE,
	},
	{
		.name = "limit of another VLAN",
		.limit = { .vid = 10, .vlan = 2 }, .fdb = { { C, 10, P2 }, { D, 10, P3 } }, A_TO_B,
		UNKNOWN, .event = LEARNED,
		.after = { { C, 10, P2 }, { D, 10, P3 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "limit of VLAN 0",
		.limit = { .vid = 0, .vlan = 1 }, .fdb = { { C, 0, P2 }, { C, 10, P2 } }, A_TO_B,
		UNKNOWN, REFUSE,
	},
	{
		.name = "limit of the VLAN: a move within it needs no room",
		.limit = { .vid = 0, .vlan = 1 }, .fdb = { { A, 0, P2 } }, A_TO_B, UNKNOWN,
		.event = MOVED, .after = { { A, 0, P1, .how = NEW } },
	},
	{
		.name = "limit of the VLAN: an extern entry that becomes dynamic needs room",
		.limit = { .vid = 0, .vlan = 1 }, .fdb = { { A, 0, P2, EXTERN }, { C, 0, P2 } },
		A_TO_B, UNKNOWN, REFUSE,
	},
	{
		.name = "limit of the switch",
		.limit.all = 3, .fdb = { { B, 0, P2 }, { C, 10, P3 }, { D, 20, P4 } }, A_TO_B,
		.to = S2, REFUSE,
	},
	{
		.name = "limit of the switch: a move needs no room",
		.limit.all = 2, .fdb = { { A, 0, P2 }, { C, 10, P3 } }, A_TO_B, UNKNOWN,
		.event = MOVED, .after = { { A, 0, P1, .how = NEW }, { C, 10, P3 } },
	},
	{
		.name = "limit of the switch: what a flush of the VLAN of the port took",
		.limit.all = 1, .port[P2].vlan_flush = 6, .port_vlan = { P2, 10, 6 },
		.fdb = { { C, 10, P2, .seq = 5 } }, A_TO_B, UNKNOWN, .event = LEARNED,
		.after = { { C, 10, P2, .seq = 5 }, { A, 0, P1, .how = NEW } },
	},

	/* the switch's own address */
	{
		.name = "the switch's own address from outside",
		.hosts = 1, .fdb = { { A, 0, P3, LOCAL }, { B, 0, P2 } }, A_TO_B,
		.drop = XSW_R_src_local,
	},
	{
		.name = "the switch's own address from outside, on a port that does not learn",
		.hosts = 1, .port[P1].flip = XSW_F_LEARNING,
		.fdb = { { A, 0, P3, LOCAL }, { B, 0, P2 } }, A_TO_B, .drop = XSW_R_src_local,
	},
	{
		.name = "the switch's own address in another VLAN",
		.hosts = 1, .port[P1].flip = XSW_F_LEARNING,
		.fdb = { { A, 10, P3, LOCAL }, { B, 0, P2 } }, A_TO_B, .to = S2,
	},
	{
		.name = "the switch's own address on its own port",
		.hosts = 1, .fdb = { { A, 0, P1, LOCAL, .age = SEC_ }, { B, 0, P2 } }, A_TO_B,
		.to = S2, .after = { { A, 0, P1, LOCAL, .how = SEEN }, { B, 0, P2 } },
	},
	{
		.name = "the switch's own address on its own port, which does not learn",
		.hosts = 1, .port[P1].flip = XSW_F_LEARNING,
		.fdb = { { A, 0, P1, LOCAL }, { B, 0, P2 } }, A_TO_B, .to = S2,
	},
	{
		.name = "a static source of another port, on a port that does not learn",
		.hosts = 1, .port[P1].flip = XSW_F_LEARNING,
		.fdb = { { A, 0, P3, STATIC }, { B, 0, P2 } }, A_TO_B, .to = S2,
	},
	{
		.name = "a port that does not learn remembers whom it looked at",
		.not_dry = LOOKS_UP, .hosts = 1, .port[P1].flip = XSW_F_LEARNING, .cache = { A },
		.fdb = { { A, 0, P3, LOCAL }, { B, 0, P2 } }, A_TO_B, .to = S2,
	},
	{},
};
