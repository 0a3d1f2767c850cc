// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tunnel.c - frames with an outer header beside them, through xsw_tc compiled natively
 *
 * P1 is a port in a namespace; P2 and P3 are the legs of tunnels on the device of slot 1. No
 * BPF_PROG_TEST_RUN gives a frame such a header, so the golden rows have none.
 */
#include "native_tc.h"

#define NOW    (2000000 * SEC_)
#define VETH   100 /* ifindex of P1 */
#define DEVICE 200 /* of the tunnels */
#define REMOTE 0xc0000202
#define LOCAL  0xc0000201

static const struct xsw_ip remote4 = { { [10] = 0xff, 0xff, 192, 0, 2, 2 } };
static const struct xsw_ip local4 = { { [10] = 0xff, 0xff, 192, 0, 2, 1 } };
static const struct xsw_ip remote6 = { { 0x20, 0x01, 0x0d, 0xb8, [15] = 2 } };

static void add_tunnel(unsigned int port, struct xsw_tunnel_key key, struct xsw_encap encap)
{
	key.slot = 1;
	native.encap[port] = encap;
	native.port[port].conf.flags |= XSW_F_ENCAP;
	native.ifindex[port] = DEVICE;
	native.tunnel[native.tunnel_n++] = (struct native_tunnel){
		.key = key,
		.value = { .port = row_number[port], .base = encap.key },
	};
}

/* All transparent; P2 has key 7 over IPv4. */
static void prepare(const char *hex, __u32 ifindex)
{
	static const struct row row = { .name = "tunnel", .in = P1, .frame = B A "88b5" };
	static struct setup set;

	row_setup(&row, NOW, &set);
	memset(&native, 0, sizeof(native));
	memset(&fdb, 0, sizeof(fdb));
	memset(ifports, 0, sizeof(ifports));
	for (int i = 0; i < ROW_VIDS; i++)
		vlans[row_vids[i]] = set.vlan[i];
	native.sw = set.sw;
	memcpy(native.port, set.port, sizeof(native.port));
	native.clock = NOW;
	native.ifindex[P1] = VETH;
	ifports[VETH] = (struct xsw_ifport){ VETH, row_number[P1] };
	ifports[DEVICE] = (struct xsw_ifport){ DEVICE, XSW_TUNNEL_NUMBER(1) };
	add_tunnel(P2, (struct xsw_tunnel_key){ .remote = remote4, .key = 7 },
		   (struct xsw_encap){ remote4, local4, 7, 0 });
	memset(&nskb, 0, sizeof(nskb));
	nskb.ctx.len = 60;
	for (size_t i = 0; hex[2 * i]; i++)
		nskb.frame[i] = row_hex_byte(hex + 2 * i);
	nskb.ctx.protocol = bpf_htons(nskb.frame[12] << 8 | nskb.frame[13]);
	nskb.ctx.ifindex = ifindex;
	native_place(60);
}

static void came(__u32 id)
{
	nskb.came = (struct native_key){ { .tunnel_id = id, .remote_ipv4 = REMOTE }, 0, true };
}

/* The number A is learned on, 0: none. */
static unsigned int learned(__u16 vid)
{
	struct xsw_fdb_entry *e = fdb_get(fdb_key(XSW_MAC_AT(0, 2) | XSW_MAC_AT(5, 10), vid));

	return e ? e->dest.port : 0;
}

static void test_in(struct tally *t)
{
	prepare(BCAST A "88b5", DEVICE);
	came(7);
	xsw_tc(&nskb.ctx);
	tally_row(t, "a frame of key 7 is of P2", NULL,
		  learned(0) == row_number[P2] && native.st[P2].rx[XSW_BROADCAST].packets == 1 ?
			  NULL :
			  "is not");
	prepare(BCAST A "88b5", DEVICE);
	came(8);
	tally_row(t, "another key is of nobody", NULL,
		  xsw_tc(&nskb.ctx) == TC_ACT_SHOT && native.ev.stray == 1 && !learned(0) ?
			  NULL :
			  "is not");
	prepare(BCAST A "88b5", DEVICE);
	tally_row(t, "so is a frame without a header", NULL,
		  xsw_tc(&nskb.ctx) == TC_ACT_SHOT && native.ev.stray == 1 ? NULL : "is not");
	prepare(BCAST A "88b5", DEVICE);
	native.tunnel[0].key.remote = remote6;
	nskb.came = (struct native_key){ { .tunnel_id = 7 }, BPF_F_TUNINFO_IPV6, true };
	memcpy(nskb.came.key.remote_ipv6, &remote6, sizeof(remote6));
	xsw_tc(&nskb.ctx);
	tally_row(t, "IPv6", NULL, learned(0) == row_number[P2] ? NULL : "not learned");
}

static void test_out(struct tally *t)
{
	const struct bpf_tunnel_key *k = &nskb.told.key;

	prepare(BCAST A "88b5", VETH);
	xsw_tc(&nskb.ctx);
	tally_row(t, "a flood is told where to go", NULL,
		  nskb.told.there && nskb.redirect == DEVICE && k->tunnel_id == 7 &&
				  k->remote_ipv4 == REMOTE && k->local_ipv4 == LOCAL &&
				  nskb.told.flags == (BPF_F_DONT_FRAGMENT | BPF_F_ZERO_CSUM_TX) ?
			  NULL :
			  "is not");
	prepare(BCAST A "88b5", VETH);
	add_tunnel(P3, (struct xsw_tunnel_key){ .remote = remote6, .key = 9 },
		   (struct xsw_encap){
			   .remote = remote6, .key = 9, .flags = XSW_E_IPV6 | XSW_E_CSUM });
	xsw_tc(&nskb.ctx);
	tally_row(t, "each copy has its own header", NULL,
		  nskb.sent_n == 1 && nskb.sent[0].key.key.tunnel_id == 7 && k->tunnel_id == 9 &&
				  !memcmp(k->remote_ipv6, &remote6, sizeof(remote6)) &&
				  nskb.told.flags == (BPF_F_DONT_FRAGMENT | BPF_F_TUNINFO_IPV6) ?
			  NULL :
			  "has not");
}

/* VLAN 10 is key 1010; the frames have no tag. */
static void test_vid(struct tally *t)
{
	const struct xsw_tunnel_key any = { .remote = remote4, .slot = 1, .any = 1 };
	static const __u32 ids[] = { 1000, 1010, 1000 + XSW_VID_MAX, 1000 + XSW_VLANS - 1, 999 };
	static const __u16 vids[] = { 0, 10, XSW_VID_MAX, 0, 0 };

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		prepare(BCAST A "88b5", DEVICE);
		native.tunnel[0] = (struct native_tunnel){ any, { row_number[P2], 1000 } };
		native.port[P2].conf.flags |= XSW_F_VLAN | XSW_F_TAGGED;
		memset(native.sets[P2][0].member, 0xff, sizeof(native.sets[P2][0].member));
		came(ids[i]);
		xsw_tc(&nskb.ctx);
		tally_row(t, "key for each VLAN", row_say("%u", ids[i]),
			  vids[i] ? learned(vids[i]) == row_number[P2] ? NULL : "not learned" :
			  native.ev.stray == 1 ? NULL :
						 "not stray");
	}
	prepare(BCAST A "8100000a88b5", VETH);
	native.encap[P2] = (struct xsw_encap){ .remote = remote4, .key = 1000, .flags = XSW_E_VID };
	native.port[P2].conf.flags |= XSW_F_VLAN | XSW_F_TAGGED;
	memset(&native.sets[P2][0], 0xff, sizeof(native.sets[P2][0]));
	xsw_tc(&nskb.ctx);
	tally_row(t, "it leaves with the key of its VLAN and without its tag", NULL,
		  nskb.told.key.tunnel_id == 1010 && nskb.ctx.len == 56 ? NULL : "does not");
}

/* A mirror of P1 to the tunnel; the frame is for P3, whose other end it may go straight into. */
static void test_mirrored(struct tally *t)
{
	for (__u32 kernel = 0; kernel <= XSW_K_PEER_HOST; kernel += XSW_K_PEER_HOST) {
		const struct native_sent *copy = &nskb.sent[0];
		struct xsw_fdb_entry e = { .dest.port = row_number[P3],
					   .dest.state = XSW_FDB_STATIC };

		prepare(B A "88b5", VETH);
		fdb_add(fdb_key(XSW_MAC_AT(0, 2) | XSW_MAC_AT(5, 11), 0), &e);
		native.ifindex[P3] = VETH + 1;
		native.port[P3].conf.flags |= XSW_F_PEER;
		native.sw.kernel = kernel;
		native.sw.mirrors = 1;
		native.mirror[0] =
			(struct xsw_mirror){ .tag = 100, .legs = 1, .to = { row_number[P2] } };
		native.tap[P1].in = native.tap[P2].output = 1;
		native.port[P1].conf.mirror = native.port[P2].conf.mirror = 1;
		xsw_tc(&nskb.ctx);
		tally_row(t, "a copy goes by the tunnel, with its tag",
			  kernel ? "peers are scrubbed" : "peers are not scrubbed",
			  nskb.sent_n == 1 && copy->ifindex == DEVICE &&
					  copy->key.key.tunnel_id == 7 && copy->frame.len == 64 &&
					  copy->frame.bytes[12] == 0x81 &&
					  copy->frame.bytes[15] == 100 ?
				  NULL :
				  "does not");
		tally_row(t, "the frame goes where it went",
			  kernel ? "peers are scrubbed" : "peers are not scrubbed",
			  nskb.redirect == VETH + 1 && nskb.ctx.len == 60 &&
					  !nskb.ctx.vlan_present && nskb.peer == !!kernel ?
				  NULL :
				  "does not");
	}
}

/* tunnel_fits() leaves room for a tag where the mode of the tunnel port has any. */
static void test_mirrored_mtu(struct tally *t)
{
	for (unsigned int one = 0; one <= XSW_F_ONE; one += XSW_F_ONE) {
		prepare(BCAST A "88b5", VETH);
		native.sw.mirrors = 1;
		native.mirror[0] =
			(struct xsw_mirror){ .tag = 100, .legs = 1, .to = { row_number[P2] } };
		native.tap[P1].in = native.tap[P2].output = 1;
		native.port[P1].conf.mirror = native.port[P2].conf.mirror = 1;
		native.port[P2].conf.flags |= one;
		native.port[P2].conf.mtu = 46;
		xsw_tc(&nskb.ctx);
		tally_row(t, "a tagged copy as long as the MTU", one ? "no room" : "room for a tag",
			  native.mirrored[0].lost == !!one && nskb.sent_n == !one ? NULL :
										    "is wrong");
	}
}

int main(void)
{
	struct tally t = { .driver = "" };

	native_place_init();
	row_mono = NOW;
	test_in(&t);
	test_out(&t);
	test_vid(&t);
	test_mirrored(&t);
	test_mirrored_mtu(&t);
	return tally_end(&t, 1);
}
