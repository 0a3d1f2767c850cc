// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_data.c - samples, and the figures and ratios made of them
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

const char *bench_number(double value)
{
	static char ring[8][32];
	static unsigned int next;
	double size = fabs(value);
	char *text = ring[next++ % 8];
	int digits = size >= 999.5 ? 0 : size >= 99.95 ? 1 : size >= 9.995 ? 2 : 3;

	snprintf(text, sizeof(ring[0]), "%.*f", digits, value);
	return text;
}

/* --- samples ------------------------------------------------------------------------------ */

/* Where a new series goes: figures together, in the order they came, back ends in the table's. */
static size_t place(const struct bench_data *data, const struct bench_workload *workload,
		    const struct bench_backend *backend, const char *figure)
{
	size_t at = data->nseries;

	for (size_t i = 0; i < data->nseries; i++) {
		const struct bench_series *s = &data->series[i];

		if (s->workload != workload || strcmp(s->figure, figure))
			continue;
		at = i + (s->backend < backend);
		if (s->backend >= backend)
			break;
	}
	return at;
}

struct bench_series *bench_series(struct bench_data *data, const struct bench_workload *workload,
				  const struct bench_backend *backend, const char *figure)
{
	size_t at = place(data, workload, backend, figure);
	struct bench_series *s;

	if (at < data->nseries) {
		s = &data->series[at];
		if (s->workload == workload && s->backend == backend && !strcmp(s->figure, figure))
			return s;
	}
	s = reallocarray(data->series, data->nseries + 1, sizeof(*s));
	if (!s)
		return NULL;
	data->series = s;
	s += at;
	memmove(s + 1, s, (data->nseries++ - at) * sizeof(*s));
	*s = (struct bench_series){
		.workload = workload,
		.backend = backend,
		.row = bench_figure(workload, figure),
		.workload_name = workload->name,
		.backend_name = backend->name,
		.verdict = "",
	};
	s->unit = s->row->unit;
	s->better = s->row->more ? "more" : "less";
	snprintf(s->figure, sizeof(s->figure), "%s", figure);
	return s;
}

int bench_add(struct bench_series *s, uint32_t round, double value)
{
	struct bench_sample *v = reallocarray(s->samples, s->nsamples + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	s->samples = v;
	v[s->nsamples++] = (struct bench_sample){ round, value };
	return 0;
}

void bench_data_free(struct bench_data *data)
{
	for (size_t i = 0; i < data->nseries; i++) {
		struct bench_series *s = &data->series[i];

		for (size_t k = 0; k < s->nratios; k++)
			free(s->ratios[k].samples);
		free(s->ratios);
		free(s->samples);
	}
	free(data->series);
	free(data->failures);
	free(data->ran);
	free(data->refused);
	bench_machine_free(&data->machine);
	*data = (struct bench_data){ 0 };
}

/* --- figures ------------------------------------------------------------------------------ */

static const struct bench_goal *goal_of(const struct bench_series *s, const char *ref)
{
	for (int i = 0; i < BENCH_GOALS; i++) {
		const struct bench_goal *g = &s->row->goals[i];

		if (g->backend && !strcmp(g->backend, s->backend_name) && !strcmp(g->ref, ref))
			return g;
	}
	return NULL;
}

static int summarize(const struct bench_sample *samples, size_t n, struct bench_interval *out)
{
	double v[BENCH_ROUNDS];

	for (size_t i = 0; i < n; i++)
		v[i] = samples[i].value;
	return bench_interval(v, n, out);
}

static int figure(struct bench_series *s)
{
	const struct bench_goal *goal = goal_of(s, "");
	struct bench_interval i;

	if (!s->nsamples)
		return 0;
	if (summarize(s->samples, s->nsamples, &i))
		return -ENOMEM;
	s->median = i.median;
	s->low = i.low;
	s->high = i.high;
	s->has_goal = goal;
	if (goal) {
		s->goal = goal->bound;
		s->verdict = bench_verdict(&i, s->nsamples, goal->bound, s->row->more);
	}
	return 0;
}

/* Value by value in the rounds both have; a reference of 0 says nothing. */
static int quotients(struct bench_ratio *ratio, const struct bench_series *s,
		     const struct bench_series *ref)
{
	ratio->samples = calloc(s->nsamples, sizeof(*ratio->samples));
	if (!ratio->samples)
		return -ENOMEM;
	for (size_t i = 0, k = 0; i < s->nsamples; i++) {
		uint32_t round = s->samples[i].round;

		while (k < ref->nsamples && ref->samples[k].round < round)
			k++;
		if (k == ref->nsamples)
			break;
		if (ref->samples[k].round != round || ref->samples[k].value <= 0)
			continue;
		ratio->samples[ratio->nsamples++] =
			(struct bench_sample){ round, s->samples[i].value / ref->samples[k].value };
	}
	return 0;
}

static int compare(struct bench_series *s, const struct bench_series *ref)
{
	struct bench_ratio *ratio = reallocarray(s->ratios, s->nratios + 1, sizeof(*ratio));
	const struct bench_goal *goal = goal_of(s, ref->backend_name);
	struct bench_interval i;

	if (!ratio)
		return -ENOMEM;
	s->ratios = ratio;
	ratio += s->nratios;
	*ratio = (struct bench_ratio){ .ref = ref->backend_name, .verdict = "" };
	if (quotients(ratio, s, ref))
		return -ENOMEM;
	if (!ratio->nsamples) {
		free(ratio->samples);
		return 0;
	}
	s->nratios++;
	if (summarize(ratio->samples, ratio->nsamples, &i))
		return -ENOMEM;
	ratio->median = i.median;
	ratio->low = i.low;
	ratio->high = i.high;
	ratio->difference = bench_difference(&i, ratio->nsamples, s->row->more);
	ratio->has_goal = goal;
	if (goal) {
		ratio->goal = goal->bound;
		ratio->verdict = bench_verdict(&i, ratio->nsamples, goal->bound, s->row->more);
	}
	return 0;
}

/*
 * The first back end that has the figure is the reference of all others; what a goal names
 * follows. Back ends are in the order of their table, veth first. Shares are compared with nothing.
 */
static int ratios(struct bench_data *data, struct bench_series *s)
{
	bool first = true;

	if (!strcmp(s->unit, "%"))
		return 0;
	for (size_t i = 0; i < data->nseries; i++) {
		const struct bench_series *ref = &data->series[i];

		if (ref->workload != s->workload || strcmp(ref->figure, s->figure))
			continue;
		if (ref != s && (first || goal_of(s, ref->backend_name)) && compare(s, ref))
			return -ENOMEM;
		first = false;
	}
	return 0;
}

int bench_figures(struct bench_data *data)
{
	for (size_t i = 0; i < data->nseries; i++)
		if (figure(&data->series[i]) || ratios(data, &data->series[i]))
			return -ENOMEM;
	return 0;
}
