// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_layout.c - values of one version's type as another's: user/maps_layout.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/btf.h>
#include <cmocka.h>

#include "maps_layout.h"

static struct btf *btf;
static int u8, u16, u32, u64, s16, s64;

static int begin(void **state)
{
	(void)state;
	btf = btf__new_empty();
	u8 = btf__add_int(btf, "u8", 1, 0);
	u16 = btf__add_int(btf, "u16", 2, 0);
	u32 = btf__add_int(btf, "u32", 4, 0);
	u64 = btf__add_int(btf, "u64", 8, 0);
	s16 = btf__add_int(btf, "s16", 2, BTF_INT_SIGNED);
	s64 = btf__add_int(btf, "s64", 8, BTF_INT_SIGNED);
	return s64 < 0;
}

static int end(void **state)
{
	(void)state;
	btf__free(btf);
	return 0;
}

/* A member: name, type, bit offset, bits of a field. */
struct row {
	const char *name;
	int type;
	uint32_t at, bits;
};

static int compose(bool is_union, uint32_t size, const struct row *row)
{
	int id = is_union ? btf__add_union(btf, "", size) : btf__add_struct(btf, "", size);

	assert_true(id > 0);
	for (; row->type; row++)
		assert_int_equal(btf__add_field(btf, row->name, row->type, row->at, (int)row->bits),
				 0);
	return id;
}

#define STRUCT(size, ...) compose(false, size, (struct row[]){ __VA_ARGS__, { 0 } })
#define UNION(size, ...)  compose(true, size, (struct row[]){ __VA_ARGS__, { 0 } })

static struct layout made(int from, uint32_t from_size, int to, uint32_t to_size)
{
	struct layout_type f = { btf, (uint32_t)from, from_size },
			   t = { btf, (uint32_t)to, to_size };
	struct layout l;

	assert_int_equal(layout_make(&l, &f, &t), 0);
	return l;
}

static void check(struct layout *l, const void *from, const void *want, size_t size)
{
	uint8_t got[64];

	memset(got, 0xa5, sizeof(got)); /* nothing of it may stay */
	assert_int_equal(l->size, size);
	layout_apply(l, from, got);
	assert_memory_equal(got, want, size);
	layout_free(l);
}

static void test_same(void **state)
{
	int a = STRUCT(16, { "x", u32, 0, 0 }, { "y", u32, 32, 0 }, { "z", u64, 64, 0 });
	int b = STRUCT(16, { "x", u32, 0, 0 }, { "y", u32, 32, 0 }, { "z", u64, 64, 0 });
	int renamed = STRUCT(16, { "x", u32, 0, 0 }, { "w", u32, 32, 0 }, { "z", u64, 64, 0 });
	int swapped = STRUCT(16, { "y", u32, 0, 0 }, { "x", u32, 32, 0 }, { "z", u64, 64, 0 });
	const uint32_t v[] = { 1, 2, 3, 4 };
	struct layout l = made(a, 16, b, 16);

	(void)state;
	assert_true(l.same);
	check(&l, v, v, 16);
	l = made(a, 16, renamed, 16);
	assert_false(l.same);
	check(&l, v, (uint32_t[]){ 1, 0, 3, 4 }, 16);
	l = made(a, 16, swapped, 16);
	assert_false(l.same);
	check(&l, v, (uint32_t[]){ 2, 1, 3, 4 }, 16);
}

static void test_inserted_and_gone(void **state)
{
	int a = STRUCT(16, { "x", u32, 0, 0 }, { "y", u32, 32, 0 }, { "z", u64, 64, 0 });
	int b = STRUCT(24, { "x", u32, 0, 0 }, { "new", u64, 64, 0 }, { "z", u64, 128, 0 });
	const uint64_t v[] = { 7 | 9ULL << 32, 11 };
	struct layout l = made(a, 16, b, 24);

	(void)state;
	check(&l, v, (uint64_t[]){ 7, 0, 11 }, 24);
	l = made(b, 24, a, 16);
	check(&l, (uint64_t[]){ 7, 8, 11 }, (uint64_t[]){ 7, 11 }, 16);
}

static void test_widths(void **state)
{
	int a = STRUCT(8, { "u", u16, 0, 0 }, { "s", s16, 16, 0 }, { "w", u32, 32, 0 });
	int b = STRUCT(24, { "u", u64, 0, 0 }, { "s", s64, 64, 0 }, { "w", u8, 128, 0 });
	const struct {
		uint16_t u;
		int16_t s;
		uint32_t w;
	} v = { 0xfedc, -2, 0x12345678 };
	struct layout l = made(a, 8, b, 24);

	(void)state;
	check(&l, &v, (uint64_t[]){ 0xfedc, (uint64_t)-2, 0x78 }, 24);
}

static void test_arrays(void **state)
{
	int few = btf__add_array(btf, u32, u16, 3), many = btf__add_array(btf, u32, u32, 4);
	int a = STRUCT(8, { "v", few, 0, 0 }, { "end", u16, 48, 0 });
	int b = STRUCT(20, { "v", many, 0, 0 }, { "end", u32, 128, 0 });
	struct layout l = made(a, 8, b, 20);

	(void)state;
	check(&l, (uint16_t[]){ 1, 2, 3, 4 }, (uint32_t[]){ 1, 2, 3, 0, 4 }, 20);
	l = made(b, 20, a, 8);
	check(&l, (uint32_t[]){ 1, 2, 3, 4, 5 }, (uint16_t[]){ 1, 2, 3, 5 }, 8);
}

/* As union xsw_conf: bit fields in a structure without a name, and a word for all of it. */
static void test_union_of_bits(void **state)
{
	int fa = STRUCT(8, { "mtu", u16, 0, 0 }, { "state", u8, 16, 3 }, { "mode", u8, 19, 3 },
			{ "rest", u8, 24, 0 });
	int fb = STRUCT(8, { "state", u8, 0, 3 }, { "new", u8, 3, 2 }, { "mode", u8, 5, 3 },
			{ "mtu", u32, 32, 0 });
	int a = UNION(8, { "", fa, 0, 0 }, { "word", u64, 0, 0 });
	int b = UNION(8, { "", fb, 0, 0 }, { "word", u64, 0, 0 });
	const uint64_t v = 1500 | 5ULL << 16 | 6ULL << 19 | 0xffULL << 24 | 0xffffffffULL << 32;
	const uint64_t want = 5 | 6ULL << 5 | 1500ULL << 32;
	struct layout l = made(a, 8, b, 8);

	(void)state;
	assert_false(l.same);
	check(&l, &v, &want, 8);
	/* without a name on one side only */
	a = STRUCT(8, { "conf", a, 0, 0 });
	b = STRUCT(16, { "first", u64, 0, 0 }, { "conf", b, 64, 0 });
	l = made(a, 8, b, 16);
	check(&l, &v, (uint64_t[]){ 0, want }, 16);
}

static void test_other_kinds(void **state)
{
	int array = btf__add_array(btf, u32, u8, 4);
	int a = STRUCT(8, { "x", u32, 0, 0 }, { "y", u32, 32, 0 });
	int b = STRUCT(8, { "x", array, 0, 0 }, { "y", u32, 32, 0 });
	struct layout l = made(a, 8, b, 8);
	struct layout_type bytes = { NULL, 0, 4 }, more = { NULL, 0, 8 };

	(void)state;
	check(&l, (uint32_t[]){ 5, 6 }, (uint32_t[]){ 0, 6 }, 8);
	assert_int_equal(layout_make(&l, &bytes, &bytes), 0);
	assert_true(l.same);
	check(&l, "abcd", "abcd", 4);
	assert_true(layout_make(&l, &bytes, &more) < 0);
	layout_free(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_same, begin, end),
		cmocka_unit_test_setup_teardown(test_inserted_and_gone, begin, end),
		cmocka_unit_test_setup_teardown(test_widths, begin, end),
		cmocka_unit_test_setup_teardown(test_arrays, begin, end),
		cmocka_unit_test_setup_teardown(test_union_of_bits, begin, end),
		cmocka_unit_test_setup_teardown(test_other_kinds, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
