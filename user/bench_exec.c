// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_exec.c - programs of the system, for a measurement
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_lab.h"
#include "exec.h"

#define COMMAND_LIMIT 120 /* seconds */
#define END_TRIES     2000

int lab_command(struct bench_lab *lab, uint32_t seconds, const char *const *argv)
{
	struct exec exec = { 0 };

	return exec_run(argv, seconds, &exec) ? lab_error(lab, "%s", exec.error) : 0;
}

int lab_count(struct bench_lab *lab, const char *const *argv, const char *needle, uint64_t *count)
{
	struct exec exec = { .needle = needle };
	int ret = exec_run(argv, COMMAND_LIMIT, &exec);

	*count = exec.hits;
	return ret ? lab_error(lab, "%s", exec.error) : 0;
}

void bench_version(const char *program, const char *flag, char *text, size_t size)
{
	const char *const argv[] = { program, flag, NULL };
	struct exec exec = { 0 };

	*text = '\0';
	if (!exec_run(argv, 5, &exec))
		snprintf(text, size, "%.*s", (int)strcspn(exec.out, "\n"), exec.out);
}

/* --- one that goes on -------------------------------------------------------------------- */

pid_t lab_daemon(struct bench_lab *lab, const char *name, const char *const *argv)
{
	char log[128], error[EXEC_TEXT_MAX];
	pid_t pid = 0;
	int fd;

	snprintf(log, sizeof(log), LAB_DIR "/%s.log", name);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0) {
		lab_error(lab, "cannot make %s: %s", log, strerror(errno));
		return 0;
	}
	if (exec_start(argv, fd, &pid, error)) {
		lab_error(lab, "%s", error);
		pid = 0;
	}
	close(fd);
	return pid;
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
