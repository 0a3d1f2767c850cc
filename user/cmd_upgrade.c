// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_upgrade.c - xswitch upgrade: the programs of this executable in place of those that run
 */
#include "cmd.h"

#define OFF(member) offsetof(struct xsw_upgrade_spec, member)

static const struct arg_def args_upgrade[] = {
	{ "--all", NULL, ARG_FLAG, .off = OFF(all) },
	{ "--force", NULL, ARG_FLAG, .off = OFF(force) },
};

static int upgrade(struct cmd_env *env, struct args *args)
{
	struct xsw_upgrade_spec spec = { 0 };
	int status;

	status =
		args_parse(args, args_upgrade, sizeof(args_upgrade) / sizeof(*args_upgrade), &spec);
	return status ? status : xsw_upgrade(&env->xsw, &spec);
}

static const struct cmd cmds[] = {
	{ "", upgrade, "[--all] [--force]",
	  "put the programs of this xswitch in place of those that run, without losing a frame;\n"
	  "  --all: of every switch; --force: even if they are the same" },
	{ 0 },
};

const struct object cmd_upgrade = { "upgrade", cmds,
				    "replace the programs of the switch by this version's" };
