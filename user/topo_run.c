// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_run.c - a whole file: what is beside the switches, then these, then what needs them
 *
 * Each switch is a transaction of its own, for the lock is held by one at a time; when a later
 * one fails, those before it become what they were.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"
#include "topo_int.h"
#include "topo_plan.h"

/* Opening a switch enters its namespace; the next name is meant where the caller lives. */
static int back(int home)
{
	int err = netns_enter(home);

	return err ? fail(XSW_REFUSED, "cannot return to the namespace this began in: %s",
			  strerror(-err)) :
		     XSW_OK;
}

static int find_home(int *home)
{
	*home = netns_open_self();
	return *home < 0 ?
		       fail(XSW_REFUSED, "cannot open the own namespace: %s", strerror(-*home)) :
		       XSW_OK;
}

static int apply_switches(const struct xsw_opts *opts, const struct topo *t, int home)
{
	struct topo_done *done = calloc(t->nswitches + 1, sizeof(*done));
	int status = done ? XSW_OK : fail(XSW_REFUSED, "out of memory");
	size_t n = 0;

	while (n < t->nswitches && !status) {
		status = topo_apply_switch(opts, &t->switches[n], &done[n]);
		status = back(home) ?: status;
		n += !status;
	}
	for (size_t i = n; status && i-- > 0;) {
		topo_undo_switch(opts, &t->switches[i], &done[i]);
		back(home);
	}
	for (size_t i = 0; done && i < t->nswitches; i++)
		free(done[i].before);
	free(done);
	return status;
}

int topo_apply(const struct xsw_opts *opts, const struct topo *topo)
{
	int home, status = find_home(&home);

	if (!status)
		status = apply_switches(opts, topo, home);
	if (home >= 0)
		close(home);
	return status;
}

int topo_diff(const struct xsw_opts *opts, const struct topo *topo, topo_line_fn fn, void *arg)
{
	struct topo_env env;
	struct topo_plan plan = { .env = &env };
	int home, status = find_home(&home);

	if (status)
		return status;
	status = topo_env_init(&env);
	for (size_t i = 0; i < topo->nswitches && !status; i++) {
		status = topo_diff_switch(opts, &topo->switches[i], &plan);
		status = back(home) ?: status;
	}
	for (size_t i = 0; i < plan.nlines && !status; i++)
		fn(&plan.lines[i], arg);
	topo_plan_free(&plan);
	topo_env_free(&env);
	close(home);
	return status;
}

int topo_export(const struct xsw_opts *opts, char **text)
{
	struct topo_env env;
	struct topo_state *have;
	struct xsw *sw = NULL;
	int status = topo_env_init(&env);

	*text = NULL;
	if (!status)
		status = xsw_open(&sw, opts, XSW_READ);
	if (!status)
		status = topo_have(&env, sw, false, &have);
	if (!status)
		status = topo_export_text(&env, have, text);
	xsw_close(sw);
	topo_env_free(&env);
	return status;
}

int topo_remove(const struct xsw_opts *opts, const struct topo *topo)
{
	int home, status = find_home(&home);

	for (size_t i = topo->nswitches; i-- > 0 && home >= 0;) {
		struct xsw_opts own = topo_opts(opts, &topo->switches[i]);
		int err = xsw_down(&own, false);

		status = status ? status : err;
		status = back(home) ?: status;
	}
	if (home >= 0)
		close(home);
	return status;
}
