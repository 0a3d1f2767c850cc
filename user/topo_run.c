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
#include "topo_host.h"
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

static void undo_switches(const struct xsw_opts *opts, const struct topo *t, int home,
			  const struct topo_done *done, size_t n)
{
	while (n-- > 0) {
		topo_undo_switch(opts, &t->switches[n], &done[n]);
		back(home);
	}
}

static int apply_switches(const struct xsw_opts *opts, const struct topo *t, int home,
			  struct topo_done *done)
{
	int status = XSW_OK;
	size_t n = 0;

	while (n < t->nswitches && !status) {
		status = topo_apply_switch(opts, &t->switches[n], &done[n]);
		status = back(home) ?: status;
		n += !status;
	}
	if (status)
		undo_switches(opts, t, home, done, n);
	return status;
}

/* What is beside the switches: before them, and again for what needs them. */
static int apply_all(const struct xsw_opts *opts, struct topo_host *h, int home)
{
	size_t n = h->topo->nswitches;
	struct topo_done *done = calloc(n + 1, sizeof(*done));
	int status = done ? topo_hosts(h) : fail(XSW_REFUSED, "out of memory");

	if (!status)
		status = apply_switches(opts, h->topo, home, done);
	/* a route may need one that stands behind it: once more before that is an error */
	for (int i = 0; i < 2 && !status; i++) {
		h->late = i;
		status = topo_hosts(h);
		if (status)
			undo_switches(opts, h->topo, home, done, n);
	}
	if (status)
		topo_hosts_undo(h);
	for (size_t i = 0; done && i < n; i++)
		free(done[i].before);
	free(done);
	return status;
}

unsigned int topo_rights(const struct topo *t)
{
	unsigned int rights = t->nlinks || t->nnamespaces ? RIGHT_DEVICES : 0;

	if (t->nnamespaces)
		rights |= RIGHT_NETNS;
	for (size_t i = 0; i < t->nlinks; i++)
		if (t->links[i].end[0].netns || t->links[i].end[1].netns)
			rights |= RIGHT_NETNS;
	for (size_t i = 0; i < t->nswitches; i++) {
		rights |= t->switches[i].netns ? RIGHT_NETNS : 0;
		for (size_t n = 0; n < t->switches[i].nports; n++)
			rights |= xsw_port_rights(&t->switches[i].ports[n].spec);
	}
	return rights;
}

static unsigned int rights_to_apply(const struct xsw_opts *opts, const struct topo *t)
{
	unsigned int rights = topo_rights(t);

	for (size_t i = 0; i < t->nswitches; i++) {
		const struct xsw_opts own = topo_opts(opts, &t->switches[i]);

		rights |= xsw_exists(&own) ? 0 : RIGHT_MAPS | RIGHT_PROGS;
	}
	return rights;
}

int topo_apply(const struct xsw_opts *opts, const struct topo *topo)
{
	struct topo_host h = { .topo = topo };
	int home, status = xsw_check_rights(opts->dry_run ? 0 : rights_to_apply(opts, topo));

	if (!status)
		status = find_home(&home);
	if (status)
		return status;
	h.mem = calloc(1, sizeof(*h.mem));
	xsw_signals_hold();
	status = h.mem ? apply_all(opts, &h, home) : fail(XSW_REFUSED, "out of memory");
	free(h.undo);
	topo_free(h.mem);
	close(home);
	return status;
}

int topo_diff(const struct xsw_opts *opts, const struct topo *topo, topo_line_fn fn, void *arg)
{
	struct topo_env env;
	struct topo_plan plan = { .env = &env };
	struct topo_host h = { .topo = topo, .plan = &plan };
	int home, status = xsw_check_rights(topo_rights(topo) & RIGHT_NETNS);

	if (!status)
		status = find_home(&home);
	if (status)
		return status;
	status = topo_env_init(&env);
	h.mem = env.mem;
	if (!status)
		status = topo_hosts(&h);
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

/* A switch knows where it lives: it goes as well when that namespace has lost its name. */
static struct xsw_opts removal_opts(const struct xsw_opts *opts, const struct topo_switch *sw)
{
	struct xsw_opts own = topo_opts(opts, sw);
	int fd = own.netns ? netns_open(own.netns) : -1;

	if (fd < 0)
		own.netns = NULL;
	else
		close(fd);
	return own;
}

int topo_remove(const struct xsw_opts *opts, const struct topo *topo)
{
	/* what the ports themselves need is asked of the switch */
	unsigned int rights = topo_rights(topo) & (RIGHT_DEVICES | RIGHT_NETNS);
	int home, err, status = xsw_check_rights(opts->dry_run ? 0 : rights);

	if (!status)
		status = find_home(&home);
	if (status)
		return status;
	for (size_t i = topo->nswitches; i-- > 0;) {
		struct xsw_opts own = removal_opts(opts, &topo->switches[i]);

		err = xsw_down(&own, false);
		status = status ? status : err;
		status = back(home) ?: status;
	}
	close(home);
	err = topo_links_remove(opts, topo);
	status = status ? status : err;
	err = topo_hosts_remove(opts, topo);
	return status ? status : err;
}
