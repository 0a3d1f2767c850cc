// SPDX-License-Identifier: GPL-2.0-only
/*
 * out_json.c - one record as a JSON object
 *
 * By jansson, but for flat compact records (fdb show: a million of them), where a tree costs
 * more than all the rest: their keys are ours, numbers are digits, and any string that is not
 * plain ASCII goes through jansson. A unit test holds the two ways against each other.
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "out.h"
#include "out_buf.h"

/* --- as a tree --------------------------------------------------------------------------- */

/* Bytes that are no UTF-8 are shown as in text. */
static json_t *json_text(const char *s)
{
	json_t *json = json_string(s);
	char text[1024];

	if (json)
		return json;
	out_escape(text, sizeof(text), s);
	return json_string(text);
}

static json_t *json_record(const struct out_field *f, const char *rec);

static json_t *json_list(const struct out_field *f, const char *rec)
{
	struct out_array a = out_list(f, rec);
	json_t *json = json_array();

	for (size_t i = 0; i < a.n; i++)
		if (json_array_append_new(json, json_record(f->sub, a.at + i * f->size)))
			out_failed(ENOMEM);
	return json;
}

static json_t *json_words(const void *at)
{
	json_t *json = json_array();

	for (const char *const *w = out_words(at); *w; w++)
		if (json_array_append_new(json, json_text(*w)))
			out_failed(ENOMEM);
	return json;
}

static json_t *json_vids(const void *at)
{
	json_t *json = json_array();

	for (int vid = out_vid(at, 0); vid >= 0; vid = out_vid(at, vid + 1))
		if (json_array_append_new(json, json_integer(vid)))
			out_failed(ENOMEM);
	return json;
}

static json_t *json_value(const struct out_field *f, const char *rec)
{
	const void *at = rec + f->off;
	char mac[OUT_MAC_LEN + 1];
	uint64_t ms;

	switch (f->kind) {
	case OUT_STR:
	case OUT_CSTR:
		return json_text(out_string(f, at));
	case OUT_BOOL:
		return json_boolean(*(const bool *)at);
	case OUT_MAC:
		out_mac(mac, at);
		return json_string(mac);
	case OUT_SECONDS:
		ms = out_number(f, at) / 1000000;
		if (ms % 1000)
			return json_real((double)ms / 1000);
		return json_integer((json_int_t)(ms / 1000));
	case OUT_REAL:
		return json_real(*(const double *)at);
	case OUT_OBJECT:
		return json_record(f->sub, at);
	case OUT_LIST:
		return json_list(f, rec);
	case OUT_VIDS:
		return json_vids(at);
	case OUT_WORDS:
	case OUT_ITEMS:
		return json_words(at);
	case OUT_U16:
	case OUT_U32:
	case OUT_U64:
		break;
	}
	return json_integer((json_int_t)out_number(f, at));
}

static json_t *json_record(const struct out_field *f, const char *rec)
{
	json_t *json = json_object();

	for (; f->key; f++)
		if (out_shown(f, rec, true) &&
		    json_object_set_new(json, f->key, json_value(f, rec)))
			out_failed(ENOMEM);
	return json;
}

/* Records of an indented array are one step further in than jansson knows. */
static int to_buffer(const char *s, size_t n, void *arg)
{
	const struct out_opts *opts = arg;
	const char *nl;

	while (opts->pretty && (nl = memchr(s, '\n', n))) {
		out_put(s, (size_t)(nl - s) + 1);
		out_blanks(OUT_INDENT);
		n -= (size_t)(nl - s) + 1;
		s = nl + 1;
	}
	out_put(s, n);
	return 0;
}

/* 15 digits, so that 12.345 does not become 12.345000000000001 */
static void dump(const struct out_opts *opts, json_t *json)
{
	size_t flags = JSON_ENCODE_ANY | JSON_REAL_PRECISION(15);

	flags |= opts->pretty ? (size_t)JSON_INDENT(OUT_INDENT) : (size_t)JSON_COMPACT;
	if (json_dump_callback(json, to_buffer, (void *)opts, flags))
		out_failed(ENOMEM);
	json_decref(json);
}

/* --- flat -------------------------------------------------------------------------------- */

static bool flat(const struct out_field *f)
{
	for (; f->key; f++)
		if (f->kind == OUT_OBJECT || f->kind == OUT_LIST || f->kind == OUT_VIDS ||
		    f->kind == OUT_REAL)
			return false;
	return true;
}

static void flat_string(const struct out_opts *opts, const char *s)
{
	if (!out_plain(s)) {
		dump(opts, json_text(s));
		return;
	}
	out_put("\"", 1);
	out_puts(s);
	out_put("\"", 1);
}

static void flat_words(const struct out_opts *opts, const void *at)
{
	const char *sep = "";

	out_put("[", 1);
	for (const char *const *w = out_words(at); *w; w++, sep = ",") {
		out_puts(sep);
		flat_string(opts, *w);
	}
	out_put("]", 1);
}

static void flat_value(const struct out_opts *opts, const struct out_field *f, const void *at)
{
	char mac[OUT_MAC_LEN + 1];

	switch (f->kind) {
	case OUT_STR:
	case OUT_CSTR:
		flat_string(opts, out_string(f, at));
		break;
	case OUT_BOOL:
		out_puts(*(const bool *)at ? "true" : "false");
		break;
	case OUT_MAC:
		out_mac(mac, at);
		flat_string(opts, mac);
		break;
	case OUT_SECONDS:
		out_put_seconds(out_number(f, at));
		break;
	case OUT_WORDS:
	case OUT_ITEMS:
		flat_words(opts, at);
		break;
	default:
		out_put_u64(out_number(f, at));
	}
}

static void flat_record(const struct out_opts *opts, const struct out_field *f, const char *rec)
{
	const char *sep = "\"";

	out_put("{", 1);
	for (; f->key; f++) {
		if (!out_shown(f, rec, true))
			continue;
		out_puts(sep);
		out_puts(f->key);
		out_put("\":", 2);
		flat_value(opts, f, rec + f->off);
		sep = ",\"";
	}
	out_put("}", 1);
}

void out_json_record(const struct out_opts *opts, const struct out_field *fields, const char *rec)
{
	if (!opts->pretty && flat(fields))
		flat_record(opts, fields, rec);
	else
		dump(opts, json_record(fields, rec));
}
