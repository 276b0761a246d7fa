// SPDX-License-Identifier: GPL-2.0-only
#include "recording/edges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/intern.h"

#define EDGES_MAX	(UINT32_MAX - 1)

void edges_init(struct edges *t)
{
	*t = (struct edges){ .seed = intern_seed() };
}

void edges_clear(struct edges *t)
{
	free(t->edge);
	free(t->slot);
	*t = (struct edges){ 0 };
}

static uint64_t hash(const struct edges *t, const struct edge *e)
{
	uint64_t h = intern_mix(t->seed ^ e->from);

	h = intern_mix(h ^ e->to);
	h = intern_mix(h ^ ((uint64_t)e->from_object << 32 | e->to_object));
	return intern_mix(h ^ ((uint64_t)e->kind << 32 | e->cpus));
}

static int order(const void *x, const void *y)
{
	const struct edge *a = x, *b = y;

	return array_order(a->from_object, b->from_object) ?: array_order(a->kind, b->kind) ?:
	       array_order(a->from, b->from) ?: array_order(a->to_object, b->to_object) ?:
	       array_order(a->to, b->to) ?: array_order(a->cpus, b->cpus);
}

static int grow(struct edges *t)
{
	size_t nr = t->nr_slots ? 2 * t->nr_slots : 1024, k;
	uint32_t *slot;

	if (2 * t->nr < t->nr_slots)
		return 0;
	slot = calloc(nr, sizeof(*slot));
	if (!slot)
		return -ENOMEM;
	for (size_t i = 0; i < t->nr; i++) {
		for (k = hash(t, &t->edge[i]); slot[k & (nr - 1)]; k++)
			;
		slot[k & (nr - 1)] = (uint32_t)i + 1;
	}
	free(t->slot);
	t->slot = slot;
	t->nr_slots = nr;
	return 0;
}

/* The edge in the table, added if it is new; NULL: out of memory. */
static struct edge *find(struct edges *t, const struct edge *e)
{
	struct edge *new;
	uint32_t *slot;

	if (grow(t))
		return NULL;
	for (size_t k = hash(t, e);; k++) {
		slot = &t->slot[k & (t->nr_slots - 1)];
		if (!*slot)
			break;
		if (!order(&t->edge[*slot - 1], e))
			return &t->edge[*slot - 1];
	}
	new = t->nr < EDGES_MAX ? array_add(t->edge, t->nr) : NULL;
	if (!new)
		return NULL;
	*new = *e;
	new->count = new->mispredicted = 0;
	*slot = (uint32_t)t->nr;
	return new;
}

int edges_add(struct edges *t, const struct edge *e, uint64_t count, bool mispredicted)
{
	struct edge *to = find(t, e);

	if (!to)
		return -ENOMEM;
	to->count += count;
	to->mispredicted += mispredicted ? count : 0;
	return 0;
}

int edges_merge(struct edges *to, const struct edges *from)
{
	for (size_t i = 0; i < from->nr; i++) {
		struct edge *e = find(to, &from->edge[i]);

		if (!e)
			return -ENOMEM;
		e->count += from->edge[i].count;
		e->mispredicted += from->edge[i].mispredicted;
	}
	return 0;
}

struct edge *edges_take(struct edges *t, size_t *nr)
{
	struct edge *all = t->edge;

	*nr = t->nr;
	t->edge = NULL;
	edges_clear(t);
	if (all)
		qsort(all, *nr, sizeof(*all), order);
	return all;
}
