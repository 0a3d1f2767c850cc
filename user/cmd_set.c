// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_set.c - xswitch set: settings of the whole switch
 */
#include "cmd.h"

/* `any` stands first so that no set_off is 0 */
struct words {
	bool any;
	struct xsw_change change;
};

#define OFF(member) offsetof(struct words, change.member)

static const struct arg_def args_set[] = {
	{ "ageing", "SECONDS|MSms", ARG_TIME, .off = OFF(ageing), .set_off = OFF(ageing_set) },
	{ "fdb_size", "N", ARG_U32, .off = OFF(fdb_size), .min = 1, .max = XSW_FDB_SIZE_MAX,
	  .set_off = OFF(fdb_size_set) },
	{ "group_fwd_mask", "MASK", ARG_U32, .off = OFF(group_fwd_mask), .max = 0xffff,
	  .set_off = OFF(mask_set) },
	{ "max_learned", .kind = ARG_LATER },
	{ "flap_limit", .kind = ARG_LATER },
	{ "flap_window", .kind = ARG_LATER },
	{ "recovery", "S|MSms", ARG_TIME, .off = OFF(recovery), .set_off = OFF(recovery_set) },
};

static int set(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	struct xsw *sw = NULL;
	int status;

	if (!args_peek(args))
		return args_fail(args, XSW_USAGE, "nothing to set");
	status = args_parse(args, args_set, sizeof(args_set) / sizeof(*args_set), &words);
	if (status)
		return status;
	status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	status = xsw_set(sw, &words.change);
	xsw_close(sw);
	return status;
}

static const struct cmd cmds[] = {
	{ "", set, "[ageing SECONDS|MSms] [fdb_size N] [group_fwd_mask MASK] [recovery S|MSms]",
	  "change settings of the switch; ageing 0, recovery 0: never" },
	{ 0 },
};

const struct object cmd_set = { "set", cmds, "change settings of the switch" };
