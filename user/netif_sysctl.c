// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif_sysctl.c - the one setting of a device that rtnetlink does not carry
 */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netif.h"

int netif_disable_ipv6(const char *name)
{
	char path[sizeof("/proc/sys/net/ipv6/conf//disable_ipv6") + IFNAMSIZ];
	int fd, err = 0;

	/* "all" and "default" are more than a device. */
	if (!strcmp(name, "all") || !strcmp(name, "default"))
		return -EINVAL;
	if (strlen(name) >= IFNAMSIZ || !if_nametoindex(name))
		return -ENODEV;
	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	/* ENOENT: no IPv6, or none on this device. */
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (write(fd, "1", 1) < 0)
		err = -errno;
	close(fd);
	return err;
}
