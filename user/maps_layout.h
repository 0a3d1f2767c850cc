/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * maps_layout.h - values of one version's type as another version's, member by member by name
 *
 * Types are BTF's. A member that is new is zero, one that is gone is left out, an integer of another
 * width is cut or extended (by its sign, if it has one), an array has the elements that both have. A
 * union with a structure in it is that structure, its whole word is another name for it; one without is
 * its first member.
 */
#ifndef XSWITCH_MAPS_LAYOUT_H
#define XSWITCH_MAPS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct btf;

struct layout_type {
	const struct btf *btf;
	uint32_t id;   /* 0: no type is known, `size` bytes are all there is */
	uint32_t size; /* bytes */
};

/* `bits` at bit `from` become `to_bits` at bit `to`. */
struct layout_step {
	uint32_t from, to, bits, to_bits;
	bool is_signed;
};

struct layout {
	struct layout_step *v;
	size_t n, room;
	uint32_t size; /* bytes of the new value */
	bool same;     /* the old one is it already */
};

/* 0 or -errno; layout_free() in any case. */
int layout_make(struct layout *l, const struct layout_type *from, const struct layout_type *to);
void layout_free(struct layout *l);

/* Fill l->size bytes of `to`. */
void layout_apply(const struct layout *l, const void *from, void *to);

#endif
