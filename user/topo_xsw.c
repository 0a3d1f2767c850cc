// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_xsw.c - a topology as commands of xswitch, one an object
 *
 * `apply` does the same in one step; these are for reading, and for pasting into scripts. The
 * words of a port are those of the file.
 */
#include <stddef.h>

#include <arpa/inet.h>

#include "cmd.h"
#include "topo_steps.h"

#define MS 1000000ULL /* ns */

/* "xswitch -S sw0 set ageing 60000ms ...", where anything is set. */
static void settings(struct topo_script *s, const struct topo_switch *sw)
{
	const struct xsw_change *c = &sw->set;
	const struct {
		const char *word;
		bool set;
		uint64_t ns;
	} times[] = {
		{ "ageing", c->ageing_set, c->ageing },
		{ "flap_window", c->flap_window_set, c->flap_window },
		{ "recovery", c->recovery_set, c->recovery },
	};
	const struct {
		const char *word;
		bool set;
		uint32_t n;
		bool none; /* how 0 is written */
	} numbers[] = {
		{ "fdb_size", c->fdb_size_set, c->fdb_size, false },
		{ "group_fwd_mask", c->mask_set, c->group_fwd_mask, false },
		{ "max_learned", c->max_learned_set, c->max_learned, true },
		{ "flap_limit", c->flap_limit_set, c->flap_limit, true },
	};
	bool any = false;

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		any |= times[i].set;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		any |= numbers[i].set;
	if (any)
		script_do(s, sw->netns, "xswitch -S %s set", sw->name);
	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++)
		if (times[i].set)
			script_more(s, "%s %llums", times[i].word,
				    (unsigned long long)(times[i].ns / MS));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (numbers[i].set && !numbers[i].n && numbers[i].none)
			script_more(s, "%s none", numbers[i].word);
		else if (numbers[i].set)
			script_more(s, "%s %u", numbers[i].word, numbers[i].n);
	}
}

static void add_port(struct topo_script *s, const struct topo_switch *sw,
		     const struct topo_port *port)
{
	script_port_section(s, port);
	script_do(s, sw->netns, "xswitch -S %s port add", sw->name);
	for (int i = 0; i < port->nwords; i++)
		script_more(s, "%s", port->words[i]);
}

static void add_vlan(struct topo_script *s, const struct topo_switch *sw,
		     const struct topo_vlan *vlan)
{
	char list[SCRIPT_LIST_MAX];

	script_list(vlan->edit.vids.word, list);
	if (!vlan->edit.port) {
		script_section(s, &vlan->mark, "how many addresses VLANs may learn");
		script_do(s, sw->netns, "xswitch -S %s vlan set vid %s max_learned", sw->name,
			  list);
		if (vlan->max_learned)
			script_more(s, "%u", vlan->max_learned);
		else
			script_more(s, "none");
		return;
	}
	script_section(s, &vlan->mark, "VLANs of port %s", vlan->edit.port);
	script_do(s, sw->netns, "xswitch -S %s vlan add dev %s vid %s", sw->name, vlan->edit.port,
		  list);
	if (vlan->edit.pvid)
		script_more(s, "pvid");
	if (vlan->edit.untagged)
		script_more(s, "untagged");
}

static void add_entry(struct topo_script *s, const struct topo_switch *sw,
		      const struct topo_fdb *fdb)
{
	char mac[MAC_TEXT], remote[INET6_ADDRSTRLEN];

	script_section(s, &fdb->mark, "an address on port %s", fdb->spec.port);
	script_do(s, sw->netns, "xswitch -S %s fdb add %s dev %s %s", sw->name,
		  mac_text(fdb->spec.mac, mac), fdb->spec.port, xsw_fdb_words[fdb->spec.state]);
	if (fdb->spec.vlan)
		script_more(s, "vlan %u", fdb->spec.vlan);
	if (fdb->spec.remote.family)
		script_more(s, "remote %s",
			    inet_ntop(fdb->spec.remote.family, fdb->spec.remote.addr, remote,
				      sizeof(remote)));
}

static void add_mirror(struct topo_script *s, const struct topo_switch *sw,
		       const struct topo_mirror *mirror)
{
	const struct xsw_mirror_spec *m = &mirror->spec;
	char list[SCRIPT_LIST_MAX], source[SOURCE_TEXT_MAX];

	script_section(s, &mirror->mark, "mirror %s", m->name);
	script_do(s, sw->netns, "xswitch -S %s mirror add %s", sw->name, m->name);
	for (size_t i = 0; i < m->from.n; i++) {
		source_text(&m->from.v[i], source);
		script_more(s, "from %s", source);
	}
	if (m->vlans_set) {
		script_list(m->vlans.word, list);
		script_more(s, "vlan %s", list);
	}
	script_more(s, "to %s", m->to);
	if (m->tag)
		script_more(s, "tag %u", m->tag);
}

static void add_switch(struct topo_script *s, const struct topo_switch *sw)
{
	script_section(s, &sw->mark, "switch %s", sw->name);
	script_do(s, sw->netns, "xswitch -S %s up --subnet none", sw->name);
	script_undo(s, sw->netns, "xswitch -S %s down", sw->name);
	settings(s, sw);
	for (size_t i = 0; i < sw->nports; i++)
		add_port(s, sw, &sw->ports[i]);
	for (size_t i = 0; i < sw->nvlans; i++)
		add_vlan(s, sw, &sw->vlans[i]);
	for (size_t i = 0; i < sw->nfdb; i++)
		add_entry(s, sw, &sw->fdb[i]);
	for (size_t i = 0; i < sw->nwires; i++) {
		const char *const *ends = (const char *const *)sw->wires[i].port;

		script_section(s, &sw->wires[i].mark, "wire");
		script_do(s, sw->netns, "xswitch -S %s wire add %s %s", sw->name, ends[0], ends[1]);
	}
	for (size_t i = 0; i < sw->nmirrors; i++)
		add_mirror(s, sw, &sw->mirrors[i]);
}

/* Namespaces of ports that are nothing more are made and removed with the ports. */
int topo_xsw_plan(const struct topo *topo, struct topo_script *s)
{
	script_places(s, topo, false);
	for (size_t i = 0; i < topo->nswitches; i++)
		add_switch(s, &topo->switches[i]);
	script_routes(s, topo);
	return XSW_OK;
}
