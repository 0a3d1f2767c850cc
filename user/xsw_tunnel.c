// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_tunnel.c - tunnel ports: kinds, legs, addresses, MTU
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "port.h"
#include "probe.h"

const struct tunnel_kind *tunnel_kind(uint8_t type, bool ipv6)
{
	static const struct tunnel_kind vxlan = { "vxlan", "vxlan",	    "CONFIG_VXLAN",
						  4789,	   XSW_KEY_MAX_VNI, 16 },
					gre = { "gretap", "ip_gre",	   "CONFIG_NET_IPGRE",
						0,	  XSW_KEY_MAX_GRE, 4 },
					gre6 = { "ip6gretap", "ip6_gre",       "CONFIG_IPV6_GRE",
						 0,	      XSW_KEY_MAX_GRE, 4 },
					geneve = { "geneve", "geneve",	      "CONFIG_GENEVE",
						   6081,     XSW_KEY_MAX_VNI, 16 };
	static const struct tunnel_kind *const kinds[XSW_TYPES][2] = {
		[XSW_TYPE_VXLAN] = { &vxlan, &vxlan },
		[XSW_TYPE_GRE] = { &gre, &gre6 },
		[XSW_TYPE_GENEVE] = { &geneve, &geneve },
	};

	return type < XSW_TYPES ? kinds[type][ipv6] : NULL;
}

enum xsw_key_mode tunnel_key_mode(const struct xsw_port_spec *spec)
{
	const struct arg_key *key = &spec->tunnel.key;

	if (key->vid)
		return XSW_KEY_VID;
	return spec->type == XSW_TYPE_GRE && !key->set ? XSW_KEY_NONE : XSW_KEY_ONE;
}

uint16_t tunnel_udp_port(const struct xsw_port_spec *spec)
{
	return (uint16_t)(spec->tunnel.udp_port ?: tunnel_kind(spec->type, false)->udp_port);
}

/* --- what may be asked for ----------------------------------------------------------------- */

static int check_addresses(const struct xsw_port_spec *spec)
{
	const struct xsw_tunnel_spec *t = &spec->tunnel;
	size_t i;

	for (i = 0; i < t->remotes.n; i++)
		if (t->remotes.v[i].family != t->remotes.v[0].family)
			return fail(XSW_USAGE, "port %s: its remotes are of IPv4 and of IPv6",
				    spec->name);
	if (t->local.family && t->local.family != t->remotes.v[0].family)
		return fail(XSW_USAGE, "port %s: local is an IPv%d address, remote is not",
			    spec->name, t->local.family == AF_INET ? 4 : 6);
	return XSW_OK;
}

static int check_key(const struct xsw_port_spec *spec)
{
	const struct arg_key *key = &spec->tunnel.key;
	uint32_t max = tunnel_kind(spec->type, false)->key_max;

	if (key->vid && spec->vlan.mode_set && spec->vlan.mode != XSW_MODE_TRUNK) {
		fail(XSW_USAGE, "port %s: a key for each VLAN is for mode trunk, not %s",
		     spec->name, xsw_mode_words[spec->vlan.mode]);
		hint("`key N` carries the tags of any mode inside");
		return XSW_USAGE;
	}
	if (key->value > max || (key->vid && key->value > max - XSW_VID_MAX))
		return fail(XSW_USAGE, "port %s: key %s%s%u is too large: %s has 0..%u", spec->name,
			    key->vid ? "vid" : "", key->vid ? "+" : "", key->value,
			    xsw_type_words[spec->type], max);
	return XSW_OK;
}

int xsw_tunnel_check(const struct xsw_port_spec *spec)
{
	const struct xsw_tunnel_spec *t = &spec->tunnel;
	const char *type = xsw_type_words[spec->type];
	int err;

	if (!type_is_tunnel(spec->type)) {
		if (!t->remotes.n && !t->local.family && !t->key.set && !t->udp_port)
			return XSW_OK;
		return fail(
			XSW_USAGE,
			"port %s: remote, local, key and port are of types vxlan, gre and geneve",
			spec->name);
	}
	if (!t->remotes.n)
		return fail(XSW_USAGE, "port %s: type %s needs the other end: remote IP",
			    spec->name, type);
	if (spec->type == XSW_TYPE_GRE && t->udp_port)
		return fail(XSW_USAGE, "port %s: type gre has no UDP port", spec->name);
	if (spec->addrs.n || spec->mac.set)
		return fail(XSW_USAGE, "port %s: a port of type %s has no address and no mac",
			    spec->name, type);
	if (spec->hook == XSW_HOOK_ARG_XDP || spec->chain)
		return fail(XSW_USAGE, "port %s: type %s is for hook tc: XDP has no tunnel key",
			    spec->name, type);
	err = check_addresses(spec);
	return err ? err : check_key(spec);
}

/* --- addresses -------------------------------------------------------------------------- */

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

struct xsw_ip tunnel_ip(const struct arg_addr *a)
{
	unsigned int at = a->family == AF_INET ? sizeof(mapped) : 0;
	struct xsw_ip ip = { { 0 } };

	if (!a->family)
		return ip;
	memcpy(ip.byte, mapped, at);
	memcpy(ip.byte + at, a->addr, sizeof(ip.byte) - at);
	return ip;
}

bool tunnel_is_ipv6(const struct xsw_ip *ip)
{
	return memcmp(ip->byte, mapped, sizeof(mapped)) != 0;
}

static bool ip_is_none(const struct xsw_ip *ip)
{
	static const struct xsw_ip none;

	return !memcmp(ip, &none, sizeof(none));
}

static struct netif_addr ip_addr(const struct xsw_ip *ip)
{
	unsigned int at = tunnel_is_ipv6(ip) ? 0 : sizeof(mapped);
	struct netif_addr a = { .family = at ? AF_INET : AF_INET6 };

	memcpy(a.addr, ip->byte + at, sizeof(ip->byte) - at);
	return a;
}

void tunnel_ip_text(const struct xsw_ip *ip, char text[INET6_ADDRSTRLEN])
{
	struct netif_addr a = ip_addr(ip);

	*text = '\0';
	if (!ip_is_none(ip))
		inet_ntop(a.family, a.addr, text, INET6_ADDRSTRLEN);
}

/* --- ports ------------------------------------------------------------------------------ */

bool tunnel_is(const struct xsw_info *info, const struct xsw_port_spec *spec, uint32_t leg)
{
	const struct xsw_ip remote = tunnel_ip(&spec->tunnel.remotes.v[leg]);
	const struct xsw_ip local = tunnel_ip(&spec->tunnel.local);

	return info->leg.legs == spec->tunnel.remotes.n &&
	       !memcmp(&info->leg.remote, &remote, sizeof(remote)) &&
	       !memcmp(&info->leg.local, &local, sizeof(local)) &&
	       info->leg.key == spec->tunnel.key.value &&
	       info->leg.key_mode == tunnel_key_mode(spec) &&
	       info->leg.udp_port == tunnel_udp_port(spec);
}

int tunnel_vlans(const struct xsw_info *info, union xsw_conf conf, struct xsw_sets *sets)
{
	if (!type_is_tunnel(info->type) || info->leg.key_mode != XSW_KEY_VID)
		return XSW_OK;
	if (conf.mode != XSW_MODE_TRUNK)
		return fail(XSW_REFUSED, "port %s: with a key for each VLAN its mode is trunk",
			    info->name);
	memcpy(sets->untagged, sets->member, sizeof(sets->untagged));
	return XSW_OK;
}

/* First and last key by which frames of a port come. */
struct keys {
	uint64_t first, last;
};

static struct keys keys_of(enum xsw_key_mode mode, uint32_t key)
{
	return mode == XSW_KEY_VID ? (struct keys){ key + 1ULL, key + (uint64_t)XSW_VID_MAX } :
				     (struct keys){ key, key };
}

int tunnel_may(const struct xsw *sw, const struct xsw_port_spec *spec, uint32_t leg)
{
	const struct xsw_ip remote = tunnel_ip(&spec->tunnel.remotes.v[leg]);
	struct keys keys = keys_of(tunnel_key_mode(spec), spec->tunnel.key.value);
	char text[INET6_ADDRSTRLEN];
	uint32_t n;

	if (tunnel_key_mode(spec) == XSW_KEY_NONE && !probe_kernel(6, 3)) {
		fail(XSW_REFUSED, "port %s: GRE without a key needs kernel 6.3", spec->name);
		hint("give it one, here and at the other end: key 0");
		return XSW_REFUSED;
	}
	for (n = 1; n < XSW_PORTS; n++) {
		const struct xsw_info *info = &sw->ports[n];
		struct keys its = keys_of(info->leg.key_mode, info->leg.key);

		if (!info->name[0] || info->type != spec->type ||
		    info->leg.udp_port != tunnel_udp_port(spec) ||
		    !strcmp(info->name, spec->name) ||
		    memcmp(&info->leg.remote, &remote, sizeof(remote)) || its.last < keys.first ||
		    keys.last < its.first)
			continue;
		tunnel_ip_text(&remote, text);
		fail(XSW_REFUSED, "port %s: File exists: port %s has remote %s and that key",
		     spec->name, info->name, text);
		return XSW_REFUSED;
	}
	return XSW_OK;
}

/* --- MTU -------------------------------------------------------------------------------- */

/* In front of the Ethernet header inside: RFC 7348, RFC 8926, RFC 2784, the key of RFC 2890. */
uint32_t tunnel_fits(uint32_t mtu, enum xsw_port_type type, bool ipv6, enum xsw_key_mode mode,
		     union xsw_conf conf)
{
	bool tags = !(conf.flags & XSW_F_ONE) && mode != XSW_KEY_VID;
	uint32_t less = (ipv6 ? 40 : 20) + tunnel_kind(type, ipv6)->header + 14 + (tags ? 4 : 0);

	if (type == XSW_TYPE_GRE && mode != XSW_KEY_NONE)
		less += 4;
	return mtu < less + 68 ? 68 : mtu - less;
}

int tunnel_route(struct xsw *sw, const struct xsw_info *info, uint32_t *mtu)
{
	struct netif_addr to = ip_addr(&info->leg.remote), from = ip_addr(&info->leg.local);

	return sw->nl ? netif_route_mtu(sw->nl, &to, ip_is_none(&info->leg.local) ? NULL : &from,
					mtu) :
			-ENETUNREACH;
}

uint32_t tunnel_mtu(struct xsw *sw, const struct xsw_info *info, union xsw_conf conf)
{
	uint32_t mtu;

	if (tunnel_route(sw, info, &mtu))
		mtu = 1500;
	if (mtu > 65535)
		mtu = 65535;
	return tunnel_fits(mtu, (enum xsw_port_type)info->type, tunnel_is_ipv6(&info->leg.remote),
			   (enum xsw_key_mode)info->leg.key_mode, conf);
}

/* --- looking ---------------------------------------------------------------------------- */

int tunnel_view(const struct xsw *sw, uint32_t head, struct xsw_port_view *v)
{
	const struct xsw_leg *leg = &sw->ports[head].leg;
	const char **words;
	char *text;
	uint32_t n;

	if (!type_is_tunnel(sw->ports[head].type))
		return 0;
	tunnel_ip_text(&leg->local, v->local);
	if (leg->key_mode != XSW_KEY_NONE)
		snprintf(v->key, sizeof(v->key), "%u", leg->key);
	if (leg->key_mode == XSW_KEY_VID)
		snprintf(v->key, sizeof(v->key), leg->key ? "vid+%u" : "vid", leg->key);
	v->udp_port = leg->udp_port;
	/* pointers, then what they point to */
	words = calloc(leg->legs + 1U, sizeof(*words) + INET6_ADDRSTRLEN);
	if (!words)
		return -ENOMEM;
	v->remotes = words;
	text = (char *)(words + leg->legs + 1);
	XSW_EACH_LEG(sw, head, n)
	{
		if (text == (char *)(words + leg->legs + 1) + leg->legs * INET6_ADDRSTRLEN)
			break;
		tunnel_ip_text(&sw->ports[n].leg.remote, text);
		*words++ = text;
		text += INET6_ADDRSTRLEN;
	}
	return 0;
}
