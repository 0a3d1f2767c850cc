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
	{ "max_learned", "N|none", ARG_LIMIT, .off = OFF(max_learned), .min = 1,
	  .set_off = OFF(max_learned_set) },
	{ "flap_limit", "N|none", ARG_LIMIT, .off = OFF(flap_limit), .min = 1, .max = UINT16_MAX,
	  .set_off = OFF(flap_limit_set) },
	{ "flap_window", "S|MSms", ARG_TIME, .off = OFF(flap_window),
	  .set_off = OFF(flap_window_set) },
	{ "recovery", "S|MSms", ARG_TIME, .off = OFF(recovery), .set_off = OFF(recovery_set) },
};

/* The data path counts the window in ticks of 16 bits. */
#define WINDOW_MIN 20000000ULL /* ns */
#define WINDOW_MAX 600000000000ULL

static int check_window(const struct args *args, const struct xsw_change *c)
{
	if (!c->flap_window_set || (c->flap_window >= WINDOW_MIN && c->flap_window <= WINDOW_MAX))
		return XSW_OK;
	return args_fail(args, XSW_USAGE, "flap_window %llums is not valid: expected 20ms to 600s",
			 (unsigned long long)c->flap_window / 1000000);
}

int cmd_set_parse(struct args *args, struct xsw_change *change)
{
	struct words words = { 0 };
	int status;

	if (!args_peek(args))
		return args_fail(args, XSW_USAGE, "nothing to set");
	status = args_parse(args, args_set, sizeof(args_set) / sizeof(*args_set), &words);
	if (!status)
		status = check_window(args, &words.change);
	*change = words.change;
	return status;
}

const struct cmd_words cmd_set_words = { "set", args_set, sizeof(args_set) / sizeof(*args_set) };

static int set(struct cmd_env *env, struct args *args)
{
	struct xsw_change change;
	struct xsw *sw = NULL;
	int status = cmd_set_parse(args, &change);

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	status = xsw_set(sw, &change);
	xsw_close(sw);
	return status;
}

static const struct cmd cmds[] = {
	{ "", set,
	  "[ageing SECONDS|MSms] [fdb_size N] [max_learned N|none] [group_fwd_mask MASK]\n"
	  "               [flap_limit N|none] [flap_window S|MSms] [recovery S|MSms]",
	  "change settings of the switch; ageing 0: never" },
	{ 0 },
};

const struct object cmd_set = { "set", cmds, "change settings of the switch" };
