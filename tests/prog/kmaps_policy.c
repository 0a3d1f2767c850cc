// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmaps_policy.c - policies of golden rows and the maps of the kernel
 */
#include <bpf/bpf.h>
#include <errno.h>

#include "kmaps.h"

#define LISTED 64 /* more than the rows put on lists */

/* 0 or -errno */
static int put(int fd, const void *key, const void *value)
{
	return bpf_map_update_elem(fd, key, value, BPF_ANY) ? -errno : 0;
}

static int clear(int fd)
{
	struct xsw_ip_key key; /* the longest */

	for (int i = 0; i < LISTED && !bpf_map_get_next_key(fd, NULL, &key); i++)
		if (bpf_map_delete_elem(fd, &key))
			return -errno;
	return 0;
}

static int fill_lists(const struct kmaps *m, const struct row_lists *l)
{
	static const __u32 one = 1;
	int err = clear(m->macs) ?: clear(m->ips);

	for (unsigned int i = 0; i < l->mac_n && !err; i++)
		err = put(m->macs, &l->mac[i], &one);
	for (unsigned int i = 0; i < l->ip_n && !err; i++)
		err = put(m->ips, &l->ip[i], &one);
	return err;
}

int kmaps_fill_policies(const struct kmaps *m, const struct setup *set)
{
	int err = fill_lists(m, &set->lists);

	for (unsigned int i = P1; i <= P5 && !err; i++) {
		__u32 number = row_number[i];

		if (set->stored[i]) {
			err = put(m->policies, &number, &set->policy[i]) ?:
				      put(m->meters, &number, &set->meter[i]);
			continue;
		}
		bpf_map_delete_elem(m->policies, &number);
		bpf_map_delete_elem(m->meters, &number);
	}
	return err;
}

int kmaps_collect_policies(const struct kmaps *m, struct outcome *out)
{
	for (unsigned int i = P1; i <= P5; i++) {
		__u32 number = row_number[i];

		if (bpf_map_lookup_elem(m->ports, &number, &out->port[i]))
			return -errno;
		if (bpf_map_lookup_elem(m->meters, &number, &out->meter[i]) && errno != ENOENT)
			return -errno;
	}
	return 0;
}
