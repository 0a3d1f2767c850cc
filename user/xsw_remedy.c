// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_remedy.c - which command would change what becomes of a frame
 *
 * A table from reasons to forms. In a form stand for themselves but
 *
 *	{port}		the port the frame came in by
 *	{egress}	the port that does not take it
 *	{again}		what makes {egress} again, in the words of port_words()
 *	{in}		" vlan 10" of the FDB's commands, or nothing
 *	{vlan} {src} {pvid} {tag} {class} {bytes} {bit} {macs} {trunks} {cvlans} {more} {mirror}
 *
 * A form that begins with "!" is no command but advice. Where the reason alone does not say what
 * to do, chosen() knows more.
 */
#include <stdio.h>
#include <string.h>

#include "explain.h"

#define MODE_UNTAGGED "port set {port} mode native-untagged tag "

static const char *const forms[XSW_REASONS] = {
	[XSW_R_runt] = "!a frame has 14 bytes at least: the sender must send the rest",
	[XSW_R_vlan_truncated] = "!a tag has 4 bytes and a type: the sender must send all of it",
	[XSW_R_port_down] = "port set {port} state up",
	[XSW_R_port_blocking] = "port set {port} state forwarding",
	[XSW_R_port_learning] = "port set {port} state forwarding",
	[XSW_R_link_local] = "port set {port} group_fwd_mask {bit}",
	[XSW_R_vid_reserved] = "!the sender must use a VLAN ID from 1 to 4094",
	[XSW_R_src_group] = "!the sender must use the address of one station as its source",
	[XSW_R_src_zero] = "!the sender must use an address of its own as its source",
	[XSW_R_static_move] = "fdb del {src}{in}",
	[XSW_R_fdb_full] = "set fdb_size {more}",
	[XSW_R_same_port] = "port set {egress} hairpin on",
	[XSW_R_egress_down] = "port set {egress} state up",
	[XSW_R_too_big] = "port set {egress} mtu {bytes}",
	[XSW_R_no_target] = "!another port must be there to take it: port add",
	[XSW_R_no_pvid] = "vlan add dev {port} vid 1 pvid untagged",
	[XSW_R_frame_type] = MODE_UNTAGGED "{pvid} trunks {tag}",
	[XSW_R_vlan_ingress] = "vlan add dev {port} vid {vlan}",
	[XSW_R_vlan_egress] = "vlan add dev {egress} vid {vlan}",
	[XSW_R_bpdu_guard] = "port set {port} guard off",
	[XSW_R_src_local] = "!that address is the switch's: the sender must use another",
	[XSW_R_locked] = "fdb replace {src} dev {port}{in} static",
	[XSW_R_spoofed_mac] = "port set {port} allowed_macs {macs}",
	[XSW_R_spoofed_ip] = "port set {port} allowed_ips none",
	[XSW_R_storm] = "port set {port} storm {class} none",
	[XSW_R_policed] = "port set {port} police none",
	[XSW_R_flap] = "fdb replace {src} dev {port}{in} static",
	[XSW_R_learn_limit] = "port set {port} max_macs {more}",
	[XSW_R_isolated] = "port set {egress} hairpin on",
	[XSW_R_mirror_port] = "mirror del {mirror}",
};

const char *xsw_remedy_form(uint32_t reason)
{
	return reason < XSW_REASONS ? forms[reason] : NULL;
}

enum xsw_meter_id explain_meter(uint32_t class)
{
	switch (class) {
	case XSW_BROADCAST:
		return XSW_METER_BROADCAST;
	case XSW_MULTICAST:
		return XSW_METER_MULTICAST;
	case XSW_UNKNOWN:
		return XSW_METER_UNKNOWN;
	}
	return XSW_METER_POLICE;
}

const char *explain_flag(uint32_t class)
{
	return class == XSW_BROADCAST ? "bcast_flood" :
	       class == XSW_MULTICAST ? "mcast_flood" :
					"flood";
}

/* --- what to do ------------------------------------------------------------------------- */

/* What is to be done, and at which other port. */
struct remedy {
	struct explain *x;
	uint32_t reason;
	uint32_t egress;     /* port number; 0: none */
	union xsw_conf conf; /* its configuration */
};

/* VLANs in a tunnel's key are its trunks, and nothing else. */
static bool is_keyed(const struct remedy *r, uint32_t number)
{
	const struct xsw_info *info = &r->x->sw->ports[number % XSW_PORTS];

	return type_is_tunnel(info->type) && info->leg.key_mode == XSW_KEY_VID;
}

static const char *choose_ingress(const struct remedy *r)
{
	union xsw_conf conf = r->x->conf;

	switch (r->reason) {
	case XSW_R_vlan_ingress:
		if (conf.flags & XSW_F_CVLANS)
			return "port set {port} cvlans {cvlans}";
		return is_keyed(r, r->x->rec->port) ? "port set {port} trunks {trunks}" : NULL;
	case XSW_R_no_pvid:
		if (conf.mode == XSW_MODE_HYBRID && conf.flags & XSW_F_UNTAGGED)
			return NULL;
		return conf.flags & XSW_F_ALL_TRUNKS ? MODE_UNTAGGED "1" :
						       MODE_UNTAGGED "1 trunks {trunks}";
	case XSW_R_frame_type:
		if (conf.flags & XSW_F_TAGGED)
			return MODE_UNTAGGED "{pvid} trunks {trunks}";
		return NULL;
	case XSW_R_learn_limit:
		if (r->x->rec->limit == XSW_LIMIT_SWITCH)
			return "set max_learned {more}";
		if (r->x->rec->limit > XSW_PORTS)
			return "vlan set vid {vlan} max_learned {more}";
		return NULL;
	}
	return NULL;
}

/* Of a port whose device is gone; what is set of it stays. */
static const char *gone(const struct remedy *r)
{
	if (xsw_home_is_gone(r->x->sw))
		return "!the namespace of the switch is gone, and with it every device: `down`";
	return r->x->sw->ports[r->egress % XSW_PORTS].type == XSW_TYPE_DEV ?
		       "!the device of {egress} is gone: when it is there again, "
		       "`{again}`" :
		       "{again}";
}

static const char *choose_egress(const struct remedy *r)
{
	switch (r->reason) {
	case XSW_R_egress_down:
		if (r->x->conf.policy & XSW_P_WIRE && !(r->conf.policy & XSW_P_WIRE))
			return "wire del {port}";
		if (r->conf.state == XSW_STATE_FORWARDING && r->conf.policy & XSW_P_WIRE)
			return "wire del {egress}";
		return r->conf.state == XSW_STATE_FORWARDING ? gone(r) : NULL;
	case XSW_R_vlan_egress:
		if (!r->x->rec->vid)
			return "port set {egress} mode transparent";
		return is_keyed(r, r->egress) ? "port set {egress} trunks {trunks}" : NULL;
	case XSW_R_isolated:
		if (r->conf.policy & r->x->conf.policy & XSW_P_ISOLATED)
			return "port set {port} isolated off";
		return NULL;
	}
	return NULL;
}

/* Where it depends on more than the reason. */
static const char *chosen(const struct remedy *r)
{
	const char *form = choose_ingress(r) ?: choose_egress(r);

	return form ?: forms[r->reason];
}

/* Any port but the ingress one, which could be made to take it; 0: there is none. */
static uint32_t another(const struct explain *x)
{
	const struct xsw *sw = x->sw;

	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (sw->ports[n].name[0] && xsw_head(sw, n) != xsw_head(sw, x->rec->port) &&
		    !(maps_conf_load(&sw->maps, n).policy & XSW_P_WIRE))
			return n;
	return 0;
}

/*
 * Whom to ask to take a flood that nobody takes, and why it does not: the first that was asked, else
 * a port that is not in the VLAN.
 */
static const char *no_target(struct remedy *r)
{
	const struct xsw_trace *rec = r->x->rec;

	for (uint32_t i = 0; i < rec->ports_n && i < XSW_TRACE_PORTS; i++) {
		if (rec->ports[i].flags & XSW_TP_MIRROR || rec->ports[i].reason == XSW_R_same_port)
			continue;
		r->egress = rec->ports[i].port;
		r->reason = rec->ports[i].reason;
		r->conf = maps_conf_load(&r->x->sw->maps, r->egress % XSW_PORTS);
		return r->reason == XSW_R_no_target ? "port set {egress} {flag} on" : chosen(r);
	}
	r->egress = another(r->x);
	if (!r->egress)
		return forms[XSW_R_no_target];
	r->reason = XSW_R_vlan_egress;
	r->conf = maps_conf_load(&r->x->sw->maps, r->egress);
	return chosen(r);
}

/* --- forms into text -------------------------------------------------------------------- */

struct text {
	char *at;
	size_t size, len;
	bool cut;
};

static void add(struct text *t, const char *s, size_t n)
{
	if (t->len + n >= t->size) {
		t->cut = true;
		return;
	}
	memcpy(t->at + t->len, s, n);
	t->len += n;
	t->at[t->len] = '\0';
}

static void add_string(struct text *t, const char *s)
{
	add(t, s, strlen(s));
}

static void add_number(struct text *t, uint64_t n)
{
	char s[24];

	add(t, s, (size_t)snprintf(s, sizeof(s), "%llu", (unsigned long long)n));
}

static bool has(const __u64 *set, uint32_t vid)
{
	return vid < XSW_VLANS && set[vid / 64] >> vid % 64 & 1;
}

/* A set of VLANs with one more, "10,20-30". */
static void add_vids(struct text *t, __u64 *set, uint32_t more)
{
	const char *comma = "";

	set[more % XSW_VLANS / 64] |= 1ULL << more % 64;
	for (uint32_t v = 0, end; v < XSW_VLANS; v = end + 1) {
		for (end = v; has(set, v) && has(set, end + 1); end++)
			;
		if (!has(set, v))
			continue;
		add_string(t, comma);
		add_number(t, v);
		if (end > v)
			add_string(t, "-");
		if (end > v)
			add_number(t, end);
		comma = ",";
	}
}

static void add_sets(struct text *t, const struct remedy *r, bool cvlans)
{
	const struct xsw_trace *rec = r->x->rec;
	bool egress = r->reason == XSW_R_vlan_egress;
	uint32_t number = egress ? r->egress : rec->port;
	uint32_t customer = rec->tpid == EXPLAIN_TPID_C ? rec->tci & XSW_VID_MASK : 0;
	struct xsw_sets sets;

	vlan_current(r->x->sw, number, egress ? r->conf : r->x->conf, &sets);
	if (cvlans)
		add_vids(t, sets.cvlans, customer);
	else
		add_vids(t, sets.member, rec->vid ? rec->vid : r->x->conf.pvid ?: 1);
}

static void add_macs(struct text *t, const struct remedy *r)
{
	const struct arg_macs *macs = &r->x->lists.macs;
	char mac[MAC_TEXT];

	for (size_t i = 0; i < macs->n; i++) {
		add_string(t, mac_text(macs->v[i], mac));
		add_string(t, ",");
	}
	add_string(t, r->x->src);
}

static uint64_t more(const struct remedy *r)
{
	if (r->reason == XSW_R_fdb_full)
		return 2ULL * maps_fdb_size(&r->x->sw->maps);
	return r->x->sw->maps.mem.limits[r->x->rec->limit % XSW_LIMITS].max + 1ULL;
}

static void put_port(struct text *t, const struct remedy *r)
{
	add_string(t, r->x->v->port);
}

static void put_egress(struct text *t, const struct remedy *r)
{
	add_string(t, explain_port(r->x->sw, r->egress));
}

static void put_again(struct text *t, const struct remedy *r)
{
	char words[PORT_WORDS_MAX];

	port_words(r->x->sw, xsw_head(r->x->sw, r->egress % XSW_PORTS), words);
	add_string(t, words);
}

static void put_in(struct text *t, const struct remedy *r)
{
	if (!r->x->rec->vid)
		return;
	add_string(t, " vlan ");
	add_number(t, r->x->rec->vid);
}

static void put_vlan(struct text *t, const struct remedy *r)
{
	add_number(t, r->x->rec->vid);
}

static void put_src(struct text *t, const struct remedy *r)
{
	add_string(t, r->x->src);
}

static void put_pvid(struct text *t, const struct remedy *r)
{
	add_number(t, r->x->conf.pvid);
}

static void put_tag(struct text *t, const struct remedy *r)
{
	add_number(t, r->x->rec->tci & XSW_VID_MASK);
}

static void put_class(struct text *t, const struct remedy *r)
{
	add_string(t, r->x->v->class);
}

static void put_flag(struct text *t, const struct remedy *r)
{
	add_string(t, explain_flag(r->x->rec->class));
}

static void put_bytes(struct text *t, const struct remedy *r)
{
	add_number(t, r->x->rec->payload);
}

static void put_bit(struct text *t, const struct remedy *r)
{
	add_number(t, r->x->lists.group_fwd_mask | 1ULL << (r->x->rec->dst[5] & 0xf));
}

static void put_trunks(struct text *t, const struct remedy *r)
{
	add_sets(t, r, false);
}

static void put_cvlans(struct text *t, const struct remedy *r)
{
	add_sets(t, r, true);
}

/* Of the port that takes copies only. */
static void put_mirror(struct text *t, const struct remedy *r)
{
	const char *name = mirror_of_output(r->x->sw, r->x->rec->port);

	name = name ?: mirror_of_output(r->x->sw, r->egress);
	add_string(t, name ?: "?");
}

static void put_more(struct text *t, const struct remedy *r)
{
	add_number(t, more(r));
}

static const struct {
	const char *name;
	void (*put)(struct text *t, const struct remedy *r);
} tokens[] = {
	{ "{port}", put_port },	    { "{egress}", put_egress }, { "{in}", put_in },
	{ "{vlan}", put_vlan },	    { "{src}", put_src },	{ "{pvid}", put_pvid },
	{ "{tag}", put_tag },	    { "{class}", put_class },	{ "{flag}", put_flag },
	{ "{bytes}", put_bytes },   { "{bit}", put_bit },	{ "{macs}", add_macs },
	{ "{trunks}", put_trunks }, { "{cvlans}", put_cvlans }, { "{more}", put_more },
	{ "{mirror}", put_mirror }, { "{again}", put_again },
};

static void expand(struct text *t, const char *form, const struct remedy *r)
{
	while (*form) {
		size_t n = strcspn(form, "{"), i;

		add(t, form, n);
		form += n;
		for (i = 0; *form && i < sizeof(tokens) / sizeof(*tokens); i++) {
			n = strlen(tokens[i].name);
			if (strncmp(form, tokens[i].name, n))
				continue;
			tokens[i].put(t, r);
			form += n;
			break;
		}
	}
}

/* "xswitch -S lab " */
static void begin(struct text *t, const struct xsw *sw)
{
	add_string(t, "xswitch ");
	if (strcmp(sw->name, XSW_SWITCH_DEFAULT)) {
		add_string(t, "-S ");
		add_string(t, sw->name);
		add_string(t, " ");
	}
}

/* The port whose reason it is: of a flood others were asked before, and had theirs. */
static uint32_t refusing(const struct xsw_trace *rec, uint32_t reason)
{
	for (uint32_t i = 0; i < explain_told(rec); i++)
		if (!(rec->ports[i].flags & XSW_TP_MIRROR) && rec->ports[i].reason == reason)
			return rec->ports[i].port;
	return rec->dest;
}

/* What is to be done, and r->egress; NULL: nothing. */
static const char *find_form(struct remedy *r)
{
	const struct xsw_trace *rec = r->x->rec;

	if (view_is_gone(r->x->sw, rec->port % XSW_PORTS)) { /* nothing else helps then */
		r->egress = rec->port;
		return gone(r);
	}
	if (!r->reason || r->reason >= XSW_REASONS)
		return NULL;
	r->egress = refusing(rec, r->reason);
	r->conf = maps_conf_load(&r->x->sw->maps, r->egress % XSW_PORTS);
	return r->reason == XSW_R_no_target ? no_target(r) : chosen(r);
}

void explain_remedy(struct explain *x)
{
	struct remedy r = {
		.x = x,
		.reason = x->reason ? x->reason : x->rec->note,
	};
	struct text t = { x->v->remedy, sizeof(x->v->remedy), 0, false };
	const char *form = find_form(&r);

	if (!form)
		return;
	if (*form == '!')
		t = (struct text){ x->v->advice, sizeof(x->v->advice), 0, false };
	else
		begin(&t, x->sw);
	expand(&t, form + (*form == '!'), &r);
	if (t.cut) /* half a command is none */
		*t.at = '\0';
}
