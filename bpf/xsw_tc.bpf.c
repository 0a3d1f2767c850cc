// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_tc.bpf.c - the programs of a switch at tc
 *
 * xsw_tc: one program for every port, on the ingress of its device in the switch's namespace.
 * xsw_ctl: what the command asks the kernel side to do, through BPF_PROG_TEST_RUN.
 */
#include "lib/maps.h"
#include "lib/age.h"
#include "lib/switch.h"
#include "lib/ctx_tc.h"

char _license[] SEC("license") = "GPL";

/* State of a flood between two targets. */
struct flood {
	struct __sk_buff *skb;
	const struct xsw_walk *walk;
	const struct xsw_pkt *pkt;
	const struct xsw_vlan *clear;	/* transparent ports */
	const struct xsw_vlan *members; /* of the VLAN; the same for VLAN 0 */
	__u64 summary;			/* words not yet looked at */
	__u64 word;			/* ports of the current word not yet looked at */
	__u32 base;			/* port number of its bit 0 */
	__u32 pending;			/* ifindex of a target that has not got its copy yet */
	__u32 reason;			/* why, if nobody takes it */
	__u16 flag;
	__u8 tagged; /* the frame has the VLAN's tag now */
	struct xsw_vlan *deferred;
};

/* Index of the lowest bit set of x, which is not 0. */
static __always_inline __u32 lowest_bit(__u64 x)
{
	x = (x & -x) - 1;
	x -= x >> 1 & 0x5555555555555555ULL;
	x = (x & 0x3333333333333333ULL) + (x >> 2 & 0x3333333333333333ULL);
	x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0fULL;
	return x * 0x0101010101010101ULL >> 56;
}

/* The port is served in the second pass. A word of the map counts once its summary bit is set. */
static __always_inline void flood_defer(struct flood *f, __u32 target)
{
	__u32 i = target / 64 % (XSW_PORTS / 64);
	struct xsw_vlan *d = f->deferred;

	if (!(d->summary >> i & 1))
		d->member[i] = 0;
	d->summary |= 1ULL << i;
	d->member[i] |= 1ULL << target % 64;
}

/* First pass: whether the target gets its copy now. Its configuration is read this once. */
static __always_inline int flood_wants(struct flood *f, __u32 target)
{
	const struct xsw_port *port = port_get(target);
	union xsw_conf conf;
	int reason;

	if (!port)
		return 0;
	conf.word = READ_ONCE(port->conf.word);
	reason = sw_egress(f->walk, f->pkt, target, conf, f->flag);
	if (reason) {
		if (reason == XSW_R_too_big)
			f->reason = reason;
		return 0;
	}
	if (vlan_tagged(conf, target, f->pkt->vid) == f->tagged)
		return 1;
	flood_defer(f, target);
	return 0;
}

static __always_inline void flood_to(struct flood *f, __u32 target)
{
	__u32 ifindex = tx_ifindex(target);

	if (!ifindex)
		return;
	if (f->pending)
		bpf_clone_redirect(f->skb, f->pending, 0);
	f->pending = ifindex;
	stats_tx(target, f->pkt, vlan_len(f->pkt, f->tagged));
}

/* The next port of the two sets: 0: none in this word, -1: none at all. */
static __always_inline int flood_next(struct flood *f)
{
	__u32 bit;

	if (!f->word) {
		if (!f->summary)
			return -1;
		bit = lowest_bit(f->summary) & (XSW_PORTS / 64 - 1);
		f->summary &= f->summary - 1;
		f->base = bit * 64;
		f->word = f->clear->member[bit] | f->members->member[bit];
		if (!f->word)
			return 0;
	}
	bit = lowest_bit(f->word);
	f->word &= f->word - 1;
	return (f->base + bit) & (XSW_PORTS - 1);
}

static long flood_first(__u32 i, void *arg)
{
	int target = flood_next(arg);

	if (target > 0 && flood_wants(arg, target))
		flood_to(arg, target);
	return target < 0;
}

static long flood_second(__u32 i, void *arg)
{
	int target = flood_next(arg);

	if (target > 0)
		flood_to(arg, target);
	return target < 0;
}

/*
 * Before a pass: no word, nobody waiting. Kernels before 6.7 (commit ab5cfac139ab) walk a callback
 * once, with the stack of its first round, and cut out as dead what only later rounds reach. So
 * what changes from round to round starts with a zero the verifier does not know: out of a map,
 * in the scratch of which `flush` is never set.
 */
static __always_inline void flood_start(struct flood *f)
{
	f->word = f->pending = READ_ONCE(f->deferred->flush);
}

/*
 * A copy for every target but the last, which gets the frame itself. Retagging changes the
 * original, so first go all that take it as it is, then once retagged those that were put off:
 * a port that changes in between is served as it was, once.
 */
static __noinline int flood(struct __sk_buff *skb, const struct xsw_walk *w, struct xsw_pkt *pkt)
{
	struct flood f = { .skb = skb, .walk = w, .pkt = pkt, .reason = XSW_R_no_target };
	const struct xsw_vlan *clear = vlan_get(0), *members = vlan_get(pkt->vid);
	__u32 sent, reason;

	f.deferred = deferred_get();
	if (!clear || !members || !f.deferred)
		return TC_ACT_SHOT;
	f.deferred->summary = 0;
	flood_start(&f);
	f.flag = sw_flood_flag(pkt->class);
	f.tagged = pkt->own;
	f.clear = clear;
	f.members = members;
	f.summary = clear->summary | members->summary;
	bpf_loop(XSW_PORTS, flood_first, &f, 0);
	if (f.deferred->summary) {
		sent = f.pending;
		if (sent)
			bpf_clone_redirect(skb, sent, 0);
		flood_start(&f);
		reason = tc_retag(skb, pkt, !pkt->own);
		if (reason) {
			if (!sent)
				stats_reason(w->st, reason);
			return TC_ACT_SHOT;
		}
		f.tagged = pkt->own;
		f.clear = f.members = f.deferred;
		f.summary = f.deferred->summary;
		bpf_loop(XSW_PORTS, flood_second, &f, 0);
	}
	if (f.pending)
		return bpf_redirect(f.pending, 0);
	stats_reason(w->st, f.reason);
	return TC_ACT_SHOT;
}

/* To the one port an address is on. Returns the verdict, or minus the reason not to. */
static __always_inline int forward(struct __sk_buff *skb, const struct xsw_walk *w,
				   struct xsw_pkt *pkt, __u32 target, __u32 ifindex)
{
	const struct xsw_port *port = port_get(target);
	union xsw_conf conf;
	int reason, tagged;

	if (!port)
		return -XSW_R_egress_down;
	conf.word = READ_ONCE(port->conf.word);
	reason = sw_egress(w, pkt, target, conf, 0);
	tagged = vlan_tagged(conf, target, pkt->vid);
	if (tagged && !pkt->own)
		conf.flags &= tc_second_tag(skb, w->sw->kernel);
	if (!reason)
		reason = tc_retag(skb, pkt, tagged);
	if (unlikely(reason))
		return -reason;
	stats_tx(target, pkt, pkt->len);
	return tc_send(skb, ifindex, conf.flags & XSW_F_PEER, w->sw->kernel);
}

SEC("tc")
int xsw_tc(struct __sk_buff *skb)
{
	struct xsw_walk w = { .port = ifport_get(skb->ifindex) };
	struct xsw_pkt pkt = {};
	const struct xsw_port *port;
	__u32 ifindex = 0;
	int target, ret;

	if (unlikely(!w.port))
		return TC_ACT_UNSPEC;
	port = port_get(w.port);
	w.sw = switch_get();
	w.st = stats_get(w.port);
	if (unlikely(!port || !w.sw || !w.st))
		return TC_ACT_UNSPEC;
	w.conf.word = READ_ONCE(port->conf.word);
	w.now = clock_now(w.sw);

	tc_parse(skb, &pkt);
	target = sw_ingress(&w, &pkt);
	if (!unlikely(target <= 0)) {
		ifindex = tx_ifindex(target);
		if (unlikely(!ifindex)) { /* its device is gone */
			target = SW_FLOOD;
			pkt.class = XSW_UNKNOWN;
		}
	}
	stats_rx(w.st, &pkt);
	if (unlikely(pkt.strip) && target >= 0) {
		if (bpf_skb_vlan_pop(skb)) {
			stats_reason(w.st, XSW_R_vlan_truncated);
			return TC_ACT_SHOT;
		}
		pkt.len -= XSW_VLAN_HLEN;
		pkt.strip = 0;
	}
	if (unlikely(target == SW_FLOOD))
		return flood(skb, &w, &pkt);
	ret = target > 0 ? forward(skb, &w, &pkt, target, ifindex) : target;
	if (!unlikely(ret < 0))
		return ret;
	stats_reason(w.st, -ret);
	return TC_ACT_SHOT;
}

/* Add or replace one entry, with the queue of age.h kept right. */
static __always_inline int ctl_fdb(const struct xsw_ctl *c, struct xsw_switch *sw)
{
	__u64 now = sw->clock;
	struct xsw_fdb_entry e = { .seen = now, .updated = now };
	const struct xsw_fdb_entry *old = fdb_get(c->key);
	int err, queued = 0;

	e.dest.port = c->port;
	e.dest.state = c->state;
	e.dest.seq = sw->seq;
	if (old) {
		union xsw_fdb_dest dest = { .word = READ_ONCE(old->dest.word) };

		if (c->op == XSW_CTL_FDB_ADD && fdb_valid(sw, old, dest, c->key, now))
			return -FDB_EEXIST;
		queued = dest.state == XSW_FDB_DYNAMIC;
		e.round = old->round;
	}
	err = bpf_map_update_elem(&fdb, &c->key, &e, BPF_ANY);
	if (!err && e.dest.state == XSW_FDB_DYNAMIC && !queued)
		err = age_push(c->key);
	epoch_bump(sw);
	return err;
}

SEC("tc")
int xsw_ctl(struct __sk_buff *skb)
{
	struct xsw_switch *sw = switch_get();
	struct xsw_ctl c;

	if (!sw || bpf_skb_load_bytes(skb, XSW_CTL_HDR, &c, sizeof(c)))
		return -22; /* EINVAL */
	sw->clock = clock_now(sw);
	switch (c.op) {
	case XSW_CTL_CLOCK:
		return 0;
	case XSW_CTL_AGE_START:
		return age_start();
	case XSW_CTL_FDB_ADD:
	case XSW_CTL_FDB_PUT:
		return ctl_fdb(&c, sw);
	default:
		return -22;
	}
}
