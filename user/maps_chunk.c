// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_chunk.c - what is kept per port in maps of maps: counters and VLANs
 *
 * The outer map has a slot for every 64 ports; the inner map is made, pinned and entered with
 * the first port that needs it, so memory follows the ports there are.
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
#include "pin.h"
#include "xsw_names.h"

static const struct {
	enum map_id outer, first; /* the chunk of ports 0..63 came with the programs */
	const char *prefix;	  /* of the pins: "stats" for stats0, stats1, ... */
} kinds[CHUNK_KINDS] = {
	[CHUNK_STATS] = { MAP_STATS, MAP_STATS0, XSW_STATS_CHUNK },
	[CHUNK_SETS] = { MAP_SETS, MAP_SETS0, XSW_SETS_CHUNK },
};

enum map_id maps_chunk_outer(enum chunk_kind kind)
{
	return kinds[kind].outer;
}

enum map_id maps_chunk_first(enum chunk_kind kind)
{
	return kinds[kind].first;
}

bool maps_is_chunk(const char *name)
{
	int kind;

	for (kind = 0; kind < CHUNK_KINDS; kind++) {
		size_t len = strlen(kinds[kind].prefix);
		const char *digits = name + len;

		if (!strncmp(name, kinds[kind].prefix, len) && *digits &&
		    !digits[strspn(digits, "0123456789")] && strlen(digits) <= 2)
			return true;
	}
	return false;
}

/*
 * A map like the first one, its BTF included: `bpftool map dump` reads well, and kernel 6.1
 * takes no inner map without BTF where the first one had it.
 */
static int chunk_create(const struct maps *m, enum chunk_kind kind, uint32_t chunk)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	char name[16];
	int fd, err;

	if (bpf_obj_get_info_by_fd(m->fd[kinds[kind].first], &info, &len))
		return -errno;
	snprintf(name, sizeof(name), "%s%u", kinds[kind].prefix, chunk % XSW_PORT_CHUNKS);
	fd = info.btf_id ? bpf_btf_get_fd_by_id(info.btf_id) : -1;
	if (fd >= 0) {
		opts.btf_fd = (__u32)fd;
		opts.btf_key_type_id = info.btf_key_type_id;
		opts.btf_value_type_id = info.btf_value_type_id;
	}
	opts.map_flags = info.map_flags;
	err = bpf_map_create(info.type, name, info.key_size, info.value_size, info.max_entries,
			     &opts);
	if (err < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

void maps_chunk_path(char path[512], const char *dir, enum chunk_kind kind, uint32_t chunk)
{
	snprintf(path, 512, "%s/%s%u", dir, kinds[kind].prefix, chunk);
}

int maps_chunk_open(struct maps *m, const char *dir, enum chunk_kind kind, uint32_t chunk)
{
	char path[512];
	int fd, err;

	if (m->chunk[kind][chunk] >= 0)
		return 0;
	maps_chunk_path(path, dir, kind, chunk);
	fd = pin_get(path);
	if (fd < 0)
		return fd;
	err = map_check(fd, kinds[kind].first);
	if (err) {
		close(fd);
		return err;
	}
	m->chunk[kind][chunk] = fd;
	return 0;
}

int maps_chunk_make(struct maps *m, const char *dir, enum chunk_kind kind, uint32_t chunk)
{
	uint32_t id;
	char path[512];
	int fd, err;

	err = maps_chunk_open(m, dir, kind, chunk);
	if (err == -ENOENT) {
		fd = chunk_create(m, kind, chunk);
		if (fd < 0)
			return fd;
		maps_chunk_path(path, dir, kind, chunk);
		if (bpf_obj_pin(fd, path)) {
			err = -errno;
			close(fd);
			return err;
		}
		fault_point();
		m->chunk[kind][chunk] = fd;
		err = 0;
	}
	if (err || !bpf_map_lookup_elem(m->fd[kinds[kind].outer], &chunk, &id))
		return err;
	return bpf_map_update_elem(m->fd[kinds[kind].outer], &chunk, &m->chunk[kind][chunk],
				   BPF_ANY) ?
		       -errno :
		       0;
}

int maps_stats_make(struct maps *m, const char *dir, uint32_t port)
{
	uint32_t chunk = port / XSW_PORT_CHUNK, slot = port % XSW_PORT_CHUNK;
	int cpus = libbpf_num_possible_cpus(), err;
	struct xsw_stats *zero;

	if (cpus < 0)
		return cpus;
	err = maps_chunk_make(m, dir, CHUNK_STATS, chunk);
	if (err)
		return err;
	zero = calloc((size_t)cpus, sizeof(*zero));
	if (!zero)
		return -ENOMEM;
	if (bpf_map_update_elem(m->chunk[CHUNK_STATS][chunk], &slot, zero, BPF_ANY))
		err = -errno;
	free(zero);
	return err;
}

/* Add up `words` 64-bit counters of each CPU. */
static void cpus_add(const uint64_t *v, int cpus, size_t words, uint64_t *sum)
{
	memset(sum, 0, words * 8);
	for (int cpu = 0; cpu < cpus; cpu++)
		for (size_t i = 0; i < words; i++)
			sum[i] += v[(size_t)cpu * words + i];
}

/* Of one element of a per-CPU map. */
static int percpu_sum(int fd, uint32_t key, size_t words, uint64_t *sum)
{
	int cpus = libbpf_num_possible_cpus(), err = 0;
	uint64_t *v;

	if (cpus < 0)
		return cpus;
	v = calloc((size_t)cpus, words * 8);
	if (!v)
		return -ENOMEM;
	if (bpf_map_lookup_elem(fd, &key, v))
		err = -errno;
	else
		cpus_add(v, cpus, words, sum);
	free(v);
	return err;
}

#define SLICE 64 /* elements a system call */

/* Of elements 0 to n - 1 of a per-CPU array, n of them. Batches of such: kernel 5.13. */
static int percpu_sum_all(int fd, uint32_t n, size_t words, uint64_t *sum)
{
	int cpus = libbpf_num_possible_cpus(), err = 0;
	uint32_t keys[SLICE], at, done = 0;
	uint64_t *v;
	__u32 got;

	if (cpus < 0)
		return cpus;
	v = calloc(SLICE * (size_t)cpus, words * 8);
	if (!v)
		return -ENOMEM;
	while (done < n && !err) {
		got = SLICE;
		/* -ENOENT: these are the last */
		if (bpf_map_lookup_batch(fd, done ? &at : NULL, &at, keys, v, &got, NULL) &&
		    (errno != ENOENT || done + got < n))
			err = -errno;
		for (uint32_t i = 0; i < got && !err && done < n; i++, done++)
			cpus_add(v + i * (size_t)cpus * words, cpus, words, sum + done * words);
	}
	free(v);
	return err;
}

int maps_stats_sum(struct maps *m, const char *dir, uint32_t port, struct xsw_stats *sum)
{
	int err = maps_chunk_open(m, dir, CHUNK_STATS, port / XSW_PORT_CHUNK);

	if (err)
		return err;
	return percpu_sum(m->chunk[CHUNK_STATS][port / XSW_PORT_CHUNK], port % XSW_PORT_CHUNK,
			  sizeof(*sum) / 8, (uint64_t *)(void *)sum);
}

int maps_stats_all(struct maps *m, const char *dir, uint32_t chunk,
		   struct xsw_stats sum[XSW_PORT_CHUNK])
{
	int err = maps_chunk_open(m, dir, CHUNK_STATS, chunk);

	return err ? err :
		     percpu_sum_all(m->chunk[CHUNK_STATS][chunk], XSW_PORT_CHUNK, sizeof(*sum) / 8,
				    (uint64_t *)(void *)sum);
}

int maps_vlan_stats_all(const struct maps *m, struct xsw_vlan_stats sum[XSW_VLANS])
{
	return percpu_sum_all(m->fd[MAP_VLANSTATS], XSW_VLANS, sizeof(*sum) / 8,
			      (uint64_t *)(void *)sum);
}

int maps_events_sum(const struct maps *m, struct xsw_events *sum)
{
	return percpu_sum(m->fd[MAP_EVENTS], 0, sizeof(*sum) / 8, (uint64_t *)(void *)sum);
}

int maps_mirror_stats_sum(const struct maps *m, uint32_t slot, struct xsw_mirror_stats *sum)
{
	return percpu_sum(m->fd[MAP_MIRRORSTATS], slot, sizeof(*sum) / 8, (uint64_t *)(void *)sum);
}

int maps_vlan_stats_sum(const struct maps *m, uint32_t vid, struct xsw_vlan_stats *sum)
{
	return percpu_sum(m->fd[MAP_VLANSTATS], vid, sizeof(*sum) / 8, (uint64_t *)(void *)sum);
}

static uint32_t sets_slot(uint32_t port, uint16_t flags)
{
	return port % XSW_PORT_CHUNK * 2 + !!(flags & XSW_F_BANK);
}

int maps_sets_read(struct maps *m, const char *dir, uint32_t port, uint16_t flags,
		   struct xsw_sets *sets)
{
	uint32_t chunk = port / XSW_PORT_CHUNK, slot = sets_slot(port, flags);
	int err = maps_chunk_open(m, dir, CHUNK_SETS, chunk);

	if (err)
		return err;
	return bpf_map_lookup_elem(m->chunk[CHUNK_SETS][chunk], &slot, sets) ? -errno : 0;
}

int maps_sets_write(struct maps *m, const char *dir, uint32_t port, uint16_t flags,
		    const struct xsw_sets *sets)
{
	uint32_t chunk = port / XSW_PORT_CHUNK, slot = sets_slot(port, flags);
	int err = maps_chunk_make(m, dir, CHUNK_SETS, chunk);

	if (err)
		return err;
	return bpf_map_update_elem(m->chunk[CHUNK_SETS][chunk], &slot, sets, BPF_ANY) ? -errno : 0;
}
