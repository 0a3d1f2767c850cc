// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_bare.c - bare frames into a port and programs at the others that count and drop them
 *
 * The kernel makes the frames and a program redirects them to eth0: no socket on either side.
 * A veth hands them to its other end's NAPI, which runs where it was scheduled and stays there as long
 * as there is work. One frame sent by another CPU, such as IPv6's own, and the two work side by side,
 * the sender is the quicker one, and what its ring (256 frames) cannot take is lost: with
 * such frames added, up to 36 % on a veth pair and 58 % at XDP on 6.18, without them none. So the
 * ports are made quiet first.
 */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include "bench_lab.h"

#define DEVICE	    "eth0"
#define FRAME	    60
#define BATCH	    64
#define TRIAL	    20000
#define TCX_INGRESS ((enum bpf_attach_type)46) /* BPF_TCX_INGRESS: in headers since 6.6 */
#define CPUS	    1024

#define OP(c, d, s, o, i)                                                                          \
	{                                                                                          \
		.code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i)                \
	}
#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static int load(enum bpf_prog_type type, const char *name, const struct bpf_insn *code, size_t n)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);

	if (type == BPF_PROG_TYPE_XDP)
		opts.prog_flags = BPF_F_XDP_HAS_FRAGS;
	return bpf_prog_load(type, name, "GPL", code, n, &opts);
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

	return load(type, "sink", code, COUNT(code));
}

static int load_sender(uint32_t ifindex)
{
	struct bpf_insn code[] = {
		OP(BPF_ALU64 | BPF_MOV | BPF_K, 1, 0, 0, (int32_t)ifindex),
		OP(BPF_ALU64 | BPF_MOV | BPF_K, 2, 0, 0, 0),
		OP(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect),
		OP(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return load(BPF_PROG_TYPE_XDP, "send", code, COUNT(code));
}

int lab_attach_tc(int prog, uint32_t ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = (int)ifindex, .attach_point = BPF_TC_INGRESS);
	LIBBPF_OPTS(bpf_tc_opts, filter, .prog_fd = prog);
	int link = bpf_link_create(prog, (int)ifindex, TCX_INGRESS, NULL), err;

	if (link >= 0 || errno != EINVAL)
		return link;
	err = bpf_tc_hook_create(&hook);
	if (!err || err == -EEXIST)
		err = bpf_tc_attach(&hook, &filter);
	errno = -err;
	return err ? -1 : 0;
}

/* --- the ends ---------------------------------------------------------------------------- */

struct sinks {
	int map, xdp, tc;
};

/* Links of XDP are closed with the worker: the back end is removed before, and they with it. */
static int sink_at(void *arg)
{
	uint32_t ifindex = if_nametoindex(DEVICE);
	const struct sinks *s = arg;

	if (bpf_link_create(s->xdp, (int)ifindex, BPF_XDP, NULL) < 0)
		return -errno;
	return lab_attach_tc(s->tc, ifindex) < 0 ? -errno : 0;
}

static int sinks_open(struct bench_lab *lab, struct sinks *s)
{
	s->map = bpf_map_create(BPF_MAP_TYPE_PERCPU_ARRAY, "sunk", 4, 8, 1, NULL);
	s->xdp = s->map < 0 ? -1 : load_sink(BPF_PROG_TYPE_XDP, s->map, XDP_DROP);
	s->tc = s->xdp < 0 ? -1 : load_sink(BPF_PROG_TYPE_SCHED_CLS, s->map, TC_ACT_SHOT);
	if (s->tc < 0)
		return lab_error(lab, "cannot load a program that counts: %s", strerror(errno));
	for (uint32_t port = 2; port <= lab->ports; port++)
		if (lab_in(lab, port, sink_at, s))
			return -1;
	return 0;
}

static uint64_t sunk(const struct sinks *s)
{
	uint64_t each[CPUS] = { 0 }, sum = 0;
	uint32_t zero = 0;

	bpf_map_lookup_elem(s->map, &zero, each);
	for (size_t i = 0; i < CPUS; i++)
		sum += each[i];
	return sum;
}

/* --- the sender -------------------------------------------------------------------------- */

/* What the process that sends inherits. */
static struct {
	struct sinks sinks;
	uint8_t frame[FRAME];
} bare;

/* ns a frame, as the kernel says: without the 25 ms that a call takes to begin and end. */
static double run(struct lab_peer *peer, int prog, uint64_t n)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = bare.frame, .data_size_in = FRAME,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = BATCH, .repeat = (int)n);

	lab_must(peer, bpf_prog_test_run_opts(prog, &opts), "live frames");
	return opts.duration + 0.5; /* it is cut to whole ones */
}

static void send_bare(struct lab_peer *peer)
{
	int prog = (int)lab_must(peer, load_sender(if_nametoindex(DEVICE)), "a program that sends");
	uint64_t n = (uint64_t)((double)peer->length / run(peer, prog, TRIAL)) + 1;
	uint64_t before = sunk(&bare.sinks);
	double ns = run(peer, prog, n);

	peer->sweep.sent = n;
	peer->sweep.elapsed = (uint64_t)(ns * (double)n);
	atomic_store(&peer->count, sunk(&bare.sinks) - before);
}

int traffic_bare(struct bench_lab *lab, struct traffic_bare *words)
{
	struct lab_peer *peer;
	int ret;

	memset(bare.frame, 0, FRAME);
	memcpy(bare.frame, words->dst, 6);
	bare.frame[12] = 0x88; /* IEEE local experimental */
	bare.frame[13] = 0xb5;
	if (lab_mac(lab, 1, bare.frame + 6) || lab_quiet(lab) || lab_take_bare(lab, 1) ||
	    sinks_open(lab, &bare.sinks))
		return -1;
	peer = lab_peers(lab, 1);
	if (!peer)
		return -1;
	*peer = (struct lab_peer){ .port = 1, .polls = true, .length = words->ns };
	ret = lab_peer_start(lab, peer, send_bare) || lab_peer_wait(lab, peer) ? -1 : 0;
	words->sent = peer->sweep.sent;
	words->elapsed = peer->sweep.elapsed;
	words->sunk = atomic_load(&peer->count);
	lab_peers_free(peer, 1);
	/* the links keep the programs, and those the map */
	close(bare.sinks.map);
	close(bare.sinks.xdp);
	close(bare.sinks.tc);
	return ret;
}
