/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dot.h - a drawing of a switch and what it connects, in the language of Graphviz
 */
#ifndef XSWITCH_DOT_H
#define XSWITCH_DOT_H

#include <stdio.h>

#include "xsw.h"

/* `view` is of all ports. Addresses are read from the namespaces, as they are now. */
void dot_write(FILE *to, struct xsw *sw, const struct xsw_view *view);

#endif
