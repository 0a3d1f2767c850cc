// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_work.c - what is measured: the table, and the figures with their goals
 *
 * A workload makes the back end as it needs it, reports figures, and removes it.
 */
#include <string.h>

#include "bench_lab.h"

#define XSW	  "xswitch"
#define XSW_VLAN  "xswitch-vlan"
#define XSW_XDP	  "xswitch-xdp"
#define HALF_HOPS 0.475 /* 0.95 of the half that two hops leave of one */

#define UDP64_ROWS(...)                                                                            \
	{ "received", "k/s", true, { __VA_ARGS__ } },                                              \
	{                                                                                          \
		"lost", "%", false,                                                                \
		{                                                                                  \
			{                                                                          \
				0                                                                  \
			}                                                                          \
		}                                                                                  \
	}
#define TCP_ROWS(...)                                                                              \
	{ "rate", "Gbit/s", true, { __VA_ARGS__ } },                                               \
	{                                                                                          \
		"efficiency", "Gbit/s per busy GHz", true,                                         \
		{                                                                                  \
			{                                                                          \
				0                                                                  \
			}                                                                          \
		}                                                                                  \
	}

static const struct bench_figure udp64_figures[] = {
	UDP64_ROWS({ XSW, "veth", 0.97 }, { XSW, "bridge", 1.2 }, { XSW_VLAN, XSW, 0.95 }),
	{ 0 },
};

static const struct bench_figure cpu64_figures[] = {
	{ "packet", "ns", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure tcp_figures[] = {
	TCP_ROWS({ XSW, "veth", 0.97 }, { XSW_VLAN, XSW, 0.95 }),
	{ 0 },
};

static const struct bench_figure tcp_many_figures[] = {
	TCP_ROWS({ 0 }),
	{ 0 },
};

static const struct bench_figure rr_figures[] = {
	{ "p50", "us", false, { { 0 } } },
	{ "p99", "us", false, { { XSW, "veth", 1.05 } } },
	{ "p99.9", "us", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure frames_figures[] = {
	{ "rate", "M/s", true, { { XSW_XDP, "bridge", 2.5 }, { XSW_XDP, "veth", HALF_HOPS } } },
	{ "lost", "%", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure flood_figures[] = {
	{ "copy", "ns", false, { { XSW, "bridge", 1.0 } } },
	{ "bare", "ns", false, { { XSW, "bridge", 1.0 }, { XSW_XDP, "bridge", 1.0 } } },
	{ "apart", "of copy 2", false, { { XSW_VLAN, "", 1.5 } } },
	{ 0 },
};

static const struct bench_figure macs_figures[] = {
	{ "learn", "k/s", true, { { 0 } } },
	{ "rate", "k/s", true, { { 0 } } },
	{ "kept", "of 1k", true, { { XSW, "", 0.75 } } },
	{ "flooded", "%", false, { { 0 } } },
	{ "list 1M", "ms", false, { { XSW, "", 2000 } } },
	{ "list", "ms", false, { { 0 } } },
	{ "resident", "MB", false, { { 0 } } },
	{ "memory", "MB", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure macflood_figures[] = {
	{ "alone", "k/s", true, { { 0 } } },
	{ "attacked", "k/s", true, { { 0 } } },
	{ "kept", "of alone", true, { { XSW, "bridge", 1.0 } } },
	{ "leaked", "frames", false, { { XSW, "", 20 } } },
	{ 0 },
};

static const struct bench_figure loop_figures[] = {
	{ "alone", "k/s", true, { { 0 } } },
	{ "looped", "k/s", true, { { 0 } } },
	{ "kept", "of alone", true, { { XSW, "", 0.5 } } },
	{ "storm", "k/s", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure flush_figures[] = {
	{ "all 1M", "ms", false, { { XSW, "", 10 } } },
	{ "port 1M", "ms", false, { { XSW, "", 10 } } },
	{ "all", "ms", false, { { 0 } } },
	{ "port", "ms", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure age_figures[] = {
	{ "stall", "us", false, { { XSW, "", 1000 } } },
	{ "idle", "us", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure vlan_figures[] = {
	{ "frames", "k/s", true, { { XSW_VLAN, XSW, 0.95 } } },
	UDP64_ROWS({ XSW_VLAN, XSW, 0.95 }),
	TCP_ROWS({ XSW_VLAN, XSW, 0.95 }),
	{ 0 },
};

static const struct bench_figure vxlan_figures[] = {
	UDP64_ROWS({ XSW, "bridge", 1.3 }),
	TCP_ROWS({ XSW, "bridge", 1.0 }),
	{ 0 },
};

static const struct bench_figure scale_figures[] = {
	{ "up 1000", "ms", false, { { XSW, "bridge", 0.6 } } },
	{ "up", "ms", false, { { 0 } } },
	{ "show", "ms", false, { { 0 } } },
	{ "down", "ms", false, { { 0 } } },
	{ "gone", "ms", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure prog_figures[] = {
	{ "packet", "ns", false, { { XSW, "", 60 } } },
	{ "empty", "ns", false, { { 0 } } },
	{ "jited", "bytes", false, { { 0 } } },
	{ "verified", "instructions", false, { { 0 } } },
	{ 0 },
};

const struct bench_workload bench_workloads[] = {
	{ "tcp", "one stream", 60, .run = work_tcp, .figures = tcp_figures, .pairs_do = true },
	{ "tcp-many", "four pairs at once", 60, .run = work_tcp_many, .figures = tcp_many_figures,
	  .pairs_do = true },
	{ "udp64", "frames of 64 bytes received", 60, .run = work_udp64, .figures = udp64_figures,
	  .pairs_do = true },
	{ "cpu64", "a frame of 64 bytes, sent and taken by one process", 60, .run = work_cpu64,
	  .figures = cpu64_figures, .pairs_do = true, .sender_pays = true },
	{ "rr", "request and response, one at a time", 60, .run = work_rr, .figures = rr_figures,
	  .pairs_do = true },
	{ "frames", "bare frames of 64 bytes, no sockets, one CPU", 60, .run = work_frames,
	  .figures = frames_figures, .pairs_do = true, .sender_pays = true, .bare = true },
	{ "flood", "a copy of a broadcast, by number of ports; bare frames likewise", 240,
	  .run = work_flood, .figures = flood_figures, .sender_pays = true },
	{ "macs", "1 k to 1 M addresses: learned, forwarded to, listed", 180, .run = work_macs,
	  .figures = macs_figures },
	{ "macflood", "two ports while a third sends from any address", 60, .run = work_macflood,
	  .figures = macflood_figures, .sender_pays = true },
	{ "loop", "two ports while two others are joined by a bridge", 60, .run = work_loop,
	  .figures = loop_figures, .sender_pays = true },
	{ "flush", "the command that forgets all addresses", 120, .run = work_flush,
	  .figures = flush_figures, .asks = ASK_FLUSH },
	{ "age", "the longest a CPU is held while 64 k addresses expire", 60, .run = work_age,
	  .figures = age_figures, .asks = ASK_AGE },
	{ "vlan", "frames with a tag; sockets too where the kernel has 802.1Q devices", 60,
	  .run = work_vlan, .figures = vlan_figures, .pairs_do = true },
	{ "qinq", "the same with two tags", 60, .run = work_qinq, .figures = vlan_figures,
	  .pairs_do = true },
	{ "vxlan", "datagrams and a stream between two hosts", 60, .run = work_vxlan,
	  .figures = vxlan_figures, .asks = ASK_FAR },
	{ "scale", "ports made, shown and removed", 300, .run = work_scale,
	  .figures = scale_figures },
	{ "prog", "the program alone, known unicast", 60, .run = work_prog, .figures = prog_figures,
	  .prefix = XSW },
	{ 0 },
};

bool bench_fits(const struct bench_workload *w, const struct bench_backend *b)
{
	if ((b->pairs && !w->pairs_do) || (b->process && w->sender_pays) || (b->no_bare && w->bare))
		return false;
	if (w->asks && (!b->asks || !b->asks[w->asks]))
		return false;
	return !w->prefix || !strncmp(b->name, w->prefix, strlen(w->prefix));
}

const struct bench_figure *bench_figure(const struct bench_workload *w, const char *name)
{
	const struct bench_figure *f;
	size_t len = strcspn(name, " ");

	for (f = w->figures; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	for (f = w->figures; f->name; f++)
		if (strlen(f->name) == len && !memcmp(f->name, name, len))
			return f;
	return w->figures;
}
