/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * port.h - what the files that make and unmake ports share
 *
 *	xsw_port.c	the steps, and those of a port in a namespace
 *	xsw_port_host.c	of the switch's own address
 *	xsw_port_dev.c	of a device that was there before
 *	xsw_port_tunnel.c	of a tunnel
 *	xsw_port_hook.c	its programs
 *	xsw_port_offload.c	what XDP needs of the devices
 *	xsw_port_undo.c	all steps backwards
 *	xsw_port_again.c	a device that vanished and is back
 *	xsw_port_words.c	the command for what is not whole
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
	uint32_t leg, head; /* of a tunnel: which of its remotes; number of the first leg */
	union xsw_conf conf;
	const struct xsw_sets *sets;
	struct xsw_info *info;
	int netns;	     /* descriptor */
	struct netif *inner; /* socket there */
	const char *step;    /* what to say if it fails */
	bool again;	     /* what was there before is back: nothing else is made */
	int status;
};

typedef int (*port_step)(struct making *mk);

/* Write `info` down: before each step that makes something. */
int port_record(struct making *mk);

/* Each of `steps`, which end with NULL, until one fails; an exit status, with the message. */
int port_run(struct making *mk, const port_step *steps);

/* --- xsw_port.c: a veth pair --- */
int port_step_netns(struct making *mk);
int port_step_pair(struct making *mk);
int port_step_inner(struct making *mk);

/* The same address whenever the same end ("inner", "outer") of the same port of the switch is made. */
void port_stable_mac(const struct xsw *sw, const char *port, const char *end, uint8_t mac[6]);

/* Made by us for this port: a device of its kind with the address that only it has. */
bool port_is_ours(const struct xsw_info *info, const struct netif_link *link);

/* The number its links are pinned under: those of a tunnel device belong to its slot. */
uint32_t port_pin_number(const struct xsw *sw, uint32_t number);

/* --- xsw_tunnel.c --- */

struct tunnel_kind {
	const char *kind, *module, *config;
	uint16_t udp_port; /* unless another one is asked for; 0: has none */
	uint32_t key_max;
	uint32_t header; /* bytes between the IP header and the frame, without a key of GRE */
};

/* NULL: no tunnel */
const struct tunnel_kind *tunnel_kind(uint8_t type, bool ipv6);

bool tunnel_is_ipv6(const struct xsw_ip *ip);

/* --- xsw_port_tunnel.c --- */
int port_step_tunnel(struct making *mk);
int port_step_tunnel_maps(struct making *mk);
int port_step_tunnel_up(struct making *mk);

/* Whether another port needs its device too. */
bool tunnel_shared(const struct xsw *sw, uint32_t number);

/* No frame is its own any more. */
void tunnel_drop(struct xsw *sw, uint32_t number);

/* Device and `number`, which is what frames of the device are known by; and counters, from 0. */
int port_enter_device(struct making *mk, uint32_t number);
int port_enter_maps(struct making *mk, uint32_t number);

/* --- xsw_port_undo.c --- */

/* Device, links and how they are found, of a port or what there is of it; 0 or -errno. */
int port_drop_device(struct xsw *sw, uint32_t number);

/* --- xsw_port_host.c --- */
int port_step_home(struct making *mk);

/* --- xsw_port_dev.c --- */
int port_step_dev(struct making *mk);
int port_step_dev_up(struct making *mk);

/* Whether that device is there and free to become a port; an exit status, with the message. */
int port_dev_check(struct xsw *sw, const struct xsw_port_spec *spec);

/* The device as it was before, as far as it is the same device; 0 or -errno. */
int port_dev_restore(struct xsw *sw, uint32_t number);

/* --- xsw_port_hook.c --- */
int port_step_attach(struct making *mk);

/* Take the programs off a device that stays; 0 or -errno. */
int port_detach(struct xsw *sw, uint32_t number);

/* --- xsw_port_offload.c --- */

/* -ENXIO: the other end of the veth is out of reach; -EOPNOTSUPP: one cannot be changed. */
int port_offload_set(struct making *mk);
void port_offload_restore(struct xsw *sw, const struct xsw_info *info);

/*
 * A socket in the namespace of the other end of a veth, if that is still the one of the record.
 * -ENOENT, -ESTALE: it is not.
 */
int port_open_peer(const struct xsw_info *info, struct netif **inner);

/* --- xsw_port_set.c --- */

/* The flags and the state that a change asks for. */
void port_change_conf(const struct xsw_port_change *change, union xsw_conf *conf);

/* Whether that would change anything; an exit status, with the message: it may not be. */
int port_differs(struct xsw *sw, uint32_t number, const struct xsw_port_change *change,
		 bool *differs);

/* --- xsw_port_addr.c --- */

/* Whether that address, with that prefix length, is one of them. */
bool addrs_have(const struct arg_addrs *list, const struct arg_addr *addr);

#endif
