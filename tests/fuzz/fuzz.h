/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz.h - targets of libFuzzer (https://llvm.org/docs/LibFuzzer.html), one a file
 *
 * `make fuzz` builds them with AddressSanitizer and UBSan and runs each over its corpus,
 * tests/fuzz/corpus/NAME, then for a while over what it makes of that. A target calls abort() on what
 * must not be. `make unit` runs the corpora alone (replay.c).
 */
#ifndef XSW_FUZZ_H
#define XSW_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Once, before the first input; a target may have none. */
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as a file: a descriptor to be closed, and its path. */
int fuzz_file(const uint8_t *data, size_t size, char path[32]);

#endif
