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

/* Program id of a link; 0: the pin is no link, or unreadable. */
static uint32_t link_prog(int link)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);

	return !is_link(link) || bpf_obj_get_info_by_fd(link, &info, &len) ? 0 : info.prog_id;
}

static int link_replace(int link, int prog, const char *name)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts, .flags = BPF_F_REPLACE);
	uint32_t id = link_prog(link);
	int old = bpf_prog_get_fd_by_id(id);
	int err = 0;

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
	/* the device it was on is gone */
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

bool link_is_ours(const char *pin)
{
	uint32_t id = link_attached(pin);

	return id && (attach_id_is_ours(id, XSW_PROG_TC) || attach_id_is_ours(id, XSW_PROG_XDP));
}

uint32_t link_attached(const char *pin)
{
	int link = pin_get(pin);
	uint32_t id = 0;

	if (link >= 0) {
		id = link_prog(link);
		close(link);
	}
	return id;
}
