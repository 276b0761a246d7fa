// SPDX-License-Identifier: GPL-2.0-only
#include "profile/data.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/places.h"

/* Ranges of addresses: some of each space, direct-mapped. */
#define SPACES	64
#define RANGES	8

struct near_range {
	uint64_t first, length;		/* length: bytes - 1 */
	uint64_t shift;
	const struct object *object;
	uint32_t space;			/* + 1; 0: empty */
};

struct data {
	struct near_range range[SPACES][RANGES];
	unsigned int oldest;
	bool type_only;			/* fields of a type need no numbers of their own */
	struct memos variables;		/* numbers of fields, by address in the file and object */
	struct memos accesses;		/* likewise, by the operation's offset and object */
};

int profile_data_init(struct profile *p)
{
	p->data = calloc(1, sizeof(*p->data));
	if (p->data)
		p->data->type_only = !profile_query_asks(p->query, FIELD_MEMBER) &&
				     !profile_query_asks(p->query, FIELD_MEMBER_OFFSET);
	return p->data ? memos_init(&p->data->variables) ?: memos_init(&p->data->accesses) : -ENOMEM;
}

void profile_data_free(struct profile *p)
{
	if (p->data) {
		memos_free(&p->data->variables);
		memos_free(&p->data->accesses);
	}
	free(p->data);
	p->data = NULL;
}

static const struct near_range *new_range(struct profile *p, struct near_range *ranges,
					  uint32_t space, uint64_t address)
{
	struct near_range *r = &ranges[p->data->oldest++ % RANGES];
	struct data_range found;

	naming_data(p->ctx.naming, p->ctx.spaces, space, address, &found);
	*r = (struct near_range){ found.first, found.last - found.first, found.shift, found.object,
				  space + 1 };
	return r;
}

static const struct near_range *find_range(struct profile *p, uint32_t space, uint64_t address)
{
	struct near_range *ranges = p->data->range[space % SPACES];

	for (int i = 0; i < RANGES; i++)
		if (address - ranges[i].first <= ranges[i].length && ranges[i].space == space + 1)
			return &ranges[i];
	return new_range(p, ranges, space, address);
}

/* Without memory the field is unknown. */
static uint32_t find_variable(struct profile *p, const struct object *o, uint64_t addr)
{
	struct memos *memos = &p->data->variables;
	uint32_t field;

	if (memo_find(memos, addr, o->id + 1, &field))
		return field;
	if (naming_variable(p->ctx.naming, o, addr, p->data->type_only, &field) ||
	    memo_add(memos, addr, o->id + 1, field))
		return NAMING_NO_FIELD;
	return field;
}

static __attribute__((noinline)) uint32_t new_access(struct profile *p, uint32_t object,
						     uint64_t offset)
{
	struct memos *memos = &p->data->accesses;
	const struct object *const *objects;
	struct place place = { .offset = offset };
	uint32_t field;

	if (memo_find(memos, offset, object + 1, &field))
		return field;
	spaces_objects(p->ctx.spaces, &objects);
	place.object = objects[object];
	if (naming_access(p->ctx.naming, &place, p->data->type_only, &field) ||
	    memo_add(memos, offset, object + 1, field))
		return NAMING_NO_FIELD;
	return field;
}

static uint32_t find_access(struct profile *p, const struct spe_record *rec, const struct owner *o)
{
	const struct memos *memos = &p->data->accesses;
	uint32_t object, field;
	uint64_t offset;

	if (!(rec->has & SPE_HAS_PC))
		return NAMING_NO_FIELD;
	object = profile_locate(p, rec, o, &offset);
	if (memo_is_near(memos, memo_home(memos, offset, object + 1), offset, object + 1, &field))
		return field;
	return new_access(p, object, offset);
}

/* A variable's address says more than the code, which may have a pointer to a part of it. */
uint32_t profile_data(struct profile *p, const struct spe_record *rec, const struct owner *o)
{
	uint32_t field = NAMING_NO_FIELD;
	const struct near_range *r;
	uint64_t address;

	if (!p->ctx.naming || !(rec->has & SPE_HAS_VA))
		return field;
	address = spe_untagged(rec->va);
	r = find_range(p, profile_space(p, rec, o), address);
	if (r->object)
		field = find_variable(p, r->object, address + r->shift);
	return field == NAMING_NO_FIELD ? find_access(p, rec, o) : field;
}

void profile_data_field(struct profile *p, const struct spe_record *rec, const struct owner *o,
			struct data_field *out)
{
	*out = (struct data_field){ .type = "", .field = "" };
	if (p->ctx.naming)
		naming_field(p->ctx.naming, profile_data(p, rec, o), out);
}
