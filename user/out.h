/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * out.h - records as text or JSON, both from one description
 *
 * A command describes a record once (a table of struct out_field over a C structure) and
 * prints each by out_record(). JSON is one array of objects (of a stream: an object a line),
 * written as it goes so that a million entries need no memory; through jansson. Text is one record a line, "key value"
 * pairs in the order of the table, the words of bridge(8). A test holds the two against each
 * other.
 *
 * Output that meets a closed pipe ends the program quietly (out_end() returns XSW_OK).
 */
#ifndef XSWITCH_OUT_H
#define XSWITCH_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum out_kind {
	OUT_STR,  /* char[] in the record; escaped on output; empty: absent */
	OUT_CSTR, /* const char *; NULL or empty: absent */
	OUT_U16,
	OUT_U32,
	OUT_U64,
	OUT_BOOL,    /* text: on|off */
	OUT_MAC,     /* uint8_t[6] */
	OUT_SECONDS, /* uint64_t ns; text and JSON: seconds with up to three decimals */
	OUT_REAL,    /* double; text: up to three decimals */
	OUT_OBJECT,  /* nested record described by `sub`; OUT_NONZERO: absent when empty */
	OUT_LIST,  /* array of nested records: uint pointer at `off`, size_t count at `count_off` */
	OUT_VIDS,  /* struct arg_vids; none: absent; JSON array of numbers, text 10,20,30-40 */
	OUT_WORDS, /* const char *const *, NULL-terminated: JSON array of strings, text words */
	OUT_ITEMS, /* the same, text with commas as the command takes it; none: absent */
};

enum out_when {
	OUT_ALWAYS = 0,
	OUT_NONZERO = 1 << 0, /* absent when zero */
	OUT_STATS = 1 << 1,   /* with -s only */
	OUT_DETAILS = 1 << 2, /* with -d only */
	OUT_BARE = 1 << 3,    /* text: the value without its key */
	OUT_JSON = 1 << 4,    /* JSON only */
	OUT_TEXT = 1 << 5,    /* text only */
	OUT_LINE = 1 << 6,    /* text: starts a new, indented line; not with -br */
	OUT_LONG = 1 << 7,    /* text: with -d only; JSON: always */
};

struct out_field {
	const char *key;  /* JSON */
	const char *text; /* text; NULL: as key */
	enum out_kind kind;
	unsigned int when; /* enum out_when, or'ed */
	size_t off;
	const struct out_field *sub; /* ends with a row whose key is NULL */
	size_t count_off, size;	     /* OUT_LIST: where the count is, size of an element */
};

struct out_opts {
	bool json, pretty, stats, details, brief;
	bool color; /* resolved: auto means a terminal and no NO_COLOR */
	bool lines; /* JSON: a stream, one object a line and no array around them */
};

void out_begin(const struct out_opts *opts);
void out_record(const struct out_field *fields, const void *record);

/* A line of text only (headings, plans); nothing with JSON. */
void out_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* For text that is no record; fclose() it before out_end(). NULL: no memory, with the message. */
FILE *out_stream(void);

/*
 * For a stream: what there is goes out now, each record on a line of its own. false: it cannot, or
 * nobody reads it.
 */
bool out_flush(void);

/* What there is and has not gone out is none: of a plan that came to nothing. */
void out_drop(void);

/* Flushes; XSW_OK or XSW_REFUSED (the disk is full, ...). */
int out_end(void);

#endif
