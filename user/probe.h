/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * probe.h - what this kernel can, asked of the kernel
 */
#ifndef XSWITCH_PROBE_H
#define XSWITCH_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether the kernel says it is this version or a newer one. Only for what cannot be tried: a
 * program cannot see what becomes of a packet it redirected. A wrong no costs a few
 * nanoseconds.
 */
bool probe_kernel(unsigned int major, unsigned int minor);

/* Raise RLIMIT_MEMLOCK where the kernel still counts BPF memory by it (before 5.11). */
void probe_raise_memlock(void);

/*
 * Whether that limit can refuse BPF maps here: the kernel counts by it, and this process may not
 * raise it. *limit: bytes. Tried by a map made under a limit of 0.
 */
bool probe_memlock_matters(uint64_t *limit);

/* --- probe_feature.c --- */

/* Each is tried by loading a program or asking for it; nothing is attached, nothing stays. */
enum probe_feature {
	PROBE_PLAIN, /* a program at tc at all */
	PROBE_LOOP,
	PROBE_EACH,
	PROBE_TIMER,
	PROBE_PEER,
	PROBE_DEVMAP,
	PROBE_RINGBUF,
	PROBE_XDP,
	PROBE_XDP_FRAGS,
	PROBE_TCX,
	PROBE_FEATURES,
};

/* 0: the kernel has it; else what it said to that, -errno. */
int probe_feature(enum probe_feature f);

/* Whether programs become machine code; -errno: no program can be loaded. */
int probe_jit(bool *jit);

#endif
