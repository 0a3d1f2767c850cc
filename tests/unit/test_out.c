// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_out.c - text and JSON come from one description; here they are held against each other
 */
#include "capture.h"

#include <jansson.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>

#include "cmd.h"
#include "log.h"
#include "out.h"

/* --- a record with everything in it ------------------------------------------------------- */

struct inner {
	uint64_t packets, bytes;
};

struct rec {
	char name[32];
	const char *why;
	uint16_t small;
	uint32_t medium, zero;
	uint64_t big, age;
	bool on, off;
	uint8_t mac[6];
	const char *const *words;
	double ratio, none;
	struct inner in;
	struct inner *list;
	size_t nlist;
};

#define OFF(member) offsetof(struct rec, member)

static const struct out_field inner_fields[] = {
	{ "packets", .kind = OUT_U64, .off = offsetof(struct inner, packets) },
	{ "bytes", .kind = OUT_U64, .when = OUT_NONZERO, .off = offsetof(struct inner, bytes) },
	{ 0 },
};

#define FLAT_ROWS                                                                                  \
	{ "name", .kind = OUT_STR, .when = OUT_BARE, .off = OFF(name) },                           \
		{ "why", "because", OUT_CSTR, .off = OFF(why) },                                   \
		{ "small", .kind = OUT_U16, .off = OFF(small) },                                   \
		{ "medium", .kind = OUT_U32, .off = OFF(medium) },                                 \
		{ "zero", .kind = OUT_U32, .when = OUT_NONZERO, .off = OFF(zero) },                \
		{ "big", .kind = OUT_U64, .when = OUT_STATS, .off = OFF(big) },                    \
		{ "age", .kind = OUT_SECONDS, .off = OFF(age) },                                   \
		{ "on", .kind = OUT_BOOL, .off = OFF(on) },                                        \
		{ "off", .kind = OUT_BOOL, .off = OFF(off) },                                      \
		{ "mac", .kind = OUT_MAC, .when = OUT_DETAILS | OUT_LINE, .off = OFF(mac) },       \
	{                                                                                          \
		"flags", .kind = OUT_WORDS, .off = OFF(words)                                      \
	}

static const struct out_field flat_fields[] = { FLAT_ROWS, { 0 } };

static const struct out_field all_fields[] = {
	FLAT_ROWS,
	{ "ratio", .kind = OUT_REAL, .off = OFF(ratio) },
	{ "none", .kind = OUT_REAL, .when = OUT_NONZERO, .off = OFF(none) },
	{ "in", .kind = OUT_OBJECT, .off = OFF(in), .sub = inner_fields },
	{ "list", .kind = OUT_LIST, .off = OFF(list), .sub = inner_fields, .count_off = OFF(nlist),
	  .size = sizeof(struct inner) },
	{ 0 },
};

static const char *const two_words[] = { "pvid", "untagged", NULL };
static struct inner inners[] = { { 1, 100 }, { 2, 0 } };

static const struct rec sample = {
	.name = "ns1",
	.why = "no reason",
	.small = 65535,
	.medium = 4294967295u,
	.big = 9007199254740993u, /* no double has it */
	.age = 12345000000ull,
	.on = true,
	.mac = { 0x02, 0, 0xab, 0xcd, 0xef, 0x01 },
	.words = two_words,
	.ratio = -0.125,
	.in = { 7, 0 },
	.list = inners,
	.nlist = 2,
};

static const struct out_opts text_opts = { 0 }, json_opts = { .json = true };

static const char *print(const struct out_opts *opts, const struct out_field *fields,
			 const void *rec, size_t n)
{
	struct capture c;

	capture_start(&c, STDOUT_FILENO);
	out_begin(opts);
	for (size_t i = 0; i < n; i++)
		out_record(fields, rec);
	assert_int_equal(out_end(), XSW_OK);
	return capture_stop(&c);
}

static json_t *print_json(const struct out_opts *opts, const struct out_field *fields,
			  const void *rec, size_t n)
{
	struct out_opts o = *opts;
	json_t *json;

	o.json = true;
	json = json_loads(print(&o, fields, rec, n), JSON_REJECT_DUPLICATES, NULL);
	assert_true(json_is_array(json));
	assert_int_equal(json_array_size(json), n);
	return json;
}

/* --- one against the other ----------------------------------------------------------------- */

/* Find `what` as whole words behind *at, blank it, go on behind it. */
static void strike(char **at, const char *what)
{
	size_t n = strlen(what);
	char *p = *at;

	for (;; p++) {
		p = strstr(p, what);
		if (!p)
			fail_test("no '%s' in: %s", what, *at);
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): that does not return */
		if ((p[n] == ' ' || p[n] == '\n') && (p == *at || p[-1] == ' ' || p[-1] == '\n'))
			break;
	}
	memset(p, ' ', n);
	*at = p + n;
}

static void as_text(const struct out_field *f, const json_t *v, char *to, size_t size)
{
	if (json_is_string(v))
		snprintf(to, size, "%s", json_string_value(v));
	else if (json_is_boolean(v))
		snprintf(to, size, "%s", json_is_true(v) ? "on" : "off");
	else if (json_is_real(v))
		snprintf(to, size, "%.15g", json_real_value(v));
	else if (json_is_integer(v))
		snprintf(to, size, "%lld", (long long)json_integer_value(v));
	else
		fail_test("%s is of an unexpected type", f->key);
}

static void strike_record(const struct out_field *f, const json_t *obj, char **at);

static void strike_value(const struct out_field *f, const json_t *v, char **at)
{
	char text[256], pair[512];
	json_t *item;
	size_t i;

	if (json_is_array(v) || json_is_object(v)) {
		if (!(f->when & OUT_BARE) && f->kind != OUT_LIST &&
		    json_object_size(v) + json_array_size(v))
			strike(at, f->text ? f->text : f->key);
		if (json_is_object(v))
			strike_record(f->sub, v, at);
		json_array_foreach(v, i, item)
		{
			if (json_is_object(item))
				strike_record(f->sub, item, at);
			else
				strike(at, json_string_value(item));
		}
		return;
	}
	as_text(f, v, text, sizeof(text));
	snprintf(pair, sizeof(pair), "%s %s", f->text ? f->text : f->key, text);
	strike(at, f->when & OUT_BARE ? text : pair);
}

static void strike_record(const struct out_field *f, const json_t *obj, char **at)
{
	for (; f->key; f++) {
		const json_t *v = json_object_get(obj, f->key);

		if (v && !(f->when & (OUT_TEXT | OUT_JSON)))
			strike_value(f, v, at);
	}
}

/* Every value of the JSON is in the text, in order, and nothing else is. */
static void same_values(const struct out_opts *opts, const struct out_field *fields,
			const void *rec)
{
	char *text = strdup(print(opts, fields, rec, 1)), *at = text;
	json_t *json = print_json(opts, fields, rec, 1);

	strike_record(fields, json_array_get(json, 0), &at);
	if (text[strspn(text, " \n")])
		fail_test("only in text: %s", text);
	json_decref(json);
	free(text);
}

static void test_same_values(void **state)
{
	struct rec empty = { .name = "x" };
	struct xsw_port_view port = {
		.name = "ns1",
		.number = 1,
		.type = "netns",
		.netns = "ns1",
		.ifname = "sw0p1",
		.ifindex = 7,
		.peer = "eth0",
		.mac = { 2, 0, 0, 0, 0, 1 },
		.mtu = 1500,
		.outer_mac = { 2, 0, 0, 0, 0, 2 },
		.mode = "transparent",
		.hook = "tcx",
		.hook_why = "the kernel has it",
		.state = "forwarding",
		.carrier = true,
		.flags = { .learning = true, .bcast_flood = true },
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct out_opts opts = { .stats = i, .details = i };

		same_values(&opts, all_fields, &sample);
		same_values(&opts, all_fields, &empty);
		same_values(&opts, flat_fields, &sample);
	}
	/* what JSON has always, text has with -d */
	same_values(&(struct out_opts){ .details = true }, cmd_port_fields, &port);
}

/* The way without a tree writes the very bytes that jansson writes. */
static void test_flat_is_tree(void **state)
{
	static const char *const odd[] = {
		"a\"b", "\\", "\xc3\xa9", "bad\xff", "\n\t\001\177", NULL
	};
	const struct out_opts pretty = {
		.json = true, .pretty = true, .stats = true, .details = true
	};
	const struct out_opts compact = { .json = true, .stats = true, .details = true };
	struct rec rec = sample;

	(void)state;
	for (size_t i = 0; odd[i]; i++) {
		json_t *tree, *flat;
		char *text, want[8192];

		snprintf(rec.name, sizeof(rec.name), "%s", odd[i]);
		rec.why = odd[i];
		rec.words = i % 2 ? odd : NULL;
		rec.age = i * 250000000ull;
		tree = print_json(&pretty, flat_fields, &rec, 2);
		flat = print_json(&compact, flat_fields, &rec, 2);
		assert_true(json_equal(tree, flat));
		text = json_dumps(json_array_get(tree, 0), JSON_COMPACT | JSON_REAL_PRECISION(15));
		snprintf(want, sizeof(want), "[%s,\n%s]\n", text, text);
		assert_string_equal(print(&compact, flat_fields, &rec, 2), want);
		free(text);
		json_decref(tree);
		json_decref(flat);
	}
}

/* An indented array is what jansson would make of the whole of it. */
static void test_pretty(void **state)
{
	const struct out_opts pretty = { .json = true, .pretty = true };
	json_t *json = print_json(&pretty, all_fields, &sample, 2);
	char *text = json_dumps(json, JSON_INDENT(4) | JSON_REAL_PRECISION(15)), want[8192];

	(void)state;
	snprintf(want, sizeof(want), "%s\n", text);
	assert_string_equal(print(&pretty, all_fields, &sample, 2), want);
	free(text);
	json_decref(json);
}

static void test_exact(void **state)
{
	struct out_opts opts = text_opts;
	struct rec rec = sample;

	(void)state;
	rec.nlist = 1;
	assert_string_equal(print(&opts, all_fields, &rec, 1),
			    "ns1 because no reason small 65535 medium 4294967295 age 12.345 on on "
			    "off off flags pvid untagged ratio -0.125 in packets 7\n"
			    "    packets 1 bytes 100\n");
	opts.details = opts.stats = true;
	assert_string_equal(print(&opts, flat_fields, &rec, 1),
			    "ns1 because no reason small 65535 medium 4294967295 "
			    "big 9007199254740993 age 12.345 on on off off\n"
			    "    mac 02:00:ab:cd:ef:01 flags pvid untagged\n");
	opts.brief = true;
	assert_null(strstr(print(&opts, flat_fields, &rec, 1), "mac"));
	memset(&rec, 0, sizeof(rec));
	assert_string_equal(print(&json_opts, flat_fields, &rec, 1),
			    "[{\"small\":0,\"medium\":0,\"age\":0,\"on\":false,\"off\":false,"
			    "\"flags\":[]}]\n");
	assert_string_equal(print(&text_opts, flat_fields, &rec, 1),
			    "small 0 medium 0 age 0 on off off off\n");
}

/* Lists as the command takes them, and what is absent when there is nothing in it. */
static void test_items(void **state)
{
	static const struct out_field may_be_empty[] = {
		{ "bytes", .kind = OUT_U64, .when = OUT_NONZERO,
		  .off = offsetof(struct inner, bytes) },
		{ 0 },
	};
	static const struct out_field fields[] = {
		{ "name", .kind = OUT_STR, .when = OUT_BARE, .off = OFF(name) },
		{ "ips", .kind = OUT_ITEMS, .off = OFF(words) },
		{ "in", .kind = OUT_OBJECT, .when = OUT_NONZERO, .off = OFF(in),
		  .sub = may_be_empty },
		{ 0 },
	};
	static const char *const none[] = { NULL };
	struct rec rec = { .name = "a", .words = two_words, .in.bytes = 5 };

	(void)state;
	assert_string_equal(print(&text_opts, fields, &rec, 1), "a ips pvid,untagged in bytes 5\n");
	assert_string_equal(
		print(&json_opts, fields, &rec, 1),
		"[{\"name\":\"a\",\"ips\":[\"pvid\",\"untagged\"],\"in\":{\"bytes\":5}}]\n");
	rec.in.bytes = 0;
	rec.words = two_words + 1;
	assert_string_equal(print(&text_opts, fields, &rec, 1), "a ips untagged\n");
	rec.words = none;
	assert_string_equal(print(&text_opts, fields, &rec, 1), "a\n");
	rec.words = NULL;
	assert_string_equal(print(&json_opts, fields, &rec, 1), "[{\"name\":\"a\"}]\n");
}

static void test_empty(void **state)
{
	const struct out_opts pretty = { .json = true, .pretty = true };

	(void)state;
	assert_string_equal(print(&json_opts, all_fields, NULL, 0), "[]\n");
	assert_string_equal(print(&pretty, all_fields, NULL, 0), "[]\n");
	assert_string_equal(print(&text_opts, all_fields, NULL, 0), "");
}

/* A stream: every record is a whole line once it is flushed, and all of it is one array. */
static void test_stream(void **state)
{
	const struct out_opts kinds[] = { { .json = true }, { .json = true, .pretty = true } };
	struct capture c;
	const char *text;
	json_t *json;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		capture_start(&c, STDOUT_FILENO);
		out_begin(&kinds[i]);
		assert_true(out_flush());
		out_record(inner_fields, &inners[0]);
		out_record(inner_fields, &inners[0]);
		assert_true(out_flush());
		assert_true(out_flush());
		out_record(inner_fields, &inners[1]);
		assert_true(out_flush());
		assert_int_equal(out_end(), XSW_OK);
		text = capture_stop(&c);
		if (!i)
			assert_string_equal(text, "[{\"packets\":1,\"bytes\":100},\n"
						  "{\"packets\":1,\"bytes\":100}\n"
						  ",{\"packets\":2}\n]\n");
		json = json_loads(text, 0, NULL);
		assert_int_equal(json_array_size(json), 3);
		json_decref(json);
	}
}

/* A stream of lines: each is an object by itself, also with -p. */
static void test_lines(void **state)
{
	const struct out_opts lines[] = { { .json = true, .lines = true },
					  { .json = true, .lines = true, .pretty = true } };
	struct capture c;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		capture_start(&c, STDOUT_FILENO);
		out_begin(&lines[i]);
		assert_true(out_flush());
		out_record(inner_fields, &inners[0]);
		assert_true(out_flush());
		out_record(inner_fields, &inners[1]);
		assert_int_equal(out_end(), XSW_OK);
		assert_string_equal(capture_stop(&c),
				    "{\"packets\":1,\"bytes\":100}\n{\"packets\":2}\n");
	}
}

static void test_escapes(void **state)
{
	struct rec rec = { .name = "a\033[31m\n\\b\x9b", .why = "\r" };
	const char *text;
	json_t *json;

	(void)state;
	text = print(&text_opts, flat_fields, &rec, 1);
	assert_ptr_equal(strstr(text, "a\\033[31m\\012\\\\b\\233 because \\015 small"), text);
	snprintf(rec.name, sizeof(rec.name), "a\033\n\"\\\xc3\xa9");
	json = print_json(&json_opts, flat_fields, &rec, 1);
	assert_string_equal(json_string_value(json_object_get(json_array_get(json, 0), "name")),
			    rec.name);
	json_decref(json);
}

static void test_color(void **state)
{
	const struct out_opts opts = { .color = true, .details = true };
	const struct out_opts json = { .color = true, .details = true, .json = true };
	const char *text;

	(void)state;
	text = print(&opts, flat_fields, &sample, 1);
	assert_ptr_equal(strstr(text, "\033[36mns1\033[0m "), text);
	assert_non_null(strstr(text, "mac \033[33m02:00:ab:cd:ef:01\033[0m "));
	assert_null(strchr(print(&json, flat_fields, &sample, 1), '\033'));
}

static void test_text_lines(void **state)
{
	struct capture c;

	(void)state;
	for (int json = 0; json < 2; json++) {
		const struct out_opts opts = { .json = json };

		capture_start(&c, STDOUT_FILENO);
		out_begin(&opts);
		out_text("%s %d\n", "plan", 1);
		assert_int_equal(out_end(), XSW_OK);
		assert_string_equal(capture_stop(&c), json ? "[]\n" : "plan 1\n");
	}
}

/* --- where it goes --------------------------------------------------------------------------- */

#define MANY 100000

static size_t used_after(size_t n)
{
	for (size_t i = 0; i < n; i++)
		out_record(flat_fields, &sample);
	return mallinfo2().uordblks;
}

/* A budget: the memory of a thousand records is enough for a hundred thousand. */
static void test_memory(void **state)
{
	int null = open("/dev/null", O_WRONLY);
	struct capture c;
	size_t few, many;

	(void)state;
	for (int json = 0; json < 2; json++) {
		const struct out_opts opts = { .json = json };

		capture_to(&c, STDOUT_FILENO, null);
		out_begin(&opts);
		few = used_after(1000);
		many = used_after(MANY);
		assert_int_equal(out_end(), XSW_OK);
		capture_end(&c);
		assert_true(many <= few);
	}
	close(null);
}

static int print_to(int target, const char **err)
{
	struct capture out, errors;
	int status;

	capture_start(&errors, STDERR_FILENO);
	capture_to(&out, STDOUT_FILENO, target);
	out_begin(&json_opts);
	for (size_t i = 0; i < MANY; i++)
		out_record(flat_fields, &sample);
	status = out_end();
	capture_end(&out);
	*err = capture_stop(&errors);
	return status;
}

static void test_closed_pipe(void **state)
{
	void (*old)(int) = signal(SIGPIPE, SIG_IGN);
	const char *err;
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	close(fds[0]);
	assert_int_equal(print_to(fds[1], &err), XSW_OK);
	assert_string_equal(err, "");
	close(fds[1]);
	signal(SIGPIPE, old);
}

static void test_full_disk(void **state)
{
	int full = open("/dev/full", O_WRONLY);
	const char *err;

	(void)state;
	assert_true(full >= 0);
	assert_int_equal(print_to(full, &err), XSW_REFUSED);
	assert_string_equal(err, "xswitch: cannot write the output: No space left on device\n");
	close(full);
	/* the next output starts afresh */
	assert_string_equal(print(&json_opts, all_fields, NULL, 0), "[]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_values), cmocka_unit_test(test_flat_is_tree),
		cmocka_unit_test(test_pretty),	    cmocka_unit_test(test_exact),
		cmocka_unit_test(test_items),	    cmocka_unit_test(test_empty),
		cmocka_unit_test(test_escapes),	    cmocka_unit_test(test_color),
		cmocka_unit_test(test_text_lines),  cmocka_unit_test(test_memory),
		cmocka_unit_test(test_closed_pipe), cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_stream),	    cmocka_unit_test(test_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
