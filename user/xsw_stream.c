// SPDX-License-Identifier: GPL-2.0-only
/*
 * xsw_stream.c - what commands need that go on until a signal or the end of the switch
 */
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>

#include "xsw_int.h"
#include "xsw_names.h"

int xsw_signals_fd(void)
{
	sigset_t set;

	xsw_signals_hold();
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

bool stream_is_gone(const struct xsw *sw)
{
	char path[PIN_PATH_MAX];
	struct stat st;

	pin_path(path, sw->name, XSW_PIN_META);
	return stat(path, &st) || st.st_ino != sw->which.st_ino || st.st_dev != sw->which.st_dev;
}

int stream_gone(const struct xsw *sw)
{
	struct xsw_meta meta;
	char path[PIN_PATH_MAX];

	pin_path(path, sw->name, XSW_PIN_META);
	if (!maps_meta_read(path, &meta) && meta.abi != sw->meta.abi)
		return fail(XSW_MISSING,
			    "switch %s was upgraded to another ABI (%u, not %u): what looked at it "
			    "ends, begin it again with that version",
			    sw->name, meta.abi, sw->meta.abi);
	return fail(XSW_MISSING, "switch %s is gone", sw->name);
}
