// SPDX-License-Identifier: GPL-2.0-only
/*
 * golden_policy.c - policies of a row: what the maps hold, and what became of port states and
 * buckets
 *
 * Every port has a list of its own; no address of one is on that of another by accident.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "golden.h"

#define LIST(i) (0x10001u + (i))

static void add_macs(const struct row_port *p, __u32 list, struct row_lists *l)
{
	for (int i = 0; i < 3 && p->macs[i]; i++) {
		struct xsw_mac_key *key = &l->mac[l->mac_n++];

		*key = (struct xsw_mac_key){ .list = list };
		for (int b = 0; b < 6; b++)
			key->mac[b] = row_hex_byte(p->macs[i] + 2 * b);
	}
}

static void add_ips(const struct row_port *p, __u32 list, struct row_lists *l)
{
	for (int i = 0; i < 4 && p->ips[i].addr; i++) {
		const char *hex = p->ips[i].addr;
		unsigned int bytes = strlen(hex) / 2, skip = 16 - bytes;
		unsigned int plen = p->ips[i].plen ? p->ips[i].plen : bytes * 8;
		struct xsw_ip_key *key = &l->ip[l->ip_n++];

		*key = (struct xsw_ip_key){ .prefixlen = 32 + skip * 8 + plen, .list = list };
		if (skip)
			memset(key->addr + 10, 0xff, 2);
		for (unsigned int b = 0; b < bytes; b++)
			key->addr[skip + b] = row_hex_byte(hex + 2 * b);
	}
}

__u64 row_mono;

static __u64 mono_now(void)
{
	struct timespec ts;

	if (row_mono)
		return row_mono;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (__u64)ts.tv_sec * SEC_ + (__u64)ts.tv_nsec;
}

static void fill_port(const struct row_port *p, unsigned int i, __u64 now, struct setup *set)
{
	struct xsw_policy *policy = &set->policy[i];
	struct xsw_meter *meter = &set->meter[i];

	set->port[i].conf.policy = p->policy;
	set->port[i].conf.watch = p->watched;
	set->port[i].group = p->group;
	set->stored[i] = (p->policy || p->until) && !p->bare;
	*policy = (struct xsw_policy){
		.list = LIST(i),
		.wire = row_number[p->wire],
		.guard = p->guard,
		.group_fwd_mask = p->group_fwd_mask,
	};
	memcpy(policy->rate, p->rate, sizeof(policy->rate));
	for (int id = 0; id < XSW_METERS; id++)
		if (p->ahead[id])
			meter->full[id] = (mono_now() + p->ahead[id]) << XSW_METER_FRAC;
	meter->until = p->state == ERRDISABLED ? now + (__u64)p->until : 0;
	add_macs(p, LIST(i), &set->lists);
	add_ips(p, LIST(i), &set->lists);
}

void row_setup_policies(const struct row *row, __u64 now, struct setup *set)
{
	set->sw.recovery = row->recovery ? row->recovery : XSW_RECOVERY_DEFAULT;
	if (row->recovery == ROW_NEVER)
		set->sw.recovery = 0;
	set->sw.watching = now + (__u64)row->watching;
	for (unsigned int i = P1; i <= P5; i++)
		fill_port(&row->port[i], i, now, set);
}

static const char *judge_state(const struct row *row, const struct setup *set,
			       const struct outcome *out, unsigned int i)
{
	union xsw_conf want = set->port[i].conf, is = out->port[i].conf;

	if (row->tripped && i == row->in)
		want.state = XSW_STATE_ERRDISABLED;
	if (row->healed >> i & 1)
		want.state = XSW_STATE_FORWARDING;
	if (row->unwatched >> i & 1)
		want.watch = 0;
	if (is.word == want.word)
		return NULL;
	return row_say("configuration of P%u is %llx, not %llx", i, (unsigned long long)is.word,
		       (unsigned long long)want.word);
}

static const char *judge_until(const struct row *row, const struct setup *set,
			       const struct outcome *out, unsigned int i)
{
	__u64 is = out->meter[i].until, recovery = set->sw.recovery;
	bool right;

	if (i != row->in || row->drop != XSW_R_bpdu_guard)
		right = is == set->meter[i].until;
	else if (!recovery)
		right = is == ~0ULL;
	else
		right = is >= out->now + recovery && is <= out->end + recovery;
	return right ? NULL : row_say("P%u is in error until %llu", i, (unsigned long long)is);
}

static const char *judge_buckets(const struct row *row, const struct setup *set,
				 const struct outcome *out, unsigned int i)
{
	for (int id = 0; id < XSW_METERS; id++) {
		bool paid = i == row->in && row->paid >> id & 1;

		if ((out->meter[i].full[id] != set->meter[i].full[id]) != paid)
			return row_say("bucket %d of P%u %s", id, i, paid ? "did not pay" : "paid");
	}
	return NULL;
}

const char *row_judge_policies(const struct row *row, const struct setup *set,
			       const struct outcome *out)
{
	const char *wrong = NULL;

	for (unsigned int i = P1; i <= P5 && !wrong; i++) {
		wrong = judge_state(row, set, out, i);
		if (wrong || !set->stored[i])
			continue;
		wrong = judge_until(row, set, out, i);
		if (!wrong)
			wrong = judge_buckets(row, set, out, i);
	}
	return wrong;
}
