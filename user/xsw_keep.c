// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_keep.c - what is set of a port, kept and put back; changes of all legs of a tunnel
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "xsw_int.h"

int port_keep(struct xsw *sw, uint32_t number, struct port_kept *kept)
{
	kept->conf = maps_conf_load(&sw->maps, number);
	kept->mtu = sw->ports[number].mtu;
	vlan_current(sw, number, kept->conf, &kept->sets);
	return policy_keep(sw, number, &kept->policy);
}

int port_restore(struct xsw *sw, uint32_t number, const struct port_kept *kept)
{
	union xsw_conf conf = maps_conf_load(&sw->maps, number), back = kept->conf;
	struct policy_change policy;
	int err = 0;

	back.mirror = conf.mirror; /* follows the mirrors there are */

	if (conf.mtu != kept->conf.mtu || sw->ports[number].mtu != kept->mtu)
		err = mtu_put(sw, number, kept->mtu, kept->conf.mtu);
	if (policy_plan(sw, sw->ports[number].name, number, &kept->policy, &conf, &policy) ||
	    policy_begin(sw, number, &policy))
		return -EBUSY;
	err = vlan_store(sw, number, back, &kept->sets, false) ?: err;
	policy_end(sw, &policy);
	return err;
}

/* --- legs ------------------------------------------------------------------------------- */

static int mark(struct xsw *sw, uint32_t head, bool on)
{
	struct xsw_info *info = &sw->ports[head];
	int err;

	info->flags = on ? info->flags | XSW_I_LEGS : info->flags & ~(__u32)XSW_I_LEGS;
	err = maps_info_set(&sw->maps, head, info);
	fault_point();
	return err;
}

/* Nothing of it was stored: the word, which names the sets, comes before what follows from it. */
static bool untouched(const struct xsw *sw, uint32_t number, const struct port_kept *kept)
{
	return maps_conf_load(&sw->maps, number).word == kept->conf.word &&
	       sw->ports[number].mtu == kept->mtu;
}

/* Each leg in its turn, with what it was in kept[]; the one that fails may be half way. */
static int change_each(struct xsw *sw, uint32_t head, struct port_kept *kept, leg_change change,
		       const void *arg)
{
	uint32_t n, changed = 0, i = 0;
	int err = XSW_OK;

	XSW_EACH_LEG(sw, head, n)
	{
		err = port_keep(sw, n, &kept[changed]);
		if (err) {
			err = policy_failed(sw->ports[n].name, err);
			break;
		}
		changed++;
		err = change(sw, n, arg);
		if (err)
			break;
	}
	if (!err)
		return XSW_OK;
	XSW_EACH_LEG(sw, head, n)
	{
		if (i == changed)
			break;
		if (!untouched(sw, n, &kept[i]) && port_restore(sw, n, &kept[i]))
			warn("port %s: not everything could be undone", sw->ports[n].name);
		i++;
	}
	return err;
}

int legs_change(struct xsw *sw, uint32_t head, leg_change change, const void *arg)
{
	uint32_t n, legs = 0;
	struct port_kept *kept;
	int err;

	if (sw->opts->dry_run) /* it is one port to people */
		return change(sw, head, arg);
	XSW_EACH_LEG(sw, head, n)
	legs++;
	kept = calloc(legs ?: 1, sizeof(*kept));
	if (!kept || (legs > 1 && mark(sw, head, true))) {
		free(kept);
		return fail(XSW_REFUSED, "port %s: cannot change its legs: %s",
			    sw->ports[head].name, strerror(kept ? EIO : ENOMEM));
	}
	err = change_each(sw, head, kept, change, arg);
	if (legs > 1)
		mark(sw, head, false);
	free(kept);
	return err;
}

/* The legs as the first one is. */
static int repair_port(struct xsw *sw, uint32_t head, struct port_kept *kept)
{
	uint32_t n;
	int err = port_keep(sw, head, kept);

	for (n = xsw_leg_next(sw, head, head); n && !err; n = xsw_leg_next(sw, head, n))
		err = port_restore(sw, n, kept);
	return err ? err : mark(sw, head, false);
}

int legs_repair(struct xsw *sw)
{
	struct port_kept *kept = NULL;
	uint32_t n;
	int err = 0;

	for (n = 1; n < XSW_PORTS && !err; n++) {
		if (!(sw->ports[n].flags & XSW_I_LEGS))
			continue;
		kept = kept ?: malloc(sizeof(*kept));
		err = kept ? repair_port(sw, n, kept) : -ENOMEM;
	}
	free(kept);
	return err;
}
