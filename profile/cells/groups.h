/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PROFILE_CELLS_GROUPS_H
#define PROFILE_CELLS_GROUPS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Groups numbers by a key; each number is in one group.  A number's key is asked for when it is
 * needed, instead of being stored.
 */
struct groups;

/* Store the key of a member.  0 or -ENOMEM. */
typedef int groups_key_fn(const void *arg, uint32_t member, uint64_t *key);

#define GROUPS_PARTS	20	/* maximum parts of a key, each of 64 bits */

#define GROUPS_END	UINT32_MAX

/*
 * parts: number of parts of a key; members: upper bound of the numbers; arg is borrowed.  NULL: out
 * of memory.
 */
struct groups *groups_new(unsigned int parts, size_t members, groups_key_fn *key_of,
			  const void *arg);
void groups_free(struct groups *g);	/* NULL is fine */

/* Add a member, which must be in no group yet, to the group of its key.  0 or -ENOMEM. */
int groups_put(struct groups *g, uint32_t member);

/* Groups are numbered in the order of their first members. */
size_t groups_nr(const struct groups *g);

/* Members of a group: the one that was put first, then the others in any order, up to GROUPS_END. */
uint32_t groups_first(const struct groups *g, size_t i);
uint32_t groups_next(const struct groups *g, uint32_t member);

#endif
