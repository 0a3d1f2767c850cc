// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_old_fill.c - what is in the maps of another version, into those of this one
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"
#include "maps_add.h"
#include "maps_old.h"
#include "maps_old_int.h"
#include "pin.h"

#define BATCH 4096

/* From a map to another one: types, and room for a key and a value of each. */
struct pass {
	int from, to;
	struct map_def old, new;
	struct layout key, value;
	size_t copies;	 /* of a value: one for each CPU */
	size_t old_size; /* of one of them, as the kernel hands it over */
	uint8_t *old_key, *new_key, *old_value, *new_value;
};

static bool is_percpu(const struct map_def *def)
{
	return def->info.type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

static void pass_end(struct pass *p)
{
	layout_free(&p->key);
	layout_free(&p->value);
	map_def_free(&p->old);
	map_def_free(&p->new);
	free(p->old_key);
	free(p->new_key);
	free(p->old_value);
	free(p->new_value);
}

static int pass_begin(struct pass *p, int from, int to)
{
	int cpus = libbpf_num_possible_cpus(), err;

	*p = (struct pass){ .from = from, .to = to };
	if (cpus < 0)
		return cpus;
	err = map_def_read(&p->old, from) ?: map_def_read(&p->new, to);
	err = err ?: layout_make(&p->key, &p->old.key, &p->new.key);
	err = err ?: layout_make(&p->value, &p->old.value, &p->new.value);
	if (err)
		return err;
	p->copies = is_percpu(&p->old) ? (size_t)cpus : 1;
	p->old_size = is_percpu(&p->old) ? (p->old.info.value_size + 7) / 8 * 8 :
					   p->old.info.value_size;
	p->old_key = calloc(2, p->old.info.key_size);
	p->new_key = calloc(1, p->new.info.key_size);
	p->old_value = calloc(p->copies, p->old_size);
	p->new_value = calloc(1, p->new.info.value_size);
	return p->old_key && p->new_key && p->old_value && p->new_value ? 0 : -ENOMEM;
}

static bool is_zero(const uint8_t *p, size_t size)
{
	while (size && !*p) {
		p++;
		size--;
	}
	return !size;
}

/* One element; an array has zeros already. */
static int copy_one(struct pass *p)
{
	bool array = p->new.info.type == BPF_MAP_TYPE_ARRAY;
	__u32 key;

	if (bpf_map_lookup_elem(p->from, p->old_key, p->old_value))
		return errno == ENOENT ? 0 : -errno; /* it went just now */
	layout_apply(&p->key, p->old_key, p->new_key);
	layout_apply(&p->value, p->old_value, p->new_value);
	memcpy(&key, p->new_key, sizeof(key));
	if (array &&
	    (key >= p->new.info.max_entries || is_zero(p->new_value, p->new.info.value_size)))
		return 0;
	return bpf_map_update_elem(p->to, p->new_key, p->new_value, BPF_ANY) ? -errno : 0;
}

/* A walk begins anew where the key it stands on is deleted: it has an end all the same. */
static int copy_all(int from, int to)
{
	struct pass p;
	int err = pass_begin(&p, from, to);
	size_t left = err ? 0 : 2 * (size_t)p.old.info.max_entries;
	uint8_t *next = err ? NULL : p.old_key + p.old.info.key_size;
	void *prev = NULL;

	while (!err && left-- && !bpf_map_get_next_key(from, prev, next)) {
		memcpy(p.old_key, next, p.old.info.key_size);
		prev = p.old_key;
		err = copy_one(&p);
	}
	pass_end(&p);
	return err;
}

/* --- maps that need more ------------------------------------------------------------------ */

/* The new FDB counts its entries itself. */
static int uncount(struct maps *m)
{
	struct xsw_pair_key key, next;
	union xsw_pair pair;
	void *prev = NULL;
	int err = 0;

	for (uint32_t i = 0; i < XSW_LIMITS; i++)
		m->mem.limits[i].learned = 0;
	while (!err && !bpf_map_get_next_key(m->fd[MAP_PAIRS], prev, &next)) {
		key = next;
		prev = &key;
		if (bpf_map_lookup_elem(m->fd[MAP_PAIRS], &key, &pair))
			continue;
		pair.learned = 0;
		if (bpf_map_update_elem(m->fd[MAP_PAIRS], &key, &pair, BPF_EXIST))
			err = -errno;
	}
	return err;
}

/* The value of a devmap is the kernel's: a program (none here) and an ifindex. */
static int copy_devices(int from, struct maps *m)
{
	struct bpf_devmap_val val;
	int err = 0;

	for (uint32_t n = 1; n < XSW_PORTS && !err; n++)
		if (!bpf_map_lookup_elem(from, &n, &val) && val.ifindex)
			err = maps_tx_set(m, n, val.ifindex);
	return err == -EINVAL ? 0 : err; /* a device that went just now */
}

/* Chunks stay, or are made anew; what is counted in them comes later. */
static int fill_chunk(const struct maps_old *old, struct maps *m, const char *from, const char *to,
		      enum chunk_kind kind, uint32_t chunk)
{
	enum map_id first = maps_chunk_first(kind);
	char path[512];
	int fd, err = 0;

	maps_chunk_path(path, from, kind, chunk);
	fd = pin_get(path);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	maps_chunk_path(path, to, kind, chunk);
	if (old->stays[first] && chunk && bpf_obj_pin(fd, path))
		err = -errno;
	fault_point();
	if (!err && !old->stays[first])
		err = maps_chunk_make(m, to, kind, chunk);
	if (!err && !old->stays[first] && kind == CHUNK_SETS)
		err = copy_all(fd, m->chunk[kind][chunk]);
	close(fd);
	return err;
}

/* Maps of which each element is copied. Addresses and counters come later, others begin empty. */
static const enum map_id copied[] = {
	MAP_SETTINGS, MAP_PORTS,   MAP_IFPORTS,	 MAP_VLANS,   MAP_INFO,
	MAP_PAIRS,    MAP_LIMITS,  MAP_POLICIES, MAP_METERS,  MAP_MACS,
	MAP_IPS,      MAP_TUNNELS, MAP_ENCAPS,	 MAP_MIRRORS, MAP_TAPS,
};

int maps_old_fill(const struct maps_old *old, struct maps *m, const char *old_dir, const char *dir)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(copied) / sizeof(*copied) && !err; i++)
		if (old->fd[copied[i]] >= 0 && !old->stays[copied[i]])
			err = copy_all(old->fd[copied[i]], m->fd[copied[i]]);
	if (!err && old->fd[MAP_TX] >= 0 && !old->stays[MAP_TX])
		err = copy_devices(old->fd[MAP_TX], m);
	if (!err && !old->stays[MAP_PAIRS])
		err = uncount(m);
	for (int kind = 0; kind < CHUNK_KINDS; kind++)
		for (uint32_t i = 0; i < XSW_PORT_CHUNKS && !err; i++)
			err = fill_chunk(old, m, old_dir, dir, kind, i);
	/* what CPUs remember is of before */
	maps_epoch_bump(m);
	return err;
}

/* --- addresses ---------------------------------------------------------------------------- */

static bool same_id(int a, int b)
{
	struct bpf_map_info x = {}, y = {};
	__u32 len = sizeof(x), len2 = sizeof(y);

	return !bpf_obj_get_info_by_fd(a, &x, &len) && !bpf_obj_get_info_by_fd(b, &y, &len2) &&
	       x.id == y.id;
}

static int fdb_batches(struct pass *p, uint8_t *keys, uint8_t *values, maps_fdb_fn fn, void *arg)
{
	struct xsw_fdb_entry entry;
	union xsw_fdb_key key;
	__u32 at[2] = {}, n;
	void *from = NULL;
	int err = 0, end = 0;

	while (!err && !end) {
		n = BATCH;
		if (bpf_map_lookup_batch(p->from, from, at, keys, values, &n, NULL)) {
			if (errno != ENOENT)
				return -errno;
			end = 1;
		}
		for (__u32 i = 0; i < n && !err; i++) {
			layout_apply(&p->key, keys + i * p->old.info.key_size, &key);
			layout_apply(&p->value, values + i * p->old.info.value_size, &entry);
			err = fn(key, &entry, arg);
		}
		from = at;
	}
	return err;
}

int maps_old_fdb_each(const void *fdb, maps_fdb_fn fn, void *arg)
{
	const struct maps_old_fdb *f = fdb;
	uint8_t *keys, *values;
	struct pass p;
	int err;

	if (f->old->fd[MAP_FDB] < 0 || same_id(f->old->fd[MAP_FDB], f->m->fd[MAP_FDB]))
		return 0;
	err = pass_begin(&p, f->old->fd[MAP_FDB], f->m->fd[MAP_FDB]);
	keys = calloc(BATCH, p.old.info.key_size ?: 1);
	values = calloc(BATCH, p.old.info.value_size ?: 1);
	if (!err)
		err = keys && values ? fdb_batches(&p, keys, values, fn, arg) : -ENOMEM;
	free(keys);
	free(values);
	pass_end(&p);
	return err;
}

/* --- counters ----------------------------------------------------------------------------- */

struct counting {
	int cursor;
	uint64_t number;
};

/* What of a value is counted stands behind `skip` bytes. */
static int add_one(struct pass *p, int prog, uint32_t key, size_t skip, uint64_t number)
{
	uint64_t sum[MAPS_ADD_WORDS] = { 0 }, *one = (uint64_t *)(void *)p->new_value;
	size_t words = p->new.info.value_size / 8;

	if (bpf_map_lookup_elem(p->from, &key, p->old_value))
		return -errno;
	for (size_t cpu = 0; cpu < p->copies; cpu++) {
		layout_apply(&p->value, p->old_value + cpu * p->old_size, p->new_value);
		for (size_t i = skip / 8; i < words; i++)
			sum[i] += one[i];
	}
	if (is_zero((uint8_t *)sum, sizeof(sum)))
		return 0;
	return maps_add(prog, key, number, sum, words);
}

static int add_map(struct counting *c, int from, int to, size_t skip)
{
	struct pass p;
	int prog = -1, err;
	uint32_t n;

	if (from < 0 || same_id(from, to))
		return 0;
	err = pass_begin(&p, from, to);
	n = p.old.info.max_entries < p.new.info.max_entries ? p.old.info.max_entries :
							      p.new.info.max_entries;
	if (!err)
		err = prog = maps_add_load(to, c->cursor, p.new.info.value_size / 8);
	if (err > 0)
		err = 0;
	for (uint32_t i = 0; i < n && !err; i++)
		err = add_one(&p, prog, i, skip, ++c->number);
	if (prog >= 0)
		close(prog);
	pass_end(&p);
	fault_point();
	return err;
}

/* The counters of 64 ports; what CPUs remember stands in front of them. */
static int add_chunk(struct counting *c, struct maps *m, const char *old_dir, const char *dir,
		     uint32_t chunk)
{
	char path[512];
	int fd, err;

	maps_chunk_path(path, old_dir, CHUNK_STATS, chunk);
	fd = pin_get(path);
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	err = maps_chunk_open(m, dir, CHUNK_STATS, chunk);
	if (!err)
		err = add_map(c, fd, m->chunk[CHUNK_STATS][chunk], offsetof(struct xsw_stats, rx));
	close(fd);
	return err;
}

int maps_old_count(const struct maps_old *old, struct maps *m, const char *old_dir, const char *dir,
		   int cursor)
{
	static const enum map_id whole[] = { MAP_EVENTS, MAP_VLANSTATS, MAP_MIRRORSTATS };
	struct counting c = { .cursor = cursor };
	int err = 0;

	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole) && !err; i++)
		err = add_map(&c, old->fd[whole[i]], m->fd[whole[i]], 0);
	for (uint32_t i = 0; i < XSW_PORT_CHUNKS && !err; i++)
		err = add_chunk(&c, m, old_dir, dir, i);
	return err;
}
