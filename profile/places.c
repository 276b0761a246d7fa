// SPDX-License-Identifier: GPL-2.0-only
#include "profile/places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

_Static_assert((int)SPACE_KERNEL == (int)MEMORY_KERNEL &&
	       (int)SPACE_GUEST == (int)MEMORY_GUEST &&
	       SPACE_OF_GUEST(3, 5) == MEMORY_OF_GUEST(3, 5), "one numbering of memories");

void profile_seek_space(const struct profile *p, struct space_cursor *c, int32_t memory,
			const struct spe_record *rec)
{
	bool timed = p->ctx.clock && rec->has & SPE_HAS_TICKS;
	uint64_t from = 0, until = UINT64_MAX;

	c->memory = memory;
	c->space = spaces_find(p->ctx.spaces, memory, timed ? profile_time(p, rec) : 0,
			       &from, &until);
	c->from = 0;
	c->len = 0;		/* without a time nothing can be cached */
	if (!timed)
		return;
	c->from = from ? input_clock_ticks(p->ctx.clock, from) : 0;
	c->len = (until == UINT64_MAX ? UINT64_MAX :
		  input_clock_ticks(p->ctx.clock, until)) - c->from;
}

uint32_t profile_locate_anew(const struct profile *p, uint64_t pc, uint32_t space,
			     struct page_entry *e, uint64_t *offset)
{
	uint64_t page = pc >> 12, first, last;
	struct place place;

	spaces_locate_around(p->ctx.spaces, space, pc, &place, &first, &last);
	if (first <= page << 12 && last >= (page << 12 | 4095))
		*e = (struct page_entry){ .page = page + 1, .space = space,
					  .object = place.object->id,
					  .bias = place.offset - pc };
	*offset = place.offset;
	return place.object->id;
}

static int grow_names(struct profile *p)
{
	size_t max = p->max_names ? p->max_names * 2 : 4096, i, k;
	struct name_entry *names;

	if (p->nr_names * 2 < p->max_names)
		return 0;
	names = huge_zalloc(max * sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (i = 0; i < p->max_names; i++) {
		const struct name_entry *e = &p->names[i];

		if (!e->object)
			continue;
		for (k = place_hash(e->object, e->offset); names[k & (max - 1)].object; k++)
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

int profile_ask_name(const struct profile *p, uint32_t object, uint64_t offset, uint32_t *number)
{
	const struct object *const *objects;
	struct place place;

	spaces_objects(p->ctx.spaces, &objects);
	place.object = objects[object];
	place.offset = offset;
	return naming_number(p->ctx.naming, &place, naming_what(p) | (p->want_line ? NAMING_LINE : 0),
			     number);
}

int profile_new_name(struct profile *p, uint32_t object, uint64_t offset, uint32_t *number)
{
	size_t k;
	int err = grow_names(p) ?: profile_ask_name(p, object, offset, number);

	if (err)
		return err;
	for (k = place_hash(object + 1, offset); p->names[k & (p->max_names - 1)].object; k++)
		;
	p->names[k & (p->max_names - 1)] = (struct name_entry){
		.offset = offset, .object = object + 1, .number = *number,
	};
	p->nr_names++;
	return 0;
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
