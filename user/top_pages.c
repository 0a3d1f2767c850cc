// SPDX-License-Identifier: GPL-2.0-only
/*
 * top_pages.c - the pages that are lines of text: a port, drops, help
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "top.h"

#define LINE_MAX_BYTES 512

static void put(struct top_lines *l, enum term_style style, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void put(struct top_lines *l, enum term_style style, const char *fmt, ...)
{
	char text[LINE_MAX_BYTES];
	size_t at = l->n++;
	va_list ap;

	if (at < l->from || at >= l->to)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	top_put(l->screen, style, "%s", text);
}

/* --- words and values in a line ---------------------------------------------------------- */

static void word(char line[LINE_MAX_BYTES], const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* "key value", unless the value is empty. */
static void word(char line[LINE_MAX_BYTES], const char *key, const char *fmt, ...)
{
	char value[LINE_MAX_BYTES];
	size_t at = strlen(line);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	if (*value)
		snprintf(line + at, LINE_MAX_BYTES - at, "%s%s %s", at ? "  " : "", key, value);
}

static void number(char line[LINE_MAX_BYTES], const char *key, uint32_t value)
{
	if (value)
		word(line, key, "%u", value);
}

static void words(char line[LINE_MAX_BYTES], const char *key, const char *const *list)
{
	char text[LINE_MAX_BYTES] = "";

	for (size_t i = 0; list && list[i]; i++) {
		size_t at = strlen(text);

		snprintf(text + at, sizeof(text) - at, "%s%s", i ? "," : "", list[i]);
	}
	word(line, key, "%s", text);
}

static void end(struct top_lines *l, const char *head, char line[LINE_MAX_BYTES])
{
	if (*line)
		put(l, TERM_PLAIN, "%-8s%s", head, line);
	*line = '\0';
}

static void put_place(struct top_lines *l, const struct xsw_port_view *v)
{
	char line[LINE_MAX_BYTES] = "", mac[MAC_TEXT];

	word(line, "netns", "%s", v->netns);
	word(line, "dev", "%s", v->ifname);
	word(line, "peer", "%s", v->peer);
	word(line, "mac", "%s", mac_text(v->mac, mac));
	word(line, "mtu", "%u", v->mtu);
	end(l, "device", line);
	words(line, "remote", v->remotes);
	word(line, "local", "%s", v->local);
	word(line, "key", "%s", v->key);
	number(line, "port", v->udp_port);
	end(l, "tunnel", line);
	word(line, "hook", "%s", v->hook ?: "none");
	word(line, "with", "%s", v->tc_hook ?: "");
	word(line, "mode", "%s", v->mode);
	number(line, "tag", v->tag);
	if (v->pvid != v->tag)
		number(line, "pvid", v->pvid);
	word(line, "wire", "%s", v->wire ?: "");
	end(l, "ways", line);
}

static uint32_t count(const char *const *list)
{
	uint32_t n = 0;

	while (list && list[n])
		n++;
	return n;
}

static void put_limits(struct top_lines *l, const struct xsw_port_view *v)
{
	static const char *const off = "off";
	char line[LINE_MAX_BYTES] = "";

	word(line, "learned", "%u", v->learned);
	number(line, "max_macs", v->max_macs);
	number(line, "allowed_macs", count(v->allowed_macs));
	number(line, "allowed_ips", count(v->allowed_ips));
	end(l, "FDB", line);
	word(line, "storm broadcast", "%s", v->storm.broadcast);
	word(line, "multicast", "%s", v->storm.multicast);
	word(line, "unknown", "%s", v->storm.unknown);
	word(line, "police", "%s", v->police);
	end(l, "limits", line);
	word(line, "isolated", "%s", v->flags.isolated ? "on" : "");
	word(line, "locked", "%s", v->flags.locked ? "on" : "");
	word(line, "guard", "%s", v->flags.guard ? "on" : "");
	word(line, "hairpin", "%s", v->flags.hairpin ? "on" : "");
	word(line, "learning", "%s", v->flags.learning ? "" : off);
	word(line, "flood", "%s", v->flags.flood ? "" : off);
	word(line, "mcast_flood", "%s", v->flags.mcast_flood ? "" : off);
	word(line, "bcast_flood", "%s", v->flags.bcast_flood ? "" : off);
	number(line, "group", v->group);
	end(l, "flags", line);
}

/* --- rates ------------------------------------------------------------------------------- */

static void put_class(struct top_lines *l, const char *name, const struct xsw_speed *rx,
		      const struct xsw_speed *tx)
{
	char n[4][TOP_NUMBER_MAX];

	put(l, TERM_PLAIN, "%-12s%8s%8s%8s%8s", name, top_number(n[0], rx->packets),
	    top_number(n[1], rx->bits), top_number(n[2], tx->packets), top_number(n[3], tx->bits));
}

static void put_classes(struct top_lines *l, const struct xsw_rates *r)
{
	static const char *const names[XSW_CLASSES] = {
		[XSW_UNICAST] = "unicast",
		[XSW_UNKNOWN] = "unknown",
		[XSW_MULTICAST] = "multicast",
		[XSW_BROADCAST] = "broadcast",
	};

	put(l, TERM_BOLD, "%-12s%8s%8s%8s%8s", "CLASS", "RX pps", "RX bps", "TX pps", "TX bps");
	for (size_t i = 0; i < XSW_CLASSES; i++)
		put_class(l, names[i], &r->rx[i], &r->tx[i]);
	put_class(l, "all", &r->rx_all, &r->tx_all);
}

/* A reason: how often now, how often ever, and of a switch which port had most of it. */
struct reason {
	const char *name, *sentence;
	double rate;
	uint64_t total, most;
	const char *port;
};

static void put_reason_titles(struct top_lines *l, bool ports)
{
	put(l, TERM_BOLD, "%-15s%7s%8s  %s", "REASON", "pps", "TOTAL",
	    ports ? "MOST AT, WHY" : "WHY");
}

static void put_reason(struct top_lines *l, const struct reason *r)
{
	char rate[TOP_NUMBER_MAX], total[TOP_NUMBER_MAX];

	put(l, TERM_PLAIN, "%-15s%7s%8s  %s%s%s", r->name, top_number(rate, r->rate),
	    top_count(total, r->total), r->port ?: "", r->port ? ": " : "", r->sentence);
}

static void add_reason(struct reason *r, const struct xsw_look_port *p, int reason)
{
	uint64_t total = p->stats.reasons[reason];

	r->rate += p->rates.reasons[reason];
	r->total += total;
	if (total <= r->most)
		return;
	r->most = total;
	r->port = p->name;
}

/* Of these ports; whether there was any. */
static bool put_reasons(struct top_lines *l, const struct xsw_look_port *ports, size_t n,
			bool whose)
{
	bool any = false;

	for (const struct xsw_reason_word *w = xsw_reason_words; w->name; w++) {
		struct reason r = { .name = w->name, .sentence = w->sentence };

		for (size_t p = 0; p < n; p++)
			add_reason(&r, &ports[p], w->reason);
		if (!r.total)
			continue;
		if (!any)
			put_reason_titles(l, whose);
		any = true;
		if (!whose)
			r.port = NULL;
		put_reason(l, &r);
	}
	return any;
}

/* --- pages ------------------------------------------------------------------------------- */

void top_page_port(struct top_lines *l, const struct top *t, const struct xsw_port_view *v)
{
	const struct xsw_look_port *p = top_port(t);

	if (!p || !v) {
		put(l, TERM_BOLD, "port %s is gone", t->selected);
		return;
	}
	put(l, TERM_BOLD, "port %s  number %u  type %s  state %s  carrier %s", p->name, p->number,
	    v->type, p->state, v->carrier ? "on" : "off");
	put_place(l, v);
	put_limits(l, v);
	put(l, TERM_PLAIN, "%s", "");
	put_classes(l, &p->rates);
	put(l, TERM_PLAIN, "%s", "");
	if (!put_reasons(l, p, 1, false))
		put(l, TERM_PLAIN, "%s", "nothing was dropped");
}

void top_page_drops(struct top_lines *l, const struct top *t)
{
	if (!put_reasons(l, t->last->ports, t->last->nports, true))
		put(l, TERM_PLAIN, "%s", "nothing was dropped");
}

void top_page_help(struct top_lines *l)
{
	static const char *const lines[] = {
		"up down k j        choose a port, or scroll; PgUp PgDn Home End g G too",
		"Enter              this port alone: classes, reasons, device, limits",
		"d                  why frames were not forwarded, over the switch",
		"< > left right     sort by another column; 1 to 9: by that one",
		"r                  the other way round",
		"+ -                look less often, more often",
		"space              stand still; once more: go on",
		"h ?                this page",
		"Escape q           back; from the list of ports: the end",
		"",
		"pps, bps           packets and bits a second since the look before, without FCS",
		"DROPS              frames that came in here and stopped here",
		"MACS               addresses learned on the port; FDB: of the switch, and room",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		put(l, TERM_PLAIN, "%s", lines[i]);
}
