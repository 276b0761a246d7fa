// SPDX-License-Identifier: GPL-2.0-only
#include "report/latencies.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "report/write.h"

/* Where each key is in a row. */
struct places {
	int world, op, source, step;
};

uint64_t latency_step_start(unsigned int step)
{
	return step < 2 ? step : (uint64_t)(2 + step % 2) << (step / 2 - 1);
}

static unsigned int step_index(uint64_t cycles)
{
	unsigned int i = 0;

	while (i + 1 < LATENCY_STEPS && latency_step_start(i + 1) <= cycles)
		i++;
	return i;
}

static struct latency_source *source_of(struct latencies *l, const struct row *r,
					const struct places *at)
{
	bool named = r->keys[at->source].known;
	const char *name = r->keys[named ? at->source : at->op].text;

	/* Operations without data have no source; it is not missing. */
	if (!named && strcmp(name, "load") && strcmp(name, "store"))
		return NULL;
	for (unsigned int i = 0; i < l->nr; i++)
		if (l->source[i].named == named && !strcmp(l->source[i].name, name))
			return &l->source[i];
	if (l->nr == LATENCY_SOURCES)
		return NULL;
	l->source[l->nr] = (struct latency_source){ .name = name, .named = named };
	return &l->source[l->nr++];
}

static void add(struct latency_source *s, unsigned int world, unsigned int step,
		const struct metrics *m)
{
	s->cycles[world][step] += m->total.cycles;
	s->samples[world][step] += m->samples;
	s->all_cycles[world] += m->total.cycles;
	s->all_samples[world] += m->samples;
}

static void add_row(struct latencies *l, const struct row *r, const struct places *at)
{
	struct latency_source *s = r->keys[at->step].known ? source_of(l, r, at) : NULL;
	unsigned int step;

	if (!s)
		return;
	step = step_index(r->keys[at->step].num);
	add(s, (unsigned int)r->keys[at->world].num, step, &r->m);
	add(s, LATENCY_ALL_WORLDS, step, &r->m);
	l->cycles += r->m.total.cycles;
	l->first = step < l->first ? step : l->first;
	l->end = step >= l->end ? step + 1 : l->end;
}

static int by_cost(const void *a, const void *b)
{
	const struct latency_source *x = a, *y = b;

	return array_order(y->all_cycles[LATENCY_ALL_WORLDS], x->all_cycles[LATENCY_ALL_WORLDS]) ?:
	       strcmp(x->name, y->name);
}

struct latencies *latencies_new(const struct rows *rows)
{
	const struct places at = {
		rows_key(rows, FIELD_WORLD), rows_key(rows, FIELD_OP),
		rows_key(rows, FIELD_SOURCE), rows_key(rows, FIELD_TOTAL_STEP),
	};
	struct latencies *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->first = LATENCY_STEPS;
	for (size_t i = 0; i < rows->nr; i++)
		add_row(l, &rows->row[i], &at);
	qsort(l->source, l->nr, sizeof(l->source[0]), by_cost);
	return l;
}
