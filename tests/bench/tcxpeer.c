// SPDX-License-Identifier: GPL-2.0-only
/*
 * tcxpeer.c - the least a tc switch can do: hand every frame of one device to another's peer
 *
 * Attaches a program of four instructions to DEVICE (tcx ingress) that redirects into the
 * other end of the veth TARGET, and pins the link. What remains between it and xswitch is the
 * work of the switch; what remains between it and a bare veth pair is the kernel's.
 */
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <net/if.h>
#include <sys/syscall.h>

#include "bench.h"

#define TCX_INGRESS 46 /* BPF_TCX_INGRESS: in headers since 6.6 */

static int load(uint32_t target)
{
	struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1, .imm = target },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect_peer },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return must(bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "tcxpeer", "GPL", code, 4, NULL),
		    "program");
}

/* libbpf 1.1 has no wrapper for tcx. */
static int attach(int prog, uint32_t device)
{
	union bpf_attr attr = { 0 };

	attr.link_create.prog_fd = prog;
	attr.link_create.target_ifindex = device;
	attr.link_create.attach_type = TCX_INGRESS;
	return must(syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr)), "tcx link");
}

int main(int argc, char **argv)
{
	uint32_t device, target;

	usage_if(argc != 4, "tcxpeer DEVICE TARGET PIN");
	device = if_nametoindex(argv[1]);
	must(device ? 0 : -1, argv[1]);
	target = if_nametoindex(argv[2]);
	must(target ? 0 : -1, argv[2]);
	must(bpf_obj_pin(attach(load(target), device), argv[3]), argv[3]);
	return 0;
}
