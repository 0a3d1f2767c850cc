// SPDX-License-Identifier: GPL-2.0-only
/*
 * rights.c - see rights.h
 */
#define _GNU_SOURCE 1 /* setgroups(), setresuid() */
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pin.h"
#include "rights.h"

#define NOBODY	 65534
#define BIT(cap) (1ULL << (cap))

/* In the order in which they are told; one that does for several is told with the first. */
static const struct {
	unsigned int right;
	uint64_t caps;
	const char *what;
} needs[] = {
	{ RIGHT_PROGS, BIT(CAP_BPF) | BIT(CAP_PERFMON) | BIT(CAP_NET_ADMIN), "to load programs" },
	{ RIGHT_MAPS, BIT(CAP_BPF), "to make maps" },
	{ RIGHT_DEVICES, BIT(CAP_NET_ADMIN), "to change network devices" },
	{ RIGHT_MOUNT, BIT(CAP_SYS_ADMIN), "to mount a BPF file system" },
	{ RIGHT_NETNS, BIT(CAP_SYS_ADMIN), "to enter network namespaces" },
	{ RIGHT_IDS, BIT(CAP_SYS_ADMIN), "to look up programs and maps by their numbers" },
};
#define NEEDS (sizeof(needs) / sizeof(*needs))

static const struct {
	unsigned int cap;
	const char *name;
} names[] = {
	{ CAP_BPF, "CAP_BPF" },
	{ CAP_PERFMON, "CAP_PERFMON" },
	{ CAP_NET_ADMIN, "CAP_NET_ADMIN" },
	{ CAP_SYS_ADMIN, "CAP_SYS_ADMIN" },
};
#define NAMES (sizeof(names) / sizeof(*names))

/* The effective ones as bits. Where they cannot be told: all, the kernel refuses what it refuses. */
static uint64_t effective(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	if (syscall(SYS_capget, &head, data))
		return UINT64_MAX;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

bool rights_missing(unsigned int rights, char text[RIGHTS_TEXT])
{
	uint64_t missing = ~effective(), told = 0;
	size_t len = 0;

	/* it includes what was taken out of it in 5.8 */
	if (!(missing & BIT(CAP_SYS_ADMIN)))
		missing &= ~(BIT(CAP_BPF) | BIT(CAP_PERFMON));
	text[0] = '\0';
	for (size_t i = 0; i < NEEDS; i++) {
		uint64_t caps = rights & needs[i].right ? needs[i].caps & missing & ~told : 0;

		for (size_t n = 0; n < NAMES; n++)
			if (caps & BIT(names[n].cap))
				len += (size_t)snprintf(text + len, RIGHTS_TEXT - len, "%s%s",
							len ? ", " : "", names[n].name);
		if (caps)
			len += (size_t)snprintf(text + len, RIGHTS_TEXT - len, " (%s)",
						needs[i].what);
		told |= caps;
	}
	return told;
}

bool rights_raise_limits(void)
{
	return effective() & BIT(CAP_SYS_RESOURCE);
}

static bool pins_are_anothers(void)
{
	char root[PIN_PATH_MAX];
	struct stat st;

	pin_root(root);
	return !stat(root, &st) && st.st_uid != geteuid();
}

/* Without CAP_SETPCAP the bounding set stays; nothing that is executed gains by it any more. */
static void bound(uint64_t caps)
{
	for (unsigned int cap = 0; cap < 64; cap++)
		if (!(caps & BIT(cap)) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) && errno == EINVAL)
			break; /* there are no more */
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

static void have(uint64_t caps)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {};

	data[0].effective = data[0].permitted = (uint32_t)caps;
	data[1].effective = data[1].permitted = (uint32_t)(caps >> 32);
	syscall(SYS_capset, &head, data);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

void rights_keep(unsigned int rights)
{
	uint64_t caps = pins_are_anothers() ? BIT(CAP_DAC_OVERRIDE) : 0;

	for (size_t i = 0; i < NEEDS; i++)
		caps |= rights & needs[i].right ? needs[i].caps : 0;
	bound(caps);
	have(caps & effective());
}

void rights_none(void)
{
	bound(0);
	/* without CAP_SETUID it stays whom it was */
	if (!setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY))
		(void)!setresuid(NOBODY, NOBODY, NOBODY);
	have(0);
}
