// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_fdb.c - FDB entries
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "maps.h"
#include "pin.h"
#include "prog.h"
#include "xsw_names.h"

#define FDB_BATCH 16384

int maps_fdb_get(const struct maps *m, union xsw_fdb_key key, struct xsw_fdb_entry *e)
{
	return bpf_map_lookup_elem(m->fd[MAP_FDB], &key, e) ? -errno : 0;
}

static const enum map_id fdb_maps[] = { MAP_FDB, MAP_AGEQUEUE, MAP_AGE, MAP_PAIRS, MAP_LIMITS };

#define FDB_MAPS (sizeof(fdb_maps) / sizeof(*fdb_maps))

void maps_split_fdb(struct maps *m, struct maps *old)
{
	size_t i;

	*old = *m;
	for (i = 0; i < FDB_MAPS; i++)
		m->fd[fdb_maps[i]] = -1;
	m->mem.limits = NULL;
}

int maps_join_fdb(struct maps *m, const struct maps *old)
{
	struct xsw_limit *limits = maps_mem(m, MAP_LIMITS);
	uint32_t i;

	if (!limits)
		return -errno;
	m->mem.limits = limits;
	for (i = 0; i < XSW_LIMITS; i++)
		limits[i].max = old->mem.limits[i].max;
	return 0;
}

int maps_repin_fdb(const struct maps *m, const char *dir)
{
	size_t i;
	int err = 0;

	for (i = 0; i < FDB_MAPS && !err; i++)
		err = pin_replace(m->fd[fdb_maps[i]], dir, map_name(fdb_maps[i]));
	return err;
}

void maps_close_fdb(struct maps *m)
{
	size_t i;

	maps_mem_close(m->mem.limits, MAP_LIMITS);
	m->mem.limits = NULL;
	for (i = 0; i < FDB_MAPS; i++) {
		close(m->fd[fdb_maps[i]]);
		m->fd[fdb_maps[i]] = -1;
	}
}

int maps_limits_again(struct maps *m, const char *dir)
{
	char path[PIN_PATH_MAX];
	int fd, err;

	snprintf(path, sizeof(path), "%s/%s", dir, map_name(MAP_LIMITS));
	fd = pin_get(path);
	if (fd < 0)
		return fd;
	err = map_check(fd, MAP_LIMITS);
	if (err) {
		close(fd);
		return err;
	}
	maps_mem_close(m->mem.limits, MAP_LIMITS);
	if (m->fd[MAP_LIMITS] >= 0)
		close(m->fd[MAP_LIMITS]);
	m->fd[MAP_LIMITS] = fd;
	m->mem.limits = maps_mem(m, MAP_LIMITS);
	return m->mem.limits ? 0 : -errno;
}

static int map_info(int fd, struct bpf_map_info *info)
{
	__u32 len = sizeof(*info);

	memset(info, 0, len);
	return bpf_obj_get_info_by_fd(fd, info, &len) ? -errno : 0;
}

void maps_fdb_drop(int own[MAPS])
{
	for (size_t i = 0; i < FDB_MAPS; i++)
		if (own[fdb_maps[i]] >= 0)
			close(own[fdb_maps[i]]);
}

int maps_fdb_of(const struct maps *m, int prog, int own[MAPS])
{
	struct bpf_map_info mine, its;
	int err = 0, same = 0;

	memset(own, 0xff, MAPS * sizeof(*own)); /* -1 */
	for (size_t i = 0; i < FDB_MAPS && !err; i++) {
		enum map_id id = fdb_maps[i];

		own[id] = prog_map(prog, map_name(id));
		err = own[id] < 0 ? own[id] : map_check(own[id], id);
		err = err ?: map_info(own[id], &its) ?: map_info(m->fd[id], &mine);
		/* NOLINTNEXTLINE(clang-analyzer-core.*): an error is never 0 */
		same += !err && its.id == mine.id;
	}
	if (err)
		maps_fdb_drop(own);
	return err ?: same;
}

int maps_fdb_put(struct maps *m, int own[MAPS], const char *dir)
{
	void *limits;

	for (size_t i = 0; i < FDB_MAPS; i++) {
		close(m->fd[fdb_maps[i]]);
		m->fd[fdb_maps[i]] = own[fdb_maps[i]];
	}
	limits = maps_mem(m, MAP_LIMITS);
	if (!limits)
		return -errno;
	maps_mem_close(m->mem.limits, MAP_LIMITS);
	m->mem.limits = limits;
	return maps_repin_fdb(m, dir);
}

uint32_t maps_fdb_size(const struct maps *m)
{
	struct bpf_map_info info;

	return map_info(m->fd[MAP_FDB], &info) ? 0 : info.max_entries;
}

int maps_fdb_each(const struct maps *m, maps_fdb_fn fn, void *arg)
{
	union xsw_fdb_key *keys = malloc(FDB_BATCH * sizeof(*keys));
	struct xsw_fdb_entry *vals = malloc(FDB_BATCH * sizeof(*vals));
	__u32 at, n, i;
	void *from = NULL;
	int err = 0, end = 0;

	if (!keys || !vals)
		err = -ENOMEM;
	while (!err && !end) {
		n = FDB_BATCH;
		if (bpf_map_lookup_batch(m->fd[MAP_FDB], from, &at, keys, vals, &n, NULL)) {
			if (errno != ENOENT) {
				err = -errno;
				break;
			}
			end = 1;
		}
		for (i = 0; i < n && !err; i++)
			err = fn(keys[i], &vals[i], arg);
		from = &at;
	}
	free(keys);
	free(vals);
	return err;
}

/* Entries of a hash map, or -errno. */
static long hash_count(int fd, const struct bpf_map_info *info)
{
	void *keys = malloc((size_t)FDB_BATCH * info->key_size);
	void *vals = malloc((size_t)FDB_BATCH * info->value_size);
	void *from = NULL;
	__u32 at, n;
	long sum = 0;
	int err = keys && vals ? 0 : ENOMEM;

	while (!err) {
		n = FDB_BATCH;
		err = bpf_map_lookup_batch(fd, from, &at, keys, vals, &n, NULL) ? errno : 0;
		sum += err && err != ENOENT ? 0 : n;
		from = &at;
	}
	free(keys);
	free(vals);
	return err == ENOENT ? sum : -err;
}

/* The queue of ageing does not say how long it is; the data path keeps that beside it. */
static long queue_count(const struct maps *m)
{
	struct {
		__u64 timer[2];
		__u32 queued, left, round, drops;
	} age;
	__u32 zero = 0;

	return bpf_map_lookup_elem(m->fd[MAP_AGE], &zero, &age) ? -errno : (long)age.queued;
}

bool maps_is_full(const struct maps *m, enum map_id id)
{
	struct bpf_map_info info;
	long n;

	if (map_info(m->fd[id], &info))
		return false;
	n = id == MAP_AGEQUEUE ? queue_count(m) : hash_count(m->fd[id], &info);
	return n >= (long)info.max_entries;
}

static bool older(__u32 seq, __u32 flush)
{
	return (__s32)(seq - flush) < 0;
}

bool maps_fdb_valid(const struct maps *m, union xsw_fdb_key key, const struct xsw_fdb_entry *e,
		    uint64_t now)
{
	const struct xsw_switch *s = m->mem.settings;
	const struct xsw_port *port = &m->mem.ports[e->dest.port % XSW_PORTS];
	struct xsw_pair_key pkey = { .port = e->dest.port, .vid = key.vid };
	__u32 seq = e->dest.seq;
	union xsw_pair pair;

	if (e->dest.state != XSW_FDB_DYNAMIC)
		return e->dest.state != XSW_FDB_DYING;
	if (s->ageing && (int64_t)(now - e->seen) >= (int64_t)s->ageing)
		return false;
	if (seq == s->seq)
		return true;
	if (older(seq, s->flush) || older(seq, port->flush) ||
	    older(seq, m->mem.vlans[key.vid % XSW_VLANS].flush))
		return false;
	if (!older(seq, port->vlan_flush))
		return true;
	return bpf_map_lookup_elem(m->fd[MAP_PAIRS], &pkey, &pair) || !older(seq, pair.flush);
}

bool maps_fdb_moved(const struct maps *m, const char *dir)
{
	struct bpf_map_info mine = {}, pinned = {};
	__u32 len = sizeof(mine), pinned_len = sizeof(pinned);
	char path[512];
	bool moved;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, map_name(MAP_FDB));
	fd = pin_get(path);
	if (fd < 0)
		return false; /* about to be another, or gone */
	moved = !bpf_obj_get_info_by_fd(fd, &pinned, &pinned_len) &&
		!bpf_obj_get_info_by_fd(m->fd[MAP_FDB], &mine, &len) && mine.id != pinned.id;
	close(fd);
	return moved;
}
