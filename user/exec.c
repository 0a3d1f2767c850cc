// SPDX-License-Identifier: GPL-2.0-only
/*
 * exec.c - programs of the system: found, run with a time limit, and heard
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "exec.h"

#define SBIN ":/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"

__attribute__((format(printf, 2, 3))) static int refuse(char error[EXEC_TEXT_MAX], const char *fmt,
							...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(error, EXEC_TEXT_MAX, fmt, ap);
	va_end(ap);
	return -1;
}

bool exec_find(const char *name, char *path, size_t size)
{
	const char *env = secure_getenv("PATH");
	char *dirs, *save = NULL;
	bool found = false;

	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		return !access(path, X_OK);
	}
	if (asprintf(&dirs, "%s" SBIN, env ? env : "") < 0)
		return false;
	for (char *dir = strtok_r(dirs, ":", &save); dir && !found;
	     dir = strtok_r(NULL, ":", &save)) {
		int n = snprintf(path, size, "%s/%s", dir, name);

		found = n > 0 && (size_t)n < size && !access(path, X_OK);
	}
	free(dirs);
	return found;
}

/* --- what comes out of it ---------------------------------------------------------------- */

/* Hits of `needle` in all of it, and its first words. */
struct heard {
	int fd;
	const char *needle;
	uint64_t hits;
	char text[EXEC_TEXT_MAX];
	size_t len;
	char tail[EXEC_NEEDLE_MAX]; /* a needle may lie across two reads */
	size_t ntail;
};

static void count_hits(struct heard *h, char *data, size_t n)
{
	size_t len = strlen(h->needle);

	for (char *p = data; (p = memmem(p, (size_t)(data + n - p), h->needle, len)); p += len)
		h->hits++;
	h->ntail = n < len - 1 ? n : len - 1;
	memcpy(h->tail, data + n - h->ntail, h->ntail);
}

/* false: the other end is closed */
static bool hear(struct heard *h)
{
	char data[sizeof(h->tail) + 65536];
	size_t room = sizeof(h->text) - 1 - h->len;
	ssize_t n = read(h->fd, data + h->ntail, sizeof(data) - h->ntail);

	if (n <= 0)
		return n < 0 && errno == EINTR;
	if (room > (size_t)n)
		room = (size_t)n;
	memcpy(h->text + h->len, data + h->ntail, room);
	h->len += room;
	h->text[h->len] = '\0';
	if (h->needle) {
		memcpy(data, h->tail, h->ntail);
		count_hits(h, data, h->ntail + (size_t)n);
	}
	return true;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

/* Both until they are closed; false: time is up. */
static bool hear_both(struct heard heard[2], uint64_t ns)
{
	struct pollfd fds[2] = { { heard[0].fd, POLLIN, 0 }, { heard[1].fd, POLLIN, 0 } };
	uint64_t end = now_ns() + ns;

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		uint64_t now = now_ns();

		if (now >= end)
			return false;
		if (poll(fds, 2, (int)((end - now) / 1000000) + 1) < 0 && errno != EINTR)
			return false;
		for (int i = 0; i < 2; i++)
			if (fds[i].fd >= 0 && fds[i].revents && !hear(&heard[i]))
				fds[i].fd = -1;
	}
	return true;
}

/* --- the process ------------------------------------------------------------------------- */

/* `in` -1: /dev/null; `err` -1: ours. */
static int spawn(const char *path, const char *const *argv, int in, int out, int err, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, usual;
	int ret;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	else
		posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (err >= 0)
		posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &usual);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						POSIX_SPAWN_SETPGROUP);
	ret = posix_spawn(pid, path, &actions, &attr, (char **)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

int exec_start(const char *const *argv, int fd, pid_t *pid, char error[EXEC_TEXT_MAX])
{
	char path[512];
	int ret;

	if (!exec_find(argv[0], path, sizeof(path)))
		return refuse(error, "%s is not installed", argv[0]);
	ret = spawn(path, argv, -1, fd, fd, pid);
	return ret ? refuse(error, "cannot start %s: %s", path, strerror(ret)) : 0;
}

/* How it ended, where that was not well. */
static int judge(const char *name, int status, const struct heard heard[2], char *error)
{
	const char *said = heard[1].len ? heard[1].text : heard[0].text;

	if (!status)
		return 0;
	if (*said)
		return refuse(error, "%s: %.*s", name, (int)strcspn(said, "\n"), said);
	if (WIFSIGNALED(status))
		return refuse(error, "%s: %s", name, strsignal(WTERMSIG(status)));
	return refuse(error, "%s: exit status %d", name, WEXITSTATUS(status));
}

static int run(const char *path, const char *const *argv, uint32_t seconds, const int out[2],
	       const int err[2], struct exec *exec)
{
	struct heard heard[2] = { { .fd = out[0], .needle = exec->needle }, { .fd = err[0] } };
	struct rusage used = { 0 };
	int status = 0, ret;
	bool done;
	pid_t pid;

	ret = spawn(path, argv, -1, out[1], err[1], &pid);
	close(out[1]);
	close(err[1]);
	if (ret)
		return refuse(exec->error, "cannot start %s: %s", path, strerror(ret));
	done = hear_both(heard, seconds * 1000000000ULL);
	if (!done)
		kill(pid, SIGKILL);
	wait4(pid, &status, 0, &used);
	exec->resident = (uint64_t)used.ru_maxrss * 1024;
	exec->ended = done && WIFEXITED(status);
	exec->hits = heard[0].hits;
	memcpy(exec->out, heard[0].text, sizeof(exec->out));
	if (!done)
		return refuse(exec->error, "%s: not done after %u s", argv[0], seconds);
	return judge(argv[0], status, heard, exec->error);
}

int exec_run(const char *const *argv, uint32_t seconds, struct exec *exec)
{
	int out[2], err[2], ret;
	char path[512];

	if (!exec_find(argv[0], path, sizeof(path)))
		return refuse(exec->error, "%s is not installed", argv[0]);
	if (pipe2(out, O_CLOEXEC))
		return refuse(exec->error, "cannot make a pipe: %s", strerror(errno));
	if (pipe2(err, O_CLOEXEC)) {
		ret = refuse(exec->error, "cannot make a pipe: %s", strerror(errno));
		close(out[1]);
	} else {
		ret = run(path, argv, seconds, out, err, exec);
		close(err[0]);
	}
	close(out[0]);
	return ret;
}

/* --- a conversation ---------------------------------------------------------------------- */

#define TALK_MAX (16u << 20) /* bytes that are listened to */

/* As much as the other end takes; the descriptor is closed behind the last byte. */
static void tell(const struct exec_talk *t, size_t *told, struct pollfd *to)
{
	/* with nothing to say there is no text either */
	ssize_t n = *told < t->in_len ? write(to->fd, t->in + *told, t->in_len - *told) : 0;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	*told += n > 0 ? (size_t)n : 0;
	if (n >= 0 && *told < t->in_len)
		return;
	close(to->fd); /* all of it is said, or nobody listens */
	to->fd = -1;
}

/* false: the other end is closed, or it says too much. */
static bool hear_all(struct exec_talk *t, int fd)
{
	enum {
		STEP = 16384
	};
	char *more = realloc(t->out, t->out_len + STEP + 1);
	ssize_t n;

	if (!more || t->out_len > TALK_MAX) {
		refuse(t->error, "%s says too much", t->argv[0]);
		free(more ? more : t->out);
		t->out = NULL;
		return false;
	}
	t->out = more;
	n = read(fd, t->out + t->out_len, STEP);
	t->out_len += n > 0 ? (size_t)n : 0;
	t->out[t->out_len] = '\0';
	return n > 0 || (n < 0 && errno == EINTR);
}

/* false: it does not end in time, or says too much. */
static bool converse(struct exec_talk *t, int *in, int out, uint64_t ns)
{
	struct pollfd fds[2] = { { out, POLLIN, 0 }, { *in, POLLOUT, 0 } };
	uint64_t end = now_ns() + ns;
	size_t told = 0;

	while (fds[0].fd >= 0) {
		uint64_t now = now_ns();

		if (now >= end ||
		    (poll(fds, 2, (int)((end - now) / 1000000) + 1) < 0 && errno != EINTR))
			break;
		if (fds[1].fd >= 0 && fds[1].revents)
			tell(t, &told, &fds[1]);
		if (fds[0].revents && !hear_all(t, out))
			fds[0].fd = -1;
	}
	*in = fds[1].fd;
	if (fds[0].fd >= 0)
		refuse(t->error, "%s: not done after %u s", t->argv[0],
		       (unsigned int)(ns / 1000000000));
	return fds[0].fd < 0 && t->out;
}

static int talk(const char *path, struct exec_talk *t, int in[2], int out[2], uint32_t seconds)
{
	int status = 0, ret;
	bool done;
	pid_t pid;

	fcntl(in[1], F_SETFL, O_NONBLOCK);
	ret = spawn(path, t->argv, in[0], out[1], -1, &pid);
	close(in[0]);
	close(out[1]);
	in[0] = out[1] = -1;
	if (ret)
		return refuse(t->error, "cannot start %s: %s", path, strerror(ret));
	done = converse(t, &in[1], out[0], seconds * 1000000000ULL);
	if (!done)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	t->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return done ? 0 : -1;
}

int exec_talk(struct exec_talk *t, uint32_t seconds)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, ret;
	char path[512];

	t->out = NULL;
	t->out_len = 0;
	if (!exec_find(t->argv[0], path, sizeof(path)))
		return refuse(t->error, "%s is not installed", t->argv[0]);
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		ret = refuse(t->error, "cannot make a pipe: %s", strerror(errno));
	else
		ret = talk(path, t, in, out, seconds);
	for (int i = 0; i < 2; i++) {
		if (in[i] >= 0)
			close(in[i]);
		if (out[i] >= 0)
			close(out[i]);
	}
	return ret;
}
