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
	&cmd_fdb,
	&cmd_set,
	&cmd_stats,
	&cmd_trace,
	&cmd_capture,
	&cmd_apply,
	&cmd_diff,
	&cmd_export,
	&cmd_bench,
	NULL,
};
// clang-format on
