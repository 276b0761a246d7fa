/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SYMBOLIZER_SPACES_LIFE_INDEX_H
#define SYMBOLIZER_SPACES_LIFE_INDEX_H

#include "symbolizer/spaces/lives.h"

/*
 * A segment tree that finds the entries of a long life that cover an address.  The addresses where
 * entries start or end cut the address space into intervals, the leaves.  An entry is listed at the
 * O(log n) nodes that make up its intervals.  Lists are in order of time: a lookup goes from a leaf
 * to the root, bisects each list for its newest entry of that time, and uses the newest of these.
 */
struct life_index;

/* NULL: out of memory. */
struct life_index *life_index_new(const struct mapped *entry, uint32_t nr);
void life_index_free(struct life_index *x);	/* NULL is fine */

/*
 * The newest of the first nr entries that covers addr, counted from 1; 0: none.  Narrows *first and
 * *last, if necessary, so that the answer is the same for all addresses between them.
 */
uint32_t life_index_find(const struct life_index *x, uint32_t nr, uint64_t addr,
			 uint64_t *first, uint64_t *last);

#endif
