// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_find.c - ports by name, and the legs of tunnels
 *
 * A tunnel port of several remotes has a number and a record for each, all with its name; the
 * first, the head, stands for the port.
 */
#include <stdio.h>
#include <string.h>

#include "xsw_int.h"

/* Where the number of a port of this name was put last; what stands there is a guess. */
static uint16_t *found_slot(const struct xsw *sw, const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return &sw->found[(h ^ h >> 16) % XSW_FOUND];
}

uint32_t xsw_port_find(const struct xsw *sw, const char *name)
{
	uint16_t *found = found_slot(sw, name);
	char full[XSW_NAME_MAX + XSW_IFNAME_MAX + 1];
	uint32_t n;

	/* a walk through a thousand ports for every line of a batch would be most of its time */
	if (*name && !strcmp(sw->ports[*found].name, name) && !xsw_is_leg(sw, *found))
		return *found;
	for (n = 1; n < XSW_PORTS; n++) {
		if (strcmp(sw->ports[n].name, name) || !*name || xsw_is_leg(sw, n))
			continue;
		*found = (uint16_t)n;
		return n;
	}
	for (n = 1; n < XSW_PORTS; n++) {
		snprintf(full, sizeof(full), "%s:%s", sw->ports[n].netns, sw->ports[n].ifname);
		if (sw->ports[n].name[0] && !strcmp(full, name))
			return n;
	}
	return 0;
}

int xsw_port_need(const struct xsw *sw, const char *name, uint32_t *number)
{
	*number = xsw_port_find(sw, name);
	if (*number || batch_promised(sw, name))
		return batch_checking(sw) ? XSW_CHECKED : XSW_OK;
	return fail(XSW_MISSING, "switch %s has no port %s", sw->name, quoted(name));
}

uint32_t xsw_leg_next(const struct xsw *sw, uint32_t head, uint32_t number)
{
	uint32_t n;

	if (!number)
		return head;
	if (!sw->ports[head].leg.head)
		return 0;
	for (n = number + 1; n < XSW_PORTS; n++)
		if (sw->ports[n].leg.head == head && sw->ports[n].name[0])
			return n;
	return 0;
}

bool xsw_is_leg(const struct xsw *sw, uint32_t number)
{
	return sw->ports[number].leg.head && sw->ports[number].leg.head != number;
}

uint32_t xsw_leg_find(const struct xsw *sw, uint32_t head, uint32_t index)
{
	uint32_t n;

	XSW_EACH_LEG(sw, head, n)
	if (sw->ports[n].leg.index == index)
		return n;
	return 0;
}

bool xsw_is_complete(const struct xsw *sw, uint32_t number)
{
	const struct xsw_info *info = &sw->ports[number];
	uint32_t n, ready = 0;

	if (!info->leg.head || !(info->flags & XSW_I_READY))
		return info->flags & XSW_I_READY;
	XSW_EACH_LEG(sw, info->leg.head, n)
	ready += sw->ports[n].name[0] && sw->ports[n].flags & XSW_I_READY;
	return ready == info->leg.legs;
}
