// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_xflood.c - the devmap by which XDP floods
 *
 * The kernel looks at every slot for each flood, used or not (7 ns each), so the map is as long as
 * the highest port number needs and is replaced when that grows. It has no pin: the outer map
 * holds it.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include "maps.h"

static const uint32_t slot0;

/* The map in use and its length; -ENOENT: none yet. */
static int current(const struct maps *m, uint32_t *entries)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info), id;
	int fd, err;

	if (bpf_map_lookup_elem(m->fd[MAP_XFLOOD], &slot0, &id))
		return -errno;
	fd = bpf_map_get_fd_by_id(id);
	if (fd < 0)
		return -errno;
	if (bpf_obj_get_info_by_fd(fd, &info, &len)) {
		err = -errno;
		close(fd);
		return err;
	}
	*entries = info.max_entries;
	return fd;
}

/* A longer map with the slots of the old one; a device that went meanwhile is left out. */
static int longer(int old, uint32_t old_entries, uint32_t entries, int prog)
{
	struct bpf_devmap_val val;
	int fd = bpf_map_create(BPF_MAP_TYPE_DEVMAP, "xflood", 4, sizeof(val), entries, NULL);
	uint32_t i;

	if (fd < 0)
		return -errno;
	for (i = 0; old >= 0 && i < old_entries; i++) {
		if (bpf_map_lookup_elem(old, &i, &val))
			continue;
		val.bpf_prog.fd = prog;
		(void)bpf_map_update_elem(fd, &i, &val, BPF_ANY);
	}
	return fd;
}

int maps_xflood_set(struct maps *m, uint32_t port, uint32_t ifindex, int prog)
{
	struct bpf_devmap_val val = { .ifindex = ifindex, .bpf_prog.fd = prog };
	uint32_t entries = 0, need = (port / XSW_FLOOD_STEP + 1) * XSW_FLOOD_STEP;
	int old = current(m, &entries), fd = old, err = 0;

	if (old < 0 && old != -ENOENT)
		return old;
	if (entries < need)
		fd = longer(old, entries, need, prog);
	if (fd < 0)
		err = fd;
	if (!err && bpf_map_update_elem(fd, &port, &val, BPF_ANY))
		err = -errno;
	if (!err && fd != old && bpf_map_update_elem(m->fd[MAP_XFLOOD], &slot0, &fd, BPF_ANY))
		err = -errno;
	if (fd >= 0 && fd != old)
		close(fd);
	if (old >= 0)
		close(old);
	return err;
}

void maps_xflood_clear(struct maps *m, uint32_t port)
{
	uint32_t entries;
	int fd = current(m, &entries);

	if (fd < 0)
		return;
	bpf_map_delete_elem(fd, &port);
	close(fd);
}
