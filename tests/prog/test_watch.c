// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_watch.c - xsw_trace as a watcher has it, by BPF_PROG_TEST_RUN
 *
 *	test_watch		filters: a record comes of the frames that libpcap's own interpreter
 *				wants, and of no others (test_filter.c has more, natively)
 *	test_watch cost		ns a frame with these filters, to be read and not judged
 *
 * The object is in $XSW_BPF_DIR or build/bpf.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "dry.h"
#include "filter_frames.h"
#include "pcap_filter.h"
#include "prog_trace.h"

#define FRAMES	300
#define SHARE	4 /* one of so many filters: each is a program to be verified */
#define RING	(1 << 20)
#define IP_LEN	60   /* new kernels take no IP packet that is cut short */
#define REPEATS 1000 /* records of so many runs fit into the ring */
#define ROUNDS	100

/* libpcap's; its header and the kernel's have a struct of the same name */
unsigned int bpf_filter(const void *prog, const unsigned char *frame, unsigned int len,
			unsigned int caplen);

static struct xsw_watch watch;

static int open_watch(struct prog_trace *t, const struct maps *m, const char *text, __u32 flags)
{
	char error[FILTER_ERROR_MAX];
	size_t n = 0;
	int err = filter_compile(text, watch.filter, &n, error);

	watch.flags = XSW_WATCH_LIVE | flags;
	watch.filter_n = (__u32)n;
	if (!err)
		err = prog_watch_open(t, m, RING, &watch);
	if (!err)
		t->mem->until = ~0ULL;
	return err;
}

/* NULL, or how the two differ. */
static const char *compare(struct prog_trace *t)
{
	unsigned int matched = 0;
	struct xsw_trace rec;

	for (int i = 0; i < FRAMES; i++) {
		__u8 data[FILTER_FRAME_MAX];
		struct prog_frame frame = { .data = data, .port = row_number[P1] };
		int err, want;

		frame.len = filter_frame(data);
		if (frame.len < IP_LEN)
			continue;
		want = !watch.filter_n || bpf_filter(watch.filter, data, frame.len, frame.len) != 0;
		err = prog_trace_run(t, &frame, &rec);
		if (err && err != -ENODATA)
			return strerror(-err);
		if ((err == 0) != want)
			return want ? "no record of a frame that it wants" : "a record of another";
		matched += want;
	}
	return matched ? NULL : "no frame matched: nothing is shown";
}

static void test_filters(struct tally *t, const struct maps *m)
{
	unsigned int i = 0;

	for (const char *const *text = filter_texts; *text; text++) {
		struct prog_trace trace;

		if (i++ % SHARE)
			continue;
		int err = open_watch(&trace, m, *text, 0);

		tally_row(t, *text, NULL, err ? strerror(-err) : compare(&trace));
		if (!err)
			prog_trace_close(&trace);
	}
}

/* A watcher that is dead: nothing is told. */
static void test_lease(struct tally *t, const struct maps *m)
{
	struct prog_trace trace;
	__u8 data[FILTER_FRAME_MAX];
	struct prog_frame frame = { .data = data, .port = row_number[P1] };
	struct xsw_trace rec;
	int err = open_watch(&trace, m, "", 0), got[2] = { 0 };

	memset(data, 2, sizeof(data));
	frame.len = IP_LEN;
	if (!err) {
		got[0] = prog_trace_run(&trace, &frame, &rec);
		trace.mem->until = 1;
		got[1] = prog_trace_run(&trace, &frame, &rec);
		prog_trace_close(&trace);
	}
	tally_row(t, "until its lease is over", NULL,
		  !err && !got[0] && got[1] == -ENODATA ? NULL : "it goes on");
}

/* --- cost -------------------------------------------------------------------------------- */

static void on_record(const struct xsw_trace *rec, const uint8_t *frame, void *arg)
{
	(void)rec;
	(void)frame;
	(void)arg;
}

/* The best of many rounds: others work on this machine. */
static unsigned int run(struct prog_trace *t, const __u8 *data, __u32 len)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = len,
		    .repeat = REPEATS);
	unsigned int best = ~0u;

	t->fn = on_record;
	t->mem->port = row_number[P1];
	for (int i = 0; i < ROUNDS && !bpf_prog_test_run_opts(t->prog, &opts); i++) {
		best = opts.duration < best ? opts.duration : best;
		prog_trace_read(t);
	}
	return best;
}

static void cost(const struct maps *m)
{
	static const struct {
		const char *name, *text;
		__u32 flags, snaplen;
		__u64 until;
	} rows[] = {
		{ "its watcher was killed", "", 0, 0, 1 },
		{ "tcp port 80, of another host: no match", "host 10.9.9.9 and tcp port 80", 0, 0,
		  ~0ULL },
		{ "tcp port 81: no match", "tcp port 81", 0, 0, ~0ULL },
		{ "no filter, another port's (capture --direction in)", "", XSW_WATCH_IN, 0,
		  ~0ULL },
		{ "no filter, a record (trace --live)", "", 0, 96, ~0ULL },
		{ "tcp port 80: match, a record", "tcp port 80", 0, 96, ~0ULL },
		{ "no filter, a record with the frame, 200 bytes", "", 0, 262144, ~0ULL },
	};
	__u8 data[FILTER_FRAME_MAX] =
		"\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x08\0\x45\0\0\xb4\0\1\0\0\x40\x06\0\0\x0a\0\0\1"
		"\x0a\0\0\2\x04\0\0\x50\0\0\0\0\0\0\0\0\x50\2";

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct prog_trace trace;

		if (open_watch(&trace, m, rows[i].text, rows[i].flags))
			continue;
		trace.mem->until = rows[i].until;
		trace.mem->snaplen = rows[i].snaplen;
		printf("%-52s %5u ns\n", rows[i].name, run(&trace, data, sizeof(data)));
		prog_trace_close(&trace);
	}
}

int main(int argc, char **argv)
{
	const char *dir = getenv("XSW_BPF_DIR");
	struct tally t = { .driver = "watch: " };
	static const struct row row = { .name = "", .in = P1, .frame = B A "88b5" };
	static struct setup set;
	static struct driver b;
	char path[4096];
	struct maps maps;
	int err;

	snprintf(path, sizeof(path), "%s/xsw_tc.bpf.o", dir ? dir : "build/bpf");
	err = driver_open(&b, &t, path) ?: dry_maps(&b, &maps);
	if (!err) {
		row_setup(&row, kmaps_now(&b.maps), &set);
		err = kmaps_fill(&b.maps, &b.lab, &row, &set);
	}
	if (!err && argc > 1 && !strcmp(argv[1], "cost")) {
		cost(&maps);
	} else if (!err) {
		test_filters(&t, &maps);
		test_lease(&t, &maps);
	}
	driver_close(&b);
	return tally_end(&t, 1);
}
