// SPDX-License-Identifier: GPL-2.0-only
/*
 * random.c - rows that nobody wrote down
 *
 * Few addresses, VLANs and sizes, so that what is rare by itself meets often: most ports forward and
 * most frames pass the first steps, or nothing would reach the later ones.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

/* Bytes from elsewhere come first, two a throw, as long as there are some. */
struct dice {
	__u64 state;
	const __u8 *bytes;
	size_t left;
};

/* splitmix64 (Steele, Lea, Flood 2014) */
static __u64 roll(struct dice *d)
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

static unsigned int below(struct dice *d, unsigned int n)
{
	return roll(d) % n;
}

static bool one_in(struct dice *d, unsigned int n)
{
	return !below(d, n);
}

#define PICK(d, list) ((list)[below(d, sizeof(list) / sizeof(*(list)))])

static const char *const macs[] = { A, B, C, D, E };
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

static void random_policy(struct dice *d, struct row_port *p)
{
	p->policy = roll(d) & roll(d) &
		    (XSW_P_ISOLATED | XSW_P_LOCKED | XSW_P_CONTROL | XSW_P_MACS | XSW_P_METER |
		     XSW_P_GROUP);
	if (p->policy & XSW_P_CONTROL) {
		p->guard = one_in(d, 2);
		p->group_fwd_mask = roll(d) & roll(d);
	}
	if (p->policy & XSW_P_GROUP)
		p->group = 1 + below(d, 2);
	for (unsigned int i = 0; p->policy & XSW_P_MACS && i < 3; i++)
		p->macs[i] = PICK(d, macs);
	for (unsigned int i = 0; p->policy & XSW_P_METER && i < XSW_METERS; i++) {
		if (one_in(d, 2))
			continue;
		p->rate[i] = (struct xsw_rate){ 1, 1, one_in(d, 2) };
		p->ahead[i] = one_in(d, 2) * 10 * SEC_;
	}
}

static void random_port(struct dice *d, struct row_port *p)
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

static void random_fdb(struct dice *d, struct row *row)
{
	static const __s64 ages[] = { 0, 10 * SEC_, 299 * SEC_, 301 * SEC_ };
	unsigned int n = below(d, ROW_FDB + 1);

	for (unsigned int i = 0; i < n; i++) {
		struct row_entry *e = &row->fdb[i];
		bool twice = false;

		*e = (struct row_entry){ .mac = PICK(d, macs), .port = P1 + below(d, 5) };
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
	static const __u16 lens[] = { 60, 60, 60, 60, 64, 68, 1514, 1515, 1518, 1519, 1522 };
	const char *src = PICK(d, macs);

	if (one_in(d, 6))
		strcpy(m->frame, one_in(d, 2) ? BCAST : MCAST);
	else
		strcpy(m->frame, PICK(d, macs));
	if (one_in(d, 12))
		sprintf(m->frame, "0180c20000%02x", below(d, one_in(d, 2) ? 3 : 17));
	if (one_in(d, 30))
		src = one_in(d, 2) ? "000000000000" : MCAST;
	strcpy(m->src, src);
	strcat(m->frame, src);
	m->row.len = PICK(d, lens);
	if (!one_in(d, 3))
		random_tag(d, m);
	if (one_in(d, 4))
		random_tag(d, m);
	add(m, "%04x", 0x88b5);
	if (one_in(d, 40) && strlen(m->frame) <= 2 * 18)
		m->row.len = 12 + below(d, 6); /* a header, a tag cut short, or less */
	if (m->row.len < 14)
		m->row.not_run = "the kernel takes no frame without a header";
}

/* Whatever the bytes are, from the destination on. */
static void any_frame(struct dice *d, struct made *m)
{
	unsigned int n = 12 + below(d, 53);

	m->frame[0] = '\0';
	while (n--)
		add(m, "%02x", roll(d) & 0xff);
	snprintf(m->src, sizeof(m->src), "%.12s", m->frame + 12);
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

/* --- shrinking ------------------------------------------------------------------------ */

/* A row, and how it is run. */
struct trial {
	struct made m;
	random_judge judge;
	void *arg;
};

static const char *judged(struct trial *t)
{
	model_row(&t->m);
	return t->judge(&t->m.row, t->arg);
}

/* The row without a part of it, as long as it fails all the same. */
static void try_without(struct trial *t, void *part, size_t size)
{
	static __u8 kept[sizeof(struct row_port)];

	if (size > sizeof(kept))
		return;
	memcpy(kept, part, size);
	memset(part, 0, size);
	if (memcmp(kept, part, size) && !judged(t))
		memcpy(part, kept, size);
}

static void shrink(struct trial *t)
{
	struct row *row = &t->m.row;

#define WITHOUT(member) try_without(t, &(member), sizeof(member))
	for (unsigned int i = P1; i <= P5; i++) {
		struct row_port *p = &row->port[i];

		WITHOUT(*p);
		WITHOUT(p->policy);
		WITHOUT(p->flip);
		WITHOUT(p->mtu);
		WITHOUT(p->gone);
		WITHOUT(p->state);
		WITHOUT(p->rate);
	}
	for (unsigned int i = ROW_FDB; i--;) {
		if (!row->fdb[i + 1].mac)
			WITHOUT(row->fdb[i]);
		WITHOUT(row->fdb[i].age);
	}
	WITHOUT(row->hosts);
	WITHOUT(row->limit);
	WITHOUT(row->group_fwd_mask);
	WITHOUT(row->ageing);
	WITHOUT(row->len);
#undef WITHOUT
}

static void print_port(const struct row_port *p, unsigned int i)
{
	static const struct row_port plain;

	if (!memcmp(p, &plain, sizeof(plain)))
		return;
	printf("# P%u: state %u mode %u tag %u vlans %x untagged %x cvlans %x flip %x mtu %u%s "
	       "policy %x guard %d mask %x group %u\n",
	       i, p->state, p->mode, p->tag, p->vlans, p->untagged, p->cvlans, p->flip, p->mtu,
	       p->gone ? " gone" : "", p->policy, p->guard, p->group_fwd_mask, p->group);
}

void random_print(const struct made *m)
{
	const struct row *row = &m->row;

	printf("# %s: in P%u, %u bytes: %s\n", row->name, row->in, row->len ? row->len : ROW_LEN,
	       row->frame);
	for (unsigned int i = P1; i <= P5; i++)
		print_port(&row->port[i], i);
	for (const struct row_entry *e = row->fdb; e->mac; e++)
		printf("# entry %s %u on P%u, state %u, %lld s old\n", e->mac, e->vid, e->port,
		       e->state, (long long)(e->age / (__s64)SEC_));
	printf("# hosts %u, limits %u and %u, mask %x, ageing %llu\n", row->hosts, row->limit.all,
	       row->limit.port[row->in], row->group_fwd_mask, (unsigned long long)row->ageing);
	printf("# the model: to %x, drop %s, note %s, class %u, VLAN %u\n", row->to,
	       row->drop ? reason_name(row->drop) : "none",
	       row->note ? reason_name(row->note) : "none", row->class, row->vid);
}

static __u64 from_env(const char *name, __u64 fallback)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : fallback;
}

void random_rows(struct tally *t, __u64 n, random_judge judge, void *arg)
{
	static struct trial trial;
	__u64 seed = from_env("XSW_SEED", 1), end = seed + from_env("XSW_ROWS", n);
	char name[64];

	trial.judge = judge;
	trial.arg = arg;
	for (__u64 s = seed; s < end; s++) {
		random_row(s, &trial.m);
		if (!judged(&trial))
			continue;
		shrink(&trial);
		tally_row(t, trial.m.name, "random", judged(&trial));
		random_print(&trial.m);
		return;
	}
	snprintf(name, sizeof(name), "%llu random rows as the model has them",
		 (unsigned long long)(end - seed));
	tally_row(t, name, NULL, NULL);
}
