/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bench_svg.h - plots of the page, as inline SVG; colours are classes of its style sheet
 */
#ifndef XSWITCH_BENCH_SVG_H
#define XSWITCH_BENCH_SVG_H

#include <stdio.h>

#include "bench.h"

/* Text with the characters escaped that mean something in XML. */
void svg_text(FILE *f, const char *text);

/* Class of a back end: "us", "ours" (a variant), "them". */
const char *svg_class(const struct bench_series *s);

/*
 * One figure: a bar a back end, its interval and its samples. Ratios to the first back end,
 * which is the line, where the figure has them; else values.
 */
void svg_bars(FILE *f, const struct bench_series *series, size_t n);

/*
 * A figure that depends on a number ("up 10", "up 100", ...): a line a back end, both axes
 * logarithmic. `series` are all of a workload with that word; false: there is none to draw.
 */
bool svg_lines(FILE *f, const struct bench_series *const *series, size_t n);

#endif
