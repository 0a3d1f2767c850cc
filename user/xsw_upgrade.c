// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_upgrade.c - the programs of this executable in place of those that run
 *
 * They are loaded over the maps there are, so addresses, counters and settings simply go on. Then
 * each port gets them in one step: a frame meets the old ones or the new ones. A kill leaves the
 * mark of a change of programs, and the next writer takes it to its end (xsw_repair.c); an error
 * gives the ports that have the new ones the old ones back.
 */
#include <errno.h>

#include "fault.h"
#include "xsw_int.h"

static int upgrade_failed(const struct xsw *sw, int err)
{
	return cannot("switch", sw->name, err, log_libbpf_last(), "replace its programs");
}

/* How many ports have a device whose program is to be replaced. */
static uint32_t ports_alive(const struct xsw *sw)
{
	uint32_t n, alive = 0;

	for (n = 1; n < XSW_PORTS; n++)
		alive += sw->ports[n].ifindex && maps_tx_get(&sw->maps, n) == sw->ports[n].ifindex;
	return alive;
}

/* The ports that have the new ones already get these back. */
static void put_back(struct xsw *sw, const struct prog *old)
{
	struct prog new = sw->prog;

	sw->prog = *old;
	if (age_start(sw) || progs_adopt(sw))
		warn("switch %s: some ports have other programs than others: the next command that "
		     "changes something ends that",
		     sw->name);
	else
		repair_unmark(sw);
	prog_close(&new);
}

static int replace(struct xsw *sw)
{
	struct prog old = sw->prog;
	int err;

	prog_init(&sw->prog);
	err = prog_load_again(&sw->prog, &old, &sw->maps, 0);
	if (err) {
		prog_close(&sw->prog);
		sw->prog = old;
		return upgrade_failed(sw, err);
	}
	fault_point();
	err = repair_mark(sw);
	if (!err)
		err = age_start(sw);
	if (!err)
		err = progs_adopt(sw);
	if (err) {
		put_back(sw, &old);
		return upgrade_failed(sw, err);
	}
	prog_close(&old);
	return repair_done(sw);
}

static int upgrade_one(const struct xsw_opts *opts, void *arg)
{
	const struct xsw_upgrade_spec *spec = arg;
	struct xsw *sw = NULL;
	uint32_t alive;
	int status;

	if (spec->all && !xsw_exists(opts))
		return XSW_OK; /* what is left of one has no programs that run */
	/* the programs that links hold are compared with ours */
	status = xsw_check_rights(opts->dry_run ? 0 : RIGHT_MAPS | RIGHT_PROGS | RIGHT_IDS);
	if (!status)
		status = xsw_open(&sw, opts, XSW_UPGRADE);
	if (status || !sw)
		return status;
	alive = ports_alive(sw);
	if (sw->meta.build == prog_build() && !spec->force)
		info("switch %s: its programs are those of this xswitch: nothing to do", sw->name);
	else if (!(status = alive ? xsw_need_home(sw) : XSW_OK) &&
		 !xsw_plan(sw, "replace the programs of %u ports by build %08x", alive,
			   prog_build()))
		status = replace(sw);
	xsw_close(sw);
	return status;
}

int xsw_upgrade(const struct xsw_opts *opts, const struct xsw_upgrade_spec *spec)
{
	struct xsw_upgrade_spec copy = *spec;
	struct xsw_opts every = *opts;

	every.named = false;
	return spec->all ? xsw_each_name(&every, upgrade_one, &copy) : upgrade_one(opts, &copy);
}
