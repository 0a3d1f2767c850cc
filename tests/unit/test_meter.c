// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_meter.c - what comes out of a token bucket over time, and between CPUs
 *
 * Time is simulated; a sender that always has the next frame ready meets the meter, and what
 * passed is compared with rate * time + burst.
 */
#include <stdio.h>

#include "native_maps.h"
#include "../../bpf/lib/meter.h"

#define HOUR  (3600 * SEC_)
#define START (7 * HOUR + 12345) /* of CLOCK_MONOTONIC */

static const __u16 sizes_one[] = { 64 }, sizes_full[] = { 1514 },
		   sizes_mix[] = { 64, 594, 1514, 66, 1514, 90, 64, 1518 };

struct flow {
	const char *name;
	struct xsw_rate rate;
	__u64 time;    /* ns */
	__u64 step;    /* ns between two offers */
	__u32 packets; /* segments of each */
	const __u16 *sizes;
	size_t size_n;
	unsigned int ppm; /* that the result may be off, above or below, in millionths */
};

#define SIZES(list) .sizes = list, .size_n = sizeof(list) / sizeof((list)[0])

/* Offers so often that about every tenth passes, or more of them. */
static const struct flow flows[] = {
	{ "1 packet a second", { 1, 100000, 0 }, HOUR, 100 * MSEC, 1, SIZES(sizes_one), 300 },
	{ "3 packets a second, a third of a ns is not lost",
	  { 3, 1000000, 0 },
	  HOUR,
	  30 * MSEC,
	  1,
	  SIZES(sizes_one),
	  100 },
	{ "7 packets a second in packets of 5",
	  { 7, 1000000, 0 },
	  HOUR,
	  70 * MSEC,
	  5,
	  SIZES(sizes_one),
	  300 },
	{ "1000 packets a second", { 1000, 100000, 0 }, HOUR, 300000, 1, SIZES(sizes_one), 5 },
	{ "999983 packets a second", { 999983, 100000, 0 }, 10 * SEC_, 300, 1, SIZES(sizes_one), 20 },
	{ "10 million packets a second",
	  { 10000000, 100000, 0 },
	  SEC_,
	  30,
	  1,
	  SIZES(sizes_one),
	  200 },
	{ "64 kbit/s of frames of any size",
	  { 64000, 100000, 1 },
	  HOUR,
	  3 * MSEC,
	  1,
	  SIZES(sizes_mix),
	  100 },
	{ "10 Mbit/s of frames of any size",
	  { 10000000, 100000, 1 },
	  HOUR,
	  200000,
	  1,
	  SIZES(sizes_mix),
	  5 },
	{ "1 Gbit/s of full frames",
	  { 1000000000, 100000, 1 },
	  20 * SEC_,
	  4001,
	  1,
	  SIZES(sizes_full),
	  5 },
	{ "1 Gbit/s of small frames", { 1000000000, 100000, 1 }, SEC_, 97, 1, SIZES(sizes_one), 60 },
	{ "100 Gbit/s of full frames",
	  { 100000000000, 10000, 1 },
	  SEC_ / 2,
	  31,
	  1,
	  SIZES(sizes_full),
	  200 },
	{ "400 Gbit/s of full frames",
	  { 400000000000, 10000, 1 },
	  SEC_ / 4,
	  11,
	  1,
	  SIZES(sizes_full),
	  300 },
	{ "frames larger than the burst", { 8000, 1000, 1 }, HOUR, MSEC, 1, SIZES(sizes_full), 1000 },
};

static void test_flow(struct tally *t, const struct flow *f)
{
	__u64 full = 0, passed = 0, want, burst, off, most = 0;
	char text[200];

	for (__u64 now = 0, i = 0; now < f->time; now += f->step, i++) {
		struct xsw_load load = { f->packets, f->sizes[i % f->size_n] };
		__u64 units = f->rate.bits ? load.bytes * 8ULL : load.packets;

		if (meter_pass(&full, &f->rate, &load, START + now))
			passed += units;
		most = units > most ? units : most;
	}
	burst = f->rate.rate * f->rate.burst / 1000000;
	want = (__u64)((__uint128_t)f->rate.rate * f->time / SEC_) + burst;
	off = passed > want ? passed - want : want - passed;
	snprintf(text, sizeof(text), "%llu passed, not %llu", (unsigned long long)passed,
		 (unsigned long long)want);
	/* what is still in the bucket at the end is less than a frame, and a frame may overdraw it */
	tally_row(t, f->name, NULL,
		  off <= want / 1000000 * f->ppm + want % 1000000 * f->ppm / 1000000 + 2 * most ?
			  NULL :
			  text);
}

/* --- single frames -------------------------------------------------------------------- */

static const struct xsw_load small = { 1, 64 }, large = { 1, 1514 }, many = { 45, 68000 };

/* Frames that pass at one moment. */
static unsigned int at_once(__u64 *full, const struct xsw_rate *r, const struct xsw_load *load,
			    __u64 now)
{
	unsigned int n = 0;

	while (n < 100000 && meter_pass(full, r, load, now))
		n++;
	return n;
}

static void is(struct tally *t, const char *name, unsigned int got, unsigned int want)
{
	tally_row(t, name, NULL, got == want ? NULL : row_say("%u, not %u", got, want));
}

static void test_bursts(struct tally *t)
{
	static const struct xsw_rate ten = { 10, 1000000, 0 }, slow = { 1, 1, 0 },
				     bits = { 8 * 64 * 100, 1000000, 1 }, none = { 0, 100000, 0 };
	__u64 full = 0;

	is(t, "a burst of one second at ten a second is ten", at_once(&full, &ten, &small, START),
	   10);
	is(t, "nothing is left", at_once(&full, &ten, &small, START + 99 * MSEC), 0);
	is(t, "one after 100 ms", at_once(&full, &ten, &small, START + 100 * MSEC), 1);
	is(t, "five after 500 ms", at_once(&full, &ten, &small, START + 600 * MSEC), 5);
	is(t, "not more than ten after an hour", at_once(&full, &ten, &small, START + HOUR), 10);
	full = 0;
	is(t, "a hundred frames of 64 bytes in bits", at_once(&full, &bits, &small, START), 100);
	full = 0;
	is(t, "one frame always passes: burst of a microsecond",
	   at_once(&full, &slow, &small, START), 1);
	is(t, "... again after its second", at_once(&full, &slow, &small, START + SEC_), 1);
	is(t, "... not before", at_once(&full, &slow, &small, START + 2 * SEC_ - 1), 0);
	full = 0;
	is(t, "45 segments pass where one does", meter_pass(&full, &slow, &many, START), 1);
	is(t, "... and are paid for: 45 s", meter_pass(&full, &slow, &small, START + 45 * SEC_ - 1),
	   0);
	is(t, "... after which one passes", meter_pass(&full, &slow, &small, START + 45 * SEC_), 1);
	full = 0;
	is(t, "no rate is no limit", at_once(&full, &none, &large, START), 100000);
	is(t, "no rate is not paid", full != 0, 0);
}

static void test_costs(struct tally *t)
{
	static const struct xsw_rate crawl = { 1, 100000, 1 }, fast = { 400000000000, 100000, 1 };
	static const struct xsw_load giant = { 1000, 64 * 1024 * 1024 - 1 };

	tally_row(t, "64 MB at a bit a second do not overflow", NULL,
		  meter_cost(&crawl, &giant) / METER_SECOND == giant.bytes * 8ULL ? NULL :
										    "they do");
	tally_row(t, "64 bytes at 400 Gbit/s cost 1.28 ns", NULL,
		  meter_cost(&fast, &small) == 41 ? NULL : "they do not"); /* of 1/32 ns */
}

/* --- other CPUs ----------------------------------------------------------------------- */

static __u64 shared;
static unsigned int others;
static bool stubborn;

static void other_pays(void)
{
	shared += METER_SECOND;
	others++;
	if (stubborn)
		native.meanwhile = other_pays;
}

static void test_races(struct tally *t)
{
	static const struct xsw_rate ten = { 1, 10000000, 0 };
	int ret;

	shared = START << XSW_METER_FRAC;
	native.meanwhile = other_pays;
	ret = meter_pass(&shared, &ten, &small, START);
	tally_row(t, "a lost race: both pay", NULL,
		  ret && shared == (START << XSW_METER_FRAC) + 2 * METER_SECOND ? NULL : "no");

	shared = (START << XSW_METER_FRAC) + 9 * METER_SECOND;
	native.meanwhile = other_pays;
	ret = meter_pass(&shared, &ten, &small, START);
	tally_row(t, "a lost race for the last token", NULL,
		  !ret && shared == (START << XSW_METER_FRAC) + 10 * METER_SECOND ? NULL : "no");

	shared = START << XSW_METER_FRAC;
	others = 0;
	stubborn = true;
	native.meanwhile = other_pays;
	ret = meter_pass(&shared, &ten, &small, START);
	native.meanwhile = NULL;
	tally_row(t, "every race lost: it passes, and pays", NULL,
		  ret && others == METER_TRIES &&
				  shared == (START << XSW_METER_FRAC) +
						    (METER_TRIES + 1) * METER_SECOND ?
			  NULL :
			  "no");
}

int main(void)
{
	struct tally t = { .driver = "" };

	for (size_t i = 0; i < sizeof(flows) / sizeof(flows[0]); i++)
		test_flow(&t, &flows[i]);
	test_bursts(&t);
	test_costs(&t);
	test_races(&t);
	return tally_end(&t, 1);
}
