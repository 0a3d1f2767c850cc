// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_run.c - the plan: A B C, A B C, ..., with a word about how far it is
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench_lab.h"
#include "exec.h"
#include "log.h"
#include "rights.h"

#define TRY_LIMIT 60   /* seconds */
#define GUESS	  40.0 /* part of its limit that a measurement takes, before one was made */

struct run {
	const struct bench_plan *plan;
	struct bench_data *data;
	struct lab_result *result;		     /* shared with the process that measures */
	bool runs[BENCH_ROWS_MAX];		     /* back end */
	bool wide;				     /* the line was overwritten before */
	double took[BENCH_ROWS_MAX][BENCH_ROWS_MAX]; /* workload, back end; 0: not yet */
};

/* --- progress ---------------------------------------------------------------------------- */

/* Seconds left after `done` rounds of workload `w`, as the rounds before took. */
static double left(const struct run *r, size_t w, uint32_t done, size_t b)
{
	const struct bench_plan *plan = r->plan;
	double sum = 0;

	for (size_t i = w; i < plan->nworkloads; i++) {
		for (size_t k = 0; k < plan->nbackends; k++) {
			double one = r->took[i][k] > 0 ? r->took[i][k] :
							 plan->workloads[i]->limit / GUESS;
			uint32_t rounds = plan->rounds;

			if (!r->runs[k] || !bench_fits(plan->workloads[i], plan->backends[k]))
				continue;
			if (i == w)
				rounds -= done + (k < b);
			sum += one * rounds;
		}
	}
	return sum;
}

__attribute__((format(printf, 2, 3))) static void progress(struct run *r, const char *fmt, ...)
{
	bool tty = isatty(STDERR_FILENO);
	char text[160];
	va_list ap;

	if (!r->plan->progress)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, tty ? "\r%s\033[K" : "%s\n", text);
	r->wide = tty;
}

static void progress_end(struct run *r)
{
	if (r->wide)
		fputs("\r\033[K", stderr);
	r->wide = false;
}

/* --- one measurement --------------------------------------------------------------------- */

static int note_failure(struct run *r, const struct bench_workload *w,
			const struct bench_backend *b, uint32_t round)
{
	struct bench_data *data = r->data;
	struct bench_failure *f;

	f = reallocarray(data->failures, data->nfailures + 1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	data->failures = f;
	f += data->nfailures++;
	*f = (struct bench_failure){ .workload = w->name, .backend = b->name, .round = round };
	memcpy(f->error, r->result->error, sizeof(f->error));
	progress_end(r);
	fail(XSW_REFUSED, "bench: %s on %s, round %u: %s", w->name, b->name, round, f->error);
	return 0;
}

static int keep_values(struct run *r, const struct bench_workload *w, const struct bench_backend *b,
		       uint32_t round)
{
	for (size_t i = 0; i < r->result->n; i++) {
		struct bench_series *s = bench_series(r->data, w, b, r->result->v[i].figure);

		if (!s || bench_add(s, round, r->result->v[i].value))
			return -ENOMEM;
	}
	return 0;
}

/* The machine of a measurement takes a while to be gone, which the next must not pay for. */
static int do_job(struct run *r, const struct bench_backend *b, int (*fn)(struct bench_lab *lab),
		  uint32_t limit)
{
	const struct lab_job job = { r->plan, &r->data->machine, b, fn, limit };
	const struct lab_job after = { r->plan, &r->data->machine, b, lab_settle, limit };
	struct lab_result copy;
	int err = lab_do(&job, r->result);

	if (err == -EINTR)
		return err;
	copy = *r->result;
	if (lab_do(&after, r->result) == -EINTR)
		return -EINTR;
	*r->result = copy;
	return err;
}

static int measure(struct run *r, size_t w, uint32_t round, size_t b)
{
	const struct bench_workload *workload = r->plan->workloads[w];
	const struct bench_backend *backend = r->plan->backends[b];
	uint64_t start = lab_now();
	unsigned int seconds;
	int err;

	seconds = (unsigned int)left(r, w, round - 1, b);
	progress(r, "%s: round %u of %u: %s, about %u:%02u left", workload->name, round,
		 r->plan->rounds, backend->name, seconds / 60, seconds % 60);
	err = do_job(r, backend, workload->run, workload->limit);
	r->took[w][b] = (double)(lab_now() - start) / 1e9;
	if (err == -EINTR)
		return err;
	if (err)
		return note_failure(r, workload, backend, round);
	return keep_values(r, workload, backend, round);
}

/* --- what can run ------------------------------------------------------------------------ */

static const char *program_missing(const struct bench_backend *b)
{
	char path[512];

	for (const char *const *p = b->programs; p && *p; p++)
		if (!exec_find(*p, path, sizeof(path)))
			return *p;
	return NULL;
}

__attribute__((format(printf, 3, 4))) static void
refuse(struct run *r, const struct bench_backend *b, const char *fmt, ...)
{
	struct bench_refused *refused = &r->data->refused[r->data->nrefused++];
	va_list ap;

	refused->backend = b->name;
	va_start(ap, fmt);
	vsnprintf(refused->reason, sizeof(refused->reason), fmt, ap);
	va_end(ap);
}

/* By trying: a datagram there and back. */
static int try(struct run *r, size_t b)
{
	const struct bench_backend *backend = r->plan->backends[b];
	const char *program = program_missing(backend);
	int err;

	if (program)
		refuse(r, backend, "%s is not installed", program);
	else if (backend->missing)
		refuse(r, backend, "%s", backend->missing);
	if (program || backend->missing)
		return 0;
	progress(r, "trying %s", backend->name);
	err = do_job(r, backend, work_try, TRY_LIMIT);
	if (err == -EINTR)
		return err;
	r->runs[b] = !err;
	if (err)
		refuse(r, backend, "%s%s%s", r->result->error, backend->needs ? "; it needs " : "",
		       backend->needs ? backend->needs : "");
	else
		r->data->ran[r->data->nran++] =
			(struct bench_ran){ backend->name, r->result->device };
	return 0;
}

static int all(struct run *r)
{
	const struct bench_plan *plan = r->plan;
	int err = 0;

	for (size_t b = 0; !err && b < plan->nbackends; b++)
		err = try(r, b);
	for (size_t w = 0; w < plan->nworkloads; w++)
		for (uint32_t round = 1; round <= plan->rounds; round++)
			for (size_t b = 0; !err && b < plan->nbackends; b++)
				if (r->runs[b] && bench_fits(plan->workloads[w], plan->backends[b]))
					err = measure(r, w, round, b);
	progress_end(r);
	return err;
}

int bench_run(const struct bench_plan *plan, struct bench_data *data)
{
	char text[RIGHTS_TEXT];
	struct run r = { .plan = plan, .data = data };
	sigset_t signals, before;
	int err;

	if (rights_missing(RIGHT_ALL, text)) {
		fail(XSW_REFUSED, "bench: not permitted without %s", text);
		hint("run it as root");
		return XSW_REFUSED;
	}
	data->rounds = plan->rounds;
	data->quick = plan->size < BENCH_FULL;
	data->ran = calloc(BENCH_ROWS_MAX, sizeof(*data->ran));
	data->refused = calloc(BENCH_ROWS_MAX, sizeof(*data->refused));
	if (!data->ran || !data->refused)
		return fail(XSW_REFUSED, "bench: no memory");
	r.result = mmap(NULL, sizeof(*r.result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (r.result == MAP_FAILED)
		/* cppcheck-suppress memleak ; there is none */
		return fail(XSW_REFUSED, "bench: %s", strerror(errno));
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, &before);
	err = all(&r);
	sigprocmask(SIG_SETMASK, &before, NULL);
	munmap(r.result, sizeof(*r.result));
	if (err == -EINTR)
		return fail(XSW_REFUSED, "bench: interrupted; nothing it made is left");
	return err ? fail(XSW_REFUSED, "bench: %s", strerror(-err)) : XSW_OK;
}
