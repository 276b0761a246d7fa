// SPDX-License-Identifier: GPL-2.0-only
#include "export/parquet/batch.h"

#include <errno.h>
#include <string.h>

#include "base/intern.h"
#include "decoder/names.h"

/*
 * Values that samples.def asks for
 */

static const char *vm_name(const struct sampler *m, int32_t vm)
{
	return vm >= 0 && (size_t)vm < m->nr_vms ? m->vms[vm].name : NULL;
}

static const char *cgroup_path(const struct sampler *m, const struct owner *o)
{
	const struct cgroup *c = timeline_cgroup(m->timeline, o->task);

	return c ? c->path : NULL;
}

static const char *name_of_cgroup(const struct sampler *m, const struct owner *o, unsigned int kind)
{
	const struct cgroup *c = timeline_cgroup(m->timeline, o->task);

	return c ? c->names[kind] : NULL;
}

static inline const struct op_texts *op_texts(const struct sampler *m, const struct spe_record *r)
{
	return &m->ops[r->has & SPE_HAS_OP ? (r->op_class & 3u) << 8 | r->op : OPERATIONS - 1];
}

static inline int32_t node_of(const struct sampler *m, const struct spe_record *r)
{
	return r->has & SPE_HAS_PA ? nodes_of_address(m->nodes, r->pa) : -1;
}

static const char *new_source(struct batch *b, struct source_entry *e, const struct stream *s,
			      uint16_t code)
{
	const char *name = spe_source_name(s->midr, code);
	char number[8];

	snprintf(number, sizeof(number), "%u", code);
	name = naming_intern(b->m->rec->naming, name ? name : number);
	if (!name)
		b->err = -ENOMEM;
	*e = (struct source_entry){ .midr = s->midr, .text = name, .code = code };
	return name;
}

static inline const char *source_text(struct batch *b, const struct stream *s,
				      const struct spe_record *r)
{
	struct source_entry *e = &b->sources[r->source % SOURCE_ENTRIES];

	if (!(r->has & SPE_HAS_SOURCE))
		return NULL;
	if (e->text && e->code == r->source && e->midr == s->midr)
		return e->text;
	return new_source(b, e, s, r->source);
}

/*
 * Places
 */

static uint32_t space_of(struct batch *b, const struct owner *o, uint64_t time)
{
	struct space_entry *e = &b->spaces[o->world];
	uint64_t until = UINT64_MAX;

	if (e->memory == o->memory && time - e->from < e->len)
		return e->space;
	e->memory = o->memory;
	e->from = 0;
	e->space = spaces_find(b->m->rec->p.spaces, o->memory, time, &e->from, &until);
	e->len = time ? until - e->from : 0;
	return e->space;
}

static int find_where(struct batch *b, uint64_t pc, uint32_t space, struct where *out)
{
	struct naming *naming = b->m->rec->naming;
	struct place_names names;
	struct place place;
	int err;

	spaces_locate(b->m->rec->p.spaces, space, pc, &place);
	err = naming_get(naming, &place, 0, &names);
	if (err)
		return err;
	*out = (struct where){
		.object = names.object, .symbol = names.symbol, .located = true,
		.offset = place.offset, .build_id = b->m->build_id[place.object->id],
	};
	out->named = naming_symbol_offset(naming, &place, &out->symbol_offset);
	return 0;
}

static void locate(struct batch *b, unsigned int i)
{
	const struct spe_record *r = &b->rec[i];
	struct where_entry *e;
	uint32_t space;
	int err;

	if (!(r->has & SPE_HAS_PC)) {
		b->where[i] = (struct where){ 0 };
		return;
	}
	space = space_of(b, &b->owner[b->owner_of[i]], b->time[i]) + 1;
	e = &b->wheres[intern_mix(r->pc + space) % WHERE_ENTRIES];
	if (e->pc != r->pc || e->space != space) {
		err = find_where(b, r->pc, space - 1, &e->where);
		b->err = b->err ?: err;
		e->pc = r->pc;
		e->space = err ? 0 : space;
	}
	b->where[i] = e->where;
}

void batch_locate(struct batch *b)
{
	const struct input_clock *clock = b->m->rec->p.clock;

	for (unsigned int i = 0; i < b->n; i++) {
		b->time[i] = clock && b->rec[i].has & SPE_HAS_TICKS ?
			     input_clock_ns(clock, b->rec[i].ticks) : 0;
		locate(b, i);
	}
}

/*
 * Columns
 */

#define SET_TEXT(v, p, given, x)					\
	do {								\
		const char *text_ = (x);				\
									\
		*(v) = (uintptr_t)text_;				\
		*(p) = text_ && *text_;					\
	} while (0)
#define SET_INT(v, p, given, x)						\
	do {								\
		*(v) = (uint64_t)(x);					\
		*(p) = (given) != 0;					\
	} while (0)
#define SET_UINT	SET_INT
#define SET_MANY_INT	SET_INT
#define SET_MANY_UINT	SET_INT
#define SET_FLAG	SET_INT

/* From the values of what samples share. */
static void spread(struct batch *b, const uint16_t *of)
{
	for (unsigned int i = 0; i < b->n; i++) {
		b->value[i] = b->each_value[of[i]];
		b->present[i] = b->each_present[of[i]];
	}
}

#define TAKE_STREAM(set, given, x)					\
	for (unsigned int i = 0; i < b->nr_streams; i++) {		\
		const struct stream *s = b->stream[i];			\
									\
		(void)s;						\
		set(&b->each_value[i], &b->each_present[i], given, x);	\
	}								\
	spread(b, b->stream_of)
#define TAKE_OWNER(set, given, x)					\
	for (unsigned int i = 0; i < b->nr_owners; i++) {		\
		const struct owner *o = &b->owner[i];			\
									\
		set(&b->each_value[i], &b->each_present[i], given, x);	\
	}								\
	spread(b, b->owner_of)
#define TAKE_PLACE(set, given, x)					\
	for (unsigned int i = 0; i < b->n; i++) {			\
		const struct where *w = &b->where[i];			\
									\
		set(&b->value[i], &b->present[i], given, x);		\
	}
#define TAKE_RECORD(set, given, x)					\
	for (unsigned int i = 0; i < b->n; i++) {			\
		const struct stream *s = b->stream[b->stream_of[i]];	\
		const struct spe_record *r = &b->rec[i];		\
		uint64_t time = b->time[i];				\
									\
		(void)s, (void)r, (void)time;				\
		set(&b->value[i], &b->present[i], given, x);		\
	}

#define COLUMN(of, type, name, given, x, what)				\
static void take_##name(struct batch *b)				\
{									\
	const struct sampler *m = b->m;					\
									\
	(void)m;							\
	TAKE_##of(SET_##type, given, x);				\
}
#include "export/parquet/samples.def"
#undef COLUMN

static void take_event(struct batch *b, unsigned int bit)
{
	for (unsigned int i = 0; i < b->n; i++) {
		b->value[i] = b->rec[i].events >> bit & 1;
		b->present[i] = (b->rec[i].has & SPE_HAS_EVENTS) != 0;
	}
}

#define TYPE_TEXT	PARQUET_TEXT, false
#define TYPE_INT	PARQUET_INT, false
#define TYPE_UINT	PARQUET_UINT, false
#define TYPE_MANY_INT	PARQUET_INT, true
#define TYPE_MANY_UINT	PARQUET_UINT, true
#define TYPE_FLAG	PARQUET_FLAG, false

static const struct {
	struct parquet_column of;
	void (*take)(struct batch *b);
} columns_of[] = {
#define COLUMN(of, type, name, given, x, what) { { #name, TYPE_##type }, take_##name },
#include "export/parquet/samples.def"
#undef COLUMN
};

static const struct {
	const char *name;
	unsigned int bit;
} events[] = {
#define EVENT(bit, id, name, dump, what) { "event:" name, bit },
#include "decoder/events.def"
#undef EVENT
};

#define NR(a)	(sizeof(a) / sizeof((a)[0]))

size_t batch_nr_columns(void)
{
	return NR(columns_of) + NR(events);
}

void batch_columns(struct parquet_column *columns, char (*names)[PARQUET_NAME])
{
	for (size_t i = 0; i < NR(columns_of); i++)
		columns[i] = columns_of[i].of;
	for (size_t i = 0; i < NR(events); i++) {
		parquet_name(names[i], events[i].name);
		columns[NR(columns_of) + i] = (struct parquet_column){ names[i], PARQUET_FLAG, false };
	}
}

void batch_take(struct batch *b, size_t column)
{
	if (column < NR(columns_of))
		columns_of[column].take(b);
	else
		take_event(b, events[column - NR(columns_of)].bit);
}
