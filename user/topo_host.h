/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * topo_host.h - what is beside the switches: compared and made
 *
 *	topo_host.c	namespaces and routes; undoing
 *	topo_sysctl.c	sysctls
 *	topo_link.c	veth pairs
 *
 * What is made is marked, so that no record of it is needed: `lo` of a namespace bears the alias
 * "xswitch", both ends of a link "xswitch link NAME". Until it has its alias a link is known by
 * the addresses it is born with.
 *
 * With `plan` each difference becomes a line and nothing is changed; without, it is made so, and
 * what was is kept for undoing.
 */
#ifndef XSWITCH_TOPO_HOST_H
#define XSWITCH_TOPO_HOST_H

#include "netif.h"
#include "netns.h"
#include "topo_plan.h"

#define TOPO_MARK      "xswitch"
#define TOPO_MARK_LINK "xswitch link %s"

enum topo_undo_kind {
	UNDO_NETNS,
	UNDO_LINK, /* made */
	UNDO_END,  /* changed */
	UNDO_SYSCTL,
	UNDO_ROUTE,
};

struct topo_undo {
	enum topo_undo_kind kind;
	const char *netns; /* NULL: the caller's */
	const char *name;  /* of the namespace, link, device or sysctl */
	char *text;	   /* UNDO_SYSCTL: its value; allocated in topo_host.mem */
	struct netif_link link;
	struct arg_addrs addrs;
	struct netif_route route, old;
	bool had; /* UNDO_ROUTE: `old` was there */
};

struct topo_host {
	const struct topo *topo;
	struct topo *mem;
	struct topo_plan *plan; /* NULL: do it */
	bool late;		/* the switches are there: what does not work now never will */
	struct topo_undo *undo;
	size_t nundo, undo_room;
	bool kept;		     /* the routes that were there at first */
	const struct xsw_opts *opts; /* of a removal */
};

/* `netns` NULL: the caller's. 0 or -errno; -ENOENT: no such namespace. */
int topo_netif(const char *netns, struct netif **nl);

/* An element more; NULL: no memory, with the message. */
struct topo_undo *topo_keep(struct topo_host *h, enum topo_undo_kind kind);

/* In plan: the line, and true. */
bool topo_differs(struct topo_host *h, struct topo_line line);

/* An exit status each. */
int topo_hosts(struct topo_host *h);
int topo_links(struct topo_host *h);
int topo_sysctl(struct topo_host *h, const char *netns, const struct topo_sysctl *s);
int topo_hosts_remove(const struct xsw_opts *opts, const struct topo *topo);
int topo_links_remove(const struct xsw_opts *opts, const struct topo *topo);

/* --dry-run of the two: say it and return true. */
bool topo_removal(const struct xsw_opts *opts, const char *what, const char *name);

/* Last one first. */
void topo_hosts_undo(struct topo_host *h);
void topo_undo_link(const struct topo_undo *u);
void topo_undo_end(const struct topo_undo *u);
void topo_undo_sysctl(const struct topo_undo *u);

#endif
