// SPDX-License-Identifier: GPL-2.0-only
/*
 * probe.c - see probe.h
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "probe.h"
#include "rights.h"

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
	return err == -EPERM && was.rlim_max != RLIM_INFINITY && !rights_raise_limits();
}
