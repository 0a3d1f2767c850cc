// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_form.c - a frame as it leaves by a port, from the record of its walk
 */
#include <string.h>

#include "xsw.h"

#define TAG    4
#define TAG_AT 12

/* Tags that stand behind the addresses when it leaves, and how many bytes they take the place of. */
struct form {
	uint8_t put[XSW_FORM_MORE];
	uint32_t n, cut;
};

static void put_tag(struct form *f, uint16_t tpid, uint16_t tci)
{
	const uint8_t tag[TAG] = { (uint8_t)(tpid >> 8), (uint8_t)tpid, (uint8_t)(tci >> 8),
				   (uint8_t)tci };

	memcpy(f->put + f->n, tag, TAG);
	f->n += TAG;
}

uint32_t xsw_trace_form(const struct xsw_trace *rec, const struct xsw_trace_port *port,
			uint16_t tag, const uint8_t *frame, uint8_t *to, uint32_t *len)
{
	bool tagged = port->flags & XSW_TP_TAGGED, raw = port->flags & XSW_TP_RAW;
	struct form f = { .n = 0 };
	uint32_t from;

	if (tag)
		put_tag(&f, 0x8100, tag);
	if (!raw && tagged && !rec->own)
		put_tag(&f, rec->push_tpid, rec->push_tci);
	if (!raw && (rec->strip || (rec->own && !tagged)))
		f.cut = TAG;
	from = TAG_AT + f.cut;
	*len = rec->len - f.cut + f.n;
	if (rec->caplen < from) {
		memcpy(to, frame, rec->caplen);
		return rec->caplen < TAG_AT ? rec->caplen : TAG_AT;
	}
	memcpy(to, frame, TAG_AT);
	memcpy(to + TAG_AT, f.put, f.n);
	memcpy(to + TAG_AT + f.n, frame + from, rec->caplen - from);
	return rec->caplen - f.cut + f.n;
}
