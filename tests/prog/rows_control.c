// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_control.c - port states, and the control frames 01:80:c2:00:00:00 .. 0f
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

/*
 * Stopped although every other bit of the mask is set; forwarded with its own bit alone.
 */
#define LINK_LOCAL(nibble, n)                                                                      \
	{                                                                                          \
		.name = "control frame 0" nibble,                                                  \
		.group_fwd_mask = 0xffff & ~(1u << (n)),                                           \
		.in = P1, .frame = "0180c200000" nibble A "88b5", .class = XSW_MULTICAST,          \
		.drop = XSW_R_link_local,                                                          \
	},                                                                                         \
	{                                                                                          \
		.name = "control frame 0" nibble " with its bit of group_fwd_mask",                \
		.group_fwd_mask = 1u << (n),                                                       \
		.in = P1, .frame = "0180c200000" nibble A "88b5",                                  \
		.to = ALL & ~S1, .class = XSW_MULTICAST, .event = LEARNED,                         \
		.after = { { A, 0, P1, .how = NEW } },                                             \
	}

/* A frame into a port in some state. */
#define INTO(title, st, dst) .name = title, .port[P1].state = st, .in = P1, .frame = dst A "88b5"

const struct row rows_control[] = {
	LINK_LOCAL("0", 0), LINK_LOCAL("1", 1), LINK_LOCAL("2", 2), LINK_LOCAL("3", 3),
	LINK_LOCAL("4", 4), LINK_LOCAL("5", 5), LINK_LOCAL("6", 6), LINK_LOCAL("7", 7),
	LINK_LOCAL("8", 8), LINK_LOCAL("9", 9), LINK_LOCAL("a", 10), LINK_LOCAL("b", 11),
	LINK_LOCAL("c", 12), LINK_LOCAL("d", 13), LINK_LOCAL("e", 14), LINK_LOCAL("f", 15),
	{
		.name = "01:80:c2:00:00:10 is no control frame",
		.in = P1, .frame = "0180c2000010" A "88b5",
		.to = ALL & ~S1, .class = XSW_MULTICAST, .event = LEARNED,
		.after = { { A, 0, P1, .how = NEW } },
	},
	{
		.name = "01:80:c2:00:01:00 is no control frame",
		.in = P1, .frame = "0180c2000100" A "88b5",
		.to = ALL & ~S1, .class = XSW_MULTICAST, .event = LEARNED,
		.after = { { A, 0, P1, .how = NEW } },
	},
	{
		.name = "00:80:c2:00:00:00 is no control frame",
		.in = P1, .frame = "0080c2000000" A "88b5",
		.to = ALL & ~S1, .class = XSW_UNKNOWN, .event = LEARNED,
		.after = { { A, 0, P1, .how = NEW } },
	},
	{
		.name = "a tagged control frame is one",
		.in = P1, .frame = BPDU A "8100000a88b5", .len = 64, .class = XSW_MULTICAST,
		.drop = XSW_R_link_local,
	},
	{
		.name = "a control frame as 802.3 with LLC",
		.in = P1, .frame = BPDU A "0026424203", .class = XSW_MULTICAST,
		.drop = XSW_R_link_local,
	},
	{
		.name = "a control frame stops before its source is looked at",
		.in = P1, .frame = BPDU MCAST "88b5", .class = XSW_MULTICAST,
		.drop = XSW_R_link_local,
	},
	{
		.name = "a forwarded control frame may not have a group source",
		.group_fwd_mask = 1,
		.in = P1, .frame = BPDU MCAST "88b5", .class = XSW_MULTICAST,
		.drop = XSW_R_src_group,
	},
	{
		.name = "a forwarded control frame is multicast to the flood flags",
		.group_fwd_mask = 1, .port[P2].flip = XSW_F_MCAST_FLOOD,
		.in = P1, .frame = BPDU A "88b5",
		.to = S3 | S4 | S5, .class = XSW_MULTICAST, .event = LEARNED,
		.after = { { A, 0, P1, .how = NEW } },
	},

	/* the state of the ingress port */
	{ INTO("into disabled", DISABLED, B), .drop = XSW_R_port_down },
	{ INTO("into disabled, broadcast", DISABLED, BCAST), .class = XSW_BROADCAST,
	  .drop = XSW_R_port_down },
	{ INTO("into disabled, control", DISABLED, BPDU), .class = XSW_MULTICAST,
	  .drop = XSW_R_port_down },
	{ INTO("into disabled, forwarded control", DISABLED, BPDU), .class = XSW_MULTICAST,
	  .group_fwd_mask = 0xffff, .drop = XSW_R_port_down },
	{ INTO("into blocking", BLOCKING, B), .drop = XSW_R_port_blocking },
	{ INTO("into blocking, known destination", BLOCKING, B), .fdb = { { B, 0, P2 } },
	  .drop = XSW_R_port_blocking },
	{ INTO("into blocking, control", BLOCKING, BPDU), .class = XSW_MULTICAST,
	  .drop = XSW_R_link_local },
	{ INTO("into blocking, forwarded control teaches nothing", BLOCKING, BPDU),
	  .group_fwd_mask = 1, .to = ALL & ~S1, .class = XSW_MULTICAST },
	{ INTO("into learning", LEARNING, B), .drop = XSW_R_port_learning,
	  .event = LEARNED, .after = { { A, 0, P1, .how = NEW } } },
	{ INTO("into learning, known destination", LEARNING, B),
	  .fdb = { { B, 0, P2 } }, .drop = XSW_R_port_learning, .event = LEARNED,
	  .after = { { B, 0, P2 }, { A, 0, P1, .how = NEW } } },
	{ INTO("into learning, with learning off", LEARNING, B),
	  .port[P1].flip = XSW_F_LEARNING, .drop = XSW_R_port_learning },
	{ INTO("into learning, a move", LEARNING, B), .fdb = { { A, 0, P2 } },
	  .drop = XSW_R_port_learning, .event = MOVED, .after = { { A, 0, P1, .how = NEW } } },
	{ INTO("into learning, a static source of another port", LEARNING, B),
	  .fdb = { { A, 0, P2, XSW_FDB_STATIC } }, .drop = XSW_R_static_move },
	{ INTO("into learning, control", LEARNING, BPDU), .class = XSW_MULTICAST,
	  .drop = XSW_R_link_local },
	{ INTO("into learning, forwarded control", LEARNING, BPDU),
	  .class = XSW_MULTICAST, .group_fwd_mask = 1, .drop = XSW_R_port_learning,
	  .event = LEARNED, .after = { { A, 0, P1, .how = NEW } } },
	{
		.name = "into blocking, a group source is not looked at",
		.port[P1].state = BLOCKING,
		.in = P1, .frame = B MCAST "88b5", .drop = XSW_R_port_blocking,
	},
	{
		.name = "into disabled, VLAN 4095 is not looked at",
		.port[P1].state = DISABLED,
		.in = P1, .frame = B A "81000fff88b5", .len = 64, .drop = XSW_R_port_down,
	},
	{
		.name = "into disabled with all others disabled",
		.port = { [P1 ... P5] = { .state = DISABLED } },
		.in = P1, .frame = B A "88b5", .drop = XSW_R_port_down,
	},

	/* a device that is no port, and where devices stand in the table */
	{
		.name = "not our device",
		.fdb = { { B, 0, P2 } },
		.in = STRANGER, .frame = B A "88b5", .pass = true,
	},
	{
		.name = "not our device, a group source",
		.in = STRANGER, .frame = B MCAST "88b5", .pass = true,
	},
	{
		.name = "a device three slots from its own",
		.fdb = { { B, 0, P2 }, { A, 0, P1 } }, .probe = 3,
		.in = P1, .frame = B A "88b5", .to = S2,
		.after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "a device in the last slot it may have",
		.fdb = { { B, 0, P2 }, { A, 0, P1 } }, .probe = XSW_IFPROBES - 1,
		.in = P1, .frame = B A "88b5", .to = S2,
		.after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "a device beyond the slots it may have",
		.fdb = { { B, 0, P2 } }, .probe = XSW_IFPROBES,
		.in = P1, .frame = B A "88b5", .pass = true,
	},
	{},
};
