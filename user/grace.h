/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grace.h - shorter RCU grace periods while many devices come or go
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

/* Put back what grace_shorten() of this or of a killed process changed. */
void grace_restore(void);

#endif
