// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_batch.c - any text as the lines of a batch, checked against a small switch (pins.h)
 *
 * A dry run: every line is parsed and looked at as it would be before the first one is applied.
 */
#define _GNU_SOURCE /* memfd_create() */
#include "cmd.h"
#include "fuzz.h"
#include "pins.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	pins_switch();
	return 0;
}

static void no_plan(const char *line)
{
	(void)line;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cmd_env env = {
		.xsw = { .switch_name = "sw0", .named = true, .dry_run = true, .plan = no_plan },
	};
	struct args args = { 0 };
	char path[32];
	int fd = fuzz_file(data, size, path), status;

	status = cmd_batch(&env, &args, path);
	close(fd);
	if (status != XSW_OK && status != XSW_USAGE && status != XSW_REFUSED &&
	    status != XSW_MISSING)
		abort();
	return 0;
}
