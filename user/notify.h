/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * notify.h - tell a service manager how far a process is, by the protocol of sd_notify(3)
 *
 * A datagram with lines such as READY=1 to the socket that NOTIFY_SOCKET names. An abstract one
 * ("@...") belongs to a network namespace: open before the process enters another.
 */
#ifndef XSWITCH_NOTIFY_H
#define XSWITCH_NOTIFY_H

/* A descriptor; -1: nobody wants to know. */
int notify_open(void);

/* "READY=1"; lost if nobody reads it. */
void notify_send(int fd, const char *state);

#endif
