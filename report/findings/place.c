// SPDX-License-Identifier: GPL-2.0-only
/* The function, and the instruction in it, with most of a cause. */
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/findings/findings_impl.h"

/* What a costly sample adds to a cause: latency cycles; for mispredicted branches 1. */
static uint64_t weight_of(const struct costly_sample *s, enum finding_id id)
{
	switch (id) {
	case FINDING_MEMORY:
		return s->kind == KIND_LOAD_MISS ? s->stands_for * s->total : 0;
	case FINDING_FAR:
		return s->kind == KIND_LOAD_FAR ? s->stands_for * s->total : 0;
	case FINDING_PEER:
		return s->kind == KIND_LOAD_PEER ? s->stands_for * s->total : 0;
	case FINDING_WALKS:
		return s->walk ? s->stands_for * s->xlat : 0;
	case FINDING_MISPREDICTED:
		return s->kind == KIND_MISPREDICTED ? s->stands_for : 0;
	case FINDING_STORES:
		return s->kind == KIND_STORE ? s->stands_for * s->total : 0;
	case FINDING_NODES:
		return costly_is_far(s) ? s->stands_for * s->total : 0;
	case FINDING_TIME:
	case FINDING_OVERLAP:
	case NR_FINDING_IDS:
		break;
	}
	return 0;
}

static bool sum_codes(struct codes *all, const struct report_data *d, enum finding_id id)
{
	for (size_t i = 0; i < d->nr_costly; i++) {
		const struct costly_sample *s = &d->costly[i];
		uint64_t weight = weight_of(s, id);

		if (weight && !codes_add(all, s->symbol, s->object, s->vm, 1, weight))
			return false;
	}
	codes_sort(all);
	return all->nr;
}

/* Sums for one instruction. */
struct spot {
	uint64_t offset, samples, weight;
};

static int by_offset(const void *x, const void *y)
{
	const struct spot *a = x, *b = y;

	return array_order(a->offset, b->offset);
}

/* The one with most, of sorted spots. */
static struct spot most_of(const struct spot *spots, size_t nr)
{
	struct spot most = { 0 }, here = { 0 };

	for (size_t i = 0; i < nr; i++) {
		if (!i || spots[i].offset != here.offset)
			here = (struct spot){ .offset = spots[i].offset };
		here.samples++;
		here.weight += spots[i].weight;
		if (here.weight > most.weight)
			most = here;
	}
	return most;
}

static void find_spot(struct finding_place *out, const struct report_data *d, enum finding_id id,
		      const struct code *c)
{
	struct spot *spots = calloc(c->samples, sizeof(*spots)), most;
	size_t nr = 0;

	for (size_t i = 0; spots && i < d->nr_costly && nr < c->samples; i++) {
		uint64_t weight = weight_of(&d->costly[i], id);

		if (weight && code_has(c, d->costly[i].symbol, d->costly[i].object, d->costly[i].vm))
			spots[nr++] = (struct spot){ d->costly[i].offset, 1, weight };
	}
	if (nr) {
		qsort(spots, nr, sizeof(*spots), by_offset);
		most = most_of(spots, nr);
		out->offset = most.offset;
		out->here = most.samples;
		out->here_percent = 100.0 * (double)most.weight / (double)c->weight;
	}
	free(spots);
}

void finding_place(struct finding_place *out, const struct report_data *d, enum finding_id id)
{
	struct codes all = { .nr = 0 };
	const struct code *c;

	*out = (struct finding_place){ .symbol = "", .object = "", .vm = -1 };
	if (sum_codes(&all, d, id)) {
		c = &all.list[0];
		out->symbol = c->symbol;
		out->object = c->object;
		out->vm = c->vm;
		out->samples = c->samples;
		out->all = all.samples;
		out->percent = 100.0 * (double)c->weight / (double)all.weight;
		find_spot(out, d, id, c);
	}
	codes_free(&all);
}
