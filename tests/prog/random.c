// SPDX-License-Identifier: GPL-2.0-only
/*
 * random.c - rows that nobody wrote down
 *
 * Few addresses, VLANs and sizes, so that what is rare by itself meets often: most ports forward and
 * most frames pass the first steps, or nothing would reach the later ones.
 */
#include <stdio.h>
#include <string.h>

#include "random.h"

/* splitmix64 (Steele, Lea, Flood 2014) */
__u64 roll(struct dice *d)
{
	__u64 z;

	if (d->left > 1) {
		d->left -= 2;
		d->bytes += 2;
		return d->bytes[-2] | d->bytes[-1] << 8;
	}
	z = d->state += 0x9e3779b97f4a7c15ULL;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

unsigned int below(struct dice *d, unsigned int n)
{
	return roll(d) % n;
}

bool one_in(struct dice *d, unsigned int n)
{
	return !below(d, n);
}

const char *const random_macs[RANDOM_MACS] = { A, B, C, D, E };
static const __u16 vids[] = { 1, 10, 20, 4094 };

static __u16 some_vids(struct dice *d)
{
	return one_in(d, 4) ? VALL : roll(d) & (V1 | V10 | V20 | V4094 | V64);
}

static void random_vlans(struct dice *d, struct row_port *p)
{
	static const enum xsw_mode_id modes[] = {
		XSW_MODE_ACCESS,	XSW_MODE_TRUNK,	 XSW_MODE_NATIVE_UNTAGGED,
		XSW_MODE_NATIVE_TAGGED, XSW_MODE_TUNNEL, XSW_MODE_HYBRID,
	};

	p->mode = PICK(d, modes);
	if (p->mode != XSW_MODE_TRUNK && !(p->mode == XSW_MODE_HYBRID && one_in(d, 4)))
		p->tag = PICK(d, vids);
	if (p->mode != XSW_MODE_ACCESS && p->mode != XSW_MODE_TUNNEL)
		p->vlans = some_vids(d);
	if (p->mode == XSW_MODE_HYBRID)
		p->untagged = some_vids(d);
	if (p->mode == XSW_MODE_TUNNEL && one_in(d, 3))
		p->cvlans = roll(d) & (V0 | V1 | V10 | V20);
}

#define IP_A  "0a000001"
#define IP_B  "0a0000fe"
#define IP_C  "c0a80117"
#define IP6_A "fe8000000000000000000000000000aa"
#define IP6_B "20010db8000100000000000000000017"
#define ZERO4 "00000000"
#define ZERO6 "00000000000000000000000000000000"

/* Addresses and networks that ports may have; and an end before the fourth. */
static const struct row_ip lists[] = {
	{ IP_A },
	{ "0a000000", 8 },
	{ "c0a80100", 24 },
	{ IP6_A },
	{ "20010db8000100000000000000000000", 48 },
	{ "0a000080", 25 },
};

void random_payload(struct dice *d, char *hex)
{
	static const char *const ip4[] = { IP_A, IP_B, IP_C, ZERO4 };
	static const char *const ip6[] = { IP6_A, IP6_B, ZERO6 };
	static const char *const types[] = { "87", "88", "80" };

	switch (below(d, 16)) {
	case 0:
		sprintf(hex,
			"0800%02x00006a000100004011"
			"0000%s" IP_B,
			one_in(d, 8) ? 0x44 : 0x45, PICK(d, ip4));
		break;
	case 1:
		sprintf(hex,
			"08060001080006040%03u" A "%s"
			"000000000000"
			"%s",
			1 + below(d, 2), PICK(d, ip4), PICK(d, ip4));
		break;
	case 2:
		sprintf(hex,
			"86dd60000000"
			"0018%s"
			"ff%s" IP6_B "%s000000"
			"00000000"
			"%s",
			one_in(d, 3) ? "11" : "3a", PICK(d, ip6), PICK(d, types), PICK(d, ip6));
		break;
	default:
		strcpy(hex, "88b5");
	}
}

static void random_policy(struct dice *d, struct row_port *p)
{
	p->policy = roll(d) & roll(d) &
		    (XSW_P_ISOLATED | XSW_P_LOCKED | XSW_P_CONTROL | XSW_P_MACS | XSW_P_IPS |
		     XSW_P_METER | XSW_P_GROUP);
	if (p->policy & XSW_P_CONTROL) {
		p->guard = one_in(d, 2);
		p->group_fwd_mask = roll(d) & roll(d);
	}
	if (p->policy & XSW_P_GROUP)
		p->group = 1 + below(d, 2);
	for (unsigned int i = 0; p->policy & XSW_P_MACS && i < 3; i++)
		p->macs[i] = PICK(d, random_macs);
	for (unsigned int i = 0; p->policy & XSW_P_IPS && i < 4; i++) {
		p->ips[i] = PICK(d, lists);
		if (p->ips[i].plen && one_in(d, 2))
			break;
	}
	for (unsigned int i = 0; p->policy & XSW_P_METER && i < XSW_METERS; i++) {
		if (one_in(d, 2))
			continue;
		p->rate[i] = (struct xsw_rate){ 1, 1, one_in(d, 2) };
		p->ahead[i] = one_in(d, 2) * 10 * SEC_;
	}
}

void random_port(struct dice *d, struct row_port *p)
{
	static const __u16 mtus[] = { 0, 0, 0, 46, 1496, 1500, 1504 };
	static const __u16 flags[] = { XSW_F_LEARNING,	  XSW_F_FLOOD,	 XSW_F_MCAST_FLOOD,
				       XSW_F_BCAST_FLOOD, XSW_F_HAIRPIN, XSW_F_PEER };

	if (one_in(d, 5)) {
		p->state = below(d, 5);
		p->until = (one_in(d, 2) ? 1 : -1) * (__s64)SEC_;
		if (p->state != ERRDISABLED)
			p->until = 0;
	}
	if (!one_in(d, 3))
		random_vlans(d, p);
	if (one_in(d, 4))
		random_policy(d, p);
	if (one_in(d, 3))
		p->flip = PICK(d, flags);
	p->mtu = PICK(d, mtus);
	p->gone = one_in(d, 12);
}

/* Sometimes the other end is none, or something else. */
void random_wire(struct dice *d, struct row *row)
{
	unsigned int a = P1 + below(d, 5), b = P1 + below(d, 5);

	if (!one_in(d, 8))
		return;
	row->port[a].policy |= XSW_P_WIRE;
	row->port[a].wire = b;
	if (one_in(d, 8))
		return;
	row->port[b].policy |= XSW_P_WIRE;
	row->port[b].wire = a;
}

static void random_fdb(struct dice *d, struct row *row)
{
	static const __s64 ages[] = { 0, 10 * SEC_, 299 * SEC_, 301 * SEC_ };
	unsigned int n = below(d, ROW_FDB + 1);

	for (unsigned int i = 0; i < n; i++) {
		struct row_entry *e = &row->fdb[i];
		bool twice = false;

		*e = (struct row_entry){ .mac = PICK(d, random_macs), .port = P1 + below(d, 5) };
		e->vid = one_in(d, 2) ? 0 : PICK(d, vids);
		if (one_in(d, 3))
			e->state = 1 + below(d, row->hosts ? 3 : 2);
		if (!row->limit.all && !row->limit.port[row->in])
			e->age = PICK(d, ages);
		for (unsigned int k = 0; k < i; k++)
			twice |= row->fdb[k].mac == e->mac && row->fdb[k].vid == e->vid;
		if (twice) {
			*e = (struct row_entry){};
			break;
		}
	}
}

static void add(struct made *m, const char *fmt, unsigned int value)
{
	sprintf(m->frame + strlen(m->frame), fmt, value);
}

static void random_tag(struct dice *d, struct made *m)
{
	static const __u16 tpids[] = { 0x8100, 0x8100, 0x8100, 0x88a8, 0x9100 };
	static const __u16 ids[] = { 0, 1, 10, 20, 64, 4094, 4095 };

	add(m, "%04x", PICK(d, tpids));
	add(m, "%04x", (one_in(d, 2) ? below(d, 16) << 12 : 0) | PICK(d, ids));
}

static void random_frame(struct dice *d, struct made *m)
{
	static const __u16 lens[] = { 60, 60, 60, 64, 68, 100, 1514, 1515, 1518, 1519, 1522 };
	const char *src = PICK(d, random_macs);

	if (one_in(d, 6))
		strcpy(m->frame, one_in(d, 2) ? BCAST : MCAST);
	else
		strcpy(m->frame, PICK(d, random_macs));
	if (one_in(d, 12))
		sprintf(m->frame, "0180c20000%02x", below(d, one_in(d, 2) ? 3 : 17));
	if (one_in(d, 30))
		src = one_in(d, 2) ? "000000000000" : MCAST;
	m->src = src;
	strcat(m->frame, src);
	m->row.len = PICK(d, lens);
	if (!one_in(d, 3))
		random_tag(d, m);
	if (one_in(d, 4))
		random_tag(d, m);
	random_payload(d, m->frame + strlen(m->frame));
	if (one_in(d, 40) && strlen(m->frame) <= 2 * 18)
		m->row.len = 12 + below(d, 6); /* a header, a tag cut short, or less */
	if (m->row.len < 14)
		m->row.not_run = "the kernel takes no frame without a header";
}

/* Whatever the bytes are, from the destination on. */
static void any_frame(struct dice *d, struct made *m)
{
	static char src[2 * 6 + 1];
	unsigned int n = 12 + below(d, 53);

	m->frame[0] = '\0';
	while (n--)
		add(m, "%02x", roll(d) & 0xff);
	snprintf(src, sizeof(src), "%.12s", m->frame + 12);
	m->src = src;
}

static void throw_row(struct dice *dice, struct made *m)
{
	struct dice d = *dice;
	struct row *row = &m->row;

	row->name = m->name;
	row->frame = m->frame;
	row->in = P1 + below(&d, 5);
	row->hosts = one_in(&d, 4);
	if (one_in(&d, 6))
		row->group_fwd_mask = roll(&d) & roll(&d);
	if (one_in(&d, 6))
		row->limit.all = 1 + below(&d, 4);
	if (one_in(&d, 6))
		row->limit.port[row->in] = 1 + below(&d, 3);
	if (one_in(&d, 8))
		row->ageing = ROW_NEVER;
	for (unsigned int i = P1; i <= P5; i++)
		random_port(&d, &row->port[i]);
	random_wire(&d, row);
	random_fdb(&d, row);
	random_frame(&d, m);
	if (d.left)
		any_frame(&d, m);
	/* whether a frame that gets a second tag may go to the peer depends on the kernel */
	for (unsigned int i = P1; i <= P5; i++)
		if (strlen(m->frame) > 2 * 14)
			row->port[i].flip &= (__u16)~XSW_F_PEER;
}

void random_row(__u64 seed, struct made *m)
{
	struct dice d = { .state = seed };

	memset(m, 0, sizeof(*m));
	snprintf(m->name, sizeof(m->name), "seed %llu", (unsigned long long)seed);
	throw_row(&d, m);
}

void random_row_of(const __u8 *bytes, size_t n, struct made *m)
{
	struct dice d = { .bytes = bytes, .left = n };

	memset(m, 0, sizeof(*m));
	snprintf(m->name, sizeof(m->name), "%zu bytes", n);
	throw_row(&d, m);
}
