// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_down.c - xswitch down: remove what up and port add made
 */
#include "cmd.h"

struct words {
	bool all;
};

static const struct arg_def args_down[] = {
	{ "--all", NULL, ARG_FLAG, .off = offsetof(struct words, all) },
};

static int down(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	int status;

	status = args_parse(args, args_down, sizeof(args_down) / sizeof(*args_down), &words);
	return status ? status : xsw_down(&env->xsw, words.all);
}

static const struct cmd cmds[] = {
	{ "", down, "[--all]", "remove exactly what up and port add made; --all: of every switch" },
	{ 0 },
};

const struct object cmd_down = { "down", cmds, "remove the switch and what was made for it" };
