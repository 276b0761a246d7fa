// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/types/layout.h"

#include <stdio.h>
#include <string.h>

/* Nesting that no compiler's output has: a malicious file's types may contain themselves. */
#define DEEP	32
/* Types looked at for one place. */
#define LOOKS	4096
/* Names of a place that may be several fields: the rest is "...". */
#define NAMES_MAX	4

/* Text that is cut if there is no room. */
struct text {
	char *at;
	size_t room;
};

static void put(struct text *t, const char *s)
{
	size_t len = strlen(s);

	len = len < t->room ? len : t->room - 1;
	memcpy(t->at, s, len);
	t->at[len] = '\0';
	t->at += len;
	t->room -= len;
}

/* The field so far, while walking down. */
struct walk {
	struct type_source *source;
	uint64_t base, size;	/* of the field, in the outermost type */
	struct text path;
	bool named;		/* the path leads to something with a name */
	unsigned int depth, *looks;
};

static uint64_t size_of(struct walk *w, uint64_t type)
{
	return w->source->get(w->source, type)->size;
}

/* How far the bytes of a member go; of an array without length, to the end. */
static uint64_t reach(struct walk *w, const struct type_member *m)
{
	const struct type *t = w->source->get(w->source, m->type);

	if (m->bits)
		return (m->bit + m->bits + 7ull) / 8;
	return t->kind == TYPE_ARRAY && !t->size ? UINT64_MAX - m->offset : t->size;
}

/*
 * May an access that begins at this offset be one to the member?  Compilers load a bit field with the
 * whole unit of its declared type [AAPCS64, 10.1.8.2], which may begin before it.
 */
static bool may_be(struct walk *w, const struct type_member *m, uint64_t offset)
{
	uint64_t unit = m->bits ? size_of(w, m->type) : 0;
	uint64_t from = m->offset, to = m->offset + reach(w, m);

	if (unit) {
		from -= from % unit;
		to = from + unit > to ? from + unit : to;
	}
	return offset >= from && offset < to;
}

static bool descend(struct walk *w, uint64_t type, uint64_t offset);

/* Continue in a member that is the only one there. */
static bool enter(struct walk *w, const struct type_member *m, uint64_t offset)
{
	w->base += m->offset;
	w->named = *m->name;
	if (*m->name) {
		put(&w->path, ".");
		put(&w->path, m->name);
	}
	if (m->bits) {
		w->size = reach(w, m);
		return true;
	}
	return descend(w, m->type, offset - m->offset);
}

/* The name of one of several members; of one without a name, the path in it. */
static void name_one(struct walk *w, const struct type_member *m, uint64_t offset,
		     struct text *names)
{
	char path[TYPE_FIELD_LEN] = "";
	struct walk inner = { .source = w->source, .path = { path, sizeof(path) },
			      .depth = w->depth, .looks = w->looks };

	if (*m->name) {
		put(names, m->name);
		return;
	}

	if (descend(&inner, m->type, offset - m->offset) && path[0] == '.')
		put(names, path + 1);
	else
		put(names, "...");
}

/* "(lru|next)": what may be meant. */
static bool name_several(struct walk *w, const struct type *t, uint64_t offset)
{
	uint64_t first = UINT64_MAX, end = 0;
	unsigned int nr = 0;

	put(&w->path, ".(");
	for (uint32_t i = 0; i < t->nr; i++) {
		const struct type_member *m = &t->member[i];

		if (!may_be(w, m, offset))
			continue;
		if (nr++)
			put(&w->path, nr <= NAMES_MAX + 1 ? "|" : "");
		if (nr <= NAMES_MAX)
			name_one(w, m, offset, &w->path);
		else if (nr == NAMES_MAX + 1)
			put(&w->path, "...");
		first = m->offset < first ? m->offset : first;
		end = m->offset + reach(w, m) > end ? m->offset + reach(w, m) : end;
	}
	put(&w->path, ")");
	w->base += first;
	w->size = end - first;
	return true;
}

/* Between fields: from the end of the one before to the next. */
static bool name_gap(struct walk *w, const struct type *t, uint64_t offset)
{
	uint64_t from = 0, to = t->size;

	if (t->open || offset >= t->size)
		return false;
	for (uint32_t i = 0; i < t->nr; i++) {
		uint64_t start = t->member[i].offset, end = start + reach(w, &t->member[i]);

		if (end <= offset && end > from)
			from = end;
		if (start > offset && start < to)
			to = start;
	}
	put(&w->path, ".(padding)");
	w->base += from;
	w->size = to - from;
	return true;
}

static bool in_members(struct walk *w, const struct type *t, uint64_t offset)
{
	const struct type_member *only = NULL;
	unsigned int nr = 0, bit_fields = 0;

	for (uint32_t i = 0; i < t->nr; i++) {
		if (!may_be(w, &t->member[i], offset))
			continue;
		bit_fields += !!t->member[i].bits;
		only = nr++ ? NULL : &t->member[i];
	}
	if (only)
		return enter(w, only, offset);
	if (!nr)
		return name_gap(w, t, offset);
	if (t->kind == TYPE_UNION && w->named) {
		w->size = t->size;
		return true;
	}
	/* members of a struct never share bytes otherwise */
	return (t->kind == TYPE_UNION || bit_fields) && name_several(w, t, offset);
}

static bool in_array(struct walk *w, const struct type *t, uint64_t offset)
{
	uint64_t size = size_of(w, t->of);

	if (!size || (t->size && offset >= t->size))
		return false;
	for (uint32_t i = 0; i < t->dimensions; i++)
		put(&w->path, "[]");
	return descend(w, t->of, offset % size);
}

static bool descend(struct walk *w, uint64_t type, uint64_t offset)
{
	const struct type *t = w->source->get(w->source, type);

	if (++w->depth > DEEP || ++*w->looks > LOOKS)
		return false;
	switch ((enum type_kind)t->kind) {
	case TYPE_UNKNOWN:
	case TYPE_FUNCTION:
		return false;
	case TYPE_SCALAR:
		w->size = t->size;
		return offset < t->size;
	case TYPE_STRUCT:
	case TYPE_UNION:
		return in_members(w, t, offset);
	case TYPE_ARRAY:
		return in_array(w, t, offset);
	}
	return false;
}

/* An array's element, and where in it; itself if it is none.  NULL: unknown. */
static const struct type *element(struct type_source *s, uint64_t *type, uint64_t *offset,
				  uint64_t limit, uint32_t *dimensions)
{
	const struct type *t = s->get(s, *type), *of;

	*dimensions = 0;
	if (t->kind == TYPE_ARRAY && *offset >= (t->size ? t->size : limit))
		return NULL;
	for (int i = 0; i < DEEP && t->kind == TYPE_ARRAY; i++, t = of) {
		of = s->get(s, t->of);
		if (!of->size)
			return NULL;
		*type = t->of;
		*offset %= of->size;
		*dimensions += t->dimensions;
	}
	return t->kind == TYPE_ARRAY ? NULL : t;
}

bool type_locate(struct type_source *s, uint64_t type, uint64_t offset, uint64_t limit,
		 const char *variable, struct type_place *out)
{
	unsigned int looks = 0;
	struct walk w = { .source = s, .path = { out->field, sizeof(out->field) }, .named = true,
			  .looks = &looks };
	uint32_t dimensions;
	const struct type *t = element(s, &type, &offset, limit, &dimensions);
	bool fields;

	if (!t)
		return false;
	fields = t->kind == TYPE_STRUCT || t->kind == TYPE_UNION;
	put(&w.path, variable && (!fields || !*t->name) ? variable :
		     *t->name ? t->name : "(anonymous)");
	for (uint32_t i = 0; i < dimensions && !fields && variable; i++)
		put(&w.path, "[]");
	if (!descend(&w, type, offset))
		return false;
	out->type = t->full;
	out->type_size = t->size;
	out->offset = w.base;
	out->size = w.size;
	return true;
}
