// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_work_ports.c - floods, many addresses, many ports
 */
#include <stdio.h>
#include <string.h>

#include "bench_lab.h"

#define COPIES	  400000 /* of a flood, in a run of a second */
#define LIST_MIN  65536	 /* addresses: with fewer it is the start of a program that takes */
#define MACS_ROOM 1000	 /* in the table, beside what is swept */

/* --- floods ------------------------------------------------------------------------------ */

static int flood(struct bench_lab *lab, uint32_t ports)
{
	uint64_t before, after, ns = 0, got;
	uint32_t frames = (uint32_t)(COPIES * (double)lab_length(lab) / 1e9 / (ports - 1));

	if (frames < 1000)
		frames = 1000;
	if (lab_up(lab, ports) || lab_learn(lab) || lab_received(lab, ports, &before) ||
	    traffic_flood(lab, frames, &ns) || lab_received(lab, ports, &after))
		return -1;
	got = after - before;
	/* the namespaces' own IPv6 noise comes on top */
	if (got < frames - frames / 1000 || got > frames + frames / 100 + 4 * ports)
		return lab_error(lab, "%llu of %u floods arrived", (unsigned long long)got, frames);
	lab_report(lab, (double)ns / frames / (ports - 1), "copy %u", ports);
	return 0;
}

int work_flood(struct bench_lab *lab)
{
	static const uint32_t all[] = { 2, 8, 32, 128, 0 }, few[] = { 2, 32, 0 };

	for (const uint32_t *n = lab->plan->quick ? few : all; *n; n++) {
		int ret = flood(lab, *n);

		if (lab_down(lab) || lab_settle(lab) || ret)
			return -1;
	}
	return 0;
}

/* --- addresses --------------------------------------------------------------------------- */

/* RFC 2889 5.8: every address once, as a source behind port 2. */
static int learn(struct bench_lab *lab, uint32_t addresses, const char *name)
{
	struct traffic_sweep s = { .port = 2, .addresses = addresses, .from = true };

	if (lab_mac(lab, 1, s.other) || traffic_sweep(lab, &s))
		return -1;
	if (s.elapsed && !lab->backend->process)
		lab_report(lab, (double)s.sent * 1e6 / (double)s.elapsed, "learn %s", name);
	return 0;
}

/*
 * And as a destination, from port 1; k/s that arrive at port 2. What port 3 sees was flooded.
 * RFC 2889 5.7 asks how many are kept: those are not flooded.
 */
static int forward(struct bench_lab *lab, uint32_t addresses, const char *name, double *rate)
{
	struct traffic_sweep s = { .port = 1, .addresses = addresses, .ns = lab_length(lab) };
	uint64_t to, to_after, by, by_after;

	if (lab_mac(lab, 1, s.other) || lab_received(lab, 2, &to) || lab_received(lab, 3, &by) ||
	    traffic_sweep(lab, &s) || lab_received(lab, 2, &to_after) ||
	    lab_received(lab, 3, &by_after))
		return -1;
	if (to_after <= to || !s.elapsed || !s.sent)
		return lab_error(lab, "nothing arrives");
	*rate = (double)(to_after - to) * 1e6 / (double)s.elapsed;
	lab_report(lab, *rate, "rate %s", name);
	lab_report(lab, 100 * (double)(by_after - by) / (double)s.sent, "flooded %s", name);
	return 0;
}

/* As JSON, by the back end's own command. */
static int list(struct bench_lab *lab, uint32_t addresses, const char *name)
{
	uint32_t max = lab->backend->list_max;
	uint64_t start = lab_now(), found;

	if (!lab->backend->list || addresses < LIST_MIN || (max && addresses > max))
		return 0;
	if (lab->backend->list(lab, &found))
		return -1;
	/* a back end may have forgotten some, which `flooded` shows */
	if (found < addresses / 2)
		return lab_error(lab, "%llu of %u addresses are listed", (unsigned long long)found,
				 addresses);
	lab_report(lab, (double)(lab_now() - start) / 1e6, "list %s", name);
	return 0;
}

int work_macs(struct bench_lab *lab)
{
	static const struct {
		uint32_t n;
		const char *name;
	} steps[] = { { 1000, "1k" }, { 65536, "64k" }, { 1000000, "1M" } };
	size_t last = lab->plan->quick ? 1 : 2;
	double rate = 0, first = 0;
	int ret;

	ret = lab_up(lab, 3);
	if (!ret && lab->backend->room)
		ret = lab->backend->room(lab, steps[last].n + MACS_ROOM);
	ret = ret || lab_learn(lab) ? -1 : 0;
	for (size_t i = 0; !ret && i <= last; i++) {
		const char *name = steps[i].name;

		if (learn(lab, steps[i].n, name) || forward(lab, steps[i].n, name, &rate) ||
		    list(lab, steps[i].n, name))
			ret = -1;
		else if (!i)
			first = rate;
		else
			lab_report(lab, rate / first, "kept %s", name);
	}
	return lab_down(lab) ? -1 : ret;
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
	static const uint32_t all[] = { 10, 100, 1000, 0 }, few[] = { 10, 100, 0 };

	for (const uint32_t *n = lab->plan->quick ? few : all; *n; n++) {
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
