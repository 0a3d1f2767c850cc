// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_script_net.c - what all back ends have in common: namespaces, veth pairs, addresses, routes
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include "topo_host.h"
#include "topo_steps.h"

#define ROUTE_WORDS 64

/* --- namespaces -------------------------------------------------------------------------- */

struct place {
	const char *name;
	const struct topo_mark *mark;
};

static void note(struct place *list, size_t *n, const char *name, const struct topo_mark *mark)
{
	if (!name || !*name)
		return;
	for (size_t i = 0; i < *n; i++)
		if (!strcmp(list[i].name, name))
			return;
	list[(*n)++] = (struct place){ name, mark };
}

/* Every namespace the file names, each once, those of `namespaces` first. */
static struct place *places(const struct topo *topo, bool ports, size_t *n)
{
	size_t max = topo->nnamespaces + 2 * topo->nlinks + topo->nswitches;
	struct place *list;

	for (size_t i = 0; i < topo->nswitches; i++)
		max += topo->switches[i].nports;
	list = calloc(max + 1, sizeof(*list));
	*n = 0;
	if (!list)
		return NULL;
	for (size_t i = 0; i < topo->nnamespaces; i++)
		note(list, n, topo->namespaces[i].name, &topo->namespaces[i].mark);
	for (size_t i = 0; i < topo->nlinks; i++)
		for (size_t e = 0; e < 2; e++)
			note(list, n, topo->links[i].end[e].netns, &topo->links[i].end[e].mark);
	for (size_t i = 0; i < topo->nswitches; i++) {
		const struct topo_switch *sw = &topo->switches[i];

		note(list, n, sw->netns, &sw->mark);
		for (size_t p = 0; ports && p < sw->nports; p++)
			note(list, n, sw->ports[p].spec.netns, &sw->ports[p].mark);
	}
	return list;
}

/* Its parts may be apart by '/' as well. */
static bool begins(const char *key, const char *with)
{
	for (; *with; key++, with++)
		if (*key != *with && !(*with == '.' && *key == '/'))
			return false;
	return true;
}

/* Of a device, which must be there first: "net.ipv4.conf.eth0.rp_filter". */
static bool of_device(const char *key)
{
	static const char *const trees[] = { "net.ipv4.conf.", "net.ipv6.conf.", "net.ipv4.neigh.",
					     "net.ipv6.neigh." };

	for (size_t t = 0; t < sizeof(trees) / sizeof(*trees); t++) {
		if (!begins(key, trees[t]))
			continue;
		key += strlen(trees[t]);
		return !begins(key, "all.") && !begins(key, "default.") && !begins(key, "lo.");
	}
	return false;
}

static void sysctls(struct topo_script *s, const struct topo_ns *ns, bool devices)
{
	for (size_t i = 0; i < ns->nsysctls; i++)
		if (of_device(ns->sysctls[i].key) == devices)
			script_do(s, ns->name, "sysctl -qw %s=%s", ns->sysctls[i].key,
				  ns->sysctls[i].value);
}

static void place(struct topo_script *s, const struct topo *topo, const struct place *p)
{
	if (!netns_name_valid(p->name) || !p->name[strspn(p->name, "0123456789")]) {
		script_cannot(s, p->mark, "namespace", quoted(p->name), "netns",
			      "ip-netns(8) takes names only");
		return;
	}
	script_section(s, p->mark, "namespace %s", p->name);
	script_do(s, NULL, "ip netns add %s", p->name);
	script_undo(s, NULL, "ip netns del %s", p->name);
	script_if_made(s, p->name, "lo", script_mark(s));
	script_do(s, p->name, "ip link set lo alias %s up", script_mark(s));
	for (size_t i = 0; i < topo->nnamespaces; i++)
		if (!strcmp(topo->namespaces[i].name, p->name))
			sysctls(s, &topo->namespaces[i], false);
}

/* --- devices ----------------------------------------------------------------------------- */

void script_mac(struct topo_script *s, const struct arg_mac *mac)
{
	char text[MAC_TEXT];

	if (mac->set)
		script_more(s, "address %s", mac_text(mac->byte, text));
}

void script_mtu(struct topo_script *s, uint32_t mtu)
{
	if (mtu)
		script_more(s, "mtu %u", mtu);
}

void script_if_made(struct topo_script *s, const char *netns, const char *dev, const char *mark)
{
	char line[128];

	snprintf(line, sizeof(line), "    alias %s", mark);
	script_if(s, netns, line, "ip link show dev %s", dev);
}

void script_made(struct topo_script *s, const char *netns, const char *dev, const char *mark)
{
	mark = mark ? mark : script_mark(s);
	script_undo(s, netns, "ip link del %s", dev);
	script_if_made(s, netns, dev, mark);
	script_do(s, netns, "ip link set %s alias %s", dev, mark);
}

void script_device(struct topo_script *s, const char *netns, const char *ifname,
		   const struct arg_addrs *addrs)
{
	char text[INET6_ADDRSTRLEN];

	for (size_t i = 0; i < addrs->n; i++)
		script_do(s, netns, "ip addr add %s/%u dev %s",
			  inet_ntop(addrs->v[i].family, addrs->v[i].addr, text, sizeof(text)),
			  addrs->v[i].plen, ifname);
	script_do(s, netns, "ip link set %s up", ifname);
}

void script_pair(struct topo_script *s, const struct topo_end *a, const struct topo_end *b,
		 const char *mark)
{
	/* from the caller's namespace, which has no name that `netns` could say, to the other */
	if (a->netns && !b->netns) {
		const struct topo_end *other = a;

		a = b;
		b = other;
	}
	script_do(s, a->netns, "ip link add %s", a->ifname);
	script_mac(s, &a->mac);
	script_mtu(s, a->mtu);
	script_more(s, "type veth peer name %s", b->ifname);
	script_mac(s, &b->mac);
	script_mtu(s, b->mtu);
	if (b->netns)
		script_more(s, "netns %s", b->netns);
	script_made(s, a->netns, a->ifname, mark);
}

/* One that `apply` could have made is marked as that does it. */
static void link(struct topo_script *s, const struct topo_link *link)
{
	char own[128];
	const char *mark = strcmp(script_mark(s), TOPO_MARK) ? NULL : own;

	snprintf(own, sizeof(own), TOPO_MARK_LINK, link->name);
	script_section(s, &link->mark, "link %s", link->name);
	script_pair(s, &link->end[0], &link->end[1], mark);
	for (size_t e = 0; e < 2; e++)
		script_device(s, link->end[e].netns, link->end[e].ifname, &link->end[e].addrs);
}

/* --- ports ------------------------------------------------------------------------------- */

struct topo_end script_inner(const struct topo_port *port, uint32_t mtu)
{
	const struct xsw_port_spec *spec = &port->spec;

	return (struct topo_end){
		.netns = *spec->netns ? spec->netns : NULL,
		.ifname = spec->ifname,
		.addrs = spec->addrs,
		.mac = spec->mac,
		.mtu = spec->mtu ? spec->mtu : mtu,
	};
}

bool script_outer(struct topo_script *s, const struct topo_switch *sw, size_t port,
		  char name[XSW_IFNAME_MAX])
{
	if ((size_t)snprintf(name, XSW_IFNAME_MAX, "%sp%zu", sw->name, port + 1) < XSW_IFNAME_MAX)
		return true;
	script_cannot(s, &sw->mark, "switch", sw->name, "its name",
		      "with the number of a port it is too long for a device");
	return false;
}

const struct topo_port *script_port(struct topo_script *s, const struct topo_mark *mark,
				    const struct topo_switch *sw, const char *name,
				    char dev[XSW_IFNAME_MAX])
{
	struct script_tunnel t;

	for (size_t i = 0; i < sw->nports; i++) {
		const struct topo_port *port = &sw->ports[i];
		bool tunnel = script_tunnel(port, &t);

		if (strcmp(port->spec.name, name))
			continue;
		if (tunnel && (t.by_vlan || t.nremotes > 1)) {
			script_cannot(s, mark, "port", name, "fdb", "it is several devices");
			return NULL;
		}
		if (tunnel || port->spec.type == XSW_TYPE_NETNS)
			return script_outer(s, sw, i, dev) ? port : NULL;
		snprintf(dev, XSW_IFNAME_MAX, "%s", port->spec.ifname);
		return port;
	}
	return NULL;
}

void script_port_section(struct topo_script *s, const struct topo_port *port)
{
	const struct xsw_port_spec *spec = &port->spec;
	struct script_tunnel t;

	if (script_tunnel(port, &t))
		script_section(s, &port->mark, "port %s: %s to %s", spec->name, t.kind, t.remotes);
	else if (spec->type == XSW_TYPE_NETNS)
		script_section(s, &port->mark, "port %s: %s in namespace %s", spec->name,
			       spec->ifname, spec->netns);
	else
		script_section(s, &port->mark, "port %s: type %s, %s", spec->name,
			       xsw_type_words[spec->type], spec->ifname);
}

/* --- the whole --------------------------------------------------------------------------- */

void script_places(struct topo_script *s, const struct topo *topo, bool ports)
{
	struct place *list;
	size_t n;

	list = places(topo, ports, &n);
	for (size_t i = 0; i < n; i++)
		place(s, topo, &list[i]);
	free(list);
	for (size_t i = 0; i < topo->nlinks; i++)
		link(s, &topo->links[i]);
}

static void route(struct topo_script *s, const char *netns, const char *words)
{
	char *copy = strdup(words), *argv[ROUTE_WORDS];
	int n = copy ? args_split(copy, argv, ROUTE_WORDS) : 0;

	script_do(s, netns, "ip route add");
	for (int i = 0; i < n; i++)
		script_more(s, "%s", argv[i]);
	free(copy);
}

void script_routes(struct topo_script *s, const struct topo *topo)
{
	for (size_t i = 0; i < topo->nnamespaces; i++) {
		const struct topo_ns *ns = &topo->namespaces[i];

		if (!ns->nsysctls && !ns->nroutes)
			continue;
		script_section(s, &ns->mark, "namespace %s, now that its devices are there",
			       ns->name);
		sysctls(s, ns, true);
		for (size_t r = 0; r < ns->nroutes; r++)
			route(s, ns->name, ns->routes[r].words);
	}
}
