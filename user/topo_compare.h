/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * topo_compare.h - what the files share that compare two states
 */
#ifndef XSWITCH_TOPO_COMPARE_H
#define XSWITCH_TOPO_COMPARE_H

#include "topo_int.h"
#include "topo_plan.h"

struct topo_pair {
	struct topo_plan *plan;
	const struct topo_state *want;
	struct topo_state *have; /* NULL: no such switch */
};

void topo_pair_line(struct topo_pair *p, char sign, const char *object, const char *name,
		    const char *key, const char *have, const char *want);

/* A copy that lives as long as the plan. */
const char *topo_pair_text(struct topo_pair *p, const char *s);
void topo_step(struct topo_plan *plan, struct topo_step step);

void topo_compare_fdb(struct topo_pair *p);
void topo_compare_wires(struct topo_pair *p);
void topo_compare_mirrors(struct topo_pair *p);

#endif
