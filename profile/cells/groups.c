// SPDX-License-Identifier: GPL-2.0-only
#include "profile/cells/groups.h"

#include <errno.h>
#include <stdlib.h>

#include "base/huge.h"
#include "profile/cells/key.h"

struct groups {
	unsigned int parts;
	groups_key_fn *key_of;
	const void *arg;
	uint32_t nr, max;	/* number of groups; capacity */
	uint32_t *first;	/* by group: its first member */
	uint32_t *next;		/* by member: the next one in its group */
	uint64_t *slot;		/* hash table with open addressing: lower half of the hash,
				 * number + 1; 0 free */
	uint64_t mask;
};

struct groups *groups_new(unsigned int parts, size_t members, groups_key_fn *key_of,
			  const void *arg)
{
	struct groups *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	*g = (struct groups){ .parts = parts, .key_of = key_of, .arg = arg, .mask = 1023 };
	g->slot = calloc(g->mask + 1, sizeof(*g->slot));
	g->next = malloc((members + 1) * sizeof(*g->next));
	if (!g->slot || !g->next) {
		groups_free(g);
		return NULL;
	}
	return g;
}

void groups_free(struct groups *g)
{
	if (!g)
		return;
	free(g->first);
	free(g->next);
	free(g->slot);
	free(g);
}

static int grow_slots(struct groups *g)
{
	uint64_t mask = g->mask * 2 + 1, k, *slot = huge_zalloc((mask + 1) * sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	for (uint64_t i = 0; i <= g->mask; i++) {
		if (!g->slot[i])
			continue;
		for (k = g->slot[i] >> 32; slot[k & mask]; k++)
			;
		slot[k & mask] = g->slot[i];
	}
	free(g->slot);
	g->slot = slot;
	g->mask = mask;
	return 0;
}

/* Make room for another group. */
static int grow(struct groups *g)
{
	size_t max = g->max ? 2 * (size_t)g->max : 256;
	uint32_t *first;

	if (g->nr == g->max) {
		if (max > UINT32_MAX)
			return -ENOMEM;
		first = realloc(g->first, max * sizeof(*first));
		if (!first)
			return -ENOMEM;
		g->first = first;
		g->max = (uint32_t)max;
	}
	/* at most three quarters of the slots are used */
	return g->nr * 4ull > g->mask * 3 ? grow_slots(g) : 0;
}

int groups_put(struct groups *g, uint32_t member)
{
	uint64_t key[GROUPS_PARTS], other[GROUPS_PARTS], h, k, slot;
	int err = grow(g) ?: g->key_of(g->arg, member, key);

	if (err)
		return err;
	h = key_hash(key, g->parts);
	for (k = (uint32_t)h; (slot = g->slot[k & g->mask]); k++) {
		uint32_t first = g->first[(uint32_t)slot - 1];

		if (slot >> 32 != (uint32_t)h)
			continue;
		err = g->key_of(g->arg, first, other);
		if (err)
			return err;
		if (!key_equals(other, key, g->parts))
			continue;
		g->next[member] = g->next[first];
		g->next[first] = member;
		return 0;
	}
	g->first[g->nr] = member;
	g->next[member] = GROUPS_END;
	g->slot[k & g->mask] = h << 32 | ++g->nr;
	return 0;
}

size_t groups_nr(const struct groups *g)
{
	return g->nr;
}

uint32_t groups_first(const struct groups *g, size_t i)
{
	return g->first[i];
}

uint32_t groups_next(const struct groups *g, uint32_t member)
{
	return g->next[member];
}
