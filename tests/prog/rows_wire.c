// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_wire.c - two ports cross-connected: everything passes, nothing is learned
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

#define END(other, ...) { .policy = XSW_P_WIRE, .wire = (other), __VA_ARGS__ }
#define WIRE .port = { [P1] = END(P2), [P2] = END(P1) }

/* A to B through the wire, although the table says otherwise. */
#define SENDS(hex) .fdb = { { B, 0, P3 }, { A, 0, P4 } }, .in = P1, .frame = hex, .len = 68
#define PLAIN	   SENDS(B A "88b5")

#define GROUP(nibble)                                                                              \
	{ .name = "wire: control frame 0" nibble, WIRE, SENDS("0180c200000" nibble A "88b5"),      \
	  .class = XSW_MULTICAST, .to = S2 }

const struct row rows_wire[] = {
	{ .name = "wire: unicast", WIRE, PLAIN, .to = S2 },
	{ .name = "wire: unicast the other way", WIRE, .in = P2, .frame = B A "88b5", .to = S1 },
	{ .name = "wire: multicast", WIRE, SENDS(MCAST A "88b5"), .class = XSW_MULTICAST,
	  .to = S2 },
	{ .name = "wire: broadcast", WIRE, SENDS(BCAST A "88b5"), .class = XSW_BROADCAST,
	  .to = S2 },
	GROUP("0"), GROUP("1"), GROUP("2"), GROUP("3"), GROUP("4"), GROUP("5"), GROUP("6"),
	GROUP("7"), GROUP("8"), GROUP("9"), GROUP("a"), GROUP("b"), GROUP("c"), GROUP("d"),
	GROUP("e"), GROUP("f"),
	{ .name = "wire: VLAN 10", WIRE, SENDS(B A "8100700a88b5"), .to = S2 },
	{ .name = "wire: a priority tag", WIRE, SENDS(B A "8100e00088b5"), .to = S2 },
	{ .name = "wire: VLAN 4095", WIRE, SENDS(B A "8100ffff88b5"), .to = S2 },
	{ .name = "wire: a service tag and a customer tag", WIRE,
	  SENDS(B A "88a8e0648100f00a88b5"), .to = S2 },
	{ .name = "wire: a tagged BPDU", WIRE, SENDS(BPDU A "8100000a88b5"),
	  .class = XSW_MULTICAST, .to = S2 },
	{ .name = "wire: group source", WIRE, SENDS(B MCAST "88b5"), .to = S2 },
	{ .name = "wire: zero source", WIRE, SENDS(B "000000000000" "88b5"), .to = S2 },
	{ .name = "wire: source and destination are one address", WIRE, SENDS(A A "88b5"),
	  .to = S2 },
	{ .name = "wire: a static source of another port", WIRE,
	  .fdb = { { A, 0, P3, XSW_FDB_STATIC } }, .in = P1, .frame = B A "88b5", .to = S2 },
	{ .name = "wire: never straight into the other end",
	  .port = { [P1] = END(P2), [P2] = END(P1, .flip = XSW_F_PEER) }, PLAIN, .to = S2 },
	{ .name = "wire: modes do not matter, a tag",
	  .port = { [P1] = END(P2, .mode = XSW_MODE_ACCESS, .tag = 10),
		    [P2] = END(P1, .mode = XSW_MODE_ACCESS, .tag = 20) },
	  SENDS(B A "8100601488b5"), .to = S2 },
	{ .name = "wire: modes do not matter, no tag",
	  .port = { [P1] = END(P2, .mode = XSW_MODE_TUNNEL, .tag = 10),
		    [P2] = END(P1, .mode = XSW_MODE_TRUNK, .vlans = V20) },
	  PLAIN, .to = S2 },
	{ .name = "wire: flood flags do not matter",
	  .port = { [P1] = END(P2),
		    [P2] = END(P1, .flip = XSW_F_FLOOD | XSW_F_MCAST_FLOOD |
					   XSW_F_BCAST_FLOOD) },
	  SENDS(BCAST A "88b5"), .class = XSW_BROADCAST, .to = S2 },
	{ .name = "wire: other policies do not matter",
	  .port = { [P1] = { .policy = XSW_P_WIRE | XSW_P_ISOLATED | XSW_P_LOCKED |
				       XSW_P_CONTROL | XSW_P_MACS | XSW_P_IPS,
			     .wire = P2, .guard = true },
		    [P2] = { .policy = XSW_P_WIRE | XSW_P_ISOLATED, .wire = P1 } },
	  SENDS(BPDU A "0800ff"), .class = XSW_MULTICAST, .to = S2 },
	{ .name = "wire: rates hold",
	  .port = { [P1] = { .policy = XSW_P_WIRE | XSW_P_METER, .wire = P2,
			     .rate[XSW_METER_POLICE] = { 1, 1, 0 },
			     .ahead[XSW_METER_POLICE] = 3600 * SEC_ },
		    [P2] = END(P1) },
	  PLAIN, .drop = XSW_R_policed },
	{ .name = "wire: nothing is unknown to it",
	  .port = { [P1] = { .policy = XSW_P_WIRE | XSW_P_METER, .wire = P2,
			     .rate[XSW_METER_UNKNOWN] = { 1, 1, 0 },
			     .ahead[XSW_METER_UNKNOWN] = 3600 * SEC_ },
		    [P2] = END(P1) },
	  .in = P1, .frame = B A "88b5", .to = S2 },

	/* states, sizes, devices */
	{ .name = "wire: into disabled",
	  .port = { [P1] = END(P2, .state = DISABLED), [P2] = END(P1) }, PLAIN,
	  .drop = XSW_R_port_down },
	{ .name = "wire: into blocking",
	  .port = { [P1] = END(P2, .state = BLOCKING), [P2] = END(P1) }, PLAIN,
	  .drop = XSW_R_port_blocking },
	{ .name = "wire: into blocking, control",
	  .port = { [P1] = END(P2, .state = BLOCKING), [P2] = END(P1) }, SENDS(BPDU A "88b5"),
	  .class = XSW_MULTICAST, .to = S2 },
	{ .name = "wire: into learning",
	  .port = { [P1] = END(P2, .state = LEARNING), [P2] = END(P1) }, PLAIN,
	  .drop = XSW_R_port_learning },
	{ .name = "wire: into error-disabled, the time is up",
	  .port = { [P1] = END(P2, .state = ERRDISABLED, .until = -(__s64)SEC_),
		    [P2] = END(P1) },
	  PLAIN, .to = S2, .healed = S1 },
	{ .name = "wire: the other end is disabled",
	  .port = { [P1] = END(P2), [P2] = END(P1, .state = DISABLED) }, PLAIN,
	  .drop = XSW_R_egress_down },
	{ .name = "wire: the other end is blocking",
	  .port = { [P1] = END(P2), [P2] = END(P1, .state = BLOCKING) },
	  SENDS(BCAST A "88b5"), .class = XSW_BROADCAST, .drop = XSW_R_egress_down },
	{ .name = "wire: the other end is error-disabled",
	  .port = { [P1] = END(P2),
		    [P2] = END(P1, .state = ERRDISABLED, .until = 3600 * (__s64)SEC_) },
	  PLAIN, .drop = XSW_R_egress_down },
	{ .name = "wire: the other end is error-disabled, the time is up",
	  .port = { [P1] = END(P2),
		    [P2] = END(P1, .state = ERRDISABLED, .until = -(__s64)SEC_) },
	  PLAIN, .to = S2, .healed = S2 },
	{ .name = "wire: the device of the other end is gone",
	  .port = { [P1] = END(P2), [P2] = END(P1, .gone = true) }, PLAIN,
	  .drop = XSW_R_egress_down },
	{ .name = "wire: the other end is none", .port[P1] = END(P2), PLAIN,
	  .drop = XSW_R_egress_down },
	{ .name = "wire: the other end is itself", .port[P1] = END(P1), PLAIN,
	  .drop = XSW_R_egress_down },
	{ .name = "wire: exactly the MTU", .port = { [P1] = END(P2), [P2] = END(P1, .mtu = 1000) },
	  .in = P1, .frame = B A "88b5", .len = 1014, .to = S2 },
	{ .name = "wire: too big", .port = { [P1] = END(P2), [P2] = END(P1, .mtu = 1000) },
	  .in = P1, .frame = B A "88b5", .len = 1015, .drop = XSW_R_too_big },

	/* everybody else */
	{ .name = "a flood skips the ends of a wire",
	  .port = { [P2] = END(P3), [P3] = END(P2) }, .in = P1, .frame = BCAST A "88b5",
	  .class = XSW_BROADCAST, .to = S4 | S5, .event = LEARNED,
	  .after = { { A, 0, P1, .how = NEW } } },
	{ .name = "unknown unicast skips the ends of a wire",
	  .port = { [P2] = END(P3), [P3] = END(P2) }, .in = P1, .frame = B A "88b5",
	  .class = XSW_UNKNOWN, .to = S4 | S5, .event = LEARNED,
	  .after = { { A, 0, P1, .how = NEW } } },
	{ .name = "a static destination at the end of a wire",
	  .port = { [P2] = END(P3), [P3] = END(P2) },
	  .fdb = { { B, 0, P2, XSW_FDB_STATIC }, { A, 0, P1 } },
	  .in = P1, .frame = B A "88b5", .drop = XSW_R_egress_down,
	  .after = { { B, 0, P2, XSW_FDB_STATIC }, { A, 0, P1, .how = SEEN } } },
	{ .name = "a wire that is gone is a port like any", .port[P1] = END(P2, .bare = true),
	  .in = P1, .frame = BCAST A "88b5", .class = XSW_BROADCAST, .to = ALL & ~S1,
	  .event = LEARNED, .after = { { A, 0, P1, .how = NEW } } },
	{},
};
