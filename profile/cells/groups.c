// SPDX-License-Identifier: GPL-2.0-only
#include "profile/cells/groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "profile/cells/key.h"

struct groups {
	unsigned int parts;
	uint32_t nr, max;	/* number of groups; capacity */
	uint64_t *key;		/* by group */
	uint32_t *first;	/* by group: its first member */
	uint32_t *next;		/* by member: the next one in its group */
	uint64_t *slot;		/* hash table with open addressing: lower half of the hash,
				 * number + 1; 0 free */
	uint64_t mask;
};

struct groups *groups_new(unsigned int parts, size_t members)
{
	struct groups *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->parts = parts;
	g->mask = 1023;
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
	free(g->key);
	free(g->first);
	free(g->next);
	free(g->slot);
	free(g);
}

static int grow_slots(struct groups *g)
{
	uint64_t mask = g->mask * 2 + 1, k, *slot = calloc(mask + 1, sizeof(*slot));

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
	uint64_t *key;
	uint32_t *first;

	if (g->nr == g->max) {
		if (max > UINT32_MAX)
			return -ENOMEM;
		key = realloc(g->key, max * g->parts * sizeof(*key));
		if (!key)
			return -ENOMEM;
		g->key = key;
		first = realloc(g->first, max * sizeof(*first));
		if (!first)
			return -ENOMEM;
		g->first = first;
		g->max = (uint32_t)max;
	}
	return g->nr * 2ull > g->mask ? grow_slots(g) : 0;
}

int groups_put(struct groups *g, const uint64_t *key, uint32_t member)
{
	uint64_t h = key_hash(key, g->parts), k, slot;

	if (grow(g))
		return -ENOMEM;
	for (k = (uint32_t)h; (slot = g->slot[k & g->mask]); k++) {
		uint32_t i = (uint32_t)slot - 1;

		if (slot >> 32 != (uint32_t)h || !key_equals(groups_key(g, i), key, g->parts))
			continue;
		g->next[member] = g->first[i];
		g->first[i] = member;
		return 0;
	}
	memcpy(g->key + (size_t)g->nr * g->parts, key, g->parts * sizeof(*key));
	g->first[g->nr] = member;
	g->next[member] = GROUPS_END;
	g->slot[k & g->mask] = h << 32 | ++g->nr;
	return 0;
}

size_t groups_nr(const struct groups *g)
{
	return g->nr;
}

const uint64_t *groups_key(const struct groups *g, size_t i)
{
	return g->key + i * g->parts;
}

uint32_t groups_first(const struct groups *g, size_t i)
{
	return g->first[i];
}

uint32_t groups_next(const struct groups *g, uint32_t member)
{
	return g->next[member];
}
