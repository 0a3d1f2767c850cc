// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_clock.c - the offsets of a time namespace
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "clock.h"

static int64_t ahead(const char *text, clockid_t id)
{
	FILE *f = fmemopen((void *)text, strlen(text), "r");
	int64_t ns;

	assert_non_null(f);
	ns = clock_ahead(f, id);
	fclose(f);
	return ns;
}

static void test_offsets(void **state)
{
	static const char text[] = "monotonic       -3600         5\n"
				   "boottime           86   1000000\n";

	(void)state;
	assert_int_equal(ahead(text, CLOCK_MONOTONIC), -3600 * 1000000000LL + 5);
	assert_int_equal(ahead(text, CLOCK_BOOTTIME), 86001000000LL);
	assert_int_equal(ahead("monotonic", CLOCK_MONOTONIC), 0);
	assert_int_equal(ahead("other 1 1\nmonotonic 2 0\n", CLOCK_MONOTONIC), 2000000000LL);
}

static void test_reading(void **state)
{
	uint64_t before = clock_kernel(CLOCK_MONOTONIC), day = clock_kernel(CLOCK_REALTIME);

	(void)state;
	assert_true(clock_kernel(CLOCK_MONOTONIC) >= before);
	assert_true(clock_kernel(CLOCK_BOOTTIME) >= before);
	assert_true(day / 1000000000 <= (uint64_t)time(NULL) + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
