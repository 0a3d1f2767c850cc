// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_agent.c - xswitch agent: react to what happens to the devices of a switch
 *
 * Example: "xswitch: port up0: device enp1s0 lost carrier: what was learned there is forgotten".
 * With -j these are records on stdout, one array, a line each, instead of lines on stderr.
 * --listen: it serves what `xswitch metrics` says of the switch, from the namespace it was called in.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "http.h"
#include "xsw_agent.h"

#define NS_PER_S 1000000000ULL

struct row {
	struct xsw_agent_event e;
	char time[32]; /* 2026-11-21T14:30:00.123456Z */
};

#define ROW_OFF(member) offsetof(struct row, member)

static const struct out_field fields[] = {
	{ "time", .kind = OUT_STR, .off = ROW_OFF(time) },
	{ "event", .kind = OUT_CSTR, .off = ROW_OFF(e.event) },
	{ "cause", .kind = OUT_CSTR, .off = ROW_OFF(e.cause) },
	{ "port", .kind = OUT_CSTR, .off = ROW_OFF(e.port) },
	{ "ifname", .kind = OUT_CSTR, .off = ROW_OFF(e.ifname) },
	{ "from", .kind = OUT_CSTR, .off = ROW_OFF(e.from) },
	{ "mtu", .kind = OUT_U32, .when = OUT_NONZERO, .off = ROW_OFF(e.mtu) },
	{ "old_mtu", .kind = OUT_U32, .when = OUT_NONZERO, .off = ROW_OFF(e.old_mtu) },
	{ "text", .kind = OUT_CSTR, .off = ROW_OFF(e.text) },
	{ 0 },
};

static void record(const struct xsw_agent_event *e, void *arg)
{
	struct row row = { .e = *e };
	time_t s = (time_t)(e->time / NS_PER_S);
	struct tm tm;
	size_t n = strftime(row.time, sizeof(row.time), "%FT%T", gmtime_r(&s, &tm));

	(void)arg;
	snprintf(row.time + n, sizeof(row.time) - n, ".%06uZ",
		 (unsigned int)(e->time % NS_PER_S / 1000));
	out_record(fields, &row);
}

static bool flush(void *arg)
{
	(void)arg;
	return out_flush();
}

static void line(const struct xsw_agent_event *e, void *arg)
{
	(void)arg;
	notice("%s", e->text);
}

static bool always(void *arg)
{
	(void)arg;
	return true;
}

static bool run(void *arg)
{
	return http_run(arg);
}

static int follow(const struct cmd_env *env, struct xsw_agent_io *io)
{
	int status, end;

	if (!env->out.json)
		return xsw_agent(&env->xsw, io);
	io->fn = record;
	io->flush = flush;
	io->fd = STDOUT_FILENO;
	out_begin(&env->out);
	status = xsw_agent(&env->xsw, io);
	end = out_end();
	return status ? status : end;
}

struct words {
	const char *listen;
};

static const struct arg_def args_agent[] = {
	{ "--listen", "ADDR:PORT", ARG_STRING, .off = offsetof(struct words, listen) },
};

static int agent(struct cmd_env *env, struct args *args)
{
	struct xsw_agent_io io = { .fn = line, .flush = always, .fd = -1, .side.fd = -1 };
	struct xsw_opts own = env->xsw;
	struct words words = { 0 };
	struct http *http = NULL;
	int status = args_parse(args, args_agent, sizeof(args_agent) / sizeof(*args_agent), &words);

	if (!status && env->xsw.dry_run)
		status =
			args_fail(args, XSW_USAGE, "--dry-run: it changes only what happens later");
	/* of the one switch, and it lives where that does */
	own.named = true;
	own.netns = NULL;
	if (!status && words.listen)
		status = cmd_metrics_serve(args, words.listen, &own, &http);
	if (http)
		io.side = (struct xsw_agent_side){ http_fd(http), run, http };
	if (!status)
		status = follow(env, &io);
	http_close(http);
	return status;
}

static const struct cmd cmds[] = {
	{ "", agent, "[--listen [ADDR:]PORT]",
	  "follow the devices of the switch, until a signal: forget what was learned where a link\n"
	  "  goes down, follow new names, connect a port whose device or namespace is back;\n"
	  "  --listen: its `metrics` over HTTP, on 127.0.0.1 unless ADDR says otherwise" },
	{ 0 },
};

const struct object cmd_agent = { "agent", cmds, "react to links that go and devices that return" };
