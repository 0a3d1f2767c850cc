// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_up_plan.c - desired against actual: see up.h
 *
 * A port that is whole stays untouched, one that is not (its device or namespace was replaced, a
 * command was killed) is made again under its number, others are new.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "port.h"
#include "up.h"

#define SUBNET_DEFAULT	 0x0a000000u /* 10.0.0.0 */
#define SUBNET_PLEN	 24
#define SUBNET_PLEN_MANY 16

static union xsw_conf default_conf(void)
{
	return (union xsw_conf){ .mtu = 1500, /* until the device says */
				 .flags = XSW_F_DEFAULT,
				 .state = XSW_STATE_FORWARDING };
}

/* The lowest number that neither the switch nor a step before this one has. */
static uint32_t free_number(const struct xsw *sw, const struct step *steps, size_t n)
{
	uint8_t taken[XSW_PORTS] = {};
	uint32_t i;

	for (i = 0; i < n; i++)
		taken[steps[i].number % XSW_PORTS] = 1;
	for (i = 1; i < XSW_PORTS; i++)
		if (!taken[i] && !sw->ports[i].name[0])
			return i;
	return 0;
}

/* Whether the port that has this name is what is asked for. */
static bool same_place(const struct xsw_info *info, const struct xsw_port_spec *spec, uint32_t leg)
{
	char path[XSW_PATH_MAX] = "";

	if (info->type != spec->type)
		return false;
	if (spec->type == XSW_TYPE_DEV)
		return !strcmp(info->outer, spec->ifname);
	if (type_is_tunnel(spec->type))
		return tunnel_is(info, spec, leg);
	if (spec->type == XSW_TYPE_NETNS)
		netns_path(spec->netns, path, sizeof(path));
	return !strcmp(info->netns_path, path) && !strcmp(info->ifname, spec->ifname);
}

static int exists(const struct xsw_info *info)
{
	if (info->type == XSW_TYPE_NETNS)
		return fail(XSW_REFUSED, "port %s: File exists: it is %s in namespace %s",
			    info->name, info->ifname, quoted(info->netns_path));
	if (type_is_tunnel(info->type))
		return fail(XSW_REFUSED,
			    "port %s: File exists: it is of type %s, to other remotes, from "
			    "another address or with another key",
			    info->name, xsw_type_words[info->type]);
	return fail(XSW_REFUSED, "port %s: File exists: it is of type %s, device %s", info->name,
		    xsw_type_words[info->type],
		    info->type == XSW_TYPE_DEV ? info->outer : info->ifname);
}

/* `hook tc` and `hook xdp` of a port that is there already; `auto` is content. */
static int check_hook(const struct xsw_info *info, const struct xsw_port_spec *spec)
{
	bool xdp = info->hook == XSW_HOOK_XDP, fell_back = info->hook_why > XSW_WHY_ASKED;

	if (spec->hook == XSW_HOOK_ARG_AUTO || fell_back || (spec->hook == XSW_HOOK_ARG_XDP) == xdp)
		return XSW_OK;
	fail(XSW_REFUSED, "port %s: File exists: its hook is %s", info->name, xdp ? "xdp" : "tc");
	hint("`port del %s`, then make it again", info->name);
	return XSW_REFUSED;
}

/* What it was made with and no `port set` changes. */
static int check_made(struct xsw *sw, uint32_t number, const struct xsw_port_spec *spec)
{
	const struct xsw_info *info = &sw->ports[number];
	struct xsw_port_made made;
	char text[INET6_ADDRSTRLEN];
	size_t i = 0;

	if (spec->addrs.n)
		xsw_port_made(sw, number, &made);
	while (i < spec->addrs.n && addrs_have(&made.addrs, &spec->addrs.v[i]))
		i++;
	if (spec->mac.set && memcmp(spec->mac.byte, info->mac, sizeof(info->mac)))
		fail(XSW_REFUSED, "port %s: File exists: its MAC address is %s", info->name,
		     mac_text(info->mac, text));
	else if (i < spec->addrs.n)
		fail(XSW_REFUSED, "port %s: File exists: it has no address %s/%u", info->name,
		     inet_ntop(spec->addrs.v[i].family, spec->addrs.v[i].addr, text, sizeof(text)),
		     spec->addrs.v[i].plen);
	else
		return XSW_OK;
	hint("`xswitch port del %s`, then make it again", shell_word(info->name));
	return XSW_REFUSED;
}

/* What is said of a port that is there and whole holds already, or the message says what does not. */
static int check_asked(struct xsw *sw, uint32_t number, const struct xsw_port_spec *spec,
		       bool exact)
{
	struct xsw_port_change c = { .state = -1 };
	const char *name = spec->name;
	bool other;
	int err = check_hook(&sw->ports[number], spec) ?: check_made(sw, number, spec);

	if (err)
		return err;
	if (spec->change)
		c = *spec->change;
	c.vlan = spec->vlan;
	/* one that it has for want of another is fine */
	c.mtu = spec->mtu != maps_conf_load(&sw->maps, number).mtu ? spec->mtu : 0;
	err = port_differs(sw, number, &c, &other);
	if (err || !other || !exact)
		return err;
	fail(XSW_REFUSED,
	     "port %s: File exists: its MTU, VLANs or settings are not those asked for", name);
	hint("`xswitch port set %s` changes them, `xswitch -d port show %s` shows them",
	     shell_word(name), shell_word(name));
	return XSW_REFUSED;
}

/* RFC 8200 5: the kernel takes IPv6 off a device with less. */
#define IPV6_LEAST 1280

static int check_mtu(const struct xsw_port_spec *spec)
{
	char text[INET6_ADDRSTRLEN];

	for (size_t i = 0; spec->mtu && spec->mtu < IPV6_LEAST && i < spec->addrs.n; i++)
		if (spec->addrs.v[i].family == AF_INET6)
			return fail(XSW_USAGE, "port %s: address %s/%u needs an MTU of %d, not %u",
				    spec->name,
				    inet_ntop(AF_INET6, spec->addrs.v[i].addr, text, sizeof(text)),
				    spec->addrs.v[i].plen, IPV6_LEAST, spec->mtu);
	return XSW_OK;
}

static int plan_new(struct xsw *sw, struct step *s)
{
	uint32_t old = s->remake ? s->number : 0;
	struct xsw_port_spec *spec = s->spec;
	int err;

	if (spec->tunnel.key.vid) {
		spec->vlan.mode_set = true;
		spec->vlan.mode = XSW_MODE_TRUNK;
	}
	err = type_is_tunnel(spec->type) ? tunnel_may(sw, spec, s->leg) : check_mtu(spec);
	/* one that is made again has its old device first */
	if (!err && spec->type == XSW_TYPE_DEV && !old)
		err = port_dev_check(sw, spec);
	if (!err)
		err = vlan_plan(sw, spec->name, old, &spec->vlan, &s->conf, &s->sets);
	if (!err && spec->tunnel.key.vid)
		memcpy(s->sets.untagged, s->sets.member, sizeof(s->sets.untagged));
	if (!err && port_wants_xdp(spec, s->conf))
		err = port_hook_check(spec->name, spec->type, s->conf);
	if (err || !spec->change)
		return err;
	port_change_conf(spec->change, &s->conf);
	return policy_plan(sw, spec->name, old, &spec->change->policy, &s->conf, s->policy);
}

static int plan_port(struct xsw *sw, struct step *steps, size_t i, bool exact)
{
	struct step *s = &steps[i];
	const struct xsw_port_spec *spec = s->spec;
	const struct xsw_info *info;

	s->conf = default_conf();
	s->number = xsw_port_find(sw, spec->name);
	if (s->number && s->leg)
		s->number = xsw_leg_find(sw, s->number, s->leg);
	if (!s->number) {
		s->make = true;
		s->number = free_number(sw, steps, i);
		if (!s->number)
			return fail(XSW_REFUSED, "switch %s is full: %u ports", sw->name,
				    XSW_PORTS - 1);
		return plan_new(sw, s);
	}
	info = &sw->ports[s->number];
	if (!same_place(info, spec, s->leg))
		return exists(info);
	if (port_whole(sw, s->number, spec))
		return check_asked(sw, s->number, spec, exact);
	s->make = s->remake = true;
	/* it keeps its settings, if it ever had any */
	if (!(sw->ports[s->number].flags & XSW_I_READY))
		return plan_new(sw, s);
	s->conf = maps_conf_load(&sw->maps, s->number);
	vlan_current(sw, s->number, s->conf, &s->sets);
	s->conf.flags &= (__u16)~XSW_F_PEER;
	return XSW_OK;
}

/* The number is the host part. */
int up_give_address(struct xsw *sw, struct xsw_port_spec *spec, uint32_t number)
{
	uint32_t host_bits = 32u - sw->meta.plen, be;
	struct arg_addr *a;

	if (!sw->meta.plen || spec->addrs.n || spec->type != XSW_TYPE_NETNS)
		return XSW_OK;
	if (host_bits < 2 || number >= (1u << host_bits) - 1) {
		be = htonl(sw->meta.subnet);
		char text[INET_ADDRSTRLEN];

		fail(XSW_USAGE, "port %s: subnet %s/%u has no address for port number %u",
		     spec->name, inet_ntop(AF_INET, &be, text, sizeof(text)), sw->meta.plen,
		     number);
		hint("choose a larger one with --subnet");
		return XSW_USAGE;
	}
	a = &spec->addrs.v[spec->addrs.n++];
	a->family = AF_INET;
	a->plen = sw->meta.plen;
	be = htonl(sw->meta.subnet + number);
	memcpy(a->addr, &be, sizeof(be));
	spec->of_subnet = true;
	return XSW_OK;
}

/* The address of a host port, of this command or from before, is not given out once more. */
static int check_given(const struct step *s, const char *host, const struct arg_addrs *addrs)
{
	const struct arg_addr *own = s->spec->addrs.v;
	char text[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < addrs->n; i++) {
		if (addrs->v[i].family != AF_INET || memcmp(addrs->v[i].addr, own->addr, 4))
			continue;
		fail(XSW_USAGE, "port %s: its address of the subnet, %s, is that of port %s",
		     s->spec->name, inet_ntop(AF_INET, own->addr, text, sizeof(text)), host);
		hint("ports have .1, .2, ... in their order: give the host one behind them");
		return XSW_USAGE;
	}
	return XSW_OK;
}

static int check_host(const struct plan *p, const char *host, const struct arg_addrs *addrs)
{
	int err = XSW_OK;

	for (size_t i = 0; i < p->n && !err; i++)
		if (p->v[i].make && p->v[i].spec->of_subnet)
			err = check_given(&p->v[i], host, addrs);
	return err;
}

static int check_hosts(struct xsw *sw, const struct plan *p)
{
	struct xsw_port_made made;
	int err = XSW_OK;

	for (size_t i = 0; i < p->n && !err; i++)
		if (p->v[i].make && p->v[i].spec->type == XSW_TYPE_HOST)
			err = check_host(p, p->v[i].spec->name, &p->v[i].spec->addrs);
	for (uint32_t n = 1; n < XSW_PORTS && !err && p->todo; n++) {
		if (!sw->ports[n].name[0] || sw->ports[n].type != XSW_TYPE_HOST)
			continue;
		xsw_port_made(sw, n, &made);
		err = check_host(p, sw->ports[n].name, &made.addrs);
	}
	return err;
}

bool up_subnet_grows(const struct xsw *sw)
{
	return sw->meta.subnet == SUBNET_DEFAULT && sw->meta.plen == SUBNET_PLEN;
}

static void choose_subnet(struct xsw *sw, const struct xsw_up_spec *spec, uint32_t highest)
{
	bool has = sw->meta.plen != 0 || sw->meta.no_subnet;

	if (spec->no_subnet) {
		sw->meta.plen = 0;
		sw->meta.no_subnet = 1;
	} else if (spec->subnet_set) {
		sw->meta.subnet = spec->subnet;
		sw->meta.plen = spec->plen;
		sw->meta.no_subnet = 0;
	} else if (!has) {
		sw->meta.subnet = SUBNET_DEFAULT;
		sw->meta.plen = highest < 255 ? SUBNET_PLEN : SUBNET_PLEN_MANY;
	}
}

static size_t legs_of(const struct xsw_port_spec *spec)
{
	return type_is_tunnel(spec->type) ? spec->tunnel.remotes.n : 1;
}

static int plan_begin(struct plan *p, const struct xsw_up_spec *spec)
{
	size_t i, leg, n = 0;
	bool change = false;

	for (i = 0; i < spec->nports; i++) {
		n += legs_of(&spec->ports[i]);
		change |= spec->ports[i].change != NULL;
	}
	*p = (struct plan){ .v = calloc(n + 1, sizeof(*p->v)) };
	if (change)
		p->policies = calloc(n, sizeof(*p->policies));
	if (!p->v || (change && !p->policies))
		return fail(XSW_REFUSED, "out of memory");
	for (i = 0; i < spec->nports; i++)
		for (leg = 0; leg < legs_of(&spec->ports[i]); leg++, p->n++) {
			p->v[p->n].spec = &spec->ports[i];
			p->v[p->n].leg = (uint32_t)leg;
			if (spec->ports[i].change)
				p->v[p->n].policy = &p->policies[p->n];
		}
	return XSW_OK;
}

void up_plan_end(struct plan *p)
{
	free(p->policies);
	free(p->v);
}

int up_plan(struct xsw *sw, const struct xsw_up_spec *spec, struct plan *p)
{
	uint32_t highest = 0;
	size_t i;
	int err = plan_begin(p, spec);

	for (i = 0; i < p->n && !err; i++) {
		err = plan_port(sw, p->v, i, spec->exact);
		if (p->v[i].number > highest)
			highest = p->v[i].number;
		p->todo += p->v[i].make;
	}
	if (err)
		return err;
	choose_subnet(sw, spec, highest);
	for (i = 0; i < p->n && !err; i++)
		if (p->v[i].make)
			err = up_give_address(sw, p->v[i].spec, p->v[i].number);
	return err ? err : check_hosts(sw, p);
}
