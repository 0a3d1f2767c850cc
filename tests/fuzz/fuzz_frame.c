// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_frame.c - any text as a frame: hex digits, or the words of `trace`
 */
#include <stdlib.h>
#include <string.h>

#include "args_frame.h"
#include "fuzz.h"
#include "log.h"

#define WORDS_MAX 32

static const struct arg_def rows[] = { ARG_FRAME_ROWS(0) };

static void words(char *line, uint8_t *frame)
{
	char *argv[WORDS_MAX];
	struct args args = { .argv = argv, .command = "trace" };
	struct arg_frame f = { 0 };

	args.argc = args_split(line, argv, WORDS_MAX);
	if (args.argc < 0 || args_parse(&args, rows, sizeof(rows) / sizeof(*rows), &f))
		return;
	if (frame_worded(&f) && !frame_wrong(&f) && frame_build(&f, frame) > FRAME_MAX)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = strndup((const char *)data, size);
	uint8_t *frame = malloc(FRAME_MAX);
	size_t len = line && frame ? frame_hex(line, frame) : 0;

	if (len && len != strlen(line) / 2)
		abort();
	if (line && frame)
		words(line, frame);
	free(frame);
	free(line);
	return 0;
}
