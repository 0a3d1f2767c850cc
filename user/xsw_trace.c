// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_trace.c - frames given to xsw_trace, as if they came in by a port
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prog_trace.h"
#include "xsw_explain.h"
#include "xsw_int.h"
#include "xsw_names.h"

#define RING 4096 /* bytes: a record is read before the next frame */

struct xsw_tracer {
	struct xsw *sw;
	struct prog_trace prog;
	struct prog_frame frame; /* what all of them have in common */
};

/* The leg that frames of this remote come in by. */
static int find_leg(const struct xsw *sw, const struct xsw_trace_spec *spec, uint32_t *number)
{
	const struct xsw_ip remote = tunnel_ip(&spec->remote);
	char text[INET6_ADDRSTRLEN];
	uint32_t n;

	if (!spec->remote.family)
		return XSW_OK;
	if (!type_is_tunnel(sw->ports[*number].type))
		return fail(XSW_USAGE, "port %s: no tunnel, it has no remote", spec->port);
	XSW_EACH_LEG(sw, *number, n)
	{
		if (memcmp(&sw->ports[n].leg.remote, &remote, sizeof(remote)))
			continue;
		*number = n;
		return XSW_OK;
	}
	tunnel_ip_text(&remote, text);
	return fail(XSW_MISSING, "port %s: no remote %s", spec->port, text);
}

/* The VLAN of frames with this key. */
static int find_vid(const struct xsw_trace_spec *spec, const struct xsw_info *info, uint32_t *vid)
{
	bool wants = type_is_tunnel(info->type) && info->leg.key_mode == XSW_KEY_VID;

	*vid = spec->key - info->leg.key;
	if (!wants)
		*vid = 0;
	if (wants != spec->key_set)
		return fail(XSW_USAGE, "port %s: %s", spec->port,
			    wants ? "the key of a frame says its VLAN: key N is missing" :
				    "only keys that say the VLAN of a frame can be given");
	if (wants && (!*vid || *vid > XSW_VID_MAX))
		return fail(XSW_USAGE, "port %s: key %u is that of no VLAN", spec->port, spec->key);
	return XSW_OK;
}

static int place(struct xsw_tracer *t, const struct xsw_trace_spec *spec)
{
	uint32_t number;
	int err = xsw_port_need(t->sw, spec->port, &number);

	if (!err)
		err = find_leg(t->sw, spec, &number);
	if (!err)
		err = find_vid(spec, &t->sw->ports[number], &t->frame.vid);
	t->frame.port = number;
	return err;
}

int xsw_trace_open(struct xsw_tracer **out, struct xsw *sw, const struct xsw_trace_spec *spec)
{
	struct xsw_tracer *t = calloc(1, sizeof(*t));
	int err, status;

	*out = NULL;
	if (!t)
		return fail(XSW_REFUSED, "out of memory");
	t->sw = sw;
	status = xsw_check_rights(RIGHT_MAPS | RIGHT_PROGS) ?: place(t, spec);
	if (status)
		goto out;
	err = prog_trace_open(&t->prog, &sw->maps, RING);
	if (err)
		status = cannot("switch", sw->name, err, log_libbpf_last(), "load %s",
				XSW_PROG_TRACE);
out:
	if (status)
		free(t);
	else
		*out = t;
	return status;
}

void xsw_trace_close(struct xsw_tracer *t)
{
	if (!t)
		return;
	prog_trace_close(&t->prog);
	free(t);
}

int xsw_trace_frame(struct xsw_tracer *t, const uint8_t *data, uint32_t len, uint32_t gso,
		    struct xsw_explain_view *view)
{
	struct prog_frame frame = t->frame;
	struct xsw_trace rec;
	int err;

	frame.data = data;
	frame.len = len;
	frame.gso_size = gso;
	err = prog_trace_run(&t->prog, &frame, &rec);
	if (err)
		return fail(XSW_REFUSED, "switch %s: cannot run %s: %s", t->sw->name,
			    XSW_PROG_TRACE, strerror(-err));
	xsw_explain(t->sw, &rec, view);
	return XSW_OK;
}
