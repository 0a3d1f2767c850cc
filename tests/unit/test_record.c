// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_record.c - which records of pins are believed
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "maps.h"

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define AT(member)  offsetof(struct xsw_info, member), sizeof(((struct xsw_info *)0)->member)

static struct xsw_info records[XSW_PORTS];

/* A port, and a tunnel port of two legs, number 5 and 6. */
static void fill(void)
{
	memset(records, 0, sizeof(records));
	strcpy(records[1].name, "ns1");
	for (uint16_t i = 0; i < 2; i++) {
		strcpy(records[5 + i].name, "tun");
		records[5 + i].type = XSW_TYPE_VXLAN;
		records[5 + i].leg =
			(struct xsw_leg){ .head = 5, .index = i, .legs = 2, .slot = 1 };
	}
}

/* Every byte of a member 'A'. */
static void test_members(void **state)
{
	static const struct {
		const char *what;
		size_t at, size;
	} rows[] = {
		{ "name", AT(name) },
		{ "netns", AT(netns) },
		{ "netns_path", AT(netns_path) },
		{ "ifname", AT(ifname) },
		{ "outer", AT(outer) },
		{ "type", AT(type) },
		{ "hook", AT(hook) },
		{ "tc_hook", AT(tc_hook) },
		{ "hook_why", AT(hook_why) },
		{ "head", AT(leg.head) },
		{ "legs", AT(leg.legs) },
		{ "slot", AT(leg.slot) },
		{ "key_mode", AT(leg.key_mode) },
	};

	(void)state;
	fill();
	assert_int_equal(maps_info_check(records), 0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		fill();
		memset((char *)&records[1] + rows[i].at, 'A', rows[i].size);
		if (maps_info_valid(&records[1]) || maps_info_check(records) != -EINVAL)
			fail_msg("%s is believed", rows[i].what);
	}
}

static void test_legs(void **state)
{
	(void)state;
	fill();
	records[5].leg.legs = 1; /* more than the head knows of: killed while one was made again */
	assert_int_equal(maps_info_check(records), 0);
	for (size_t n = 7; n < 7 + XSW_MIRROR_LEGS; n++)
		records[n] = records[6];
	assert_int_equal(maps_info_check(records), -EINVAL);
	fill();
	records[1].leg.head = 5;
	assert_int_equal(maps_info_check(records), -EINVAL);
	fill();
	records[6].leg.head = 1; /* of a port that is no tunnel */
	assert_int_equal(maps_info_check(records), -EINVAL);
	fill();
	records[5].leg.head = 6; /* in a circle */
	records[6].leg.head = 5;
	assert_int_equal(maps_info_check(records), -EINVAL);
	fill();
	memset(&records[5], 0, sizeof(records[5])); /* as a killed command leaves them */
	assert_int_equal(maps_info_check(records), 0);
	fill();
	records[5].leg.legs = 3; /* one is still to come */
	assert_int_equal(maps_info_check(records), 0);
}

static void test_mirrors(void **state)
{
	static struct xsw_mirror mirrors[XSW_MIRRORS];
	struct xsw_mirror *m = &mirrors[XSW_MIRRORS - 1];

	(void)state;
	strcpy(m->name, "m");
	m->legs = XSW_MIRROR_LEGS;
	m->to[0] = XSW_PORTS - 1;
	assert_int_equal(maps_mirrors_check(mirrors), 0);
	m->legs++;
	assert_int_equal(maps_mirrors_check(mirrors), -EINVAL);
	m->legs = 1;
	m->to[XSW_MIRROR_LEGS - 1] = XSW_PORTS;
	assert_int_equal(maps_mirrors_check(mirrors), -EINVAL);
	m->to[XSW_MIRROR_LEGS - 1] = 0;
	memset(m->name, 'm', sizeof(m->name));
	assert_int_equal(maps_mirrors_check(mirrors), -EINVAL);
}

static void test_meta(void **state)
{
	struct xsw_meta meta = { .magic = XSW_ABI_MAGIC, .plen = 32, .name = "sw0" };

	(void)state;
	assert_int_equal(maps_meta_check(&meta), 0);
	meta.plen = 33;
	assert_int_equal(maps_meta_check(&meta), -EINVAL);
	meta.plen = 24;
	meta.magic++;
	assert_int_equal(maps_meta_check(&meta), -EINVAL);
	meta.magic--;
	memset(meta.name, 'm', sizeof(meta.name));
	assert_int_equal(maps_meta_check(&meta), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_legs),
		cmocka_unit_test(test_mirrors),
		cmocka_unit_test(test_meta),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
