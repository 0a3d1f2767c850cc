// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rate.c - two values of the counters and the time between them
 */
#include "capture.h"

#include <math.h>
#include <string.h>

#include "xsw_rate.h"

#define SECOND 1000000000ULL

#define same(got, want) assert_true(fabs((got) - (want)) < 1e-9)

static struct xsw_stats_view sample(uint64_t n)
{
	struct xsw_stats_view v = { .drops = 2 * n };

	for (size_t i = 0; i < XSW_CLASSES; i++) {
		v.rx[i] = (struct xsw_count){ (i + 1) * n, 100 * (i + 1) * n };
		v.tx[i] = (struct xsw_count){ 10 * (i + 1) * n, 1000 * (i + 1) * n };
		v.rx_all.packets += v.rx[i].packets;
		v.rx_all.bytes += v.rx[i].bytes;
		v.tx_all.packets += v.tx[i].packets;
		v.tx_all.bytes += v.tx[i].bytes;
	}
	v.reasons[XSW_R_runt] = n;
	v.reasons[XSW_R_too_big] = n;
	v.reasons[XSW_R_fdb_full] = 5 * n;
	return v;
}

static void test_difference(void **state)
{
	struct xsw_stats_view old = sample(1000), now = sample(1500);
	struct xsw_rates r;

	(void)state;
	xsw_rates(&old, &now, SECOND, &r);
	same(r.rx[XSW_UNICAST].packets, 500);
	same(r.rx[XSW_BROADCAST].packets, 2000);
	same(r.rx[XSW_BROADCAST].bits, 2000 * 100 * 8);
	same(r.tx[XSW_UNKNOWN].packets, 10000);
	same(r.rx_all.packets, 5000);
	same(r.tx_all.bits, 5000 * 1000 * 8.0);
	same(r.reasons[XSW_R_runt], 500);
	same(r.reasons[XSW_R_fdb_full], 2500);
	same(r.reasons[XSW_R_storm], 0);
	same(r.drops, 1000);
	/* the time that really passed */
	xsw_rates(&old, &now, 2 * SECOND, &r);
	same(r.rx[XSW_UNICAST].packets, 250);
	xsw_rates(&old, &now, SECOND / 4, &r);
	same(r.rx[XSW_UNICAST].packets, 2000);
	xsw_rates(&old, &now, 3 * SECOND, &r);
	same(r.rx[XSW_UNICAST].packets, 166.667);
	/* nothing came */
	xsw_rates(&now, &now, SECOND, &r);
	same(r.rx_all.packets, 0);
	same(r.drops, 0);
}

/* A port that is new, or was made again, counts from zero: no rate is negative, none absurd. */
static void test_anew(void **state)
{
	struct xsw_stats_view big = sample(1ULL << 60), now = sample(10);
	struct xsw_rates r, want;

	(void)state;
	xsw_rates(NULL, &now, SECOND, &want);
	same(want.rx[XSW_UNICAST].packets, 10);
	same(want.reasons[XSW_R_runt], 10);
	xsw_rates(&big, &now, SECOND, &r);
	assert_memory_equal(&r, &want, sizeof(r));
	/* one smaller counter tells for all of them */
	big = sample(3);
	big.reasons[XSW_R_storm] = 1;
	xsw_rates(&big, &now, SECOND, &r);
	assert_memory_equal(&r, &want, sizeof(r));
	big = sample(3);
	big.tx[XSW_MULTICAST].bytes = UINT64_MAX;
	xsw_rates(&big, &now, SECOND, &r);
	assert_memory_equal(&r, &want, sizeof(r));
	same(xsw_speed(NULL, &now.rx_all, SECOND).packets, 100);
	same(xsw_speed(&big.tx[XSW_MULTICAST], &now.rx_all, SECOND).packets, 100);
}

static void test_no_time(void **state)
{
	static const struct xsw_rates zero;
	struct xsw_stats_view now = sample(10);
	struct xsw_rates r;

	(void)state;
	xsw_rates(NULL, &now, 0, &r);
	assert_memory_equal(&r, &zero, sizeof(r));
}

static void test_sum(void **state)
{
	struct xsw_stats_view now = sample(10);
	struct xsw_rates r, sum = { 0 };

	(void)state;
	xsw_rates(NULL, &now, SECOND, &r);
	xsw_rates_add(&r, &sum);
	xsw_rates_add(&r, &sum);
	same(sum.rx[XSW_MULTICAST].packets, 60);
	same(sum.tx_all.bits, 2 * r.tx_all.bits);
	same(sum.reasons[XSW_R_too_big], 20);
	same(sum.drops, 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_difference),
		cmocka_unit_test(test_anew),
		cmocka_unit_test(test_no_time),
		cmocka_unit_test(test_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
