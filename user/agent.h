/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * agent.h - what the files of the agent share
 *
 *	xsw_agent.c		the loop: signals, the clock, who else is one
 *	xsw_agent_look.c	what the kernel tells, and what has changed by it
 *	xsw_agent_act.c		reactions, under the writers' lock
 *
 * Looking takes no lock and changes nothing but struct agent_port, where it leaves what is to be
 * done. Between reactions the agent has open what says which ports there are, and no FDB, so that it
 * keeps none alive when the size of that is changed. Its memory does not grow: a row for each port
 * number a switch can have.
 */
#ifndef XSWITCH_AGENT_H
#define XSWITCH_AGENT_H

#include <time.h>

#include "netif_watch.h"
#include "xsw_agent.h"
#include "xsw_int.h"

#define AGENT_ROUTES 5 /* looks: after 0, 1, 2, 4 and 8 s, for routes come after their device */
#define AGENT_S	     1000000000ULL /* ns */
#define AGENT_TRIES  8		   /* to connect a port again that fail, then it is left alone */

/* Why the addresses of a port are to be forgotten. */
enum agent_cause {
	AGENT_NO,
	AGENT_DOWN,
	AGENT_CARRIER,
	AGENT_GONE,
};

/* A number of a port: each leg of a tunnel has one. */
struct agent_port {
	uint32_t ifindex;    /* in `ports`, by which it is the port it was */
	uint32_t downs;	     /* struct netif_link */
	char name[IFNAMSIZ]; /* of its device */
	bool here;	     /* a port that is ready has this device */
	bool alive;	     /* the device is up and has carrier */
	bool gone;	     /* it is not there any more */
	bool seen;	     /* in the walk under way */

	/* to be done */
	enum agent_cause flush;
	bool fresh;  /* only if something is learned there: what it was before was not seen */
	bool record; /* its record is not what is so */
	bool back;   /* perhaps: what the port was on is there again */

	/* attempts to connect it again */
	uint32_t candidate; /* device (ifindex) or namespace (inode) last tried or told of */
	bool told;	    /* that this is another one */
	uint8_t tries;	    /* that failed */
	uint64_t next;	    /* ns, CLOCK_MONOTONIC: not before */
	uint64_t delay;	    /* ns, between attempts */
};

struct agent {
	const struct xsw_agent_io *io;
	struct xsw_opts opts; /* for writing: without -n, for it lives where the switch does */
	struct xsw *sw;	      /* for looking */
	struct netif_watch *watch;
	struct agent_port *ports; /* XSW_PORTS */
	char home[XSW_NAME_MAX];  /* name of its namespace; empty: it has none */
	uint64_t now;		  /* ns, CLOCK_MONOTONIC */

	bool look;   /* at all devices */
	bool lost;   /* messages were */
	bool asked;  /* by SIGHUP */
	bool busy;   /* a command has the lock */
	bool failed; /* the last round of reactions, and was told */

	/* The routes of tunnels are looked at some times after a device has changed. */
	uint64_t route_next;
	uint64_t route_last;
	unsigned int route_left;
	bool routes_old; /* one does not have the MTU its port has */
};

uint64_t agent_clock(clockid_t id);

/* The record of a port as it is now; NULL: there is none, or a command is at work at it. */
const struct xsw_info *agent_info(struct agent *a, uint32_t number);

/* --- xsw_agent_look.c --- */

/* netif_event_fn; arg is the agent. */
void agent_event(const struct netif_event *e, void *arg);

/* All devices anew. 0 or -errno. */
int agent_look(struct agent *a);

/* Once a second: ports that commands have made, namespaces that are back. */
void agent_tick(struct agent *a);

/* SIGHUP: what was given up is tried again. */
void agent_again(struct agent *a);

/* --- xsw_agent_act.c --- */

/* Whether there is anything to do now. */
bool agent_due(struct agent *a);

/*
 * Do it. -EBUSY: a command has the lock, later; -ENOENT: the switch is gone; -EIO: with the message,
 * what is left to do is not forgotten.
 */
int agent_act(struct agent *a);

/* Tell of what was done. */
void agent_tell(struct agent *a, struct xsw_agent_event *e, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
