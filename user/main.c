// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - the program: its options, then an object's command
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"

int main(int argc, char **argv)
{
	struct args args = { .argc = argc > 0 ? argc - 1 : 0, .argv = argv + 1 };
	struct cmd_options o = { 0 };
	int status;

	signal(SIGPIPE, SIG_IGN);
	log_init();
	status = cmd_options(&args, &o);
	if (status)
		return status;
	if (o.version)
		printf("xswitch %s\n", XSW_VERSION);
	else if (o.batch && !o.help)
		return cmd_batch(&o.env, &args, o.batch);
	else if (o.help || !args_peek(&args) || !strcmp(args_peek(&args), "help"))
		return cmd_help(&args, o.help);
	else
		return cmd_dispatch(&o.env, &args);
	return out_end();
}
