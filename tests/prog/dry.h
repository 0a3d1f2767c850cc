/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dry.h - golden rows through xsw_trace: the same verdict, and nothing has changed
 */
#ifndef XSW_DRY_H
#define XSW_DRY_H

#include "driver.h"

/* All rows on the maps of an open driver, which no program but this one uses meanwhile. */
void dry_rows(struct driver *b, struct tally *t);

/* The maps of an open driver as the command has them, to be closed with it: 0 or -errno. */
int dry_maps(const struct driver *b, struct maps *m);

#endif
