// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_policy.c - policies of ports, and the lists of addresses they name
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "maps.h"

/* No port has this number: its record says that a command is at work, or was killed at it. */
#define MARK 0

int maps_policy_get(const struct maps *m, uint32_t port, struct xsw_policy *policy)
{
	memset(policy, 0, sizeof(*policy));
	return bpf_map_lookup_elem(m->fd[MAP_POLICIES], &port, policy) ? -errno : 0;
}

int maps_policy_set(struct maps *m, uint32_t port, const struct xsw_policy *policy)
{
	return bpf_map_update_elem(m->fd[MAP_POLICIES], &port, policy, BPF_ANY) ? -errno : 0;
}

void maps_policy_del(struct maps *m, uint32_t port)
{
	bpf_map_delete_elem(m->fd[MAP_POLICIES], &port);
}

int maps_policy_mark(struct maps *m)
{
	const struct xsw_policy none = {};

	return maps_policy_set(m, MARK, &none);
}

bool maps_policy_marked(const struct maps *m)
{
	struct xsw_policy policy;

	return !maps_policy_get(m, MARK, &policy);
}

void maps_policy_unmark(struct maps *m)
{
	maps_policy_del(m, MARK);
}

int maps_meter_make(struct maps *m, uint32_t port)
{
	const struct xsw_meter full = {};

	if (!bpf_map_update_elem(m->fd[MAP_METERS], &port, &full, BPF_NOEXIST) || errno == EEXIST)
		return 0;
	return -errno;
}

int maps_meter_get(const struct maps *m, uint32_t port, struct xsw_meter *meter)
{
	return bpf_map_lookup_elem(m->fd[MAP_METERS], &port, meter) ? -errno : 0;
}

int maps_meter_set(struct maps *m, uint32_t port, const struct xsw_meter *meter)
{
	return bpf_map_update_elem(m->fd[MAP_METERS], &port, meter, BPF_EXIST) ? -errno : 0;
}

void maps_meter_del(struct maps *m, uint32_t port)
{
	bpf_map_delete_elem(m->fd[MAP_METERS], &port);
}

uint32_t maps_list_new(struct maps *m)
{
	__u32 *list = &m->mem.settings->list;

	if (!++*list) /* 0 is no list */
		++*list;
	return *list;
}

int maps_mac_add(struct maps *m, const struct xsw_mac_key *key)
{
	const __u32 one = 1;

	return bpf_map_update_elem(m->fd[MAP_MACS], key, &one, BPF_ANY) ? -errno : 0;
}

int maps_ip_add(struct maps *m, const struct xsw_ip_key *key, bool allowed)
{
	const __u32 value = allowed;

	return bpf_map_update_elem(m->fd[MAP_IPS], key, &value, BPF_ANY) ? -errno : 0;
}

bool maps_ip_allowed(const struct maps *m, const struct xsw_ip_key *key)
{
	__u32 value;

	return !bpf_map_lookup_elem(m->fd[MAP_IPS], key, &value) && value;
}

/*
 * All keys of `macs` or `ips`. A walk meets its beginning again when the key it stands on is
 * deleted: a reader may get some twice, and stops at as many as the map holds.
 */
static int all_keys(int fd, size_t size, void **keys, size_t *n)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	void *prev = NULL;
	char *v;

	*keys = NULL;
	*n = 0;
	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	v = malloc((size_t)info.max_entries * size);
	if (!v)
		return -ENOMEM;
	for (; *n < info.max_entries; (*n)++) {
		if (bpf_map_get_next_key(fd, prev, v + *n * size))
			break;
		prev = v + *n * size;
	}
	*keys = v;
	return *n == info.max_entries || errno == ENOENT ? 0 : -errno;
}

int maps_macs_all(const struct maps *m, struct xsw_mac_key **keys, size_t *n)
{
	return all_keys(m->fd[MAP_MACS], sizeof(**keys), (void **)keys, n);
}

int maps_ips_all(const struct maps *m, struct xsw_ip_key **keys, size_t *n)
{
	return all_keys(m->fd[MAP_IPS], sizeof(**keys), (void **)keys, n);
}

static int list_del(int fd, const void *key)
{
	return bpf_map_delete_elem(fd, key) && errno != ENOENT ? -errno : 0;
}

int maps_lists_del(struct maps *m, bool (*goes)(uint32_t list, const void *arg), const void *arg)
{
	struct xsw_mac_key *macs;
	struct xsw_ip_key *ips;
	size_t i, n;
	int err = maps_macs_all(m, &macs, &n);

	for (i = 0; !err && i < n; i++)
		if (goes(macs[i].list, arg))
			err = list_del(m->fd[MAP_MACS], &macs[i]);
	free(macs);
	if (err)
		return err;
	err = maps_ips_all(m, &ips, &n);
	for (i = 0; !err && i < n; i++)
		if (goes(ips[i].list, arg))
			err = list_del(m->fd[MAP_IPS], &ips[i]);
	free(ips);
	return err;
}
