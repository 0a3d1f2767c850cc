/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch.h - what the files of a watcher share
 *
 *	xsw_watch.c		its life
 *	xsw_watch_ports.c	its program at the ports
 *
 * A watcher's program is in front of xsw_tc at every device of the switch. Nothing of it is
 * pinned; what a kill leaves (a filter at clsact, bits of ports at XDP) ends with its lease.
 */
#ifndef XSWITCH_WATCH_H
#define XSWITCH_WATCH_H

#include "attach.h"
#include "prog_trace.h"
#include "xsw_int.h"

#define WATCH_LEASE_NS 3000000000ULL
#define WATCH_SHORTEN  4 /* ports from which on grace periods are shortened */

struct watcher {
	struct xsw *sw;
	const struct xsw_watch_spec *spec;
	const struct xsw_watch_fns *fns;
	struct xsw_watch want;
	struct prog_trace trace;
	uint32_t id;			   /* the kernel's, of its program */
	uint64_t now;			   /* of the switch's clock, when the lease was renewed */
	uint64_t offset;		   /* CLOCK_REALTIME - CLOCK_MONOTONIC */
	uint64_t lost;			   /* told */
	uint32_t ifindex[XSW_PORTS];	   /* of each port when they were last looked at */
	struct attach_watch at[XSW_PORTS]; /* a device stands at one of its ports */
};

/* Whether ports have come, gone or changed their device. */
bool watch_ports_changed(struct watcher *w);

/* Its program at every device; the caller has the lock. 0, or -errno of the port *bad. */
int watch_ports_follow(struct watcher *w, uint32_t *bad);

/* Off every device. */
void watch_ports_leave(struct watcher *w);

/* Ports at XDP pass their frames on. */
void watch_ports_mark(struct watcher *w);

#endif
