/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_SKETCH_H
#define PROFILE_CELLS_SKETCH_H

#include <stddef.h>
#include <stdint.h>

/*
 * Upper bounds of the weights of any number of keys, in 16 MiB: counters by a key's hash, of
 * samples or of cost.  Several keys can share a counter, so no key weighs more than its counter.
 */
struct sketch;

struct sketch *sketch_new(void);	/* NULL: out of memory */
void sketch_free(struct sketch *s);	/* NULL is fine */

void sketch_add(struct sketch *s, uint64_t hash, uint64_t n);
void sketch_fetch(const struct sketch *s, uint64_t hash);	/* prefetch */
/* Add another sketch. */
void sketch_merge(struct sketch *s, const struct sketch *from);

/* Upper bound of the weight of a key with that hash; UINT32_MAX: saturated. */
uint32_t sketch_most(const struct sketch *s, uint64_t hash);

/* The smallest n, at least 1, that at most max counters have reached. */
uint32_t sketch_level(const struct sketch *s, size_t max);

#endif
