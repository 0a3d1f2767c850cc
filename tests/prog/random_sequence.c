// SPDX-License-Identifier: GPL-2.0-only
/*
 * random_sequence.c - a switch that nobody set up, and what happens to it
 *
 * Each sequence has few addresses, VLANs and kinds of trouble of its own, so that what one frame
 * leaves behind matters to the next. Times are multiples of SLOT, and limits of time lie between
 * two of them, so that a slow machine decides nothing.
 */
#include <stdio.h>
#include <string.h>

#include "random.h"

#define TICK (1ULL << XSW_FLAP_TICK)
#define SLOT (596 * TICK) /* 9.999 s */

struct palette {
	struct dice *d;
	unsigned int macs, vids, ports;
	__u16 vid[3];
};

static const char *some_mac(const struct palette *p)
{
	return random_macs[below(p->d, p->macs)];
}

static __u16 some_vid(const struct palette *p)
{
	return p->vid[below(p->d, p->vids)];
}

static __u8 some_port(const struct palette *p)
{
	return (__u8)(P1 + below(p->d, p->ports));
}

static void palette_init(struct palette *p, struct dice *d)
{
	static const __u16 vids[] = { 0, 1, 10, 20, 4094 };

	p->d = d;
	p->macs = 2 + below(d, RANDOM_MACS - 1);
	p->vids = 1 + below(d, 3);
	p->ports = 2 + below(d, 4);
	for (unsigned int i = 0; i < p->vids; i++)
		p->vid[i] = PICK(d, vids);
}

/* Buckets of bits: a frame is paid for in minutes. */
static void slow_buckets(struct dice *d, struct row_port *p)
{
	for (unsigned int i = 0; i < XSW_METERS; i++) {
		if (!p->rate[i].rate)
			continue;
		p->rate[i].bits = 1;
		p->rate[i].burst = one_in(d, 2) ? 1 : 1005 * 1000000u;
		p->ahead[i] = 0;
	}
}

static void make_ports(const struct palette *pal, struct row *row)
{
	struct dice *d = pal->d;
	bool plain = one_in(d, 3), same = one_in(d, 4);

	for (unsigned int i = P1; i <= P5; i++) {
		struct row_port *p = &row->port[i];

		if (plain && i > P2)
			continue;
		if (same && i > P1)
			*p = row->port[P1];
		else
			random_port(d, p);
		slow_buckets(d, p);
		p->flip &= (__u16)~XSW_F_PEER;
		p->until = p->state == ERRDISABLED ? (p->until < 0 ? -1 : 1) * 45 * (__s64)SEC_ : 0;
		if (p->state != FORWARDING && one_in(d, 2))
			p->state = FORWARDING, p->until = 0;
	}
	random_wire(d, row);
}

static struct row_entry some_entry(const struct palette *pal, const struct row *row)
{
	struct row_entry e = { .mac = some_mac(pal), .vid = some_vid(pal), .port = some_port(pal) };

	if (one_in(pal->d, 2))
		e.state = 1 + below(pal->d, row->hosts ? 3 : 2);
	return e;
}

static void make_conf(const struct palette *pal, struct row *row)
{
	static const __u64 ageings[] = { ROW_NEVER, 29 * SLOT + SLOT / 2, 3 * SLOT + SLOT / 2 };
	struct dice *d = pal->d;
	unsigned int n = below(d, 3);

	row->in = P1;
	row->recovery = 9 * SLOT + SLOT / 2;
	row->ageing = PICK(d, ageings);
	row->flap_window = 2 * SLOT + SLOT / 2;
	row->flap_limit = one_in(d, 2) ? 1 + below(d, 4) : 0;
	row->hosts = one_in(d, 5);
	if (one_in(d, 5))
		row->group_fwd_mask = roll(d) & roll(d);
	if (one_in(d, 4))
		row->limit.all = 1 + below(d, 4);
	if (one_in(d, 4))
		row->limit.port[some_port(pal)] = 1 + below(d, 3);
	if (one_in(d, 4)) {
		row->limit.vid = some_vid(pal);
		row->limit.vlan = 1 + below(d, 3);
	}
	make_ports(pal, row);
	for (unsigned int i = 0; i < n; i++) {
		struct row_entry e = some_entry(pal, row);

		if (!i || row->fdb[0].mac != e.mac || row->fdb[0].vid != e.vid)
			row->fdb[row->fdb[0].mac != NULL] = e;
	}
}

static void make_frame(const struct palette *pal, struct step *s)
{
	static const __u16 lens[] = { 60, 60, 64, 68, 100, 1514, 1518, 1519 };
	static const __u16 tpids[] = { 0x8100, 0x8100, 0x8100, 0x8100, 0x88a8 };
	struct dice *d = pal->d;
	const char *dst = some_mac(pal);
	char control[13];

	if (one_in(d, 5))
		dst = one_in(d, 2) ? BCAST : MCAST;
	if (one_in(d, 15)) {
		sprintf(control, "0180c20000%02x", below(d, one_in(d, 2) ? 1 : 17));
		dst = control;
	}
	s->kind = STEP_FRAME;
	s->port = some_port(pal);
	s->src = one_in(d, 40) ? MCAST : some_mac(pal);
	s->len = PICK(d, lens);
	sprintf(s->frame, "%s%s", dst, s->src);
	for (unsigned int n = below(d, 3); n; n--)
		sprintf(s->frame + strlen(s->frame), "%04x%04x", PICK(d, tpids),
			(one_in(d, 4) ? below(d, 16) << 12 : 0) | some_vid(pal));
	random_payload(d, s->frame + strlen(s->frame));
}

static void change_port(const struct palette *pal, const struct row *row, struct step *s)
{
	static const __u16 flags[] = { XSW_F_LEARNING,	  XSW_F_FLOOD,	 XSW_F_MCAST_FLOOD,
				       XSW_F_BCAST_FLOOD, XSW_F_HAIRPIN, 0 };
	static const enum row_state states[] = { FORWARDING, FORWARDING, FORWARDING,
						 DISABLED,   BLOCKING,	 LEARNING };
	struct dice *d = pal->d;

	s->kind = STEP_PORT;
	s->port = some_port(pal);
	s->change.state = PICK(d, states);
	s->change.flip = PICK(d, flags);
	s->change.mtu = one_in(d, 4) ? 46 : row->port[s->port].mtu;
	s->change.gone = one_in(d, 6);
}

static void make_step(const struct palette *pal, const struct row *row, struct step *s)
{
	static const __u64 times[] = { 36 * TICK, SLOT, SLOT, 2 * SLOT, 12 * SLOT, 31 * SLOT };
	static const __u64 wrap = TICK << 16;
	struct dice *d = pal->d;

	switch (below(d, 20)) {
	case 0:
	case 1:
		s->kind = STEP_PASS;
		s->ns = one_in(d, 20) ? wrap : PICK(d, times);
		break;
	case 2:
		s->kind = STEP_FLUSH;
		s->port = one_in(d, 2) ? STRANGER : some_port(pal);
		s->vid = one_in(d, 2) ? XSW_ANY_VID : some_vid(pal);
		break;
	case 3:
		s->kind = one_in(d, 3) ? STEP_DEL : STEP_ADD;
		s->entry = some_entry(pal, row);
		break;
	case 4:
		s->kind = STEP_COLLECT;
		break;
	case 5:
		change_port(pal, row, s);
		break;
	default:
		make_frame(pal, s);
	}
}

static void throw_sequence(struct dice *d, struct sequence *s)
{
	struct palette pal;

	palette_init(&pal, d);
	make_conf(&pal, &s->conf.row);
	s->n = 5 + below(d, STEPS - 4);
	for (unsigned int i = 0; i < s->n; i++)
		make_step(&pal, &s->conf.row, &s->step[i]);
}

void random_sequence(__u64 seed, struct sequence *s)
{
	struct dice d = { .state = ~seed };

	memset(s, 0, sizeof(*s));
	snprintf(s->conf.name, sizeof(s->conf.name), "seed %llu", (unsigned long long)seed);
	throw_sequence(&d, s);
}

void random_sequence_of(const __u8 *bytes, size_t n, struct sequence *s)
{
	struct dice d = { .bytes = bytes, .left = n };

	memset(s, 0, sizeof(*s));
	snprintf(s->conf.name, sizeof(s->conf.name), "%zu bytes", n);
	throw_sequence(&d, s);
}
