// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_trace.c - frames from words, hex digits and captures; a remedy for every reason
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* before cmocka.h, which has a macro fail() */
#include "args_frame.h"
#include "pcap.h"
#include "xsw_explain.h"

#include <cmocka.h>

static uint8_t data[FRAME_MAX];

static void assert_hex(const char *hex, size_t len)
{
	char text[3];

	for (size_t i = 0; i < len; i++) {
		snprintf(text, sizeof(text), "%02x", data[i]);
		assert_memory_equal(text, hex + 2 * i, 2);
	}
}

static struct arg_frame a_to_b(void)
{
	return (struct arg_frame){
		.dst = { { 2, 0, 0, 0, 0, 0xb }, true },
		.src = { { 2, 0, 0, 0, 0, 0xa }, true },
	};
}

#define MACS "02000000000b02000000000a"

static void test_words(void **state)
{
	struct arg_frame f = a_to_b();

	(void)state;
	assert_true(frame_worded(&f));
	assert_null(frame_wrong(&f));
	assert_int_equal(frame_build(&f, data), 60);
	assert_hex(MACS "88b50e0f10", 17);
	f.vlan_set = f.prio_set = true;
	f.vlan = 10;
	f.prio = 5;
	frame_build(&f, data);
	assert_hex(MACS "8100a00a88b5", 18);
	f.tpid_set = f.inner_set = true;
	f.tpid = 0x88a8;
	f.inner = 7;
	frame_build(&f, data);
	assert_hex(MACS "88a8a00a8100000788b5", 22);
	f.type_set = f.len_set = true;
	f.type = 0;
	f.len = 5;
	assert_int_equal(frame_build(&f, data), 5);
}

static void test_headers(void **state)
{
	struct arg_frame f = a_to_b();
	uint32_t sum = 0;

	(void)state;
	f.type_set = f.len_set = true;
	f.type = 0x0800;
	f.len = 100;
	frame_build(&f, data);
	assert_hex(MACS "08004500005600004000", 22);
	for (int i = 14; i < 34; i += 2)
		sum += (uint32_t)(data[i] << 8 | data[i + 1]);
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
	f.type = 0x86dd;
	frame_build(&f, data);
	assert_hex(MACS "86dd60000000002e3b4020010db8", 26);
	f.gso = 1000;
	frame_build(&f, data);
	assert_int_equal(data[14 + 6], 6);
	assert_int_equal(data[14 + 40 + 12], 0x50);
	f.gso = 0;
	f.type = 0x0806;
	frame_build(&f, data);
	assert_hex(MACS "0806000108000604000102000000000ac0000201000000000000c0000202", 42);
	f.len = FRAME_MAX;
	assert_int_equal(frame_build(&f, data), FRAME_MAX);
}

static void test_wrong_words(void **state)
{
	struct arg_frame f = {};

	(void)state;
	assert_false(frame_worded(&f));
	assert_non_null(strstr(frame_wrong(&f), "dst"));
	f.dst.set = true;
	assert_non_null(strstr(frame_wrong(&f), "src"));
	f.src.set = true;
	assert_null(frame_wrong(&f));
	f.prio_set = true;
	assert_non_null(strstr(frame_wrong(&f), "vlan"));
	f.vlan_set = true;
	assert_null(frame_wrong(&f));
	f.gso = 1;
	assert_non_null(strstr(frame_wrong(&f), "type"));
}

static void test_hex(void **state)
{
	static const char *const bad[] = { "", "0", "0g", "g0", "012", "01 2", "0x01", "01:" };

	(void)state;
	assert_int_equal(frame_hex("00fFaB", data), 3);
	assert_hex("00ffab", 3);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(frame_hex(bad[i], data), 0);
}

static void test_hex_bound(void **state)
{
	char *s = malloc(2 * FRAME_MAX + 3);

	(void)state;
	assert_non_null(s);
	memset(s, '1', 2 * FRAME_MAX + 2);
	s[2 * FRAME_MAX + 2] = '\0';
	assert_int_equal(frame_hex(s, data), 0);
	s[2 * FRAME_MAX] = '\0';
	assert_int_equal(frame_hex(s, data), FRAME_MAX);
	free(s);
}

/* --- captures --------------------------------------------------------------------------- */

#define LE_HEADER(link)                                                                            \
	"d4c3b2a10200040000000000000000000000040"                                                  \
	"0" link "000000"
#define LE_FRAME                                                                                   \
	"0100000002000000"                                                                         \
	"04000000"                                                                                 \
	"08000000"                                                                                 \
	"0a0b0c0d"

/* The bytes as a file; its descriptor stays in *fd. */
static const char *file(const char *hex, int *fd)
{
	static char path[64];
	size_t n = *hex ? frame_hex(hex, data) : 0;
	char name[] = "/tmp/test_trace_XXXXXX";

	assert_true(n || !*hex);
	*fd = mkstemp(name);
	assert_true(*fd >= 0);
	unlink(name);
	assert_int_equal(write(*fd, data, n), n);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", *fd);
	return path;
}

/* A capture of one frame, 0a0b0c0d of 8 bytes. */
static void reads(const char *hex, uint64_t time)
{
	char why[PCAP_WHY_MAX];
	struct pcap_frame f;
	struct pcap_in *in;
	int fd;

	assert_int_equal(pcap_in_open(&in, file(hex, &fd), why), 0);
	assert_int_equal(pcap_in_next(in, &f, why), 1);
	assert_int_equal(f.time, time);
	assert_int_equal(f.caplen, 4);
	assert_int_equal(f.len, 8);
	assert_memory_equal(f.data, "\x0a\x0b\x0c\x0d", 4);
	assert_int_equal(pcap_in_next(in, &f, why), 0);
	pcap_in_close(in);
	close(fd);
}

static void test_captures(void **state)
{
	(void)state;
	reads(LE_HEADER("01") LE_FRAME, 1000002000);
	/* the other byte order; nanoseconds */
	reads("a1b2c3d400020004000000000000000000040000"
	      "00000001"
	      "0000000100000002"
	      "00000004"
	      "00000008"
	      "0a0b0c0d",
	      1000002000);
	reads("4d3cb2a1020004000000000000000000000004000"
	      "1000000" LE_FRAME,
	      1000000002);
	/* pcapng: section, interface, enhanced packet */
	reads("0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000"
	      "010000001400000001000000ffff000014000000"
	      "06000000240000000000000000000000"
	      "42420f00"
	      "04000000"
	      "08000000"
	      "0a0b0c0d"
	      "24000000",
	      1000002000);
}

/* Refused, at once or in the middle. */
static void refuses(const char *hex, const char *words)
{
	char why[PCAP_WHY_MAX];
	struct pcap_frame f;
	struct pcap_in *in;
	int fd, err = pcap_in_open(&in, file(hex, &fd), why);

	while (!err)
		err = pcap_in_next(in, &f, why) - 1;
	assert_true(err < 0);
	if (!strstr(why, words))
		fail_msg("\"%s\" says nothing of \"%s\"", why, words);
	pcap_in_close(in);
	close(fd);
}

static void test_bad_captures(void **state)
{
	char why[PCAP_WHY_MAX];
	struct pcap_in *in;

	(void)state;
	assert_int_equal(pcap_in_open(&in, "/nowhere/to/be/found", why), -ENOENT);
	assert_string_equal(why, "No such file or directory");
	refuses("", "truncated");
	refuses("00", "truncated");
	refuses("0102030405060708090a0b0c0d0e0f101112131415161718", "unknown file format");
	refuses(LE_HEADER("71"), "LINUX_SLL, not Ethernet");
	/* a frame that ends early; one that claims to be too long */
	refuses(LE_HEADER("01") "0100000002000000"
				"04000000"
				"08000000"
				"0a0b",
		"truncated");
	refuses(LE_HEADER("01") "0100000002000000"
				"ffffff7f"
				"ffffff7f"
				"0a0b",
		"bigger than");
}

/* --- remedies --------------------------------------------------------------------------- */

static void test_remedies(void **state)
{
	(void)state;
	for (uint32_t r = XSW_R_NONE + 1; r < XSW_REASONS; r++) {
		const char *form = xsw_remedy_form(r);

		assert_non_null(form);
		assert_true(strlen(form) > 1);
	}
	assert_null(xsw_remedy_form(XSW_R_NONE));
	assert_null(xsw_remedy_form(XSW_REASONS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),	     cmocka_unit_test(test_headers),
		cmocka_unit_test(test_wrong_words),  cmocka_unit_test(test_hex),
		cmocka_unit_test(test_hex_bound),    cmocka_unit_test(test_captures),
		cmocka_unit_test(test_bad_captures), cmocka_unit_test(test_remedies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
