/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_event.h - what listeners are told: records in ring buffers, and who has one
 *
 * Fixed width, no holes, sizes asserted, as in xsw_abi.h. A listener takes a slot of `listeners`,
 * puts its ring buffer into `rings`, and says which kinds it wants. Example: a frame to
 * 02:00:00:00:00:0b that port 3 sent into VLAN 10, of which it is no member:
 *
 *	kind XSW_EV_DROP, port 3, key (its source, 10), reason XSW_R_vlan_ingress
 */
#ifndef XSW_EVENTS_H
#define XSW_EVENTS_H

#include <linux/types.h>

#include "xsw_abi.h"

enum xsw_event_kind {
	XSW_EV_LEARNED,
	XSW_EV_MOVED, /* from port `old` */
	XSW_EV_AGED,
	XSW_EV_FLUSHED,	  /* dynamic entries of port (0: any) and key.vid (0xffff: any) */
	XSW_EV_LIMIT,	  /* not learned on `port`: limits[old], see XSW_LIMIT_*, is reached */
	XSW_EV_FLAP,	  /* moves too often: held on `port`, refused from `old` */
	XSW_EV_GUARD,	  /* BPDU from key.mac on a guarded port: error-disabled */
	XSW_EV_FULL,	  /* not learned: the table is full */
	XSW_EV_SET,	  /* added or changed by a command */
	XSW_EV_DELETED,	  /* by a command */
	XSW_EV_RECOVERED, /* error-disabled no longer: its time has passed */
	XSW_EV_DROP,	  /* a frame that came in by `port` ends: `reason`; key is of its source */
	XSW_EV_PORT,	  /* a command has made or removed `port`; a text follows */
	XSW_EV_CONFIG, /* a command has changed something, of `port` unless that is 0; likewise */
	XSW_EVS,
};

/* struct xsw_event: state of XSW_EV_PORT and XSW_EV_CONFIG */
enum xsw_event_action {
	XSW_EA_CHANGED,
	XSW_EA_ADDED,
	XSW_EA_DELETED,
	XSW_EAS,
};

/* In the ring buffer of a listener. */
struct xsw_event {
	__u64 time; /* ns, CLOCK_MONOTONIC */
	union xsw_fdb_key key;
	__u16 kind; /* enum xsw_event_kind */
	__u16 port;
	__u16 old;
	__u16 state; /* enum xsw_fdb_state, enum xsw_event_action */
	__u8 dst[6]; /* with `reason` and `class`: of a frame that ends */
	__u8 reason; /* enum xsw_reason */
	__u8 class;  /* enum xsw_class */
};
XSW_ASSERT(sizeof(struct xsw_event) == 32, "no holes");

/*
 * The same with a text: three strings, each with its NUL: what it is, its name, the words that set it
 * so. Example: "port", "ns1", "mtu 1400 state down".
 */
#define XSW_TELL_TEXT 224
struct xsw_tell {
	struct xsw_event event;
	char text[XSW_TELL_TEXT];
};
XSW_ASSERT(sizeof(struct xsw_tell) == 256, "no holes");

/* map `listeners`: slot of `rings` -> ; a listener that is not there any more runs out */
#define XSW_RINGS      8
#define XSW_RING_SIZE  (1 << 20)
#define XSW_RING_DROPS (XSW_RING_SIZE / 2) /* bytes unread from which drops find no room */

struct xsw_listener {
	__u64 until;	  /* time of the switch's clock; 0: free */
	__u64 lost;	  /* events that found the ring full */
	__u64 lost_drops; /* XSW_EV_DROP that found it half full: the other half is for the rest */
	__u32 kinds;	  /* bit i: enum xsw_event_kind i */
	__u32 pid;
};
XSW_ASSERT(sizeof(struct xsw_listener) == 32, "no holes");

#endif
