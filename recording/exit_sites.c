// SPDX-License-Identifier: GPL-2.0-only
#include "recording/exit_sites.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One instruction in one of the guest's address spaces, executed by one of its tasks. */
struct exit_place {
	uint64_t pc, exits;
	uint32_t space, task;
	int32_t vm;
	uint32_t reason;
};

struct exit_place_vcpu {
	struct trail_reader reader;
	int32_t memory;			/* the memory of the cached space */
	uint32_t space;
	uint64_t from, until;		/* ns: validity of the space; until 0: no space cached */
};

/* Places whose slots are on their way into the cache. */
#define EXIT_SITES_LATE	16

static uint64_t hash_of(const struct exit_place *p)
{
	uint64_t h = p->pc * 0x9e3779b97f4a7c15ULL;

	h ^= ((uint64_t)p->space << 32 | p->task) * 0xff51afd7ed558ccdULL;
	h = (h ^ ((uint64_t)(uint32_t)p->vm << 8 | p->reason)) * 0x9e3779b97f4a7c15ULL;
	return h ^ h >> 32;
}

static bool same(const struct exit_place *a, const struct exit_place *b)
{
	return a->pc == b->pc && a->space == b->space && a->task == b->task && a->vm == b->vm &&
	       a->reason == b->reason;
}

/* The place's slot, or a free one for it. */
static struct exit_place *find(const struct exit_sites *s, const struct exit_place *p)
{
	size_t i = hash_of(p) & (s->room - 1);

	while (s->places[i].exits && !same(&s->places[i], p))
		i = (i + 1) & (s->room - 1);
	return &s->places[i];
}

static int grow(struct exit_sites *s)
{
	size_t room = s->room;
	struct exit_place *old = s->places;

	s->room = room ? 2 * room : 256;
	s->places = calloc(s->room, sizeof(*s->places));
	if (!s->places) {
		s->places = old;
		s->room = room;
		return -ENOMEM;
	}
	for (size_t i = 0; i < room; i++)
		if (old[i].exits)
			*find(s, &old[i]) = old[i];
	free(old);
	return 0;
}

/* Add a place's exits, if it has any.  0 or -ENOMEM. */
static int count(struct exit_sites *s, const struct exit_place *p)
{
	struct exit_place *at;

	if (!p->exits)
		return 0;
	if (2 * s->nr >= s->room && grow(s))
		return -ENOMEM;
	at = find(s, p);
	if (at->exits) {
		at->exits += p->exits;
		return 0;
	}
	*at = *p;
	s->nr++;
	return 0;
}

static int begin(struct exit_sites *s)
{
	const struct timeline_vcpu *vcpus;

	s->vcpus = calloc(timeline_vcpus(s->p->timeline, &vcpus) + 1, sizeof(*s->vcpus));
	s->late = calloc(EXIT_SITES_LATE, sizeof(*s->late));
	return s->vcpus && s->late ? 0 : -ENOMEM;
}

static uint32_t space_of(const struct exit_sites *s, struct exit_place_vcpu *v, int32_t memory,
			 uint64_t time)
{
	if (v->memory != memory || time < v->from || time >= v->until) {
		v->memory = memory;
		v->space = spaces_find(s->p->spaces, memory, time, &v->from, &v->until);
	}
	return v->space;
}

int exit_sites_take(void *arg, const struct exit_site *site)
{
	struct exit_sites *s = arg;
	const struct pipeline *p = s->p;
	struct exit_place place = { .pc = site->pc, .exits = 1, .reason = site->reason }, *late;
	struct exit_place_vcpu *v;
	struct owner o;
	int err = s->late ? 0 : begin(s);

	if (err)
		return err;
	v = &s->vcpus[site->vcpu];
	err = timeline_guest_owner(p->timeline, &v->reader, site->vcpu, p->clock ?
				   input_clock_ticks(p->clock, site->time) : UINT64_MAX, site->pc, &o);
	place.vm = o.vm;
	place.task = o.guest_task;
	place.space = space_of(s, v, o.memory, site->time);
	late = &s->late[s->next++ % EXIT_SITES_LATE];
	err = err ?: count(s, late);
	*late = place;
	if (s->room)
		__builtin_prefetch(&s->places[hash_of(late) & (s->room - 1)]);
	return err;
}

static int name(const struct exit_sites *s, struct naming *naming, const struct exit_place *p,
		struct kvm_site *out)
{
	const struct owner o = { .vm = p->vm, .guest_task = p->task };
	struct place_names names;
	struct place place;
	int err;

	spaces_locate(s->p->spaces, p->space, p->pc, &place);
	err = naming_get(naming, &place, NAMING_TOGETHER, &names);
	*out = (struct kvm_site){
		.reason = p->reason, .vm = p->vm, .address = p->pc, .exits = p->exits,
		.comm = timeline_guest_comm(s->p->timeline, &o),
		.symbol = err ? "" : names.symbol, .object = err ? "" : names.object,
	};
	return err;
}

/* Order by the row that a place belongs to: of its function, or of its address without one. */
static int by_function(const void *a, const void *b)
{
	const struct kvm_site *x = a, *y = b;
	int c = x->reason != y->reason ? (x->reason < y->reason ? -1 : 1) :
		x->vm != y->vm ? (x->vm < y->vm ? -1 : 1) : strcmp(x->comm, y->comm);

	c = c ?: strcmp(x->symbol, y->symbol) ?: strcmp(x->object, y->object);
	if (c || *x->symbol || x->address == y->address)
		return c;
	return x->address < y->address ? -1 : 1;
}

static int by_exits(const void *a, const void *b)
{
	const struct kvm_site *x = a, *y = b;

	if (x->exits != y->exits)
		return x->exits > y->exits ? -1 : 1;
	return by_function(a, b) ?: x->address < y->address ? -1 : x->address > y->address;
}

static void sort(struct kvm_site *list, size_t nr, int (*order)(const void *, const void *))
{
	if (nr)
		qsort(list, nr, sizeof(*list), order);
}

/* Merge places into one row per function. */
static void fold(struct exit_sites *s)
{
	struct kvm_site *f = s->functions;
	size_t n = 0;

	sort(f, s->nr, by_function);
	for (size_t i = 0; i < s->nr; i++) {
		if (n && !by_function(&f[n - 1], &f[i])) {
			f[n - 1].exits += f[i].exits;
			continue;
		}
		f[n] = f[i];
		f[n].address = *f[i].symbol ? 0 : f[i].address;
		n++;
	}
	s->nr_functions = n;
	sort(f, n, by_exits);
}

int exit_sites_list(struct exit_sites *s, struct naming *naming)
{
	size_t n = 0;
	int err = 0;

	for (size_t i = 0; s->late && i < EXIT_SITES_LATE && !err; i++)
		err = count(s, &s->late[i]);
	if (err)
		return err;
	s->instructions = calloc(s->nr + 1, sizeof(*s->instructions));
	s->functions = calloc(s->nr + 1, sizeof(*s->functions));
	if (!s->instructions || !s->functions)
		return -ENOMEM;
	for (size_t i = 0; i < s->room && !err; i++)
		if (s->places[i].exits)
			err = name(s, naming, &s->places[i], &s->instructions[n++]);
	if (err)
		return err;
	memcpy(s->functions, s->instructions, s->nr * sizeof(*s->functions));
	sort(s->instructions, s->nr, by_exits);
	fold(s);
	return 0;
}

void exit_sites_free(struct exit_sites *s)
{
	free(s->vcpus);
	free(s->late);
	free(s->places);
	free(s->instructions);
	free(s->functions);
}
