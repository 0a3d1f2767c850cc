// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_bridge.c - a topology by the Linux bridge
 *
 *	switch		ip link add NAME type bridge, without STP and snooping
 *	port		a veth pair, its outer end called as xswitch does, a port of the bridge
 *	type dev	ip link set DEV master NAME
 *	type host	the addresses are the bridge's; of several, each a VLAN device upon it
 *	VLANs		vlan_filtering, where any port has some: then no port may be transparent
 *	tunnels		a VXLAN device for all remotes, or a GRE or Geneve device for each of
 *			them, isolated; a device for each VLAN where that is its key
 *
 * What differs all the same: BPDUs are forwarded, a frame tagged with the VLAN of an access port
 * is accepted, a static entry stays but the frames of others with its address go on.
 */
#include <stdio.h>
#include <string.h>

#include "topo_steps.h"

#define BRIDGE_RESTRICTED                                                                          \
	0x7		    /* of group_fwd_mask: BR_GROUPFWD_RESTRICTED, net/bridge/br_private.h */
#define PORT_RESTRICTED 0x2 /* BR_GROUPFWD_MACPAUSE */
#define CENTISECOND	10000000ULL /* ns */

/* One switch of the file. */
struct bridge {
	const struct topo_switch *sw;
	bool filtering; /* some port has VLANs */
	size_t hosts;
	uint32_t mtu; /* what fits through its tunnels; 0: it has none */
};

/* --- the bridge -------------------------------------------------------------------------- */

static void settings(struct topo_script *s, const struct topo_switch *sw)
{
	const struct xsw_change *set = &sw->set;

	if (set->ageing_set && (!set->ageing || set->ageing % CENTISECOND))
		script_cannot(s, &sw->mark, "switch", sw->name, "ageing",
			      "a bridge takes 10 ms and multiples of it");
	else if (set->ageing_set)
		script_more(s, "ageing_time %llu", (unsigned long long)(set->ageing / CENTISECOND));
	if (set->group_fwd_mask & BRIDGE_RESTRICTED)
		script_cannot(s, &sw->mark, "switch", sw->name, "group_fwd_mask",
			      "bits 0 to 2 of a bridge are fixed");
	else if (set->group_fwd_mask)
		script_more(s, "group_fwd_mask %#x", set->group_fwd_mask);
}

static void make_bridge(struct topo_script *s, const struct bridge *br)
{
	const struct topo_switch *sw = br->sw;

	script_section(s, &sw->mark, "switch %s", sw->name);
	script_do(s, sw->netns, "ip link add %s type bridge stp_state 0 mcast_snooping 0",
		  sw->name);
	if (br->filtering)
		script_more(s, "vlan_filtering 1 vlan_default_pvid 0");
	settings(s, sw);
	script_made(s, sw->netns, sw->name, NULL);
	/* the bridge is no host, unless a port says so */
	if (br->hosts != 1)
		script_do(s, sw->netns, "ip link set %s addrgenmode none up", sw->name);
}

/* --- VLANs ------------------------------------------------------------------------------- */

static bool alike(const struct script_vlans *v, uint32_t a, uint32_t b)
{
	return script_has(v->sets.member, b) && a != v->conf.pvid && b != v->conf.pvid &&
	       script_has(v->sets.untagged, a) == script_has(v->sets.untagged, b);
}

static void add_vlans(struct topo_script *s, const struct topo_switch *sw, const char *dev,
		      const struct script_vlans *v)
{
	for (uint32_t vid = 1, last; vid <= XSW_VID_MAX; vid = last + 1) {
		char range[16];

		last = vid;
		if (!script_has(v->sets.member, vid))
			continue;
		while (last < XSW_VID_MAX && alike(v, vid, last + 1))
			last++;
		snprintf(range, sizeof(range), "%u-%u", vid, last);
		if (last == vid)
			*strchr(range, '-') = '\0';
		script_do(s, sw->netns, "bridge vlan add dev %s vid %s", dev, range);
		if (vid == v->conf.pvid)
			script_more(s, "pvid");
		if (script_has(v->sets.untagged, vid))
			script_more(s, "untagged");
		if (!strcmp(dev, sw->name))
			script_more(s, "self");
	}
}

/* What VLAN filtering has no words for. */
static void check_vlans(struct topo_script *s, const struct bridge *br,
			const struct topo_port *port, const struct script_vlans *v)
{
	const char *name = port->spec.name;
	union xsw_conf conf = v->conf;

	if (br->filtering && !(conf.flags & XSW_F_VLAN))
		script_cannot(s, &port->mark, "port", name, "mode transparent",
			      "other ports have VLANs, and filtering is for all");
	if (conf.flags & XSW_F_TUNNEL)
		script_cannot(s, &port->mark, "port", name, "mode dot1q-tunnel", NULL);
	else if (conf.flags & XSW_F_AD)
		script_cannot(s, &port->mark, "port", name, "qinq-ethtype", NULL);
}

/* --- ports ------------------------------------------------------------------------------- */

/* "bridge link set dev sw0p1 learning off isolated on", where something is asked for. */
static void set_flags(struct topo_script *s, const char *netns, const char *dev,
		      const struct xsw_port_change *c)
{
	const struct {
		const char *word;
		const struct arg_flag *flag;
	} flags[] = {
		{ "learning", &c->learning },	    { "flood", &c->flood },
		{ "mcast_flood", &c->mcast_flood }, { "bcast_flood", &c->bcast_flood },
		{ "hairpin", &c->hairpin },	    { "isolated", &c->policy.isolated },
		{ "locked", &c->policy.locked },    { "guard", &c->policy.guard },
	};
	bool begun = false;

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (!flags[i].flag->set)
			continue;
		if (!begun)
			script_do(s, netns, "bridge link set dev %s", dev);
		begun = true;
		script_more(s, "%s %s", flags[i].word, flags[i].flag->on ? "on" : "off");
	}
}

/* A bucket of XSW_BURST_DEFAULT, as the switch has it. */
static void police(struct topo_script *s, const struct topo_switch *sw, const char *dev,
		   const struct arg_rate *rate, bool uplink)
{
	const char *netns = sw->netns;
	uint64_t burst = rate->rate / (1000000 / XSW_BURST_DEFAULT);

	if (!rate->rate)
		return;
	script_do(s, netns, "tc qdisc add dev %s clsact", dev);
	if (uplink) { /* elsewhere it goes with the device */
		script_undo(s, netns, "tc qdisc del dev %s clsact", dev);
		script_if_made(s, netns, sw->name, script_mark(s));
	}
	script_do(s, netns, "tc filter add dev %s ingress matchall action police", dev);
	if (rate->bits)
		script_more(s, "rate %llubit burst %llub", (unsigned long long)rate->rate,
			    (unsigned long long)(burst / 8 ? burst / 8 : 1));
	else
		script_more(s, "pkts_rate %llu pkts_burst %llu", (unsigned long long)rate->rate,
			    (unsigned long long)(burst ? burst : 1));
	script_more(s, "conform-exceed drop");
}

static void set_mask(struct topo_script *s, const char *netns, const char *dev,
		     const struct topo_port *port)
{
	uint32_t mask = port->change.policy.group_fwd_mask;

	if (mask & PORT_RESTRICTED)
		script_cannot(s, &port->mark, "port", port->spec.name, "group_fwd_mask",
			      "bit 1 of a bridge port is fixed");
	else if (mask)
		script_do(s, netns, "ip link set %s type bridge_slave group_fwd_mask %#x", dev,
			  mask);
}

/* Last: a port that is down has no other state. */
static void set_state(struct topo_script *s, const char *netns, const char *dev, int state)
{
	static const char *const words[] = { NULL, "disabled", "blocking", "learning",
					     NULL }; /* of xsw_state_words */

	if (state >= 0 && words[state])
		script_do(s, netns, "bridge link set dev %s state %s", dev, words[state]);
}

/* Make its device a port of the bridge, with all it has. */
static void member(struct topo_script *s, const struct bridge *br, const struct topo_port *port,
		   const char *dev, const struct script_vlans *v)
{
	const struct topo_switch *sw = br->sw;
	bool uplink = port->spec.type == XSW_TYPE_DEV;

	/* without a bridge it is no port: that needs no undo */
	script_do(s, sw->netns, "ip link set %s master %s", dev, sw->name);
	if (!uplink)
		script_more(s, "addrgenmode none");
	if (br->filtering)
		add_vlans(s, sw, dev, v);
	set_flags(s, sw->netns, dev, &port->change);
	set_mask(s, sw->netns, dev, port);
	police(s, sw, dev, &port->change.policy.rate[XSW_METER_POLICE], uplink);
	if (port->spec.type == XSW_TYPE_NETNS)
		script_device(s, port->spec.netns, port->spec.ifname, &port->spec.addrs);
	script_do(s, sw->netns, "ip link set %s up", dev);
	set_state(s, sw->netns, dev, port->change.state);
}

/* The one host port is the bridge. */
static void host(struct topo_script *s, const struct bridge *br, const struct topo_port *port,
		 const struct script_vlans *v)
{
	struct topo_end end = script_inner(port, br->mtu);
	const struct topo_switch *sw = br->sw;
	const struct xsw_port_spec *spec = &port->spec;

	if (strcmp(spec->ifname, sw->name))
		script_do(s, sw->netns, "ip link property add dev %s altname %s", sw->name,
			  spec->ifname);
	if (br->filtering)
		add_vlans(s, sw, sw->name, v);
	if (end.mac.set || end.mtu) {
		script_do(s, sw->netns, "ip link set %s", sw->name);
		script_mac(s, &end.mac);
		script_mtu(s, end.mtu);
	}
	script_device(s, sw->netns, sw->name, &spec->addrs);
}

/* One of several: a VLAN device upon the bridge. */
static void host_of_vlan(struct topo_script *s, const struct bridge *br,
			 const struct topo_port *port, const struct script_vlans *v)
{
	const struct topo_switch *sw = br->sw;
	const struct xsw_port_spec *spec = &port->spec;

	if (!(v->conf.flags & XSW_F_ONE)) {
		script_cannot(s, &port->mark, "port", spec->name, "type host",
			      "several of them are VLAN devices: mode access");
		return;
	}
	script_do(s, sw->netns, "bridge vlan add dev %s vid %u self", sw->name, v->conf.pvid);
	script_do(s, sw->netns, "ip link add link %s name %s", sw->name, spec->ifname);
	script_mac(s, &spec->mac);
	script_mtu(s, script_inner(port, br->mtu).mtu);
	script_more(s, "type vlan id %u", v->conf.pvid);
	script_made(s, sw->netns, spec->ifname, NULL);
	script_device(s, sw->netns, spec->ifname, &spec->addrs);
}

/* --- tunnels ----------------------------------------------------------------------------- */

/* A VXLAN device has as many remotes as need be, others have one. */
static bool is_together(const struct script_tunnel *t)
{
	return t->type == XSW_TYPE_VXLAN;
}

struct tunnel_port {
	const struct bridge *br;
	const struct topo_port *port;
	const struct script_tunnel *t;
	const struct script_vlans *v;
};

static void device_words(struct topo_script *s, const struct script_tunnel *t,
			 const struct script_leg *leg)
{
	bool gre = t->type == XSW_TYPE_GRE;

	script_more(s, "type %s", !gre ? t->kind : t->ipv6 ? "ip6gretap" : "gretap");
	if (!gre)
		script_more(s, "id %s dstport %u", *leg->key ? leg->key : "0", t->udp_port);
	script_more(s, "remote %s", leg->remote);
	if (t->local)
		script_more(s, "local %s", t->local);
	if (gre && *leg->key)
		script_more(s, "key %s", leg->key);
}

static void add_leg(struct topo_script *s, const struct script_leg *leg, void *arg)
{
	const struct tunnel_port *tp = arg;
	const char *netns = tp->br->sw->netns;
	struct script_vlans access;

	script_do(s, netns, "ip link add %s", leg->dev);
	script_mtu(s, tp->br->mtu);
	device_words(s, tp->t, leg);
	script_made(s, netns, leg->dev, NULL);
	if (is_together(tp->t))
		script_more_remotes(s, netns, tp->t, leg->dev);
	script_access(&access, leg->vid);
	member(s, tp->br, tp->port, leg->dev, leg->vid ? &access : tp->v);
	if (!is_together(tp->t) && tp->t->nremotes > 1)
		script_do(s, netns, "bridge link set dev %s isolated on", leg->dev);
}

static void add_tunnel(struct topo_script *s, const struct bridge *br, const struct topo_port *port,
		       const char *outer, const struct script_tunnel *t,
		       const struct script_vlans *v)
{
	struct tunnel_port tp = { br, port, t, v };

	if (t->local && t->type == XSW_TYPE_GENEVE)
		script_cannot(s, &port->mark, "port", port->spec.name, "local",
			      "a geneve device has none");
	script_legs(s, port, outer, t, v, is_together(t), add_leg, &tp);
}

/* --- any port ---------------------------------------------------------------------------- */

static int add_port(struct topo_script *s, const struct bridge *br, size_t i)
{
	const struct topo_switch *sw = br->sw;
	const struct topo_port *port = &sw->ports[i];
	struct topo_end outer = { .netns = sw->netns }, inner = script_inner(port, br->mtu);
	char name[XSW_IFNAME_MAX] = "";
	struct script_tunnel tunnel;
	struct script_vlans v;
	int status = script_vlans(s, sw, port, &v);

	if (status)
		return status;
	check_vlans(s, br, port, &v);
	script_port_section(s, port);
	if (script_tunnel(port, &tunnel)) {
		if (script_outer(s, sw, i, name))
			add_tunnel(s, br, port, name, &tunnel, &v);
	} else if (port->spec.type == XSW_TYPE_DEV) {
		member(s, br, port, port->spec.ifname, &v);
	} else if (port->spec.type == XSW_TYPE_HOST && br->hosts == 1) {
		host(s, br, port, &v);
	} else if (port->spec.type == XSW_TYPE_HOST) {
		host_of_vlan(s, br, port, &v);
	} else if (script_outer(s, sw, i, name)) {
		outer.ifname = name;
		outer.mtu = inner.mtu;
		script_pair(s, &outer, &inner, NULL);
		member(s, br, port, name, &v);
	}
	return XSW_OK;
}

/* --- entries ----------------------------------------------------------------------------- */

static void add_entry(struct topo_script *s, const struct bridge *br, const struct topo_fdb *fdb)
{
	static const char *const states[][2] = {
		[XSW_FDB_DYNAMIC] = { "dynamic" },
		[XSW_FDB_EXTERN] = { "dynamic", "extern_learn" },
		[XSW_FDB_STATIC] = { "static", "sticky" },
	};
	const struct topo_switch *sw = br->sw;
	char dev[XSW_IFNAME_MAX], mac[MAC_TEXT];
	const struct topo_port *port = script_port(s, &fdb->mark, sw, fdb->spec.port, dev);

	if (port && port->spec.type == XSW_TYPE_HOST) {
		script_cannot(s, &fdb->mark, "port", port->spec.name, "fdb",
			      "it is the bridge itself");
		return;
	}
	if (fdb->spec.vlan && !br->filtering) {
		script_cannot(s, &fdb->mark, "switch", sw->name, "vlan of an fdb entry",
			      "no port has VLANs, so the bridge knows none");
		return;
	}
	if (!port || script_no_remote(s, fdb))
		return;
	script_section(s, &fdb->mark, "an address on port %s", port->spec.name);
	script_do(s, sw->netns, "bridge fdb add %s dev %s master", mac_text(fdb->spec.mac, mac),
		  dev);
	for (size_t w = 0; w < 2 && states[fdb->spec.state][w]; w++)
		script_more(s, "%s", states[fdb->spec.state][w]);
	if (fdb->spec.vlan)
		script_more(s, "vlan %u", fdb->spec.vlan);
}

/* --- the whole --------------------------------------------------------------------------- */

static int add_switch(struct topo_script *s, const struct topo *topo, const struct topo_switch *sw)
{
	struct bridge br = { .sw = sw };
	int status = XSW_OK;

	for (size_t i = 0; i < sw->nports && !status; i++) {
		struct script_vlans v;

		status = script_vlans(s, sw, &sw->ports[i], &v);
		br.filtering |= v.conf.flags & XSW_F_VLAN;
		br.hosts += sw->ports[i].spec.type == XSW_TYPE_HOST;
	}
	if (status)
		return status;
	br.mtu = script_inner_mtu(s, topo, sw);
	script_split_horizon(s, sw, true);
	make_bridge(s, &br);
	for (size_t i = 0; i < sw->nports && !status; i++)
		status = add_port(s, &br, i);
	for (size_t i = 0; i < sw->nfdb && !status; i++)
		add_entry(s, &br, &sw->fdb[i]);
	return status;
}

int topo_bridge_plan(const struct topo *topo, struct topo_script *s)
{
	int status = XSW_OK;

	script_check(s, topo, CAN_BRIDGE);
	script_places(s, topo, true);
	for (size_t i = 0; i < topo->nswitches && !status; i++)
		status = add_switch(s, topo, &topo->switches[i]);
	script_routes(s, topo);
	return status;
}
