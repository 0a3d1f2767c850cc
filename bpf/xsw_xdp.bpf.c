// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_xdp.bpf.c - the programs of a switch at XDP: the short way of ports that have it
 *
 * xsw_xdp stands in front of xsw_tc, on the same device, and takes the frames that need no
 * second thought: source known, destination known and at XDP too, no policy. Whatever else
 * (learning, reasons to stop, ports that XDP cannot send to) goes on to xsw_tc as if nobody had
 * looked: not a byte, counter or entry is touched. So what the switch does is said once.
 *
 * xsw_egr runs for each frame that leaves by devmap `xtx`. For a copy of a flood it is what
 * flood() of xsw_tc is: does this port take it, and with which tag. Frames to one port pass: they
 * must go by the same map, because the kernel runs the program of the first frame in the
 * queue of a device for all that are sent with it (kernel/bpf/devmap.c, bq_enqueue): by a map
 * without a program a copy could slip through unseen. Nor can XDP use `tx`: a devmap belongs to
 * the type of the first program that uses it (bpf_prog_map_compatible, 5.18), which is xsw_tc.
 *
 * A frame that xsw_tc got may be overtaken by the next one, which goes the short way. That is
 * when an address is learned; and before 6.3, which does not redirect frames with fragments,
 * between those and shorter ones.
 */
#include "lib/maps.h"
#include "lib/state.h"
#include "lib/known.h"
#include "lib/ports.h"
#include "lib/ctx_xdp.h"

char _license[] SEC("license") = "GPL";

/* A frame on the short way. */
struct way {
	struct xsw_walk walk;
	struct xsw_pkt pkt;
	/*
	 * enum known, at an odd place, where the verifier remembers no value: before 6.8 (commit
	 * 41f6f64e6999) it takes one that a subprogram reads from its caller's stack for the only one.
	 */
	__u8 pad;
	__u8 source;
};

/* The frame goes: what xsw_tc would note of its coming in. */
static __always_inline void admit(const struct way *way)
{
	const struct xsw_walk *w = &way->walk;

	stats_rx(w->st, &way->pkt);
	if (unlikely(way->source == KNOWN_AGAIN))
		known_seen(w->sw, w->st, fdb_key(way->pkt.src, way->pkt.vid).word, w->port, w->now);
}

/* To one port. The map says whether it can be sent to before anything is changed. */
static __always_inline int forward(struct xdp_md *ctx, const struct way *way, __u32 target,
				   __u16 flood)
{
	const struct xsw_walk *w = &way->walk;
	const struct xsw_pkt *pkt = &way->pkt;
	const struct xsw_port *port = port_get(target);
	union xsw_conf conf;
	int tagged;

	if (!port)
		return XDP_PASS;
	conf.word = READ_ONCE(port->conf.word);
	if (unlikely(sw_egress(w, pkt, target, conf, SW_NO_COPY | flood)))
		return XDP_PASS;
	if (unlikely(bpf_redirect_map(&xtx, target, XDP_PASS) != XDP_REDIRECT))
		return XDP_PASS;
	tagged = vlan_tagged(conf, target, pkt->vid);
	if (xdp_retag(ctx, pkt, tagged))
		return XDP_PASS;
	admit(way);
	stats_tx(target, pkt, vlan_len(pkt, tagged));
	return XDP_REDIRECT;
}

/* Who takes a flood: as much as must be known before it is sent. */
struct takers {
	const struct xsw_walk *walk;
	const struct xsw_pkt *pkt;
	struct ports_walk ports;
	__u32 port; /* the first */
	__u32 n;    /* 0, 1, 2: that or more */
	__u16 flag;
};

static long takers_next(__u32 i, void *arg)
{
	struct takers *t = arg;
	int target = ports_next(&t->ports);
	const struct xsw_port *port;
	union xsw_conf conf;
	__u32 key;

	if (target <= 0)
		return target < 0;
	key = target;
	port = port_get(key);
	if (!port)
		return 0;
	conf.word = READ_ONCE(port->conf.word);
	if (sw_egress(t->walk, t->pkt, target, conf, t->flag) || !bpf_map_lookup_elem(&xtx, &key))
		return 0;
	if (!t->n++)
		t->port = target;
	return t->n > 1;
}

/* One that nobody takes is for xsw_tc to count; one that one port takes needs no copy. */
static __noinline int flood(struct xdp_md *ctx, const struct way *way)
{
	const struct xsw_walk *w = &way->walk;
	const struct xsw_pkt *pkt = &way->pkt;
	struct takers t = { .walk = w, .pkt = pkt };
	const struct xsw_vlan *clear = vlan_get(0), *members = vlan_get(pkt->vid);
	__u64 how = BPF_F_BROADCAST | BPF_F_EXCLUDE_INGRESS;
	__u32 zero = 0;
	void *map = bpf_map_lookup_elem(&xflood, &zero);

	if (!map || w->sw->tc_ports || w->sw->mirrors || !clear || !members)
		return XDP_PASS;
	if (pkt->len > XDP_FLOOD_MAX || pkt->len != xdp_linear(ctx))
		return XDP_PASS;
	t.flag = sw_flood_flag(pkt->class);
	t.n = ports_zero(clear);
	ports_start(&t.ports, clear, members);
	bpf_loop(XSW_PORTS, takers_next, &t, 0);
	if (!t.n)
		return XDP_PASS;
	if (t.n == 1)
		return forward(ctx, way, t.port, t.flag);
	if ((pkt->own || pkt->strip) && xdp_cut_short(ctx))
		return XDP_PASS;
	if (xdp_mark(ctx, pkt, w->conf.word, w->port))
		return XDP_PASS;
	admit(way);
	if (w->conf.flags & XSW_F_HAIRPIN)
		how = BPF_F_BROADCAST;
	return bpf_redirect_map(map, 0, how);
}

/* Whether the frame is such that the short way may be open to it. */
static __always_inline int is_plain(struct xdp_md *ctx, const struct xsw_walk *w,
				    const struct xsw_pkt *pkt)
{
	if (unlikely(pkt->reason || mac_is_link_local(pkt->dst) || xdp_has_meta(ctx)))
		return 0;
	return pkt->len == xdp_linear(ctx) || w->sw->kernel & XSW_K_XDP_FRAGS;
}

SEC("xdp.frags")
int xsw_xdp(struct xdp_md *ctx)
{
	struct way way = { .walk.port = ifport_get(ctx->ingress_ifindex) };
	struct xsw_walk *w = &way.walk;
	const struct xsw_port *port;
	__u32 target;

	if (unlikely(!w->port))
		return XDP_PASS;
	port = port_get(w->port);
	w->sw = switch_get();
	w->st = stats_get(w->port);
	if (unlikely(!port || !w->sw || !w->st))
		return XDP_PASS;
	w->conf.word = READ_ONCE(port->conf.word);
	if (unlikely(!conf_is_free_of(w->conf, (__u8) ~(XSW_P_ISOLATED | XSW_P_GROUP))))
		return XDP_PASS;
	w->now = clock_now(w->sw);

	xdp_parse(ctx, &way.pkt);
	if (!is_plain(ctx, w, &way.pkt) || sw_classify(w, &way.pkt))
		return XDP_PASS;
	way.source = known_source(w, &way.pkt);
	if (unlikely(way.source == KNOWN_NOT))
		return XDP_PASS;
	target = sw_destination(w, &way.pkt);
	if (unlikely(target == SW_FLOOD))
		return flood(ctx, &way);
	return forward(ctx, &way, target, 0);
}

/* Whether a flood asks this port: xsw_tc sends to no other. */
static __always_inline int is_asked(__u32 target, __u16 vid)
{
	const struct xsw_vlan *clear = vlan_get(0), *members = vlan_get(vid);
	__u32 i = target / 64 % (XSW_PORTS / 64);

	return clear && members && (clear->member[i] | members->member[i]) >> target % 64 & 1;
}

/* A copy of a flood, about to leave by ctx->egress_ifindex. */
static __noinline int flood_copy(struct xdp_md *ctx)
{
	struct xsw_walk w = { .sw = switch_get() };
	struct xsw_pkt pkt = {};
	__u32 target = ifport_get(ctx->egress_ifindex);
	const struct xsw_port *port = port_get(target);
	union xsw_conf conf;
	struct xdp_mark m;
	void *data;
	int tagged;

	if (!w.sw || xdp_unmark(ctx, &m) || !target || !port || !is_asked(target, m.vid))
		return XDP_DROP;
	w.port = m.port;
	w.conf.word = m.conf;
	w.now = clock_now(w.sw);
	pkt.len = m.len;
	pkt.payload = m.payload;
	pkt.push = m.push;
	pkt.vid = m.vid;
	pkt.class = m.class;
	pkt.own = m.own;
	pkt.strip = m.strip;
	conf.word = READ_ONCE(port->conf.word);
	if (sw_egress(&w, &pkt, target, conf, sw_flood_flag(pkt.class)))
		return XDP_DROP;
	data = (void *)(long)ctx->data;
	if (data + XSW_ETH_HLEN > (void *)(long)ctx->data_end)
		return XDP_DROP;
	parse_addresses(&pkt, data);
	pkt.class = m.class;
	tagged = vlan_tagged(conf, target, pkt.vid);
	if (xdp_retag(ctx, &pkt, tagged))
		return XDP_DROP;
	stats_tx(target, &pkt, vlan_len(&pkt, tagged));
	return XDP_PASS;
}

SEC("xdp.frags/devmap")
int xsw_egr(struct xdp_md *ctx)
{
	return xdp_has_meta(ctx) ? flood_copy(ctx) : XDP_PASS;
}
