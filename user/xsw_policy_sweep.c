// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_policy_sweep.c - policies of ports that go, and what a killed command left of a change
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "xsw_int.h"

void policy_drop(struct xsw *sw, uint32_t number)
{
	struct xsw_limit *limit = &sw->maps.mem.limits[XSW_LIMIT_PORT(number)];
	struct xsw_policy policy;

	if (!maps_policy_get(&sw->maps, number, &policy)) {
		if (policy.wire)
			wire_part(sw, number, policy.wire);
		policy_list_del(sw, policy.list);
		maps_policy_del(&sw->maps, number);
		fault_point();
	}
	maps_meter_del(&sw->maps, number);
	__atomic_store_n(&limit->max, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&limit->told, 0, __ATOMIC_RELEASE);
	fault_point();
}

struct named {
	__u32 list[XSW_PORTS];
	size_t n;
};

static bool not_named(uint32_t list, const void *arg)
{
	const struct named *named = arg;

	for (size_t i = 0; i < named->n; i++)
		if (named->list[i] == list)
			return false;
	return true;
}

/* A port's details without those that do not hold; the list it names stays. */
static int sweep_port(struct xsw *sw, uint32_t number, struct named *named)
{
	uint8_t bits = maps_conf_load(&sw->maps, number).policy;
	struct xsw_policy policy, was;
	int err = maps_policy_get(&sw->maps, number, &was);

	if (!err)
		err = policy_current(sw, number, bits, &policy);
	if (err)
		return err == -ENOENT ? 0 : err;
	if (policy.list)
		named->list[named->n++] = policy.list;
	return bits && !memcmp(&policy, &was, sizeof(was)) ?
		       0 :
		       policy_store(sw, number, bits, &policy);
}

int policy_sweep(struct xsw *sw)
{
	struct named *named;
	uint32_t n;
	int err = 0;

	if (!maps_policy_marked(&sw->maps))
		return 0;
	named = calloc(1, sizeof(*named));
	if (!named)
		return -ENOMEM;
	err = wire_sweep(sw);
	for (n = 1; n < XSW_PORTS && !err; n++)
		err = sweep_port(sw, n, named);
	if (!err)
		err = maps_lists_del(&sw->maps, not_named, named);
	free(named);
	fault_point();
	if (!err)
		maps_policy_unmark(&sw->maps);
	return err;
}
