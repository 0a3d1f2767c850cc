// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_egress.c - who of those that might get a frame does
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

/* A (known) sends to B, an entry of P2; or to nobody known. */
#define KNOWN                                                                                      \
	.fdb = { { B, 0, P2 }, { A, 0, P1 } }, .in = P1, .frame = B A "88b5",                      \
	.after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } }
#define FLOOD(dst, of)                                                                             \
	.fdb = { { A, 0, P1 } }, .in = P1, .frame = dst A "88b5", .class = of,                     \
	.after = { { A, 0, P1, .how = SEEN } }

/* Nobody but P1 may be a target of a flood. */
#define OTHERS(...) .port = { [P2 ... P5] = { __VA_ARGS__ } }

const struct row rows_egress[] = {
	/* the ingress port */
	{
		.name = "destination on the ingress port",
		.fdb = { { B, 0, P1 } }, .in = P1, .frame = B A "88b5",
		.drop = XSW_R_same_port, .event = LEARNED,
		.after = { { B, 0, P1 }, { A, 0, P1, .how = NEW } },
	},
	{
		.name = "destination on the ingress port, static",
		.fdb = { { B, 0, P1, XSW_FDB_STATIC }, { A, 0, P1 } },
		.in = P1, .frame = B A "88b5", .drop = XSW_R_same_port,
		.after = { { B, 0, P1, XSW_FDB_STATIC }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "hairpin: destination on the ingress port",
		.port[P1].flip = XSW_F_HAIRPIN, .fdb = { { B, 0, P1 }, { A, 0, P1 } },
		.in = P1, .frame = B A "88b5", .to = S1,
		.after = { { B, 0, P1 }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "hairpin: straight into the other end",
		.port[P1].flip = XSW_F_HAIRPIN | XSW_F_PEER,
		.fdb = { { B, 0, P1 }, { A, 0, P1 } },
		.in = P1, .frame = B A "88b5", .to = S1,
		.after = { { B, 0, P1 }, { A, 0, P1, .how = SEEN } },
	},
	{ .name = "hairpin: floods come back too", .port[P1].flip = XSW_F_HAIRPIN,
	  FLOOD(B, XSW_UNKNOWN), .to = ALL },
	{ .name = "hairpin: broadcast comes back too", .port[P1].flip = XSW_F_HAIRPIN,
	  FLOOD(BCAST, XSW_BROADCAST), .to = ALL },
	{ .name = "hairpin and flood off: floods do not come back",
	  .port[P1].flip = XSW_F_HAIRPIN | XSW_F_FLOOD, FLOOD(B, XSW_UNKNOWN), .to = ALL & ~S1 },
	{ .name = "hairpin of another port does not matter", .port[P2].flip = XSW_F_HAIRPIN,
	  FLOOD(B, XSW_UNKNOWN), .to = ALL & ~S1 },
	{ .name = "straight into the other end", .port[P2].flip = XSW_F_PEER, KNOWN, .to = S2 },
	{
		.name = "straight into the other end, tagged",
		.port[P2].flip = XSW_F_PEER, .fdb = { { B, 10, P2 }, { A, 10, P1 } },
		.in = P1, .frame = B A "8100e00a88b5", .len = 64, .to = S2,
		.after = { { B, 10, P2 }, { A, 10, P1, .how = SEEN } },
	},
	{ .name = "floods never go straight into the other end", OTHERS(.flip = XSW_F_PEER),
	  FLOOD(BCAST, XSW_BROADCAST), .to = ALL & ~S1 },

	/* the state of the egress port */
	{ .name = "destination behind a disabled port", .port[P2].state = DISABLED, KNOWN,
	  .drop = XSW_R_egress_down },
	{ .name = "destination behind a blocking port", .port[P2].state = BLOCKING, KNOWN,
	  .drop = XSW_R_egress_down },
	{ .name = "destination behind a learning port", .port[P2].state = LEARNING, KNOWN,
	  .drop = XSW_R_egress_down },
	{
		.name = "static destination behind a disabled port",
		.port[P2].state = DISABLED,
		.fdb = { { B, 0, P2, XSW_FDB_STATIC }, { A, 0, P1 } },
		.in = P1, .frame = B A "88b5", .drop = XSW_R_egress_down,
		.after = { { B, 0, P2, XSW_FDB_STATIC }, { A, 0, P1, .how = SEEN } },
	},
	{ .name = "a flood skips ports that do not forward",
	  .port = { [P2].state = DISABLED, [P3].state = BLOCKING, [P5].state = LEARNING },
	  FLOOD(B, XSW_UNKNOWN), .to = S4 },
	{ .name = "broadcast skips ports that do not forward", .port[P5].state = BLOCKING,
	  FLOOD(BCAST, XSW_BROADCAST), .to = S2 | S3 | S4 },
	{ .name = "a flood with all others disabled", OTHERS(.state = DISABLED),
	  FLOOD(B, XSW_UNKNOWN), .drop = XSW_R_no_target },
	{ .name = "broadcast with all others blocking", OTHERS(.state = BLOCKING),
	  FLOOD(BCAST, XSW_BROADCAST), .drop = XSW_R_no_target },

	/* flood flags */
	{ .name = "flood off: no unknown unicast", .port[P2].flip = XSW_F_FLOOD,
	  FLOOD(B, XSW_UNKNOWN), .to = S3 | S4 | S5 },
	{ .name = "flood off: multicast goes", .port[P2].flip = XSW_F_FLOOD,
	  FLOOD(MCAST, XSW_MULTICAST), .to = ALL & ~S1 },
	{ .name = "flood off: broadcast goes", .port[P2].flip = XSW_F_FLOOD,
	  FLOOD(BCAST, XSW_BROADCAST), .to = ALL & ~S1 },
	{ .name = "mcast_flood off: unknown unicast goes", .port[P3].flip = XSW_F_MCAST_FLOOD,
	  FLOOD(B, XSW_UNKNOWN), .to = ALL & ~S1 },
	{ .name = "mcast_flood off: no multicast", .port[P3].flip = XSW_F_MCAST_FLOOD,
	  FLOOD(MCAST, XSW_MULTICAST), .to = S2 | S4 | S5 },
	{ .name = "mcast_flood off: broadcast goes", .port[P3].flip = XSW_F_MCAST_FLOOD,
	  FLOOD(BCAST, XSW_BROADCAST), .to = ALL & ~S1 },
	{ .name = "bcast_flood off: unknown unicast goes", .port[P5].flip = XSW_F_BCAST_FLOOD,
	  FLOOD(B, XSW_UNKNOWN), .to = ALL & ~S1 },
	{ .name = "bcast_flood off: multicast goes", .port[P5].flip = XSW_F_BCAST_FLOOD,
	  FLOOD(MCAST, XSW_MULTICAST), .to = ALL & ~S1 },
	{ .name = "bcast_flood off: no broadcast", .port[P5].flip = XSW_F_BCAST_FLOOD,
	  FLOOD(BCAST, XSW_BROADCAST), .to = S2 | S3 | S4 },
	{ .name = "flood flags do not concern a known destination",
	  .port[P2].flip = XSW_F_FLOOD | XSW_F_MCAST_FLOOD | XSW_F_BCAST_FLOOD, KNOWN, .to = S2 },
	{ .name = "flood flags of the ingress port do not matter",
	  .port[P1].flip = XSW_F_FLOOD | XSW_F_MCAST_FLOOD | XSW_F_BCAST_FLOOD,
	  FLOOD(BCAST, XSW_BROADCAST), .to = ALL & ~S1 },
	{ .name = "flood off everywhere: unknown unicast", OTHERS(.flip = XSW_F_FLOOD),
	  FLOOD(B, XSW_UNKNOWN), .drop = XSW_R_no_target },
	{ .name = "flood off everywhere: multicast", OTHERS(.flip = XSW_F_MCAST_FLOOD),
	  FLOOD(MCAST, XSW_MULTICAST), .drop = XSW_R_no_target },
	{ .name = "flood off everywhere: broadcast", OTHERS(.flip = XSW_F_BCAST_FLOOD),
	  FLOOD(BCAST, XSW_BROADCAST), .drop = XSW_R_no_target },

	/* members, and devices that are no more */
	{ .name = "a port in no VLAN gets no flood", .port[P4].apart = true,
	  FLOOD(BCAST, XSW_BROADCAST), .to = S2 | S3 | S5 },
	{ .name = "all others in no VLAN", OTHERS(.apart = true),
	  FLOOD(BCAST, XSW_BROADCAST), .drop = XSW_R_no_target },
	{ .name = "one target alone", .port = { [P2 ... P4] = { .apart = true } },
	  FLOOD(BCAST, XSW_BROADCAST), .to = S5 },
	{ .name = "destination behind a device that is gone", .port[P2].gone = true, KNOWN,
	  .class = XSW_UNKNOWN, .to = S3 | S4 | S5 },
	{
		.name = "static destination behind a device that is gone",
		.port[P2].gone = true, .fdb = { { B, 0, P2, XSW_FDB_STATIC }, { A, 0, P1 } },
		.in = P1, .frame = B A "88b5", .class = XSW_UNKNOWN, .to = S3 | S4 | S5,
		.after = { { B, 0, P2, XSW_FDB_STATIC }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "static destination on a port that does not exist",
		.fdb = { { B, 0, NO_PORT, XSW_FDB_STATIC }, { A, 0, P1 } },
		.in = P1, .frame = B A "88b5", .class = XSW_UNKNOWN, .to = ALL & ~S1,
		.after = { { B, 0, NO_PORT, XSW_FDB_STATIC }, { A, 0, P1, .how = SEEN } },
	},
	{ .name = "destination gone, and flood off elsewhere",
	  .port = { [P2].gone = true, [P3 ... P5] = { .flip = XSW_F_FLOOD } }, KNOWN,
	  .class = XSW_UNKNOWN, .drop = XSW_R_no_target },
	{ .name = "a flood skips a device that is gone", .port[P3].gone = true,
	  FLOOD(BCAST, XSW_BROADCAST), .to = S2 | S4 | S5 },
	{
		.name = "a flood, and of those that take it without its tag the only device is gone",
		.port[P5] = { .mode = XSW_MODE_ACCESS, .tag = 20, .gone = true },
		.in = P1, .frame = BCAST A "8100001488b5", .class = XSW_BROADCAST,
		.to = S2 | S3 | S4, .event = LEARNED, .after = { { A, 20, P1, .how = NEW } },
	},
	{ .name = "all other devices are gone", OTHERS(.gone = true),
	  FLOOD(BCAST, XSW_BROADCAST), .drop = XSW_R_no_target },
	{
		.name = "a source moves away from a device that is gone",
		.port[P3].gone = true, .fdb = { { A, 0, P3 }, { B, 0, P2 } },
		.in = P1, .frame = B A "88b5", .to = S2, .event = MOVED,
		.after = { { A, 0, P1, .how = NEW }, { B, 0, P2 } },
	},
	{},
};
