/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kmaps.h - the maps of a loaded BPF object, set up for a golden row and read afterwards
 */
#ifndef XSW_KMAPS_H
#define XSW_KMAPS_H

#include <bpf/libbpf.h>

#include "lab.h"
#include "maps.h"

struct kmaps {
	int settings, ports, ifports, vlans, tx, xtx, fdb, agequeue, age, pairs, limits, stats,
		sets, vlanstats, events;
	int policies, meters, macs, ips;
	int mirrors, taps, mirrorstats;
	int chunk[ROW_ENDS]; /* counters of each port */
	int bank[ROW_ENDS];  /* VLANs of each port */
	int cpus;
	__u32 slot[ROW_ENDS]; /* of `ifports`, taken */
	struct xsw_stats *st; /* one a CPU */
	__u64 tick;
	int ctl;	     /* program: it knows the clock */
	struct maps user;    /* xflood, by the command's own means */
	unsigned int at_xdp; /* S*: ports that XDP sends to */
	int egr;	     /* ... the program of their copies */
};

/* Before loading: the size of the FDB and of the queue of ageing. */
int kmaps_resize(struct bpf_object *obj);

/* After loading; kmaps_close() in both cases. 0 or -errno. */
int kmaps_open(struct kmaps *m, struct bpf_object *obj, int ctl);
void kmaps_close(struct kmaps *m);

/* The maps as the row wants them, and nothing left of the row before. */
int kmaps_fill(struct kmaps *m, const struct lab *lab, const struct row *row,
	       const struct setup *set);

/* kmaps_time.c: the queue of ageing, emptied; everything that is remembered, that much older */
int kmaps_drain(const struct kmaps *m);
int kmaps_older(const struct kmaps *m, __u64 ns);

/* A port gets another configuration word and the device that the row says, as by a command. */
int kmaps_change(struct kmaps *m, const struct lab *lab, const struct row *row, unsigned int at,
		 union xsw_conf conf);

/* The counters, the table, the clock. */
int kmaps_collect(const struct kmaps *m, struct outcome *out);

/* kmaps_policy.c: its part of kmaps_fill() and kmaps_collect() */
int kmaps_fill_policies(const struct kmaps *m, const struct setup *set);
int kmaps_collect_policies(const struct kmaps *m, struct outcome *out);

/* The clock of the switch; 0: xsw_ctl cannot be run. */
__u64 kmaps_now(const struct kmaps *m);

#endif
