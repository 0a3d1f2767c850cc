/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_tunnel.h - tunnel ports: what the programs and the command share of them
 *
 * A tunnel device (collect_md: the key is told and read per frame) serves all tunnel ports of one
 * type and UDP port. It has a slot; `ifports` has XSW_PORTS + slot for it. A port of several
 * remotes is a port number for each of them, its legs.
 *
 * Example: slot 1 is sw0t1, VXLAN at UDP port 4789. tunnels[(192.0.2.2, key 100, slot 1)] = port 3
 * and encaps[3] = to 192.0.2.2, key 100.
 */
#ifndef XSW_TUNNEL_H
#define XSW_TUNNEL_H

#include <linux/types.h>

#include "xsw_abi.h"

#define XSW_TUNNELS 64 /* slots are 1..63 */

/* The split horizon of the legs of a port. */
#define XSW_GROUP_LEGS(head) (1U << 31 | (head))

/* What stands for the device of a slot where others have a port number. */
#define XSW_TUNNEL_NUMBER(slot) (XSW_PORTS + (__u32)(slot))

/* IPv6, or IPv4 as ::ffff:a.b.c.d; all zero: none. Network order. */
struct xsw_ip {
	__u8 byte[16];
};

#define XSW_KEY_MAX_GRE 0xffffffffU /* RFC 2890 */
#define XSW_KEY_MAX_VNI 0xffffffU   /* RFC 7348, RFC 8926 */

/* map `tunnels`: where a frame came from -> port */
struct xsw_tunnel_key {
	struct xsw_ip remote;
	__u32 key;  /* 0 where any is */
	__u16 slot; /* of the device */
	__u8 any;   /* 1: whatever its key */
	__u8 pad;
};
XSW_ASSERT(sizeof(struct xsw_tunnel_key) == 24, "no holes");

struct xsw_tunnel {
	__u32 port;
	__u32 base; /* with `any`: the VLAN is the key of the frame minus this */
};
XSW_ASSERT(sizeof(struct xsw_tunnel) == 8, "no holes");

enum xsw_encap_flag {
	XSW_E_IPV6 = 1 << 0,   /* remote and local are IPv6 */
	XSW_E_VID = 1 << 1,    /* the VLAN is added to the key */
	XSW_E_NO_KEY = 1 << 2, /* GRE without a key field */
	XSW_E_CSUM = 1 << 3,   /* UDP checksum over IPv6, RFC 8200 8.1 */
};

/* map `encaps`: port number -> where its frames go */
struct xsw_encap {
	struct xsw_ip remote;
	struct xsw_ip local; /* all zero: as the route says */
	__u32 key;
	__u32 flags; /* enum xsw_encap_flag */
};
XSW_ASSERT(sizeof(struct xsw_encap) == 40, "no holes");

#endif
