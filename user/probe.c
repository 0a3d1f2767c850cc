// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe.c - see probe.h
 */
#include <linux/capability.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "probe.h"

static const struct {
	unsigned int cap;
	const char *name;
} needed[] = {
	{ CAP_SYS_ADMIN, "CAP_SYS_ADMIN" }, /* setns, mount, bpf_*_get_fd_by_id */
	{ CAP_NET_ADMIN, "CAP_NET_ADMIN" },
	{ CAP_BPF, "CAP_BPF" },
};

const char *probe_missing_capability(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};
	uint64_t effective;
	size_t i;

	if (syscall(SYS_capget, &head, data))
		return NULL; /* let the kernel refuse what it refuses */
	effective = data[0].effective | (uint64_t)data[1].effective << 32;
	for (i = 0; i < sizeof(needed) / sizeof(*needed); i++) {
		/* CAP_SYS_ADMIN includes CAP_BPF */
		if (needed[i].cap == CAP_BPF && effective >> CAP_SYS_ADMIN & 1)
			continue;
		if (!(effective >> needed[i].cap & 1))
			return needed[i].name;
	}
	return NULL;
}

bool probe_kernel(unsigned int major, unsigned int minor)
{
	unsigned int a, b;
	struct utsname uts;

	if (uname(&uts) || sscanf(uts.release, "%u.%u", &a, &b) != 2)
		return false;
	return a > major || (a == major && b >= minor);
}

void probe_raise_memlock(void)
{
	struct rlimit lim = { RLIM_INFINITY, RLIM_INFINITY };

	/* best effort: newer kernels account to the memory cgroup */
	(void)!setrlimit(RLIMIT_MEMLOCK, &lim);
}
