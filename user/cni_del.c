// SPDX-License-Identifier: GPL-2.0-only
/*
 * cni_del.c - DEL and GC: what an attachment has, removed, as far as it is there
 *
 * First the port, then its addresses: until it is gone nobody else may have these. The switch and its
 * gateway stay.
 */
#include <string.h>

#include "cni.h"

static int drop_port(struct cni *c, struct xsw *sw, const char *port)
{
	struct xsw_view *view;

	if (cni_port_view(sw, port, &view))
		return CNI_OK;
	xsw_view_free(view);
	return cni_model(c, xsw_port_del(sw, port), CNI_FAILED);
}

int cni_detach(struct cni *c)
{
	struct xsw *sw;
	int code = cni_open(c, XSW_WRITE, &sw);

	if (!code && c->conf.masq)
		code = cni_masq_del(c, false, sw != NULL);
	if (!code && sw)
		code = drop_port(c, sw, c->port);
	xsw_close(sw);
	if (!code)
		code = cni_ipam(c, "DEL", NULL);
	return code;
}

int cni_del(struct cni *c)
{
	return cni_detach(c);
}

/* --- GC ---------------------------------------------------------------------------------- */

/* A list in which something cannot be read would remove what is valid. */
static int check_list(struct cni *c)
{
	static const char key[] = "cni.dev/valid-attachments";
	const json_t *list = json_object_get(c->json, key);
	json_t *item;
	size_t i;

	if (!list || !(json_is_array(list) || json_is_null(list)))
		return cni_fail(c, CNI_CONFIG, "%s: a list is missing", key);
	json_array_foreach(list, i, item) if (
		!json_is_string(json_object_get(item, "containerID")) ||
		!json_is_string(json_object_get(
			item,
			"ifname"))) return cni_fail(c, CNI_CONFIG,
						    "%s: item %zu has no containerID or no ifname",
						    key, i);
	return CNI_OK;
}

static void drop_stale(struct cni *c, struct xsw *sw)
{
	struct xsw_view *view;

	if (cni_model(c, xsw_view(sw, NULL, &view), CNI_FAILED))
		return;
	for (size_t i = 0; i < view->nports; i++) {
		const char *port = view->ports[i].name;

		if (cni_port_is_of(port, c->conf.name) && !cni_port_is_valid(c, port))
			drop_port(c, sw, port);
	}
	xsw_view_free(view);
}

/* As much as can be; the first error is told. */
int cni_gc(struct cni *c)
{
	struct xsw *sw;

	if (check_list(c))
		return c->code;
	cni_open(c, XSW_WRITE, &sw);
	if (sw)
		drop_stale(c, sw);
	if (c->conf.masq)
		cni_masq_del(c, true, sw != NULL);
	xsw_close(sw);
	cni_ipam(c, "GC", NULL);
	return c->code;
}
