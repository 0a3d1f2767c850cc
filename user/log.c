// SPDX-License-Identifier: GPL-2.0-only
/*
 * log.c - what goes to stderr, and the exit status
 *
 * Each line is written at once, so that lines of several commands do not mix.
 */
#define _GNU_SOURCE /* vasprintf */
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/libbpf.h>

#include "log.h"

#define LINE_MAX_BYTES 2048
#define QUOTED_MAX     60
#define WORD_MAX       300

static int verbose;
static char last[LINE_MAX_BYTES];
static bool mute;
static const char *place_file;
static unsigned long place_line, place_column;
static char libbpf_last[256];
static bool libbpf_last_is_verifier;

static void line(const char *prefix, const char *fmt, va_list ap)
{
	char text[LINE_MAX_BYTES];

	vsnprintf(text, sizeof(text), fmt, ap);
	fprintf(stderr, "%s%s\n", prefix, text);
}

bool log_mute(bool on)
{
	bool was = mute;

	mute = on;
	return was;
}

void log_set_verbose(int level)
{
	verbose = level;
}

void log_place(const char *file, unsigned long line_number, unsigned long column)
{
	place_file = file;
	place_line = line_number;
	place_column = column;
}

const char *log_last(void)
{
	return last;
}

#undef fail /* what callers are told: log.h */
int fail(enum xsw_status status, const char *fmt, ...)
{
	char prefix[256] = "xswitch: ";
	va_list ap;

	if (mute)
		return status;
	if (place_file && place_column)
		snprintf(prefix, sizeof(prefix), "xswitch: %s:%lu:%lu: ", place_file, place_line,
			 place_column);
	else if (place_file)
		snprintf(prefix, sizeof(prefix), "xswitch: %s:%lu: ", place_file, place_line);
	va_start(ap, fmt);
	vsnprintf(last, sizeof(last), fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	line(prefix, fmt, ap);
	va_end(ap);
	return status;
}

#undef cannot
int cannot(const char *object, const char *name, int err, const char *words, const char *fmt, ...)
{
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return fail(XSW_REFUSED, "%s %s: cannot %s: %s%s%s", object, name, what, strerror(-err),
		    *words ? ": " : "", words);
}

void warn(const char *fmt, ...)
{
	va_list ap;

	if (mute)
		return;
	va_start(ap, fmt);
	line("xswitch: ", fmt, ap);
	va_end(ap);
}

void notice(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line("xswitch: ", fmt, ap);
	va_end(ap);
}

void hint(const char *fmt, ...)
{
	size_t len = strlen(last);
	va_list ap;

	if (mute)
		return;
	if (*last && len + 2 < sizeof(last)) {
		memcpy(last + len, "; ", 3);
		va_start(ap, fmt);
		vsnprintf(last + len + 2, sizeof(last) - len - 2, fmt, ap);
		va_end(ap);
	}
	va_start(ap, fmt);
	line("hint: ", fmt, ap);
	va_end(ap);
}

bool log_tells(void)
{
	return verbose >= 1 && !mute;
}

void info(const char *fmt, ...)
{
	va_list ap;

	if (verbose < 1)
		return;
	va_start(ap, fmt);
	line("", fmt, ap);
	va_end(ap);
}

/* The verifier ends its log with statistics; the line before them is the complaint. */
static bool worth_keeping(const char *text)
{
	return *text && strncmp(text, "processed ", 10) && !strstr(text, "-- END PROG LOAD LOG --");
}

static void keep_last(char *text)
{
	bool verifier = strstr(text, "-- BEGIN PROG LOAD LOG --");
	char *save = NULL;

	/* "failed to load object" and the like, which follow a log, say less than it does */
	if (libbpf_last_is_verifier && !verifier && strstr(text, "failed to load"))
		return;
	libbpf_last_is_verifier = verifier;
	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		if (worth_keeping(l))
			snprintf(libbpf_last, sizeof(libbpf_last), "%s",
				 strncmp(l, "libbpf: ", 8) ? l : l + 8);
}

static int on_libbpf(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	char *text;

	if (level != LIBBPF_WARN && verbose < 2)
		return 0;
	if (vasprintf(&text, fmt, ap) < 0)
		return 0;
	if (verbose >= 2)
		fputs(text, stderr);
	if (level == LIBBPF_WARN)
		keep_last(text);
	free(text);
	return 0;
}

void log_init(void)
{
	int fd;

	/* a map opened as descriptor 1 would be written to */
	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
	libbpf_last[0] = '\0';
	libbpf_last_is_verifier = false;
	libbpf_set_print(on_libbpf);
}

const char *log_libbpf_last(void)
{
	return libbpf_last;
}

/* One character as C writes it, 4 bytes and a NUL at most. */
static size_t escape_char(char to[5], unsigned char c)
{
	static const char named[] = "\a\b\t\n\v\f\r", letter[] = "abtnvfr";
	const char *p = c ? strchr(named, c) : NULL;
	int n;

	if (p)
		n = snprintf(to, 5, "\\%c", letter[p - named]);
	else if (c == '"' || c == '\\')
		n = snprintf(to, 5, "\\%c", c);
	else if (c < 0x20 || c >= 0x7f)
		n = snprintf(to, 5, "\\%03o", c);
	else
		n = snprintf(to, 5, "%c", c);
	return (size_t)n;
}

const char *quoted(const char *text)
{
	static char ring[4][4 * QUOTED_MAX + sizeof("\"\"...")];
	static unsigned int next;
	char *buf = ring[next++ % 4], *p = buf;
	size_t n;

	if (!text)
		text = "";
	*p++ = '"';
	for (n = 0; n < QUOTED_MAX && text[n]; n++)
		p += escape_char(p, (unsigned char)text[n]);
	snprintf(p, sizeof("\"..."), text[n] ? "\"..." : "\"");
	return buf;
}

bool shell_plain(const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "_@%+=:,./-";

	return *text && !text[strspn(text, plain)];
}

const char *shell_word(const char *text)
{
	static char ring[4][4 * WORD_MAX + sizeof("''")];
	static unsigned int next;
	char *buf = ring[next++ % 4], *p = buf;

	if (shell_plain(text) && strlen(text) < sizeof(*ring))
		return strcpy(buf, text);
	*p++ = '\'';
	for (size_t n = 0; n < WORD_MAX && text[n]; n++)
		p = text[n] == '\'' ? stpcpy(p, "'\\''") : (*p = text[n], p + 1);
	strcpy(p, "'");
	return buf;
}
