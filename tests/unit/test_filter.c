// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_filter.c - the interpreter of filters beside libpcap's own
 *
 * Every filter over random frames that look like real ones, whole and cut short, with the outer
 * tag in the frame and beside it: both must say the same. Then programs that libpcap would not
 * write, and those that must be refused.
 */
#include <errno.h>
#include <stdio.h>

#include "filter_frames.h"
#include "native_filter.h"
#include "pcap_filter.h"

#define FRAMES 3000

static const char *compare(unsigned int *matched)
{
	__u8 f[FILTER_FRAME_MAX];

	for (int i = 0; i < FRAMES; i++) {
		__u32 len = filter_frame(f);
		bool want = filter_reference(f, len);

		*matched += want;
		filter_place(f, len, false);
		if (filter_wants(&nskb.ctx) != want)
			return want ? "does not match" : "matches";
		filter_place(f, len, len >= 18);
		if (filter_wants(&nskb.ctx) != want)
			return want ? "does not match, tag beside" : "matches, tag beside";
	}
	return NULL;
}

static void test_filters(struct tally *t)
{
	char error[FILTER_ERROR_MAX];

	for (const char *const *text = filter_texts; *text; text++) {
		unsigned int matched = 0;
		int err = filter_compile(*text, program, &program_n, error);
		const char *wrong = err ? error : compare(&matched);

		if (!wrong && !matched)
			wrong = "no frame matched: nothing is shown";
		tally_row(t, *text, NULL, wrong);
	}
}

/* What libpcap has codes for and no words. */
static void test_codes(struct tally *t)
{
	static const struct {
		const char *name;
		struct xsw_insn in[6];
	} rows[] = {
		{ "xor", { { 0x30, 0, 0, 14 }, { 0xa4, 0, 0, 0x5a }, { 0x16 } } },
		{ "mod by a constant", { { 0x20, 0, 0, 14 }, { 0x94, 0, 0, 3 }, { 0x16 } } },
		{ "stx, ldx mem",
		  { { 0x81, 0, 0, 0 }, { 0x03, 0, 0, 15 }, { 0x61, 0, 0, 15 }, { 0x87 }, { 0x16 } } },
		{ "indirect word", { { 0x01, 0, 0, 30 }, { 0x40, 0, 0, 20 }, { 0x16 } } },
		{ "indirect, wraps",
		  { { 0x01, 0, 0, 0xffffffff }, { 0x50, 0, 0, 20 }, { 0x06, 0, 0, 1 } } },
		{ "far away", { { 0x20, 0, 0, 0xfffffffe }, { 0x06, 0, 0, 1 } } },
		{ "shift by 32", { { 0x00, 0, 0, 1 }, { 0x01, 0, 0, 32 }, { 0x6c }, { 0x16 } } },
		{ "neg", { { 0x30, 0, 0, 14 }, { 0x84 }, { 0x16 } } },
		{ "over the tag", { { 0x20, 0, 0, 10 }, { 0x54, 0, 0, 0x01 }, { 0x16 } } },
		{ "behind the tag", { { 0x20, 0, 0, 14 }, { 0x54, 0, 0, 0x11 }, { 0x16 } } },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		unsigned int matched = 0;
		const char *wrong;

		memcpy(program, rows[i].in, sizeof(rows[i].in));
		for (program_n = 1; BPF_CLASS(program[program_n - 1].code) != BPF_RET; program_n++)
			;
		wrong = filter_check(program, program_n) ? "refused" : compare(&matched);
		tally_row(t, rows[i].name, NULL, wrong);
	}
}

static void test_refused(struct tally *t)
{
	static const struct {
		const char *name;
		struct xsw_insn in[2];
		size_t n;
	} rows[] = {
		{ "no instruction", {}, 0 },
		{ "no end", { { 0x00, 0, 0, 1 } }, 1 },
		{ "a jump past the end", { { 0x15, 0, 1, 1 }, { 0x06 } }, 2 },
		{ "a jump backwards", { { 0x05, 0, 0, 0xffffffff }, { 0x06 } }, 2 },
		{ "a word of memory that is not there", { { 0x02, 0, 0, 16 }, { 0x06 } }, 2 },
		{ "an unknown code", { { 0xff }, { 0x06 } }, 2 },
		{ "an unknown load", { { 0x38 }, { 0x06 } }, 2 },
		{ "an unknown operation", { { 0xb4 }, { 0x06 } }, 2 },
		{ "a division by 0", { { 0x34, 0, 0, 0 }, { 0x06 } }, 2 },
		{ "a remainder of a division by 0", { { 0x94, 0, 0, 0 }, { 0x06 } }, 2 },
		{ "a negation of X", { { 0x8c }, { 0x06 } }, 2 },
		{ "a shift by 32", { { 0x64, 0, 0, 32 }, { 0x06 } }, 2 },
	};
	char error[FILTER_ERROR_MAX] = "";

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		tally_row(t, rows[i].name, "refused",
			  filter_check(rows[i].in, rows[i].n) ? NULL : "accepted");
	tally_row(t, "too long", NULL,
		  filter_check(program, XSW_FILTER_MAX + 1) == -E2BIG ? NULL : "accepted");
	tally_row(t, "a loop", NULL,
		  filter_compile("ip6 protochain 58", program, &program_n, error) == -EOPNOTSUPP ?
			  NULL :
			  "accepted");
	tally_row(t, "not of the language", NULL,
		  filter_compile("host", program, &program_n, error) == -EINVAL && *error ?
			  NULL :
			  "accepted");
}

int main(void)
{
	struct tally t = { .driver = "" };

	test_filters(&t);
	test_codes(&t);
	test_refused(&t);
	return tally_end(&t, 1);
}
