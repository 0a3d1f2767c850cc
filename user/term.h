/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * term.h - a terminal: lines, keys, its size
 *
 * The only module that knows ncurses. What it changes is put back by term_close(), which must come
 * before any message on stderr: until then the terminal shows another screen. SIGWINCH only
 * interrupts a wait; term_size() finds the new size. SIGTSTP and SIGCONT are ncurses'.
 */
#ifndef XSWITCH_TERM_H
#define XSWITCH_TERM_H

struct terminal;

/* Characters are themselves. */
enum term_key {
	TERM_KEY_NONE = 0,
	TERM_KEY_ENTER = '\r',
	TERM_KEY_ESCAPE = 27,
	TERM_KEY_UP = 256,
	TERM_KEY_DOWN,
	TERM_KEY_LEFT,
	TERM_KEY_RIGHT,
	TERM_KEY_PAGE_UP,
	TERM_KEY_PAGE_DOWN,
	TERM_KEY_HOME,
	TERM_KEY_END,
	TERM_KEY_OTHER,
};

enum term_style {
	TERM_PLAIN,
	TERM_BOLD,
	TERM_REVERSE,
};

/*
 * Standard input and output. -ENOTTY: one is no terminal; -EINVAL: $TERM names none that is known, or
 * one that cannot move its cursor.
 */
int term_open(struct terminal **out);
void term_close(struct terminal *t); /* may be NULL */

/* Rows and columns now, 1 to TERM_MAX. */
#define TERM_MAX 1000
void term_size(struct terminal *t, int *rows, int *cols);

/* Line `row` becomes `text`: printable ASCII, as long as the terminal is wide at most. */
void term_line(struct terminal *t, int row, enum term_style style, const char *text);

/* From `row` on there is nothing; show all of it. */
void term_show(struct terminal *t, int row);

/* Does not wait. */
int term_key(struct terminal *t);

#endif
