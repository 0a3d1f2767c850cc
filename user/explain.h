/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * explain.h - what xsw_explain.c and xsw_remedy.c share of a frame that is explained
 */
#ifndef XSWITCH_EXPLAIN_H
#define XSWITCH_EXPLAIN_H

#include "xsw_explain.h"
#include "xsw_int.h"
#include "xsw_names.h"

#define EXPLAIN_TPID_C 0x8100
#define EXPLAIN_TPID_S 0x88a8
#define EXPLAIN_WORDS  24

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

/* "ns1"; "?" where there is no port of that number (any more). */
const char *explain_port(const struct xsw *sw, uint32_t number);

/* " in VLAN 10", or nothing; into `text`, which is returned. */
const char *explain_in(const struct xsw_trace *rec, char text[EXPLAIN_WORDS]);

/* The bucket of storm control of a class; XSW_METER_POLICE: it has none. */
enum xsw_meter_id explain_meter(uint32_t class);

/* The setting of a port that lets it take floods of a class. */
const char *explain_flag(uint32_t class);

/* xsw_remedy.c: v->remedy or v->advice, where there is one. */
void explain_remedy(struct explain *x);

#endif
