// SPDX-License-Identifier: GPL-2.0-only
/*
 * kmaps_time.c - time passes for a switch whose clock is the kernel's
 */
#include <bpf/bpf.h>
#include <errno.h>

#include "kmaps.h"

/* Not before the clock began, and what never ends stays so. */
static __u64 older(__u64 time, __u64 ns)
{
	if (time == ~0ULL)
		return time;
	return time > ns ? time - ns : 0;
}

/* A hold has 32 bits of ticks, see bpf/lib/flap.h. */
static void older_moves(struct xsw_fdb_entry *e, __u64 ns)
{
	__u32 since = e->since | (__u32)e->moves << 16;

	since -= (__u32)(ns >> XSW_FLAP_TICK);
	e->since = (__u16)since;
	if (e->dest.flags & XSW_FDB_HELD)
		e->moves = since >> 16;
}

static int older_entries(const struct kmaps *m, __u64 ns)
{
	union xsw_fdb_key keys[ROW_FDB], *prev = NULL;
	struct xsw_fdb_entry e;
	unsigned int n = 0;

	while (n < ROW_FDB && !bpf_map_get_next_key(m->fdb, prev, &keys[n]))
		prev = &keys[n++];
	while (n--) {
		if (bpf_map_lookup_elem(m->fdb, &keys[n], &e))
			return -errno;
		e.seen -= ns;
		e.updated -= ns;
		older_moves(&e, ns);
		if (bpf_map_update_elem(m->fdb, &keys[n], &e, BPF_EXIST))
			return -errno;
	}
	return 0;
}

static int older_meters(const struct kmaps *m, unsigned int port, __u64 ns)
{
	__u32 number = row_number[port];
	struct xsw_meter meter;

	if (bpf_map_lookup_elem(m->meters, &number, &meter))
		return errno == ENOENT ? 0 : -errno;
	meter.until = older(meter.until, ns);
	for (int i = 0; i < XSW_METERS; i++)
		meter.full[i] = older(meter.full[i], ns << XSW_METER_FRAC);
	return bpf_map_update_elem(m->meters, &number, &meter, BPF_EXIST) ? -errno : 0;
}

/* The last addresses are good until a time. */
static int older_stats(const struct kmaps *m, unsigned int port, __u64 ns)
{
	__u32 slot = row_number[port] % XSW_PORT_CHUNK;

	if (bpf_map_lookup_elem(m->chunk[port], &slot, m->st))
		return -errno;
	for (int cpu = 0; cpu < m->cpus; cpu++) {
		m->st[cpu].src_until = older(m->st[cpu].src_until, ns);
		m->st[cpu].dst_until = older(m->st[cpu].dst_until, ns);
	}
	return bpf_map_update_elem(m->chunk[port], &slot, m->st, BPF_ANY) ? -errno : 0;
}

int kmaps_older(const struct kmaps *m, __u64 ns)
{
	int err = older_entries(m, ns);

	for (unsigned int i = P1; i <= P5 && !err; i++)
		err = older_meters(m, i, ns) ?: older_stats(m, i, ns);
	return err;
}
