/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prog_trace.h - xsw_trace over the maps of a switch: what it would do with a frame
 *
 * The program and its own maps are the process's: nothing is pinned, and a process that is killed
 * leaves nothing. It only reads the maps of the switch, so no lock is taken.
 *
 * Complications: BPF_PROG_TEST_RUN takes neither frames shorter than an Ethernet header nor, on
 * every kernel, longer ones than about a page, and new kernels want a whole header behind the types
 * of IP. So the program is told the length of the frame and given its beginning, or padding; and a
 * runt, which no device hands over either, it is not given at all.
 *
 * Functions return 0 or -errno; log_libbpf_last() has the loader's or verifier's words.
 */
#ifndef XSWITCH_PROG_TRACE_H
#define XSWITCH_PROG_TRACE_H

#include "maps.h"
#include "xsw_trace.h"
#include "xsw_watch.h"

struct xsw_dry;
struct ring_buffer;

struct prog_trace {
	int prog;		 /* descriptor of xsw_trace */
	struct xsw_tracing *mem; /* what it is asked for, and what was lost */
	struct ring_buffer *rb;	 /* the records */
	const struct maps *maps; /* of the switch */
	struct xsw_dry *skel;
	/* called by prog_trace_read() with each record and the `caplen` bytes of its frame */
	void (*fn)(const struct xsw_trace *rec, const uint8_t *frame, void *arg);
	void *arg;
	uint32_t left; /* records that prog_trace_read() still hands over */
};

/* A frame that comes in. */
struct prog_frame {
	const uint8_t *data; /* at least the first PROG_FRAME_MAX bytes of `len` */
	uint32_t len;
	uint32_t port;	  /* by this one */
	uint32_t vid;	  /* which its tunnel key says; 0: it says none */
	uint32_t ifindex; /* device of the port, in the caller's namespace; 0: whichever */
	uint32_t gso_size, gso_segs;
};
#define PROG_FRAME_MAX 3000

/* Load it over the maps of `m`, which must stay open; records need `ring` bytes, a power of two. */
int prog_trace_open(struct prog_trace *t, const struct maps *m, uint32_t ring);

/*
 * The same to be put in front of xsw_tc, for the frames that `watch` wants; mem->until is its lease
 * and mem->snaplen says how much of each frame comes with its record.
 */
int prog_watch_open(struct prog_trace *t, const struct maps *m, uint32_t ring,
		    const struct xsw_watch *watch);

/* Whether the lease of such a program, by its descriptor, has run out. */
bool prog_watch_over(int prog, uint64_t now);
void prog_trace_close(struct prog_trace *t);

/* Readable when there are records. */
int prog_trace_fd(const struct prog_trace *t);

/* Hand over what there is in the ring buffer, or so much of it that there is time for else. */
int prog_trace_read(struct prog_trace *t);

/* What becomes of this frame. -ENODATA: the program did not say: there is no such port. */
int prog_trace_run(struct prog_trace *t, const struct prog_frame *frame, struct xsw_trace *rec);

#endif
