// SPDX-License-Identifier: GPL-2.0-only
/*
 * golden_account.c - limits of a row, and whether what is counted is what is there
 *
 * Before the frame every dynamic entry that its pair's stamp does not make old is counted; so it
 * must be afterwards, whatever the frame did.
 */
#include <string.h>

#include "golden.h"

static struct row_pair *pair_of(struct row_account *acc, __u16 port, __u16 vid)
{
	unsigned int i = 0;

	while (i < acc->pair_n && (acc->pair[i].key.port != port || acc->pair[i].key.vid != vid))
		i++;
	if (i == acc->pair_n) {
		acc->pair[i].key = (struct xsw_pair_key){ port, vid };
		acc->pair_n++;
	}
	return &acc->pair[i];
}

static void add_entries(const struct row_fdb *f, unsigned int n, struct row_account *acc)
{
	for (unsigned int i = 0; i < n; i++) {
		union xsw_fdb_dest dest = f[i].entry.dest;
		struct row_pair *p;

		if (dest.state != XSW_FDB_DYNAMIC)
			continue;
		p = pair_of(acc, dest.port, f[i].key.vid);
		if ((__s32)(dest.seq - p->pair.flush) >= 0)
			p->pair.learned++;
	}
}

/* The sums of the pairs. */
static void add_pairs(struct row_account *acc)
{
	for (unsigned int i = 0; i < acc->pair_n; i++) {
		const struct row_pair *p = &acc->pair[i];

		acc->all.learned += p->pair.learned;
		for (unsigned int port = P1; port < ROW_ENDS; port++)
			if (row_number[port] == p->key.port)
				acc->port[port].learned += p->pair.learned;
		for (unsigned int v = 0; v < ROW_VIDS; v++)
			if (row_vids[v] == p->key.vid)
				acc->vlan[v].learned += p->pair.learned;
	}
}

void row_setup_account(const struct row *row, struct setup *set)
{
	struct row_account *acc = &set->acc;

	if (row->port_vlan.port)
		pair_of(acc, row_number[row->port_vlan.port], row->port_vlan.vid)->pair.flush =
			row->port_vlan.seq;
	add_entries(set->fdb, set->fdb_n, acc);
	add_pairs(acc);
	acc->all.max = row->limit.all;
	for (unsigned int port = P1; port < ROW_ENDS; port++)
		acc->port[port].max = row->limit.port[port];
	for (unsigned int v = 0; v < ROW_VIDS; v++)
		if (row->limit.vlan && row_vids[v] == row->limit.vid)
			acc->vlan[v].max = row->limit.vlan;
}

static const char *judge_limit(const char *what, unsigned int i, const struct xsw_limit *want,
			       const struct xsw_limit *is, const struct xsw_limit *before)
{
	if (is->learned != want->learned)
		return row_say("%s %u counts %u learned entries, not %u", what, i, is->learned,
			       want->learned);
	if (is->max != before->max || is->told != before->told)
		return row_say("the limit of %s %u changed", what, i);
	if (is->max && is->learned > is->max && is->learned > before->learned)
		return row_say("%s %u has %u entries, more than its limit", what, i, is->learned);
	return NULL;
}

const char *row_judge_account(const struct setup *set, const struct outcome *out)
{
	struct row_account want = {};
	const char *wrong;

	for (unsigned int i = 0; i < out->acc.pair_n && i < ROW_PAIRS; i++)
		pair_of(&want, out->acc.pair[i].key.port, out->acc.pair[i].key.vid)->pair.flush =
			out->acc.pair[i].pair.flush;
	add_entries(out->fdb, out->fdb_n, &want);
	if (want.pair_n != out->acc.pair_n)
		return row_say("%u pairs, not %u", out->acc.pair_n, want.pair_n);
	for (unsigned int i = 0; i < want.pair_n; i++)
		if (want.pair[i].pair.word != out->acc.pair[i].pair.word)
			return row_say("port %u VLAN %u counts %u learned entries, not %u",
				       want.pair[i].key.port, want.pair[i].key.vid,
				       out->acc.pair[i].pair.learned, want.pair[i].pair.learned);
	add_pairs(&want);
	wrong = judge_limit("switch", 0, &want.all, &out->acc.all, &set->acc.all);
	for (unsigned int i = P1; i < ROW_ENDS && !wrong; i++)
		wrong = judge_limit("port", i, &want.port[i], &out->acc.port[i], &set->acc.port[i]);
	for (unsigned int i = 0; i < ROW_VIDS && !wrong; i++)
		wrong = judge_limit("VLAN", row_vids[i], &want.vlan[i], &out->acc.vlan[i],
				    &set->acc.vlan[i]);
	return wrong;
}
