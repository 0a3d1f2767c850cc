// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_veth.c - a topology whose switches are veth pairs: two ports each, joined directly
 *
 * A wire between the two is what there is anyway.
 */
#include "topo_steps.h"

static int add_switch(struct topo_script *s, const struct topo_switch *sw)
{
	struct topo_end end[2];

	if (sw->nports != 2) {
		script_cannot(s, &sw->mark, "switch", sw->name, "ports", "a pair has two");
		return XSW_OK;
	}
	for (size_t i = 0; i < 2; i++) {
		const struct topo_port *port = &sw->ports[i];
		struct script_tunnel tunnel;
		struct script_vlans v;
		int status = script_vlans(s, sw, port, &v);

		if (status)
			return status;
		if (v.conf.flags & XSW_F_VLAN)
			script_cannot(s, &port->mark, "port", port->spec.name, "mode",
				      "a pair carries every tag");
		if (script_tunnel(port, &tunnel) || port->spec.type == XSW_TYPE_DEV)
			script_cannot(s, &port->mark, "port", port->spec.name, "type",
				      "both ends are new devices");
		end[i] = script_inner(port, 0);
		if (port->spec.type == XSW_TYPE_HOST)
			end[i].netns = sw->netns;
	}
	script_section(s, &sw->mark, "switch %s: ports %s and %s joined", sw->name,
		       sw->ports[0].spec.name, sw->ports[1].spec.name);
	script_pair(s, &end[0], &end[1], NULL);
	for (size_t i = 0; i < 2; i++)
		script_device(s, end[i].netns, end[i].ifname, &end[i].addrs);
	return XSW_OK;
}

int topo_veth_plan(const struct topo *topo, struct topo_script *s)
{
	int status = XSW_OK;

	script_check(s, topo, CAN_VETH);
	script_places(s, topo, true);
	for (size_t i = 0; i < topo->nswitches && !status; i++)
		status = add_switch(s, &topo->switches[i]);
	script_routes(s, topo);
	return status;
}
