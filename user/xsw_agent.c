// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_agent.c - a process that follows the devices of a switch
 *
 * Nothing depends on it: what it does could be done by hand, and a kill at any moment leaves the
 * switch as a killed command would. It sleeps until the kernel tells of a device, and looks at the
 * clock once a second: is the switch there, and its namespace, and one that had gone?
 *
 * One agent a switch: each takes an abstract socket in the switch's namespace, whose name has the
 * inode of `meta` in it. Such a name ends with the process, and holds neither bpffs, which the last
 * `down` unmounts, nor a file.
 */
#define _GNU_SOURCE 1 /* struct ucred, accept4() */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "notify.h"
#include "xsw_names.h"

#define TICK_MS 1000
#define BUSY_MS 50 /* a command has the lock */

/* Ports come back in namespaces that come back; what a killed command left may need any of them. */
#define RIGHTS (RIGHT_MAPS | RIGHT_PROGS | RIGHT_DEVICES | RIGHT_NETNS | RIGHT_IDS)

uint64_t agent_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * AGENT_S + (uint64_t)ts.tv_nsec;
}

/* --- the only one ------------------------------------------------------------------------ */

static socklen_t only_name(const struct agent *a, struct sockaddr_un *un)
{
	int n;

	*un = (struct sockaddr_un){ .sun_family = AF_UNIX };
	n = snprintf(un->sun_path + 1, sizeof(un->sun_path) - 1, "xswitch-agent/%s/%llx/%llx",
		     a->opts.switch_name, (unsigned long long)a->sw->which.st_dev,
		     (unsigned long long)a->sw->which.st_ino);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
}

static int refuse(const struct agent *a, const struct sockaddr_un *un, socklen_t len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct ucred peer = { .pid = 0 };
	socklen_t size = sizeof(peer);

	if (fd >= 0 && !connect(fd, (const struct sockaddr *)un, len))
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size);
	if (fd >= 0)
		close(fd);
	if (!peer.pid)
		return fail(XSW_REFUSED, "switch %s has an agent already", a->opts.switch_name);
	fail(XSW_REFUSED, "switch %s has an agent already: pid %d", a->opts.switch_name, peer.pid);
	if (peer.uid)
		hint("it is a process of user %u that has taken the name of its socket", peer.uid);
	else
		hint("`kill %d` ends it, `kill -HUP %d` makes it look at everything anew", peer.pid,
		     peer.pid);
	return XSW_REFUSED;
}

/* A descriptor in *fd; an exit status. */
static int be_the_only_one(const struct agent *a, int *fd)
{
	struct sockaddr_un un;
	socklen_t len = only_name(a, &un);
	int err;

	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd >= 0 && !bind(*fd, (const struct sockaddr *)&un, len) && !listen(*fd, 8))
		return XSW_OK;
	err = errno;
	return err == EADDRINUSE ? refuse(a, &un, len) :
				   fail(XSW_REFUSED, "switch %s: cannot make a socket: %s",
					a->opts.switch_name, strerror(err));
}

/* Somebody has asked who this is. */
static void answer(int fd)
{
	int other = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (other >= 0)
		close(other);
}

/* --- beginning --------------------------------------------------------------------------- */

static int gone(const struct agent *a)
{
	notice("switch %s is gone: nothing is left to do", a->opts.switch_name);
	return XSW_MISSING;
}

static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* XSW_AGENT_RCVBUF is for the tests: with little room messages are lost. */
static int watch_open(struct agent *a)
{
	const char *env = secure_getenv("XSW_AGENT_RCVBUF");
	int err = netif_watch_open(&a->watch, -1, env ? (int)strtol(env, NULL, 10) : 0);

	return err ? fail(XSW_REFUSED, "switch %s: cannot follow its devices: %s",
			  a->opts.switch_name, strerror(-err)) :
		     XSW_OK;
}

static int begin(struct agent *a, const struct xsw_opts *opts)
{
	struct netns_id home;
	int status = xsw_open(&a->sw, opts, XSW_READ) ?: xsw_check_rights(RIGHTS);

	if (status)
		return status;
	if (!a->sw->nl)
		return fail(XSW_REFUSED, "switch %s: the namespace it lived in is gone",
			    opts->switch_name);
	home = a->sw->netns;
	if (netns_find(&home, a->home, sizeof(a->home)))
		a->home[0] = '\0';
	maps_close_fdb(&a->sw->maps);
	prog_close(&a->sw->prog);
	a->ports = calloc(XSW_PORTS, sizeof(*a->ports));
	return a->ports ? watch_open(a) : fail(XSW_REFUSED, "out of memory");
}

/* --- the loop ---------------------------------------------------------------------------- */

/* Whether its namespace has a name still, usually the one it had. */
static bool has_home(const struct agent *a)
{
	struct netns_id now, home = a->sw->netns;
	char name[XSW_NAME_MAX];
	int fd = netns_open(a->home);
	bool same = fd >= 0 && !netns_id(fd, &now) && netns_same(&now, &home);

	if (fd >= 0)
		close(fd);
	return same || !netns_find(&home, name, sizeof(name));
}

/* XSW_MISSING, with the message: the switch, or the namespace it lives in. */
static int still_there(const struct agent *a)
{
	if (stream_is_gone(a->sw))
		return gone(a);
	/* this process would keep it, and the devices in it, though nobody can name it any more */
	if (!a->home[0] || has_home(a))
		return XSW_OK;
	notice("switch %s: its namespace %s is gone: nothing is left to do", a->opts.switch_name,
	       shell_plain(a->home) ? a->home : quoted(a->home));
	return XSW_MISSING;
}

static int look(struct agent *a)
{
	int err;

	if (a->lost || a->asked)
		agent_tell(a,
			   &(struct xsw_agent_event){ .event = "resync",
						      .cause = a->lost ? "lost" : "asked" },
			   "switch %s: %s: everything is looked at anew", a->opts.switch_name,
			   a->lost ? "more changes than could be read" : "SIGHUP");
	a->lost = a->asked = false;
	err = agent_look(a);
	return err ? fail(XSW_REFUSED, "switch %s: cannot read its devices: %s",
			  a->opts.switch_name, strerror(-err)) :
		     XSW_OK;
}

/* What is to be done now. */
static int work(struct agent *a)
{
	int status = XSW_OK, err;

	if (a->look || a->lost)
		status = look(a);
	a->busy = false;
	if (status || !agent_due(a))
		return status;
	log_mute(a->failed);
	err = agent_act(a);
	log_mute(false);
	a->busy = err == -EBUSY;
	a->failed = err == -EIO;
	if (err == -ENOENT)
		return gone(a);
	return err == -ENOMEM ? fail(XSW_REFUSED, "out of memory") : XSW_OK;
}

/* XSW_MISSING: to end. */
static int take_signals(struct agent *a, int signals)
{
	struct signalfd_siginfo si;

	while (read(signals, &si, sizeof(si)) == sizeof(si)) {
		if (si.ssi_signo != SIGHUP)
			return XSW_MISSING;
		a->asked = true;
		agent_again(a);
	}
	return XSW_OK;
}

static int time_left(const struct agent *a, uint64_t tick)
{
	return a->busy || a->look ? BUSY_MS :
	       tick <= a->now	  ? 0 :
				    (int)((tick - a->now) / 1000000) + 1;
}

/* XSW_MISSING: it is time to end, and was said why. */
static int loop(struct agent *a, int signals, int only)
{
	const struct xsw_agent_io *io = a->io;
	struct pollfd p[] = {
		{ .fd = netif_watch_fd(a->watch), .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = only, .events = POLLIN },
		{ .fd = io->side.fd, .events = POLLIN },
		{ .fd = io->fd },
	};
	uint64_t tick = a->now + TICK_MS * 1000000ULL;
	int status = XSW_OK;

	while (!status && !p[4].revents) {
		if (poll(p, sizeof(p) / sizeof(*p), time_left(a, tick)) < 0 && errno != EINTR)
			return fail(XSW_REFUSED, "cannot wait: %s", strerror(errno));
		a->now = agent_clock(CLOCK_MONOTONIC);
		if (netif_watch_read(a->watch, agent_event, a))
			return fail(XSW_REFUSED, "switch %s: cannot follow its devices",
				    a->opts.switch_name);
		status = take_signals(a, signals);
		if (!status && a->now >= tick) {
			status = still_there(a);
			agent_tick(a);
			tick = a->now + TICK_MS * 1000000ULL;
		}
		if (!status)
			status = work(a);
		if (p[2].revents)
			answer(only);
		if (p[3].revents && !io->side.run(io->side.arg)) {
			p[3].fd = -1;
			warn("switch %s: its metrics are served no more", a->opts.switch_name);
		}
		if (!status && !io->flush(io->arg))
			return XSW_MISSING;
	}
	return status;
}

static int run(struct agent *a, int notify)
{
	int signals = signals_open(), only = -1, status;

	if (signals < 0)
		return fail(XSW_REFUSED, "cannot wait for signals: %s", strerror(errno));
	status = be_the_only_one(a, &only);
	a->look = true;
	a->now = agent_clock(CLOCK_MONOTONIC);
	if (!status)
		status = work(a);
	if (!status) {
		rights_keep(RIGHTS);
		info("following");
		notify_send(notify, "READY=1");
		status = a->io->flush(a->io->arg) ? loop(a, signals, only) : XSW_MISSING;
		notify_send(notify, "STOPPING=1");
	}
	close(signals);
	if (only >= 0)
		close(only);
	return status;
}

int xsw_agent(const struct xsw_opts *opts, const struct xsw_agent_io *io)
{
	struct agent a = { .io = io, .opts = *opts };
	int notify = notify_open(); /* while this is where the service manager is */
	int status = begin(&a, opts);

	a.opts.netns = NULL;
	if (!status)
		status = run(&a, notify);
	/* a switch that was there and has gone is no failure of its agent */
	if (status == XSW_MISSING && a.watch)
		status = XSW_OK;
	netif_watch_close(a.watch);
	free(a.ports);
	xsw_close(a.sw);
	if (notify >= 0)
		close(notify);
	return status;
}
