// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_backend_xsw.c - this switch, by its own command: what a user gets, and waits for
 *
 * The command is this executable again. Its bpffs is the one of the lab.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "bench_lab.h"
#include "pin.h"

#define SELF  "/proc/self/exe"
#define BATCH LAB_DIR "/batch"
#define LIMIT 120 /* seconds */

/* "b1,b2,..." */
static char *port_list(uint32_t ports)
{
	char *list = malloc((size_t)ports * LAB_NS), *p = list;

	for (uint32_t i = 1; list && i <= ports; i++)
		p += snprintf(p, LAB_NS, "%sb%u", i > 1 ? "," : "", i);
	return list;
}

/* Every other port at XDP, from the first: `up` has one hook for all. */
static int make_mixed(struct bench_lab *lab)
{
	static const char *const run[] = { SELF, "-b", BATCH, NULL };
	FILE *f = fopen(BATCH, "we");

	if (!f)
		return lab_error(lab, "cannot make " BATCH ": %s", strerror(errno));
	for (uint32_t i = 1; i <= lab->ports; i++) {
		uint32_t a = lab_address(i);

		fprintf(f, "port add b%u netns b%u address %u.%u.%u.%u/16 hook %s\n", i, i, a >> 24,
			a >> 16 & 255, a >> 8 & 255, a & 255, i % 2 ? "xdp" : "tc");
	}
	if (fclose(f))
		return lab_error(lab, "cannot write " BATCH);
	return lab_commands(lab, SELF " up", 0) || lab_command(lab, LIMIT, run) ? -1 : 0;
}

/* The variant is the end of the command. */
int backend_xsw_make(struct bench_lab *lab)
{
	char *ports, *command;
	int ret;

	if (!strcmp(lab->backend->words, "mixed"))
		return make_mixed(lab);
	ports = port_list(lab->ports);
	ret = ports ? asprintf(&command, SELF " up --ports %s --subnet 10.77.0.0/16 %s", ports,
			       lab->backend->words) :
		      -1;
	free(ports);
	if (ret < 0)
		return lab_error(lab, "no memory");
	ret = lab_commands(lab, command, 0);
	free(command);
	return ret;
}

int backend_xsw_remove(struct bench_lab *lab)
{
	static const char *const argv[] = { SELF, "down", NULL };

	return lab_command(lab, LIMIT, argv);
}

int backend_xsw_show(struct bench_lab *lab, uint64_t *ports)
{
	static const char *const argv[] = { SELF, "-j", "show", NULL };

	return lab_count(lab, argv, "\"mtu\"", ports);
}

int backend_xsw_list(struct bench_lab *lab, uint64_t *addresses)
{
	static const char *const argv[] = { SELF, "-j", "fdb", "show", NULL };

	return lab_count(lab, argv, "\"mac\"", addresses);
}

/* "memlock:\t1234" of a map */
static int map_memory(struct bench_lab *lab, const char *name, uint64_t *bytes)
{
	unsigned long long found = 0;
	char path[PIN_PATH_MAX], line[128];
	FILE *f;
	int fd;

	pin_path(path, "sw0", "maps/%s", name);
	fd = bpf_obj_get(path);
	if (fd < 0)
		return lab_error(lab, "cannot open map %s: %s", name, strerror(errno));
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "memlock: %llu", &found);
	if (f)
		fclose(f);
	close(fd);
	*bytes += found;
	return found ? 0 : lab_error(lab, "map %s: no size", name);
}

int backend_xsw_memory(struct bench_lab *lab, uint64_t *bytes)
{
	*bytes = 0;
	return map_memory(lab, "fdb", bytes) || map_memory(lab, "agequeue", bytes) ? -1 : 0;
}
