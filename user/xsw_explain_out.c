// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_explain_out.c - steps 8 to 12 in words: what a frame teaches, and where it goes
 */
#include "explain.h"

static void tell_refused(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	uint32_t max = x->sw->maps.mem.limits[rec->limit % XSW_LIMITS].max;

	if (rec->note == XSW_R_fdb_full)
		explain_say(x, STEP_LEARNING, NULL, "not learned: the table is full (%u entries)",
			    maps_fdb_size(&x->sw->maps));
	else if (rec->limit == XSW_LIMIT_SWITCH)
		explain_say(x, STEP_LEARNING, NULL,
			    "not learned: the switch has its max_learned %u", max);
	else if (rec->limit < XSW_PORTS)
		explain_say(x, STEP_LEARNING, NULL, "not learned: the port has its max_macs %u",
			    max);
	else
		explain_say(x, STEP_LEARNING, NULL, "not learned: VLAN %u has its max_learned %u",
			    rec->limit - XSW_PORTS, max);
}

void explain_learning(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	const char *from = explain_port(x->sw, rec->from), *at = explain_port(x->sw, rec->at);
	const char *end = x->reason == XSW_R_port_learning ? "; the port does not forward yet" : "";

	if (explain_wired(x))
		explain_say(x, STEP_LEARNING, NULL, "wired: nothing is learned%s", end);
	else if (x->reason == XSW_R_static_move)
		explain_say(x, STEP_LEARNING, NULL, "%s is a static entry of %s", x->src, from);
	else if (x->reason == XSW_R_flap)
		explain_say(x, STEP_LEARNING, NULL, "%s moves too often: it is held on %s", x->src,
			    at);
	else if (rec->learned == XSW_TL_REFUSED)
		tell_refused(x);
	else if (rec->learned == XSW_TL_NEW)
		explain_say(x, STEP_LEARNING, NULL, "%s is new: learned%s", x->src, end);
	else if (rec->learned == XSW_TL_MOVED)
		explain_say(x, STEP_LEARNING, NULL, "%s moves here from %s%s", x->src, from, end);
	else if (rec->learned == XSW_TL_KNOWN)
		explain_say(x, STEP_LEARNING, NULL, "%s is known here%s", x->src, end);
	else if (!(x->conf.flags & XSW_F_LEARNING) || x->conf.state == XSW_STATE_BLOCKING)
		explain_say(x, STEP_LEARNING, NULL, "off%s", end);
	else
		explain_say(x, STEP_LEARNING, NULL, "%s stays on %s%s", x->src, at, end);
}

void explain_destination(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	char in[EXPLAIN_WORDS];
	const char *dst = x->dst;

	explain_in(rec, in);
	if (explain_wired(x))
		explain_say(x, STEP_DESTINATION, NULL, "wired with %s",
			    explain_port(x->sw, x->policy.wire));
	else if (rec->class == XSW_UNICAST)
		explain_say(x, STEP_DESTINATION, NULL, "%s is on %s%s (%s)", dst,
			    explain_port(x->sw, rec->dest), in,
			    rec->dest_state < XSW_FDB_STATES ? xsw_fdb_words[rec->dest_state] :
							       "?");
	else if (rec->class != XSW_UNKNOWN)
		explain_say(x, STEP_DESTINATION, NULL, "%s: flooded%s", explain_class(rec), in);
	else if (rec->dest)
		explain_say(x, STEP_DESTINATION, NULL,
			    "the device of %s, where %s is, is gone: flooded%s",
			    explain_port(x->sw, rec->dest), dst, in);
	else if (rec->stale)
		explain_say(x, STEP_DESTINATION, NULL, "the entry of %s on %s is old: flooded%s",
			    dst, explain_port(x->sw, rec->stale), in);
	else
		explain_say(x, STEP_DESTINATION, NULL, "no entry of %s: flooded%s", dst, in);
}

/* Why a port does not take the frame. */
static void tell_port(struct explain *x, const struct xsw_trace_port *p)
{
	const char *name = explain_port(x->sw, p->port), *reason = explain_reason(p->reason);
	union xsw_conf conf = maps_conf_load(&x->sw->maps, p->port % XSW_PORTS);

	if (p->reason == XSW_R_too_big)
		explain_say(x, STEP_EGRESS, name, "%s: %u bytes, its MTU is %u", reason,
			    x->rec->payload, conf.mtu);
	else if (p->reason == XSW_R_vlan_egress)
		explain_say(x, STEP_EGRESS, name, "%s: no member of VLAN %u", reason, x->rec->vid);
	else if (p->reason == XSW_R_egress_down && conf.state != XSW_STATE_FORWARDING)
		explain_say(x, STEP_EGRESS, name, "%s: %s", reason, explain_states[conf.state]);
	else if (p->reason == XSW_R_egress_down)
		explain_say(x, STEP_EGRESS, name, "%s: %s", reason,
			    conf.policy & XSW_P_WIRE ? "wired" : "its device is gone");
	else if (p->reason == XSW_R_same_port)
		explain_say(x, STEP_EGRESS, name, "%s: the frame came in here", reason);
	else if (p->reason == XSW_R_no_target)
		explain_say(x, STEP_EGRESS, name, "no target: %s is off",
			    explain_flag(x->rec->class));
	else if (p->reason == XSW_R_isolated)
		explain_say(x, STEP_EGRESS, name, "%s: %s", reason,
			    conf.policy & x->conf.policy & XSW_P_ISOLATED ?
				    "as the ingress port is" :
				    "of the same group");
	else
		explain_say(x, STEP_EGRESS, name, "%s: %s", reason, explain_sentence(p->reason));
}

void explain_egress(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	char in[EXPLAIN_WORDS];

	for (uint32_t i = 0; i < explain_told(rec); i++) {
		const struct xsw_trace_port *p = &rec->ports[i];

		if (p->flags & XSW_TP_MIRROR)
			continue;
		if (p->flags & XSW_TP_SENT)
			explain_say(x, STEP_EGRESS, explain_port(x->sw, p->port), "takes it");
		else
			tell_port(x, p);
	}
	if (rec->ports_n > explain_told(rec))
		explain_say(x, STEP_EGRESS, NULL, "%u more ports",
			    rec->ports_n - explain_told(rec));
	else if (!rec->ports_n)
		explain_say(x, STEP_EGRESS, NULL, "no port to ask%s", explain_in(rec, in));
}

void explain_tag(struct explain *x)
{
	struct xsw_explain_view *v = x->v;

	for (size_t i = 0; i < v->ntargets; i++)
		explain_say(x, STEP_TAG, v->targets[i].port, "%s", v->targets[i].form);
	if (x->reason == XSW_R_vlan_truncated)
		explain_say(x, STEP_TAG, NULL, "the tag behind the one to take off is cut short");
}

void explain_send(struct explain *x)
{
	uint32_t n = x->rec->sent_n;

	if (n)
		explain_say(x, STEP_SEND, NULL, "%u %s, counted as %s", n,
			    n == 1 ? "frame" : "copies", explain_class(x->rec));
}
