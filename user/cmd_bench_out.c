// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_bench_out.c - what `xswitch bench` found: a table, or everything as JSON
 */
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "cmd.h"

/* --- JSON -------------------------------------------------------------------------------- */

#define SAMPLE(member)	offsetof(struct bench_sample, member)
#define RATIO(member)	offsetof(struct bench_ratio, member)
#define SERIES(member)	offsetof(struct bench_series, member)
#define MACHINE(member) offsetof(struct bench_machine, member)
#define DEVICE(member)	offsetof(struct bench_device, member)
#define RAN(member)	offsetof(struct bench_ran, member)
#define FAILURE(member) offsetof(struct bench_failure, member)
#define DATA(member)	offsetof(struct bench_data, member)
#define LIST(at, n, rows, type)                                                                    \
	.kind = OUT_LIST, .off = (at), .count_off = (n), .sub = (rows), .size = sizeof(type)

static const struct out_field sample_fields[] = {
	{ "round", .kind = OUT_U32, .off = SAMPLE(round) },
	{ "value", .kind = OUT_REAL, .off = SAMPLE(value) },
	{ 0 },
};

static const struct out_field ratio_fields[] = {
	{ "of", .kind = OUT_CSTR, .off = RATIO(ref) },
	{ "ratio", .kind = OUT_REAL, .off = RATIO(median) },
	{ "low", .kind = OUT_REAL, .off = RATIO(low) },
	{ "high", .kind = OUT_REAL, .off = RATIO(high) },
	{ "difference", .kind = OUT_CSTR, .off = RATIO(difference) },
	{ "goal", .kind = OUT_REAL, .when = OUT_NONZERO, .off = RATIO(goal) },
	{ "verdict", .kind = OUT_CSTR, .off = RATIO(verdict) },
	{ "samples", LIST(RATIO(samples), RATIO(nsamples), sample_fields, struct bench_sample) },
	{ 0 },
};

static const struct out_field series_fields[] = {
	{ "workload", .kind = OUT_CSTR, .off = SERIES(workload_name) },
	{ "figure", .kind = OUT_STR, .off = SERIES(figure) },
	{ "unit", .kind = OUT_CSTR, .off = SERIES(unit) },
	{ "better", .kind = OUT_CSTR, .off = SERIES(better) },
	{ "backend", .kind = OUT_CSTR, .off = SERIES(backend_name) },
	{ "median", .kind = OUT_REAL, .off = SERIES(median) },
	{ "low", .kind = OUT_REAL, .off = SERIES(low) },
	{ "high", .kind = OUT_REAL, .off = SERIES(high) },
	{ "goal", .kind = OUT_REAL, .when = OUT_NONZERO, .off = SERIES(goal) },
	{ "verdict", .kind = OUT_CSTR, .off = SERIES(verdict) },
	{ "ratios", LIST(SERIES(ratios), SERIES(nratios), ratio_fields, struct bench_ratio) },
	{ "samples", LIST(SERIES(samples), SERIES(nsamples), sample_fields, struct bench_sample) },
	{ 0 },
};

static const struct out_field mitigation_fields[] = {
	{ "name", .kind = OUT_STR, .off = offsetof(struct bench_mitigation, name) },
	{ "state", .kind = OUT_STR, .off = offsetof(struct bench_mitigation, state) },
	{ 0 },
};

static const struct out_field version_fields[] = {
	{ "program", .kind = OUT_CSTR, .off = offsetof(struct bench_version, program) },
	{ "version", .kind = OUT_STR, .off = offsetof(struct bench_version, version) },
	{ 0 },
};

static const struct out_field machine_fields[] = {
	{ "kernel", .kind = OUT_STR, .off = MACHINE(kernel) },
	{ "arch", .kind = OUT_STR, .off = MACHINE(arch) },
	{ "cpu", .kind = OUT_STR, .off = MACHINE(cpu) },
	{ "cpus", .kind = OUT_U32, .off = MACHINE(cpus) },
	{ "sender_cpu", .kind = OUT_U32, .off = MACHINE(pin[0]) },
	{ "receiver_cpu", .kind = OUT_U32, .off = MACHINE(pin[1]) },
	{ "ghz", .kind = OUT_REAL, .when = OUT_NONZERO, .off = MACHINE(ghz) },
	{ "load", .kind = OUT_REAL, .off = MACHINE(load) },
	{ "date", .kind = OUT_STR, .off = MACHINE(date) },
	{ "versions",
	  LIST(MACHINE(versions), MACHINE(nversions), version_fields, struct bench_version) },
	{ "mitigations", LIST(MACHINE(mitigations), MACHINE(nmitigations), mitigation_fields,
			      struct bench_mitigation) },
	{ 0 },
};

#define RAN_DEVICE(member) (RAN(device) + DEVICE(member))
static const struct out_field ran_fields[] = {
	{ "backend", .kind = OUT_CSTR, .when = OUT_BARE, .off = RAN(backend) },
	{ "mtu", .kind = OUT_U32, .off = RAN_DEVICE(mtu) },
	{ "tso", .kind = OUT_BOOL, .off = RAN_DEVICE(tso) },
	{ "gso", .kind = OUT_BOOL, .off = RAN_DEVICE(gso) },
	{ "gro", .kind = OUT_BOOL, .off = RAN_DEVICE(gro) },
	{ "tx_checksum", .kind = OUT_BOOL, .off = RAN_DEVICE(tx_csum) },
	{ "rx_checksum", .kind = OUT_BOOL, .off = RAN_DEVICE(rx_csum) },
	{ 0 },
};

static const struct out_field refused_fields[] = {
	{ "backend", .kind = OUT_CSTR, .when = OUT_BARE,
	  .off = offsetof(struct bench_refused, backend) },
	{ "reason", "not run:", .kind = OUT_STR, .off = offsetof(struct bench_refused, reason) },
	{ 0 },
};

static const struct out_field failure_fields[] = {
	{ "workload", .kind = OUT_CSTR, .off = FAILURE(workload) },
	{ "backend", .kind = OUT_CSTR, .off = FAILURE(backend) },
	{ "round", .kind = OUT_U32, .off = FAILURE(round) },
	{ "error", .kind = OUT_STR, .off = FAILURE(error) },
	{ 0 },
};

static const struct out_field data_fields[] = {
	{ "machine", .kind = OUT_OBJECT, .off = DATA(machine), .sub = machine_fields },
	{ "rounds", .kind = OUT_U32, .off = DATA(rounds) },
	{ "quick", .kind = OUT_BOOL, .off = DATA(quick) },
	{ "backends", LIST(DATA(ran), DATA(nran), ran_fields, struct bench_ran) },
	{ "not_run", LIST(DATA(refused), DATA(nrefused), refused_fields, struct bench_refused) },
	{ "failures", LIST(DATA(failures), DATA(nfailures), failure_fields, struct bench_failure) },
	{ "figures", LIST(DATA(series), DATA(nseries), series_fields, struct bench_series) },
	{ 0 },
};

/* --- text -------------------------------------------------------------------------------- */

enum {
	COLUMNS = 9,
	CELL = 48
};

static const char *const headings[COLUMNS] = { "workload", "figure", "back end", "median", "ratio",
					       "95 %",	   "",	     "goal",	 "verdict" };

struct line {
	char cell[COLUMNS][CELL];
};

#define CELL_PUT(line, column, ...) snprintf((line)->cell[column], CELL, __VA_ARGS__)

static void line_of(struct line *line, const struct bench_series *s, const struct bench_ratio *r)
{
	bool has_goal = r ? r->has_goal : s->has_goal;
	double goal = r ? r->goal : s->goal;

	*line = (struct line){ 0 };
	CELL_PUT(line, 0, "%s", s->workload_name);
	CELL_PUT(line, 1, "%s [%s]", s->figure, s->unit);
	CELL_PUT(line, 2, "%s", s->backend_name);
	CELL_PUT(line, 3, "%s", bench_number(s->median));
	if (r) {
		CELL_PUT(line, 4, "%s of %s", bench_number(r->median), r->ref);
		CELL_PUT(line, 6, "%s", r->difference);
	}
	CELL_PUT(line, 5, "%s .. %s", bench_number(r ? r->low : s->low),
		 bench_number(r ? r->high : s->high));
	if (!has_goal)
		return;
	CELL_PUT(line, 7, "%s %s", s->row->more ? ">=" : "<=", bench_number(goal));
	CELL_PUT(line, 8, "%s", r ? r->verdict : s->verdict);
}

static void print_line(const struct line *line, const size_t *width)
{
	char text[COLUMNS * (CELL + 2) + 1] = "";
	size_t n = 0;

	for (int c = 0; c < COLUMNS; c++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%-*s  ", (int)width[c],
				      line->cell[c]);
	while (n && text[n - 1] == ' ')
		text[--n] = '\0';
	out_text("%s\n", text);
}

/* Both passes over the lines: their widths, then themselves. */
static void each_line(const struct bench_data *data, size_t *width, bool print)
{
	struct line line;

	for (size_t i = 0; i < data->nseries; i++) {
		const struct bench_series *s = &data->series[i];
		/* a goal of the figure itself has its line, beside the ratios' */
		size_t bare = s->has_goal || !s->nratios;

		for (size_t k = 0; k < s->nratios + bare; k++) {
			line_of(&line, s, k < bare ? NULL : &s->ratios[k - bare]);
			if (print)
				print_line(&line, width);
			for (int c = 0; c < COLUMNS && !print; c++)
				if (strlen(line.cell[c]) > width[c])
					width[c] = strlen(line.cell[c]);
		}
	}
}

static void print_table(const struct bench_data *data)
{
	size_t width[COLUMNS];
	struct line line;

	for (int c = 0; c < COLUMNS; c++) {
		width[c] = strlen(headings[c]);
		CELL_PUT(&line, c, "%s", headings[c]);
	}
	each_line(data, width, false);
	print_line(&line, width);
	each_line(data, width, true);
}

static void print_machine(const struct bench_data *data)
{
	const struct bench_machine *m = &data->machine;

	out_text("kernel %s, %u x %s at %s GHz, load %s, %u rounds\n", m->kernel, m->cpus,
		 *m->cpu ? m->cpu : m->arch, bench_number(m->ghz), bench_number(m->load),
		 data->rounds);
	for (size_t i = 0; i < data->nran; i++)
		out_record(ran_fields, &data->ran[i]);
	for (size_t i = 0; i < data->nrefused; i++)
		out_record(refused_fields, &data->refused[i]);
}

static void print_remarks(const struct bench_data *data)
{
	bool efficiency = false;

	for (size_t i = 0; i < data->nseries; i++)
		efficiency |= !strcmp(data->series[i].figure, "efficiency");
	if (efficiency)
		out_text(
			"\nIn 2013 Open vSwitch with internal ports did 6.9, the Linux bridge with "
			"veths 0.7 Gbit/s per busy CPU-GHz.\n");
	if (data->nseries && data->rounds < BENCH_ROUNDS_MIN)
		out_text("\nLess than %d rounds resolve nothing.\n", BENCH_ROUNDS_MIN);
}

void cmd_bench_print(const struct out_opts *opts, const struct bench_data *data)
{
	if (opts->json) {
		out_record(data_fields, data);
		return;
	}
	print_machine(data);
	if (!data->nseries)
		return;
	out_text("\n");
	print_table(data);
	print_remarks(data);
}
