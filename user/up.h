/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * up.h - what is to become of the ports that `up`, `port add` or `apply` asks for
 *
 *	xsw_up_plan.c	desired against actual: one step a port, or a leg of a tunnel
 *	xsw_up.c	the steps done, or undone
 */
#ifndef XSWITCH_UP_H
#define XSWITCH_UP_H

#include "xsw_int.h"

/* What becomes of one asked-for port, or of one leg of a tunnel. */
struct step {
	struct xsw_port_spec *spec;
	uint32_t leg;
	uint32_t number;
	union xsw_conf conf;
	struct xsw_sets sets;
	struct policy_change *policy; /* NULL: nothing is asked for */
	bool make;		      /* it is not there, or not whole */
	bool remake;		      /* remains must go first */
	bool begun;
};

struct plan {
	struct step *v; /* the legs of a tunnel one after the other */
	size_t n;
	size_t todo;			/* how many are to be made */
	struct policy_change *policies; /* of each step; NULL: nobody asks for any */
};

/*
 * Check and number everything, and give out addresses of the subnet; nothing is made. An exit
 * status, with the message; up_plan_end() in any case.
 */
int up_plan(struct xsw *sw, const struct xsw_up_spec *spec, struct plan *p);
void up_plan_end(struct plan *p);

/* The address of port `number` of the switch's subnet, unless it needs none; an exit status. */
int up_give_address(struct xsw *sw, struct xsw_port_spec *spec, uint32_t number);

/* Whether the subnet is the usual one, which is as long as the ports need. */
bool up_subnet_grows(const struct xsw *sw);

#endif
