// SPDX-License-Identifier: GPL-2.0-only
#include "symbolizer/spaces/life_index.h"

#include <stdlib.h>

#include "base/array.h"

/*
 * Leaf i, from cut[i] to before cut[i + 1], is node nr_cuts + i; the parent of node n is n / 2, and
 * the root is node 1.  The list of node n is entry[list[n]] to before entry[list[n + 1]]: ascending
 * numbers of the life's entries.
 */
struct life_index {
	uint64_t *cut;
	uint32_t nr_cuts;
	uint32_t *list;
	uint32_t *entry;
};

void life_index_free(struct life_index *x)
{
	if (!x)
		return;
	free(x->cut);
	free(x->list);
	free(x->entry);
	free(x);
}

static int by_address(const void *a, const void *b)
{
	return array_order(*(const uint64_t *)a, *(const uint64_t *)b);
}

static int make_cuts(struct life_index *x, const struct mapped *entry, uint32_t nr)
{
	size_t all = 0, kept = 0;
	uint64_t *cut = reallocarray(NULL, nr, 2 * sizeof(*cut)), *fit;

	if (!cut)
		return -1;
	for (uint32_t i = 0; i < nr; i++) {
		cut[all++] = entry[i].start;
		if (entry[i].last != UINT64_MAX)
			cut[all++] = entry[i].last + 1;
	}
	qsort(cut, all, sizeof(*cut), by_address);
	for (size_t i = 1; i < all; i++)
		if (cut[i] != cut[kept])
			cut[++kept] = cut[i];
	x->nr_cuts = kept + 1;
	fit = realloc(cut, x->nr_cuts * sizeof(*cut));
	if (fit)
		x->cut = fit;
	else
		x->cut = cut;
	return 0;
}

/* The number of cuts that are not above addr, i.e. its leaf, counted from 1. */
static uint32_t leaf_of(const struct life_index *x, uint64_t addr)
{
	return array_first(x->nr_cuts, i, x->cut[i] > addr);
}

/* The leaves that an entry covers, as nodes from low to before high. */
struct leaves { uint32_t low, high; };

static void find_leaves(const struct life_index *x, const struct mapped *entry, uint32_t nr,
			struct leaves *of)
{
	for (uint32_t i = 0; i < nr; i++)
		of[i] = (struct leaves){ x->nr_cuts + leaf_of(x, entry[i].start) - 1,
					 x->nr_cuts + leaf_of(x, entry[i].last) };
}

/* Count the entries of node n in list[n + 1]. */
static void count(struct life_index *x, const struct leaves *of, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++) {
		for (struct leaves l = of[i]; l.low < l.high; l.low /= 2, l.high /= 2) {
			if (l.low & 1)
				x->list[++l.low]++;
			if (l.high & 1)
				x->list[l.high--]++;
		}
	}
}

/* Fill the lists; afterwards list[n] is the start of the next node's list. */
static void fill(struct life_index *x, const struct leaves *of, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++) {
		for (struct leaves l = of[i]; l.low < l.high; l.low /= 2, l.high /= 2) {
			if (l.low & 1)
				x->entry[x->list[l.low++]++] = i;
			if (l.high & 1)
				x->entry[x->list[--l.high]++] = i;
		}
	}
}

static int make_lists(struct life_index *x, const struct leaves *of, uint32_t nr)
{
	uint32_t nodes = 2 * x->nr_cuts;
	uint64_t sum = 0;

	x->list = calloc(nodes + 1ull, sizeof(*x->list));
	if (!x->list)
		return -1;
	count(x, of, nr);
	for (uint32_t n = 0; n <= nodes; n++) {
		sum += x->list[n];
		x->list[n] = (uint32_t)sum;
	}
	x->entry = sum > UINT32_MAX ? NULL : malloc((sum + 1) * sizeof(*x->entry));
	if (!x->entry)
		return -1;
	fill(x, of, nr);
	for (uint32_t n = nodes; n; n--)
		x->list[n] = x->list[n - 1];
	x->list[0] = 0;
	return 0;
}

struct life_index *life_index_new(const struct mapped *entry, uint32_t nr)
{
	struct life_index *x = calloc(1, sizeof(*x));
	struct leaves *of = malloc((nr + 1ull) * sizeof(*of));
	int err = -1;

	/* limits the numbers of nodes */
	if (x && of && nr <= UINT32_MAX / 8 && !make_cuts(x, entry, nr)) {
		find_leaves(x, entry, nr, of);
		err = make_lists(x, of, nr);
	}
	free(of);
	if (!err)
		return x;
	life_index_free(x);
	return NULL;
}

uint32_t life_index_find(const struct life_index *x, uint32_t nr, uint64_t addr,
			 uint64_t *first, uint64_t *last)
{
	uint32_t leaf = leaf_of(x, addr), newest = 0;

	if (leaf && x->cut[leaf - 1] > *first)
		*first = x->cut[leaf - 1];
	if (leaf < x->nr_cuts && x->cut[leaf] - 1 < *last)
		*last = x->cut[leaf] - 1;
	if (!leaf)
		return 0;
	for (uint32_t n = x->nr_cuts + leaf - 1; n; n /= 2) {
		const uint32_t *at = &x->entry[x->list[n]];
		uint32_t here = x->list[n + 1] - x->list[n];

		here = array_first(here, i, at[i] >= nr);
		if (here && at[here - 1] >= newest)
			newest = at[here - 1] + 1;
	}
	return newest;
}
