// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_size.c - the MTU of the egress port: bytes after the Ethernet header and one tag, of the
 * frame or of the longest segment it will be cut into. In a VLAN that one tag is the VLAN's own,
 * there or not; every other tag is payload.
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define SMALL_GSO 600 /* MTU of the ports of the GSO rows */

/* A (known) to B, an entry of P2 with the MTU `limit`. */
#define TO_B(vid, hex, bytes, limit)                                                               \
	.port[P2].mtu = limit, .fdb = { { B, vid, P2 }, { A, vid, P1 } }, .in = P1, .frame = hex,  \
	.len = bytes, .after = { { B, vid, P2 }, { A, vid, P1, .how = SEEN } }
#define FITS	.to = S2
#define TOO_BIG .drop = XSW_R_too_big

/* The same without an entry of B. */
#define FLOOD(bytes)                                                                               \
	.fdb = { { A, 0, P1 } }, .in = P1, .frame = B A "88b5", .len = bytes,                      \
	.class = XSW_UNKNOWN, .after = { { A, 0, P1, .how = SEEN } }

#define IPV4_TCP "0800" "450005c800010000" "4006000001010101" "01010102"
#define PORTS_SEQ "04d2162e" "00000001" "00000000"
#define TCP_20	 PORTS_SEQ "50100200" "00000000"
#define TCP_32	 PORTS_SEQ "80100200" "00000000" "0101080a0000000000000000"
#define IPV6	 "86dd" "6000000005b4"
#define IPV6_END "40" "fd000000000000000000000000000001" "fd000000000000000000000000000002"

/* 1200 bytes of data behind the header, in segments of `size`. */
#define GSO(vid, hex, bytes, size) TO_B(vid, hex, bytes, SMALL_GSO), .gso = size

/* The same in VLAN 10, from one port to another. */
#define VIA(from, to, hex, bytes, limit)                                                           \
	.port = { [P1] = from, [P2] = to }, .vid = 10, TO_B(10, hex, bytes, limit)
#define PUSHED(...) .to = S2, .as[P2] = { 0, __VA_ARGS__ }
#define CUT	    .to = S2, .as[P2] = { 4 }

#define NO_GSO .not_wire = "a packet socket cannot send this with segmentation"

const struct row rows_size[] = {
	{ .name = "exactly the MTU", TO_B(0, B A "88b5", 1514, 1500), FITS },
	{ .name = "one byte more than the MTU", TO_B(0, B A "88b5", 1515, 1500), TOO_BIG },
	{ .name = "the MTU and a tag", TO_B(10, B A "8100000a88b5", 1518, 1500), FITS },
	{ .name = "one byte more and a tag", TO_B(10, B A "8100000a88b5", 1519, 1500), TOO_BIG },
	{ .name = "the MTU and a priority tag", TO_B(0, B A "8100e00088b5", 1518, 1500), FITS },
	{ .name = "two tags within the MTU", TO_B(10, B A "8100000a8100001488b5", 1518, 1500), FITS },
	{ .name = "the MTU and two tags", TO_B(10, B A "8100000a8100001488b5", 1519, 1500), TOO_BIG },
	{ .name = "the MTU and a tag 88a8", TO_B(0, B A "88a8006488b5", 1518, 1500), FITS },
	{ .name = "one byte more and a tag 88a8", TO_B(0, B A "88a8006488b5", 1519, 1500), TOO_BIG },
	{ .name = "a tag 9100 within the MTU", TO_B(0, B A "9100006488b5", 1514, 1500), FITS },
	{ .name = "the MTU and a tag 9100", TO_B(0, B A "9100006488b5", 1515, 1500), TOO_BIG },
	{ .name = "an MTU of 68", TO_B(0, B A "88b5", 82, 68), FITS },
	{ .name = "one byte more than an MTU of 68", TO_B(0, B A "88b5", 83, 68), TOO_BIG },
	{ .name = "jumbo", TO_B(0, B A "88b5", 9014, 9000), FITS },
	{ .name = "jumbo in a VLAN", TO_B(10, B A "8100000a88b5", 9018, 9000), FITS },
	{ .name = "jumbo, one byte more", TO_B(0, B A "88b5", 9015, 9000), TOO_BIG },
	{ .name = "jumbo, straight into the other end", TO_B(0, B A "88b5", 9014, 9000), FITS,
	  .port[P2].flip = XSW_F_PEER },
	{ .name = "jumbo into an MTU of 1500", TO_B(0, B A "88b5", 9014, 1500), TOO_BIG,
	  .port[P2].flip = XSW_F_PEER },
	{ .name = "the MTU of the ingress port does not matter", .port[P1].mtu = 68,
	  TO_B(0, B A "88b5", 1514, 1500), FITS },
	{
		.name = "too big, and learned all the same",
		.port[P2].mtu = 1000, .fdb = { { B, 0, P2 } },
		.in = P1, .frame = B A "88b5", .len = 1500, TOO_BIG, .event = LEARNED,
		.after = { { B, 0, P2 }, { A, 0, P1, .how = NEW } },
	},
	{ .name = "a flood skips ports it is too big for",
	  .port = { [P2].mtu = 1499, [P3].mtu = 1500, [P5].mtu = 68 }, FLOOD(1514),
	  .to = S3 | S4 },
	{ .name = "a flood too big for all", .port = { [P2 ... P5] = { .mtu = 1499 } },
	  FLOOD(1514), TOO_BIG },
	{ .name = "a flood too big for one and not wanted by the others",
	  .port = { [P2].mtu = 1499, [P3 ... P5] = { .flip = XSW_F_FLOOD } }, FLOOD(1514),
	  TOO_BIG },
	{ .name = "a flood not wanted by any is not too big",
	  .port = { [P2 ... P5] = { .mtu = 68, .flip = XSW_F_FLOOD } }, FLOOD(1514),
	  .drop = XSW_R_no_target },
	{ .name = "a flood to disabled ports is not too big",
	  .port = { [P2 ... P5] = { .mtu = 68, .state = DISABLED } }, FLOOD(1514),
	  .drop = XSW_R_no_target },

	/* segments: L3 and L4 header and gso_size */
	{ .name = "TCP in IPv4, segments fit", GSO(0, B A IPV4_TCP TCP_20, 1254, 560), FITS },
	{ .name = "TCP in IPv4, segments too big", GSO(0, B A IPV4_TCP TCP_20, 1254, 561), TOO_BIG },
	{ .name = "TCP in IPv4 with options, segments fit",
	  GSO(0, B A IPV4_TCP TCP_32, 1266, 548), FITS },
	{ .name = "TCP in IPv4 with options, segments too big",
	  GSO(0, B A IPV4_TCP TCP_32, 1266, 549), TOO_BIG },
	{ .name = "IPv4 with options, segments fit",
	  GSO(0, B A "0800" "460005cc00010000" "4006000001010101" "01010102" "01010101" TCP_20,
	      1258, 556), FITS },
	{ .name = "IPv4 with options, segments too big",
	  GSO(0, B A "0800" "460005cc00010000" "4006000001010101" "01010102" "01010101" TCP_20,
	      1258, 557), TOO_BIG },
	{ .name = "TCP in IPv6, segments fit",
	  GSO(0, B A IPV6 "06" IPV6_END TCP_20, 1274, 540), FITS },
	{ .name = "TCP in IPv6, segments too big",
	  GSO(0, B A IPV6 "06" IPV6_END TCP_20, 1274, 541), TOO_BIG },
	{ .name = "UDP in IPv4, segments fit",
	  GSO(0, B A "0800" "450005c800010000" "4011000001010101" "01010102" "04d2162e04b80000",
	      1242, 572), FITS, NO_GSO },
	{ .name = "UDP in IPv4, segments too big",
	  GSO(0, B A "0800" "450005c800010000" "4011000001010101" "01010102" "04d2162e04b80000",
	      1242, 573), TOO_BIG, NO_GSO },
	{ .name = "UDP in IPv6, segments fit",
	  GSO(0, B A IPV6 "11" IPV6_END "04d2162e04b80000", 1262, 552), FITS, NO_GSO },
	{ .name = "UDP in IPv6, segments too big",
	  GSO(0, B A IPV6 "11" IPV6_END "04d2162e04b80000", 1262, 553), TOO_BIG, NO_GSO },
	{ .name = "tagged, segments fit",
	  GSO(10, B A "8100000a" IPV4_TCP TCP_20, 1258, 560), FITS },
	{ .name = "tagged, segments too big",
	  GSO(10, B A "8100000a" IPV4_TCP TCP_20, 1258, 561), TOO_BIG },
	{ .name = "two tags, segments fit",
	  GSO(10, B A "8100000a81000014" IPV4_TCP TCP_20, 1262, 556), FITS, NO_GSO },
	{ .name = "two tags, segments too big",
	  GSO(10, B A "8100000a81000014" IPV4_TCP TCP_20, 1262, 557), TOO_BIG, NO_GSO },
	{ .name = "an unknown type, segments fit", GSO(0, B A "88b5", 1254, 600), FITS, NO_GSO },
	{ .name = "an unknown type, segments too big", GSO(0, B A "88b5", 1254, 601), TOO_BIG,
	  NO_GSO },
	{ .name = "segments of a packet just longer than the MTU",
	  TO_B(0, B A IPV4_TCP TCP_20, 214, 100), .gso = 60, FITS },
#define MIRRORED(...)                                                                              \
	.mirror[0] = { .to = S5, .took = true, __VA_ARGS__ },                                      \
	.not_run = "no device sends segments of no kind, which is all it can make"
	{ .name = "segments, copied in one piece as they come in",
	  GSO(0, B A IPV4_TCP TCP_20, 1254, 560), FITS, MIRRORED(.in = S1) },
	{ .name = "segments, copied in one piece as they leave",
	  GSO(0, B A IPV4_TCP TCP_20, 1254, 560), FITS, MIRRORED(.out = S2) },
	{ .name = "segments, copied with a tag", GSO(0, B A IPV4_TCP TCP_20, 1254, 560), FITS,
	  MIRRORED(.in = S1, .tag = 100), .port[P5].mtu = SMALL_GSO, .as[P5] = { 0, "81000064" } },
	{ .name = "segments, too big for the output port", GSO(0, B A IPV4_TCP TCP_20, 1254, 560),
	  FITS, MIRRORED(.in = S1, .lost = S5), .port[P5].mtu = SMALL_GSO - 1 },
	{ .name = "segments, two tags within the output port",
	  GSO(10, B A "8100000a" IPV4_TCP TCP_20, 1258, 556), FITS, NO_GSO,
	  MIRRORED(.in = S1, .tag = 100), .port[P5].mtu = SMALL_GSO, .as[P5] = { 0, "81000064" } },
	{ .name = "segments, two tags too big for the output port",
	  GSO(10, B A "8100000a" IPV4_TCP TCP_20, 1258, 557), FITS, NO_GSO,
	  MIRRORED(.in = S1, .tag = 100, .lost = S5), .port[P5].mtu = SMALL_GSO },

	/* VLANs: the tag that comes or goes does not count */
	{ .name = "the MTU, tagged", VIA(ACCESS(10), TRUNK(V10), B A "88b5", 1514, 1500),
	  PUSHED("8100000a") },
	{ .name = "one byte more, tagged", VIA(ACCESS(10), TRUNK(V10), B A "88b5", 1515, 1500),
	  TOO_BIG },
	{ .name = "the MTU, untagged",
	  VIA(TRUNK(V10), ACCESS(10), B A "8100000a88b5", 1518, 1500), CUT },
	{ .name = "one byte more, untagged",
	  VIA(TRUNK(V10), ACCESS(10), B A "8100000a88b5", 1519, 1500), TOO_BIG },
	{ .name = "the MTU and a priority tag, untagged",
	  VIA(ACCESS(10), ACCESS(10), B A "8100e00088b5", 1518, 1500), CUT },
	{ .name = "one byte more and a priority tag, untagged",
	  VIA(ACCESS(10), ACCESS(10), B A "8100e00088b5", 1519, 1500), TOO_BIG },
	{ .name = "the MTU and a priority tag, tagged",
	  VIA(ACCESS(10), TRUNK(V10), B A "8100e00088b5", 1518, 1500), .to = S2,
	  .as[P2] = { 4, "8100e00a" } },
	{ .name = "a tag that is content, within the MTU",
	  VIA(ACCESS(10), TRUNK(V10), B A "88a8001488b5", 1514, 1500), PUSHED("8100000a") },
	{ .name = "the MTU and a tag that is content",
	  VIA(ACCESS(10), TRUNK(V10), B A "88a8001488b5", 1515, 1500), TOO_BIG },
	{ .name = "a customer's tag within the MTU",
	  VIA(TUNNEL(10), TRUNK(V10), B A "8100001488b5", 1514, 1500), PUSHED("88a8000a") },
	{ .name = "the MTU and a customer's tag",
	  VIA(TUNNEL(10), TRUNK(V10), B A "8100001488b5", 1515, 1500), TOO_BIG },
	{ .name = "a customer's tag within an MTU of 1504",
	  VIA(TUNNEL(10), TRUNK(V10), B A "8100001488b5", 1518, 1504), PUSHED("88a8000a") },
	{ .name = "the MTU into a tunnel", VIA(TUNNEL(10), TRUNK(V10), B A "88b5", 1514, 1500),
	  PUSHED("88a8000a") },
	{ .name = "out of a tunnel, a customer's tag within the MTU",
	  VIA(TRUNK(V10), TUNNEL(10), B A "8100000a8100001488b5", 1518, 1500), CUT },
	{ .name = "out of a tunnel, the MTU and a customer's tag",
	  VIA(TRUNK(V10), TUNNEL(10), B A "8100000a8100001488b5", 1519, 1500), TOO_BIG },
	{
		.name = "a flood in a VLAN skips ports it is too big for, whatever their form",
		.port = { [P1] = ACCESS(10), [P2] = TRUNK(V10), [P3] = TRUNK(V10),
			  [P4] = ACCESS(10), [P5] = ACCESS(10) },
		.port[P2].mtu = 1499, .port[P4].mtu = 1499, .fdb = { { A, 10, P1 } },
		.in = P1, .frame = B A "88b5", .len = 1514, .vid = 10, .class = XSW_UNKNOWN,
		.to = S3 | S5, .as[P3] = { 0, "8100000a" },
		.after = { { A, 10, P1, .how = SEEN } },
	},
	{
		.name = "a flood in a VLAN, too big for the one form and without the other",
		.port = { [P1] = ACCESS(10), [P2 ... P3] = TRUNK(V10, .mtu = 1499),
			  [P4 ... P5] = ACCESS(20) },
		.fdb = { { A, 10, P1 } },
		.in = P1, .frame = B A "88b5", .len = 1514, .vid = 10, .class = XSW_UNKNOWN,
		.drop = XSW_R_too_big, .after = { { A, 10, P1, .how = SEEN } },
	},

	/* a GSO packet stays one, with a tag or without */
#define VIA_GSO(from, to, hex, bytes, size)                                                        \
	.port = { [P1] = from, [P2] = to }, .vid = 10, GSO(10, hex, bytes, size)
	{ .name = "segments fit, tagged",
	  VIA_GSO(ACCESS(10), TRUNK(V10), B A IPV4_TCP TCP_20, 1254, 560), PUSHED("8100000a") },
	{ .name = "segments too big, tagged",
	  VIA_GSO(ACCESS(10), TRUNK(V10), B A IPV4_TCP TCP_20, 1254, 561), TOO_BIG },
	{ .name = "TCP in IPv6, segments fit, tagged",
	  VIA_GSO(ACCESS(10), TRUNK(V10), B A IPV6 "06" IPV6_END TCP_20, 1274, 540),
	  PUSHED("8100000a") },
	{ .name = "segments fit, untagged",
	  VIA_GSO(TRUNK(V10), ACCESS(10), B A "8100000a" IPV4_TCP TCP_20, 1258, 560), CUT },
	{ .name = "segments too big, untagged",
	  VIA_GSO(TRUNK(V10), ACCESS(10), B A "8100000a" IPV4_TCP TCP_20, 1258, 561), TOO_BIG },
	{ .name = "segments fit, a priority tag becomes the VLAN's",
	  VIA_GSO(ACCESS(10), TRUNK(V10), B A "8100e000" IPV4_TCP TCP_20, 1258, 560), .to = S2,
	  .as[P2] = { 4, "8100e00a" } },
	{ .name = "segments fit, straight into the other end",
	  VIA_GSO(ACCESS(10), TRUNK(V10, .flip = XSW_F_PEER), B A IPV4_TCP TCP_20, 1254, 560),
	  PUSHED("8100000a") },
	{ .name = "segments fit, into a tunnel",
	  VIA_GSO(TUNNEL(10), TRUNK(V10), B A IPV4_TCP TCP_20, 1254, 560), PUSHED("88a8000a") },
	{ .name = "segments with a customer's tag fit, into a tunnel",
	  VIA_GSO(TUNNEL(10), TRUNK(V10), B A "81000014" IPV4_TCP TCP_20, 1258, 556),
	  PUSHED("88a8000a") },
	{ .name = "segments with a customer's tag too big, into a tunnel",
	  VIA_GSO(TUNNEL(10), TRUNK(V10), B A "81000014" IPV4_TCP TCP_20, 1258, 557), TOO_BIG },
	{},
};
