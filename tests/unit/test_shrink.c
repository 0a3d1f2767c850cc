// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_shrink.c - are wrong switches found, and is little left of what shows it?
 *
 * The native core on random rows and sequences, but behind its back something is made wrong before
 * each frame, as the mutants of tests/mutants are wrong. Each must be found within a few thousand
 * seeds, and what is left must be no more than a person needs.
 */
#include "native_row.h"

#define SEEDS 5000

/* A way to be wrong, and how much of a switch shows it. */
struct sabotage {
	const char *name;
	void (*spoil)(const struct row *row);
	unsigned int steps, parts; /* at most so many are left; steps 0: a row */
};

static const struct sabotage *current;

static void ignores_isolation(const struct row *row)
{
	(void)row;
	for (unsigned int i = P1; i <= P5; i++)
		native.port[i].conf.policy &= (__u8)~XSW_P_ISOLATED;
}

static void ignores_the_mtu(const struct row *row)
{
	(void)row;
	for (unsigned int i = P1; i <= P5; i++)
		native.port[i].conf.mtu = ROW_LEN_MAX;
}

static void floods_back(const struct row *row)
{
	if (nskb.frame[0] == 0xff)
		native.port[row->in].conf.flags |= XSW_F_HAIRPIN;
}

static void never_ages(const struct row *row)
{
	(void)row;
	native.sw.ageing = 0;
}

static void forgets_flushes(const struct row *row)
{
	(void)row;
	for (int i = 0; i < ROW_FDB; i++)
		if (fdb.used[i])
			fdb.e[i].entry.dest.seq = native.sw.seq;
}

/* What it remembers of a destination outlives a move. */
static void trusts_its_memory(const struct row *row)
{
	(void)row;
	for (unsigned int i = P1; i <= P5; i++)
		native.st[i].dst_epoch = native.sw.epoch;
}

/* What is found first, and so what is left, depends on the compiler (random.h). */
static const struct sabotage sabotages[] = {
	{ "ignores the egress MTU", ignores_the_mtu, 0, 2 },
	{ "floods back to the ingress port", floods_back, 0, 1 },
	{ "ignores isolation", ignores_isolation, 2, 2 },
	{ "never ages", never_ages, 5, 2 },
	{ "forgets flushes", forgets_flushes, 5, 2 },
	{ "trusts its memory", trusts_its_memory, 6, 2 },
};

/* Ports and entries that a row still mentions. */
static unsigned int parts_of(const struct row *row)
{
	static const struct row_port plain;
	unsigned int n = 0;

	for (unsigned int i = P1; i <= P5; i++)
		n += memcmp(&row->port[i], &plain, sizeof(plain)) != 0;
	for (const struct row_entry *e = row->fdb; e->mac; e++)
		n++;
	return n;
}

/* The frame after something went wrong; the configuration is not to be blamed on the core. */
static int carry(const struct row *row, const struct setup *set, struct outcome *out)
{
	struct xsw_port port[ROW_ENDS];

	native_skb_fill(row, set, native_layout(row, set));
	memcpy(port, native.port, sizeof(port));
	current->spoil(row);
	native_collect(set, out, xsw_tc(&nskb.ctx));
	for (unsigned int i = P1; i <= P5; i++) {
		port[i].conf.state = native.port[i].conf.state;
		native.port[i] = out->port[i] = port[i];
	}
	return 0;
}

static const char *judge(const struct row *row, void *arg)
{
	static struct setup set;
	struct outcome out = {};

	(void)arg;
	row_setup(row, NOW, &set);
	native_fill(row, &set);
	carry(row, &set, &out);
	return row_judge(row, &set, &out);
}

static int frame(void *arg, const struct row *row, const struct setup *set, struct outcome *out)
{
	(void)arg;
	return carry(row, set, out);
}

/* What is left of the first row that shows it; NULL or what is wrong with that. */
static const char *try_rows(void)
{
	static struct made m;
	const char *wrong = NULL;
	char kind[256];

	for (__u64 seed = 1; seed < SEEDS && !wrong; seed++) {
		random_row(seed, &m);
		model_row(&m);
		wrong = judge(&m.row, NULL);
	}
	if (!wrong)
		return "not found";
	snprintf(kind, sizeof(kind), "%s", wrong);
	shrink_row(&m, kind, judge, NULL);
	row_print(&m.row, "# ");
	if (!is_same_kind(kind, judge(&m.row, NULL)))
		return "what is left shows something else";
	return parts_of(&m.row) > current->parts ? "too much is left" : NULL;
}

static const char *try_sequences(void)
{
	static struct sequence_ops ops;
	static struct sequence_run run;
	static struct sequence s;
	const char *wrong = NULL;
	char kind[256];

	ops = native_sequence;
	ops.frame = frame;
	for (__u64 seed = 1; seed < SEEDS && !wrong; seed++) {
		random_sequence(seed, &s);
		wrong = sequence_judge(&s, &ops, NULL, &run);
	}
	if (!wrong)
		return "not found";
	snprintf(kind, sizeof(kind), "%s", wrong);
	shrink_sequence(&s, kind, &ops, NULL, &run);
	sequence_print(&s, &run, "# ");
	if (!is_same_kind(kind, sequence_judge(&s, &ops, NULL, &run)))
		return "what is left shows something else";
	return s.n > current->steps || parts_of(&s.conf.row) > current->parts ? "too much is left" :
										NULL;
}

static void test_kinds(struct tally *t)
{
	tally_row(t, "another number is the same kind", NULL,
		  is_same_kind("P1 got 2 frames, not 1", "P3 got 0 frames, not 1") ? NULL : "no");
	tally_row(t, "another counter is another kind", NULL,
		  is_same_kind("P1 rx class 2", "P1 tx class 2") ? "no" : NULL);
	tally_row(t, "nothing wrong is another kind", NULL,
		  is_same_kind("P1 rx class 2", NULL) || !is_same_kind(NULL, NULL) ? "no" : NULL);
}

int main(void)
{
	struct tally t = { .driver = "" };

	native_place_init();
	row_mono = NOW;
	test_kinds(&t);
	for (size_t i = 0; i < sizeof(sabotages) / sizeof(sabotages[0]); i++) {
		current = &sabotages[i];
		tally_row(&t, current->name, NULL, current->steps ? try_sequences() : try_rows());
	}
	return tally_end(&t, 1);
}
