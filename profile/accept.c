// SPDX-License-Identifier: GPL-2.0-only
/* Which samples the query's filter accepts. */
#include <stdlib.h>
#include <string.h>

#include "profile/data.h"
#include "profile/filter/filter.h"
#include "profile/places.h"

/* A sample whose names the filter requests. */
struct asker {
	struct profile *p;
	const struct spe_record *rec;
	const struct owner *owner;
};

/* Names usually lack source lines, which are slow to find. */
static const char *line_for_filter(const struct asker *a)
{
	struct place_names n;
	struct place place;

	spaces_locate(a->p->ctx.spaces, profile_space(a->p, a->rec, a->owner), a->rec->pc, &place);
	return naming_get(a->p->ctx.naming, &place, NAMING_LINE, &n) ? "" : n.line;
}

/* Filters use the names that reports show. */
static const char *symbol_for_filter(const struct asker *a)
{
	struct place_names n;
	struct place place;

	spaces_locate(a->p->ctx.spaces, profile_space(a->p, a->rec, a->owner), a->rec->pc, &place);
	return naming_get(a->p->ctx.naming, &place, 0, &n) ? "" : n.symbol;
}

static const char *cgroup_for_filter(const struct asker *a, enum field f)
{
	const struct cgroup *c = timeline_cgroup(a->p->ctx.timeline, a->owner->task);

	return c ? cgroup_field(c, f) : "";
}

static const char *vm_for_filter(const struct asker *a)
{
	const struct timeline_vm *vms;
	size_t nr = timeline_vms(a->p->ctx.timeline, &vms);

	return a->owner->vm >= 0 && (size_t)a->owner->vm < nr ? vms[a->owner->vm].name : "";
}

static const char *data_for_filter(const struct asker *a, enum field f)
{
	struct data_field field;

	profile_data_field(a->p, a->rec, a->owner, &field);
	return f == FIELD_TYPE ? field.type : field.field;
}

static const char *name_for_filter(void *arg, enum field f)
{
	const struct asker *a = arg;
	const struct place_names *n;
	uint32_t number;

	if (f == FIELD_HOST)
		return a->p->ctx.host;
	if (f == FIELD_VM)
		return vm_for_filter(a);
	if (f == FIELD_COMM)
		return timeline_comm(a->p->ctx.timeline, a->owner->task);
	if (f == FIELD_GUEST_COMM)
		return timeline_guest_comm(a->p->ctx.timeline, a->owner);
	if (field_is_of_cgroup(f))
		return cgroup_for_filter(a, f);
	if (f == FIELD_TYPE || f == FIELD_MEMBER)
		return data_for_filter(a, f);
	if (!a->p->ctx.naming || !(a->rec->has & SPE_HAS_PC))
		return "";
	if (f == FIELD_LINE)
		return line_for_filter(a);
	if (f == FIELD_SYMBOL && a->p->query->together)
		return symbol_for_filter(a);
	n = profile_name(a->p, a->rec, a->owner, &number) ? NULL : profile_names(a->p, number);
	return !n ? "" : f == FIELD_OBJECT ? n->object : f == FIELD_SYMBOL ? n->symbol : "";
}

static bool data_offset_for_filter(void *arg, uint64_t *out)
{
	const struct asker *a = arg;
	struct data_field field;

	profile_data_field(a->p, a->rec, a->owner, &field);
	*out = field.offset;
	return *field.field;
}

static uint64_t offset_for_filter(void *arg)
{
	const struct asker *a = arg;

	return profile_offset(a->p, a->rec, a->owner);
}

bool profile_passes(struct profile *p, const struct spe_record *rec, const struct owner *o)
{
	struct asker asker = { .p = p, .rec = rec, .owner = o };
	struct filter_input in = {
		.rec = rec, .owner = o, .cpu = p->cpu, .time = profile_time(p, rec),
		.begin = p->ctx.begin, .slice = p->ctx.slice,
		.nodes = p->ctx.nodes,
		.nspid = p->asks_nspid ? timeline_nspid(p->ctx.timeline, o->task) : 0,
		.midr = p->midr, .count_size = p->ctx.count_size, .name = name_for_filter,
		.offset = offset_for_filter, .data_offset = data_offset_for_filter, .arg = &asker, .memo = &p->matches,
	};

	return filter_match(p->query->filter, &in);
}

void profile_filter_init(struct profile *p)
{
	const uint64_t names = 1ull << FIELD_SYMBOL | 1ull << FIELD_OBJECT;
	const struct filter *f = p->query->filter;

	if (!f)
		return;
	p->asks_nspid = filter_fields(f) >> FIELD_NSPID & 1;
	p->verdicts.valid = p->ctx.naming && !p->query->together && filter_fields(f) &&
			    !(filter_fields(f) & ~names) && !filter_asks_record(f);
}

/* The verdict on a number of names, which may be VERDICT_NONE.  NULL: no memory. */
static uint8_t *verdict_at(struct profile *p, uint32_t number)
{
	size_t max = (size_t)number * 2 + 1024;
	uint8_t *more;

	if (number < p->verdicts.max)
		return &p->verdicts.of[number];
	more = realloc(p->verdicts.of, max);
	if (!more)
		return NULL;
	memset(more + p->verdicts.max, VERDICT_NONE, max - p->verdicts.max);
	p->verdicts.of = more;
	p->verdicts.max = max;
	return &more[number];
}

/* profile_passes() of a filter that only reads names: once for each. */
static bool passes_by_name(struct profile *p, const struct spe_record *rec, const struct owner *o)
{
	uint32_t number;
	uint8_t *v = NULL;

	if (!profile_name(p, rec, o, &number) && number != NO_NAME)
		v = verdict_at(p, number);
	if (!v)
		return profile_passes(p, rec, o);
	if (*v == VERDICT_NONE)
		*v = profile_passes(p, rec, o) ? VERDICT_PASSES : VERDICT_FAILS;
	return *v == VERDICT_PASSES;
}

void profile_filter(struct profile *p, struct samples *s)
{
	s->all = !p->query->filter;
	for (unsigned int i = 0; !s->all && i < s->n; i++) {
		const struct owner *o = &s->owner[s->owner_of[i]];

		s->keep[i] = p->verdicts.valid ? passes_by_name(p, &s->rec[i], o) :
						 profile_passes(p, &s->rec[i], o);
	}
}
