// SPDX-License-Identifier: GPL-2.0-only
/*
 * attach_xdp.c - native XDP by a pinned link
 *
 * Never generic XDP: it linearises what it gets, and tc is quicker.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <linux/if_link.h>

#include "attach.h"
#include "xsw_names.h"

void xdp_foreign(uint32_t ifindex, struct attach_foreign *foreign)
{
	struct bpf_prog_info info = {};
	__u32 len = sizeof(info);
	int fd;

	if (bpf_xdp_query_id((int)ifindex, 0, &foreign->id) || !foreign->id)
		return;
	fd = bpf_prog_get_fd_by_id(foreign->id);
	if (fd < 0)
		return;
	if (!bpf_obj_get_info_by_fd(fd, &info, &len))
		snprintf(foreign->name, sizeof(foreign->name), "%s", info.name);
	close(fd);
}

int xdp_attach(int prog, uint32_t ifindex, const char *pin, struct attach_foreign *foreign)
{
	const struct attach_link at = { ifindex, BPF_XDP, XDP_FLAGS_DRV_MODE, XSW_PROG_XDP };
	int err = link_attach(&at, prog, pin);

	/* EEXIST: a program in generic mode */
	if (err == -EBUSY || err == -EEXIST) {
		xdp_foreign(ifindex, foreign);
		err = -EBUSY;
	}
	return err;
}

int xdp_detach(const char *pin)
{
	return link_detach(pin, XSW_PROG_XDP);
}

uint32_t xdp_attached(const char *pin)
{
	return link_attached(pin);
}
