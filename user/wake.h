/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wake.h - what a command that goes in rounds waits for
 *
 *	wake_open(&w, STDOUT_FILENO, 0);
 *	while (wake_wait(&w, next) == WAKE_TIME) ...
 *	wake_close(&w);
 *
 * From wake_open() on SIGINT, SIGTERM, and unless they were ignored SIGHUP and SIGQUIT, do nothing
 * but end the wait.
 */
#ifndef XSWITCH_WAKE_H
#define XSWITCH_WAKE_H

#include <stdint.h>

enum wake_why {
	WAKE_TIME,
	WAKE_SIGNAL, /* to end */
	WAKE_FD,     /* there are `events` */
	WAKE_GONE,   /* its other end has gone */
	WAKE_OTHER,  /* another signal: of a resized terminal */
};

struct wake {
	int signals, fd;
	short events;
};

/* `events` as of poll(2); 0: only that the other end has gone. -errno */
int wake_open(struct wake *w, int fd, short events);
void wake_close(struct wake *w);

/* Until this time (ns, CLOCK_MONOTONIC) at most. */
enum wake_why wake_wait(const struct wake *w, uint64_t until);
uint64_t wake_now(void);

/*
 * When the next round is due: `interval` ns after the last one was, but, where less than half of
 * that is left, after now. Rounds keep their rhythm; those that were missed are not made up for.
 */
uint64_t wake_next(uint64_t last, uint64_t interval);

#endif
