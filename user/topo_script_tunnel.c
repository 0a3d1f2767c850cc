// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_script_tunnel.c - tunnel ports of a file, for back ends that make devices of them
 *
 * What a back end needs are the words of the file, and they are handed on as they are.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "topo_steps.h"
#include "xsw_int.h"

#define UNDERLAY_MTU 1500 /* unless the file says otherwise */

const char *script_word(const struct topo_port *port, const char *keyword)
{
	int i = 1; /* behind the name */

	while (i + 1 < port->nwords) {
		const char *word = port->words[i];

		if (!strcmp(word, keyword))
			return port->words[i + 1];
		i += !strncmp(word, "--", 2) ? 1 : !strcmp(word, "storm") ? 3 : 2;
	}
	return NULL;
}

bool script_tunnel(const struct topo_port *port, struct script_tunnel *t)
{
	const struct xsw_port_spec *spec = &port->spec;

	if (!type_is_tunnel(spec->type))
		return false;
	*t = (struct script_tunnel){
		.type = spec->type,
		.kind = xsw_type_words[spec->type],
		.remotes = script_word(port, "remote"),
		.local = script_word(port, "local"),
		.key = script_word(port, "key"),
		.udp_port = tunnel_udp_port(spec),
		.nremotes = spec->tunnel.remotes.n,
		.mode = tunnel_key_mode(spec),
		.base = spec->tunnel.key.value,
		.ipv6 = spec->tunnel.remotes.v[0].family == AF_INET6,
		.by_vlan = spec->tunnel.key.vid,
	};
	return true;
}

/* "192.0.2.2" of "192.0.2.2,192.0.2.3" */
static void nth_remote(const struct script_tunnel *t, size_t n, char text[SCRIPT_HOST_MAX])
{
	const char *r = t->remotes;

	for (; n; n--)
		r += strcspn(r, ",") + 1;
	snprintf(text, SCRIPT_HOST_MAX, "%.*s", (int)strcspn(r, ","), r);
}

/* "vid+10000" and VLAN 10: "10010" */
static void key_of(const struct script_tunnel *t, uint32_t vid, char key[16])
{
	if (t->by_vlan)
		snprintf(key, 16, "%u", t->base + vid);
	else
		snprintf(key, 16, "%s", t->key ? t->key : "");
}

/* sw0p3, sw0p3v10, sw0p3r2, sw0p3v10r2; false: too long, and told. */
static bool name_leg(struct topo_script *s, const struct topo_port *port, const char *outer,
		     struct script_leg *leg)
{
	char vlan[16] = "", remote[16] = "";
	char name[3 * XSW_IFNAME_MAX];

	if (leg->vid)
		snprintf(vlan, sizeof(vlan), "v%u", leg->vid);
	if (leg->number)
		snprintf(remote, sizeof(remote), "r%zu", leg->number + 1);
	if (snprintf(name, sizeof(name), "%s%s%s", outer, vlan, remote) >= XSW_IFNAME_MAX) {
		script_cannot(s, &port->mark, "port", port->spec.name, "remote",
			      "a name for each device would be too long");
		return false;
	}
	memcpy(leg->dev, name, strlen(name) + 1);
	return true;
}

void script_legs(struct topo_script *s, const struct topo_port *port, const char *outer,
		 const struct script_tunnel *t, const struct script_vlans *v, bool together,
		 script_leg_fn fn, void *arg)
{
	size_t devices = together ? 1 : t->nremotes;
	uint32_t first = t->by_vlan ? 1 : 0, last = t->by_vlan ? XSW_VID_MAX : 0;

	if (t->by_vlan && (!(v->conf.flags & XSW_F_VLAN) || v->conf.flags & XSW_F_ALL_TRUNKS)) {
		script_cannot(s, &port->mark, "port", port->spec.name, "key",
			      "each VLAN is a device: trunks must name them");
		return;
	}
	for (uint32_t vid = first; vid <= last; vid++) {
		struct script_leg leg = { .vid = vid };

		if (vid && !script_has(v->sets.member, vid))
			continue;
		key_of(t, vid, leg.key);
		for (leg.number = 0; leg.number < devices; leg.number++) {
			nth_remote(t, leg.number, leg.remote);
			if (!name_leg(s, port, outer, &leg))
				return;
			fn(s, &leg, arg);
		}
	}
}

void script_more_remotes(struct topo_script *s, const char *netns, const struct script_tunnel *t,
			 const char *dev)
{
	char remote[SCRIPT_HOST_MAX];

	for (size_t i = 1; i < t->nremotes; i++) {
		nth_remote(t, i, remote);
		script_do(s, netns,
			  "bridge fdb append 00:00:00:00:00:00 dev %s dst %s self permanent", dev,
			  remote);
	}
}

/* Remotes that are devices must not hear of each other; there is one such set of ports. */
void script_split_horizon(struct topo_script *s, const struct topo_switch *sw, bool vxlan_together)
{
	const struct topo_port *split = NULL;
	struct script_tunnel t;

	for (size_t i = 0; i < sw->nports; i++) {
		const struct topo_port *port = &sw->ports[i];

		if (!script_tunnel(port, &t) || t.nremotes < 2 ||
		    (vxlan_together && t.type == XSW_TYPE_VXLAN))
			continue;
		if (split)
			script_cannot(s, &port->mark, "port", port->spec.name, "remote",
				      "another port has several, and both would be kept apart");
		split = port;
	}
	for (size_t i = 0; i < sw->nports && split; i++)
		if (&sw->ports[i] != split && sw->ports[i].change.policy.isolated.on)
			script_cannot(s, &split->mark, "port", split->spec.name, "remote",
				      "several are kept apart as isolated ports, and there are "
				      "others");
}

/* --- MTU --------------------------------------------------------------------------------- */

static void lower(uint32_t *mtu, uint32_t other)
{
	if (other && other < *mtu)
		*mtu = other;
}

/* What the devices of the file in the namespace of a switch can carry. */
static uint32_t underlay(const struct topo *topo, const struct topo_switch *sw)
{
	uint32_t mtu = UINT32_MAX;

	for (size_t i = 0; i < 2 * topo->nlinks && sw->netns; i++) {
		const struct topo_end *end = &topo->links[i / 2].end[i % 2];

		if (end->netns && !strcmp(end->netns, sw->netns))
			lower(&mtu, end->mtu ? end->mtu : UNDERLAY_MTU);
	}
	return mtu == UINT32_MAX ? UNDERLAY_MTU : mtu;
}

uint32_t script_inner_mtu(struct topo_script *s, const struct topo *topo,
			  const struct topo_switch *sw)
{
	uint32_t mtu = UINT32_MAX;
	struct script_tunnel t;
	struct script_vlans v;

	for (size_t i = 0; i < sw->nports; i++) {
		const struct topo_port *port = &sw->ports[i];

		if (!script_tunnel(port, &t) || script_vlans(s, sw, port, &v))
			continue;
		lower(&mtu, port->spec.mtu);
		lower(&mtu, tunnel_fits(underlay(topo, sw), t.type, t.ipv6, t.mode, v.conf));
	}
	return mtu == UINT32_MAX ? 0 : mtu;
}

bool script_no_remote(struct topo_script *s, const struct topo_fdb *fdb)
{
	if (fdb->spec.remote.family)
		script_cannot(s, &fdb->mark, "port", fdb->spec.port, "remote of an fdb entry",
			      NULL);
	return fdb->spec.remote.family;
}
