// SPDX-License-Identifier: GPL-2.0-only
/*
 * model.c - the walk of the contract, step by step, on arrays
 */
#include <stdio.h>
#include <string.h>

#include "model.h"

#define HEADER 14
#define TAG    4

/* A port, reduced to the four things all modes are. */
struct mport {
	bool vlans;		/* false: transparent */
	bool member[XSW_VLANS]; /* what it belongs to */
	bool untagged[XSW_VLANS];
	bool customer[XSW_VLANS]; /* tunnel: customer VLANs it takes, 0 for frames without one */
	bool some_customers;
	__u16 pvid; /* 0: none */
	bool takes_tagged, takes_untagged;
	bool tunnel;
	__u16 tpid; /* of its tags */
};

/* A frame on its way. */
struct mframe {
	__u8 bytes[ROW_LEN_MAX];
	__u32 len, payload;
	__u16 type; /* outer tag, 0: none */
	__u16 tci;  /* ... and its content */
	__u16 vid;
	bool own;	  /* the outer tag is that of the VLAN */
	bool strip;	  /* ... is a priority tag that a port with VLANs took in */
	__u16 tpid, prio; /* of a tag that it gets */
};

struct model {
	const struct row *in;
	struct row *out;
	struct made *made;
	struct mport port[ROW_ENDS];
	struct mframe f;
};

static void set_list(bool *set, __u16 list)
{
	for (int i = 0; i < ROW_VIDS; i++)
		if (list >> i & 1)
			set[row_vids[i]] = true;
	for (unsigned int v = 1; list & VALL && v <= XSW_VID_MAX; v++)
		set[v] = true;
}

/* The table "Port modes". */
static void reduce(const struct row_port *p, struct mport *m)
{
	enum xsw_mode_id mode = p->mode;
	bool tunnel = mode == XSW_MODE_TUNNEL;

	m->vlans = mode != XSW_MODE_TRANSPARENT;
	m->tunnel = tunnel;
	m->tpid = tunnel ? 0x88a8 : 0x8100;
	m->takes_tagged = mode != XSW_MODE_ACCESS;
	m->takes_untagged = mode != XSW_MODE_TRUNK;
	if (mode == XSW_MODE_ACCESS || tunnel || mode == XSW_MODE_NATIVE_UNTAGGED ||
	    mode == XSW_MODE_NATIVE_TAGGED) {
		m->pvid = p->tag;
		m->member[p->tag] = true;
		m->untagged[p->tag] = mode != XSW_MODE_NATIVE_TAGGED;
	}
	if (mode == XSW_MODE_TRUNK || mode == XSW_MODE_NATIVE_UNTAGGED ||
	    mode == XSW_MODE_NATIVE_TAGGED || mode == XSW_MODE_HYBRID)
		set_list(m->member, p->vlans);
	if (mode == XSW_MODE_HYBRID) {
		m->pvid = p->tag;
		set_list(m->untagged, p->untagged);
	}
	if (tunnel) {
		m->some_customers = p->cvlans;
		set_list(m->customer, p->cvlans);
	}
}

static __u16 word_at(const struct mframe *f, unsigned int at)
{
	return f->bytes[at] << 8 | f->bytes[at + 1];
}

static bool is_group(const __u8 *mac)
{
	return mac[0] & 1;
}

static bool is_control(const __u8 *mac)
{
	static const __u8 link[5] = { 0x01, 0x80, 0xc2, 0, 0 };

	return !memcmp(mac, link, sizeof(link)) && mac[5] < 16;
}

static void hex_of(const __u8 *mac, char *hex)
{
	for (int i = 0; i < 6; i++)
		sprintf(hex + 2 * i, "%02x", mac[i]);
}

static bool same_mac(const char *hex, const __u8 *mac)
{
	char other[13];

	hex_of(mac, other);
	return !strcmp(hex, other);
}

/* 1. Parse. */
static enum xsw_reason parse(struct model *m)
{
	struct mframe *f = &m->f;
	static const __u8 all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	f->len = m->in->len ? m->in->len : ROW_LEN;
	for (unsigned int i = 0; i < f->len; i++)
		f->bytes[i] = 2 * i < strlen(m->in->frame) ? row_hex_byte(m->in->frame + 2 * i) :
							     (__u8)(i * 37 + 1);
	if (f->len < HEADER)
		return XSW_R_runt;
	m->out->class = !is_group(f->bytes)	  ? XSW_UNICAST :
			!memcmp(f->bytes, all, 6) ? XSW_BROADCAST :
						    XSW_MULTICAST;
	f->payload = f->len - HEADER;
	if (word_at(f, 12) != 0x8100 && word_at(f, 12) != 0x88a8)
		return 0;
	if (f->len < HEADER + TAG)
		return XSW_R_vlan_truncated;
	f->type = word_at(f, 12);
	f->tci = word_at(f, 14);
	f->payload -= TAG;
	return 0;
}

/* 2. The state in which the port is by now. */
static enum row_state state_now(const struct model *m, unsigned int i)
{
	const struct row_port *p = &m->in->port[i];

	return p->state == ERRDISABLED && p->until <= 0 ? FORWARDING : p->state;
}

static enum xsw_reason port_state(struct model *m)
{
	unsigned int in = m->in->in;

	if (m->in->port[in].state == ERRDISABLED && state_now(m, in) == FORWARDING)
		m->out->healed |= 1u << in;
	switch (state_now(m, in)) {
	case DISABLED:
	case ERRDISABLED:
		return XSW_R_port_down;
	case BLOCKING:
		return is_control(m->f.bytes) ? 0 : XSW_R_port_blocking;
	default:
		return 0;
	}
}

/* 3. Control frames. */
static enum xsw_reason control(struct model *m)
{
	const struct row_port *p = &m->in->port[m->in->in];
	__u16 mask = m->in->group_fwd_mask;
	unsigned int last = m->f.bytes[5];

	if (!is_control(m->f.bytes))
		return 0;
	if (p->policy & XSW_P_CONTROL) {
		if (p->guard && !last) {
			m->out->tripped = state_now(m, m->in->in) != BLOCKING;
			m->out->healed = 0; /* and in error again */
			return XSW_R_bpdu_guard;
		}
		mask |= p->group_fwd_mask;
	}
	return mask >> last & 1 ? 0 : XSW_R_link_local;
}

/* 4. The VLAN, of a port that has some. */
static enum xsw_reason classify_vlan(struct mframe *f, const struct mport *p)
{
	bool tag = f->type == p->tpid && !p->tunnel;
	__u16 vid = tag ? f->tci & 0xfff : 0;

	f->tpid = p->tpid;
	if (p->tunnel) {
		__u16 customer = f->type == 0x8100 ? f->tci & 0xfff : 0;

		if (p->some_customers && !p->customer[customer])
			return XSW_R_vlan_ingress;
		f->vid = p->pvid;
	} else if (vid) {
		if (vid == 4095)
			return XSW_R_vid_reserved;
		if (!p->takes_tagged)
			return XSW_R_frame_type;
		f->vid = vid;
		f->own = true;
	} else {
		if (!p->pvid)
			return XSW_R_no_pvid;
		if (!p->takes_untagged)
			return XSW_R_frame_type;
		f->vid = p->pvid;
		f->strip = tag;
		f->prio = tag ? f->tci & 0xf000 : 0;
	}
	if (f->type && !f->own && !f->strip)
		f->payload += TAG;			   /* it is content */
	return p->member[f->vid] ? 0 : XSW_R_vlan_ingress; /* 5. */
}

/* 4. and 5. */
static enum xsw_reason classify(struct model *m)
{
	const struct mport *p = &m->port[m->in->in];
	struct mframe *f = &m->f;
	enum xsw_reason reason;

	if (p->vlans) {
		reason = classify_vlan(f, p);
		if (reason)
			return reason;
		m->out->vid = f->vid;
		return 0;
	}
	if (f->type == 0x8100) {
		f->vid = f->tci & 0xfff;
		if (f->vid == 4095)
			return XSW_R_vid_reserved;
		f->own = f->vid;
	}
	return 0;
}

static bool valid(const struct model *m, const struct row_entry *e)
{
	__u64 ageing = m->in->ageing == ROW_NEVER ? 0 : m->in->ageing ? m->in->ageing : ROW_AGEING;

	return e->state != XSW_FDB_DYNAMIC || !ageing || e->age < (__s64)ageing;
}

/* The entry of an address in the frame's VLAN, among those after which `after` is kept. */
static struct row_entry *find(struct model *m, const __u8 *mac)
{
	for (struct row_entry *e = m->out->after; e->mac; e++)
		if (e->vid == m->f.vid && same_mac(e->mac, mac))
			return e;
	return NULL;
}

/* 6. Whether the source may be here. */
static enum xsw_reason source(struct model *m)
{
	static const __u8 zero[6];
	const struct row_port *p = &m->in->port[m->in->in];
	const __u8 *src = m->f.bytes + 6;
	const struct row_entry *e;
	bool listed = false;

	if (is_group(src))
		return XSW_R_src_group;
	if (!memcmp(src, zero, 6))
		return XSW_R_src_zero;
	e = find(m, src);
	if (e && e->state == XSW_FDB_LOCAL && e->port != m->in->in &&
	    (p->policy & XSW_P_LOCKED || m->in->hosts))
		return XSW_R_src_local;
	if (p->policy & XSW_P_LOCKED && !(e && e->port == m->in->in && valid(m, e)))
		return XSW_R_locked;
	if (!(p->policy & XSW_P_MACS))
		return 0;
	for (int i = 0; i < 3 && p->macs[i]; i++)
		listed |= same_mac(p->macs[i], src);
	return listed ? 0 : XSW_R_spoofed_mac;
}

/* Where the table sends an individual address: 0 nowhere. */
static unsigned int hit(struct model *m)
{
	const struct row_entry *e = is_group(m->f.bytes) ? NULL : find(m, m->f.bytes);

	return e && valid(m, e) && !m->in->port[e->port].gone ? e->port : 0;
}

/* Whether the bucket has room; if so it pays. */
static bool pays(struct model *m, enum xsw_meter_id id)
{
	const struct row_port *p = &m->in->port[m->in->in];

	if (!p->rate[id].rate)
		return true;
	if (p->ahead[id])
		return false;
	m->out->paid |= 1u << id;
	return true;
}

/* 7. Storm control, policing. */
static enum xsw_reason meters(struct model *m)
{
	const struct row_port *p = &m->in->port[m->in->in];
	enum xsw_class class = m->out->class;

	if (!(p->policy & XSW_P_METER))
		return 0;
	if (class == XSW_UNICAST && p->rate[XSW_METER_UNKNOWN].rate && !hit(m))
		class = XSW_UNKNOWN;
	if (class != XSW_UNICAST && !pays(m, class == XSW_BROADCAST ? XSW_METER_BROADCAST :
					     class == XSW_MULTICAST ? XSW_METER_MULTICAST :
								      XSW_METER_UNKNOWN)) {
		m->out->class = class;
		return XSW_R_storm;
	}
	return pays(m, XSW_METER_POLICE) ? 0 : XSW_R_policed;
}

static unsigned int dynamic_on(const struct model *m, unsigned int port)
{
	unsigned int n = 0;

	for (const struct row_entry *e = m->in->fdb; e->mac; e++)
		n += e->state == XSW_FDB_DYNAMIC && (!port || e->port == port);
	return n;
}

static bool room_for(const struct model *m, bool all)
{
	__u32 most = m->in->limit.all, mine = m->in->limit.port[m->in->in];

	if (mine && dynamic_on(m, m->in->in) >= mine)
		return false;
	return !all || !most || dynamic_on(m, 0) < most;
}

static void learned(struct model *m, struct row_entry *e, enum row_event event)
{
	*e = (struct row_entry){ .mac = e->mac, .vid = m->f.vid, .port = m->in->in, .how = NEW };
	m->out->event = event;
}

static void refused(struct model *m, enum xsw_reason note, enum row_event event)
{
	m->out->note = note;
	m->out->event = event;
}

/* An address nobody knows. */
static void learn_new(struct model *m, char *mac)
{
	struct row_entry *e = m->out->after;
	unsigned int n = 0;

	while (e[n].mac)
		n++;
	if (!room_for(m, true)) {
		refused(m, XSW_R_learn_limit, LIMITED);
	} else if (n == ROW_FDB) {
		refused(m, XSW_R_fdb_full, REFUSED);
	} else {
		e[n].mac = mac;
		learned(m, &e[n], LEARNED);
	}
}

/* 8. Learning. */
static enum xsw_reason learn(struct model *m)
{
	const struct row_port *p = &m->in->port[m->in->in];
	struct row_entry *e = find(m, m->f.bytes + 6);
	bool off = p->flip & XSW_F_LEARNING || state_now(m, m->in->in) == BLOCKING;
	bool here = e && e->port == m->in->in;

	if (e && !here && e->state == XSW_FDB_LOCAL && (!off || m->in->hosts))
		return XSW_R_src_local;
	if (off)
		return 0;
	if (!e) {
		learn_new(m, m->made->src);
	} else if (e->state == XSW_FDB_STATIC && !here) {
		return XSW_R_static_move;
	} else if (here && valid(m, e)) {
		e->how = SEEN;
	} else if (!valid(m, e)) {
		if (here || room_for(m, true))
			learned(m, e, LEARNED);
		else
			refused(m, XSW_R_learn_limit, LIMITED);
	} else if (room_for(m, e->state != XSW_FDB_DYNAMIC)) {
		learned(m, e, MOVED);
	} else {
		refused(m, XSW_R_learn_limit, LIMITED);
	}
	return 0;
}

/* 10. Whether a port takes the frame; `flag`: what a flood asks for. */
static enum xsw_reason egress(struct model *m, unsigned int i, __u16 flag)
{
	const struct row_port *from = &m->in->port[m->in->in], *to = &m->in->port[i];
	bool hairpin = to->flip & XSW_F_HAIRPIN;

	if (i == m->in->in && !hairpin)
		return XSW_R_same_port;
	if (from->policy & to->policy & XSW_P_ISOLATED)
		return XSW_R_isolated;
	if (from->policy & to->policy & XSW_P_GROUP && from->group == to->group && !hairpin)
		return XSW_R_isolated;
	if (m->port[i].vlans && !m->port[i].member[m->f.vid])
		return XSW_R_vlan_egress;
	if (to->state == ERRDISABLED && state_now(m, i) == FORWARDING)
		m->out->healed |= 1u << i;
	if (state_now(m, i) != FORWARDING)
		return XSW_R_egress_down;
	if (flag && to->flip & flag)
		return XSW_R_no_target;
	return m->f.payload > (to->mtu ? to->mtu : ROW_MTU) ? XSW_R_too_big : 0;
}

/* 11. The form in which it leaves by a port. */
static void leaves(struct model *m, unsigned int i)
{
	const struct mport *p = &m->port[i];
	const struct mframe *f = &m->f;
	bool tagged = p->vlans ? !p->untagged[f->vid] : f->vid;
	struct row_as *as = &m->out->as[i];

	m->out->to |= 1u << i;
	if (f->strip || (f->own && !tagged))
		as->cut = TAG;
	if (!tagged || f->own)
		return;
	sprintf(m->made->tags[i], "%04x%04x", f->tpid, (__u16)(f->prio | f->vid));
	as->tags = m->made->tags[i];
}

/* 9. to 12. of a flood. */
static enum xsw_reason flood(struct model *m)
{
	enum xsw_reason reason = XSW_R_no_target, why;
	__u16 flag = m->out->class == XSW_BROADCAST ? XSW_F_BCAST_FLOOD :
		     m->out->class == XSW_MULTICAST ? XSW_F_MCAST_FLOOD :
						      XSW_F_FLOOD;

	for (unsigned int i = P1; i <= P5; i++) {
		if (m->in->port[i].apart)
			continue;
		why = egress(m, i, flag);
		if (why == XSW_R_too_big)
			reason = why;
		if (!why && !m->in->port[i].gone)
			leaves(m, i);
	}
	return m->out->to ? 0 : reason;
}

static enum xsw_reason walk(struct model *m)
{
	enum xsw_reason (*const steps[])(
		struct model * m) = { parse, port_state, control, classify, source, meters, learn };
	enum xsw_reason reason = 0;
	unsigned int to;

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps) && !reason; i++)
		reason = steps[i](m);
	if (reason)
		return reason;
	if (state_now(m, m->in->in) == LEARNING)
		return XSW_R_port_learning;
	to = hit(m);
	if (m->out->class == XSW_UNICAST && !to)
		m->out->class = XSW_UNKNOWN;
	if (!to)
		return flood(m);
	reason = egress(m, to, 0);
	if (!reason)
		leaves(m, to);
	return reason;
}

void model_row(struct made *made)
{
	static struct model m;
	static struct row before;
	struct row *row = &made->row;

	memset(&m, 0, sizeof(m));
	before = *row;
	m.in = &before;
	m.out = row;
	m.made = made;
	memset(&row->to, 0, offsetof(struct row, not_run) - offsetof(struct row, to));
	memcpy(row->after, before.fdb, sizeof(row->after));
	for (unsigned int i = P1; i <= P5; i++)
		reduce(&before.port[i], &m.port[i]);
	row->drop = walk(&m);
	if (!memcmp(row->after, before.fdb, sizeof(row->after)))
		memset(row->after, 0, sizeof(row->after));
}
