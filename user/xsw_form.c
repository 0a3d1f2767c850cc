// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_form.c - a frame as it leaves by a port, from the record of its walk
 */
#include <string.h>

#include "xsw.h"

#define TAG    4
#define TAG_AT 12

uint32_t xsw_trace_form(const struct xsw_trace *rec, const struct xsw_trace_port *port,
			const uint8_t *frame, uint8_t *to, uint32_t *len)
{
	const uint8_t tag[TAG] = { (uint8_t)(rec->push_tpid >> 8), (uint8_t)rec->push_tpid,
				   (uint8_t)(rec->push_tci >> 8), (uint8_t)rec->push_tci };
	bool tagged = port->flags & XSW_TP_TAGGED;
	bool cut = rec->strip || (rec->own && !tagged), put = tagged && !rec->own;
	uint32_t from = TAG_AT + (cut ? TAG : 0), at = TAG_AT + (put ? TAG : 0);

	*len = rec->len - from + at;
	if (rec->caplen < from) {
		memcpy(to, frame, rec->caplen);
		return rec->caplen < TAG_AT ? rec->caplen : TAG_AT;
	}
	memcpy(to, frame, TAG_AT);
	memcpy(to + TAG_AT, tag, TAG);
	memcpy(to + at, frame + from, rec->caplen - from);
	return rec->caplen - from + at;
}
