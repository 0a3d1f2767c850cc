// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_mirror.c - xswitch mirror: copies of frames for another port
 *
 * Example: "m1 from ns1:in,ns2 vlan 10 to ns3 tag 100".
 */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

/* A mirror as it is shown. */
struct record {
	const char *name, *to;
	const char *const *from; /* NULL: every port */
	struct arg_vids vlans;
	uint32_t tag;
	struct xsw_mirror_stats stats;
	const char *words[ARG_LIST_MAX + 1];
	char text[ARG_LIST_MAX][SOURCE_TEXT_MAX];
};

#define OFF(member) offsetof(struct record, member)

static const struct out_field fields[] = {
	{ "mirror", .kind = OUT_CSTR, .when = OUT_BARE, .off = OFF(name) },
	{ "from", .kind = OUT_ITEMS, .off = OFF(from) },
	{ "vlan", .kind = OUT_VIDS, .off = OFF(vlans) },
	{ "to", .kind = OUT_CSTR, .off = OFF(to) },
	{ "tag", .kind = OUT_U32, .when = OUT_NONZERO, .off = OFF(tag) },
	{ "packets", .kind = OUT_U64, .when = OUT_STATS, .off = OFF(stats.sent.packets) },
	{ "bytes", .kind = OUT_U64, .when = OUT_STATS, .off = OFF(stats.sent.bytes) },
	{ "lost", .kind = OUT_U64, .when = OUT_STATS, .off = OFF(stats.lost) },
	{ 0 },
};

static void print(const struct xsw_mirror_view *v, void *arg)
{
	static struct record r;

	(void)arg;
	r.name = v->spec.name;
	r.to = v->spec.to;
	r.vlans = v->spec.vlans;
	r.tag = v->spec.tag;
	r.stats = v->stats;
	for (size_t i = 0; i < v->spec.from.n; i++) {
		source_text(&v->spec.from.v[i], r.text[i]);
		r.words[i] = r.text[i];
	}
	r.words[v->spec.from.n] = NULL;
	r.from = v->spec.from.n ? r.words : NULL;
	out_record(fields, &r);
}

#undef OFF
#define OFF(member) offsetof(struct xsw_mirror_spec, member)
#define WORD_NAME   "", "NAME", ARG_NAME, .off = OFF(name)

static const struct arg_def args_add[] = {
	{ WORD_NAME, .required = true },
	{ "from", "PORT[:in|out|both]", ARG_SOURCES, .off = OFF(from) },
	{ "vlan", "LIST", ARG_VIDS, .off = OFF(vlans), .set_off = OFF(vlans_set) },
	{ "to", "PORT", ARG_NAME, .off = OFF(to), .required = true },
	{ "tag", "VID", ARG_VID, .off = OFF(tag) },
};

static const struct arg_def args_show[] = { { WORD_NAME } };
static const struct arg_def args_del[] = { { WORD_NAME, .required = true } };

const struct cmd_words cmd_mirror_add_words = { "mirror add", args_add, COUNT(args_add) };

int cmd_mirror_add_parse(struct args *args, struct xsw_mirror_spec *spec)
{
	*spec = (struct xsw_mirror_spec){ 0 };
	return args_parse(args, args_add, COUNT(args_add), spec);
}

static int mirror_show(struct cmd_env *env, struct args *args)
{
	struct xsw_mirror_spec words = { 0 };
	struct xsw *sw = NULL;
	int status = args_parse(args, args_show, COUNT(args_show), &words), end;

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_READ);
	if (status)
		return status;
	out_begin(&env->out);
	status = xsw_mirror_each(sw, words.name, print, NULL);
	end = out_end();
	xsw_close(sw);
	return status ? status : end;
}

static int mirror_add(struct cmd_env *env, struct args *args)
{
	struct xsw_mirror_spec spec;
	struct xsw *sw = NULL;
	int status = cmd_mirror_add_parse(args, &spec);

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	status = xsw_mirror_add(sw, &spec);
	xsw_close(sw);
	return status;
}

static int mirror_del(struct cmd_env *env, struct args *args)
{
	struct xsw_mirror_spec words = { 0 };
	struct xsw *sw = NULL;
	int status = args_parse(args, args_del, COUNT(args_del), &words);

	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_WRITE);
	if (status)
		return status;
	status = xsw_mirror_del(sw, words.name);
	xsw_close(sw);
	return status;
}

static const struct cmd cmds[] = {
	{ "show", mirror_show, "[NAME]", "mirrors; what they copied with -s" },
	{ "add", mirror_add,
	  "NAME [from PORT[:in|out|both][,...]]... [vlan LIST] to PORT [tag VID]",
	  "copy frames of ports (all), as they come in or as they leave, to a port\n"
	  "           that takes nothing else; tag VID: with one more 802.1Q tag outside" },
	{ "del", mirror_del, "NAME", "remove a mirror: its output is a port like any again" },
	{ 0 },
};

const struct object cmd_mirror = { "mirror", cmds, "copies of frames: show, add, del" };
