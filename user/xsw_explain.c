// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_explain.c - a record of xsw_trace in the words of the contract
 *
 * The record says where the walk ended and what was found on the way; from the settings of the
 * switch come only the words: modes, rates, names. The steps up to that end are told in order.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "explain.h"

static const char *const step_names[STEP_STEPS] = {
	[STEP_PARSE] = "parse",	  [STEP_STATE] = "state",	[STEP_CONTROL] = "control",
	[STEP_VLAN] = "vlan",	  [STEP_INGRESS] = "ingress",	[STEP_SOURCE] = "source",
	[STEP_STORM] = "storm",	  [STEP_LEARNING] = "learning", [STEP_DESTINATION] = "destination",
	[STEP_EGRESS] = "egress", [STEP_TAG] = "tag",		[STEP_SEND] = "send",
};

/* The step that each reason ends; 0: none of these. */
static const uint8_t ends[XSW_REASONS] = {
	[XSW_R_runt] = STEP_PARSE,
	[XSW_R_vlan_truncated] = STEP_PARSE,
	[XSW_R_port_down] = STEP_STATE,
	[XSW_R_port_blocking] = STEP_STATE,
	[XSW_R_port_learning] = STEP_LEARNING,
	[XSW_R_link_local] = STEP_CONTROL,
	[XSW_R_bpdu_guard] = STEP_CONTROL,
	[XSW_R_no_pvid] = STEP_VLAN,
	[XSW_R_vid_reserved] = STEP_VLAN,
	[XSW_R_frame_type] = STEP_VLAN,
	[XSW_R_vlan_ingress] = STEP_INGRESS,
	[XSW_R_src_group] = STEP_SOURCE,
	[XSW_R_src_zero] = STEP_SOURCE,
	[XSW_R_src_local] = STEP_SOURCE,
	[XSW_R_locked] = STEP_SOURCE,
	[XSW_R_spoofed_mac] = STEP_SOURCE,
	[XSW_R_spoofed_ip] = STEP_SOURCE,
	[XSW_R_storm] = STEP_STORM,
	[XSW_R_policed] = STEP_STORM,
	[XSW_R_static_move] = STEP_LEARNING,
	[XSW_R_flap] = STEP_LEARNING,
	[XSW_R_same_port] = STEP_EGRESS,
	[XSW_R_egress_down] = STEP_EGRESS,
	[XSW_R_too_big] = STEP_EGRESS,
	[XSW_R_no_target] = STEP_EGRESS,
	[XSW_R_vlan_egress] = STEP_EGRESS,
	[XSW_R_isolated] = STEP_EGRESS,
	[XSW_R_mirror_port] = STEP_EGRESS,
};

static const char *const classes[XSW_CLASSES] = {
	[XSW_UNICAST] = "unicast",
	[XSW_UNKNOWN] = "unknown",
	[XSW_MULTICAST] = "multicast",
	[XSW_BROADCAST] = "broadcast",
};

static const char *const learned[] = {
	[XSW_TL_NOT] = NULL,	  [XSW_TL_KNOWN] = "known",	[XSW_TL_NEW] = "new",
	[XSW_TL_MOVED] = "moved", [XSW_TL_REFUSED] = "refused",
};

const char *const explain_states[8] = {
	[XSW_STATE_DISABLED] = "disabled",
	[XSW_STATE_BLOCKING] = "blocking",
	[XSW_STATE_LEARNING] = "learning",
	[XSW_STATE_FORWARDING] = "forwarding",
	[XSW_STATE_ERRDISABLED] = "errdisabled",
	"?",
	"?",
	"?",
};

const char *explain_port(const struct xsw *sw, uint32_t number)
{
	const char *name = sw->ports[number % XSW_PORTS].name;

	return *name ? name : "?";
}

const char *explain_in(const struct xsw_trace *rec, char text[EXPLAIN_WORDS])
{
	if (rec->vid)
		snprintf(text, EXPLAIN_WORDS, " in VLAN %u", rec->vid);
	else
		*text = '\0';
	return text;
}

void explain_say(struct explain *x, uint32_t step, const char *port, const char *fmt, ...)
{
	struct xsw_explain_view *v = x->v;
	struct xsw_step_view *s = &v->steps[v->nsteps];
	va_list ap;

	if (v->nsteps == XSW_EXPLAIN_LINES)
		return;
	v->nsteps++;
	*s = (struct xsw_step_view){ .step = step, .name = step_names[step], .port = port };
	va_start(ap, fmt);
	vsnprintf(s->result, sizeof(s->result), fmt, ap);
	va_end(ap);
}

const char *explain_reason(uint32_t reason)
{
	const struct xsw_reason_word *w = xsw_reason_word(reason);

	return w ? w->name : "?";
}

const char *explain_sentence(uint32_t reason)
{
	const struct xsw_reason_word *w = xsw_reason_word(reason);

	return w ? w->sentence : "?";
}

const char *explain_class(const struct xsw_trace *rec)
{
	return classes[rec->class % XSW_CLASSES];
}

static void (*const tell[STEP_STEPS])(struct explain *x) = {
	[STEP_PARSE] = explain_parse,
	[STEP_STATE] = explain_state,
	[STEP_CONTROL] = explain_control,
	[STEP_VLAN] = explain_vlan,
	[STEP_INGRESS] = explain_ingress,
	[STEP_SOURCE] = explain_source,
	[STEP_STORM] = explain_storm,
	[STEP_LEARNING] = explain_learning,
	[STEP_DESTINATION] = explain_destination,
	[STEP_EGRESS] = explain_egress,
	[STEP_TAG] = explain_tag,
	[STEP_SEND] = explain_send,
};

/* --- the whole ------------------------------------------------------------------------- */

static void tag_text(char *text, size_t size, uint16_t tpid, uint16_t tci)
{
	const char *kind = tpid == EXPLAIN_TPID_C ? "802.1q" :
			   tpid == EXPLAIN_TPID_S ? "802.1ad" :
						    "";
	int len;

	*text = '\0';
	if (!tpid)
		return;
	len = snprintf(text, size, "%s %u", kind, tci & XSW_VID_MASK);
	if (tci >> 13)
		snprintf(text + len, size - (size_t)len, " prio %u", tci >> 13);
}

static void target(const struct explain *x, const struct xsw_trace_port *p,
		   struct xsw_target_view *t)
{
	const struct xsw_info *info = &x->sw->ports[p->port % XSW_PORTS];
	const struct xsw_trace *rec = x->rec;
	uint16_t tpid = rec->own ? rec->tpid : rec->push_tpid;

	*t = (struct xsw_target_view){ .port = explain_port(x->sw, p->port) };
	t->tagged = p->flags & XSW_TP_TAGGED;
	if (type_is_tunnel(info->type))
		tunnel_ip_text(&info->leg.remote, t->remote);
	if (explain_wired(x) || (!t->tagged && rec->tpid && !rec->own && !rec->strip))
		snprintf(t->form, sizeof(t->form), "as it came");
	else if (t->tagged)
		snprintf(t->form, sizeof(t->form), "tagged %u%s", rec->vid,
			 tpid == EXPLAIN_TPID_S ? " 802.1ad" : "");
	else
		snprintf(t->form, sizeof(t->form), "untagged");
}

static void ports(const struct explain *x)
{
	struct xsw_explain_view *v = x->v;

	for (uint32_t i = 0; i < explain_told(x->rec); i++) {
		const struct xsw_trace_port *p = &x->rec->ports[i];

		if (p->flags & XSW_TP_MIRROR)
			v->mirrored[v->nmirrored++] = (struct xsw_mirrored_view){
				x->sw->maps.mem.mirrors[p->reason % XSW_MIRRORS].name,
				explain_port(x->sw, p->port),
			};
		else if (p->flags & XSW_TP_SENT)
			target(x, p, &v->targets[v->ntargets++]);
		else if (p->reason < XSW_REASONS)
			v->refused[v->nrefused++] =
				(struct xsw_refused_view){ explain_port(x->sw, p->port),
							   explain_reason(p->reason) };
	}
	v->ncopies = x->rec->sent_n;
}

static void verdict(const struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	struct xsw_explain_view *v = x->v;

	v->vlan = rec->vid;
	v->class = explain_class(rec);
	v->learned = learned[rec->learned];
	if (rec->learned == XSW_TL_MOVED)
		v->from = explain_port(x->sw, rec->from);
	v->verdict = x->reason					   ? "dropped" :
		     rec->class == XSW_UNICAST || explain_wired(x) ? "forwarded" :
								     "flooded";
	if (x->reason) {
		v->reason = explain_reason(x->reason);
		v->sentence = explain_sentence(x->reason);
	}
	if (rec->note) {
		v->note = explain_reason(rec->note);
		v->note_sentence = explain_sentence(rec->note);
	}
}

/* The step at which the walk ended. */
static uint32_t last_step(const struct explain *x)
{
	if (x->reason == XSW_R_vlan_truncated && x->rec->admitted)
		return STEP_TAG;
	if (x->reason == XSW_R_mirror_port && !x->rec->admitted)
		return STEP_STATE;
	if (x->reason && ends[x->reason])
		return ends[x->reason];
	return STEP_SEND;
}

void xsw_explain(struct xsw *sw, const struct xsw_trace *rec, struct xsw_explain_view *view)
{
	struct explain x = {
		.sw = sw,
		.rec = rec,
		.v = view,
		.conf.word = rec->conf,
		.reason = rec->reason < XSW_REASONS ? rec->reason : 0,
	};
	const struct xsw_info *info = &sw->ports[rec->port % XSW_PORTS];
	uint32_t last = last_step(&x);

	memset(view, 0, sizeof(*view));
	view->step = view->steps;
	view->target = view->targets;
	view->no = view->refused;
	view->copy = view->mirrored;
	policy_current(sw, rec->port % XSW_PORTS, x.conf.policy, &x.policy);
	policy_keep(sw, rec->port % XSW_PORTS, &x.lists);
	mac_text(rec->src, x.src);
	mac_text(rec->dst, x.dst);
	view->port = explain_port(sw, rec->port);
	view->ifname = info->outer;
	view->hook = info->hook == XSW_HOOK_XDP ? "xdp" : "tc";
	memcpy(view->dst, rec->dst, sizeof(view->dst));
	memcpy(view->src, rec->src, sizeof(view->src));
	view->len = rec->len;
	tag_text(view->tag, sizeof(view->tag), rec->tpid, rec->tci);
	ports(&x);
	verdict(&x);
	for (uint32_t step = STEP_PARSE; step <= last; step++)
		if (!explain_wired(&x) ||
		    (step != STEP_VLAN && step != STEP_INGRESS && step != STEP_SOURCE))
			tell[step](&x);
	explain_remedy(&x);
}
