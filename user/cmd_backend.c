// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_backend.c - apply and down of a file by other means: --backend NAME [--print]
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "topo_script.h"

bool cmd_backend_asked(const struct cmd_backend *words)
{
	return words->print || (words->name && strcmp(words->name, topo_backends->name));
}

static const struct topo_backend *find(const struct args *args, const char *name)
{
	const struct topo_backend *b = topo_backends;
	char list[128] = "";
	size_t len = 0;

	for (; name && b->name; b++) {
		if (!strcmp(b->name, name))
			return b;
		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", len ? "|" : "",
					b->name);
	}
	if (!name)
		return topo_backends;
	args_fail(args, XSW_USAGE, "--backend %s is not valid: expected %s", quoted(name), list);
	return NULL;
}

int cmd_backend(const struct cmd_env *env, const struct args *args, const struct cmd_backend *words,
		const struct topo *topo, bool remove)
{
	const struct topo_backend *backend = find(args, words->name);
	enum topo_job job = remove ? TOPO_REMOVE : TOPO_MAKE;
	struct topo_script *script;
	int status;

	if (!backend)
		return XSW_USAGE;
	if (env->xsw.netns)
		return args_fail(args, XSW_USAGE,
				 "-n: with --backend and --print the file says where a switch "
				 "lives: netns");
	status = topo_script_make(topo, backend, &script);
	if (status)
		return status;
	if (words->print) {
		topo_script_print(script, job, stdout);
		status = out_end();
	} else {
		status = xsw_check_rights(env->xsw.dry_run ? 0 : topo_rights(topo)) ?:
				 topo_script_run(script, job, &env->xsw);
	}
	topo_script_free(script);
	return status;
}
