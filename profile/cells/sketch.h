/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_SKETCH_H
#define PROFILE_CELLS_SKETCH_H

#include <stddef.h>
#include <stdint.h>

/*
 * What each of any number of keys weighs, at the most, in 16 MiB: counters by a key's hash,
 * of samples or of what they cost.  A counter has all of its keys, so that no key has more.
 */
struct sketch;

struct sketch *sketch_new(void);	/* NULL: out of memory */
void sketch_free(struct sketch *s);	/* NULL is fine */

void sketch_add(struct sketch *s, uint64_t hash, uint64_t n);
void sketch_fetch(const struct sketch *s, uint64_t hash);	/* it is asked for soon */
/* What another one met, too. */
void sketch_merge(struct sketch *s, const struct sketch *from);

/* A key of that hash weighs that at the most; UINT32_MAX: or more. */
uint32_t sketch_most(const struct sketch *s, uint64_t hash);

/* The least n, 1 or more, that at most max counters have reached. */
uint32_t sketch_level(const struct sketch *s, size_t max);

#endif
