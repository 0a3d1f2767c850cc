// SPDX-License-Identifier: GPL-2.0-only
/*
 * term.c - a terminal, by ncurses
 */
#include <ncursesw/curses.h>
#include <ncursesw/term.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "term.h"

#define ESCAPE_MS 25 /* after which ESC is a key and no longer the beginning of one */

struct terminal {
	SCREEN *screen;
};

int term_open(struct terminal **out)
{
	struct terminal *t;
	bool moves;
	int how;

	*out = NULL;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return -ENOTTY;
	/* newterm() that fails forgets what it has allocated */
	if (setupterm(NULL, STDOUT_FILENO, &how) == ERR)
		return -EINVAL;
	moves = cursor_address;
	del_curterm(cur_term);
	if (!moves)
		return -EINVAL;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen) {
		free(t);
		return -EINVAL;
	}
	set_term(t->screen);
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	curs_set(0);
	*out = t;
	return 0;
}

void term_close(struct terminal *t)
{
	if (!t)
		return;
	endwin();
	delscreen(t->screen);
	free(t);
}

static int bounded(int n)
{
	return n < 1 ? 1 : n > TERM_MAX ? TERM_MAX : n;
}

void term_size(struct terminal *t, int *rows, int *cols)
{
	struct winsize ws = { 0 };

	(void)t;
	/* some have no size, and ncurses its own idea of it */
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) && ws.ws_row && ws.ws_col &&
	    is_term_resized(ws.ws_row, ws.ws_col))
		resizeterm(ws.ws_row, ws.ws_col);
	*rows = bounded(LINES);
	*cols = bounded(COLS);
}

void term_line(struct terminal *t, int row, enum term_style style, const char *text)
{
	static const attr_t attrs[] = {
		[TERM_PLAIN] = A_NORMAL, [TERM_BOLD] = A_BOLD, [TERM_REVERSE] = A_REVERSE
	};

	(void)t;
	move(row, 0);
	attrset((int)attrs[style]);
	addnstr(text, COLS);
	attrset(A_NORMAL);
	if (getcury(stdscr) == row) /* else the line is full, and the cursor on the next one */
		clrtoeol();
}

void term_show(struct terminal *t, int row)
{
	(void)t;
	if (row < LINES) {
		move(row, 0);
		clrtobot();
	}
	refresh();
}

int term_key(struct terminal *t)
{
	static const struct {
		int curses, key;
	} keys[] = {
		{ KEY_UP, TERM_KEY_UP },
		{ KEY_DOWN, TERM_KEY_DOWN },
		{ KEY_LEFT, TERM_KEY_LEFT },
		{ KEY_RIGHT, TERM_KEY_RIGHT },
		{ KEY_PPAGE, TERM_KEY_PAGE_UP },
		{ KEY_NPAGE, TERM_KEY_PAGE_DOWN },
		{ KEY_HOME, TERM_KEY_HOME },
		{ KEY_END, TERM_KEY_END },
		{ KEY_ENTER, TERM_KEY_ENTER },
		{ '\n', TERM_KEY_ENTER },
		{ KEY_BACKSPACE, TERM_KEY_ESCAPE },
	};
	int c = getch();

	(void)t;
	if (c == ERR)
		return TERM_KEY_NONE;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (keys[i].curses == c)
			return keys[i].key;
	return c > 0 && c < TERM_KEY_UP ? c : TERM_KEY_OTHER;
}
