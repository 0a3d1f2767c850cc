// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach_link.c - a program on a device by a pinned link, replaced in place
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "fault.h"
#include "pin.h"
#include "prog.h"
#include "xsw_names.h"

/* Any pin answers when it is asked for what it is, in a form of its own kind. */
static bool is_link(int fd)
{
	char path[64], what[32];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, what, sizeof(what) - 1);
	what[n > 0 ? n : 0] = '\0';
	return n < 0 || strstr(what, "link"); /* "anon_inode:bpf_link", with '-' in 6.18 */
}

/* What there is of a link; all zeros: the pin is no link, or unreadable. */
static struct bpf_link_info link_info(int link)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);

	if (!is_link(link) || bpf_obj_get_info_by_fd(link, &info, &len))
		return (struct bpf_link_info){};
	return info;
}

/* A link that was detached, or whose device is gone, has its program still, and no device. */
static uint32_t device_of(const struct bpf_link_info *info)
{
	return info->xdp.ifindex; /* a tcx link has it in the same place (kernel 6.6) */
}

static uint32_t link_prog(int link)
{
	return link_info(link).prog_id;
}

static int link_replace(int link, int prog, const char *name)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts, .flags = BPF_F_REPLACE);
	struct bpf_link_info info = link_info(link);
	uint32_t id = info.prog_id;
	int old, err = 0;

	if (id && !device_of(&info))
		return -ENOLINK;
	old = bpf_prog_get_fd_by_id(id);
	/* the program that is already there, asked for without CAP_SYS_ADMIN */
	if (old < 0 && errno == EPERM && id && id == prog_id(prog))
		return 0;
	if (old < 0)
		return -errno;
	opts.old_prog_fd = (__u32)old;
	if (!attach_is_ours(old, name))
		err = -EPERM;
	else if (bpf_link_update(link, prog, &opts))
		err = -errno;
	close(old);
	return err;
}

static int link_make(const struct attach_link *at, int prog, const char *pin)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = at->flags);
	int link = bpf_link_create(prog, (int)at->ifindex, (enum bpf_attach_type)at->type, &opts);
	int err = 0;

	if (link < 0)
		return -errno;
	fault_point();
	if (bpf_obj_pin(link, pin))
		err = -errno;
	close(link); /* without a pin this detaches */
	fault_point();
	return err;
}

int link_attach(const struct attach_link *at, int prog, const char *pin)
{
	int link = pin_get(pin), err;

	if (link < 0)
		return link == -ENOENT ? link_make(at, prog, pin) : link;
	err = link_replace(link, prog, at->name);
	close(link);
	if (err != -ENOLINK)
		return err;
	/* the device it was on is gone, or somebody took it away */
	if (unlink(pin) && errno != ENOENT)
		return -errno;
	return link_make(at, prog, pin);
}

/* What a pin held goes some time after it: the device is to be free now. */
int link_detach(const char *pin, const char *name)
{
	int link = pin_get(pin), err;

	if (link < 0)
		return link == -ENOENT ? 0 : link;
	err = attach_id_is_ours(link_prog(link), name) ? 0 : -EPERM;
	if (!err)
		bpf_link_detach(link);
	close(link);
	return !err && unlink(pin) && errno != ENOENT ? -errno : err;
}

static struct bpf_link_info pin_info(const char *pin)
{
	struct bpf_link_info info = {};
	int link = pin_get(pin);

	if (link >= 0) {
		info = link_info(link);
		close(link);
	}
	return info;
}

bool link_is_ours(const char *pin)
{
	uint32_t id = pin_info(pin).prog_id;

	return id && (attach_id_is_ours(id, XSW_PROG_TC) || attach_id_is_ours(id, XSW_PROG_XDP));
}

uint32_t link_device(const char *pin)
{
	struct bpf_link_info info = pin_info(pin);

	return device_of(&info);
}

uint32_t link_attached(const char *pin)
{
	struct bpf_link_info info = pin_info(pin);

	return device_of(&info) ? info.prog_id : 0;
}
