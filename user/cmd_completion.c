// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_completion.c - xswitch completion: what the shell offers while a command is typed
 *
 * The shell's part hands over the line as far as the cursor. It goes through the same options,
 * objects and tables as a command, and stops where its last word would be taken: what could
 * stand there is printed, one a line, instead. Names of files are the shell's: a line ":file".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "xsw_offer.h"

#define WORDS_MAX 512

/* --- candidates -------------------------------------------------------------------------- */

/* One process completes one word. */
static struct {
	struct cmd_options options;
	char *line;
	const char *word; /* as far as it is typed */
	size_t keep;	  /* of a list: what stands before its last item */
} cursor;

struct row {
	const char *text;
};

static const struct out_field fields[] = {
	{ "word", .kind = OUT_CSTR, .when = OUT_BARE, .off = offsetof(struct row, text) },
	{ 0 },
};

static void put(const char *text)
{
	struct row row = { text };

	out_record(fields, &row);
}

/* With what was typed before it: that is what the shell replaces. */
static void candidate(const char *name, void *arg)
{
	const char *item = cursor.word + cursor.keep;
	char text[1024];

	(void)arg;
	if (strncmp(name, item, strlen(item)))
		return;
	snprintf(text, sizeof(text), "%.*s%s", (int)cursor.keep, cursor.word, name);
	put(text);
}

static void candidates(const char *const *words)
{
	for (; words && *words; words++)
		candidate(*words, NULL);
}

/* What names a row's value may be: by its kind, or by what usage calls it. */
static enum xsw_offer offered(const struct args *a, const struct arg_def *def)
{
	static const struct {
		const char *what;
		enum xsw_offer offer;
	} by_name[] = {
		{ "PORT", XSW_OFFER_PORT },	{ "FILE", XSW_OFFER_FILE },
		{ "DIR", XSW_OFFER_FILE },	{ "NS", XSW_OFFER_NETNS },
		{ "DEV", XSW_OFFER_DEVICE },	{ "VID", XSW_OFFER_VLAN },
		{ "IFNAME", XSW_OFFER_DEVICE },
	};

	if (!strcmp(def->word, "--ports"))
		return XSW_OFFER_NETNS;
	if (def->kind == ARG_SOURCES)
		return XSW_OFFER_PORT;
	if (def->kind == ARG_VID || def->kind == ARG_VIDS)
		return XSW_OFFER_VLAN;
	if (def->kind == ARG_MAC)
		return XSW_OFFER_MAC;
	for (size_t i = 0; i < sizeof(by_name) / sizeof(*by_name); i++)
		if (def->what && !strcmp(def->what, by_name[i].what))
			return by_name[i].offer;
	if (def->what && !strcmp(def->what, "NAME") && a->command)
		return !strcmp(a->command, "port add")	  ? XSW_OFFER_NETNS :
		       !strncmp(a->command, "mirror ", 7) ? XSW_OFFER_MIRROR :
							    XSW_OFFER_NONE;
	return !a->command && def->word[0] == '-' && def->word[1] == 'S' ? XSW_OFFER_SWITCH :
									   XSW_OFFER_NONE;
}

static bool is_list(const struct arg_def *def)
{
	return def->kind == ARG_SOURCES || def->kind == ARG_VIDS || !strcmp(def->word, "--ports") ||
	       !strcmp(def->word, "--check");
}

static void values(const struct args *a, const struct arg_def *def)
{
	static const char *const onoff[] = { "on", "off", NULL }, *const none[] = { "none", NULL };
	const char *comma = strrchr(cursor.word, ',');
	enum xsw_offer offer = offered(a, def);

	cursor.keep = is_list(def) && comma ? (size_t)(comma + 1 - cursor.word) : 0;
	if (def->kind == ARG_ONOFF)
		candidates(onoff);
	else if (def->choices)
		candidates(def->choices);
	else if (def->what && strstr(def->what, "|none"))
		candidates(none);
	if (offer == XSW_OFFER_FILE)
		put(":file");
	else if (offer)
		xsw_offer(&cursor.options.env.xsw, offer, candidate, NULL);
	cursor.keep = 0;
}

/* Every spelling; options only if one is begun, for they may stand nearly anywhere. */
static void spellings(const struct arg_def *def)
{
	char word[64];

	for (const char *s = def->word; *s; s += strspn(s, "|")) {
		size_t n = strcspn(s, "|");

		snprintf(word, sizeof(word), "%.*s", (int)n, s);
		if (*word != '-' || *cursor.word == '-')
			candidate(word, NULL);
		s += n;
	}
}

static void may(const struct args *a, const struct arg_def *def, bool value)
{
	if (def && value) {
		values(a, def);
	} else if (def) {
		spellings(def);
	} else {
		out_end();
		exit(XSW_OK);
	}
}

/* --- the command ------------------------------------------------------------------------- */

struct words {
	const char *line;
};

static const struct arg_def args_words[] = {
	{ "", "LINE", ARG_STRING, .off = offsetof(struct words, line), .required = true },
};

/* The words of the line; the last one, which may be empty, is at the cursor. */
static int split(char *line, char **argv)
{
	size_t len = strlen(line);
	bool blank = !len || line[len - 1] == ' ';
	int argc = args_split(line, argv, WORDS_MAX - 1);

	if (argc >= 0 && (blank || !argc))
		argv[argc++] = line + len;
	return argc;
}

static int words(struct cmd_env *env, struct args *args)
{
	static char *argv[WORDS_MAX];
	struct args typed = { .argv = argv, .may = may };
	struct words w = { 0 };
	int status = args_parse(args, args_words, 1, &w);

	if (status)
		return status;
	cursor.line = strdup(w.line);
	if (!cursor.line)
		return fail(XSW_REFUSED, "out of memory");
	typed.argc = split(cursor.line, argv);
	if (typed.argc < 2) /* nothing, or a quote that is open: not a word to complete */
		goto free;
	args_next(&typed); /* the program's name */
	cursor.word = argv[typed.argc];
	log_mute(true);
	out_begin(&env->out);
	if (!cmd_options(&typed, &cursor.options))
		cmd_dispatch(&cursor.options.env, &typed);
	out_end();
free:
	free(cursor.line);
	return XSW_OK;
}

static const struct cmd cmds[] = {
	{ "bash", cmd_completion_bash, "", "the shell's part, to be read by bash" },
	{ "zsh", cmd_completion_zsh, "",
	  "the same for zsh, a function of its $fpath called _xswitch" },
	{ "fish", cmd_completion_fish, "", "the same for fish" },
	{ "words", words, "LINE",
	  "what the last word of LINE, which ends at the cursor, may become" },
	{ 0 },
};

const struct object cmd_completion = { "completion", cmds,
				       "what a shell offers: bash, zsh, fish, words" };
