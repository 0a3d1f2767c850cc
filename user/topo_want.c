// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_want.c - a switch of a file as a state; and what every state goes through
 *
 * What a word leaves open is filled in as the command does it, so that "tag 10" and "mode access
 * tag 10" are one thing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "netns.h"
#include "topo_int.h"
#include "topo_plan.h"

/* --- any state -------------------------------------------------------------------------- */

int topo_env_init(struct topo_env *env)
{
	topo_slots_init(&env->port, &cmd_port_add_words);
	topo_slots_init(&env->set, &cmd_set_words);
	env->mem = calloc(1, sizeof(*env->mem));
	return env->mem ? XSW_OK : fail(XSW_REFUSED, "out of memory");
}

void topo_env_free(struct topo_env *env)
{
	topo_free(env->mem);
}

static int by_name(const void *a, const void *b)
{
	const struct topo_port_state *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static int name_order(const void *name, const void *port)
{
	return strcmp(name, (*(const struct topo_port_state *const *)port)->name);
}

struct topo_port_state *topo_find(const struct topo_state *state, const char *name)
{
	struct topo_port_state **found =
		bsearch(name, state->by_name, state->nports, sizeof(*state->by_name), name_order);

	return found ? *found : NULL;
}

static int by_entry(const void *a, const void *b)
{
	const struct topo_entry *x = a, *y = b;
	int order = memcmp(x->mac, y->mac, sizeof(x->mac));

	if (order || x->vlan == y->vlan)
		return order;
	return x->vlan < y->vlan ? -1 : 1;
}

static int by_wire(const void *a, const void *b)
{
	const struct topo_wire *x = a, *y = b;

	return strcmp(x->port[0], y->port[0]);
}

static void drop_if(const struct topo_slots *slots, struct topo_values *values, const char *key,
		    const char *normal)
{
	int i = topo_slot(slots, key);

	if (i >= 0 && values->v[i] && !strcmp(values->v[i], normal))
		values->v[i] = NULL;
}

/* What is normal for this type or this mode. */
static void drop_normal(struct topo_env *env, struct topo_port_state *p)
{
	const char *type = topo_get(&env->port, &p->values, "type");
	const char *mode = topo_get(&env->port, &p->values, "mode");
	bool tunnel = mode && !strcmp(mode, "dot1q-tunnel");

	if (!type)
		drop_if(&env->port, &p->values, "dev", "eth0");
	else if (!strcmp(type, "host"))
		drop_if(&env->port, &p->values, "dev", p->name);
	else if (!strcmp(type, "vxlan") || !strcmp(type, "geneve"))
		drop_if(&env->port, &p->values, "key", "0");
	if (type && !strcmp(type, "vxlan"))
		drop_if(&env->port, &p->values, "port", "4789");
	else if (type && !strcmp(type, "geneve"))
		drop_if(&env->port, &p->values, "port", "6081");
	drop_if(&env->port, &p->values, "netns", p->name);
	drop_if(&env->port, &p->values, "qinq-ethtype", tunnel ? "802.1ad" : "802.1q");
}

int topo_settle(struct topo_env *env, struct topo_state *s)
{
	s->by_name = topo_alloc(env->mem, s->nports * sizeof(struct topo_port_state *));
	if (!s->by_name)
		return XSW_REFUSED;
	for (size_t i = 0; i < s->nports; i++) {
		s->by_name[i] = &s->ports[i];
		drop_normal(env, &s->ports[i]);
	}
	qsort(s->by_name, s->nports, sizeof(*s->by_name), by_name);
	if (s->nfdb)
		qsort(s->fdb, s->nfdb, sizeof(*s->fdb), by_entry);
	for (size_t i = 0; i < s->nwires; i++) {
		struct topo_wire *w = &s->wires[i];

		if (strcmp(w->port[0], w->port[1]) > 0)
			*w = (struct topo_wire){ .port = { w->port[1], w->port[0] } };
	}
	if (s->nwires)
		qsort(s->wires, s->nwires, sizeof(*s->wires), by_wire);
	topo_mirrors_sort(s->mirrors, s->nmirrors);
	return XSW_OK;
}

/* --- a file ----------------------------------------------------------------------------- */

static bool has_bit(const struct arg_vids *set, uint32_t vid)
{
	return set->word[vid / 64] >> vid % 64 & 1;
}

/* "vlan 10" of a host port, and modes that follow from tag and trunks. */
static int fill_mode(struct topo_env *env, struct topo_port_state *p)
{
	const struct xsw_vlan_args *vlan = &p->port->spec.vlan;
	const char *mode = vlan->mode_set		? xsw_mode_words[vlan->mode] :
			   p->port->spec.tunnel.key.vid ? "trunk" :
			   vlan->trunks_set		? vlan->tag ? "native-tagged" : "trunk" :
			   vlan->tag			? "access" :
			   p->vlans			? "hybrid" :
							  NULL;
	struct arg_vids trunks = vlan->trunks;
	char text[8192], tag[16] = "";
	int status;

	if (vlan->tag)
		snprintf(tag, sizeof(tag), "%u", vlan->tag);
	status = topo_put(env->mem, &env->port, &p->values, "vlan", NULL);
	if (!status)
		status = topo_put(env->mem, &env->port, &p->values, "mode", mode);
	if (!status)
		status = topo_put(env->mem, &env->port, &p->values, "tag", tag);
	if (status || !vlan->trunks_set || !vlan->tag)
		return status;
	/* a native VLAN is one of its trunks */
	trunks.word[vlan->tag / 64] |= 1ULL << vlan->tag % 64;
	topo_vids_text(&trunks, text, sizeof(text));
	return topo_put(env->mem, &env->port, &p->values, "trunks", text);
}

/* Where it is: "/run/netns/web:eth0"; of the switch's own namespace ":eth0". */
static int fill_place(struct topo_env *env, struct topo_port_state *p)
{
	const struct xsw_port_spec *spec = &p->port->spec;
	char path[XSW_PATH_MAX] = "", place[XSW_PATH_MAX + XSW_IFNAME_MAX + 1];
	int status;

	if (spec->type == XSW_TYPE_NETNS && netns_path(spec->netns, path, sizeof(path)))
		return fail(XSW_USAGE, "port %s: %s is no namespace", p->name, quoted(spec->netns));
	snprintf(place, sizeof(place), "%s:%s", path, spec->ifname);
	p->place = topo_text(env->mem, place);
	status = topo_put(env->mem, &env->port, &p->values, "netns", netns_name_of(path));
	if (!status)
		status = topo_put(env->mem, &env->port, &p->values, "dev", spec->ifname);
	return p->place ? status : XSW_REFUSED;
}

static int want_port(struct topo_env *env, struct topo_port_state *p)
{
	char addrs[TOPO_ADDRS_TEXT];
	int status = topo_put_words(env->mem, &env->port, &p->values, p->port->words, 1,
				    p->port->nwords);

	topo_addrs_text(&p->port->spec.addrs, addrs, sizeof(addrs));
	if (!status)
		status = topo_put(env->mem, &env->port, &p->values, "address", addrs);
	if (!status)
		status = fill_mode(env, p);
	return status ? status : fill_place(env, p);
}

/* As the command edits one after the other. */
static int want_vlan(struct topo_env *env, struct topo_state *s, const struct topo_vlan *vlan)
{
	const struct xsw_vlan_edit *edit = &vlan->edit;
	struct topo_port_state *p = edit->port ? topo_find(s, edit->port) : NULL;

	if (p && !p->vlans)
		p->vlans = topo_alloc(env->mem, sizeof(*p->vlans));
	if (p && !p->vlans)
		return XSW_REFUSED;
	for (uint32_t vid = 1; vid <= XSW_VID_MAX; vid++) {
		unsigned long long bit = 1ULL << vid % 64;

		if (!has_bit(&edit->vids, vid))
			continue;
		if (!p) {
			s->limits[vid] = vlan->max_learned;
			continue;
		}
		p->vlans->member.word[vid / 64] |= bit;
		p->vlans->untagged.word[vid / 64] &= ~bit;
		if (edit->untagged)
			p->vlans->untagged.word[vid / 64] |= bit;
		p->vlans->pvid = edit->pvid ? vid : p->vlans->pvid == vid ? 0 : p->vlans->pvid;
	}
	return XSW_OK;
}

static int want_rest(struct topo_env *env, const struct topo_switch *sw, struct topo_state *s)
{
	s->fdb = topo_alloc(env->mem, sw->nfdb * sizeof(*s->fdb));
	s->wires = topo_alloc(env->mem, sw->nwires * sizeof(*s->wires));
	s->mirrors = topo_alloc(env->mem, sw->nmirrors * sizeof(*s->mirrors));
	if (!s->fdb || !s->wires || !s->mirrors)
		return XSW_REFUSED;
	for (; s->nfdb < sw->nfdb; s->nfdb++) {
		const struct xsw_fdb_spec *spec = &sw->fdb[s->nfdb].spec;
		struct topo_entry *e = &s->fdb[s->nfdb];

		*e = (struct topo_entry){ .vlan = spec->vlan,
					  .port = spec->port,
					  .remote = spec->remote,
					  .state = spec->state };
		memcpy(e->mac, spec->mac, sizeof(e->mac));
	}
	for (; s->nwires < sw->nwires; s->nwires++)
		s->wires[s->nwires] = sw->wires[s->nwires];
	for (; s->nmirrors < sw->nmirrors; s->nmirrors++)
		s->mirrors[s->nmirrors] = sw->mirrors[s->nmirrors];
	return topo_put_words(env->mem, &env->set, &s->set, sw->set_words, 0, sw->nset_words);
}

int topo_want(struct topo_env *env, const struct topo_switch *sw, struct topo_state **out)
{
	struct topo_state *s = topo_alloc(env->mem, sizeof(*s));
	int status = s ? XSW_OK : XSW_REFUSED;

	if (status)
		return status;
	s->name = sw->name;
	s->netns = sw->netns;
	s->nports = sw->nports;
	s->ports = topo_alloc(env->mem, sw->nports * sizeof(*s->ports));
	if (!s->ports)
		return XSW_REFUSED;
	for (size_t i = 0; i < sw->nports; i++) {
		s->ports[i].name = sw->ports[i].spec.name;
		s->ports[i].port = &sw->ports[i];
	}
	status = want_rest(env, sw, s);
	/* sorted already here, for VLANs name ports; again below, where modes are known */
	if (!status)
		status = topo_settle(env, s);
	for (size_t i = 0; i < sw->nvlans && !status; i++)
		status = want_vlan(env, s, &sw->vlans[i]);
	for (size_t i = 0; i < sw->nports && !status; i++)
		status = want_port(env, &s->ports[i]);
	*out = s;
	return status ? status : topo_settle(env, s);
}
