// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe.c - see probe.h
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/capability.h>
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

/* The effective ones as bits; -errno: they cannot be told. */
static int capabilities(uint64_t *bits)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	if (syscall(SYS_capget, &head, data))
		return -errno;
	*bits = data[0].effective | (uint64_t)data[1].effective << 32;
	return 0;
}

const char *probe_missing_capability(void)
{
	uint64_t effective = 0;
	size_t i;

	if (capabilities(&effective))
		return NULL; /* let the kernel refuse what it refuses */
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

bool probe_memlock_matters(uint64_t *limit)
{
	struct rlimit was, none;
	uint64_t caps = 0;
	int fd, err;

	if (getrlimit(RLIMIT_MEMLOCK, &was))
		return false;
	none = (struct rlimit){ 0, was.rlim_max };
	if (setrlimit(RLIMIT_MEMLOCK, &none))
		return false;
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xsw_memlock", 4, 4, 1, NULL);
	err = fd < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	setrlimit(RLIMIT_MEMLOCK, &was);
	*limit = was.rlim_max;
	return err == -EPERM && was.rlim_max != RLIM_INFINITY &&
	       !(!capabilities(&caps) && caps >> CAP_SYS_RESOURCE & 1);
}
