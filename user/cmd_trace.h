/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd_trace.h - what the commands share that trace frames
 */
#ifndef XSWITCH_CMD_TRACE_H
#define XSWITCH_CMD_TRACE_H

#include "cmd.h"
#include "xsw_explain.h"

struct cmd_trace_row {
	uint64_t frame;		 /* of many, from 1; 0: there is no other */
	char time[CMD_TIME_MAX]; /* it came in; empty: it did not, it was given */
	char type[8];		 /* "0x0800"; "llc" */
	struct xsw_explain_view v;
};

/* One frame: the steps and the verdict; one of many: the verdict alone, and with -d the steps. */
void cmd_trace_print(const struct cmd_env *env, const struct cmd_trace_row *row);

/* `trace --live` */
int cmd_trace_live(struct cmd_env *env, struct args *args);

#endif
