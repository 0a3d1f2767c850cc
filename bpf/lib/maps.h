/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * maps.h - every map of a switch, and the accessors the core uses
 *
 * ARCHITECTURE.md has the table of who writes what. A map the command writes while frames
 * walk is BPF_F_MMAPABLE: its words are stored at once. tests/unit/native_maps.h implements
 * the same accessors without a kernel.
 */
#ifndef XSW_MAPS_H
#define XSW_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "pkt.h"
#include "xsw_mirror.h"
#include "xsw_event.h"
#include "xsw_record.h"

#define READ_ONCE(x)	     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))
#define FDB_EEXIST	     17
#define UNROLL		     _Pragma("unroll") /* in front of a loop */

#define XSW_ARRAY(NAME, TYPE, ENTRIES, FLAGS)                                                      \
	struct {                                                                                   \
		__uint(type, BPF_MAP_TYPE_ARRAY);                                                  \
		__uint(max_entries, ENTRIES);                                                      \
		__uint(map_flags, FLAGS);                                                          \
		__type(key, __u32);                                                                \
		__type(value, TYPE);                                                               \
	} NAME SEC(".maps")

/* 0 -> settings of the switch */
XSW_ARRAY(settings, struct xsw_switch, 1, BPF_F_MMAPABLE);
/* port number -> configuration word and identity */
XSW_ARRAY(ports, struct xsw_port, XSW_PORTS, BPF_F_MMAPABLE);
/* ifindex % XSW_IFPORTS + 0..7 -> port number */
XSW_ARRAY(ifports, struct xsw_ifport, XSW_IFPORTS, BPF_F_MMAPABLE);
/* VID -> member ports */
XSW_ARRAY(vlans, struct xsw_vlan, XSW_VLANS, BPF_F_MMAPABLE);
/* port number -> what the command must remember of it; no program reads it */
XSW_ARRAY(info, struct xsw_info, XSW_PORTS, 0);

/* port number -> its device; the kernel empties a slot when the device is unregistered */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, XSW_PORTS);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} tx SEC(".maps");

/* (address, VID) -> port; 02:00:00:00:00:01 of VLAN 10 is on port 3 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XSW_FDB_SIZE_DEFAULT);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, union xsw_fdb_key);
	__type(value, struct xsw_fdb_entry);
} fdb SEC(".maps");

/* keys of the dynamic entries in the order in which ageing will look at them: see age.h */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, XSW_FDB_SIZE_DEFAULT * 2);
	__type(value, __u64);
} agequeue SEC(".maps");

/* state of the ageing walk, age.h */
struct xsw_age {
	struct bpf_timer timer;
	__u32 queued; /* keys in the queue */
	__u32 left;   /* keys the current round has still to look at */
	__u32 round;
	__u32 drops; /* entries deleted in the step at hand */
};

/* 0 -> the timer of the ageing walk */
XSW_ARRAY(age, struct xsw_age, 1, 0);

/* (port, VID) -> its last flush and its dynamic entries since */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 262144);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct xsw_pair_key);
	__type(value, union xsw_pair);
} pairs SEC(".maps");

/* 0: the switch, port numbers, XSW_PORTS + VID -> dynamic entries there are and may be */
XSW_ARRAY(limits, struct xsw_limit, XSW_LIMITS, BPF_F_MMAPABLE);

/* port number -> its policy; only ports that have one */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XSW_PORTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct xsw_policy);
} policies SEC(".maps");

/* port number -> token buckets and the end of its error; only ports with a policy */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XSW_PORTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, __u32);
	__type(value, struct xsw_meter);
} meters SEC(".maps");

/* (list, address) -> allowed */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct xsw_mac_key);
	__type(value, __u32);
} macs SEC(".maps");

/* (list, prefix) -> allowed */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 65536);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct xsw_ip_key);
	__type(value, __u32);
} ips SEC(".maps");

/* where a frame of a tunnel device came from -> port; 192.0.2.2, key 100, slot 1 is port 3 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XSW_PORTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct xsw_tunnel_key);
	__type(value, struct xsw_tunnel);
} tunnels SEC(".maps");

/* port number -> where its frames go, of tunnel ports */
XSW_ARRAY(encaps, struct xsw_encap, XSW_PORTS, 0);

/* slot -> a mirror */
XSW_ARRAY(mirrors, struct xsw_mirror, XSW_MIRRORS, BPF_F_MMAPABLE);
/* port number -> mirrors it is a source or the output of */
XSW_ARRAY(taps, struct xsw_tap, XSW_PORTS, BPF_F_MMAPABLE);

/* slot of a mirror -> what it copied, per CPU */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XSW_MIRRORS);
	__type(key, __u32);
	__type(value, struct xsw_mirror_stats);
} mirrorstats SEC(".maps");

/* slot -> who listens to events, and until when */
XSW_ARRAY(listeners, struct xsw_listener, XSW_RINGS, BPF_F_MMAPABLE);

struct xsw_ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, XSW_RING_SIZE);
};

/* slot -> ring buffer of the listener */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, XSW_RINGS);
	__type(key, __u32);
	__array(values, struct xsw_ring);
} rings SEC(".maps");

/* port number -> its device, for ports that XDP sends to; with the program of flooded copies */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, XSW_PORTS);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} xtx SEC(".maps");

/* port number -> the same, for floods: the kernel walks it to its end, so it is no longer than needed */
struct xsw_flood_ports {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, XSW_FLOOD_STEP);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
};

/* 0 -> that map; replaced by a longer one when a higher port number comes */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct xsw_flood_ports);
} xflood SEC(".maps");

/* port number % 64 -> counters, per CPU; this is the chunk of ports 0..63 */
struct xsw_stats_chunk {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XSW_PORT_CHUNK);
	__type(key, __u32);
	__type(value, struct xsw_stats);
} stats0 SEC(".maps");

/* port number / 64 -> the chunk of those ports, made with the first of them */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, XSW_PORT_CHUNKS);
	__type(key, __u32);
	__array(values, struct xsw_stats_chunk);
} stats SEC(".maps");

/* (port number % 64) * 2 + bank -> VLANs of the port; the chunk of ports 0..63 */
struct xsw_sets_chunk {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XSW_PORT_CHUNK * 2);
	__type(key, __u32);
	__type(value, struct xsw_sets);
} sets0 SEC(".maps");

/* port number / 64 -> the chunk of those ports, made with the first of them that has VLANs */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, XSW_PORT_CHUNKS);
	__type(key, __u32);
	__array(values, struct xsw_sets_chunk);
} sets SEC(".maps");

/* VID -> traffic of the VLAN, per CPU */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XSW_VLANS);
	__type(key, __u32);
	__type(value, struct xsw_vlan_stats);
} vlanstats SEC(".maps");

/* 0 -> ports that the flood at hand serves once the frame is retagged, per CPU; scratch */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xsw_vlan);
} deferred SEC(".maps");

/* 0 -> what happened to the FDB, per CPU */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xsw_events);
} events SEC(".maps");

static __always_inline struct xsw_switch *switch_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&settings, &zero);
}

/* The switch's clock; bpf_jiffies64() is one load, every clock helper is a call. */
static __always_inline __u64 clock_now(const struct xsw_switch *sw)
{
	return bpf_jiffies64() * sw->tick;
}

static __always_inline struct xsw_port *port_get(__u32 port)
{
	return bpf_map_lookup_elem(&ports, &port);
}

static __always_inline struct xsw_vlan *vlan_get(__u32 vid)
{
	return bpf_map_lookup_elem(&vlans, &vid);
}

static __always_inline struct xsw_vlan *deferred_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&deferred, &zero);
}

static __always_inline const struct xsw_sets *sets_get(__u32 port, __u16 flags)
{
	__u32 chunk = port / XSW_PORT_CHUNK;
	__u32 slot = port % XSW_PORT_CHUNK * 2 + !!(flags & XSW_F_BANK);
	void *map = bpf_map_lookup_elem(&sets, &chunk);

	return map ? bpf_map_lookup_elem(map, &slot) : NULL;
}

/* The ifindex of a port's device, 0 if the port has none (any more). */
static __always_inline __u32 tx_ifindex(__u32 port)
{
	const struct bpf_devmap_val *val = bpf_map_lookup_elem(&tx, &port);

	return val ? val->ifindex : 0;
}

static __noinline __u32 ifport_probe(__u32 ifindex)
{
	int i;

	for (i = 1; i < XSW_IFPROBES; i++) {
		__u32 slot = (ifindex + i) % XSW_IFPORTS;
		struct xsw_ifport *p = bpf_map_lookup_elem(&ifports, &slot);

		if (p && p->ifindex == ifindex)
			return p->port;
	}
	return 0;
}

/* The port a device is, 0: none. */
static __always_inline __u32 ifport_get(__u32 ifindex)
{
	__u32 slot = ifindex % XSW_IFPORTS;
	struct xsw_ifport *p = bpf_map_lookup_elem(&ifports, &slot);

	if (p && !unlikely(p->ifindex != ifindex))
		return p->port;
	return ifport_probe(ifindex);
}

static __always_inline const struct xsw_tunnel *tunnel_get(const struct xsw_tunnel_key *key)
{
	return bpf_map_lookup_elem(&tunnels, key);
}

static __always_inline const struct xsw_encap *encap_get(__u32 port)
{
	return bpf_map_lookup_elem(&encaps, &port);
}

static __always_inline const struct xsw_mirror *mirror_get(__u32 slot)
{
	return bpf_map_lookup_elem(&mirrors, &slot);
}

static __always_inline const struct xsw_tap *tap_get(__u32 port)
{
	return bpf_map_lookup_elem(&taps, &port);
}

static __always_inline struct xsw_listener *listener_get(__u32 slot)
{
	return bpf_map_lookup_elem(&listeners, &slot);
}

/* ns, CLOCK_MONOTONIC: a call, for those outside the switch and what a tick is too coarse for. */
static __always_inline __u64 mono_now(void)
{
	return bpf_ktime_get_ns();
}

static __always_inline const struct xsw_policy *policy_get(__u32 port)
{
	return bpf_map_lookup_elem(&policies, &port);
}

static __always_inline int mac_allowed(__u32 list, __u64 mac)
{
	struct xsw_mac_key key = { .list = list };

	__builtin_memcpy(key.mac, &mac, sizeof(key.mac));
	return bpf_map_lookup_elem(&macs, &key) != NULL;
}

/* `addr`: 16 bytes, IPv4 as ::ffff:a.b.c.d */
static __always_inline int ip_allowed(__u32 list, const __u8 *addr)
{
	struct xsw_ip_key key = { .prefixlen = XSW_IP_BITS, .list = list };
	const __u32 *allowed;

	__builtin_memcpy(key.addr, addr, sizeof(key.addr));
	allowed = bpf_map_lookup_elem(&ips, &key);
	return allowed && *allowed;
}

#endif
