/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_rate.h - counters as rates: a switch looked at again and again
 *
 * A look reads the counters of all ports, or of all VLANs, and holds them against the look before
 * it, over the time that really passed. A port that was not there then, or that has a counter that
 * is smaller now, has begun anew in between: it counts from zero, so that no rate is negative or
 * the sum of a life. A switch that was removed is gone, also if another one has its name.
 *
 * A look at 500 ports takes about 2 ms: counters come 64 ports a system call, and the FDB is not
 * walked. Neither it nor the programs are kept open, so that a resize frees the old ones.
 */
#ifndef XSWITCH_XSW_RATE_H
#define XSWITCH_XSW_RATE_H

#include "xsw.h"

/* A second, to a thousandth; bits are those of `bytes` in struct xsw_count. */
struct xsw_speed {
	double packets, bits;
};

struct xsw_rates {
	struct xsw_speed rx[XSW_CLASSES], tx[XSW_CLASSES];
	struct xsw_speed rx_all, tx_all;
	double reasons[XSW_REASONS_MAX];
	double drops; /* sum of the reasons of kind DROP */
};

/* --- xsw_rate.c: arithmetic alone --- */

/* What came since `old` (NULL: since zero) within so many ns; 0 ns: all rates are 0. */
void xsw_rates(const struct xsw_stats_view *old, const struct xsw_stats_view *now, uint64_t ns,
	       struct xsw_rates *rates);
struct xsw_speed xsw_speed(const struct xsw_count *old, const struct xsw_count *now, uint64_t ns);
void xsw_rates_add(const struct xsw_rates *from, struct xsw_rates *to);

/* --- xsw_gauge.c --- */

struct xsw_look_port {
	char name[XSW_NAME_MAX];
	uint32_t number, ifindex;
	const char *state, *mode; /* as in struct xsw_port_view */
	uint32_t pvid;		  /* 0: none */
	uint32_t learned;
	bool counted; /* false: it is incomplete, and all counters are 0 */
	struct xsw_stats_view stats;
	struct xsw_rates rates;
};

struct xsw_look_vlan {
	uint32_t vlan;
	struct xsw_vlan_stats stats;
	struct xsw_speed rx, tx;
};

struct xsw_look {
	uint64_t time;	   /* ns, CLOCK_MONOTONIC */
	uint64_t clock;	   /* ns, CLOCK_REALTIME */
	uint64_t interval; /* ns since the look before; 0: this is the first, all rates are 0 */
	const char *name;  /* of the switch */
	uint64_t created;  /* ns, CLOCK_REALTIME */
	uint32_t fdb_size, fdb_learned;
	struct xsw_rates all;	     /* sums over the ports */
	struct xsw_look_port *ports; /* in the order of their numbers */
	size_t nports;
	struct xsw_look_vlan *vlans; /* those that have seen a frame */
	size_t nvlans;
};

enum xsw_gauge_what {
	XSW_GAUGE_PORTS,
	XSW_GAUGE_VLANS,
};

struct xsw_gauge;

/* `port` NULL: all; else it must be there now, and may go and come. An exit status, with message. */
int xsw_gauge_open(struct xsw_gauge **out, const struct xsw_opts *opts, enum xsw_gauge_what what,
		   const char *port);
void xsw_gauge_close(struct xsw_gauge *g);

/*
 * Look; *look is valid until the next but one. 0 or -errno without a message, which the terminal may
 * not show yet: xsw_gauge_failed() writes it (XSW_MISSING: the switch is gone).
 */
int xsw_gauge_look(struct xsw_gauge *g, const struct xsw_look **out);
int xsw_gauge_failed(const struct xsw_gauge *g, int err);

/* All there is to say of a port of the last look, until the next one; -ENODEV: it is gone. */
int xsw_gauge_port(struct xsw_gauge *g, const char *port, struct xsw_view **view);

#endif
