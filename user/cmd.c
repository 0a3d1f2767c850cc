// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd.c - dispatch among the rows of an object, and help printed from them
 *
 * Names of commands are matched whole. An object whose only row has no name takes its words
 * directly ("xswitch up --ports ns1").
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd.h"

#define NS_PER_S 1000000000ULL

/* "xswitch fdb add MAC ..." without a blank at the end */
static void usage_line(FILE *to, const char *prefix, const struct object *obj,
		       const struct cmd *cmd)
{
	fprintf(to, "%s xswitch %s%s%s%s%s\n", prefix, obj->name, *cmd->name ? " " : "", cmd->name,
		*cmd->usage ? " " : "", cmd->usage);
}

static void usage(FILE *to, const struct object *obj, const struct cmd *cmd)
{
	const char *prefix = "Usage:";

	for (const struct cmd *c = obj->cmds; c->name; c++) {
		if (cmd && c != cmd)
			continue;
		usage_line(to, prefix, obj, c);
		prefix = "      ";
	}
	fputc('\n', to);
	if (!cmd && *obj->cmds->name) {
		for (const struct cmd *c = obj->cmds; c->name; c++)
			fprintf(to, "  %-8s %s\n", c->name, c->help);
		fprintf(to, "\nWithout a command: %s.\n", obj->cmds->name);
	} else {
		fprintf(to, "  %s\n", cmd ? cmd->help : obj->cmds->help);
	}
}

static void usage_option(FILE *to, const struct arg_def *opt)
{
	char text[64];
	size_t n = 0;

	if (!opt->help)
		return;
	for (const char *s = opt->word; *s && n < sizeof(text) - 3; s++) {
		text[n++] = *s == '|' ? ',' : *s;
		if (*s == '|')
			text[n++] = ' ';
	}
	snprintf(text + n, sizeof(text) - n, "%s%s", opt->what && *opt->what != '[' ? " " : "",
		 opt->what ? opt->what : "");
	fprintf(to, "  %-27s %s\n", text, opt->help);
}

static void usage_all(FILE *to)
{
	fprintf(to, "Usage: xswitch [OPTIONS] OBJECT [COMMAND] ...\n\nObjects:\n");
	for (const struct object *const *o = cmd_objects; *o; o++)
		fprintf(to, "  %-8s %s\n", (*o)->name, (*o)->help);
	fprintf(to, "  %-8s %s\n\nOptions:\n", "help",
		"this text; xswitch OBJECT [COMMAND] help says more");
	for (size_t i = 0; i < cmd_noptions; i++)
		usage_option(to, &cmd_option_rows[i]);
}

static bool is_help(const char *word)
{
	return word && (!strcmp(word, "help") || !strcmp(word, "-h") || !strcmp(word, "--help"));
}

static int help(const struct object *obj, const struct cmd *cmd)
{
	usage(stdout, obj, cmd);
	return out_end();
}

static int unknown_command(const struct object *obj, const struct args *args, const char *word)
{
	char list[256] = "";
	size_t len = 0;

	for (const struct cmd *c = obj->cmds; c->name && len < sizeof(list); c++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s, ", c->name);
	return args_fail(args, XSW_USAGE, "unknown command %s, expected %shelp", quoted(word),
			 list);
}

static int unknown_object(const struct args *args, const char *word)
{
	char list[256] = "";
	size_t len = 0;

	for (const struct object *const *o = cmd_objects; *o && len < sizeof(list); o++)
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s, ", (*o)->name);
	return args_fail(args, XSW_USAGE, "unknown object %s, expected %shelp", quoted(word), list);
}

const struct object *cmd_find(const struct args *args, const char *name)
{
	for (const struct object *const *o = cmd_objects; *o; o++)
		if (!strcmp((*o)->name, name))
			return *o;
	unknown_object(args, name);
	return NULL;
}

int cmd_help(struct args *args, bool asked)
{
	const char *word = args_peek(args);
	const struct object *obj;

	if (word && !strcmp(word, "help")) {
		args_next(args);
		word = args_peek(args);
		asked = true;
	}
	if (!word) {
		usage_all(asked ? stdout : stderr);
		return asked ? out_end() : XSW_USAGE;
	}
	obj = cmd_find(args, word);
	return obj ? help(obj, NULL) : XSW_USAGE;
}

/* A dry run prints the model's steps, one record each. */
struct plan {
	const char *step;
};

static const struct out_field plan_fields[] = {
	{ "step", .kind = OUT_CSTR, .when = OUT_BARE, .off = offsetof(struct plan, step) },
	{ 0 },
};

static void print_step(const char *line)
{
	struct plan plan = { .step = line };

	out_record(plan_fields, &plan);
}

/* At the cursor stands the name of an object, or of a command of one. */
static void may_be(const struct args *args, const char *name)
{
	const struct arg_def def = { .word = name, .kind = ARG_FLAG };

	args->may(args, &def, false);
}

int cmd_dispatch(struct cmd_env *env, struct args *args)
{
	const struct object *obj;
	int status, end = XSW_OK;

	if (args_cursor(args))
		for (const struct object *const *o = cmd_objects; *o; o++)
			may_be(args, (*o)->name);
	obj = cmd_find(args, args_next(args));
	if (!obj)
		return XSW_USAGE;
	if (env->xsw.dry_run) {
		env->xsw.plan = print_step;
		out_begin(&env->out);
	}
	status = cmd_run(obj, env, args);
	if (env->xsw.dry_run) {
		if (status && status != XSW_DIFFERS)
			out_drop();
		end = out_end();
	}
	return status ? status : end;
}

static int no_batch(const struct args *args)
{
	return args_fail(args, XSW_USAGE,
			 "not in a batch, which holds only what changes something and can be "
			 "undone");
}

int cmd_run(const struct object *obj, struct cmd_env *env, struct args *args)
{
	const struct cmd *cmd = obj->cmds;
	const char *word = args_peek(args);
	char command[64];

	args->command = obj->name;
	if (args_cursor(args))
		for (const struct cmd *c = cmd; c->name && *c->name; c++)
			may_be(args, c->name);
	if (is_help(word))
		return env->xsw.batch ? no_batch(args) : help(obj, NULL);
	if (word && *cmd->name) {
		for (; cmd->name && strcmp(cmd->name, word); cmd++)
			;
		if (!cmd->name)
			return unknown_command(obj, args, word);
		args_next(args);
		if (is_help(args_peek(args)) && !env->xsw.batch)
			return help(obj, cmd);
		snprintf(command, sizeof(command), "%s %s", obj->name, cmd->name);
		args->command = command;
	}
	if (env->xsw.batch && !cmd_batch_may(args->command))
		return no_batch(args);
	return cmd->run(env, args);
}

int cmd_mac_individual(const struct args *args, const struct arg_mac *mac)
{
	static const uint8_t zero[6];
	const uint8_t *b = mac->byte;
	const char *what = b[0] & 1 ? "a group address" : "all zero";
	char text[MAC_TEXT];

	if (!mac->set || (!(b[0] & 1) && memcmp(b, zero, sizeof(zero))))
		return XSW_OK;
	return args_fail(args, XSW_USAGE, "\"%s\" is %s, expected the address of one station",
			 mac_text(b, text), what);
}

int cmd_addrs_once(const struct args *args, const struct arg_addrs *addrs)
{
	char text[INET6_ADDRSTRLEN];

	for (const struct arg_addr *a = addrs->v; a < addrs->v + addrs->n; a++)
		for (const struct arg_addr *b = addrs->v; b < a; b++)
			if (a->family == b->family && !memcmp(a->addr, b->addr, sizeof(a->addr)) &&
			    (a->plen == b->plen || a->family == AF_INET6))
				return args_fail(args, XSW_USAGE, "address %s is given twice",
						 inet_ntop(a->family, a->addr, text, sizeof(text)));
	return XSW_OK;
}

void cmd_time(uint64_t ns, char text[CMD_TIME_MAX])
{
	time_t s = (time_t)(ns / NS_PER_S);
	struct tm tm;
	size_t n = strftime(text, CMD_TIME_MAX, "%FT%T", gmtime_r(&s, &tm));

	snprintf(text + n, CMD_TIME_MAX - n, ".%06uZ", (unsigned int)(ns % NS_PER_S / 1000));
}

int cmd_look(struct cmd_env *env, const char *port,
	     void (*print)(const struct cmd_env *env, const struct xsw_view *view))
{
	struct xsw_view *view = NULL;
	struct xsw *sw = NULL;
	int status;

	status = xsw_open(&sw, &env->xsw, XSW_READ);
	if (status)
		return status;
	status = xsw_view(sw, port, &view);
	if (status)
		goto close;
	out_begin(&env->out);
	print(env, view);
	status = out_end();
	xsw_view_free(view);
close:
	xsw_close(sw);
	return status;
}

int cmd_filter(struct args *args, char text[CMD_FILTER_MAX])
{
	size_t len = 0;

	*text = '\0';
	while (args_peek(args) && len < CMD_FILTER_MAX)
		len += (size_t)snprintf(text + len, CMD_FILTER_MAX - len, "%s%s", len ? " " : "",
					args_next(args));
	if (len < CMD_FILTER_MAX)
		return XSW_OK;
	return args_fail(args, XSW_USAGE, "a filter has %d characters at most", CMD_FILTER_MAX - 1);
}
