/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native_maps.h - the maps of a switch without a kernel
 *
 * Stands in for bpf/lib/maps.h and state.h, with the same accessors over plain memory. Ports have the
 * numbers of the golden rows and no others; the table has ROW_FDB entries. Single-threaded, but
 * native.meanwhile runs in the middle of a compare-and-swap or an addition, as another CPU might.
 */
#ifndef XSW_MAPS_H
#define XSW_MAPS_H
#define XSW_STATE_H

#include <linux/bpf.h>
#include <string.h>

#include "golden.h"
#include "xsw_event.h"
#include "xsw_tunnel.h"

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define __noinline __attribute__((noinline))
#define SEC(name)
#define READ_ONCE(x)	     (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, value) (*(volatile __typeof__(x) *)&(x) = (value))
#define FDB_EEXIST	     17
#define UNROLL

#define NATIVE_QUEUE 64
#define NATIVE_TOLD  8 /* events a ring has room for */

/* `tunnels` of a test */
#define NATIVE_TUNNELS 4
struct native_tunnel {
	struct xsw_tunnel_key key;
	struct xsw_tunnel value;
};

/* The same as in maps.h, but for the map around it. */
struct xsw_age {
	struct bpf_timer timer;
	__u32 queued;
	__u32 left;
	__u32 round;
	__u32 drops;
};

struct native_fdb {
	bool used[ROW_FDB];
	struct row_fdb e[ROW_FDB];
};

struct native_queue {
	__u64 key[NATIVE_QUEUE];
	unsigned int n;
};

/* Everything a row may leave behind. */
struct native {
	struct xsw_switch sw;
	struct xsw_port port[ROW_ENDS];
	struct xsw_sets sets[ROW_ENDS][2];
	struct xsw_stats st[ROW_ENDS];
	struct xsw_events ev;
	struct xsw_age age;
	__u32 ifindex[ROW_ENDS]; /* of a port, 0: gone */
	struct row_pair pair[ROW_PAIRS];
	unsigned int pair_n;
	struct xsw_listener listener[XSW_RINGS];
	struct xsw_event told[NATIVE_TOLD]; /* in ring 0, the first ones */
	unsigned int told_n;
	struct xsw_tell tell; /* the last one with a text */
	__u64 unread;	      /* bytes in ring 0, as a listener left it */
	struct xsw_policy policy[ROW_ENDS];
	struct xsw_meter meter[ROW_ENDS];
	bool stored[ROW_ENDS]; /* whether the port stands in `policies` and `meters` */
	struct row_lists lists;
	struct native_tunnel tunnel[NATIVE_TUNNELS];
	unsigned int tunnel_n;
	struct xsw_encap encap[ROW_ENDS];
	struct xsw_mirror mirror[ROW_MIRRORS];
	struct xsw_mirror_stats mirrored[ROW_MIRRORS];
	struct xsw_tap tap[ROW_ENDS];
	__u64 clock;			       /* ns */
	void (*meanwhile)(void);	       /* once */
	unsigned int later;		       /* times it could run before it does */
	struct xsw_vlan_stats vlan[XSW_VLANS]; /* from here on: native_row.h clears less */
	struct xsw_limit limit[XSW_LIMITS];
};

static struct native native;
static struct native_fdb fdb;
static struct native_queue agequeue;
static struct row_pair pairs __attribute__((unused)); /* names the map */
static struct xsw_age age __attribute__((unused));    /* names the map of the timer */
static struct xsw_ifport ifports[XSW_IFPORTS];
static struct xsw_vlan vlans[XSW_VLANS];

static inline void native_meanwhile(void)
{
	void (*other)(void) = native.meanwhile;

	if (native.later) {
		native.later--;
		return;
	}
	native.meanwhile = NULL;
	if (other)
		other();
}

static inline unsigned int native_index(__u32 number)
{
	unsigned int i = P1;

	while (i < ROW_ENDS && row_number[i] != number)
		i++;
	return i;
}

static inline struct xsw_switch *switch_get(void)
{
	return &native.sw;
}

static inline __u64 clock_now(const struct xsw_switch *sw)
{
	(void)sw;
	return native.clock;
}

/* In the kernel every number has a port, most of them all zero. */
static inline struct xsw_port *port_get(__u32 port)
{
	static struct xsw_port none;
	unsigned int i = native_index(port);

	if (port >= XSW_PORTS)
		return NULL;
	return i < ROW_ENDS ? &native.port[i] : &none;
}

static inline struct xsw_vlan *vlan_get(__u32 vid)
{
	return vid < XSW_VLANS ? &vlans[vid] : NULL;
}

static inline struct xsw_vlan *deferred_get(void)
{
	static struct xsw_vlan scratch;

	return &scratch;
}

static inline struct xsw_events *events_get(void)
{
	return &native.ev;
}

static inline struct xsw_stats *stats_get(__u32 port)
{
	unsigned int i = native_index(port);

	return i < ROW_ENDS ? &native.st[i] : NULL;
}

static inline const struct xsw_sets *sets_get(__u32 port, __u16 flags)
{
	unsigned int i = native_index(port);

	return i < ROW_ENDS ? &native.sets[i][!!(flags & XSW_F_BANK)] : NULL;
}

static inline struct xsw_vlan_stats *vlan_stats_get(__u32 vid)
{
	return vid < XSW_VLANS ? &native.vlan[vid] : NULL;
}

static inline __u32 tx_ifindex(__u32 port)
{
	unsigned int i = native_index(port);

	return i < ROW_ENDS ? native.ifindex[i] : 0;
}

static inline __u32 ifport_get(__u32 ifindex)
{
	for (__u32 i = 0; i < XSW_IFPROBES; i++)
		if (ifports[(ifindex + i) % XSW_IFPORTS].ifindex == ifindex)
			return ifports[(ifindex + i) % XSW_IFPORTS].port;
	return 0;
}

static inline struct xsw_fdb_entry *fdb_get(union xsw_fdb_key key)
{
	for (int i = 0; i < ROW_FDB; i++)
		if (fdb.used[i] && fdb.e[i].key.word == key.word)
			return &fdb.e[i].entry;
	return NULL;
}

static inline int fdb_add(union xsw_fdb_key key, const struct xsw_fdb_entry *e)
{
	native_meanwhile();
	if (fdb_get(key))
		return -FDB_EEXIST;
	for (int i = 0; i < ROW_FDB; i++) {
		if (fdb.used[i])
			continue;
		fdb.used[i] = true;
		fdb.e[i] = (struct row_fdb){ .key = key, .entry = *e };
		return 0;
	}
	return -7; /* E2BIG */
}

static inline void fdb_del(union xsw_fdb_key key)
{
	for (int i = 0; i < ROW_FDB; i++)
		if (fdb.e[i].key.word == key.word)
			fdb.used[i] = false;
}

static inline struct xsw_age *age_get(void)
{
	return &native.age;
}

static inline int age_push(union xsw_fdb_key key)
{
	if (agequeue.n == NATIVE_QUEUE)
		return -7; /* E2BIG */
	agequeue.key[agequeue.n++] = key.word;
	native.age.queued++;
	return 0;
}

static inline union xsw_pair *pair_get(__u16 port, __u16 vid)
{
	for (unsigned int i = 0; i < native.pair_n; i++)
		if (native.pair[i].key.port == port && native.pair[i].key.vid == vid)
			return &native.pair[i].pair;
	return NULL;
}

static inline void pair_add(__u16 port, __u16 vid, const union xsw_pair *pair)
{
	native_meanwhile();
	if (native.pair_n == ROW_PAIRS || pair_get(port, vid))
		return;
	native.pair[native.pair_n++] = (struct row_pair){ { port, vid }, *pair };
}

static inline struct xsw_limit *limit_get(__u32 index)
{
	return index < XSW_LIMITS ? &native.limit[index] : NULL;
}

static inline const struct xsw_tunnel *tunnel_get(const struct xsw_tunnel_key *key)
{
	for (unsigned int i = 0; i < native.tunnel_n; i++)
		if (!memcmp(&native.tunnel[i].key, key, sizeof(*key)))
			return &native.tunnel[i].value;
	return NULL;
}

static inline const struct xsw_encap *encap_get(__u32 port)
{
	unsigned int i = native_index(port);

	return i < ROW_ENDS ? &native.encap[i] : NULL;
}

static inline const struct xsw_mirror *mirror_get(__u32 slot)
{
	return slot < ROW_MIRRORS ? &native.mirror[slot] : NULL;
}

static inline struct xsw_mirror_stats *mirror_stats_get(__u32 slot)
{
	return slot < ROW_MIRRORS ? &native.mirrored[slot] : NULL;
}

static inline const struct xsw_tap *tap_get(__u32 port)
{
	unsigned int i = native_index(port);

	return i < ROW_ENDS ? &native.tap[i] : NULL;
}

static inline struct xsw_listener *listener_get(__u32 slot)
{
	return slot < XSW_RINGS ? &native.listener[slot] : NULL;
}

static inline int ring_put(__u32 slot, const void *event, __u32 size)
{
	if (slot)
		return -2; /* ENOENT */
	if (native.told_n == NATIVE_TOLD)
		return -11; /* EAGAIN */
	if (size == sizeof(struct xsw_tell))
		native.tell = *(const struct xsw_tell *)event;
	native.told[native.told_n++] = *(const struct xsw_event *)event;
	return 0;
}

static inline __u64 ring_unread(__u32 slot)
{
	return slot ? 0 : native.unread;
}

static inline __u64 mono_now(void)
{
	return native.clock;
}

static inline int word_swap(__u64 *word, __u64 old, __u64 new)
{
	native_meanwhile();
	if (*word != old)
		return 0;
	*word = new;
	return 1;
}

static inline int conf_swap(struct xsw_port *port, __u64 old, __u64 new)
{
	return word_swap(&port->conf.word, old, new);
}

static inline void stamp_store(__u32 *at, __u32 stamp)
{
	*at = stamp;
}

static inline void epoch_bump(struct xsw_switch *sw)
{
	sw->epoch++;
}

static inline const struct xsw_policy *policy_get(__u32 port)
{
	unsigned int i = native_index(port);

	return i < ROW_ENDS && native.stored[i] ? &native.policy[i] : NULL;
}

static inline struct xsw_meter *meter_get(__u32 port)
{
	unsigned int i = native_index(port);

	return i < ROW_ENDS && native.stored[i] ? &native.meter[i] : NULL;
}

static inline int mac_allowed(__u32 list, __u64 mac)
{
	const struct row_lists *l = &native.lists;

	for (unsigned int i = 0; i < l->mac_n; i++)
		if (l->mac[i].list == list && !memcmp(l->mac[i].mac, &mac, 6))
			return 1;
	return 0;
}

/* Whether the first `bits` of both are the same. */
static inline bool native_prefix(const __u8 *a, const __u8 *b, unsigned int bits)
{
	__u8 rest = (__u8)(0xff00 >> bits % 8);

	return !memcmp(a, b, bits / 8) && !((a[bits / 8] ^ b[bits / 8]) & rest);
}

static inline int ip_allowed(__u32 list, const __u8 *addr)
{
	const struct row_lists *l = &native.lists;
	__u8 a[17] = {}, b[17] = {};

	for (unsigned int i = 0; i < l->ip_n; i++) {
		memcpy(a, addr, 16);
		memcpy(b, l->ip[i].addr, 16);
		if (l->ip[i].list == list && native_prefix(a, b, l->ip[i].prefixlen - 32))
			return 1;
	}
	return 0;
}

static inline void word_add(__u64 *word, __u64 n)
{
	*word += n;
}

static inline int is_heard(const struct xsw_switch *sw, __u64 now)
{
	return now < sw->listening;
}

static inline int is_drop_heard(const struct xsw_switch *sw, __u64 now)
{
	return now < sw->hearing;
}

#define trace_sent(port, pkt, bytes)	 ((void)0)
#define trace_mirrored(port, slot, form) ((void)0)
#define trace_refused(port, reason)	 ((void)0)
#define trace_reason(reason)		 ((void)0)
#define trace_pkt(pkt)			 ((void)0)
#define trace_limit(index)		 ((void)0)

#endif
