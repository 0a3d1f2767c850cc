/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * port.h - what the files that make and unmake ports share
 *
 *	xsw_port.c	the steps, and those of a port in a namespace
 *	xsw_port_host.c	of the switch's own address
 *	xsw_port_dev.c	of a device that was there before
 *	xsw_port_hook.c	its programs
 *	xsw_port_offload.c	what XDP needs of the devices
 *	xsw_port_undo.c	all steps backwards
 *
 * A step returns 0 or -errno with `step` saying what failed, or -ECANCELED with the message
 * written and `status` set.
 */
#ifndef XSWITCH_PORT_H
#define XSWITCH_PORT_H

#include "xsw_int.h"

/* What a port is made from, step by step. */
struct making {
	struct xsw *sw;
	uint32_t number;
	const struct xsw_port_spec *spec;
	union xsw_conf conf;
	const struct xsw_sets *sets;
	struct xsw_info *info;
	int netns;	     /* descriptor */
	struct netif *inner; /* socket there */
	const char *step;    /* what to say if it fails */
	int status;
};

typedef int (*port_step)(struct making *mk);

/* Write `info` down: before each step that makes something. */
int port_record(struct making *mk);

/* --- xsw_port_host.c --- */
int port_step_home(struct making *mk);

/* --- xsw_port_dev.c --- */
int port_step_dev(struct making *mk);
int port_step_dev_up(struct making *mk);

/* The device as it was before, as far as it is the same device. */
void port_dev_restore(struct xsw *sw, uint32_t number);

/* --- xsw_port_hook.c --- */
int port_step_attach(struct making *mk);

/* Take the programs off a device that stays. */
void port_detach(struct xsw *sw, uint32_t number);

/* --- xsw_port_offload.c --- */

/* -ENXIO: the other end of the veth is out of reach; -EOPNOTSUPP: one cannot be changed. */
int port_offload_set(struct making *mk);
void port_offload_restore(struct xsw *sw, const struct xsw_info *info);

/*
 * A socket in the namespace of the other end of a veth, if that is still the one of the record.
 * -ENOENT, -ESTALE: it is not.
 */
int port_open_peer(const struct xsw_info *info, struct netif **inner);

#endif
