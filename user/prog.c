// SPDX-License-Identifier: GPL-2.0-only
/*
 * prog.c - loading and calling the BPF programs
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pin.h"
#include "prog.h"
#include "xsw_names.h"
#include "xsw_tc.skel.h"
#include "xsw_xdp.skel.h"

/* Every program, and what the kernel must say of it. */
static const struct {
	const char *name;
	enum bpf_prog_type type;
	size_t off; /* in struct prog */
	bool optional;
} kinds[] = {
	{ XSW_PROG_TC, BPF_PROG_TYPE_SCHED_CLS, offsetof(struct prog, tc), false },
	{ XSW_PROG_CTL, BPF_PROG_TYPE_SCHED_CLS, offsetof(struct prog, ctl), false },
	{ XSW_PROG_XDP, BPF_PROG_TYPE_XDP, offsetof(struct prog, xdp), true },
	{ XSW_PROG_EGR, BPF_PROG_TYPE_XDP, offsetof(struct prog, egr), true },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static int *prog_fd(struct prog *p, size_t kind)
{
	return (int *)(void *)((char *)p + kinds[kind].off);
}

bool prog_is_name(const char *name)
{
	size_t i;

	for (i = 0; i < KINDS; i++) {
		size_t len = strlen(kinds[i].name);

		if (!strncmp(name, kinds[i].name, len) &&
		    (!name[len] || !strcmp(name + len, XSW_PIN_NEW)))
			return true;
	}
	return false;
}

#define CTL_TRIES 1000

void prog_init(struct prog *p)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		*prog_fd(p, i) = -1;
}

void prog_close(struct prog *p)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (*prog_fd(p, i) >= 0)
			close(*prog_fd(p, i));
	prog_init(p);
}

static int dup_fd(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -errno : copy;
}

int prog_maps(struct bpf_object *obj, const struct maps *m, uint32_t fdb_size)
{
	int i, err = 0;

	for (i = 0; i < MAPS && !err; i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(obj, map_name(i));

		if (!map)
			return -ENOENT;
		if (m->fd[i] >= 0)
			err = bpf_map__reuse_fd(map, m->fd[i]);
		else if (i == MAP_FDB)
			err = bpf_map__set_max_entries(map, fdb_size);
		else if (i == MAP_AGEQUEUE) /* slack: an address may stand there twice */
			err = bpf_map__set_max_entries(map, fdb_size + fdb_size / 4 + 1024);
	}
	return err;
}

static int maps_take(struct bpf_object *obj, struct maps *m)
{
	int i, fd;

	for (i = 0; i < MAPS; i++) {
		if (m->fd[i] >= 0)
			continue;
		fd = dup_fd(bpf_map__fd(bpf_object__find_map_by_name(obj, map_name(i))));
		if (fd < 0)
			return fd;
		m->fd[i] = fd;
	}
	return 0;
}

/* 0: a program of this kind and name */
static int prog_check(int fd, size_t kind)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	return info.type != kinds[kind].type || strcmp(info.name, kinds[kind].name) ? -EINVAL : 0;
}

/*
 * Without its name nobody could tell that it is ours. libbpf leaves it out when its probe
 * fails, and since the kernels that run this know names, that is for want of memory.
 */
static int prog_take(struct bpf_object *obj, size_t kind)
{
	struct bpf_program *prog = bpf_object__find_program_by_name(obj, kinds[kind].name);
	int err = prog_check(bpf_program__fd(prog), kind);

	if (err == -EINVAL)
		err = -ENOMEM;
	return err ? err : dup_fd(bpf_program__fd(prog));
}

/* Load an object and take the programs it has. */
static int object_load(struct bpf_object *obj, struct prog *p, struct maps *m, uint32_t fdb_size)
{
	int err = prog_maps(obj, m, fdb_size);
	size_t i;

	if (!err)
		err = bpf_object__load(obj);
	if (!err)
		err = maps_take(obj, m);
	for (i = 0; i < KINDS && !err; i++) {
		if (!bpf_object__find_program_by_name(obj, kinds[i].name))
			continue;
		*prog_fd(p, i) = prog_take(obj, i);
		if (*prog_fd(p, i) < 0)
			err = *prog_fd(p, i);
	}
	return err;
}

int prog_load(struct prog *p, struct maps *m, uint32_t fdb_size)
{
	struct xsw_tc *skel = xsw_tc__open();
	int err;

	if (!skel)
		return -errno;
	err = object_load(skel->obj, p, m, fdb_size);
	xsw_tc__destroy(skel);
	if (err)
		prog_close(p);
	return err;
}

int prog_load_xdp(struct prog *p, struct maps *m)
{
	struct xsw_xdp *skel = xsw_xdp__open();
	struct prog got;
	int err;

	if (!skel)
		return -errno;
	prog_init(&got);
	err = object_load(skel->obj, &got, m, 0);
	xsw_xdp__destroy(skel);
	if (err) {
		prog_close(&got);
		return err;
	}
	p->xdp = got.xdp;
	p->egr = got.egr;
	return 0;
}

int prog_load_again(struct prog *p, const struct prog *old, struct maps *m, uint32_t fdb_size)
{
	int err = prog_load(p, m, fdb_size);

	return err || old->xdp < 0 ? err : prog_load_xdp(p, m);
}

int prog_object(int (*use)(struct bpf_object *obj, void *arg), void *arg)
{
	struct xsw_tc *skel = xsw_tc__open();
	int err;

	if (!skel)
		return -errno;
	err = use(skel->obj, arg);
	xsw_tc__destroy(skel);
	return err;
}

int prog_xdp_object(struct maps *m, int (*use)(struct bpf_object *obj, void *arg), void *arg)
{
	struct xsw_xdp *skel = xsw_xdp__open();
	int err;

	if (!skel)
		return -errno;
	err = prog_maps(skel->obj, m, 0);
	if (!err)
		err = bpf_program__set_autoload(skel->progs.xsw_egr, false);
	if (!err)
		err = use(skel->obj, arg);
	xsw_xdp__destroy(skel);
	return err;
}

bool prog_is_again(uint32_t id, int prog, const struct maps *m)
{
	__u32 ids[2 * MAPS] = {}, len = sizeof(struct bpf_prog_info);
	struct bpf_prog_info info = { .nr_map_ids = 2 * MAPS, .map_ids = (uintptr_t)ids };
	struct bpf_prog_info want = {};
	struct bpf_map_info fdb = {};
	int fd = bpf_prog_get_fd_by_id(id), err;

	if (fd < 0)
		return false;
	err = bpf_obj_get_info_by_fd(fd, &info, &len);
	close(fd);
	len = sizeof(want);
	if (err || bpf_obj_get_info_by_fd(prog, &want, &len))
		return false;
	len = sizeof(fdb);
	if (memcmp(info.tag, want.tag, sizeof(want.tag)) ||
	    bpf_obj_get_info_by_fd(m->fd[MAP_FDB], &fdb, &len))
		return false;
	for (size_t i = 0; i < 2 * MAPS && ids[i]; i++)
		if (ids[i] == fdb.id)
			return true;
	return false;
}

static int prog_open_one(const char *dir, size_t kind)
{
	char path[512];
	int fd, err;

	snprintf(path, sizeof(path), "%s/%s", dir, kinds[kind].name);
	fd = pin_get(path);
	if (fd < 0)
		return fd;
	err = prog_check(fd, kind); /* a map or a link answers, but not as this program */
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

int prog_open(struct prog *p, const char *dir)
{
	size_t i;

	for (i = 0; i < KINDS; i++) {
		int fd = prog_open_one(dir, i);

		if (fd < 0 && (fd != -ENOENT || !kinds[i].optional))
			return fd;
		*prog_fd(p, i) = fd < 0 ? -1 : fd;
	}
	return 0;
}

bool prog_moved(const struct prog *p, const char *dir)
{
	int fd = prog_open_one(dir, 0);
	bool moved = fd >= 0 && prog_id(fd) != prog_id(p->tc);

	if (fd >= 0)
		close(fd);
	return moved;
}

int prog_pin(const struct prog *p, const char *dir)
{
	struct prog copy = *p;
	int err = 0;
	size_t i;

	for (i = 0; i < KINDS && !err; i++)
		if (*prog_fd(&copy, i) >= 0)
			err = pin_replace(*prog_fd(&copy, i), dir, kinds[i].name);
	return err;
}

/* FNV-1a */
static uint32_t hash(uint32_t h, const void *p, size_t size)
{
	const uint8_t *at = p;

	while (size--)
		h = (h ^ *at++) * 16777619;
	return h;
}

uint32_t prog_build(void)
{
	static uint32_t build;
	const void *object;
	size_t size;

	if (build)
		return build;
	object = xsw_tc__elf_bytes(&size);
	build = hash(2166136261, object, size);
	object = xsw_xdp__elf_bytes(&size);
	build = hash(build, object, size) ?: 1;
	return build;
}

uint32_t prog_id(int fd)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &len) ? 0 : info.id;
}

int prog_map(int fd, const char *name)
{
	struct bpf_prog_info info = {};
	struct bpf_map_info map = {};
	__u32 ids[64], len = sizeof(info), i;
	int err;

	info.nr_map_ids = sizeof(ids) / sizeof(*ids);
	info.map_ids = (__u64)(uintptr_t)ids;
	if (bpf_obj_get_info_by_fd(fd, &info, &len))
		return -errno;
	for (i = 0; i < info.nr_map_ids && i < sizeof(ids) / sizeof(*ids); i++) {
		fd = bpf_map_get_fd_by_id(ids[i]);
		len = sizeof(map);
		err = fd < 0 || bpf_obj_get_info_by_fd(fd, &map, &len) ? -errno : 0;
		if (!err && !strcmp(map.name, name))
			return fd;
		if (fd >= 0)
			close(fd);
		if (err)
			return err;
	}
	return -ENOENT;
}

/*
 * A request with what follows it; again if another CPU was changing the same entry, or if the
 * kernel's store of elements was empty: a few for each CPU, filled again from an interrupt
 * (bpf_mem_alloc, kernel 6.1), which a busy machine may be late with.
 */
static int ctl_run(const struct prog *p, __u8 *frame, size_t len)
{
	int tries, ret = -EAGAIN;

	for (tries = 0; tries < CTL_TRIES && (ret == -EAGAIN || ret == -ENOMEM); tries++) {
		LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = (__u32)len);

		if (ret == -ENOMEM)
			poll(NULL, 0, 1);
		if (bpf_prog_test_run_opts(p->ctl, &opts))
			return -errno;
		ret = (int)opts.retval;
	}
	return ret;
}

int prog_ctl(const struct prog *p, const struct xsw_ctl *req)
{
	__u8 frame[XSW_CTL_HDR + sizeof(*req) + 32] = {};

	memcpy(frame + XSW_CTL_HDR, req, sizeof(*req));
	return ctl_run(p, frame, sizeof(frame));
}

int prog_copy(const struct prog *p, const struct xsw_ctl_entry *v, size_t n, bool limits)
{
	static __u8 frame[XSW_CTL_HDR + sizeof(struct xsw_ctl) + XSW_CTL_COPIES * sizeof(*v)];
	struct xsw_ctl req = {
		.op = XSW_CTL_FDB_COPY,
		.port = (__u16)n,
		.state = limits,
	};

	if (n > XSW_CTL_COPIES)
		return -EINVAL;
	memcpy(frame + XSW_CTL_HDR, &req, sizeof(req));
	memcpy(frame + XSW_CTL_HDR + sizeof(req), v, n * sizeof(*v));
	return ctl_run(p, frame, sizeof(frame));
}

int prog_tell(const struct prog *p, const struct xsw_tell *tell)
{
	__u8 frame[XSW_CTL_HDR + sizeof(struct xsw_ctl) + sizeof(*tell)] = {};
	const struct xsw_ctl req = { .op = XSW_CTL_TELL };

	memcpy(frame + XSW_CTL_HDR, &req, sizeof(req));
	memcpy(frame + XSW_CTL_HDR + sizeof(req), tell, sizeof(*tell));
	return ctl_run(p, frame, sizeof(frame));
}

int prog_fdb_del(const struct prog *p, union xsw_fdb_key key)
{
	struct xsw_ctl req = { .op = XSW_CTL_FDB_DEL, .key = key };

	return prog_ctl(p, &req);
}

int prog_flush(const struct prog *p, uint32_t port, int vid)
{
	struct xsw_ctl req = {
		.op = XSW_CTL_FLUSH,
		.port = (__u16)port,
		.key.vid = vid < 0 ? XSW_ANY_VID : (__u16)vid,
	};

	return prog_ctl(p, &req);
}

uint64_t prog_clock(const struct prog *p, const struct maps *m)
{
	struct xsw_ctl req = { .op = XSW_CTL_CLOCK };

	return prog_ctl(p, &req) ? 0 : m->mem.settings->clock;
}
