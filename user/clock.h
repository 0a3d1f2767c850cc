/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock.h - the clocks by which programs tell times
 *
 * A process in a time namespace (time_namespaces(7)) reads CLOCK_MONOTONIC and CLOCK_BOOTTIME with
 * an offset that bpf_ktime_get_ns() knows nothing of. What is compared with times of the kernel is
 * read here; a process that measures an interval may ask clock_gettime() itself.
 */
#ifndef XSWITCH_CLOCK_H
#define XSWITCH_CLOCK_H

#include <stdint.h>
#include <stdio.h>
#include <time.h>

/* ns, as the kernel itself counts them. */
uint64_t clock_kernel(clockid_t id);

/*
 * ns that a clock of a time namespace is ahead by, of the text of /proc/PID/timens_offsets:
 *
 *	monotonic        3600         0
 *	boottime            0         0
 */
int64_t clock_ahead(FILE *offsets, clockid_t id);

#endif
