/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * probe.h - what this process may do, asked of the kernel
 */
#ifndef XSWITCH_PROBE_H
#define XSWITCH_PROBE_H

#include <stdbool.h>

/* "CAP_NET_ADMIN", ... the first capability needed and missing, or NULL. */
const char *probe_missing_capability(void);

/*
 * Whether the kernel says it is this version or a newer one. Only for what cannot be tried: a
 * program cannot see what becomes of a packet it redirected. A wrong no costs a few
 * nanoseconds.
 */
bool probe_kernel(unsigned int major, unsigned int minor);

/* Raise RLIMIT_MEMLOCK where the kernel still counts BPF memory by it (before 5.11). */
void probe_raise_memlock(void);

#endif
