// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_machine.c - what was measured on, and how busy it is
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define CPU_DIR	 "/sys/devices/system/cpu"
#define VULN_DIR CPU_DIR "/vulnerabilities"

/* First line of a small file; false: none. */
static bool first_line(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "re");
	bool ok = f && fgets(text, (int)size, f);

	if (f)
		fclose(f);
	if (ok)
		text[strcspn(text, "\n")] = '\0';
	return ok;
}

/* A line of /proc/cpuinfo: what follows the colon, or NULL. */
static const char *cpuinfo_value(const char *line, const char *key)
{
	const char *colon = strchr(line, ':');

	return !strncmp(line, key, strlen(key)) && colon && colon[1] ? colon + 2 : NULL;
}

double bench_ghz(void)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	double sum = 0;
	char line[512];
	int n = 0;

	while (f && fgets(line, sizeof(line), f)) {
		const char *mhz = cpuinfo_value(line, "cpu MHz");

		if (!mhz)
			continue;
		sum += strtod(mhz, NULL);
		n++;
	}
	if (f)
		fclose(f);
	return n ? sum / n / 1000 : 0;
}

/* user nice system idle iowait irq softirq steal; guest time is in user */
double bench_busy(void)
{
	unsigned long long t[8] = { 0 };
	char line[256];

	if (!first_line("/proc/stat", line, sizeof(line)) ||
	    sscanf(line, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1], &t[2], &t[3],
		   &t[4], &t[5], &t[6], &t[7]) != 8)
		return 0;
	return (double)(t[0] + t[1] + t[2] + t[5] + t[6]) / (double)sysconf(_SC_CLK_TCK);
}

static void cpu_name(struct bench_machine *m)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	char line[512];

	while (f && !*m->cpu && fgets(line, sizeof(line), f)) {
		const char *name = cpuinfo_value(line, "model name");

		if (name)
			snprintf(m->cpu, sizeof(m->cpu), "%.*s", (int)strcspn(name, "\n"), name);
	}
	if (f)
		fclose(f);
}

/* Which core of which package, as one text. */
static void core_of(uint32_t cpu, char text[64])
{
	char path[128], core[24] = "?", package[24] = "?";

	snprintf(path, sizeof(path), CPU_DIR "/cpu%u/topology/core_id", cpu);
	first_line(path, core, sizeof(core));
	snprintf(path, sizeof(path), CPU_DIR "/cpu%u/topology/physical_package_id", cpu);
	first_line(path, package, sizeof(package));
	snprintf(text, 64, "%s %s", package, core);
}

/* Two CPUs of this process, of different cores where there are such. */
static void choose_cpus(struct bench_machine *m)
{
	char core[64], other[64];
	bool apart = false;
	cpu_set_t set;

	CPU_ZERO(&set);
	sched_getaffinity(0, sizeof(set), &set);
	m->cpus = 0;
	for (uint32_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		if (!m->cpus++) {
			m->pin[0] = m->pin[1] = cpu;
			core_of(cpu, core);
			continue;
		}
		core_of(cpu, other);
		if (m->pin[1] == m->pin[0] || (!apart && strcmp(core, other)))
			m->pin[1] = cpu;
		apart |= strcmp(core, other) != 0;
	}
}

static int not_hidden(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int mitigations(struct bench_machine *m)
{
	struct dirent **names;
	int n = scandir(VULN_DIR, &names, not_hidden, alphasort), err = 0;
	char path[sizeof(VULN_DIR) + 256];

	if (n <= 0)
		return 0;
	m->mitigations = calloc((size_t)n, sizeof(*m->mitigations));
	if (!m->mitigations)
		err = -ENOMEM;
	for (int i = 0; i < n; i++) {
		struct bench_mitigation *one = &m->mitigations[m->nmitigations];

		snprintf(path, sizeof(path), VULN_DIR "/%s", names[i]->d_name);
		if (!err && first_line(path, one->state, sizeof(one->state))) {
			snprintf(one->name, sizeof(one->name), "%.63s", names[i]->d_name);
			m->nmitigations++;
		}
		free(names[i]);
	}
	free(names);
	return err;
}

int bench_machine(struct bench_machine *m)
{
	struct utsname uts;
	char line[128];
	time_t now = time(NULL);
	struct tm tm;

	*m = (struct bench_machine){ .ghz = bench_ghz() };
	if (!uname(&uts)) {
		snprintf(m->kernel, sizeof(m->kernel), "%s", uts.release);
		snprintf(m->arch, sizeof(m->arch), "%.31s", uts.machine);
	}
	if (first_line("/proc/loadavg", line, sizeof(line)))
		m->load = strtod(line, NULL);
	if (gmtime_r(&now, &tm))
		strftime(m->date, sizeof(m->date), "%Y-%m-%d %H:%M UTC", &tm);
	cpu_name(m);
	choose_cpus(m);
	m->versions = calloc(BENCH_VERSIONS, sizeof(*m->versions));
	return m->versions ? mitigations(m) : -ENOMEM;
}

void bench_machine_free(struct bench_machine *m)
{
	free(m->versions);
	free(m->mitigations);
	*m = (struct bench_machine){ 0 };
}
