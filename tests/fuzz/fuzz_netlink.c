// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_netlink.c - any bytes as messages about devices
 */
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "netif_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *copy = malloc(size + 1);
	struct nlmsghdr *hdr = (struct nlmsghdr *)(void *)copy;
	struct netif_link link;
	int len = (int)size;

	if (!copy)
		return 0;
	memcpy(copy, data, size);
	for (; nlmsg_ok(hdr, len); hdr = nlmsg_next(hdr, &len)) {
		if (!nlmsg_valid_hdr(hdr, sizeof(struct ifinfomsg)) || netif_read_link(hdr, &link))
			continue;
		if (!memchr(link.name, '\0', sizeof(link.name)) ||
		    !memchr(link.alias, '\0', sizeof(link.alias)) ||
		    !memchr(link.kind, '\0', sizeof(link.kind)))
			abort();
	}
	free(copy);
	return 0;
}
