// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_filter.c - any text as a filter, any instructions as its program, over any frame
 *
 *	length of the frame(1) kind(1) frame... text or instructions...
 *
 * What passes the check must end, and stay within frame and memory; libpcap's own machine says the same,
 * but of programs that may read what nobody has written.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"
#include "native_filter.h"
#include "pcap_filter.h"

static size_t compile(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size), error[FILTER_ERROR_MAX];
	size_t n = 0;

	if (text && filter_compile(text, program, &n, error))
		n = 0;
	free(text);
	return n;
}

static size_t instructions(const uint8_t *data, size_t size)
{
	size_t n = size / sizeof(*program);

	if (n > XSW_FILTER_MAX)
		n = XSW_FILTER_MAX;
	memcpy(program, data, n * sizeof(*program));
	return filter_check(program, n) ? 0 : n;
}

static bool reads_memory(void)
{
	for (size_t i = 0; i < program_n; i++)
		if (BPF_CLASS(program[i].code) < BPF_ST && BPF_MODE(program[i].code) == BPF_MEM)
			return true;
	return false;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	native_place_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t frame[256];
	uint32_t len;
	bool want, same = true;

	if (size < 2 || size - 2 < data[0])
		return 0;
	len = data[0];
	memcpy(frame, data + 2, len);
	program_n = (data[1] & 1 ? instructions : compile)(data + 2 + len, size - 2 - len);
	if (!program_n)
		return 0;
	want = filter_reference(frame, len);
	for (int beside = 0; beside < 2; beside++) {
		filter_place(frame, len, beside && len >= 18);
		same &= filter_wants(&nskb.ctx) == want;
	}
	if (!same && !(data[1] & 1 && reads_memory()))
		abort();
	return 0;
}
