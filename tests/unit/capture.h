/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * capture.h - what a piece of code writes to a descriptor, as a string
 *
 *	capture_start(&c, STDERR_FILENO);
 *	...
 *	text = capture_stop(&c);	valid until the next capture_stop()
 */
#ifndef XSWITCH_TEST_CAPTURE_H
#define XSWITCH_TEST_CAPTURE_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* cmocka's name is ours too (log.h), and its fail_msg() needs it */
#undef fail
#undef fail_msg
#define fail_test(...)                                                                             \
	do {                                                                                       \
		print_error(__VA_ARGS__);                                                          \
		print_error("\n");                                                                 \
		_fail(__FILE__, __LINE__);                                                         \
	} while (0)

struct capture {
	int fd, saved;
	FILE *file;
};

static inline void capture_to(struct capture *c, int fd, int target)
{
	fflush(NULL);
	c->fd = fd;
	c->saved = dup(fd);
	assert_true(c->saved >= 0 && dup2(target, fd) == fd);
}

static inline void capture_end(struct capture *c)
{
	fflush(NULL);
	assert_int_equal(dup2(c->saved, c->fd), c->fd);
	close(c->saved);
}

static inline void capture_start(struct capture *c, int fd)
{
	c->file = tmpfile();
	assert_non_null(c->file);
	capture_to(c, fd, fileno(c->file));
}

static inline const char *capture_stop(struct capture *c)
{
	static char text[64 * 1024];
	size_t n;

	capture_end(c);
	rewind(c->file);
	n = fread(text, 1, sizeof(text) - 1, c->file);
	text[n] = '\0';
	fclose(c->file);
	return text;
}

#endif
