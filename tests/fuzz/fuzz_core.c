// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_core.c - any bytes as a switch and its frames through the data path, compiled natively
 *
 * The bytes are the choices of tests/prog/random.c: of a row, where what is left is the frame, or (the
 * first is odd) of a sequence. What becomes of it is worked out by the model; the programs must come
 * to the same.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "native_row.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	native_place_init();
	return 0;
}

static void one_row(const uint8_t *data, size_t size)
{
	static struct made m;
	const char *wrong;

	row_mono = NOW;
	random_row_of(data, size, &m);
	model_row(&m);
	wrong = native_judge(&m.row, NULL);
	if (!wrong)
		return;
	printf("not ok %s: %s\n", m.row.name, wrong);
	row_print(&m.row, "# ");
	fflush(stdout);
	abort();
}

static void one_sequence(const uint8_t *data, size_t size)
{
	static struct sequence_run run;
	static struct sequence s;
	const char *wrong;

	random_sequence_of(data, size, &s);
	wrong = sequence_judge(&s, &native_sequence, NULL, &run);
	if (!wrong)
		return;
	printf("not ok %s: %s\n", s.conf.name, wrong);
	sequence_print(&s, &run, "# ");
	fflush(stdout);
	abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && data[0] & 1)
		one_sequence(data + 1, size - 1);
	else if (size)
		one_row(data + 1, size - 1);
	return 0;
}
