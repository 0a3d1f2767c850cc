// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_apply.c - xswitch apply, diff, export: a topology as a file
 *
 * Example of diff: "~ port web: tag 10 -> 20".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "topo_script.h"

struct words {
	const char *file;
	struct cmd_backend backend;
};

static const struct arg_def args_file[] = {
	{ "", "FILE", ARG_STRING, .off = offsetof(struct words, file), .required = true },
	CMD_BACKEND_ROWS(offsetof(struct words, backend)), /* of apply only */
};

static int load(struct cmd_env *env, struct args *args, size_t nargs, struct words *words,
		struct topo **topo)
{
	int status = args_parse(args, args_file, nargs, words);

	*topo = NULL;
	return status ? status : topo_load(words->file, env->xsw.switch_name, topo);
}

/* --- differences ------------------------------------------------------------------------ */

struct row {
	const struct topo_line *l;
	const char *action, *sw, *object, *name, *key, *have, *want;
	char text[1024];
};

#define OFF(member) offsetof(struct row, member)

static const struct out_field fields[] = {
	{ "line", .kind = OUT_STR, .when = OUT_TEXT | OUT_BARE, .off = OFF(text) },
	{ "action", .kind = OUT_CSTR, .when = OUT_JSON, .off = OFF(action) },
	{ "switch", .kind = OUT_CSTR, .when = OUT_JSON, .off = OFF(sw) },
	{ "object", .kind = OUT_CSTR, .when = OUT_JSON, .off = OFF(object) },
	{ "name", .kind = OUT_CSTR, .when = OUT_JSON, .off = OFF(name) },
	{ "key", .kind = OUT_CSTR, .when = OUT_JSON, .off = OFF(key) },
	{ "have", .kind = OUT_CSTR, .when = OUT_JSON, .off = OFF(have) },
	{ "want", .kind = OUT_CSTR, .when = OUT_JSON, .off = OFF(want) },
	{ 0 },
};

struct printing {
	bool several; /* switches: each line says which */
	size_t n;
};

/* "~ port web: tag 10 -> 20", "+ vlan web 30: untagged", "- port db" */
static void row_text(const struct topo_line *l, bool several, char *buf, size_t size)
{
	const char *value = l->want ? l->want : l->have;
	size_t len;

	len = (size_t)snprintf(buf, size, "%c %s%s%s%s %s", l->sign,
			       several && l->sw ? "switch " : "", several && l->sw ? l->sw : "",
			       several && l->sw ? " " : "", l->object, l->name);
	if (len < size && (l->key || value))
		len += (size_t)snprintf(buf + len, size - len, ":%s%s", l->key ? " " : "",
					l->key ? l->key : "");
	if (len < size && l->sign == '~' && l->have && l->want)
		snprintf(buf + len, size - len, " %s -> %s", l->have, l->want);
	else if (len < size && value)
		snprintf(buf + len, size - len, " %s", value);
}

static void print(const struct topo_line *l, void *arg)
{
	struct printing *p = arg;
	struct row row = {
		.action = l->sign == '+' ? "add" :
			  l->sign == '-' ? "del" :
					   "change",
		.sw = l->sw,
		.object = l->object,
		.name = l->name,
		.key = l->key,
		.have = l->have,
		.want = l->want,
	};

	p->n++;
	row_text(l, p->several && strcmp(l->object, "switch"), row.text, sizeof(row.text));
	out_record(fields, &row);
}

static int diff(struct cmd_env *env, struct args *args)
{
	struct printing p = { 0 };
	struct words words = { 0 };
	struct topo *topo;
	int status = load(env, args, 1, &words, &topo), end;

	if (status)
		return status;
	p.several = topo->nswitches > 1;
	out_begin(&env->out);
	status = topo_diff(&env->xsw, topo, print, &p);
	end = out_end();
	topo_free(topo);
	return status ? status : end ? end : p.n ? XSW_DIFFERS : XSW_OK;
}

/* A dry run says what diff says; the dispatcher has begun the output. */
static int apply(struct cmd_env *env, struct args *args)
{
	struct printing p = { 0 };
	struct words words = { 0 };
	struct topo *topo;
	int status = load(env, args, sizeof(args_file) / sizeof(*args_file), &words, &topo);

	if (status)
		return status;
	p.several = topo->nswitches > 1;
	if (cmd_backend_asked(&words.backend))
		status = cmd_backend(env, args, &words.backend, topo, false);
	else if (env->xsw.dry_run)
		status = topo_diff(&env->xsw, topo, print, &p);
	else
		status = topo_apply(&env->xsw, topo);
	topo_free(topo);
	return status;
}

static int export(struct cmd_env *env, struct args *args)
{
	char *text;
	FILE *to;
	int status = args_end(args);

	if (!status && env->out.json)
		status = args_fail(
			args, XSW_USAGE,
			"-j has nothing to say here, a topology is YAML: `xswitch show -j`");
	if (!status)
		status = topo_export(&env->xsw, &text);
	if (status)
		return status;
	out_begin(&env->out);
	to = out_stream();
	if (to) {
		fputs(text, to);
		fclose(to);
	}
	free(text);
	status = out_end();
	return to ? status : XSW_REFUSED;
}

static const struct cmd apply_cmds[] = {
	{ "", apply, "[--backend xswitch|bridge|ovs|ovs-internal|veth] [--print] FILE",
	  "bring everything to what FILE (-: standard input) says; again: nothing changes\n"
	  "  --backend: make the same by other means; --print: the commands, as a script" },
	{ 0 },
};

static const struct cmd diff_cmds[] = {
	{ "", diff, "FILE", "what apply would change; exit 0: nothing, 4: something" },
	{ 0 },
};

static const struct cmd export_cmds[] = {
	{ "", export, "", "the switch as a file for apply, without what is the default" },
	{ 0 },
};

const struct object cmd_apply = { "apply", apply_cmds, "make what a topology file describes" };
const struct object cmd_diff = { "diff", diff_cmds, "what apply would change" };
const struct object cmd_export = { "export", export_cmds, "the switch as a topology file" };
