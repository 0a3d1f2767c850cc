/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * native_skb.h - an skb and the helpers of the kernel, enough to run bpf/xsw_tc.bpf.c natively
 *
 * The linear part of a frame ends at a page that may not be touched. Whatever makes the kernel
 * move packet data moves it here too, and what was there before is unmapped, so that a stale
 * pointer faults. Pointers in struct __sk_buff have 32 bits: the frame lies low.
 */
#ifndef XSW_NATIVE_SKB_H
#define XSW_NATIVE_SKB_H

#include <linux/pkt_cls.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <bpf/bpf_endian.h>

#include "native_maps.h"

#define NATIVE_LOW   0x20000000UL
#define NATIVE_PAGE  4096UL
#define NATIVE_ROOM  (4 * NATIVE_PAGE)
#define NATIVE_WHERE 2 /* the linear part alternates between so many places */
#define NATIVE_SENT  8 /* copies that one run may send */

#define NATIVE_TAG	4
#define NATIVE_TAG_AT	12
#define NATIVE_TAG_HEAD 18 /* bytes the kernel pulls before it takes a tag out */

#define TEST_PACKET_OTHERHOST 3

/* The header of a tunnel that stands beside a frame. */
struct native_key {
	struct bpf_tunnel_key key;
	__u64 flags;
	bool there;
};

/* A frame on its way out, with the tag beside it put back. */
struct native_sent {
	__u32 ifindex;
	struct native_key key; /* it was told */
	struct row_bytes frame;
};

struct native_skb {
	struct __sk_buff ctx; /* what the program sees; first */
	__u8 frame[ROW_LEN_MAX + 2 * NATIVE_TAG];
	__u32 linear;
	unsigned int where;
	bool still;		/* it stays where it is: many frames, quickly */
	struct native_key came; /* by a tunnel: the header that was taken off */
	/* what the program did */
	struct native_key told; /* where to go */
	__u32 redirect;		/* ifindex of the last bpf_redirect*(), 0: none */
	int peer;
	struct native_sent sent[NATIVE_SENT]; /* clones */
	unsigned int sent_n;
};

static struct native_skb nskb;

static inline void native_place_init(void)
{
	for (unsigned int i = 0; i < NATIVE_WHERE; i++) {
		void *at = (void *)(NATIVE_LOW + 2 * i * NATIVE_ROOM);
		void *got = mmap(at, NATIVE_ROOM, PROT_NONE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		if (got != at) {
			perror("no memory below 4 GB");
			exit(1);
		}
	}
}

/* Put `linear` bytes of the frame somewhere else, the last one before the end of its page. */
static inline void native_place(__u32 linear)
{
	unsigned long base = NATIVE_LOW + 2 * nskb.where * NATIVE_ROOM;

	if (!nskb.still) {
		mprotect((void *)base, NATIVE_ROOM, PROT_NONE);
		nskb.where = (nskb.where + 1) % NATIVE_WHERE;
		base = NATIVE_LOW + 2 * nskb.where * NATIVE_ROOM;
		mprotect((void *)base, NATIVE_ROOM - NATIVE_PAGE, PROT_READ | PROT_WRITE);
	}
	nskb.linear = linear;
	nskb.ctx.data_end = base + NATIVE_ROOM - NATIVE_PAGE;
	nskb.ctx.data = nskb.ctx.data_end - linear;
	memcpy((void *)(long)nskb.ctx.data, nskb.frame, linear);
}

static inline long bpf_skb_load_bytes(const struct __sk_buff *skb, __u32 off, void *to, __u32 len)
{
	if (off > skb->len || len > skb->len - off) {
		memset(to, 0, len);
		return -14; /* EFAULT */
	}
	memcpy(to, nskb.frame + off, len);
	return 0;
}

static inline long bpf_skb_pull_data(struct __sk_buff *skb, __u32 len)
{
	if (len > skb->len)
		return -12; /* ENOMEM */
	native_place(len > nskb.linear ? len : nskb.linear);
	return 0;
}

static inline void native_put_be16(__u8 *p, __u16 v)
{
	p[0] = v >> 8;
	p[1] = v & 0xff;
}

static inline __u16 native_type(void)
{
	return nskb.frame[NATIVE_TAG_AT] << 8 | nskb.frame[NATIVE_TAG_AT + 1];
}

static inline void native_insert_tag(__u8 *frame, __u32 len)
{
	__u8 *at = frame + NATIVE_TAG_AT;

	memmove(at + NATIVE_TAG, at, len - NATIVE_TAG_AT);
	native_put_be16(at, bpf_ntohs(nskb.ctx.vlan_proto));
	native_put_be16(at + 2, nskb.ctx.vlan_tci);
}

/* __skb_vlan_pop(): the tag in the frame, whatever it is. */
static inline long native_remove_tag(void)
{
	__u8 *at = nskb.frame + NATIVE_TAG_AT;
	__u32 linear = nskb.linear < NATIVE_TAG_HEAD ? NATIVE_TAG_HEAD : nskb.linear;

	if (nskb.ctx.len < NATIVE_TAG_HEAD)
		return -12; /* ENOMEM */
	memmove(at, at + NATIVE_TAG, nskb.ctx.len - NATIVE_TAG_AT - NATIVE_TAG);
	nskb.ctx.len -= NATIVE_TAG;
	nskb.ctx.protocol = bpf_htons(native_type());
	native_place(linear - NATIVE_TAG);
	return 0;
}

static inline bool native_is_vlan(__u32 protocol)
{
	return protocol == bpf_htons(0x8100) || protocol == bpf_htons(0x88a8);
}

/* A tag stays beside the frame; one that was there goes into it. */
static inline long bpf_skb_vlan_push(struct __sk_buff *skb, __be16 proto, __u16 tci)
{
	if (!native_is_vlan(proto))
		proto = bpf_htons(0x8100);
	if (skb->vlan_present) {
		native_insert_tag(nskb.frame, skb->len);
		skb->len += NATIVE_TAG;
		skb->protocol = skb->vlan_proto;
		native_place(nskb.linear + NATIVE_TAG);
	}
	skb->vlan_present = 1;
	skb->vlan_proto = proto;
	skb->vlan_tci = tci;
	return 0;
}

/* The outer tag goes, and the next one of the frame goes beside it. */
static inline long bpf_skb_vlan_pop(struct __sk_buff *skb)
{
	__u8 *at = nskb.frame + NATIVE_TAG_AT;
	__u16 proto, tci;
	long err = 0;

	if (skb->vlan_present)
		skb->vlan_present = skb->vlan_tci = skb->vlan_proto = 0;
	else if (native_is_vlan(skb->protocol))
		err = native_remove_tag();
	if (err || !native_is_vlan(skb->protocol))
		return err;
	proto = native_type();
	tci = at[2] << 8 | at[3];
	err = native_remove_tag();
	if (err)
		return err;
	skb->vlan_present = 1;
	skb->vlan_proto = bpf_htons(proto);
	skb->vlan_tci = tci;
	return 0;
}

/* What the device would send now. */
static inline void native_copy(struct row_bytes *to)
{
	to->len = nskb.ctx.len;
	memcpy(to->bytes, nskb.frame, to->len);
	if (!nskb.ctx.vlan_present)
		return;
	native_insert_tag(to->bytes, to->len);
	to->len += NATIVE_TAG;
}

static inline long bpf_skb_change_type(struct __sk_buff *skb, __u32 type)
{
	skb->pkt_type = type;
	return 0;
}

static inline long bpf_redirect(__u32 ifindex, __u64 flags)
{
	nskb.redirect = flags ? 0 : ifindex;
	nskb.peer = 0;
	return TC_ACT_REDIRECT;
}

static inline long bpf_redirect_peer(__u32 ifindex, __u64 flags)
{
	bpf_redirect(ifindex, flags);
	nskb.peer = 1;
	return TC_ACT_REDIRECT;
}

static inline long bpf_clone_redirect(struct __sk_buff *skb, __u32 ifindex, __u64 flags)
{
	if (flags || skb != &nskb.ctx || nskb.sent_n == NATIVE_SENT)
		return -22; /* EINVAL */
	nskb.sent[nskb.sent_n].ifindex = ifindex;
	nskb.sent[nskb.sent_n].key = nskb.told;
	native_copy(&nskb.sent[nskb.sent_n++].frame);
	native_place(nskb.linear);
	return 0;
}

static inline long bpf_skb_get_tunnel_key(const struct __sk_buff *skb, struct bpf_tunnel_key *key,
					  __u32 size, __u64 flags)
{
	const struct native_key *came = &nskb.came;

	if (skb != &nskb.ctx || !came->there || size != sizeof(*key))
		return -22; /* EINVAL */
	if ((came->flags ^ flags) & BPF_F_TUNINFO_IPV6)
		return -71; /* EPROTO */
	*key = came->key;
	return 0;
}

static inline long bpf_skb_set_tunnel_key(struct __sk_buff *skb, const struct bpf_tunnel_key *key,
					  __u32 size, __u64 flags)
{
	if (skb != &nskb.ctx || size != sizeof(*key))
		return -22; /* EINVAL */
	nskb.told = (struct native_key){ *key, flags, true };
	return 0;
}

static inline long bpf_loop(__u32 n, void *step, void *arg, __u64 flags)
{
	long (*one)(__u32, void *) = (long (*)(__u32, void *))step;
	__u32 i = 0;

	if (flags)
		return -22; /* EINVAL */
	while (i < n && !one(i, arg))
		i++;
	return i;
}

static inline long bpf_map_pop_elem(struct native_queue *q, void *value)
{
	if (!q->n)
		return -2; /* ENOENT */
	memcpy(value, q->key, sizeof(q->key[0]));
	memmove(q->key, q->key + 1, --q->n * sizeof(q->key[0]));
	return 0;
}

static inline long bpf_for_each_map_elem(const struct row_pair *map, void *step, void *arg,
					 __u64 flags)
{
	long (*one)(void *, const void *, void *, void *) =
		(long (*)(void *, const void *, void *, void *))step;

	if (map != &pairs || flags)
		return -22; /* EINVAL */
	for (unsigned int i = 0; i < native.pair_n; i++)
		one(NULL, &native.pair[i].key, &native.pair[i].pair, arg);
	return native.pair_n;
}

/* The timer: only whether it was armed, and for when. */
static __u64 native_timer;

static inline long bpf_timer_init(struct bpf_timer *t, struct xsw_age *map, __u64 clock)
{
	return t == &native.age.timer && map == &age && clock == 1 ? 0 : -22;
}

static inline long bpf_timer_set_callback(struct bpf_timer *t, void *callback)
{
	return t == &native.age.timer && callback ? 0 : -22;
}

static inline long bpf_timer_start(struct bpf_timer *t, __u64 ns, __u64 flags)
{
	native_timer = ns;
	return t == &native.age.timer && !flags ? 0 : -22;
}

#endif
