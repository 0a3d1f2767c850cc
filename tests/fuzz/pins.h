/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pins.h - the maps of a switch as libbpf would show them, made of plain memory
 *
 * Who includes it has its own bpf_obj_get(), bpf_map_lookup_elem(), ... in place of libbpf's: a pin is
 * found by the last part of its path, a descriptor is one of memory. Maps are what the BPF objects say
 * they are. Hash maps have PINS_HASH elements of room, and each element is its key, then its value.
 * Nothing is made, changed or removed. pins_switch() fills them with a small switch: ports of several types
 * and modes, a tunnel of two legs, a mirror, policies, an entry in each state.
 */
#ifndef XSW_PINS_H
#define XSW_PINS_H

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maps.h"
#include "xsw_names.h"
#include "xsw_tc.skel.h"

#define PINS_FDS    1024
#define PINS_HASH   8
#define PINS_CPUS   2
#define PINS_VID    10 /* of the small switch */
#define PINS_TUNNEL 4  /* ... number of the first leg of its tunnel */
#define PINS_PROGS  2

enum {
	PIN_META = MAPS,
	PIN_PROG, /* + 0: xsw_tc, + 1: xsw_ctl */
	PINS = PIN_PROG + PINS_PROGS,
};

struct pin_map {
	struct bpf_map_info info; /* as it is told */
	size_t stride;		  /* of an element in memory */
	size_t head;		  /* of a hash map: bytes from its key to its value */
	uint32_t room;		  /* elements there */
	uint32_t n;		  /* of a hash map: elements that are */
	bool hash, percpu;
	uint8_t *mem;
	int fd;
};

static struct pin_map pins[PINS];
static int pins_of[PINS_FDS]; /* descriptor -> which, plus one */
static const char *const pins_progs[PINS_PROGS] = { XSW_PROG_TC, XSW_PROG_CTL };

/* Element i of a map. */
static inline void *pins_at(unsigned int id, uint32_t i)
{
	return pins[id].mem + pins[id].stride * (i % pins[id].room);
}

/* One more element of a hash map: its value, behind the key. */
static inline void *pins_add(unsigned int id, const void *key)
{
	uint8_t *at = pins_at(id, pins[id].n++);

	memcpy(at, key, pins[id].info.key_size);
	return at + pins[id].head;
}

static inline void pins_memory(struct pin_map *p)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t size = (p->stride * p->room + page - 1) / page * page;

	p->fd = memfd_create("pin", MFD_CLOEXEC);
	if (p->fd < 0 || ftruncate(p->fd, (off_t)size))
		abort();
	p->mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, p->fd, 0);
	if (p->mem == MAP_FAILED)
		abort();
}

static inline void pins_make(struct pin_map *p)
{
	p->hash = p->info.type == BPF_MAP_TYPE_HASH || p->info.type == BPF_MAP_TYPE_LPM_TRIE;
	p->percpu = p->info.type == BPF_MAP_TYPE_PERCPU_ARRAY;
	p->head = p->hash ? (p->info.key_size + 7) / 8 * 8 : 0;
	p->stride = p->head + (p->info.value_size + 7) / 8 * 8;
	p->room = p->hash ? PINS_HASH : p->info.max_entries;
	if (p->info.type == BPF_MAP_TYPE_QUEUE)
		p->room = 1;
	pins_memory(p);
}

static inline void pins_init(void)
{
	struct xsw_tc *skel = xsw_tc__open();

	for (unsigned int i = 0; i < PINS; i++) {
		struct pin_map *p = &pins[i];
		struct bpf_map *map =
			i < MAPS ? bpf_object__find_map_by_name(skel->obj, map_name(i)) : NULL;

		p->info = (struct bpf_map_info){ .type = BPF_MAP_TYPE_ARRAY,
						 .key_size = 4,
						 .value_size = sizeof(struct xsw_meta),
						 .max_entries = 1 };
		if (map)
			p->info = (struct bpf_map_info){ .type = bpf_map__type(map),
							 .key_size = bpf_map__key_size(map),
							 .value_size = bpf_map__value_size(map),
							 .max_entries = bpf_map__max_entries(map) };
		p->info.id = i + 1;
		pins_make(p);
	}
	xsw_tc__destroy(skel);
}

/* --- libbpf ------------------------------------------------------------------------------- */

static inline int pins_error(int err)
{
	errno = err;
	return -err;
}

static inline int pins_open(unsigned int id)
{
	int fd = dup(pins[id].fd);

	if (fd < 0 || fd >= PINS_FDS)
		abort();
	pins_of[fd] = (int)id + 1;
	return fd;
}

static inline struct pin_map *pins_find(int fd)
{
	return fd >= 0 && fd < PINS_FDS && pins_of[fd] ? &pins[pins_of[fd] - 1] : NULL;
}

int bpf_obj_get(const char *path)
{
	const char *name = strrchr(path, '/') + 1;

	if (!strcmp(name, XSW_PIN_META))
		return pins_open(PIN_META);
	for (unsigned int i = 0; i < MAPS; i++)
		if (!strcmp(name, map_name(i)))
			return pins_open(i);
	for (unsigned int i = 0; i < PINS_PROGS; i++)
		if (!strcmp(name, pins_progs[i]))
			return pins_open(PIN_PROG + i);
	return pins_error(ENOENT);
}

int bpf_obj_get_info_by_fd(int fd, void *info, __u32 *len)
{
	struct pin_map *p = pins_find(fd);

	if (!p)
		return pins_error(EBADF);
	memset(info, 0, *len);
	if (p < &pins[PIN_PROG]) {
		memcpy(info, &p->info, *len < sizeof(p->info) ? *len : sizeof(p->info));
	} else {
		struct bpf_prog_info *prog = info;

		prog->type = BPF_PROG_TYPE_SCHED_CLS;
		strcpy(prog->name, pins_progs[p - &pins[PIN_PROG]]);
	}
	return 0;
}

/* The element with that key; NULL: none. */
static inline uint8_t *pins_value(struct pin_map *p, const void *key)
{
	uint32_t index;

	if (!p->hash) {
		memcpy(&index, key, sizeof(index));
		return index < p->room ? p->mem + p->stride * index : NULL;
	}
	for (uint32_t i = 0; i < p->n; i++)
		if (!memcmp(p->mem + p->stride * i, key, p->info.key_size))
			return p->mem + p->stride * i + p->head;
	return NULL;
}

/* As much as the kernel says that a value has; a map may lie about that. */
static inline void pins_copy(const struct pin_map *p, void *to, const uint8_t *from)
{
	size_t size = p->stride - p->head;

	for (int cpu = 0; cpu < (p->percpu ? PINS_CPUS : 1); cpu++)
		memcpy((uint8_t *)to + (size_t)cpu * size, from,
		       p->percpu ? size : p->info.value_size);
}

int bpf_map_lookup_elem(int fd, const void *key, void *value)
{
	struct pin_map *p = pins_find(fd);
	uint8_t *from = p ? pins_value(p, key) : NULL;

	if (!from)
		return pins_error(ENOENT);
	pins_copy(p, value, from);
	return 0;
}

/* From *in_batch on, an index; the last ones come with -ENOENT. */
int bpf_map_lookup_batch(int fd, void *in_batch, void *out_batch, void *keys, void *values,
			 __u32 *count, const struct bpf_map_batch_opts *opts)
{
	struct pin_map *p = pins_find(fd);
	uint32_t at = 0, n = 0, end;

	(void)opts;
	if (!p)
		return pins_error(EBADF);
	end = p->hash ? p->n : p->room;
	if (in_batch)
		memcpy(&at, in_batch, sizeof(at));
	for (; at < end && n < *count; at++, n++) {
		uint8_t *e = p->mem + p->stride * at;
		size_t size = p->percpu ? p->stride * PINS_CPUS : p->info.value_size;

		memcpy((uint8_t *)keys + (size_t)n * p->info.key_size, p->hash ? e : (void *)&at,
		       p->info.key_size);
		pins_copy(p, (uint8_t *)values + n * size, e + p->head);
	}
	*count = n;
	memcpy(out_batch, &at, sizeof(at));
	return at < end ? 0 : pins_error(ENOENT);
}

int bpf_map_get_next_key(int fd, const void *key, void *next)
{
	struct pin_map *p = pins_find(fd);
	uint32_t at = 0;

	if (!p || !p->hash)
		return pins_error(EINVAL);
	while (key && at < p->n && memcmp(p->mem + p->stride * at, key, p->info.key_size))
		at++;
	at += key ? 1 : 0;
	if (at >= p->n)
		return pins_error(ENOENT);
	memcpy(next, p->mem + p->stride * at, p->info.key_size);
	return 0;
}

int bpf_prog_test_run_opts(int fd, struct bpf_test_run_opts *opts)
{
	opts->retval = 0;
	return pins_find(fd) ? 0 : pins_error(EBADF);
}

int libbpf_num_possible_cpus(void)
{
	return PINS_CPUS;
}

int bpf_map_update_elem(int fd, const void *key, const void *value, __u64 flags)
{
	(void)key;
	(void)value;
	(void)flags;
	return pins_find(fd) ? 0 : pins_error(EBADF);
}

int bpf_map_delete_elem(int fd, const void *key)
{
	return bpf_map_update_elem(fd, key, NULL, 0);
}

int bpf_map_create(enum bpf_map_type type, const char *name, __u32 key_size, __u32 value_size,
		   __u32 max_entries, const struct bpf_map_create_opts *opts)
{
	(void)type;
	(void)name;
	(void)key_size;
	(void)value_size;
	(void)max_entries;
	(void)opts;
	return pins_open(PIN_META);
}

/* --- a small switch ------------------------------------------------------------------------ */

static inline struct xsw_info *pins_record(uint32_t n, const char *name, enum xsw_port_type type)
{
	struct xsw_info *info = pins_at(MAP_INFO, n);
	struct xsw_port *port = pins_at(MAP_PORTS, n);
	struct bpf_devmap_val *tx = pins_at(MAP_TX, n);

	*info = (struct xsw_info){ .type = type, .hook = XSW_HOOK_TCX, .flags = XSW_I_READY };
	snprintf(info->name, sizeof(info->name), "%s", name);
	snprintf(info->outer, sizeof(info->outer), "sw0p%u", n);
	snprintf(info->ifname, sizeof(info->ifname), "eth0");
	info->ifindex = 100 + n;
	tx->ifindex = info->ifindex;
	port->ifindex = info->ifindex;
	port->conf = (union xsw_conf){ .mtu = 1500, .flags = XSW_F_DEFAULT };
	port->conf.state = XSW_STATE_FORWARDING;
	return info;
}

static inline void pins_ports(void)
{
	struct xsw_port *port = pins_at(MAP_PORTS, 0);
	struct xsw_sets *sets = pins_at(MAP_SETS0, 2 * 3);
	struct xsw_info *info;

	snprintf(pins_record(1, "ns1", XSW_TYPE_NETNS)->netns, XSW_NAME_MAX, "ns1");
	port[1].conf.mode = XSW_MODE_ACCESS;
	port[1].conf.flags |= XSW_F_VLAN | XSW_F_ONE | XSW_F_UNTAGGED;
	port[1].conf.pvid = PINS_VID;
	port[1].conf.policy = XSW_P_MACS | XSW_P_IPS | XSW_P_METER;
	snprintf(pins_record(2, "host", XSW_TYPE_HOST)->netns, XSW_NAME_MAX, "ns2");
	port[2].conf.policy = XSW_P_MACS;
	port[2].conf.state = XSW_STATE_ERRDISABLED;
	pins_record(3, "up", XSW_TYPE_DEV);
	port[3].conf.mode = XSW_MODE_TRUNK;
	port[3].conf.flags |= XSW_F_VLAN | XSW_F_TAGGED;
	sets->member[0] = 1 << PINS_VID | 1 << 20;
	for (uint32_t i = 0; i < 2; i++) {
		info = pins_record(PINS_TUNNEL + i, "tun", XSW_TYPE_VXLAN);
		info->leg = (struct xsw_leg){ .head = PINS_TUNNEL,
					      .index = (uint16_t)i,
					      .legs = 2,
					      .slot = 1,
					      .key = 100,
					      .udp_port = 4789 };
		info->leg.remote = (struct xsw_ip){ { [10] = 0xff, 0xff, 192, 0, 2, 1 } };
	}
}

static inline void pins_policies(void)
{
	struct xsw_policy *policy;

	for (uint32_t port = 1; port <= 2; port++) {
		struct xsw_mac_key mac = { .list = port, .mac = { 2, 0, 0, 0, 0, 1 } };
		struct xsw_ip_key ip = { .prefixlen = 160, .list = port };

		policy = pins_add(MAP_POLICIES, &port);
		policy->list = port;
		policy->rate[XSW_METER_POLICE] = (struct xsw_rate){ .rate = 1000 };
		pins_add(MAP_METERS, &port);
		*(uint32_t *)pins_add(MAP_MACS, &mac) = 1;
		*(uint32_t *)pins_add(MAP_IPS, &ip) = 1;
	}
}

static inline void pins_fill(void)
{
	struct xsw_meta *meta = pins_at(PIN_META, 0);
	struct xsw_switch *settings = pins_at(MAP_SETTINGS, 0);
	struct xsw_mirror *mirror = pins_at(MAP_MIRRORS, 0);
	union xsw_fdb_key key = { .mac = { 2, 0, 0, 0, 0, 1 }, .vid = PINS_VID };
	struct xsw_fdb_entry *e;

	*meta = (struct xsw_meta){ .magic = XSW_ABI_MAGIC, .abi = XSW_ABI_VERSION };
	settings->clock = settings->ageing = XSW_AGEING_DEFAULT;
	settings->mirrors = 1;
	snprintf(mirror->name, sizeof(mirror->name), "m");
	mirror->legs = 1;
	mirror->to[0] = 2;
	mirror->in[0] = 1 << 1;
	for (unsigned int state = 0; state < XSW_FDB_STATES; state++) {
		key.mac[5] = (uint8_t)state;
		e = pins_add(MAP_FDB, &key);
		e->dest.port = (uint16_t)(1 + state);
		e->dest.state = (uint8_t)state;
		e->seen = e->updated = 1;
	}
	pins_ports();
	pins_policies();
}

static char pins_dir[] = "/tmp/xswitch-pins-XXXXXX";
static const char *const pins_parts[] = { "", "/xswitch", "/xswitch/sw0", "/xswitch/sw0/meta" };

static inline void pins_clean(void)
{
	char path[64];

	for (size_t i = sizeof(pins_parts) / sizeof(*pins_parts); i--;) {
		snprintf(path, sizeof(path), "%s%s", pins_dir, pins_parts[i]);
		remove(path);
	}
}

/* The switch, and the directory that stands for bpffs until the program ends. */
static inline void pins_switch(void)
{
	char path[64];

	if (!mkdtemp(pins_dir))
		abort();
	atexit(pins_clean);
	setenv("XSWITCH_BPFFS", pins_dir, 1);
	for (size_t i = 1; i < sizeof(pins_parts) / sizeof(*pins_parts); i++) {
		snprintf(path, sizeof(path), "%s%s", pins_dir, pins_parts[i]);
		if (mkdir(path, 0700))
			abort();
	}
	pins_init();
	pins_fill();
}

#endif
