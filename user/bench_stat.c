// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_stat.c - medians, their intervals, and what may be said of them
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

#define RESAMPLES 4000
#define SEED	  0x9e3779b97f4a7c15ULL

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_sorted(const double *v, size_t n)
{
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

double bench_median(const double *v, size_t n)
{
	double copy[BENCH_ROUNDS];

	memcpy(copy, v, n * sizeof(*v));
	qsort(copy, n, sizeof(*copy), ascending);
	return median_sorted(copy, n);
}

/* xorshift64* (Vigna 2016), the upper half */
static uint32_t draw(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dULL >> 32;
}

int bench_interval(const double *v, size_t n, struct bench_interval *out)
{
	double sorted[BENCH_ROUNDS], again[BENCH_ROUNDS], *medians;
	uint64_t state = SEED;

	medians = malloc(RESAMPLES * sizeof(*medians));
	if (!medians)
		return -ENOMEM;
	memcpy(sorted, v, n * sizeof(*v));
	qsort(sorted, n, sizeof(*sorted), ascending);
	for (size_t i = 0; i < RESAMPLES; i++) {
		for (size_t k = 0; k < n; k++)
			again[k] = sorted[(uint64_t)draw(&state) * n >> 32];
		qsort(again, n, sizeof(*again), ascending);
		medians[i] = median_sorted(again, n);
	}
	qsort(medians, RESAMPLES, sizeof(*medians), ascending);
	out->median = median_sorted(sorted, n);
	out->low = medians[RESAMPLES * 25 / 1000];
	out->high = medians[RESAMPLES * 975 / 1000 - 1];
	free(medians);
	return 0;
}

const char *bench_verdict(const struct bench_interval *i, size_t n, double bound, bool more)
{
	double worst = more ? i->low : -i->high, best = more ? i->high : -i->low;

	if (!more)
		bound = -bound;
	if (n < BENCH_ROUNDS_MIN)
		return "unresolved";
	if (worst >= bound)
		return "met";
	return best < bound ? "not met" : "unresolved";
}

const char *bench_difference(const struct bench_interval *i, size_t n, bool more)
{
	if (n < BENCH_ROUNDS_MIN || (i->low <= 1 && i->high >= 1))
		return "unresolved";
	return (i->low > 1) == more ? "better" : "worse";
}
