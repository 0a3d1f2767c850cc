// SPDX-License-Identifier: GPL-2.0-only
/*
 * topo_apply.c - the steps of one switch, done or undone together
 *
 * They are a batch: what goes wrong is taken back by what the batch has kept. A port that had to
 * go before another could be made cannot be kept that way; the switch as it was is written as a
 * file first, and that is applied.
 */
#include <stdlib.h>
#include <string.h>

#include "topo_int.h"
#include "topo_plan.h"

struct xsw_opts topo_opts(const struct xsw_opts *opts, const struct topo_switch *sw)
{
	struct xsw_opts own = *opts;

	own.switch_name = sw->name;
	if (sw->netns)
		own.netns = sw->netns;
	return own;
}

/* --- steps ------------------------------------------------------------------------------ */

static int wire_del(struct xsw *sw, const struct topo_step *s)
{
	return xsw_wire_del(sw, s->name);
}

static int wire_add(struct xsw *sw, const struct topo_step *s)
{
	return xsw_wire_add(sw, s->name, s->other);
}

static int mirror_del(struct xsw *sw, const struct topo_step *s)
{
	return xsw_mirror_del(sw, s->name);
}

static int mirror_add(struct xsw *sw, const struct topo_step *s)
{
	return xsw_mirror_add(sw, &s->mirror->spec);
}

static int port_del(struct xsw *sw, const struct topo_step *s)
{
	return xsw_port_del(sw, s->name);
}

static struct args args_of(const struct topo_step *s, const char *command)
{
	return (struct args){ .argc = s->nwords, .argv = s->words, .command = command };
}

static int set(struct xsw *sw, const struct topo_step *s)
{
	struct args args = args_of(s, cmd_set_words.command);
	struct xsw_change change;
	int status = cmd_set_parse(&args, &change);

	return status ? status : xsw_set(sw, &change);
}

static int port_set(struct xsw *sw, const struct topo_step *s)
{
	struct args args = args_of(s, cmd_port_set_words.command);
	struct xsw_port_change change;
	const char *port;
	int status = cmd_port_set_parse(&args, &port, &change);

	if (s->all_cvlans) /* which no word says */
		change.vlan.cvlans_set = true;
	return status ? status : xsw_port_set(sw, port, &change);
}

static int port_addrs(struct xsw *sw, const struct topo_step *s)
{
	return xsw_port_addrs_set(sw, s->port->spec.name, &s->port->spec.addrs);
}

static int vlan_edit(struct xsw *sw, const struct topo_step *s)
{
	return xsw_vlan_edit(sw, s->edit);
}

static int limit(struct xsw *sw, const struct topo_step *s)
{
	return xsw_vlan_limit(sw, &s->edit->vids, s->limit);
}

static int fdb_del(struct xsw *sw, const struct topo_step *s)
{
	return xsw_fdb_del(sw, s->entry.mac, s->entry.vlan);
}

static int fdb_add(struct xsw *sw, const struct topo_step *s)
{
	struct xsw_fdb_spec spec = {
		.vlan = s->entry.vlan,
		.port = s->entry.port,
		.remote = s->entry.remote,
		.state = s->entry.state,
		.replace = true,
	};

	memcpy(spec.mac, s->entry.mac, sizeof(spec.mac));
	return xsw_fdb_add(sw, &spec);
}

static int (*const doing[])(struct xsw *sw, const struct topo_step *s) = {
	[STEP_MIRROR_DEL] = mirror_del,
	[STEP_MIRROR_ADD] = mirror_add,
	[STEP_WIRE_DEL] = wire_del,
	[STEP_PORT_DEL] = port_del,
	[STEP_SET] = set,
	[STEP_PORT_SET] = port_set,
	[STEP_PORT_ADDRS] = port_addrs,
	[STEP_VLAN_DEL] = vlan_edit,
	[STEP_VLAN_ADD] = vlan_edit,
	[STEP_LIMIT] = limit,
	[STEP_FDB_DEL] = fdb_del,
	[STEP_FDB_ADD] = fdb_add,
	[STEP_WIRE_ADD] = wire_add,
	[STEP_PORT_END] = port_del,
};

/* The ports that are to be made stand together; *n of them are. */
static int add_ports(struct xsw *sw, const struct topo_step *steps, size_t most, size_t *n)
{
	const struct xsw_port_spec **specs = calloc(most, sizeof(*specs));
	int status;

	if (!specs)
		return fail(XSW_REFUSED, "out of memory");
	for (*n = 0; *n < most && steps[*n].kind == STEP_PORT_ADD; ++*n)
		specs[*n] = &steps[*n].port->spec;
	status = xsw_ports_add(sw, specs, *n);
	free(specs);
	return status;
}

static int do_steps(struct xsw *sw, const struct topo_plan *plan)
{
	int status = XSW_OK;
	size_t n = 1;

	for (size_t i = 0; i < plan->nsteps && !status; i += n) {
		n = 1;
		if (plan->steps[i].kind == STEP_PORT_ADD)
			status = add_ports(sw, &plan->steps[i], plan->nsteps - i, &n);
		else
			status = doing[plan->steps[i].kind](sw, &plan->steps[i]);
		if (!status && xsw_interrupted())
			status = XSW_REFUSED;
	}
	return status;
}

/* --- a switch --------------------------------------------------------------------------- */

static bool has_dynamic(const struct topo_switch *sw)
{
	for (size_t i = 0; i < sw->nfdb; i++)
		if (sw->fdb[i].spec.state == XSW_FDB_DYNAMIC)
			return true;
	return false;
}

static bool plans_removal(const struct topo_plan *plan)
{
	for (size_t i = 0; i < plan->nsteps; i++)
		if (plan->steps[i].kind == STEP_PORT_DEL)
			return true;
	return false;
}

static int plan_and_do(struct topo_plan *plan, const struct topo_switch *from, struct xsw *sw,
		       struct topo_done *done)
{
	struct topo_state *want, *have;
	int status = xsw_ports_add(sw, NULL, 0); /* what a killed command left goes */

	done->changed = xsw_made(sw);
	if (!status)
		status = topo_want(plan->env, from, &want);
	if (!status)
		status = topo_have(plan->env, sw, has_dynamic(from), &have);
	if (!status)
		status = topo_compare(plan, want, have);
	if (status || !plan->nsteps)
		return status;
	if (!done->changed)
		status = topo_export_text(plan->env, have, &done->before);
	done->changed = true;
	return status ? status : do_steps(sw, plan);
}

static int apply_once(const struct xsw_opts *opts, const struct topo_switch *from,
		      struct topo_done *done, bool *removed)
{
	struct xsw_opts own = topo_opts(opts, from);
	struct topo_env env;
	struct topo_plan plan = { .env = &env };
	struct xsw *sw = NULL;
	int status;

	*done = (struct topo_done){ 0 };
	status = topo_env_init(&env);
	if (!status)
		status = xsw_batch_make(&own);
	if (!status) {
		status = xsw_open(&sw, &own, XSW_WRITE);
		if (!status)
			status = plan_and_do(&plan, from, sw, done);
		status = xsw_batch_end(&own, status);
	}
	*removed = plans_removal(&plan);
	topo_plan_free(&plan);
	topo_env_free(&env);
	return status;
}

static int apply_text(const struct xsw_opts *opts, const char *text)
{
	struct topo_done done = { 0 };
	struct topo *topo;
	bool removed;
	int status = topo_parse(text, strlen(text), "what was", opts->switch_name, &topo);

	if (!status)
		status = apply_once(opts, &topo->switches[0], &done, &removed);
	free(done.before);
	topo_free(topo);
	return status;
}

int topo_undo_switch(const struct xsw_opts *opts, const struct topo_switch *sw,
		     const struct topo_done *done)
{
	struct xsw_opts own = topo_opts(opts, sw);

	if (!done->changed)
		return XSW_OK;
	return done->before ? apply_text(&own, done->before) : xsw_down(&own, false);
}

int topo_apply_switch(const struct xsw_opts *opts, const struct topo_switch *sw,
		      struct topo_done *done)
{
	bool removed;
	int status = apply_once(opts, sw, done, &removed);

	if (status && removed && done->before)
		topo_undo_switch(opts, sw, done);
	return status;
}

int topo_diff_switch(const struct xsw_opts *opts, const struct topo_switch *from,
		     struct topo_plan *plan)
{
	struct xsw_opts own = topo_opts(opts, from);
	struct topo_state *want, *have = NULL;
	struct xsw *sw = NULL;
	int status = topo_want(plan->env, from, &want);

	plan->nsteps = 0;
	if (!status && xsw_exists(&own))
		status = xsw_open(&sw, &own, XSW_READ);
	if (!status && sw)
		status = topo_have(plan->env, sw, has_dynamic(from), &have);
	if (!status)
		status = topo_compare(plan, want, have);
	xsw_close(sw);
	return status;
}
