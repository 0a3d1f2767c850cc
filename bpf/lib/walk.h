/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * walk.h - the walk of a frame at tc, from its device to the verdict
 *
 * Decisions are those of switch.h, changes go through state.h and what is done to the frame
 * through ctx_act.h: whoever includes others instead of the last two gets the same walk with other
 * consequences.
 */
#ifndef XSW_WALK_H
#define XSW_WALK_H

#include "ports.h"
#include "switch.h"
#include "ctx_tc.h"
#include "ctx_tunnel.h"
#include "mirror.h"

/* The frame ends here: counted on its ingress port, and told to whoever asked for that. */
static __always_inline int drop(const struct xsw_walk *w, const struct xsw_pkt *pkt, __u32 reason)
{
	stats_reason(w->st, reason);
	if (unlikely(is_drop_heard(w->sw, w->now)))
		event_drop(pkt, w->port, reason);
	return TC_ACT_SHOT;
}

/* State of a flood between two targets. There is no stack to spare below it. */
struct flood {
	struct __sk_buff *skb;
	const struct xsw_pkt *pkt;
	struct xsw_walk walk;
	struct ports_walk ports;
	__u32 pending;	/* ifindex of a target that has not got its copy yet */
	__u32 encap;	/* its port number if it is a tunnel */
	__u32 watching; /* mirrors of targets of this pass */
	__u16 flag;
	__u8 tagged; /* the frame has the VLAN's tag now */
	__u8 reason; /* why, if nobody takes it */
};

/* The port is served in the second pass. A word of the map counts once its summary bit is set. */
static __always_inline void flood_defer(__u32 target)
{
	__u32 i = target / 64 % (XSW_PORTS / 64);
	struct xsw_vlan *d = deferred_get();

	if (!d)
		return;
	if (!(d->summary >> i & 1))
		d->member[i] = 0;
	d->summary |= 1ULL << i;
	d->member[i] |= 1ULL << target % 64;
}

/* First pass: whether the target gets its copy now. Its configuration is read this once. */
static __always_inline int flood_wants(struct flood *f, __u32 target, union xsw_conf conf)
{
	int reason;

	reason = sw_egress(&f->walk, f->pkt, target, conf, f->flag);
	if (reason) {
		if (reason == XSW_R_too_big)
			f->reason = reason;
		trace_refused(target, reason);
		return 0;
	}
	if (vlan_tagged(conf, target, f->pkt->vid) == f->tagged)
		return 1;
	if (tx_ifindex(target)) /* or nobody may be left to take the retagged frame */
		flood_defer(target);
	else
		trace_refused(target, XSW_R_egress_down);
	return 0;
}

/* The pending target's copy, by a tunnel with its header. */
static __always_inline void flood_copy(struct flood *f)
{
	if (f->encap && tunnel_encap(f->skb, f->encap, f->pkt->vid))
		return;
	act_copy(f->skb, f->pending);
}

static __always_inline void flood_to(struct flood *f, __u32 target, union xsw_conf conf)
{
	__u32 ifindex = tx_ifindex(target);

	if (!ifindex) {
		trace_refused(target, XSW_R_egress_down);
		return;
	}
	if (f->pending)
		flood_copy(f);
	f->pending = ifindex;
	f->encap = conf.flags & XSW_F_ENCAP ? target : 0;
	stats_tx(target, f->pkt, vlan_len(f->pkt, f->tagged));
	if (conf.mirror)
		f->watching |= mirror_watching(target);
}

/* The next port, and its configuration. 0: none this time, -1: none at all. */
static __always_inline int flood_next(struct flood *f, union xsw_conf *conf)
{
	int target = ports_next(&f->ports);
	const struct xsw_port *port;

	if (target <= 0)
		return target;
	port = port_get(target);
	if (!port)
		return 0;
	conf->word = READ_ONCE(port->conf.word);
	return target;
}

static long flood_first(__u32 i, void *arg)
{
	struct flood *f = arg;
	union xsw_conf conf;
	int target = flood_next(f, &conf);

	if (target <= 0)
		return target < 0;
	if (flood_wants(f, target, conf))
		flood_to(f, target, conf);
	return 0;
}

static long flood_second(__u32 i, void *arg)
{
	struct flood *f = arg;
	union xsw_conf conf;
	int target = flood_next(f, &conf);

	if (target <= 0)
		return target < 0;
	/* whether it is a tunnel never changes, and the mirrors of this frame are known */
	flood_to(f, target, conf);
	return 0;
}

/* Before a pass over these ports: nobody waits. */
static __always_inline void flood_start(struct flood *f, const struct xsw_vlan *clear,
					const struct xsw_vlan *members)
{
	f->tagged = f->pkt->own;
	f->pending = ports_zero(clear);
	f->encap = ports_zero(clear);
	f->watching = ports_zero(clear);
	ports_start(&f->ports, clear, members);
}

/*
 * A copy for every target but the last, which gets the frame itself. Retagging changes the
 * original, so first go all that take it as it is, then once retagged those that were put off:
 * a port that changes in between is served as it was, once. `from`: the ingress port, and above it
 * the mirrors that may still copy the frame.
 */
__noinline int flood(struct __sk_buff *skb, struct xsw_pkt *pkt, __u64 conf_word, __u64 from,
		     __u64 now)
{
	struct flood f = {
		.skb = skb,
		.pkt = pkt,
		.walk = { .conf.word = conf_word,
			  .port = (__u32)from,
			  .mirrors = from >> 32,
			  .now = now },
		.reason = XSW_R_no_target,
	};
	const struct xsw_vlan *clear, *members;
	struct xsw_vlan *deferred = deferred_get();
	struct xsw_walk *w = &f.walk;
	__u32 sent = 0, reason;

	if (!pkt)
		return TC_ACT_SHOT;
	clear = vlan_get(0);
	members = vlan_get(pkt->vid);
	w->sw = switch_get();
	w->st = stats_get(w->port);
	if (!w->sw || !w->st || !clear || !members || !deferred)
		return TC_ACT_SHOT;
	mirror_begin(w);
	deferred->summary = 0;
	f.flag = sw_flood_flag(pkt->class);
	flood_start(&f, clear, members);
	bpf_loop(XSW_PORTS, flood_first, &f, 0);
	mirror_out(skb, w, pkt, f.watching, mirror_form(f.tagged));
	if (deferred->summary) {
		sent = f.pending;
		if (sent)
			flood_copy(&f);
		reason = tc_retag(skb, pkt, !pkt->own);
		if (reason)
			return sent ? TC_ACT_SHOT : drop(w, pkt, reason);
		flood_start(&f, deferred, deferred);
		bpf_loop(XSW_PORTS, flood_second, &f, 0);
		mirror_out(skb, w, pkt, f.watching, mirror_form(f.tagged));
	}
	if (f.pending) {
		if (f.encap && tunnel_encap(skb, f.encap, pkt->vid))
			return TC_ACT_SHOT;
		return act_send(skb, f.pending);
	}
	return sent ? TC_ACT_SHOT : drop(w, pkt, f.reason);
}

/*
 * Before 6.15 (commit c4327229948879) bpf_redirect_peer() leaves beside the frame what it was told
 * for a copy to a tunnel; the driver of a veth takes that away.
 */
static __always_inline int peer_may(const struct xsw_walk *w, int mirrored)
{
	return w->sw->kernel & XSW_K_PEER_HOST || !(mirrored | w->conf.mirror);
}

/* The frame leaves by `target`, which takes it. Returns the verdict, or minus the reason not to. */
static __always_inline int leave(struct __sk_buff *skb, struct xsw_walk *w, struct xsw_pkt *pkt,
				 __u32 target, __u32 ifindex, union xsw_conf conf, int mirrored)
{
	int tagged = vlan_tagged(conf, target, pkt->vid), reason;

	if (tagged && !pkt->own)
		conf.flags &= tc_second_tag(skb, w->sw->kernel);
	reason = tc_retag(skb, pkt, tagged);
	if (unlikely(reason)) {
		trace_refused(target, reason);
		return -reason;
	}
	stats_tx(target, pkt, pkt->len);
	if (mirrored)
		mirror_leave(skb, w, pkt, target, tagged);
	if (conf.flags & XSW_F_PEER && peer_may(w, mirrored))
		return act_peer(skb, ifindex, w->sw->kernel);
	if (unlikely(conf.flags & XSW_F_ENCAP)) {
		reason = tunnel_encap(skb, target, pkt->vid);
		if (reason)
			return -reason;
	}
	return act_send(skb, ifindex);
}

/* As forward(), to a port of a mirror. */
static __noinline int forward_mirrored(struct __sk_buff *skb, struct xsw_walk *w,
				       struct xsw_pkt *pkt, __u32 target, __u64 conf_word)
{
	union xsw_conf conf = { .word = conf_word };
	__u32 ifindex = tx_ifindex(target);
	int reason = ifindex ? sw_egress(w, pkt, target, conf, 0) : XSW_R_egress_down;

	if (!reason)
		return leave(skb, w, pkt, target, ifindex, conf, 1);
	trace_refused(target, reason);
	return -reason;
}

/* To the one port an address is on. Returns the verdict, or minus the reason not to. */
static __always_inline int forward(struct __sk_buff *skb, struct xsw_walk *w, struct xsw_pkt *pkt,
				   __u32 target, __u32 ifindex)
{
	const struct xsw_port *port = port_get(target);
	union xsw_conf conf;
	int reason;

	if (!port)
		return -XSW_R_egress_down;
	conf.word = READ_ONCE(port->conf.word);
	reason = sw_egress(w, pkt, target, conf, SW_NO_COPY);
	if (unlikely(reason)) {
		if (conf.mirror)
			return forward_mirrored(skb, w, pkt, target, conf.word);
		trace_refused(target, reason);
		return -reason;
	}
	return leave(skb, w, pkt, target, ifindex, conf, 0);
}

/* Steps 1 to 7 for a port with a policy, or one that does not forward. */
static __noinline int admit_special(struct __sk_buff *skb, struct xsw_walk *w, struct xsw_pkt *pkt)
{
	struct xsw_detail detail = {};

	if (w->conf.policy & XSW_P_METER)
		tc_load(skb, pkt, &detail.load);
	if (w->conf.policy & XSW_P_IPS)
		tc_inet(skb, &detail.inet);
	return sw_admit_special(w, pkt, &detail);
}

/* What flood() asks for: mirrors are known of a frame from one of their ports alone. */
static __always_inline __u64 flood_from(const struct xsw_walk *w)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.*): filled by words */
	return w->conf.mirror ? (__u64)w->mirrors << 32 | w->port : w->port;
}

/*
 * To the other end of a wire, as it is. Never straight into the other end of a veth: that
 * would make the receiver take a frame for another address as its own.
 */
static __noinline int wire(struct __sk_buff *skb, struct xsw_walk *w, const struct xsw_pkt *pkt,
			   __u32 target)
{
	const struct xsw_port *port = port_get(target);
	__u32 ifindex = tx_ifindex(target);
	union xsw_conf conf;
	int reason;

	if (!port || !ifindex)
		return -XSW_R_egress_down;
	conf.word = READ_ONCE(port->conf.word);
	reason = sw_wire(w, pkt, target, conf);
	if (!reason && conf.mirror)
		mirror_leave(skb, w, pkt, target, 0);
	if (!reason && conf.flags & XSW_F_ENCAP)
		reason = tunnel_encap(skb, target, 0);
	if (reason) {
		trace_refused(target, reason);
		return -reason;
	}
	stats_tx(target, pkt, pkt->len);
	return act_send(skb, ifindex);
}

/* A frame that came in by this port: the verdict of the program. */
static __always_inline int walk_from(struct __sk_buff *skb, __u32 number, union xsw_conf conf)
{
	struct xsw_pkt pkt = {};
	int reason, target, ret;
	struct xsw_walk w;
	__u32 ifindex = 0;

	w.port = number;
	w.conf = conf;
	w.sw = switch_get();
	w.st = stats_get(number);
	if (unlikely(!w.sw || !w.st))
		return TC_ACT_UNSPEC;
	w.now = clock_now(w.sw);

	tc_parse(skb, &pkt);
	if (unlikely(!conf_is_plain(w.conf))) {
		reason = w.conf.mirror ? mirror_in(skb, &w, &pkt) : 0;
		if (!reason)
			reason = admit_special(skb, &w, &pkt);
	} else {
		reason = sw_admit(&w, &pkt);
	}
	target = reason ? -reason : sw_ingress(&w, &pkt);
	if (!unlikely(target <= 0)) {
		ifindex = tx_ifindex(target);
		if (unlikely(!ifindex)) { /* its device is gone */
			target = SW_FLOOD;
			pkt.class = XSW_UNKNOWN;
		}
	}
	stats_rx(w.st, &pkt);
	if (unlikely(pkt.strip) && target >= 0) {
		if (act_pop(skb))
			return drop(&w, &pkt, XSW_R_vlan_truncated);
		pkt.len -= XSW_VLAN_HLEN;
		pkt.strip = 0;
	}
	if (unlikely(target == SW_FLOOD))
		return flood(skb, &pkt, w.conf.word, flood_from(&w), w.now);
	ret = target > 0 ? forward(skb, &w, &pkt, target, ifindex) : target;
	if (unlikely(ret <= -SW_WIRE))
		ret = wire(skb, &w, &pkt, -ret & (XSW_PORTS - 1));
	if (!unlikely(ret < 0))
		return ret;
	return drop(&w, &pkt, -ret);
}

/*
 * The port a frame came in by, and its configuration. TC_ACT_OK, or the verdict about a frame of
 * no port.
 */
static __always_inline int walk_port(struct __sk_buff *skb, __u32 *number, union xsw_conf *conf)
{
	const struct xsw_port *port;

	*number = ifport_get(skb->ifindex);
	if (unlikely(!*number))
		return TC_ACT_UNSPEC;
	port = port_get(*number);
	if (unlikely(!port)) { /* a device with many ports */
		conf->word = tunnel_walk(skb, number);
		return *number ? TC_ACT_OK : TC_ACT_SHOT;
	}
	conf->word = READ_ONCE(port->conf.word);
	return TC_ACT_OK;
}

/* A frame that came in: the verdict of the program. */
static __always_inline int walk(struct __sk_buff *skb)
{
	union xsw_conf conf;
	__u32 number;
	int ret = walk_port(skb, &number, &conf);

	return unlikely(ret) ? ret : walk_from(skb, number, conf);
}

#endif
