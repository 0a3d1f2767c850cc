// SPDX-License-Identifier: GPL-2.0-only
/*
 * args_split.c - a line of a batch file into words, as ip -batch does
 *
 * Blanks separate, '...' and "..." hold a word with blanks together, # outside of them ends the
 * line. Quotes may stand anywhere in a word and are taken out; there are no escapes in them.
 */
#include <string.h>

#include "args.h"

#define BLANKS " \t\r\n"

/* One word from `from`, closed up in place; its end in *end. false: a quote is left open. */
static bool take_word(char *from, char **end)
{
	char *to = from, quote = '\0';

	for (; *from; from++) {
		if (quote && *from == quote)
			quote = '\0';
		else if (!quote && (*from == '"' || *from == '\''))
			quote = *from;
		else if (!quote && strchr(BLANKS "#", *from))
			break;
		else
			*to++ = *from;
	}
	if (quote)
		return false;
	/* a comment right behind the word goes with its first character */
	*end = *from == '#' ? from + strlen(from) : *from ? from + 1 : from;
	*to = '\0';
	return true;
}

int args_split(char *line, char **argv, int max)
{
	int argc = 0;

	for (;;) {
		line += strspn(line, BLANKS);
		if (!*line || *line == '#')
			return argc;
		if (argc == max)
			return ARGS_TOO_MANY;
		argv[argc++] = line;
		if (!take_word(line, &line))
			return ARGS_OPEN_QUOTE;
	}
}
