// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_data.c - counters and FDB entries
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "maps.h"
#include "xsw_names.h"

#define FDB_BATCH 16384

/* A map like stats0, its BTF included so that `bpftool map dump` reads well. */
static int chunk_create(const struct maps *m, uint32_t chunk)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	char name[16];
	int fd, err;

	if (bpf_obj_get_info_by_fd(m->fd[MAP_STATS0], &info, &len))
		return -errno;
	snprintf(name, sizeof(name), XSW_STATS_CHUNK_FMT, chunk);
	fd = info.btf_id ? bpf_btf_get_fd_by_id(info.btf_id) : -1;
	if (fd >= 0) {
		opts.btf_fd = (__u32)fd;
		opts.btf_key_type_id = info.btf_key_type_id;
		opts.btf_value_type_id = info.btf_value_type_id;
	}
	err = bpf_map_create(info.type, name, info.key_size, info.value_size, info.max_entries,
			     &opts);
	if (err < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

static int chunk_open(struct maps *m, const char *dir, uint32_t chunk)
{
	char path[512];
	int fd, err;

	if (m->chunk[chunk] >= 0)
		return 0;
	snprintf(path, sizeof(path), "%s/" XSW_STATS_CHUNK_FMT, dir, chunk);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return -errno;
	err = map_check(fd, MAP_STATS0);
	if (err) {
		close(fd);
		return err;
	}
	m->chunk[chunk] = fd;
	return 0;
}

static int chunk_make(struct maps *m, const char *dir, uint32_t chunk)
{
	char path[512];
	int fd, err;

	err = chunk_open(m, dir, chunk);
	if (err != -ENOENT)
		return err;
	fd = chunk_create(m, chunk);
	if (fd < 0)
		return fd;
	snprintf(path, sizeof(path), "%s/" XSW_STATS_CHUNK_FMT, dir, chunk);
	if (bpf_obj_pin(fd, path)) {
		err = -errno;
		close(fd);
		return err;
	}
	fault_point();
	m->chunk[chunk] = fd;
	return 0;
}

int maps_stats_make(struct maps *m, const char *dir, uint32_t port)
{
	uint32_t chunk = port / XSW_PORT_CHUNK, slot = port % XSW_PORT_CHUNK, id;
	int cpus = libbpf_num_possible_cpus(), err;
	struct xsw_stats *zero;

	if (cpus < 0)
		return cpus;
	err = chunk_make(m, dir, chunk);
	if (err)
		return err;
	if (bpf_map_lookup_elem(m->fd[MAP_STATS], &chunk, &id) &&
	    bpf_map_update_elem(m->fd[MAP_STATS], &chunk, &m->chunk[chunk], BPF_ANY))
		return -errno;
	zero = calloc((size_t)cpus, sizeof(*zero));
	if (!zero)
		return -ENOMEM;
	if (bpf_map_update_elem(m->chunk[chunk], &slot, zero, BPF_ANY))
		err = -errno;
	free(zero);
	return err;
}

/* Add up `words` 64-bit counters of one element of a per-CPU map. */
static int percpu_sum(int fd, uint32_t key, size_t words, uint64_t *sum)
{
	int cpu, cpus = libbpf_num_possible_cpus(), err = 0;
	uint64_t *v;
	size_t i;

	if (cpus < 0)
		return cpus;
	v = calloc((size_t)cpus, words * 8);
	if (!v)
		return -ENOMEM;
	if (bpf_map_lookup_elem(fd, &key, v))
		err = -errno;
	memset(sum, 0, words * 8);
	for (cpu = 0; cpu < cpus && !err; cpu++)
		for (i = 0; i < words; i++)
			sum[i] += v[(size_t)cpu * words + i];
	free(v);
	return err;
}

int maps_stats_sum(struct maps *m, const char *dir, uint32_t port, struct xsw_stats *sum)
{
	int err = chunk_open(m, dir, port / XSW_PORT_CHUNK);

	if (err)
		return err;
	return percpu_sum(m->chunk[port / XSW_PORT_CHUNK], port % XSW_PORT_CHUNK, sizeof(*sum) / 8,
			  (uint64_t *)(void *)sum);
}

int maps_events_sum(const struct maps *m, struct xsw_events *sum)
{
	return percpu_sum(m->fd[MAP_EVENTS], 0, sizeof(*sum) / 8, (uint64_t *)(void *)sum);
}

int maps_fdb_get(const struct maps *m, union xsw_fdb_key key, struct xsw_fdb_entry *e)
{
	return bpf_map_lookup_elem(m->fd[MAP_FDB], &key, e) ? -errno : 0;
}

int maps_fdb_del(struct maps *m, union xsw_fdb_key key)
{
	int err = bpf_map_delete_elem(m->fd[MAP_FDB], &key) ? -errno : 0;

	maps_epoch_bump(m);
	return err;
}

int maps_fdb_touch(struct maps *m, union xsw_fdb_key key, const struct xsw_fdb_entry *e)
{
	struct xsw_fdb_entry now;
	int err = maps_fdb_get(m, key, &now);

	if (err)
		return err;
	now.seen = e->seen;
	now.updated = e->updated;
	return bpf_map_update_elem(m->fd[MAP_FDB], &key, &now, BPF_EXIST) ? -errno : 0;
}

bool maps_is_chunk(const char *name)
{
	unsigned int chunk;
	char again[32];

	if (sscanf(name, XSW_STATS_CHUNK_FMT, &chunk) != 1 || chunk >= XSW_PORT_CHUNKS)
		return false;
	snprintf(again, sizeof(again), XSW_STATS_CHUNK_FMT, chunk);
	return !strcmp(name, again);
}

static const enum map_id fdb_maps[] = { MAP_FDB, MAP_AGEQUEUE, MAP_AGE };

int maps_repin_fdb(const struct maps *m, const char *dir)
{
	char path[512], fresh[520];
	size_t i;

	for (i = 0; i < sizeof(fdb_maps) / sizeof(*fdb_maps); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, map_name(fdb_maps[i]));
		snprintf(fresh, sizeof(fresh), "%s" XSW_PIN_NEW, path);
		unlink(fresh);
		if (bpf_obj_pin(m->fd[fdb_maps[i]], fresh))
			return -errno;
		fault_point();
		if (rename(fresh, path))
			return -errno;
		fault_point();
	}
	return 0;
}

void maps_close_fdb(struct maps *m)
{
	size_t i;

	for (i = 0; i < sizeof(fdb_maps) / sizeof(*fdb_maps); i++) {
		close(m->fd[fdb_maps[i]]);
		m->fd[fdb_maps[i]] = -1;
	}
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

static bool older(__u32 seq, __u32 flush)
{
	return (__s32)(seq - flush) < 0;
}

bool maps_fdb_valid(const struct maps *m, union xsw_fdb_key key, const struct xsw_fdb_entry *e,
		    uint64_t now)
{
	const struct xsw_switch *s = m->mem.settings;
	const struct xsw_port *port = &m->mem.ports[e->dest.port % XSW_PORTS];
	struct xsw_vflush_key vkey = { .port = e->dest.port, .vid = key.vid };
	__u32 seq = e->dest.seq, stamp;

	if (e->dest.state != XSW_FDB_DYNAMIC)
		return true;
	if (s->ageing && (int64_t)(now - e->seen) >= (int64_t)s->ageing)
		return false;
	if (seq == s->seq)
		return true;
	if (older(seq, s->flush) || older(seq, port->flush) ||
	    older(seq, m->mem.vlans[key.vid % XSW_VLANS].flush))
		return false;
	if (!older(seq, port->vlan_flush))
		return true;
	return bpf_map_lookup_elem(m->fd[MAP_VFLUSH], &vkey, &stamp) || !older(seq, stamp);
}
