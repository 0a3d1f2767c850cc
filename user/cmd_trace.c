// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_trace.c - xswitch trace: what the switch would do with a frame
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
#include <stdlib.h>
#include <string.h>

#include "args_frame.h"
#include "cmd.h"
#include "pcap.h"
#include "xsw_explain.h"

struct row {
	uint64_t frame; /* of a capture, from 1; 0: there is no other */
	struct xsw_explain_view v;
};

#define STEP(member)	offsetof(struct xsw_step_view, member)
#define TARGET(member)	offsetof(struct xsw_target_view, member)
#define REFUSED(member) offsetof(struct xsw_refused_view, member)
#define ROW(member)	offsetof(struct row, member)

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

static const struct out_field refused_fields[] = {
	{ "port", .kind = OUT_CSTR, .off = REFUSED(port) },
	{ "reason", .kind = OUT_CSTR, .off = REFUSED(reason) },
	{ 0 },
};

/* JSON; the text is in sentences. */
static const struct out_field fields[] = {
	{ "frame", .kind = OUT_U64, .when = OUT_NONZERO, .off = ROW(frame) },
	{ "port", .kind = OUT_CSTR, .off = ROW(v.port) },
	{ "hook", .kind = OUT_CSTR, .off = ROW(v.hook) },
	{ "dst", .kind = OUT_MAC, .when = OUT_NONZERO, .off = ROW(v.dst) },
	{ "src", .kind = OUT_MAC, .when = OUT_NONZERO, .off = ROW(v.src) },
	{ "tag", .kind = OUT_STR, .off = ROW(v.tag) },
	{ "len", .kind = OUT_U32, .off = ROW(v.len) },
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

static void print(const struct cmd_env *env, const struct row *row)
{
	bool all = !env->out.brief && (!row->frame || env->out.details);

	if (env->out.json) {
		out_record(fields, row);
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

/* --- frames ---------------------------------------------------------------------------- */

struct words {
	struct xsw_trace_spec into;
	const char *frame; /* hex digits, @FILE */
	struct arg_frame words;
};

#define OFF(member) offsetof(struct words, member)

static const struct arg_def args_trace[] = {
	{ "", "PORT", ARG_NAME, .off = OFF(into.port), .required = true },
	{ "", "HEX|@FILE", ARG_STRING, .off = OFF(frame) },
	ARG_FRAME_ROWS(OFF(words)),
	{ "remote", "IP", ARG_HOST, .off = OFF(into.remote) },
	{ "key", "N", ARG_U32, .off = OFF(into.key), .set_off = OFF(into.key_set) },
};

static int one_frame(const struct cmd_env *env, struct xsw_tracer *t, struct row *row,
		     const uint8_t *data, size_t len, uint32_t gso)
{
	int status = xsw_trace_frame(t, data, (uint32_t)len, gso, &row->v);

	if (!status)
		print(env, row);
	return status;
}

/* A capture may have less of a frame than there was: what is missing is zeros. */
static int capture(const struct cmd_env *env, const struct args *args, struct xsw_tracer *t,
		   struct row *row, const char *file, uint8_t *data)
{
	struct pcap_frame frame;
	char why[PCAP_WHY_MAX];
	struct pcap_in *in;
	int more = pcap_in_open(&in, file, why), status = XSW_OK;

	while (!more && (more = pcap_in_next(in, &frame, why)) > 0) {
		uint32_t have = frame.caplen < FRAME_MAX ? frame.caplen : FRAME_MAX;

		memset(data, 0, FRAME_MAX);
		memcpy(data, frame.data, have);
		row->frame++;
		status = one_frame(env, t, row, data, frame.len, 0);
		more = status ? 1 : 0;
	}
	pcap_in_close(in);
	if (more < 0)
		return args_fail(args, XSW_USAGE, "%s: %s", quoted(file), why);
	return status;
}

static int trace(const struct cmd_env *env, const struct args *args, struct xsw_tracer *t,
		 const struct words *w)
{
	struct row *row = calloc(1, sizeof(*row));
	uint8_t *data = malloc(FRAME_MAX);
	int status;

	if (!row || !data) {
		status = fail(XSW_REFUSED, "out of memory");
	} else if (w->frame && *w->frame == '@') {
		status = capture(env, args, t, row, w->frame + 1, data);
	} else {
		size_t len = w->frame ? frame_hex(w->frame, data) : frame_build(&w->words, data);

		status = one_frame(env, t, row, data, len, w->words.gso);
	}
	free(row);
	free(data);
	return status;
}

/* What is wrong with the frame itself, before the switch is looked at. */
static int check(const struct args *args, const struct words *w)
{
	const char *wrong = w->frame ? NULL : frame_wrong(&w->words);
	uint8_t *data;
	size_t len;

	if (w->frame && frame_worded(&w->words))
		return args_fail(args, XSW_USAGE, "%s and words: one frame is enough",
				 quoted(w->frame));
	if (wrong)
		return args_fail(args, XSW_USAGE, "%s", wrong);
	if (!w->frame || *w->frame == '@')
		return XSW_OK;
	data = malloc(FRAME_MAX);
	len = data ? frame_hex(w->frame, data) : 1;
	free(data);
	return len ? XSW_OK :
		     args_fail(args, XSW_USAGE,
			       "%s is no frame: expected whole bytes in hex digits, @FILE, or "
			       "words: dst MAC src MAC ...",
			       quoted(w->frame));
}

static int run(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	struct xsw_tracer *t = NULL;
	struct xsw *sw = NULL;
	int status, end;

	status = args_parse(args, args_trace, sizeof(args_trace) / sizeof(*args_trace), &words);
	if (!status)
		status = check(args, &words);
	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_READ);
	if (status)
		return status;
	status = xsw_trace_open(&t, sw, &words.into);
	if (!status) {
		out_begin(&env->out);
		status = trace(env, args, t, &words);
		end = out_end();
		status = status ? status : end;
	}
	xsw_trace_close(t);
	xsw_close(sw);
	return status;
}

static const struct cmd cmds[] = {
	{ "", run,
	  "PORT {HEX | @FILE.pcap | dst MAC src MAC [vlan N [prio P] [tpid T] [inner N]] [type T] "
	  "[len N] [gso N]} [remote IP] [key N]",
	  "what the switch would do with a frame that comes in by PORT" },
	{ 0 },
};

const struct object cmd_trace = { "trace", cmds, "what the switch would do with a frame, and why" };
