/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * xsw_explain.h - what the switch would do with a frame, and why, in words
 *
 * xsw_trace_frame() asks the programs (BPF_PROG_TEST_RUN of xsw_trace on the live maps); they
 * decide, and xsw_explain() finds the words for what they found, which takes the settings of the
 * switch as they are at that moment. Nothing is changed and no lock is taken.
 *
 *	struct xsw_tracer *t;
 *
 *	xsw_trace_open(&t, sw, &spec);
 *	xsw_trace_frame(t, data, len, 0, &view);	any number of times
 *	xsw_trace_close(t);
 *
 * Functions return an exit status with the message written.
 */
#ifndef XSWITCH_XSW_EXPLAIN_H
#define XSWITCH_XSW_EXPLAIN_H

#include "xsw.h"
#include "xsw_trace.h"

#define XSW_EXPLAIN_STEPS 12 /* of the walk; some have a line for each port */
#define XSW_EXPLAIN_LINES (XSW_EXPLAIN_STEPS + 3 * XSW_TRACE_PORTS)
#define XSW_EXPLAIN_TEXT  192

/* One line of the walk. */
struct xsw_step_view {
	uint32_t step;	  /* 1..12 */
	const char *name; /* "parse", "state", ... */
	const char *port; /* that was asked; NULL: the step is about no port */
	char result[XSW_EXPLAIN_TEXT];
};

/* A port that takes the frame. */
struct xsw_target_view {
	const char *port;
	char remote[INET6_ADDRSTRLEN]; /* of a tunnel */
	bool tagged;		       /* with the tag of the VLAN */
	char form[32];		       /* "untagged", "tagged 10", "as it came" */
};

/* A mirror's copy. */
struct xsw_mirrored_view {
	const char *mirror;
	const char *port;
};

/* A port that was asked and does not. */
struct xsw_refused_view {
	const char *port;
	const char *reason;
};

struct xsw_explain_view {
	const char *port;
	const char *ifname; /* of its device */
	const char *hook;   /* "tcx", "clsact", "xdp" */
	uint8_t dst[6], src[6];
	uint32_t len;
	char tag[32];	     /* "802.1q 10", as it came in; empty: none */
	const char *verdict; /* "forwarded", "flooded", "dropped" */
	uint32_t vlan;	     /* 0: none */
	const char *class;   /* "unicast", ... */
	const char *reason;  /* of a drop; else NULL */
	const char *sentence;
	const char *note; /* what did not happen beside it */
	const char *note_sentence;
	const char *learned;		  /* "new", "moved", "known", "refused"; NULL: nothing */
	const char *from;		  /* moved: the port it was on */
	const struct xsw_step_view *step; /* the lists below, for who describes them */
	const struct xsw_target_view *target;
	const struct xsw_refused_view *no;
	const struct xsw_mirrored_view *copy;
	struct xsw_step_view steps[XSW_EXPLAIN_LINES];
	size_t nsteps;
	struct xsw_target_view targets[XSW_TRACE_PORTS];
	size_t ntargets;
	uint64_t ncopies; /* more than ntargets: not all are told */
	struct xsw_refused_view refused[XSW_TRACE_PORTS];
	size_t nrefused;
	struct xsw_mirrored_view mirrored[XSW_TRACE_PORTS];
	size_t nmirrored;
	char remedy[1024];	       /* a command that would change the verdict, or ... */
	char advice[XSW_EXPLAIN_TEXT]; /* ... what else would; both may be empty */
};

/* A record in words. `sw` lends what the view points to. */
void xsw_explain(struct xsw *sw, const struct xsw_trace *rec, struct xsw_explain_view *view);

/* Which port frames come in by. */
struct xsw_trace_spec {
	const char *port;
	struct arg_addr remote; /* of a tunnel: that they come from; family 0: the first one */
	bool key_set;
	uint32_t key; /* ... with a key for each VLAN */
};

struct xsw_tracer;

/* XSW_MISSING: there is no such port, or it has no such remote. */
int xsw_trace_open(struct xsw_tracer **out, struct xsw *sw, const struct xsw_trace_spec *spec);
void xsw_trace_close(struct xsw_tracer *t);

/*
 * What becomes of a frame of `len` bytes, of which the first 3000 do; `gso`: of segments with so
 * many bytes of payload, 0: it is one frame.
 */
int xsw_trace_frame(struct xsw_tracer *t, const uint8_t *data, uint32_t len, uint32_t gso,
		    struct xsw_explain_view *view);

/* The form of the command that would change such a verdict, or of the advice; NULL: none. */
const char *xsw_remedy_form(uint32_t reason);

#endif
