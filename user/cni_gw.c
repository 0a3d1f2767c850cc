// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_gw.c - the gateway of a network: a host port of the switch
 *
 * Its device has the name of the switch, or SWITCH.VLAN, and the addresses that are the gateways of
 * containers. It stays when the last of these goes, as the bridge of the plugin `bridge` does, and so do
 * its addresses.
 */
#include <stdio.h>
#include <string.h>

#include "cni.h"
#include "fault.h"

int cni_gw_name(struct cni *c, char name[IFNAMSIZ])
{
	const char *sw = c->conf.switch_name;
	uint32_t vlan = cni_port_vlan(&c->conf);
	int n = vlan ? snprintf(name, IFNAMSIZ, "%s.%u", sw, vlan) :
		       snprintf(name, IFNAMSIZ, "%s", sw);

	return n < IFNAMSIZ ?
		       CNI_OK :
		       cni_fail(c, CNI_CONFIG,
				"switch: %s is too long for a gateway in VLAN %u: its device %s.%u "
				"may have 15 characters",
				quoted(sw), vlan, sw, vlan);
}

/* Its port, whatever that is called: `up --host` has made one too, perhaps. */
static const struct xsw_port_view *find(struct xsw *sw, const char *device, struct xsw_view **view)
{
	const char *const names[] = { device, "host" };

	for (size_t i = 0; i < 2; i++) {
		if (cni_port_view(sw, names[i], view))
			continue;
		if (!strcmp((*view)->ports->type, "host") && !strcmp((*view)->ports->peer, device))
			return (*view)->ports;
		xsw_view_free(*view);
	}
	*view = NULL;
	return NULL;
}

static int make(struct cni *c, struct xsw *sw, const char *device)
{
	uint32_t vlan = cni_port_vlan(&c->conf);
	struct xsw_port_spec spec = {
		.type = XSW_TYPE_HOST,
		.mtu = c->conf.mtu,
		.vlan = { .mode_set = vlan != 0, .mode = XSW_MODE_ACCESS, .tag = vlan },
	};
	const struct xsw_port_spec *one = &spec;

	snprintf(spec.name, sizeof(spec.name), "%s", device);
	snprintf(spec.ifname, sizeof(spec.ifname), "%s", device);
	return cni_model(c, xsw_ports_add(sw, &one, 1), CNI_FAILED);
}

static bool same(const struct arg_addr *a, const struct cni_ip *ip)
{
	return a->family == ip->gateway.family && a->plen == ip->addr.plen &&
	       !memcmp(a->addr, ip->gateway.addr, sizeof(a->addr));
}

/* Whether two addresses are in one subnet, the shorter of theirs. */
static bool overlaps(const struct arg_addr *a, const struct cni_ip *ip)
{
	uint8_t plen = a->plen < ip->addr.plen ? a->plen : ip->addr.plen, i;

	if (a->family != ip->gateway.family)
		return false;
	for (i = 0; i < plen / 8; i++)
		if (a->addr[i] != ip->gateway.addr[i])
			return false;
	return !(plen % 8) || !((a->addr[i] ^ ip->gateway.addr[i]) >> (8 - plen % 8));
}

/*
 * One gateway more. As for the plugin `bridge` there is one IPv4 address, and one of a subnet of IPv6;
 * another one is an error, or goes.
 */
static int merge(struct cni *c, const char *device, const struct cni_ip *ip, struct arg_addrs *has,
		 bool *changed)
{
	char text[INET6_ADDRSTRLEN];
	struct arg_addr *a;
	size_t i;

	cni_addr_text(&ip->gateway, text);
	for (i = 0; i < has->n; i++)
		if (same(&has->v[i], ip))
			return CNI_OK;
	for (i = 0; i < has->n;) {
		if (has->v[i].family != ip->gateway.family ||
		    (has->v[i].family == AF_INET6 && !overlaps(&has->v[i], ip))) {
			i++;
			continue;
		}
		if (!c->conf.force_address)
			return cni_fail(c, CNI_CONFIG,
					"gateway %s/%u: %s has another address already; "
					"forceAddress replaces it",
					text, ip->addr.plen, device);
		has->v[i] = has->v[--has->n];
	}
	if (has->n == ARG_ADDRS_MAX)
		return cni_fail(c, CNI_FAILED, "gateway %s: %s has %d addresses already", text,
				device, ARG_ADDRS_MAX);
	a = &has->v[has->n++];
	*a = (struct arg_addr){ .family = ip->gateway.family, .plen = ip->addr.plen };
	memcpy(a->addr, ip->gateway.addr, sizeof(a->addr));
	*changed = true;
	return CNI_OK;
}

static int forward(struct cni *c, const struct cni_ips *ips)
{
	for (size_t i = 0; i < ips->n; i++) {
		bool inet6 = ips->ips[i].addr.family == AF_INET6;
		int err = netif_sysctl(inet6 ? "ipv6/conf/all/forwarding" : "ipv4/ip_forward", "1");

		if (err)
			return cni_fail(c, CNI_FAILED, "cannot enable forwarding of IPv%d: %s",
					inet6 ? 6 : 4, strerror(-err));
	}
	return CNI_OK;
}

static void describe(const struct xsw_port_view *port, json_t *interfaces)
{
	char mac[MAC_TEXT];

	json_array_append_new(interfaces,
			      json_pack("{s:s, s:s, s:i}", "name", port->peer, "mac",
					mac_text(port->mac, mac), "mtu", (int)port->mtu));
}

static int set_addrs(struct cni *c, struct xsw *sw, const struct xsw_port_view *port,
		     const struct cni_ips *ips)
{
	struct xsw_port_made made;
	char key[64];
	bool changed = false;

	xsw_port_made(sw, port->number, &made);
	for (size_t i = 0; i < ips->n; i++)
		if (ips->ips[i].has_gateway &&
		    merge(c, port->peer, &ips->ips[i], &made.addrs, &changed))
			return c->code;
	if (!changed)
		return CNI_OK;
	/* a container asks for its gateway at once */
	snprintf(key, sizeof(key), "ipv6/conf/%s/accept_dad", port->peer);
	netif_sysctl(key, "0");
	return cni_model(c, xsw_port_addrs_set(sw, port->name, &made.addrs), CNI_FAILED);
}

int cni_gw_up(struct cni *c, struct xsw *sw, const struct cni_ips *ips, json_t *interfaces)
{
	const struct xsw_port_view *port;
	struct xsw_view *view;
	char device[IFNAMSIZ];

	if (cni_gw_name(c, device))
		return c->code;
	port = find(sw, device, &view);
	if (!port && make(c, sw, device))
		return c->code;
	fault_point();
	if (!port)
		port = find(sw, device, &view);
	if (!port)
		return cni_fail(c, CNI_FAILED, "%s is not there", device);
	if (!set_addrs(c, sw, port, ips) && !forward(c, ips))
		describe(port, interfaces);
	xsw_view_free(view);
	return c->code;
}

int cni_gw_check(struct cni *c, struct xsw *sw, const struct cni_ips *ips)
{
	const struct xsw_port_view *port;
	char device[IFNAMSIZ], text[INET6_ADDRSTRLEN];
	struct xsw_port_made made;
	struct xsw_view *view;

	if (cni_gw_name(c, device))
		return c->code;
	port = find(sw, device, &view);
	if (!port || strcmp(port->state, "forwarding"))
		cni_fail(c, CNI_DAMAGED, "gateway %s is %s", device, port ? port->state : "gone");
	if (!c->code)
		xsw_port_made(sw, port->number, &made);
	for (size_t i = 0; i < ips->n && !c->code; i++) {
		size_t k = 0;

		while (k < made.addrs.n && !same(&made.addrs.v[k], &ips->ips[i]))
			k++;
		cni_addr_text(&ips->ips[i].gateway, text);
		if (ips->ips[i].has_gateway && k == made.addrs.n)
			cni_fail(c, CNI_DAMAGED, "gateway %s has no address %s/%u", device, text,
				 ips->ips[i].addr.plen);
	}
	xsw_view_free(view);
	return c->code;
}
