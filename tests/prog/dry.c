// SPDX-License-Identifier: GPL-2.0-only
/*
 * dry.c - golden rows through xsw_trace
 *
 * By the command's own means (prog_trace.h). From the record the frame is made that each port
 * sends, and that must be what the row says; reason, note, class, VLAN and what the source taught
 * are compared as they are. All that kmaps_collect() reads must be as before.
 */
#include <errno.h>
#include <linux/pkt_cls.h>
#include <stdio.h>
#include <string.h>

#include "dry.h"
#include "prog_trace.h"
#include "xsw.h"

#define RING 4096
#define RUNT 14 /* shorter frames come in by no device */

int dry_maps(const struct driver *b, struct maps *m)
{
	maps_init(m);
	for (int i = 0; i < MAPS; i++) {
		m->fd[i] = bpf_object__find_map_fd_by_name(b->obj, map_name(i));
		if (m->fd[i] < 0)
			return m->fd[i];
	}
	return 0;
}

static unsigned int port_of(__u16 number)
{
	unsigned int i = P1;

	while (i < ROW_ENDS && row_number[i] != number)
		i++;
	return i < ROW_ENDS ? i : STRANGER;
}

/* The frame as it leaves, by the record. */
static void leave(const struct setup *set, const struct xsw_trace *rec,
		  const struct xsw_trace_port *port, struct row_bytes *out)
{
	struct xsw_trace whole = *rec;
	__u16 tag = port->flags & XSW_TP_MIRROR ? set->mirror[port->reason].tag : 0;
	__u32 len;

	whole.caplen = set->len;
	out->len = xsw_trace_form(&whole, port, tag, set->frame, out->bytes, &len);
}

static const char *judge_ports(const struct row *row, const struct setup *set,
			       const struct xsw_trace *rec)
{
	static struct row_bytes frame;
	struct outcome out = {};
	unsigned int i, sent = 0;

	if (rec->ports_n > XSW_TRACE_PORTS)
		return row_say("%u ports were asked", rec->ports_n);
	for (i = 0; i < rec->ports_n; i++) {
		const struct xsw_trace_port *p = &rec->ports[i];

		if (!(p->flags & XSW_TP_SENT))
			continue;
		leave(set, rec, p, &frame);
		row_left(set, &out, port_of(p->port), frame.bytes, frame.len);
		if (out.mangled)
			return row_say("P%u would get another frame, of %u bytes", port_of(p->port),
				       frame.len);
		sent += !(p->flags & XSW_TP_MIRROR);
	}
	for (i = P1; i <= P5; i++) {
		int want = (int)(row->to >> i & 1);

		for (unsigned int c = 0; c < XSW_CLASSES; c++)
			want += (int)row_copies(row, i, c);
		if (out.copies[i] != want)
			return row_say("P%u would get %d frames", i, out.copies[i]);
	}
	return sent == rec->sent_n ? NULL : row_say("%u are sent, not %u", sent, rec->sent_n);
}

static const char *judge_learned(const struct row *row, const struct xsw_trace *rec)
{
	bool new = rec->learned == XSW_TL_NEW, moved = rec->learned == XSW_TL_MOVED;
	bool refused = row->event == REFUSED || row->event == LIMITED;

	if (new != (row->event == LEARNED) || moved != (row->event == MOVED) ||
	    (rec->learned == XSW_TL_REFUSED) != refused)
		return row_say("what the source teaches: %u", rec->learned);
	return NULL;
}

static const char *judge(const struct row *row, const struct setup *set,
			 const struct xsw_trace *rec)
{
	const char *wrong;

	if (rec->port != row_number[row->in])
		return row_say("came in by port %u", rec->port);
	if (rec->reason != row->drop || rec->note != row->note)
		return row_say("reason %u note %u, not %u and %u", rec->reason, rec->note,
			       row->drop, row->note);
	if (rec->class != row->class || rec->len != set->len)
		return row_say("class %u, %u bytes", rec->class, rec->len);
	if (rec->admitted && rec->vid != row_vid(row, set))
		return row_say("VLAN %u, not %u", rec->vid, row_vid(row, set));
	wrong = judge_learned(row, rec);
	return wrong ? wrong : judge_ports(row, set, rec);
}

static const char *judge_same(const struct outcome *a, const struct outcome *b)
{
	size_t from = offsetof(struct outcome, st), to = offsetof(struct outcome, verdict);

	return memcmp((const char *)a + from, (const char *)b + from, to - from) ?
		       "something has changed" :
		       NULL;
}

static const char *try(struct driver *b, struct prog_trace *t, const struct row *row, int *err)
{
	static struct outcome before, after;
	static struct setup set;
	struct prog_frame frame = {
		.data = set.frame,
		.ifindex = b->lab.port[row->in].ifindex,
		.gso_size = row->gso,
	};
	struct xsw_trace rec;
	const char *wrong;

	memset(&before, 0, sizeof(before));
	memset(&after, 0, sizeof(after));
	row_setup(row, kmaps_now(&b->maps), &set);
	frame.len = set.len;
	if (set.len < RUNT)
		frame.port = row_number[row->in];
	*err = kmaps_fill(&b->maps, &b->lab, row, &set) ?: kmaps_collect(&b->maps, &before);
	if (*err)
		return "setting up";
	*err = prog_trace_run(t, &frame, &rec);
	if (*err == -ENODATA && row->pass)
		*err = 0;
	else if (*err)
		return "running";
	wrong = row->pass ? NULL : judge(row, &set, &rec);
	*err = kmaps_collect(&b->maps, &after);
	if (*err)
		return "reading the maps";
	return wrong ? wrong : judge_same(&before, &after);
}

void dry_rows(struct driver *b, struct tally *t)
{
	struct prog_trace trace;
	struct maps maps;
	int err = dry_maps(b, &maps) ?: prog_trace_open(&trace, &maps, RING);

	tally_row(t, "xsw_trace loads", NULL, err ? strerror(-err) : NULL);
	if (err)
		return;
	for (const struct row *const *rows = row_tables(); *rows; rows++) {
		for (const struct row *row = *rows; row->name; row++) {
			const char *wrong;

			if (row->not_dry) {
				tally_skip(t, row->name, row->not_dry);
				continue;
			}
			wrong = try(b, &trace, row, &err);
			driver_report(t, row, wrong, err);
		}
	}
	prog_trace_close(&trace);
}
