// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_work_prog.c - ns a packet of the program itself, by BPF_PROG_TEST_RUN
 *
 * A UDP frame from port 1 to port 2, both known. An empty program is measured before and after
 * and their mean taken off: what a test run costs by itself. The program must end in
 * TC_ACT_REDIRECT, so that no slow or dropping path is taken for the one asked about.
 *
 * What it does not show: caches are hot, the frame is the same one every time (what the
 * program changes in the skb is changed for all later runs), and the redirect is only asked for.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include "bench_lab.h"
#include "pin.h"

#define FRAME  60
#define SWITCH "sw0"

static int empty_program(void)
{
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_0,
		  .imm = TC_ACT_REDIRECT },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "empty", "GPL", code, 2, NULL);
}

static int measure(struct bench_lab *lab, int prog, const uint8_t *frame, int repeat, double *ns)
{
	struct __sk_buff ctx = { .ifindex = if_nametoindex(SWITCH "p1") };
	uint8_t out[256];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = FRAME,
		    .data_out = out, .data_size_out = sizeof(out), .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx), .repeat = repeat);

	if (bpf_prog_test_run_opts(prog, &opts))
		return lab_error(lab, "test run: %s", strerror(errno));
	if (opts.retval != TC_ACT_REDIRECT)
		return lab_error(lab, "the program returned %d: not the way of known unicast",
				 (int)opts.retval);
	*ns = opts.duration;
	return 0;
}

static int frame_between(struct bench_lab *lab, uint8_t frame[FRAME])
{
	memset(frame, 0, FRAME);
	if (lab_mac(lab, 2, frame) || lab_mac(lab, 1, frame + 6))
		return -1;
	frame[12] = 0x08; /* IPv4 */
	frame[14] = 0x45;
	frame[17] = FRAME - 14;
	frame[22] = 64;
	frame[23] = 17; /* UDP */
	return 0;
}

static int compare(struct bench_lab *lab, int prog, int empty)
{
	int repeat = lab->plan->size == BENCH_FULL ? 1000000 : 200000;
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);
	double before, ns, after;
	uint8_t frame[FRAME];

	if (frame_between(lab, frame) || measure(lab, prog, frame, repeat / 10, &ns) ||
	    measure(lab, empty, frame, repeat, &before) || measure(lab, prog, frame, repeat, &ns) ||
	    measure(lab, empty, frame, repeat, &after))
		return -1;
	if (bpf_obj_get_info_by_fd(prog, &info, &len))
		return lab_error(lab, "program info: %s", strerror(errno));
	lab_report(lab, ns - (before + after) / 2, "packet");
	lab_report(lab, (before + after) / 2, "empty");
	lab_report(lab, info.jited_prog_len, "jited");
	lab_report(lab, info.verified_insns, "verified");
	return 0;
}

static int run(struct bench_lab *lab)
{
	char path[PIN_PATH_MAX];
	int prog, empty, ret;
	cpu_set_t set;

	pin_path(path, SWITCH, "progs/xsw_tc");
	prog = bpf_obj_get(path);
	if (prog < 0)
		return lab_error(lab, "cannot open the program: %s", strerror(errno));
	empty = empty_program();
	CPU_ZERO(&set);
	CPU_SET(lab->machine->pin[1], &set);
	sched_setaffinity(0, sizeof(set), &set);
	ret = empty < 0 ? lab_error(lab, "cannot load a program: %s", strerror(errno)) :
			  compare(lab, prog, empty);
	if (empty >= 0)
		close(empty);
	close(prog);
	return ret;
}

int work_prog(struct bench_lab *lab)
{
	int ret = lab_up(lab, 2) || lab_learn(lab) || run(lab) ? -1 : 0;

	return lab_down(lab) ? -1 : ret;
}
