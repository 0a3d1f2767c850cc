// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_bridge.c - a topology by the Linux bridge
 *
 *	switch		ip link add NAME type bridge, without STP and snooping
 *	port		a veth pair, its outer end called as xswitch does, a port of the bridge
 *	type dev	ip link set DEV master NAME
 *	type host	the addresses are the bridge's; of several, each a VLAN device upon it
 *	VLANs		vlan_filtering, where any port has some: then no port may be transparent
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
	script_undo(s, sw->netns, "ip link del %s", sw->name);
	/* the bridge is no host, unless a port says so */
	if (br->hosts != 1)
		script_do(s, sw->netns, "ip link set %s addrgenmode none up", sw->name);
}

/* --- VLANs ------------------------------------------------------------------------------- */

static bool alike(const union xsw_conf conf, const struct xsw_sets *sets, uint32_t a, uint32_t b)
{
	return script_has(sets->member, b) && a != conf.pvid && b != conf.pvid &&
	       script_has(sets->untagged, a) == script_has(sets->untagged, b);
}

static void add_vlans(struct topo_script *s, const struct topo_switch *sw, const char *dev,
		      union xsw_conf conf, const struct xsw_sets *sets)
{
	for (uint32_t vid = 1, last; vid <= XSW_VID_MAX; vid = last + 1) {
		char range[16];

		last = vid;
		if (!script_has(sets->member, vid))
			continue;
		while (last < XSW_VID_MAX && alike(conf, sets, vid, last + 1))
			last++;
		snprintf(range, sizeof(range), "%u-%u", vid, last);
		if (last == vid)
			*strchr(range, '-') = '\0';
		script_do(s, sw->netns, "bridge vlan add dev %s vid %s", dev, range);
		if (vid == conf.pvid)
			script_more(s, "pvid");
		if (script_has(sets->untagged, vid))
			script_more(s, "untagged");
		if (!strcmp(dev, sw->name))
			script_more(s, "self");
	}
}

/* What VLAN filtering has no words for. */
static void check_vlans(struct topo_script *s, const struct bridge *br,
			const struct topo_port *port, union xsw_conf conf)
{
	const char *name = port->spec.name;

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
static void police(struct topo_script *s, const char *netns, const char *dev,
		   const struct arg_rate *rate)
{
	uint64_t burst = rate->rate / (1000000 / XSW_BURST_DEFAULT);

	if (!rate->rate)
		return;
	script_do(s, netns, "tc qdisc add dev %s clsact", dev);
	script_undo(s, netns, "tc qdisc del dev %s clsact", dev);
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
		   const char *dev, union xsw_conf conf, const struct xsw_sets *sets)
{
	const struct topo_switch *sw = br->sw;
	bool uplink = port->spec.type == XSW_TYPE_DEV;

	script_do(s, sw->netns, "ip link set %s master %s", dev, sw->name);
	if (uplink)
		script_undo(s, sw->netns, "ip link set %s nomaster", dev);
	else
		script_more(s, "addrgenmode none");
	if (br->filtering)
		add_vlans(s, sw, dev, conf, sets);
	set_flags(s, sw->netns, dev, &port->change);
	set_mask(s, sw->netns, dev, port);
	police(s, sw->netns, dev, &port->change.policy.rate[XSW_METER_POLICE]);
	if (port->spec.type == XSW_TYPE_NETNS)
		script_device(s, port->spec.netns, port->spec.ifname, &port->spec.addrs);
	script_do(s, sw->netns, "ip link set %s up", dev);
	set_state(s, sw->netns, dev, port->change.state);
}

/* The one host port is the bridge. */
static void host(struct topo_script *s, const struct bridge *br, const struct topo_port *port,
		 union xsw_conf conf, const struct xsw_sets *sets)
{
	const struct topo_switch *sw = br->sw;
	const struct xsw_port_spec *spec = &port->spec;

	if (strcmp(spec->ifname, sw->name))
		script_do(s, sw->netns, "ip link property add dev %s altname %s", sw->name,
			  spec->ifname);
	if (br->filtering)
		add_vlans(s, sw, sw->name, conf, sets);
	if (spec->mac.set || spec->mtu) {
		script_do(s, sw->netns, "ip link set %s", sw->name);
		script_mac(s, &spec->mac);
		script_mtu(s, spec->mtu);
	}
	script_device(s, sw->netns, sw->name, &spec->addrs);
}

/* One of several: a VLAN device upon the bridge. */
static void host_of_vlan(struct topo_script *s, const struct bridge *br,
			 const struct topo_port *port, union xsw_conf conf)
{
	const struct topo_switch *sw = br->sw;
	const struct xsw_port_spec *spec = &port->spec;

	if (!(conf.flags & XSW_F_ONE)) {
		script_cannot(s, &port->mark, "port", spec->name, "type host",
			      "several of them are VLAN devices: mode access");
		return;
	}
	script_do(s, sw->netns, "bridge vlan add dev %s vid %u self", sw->name, conf.pvid);
	script_do(s, sw->netns, "ip link add link %s name %s", sw->name, spec->ifname);
	script_mac(s, &spec->mac);
	script_mtu(s, spec->mtu);
	script_more(s, "type vlan id %u", conf.pvid);
	script_undo(s, sw->netns, "ip link del %s", spec->ifname);
	script_device(s, sw->netns, spec->ifname, &spec->addrs);
}

static int add_port(struct topo_script *s, const struct bridge *br, size_t i)
{
	const struct topo_switch *sw = br->sw;
	const struct topo_port *port = &sw->ports[i];
	struct topo_end outer = { .netns = sw->netns }, inner = script_inner(port);
	char name[XSW_IFNAME_MAX];
	union xsw_conf conf;
	struct xsw_sets sets;
	int status = script_vlans(s, sw, port, &conf, &sets);

	if (status)
		return status;
	check_vlans(s, br, port, conf);
	script_port_section(s, port);
	switch (port->spec.type) {
	case XSW_TYPE_NETNS:
		if (!script_outer(s, sw, i, name))
			break;
		outer.ifname = name;
		outer.mtu = inner.mtu;
		script_pair(s, &outer, &inner);
		member(s, br, port, name, conf, &sets);
		break;
	case XSW_TYPE_DEV:
		member(s, br, port, port->spec.ifname, conf, &sets);
		break;
	case XSW_TYPE_HOST:
		if (br->hosts == 1)
			host(s, br, port, conf, &sets);
		else
			host_of_vlan(s, br, port, conf);
		break;
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
	const uint8_t *b = fdb->spec.mac;
	char dev[XSW_IFNAME_MAX];
	const struct topo_port *port = script_port(s, sw, fdb->spec.port, dev);

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
	if (!port)
		return;
	script_section(s, &fdb->mark, "an address on port %s", port->spec.name);
	script_do(s, sw->netns, "bridge fdb add %02x:%02x:%02x:%02x:%02x:%02x dev %s master", b[0],
		  b[1], b[2], b[3], b[4], b[5], dev);
	for (size_t w = 0; w < 2 && states[fdb->spec.state][w]; w++)
		script_more(s, "%s", states[fdb->spec.state][w]);
	if (fdb->spec.vlan)
		script_more(s, "vlan %u", fdb->spec.vlan);
}

/* --- the whole --------------------------------------------------------------------------- */

static int add_switch(struct topo_script *s, const struct topo_switch *sw)
{
	struct bridge br = { .sw = sw };
	int status = XSW_OK;

	for (size_t i = 0; i < sw->nports && !status; i++) {
		union xsw_conf conf;
		struct xsw_sets sets;

		status = script_vlans(s, sw, &sw->ports[i], &conf, &sets);
		br.filtering |= conf.flags & XSW_F_VLAN;
		br.hosts += sw->ports[i].spec.type == XSW_TYPE_HOST;
	}
	if (status)
		return status;
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
		status = add_switch(s, &topo->switches[i]);
	script_routes(s, topo);
	return status;
}
