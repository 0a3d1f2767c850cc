/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_agent.h - the model: a process that reacts to what happens to the devices of a switch
 *
 * Addresses behind a link that went are forgotten, new names of devices recorded, a port whose device
 * or namespace is back is connected again, and the MTU of a tunnel follows its route. Frames never
 * depend on it.
 */
#ifndef XSWITCH_XSW_AGENT_H
#define XSWITCH_XSW_AGENT_H

#include "xsw.h"

/* What the agent has done, or found; what does not concern it is absent: NULL, or 0. */
struct xsw_agent_event {
	const char *event; /* "flushed", "gone", "renamed", "attached", "refused", ... */
	const char *cause; /* of "flushed", "resync" */
	uint64_t time;	   /* ns, CLOCK_REALTIME */
	const char *port;
	const char *ifname;
	const char *from; /* renamed: as it was called */
	uint32_t mtu, old_mtu;
	const char *text; /* a sentence that says all of it */
};

/* What it serves beside its own work: a descriptor to wait for, and what to do. */
struct xsw_agent_side {
	int fd;			/* -1: nothing */
	bool (*run)(void *arg); /* false: never again */
	void *arg;
};

struct xsw_agent_io {
	void (*fn)(const struct xsw_agent_event *e, void *arg);
	bool (*flush)(void *arg); /* there are no more for the moment; false: nobody reads them */
	void *arg;
	int fd; /* end when its reader has gone; -1: nobody reads */
	struct xsw_agent_side side;
};

/*
 * Follow the devices of the switch until SIGINT or SIGTERM, until nobody reads what it says, or until
 * the switch or its namespace is gone: XSW_OK. SIGHUP: look at everything anew. Takes the writers'
 * lock for each change, never waits for it. XSW_REFUSED: the switch has an agent.
 */
int xsw_agent(const struct xsw_opts *opts, const struct xsw_agent_io *io);

#endif
