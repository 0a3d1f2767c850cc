/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * metrics.h - all counters and gauges as text for Prometheus and its kin
 *
 * One table (metrics.c) says what there is. The format is OpenMetrics 1.0, or the older
 * text format 0.0.4, which has no types `info` and `stateset`, no units and no end.
 *
 * A port has every class, direction and reason from the first scrape on, also those that are 0:
 * a counter that appears with its first drop hides that drop from rate() and increase().
 * VLANs are those that a port names (its PVID, its lists) and those that have seen a frame; the
 * 4094 of a trunk without a list would be 25,000 lines of zeros.
 */
#ifndef XSWITCH_METRICS_H
#define XSWITCH_METRICS_H

#include <stdbool.h>
#include <stdio.h>

#include "xsw.h"

enum metrics_format {
	METRICS_OPEN,
	METRICS_TEXT, /* 0.0.4 */
};

/*
 * Read every switch, or the one that opts says was named, and write what is found. A switch that
 * cannot be read is told on stderr and has `xswitch_switch_readable` 0; if it was named, nothing is
 * written and the status is why. The caller stays in its network namespace.
 */
int metrics_write(FILE *to, const struct xsw_opts *opts, enum metrics_format format);

/*
 * The same in the format that `accept` asks for; returns its Content-Type, NULL: nothing can be
 * said. `opts` is a const struct xsw_opts *; as struct http_page wants it.
 */
const char *metrics_page(FILE *to, const char *accept, void *opts);

#endif
