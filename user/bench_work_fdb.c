// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_work_fdb.c - many addresses, attacks on the table, loops, and the table's end
 */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "bench_lab.h"

#define LIST_MIN     65536  /* addresses: with fewer it is the start of a program that takes */
#define MACS_ROOM    1000   /* in the table, beside what is swept */
#define LEFT_MAX     1000   /* addresses after a flush, of ports and others that speak again */
#define ATTACK_RATE  200000 /* frames a second */
#define ATTACK_NS    50000000000ULL /* at most */
#define AGE_RATE     16000	    /* addresses a second that this switch takes apart */
#define SLEEP_NS     50000
#define KICKS	     500
#define KICKED	     20
#define KICK_NS	     5000000ULL
#define NSEC_PER_SEC 1000000000ULL

struct step {
	uint32_t n;
	const char *name;
};
static const struct step macs_steps[] = { { 1000, "1k" }, { 65536, "64k" }, { 1000000, "1M" } };

/* The last step. */
static const struct step *largest(const struct bench_lab *lab)
{
	return &macs_steps[lab->plan->size];
}

/* --- addresses --------------------------------------------------------------------------- */

/* --- many addresses ---------------------------------------------------------------------- */

/* As JSON, by the back end's own command. */
static int list(struct bench_lab *lab, const struct step *step)
{
	uint32_t max = lab->backend->list_max;
	uint64_t start = lab_now(), found;

	if (!lab->backend->list || step->n < LIST_MIN || (max && step->n > max))
		return 0;
	if (lab->backend->list(lab, &found))
		return -1;
	/* a back end may have forgotten some, which `flooded` shows */
	if (found < step->n / 2)
		return lab_error(lab, "%llu of %u addresses are listed", (unsigned long long)found,
				 step->n);
	lab_report(lab, (double)(lab_now() - start) / 1e6, "list %s", step->name);
	lab_report(lab, (double)lab->resident / 1e6, "resident %s", step->name);
	return 0;
}

static int memory(struct bench_lab *lab, const struct step *step)
{
	uint64_t bytes;

	if (!lab->backend->memory)
		return 0;
	if (lab->backend->memory(lab, &bytes))
		return -1;
	lab_report(lab, (double)bytes / 1e6, "memory %s", step->name);
	return 0;
}

/* first: k/s with the fewest addresses, which the first call sets */
static int macs(struct bench_lab *lab, const struct step *step, double *first)
{
	struct traffic_sweep s = { .addresses = step->n };
	double learned, rate, flooded;

	if (lab_sweep_learn(lab, &s, &learned) || lab_sweep_forward(lab, &s, &rate, &flooded))
		return -1;
	/* a process learns behind the sender's back */
	if (learned > 0 && !lab->backend->process)
		lab_report(lab, learned, "learn %s", step->name);
	lab_report(lab, rate, "rate %s", step->name);
	lab_report(lab, flooded, "flooded %s", step->name);
	if (*first > 0)
		lab_report(lab, rate / *first, "kept %s", step->name);
	else
		*first = rate;
	return list(lab, step);
}

static int up_with_room(struct bench_lab *lab, uint32_t ports)
{
	return lab_up(lab, ports) || lab_ask(lab, ASK_ROOM, largest(lab)->n + MACS_ROOM) ||
			       lab_learn(lab) ?
		       -1 :
		       0;
}

int work_macs(struct bench_lab *lab)
{
	int ret = up_with_room(lab, 3);
	double first = 0;

	for (const struct step *step = macs_steps; !ret && step <= largest(lab); step++)
		ret = macs(lab, step, &first);
	if (!ret)
		ret = memory(lab, largest(lab));
	return lab_down(lab) ? -1 : ret;
}

/* --- an attack --------------------------------------------------------------------------- */

/* What port 4 gets beside the frames that were meant for it was flooded. */
static int attacked(struct bench_lab *lab, struct lab_peer *attacker, double *received,
		    double *leaked)
{
	uint64_t before, after;
	double lost;

	*attacker = (struct lab_peer){
		.port = 3,
		.cpu = 1,
		.polls = true,
		.sweep = { .port = 3, .from = true, .ns = ATTACK_NS, .rate = ATTACK_RATE },
	};
	if (lab_mac(lab, 4, attacker->sweep.other) || lab_received(lab, 4, &before) ||
	    lab_peer_start(lab, attacker, traffic_sweep_send) || lab_peer_ready(lab, attacker) ||
	    lab_udp64(lab, received, &lost))
		return -1;
	atomic_store(&attacker->stop, 1);
	if (lab_peer_wait(lab, attacker) || lab_received(lab, 4, &after))
		return -1;
	after -= before;
	*leaked = after > attacker->sweep.sent ? (double)(after - attacker->sweep.sent) : 0;
	return 0;
}

/* Of a rate alone. */
static void report_kept(struct bench_lab *lab, double alone, const char *name, double now)
{
	lab_report(lab, alone, "alone");
	lab_report(lab, now, "%s", name);
	if (alone > 0)
		lab_report(lab, now / alone, "kept");
}

static int macflood(struct bench_lab *lab)
{
	struct lab_peer *attacker = lab_peers(lab, 1);
	double alone, now, lost, leaked;
	int ret;

	if (!attacker)
		return -1;
	ret = lab_udp64(lab, &alone, &lost) || attacked(lab, attacker, &now, &leaked) ? -1 : 0;
	if (!ret) {
		report_kept(lab, alone, "attacked", now);
		lab_report(lab, leaked, "leaked");
	}
	lab_peers_free(attacker, 1);
	return ret;
}

int work_macflood(struct bench_lab *lab)
{
	int ret = up_with_room(lab, 4) || macflood(lab) ? -1 : 0;

	return lab_down(lab) ? -1 : ret;
}

/* --- a loop ------------------------------------------------------------------------------ */

/* Ports 3 and 4 have bridges behind them, which a cable joins. */
#define BEHIND(ns)                                                                                 \
	"ip -n " ns " link add behind type bridge; ip -n " ns " link set eth0 master behind;"      \
	"ip -n " ns " link set joint master behind up; ip -n " ns " link set behind up;"

/* A bridge's port forwards when its carrier was noticed: until broadcasts come more than once. */
static int kick(struct bench_lab *lab)
{
	uint64_t before, now, ns;

	if (lab_received(lab, 2, &before))
		return -1;
	for (uint32_t n = 1; n <= KICKS; n++) {
		if (traffic_flood(lab, 1, &ns) || lab_received(lab, 2, &now))
			return -1;
		if (now - before > 2 * n + KICKED)
			return 0;
		lab_sleep(KICK_NS);
	}
	return lab_error(lab, "no frame comes round");
}

static int looped(struct bench_lab *lab, double *received, double *storm)
{
	static const char *const join =
		"ip -n b3 link add joint type veth peer name joint netns b4;" BEHIND("b3")
			BEHIND("b4");
	uint64_t before, after, start;
	double lost;

	if (lab_commands(lab, join, 0) || kick(lab) || lab_udp64(lab, received, &lost) ||
	    lab_received(lab, 2, &before))
		return -1;
	start = lab_now();
	lab_sleep(lab_length(lab));
	if (lab_received(lab, 2, &after))
		return -1;
	*storm = (double)(after - before) * 1e6 / (double)(lab_now() - start);
	return 0;
}

int work_loop(struct bench_lab *lab)
{
	double alone = 0, now = 0, storm = 0, lost;
	int ret;

	ret = lab_up(lab, 4) || lab_ask(lab, ASK_GUARD, 0) || lab_learn(lab) ||
			      lab_udp64(lab, &alone, &lost) || looped(lab, &now, &storm) ?
		      -1 :
		      0;
	if (!ret) {
		report_kept(lab, alone, "looped", now);
		lab_report(lab, storm, "storm");
	}
	return lab_down(lab) ? -1 : ret;
}

/* --- forgetting -------------------------------------------------------------------------- */

static int fill(struct bench_lab *lab, uint32_t addresses)
{
	struct traffic_sweep s = { .addresses = addresses };
	double rate;

	return lab_sweep_learn(lab, &s, &rate);
}

/* That they are gone, where the back end can list them. */
static int forgotten(struct bench_lab *lab)
{
	uint64_t found;

	if (!lab->backend->list)
		return 0;
	if (lab->backend->list(lab, &found))
		return -1;
	return found <= LEFT_MAX ?
		       0 :
		       lab_error(lab, "%llu addresses are left", (unsigned long long)found);
}

static int flush(struct bench_lab *lab, enum bench_ask ask, const char *name)
{
	const struct step *step = largest(lab);
	uint64_t start, ns;

	if (fill(lab, step->n))
		return -1;
	start = lab_now();
	if (lab_ask(lab, ask, 0))
		return -1;
	ns = lab_now() - start;
	lab_report(lab, (double)ns / 1e6, "%s %s", name, step->name);
	return forgotten(lab);
}

int work_flush(struct bench_lab *lab)
{
	int ret = up_with_room(lab, 2) || flush(lab, ASK_FLUSH, "all") ||
				  flush(lab, ASK_FLUSH_PORT, "port") ?
			  -1 :
			  0;

	return lab_down(lab) ? -1 : ret;
}

/* The longest that this CPU kept a real-time program waiting, us; after cyclictest. */
static void sleeper(struct lab_peer *peer)
{
	const struct sched_param high = { .sched_priority = 90 };
	uint64_t end = lab_now() + peer->length, next, late;

	lab_must(peer, sched_setscheduler(0, SCHED_FIFO, &high), "sched_setscheduler");
	for (next = lab_now() + SLEEP_NS; next < end; next = lab_now() + SLEEP_NS) {
		lab_sleep(SLEEP_NS);
		late = lab_now() - next;
		if ((double)late > peer->p50 * 1e3)
			peer->p50 = (double)late / 1e3;
	}
}

static int stall(struct bench_lab *lab, uint64_t ns, const char *name)
{
	struct lab_peer *peers = lab_peers(lab, 2);
	double worst = 0;
	int ret = 0;

	if (!peers)
		return -1;
	for (uint32_t i = 0; !ret && i < 2; i++) {
		peers[i] = (struct lab_peer){ .port = i + 1, .cpu = i, .length = ns };
		ret = lab_peer_start(lab, &peers[i], sleeper);
	}
	for (uint32_t i = 0; !ret && i < 2; i++) {
		ret = lab_peer_wait(lab, &peers[i]);
		if (peers[i].p50 > worst)
			worst = peers[i].p50;
	}
	if (!ret)
		lab_report(lab, worst, "%s", name);
	lab_peers_free(peers, 2);
	return ret;
}

/*
 * Not with a million: this switch takes expired entries apart in steps, 16,000 a second, so
 * that no CPU is held; that many would take a minute.
 */
int work_age(struct bench_lab *lab)
{
	uint32_t n = macs_steps[lab->plan->size != BENCH_TINY].n;
	uint64_t ns = NSEC_PER_SEC + n * (NSEC_PER_SEC / AGE_RATE) * 3 / 2;
	int ret = lab_up(lab, 2) || lab_ask(lab, ASK_ROOM, n + MACS_ROOM) || lab_learn(lab) ||
				  stall(lab, ns, "idle") || fill(lab, n) ||
				  lab_ask(lab, ASK_AGE, 0) || stall(lab, ns, "stall") ||
				  forgotten(lab) ?
			  -1 :
			  0;

	return lab_down(lab) ? -1 : ret;
}
