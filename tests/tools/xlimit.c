// SPDX-License-Identifier: GPL-2.0-only
/*
 * xlimit.c - limits of learned addresses and what is counted, for tests
 *
 *   xlimit PIN				counts that are not 0: "port 1 5", "vlan 10 7", "switch 12"
 *   xlimit PIN switch|port N|vlan N MAX	set a limit
 *
 * PIN is the map `limits` of a switch in bpffs. Example: xlimit .../maps/limits vlan 10 100
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>

#include "../../include/xsw_abi.h"

static struct xsw_limit *map_limits(const char *path)
{
	union bpf_attr attr = { .pathname = (uint64_t)(unsigned long)path };
	int fd = (int)syscall(SYS_bpf, BPF_OBJ_GET, &attr, sizeof(attr));
	void *p = MAP_FAILED;

	if (fd >= 0)
		p = mmap(NULL, XSW_LIMITS * sizeof(struct xsw_limit), PROT_READ | PROT_WRITE,
			 MAP_SHARED, fd, 0);
	if (p == MAP_FAILED) {
		fprintf(stderr, "xlimit: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return p;
}

static void show(const struct xsw_limit *limits)
{
	for (unsigned int i = 0; i < XSW_LIMITS; i++) {
		uint32_t n = __atomic_load_n(&limits[i].learned, __ATOMIC_RELAXED);

		if (!n)
			continue;
		if (i == XSW_LIMIT_SWITCH)
			printf("switch %u\n", n);
		else if (i < XSW_PORTS)
			printf("port %u %u\n", i, n);
		else
			printf("vlan %u %u\n", i - XSW_PORTS, n);
	}
}

int main(int argc, char **argv)
{
	unsigned int index = XSW_LIMIT_SWITCH;
	struct xsw_limit *limits;

	if (argc < 2)
		return 2;
	limits = map_limits(argv[1]);
	if (argc == 2) {
		show(limits);
		return 0;
	}
	if (argc == 5)
		index = strtoul(argv[3], NULL, 10) + (strcmp(argv[2], "vlan") ? 0 : XSW_PORTS);
	else if (argc != 4 || strcmp(argv[2], "switch"))
		return 2;
	if (index >= XSW_LIMITS)
		return 2;
	__atomic_store_n(&limits[index].max, strtoul(argv[argc - 1], NULL, 10), __ATOMIC_RELEASE);
	return 0;
}
