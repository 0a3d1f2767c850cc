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
