/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * metrics_int.h - what metrics.c and metrics_read.c share: the state of all switches at one time
 */
#ifndef XSWITCH_METRICS_INT_H
#define XSWITCH_METRICS_INT_H

#include "metrics.h"

struct metrics_mirror {
	char name[XSW_NAME_MAX];
	struct xsw_mirror_stats stats;
};

struct metrics_switch {
	char name[XSW_SWITCH_NAME_MAX + 1];
	bool readable;
	struct xsw_view *view; /* what it points to in the switch is gone: `wire` of a port */
	struct xsw_vlan_total *vlans;
	size_t nvlans;
	struct metrics_mirror mirrors[XSW_MIRRORS];
	size_t nmirrors;
};

struct metrics {
	struct metrics_switch *v;
	size_t n;
};

/* An exit status; metrics_free() in any case. */
int metrics_read(struct metrics *m, const struct xsw_opts *opts);
void metrics_free(struct metrics *m);

#endif
