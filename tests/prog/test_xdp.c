// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_xdp.c - the golden rows through ports that have XDP
 *
 *	test_xdp		the objects are in $XSW_BPF_DIR or build/bpf
 *
 * "run" puts the frame into xsw_xdp by BPF_PROG_TEST_RUN, its tag in the frame. Either it is
 * passed on, and nothing at all has changed; or it is redirected, and frame, counters and table
 * are what the row says. Which of the two a row must take is not said by it but worked out:
 * row_is_short(). "xdp" sends through veth pairs with both programs on each, "mixed" with XDP on
 * every other port. xsw_egr cannot be called alone, so copies are judged there.
 *
 * A row whose frame is learned runs twice in each driver: as it is, and again as the frame of a
 * source that is known already, which is what XDP takes.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/pkt_cls.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "driver.h"
#include "netns.h"
#include "probe.h"
#include "rows_xdp.h"
#include "xsw_names.h"

#define MIXED (S1 | S3 | S5)

struct xdp {
	struct driver drv;
	struct bpf_object *obj;
	int prog;
};

/* carry_run() has no other way to tell: XDP_PASS or XDP_REDIRECT, and the program. */
static struct {
	int prog;
	unsigned int verdict;
	unsigned int taken; /* rows */
} run;

/* The copies of a flood leave when xsw_egr has seen them, which here it does not. */
static void credit_flood(const struct row *row, const struct setup *set, struct outcome *out,
			 const __u8 *data, __u32 len)
{
	__u32 mark = len - set->len;

	if (len < set->len || memcmp(data + mark, set->frame, set->len))
		out->mangled = true;
	for (unsigned int i = P1; i <= P5; i++) {
		__u16 vid;

		if (!(row->to >> i & 1))
			continue;
		out->copies[i]++;
		out->st[i].tx[row->class] = (struct xsw_count){ 1, set->out[i].len };
		vid = row_vid(row, set);
		for (int v = 0; v < ROW_VIDS && vid; v++) {
			if (row_vids[v] != vid)
				continue;
			out->vlan[v].tx.packets++;
			out->vlan[v].tx.bytes += set->out[i].len;
		}
	}
}

static int carry_run(struct driver *b, const struct row *row, const struct setup *set,
		     struct outcome *out)
{
	static __u8 data[ROW_LEN_MAX + 64];
	struct xdp_md ctx = {
		.data_end = set->len,
		.ingress_ifindex = b->lab.port[row->in].ifindex,
	};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = set->frame, .data_size_in = set->len,
		    .data_out = data, .data_size_out = sizeof(data), .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx));

	if (bpf_prog_test_run_opts(run.prog, &opts))
		return -errno;
	run.verdict = opts.retval;
	out->peer = ROW_UNKNOWN;
	if (run.verdict != XDP_REDIRECT) {
		out->verdict = run.verdict == XDP_PASS ? TC_ACT_UNSPEC : (int)run.verdict;
		if (opts.data_size_out != set->len || memcmp(data, set->frame, set->len))
			out->mangled = true;
		return 0;
	}
	out->verdict = TC_ACT_REDIRECT;
	if (row->to & (row->to - 1)) {
		credit_flood(row, set, out, data, opts.data_size_out);
		return 0;
	}
	for (unsigned int i = P1; i <= P5; i++)
		if (row->to >> i & 1)
			row_left(set, out, i, data, opts.data_size_out);
	return 0;
}

/* ... of whom the row says that nothing happened, for xsw_tc to do it. */
static struct row untouched(const struct row *row)
{
	struct row same = *row;

	same.pass = true;
	same.to = same.vid = 0;
	same.drop = same.note = XSW_R_NONE;
	same.event = NOTHING;
	same.tripped = false;
	same.healed = same.unwatched = 0;
	same.paid = 0;
	memset(same.after, 0, sizeof(same.after));
	for (int i = 0; i < ROW_MIRRORS; i++)
		same.mirror[i].took = false;
	return same;
}

static const char *try_run(struct xdp *x, const struct row *row, int *err)
{
	static struct setup set;
	struct row same = untouched(row);
	struct outcome out;
	const char *wrong = driver_carry(&x->drv, row, carry_run, &set, &out, err);
	bool redirected = run.verdict == XDP_REDIRECT;

	if (wrong)
		return wrong;
	run.taken += redirected;
	if (redirected != row_is_short(row, &set))
		return redirected ? "XDP takes it" : "XDP passes it on";
	return row_judge(redirected ? row : &same, &set, &out);
}

static int carry_both(struct driver *b, const struct row *row, const struct setup *set,
		      struct outcome *out)
{
	int err = carry_wire(b, row, set, out);

	out->peer = ROW_UNKNOWN; /* XDP goes by the device, tc may go past it */
	return err;
}

/* The receiving kernel wants two bytes behind a tag in the frame; tc puts it beside. */
static bool is_swallowed(const struct row *row)
{
	for (int i = P1; i <= P5; i++)
		if (row->as[i].tags && row->len && row->len - row->as[i].cut + 4 < 20)
			return true;
	return false;
}

static void try_row(struct xdp *x, struct tally *t, const struct row *row, bool wire)
{
	struct row seen = *row;
	struct outcome out;
	const char *wrong;
	int err = 0;

	if (wire && is_swallowed(row))
		seen.blind = "";
	wrong = wire ? driver_try(&x->drv, &seen, carry_both, &out, &err) : try_run(x, row, &err);

	driver_report(t, row, wrong, err);
}

static void run_rows(struct xdp *x, struct tally *t, const struct row *rows, bool wire)
{
	struct row again;
	char name[128];

	for (; rows->name; rows++) {
		const char *not = wire ? rows->not_wire : rows->not_run;

		if (rows->gso)
			not = "XDP sees no packets that are to be segmented";
		if (not ) {
			tally_skip(t, rows->name, not );
			continue;
		}
		try_row(x, t, rows, wire);
		if (!row_again(rows, &again))
			continue;
		snprintf(name, sizeof(name), "%s, again", rows->name);
		again.name = name;
		try_row(x, t, &again, wire);
	}
}

static void run_tables(struct xdp *x, struct tally *t, bool wire)
{
	for (const struct row *const *rows = row_tables(); *rows; rows++)
		run_rows(x, t, *rows, wire);
	run_rows(x, t, rows_xdp, wire);
}

#define RANDOM_ROWS	 1500
#define RANDOM_SEQUENCES 200

/* A made row and, if that is one, the same frame once more. */
static const char *judge_random(const struct row *row, void *arg)
{
	const char *wrong;
	struct row again;
	int err = 0;

	/* a port whose error is over is healed by whoever looks at it first, and that may be XDP */
	if (row->not_run || row->healed)
		return NULL;
	wrong = try_run(arg, row, &err);
	if (!wrong && row_again(row, &again))
		wrong = try_run(arg, &again, &err);
	return wrong;
}

#define BATCH 64

/* Sends each frame to the device, at random to the destination it has or to all. */
static int load_mixer(__u32 ifindex)
{
#define OP(c, d, s, o, i)                                                                          \
	{                                                                                          \
		.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (int)(i)           \
	}
	struct bpf_insn code[] = {
		OP(BPF_ALU64 | BPF_MOV | BPF_X, 6, 1, 0, 0),
		OP(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_get_prandom_u32),
		OP(BPF_LDX | BPF_MEM | BPF_W, 1, 6, offsetof(struct xdp_md, data), 0),
		OP(BPF_LDX | BPF_MEM | BPF_W, 2, 6, offsetof(struct xdp_md, data_end), 0),
		OP(BPF_ALU64 | BPF_MOV | BPF_X, 3, 1, 0, 0),
		OP(BPF_ALU64 | BPF_ADD | BPF_K, 3, 0, 0, 14),
		OP(BPF_JMP | BPF_JGT | BPF_X, 3, 2, 6, 0),
		OP(BPF_ST | BPF_MEM | BPF_W, 1, 0, 0, 0x00000002), /* B */
		OP(BPF_ST | BPF_MEM | BPF_H, 1, 0, 4, 0x0b00),
		OP(BPF_JMP | BPF_JSET | BPF_K, 0, 0, 1, 1),
		OP(BPF_JMP | BPF_JA, 0, 0, 2, 0),
		OP(BPF_ST | BPF_MEM | BPF_W, 1, 0, 0, -1),
		OP(BPF_ST | BPF_MEM | BPF_H, 1, 0, 4, -1),
		OP(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, ifindex),
		OP(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 0),
		OP(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect),
		OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
#undef OP
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	int fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "mixer", "GPL", code,
			       sizeof(code) / sizeof(*code), &opts);

	return fd < 0 ? -errno : fd;
}

/* A batch of frames that arrives at the outer device of P1 in one go. */
static int carry_batch(struct driver *b, const struct row *row, const struct setup *set,
		       struct outcome *out)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = set->frame, .data_size_in = set->len,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH, .repeat = BATCH);
	const struct lab_port *port = &b->lab.port[row->in];
	int home = netns_open_self(), mixer = load_mixer(port->inner),
	    err = netns_enter(port->netns);

	(void)out;
	if (!err && bpf_prog_test_run_opts(mixer, &opts))
		err = -errno;
	err = netns_enter(home) ?: err;
	close(mixer);
	close(home);
	return err;
}

/* Of the next frame at the station of the port: 1: to all, 0: to one, negative: none came. */
static int next_is_broadcast(const struct xdp *x, unsigned int port, int ms)
{
	struct pollfd p = { .fd = x->drv.lab.port[port].rx, .events = POLLIN };
	__u8 frame[10 /* struct virtio_net_hdr */ + 64];

	if (poll(&p, 1, ms) <= 0 || recv(p.fd, frame, sizeof(frame), 0) < 10 + 14)
		return -1;
	return frame[10] & 1;
}

/*
 * Unicast and copies for one device, in one batch: if only one of them were to be seen by
 * xsw_egr, the kernel would take it for both. P2 gets no broadcasts, and all the rest.
 */
static void test_batch(struct xdp *x, struct tally *t)
{
	static const struct row row = {
		.name = "a filtered flood in one batch with unicast",
		.port[P2].flip = XSW_F_BCAST_FLOOD,
		.fdb = { { B, 0, P2 }, { A, 0, P1 } },
		.in = P1,
		.frame = B A "88b5",
	};
	static struct setup set;
	struct outcome out;
	int err, leaked = 0, got = 0;
	const char *wrong = driver_carry(&x->drv, &row, carry_batch, &set, &out, &err);
	int unicast = (int)out.st[P2].tx[XSW_UNICAST].packets;
	int broadcast = (int)out.st[P1].rx[XSW_BROADCAST].packets;

	for (; !wrong && got < unicast; got++) {
		int is = next_is_broadcast(x, P2, 5000);

		if (is < 0)
			break;
		leaked += is;
		got -= is;
	}
	if (!wrong && (!unicast || !broadcast || unicast + broadcast != BATCH))
		wrong = "the batch is not a mix";
	if (!wrong && (leaked || got != unicast))
		wrong = row_say("P2 got %d broadcasts and %d of %d other frames", leaked, got,
				unicast);
	if (!wrong && out.st[P3].tx[XSW_BROADCAST].packets != (__u64)broadcast)
		wrong = "P3 did not get all broadcasts";
	driver_report(t, &row, wrong, err);
	for (unsigned int i = P1; i <= P5; i++)
		while (next_is_broadcast(x, i, 0) >= 0)
			;
}

/* The kernel empties the slots of a device that is unregistered. */
static void test_unregister(struct xdp *x, struct tally *t)
{
	static const struct row known = {
		.name = "destination behind a device that was unregistered",
		.fdb = { { B, 0, P3, XSW_FDB_STATIC }, { A, 0, P1 } },
		.in = P1,
		.frame = B A "88b5",
		.to = S2 | S4 | S5,
		.class = XSW_UNKNOWN,
		.after = { { B, 0, P3, XSW_FDB_STATIC }, { A, 0, P1, .how = SEEN } },
	};
	static const struct row flood = {
		.name = "a flood skips a device that was unregistered",
		.fdb = { { A, 0, P1 } },
		.in = P1,
		.frame = BCAST A "88b5",
		.to = S2 | S4 | S5,
		.class = XSW_BROADCAST,
		.after = { { A, 0, P1, .how = SEEN } },
	};
	int err = lab_remove(&x->drv.lab, P3);

	if (err) {
		driver_report(t, &known, "removing the device", err);
		return;
	}
	try_row(x, t, &known, true);
	try_row(x, t, &flood, true);
}

/* The second object, on the maps of the first. */
static int load(struct xdp *x, const char *path)
{
	struct bpf_program *xdp, *egr;
	struct bpf_map *map;
	int err = 0;

	x->obj = bpf_object__open_file(path, NULL);
	if (!x->obj)
		return -errno;
	bpf_object__for_each_map(map, x->obj)
	{
		int fd = bpf_object__find_map_fd_by_name(x->drv.obj, bpf_map__name(map));

		if (!err)
			err = bpf_map__reuse_fd(map, fd);
	}
	if (!err)
		err = bpf_object__load(x->obj);
	if (err)
		return err;
	xdp = bpf_object__find_program_by_name(x->obj, XSW_PROG_XDP);
	egr = bpf_object__find_program_by_name(x->obj, XSW_PROG_EGR);
	if (!xdp || !egr)
		return -ENOENT;
	x->prog = run.prog = bpf_program__fd(xdp);
	x->drv.maps.egr = bpf_program__fd(egr);
	return 0;
}

/* Programs on the devices, and the devices in the map. */
static int attach(struct xdp *x, unsigned int ports)
{
	lab_detach_xdp(&x->drv.lab);
	x->drv.maps.at_xdp = ports;
	return lab_attach_xdp(&x->drv.lab, x->prog, ports | 1u << STRANGER);
}

static void run_all(struct xdp *x, struct tally *t)
{
	struct driver_way both = { &x->drv, carry_both };
	int err = attach(x, ALL);
	char text[64];

	tally_row(&t[0], "XDP attaches", NULL, err ? strerror(-err) : NULL);
	if (err)
		return;
	run_tables(x, &t[0], false);
	random_rows(&t[0], RANDOM_ROWS, judge_random, x);
	snprintf(text, sizeof(text), "XDP takes frames: %u of the rows", run.taken);
	tally_row(&t[0], text, NULL, run.taken ? NULL : "none");
	err = lab_attach(&x->drv.lab, x->drv.tc);
	tally_row(&t[1], "tc attaches", NULL, err ? strerror(-err) : NULL);
	if (err)
		return;
	run_tables(x, &t[1], true);
	random_sequences(&t[1], RANDOM_SEQUENCES, &driver_sequence, &both);
	test_batch(x, &t[1]);
	err = attach(x, MIXED);
	tally_row(&t[2], "XDP attaches to some", NULL, err ? strerror(-err) : NULL);
	if (err)
		return;
	run_tables(x, &t[2], true);
	random_sequences(&t[2], RANDOM_SEQUENCES, &driver_sequence, &both);
	if (!attach(x, ALL))
		test_unregister(x, &t[1]);
}

int main(void)
{
	struct tally t[] = { { .driver = "run: " },
			     { .driver = "xdp: " },
			     { .driver = "mixed: " } };
	const char *dir = getenv("XSW_BPF_DIR");
	static struct xdp x;
	char path[4096];
	int err;

	dir = dir ? dir : "build/bpf";
	snprintf(path, sizeof(path), "%s/xsw_tc.bpf.o", dir);
	err = driver_open(&x.drv, &t[0], path);
	if (!err) {
		snprintf(path, sizeof(path), "%s/xsw_xdp.bpf.o", dir);
		err = load(&x, path);
		tally_row(&t[0], "the program loads", path, err ? strerror(-err) : NULL);
	}
	if (!err)
		run_all(&x, t);
	driver_close(&x.drv);
	bpf_object__close(x.obj);
	return tally_end(t, sizeof(t) / sizeof(t[0]));
}
