// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_peer.c - the processes between which traffic goes
 *
 * Each has a place in memory shared with the worker, where it counts and says what is wrong.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench_lab.h"

#define READY_NS 10000000000ULL /* until a peer is ready, or done after its length */

struct lab_peer *lab_peers(struct bench_lab *lab, size_t n)
{
	struct lab_peer *peers = mmap(NULL, n * sizeof(*peers), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (peers != MAP_FAILED)
		return peers;
	lab_error(lab, "no memory");
	return NULL;
}

void lab_peers_free(struct lab_peer *peers, size_t n)
{
	if (!peers)
		return;
	for (size_t i = 0; i < n; i++) {
		if (peers[i].pid <= 0)
			continue;
		kill(peers[i].pid, SIGKILL);
		waitpid(peers[i].pid, NULL, 0);
	}
	munmap(peers, n * sizeof(*peers));
}

long lab_must(struct lab_peer *peer, long ret, const char *what)
{
	if (ret >= 0)
		return ret;
	snprintf(peer->error, sizeof(peer->error), "port %u: %s: %s", peer->port, what,
		 strerror(errno));
	_exit(1);
}

/*
 * Two that poll on one CPU would wait for each other's time slices, and a switch that is a
 * process for both of theirs.
 */
static void pin(const struct bench_lab *lab, struct lab_peer *peer)
{
	const struct sched_param low = { .sched_priority = 1 };
	uint32_t cpu = lab->machine->pin[peer->cpu];
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	peer->polls &= lab->machine->pin[0] != lab->machine->pin[1] && !lab->backend->process;
	if (peer->polls)
		sched_setscheduler(0, SCHED_RR, &low);
}

int lab_peer_start(struct bench_lab *lab, struct lab_peer *peer, lab_peer_fn fn)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return lab_error(lab, "cannot start a process: %s", strerror(errno));
	if (pid) { /* the child would store its 0 in the same memory */
		peer->pid = pid;
		return 0;
	}
	signal(SIGPIPE, SIG_IGN);
	if (!lab_enter(lab, peer->port)) {
		pin(lab, peer);
		fn(peer);
	}
	_exit(0);
}

/* What it complained of; its end is a complaint when it was not asked to. */
static int complaint(struct bench_lab *lab, const struct lab_peer *peer)
{
	if (*peer->error)
		return lab_error(lab, "%s", peer->error);
	return lab_error(lab, "the process at port %u does not go on", peer->port);
}

int lab_peer_ready(struct bench_lab *lab, const struct lab_peer *peer)
{
	uint64_t end = lab_now() + READY_NS;

	while (!atomic_load(&peer->ready)) {
		if (*peer->error || lab_now() > end)
			return complaint(lab, peer);
		lab_sleep(1000000);
	}
	return 0;
}

int lab_peer_wait(struct bench_lab *lab, struct lab_peer *peer)
{
	uint64_t end = lab_now() + peer->length + READY_NS;

	while (!waitpid(peer->pid, NULL, WNOHANG)) {
		if (lab_now() > end)
			return complaint(lab, peer);
		lab_sleep(1000000);
	}
	peer->pid = 0;
	return *peer->error ? complaint(lab, peer) : 0;
}
