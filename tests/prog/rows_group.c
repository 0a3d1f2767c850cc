// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_group.c - split horizon: nothing from one port of a group to another
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define GROUP(n, ...) { .policy = XSW_P_GROUP, .group = (n), __VA_ARGS__ }
#define KNOWN	      .fdb = { { B, 0, P2 }, { A, 0, P1 } }, .in = P1, .frame = B A "88b5"
#define SEES	      .after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } }
#define BROADCAST     .in = P1, .frame = BCAST A "88b5", .class = XSW_BROADCAST, .event = LEARNED, \
		      .after = { { A, 0, P1, .how = NEW } }

const struct row rows_group[] = {
	{ .name = "group: a broadcast goes to the others", BROADCAST,
	  .port = { [P1] = GROUP(5), [P2] = GROUP(5), [P4] = GROUP(5) }, .to = S3 | S5 },
	{ .name = "group: from outside to all of them", BROADCAST,
	  .port = { [P2] = GROUP(5), [P3] = GROUP(5) }, .to = ALL & ~S1 },
	{ .name = "group: another group", BROADCAST,
	  .port = { [P1] = GROUP(5), [P2] = GROUP(6), [P3] = GROUP(5) }, .to = S2 | S4 | S5 },
	{ .name = "group: a number without the bit is none", BROADCAST,
	  .port = { [P1] = GROUP(5), [P2] = { .group = 5 } }, .to = ALL & ~S1 },
	{ .name = "group: nobody else", BROADCAST,
	  .port = { [P1] = GROUP(5), [P2] = GROUP(5), [P3] = GROUP(5), [P4] = GROUP(5),
		    [P5] = GROUP(5) },
	  .drop = XSW_R_no_target },
	{ .name = "group: unknown", .in = P1, .frame = C A "88b5",
	  .port = { [P1] = GROUP(5), [P2] = GROUP(5) }, .class = XSW_UNKNOWN, .event = LEARNED,
	  .after = { { A, 0, P1, .how = NEW } }, .to = ALL & ~S1 & ~S2 },
	{ .name = "group: known, of the same group", KNOWN, SEES,
	  .port = { [P1] = GROUP(5), [P2] = GROUP(5) }, .drop = XSW_R_isolated },
	{ .name = "group: known, to a group", KNOWN, SEES, .port = { [P2] = GROUP(5) }, .to = S2 },
	{ .name = "group: known, from a group", KNOWN, SEES, .port = { [P1] = GROUP(5) },
	  .to = S2 },
	{ .name = "group: known, of another group", KNOWN, SEES,
	  .port = { [P1] = GROUP(5), [P2] = GROUP(6) }, .to = S2 },
	{ .name = "group: hairpin lets it through", KNOWN, SEES,
	  .port = { [P1] = GROUP(5), [P2] = GROUP(5, .flip = XSW_F_HAIRPIN) }, .to = S2 },
	{ .name = "group: isolated ends it all the same", KNOWN, SEES,
	  .port = { [P1] = { .policy = XSW_P_GROUP | XSW_P_ISOLATED, .group = 5 },
		    [P2] = { .policy = XSW_P_GROUP | XSW_P_ISOLATED, .group = 5 } },
	  .drop = XSW_R_isolated },
	{ .name = "group: the VLAN counts as well", .in = P1, .frame = BCAST A "8100000a88b5",
	  .vid = 10, .len = 64, .class = XSW_BROADCAST, .event = LEARNED,
	  .port = { [P1] = TRUNK(V10, .policy = XSW_P_GROUP, .group = 5),
		    [P2] = TRUNK(V10, .policy = XSW_P_GROUP, .group = 5), [P3] = TRUNK(V20),
		    [P4] = TRUNK(V10), [P5] = TRUNK(V10, .policy = XSW_P_GROUP, .group = 6) },
	  .after = { { A, 10, P1, .how = NEW } }, .to = S4 | S5 },
	{ .name = "group: numbers that share a byte", KNOWN, SEES,
	  .port = { [P1] = GROUP(0x0101), [P2] = GROUP(0x0001) }, .to = S2 },
	{ .name = "group: the greatest number", KNOWN, SEES,
	  .port = { [P1] = GROUP(XSW_GROUP_MAX), [P2] = GROUP(XSW_GROUP_MAX) },
	  .drop = XSW_R_isolated },
	{ .name = "group: to a group, straight into the other end", KNOWN, SEES,
	  .port[P2] = GROUP(1, .flip = XSW_F_PEER), .to = S2 },
	{ .name = "group: one in a group, one isolated", KNOWN, SEES,
	  .port = { [P1] = GROUP(1), [P2] = { .policy = XSW_P_ISOLATED } }, .to = S2 },
	{ .name = "group: isolated from each other though in two groups", KNOWN, SEES,
	  .port = { [P1] = { .policy = XSW_P_GROUP | XSW_P_ISOLATED, .group = 1 },
		    [P2] = { .policy = XSW_P_GROUP | XSW_P_ISOLATED, .group = 2 } },
	  .drop = XSW_R_isolated },
	{ .name = "group: the ingress port itself comes first", .port[P1] = GROUP(1),
	  .fdb = { { B, 0, P1 }, { A, 0, P1 } }, .in = P1, .frame = B A "88b5",
	  .drop = XSW_R_same_port, .after = { { B, 0, P1 }, { A, 0, P1, .how = SEEN } } },
	{ .name = "group: back to the ingress port by hairpin",
	  .port[P1] = GROUP(1, .flip = XSW_F_HAIRPIN),
	  .fdb = { { B, 0, P1 }, { A, 0, P1 } }, .in = P1, .frame = B A "88b5", .to = S1,
	  .after = { { B, 0, P1 }, { A, 0, P1, .how = SEEN } } },
	{ .name = "group: a flood into it by hairpin", BROADCAST,
	  .port = { [P1] = GROUP(1), [P2] = GROUP(1, .flip = XSW_F_HAIRPIN),
		    [P3 ... P5] = GROUP(1) },
	  .to = S2 },
	{ .name = "group: comes before the VLAN", KNOWN, SEES,
	  .port = { [P1] = GROUP(1),
		    [P2] = GROUP(1, .mode = XSW_MODE_ACCESS, .tag = 20) },
	  .drop = XSW_R_isolated },
	{},
};
