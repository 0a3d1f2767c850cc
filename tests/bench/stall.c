// SPDX-License-Identifier: GPL-2.0-only
/*
 * stall.c - the longest time for which a CPU did not run a program that was to run
 *
 * A real-time thread on every CPU sleeps 50 us at a time; what it wakes up too late is what an
 * interrupt handler, a timer or another part of the kernel held the CPU for. After cyclictest.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>

#include "bench.h"

#define PERIOD 50000 /* ns */
#define CPUS   1024

struct cpu {
	pthread_t thread;
	int number;
	uint64_t end, worst, late; /* ns; wake-ups more than a period late */
};

static void *sleeper(void *arg)
{
	struct cpu *c = arg;
	struct sched_param rt = { .sched_priority = 90 };
	struct timespec ts;
	cpu_set_t set;
	uint64_t next, now;

	CPU_ZERO(&set);
	CPU_SET(c->number, &set);
	must(sched_setaffinity(0, sizeof(set), &set), "sched_setaffinity");
	must(sched_setscheduler(0, SCHED_FIFO, &rt), "sched_setscheduler");
	for (next = now_ns() + PERIOD; next < c->end; next = now_ns() + PERIOD) {
		ts.tv_sec = next / NSEC_PER_SEC;
		ts.tv_nsec = next % NSEC_PER_SEC;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
		now = now_ns();
		if (now - next > c->worst)
			c->worst = now - next;
		c->late += now - next > PERIOD;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct cpu cpus[CPUS];
	uint64_t worst = 0, late = 0;
	cpu_set_t all;
	int i, n = 0;

	usage_if(argc != 2, "stall SECONDS");
	bench_limit(seconds_arg(argv[1]));
	must(sched_getaffinity(0, sizeof(all), &all), "sched_getaffinity");
	for (i = 0; i < CPUS; i++)
		if (CPU_ISSET(i, &all))
			cpus[n++] =
				(struct cpu){ .number = i, .end = now_ns() + seconds_arg(argv[1]) };
	for (i = 0; i < n; i++)
		usage_if(pthread_create(&cpus[i].thread, NULL, sleeper, &cpus[i]), "a thread more");
	ready();
	for (i = 0; i < n; i++) {
		pthread_join(cpus[i].thread, NULL);
		late += cpus[i].late;
		if (cpus[i].worst > worst)
			worst = cpus[i].worst;
	}
	printf("{\"worst\": %llu, \"late\": %llu}\n", (unsigned long long)worst,
	       (unsigned long long)late);
	return 0;
}
