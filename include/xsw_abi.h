/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_abi.h - everything the BPF programs and the command share
 *
 * Fixed-width members, no holes, sizes asserted. Values here are what `bpftool map dump`
 * shows. Times are nanoseconds of the switch's clock: kernel ticks (jiffies) times the length
 * of a tick, which a program reads without a call; `clock` of struct xsw_switch has the value
 * of the last call of xsw_ctl. VLAN IDs and port numbers are in host byte order.
 *
 * A setting that the data path reads while it may change is one aligned word, stored at once:
 * a frame sees the old or the new configuration of a port, never a mix (union xsw_conf).
 */
#ifndef XSW_ABI_H
#define XSW_ABI_H

#include <linux/types.h>

#include "xsw_reasons.h"

#define XSW_ABI_VERSION 3
#define XSW_ABI_MAGIC	0x78737731 /* "xsw1" */

#define XSW_PORTS	4096 /* port numbers are 1..4095, 0 is no port */
#define XSW_PORT_CHUNK	64   /* ports whose counters share one per-CPU map */
#define XSW_PORT_CHUNKS (XSW_PORTS / XSW_PORT_CHUNK)
#define XSW_VLANS	4096
#define XSW_VID_MASK	0x0fff
#define XSW_VID_MAX	4094
#define XSW_IFPORTS	8192 /* slots of the ifindex -> port table, a power of two */
#define XSW_IFPROBES	8    /* slots an ifindex may be in, from ifindex % XSW_IFPORTS on */

#define XSW_FLOOD_STEP 32 /* slots by which the map of flooded XDP ports grows */

#define XSW_SWITCH_NAME_MAX 12
#define XSW_NAME_MAX	    64	/* port and namespace names, with the NUL */
#define XSW_PATH_MAX	    256 /* path of a namespace, with the NUL */
#define XSW_IFNAME_MAX	    16

#define XSW_FDB_SIZE_DEFAULT 65536
#define XSW_FDB_SIZE_MAX     (4 * 1024 * 1024)
#define XSW_AGEING_DEFAULT   300000000000ULL
#define XSW_REFRESH_MAX	     1000000000ULL /* a source dirties its entry once a second at most */

#define XSW_ASSERT(cond, name) _Static_assert(cond, name)

/* Traffic classes; the order of struct xsw_stats. */
enum xsw_class {
	XSW_UNICAST,   /* to one known port */
	XSW_UNKNOWN,   /* individual address without an entry, flooded */
	XSW_MULTICAST, /* group address other than broadcast */
	XSW_BROADCAST,
	XSW_CLASSES,
};

/* 802.1Q-2022 8.4 port states, with the administrative one. */
enum xsw_state {
	XSW_STATE_DISABLED,
	XSW_STATE_BLOCKING,
	XSW_STATE_LEARNING,
	XSW_STATE_FORWARDING,
	XSW_STATE_ERRDISABLED, /* by its guard, until the time in `meters` */
};

enum xsw_port_type {
	XSW_TYPE_NETNS, /* a veth pair made by xswitch, inner end in a namespace */
	XSW_TYPE_DEV,	/* a device that was there: an uplink */
	XSW_TYPE_HOST,	/* a veth pair, both ends in the switch's namespace: its own address */
	XSW_TYPE_VXLAN, /* from here on tunnels: xsw_tunnel.h */
	XSW_TYPE_GRE,
	XSW_TYPE_GENEVE,
	XSW_TYPES,
};

enum xsw_port_flag {
	XSW_F_LEARNING = 1 << 0,
	XSW_F_FLOOD = 1 << 1,	    /* takes part in floods of unknown unicast */
	XSW_F_MCAST_FLOOD = 1 << 2, /* ... of multicast */
	XSW_F_BCAST_FLOOD = 1 << 3, /* ... of broadcast */
	XSW_F_PEER = 1 << 4, /* veth, netkit; other end in another namespace: redirect_peer */
	XSW_F_HAIRPIN = 1 << 5,
	XSW_F_VLAN = 1 << 6,	    /* has VLANs; without it the port is transparent */
	XSW_F_ONE = 1 << 7,	    /* member of its PVID only, untagged: no set to look at */
	XSW_F_TAGGED = 1 << 8,	    /* accepts tagged frames */
	XSW_F_UNTAGGED = 1 << 9,    /* accepts untagged and priority-tagged frames */
	XSW_F_TUNNEL = 1 << 10,	    /* dot1q-tunnel: whatever comes in is content */
	XSW_F_CVLANS = 1 << 11,	    /* ... but only the customer VLANs of its set */
	XSW_F_AD = 1 << 12,	    /* its tags have TPID 0x88a8 */
	XSW_F_BANK = 1 << 13,	    /* which of its two sets holds: see struct xsw_sets */
	XSW_F_ALL_TRUNKS = 1 << 14, /* its trunks were not named: show names none */
	XSW_F_ENCAP = 1 << 15,	    /* a tunnel: what it sends needs a tunnel key, see `encaps` */
};

/* What makes a port leave the short way; details are in `policies`. All 0: it costs nothing. */
enum xsw_port_policy {
	XSW_P_ISOLATED = 1 << 0, /* nothing from one isolated port to another */
	XSW_P_LOCKED = 1 << 1,	 /* only sources that are in the FDB on this port */
	XSW_P_CONTROL = 1 << 2,	 /* BPDU guard, or a group_fwd_mask of its own */
	XSW_P_MACS = 1 << 3,	 /* only sources of its list */
	XSW_P_IPS = 1 << 4,	 /* only IPv4, ARP, IPv6 and ND sources of its list */
	XSW_P_METER = 1 << 5,	 /* storm control or policing */
	XSW_P_WIRE = 1 << 6,	 /* cross-connected with one other port */
	XSW_P_GROUP = 1 << 7,	 /* nothing from one port of its group to another, but by hairpin */
};

/* Modes, for show; the data path knows only flags and sets. */
enum xsw_mode_id {
	XSW_MODE_TRANSPARENT,
	XSW_MODE_ACCESS,
	XSW_MODE_TRUNK,
	XSW_MODE_NATIVE_UNTAGGED,
	XSW_MODE_NATIVE_TAGGED,
	XSW_MODE_TUNNEL,
	XSW_MODE_HYBRID,
	XSW_MODES,
};

#define XSW_F_DEFAULT (XSW_F_LEARNING | XSW_F_FLOOD | XSW_F_MCAST_FLOOD | XSW_F_BCAST_FLOOD)

/* What the data path must know of a port, in one word. */
union xsw_conf {
	struct {
		__u16 mtu;	 /* bytes after the Ethernet header and the tag of the VLAN */
		__u16 flags;	 /* enum xsw_port_flag */
		__u16 pvid;	 /* 0: none */
		__u8 state : 3;	 /* enum xsw_state */
		__u8 mode : 3;	 /* enum xsw_mode_id */
		__u8 mirror : 1; /* its frames are copied, or it takes copies only */
		__u8 watch : 1;	 /* somebody looks at its frames: none may go by XDP */
		__u8 policy;	 /* enum xsw_port_policy */
	};
	__u64 word;
};
XSW_ASSERT(sizeof(union xsw_conf) == 8, "one store");
XSW_ASSERT((int)XSW_STATE_ERRDISABLED < 8 && (int)XSW_MODES <= 8, "three bits each");

/* map `ports`: port number -> */
struct xsw_port {
	union xsw_conf conf; /* 0: no such port */
	__u32 ifindex;	     /* device in the switch's namespace; map `tx` says whether it lives */
	__u32 flush;	     /* dynamic entries of this port with an older seq are gone */
	__u32 vlan_flush;    /* seq of the newest flush of one VLAN of this port: see `pairs` */
	__u32 group;	     /* with XSW_P_GROUP: its split horizon */
	__u64 changed;	     /* time of the last change of bank */
};
XSW_ASSERT(sizeof(struct xsw_port) == 32, "no holes");

/* What the kernel at hand does by itself; found out when the switch is made. */
enum xsw_kernel {
	XSW_K_PEER_HOST = 1 << 0, /* bpf_redirect_peer() makes a packet PACKET_HOST (6.15) */
	XSW_K_XDP_FRAGS = 1 << 1, /* XDP redirects frames with fragments (6.3) */
	XSW_K_TWO_TAGS = 1 << 2,  /* a tag pushed over another leaves mac_len right (6.12) */
};

/* map `settings`: 0 -> */
struct xsw_switch {
	__u64 ageing;  /* ns, 0: never */
	__u64 refresh; /* ns within which an address is not looked up again */
	__u64 tick;    /* ns a jiffy */
	__u64 clock;   /* ns, now: set by every call of xsw_ctl */
	__u32 seq;     /* counts flushes; entries carry the value they were last seen under */
	__u32 flush;   /* dynamic entries with an older seq are gone */
	__u32 epoch;   /* changes whenever a source that was right may be right no more */
	__u32 group_fwd_mask;
	__u32 kernel;	   /* enum xsw_kernel */
	__u32 flap_limit;  /* moves of one entry within flap_window that hold it; 0: never */
	__u64 flap_window; /* ns */
	__u64 recovery;	   /* ns a port stays error-disabled; 0: until it is set by hand */
	__u64 listening;   /* until this time somebody wants events: see `listeners` */
	__u64 hearing;	   /* until this time somebody wants XSW_EV_DROP */
	__u64 watching;	   /* until this time ports may have `watch`; then it is cleared */
	__u32 hosts;	   /* host ports: there are local entries */
	__u32 xdp_ports;   /* ports with a program at XDP */
	__u32 tc_ports;	   /* ports that XDP cannot send to: floods must go by tc */
	__u32 list;	   /* number of the newest list of allowed addresses */
	__u32 mirrors;	   /* bit i: slot i of `mirrors` holds */
	__u32 pad;
};
XSW_ASSERT(sizeof(struct xsw_switch) == 120, "no holes");

#define XSW_FLAP_LIMIT_DEFAULT	50
#define XSW_FLAP_WINDOW_DEFAULT 1000000000ULL
#define XSW_RECOVERY_DEFAULT	300000000000ULL

/* map `fdb`: (address, VID) -> entry. Independent VLAN learning, 802.1Q-2022 8.8. */
union xsw_fdb_key {
	struct {
		__u8 mac[6];
		__u16 vid; /* host byte order */
	};
	__u64 word;
};
XSW_ASSERT(sizeof(union xsw_fdb_key) == 8, "no holes");

enum xsw_fdb_state {
	XSW_FDB_DYNAMIC,
	XSW_FDB_EXTERN,
	XSW_FDB_STATIC,
	XSW_FDB_LOCAL,
	XSW_FDB_STATES,
	XSW_FDB_DYING = XSW_FDB_STATES, /* about to be deleted: not valid, and not to be revived */
};

enum xsw_fdb_flag {
	XSW_FDB_HELD = 1 << 0, /* it moved too often: stays where it is until quiet */
};

/* Where an entry points, in one word so that a move is one compare-and-swap. */
union xsw_fdb_dest {
	struct {
		__u16 port;
		__u8 state; /* enum xsw_fdb_state */
		__u8 flags; /* enum xsw_fdb_flag */
		__u32 seq;  /* of struct xsw_switch, when last seen */
	};
	__u64 word;
};
XSW_ASSERT(sizeof(union xsw_fdb_dest) == 8, "one store");

struct xsw_fdb_entry {
	union xsw_fdb_dest dest;
	__u64 seen;    /* last time as a source */
	__u64 updated; /* learned, moved or set */
	__u16 round;   /* ageing walk that last met it */
	__u16 home;    /* port it was on when its moves began to be counted */
	__u16 moves;   /* since then; held: the upper half of `since` */
	__u16 since;   /* then, or when the hold was renewed, in ticks of XSW_FLAP_TICK */
};
#define XSW_FLAP_TICK 24 /* 2^24 ns, 17 ms */
XSW_ASSERT(sizeof(struct xsw_fdb_entry) == 32, "no holes");

struct xsw_count {
	__u64 packets;
	__u64 bytes; /* of the whole frame with its outer tag, without FCS */
};

/* map `ifports`: open-addressed table, slot -> */
struct xsw_ifport {
	__u32 ifindex; /* 0: free */
	__u32 port;
};
XSW_ASSERT(sizeof(struct xsw_ifport) == 8, "one store");

/*
 * map `vlans`: VID -> the ports that a flood must ask. Transparent ports are members of every VID
 * and stand in row 0. A port may stand here that is no member (any more); the port's own set and
 * configuration word decide.
 */
struct xsw_vlan {
	__u32 flush; /* dynamic entries of this VLAN with an older seq are gone */
	__u32 pad;
	__u64 summary;		      /* bit i: member[i] is not 0 */
	__u64 member[XSW_PORTS / 64]; /* bit p % 64 of member[p / 64]: port p */
};
XSW_ASSERT(sizeof(struct xsw_vlan) == 16 + XSW_PORTS / 8, "no holes");

/*
 * maps `sets0`..`sets63`: (port number % 64) * 2 + bank -> the VLANs of a port. A change writes the
 * bank that is not in use, then the configuration word that names it: a frame sees all of the old
 * or all of the new VLANs. Example: bit 10 of member and untagged: access or native VLAN 10.
 */
#define XSW_VLAN_WORDS (XSW_VLANS / 64)

struct xsw_sets {
	__u64 member[XSW_VLAN_WORDS];
	__u64 untagged[XSW_VLAN_WORDS];
	__u64 cvlans[XSW_VLAN_WORDS]; /* customer VLANs; bit 0: untagged frames */
};
XSW_ASSERT(sizeof(struct xsw_sets) == 3 * XSW_VLANS / 8, "no holes");

/* map `vlanstats`: VID 1..4094 -> , per CPU; frames admitted to the VLAN, copies sent in it */
struct xsw_vlan_stats {
	struct xsw_count rx;
	struct xsw_count tx;
};

/*
 * map `pairs`: (port, VID) -> when it was flushed and how many dynamic entries it has since. One
 * word: a flush and a new entry never see half of each other.
 */
struct xsw_pair_key {
	__u16 port;
	__u16 vid;
};
XSW_ASSERT(sizeof(struct xsw_pair_key) == 4, "no holes");

union xsw_pair {
	struct {
		__u32 flush;   /* dynamic entries with an older seq are gone, and not counted */
		__u32 learned; /* dynamic entries seen under that seq or a newer one */
	};
	__u64 word;
};
XSW_ASSERT(sizeof(union xsw_pair) == 8, "one store");

/* map `limits`: XSW_LIMIT_* -> dynamic entries there are, and may be */
struct xsw_limit {
	__u32 learned;
	__u32 max;  /* 0: no limit */
	__u64 told; /* time of the last event about it */
};
XSW_ASSERT(sizeof(struct xsw_limit) == 16, "no holes");

#define XSW_LIMIT_SWITCH    0
#define XSW_LIMIT_PORT(p)   (p)
#define XSW_LIMIT_VLAN(vid) (XSW_PORTS + (vid))
#define XSW_LIMITS	    (XSW_PORTS + XSW_VLANS)
#define XSW_LIMIT_FULL	    XSW_LIMIT_VLAN(XSW_VLANS - 1) /* no VLAN: `told` is of a full table */

/* --- policies of a port -------------------------------------------------------------- */

enum xsw_meter_id {
	XSW_METER_BROADCAST,
	XSW_METER_MULTICAST,
	XSW_METER_UNKNOWN,
	XSW_METER_POLICE, /* all traffic */
	XSW_METERS,
};

/* Packets (a GSO packet is its segments) or bits of whole frames, a second. */
struct xsw_rate {
	__u64 rate;  /* 0: no limit */
	__u32 burst; /* us of traffic at this rate that may come at once */
	__u32 bits;  /* 1: bits, 0: packets */
};
XSW_ASSERT(sizeof(struct xsw_rate) == 16, "no holes");

#define XSW_BURST_DEFAULT 100000 /* us */

/* Groups that a port may be given; those above are for the legs of one tunnel port. */
#define XSW_GROUP_MAX 32767

/*
 * map `policies`: port number -> ; an update replaces all of it at once. A record of number 0 says
 * that a command is changing policies: found by the next command, that one was killed.
 */
struct xsw_policy {
	__u32 list; /* of its allowed addresses, in `macs` and `ips` */
	__u16 wire; /* the other port of a wire */
	__u16 group_fwd_mask;
	__u8 guard; /* a BPDU makes the port error-disabled */
	__u8 pad[7];
	struct xsw_rate rate[XSW_METERS];
};
XSW_ASSERT(sizeof(struct xsw_policy) == 80, "no holes");

/* map `meters`: port number -> what the data path keeps for its policy */
struct xsw_meter {
	__u64 full[XSW_METERS]; /* when the bucket is full again: CLOCK_MONOTONIC, ns / 32 */
	__u64 until;		/* error-disabled until this time of the switch's clock */
};
#define XSW_METER_FRAC 5 /* bits below a nanosecond: a frame at 400 Gbit/s is a few ns */
XSW_ASSERT(sizeof(struct xsw_meter) == 40, "no holes");

/* map `macs`: (list, address) -> 1 */
struct xsw_mac_key {
	__u32 list;
	__u8 mac[6];
	__u16 pad;
};
XSW_ASSERT(sizeof(struct xsw_mac_key) == 12, "no holes");

/*
 * map `ips`: (list, prefix) -> 1, longest prefix first; IPv4 as ::ffff:a.b.c.d. 0: not allowed, so
 * that ::/0 does not mean every IPv4 address: ::ffff:0:0/96 stands beside it.
 */
struct xsw_ip_key {
	__u32 prefixlen; /* bits from `list` on: 32 + 96 + 24 for an IPv4 /24 */
	__u32 list;
	__u8 addr[16];
};
XSW_ASSERT(sizeof(struct xsw_ip_key) == 24, "no holes");
#define XSW_IP_BITS 160 /* prefixlen of one address */

/*
 * maps `stats0`..`stats63`: port number % 64 -> , per CPU; written by its own CPU only.
 * Every frame that came in counts in rx, a stopped one in reasons[] too:
 * frames forwarded = sum of rx - sum of the DROP reasons.
 */
struct xsw_stats {
	/*
	 * The last source found right and the last destination found, by this CPU: most frames
	 * look like the one before and need no look-up. Good until a time, and only as long as
	 * `epoch` of the switch is what it was. Together with rx[XSW_UNICAST] a cache line.
	 */
	__u64 src; /* fdb key */
	__u64 src_until;
	__u64 dst; /* fdb key */
	__u64 dst_until;
	__u32 src_epoch;
	__u32 dst_epoch;
	__u32 dst_port;
	__u32 pad;
	struct xsw_count rx[XSW_CLASSES];
	struct xsw_count tx[XSW_CLASSES];
	__u64 reasons[XSW_REASONS_MAX]; /* enum xsw_reason */
	__u64 spare[2];			/* to whole cache lines */
};
XSW_ASSERT(sizeof(struct xsw_stats) == 11 * 64, "no holes");
XSW_ASSERT(XSW_REASONS <= XSW_REASONS_MAX, "more reasons than room: an ABI change");

/* map `events`: 0 -> , per CPU: what happened to the FDB of the switch, and to no port */
struct xsw_events {
	__u64 learned;
	__u64 moved;
	__u64 expired; /* entries that aged out and whose memory came back */
	__u64 refused; /* not learned: the table was full */
	__u64 limited; /* not learned: a limit */
	__u64 held;    /* entries held because they moved too often */
	__u64 stray;   /* frames of a tunnel device that belong to no port */
};
XSW_ASSERT(sizeof(struct xsw_events) == 56, "no holes");

/*
 * Request to the program xsw_ctl, after XSW_CTL_HDR bytes of frame in the input of
 * BPF_PROG_TEST_RUN. The program returns 0 or -errno (as a __s32 in retval).
 */
enum xsw_ctl_op {
	XSW_CTL_CLOCK,	   /* set `clock`, as every request does */
	XSW_CTL_AGE_START, /* arm the ageing timer, now */
	XSW_CTL_FDB_ADD,   /* key, port, state; -EEXIST */
	XSW_CTL_FDB_PUT,   /* the same, replacing */
	XSW_CTL_FDB_DEL,   /* key; -ENOENT */
	XSW_CTL_FLUSH,	   /* dynamic entries of port (0: any) and key.vid (XSW_ANY_VID) */
	XSW_CTL_FDB_COPY, /* `port` entries of another table follow; state 0: whatever the limits */
	XSW_CTL_TELL, /* struct xsw_tell (xsw_event.h) follows: to whoever listens; its time is now */
};

#define XSW_ANY_VID 0xffff

#define XSW_CTL_HDR 14

struct xsw_ctl {
	__u32 op; /* enum xsw_ctl_op */
	__u16 port;
	__u8 state; /* enum xsw_fdb_state */
	__u8 pad;
	union xsw_fdb_key key;
};
XSW_ASSERT(sizeof(struct xsw_ctl) == 16, "no holes");

/* XSW_CTL_FDB_COPY: of two entries that both hold, the one changed last stays */
struct xsw_ctl_entry {
	union xsw_fdb_key key;
	struct xsw_fdb_entry entry;
};
XSW_ASSERT(sizeof(struct xsw_ctl_entry) == 40, "no holes");

#define XSW_CTL_COPIES 64 /* in one request */

#endif
