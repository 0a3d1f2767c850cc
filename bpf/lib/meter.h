/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * meter.h - token buckets: packets or bits a second
 *
 * A bucket is one word, the time at which it is full again (the generic cell rate algorithm,
 * ITU-T I.371): a frame moves it on by what the frame costs, time does the rest. One
 * compare-and-swap a frame, no timer, and nothing is lost between two CPUs.
 *
 * Times have XSW_METER_FRAC bits below a nanosecond. The cost of a frame is rounded to that: at
 * ten million frames a second the rate is wrong by 2 in 10000 at most.
 *
 * A frame that finds the bucket full always passes, also one that costs more than the bucket
 * holds: it is paid for by those that come after.
 */
#ifndef XSW_METER_H
#define XSW_METER_H

#include "pkt.h"

#define METER_US     (1000ULL << XSW_METER_FRAC)
#define METER_SECOND (1000000ULL * METER_US)
#define METER_TRIES  8

/* What a meter measures of a packet; one that is segmented later counts as its segments. */
struct xsw_load {
	__u32 packets;
	__u32 bytes; /* of whole frames, as struct xsw_count */
};

/* Units of METER_SECOND. No overflow up to 64 MB. */
static __always_inline __u64 meter_cost(const struct xsw_rate *r, const struct xsw_load *load)
{
	__u64 units = r->bits ? load->bytes * 8ULL : load->packets;

	return (units * METER_SECOND + r->rate / 2) / r->rate;
}

/*
 * Whether the packet passes at `now` (mono_now()). If it does, it is paid for, also by a CPU that
 * loses every race: then the bucket owes a little more than it holds.
 */
__noinline int meter_pass(__u64 *full, const struct xsw_rate *r, const struct xsw_load *load,
			  __u64 now)
{
	__u64 old, start, cost, burst;
	int i;

	if (!full || !r || !load || !r->rate)
		return 1;
	cost = meter_cost(r, load);
	burst = r->burst * METER_US;
	now <<= XSW_METER_FRAC;
	for (i = 0; i < METER_TRIES; i++) {
		old = READ_ONCE(*full);
		start = (__s64)(old - now) > 0 ? old : now;
		if (start != now && start - now + cost > burst)
			return 0;
		if (word_swap(full, old, start + cost))
			return 1;
	}
	word_add(full, cost);
	return 1;
}

#endif
