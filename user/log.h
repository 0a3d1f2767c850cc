/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * log.h - what goes to stderr, and the exit status
 *
 * An error is one line "xswitch: OBJECT: what failed: cause", then where there is one a line
 * "hint: remedy". It is written once, by whoever knows the object, and becomes the exit
 * status that travels up. Lower modules (netif, netns, maps, pin, ...) return -errno and
 * print nothing.
 */
#ifndef XSWITCH_LOG_H
#define XSWITCH_LOG_H

#include <stdbool.h>

enum xsw_status {
	XSW_OK = 0, /* done, or already so */
	XSW_USAGE = 1,
	XSW_REFUSED = 2, /* by the kernel, or not permitted */
	XSW_MISSING = 3, /* no such switch, port or entry */
	XSW_DIFFERS = 4, /* diff, doctor */
};

/* 0: errors only, 1: -v, 2: -vv (libbpf's messages too) */
void log_set_verbose(int level);

/* "xswitch: " + message; returns `status`, so that `return fail(XSW_USAGE, ...)` reads well. */
int fail(enum xsw_status status, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
#ifdef __clang_analyzer__
/* It looks into no other file, and takes every failure for a success. */
#define fail(status, ...) ((void)fail(status, __VA_ARGS__), (status))
#endif

/*
 * "OBJECT NAME: cannot WHAT: cause: words" with WHAT by `fmt`, e.g. "port", "ns1", -EPERM,
 * netif_error(nl), "set MTU %u"; `words` "": there are none. XSW_REFUSED.
 */
int cannot(const char *object, const char *name, int err, const char *words, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
#ifdef __clang_analyzer__
#define cannot(...) ((void)cannot(__VA_ARGS__), XSW_REFUSED)
#endif

/* The last error and the hints that followed it, one line; "" as long as there was none. */
const char *log_last(void);

/*
 * From now on messages begin with where in a file they belong: "xswitch: FILE:LINE:COLUMN: ...",
 * without a column where that is 0. `file` is kept, not copied; NULL: no longer.
 */
void log_place(const char *file, unsigned long line, unsigned long column);

/* "hint: " + message */
void hint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "xswitch: " + message: it goes on, otherwise than asked. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* "xswitch: " + message: what a process that goes on has done. */
void notice(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Errors, hints and warnings are not written, for they were before; whether that was so already. */
bool log_mute(bool on);

/* Shown from -v on; whether it is. */
void info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool log_tells(void);

/*
 * First thing in main: descriptors 0 to 2 are open from here on, and libbpf's messages come to
 * this module, silent, kept for log_libbpf_last().
 */
void log_init(void);

/* The last line libbpf complained with, or "". The verifier's words end up here. */
const char *log_libbpf_last(void);

/*
 * `text` in double quotes with control characters, quotes and non-ASCII bytes escaped as in C,
 * cut at 60 characters; in a ring of four static buffers, for use in one message.
 */
const char *quoted(const char *text);

/*
 * `text` as one word of a shell, whatever it holds; as it is where that is one. For commands that
 * somebody is told to run: devices in a namespace are called as its owner likes. Cut at 300
 * characters; in a ring of four, too.
 */
const char *shell_word(const char *text);

/* Whether no shell makes anything else of it than the word it is. */
bool shell_plain(const char *text);

#endif
