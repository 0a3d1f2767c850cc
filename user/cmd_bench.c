// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_bench.c - xswitch bench: how fast it is here, beside other ways to connect namespaces
 *
 * Example line: "udp64 received [k/s] xswitch 617 0.975 of veth 0.966 .. 0.981 worse 0.970 unresolved"
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "cmd.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

struct words {
	const char *backends, *workloads, *report;
	uint32_t rounds;
	bool quick;
};

#define OFF(member) offsetof(struct words, member)

static const struct arg_def args_bench[] = {
	{ "--backends", "LIST", ARG_STRING, .off = OFF(backends) },
	{ "--workloads", "LIST", ARG_STRING, .off = OFF(workloads) },
	{ "--rounds", "N", ARG_U32, .off = OFF(rounds), .min = 1, .max = BENCH_ROUNDS },
	{ "--quick", NULL, ARG_FLAG, .off = OFF(quick) },
	{ "--report", "DIR", ARG_STRING, .off = OFF(report) },
};

/* --- the plan ---------------------------------------------------------------------------- */

/* Names of table rows, and what may be said of them. */
struct choice {
	const char *option;
	const char *name[BENCH_ROWS_MAX];
	bool taken[BENCH_ROWS_MAX];
	size_t n;
};

static int choose(const struct args *args, struct choice *c, const char *list)
{
	char known[512] = "", *copy, *save = NULL;
	size_t len = 0;

	for (size_t i = 0; i < c->n && len < sizeof(known); i++) {
		len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s", i ? "," : "",
					c->name[i]);
		c->taken[i] = !list;
	}
	if (!list)
		return XSW_OK;
	copy = strdup(list);
	if (!copy)
		return fail(XSW_REFUSED, "bench: no memory");
	if (!*list || strstr(list, ",,") || *list == ',' || list[strlen(list) - 1] == ',') {
		free(copy);
		return args_fail(args, XSW_USAGE, "%s %s has an empty item", c->option,
				 quoted(list));
	}
	for (char *w = strtok_r(copy, ",", &save); w; w = strtok_r(NULL, ",", &save)) {
		int status = XSW_OK;
		size_t i;

		for (i = 0; i < c->n && strcmp(c->name[i], w); i++)
			;
		if (i == c->n)
			status = args_fail(args, XSW_USAGE, "%s %s: expected some of %s", c->option,
					   quoted(w), known);
		else if (c->taken[i])
			status = args_fail(args, XSW_USAGE, "%s: %s is given twice", c->option,
					   quoted(w));
		else
			c->taken[i] = true;
		if (status) {
			free(copy);
			return status;
		}
	}
	free(copy);
	return XSW_OK;
}

/* In the order of the tables, whatever that of the words: the reference comes first. */
static int plan_words(const struct args *args, const struct words *words, struct bench_plan *plan)
{
	struct choice backends = { .option = "--backends" },
		      workloads = { .option = "--workloads" };
	int status;

	for (; bench_backends[backends.n].name; backends.n++)
		backends.name[backends.n] = bench_backends[backends.n].name;
	for (; bench_workloads[workloads.n].name; workloads.n++)
		workloads.name[workloads.n] = bench_workloads[workloads.n].name;
	status = choose(args, &backends, words->backends);
	if (!status)
		status = choose(args, &workloads, words->workloads);
	for (size_t i = 0; i < backends.n; i++)
		if (backends.taken[i])
			plan->backends[plan->nbackends++] = &bench_backends[i];
	for (size_t i = 0; i < workloads.n; i++)
		if (workloads.taken[i])
			plan->workloads[plan->nworkloads++] = &bench_workloads[i];
	plan->size = !words->quick		  ? BENCH_FULL :
		     getenv("XSWITCH_BENCH_TINY") ? BENCH_TINY :
						    BENCH_QUICK;
	plan->rounds = words->rounds ? words->rounds : words->quick ? BENCH_ROUNDS_MIN : 7;
	plan->progress = true;
	return status;
}

static int dry_run(const struct cmd_env *env, const struct bench_plan *plan)
{
	char step[128];

	for (size_t w = 0; w < plan->nworkloads; w++) {
		for (size_t b = 0; b < plan->nbackends; b++) {
			if (!bench_fits(plan->workloads[w], plan->backends[b]))
				continue;
			snprintf(step, sizeof(step), "measure %s on %s %u times",
				 plan->workloads[w]->name, plan->backends[b]->name, plan->rounds);
			env->xsw.plan(step);
		}
	}
	return XSW_OK;
}

/* --- the command ------------------------------------------------------------------------- */

static int versions(struct bench_machine *m)
{
	static const char *const programs[][2] = { { "ip", "-V" }, { "ovs-vswitchd", "-V" } };

	m->versions[m->nversions++] = (struct bench_version){ "xswitch", XSW_VERSION };
	for (size_t i = 0; i < COUNT(programs); i++) {
		struct bench_version *v = &m->versions[m->nversions];

		bench_version(programs[i][0], programs[i][1], v->version, sizeof(v->version));
		v->program = programs[i][0];
		m->nversions += *v->version != '\0';
	}
	return 0;
}

/* Whatever could be measured is shown; the status says whether that was all. */
static int finish(const struct cmd_env *env, const struct words *words, struct bench_data *data)
{
	int status, err = bench_figures(data);

	if (err)
		return fail(XSW_REFUSED, "bench: %s", strerror(-err));
	err = words->report ? bench_report(data, words->report) : 0;
	if (err)
		fail(XSW_REFUSED, "bench: cannot write the report in %s: %s", quoted(words->report),
		     strerror(-err));
	out_begin(&env->out);
	cmd_bench_print(&env->out, data);
	status = out_end();
	if (!data->nseries)
		fail(XSW_REFUSED, "bench: nothing was measured");
	return err || data->nfailures || !data->nseries ? XSW_REFUSED : status;
}

static int bench(struct cmd_env *env, struct args *args)
{
	struct bench_data data = { 0 };
	struct bench_plan plan = { 0 };
	struct words words = { 0 };
	int status;

	status = args_parse(args, args_bench, COUNT(args_bench), &words);
	if (!status)
		status = plan_words(args, &words, &plan);
	if (status)
		return status;
	if (env->xsw.netns)
		return args_fail(args, XSW_USAGE,
				 "-n is not for this: it makes its own namespaces");
	if (env->xsw.dry_run)
		return dry_run(env, &plan);
	if (bench_machine(&data.machine))
		return fail(XSW_REFUSED, "bench: no memory");
	versions(&data.machine);
	status = bench_run(&plan, &data);
	if (!status)
		status = finish(env, &words, &data);
	bench_data_free(&data);
	return status;
}

static const struct cmd cmds[] = {
	{ "", bench, "[--backends LIST] [--workloads LIST] [--rounds N] [--quick] [--report DIR]",
	  "measure this switch beside veth, the Linux bridge and Open vSwitch; -j has every sample" },
	{ 0 },
};

const struct object cmd_bench = { "bench", cmds, "measure how fast it is on this machine" };
