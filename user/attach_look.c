// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach_look.c - what stands at the hooks of a device, whoever put it there
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attach.h"

#define TCX_MAX 64 /* programs a device takes: BPF_MPROG_MAX */

static void describe(uint32_t id, struct attach_foreign *prog)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	int fd = bpf_prog_get_fd_by_id(id);

	*prog = (struct attach_foreign){ .id = id };
	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		snprintf(prog->name, sizeof(prog->name), "%s", info.name);
	close(fd);
}

size_t tcx_list(uint32_t ifindex, bool egress, struct attach_foreign *v, size_t max)
{
	enum bpf_attach_type at = (enum bpf_attach_type)(egress ? 47 : 46); /* as in attach_tcx.c */
	uint32_t ids[TCX_MAX] = {}, n = TCX_MAX;

	if (bpf_prog_query((int)ifindex, at, 0, NULL, ids, &n))
		return 0;
	for (uint32_t i = 0; i < n && i < max; i++)
		describe(ids[i], &v[i]);
	return n < max ? n : max;
}

bool attach_somewhere(const char *name)
{
	struct attach_foreign prog;
	__u32 id = 0;

	while (!bpf_prog_get_next_id(id, &id)) {
		describe(id, &prog);
		if (!strncmp(prog.name, name, sizeof(prog.name)))
			return true;
	}
	return false;
}
