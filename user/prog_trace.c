// SPDX-License-Identifier: GPL-2.0-only
/*
 * prog_trace.c - loading xsw_trace, giving it frames, reading its records
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "prog.h"
#include "prog_trace.h"
#include "xsw_dry.skel.h"

#define ETH_LEN	  14
#define READ_MOST 4096 /* records at once: more may come as fast as they are read */
#define IP_LEN	  40   /* of the longer header, IPv6 */

/* Types behind which a test run wants a whole header. */
#define TYPE_IPV4 0x0800
#define TYPE_IPV6 0x86dd

static int on_record(void *ctx, void *data, size_t size)
{
	struct prog_trace *t = ctx;
	const struct xsw_trace *rec = data;

	if (size >= sizeof(*rec) && size - sizeof(*rec) >= rec->caplen)
		t->fn(rec, (const uint8_t *)(rec + 1), t->arg);
	return --t->left ? 0 : -EAGAIN;
}

static size_t page(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static int take(struct prog_trace *t)
{
	struct xsw_dry *skel = t->skel;
	void *mem;

	t->prog = bpf_program__fd(skel->progs.xsw_trace);
	mem = mmap(NULL, page(), PROT_READ | PROT_WRITE, MAP_SHARED,
		   bpf_map__fd(skel->maps.tracing), 0);
	if (mem == MAP_FAILED)
		return -errno;
	t->mem = mem;
	t->rb = ring_buffer__new(bpf_map__fd(skel->maps.traces), on_record, t, NULL);
	return t->rb ? 0 : -errno;
}

/* What is fixed from before loading. */
static int prepare(struct prog_trace *t, uint32_t ring, const struct xsw_watch *watch)
{
	int err = bpf_map__set_max_entries(t->skel->maps.traces, ring);

	if (!watch)
		return err;
	t->skel->rodata->watch = *watch;
	return err   ?:
		       bpf_map__set_max_entries(t->skel->maps.frames,
						(__u32)libbpf_num_possible_cpus());
}

int prog_trace_open(struct prog_trace *t, const struct maps *m, uint32_t ring)
{
	return prog_watch_open(t, m, ring, NULL);
}

int prog_watch_open(struct prog_trace *t, const struct maps *m, uint32_t ring,
		    const struct xsw_watch *watch)
{
	int err;

	*t = (struct prog_trace){ .prog = -1, .maps = m };
	t->skel = xsw_dry__open();
	if (!t->skel)
		return -errno;
	err = prog_maps(t->skel->obj, m, 0);
	if (!err)
		err = prepare(t, ring, watch);
	if (!err)
		err = bpf_object__load(t->skel->obj);
	if (!err)
		err = take(t);
	if (err)
		prog_trace_close(t);
	return err;
}

void prog_trace_close(struct prog_trace *t)
{
	ring_buffer__free(t->rb);
	if (t->mem)
		munmap(t->mem, page());
	xsw_dry__destroy(t->skel);
	*t = (struct prog_trace){ .prog = -1 };
}

int prog_trace_fd(const struct prog_trace *t)
{
	return ring_buffer__epoll_fd(t->rb);
}

bool prog_watch_over(int prog, uint64_t now)
{
	struct xsw_tracing tracing;
	int fd = prog_map(prog, "tracing");
	__u32 zero = 0;
	bool over;

	if (fd < 0)
		return fd == -ENOENT;
	over = !bpf_map_lookup_elem(fd, &zero, &tracing) && tracing.until <= now;
	close(fd);
	return over;
}

int prog_trace_read(struct prog_trace *t)
{
	int n;

	t->left = READ_MOST;
	n = ring_buffer__consume(t->rb);
	return n < 0 && n != -EAGAIN ? n : 0;
}

struct answer {
	struct xsw_trace *rec;
	bool there;
};

static void on_answer(const struct xsw_trace *rec, const uint8_t *frame, void *arg)
{
	struct answer *a = arg;

	(void)frame;
	*a->rec = *rec;
	a->there = true;
}

/* The bytes that the kernel takes for this frame. */
static uint32_t given(const struct prog_frame *f, uint8_t data[PROG_FRAME_MAX])
{
	uint32_t len = f->len < PROG_FRAME_MAX ? f->len : PROG_FRAME_MAX;
	uint16_t type;

	memcpy(data, f->data, len);
	type = (uint16_t)(data[ETH_LEN - 2] << 8 | data[ETH_LEN - 1]);
	if (len >= ETH_LEN + IP_LEN || (type != TYPE_IPV4 && type != TYPE_IPV6))
		return len;
	memset(data + len, 0, ETH_LEN + IP_LEN - len);
	return ETH_LEN + IP_LEN;
}

static int run(struct prog_trace *t, const struct prog_frame *f)
{
	struct __sk_buff ctx = {
		.ifindex = f->ifindex,
		.gso_size = f->gso_size,
		.gso_segs = f->gso_segs,
	};
	uint8_t data[PROG_FRAME_MAX];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = given(f, data),
		    .ctx_in = &ctx, .ctx_size_in = sizeof(ctx));

	t->mem->port = f->port;
	t->mem->vid = f->vid;
	t->mem->len = f->len;
	if (bpf_prog_test_run_opts(t->prog, &opts))
		return -errno;
	return prog_trace_read(t);
}

/* Which tables have no room: enum xsw_tracing_flag. */
static uint32_t full(const struct maps *m)
{
	uint32_t flags = 0;

	if (maps_is_full(m, MAP_FDB))
		flags |= XSW_TRACING_FDB_FULL;
	if (maps_is_full(m, MAP_PAIRS))
		flags |= XSW_TRACING_PAIRS_FULL;
	if (maps_is_full(m, MAP_AGEQUEUE))
		flags |= XSW_TRACING_QUEUE_FULL;
	return flags;
}

/* Too short for any device to hand it over: nothing but its port and length counts. */
static int runt(struct prog_trace *t, const struct prog_frame *frame, struct xsw_trace *rec)
{
	struct xsw_port port;

	if (bpf_map_lookup_elem(t->maps->fd[MAP_PORTS], &frame->port, &port))
		return -errno;
	*rec = (struct xsw_trace){
		.port = (__u16)frame->port,
		.conf = port.conf.word,
		.len = frame->len,
		.reason = XSW_R_runt,
	};
	return 0;
}

int prog_trace_run(struct prog_trace *t, const struct prog_frame *frame, struct xsw_trace *rec)
{
	struct answer answer = { .rec = rec };
	int err;

	if (frame->len < ETH_LEN)
		return runt(t, frame, rec);
	t->fn = on_answer;
	t->arg = &answer;
	t->mem->flags = 0;
	err = run(t, frame);
	if (!err && !answer.there)
		err = -ENODATA;
	/* counting entries takes a while, so only where it matters */
	if (!err && (rec->learned == XSW_TL_NEW || rec->learned == XSW_TL_MOVED)) {
		t->mem->flags = full(t->maps);
		err = t->mem->flags ? run(t, frame) : 0;
	}
	return err;
}
