// SPDX-License-Identifier: GPL-2.0-only
#include "report/types/structs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "decoder/names.h"

enum { KEY_TYPE, KEY_FIELD, KEY_OFFSET, KEY_WORLD, KEY_TID, KEY_ACCESS, NR_KEYS };

static const enum field keys[NR_KEYS] = {
	FIELD_TYPE, FIELD_MEMBER, FIELD_MEMBER_OFFSET, FIELD_WORLD, FIELD_TID, FIELD_ACCESS,
};

_Static_assert((int)NR_KEYS <= PROFILE_KEYS, "one query");

/* One row: a thread's accesses to a field. */
struct touch {
	const struct row *row;
	const char *type, *field;
	uint64_t offset;
	int32_t tid;		/* -1: unknown; idle tasks, which have 0, too */
	enum world world;
	bool writes;
};

size_t structs_keys(enum field out[PROFILE_KEYS])
{
	memcpy(out, keys, sizeof(keys));
	return NR_KEYS;
}

static enum world world_of(const struct value *v)
{
	enum world w = WORLD_UNKNOWN;

	while (w + 1 < NR_WORLDS && strcmp(v->text, world_name(w)))
		w++;
	return strcmp(v->text, world_name(w)) ? WORLD_UNKNOWN : w;
}

/* In an unknown world the thread on the CPU need not be the one that made the access. */
static struct touch touch_of(const struct row *row)
{
	const struct value *key = row->keys;
	struct touch t = {
		.row = row, .type = key[KEY_TYPE].text, .field = key[KEY_FIELD].text,
		.offset = key[KEY_OFFSET].num, .tid = -1, .world = world_of(&key[KEY_WORLD]),
		.writes = strcmp(key[KEY_ACCESS].text, spe_access_name(SPE_ACCESS_READ)),
	};

	if (t.world != WORLD_UNKNOWN && key[KEY_TID].known && key[KEY_TID].num &&
	    key[KEY_TID].num <= INT32_MAX)
		t.tid = (int32_t)key[KEY_TID].num;
	return t;
}

static int compare_types(const void *x, const void *y)
{
	return strcmp(((const struct touch *)x)->type, ((const struct touch *)y)->type);
}

static int compare_fields(const void *x, const void *y)
{
	const struct touch *a = x, *b = y;

	return compare_types(a, b) ?: array_order(a->offset, b->offset) ?: strcmp(a->field, b->field);
}

static int compare_threads(const void *x, const void *y)
{
	const struct touch *a = x, *b = y;

	return array_order(a->tid, b->tid) ?: array_order(b->writes, a->writes);
}

static void add_latency(struct latency *to, const struct latency *from)
{
	to->n += from->n;
	to->sum += from->sum;
	to->saturated += from->saturated;
	to->max = from->max > to->max ? from->max : to->max;
	to->cycles += from->cycles;
}

static void add_metrics(struct metrics *to, const struct metrics *from)
{
	to->samples += from->samples;
	to->operations += from->operations;
	add_latency(&to->total, &from->total);
	add_latency(&to->issue, &from->issue);
	add_latency(&to->xlat, &from->xlat);
	to->loads += from->loads;
	to->stores += from->stores;
	to->others += from->others;
	to->with_events += from->with_events;
	for (int i = 0; i < METRIC_EVENTS; i++)
		to->events[i] += from->events[i];
}

/* Counts touches, and reorders them. */
static void count(struct structs_counts *n, struct touch *t, size_t nr)
{
	*n = (struct structs_counts){ 0 };
	qsort(t, nr, sizeof(*t), compare_threads);
	for (size_t i = 0; i < nr; i++) {
		bool first = t[i].tid >= 0 && (!i || t[i].tid != t[i - 1].tid);

		add_metrics(&n->m, &t[i].row->m);
		n->writes += t[i].writes ? t[i].row->m.samples : 0;
		n->worlds |= (uint8_t)(1u << t[i].world);
		n->threads += first;
		n->writers += first && t[i].writes;
	}
}

/* What follows the type's name and a dot. */
static const char *path_of(const char *field)
{
	const char *dot = strchr(field, '.');

	return dot && dot[1] ? dot + 1 : field;
}

/* Sizes by the names, if all that have them agree. */
static void find_sizes(struct naming *naming, const struct touch *t, uint64_t *type, uint64_t *field)
{
	struct data_field f;
	bool differ = false;

	*type = *field = 0;
	for (uint32_t i = 1; naming_field(naming, i, &f); i++) {
		if (f.offset != t->offset || strcmp(f.type, t->type) || strcmp(f.field, t->field))
			continue;
		differ |= *type && (*type != f.type_size || *field != f.size);
		*type = f.type_size;
		*field = f.size;
	}
	if (differ)
		*type = *field = 0;
}

static void make_field(struct structs_type *type, struct touch *t, size_t nr, struct naming *naming)
{
	struct structs_field *f = &type->field[type->nr_fields++];
	uint64_t size;

	*f = (struct structs_field){ .name = t->field, .path = path_of(t->field), .offset = t->offset };
	find_sizes(naming, t, &size, &f->size);
	type->size = type->nr_fields == 1 || type->size == size ? size : 0;
	type->has_fields |= f->path != f->name;
	count(&f->n, t, nr);
}

static void make_line(struct structs_type *type, size_t first, size_t nr, struct touch *t,
		      size_t nr_touches)
{
	struct structs_line *l = &type->line[type->nr_lines++];

	*l = (struct structs_line){
		.number = type->field[first].offset / STRUCTS_LINE, .first = first, .nr = nr,
	};
	count(&l->n, t, nr_touches);
}

/* By cost, as types are sorted. */
static int order(const struct metrics *a, const struct metrics *b)
{
	return array_order(b->total.cycles, a->total.cycles) ?: array_order(b->samples, a->samples);
}

static int compare_variables(const void *x, const void *y)
{
	const struct structs_field *a = x, *b = y;

	return order(&a->n.m, &b->n.m) ?: strcmp(a->name, b->name);
}

/* Touches of one type, by field. */
static void make_type(struct structs *s, struct touch *t, size_t nr, struct naming *naming)
{
	struct structs_type *type = &s->type[s->nr++];
	size_t field = 0, line = 0, first = 0;

	type->name = t->type;
	for (size_t i = 1; i <= nr; i++) {
		bool same_field = i < nr && !compare_fields(&t[field], &t[i]);
		bool same_line = i < nr && t[line].offset / STRUCTS_LINE == t[i].offset / STRUCTS_LINE;

		if (same_field)
			continue;
		make_field(type, t + field, i - field, naming);
		field = i;
		if (same_line)
			continue;
		make_line(type, first, type->nr_fields - first, t + line, i - line);
		first = type->nr_fields;
		line = i;
	}
	count(&type->n, t, nr);
	for (size_t i = 0; i < type->nr_lines && !type->has_fields; i++)
		qsort(&type->field[type->line[i].first], type->line[i].nr, sizeof(*type->field),
		      compare_variables);
}

static int compare_costs(const void *x, const void *y)
{
	const struct structs_type *a = x, *b = y;

	return order(&a->n.m, &b->n.m) ?: strcmp(a->name, b->name);
}

static int fold(struct structs *s, struct touch *t, size_t nr, struct naming *naming)
{
	size_t from = 0, fields = 0, lines = 0;

	s->type = calloc(nr + 1, sizeof(*s->type));
	s->fields = calloc(nr + 1, sizeof(*s->fields));
	s->lines = calloc(nr + 1, sizeof(*s->lines));
	if (!s->type || !s->fields || !s->lines)
		return -ENOMEM;
	qsort(t, nr, sizeof(*t), compare_fields);
	for (size_t i = 1; i <= nr; i++) {
		if (i < nr && !compare_types(&t[from], &t[i]))
			continue;
		s->type[s->nr].field = s->fields + fields;
		s->type[s->nr].line = s->lines + lines;
		make_type(s, t + from, i - from, naming);
		fields += s->type[s->nr - 1].nr_fields;
		lines += s->type[s->nr - 1].nr_lines;
		from = i;
	}
	qsort(s->type, s->nr, sizeof(*s->type), compare_costs);
	return 0;
}

int structs_make(struct structs *s, const struct rows *r, struct naming *naming)
{
	struct touch *t = calloc(r->nr + 1, sizeof(*t));
	size_t nr = 0;
	int err = t ? 0 : -ENOMEM;

	*s = (struct structs){ .sum = r->sum, .rest = r->rest };
	for (size_t i = 0; i < r->nr && t; i++) {
		if (r->row[i].keys[KEY_TYPE].known)
			t[nr++] = touch_of(&r->row[i]);
		else
			add_metrics(&s->unknown, &r->row[i].m);
	}
	if (nr)
		err = fold(s, t, nr, naming);
	free(t);
	return err;
}

void structs_clear(struct structs *s)
{
	free(s->type);
	free(s->fields);
	free(s->lines);
	*s = (struct structs){ 0 };
}
