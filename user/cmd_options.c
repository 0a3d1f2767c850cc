// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_options.c - options of the program
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "xsw_names.h"

#define OFF(member) offsetof(struct cmd_options, member)

const struct arg_def cmd_option_rows[] = {
	{ "-S|--switch", "NAME", ARG_STRING, .off = OFF(env.xsw.switch_name),
	  .help = "the switch meant (sw0; environment: XSWITCH)" },
	{ "-n|--netns", "NS", ARG_NETNS, .off = OFF(env.xsw.netns),
	  .help = "namespace it lives in (the caller's): name, path or PID" },
	{ "-j|--json", NULL, ARG_FLAG, .off = OFF(env.out.json),
	  .help = "one JSON array of objects" },
	{ "-p|--pretty", NULL, ARG_FLAG, .off = OFF(env.out.pretty), .help = "with -j: indented" },
	{ "-s|--stats", NULL, ARG_FLAG, .off = OFF(env.out.stats),
	  .help = "counters and times too" },
	{ "-d|--details", NULL, ARG_FLAG, .off = OFF(env.out.details),
	  .help = "more about each record" },
	{ "-br|--brief", NULL, ARG_FLAG, .off = OFF(env.out.brief), .help = "one line a record" },
	{ "--color|--color=always", NULL, ARG_FLAG, .off = OFF(always),
	  .help = "colours in text, or --color=never (auto: a terminal has them)" },
	{ "--color=never", NULL, ARG_FLAG, .off = OFF(never) },
	{ "--color=auto", NULL, ARG_FLAG, .off = OFF(automatic) },
	{ "--dry-run", NULL, ARG_FLAG, .off = OFF(env.xsw.dry_run),
	  .help = "print the plan, change nothing" },
	{ "--wait", "SECONDS", ARG_U32, .off = OFF(env.xsw.wait), .max = 86400,
	  .help = "for another command's lock (10)" },
	{ "-b|--batch", "FILE", ARG_STRING, .off = OFF(batch), .help = "commands, all or none" },
	{ "-v|--verbose", NULL, ARG_FLAG, .off = OFF(verbose),
	  .help = "say what is done (-vv: more)" },
	{ "-vv", NULL, ARG_FLAG, .off = OFF(very_verbose) },
	{ "-V|--version", NULL, ARG_FLAG, .off = OFF(version), .help = "print the version" },
	{ "-h|--help", NULL, ARG_FLAG, .off = OFF(help), .help = "this text" },
};
const size_t cmd_noptions = sizeof(cmd_option_rows) / sizeof(*cmd_option_rows);

/* The rest of what -V, -v, --color and XSWITCH mean. */
static int settle(struct cmd_options *o, const struct args *args)
{
	const char *env = getenv("XSWITCH"), *term = getenv("TERM"), *plain = getenv("NO_COLOR");
	struct xsw_opts *x = &o->env.xsw;
	bool from_env = !x->switch_name && env && *env;

	x->named = x->switch_name || from_env;
	if (!x->switch_name)
		x->switch_name = from_env ? env : XSW_SWITCH_DEFAULT;
	if (!switch_name_valid(x->switch_name))
		return args_fail(args, XSW_USAGE,
				 "switch name %s%s is not valid: expected 1 to 12 "
				 "of a-z 0-9 _ -, the first no -",
				 quoted(x->switch_name),
				 from_env ? " (of the environment: XSWITCH)" : "");
	o->env.out.color = o->always || (!o->never && isatty(STDOUT_FILENO) && !(plain && *plain) &&
					 !(term && !strcmp(term, "dumb")));
	log_set_verbose(o->very_verbose ? 2 : o->verbose);
	return XSW_OK;
}

int cmd_options(struct args *args, struct cmd_options *o)
{
	int status;

	o->env.xsw.wait = 10;
	status = args_options(args, cmd_option_rows, cmd_noptions, o);
	if (!status && !args->may)
		args_late_flags(args, cmd_option_rows, cmd_noptions, o);
	return status || o->version || o->help ? status : settle(o, args);
}
