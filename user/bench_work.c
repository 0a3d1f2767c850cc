// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_work.c - what is measured: the table, and traffic between sockets
 *
 * A workload makes the back end as it needs it, reports figures, and removes it.
 */
#include <stdio.h>
#include <string.h>

#include "bench_lab.h"

#define WARM_UP	  200000000ULL /* ns: addresses, learning, caches, windows */
#define TCP_PAIRS 4
#define TRIES	  4 /* lengths in which something must arrive */

/* --- the table --------------------------------------------------------------------------- */

#define XSW	 "xswitch"
#define XSW_VLAN "xswitch-vlan"

static const struct bench_figure udp64_figures[] = {
	{ "received",
	  "k/s",
	  true,
	  { { XSW, "veth", 0.97 }, { XSW, "bridge", 1.2 }, { XSW_VLAN, XSW, 0.95 } } },
	{ "lost", "%", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure cpu64_figures[] = {
	{ "packet", "ns", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure tcp_figures[] = {
	{ "rate", "Gbit/s", true, { { XSW, "veth", 0.97 }, { XSW_VLAN, XSW, 0.95 } } },
	{ "efficiency", "Gbit/s per busy GHz", true, { { 0 } } },
	{ 0 },
};

static const struct bench_figure tcp_many_figures[] = {
	{ "rate", "Gbit/s", true, { { 0 } } },
	{ "efficiency", "Gbit/s per busy GHz", true, { { 0 } } },
	{ 0 },
};

static const struct bench_figure rr_figures[] = {
	{ "p50", "us", false, { { 0 } } },
	{ "p99", "us", false, { { XSW, "veth", 1.05 } } },
	{ "p99.9", "us", false, { { 0 } } },
	{ 0 },
};

static const struct bench_figure flood_figures[] = {
	{ "copy", "ns", false, { { XSW, "bridge", 1.0 } } },
	{ 0 },
};

static const struct bench_figure macs_figures[] = {
	{ "learn", "k/s", true, { { 0 } } },
	{ "rate", "k/s", true, { { 0 } } },
	{ "kept", "of 1k", true, { { XSW, "", 0.75 } } },
	{ "flooded", "%", false, { { 0 } } },
	{ "list 1M", "ms", false, { { XSW, "", 2000 } } },
	{ "list", "ms", false, { { 0 } } },
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
	{ "tcp", "one stream", true, false, NULL, 60, work_tcp, tcp_figures },
	{ "tcp-many", "four pairs at once", true, false, NULL, 60, work_tcp_many,
	  tcp_many_figures },
	{ "udp64", "frames of 64 bytes received", true, false, NULL, 60, work_udp64,
	  udp64_figures },
	{ "cpu64", "a frame of 64 bytes, sent and taken by one process", true, true, NULL, 60,
	  work_cpu64, cpu64_figures },
	{ "rr", "request and response, one at a time", true, false, NULL, 60, work_rr, rr_figures },
	{ "flood", "a copy of a broadcast, by number of ports", false, true, NULL, 180, work_flood,
	  flood_figures },
	{ "macs", "1 k to 1 M addresses: learned, forwarded to, listed", false, false, NULL, 180,
	  work_macs, macs_figures },
	{ "scale", "ports made, shown and removed", false, false, NULL, 300, work_scale,
	  scale_figures },
	{ "prog", "the program alone, known unicast", false, false, XSW, 60, work_prog,
	  prog_figures },
	{ 0 },
};

bool bench_fits(const struct bench_workload *w, const struct bench_backend *b)
{
	if ((b->pairs && !w->pairs_do) || (b->process && w->sender_pays))
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

/* --- between sockets --------------------------------------------------------------------- */

/* Between `port` and the next for `length` ns, 0: once. */
static int round_trips(struct bench_lab *lab, uint32_t port, uint64_t length, bool polls,
		       struct lab_peer *out)
{
	struct lab_peer *peers = lab_peers(lab, 2);
	int ret = -1;

	if (!peers)
		return -1;
	peers[0] = (struct lab_peer){ .port = port + 1, .to = port, .cpu = 1, .polls = polls };
	peers[1] =
		(struct lab_peer){ .port = port, .to = port + 1, .polls = polls, .length = length };
	if (!lab_peer_start(lab, &peers[0], traffic_rr_serve) && !lab_peer_ready(lab, &peers[0]) &&
	    !lab_peer_start(lab, &peers[1], traffic_rr_request))
		ret = lab_peer_wait(lab, &peers[1]);
	*out = peers[1];
	lab_peers_free(peers, 2);
	return ret;
}

/* A bridge's port forwards only when the kernel has noticed its carrier, which may take a second. */
int lab_learn(struct bench_lab *lab)
{
	uint32_t last = lab->ports - 1;
	struct lab_peer peer;
	int ret = 0;

	for (uint32_t port = 1; !ret && port <= last; port += 2)
		ret = round_trips(lab, port, 0, false, &peer);
	/* an odd number: the last one with its neighbour, who was asked before */
	return !ret && last % 2 == 0 ? round_trips(lab, last, 0, false, &peer) : ret;
}

struct pump {
	lab_peer_fn send, receive;
	uint32_t pairs;
	bool polls;
	double sent, received, busy, seconds; /* in the time measured */
};

struct instant {
	double sent, received, busy;
	uint64_t ns;
};

static struct instant sample(const struct lab_peer *peers, uint32_t pairs)
{
	struct instant now = { .busy = bench_busy(), .ns = lab_now() };

	for (uint32_t i = 0; i < pairs; i++) {
		now.received += (double)atomic_load(&peers[2 * i].count);
		now.sent += (double)atomic_load(&peers[2 * i + 1].count);
	}
	return now;
}

static int start_pairs(struct bench_lab *lab, const struct pump *p, struct lab_peer *peers)
{
	for (uint32_t i = 0; i < 2 * p->pairs; i++) {
		bool sends = i % 2;

		/* ports 1 and 2, 3 and 4, ...; the receiver is there first */
		peers[i] = (struct lab_peer){ .port = sends ? i : i + 2,
					      .to = i + 1,
					      .cpu = sends ? 0 : 1,
					      .polls = p->polls };
		if (lab_peer_start(lab, &peers[i], sends ? p->send : p->receive) ||
		    lab_peer_ready(lab, &peers[i]))
			return -1;
	}
	return 0;
}

static int pump(struct bench_lab *lab, struct pump *p)
{
	struct lab_peer *peers = lab_peers(lab, 2 * p->pairs);
	struct instant from, to = { 0 };
	int ret = -1;

	if (!peers)
		return -1;
	if (start_pairs(lab, p, peers))
		goto out;
	lab_sleep(WARM_UP);
	from = sample(peers, p->pairs);
	/* longer where somebody else's process held a CPU all the time */
	for (int tries = 0; !tries || (tries < TRIES && to.received <= from.received); tries++) {
		lab_sleep(lab_length(lab));
		to = sample(peers, p->pairs);
	}
	for (uint32_t i = 0; i < 2 * p->pairs; i++)
		if (*peers[i].error && lab_error(lab, "%s", peers[i].error))
			goto out;
	p->sent = to.sent - from.sent;
	p->received = to.received - from.received;
	p->busy = to.busy - from.busy;
	p->seconds = (double)(to.ns - from.ns) / 1e9;
	ret = p->received > 0 ? 0 : lab_error(lab, "nothing arrives");
out:
	lab_peers_free(peers, 2 * p->pairs);
	return ret;
}

/* Makes the back end around it. */
static int pumped(struct bench_lab *lab, struct pump *p)
{
	int ret = lab_up(lab, 2 * p->pairs) || lab_learn(lab) || pump(lab, p) ? -1 : 0;

	return lab_down(lab) ? -1 : ret;
}

int work_udp64(struct bench_lab *lab)
{
	struct pump p = {
		.send = traffic_udp_send, .receive = traffic_udp_receive, .pairs = 1, .polls = true
	};

	if (pumped(lab, &p))
		return -1;
	lab_report(lab, p.received / p.seconds / 1e3, "received");
	lab_report(lab, p.sent > p.received ? 100 * (1 - p.received / p.sent) : 0, "lost");
	return 0;
}

/* CPU-GHz that were busy: the clock times the CPUs that worked, on average. */
static int tcp(struct bench_lab *lab, uint32_t pairs, bool polls)
{
	struct pump p = { .send = traffic_tcp_send,
			  .receive = traffic_tcp_receive,
			  .pairs = pairs,
			  .polls = polls };
	double rate, ghz;

	if (pumped(lab, &p))
		return -1;
	rate = p.received * 8 / p.seconds / 1e9;
	ghz = lab->machine->ghz * p.busy / p.seconds;
	lab_report(lab, rate, "rate");
	if (ghz > 0)
		lab_report(lab, rate / ghz, "efficiency");
	return 0;
}

int work_tcp(struct bench_lab *lab)
{
	return tcp(lab, 1, true);
}

/* More processes than CPUs: real-time ones would hold what the others need. */
int work_tcp_many(struct bench_lab *lab)
{
	return tcp(lab, TCP_PAIRS, false);
}

int work_rr(struct bench_lab *lab)
{
	struct lab_peer peer;
	int ret;

	ret = lab_up(lab, 2) || round_trips(lab, 1, lab_length(lab), true, &peer) ? -1 : 0;
	if (!ret) {
		lab_report(lab, peer.p50 / 1e3, "p50");
		lab_report(lab, peer.p99 / 1e3, "p99");
		lab_report(lab, peer.p999 / 1e3, "p99.9");
	}
	return lab_down(lab) ? -1 : ret;
}

int work_try(struct bench_lab *lab)
{
	int ret = lab_up(lab, 2) || lab_learn(lab) || lab_device(lab, 1, &lab->result->device) ?
			  -1 :
			  0;

	return lab_down(lab) ? -1 : ret;
}
