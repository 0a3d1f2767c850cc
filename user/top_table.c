// SPDX-License-Identifier: GPL-2.0-only
/*
 * top_table.c - one line a port: columns that fit, in the order the user chose
 */
#define _GNU_SOURCE /* qsort_r */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "top.h"

#define NAME_MIN  4
#define NAME_WISH 12
#define TEXT_MAX  64

/* `off`: of a double in struct xsw_look_port; 0: text or another number. */
static const struct column {
	const char *title;
	int width;
	bool right; /* a number: biggest first */
	int rank;   /* the lower, the sooner it is left out */
	size_t off;
} columns[TOP_COLUMNS] = {
#define RATE(member) offsetof(struct xsw_look_port, rates.member)
	[TOP_NAME] = { "PORT", NAME_WISH, false, 99, 0 },
	[TOP_STATE] = { "STATE", 11, false, 4, 0 },
	[TOP_VLAN] = { "VLAN", 11, false, 1, 0 },
	[TOP_RX_PACKETS] = { "RXpps", 6, true, 5, RATE(rx_all.packets) },
	[TOP_RX_BITS] = { "RXbps", 6, true, 8, RATE(rx_all.bits) },
	[TOP_TX_PACKETS] = { "TXpps", 6, true, 3, RATE(tx_all.packets) },
	[TOP_TX_BITS] = { "TXbps", 6, true, 7, RATE(tx_all.bits) },
	[TOP_DROPPED] = { "DROPS", 6, true, 6, RATE(drops) },
	[TOP_LEARNED] = { "MACS", 6, true, 2, 0 },
#undef RATE
};

static double value(const struct xsw_look_port *p, unsigned int column)
{
	double v;

	if (column == TOP_NAME)
		return p->number;
	if (column == TOP_LEARNED)
		return p->learned;
	memcpy(&v, (const char *)p + columns[column].off, sizeof(v));
	return v;
}

/* "access 10", "trunk" */
static void vlan_text(const struct xsw_look_port *p, char text[TEXT_MAX])
{
	if (p->pvid)
		snprintf(text, TEXT_MAX, "%s %u", p->mode, p->pvid);
	else
		snprintf(text, TEXT_MAX, "%s", p->mode);
}

static void cell(const struct xsw_look_port *p, unsigned int column, char text[TEXT_MAX])
{
	char number[TOP_NUMBER_MAX];

	if (column == TOP_NAME)
		snprintf(text, TEXT_MAX, "%s", p->name);
	else if (column == TOP_STATE)
		snprintf(text, TEXT_MAX, "%s", p->state);
	else if (column == TOP_VLAN)
		vlan_text(p, text);
	else if (column == TOP_LEARNED)
		snprintf(text, TEXT_MAX, "%s", top_count(number, p->learned));
	else
		snprintf(text, TEXT_MAX, "%s", top_number(number, value(p, column)));
}

/* --- order ------------------------------------------------------------------------------- */

static int compare(const void *a, const void *b, void *arg)
{
	const struct xsw_look_port *p = *(const struct xsw_look_port *const *)a;
	const struct xsw_look_port *q = *(const struct xsw_look_port *const *)b;
	const struct top *t = arg;
	bool down = columns[t->sort].right != t->reverse;
	char x[TEXT_MAX], y[TEXT_MAX];
	int order;

	if (t->sort == TOP_STATE || t->sort == TOP_VLAN) {
		cell(p, t->sort, x);
		cell(q, t->sort, y);
		order = strcmp(x, y);
	} else {
		double v = value(p, t->sort), w = value(q, t->sort);

		order = (v > w) - (v < w);
	}
	if (order)
		return down ? -order : order;
	return p->number < q->number ? -1 : 1;
}

void top_sort(struct top *t)
{
	size_t n = t->last->nports;

	qsort_r(t->order, n, sizeof(*t->order), compare, t);
	if (!t->selected[0])
		t->row = 0;
	for (size_t i = 0; i < n && t->selected[0]; i++) {
		if (strcmp(t->order[i]->name, t->selected))
			continue;
		t->row = i;
		return;
	}
	/* it has gone: the one in its place, without a name until the user moves */
	if (t->row >= n)
		t->row = n ? n - 1 : 0;
}

/* --- lines ------------------------------------------------------------------------------- */

/* Width of each column with the blank beside it; 0: left out. */
struct widths {
	int v[TOP_COLUMNS];
	int sum;
};

static int least(const struct top *t, const struct widths *w)
{
	int min = -1;

	for (int i = 1; i < TOP_COLUMNS; i++)
		if (w->v[i] && (unsigned int)i != t->sort &&
		    (min < 0 || columns[i].rank < columns[min].rank))
			min = i;
	return min < 0 && t->sort && w->v[t->sort] ? (int)t->sort : min;
}

/* Of the longest text in the column. */
static int longest(const struct top *t, unsigned int column)
{
	char text[TEXT_MAX];
	int max = 0;

	for (size_t i = 0; i < t->last->nports; i++) {
		cell(&t->last->ports[i], column, text);
		if ((int)strlen(text) > max)
			max = (int)strlen(text);
	}
	return max;
}

/* Room that is left goes to names and VLANs that need it. */
static void spread(const struct top *t, int cols, struct widths *w)
{
	static const unsigned int wide[] = { TOP_NAME, TOP_VLAN };

	for (size_t i = 0; i < sizeof(wide) / sizeof(*wide); i++) {
		int *v = &w->v[wide[i]], more = *v ? longest(t, wide[i]) + 1 - *v : 0;

		if (more > cols - w->sum)
			more = cols - w->sum;
		if (more > 0) {
			*v += more;
			w->sum += more;
		}
	}
}

static void fit(const struct top *t, int cols, struct widths *w)
{
	int i;

	w->sum = 0;
	for (i = 0; i < TOP_COLUMNS; i++) {
		w->v[i] = columns[i].width + 1;
		w->sum += w->v[i];
	}
	while (w->sum > cols && (i = least(t, w)) > 0) {
		w->sum -= w->v[i];
		w->v[i] = 0;
	}
	spread(t, cols, w);
	if (w->sum > cols)
		w->v[TOP_NAME] = cols > NAME_MIN ? cols : NAME_MIN;
}

/* A word has a blank behind it and is cut with a ~; a number never fills its column. */
static void append(char *line, size_t size, const char *text, int width, bool right)
{
	size_t at = strlen(line);

	if (right)
		snprintf(line + at, size - at, "%*s", width, text);
	else if ((int)strlen(text) < width)
		snprintf(line + at, size - at, "%-*s", width, text);
	else
		snprintf(line + at, size - at, "%.*s~ ", width - 2, text);
}

static void put_row(struct top_screen *s, const struct widths *w, const struct xsw_look_port *p,
		    enum term_style style)
{
	char line[512] = "", text[TEXT_MAX];

	for (unsigned int i = 0; i < TOP_COLUMNS; i++) {
		if (!w->v[i])
			continue;
		cell(p, i, text);
		append(line, sizeof(line), text, w->v[i], columns[i].right);
	}
	top_put(s, style, "%s", line);
}

/* ^ smallest first, v biggest first */
static void put_titles(const struct top *t, struct top_screen *s, const struct widths *w)
{
	char line[512] = "", text[TEXT_MAX];

	for (unsigned int i = 0; i < TOP_COLUMNS; i++) {
		const char *mark = columns[i].right != t->reverse ? "v" : "^";
		bool right = columns[i].right;

		if (!w->v[i])
			continue;
		if (i != t->sort)
			mark = "";
		snprintf(text, sizeof(text), "%s%s%s", right ? mark : "", columns[i].title,
			 right ? "" : mark);
		append(line, sizeof(line), text, w->v[i], right);
	}
	top_put(s, TERM_BOLD, "%s", line);
}

void top_draw_table(struct top *t, struct top_screen *s, size_t rows)
{
	size_t n = t->last->nports;
	struct widths w;

	fit(t, s->cols, &w);
	if (rows > 1) {
		put_titles(t, s, &w);
		rows--;
	}
	t->fits = rows;
	if (t->row < t->first)
		t->first = t->row;
	if (rows && t->row >= t->first + rows)
		t->first = t->row - rows + 1;
	if (t->first + rows > n)
		t->first = n > rows ? n - rows : 0;
	for (size_t i = t->first; i < n && i < t->first + rows; i++)
		put_row(s, &w, t->order[i], i == t->row ? TERM_REVERSE : TERM_PLAIN);
	if (!n)
		top_put(s, TERM_PLAIN, "no ports");
}
