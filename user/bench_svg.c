// SPDX-License-Identifier: GPL-2.0-only
/*
 * bench_svg.c - bars with intervals and samples
 *
 * Units of the viewBox are pixels at full width. The switch has the accent colour, what it is
 * compared with is grey, so that a page of many plots is read at a glance.
 */
#include <math.h>
#include <string.h>

#include "bench_svg.h"

enum {
	WIDTH = 760,
	LEFT = 118,
	RIGHT = 520,
	ROW = 34,
	TOP = 22,
	BAR = 16,
	DOT = 3
};

#define RATIO_MAX 2.5 /* beyond it a bar is cut off, and says so */
#define TICKS	  5

struct axis {
	double max;
	bool ratio;
};

void svg_text(FILE *f, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '&')
			fputs("&amp;", f);
		else if (c == '<')
			fputs("&lt;", f);
		else if (c == '>')
			fputs("&gt;", f);
		else if (c == '"')
			fputs("&quot;", f);
		else if (c < 0x20 || c >= 0x7f) /* no character of XML, or not known to be one */
			fputc('?', f);
		else
			fputc(c, f);
	}
}

static double at(const struct axis *a, double value)
{
	if (value > a->max)
		value = a->max;
	return LEFT + (RIGHT - LEFT) * (value > 0 ? value / a->max : 0);
}

/* What is drawn of a series: its ratio to the reference, or itself. */
struct drawn {
	double median, low, high;
	const struct bench_sample *samples;
	size_t n;
};

static struct drawn drawn(const struct axis *a, const struct bench_series *s)
{
	if (a->ratio && s->nratios) {
		const struct bench_ratio *r = &s->ratios[0];

		return (struct drawn){ r->median, r->low, r->high, r->samples, r->nsamples };
	}
	if (a->ratio)
		return (struct drawn){ 1, 1, 1, NULL, 0 };
	return (struct drawn){ s->median, s->low, s->high, s->samples, s->nsamples };
}

static struct axis axis_for(const struct bench_series *series, size_t n)
{
	struct axis a = { .max = 0 };

	for (size_t i = 0; i < n; i++)
		a.ratio |= series[i].nratios != 0;
	for (size_t i = 0; i < n; i++) {
		struct drawn d = drawn(&a, &series[i]);

		if (d.high > a.max)
			a.max = d.high;
	}
	/* a hundredth of a percent is not to look like something */
	if ((a.ratio || *series->unit == '%') && a.max < 1)
		a.max = 1;
	a.max *= 1.05;
	if (a.ratio && a.max > RATIO_MAX)
		a.max = RATIO_MAX;
	if (a.max <= 0)
		a.max = 1;
	return a;
}

/* 1, 2 or 5 times a power of ten, so that there are about TICKS of them. */
static double tick_step(double max)
{
	double power = pow(10, floor(log10(max / TICKS))), rest = max / TICKS / power;

	return power * (rest < 1.5 ? 1 : rest < 3.5 ? 2 : rest < 7.5 ? 5 : 10);
}

static void grid(FILE *f, const struct axis *a, int height)
{
	double step = tick_step(a->max);

	for (int i = 0; i * step <= a->max; i++) {
		double x = at(a, i * step);

		fprintf(f, "<line class=\"grid\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>", x,
			TOP - 6, x, height);
		fprintf(f, "<text class=\"tick\" x=\"%.1f\" y=\"%d\">%g</text>\n", x, TOP - 10,
			i * step);
	}
}

const char *svg_class(const struct bench_series *s)
{
	if (!strcmp(s->backend_name, "xswitch"))
		return "us";
	return strncmp(s->backend_name, "xswitch", 7) ? "them" : "ours";
}

static void whisker(FILE *f, const struct axis *a, const struct drawn *d, double y)
{
	double low = at(a, d->low), high = at(a, d->high);

	fprintf(f,
		"<path class=\"whisker\" d=\"M%.1f %.1fV%.1fM%.1f %.1fH%.1fM%.1f %.1fV%.1f\"/>\n",
		low, y - 5, y + 5, low, y, high, high, y - 5, y + 5);
}

static void dots(FILE *f, const struct axis *a, const struct drawn *d, double y)
{
	for (size_t i = 0; i < d->n; i++)
		fprintf(f,
			"<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"%d\"><title>round %u: "
			"%s</title></circle>",
			at(a, d->samples[i].value), y, DOT, d->samples[i].round,
			bench_number(d->samples[i].value));
	fputc('\n', f);
}

static void goal_mark(FILE *f, const struct axis *a, const struct bench_series *s, double y)
{
	bool of_ratio = a->ratio && s->nratios && s->ratios[0].has_goal;
	double goal = of_ratio ? s->ratios[0].goal : s->goal;
	double x = at(a, goal);

	if (!of_ratio && (a->ratio || !s->has_goal))
		return;
	fprintf(f, "<path class=\"goal\" d=\"M%.1f %.1fV%.1f\"><title>goal %s</title></path>\n", x,
		y - ROW / 2.0 + 1, y + ROW / 2.0 - 1, bench_number(goal));
}

static void row(FILE *f, const struct axis *a, const struct bench_series *s, int top)
{
	struct drawn d = drawn(a, s);
	double y = top + ROW / 2.0;

	fprintf(f, "<text class=\"name\" x=\"%d\" y=\"%.1f\">", LEFT - 8, y + 4);
	svg_text(f, s->backend_name);
	fprintf(f, "</text><rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>\n",
		svg_class(s), LEFT, y - BAR / 2.0, at(a, d.median) - LEFT, BAR);
	goal_mark(f, a, s, y);
	if (d.n) {
		dots(f, a, &d, y + BAR / 2.0 + DOT + 1);
		whisker(f, a, &d, y);
	}
	fprintf(f, "<text class=\"value\" x=\"%d\" y=\"%.1f\">", RIGHT + 12, y + 4);
	if (a->ratio && s->nratios)
		fprintf(f, "<tspan class=\"strong\">%s%s</tspan>  (%s to %s)  ",
			d.median > a->max ? "&#187; " : "", bench_number(d.median),
			bench_number(d.low), bench_number(d.high));
	fputs(bench_number(s->median), f);
	if (!a->ratio) {
		fputc(' ', f);
		svg_text(f, s->unit);
	}
	fputs("</text>\n", f);
}

void svg_bars(FILE *f, const struct bench_series *series, size_t n)
{
	struct axis a = axis_for(series, n);
	int height = TOP + (int)n * ROW;

	fprintf(f, "<svg viewBox=\"0 0 %d %d\" role=\"img\" xmlns=\"http://www.w3.org/2000/svg\">",
		WIDTH, height + 4);
	fputs("<title>", f);
	svg_text(f, series->workload_name);
	fputc(' ', f);
	svg_text(f, series->figure);
	fputs("</title>\n", f);
	grid(f, &a, height);
	for (size_t i = 0; i < n; i++)
		row(f, &a, &series[i], TOP + (int)i * ROW);
	if (a.ratio)
		fprintf(f, "<path class=\"limit\" d=\"M%.1f %dV%d\"><title>%s</title></path>\n",
			at(&a, 1), TOP - 6, height, series->backend_name);
	fputs("</svg>\n", f);
}
