// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_top.c - xswitch top: what the ports do, on a screen
 *
 * Looks, keys and time come together here; what they mean is in top.h, how it gets to the terminal
 * in term.h. Messages are written when the terminal is itself again.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "term.h"
#include "top.h"
#include "wake.h"

struct show {
	struct xsw_gauge *gauge;
	struct terminal *term;
	struct wake wake;
	struct top top;
};

/* Of the port whose page is shown; it may go at any time. */
static int view_port(struct show *s, struct xsw_view **view)
{
	const struct xsw_look_port *p = top_port(&s->top);
	int err = p ? xsw_gauge_port(s->gauge, p->name, view) : 0;

	return err == -ENODEV ? 0 : err;
}

static int draw(struct show *s)
{
	struct xsw_view *view = NULL;
	struct top_screen screen;
	int rows, cols, err;

	term_size(s->term, &rows, &cols);
	err = top_screen_open(&screen, rows, cols);
	if (err)
		return err;
	err = view_port(s, &view);
	if (!err) {
		top_draw(&s->top, view && view->nports ? &view->ports[0] : NULL, &screen);
		for (int i = 0; i < screen.used; i++)
			term_line(s->term, i, screen.styles[i], top_line(&screen, i));
		term_show(s->term, screen.used);
	}
	xsw_view_free(view);
	top_screen_close(&screen);
	return err;
}

static int look(struct show *s)
{
	const struct xsw_look *look;
	int err = xsw_gauge_look(s->gauge, &look);

	return err ? err : top_take(&s->top, look);
}

static void keys(struct show *s)
{
	int key;

	while (!s->top.quit && (key = term_key(s->term)) != TERM_KEY_NONE)
		top_key(&s->top, key);
}

/* Until q, a signal, a terminal that is gone (0), or an error: -ENOENT, the switch is gone. */
static int run(struct show *s)
{
	uint64_t last = wake_now(), next;
	enum wake_why why;
	int err = look(s);

	while (!err && !s->top.quit) {
		err = draw(s);
		if (err)
			break;
		next = s->top.paused ? UINT64_MAX : s->top.look ? 0 : last + top_interval(&s->top);
		why = wake_wait(&s->wake, next);
		if (why == WAKE_SIGNAL || why == WAKE_GONE)
			break;
		keys(s); /* a resize too is something to read */
		if (why != WAKE_TIME)
			continue;
		err = look(s);
		last = wake_now();
		s->top.look = false;
	}
	return err;
}

static int open_terminal(const struct args *args, struct terminal **term)
{
	int err = term_open(term);

	if (!err)
		return XSW_OK;
	if (err == -ENOTTY) {
		fail(XSW_USAGE, "top: standard input and output must be a terminal");
		hint("xswitch stats --watch prints the same rates, a line a port");
		return XSW_USAGE;
	}
	if (err != -EINVAL)
		return fail(XSW_REFUSED, "cannot use the terminal: %s", strerror(-err));
	return args_fail(args, XSW_USAGE, "this terminal (TERM=%s) is unknown, or has no cursor",
			 quoted(getenv("TERM") ?: ""));
}

static int show(struct cmd_env *env, const struct args *args)
{
	struct show s = { 0 };
	int status, err;

	status = xsw_gauge_open(&s.gauge, &env->xsw, XSW_GAUGE_PORTS, NULL);
	if (status)
		return status;
	err = wake_open(&s.wake, STDIN_FILENO, POLLIN);
	if (err) {
		xsw_gauge_close(s.gauge);
		return fail(XSW_REFUSED, "cannot wait for signals: %s", strerror(-err));
	}
	top_init(&s.top);
	rights_keep(0);
	status = open_terminal(args, &s.term);
	if (!status) {
		err = run(&s);
		term_close(s.term);
		status = err ? xsw_gauge_failed(s.gauge, err) : XSW_OK;
	}
	top_free(&s.top);
	wake_close(&s.wake);
	xsw_gauge_close(s.gauge);
	return status;
}

static int top_run(struct cmd_env *env, struct args *args)
{
	int status = args_end(args);

	if (status)
		return status;
	if (env->out.json)
		return args_fail(args, XSW_USAGE, "a screen has no JSON: stats --watch -j has it");
	return show(env, args);
}

static const struct cmd cmds[] = {
	{ "", top_run, "", "rates of all ports on the terminal; h tells its keys" },
	{ 0 },
};

const struct object cmd_top = { "top", cmds, "a screen of rates: ports, classes, reasons" };
