// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_down.c - xswitch down: remove what up and port add made
 */
#include "cmd.h"
#include "topo_script.h"

struct words {
	bool all;
	const char *file;
	struct cmd_backend backend;
};

static const struct arg_def args_down[] = {
	{ "--all", NULL, ARG_FLAG, .off = offsetof(struct words, all) },
	{ "", "FILE", ARG_STRING, .off = offsetof(struct words, file) },
	CMD_BACKEND_ROWS(offsetof(struct words, backend)),
};

static int down(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	struct topo *topo;
	int status;

	status = args_parse(args, args_down, sizeof(args_down) / sizeof(*args_down), &words);
	if (status)
		return status;
	if (!words.file && (words.backend.given || words.backend.print))
		return args_fail(args, XSW_USAGE, "FILE is missing");
	if (!words.file)
		return xsw_down(&env->xsw, words.all);
	if (words.all)
		return args_fail(args, XSW_USAGE, "--all is every switch: no file with it");
	status = topo_load(words.file, env->xsw.switch_name, &topo);
	if (!status && cmd_backend_asked(&words.backend))
		status = cmd_backend(env, args, &words.backend, topo, true);
	else if (!status)
		status = topo_remove(&env->xsw, topo);
	topo_free(topo);
	return status;
}

static const struct cmd cmds[] = {
	{ "", down, "[--all | [--backend NAME] [--print] FILE]",
	  "remove exactly what up and port add made; --all: of every switch;\n"
	  "  FILE: what apply made of it, with the same --backend" },
	{ 0 },
};

const struct object cmd_down = { "down", cmds, "remove the switch and what was made for it" };
