// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_fdb_monitor.c - xswitch fdb monitor: what happens to the forwarding database
 *
 * Example: "moved 02:00:00:00:00:01 dev ns2 from ns1 vlan 10 master sw0 dynamic". JSON is one
 * array, a line an event, written as it goes and closed in the end.
 */
#include <unistd.h>

#include "cmd.h"

struct row {
	struct xsw_event_view e;
	const char *master;
	char time[CMD_TIME_MAX];
};

#define ROW_OFF(member) offsetof(struct row, member)

static const struct out_field fields[] = {
	{ "time", .kind = OUT_STR, .when = OUT_BARE | OUT_LONG, .off = ROW_OFF(time) },
	{ "event", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(e.event) },
	{ "mac", .kind = OUT_MAC, .when = OUT_BARE | OUT_NONZERO, .off = ROW_OFF(e.mac) },
	{ "port", "dev", OUT_CSTR, .off = ROW_OFF(e.port) },
	{ "from", .kind = OUT_CSTR, .off = ROW_OFF(e.from) },
	{ "vlan", .kind = OUT_U32, .when = OUT_NONZERO, .off = ROW_OFF(e.vlan) },
	{ "master", .kind = OUT_CSTR, .when = OUT_TEXT, .off = ROW_OFF(master) },
	{ "state", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(e.state) },
	{ "limit", .text = "of", .kind = OUT_CSTR, .off = ROW_OFF(e.limit) },
	{ "count", .kind = OUT_U64, .when = OUT_NONZERO, .off = ROW_OFF(e.count) },
	{ 0 },
};

static void print(const struct xsw_event_view *e, void *arg)
{
	const struct cmd_env *env = arg;
	struct row row = { .e = *e, .master = env->xsw.switch_name };

	cmd_time(e->time, row.time);
	out_record(fields, &row);
}

static bool flush(void *arg)
{
	(void)arg;
	return out_flush();
}

struct words {
	const char *port;
	uint32_t vlan;
	bool vlan_set;
};

#define OFF(member) offsetof(struct words, member)

static const struct arg_def args_monitor[] = {
	{ "dev", "PORT", ARG_NAME, .off = OFF(port) },
	{ "vlan", "N", ARG_VID, .off = OFF(vlan), .set_off = OFF(vlan_set) },
};

int cmd_fdb_monitor(struct cmd_env *env, struct args *args)
{
	struct words words = { 0 };
	struct xsw_event_filter filter;
	struct xsw *sw = NULL;
	int status, end;

	status = args_parse(args, args_monitor, sizeof(args_monitor) / sizeof(*args_monitor),
			    &words);
	if (!status)
		status = xsw_open(&sw, &env->xsw, XSW_READ);
	if (status)
		return status;
	filter = (struct xsw_event_filter){ .port = words.port,
					    .vlan_set = words.vlan_set,
					    .vlan = words.vlan,
					    .fd = STDOUT_FILENO };
	out_begin(&env->out);
	status = xsw_listen(sw, &filter, print, flush, env);
	end = out_end();
	xsw_close(sw);
	return status ? status : end;
}
