// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_check_model.c - what the switch would refuse of a port, as far as the file shows it
 *
 * The model itself is asked, without a switch: what it says gets the place in the file. So a
 * plan that is shown is one that is not refused for what stands in it.
 */
#include <stdio.h>
#include <string.h>

#include "topo_int.h"
#include "xsw_int.h"

int topo_port_vlans(const struct topo_switch *sw, const struct topo_port *port,
		    union xsw_conf *conf, struct xsw_sets *sets)
{
	int status = vlan_plan(NULL, port->spec.name, 0, &port->spec.vlan, conf, sets);

	for (size_t i = 0; i < sw->nvlans && !status; i++)
		if (sw->vlans[i].edit.port && !strcmp(sw->vlans[i].edit.port, port->spec.name))
			status = vlan_edit_plan(&sw->vlans[i].edit, conf, sets);
	return status;
}

static uint8_t policies(const struct xsw_policy_args *p)
{
	return (uint8_t)((p->isolated.on ? XSW_P_ISOLATED : 0) | (p->locked.on ? XSW_P_LOCKED : 0) |
			 (p->guard.on || p->group_fwd_mask ? XSW_P_CONTROL : 0) |
			 (p->macs.n ? XSW_P_MACS : 0) | (p->ips.n ? XSW_P_IPS : 0) |
			 (p->group ? XSW_P_GROUP : 0));
}

static int check_xdp(const struct topo_port *port, union xsw_conf conf)
{
	const struct xsw_port_spec *spec = &port->spec;
	struct xsw_info info = { .type = (__u8)spec->type, .hook = XSW_HOOK_XDP };

	if (spec->hook != XSW_HOOK_ARG_XDP)
		return XSW_OK;
	snprintf(info.name, sizeof(info.name), "%s", spec->name);
	return port_hook_check(spec->name, spec->type, conf) ?:
		       policy_enforceable(&info, policies(&port->change.policy));
}

int topo_check_port(struct topo_load *l, const struct topo_switch *sw, const struct topo_port *port)
{
	union xsw_conf conf = { 0 };
	struct xsw_sets sets;
	int status;

	log_place(l->topo->file, port->mark.line, port->mark.column);
	status = topo_port_vlans(sw, port, &conf, &sets) ?: check_xdp(port, conf);
	log_place(NULL, 0, 0);
	return status ? XSW_USAGE : XSW_OK; /* a mistake of the file, whatever it is elsewhere */
}

int topo_check_wired(struct topo_load *l, const struct topo_switch *sw,
		     const struct topo_port *port, struct topo_mark mark)
{
	const struct xsw_policy_args *p = &port->change.policy;
	struct xsw_policy details = { .guard = 0 };
	union xsw_conf conf = { 0 };
	struct xsw_sets sets;

	if (topo_port_vlans(sw, port, &conf, &sets))
		return XSW_OK; /* told with the port */
	if (conf.flags & XSW_F_VLAN)
		return topo_mistake(l, mark,
				    "port %s: a wire carries every tag, and its mode is %s",
				    port->spec.name, xsw_mode_words[conf.mode]);
	details.rate[XSW_METER_UNKNOWN].rate = p->rate[XSW_METER_UNKNOWN].rate;
	if (!wire_may(policies(p), &details))
		return topo_mistake(l, mark, "port %s: a wire has no policies but storm and police",
				    port->spec.name);
	return XSW_OK;
}
