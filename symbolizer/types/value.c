// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/types/value.h"

#include <string.h>

#include "symbolizer/types/access.h"

/* Nesting of types in types; more has only a malicious file. */
#define DEEP	32

struct value value_unknown(unsigned int why)
{
	return (struct value){ .why = why };
}

struct value value_object(struct type_source *s, uint64_t type, int64_t offset)
{
	const struct type *t = s->get(s, type);

	if (t->kind == TYPE_FUNCTION)
		return (struct value){ .kind = VALUE_CODE };
	/* any object may be accessed as bytes [C11 6.5] */
	if (t->kind == TYPE_UNKNOWN || (t->kind == TYPE_SCALAR && t->size <= 1))
		return value_unknown(ACCESS_UNTYPED);
	return (struct value){ .kind = VALUE_POINTER, .type = type, .offset = offset };
}

struct value value_add(struct value v, int64_t n)
{
	if (v.kind == VALUE_UNKNOWN || !n)
		return v;
	if (v.kind >= VALUE_CODE || __builtin_add_overflow(v.offset, n, &v.offset))
		return value_unknown(ACCESS_COMPUTED);
	return v;
}

bool value_inside(struct type_source *s, const struct value *v)
{
	return v->kind == VALUE_POINTER && (uint64_t)v->offset < s->get(s, v->type)->size;
}

static bool same_type(struct type_source *s, uint64_t a, uint64_t b)
{
	const struct type *x, *y;

	if (a == b)
		return true;
	x = s->get(s, a);
	y = s->get(s, b);
	return x->kind == y->kind && x->kind != TYPE_UNKNOWN && x->size == y->size &&
		x->nr == y->nr && *x->name && !strcmp(x->full, y->full);
}

bool value_same(struct type_source *s, const struct value *a, const struct value *b)
{
	if (a->kind != b->kind || a->offset != b->offset || a->moved != b->moved)
		return false;
	if (a->kind == VALUE_POINTER)
		return same_type(s, a->type, b->type);
	return a->type == b->type && a->entry.bytes == b->entry.bytes &&
		a->entry.shift == b->entry.shift && a->entry.is_signed == b->entry.is_signed;
}

static bool is_null(const struct value *v)
{
	return v->kind == VALUE_ADDRESS && !v->offset;
}

static bool is_object(const struct value *v)
{
	return v->kind == VALUE_POINTER || v->kind == VALUE_STACK;
}

/* Are both in arrays of the same objects, at the same place of an object? */
static bool is_moved(struct type_source *s, const struct value *a, const struct value *b)
{
	int64_t distance, size;

	if (a->kind != VALUE_POINTER || b->kind != VALUE_POINTER ||
	    __builtin_sub_overflow(a->offset, b->offset, &distance) ||
	    !same_type(s, a->type, b->type))
		return false;
	size = s->get(s, a->type)->size;
	return size > 0 && distance % size == 0;
}

struct value value_join(struct type_source *s, struct value a, struct value b)
{
	struct value merged = { .why = ACCESS_PATHS, .offset = VALUE_MERGED };

	if (value_same(s, &a, &b))
		return a;
	if (a.kind == VALUE_UNKNOWN || b.kind == VALUE_UNKNOWN)
		return merged;
	/* nothing is accessed through NULL */
	if (is_null(&a) && is_object(&b))
		return b;
	if (is_null(&b) && is_object(&a))
		return a;
	if (is_moved(s, &a, &b)) {
		a.moved = true;
		return a;
	}
	return merged;
}

/* What is at an offset of a type. */
struct search {
	struct type_source *source;
	uint64_t part;		/* is there an object of this type; 0: which pointer is there? */
	unsigned int steps;
	bool found, other;	/* other: something else may be there, too */
	uint64_t to;		/* what the pointer points to */
};

static void search(struct search *w, uint64_t type, uint64_t offset, unsigned int depth);

static void search_members(struct search *w, const struct type *t, uint64_t offset, unsigned int depth)
{
	for (uint32_t i = 0; i < t->nr; i++) {
		const struct type_member *m = &t->member[i];
		uint64_t size = w->source->get(w->source, m->type)->size;

		if (offset < m->offset || offset - m->offset >= size)
			continue;
		if (m->bits)
			w->other = true;
		else
			search(w, m->type, offset - m->offset, depth + 1);
	}
	w->other |= t->open;
}

static void search(struct search *w, uint64_t type, uint64_t offset, unsigned int depth)
{
	const struct type *t = w->source->get(w->source, type);

	if (depth > DEEP || ++w->steps > 4096) {
		w->other = true;
	} else if (w->part && !offset && same_type(w->source, type, w->part)) {
		w->found = true;
	} else if (t->kind == TYPE_STRUCT || t->kind == TYPE_UNION) {
		search_members(w, t, offset, depth);
	} else if (t->kind == TYPE_ARRAY) {
		uint64_t size = w->source->get(w->source, t->of)->size;

		if (size)
			search(w, t->of, offset % size, depth + 1);
	} else if (!w->part && !offset && t->size == 8 && t->to &&
		   (!w->found || same_type(w->source, w->to, t->to))) {
		w->found = true;
		w->to = t->to;
	} else {
		w->other = true;
	}
}

struct value value_loaded(struct type_source *s, uint64_t type, int64_t offset)
{
	struct search w = { .source = s };

	if (offset < 0 || (uint64_t)offset >= s->get(s, type)->size)
		return value_unknown(ACCESS_LOADED);
	search(&w, type, offset, 0);
	return w.found && !w.other ? value_object(s, w.to, 0) : value_unknown(ACCESS_LOADED);
}

/* Does object a have b as a part, where b is? */
static bool has_part(struct type_source *s, const struct value *a, const struct value *b)
{
	struct search w = { .source = s, .part = b->type };
	int64_t offset;

	if (__builtin_sub_overflow(a->offset, b->offset, &offset) || offset < 0 ||
	    (uint64_t)offset >= s->get(s, a->type)->size)
		return false;
	search(&w, a->type, offset, 0);
	return w.found;
}

struct value value_meet(struct type_source *s, struct value a, struct value b)
{
	if (b.kind == VALUE_UNKNOWN && b.why != ACCESS_VARIABLES)
		return a;
	if (a.kind != VALUE_POINTER || b.kind != VALUE_POINTER)
		return b;
	if (!value_inside(s, &a))
		return b;
	if (!value_inside(s, &b) || has_part(s, &a, &b))
		return a;
	return has_part(s, &b, &a) ? b : value_unknown(ACCESS_VARIABLES);
}
