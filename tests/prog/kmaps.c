// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmaps.c - golden rows and the maps of the kernel
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kmaps.h"
#include "probe.h"

static const __u32 zero;

__u64 kmaps_now(const struct kmaps *m)
{
	__u8 data[XSW_CTL_HDR + sizeof(struct xsw_ctl)] = {};
	struct xsw_ctl c = { .op = XSW_CTL_CLOCK };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = data, .data_size_in = sizeof(data));
	struct xsw_switch sw;

	memcpy(data + XSW_CTL_HDR, &c, sizeof(c));
	if (bpf_prog_test_run_opts(m->ctl, &opts) || opts.retval ||
	    bpf_map_lookup_elem(m->settings, &zero, &sw))
		return 0;
	return sw.clock;
}

int kmaps_resize(struct bpf_object *obj)
{
	struct bpf_map *fdb = bpf_object__find_map_by_name(obj, "fdb");
	struct bpf_map *queue = bpf_object__find_map_by_name(obj, "agequeue");

	if (!fdb || !queue)
		return -ENOENT;
	return bpf_map__set_max_entries(fdb, ROW_FDB) ?:
							bpf_map__set_max_entries(queue, 2 * ROW_FDB);
}

struct chunk_spec {
	const char *name;
	enum bpf_map_type type;
	__u32 value, entries;
};

/*
 * With the BTF of the chunk that came with the object: before 6.2 the kernel takes no inner
 * map without BTF where the first one had it (bpf_map_meta_equal() compares timer_off).
 */
static int chunk_create(const struct chunk_spec *c, int first)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	int btf, fd;

	if (bpf_obj_get_info_by_fd(first, &info, &len))
		return -errno;
	btf = bpf_btf_get_fd_by_id(info.btf_id);
	if (btf < 0)
		return -errno;
	opts.btf_fd = (__u32)btf;
	opts.btf_key_type_id = info.btf_key_type_id;
	opts.btf_value_type_id = info.btf_value_type_id;
	fd = bpf_map_create(c->type, c->name, sizeof(__u32), c->value, c->entries, &opts);
	fd = fd < 0 ? -errno : fd;
	close(btf);
	return fd;
}

/* The map of a port in `outer`, which ports of one chunk share; fds[port] is it. */
static int chunk_open(int outer, const struct chunk_spec *c, int first, int *fds, unsigned int port)
{
	__u32 chunk = row_number[port] / XSW_PORT_CHUNK;

	for (unsigned int i = 0; i < port; i++) {
		if (row_number[i] / XSW_PORT_CHUNK != chunk)
			continue;
		fds[port] = dup(fds[i]);
		return fds[port] < 0 ? -errno : 0;
	}
	fds[port] = chunk_create(c, first);
	if (fds[port] < 0)
		return fds[port];
	return bpf_map_update_elem(outer, &chunk, &fds[port], BPF_ANY) ? -errno : 0;
}

static int chunks_open(struct kmaps *m, struct bpf_object *obj)
{
	int stats0 = bpf_object__find_map_fd_by_name(obj, "stats0");
	int sets0 = bpf_object__find_map_fd_by_name(obj, "sets0");
	static const struct chunk_spec stats = { "stats", BPF_MAP_TYPE_PERCPU_ARRAY,
						 sizeof(struct xsw_stats), XSW_PORT_CHUNK };
	static const struct chunk_spec sets = { "sets", BPF_MAP_TYPE_ARRAY, sizeof(struct xsw_sets),
						2 * XSW_PORT_CHUNK };
	int err = 0;

	for (unsigned int i = 0; i < ROW_ENDS && !err; i++)
		err = chunk_open(m->stats, &stats, stats0, m->chunk, i) ?:
			      chunk_open(m->sets, &sets, sets0, m->bank, i);
	return err;
}

/* The coarse clock goes on once a tick. */
static int settings_init(struct kmaps *m)
{
	struct xsw_switch sw = {};
	struct timespec ts;

	clock_getres(CLOCK_MONOTONIC_COARSE, &ts);
	m->tick = sw.tick = (__u64)ts.tv_nsec;
	return bpf_map_update_elem(m->settings, &zero, &sw, BPF_ANY) ? -errno : 0;
}

int kmaps_open(struct kmaps *m, struct bpf_object *obj, int ctl)
{
	struct {
		const char *name;
		int *fd;
	} maps[] = {
		{ "settings", &m->settings },
		{ "ports", &m->ports },
		{ "ifports", &m->ifports },
		{ "vlans", &m->vlans },
		{ "tx", &m->tx },
		{ "xtx", &m->xtx },
		{ "xflood", &m->user.fd[MAP_XFLOOD] },
		{ "fdb", &m->fdb },
		{ "agequeue", &m->agequeue },
		{ "age", &m->age },
		{ "pairs", &m->pairs },
		{ "limits", &m->limits },
		{ "stats", &m->stats },
		{ "events", &m->events },
		{ "sets", &m->sets },
		{ "vlanstats", &m->vlanstats },
		{ "policies", &m->policies },
		{ "meters", &m->meters },
		{ "macs", &m->macs },
		{ "ips", &m->ips },
		{ "mirrors", &m->mirrors },
		{ "taps", &m->taps },
		{ "mirrorstats", &m->mirrorstats },
	};
	int err = 0;

	memset(m, 0, sizeof(*m));
	memset(m->chunk, -1, sizeof(m->chunk));
	memset(m->bank, -1, sizeof(m->bank));
	m->ctl = ctl;
	for (size_t i = 0; i < sizeof(maps) / sizeof(maps[0]) && !err; i++) {
		*maps[i].fd = bpf_object__find_map_fd_by_name(obj, maps[i].name);
		err = *maps[i].fd < 0 ? *maps[i].fd : 0;
	}
	m->cpus = libbpf_num_possible_cpus();
	if (m->cpus < 0)
		return m->cpus;
	m->st = calloc((size_t)m->cpus, sizeof(*m->st));
	if (!m->st)
		return -ENOMEM;
	if (!err)
		err = chunks_open(m, obj);
	return err ?: settings_init(m);
}

void kmaps_close(struct kmaps *m)
{
	if (!m->st) /* not a thing was opened */
		return;
	for (int i = 0; i < ROW_ENDS; i++) {
		if (m->chunk[i] >= 0)
			close(m->chunk[i]);
		if (m->bank[i] >= 0)
			close(m->bank[i]);
	}
	free(m->st);
}

/* 0 or -errno, for a list of them */
static int put(int fd, const void *key, const void *value)
{
	return bpf_map_update_elem(fd, key, value, BPF_ANY) ? -errno : 0;
}

static int get(int fd, const void *key, void *value)
{
	return bpf_map_lookup_elem(fd, key, value) ? -errno : 0;
}

/* Empty a hash map. */
static int clear(int fd)
{
	__u64 key;

	for (int i = 0; i < ROW_PAIRS && !bpf_map_get_next_key(fd, NULL, &key); i++)
		if (bpf_map_delete_elem(fd, &key))
			return -errno;
	return 0;
}

/* The queue of ageing, whose length the data path keeps beside it. */
static int fill_queue(const struct kmaps *m, unsigned int keys)
{
	struct {
		struct bpf_timer timer; /* never written from here */
		__u32 queued, left, round, drops;
	} age = { .queued = keys };
	__u64 junk = 1, key;
	int err = 0;

	while (!bpf_map_lookup_and_delete_elem(m->agequeue, NULL, &key))
		;
	while (keys-- && !err)
		err = put(m->agequeue, NULL, &junk);
	return err ?: put(m->age, &zero, &age);
}

int kmaps_drain(const struct kmaps *m)
{
	return fill_queue(m, 0);
}

static int fill_fdb(struct kmaps *m, const struct row *row, const struct setup *set)
{
	int err = clear(m->fdb);

	for (unsigned int i = 0; i < set->fdb_n && !err; i++)
		err = put(m->fdb, &set->fdb[i].key, &set->fdb[i].entry);
	return err ?: fill_queue(m, row->queue_full ? 2 * ROW_FDB : 0);
}

static int fill_account(struct kmaps *m, const struct row_account *acc)
{
	__u32 i = XSW_LIMIT_SWITCH, slot;
	int err = clear(m->pairs) ?: put(m->limits, &i, &acc->all);

	for (i = 0; i < acc->pair_n && !err; i++)
		err = put(m->pairs, &acc->pair[i].key, &acc->pair[i].pair);
	for (i = P1; i < ROW_ENDS && !err; i++) {
		slot = XSW_LIMIT_PORT(row_number[i]);
		err = put(m->limits, &slot, &acc->port[i]);
	}
	for (i = 0; i < ROW_VIDS && !err; i++) {
		slot = XSW_LIMIT_VLAN(row_vids[i]);
		err = put(m->limits, &slot, &acc->vlan[i]);
	}
	return err;
}

static int fill_vlans(struct kmaps *m, const struct setup *set)
{
	int err = 0;

	for (int i = 0; i < ROW_VIDS && !err; i++) {
		__u32 vid = row_vids[i];

		err = put(m->vlans, &vid, &set->vlan[i]);
	}
	return err ?: fill_account(m, &set->acc);
}

static int fill_sets(struct kmaps *m, const struct setup *set, unsigned int port)
{
	int err = 0;

	for (__u32 bank = 0; bank < 2 && !err; bank++) {
		__u32 slot = row_number[port] % XSW_PORT_CHUNK * 2 + bank;

		err = put(m->bank[port], &slot, &set->sets[port][bank]);
	}
	return err;
}

/* The device of the port, for both hooks; the kernel removes an unregistered one itself. */
static int fill_device(struct kmaps *m, const struct lab *lab, const struct row *row,
		       unsigned int i)
{
	struct bpf_devmap_val dev = { .ifindex = lab->port[i].ifindex };
	__u32 number = row_number[i];
	int err;

	bpf_map_delete_elem(m->xtx, &number);
	maps_xflood_clear(&m->user, number);
	if (lab->port[i].rx < 0)
		return 0;
	if (row->port[i].gone) {
		bpf_map_delete_elem(m->tx, &number);
		return 0;
	}
	err = put(m->tx, &number, &dev);
	if (err || !(m->at_xdp >> i & 1))
		return err;
	dev.bpf_prog.fd = m->egr;
	err = maps_xflood_set(&m->user, number, dev.ifindex, m->egr);
	return err ?: put(m->xtx, &number, &dev);
}

/* The port, its device and where that is found. */
static int fill_port(struct kmaps *m, const struct lab *lab, const struct row *row,
		     const struct setup *set, unsigned int i)
{
	struct xsw_ifport slot = { lab->port[i].ifindex, row_number[i] };
	struct xsw_port port = set->port[i];
	__u32 number = row_number[i];
	int err;

	m->slot[i] = (slot.ifindex + row->probe) % XSW_IFPORTS;
	port.ifindex = slot.ifindex;
	err = put(m->ports, &number, &port);
	if (!err)
		err = fill_sets(m, set, i);
	if (!err)
		err = put(m->ifports, &m->slot[i], &slot);
	return err ?: fill_device(m, lab, row, i);
}

int kmaps_change(struct kmaps *m, const struct lab *lab, const struct row *row, unsigned int at,
		 union xsw_conf conf)
{
	__u32 number = row_number[at];
	struct xsw_switch sw = {};
	struct xsw_port port;
	int err = get(m->ports, &number, &port);

	port.conf = conf;
	err = err ?: put(m->ports, &number, &port) ?: fill_device(m, lab, row, at);
	err = err ?: get(m->settings, &zero, &sw);
	sw.epoch++;
	return err ?: put(m->settings, &zero, &sw);
}

static int fill_stats(struct kmaps *m, const struct row *row, const struct setup *set)
{
	struct xsw_events *ev = (struct xsw_events *)m->st;
	int err = 0;

	memset(m->st, 0, (size_t)m->cpus * sizeof(*m->st));
	err = put(m->events, &zero, ev);
	for (unsigned int i = STRANGER; i < ROW_ENDS && !err; i++) {
		__u32 slot = row_number[i] % XSW_PORT_CHUNK;

		for (int cpu = 0; cpu < m->cpus; cpu++)
			m->st[cpu] = i == row->in ? set->st : (struct xsw_stats){};
		err = put(m->chunk[i], &slot, m->st);
	}
	memset(m->st, 0, (size_t)m->cpus * sizeof(*m->st));
	for (int i = 0; i < ROW_VIDS && !err; i++) {
		__u32 vid = row_vids[i];

		err = put(m->vlanstats, &vid, m->st);
	}
	return err;
}

/* The counters are zero from fill_stats(). */
static int fill_mirrors(struct kmaps *m, const struct setup *set)
{
	int err = 0;

	for (__u32 slot = 0; slot < ROW_MIRRORS && !err; slot++)
		err = put(m->mirrors, &slot, &set->mirror[slot]) ?:
								   put(m->mirrorstats, &slot, m->st);
	for (unsigned int i = P1; i <= P5 && !err; i++) {
		__u32 number = row_number[i];

		err = put(m->taps, &number, &set->tap[i]);
	}
	return err;
}

int kmaps_fill(struct kmaps *m, const struct lab *lab, const struct row *row,
	       const struct setup *set)
{
	static const struct xsw_ifport free_slot;
	struct xsw_switch sw = set->sw;
	int err;

	sw.tick = m->tick;
	if (m->at_xdp) {
		sw.kernel = probe_kernel(6, 3) ? XSW_K_XDP_FRAGS : 0;
		sw.tc_ports += 5 - (unsigned int)__builtin_popcount(m->at_xdp & ALL);
	}
	err = put(m->settings, &zero, &sw);
	for (int i = P1; i <= P5 && !err; i++)
		err = put(m->ifports, &m->slot[i], &free_slot);
	for (unsigned int i = P1; i <= P5 && !err; i++)
		err = fill_port(m, lab, row, set, i);
	if (!err)
		err = fill_vlans(m, set);
	if (!err)
		err = fill_fdb(m, row, set);
	if (!err)
		err = kmaps_fill_policies(m, set);
	if (!err)
		err = fill_stats(m, row, set);
	return err ?: fill_mirrors(m, set);
}

static void add_count(struct xsw_count *sum, const struct xsw_count *c)
{
	sum->packets += c->packets;
	sum->bytes += c->bytes;
}

static int collect_stats(const struct kmaps *m, unsigned int port, struct xsw_stats *sum)
{
	__u32 slot = row_number[port] % XSW_PORT_CHUNK;

	if (bpf_map_lookup_elem(m->chunk[port], &slot, m->st))
		return -errno;
	for (int cpu = 0; cpu < m->cpus; cpu++) {
		for (int c = 0; c < XSW_CLASSES; c++) {
			add_count(&sum->rx[c], &m->st[cpu].rx[c]);
			add_count(&sum->tx[c], &m->st[cpu].tx[c]);
		}
		for (int r = 0; r < XSW_REASONS_MAX; r++)
			sum->reasons[r] += m->st[cpu].reasons[r];
	}
	return 0;
}

static int collect_vlans(const struct kmaps *m, struct xsw_vlan_stats *sum)
{
	struct xsw_vlan_stats *vs = (struct xsw_vlan_stats *)m->st;

	for (int i = 0; i < ROW_VIDS; i++) {
		__u32 vid = row_vids[i];

		if (bpf_map_lookup_elem(m->vlanstats, &vid, vs))
			return -errno;
		for (int cpu = 0; cpu < m->cpus; cpu++) {
			add_count(&sum[i].rx, &vs[cpu].rx);
			add_count(&sum[i].tx, &vs[cpu].tx);
		}
	}
	return 0;
}

static int collect_account(const struct kmaps *m, struct row_account *acc)
{
	__u32 i = XSW_LIMIT_SWITCH, slot;
	struct xsw_pair_key *prev = NULL;
	int err = get(m->limits, &i, &acc->all);

	for (i = P1; i < ROW_ENDS && !err; i++) {
		slot = XSW_LIMIT_PORT(row_number[i]);
		err = get(m->limits, &slot, &acc->port[i]);
	}
	for (i = 0; i < ROW_VIDS && !err; i++) {
		slot = XSW_LIMIT_VLAN(row_vids[i]);
		err = get(m->limits, &slot, &acc->vlan[i]);
	}
	while (acc->pair_n < ROW_PAIRS && !err) {
		struct row_pair *p = &acc->pair[acc->pair_n];

		if (bpf_map_get_next_key(m->pairs, prev, &p->key))
			break;
		err = get(m->pairs, &p->key, &p->pair);
		prev = &p->key;
		acc->pair_n++;
	}
	return err;
}

static int collect_mirrors(const struct kmaps *m, struct xsw_mirror_stats *sum)
{
	struct xsw_mirror_stats *st = (struct xsw_mirror_stats *)m->st;

	for (__u32 slot = 0; slot < ROW_MIRRORS; slot++) {
		if (bpf_map_lookup_elem(m->mirrorstats, &slot, st))
			return -errno;
		for (int cpu = 0; cpu < m->cpus; cpu++) {
			add_count(&sum[slot].sent, &st[cpu].sent);
			sum[slot].lost += st[cpu].lost;
		}
	}
	return 0;
}

int kmaps_collect(const struct kmaps *m, struct outcome *out)
{
	struct xsw_events *ev = (struct xsw_events *)m->st;
	union xsw_fdb_key key, *prev = NULL;
	struct xsw_switch sw;

	for (unsigned int i = STRANGER; i < ROW_ENDS; i++)
		if (collect_stats(m, i, &out->st[i]))
			return -errno;
	if (collect_vlans(m, out->vlan) || bpf_map_lookup_elem(m->events, &zero, ev))
		return -errno;
	for (int cpu = 0; cpu < m->cpus; cpu++) {
		out->ev.learned += ev[cpu].learned;
		out->ev.moved += ev[cpu].moved;
		out->ev.expired += ev[cpu].expired;
		out->ev.refused += ev[cpu].refused;
		out->ev.limited += ev[cpu].limited;
		out->ev.held += ev[cpu].held;
	}
	if (bpf_map_lookup_elem(m->settings, &zero, &sw))
		return -errno;
	out->epoch = sw.epoch;
	while (out->fdb_n <= ROW_FDB && !bpf_map_get_next_key(m->fdb, prev, &key)) {
		struct row_fdb *f = &out->fdb[out->fdb_n++];

		f->key = key;
		if (bpf_map_lookup_elem(m->fdb, &key, &f->entry))
			return -errno;
		prev = &f->key;
	}
	if (kmaps_collect_policies(m, out) || collect_mirrors(m, out->mirror) ||
	    collect_account(m, &out->acc))
		return -errno;
	out->end = kmaps_now(m);
	return out->end ? 0 : -ENODATA;
}
