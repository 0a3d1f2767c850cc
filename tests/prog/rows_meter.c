// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_meter.c - storm control by class, policing, what a frame costs
 *
 * Rates are a packet or a bit a second: what a bucket holds does not change while a row runs.
 * How rates come out over time is in tests/unit/test_meter.c.
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define STATIC XSW_FDB_STATIC

#define BC XSW_METER_BROADCAST
#define MC XSW_METER_MULTICAST
#define UK XSW_METER_UNKNOWN
#define PO XSW_METER_POLICE

#define US(s)	1000000u * (s)
#define HOLDS(s, bit) { 1, US(s), bit }

/* A bucket of 1000 packets or bits, and how many of these are taken. */
#define METER(...)    .policy = XSW_P_METER, __VA_ARGS__
#define TAKEN(id, n)  .rate[id] = HOLDS(1000, 0), .ahead[id] = (__u64)((n) * SEC_)
#define BITS(id, n)   .rate[id] = HOLDS(1000, 1), .ahead[id] = (__u64)((n) * SEC_)
#define EMPTY(id)     .rate[id] = { 1, 1, 0 }, .ahead[id] = 3600 * SEC_
#define FULL(id)      .rate[id] = { 1, 1, 0 }

#define PAID(id)      .paid = 1 << (id)

/* A frame of A, known on P1, to all; or stopped, when its entry elsewhere stays. */
#define TO_ALL(dst, of)                                                                            \
	.fdb = { { A, 0, P1 } }, .in = P1, .frame = dst A "88b5", .class = of, .to = ALL & ~S1,    \
	.after = { { A, 0, P1, .how = SEEN } }
#define STOPPED(dst, of, why)                                                                      \
	.fdb = { { A, 0, P3 } }, .in = P1, .frame = dst A "88b5", .class = of, .drop = XSW_R_##why
#define TO_B                                                                                       \
	.fdb = { { B, 0, P2, STATIC }, { A, 0, P1 } }, .in = P1, .frame = B A "88b5",              \
	.to = S2, .after = { { B, 0, P2, STATIC }, { A, 0, P1, .how = SEEN } }

/* 1200 bytes of TCP data in segments of 400: three, of 454 bytes. */
#define TCP                                                                                        \
	"0800" "450005c800010000" "4006000001010101" "01010102"                                    \
	"04d2162e" "00000001" "00000000" "50100200" "00000000"
#define SEGMENTS                                                                                   \
	.fdb = { { B, 0, P2, STATIC }, { A, 0, P1 } }, .in = P1, .frame = B A TCP, .len = 1254,    \
	.gso = 400
#define TAGGED_SEGMENTS                                                                            \
	.fdb = { { B, 10, P2, STATIC }, { A, 10, P1 } }, .in = P1,                                 \
	.frame = B A "8100000a" TCP, .len = 1258, .gso = 400
#define FITS(vid)                                                                                  \
	.to = S2, PAID(PO), .after = { { B, vid, P2, STATIC }, { A, vid, P1, .how = SEEN } }
#define TOO_MUCH .drop = XSW_R_policed

const struct row rows_meter[] = {
	/* storm control, by class */
	{ .name = "storm: broadcast within the rate", .port[P1] = { METER(TAKEN(BC, 998)) },
	  TO_ALL(BCAST, XSW_BROADCAST), PAID(BC) },
	{ .name = "storm: broadcast above the rate", .port[P1] = { METER(EMPTY(BC)) },
	  STOPPED(BCAST, XSW_BROADCAST, storm) },
	{ .name = "storm: broadcast, all others empty",
	  .port[P1] = { METER(FULL(BC), EMPTY(MC), EMPTY(UK)) }, TO_ALL(BCAST, XSW_BROADCAST),
	  PAID(BC) },
	{ .name = "storm: multicast within the rate", .port[P1] = { METER(TAKEN(MC, 998)) },
	  TO_ALL(MCAST, XSW_MULTICAST), PAID(MC) },
	{ .name = "storm: multicast above the rate", .port[P1] = { METER(EMPTY(MC)) },
	  STOPPED(MCAST, XSW_MULTICAST, storm) },
	{ .name = "storm: multicast, all others empty",
	  .port[P1] = { METER(EMPTY(BC), FULL(MC), EMPTY(UK)) }, TO_ALL(MCAST, XSW_MULTICAST),
	  PAID(MC) },
	{ .name = "storm: multicast without a rate", .port[P1] = { METER(EMPTY(BC), EMPTY(UK)) },
	  TO_ALL(MCAST, XSW_MULTICAST) },
	{ .name = "storm: a forwarded control frame is multicast",
	  .port[P1] = { METER(EMPTY(MC)) }, .group_fwd_mask = 1,
	  STOPPED(BPDU, XSW_MULTICAST, storm) },
	{ .name = "storm: a control frame that stays does not pay",
	  .port[P1] = { METER(FULL(MC)) }, STOPPED(BPDU, XSW_MULTICAST, link_local) },
	{ .name = "storm: unknown within the rate", .port[P1] = { METER(TAKEN(UK, 998)) },
	  TO_ALL(B, XSW_UNKNOWN), PAID(UK) },
	{ .name = "storm: unknown above the rate", .port[P1] = { METER(EMPTY(UK)) },
	  STOPPED(B, XSW_UNKNOWN, storm) },
	{ .name = "storm: unknown, all others empty",
	  .port[P1] = { METER(EMPTY(BC), EMPTY(MC), FULL(UK)) }, TO_ALL(B, XSW_UNKNOWN),
	  PAID(UK) },
	{ .name = "storm: unknown without a rate", .port[P1] = { METER(EMPTY(BC), EMPTY(MC)) },
	  TO_ALL(B, XSW_UNKNOWN) },
	{ .name = "storm: known unicast is no storm",
	  .port[P1] = { METER(EMPTY(BC), EMPTY(MC), EMPTY(UK)) }, TO_B },
	{
		.name = "storm: a destination found a moment ago is known",
		.not_dry = LOOKS_UP, .port[P1] = { METER(EMPTY(UK)) }, .found = { B, 0, P3 },
		.fdb = { { A, 0, P1 } }, .in = P1, .frame = B A "88b5", .to = S3,
		.after = { { A, 0, P1, .how = SEEN } },
	},
	{
		.name = "storm: an expired destination is unknown",
		.port[P1] = { METER(EMPTY(UK)) },
		.fdb = { { B, 0, P2, .age = 301 * SEC_ }, { A, 0, P3 } },
		.in = P1, .frame = B A "88b5", .class = XSW_UNKNOWN, .drop = XSW_R_storm,
	},
	{
		.name = "storm: a destination of another VLAN is unknown",
		.port[P1] = { METER(EMPTY(UK)) }, .fdb = { { B, 10, P2 }, { A, 0, P3 } },
		.in = P1, .frame = B A "88b5", .class = XSW_UNKNOWN, .drop = XSW_R_storm,
	},
	{
		.name = "storm: a destination behind a device that is gone is unknown",
		.port = { [P1] = { METER(EMPTY(UK)) }, [P2].gone = true },
		.fdb = { { B, 0, P2, STATIC }, { A, 0, P3 } },
		.in = P1, .frame = B A "88b5", .class = XSW_UNKNOWN, .drop = XSW_R_storm,
	},
	{
		.name = "storm: a frame that is its own destination is unknown, until learned",
		.port[P1] = { METER(FULL(UK)) }, .in = P1, .frame = A A "88b5",
		.drop = XSW_R_same_port, PAID(UK), .event = LEARNED,
		.after = { { A, 0, P1, .how = NEW } },
	},
	{ .name = "storm: of another port",
	  .port = { [P2 ... P5] = { METER(EMPTY(BC), EMPTY(MC), EMPTY(UK), EMPTY(PO)) } },
	  TO_ALL(BCAST, XSW_BROADCAST) },
	{ .name = "storm: rates that are gone", .port[P1] = { METER(EMPTY(BC)), .bare = true },
	  TO_ALL(BCAST, XSW_BROADCAST) },
	{ .name = "storm: in a VLAN", .port[P1] = { METER(EMPTY(BC)), .mode = XSW_MODE_TRUNK,
	  .vlans = V10 }, .fdb = { { A, 10, P3 } }, .in = P1, .frame = BCAST A "8100000a88b5",
	  .len = 64, .vid = 10, .class = XSW_BROADCAST, .drop = XSW_R_storm },

	/* policing */
	{ .name = "police: known unicast within the rate", .port[P1] = { METER(TAKEN(PO, 998)) },
	  TO_B, PAID(PO) },
	{ .name = "police: known unicast above the rate", .port[P1] = { METER(EMPTY(PO)) },
	  .fdb = { { B, 0, P2 }, { A, 0, P3 } }, .in = P1, .frame = B A "88b5",
	  .drop = XSW_R_policed },
	{ .name = "police: unknown unicast above the rate", .port[P1] = { METER(EMPTY(PO)) },
	  STOPPED(B, XSW_UNICAST, policed) },
	{ .name = "police: broadcast above the rate", .port[P1] = { METER(EMPTY(PO)) },
	  STOPPED(BCAST, XSW_BROADCAST, policed) },
	{ .name = "police: broadcast pays to both buckets",
	  .port[P1] = { METER(FULL(BC), FULL(PO)) }, TO_ALL(BCAST, XSW_BROADCAST),
	  .paid = 1 << BC | 1 << PO },
	{ .name = "police: comes after storm control", .port[P1] = { METER(EMPTY(BC), EMPTY(PO)) },
	  STOPPED(BCAST, XSW_BROADCAST, storm) },
	{ .name = "police: what is policed has paid for the storm",
	  .port[P1] = { METER(FULL(BC), EMPTY(PO)) },
	  STOPPED(BCAST, XSW_BROADCAST, policed), PAID(BC) },
	{ .name = "police: what stopped before does not pay",
	  .port[P1] = { METER(FULL(PO)) }, .in = P1, .frame = B MCAST "88b5",
	  .drop = XSW_R_src_group },
	{ .name = "police: what stops later has paid", .port[P1] = { METER(FULL(PO)) },
	  .fdb = { { B, 0, P1 }, { A, 0, P1 } }, .in = P1, .frame = B A "88b5",
	  .drop = XSW_R_same_port, PAID(PO),
	  .after = { { B, 0, P1 }, { A, 0, P1, .how = SEEN } } },

	/* what a frame costs */
	{ .name = "bits: a frame of 60 bytes fits into 520", .port[P1] = { METER(BITS(PO, 480)) },
	  TO_B, PAID(PO) },
	{ .name = "bits: a frame of 60 bytes does not fit into 470",
	  .port[P1] = { METER(BITS(PO, 530)) }, .fdb = { { A, 0, P3 } }, .in = P1,
	  .frame = B A "88b5", TOO_MUCH },
	{ .name = "bits: a frame larger than the bucket, which is full",
	  .port[P1] = { METER(.rate[PO] = { 1, 1, 1 }) }, TO_B, PAID(PO) },
	{ .name = "bits: a frame larger than the bucket, which is not quite full",
	  .port[P1] = { METER(.rate[PO] = { 1, US(400), 1 }, .ahead[PO] = 100 * SEC_) },
	  .fdb = { { A, 0, P3 } }, .in = P1, .frame = B A "88b5", TOO_MUCH },
	{ .name = "bits: a tag counts", .port[P1] = { METER(BITS(PO, 500)) },
	  .fdb = { { A, 10, P3 } }, .in = P1, .frame = B A "8100000a88b5", .len = 64, TOO_MUCH },
	{ .name = "segments: three fit into 3.5", .port[P1] = { METER(TAKEN(PO, 996.5)) },
	  SEGMENTS, FITS(0) },
	{ .name = "segments: three do not fit into 1.1", .port[P1] = { METER(TAKEN(PO, 998.9)) },
	  SEGMENTS, TOO_MUCH },
	{ .name = "segments: 3 * 454 bytes fit", .port[P1] = { METER(.rate[PO] = { 1,
	  US(4000), 1 }) }, SEGMENTS, FITS(0) },
	{ .name = "segments: 3 * 454 bytes are 10896 bits",
	  .port[P1] = { METER(.rate[PO] = { 10, US(1200), 1 }, .ahead[PO] = 100 * SEC_) },
	  SEGMENTS, FITS(0) },
	{ .name = "segments: 3 * 454 bytes are not less than 10896 bits",
	  .port[P1] = { METER(.rate[PO] = { 10, US(1200), 1 }, .ahead[PO] = 115 * SEC_) },
	  SEGMENTS, TOO_MUCH },
	{ .name = "segments: 3 * 458 bytes with a tag",
	  .port[P1] = { METER(.rate[PO] = { 10, US(1200), 1 }, .ahead[PO] = 100 * SEC_) },
	  TAGGED_SEGMENTS, FITS(10) },
	{ .name = "segments: 3 * 458 bytes are 10992 bits",
	  .port[P1] = { METER(.rate[PO] = { 10, US(1200), 1 }, .ahead[PO] = 105 * SEC_) },
	  TAGGED_SEGMENTS, TOO_MUCH },
	{},
};
