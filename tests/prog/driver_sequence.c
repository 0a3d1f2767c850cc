// SPDX-License-Identifier: GPL-2.0-only
/*
 * driver_sequence.c - random sequences through programs in the kernel
 *
 * The clock of the kernel cannot be set: that time passes means that everything which was remembered
 * is that much older. The timer of ageing is not armed, so nothing is collected, and its queue
 * is emptied here.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#include "driver.h"

static int begin(void *arg, const struct row *row, struct setup *set)
{
	struct driver *b = ((struct driver_way *)arg)->driver;

	row_setup(row, kmaps_now(&b->maps), set);
	return kmaps_fill(&b->maps, &b->lab, row, set);
}

static int frame(void *arg, const struct row *row, const struct setup *set, struct outcome *out)
{
	const struct driver_way *way = arg;

	return way->carry(way->driver, row, set, out) ?: kmaps_drain(&way->driver->maps);
}

static int look(void *arg, struct outcome *out)
{
	return kmaps_collect(&((struct driver_way *)arg)->driver->maps, out);
}

static int pass(void *arg, __u64 ns)
{
	return kmaps_older(&((struct driver_way *)arg)->driver->maps, ns);
}

static int collect(void *arg)
{
	(void)arg;
	return -EOPNOTSUPP;
}

static int request(void *arg, const struct xsw_ctl *c)
{
	struct driver *b = ((struct driver_way *)arg)->driver;
	__u8 data[XSW_CTL_HDR + sizeof(struct xsw_ctl)] = {};
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = sizeof(data));

	memcpy(data + XSW_CTL_HDR, c, sizeof(*c));
	if (bpf_prog_test_run_opts(b->ctl, &opts))
		return -errno;
	return (int)opts.retval ?: kmaps_drain(&b->maps);
}

static int port(void *arg, const struct row *row, unsigned int port, union xsw_conf conf)
{
	struct driver *b = ((struct driver_way *)arg)->driver;

	return kmaps_change(&b->maps, &b->lab, row, port, conf);
}

const struct sequence_ops driver_sequence = {
	.begin = begin,
	.frame = frame,
	.look = look,
	.pass = pass,
	.collect = collect,
	.request = request,
	.port = port,
};
