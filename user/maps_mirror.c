// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_mirror.c - mirrors: the word that says which hold, ports and counters
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>

#include "maps.h"

uint32_t maps_mirrors(const struct maps *m)
{
	return __atomic_load_n(&m->mem.settings->mirrors, __ATOMIC_ACQUIRE);
}

void maps_mirror_hold(struct maps *m, uint32_t slot, bool on)
{
	if (on)
		__atomic_fetch_or(&m->mem.settings->mirrors, 1U << slot, __ATOMIC_RELEASE);
	else
		__atomic_fetch_and(&m->mem.settings->mirrors, ~(1U << slot), __ATOMIC_RELEASE);
}

bool maps_tap_store(struct maps *m, uint32_t port, const struct xsw_tap *tap)
{
	struct xsw_tap *at = &m->mem.taps[port];
	bool any = tap->in || tap->out || tap->output;
	union xsw_conf old, conf;

	if (at->in == tap->in && at->out == tap->out && at->output == tap->output &&
	    (!maps_conf_load(m, port).word || maps_conf_load(m, port).mirror == any))
		return false;
	__atomic_store_n(&at->in, tap->in, __ATOMIC_RELEASE);
	__atomic_store_n(&at->out, tap->out, __ATOMIC_RELEASE);
	__atomic_store_n(&at->output, tap->output, __ATOMIC_RELEASE);
	do {
		conf = old = maps_conf_load(m, port);
		conf.mirror = any;
	} while (old.word && !maps_conf_swap(m, port, old, conf));
	return true;
}

int maps_mirror_stats_zero(struct maps *m, uint32_t slot)
{
	int cpus = libbpf_num_possible_cpus(), err = 0;
	struct xsw_mirror_stats *zero;

	if (cpus < 0)
		return cpus;
	zero = calloc((size_t)cpus, sizeof(*zero));
	if (!zero)
		return -ENOMEM;
	if (bpf_map_update_elem(m->fd[MAP_MIRRORSTATS], &slot, zero, BPF_ANY))
		err = -errno;
	free(zero);
	return err;
}
