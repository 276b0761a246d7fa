/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_PLACES_H
#define PROFILE_PLACES_H

#include "profile/profile_impl.h"

/*
 * Finds the place of an operation and its names, with one thread's caches.  The fast paths are
 * inline here; places.c has the rest.
 */

/* ns on the perf clock; 0: unknown. */
static inline uint64_t profile_time(const struct profile *p, const struct spe_record *rec)
{
	if (!p->ctx.clock || !(rec->has & SPE_HAS_TICKS))
		return 0;
	return input_clock_ns(p->ctx.clock, rec->ticks);
}

/* Look up the space, and how long it stays the same. */
void profile_seek_space(const struct profile *p, struct space_cursor *c, int32_t memory,
			const struct spe_record *rec);

/* The space of the record's address. */
static inline uint32_t profile_space(struct profile *p, const struct spe_record *rec,
				     const struct owner *o)
{
	struct space_cursor *c = &p->cursor[o->world];

	if (c->memory != o->memory || rec->ticks - c->from >= c->len)
		profile_seek_space(p, c, o->memory, rec);
	return c->space;
}

/* profile_locate() if the page is not cached; e is its entry. */
uint32_t profile_locate_anew(const struct profile *p, uint64_t pc, uint32_t space,
			     struct page_entry *e, uint64_t *offset);

/* Find the place of the operation: returns its object's number, and the offset in *offset. */
static inline uint32_t profile_locate(struct profile *p, const struct spe_record *rec,
				      const struct owner *o, uint64_t *offset)
{
	uint32_t space = profile_space(p, rec, o);
	uint64_t page = rec->pc >> 12;
	struct page_entry *e = &p->pages[(page ^ space * 0x9e5u) % PAGE_ENTRIES];

	if (e->page != page + 1 || e->space != space)
		return profile_locate_anew(p, rec->pc, space, e, offset);
	*offset = rec->pc + e->bias;
	return e->object;
}

/* The operation's offset in its object; 0: no PC. */
static inline uint64_t profile_offset(struct profile *p, const struct spe_record *rec,
				      const struct owner *o)
{
	uint64_t offset = 0;

	if (rec->has & SPE_HAS_PC)
		profile_locate(p, rec, o, &offset);
	return offset;
}

static inline uint64_t place_hash(uint32_t object, uint64_t offset)
{
	uint64_t h = (offset ^ (uint64_t)object << 40) * 0x9fb21c651e98df25ull;

	return h ^ h >> 32;
}

/* The number of a place's names, from the names shared by all threads.  0 or -errno. */
int profile_ask_name(const struct profile *p, uint32_t object, uint64_t offset,
		     uint32_t *number);
/* Likewise for a place that is new to this thread. */
int profile_new_name(struct profile *p, uint32_t object, uint64_t offset, uint32_t *number);

/* The number of the names of the operation's place; NO_NAME: no PC.  0 or -errno. */
static inline int profile_name(struct profile *p, const struct spe_record *rec,
			       const struct owner *o, uint32_t *number)
{
	uint64_t offset;
	uint32_t object;
	size_t k;

	*number = NO_NAME;
	if (!(rec->has & SPE_HAS_PC))
		return 0;
	object = profile_locate(p, rec, o, &offset);
	for (k = place_hash(object + 1, offset); p->max_names; k++) {
		const struct name_entry *e = &p->names[k & (p->max_names - 1)];

		if (e->offset == offset && e->object == object + 1) {
			*number = e->number;
			return 0;
		}
		if (!e->object)
			break;
	}
	return profile_new_name(p, object, offset, number);
}

/* The names of a number other than NO_NAME, without a lock.  NULL: out of memory. */
const struct place_names *profile_names(struct profile *p, uint32_t number);

#endif
