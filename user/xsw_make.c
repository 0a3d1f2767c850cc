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
uint64_t kernel_tick(void)
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

int age_start(const struct xsw *sw)
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
		.build = prog_build(),
	};
	snprintf(sw->meta.name, sizeof(sw->meta.name), "%s", sw->name);
	sw->netns = *id;
}

static int make_failed(const struct xsw *sw, const char *what, int err)
{
	cannot("switch", sw->name, err, log_libbpf_last(), "%s", what);
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
	sw->maps.mem.settings->tick = kernel_tick();
	sw->maps.mem.settings->kernel = (probe_kernel(6, 15) ? XSW_K_PEER_HOST : 0) |
					(probe_kernel(6, 3) ? XSW_K_XDP_FRAGS : 0) |
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
		return xsw_remove_traces(sw);
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

static unsigned int rights_to_make(const struct xsw_opts *opts)
{
	if (opts->dry_run || xsw_exists(opts))
		return 0;
	return RIGHT_MAPS | RIGHT_PROGS | (pin_bpffs_check() == -ENODEV ? RIGHT_MOUNT : 0);
}

int xsw_open_or_make(struct xsw **out, const struct xsw_opts *opts, unsigned int rights)
{
	struct xsw *sw = xsw_new(opts);
	int err = sw ? xsw_check_rights(rights_to_make(opts) | (opts->dry_run ? 0 : rights)) :
		       fail(XSW_REFUSED, "out of memory");

	*out = NULL;
	if (!err && !opts->dry_run)
		err = xsw_lock(sw, true);
	if (err)
		goto out;
	err = xsw_read_meta(sw);
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

/* Entries of the old FDB that still hold, into the new one, a request full at a time. */
struct move {
	struct xsw *to;
	const struct maps *from;
	uint64_t now;
	bool late; /* frames are learned into the new one already */
	size_t n;
	struct xsw_ctl_entry v[XSW_CTL_COPIES];
};

static int move_flush(struct move *mv)
{
	int err = mv->late || !xsw_interrupted() ? 0 : -EINTR;

	if (!err)
		err = mv->n ? prog_copy(&mv->to->prog, mv->v, mv->n, mv->late) : 0;

	mv->n = 0;
	return err;
}

static int move_entry(union xsw_fdb_key key, const struct xsw_fdb_entry *e, void *arg)
{
	struct move *mv = arg;

	if (!maps_fdb_valid(mv->from, key, e, mv->now))
		return 0;
	mv->v[mv->n].key = key;
	mv->v[mv->n++].entry = *e;
	return mv->n == XSW_CTL_COPIES ? move_flush(mv) : 0;
}

int entries_move(struct xsw *sw, const struct maps *rules, entries_each each, const void *from,
		 bool late)
{
	struct move mv = {
		.to = sw,
		.from = rules,
		.now = prog_clock(&sw->prog, &sw->maps),
		.late = late,
	};
	int err = each(from, move_entry, &mv);

	return err ? err : move_flush(&mv);
}

static int fdb_each(const void *maps, maps_fdb_fn fn, void *arg)
{
	return maps_fdb_each(maps, fn, arg);
}

static int move_entries(struct xsw *sw, const struct xsw *old, bool late)
{
	return entries_move(sw, &old->maps, fdb_each, &old->maps, late);
}

/* The new programs and maps are pinned, and every port gets them; the way back is the same. */
static int adopt_fdb(struct xsw *sw, const struct xsw *old)
{
	char maps_dir[PIN_PATH_MAX];
	int err;

	pin_path(maps_dir, sw->name, XSW_DIR_MAPS);
	err = repair_mark(sw);
	if (!err)
		err = maps_repin_fdb(&sw->maps, maps_dir);
	if (!err)
		err = progs_adopt(sw);
	/* what was learned while the ports changed over, as far as the new one has room */
	if (!err)
		err = move_entries(sw, old, true);
	return err == -E2BIG ? 0 : err;
}

/* Programs on an FDB of another size, with the entries of `old`; without it, all is as it was. */
static int load_fdb(struct xsw *sw, struct xsw *old, uint32_t size)
{
	int err;

	maps_split_fdb(&sw->maps, &old->maps);
	prog_init(&sw->prog);
	err = prog_load_again(&sw->prog, &old->prog, &sw->maps, size);
	if (!err)
		err = maps_join_fdb(&sw->maps, &old->maps);
	if (!err)
		err = move_entries(sw, old, false);
	if (!err)
		err = age_start(sw);
	if (!err)
		return 0;
	maps_close_fdb(&sw->maps);
	prog_close(&sw->prog);
	sw->maps = old->maps;
	sw->prog = old->prog;
	return err;
}

/* What of `sw` has the new table becomes the old again. */
static void give_back(struct xsw *sw, const struct xsw *old)
{
	struct xsw new = *sw;

	sw->maps = old->maps;
	sw->prog = old->prog;
	sw->meta = old->meta;
	if (!adopt_fdb(sw, &new))
		repair_unmark(sw);
	else
		hint("the next command that changes the switch ends it");
	maps_close_fdb(&new.maps);
	prog_close(&new.prog);
}

static int resize_fdb(struct xsw *sw, uint32_t size)
{
	struct xsw old = *sw;
	int err;

	if (sw->meta.fdb_size == size ||
	    xsw_plan(sw, "replace the FDB of %u entries by one of %u", sw->meta.fdb_size, size))
		return XSW_OK;
	/* the programs that links hold are compared with ours */
	err = xsw_check_rights(RIGHT_MAPS | RIGHT_PROGS | RIGHT_IDS);
	if (err)
		return err;
	err = load_fdb(sw, &old, size);
	if (err == -E2BIG)
		return fail(XSW_REFUSED, "switch %s: %u entries do not hold what the FDB has now",
			    sw->name, size);
	if (err == -EINTR) /* the message is written */
		return XSW_REFUSED;
	if (err)
		return make_failed(sw, "replace the FDB", err);
	err = adopt_fdb(sw, &old);
	if (!err)
		sw->meta.fdb_size = size;
	err = err ? make_failed(sw, "replace the FDB", err) : repair_done(sw);
	if (err) {
		give_back(sw, &old);
		return err;
	}
	maps_close_fdb(&old.maps);
	prog_close(&old.prog);
	return XSW_OK;
}

static int change_ageing(struct xsw *sw, uint64_t ageing)
{
	int err;

	if ((sw->opts->dry_run && sw->maps.mem.settings->ageing == ageing) ||
	    xsw_plan(sw, "set ageing %llums", (unsigned long long)ageing / 1000000))
		return XSW_OK;
	set_ageing(sw, ageing);
	err = age_start(sw);
	return err ? make_failed(sw, "set the ageing time", err) : XSW_OK;
}

/* A setting that is one word, stored at once. */
static void change_word(struct xsw *sw, bool set, const char *word, uint32_t *at, uint32_t value)
{
	if (set && *at != value && !xsw_plan(sw, "set %s %u", word, value))
		__atomic_store_n(at, value, __ATOMIC_RELEASE);
}

static void change_time(struct xsw *sw, bool set, const char *word, __u64 *at, uint64_t ns)
{
	if (set && *at != ns &&
	    !xsw_plan(sw, "set %s %llums", word, (unsigned long long)ns / 1000000))
		__atomic_store_n(at, ns, __ATOMIC_RELEASE);
}

int xsw_set(struct xsw *sw, const struct xsw_change *c)
{
	struct xsw_switch *s = sw->maps.mem.settings;
	const struct xsw_switch was = *s;
	uint32_t fdb_size = sw->meta.fdb_size;
	int err;

	if (batch_checking(sw))
		return XSW_CHECKED;
	err = batch_keep_settings(sw) ?: batch_keep_limit(sw, XSW_LIMIT_SWITCH);
	if (!err && c->fdb_size_set)
		err = resize_fdb(sw, c->fdb_size);
	if (!err && c->ageing_set)
		err = change_ageing(sw, c->ageing);
	if (err) {
		if (!sw->opts->dry_run && settings_restore(sw, &was, fdb_size))
			warn("switch %s: not everything could be undone", sw->name);
		return err;
	}
	change_word(sw, c->mask_set, "group_fwd_mask", &s->group_fwd_mask, c->group_fwd_mask);
	change_word(sw, c->max_learned_set, "max_learned",
		    &sw->maps.mem.limits[XSW_LIMIT_SWITCH].max, c->max_learned);
	change_word(sw, c->flap_limit_set, "flap_limit", &s->flap_limit, c->flap_limit);
	change_time(sw, c->flap_window_set, "flap_window", &s->flap_window, c->flap_window);
	change_time(sw, c->recovery_set, "recovery", &s->recovery, c->recovery);
	return XSW_OK;
}

int settings_restore(struct xsw *sw, const struct xsw_switch *old, uint32_t fdb_size)
{
	struct xsw_switch *s = sw->maps.mem.settings;
	int err = XSW_OK;

	if (sw->meta.fdb_size != fdb_size && resize_fdb(sw, fdb_size))
		err = -EBUSY;
	if (s->ageing != old->ageing) {
		set_ageing(sw, old->ageing);
		err = age_start(sw) ?: err;
	}
	__atomic_store_n(&s->group_fwd_mask, old->group_fwd_mask, __ATOMIC_RELEASE);
	__atomic_store_n(&s->flap_limit, old->flap_limit, __ATOMIC_RELEASE);
	__atomic_store_n(&s->flap_window, old->flap_window, __ATOMIC_RELEASE);
	__atomic_store_n(&s->recovery, old->recovery, __ATOMIC_RELEASE);
	return err;
}
