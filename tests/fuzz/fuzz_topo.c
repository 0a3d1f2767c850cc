// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_topo.c - any bytes as a topology file
 *
 * Whatever they are: a topology, or mistakes and a usage error; never anything else.
 */
#include <stdlib.h>

#include "fuzz.h"
#include "topo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct topo *t = NULL;
	int status = topo_parse((const char *)data, size, "fuzz.yaml", "sw0", &t);

	if (status == XSW_OK ? !t : status != XSW_USAGE || t)
		abort();
	topo_free(t);
	return 0;
}
