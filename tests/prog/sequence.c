// SPDX-License-Identifier: GPL-2.0-only
/*
 * sequence.c - a sequence, step by step, in the model and in a switch
 *
 * After each frame the switch is looked at, and what changed since the last look is judged as if the
 * frame were a row: so ports, bytes, reasons, counters and table are compared as those of the
 * golden rows are. What the switch looked like before is what was judged before.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "random.h"

struct running {
	const struct sequence_ops *ops;
	void *arg;
	struct sequence_run *run;
	__u64 start; /* the clock when time went on last */
};

static const char *failed(const char *what, int err)
{
	return err ? row_say("%s: %s", what, strerror(-err)) : NULL;
}

/* What is there now. */
static const char *look(struct running *r)
{
	memset(&r->run->before, 0, sizeof(r->run->before));
	return failed("looking", r->ops->look(r->arg, &r->run->before));
}

static const char *frame(struct running *r, const struct step *s)
{
	struct sequence_run *run = r->run;
	struct row *row = &run->m.row;
	static struct outcome now;
	const char *wrong;
	int err;

	run->m.src = s->src;
	strcpy(run->m.frame, s->frame);
	row->in = s->port;
	row->len = s->len;
	model_row(&run->m);
	if (run->m.close)
		return NULL;
	row_setup_next(row, &run->before, &run->set);
	memset(&now, 0, sizeof(now));
	err = r->ops->frame(r->arg, row, &run->set, &now) ?: r->ops->look(r->arg, &now);
	if (err)
		return failed("carrying a frame", err);
	run->out = now;
	row_since(&run->out, &run->before);
	/* a source that was just seen is not written down again */
	run->out.now = r->start - XSW_REFRESH_MAX;
	wrong = row_judge(row, &run->set, &run->out);
	if (wrong)
		return wrong;
	run->before = now;
	run->frames++;
	model_next(&run->m);
	return NULL;
}

static const char *pass(struct running *r, __u64 ns)
{
	int err = r->ops->pass(r->arg, ns);

	if (err)
		return err == -EOPNOTSUPP ? NULL : failed("waiting", err);
	model_pass(&r->run->m.row, ns);
	return look(r) ?: (r->start = r->run->before.end, NULL);
}

static const char *collect(struct running *r)
{
	int err = r->ops->collect(r->arg);

	if (err)
		return err == -EOPNOTSUPP ? NULL : failed("collecting", err);
	model_collect(&r->run->m);
	return look(r);
}

static union xsw_fdb_key key_of(const struct row_entry *e)
{
	union xsw_fdb_key key = { .vid = e->vid };

	for (int i = 0; i < 6; i++)
		key.mac[i] = row_hex_byte(e->mac + 2 * i);
	return key;
}

static const char *request(struct running *r, const struct step *s)
{
	struct xsw_ctl c = { .op = XSW_CTL_FLUSH, .port = row_number[s->port], .key.vid = s->vid };
	int want = 0, is;

	if (s->kind == STEP_FLUSH) {
		model_flush(&r->run->m.row, s->port, s->vid);
	} else {
		c = (struct xsw_ctl){ .port = row_number[s->entry.port], .key = key_of(&s->entry) };
		c.state = s->entry.state;
		c.op = s->kind == STEP_ADD ? XSW_CTL_FDB_ADD : XSW_CTL_FDB_DEL;
		want = s->kind == STEP_ADD ? model_add(&r->run->m, &s->entry) :
					     model_del(&r->run->m, s->entry.mac, s->entry.vid);
	}
	if (r->run->m.close)
		return NULL;
	is = r->ops->request(r->arg, &c);
	if (is != want)
		return row_say("xsw_ctl said: %s, not: %s", strerror(-is), strerror(-want));
	return look(r);
}

static const char *change(struct running *r, const struct step *s)
{
	struct row *row = &r->run->m.row;
	struct row_port *p = &row->port[s->port];
	union xsw_conf conf = r->run->before.port[s->port].conf;
	int err;

	conf.flags ^= p->flip ^ s->change.flip;
	conf.mtu = s->change.mtu ? s->change.mtu : ROW_MTU;
	conf.state = row_abi_state(s->change.state);
	p->flip = s->change.flip;
	p->mtu = s->change.mtu;
	p->state = s->change.state;
	p->gone = s->change.gone;
	err = r->ops->port(r->arg, row, s->port, conf);
	return failed("changing a port", err) ?: look(r);
}

static const char *step(struct running *r, const struct step *s)
{
	switch (s->kind) {
	case STEP_FRAME:
		return frame(r, s);
	case STEP_PASS:
		return pass(r, s->ns);
	case STEP_COLLECT:
		return collect(r);
	case STEP_PORT:
		return change(r, s);
	default:
		return request(r, s);
	}
}

const char *sequence_judge(const struct sequence *s, const struct sequence_ops *ops, void *arg,
			   struct sequence_run *run)
{
	struct running r = { .ops = ops, .arg = arg, .run = run };
	const char *wrong;

	run->m = s->conf;
	run->m.row.name = run->m.name;
	run->m.row.frame = run->m.frame;
	wrong = failed("setting up", ops->begin(arg, &run->m.row, &run->set)) ?: look(&r);
	r.start = run->before.end;
	run->frames = 0;
	for (run->at = 0; !wrong && run->at < s->n; run->at++) {
		wrong = step(&r, &s->step[run->at]);
		if (wrong || run->m.close)
			break;
	}
	return wrong;
}
