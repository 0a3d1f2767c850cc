// SPDX-License-Identifier: GPL-2.0-only
/*
 * out_text.c - one record as words: a line, with further indented ones for lists and details
 */
#include <stdio.h>

#include "out.h"
#include "out_buf.h"

static void text_string(const char *s)
{
	char text[1024];

	if (out_plain(s))
		out_puts(s);
	else
		out_put(text, out_escape(text, sizeof(text), s));
}

static void text_line(int depth)
{
	out_put("\n", 1);
	out_blanks(depth * OUT_INDENT);
}

/* A blank between words. */
static void text_gap(size_t since)
{
	if (out_length() > since && out_last() != ' ')
		out_put(" ", 1);
}

static void text_words(const void *at, const char *between)
{
	const char *gap = "";

	for (const char *const *w = out_words(at); *w; w++, gap = between) {
		out_puts(gap);
		text_string(*w);
	}
}

static void text_vids(const void *at)
{
	int from, to;

	for (from = out_vid(at, 0); from >= 0; from = out_vid(at, to + 1)) {
		for (to = from; out_vid(at, to + 1) == to + 1;)
			to++;
		if (from != out_vid(at, 0))
			out_put(",", 1);
		out_put_u64((uint64_t)from);
		if (to == from)
			continue;
		out_put("-", 1);
		out_put_u64((uint64_t)to);
	}
}

static void text_real(double value)
{
	char text[400]; /* the largest double has 309 digits */
	int len = snprintf(text, sizeof(text), "%.3f", value);

	while (text[len - 1] == '0')
		len--;
	len -= text[len - 1] == '.';
	out_put(text, (size_t)len);
}

static void text_scalar(const struct out_field *f, const void *at)
{
	char mac[OUT_MAC_LEN + 1];

	switch (f->kind) {
	case OUT_STR:
	case OUT_CSTR:
		text_string(out_string(f, at));
		break;
	case OUT_BOOL:
		out_puts(*(const bool *)at ? "on" : "off");
		break;
	case OUT_MAC:
		out_mac(mac, at);
		out_puts(mac);
		break;
	case OUT_SECONDS:
		out_put_seconds(out_number(f, at));
		break;
	case OUT_REAL:
		text_real(*(const double *)at);
		break;
	case OUT_VIDS:
		text_vids(at);
		break;
	case OUT_WORDS:
		text_words(at, " ");
		break;
	case OUT_ITEMS:
		text_words(at, ",");
		break;
	default:
		out_put_u64(out_number(f, at));
	}
}

/* ip(8)'s colours: the name of the record cyan, addresses yellow. */
static const char *color(const struct out_opts *opts, const struct out_field *f, bool first)
{
	if (!opts->color)
		return NULL;
	if (f->kind == OUT_MAC)
		return "\033[33m";
	return first && f->when & OUT_BARE && f->kind <= OUT_CSTR ? "\033[36m" : NULL;
}

static void text_record(const struct out_opts *opts, const struct out_field *f, const char *rec,
			int depth);

static void text_list(const struct out_opts *opts, const struct out_field *f, const char *rec,
		      int depth)
{
	struct out_array a = out_list(f, rec);

	for (size_t i = 0; i < a.n; i++) {
		text_line(depth + 1);
		text_record(opts, f->sub, a.at + i * f->size, depth + 1);
	}
}

static void text_value(const struct out_opts *opts, const struct out_field *f, const char *rec,
		       int depth, const char *paint)
{
	if (paint)
		out_puts(paint);
	if (f->kind == OUT_OBJECT)
		text_record(opts, f->sub, rec + f->off, depth);
	else
		text_scalar(f, rec + f->off);
	if (paint)
		out_puts("\033[0m");
}

static void text_record(const struct out_opts *opts, const struct out_field *f, const char *rec,
			int depth)
{
	size_t start = out_length(), before, value;

	for (bool first = true; f->key; f++, first = false) {
		if (!out_shown(f, rec, false))
			continue;
		if (f->kind == OUT_LIST) {
			text_list(opts, f, rec, depth);
			continue;
		}
		before = out_length();
		if (f->when & OUT_LINE)
			text_line(depth + 1);
		text_gap(start);
		if (!(f->when & OUT_BARE)) {
			out_puts(f->text ? f->text : f->key);
			out_put(" ", 1);
		}
		value = out_length();
		text_value(opts, f, rec, depth, color(opts, f, first));
		/* nothing to say: no key either */
		if (out_length() == value)
			out_cut(before);
	}
}

void out_text_record(const struct out_opts *opts, const struct out_field *fields, const char *rec)
{
	text_record(opts, fields, rec, 0);
}
