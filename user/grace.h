/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grace.h - RCU grace periods: to wait for one, and to have them shorter while there are many
 *
 * Attaching a program to a device waits for a grace period (tcx_entry_sync() in the kernel),
 * 12 ms at HZ=250 and 0.1 ms when the kernel expedites them; so does removing one. For the
 * length of a command that handles many ports the kernel is asked to
 * (/sys/kernel/rcu_expedited). A mark in bpffs says that the setting is ours: the next
 * command that takes the lock puts it back if this one cannot. Only for holders of the lock.
 */
#ifndef XSWITCH_GRACE_H
#define XSWITCH_GRACE_H

#include <stdbool.h>

/* Whether it is shortened by us now; false where the kernel has it so, or does not allow it. */
bool grace_shorten(void);

/*
 * Returns when every frame that was on its way through the programs is through, so that none acts
 * on what the maps said before (membarrier(2), MEMBARRIER_CMD_GLOBAL; kernels with nohz_full refuse
 * it, then it returns at once). A command that waits often has them shortened from then on.
 */
void grace_wait(void);

/* Put back what grace_shorten() of this or of a killed process changed. */
void grace_restore(void);

#endif
