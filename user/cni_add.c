// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_add.c - ADD: a container becomes a port
 *
 *	port	under the lock, and the switch if it is the first; whole or not at all
 *	IPAM	without the lock: DHCP asks by way of the port
 *	inside	addresses and routes
 *	around	gateway and masquerading, under the lock
 *
 * On an error everything of the attachment goes, the IPAM plugin is told DEL. A killed ADD leaves a
 * port that DEL or GC removes.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cni.h"
#include "fault.h"

/* One that a container of before has left, where its namespace has gone without a DEL. */
static int drop_stale(struct cni *c, struct xsw *sw)
{
	struct xsw_view *view;
	int code = CNI_OK;

	if (cni_port_view(sw, c->port, &view))
		return CNI_OK;
	if (!strcmp(view->ports->state, "gone"))
		code = cni_model(c, xsw_port_del(sw, c->port), CNI_FAILED);
	else
		code = cni_fail(c, CNI_EXISTS,
				"the container is attached already: port %s of switch %s", c->port,
				c->conf.switch_name);
	xsw_view_free(view);
	return code;
}

/* Both ends of the port as interfaces of the result. */
static int describe(struct cni *c, const struct xsw_port_view *port)
{
	json_t *list = json_object_get(c->result, "interfaces");
	char outer[MAC_TEXT], inner[MAC_TEXT];
	int mtu = (int)port->mtu;

	json_array_append_new(list, json_pack("{s:s, s:s, s:i}", "name", port->ifname, "mac",
					      mac_text(port->outer_mac, outer), "mtu", mtu));
	json_array_append_new(list, json_pack("{s:s, s:s, s:i, s:s}", "name", c->ifname, "mac",
					      mac_text(port->mac, inner), "mtu", mtu, "sandbox",
					      c->netns));
	return CNI_OK;
}

static int make_port(struct cni *c, struct xsw *sw)
{
	struct xsw_port_change change;
	struct xsw_port_spec spec;
	const struct xsw_port_spec *specs[] = { &spec };
	struct xsw_view *view;

	if (drop_stale(c, sw))
		return c->code;
	cni_port_spec(c, sw, &spec, &change);
	if (cni_model(c, xsw_ports_add(sw, specs, 1), CNI_FAILED) ||
	    cni_model(c, xsw_view(sw, c->port, &view), CNI_FAILED))
		return c->code;
	describe(c, view->ports);
	xsw_view_free(view);
	return CNI_OK;
}

/* The port, made whole or not at all; so is a switch that was not there. */
static int attach(struct cni *c)
{
	struct xsw *sw;

	if (cni_model(c, xsw_batch_make(&c->opts), CNI_FAILED))
		return c->code;
	if (!cni_model(c, xsw_open(&sw, &c->opts, XSW_WRITE), CNI_FAILED))
		make_port(c, sw);
	cni_model(c, xsw_batch_end(&c->opts, c->code ? XSW_REFUSED : XSW_OK), CNI_FAILED);
	fault_point();
	cni_home(c);
	return c->code;
}

/* --- what IPAM says ---------------------------------------------------------------------- */

/* The first address of the subnet. */
static void first_of(const struct cni_ip *ip, char text[INET6_ADDRSTRLEN])
{
	struct netif_addr a = cni_subnet(&ip->addr);

	for (unsigned int i = a.family == AF_INET ? 4 : 16; i-- > 0 && !++a.addr[i];)
		;
	cni_addr_text(&a, text);
}

static bool has_default(const json_t *routes, bool inet6)
{
	json_t *route;
	size_t i;

	json_array_foreach(routes, i, route)
	{
		const char *dst = json_string_value(json_object_get(route, "dst"));

		if (dst && !strcmp(dst, inet6 ? "::/0" : "0.0.0.0/0"))
			return true;
	}
	return false;
}

/* Gateways and default routes that the configuration asks for and IPAM has not named. */
static void add_gateways(const struct cni *c, json_t *ipam, const struct cni_ips *ips)
{
	json_t *list = json_object_get(ipam, "ips"), *routes = json_object_get(ipam, "routes");
	char text[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < ips->n && c->conf.gateway; i++) {
		bool inet6 = ips->ips[i].addr.family == AF_INET6;

		if (ips->ips[i].has_gateway) {
			cni_addr_text(&ips->ips[i].gateway, text);
		} else {
			first_of(&ips->ips[i], text);
			json_object_set_new(json_array_get(list, i), "gateway", json_string(text));
		}
		if (c->conf.default_gateway && !has_default(routes, inet6))
			json_array_append_new(routes,
					      json_pack("{s:s, s:s}", "dst",
							inet6 ? "::/0" : "0.0.0.0/0", "gw", text));
	}
}

/* What no route made here has. */
static int check_routes(struct cni *c, const json_t *routes)
{
	static const char *const keys[] = { "mtu", "advmss", "table", "scope" };
	json_t *route;
	size_t i, k;

	json_array_foreach(routes, i, route) for (k = 0; k < sizeof(keys) / sizeof(*keys); k++)
	{
		const json_t *value = json_object_get(route, keys[k]);

		if (json_is_integer(value))
			return cni_fail(c, CNI_UNSUPPORTED, "%s: %lld of a route is not supported",
					keys[k], (long long)json_integer_value(value));
	}
	return CNI_OK;
}

/* Into the result of this plugin; the addresses are those of its last interface. */
static void take(struct cni *c, json_t *ipam)
{
	const json_t *dns = json_object_get(c->json, "dns"), *theirs = json_object_get(ipam, "dns");
	json_t *list = json_object_get(ipam, "ips"), *ip;
	size_t i, last = json_array_size(json_object_get(c->result, "interfaces")) - 1;

	json_array_foreach(list, i, ip)
		json_object_set_new(ip, "interface", json_integer((json_int_t)last));
	json_array_extend(json_object_get(c->result, "ips"), list);
	json_array_extend(json_object_get(c->result, "routes"), json_object_get(ipam, "routes"));
	if (json_object_size(theirs))
		json_object_set(c->result, "dns", (json_t *)theirs);
	if (json_object_size(dns))
		json_object_set(c->result, "dns", (json_t *)dns);
}

/* --- in the container, and around it ----------------------------------------------------- */

static int connect_around(struct cni *c, const struct cni_ips *ips)
{
	struct xsw *sw;

	if (!c->conf.gateway && !c->conf.masq)
		return CNI_OK;
	if (cni_model(c, xsw_open(&sw, &c->opts, XSW_WRITE), CNI_FAILED))
		return c->code;
	if (c->conf.gateway)
		cni_gw_up(c, sw, ips, json_object_get(c->result, "interfaces"));
	if (c->conf.masq && !c->code)
		cni_masq_add(c, ips);
	xsw_close(sw);
	cni_home(c);
	return c->code;
}

static int apply(struct cni *c, json_t *ipam)
{
	struct cni_ips named = {}, ips = {};

	if (!json_array_size(json_object_get(ipam, "ips")))
		cni_fail(c, CNI_IPAM, "IPAM plugin %s: it has given no address", c->conf.ipam);
	if (!c->code && !check_routes(c, json_object_get(ipam, "routes")))
		cni_result_ips(c, ipam, "IPAM plugin", &named);
	if (!c->code) {
		add_gateways(c, ipam, &named);
		take(c, ipam);
		cni_result_ips(c, ipam, "IPAM plugin", &ips);
	}
	if (!c->code && !cni_net_up(c, &ips))
		connect_around(c, &ips);
	cni_ips_free(&named);
	cni_ips_free(&ips);
	return c->code;
}

static int address(struct cni *c)
{
	json_t *ipam = NULL;

	if (!c->conf.ipam)
		return CNI_OK;
	cni_ipam(c, "ADD", &ipam);
	fault_point();
	if (!c->code && xsw_interrupted())
		cni_fail(c, CNI_FAILED, "interrupted");
	if (!c->code)
		apply(c, ipam);
	json_decref(ipam);
	return c->code;
}

/* The result of a plugin before this one, to which ours is added. */
static int begin_result(struct cni *c)
{
	const json_t *prev = json_object_get(c->json, "prevResult");

	if (prev && !json_is_null(prev))
		return cni_result_read(c, prev, "prevResult", &c->result);
	c->result = json_pack("{s:[], s:[], s:[], s:{}}", "interfaces", "ips", "routes", "dns");
	return CNI_OK;
}

int cni_add(struct cni *c)
{
	char device[IFNAMSIZ];

	if (c->conf.gateway && cni_gw_name(c, device))
		return c->code;
	if (begin_result(c) || cni_net_free(c) || attach(c))
		return c->code;
	if (address(c))
		cni_detach(c);
	return c->code;
}
