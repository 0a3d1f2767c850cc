// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_monitor.c - xswitch monitor: everything that happens to a switch, one line an event
 *
 * Examples:
 *	fdb moved 02:00:00:00:00:01 dev ns2 from ns1 vlan 10 master sw0 dynamic
 *	drop storm dev ns1 master sw0 src 02:00:00:00:00:01 dst ff:ff:ff:ff:ff:ff class broadcast
 *	link renamed dev ns1 master sw0 ifname lan0 was sw0p1
 *	config changed port ns1 mtu 1400 state down
 * JSON is an object a line.
 */
#include <unistd.h>

#include "cmd.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

struct row {
	struct xsw_event_view e;
	const char *master;
	char time[CMD_TIME_MAX];
};

#define ROW_OFF(member) offsetof(struct row, member)

static const struct out_field fields[] = {
	{ "time", .kind = OUT_STR, .when = OUT_BARE | OUT_LONG, .off = ROW_OFF(time) },
	{ "kind", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(e.kind) },
	{ "event", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(e.event) },
	{ "reason", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(e.reason) },
	{ "mac", .kind = OUT_MAC, .when = OUT_BARE | OUT_NONZERO, .off = ROW_OFF(e.mac) },
	{ "object", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(e.object) },
	{ "name", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(e.name) },
	{ "port", "dev", OUT_CSTR, .off = ROW_OFF(e.port) },
	{ "from", .kind = OUT_CSTR, .off = ROW_OFF(e.from) },
	{ "vlan", .kind = OUT_U32, .when = OUT_NONZERO, .off = ROW_OFF(e.vlan) },
	{ "master", .kind = OUT_CSTR, .when = OUT_TEXT, .off = ROW_OFF(master) },
	{ "state", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(e.state) },
	{ "limit", .text = "of", .kind = OUT_CSTR, .off = ROW_OFF(e.limit) },
	{ "src", .kind = OUT_MAC, .when = OUT_NONZERO, .off = ROW_OFF(e.src) },
	{ "dst", .kind = OUT_MAC, .when = OUT_NONZERO, .off = ROW_OFF(e.dst) },
	{ "class", .kind = OUT_CSTR, .off = ROW_OFF(e.class) },
	{ "ifname", .kind = OUT_CSTR, .off = ROW_OFF(e.ifname) },
	{ "was", .kind = OUT_CSTR, .off = ROW_OFF(e.was) },
	{ "mtu", .kind = OUT_U32, .when = OUT_NONZERO, .off = ROW_OFF(e.mtu) },
	{ "words", .kind = OUT_WORDS, .when = OUT_BARE | OUT_NONZERO, .off = ROW_OFF(e.words) },
	{ "count", .kind = OUT_U64, .when = OUT_NONZERO, .off = ROW_OFF(e.count) },
	{ 0 },
};

struct words {
	bool fdb, port, drops, link, config;
	const char *dev;
	uint32_t vlan, count;
	bool vlan_set, reason_set;
	int reason; /* of reasons[] */
};

struct monitor {
	const struct cmd_env *env;
	uint32_t left; /* events until it ends; 0: for ever */
	bool done;
};

static void print(const struct xsw_event_view *e, void *arg)
{
	struct row row = { .e = *e };
	struct monitor *m = arg;

	if (m->done)
		return;
	if (e->count) /* lost ones are no event */
		row.e.event = NULL;
	else
		m->done = m->left && !--m->left;
	if (!e->object)
		row.master = m->env->xsw.switch_name;
	cmd_time(e->time, row.time);
	out_record(fields, &row);
}

static bool flush(void *arg)
{
	const struct monitor *m = arg;

	return out_flush() && !m->done;
}

/* Why a frame may end. */
#define NOTE(name)
#define DROP(name) #name,
static const char *const reason_words[] = {
#define R(name, kind, sentence) kind(name)
	XSW_REASON_LIST(R)
#undef R
		NULL,
};
#undef DROP
#define DROP(name) XSW_R_##name,
static const enum xsw_reason reasons[] = {
#define R(name, kind, sentence) kind(name)
	XSW_REASON_LIST(R)
#undef R
};
#undef DROP
#undef NOTE

#define OFF(member) offsetof(struct words, member)

static const struct arg_def args_monitor[] = {
	{ "fdb", .kind = ARG_FLAG, .off = OFF(fdb) },
	{ "port", .kind = ARG_FLAG, .off = OFF(port) },
	{ "drops", .kind = ARG_FLAG, .off = OFF(drops) },
	{ "link", .kind = ARG_FLAG, .off = OFF(link) },
	{ "config", .kind = ARG_FLAG, .off = OFF(config) },
	{ "dev", "PORT", ARG_NAME, .off = OFF(dev) },
	{ "vlan", "N", ARG_VID, .off = OFF(vlan), .set_off = OFF(vlan_set) },
	{ "reason", "NAME", ARG_CHOICE, .off = OFF(reason), .choices = reason_words,
	  .set_off = OFF(reason_set) },
	{ "--count", "N", ARG_U32, .off = OFF(count), .min = 1, .max = UINT32_MAX },
};

static unsigned int events_of(const struct words *w)
{
	unsigned int events = (w->fdb ? XSW_SEE_FDB : 0) | (w->port ? XSW_SEE_PORT : 0) |
			      (w->drops ? XSW_SEE_DROPS : 0) | (w->link ? XSW_SEE_LINK : 0) |
			      (w->config ? XSW_SEE_CONFIG : 0);

	return events ? events : XSW_SEE_ALL | XSW_SEE_LINK;
}

static int monitor(struct cmd_env *env, struct args *args)
{
	struct words w = { 0 };
	struct xsw_event_filter filter;
	struct monitor m = { .env = env };
	struct out_opts out = env->out;
	struct xsw *sw = NULL;
	int end, status = args_parse(args, args_monitor, COUNT(args_monitor), &w);

	if (status)
		return status;
	filter = (struct xsw_event_filter){ .events = events_of(&w),
					    .port = w.dev,
					    .vlan_set = w.vlan_set,
					    .vlan = w.vlan,
					    .reason = w.reason_set ? reasons[w.reason] : 0,
					    .fd = STDOUT_FILENO };
	if (w.reason_set && !(filter.events & XSW_SEE_DROPS))
		return args_fail(args, XSW_USAGE, "reason is for drops, which are not asked for");
	status = xsw_open(&sw, &env->xsw, XSW_READ);
	if (status)
		return status;
	m.left = w.count;
	out.lines = true;
	out_begin(&out);
	status = xsw_listen(sw, &filter, print, flush, &m);
	end = out_end();
	xsw_close(sw);
	return status ? status : end;
}

static const struct cmd cmds[] = {
	{ "", monitor,
	  "[fdb] [port] [drops] [link] [config] [dev PORT] [vlan N] [reason NAME] [--count N]",
	  "what happens to the switch as it happens, in the order of time" },
	{ 0 },
};

const struct object cmd_monitor = { "monitor", cmds, "what happens, as it happens" };
