/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rights.h - what a step needs of the kernel, and giving up what is needed no more
 *
 * Reading a switch and changing its maps needs no capability at all, only access to its pins
 * (capabilities are asked for where programs are loaded, maps made, devices changed and
 * namespaces entered). Sources: kernel/bpf/syscall.c (bpf_prog_load, map_create,
 * bpf_prog_get_fd_by_id), fs/namespace.c, net/core/net_namespace.c (netns_install),
 * net/core/rtnetlink.c (rtnetlink_rcv_msg).
 *
 * CAP_PERFMON: the verifier lets programs add to pointers only with it, and without it would
 * make what it does take slower by masks and barriers against speculation.
 */
#ifndef XSWITCH_RIGHTS_H
#define XSWITCH_RIGHTS_H

#include <stdbool.h>
#include <stdint.h>

enum right {
	RIGHT_MAPS = 1 << 0,	/* make maps: CAP_BPF */
	RIGHT_PROGS = 1 << 1,	/* load programs: CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN */
	RIGHT_DEVICES = 1 << 2, /* change devices, attach programs to them: CAP_NET_ADMIN */
	RIGHT_NETNS = 1 << 3,	/* make and enter network namespaces: CAP_SYS_ADMIN */
	RIGHT_IDS = 1 << 4,	/* programs and maps by their numbers: CAP_SYS_ADMIN */
	RIGHT_MOUNT = 1 << 5,	/* mount bpffs: CAP_SYS_ADMIN */
	RIGHT_ALL = (1 << 6) - 1,
};

#define RIGHTS_TEXT 256

/*
 * Whether one of them is missing; `text` names the capabilities, and what each is for: "CAP_PERFMON
 * (to load programs), CAP_SYS_ADMIN (to enter network namespaces)".
 */
bool rights_missing(unsigned int rights, char text[RIGHTS_TEXT]);

/* Whether this process has CAP_SYS_RESOURCE. */
bool rights_raise_limits(void);

/*
 * From now on this process, and what it starts, has the capabilities of `rights` at most, and
 * never gets others. Pins of another user stay in reach: then CAP_DAC_OVERRIDE is kept.
 */
void rights_keep(unsigned int rights);

/* None at all, and nobody's user ID where it may choose. */
void rights_none(void);

#endif
