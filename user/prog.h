/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prog.h - the programs of a switch: loading, pinning, calling xsw_ctl
 *
 * The BPF objects are inside the executable (skeletons); nothing is looked up at run time.
 * Functions return 0 or -errno; log_libbpf_last() has the loader's or verifier's words.
 */
#ifndef XSWITCH_PROG_H
#define XSWITCH_PROG_H

#include "maps.h"

/* Descriptors; -1: not loaded. */
struct prog {
	int tc;
	int ctl;
	int xdp; /* the XDP programs come with the first port that needs them */
	int egr; /* goes into the slots of `xtx` */
};

void prog_init(struct prog *p);
void prog_close(struct prog *p);

/*
 * Load the programs on the maps whose descriptors are in `m`; those that are -1 are made, and
 * are in `m` afterwards. `fdb_size` is for a new FDB and its queue.
 */
int prog_load(struct prog *p, struct maps *m, uint32_t fdb_size);

/*
 * Load xsw_xdp and xsw_egr on the maps of the switch, which are all open. What `p` has of them
 * before is not closed: a caller that replaces them does that.
 */
int prog_load_xdp(struct prog *p, struct maps *m);

/* In place of `old` on these maps: prog_load(), and those at XDP if it has them. */
int prog_load_again(struct prog *p, const struct prog *old, struct maps *m, uint32_t fdb_size);

/*
 * An object that is open is to use the maps whose descriptors are in `m`. Those that are -1 it makes
 * itself; `fdb_size` is for a new FDB and its queue.
 */
struct bpf_object;
int prog_maps(struct bpf_object *obj, const struct maps *m, uint32_t fdb_size);

/* Call `use` with the object of xsw_tc and xsw_ctl, open and not loaded. */
int prog_object(int (*use)(struct bpf_object *obj, void *arg), void *arg);

/* Call `use` with the object of the XDP programs, open on these maps and not loaded. */
int prog_xdp_object(struct maps *m, int (*use)(struct bpf_object *obj, void *arg), void *arg);

/* Whether the program with this id is `prog` (descriptor), loaded once more, on the FDB of `m`. */
bool prog_is_again(uint32_t id, int prog, const struct maps *m);

/* What the programs in this executable are known by: 32 bits of a hash, not 0. */
uint32_t prog_build(void);

/* Open the pins below <dir>; -EINVAL: a pin is no program of ours. XDP's may be absent. */
int prog_open(struct prog *p, const char *dir);

/* Whether other programs are pinned below <dir> by now. */
bool prog_moved(const struct prog *p, const char *dir);

/* Whether `name` is the pin of a program, or one about to become that. */
bool prog_is_name(const char *name);

/* Pin those that are loaded below <dir>, replacing what is there in one step each. */
int prog_pin(const struct prog *p, const char *dir);

/* Kernel's id of a program; 0: unknown. */
uint32_t prog_id(int fd);

/* Descriptor of the map of that name that a program uses; -ENOENT: it uses none. */
int prog_map(int fd, const char *name);

/* Run xsw_ctl: what it returns, or -errno. */
int prog_ctl(const struct prog *p, const struct xsw_ctl *req);

/* Delete a valid entry; -ENOENT. */
int prog_fdb_del(const struct prog *p, union xsw_fdb_key key);

/*
 * Make every dynamic entry of `port` (0: any) and `vid` (-1: any) old, and count none of them any
 * more; the cost follows the pairs of port and VLAN that have learned, not the entries.
 */
int prog_flush(const struct prog *p, uint32_t port, int vid);

/*
 * Entries of another table, XSW_CTL_COPIES at most. Of two that both hold, the one changed last
 * stays. `limits`: dynamic ones that find no room under a limit are left out. -E2BIG
 */
int prog_copy(const struct prog *p, const struct xsw_ctl_entry *v, size_t n, bool limits);

/* An event of a command: XSW_EV_PORT or XSW_EV_CONFIG. */
int prog_tell(const struct prog *p, const struct xsw_tell *tell);

/* The switch's clock, ns; 0 if it cannot be asked. */
uint64_t prog_clock(const struct prog *p, const struct maps *m);

#endif
