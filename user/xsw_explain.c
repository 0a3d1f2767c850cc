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

#define MS_PER_S 1000

enum step {
	PARSE = 1,
	STATE,
	CONTROL,
	VLAN,
	INGRESS,
	SOURCE,
	STORM,
	LEARNING,
	DESTINATION,
	EGRESS,
	TAG,
	SEND,
	STEPS,
};

static const char *const step_names[STEPS] = {
	[PARSE] = "parse",   [STATE] = "state",	      [CONTROL] = "control",
	[VLAN] = "vlan",     [INGRESS] = "ingress",   [SOURCE] = "source",
	[STORM] = "storm",   [LEARNING] = "learning", [DESTINATION] = "destination",
	[EGRESS] = "egress", [TAG] = "tag",	      [SEND] = "send",
};

/* The step that each reason ends; 0: none of these. */
static const uint8_t ends[XSW_REASONS] = {
	[XSW_R_runt] = PARSE,
	[XSW_R_vlan_truncated] = PARSE,
	[XSW_R_port_down] = STATE,
	[XSW_R_port_blocking] = STATE,
	[XSW_R_port_learning] = LEARNING,
	[XSW_R_link_local] = CONTROL,
	[XSW_R_bpdu_guard] = CONTROL,
	[XSW_R_no_pvid] = VLAN,
	[XSW_R_vid_reserved] = VLAN,
	[XSW_R_frame_type] = VLAN,
	[XSW_R_vlan_ingress] = INGRESS,
	[XSW_R_src_group] = SOURCE,
	[XSW_R_src_zero] = SOURCE,
	[XSW_R_src_local] = SOURCE,
	[XSW_R_locked] = SOURCE,
	[XSW_R_spoofed_mac] = SOURCE,
	[XSW_R_spoofed_ip] = SOURCE,
	[XSW_R_storm] = STORM,
	[XSW_R_policed] = STORM,
	[XSW_R_static_move] = LEARNING,
	[XSW_R_flap] = LEARNING,
	[XSW_R_same_port] = EGRESS,
	[XSW_R_egress_down] = EGRESS,
	[XSW_R_too_big] = EGRESS,
	[XSW_R_no_target] = EGRESS,
	[XSW_R_vlan_egress] = EGRESS,
	[XSW_R_isolated] = EGRESS,
};

static const struct {
	const char *name, *sentence;
} reasons[XSW_REASONS] = {
#define R(name, kind, sentence) [XSW_R_##name] = { #name, sentence },
	XSW_REASON_LIST(R)
#undef R
};

static const char *const classes[XSW_CLASSES] = {
	[XSW_UNICAST] = "unicast",
	[XSW_UNKNOWN] = "unknown",
	[XSW_MULTICAST] = "multicast",
	[XSW_BROADCAST] = "broadcast",
};

static const char *const states[] = {
	[XSW_STATE_DISABLED] = "disabled",
	[XSW_STATE_BLOCKING] = "blocking",
	[XSW_STATE_LEARNING] = "learning",
	[XSW_STATE_FORWARDING] = "forwarding",
	[XSW_STATE_ERRDISABLED] = "errdisabled",
	"?",
	"?",
	"?",
};

static const char *const learned[] = {
	[XSW_TL_NOT] = NULL,	  [XSW_TL_KNOWN] = "known",	[XSW_TL_NEW] = "new",
	[XSW_TL_MOVED] = "moved", [XSW_TL_REFUSED] = "refused",
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

static void say(struct explain *x, uint32_t step, const char *port, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static void say(struct explain *x, uint32_t step, const char *port, const char *fmt, ...)
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

static bool is_wire(const struct explain *x)
{
	return x->conf.policy & XSW_P_WIRE;
}

/* --- steps 1 to 7 ---------------------------------------------------------------------- */

static void tell_parse(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;

	if (x->reason == XSW_R_runt || x->reason == XSW_R_vlan_truncated)
		say(x, PARSE, NULL, "%u bytes: %s", rec->len, reasons[x->reason].sentence);
	else
		say(x, PARSE, NULL, "%u bytes, %s%s", rec->len, *x->v->tag ? "tag " : "untagged",
		    x->v->tag);
}

static void tell_state(struct explain *x)
{
	const char *state = states[x->conf.state];
	struct xsw_meter meter = {};

	if (x->conf.state != XSW_STATE_ERRDISABLED) {
		say(x, STATE, NULL, "%s", state);
		return;
	}
	maps_meter_get(&x->sw->maps, x->rec->port, &meter);
	if (x->reason != XSW_R_port_down)
		say(x, STATE, NULL, "%s, but its time has passed: forwarding", state);
	else if (meter.until == ~0ULL)
		say(x, STATE, NULL, "%s until somebody sets it up", state);
	else
		say(x, STATE, NULL, "%s for %llu s more", state,
		    (unsigned long long)((meter.until - x->rec->clock) / (1000000ULL * MS_PER_S)));
}

static void tell_control(struct explain *x)
{
	static const uint8_t group[5] = { 0x01, 0x80, 0xc2, 0, 0 };
	const uint8_t *dst = x->rec->dst;
	char mac[MAC_TEXT];

	if (is_wire(x))
		say(x, CONTROL, NULL, "wired: not looked at");
	else if (memcmp(dst, group, sizeof(group)) || dst[5] > 0xf)
		say(x, CONTROL, NULL, "no control frame");
	else if (x->reason == XSW_R_bpdu_guard)
		say(x, CONTROL, NULL, "a BPDU, and guard is on: the port becomes errdisabled");
	else
		say(x, CONTROL, NULL, "%s: bit %u of group_fwd_mask is %s", mac_text(dst, mac),
		    dst[5], x->reason == XSW_R_link_local ? "off" : "on");
}

static void tell_vlan(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	uint16_t tpid = x->conf.flags & XSW_F_AD ? EXPLAIN_TPID_S : EXPLAIN_TPID_C;
	bool tag = rec->tpid == tpid, tagged = tag && rec->tci & XSW_VID_MASK;
	const char *what = tagged ? "tagged" : tag ? "priority-tagged" : "untagged";

	if (x->reason == XSW_R_vid_reserved)
		say(x, VLAN, NULL, "tagged 4095, which is reserved");
	else if (x->reason == XSW_R_no_pvid)
		say(x, VLAN, NULL, "%s, and there is no PVID", what);
	else if (x->reason == XSW_R_frame_type)
		say(x, VLAN, NULL, "%s, and mode %s takes only %s frames", what,
		    xsw_mode_words[x->conf.mode % XSW_MODES], tagged ? "untagged" : "tagged");
	else if (!(x->conf.flags & XSW_F_VLAN))
		say(x, VLAN, NULL,
		    rec->vid ? "transparent: VLAN %u of its tag" : "transparent: no VLAN",
		    rec->vid);
	else if (x->conf.flags & XSW_F_TUNNEL)
		say(x, VLAN, NULL, "content of VLAN %u", x->conf.pvid);
	else if (rec->own)
		say(x, VLAN, NULL, "tagged: VLAN %u", rec->vid);
	else
		say(x, VLAN, NULL, "%s: takes PVID %u", what, x->conf.pvid);
}

static void tell_ingress(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;

	if (x->reason == XSW_R_vlan_ingress && x->conf.flags & XSW_F_CVLANS && !rec->vid)
		say(x, INGRESS, NULL, "customer VLAN %u is not one of its cvlans",
		    rec->tpid == EXPLAIN_TPID_C ? rec->tci & XSW_VID_MASK : 0);
	else if (x->reason == XSW_R_vlan_ingress)
		say(x, INGRESS, NULL, "no member of VLAN %u", rec->vid);
	else if (!(x->conf.flags & XSW_F_VLAN))
		say(x, INGRESS, NULL, "transparent: member of every VLAN");
	else
		say(x, INGRESS, NULL, "member of VLAN %u", rec->vid);
}

static void tell_source(struct explain *x)
{
	uint8_t policy = x->conf.policy;
	const char *mac = x->src;

	switch (x->reason) {
	case XSW_R_src_group:
	case XSW_R_src_zero:
		say(x, SOURCE, NULL, "%s: %s", mac, reasons[x->reason].sentence);
		break;
	case XSW_R_src_local:
		say(x, SOURCE, NULL, "%s is the switch's own address, of port %s", mac,
		    explain_port(x->sw, x->rec->from));
		break;
	case XSW_R_locked:
		say(x, SOURCE, NULL, "locked, and %s is not in the FDB on this port", mac);
		break;
	case XSW_R_spoofed_mac:
		say(x, SOURCE, NULL, "%s is none of the %zu allowed_macs", mac, x->lists.macs.n);
		break;
	case XSW_R_spoofed_ip:
		say(x, SOURCE, NULL, "its IP source is none of the %zu allowed_ips",
		    x->lists.ips.n);
		break;
	default:
		say(x, SOURCE, NULL, "%s%s%s%s", mac,
		    policy & XSW_P_LOCKED ? ", in the FDB on this locked port" : "",
		    policy & XSW_P_MACS ? ", one of the allowed_macs" : "",
		    policy & XSW_P_IPS ? ", its IP source allowed" : "");
	}
}

static const char *rate(const struct explain *x, enum xsw_meter_id id, char text[XSW_RATE_MAX])
{
	xsw_rate_text(text, x->policy.rate[id].rate, x->policy.rate[id].bits);
	return *text ? text : "none";
}

static void tell_storm(struct explain *x)
{
	char text[XSW_RATE_MAX], police[XSW_RATE_MAX];
	int id = explain_meter(x->rec->class);

	if (!(x->conf.policy & XSW_P_METER))
		say(x, STORM, NULL, "no limits");
	else if (x->reason == XSW_R_storm)
		say(x, STORM, NULL, "%s: more than %s", classes[x->rec->class % XSW_CLASSES],
		    rate(x, id, text));
	else if (x->reason == XSW_R_policed)
		say(x, STORM, NULL, "more than police %s", rate(x, XSW_METER_POLICE, text));
	else if (id < XSW_METER_POLICE)
		say(x, STORM, NULL, "%s within %s, police within %s",
		    classes[x->rec->class % XSW_CLASSES], rate(x, id, text),
		    rate(x, XSW_METER_POLICE, police));
	else
		say(x, STORM, NULL, "police within %s", rate(x, XSW_METER_POLICE, text));
}

/* --- steps 8 to 12 --------------------------------------------------------------------- */

static void tell_refused(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	uint32_t max = x->sw->maps.mem.limits[rec->limit % XSW_LIMITS].max;

	if (rec->note == XSW_R_fdb_full)
		say(x, LEARNING, NULL, "not learned: the table is full (%u entries)",
		    maps_fdb_size(&x->sw->maps));
	else if (rec->limit == XSW_LIMIT_SWITCH)
		say(x, LEARNING, NULL, "not learned: the switch has its max_learned %u", max);
	else if (rec->limit < XSW_PORTS)
		say(x, LEARNING, NULL, "not learned: the port has its max_macs %u", max);
	else
		say(x, LEARNING, NULL, "not learned: VLAN %u has its max_learned %u",
		    rec->limit - XSW_PORTS, max);
}

static void tell_learning(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	const char *from = explain_port(x->sw, rec->from), *at = explain_port(x->sw, rec->at);
	const char *end = x->reason == XSW_R_port_learning ? "; the port does not forward yet" : "";

	if (is_wire(x))
		say(x, LEARNING, NULL, "wired: nothing is learned%s", end);
	else if (x->reason == XSW_R_static_move)
		say(x, LEARNING, NULL, "%s is a static entry of %s", x->src, from);
	else if (x->reason == XSW_R_flap)
		say(x, LEARNING, NULL, "%s moves too often: it is held on %s", x->src, at);
	else if (rec->learned == XSW_TL_REFUSED)
		tell_refused(x);
	else if (rec->learned == XSW_TL_NEW)
		say(x, LEARNING, NULL, "%s is new: learned%s", x->src, end);
	else if (rec->learned == XSW_TL_MOVED)
		say(x, LEARNING, NULL, "%s moves here from %s%s", x->src, from, end);
	else if (rec->learned == XSW_TL_KNOWN)
		say(x, LEARNING, NULL, "%s is known here%s", x->src, end);
	else if (!(x->conf.flags & XSW_F_LEARNING) || x->conf.state == XSW_STATE_BLOCKING)
		say(x, LEARNING, NULL, "off%s", end);
	else
		say(x, LEARNING, NULL, "%s stays on %s%s", x->src, at, end);
}

static void tell_destination(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	char in[EXPLAIN_WORDS];
	const char *dst = x->dst;

	explain_in(rec, in);
	if (is_wire(x))
		say(x, DESTINATION, NULL, "wired with %s", explain_port(x->sw, x->policy.wire));
	else if (rec->class == XSW_UNICAST)
		say(x, DESTINATION, NULL, "%s is on %s%s (%s)", dst, explain_port(x->sw, rec->dest),
		    in, rec->dest_state < XSW_FDB_STATES ? xsw_fdb_words[rec->dest_state] : "?");
	else if (rec->class != XSW_UNKNOWN)
		say(x, DESTINATION, NULL, "%s: flooded%s", classes[rec->class % XSW_CLASSES], in);
	else if (rec->dest)
		say(x, DESTINATION, NULL, "the device of %s, where %s is, is gone: flooded%s",
		    explain_port(x->sw, rec->dest), dst, in);
	else if (rec->stale)
		say(x, DESTINATION, NULL, "the entry of %s on %s is old: flooded%s", dst,
		    explain_port(x->sw, rec->stale), in);
	else
		say(x, DESTINATION, NULL, "no entry of %s: flooded%s", dst, in);
}

/* Why a port does not take the frame. */
static void tell_port(struct explain *x, const struct xsw_trace_port *p)
{
	const char *name = explain_port(x->sw, p->port), *reason = reasons[p->reason].name;
	union xsw_conf conf = maps_conf_load(&x->sw->maps, p->port % XSW_PORTS);

	if (p->reason == XSW_R_too_big)
		say(x, EGRESS, name, "%s: %u bytes, its MTU is %u", reason, x->rec->payload,
		    conf.mtu);
	else if (p->reason == XSW_R_vlan_egress)
		say(x, EGRESS, name, "%s: no member of VLAN %u", reason, x->rec->vid);
	else if (p->reason == XSW_R_egress_down && conf.state != XSW_STATE_FORWARDING)
		say(x, EGRESS, name, "%s: %s", reason, states[conf.state]);
	else if (p->reason == XSW_R_egress_down)
		say(x, EGRESS, name, "%s: %s", reason,
		    conf.policy & XSW_P_WIRE ? "wired" : "its device is gone");
	else if (p->reason == XSW_R_same_port)
		say(x, EGRESS, name, "%s: the frame came in here", reason);
	else if (p->reason == XSW_R_no_target)
		say(x, EGRESS, name, "no target: %s is off", explain_flag(x->rec->class));
	else if (p->reason == XSW_R_isolated)
		say(x, EGRESS, name, "%s: %s", reason,
		    conf.policy & x->conf.policy & XSW_P_ISOLATED ? "as the ingress port is" :
								    "of the same group");
	else
		say(x, EGRESS, name, "%s: %s", reason, reasons[p->reason].sentence);
}

static uint32_t told(const struct xsw_trace *rec)
{
	return rec->ports_n < XSW_TRACE_PORTS ? rec->ports_n : XSW_TRACE_PORTS;
}

static void tell_egress(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	char in[EXPLAIN_WORDS];

	for (uint32_t i = 0; i < told(rec); i++) {
		const struct xsw_trace_port *p = &rec->ports[i];

		if (p->flags & XSW_TP_SENT)
			say(x, EGRESS, explain_port(x->sw, p->port), "takes it");
		else
			tell_port(x, p);
	}
	if (rec->ports_n > told(rec))
		say(x, EGRESS, NULL, "%u more ports", rec->ports_n - told(rec));
	else if (!rec->ports_n)
		say(x, EGRESS, NULL, "no port to ask%s", explain_in(rec, in));
}

static void tell_tag(struct explain *x)
{
	struct xsw_explain_view *v = x->v;

	for (size_t i = 0; i < v->ntargets; i++)
		say(x, TAG, v->targets[i].port, "%s", v->targets[i].form);
	if (x->reason == XSW_R_vlan_truncated)
		say(x, TAG, NULL, "the tag behind the one to take off is cut short");
}

static void tell_send(struct explain *x)
{
	uint32_t n = x->rec->sent_n;

	if (n)
		say(x, SEND, NULL, "%u %s, counted as %s", n, n == 1 ? "frame" : "copies",
		    classes[x->rec->class % XSW_CLASSES]);
}

static void (*const tell[STEPS])(struct explain *x) = {
	[PARSE] = tell_parse,	[STATE] = tell_state,	    [CONTROL] = tell_control,
	[VLAN] = tell_vlan,	[INGRESS] = tell_ingress,   [SOURCE] = tell_source,
	[STORM] = tell_storm,	[LEARNING] = tell_learning, [DESTINATION] = tell_destination,
	[EGRESS] = tell_egress, [TAG] = tell_tag,	    [SEND] = tell_send,
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
	if (is_wire(x) || (!t->tagged && rec->tpid && !rec->own && !rec->strip))
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

	for (uint32_t i = 0; i < told(x->rec); i++) {
		const struct xsw_trace_port *p = &x->rec->ports[i];

		if (p->flags & XSW_TP_SENT)
			target(x, p, &v->targets[v->ntargets++]);
		else if (p->reason < XSW_REASONS)
			v->refused[v->nrefused++] =
				(struct xsw_refused_view){ explain_port(x->sw, p->port),
							   reasons[p->reason].name };
	}
	v->ncopies = x->rec->sent_n;
}

static void verdict(const struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	struct xsw_explain_view *v = x->v;

	v->vlan = rec->vid;
	v->class = classes[rec->class % XSW_CLASSES];
	v->learned = learned[rec->learned];
	if (rec->learned == XSW_TL_MOVED)
		v->from = explain_port(x->sw, rec->from);
	v->verdict = x->reason				     ? "dropped" :
		     rec->class == XSW_UNICAST || is_wire(x) ? "forwarded" :
							       "flooded";
	if (x->reason) {
		v->reason = reasons[x->reason].name;
		v->sentence = reasons[x->reason].sentence;
	}
	if (rec->note) {
		v->note = reasons[rec->note].name;
		v->note_sentence = reasons[rec->note].sentence;
	}
}

/* The step at which the walk ended. */
static uint32_t last_step(const struct explain *x)
{
	if (x->reason == XSW_R_vlan_truncated && x->rec->admitted)
		return TAG;
	if (x->reason && ends[x->reason])
		return ends[x->reason];
	return SEND;
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
	for (uint32_t step = PARSE; step <= last; step++)
		if (!is_wire(&x) || (step != VLAN && step != INGRESS && step != SOURCE))
			tell[step](&x);
	explain_remedy(&x);
}
