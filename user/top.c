// SPDX-License-Identifier: GPL-2.0-only
/*
 * top.c - where the user of `xswitch top` is, and what keys do
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "top.h"

#define MS 1000000ULL

static const uint64_t steps[] = {
	100 * MS,  200 * MS,   500 * MS,   1000 * MS,  2000 * MS,
	5000 * MS, 10000 * MS, 30000 * MS, 60000 * MS,
};
#define STEPS	   (sizeof(steps) / sizeof(*steps))
#define STEP_FIRST 3 /* a second */

void top_init(struct top *t)
{
	*t = (struct top){ .step = STEP_FIRST, .fits = 1 };
}

void top_free(struct top *t)
{
	free(t->order);
}

uint64_t top_interval(const struct top *t)
{
	return steps[t->step];
}

int top_take(struct top *t, const struct xsw_look *look)
{
	size_t n = look->nports + 1;
	const struct xsw_look_port **order = realloc(t->order, n * sizeof(*order));

	if (!order)
		return -ENOMEM;
	t->order = order;
	t->last = look;
	for (size_t i = 0; i < look->nports; i++)
		order[i] = &look->ports[i];
	top_sort(t);
	return 0;
}

static const struct xsw_look_port *selected(const struct top *t)
{
	return t->row < t->last->nports ? t->order[t->row] : NULL;
}

const struct xsw_look_port *top_port(const struct top *t)
{
	const struct xsw_look_port *p = selected(t);

	return t->page == TOP_PORT && p && !strcmp(p->name, t->selected) ? p : NULL;
}

/* Of the table; on a page that is lines of text. */
static void move_to(struct top *t, size_t row)
{
	const struct xsw_look_port *p;

	if (t->page != TOP_PORTS) {
		t->first = row; /* the page knows how far it goes */
		return;
	}
	if (row >= t->last->nports)
		row = t->last->nports ? t->last->nports - 1 : 0;
	t->row = row;
	p = selected(t);
	if (p && row)
		memcpy(t->selected, p->name, sizeof(t->selected));
	else
		t->selected[0] = '\0';
}

static bool key_moves(struct top *t, int key)
{
	size_t at = t->page == TOP_PORTS ? t->row : t->first;
	size_t page = t->fits > 1 ? t->fits - 1 : 1;

	if (key == TERM_KEY_UP || key == 'k')
		move_to(t, at ? at - 1 : 0);
	else if (key == TERM_KEY_DOWN || key == 'j')
		move_to(t, at + 1);
	else if (key == TERM_KEY_PAGE_UP)
		move_to(t, at > page ? at - page : 0);
	else if (key == TERM_KEY_PAGE_DOWN)
		move_to(t, at + page);
	else if (key == TERM_KEY_HOME || key == 'g')
		move_to(t, 0);
	else if (key == TERM_KEY_END || key == 'G')
		move_to(t, SIZE_MAX / 2);
	else
		return false;
	return true;
}

static bool key_sorts(struct top *t, int key)
{
	unsigned int sort = t->sort;

	if (t->page != TOP_PORTS)
		return false;
	if (key == TERM_KEY_LEFT || key == '<')
		sort = (sort + TOP_COLUMNS - 1) % TOP_COLUMNS;
	else if (key == TERM_KEY_RIGHT || key == '>')
		sort = (sort + 1) % TOP_COLUMNS;
	else if (key >= '1' && key < '1' + TOP_COLUMNS)
		sort = (unsigned int)(key - '1');
	else if (key != 'r')
		return false;
	t->reverse = key == 'r' ? !t->reverse : false;
	t->sort = sort;
	top_sort(t);
	return true;
}

static void go(struct top *t, enum top_page page)
{
	t->page = page;
	t->first = 0;
}

/* The selected port is the one of the page, even if it is the first and nobody chose it. */
static void drill(struct top *t)
{
	const struct xsw_look_port *p = selected(t);

	if (!p)
		return;
	memcpy(t->selected, p->name, sizeof(t->selected));
	go(t, TOP_PORT);
}

static void key_leaves(struct top *t)
{
	if (t->page == TOP_PORTS)
		t->quit = true;
	else
		go(t, t->page == TOP_HELP ? t->back : TOP_PORTS);
}

void top_key(struct top *t, int key)
{
	if (key_moves(t, key) || key_sorts(t, key))
		return;
	if (key == 'q' || key == TERM_KEY_ESCAPE) {
		key_leaves(t);
	} else if (key == TERM_KEY_ENTER && t->page == TOP_PORTS) {
		drill(t);
	} else if (key == 'd' && t->page != TOP_DROPS) {
		go(t, TOP_DROPS);
	} else if ((key == 'h' || key == '?') && t->page != TOP_HELP) {
		t->back = t->page;
		go(t, TOP_HELP);
	} else if (key == ' ') {
		t->paused = !t->paused;
		t->look = !t->paused;
	} else if (key == '+' && t->step + 1 < STEPS) {
		t->step++;
	} else if (key == '-' && t->step > 0) {
		t->step--;
	}
}
