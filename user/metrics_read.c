// SPDX-License-Identifier: GPL-2.0-only
/*
 * metrics_read.c - the state of all switches, read anew for each scrape
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metrics_int.h"

/* The VLANs that ports name. */
static void named_vlans(const struct xsw_view *view, struct arg_vids *vids)
{
	*vids = (struct arg_vids){};
	for (size_t i = 0; i < view->nports; i++) {
		const struct xsw_port_view *port = &view->ports[i];

		for (size_t w = 0; w < ARG_VID_WORDS; w++)
			vids->word[w] |= port->trunks.word[w];
		vids->word[port->pvid / 64] |= (unsigned long long)!!port->pvid << port->pvid % 64;
	}
}

static void add_vlan(const struct xsw_vlan_total *total, void *arg)
{
	struct metrics_switch *s = arg;

	s->vlans[s->nvlans++] = *total;
}

static void add_mirror(const struct xsw_mirror_view *view, void *arg)
{
	struct metrics_switch *s = arg;
	struct metrics_mirror *m = &s->mirrors[s->nmirrors++ % XSW_MIRRORS];

	snprintf(m->name, sizeof(m->name), "%s", view->spec.name);
	m->stats = view->stats;
}

static int read_opened(struct xsw *sw, struct metrics_switch *s)
{
	struct arg_vids vids;
	int status = xsw_view(sw, NULL, &s->view);

	if (status)
		return status;
	s->vlans = calloc(XSW_VLANS, sizeof(*s->vlans));
	if (!s->vlans)
		return fail(XSW_REFUSED, "out of memory");
	named_vlans(s->view, &vids);
	status = xsw_vlan_totals(sw, &vids, add_vlan, s);
	return status ? status : xsw_mirror_each(sw, NULL, add_mirror, s);
}

static int read_one(const struct xsw_opts *opts, void *arg)
{
	struct metrics *m = arg;
	struct metrics_switch *s;
	struct xsw *sw;
	int status;

	/* one that is being made or removed; without -S those that live elsewhere than -n says */
	if (!opts->named && (!xsw_exists(opts) || (opts->netns && !xsw_lives_in(opts))))
		return XSW_OK;
	status = xsw_open(&sw, opts, XSW_READ);
	if (status == XSW_MISSING && !opts->named && !xsw_exists(opts))
		return XSW_OK;
	s = realloc(m->v, (m->n + 1) * sizeof(*m->v));
	if (!s) {
		xsw_close(sw);
		return fail(XSW_REFUSED, "out of memory");
	}
	m->v = s;
	s += m->n++;
	*s = (struct metrics_switch){};
	memcpy(s->name, opts->switch_name, strlen(opts->switch_name) + 1);
	if (!status) {
		status = read_opened(sw, s);
		xsw_close(sw);
	}
	s->readable = !status;
	return opts->named ? status : XSW_OK;
}

/* Among all switches one that cannot be read does not hide the others. */
int metrics_read(struct metrics *m, const struct xsw_opts *opts)
{
	*m = (struct metrics){};
	return xsw_each_name(opts, read_one, m);
}

void metrics_free(struct metrics *m)
{
	for (size_t i = 0; i < m->n; i++) {
		xsw_view_free(m->v[i].view);
		free(m->v[i].vlans);
	}
	free(m->v);
}
