// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_wire.c - xswitch wire: two ports connected to each other, past the switch
 *
 * Example: "ns1 peer ns2".
 */
#include "cmd.h"

#define COUNT(table)	 (sizeof(table) / sizeof(*(table)))
#define WIRE_OFF(member) offsetof(struct xsw_wire_view, member)

static const struct out_field fields[] = {
	{ "port", .kind = OUT_CSTR, .when = OUT_BARE, .off = WIRE_OFF(port) },
	{ "peer", .kind = OUT_CSTR, .off = WIRE_OFF(peer) },
	{ 0 },
};

static void print(const struct xsw_wire_view *wire, void *arg)
{
	(void)arg;
	out_record(fields, wire);
}

static int wire_show(struct cmd_env *env, struct args *args)
{
	struct xsw *sw = NULL;
	int status = args_end(args), end;

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_READ);
	if (status)
		return status;
	out_begin(&env->out);
	status = xsw_wire_each(sw, print, NULL);
	end = out_end();
	xsw_close(sw);
	return status ? status : end;
}

struct words {
	const char *port, *peer;
};

static const struct arg_def ends[] = {
	{ "", "PORT", ARG_NAME, .off = offsetof(struct words, port), .required = true },
	{ "", "PORT", ARG_NAME, .off = offsetof(struct words, peer), .required = true },
};

static int change(struct cmd_env *env, struct args *args, size_t nends)
{
	struct words words = { 0 };
	struct xsw *sw = NULL;
	int status = args_parse(args, ends, nends, &words);

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	status = words.peer ? xsw_wire_add(sw, words.port, words.peer) :
			      xsw_wire_del(sw, words.port);
	xsw_close(sw);
	return status;
}

static int wire_add(struct cmd_env *env, struct args *args)
{
	return change(env, args, COUNT(ends));
}

static int wire_del(struct cmd_env *env, struct args *args)
{
	return change(env, args, 1);
}

static const struct cmd cmds[] = {
	{ "show", wire_show, "", "wires, each once" },
	{ "add", wire_add, "PORT PORT", "connect two transparent ports: all frames, all tags" },
	{ "del", wire_del, "PORT", "make both ends ports of the switch again" },
	{ 0 },
};

const struct object cmd_wire = { "wire", cmds, "two ports as by a cable: show, add, del" };
