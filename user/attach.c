// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach.c - which way a program gets to a device
 */
#define _GNU_SOURCE 1 /* secure_getenv() */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "pin.h"
#include "xsw_names.h"

const char *hook_name(enum xsw_hook hook)
{
	static const char *const names[] = {
		[XSW_HOOK_NONE] = "none",
		[XSW_HOOK_TCX] = "tcx",
		[XSW_HOOK_CLSACT] = "clsact",
		[XSW_HOOK_XDP] = "xdp",
	};

	return (unsigned int)hook < sizeof(names) / sizeof(*names) ? names[hook] : "none";
}

enum xsw_hook attach_forced(void)
{
	const char *env = secure_getenv("XSW_FORCE_ATTACH");

	if (env && !strcmp(env, "tcx"))
		return XSW_HOOK_TCX;
	if (env && !strcmp(env, "clsact"))
		return XSW_HOOK_CLSACT;
	if (env && !strcmp(env, "xdp"))
		return XSW_HOOK_XDP;
	return XSW_HOOK_NONE;
}

int attach(int prog, uint32_t ifindex, const char *pin, enum xsw_hook *hook)
{
	enum xsw_hook want = *hook != XSW_HOOK_NONE ? *hook : attach_forced();
	int err;

	if (want != XSW_HOOK_CLSACT) {
		*hook = XSW_HOOK_TCX;
		err = tcx_attach(prog, ifindex, pin);
		/* a kernel before 6.6 does not know the attach type */
		if (err != -EINVAL || want == XSW_HOOK_TCX)
			return err;
	}
	*hook = XSW_HOOK_CLSACT;
	return clsact_attach(prog, ifindex);
}

int detach(uint32_t ifindex, const char *pin, enum xsw_hook hook)
{
	int err = link_detach(pin, XSW_PROG_TC);

	if (hook != XSW_HOOK_CLSACT)
		return err;
	watch_sweep(ifindex, NULL, NULL);
	return clsact_detach(ifindex);
}

uint32_t attached(uint32_t ifindex, const char *pin, enum xsw_hook hook)
{
	if (hook == XSW_HOOK_TCX)
		return link_attached(pin);
	return hook == XSW_HOOK_CLSACT ? clsact_attached(ifindex) : 0;
}

/* Whether switch `name` has the program pinned. */
struct pinned {
	const char *prog;
	uint32_t id;
	bool found;
};

static void look_at_pin(const char *name, void *arg)
{
	struct pinned *p = arg;
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	char path[PIN_PATH_MAX];
	int fd;

	pin_path(path, name, XSW_DIR_PROGS "/%s", p->prog);
	fd = pin_get(path);
	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len) && info.id == p->id)
		p->found = true;
	close(fd);
}

bool attach_id_is_ours(uint32_t id, const char *name)
{
	struct pinned p = { .prog = name, .id = id };
	char root[PIN_PATH_MAX];
	int fd = bpf_prog_get_fd_by_id(id);

	if (fd >= 0) {
		p.found = attach_is_ours(fd, name);
		close(fd);
	} else if (errno == EPERM) {
		pin_root(root);
		pin_each_dir(root, look_at_pin, &p);
	}
	return p.found;
}

bool attach_is_ours(int prog, const char *name)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);

	return !bpf_obj_get_info_by_fd(prog, &info, &len) && !strcmp(info.name, name);
}

uint32_t attach_taken(uint32_t ifindex)
{
	uint32_t id = tcx_taken(ifindex);

	return id ? id : clsact_taken(ifindex);
}
