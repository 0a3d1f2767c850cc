// SPDX-License-Identifier: GPL-2.0-only
/*
 * xtcx.c - somebody else's program at tcx, for tests
 *
 *   xtcx DEVICE first|last|egress		prints "ready", ends when it is killed
 *   xtcx DEVICE first|last|egress PIN	pins its link, and ends
 *
 * The program, "xtcx", leaves every frame to the next one. Exit status 3: the kernel has no tcx.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <net/if.h>

/* kernel 6.6; not in older headers */
#define TCX_INGRESS 46
#define TCX_EGRESS  47
#define F_BEFORE    (1U << 3)

static int bpf(int cmd, union bpf_attr *attr)
{
	return (int)syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

static int load(void)
{
	static const struct bpf_insn insns[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = -1 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SCHED_CLS,
		.insn_cnt = 2,
		.insns = (uint64_t)(unsigned long)insns,
		.license = (uint64_t)(unsigned long)"GPL",
		.prog_name = "xtcx",
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

static int pin(int link, const char *path)
{
	union bpf_attr attr = { .pathname = (uint64_t)(unsigned long)path,
				.bpf_fd = (uint32_t)link };

	if (!bpf(BPF_OBJ_PIN, &attr))
		return 0;
	fprintf(stderr, "xtcx: %s: %s\n", path, strerror(errno));
	return 2;
}

int main(int argc, char **argv)
{
	union bpf_attr attr = { 0 };
	int prog, link;

	if (argc < 3) {
		fprintf(stderr, "usage: xtcx DEVICE first|last|egress [PIN]\n");
		return 1;
	}
	prog = load();
	attr.link_create.prog_fd = (uint32_t)prog;
	attr.link_create.target_ifindex = if_nametoindex(argv[1]);
	attr.link_create.attach_type = strcmp(argv[2], "egress") ? TCX_INGRESS : TCX_EGRESS;
	attr.link_create.flags = strcmp(argv[2], "first") ? 0 : F_BEFORE;
	link = prog < 0 ? -1 : bpf(BPF_LINK_CREATE, &attr);
	if (link < 0) {
		fprintf(stderr, "xtcx: %s: %s\n", argv[1], strerror(errno));
		return errno == EINVAL ? 3 : 2;
	}
	if (argc > 3)
		return pin(link, argv[3]);
	printf("ready\n");
	fflush(stdout);
	for (;;)
		pause();
}
