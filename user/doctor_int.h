/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * doctor_int.h - what the checks share
 *
 *	doctor.c		the table, findings, what is looked at when
 *	doctor_machine.c	kernel, rights, bpffs
 *	doctor_state.c		what is pinned: whole, by whom, from when
 *	doctor_switch.c		a switch: clock, FDB, listeners, leftovers
 *	doctor_port.c		a port and its devices
 *	doctor_hook.c		programs at a port, theirs and others'
 *	doctor_guest.c		ports beside each other: addresses, subnets, MTUs
 *	doctor_look.c		both ends of a port, looked at once
 */
#ifndef XSWITCH_DOCTOR_INT_H
#define XSWITCH_DOCTOR_INT_H

#include "doctor.h"
#include "xsw_int.h"

enum doctor_severity {
	DOCTOR_ERROR,
	DOCTOR_WARNING,
	DOCTOR_HINT,
	DOCTOR_PASSED,
	DOCTOR_SKIPPED,
};

#define DOCTOR_ADDRS 16

/* A device at an end of a port. */
struct doctor_end {
	bool there;
	struct netif_link link;
	char enter[XSW_PATH_MAX + 32]; /* what a command for it begins with: "nsenter --net=... " */
	char master[IFNAMSIZ];	       /* the bridge it belongs to; empty: none */
	bool filtered;		       /* ... and whose frames pass netfilter's hooks of IP */
	struct netif_addr addrs[DOCTOR_ADDRS];
	size_t naddrs;
};

struct doctor_port {
	const struct xsw_port_view *view;
	const struct xsw_info *info;
	union xsw_conf conf;
	struct xsw_sets sets;
	bool alive; /* made to its end, and its device is there */
	struct doctor_end outer, inner;
};

struct doctor {
	const struct xsw_opts *opts;
	const struct doctor_spec *spec;

	/* findings so far */
	struct doctor_finding *v;
	size_t n, room;
	bool no_memory;

	const char *check;	   /* the one at work */
	const char *name;	   /* of the switch; NULL: the machine */
	bool able;		   /* no capability is missing */
	struct xsw *sw;		   /* NULL: none, or it cannot be opened */
	bool elsewhere;		   /* it can, and is not meant */
	struct xsw_view *view;	   /* of it */
	struct doctor_port *ports; /* view->nports of them */
};

/* One more finding; `port` NULL: of the switch or the machine. Then what mends it. */
void doctor_found(struct doctor *d, enum doctor_severity severity, const struct doctor_port *port,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void doctor_fix(struct doctor *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Checks return 0, or -errno: it could not be made. */

/* --- doctor_machine.c --- */
int doctor_capability(struct doctor *d);
int doctor_kernel(struct doctor *d);
int doctor_kernel_slow(struct doctor *d);
int doctor_jit_off(struct doctor *d);
int doctor_memlock(struct doctor *d);
int doctor_bpffs(struct doctor *d);

/* --- doctor_state.c --- */
/* The switch d->name, whose pins are whole, into d->sw; it stays NULL where one of the checks says why. */
int doctor_open(struct doctor *d);
/* Whether nobody has changed a port or the whole of it since. */
bool doctor_same(struct doctor *d);
int doctor_remains(struct doctor *d);
int doctor_damaged(struct doctor *d);
int doctor_stale_pin(struct doctor *d);
int doctor_unmade(struct doctor *d);
int doctor_outdated(struct doctor *d);

/* --- doctor_switch.c --- */
int doctor_home(struct doctor *d);
int doctor_clock(struct doctor *d);
int doctor_fdb_full(struct doctor *d);
int doctor_listener(struct doctor *d);
int doctor_br_netfilter(struct doctor *d);

/* --- doctor_port.c --- */
/* What is not there of the port, or not attached, is to be made again. */
void doctor_fix_port(struct doctor *d, const struct doctor_port *p);
int doctor_gone(struct doctor *d, struct doctor_port *p);
int doctor_netns(struct doctor *d, struct doctor_port *p);
int doctor_down(struct doctor *d, struct doctor_port *p);
int doctor_errdisabled(struct doctor *d, struct doctor_port *p);
int doctor_mtu(struct doctor *d, struct doctor_port *p);
int doctor_tunnel_mtu(struct doctor *d, struct doctor_port *p);
int doctor_bridge(struct doctor *d, struct doctor_port *p);
int doctor_not_promisc(struct doctor *d, struct doctor_port *p);

/* --- doctor_hook.c --- */
int doctor_detached(struct doctor *d, struct doctor_port *p);
int doctor_foreign_program(struct doctor *d, struct doctor_port *p);
int doctor_xdp_offload(struct doctor *d, struct doctor_port *p);

/* --- doctor_guest.c --- */
int doctor_duplicate_mac(struct doctor *d);
int doctor_duplicate_ip(struct doctor *d);
int doctor_too_big(struct doctor *d);
int doctor_subnet(struct doctor *d);
int doctor_subnet_differs(struct doctor *d);

/* --- doctor_look.c --- */
/* Whether bridges of the namespace at `path`, or the caller's (""), give frames to netfilter. */
bool doctor_bridges_filtered(const char *path);

/* d->view and d->ports; doctor_unlook() in any case. */
int doctor_look(struct doctor *d);
void doctor_unlook(struct doctor *d);

#endif
