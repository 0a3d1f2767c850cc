// SPDX-License-Identifier: GPL-2.0-only
/*
 * out.c - records as text or JSON, both from one description: the buffer and its way out
 *
 * A record is built in the buffer, which goes to standard output when it has grown enough.
 * main ignores SIGPIPE; after EPIPE everything is dropped without a word.
 */
#define _GNU_SOURCE /* fopencookie */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "args.h"
#include "out.h"
#include "out_buf.h"

#define FLUSH_AT (64 * 1024)

static struct {
	struct out_opts opts;
	bool begun;
	bool line; /* a new one has begun: JSON needs none before the next record */
	uint64_t records;
	int err; /* errno of the first failure; EPIPE: nobody listens */
	char *buf;
	size_t len, cap;
} out;

/* --- the buffer ------------------------------------------------------------------------ */

static void flush(void)
{
	size_t done = 0;
	ssize_t n;

	if (fflush(stdout))
		out_failed(errno);
	while (!out.err && done < out.len) {
		n = write(STDOUT_FILENO, out.buf + done, out.len - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			out_failed(errno);
	}
	out.len = 0;
}

static char *room(size_t n)
{
	size_t cap = out.cap ? out.cap : 2 * FLUSH_AT;
	char *buf;

	if (out.cap - out.len >= n && out.cap)
		return out.buf + out.len;
	while (cap - out.len < n)
		cap *= 2;
	buf = realloc(out.buf, cap);
	if (!buf) {
		out_failed(ENOMEM);
		return NULL;
	}
	out.buf = buf;
	out.cap = cap;
	return out.buf + out.len;
}

void out_put(const char *s, size_t n)
{
	char *p = room(n);

	if (!p)
		return;
	memcpy(p, s, n);
	out.len += n;
}

void out_puts(const char *s)
{
	out_put(s, strlen(s));
}

void out_put_u64(uint64_t v)
{
	char digits[20], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + v % 10);
	while (v /= 10);
	out_put(p, (size_t)(digits + sizeof(digits) - p));
}

void out_put_seconds(uint64_t ns)
{
	uint64_t ms = ns / 1000000;
	unsigned int frac = (unsigned int)(ms % 1000);
	char text[8];
	int len;

	out_put_u64(ms / 1000);
	if (!frac)
		return;
	len = snprintf(text, sizeof(text), ".%03u", frac);
	while (text[len - 1] == '0')
		len--;
	out_put(text, (size_t)len);
}

void out_blanks(int n)
{
	while (n-- > 0)
		out_put(" ", 1);
}

size_t out_length(void)
{
	return out.len;
}

void out_cut(size_t length)
{
	out.len = length;
}

char out_last(void)
{
	return out.len ? out.buf[out.len - 1] : '\0';
}

void out_failed(int err)
{
	if (!out.err)
		out.err = err;
}

void out_mac(char text[OUT_MAC_LEN + 1], const uint8_t *mac)
{
	static const char hex[] = "0123456789abcdef";

	for (int i = 0; i < 6; i++) {
		text[3 * i] = hex[mac[i] >> 4];
		text[3 * i + 1] = hex[mac[i] & 15];
		text[3 * i + 2] = i < 5 ? ':' : '\0';
	}
}

bool out_plain(const char *s)
{
	for (; *s; s++)
		if (*s < 0x20 || *s > 0x7e || *s == '"' || *s == '\\')
			return false;
	return true;
}

size_t out_escape(char *to, size_t size, const char *s)
{
	size_t len = 0;

	for (*to = '\0'; *s && len + 5 < size; s++) {
		if (*s == '\\')
			len += (size_t)snprintf(to + len, size - len, "\\\\");
		else if (*s >= 0x20 && *s <= 0x7e)
			len += (size_t)snprintf(to + len, size - len, "%c", *s);
		else
			len += (size_t)snprintf(to + len, size - len, "\\%03o", (unsigned char)*s);
	}
	return len;
}

/* --- the record ------------------------------------------------------------------------ */

uint64_t out_number(const struct out_field *f, const void *at)
{
	switch (f->kind) {
	case OUT_U16:
		return *(const uint16_t *)at;
	case OUT_U32:
		return *(const uint32_t *)at;
	case OUT_U64:
	case OUT_SECONDS:
		return *(const uint64_t *)at;
	default:
		return *(const bool *)at;
	}
}

const char *out_string(const struct out_field *f, const void *at)
{
	const char *s = f->kind == OUT_STR ? at : *(const char *const *)at;

	return s ? s : "";
}

const char *const *out_words(const void *at)
{
	static const char *const none[] = { NULL };
	const char *const *w = *(const char *const *const *)at;

	return w ? w : none;
}

struct out_array out_list(const struct out_field *f, const char *rec)
{
	struct out_array a;

	memcpy(&a.at, rec + f->off, sizeof(a.at));
	memcpy(&a.n, rec + f->count_off, sizeof(a.n));
	return a;
}

int out_vid(const void *at, int vid)
{
	const struct arg_vids *vids = at;

	for (; vid < ARG_VID_WORDS * 64; vid++)
		if (vids->word[vid / 64] >> vid % 64 & 1)
			return vid;
	return -1;
}

static bool absent(const struct out_field *f, const char *at);

static bool empty(const struct out_field *f, const char *rec)
{
	for (; f->key; f++)
		if (!absent(f, rec + f->off))
			return false;
	return true;
}

static bool absent(const struct out_field *f, const char *at)
{
	static const uint8_t no_mac[6];

	switch (f->kind) {
	case OUT_STR:
	case OUT_CSTR:
		return !*out_string(f, at);
	case OUT_MAC:
		return f->when & OUT_NONZERO && !memcmp(at, no_mac, sizeof(no_mac));
	case OUT_VIDS:
		return out_vid(at, 0) < 0;
	case OUT_ITEMS:
		return !*out_words(at);
	case OUT_OBJECT:
		return f->when & OUT_NONZERO && empty(f->sub, at);
	case OUT_LIST:
		return false;
	case OUT_WORDS:
		return f->when & OUT_NONZERO && !*out_words(at);
	case OUT_REAL:
		return f->when & OUT_NONZERO && *(const double *)at == 0;
	default:
		return f->when & OUT_NONZERO && !out_number(f, at);
	}
}

bool out_shown(const struct out_field *f, const char *rec, bool json)
{
	unsigned int hidden = json ? OUT_TEXT : OUT_JSON;

	if (!out.opts.stats)
		hidden |= OUT_STATS;
	if (!out.opts.details)
		hidden |= json ? OUT_DETAILS : OUT_DETAILS | OUT_LONG;
	if (!json && out.opts.brief)
		hidden |= OUT_LINE;
	return !(f->when & hidden) && !absent(f, rec + f->off);
}

/* --- the outside ------------------------------------------------------------------------- */

void out_begin(const struct out_opts *opts)
{
	flush();
	out.opts = *opts;
	out.opts.pretty &= !opts->lines;
	out.begun = true;
	out.records = 0;
}

void out_record(const struct out_field *fields, const void *record)
{
	bool pretty = out.opts.pretty;

	if (out.err)
		return;
	if (out.opts.json && out.opts.lines) {
		out_json_record(&out.opts, fields, record);
		out_put("\n", 1);
	} else if (out.opts.json) {
		out_puts(out.records ? "," : "[");
		if ((out.records || pretty) && !out.line)
			out_put("\n", 1);
		out.line = false;
		out_blanks(pretty ? OUT_INDENT : 0);
		out_json_record(&out.opts, fields, record);
	} else {
		out_text_record(&out.opts, fields, record);
		out_put("\n", 1);
	}
	out.records++;
	if (out.len >= FLUSH_AT)
		flush();
}

void out_text(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (out.opts.json)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out_puts(text);
}

static ssize_t on_stream(void *cookie, const char *s, size_t n)
{
	(void)cookie;
	out_put(s, n);
	return (ssize_t)n;
}

FILE *out_stream(void)
{
	FILE *to = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = on_stream });

	if (!to)
		fail(XSW_REFUSED, "out of memory");
	return to;
}

bool out_flush(void)
{
	if (out.opts.json && !out.opts.lines && out.records && !out.line) {
		out_put("\n", 1);
		out.line = true;
	}
	flush();
	return !out.err;
}

void out_drop(void)
{
	out.len = 0;
	out.begun = false;
}

int out_end(void)
{
	bool nl = out.opts.pretty && !out.line;
	int err;

	if (out.begun && out.opts.json && !out.opts.lines)
		out_puts(!out.records ? "[]\n" : nl ? "\n]\n" : "]\n");
	flush();
	err = out.err;
	free(out.buf);
	memset(&out, 0, sizeof(out));
	if (!err || err == EPIPE)
		return XSW_OK;
	return fail(XSW_REFUSED, "cannot write the output: %s", strerror(err));
}
