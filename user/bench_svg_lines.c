// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_svg_lines.c - a figure over a number: ports, addresses
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench_svg.h"

enum {
	WIDTH = 760,
	HEIGHT = 250,
	LEFT = 70,
	RIGHT = 610,
	TOP = 28,
	BOTTOM = 222,
	LABEL = 15
};

#define POINTS_MIN 3 /* of a line worth drawing */

struct plane {
	double xmin, xmax, ymin, ymax; /* logarithms */
};

/* "up 100", "rate 64k", "list 1M": the number; 0: none */
static double number_of(const struct bench_series *s)
{
	const char *blank = strchr(s->figure, ' ');
	char *end;
	double v;

	if (!blank)
		return 0;
	v = strtod(blank, &end);
	return v * (*end == 'k' ? 1e3 : *end == 'M' ? 1e6 : 1);
}

static double px(const struct plane *p, double x)
{
	return LEFT + (RIGHT - LEFT) * (log10(x) - p->xmin) / (p->xmax - p->xmin);
}

static double py(const struct plane *p, double y)
{
	return BOTTOM - (BOTTOM - TOP) * (log10(y) - p->ymin) / (p->ymax - p->ymin);
}

static bool fit(struct plane *p, const struct bench_series *const *series, size_t n)
{
	size_t points = 0;

	*p = (struct plane){ INFINITY, -INFINITY, INFINITY, -INFINITY };
	for (size_t i = 0; i < n; i++) {
		double x = log10(number_of(series[i])), y = log10(series[i]->median);

		if (!isfinite(x) || !isfinite(y))
			return false;
		p->xmin = fmin(p->xmin, x);
		p->xmax = fmax(p->xmax, x);
		p->ymin = fmin(p->ymin, y);
		p->ymax = fmax(p->ymax, y);
		points += series[i]->backend == series[0]->backend;
	}
	p->ymin = floor(p->ymin * 4 - 0.2) / 4;
	p->ymax = ceil(p->ymax * 4 + 0.2) / 4;
	return points >= POINTS_MIN && p->xmax > p->xmin;
}

static void rule(FILE *f, const struct plane *p, double value)
{
	double y = py(p, value);

	if (y < TOP || y > BOTTOM)
		return;
	fprintf(f,
		"<path class=\"grid\" d=\"M%d %.1fH%d\"/><text class=\"name\" x=\"%d\" "
		"y=\"%.1f\">%g</text>\n",
		LEFT, y, RIGHT, LEFT - 8, y + 4, value);
}

static void grid(FILE *f, const struct plane *p, const struct bench_series *const *series, size_t n)
{
	static const double steps[] = { 1, 2, 5 };
	/* each decade, and what is between where there are few of them */
	size_t nsteps = p->ymax - p->ymin > 2 ? 1 : 3;

	for (double y = floor(p->ymin); y <= p->ymax; y++)
		for (size_t i = 0; i < nsteps; i++)
			rule(f, p, steps[i] * pow(10, y));
	for (size_t i = 0; i < n; i++) {
		if (series[i]->backend != series[0]->backend)
			continue;
		fprintf(f, "<text class=\"tick\" x=\"%.1f\" y=\"%d\">", px(p, number_of(series[i])),
			BOTTOM + 18);
		svg_text(f, strchr(series[i]->figure, ' ') + 1);
		fputs("</text>\n", f);
	}
}

struct label {
	const char *text;
	double y;
};

static int higher(const void *a, const void *b)
{
	double x = ((const struct label *)a)->y, y = ((const struct label *)b)->y;

	return (x > y) - (x < y);
}

/* All points of the back end of series[first]; its name, where the line ends. */
static struct label line(FILE *f, const struct plane *p, const struct bench_series *const *series,
			 size_t first, size_t n)
{
	const struct bench_series *last = series[first];
	char move = 'M';

	fprintf(f, "<path class=\"%s\" d=\"", svg_class(last));
	for (size_t i = first; i < n; i++) {
		if (series[i]->backend != series[first]->backend)
			continue;
		last = series[i];
		fprintf(f, "%c%.1f %.1f", move, px(p, number_of(last)), py(p, last->median));
		move = 'L';
	}
	fputs("\"/>\n", f);
	for (size_t i = first; i < n; i++)
		if (series[i]->backend == series[first]->backend)
			fprintf(f, "<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>",
				svg_class(last), px(p, number_of(series[i])),
				py(p, series[i]->median));
	fputc('\n', f);
	return (struct label){ last->backend_name, py(p, last->median) };
}

/* From the top down, none on another. */
static void put_labels(FILE *f, struct label *labels, size_t n)
{
	double free_from = 0;

	qsort(labels, n, sizeof(*labels), higher);
	for (size_t i = 0; i < n; i++) {
		double y = labels[i].y > free_from ? labels[i].y : free_from;

		fprintf(f, "<text x=\"%d\" y=\"%.1f\">", RIGHT + 10, y + 4);
		svg_text(f, labels[i].text);
		fputs("</text>\n", f);
		free_from = y + LABEL;
	}
}

bool svg_lines(FILE *f, const struct bench_series *const *series, size_t n)
{
	struct label labels[BENCH_ROWS_MAX];
	size_t nlabels = 0;
	struct plane p;

	if (!n || !fit(&p, series, n))
		return false;
	fputs("<h3>", f);
	svg_text(f, series[0]->row->name);
	fputs(" <span class=\"soft\">[", f);
	svg_text(f, series[0]->unit);
	fprintf(f,
		"], %s is better</span></h3>\n<svg viewBox=\"0 0 %d %d\" role=\"img\" "
		"xmlns=\"http://www.w3.org/2000/svg\">\n",
		series[0]->better, WIDTH, HEIGHT);
	grid(f, &p, series, n);
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (series[k]->backend != series[i]->backend)
			k++;
		if (k == i && nlabels < BENCH_ROWS_MAX)
			labels[nlabels++] = line(f, &p, series, i, n);
	}
	put_labels(f, labels, nlabels);
	fputs("</svg>\n", f);
	return true;
}
