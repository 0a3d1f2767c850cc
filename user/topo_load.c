// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_load.c - the tree of a file into struct topo, section by section
 *
 * After a mistake the next entry is looked at, so that a reader hears of all of them at once.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "topo_int.h"

/* A list of a switch, and where it goes: an array, its length, the mark of each element. */
struct list {
	bool maps; /* each element is a mapping */
	size_t v, n, size, mark;
};

/* What a section may be called and look like; `take` gets the value, of a list each, and where it
 * goes. */
struct section {
	const char *key;
	enum topo_kind kind;
	int (*take)(struct topo_load *l, const struct topo_node *value, void *to);
	struct list list; /* size 0: it is none */
};

static int check_kind(struct topo_load *l, const struct topo_node *value, const char *what,
		      enum topo_kind kind)
{
	static const char *const expected[] = { "a word", "a list", "a mapping" };

	/* "ports:" with nothing behind it is empty */
	if (value->kind == kind ? kind != TOPO_WORD || !topo_is_null(value) :
				  kind != TOPO_WORD && topo_is_null(value))
		return XSW_OK;
	return topo_mistake(l, value->mark, "%s is %s: expected %s", what, topo_kind_name(value),
			    expected[kind]);
}

static const struct section in_switch[], at_top[];

/* At the top level what is in a switch may stand as well. */
static int unknown_section(struct topo_load *l, const struct topo_node *key,
			   const struct section *sections)
{
	char list[256] = "";
	size_t len = 0;

	for (const struct section *s = sections; s->key && len < sizeof(list); s++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "",
					s->key);
	for (const struct section *s = in_switch; sections == at_top && s->key; s++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, ", %s", s->key);
	return topo_mistake(l, key->mark, "unknown key %s, expected %s", quoted(key->text), list);
}

static const struct section *find_section(const struct section *sections, const char *key)
{
	while (sections->key && strcmp(sections->key, key))
		sections++;
	return sections->key ? sections : NULL;
}

static int take_list(struct topo_load *l, const struct section *s, const struct topo_node *value,
		     char *to)
{
	char *v = topo_alloc(l->topo, value->n * s->list.size), what[64];
	size_t *n = (size_t *)(to + s->list.n);
	int status = XSW_OK;

	memcpy(to + s->list.v, &v, sizeof(v));
	if (!v)
		return XSW_REFUSED;
	snprintf(what, sizeof(what), "an element of %s", s->key);
	for (size_t i = 0; i < value->n && topo_goes_on(l, status); i++) {
		char *element = v + s->list.size * (*n)++;

		*(struct topo_mark *)(element + s->list.mark) = value->v[i]->mark;
		status = s->list.maps ? check_kind(l, value->v[i], what, TOPO_MAP) : XSW_OK;
		if (!status)
			status = s->take(l, value->v[i], element);
		log_place(NULL, 0, 0);
	}
	return status;
}

static void take_sections(struct topo_load *l, const struct topo_node *map,
			  const struct section *sections, void *to)
{
	int status = XSW_OK;

	for (size_t i = 0; i < map->n && topo_goes_on(l, status); i += 2) {
		const struct topo_node *key = map->v[i], *value = map->v[i + 1];
		const struct section *s = find_section(sections, key->text);

		status = s ? check_kind(l, value, key->text, s->kind) :
			     unknown_section(l, key, sections);
		if (!status) /* NOLINTNEXTLINE(clang-analyzer-core.*): unknown_section() fails */
			status = s->list.size ? take_list(l, s, value, to) : s->take(l, value, to);
	}
	topo_goes_on(l, status);
}

/* --- what a switch has ------------------------------------------------------------------ */

static int take_netns(struct topo_load *l, const struct topo_node *value, void *to)
{
	if (!netns_spec_valid(value->text))
		return topo_mistake(l, value->mark,
				    "netns %s is not valid: expected a namespace: a name, an "
				    "absolute path or a PID",
				    quoted(value->text));
	*(const char **)to = value->text;
	return XSW_OK;
}

static int take_switch_netns(struct topo_load *l, const struct topo_node *value, void *to)
{
	return take_netns(l, value, &((struct topo_switch *)to)->netns);
}

static int take_set(struct topo_load *l, const struct topo_node *value, void *to)
{
	struct topo_switch *sw = to;
	struct topo_words w;
	int status;

	if (!value->n)
		return XSW_OK;
	status = topo_words(l, value, NULL, &cmd_set_words, &w);
	if (status)
		return status;
	sw->set_words = w.argv;
	sw->nset_words = w.n;
	status = cmd_set_parse(&w.args, &sw->set);
	log_place(NULL, 0, 0);
	return status;
}

static int take_port(struct topo_load *l, const struct topo_node *name,
		     const struct topo_node *value, struct topo_port *port)
{
	struct topo_words w;
	int status = check_kind(l, value, name->text, TOPO_MAP);

	port->mark = name->mark;
	if (!status)
		status = topo_words(l, value, name, &cmd_port_add_words, &w);
	if (status)
		return status;
	port->words = w.argv;
	port->nwords = w.n;
	status = cmd_port_add_parse(&w.args, &port->spec, &port->change);
	log_place(NULL, 0, 0);
	return status;
}

static int take_ports(struct topo_load *l, const struct topo_node *value, void *to)
{
	struct topo_switch *sw = to;
	int status = XSW_OK;

	sw->ports = topo_alloc(l->topo, value->n / 2 * sizeof(*sw->ports));
	if (!sw->ports)
		return XSW_REFUSED;
	for (size_t i = 0; i < value->n && topo_goes_on(l, status); i += 2)
		status = take_port(l, value->v[i], value->v[i + 1], &sw->ports[sw->nports++]);
	return status;
}

static int take_vlan(struct topo_load *l, const struct topo_node *value, void *to)
{
	const struct cmd_words *cmd = &cmd_vlan_set_words;
	struct topo_vlan *vlan = to;
	struct topo_words w;
	int status;

	for (size_t i = 0; i < value->n; i += 2)
		if (!strcmp(value->v[i]->text, "dev"))
			cmd = &cmd_vlan_add_words;
	status = topo_words(l, value, NULL, cmd, &w);
	if (status)
		return status;
	if (cmd == &cmd_vlan_add_words)
		return cmd_vlan_add_parse(&w.args, &vlan->edit);
	return cmd_vlan_set_parse(&w.args, &vlan->edit.vids, &vlan->max_learned);
}

static int take_entry(struct topo_load *l, const struct topo_node *value, void *to)
{
	struct topo_words w;
	int status = topo_words(l, value, NULL, &cmd_fdb_add_words, &w);

	return status ? status : cmd_fdb_add_parse(&w.args, &((struct topo_fdb *)to)->spec);
}

static int take_mirror(struct topo_load *l, const struct topo_node *value, void *to)
{
	struct topo_words w;
	int status = topo_words(l, value, NULL, &cmd_mirror_add_words, &w);

	return status ? status : cmd_mirror_add_parse(&w.args, &((struct topo_mirror *)to)->spec);
}

static int take_wire(struct topo_load *l, const struct topo_node *value, void *to)
{
	struct topo_wire *wire = to;

	if (value->kind != TOPO_LIST || value->n != 2 || value->v[0]->kind != TOPO_WORD ||
	    value->v[1]->kind != TOPO_WORD)
		return topo_mistake(l, value->mark, "a wire is a list of two ports: [web, db]");
	wire->port[0] = value->v[0]->text;
	wire->port[1] = value->v[1]->text;
	return XSW_OK;
}

#define LIST(key, type)                                                                            \
	.list.v = offsetof(struct topo_switch, key),                                               \
	.list.n = offsetof(struct topo_switch, n##key), .list.size = sizeof(struct type),          \
	.list.mark = offsetof(struct type, mark)

static const struct section in_switch[] = {
	{ "netns", TOPO_WORD, .take = take_switch_netns },
	{ "set", TOPO_MAP, .take = take_set },
	{ "ports", TOPO_MAP, .take = take_ports },
	{ "vlans", TOPO_LIST, .take = take_vlan, LIST(vlans, topo_vlan), .list.maps = true },
	{ "fdb", TOPO_LIST, .take = take_entry, LIST(fdb, topo_fdb), .list.maps = true },
	{ "wires", TOPO_LIST, .take = take_wire, LIST(wires, topo_wire) },
	{ "mirrors", TOPO_LIST, .take = take_mirror, LIST(mirrors, topo_mirror),
	  .list.maps = true },
	{ 0 },
};

/* --- the top level ---------------------------------------------------------------------- */

static int add_switch(struct topo_load *l, const char *name, struct topo_mark mark,
		      struct topo_switch **sw)
{
	struct topo *t = l->topo;

	if (!switch_name_valid(name))
		return topo_mistake(l, mark,
				    "switch name %s is not valid: expected 1 to 12 of a-z 0-9 _ -, "
				    "the first no -",
				    quoted(name));
	for (size_t i = 0; i < t->nswitches; i++)
		if (!strcmp(t->switches[i].name, name))
			return topo_mistake(l, mark,
					    "switch %s is there twice: under switches, and at the "
					    "top level",
					    quoted(name));
	*sw = &t->switches[t->nswitches++];
	**sw = (struct topo_switch){ .name = name, .mark = mark };
	return XSW_OK;
}

static int take_switches(struct topo_load *l, const struct topo_node *value, void *to)
{
	struct topo_switch *sw;
	int status = XSW_OK;

	(void)to;
	for (size_t i = 0; i < value->n && topo_goes_on(l, status); i += 2) {
		const struct topo_node *name = value->v[i];

		status = check_kind(l, value->v[i + 1], name->text, TOPO_MAP);
		if (!status)
			status = add_switch(l, name->text, name->mark, &sw);
		if (!status)
			take_sections(l, value->v[i + 1], in_switch, sw);
	}
	return status;
}

static const struct section at_top[] = {
	{ "namespaces", TOPO_MAP, .take = topo_take_namespaces },
	{ "links", TOPO_MAP, .take = topo_take_links },
	{ "switches", TOPO_MAP, .take = take_switches },
	{ 0 },
};

/* The keys of `map` that a switch has, or the others; NULL: no memory. */
static struct topo_node *part_of(struct topo_load *l, const struct topo_node *map, bool in)
{
	struct topo_node *part = topo_alloc(l->topo, sizeof(*part));

	if (!part)
		return NULL;
	*part = *map;
	part->n = 0;
	part->v = topo_alloc(l->topo, map->n * sizeof(*part->v));
	for (size_t i = 0; part->v && i < map->n; i += 2) {
		if (!find_section(in_switch, map->v[i]->text) == in)
			continue;
		part->v[part->n++] = map->v[i];
		part->v[part->n++] = map->v[i + 1];
	}
	return part->v ? part : NULL;
}

/* The keys of a switch at the top level are the switch of -S. */
static int take_top(struct topo_load *l, const struct topo_node *root)
{
	struct topo_node *own = part_of(l, root, true);
	struct topo_node *rest = part_of(l, root, false);
	struct topo_switch *sw;
	size_t switches = 1;
	int status;

	if (!own || !rest)
		return XSW_REFUSED;
	for (size_t i = 0; i < root->n; i += 2)
		if (!strcmp(root->v[i]->text, "switches"))
			switches += root->v[i + 1]->n / 2;
	l->topo->switches = topo_alloc(l->topo, switches * sizeof(*l->topo->switches));
	if (!l->topo->switches)
		return XSW_REFUSED;
	take_sections(l, rest, at_top, l->topo);
	if (!own->n)
		return XSW_OK;
	status = add_switch(l, l->switch_name, own->v[0]->mark, &sw);
	if (!status)
		take_sections(l, own, in_switch, sw);
	return status;
}

int topo_parse(const char *text, size_t size, const char *file, const char *name, struct topo **out)
{
	struct topo_load l = { .topo = calloc(1, sizeof(*l.topo)), .switch_name = name };
	struct topo_node *root = NULL;
	int status;

	*out = NULL;
	if (!l.topo)
		return fail(XSW_REFUSED, "out of memory");
	/* names from outside are shown escaped, if there is anything to escape */
	l.topo->file =
		topo_text(l.topo, strlen(quoted(file)) == strlen(file) + 2 ? file : quoted(file));
	status = l.topo->file ? topo_yaml_read(&l, text, size, &root) : XSW_REFUSED;
	if (!status && root)
		status = check_kind(&l, root, "the file", TOPO_MAP);
	if (!status && root)
		status = take_top(&l, root);
	if (!status)
		status = l.status;
	if (!status) {
		topo_check(&l);
		status = l.status;
	}
	if (status)
		topo_free(l.topo);
	else
		*out = l.topo;
	return status;
}

/* All of it, up to a byte more than is allowed. */
static char *slurp(FILE *f, size_t *size, int *err)
{
	char *text = malloc(TOPO_BYTES_MAX + 1);

	*size = text ? fread(text, 1, TOPO_BYTES_MAX + 1, f) : 0;
	*err = !text ? ENOMEM : ferror(f) ? errno : 0;
	return text;
}

int topo_load(const char *file, const char *name, struct topo **out)
{
	bool std_in = !strcmp(file, "-");
	FILE *f = std_in ? stdin : fopen(file, "re");
	const char *shown = std_in ? "stdin" : file;
	int err = f ? 0 : errno, status;
	char *text = NULL;
	size_t size = 0;

	*out = NULL;
	if (f)
		text = slurp(f, &size, &err);
	if (f && !std_in)
		fclose(f);
	if (err)
		status = fail(XSW_REFUSED, "cannot read %s: %s", quoted(shown), strerror(err));
	else if (size > TOPO_BYTES_MAX)
		status = fail(XSW_USAGE, "%s is longer than %d bytes", quoted(shown),
			      TOPO_BYTES_MAX);
	else
		status = topo_parse(text, size, shown, name, out);
	free(text);
	return status;
}
