// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach_watch.c - a watcher's program in front of xsw_tc, for as long as the watcher lives
 *
 * It goes the way xsw_tc went. By tcx that is a link without a pin right before xsw_tc
 * (kernel/bpf/mprog.c: BPF_F_BEFORE with a program), so that programs of others which stand
 * further in front and stop frames are in front of it too; the link goes with the process. At
 * clsact it is a filter of the priority before that of xsw_tc, one handle a watcher. That one
 * stays when its process is killed: it does nothing any more (its lease is over) and is removed by
 * the next who looks.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attach.h"
#include "fault.h"
#include "xsw_names.h"

#define TCX_INGRESS 46	     /* BPF_TCX_INGRESS, 6.6 */
#define TCX_BEFORE  (1 << 3) /* BPF_F_BEFORE, 6.6 */
#define PRIORITY    (CLSACT_PRIORITY - 1)

#define WATCH_HOOK(name, dev)                                                                      \
	LIBBPF_OPTS(bpf_tc_hook, name, .ifindex = (int)(dev), .attach_point = BPF_TC_INGRESS)
#define WATCH_FILTER(name, number)                                                                 \
	LIBBPF_OPTS(bpf_tc_opts, name, .handle = (number), .priority = PRIORITY)

/* What libbpf 1.1 cannot say: next to which program. */
static int tcx_before(int prog, int other, uint32_t ifindex)
{
	struct {
		__u32 prog, ifindex, type, flags, other, pad;
		__u64 revision;
	} attr = { (__u32)prog, ifindex, TCX_INGRESS, TCX_BEFORE, (__u32)other, 0, 0 };
	int link = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));

	return link < 0 ? -errno : link;
}

/* Kernel's id of the watcher's program with that handle; 0: none. */
static uint32_t filter_id(uint32_t ifindex, uint32_t handle)
{
	WATCH_HOOK(hook, ifindex);
	WATCH_FILTER(filter, handle);

	return bpf_tc_query(&hook, &filter) ? 0 : filter.prog_id;
}

static int filter_del(uint32_t ifindex, uint32_t handle)
{
	WATCH_HOOK(hook, ifindex);
	WATCH_FILTER(filter, handle);

	return bpf_tc_detach(&hook, &filter);
}

/* Whether the filter is there, ours, and nobody's any more. */
static bool is_left(uint32_t id, bool (*over)(int prog, const void *arg), const void *arg)
{
	int fd = id ? bpf_prog_get_fd_by_id(id) : -1;
	bool left;

	if (fd < 0)
		return false;
	left = attach_is_ours(fd, XSW_PROG_TRACE) && (!over || over(fd, arg));
	close(fd);
	return left;
}

void watch_sweep(uint32_t ifindex, bool (*over)(int prog, const void *arg), const void *arg)
{
	for (uint32_t handle = 1; handle <= WATCHERS; handle++)
		if (is_left(filter_id(ifindex, handle), over, arg))
			filter_del(ifindex, handle);
}

static int filter_add(int prog, uint32_t ifindex, uint32_t *handle)
{
	WATCH_HOOK(hook, ifindex);
	int err = -EEXIST;

	for (*handle = 1; *handle <= WATCHERS && err == -EEXIST; ++*handle) {
		WATCH_FILTER(filter, *handle);

		filter.prog_fd = prog;
		err = bpf_tc_attach(&hook, &filter);
	}
	--*handle;
	return err == -EEXIST ? -ENOSPC : err;
}

int watch_attach(int prog, int tc, uint32_t ifindex, struct attach_watch *at)
{
	int err = 0;

	*at = (struct attach_watch){ .ifindex = ifindex, .link = -1 };
	if (clsact_taken(ifindex)) {
		err = filter_add(prog, ifindex, &at->handle);
		if (err)
			at->handle = 0;
	} else {
		at->link = tcx_before(prog, tc, ifindex);
		if (at->link < 0)
			err = at->link;
	}
	fault_point();
	return err;
}

void watch_detach(uint32_t id, struct attach_watch *at)
{
	if (at->link >= 0)
		close(at->link);
	/* one that was stopped for seconds may have been taken for dead, and its handle given away */
	if (at->handle && filter_id(at->ifindex, at->handle) == id)
		filter_del(at->ifindex, at->handle);
	*at = (struct attach_watch){ .link = -1 };
}
