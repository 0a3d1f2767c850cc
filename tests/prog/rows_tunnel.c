// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows_tunnel.c - 802.1ad: tunnels, their customer VLANs, ports whose tags are 88a8
 */
#include "golden.h"

/* a row is set like a table */
/* clang-format off */

/* A, on P1, sends to B, a static entry of P2 in VLAN 10. */
#define TO_B(tags)                                                                                 \
	.fdb = { { B, 10, P2, XSW_FDB_STATIC }, { A, 10, P1 } },                                   \
	.in = P1, .frame = B A tags "88b5", .len = 68, .vid = 10,                                  \
	.after = { { B, 10, P2, XSW_FDB_STATIC }, { A, 10, P1, .how = SEEN } }
#define STOPS(tags, why)                                                                           \
	.fdb = { { A, 10, P3 }, { B, 10, P2 } }, .in = P1, .frame = B A tags "88b5", .len = 68,    \
	.drop = XSW_R_##why

#define GOES	 .to = S2
#define AS(...)	 .to = S2, .as[P2] = { __VA_ARGS__ }
#define TO_TRUNK .port[P2] = TRUNK(V10)
#define CVLANS(list) .port[P1] = TUNNEL(10, .cvlans = (list)), .port[P2] = ACCESS(10)

/* Ports whose VLAN tag is 88a8. */
#define AD_TRUNK  TRUNK(V10 | V20, .flip = XSW_F_AD)
#define AD_HYBRID HYBRID(10, V10 | V20, V10, .flip = XSW_F_AD)

const struct row rows_tunnel[] = {
	/* the tag of the tunnel: PCP 0, 88a8 unless told otherwise */
	{ .name = "tunnel: untagged", .port[P1] = TUNNEL(10), TO_TRUNK, TO_B(""),
	  AS(0, "88a8000a") },
	{ .name = "tunnel: the customer's PCP and DEI stay inside", .port[P1] = TUNNEL(10),
	  TO_TRUNK, TO_B("8100f014"), AS(0, "88a8000a") },
	{ .name = "tunnel: a priority tag stays inside", .port[P1] = TUNNEL(10), TO_TRUNK,
	  TO_B("8100f000"), AS(0, "88a8000a") },
	{ .name = "tunnel: 4095 stays inside", .port[P1] = TUNNEL(10), TO_TRUNK, TO_B("8100ffff"),
	  AS(0, "88a8000a") },
	{ .name = "tunnel: its own VID stays inside", .port[P1] = TUNNEL(10), TO_TRUNK,
	  TO_B("8100600a"), AS(0, "88a8000a") },
	{ .name = "tunnel: 9100 stays inside", .port[P1] = TUNNEL(10), TO_TRUNK, TO_B("91000014"),
	  AS(0, "88a8000a") },
	{ .name = "tunnel: a service tag stays inside", .port[P1] = TUNNEL(10), TO_TRUNK,
	  TO_B("88a8601481000014"), AS(0, "88a8000a") },
	{ .name = "tunnel of 8100: untagged", .port[P1] = TUNNEL(10, .flip = XSW_F_AD), TO_TRUNK,
	  TO_B(""), AS(0, "8100000a") },
	{ .name = "tunnel of 8100: tagged", .port[P1] = TUNNEL(10, .flip = XSW_F_AD), TO_TRUNK,
	  TO_B("8100e014"), AS(0, "8100000a") },
	{ .name = "tunnel of 8100: a service tag stays inside",
	  .port[P1] = TUNNEL(10, .flip = XSW_F_AD), TO_TRUNK, TO_B("88a8e014"),
	  AS(0, "8100000a") },

	/* out of a tunnel, whatever the outer tag is */
	{ .name = "out of a tunnel: 8100 in 8100", .port = { [P1] = TRUNK(V10), [P2] = TUNNEL(10) },
	  TO_B("8100600a8100e014"), AS(4) },
	{ .name = "out of a tunnel: 8100 in 88a8", .port = { [P1] = AD_TRUNK, [P2] = TUNNEL(10) },
	  TO_B("88a8600a8100e014"), AS(4) },
	{ .name = "out of a tunnel: 88a8 in 88a8", .port = { [P1] = AD_TRUNK, [P2] = TUNNEL(10) },
	  TO_B("88a8600a88a8e014"), AS(4) },
	{ .name = "out of a tunnel: 88a8 in 8100",
	  .port = { [P1] = TRUNK(V10), [P2] = TUNNEL(10, .flip = XSW_F_AD) },
	  TO_B("8100600a88a8e014"), AS(4) },
	{ .name = "out of a tunnel of another VLAN", .port = { [P1] = AD_TRUNK, [P2] = TUNNEL(20) },
	  TO_B("88a8600a8100e014"), .drop = XSW_R_vlan_egress },
	{ .name = "customer VLANs are a matter of ingress",
	  .port = { [P1] = AD_TRUNK, [P2] = TUNNEL(10, .cvlans = V30) },
	  TO_B("88a8600a8100e014"), AS(4) },

	/* customer VLANs */
	{ .name = "cvlans: one of them", CVLANS(V20 | V30), TO_B("81000014"), GOES },
	{ .name = "cvlans: another of them, tagged again",
	  .port = { [P1] = TUNNEL(10, .cvlans = V20 | V30), [P2] = TRUNK(V10) }, TO_B("8100e01e"),
	  AS(0, "88a8000a") },
	{ .name = "cvlans: none of them", CVLANS(V20 | V30), STOPS("81000028", vlan_ingress) },
	{ .name = "cvlans: the VLAN of the tunnel is none", CVLANS(V20 | V30),
	  STOPS("8100000a", vlan_ingress) },
	{ .name = "cvlans: the outer one counts", CVLANS(V20 | V30),
	  STOPS("8100002881000014", vlan_ingress) },
	{ .name = "cvlans: the inner one does not matter", CVLANS(V20),
	  TO_B("8100001481000028"), GOES },
	{ .name = "cvlans: 4095 is none of all", CVLANS(VALL), STOPS("81000fff", vlan_ingress) },
	{ .name = "cvlans: untagged without 0", CVLANS(V20), STOPS("", vlan_ingress) },
	{ .name = "cvlans: untagged with 0", CVLANS(V0 | V20), TO_B(""), GOES },
	{ .name = "cvlans: 0 alone", CVLANS(V0), STOPS("81000014", vlan_ingress) },
	{ .name = "cvlans: a priority tag without 0", CVLANS(V20),
	  STOPS("8100e000", vlan_ingress) },
	{ .name = "cvlans: a priority tag with 0", CVLANS(V0 | V20), TO_B("8100e000"), GOES },
	{ .name = "cvlans: a service tag without 0", CVLANS(V20), STOPS("88a80014", vlan_ingress) },
	{ .name = "cvlans: a service tag with 0", CVLANS(V0), TO_B("88a80014"), GOES },
	{ .name = "cvlans: 9100 without 0", CVLANS(V20), STOPS("91000014", vlan_ingress) },

	/* ports whose tag is 88a8: 8100 is content */
	{ .name = "ad trunk: its tag taken off", .port = { [P1] = AD_TRUNK, [P2] = ACCESS(10) },
	  TO_B("88a8700a"), AS(4) },
	{ .name = "ad trunk: what is inside stays", .port = { [P1] = AD_TRUNK, [P2] = ACCESS(10) },
	  TO_B("88a8700a81007014"), AS(4) },
	{ .name = "ad trunk to ad trunk: the tag stays, PCP and DEI too",
	  .port = { [P1] = AD_TRUNK, [P2] = AD_TRUNK }, TO_B("88a8f00a81007014"), GOES },
	{ .name = "tunnel to ad trunk", .port = { [P1] = TUNNEL(10), [P2] = AD_TRUNK },
	  TO_B("8100e014"), AS(0, "88a8000a") },
	{ .name = "ad trunk: no member", .port[P1] = AD_TRUNK, STOPS("88a8001e", vlan_ingress) },
	{ .name = "ad trunk: 4095", .port[P1] = AD_TRUNK, STOPS("88a80fff", vid_reserved) },
	{ .name = "ad trunk: 8100 is untagged", .port[P1] = AD_TRUNK,
	  STOPS("8100000a", no_pvid) },
	{ .name = "ad trunk: 4095 of 8100 is untagged", .port[P1] = AD_TRUNK,
	  STOPS("81000fff", no_pvid) },
	{ .name = "ad hybrid: 8100 is content of the PVID",
	  .port = { [P1] = AD_HYBRID, [P2] = AD_TRUNK }, TO_B("81006014"),
	  AS(0, "88a8000a") },
	{ .name = "ad hybrid: 8100 is content, untagged",
	  .port = { [P1] = AD_HYBRID, [P2] = ACCESS(10) }, TO_B("81006014"), GOES },
	{ .name = "ad hybrid: a priority tag of 8100 is content",
	  .port = { [P1] = AD_HYBRID, [P2] = AD_TRUNK }, TO_B("8100e000"), AS(0, "88a8000a") },
	{ .name = "ad hybrid: a priority tag of 88a8 becomes the tag",
	  .port = { [P1] = AD_HYBRID, [P2] = AD_TRUNK }, TO_B("88a8b000"), AS(4, "88a8b00a") },
	{ .name = "ad hybrid: a priority tag of 88a8 goes",
	  .port = { [P1] = AD_HYBRID, [P2] = ACCESS(10) }, TO_B("88a8b000"), AS(4) },
	{ .name = "ad hybrid: 88a8 not accepted",
	  .port[P1] = HYBRID(10, V10, V10, .flip = XSW_F_AD | XSW_F_TAGGED),
	  STOPS("88a8000a", frame_type) },

	/* what is no tag of the port is content */
	{ .name = "access: 9100 is content", .port = { [P1] = ACCESS(10) }, TO_TRUNK,
	  TO_B("9100001481000014"), AS(0, "8100000a") },
	{ .name = "access: a priority tag of 88a8 is content", .port = { [P1] = ACCESS(10) },
	  TO_TRUNK, TO_B("88a8e000"), AS(0, "8100000a") },
	{
		.name = "a flood out of a tunnel, every form",
		.port = { [P1] = TUNNEL(10), [P2] = TUNNEL(10), [P3] = AD_TRUNK,
			  [P4] = TUNNEL(20), [P5] = ACCESS(10) },
		.in = P1, .frame = BCAST A "8100e01488b5", .len = 68, .vid = 10,
		.class = XSW_BROADCAST, .to = S2 | S3 | S5, .as[P3] = { 0, "88a8000a" },
		.event = LEARNED, .after = { { A, 10, P1, .how = NEW } },
	},
	{
		.name = "a flood out of a provider's trunk, every form",
		.port = { [P1] = AD_TRUNK, [P2] = TUNNEL(10), [P3] = AD_TRUNK, [P4] = TUNNEL(20) },
		.in = P1, .frame = BCAST A "88a8700a8100e01488b5", .len = 68, .vid = 10,
		.class = XSW_BROADCAST, .to = S2 | S3 | S5, .as[P2] = { 4 },
		.event = LEARNED, .after = { { A, 10, P1, .how = NEW } },
	},
	{},
};
