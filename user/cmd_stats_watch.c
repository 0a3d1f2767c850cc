// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_stats_watch.c - xswitch stats --watch: what the ports count, a second
 *
 * Example: "ns1 rx pps 1000 bit/s 480000 tx pps 0 bit/s 0 drops 0", rounds apart by an empty line. JSON
 * is an object a line: {"time":"2026-11-21T...Z","interval":1,"port":"ns1","rates":{...}}.
 */
#include <string.h>
#include <unistd.h>

#include "cmd_stats.h"
#include "wake.h"
#include "xsw_rate.h"

#define NS_PER_S 1e9

#define SPEED_OFF(member) offsetof(struct xsw_speed, member)
#define RATES_OFF(member) offsetof(struct xsw_rates, member)

static const struct out_field speed_fields[] = {
	{ "packets", "pps", OUT_REAL, .off = SPEED_OFF(packets) },
	{ "bits", "bit/s", OUT_REAL, .off = SPEED_OFF(bits) },
	{ 0 },
};

static const struct out_field class_fields[] = { CMD_STATS_CLASSES(struct xsw_speed, speed_fields),
						 { 0 } };

static const struct out_field reason_fields[] = {
#define R(name, kind, sentence) CMD_STATS_REASON(name, OUT_REAL, double)
	XSW_REASON_LIST(R)
#undef R
		{ 0 },
};

static const struct out_field rates_fields[] = {
	{ "rx", .kind = OUT_OBJECT, .when = OUT_TEXT, .off = RATES_OFF(rx_all),
	  .sub = speed_fields },
	{ "tx", .kind = OUT_OBJECT, .when = OUT_TEXT, .off = RATES_OFF(tx_all),
	  .sub = speed_fields },
	{ "drops", .kind = OUT_REAL, .when = OUT_TEXT, .off = RATES_OFF(drops) },
	{ "rx", .kind = OUT_OBJECT, .when = OUT_LONG | OUT_LINE, .off = RATES_OFF(rx),
	  .sub = class_fields },
	{ "tx", .kind = OUT_OBJECT, .when = OUT_LONG | OUT_LINE, .off = RATES_OFF(tx),
	  .sub = class_fields },
	{ "drops", .text = "reasons", .kind = OUT_OBJECT, .when = OUT_LONG | OUT_LINE,
	  .off = RATES_OFF(reasons), .sub = reason_fields },
	{ 0 },
};

static const struct out_field drop_rates_fields[] = {
	{ "packets", "pps", OUT_REAL, .off = RATES_OFF(drops) },
	{ 0 },
};

static const struct out_field vlan_rates_fields[] = {
	{ "rx", .kind = OUT_OBJECT, .off = RATES_OFF(rx_all), .sub = speed_fields },
	{ "tx", .kind = OUT_OBJECT, .off = RATES_OFF(tx_all), .sub = speed_fields },
	{ 0 },
};

/* A record of any kind; of a VLAN rx_all and tx_all are used, of a reason `drops`. */
struct row {
	char time[CMD_TIME_MAX];
	double interval; /* s, to a nanosecond: what came is rate times interval */
	const char *port, *reason, *sentence;
	uint32_t vlan;
	struct xsw_rates rates;
};

#define ROW_OFF(member) offsetof(struct row, member)
// clang-format off
#define ROW_BEGIN                                                                                  \
	{ "time", .kind = OUT_STR, .when = OUT_BARE | OUT_LONG, .off = ROW_OFF(time) },            \
	{ "interval", .kind = OUT_REAL, .when = OUT_JSON, .off = ROW_OFF(interval) }
#define ROW_RATES(fields)                                                                          \
	{ "rates", .kind = OUT_OBJECT, .when = OUT_BARE, .off = ROW_OFF(rates), .sub = (fields) }
// clang-format on

static const struct out_field port_fields[] = {
	ROW_BEGIN,
	{ "port", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(port) },
	ROW_RATES(rates_fields),
	{ 0 },
};

static const struct out_field drop_fields[] = {
	ROW_BEGIN,
	{ "port", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(port) },
	{ "reason", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(reason) },
	ROW_RATES(drop_rates_fields),
	{ "sentence", .kind = OUT_CSTR, .when = OUT_BARE, .off = ROW_OFF(sentence) },
	{ 0 },
};

static const struct out_field vlan_fields[] = {
	ROW_BEGIN,
	{ "vlan", .kind = OUT_U32, .off = ROW_OFF(vlan) },
	ROW_RATES(vlan_rates_fields),
	{ 0 },
};

static void print_ports(const struct xsw_look *look, struct row *row, bool all)
{
	(void)all;
	for (size_t i = 0; i < look->nports; i++) {
		row->port = look->ports[i].name;
		row->rates = look->ports[i].rates;
		out_record(port_fields, row);
	}
}

/* As in `stats drops`: those that ever happened, or all. */
static void print_drops(const struct xsw_look *look, struct row *row, bool all)
{
	for (size_t i = 0; i < look->nports; i++) {
		const struct xsw_look_port *port = &look->ports[i];

		for (const struct xsw_reason_word *r = xsw_reason_words; r->name; r++) {
			if (!port->stats.reasons[r->reason] && !all)
				continue;
			row->port = port->name;
			row->reason = r->name;
			row->sentence = r->sentence;
			row->rates.drops = port->rates.reasons[r->reason];
			out_record(drop_fields, row);
		}
	}
}

static void print_vlans(const struct xsw_look *look, struct row *row, bool all)
{
	(void)all;
	for (size_t i = 0; i < look->nvlans; i++) {
		row->vlan = look->vlans[i].vlan;
		row->rates.rx_all = look->vlans[i].rx;
		row->rates.tx_all = look->vlans[i].tx;
		out_record(vlan_fields, row);
	}
}

static void print(const struct cmd_env *env, int what, const struct xsw_look *look)
{
	static void (*const prints[])(const struct xsw_look *, struct row *, bool) = {
		[CMD_STATS_PORT] = print_ports,
		[CMD_STATS_DROPS] = print_drops,
		[CMD_STATS_VLAN] = print_vlans,
	};
	struct row row = { .interval = (double)look->interval / NS_PER_S };

	cmd_time(look->clock, row.time);
	prints[what](look, &row, env->out.details);
}

/* Until there were enough rounds, a signal, or nobody reads any more. */
static int rounds(const struct cmd_env *env, const struct cmd_stats_words *words,
		  struct xsw_gauge *gauge, const struct wake *wake)
{
	const struct xsw_look *look;
	int err = xsw_gauge_look(gauge, &look);
	uint64_t next = wake_now();
	enum wake_why why;

	for (uint32_t n = 0; !err && (!words->count || n < words->count); n++) {
		next = wake_next(next, words->interval);
		do
			why = wake_wait(wake, next);
		while (why == WAKE_OTHER);
		if (why != WAKE_TIME)
			return XSW_OK;
		err = xsw_gauge_look(gauge, &look);
		if (err)
			break;
		if (n)
			out_text("\n");
		print(env, words->what, look);
		if (!out_flush())
			return XSW_OK;
	}
	return err ? xsw_gauge_failed(gauge, err) : XSW_OK;
}

int cmd_stats_watch(struct cmd_env *env, const struct cmd_stats_words *words)
{
	bool vlans = words->what == CMD_STATS_VLAN;
	struct xsw_gauge *gauge;
	struct wake wake;
	int status, end;

	status = xsw_gauge_open(&gauge, &env->xsw, vlans ? XSW_GAUGE_VLANS : XSW_GAUGE_PORTS,
				words->port);
	if (status)
		return status;
	if (wake_open(&wake, STDOUT_FILENO, 0)) {
		xsw_gauge_close(gauge);
		return fail(XSW_REFUSED, "cannot wait for signals");
	}
	rights_keep(0);
	env->out.lines = true;
	out_begin(&env->out);
	status = rounds(env, words, gauge, &wake);
	end = out_end();
	wake_close(&wake);
	xsw_gauge_close(gauge);
	return status ? status : end;
}
