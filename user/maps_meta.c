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
#include "pin.h"

#define META_MIN 8 /* magic and ABI */
#define META_MAX 4096

/* The pin and how many bytes it has: another version's may have more at its end, or fewer. */
static int meta_open(const char *path, size_t *size)
{
	struct bpf_map_info info = {};
	__u32 len = sizeof(info);
	int fd = pin_get(path), err = 0;

	if (fd < 0)
		return fd;
	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		err = -errno;
	else if (info.type != BPF_MAP_TYPE_ARRAY || info.max_entries != 1 || info.key_size != 4 ||
		 info.value_size < META_MIN || info.value_size > META_MAX)
		err = -EINVAL;
	*size = info.value_size;
	if (!err)
		return fd;
	close(fd);
	return err;
}

int maps_meta_read(const char *path, struct xsw_meta *meta)
{
	union {
		struct xsw_meta meta;
		uint8_t bytes[META_MAX + 8];
	} buf = {};
	size_t size;
	int fd = meta_open(path, &size), err = 0;
	__u32 zero = 0;

	if (fd < 0)
		return fd;
	if (bpf_map_lookup_elem(fd, &zero, buf.bytes))
		err = -errno;
	else if (buf.meta.magic != XSW_ABI_MAGIC ||
		 (buf.meta.abi == XSW_ABI_VERSION &&
		  (size != sizeof(*meta) || maps_meta_check(&buf.meta))))
		err = -EINVAL;
	else
		*meta = buf.meta;
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
	size_t size;
	int fd = meta_open(path, &size), err;

	if (fd < 0)
		return fd;
	err = size == sizeof(*meta) ? meta_store(fd, meta) : -EINVAL;
	close(fd);
	return err;
}

/* A map with it, not pinned yet. */
static int meta_map(const struct xsw_meta *meta)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xsw_meta", 4, sizeof(*meta), 1, NULL);
	int err;

	if (fd < 0)
		return -errno;
	err = meta_store(fd, meta);
	if (err)
		close(fd);
	return err ? err : fd;
}

int maps_meta_make(const char *path, const struct xsw_meta *meta)
{
	int fd = meta_map(meta), err;

	if (fd < 0)
		return fd;
	err = bpf_obj_pin(fd, path) ? -errno : 0;
	fault_point();
	close(fd);
	return err;
}

int maps_meta_replace(const char *dir, const char *name, const struct xsw_meta *meta)
{
	int fd = meta_map(meta), err;

	if (fd < 0)
		return fd;
	err = pin_replace(fd, dir, name);
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
