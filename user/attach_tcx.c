// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach_tcx.c - tcx links (kernel 6.6, commit e420bed02507): pinned, replaced in place
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "fault.h"
#include "xsw_names.h"

#define TCX_MAX	    64			       /* programs a device takes: BPF_MPROG_MAX */
#define TCX_INGRESS ((enum bpf_attach_type)46) /* BPF_TCX_INGRESS; not in older headers */

/* Program id of a link; 0: the pin is no link, or unreadable. */
static uint32_t link_prog(int link)
{
	struct bpf_link_info info = {};
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(link, &info, &len) ? 0 : info.prog_id;
}

static int link_replace(int link, int prog)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts, .flags = BPF_F_REPLACE);
	int old = bpf_prog_get_fd_by_id(link_prog(link));
	int err = 0;

	if (old < 0)
		return -errno;
	opts.old_prog_fd = (__u32)old;
	if (!attach_is_ours(old, XSW_PROG_TC))
		err = -EPERM;
	else if (bpf_link_update(link, prog, &opts))
		err = -errno;
	close(old);
	return err;
}

static int link_make(int prog, uint32_t ifindex, const char *pin)
{
	int link = bpf_link_create(prog, (int)ifindex, TCX_INGRESS, NULL), err = 0;

	if (link < 0)
		return -errno;
	fault_point();
	if (bpf_obj_pin(link, pin))
		err = -errno;
	close(link); /* without a pin this detaches */
	fault_point();
	return err;
}

int tcx_attach(int prog, uint32_t ifindex, const char *pin)
{
	int link = bpf_obj_get(pin), err;

	if (link < 0)
		return errno == ENOENT ? link_make(prog, ifindex, pin) : -errno;
	err = link_replace(link, prog);
	close(link);
	if (err != -ENOLINK)
		return err;
	/* the device it was on is gone */
	if (unlink(pin) && errno != ENOENT)
		return -errno;
	return link_make(prog, ifindex, pin);
}

int tcx_detach(const char *pin)
{
	return unlink(pin) && errno != ENOENT ? -errno : 0;
}

uint32_t tcx_attached(const char *pin)
{
	int link = bpf_obj_get(pin);
	uint32_t id = 0;

	if (link >= 0) {
		id = link_prog(link);
		close(link);
	}
	return id;
}

/* Of any switch: others' programs share the hook, ours does not share a device with itself. */
uint32_t tcx_taken(uint32_t ifindex)
{
	uint32_t ids[TCX_MAX] = {}, n = TCX_MAX, i, found = 0;

	/* the member that is a descriptor elsewhere is the ifindex here (kernel 6.6) */
	if (bpf_prog_query((int)ifindex, TCX_INGRESS, 0, NULL, ids, &n))
		return 0;
	for (i = 0; i < n && !found; i++) {
		int fd = bpf_prog_get_fd_by_id(ids[i]);

		if (fd < 0)
			continue;
		if (attach_is_ours(fd, XSW_PROG_TC))
			found = ids[i];
		close(fd);
	}
	return found;
}
