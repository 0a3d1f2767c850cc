/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_live.h - the part of xsw.h that goes on for as long as somebody looks: events, and frames
 */
#ifndef XSWITCH_XSW_LIVE_H
#define XSWITCH_XSW_LIVE_H

#include "xsw.h"

/* --- events -------------------------------------------------------------------------- */

/* What may be asked for: bits of enum xsw_event_kind, and the devices of ports. */
#define XSW_SEE(kind) (1U << (kind))
#define XSW_SEE_ALL   (XSW_SEE(XSW_EVS) - 1)
#define XSW_SEE_FDB                                                                                \
	(XSW_SEE(XSW_EV_LEARNED) | XSW_SEE(XSW_EV_MOVED) | XSW_SEE(XSW_EV_AGED) |                  \
	 XSW_SEE(XSW_EV_FLUSHED) | XSW_SEE(XSW_EV_LIMIT) | XSW_SEE(XSW_EV_FLAP) |                  \
	 XSW_SEE(XSW_EV_FULL) | XSW_SEE(XSW_EV_SET) | XSW_SEE(XSW_EV_DELETED))
#define XSW_SEE_PORT   (XSW_SEE(XSW_EV_GUARD) | XSW_SEE(XSW_EV_RECOVERED) | XSW_SEE(XSW_EV_PORT))
#define XSW_SEE_DROPS  XSW_SEE(XSW_EV_DROP)
#define XSW_SEE_LINK   XSW_SEE(XSW_EVS)
#define XSW_SEE_CONFIG (XSW_SEE(XSW_EV_PORT) | XSW_SEE(XSW_EV_CONFIG))

/* What an event has no use for is absent: NULL, or 0. */
struct xsw_event_view {
	const char *kind;  /* "fdb", "port", "drop", "link", "config", "lost" */
	const char *event; /* "learned", "guard", "up", "changed", ..., "lost"; of a drop: NULL */
	uint64_t time;	   /* ns, CLOCK_REALTIME */
	uint8_t mac[6];
	uint32_t vlan;
	const char *port;
	const char *from;  /* moved, flap: the other port */
	const char *state; /* of the entry */
	const char *limit; /* "switch", "port", "vlan": whose is reached */
	/* a frame that ended */
	const char *reason, *class;
	uint8_t src[6], dst[6];
	/* the device of a port */
	const char *ifname;
	const char *was; /* its name before */
	uint32_t mtu;	 /* if that has changed */
	/* what a command has changed: "port", its name, and words as the command takes them */
	const char *object, *name;
	const char *const *words;
	uint64_t count; /* lost: how many; object: "events" or "drops" */
};

struct xsw_event_filter {
	unsigned int events; /* XSW_SEE_*, or'ed */
	const char *port;    /* NULL: any */
	bool vlan_set;
	uint32_t vlan;
	uint32_t reason; /* of drops; 0: any */
	int fd;		 /* end when its reader has gone */
};

/*
 * Call fn with each event, in the order of their times as far as none takes more than 50 ms to
 * come, until SIGINT or SIGTERM (XSW_OK), until nobody reads `fd` any more or
 * `flush`, called when there are no more for the moment, returns false (XSW_OK), or until the
 * switch is gone (XSW_MISSING). Takes no lock.
 */
int xsw_listen(struct xsw *sw, const struct xsw_event_filter *filter,
	       void (*fn)(const struct xsw_event_view *e, void *arg), bool (*flush)(void *arg),
	       void *arg);

/* --- frames, as they come ----------------------------------------------------------------- */

struct xsw_watch_spec {
	const char *filter; /* pcap-filter(7); NULL: every frame */
	const char *port;   /* frames that come in or leave by it; NULL: all */
	bool in, out;	    /* ... which of the two */
	bool only;	    /* records tell of no other port that a frame leaves by */
	bool drops;	    /* frames that are stopped, no others */
	uint32_t snaplen;   /* bytes of a frame that come with its record, XSW_TRACE_SNAP at most */
	int fd;		    /* end when its reader has gone; -1: there is none */
};

struct xsw_watch_fns {
	/* From here on no frame is missed; an exit status, of which all but XSW_OK ends it. */
	int (*begin)(void *arg);
	/* A frame that came in, and what becomes of it. `time`: ns, CLOCK_REALTIME */
	void (*frame)(const struct xsw_trace *rec, const uint8_t *frame, uint64_t time, void *arg);
	/* Frames that nobody told of: they came faster than they were read. */
	void (*lost)(uint64_t n, uint64_t time, void *arg);
	/* There are no more for the moment; false: that was enough. */
	bool (*flush)(void *arg);
	void *arg;
};

/*
 * Until SIGINT or SIGTERM, `flush` says so or the reader of `fd` leaves (XSW_OK), or the switch is
 * gone (XSW_MISSING). Forwarding is not touched; while it lasts ports at XDP forward by tc.
 */
int xsw_watch(struct xsw *sw, const struct xsw_watch_spec *spec, const struct xsw_watch_fns *fns);

/*
 * The frame as it leaves by `port` of the record, whose `caplen` bytes are `frame`; `to` has room for
 * XSW_FORM_MORE bytes more; `tag`: VID of the tag that the mirror whose copy it is adds, or 0. Returns the bytes there are; *len: on the wire.
 */
#define XSW_FORM_MORE 8 /* the tag of its VLAN, that of a mirror */
uint32_t xsw_trace_form(const struct xsw_trace *rec, const struct xsw_trace_port *port,
			uint16_t tag, const uint8_t *frame, uint8_t *to, uint32_t *len);

#endif
