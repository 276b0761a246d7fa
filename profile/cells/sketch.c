// SPDX-License-Identifier: GPL-2.0-only
#include "profile/cells/sketch.h"

#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

#define BITS	22
#define LEVELS	65536	/* distinct counts when choosing a level */

struct sketch {
	uint32_t count[1u << BITS];
};

struct sketch *sketch_new(void)
{
	/* with small pages each counter would cost a TLB miss */
	return huge_zalloc(sizeof(struct sketch));
}

void sketch_free(struct sketch *s)
{
	free(s);
}

static void add(uint32_t *count, uint64_t n)
{
	*count = n < UINT32_MAX - *count ? *count + (uint32_t)n : UINT32_MAX;
}

void sketch_add(struct sketch *s, uint64_t hash, uint64_t n)
{
	add(&s->count[hash >> (64 - BITS)], n);
}

void sketch_fetch(const struct sketch *s, uint64_t hash)
{
	__builtin_prefetch(&s->count[hash >> (64 - BITS)]);
}

void sketch_merge(struct sketch *s, const struct sketch *from)
{
	for (size_t i = 0; i < 1u << BITS; i++)
		add(&s->count[i], from->count[i]);
}

uint32_t sketch_most(const struct sketch *s, uint64_t hash)
{
	return s->count[hash >> (64 - BITS)];
}

uint32_t sketch_level(const struct sketch *s, size_t max)
{
	uint32_t *with = calloc(LEVELS, sizeof(*with)), level = LEVELS - 1;
	size_t reached = 0;

	/* out of memory for this optimization: reduce later */
	if (!with)
		return 1;
	for (size_t i = 0; i < 1u << BITS; i++)
		with[s->count[i] < level ? s->count[i] : level]++;
	reached = with[level];
	while (level > 1 && reached + with[level - 1] <= max)
		reached += with[--level];
	free(with);
	return level;
}
