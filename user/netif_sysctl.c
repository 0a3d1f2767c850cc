// SPDX-License-Identifier: GPL-2.0-only
/*
 * netif_sysctl.c - settings that rtnetlink does not carry
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "netif.h"

int netif_sysctl(const char *key, const char *value)
{
	char path[PATH_MAX];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", key);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	/* ENOENT: no IPv6, or none on this device. */
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}

int netif_disable_ipv6(const char *name)
{
	char key[sizeof("ipv6/conf//disable_ipv6") + IFNAMSIZ];

	/* "all" and "default" are more than a device. */
	if (!strcmp(name, "all") || !strcmp(name, "default"))
		return -EINVAL;
	if (strlen(name) >= IFNAMSIZ || !if_nametoindex(name))
		return -ENODEV;
	snprintf(key, sizeof(key), "ipv6/conf/%s/disable_ipv6", name);
	return netif_sysctl(key, "1");
}
