// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_work_cpu.c - what a frame of 64 bytes costs the CPU that carries it
 *
 * One process has the sockets of both ends and sends and takes in turn, so that neither the
 * scheduler nor a full queue has a say: a number of datagrams, all of which arrive, and their
 * time. Where time is counted in instructions (make bench-vm) it hardly differs from run to run.
 */
#include "bench_lab.h"

#define AT_MOST_NS 40000000000ULL

static const uint32_t datagrams[BENCH_SIZES] = { 4000, 64000, 256000 };

int work_cpu64(struct bench_lab *lab)
{
	struct lab_peer *peer = lab_peers(lab, 1);
	int ret = -1;

	if (!peer)
		return -1;
	*peer = (struct lab_peer){ .port = 1, .to = 2, .polls = true, .length = AT_MOST_NS };
	atomic_store(&peer->count, datagrams[lab->plan->size]);
	if (!lab_up(lab, 2) && !lab_learn(lab) && !lab_peer_start(lab, peer, traffic_udp_step) &&
	    !lab_peer_wait(lab, peer)) {
		lab_report(lab, peer->p50, "packet");
		ret = 0;
	}
	lab_peers_free(peer, 1);
	return lab_down(lab) ? -1 : ret;
}
