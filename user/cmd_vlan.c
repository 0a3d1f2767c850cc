// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_vlan.c - xswitch vlan: VLANs of ports, in the words of bridge(8)
 *
 * Example: "ns1 10 pvid untagged", "ns1 20-29".
 */
#include <stdio.h>

#include "cmd.h"

#define COUNT(table)	 (sizeof(table) / sizeof(*(table)))
#define VIEW_OFF(member) offsetof(struct row, member)

/* A line; `range` is the text form of vlan and vlanEnd. */
struct row {
	const char *port, *ifname;
	char range[16];
	uint32_t vlan, vlan_end;
	const char *const *flags;
	uint32_t learned, max_learned;
	struct xsw_vlan_stats stats;
};

static const struct out_field count_fields[] = {
	{ "packets", .kind = OUT_U64, .off = offsetof(struct xsw_count, packets) },
	{ "bytes", .kind = OUT_U64, .off = offsetof(struct xsw_count, bytes) },
	{ 0 },
};

static const struct out_field stats_fields[] = {
	{ "rx", .kind = OUT_OBJECT, .off = offsetof(struct xsw_vlan_stats, rx),
	  .sub = count_fields },
	{ "tx", .kind = OUT_OBJECT, .off = offsetof(struct xsw_vlan_stats, tx),
	  .sub = count_fields },
	{ 0 },
};

static const struct out_field fields[] = {
	{ "port", .kind = OUT_CSTR, .when = OUT_BARE, .off = VIEW_OFF(port) },
	{ "ifname", .kind = OUT_CSTR, .when = OUT_JSON, .off = VIEW_OFF(ifname) },
	{ "vlan", .kind = OUT_U32, .when = OUT_JSON, .off = VIEW_OFF(vlan) },
	{ "vlanEnd", .kind = OUT_U32, .when = OUT_JSON | OUT_NONZERO, .off = VIEW_OFF(vlan_end) },
	{ "range", .kind = OUT_STR, .when = OUT_TEXT | OUT_BARE, .off = VIEW_OFF(range) },
	{ "flags", .kind = OUT_WORDS, .when = OUT_BARE, .off = VIEW_OFF(flags) },
	{ "learned", .kind = OUT_U32, .when = OUT_DETAILS, .off = VIEW_OFF(learned) },
	{ "max_learned", .kind = OUT_U32, .when = OUT_NONZERO | OUT_LONG,
	  .off = VIEW_OFF(max_learned) },
	{ "stats", .kind = OUT_OBJECT, .when = OUT_BARE | OUT_STATS | OUT_LINE,
	  .off = VIEW_OFF(stats), .sub = stats_fields },
	{ 0 },
};

static const struct out_field total_fields[] = {
	{ "vlan", .kind = OUT_U32, .off = offsetof(struct xsw_vlan_total, vlan) },
	{ "stats", .kind = OUT_OBJECT, .when = OUT_BARE,
	  .off = offsetof(struct xsw_vlan_total, stats), .sub = stats_fields },
	{ 0 },
};

static void print_row(const struct xsw_vlan_view *view, void *arg)
{
	struct row row = {
		.port = view->port,
		.ifname = view->ifname,
		.vlan = view->vlan,
		.vlan_end = view->vlan_end,
		.flags = view->flags,
		.learned = view->learned,
		.max_learned = view->max_learned,
		.stats = view->stats,
	};

	(void)arg;
	if (view->vlan_end)
		snprintf(row.range, sizeof(row.range), "%u-%u", view->vlan, view->vlan_end);
	else
		snprintf(row.range, sizeof(row.range), "%u", view->vlan);
	out_record(fields, &row);
}

static void print_total(const struct xsw_vlan_total *total, void *arg)
{
	(void)arg;
	out_record(total_fields, total);
}

/* `any` stands first so that no set_off is 0 */
struct words {
	bool any, vids_set;
	struct arg_vids vids;
	uint32_t max_learned;
	bool max_set;
	struct xsw_vlan_edit edit;
};

#define OFF(member) offsetof(struct words, member)

static const struct arg_def args_show[] = {
	{ "dev", "PORT", ARG_NAME, .off = OFF(edit.port) },
	{ "vid", "LIST", ARG_VIDS, .off = OFF(vids), .set_off = OFF(vids_set) },
};

static int vlan_show(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	struct xsw *sw = NULL;
	int status, end;

	status = args_parse(args, args_show, COUNT(args_show), &words);
	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_READ);
	if (status)
		return status;
	out_begin(&env->out);
	status = xsw_vlan_each(sw, words.edit.port, words.vids_set ? &words.vids : NULL, print_row,
			       NULL);
	end = out_end();
	xsw_close(sw);
	return status ? status : end;
}

int cmd_vlan_totals(struct cmd_env *env)
{
	struct xsw *sw = NULL;
	int status, end;

	status = xsw_open(&sw, &env->xsw, XSW_READ);
	if (status)
		return status;
	out_begin(&env->out);
	status = xsw_vlan_totals(sw, NULL, print_total, NULL);
	end = out_end();
	xsw_close(sw);
	return status ? status : end;
}

static const struct arg_def args_add[] = {
	{ "dev", "PORT", ARG_NAME, .off = OFF(edit.port), .required = true },
	{ "vid", "LIST", ARG_VIDS, .off = OFF(edit.vids), .min = 1, .required = true },
	{ "pvid", NULL, ARG_FLAG, .off = OFF(edit.pvid) },
	{ "untagged", NULL, ARG_FLAG, .off = OFF(edit.untagged) },
};

static int parse_edit(struct args *args, size_t ndefs, struct xsw_vlan_edit *edit)
{
	struct words words = { 0 };
	size_t vids = 0;
	int status;

	status = args_parse(args, args_add, ndefs, &words);
	for (size_t i = 0; i < ARG_VID_WORDS; i++)
		vids += (size_t)__builtin_popcountll(words.edit.vids.word[i]);
	if (!status && words.edit.pvid && vids > 1)
		status = args_fail(args, XSW_USAGE, "pvid is one VLAN, but vid names %zu", vids);
	*edit = words.edit;
	return status;
}

int cmd_vlan_add_parse(struct args *args, struct xsw_vlan_edit *edit)
{
	return parse_edit(args, COUNT(args_add), edit);
}

const struct cmd_words cmd_vlan_add_words = { "vlan add", args_add, COUNT(args_add) };

static int edit(struct cmd_env *env, struct args *args, size_t ndefs, bool del)
{
	struct xsw_vlan_edit edit;
	struct xsw *sw = NULL;
	int status = parse_edit(args, ndefs, &edit);

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	edit.del = del;
	status = xsw_vlan_edit(sw, &edit);
	xsw_close(sw);
	return status;
}

static int vlan_add(struct cmd_env *env, struct args *args)
{
	return edit(env, args, COUNT(args_add), false);
}

static int vlan_del(struct cmd_env *env, struct args *args)
{
	return edit(env, args, 2, true); /* no pvid, no untagged */
}

static const struct arg_def args_set[] = {
	{ "vid", "LIST", ARG_VIDS, .off = OFF(vids), .min = 1, .required = true },
	{ "max_learned", "N|none", ARG_LIMIT, .off = OFF(max_learned), .min = 1,
	  .set_off = OFF(max_set) },
};

int cmd_vlan_set_parse(struct args *args, struct arg_vids *vids, uint32_t *max_learned)
{
	struct words words = { 0 };
	int status;

	status = args_parse(args, args_set, COUNT(args_set), &words);
	if (!status && !words.max_set)
		status = args_fail(args, XSW_USAGE, "nothing to set");
	*vids = words.vids;
	*max_learned = words.max_learned;
	return status;
}

const struct cmd_words cmd_vlan_set_words = { "vlan set", args_set, COUNT(args_set) };

static int vlan_set(struct cmd_env *env, struct args *args)
{
	struct arg_vids vids;
	struct xsw *sw = NULL;
	uint32_t max;
	int status = cmd_vlan_set_parse(args, &vids, &max);

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	status = xsw_vlan_limit(sw, &vids, max);
	xsw_close(sw);
	return status;
}

static const struct cmd cmds[] = {
	{ "show", vlan_show, "[dev PORT] [vid LIST]",
	  "VLANs of ports; addresses learned with -d, counters with -s" },
	{ "add", vlan_add, "dev PORT vid LIST [pvid] [untagged]",
	  "make a port a member; a transparent one becomes hybrid first" },
	{ "del", vlan_del, "dev PORT vid LIST", "end a membership" },
	{ "set", vlan_set, "vid LIST max_learned N|none", "how many addresses a VLAN may learn" },
	{ 0 },
};

const struct object cmd_vlan = { "vlan", cmds, "VLANs of ports: show, add, del, set" };
