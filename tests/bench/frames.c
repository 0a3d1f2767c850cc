// SPDX-License-Identifier: GPL-2.0-only
/*
 * frames.c - bare frames into a device and into sinks, no socket on either side
 *
 *	frames sink PIN INTERFACE
 *	frames send INTERFACE SOURCE DESTINATION SECONDS [PIN]
 *
 * send: the kernel makes the frames (BPF_PROG_RUN with BPF_F_TEST_XDP_LIVE_FRAMES, 5.18) and a
 * program redirects them to the device. All up to the sinks runs on the CPU of this process,
 * batch after batch: the rate is that of one CPU.
 *
 * sink: programs at XDP and at tc ingress that drop all they see and count it in the map PIN, which
 * sinks share and the first one makes. What came as a bare frame ends at XDP, what went past the
 * device (bpf_redirect_peer) at tc. Links are pinned beside the map and stay.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <net/if.h>

#include "bench.h"

#define FRAME	    60
#define BATCH	    64
#define TRIAL	    20000
#define TCX_INGRESS ((enum bpf_attach_type)46) /* not in older headers */

#define OP(c, d, s, o, i)                                                                          \
	{                                                                                          \
		.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)                \
	}

static int load(enum bpf_prog_type type, const char *name, const struct bpf_insn *code, size_t n)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);

	if (type == BPF_PROG_TYPE_XDP)
		opts.prog_flags = BPF_F_XDP_HAS_FRAGS;
	return must(bpf_prog_load(type, name, "GPL", code, n, &opts), name);
}

/* Counts a frame in slot 0 of the map and returns the verdict. */
static int load_sink(enum bpf_prog_type type, int map, int verdict)
{
	struct bpf_insn code[] = {
		OP(BPF_LD | BPF_DW | BPF_IMM, 1, BPF_PSEUDO_MAP_FD, 0, map),
		OP(0, 0, 0, 0, 0),
		OP(BPF_ST | BPF_MEM | BPF_W, 10, 0, -4, 0),
		OP(BPF_ALU64 | BPF_MOV | BPF_X, 2, 10, 0, 0),
		OP(BPF_ALU64 | BPF_ADD | BPF_K, 2, 0, 0, -4),
		OP(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		OP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3, 0),
		OP(BPF_LDX | BPF_MEM | BPF_DW, 1, 0, 0, 0),
		OP(BPF_ALU64 | BPF_ADD | BPF_K, 1, 0, 0, 1),
		OP(BPF_STX | BPF_MEM | BPF_DW, 0, 1, 0, 0),
		OP(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, verdict),
		OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return load(type, "sink", code, sizeof(code) / sizeof(*code));
}

static int load_sender(int ifindex)
{
	struct bpf_insn code[] = {
		OP(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, ifindex),
		OP(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 0),
		OP(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect),
		OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return load(BPF_PROG_TYPE_XDP, "send", code, sizeof(code) / sizeof(*code));
}

static void pin_link(int prog, int ifindex, enum bpf_attach_type type, const char *path,
		     const char *suffix)
{
	char name[512];
	int link = must(bpf_link_create(prog, ifindex, type, NULL), suffix);

	/* interfaces of other namespaces have the same numbers */
	snprintf(name, sizeof(name), "%s-%d%s", path, getpid(), suffix);
	must(bpf_obj_pin(link, name), name);
}

static void sink(const char *path, int ifindex)
{
	int map = bpf_obj_get(path);

	if (map < 0) {
		map = must(bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "sunk", 4, 8, 1, NULL), "map");
		must(bpf_obj_pin(map, path), path);
	}
	pin_link(load_sink(BPF_PROG_TYPE_XDP, map, XDP_DROP), ifindex, BPF_XDP, path, "x");
	pin_link(load_sink(BPF_PROG_TYPE_SCHED_CLS, map, TC_ACT_SHOT), ifindex, TCX_INGRESS, path,
		 "t");
}

static uint64_t sunk(int map)
{
	uint64_t each[1024] = { 0 }, sum = 0;
	uint32_t zero = 0;
	size_t i;

	if (map < 0)
		return 0;
	must(bpf_map_lookup_elem(map, &zero, each), "sinks");
	for (i = 0; i < sizeof(each) / sizeof(*each); i++)
		sum += each[i];
	return sum;
}

static unsigned int parse_mac(const char *s, uint8_t *mac)
{
	return sscanf(s, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", mac, mac + 1, mac + 2, mac + 3, mac + 4,
		      mac + 5) == 6;
}

/* ns a frame, as the kernel says: without the 25 ms that a call takes to begin and end. */
static double run(int prog, uint8_t *frame, uint64_t n)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = FRAME,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH, .repeat = (int)n);

	must(bpf_prog_test_run_opts(prog, &opts), "live frames");
	return opts.duration + 0.5; /* it is cut to whole ones */
}

/* limit 0: one frame */
static void send_frames(int ifindex, uint8_t *frame, uint64_t limit, int map)
{
	int prog = load_sender(ifindex);
	uint64_t before, n = 1;
	double ns;

	if (limit)
		n = limit / run(prog, frame, TRIAL) + 1;
	before = sunk(map);
	ns = run(prog, frame, n);
	printf("{\"sent\": %llu, \"sunk\": %llu, \"ns\": %.0f}\n", (unsigned long long)n,
	       (unsigned long long)(sunk(map) - before), ns * n);
}

int main(int argc, char **argv)
{
	uint8_t frame[FRAME] = { [12] = 0x88, [13] = 0xb5 };

	bench_limit(60 * NSEC_PER_SEC);
	if (argc == 4 && !strcmp(argv[1], "sink")) {
		sink(argv[2], (int)must(if_nametoindex(argv[3]) ?: -1, argv[3]));
		return 0;
	}
	usage_if(argc < 6 || argc > 7 || strcmp(argv[1], "send") ||
			 !parse_mac(argv[3], frame + 6) || !parse_mac(argv[4], frame),
		 "frames sink PIN INTERFACE\n"
		 "       frames send INTERFACE SOURCE DESTINATION SECONDS [PIN]");
	send_frames((int)must(if_nametoindex(argv[2]) ?: -1, argv[2]), frame, seconds_arg(argv[5]),
		    argc == 7 ? (int)must(bpf_obj_get(argv[6]), argv[6]) : -1);
	return 0;
}
