// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_frame.c - what a frame may look like: lengths, types, tags, addresses
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define TEST_RUN_14 "BPF_PROG_TEST_RUN and packet sockets take no frame below 14 bytes"
#define TEST_RUN_IP "BPF_PROG_TEST_RUN of new kernels wants a whole IP header"
#define KERNEL_20   "the kernel wants two bytes behind a tag when it takes it off"

/* Any frame of A that nobody knows the destination of, of `bytes` bytes. */
#define FLOODS(title, hex, bytes, vid_)                                                            \
	.name = title, .in = P1, .frame = hex, .len = bytes, .to = ALL & ~S1,                      \
	.class = XSW_UNKNOWN, .event = LEARNED, .after = { { A, vid_, P1, .how = NEW } }

#define STOPS(title, hex, why) .name = title, .in = P1, .frame = hex, .drop = XSW_R_##why

const struct row rows_frame[] = {
	/* lengths */
	{ FLOODS("14 bytes, a header alone", B A "88b5", 14, 0) },
	{ FLOODS("15 bytes", B A "88b5", 15, 0) },
	{ FLOODS("59 bytes, nothing padded", B A "88b5", 59, 0) },
	{ FLOODS("1514 bytes", B A "88b5", 1514, 0) },
	{ STOPS("13 bytes", B A "88b5", runt), .len = 13, .not_run = TEST_RUN_14,
	  .not_wire = TEST_RUN_14 },
	{ STOPS("1 byte", B A "88b5", runt), .len = 1, .not_run = TEST_RUN_14,
	  .not_wire = TEST_RUN_14 },
	{ STOPS("0 bytes", "", runt), .len = ROW_EMPTY, .not_run = TEST_RUN_14,
	  .not_wire = TEST_RUN_14 },
	{ STOPS("a runt into a disabled port is a runt", B A "88b5", runt), .len = 13,
	  .port[P1].state = DISABLED, .not_run = TEST_RUN_14, .not_wire = TEST_RUN_14 },

	/* types */
	{ FLOODS("type ffff", B A "ffff", 0, 0) },
	{ FLOODS("type 0600", B A "0600", 0, 0) },
	{ FLOODS("type 0000", B A "0000", 0, 0) },
	{ FLOODS("802.3 length with LLC", B A "002e424203", 0, 0) },
	{ FLOODS("802.3 length that lies", B A "05dcaaaa03", 0, 0) },
	{ FLOODS("IPv4 with a bogus header", B A "0800ffffffffff", 0, 0) },
	{ FLOODS("IPv4 cut short", B A "080045", 15, 0), .not_run = TEST_RUN_IP },

	/* tags */
	{ FLOODS("priority tag is VLAN 0", B A "8100e00088b5", 64, 0) },
	{ FLOODS("VLAN 1", B A "8100000188b5", 64, 1) },
	{ FLOODS("VLAN 10 with PCP 7 and DEI", B A "8100f00a88b5", 64, 10) },
	{ FLOODS("VLAN 4094", B A "81000ffe88b5", 64, 4094) },
	{ STOPS("VLAN 4095", B A "81000fff88b5", vid_reserved), .len = 64 },
	{ STOPS("VLAN 4095 with PCP and DEI", B A "8100ffff88b5", vid_reserved), .len = 64 },
	{ FLOODS("802.3 length behind a tag", B A "8100000a002e4242", 64, 10) },
	{ FLOODS("two customer tags, the outer one counts", B A "8100000a8100001488b5", 68, 10) },
	{ FLOODS("4095 inside another tag", B A "8100000a81000fff88b5", 68, 10) },
	{ FLOODS("tag 88a8 is no VLAN", B A "88a8006488b5", 64, 0) },
	{ FLOODS("tag 88a8 outside 8100", B A "88a800648100000a88b5", 68, 0) },
	{ FLOODS("tag 88a8 with 4095", B A "88a80fff88b5", 64, 0) },
	{ FLOODS("tag 9100 outside 8100", B A "910000648100000a88b5", 68, 0) },
	{ FLOODS("tag 8100 outside 88a8", B A "8100000a88a8006488b5", 68, 10) },
	{ STOPS("tag cut to 0 bytes", B A "8100", vlan_truncated), .len = 14,
	  .not_wire = KERNEL_20 },
	{ STOPS("tag cut to 1 byte", B A "810000", vlan_truncated), .len = 15,
	  .not_wire = KERNEL_20 },
	{ STOPS("tag cut to 3 bytes", B A "8100000a88", vlan_truncated), .len = 17,
	  .not_wire = KERNEL_20 },
	{ STOPS("tag cut short into a disabled port", B A "810000", vlan_truncated), .len = 15,
	  .port[P1].state = DISABLED, .not_wire = KERNEL_20 },
	{ FLOODS("a whole tag and nothing behind", B A "8100000a88b5", 18, 10),
	  .not_wire = KERNEL_20, .blind = KERNEL_20 },
	{ FLOODS("a whole tag and two bytes", B A "8100000a88b50001", 20, 10) },

	/* the same address in two VLANs is two stations */
	{
		.name = "an address known in VLAN 10 is new in VLAN 20",
		.fdb = { { A, 10, P1 } },
		.in = P2, .frame = B A "8100001488b5", .len = 64,
		.to = ALL & ~S2, .class = XSW_UNKNOWN, .event = LEARNED,
		.after = { { A, 10, P1, .how = KEPT }, { A, 20, P2, .how = NEW } },
	},
	{
		.name = "an address known in VLAN 10 is new untagged",
		.fdb = { { A, 10, P1 } },
		.in = P2, .frame = B A "88b5",
		.to = ALL & ~S2, .class = XSW_UNKNOWN, .event = LEARNED,
		.after = { { A, 10, P1, .how = KEPT }, { A, 0, P2, .how = NEW } },
	},
	{
		.name = "one address in two VLANs, each frame to its own port",
		.fdb = { { B, 10, P2 }, { B, 20, P3 }, { A, 20, P1 } },
		.in = P1, .frame = B A "8100001488b5", .len = 64,
		.to = S3,
		.after = { { B, 10, P2 }, { B, 20, P3 }, { A, 20, P1, .how = SEEN } },
	},
	{
		.name = "a destination known in another VLAN is unknown",
		.fdb = { { B, 10, P2 }, { A, 20, P1 } },
		.in = P1, .frame = B A "8100001488b5", .len = 64,
		.to = ALL & ~S1, .class = XSW_UNKNOWN,
		.after = { { B, 10, P2 }, { A, 20, P1, .how = SEEN } },
	},
	{
		.name = "a priority tag meets the untagged station",
		.fdb = { { B, 0, P2 }, { A, 0, P1 } },
		.in = P1, .frame = B A "8100600088b5", .len = 64,
		.to = S2,
		.after = { { B, 0, P2 }, { A, 0, P1, .how = SEEN } },
	},

	/* sources */
	{ STOPS("group source", B "01000000000a" "88b5", src_group) },
	{ STOPS("group source, locally administered", B "03000000000a" "88b5", src_group) },
	{ STOPS("broadcast source", B BCAST "88b5", src_group) },
	{ STOPS("group source to broadcast", BCAST MCAST "88b5", src_group),
	  .class = XSW_BROADCAST },
	{ STOPS("group source in a VLAN", B MCAST "8100000a88b5", src_group), .len = 64 },
	{ STOPS("zero source", B "000000000000" "88b5", src_zero) },
	{ STOPS("zero source to broadcast", BCAST "000000000000" "0806", src_zero),
	  .class = XSW_BROADCAST },
	{ STOPS("VLAN 4095 comes before the source", B BCAST "81000fff88b5", vid_reserved),
	  .len = 64 },
	{
		.name = "group source to a known destination",
		.fdb = { { B, 0, P2 } },
		.in = P1, .frame = B MCAST "88b5", .drop = XSW_R_src_group,
	},
	{
		.name = "source 00:00:00:00:00:01 is an address",
		.in = P1, .frame = B "000000000001" "88b5",
		.to = ALL & ~S1, .class = XSW_UNKNOWN, .event = LEARNED,
		.after = { { "000000000001", 0, P1, .how = NEW } },
	},
	{
		.name = "source fe:ff:ff:ff:ff:ff is an address",
		.in = P1, .frame = B "feffffffffff" "88b5",
		.to = ALL & ~S1, .class = XSW_UNKNOWN, .event = LEARNED,
		.after = { { "feffffffffff", 0, P1, .how = NEW } },
	},

	/* destinations */
#define CLASS(title, dst, of)                                                                      \
	.name = title, .in = P1, .frame = dst A "88b5", .to = ALL & ~S1, .class = of,              \
	.event = LEARNED, .after = { { A, 0, P1, .how = NEW } }
	{ CLASS("broadcast", BCAST, XSW_BROADCAST) },
	{ CLASS("IPv4 multicast", MCAST, XSW_MULTICAST) },
	{ CLASS("IPv6 multicast", "333300000001", XSW_MULTICAST) },
	{ CLASS("ff:ff:ff:ff:ff:fe is multicast", "fffffffffffe", XSW_MULTICAST) },
	{ CLASS("01:00:00:00:00:00 is multicast", "010000000000", XSW_MULTICAST) },
	{ CLASS("fe:ff:ff:ff:ff:ff is an individual address", "feffffffffff", XSW_UNKNOWN) },
	{ CLASS("all-zero destination is an unknown one", "000000000000", XSW_UNKNOWN) },
	{
		.name = "broadcast in a VLAN",
		.in = P5, .frame = BCAST A "8100000a88b5", .len = 64,
		.to = ALL & ~S5, .class = XSW_BROADCAST, .event = LEARNED,
		.after = { { A, 10, P5, .how = NEW } },
	},
	{
		.name = "a group address in the table is not looked up",
		.fdb = { { MCAST, 0, P2, XSW_FDB_STATIC }, { A, 0, P1 } },
		.in = P1, .frame = MCAST A "88b5",
		.to = ALL & ~S1, .class = XSW_MULTICAST,
		.after = { { MCAST, 0, P2, XSW_FDB_STATIC }, { A, 0, P1, .how = SEEN } },
	},
	{},
};
