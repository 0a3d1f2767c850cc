// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_trace_out.c - a frame that was traced, as sentences or JSON
 *
 * Example, as text:
 *
 *	 1 parse        60 bytes, untagged
 *	...
 *	10 egress       ns2: takes it
 *	forwarded to ns2 (untagged)
 *
 * A capture gives one line a frame, with -d all of it.
 */
#include <string.h>

#include "cmd.h"
#include "cmd_trace.h"

#define STEP(member)	offsetof(struct xsw_step_view, member)
#define TARGET(member)	offsetof(struct xsw_target_view, member)
#define REFUSED(member) offsetof(struct xsw_refused_view, member)
#define ROW(member)	offsetof(struct cmd_trace_row, member)

static const struct out_field step_fields[] = {
	{ "step", .kind = OUT_U32, .off = STEP(step) },
	{ "name", .kind = OUT_CSTR, .off = STEP(name) },
	{ "port", .kind = OUT_CSTR, .off = STEP(port) },
	{ "result", .kind = OUT_STR, .off = STEP(result) },
	{ 0 },
};

static const struct out_field target_fields[] = {
	{ "port", .kind = OUT_CSTR, .off = TARGET(port) },
	{ "remote", .kind = OUT_STR, .off = TARGET(remote) },
	{ "tagged", .kind = OUT_BOOL, .off = TARGET(tagged) },
	{ "form", .kind = OUT_STR, .off = TARGET(form) },
	{ 0 },
};

static const struct out_field mirrored_fields[] = {
	{ "mirror", .kind = OUT_CSTR, .off = offsetof(struct xsw_mirrored_view, mirror) },
	{ "port", .kind = OUT_CSTR, .off = offsetof(struct xsw_mirrored_view, port) },
	{ 0 },
};

static const struct out_field refused_fields[] = {
	{ "port", .kind = OUT_CSTR, .off = REFUSED(port) },
	{ "reason", .kind = OUT_CSTR, .off = REFUSED(reason) },
	{ 0 },
};

/* JSON; the text is in sentences. */
static const struct out_field fields[] = {
	{ "frame", .kind = OUT_U64, .when = OUT_NONZERO, .off = ROW(frame) },
	{ "time", .kind = OUT_STR, .off = ROW(time) },
	{ "port", .kind = OUT_CSTR, .off = ROW(v.port) },
	{ "hook", .kind = OUT_CSTR, .off = ROW(v.hook) },
	{ "dst", .kind = OUT_MAC, .when = OUT_NONZERO, .off = ROW(v.dst) },
	{ "src", .kind = OUT_MAC, .when = OUT_NONZERO, .off = ROW(v.src) },
	{ "tag", .kind = OUT_STR, .off = ROW(v.tag) },
	{ "type", .kind = OUT_STR, .off = ROW(type) },
	{ "len", .kind = OUT_U32, .when = OUT_NONZERO, .off = ROW(v.len) },
	{ "steps", .kind = OUT_LIST, .off = ROW(v.step), .sub = step_fields,
	  .count_off = ROW(v.nsteps), .size = sizeof(struct xsw_step_view) },
	{ "verdict", .kind = OUT_CSTR, .off = ROW(v.verdict) },
	{ "vlan", .kind = OUT_U32, .when = OUT_NONZERO, .off = ROW(v.vlan) },
	{ "class", .kind = OUT_CSTR, .off = ROW(v.class) },
	{ "reason", .kind = OUT_CSTR, .off = ROW(v.reason) },
	{ "sentence", .kind = OUT_CSTR, .off = ROW(v.sentence) },
	{ "targets", .kind = OUT_LIST, .off = ROW(v.target), .sub = target_fields,
	  .count_off = ROW(v.ntargets), .size = sizeof(struct xsw_target_view) },
	{ "copies", .kind = OUT_U64, .off = ROW(v.ncopies) },
	{ "refused", .kind = OUT_LIST, .off = ROW(v.no), .sub = refused_fields,
	  .count_off = ROW(v.nrefused), .size = sizeof(struct xsw_refused_view) },
	{ "mirrored", .kind = OUT_LIST, .off = ROW(v.copy), .sub = mirrored_fields,
	  .count_off = ROW(v.nmirrored), .size = sizeof(struct xsw_mirrored_view) },
	{ "learned", .kind = OUT_CSTR, .off = ROW(v.learned) },
	{ "from", .kind = OUT_CSTR, .off = ROW(v.from) },
	{ "note", .kind = OUT_CSTR, .off = ROW(v.note) },
	{ "remedy", .kind = OUT_STR, .off = ROW(v.remedy) },
	{ "advice", .kind = OUT_STR, .off = ROW(v.advice) },
	{ 0 },
};

static void print_steps(const struct xsw_explain_view *v)
{
	for (size_t i = 0; i < v->nsteps; i++) {
		const struct xsw_step_view *s = &v->steps[i];

		out_text("%2u %-12s %s%s%s\n", s->step, s->name, s->port ? s->port : "",
			 s->port ? ": " : "", s->result);
	}
}

static void print_verdict(const struct xsw_explain_view *v)
{
	const char *sep = " to ";

	out_text("%s", v->verdict);
	if (v->reason)
		out_text(": %s: %s", v->reason, v->sentence);
	for (size_t i = 0; i < v->ntargets && !v->reason; i++, sep = ", ") {
		const struct xsw_target_view *t = &v->targets[i];

		out_text("%s%s%s%s (%s)", sep, t->port, *t->remote ? " " : "", t->remote, t->form);
	}
	if (v->ncopies > v->ntargets && !v->reason)
		out_text(" and %llu more", (unsigned long long)(v->ncopies - v->ntargets));
	out_text("\n");
}

static void print_rest(const struct xsw_explain_view *v)
{
	for (size_t i = 0; i < v->nmirrored; i++)
		out_text("mirror %s: a copy to %s\n", v->copy[i].mirror, v->copy[i].port);
	if (v->note)
		out_text("note: %s: %s\n", v->note, v->note_sentence);
	if (!strcmp(v->hook, "xdp"))
		out_text("note: %s is at XDP: such a frame may go the short way, with the same "
			 "result\n",
			 v->port);
	if (*v->remedy)
		out_text("remedy: %s\n", v->remedy);
	if (*v->advice)
		out_text("remedy: %s\n", v->advice);
}

/* What came in, in front of what becomes of it. */
static void print_frame(const struct cmd_trace_row *row)
{
	const struct xsw_explain_view *v = &row->v;
	char src[MAC_TEXT], dst[MAC_TEXT];

	out_text("%s %s %s > %s%s%s type %s len %u: ", row->time, v->port, mac_text(v->src, src),
		 mac_text(v->dst, dst), *v->tag ? " tag " : "", v->tag, row->type, v->len);
}

void cmd_trace_print(const struct cmd_env *env, const struct cmd_trace_row *row)
{
	bool all = !env->out.brief && (!row->frame || env->out.details);

	if (env->out.json) {
		out_record(fields, row);
		return;
	}
	if (*row->time) {
		print_frame(row);
		print_verdict(&row->v);
		if (all)
			print_steps(&row->v);
		return;
	}
	if (row->frame)
		out_text("%s%llu: ", all ? "frame " : "", (unsigned long long)row->frame);
	if (row->frame && all)
		out_text("\n");
	if (all)
		print_steps(&row->v);
	print_verdict(&row->v);
	if (all)
		print_rest(&row->v);
}
