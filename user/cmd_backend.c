// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_backend.c - apply and down of a file by other means: --backend NAME [--print]
 */
#include <stdio.h>

#include "cmd.h"
#include "topo_script.h"

bool cmd_backend_asked(const struct cmd_backend *words)
{
	return words->print || words->index;
}

int cmd_backend(const struct cmd_env *env, const struct args *args, const struct cmd_backend *words,
		const struct topo *topo, bool remove)
{
	const struct topo_backend *backend = &topo_backends[words->index];
	enum topo_job job = remove ? TOPO_REMOVE : TOPO_MAKE;
	struct topo_script *script;
	int status;

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
