/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cmd_stats.h - what `stats`, `stats --watch` and `top` share
 */
#ifndef XSWITCH_CMD_STATS_H
#define XSWITCH_CMD_STATS_H

#include "cmd.h"

enum cmd_stats_what {
	CMD_STATS_PORT,
	CMD_STATS_DROPS,
	CMD_STATS_VLAN,
};

struct cmd_stats_words {
	int what; /* enum cmd_stats_what */
	const char *port;
	uint64_t interval; /* ns; 0: once, without rates */
	uint32_t count;	   /* rounds; 0: until a signal */
};

/* Rows for an array of one element a class, and for one of a number a reason. */
#define CMD_STATS_CLASS(name, index, element, fields)                                              \
	{                                                                                          \
		name, .kind = OUT_OBJECT, .off = (index) * sizeof(element), .sub = (fields)        \
	}
// clang-format off
#define CMD_STATS_CLASSES(element, fields)                                                         \
	CMD_STATS_CLASS("unicast", XSW_UNICAST, element, fields),                                  \
	CMD_STATS_CLASS("unknown", XSW_UNKNOWN, element, fields),                                  \
	CMD_STATS_CLASS("multicast", XSW_MULTICAST, element, fields),                              \
	CMD_STATS_CLASS("broadcast", XSW_BROADCAST, element, fields)
// clang-format on
#define CMD_STATS_REASON(name, kind_, element)                                                     \
	{ #name, .kind = (kind_), .when = OUT_NONZERO, .off = XSW_R_##name * sizeof(element) },

/* Rates, until a signal, a reader who leaves, or the end of the switch (XSW_MISSING). */
int cmd_stats_watch(struct cmd_env *env, const struct cmd_stats_words *words);

#endif
