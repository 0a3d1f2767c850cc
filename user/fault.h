/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fault.h - points at which a test may kill the command
 *
 * With XSW_CRASH_AT=N in the environment the Nth point reached sends SIGKILL to the process.
 * They stand after every step that changes something outside it.
 */
#ifndef XSWITCH_FAULT_H
#define XSWITCH_FAULT_H

void fault_point(void);

#endif
