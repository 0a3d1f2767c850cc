// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_capture.c - xswitch capture: a pcap of what enters and leaves by a port
 *
 * What goes straight into the other end of a veth, or by XDP, is in it too: it is what the switch
 * decides, not what a device sees. A frame is written as it comes in, each copy as it leaves: with
 * the tag it gets, or without. A packet that the kernel cuts into segments later is whole.
 *
 * Example: xswitch capture ns1 udp port 53 | tcpdump -nr -
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "pcap_out.h"

#define COUNT(table)   (sizeof(table) / sizeof(*(table)))
#define TAG	       4
#define SNAPLEN	       262144 /* as tcpdump has it */
#define OFF(member)    offsetof(struct words, member)
#define MOST(a, limit) ((a) < (limit) ? (a) : (limit))

static const char *const directions[] = { "both", "in", "out", NULL };

enum direction {
	BOTH,
	IN,
	OUT,
};

struct words {
	const char *file;
	int direction; /* enum direction */
	uint32_t snaplen, count;
};

static const struct arg_def options[] = {
	{ "-w|--write", "FILE", ARG_STRING, .off = OFF(file) },
	{ "--direction", "in|out|both", ARG_CHOICE, .off = OFF(direction), .choices = directions },
	{ "--snaplen", "BYTES", ARG_U32, .off = OFF(snaplen), .min = 14, .max = SNAPLEN },
	{ "--count", "N", ARG_U32, .off = OFF(count), .min = 1, .max = UINT32_MAX },
};

struct capture {
	struct xsw *sw;
	const struct words *words;
	struct pcap_out *out;
	uint64_t n, lost;
};

static int write_failed(const char *file, int err)
{
	return fail(XSW_REFUSED, "cannot write %s: %s",
		    strcmp(file, "-") ? quoted(file) : "standard output", strerror(-err));
}

static int begin(void *arg)
{
	struct capture *c = arg;
	int err = pcap_out_open(&c->out, c->words->file, c->words->snaplen);

	return err ? write_failed(c->words->file, err) : XSW_OK;
}

static bool is_enough(const struct capture *c)
{
	return c->words->count && c->n >= c->words->count;
}

static void put(struct capture *c, uint64_t time, const uint8_t *frame, uint32_t caplen,
		uint32_t len)
{
	if (is_enough(c))
		return;
	pcap_out_frame(c->out, time, frame, MOST(caplen, c->words->snaplen), len);
	c->n++;
}

static void on_frame(const struct xsw_trace *rec, const uint8_t *frame, uint64_t time, void *arg)
{
	static uint8_t copy[XSW_TRACE_SNAP + XSW_FORM_MORE];
	uint32_t n = MOST(rec->ports_n, XSW_TRACE_PORTS), len, caplen;
	struct capture *c = arg;
	uint16_t tag;

	if (rec->watched & XSW_WATCH_IN)
		put(c, time, frame, rec->caplen, rec->len);
	for (uint32_t i = 0; i < n && rec->watched & XSW_WATCH_OUT; i++) {
		if (!(rec->ports[i].flags & XSW_TP_SENT))
			continue;
		tag = rec->ports[i].flags & XSW_TP_MIRROR ?
			      xsw_mirror_tag(c->sw, rec->ports[i].reason) :
			      0;
		caplen = xsw_trace_form(rec, &rec->ports[i], tag, frame, copy, &len);
		put(c, time, copy, caplen, len);
	}
}

static void on_lost(uint64_t n, uint64_t time, void *arg)
{
	struct capture *c = arg;

	(void)time;
	c->lost += n;
	info("%llu frames lost", (unsigned long long)n);
}

static bool flush(void *arg)
{
	struct capture *c = arg;

	return !pcap_out_flush(c->out) && !is_enough(c);
}

static int run(struct cmd_env *env, const char *port, const struct words *words, const char *filter)
{
	struct capture c = { .words = words };
	const struct xsw_watch_spec spec = {
		.filter = filter,
		.port = port,
		.in = words->direction != OUT,
		.out = words->direction != IN,
		.only = true,
		.snaplen = MOST(words->snaplen + TAG, XSW_TRACE_SNAP),
		.fd = strcmp(words->file, "-") ? -1 : STDOUT_FILENO,
	};
	const struct xsw_watch_fns fns = { begin, on_frame, on_lost, flush, &c };
	struct xsw *sw = NULL;
	int status = xsw_open(&sw, &env->xsw, XSW_READ), err;

	if (status)
		return status;
	c.sw = sw;
	status = xsw_watch(sw, &spec, &fns);
	xsw_close(sw);
	err = pcap_out_close(c.out);
	if (err && err != -EPIPE) /* a reader that has gone is no error */
		status = write_failed(words->file, err);
	if (c.lost)
		warn("%llu frames were lost: they came faster than they were read",
		     (unsigned long long)c.lost);
	return status;
}

static int capture(struct cmd_env *env, struct args *args)
{
	struct words words = { .snaplen = SNAPLEN };
	const char *port = args_next(args);
	char filter[CMD_FILTER_MAX];
	int status;

	if (!port)
		return args_fail(args, XSW_USAGE, "PORT is missing");
	if (!port_name_valid(port))
		return args_fail(args, XSW_USAGE, "%s is no name of a port", quoted(port));
	status = args_options(args, options, COUNT(options), &words);
	if (!status)
		status = cmd_filter(args, filter);
	if (status)
		return status;
	if (env->out.json)
		return args_fail(args, XSW_USAGE, "it writes pcap, there is no JSON");
	if (!words.file && isatty(STDOUT_FILENO)) {
		args_fail(args, XSW_USAGE, "standard output is a terminal, and pcap is no text");
		hint("-w FILE, or pipe it: xswitch capture %s | tcpdump -nr -", port);
		return XSW_USAGE;
	}
	words.file = words.file ?: "-";
	return run(env, port, &words, *filter ? filter : NULL);
}

static const struct cmd cmds[] = {
	{ "", capture,
	  "PORT [-w|--write FILE|-] [--direction in|out|both] [--snaplen BYTES] [--count N] "
	  "[FILTER]",
	  "write a pcap, to standard output unless told, until it is interrupted; FILTER: man 7 "
	  "pcap-filter" },
	{ 0 },
};

const struct object cmd_capture = { "capture", cmds, "a pcap of what enters and leaves a port" };
