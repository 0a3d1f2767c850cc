// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_exec.c - programs of the system: found, run with a time limit, and heard
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_lab.h"

#define SBIN	      ":/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
#define COMMAND_LIMIT 120 /* seconds */
#define END_TRIES     2000
#define WORDS_MAX     31 /* of a command */
#define DIGITS	      10 /* of a number */

extern char **environ;

bool lab_program(const char *name, char *path, size_t size)
{
	const char *env = getenv("PATH");
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

/* --- one that is heard ------------------------------------------------------------------- */

/* What comes out of it: hits of `needle` in all of it, and its first words. */
struct heard {
	int fd;
	const char *needle;
	uint64_t hits;
	char text[BENCH_TEXT_MAX];
	size_t len;
	char tail[32]; /* a needle may lie across two reads */
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

static int spawn(const char *path, const char *const *argv, int out, int err, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	int ret;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	ret = posix_spawn(pid, path, &actions, &attr, (char **)argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return ret;
}

/* Both until they are closed; false: time is up. */
static bool hear_both(struct heard heard[2], uint64_t ns)
{
	struct pollfd fds[2] = { { heard[0].fd, POLLIN, 0 }, { heard[1].fd, POLLIN, 0 } };
	uint64_t end = lab_now() + ns;

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		uint64_t now = lab_now();

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

static int lab_run(struct bench_lab *lab, uint32_t seconds, const char *const *argv,
		   struct heard heard[2])
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 }, status = 0, ret;
	char path[512];
	const char *said;
	struct rusage used = { 0 };
	bool done = false;
	pid_t pid;

	if (!lab_program(argv[0], path, sizeof(path)))
		return lab_error(lab, "%s is not installed", argv[0]);
	if (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)) {
		ret = lab_error(lab, "cannot make a pipe: %s", strerror(errno));
		goto close;
	}
	ret = spawn(path, argv, out[1], err[1], &pid);
	if (ret) {
		ret = lab_error(lab, "cannot start %s: %s", path, strerror(ret));
		goto close;
	}
	close(out[1]);
	close(err[1]);
	out[1] = err[1] = -1;
	heard[0].fd = out[0];
	heard[1].fd = err[0];
	done = hear_both(heard, seconds * 1000000000ULL);
	if (!done)
		kill(pid, SIGKILL);
	wait4(pid, &status, 0, &used);
	lab->resident = (uint64_t)used.ru_maxrss * 1024;
	said = heard[1].len ? heard[1].text : heard[0].text;
	if (!done)
		ret = lab_error(lab, "%s: not done after %u s", argv[0], seconds);
	else if (status)
		ret = lab_error(lab, "%s: %.*s", argv[0], (int)strcspn(said, "\n"), said);
close:
	for (int i = 0; i < 2; i++) {
		if (out[i] >= 0)
			close(out[i]);
		if (err[i] >= 0)
			close(err[i]);
	}
	return ret;
}

int lab_command(struct bench_lab *lab, uint32_t seconds, const char *const *argv)
{
	struct heard heard[2] = { 0 };

	return lab_run(lab, seconds, argv, heard);
}

int lab_count(struct bench_lab *lab, const char *const *argv, const char *needle, uint64_t *count)
{
	struct heard heard[2] = { { .needle = needle } };
	int ret = lab_run(lab, COMMAND_LIMIT, argv, heard);

	*count = heard[0].hits;
	return ret;
}

/* One command of a text; it is cut up. */
static int command_of(struct bench_lab *lab, char *text)
{
	const char *argv[WORDS_MAX + 1] = { NULL };
	char *save = NULL;
	size_t n = 0;

	for (char *w = strtok_r(text, " ", &save); w && n < WORDS_MAX;
	     w = strtok_r(NULL, " ", &save))
		argv[n++] = w;
	return n ? lab_command(lab, COMMAND_LIMIT, argv) : 0;
}

/* A copy in which the number stands for every '%'; NULL: no memory. */
static char *numbered(const char *text, uint32_t number)
{
	size_t room = strlen(text) + 1, n = 0;
	char *copy;

	for (const char *p = text; *p; p++)
		room += *p == '%' ? DIGITS : 0;
	copy = malloc(room);
	for (const char *p = text; copy && *p; p++) {
		if (*p == '%')
			n += (size_t)sprintf(copy + n, "%u", number);
		else
			copy[n++] = *p;
	}
	if (copy)
		copy[n] = '\0';
	return copy;
}

int lab_commands(struct bench_lab *lab, const char *text, uint32_t number)
{
	char *copy = numbered(text, number), *save = NULL;
	int ret = copy ? 0 : lab_error(lab, "no memory");

	for (char *one = copy ? strtok_r(copy, ";", &save) : NULL; !ret && one;
	     one = strtok_r(NULL, ";", &save))
		ret = command_of(lab, one);
	free(copy);
	return ret;
}

int lab_ask(struct bench_lab *lab, enum bench_ask ask, uint32_t number)
{
	const char *const *asks = lab->backend->asks;

	return asks && asks[ask] ? lab_commands(lab, asks[ask], number) : 0;
}

void bench_version(const char *program, const char *flag, char *text, size_t size)
{
	const char *const argv[] = { program, flag, NULL };
	struct lab_result result = { 0 };
	struct bench_lab lab = { .result = &result };
	struct heard heard[2] = { 0 };

	*text = '\0';
	if (!lab_run(&lab, 5, argv, heard))
		snprintf(text, size, "%.*s", (int)strcspn(heard[0].text, "\n"), heard[0].text);
}

/* --- one that goes on -------------------------------------------------------------------- */

pid_t lab_daemon(struct bench_lab *lab, const char *name, const char *const *argv)
{
	char path[512], log[128];
	int fd, ret;
	pid_t pid;

	if (!lab_program(argv[0], path, sizeof(path))) {
		lab_error(lab, "%s is not installed", argv[0]);
		return 0;
	}
	snprintf(log, sizeof(log), LAB_DIR "/%s.log", name);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0) {
		lab_error(lab, "cannot make %s: %s", log, strerror(errno));
		return 0;
	}
	ret = spawn(path, argv, fd, fd, &pid);
	close(fd);
	if (!ret)
		return pid;
	lab_error(lab, "cannot start %s: %s", path, strerror(ret));
	return 0;
}

/* SIGTERM, so that it can put its own things away; SIGKILL where it does not listen. */
void lab_end(pid_t *pid)
{
	if (*pid <= 0)
		return;
	kill(*pid, SIGTERM);
	for (int i = 0; i < END_TRIES; i++) {
		if (waitpid(*pid, NULL, WNOHANG)) {
			*pid = 0;
			return;
		}
		lab_sleep(1000000);
	}
	kill(*pid, SIGKILL);
	waitpid(*pid, NULL, 0);
	*pid = 0;
}
