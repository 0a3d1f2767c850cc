// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_backend_xsw.c - this switch, by its own command: what a user gets, and waits for
 *
 * The command is this executable again. Its bpffs is the one of the lab.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench_lab.h"

#define SELF  "/proc/self/exe"
#define LIMIT 120 /* seconds */

/* "b1,b2,..." */
static char *port_list(uint32_t ports)
{
	char *list = malloc((size_t)ports * LAB_NS), *p = list;

	for (uint32_t i = 1; list && i <= ports; i++)
		p += snprintf(p, LAB_NS, "%sb%u", i > 1 ? "," : "", i);
	return list;
}

int backend_xsw_make(struct bench_lab *lab)
{
	char *ports = port_list(lab->ports);
	const char *argv[16] = { SELF, "up", "--ports", ports, "--subnet", "10.77.0.0/16" };
	size_t n = 6;
	int ret;

	if (!ports)
		return lab_error(lab, "no memory");
	if (strstr(lab->backend->words, "access")) {
		argv[n++] = "--mode";
		argv[n++] = "access";
		argv[n++] = "--tag";
		argv[n++] = "10";
	}
	ret = lab_command(lab, LIMIT, argv);
	free(ports);
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

int backend_xsw_room(struct bench_lab *lab, uint32_t addresses)
{
	char size[16];
	const char *const argv[] = { SELF, "set", "fdb_size", size, NULL };

	snprintf(size, sizeof(size), "%u", addresses);
	return lab_command(lab, LIMIT, argv);
}
