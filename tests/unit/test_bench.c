// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_bench.c - what is concluded from samples, and the page that says so
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define COUNT(v) (sizeof(v) / sizeof(*(v)))

static void is_near(double got, double want)
{
	if (fabs(got - want) > 1e-9 * fabs(want) + 1e-12)
		print_error("got %.12g, wanted %.12g\n", got, want);
	assert_true(fabs(got - want) <= 1e-9 * fabs(want) + 1e-12);
}

static void medians(void **state)
{
	const double odd[] = { 3, 1, 2 }, even[] = { 4, 1, 3, 2 }, one[] = { 7 };

	(void)state;
	is_near(bench_median(odd, 3), 2);
	is_near(bench_median(even, 4), 2.5);
	is_near(bench_median(one, 1), 7);
}

/*
 * The median of n odd values drawn from n is the k-th smallest with a probability that the
 * binomial distribution gives. For 1..7: below 2 with 0.010, below 3 with 0.108; so the 2.5 %
 * quantile is 2, and by symmetry the other is 6.
 */
static void interval_of_seven(void **state)
{
	const double v[] = { 4, 2, 6, 1, 7, 5, 3 }, w[] = { 1, 2, 3, 4, 5, 6, 7 };
	struct bench_interval i, again;

	(void)state;
	assert_int_equal(bench_interval(v, COUNT(v), &i), 0);
	is_near(i.median, 4);
	is_near(i.low, 2);
	is_near(i.high, 6);
	/* the same values, the same interval: in any order, at any time */
	assert_int_equal(bench_interval(w, COUNT(w), &again), 0);
	assert_memory_equal(&i, &again, sizeof(i));
}

static void interval_of_few(void **state)
{
	const double same[] = { 5, 5, 5, 5, 5 }, one[] = { 3 };
	struct bench_interval i;

	(void)state;
	assert_int_equal(bench_interval(same, COUNT(same), &i), 0);
	is_near(i.low, 5);
	is_near(i.high, 5);
	assert_int_equal(bench_interval(one, 1, &i), 0);
	is_near(i.low, 3);
	is_near(i.high, 3);
}

static void verdicts(void **state)
{
	const struct bench_interval i = { 1.0, 0.9, 1.1 };

	(void)state;
	assert_string_equal(bench_verdict(&i, 5, 0.9, true), "met");
	assert_string_equal(bench_verdict(&i, 5, 0.91, true), "unresolved");
	assert_string_equal(bench_verdict(&i, 5, 1.1, true), "unresolved");
	assert_string_equal(bench_verdict(&i, 5, 1.11, true), "not met");
	assert_string_equal(bench_verdict(&i, 5, 1.1, false), "met");
	assert_string_equal(bench_verdict(&i, 5, 1.05, false), "unresolved");
	assert_string_equal(bench_verdict(&i, 5, 0.89, false), "not met");
	assert_string_equal(bench_verdict(&i, 4, 0.5, true), "unresolved");
}

static void differences(void **state)
{
	const struct bench_interval above = { 1.2, 1.1, 1.3 }, below = { 0.8, 0.7, 0.9 },
				    around = { 1.1, 0.9, 1.3 }, touching = { 1.1, 1.0, 1.2 };

	(void)state;
	assert_string_equal(bench_difference(&above, 5, true), "better");
	assert_string_equal(bench_difference(&above, 5, false), "worse");
	assert_string_equal(bench_difference(&below, 5, true), "worse");
	assert_string_equal(bench_difference(&below, 5, false), "better");
	assert_string_equal(bench_difference(&around, 5, true), "unresolved");
	assert_string_equal(bench_difference(&touching, 5, true), "unresolved");
	assert_string_equal(bench_difference(&above, 4, true), "unresolved");
}

static void numbers(void **state)
{
	(void)state;
	assert_string_equal(bench_number(0), "0.000");
	assert_string_equal(bench_number(0.97549), "0.975");
	assert_string_equal(bench_number(9.9951), "10.00");
	assert_string_equal(bench_number(99.951), "100.0");
	assert_string_equal(bench_number(633.24), "633.2");
	assert_string_equal(bench_number(999.6), "1000");
	assert_string_equal(bench_number(-58890), "-58890");
}

/* --- data ----------------------------------------------------------------------------------- */

static const struct bench_workload *workload(const char *name)
{
	const struct bench_workload *w = bench_workloads;

	while (strcmp(w->name, name))
		w++;
	return w;
}

static const struct bench_backend *backend(const char *name)
{
	const struct bench_backend *b = bench_backends;

	while (strcmp(b->name, name))
		b++;
	return b;
}

/* Values of rounds 1, 2, ...; 0: that round failed. */
static void series(struct bench_data *data, const char *w, const char *b, const char *figure,
		   const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct bench_series *s;

		if (!v[i])
			continue;
		s = bench_series(data, workload(w), backend(b), figure);
		assert_non_null(s);
		assert_int_equal(bench_add(s, (uint32_t)i + 1, v[i]), 0);
	}
}

static const double veth[] = { 100, 200, 400, 100, 200, 0 };
static const double bridge[] = { 50, 0, 200, 50, 100, 50 };
static const double xswitch[] = { 99, 198, 396, 99, 198, 50 };

static struct bench_data sample_data(void)
{
	struct bench_data data = { .rounds = 6 };

	/* not in the order of the table: it must not matter which one failed first */
	series(&data, "udp64", "xswitch", "received", xswitch, COUNT(xswitch));
	series(&data, "udp64", "bridge", "received", bridge, COUNT(bridge));
	series(&data, "udp64", "xswitch", "lost", xswitch, COUNT(xswitch));
	series(&data, "udp64", "veth", "received", veth, COUNT(veth));
	series(&data, "udp64", "bridge", "lost", bridge, COUNT(bridge));
	series(&data, "scale", "xswitch", "up 1000", xswitch, COUNT(xswitch));
	series(&data, "scale", "bridge", "up 1000", bridge, COUNT(bridge));
	assert_int_equal(bench_machine(&data.machine), 0);
	snprintf(data.machine.cpu, sizeof(data.machine.cpu), "a <b> & \"c\" \xff");
	assert_int_equal(bench_figures(&data), 0);
	return data;
}

static void order_of_series(void **state)
{
	static const char *const want[][2] = { { "received", "veth" },	  { "received", "bridge" },
					       { "received", "xswitch" }, { "lost", "bridge" },
					       { "lost", "xswitch" },	  { "up 1000", "bridge" },
					       { "up 1000", "xswitch" } };
	struct bench_data data = sample_data();

	(void)state;
	assert_int_equal(data.nseries, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++) {
		assert_string_equal(data.series[i].figure, want[i][0]);
		assert_string_equal(data.series[i].backend_name, want[i][1]);
	}
	bench_data_free(&data);
}

/* Ratios are taken within a round, so that a drift of four times does not show. */
static void ratios_by_round(void **state)
{
	struct bench_data data = sample_data();
	const struct bench_series *s = &data.series[2];

	(void)state;
	assert_int_equal(data.series[0].nratios, 0);
	assert_int_equal(s->nratios, 2);
	assert_string_equal(s->ratios[0].ref, "veth");
	is_near(s->ratios[0].median, 0.99);
	is_near(s->ratios[0].low, 0.99);
	is_near(s->ratios[0].high, 0.99);
	assert_string_equal(s->ratios[0].difference, "worse");
	assert_string_equal(s->ratios[0].verdict, "met");
	assert_int_equal(s->ratios[0].nsamples, 5); /* veth failed in round 6 */
	assert_string_equal(s->ratios[1].ref, "bridge");
	assert_int_equal(s->ratios[1].nsamples, 5); /* the bridge in round 2 */
	assert_int_equal(s->ratios[1].samples[1].round, 3);
	is_near(s->ratios[1].samples[4].value, 1);
	assert_true(s->ratios[1].has_goal);
	/* the bridge has no goal, and is compared with the first only */
	assert_int_equal(data.series[1].nratios, 1);
	assert_false(data.series[1].ratios[0].has_goal);
	/* shares are compared with nothing */
	assert_int_equal(data.series[4].nratios, 0);
	/* less is better, 1.98 of the bridge */
	assert_string_equal(data.series[6].ratios[0].verdict, "not met");
	bench_data_free(&data);
}

static void rows_of_figures(void **state)
{
	(void)state;
	is_near(bench_figure(workload("scale"), "up 1000")->goals[0].bound, 0.6);
	assert_null(bench_figure(workload("scale"), "up 100")->goals[0].backend);
	assert_string_equal(bench_figure(workload("scale"), "up 100")->name, "up");
	assert_string_equal(bench_figure(workload("rr"), "p99.9")->name, "p99.9");
	assert_true(bench_fits(workload("udp64"), backend("veth")));
	assert_false(bench_fits(workload("scale"), backend("veth")));
	assert_false(bench_fits(workload("prog"), backend("bridge")));
	assert_true(bench_fits(workload("prog"), backend("xswitch-vlan")));
	assert_false(bench_fits(workload("flood"), backend("ovs-netdev")));
}

/* Which workload is for which back end. */
static void fits(void **state)
{
	(void)state;
	assert_true(bench_fits(workload("frames"), backend("veth")));
	assert_true(bench_fits(workload("frames"), backend("ovs")));
	assert_false(bench_fits(workload("frames"), backend("ovs-internal")));
	assert_false(bench_fits(workload("frames"), backend("ovs-netdev")));
	assert_true(bench_fits(workload("flood"), backend("ovs-internal")));
	assert_false(bench_fits(workload("flood"), backend("floor")));
	assert_true(bench_fits(workload("flush"), backend("bridge")));
	assert_false(bench_fits(workload("flush"), backend("ovs")));
	assert_true(bench_fits(workload("age"), backend("xswitch-mixed")));
	assert_false(bench_fits(workload("age"), backend("ovs-netdev")));
	assert_true(bench_fits(workload("vlan"), backend("bridge-vlan")));
	assert_true(bench_fits(workload("prog"), backend("xswitch-xdp")));
}

/* A goal that names nobody would never be met nor missed. */
static void tables(void **state)
{
	size_t nbackends = 0, nworkloads = 0;

	(void)state;
	for (const struct bench_backend *b = bench_backends; b->name; b++, nbackends++) {
		assert_non_null(b->make);
		assert_non_null(b->remove);
		for (int i = 1; b->asks && i < BENCH_ASKS; i++)
			assert_null(b->asks[i] ? strpbrk(b->asks[i], "\"'\\$") : NULL);
	}
	for (const struct bench_workload *w = bench_workloads; w->name; w++, nworkloads++) {
		assert_true(w->run && w->limit && *w->help);
		for (const struct bench_figure *f = w->figures; f->name; f++) {
			assert_true(strlen(f->name) < BENCH_NAME_MAX);
			for (int i = 0; i < BENCH_GOALS && f->goals[i].backend; i++) {
				const struct bench_goal *g = &f->goals[i];

				assert_true(bench_fits(w, backend(g->backend)));
				assert_true(!*g->ref || bench_fits(w, backend(g->ref)));
			}
		}
	}
	assert_true(nbackends < BENCH_ROWS_MAX && nworkloads < BENCH_ROWS_MAX);
}

static void the_page(void **state)
{
	char dir[] = "/tmp/test_bench.XXXXXX", path[64];
	static char text[256 * 1024];
	struct bench_data data = sample_data();
	FILE *f;
	size_t n;

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(bench_report(&data, dir), 0);
	snprintf(path, sizeof(path), "%s/index.html", dir);
	f = fopen(path, "re");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	assert_non_null(strstr(text, "a &lt;b&gt; &amp; &quot;c&quot; ?"));
	assert_null(strstr(text, "<b> &"));
	assert_non_null(strstr(text, "</html>\n"));
	/* nothing is loaded from elsewhere */
	assert_null(strstr(text, "src="));
	assert_null(strstr(text, "href="));
	assert_null(strstr(text, "url("));
	assert_int_equal(bench_report(&data, "/proc/no/such"), -2);
	unlink(path);
	rmdir(dir);
	bench_data_free(&data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(medians),	   cmocka_unit_test(interval_of_seven),
		cmocka_unit_test(interval_of_few), cmocka_unit_test(verdicts),
		cmocka_unit_test(differences),	   cmocka_unit_test(numbers),
		cmocka_unit_test(order_of_series), cmocka_unit_test(ratios_by_round),
		cmocka_unit_test(rows_of_figures), cmocka_unit_test(fits),
		cmocka_unit_test(tables),	   cmocka_unit_test(the_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
