// SPDX-License-Identifier: GPL-2.0-only
/*
 * main.c - options of the program
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "xsw_names.h"

struct options {
	struct cmd_env env;
	const char *batch;
	bool verbose, very_verbose, version, help, always, never, automatic;
};

#define OFF(member) offsetof(struct options, member)

static const struct arg_def options[] = {
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
#define NOPTIONS (sizeof(options) / sizeof(*options))

/* The rest of what -V, -v, --color and XSWITCH mean. */
static int settle(struct options *o, const struct args *args)
{
	const char *env = getenv("XSWITCH"), *term = getenv("TERM"), *plain = getenv("NO_COLOR");
	struct xsw_opts *x = &o->env.xsw;
	bool from_env = !x->switch_name && env && *env;

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

int main(int argc, char **argv)
{
	struct args args = { .argc = argc > 0 ? argc - 1 : 0, .argv = argv + 1 };
	struct options o = { .env.xsw.wait = 10 };
	int status;

	signal(SIGPIPE, SIG_IGN);
	log_init();
	status = args_options(&args, options, NOPTIONS, &o);
	if (!status)
		args_late_flags(&args, options, NOPTIONS, &o);
	if (!status && !o.version && !o.help)
		status = settle(&o, &args);
	if (status)
		return status;
	if (o.version)
		printf("xswitch %s\n", XSW_VERSION);
	else if (o.batch && !o.help)
		return cmd_batch(&o.env, &args, o.batch);
	else if (o.help || !args_peek(&args) || !strcmp(args_peek(&args), "help"))
		return cmd_help(&args, options, NOPTIONS, o.help);
	else
		return cmd_dispatch(&o.env, &args);
	return out_end();
}
