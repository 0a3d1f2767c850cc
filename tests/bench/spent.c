// SPDX-License-Identifier: GPL-2.0-only
/*
 * spent.c - time and memory of one command
 *
 * What a process had resident before it called exec() counts for its peak, so the command must
 * not be started by something large.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bench.h"

int main(int argc, char **argv)
{
	struct rusage used;
	uint64_t start;
	int status, fd;
	pid_t pid;

	usage_if(argc < 3, "spent OUTPUT COMMAND...");
	fd = must(open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0600), argv[1]);
	start = now_ns();
	pid = must(fork(), "fork");
	if (!pid) {
		dup2(fd, STDOUT_FILENO);
		execvp(argv[2], argv + 2);
		must(-1, argv[2]);
	}
	must(wait4(pid, &status, 0, &used), "wait4");
	usage_if(status, "spent: the command failed");
	printf("{\"ns\": %llu, \"rss\": %ld}\n", (unsigned long long)(now_ns() - start),
	       used.ru_maxrss * 1024);
	return 0;
}
