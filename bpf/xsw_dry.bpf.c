// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_dry.bpf.c - what the switch would do with a frame, told and not done
 *
 * xsw_trace: the walk of xsw_tc over state_dry.h and ctx_act_dry.h. The command loads it over the
 * maps of a switch for as long as it looks, gives it frames through BPF_PROG_TEST_RUN, or puts it
 * in front of xsw_tc, where it lets every frame pass.
 */
#include "lib/maps.h"
#include "lib/state_dry.h"
#include "lib/ctx_act_dry.h"
#include "lib/walk.h"
#include "lib/ctx_filter.h"
#include "lib/ctx_frame.h"

char _license[] SEC("license") = "GPL";

/* 0 -> what is asked for */
XSW_ARRAY(tracing, struct xsw_tracing, 1, BPF_F_MMAPABLE);

/* records, each with its frame */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, XSW_RING_SIZE);
} traces SEC(".maps");

static __always_inline struct xsw_tracing *tracing_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&tracing, &zero);
}

/* The port the frame is taken to have come in by, or that of its device. TC_ACT_OK or the verdict. */
static __always_inline int trace_port(struct __sk_buff *skb, const struct xsw_tracing *t,
				      __u32 *number, union xsw_conf *conf)
{
	const struct xsw_port *port;

	*number = t->port;
	if (!*number)
		return walk_port(skb, number, conf);
	port = port_get(*number);
	if (!port)
		return TC_ACT_UNSPEC;
	conf->word = READ_ONCE(port->conf.word);
	if (t->vid)
		*conf = tunnel_content(*conf, t->vid);
	return TC_ACT_OK;
}

/* What the source taught. */
static __always_inline void trace_learned(struct dry *d)
{
	struct xsw_trace *rec = &d->rec;
	union xsw_conf conf = { .word = rec->conf };
	union xsw_fdb_key key = {};
	const struct dry_entry *e;

	__builtin_memcpy(key.mac, rec->src, sizeof(key.mac));
	key.vid = rec->vid;
	if (rec->note)
		rec->learned = XSW_TL_REFUSED;
	else if (d->ev.moved)
		rec->learned = XSW_TL_MOVED;
	else if (d->ev.learned)
		rec->learned = XSW_TL_NEW;
	else if (d->st.src == key.word && d->st.src && conf.flags & XSW_F_LEARNING)
		rec->learned = XSW_TL_KNOWN;
	if (!rec->admitted || !d->fdb_n)
		return;
	e = dry_entry_get(key);
	if (!e)
		return;
	rec->from = e->was.port;
	rec->src_state = e->was.state;
	rec->at = e->there ? e->entry.dest.port : 0;
}

/* What is known of the destination. */
static __always_inline void trace_dest(struct dry *d)
{
	struct xsw_trace *rec = &d->rec;
	union xsw_fdb_key key = {};
	const struct dry_entry *e;

	__builtin_memcpy(key.mac, rec->dst, sizeof(key.mac));
	key.vid = rec->vid;
	if (!rec->admitted || rec->class > XSW_UNKNOWN || !d->fdb_n)
		return;
	e = dry_entry_get(key);
	if (!e || !e->there)
		return;
	if (d->st.dst_until && d->st.dst == key.word)
		rec->dest = d->st.dst_port;
	else
		rec->stale = e->entry.dest.port;
	rec->dest_state = e->entry.dest.state;
}

/* To the ring buffer, with the frame if that is wanted. */
static __always_inline void trace_emit(struct __sk_buff *skb, struct dry *d, struct xsw_tracing *t)
{
	struct watch_out *out = t->snaplen ? watch_out_get() : NULL;
	int err;

	if (out) {
		d->rec.caplen = frame_copy(skb, out->frame, t->snaplen);
		out->rec = d->rec;
		err = frame_emit(&traces, out);
	} else {
		err = bpf_ringbuf_output(&traces, &d->rec, sizeof(d->rec), 0);
	}
	if (err)
		__sync_fetch_and_add(&t->lost, 1);
}

/* Whether its watcher lives and wants the frame, as far as the frame itself says. */
static __always_inline int trace_wanted(struct __sk_buff *skb, const struct xsw_tracing *t)
{
	const struct xsw_switch *sw = switch_get();

	return sw && clock_now(sw) < READ_ONCE(t->until) && filter_wants(skb);
}

SEC("tc")
int xsw_trace(struct __sk_buff *skb)
{
	struct xsw_tracing *t = tracing_get();
	const struct xsw_switch *sw = switch_get();
	struct dry *d = dry_get();
	union xsw_conf conf;
	__u32 number;

	if (!t || !sw || !d)
		return TC_ACT_UNSPEC;
	if (watch_is_live() && !trace_wanted(skb, t))
		return TC_ACT_UNSPEC;
	dry_begin(d, t->flags, t->len);
	if (trace_port(skb, t, &number, &conf))
		return TC_ACT_UNSPEC;
	d->rec.time = mono_now();
	d->rec.clock = clock_now(sw);
	d->rec.ifindex = skb->ifindex;
	d->rec.port = number;
	d->rec.conf = conf.word;
	d->rec.watched = watch_in(number);
	if (watch_skips(d->rec.watched))
		return TC_ACT_UNSPEC;
	walk_from(skb, number, conf);
	if (!watch_takes(d->rec.watched, d->rec.reason))
		return TC_ACT_UNSPEC;
	trace_learned(d);
	trace_dest(d);
	trace_emit(skb, d, t);
	return TC_ACT_UNSPEC;
}
