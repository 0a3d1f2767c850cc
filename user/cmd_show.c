// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_show.c - xswitch show: the switch and its ports
 *
 * Example: "sw0 ageing 300 fdb size 65536 entries 2 learned 2 static 0 ...", then a line a port.
 */
#include "cmd.h"
#include "dot.h"

#define VIEW_OFF(member) offsetof(struct xsw_view, member)
#define FDB_OFF(member)	 offsetof(struct xsw_fdb_totals, member)

static const struct out_field fdb_fields[] = {
	{ "size", .kind = OUT_U32, .off = FDB_OFF(size) },
	{ "entries", .kind = OUT_U32, .off = FDB_OFF(entries) },
	{ "learned", .kind = OUT_U32, .off = FDB_OFF(learned) },
	{ "static", .kind = OUT_U32, .off = FDB_OFF(statics) },
	{ "max_learned", .kind = OUT_U32, .when = OUT_NONZERO, .off = FDB_OFF(max_learned) },
	{ "moved", .kind = OUT_U64, .off = FDB_OFF(moved) },
	{ "refused", .kind = OUT_U64, .off = FDB_OFF(refused) },
	{ "expired", .kind = OUT_U64, .off = FDB_OFF(expired) },
	{ "limited", .kind = OUT_U64, .off = FDB_OFF(limited) },
	{ "held", .kind = OUT_U64, .off = FDB_OFF(held) },
	{ 0 },
};

static const struct out_field switch_fields[] = {
	{ "switch", .kind = OUT_STR, .when = OUT_BARE, .off = VIEW_OFF(name) },
	{ "netns", .kind = OUT_STR, .off = VIEW_OFF(netns) },
	{ "home", .kind = OUT_CSTR, .off = VIEW_OFF(home) },
	{ "ageing", .kind = OUT_SECONDS, .off = VIEW_OFF(ageing) },
	{ "group_fwd_mask", .kind = OUT_U32, .when = OUT_DETAILS, .off = VIEW_OFF(group_fwd_mask) },
	{ "flap_limit", .kind = OUT_U32, .when = OUT_LONG, .off = VIEW_OFF(flap_limit) },
	{ "flap_window", .kind = OUT_SECONDS, .when = OUT_LONG, .off = VIEW_OFF(flap_window) },
	{ "recovery", .kind = OUT_SECONDS, .when = OUT_LONG, .off = VIEW_OFF(recovery) },
	{ "abi", .kind = OUT_U32, .when = OUT_DETAILS, .off = VIEW_OFF(abi) },
	{ "build", .kind = OUT_STR, .when = OUT_DETAILS, .off = VIEW_OFF(build) },
	{ "upgrade", .kind = OUT_CSTR, .when = OUT_DETAILS, .off = VIEW_OFF(upgrade) },
	{ "stray", .kind = OUT_U64, .when = OUT_STATS, .off = VIEW_OFF(stray) },
	{ "fdb", .kind = OUT_OBJECT, .off = VIEW_OFF(fdb), .sub = fdb_fields },
	{ "ports", .kind = OUT_LIST, .off = VIEW_OFF(ports), .sub = cmd_port_fields,
	  .count_off = VIEW_OFF(nports), .size = sizeof(struct xsw_port_view) },
	{ 0 },
};

static void print(const struct cmd_env *env, const struct xsw_view *view)
{
	(void)env;
	out_record(switch_fields, view);
}

static int draw(const struct cmd_env *env)
{
	struct xsw_view *view = NULL;
	struct xsw *sw = NULL;
	FILE *to = NULL;
	int status = xsw_open(&sw, &env->xsw, XSW_READ);

	if (status)
		return status;
	status = xsw_view(sw, NULL, &view);
	if (!status && !(to = out_stream()))
		status = XSW_REFUSED;
	if (!status) {
		out_begin(&env->out);
		dot_write(to, sw, view);
		fclose(to);
		status = out_end();
	}
	xsw_view_free(view);
	xsw_close(sw);
	return status;
}

struct words {
	bool dot;
};

static const struct arg_def args_show[] = {
	{ "--dot", NULL, ARG_FLAG, .off = offsetof(struct words, dot) },
};

static int show(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	int status;

	status = args_parse(args, args_show, sizeof(args_show) / sizeof(*args_show), &words);
	if (status)
		return status;
	if (words.dot && env->out.json)
		return args_fail(args, XSW_USAGE,
				 "-j and --dot are two kinds of output: expected one");
	return words.dot ? draw(env) : cmd_look(env, NULL, print);
}

static const struct cmd cmds[] = {
	{ "", show, "[--dot]",
	  "the switch, its ports, hooks and table sizes; counters with -s;\n"
	  "  --dot: a drawing of what it connects, for `dot -Tsvg` of Graphviz" },
	{ 0 },
};

const struct object cmd_show = { "show", cmds, "show the switch and its ports" };
