// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_objects.c - the table of objects, in the order in which help lists them
 */
#include "cmd.h"

// clang-format off
const struct object *const cmd_objects[] = {
	&cmd_up,
	&cmd_down,
	&cmd_show,
	&cmd_port,
	&cmd_vlan,
	&cmd_wire,
	&cmd_mirror,
	&cmd_fdb,
	&cmd_set,
	&cmd_stats,
	&cmd_metrics,
	&cmd_top,
	&cmd_trace,
	&cmd_monitor,
	&cmd_capture,
	&cmd_apply,
	&cmd_diff,
	&cmd_export,
	&cmd_doctor,
	&cmd_upgrade,
	&cmd_agent,
	&cmd_bench,
	&cmd_completion,
	NULL,
};
// clang-format on
