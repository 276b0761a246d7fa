/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_GROUPS_H
#define PROFILE_CELLS_GROUPS_H

#include <stddef.h>
#include <stdint.h>

/* Numbers grouped by a key: each number is in one group. */
struct groups;

#define GROUPS_END	UINT32_MAX

/* parts: 64-bit parts of a key; members: numbers are below that.  NULL: out of memory. */
struct groups *groups_new(unsigned int parts, size_t members);
void groups_free(struct groups *g);	/* NULL is fine */

/* Put a member, which is in no group yet, into the group of that key.  0 or -ENOMEM. */
int groups_put(struct groups *g, const uint64_t *key, uint32_t member);

/* Groups are numbered in the order of their first members. */
size_t groups_nr(const struct groups *g);
const uint64_t *groups_key(const struct groups *g, size_t i);	/* borrowed until groups_put() */

/* Members of a group, in any order, until GROUPS_END. */
uint32_t groups_first(const struct groups *g, size_t i);
uint32_t groups_next(const struct groups *g, uint32_t member);

#endif
