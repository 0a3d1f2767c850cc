/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_trace.h - what a walk came to: the record that the program xsw_trace writes
 *
 * xsw_trace is the walk of xsw_tc without its consequences: same decisions, on the live maps, and
 * nothing is learned, counted, metered or sent. It is loaded for as long as somebody looks. A record goes to
 * the ring buffer `traces`: struct xsw_trace, then `caplen` bytes of the frame as on the wire (a tag
 * that stood beside it is back in its place).
 *
 * Example: ns1 (port 1, access VLAN 10) to an unknown address, ports 2 and 3 in VLAN 10, 4 in 20:
 *
 *	port 1, vid 10, class XSW_UNKNOWN, learned XSW_TL_NEW, dest 0, ports_n 2,
 *	ports { 2, 0, XSW_TP_SENT }, { 3, 0, XSW_TP_SENT }
 */
#ifndef XSW_TRACE_H
#define XSW_TRACE_H

#include "xsw_abi.h"

#define XSW_TRACE_PORTS 64    /* ports told of a flood; the others are only counted */
#define XSW_TRACE_SNAP	65600 /* bytes of a frame that can follow its record: any IPv4 packet */

/* What a program cannot find out without adding to a table: the walk finds it full. */
enum xsw_tracing_flag {
	XSW_TRACING_FDB_FULL = 1 << 0,
	XSW_TRACING_QUEUE_FULL = 1 << 1, /* that of ageing */
	XSW_TRACING_PAIRS_FULL = 1 << 2,
};

/* map `tracing`: 0 -> what the command asks of xsw_trace, and what it lost */
struct xsw_tracing {
	__u64 lost;    /* records that found no room in `traces` */
	__u64 until;   /* with XSW_WATCH_LIVE: its lease, by the switch's clock */
	__u32 port;    /* frames come in by this one; 0: by that of their device */
	__u32 vid;     /* ... whose tunnel key says this VLAN */
	__u32 len;     /* bytes of the frame, of which a test run has but the first; 0: all */
	__u32 flags;   /* enum xsw_tracing_flag */
	__u32 snaplen; /* bytes of a frame that follow its record, XSW_TRACE_SNAP at most */
	__u32 pad;
};
XSW_ASSERT(sizeof(struct xsw_tracing) == 40, "no holes");

/* What the walk did about the source; enum xsw_trace: learned. */
enum xsw_trace_learned {
	XSW_TL_NOT,	/* it got not so far, or the port does not learn */
	XSW_TL_KNOWN,	/* nothing new, or a refresh */
	XSW_TL_NEW,	/* would be learned */
	XSW_TL_MOVED,	/* would move here from port `from` */
	XSW_TL_REFUSED, /* `note` says why; the frame goes on */
};

enum xsw_trace_port_flag {
	XSW_TP_SENT = 1 << 0,	/* a copy, or the frame itself, leaves by the port */
	XSW_TP_TAGGED = 1 << 1, /* with the tag of the VLAN */
	XSW_TP_MIRROR = 1 << 2, /* it is a mirror's, which may push a tag of its own */
	XSW_TP_RAW = 1 << 3,	/* ... as the frame came in */
};

/* A port that was asked. */
struct xsw_trace_port {
	__u16 port;
	__u8 reason; /* enum xsw_reason: why it does not take the frame; XSW_TP_MIRROR: the slot */
	__u8 flags;  /* enum xsw_trace_port_flag */
};
XSW_ASSERT(sizeof(struct xsw_trace_port) == 4, "no holes");

struct xsw_trace {
	__u64 time;    /* ns, CLOCK_MONOTONIC */
	__u64 clock;   /* ns, of the switch */
	__u64 conf;    /* configuration word of the ingress port */
	__u32 ifindex; /* device it came in by; any where the command named the port */
	__u32 len;     /* bytes on the wire, without FCS */
	__u32 caplen;  /* bytes of the frame that follow */
	__u32 payload; /* bytes of the longest segment, as compared with MTUs */
	__u8 dst[6];
	__u8 src[6];
	__u16 tpid, tci; /* outer tag as it came in; 0: none */
	__u16 push_tpid,
		push_tci; /* the tag of copies with XSW_TP_TAGGED, unless it came in with it */
	__u16 port;	  /* it came in by */
	__u16 vid;	  /* 0: none */
	__u16 dest;	  /* port that the FDB names; 0: flooded, or not looked up */
	__u16 stale;	  /* port of its entry that has expired or was flushed */
	__u16 from;	  /* port that the source's entry named before; 0: there was none */
	__u16 at;	  /* ... names then */
	__u16 limit;	  /* note XSW_R_learn_limit: limits[limit] is reached */
	__u16 ports_n;	  /* ports that were asked, also those with no room below */
	__u16 sent_n;	  /* copies that leave, likewise */
	__u8 reason;	  /* enum xsw_reason that ends the walk; 0: forwarded */
	__u8 note;	  /* enum xsw_reason of kind NOTE */
	__u8 class;	  /* enum xsw_class */
	__u8 learned;	  /* enum xsw_trace_learned */
	__u8 dest_state;  /* enum xsw_fdb_state of that entry */
	__u8 admitted;	  /* to its VLAN */
	__u8 own;	  /* the outer tag is the VLAN's */
	__u8 strip;	  /* a priority tag that is taken off */
	__u8 src_state;	  /* enum xsw_fdb_state of `from`; XSW_FDB_DYING: no entry */
	__u8 watched;	  /* XSW_WATCH_IN, XSW_WATCH_OUT: it does so by a port that is looked at */
	__u8 pad[4];
	struct xsw_trace_port ports[XSW_TRACE_PORTS];
};
XSW_ASSERT(sizeof(struct xsw_trace) == 96 + 4 * XSW_TRACE_PORTS, "no holes");

#endif
