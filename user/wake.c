// SPDX-License-Identifier: GPL-2.0-only
/*
 * wake.c - waiting for the next round, for a signal, for a descriptor
 */
#define _GNU_SOURCE /* ppoll */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "wake.h"

#define NS_PER_S 1000000000ULL

/* Who starts a command with nohup(1) means it. */
static bool ignored(int signal)
{
	struct sigaction now;

	return !sigaction(signal, NULL, &now) && now.sa_handler == SIG_IGN;
}

int wake_open(struct wake *w, int fd, short events)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (!ignored(SIGHUP))
		sigaddset(&set, SIGHUP);
	if (!ignored(SIGQUIT))
		sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	*w = (struct wake){ signalfd(-1, &set, SFD_CLOEXEC), fd, events };
	return w->signals < 0 ? -errno : 0;
}

void wake_close(struct wake *w)
{
	if (w->signals >= 0)
		close(w->signals);
	w->signals = -1;
}

uint64_t wake_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t wake_next(uint64_t last, uint64_t interval)
{
	uint64_t now = wake_now();

	return last + interval - interval / 2 > now ? last + interval : now + interval;
}

enum wake_why wake_wait(const struct wake *w, uint64_t until)
{
	struct pollfd p[] = { { .fd = w->signals, .events = POLLIN },
			      { .fd = w->fd, .events = w->events } };
	uint64_t now = wake_now(), left = until > now ? until - now : 0;
	struct timespec ts = { (time_t)(left / NS_PER_S), (long)(left % NS_PER_S) };
	int n = ppoll(p, 2, &ts, NULL);

	if (!n)
		return WAKE_TIME;
	if (n < 0)
		return WAKE_OTHER;
	if (p[0].revents)
		return WAKE_SIGNAL;
	return p[1].revents & (POLLERR | POLLHUP | POLLNVAL) ? WAKE_GONE : WAKE_FD;
}
