// SPDX-License-Identifier: GPL-2.0-only
/*
 * prog.c - ns a packet of a pinned tc program on a UDP frame, by BPF_PROG_TEST_RUN
 *
 * The frame comes from the device IFINDEX. An empty program is measured before and after and
 * their mean reported beside it: what a test run costs by itself. The program must end in
 * TC_ACT_REDIRECT, so that no slow or dropping path is taken for the one asked about.
 *
 * What it does not show: caches are hot, the frame is the same one every time (what the
 * program changes in the skb is changed for all later runs), and the redirect itself is only
 * requested, not made.
 */
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include "bench.h"

#define FRAME 60

static int empty_program(void)
{
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_0,
		  .imm = TC_ACT_REDIRECT },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return must(bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "empty", "GPL", code, 2, NULL),
		    "empty program");
}

static unsigned int parse_mac(const char *s, uint8_t *mac)
{
	return sscanf(s, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4,
		      mac + 5) == 6;
}

/* ns a packet */
static unsigned int measure(int fd, uint32_t ifindex, const uint8_t *frame, int repeat)
{
	struct __sk_buff ctx = { .ifindex = ifindex };
	uint8_t out[256];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = FRAME,
		    .data_out = out, .data_size_out = sizeof(out), .ctx_in = &ctx,
		    .ctx_size_in = sizeof(ctx), .repeat = repeat);

	must(bpf_prog_test_run_opts(fd, &opts), "test run");
	if (opts.retval != TC_ACT_REDIRECT) {
		fprintf(stderr, "the program returned %d: not the unicast hit path\n",
			(int)opts.retval);
		exit(1);
	}
	return opts.duration;
}

int main(int argc, char **argv)
{
	struct bpf_prog_info info = { 0 };
	uint32_t ifindex, len = sizeof(info);
	uint8_t frame[FRAME] = { 0 };
	int fd, empty, repeat;
	unsigned int before, ns, after;

	usage_if(argc != 6 || !parse_mac(argv[3], frame + 6) || !parse_mac(argv[4], frame),
		 "prog PIN IFINDEX SOURCE DESTINATION REPEAT");
	frame[12] = 0x08; /* IPv4 */
	frame[14] = 0x45;
	frame[17] = FRAME - 14;
	frame[22] = 64;
	frame[23] = 17; /* UDP */
	ifindex = strtoul(argv[2], NULL, 10);
	repeat = strtoul(argv[5], NULL, 10);
	fd = must(bpf_obj_get(argv[1]), argv[1]);
	empty = empty_program();
	must(bpf_obj_get_info_by_fd(fd, &info, &len), "program info");

	bench_limit(60 * NSEC_PER_SEC);
	measure(fd, ifindex, frame, repeat / 10);
	before = measure(empty, ifindex, frame, repeat);
	ns = measure(fd, ifindex, frame, repeat);
	after = measure(empty, ifindex, frame, repeat);
	printf("{\"ns\": %u, \"empty\": %.1f, \"jited\": %u, \"verified\": %u}\n", ns,
	       (before + after) / 2.0, info.jited_prog_len, info.verified_insns);
	return 0;
}
