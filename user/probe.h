/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * probe.h - what this process may do, asked of the kernel
 */
#ifndef XSWITCH_PROBE_H
#define XSWITCH_PROBE_H

/* "CAP_NET_ADMIN", ... the first capability needed and missing, or NULL. */
const char *probe_missing_capability(void);

/* Raise RLIMIT_MEMLOCK where the kernel still counts BPF memory by it (before 5.11). */
void probe_raise_memlock(void);

#endif
