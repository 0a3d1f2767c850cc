// SPDX-License-Identifier: GPL-2.0-only
/*
 * top_draw.c - a look as lines
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "top.h"

#define NS_PER_S   1000000000ULL
#define NS_PER_MS  1000000ULL
#define UPTIME_MAX 40

/* --- lines ------------------------------------------------------------------------------- */

int top_screen_open(struct top_screen *s, int rows, int cols)
{
	*s = (struct top_screen){ .rows = rows, .cols = cols };
	s->styles = calloc((size_t)rows, sizeof(*s->styles));
	s->text = calloc((size_t)rows, (size_t)cols + 1);
	if (s->styles && s->text)
		return 0;
	top_screen_close(s);
	return -ENOMEM;
}

void top_screen_close(struct top_screen *s)
{
	free(s->styles);
	free(s->text);
	*s = (struct top_screen){ 0 };
}

const char *top_line(const struct top_screen *s, int row)
{
	return s->text + (size_t)row * ((size_t)s->cols + 1);
}

void top_put(struct top_screen *s, enum term_style style, const char *fmt, ...)
{
	size_t size = (size_t)s->cols + 1;
	char *text;
	va_list ap;

	if (s->used >= s->rows)
		return;
	text = s->text + (size_t)s->used * size;
	va_start(ap, fmt);
	vsnprintf(text, size, fmt, ap);
	va_end(ap);
	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	s->styles[s->used++] = style;
}

const char *top_number(char text[TOP_NUMBER_MAX], double v)
{
	const char *unit = "kMGTPE";

	if (v < 0.05) {
		snprintf(text, TOP_NUMBER_MAX, "0");
	} else if (v < 99999.5) {
		snprintf(text, TOP_NUMBER_MAX, "%.*f", v < 99.95, v);
	} else {
		for (v /= 1000; v >= 999.5 && unit[1]; unit++)
			v /= 1000;
		snprintf(text, TOP_NUMBER_MAX, "%.*f%c", v < 9.995 ? 2 : v < 99.95, v, *unit);
	}
	return text;
}

const char *top_count(char text[TOP_NUMBER_MAX], uint64_t value)
{
	if (value >= 100000)
		return top_number(text, (double)value);
	snprintf(text, TOP_NUMBER_MAX, "%u", (unsigned int)value);
	return text;
}

/* --- head and foot ----------------------------------------------------------------------- */

/* "3d 4:05", "4:05:06" */
static void uptime_text(char text[UPTIME_MAX], const struct xsw_look *look)
{
	uint64_t s = look->clock > look->created ? (look->clock - look->created) / NS_PER_S : 0;
	unsigned int h = (unsigned int)(s / 3600 % 24), m = (unsigned int)(s / 60 % 60);

	if (s >= 86400)
		snprintf(text, UPTIME_MAX, "%llud %u:%02u", (unsigned long long)(s / 86400), h, m);
	else
		snprintf(text, UPTIME_MAX, "%u:%02u:%02u", h, m, (unsigned int)(s % 60));
}

static void put_switch(const struct top *t, struct top_screen *s)
{
	const struct xsw_look *look = t->last;
	time_t now = (time_t)(look->clock / NS_PER_S);
	char up[UPTIME_MAX], clock[16];
	struct tm tm;

	uptime_text(up, look);
	strftime(clock, sizeof(clock), "%TZ", gmtime_r(&now, &tm));
	top_put(s, TERM_PLAIN, "xswitch %s: %zu port%s, FDB %u of %u, up %s, %s, every %g s%s",
		look->name, look->nports, look->nports == 1 ? "" : "s", look->fdb_learned,
		look->fdb_size, up, clock, (double)(top_interval(t) / NS_PER_MS) / 1000,
		t->paused ? ", PAUSED" : "");
}

static void put_totals(const struct top *t, struct top_screen *s)
{
	const struct xsw_rates *all = &t->last->all;
	char n[5][TOP_NUMBER_MAX];

	top_put(s, TERM_PLAIN, "rx %s pps %s bit/s, tx %s pps %s bit/s, drops %s pps",
		top_number(n[0], all->rx_all.packets), top_number(n[1], all->rx_all.bits),
		top_number(n[2], all->tx_all.packets), top_number(n[3], all->tx_all.bits),
		top_number(n[4], all->drops));
}

#define FOOT_PORTS                                                                                 \
	"q quit  Enter port  d drops  < > sort  r reverse  + - interval  space pause  h help"

static void put_foot(const struct top *t, struct top_screen *s)
{
	static const char *const feet[] = {
		[TOP_PORTS] = FOOT_PORTS,
		[TOP_PORT] = "Escape back  d drops  + - interval  space pause  h help",
		[TOP_DROPS] = "Escape back  + - interval  space pause  h help",
		[TOP_HELP] = "Escape back",
	};

	while (s->used < s->rows - 1)
		top_put(s, TERM_PLAIN, "%s", "");
	top_put(s, TERM_PLAIN, "%s", feet[t->page]);
}

/* --- all of it --------------------------------------------------------------------------- */

/* The lines of a page from t->first on; how many there are. */
static size_t put_page(struct top *t, const struct xsw_port_view *port, struct top_screen *s)
{
	struct top_lines l = { .screen = s, .from = t->first, .to = t->first + t->fits };

	if (t->page == TOP_PORT)
		top_page_port(&l, t, port);
	else if (t->page == TOP_DROPS)
		top_page_drops(&l, t);
	else
		top_page_help(&l);
	return l.n;
}

/* What there is least room for goes first: the foot, then the head. */
void top_draw(struct top *t, const struct xsw_port_view *port, struct top_screen *s)
{
	int foot = s->rows >= 6, above;
	size_t rows, n;

	s->used = 0;
	if (s->rows >= 4)
		put_switch(t, s);
	if (s->rows >= 5)
		put_totals(t, s);
	if (s->rows >= 12)
		top_put(s, TERM_PLAIN, "%s", "");
	above = s->used;
	rows = (size_t)(s->rows - above - foot);
	if (t->page == TOP_PORTS) {
		top_draw_table(t, s, rows);
	} else {
		t->fits = rows;
		n = put_page(t, port, s);
		if (t->first + rows > n) { /* scrolled too far */
			t->first = n > rows ? n - rows : 0;
			s->used = above;
			put_page(t, port, s);
		}
	}
	if (foot)
		put_foot(t, s);
}
