// SPDX-License-Identifier: GPL-2.0-only
#include "profile/profile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/filter.h"
#include "profile/key_parts.h"

_Static_assert((int)SPACE_KERNEL == (int)MEMORY_KERNEL &&
	       (int)SPACE_GUEST == (int)MEMORY_GUEST &&
	       SPACE_OF_GUEST(3, 5) == MEMORY_OF_GUEST(3, 5), "one numbering of memories");

/*
 * Memos are of places, or of blocks of them where nearly all code has no symbols: there are
 * some ten times as many places.  Which it is changes nothing but the time it takes.
 */
#define MEMO_PLACE	UINT64_MAX
#define MEMO_BLOCK	(~(uint64_t)NAMING_BLOCK + 1)
/* In where: the memo of a place, while others are of blocks. */
#define MEMO_ALONE	(1u << 30)

/* So many new places, and one of so many may have another call than its block. */
#define BLOCKS_FROM	1024
#define BLOCKS_BUT	16
/* So many samples in places that are not of their block are too many. */
#define FAR_MAX		4096

/* The address without its tag: bit 55 says which half it is in [D18.2.1]. */
static uint64_t untag(uint64_t va)
{
	return (uint64_t)((int64_t)(va << 8) >> 8);
}

struct cells *profile_new_cells(const struct profile *p)
{
	struct cells *c = cells_new(p->nr_parts);

	if (c && p->query->brief && cells_brief(c)) {
		cells_free(c);
		return NULL;
	}
	return c;
}

struct profile *profile_new(const struct profile_query *query,
			    const struct profile_context *ctx)
{
	struct profile *p = calloc(1, sizeof(*p));
	bool ok = p && query->nr_keys && query->nr_keys <= PROFILE_KEYS;
	size_t i;

	if (!ok) {
		free(p);
		return NULL;
	}
	p->query = query;
	p->ctx = *ctx;
	p->cpu = -1;
	profile_want_part(p, PART_WHO);
	for (i = 0; ok && i < query->nr_keys; i++)
		ok = profile_want_field(p, query->keys[i]);
	p->want_name = profile_has_part(p, PART_NAME);
	p->plain = p->want_name && p->nr_parts == 2u + profile_has_part(p, PART_GUEST) &&
		   !p->want_vcpu && !p->want_basis && !p->want_el && !p->want_reason;
	if (p->plain) {
		p->part[1] = PART_NAME;
		p->part[2] = PART_GUEST;
		ok = ok && !memos_init(&p->memos);
		p->memo_mask = MEMO_PLACE;
	}
	p->cells = ok ? profile_new_cells(p) : NULL;
	top_keys_init(p);
	if (!p->cells) {
		profile_free(p);
		return NULL;
	}
	return p;
}

void profile_free(struct profile *p)
{
	if (!p)
		return;
	cells_free(p->cells);
	free(p->ids);
	top_keys_free(p);
	free(p->names);
	free(p->named);
	memos_free(&p->memos);
	free(p);
}

static unsigned int model_of(struct profile *p, uint64_t midr)
{
	unsigned int i;

	for (i = 0; i < p->nr_models; i++) {
		if (p->models[i] == midr)
			return i;
	}
	if (p->nr_models == PROFILE_MODELS)
		return PROFILE_MODELS - 1;
	p->models[p->nr_models] = midr;
	return p->nr_models++;
}

int profile_stream(struct profile *p, int32_t cpu, uint64_t period, uint64_t midr)
{
	p->cpu = cpu;
	p->midr = midr;
	p->model = model_of(p, midr);
	memset(p->cursor, 0, sizeof(p->cursor));
	return cells_period(p->cells, period);
}

static uint64_t time_of(const struct profile *p, const struct spe_record *rec)
{
	if (!p->ctx.clock || !(rec->has & SPE_HAS_TICKS))
		return 0;
	return input_clock_ns(p->ctx.clock, rec->ticks);
}

/* Find the space anew, and for how long it is the same. */
static void seek_space(const struct profile *p, struct space_cursor *c, int32_t memory,
		       const struct spe_record *rec)
{
	bool timed = p->ctx.clock && rec->has & SPE_HAS_TICKS;
	uint64_t from = 0, until = UINT64_MAX;

	c->memory = memory;
	c->space = spaces_find(p->ctx.spaces, memory, timed ? time_of(p, rec) : 0,
			       &from, &until);
	c->from = 0;
	c->len = 0;		/* without time nothing is remembered */
	if (!timed)
		return;
	c->from = from ? input_clock_ticks(p->ctx.clock, from) : 0;
	c->len = (until == UINT64_MAX ? UINT64_MAX :
		  input_clock_ticks(p->ctx.clock, until)) - c->from;
}

static inline uint32_t space_of(struct profile *p, const struct spe_record *rec,
				const struct owner *o)
{
	struct space_cursor *c = &p->cursor[o->world];

	if (c->memory != o->memory || rec->ticks - c->from >= c->len)
		seek_space(p, c, o->memory, rec);
	return c->space;
}

/* Where the operation lies: its object's number, and the offset in *offset. */
static inline uint32_t locate(struct profile *p, const struct spe_record *rec,
			      const struct owner *o, uint64_t *offset)
{
	uint32_t space = space_of(p, rec, o);
	uint64_t page = rec->pc >> 12, first, last;
	struct page_entry *e = &p->pages[(page ^ space * 0x9e5u) % PAGE_ENTRIES];
	struct place place;

	if (e->page == page + 1 && e->space == space) {
		*offset = rec->pc + e->bias;
		return e->object;
	}
	spaces_locate_around(p->ctx.spaces, space, rec->pc, &place, &first, &last);
	if (first <= page << 12 && last >= (page << 12 | 4095))
		*e = (struct page_entry){ .page = page + 1, .space = space,
					  .object = place.object->id,
					  .bias = place.offset - rec->pc };
	*offset = place.offset;
	return place.object->id;
}

static uint64_t hash_place(uint32_t object, uint64_t offset)
{
	uint64_t h = (offset ^ (uint64_t)object << 40) * 0x9fb21c651e98df25ull;

	return h ^ h >> 32;
}

static int grow_names(struct profile *p)
{
	size_t max = p->max_names ? p->max_names * 2 : 4096, i, k;
	struct name_entry *names;

	if (p->nr_names * 2 < p->max_names)
		return 0;
	names = calloc(max, sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (i = 0; i < p->max_names; i++) {
		const struct name_entry *e = &p->names[i];

		if (!e->object)
			continue;
		for (k = hash_place(e->object, e->offset); names[k & (max - 1)].object; k++)
			;
		names[k & (max - 1)] = *e;
	}
	free(p->names);
	p->names = names;
	p->max_names = max;
	return 0;
}

static unsigned int naming_what(const struct profile *p)
{
	return p->query->together ? NAMING_TOGETHER : 0;
}

/* The number of a place's names, from what all threads share. */
static int ask_name(const struct profile *p, uint32_t object, uint64_t offset, uint32_t *number)
{
	const struct object *const *objects;
	struct place place;

	spaces_objects(p->ctx.spaces, &objects);
	place.object = objects[object];
	place.offset = offset;
	return naming_number(p->ctx.naming, &place, naming_what(p) | (p->want_line ? NAMING_LINE : 0),
			     number);
}

/* Name a place that this thread has not met before. */
static int new_name(struct profile *p, uint32_t object, uint64_t offset, uint32_t *number)
{
	size_t k;
	int err = grow_names(p) ?: ask_name(p, object, offset, number);

	if (err)
		return err;
	for (k = hash_place(object + 1, offset); p->names[k & (p->max_names - 1)].object; k++)
		;
	p->names[k & (p->max_names - 1)] = (struct name_entry){
		.offset = offset, .object = object + 1, .number = *number,
	};
	p->nr_names++;
	return 0;
}

/* The number of the names of the place where the operation lies. */
static int name_of(struct profile *p, const struct spe_record *rec,
		   const struct owner *o, uint32_t *number)
{
	uint64_t offset;
	uint32_t object;
	size_t k;

	*number = NO_NAME;
	if (!(rec->has & SPE_HAS_PC))
		return 0;
	object = locate(p, rec, o, &offset);
	for (k = hash_place(object + 1, offset); p->max_names; k++) {
		const struct name_entry *e = &p->names[k & (p->max_names - 1)];

		if (e->offset == offset && e->object == object + 1) {
			*number = e->number;
			return 0;
		}
		if (!e->object)
			break;
	}
	return new_name(p, object, offset, number);
}

const struct place_names *profile_names(struct profile *p, uint32_t number)
{
	size_t max = (size_t)number * 2 + 1024;
	struct place_names *more;

	if (number >= p->max_named) {
		more = realloc(p->named, max * sizeof(*more));
		if (!more)
			return NULL;
		memset(more + p->max_named, 0, (max - p->max_named) * sizeof(*more));
		p->named = more;
		p->max_named = max;
	}
	if (!p->named[number].object)
		naming_copy(p->ctx.naming, number, &p->named[number]);
	return &p->named[number];
}

_Static_assert(NR_REASONS < 64, "6 bits for a reason, and a bit of a mask for each");

static inline uint64_t who_of(const struct profile *p, const struct spe_record *rec,
			      const struct owner *o)
{
	uint64_t who = o->world;

	if (p->want_basis)
		who |= (uint64_t)o->basis << 3;
	if (p->want_el && rec->has & SPE_HAS_PC)
		who |= (rec->pc_el + 1ull) << 6;
	if (p->want_reason)
		who |= (uint64_t)o->reason << 9;
	return who;
}

static uint64_t guest_of(const struct profile *p, const struct owner *o)
{
	return (uint64_t)(uint32_t)(o->vm + 1) << 32 |
	       (p->want_vcpu ? (uint32_t)(o->vcpu + 1) : 0);
}

static uint64_t thread_of(const struct profile *p, const struct owner *o)
{
	return (p->want_pid ? (uint64_t)(uint32_t)o->pid << 32 : 0) |
	       (p->want_tid ? (uint32_t)o->tid : 0);
}

/* 0 where there are no slices, or no time. */
static uint64_t slice_of(const struct profile *p, const struct spe_record *rec)
{
	return p->ctx.slice ? time_of(p, rec) / p->ctx.slice * p->ctx.slice : 0;
}

static uint64_t offset_of(struct profile *p, const struct spe_record *rec, const struct owner *o)
{
	uint64_t offset = 0;

	if (rec->has & SPE_HAS_PC)
		locate(p, rec, o, &offset);
	return offset;
}

static uint64_t guest_thread_of(const struct profile *p, const struct owner *o)
{
	return (p->want_guest_pid ? (uint64_t)(uint32_t)o->guest_pid << 32 : 0) |
	       (p->want_guest_tid ? (uint32_t)o->guest_tid : 0);
}

static uint64_t part_of(struct profile *p, enum part part, const struct spe_record *rec,
			const struct owner *o)
{
	switch (part) {
	case PART_WHO:
		return who_of(p, rec, o);
	case PART_PC:
		return rec->pc;
	case PART_OFFSET:
		return offset_of(p, rec, o);
	case PART_GUEST:
		return guest_of(p, o);
	case PART_THREAD:
		return thread_of(p, o);
	case PART_COMM:
		return (uintptr_t)timeline_comm(p->ctx.timeline, o->task);
	case PART_GUEST_THREAD:
		return guest_thread_of(p, o);
	case PART_GUEST_COMM:
		return (uintptr_t)timeline_guest_comm(p->ctx.timeline, o);
	case PART_CPU:
		return (uint64_t)p->cpu + 1;
	case PART_OP:
		return rec->has & SPE_HAS_OP ? (rec->op_class << 8 | rec->op) + 1 : 0;
	case PART_SOURCE:
		return rec->has & SPE_HAS_SOURCE ?
		       (uint64_t)p->model << 17 | (rec->source + 1) : 0;
	case PART_HAS:
		return rec->has & p->has;
	case PART_TARGET:
		return rec->target;
	case PART_PREV_TARGET:
		return rec->prev_target;
	case PART_VA:
		return untag(rec->va) & p->va_mask;
	case PART_PA:
		return rec->pa & p->pa_mask;
	case PART_WORD:
		return rec->has & (SPE_HAS_VA | SPE_HAS_PA) ? spe_record_word(rec) + 1 : 0;
	case PART_TOTAL:
		return p->exact_total ? rec->total : latency_step(rec->total);
	case PART_ISSUE:
		return rec->issue;
	case PART_XLAT:
		return rec->xlat;
	case PART_EVENTS:
		return rec->events;
	case PART_CTX_EL1:
		return rec->ctx_el1;
	case PART_CTX_EL2:
		return rec->ctx_el2;
	case PART_TIME:
		return time_of(p, rec);
	case PART_SLICE:
		return slice_of(p, rec);
	case PART_EXTRA:
		return rec->nr_extra;
	case PART_NAME:		/* name_of() */
	case NR_PARTS:
		break;
	}
	return 0;
}

/* A filter asks for a name. */
struct asker {
	struct profile *p;
	const struct spe_record *rec;
	const struct owner *owner;
};

/* Source lines are not in all names: they take longest. */
static const char *line_for_filter(const struct asker *a)
{
	struct place_names n;
	struct place place;

	spaces_locate(a->p->ctx.spaces, space_of(a->p, a->rec, a->owner), a->rec->pc, &place);
	return naming_get(a->p->ctx.naming, &place, NAMING_LINE, &n) ? "" : n.line;
}

/* A filter means the names that a report has. */
static const char *symbol_for_filter(const struct asker *a)
{
	struct place_names n;
	struct place place;

	spaces_locate(a->p->ctx.spaces, space_of(a->p, a->rec, a->owner), a->rec->pc, &place);
	return naming_get(a->p->ctx.naming, &place, 0, &n) ? "" : n.symbol;
}

static const char *name_for_filter(void *arg, enum field f)
{
	const struct asker *a = arg;
	const struct place_names *n;
	uint32_t number;

	if (f == FIELD_COMM)
		return timeline_comm(a->p->ctx.timeline, a->owner->task);
	if (f == FIELD_GUEST_COMM)
		return timeline_guest_comm(a->p->ctx.timeline, a->owner);
	if (!a->p->ctx.naming || !(a->rec->has & SPE_HAS_PC))
		return "";
	if (f == FIELD_LINE)
		return line_for_filter(a);
	if (f == FIELD_SYMBOL && a->p->query->together)
		return symbol_for_filter(a);
	n = name_of(a->p, a->rec, a->owner, &number) ? NULL : profile_names(a->p, number);
	return !n ? "" : f == FIELD_OBJECT ? n->object : f == FIELD_SYMBOL ? n->symbol : "";
}

static uint64_t offset_for_filter(void *arg)
{
	const struct asker *a = arg;

	return offset_of(a->p, a->rec, a->owner);
}

static bool passes(struct profile *p, const struct spe_record *rec, const struct owner *o)
{
	struct asker asker = { .p = p, .rec = rec, .owner = o };
	struct filter_input in = {
		.rec = rec, .owner = o, .cpu = p->cpu, .time = time_of(p, rec),
		.slice = p->ctx.slice,
		.midr = p->midr, .count_size = p->ctx.count_size, .name = name_for_filter,
		.offset = offset_for_filter, .arg = &asker, .memo = &p->matches,
	};

	return filter_match(p->query->filter, &in);
}

void profile_filter(struct profile *p, struct samples *s)
{
	unsigned int i;

	s->all = !p->query->filter;
	for (i = 0; !s->all && i < s->n; i++)
		s->keep[i] = passes(p, &s->rec[i], &s->owner[s->owner_of[i]]);
}

int profile_key(struct profile *p, const struct spe_record *rec, const struct owner *o,
		uint64_t key[CELL_PARTS])
{
	uint32_t name = NO_NAME;
	unsigned int i;

	if (p->want_name && name_of(p, rec, o, &name))
		return -ENOMEM;
	for (i = 0; i < p->nr_parts; i++)
		key[i] = p->part[i] == PART_NAME ? name : part_of(p, p->part[i], rec, o);
	return 0;
}

/* Count samples by whatever parts the keys need. */
static int add_one(struct profile *p, const struct spe_record *rec, const struct owner *o)
{
	uint64_t key[CELL_PARTS];

	return profile_key(p, rec, o, key) ?: cells_add(p->cells, key, rec);
}

static bool by_block(const struct profile *p)
{
	return p->memo_mask == MEMO_BLOCK;
}

/* Before a batch: would the other kind of memos be better?  0 or -ENOMEM. */
static int choose_memos(struct profile *p)
{
	bool block = by_block(p) ? p->met.far <= FAR_MAX :
		     p->met.one_call >= BLOCKS_FROM && p->met.one_call / BLOCKS_BUT >= p->met.other;

	if (block == by_block(p))
		return 0;
	/* once they were too many, blocks are not tried again */
	p->met.other = block ? p->met.other : UINT32_MAX;
	p->met.one_call = 0;
	p->memo_mask = block ? MEMO_BLOCK : MEMO_PLACE;
	memos_free(&p->memos);
	return memos_init(&p->memos);
}

/* Have all places of the record's block the same cell? */
static bool is_one_call(const struct profile *p, const struct spe_record *rec, uint32_t space)
{
	uint64_t block = rec->pc & MEMO_BLOCK, from, to;
	struct place first, last;

	if (p->want_line)
		return false;
	spaces_locate_around(p->ctx.spaces, space, block, &first, &from, &to);
	last = first;
	last.offset += NAMING_BLOCK - 1;
	return to - block >= NAMING_BLOCK - 1 && naming_is_one_call(p->ctx.naming, &first, &last);
}

/* The first sample of its place, or its block, and world and space: find its cell. */
static int new_memo(struct profile *p, const struct spe_record *rec, const struct owner *o,
		    uint32_t where, uint32_t *cell)
{
	uint64_t key[CELL_INLINE] = { o->world, NO_NAME, guest_of(p, o) }, offset;
	uint32_t name = NO_NAME, object;
	bool one = !(rec->has & SPE_HAS_PC);
	int err = 0;

	/* the memo remembers the name, too */
	if (rec->has & SPE_HAS_PC) {
		object = locate(p, rec, o, &offset);
		err = ask_name(p, object, offset, &name);
		one = !err && is_one_call(p, rec, space_of(p, rec, o));
	}
	if (err)
		return err;
	p->met.one_call += one && p->met.one_call < UINT32_MAX;
	p->met.other += !one && p->met.other < UINT32_MAX;
	key[1] = name;
	err = cells_number(p->cells, key, cell);
	if (err)
		return err;
	if (by_block(p) && !one)
		return memo_add(&p->memos, rec->pc, where | MEMO_ALONE, *cell);
	return memo_add(&p->memos, rec->pc & p->memo_mask, where, *cell);
}

/* Kept samples on their way to their cells. */
struct lookups {
	unsigned int n;
	const struct spe_record *rec[PROFILE_BATCH];
	uint32_t where[PROFILE_BATCH];
	uint64_t hash[PROFILE_BATCH];
	uint32_t cell[PROFILE_BATCH];
};

/* What a memo goes by beside the address, and for how long; len 0: not asked yet. */
struct whereabouts {
	uint64_t from, len;	/* ticks */
	uint32_t where;
};

static void find_where(struct profile *p, const struct spe_record *rec,
		       const struct owner *o, struct whereabouts *w)
{
	const struct space_cursor *c = &p->cursor[o->world];

	w->where = (space_of(p, rec, o) << 3 | o->world) + 1;
	w->from = c->from;
	w->len = c->len;
}

/* Where each kept sample lies, and the memory of its memo fetched. */
static void look_up(struct profile *p, const struct samples *s, struct lookups *l)
{
	struct whereabouts of[PROFILE_BATCH];
	const struct memos memos = p->memos;
	const uint64_t mask = p->memo_mask;
	unsigned int i, n = 0;

	for (i = 0; i < s->nr_owners; i++)
		of[i] = (struct whereabouts){ 0 };
	for (i = 0; i < s->n; i++) {
		const struct spe_record *rec = &s->rec[i];
		struct whereabouts *w = &of[s->owner_of[i]];

		if (!s->all && !s->keep[i])
			continue;
		if (__builtin_expect(rec->ticks - w->from >= w->len, 0))
			find_where(p, rec, &s->owner[s->owner_of[i]], w);
		l->rec[n] = rec;
		l->where[n] = w->where;
		if (__builtin_expect(!(rec->has & SPE_HAS_PC), 0))
			l->where[n] |= 1u << 31;
		l->hash[n] = memo_hash(rec->pc & mask, l->where[n]);
		memo_fetch(&memos, l->hash[n]);
		n++;
	}
	l->n = n;
}

/* The cell of a sample whose memo is not where it would be first. */
static __attribute__((noinline)) int find_cell(struct profile *p, const struct samples *s,
					       struct lookups *l, unsigned int i)
{
	const struct spe_record *rec = l->rec[i];
	uint32_t alone = l->where[i] | MEMO_ALONE;

	if (memo_find(&p->memos, l->hash[i], rec->pc & p->memo_mask, l->where[i], &l->cell[i]))
		return 0;
	if (by_block(p) && memo_find(&p->memos, memo_hash(rec->pc, alone), rec->pc, alone,
				     &l->cell[i])) {
		p->met.far++;
		return 0;
	}
	return new_memo(p, rec, &s->owner[s->owner_of[rec - s->rec]], l->where[i], &l->cell[i]);
}

/*
 * Plain queries, the default report's: each step touches memory that the one
 * before has fetched, for the whole batch.
 */
static int add_plain(struct profile *p, const struct samples *s)
{
	struct lookups l;
	unsigned int i;
	int err = choose_memos(p);

	if (err)
		return err;
	look_up(p, s, &l);
	for (i = 0; i < l.n && !err; i++) {
		if (__builtin_expect(!memo_is_near(&p->memos, l.hash[i],
						   l.rec[i]->pc & p->memo_mask, l.where[i],
						   &l.cell[i]), 0))
			err = find_cell(p, s, &l, i);
	}
	return err ?: cells_add_numbered(p->cells, l.cell, l.rec, l.n);
}

int profile_add(struct profile *p, const struct samples *s)
{
	unsigned int i;
	int err = 0;

	if (p->plain)
		return add_plain(p, s);
	if (top_keys_is_met(p))
		return top_keys_add(p, s);
	for (i = 0; i < s->n && !err; i++) {
		if (s->all || s->keep[i])
			err = add_one(p, &s->rec[i], &s->owner[s->owner_of[i]]);
	}
	return err ?: top_keys_check(p);
}

int profile_flush(struct profile *p)
{
	return cells_flush(p->cells);
}

/* Models are numbered by each thread on its own. */
static void renumber_source(struct profile *p, const struct profile *from, uint64_t *key)
{
	unsigned int i;

	for (i = 0; i < p->nr_parts; i++) {
		if (p->part[i] == PART_SOURCE && key[i])
			key[i] = (uint64_t)model_of(p, from->models[key[i] >> 17]) << 17 |
				 (key[i] & 0x1ffff);
	}
}

int profile_merge(struct profile *p, struct profile *from)
{
	uint64_t key[CELL_PARTS];
	int err = top_keys_merge(p, from);
	size_t i;

	for (i = 0; !err && i < cells_nr(from->cells); i++) {
		memcpy(key, cells_key(from->cells, i), p->nr_parts * sizeof(key[0]));
		renumber_source(p, from, key);
		err = cells_merge(p->cells, key, from->cells, i);
	}
	return err ?: top_keys_check(p);
}

int profile_end(struct profile *p)
{
	int err = top_keys_end(p);

	p->ctx.sketch = NULL;	/* the caller's, and not asked any more */
	return err;
}

struct sketch *profile_take_sketch(struct profile *p)
{
	struct sketch *s = p->sketch;

	p->sketch = NULL;
	return s;
}
