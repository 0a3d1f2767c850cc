// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_policy.c - policies of ports: what is asked for into `policies`, lists and bits
 *
 * The configuration word says by its bits which policies hold, `policies` has the details. A
 * change is made in this order, each step leaving a state that is the old or the new one to a
 * frame, and that the next command can use:
 *
 *	mark		a command is at work
 *	list		the allowed addresses, under a number that nobody names yet
 *	bits off	of policies that end; frames that saw them are through after a grace period
 *	details		`policies`, all of them at once
 *	word		by the caller, with what else it changes
 *	old list	goes, when frames that may look at it are through
 *	unmark
 *
 * Details without their bit mean nothing, neither to a frame nor to the next command.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "grace.h"
#include "xsw_int.h"

static bool is_list(uint32_t list, const void *arg)
{
	return list == *(const __u32 *)arg;
}

int policy_list_del(struct xsw *sw, uint32_t list)
{
	int err = list ? maps_lists_del(&sw->maps, is_list, &list) : 0;

	fault_point();
	return err;
}

void policy_bits_store(struct xsw *sw, uint32_t number, uint8_t bits)
{
	union xsw_conf old, conf;

	do {
		conf = old = maps_conf_load(&sw->maps, number);
		conf.policy = bits;
	} while (!maps_conf_swap(&sw->maps, number, old, conf));
	maps_epoch_bump(&sw->maps);
}

/* --- reading --------------------------------------------------------------------------- */

int policy_current(const struct xsw *sw, uint32_t number, uint8_t bits, struct xsw_policy *policy)
{
	int err = maps_policy_get(&sw->maps, number, policy);

	if (!(bits & XSW_P_CONTROL))
		policy->guard = 0, policy->group_fwd_mask = 0;
	if (!(bits & (XSW_P_MACS | XSW_P_IPS)))
		policy->list = 0;
	if (!(bits & XSW_P_METER))
		memset(policy->rate, 0, sizeof(policy->rate));
	if (!(bits & XSW_P_WIRE))
		policy->wire = 0;
	return err == -ENOENT ? 0 : err;
}

/* IPv4 as ::ffff:a.b.c.d */
static struct xsw_ip_key ip_key(uint32_t list, const struct arg_addr *a)
{
	unsigned int at = a->family == AF_INET ? 12 : 0;
	struct xsw_ip_key key = { .prefixlen = 32 + 8 * at + a->plen, .list = list };

	if (at)
		key.addr[10] = key.addr[11] = 0xff;
	memcpy(key.addr + at, a->addr, sizeof(key.addr) - at);
	return key;
}

static const struct arg_addr any_ipv4 = { .family = AF_INET };

struct arg_addr policy_ip(const struct xsw_ip_key *key)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	unsigned int plen = key->prefixlen - 32;
	unsigned int at = plen >= 96 && !memcmp(key->addr, mapped, sizeof(mapped)) ? 12 : 0;
	struct arg_addr a = { .family = at ? AF_INET : AF_INET6, .plen = (uint8_t)(plen - 8 * at) };

	memcpy(a.addr, key->addr + at, sizeof(key->addr) - at);
	return a;
}

/* The part of a list that the command does not change. */
static int read_macs(const struct xsw *sw, uint32_t list, struct arg_macs *macs)
{
	struct xsw_mac_key *keys;
	size_t i, n;
	int err = maps_macs_all(&sw->maps, &keys, &n);

	macs->n = 0;
	for (i = 0; i < n && macs->n < ARG_LIST_MAX; i++)
		if (keys[i].list == list)
			memcpy(macs->v[macs->n++], keys[i].mac, sizeof(keys[i].mac));
	free(keys);
	return err;
}

static int read_ips(const struct xsw *sw, uint32_t list, struct arg_prefixes *ips)
{
	struct xsw_ip_key *keys;
	size_t i, n;
	int err = maps_ips_all(&sw->maps, &keys, &n);

	ips->n = 0;
	for (i = 0; i < n && ips->n < ARG_LIST_MAX; i++)
		if (keys[i].list == list && maps_ip_allowed(&sw->maps, &keys[i]))
			ips->v[ips->n++] = policy_ip(&keys[i]);
	free(keys);
	return err;
}

uint32_t policy_group(const struct xsw *sw, uint32_t number)
{
	bool has = maps_conf_load(&sw->maps, number).policy & XSW_P_GROUP;

	return has ? sw->maps.mem.ports[number].group : 0;
}

/* Without one that was asked for: legs of a tunnel have their own. */
static uint32_t usual_group(const struct xsw *sw, uint32_t number)
{
	const struct xsw_leg *leg = &sw->ports[number].leg;

	return leg->legs > 1 ? XSW_GROUP_LEGS(leg->head) : 0;
}

/* As if all of it were asked for. */
int policy_keep(const struct xsw *sw, uint32_t number, struct xsw_policy_args *args)
{
	uint8_t bits = maps_conf_load(&sw->maps, number).policy;
	struct xsw_policy policy;
	int err = policy_current(sw, number, bits, &policy);

	*args = (struct xsw_policy_args){
		.max_set = true,
		.macs_set = true,
		.ips_set = true,
		.mask_set = true,
		.group_set = true,
		.isolated = { bits & XSW_P_ISOLATED, true },
		.locked = { bits & XSW_P_LOCKED, true },
		.guard = { policy.guard, true },
		.max_macs = sw->maps.mem.limits[XSW_LIMIT_PORT(number)].max,
		.group_fwd_mask = policy.group_fwd_mask,
		.group = policy_group(sw, number),
	};
	for (int i = 0; i < XSW_METERS; i++)
		args->rate[i] = (struct arg_rate){ .rate = policy.rate[i].rate,
						   .bits = policy.rate[i].bits,
						   .set = true };
	if (!err && bits & XSW_P_MACS)
		err = read_macs(sw, policy.list, &args->macs);
	if (!err && bits & XSW_P_IPS)
		err = read_ips(sw, policy.list, &args->ips);
	return err;
}

/* --- planning ---------------------------------------------------------------------------- */

int policy_enforceable(const struct xsw_info *info, uint8_t bits)
{
	const char *what = bits & XSW_P_LOCKED ? "locked" :
			   bits & XSW_P_MACS   ? "allowed_macs" :
						 "allowed_ips";

	if (!(bits & (XSW_P_LOCKED | XSW_P_MACS | XSW_P_IPS)) || info->hook != XSW_HOOK_XDP ||
	    info->type != XSW_TYPE_NETNS)
		return XSW_OK;
	fail(XSW_REFUSED,
	     "port %s: %s cannot be enforced at XDP: the namespace can hide a VLAN tag beside the "
	     "frame",
	     info->name, what);
	hint("make the port with hook tc");
	return XSW_REFUSED;
}

static void apply_flag(struct arg_flag flag, uint8_t bit, uint8_t *bits)
{
	if (flag.set)
		*bits = (uint8_t)(flag.on ? *bits | bit : *bits & ~bit);
}

static void apply_rates(const struct xsw_policy_args *args, struct xsw_policy *policy)
{
	for (int i = 0; i < XSW_METERS; i++)
		if (args->rate[i].set)
			policy->rate[i] = (struct xsw_rate){
				.rate = args->rate[i].rate,
				.burst = args->rate[i].rate ? XSW_BURST_DEFAULT : 0,
				.bits = args->rate[i].bits,
			};
}

static uint8_t details_bits(const struct xsw_policy *policy)
{
	uint8_t bits = policy->guard || policy->group_fwd_mask ? XSW_P_CONTROL : 0;

	for (int i = 0; i < XSW_METERS; i++)
		if (policy->rate[i].rate)
			bits |= XSW_P_METER;
	return bits;
}

/* The lists as they become; what is not given stays. */
static int plan_lists(const struct xsw *sw, const struct xsw_policy_args *args,
		      struct policy_change *c)
{
	int err = 0;

	c->lists = args->macs_set || args->ips_set;
	if (!c->lists)
		return 0;
	c->macs.n = c->ips.n = 0;
	if (args->macs_set)
		c->macs = args->macs;
	else if (c->old_bits & XSW_P_MACS)
		err = read_macs(sw, c->old.list, &c->macs);
	if (args->ips_set)
		c->ips = args->ips;
	else if (c->old_bits & XSW_P_IPS && !err)
		err = read_ips(sw, c->old.list, &c->ips);
	c->bits &= (uint8_t) ~(XSW_P_MACS | XSW_P_IPS);
	c->bits |= (c->macs.n ? XSW_P_MACS : 0) | (c->ips.n ? XSW_P_IPS : 0);
	c->policy.list = 0;
	return err;
}

int policy_plan(const struct xsw *sw, const char *port, uint32_t number,
		const struct xsw_policy_args *args, union xsw_conf *conf, struct policy_change *c)
{
	int err;

	c->bits = c->old_bits = conf->policy;
	c->old = (struct xsw_policy){};
	err = number ? policy_current(sw, number, c->bits, &c->old) : 0;
	if (err)
		return policy_failed(port, err);
	c->policy = c->old;
	c->max = c->old_max = number ? sw->maps.mem.limits[XSW_LIMIT_PORT(number)].max : 0;
	if (args->max_set)
		c->max = args->max_macs;
	c->group = c->old_group = number ? policy_group(sw, number) : 0;
	if (args->group_set)
		c->group = args->group ? args->group : usual_group(sw, number);
	apply_flag(args->isolated, XSW_P_ISOLATED, &c->bits);
	apply_flag(args->locked, XSW_P_LOCKED, &c->bits);
	if (args->guard.set)
		c->policy.guard = args->guard.on;
	if (args->mask_set)
		c->policy.group_fwd_mask = (__u16)args->group_fwd_mask;
	apply_rates(args, &c->policy);
	c->bits &= (uint8_t) ~(XSW_P_CONTROL | XSW_P_METER | XSW_P_GROUP);
	c->bits |= details_bits(&c->policy) | (c->group ? XSW_P_GROUP : 0);
	err = plan_lists(sw, args, c);
	if (err)
		return policy_failed(port, err);
	if (c->bits & XSW_P_WIRE && !wire_may(c->bits, &c->policy))
		return wire_refused(sw, port, c->old.wire);
	c->touched = c->lists || c->bits != c->old_bits || c->max != c->old_max ||
		     c->group != c->old_group || memcmp(&c->policy, &c->old, sizeof(c->old));
	conf->policy = c->bits;
	return policy_enforceable(&sw->ports[number], c->bits & ~c->old_bits);
}

/* --- doing ------------------------------------------------------------------------------- */

int policy_failed(const char *port, int err)
{
	bool full = err == -E2BIG || err == -ENOSPC;

	fail(XSW_REFUSED, "port %s: cannot set its policy: %s", port,
	     full ? "the table of allowed addresses is full" : strerror(-err));
	if (full)
		hint("all ports of a switch together have room for 65536 addresses of each kind");
	return XSW_REFUSED;
}

/* A prefix that reaches over the IPv4 addresses, which are no part of IPv6 in `ips`. */
static bool covers_ipv4(const struct arg_addr *a)
{
	static const uint8_t mapped[16] = { [10] = 0xff, [11] = 0xff };
	unsigned int bit;

	if (a->family != AF_INET6 || a->plen >= 96)
		return false;
	for (bit = 0; bit < a->plen; bit++)
		if ((a->addr[bit / 8] ^ mapped[bit / 8]) >> (7 - bit % 8) & 1)
			return false;
	return true;
}

static int list_fill(struct xsw *sw, const struct policy_change *c)
{
	uint32_t list = c->policy.list;
	struct xsw_ip_key key = ip_key(list, &any_ipv4);
	bool shut = false;
	size_t i;
	int err = 0;

	for (i = 0; i < c->macs.n && !err; i++) {
		struct xsw_mac_key mac = { .list = list };

		memcpy(mac.mac, c->macs.v[i], sizeof(mac.mac));
		err = maps_mac_add(&sw->maps, &mac);
		fault_point();
	}
	for (i = 0; i < c->ips.n; i++)
		shut |= covers_ipv4(&c->ips.v[i]);
	if (shut && !err)
		err = maps_ip_add(&sw->maps, &key, false);
	for (i = 0; i < c->ips.n && !err; i++) {
		key = ip_key(list, &c->ips.v[i]);
		err = maps_ip_add(&sw->maps, &key, true);
		fault_point();
	}
	return err;
}

/* What is one word of its own. */
static void words_store(struct xsw *sw, uint32_t number, uint32_t max, uint32_t group)
{
	__atomic_store_n(&sw->maps.mem.limits[XSW_LIMIT_PORT(number)].max, max, __ATOMIC_RELEASE);
	if (group) /* else the bit says so, or the port is new and has got its own */
		__atomic_store_n(&sw->maps.mem.ports[number].group, group, __ATOMIC_RELEASE);
}

int policy_store(struct xsw *sw, uint32_t number, uint8_t bits, const struct xsw_policy *policy)
{
	int err = 0;

	if (bits & ~XSW_P_GROUP) /* which has no details */
		err = maps_policy_set(&sw->maps, number, policy);
	else
		maps_policy_del(&sw->maps, number);
	fault_point();
	return err;
}

/* What was owed at another rate could take long at this one. */
static int meter_refill(struct xsw *sw, uint32_t number, const struct policy_change *c)
{
	struct xsw_meter meter;
	bool owes = false;

	if (maps_meter_get(&sw->maps, number, &meter))
		return 0;
	for (int i = 0; i < XSW_METERS; i++) {
		if (!meter.full[i] ||
		    !memcmp(&c->policy.rate[i], &c->old.rate[i], sizeof(c->old.rate[i])))
			continue;
		meter.full[i] = 0;
		owes = true;
	}
	return owes ? maps_meter_set(&sw->maps, number, &meter) : 0;
}

int policy_begin(struct xsw *sw, uint32_t number, struct policy_change *c)
{
	int err;

	if (!c->touched)
		return 0;
	err = maps_policy_mark(&sw->maps);
	fault_point();
	if (!err && c->lists && (c->macs.n || c->ips.n)) {
		c->policy.list = maps_list_new(&sw->maps);
		err = list_fill(sw, c);
	}
	if (!err && c->bits)
		err = maps_meter_make(&sw->maps, number);
	fault_point();
	if (!err && c->old_bits & ~c->bits) {
		policy_bits_store(sw, number, c->old_bits & c->bits);
		fault_point();
		grace_wait();
	}
	if (!err)
		err = policy_store(sw, number, c->bits, &c->policy);
	if (!err)
		err = meter_refill(sw, number, c);
	if (err) {
		policy_undo(sw, number, c);
		return err;
	}
	words_store(sw, number, c->max, c->group);
	fault_point();
	return 0;
}

void policy_undo(struct xsw *sw, uint32_t number, struct policy_change *c)
{
	if (!c->touched)
		return;
	words_store(sw, number, c->old_max, c->old_group);
	policy_store(sw, number, c->old_bits, &c->old);
	policy_bits_store(sw, number, c->old_bits);
	if (c->lists)
		grace_wait();
	/* what cannot be removed now is left to the next command, by the mark */
	if (!c->lists || !policy_list_del(sw, c->policy.list))
		maps_policy_unmark(&sw->maps);
}

void policy_end(struct xsw *sw, const struct policy_change *c)
{
	if (!c->touched)
		return;
	fault_point();
	if (c->lists && c->old.list)
		grace_wait();
	if (!c->lists || !policy_list_del(sw, c->old.list))
		maps_policy_unmark(&sw->maps);
	fault_point();
}

void policy_recover(struct xsw *sw, uint32_t number)
{
	union xsw_conf old = maps_conf_load(&sw->maps, number), conf = old;

	conf.state = XSW_STATE_FORWARDING;
	if (old.state == XSW_STATE_ERRDISABLED && !policy_errdisabled(sw, number) &&
	    maps_conf_swap(&sw->maps, number, old, conf))
		tell_recovered(sw, number);
}

uint64_t policy_errdisabled(const struct xsw *sw, uint32_t number)
{
	uint64_t now = prog_clock(&sw->prog, &sw->maps);
	struct xsw_meter meter;

	if (maps_meter_get(&sw->maps, number, &meter) || meter.until == UINT64_MAX)
		return UINT64_MAX;
	return now < meter.until ? meter.until - now : 0;
}
