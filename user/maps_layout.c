// SPDX-License-Identifier: GPL-2.0-only
/*
 * maps_layout.c - see maps_layout.h
 *
 * The two types are compared once, which makes a list of copies; neighbours that stay neighbours are
 * one copy. Where that is one copy of everything, the types are the same.
 */
#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "maps_layout.h"

#define DEPTH_MAX 32

struct place {
	const struct btf *btf;
	uint32_t id;
	uint32_t at;   /* bit */
	uint32_t bits; /* of a bit field; 0: as the type says */
};

static int walk(struct layout *l, struct place from, struct place to, int depth);

static const struct btf_type *resolve(struct place *p)
{
	int id = btf__resolve_type(p->btf, p->id);

	if (id < 0)
		return NULL;
	p->id = (uint32_t)id;
	return btf__type_by_id(p->btf, p->id);
}

static bool is_scalar(const struct btf_type *t)
{
	return btf_is_int(t) || btf_is_any_enum(t);
}

static bool is_struct(const struct btf_type *t)
{
	return btf_kind(t) == BTF_KIND_STRUCT;
}

/* The kernel's, and its members have no names. */
static bool is_timer(const struct place *p, const struct btf_type *t)
{
	return is_struct(t) && !strcmp(btf__name_by_offset(p->btf, t->name_off), "bpf_timer");
}

static int add(struct layout *l, struct layout_step step)
{
	struct layout_step *last = l->n ? &l->v[l->n - 1] : NULL;
	void *v;

	if (last && step.bits == step.to_bits && last->bits == last->to_bits &&
	    last->from + last->bits == step.from && last->to + last->to_bits == step.to) {
		last->bits += step.bits;
		last->to_bits += step.to_bits;
		return 0;
	}
	if (l->n == l->room) {
		v = reallocarray(l->v, 2 * l->room + 16, sizeof(*l->v));
		if (!v)
			return -ENOMEM;
		l->v = v;
		l->room = 2 * l->room + 16;
	}
	l->v[l->n++] = step;
	return 0;
}

static bool is_signed(const struct btf_type *t)
{
	return btf_is_int(t) && btf_int_encoding(t) & BTF_INT_SIGNED;
}

static int scalar(struct layout *l, const struct place *from, const struct place *to,
		  const struct btf_type *f, const struct btf_type *t)
{
	return add(l, (struct layout_step){
			      .from = from->at,
			      .to = to->at,
			      .bits = from->bits ?: f->size * 8,
			      .to_bits = to->bits ?: t->size * 8,
			      .is_signed = is_signed(f),
		      });
}

static struct place member(const struct place *p, const struct btf_type *t, uint32_t i)
{
	return (struct place){
		.btf = p->btf,
		.id = btf_members(t)[i].type,
		.at = p->at + btf_member_bit_offset(t, i),
		.bits = btf_member_bitfield_size(t, i),
	};
}

/* Another name for what another member is: in a union only structures count, else its first member. */
static bool is_alias(const struct btf *btf, const struct btf_type *t, uint32_t i)
{
	struct place p = { .btf = btf };
	bool structure = false, this;

	if (btf_kind(t) != BTF_KIND_UNION)
		return false;
	for (uint32_t n = 0; n < btf_vlen(t); n++) {
		p.id = btf_members(t)[n].type;
		structure |= is_struct(resolve(&p));
	}
	p.id = btf_members(t)[i].type;
	this = is_struct(resolve(&p));
	return structure ? !this : i > 0;
}

/* The member of that name, also of a structure without one. */
static bool find(const struct place *p, const struct btf_type *t, const char *name,
		 struct place *found)
{
	for (uint32_t i = 0; i < btf_vlen(t); i++) {
		const char *its = btf__name_by_offset(p->btf, btf_members(t)[i].name_off);
		const struct btf_type *inner;

		*found = member(p, t, i);
		if (*its && !strcmp(its, name))
			return !is_alias(p->btf, t, i);
		inner = *its ? NULL : resolve(found);
		if (inner && btf_is_composite(inner)) {
			struct place sub = *found;

			if (find(&sub, inner, name, found))
				return true;
		}
	}
	return false;
}

/* Every member of the new one; `outer` is where names of the old one are looked for. */
static int members(struct layout *l, const struct place *outer, const struct btf_type *f,
		   const struct place *to, const struct btf_type *t, int depth)
{
	int err = 0;

	for (uint32_t i = 0; i < btf_vlen(t) && !err; i++) {
		const char *name = btf__name_by_offset(to->btf, btf_members(t)[i].name_off);
		struct place sub = member(to, t, i), old;
		const struct btf_type *inner;

		if (is_alias(to->btf, t, i))
			continue;
		if (*name) {
			if (find(outer, f, name, &old))
				err = walk(l, old, sub, depth + 1);
			continue;
		}
		inner = resolve(&sub);
		if (inner && btf_is_composite(inner) && depth < DEPTH_MAX)
			err = members(l, outer, f, &sub, inner, depth + 1);
	}
	return err;
}

static int elements(struct layout *l, const struct place *from, const struct btf_type *f,
		    const struct place *to, const struct btf_type *t, int depth)
{
	const struct btf_array *fa = btf_array(f), *ta = btf_array(t);
	uint32_t n = fa->nelems < ta->nelems ? fa->nelems : ta->nelems;
	int64_t fs = btf__resolve_size(from->btf, fa->type), ts;
	int err = 0;

	ts = btf__resolve_size(to->btf, ta->type);
	if (fs < 0 || ts < 0)
		return -EINVAL;
	for (uint32_t i = 0; i < n && !err; i++) {
		struct place a = { from->btf, fa->type, from->at + i * (uint32_t)fs * 8, 0 };
		struct place b = { to->btf, ta->type, to->at + i * (uint32_t)ts * 8, 0 };

		err = walk(l, a, b, depth + 1);
	}
	return err;
}

/* What has become something else altogether is new: zero. */
static int walk(struct layout *l, struct place from, struct place to, int depth)
{
	const struct btf_type *f = resolve(&from), *t = resolve(&to);

	if (!f || !t || depth > DEPTH_MAX)
		return -EINVAL;
	if (is_scalar(f) && is_scalar(t))
		return scalar(l, &from, &to, f, t);
	if (btf_is_array(f) && btf_is_array(t))
		return elements(l, &from, f, &to, t, depth);
	if (is_timer(&from, f) && is_timer(&to, t) && f->size == t->size)
		return scalar(l, &from, &to, f, t);
	if (btf_is_composite(f) && btf_is_composite(t))
		return members(l, &from, f, &to, t, depth);
	return 0;
}

int layout_make(struct layout *l, const struct layout_type *from, const struct layout_type *to)
{
	uint32_t bits = to->size * 8;
	int err;

	*l = (struct layout){ .size = to->size };
	if (from->id && to->id)
		err = walk(l, (struct place){ from->btf, from->id, 0, 0 },
			   (struct place){ to->btf, to->id, 0, 0 }, 0);
	else
		err = from->size == to->size ?
			      add(l, (struct layout_step){ 0, 0, bits, bits, false }) :
			      -EINVAL;
	l->same = !err && from->size == to->size &&
		  (!bits || (l->n == 1 && l->v->bits == bits && l->v->to_bits == bits));
	return err;
}

void layout_free(struct layout *l)
{
	free(l->v);
	*l = (struct layout){ 0 };
}

static bool bit_get(const uint8_t *p, uint32_t i)
{
	return p[i / 8] >> i % 8 & 1;
}

static void step_bits(const struct layout_step *s, const uint8_t *from, uint8_t *to)
{
	bool fill = s->is_signed && bit_get(from, s->from + s->bits - 1);

	for (uint32_t i = 0; i < s->to_bits; i++)
		if (i < s->bits ? bit_get(from, s->from + i) : fill)
			to[(s->to + i) / 8] |= (uint8_t)(1 << (s->to + i) % 8);
}

void layout_apply(const struct layout *l, const void *from, void *to)
{
	memset(to, 0, l->size);
	for (size_t i = 0; i < l->n; i++) {
		const struct layout_step *s = &l->v[i];

		if ((s->from | s->to | s->bits | s->to_bits) % 8 || s->bits != s->to_bits)
			step_bits(s, from, to);
		else
			memcpy((uint8_t *)to + s->to / 8, (const uint8_t *)from + s->from / 8,
			       s->bits / 8);
	}
}
