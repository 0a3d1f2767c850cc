/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * out_buf.h - what out.c, out_json.c and out_text.c share: the buffer, and how to read a record
 *
 * Everything appends to one buffer. Failures (no memory) are kept until out_end().
 */
#ifndef XSWITCH_OUT_BUF_H
#define XSWITCH_OUT_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct out_field;
struct out_opts;

#define OUT_INDENT  4
#define OUT_MAC_LEN 17

void out_put(const char *s, size_t n);
void out_puts(const char *s);
void out_put_u64(uint64_t v);
void out_put_seconds(uint64_t ns); /* up to three decimals, no trailing zero */
void out_blanks(int n);

/* The buffer is as long as it was, or shorter: takes back what was put since. */
size_t out_length(void);
void out_cut(size_t length);
char out_last(void); /* last character, or NUL */

void out_failed(int err);

void out_mac(char text[OUT_MAC_LEN + 1], const uint8_t *mac);

/* Printable ASCII without what JSON and C escape. */
bool out_plain(const char *s);

/* Backslashes, control characters and non-ASCII bytes as in C; cut at `size`. Returns the length. */
size_t out_escape(char *to, size_t size, const char *s);

/* Values at their place in a record. Strings and lists of words are never NULL. */
uint64_t out_number(const struct out_field *f, const void *at);
const char *out_string(const struct out_field *f, const void *at);
const char *const *out_words(const void *at);

/* The next VID of a bitmap from `vid` on; -1: none. */
int out_vid(const void *at, int vid);

struct out_array {
	const char *at;
	size_t n;
};
struct out_array out_list(const struct out_field *f, const char *rec);

/* Is this field of this record part of the output? */
bool out_shown(const struct out_field *f, const char *rec, bool json);

void out_json_record(const struct out_opts *opts, const struct out_field *fields, const char *rec);
void out_text_record(const struct out_opts *opts, const struct out_field *fields, const char *rec);

#endif
