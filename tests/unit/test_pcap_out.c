// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_pcap_out.c - a pcap that cannot be written: the error is that of the write which failed,
 * however late it is asked for
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "pcap_out.h"

#define SNAPLEN 1024
#define MANY	100 /* frames, more than a stream keeps */

static const uint8_t frame[SNAPLEN];

static void put(struct pcap_out *out, int n)
{
	while (n--)
		pcap_out_frame(out, 0, frame, sizeof(frame), sizeof(frame));
}

/* Begins a pcap on standard output, which is a pipe, and lets the reader go. */
static struct pcap_out *without_a_reader(void)
{
	struct pcap_out *out = NULL;
	int stdout_was = dup(STDOUT_FILENO), ends[2], err;

	assert_true(stdout_was >= 0);
	assert_int_equal(pipe(ends), 0);
	assert_true(dup2(ends[1], STDOUT_FILENO) >= 0);
	err = pcap_out_open(&out, "-", SNAPLEN);
	dup2(stdout_was, STDOUT_FILENO);
	close(stdout_was);
	close(ends[1]);
	close(ends[0]);
	assert_int_equal(err, 0);
	return out;
}

static void told_at_the_flush(void **state)
{
	struct pcap_out *out = without_a_reader();

	(void)state;
	put(out, 1);
	assert_int_equal(pcap_out_flush(out), -EPIPE);
	errno = ENOENT; /* of something else */
	assert_int_equal(pcap_out_flush(out), -EPIPE);
	errno = ENOENT;
	assert_int_equal(pcap_out_close(out), -EPIPE);
}

static void told_at_the_end(void **state)
{
	struct pcap_out *out = without_a_reader();

	(void)state;
	put(out, MANY);
	errno = ENOENT;
	assert_int_equal(pcap_out_close(out), -EPIPE);
}

static void device_is_full(void **state)
{
	struct pcap_out *out = NULL;

	(void)state;
	assert_int_equal(pcap_out_open(&out, "/dev/full", SNAPLEN), -ENOSPC);
	assert_null(out);
	assert_int_equal(pcap_out_open(&out, "/nowhere/x", SNAPLEN), -ENOENT);
	assert_int_equal(pcap_out_close(NULL), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_at_the_flush),
		cmocka_unit_test(told_at_the_end),
		cmocka_unit_test(device_is_full),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
