// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_policy.c - guard and error-disable, group_fwd_mask of a port, locked, allowed MACs,
 * isolation; the order of the steps
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define STATIC XSW_FDB_STATIC
#define LOCAL  XSW_FDB_LOCAL

/* A port by its policy. */
#define GUARDED	   .policy = XSW_P_CONTROL, .guard = true
#define MASK(mask) .policy = XSW_P_CONTROL, .group_fwd_mask = (mask)
#define LOCKED	   .policy = XSW_P_LOCKED
#define ONLY(...)  .policy = XSW_P_MACS, .macs = { __VA_ARGS__ }
#define ISOLATED   .policy = XSW_P_ISOLATED
#define ERROR(ns)  .state = ERRDISABLED, .policy = XSW_P_CONTROL, .guard = true, .until = (ns)

#define HOUR ((__s64)(3600 * SEC_))
#define PAST (-(__s64)SEC_)

/* A (known, on P1) to B, a static entry of P2. */
#define KNOWN                                                                                      \
	.fdb = { { B, 0, P2, STATIC }, { A, 0, P1 } }, .in = P1, .frame = B A "88b5",              \
	.after = { { B, 0, P2, STATIC }, { A, 0, P1, .how = SEEN } }
/* The same, stopped: the entry of A elsewhere stays there. */
#define STOPPED(why)                                                                               \
	.fdb = { { B, 0, P2, STATIC }, { A, 0, P3 } }, .in = P1, .frame = B A "88b5",              \
	.drop = XSW_R_##why
#define FLOODS(dst, of)                                                                            \
	.fdb = { { A, 0, P1 } }, .in = P1, .frame = dst A "88b5", .class = of,                     \
	.after = { { A, 0, P1, .how = SEEN } }
#define CONTROL(nibble) .in = P1, .frame = "0180c200000" nibble A "88b5", .class = XSW_MULTICAST
#define GOES_ALL                                                                                   \
	.to = ALL & ~S1, .event = LEARNED, .after = { { A, 0, P1, .how = NEW } }

/* One group address: with its bit alone, and with every other bit. */
#define GROUP(nibble, n)                                                                           \
	{ .name = "control frame 0" nibble " with its bit of the port's mask",                     \
	  .port[P1] = { MASK(1u << (n)) }, CONTROL(nibble), GOES_ALL },                            \
	{ .name = "control frame 0" nibble " without its bit of the port's mask",                  \
	  .port[P1] = { MASK(0xffff & ~(1u << (n))) }, CONTROL(nibble), .drop = XSW_R_link_local }

const struct row rows_policy[] = {
	GROUP("0", 0), GROUP("1", 1), GROUP("2", 2), GROUP("3", 3),
	GROUP("4", 4), GROUP("5", 5), GROUP("6", 6), GROUP("7", 7),
	GROUP("8", 8), GROUP("9", 9), GROUP("a", 10), GROUP("b", 11),
	GROUP("c", 12), GROUP("d", 13), GROUP("e", 14), GROUP("f", 15),
	{ .name = "the masks of port and switch add up", .port[P1] = { MASK(1 << 2) },
	  .group_fwd_mask = 1 << 3, CONTROL("3"), GOES_ALL },
	{ .name = "the mask of another port does not matter",
	  .port = { [P2 ... P5] = { MASK(0xffff) } }, CONTROL("3"), .drop = XSW_R_link_local },
	{ .name = "a mask that is gone", .port[P1] = { MASK(0xffff), .bare = true },
	  CONTROL("3"), .drop = XSW_R_link_local },
	{ .name = "into blocking, control by the port's mask teaches nothing",
	  .port[P1] = { MASK(1 << 14), .state = BLOCKING }, CONTROL("e"), .to = ALL & ~S1 },
	{ .name = "into disabled, control by the port's mask",
	  .port[P1] = { MASK(0xffff), .state = DISABLED }, CONTROL("e"),
	  .drop = XSW_R_port_down },

	/* guard */
	{ .name = "guard: a BPDU", .port[P1] = { GUARDED }, CONTROL("0"),
	  .drop = XSW_R_bpdu_guard, .tripped = true },
	{ .name = "guard: a BPDU, no recovery", .port[P1] = { GUARDED }, .recovery = ROW_NEVER,
	  CONTROL("0"), .drop = XSW_R_bpdu_guard, .tripped = true },
	{ .name = "guard: a BPDU that would be forwarded",
	  .port[P1] = { GUARDED, .group_fwd_mask = 1 }, .group_fwd_mask = 1, CONTROL("0"),
	  .drop = XSW_R_bpdu_guard, .tripped = true },
	{ .name = "guard: a tagged BPDU", .port[P1] = { GUARDED },
	  .in = P1, .frame = BPDU A "8100000a88b5", .len = 64, .class = XSW_MULTICAST,
	  .drop = XSW_R_bpdu_guard, .tripped = true },
	{ .name = "guard: a BPDU with LLC, from an access port",
	  .port[P1] = { .mode = XSW_MODE_ACCESS, .tag = 10, GUARDED },
	  .in = P1, .frame = BPDU A "0026424203", .class = XSW_MULTICAST,
	  .drop = XSW_R_bpdu_guard, .tripped = true },
	{ .name = "guard: comes before the VLAN and the source", .port[P1] = { GUARDED },
	  .in = P1, .frame = BPDU MCAST "81000fff88b5", .len = 64, .class = XSW_MULTICAST,
	  .drop = XSW_R_bpdu_guard, .tripped = true },
	{ .name = "guard: 01:80:c2:00:00:01 is no BPDU", .port[P1] = { GUARDED }, CONTROL("1"),
	  .drop = XSW_R_link_local },
	{ .name = "guard: 01:80:c2:00:00:0e by its bit",
	  .port[P1] = { GUARDED, .group_fwd_mask = 1 << 14 }, CONTROL("e"), GOES_ALL },
	{ .name = "guard: no BPDU", .port[P1] = { GUARDED }, KNOWN, .to = S2 },
	{ .name = "guard: of another port", .port[P2] = { GUARDED }, CONTROL("0"),
	  .drop = XSW_R_link_local },
	{ .name = "guard: a learning port stays so", .port[P1] = { GUARDED, .state = LEARNING },
	  CONTROL("0"), .drop = XSW_R_bpdu_guard },
	{ .name = "guard: a blocking port stays so", .port[P1] = { GUARDED, .state = BLOCKING },
	  CONTROL("0"), .drop = XSW_R_bpdu_guard },
	{ .name = "guard: a disabled port stays so", .port[P1] = { GUARDED, .state = DISABLED },
	  CONTROL("0"), .drop = XSW_R_port_down },
	{ .name = "guard: gone meanwhile", .port[P1] = { GUARDED, .bare = true }, CONTROL("0"),
	  .drop = XSW_R_link_local },

	/* error-disabled */
	{ .name = "into error-disabled", .port[P1] = { ERROR(HOUR) }, STOPPED(port_down) },
	{ .name = "into error-disabled, a BPDU", .port[P1] = { ERROR(HOUR) }, CONTROL("0"),
	  .drop = XSW_R_port_down },
	{ .name = "into error-disabled, the time is up", .port[P1] = { ERROR(PAST) }, KNOWN,
	  .to = S2, .healed = S1 },
	{ .name = "into error-disabled, the time is up now", .port[P1] = { ERROR(0) }, KNOWN,
	  .to = S2, .healed = S1 },
	{ .name = "into error-disabled, the time is up, and the guard gone",
	  .port[P1] = { .state = ERRDISABLED, .until = PAST }, KNOWN, .to = S2, .healed = S1 },
	{ .name = "into error-disabled, the time is up, a BPDU again",
	  .port[P1] = { ERROR(PAST) }, CONTROL("0"), .drop = XSW_R_bpdu_guard,
	  .tripped = true },
	{ .name = "into error-disabled, the time is up, a group source",
	  .port[P1] = { ERROR(PAST) }, .in = P1, .frame = B MCAST "88b5",
	  .drop = XSW_R_src_group, .healed = S1 },
	{ .name = "into error-disabled, nobody knows until when",
	  .port[P1] = { ERROR(PAST), .bare = true }, STOPPED(port_down) },
	{ .name = "destination behind an error-disabled port", .port[P2] = { ERROR(HOUR) },
	  KNOWN, .drop = XSW_R_egress_down },
	{ .name = "destination behind an error-disabled port, the time is up",
	  .port[P2] = { ERROR(PAST) }, KNOWN, .to = S2, .healed = S2 },
	{ .name = "a flood skips error-disabled ports",
	  .port = { [P2] = { ERROR(HOUR) }, [P4] = { ERROR(HOUR) } },
	  FLOODS(BCAST, XSW_BROADCAST), .to = S3 | S5 },
	{ .name = "a flood to error-disabled ports alone",
	  .port = { [P2 ... P5] = { ERROR(HOUR) } }, FLOODS(BCAST, XSW_BROADCAST),
	  .drop = XSW_R_no_target },
	{ .name = "a flood finds that the time of one is up",
	  .port = { [P2] = { ERROR(HOUR) }, [P4] = { ERROR(PAST) } },
	  FLOODS(BCAST, XSW_BROADCAST), .to = S3 | S4 | S5, .healed = S4 },
	{ .name = "the time is up, but the port does not want floods",
	  .port[P2] = { ERROR(PAST), .flip = XSW_F_BCAST_FLOOD },
	  FLOODS(BCAST, XSW_BROADCAST), .to = S3 | S4 | S5, .healed = S2 },

	/* watched: the same for frames, until nobody renews the time */
	{ .name = "watched: known", .port[P1].watched = true, .watching = HOUR, KNOWN, .to = S2 },
	{ .name = "watched: no more", .port[P1].watched = true, .watching = PAST, KNOWN, .to = S2,
	  .unwatched = S1 },
	{ .name = "watched: no more, a frame that is stopped", .port[P1].watched = true,
	  .in = P1, .frame = B MCAST "88b5", .drop = XSW_R_src_group, .unwatched = S1 },
	{ .name = "watched: an access port", .port[P1] = { .mode = XSW_MODE_ACCESS, .tag = 10,
							   .watched = true },
	  .port[P2] = ACCESS(10), .watching = HOUR, .fdb = { { B, 10, P2 }, { A, 10, P1 } },
	  .in = P1, .frame = B A "88b5", .vid = 10, .to = S2,
	  .after = { { B, 10, P2 }, { A, 10, P1, .how = SEEN } } },
	{ .name = "watched: the destination", .port[P2].watched = true, .watching = HOUR, KNOWN,
	  .to = S2 },
	{ .name = "watched: the destination, no more", .port[P2].watched = true, KNOWN, .to = S2,
	  .unwatched = S2 },
	{ .name = "watched: a flood", .port[P1 ... P5].watched = true, .watching = HOUR,
	  FLOODS(BCAST, XSW_BROADCAST), .to = ALL & ~S1 },
	{ .name = "watched: a flood, no more", .port[P1 ... P5].watched = true,
	  FLOODS(BCAST, XSW_BROADCAST), .to = ALL & ~S1, .unwatched = ALL },
	{ .name = "watched: error-disabled, the time of both is up",
	  .port[P1] = { ERROR(PAST), .watched = true }, KNOWN, .to = S2, .healed = S1,
	  .unwatched = S1 },

	/* locked */
	{ .name = "locked: a source nobody knows", .port[P1] = { LOCKED },
	  .fdb = { { B, 0, P2 } }, .in = P1, .frame = B A "88b5", .drop = XSW_R_locked },
	{ .name = "locked: a source of the port", .port[P1] = { LOCKED }, KNOWN, .to = S2 },
	{ .name = "locked: a static source of the port", .port[P1] = { LOCKED },
	  .fdb = { { A, 0, P1, STATIC } }, .in = P1, .frame = BCAST A "88b5",
	  .class = XSW_BROADCAST, .to = ALL & ~S1, .after = { { A, 0, P1, STATIC, .how = SEEN } } },
	{ .name = "locked: with learning off", .port[P1] = { LOCKED, .flip = XSW_F_LEARNING },
	  .fdb = { { B, 0, P2 }, { A, 0, P1, STATIC } }, .in = P1, .frame = B A "88b5",
	  .to = S2 },
	{ .name = "locked: a source of another port does not move", .port[P1] = { LOCKED },
	  STOPPED(locked) },
	{ .name = "locked: a static source of another port", .port[P1] = { LOCKED },
	  .fdb = { { A, 0, P3, STATIC } }, .in = P1, .frame = B A "88b5",
	  .drop = XSW_R_locked },
	{ .name = "locked: a source of another VLAN", .port[P1] = { LOCKED },
	  .fdb = { { A, 10, P1 } }, .in = P1, .frame = B A "88b5", .drop = XSW_R_locked },
	{ .name = "locked: an expired source", .port[P1] = { LOCKED },
	  .fdb = { { A, 0, P1, .age = 301 * SEC_ } }, .in = P1, .frame = B A "88b5",
	  .drop = XSW_R_locked },
	{ .name = "locked: a flushed source", .port[P1] = { LOCKED, .flush = 7 },
	  .fdb = { { A, 0, P1, .seq = 5 } }, .in = P1, .frame = B A "88b5",
	  .drop = XSW_R_locked },
	{ .name = "locked: a source remembered but flushed", .port[P1] = { LOCKED },
	  .cache = { A }, .in = P1, .frame = B A "88b5", .drop = XSW_R_locked },
	{ .name = "locked: a forwarded control frame", .port[P1] = { LOCKED },
	  .group_fwd_mask = 1, CONTROL("0"), .drop = XSW_R_locked },
	{ .name = "locked: a port that learns only", .port[P1] = { LOCKED, .state = LEARNING },
	  STOPPED(locked) },
	{ .name = "locked: of another port", .port = { [P2 ... P5] = { LOCKED } },
	  .in = P1, .frame = BCAST A "88b5", .class = XSW_BROADCAST, GOES_ALL },
	{ .name = "locked: the switch's own address is named as such", .port[P1] = { LOCKED },
	  .fdb = { { A, 0, P3, LOCAL } }, .in = P1, .frame = B A "88b5",
	  .drop = XSW_R_src_local },
	{ .name = "the switch's own address comes before the list",
	  .port[P1] = { ONLY(B) }, .hosts = 1, .fdb = { { A, 0, P3, LOCAL } },
	  .in = P1, .frame = B A "88b5", .drop = XSW_R_src_local },

	/* allowed MACs */
	{ .name = "macs: the one", .port[P1] = { ONLY(A) }, KNOWN, .to = S2 },
	{ .name = "macs: one of three", .port[P1] = { ONLY(C, D, A) }, KNOWN, .to = S2 },
	{ .name = "macs: another", .port[P1] = { ONLY(C, D, E) }, STOPPED(spoofed_mac) },
	{ .name = "macs: none", .port[P1] = { .policy = XSW_P_MACS }, STOPPED(spoofed_mac) },
	{ .name = "macs: one on the list of another port",
	  .port = { [P1] = { ONLY(C) }, [P2] = { ONLY(A) } }, STOPPED(spoofed_mac) },
	{ .name = "macs: in every VLAN", .port[P1] = { ONLY(A) },
	  .in = P1, .frame = BCAST A "8100000a88b5", .len = 64, .class = XSW_BROADCAST,
	  .to = ALL & ~S1, .event = LEARNED, .after = { { A, 10, P1, .how = NEW } } },
	{ .name = "macs: the destination does not matter", .port[P2] = { ONLY(C) }, KNOWN,
	  .to = S2 },
	{ .name = "macs: a list that is gone", .port[P1] = { ONLY(C), .bare = true }, KNOWN,
	  .to = S2 },

	/* isolated */
	{ .name = "isolated: both", .port = { [P1] = { ISOLATED }, [P2] = { ISOLATED } }, KNOWN,
	  .drop = XSW_R_isolated },
	{ .name = "isolated: both, and learned", .port = { [P1] = { ISOLATED }, [P2] = { ISOLATED } },
	  .fdb = { { B, 0, P2 } }, .in = P1, .frame = B A "88b5", .drop = XSW_R_isolated,
	  .event = LEARNED, .after = { { B, 0, P2 }, { A, 0, P1, .how = NEW } } },
	{ .name = "isolated: the ingress port", .port[P1] = { ISOLATED }, KNOWN, .to = S2 },
	{ .name = "isolated: the egress port", .port[P2] = { ISOLATED }, KNOWN, .to = S2 },
	{ .name = "isolated: the egress port, straight into the other end",
	  .port[P2] = { ISOLATED, .flip = XSW_F_PEER }, KNOWN, .to = S2 },
	{ .name = "isolated: a flood skips the others",
	  .port = { [P1 ... P3] = { ISOLATED } }, FLOODS(BCAST, XSW_BROADCAST), .to = S4 | S5 },
	{ .name = "isolated: unknown unicast skips the others",
	  .port = { [P1] = { ISOLATED }, [P4 ... P5] = { ISOLATED } }, FLOODS(B, XSW_UNKNOWN),
	  .to = S2 | S3 },
	{ .name = "isolated: a flood of a port that is not reaches all",
	  .port = { [P2 ... P5] = { ISOLATED } }, FLOODS(BCAST, XSW_BROADCAST), .to = ALL & ~S1 },
	{ .name = "isolated: a flood with nobody left", .port = { [P1 ... P5] = { ISOLATED } },
	  FLOODS(BCAST, XSW_BROADCAST), .drop = XSW_R_no_target },
	{ .name = "isolated: hairpin too", .port[P1] = { ISOLATED, .flip = XSW_F_HAIRPIN },
	  .fdb = { { B, 0, P1 }, { A, 0, P1 } }, .in = P1, .frame = B A "88b5",
	  .drop = XSW_R_isolated, .after = { { B, 0, P1 }, { A, 0, P1, .how = SEEN } } },
	{ .name = "isolated: the ingress port itself comes first", .port[P1] = { ISOLATED },
	  .fdb = { { B, 0, P1 }, { A, 0, P1 } }, .in = P1, .frame = B A "88b5",
	  .drop = XSW_R_same_port, .after = { { B, 0, P1 }, { A, 0, P1, .how = SEEN } } },
	{ .name = "isolated: comes before the VLAN",
	  .port = { [P1] = { ISOLATED },
		    [P2] = { ISOLATED, .mode = XSW_MODE_ACCESS, .tag = 20 } },
	  KNOWN, .drop = XSW_R_isolated },
	{ .name = "isolated: comes before the state",
	  .port = { [P1] = { ISOLATED }, [P2] = { ISOLATED, .state = DISABLED } }, KNOWN,
	  .drop = XSW_R_isolated },
	{ .name = "isolated: comes before the size",
	  .port = { [P1] = { ISOLATED }, [P2] = { ISOLATED, .mtu = 20 } }, KNOWN,
	  .drop = XSW_R_isolated },
	{ .name = "a port with a policy: the VLAN comes before the state",
	  .port[P2] = { ISOLATED, .mode = XSW_MODE_ACCESS, .tag = 20, .state = DISABLED },
	  KNOWN, .drop = XSW_R_vlan_egress },
	{ .name = "a port with a policy: too big", .port[P2] = { ISOLATED, .mtu = 20 }, KNOWN,
	  .drop = XSW_R_too_big },

	/* a frame that breaks several rules counts the first */
#define STRICT                                                                                     \
	.policy = XSW_P_LOCKED | XSW_P_MACS | XSW_P_IPS | XSW_P_METER,                             \
	.rate[XSW_METER_POLICE] = { 1, 1, 0 }, .ahead[XSW_METER_POLICE] = 3600 * SEC_
	{ .name = "order: disabled, then the rest", .port[P1] = { STRICT, .state = DISABLED },
	  STOPPED(port_down) },
	{ .name = "order: blocking, then the rest", .port[P1] = { STRICT, .state = BLOCKING },
	  STOPPED(port_blocking) },
	{ .name = "order: link-local, then the rest", .port[P1] = { STRICT }, CONTROL("2"),
	  .drop = XSW_R_link_local },
	{ .name = "order: VLAN 4095, then the rest", .port[P1] = { STRICT },
	  .in = P1, .frame = B A "81000fff0800", .len = 64, .drop = XSW_R_vid_reserved },
	{ .name = "order: no member, then the rest",
	  .port[P1] = { STRICT, .mode = XSW_MODE_TRUNK, .vlans = V20 },
	  .in = P1, .frame = B A "8100000a0800", .len = 64, .drop = XSW_R_vlan_ingress },
	{ .name = "order: group source, then the rest", .port[P1] = { STRICT },
	  .in = P1, .frame = B MCAST "88b5", .drop = XSW_R_src_group },
	{ .name = "order: zero source, then the rest", .port[P1] = { STRICT },
	  .in = P1, .frame = B "000000000000" "88b5", .drop = XSW_R_src_zero },
	{ .name = "order: locked, then lists and rates", .port[P1] = { STRICT },
	  .in = P1, .frame = B A "0800ff", .drop = XSW_R_locked },
	{ .name = "order: MACs, then IPs and rates", .port[P1] = { STRICT },
	  .fdb = { { A, 0, P1 } }, .in = P1, .frame = B A "0800ff", .drop = XSW_R_spoofed_mac },
	{ .name = "order: IPs, then rates", .port[P1] = { STRICT, .macs = { A } },
	  .fdb = { { A, 0, P1 } }, .in = P1, .frame = B A "0800ff", .drop = XSW_R_spoofed_ip },
	{ .name = "order: rates, then learning and destination",
	  .port[P1] = { STRICT, .macs = { A } },
	  .fdb = { { A, 0, P1 }, { B, 0, P1 } }, .in = P1, .frame = B A "88b5",
	  .drop = XSW_R_policed },
	{},
};
