// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_migrate.c - a switch of an older ABI becomes one of this
 *
 * Maps that are what this version would make stay (maps_old.h); programs and the other maps are made
 * beside what there is, complete, below upgrade<ABI>/. Then `meta` says this ABI, and from here on only
 * forward is possible:
 *
 *	upgrade<ABI>/ of another ABI than that of `meta`	not begun: it goes
 *	upgrade<ABI>/maps, progs				they become maps, progs; those maps_old, progs_old
 *	upgrade<ABI>/maps_old					the ports change over; then what the old programs have
 *								learned and counted until then is added
 *
 * Old programs work on old maps, new ones on new maps, and each port has one or the other. Every step
 * can be done twice, so that whoever opens the switch next goes on after a kill.
 */
#include <errno.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault.h"
#include "maps_add.h"
#include "maps_old.h"
#include "xsw_int.h"
#include "xsw_names.h"

#define OLD    "_old"
#define CURSOR "cursor"

/* "upgrade4/maps" */
static void staged(const struct xsw *sw, const char *name, char path[PIN_PATH_MAX])
{
	pin_path(path, sw->name, XSW_DIR_UPGRADE "%u%s%s", XSW_ABI_VERSION, *name ? "/" : "", name);
}

static int migrate_failed(const struct xsw *sw, int err)
{
	return cannot("switch", sw->name, err, log_libbpf_last(), "bring it from ABI %u to %u",
		      sw->meta.abi, XSW_ABI_VERSION);
}

int migrate_refused(const struct xsw *sw)
{
	fail(XSW_REFUSED, "switch %s was made by another version of xswitch (ABI %u, not %u)",
	     sw->name, sw->meta.abi, XSW_ABI_VERSION);
	if (sw->meta.abi < XSW_ABI_VERSION)
		hint("`xswitch -S %s upgrade` brings it to this version", sw->name);
	else
		hint("use that version, or `xswitch -S %s down`, then `up` with this one",
		     sw->name);
	return XSW_REFUSED;
}

/* --- what a kill left ------------------------------------------------------------------------ */

struct sweep {
	const char *name;
	uint32_t keep;
	int err;
};

static bool is_upgrade(const char *dir, uint64_t *abi)
{
	size_t len = strlen(XSW_DIR_UPGRADE);

	return !strncmp(dir, XSW_DIR_UPGRADE, len) && parse_u64(dir + len, 0, UINT32_MAX, abi);
}

static bool is_cursor(const char *dir, const char *name)
{
	(void)dir;
	return !strcmp(name, CURSOR) || !strcmp(name, CURSOR XSW_PIN_NEW);
}

static int remove_dir(const char *name, const char *dir)
{
	static const struct {
		const char *sub;
		bool (*ours)(const char *dir, const char *name);
	} parts[] = { { "/" XSW_DIR_MAPS, xsw_is_map_pin },
		      { "/" XSW_DIR_MAPS OLD, xsw_is_map_pin },
		      { "/" XSW_DIR_PROGS, xsw_is_prog_pin },
		      { "/" XSW_DIR_PROGS OLD, xsw_is_prog_pin },
		      { "", is_cursor } };
	char path[PIN_PATH_MAX];
	int err = 0, got;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		pin_path(path, name, "%s%s", dir, parts[i].sub);
		got = pin_rmdir(path, parts[i].ours);
		err = err ?: got;
	}
	return err;
}

static void on_dir(const char *dir, void *arg)
{
	struct sweep *s = arg;
	uint64_t abi;
	int err;

	if (!is_upgrade(dir, &abi) || abi == s->keep)
		return;
	err = remove_dir(s->name, dir);
	s->err = s->err ?: err;
}

int migrate_remove(const char *name, uint32_t keep)
{
	struct sweep s = { .name = name, .keep = keep };
	char path[PIN_PATH_MAX];

	pin_path(path, name, "%s", "");
	pin_each_dir(path, on_dir, &s);
	return s.err;
}

static void look(const char *dir, void *arg)
{
	uint64_t abi;

	if (is_upgrade(dir, &abi))
		*(bool *)arg = true;
}

bool migrate_is_open(const char *name)
{
	char path[PIN_PATH_MAX];
	bool any = false;

	pin_path(path, name, "%s", "");
	pin_each_dir(path, look, &any);
	return any;
}

/* --- beside what there is ---------------------------------------------------------------------- */

/* Slots of XDP's maps, with the new program for the copies of floods. */
static int fill_xdp(struct xsw *sw)
{
	int err = 0;

	for (uint32_t n = 1; n < XSW_PORTS && !err && sw->prog.egr >= 0; n++) {
		const struct xsw_info *info = &sw->ports[n];
		uint32_t alive;

		if (info->hook != XSW_HOOK_XDP || !(info->flags & XSW_I_READY))
			continue;
		err = maps_tx_read(&sw->maps, n, &alive);
		if (err || alive != info->ifindex)
			continue;
		err = maps_xtx_set(&sw->maps, n, info->ifindex, sw->prog.egr);
		if (err && maps_tx_get(&sw->maps, n) != info->ifindex)
			err = 0; /* the device went just now */
	}
	return err;
}

static int load(struct xsw *sw, const struct maps_old *old)
{
	char path[PIN_PATH_MAX];
	int err = maps_old_keep(old, &sw->maps);

	pin_path(path, sw->name, XSW_DIR_PROGS "/" XSW_PROG_XDP);
	if (!err)
		err = prog_load(&sw->prog, &sw->maps, sw->meta.fdb_size);
	if (!err && pin_exists(path))
		err = prog_load_xdp(&sw->prog, &sw->maps);
	return err ? err : maps_mmap(&sw->maps);
}

/* The directories, with all programs and maps pinned. */
static int pin(struct xsw *sw, const char *maps, const char *progs)
{
	char path[PIN_PATH_MAX];
	int cursor, err;

	staged(sw, "", path);
	err = pin_mkdir(path) ?: pin_mkdir(maps) ?: pin_mkdir(progs);
	err = err ?: maps_pin(&sw->maps, maps) ?: prog_pin(&sw->prog, progs);
	if (err)
		return err;
	cursor = maps_add_cursor(path, CURSOR);
	if (cursor >= 0)
		close(cursor);
	return cursor < 0 ? cursor : 0;
}

/* Everything but `meta`. */
static int stage(struct xsw *sw, const struct maps_old *old)
{
	const struct maps_old_fdb fdb = { old, &sw->maps };
	char maps[PIN_PATH_MAX], progs[PIN_PATH_MAX], was[PIN_PATH_MAX];
	int err = load(sw, old);

	staged(sw, XSW_DIR_MAPS, maps);
	staged(sw, XSW_DIR_PROGS, progs);
	pin_path(was, sw->name, XSW_DIR_MAPS);
	err = err ?: pin(sw, maps, progs) ?: maps_old_fill(old, &sw->maps, was, maps);
	err = err ?: maps_info_all(&sw->maps, &sw->ports) ?: fill_xdp(sw);
	return err ? err : entries_move(sw, &sw->maps, maps_old_fdb_each, &fdb, false);
}

static int may_begin(struct xsw *sw)
{
	char path[PIN_PATH_MAX];
	int err = xsw_enter_home(sw) ?: xsw_need_home(sw);

	pin_path(path, sw->name, XSW_DIR_RESIZE);
	if (err || !pin_exists(path))
		return err;
	fail(XSW_REFUSED, "switch %s: a change of its programs was interrupted", sw->name);
	hint("the version that made it ends that, with any command that changes something");
	return XSW_REFUSED;
}

static void plan(const struct xsw *sw, const struct maps_old *old)
{
	xsw_plan(sw, "bring switch %s from ABI %u to %u", sw->name, sw->meta.abi, XSW_ABI_VERSION);
	for (int i = 0; i < MAPS; i++)
		if (old->fd[i] >= 0 && !old->stays[i])
			xsw_plan(sw, "make map %s anew, with what it holds", map_name(i));
	xsw_plan(sw, "replace the programs of all ports by build %08x", prog_build());
}

/* From here on it is a switch of this ABI. */
static int commit(struct xsw *sw)
{
	struct xsw_meta meta = sw->meta;
	char dir[PIN_PATH_MAX];
	int err;

	meta.abi = XSW_ABI_VERSION;
	meta.build = prog_build();
	pin_path(dir, sw->name, "%s", "");
	fault_point();
	err = maps_meta_replace(dir, XSW_PIN_META, &meta);
	return err ? err : xsw_read_meta(sw);
}

static int begin(struct xsw *sw, struct maps_old *old)
{
	int err = maps_old_compare(old);

	if (err)
		return err;
	if (sw->opts->dry_run) {
		plan(sw, old);
		return 0;
	}
	err = migrate_remove(sw->name, 0);
	err = err ?: stage(sw, old) ?: commit(sw);
	if (err && sw->meta.abi != XSW_ABI_VERSION)
		migrate_remove(sw->name, 0);
	return err;
}

int migrate_begin(struct xsw *sw)
{
	char dir[PIN_PATH_MAX];
	struct maps_old old;
	int err = may_begin(sw);

	if (err)
		return err;
	pin_path(dir, sw->name, XSW_DIR_MAPS);
	err = maps_old_open(&old, dir);
	if (!err) {
		err = begin(sw, &old);
		maps_old_close(&old);
	}
	/* xsw_reach() opens what is pinned */
	maps_close(&sw->maps);
	prog_close(&sw->prog);
	free(sw->ports);
	sw->ports = NULL;
	netif_close(sw->nl);
	sw->nl = NULL;
	return err ? migrate_failed(sw, err) : XSW_OK;
}

/* --- in its place ------------------------------------------------------------------------------ */

static int settle_one(const struct xsw *sw, const char *name)
{
	char new[PIN_PATH_MAX], now[PIN_PATH_MAX], was[PIN_PATH_MAX], old[64];

	snprintf(old, sizeof(old), "%s" OLD, name);
	staged(sw, name, new);
	staged(sw, old, was);
	pin_path(now, sw->name, "%s", name);
	if (!pin_exists(new))
		return 0;
	if (pin_exists(now) && rename(now, was))
		return -errno;
	fault_point();
	if (rename(new, now))
		return -errno;
	fault_point();
	return 0;
}

int migrate_settle(const struct xsw *sw)
{
	char path[PIN_PATH_MAX];
	int err;

	if (!migrate_is_open(sw->name))
		return 0;
	err = migrate_remove(sw->name, XSW_ABI_VERSION);
	staged(sw, "", path);
	if (err || !pin_exists(path))
		return err;
	return settle_one(sw, XSW_DIR_MAPS) ?: settle_one(sw, XSW_DIR_PROGS);
}

/* Nothing runs on the old maps any more; entries first, so that a frame need not be flooded. */
static int carry(struct xsw *sw, struct maps_old *old, const char *was)
{
	const struct maps_old_fdb fdb = { old, &sw->maps };
	char dir[PIN_PATH_MAX], path[PIN_PATH_MAX];
	int cursor, err;

	err = entries_move(sw, &sw->maps, maps_old_fdb_each, &fdb, true);
	if (err && err != -E2BIG)
		return err;
	/* its timer ends with its last name */
	snprintf(path, sizeof(path), "%.400s/%s", was, map_name(MAP_AGE));
	unlink(path);
	if (old->fd[MAP_AGE] >= 0)
		close(old->fd[MAP_AGE]);
	old->fd[MAP_AGE] = -1;
	staged(sw, "", path);
	cursor = maps_add_cursor(path, CURSOR);
	if (cursor < 0)
		return cursor;
	pin_path(dir, sw->name, XSW_DIR_MAPS);
	err = maps_old_count(old, &sw->maps, was, dir, cursor);
	close(cursor);
	return err;
}

int migrate_end(struct xsw *sw)
{
	char path[PIN_PATH_MAX], was[PIN_PATH_MAX];
	struct maps_old old;
	int err;

	staged(sw, "", path);
	if (!pin_exists(path))
		return XSW_OK;
	err = xsw_need_home(sw);
	if (err)
		return err;
	staged(sw, XSW_DIR_MAPS OLD, was);
	err = maps_old_open(&old, was);
	/* all but the rest of the pins has been done */
	if (err == -ENOENT)
		return migrate_remove(sw->name, 0) ? migrate_failed(sw, err) : XSW_OK;
	err = err ?: age_start(sw) ?: progs_adopt(sw);
	/* an RCU grace period: the last frame has left the old programs */
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	err = err ?: carry(sw, &old, was);
	maps_old_close(&old);
	fault_point();
	err = err ?: migrate_remove(sw->name, 0);
	return err ? migrate_failed(sw, err) : XSW_OK;
}
