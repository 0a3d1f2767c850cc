// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_watch.c - who looks at frames: a time in `settings`, and the bit `watch` of ports at XDP
 *
 * Any number may look at once, and any may be killed. So nobody clears what another may need: the
 * time only goes forward, a bit is set again once a second and cleared by the data path when the
 * time is over. Both are compare-and-swaps and need no lock; what a writer who had read the word
 * before stores over a bit is back within that second, or goes.
 */
#include "maps.h"

void maps_watch_renew(struct maps *m, uint64_t until)
{
	__u64 *at = &m->mem.settings->watching, old = __atomic_load_n(at, __ATOMIC_ACQUIRE);

	while (old < until && !__atomic_compare_exchange_n(at, &old, until, false, __ATOMIC_ACQ_REL,
							   __ATOMIC_ACQUIRE))
		;
}

uint64_t maps_watch_until(const struct maps *m)
{
	return __atomic_load_n(&m->mem.settings->watching, __ATOMIC_ACQUIRE);
}

void maps_watch_end(struct maps *m, uint64_t until)
{
	__u64 old = until;

	__atomic_compare_exchange_n(&m->mem.settings->watching, &old, 0, false, __ATOMIC_ACQ_REL,
				    __ATOMIC_ACQUIRE);
}

void maps_watch_port(struct maps *m, uint32_t port, bool on)
{
	union xsw_conf old, conf;

	do {
		old = conf = maps_conf_load(m, port);
		if (!old.word || old.watch == on)
			return;
		conf.watch = on;
	} while (!maps_conf_swap(m, port, old, conf));
}
