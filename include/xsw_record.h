/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_record.h - what the command writes down for itself: the switch and its ports
 *
 * No program reads these; they are in maps so that a command that was killed leaves what the next
 * one needs. As in xsw_abi.h: fixed width, no holes, sizes asserted.
 */
#ifndef XSW_RECORD_H
#define XSW_RECORD_H

#include "xsw_tunnel.h"

/*
 * pin `meta`: 0 -> ; written last by `up`, read first by everyone, also by other versions: members are
 * only ever added, at its end.
 */
struct xsw_meta {
	__u32 magic;
	__u32 abi;
	__u64 netns_dev; /* of the namespace the switch lives in */
	__u64 netns_ino;
	__u64 netns_cookie;
	__u64 created;	/* ns, CLOCK_REALTIME */
	__u32 fdb_size; /* entries */
	__u32 subnet;	/* IPv4 of up --subnet, host order; 0: none */
	__u8 plen;	/* 0: ports get no address by themselves */
	__u8 no_subnet; /* that was asked for */
	__u8 pad[2];
	__u32 build; /* prog_build() of the programs; 0: several, or one that did not say */
	char name[16];
};
XSW_ASSERT(sizeof(struct xsw_meta) == 72, "no holes");

enum xsw_info_flag {
	XSW_I_READY = 1 << 0,	    /* every step of its making was done */
	XSW_I_NS_CREATED = 1 << 1,  /* xswitch made the namespace: down removes it */
	XSW_I_DEV_CREATED = 1 << 2, /* xswitch made the device: down removes it */
	XSW_I_PROMISC = 1 << 3,	    /* xswitch made the device promiscuous */
	XSW_I_CHAIN = 1 << 4,	    /* --xdp-chain: through libxdp's dispatcher */
	XSW_I_UP = 1 << 5,	    /* xswitch set the device up */
	XSW_I_QDISC = 1 << 6,	    /* the device had no clsact before */
	XSW_I_LEGS = 1 << 7,	    /* a change of its legs is under way: they may differ */
	XSW_I_SUBNET = 1 << 8,	    /* its inner device has the address of the switch's subnet */
	XSW_I_AGAIN = 1 << 9,	    /* what it was on is back, and it is not connected yet */
	XSW_I_AGAIN_XDP = 1 << 10,  /* it is to have hook xdp then */
};

/* What xswitch switched on a device, and switches back. */
enum xsw_offload {
	XSW_O_INNER_GRO = 1 << 0,    /* on, at the inner device: XDP frames sent to it arrive */
	XSW_O_INNER_TXCSUM = 1 << 1, /* off, there: XDP loses unfinished checksums */
	XSW_O_INNER_TXVLAN = 1 << 2, /* off, there: XDP does not see a tag beside the frame */
	XSW_O_OUTER_RXVLAN = 1 << 3, /* off, at the port's own device */
};

enum xsw_hook {
	XSW_HOOK_NONE,
	XSW_HOOK_TCX,
	XSW_HOOK_CLSACT,
	XSW_HOOK_XDP, /* with a program at tc behind it */
};

/* Why a port has the hook it has. */
enum xsw_hook_why {
	XSW_WHY_AUTO,
	XSW_WHY_ASKED,
	XSW_WHY_NO_NATIVE, /* xdp was asked for: the driver has none */
	XSW_WHY_NO_PEER,   /* xdp was asked for: the other end of the veth is out of reach */
	XSW_WHY_OFFLOADS,  /* xdp was asked for: an offload in its way cannot be changed */
};

enum xsw_key_mode {
	XSW_KEY_ONE,  /* one key, which carries tags */
	XSW_KEY_VID,  /* a key for each VLAN: VID + key */
	XSW_KEY_NONE, /* GRE without a key */
};

/* A tunnel port to one remote; one of several remotes has a record for each, of the same name. */
struct xsw_leg {
	struct xsw_ip remote;
	struct xsw_ip local; /* as asked for */
	__u32 key;
	__u16 udp_port; /* GRE: 0 */
	__u16 head;	/* number of the first leg */
	__u16 index;	/* 0, 1, ... of this one */
	__u16 legs;	/* how many there are */
	__u8 slot;	/* of the device; 0: none yet */
	__u8 key_mode;	/* enum xsw_key_mode */
	__u8 pad[2];
};
XSW_ASSERT(sizeof(struct xsw_leg) == 48, "no holes");

/* map `info`: port number -> ; written before each step that makes something */
struct xsw_info {
	char name[XSW_NAME_MAX];
	char netns[XSW_NAME_MAX];      /* as given: a name below /run/netns, or empty */
	char netns_path[XSW_PATH_MAX]; /* what to open */
	char ifname[XSW_IFNAME_MAX];   /* inner device */
	char outer[XSW_IFNAME_MAX];    /* device in the switch's namespace */
	__u64 netns_dev;	       /* identity of the namespace when the port was made */
	__u64 netns_ino;
	__u64 netns_cookie;
	__u32 ifindex;	    /* outer */
	__u32 peer_ifindex; /* inner, in its namespace */
	__u32 flags;	    /* enum xsw_info_flag */
	__u8 type;	    /* enum xsw_port_type */
	__u8 hook;	    /* enum xsw_hook */
	__u8 mac[6];	    /* inner */
	__u8 outer_mac[6];
	__u8 tc_hook;	/* enum xsw_hook: of the program at tc, behind XDP */
	__u8 hook_why;	/* enum xsw_hook_why */
	__u32 offloads; /* enum xsw_offload */
	__u32 mtu;	/* of a type dev port, before; else as asked for, 0: it follows */
	struct xsw_leg leg;
};
XSW_ASSERT(sizeof(struct xsw_info) == 2 * XSW_NAME_MAX + XSW_PATH_MAX + 2 * XSW_IFNAME_MAX + 64 +
					      sizeof(struct xsw_leg),
	   "no holes");

#endif
