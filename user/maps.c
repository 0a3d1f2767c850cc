// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps.c - opening and checking the maps, ports and flushes
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "maps.h"
#include "pin.h"

/* What a pin must be; max_entries 0: any. */
static const struct {
	const char *name;
	enum bpf_map_type type;
	uint32_t key_size, value_size, max_entries;
} kinds[MAPS] = {
	[MAP_SETTINGS] = { "settings", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_switch), 1 },
	[MAP_PORTS] = { "ports", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_port), XSW_PORTS },
	[MAP_IFPORTS] = { "ifports", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_ifport),
			  XSW_IFPORTS },
	[MAP_VLANS] = { "vlans", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_vlan), XSW_VLANS },
	[MAP_INFO] = { "info", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_info), XSW_PORTS },
	[MAP_TX] = { "tx", BPF_MAP_TYPE_DEVMAP, 4, sizeof(struct bpf_devmap_val), XSW_PORTS },
	[MAP_FDB] = { "fdb", BPF_MAP_TYPE_HASH, sizeof(union xsw_fdb_key),
		      sizeof(struct xsw_fdb_entry), 0 },
	[MAP_AGEQUEUE] = { "agequeue", BPF_MAP_TYPE_QUEUE, 0, 8, 0 },
	[MAP_AGE] = { "age", BPF_MAP_TYPE_ARRAY, 4, 32, 1 },
	[MAP_PAIRS] = { "pairs", BPF_MAP_TYPE_HASH, sizeof(struct xsw_pair_key),
			sizeof(union xsw_pair), 0 },
	[MAP_LIMITS] = { "limits", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_limit), XSW_LIMITS },
	[MAP_POLICIES] = { "policies", BPF_MAP_TYPE_HASH, 4, sizeof(struct xsw_policy), XSW_PORTS },
	[MAP_METERS] = { "meters", BPF_MAP_TYPE_HASH, 4, sizeof(struct xsw_meter), XSW_PORTS },
	[MAP_MACS] = { "macs", BPF_MAP_TYPE_HASH, sizeof(struct xsw_mac_key), 4, 0 },
	[MAP_IPS] = { "ips", BPF_MAP_TYPE_LPM_TRIE, sizeof(struct xsw_ip_key), 4, 0 },
	[MAP_TUNNELS] = { "tunnels", BPF_MAP_TYPE_HASH, sizeof(struct xsw_tunnel_key),
			  sizeof(struct xsw_tunnel), XSW_PORTS },
	[MAP_ENCAPS] = { "encaps", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_encap), XSW_PORTS },
	[MAP_MIRRORS] = { "mirrors", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_mirror),
			  XSW_MIRRORS },
	[MAP_TAPS] = { "taps", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_tap), XSW_PORTS },
	[MAP_MIRRORSTATS] = { "mirrorstats", BPF_MAP_TYPE_PERCPU_ARRAY, 4,
			      sizeof(struct xsw_mirror_stats), XSW_MIRRORS },
	[MAP_LISTENERS] = { "listeners", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_listener),
			    XSW_RINGS },
	[MAP_RINGS] = { "rings", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, XSW_RINGS },
	[MAP_XTX] = { "xtx", BPF_MAP_TYPE_DEVMAP, 4, sizeof(struct bpf_devmap_val), XSW_PORTS },
	[MAP_XFLOOD] = { "xflood", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, 1 },
	[MAP_EVENTS] = { "events", BPF_MAP_TYPE_PERCPU_ARRAY, 4, sizeof(struct xsw_events), 1 },
	[MAP_VLANSTATS] = { "vlanstats", BPF_MAP_TYPE_PERCPU_ARRAY, 4,
			    sizeof(struct xsw_vlan_stats), XSW_VLANS },
	[MAP_STATS] = { "stats", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, XSW_PORT_CHUNKS },
	[MAP_STATS0] = { "stats0", BPF_MAP_TYPE_PERCPU_ARRAY, 4, sizeof(struct xsw_stats),
			 XSW_PORT_CHUNK },
	[MAP_SETS] = { "sets", BPF_MAP_TYPE_ARRAY_OF_MAPS, 4, 4, XSW_PORT_CHUNKS },
	[MAP_SETS0] = { "sets0", BPF_MAP_TYPE_ARRAY, 4, sizeof(struct xsw_sets),
			XSW_PORT_CHUNK * 2 },
};

const char *map_name(enum map_id id)
{
	return kinds[id].name;
}

int map_check(int fd, enum map_id id)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	if (info.type != kinds[id].type || info.key_size != kinds[id].key_size ||
	    info.value_size != kinds[id].value_size)
		return -EINVAL;
	if (kinds[id].max_entries && info.max_entries != kinds[id].max_entries)
		return -EINVAL;
	return 0;
}

void maps_init(struct maps *m)
{
	size_t i;

	memset(m, 0, sizeof(*m));
	for (i = 0; i < MAPS; i++)
		m->fd[i] = -1;
	memset(m->chunk, 0xff, sizeof(m->chunk)); /* -1 */
}

int maps_open(struct maps *m, const char *dir, const char **bad)
{
	char path[512];
	int i, err;

	for (i = 0; i < MAPS; i++) {
		*bad = kinds[i].name;
		snprintf(path, sizeof(path), "%s/%s", dir, kinds[i].name);
		m->fd[i] = pin_get(path);
		if (m->fd[i] < 0)
			return m->fd[i];
		err = map_check(m->fd[i], i);
		if (err)
			return err;
	}
	err = maps_mmap(m);
	if (err)
		return err;
	*bad = kinds[MAP_MIRRORS].name;
	return maps_mirrors_check(m->mem.mirrors);
}

static size_t mmap_size(enum map_id id)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = ((size_t)kinds[id].value_size + 7) / 8 * 8 * kinds[id].max_entries;

	return (size + page - 1) / page * page;
}

void *maps_mem(const struct maps *m, enum map_id id)
{
	void *p = mmap(NULL, mmap_size(id), PROT_READ | PROT_WRITE, MAP_SHARED, m->fd[id], 0);

	/* cppcheck-suppress memleak ; returned */
	return p == MAP_FAILED ? NULL : p;
}

void maps_mem_close(void *mem, enum map_id id)
{
	if (mem)
		munmap(mem, mmap_size(id));
}

/* Members of struct xsw_settings_mem. */
static const struct {
	enum map_id id;
	size_t off;
} mapped[] = {
	{ MAP_SETTINGS, offsetof(struct maps, mem.settings) },
	{ MAP_PORTS, offsetof(struct maps, mem.ports) },
	{ MAP_IFPORTS, offsetof(struct maps, mem.ifports) },
	{ MAP_VLANS, offsetof(struct maps, mem.vlans) },
	{ MAP_LIMITS, offsetof(struct maps, mem.limits) },
	{ MAP_LISTENERS, offsetof(struct maps, mem.listeners) },
	{ MAP_MIRRORS, offsetof(struct maps, mem.mirrors) },
	{ MAP_TAPS, offsetof(struct maps, mem.taps) },
};

#define MAPPED (sizeof(mapped) / sizeof(*mapped))

static void **mapped_at(struct maps *m, size_t i)
{
	return (void **)((char *)m + mapped[i].off);
}

int maps_mmap(struct maps *m)
{
	for (size_t i = 0; i < MAPPED; i++) {
		*mapped_at(m, i) = maps_mem(m, mapped[i].id);
		if (!*mapped_at(m, i))
			return -errno;
	}
	return 0;
}

void maps_close(struct maps *m)
{
	size_t i;

	for (i = 0; i < MAPPED; i++)
		maps_mem_close(*mapped_at(m, i), mapped[i].id);
	for (i = 0; i < MAPS; i++)
		if (m->fd[i] >= 0)
			close(m->fd[i]);
	for (i = 0; i < XSW_PORT_CHUNKS; i++)
		for (int kind = 0; kind < CHUNK_KINDS; kind++)
			if (m->chunk[kind][i] >= 0)
				close(m->chunk[kind][i]);
	maps_init(m);
}

void maps_conf_store(struct maps *m, uint32_t port, union xsw_conf conf)
{
	__atomic_store_n(&m->mem.ports[port].conf.word, conf.word, __ATOMIC_RELEASE);
}

union xsw_conf maps_conf_load(const struct maps *m, uint32_t port)
{
	return (union xsw_conf){
		.word = __atomic_load_n(&m->mem.ports[port].conf.word, __ATOMIC_ACQUIRE),
	};
}

bool maps_conf_swap(struct maps *m, uint32_t port, union xsw_conf old, union xsw_conf conf)
{
	return __atomic_compare_exchange_n(&m->mem.ports[port].conf.word, &old.word, conf.word,
					   false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

void maps_conf_keep(struct maps *m, uint32_t port, union xsw_conf conf)
{
	union xsw_conf old;

	do {
		old = maps_conf_load(m, port);
		conf.state = old.state;
		conf.watch = old.watch;
	} while (!maps_conf_swap(m, port, old, conf));
}

void maps_member_set(struct maps *m, uint32_t vid, uint32_t port, bool on)
{
	struct xsw_vlan *v = &m->mem.vlans[vid];
	__u64 bit = 1ULL << port % 64, word = 1ULL << port / 64;

	/* the summary may say too much, never too little */
	if (on) {
		__atomic_fetch_or(&v->member[port / 64], bit, __ATOMIC_RELEASE);
		__atomic_fetch_or(&v->summary, word, __ATOMIC_RELEASE);
	} else if (!(__atomic_and_fetch(&v->member[port / 64], ~bit, __ATOMIC_RELEASE))) {
		__atomic_fetch_and(&v->summary, ~word, __ATOMIC_RELEASE);
	}
}

static struct xsw_ifport *ifport_slot(struct maps *m, uint32_t ifindex, int i)
{
	return &m->mem.ifports[(ifindex + (uint32_t)i) % XSW_IFPORTS];
}

static void ifport_store(struct xsw_ifport *slot, struct xsw_ifport value)
{
	__u64 word;

	memcpy(&word, &value, sizeof(word));
	__atomic_store_n((__u64 *)(void *)slot, word, __ATOMIC_RELEASE);
}

int maps_ifport_add(struct maps *m, uint32_t ifindex, uint32_t port)
{
	struct xsw_ifport *slot, *free_slot = NULL;
	int i;

	for (i = 0; i < XSW_IFPROBES; i++) {
		slot = ifport_slot(m, ifindex, i);
		if (slot->ifindex == ifindex) {
			free_slot = slot;
			break;
		}
		if (!slot->ifindex && !free_slot)
			free_slot = slot;
	}
	if (!free_slot)
		return -ENOSPC;
	ifport_store(free_slot, (struct xsw_ifport){ .ifindex = ifindex, .port = port });
	return 0;
}

void maps_ifport_del(struct maps *m, uint32_t port, uint32_t ifindex)
{
	int i;

	for (i = 0; i < XSW_IFPROBES; i++) {
		struct xsw_ifport *slot = ifport_slot(m, ifindex, i);

		if (slot->ifindex == ifindex && slot->port == port)
			ifport_store(slot, (struct xsw_ifport){});
	}
}

int maps_tx_set(struct maps *m, uint32_t port, uint32_t ifindex)
{
	struct bpf_devmap_val val = { .ifindex = ifindex };

	return bpf_map_update_elem(m->fd[MAP_TX], &port, &val, BPF_ANY) ? -errno : 0;
}

void maps_tx_clear(struct maps *m, uint32_t port)
{
	bpf_map_delete_elem(m->fd[MAP_TX], &port);
}

int maps_tx_read(const struct maps *m, uint32_t port, uint32_t *ifindex)
{
	struct bpf_devmap_val val = { 0 };
	int err = bpf_map_lookup_elem(m->fd[MAP_TX], &port, &val) ? -errno : 0;

	*ifindex = val.ifindex;
	return err == -ENOENT ? 0 : err;
}

uint32_t maps_tx_get(const struct maps *m, uint32_t port)
{
	uint32_t ifindex;

	return maps_tx_read(m, port, &ifindex) ? 0 : ifindex;
}

int maps_xtx_set(struct maps *m, uint32_t port, uint32_t ifindex, int prog)
{
	struct bpf_devmap_val val = { .ifindex = ifindex, .bpf_prog.fd = prog };
	int err = maps_xflood_set(m, port, ifindex, prog);

	if (!err && bpf_map_update_elem(m->fd[MAP_XTX], &port, &val, BPF_ANY))
		err = -errno;
	return err;
}

void maps_xtx_clear(struct maps *m, uint32_t port)
{
	bpf_map_delete_elem(m->fd[MAP_XTX], &port);
	maps_xflood_clear(m, port);
}

int maps_info_get(const struct maps *m, uint32_t port, struct xsw_info *info)
{
	struct xsw_info read;

	if (bpf_map_lookup_elem(m->fd[MAP_INFO], &port, &read))
		return -errno;
	if (!maps_info_valid(&read))
		return -EINVAL;
	*info = read;
	return 0;
}

int maps_info_set(struct maps *m, uint32_t port, const struct xsw_info *info)
{
	return bpf_map_update_elem(m->fd[MAP_INFO], &port, info, BPF_ANY) ? -errno : 0;
}

int maps_tunnel_set(struct maps *m, uint32_t port, const struct xsw_encap *encap,
		    const struct xsw_tunnel_key *key, uint32_t base)
{
	const struct xsw_tunnel t = { .port = port, .base = base };

	if (bpf_map_update_elem(m->fd[MAP_ENCAPS], &port, encap, BPF_ANY) ||
	    bpf_map_update_elem(m->fd[MAP_TUNNELS], key, &t, BPF_ANY))
		return -errno;
	return 0;
}

void maps_tunnel_del(struct maps *m, uint32_t port, const struct xsw_tunnel_key *key)
{
	struct xsw_tunnel t;

	if (!bpf_map_lookup_elem(m->fd[MAP_TUNNELS], key, &t) && t.port == port)
		bpf_map_delete_elem(m->fd[MAP_TUNNELS], key);
}

static int info_batch(int fd, uint32_t *keys, struct xsw_info *v)
{
	__u32 n = XSW_PORTS, at;

	/* -ENOENT: that was all */
	return bpf_map_lookup_batch(fd, NULL, &at, keys, v, &n, NULL) && errno != ENOENT ? -errno :
											   0;
}

/* Records that contradict each other may have been read while they changed, but not twice. */
static int info_fill(int fd, struct xsw_info *v)
{
	uint32_t *keys = calloc(XSW_PORTS, sizeof(*keys));
	int err = keys ? -EINVAL : -ENOMEM;

	for (int tries = 0; tries < 3 && err == -EINVAL; tries++)
		err = info_batch(fd, keys, v) ?: maps_info_check(v);
	if (err)
		memset(v, 0, XSW_PORTS * sizeof(*v));
	free(keys);
	return err;
}

static int info_all(int fd, struct xsw_info **v)
{
	int err;

	*v = calloc(XSW_PORTS, sizeof(**v));
	err = *v ? info_fill(fd, *v) : -ENOMEM;
	if (err) {
		free(*v);
		*v = NULL;
	}
	return err;
}

int maps_info_all(const struct maps *m, struct xsw_info **v)
{
	return info_all(m->fd[MAP_INFO], v);
}

int maps_info_again(const struct maps *m, struct xsw_info *v)
{
	return info_fill(m->fd[MAP_INFO], v);
}

int maps_info_read(const char *path, struct xsw_info **v)
{
	int fd = pin_get(path), err;

	*v = NULL;
	if (fd < 0)
		return fd;
	err = map_check(fd, MAP_INFO);
	if (!err)
		err = info_all(fd, v);
	close(fd);
	return err;
}

void maps_epoch_bump(struct maps *m)
{
	__atomic_fetch_add(&m->mem.settings->epoch, 1, __ATOMIC_RELEASE);
}

/* The stamp is stored before `seq` moves: an entry learned in between is flushed too. */
void maps_flush_port(struct maps *m, uint32_t port)
{
	struct xsw_switch *s = m->mem.settings;
	__u32 stamp = s->seq + 1;

	__atomic_store_n(&m->mem.ports[port].flush, stamp, __ATOMIC_RELEASE);
	__atomic_store_n(&s->seq, stamp, __ATOMIC_RELEASE);
	maps_epoch_bump(m);
}
