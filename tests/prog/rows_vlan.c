// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_vlan.c - who is in a VLAN and who is not, by which reason, in which bank
 *
 * rows_modes.c has every mode; here are the single points.
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define KERNEL_20 "the kernel wants two bytes behind a tag when it takes it off"

/* A, on P1, sends in VLAN `v`: `tags` stands between its addresses and the type. */
#define SENDS(dst, tags, v, bytes)                                                                 \
	.in = P1, .frame = dst A tags "88b5", .len = bytes, .vid = v
#define FRAME(dst, tags, v) SENDS(dst, tags, v, 64)
/* ... to B, a static entry of P2 */
#define TO_B_OF(tags, v, bytes)                                                                    \
	.fdb = { { B, v, P2, XSW_FDB_STATIC }, { A, v, P1 } }, SENDS(B, tags, v, bytes),           \
	.after = { { B, v, P2, XSW_FDB_STATIC }, { A, v, P1, .how = SEEN } }
#define TO_B(tags, v) TO_B_OF(tags, v, 64)
/* ... to all */
#define TO_ALL(tags, v)                                                                            \
	.fdb = { { A, v, P1 } }, FRAME(BCAST, tags, v), .class = XSW_BROADCAST,                    \
	.after = { { A, v, P1, .how = SEEN } }
/* ... to nobody, for a reason of the ingress side; nothing is learned from it */
#define STOPS(tags, v, why)                                                                        \
	.fdb = { { A, v, P3 }, { B, v, P2 } }, FRAME(B, tags, v), .drop = XSW_R_##why

#define FROM_TRUNK_10 .port[P1] = TRUNK(V10)
#define FROM_10	      .port[P1] = ACCESS(10)
#define CUT	      { 4 }
#define PUSH_10	      { 0, "8100000a" }

const struct row rows_vlan[] = {
	/* the same address in two VLANs is two stations */
#define TWO_B                                                                                      \
	.port = { [P1] = TRUNK(V10 | V20), [P2] = ACCESS(10), [P3] = ACCESS(20) }
	{
		.name = "one address in two VLANs, a frame of the one", TWO_B,
		.fdb = { { B, 10, P2 }, { B, 20, P3 }, { A, 10, P1 } }, FRAME(B, "8100000a", 10),
		.to = S2, .as[P2] = CUT,
		.after = { { B, 10, P2 }, { B, 20, P3 }, { A, 10, P1, .how = SEEN } },
	},
	{
		.name = "one address in two VLANs, a frame of the other", TWO_B,
		.fdb = { { B, 10, P2 }, { B, 20, P3 }, { A, 20, P1 } }, FRAME(B, "81000014", 20),
		.to = S3, .as[P3] = CUT,
		.after = { { B, 10, P2 }, { B, 20, P3 }, { A, 20, P1, .how = SEEN } },
	},
	{
		.name = "what is remembered of a destination is of its VLAN", TWO_B,
		.fdb = { { B, 10, P2 }, { B, 20, P3 }, { A, 20, P1 } }, .found = { B, 10, P2 },
		FRAME(B, "81000014", 20), .to = S3, .as[P3] = CUT,
		.after = { { B, 10, P2 }, { B, 20, P3 }, { A, 20, P1, .how = SEEN } },
	},
	{
		.name = "what is remembered of a source is of its VLAN", TWO_B,
		.fdb = { { B, 20, P3 }, { A, 10, P1 } }, .cache = { A, 10 },
		FRAME(B, "81000014", 20), .to = S3, .as[P3] = CUT, .event = LEARNED,
		.after = { { B, 20, P3 }, { A, 10, P1 }, { A, 20, P1, .how = NEW } },
	},
	{
		.name = "an address known on an access port is new in another VLAN",
		.port = { [P1] = ACCESS(20), [P3] = ACCESS(10), [P4] = ACCESS(20) },
		.fdb = { { A, 10, P3 } }, FRAME(BCAST, "", 20), .class = XSW_BROADCAST,
		.to = S2 | S4 | S5, .as[P2] = { 0, "81000014" }, .as[P5] = { 0, "81000014" },
		.event = LEARNED, .after = { { A, 10, P3 }, { A, 20, P1, .how = NEW } },
	},
	{
		.name = "an address of another VLAN is unknown",
		.port = { [P1] = ACCESS(10), [P2] = ACCESS(10), [P3] = ACCESS(20),
			  [P4] = TRUNK(V20), [P5] = TRUNK(V10) },
		.fdb = { { B, 20, P3 }, { A, 10, P1 } }, FRAME(B, "", 10), .class = XSW_UNKNOWN,
		.to = S2 | S5, .as[P5] = PUSH_10,
		.after = { { B, 20, P3 }, { A, 10, P1, .how = SEEN } },
	},

	/* the VLAN a port has left */
	{ .name = "destination on an access port of another VLAN",
	  FROM_10, .port[P2] = ACCESS(20), TO_B("", 10), .drop = XSW_R_vlan_egress },
	{ .name = "destination on a trunk without the VLAN",
	  FROM_10, .port[P2] = TRUNK(V20 | V30), TO_B("", 10), .drop = XSW_R_vlan_egress },
	{ .name = "destination on a hybrid port without VLANs",
	  FROM_10, .port[P2] = HYBRID(0, 0, 0), TO_B("", 10), .drop = XSW_R_vlan_egress },
	{ .name = "a PVID alone makes no member at egress",
	  FROM_10, .port[P2] = HYBRID(10, 0, V10), TO_B("", 10), .drop = XSW_R_vlan_egress },
	{ .name = "untagged egress alone makes no member",
	  FROM_10, .port[P2] = HYBRID(0, V20, V10), TO_B("", 10), .drop = XSW_R_vlan_egress },
	{ .name = "a port in the flood index alone is no member",
	  FROM_10, .port[P2] = TRUNK(V20, .stale = V10), TO_B("", 10), .drop = XSW_R_vlan_egress },
	{ .name = "no member comes before not forwarding", FROM_10,
	  .port[P2] = TRUNK(V20, .state = DISABLED), TO_B("", 10), .drop = XSW_R_vlan_egress },
	{ .name = "no member comes before too big", FROM_10, .port[P2] = TRUNK(V20, .mtu = 20),
	  TO_B("", 10), .drop = XSW_R_vlan_egress },
	{
		.name = "a dynamic destination on a port that left the VLAN", FROM_10,
		.port[P2] = TRUNK(V20), .fdb = { { B, 10, P2 } }, FRAME(B, "", 10),
		.drop = XSW_R_vlan_egress, .event = LEARNED,
		.after = { { B, 10, P2 }, { A, 10, P1, .how = NEW } },
	},
	{ .name = "destination gone: the flood stays in the VLAN",
	  .port = { [P1] = ACCESS(10), [P2] = { .mode = XSW_MODE_ACCESS, .tag = 10, .gone = true },
		    [P3] = ACCESS(20), [P4] = TRUNK(V10), [P5] = ACCESS(10) },
	  TO_B("", 10), .class = XSW_UNKNOWN, .to = S4 | S5, .as[P4] = PUSH_10 },

	/* floods */
	{ .name = "a flood reaches members only",
	  .port = { [P1] = ACCESS(10), [P2] = TRUNK(V20), [P3] = HYBRID(10, 0, V10),
		    [P4] = ACCESS(20), [P5] = ACCESS(10) },
	  TO_ALL("", 10), .to = S5 },
	{ .name = "a flood without another member",
	  .port = { [P1] = ACCESS(10), [P2] = TRUNK(V20), [P3] = HYBRID(10, 0, V10),
		    [P4] = ACCESS(20), [P5] = NATIVE(20, V30) },
	  TO_ALL("", 10), .drop = XSW_R_no_target },
	{ .name = "a flood does not believe the index",
	  .port = { [P1] = ACCESS(10), [P2] = TRUNK(V20, .stale = V10),
		    [P3] = HYBRID(0, V20, V10, .stale = V10),
		    [P4] = { .mode = XSW_MODE_ACCESS, .tag = 20, .stale = V10 },
		    [P5] = TUNNEL(20, .stale = V10) },
	  TO_ALL("", 10), .drop = XSW_R_no_target },
	{ .name = "a flood does not believe the index, and finds the one member",
	  .port = { [P1] = TRUNK(V10), [P2] = TRUNK(V20, .stale = V10),
		    [P3] = HYBRID(0, V20, V10, .stale = V10),
		    [P4] = TRUNK(V10), [P5] = TUNNEL(20, .stale = V10) },
	  TO_ALL("8100600a", 10), .to = S4 },
	{ .name = "a port among the transparent ones that has VLANs is no target of others",
	  .port = { [P1] = ACCESS(20), [P2] = { .mode = XSW_MODE_ACCESS, .tag = 10, .stale = V0 },
		    [P3] = TRUNK(V10, .stale = V0), [P4] = ACCESS(20), [P5] = ACCESS(20) },
	  TO_ALL("", 20), .to = S4 | S5 },
	{ .name = "a port in the index twice gets one copy",
	  .port = { [P1] = ACCESS(10), [P2] = { .mode = XSW_MODE_ACCESS, .tag = 10, .stale = V0 },
		    [P3] = TRUNK(V10, .stale = V0), [P4] = { .stale = V10 },
		    [P5] = { .stale = V10 } },
	  TO_ALL("", 10), .to = ALL & ~S1, .as = { [P3] = PUSH_10, [P4] = PUSH_10,
						   [P5] = PUSH_10 } },
	{ .name = "untagged frames of transparent ports reach no VLAN",
	  .port = { [P2] = TRUNK(VALL), [P3] = ACCESS(10), [P4] = NATIVE(1, VALL) },
	  TO_ALL("", 0), .to = S5 },
	{ .name = "a flood to tagged members, from tagged",
	  .port = { [P1] = TRUNK(V10), [P2 ... P5] = TRUNK(V10) }, TO_ALL("8100700a", 10),
	  .to = ALL & ~S1 },
	{ .name = "a flood to untagged members, from tagged",
	  .port = { [P1] = TRUNK(V10), [P2 ... P5] = ACCESS(10) }, TO_ALL("8100700a", 10),
	  .to = ALL & ~S1, .as[P2 ... P5] = CUT },
	{ .name = "a flood to tagged members, from untagged",
	  .port = { [P1] = ACCESS(10), [P2 ... P5] = TRUNK(V10) }, TO_ALL("", 10), .to = ALL & ~S1,
	  .as[P2 ... P5] = PUSH_10 },
	{ .name = "a flood to untagged members, from untagged",
	  .port = { [P1] = ACCESS(10), [P2 ... P5] = ACCESS(10) }, TO_ALL("", 10),
	  .to = ALL & ~S1 },
	{ .name = "a flood to one member that wants another form",
	  .port = { [P1] = TRUNK(V10), [P2] = TRUNK(V20), [P3] = ACCESS(20), [P4] = ACCESS(10),
		    [P5] = TRUNK(V20) },
	  TO_ALL("8100700a", 10), .to = S4, .as[P4] = CUT },
	{ .name = "the forms of a flood alternate",
	  .port = { [P1] = ACCESS(10), [P2] = TRUNK(V10), [P3] = ACCESS(10), [P4] = TRUNK(V10),
		    [P5] = NATIVE(10, 0) },
	  TO_ALL("", 10), .to = ALL & ~S1, .as[P2] = PUSH_10, .as[P4] = PUSH_10 },
	{ .name = "flood off in a VLAN",
	  .port = { [P1] = ACCESS(10), [P2] = TRUNK(V10, .flip = XSW_F_BCAST_FLOOD),
		    [P3] = ACCESS(10),
		    [P4] = TRUNK(V10), [P5] = ACCESS(20) },
	  TO_ALL("", 10), .to = S3 | S4, .as[P4] = PUSH_10 },
	{ .name = "hairpin in a VLAN: a flood comes back in the form of the port",
	  .port = { [P1] = HYBRID(0, V10, V10, .flip = XSW_F_HAIRPIN), [P2 ... P5] = ACCESS(20) },
	  TO_ALL("8100700a", 10), .to = S1, .as[P1] = CUT },

	/* straight into the other end, retagged */
	{ .name = "straight into the other end, the tag taken off", FROM_TRUNK_10,
	  .port[P2] = { .mode = XSW_MODE_ACCESS, .tag = 10, .flip = XSW_F_PEER },
	  TO_B("8100e00a", 10), .to = S2, .as[P2] = CUT },
	{ .name = "straight into the other end, with a new tag", FROM_10,
	  .port[P2] = TRUNK(V10, .flip = XSW_F_PEER), TO_B("", 10), .to = S2,
	  .as[P2] = PUSH_10 },

	/* the reason, where there might be several */
	{ .name = "untagged, no PVID", .port[P1] = HYBRID(0, V10, V10), STOPS("", 10, no_pvid) },
	{ .name = "untagged, no PVID and not accepted",
	  .port[P1] = HYBRID(0, V10, V10, .flip = XSW_F_UNTAGGED), STOPS("", 10, no_pvid) },
	{ .name = "untagged, not accepted and no member",
	  .port[P1] = HYBRID(10, V20, 0, .flip = XSW_F_UNTAGGED), STOPS("", 10, frame_type) },
	{ .name = "untagged, no member of the PVID", .port[P1] = HYBRID(10, V20, V10),
	  STOPS("", 10, vlan_ingress) },
	{ .name = "priority tag, no PVID", .port[P1] = HYBRID(0, V10, V10),
	  STOPS("8100e000", 10, no_pvid) },
	{ .name = "priority tag, not accepted", FROM_10, .port[P1].flip = XSW_F_UNTAGGED,
	  STOPS("8100e000", 10, frame_type) },
	{ .name = "tagged, not accepted and no member",
	  .port[P1] = HYBRID(10, V10, V10, .flip = XSW_F_TAGGED),
	  STOPS("81000014", 20, frame_type) },
	{ .name = "tagged, no member", .port[P1] = HYBRID(10, V10, V10),
	  STOPS("81000014", 20, vlan_ingress) },
	{ .name = "4095, not accepted", FROM_10, STOPS("81000fff", 10, vid_reserved) },
	{ .name = "tagged with the VLAN of an access port", FROM_10,
	  STOPS("8100000a", 10, frame_type) },
	{ .name = "tagged with the PVID of a hybrid port", .port[P1] = HYBRID(10, V10, V10),
	  .port[P2] = TRUNK(V10), TO_B("8100700a", 10), .to = S2 },
	{ .name = "no PVID comes before the source", .port[P1] = TRUNK(V10),
	  .in = P1, .frame = B MCAST "88b5", .drop = XSW_R_no_pvid },
	{ .name = "no member comes before the source", .port[P1] = TRUNK(V10),
	  .in = P1, .frame = B MCAST "8100001488b5", .len = 64, .drop = XSW_R_vlan_ingress },
	{ .name = "a group source in a VLAN", FROM_10, .vid = 10,
	  .in = P1, .frame = B MCAST "88b5", .drop = XSW_R_src_group },
	{ .name = "a port that blocks has no other reason", .in = P1, .frame = B A "88b5",
	  .port[P1] = TRUNK(V10, .state = BLOCKING), .drop = XSW_R_port_blocking },
	{ .name = "a control frame has no other reason", .in = P1, .frame = BPDU A "88b5",
	  .port[P1] = TRUNK(V10), .class = XSW_MULTICAST, .drop = XSW_R_link_local },
	{ .name = "a forwarded control frame is of a VLAN", .group_fwd_mask = 1,
	  .port = { [P1] = ACCESS(10), [P2] = TRUNK(V10), [P3] = ACCESS(10), [P4] = ACCESS(20),
		    [P5] = TRUNK(V20) },
	  .in = P1, .frame = BPDU A "88b5", .vid = 10, .class = XSW_MULTICAST,
	  .to = S2 | S3, .as[P2] = PUSH_10,
	  .event = LEARNED, .after = { { A, 10, P1, .how = NEW } } },
	{ .name = "a port that learns does so in its VLAN", .in = P1, .frame = B A "88b5",
	  .port[P1] = { .mode = XSW_MODE_ACCESS, .tag = 10, .state = LEARNING }, .vid = 10,
	  .drop = XSW_R_port_learning,
	  .event = LEARNED, .after = { { A, 10, P1, .how = NEW } } },

	/* VLANs at the edges of words and of the range */
#define BUT(set) ((VALL - 1) & ~(V0 | V4095 | (set)))
#define EDGE(vid_name, hex, v, set)                                                                \
	{ .name = "a trunk of all: VLAN " vid_name,                                                \
	  .port = { [P1] = TRUNK(VALL), [P2] = TRUNK(VALL), [P3] = TRUNK(BUT(set)),                \
		    [P4] = TRUNK(set), [P5] = ACCESS(v) },                                         \
	  TO_ALL("8100" hex, v), .to = S2 | S4 | S5, .as[P5] = CUT },                              \
	{ .name = "a trunk of all but VLAN " vid_name,                                             \
	  .port[P1] = TRUNK(BUT(set)), STOPS("8100" hex, v, vlan_ingress) }
	EDGE("1", "0001", 1, V1),
	EDGE("63", "003f", 63, V63),
	EDGE("64", "0040", 64, V64),
	EDGE("4094", "0ffe", 4094, V4094),

	/* of the two banks of a set the named one counts; the other is the opposite */
#define BANK(which, on)                                                                            \
	{ .name = "bank " which ": a member at ingress", .port = { [P1] = TRUNK(V10, on) },        \
	  TO_B("8100000a", 10), .to = S2 },                                                        \
	{ .name = "bank " which ": no member at ingress", .port = { [P1] = TRUNK(V20, on) },       \
	  STOPS("8100000a", 10, vlan_ingress) },                                                   \
	{ .name = "bank " which ": a member at egress", FROM_10, .port[P2] = TRUNK(V10, on),       \
	  TO_B("", 10), .to = S2, .as[P2] = PUSH_10 },                                             \
	{ .name = "bank " which ": no member at egress", FROM_10, .port[P2] = TRUNK(V20, on),      \
	  TO_B("", 10), .drop = XSW_R_vlan_egress },                                               \
	{ .name = "bank " which ": untagged at egress", FROM_TRUNK_10,                             \
	  .port[P2] = HYBRID(0, V10, V10, on), TO_B("8100000a", 10), .to = S2, .as[P2] = CUT },    \
	{ .name = "bank " which ": tagged at egress", FROM_TRUNK_10,                               \
	  .port[P2] = HYBRID(0, V10, V20, on), TO_B("8100000a", 10), .to = S2 },                   \
	{ .name = "bank " which ": customer VLAN", .port[P1] = TUNNEL(10, .cvlans = V20, on),      \
	  .port[P2] = ACCESS(10), TO_B("81000014", 10), .to = S2 },                                \
	{ .name = "bank " which ": no customer VLAN", .port[P1] = TUNNEL(10, .cvlans = V30, on),   \
	  .port[P2] = ACCESS(10), STOPS("81000014", 10, vlan_ingress) },                           \
	{ .name = "bank " which ": floods",                                                        \
	  .port = { [P1] = TRUNK(V10), [P2] = TRUNK(V10, on), [P3] = TRUNK(V20, .stale = V10, on), \
		    [P4] = HYBRID(0, V10, V10, on), [P5] = HYBRID(0, V20, V10, .stale = V10, on) },\
	  TO_ALL("8100300a", 10), .to = S2 | S4, .as[P4] = CUT }
	BANK("0", .flip = 0),
	BANK("1", .flip = XSW_F_BANK),

	/* lengths and types */
	{ .name = "802.3 length, tagged", FROM_10, .port[P2] = TRUNK(V10),
	  .fdb = { { B, 10, P2 }, { A, 10, P1 } }, .in = P1, .frame = B A "002e424203", .vid = 10,
	  .to = S2, .as[P2] = PUSH_10, .after = { { B, 10, P2 }, { A, 10, P1, .how = SEEN } } },
	{ .name = "802.3 length, untagged", FROM_TRUNK_10, .port[P2] = ACCESS(10),
	  .fdb = { { B, 10, P2 }, { A, 10, P1 } }, .in = P1, .frame = B A "8100000a002e424203",
	  .vid = 10, .len = 64,
	  .to = S2, .as[P2] = CUT, .after = { { B, 10, P2 }, { A, 10, P1, .how = SEEN } } },
	{ .name = "a header alone, tagged", FROM_10, .port[P2] = TRUNK(V10), TO_B_OF("", 10, 14),
	  .to = S2, .as[P2] = PUSH_10 },
	{ .name = "a header and a tag, untagged", FROM_TRUNK_10, .port[P2] = ACCESS(10),
	  TO_B_OF("8100000a", 10, 18), .to = S2, .as[P2] = CUT, .not_wire = KERNEL_20 },
	{ .name = "a header, a tag and two bytes, untagged", FROM_TRUNK_10, .port[P2] = ACCESS(10),
	  TO_B_OF("8100000a", 10, 20), .to = S2, .as[P2] = CUT },

	/* the kernel cannot take a tag off in front of one that is cut short */
#define CUT_SHORT(bytes) TO_B_OF("8100000a8100", 10, bytes)
	{ .name = "an inner tag cut short stays inside", FROM_TRUNK_10, .port[P2] = TRUNK(V10),
	  CUT_SHORT(20), .to = S2, .blind = KERNEL_20 },
	{ .name = "an inner tag cut to 1 byte, untagged", FROM_TRUNK_10, .port[P2] = ACCESS(10),
	  CUT_SHORT(19), .drop = XSW_R_vlan_truncated, .not_wire = KERNEL_20 },
	{ .name = "an inner tag cut to 2 bytes, untagged", FROM_TRUNK_10, .port[P2] = ACCESS(10),
	  CUT_SHORT(20), .drop = XSW_R_vlan_truncated },
	{ .name = "an inner tag cut short behind a priority tag", FROM_10, .port[P2] = ACCESS(10),
	  TO_B_OF("8100e0008100", 10, 20), .drop = XSW_R_vlan_truncated },
	{ .name = "an inner tag cut short: a flood to untagged members",
	  .port = { [P1] = TRUNK(V10), [P2 ... P5] = ACCESS(10) },
	  .fdb = { { A, 10, P1 } }, SENDS(BCAST, "8100000a8100", 10, 20), .class = XSW_BROADCAST,
	  .after = { { A, 10, P1, .how = SEEN } }, .drop = XSW_R_vlan_truncated },
	{ .name = "an inner tag cut short: a flood to both reaches the tagged members",
	  .port = { [P1] = TRUNK(V10), [P2 ... P3] = ACCESS(10), [P4 ... P5] = TRUNK(V10) },
	  .fdb = { { A, 10, P1 } }, SENDS(BCAST, "8100000a8100", 10, 20), .class = XSW_BROADCAST,
	  .after = { { A, 10, P1, .how = SEEN } }, .to = S4 | S5, .spent = true,
	  .blind = KERNEL_20 },

	/* a priority tag goes, what is behind it stays */
	{ .name = "a tag inside a priority tag, tagged", FROM_10, .port[P2] = TRUNK(V10),
	  TO_B("8100b00081000014", 10), .to = S2, .as[P2] = { 4, "8100b00a" } },
	{ .name = "a tag inside a priority tag, untagged", FROM_10, .port[P2] = ACCESS(10),
	  TO_B("8100b00081000014", 10), .to = S2, .as[P2] = CUT },
	{ .name = "a priority tag without a target", FROM_10, .port[P2] = ACCESS(20),
	  TO_B("8100b000", 10), .drop = XSW_R_vlan_egress },
	{},
};
