// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_export.c - a state as a file that makes it
 */
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>

#include "topo_int.h"
#include "topo_plan.h"

static void pair(struct topo_out *out, const char *key, const char *value)
{
	topo_out_word(out, key);
	topo_out_word(out, value);
}

static void number(struct topo_out *out, const char *key, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", value);
	pair(out, key, text);
}

/* "10,20-30" as [10, 20-30]; one item alone */
static void items(struct topo_out *out, const char *text)
{
	char item[64];

	if (!strchr(text, ',')) {
		topo_out_word(out, text);
		return;
	}
	topo_out_list(out, true);
	for (size_t n; *text; text += n + (text[n] == ',')) {
		n = strcspn(text, ",");
		snprintf(item, sizeof(item), "%.*s", (int)n, text);
		topo_out_word(out, item);
	}
	topo_out_close(out);
}

/* The slots of "storm" are neighbours, and one mapping. */
static size_t rates(struct topo_out *out, const struct topo_slots *slots,
		    const struct topo_values *values, size_t i)
{
	const struct arg_def *def = slots->v[i].def;
	bool any = false;

	for (; i < slots->n && slots->v[i].def == def; i++) {
		if (!values->v[i])
			continue;
		if (!any) {
			topo_out_word(out, def->word);
			topo_out_map(out, true);
		}
		any = true;
		pair(out, slots->v[i].choice, values->v[i]);
	}
	if (any)
		topo_out_close(out);
	return i - 1;
}

static void settings(struct topo_out *out, const struct topo_slots *slots,
		     const struct topo_values *values)
{
	topo_out_map(out, true);
	for (size_t i = 0; i < slots->n; i++) {
		if (slots->v[i].choice) {
			i = rates(out, slots, values, i);
		} else if (values->v[i]) {
			topo_out_word(out, slots->v[i].key);
			items(out, values->v[i]);
		}
	}
	topo_out_close(out);
}

static bool any_setting(const struct topo_slots *slots, const struct topo_values *values)
{
	for (size_t i = 0; i < slots->n; i++)
		if (values->v[i])
			return true;
	return false;
}

/* --- VLANs ------------------------------------------------------------------------------ */

static bool has_bit(const struct arg_vids *set, uint32_t vid)
{
	return set->word[vid / 64] >> vid % 64 & 1;
}

/* One element: VLANs with the same flags. */
static void edit(struct topo_out *out, const char *port, const struct arg_vids *vids, bool untagged,
		 bool pvid)
{
	char text[8192];

	topo_vids_text(vids, text, sizeof(text));
	if (!*text)
		return;
	topo_out_map(out, true);
	pair(out, "dev", port);
	topo_out_word(out, "vid");
	items(out, text);
	if (pvid)
		pair(out, "pvid", "true");
	if (untagged)
		pair(out, "untagged", "true");
	topo_out_close(out);
}

static void edits(struct topo_out *out, const struct topo_port_state *p)
{
	struct arg_vids tagged = { 0 }, untagged = { 0 }, pvid = { 0 };

	for (uint32_t vid = 1; vid <= XSW_VID_MAX; vid++) {
		struct arg_vids *set = vid == p->vlans->pvid		 ? &pvid :
				       has_bit(&p->vlans->untagged, vid) ? &untagged :
									   &tagged;

		if (has_bit(&p->vlans->member, vid))
			set->word[vid / 64] |= 1ULL << vid % 64;
	}
	edit(out, p->name, &pvid, has_bit(&p->vlans->untagged, p->vlans->pvid), true);
	edit(out, p->name, &untagged, true, false);
	edit(out, p->name, &tagged, false, false);
}

static void limits(struct topo_out *out, const struct topo_state *s)
{
	uint32_t to;
	char text[16];

	for (uint32_t vid = 1; vid <= XSW_VID_MAX; vid = to + 1) {
		to = vid;
		if (!s->limits[vid])
			continue;
		while (to < XSW_VID_MAX && s->limits[to + 1] == s->limits[vid])
			to++;
		snprintf(text, sizeof(text), to > vid ? "%u-%u" : "%u", vid, to);
		topo_out_map(out, true);
		pair(out, "vid", text);
		number(out, "max_learned", s->limits[vid]);
		topo_out_close(out);
	}
}

static void vlans(struct topo_out *out, const struct topo_state *s)
{
	bool any = false;

	for (size_t i = 0; i < s->nports && !any; i++)
		any = s->ports[i].vlans;
	for (uint32_t vid = 1; vid <= XSW_VID_MAX && !any; vid++)
		any = s->limits[vid];
	if (!any)
		return;
	topo_out_word(out, "vlans");
	topo_out_list(out, false);
	for (size_t i = 0; i < s->nports; i++)
		if (s->ports[i].vlans)
			edits(out, &s->ports[i]);
	limits(out, s);
	topo_out_close(out);
}

/* --- the rest --------------------------------------------------------------------------- */

static void fdb(struct topo_out *out, const struct topo_state *s)
{
	char mac[MAC_TEXT], remote[INET6_ADDRSTRLEN];

	if (!s->nfdb)
		return;
	topo_out_word(out, "fdb");
	topo_out_list(out, false);
	for (size_t i = 0; i < s->nfdb; i++) {
		const struct topo_entry *e = &s->fdb[i];

		topo_out_map(out, true);
		pair(out, "mac", mac_text(e->mac, mac));
		pair(out, "dev", e->port);
		if (e->remote.family)
			pair(out, "remote",
			     inet_ntop(e->remote.family, e->remote.addr, remote, sizeof(remote)));
		if (e->vlan)
			number(out, "vlan", e->vlan);
		if (e->state != XSW_FDB_STATIC)
			pair(out, "state", xsw_fdb_words[e->state]);
		topo_out_close(out);
	}
	topo_out_close(out);
}

static void wires(struct topo_out *out, const struct topo_state *s)
{
	if (!s->nwires)
		return;
	topo_out_word(out, "wires");
	topo_out_list(out, false);
	for (size_t i = 0; i < s->nwires; i++) {
		topo_out_list(out, true);
		topo_out_word(out, s->wires[i].port[0]);
		topo_out_word(out, s->wires[i].port[1]);
		topo_out_close(out);
	}
	topo_out_close(out);
}

/* Which a mirror of every port has none of. */
static void sources(struct topo_out *out, const struct arg_sources *from)
{
	char text[SOURCE_TEXT_MAX];

	if (!from->n)
		return;
	topo_out_word(out, "from");
	topo_out_list(out, true);
	for (size_t i = 0; i < from->n; i++) {
		source_text(&from->v[i], text);
		topo_out_word(out, text);
	}
	topo_out_close(out);
}

static void mirrors(struct topo_out *out, const struct topo_state *s)
{
	char text[8192];

	if (!s->nmirrors)
		return;
	topo_out_word(out, "mirrors");
	topo_out_list(out, false);
	for (size_t i = 0; i < s->nmirrors; i++) {
		const struct xsw_mirror_spec *m = &s->mirrors[i].spec;

		topo_out_map(out, true);
		pair(out, "name", m->name);
		sources(out, &m->from);
		if (m->vlans_set) {
			topo_vids_text(&m->vlans, text, sizeof(text));
			topo_out_word(out, "vlan");
			items(out, text);
		}
		pair(out, "to", m->to);
		if (m->tag)
			number(out, "tag", m->tag);
		topo_out_close(out);
	}
	topo_out_close(out);
}

int topo_export_text(const struct topo_env *env, const struct topo_state *s, char **text)
{
	struct topo_out *out = topo_out_new();

	*text = NULL;
	if (!out)
		return XSW_REFUSED;
	topo_out_map(out, false);
	topo_out_word(out, "switches");
	topo_out_map(out, false);
	topo_out_word(out, s->name);
	topo_out_map(out, false);
	if (s->netns && *s->netns)
		pair(out, "netns", s->netns);
	if (any_setting(&env->set, &s->set)) {
		topo_out_word(out, "set");
		settings(out, &env->set, &s->set);
	}
	topo_out_word(out, "ports");
	topo_out_map(out, false);
	for (size_t i = 0; i < s->nports; i++) {
		topo_out_word(out, s->ports[i].name);
		settings(out, &env->port, &s->ports[i].values);
	}
	topo_out_close(out);
	vlans(out, s);
	fdb(out, s);
	wires(out, s);
	mirrors(out, s);
	topo_out_close(out);
	topo_out_close(out);
	topo_out_close(out);
	*text = topo_out_end(out);
	return *text ? XSW_OK : XSW_REFUSED;
}
