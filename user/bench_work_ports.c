// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_work_ports.c - bare frames, floods, many ports
 */
#include <string.h>

#include "bench_lab.h"

#define COPIES	  400000 /* of a flood, in a run of a second */
#define STEPS_MAX 5

/* --- bare frames ------------------------------------------------------------------------- */

static int frames(struct bench_lab *lab)
{
	struct traffic_bare b = { .ns = lab_length(lab) };

	if (lab_learn(lab) || lab_mac(lab, 2, b.dst) || traffic_bare(lab, &b))
		return -1;
	if (!b.sunk || !b.elapsed)
		return lab_error(lab, "nothing arrives");
	lab_report(lab, (double)b.sunk * 1e3 / (double)b.elapsed, "rate");
	lab_report(lab, b.sent > b.sunk ? 100 * (1 - (double)b.sunk / (double)b.sent) : 0, "lost");
	return 0;
}

int work_frames(struct bench_lab *lab)
{
	int ret = lab_up(lab, 2) || frames(lab) ? -1 : 0;

	return lab_down(lab) ? -1 : ret;
}

/* --- floods ------------------------------------------------------------------------------ */

/* By what arrives: where a ring is full a copy was paid for and is lost, which is its price. */
static int bare_flood(struct bench_lab *lab, uint32_t ports)
{
	struct traffic_bare b = { .dst = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
				  .ns = lab_length(lab) };

	if (traffic_bare(lab, &b))
		return -1;
	if (!b.sunk)
		return lab_error(lab, "no flood of bare frames arrives");
	lab_report(lab, (double)b.elapsed / (double)b.sunk, "bare %u", ports);
	return 0;
}

/* ns of a broadcast from port 1 that the last port gets */
static int broadcast(struct bench_lab *lab, uint32_t copies, double *cost)
{
	uint32_t frames = (uint32_t)(COPIES * (double)lab_length(lab) / 1e9 / copies);
	uint64_t before, after, ns = 0, got;

	if (frames < 1000)
		frames = 1000;
	if (lab_received(lab, lab->ports, &before) || traffic_flood(lab, frames, &ns) ||
	    lab_received(lab, lab->ports, &after))
		return -1;
	got = after - before;
	/* the namespaces' own IPv6 noise comes on top */
	if (got < frames - frames / 1000 || got > frames + frames / 100 + 4 * lab->ports)
		return lab_error(lab, "%llu of %u floods arrived", (unsigned long long)got, frames);
	*cost = (double)ns / frames;
	return 0;
}

static int flood(struct bench_lab *lab, uint32_t ports, double *copy)
{
	if (lab_up(lab, ports) || lab_learn(lab) || broadcast(lab, ports - 1, copy))
		return -1;
	*copy /= ports - 1;
	lab_report(lab, *copy, "copy %u", ports);
	return lab->backend->no_bare ? 0 : bare_flood(lab, ports);
}

/* The first and the last port share a VLAN, all others have another: of a copy between two. */
static int apart(struct bench_lab *lab, uint32_t ports, double two)
{
	double cost;

	if (lab_up(lab, ports) || lab_learn(lab))
		return -1;
	for (uint32_t port = 2; port < ports; port++)
		if (lab_ask(lab, ASK_APART, port))
			return -1;
	if (broadcast(lab, 1, &cost))
		return -1;
	lab_report(lab, cost / two, "apart %u", ports);
	return 0;
}

/* After a step, whatever became of it: the next one starts with nothing. */
static int cleared(struct bench_lab *lab, int ret)
{
	return lab_down(lab) || lab_settle(lab) || ret ? -1 : 0;
}

int work_flood(struct bench_lab *lab)
{
	static const uint32_t ports[BENCH_SIZES][STEPS_MAX] = { { 2, 3 },
								{ 2, 32 },
								{ 2, 8, 32, 128 } };
	const uint32_t *n = ports[lab->plan->size];
	const char *const *asks = lab->backend->asks;
	double copy, two = 0;

	for (; *n; n++) {
		if (cleared(lab, flood(lab, *n, &copy)))
			return -1;
		if (*n == 2)
			two = copy;
	}
	return asks && asks[ASK_APART] ? cleared(lab, apart(lab, n[-1], two)) : 0;
}

/* --- ports ------------------------------------------------------------------------------- */

static double ms_since(uint64_t start)
{
	return (double)(lab_now() - start) / 1e6;
}

static int show(struct bench_lab *lab)
{
	uint64_t start = lab_now(), found;

	if (!lab->backend->show)
		return 0;
	if (lab->backend->show(lab, &found))
		return -1;
	if (found < lab->ports)
		return lab_error(lab, "%llu of %u ports are shown", (unsigned long long)found,
				 lab->ports);
	lab_report(lab, ms_since(start), "show %u", lab->ports);
	return 0;
}

static int make(struct bench_lab *lab, uint32_t ports)
{
	const struct bench_backend *b = lab->backend;
	uint64_t start;

	lab->ports = ports;
	if (b->prepare && b->prepare(lab))
		return -1;
	start = lab_now();
	if (b->make(lab))
		return -1;
	lab_report(lab, ms_since(start), "up %u", ports);
	return show(lab);
}

int work_scale(struct bench_lab *lab)
{
	static const uint32_t ports[BENCH_SIZES][STEPS_MAX] = { { 4 },
								{ 10, 100 },
								{ 10, 100, 1000 } };

	for (const uint32_t *n = ports[lab->plan->size]; *n; n++) {
		int ret = make(lab, *n);
		uint64_t start = lab_now();

		ret = lab_down(lab) ? -1 : ret;
		if (!ret)
			lab_report(lab, ms_since(start), "down %u", *n);
		if (lab_settle(lab) || ret)
			return -1;
		lab_report(lab, ms_since(start), "gone %u", *n);
	}
	return 0;
}
