// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_prog.c - the golden rows through the real BPF program, in the kernel
 *
 *	test_prog [OBJECT]	default: xsw_tc.bpf.o in $XSW_BPF_DIR or build/bpf
 *
 * Twice: "run" by BPF_PROG_TEST_RUN on the live maps, where the verdict is seen and copies of a
 * flood really leave, all but the one that the verdict carries; "wire" with the program on
 * veth pairs and a station that sends, where tags stand beside the frame, segmentation is real
 * and every copy is seen. In between "dry", through xsw_trace, which only tells. "heard" is "run"
 * with a listener to frames that end, and with one that nobody knows of. As root; touches nothing
 * but namespaces of its own.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"
#include "dry.h"
#include "hear.h"

#define RUN_LINEAR	 3000 /* bytes every kernel takes */
#define AGEING		 (100 * MSEC)
#define RANDOM_ROWS	 3000
#define RANDOM_SEQUENCES 600
#define DEADLINE	 10000 /* ms */

/*
 * The frame itself went with the verdict, to the one port that got no copy: see judge_port(). Its
 * outer tag may stand beside it, where BPF_PROG_TEST_RUN does not show it.
 */
static void credit_redirect(const struct row *row, const struct setup *set, struct outcome *out,
			    const __u8 *data, __u32 len)
{
	static __u8 tagged[ROW_LEN_MAX + 8];
	const struct row_bytes *want;
	unsigned int to = 0;

	for (unsigned int i = P1; i <= P5; i++)
		if (row->to >> i & 1 && !out->copies[i])
			to = i;
	want = &set->out[to];
	if (len >= 12 && len + 4 == want->len) {
		memcpy(tagged, data, 12);
		memcpy(tagged + 12, want->bytes + 12, 4);
		memcpy(tagged + 16, data + 12, len - 12);
		data = tagged;
		len += 4;
	}
	row_left(set, out, to, data, len);
}

static int carry_run(struct driver *b, const struct row *row, const struct setup *set,
		     struct outcome *out)
{
	static __u8 data[ROW_LEN_MAX + 8];
	struct __sk_buff ctx = {
		.ifindex = b->lab.port[row->in].ifindex,
		.gso_size = row->gso, /* and no gso_segs: not every sender says that */
	};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = set->frame, .data_size_in = set->len,
		    .data_out = data, .data_size_out = sizeof(data), .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx));
	int err;

	if (bpf_prog_test_run_opts(b->tc, &opts))
		return errno == EINVAL && set->len > RUN_LINEAR ? -EOPNOTSUPP : -errno;
	err = lab_receive(&b->lab, set, out);
	if (err)
		return err;
	out->verdict = (int)opts.retval;
	out->peer = out->peer ?: ROW_UNKNOWN; /* that of the frame itself */
	if (out->verdict == TC_ACT_REDIRECT)
		credit_redirect(row, set, out, data, opts.data_size_out);
	else if (out->verdict != TC_ACT_SHOT &&
		 (opts.data_size_out != set->len || memcmp(data, set->frame, set->len)))
		out->mangled = true;
	return 0;
}

static void run_rows(struct driver *b, struct tally *t, carry_fn carry)
{
	static const enum xsw_reason cannot[] = { XSW_R_runt };
	bool wire = carry == carry_wire;
	struct coverage cov = {};
	struct outcome out;

	for (const struct row *const *rows = row_tables(); *rows; rows++) {
		for (const struct row *row = *rows; row->name; row++) {
			const char *not = wire ? row->not_wire : row->not_run;

			if (not ) {
				tally_skip(t, row->name, not );
				continue;
			}
			driver_row(b, t, row, carry, &out);
			row_cover(&cov, &out);
		}
	}
	row_report_coverage(t, &cov, cannot, 1);
}

/* A made row; one that this kernel cannot run is none. */
static const char *judge_random(struct driver *b, const struct row *row, carry_fn carry)
{
	struct outcome out;
	int err = 0;
	const char *wrong = row->not_run ? NULL : driver_try(b, row, carry, &out, &err);

	return err == -EOPNOTSUPP ? NULL : wrong;
}

static const char *judge_run(const struct row *row, void *driver)
{
	return judge_random(driver, row, carry_run);
}

/* No frame with a tag cut short gets as far as the program. */
static const char *judge_wire(const struct row *row, void *driver)
{
	if (row->drop == XSW_R_vlan_truncated)
		return NULL;
	return judge_random(driver, row, carry_wire);
}

/* Whether the row runs as it should, and tells what it should. */
static const char *hear_row(struct driver *b, struct hear *h, const struct row *row, bool drops,
			    int *err)
{
	static struct setup set;
	struct outcome out = { .now = kmaps_now(&b->maps) };

	row_setup(row, out.now, &set);
	*err = kmaps_fill(&b->maps, &b->lab, row, &set) ?: hear_begin(h, drops);
	if (!*err)
		*err = carry_run(b, row, &set, &out) ?: kmaps_collect(&b->maps, &out);
	if (*err)
		return "carrying the frame";
	for (int i = 0; i < ROW_ENDS && row->blind; i++)
		out.copies[i] = ROW_UNKNOWN;
	return row_judge(row, &set, &out) ?: hear_judge(h, row, &set, drops);
}

static void test_heard(struct driver *b, struct tally *t)
{
	bool seen[XSW_REASONS] = { [XSW_R_runt] = true }; /* not by BPF_PROG_TEST_RUN */
	struct hear h;
	const char *wrong;
	int err = hear_open(&h, b->obj);

	tally_row(t, "a listener", NULL, err ? strerror(-err) : NULL);
	for (const struct row *const *rows = row_tables(); *rows && !err; rows++) {
		for (const struct row *row = *rows; row->name; row++) {
			int failed;

			if (row->not_run)
				continue;
			wrong = hear_row(b, &h, row, true, &failed);
			driver_report(t, row, wrong, failed);
			seen[row->drop] |= !wrong;
			if (row->drop && !failed)
				tally_row(t, row->name, "untold",
					  hear_row(b, &h, row, false, &failed));
		}
	}
#define NOTE false
#define DROP !err
#define R(name, kind, sentence)                                                                    \
	if (kind)                                                                                  \
		tally_row(t, "told of", #name, seen[XSW_R_##name] ? NULL : "by no row");
	XSW_REASON_LIST(R)
#undef R
#undef DROP
#undef NOTE
	hear_close(&h);
}

/* The kernel itself empties the slot of a device that is unregistered. */
static void test_unregister(struct driver *b, struct tally *t)
{
	static const struct row known = {
		.name = "destination behind a device that was unregistered",
		.fdb = { { B, 0, P3, XSW_FDB_STATIC } },
		.in = P1,
		.frame = B A "88b5",
		.to = S2 | S4 | S5,
		.class = XSW_UNKNOWN,
		.event = LEARNED,
		.after = { { B, 0, P3, XSW_FDB_STATIC }, { A, 0, P1, .how = NEW } },
	};
	static const struct row flood = {
		.name = "a flood skips a device that was unregistered",
		.in = P1,
		.frame = BCAST A "88b5",
		.to = S2 | S4 | S5,
		.class = XSW_BROADCAST,
		.event = LEARNED,
		.after = { { A, 0, P1, .how = NEW } },
	};
	struct outcome out;
	int err = lab_remove(&b->lab, P3);

	if (err) {
		driver_report(t, &known, "removing the device", err);
		return;
	}
	driver_row(b, t, &known, carry_wire, &out);
	driver_row(b, t, &flood, carry_wire, &out);
}

static int ctl(struct driver *b, __u32 op, unsigned int port, enum xsw_fdb_state state)
{
	__u8 data[XSW_CTL_HDR + sizeof(struct xsw_ctl)] = {};
	struct xsw_ctl c = { .op = op, .port = row_number[port], .state = state };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = sizeof(data));

	c.key = (union xsw_fdb_key){ .mac = { 2, 0, 0, 0, 0, 0xc }, .vid = 7 };
	memcpy(data + XSW_CTL_HDR, &c, sizeof(c));
	if (bpf_prog_test_run_opts(b->ctl, &opts))
		return -errno;
	return (int)opts.retval;
}

static void test_ctl(struct driver *b, struct tally *t)
{
	static const struct row empty = { .name = "empty", .frame = B A "88b5" };
	struct outcome out = {};
	struct setup set;
	int err;

	row_setup(&empty, kmaps_now(&b->maps), &set);
	err = kmaps_fill(&b->maps, &b->lab, &empty, &set);
	if (!err)
		err = ctl(b, XSW_CTL_FDB_ADD, P2, XSW_FDB_STATIC);
	tally_row(t, "xsw_ctl adds an entry", NULL, err ? "refused" : NULL);
	err = ctl(b, XSW_CTL_FDB_ADD, P4, XSW_FDB_STATIC);
	tally_row(t, "xsw_ctl adds no entry twice", NULL, err == -EEXIST ? NULL : "it does");
	err = ctl(b, XSW_CTL_FDB_PUT, P4, XSW_FDB_EXTERN);
	kmaps_collect(&b->maps, &out);
	tally_row(t, "xsw_ctl replaces an entry", NULL,
		  !err && out.fdb_n == 1 && out.fdb[0].entry.dest.port == row_number[P4] &&
				  out.fdb[0].entry.dest.state == XSW_FDB_EXTERN ?
			  NULL :
			  "it does not");
	err = ctl(b, 99, P4, XSW_FDB_EXTERN);
	tally_row(t, "xsw_ctl refuses what it does not know", NULL,
		  err == -EINVAL ? NULL : "it does not");
}

/* Last: the timer goes on for as long as the maps live. */
static void test_ageing(struct driver *b, struct tally *t)
{
	static const struct row row = {
		.name = "the kernel gives the memory of an expired entry back",
		.ageing = AGEING,
		.in = P1,
		.frame = BCAST A "88b5",
		.to = S2 | S4 | S5,
		.class = XSW_BROADCAST,
		.event = LEARNED,
		.after = { { A, 0, P1, .how = NEW } },
	};
	struct outcome out;
	int err;
	const char *wrong = driver_try(b, &row, carry_wire, &out, &err);

	if (!wrong && ctl(b, XSW_CTL_AGE_START, 0, 0))
		wrong = "the timer does not start";
	for (int ms = 0; ms < DEADLINE && !wrong && !err; ms += 10) {
		memset(&out, 0, sizeof(out));
		err = kmaps_collect(&b->maps, &out);
		if (!out.fdb_n)
			break;
		poll(NULL, 0, 10);
	}
	if (!wrong && (out.fdb_n || out.ev.expired != 1))
		wrong = "it does not, or does not count it";
	driver_report(t, &row, wrong, err);
}

static void run_all(struct driver *b, struct tally *t)
{
	struct driver_way run = { b, carry_run }, wire = { b, carry_wire };
	int err;

	run_rows(b, &t[0], carry_run);
	random_rows(&t[0], RANDOM_ROWS, judge_run, b);
	random_sequences(&t[0], RANDOM_SEQUENCES, &driver_sequence, &run);
	dry_rows(b, &t[2]);
	test_heard(b, &t[3]);
	err = lab_attach(&b->lab, b->tc);
	tally_row(&t[1], "the program attaches", NULL, err ? strerror(-err) : NULL);
	if (err)
		return;
	run_rows(b, &t[1], carry_wire);
	random_rows(&t[1], RANDOM_ROWS / 10, judge_wire, b);
	random_sequences(&t[1], RANDOM_SEQUENCES / 2, &driver_sequence, &wire);
	test_unregister(b, &t[1]);
	test_ctl(b, &t[1]);
	test_ageing(b, &t[1]);
}

int main(int argc, char **argv)
{
	struct tally t[] = { { .driver = "run: " },
			     { .driver = "wire: " },
			     { .driver = "dry: " },
			     { .driver = "heard: " } };
	const char *dir = getenv("XSW_BPF_DIR");
	static struct driver b;
	char path[4096];
	int err;

	snprintf(path, sizeof(path), "%s/xsw_tc.bpf.o", dir ? dir : "build/bpf");
	if (argc > 1)
		snprintf(path, sizeof(path), "%s", argv[1]);
	err = driver_open(&b, &t[0], path);
	if (!err)
		run_all(&b, t);
	driver_close(&b);
	return tally_end(t, sizeof(t) / sizeof(*t));
}
