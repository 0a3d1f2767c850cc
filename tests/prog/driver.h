/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * driver.h - golden rows through programs in the kernel: what the drivers have in common
 */
#ifndef XSW_DRIVER_H
#define XSW_DRIVER_H

#include "kmaps.h"
#include "random.h"

struct driver {
	struct bpf_object *obj;
	int tc, ctl;
	struct lab lab;
	struct kmaps maps;
};

/* Frames go in by one of these: 0, -errno, -EOPNOTSUPP: this kernel cannot. */
typedef int (*carry_fn)(struct driver *b, const struct row *row, const struct setup *set,
			struct outcome *out);

/* Devices, and the object at `path` loaded; 0 or -errno, and in both cases driver_close(). */
int driver_open(struct driver *b, struct tally *t, const char *path);
void driver_close(struct driver *b);

/* The station behind the ingress port sends, the others listen. */
int carry_wire(struct driver *b, const struct row *row, const struct setup *set,
	       struct outcome *out);

/* The frame through the switch: NULL, or what failed, and *err: the -errno with which. */
const char *driver_carry(struct driver *b, const struct row *row, carry_fn carry, struct setup *set,
			 struct outcome *out, int *err);

/* And judged. What is wrong, or NULL; *err: 0 or the -errno with which that failed. */
const char *driver_try(struct driver *b, const struct row *row, carry_fn carry, struct outcome *out,
		       int *err);
void driver_report(struct tally *t, const struct row *row, const char *wrong, int err);

/* driver_sequence.c: how a sequence runs; the argument of its functions */
struct driver_way {
	struct driver *driver;
	carry_fn carry;
};
extern const struct sequence_ops driver_sequence;

/* Both. */
void driver_row(struct driver *b, struct tally *t, const struct row *row, carry_fn carry,
		struct outcome *out);

#endif
