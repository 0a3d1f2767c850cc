/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exec.h - programs of the system: found, run with a time limit, and heard
 *
 * No shell: words go to the program as they are. A program has no standard input but what it is
 * told, no signal blocked, and a process group of its own, so that a signal from the terminal
 * reaches only who started it; that one decides. Functions return 0 or -1 with the reason in `error`.
 */
#ifndef XSWITCH_EXEC_H
#define XSWITCH_EXEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define EXEC_TEXT_MAX	256
#define EXEC_NEEDLE_MAX 127

/* One that is run to its end. */
struct exec {
	const char *needle;	   /* count it in what is printed; NULL: nothing; EXEC_NEEDLE_MAX */
	uint64_t hits;		   /* so often */
	uint64_t resident;	   /* bytes it had in memory, at most */
	bool ended;		   /* it ran, to its end */
	char out[EXEC_TEXT_MAX];   /* the first words of stdout */
	char error[EXEC_TEXT_MAX]; /* "ip: RTNETLINK answers: File exists", one line */
};

/* One that is told something and heard to its end; what it says on stderr is said on ours. */
struct exec_talk {
	const char *const *argv; /* NULL-terminated; argv[0]: a name or a path */
	const char *in;		 /* its standard input */
	size_t in_len;
	char *out; /* its standard output, with a NUL; free() */
	size_t out_len;
	int status; /* its exit status; 128 and the number of the signal that ended it */
	char error[EXEC_TEXT_MAX];
};

/* Path of a program in PATH and the sbin directories; false: not installed. */
bool exec_find(const char *name, char *path, size_t size);

/* NULL-terminated words; another exit status than 0 is an error, and so is `seconds` passed. */
int exec_run(const char *const *argv, uint32_t seconds, struct exec *exec);

/* 0: it ran to its end, whatever its status. -1: it did not start, or did not end in time. */
int exec_talk(struct exec_talk *talk, uint32_t seconds);

/* Start one that goes on; what it prints goes to `fd`. */
int exec_start(const char *const *argv, int fd, pid_t *pid, char error[EXEC_TEXT_MAX]);

#endif
