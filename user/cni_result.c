// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_result.c - results of plugins, read and written, in each version
 *
 * Inside there is one form, that of 1.1.0. What versions before do not have goes when it is written, and
 * `version` of an address, which 1.0.0 has dropped, comes:
 *
 *	0.3.1 0.4.0	{"version": "4", "address": "10.1.0.5/16", "gateway": "10.1.0.1", "interface": 1}
 *	1.0.0		the same without `version`
 *	1.1.0		interfaces have an MTU, routes may have mtu, advmss, priority, table, scope
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "cni.h"

static const char *const lists[] = { "interfaces", "ips", "routes" };

int cni_result_read(struct cni *c, const json_t *from, const char *whose, json_t **out)
{
	json_t *result = json_deep_copy(from), *ip;
	size_t i;

	*out = result;
	if (!json_is_object(result))
		goto bad;
	for (i = 0; i < sizeof(lists) / sizeof(*lists); i++) {
		const json_t *list = json_object_get(result, lists[i]);

		if (list && !json_is_null(list) && !json_is_array(list))
			goto bad;
		if (!json_is_array(list))
			json_object_set_new(result, lists[i], json_array());
	}
	if (!json_is_object(json_object_get(result, "dns")))
		json_object_set_new(result, "dns", json_object());
	json_array_foreach(json_object_get(result, "ips"), i, ip) json_object_del(ip, "version");
	return CNI_OK;
bad:
	json_decref(result);
	*out = NULL;
	return cni_fail(c, CNI_DECODE, "%s: this is no result of a CNI plugin", whose);
}

/* --- addresses and routes ---------------------------------------------------------------- */

void cni_addr_text(const struct netif_addr *addr, char text[INET6_ADDRSTRLEN])
{
	if (!inet_ntop(addr->family, addr->addr, text, INET6_ADDRSTRLEN))
		*text = '\0';
}

struct netif_addr cni_subnet(const struct netif_addr *addr)
{
	struct netif_addr net = *addr;

	for (unsigned int bit = addr->plen; bit < 8 * sizeof(net.addr); bit++)
		net.addr[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	return net;
}

static bool read_addr(const json_t *value, bool plen, struct netif_addr *out)
{
	struct arg_addr a;

	if (!parse_addr(json_string_value(value), &a, plen))
		return false;
	if (!plen && strchr(json_string_value(value), '/'))
		return false;
	*out = (struct netif_addr){ .family = a.family, .plen = a.plen };
	memcpy(out->addr, a.addr, sizeof(a.addr));
	return true;
}

/* "" and null are none. */
static bool has_text(const json_t *value)
{
	return value && !json_is_null(value) &&
	       !(json_is_string(value) && !*json_string_value(value));
}

static bool read_ip(const json_t *from, struct cni_ip *ip)
{
	const json_t *gateway = json_object_get(from, "gateway"),
		     *interface = json_object_get(from, "interface");

	ip->has_gateway = has_text(gateway);
	ip->interface = json_is_integer(interface) ? (long)json_integer_value(interface) : -1;
	return read_addr(json_object_get(from, "address"), true, &ip->addr) &&
	       (!ip->has_gateway ||
		(read_addr(gateway, false, &ip->gateway) && ip->gateway.family == ip->addr.family));
}

/* The first gateway of its family, for a route that has none. */
static void default_gateway(const struct cni_ips *ips, struct netif_route *r)
{
	for (size_t i = 0; i < ips->n && !r->has_via; i++) {
		if (!ips->ips[i].has_gateway || ips->ips[i].gateway.family != r->family)
			continue;
		memcpy(r->via, ips->ips[i].gateway.addr, sizeof(r->via));
		r->has_via = true;
	}
}

static bool read_route(const json_t *from, const struct cni_ips *ips, struct netif_route *r)
{
	const json_t *gw = json_object_get(from, "gw"),
		     *priority = json_object_get(from, "priority");
	struct netif_addr addr;

	if (!read_addr(json_object_get(from, "dst"), true, &addr))
		return false;
	*r = (struct netif_route){ .family = addr.family, .plen = addr.plen };
	memcpy(r->dst, addr.addr, sizeof(addr.addr));
	if (priority && (!json_is_integer(priority) || json_integer_value(priority) < 0 ||
			 json_integer_value(priority) > UINT32_MAX))
		return false;
	r->metric = (uint32_t)json_integer_value(priority);
	r->has_via = has_text(gw);
	if (!r->has_via) {
		default_gateway(ips, r);
		return true;
	}
	if (!read_addr(gw, false, &addr) || addr.family != r->family)
		return false;
	memcpy(r->via, addr.addr, sizeof(addr.addr));
	return true;
}

static int bad(struct cni *c, const char *whose, const char *what, const json_t *value)
{
	return cni_fail_value(c, CNI_DECODE, whose, value, "not valid in", what);
}

int cni_result_ips(struct cni *c, const json_t *result, const char *whose, struct cni_ips *out)
{
	const json_t *ips = json_object_get(result, "ips"),
		     *routes = json_object_get(result, "routes");
	json_t *item;
	size_t i;

	*out = (struct cni_ips){ .ips = calloc(json_array_size(ips) + 1, sizeof(*out->ips)),
				 .routes = calloc(json_array_size(routes) + 1,
						  sizeof(*out->routes)) };
	if (!out->ips || !out->routes)
		return cni_fail(c, CNI_FAILED, "out of memory");
	json_array_foreach(ips, i, item) if (!read_ip(item, &out->ips[out->n++])) return bad(
		c, whose, "ips", item);
	json_array_foreach(routes, i,
			   item) if (!read_route(item, out,
						 &out->routes[out->nroutes++])) return bad(c, whose,
											   "routes",
											   item);
	return CNI_OK;
}

void cni_ips_free(struct cni_ips *ips)
{
	free(ips->ips);
	free(ips->routes);
}

/* --- writing ----------------------------------------------------------------------------- */

static void drop(json_t *list, const char *const *names, size_t n)
{
	json_t *item;
	size_t i, k;

	json_array_foreach(list, i, item) for (k = 0; k < n; k++) json_object_del(item, names[k]);
}

static void add_family(json_t *ips)
{
	json_t *ip;
	size_t i;

	json_array_foreach(ips, i, ip)
	{
		const char *text = json_string_value(json_object_get(ip, "address"));

		json_object_set_new(ip, "version",
				    json_string(text && strchr(text, ':') ? "6" : "4"));
	}
}

json_t *cni_result_as(const json_t *result, int version)
{
	static const char *const of_interface[] = { "mtu", "socketPath", "pciID" },
				 *const of_route[] = { "mtu", "advmss", "priority", "table",
						       "scope" };
	json_t *as = json_deep_copy(result);

	json_object_set_new(as, "cniVersion", json_string(cni_versions[version]));
	if (version < CNI_1_1_0) {
		drop(json_object_get(as, "interfaces"), of_interface, 3);
		drop(json_object_get(as, "routes"), of_route, 5);
	}
	if (version < CNI_1_0_0)
		add_family(json_object_get(as, "ips"));
	return as;
}
