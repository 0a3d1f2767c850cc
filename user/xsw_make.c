// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_make.c - making and removing a switch, and its settings
 *
 * Order: directories, maps, programs, settings, ageing, then `meta`. Without `meta` there is
 * no switch, only remains that the next `up` or `down` removes by name.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fault.h"
#include "grace.h"
#include "probe.h"
#include "xsw_int.h"
#include "xsw_names.h"

static int make_dirs(const struct xsw *sw)
{
	static const char *const dirs[] = { "", XSW_DIR_MAPS, XSW_DIR_PROGS, XSW_DIR_PORTS };
	char path[PIN_PATH_MAX];
	size_t i;
	int err = 0;

	for (i = 0; i < sizeof(dirs) / sizeof(*dirs) && !err; i++) {
		pin_path(path, sw->name, "%s", dirs[i]);
		err = pin_mkdir(path);
		fault_point();
	}
	return err;
}

/* CLOCK_MONOTONIC_COARSE advances once a tick. */
static uint64_t tick_ns(void)
{
	struct timespec ts = { .tv_nsec = 10000000 };

	clock_getres(CLOCK_MONOTONIC_COARSE, &ts);
	return (uint64_t)ts.tv_nsec;
}

static void set_ageing(struct xsw *sw, uint64_t ageing)
{
	struct xsw_switch *s = sw->maps.mem.settings;
	uint64_t refresh = XSW_REFRESH_MAX;

	/* an entry in use must be refreshed well before it expires */
	if (ageing && ageing / 8 < refresh)
		refresh = ageing / 8;
	__atomic_store_n(&s->refresh, refresh, __ATOMIC_RELEASE);
	__atomic_store_n(&s->ageing, ageing, __ATOMIC_RELEASE);
	maps_epoch_bump(&sw->maps);
}

static int age_start(const struct xsw *sw)
{
	struct xsw_ctl req = { .op = XSW_CTL_AGE_START };

	return prog_ctl(&sw->prog, &req);
}

static void fill_meta(struct xsw *sw, const struct netns_id *id)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	sw->meta = (struct xsw_meta){
		.magic = XSW_ABI_MAGIC,
		.abi = XSW_ABI_VERSION,
		.netns_dev = id->dev,
		.netns_ino = id->ino,
		.netns_cookie = id->cookie,
		.created = (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec,
		.fdb_size = XSW_FDB_SIZE_DEFAULT,
	};
	snprintf(sw->meta.name, sizeof(sw->meta.name), "%s", sw->name);
	sw->netns = *id;
}

static int make_failed(const struct xsw *sw, const char *what, int err)
{
	const char *words = log_libbpf_last();

	fail(XSW_REFUSED, "switch %s: cannot %s: %s%s%s", sw->name, what, strerror(-err),
	     *words ? ": " : "", words);
	if (err == -EPERM || err == -ENOMEM)
		hint("limits that are known to refuse BPF: RLIMIT_MEMLOCK, the memory cgroup, "
		     "kernel lockdown");
	return XSW_REFUSED;
}

/* An empty switch in the namespace the caller lives in; nothing of it is there yet. */
static int make_switch(struct xsw *sw, const struct netns_id *id)
{
	char maps_dir[PIN_PATH_MAX], progs_dir[PIN_PATH_MAX], path[PIN_PATH_MAX];
	int err;

	pin_path(maps_dir, sw->name, XSW_DIR_MAPS);
	pin_path(progs_dir, sw->name, XSW_DIR_PROGS);
	pin_path(path, sw->name, XSW_PIN_META);
	probe_raise_memlock();
	fill_meta(sw, id);
	sw->made = true;
	err = make_dirs(sw);
	if (err)
		return make_failed(sw, "make its directories", err);
	err = prog_load(&sw->prog, &sw->maps, sw->meta.fdb_size);
	if (err)
		return make_failed(sw, "load the programs", err);
	err = maps_mmap(&sw->maps);
	if (!err)
		err = maps_pin(&sw->maps, maps_dir);
	if (!err)
		err = prog_pin(&sw->prog, progs_dir);
	if (err)
		return make_failed(sw, "pin maps and programs", err);
	sw->maps.mem.settings->tick = tick_ns();
	sw->maps.mem.settings->kernel = (probe_kernel(6, 15) ? XSW_K_PEER_HOST : 0) |
					(probe_kernel(6, 12) ? XSW_K_TWO_TAGS : 0);
	sw->maps.mem.settings->flap_limit = XSW_FLAP_LIMIT_DEFAULT;
	sw->maps.mem.settings->flap_window = XSW_FLAP_WINDOW_DEFAULT;
	sw->maps.mem.settings->recovery = XSW_RECOVERY_DEFAULT;
	set_ageing(sw, XSW_AGEING_DEFAULT);
	err = age_start(sw);
	if (err)
		return make_failed(sw, "start ageing", err);
	err = maps_meta_make(path, &sw->meta);
	if (err)
		return make_failed(sw, "pin meta", err);
	fault_point();
	err = maps_info_all(&sw->maps, &sw->ports);
	if (!err)
		err = netif_open(&sw->nl, -1);
	return err ? make_failed(sw, "open it", err) : XSW_OK;
}

/* What an interrupted command left; usually nothing. */
static int remove_remains(struct xsw *sw)
{
	char dir[PIN_PATH_MAX];
	int err;

	pin_path(dir, sw->name, "%s", "");
	if (!pin_exists(dir))
		return XSW_OK;
	err = netif_open(&sw->nl, -1);
	if (err)
		return make_failed(sw, "open a netlink socket", err);
	err = xsw_remove_all(sw);
	netif_close(sw->nl);
	sw->nl = NULL;
	free(sw->ports);
	sw->ports = NULL;
	return err;
}

/* No meta: remove what an interrupted command left, then make it. */
static int make_afresh(struct xsw *sw)
{
	struct netns_id id;
	int err = xsw_enter_netns(sw->opts, &id);

	if (err)
		return err;
	if (xsw_plan(sw, "make switch %s", sw->name)) {
		fill_meta(sw, &id);
		sw->ports = calloc(XSW_PORTS, sizeof(*sw->ports));
		if (!sw->ports || netif_open(&sw->nl, -1))
			return fail(XSW_REFUSED, "out of memory");
		return XSW_OK;
	}
	err = remove_remains(sw);
	if (err)
		return err;
	return make_switch(sw, &id);
}

int xsw_open_or_make(struct xsw **out, const struct xsw_opts *opts)
{
	struct xsw *sw = xsw_new(opts);
	int err = sw ? xsw_check_rights() : fail(XSW_REFUSED, "out of memory");
	char meta[PIN_PATH_MAX];

	*out = NULL;
	if (!err && !opts->dry_run)
		err = xsw_lock(sw, true);
	if (err)
		goto out;
	pin_path(meta, sw->name, XSW_PIN_META);
	err = maps_meta_read(meta, &sw->meta);
	if (!err)
		err = xsw_reach(sw);
	else if (err == -ENOENT)
		err = make_afresh(sw);
	else
		err = xsw_bad_pin(sw, XSW_PIN_META, err);
	if (!err) {
		*out = sw;
		return XSW_OK;
	}
	if (sw->made)
		xsw_remove_pins(sw->name);
out:
	xsw_close(sw);
	return err;
}

/* --- settings ------------------------------------------------------------------------- */

/* Entries of the old FDB that still hold, into the new one. */
struct move {
	struct xsw *to;
	const struct maps *from;
	uint64_t now;
};

static int move_entry(union xsw_fdb_key key, const struct xsw_fdb_entry *e, void *arg)
{
	struct move *mv = arg;
	struct xsw_ctl req = {
		.op = XSW_CTL_FDB_ADD,
		.port = e->dest.port,
		.state = e->dest.state,
		.key = key,
	};
	int err;

	if (!maps_fdb_valid(mv->from, key, e, mv->now))
		return 0;
	err = prog_ctl(&mv->to->prog, &req);
	if (!err) /* its age goes on */
		err = maps_fdb_touch(&mv->to->maps, key, e);
	return err == -EEXIST ? 0 : err;
}

/* Programs on a new FDB, on every port, with the entries of the old one. */
static int swap_fdb(struct xsw *sw, struct xsw *old)
{
	struct move mv = { .to = sw, .from = &old->maps, .now = prog_clock(&old->prog, &sw->maps) };
	char maps_dir[PIN_PATH_MAX], progs_dir[PIN_PATH_MAX];
	uint32_t n;
	int err;

	pin_path(maps_dir, sw->name, XSW_DIR_MAPS);
	pin_path(progs_dir, sw->name, XSW_DIR_PROGS);
	err = maps_fdb_each(&old->maps, move_entry, &mv);
	if (!err)
		err = age_start(sw);
	if (!err)
		err = maps_repin_fdb(&sw->maps, maps_dir);
	if (!err)
		err = prog_pin(&sw->prog, progs_dir);
	for (n = 1; n < XSW_PORTS && !err; n++)
		if (sw->ports[n].name[0])
			err = port_reattach(sw, n);
	/* what was learned while the ports changed over */
	if (!err)
		err = maps_fdb_each(&old->maps, move_entry, &mv);
	return err;
}

static int resize_fdb(struct xsw *sw, uint32_t size)
{
	struct xsw old = *sw;
	int err;

	if (sw->meta.fdb_size == size ||
	    xsw_plan(sw, "replace the FDB of %u entries by one of %u", sw->meta.fdb_size, size))
		return XSW_OK;
	sw->maps.fd[MAP_FDB] = sw->maps.fd[MAP_AGEQUEUE] = sw->maps.fd[MAP_AGE] = -1;
	prog_init(&sw->prog);
	err = prog_load(&sw->prog, &sw->maps, size);
	if (!err)
		err = swap_fdb(sw, &old);
	maps_close_fdb(&old.maps);
	prog_close(&old.prog);
	if (err == -E2BIG)
		return fail(XSW_REFUSED, "switch %s: %u entries do not hold what the FDB has now",
			    sw->name, size);
	if (err)
		return make_failed(sw, "replace the FDB", err);
	sw->meta.fdb_size = size;
	return xsw_save_meta(sw);
}

int xsw_set(struct xsw *sw, const struct xsw_change *change)
{
	int err = XSW_OK;

	if (change->fdb_size_set)
		err = resize_fdb(sw, change->fdb_size);
	if (!err && change->mask_set &&
	    !xsw_plan(sw, "set group_fwd_mask 0x%x", change->group_fwd_mask))
		__atomic_store_n(&sw->maps.mem.settings->group_fwd_mask, change->group_fwd_mask,
				 __ATOMIC_RELEASE);
	if (!err && change->ageing_set && !xsw_plan(sw, "set ageing")) {
		set_ageing(sw, change->ageing);
		err = age_start(sw);
		if (err)
			err = make_failed(sw, "set the ageing time", err);
	}
	return err;
}
