/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_GEN_PLACE_H
#define TESTS_GEN_PLACE_H

#include <stdint.h>

#include "tests/tools/gen.h"

/* Functions are 512 bytes apart; eight instructions of each can be sampled. */
#define GEN_FUNCTION_SIZE 512
#define GEN_PER_FUNCTION 8

/* Precomputed random offsets of code: each place once, the rest with Zipf's distribution. */
struct gen_places {
	uint32_t *table;
	uint32_t mask;
	uint32_t functions; /* a power of two */
};

void gen_places_init(struct gen_places *p, struct gen_rng *rng, uint32_t places);
void gen_places_free(struct gen_places *p);

/* Bytes from the start of the text, a multiple of 4. */
static inline uint32_t gen_place(const struct gen_places *p, uint64_t random)
{
	return p->table[random & p->mask];
}

#endif
