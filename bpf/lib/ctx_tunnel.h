/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ctx_tunnel.h - tunnels at tc: whose frame is it, and where one goes
 *
 * The devices are the kernel's, in external (collect_md) mode: beside a frame that came in stands
 * the header that was taken off, and one that goes out is told its header. The kernel does the
 * rest: route, neighbour, checksums, segmentation. Only frames of tunnel ports come here.
 *
 * A frame keeps what it is told until it leaves by a veth (skb_scrub_packet()) or is told
 * something else, and other devices do not look at it.
 */
#ifndef XSW_CTX_TUNNEL_H
#define XSW_CTX_TUNNEL_H

#include <linux/bpf.h>
#include <bpf/bpf_endian.h>

#include "ctx_act.h"
#include "switch.h"

#define TUNNEL_TTL	 64
#define TUNNEL_NO_KEY	 (1ULL << 4) /* BPF_F_NO_TUNNEL_KEY, 6.3 */
#define TUNNEL_VID_SHIFT 16

/* The 32-bit words of an address, in network order; IPv4 stands in the last one. */
struct tunnel_ip {
	__be32 word[4];
};

/* The header that was taken off, as a key of `tunnels`; its key alone stays to be filled in. */
static __always_inline int tunnel_source(struct __sk_buff *skb, struct xsw_tunnel_key *key,
					 __u32 *id)
{
	struct tunnel_ip ip = { .word = { 0, 0, bpf_htonl(0xffff), 0 } };
	struct bpf_tunnel_key tk = {};
	int i;

	if (!bpf_skb_get_tunnel_key(skb, &tk, sizeof(tk), 0)) {
		ip.word[3] = bpf_htonl(tk.remote_ipv4);
	} else if (!bpf_skb_get_tunnel_key(skb, &tk, sizeof(tk), BPF_F_TUNINFO_IPV6)) {
		for (i = 0; i < 4; i++)
			ip.word[i] = tk.remote_ipv6[i];
	} else {
		return -1;
	}
	__builtin_memcpy(&key->remote, &ip, sizeof(key->remote));
	*id = tk.tunnel_id;
	return 0;
}

/*
 * The port of a frame that came in by a tunnel device, and above TUNNEL_VID_SHIFT its VLAN where
 * the key says it. 0: of nobody; counted.
 */
__noinline __u32 tunnel_port(struct __sk_buff *skb, __u32 number)
{
	struct xsw_tunnel_key key = { .slot = number - XSW_PORTS };
	const struct xsw_tunnel *t = NULL;
	struct xsw_events *ev = events_get();
	__u32 id = 0, vid;

	if (!tunnel_source(skb, &key, &id)) {
		key.key = id;
		t = tunnel_get(&key);
		if (t)
			return t->port & (XSW_PORTS - 1);
		key.key = 0;
		key.any = 1;
		t = tunnel_get(&key);
	}
	vid = t ? id - t->base : 0;
	if (t && vid && vid <= XSW_VID_MAX)
		return (t->port & (XSW_PORTS - 1)) | vid << TUNNEL_VID_SHIFT;
	if (ev)
		ev->stray++;
	return 0;
}

/* Tell the frame where `port` sends it. 0 or the reason why it cannot go. */
__noinline int tunnel_encap(struct __sk_buff *skb, __u32 port, __u32 vid)
{
	const struct xsw_encap *e = encap_get(port);
	struct bpf_tunnel_key tk = { .tunnel_ttl = TUNNEL_TTL };
	struct tunnel_ip remote, local;
	__u64 flags = BPF_F_DONT_FRAGMENT;
	int i;

	if (!e)
		return XSW_R_egress_down;
	__builtin_memcpy(&remote, &e->remote, sizeof(remote));
	__builtin_memcpy(&local, &e->local, sizeof(local));
	tk.tunnel_id = e->flags & XSW_E_VID ? e->key + vid : e->key;
	if (e->flags & XSW_E_IPV6) {
		flags |= BPF_F_TUNINFO_IPV6;
		for (i = 0; i < 4; i++) {
			tk.remote_ipv6[i] = remote.word[i];
			tk.local_ipv6[i] = local.word[i];
		}
	} else {
		tk.remote_ipv4 = bpf_ntohl(remote.word[3]);
		tk.local_ipv4 = bpf_ntohl(local.word[3]);
	}
	if (!(e->flags & XSW_E_CSUM))
		flags |= BPF_F_ZERO_CSUM_TX;
	if (e->flags & XSW_E_NO_KEY)
		flags |= TUNNEL_NO_KEY;
	return act_encap(skb, &tk, flags) ? XSW_R_egress_down : 0;
}

/* The key says the VLAN: the frame is content of it, as what comes in by a dot1q-tunnel. */
static __always_inline union xsw_conf tunnel_content(union xsw_conf conf, __u32 vid)
{
	conf.flags |= XSW_F_TUNNEL;
	conf.pvid = vid;
	return conf;
}

/*
 * A frame that came in by a tunnel device, `number`: the port it is of instead, 0: none; and that
 * one's configuration.
 */
static __always_inline __u64 tunnel_walk(struct __sk_buff *skb, __u32 *number)
{
	__u32 found = tunnel_port(skb, *number);
	const struct xsw_port *port;
	union xsw_conf conf;

	*number = found & (XSW_PORTS - 1);
	port = port_get(*number);
	if (!port)
		return *number = 0;
	conf.word = READ_ONCE(port->conf.word);
	if (found >> TUNNEL_VID_SHIFT)
		conf = tunnel_content(conf, found >> TUNNEL_VID_SHIFT);
	return conf.word;
}

#endif
