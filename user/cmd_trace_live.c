// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_trace_live.c - xswitch trace --live: what becomes of frames as they come
 *
 * Example: xswitch trace --live --drops vlan 10
 *
 *	2026-11-21T14:30:00.123456Z ns1 02:...:01 > ff:ff:ff:ff:ff:ff tag 802.1q 10 type 0x0806
 *	len 60: dropped: vlan_ingress: the ingress port is no member of the VLAN
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_trace.h"

#define SNAPLEN	   64 /* up to the type behind some tags */
#define TYPE_AT	   12
#define TAG	   4
#define TYPE_LEAST 0x600 /* IEEE 802.3: less is a length, and LLC follows */

struct words {
	const char *port;
	bool drops;
	uint32_t count;
};

#define OFF(member) offsetof(struct words, member)

static const struct arg_def options[] = {
	{ "--port", "PORT", ARG_NAME, .off = OFF(port) },
	{ "--drops", .kind = ARG_FLAG, .off = OFF(drops) },
	{ "--count", "N", ARG_U32, .off = OFF(count), .min = 1, .max = UINT32_MAX },
};

struct live {
	const struct cmd_env *env;
	const struct words *words;
	struct xsw *sw;
	struct cmd_trace_row *row;
	uint64_t n, lost;
};

/* Frames that nobody told of. */
struct lost {
	char time[CMD_TIME_MAX];
	uint64_t n;
};

static const struct out_field lost_fields[] = {
	{ "time", .kind = OUT_STR, .when = OUT_BARE, .off = offsetof(struct lost, time) },
	{ "lost", .kind = OUT_U64, .off = offsetof(struct lost, n) },
	{ 0 },
};

static bool is_enough(const struct live *l)
{
	return l->words->count && l->n >= l->words->count;
}

/* Behind the outer tag. */
static void type_text(const struct xsw_trace *rec, const uint8_t *frame, char text[8])
{
	uint32_t at = TYPE_AT + (rec->tpid ? TAG : 0), type;

	*text = '\0';
	if (rec->caplen < at + 2)
		return;
	type = (uint32_t)frame[at] << 8 | frame[at + 1];
	if (type < TYPE_LEAST)
		snprintf(text, 8, "llc");
	else
		snprintf(text, 8, "0x%04x", type);
}

static void on_frame(const struct xsw_trace *rec, const uint8_t *frame, uint64_t time, void *arg)
{
	struct live *l = arg;

	if (is_enough(l))
		return;
	l->row->frame = ++l->n;
	cmd_time(time, l->row->time);
	type_text(rec, frame, l->row->type);
	xsw_explain(l->sw, rec, &l->row->v);
	cmd_trace_print(l->env, l->row);
}

static int begin(void *arg)
{
	(void)arg;
	return XSW_OK;
}

static void on_lost(uint64_t n, uint64_t time, void *arg)
{
	struct lost lost = { .n = n };
	struct live *l = arg;

	l->lost += n;
	cmd_time(time, lost.time);
	out_record(lost_fields, &lost);
}

static bool flush(void *arg)
{
	return out_flush() && !is_enough(arg);
}

static int watch(struct live *l, const char *filter)
{
	const struct xsw_watch_spec spec = {
		.filter = filter,
		.port = l->words->port,
		.in = true,
		.out = true,
		.drops = l->words->drops,
		.snaplen = SNAPLEN,
		.fd = STDOUT_FILENO,
	};
	const struct xsw_watch_fns fns = { begin, on_frame, on_lost, flush, l };
	struct out_opts out = l->env->out;
	int status, end;

	out.lines = true;
	out_begin(&out);
	status = xsw_watch(l->sw, &spec, &fns);
	end = out_end();
	if (l->lost)
		warn("%llu frames were lost: they came faster than they were read",
		     (unsigned long long)l->lost);
	return status ? status : end;
}

int cmd_trace_live(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	struct live l = { .env = env, .words = &words };
	char filter[CMD_FILTER_MAX];
	int status = args_options(args, options, sizeof(options) / sizeof(*options), &words);

	if (!status)
		status = cmd_filter(args, filter);
	if (!status)
		status = xsw_open(&l.sw, &env->xsw, XSW_READ);
	if (status)
		return status;
	l.row = calloc(1, sizeof(*l.row));
	status = l.row ? watch(&l, *filter ? filter : NULL) : fail(XSW_REFUSED, "out of memory");
	free(l.row);
	xsw_close(l.sw);
	return status;
}
