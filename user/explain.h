/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explain.h - what those share that find words for a frame
 *
 *	xsw_explain.c		all of it
 *	xsw_explain_in.c	steps 1 to 7
 *	xsw_explain_out.c	steps 8 to 12
 *	xsw_remedy.c		what would change it
 */
#ifndef XSWITCH_EXPLAIN_H
#define XSWITCH_EXPLAIN_H

#include "xsw_explain.h"
#include "xsw_int.h"
#include "xsw_names.h"

#define EXPLAIN_TPID_C 0x8100
#define EXPLAIN_TPID_S 0x88a8
#define EXPLAIN_WORDS  24

/* Of the contract. */
enum step {
	STEP_PARSE = 1,
	STEP_STATE,
	STEP_CONTROL,
	STEP_VLAN,
	STEP_INGRESS,
	STEP_SOURCE,
	STEP_STORM,
	STEP_LEARNING,
	STEP_DESTINATION,
	STEP_EGRESS,
	STEP_TAG,
	STEP_SEND,
	STEP_STEPS,
};

struct explain {
	struct xsw *sw;
	const struct xsw_trace *rec;
	struct xsw_explain_view *v;
	union xsw_conf conf; /* of the ingress port, as the frame met it */
	uint32_t reason;     /* enum xsw_reason that ended the walk; 0: none */
	struct xsw_policy policy;
	struct xsw_policy_args lists; /* allowed addresses */
	char src[MAC_TEXT], dst[MAC_TEXT];
};

static inline bool explain_wired(const struct explain *x)
{
	return x->conf.policy & XSW_P_WIRE;
}

/* How many of the ports that were asked the record names. */
static inline uint32_t explain_told(const struct xsw_trace *rec)
{
	return rec->ports_n < XSW_TRACE_PORTS ? rec->ports_n : XSW_TRACE_PORTS;
}

/* One more line; `port` NULL: the step is about no port. */
void explain_say(struct explain *x, uint32_t step, const char *port, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

extern const char *const explain_states[8]; /* enum xsw_state */
const char *explain_reason(uint32_t reason);
const char *explain_sentence(uint32_t reason);
const char *explain_class(const struct xsw_trace *rec);

/* "ns1"; "?" where there is no port of that number (any more). */
const char *explain_port(const struct xsw *sw, uint32_t number);

/* " in VLAN 10", or nothing; into `text`, which is returned. */
const char *explain_in(const struct xsw_trace *rec, char text[EXPLAIN_WORDS]);

/* The bucket of storm control of a class; XSW_METER_POLICE: it has none. */
enum xsw_meter_id explain_meter(uint32_t class);

/* The setting of a port that lets it take floods of a class. */
const char *explain_flag(uint32_t class);

/* What was found in each step. */
void explain_parse(struct explain *x);
void explain_state(struct explain *x);
void explain_control(struct explain *x);
void explain_vlan(struct explain *x);
void explain_ingress(struct explain *x);
void explain_source(struct explain *x);
void explain_storm(struct explain *x);
void explain_learning(struct explain *x);
void explain_destination(struct explain *x);
void explain_egress(struct explain *x);
void explain_tag(struct explain *x);
void explain_send(struct explain *x);

/* v->remedy or v->advice, where there is one. */
void explain_remedy(struct explain *x);

#endif
