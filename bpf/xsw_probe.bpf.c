// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_probe.bpf.c - a program for each thing that the switch needs of the kernel
 *
 * Never attached and never run: user/probe_feature.c loads them one at a time and looks what the
 * kernel says. Each asks for one thing only, and has a map only if that is part of it.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct probe_timed {
	struct bpf_timer timer;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct probe_timed);
} probe_timers SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} probe_array SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} probe_devs SEC(".maps");

/* of another type of program: a devmap belongs to the first one that uses it */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct bpf_devmap_val);
} probe_targets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} probe_ring SEC(".maps");

static long loop_body(__u32 i, void *ctx)
{
	return 0;
}

static long each_body(void *map, __u32 *key, __u32 *value, void *ctx)
{
	return 0;
}

static int timer_body(void *map, __u32 *key, struct probe_timed *value)
{
	return 0;
}

SEC("tc")
int probe_plain(struct __sk_buff *skb)
{
	return 0;
}

SEC("tc")
int probe_loop(struct __sk_buff *skb)
{
	bpf_loop(1, loop_body, NULL, 0);
	return 0;
}

SEC("tc")
int probe_each(struct __sk_buff *skb)
{
	bpf_for_each_map_elem(&probe_array, each_body, NULL, 0);
	return 0;
}

SEC("tc")
int probe_timer(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct probe_timed *t = bpf_map_lookup_elem(&probe_timers, &zero);

	if (t && !bpf_timer_init(&t->timer, &probe_timers, 1))
		bpf_timer_set_callback(&t->timer, timer_body);
	return 0;
}

SEC("tc")
int probe_peer(struct __sk_buff *skb)
{
	return (int)bpf_redirect_peer(1, 0);
}

SEC("tc")
int probe_devmap(struct __sk_buff *skb)
{
	__u32 zero = 0;
	struct bpf_devmap_val *dev = bpf_map_lookup_elem(&probe_devs, &zero);

	return dev ? (int)dev->ifindex : 0;
}

SEC("tc")
int probe_ringbuf(struct __sk_buff *skb)
{
	__u64 word = 0;

	bpf_ringbuf_output(&probe_ring, &word, sizeof(word), 0);
	return 0;
}

SEC("xdp")
int probe_xdp(struct xdp_md *ctx)
{
	return (int)bpf_redirect_map(&probe_targets, 0, XDP_PASS);
}

SEC("xdp.frags")
int probe_frags(struct xdp_md *ctx)
{
	return XDP_PASS;
}

char _license[] SEC("license") = "GPL";
