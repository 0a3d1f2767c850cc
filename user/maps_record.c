// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_record.c - what records in pins may say, so that nobody else need ask
 *
 * Pins are untrusted input. What is checked here holds at any moment for whatever a command writes, also
 * for records that are half old and half new because they were read while they changed.
 */
#include <errno.h>
#include <string.h>

#include "maps.h"

static bool is_text(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

bool maps_info_valid(const struct xsw_info *info)
{
	const struct xsw_leg *leg = &info->leg;

	return is_text(info->name, sizeof(info->name)) &&
	       is_text(info->netns, sizeof(info->netns)) &&
	       is_text(info->netns_path, sizeof(info->netns_path)) &&
	       is_text(info->ifname, sizeof(info->ifname)) &&
	       is_text(info->outer, sizeof(info->outer)) && info->type < XSW_TYPES &&
	       info->hook <= XSW_HOOK_XDP && info->tc_hook <= XSW_HOOK_XDP &&
	       info->hook_why <= XSW_WHY_OFFLOADS && leg->key_mode <= XSW_KEY_NONE &&
	       leg->head < XSW_PORTS && (!leg->head || type_is_tunnel(info->type)) &&
	       leg->legs <= XSW_MIRROR_LEGS && leg->slot < XSW_TUNNELS;
}

/*
 * Legs belong to a head, as many as there can be; one that is free, or is being made, has left
 * them behind. A killed command may leave more of them than their head knows.
 */
static bool legs_valid(const struct xsw_info *v)
{
	uint16_t legs[XSW_PORTS] = { 0 };

	for (uint32_t n = 1; n < XSW_PORTS; n++) {
		uint32_t head = v[n].name[0] ? v[n].leg.head : 0;

		if (!head)
			continue;
		if ((v[head].leg.head && v[head].leg.head != head) ||
		    (v[head].name[0] && !type_is_tunnel(v[head].type)))
			return false;
		if (++legs[head] > XSW_MIRROR_LEGS)
			return false;
	}
	return true;
}

int maps_info_check(const struct xsw_info *v)
{
	for (uint32_t n = 0; n < XSW_PORTS; n++)
		if (!maps_info_valid(&v[n]))
			return -EINVAL;
	return legs_valid(v) ? 0 : -EINVAL;
}

int maps_mirrors_check(const struct xsw_mirror *v)
{
	for (uint32_t slot = 0; slot < XSW_MIRRORS; slot++) {
		if (!is_text(v[slot].name, sizeof(v[slot].name)) || v[slot].legs > XSW_MIRROR_LEGS)
			return -EINVAL;
		for (uint32_t i = 0; i < XSW_MIRROR_LEGS; i++)
			if (v[slot].to[i] >= XSW_PORTS)
				return -EINVAL;
	}
	return 0;
}

int maps_meta_check(const struct xsw_meta *meta)
{
	return meta->magic == XSW_ABI_MAGIC && meta->plen <= 32 &&
			       is_text(meta->name, sizeof(meta->name)) ?
		       0 :
		       -EINVAL;
}
