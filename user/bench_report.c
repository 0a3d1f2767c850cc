// SPDX-License-Identifier: GPL-2.0-only
#include "bench.h"
int bench_report(const struct bench_data *data, const char *dir)
{
	(void)data;
	(void)dir;
	return 0;
}
