// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_offer.c - names there are, for completion
 *
 * Whatever cannot be looked at offers nothing: nobody waits for a message while typing.
 */
#include <dirent.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>

#include "xsw_int.h"
#include "xsw_offer.h"

struct offer {
	xsw_offer_fn fn;
	void *arg;
	uint32_t left; /* how many more are of use */
};

static void offer(struct offer *o, const char *name)
{
	if (!o->left)
		return;
	o->left--;
	o->fn(name, o->arg);
}

static int offer_switch(const struct xsw_opts *opts, void *arg)
{
	offer(arg, opts->switch_name);
	return XSW_OK;
}

static void offer_mirror(const struct xsw_mirror_view *mirror, void *arg)
{
	offer(arg, mirror->spec.name);
}

/* A range by its ends. */
static void offer_vlan(const struct xsw_vlan_view *vlan, void *arg)
{
	char vid[8];

	for (uint32_t v = vlan->vlan; v && v <= XSW_VID_MAX;
	     v = v < vlan->vlan_end ? vlan->vlan_end : 0) {
		snprintf(vid, sizeof(vid), "%u", v);
		offer(arg, vid);
	}
}

static void offer_mac(const struct xsw_fdb_view *entry, void *arg)
{
	char text[MAC_TEXT];

	offer(arg, mac_text(entry->mac, text));
}

static void offer_ports(struct xsw *sw, struct offer *o)
{
	for (uint32_t n = 1; n < XSW_PORTS; n++)
		if (sw->ports[n].name[0] && !xsw_is_leg(sw, n))
			offer(o, sw->ports[n].name);
}

static void offer_of(struct xsw *sw, enum xsw_offer what, struct offer *o)
{
	const struct xsw_fdb_filter any = { .state = -1 };

	if (what == XSW_OFFER_PORT)
		offer_ports(sw, o);
	else if (what == XSW_OFFER_MIRROR)
		xsw_mirror_each(sw, NULL, offer_mirror, o);
	else if (what == XSW_OFFER_VLAN)
		xsw_vlan_each(sw, NULL, NULL, offer_vlan, o);
	else
		xsw_fdb_each(sw, &any, offer_mac, o);
}

static void offer_netns(struct offer *o)
{
	DIR *dir = opendir(NETNS_DIR);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (netns_name_valid(entry->d_name))
			offer(o, entry->d_name);
	if (dir)
		closedir(dir);
}

static void offer_devices(struct offer *o)
{
	struct if_nameindex *list = if_nameindex();

	for (struct if_nameindex *dev = list; dev && dev->if_name; dev++)
		offer(o, dev->if_name);
	if_freenameindex(list);
}

void xsw_offer(const struct xsw_opts *opts, enum xsw_offer what, xsw_offer_fn fn, void *arg)
{
	struct offer o = { .fn = fn, .arg = arg, .left = XSW_OFFERS };
	struct xsw *sw = NULL;

	if (what == XSW_OFFER_SWITCH) {
		xsw_each_name(opts, offer_switch, &o);
	} else if (what == XSW_OFFER_NETNS) {
		offer_netns(&o);
	} else if (what == XSW_OFFER_DEVICE) {
		offer_devices(&o);
	} else if (!xsw_open(&sw, opts, XSW_READ)) {
		offer_of(sw, what, &o);
		xsw_close(sw);
	}
}
