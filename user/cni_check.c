// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_check.c - CHECK and STATUS: is an attachment what ADD made of it, could there be another one
 */
#include <string.h>

#include "cni.h"
#include "rights.h"

#define differs(c, port, what)                                                                     \
	cni_fail(c, CNI_DAMAGED, "port %s: " what " is not as configured", (port)->name)

static bool same_vlans(const struct cni_conf *conf, const struct xsw_port_view *port)
{
	uint32_t vlan = cni_port_vlan(conf);
	struct arg_vids member = conf->trunks;

	if (!vlan)
		return !strcmp(port->mode, "transparent");
	if (!conf->trunk)
		return !strcmp(port->mode, "access") && port->tag == vlan;
	member.word[vlan / 64] |= 1ULL << vlan % 64;
	return !strcmp(port->mode, "native-untagged") && port->tag == vlan &&
	       !memcmp(&port->trunks, &member, sizeof(member));
}

static bool same_rate(const struct arg_rate *rate, const char *is)
{
	char text[XSW_RATE_MAX];

	xsw_rate_text(text, rate->rate, rate->bits);
	return !strcmp(text, is);
}

static bool same_rates(const struct cni_conf *conf, const struct xsw_port_view *port)
{
	return same_rate(&conf->rate[XSW_METER_BROADCAST], port->storm.broadcast) &&
	       same_rate(&conf->rate[XSW_METER_MULTICAST], port->storm.multicast) &&
	       same_rate(&conf->rate[XSW_METER_UNKNOWN], port->storm.unknown) &&
	       same_rate(&conf->rate[XSW_METER_POLICE], port->police);
}

static bool same_macs(const struct cni_conf *conf, const struct xsw_port_view *port)
{
	char mac[MAC_TEXT];

	if (!conf->spoofchk)
		return true;
	return port->allowed_macs && port->allowed_macs[0] && !port->allowed_macs[1] &&
	       !strcmp(port->allowed_macs[0], mac_text(port->mac, mac));
}

static int check_port(struct cni *c, const struct xsw_port_view *port)
{
	const struct cni_conf *conf = &c->conf;

	if (strcmp(port->state, "forwarding"))
		return cni_fail(c, CNI_DAMAGED, "port %s is %s", port->name, port->state);
	if (!same_vlans(conf, port))
		return differs(c, port, "its VLAN");
	if (conf->mtu && port->mtu != conf->mtu)
		return differs(c, port, "its MTU");
	if (port->flags.isolated != conf->isolated)
		return differs(c, port, "its isolation");
	if (port->flags.hairpin != conf->hairpin)
		return differs(c, port, "its hairpin mode");
	if (!same_macs(conf, port))
		return differs(c, port, "the address it allows");
	return same_rates(conf, port) ? CNI_OK : differs(c, port, "a rate");
}

/* The container's device in the result: its index, -1: it is not there. */
static long find_interface(const struct cni *c, const json_t *result, const json_t **found)
{
	json_t *item;
	size_t i;

	json_array_foreach(json_object_get(result, "interfaces"), i, item)
	{
		const char *name = json_string_value(json_object_get(item, "name")),
			   *sandbox = json_string_value(json_object_get(item, "sandbox"));

		*found = item;
		if (name && sandbox && !strcmp(name, c->ifname) && !strcmp(sandbox, c->netns))
			return (long)i;
	}
	return -1;
}

/* Addresses of other interfaces of the chain are for others to check. */
static void only_ours(struct cni_ips *ips, long interface)
{
	size_t n = 0;

	for (size_t i = 0; i < ips->n; i++)
		if (ips->ips[i].interface < 0 || ips->ips[i].interface == interface)
			ips->ips[n++] = ips->ips[i];
	ips->n = n;
}

static int check_outside(struct cni *c, const struct cni_ips *ips, uint32_t *outer, uint8_t mac[6])
{
	struct xsw_view *view;
	struct xsw *sw;

	if (cni_open(c, XSW_READ, &sw))
		return c->code;
	if (!sw)
		return cni_fail(c, CNI_DAMAGED, "there is no switch %s", c->conf.switch_name);
	if (cni_port_view(sw, c->port, &view)) {
		cni_fail(c, CNI_DAMAGED, "switch %s has no port %s", c->conf.switch_name, c->port);
	} else {
		*outer = view->ports->ifindex;
		memcpy(mac, view->ports->mac, 6);
		if (!check_port(c, view->ports) && c->conf.gateway && c->conf.ipam)
			cni_gw_check(c, sw, ips);
		if (!c->code && c->conf.masq && c->conf.ipam)
			cni_masq_check(c);
		xsw_view_free(view);
	}
	xsw_close(sw);
	cni_home(c);
	return c->code;
}

static int check_result(struct cni *c, const json_t *result)
{
	const json_t *found = NULL;
	long interface = find_interface(c, result, &found);
	const char *named = json_string_value(json_object_get(found, "mac"));
	struct cni_ips ips;
	uint32_t outer = 0;
	uint8_t mac[6];

	if (interface < 0)
		return cni_fail(c, CNI_DAMAGED, "prevResult has no interface %s in %s", c->ifname,
				c->netns);
	if (!cni_result_ips(c, result, "prevResult", &ips)) {
		only_ours(&ips, interface);
		if (!check_outside(c, &ips, &outer, mac)) {
			/* a later plugin may have given it another one */
			if (named && *named)
				parse_mac(named, mac);
			cni_net_check(c, &ips, outer, mac);
		}
	}
	cni_ips_free(&ips);
	return c->code;
}

int cni_check(struct cni *c)
{
	const json_t *prev = json_object_get(c->json, "prevResult");
	json_t *result;

	if (!prev || json_is_null(prev))
		return cni_fail(c, CNI_CONFIG, "prevResult: the result of ADD is missing");
	if (cni_result_read(c, prev, "prevResult", &result))
		return c->code;
	if (!check_result(c, result))
		cni_ipam(c, "CHECK", NULL);
	json_decref(result);
	return c->code;
}

/* --- STATUS ------------------------------------------------------------------------------ */

int cni_status(struct cni *c)
{
	struct xsw *sw = NULL;

	if (!cni_model(c, xsw_check_rights(RIGHT_ALL), CNI_UNAVAILABLE) &&
	    !cni_open(c, XSW_READ, &sw))
		xsw_close(sw);
	if (!c->code)
		cni_ipam(c, "STATUS", NULL);
	/* what would make ADD fail */
	if (c->code >= CNI_FAILED)
		c->code = CNI_UNAVAILABLE;
	return c->code;
}
