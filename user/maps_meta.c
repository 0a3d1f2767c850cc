// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_meta.c - the pin that says what a switch is, and pinning its maps
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "fault.h"
#include "maps.h"

static int meta_check(int fd)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	return info.type == BPF_MAP_TYPE_ARRAY && info.max_entries == 1 && info.key_size == 4 &&
			       info.value_size == sizeof(struct xsw_meta) ?
		       0 :
		       -EINVAL;
}

static int meta_open(const char *path)
{
	int fd = bpf_obj_get(path), err;

	if (fd < 0)
		return -errno;
	err = meta_check(fd);
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

int maps_meta_read(const char *path, struct xsw_meta *meta)
{
	int fd = meta_open(path), err;
	__u32 zero = 0;

	if (fd < 0)
		return fd;
	err = bpf_map_lookup_elem(fd, &zero, meta) ? -errno : maps_meta_check(meta);
	close(fd);
	return err;
}

static int meta_store(int fd, const struct xsw_meta *meta)
{
	__u32 zero = 0;

	return bpf_map_update_elem(fd, &zero, meta, BPF_ANY) ? -errno : 0;
}

int maps_meta_write(const char *path, const struct xsw_meta *meta)
{
	int fd = meta_open(path), err;

	if (fd < 0)
		return fd;
	err = meta_store(fd, meta);
	close(fd);
	return err;
}

int maps_meta_make(const char *path, const struct xsw_meta *meta)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xsw_meta", 4, sizeof(*meta), 1, NULL);
	int err;

	if (fd < 0)
		return -errno;
	err = meta_store(fd, meta);
	if (!err && bpf_obj_pin(fd, path))
		err = -errno;
	fault_point();
	close(fd);
	return err;
}

int maps_pin(const struct maps *m, const char *dir)
{
	char path[512];
	int i;

	for (i = 0; i < MAPS; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, map_name(i));
		if (bpf_obj_pin(m->fd[i], path))
			return -errno;
		fault_point();
	}
	return 0;
}
