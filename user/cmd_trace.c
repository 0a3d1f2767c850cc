// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_trace.c - xswitch trace: what the switch would do with a frame
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "args_frame.h"
#include "cmd.h"
#include "cmd_trace.h"
#include "pcap.h"

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

static int one_frame(const struct cmd_env *env, struct xsw_tracer *t, struct cmd_trace_row *row,
		     const uint8_t *data, size_t len, uint32_t gso)
{
	int status = xsw_trace_frame(t, data, (uint32_t)len, gso, &row->v);

	if (!status)
		cmd_trace_print(env, row);
	return status;
}

/* A capture may have less of a frame than there was: what is missing is zeros. */
static int capture(const struct cmd_env *env, const struct args *args, struct xsw_tracer *t,
		   struct cmd_trace_row *row, const char *file, uint8_t *data)
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
		return args_fail(args, more == -EBADMSG ? XSW_USAGE : XSW_REFUSED, "%s: %s",
				 quoted(file), why);
	return status;
}

static int trace(const struct cmd_env *env, const struct args *args, struct xsw_tracer *t,
		 const struct words *w)
{
	struct cmd_trace_row *row = calloc(1, sizeof(*row));
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

	if (args_peek(args) && !strcmp(args_peek(args), "--live")) {
		args_next(args);
		return cmd_trace_live(env, args);
	}
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
	  "[len N] [gso N]} [remote IP] [key N]\n"
	  "       xswitch trace --live [--port PORT] [--drops] [--count N] [FILTER]",
	  "what the switch would do with a frame that comes in by PORT" },
	{ 0 },
};

const struct object cmd_trace = { "trace", cmds, "what the switch would do with a frame, and why" };
