// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_ovs.c - a topology by Open vSwitch, whose daemons run where the command does
 *
 *	switch		ovs-vsctl add-br NAME
 *	port		a veth pair, its outer end called as xswitch does; or, with
 *			ovs-internal, an internal port that is moved into the namespace
 *	type dev	add-port NAME DEV
 *	type host	an internal port that stays
 *	VLANs		tag, trunks, vlan_mode, cvlans: the words are Open vSwitch's
 *	tunnels		an interface for each remote, protected, and for each VLAN where that is
 *			its key
 *
 * Ports of Open vSwitch outlive their devices: each is deleted by name.
 */
#include <stdio.h>
#include <string.h>

#include "topo_steps.h"

#define VSCTL "ovs-vsctl --timeout=30 "

#define AGEING_MIN  15ULL /* seconds: lib/mac-learning.c clamps what is beyond */
#define AGEING_MAX  3600ULL
#define SECOND	    1000000000ULL /* ns */
#define FDB_MIN	    10
#define FORWARD_ALL 0xffff
#define KILO	    1000ULL

/* --- the bridge -------------------------------------------------------------------------- */

static void settings(struct topo_script *s, const struct topo_switch *sw)
{
	const struct xsw_change *set = &sw->set;
	uint64_t ageing = set->ageing / SECOND;
	const char *name = sw->name;

	if (set->ageing_set) {
		if (set->ageing % SECOND || ageing < AGEING_MIN || ageing > AGEING_MAX)
			script_cannot(s, &sw->mark, "switch", name, "ageing",
				      "Open vSwitch takes 15 to 3600 seconds");
		script_do(s, NULL, VSCTL "set bridge %s other_config:mac-aging-time=%llu", name,
			  (unsigned long long)ageing);
	}
	if (set->fdb_size_set) {
		if (set->fdb_size < FDB_MIN)
			script_cannot(s, &sw->mark, "switch", name, "fdb_size",
				      "Open vSwitch takes 10 and more");
		script_do(s, NULL, VSCTL "set bridge %s other_config:mac-table-size=%u", name,
			  set->fdb_size);
	}
	if (set->group_fwd_mask && set->group_fwd_mask != FORWARD_ALL)
		script_cannot(s, &sw->mark, "switch", name, "group_fwd_mask",
			      "Open vSwitch has 0xffff, or none");
	else if (set->group_fwd_mask)
		script_do(s, NULL, VSCTL "set bridge %s other_config:forward-bpdu=true", name);
}

/* The undo of the last one is for what stands upon a record that still bears the mark. */
static void if_made(struct topo_script *s, const char *table, const char *record)
{
	script_if(s, NULL, script_mark(s), VSCTL "--if-exists get %s %s external_ids:made-by",
		  table, record);
}

static void make_bridge(struct topo_script *s, const struct topo_switch *sw)
{
	if (sw->netns)
		script_cannot(s, &sw->mark, "switch", sw->name, "netns",
			      "the daemons of Open vSwitch are not there");
	script_section(s, &sw->mark, "switch %s", sw->name);
	script_do(s, NULL, VSCTL "add-br %s -- set bridge %s external_ids:made-by=%s", sw->name,
		  sw->name, script_mark(s));
	script_undo(s, NULL, VSCTL "del-br %s", sw->name);
	if_made(s, "bridge", sw->name);
	settings(s, sw);
}

/* --- VLANs: words of add-port ------------------------------------------------------------- */

/* The mode of Open vSwitch that means the same; NULL: none. */
static const char *hybrid_mode(const struct script_vlans *v)
{
	const struct xsw_sets *sets = &v->sets;
	uint32_t pvid = v->conf.pvid;

	for (uint32_t vid = 1; vid <= XSW_VID_MAX; vid++)
		if (vid != pvid && script_has(sets->untagged, vid))
			return NULL;
	if (!pvid)
		return "trunk";
	if (!script_has(sets->member, pvid))
		return NULL;
	return script_has(sets->untagged, pvid) ? "native-untagged" : "native-tagged";
}

static void vlan_words(struct topo_script *s, const struct topo_port *port,
		       const struct script_vlans *v)
{
	union xsw_conf conf = v->conf;
	const char *mode = conf.mode == XSW_MODE_HYBRID ? hybrid_mode(v) :
							  xsw_mode_words[conf.mode];
	bool has_trunks = !(conf.flags & XSW_F_ONE);
	char list[SCRIPT_LIST_MAX];

	if (!(conf.flags & XSW_F_VLAN))
		return;
	if (!mode) {
		script_cannot(s, &port->mark, "port", port->spec.name, "mode hybrid",
			      "only the PVID can leave untagged");
		return;
	}
	script_more(s, "vlan_mode=%s", mode);
	if (conf.pvid)
		script_more(s, "tag=%u", conf.pvid);
	script_list(has_trunks ? v->sets.member : v->sets.cvlans, list);
	if (has_trunks || conf.flags & XSW_F_CVLANS)
		script_more(s, "%s=%s", has_trunks ? "trunks" : "cvlans", list);
	if (conf.flags & XSW_F_TUNNEL)
		script_more(s, "other_config:qinq-ethtype=%s",
			    conf.flags & XSW_F_AD ? "802.1ad" : "802.1q");
	else if (conf.flags & XSW_F_AD)
		script_cannot(s, &port->mark, "port", port->spec.name, "qinq-ethtype",
			      "only dot1q-tunnel has one");
}

/* --- ports ------------------------------------------------------------------------------- */

static void police(struct topo_script *s, const struct topo_port *port)
{
	const struct arg_rate *rate = &port->change.policy.rate[XSW_METER_POLICE];
	unsigned long long kilo = rate->rate / KILO, burst = kilo / (1000000 / XSW_BURST_DEFAULT);
	const char *word = rate->bits ? "ingress_policing_" : "ingress_policing_kpkts_";

	if (!rate->rate)
		return;
	if (rate->rate % KILO)
		script_cannot(s, &port->mark, "port", port->spec.name, "police",
			      "Open vSwitch takes multiples of 1000");
	script_more(s, "%srate=%llu %sburst=%llu", word, kilo, word, burst ? burst : 1);
}

/* A port of Open vSwitch, up to where words about its interface begin. */
static void begin_port(struct topo_script *s, const struct topo_switch *sw,
		       const struct topo_port *port, const char *dev, bool apart,
		       const struct script_vlans *v)
{
	script_do(s, NULL, VSCTL "add-port %s %s", sw->name, dev);
	script_undo(s, NULL, VSCTL "--if-exists del-port %s %s", sw->name, dev);
	if_made(s, "bridge", sw->name);
	vlan_words(s, port, v);
	if (apart || port->change.policy.isolated.on)
		script_more(s, "protected=true");
}

/* "add-port sw0 sw0p1 tag=10 -- set interface sw0p1 type=internal" */
static void add_port(struct topo_script *s, const struct topo_switch *sw,
		     const struct topo_port *port, const char *dev, bool internal,
		     const struct script_vlans *v)
{
	begin_port(s, sw, port, dev, false, v);
	if (internal || port->change.policy.rate[XSW_METER_POLICE].rate)
		script_more(s, "-- set interface %s", dev);
	if (internal)
		script_more(s, "type=internal");
	police(s, port);
}

/*
 * An internal port goes down when it is moved. It keeps its name: a port that is called otherwise is
 * gone for ovs-vswitchd, which makes another one. What the file calls it is a second name.
 */
static void settle(struct topo_script *s, const char *dev, const struct topo_end *end)
{
	if (end->netns)
		script_do(s, NULL, "ip link set %s netns %s", dev, end->netns);
	if (strcmp(dev, end->ifname))
		script_do(s, end->netns, "ip link property add dev %s altname %s", dev,
			  end->ifname);
	if (end->mac.set || end->mtu) {
		script_do(s, end->netns, "ip link set %s", end->ifname);
		script_mac(s, &end->mac);
		script_mtu(s, end->mtu);
	}
	script_device(s, end->netns, end->ifname, &end->addrs);
}

/* --- tunnels ----------------------------------------------------------------------------- */

struct tunnel_port {
	const struct topo_switch *sw;
	const struct topo_port *port;
	const struct script_tunnel *t;
	const struct script_vlans *v;
};

static void add_leg(struct topo_script *s, const struct script_leg *leg, void *arg)
{
	const struct tunnel_port *tp = arg;
	const struct script_tunnel *t = tp->t;
	struct script_vlans access;

	script_access(&access, leg->vid);
	begin_port(s, tp->sw, tp->port, leg->dev, t->nremotes > 1, leg->vid ? &access : tp->v);
	script_more(s, "-- set interface %s type=%s options:remote_ip=%s", leg->dev, t->kind,
		    leg->remote);
	if (t->local)
		script_more(s, "options:local_ip=%s", t->local);
	if (*leg->key)
		script_more(s, "options:key=%s", leg->key);
	if (t->udp_port)
		script_more(s, "options:dst_port=%u", t->udp_port);
	police(s, tp->port);
}

/* --- any port ---------------------------------------------------------------------------- */

/* A veth pair, or an internal port. */
static void add_local(struct topo_script *s, const struct topo_switch *sw,
		      const struct topo_port *port, const char *name, bool internal, uint32_t mtu,
		      const struct script_vlans *v)
{
	struct topo_end inner = script_inner(port, mtu);
	struct topo_end outer = { .ifname = name, .mtu = inner.mtu };

	if (!internal)
		script_pair(s, &outer, &inner, NULL);
	add_port(s, sw, port, name, internal, v);
	if (internal) {
		settle(s, name, &inner);
		return;
	}
	script_device(s, inner.netns, inner.ifname, &inner.addrs);
	script_do(s, NULL, "ip link set %s addrgenmode none up", name);
}

static int make_port(struct topo_script *s, const struct topo_switch *sw, size_t i, bool internal,
		     uint32_t mtu)
{
	const struct topo_port *port = &sw->ports[i];
	char name[XSW_IFNAME_MAX];
	struct script_tunnel t;
	struct script_vlans v;
	struct tunnel_port tp = { sw, port, &t, &v };
	int status = script_vlans(s, sw, port, &v);

	if (status)
		return status;
	script_port_section(s, port);
	if (script_tunnel(port, &t)) {
		if (script_outer(s, sw, i, name))
			script_legs(s, port, name, &t, &v, false, add_leg, &tp);
	} else if (port->spec.type == XSW_TYPE_DEV) {
		add_port(s, sw, port, port->spec.ifname, false, &v);
		script_do(s, NULL, "ip link set %s up", port->spec.ifname);
	} else if (port->spec.type == XSW_TYPE_HOST) {
		add_local(s, sw, port, port->spec.ifname, true, mtu, &v);
	} else if (script_outer(s, sw, i, name)) {
		add_local(s, sw, port, name, internal, mtu, &v);
	}
	return XSW_OK;
}

/* --- entries ----------------------------------------------------------------------------- */

static void add_entry(struct topo_script *s, const struct topo_switch *sw,
		      const struct topo_fdb *fdb)
{
	char dev[XSW_IFNAME_MAX], mac[MAC_TEXT];
	const struct topo_port *port = script_port(s, &fdb->mark, sw, fdb->spec.port, dev);

	if (fdb->spec.state != XSW_FDB_STATIC) {
		script_cannot(s, &fdb->mark, "switch", sw->name, "state of an fdb entry",
			      "Open vSwitch has static ones");
		return;
	}
	if (!port || script_no_remote(s, fdb))
		return;
	script_section(s, &fdb->mark, "an address on port %s", port->spec.name);
	script_do(s, NULL, "ovs-appctl --timeout=30 fdb/add %s %s %u %s", sw->name, dev,
		  fdb->spec.vlan, mac_text(fdb->spec.mac, mac));
}

/* --- the whole --------------------------------------------------------------------------- */

/* Two tags are looked at only where that is asked for, once for all bridges. */
static void look_at_two_tags(struct topo_script *s, const struct topo *topo)
{
	for (size_t i = 0; i < topo->nswitches; i++)
		for (size_t p = 0; p < topo->switches[i].nports; p++) {
			const struct topo_port *port = &topo->switches[i].ports[p];

			if (!port->spec.vlan.mode_set || port->spec.vlan.mode != XSW_MODE_TUNNEL)
				continue;
			script_section(s, &port->mark, "two tags, of all bridges");
			script_do(s, NULL,
				  VSCTL "set Open_vSwitch . other_config:vlan-limit=2 "
					"external_ids:made-by=%s",
				  script_mark(s));
			script_undo(s, NULL,
				    VSCTL "remove Open_vSwitch . other_config vlan-limit -- "
					  "remove Open_vSwitch . external_ids made-by");
			if_made(s, "Open_vSwitch", ".");
			return;
		}
}

static int plan(const struct topo *topo, struct topo_script *s, bool internal)
{
	int status = XSW_OK;

	script_check(s, topo, CAN_OVS);
	script_places(s, topo, true);
	look_at_two_tags(s, topo);
	for (size_t i = 0; i < topo->nswitches && !status; i++) {
		const struct topo_switch *sw = &topo->switches[i];

		uint32_t mtu = script_inner_mtu(s, topo, sw);

		make_bridge(s, sw);
		script_split_horizon(s, sw, false);
		for (size_t p = 0; p < sw->nports && !status; p++)
			status = make_port(s, sw, p, internal, mtu);
		for (size_t f = 0; f < sw->nfdb && !status; f++)
			add_entry(s, sw, &sw->fdb[f]);
	}
	script_routes(s, topo);
	return status;
}

int topo_ovs_plan(const struct topo *topo, struct topo_script *s)
{
	return plan(topo, s, false);
}

int topo_ovs_internal_plan(const struct topo *topo, struct topo_script *s)
{
	return plan(topo, s, true);
}
