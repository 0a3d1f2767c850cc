/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * top.h - the screen of `xswitch top`, without a terminal
 *
 *	top.c		where the user is: pages, selection, keys
 *	top_table.c	the ports: columns, order
 *	top_draw.c	looks into lines, of any size
 *	top_pages.c	one port, drops, help
 *
 * Keys and looks (xsw_rate.h) go in, lines come out; nothing here waits, reads, or knows ncurses.
 * The selected port stays selected wherever the order moves it; before the user has moved, and
 * after Home, that is whichever comes first. Pages are lines that scroll; what does not fit into a
 * line is cut, columns are left out where they do not fit, the least important first.
 */
#ifndef XSWITCH_TOP_H
#define XSWITCH_TOP_H

#include "term.h"
#include "xsw_rate.h"

enum top_page {
	TOP_PORTS,
	TOP_PORT,
	TOP_DROPS,
	TOP_HELP,
};

enum top_column {
	TOP_NAME, /* in the order of numbers */
	TOP_STATE,
	TOP_VLAN,
	TOP_RX_PACKETS,
	TOP_RX_BITS,
	TOP_TX_PACKETS,
	TOP_TX_BITS,
	TOP_DROPPED,
	TOP_LEARNED,
	TOP_COLUMNS,
};

struct top {
	enum top_page page, back; /* help goes back to where it was asked for */
	unsigned int sort;	  /* enum top_column */
	bool reverse;
	char selected[XSW_NAME_MAX]; /* empty: the first row */
	size_t row;		     /* of the selected port */
	size_t first;		     /* row on top of the screen; of other pages, line */
	size_t fits;		     /* rows of the last screen */
	unsigned int step;	     /* of the interval */
	bool paused, quit;
	bool look; /* the next look is due at once */
	const struct xsw_look *last;
	const struct xsw_look_port **order; /* of last->ports, sorted */
};

struct top_screen {
	int rows, cols, used;
	enum term_style *styles; /* v[rows] */
	char *text;		 /* rows of cols + 1 characters */
};

/* --- top.c --- */
void top_init(struct top *t);
void top_free(struct top *t);

/* ns between two looks */
uint64_t top_interval(const struct top *t);

/* There is a new look, valid until the next call; 0 or -ENOMEM. */
int top_take(struct top *t, const struct xsw_look *look);
void top_key(struct top *t, int key);

/* The port whose page is shown; NULL: it is gone, or another page is. */
const struct xsw_look_port *top_port(const struct top *t);

/* --- top_table.c --- */
void top_sort(struct top *t);
void top_draw_table(struct top *t, struct top_screen *s, size_t rows);

/* --- top_draw.c --- */

/* An empty screen of this size; 0 or -ENOMEM. */
int top_screen_open(struct top_screen *s, int rows, int cols);
void top_screen_close(struct top_screen *s);

/* The next line, if there is room; what is not printable ASCII becomes '?'. */
void top_put(struct top_screen *s, enum term_style style, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
const char *top_line(const struct top_screen *s, int row);

/* `port`: all there is to say of the selected one, on its page; NULL: it is gone. */
void top_draw(struct top *t, const struct xsw_port_view *port, struct top_screen *s);

/* 6 characters at most: "0", "12.3", "99999", "100k", "1.49M"; a count has no tenths. */
#define TOP_NUMBER_MAX 16
const char *top_number(char text[TOP_NUMBER_MAX], double value);
const char *top_count(char text[TOP_NUMBER_MAX], uint64_t value);

/* --- top_pages.c --- */

/* Lines of a page: those from t->first on that fit. */
struct top_lines {
	struct top_screen *screen;
	size_t from, to; /* lines shown */
	size_t n;	 /* lines there are */
};

void top_page_port(struct top_lines *l, const struct top *t, const struct xsw_port_view *v);
void top_page_drops(struct top_lines *l, const struct top *t);
void top_page_help(struct top_lines *l);

#endif
