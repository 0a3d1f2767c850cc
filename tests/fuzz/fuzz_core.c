// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_core.c - any bytes as a switch and a frame through the data path, compiled natively
 *
 * The bytes are the choices of tests/prog/random.c, then the frame. What becomes of it is worked out by
 * the model; the programs must come to the same, however the frame lies in memory.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "model.h"
#include "native_row.h"

static const char *run(const struct row *row, const struct layout *how)
{
	static struct setup set;
	struct outcome out = {};

	row_setup(row, NOW, &set);
	if (how->beside && !has_tag(&set))
		return NULL;
	native_fill(row, &set);
	native_skb_fill(row, &set, how);
	native_collect(&set, &out, xsw_tc(&nskb.ctx));
	return row_judge(row, &set, &out);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	native_place_init();
	row_mono = NOW;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct layout layouts[] = {
		{ "linear", false, ROW_LEN_MAX },
		{ "tag beside the frame", true, ROW_LEN_MAX },
		{ "half a header linear", false, 7 },
	};
	static struct made m;

	random_row_of(data, size, &m);
	model_row(&m);
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
		const char *wrong = run(&m.row, &layouts[i]);

		if (!wrong)
			continue;
		printf("not ok %s, %s: %s\n", m.row.name, layouts[i].name, wrong);
		random_print(&m);
		fflush(stdout);
		abort();
	}
	return 0;
}
