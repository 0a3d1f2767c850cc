// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_ring.c - listening to events: a slot of `listeners` and `rings`, and its ring buffer
 *
 * A slot belongs to whoever has changed its `until` last, by compare-and-swap, and only until then:
 * a listener that is killed or stopped runs out, and one that wakes up too late finds that the
 * slot is no longer its own. Writers' lock or not does not matter here.
 *
 * Frames that end may fill a ring faster than it is read: reading has a bound.
 *
 * A new owner first takes the slot (old `kinds`: none, or a dead listener's, whose ring is still
 * there), then puts its ring in, then says what it wants. Leaving goes the other way round.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "maps.h"

#define LEASE 3000000000ULL /* ns */

static bool swap(uint64_t *at, uint64_t old, uint64_t new)
{
	return __atomic_compare_exchange_n(at, &old, new, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_ACQUIRE);
}

/* The later of the two stays. */
static void prolong(__u64 *at, uint64_t until)
{
	__u64 old;

	do
		old = __atomic_load_n(at, __ATOMIC_ACQUIRE);
	while (old < until && !swap((uint64_t *)at, old, until));
}

/*
 * Somebody listens until then, at least. Of a listener that leaves or is killed the data path knows
 * for three more seconds; no word says who wants what that could be wrong for longer.
 */
static void listening(struct maps *m, const struct maps_ring *r)
{
	if (r->kinds >> XSW_EV_DROP & 1)
		prolong(&m->mem.settings->hearing, r->until);
	prolong(&m->mem.settings->listening, r->until);
}

/* A slot that is free or has run out, now ours; -EBUSY: there is none. */
static int claim(struct maps *m, uint64_t now, uint64_t until)
{
	for (int slot = 0; slot < XSW_RINGS; slot++) {
		__u64 *at = &m->mem.listeners[slot].until;
		uint64_t old = __atomic_load_n(at, __ATOMIC_ACQUIRE);

		if (old <= now && swap((uint64_t *)at, old, until))
			return slot;
	}
	return -EBUSY;
}

/* Three strings. */
static bool is_text(const char *text)
{
	size_t at = 0;

	for (int i = 0; i < 3; i++, at++) {
		at += strnlen(text + at, XSW_TELL_TEXT - at);
		if (at == XSW_TELL_TEXT)
			return false;
	}
	return true;
}

/* A negative result ends the reading, behind this event. */
static int on_event(void *ctx, void *data, size_t size)
{
	const struct xsw_tell *tell = data;
	struct maps_ring *r = ctx;

	if (size == sizeof(struct xsw_event))
		r->fn(data, NULL, r->arg);
	else if (size == sizeof(*tell) && is_text(tell->text))
		r->fn(&tell->event, tell->text, r->arg);
	return --r->left ? 0 : -EAGAIN;
}

int maps_ring_open(struct maps *m, struct maps_ring *r, uint64_t now, uint32_t kinds)
{
	struct xsw_listener *l;
	int err = 0;

	r->until = now + LEASE;
	r->kinds = kinds;
	r->slot = claim(m, now, r->until);
	if (r->slot < 0)
		return r->slot;
	l = &m->mem.listeners[r->slot];
	__atomic_store_n(&l->kinds, 0, __ATOMIC_RELEASE);
	r->fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "xsw_ring", 0, 0, XSW_RING_SIZE, NULL);
	if (r->fd < 0 || bpf_map_update_elem(m->fd[MAP_RINGS], &r->slot, &r->fd, BPF_ANY))
		err = -errno;
	if (!err) {
		r->rb = ring_buffer__new(r->fd, on_event, r, NULL);
		err = r->rb ? 0 : -errno;
	}
	if (err) {
		maps_ring_close(m, r);
		return err;
	}
	__atomic_store_n(&l->lost, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&l->lost_drops, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&l->pid, (uint32_t)getpid(), __ATOMIC_RELEASE);
	__atomic_store_n(&l->kinds, kinds, __ATOMIC_RELEASE);
	listening(m, r);
	return 0;
}

int maps_ring_renew(struct maps *m, struct maps_ring *r, uint64_t now)
{
	uint64_t until = now + LEASE;

	if (!swap((uint64_t *)&m->mem.listeners[r->slot].until, r->until, until))
		return -ESTALE;
	r->until = until;
	listening(m, r);
	return 0;
}

int maps_ring_fd(const struct maps_ring *r)
{
	return ring_buffer__epoll_fd(r->rb);
}

int maps_ring_read(struct maps_ring *r, size_t most)
{
	int n;

	r->left = most;
	n = most ? ring_buffer__consume(r->rb) : 0;
	return n < 0 && n != -EAGAIN ? n : 0;
}

uint64_t maps_ring_lost(const struct maps *m, const struct maps_ring *r, bool drops)
{
	const struct xsw_listener *l = &m->mem.listeners[r->slot];

	return __atomic_load_n(drops ? &l->lost_drops : &l->lost, __ATOMIC_ACQUIRE);
}

void maps_ring_close(struct maps *m, struct maps_ring *r)
{
	struct xsw_listener *l = &m->mem.listeners[r->slot];

	/* not if somebody has it by now */
	if (__atomic_load_n(&l->until, __ATOMIC_ACQUIRE) == r->until) {
		__atomic_store_n(&l->kinds, 0, __ATOMIC_RELEASE);
		bpf_map_delete_elem(m->fd[MAP_RINGS], &r->slot);
		swap((uint64_t *)&l->until, r->until, 0);
	}
	ring_buffer__free(r->rb);
	if (r->fd >= 0)
		close(r->fd);
}
