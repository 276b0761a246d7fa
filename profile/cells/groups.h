/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_GROUPS_H
#define PROFILE_CELLS_GROUPS_H

#include <stddef.h>
#include <stdint.h>

/* Groups numbers by a key; each number is in one group. */
struct groups;

#define GROUPS_END	UINT32_MAX

/*
 * parts: number of 64-bit parts of a key; members: upper bound of the numbers.  NULL: out of
 * memory.
 */
struct groups *groups_new(unsigned int parts, size_t members);
void groups_free(struct groups *g);	/* NULL is fine */

/* Add a member, which must be in no group yet, to the group of that key.  0 or -ENOMEM. */
int groups_put(struct groups *g, const uint64_t *key, uint32_t member);

/* Groups are numbered in the order of their first members. */
size_t groups_nr(const struct groups *g);
const uint64_t *groups_key(const struct groups *g, size_t i);	/* borrowed until the next
								 * groups_put() */

/* Members of a group, in any order, up to GROUPS_END. */
uint32_t groups_first(const struct groups *g, size_t i);
uint32_t groups_next(const struct groups *g, uint32_t member);

#endif
