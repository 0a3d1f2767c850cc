// SPDX-License-Identifier: GPL-2.0-only
/*
 * model.c - the walk of the contract, step by step, on arrays
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "model.h"

#define HEADER 14
#define TAG    4

/* A frame on its way. */
struct mframe {
	__u32 len, payload;
	__u16 type; /* outer tag, 0: none */
	__u16 tci;  /* ... and its content */
	__u16 vid;
	bool own;		      /* the outer tag is that of the VLAN */
	bool strip;		      /* ... is a priority tag that a port with VLANs took in */
	__u16 tpid, prio;	      /* of a tag that it gets */
	__u8 bytes[HEADER + 2 * TAG]; /* its first */
};

/* The table "Port modes": what a port is a member of, what it sends untagged, its PVID. */

static bool in_list(__u16 list, __u16 vid)
{
	for (int i = 0; i < ROW_VIDS; i++)
		if (list >> i & 1 && row_vids[i] == vid)
			return true;
	return list & VALL && vid && vid <= XSW_VID_MAX;
}

static bool has_vlans(const struct row_port *p)
{
	return p->mode != XSW_MODE_TRANSPARENT;
}

static bool is_tunnel(const struct row_port *p)
{
	return p->mode == XSW_MODE_TUNNEL;
}

static bool takes_tagged(const struct row_port *p)
{
	return p->mode != XSW_MODE_ACCESS;
}

static bool takes_untagged(const struct row_port *p)
{
	return p->mode != XSW_MODE_TRUNK;
}

static bool has_tag(const struct row_port *p)
{
	return p->mode == XSW_MODE_ACCESS || p->mode == XSW_MODE_TUNNEL ||
	       p->mode == XSW_MODE_NATIVE_UNTAGGED || p->mode == XSW_MODE_NATIVE_TAGGED;
}

static __u16 pvid_of(const struct row_port *p)
{
	return has_tag(p) || p->mode == XSW_MODE_HYBRID ? p->tag : 0;
}

static bool is_member(const struct row_port *p, __u16 vid)
{
	if (!has_vlans(p) || (has_tag(p) && vid == p->tag))
		return true;
	return p->mode != XSW_MODE_ACCESS && !is_tunnel(p) && in_list(p->vlans, vid);
}

static bool is_untagged(const struct row_port *p, __u16 vid)
{
	if (p->mode == XSW_MODE_HYBRID)
		return in_list(p->untagged, vid);
	return has_tag(p) && p->mode != XSW_MODE_NATIVE_TAGGED && vid == p->tag;
}

struct model {
	const struct row *in;
	struct row *out;
	struct made *made;
	struct mframe f;
};

/* What depends on how long a test takes is not to be decided by that. */
static void between(struct model *m, __s64 age, __u64 end)
{
	__s64 d = age - (__s64)end;

	m->made->close |= d > -(__s64)MODEL_CLOSE && d < (__s64)MODEL_CLOSE;
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

/* Both as hex digits; the second goes on behind. */
static bool same_mac(const char *mac, const char *digits)
{
	return !strncmp(mac, digits, 12);
}

/* Where they stand in the frame, as hex digits. */
static const char *dst_of(const struct model *m)
{
	return m->in->frame;
}

static const char *src_of(const struct model *m)
{
	return m->in->frame + 12;
}

/* 1. Parse. */
static enum xsw_reason parse(struct model *m)
{
	struct mframe *f = &m->f;
	static const __u8 all[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

	f->len = m->in->len ? m->in->len : ROW_LEN;
	for (unsigned int i = 0; i < f->len && i < HEADER + 2 * TAG; i++)
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
static enum row_state state_now(struct model *m, unsigned int i)
{
	const struct row_port *p = &m->in->port[i];

	if (p->state == ERRDISABLED)
		between(m, p->until, 0);
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
			m->out->tripped = state_now(m, m->in->in) == FORWARDING;
			m->out->healed = 0; /* and in error again */
			return XSW_R_bpdu_guard;
		}
		mask |= p->group_fwd_mask;
	}
	return mask >> last & 1 ? 0 : XSW_R_link_local;
}

/* 4. The VLAN, of a port that has some. */
static enum xsw_reason classify_vlan(struct mframe *f, const struct row_port *p)
{
	__u16 tpid = is_tunnel(p) ? 0x88a8 : 0x8100;
	bool tag = f->type == tpid && !is_tunnel(p);
	__u16 vid = tag ? f->tci & 0xfff : 0;

	f->tpid = tpid;
	if (is_tunnel(p)) {
		__u16 customer = f->type == 0x8100 ? f->tci & 0xfff : 0;

		if (p->cvlans && !in_list(p->cvlans, customer))
			return XSW_R_vlan_ingress;
		f->vid = pvid_of(p);
	} else if (vid) {
		if (vid == 4095)
			return XSW_R_vid_reserved;
		if (!takes_tagged(p))
			return XSW_R_frame_type;
		f->vid = vid;
		f->own = true;
	} else {
		if (!pvid_of(p))
			return XSW_R_no_pvid;
		if (!takes_untagged(p))
			return XSW_R_frame_type;
		f->vid = pvid_of(p);
		f->strip = tag;
		f->prio = tag ? f->tci & 0xf000 : 0;
	}
	if (f->type && !f->own && !f->strip)
		f->payload += TAG;			      /* it is content */
	return is_member(p, f->vid) ? 0 : XSW_R_vlan_ingress; /* 5. */
}

/* 4. and 5. */
static enum xsw_reason classify(struct model *m)
{
	const struct row_port *p = &m->in->port[m->in->in];
	struct mframe *f = &m->f;
	enum xsw_reason reason;

	if (has_vlans(p)) {
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

static bool is_expired(struct model *m, const struct row_entry *e)
{
	__u64 ageing = m->in->ageing == ROW_NEVER ? 0 : m->in->ageing ? m->in->ageing : ROW_AGEING;

	if (!ageing || e->state != XSW_FDB_DYNAMIC)
		return false;
	between(m, e->age, ageing);
	return e->age >= (__s64)ageing;
}

static bool valid(struct model *m, const struct row_entry *e)
{
	return !e->flushed && !is_expired(m, e);
}

/* The entry of an address in the frame's VLAN, among those after which `after` is kept. */
static struct row_entry *find(struct model *m, const char *mac)
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
	e = find(m, src_of(m));
	if (e && e->state == XSW_FDB_LOCAL && e->port != m->in->in &&
	    (p->policy & XSW_P_LOCKED || m->in->hosts))
		return XSW_R_src_local;
	if (p->policy & XSW_P_LOCKED && !(e && e->port == m->in->in && valid(m, e)))
		return XSW_R_locked;
	for (int i = 0; i < 3 && p->macs[i]; i++)
		listed |= same_mac(p->macs[i], src_of(m));
	if (p->policy & XSW_P_MACS && !listed)
		return XSW_R_spoofed_mac;
	return p->policy & XSW_P_IPS && !model_claims(m->in) ? XSW_R_spoofed_ip : 0;
}

/* Where the table sends an individual address: 0 nowhere. */
static unsigned int hit(struct model *m)
{
	const struct row_entry *e = is_group(m->f.bytes) ? NULL : find(m, dst_of(m));

	return e && valid(m, e) && !m->in->port[e->port].gone ? e->port : 0;
}

/* Whether the bucket has room; if so it pays. A full one takes any frame. */
static bool pays(struct model *m, enum xsw_meter_id id)
{
	const struct row_port *p = &m->in->port[m->in->in];
	const struct xsw_rate *r = &p->rate[id];
	__u64 cost;

	if (!r->rate)
		return true;
	cost = (r->bits ? m->f.len * 8ULL : 1) * SEC_ / r->rate;
	if (p->ahead[id]) {
		between(m, p->ahead[id], 0);
		between(m, p->ahead[id] + cost, r->burst * 1000ULL);
		if (p->ahead[id] + cost > r->burst * 1000ULL)
			return false;
	}
	m->out->paid |= 1u << id;
	m->out->cost[id] = cost;
	return true;
}

/* 7. Storm control, policing. */
static enum xsw_reason meters(struct model *m)
{
	const struct row_port *p = &m->in->port[m->in->in];
	enum xsw_class class = m->out->class;

	if (!(p->policy & XSW_P_METER))
		return 0;
	if (class == XSW_UNICAST && !(p->policy & XSW_P_WIRE) && p->rate[XSW_METER_UNKNOWN].rate &&
	    !hit(m))
		class = XSW_UNKNOWN;
	if (class != XSW_UNICAST && !pays(m, class == XSW_BROADCAST ? XSW_METER_BROADCAST :
					     class == XSW_MULTICAST ? XSW_METER_MULTICAST :
								      XSW_METER_UNKNOWN)) {
		m->out->class = class;
		return XSW_R_storm;
	}
	return pays(m, XSW_METER_POLICE) ? 0 : XSW_R_policed;
}

/* Learned entries of a port and of a VLAN; STRANGER, XSW_ANY_VID: of all. What expired counts. */
static unsigned int learned_on(const struct model *m, unsigned int port, __u16 vid)
{
	unsigned int n = 0;

	for (const struct row_entry *e = m->in->fdb; e->mac; e++)
		n += e->state == XSW_FDB_DYNAMIC && !e->flushed && (!port || e->port == port) &&
		     (vid == XSW_ANY_VID || e->vid == vid);
	return n;
}

/* ... on that port; `more`: there will be one more in the VLAN and in the table. */
static bool room_for(const struct model *m, unsigned int port, bool more)
{
	__u32 most = m->in->limit.all, mine = m->in->limit.port[port];
	__u32 vlan = m->in->limit.vid == m->f.vid ? m->in->limit.vlan : 0;

	if (mine && learned_on(m, port, XSW_ANY_VID) >= mine)
		return false;
	if (more && vlan && learned_on(m, STRANGER, m->f.vid) >= vlan)
		return false;
	return !more || !most || learned_on(m, STRANGER, XSW_ANY_VID) < most;
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
static void learn_new(struct model *m, const char *mac)
{
	struct row_entry *e = m->out->after;
	unsigned int n = 0;

	while (e[n].mac)
		n++;
	if (!room_for(m, m->in->in, true)) {
		refused(m, XSW_R_learn_limit, LIMITED);
	} else if (n == ROW_FDB) {
		refused(m, XSW_R_fdb_full, REFUSED);
	} else {
		e[n].mac = mac;
		learned(m, &e[n], LEARNED);
	}
}

static bool within_window(struct model *m, const struct row_entry *e)
{
	__u64 window = m->in->flap_window ? m->in->flap_window : SEC_;

	between(m, (__s64)e->since, window);
	return e->since < window;
}

/* One move too many: back to where the moves began, or where it is. */
static enum xsw_reason hold(struct model *m, struct row_entry *e)
{
	bool back = e->home != e->port && room_for(m, e->home, false);

	m->out->event = back ? HELD_BACK : HELD;
	e->port = back ? e->home : e->port;
	e->flags = XSW_FDB_HELD;
	e->how = STOPPED;
	e->moves = 0;
	e->since = 0;
	return e->port == m->in->in ? 0 : XSW_R_flap;
}

/* An address that was on another port. */
static enum xsw_reason move(struct model *m, struct row_entry *e)
{
	bool counts = m->in->flap_limit && e->state == XSW_FDB_DYNAMIC;
	bool again = e->moves && within_window(m, e);
	struct row_entry old = *e;

	if (counts && e->flags & XSW_FDB_HELD && within_window(m, e)) {
		e->since = 0;
		return XSW_R_flap;
	}
	if (counts && !(e->flags & XSW_FDB_HELD) && again && e->moves >= m->in->flap_limit)
		return hold(m, e);
	if (!room_for(m, m->in->in, e->state != XSW_FDB_DYNAMIC)) {
		refused(m, XSW_R_learn_limit, LIMITED);
		return 0;
	}
	learned(m, e, MOVED);
	e->home = again ? old.home : old.port;
	e->moves = again ? old.moves + 1 : 1;
	e->since = again ? old.since : 0;
	return 0;
}

/* 8. Learning. */
static enum xsw_reason learn(struct model *m)
{
	const struct row_port *p = &m->in->port[m->in->in];
	struct row_entry *e = find(m, src_of(m));
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
		if (e->flags && !within_window(m, e))
			e->flags = 0;
	} else if (!valid(m, e)) {
		/* what expired where it speaks again has its place */
		if ((here && !e->flushed) || room_for(m, m->in->in, true))
			learned(m, e, LEARNED);
		else
			refused(m, XSW_R_learn_limit, LIMITED);
	} else {
		return move(m, e);
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
	if (!is_member(to, m->f.vid))
		return XSW_R_vlan_egress;
	if (to->state == ERRDISABLED && state_now(m, i) == FORWARDING)
		m->out->healed |= 1u << i;
	if (state_now(m, i) != FORWARDING || to->policy & XSW_P_WIRE)
		return XSW_R_egress_down;
	if (flag && to->flip & flag)
		return XSW_R_no_target;
	return m->f.payload > (to->mtu ? to->mtu : ROW_MTU) ? XSW_R_too_big : 0;
}

/* 11. The form in which it leaves by a port. */
static void leaves(struct model *m, unsigned int i)
{
	const struct row_port *p = &m->in->port[i];
	const struct mframe *f = &m->f;
	bool tagged = has_vlans(p) ? !is_untagged(p, f->vid) : f->vid;
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

/* The whole way of a frame that came in by a port of a wire. */
static enum xsw_reason wire(struct model *m)
{
	unsigned int other = m->in->port[m->in->in].wire;
	const struct row_port *to = &m->in->port[other];
	enum xsw_reason reason;

	if (state_now(m, m->in->in) == LEARNING)
		return XSW_R_port_learning;
	reason = meters(m);
	if (reason)
		return reason;
	if (to->gone)
		return XSW_R_egress_down;
	if (to->state == ERRDISABLED && state_now(m, other) == FORWARDING)
		m->out->healed |= 1u << other;
	if (other == m->in->in || state_now(m, other) != FORWARDING || !(to->policy & XSW_P_WIRE))
		return XSW_R_egress_down;
	if (m->f.payload > (to->mtu ? to->mtu : ROW_MTU))
		return XSW_R_too_big;
	m->out->to = 1u << other;
	return 0;
}

/* 4. to 12. of what is switched */
static enum xsw_reason switched(struct model *m)
{
	enum xsw_reason (*const steps[])(struct model * m) = { control, classify, source, meters,
							       learn };
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

static enum xsw_reason walk(struct model *m)
{
	enum xsw_reason reason = parse(m);

	if (!reason)
		reason = port_state(m);
	if (reason)
		return reason;
	return m->in->port[m->in->in].policy & XSW_P_WIRE ? wire(m) : switched(m);
}

void model_row(struct made *made)
{
	static struct row before;
	struct row *row = &made->row;
	struct model m = { .in = &before, .out = row, .made = made };

	before = *row;
	made->close = false;
	memset(&row->to, 0, offsetof(struct row, not_run) - offsetof(struct row, to));
	memcpy(row->after, before.fdb, sizeof(row->after));
	row->drop = walk(&m);
	if (!memcmp(row->after, before.fdb, sizeof(row->after)))
		memset(row->after, 0, sizeof(row->after));
}

/* --- from one frame to the next -------------------------------------------------------- */

static void next_entries(struct row *row)
{
	__u32 seq = row->seq ? row->seq : ROW_SEQ;

	for (struct row_entry *e = row->after; e->mac; e++) {
		bool fixed = e->how == SEEN && e->state >= XSW_FDB_STATIC;

		if (e->how == NEW || e->how == SEEN)
			e->age = 0;
		if (e->how != KEPT && !fixed)
			e->seq = seq;
		e->how = KEPT;
	}
	if (row->after[0].mac)
		memcpy(row->fdb, row->after, sizeof(row->fdb));
}

void model_next(struct made *m)
{
	struct row *row = &m->row;
	struct row_port *p = &row->port[row->in];
	__u64 recovery = row->recovery ? row->recovery : XSW_RECOVERY_DEFAULT;

	next_entries(row);
	for (unsigned int i = P1; i <= P5; i++) {
		if (!(row->healed >> i & 1))
			continue;
		row->port[i].state = FORWARDING;
		row->port[i].until = 0;
	}
	if (row->tripped) {
		p->state = ERRDISABLED;
		p->until = (__s64)recovery;
	}
	for (unsigned int id = 0; id < XSW_METERS; id++)
		if (row->paid >> id & 1)
			p->ahead[id] += row->cost[id];
}

void model_pass(struct row *row, __u64 ns)
{
	for (struct row_entry *e = row->fdb; e->mac; e++) {
		e->age += (__s64)ns;
		e->since += ns;
	}
	for (unsigned int i = P1; i <= P5; i++) {
		struct row_port *p = &row->port[i];

		if (p->state == ERRDISABLED)
			p->until -= (__s64)ns;
		for (unsigned int id = 0; id < XSW_METERS; id++)
			p->ahead[id] -= p->ahead[id] < ns ? p->ahead[id] : ns;
	}
}

void model_flush(struct row *row, unsigned int port, __u16 vid)
{
	for (struct row_entry *e = row->fdb; e->mac; e++)
		if (e->state == XSW_FDB_DYNAMIC && (!port || e->port == port) &&
		    (vid == XSW_ANY_VID || e->vid == vid))
			e->flushed = true;
	row->seq = (row->seq ? row->seq : ROW_SEQ) + 1;
}

static struct row_entry *entry_of(struct row *row, const char *mac, __u16 vid)
{
	struct row_entry *e = row->fdb;

	while (e->mac && (strcmp(e->mac, mac) || e->vid != vid))
		e++;
	return e;
}

static void forget(struct row_entry *e)
{
	do
		e[0] = e[1];
	while ((e++)->mac);
}

void model_collect(struct made *made)
{
	struct model m = { .in = &made->row, .made = made };

	for (struct row_entry *e = made->row.fdb; e->mac;) {
		if (e->state == XSW_FDB_DYNAMIC && !valid(&m, e))
			forget(e);
		else
			e++;
	}
}

int model_add(struct made *made, const struct row_entry *new)
{
	struct row *row = &made->row;
	struct row_entry *e = entry_of(row, new->mac, new->vid);
	struct model m = { .in = row, .made = made, .f.vid = new->vid };
	bool counts = new->state == XSW_FDB_DYNAMIC, is = e->mac;
	bool counted = is && e->state == XSW_FDB_DYNAMIC && !e->flushed;

	if (is && valid(&m, e))
		return -EEXIST;
	if (counts && !(counted && e->port == new->port) && !room_for(&m, new->port, !counted))
		return -EDQUOT;
	if (!is && e == row->fdb + ROW_FDB)
		return -E2BIG;
	*e = *new;
	e->seq = row->seq ? row->seq : ROW_SEQ;
	return 0;
}

int model_del(struct made *made, const char *mac, __u16 vid)
{
	struct row_entry *e = entry_of(&made->row, mac, vid);
	struct model m = { .in = &made->row, .made = made };

	if (!e->mac || !valid(&m, e))
		return -ENOENT;
	forget(e);
	return 0;
}
