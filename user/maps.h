/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * maps.h - the maps of a switch, typed
 *
 * Maps the data path reads while they change are mapped into memory and written by single
 * atomic stores; the others go through bpf(2). Pins are untrusted input: type, key and value
 * size are checked before use. Functions return 0 or -errno and print nothing.
 */
#ifndef XSWITCH_MAPS_H
#define XSWITCH_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xsw_mirror.h"
#include "xsw_event.h"
#include "xsw_record.h"

enum map_id {
	MAP_SETTINGS,
	MAP_PORTS,
	MAP_IFPORTS,
	MAP_VLANS,
	MAP_INFO,
	MAP_TX,
	MAP_FDB,
	MAP_AGEQUEUE,
	MAP_AGE,
	MAP_PAIRS,
	MAP_LIMITS,
	MAP_POLICIES,
	MAP_METERS,
	MAP_MACS,
	MAP_IPS,
	MAP_TUNNELS,
	MAP_ENCAPS,
	MAP_MIRRORS,
	MAP_TAPS,
	MAP_MIRRORSTATS,
	MAP_LISTENERS,
	MAP_RINGS,
	MAP_XTX,
	MAP_XFLOOD,
	MAP_EVENTS,
	MAP_VLANSTATS,
	MAP_STATS,
	MAP_STATS0,
	MAP_SETS,
	MAP_SETS0,
	MAPS,
};

/* Maps of maps: a chunk for every 64 ports. */
enum chunk_kind {
	CHUNK_STATS,
	CHUNK_SETS,
	CHUNK_KINDS,
};

struct maps {
	int fd[MAPS];
	int chunk[CHUNK_KINDS][XSW_PORT_CHUNKS]; /* -1: not open */
	struct xsw_settings_mem {
		struct xsw_switch *settings;
		struct xsw_port *ports;
		struct xsw_ifport *ifports;
		struct xsw_vlan *vlans;
		struct xsw_limit *limits;
		struct xsw_listener *listeners;
		struct xsw_mirror *mirrors;
		struct xsw_tap *taps;
	} mem;
};

/* Name of the map in the BPF object and of its pin, e.g. "fdb". */
const char *map_name(enum map_id id);

/* Whether `name` is the pin of a chunk of counters: "stats12". */
bool maps_is_chunk(const char *name);

void maps_init(struct maps *m);

/* Open the pins below <dir>. On failure *bad is the name of the pin at fault. */
int maps_open(struct maps *m, const char *dir, const char **bad);

/* Map the memory of the maps whose descriptors are there already. */
int maps_mmap(struct maps *m);

/* The memory of one; NULL: errno. */
void *maps_mem(const struct maps *m, enum map_id id);
void maps_mem_close(void *mem, enum map_id id);
void maps_close(struct maps *m);

/* Whether a map is of the kind this program was built for. -EINVAL: it is not. */
int map_check(int fd, enum map_id id);

/* A veth pair of ours. */
static inline bool type_has_inner(uint8_t type)
{
	return type == XSW_TYPE_NETNS || type == XSW_TYPE_HOST;
}

static inline bool type_is_tunnel(uint8_t type)
{
	return type >= XSW_TYPE_VXLAN;
}

/*
 * What records say, before anybody believes it: texts end, numbers are of something there is.
 * -EINVAL: no command has written that. Functions that read such records check them.
 */
bool maps_info_valid(const struct xsw_info *info);
int maps_info_check(const struct xsw_info *v); /* XSW_PORTS of them, and their legs */
int maps_mirrors_check(const struct xsw_mirror *v);
int maps_meta_check(const struct xsw_meta *meta);

/* --- the pin `meta` --- */
/*
 * Any version's: what stands in front stays for good, and members come at its end. -EINVAL: the pin
 * is not what `up` writes there
 */
int maps_meta_read(const char *path, struct xsw_meta *meta);
int maps_meta_write(const char *path, const struct xsw_meta *meta);
/* Make and pin it. */
int maps_meta_make(const char *path, const struct xsw_meta *meta);
/* Make it, and pin it in place of the one that is pinned. */
int maps_meta_replace(const char *dir, const char *name, const struct xsw_meta *meta);

/* Pin every map below <dir>. */
int maps_pin(const struct maps *m, const char *dir);

/* --- ports --- */
void maps_conf_store(struct maps *m, uint32_t port, union xsw_conf conf);
union xsw_conf maps_conf_load(const struct maps *m, uint32_t port);
/* Store all but what others may change meanwhile: the state (its guard), whether it is watched. */
void maps_conf_keep(struct maps *m, uint32_t port, union xsw_conf conf);
/* Whether `old` was still there and this call replaced it. */
bool maps_conf_swap(struct maps *m, uint32_t port, union xsw_conf old, union xsw_conf conf);
void maps_member_set(struct maps *m, uint32_t vid, uint32_t port, bool on);
/* -ENOSPC: all slots that this ifindex may take are taken. */
int maps_ifport_add(struct maps *m, uint32_t ifindex, uint32_t port);
void maps_ifport_del(struct maps *m, uint32_t port, uint32_t ifindex);
int maps_tx_set(struct maps *m, uint32_t port, uint32_t ifindex);
void maps_tx_clear(struct maps *m, uint32_t port);
/* 0: the device is gone */
uint32_t maps_tx_get(const struct maps *m, uint32_t port);
/* The same for those who must not take an error for a device that is gone; 0 or -errno. */
int maps_tx_read(const struct maps *m, uint32_t port, uint32_t *ifindex);
/*
 * A port that XDP sends to, and with xsw_egr (descriptor) floods to: `xflood` has it before `xtx`
 * and until it has left that. For a device of the caller's namespace.
 */
int maps_xtx_set(struct maps *m, uint32_t port, uint32_t ifindex, int prog);
void maps_xtx_clear(struct maps *m, uint32_t port);
/* Its part in floods alone. */
int maps_xflood_set(struct maps *m, uint32_t port, uint32_t ifindex, int prog);
void maps_xflood_clear(struct maps *m, uint32_t port);
int maps_info_get(const struct maps *m, uint32_t port, struct xsw_info *info);
int maps_info_set(struct maps *m, uint32_t port, const struct xsw_info *info);
/* Every port's record, in one pass: v[number], XSW_PORTS elements; free(*v). */
int maps_info_all(const struct maps *m, struct xsw_info **v);
/* Into such an array. */
int maps_info_again(const struct maps *m, struct xsw_info *v);
/* The same from the pin alone. */
int maps_info_read(const char *path, struct xsw_info **v);

/* --- tunnels --- */
/* Where a port sends to, and whose frames are its own. */
int maps_tunnel_set(struct maps *m, uint32_t port, const struct xsw_encap *encap,
		    const struct xsw_tunnel_key *key, uint32_t base);
/* No frame is its own any more; another port's are. */
void maps_tunnel_del(struct maps *m, uint32_t port, const struct xsw_tunnel_key *key);

/* The VLANs of a port, in the bank that `flags` names; none were ever written: -ENOENT. */
int maps_sets_read(struct maps *m, const char *dir, uint32_t port, uint16_t flags,
		   struct xsw_sets *sets);
int maps_sets_write(struct maps *m, const char *dir, uint32_t port, uint16_t flags,
		    const struct xsw_sets *sets);

/* --- policies --- */
/* -ENOENT: the port has none; *policy is zero then. */
int maps_policy_get(const struct maps *m, uint32_t port, struct xsw_policy *policy);
int maps_policy_set(struct maps *m, uint32_t port, const struct xsw_policy *policy);
void maps_policy_del(struct maps *m, uint32_t port);
/* A command that changes policies is at work; found by the next one, it was killed. */
int maps_policy_mark(struct maps *m);
bool maps_policy_marked(const struct maps *m);
void maps_policy_unmark(struct maps *m);
/* Buckets of a port, full, unless there are some. */
int maps_meter_make(struct maps *m, uint32_t port);
int maps_meter_get(const struct maps *m, uint32_t port, struct xsw_meter *meter);
int maps_meter_set(struct maps *m, uint32_t port, const struct xsw_meter *meter);
void maps_meter_del(struct maps *m, uint32_t port);

/* A number that no list has. */
uint32_t maps_list_new(struct maps *m);
/* -E2BIG, -ENOSPC: the map is full */
int maps_mac_add(struct maps *m, const struct xsw_mac_key *key);
int maps_ip_add(struct maps *m, const struct xsw_ip_key *key, bool allowed);
/* Of the longest prefix that fits the key. */
bool maps_ip_allowed(const struct maps *m, const struct xsw_ip_key *key);
/* The keys of all lists, in no order; free(*keys). */
int maps_macs_all(const struct maps *m, struct xsw_mac_key **keys, size_t *n);
int maps_ips_all(const struct maps *m, struct xsw_ip_key **keys, size_t *n);
/* Delete every list that goes. */
int maps_lists_del(struct maps *m, bool (*goes)(uint32_t list, const void *arg), const void *arg);

/* --- mirrors --- */
/* Bit i: slot i holds. */
uint32_t maps_mirrors(const struct maps *m);
void maps_mirror_hold(struct maps *m, uint32_t slot, bool on);
/* Taps and bit of a port, of which the bit needs an open one; whether that changed anything. */
bool maps_tap_store(struct maps *m, uint32_t port, const struct xsw_tap *tap);
int maps_mirror_stats_zero(struct maps *m, uint32_t slot);

/* --- chunks --- */
/* The map of chunk_kind for ports chunk * 64 on, made, pinned below <dir> and entered if need be. */
int maps_chunk_make(struct maps *m, const char *dir, enum chunk_kind kind, uint32_t chunk);
/* The same if it is pinned; -ENOENT. */
int maps_chunk_open(struct maps *m, const char *dir, enum chunk_kind kind, uint32_t chunk);
/* Its pin below <dir>, and the map of maps and the first one of its kind. */
void maps_chunk_path(char path[512], const char *dir, enum chunk_kind kind, uint32_t chunk);
enum map_id maps_chunk_outer(enum chunk_kind kind);
enum map_id maps_chunk_first(enum chunk_kind kind);

/* --- counters --- */
/* Make sure the counters of a port exist and are zero; `dir` is where chunks are pinned. */
int maps_stats_make(struct maps *m, const char *dir, uint32_t port);
int maps_stats_sum(struct maps *m, const char *dir, uint32_t port, struct xsw_stats *sum);
int maps_vlan_stats_sum(const struct maps *m, uint32_t vid, struct xsw_vlan_stats *sum);

/*
 * Many at once, 64 a system call: of the ports of a chunk (port / XSW_PORT_CHUNK), of every VID.
 * -ENOENT: no port of that chunk was ever made.
 */
int maps_stats_all(struct maps *m, const char *dir, uint32_t chunk,
		   struct xsw_stats sum[XSW_PORT_CHUNK]);
int maps_vlan_stats_all(const struct maps *m, struct xsw_vlan_stats sum[XSW_VLANS]);
int maps_mirror_stats_sum(const struct maps *m, uint32_t slot, struct xsw_mirror_stats *sum);
int maps_events_sum(const struct maps *m, struct xsw_events *sum);

/* --- FDB --- */
int maps_fdb_get(const struct maps *m, union xsw_fdb_key key, struct xsw_fdb_entry *e);

/*
 * A new FDB comes with a queue, a timer and accounts of its own. maps_split_fdb(): `m` has none
 * of them any more, `old` keeps them; maps_join_fdb(): those that prog_load() made are mapped,
 * with the limits of the old ones.
 */
void maps_split_fdb(struct maps *m, struct maps *old);
int maps_join_fdb(struct maps *m, const struct maps *old);
/* Pin them over the old pins. */
int maps_repin_fdb(const struct maps *m, const char *dir);
void maps_close_fdb(struct maps *m);

/* `limits` as it is pinned now, in place of the one that is open: a resize changes it. */
int maps_limits_again(struct maps *m, const char *dir);

/*
 * The FDB and what belongs to it, as a program has them: descriptors in own[], the others -1. How
 * many of them are those in `m`, or -errno. maps_fdb_put(): they are those in `m`, and pinned;
 * maps_fdb_drop(): they are closed.
 */
int maps_fdb_of(const struct maps *m, int prog, int own[MAPS]);
int maps_fdb_put(struct maps *m, int own[MAPS], const char *dir);
void maps_fdb_drop(int own[MAPS]);

/* Entries it has room for */
uint32_t maps_fdb_size(const struct maps *m);

/* Whether the FDB, `pairs` or the queue of ageing has no room; found out by counting. */
bool maps_is_full(const struct maps *m, enum map_id id);

/* A batched walk; entries that change meanwhile may be missed or come twice. */
typedef int (*maps_fdb_fn)(union xsw_fdb_key key, const struct xsw_fdb_entry *e, void *arg);
int maps_fdb_each(const struct maps *m, maps_fdb_fn fn, void *arg);

/* Whether the entry may be used at time `now` (prog_clock()); as the data path decides. */
bool maps_fdb_valid(const struct maps *m, union xsw_fdb_key key, const struct xsw_fdb_entry *e,
		    uint64_t now);

/*
 * Make every dynamic entry of the port old without xsw_ctl: no event, and they are counted until
 * the data path next looks at their accounts. For when prog_flush() fails.
 */
void maps_flush_port(struct maps *m, uint32_t port);

/* Sources the CPUs remember must be looked up again. */
void maps_epoch_bump(struct maps *m);

/* Whether another FDB is pinned below <dir> by now. */
bool maps_fdb_moved(const struct maps *m, const char *dir);

/* --- watching: maps_watch.c --- */
/* Ports may have the bit `watch` until this time of the switch's clock, at least. */
void maps_watch_renew(struct maps *m, uint64_t until);
uint64_t maps_watch_until(const struct maps *m);
/* Nobody has looked since `until`, and nobody does. */
void maps_watch_end(struct maps *m, uint64_t until);
/* Its frames go by tc, or by the way they went. */
void maps_watch_port(struct maps *m, uint32_t port, bool on);

/* --- events --- */
struct ring_buffer;

/*
 * A listener; `fn` is called by maps_ring_read() with each event, and with the three strings of
 * struct xsw_tell or NULL.
 */
struct maps_ring {
	void (*fn)(const struct xsw_event *e, const char *text, void *arg);
	void *arg;
	int slot, fd;
	uint32_t kinds;
	uint64_t until; /* it is ours, by the switch's clock */
	size_t left;	/* events that maps_ring_read() may still read */
	struct ring_buffer *rb;
};

/*
 * Get the events of these kinds (bits) from now (prog_clock()) on. -EBUSY: all slots are taken.
 * Renew about once a second; -ESTALE: too late, the slot is somebody else's.
 */
int maps_ring_open(struct maps *m, struct maps_ring *r, uint64_t now, uint32_t kinds);
int maps_ring_renew(struct maps *m, struct maps_ring *r, uint64_t now);
void maps_ring_close(struct maps *m, struct maps_ring *r);

/* Readable when there are events. */
int maps_ring_fd(const struct maps_ring *r);
int maps_ring_read(struct maps_ring *r, size_t most);

/* Events that found no room, since it was opened; XSW_EV_DROP (`drops`), or the others. */
uint64_t maps_ring_lost(const struct maps *m, const struct maps_ring *r, bool drops);

#endif
