// SPDX-License-Identifier: GPL-2.0-only
/*
 * shrink.c - what is wrong, without everything that it does not need to be wrong
 *
 * One part after the other is taken away; what is then wrong in the same way stays without it. Until
 * a whole round takes nothing away.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "random.h"

#define KIND 256

/* What begins so is about where the frame went, and why not, whoever noticed first. */
static const char *kind_of(const char *wrong)
{
	static const char *const after[] = { " got", " counts" };

	if (!strncmp(wrong, "verdict", 7) || !strncmp(wrong, "rx ", 3))
		return "frames";
	for (size_t i = 0; wrong[0] == 'P' && isdigit((unsigned char)wrong[1]) && i < 2; i++)
		if (!strncmp(wrong + 2, after[i], strlen(after[i])))
			return "frames";
	return wrong;
}

bool is_same_kind(const char *was, const char *now)
{
	if (!was || !now)
		return was == now;
	was = kind_of(was);
	now = kind_of(now);
	for (;; was++, now++) {
		while (isdigit((unsigned char)*was))
			was++;
		while (isdigit((unsigned char)*now))
			now++;
		if (*was != *now)
			return false;
		if (!*was || strchr(":(", *was))
			return true;
	}
}

/* What is to be made smaller, and how it is run. */
struct trial {
	struct row *row;	/* its configuration */
	struct sequence *s;	/* NULL: a row */
	struct sequence before; /* the same, whole again if it was too much */
	char kind[KIND];
	bool smaller;

	random_judge judge;
	struct made *m;
	const struct sequence_ops *ops;
	struct sequence_run *run;
	void *arg;
};

static const char *judged(struct trial *t)
{
	if (t->s)
		return sequence_judge(t->s, t->ops, t->arg, t->run);
	model_row(t->m);
	return t->judge(&t->m->row, t->arg);
}

static bool is_wrong(struct trial *t)
{
	bool same = is_same_kind(t->kind, judged(t));

	t->smaller |= same;
	return same;
}

/* Without a part of the row. */
static void try_without(struct trial *t, void *part, size_t size)
{
	static __u8 kept[sizeof(struct row_port)];

	if (size > sizeof(kept))
		return;
	memcpy(kept, part, size);
	memset(part, 0, size);
	if (memcmp(kept, part, size) && !is_wrong(t))
		memcpy(part, kept, size);
}

/* Both ends of a way at once, or the frame would not get through. */
static void without_vlans(struct trial *t)
{
	struct row_port kept[ROW_ENDS];

	memcpy(kept, t->row->port, sizeof(kept));
	for (unsigned int i = P1; i <= P5; i++) {
		struct row_port *p = &t->row->port[i];

		p->mode = XSW_MODE_TRANSPARENT;
		p->tag = p->vlans = p->untagged = p->cvlans = 0;
	}
	if (memcmp(kept, t->row->port, sizeof(kept)) && !is_wrong(t))
		memcpy(t->row->port, kept, sizeof(kept));
}

static void without_bits(struct trial *t, struct row_port *p)
{
	__u8 kept = p->policy;

	for (unsigned int bit = 1; bit <= kept; bit <<= 1) {
		if (!(kept & bit))
			continue;
		p->policy = kept & (__u8)~bit;
		if (is_wrong(t))
			kept = p->policy;
		p->policy = kept;
	}
}

/* Without the last tag of a frame, or whatever stands there. */
static void without_tag(struct trial *t, char *frame)
{
	size_t len = strlen(frame);
	char kept[2 * MODEL_GIVEN + 1];

	if (len <= 2 * 14 || len >= sizeof(kept))
		return;
	strcpy(kept, frame);
	strcpy(frame + (len > 2 * 22 ? 2 * 12 : len - 2 * 6), "88b5");
	if (!is_wrong(t))
		strcpy(frame, kept);
}

static void without_entry(struct trial *t, unsigned int i)
{
	struct row_entry *e = t->row->fdb, kept[ROW_FDB + 1];

	if (!e[i].mac)
		return;
	memcpy(kept, e, sizeof(kept));
	memmove(e + i, e + i + 1, (ROW_FDB - i) * sizeof(*e));
	if (!is_wrong(t))
		memcpy(e, kept, sizeof(kept));
}

static void shrink_conf(struct trial *t)
{
	struct row *row = t->row;

	without_vlans(t);
#define WITHOUT(member) try_without(t, &(member), sizeof(member))
	for (unsigned int i = P1; i <= P5; i++) {
		struct row_port *p = &row->port[i];

		WITHOUT(*p);
		WITHOUT(p->policy);
		without_bits(t, p);
		WITHOUT(p->guard);
		WITHOUT(p->group_fwd_mask);
		WITHOUT(p->flip);
		WITHOUT(p->mtu);
		WITHOUT(p->gone);
		WITHOUT(p->state);
		WITHOUT(p->wire);
		WITHOUT(p->group);
		WITHOUT(p->cvlans);
		WITHOUT(p->untagged);
		WITHOUT(p->macs);
		WITHOUT(p->ips);
		WITHOUT(p->ahead);
		for (unsigned int id = 0; id < XSW_METERS; id++)
			WITHOUT(p->rate[id]);
	}
	for (unsigned int i = ROW_FDB; i--;) {
		without_entry(t, i);
		WITHOUT(row->fdb[i].age);
		WITHOUT(row->fdb[i].state);
	}
	WITHOUT(row->hosts);
	WITHOUT(row->limit);
	WITHOUT(row->flap_limit);
	WITHOUT(row->flap_window);
	WITHOUT(row->recovery);
	WITHOUT(row->group_fwd_mask);
	WITHOUT(row->ageing);
	WITHOUT(row->len);
#undef WITHOUT
}

static void prepare(struct trial *t, const char *wrong)
{
	snprintf(t->kind, sizeof(t->kind), "%s", wrong);
}

void shrink_row(struct made *m, const char *wrong, random_judge judge, void *arg)
{
	static struct trial t;

	t = (struct trial){ .row = &m->row, .m = m, .judge = judge, .arg = arg };
	prepare(&t, wrong);
	do {
		t.smaller = false;
		without_tag(&t, m->frame);
		shrink_conf(&t);
	} while (t.smaller);
	judged(&t);
}

/* --- sequences ------------------------------------------------------------------------- */

static void without_step(struct trial *t, unsigned int i)
{
	struct sequence *s = t->s;

	t->before = *s;
	memmove(&s->step[i], &s->step[i + 1], (s->n - i - 1) * sizeof(s->step[0]));
	s->n--;
	if (!is_wrong(t))
		*s = t->before;
}

static void without_part(struct trial *t, struct step *s)
{
	struct step kept = *s;

	if (s->kind == STEP_PORT)
		s->change = (struct row_port){ .state = s->change.state };
	else if (s->kind == STEP_FRAME)
		s->len = 60;
	if (memcmp(&kept, s, sizeof(kept)) && !is_wrong(t))
		*s = kept;
}

void shrink_sequence(struct sequence *s, const char *wrong, const struct sequence_ops *ops,
		     void *arg, struct sequence_run *run)
{
	static struct trial t;

	t = (struct trial){ .row = &s->conf.row, .s = s, .ops = ops, .arg = arg, .run = run };
	prepare(&t, wrong);
	s->n = run->at + 1;
	do {
		t.smaller = false;
		for (unsigned int i = s->n; i--;)
			without_step(&t, i);
		for (unsigned int i = 0; i < s->n; i++) {
			if (s->step[i].kind == STEP_FRAME)
				without_tag(&t, s->step[i].frame);
			without_part(&t, &s->step[i]);
		}
		shrink_conf(&t);
	} while (t.smaller);
	judged(&t);
}

/* --- many of them ---------------------------------------------------------------------- */

/* Which seeds, and until when. */
struct range {
	__u64 first, next, end;
	time_t until; /* 0: until `end` */
};

static __u64 from_env(const char *name, __u64 fallback)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : fallback;
}

static struct range range_of(__u64 n)
{
	struct range r = { .first = from_env("XSW_SEED", 1) };
	__u64 seconds = from_env("XSW_SECONDS", 0);

	r.next = r.first;
	r.end = r.first + n;
	r.until = seconds ? time(NULL) + (time_t)seconds : 0;
	return r;
}

static bool is_more(const struct range *r)
{
	return r->until ? time(NULL) < r->until : r->next < r->end;
}

static void report(struct tally *t, const struct range *r, const char *what)
{
	char name[128];

	snprintf(name, sizeof(name), "%llu random %s as the model has them",
		 (unsigned long long)(r->next - r->first), what);
	tally_row(t, name, NULL, NULL);
}

void random_rows(struct tally *t, __u64 n, random_judge judge, void *arg)
{
	struct range r = range_of(from_env("XSW_ROWS", n));
	static struct made m;
	const char *wrong;

	for (; is_more(&r); r.next++) {
		random_row(r.next, &m);
		model_row(&m);
		wrong = judge(&m.row, arg);
		if (!wrong)
			continue;
		shrink_row(&m, wrong, judge, arg);
		tally_row(t, m.name, "random", judge(&m.row, arg));
		row_print(&m.row, "# ");
		return;
	}
	report(t, &r, "rows");
}

void random_sequences(struct tally *t, __u64 n, const struct sequence_ops *ops, void *arg)
{
	__u64 rows = from_env("XSW_ROWS", 0), frames = 0;
	struct range r = range_of(rows ? (rows + 19) / 20 : n);
	static struct sequence_run run;
	static struct sequence s;
	const char *wrong;

	for (; is_more(&r); r.next++) {
		random_sequence(r.next, &s);
		wrong = sequence_judge(&s, ops, arg, &run);
		frames += run.frames;
		if (!wrong)
			continue;
		shrink_sequence(&s, wrong, ops, arg, &run);
		tally_row(t, s.conf.name, "a random sequence", sequence_judge(&s, ops, arg, &run));
		sequence_print(&s, &run, "# ");
		return;
	}
	report(t, &r, row_say("sequences (%llu frames)", (unsigned long long)frames));
}
