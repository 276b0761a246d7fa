// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/spaces/lives.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "symbolizer/spaces/life_index.h"

/* With so few entries a scan is faster than an index. */
#define SHORT_LIFE	48

void lives_clear(struct lives *l)
{
	for (uint32_t i = 0; i < l->nr; i++)
		life_index_free(l->life[i].index);
	free(l->life);
	free(l->log);
	*l = (struct lives){ 0 };
}

uint32_t lives_begin(struct lives *l, uint32_t process, uint32_t parent)
{
	struct life *new = l->nr == LIFE_NONE ? NULL : array_add(l->life, l->nr), *from;

	if (!new)
		return LIFE_NONE;
	new->process = process;
	new->parent = LIFE_NONE;
	if (parent == LIFE_NONE)
		return l->nr - 1;
	from = &l->life[parent];
	if (!from->nr) {	/* it has added nothing to its own parent */
		new->parent = from->parent;
		new->parent_nr = from->parent_nr;
		new->depth = from->depth;
		return l->nr - 1;
	}
	new->parent = parent;
	new->parent_nr = from->nr;
	new->depth = from->depth + 1;
	return l->nr - 1;
}

int lives_map(struct lives *l, struct mapped new)
{
	struct mapped *entry = l->nr_log >> 31 ? NULL : array_add(l->log, l->nr_log);

	if (!entry)
		return -ENOMEM;
	*entry = new;
	l->life[new.life].nr++;
	return 0;
}

/* Sort from order of time to order of life, then time. */
static int group(struct lives *l)
{
	struct mapped *sorted = malloc((l->nr_log + 1ull) * sizeof(*sorted));
	uint32_t first = 0;

	if (!sorted)
		return -ENOMEM;
	for (uint32_t i = 0; i < l->nr; i++) {
		l->life[i].first = first;
		first += l->life[i].nr;
		l->life[i].nr = 0;
	}
	for (uint32_t i = 0; i < l->nr_log; i++) {
		struct life *of = &l->life[l->log[i].life];

		sorted[of->first + of->nr++] = l->log[i];
	}
	free(l->log);
	l->log = sorted;
	return 0;
}

int lives_seal(struct lives *l)
{
	int err = group(l);

	for (uint32_t i = 0; i < l->nr && !err; i++) {
		struct life *life = &l->life[i];

		if (life->nr <= SHORT_LIFE)
			continue;
		life->index = life_index_new(&l->log[life->first], life->nr);
		if (!life->index)
			err = -ENOMEM;
	}
	return err;
}

/* Scan from the newest of nr entries to the oldest, narrowing first and last. */
static const struct mapped *look_through(const struct mapped *entry, uint32_t nr, uint64_t addr,
					 uint64_t *first, uint64_t *last)
{
	while (nr--) {
		const struct mapped *e = &entry[nr];

		if (addr < e->start) {
			if (e->start <= *last)
				*last = e->start - 1;
		} else if (addr > e->last) {
			if (e->last >= *first)
				*first = e->last + 1;
		} else {
			if (e->start > *first)
				*first = e->start;
			if (e->last < *last)
				*last = e->last;
			return e;
		}
	}
	return NULL;
}

const struct mapped *lives_find(const struct lives *l, uint32_t life, uint32_t nr, uint64_t addr,
				uint64_t *first, uint64_t *last)
{
	const struct mapped *found = NULL;

	*first = 0;
	*last = UINT64_MAX;
	while (life != LIFE_NONE && !found) {
		const struct life *of = &l->life[life];
		const struct mapped *entry = &l->log[of->first];

		if (of->index && nr > SHORT_LIFE) {
			uint32_t n = life_index_find(of->index, nr, addr, first, last);

			found = n ? &entry[n - 1] : NULL;
		} else {
			found = look_through(entry, nr, addr, first, last);
		}
		life = of->parent;
		nr = of->parent_nr;
	}
	return found && found->object ? found : NULL;
}
