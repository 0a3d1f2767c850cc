/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * maps_old_int.h - what maps_old.c and maps_old_fill.c share
 */
#ifndef XSWITCH_MAPS_OLD_INT_H
#define XSWITCH_MAPS_OLD_INT_H

#include <linux/bpf.h>

#include "maps_layout.h"

/* Kind and types of a map. */
struct map_def {
	struct bpf_map_info info;
	struct btf *own;
	struct layout_type key, value;
};

/* map_def_free() in any case. */
int map_def_read(struct map_def *def, int fd);
void map_def_free(struct map_def *def);

#endif
