// SPDX-License-Identifier: GPL-2.0-only
/*
 * grace.c - see grace.h
 */
#include <fcntl.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault.h"
#include "grace.h"
#include "pin.h"

#define GRACE_SETTING "/sys/kernel/rcu_expedited"
#define GRACE_OFTEN   8 /* waits of one command */

static int waits;

/* 0: it was the other value and is `value` now */
static int setting_flip(char value)
{
	int fd = open(GRACE_SETTING, O_RDWR | O_CLOEXEC), ret = -1;
	char old = value;

	if (fd < 0)
		return -1;
	if (read(fd, &old, 1) == 1 && old != value && pwrite(fd, &value, 1, 0) == 1)
		ret = 0;
	close(fd);
	return ret;
}

static void mark_path(char path[PIN_PATH_MAX])
{
	pin_root(path);
	strncat(path, "/EXPEDITED", PIN_PATH_MAX - strlen(path) - 1);
}

bool grace_shorten(void)
{
	char mark[PIN_PATH_MAX];

	mark_path(mark);
	if (pin_exists(mark)) {	   /* by this command: others restore it first */
		setting_flip('1'); /* somebody with another bpffs may have */
		return true;
	}
	if (pin_mkdir(mark))
		return false;
	fault_point();
	if (setting_flip('1')) {
		rmdir(mark);
		return false;
	}
	fault_point();
	return true;
}

void grace_wait(void)
{
	if (++waits == GRACE_OFTEN)
		grace_shorten();
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

void grace_restore(void)
{
	char mark[PIN_PATH_MAX];

	waits = 0;
	mark_path(mark);
	if (!pin_exists(mark))
		return;
	setting_flip('0');
	fault_point();
	rmdir(mark);
}
