/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attach.h - programs on a device: at tc ingress by tcx link or clsact filter, and at XDP
 *
 * One function for the first attach, for repair and for an upgrade. The device is one of the
 * namespace the caller lives in. tcx is tried first (kernel 6.6), clsact where the kernel
 * refuses it; XSW_FORCE_ATTACH=tcx|clsact decides for the tests (not in a process with raised rights). A foreign program is never
 * replaced or removed. Functions return 0 or -errno.
 */
#ifndef XSWITCH_ATTACH_H
#define XSWITCH_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xsw_record.h"

/*
 * Put `prog` there. `pin` is the link's pin (used by tcx). *hook says which way it went; a
 * hook other than XSW_HOOK_NONE in it says which way it went before.
 * -EPERM: another program sits in our place; -ENODEV: no such device.
 */
int attach(int prog, uint32_t ifindex, const char *pin, enum xsw_hook *hook);

/* Take our program away; gone already: 0. */
int detach(uint32_t ifindex, const char *pin, enum xsw_hook hook);

/* Kernel's id of the program that runs for us there; 0: none (any more). */
uint32_t attached(uint32_t ifindex, const char *pin, enum xsw_hook hook);

/* Kernel's id of any switch's program on the device; 0: none. */
uint32_t attach_taken(uint32_t ifindex);

/* What XSW_FORCE_ATTACH asks for; XSW_HOOK_NONE: nothing. */
enum xsw_hook attach_forced(void);

/* A program at a hook, mostly somebody else's. */
struct attach_foreign {
	uint32_t id; /* 0: none */
	char name[16];
};

/*
 * `prog` at native XDP, by a link pinned at `pin`. -EOPNOTSUPP: the driver has none;
 * -EBUSY: a foreign program is there, and described; -EPERM: our link holds a foreign one.
 */
int xdp_attach(int prog, uint32_t ifindex, const char *pin, struct attach_foreign *foreign);
int xdp_detach(const char *pin);

/* Kernel's id of the program of the pinned link; 0: none. */
uint32_t xdp_attached(const char *pin);

/*
 * The same through libxdp's dispatcher, beside other programs; `obj` is open and not loaded.
 * -ENOSYS: the kernel refuses the dispatcher, nothing is attached; -EBUSY: a program that did not
 * come by libxdp is there.
 */
struct bpf_object;
int xdp_chain_attach(struct bpf_object *obj, uint32_t ifindex);
int xdp_chain_detach(uint32_t ifindex);
uint32_t xdp_chain_attached(uint32_t ifindex);

/* Describe the program at XDP, if there is one. */
void xdp_foreign(uint32_t ifindex, struct attach_foreign *foreign);

/* Whether there is a link at `pin`, and it holds a program of one of our names. */
bool link_is_ours(const char *pin);

/* The device of a pinned link; 0: it is gone, or the link was detached, or there is none. */
uint32_t link_device(const char *pin);

/* --- attach_look.c: what is there, whoever put it there --- */

/* Programs at tcx in the order in which they run: how many, `max` at most. */
size_t tcx_list(uint32_t ifindex, bool egress, struct attach_foreign *v, size_t max);

/* Whether the kernel runs any program of this name, for whomever. */
bool attach_somewhere(const char *name);

/* The filter of clsact that is ours; others run before it by a lower number. */
#define ATTACH_PRIORITY 0x7877 /* "xw": late, so that filters put before it run before it */

/* "tcx", "clsact", "xdp", "none" */
const char *hook_name(enum xsw_hook hook);

/* --- a watcher's program, in front of ours --- */

#define WATCHERS 8 /* at clsact; by tcx as many as a device takes programs, 64 */

/* Where it sits. */
struct attach_watch {
	uint32_t ifindex; /* 0: nowhere */
	int link;	  /* descriptor; -1: none */
	uint32_t handle;  /* of the filter; 0: none */
};

/*
 * `prog` in front of `tc`, the switch's own program, until it is detached or the process ends.
 * -ENOENT: that one is not there; -ENOSPC: there are WATCHERS already; -ENODEV.
 */
int watch_attach(int prog, int tc, uint32_t ifindex, struct attach_watch *at);

/* `id`: the kernel's, of `prog`. */
void watch_detach(uint32_t id, struct attach_watch *at);

/*
 * Remove what killed watchers left on the device: `over` says so of a program; NULL: all go. Who
 * attaches or sweeps holds the writers' lock.
 */
void watch_sweep(uint32_t ifindex, bool (*over)(int prog, const void *arg), const void *arg);

/* --- the ways there are, used by the files attach*.c only --- */

/* A pinned link. */
struct attach_link {
	uint32_t ifindex;
	int type; /* enum bpf_attach_type */
	uint32_t flags;
	const char *name; /* a program with another one is never replaced */
};

int link_attach(const struct attach_link *at, int prog, const char *pin);
/* -EPERM: not a link of a program of this name; it stays. */
int link_detach(const char *pin, const char *name);
/* Kernel's id of its program; 0: no link, or one that is at no device any more. */
uint32_t link_attached(const char *pin);

#define CLSACT_PRIORITY 0x7877 /* "xw": late, so that filters put before it run before it */

int tcx_attach(int prog, uint32_t ifindex, const char *pin);
uint32_t tcx_taken(uint32_t ifindex);
int clsact_attach(int prog, uint32_t ifindex);
int clsact_detach(uint32_t ifindex);
uint32_t clsact_attached(uint32_t ifindex);
uint32_t clsact_taken(uint32_t ifindex);

/* A program that carries this name is one of ours, of this build or an older one. */
bool attach_is_ours(int prog, const char *name);

/*
 * The same of a program's number. Names by number need CAP_SYS_ADMIN; without it those are ours
 * that a switch of this bpffs has pinned.
 */
bool attach_id_is_ours(uint32_t id, const char *name);

#endif
