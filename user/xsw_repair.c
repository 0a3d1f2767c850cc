// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_repair.c - what a killed command left, taken to its end
 *
 * Ports half made or half removed: sweep(). Lists of allowed addresses that no port names:
 * policy_sweep(). Mirrors: mirror_repair(). Ports whose MTU was being changed: mtu_follow().
 * Programs of watchers: watch_repair(). A change of the programs, with another FDB (fdb_size) or
 * without (upgrade): a new table was full before the first pin changed, and pins change in this
 * order: the maps of the FDB, the programs, the links of the ports. So:
 *
 *	some of the maps are those of the pinned program	back: all of its maps are pinned again
 *	none or all of them					forward: the pinned ones are it
 *
 * Then programs are loaded on what is pinned and given to every port. What ports that had not
 * changed over yet have learned since is forgotten; it is learned again.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "xsw_int.h"
#include "xsw_names.h"

static void mark(const struct xsw *sw, char path[PIN_PATH_MAX])
{
	pin_path(path, sw->name, XSW_DIR_RESIZE);
}

int repair_mark(const struct xsw *sw)
{
	char path[PIN_PATH_MAX];
	int err;

	mark(sw, path);
	err = pin_mkdir(path);
	fault_point();
	return err;
}

void repair_unmark(const struct xsw *sw)
{
	char path[PIN_PATH_MAX];

	mark(sw, path);
	rmdir(path);
	fault_point();
}

int repair_done(struct xsw *sw)
{
	int err;

	sw->meta.build = prog_build();
	err = xsw_save_meta(sw);
	if (!err)
		repair_unmark(sw);
	return err;
}

/* A device that goes at this moment takes its program with it. */
static bool is_there(const struct xsw *sw, uint32_t number)
{
	return maps_tx_get(&sw->maps, number) == sw->ports[number].ifindex;
}

int progs_adopt(struct xsw *sw)
{
	char dir[PIN_PATH_MAX];
	int err;

	pin_path(dir, sw->name, XSW_DIR_PROGS);
	err = prog_pin(&sw->prog, dir);
	for (uint32_t n = 1; n < XSW_PORTS && !err; n++) {
		if (!sw->ports[n].name[0] || !(sw->ports[n].flags & XSW_I_READY))
			continue;
		err = port_reattach(sw, n);
		if (err && !is_there(sw, n))
			err = 0;
	}
	return err;
}

/* Where only some of the pinned maps are those of the pinned program, it has the others too. */
static int back(struct xsw *sw)
{
	int own[MAPS], n = maps_fdb_of(&sw->maps, sw->prog.ctl, own), err = 0;
	char dir[PIN_PATH_MAX];

	if (n < 0)
		return n;
	pin_path(dir, sw->name, XSW_DIR_MAPS);
	if (n)
		err = maps_fdb_put(&sw->maps, own, dir);
	else
		maps_fdb_drop(own);
	return err;
}

static int forward(struct xsw *sw)
{
	struct prog old = sw->prog;
	int err;

	prog_init(&sw->prog);
	err = prog_load_again(&sw->prog, &old, &sw->maps, 0);
	prog_close(&old);
	if (!err)
		err = age_start(sw);
	return err ? err : progs_adopt(sw);
}

/* Ports that were being made or removed. One that will not go keeps nobody from the others. */
static void sweep(struct xsw *sw)
{
	uint32_t n;
	int err;

	for (n = 1; n < XSW_PORTS; n++) {
		if (!sw->ports[n].name[0] || xsw_is_complete(sw, n))
			continue;
		err = port_unmake(sw, n);
		if (err)
			port_left(sw->ports[n].name, err);
	}
	port_recount(sw);
}

int xsw_repair(struct xsw *sw)
{
	char path[PIN_PATH_MAX];
	int err;

	sweep(sw);
	err = policy_sweep(sw) ?: legs_repair(sw);
	if (err)
		return fail(XSW_REFUSED, "switch %s: cannot remove what a killed command left: %s",
			    sw->name, strerror(-err));
	mirror_repair(sw);
	mtu_follow(sw);
	watch_repair(sw);
	mark(sw, path);
	if (!pin_exists(path))
		return XSW_OK;
	err = back(sw);
	if (!err)
		err = forward(sw);
	if (err)
		return fail(XSW_REFUSED, "switch %s: cannot end a change of its programs: %s",
			    sw->name, strerror(-err));
	sw->meta.fdb_size = maps_fdb_size(&sw->maps);
	return repair_done(sw);
}
