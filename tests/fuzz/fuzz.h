/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuzz.h - targets of libFuzzer (https://llvm.org/docs/LibFuzzer.html), one a file
 *
 * `make fuzz` builds them with AddressSanitizer and UBSan and runs each over its corpus,
 * tests/fuzz/corpus/NAME, then for a while over what it makes of that. A target calls abort() on what must not be.
 */
#ifndef XSW_FUZZ_H
#define XSW_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
