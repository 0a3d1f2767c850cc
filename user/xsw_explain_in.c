// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_explain_in.c - steps 1 to 7 in words: whether a frame may come in
 */
#include <string.h>

#include "explain.h"

#define NS_PER_S 1000000000ULL

void explain_parse(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;

	if (x->reason == XSW_R_runt || x->reason == XSW_R_vlan_truncated)
		explain_say(x, STEP_PARSE, NULL, "%u bytes: %s", rec->len,
			    explain_sentence(x->reason));
	else
		explain_say(x, STEP_PARSE, NULL, "%u bytes, %s%s", rec->len,
			    *x->v->tag ? "tag " : "untagged", x->v->tag);
}

void explain_state(struct explain *x)
{
	const char *state = explain_states[x->conf.state];
	struct xsw_meter meter = {};

	if (view_is_gone(x->sw, x->rec->port % XSW_PORTS)) {
		explain_say(x, STEP_STATE, NULL, "%s, but its device is gone: no frame comes in",
			    state);
		return;
	}
	if (x->reason == XSW_R_mirror_port && !x->rec->admitted) {
		explain_say(x, STEP_STATE, NULL, "takes nothing but copies of mirror %s",
			    mirror_of_output(x->sw, x->rec->port) ?: "?");
		return;
	}
	if (x->conf.state != XSW_STATE_ERRDISABLED) {
		explain_say(x, STEP_STATE, NULL, "%s", state);
		return;
	}
	maps_meter_get(&x->sw->maps, x->rec->port, &meter);
	if (x->reason != XSW_R_port_down)
		explain_say(x, STEP_STATE, NULL, "%s, but its time has passed: forwarding", state);
	else if (meter.until == ~0ULL)
		explain_say(x, STEP_STATE, NULL, "%s until somebody sets it up", state);
	else
		explain_say(x, STEP_STATE, NULL, "%s for %llu s more", state,
			    (unsigned long long)((meter.until - x->rec->clock) / NS_PER_S));
}

void explain_control(struct explain *x)
{
	static const uint8_t group[5] = { 0x01, 0x80, 0xc2, 0, 0 };
	const uint8_t *dst = x->rec->dst;
	char mac[MAC_TEXT];

	if (explain_wired(x))
		explain_say(x, STEP_CONTROL, NULL, "wired: not looked at");
	else if (memcmp(dst, group, sizeof(group)) || dst[5] > 0xf)
		explain_say(x, STEP_CONTROL, NULL, "no control frame");
	else if (x->reason == XSW_R_bpdu_guard)
		explain_say(x, STEP_CONTROL, NULL,
			    "a BPDU, and guard is on: the port becomes errdisabled");
	else
		explain_say(x, STEP_CONTROL, NULL, "%s: bit %u of group_fwd_mask is %s",
			    mac_text(dst, mac), dst[5],
			    x->reason == XSW_R_link_local ? "off" : "on");
}

void explain_vlan(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;
	uint16_t tpid = x->conf.flags & XSW_F_AD ? EXPLAIN_TPID_S : EXPLAIN_TPID_C;
	bool tag = rec->tpid == tpid, tagged = tag && rec->tci & XSW_VID_MASK;
	const char *what = tagged ? "tagged" : tag ? "priority-tagged" : "untagged";

	if (x->reason == XSW_R_vid_reserved)
		explain_say(x, STEP_VLAN, NULL, "tagged 4095, which is reserved");
	else if (x->reason == XSW_R_no_pvid)
		explain_say(x, STEP_VLAN, NULL, "%s, and there is no PVID", what);
	else if (x->reason == XSW_R_frame_type)
		explain_say(x, STEP_VLAN, NULL, "%s, and mode %s takes only %s frames", what,
			    xsw_mode_words[x->conf.mode % XSW_MODES],
			    tagged ? "untagged" : "tagged");
	else if (!(x->conf.flags & XSW_F_VLAN))
		explain_say(x, STEP_VLAN, NULL,
			    rec->vid ? "transparent: VLAN %u of its tag" : "transparent: no VLAN",
			    rec->vid);
	else if (x->conf.flags & XSW_F_TUNNEL)
		explain_say(x, STEP_VLAN, NULL, "content of VLAN %u", x->conf.pvid);
	else if (rec->own)
		explain_say(x, STEP_VLAN, NULL, "tagged: VLAN %u", rec->vid);
	else
		explain_say(x, STEP_VLAN, NULL, "%s: takes PVID %u", what, x->conf.pvid);
}

void explain_ingress(struct explain *x)
{
	const struct xsw_trace *rec = x->rec;

	if (x->reason == XSW_R_vlan_ingress && x->conf.flags & XSW_F_CVLANS && !rec->vid)
		explain_say(x, STEP_INGRESS, NULL, "customer VLAN %u is not one of its cvlans",
			    rec->tpid == EXPLAIN_TPID_C ? rec->tci & XSW_VID_MASK : 0);
	else if (x->reason == XSW_R_vlan_ingress)
		explain_say(x, STEP_INGRESS, NULL, "no member of VLAN %u", rec->vid);
	else if (!(x->conf.flags & XSW_F_VLAN))
		explain_say(x, STEP_INGRESS, NULL, "transparent: member of every VLAN");
	else
		explain_say(x, STEP_INGRESS, NULL, "member of VLAN %u", rec->vid);
}

void explain_source(struct explain *x)
{
	uint8_t policy = x->conf.policy;
	const char *mac = x->src;

	switch (x->reason) {
	case XSW_R_src_group:
	case XSW_R_src_zero:
		explain_say(x, STEP_SOURCE, NULL, "%s: %s", mac, explain_sentence(x->reason));
		break;
	case XSW_R_src_local:
		explain_say(x, STEP_SOURCE, NULL, "%s is the switch's own address, of port %s", mac,
			    explain_port(x->sw, x->rec->from));
		break;
	case XSW_R_locked:
		explain_say(x, STEP_SOURCE, NULL, "locked, and %s is not in the FDB on this port",
			    mac);
		break;
	case XSW_R_spoofed_mac:
		explain_say(x, STEP_SOURCE, NULL, "%s is none of the %zu allowed_macs", mac,
			    x->lists.macs.n);
		break;
	case XSW_R_spoofed_ip:
		explain_say(x, STEP_SOURCE, NULL, "its IP source is none of the %zu allowed_ips",
			    x->lists.ips.n);
		break;
	default:
		explain_say(x, STEP_SOURCE, NULL, "%s%s%s%s", mac,
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

void explain_storm(struct explain *x)
{
	char text[XSW_RATE_MAX], police[XSW_RATE_MAX];
	int id = explain_meter(x->rec->class);

	if (!(x->conf.policy & XSW_P_METER))
		explain_say(x, STEP_STORM, NULL, "no limits");
	else if (x->reason == XSW_R_storm)
		explain_say(x, STEP_STORM, NULL, "%s: more than %s", explain_class(x->rec),
			    rate(x, id, text));
	else if (x->reason == XSW_R_policed)
		explain_say(x, STEP_STORM, NULL, "more than police %s",
			    rate(x, XSW_METER_POLICE, text));
	else if (id < XSW_METER_POLICE)
		explain_say(x, STEP_STORM, NULL, "%s within %s, police within %s",
			    explain_class(x->rec), rate(x, id, text),
			    rate(x, XSW_METER_POLICE, police));
	else
		explain_say(x, STEP_STORM, NULL, "police within %s",
			    rate(x, XSW_METER_POLICE, text));
}
