// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_stats.c - xswitch stats: what the ports counted
 *
 * Example: `xswitch stats drops` prints "ns1 src_zero packets 3 the source address is all zero".
 */
#include "cmd.h"
#include "cmd_stats.h"

#define COUNT_OFF(member) offsetof(struct xsw_count, member)
#define STATS_OFF(member) offsetof(struct xsw_stats_view, member)
#define PORT_OFF(member)  offsetof(struct xsw_port_view, member)

static const struct out_field count_fields[] = {
	{ "packets", .kind = OUT_U64, .off = COUNT_OFF(packets) },
	{ "bytes", .kind = OUT_U64, .off = COUNT_OFF(bytes) },
	{ 0 },
};

static const struct out_field class_fields[] = { CMD_STATS_CLASSES(struct xsw_count, count_fields),
						 { 0 } };

static const struct out_field reason_fields[] = {
#define R(name, kind, sentence) CMD_STATS_REASON(name, OUT_U64, uint64_t)
	XSW_REASON_LIST(R)
#undef R
		{ 0 },
};

const struct out_field cmd_stats_fields[] = {
	{ "rx", .kind = OUT_OBJECT, .when = OUT_TEXT, .off = STATS_OFF(rx_all),
	  .sub = count_fields },
	{ "tx", .kind = OUT_OBJECT, .when = OUT_TEXT, .off = STATS_OFF(tx_all),
	  .sub = count_fields },
	{ "drops", .kind = OUT_U64, .when = OUT_TEXT, .off = STATS_OFF(drops) },
	{ "rx", .kind = OUT_OBJECT, .when = OUT_LONG | OUT_LINE, .off = STATS_OFF(rx),
	  .sub = class_fields },
	{ "tx", .kind = OUT_OBJECT, .when = OUT_LONG | OUT_LINE, .off = STATS_OFF(tx),
	  .sub = class_fields },
	{ "drops", .text = "reasons", .kind = OUT_OBJECT, .when = OUT_LONG | OUT_LINE,
	  .off = STATS_OFF(reasons), .sub = reason_fields },
	{ 0 },
};

static const struct out_field port_fields[] = {
	{ "port", .kind = OUT_STR, .when = OUT_BARE, .off = PORT_OFF(name) },
	{ "stats", .kind = OUT_OBJECT, .when = OUT_BARE, .off = PORT_OFF(stats),
	  .sub = cmd_stats_fields },
	{ 0 },
};

struct drop {
	const char *port, *reason, *sentence;
	uint64_t packets;
};

static const struct out_field drop_fields[] = {
	{ "port", .kind = OUT_CSTR, .when = OUT_BARE, .off = offsetof(struct drop, port) },
	{ "reason", .kind = OUT_CSTR, .when = OUT_BARE, .off = offsetof(struct drop, reason) },
	{ "packets", .kind = OUT_U64, .off = offsetof(struct drop, packets) },
	{ "sentence", .kind = OUT_CSTR, .when = OUT_BARE, .off = offsetof(struct drop, sentence) },
	{ 0 },
};

static void print_ports(const struct cmd_env *env, const struct xsw_view *view)
{
	(void)env;
	for (size_t i = 0; i < view->nports; i++)
		out_record(port_fields, &view->ports[i]);
}

/* What never happened is shown with -d. */
static void print_drops(const struct cmd_env *env, const struct xsw_view *view)
{
	for (size_t i = 0; i < view->nports; i++) {
		const struct xsw_port_view *port = &view->ports[i];

		for (const struct xsw_reason_word *r = xsw_reason_words; r->name; r++) {
			struct drop drop = { port->name, r->name, r->sentence,
					     port->stats.reasons[r->reason] };

			if (drop.packets || env->out.details)
				out_record(drop_fields, &drop);
		}
	}
}

static const char *const stats_words[] = {
	[CMD_STATS_PORT] = "port", [CMD_STATS_DROPS] = "drops", [CMD_STATS_VLAN] = "vlan", NULL
};

#define OFF(member) offsetof(struct cmd_stats_words, member)

static const struct arg_def args_stats[] = {
	{ "", "[port|drops|vlan]", ARG_CHOICE, .off = OFF(what), .choices = stats_words },
	{ "dev", "PORT", ARG_NAME, .off = OFF(port) },
	{ "--watch", "[SECONDS|MSms]", ARG_TIME, .off = OFF(interval), .min = 10000000,
	  .alone = "1" },
	{ "--count", "N", ARG_U32, .off = OFF(count), .min = 1 },
};

static int stats_show(struct cmd_env *env, struct args *args)
{
	struct cmd_stats_words words = { 0 };
	int status;

	status = args_parse(args, args_stats, sizeof(args_stats) / sizeof(*args_stats), &words);
	if (status)
		return status;
	if (words.port && words.what == CMD_STATS_VLAN)
		return args_fail(args, XSW_USAGE, "VLANs are counted per switch: no dev %s here",
				 quoted(words.port));
	if (words.count && !words.interval)
		return args_fail(args, XSW_USAGE, "--count is of --watch: how many rounds");
	if (words.interval)
		return cmd_stats_watch(env, &words);
	if (words.what == CMD_STATS_VLAN)
		return cmd_vlan_totals(env);
	return cmd_look(env, words.port, words.what == CMD_STATS_DROPS ? print_drops : print_ports);
}

static const struct cmd cmds[] = {
	{ "", stats_show, "[port|drops|vlan] [dev PORT] [--watch [SECONDS]] [--count N]",
	  "packets and bytes of every port, or why frames were dropped; with --watch packets\n"
	  "  and bits a second, every SECONDS (1) until a signal or N times" },
	{ 0 },
};

const struct object cmd_stats = { "stats", cmds, "counters of the ports, and reasons of drops" };
