// SPDX-License-Identifier: GPL-2.0-only
/*
 * hear.c - a listener to frames that end, beside the golden rows
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "hear.h"

static int on_event(void *ctx, void *data, size_t size)
{
	struct hear *h = ctx;

	h->n++;
	if (size == sizeof(h->last))
		memcpy(&h->last, data, size);
	return 0;
}

int hear_open(struct hear *h, struct bpf_object *obj)
{
	const struct xsw_listener l = { .until = ~0ULL, .kinds = 1 << XSW_EV_DROP };
	int listeners = bpf_object__find_map_fd_by_name(obj, "listeners");
	int rings = bpf_object__find_map_fd_by_name(obj, "rings");
	const __u32 slot = 0;

	memset(h, 0, sizeof(*h));
	h->settings = bpf_object__find_map_fd_by_name(obj, "settings");
	h->fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "hear", 0, 0, XSW_RING_SIZE, NULL);
	if (h->fd < 0 || bpf_map_update_elem(rings, &slot, &h->fd, BPF_ANY) ||
	    bpf_map_update_elem(listeners, &slot, &l, BPF_ANY))
		return -errno;
	h->rb = ring_buffer__new(h->fd, on_event, h, NULL);
	return h->rb ? 0 : -errno;
}

void hear_close(struct hear *h)
{
	ring_buffer__free(h->rb);
	if (h->fd > 0)
		close(h->fd);
}

int hear_begin(struct hear *h, bool drops)
{
	struct xsw_switch sw;
	const __u32 zero = 0;

	ring_buffer__consume(h->rb);
	h->n = 0;
	if (bpf_map_lookup_elem(h->settings, &zero, &sw))
		return -errno;
	sw.hearing = drops ? ~0ULL : 0;
	return bpf_map_update_elem(h->settings, &zero, &sw, BPF_ANY) ? -errno : 0;
}

const char *hear_judge(struct hear *h, const struct row *row, const struct setup *set, bool drops)
{
	const struct xsw_event *e = &h->last;
	unsigned int want = drops && row->drop;

	ring_buffer__consume(h->rb);
	if (h->n != want)
		return row_say("%u events, not %u", h->n, want);
	if (!want)
		return NULL;
	if (e->kind != XSW_EV_DROP || e->reason != row->drop || e->class != row->class)
		return row_say("kind %u, reason %u, class %u", e->kind, e->reason, e->class);
	if (e->port != row_number[row->in])
		return row_say("of port %u", e->port);
	if (memcmp(e->dst, set->frame, 6) || memcmp(e->key.mac, set->frame + 6, 6))
		return "other addresses";
	return NULL;
}
