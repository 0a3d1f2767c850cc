// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_backend_floor.c - the least that a switch at tc can do: every frame of a port goes to its
 * partner's namespace
 *
 * A program of four instructions at tc ingress redirects into the other end of the partner's
 * veth. What remains between it and this switch is the work of the switch; what remains
 * between it and a bare veth pair is the kernel's. The links live as long as the worker. Before
 * 6.15 redirect_peer leaves the packet type, and the IP layer drops.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "bench_lab.h"

#define LIMIT 60 /* seconds */

static int load(uint32_t target)
{
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_1,
		  .imm = (int32_t)target },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect_peer },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "floor", "GPL", code, 4, NULL);
}

static int attach(uint32_t ifindex, uint32_t target)
{
	int prog = load(target), link, err;

	if (prog < 0)
		return -1;
	link = lab_attach_tc(prog, ifindex);
	err = errno;
	close(prog);
	errno = err;
	return link;
}

int backend_floor_make(struct bench_lab *lab)
{
	static const char *const devices[] = { "ip", "-batch", LAB_DIR "/make", NULL };

	if (lab->ports > LAB_LINKS)
		return lab_error(lab, "more than %d ports", LAB_LINKS);
	if (lab_command(lab, LIMIT, devices) || backend_addresses(lab))
		return -1;
	for (uint32_t port = 1; port <= lab->ports; port++) {
		char name[LAB_NS], partner[LAB_NS];

		snprintf(name, sizeof(name), "p%u", port);
		snprintf(partner, sizeof(partner), "p%u", port % 2 ? port + 1 : port - 1);
		lab->links[port - 1] = attach(if_nametoindex(name), if_nametoindex(partner));
		if (lab->links[port - 1] < 0)
			return lab_error(lab, "cannot attach a program: %s", strerror(errno));
	}
	return 0;
}

int backend_floor_remove(struct bench_lab *lab)
{
	static const char *const devices[] = { "ip", "-batch", LAB_DIR "/remove", NULL };

	for (uint32_t i = 0; i < lab->ports; i++) {
		if (lab->links[i] > 0)
			close(lab->links[i]);
		lab->links[i] = 0;
	}
	return lab_command(lab, LIMIT, devices);
}
