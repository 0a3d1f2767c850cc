/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rows_xdp.h - which rows XDP takes, and rows for what only XDP distinguishes
 */
#ifndef XSW_ROWS_XDP_H
#define XSW_ROWS_XDP_H

#include "golden.h"

extern const struct row rows_xdp[];

/* Whether xsw_xdp must redirect the frame: the contract of bpf/xsw_xdp.bpf.c, in terms of a row. */
bool row_is_short(const struct row *row, const struct setup *set);

/*
 * The same frame once more, when the first one has been learned and nothing else happened;
 * false: the row is about something else.
 */
bool row_again(const struct row *row, struct row *again);

#endif
