// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_work_sockets.c - traffic between sockets: streams, datagrams, requests
 */
#include <string.h>

#include "bench_lab.h"

#define WARM_UP	  200000000ULL /* ns: addresses, learning, caches, windows */
#define TCP_PAIRS 4
#define TRIES	  4 /* lengths in which something must arrive */

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
	double ghz;			      /* at its end: an idle CPU's clock is another */
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
	lab_sleep(lab->plan->size == BENCH_TINY ? WARM_UP / 4 : WARM_UP);
	from = sample(peers, p->pairs);
	/* longer where somebody else's process held a CPU all the time */
	for (int tries = 0; !tries || (tries < TRIES && to.received <= from.received); tries++) {
		lab_sleep(lab_length(lab));
		to = sample(peers, p->pairs);
	}
	p->ghz = bench_ghz();
	for (uint32_t i = 0; i < 2 * p->pairs; i++)
		if (*peers[i].error && lab_error(lab, "%s", peers[i].error))
			goto out;
	p->sent = to.sent - from.sent;
	p->received = to.received - from.received;
	p->busy = to.busy - from.busy;
	p->seconds = (double)(to.ns - from.ns) / 1e9;
	ret = 0;
out:
	lab_peers_free(peers, 2 * p->pairs);
	return ret;
}

int lab_udp64(struct bench_lab *lab, double *received, double *lost)
{
	struct pump p = {
		.send = traffic_udp_send, .receive = traffic_udp_receive, .pairs = 1, .polls = true
	};

	if (pump(lab, &p))
		return -1;
	*received = p.received / p.seconds / 1e3;
	*lost = p.sent > p.received ? 100 * (1 - p.received / p.sent) : 0;
	return 0;
}

int lab_report_udp64(struct bench_lab *lab)
{
	double received, lost;

	if (lab_udp64(lab, &received, &lost))
		return -1;
	if (received <= 0)
		return lab_error(lab, "nothing arrives");
	lab_report(lab, received, "received");
	lab_report(lab, lost, "lost");
	return 0;
}

/* CPU-GHz that were busy: the clock times the CPUs that worked, on average. */
int lab_report_tcp(struct bench_lab *lab, uint32_t pairs, bool polls)
{
	struct pump p = { .send = traffic_tcp_send,
			  .receive = traffic_tcp_receive,
			  .pairs = pairs,
			  .polls = polls };
	double rate, busy_ghz;

	if (pump(lab, &p))
		return -1;
	if (p.received <= 0)
		return lab_error(lab, "nothing arrives");
	rate = p.received * 8 / p.seconds / 1e9;
	busy_ghz = p.ghz * p.busy / p.seconds;
	lab_report(lab, rate, "rate");
	if (busy_ghz > 0)
		lab_report(lab, rate / busy_ghz, "efficiency");
	return 0;
}

int work_udp64(struct bench_lab *lab)
{
	int ret = lab_up(lab, 2) || lab_learn(lab) || lab_report_udp64(lab) ? -1 : 0;

	return lab_down(lab) ? -1 : ret;
}

static int tcp(struct bench_lab *lab, uint32_t pairs, bool polls)
{
	int ret = lab_up(lab, 2 * pairs) || lab_learn(lab) || lab_report_tcp(lab, pairs, polls) ?
			  -1 :
			  0;

	return lab_down(lab) ? -1 : ret;
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
