// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_old.c - see maps_old.h
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "maps_layout.h"
#include "maps_old.h"
#include "maps_old_int.h"
#include "pin.h"
#include "prog.h"

/* Where names do not say what becomes of a map. One group stays as a whole, or not at all. */
enum group {
	ALONE,
	FDB,
	STATS,
	SETS
};

static const struct {
	enum group group;
	bool any_size; /* as it was asked for */
	bool fresh;    /* never stays and begins empty: what is in it is of processes or programs */
} kinds[MAPS] = {
	[MAP_FDB] = { FDB, true, false },	[MAP_AGEQUEUE] = { FDB, true, false },
	[MAP_AGE] = { FDB, false, false },	[MAP_PAIRS] = { FDB, false, false },
	[MAP_LIMITS] = { FDB, false, false },	[MAP_STATS] = { STATS, false, false },
	[MAP_STATS0] = { STATS, false, false }, [MAP_SETS] = { SETS, false, false },
	[MAP_SETS0] = { SETS, false, false },	[MAP_LISTENERS] = { .fresh = true },
	[MAP_RINGS] = { .fresh = true },	[MAP_XTX] = { .fresh = true },
	[MAP_XFLOOD] = { .fresh = true },
};

/* --- what a map is ---------------------------------------------------------------------- */

int map_def_read(struct map_def *def, int fd)
{
	__u32 len = sizeof(def->info);

	*def = (struct map_def){ 0 };
	if (bpf_obj_get_info_by_fd(fd, &def->info, &len))
		return -errno;
	if (def->info.btf_id)
		def->own = btf__load_from_kernel_by_id(def->info.btf_id);
	if (def->info.btf_id && !def->own)
		return -errno;
	def->key = (struct layout_type){ def->own, def->info.btf_key_type_id, def->info.key_size };
	def->value =
		(struct layout_type){ def->own, def->info.btf_value_type_id, def->info.value_size };
	return 0;
}

void map_def_free(struct map_def *def)
{
	btf__free(def->own);
	*def = (struct map_def){ 0 };
}

/* As this version would make it. */
static void def_wanted(struct map_def *def, const struct bpf_object *obj, const struct bpf_map *map)
{
	const struct btf *btf = bpf_object__btf(obj);

	*def = (struct map_def){
		.info = { .type = bpf_map__type(map),
			  .key_size = bpf_map__key_size(map),
			  .value_size = bpf_map__value_size(map),
			  .max_entries = bpf_map__max_entries(map),
			  .map_flags = bpf_map__map_flags(map) },
		.key = { btf, bpf_map__btf_key_type_id(map), bpf_map__key_size(map) },
		.value = { btf, bpf_map__btf_value_type_id(map), bpf_map__value_size(map) },
	};
}

/* 1: the same, 0: not */
static int same_type(const struct layout_type *a, const struct layout_type *b)
{
	/* the kernel is told no types of maps of maps and the like */
	const struct layout_type bare = { NULL, 0, a->size };
	struct layout l;
	int err, same;

	if (a->size != b->size)
		return 0;
	err = layout_make(&l, a, a->id ? b : &bare);
	same = l.same;
	layout_free(&l);
	return err ? err : same;
}

static int same_map(int fd, const struct bpf_object *obj, const struct bpf_map *map, bool any_size)
{
	struct map_def is, want;
	int same = map_def_read(&is, fd);

	if (same)
		return same;
	def_wanted(&want, obj, map);
	/* the kernel sets BPF_F_RDONLY_PROG for devmaps (dev_map_init_map(), kernel/bpf/devmap.c) */
	same = is.info.type == want.info.type &&
	       (is.info.map_flags & ~(__u32)BPF_F_RDONLY_PROG) == want.info.map_flags &&
	       (any_size || is.info.max_entries == want.info.max_entries);
	same = same ? same_type(&is.key, &want.key) : 0;
	if (same > 0)
		same = same_type(&is.value, &want.value);
	map_def_free(&is);
	return same;
}

static int compare(struct bpf_object *obj, void *arg)
{
	struct maps_old *old = arg;
	bool differs[SETS + 1] = { false };
	int i, same;

	for (i = 0; i < MAPS; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(obj, map_name(i));

		if (!map)
			return -ENOENT;
		same = old->fd[i] < 0 || kinds[i].fresh ?
			       0 :
			       same_map(old->fd[i], obj, map, kinds[i].any_size);
		if (same < 0)
			return same;
		old->stays[i] = same;
		if (!same)
			differs[kinds[i].group] = true;
	}
	for (i = 0; i < MAPS; i++)
		if (kinds[i].group != ALONE && differs[kinds[i].group])
			old->stays[i] = false;
	return 0;
}

/* --- a set of them ------------------------------------------------------------------------ */

int maps_old_open(struct maps_old *old, const char *dir)
{
	char path[512];
	int i, err = 0;

	for (i = 0; i < MAPS && !err; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, map_name(i));
		old->stays[i] = false;
		old->fd[i] = pin_get(path);
		if (old->fd[i] < 0 && old->fd[i] != -ENOENT)
			err = old->fd[i];
	}
	for (; i < MAPS; i++)
		old->fd[i] = -1;
	if (!err && old->fd[MAP_INFO] < 0)
		err = -ENOENT;
	if (err)
		maps_old_close(old);
	return err;
}

void maps_old_close(struct maps_old *old)
{
	for (int i = 0; i < MAPS; i++) {
		if (old->fd[i] >= 0)
			close(old->fd[i]);
		old->fd[i] = -1;
	}
}

int maps_old_compare(struct maps_old *old)
{
	return prog_object(compare, old);
}

int maps_old_keep(const struct maps_old *old, struct maps *m)
{
	for (int i = 0; i < MAPS; i++) {
		if (!old->stays[i])
			continue;
		m->fd[i] = fcntl(old->fd[i], F_DUPFD_CLOEXEC, 0);
		if (m->fd[i] < 0)
			return -errno;
	}
	return 0;
}
