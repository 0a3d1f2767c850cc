/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_int.h - what the files of the model share
 *
 *	xsw.c		opening a switch
 *	xsw_make.c	making one; its settings
 *	xsw_down.c	removing one
 *	xsw_up.c	`up`: many ports, applied or undone together
 *	xsw_port.c	one port: the steps that make it
 *	xsw_port_*.c	host ports, devices, hooks, and all of it backwards: port.h
 *	xsw_view.c	snapshots
 *	xsw_vlan.c	VLANs of ports
 *	xsw_fdb.c	entries
 */
#ifndef XSWITCH_XSW_INT_H
#define XSWITCH_XSW_INT_H

#include "maps.h"
#include "netif.h"
#include "netns.h"
#include "pin.h"
#include "prog.h"
#include "xsw.h"

struct xsw {
	char name[XSW_SWITCH_NAME_MAX + 1];
	const struct xsw_opts *opts;
	int lock;	       /* descriptor; -1: a reader */
	bool made;	       /* by this call: an error removes it */
	struct netns_id netns; /* where the switch lives */
	struct netif *nl;      /* there; NULL: that namespace is gone */
	struct maps maps;
	struct prog prog;
	struct xsw_meta meta;
	struct xsw_info *ports; /* v[number], XSW_PORTS; name empty: free */
};

/* The port of that name (or NS:IFNAME), 0: none. */
uint32_t xsw_port_find(const struct xsw *sw, const char *name);

/* The same, with the message. */
int xsw_port_need(const struct xsw *sw, const char *name, uint32_t *number);

/* Whether a signal asks to stop; the message is written once. */
bool xsw_interrupted(void);

/* --dry-run: say the step and return true. */
bool xsw_plan(const struct xsw *sw, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* --- xsw.c --- */

struct xsw *xsw_new(const struct xsw_opts *opts);
int xsw_check_rights(void);

/* `make`: mount bpffs and make the root if need be. */
int xsw_lock(struct xsw *sw, bool make);

/* Enter the namespace of -n, or stay; which one it is. */
int xsw_enter_netns(const struct xsw_opts *opts, struct netns_id *id);

/* `meta` was read: open everything else and enter the switch's namespace. */
int xsw_reach(struct xsw *sw);

/* `meta` was read: live where the switch lives; nl stays NULL if that is gone. */
int xsw_enter_home(struct xsw *sw);
int xsw_bad_pin(const struct xsw *sw, const char *pin, int err);
int xsw_save_meta(const struct xsw *sw);

/* --- xsw_make.c --- */

/* Open for writing; where there is no such switch, make an empty one. */
int xsw_open_or_make(struct xsw **out, const struct xsw_opts *opts);

/* What is left of a switch, made or half made: pins, by name, children first. */
int xsw_remove_pins(const char *name);

/* --- xsw_vlan.c --- */

/* Check VLAN-ARGS against what the port has now and turn them into its word and its sets. */
int vlan_plan(struct xsw *sw, const char *port, const struct xsw_vlan_args *args,
	      union xsw_conf *conf, struct xsw_sets *sets);

/* What a port has: its sets, as if every mode had them. */
void vlan_current(struct xsw *sw, uint32_t number, union xsw_conf conf, struct xsw_sets *sets);

/*
 * Give port `number` this configuration and these VLANs, in an order in which every frame
 * sees the old or the new ones; entries of VLANs it leaves are flushed. 0 or -errno.
 */
int vlan_store(struct xsw *sw, uint32_t number, union xsw_conf conf, const struct xsw_sets *sets);

/* Out of every VLAN, configuration word 0. */
void vlan_close(struct xsw *sw, uint32_t number);

/*
 * Devices, namespaces and pins of a switch, made or half made, whose `meta` was read or is not
 * there. An exit status, with the message.
 */
int xsw_remove_all(struct xsw *sw);

/* The pins of one port. */
void xsw_remove_port_pins(const char *name, const char *number);

/* --- xsw_port.c --- */

/* Make port `number`, which is free. The caller undoes with port_unmake() on an error. */
int port_make(struct xsw *sw, uint32_t number, const struct xsw_port_spec *spec,
	      union xsw_conf *conf);

/* Let frames in and out; `conf` as port_make() left it. */
int port_open(struct xsw *sw, uint32_t number, const struct xsw_port_spec *spec,
	      union xsw_conf conf, const struct xsw_sets *sets);

/* Whatever there is of it, backwards; as much as can be. Removes nothing it did not make. */
void port_unmake(struct xsw *sw, uint32_t number);

/* The same for all ports at once; the maps are about to go. */
void port_unmake_all(struct xsw *sw);

/* Whether everything `up` made of it is still there. */
bool port_whole(struct xsw *sw, uint32_t number, const struct xsw_port_spec *spec);

/*
 * The `local` entries of a host port follow its VLANs: those of `old` and `had` (old.word 0:
 * none) go, those of `conf` and `sets` come.
 */
int port_host_locals(struct xsw *sw, uint32_t number, union xsw_conf old,
		     const struct xsw_sets *had, union xsw_conf conf, const struct xsw_sets *sets);

/* settings.hosts, .tc_ports and .xdp_ports from the records. */
void port_recount(struct xsw *sw);

/* Whether `hook` of the specification means XDP. */
bool port_wants_xdp(const struct xsw_port_spec *spec, union xsw_conf conf);

/* May a port under xdp have these VLANs? XSW_REFUSED, with the message. */
int port_hook_check(const char *port, enum xsw_port_type type, union xsw_conf conf);

/* One sentence. */
const char *port_hook_why(const struct xsw_info *info);

/* What was changed for XDP: "inner-gro-on", ..., NULL; `words` has room for 6. */
void port_offload_words(uint32_t bits, const char **words);

/* Its program is the switch's: after an interrupted change of programs it may not be. */
int port_reattach(struct xsw *sw, uint32_t number);

#endif
