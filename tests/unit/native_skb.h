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

#include "native_maps.h"

#define NATIVE_LOW   0x20000000UL
#define NATIVE_PAGE  4096UL
#define NATIVE_ROOM  (4 * NATIVE_PAGE)
#define NATIVE_WHERE 2 /* the linear part alternates between so many places */

#define TEST_PACKET_OTHERHOST 3

struct native_skb {
	struct __sk_buff ctx; /* what the program sees; first */
	__u8 frame[ROW_LEN_MAX];
	__u32 linear;
	unsigned int where;
	/* what the program did */
	__u32 redirect; /* ifindex of the last bpf_redirect*(), 0: none */
	int peer;
	__u32 sent[64]; /* ifindex of each clone */
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

	mprotect((void *)base, NATIVE_ROOM, PROT_NONE);
	nskb.where = (nskb.where + 1) % NATIVE_WHERE;
	base = NATIVE_LOW + 2 * nskb.where * NATIVE_ROOM;
	mprotect((void *)base, NATIVE_ROOM - NATIVE_PAGE, PROT_READ | PROT_WRITE);
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
	if (flags || skb != &nskb.ctx || nskb.sent_n == 64)
		return -22; /* EINVAL */
	nskb.sent[nskb.sent_n++] = ifindex;
	native_place(nskb.linear);
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

static inline long bpf_map_update_elem(struct native_fdb *map, const union xsw_fdb_key *key,
				       const struct xsw_fdb_entry *e, __u64 flags)
{
	struct xsw_fdb_entry *old = fdb_get(*key);

	if (map != &fdb || flags != BPF_ANY)
		return -22; /* EINVAL */
	if (!old)
		return fdb_add(*key, e);
	*old = *e;
	return 0;
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
