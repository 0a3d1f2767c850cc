// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_words.c - a mapping into words of the command line
 *
 * {mode: trunk, trunks: [10, 20], learning: no} becomes "mode trunk trunks 10,20 learning off",
 * which the table of the command then parses. What a value may look like in the file follows
 * from what its row takes.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "topo_int.h"

bool topo_is_null(const struct topo_node *node)
{
	return node->kind == TOPO_WORD && node->plain &&
	       (!*node->text || !strcmp(node->text, "~") || !strcasecmp(node->text, "null"));
}

const char *topo_kind_name(const struct topo_node *node)
{
	static const char *const names[] = {
		[TOPO_WORD] = "a word",
		[TOPO_LIST] = "a list",
		[TOPO_MAP] = "a mapping",
	};

	return topo_is_null(node) ? "nothing" : names[node->kind];
}

/* 1, 0; -1: neither */
static int boolean(const char *text)
{
	static const char *const words[] = { "off", "on", "false", "true", "no", "yes" };

	for (int i = 0; i < 6; i++)
		if (!strcasecmp(text, words[i]))
			return i % 2;
	return -1;
}

/* What a row is called in a file: its word without dashes, or what a positional word is. */
static void key_of(const struct arg_def *def, char *buf, size_t size)
{
	const char *from = *def->word		   ? def->word + strspn(def->word, "-") :
			   def->kind == ARG_CHOICE ? "state" :
						     def->what;
	size_t n;

	for (n = 0; n < size - 1 && from[n]; n++)
		buf[n] = (char)tolower((unsigned char)from[n]);
	buf[n] = '\0';
}

static const struct arg_def *find_row(const struct cmd_words *cmd, const char *key)
{
	char name[32];

	for (size_t i = 0; i < cmd->n; i++) {
		key_of(&cmd->defs[i], name, sizeof(name));
		if (!strcmp(name, key))
			return &cmd->defs[i];
	}
	return NULL;
}

static int unknown_key(struct topo_load *l, const struct topo_node *key,
		       const struct cmd_words *cmd, bool named)
{
	char list[512] = "", name[32];
	size_t len = 0;

	for (size_t i = named; i < cmd->n && len < sizeof(list); i++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there are `n` */
		if (cmd->defs[i].kind == ARG_LATER)
			continue;
		key_of(&cmd->defs[i], name, sizeof(name));
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", len ? ", " : "",
					name);
	}
	return topo_mistake(l, key->mark, "unknown key %s, expected %s", quoted(key->text), list);
}

static void add(struct topo_words *w, const char *text, struct topo_mark mark)
{
	w->argv[w->n] = (char *)text;
	w->marks[w->n++] = mark;
}

static int wrong_type(struct topo_load *l, const struct topo_node *value, const char *key,
		      const char *expected)
{
	return topo_mistake(l, value->mark, "%s is %s: expected %s", key, topo_kind_name(value),
			    expected);
}

static int need_word(struct topo_load *l, const struct topo_node *value, const char *key,
		     const struct arg_def *def)
{
	char buf[256];

	if (value->kind == TOPO_WORD && !topo_is_null(value))
		return XSW_OK;
	return wrong_type(l, value, key, args_expected(def, buf, sizeof(buf)));
}

/* [10, 20] as "10,20" */
static int add_joined(struct topo_load *l, struct topo_words *w, const struct topo_node *list,
		      const char *key, const struct arg_def *def)
{
	size_t len = 1;
	char *text;
	int status;

	for (size_t i = 0; i < list->n; i++) {
		status = need_word(l, list->v[i], key, def);
		if (status)
			return status;
		len += strlen(list->v[i]->text) + 1;
	}
	text = topo_alloc(l->topo, len);
	if (!text)
		return XSW_REFUSED;
	len = 0;
	for (size_t i = 0; i < list->n; i++)
		len += (size_t)sprintf(text + len, "%s%s", i ? "," : "", list->v[i]->text);
	add(w, text, list->mark);
	return XSW_OK;
}

/* {broadcast: 10kpps} as "storm broadcast 10kpps" */
static int add_rates(struct topo_load *l, struct topo_words *w, const struct topo_node *key,
		     const struct topo_node *map, const struct arg_def *def)
{
	int status = XSW_OK;

	if (map->kind != TOPO_MAP)
		return wrong_type(l, map, key->text, "a mapping of kinds of frames to rates");
	for (size_t i = 0; i < map->n && !status; i += 2) {
		status = need_word(l, map->v[i + 1], map->v[i]->text, def);
		add(w, def->word, key->mark);
		add(w, map->v[i]->text, map->v[i]->mark);
		add(w, map->v[i + 1]->text, map->v[i + 1]->mark);
	}
	return status;
}

/* One address, or a list of them: the keyword before each. */
static int add_repeated(struct topo_load *l, struct topo_words *w, const struct topo_node *key,
			const struct topo_node *value, const struct arg_def *def)
{
	int status = XSW_OK;

	for (size_t i = 0; i < value->n && !status; i++) {
		status = need_word(l, value->v[i], key->text, def);
		add(w, def->word, key->mark);
		add(w, value->v[i]->text, value->v[i]->mark);
	}
	return status;
}

static int add_flag(struct topo_load *l, struct topo_words *w, const struct topo_node *key,
		    const struct topo_node *value, const struct arg_def *def)
{
	int on = value->kind == TOPO_WORD ? boolean(value->text) : -1;

	if (on < 0)
		return topo_mistake(
			l, value->mark, "%s %s is not valid: expected true|false", key->text,
			value->kind == TOPO_WORD ? quoted(value->text) : topo_kind_name(value));
	if (on)
		add(w, def->word, key->mark);
	return XSW_OK;
}

static int add_pair(struct topo_load *l, struct topo_words *w, const struct topo_node *key,
		    const struct topo_node *value, const struct arg_def *def)
{
	const char *text = value->text;
	int status, on;

	if (def->kind == ARG_FLAG)
		return add_flag(l, w, key, value, def);
	if (def->kind == ARG_RATES)
		return add_rates(l, w, key, value, def);
	if (def->kind == ARG_ADDR && value->kind == TOPO_LIST)
		return add_repeated(l, w, key, value, def);
	if (*def->word)
		add(w, def->word, key->mark);
	if (value->kind == TOPO_LIST && value->n &&
	    (def->kind == ARG_VIDS || def->kind == ARG_MACS || def->kind == ARG_PREFIXES ||
	     def->kind == ARG_HOSTS || def->kind == ARG_SOURCES))
		return add_joined(l, w, value, key->text, def);
	status = need_word(l, value, key->text, def);
	if (status)
		return status;
	on = def->kind == ARG_ONOFF && value->plain ? boolean(text) : -1;
	add(w, on < 0 ? text : on ? "on" : "off", value->mark);
	return XSW_OK;
}

static const struct topo_node *find_value(const struct topo_node *map, const struct arg_def *def,
					  const struct topo_node **key)
{
	char name[32];

	key_of(def, name, sizeof(name));
	for (size_t i = 0; i < map->n; i += 2) {
		*key = map->v[i];
		if (!strcmp((*key)->text, name))
			return map->v[i + 1];
	}
	return NULL;
}

/* Told here: without it another word would be taken for it. */
static int positional_missing(struct topo_load *l, const struct topo_node *map,
			      const struct cmd_words *cmd, const struct arg_def *def)
{
	char name[32];

	key_of(def, name, sizeof(name));
	return topo_mistake(l, map->mark, "%s: %s %s is missing", cmd->command, name, def->what);
}

/* Words without a keyword come first, in the order of their rows. */
static int add_positionals(struct topo_load *l, const struct topo_node *map, size_t from,
			   const struct cmd_words *cmd, struct topo_words *w)
{
	const struct topo_node *key, *value;
	int status = XSW_OK;

	for (size_t i = from; i < cmd->n && !status; i++) {
		if (*cmd->defs[i].word)
			continue;
		value = find_value(map, &cmd->defs[i], &key);
		if (value)
			status = add_pair(l, w, key, value, &cmd->defs[i]);
		else if (cmd->defs[i].required)
			status = positional_missing(l, map, cmd, &cmd->defs[i]);
	}
	return status;
}

/* The word about to be taken is where a message belongs; behind the last one: the mapping. */
static void at(const struct args *args)
{
	const struct topo_words *w = (const struct topo_words *)args;
	const struct topo_mark *mark = &w->marks[w->n - args->argc];

	log_place(w->file, mark->line, mark->column);
}

static size_t words_max(const struct topo_node *map)
{
	size_t n = 2;

	for (size_t i = 0; i < map->n; i += 2)
		n += 3 * (map->v[i + 1]->n + 1);
	return n;
}

int topo_words(struct topo_load *l, const struct topo_node *map, const struct topo_node *first,
	       const struct cmd_words *cmd, struct topo_words *w)
{
	size_t max = words_max(map);
	int status = XSW_OK, bad;

	*w = (struct topo_words){ .file = l->topo->file };
	w->argv = topo_alloc(l->topo, max * sizeof(*w->argv));
	w->marks = topo_alloc(l->topo, max * sizeof(*w->marks));
	if (!w->argv || !w->marks)
		return XSW_REFUSED;
	if (first)
		add(w, first->text, first->mark);
	status = add_positionals(l, map, first != NULL, cmd, w);
	for (size_t i = 0; i < map->n; i += 2) {
		const struct arg_def *def = find_row(cmd, map->v[i]->text);

		if (!def || (first && def == cmd->defs))
			bad = unknown_key(l, map->v[i], cmd, first);
		else
			bad = *def->word ? add_pair(l, w, map->v[i], map->v[i + 1], def) : XSW_OK;
		status = status ? status : bad;
		if (bad == XSW_REFUSED)
			break;
	}
	w->marks[w->n] = first ? first->mark : map->mark;
	w->args = (struct args){ .argc = w->n, .argv = w->argv, .command = cmd->command, .at = at };
	return status;
}
