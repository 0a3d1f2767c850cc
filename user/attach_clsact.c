// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach_clsact.c - a direct-action filter of our own priority and handle on clsact
 *
 * The qdisc is shared with others: it is made if it is not there and never removed; on a
 * device of ours it goes with the device.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"
#include "fault.h"
#include "xsw_names.h"

#define CLSACT_HANDLE 1

#define CLSACT_HOOK(name, dev)                                                                     \
	LIBBPF_OPTS(bpf_tc_hook, name, .ifindex = (int)(dev), .attach_point = BPF_TC_INGRESS)
#define CLSACT_FILTER(name)                                                                        \
	LIBBPF_OPTS(bpf_tc_opts, name, .handle = CLSACT_HANDLE, .priority = ATTACH_PRIORITY)

uint32_t clsact_attached(uint32_t ifindex)
{
	CLSACT_HOOK(hook, ifindex);
	CLSACT_FILTER(filter);

	return bpf_tc_query(&hook, &filter) ? 0 : filter.prog_id;
}

/* 0: ours; -ENOENT: nothing in our place; -EPERM: somebody else's. */
static int clsact_ours(uint32_t ifindex)
{
	uint32_t id = clsact_attached(ifindex);

	if (!id)
		return -ENOENT;
	return attach_id_is_ours(id, XSW_PROG_TC) ? 0 : -EPERM;
}

uint32_t clsact_taken(uint32_t ifindex)
{
	return clsact_ours(ifindex) ? 0 : clsact_attached(ifindex);
}

int clsact_attach(int prog, uint32_t ifindex)
{
	CLSACT_HOOK(hook, ifindex);
	CLSACT_FILTER(filter);
	int err;

	err = bpf_tc_hook_create(&hook);
	if (err && err != -EEXIST)
		return err;
	fault_point();
	err = clsact_ours(ifindex);
	if (err && err != -ENOENT)
		return err;
	filter.prog_fd = prog;
	filter.flags = err ? 0 : BPF_TC_F_REPLACE;
	err = bpf_tc_attach(&hook, &filter);
	fault_point();
	return err;
}

int clsact_detach(uint32_t ifindex)
{
	CLSACT_HOOK(hook, ifindex);
	CLSACT_FILTER(filter);
	int err = clsact_ours(ifindex);

	if (err == -ENOENT || err == -EPERM)
		return 0;
	if (!err)
		err = bpf_tc_detach(&hook, &filter);
	return err == -ENOENT || err == -ENODEV ? 0 : err;
}
