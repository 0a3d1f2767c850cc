// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_args.c - any text as the command line, from main() down to what it means
 *
 * There is no switch, and no bpffs to make one in: whatever is understood ends with "no switch". Lines
 * with a word by which a command would do something all the same are left out.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define main xswitch_main
#include "../../user/main.c" /* NOLINT(bugprone-suspicious-include): the program itself */
#undef main

#define WORDS_MAX 64

/* Namespaces are entered, files read, processes begun before a switch is looked for. */
static bool is_let(const char *word)
{
	static const char *const never[] = { "up",    "down",	 "apply",  "diff", "agent",
					     "bench", "metrics", "doctor", "top",  "--batch" };

	for (size_t i = 0; i < sizeof(never) / sizeof(*never); i++)
		if (!strncmp(word, never[i], strlen(never[i])))
			return false;
	return strncmp(word, "-b", 2) && strncmp(word, "-n", 2) && strncmp(word, "--netns", 7);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	setenv("XSWITCH_BPFFS", "/nonexistent/bpf", 1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = strndup((const char *)data, size), *argv[WORDS_MAX + 2] = { line };
	int n = line ? args_split(line, argv + 1, WORDS_MAX) : -1, status;
	bool let = n >= 0;

	for (int i = 1; i <= n; i++)
		let = let && is_let(argv[i]);
	if (let) {
		argv[n + 1] = NULL;
		status = xswitch_main(n + 1, argv);
		if (status != XSW_OK && status != XSW_USAGE && status != XSW_REFUSED &&
		    status != XSW_MISSING)
			abort();
	}
	free(line);
	return 0;
}
