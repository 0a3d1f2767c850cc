/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench.h - what the measuring tools share
 *
 * A tool prints "ready" when its peer may start and one JSON object when it is done. An error
 * is a line on stderr and exit status 1. Every tool ends by itself: bench_limit().
 */
#ifndef XSW_BENCH_H
#define XSW_BENCH_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define NSEC_PER_SEC 1000000000ULL

static inline uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* Returns `ret` unless it is negative. */
static inline long must(long ret, const char *what)
{
	if (ret < 0) {
		fprintf(stderr, "%s: %s\n", what, strerror(errno));
		exit(1);
	}
	return ret;
}

static inline void usage_if(int bad, const char *usage)
{
	if (!bad)
		return;
	fprintf(stderr, "usage: %s\n", usage);
	exit(1);
}

static inline uint64_t seconds_arg(const char *s)
{
	return strtod(s, NULL) * NSEC_PER_SEC;
}

/* SIGALRM ends a tool whose peer never comes. */
static inline void bench_limit(uint64_t ns)
{
	alarm(ns / NSEC_PER_SEC + 10);
}

static inline void ready(void)
{
	puts("ready");
	fflush(stdout);
}

#endif
