// SPDX-License-Identifier: GPL-2.0-only
/*
 * driver.c - a row through programs in the kernel
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "driver.h"
#include "xsw_names.h"

int carry_wire(struct driver *b, const struct row *row, const struct setup *set,
	       struct outcome *out)
{
	int err = lab_send(&b->lab, row->in, row, set);

	if (err)
		return err;
	out->verdict = ROW_UNKNOWN;
	return lab_receive(&b->lab, set, out);
}

const char *driver_carry(struct driver *b, const struct row *row, carry_fn carry, struct setup *set,
			 struct outcome *out, int *err)
{
	memset(out, 0, sizeof(*out));
	out->now = kmaps_now(&b->maps);
	row_setup(row, out->now, set);
	*err = kmaps_fill(&b->maps, &b->lab, row, set);
	if (*err)
		return "filling the maps";
	*err = carry(b, row, set, out);
	if (*err)
		return "carrying the frame";
	*err = kmaps_collect(&b->maps, out);
	if (*err)
		return "reading the maps";
	for (int i = 0; i < ROW_ENDS && row->blind; i++)
		out->copies[i] = ROW_UNKNOWN;
	return NULL;
}

const char *driver_try(struct driver *b, const struct row *row, carry_fn carry, struct outcome *out,
		       int *err)
{
	static struct setup set;
	const char *wrong = driver_carry(b, row, carry, &set, out, err);

	return wrong ? wrong : row_judge(row, &set, out);
}

void driver_report(struct tally *t, const struct row *row, const char *wrong, int err)
{
	char text[128];

	if (!err) {
		tally_row(t, row->name, NULL, wrong);
	} else if (err == -EOPNOTSUPP) {
		tally_skip(t, row->name,
			   "this kernel's BPF_PROG_TEST_RUN takes shorter frames only");
	} else {
		snprintf(text, sizeof(text), "%s: %s", wrong, strerror(-err));
		tally_row(t, row->name, NULL, text);
	}
}

void driver_row(struct driver *b, struct tally *t, const struct row *row, carry_fn carry,
		struct outcome *out)
{
	int err;
	const char *wrong = driver_try(b, row, carry, out, &err);

	driver_report(t, row, wrong, err);
}

static int load(struct driver *b, const char *path)
{
	struct bpf_program *tc, *ctl_prog;
	int err;

	b->obj = bpf_object__open_file(path, NULL);
	if (!b->obj)
		return -errno;
	err = kmaps_resize(b->obj);
	if (!err)
		err = bpf_object__load(b->obj);
	if (err)
		return err;
	tc = bpf_object__find_program_by_name(b->obj, XSW_PROG_TC);
	ctl_prog = bpf_object__find_program_by_name(b->obj, XSW_PROG_CTL);
	if (!tc || !ctl_prog)
		return -ENOENT;
	b->tc = bpf_program__fd(tc);
	b->ctl = bpf_program__fd(ctl_prog);
	return kmaps_open(&b->maps, b->obj, b->ctl);
}

int driver_open(struct driver *b, struct tally *t, const char *path)
{
	int err = lab_open(&b->lab);

	tally_row(t, "namespaces and devices", NULL, err ? strerror(-err) : NULL);
	if (err)
		return err;
	err = load(b, path);
	tally_row(t, "the program loads", path, err ? strerror(-err) : NULL);
	return err;
}

void driver_close(struct driver *b)
{
	kmaps_close(&b->maps);
	lab_close(&b->lab);
	bpf_object__close(b->obj);
}
