// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_batch.c - xswitch -b FILE: many commands, all of them or none
 *
 * Example: "fdb add 02:00:00:00:00:01 dev ns1" and 99,999 lines like it take one lock and less
 * than a second. Every line is checked before the first one is applied.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

#define WORDS_MAX 128 /* of a line; a port has 16 addresses at most */

struct line {
	char *text;
	unsigned long number; /* in the file, of its first line */
};

struct batch {
	struct cmd_env *env;
	char *text; /* all of the file */
	struct line *lines;
	size_t n;
	char name[128]; /* of the file, for messages */
};

/*
 * What changes something and can be undone. Not: `port del`, for what a namespace had set up on its
 * device would be lost; `up` and `down`, which are all or nothing by themselves.
 */
static const char *const may[] = { "fdb add",  "fdb del",  "fdb replace", "fdb flush",
				   "vlan add", "vlan del", "vlan set",	  "port add",
				   "port set", "set",	   "mirror add",  "mirror del" };

bool cmd_batch_may(const char *command)
{
	for (size_t i = 0; i < sizeof(may) / sizeof(*may); i++)
		if (!strcmp(may[i], command))
			return true;
	return false;
}

/* --- the file --------------------------------------------------------------------------- */

/* All of it and a NUL; a NUL inside is an error, for it would hide the rest of its line. */
static int slurp(FILE *f, char **text)
{
	size_t len = 0, room = 1 << 16, got;
	char *buf = malloc(room), *bigger;
	int err;

	while (buf && (got = fread(buf + len, 1, room - len - 1, f))) {
		len += got;
		if (room - len > 1)
			continue;
		bigger = realloc(buf, room *= 2);
		if (!bigger)
			free(buf);
		buf = bigger;
	}
	err = ferror(f) ? errno : 0;
	*text = buf;
	if (!buf)
		return ENOMEM;
	buf[len] = '\0';
	return err ? err : memchr(buf, '\0', len) ? EINVAL : 0;
}

static int read_file(struct batch *b, const char *file)
{
	bool std_in = !strcmp(file, "-");
	FILE *f = std_in ? stdin : fopen(file, "re");
	const char *shown = std_in ? "stdin" : file;
	int err = f ? slurp(f, &b->text) : errno;

	if (f && !std_in)
		fclose(f);
	/* names from outside are shown escaped, if there is anything to escape */
	if (strlen(quoted(file)) == strlen(file) + 2)
		snprintf(b->name, sizeof(b->name), "%s", shown);
	else
		snprintf(b->name, sizeof(b->name), "%s", quoted(file));
	if (err == EINVAL)
		return fail(XSW_USAGE, "batch %s: it has a NUL byte: not a text", quoted(shown));
	return err ? fail(XSW_REFUSED, "batch: cannot read %s: %s", quoted(shown), strerror(err)) :
		     XSW_OK;
}

/* Cut into lines; a backslash at the end of one joins the next to it. */
static int cut(struct batch *b)
{
	unsigned long number = 1;
	size_t most = 1;
	char *s = b->text;

	for (const char *c = s; *c; c++)
		most += *c == '\n';
	b->lines = calloc(most, sizeof(*b->lines));
	if (!b->lines)
		return fail(XSW_REFUSED, "out of memory");
	while (*s) {
		char *end = s + strcspn(s, "\n"), *next = *end ? end + 1 : end;
		struct line *l = &b->lines[b->n++];

		*l = (struct line){ s, number++ };
		for (; end > s && end[-1] == '\\' && *end; number++) {
			end[-1] = *end = ' ';
			end = next + strcspn(next, "\n");
			next = *end ? end + 1 : end;
		}
		*end = '\0';
		s = next;
	}
	return XSW_OK;
}

/* --- a line ----------------------------------------------------------------------------- */

/* How many words, 0 for none; or minus an exit status. `copy` is what they stand in. */
static int words(const struct line *line, char **copy, char **argv)
{
	int n;

	*copy = strdup(line->text);
	if (!*copy)
		return -fail(XSW_REFUSED, "out of memory");
	n = args_split(*copy, argv, WORDS_MAX);
	if (n == ARGS_OPEN_QUOTE)
		return -fail(XSW_USAGE, "a quote is not closed: %s", quoted(line->text));
	if (n == ARGS_TOO_MANY)
		return -fail(XSW_USAGE, "more than %d words", WORDS_MAX);
	return n;
}

static int run(const struct batch *b, int argc, char **argv)
{
	struct args args = { .argc = argc, .argv = argv };
	const struct object *obj = cmd_find(&args, args_next(&args));

	return obj ? cmd_run(obj, b->env, &args) : XSW_USAGE;
}

/* A dry run shows the lines themselves: each may depend on those before it. */
static void show(int argc, char **argv)
{
	static const struct out_field fields[] = {
		{ "step", .kind = OUT_CSTR, .when = OUT_BARE },
		{ 0 },
	};
	char text[1024] = "";
	const char *step = text;
	size_t len = 0;

	for (int i = 0; i < argc && len < sizeof(text); i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i ? " " : "",
					argv[i]);
	out_record(fields, &step);
}

enum pass {
	CHECK,
	SHOW,
	APPLY
};

static int each_line(const struct batch *b, enum pass pass)
{
	char *argv[WORDS_MAX], *copy;
	int status = XSW_OK;

	for (size_t i = 0; i < b->n && !status; i++) {
		int argc;

		log_place(b->name, b->lines[i].number, 0);
		argc = words(&b->lines[i], &copy, argv);
		if (argc < 0)
			status = -argc;
		else if (argc && pass == SHOW)
			show(argc, argv);
		else if (argc)
			status = run(b, argc, argv);
		if (status == XSW_CHECKED)
			status = XSW_OK;
		free(copy);
	}
	log_place(NULL, 0, 0);
	return status;
}

static int apply(struct batch *b)
{
	struct cmd_env *env = b->env;
	int status = xsw_batch_begin(&env->xsw), end = XSW_OK;

	if (status)
		return status;
	status = each_line(b, CHECK);
	if (!status && env->xsw.dry_run) {
		out_begin(&env->out);
		each_line(b, SHOW);
		end = out_end();
	} else if (!status) {
		xsw_batch_apply(&env->xsw);
		status = each_line(b, APPLY);
	}
	return xsw_batch_end(&env->xsw, status) ?: end;
}

int cmd_batch(struct cmd_env *env, struct args *args, const char *file)
{
	struct batch b = { .env = env };
	int status = args_end(args);

	if (!status)
		status = read_file(&b, file);
	if (!status)
		status = cut(&b);
	if (!status)
		status = apply(&b);
	free(b.lines);
	free(b.text);
	return status;
}
